#!/usr/bin/env python3
"""Writes src/person/country_table.c.

Facts (codes, English short and official names, withdrawn codes) come from Debian's iso-codes package; what it
does not have (ICAO 9303 codes, demonyms, other English names, relations) from src/person/country_names.tsv.

    tools/gen_countries.py           write the table
    tools/gen_countries.py --check   exit 1 if the committed table is not what would be written,
                                     77 (skipped) if iso-codes is not installed
"""
import json
import os
import re
import sys
import unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ISO = "/usr/share/iso-codes/json"
TSV = os.path.join(ROOT, "src/person/country_names.tsv")
OUT = os.path.join(ROOT, "src/person/country_table.c")

# country.c has the same three tables; tests/unit/person/test_country.c looks every name of the TSV up.
DROPPED = {"the", "of", "and"}
EXPANDED = {"st": "saint", "rep": "republic", "dem": "democratic", "fed": "federal", "is": "islands"}
LETTERS = {"æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}


def key_of(text):
    """Letters only, small, without marks; words sorted; small words dropped. As country_key() in country.c."""
    out = ""
    for c in unicodedata.normalize("NFD", text.lower()):
        if c in LETTERS:
            out += LETTERS[c]
        elif unicodedata.combining(c) or c in ".'’‘ʼ`":
            continue
        elif "a" <= c <= "z":
            out += c
        elif c.isalpha() or c.isdigit():
            raise SystemExit(f"{TSV}: {text!r}: a letter outside the Latin script, or a digit")
        else:
            out += " "
    words = [EXPANDED.get(w, w) for w in out.split()]
    return "".join(sorted(w for w in words if w not in DROPPED))


class Table:
    def __init__(self):
        self.rows = {}      # a3 -> [a2, name]
        self.keys = {}      # key -> (a3, rank of the source, text)
        self.pairs = set()
        self.ambiguous = set()

    def name(self, a3, text, rank):
        """A better (lower) rank wins; two answers of the first rank are a fault of the TSV."""
        key = key_of(text)
        if not key:
            raise SystemExit(f"{text!r} leaves nothing to look up")
        old = self.keys.get(key)
        if old and old[0] != a3 and old[1] == rank == 0:
            raise SystemExit(f"{TSV}: {text!r} names both {old[0]} and {a3}")
        if not old or rank < old[1]:
            self.keys[key] = (a3, rank, text)

    def relate(self, a, b):
        if a not in self.rows or b not in self.rows or a == b:
            raise SystemExit(f"{TSV}: related: {a} {b}")
        self.pairs.add((min(a, b), max(a, b)))


def read_iso(t):
    with open(f"{ISO}/iso_3166-1.json", encoding="utf-8") as f:
        current = json.load(f)["3166-1"]
    with open(f"{ISO}/iso_3166-3.json", encoding="utf-8") as f:
        former = json.load(f)["3166-3"]
    for e in current:
        t.rows[e["alpha_3"]] = [e["alpha_2"].lower(), e.get("common_name", e["name"])]
    for e in former:
        if e["alpha_3"] not in t.rows:
            t.rows[e["alpha_3"]] = ["", e["name"]]
    for e in current:
        for field in ("name", "common_name", "official_name"):
            if field in e:
                t.name(e["alpha_3"], e[field], 1)
    for e in former:
        t.name(e["alpha_3"], e["name"], 2)
        t.name(e["alpha_3"], e["alpha_4"], 0)


def tsv_rows():
    with open(TSV, encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                cols = line.split("\t")
                if len(cols) != 3 or not all(cols):
                    raise SystemExit(f"{TSV}:{n}: three columns are needed")
                yield cols


def read_tsv(t):
    later = []
    for a3, kind, text in tsv_rows():
        if kind == "row":        # a code that ISO 3166 does not have: its short name
            if not re.fullmatch("[A-Z]{3}", a3) or a3 in t.rows:
                raise SystemExit(f"{TSV}: row {a3}")
            t.rows[a3] = ["", text]
            t.name(a3, text, 1)
        else:
            later.append((a3, kind, text))
    for a3, kind, text in later:
        if a3 not in t.rows:
            raise SystemExit(f"{TSV}: {a3} is no code")
        if kind == "a2":
            t.rows[a3][0] = text.lower()
        elif kind in ("name", "people", "code"):
            t.name(a3, text, 0)
        elif kind == "related":
            for other in text.split():
                t.relate(a3, other)
        else:
            raise SystemExit(f"{TSV}: kind {kind}")


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_text(t):
    codes = sorted(t.rows)
    index = {a3: i for i, a3 in enumerate(codes)}
    a2 = {row[0]: index[a3] for a3, row in t.rows.items() if row[0]}
    keys = sorted((k, index[v[0]]) for k, v in t.keys.items())
    pairs = sorted((index[a], index[b]) for a, b in t.pairs)
    out = ["/* Generated by tools/gen_countries.py from iso-codes and country_names.tsv. Do not edit. */",
           '#include "person/country_table.h"', "", "/* clang-format off */",
           "const struct en_country_row en_country_rows[] = {"]
    out += [f'    {{ "{c}", "{t.rows[c][0]}", {quote(t.rows[c][1])} }},' for c in codes]
    out += ["};", f"const size_t en_country_row_count = {len(codes)};", "",
            "const struct en_country_key en_country_keys[] = {"]
    out += [f'    {{ "{k}", {i} }},' for k, i in keys]
    out += ["};", f"const size_t en_country_key_count = {len(keys)};", "",
            "const struct en_country_pair en_country_pairs[] = {"]
    out += [f"    {{ {a}, {b} }}, /* {codes[a]} {codes[b]} */" for a, b in pairs]
    out += ["};", f"const size_t en_country_pair_count = {len(pairs)};", "",
            "const uint16_t en_country_by_a2[26][26] = {"]
    for i in range(26):
        row = [a2.get(chr(97 + i) + chr(97 + j), -1) + 1 for j in range(26)]
        out.append("    { " + ", ".join(map(str, row)) + " },")
    thirds = {}
    for c in codes:
        thirds[c[:2]] = thirds.get(c[:2], 0) | 1 << ord(c[2]) - 65
    out += ["};", "", "const uint32_t en_country_thirds[26][26] = {"]
    for i in range(26):
        row = [thirds.get(chr(65 + i) + chr(65 + j), 0) for j in range(26)]
        out.append("    { " + ", ".join(f"0x{v:x}" if v else "0" for v in row) + " },")
    out += ["};", "/* clang-format on */", ""]
    return "\n".join(out)


def main():
    if not os.path.exists(f"{ISO}/iso_3166-1.json"):
        print("the package iso-codes is not installed")
        return 77 if "--check" in sys.argv else 1
    t = Table()
    read_iso(t)
    read_tsv(t)
    text = c_text(t)
    if "--check" in sys.argv:
        with open(OUT, encoding="utf-8") as f:
            same = f.read() == text
        print("country_table.c is current" if same else "country_table.c differs: run tools/gen_countries.py")
        return 0 if same else 1
    with open(OUT, "w", encoding="utf-8") as f:
        f.write(text)
    print(f"{len(t.rows)} codes, {len(t.keys)} names, {len(t.pairs)} relations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
