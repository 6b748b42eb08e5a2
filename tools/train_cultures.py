#!/usr/bin/env python3
"""Makes data/names/cultures.tsv: how much commoner name tokens are in one culture than among all.

    train_cultures.py data/bench/name_tokens.tsv > data/names/cultures.tsv

The table of words by culture is made by tools/gen_name_tokens.py of the training files (docs/formats/cultures.md). Every culture weighs
the same; within one, family names and given names of men and of women weigh 2:1:1. A token that is known in one culture may occur in any
other, SELDOM times as often as among all. Deterministic.
"""
import collections, math, re, sys, unicodedata

SELDOM = 1 / 16
RARE = 2e-5         # and as often besides, of what is seen of a culture: of rare tokens little is known
LEAST = 8           # 1/64 bit: what differs less from a token that the culture does not know is left out
ROLES = {'family': 0.5, 'given_m': 0.25, 'given_f': 0.25}
SPECIAL = str.maketrans({'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ı': 'i', 'ə': 'a'})


def tokens(name):
    s = unicodedata.normalize('NFKD', name.lower().translate(SPECIAL))
    s = ''.join(c for c in s if not unicodedata.combining(c) and c not in "'’ʻʼ`")
    return [t for t in re.split(r'[^a-z]+', s) if 1 < len(t) <= 24]


def main():
    bags = collections.defaultdict(lambda: collections.defaultdict(float))
    with open(sys.argv[1], encoding='utf-8') as f:
        for line in f:
            if line.startswith('#'):
                continue
            culture, role, weight, word, native, others = line.rstrip('\n').split('\t')
            spellings = [word] + [o for o in others.split('/') if o]
            for i, spelling in enumerate(spellings):
                # The first spelling is as common as all others together.
                part = 1.0 if len(spellings) == 1 else 0.5 if i == 0 else 0.5 / (len(spellings) - 1)
                for t in tokens(spelling):
                    bags[culture, role][t] += float(weight) * part
    cultures = sorted({c for c, _ in bags})
    share = {c: collections.defaultdict(float) for c in cultures}
    for (c, role), bag in bags.items():
        total = sum(bag.values())
        for t, w in bag.items():
            share[c][t] += ROLES.get(role, 0) * w / total
    seldom = round(64 * math.log2(SELDOM / (1 + SELDOM)))
    print('# token\tculture\thow much commoner than among all, in 1/64 bit; docs/formats/cultures.md')
    for n, c in enumerate(cultures):
        print(f'#culture {n} {c}')
    print(f'#elsewhere {seldom}')
    for t in sorted({t for c in cultures for t in share[c] if share[c][t] > 0}):
        p = sum(share[c][t] for c in cultures) / len(cultures)
        low = SELDOM * p + RARE
        for n, c in enumerate(cultures):
            x = share[c].get(t, 0.0)
            bits = round(64 * math.log2((x + low) / (p + low)))
            if x > 0 and bits >= seldom + LEAST:
                print(f'{t}\t{n}\t{bits}')


main()
