#!/usr/bin/env python3
"""Makes data/names/frequencies.tsv: how common name tokens are among people at large.

    train_frequencies.py TRAIN_DIR data/bench/name_tokens.tsv > data/names/frequencies.tsv

TRAIN_DIR holds name_frequencies.tsv (docs/formats/frequencies.md). Every country weighs the same; within a country the names of a
role follow their counts or, where only ranks are known, the law of Zipf (share of rank r proportional to 1/(r + 1.5); the ranked names
together hold half of the people). Few countries have counts, so cultures of few countries would be all but unknown: where the table of
words by culture (tools/gen_name_tokens.py; every culture weighs the same) has a token as commoner, its number is the mean of both. A
token's number is persons per 10 million that bear it. Deterministic.
"""
import collections, os, re, sys, unicodedata

ROLES = {'family': 0.5, 'given_m': 0.25, 'given_f': 0.25}
SPECIAL = str.maketrans({'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ı': 'i', 'ə': 'a'})


def tokens(name):
    s = unicodedata.normalize('NFKD', name.lower().translate(SPECIAL))
    s = ''.join(c for c in s if not unicodedata.combining(c) and c not in "'’ʻʼ`")
    return [t for t in re.split(r'[^a-z]+', s) if len(t) > 1]


def by_culture(path):
    """Token: its share in the mean of all cultures; within one, family names and given names of each sex weigh 2:1:1."""
    bags = collections.defaultdict(lambda: collections.defaultdict(float))
    with open(path, encoding='utf-8') as f:
        for line in f:
            if line.startswith('#'):
                continue
            culture, role, weight, word, native, others = line.rstrip('\n').split('\t')
            spellings = [word] + [o for o in others.split('/') if o]
            for i, spelling in enumerate(spellings):
                part = 1.0 if len(spellings) == 1 else 0.5 if i == 0 else 0.5 / (len(spellings) - 1)
                for t in tokens(spelling):
                    bags[culture, role][t] += float(weight) * part
    cultures, share = len({c for c, _ in bags}), collections.defaultdict(float)
    for (culture, role), bag in bags.items():
        total = sum(bag.values())
        for t, w in bag.items():
            share[t] += ROLES.get(role, 0) * w / total / cultures
    return share


def main():
    ranked, counted, people = collections.defaultdict(dict), collections.defaultdict(float), 0.0
    with open(os.path.join(sys.argv[1], 'name_frequencies.tsv'), encoding='utf-8') as f:
        for line in f:
            if line.startswith('#'):
                continue
            country, role, sex, name, native, count, rank, source = line.rstrip('\n').split('\t')
            if rank:
                d = ranked[country, 'family' if role == 'family' else 'given' + sex]
                d[name] = min(d.get(name, 10**6), int(rank))
            elif count:
                counted[name] += int(count)
                people += int(count)
    share = collections.defaultdict(float)
    countries = len({c for c, _ in ranked}) or 1
    for (country, role), names in ranked.items():
        total = sum(1 / (r + 1.5) for r in names.values())
        half = 1.0 if role == 'family' else 0.5     # given names: half of the people each sex
        for name, r in names.items():
            for t in tokens(name):
                share[t] += 0.5 * half / (r + 1.5) / total / countries
    for name, c in counted.items():
        for t in tokens(name):
            share[t] += 0.5 * c / people
    known = by_culture(sys.argv[2])
    for t, p in known.items():
        share[t] = max(share.get(t, 0.0), (share.get(t, 0.0) + p) / 2)
    print('# token\tpersons per 10 million; docs/formats/frequencies.md')
    for t in sorted(share):
        print(f'{t}\t{max(1, round(share[t] * 1e7))}')


main()
