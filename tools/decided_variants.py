#!/usr/bin/env python3
"""Spellings that decided hits showed, as lines of person_variants.tsv (docs/formats/decided.md).

usage: decided_variants.py DECIDED > lines

Of each hit that was decided "same": the names of the traveller and of the alert, as names of one person. Every fifth person
is left out, to check with.
"""
import json
import sys

LETTERS = [("latin", "AZaz"), ("cyrillic", "ЀӿЀӿ"), ("greek", "ͰϿͰϿ"), ("hebrew", "֐׿֐׿"),
           ("arabic", "؀ۿ؀ۿ"), ("armenian", "԰֏԰֏"), ("georgian", "Ⴀჿ Ⴀჿ"),
           ("kana", "぀ヿ぀ヿ"), ("hangul", "가힣가힣"), ("han", "一鿿一鿿")]


def language(name):
    for word, (a, b, c, d) in ((w, r.replace(" ", "")) for w, r in LETTERS):
        if any(a <= x <= b or c <= x <= d for x in name):
            return word
    return ""


def names(person):
    for n in person.get("names", []):
        text = n if isinstance(n, str) else n.get("full", "")
        if text and "\t" not in text and language(text):
            yield text


def main():
    persons = {}
    for number, line in enumerate(open(sys.argv[1], encoding="utf-8"), 1):
        try:
            row = json.loads(line)
        except ValueError:
            sys.exit(f"line {number}: it is no JSON object")
        if row.get("answer") != "same":
            continue
        key = json.dumps(row["alert"], sort_keys=True)
        for name in [*names(row["alert"]), *names(row["person"])]:
            persons.setdefault(key, {})[name] = None
    for i, found in enumerate(persons.values()):
        if i % 5 == 4 or len(found) < 2:
            continue
        for k, name in enumerate(found):
            kind = "alias" if k else "primary"
            print(f"D{i:05}\tdecided\t{kind}\t{language(name)}\t{name}\t\t\t")


if __name__ == "__main__":
    main()
