#!/usr/bin/env python3
"""Makes data/names/spellings.tsv: Latin words that are ways to write one name.

    train_spellings.py TRAIN_DIR > data/names/spellings.tsv

TRAIN_DIR holds words_*.tsv: words of another script, how they are written in Latin, and how often (docs/formats/spellings.md). A bearer of a
name whose list spelling is `a` writes it `b` with the probability that goes through what both stand for: the sum over native words w of
P(w | a) P(b | w), for the half of people who are spelt differently in two records. Letter costs know how letters are confused; this knows
that Youssef and Yusuf are one name. Deterministic.
"""
import collections, math, os, re, sys, unicodedata

FILES = ('words_ar.tsv', 'words_he.tsv', 'words_ru.tsv', 'words_ko.tsv', 'words_ja_kana.tsv')
LEAST_WORD = 6      # times that a native word must have been written, of which
LEAST_PAIR = 2      # each spelling so often: less is noise of the source
UNSEEN = 4          # as if so many more had been written in ways that nobody saw
ELSEWHERE = 10      # and as if a spelling had stood for something else so often
OTHERWISE = 0.5     # of two records of a person: that they are spelt differently
LEAST = 1 / 256     # what is rarer is left to the letters
MOST = 24           # spellings of one word, the likeliest
SPECIAL = str.maketrans({'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ı': 'i', 'ə': 'a'})


def latin(word):
    s = unicodedata.normalize('NFKD', word.lower().translate(SPECIAL))
    s = ''.join(c for c in s if not unicodedata.combining(c) and c not in "'’ʻʼ`")
    return s if re.fullmatch(r'[a-z]{2,24}', s) else None


def main():
    counts = {}
    for name in FILES:
        words = collections.defaultdict(collections.Counter)
        with open(os.path.join(sys.argv[1], name), encoding='utf-8') as f:
            for line in f:
                if line.startswith('#'):
                    continue
                native, word, n, part = line.rstrip('\n').split('\t')
                word = latin(word)
                if part == 'train' and word:
                    words[native][word] += int(n)
        for native, c in words.items():
            c = {b: n for b, n in c.items() if n >= LEAST_PAIR}
            if len(c) > 1 and sum(c.values()) >= LEAST_WORD:
                counts[name, native] = c
    of = collections.defaultdict(collections.Counter)       # Latin word: native words
    for w, c in counts.items():
        for a, n in c.items():
            of[a][w] += n
    rows = []
    for a in sorted(of):
        p = collections.defaultdict(float)
        everything = sum(of[a].values()) + ELSEWHERE
        for w, n in of[a].items():
            total = sum(counts[w].values()) + UNSEEN
            for b, m in counts[w].items():
                if b != a:
                    p[b] += OTHERWISE * n / everything * m / total
        for b in sorted(p, key=lambda b: (-p[b], b))[:MOST]:
            if p[b] >= LEAST:
                rows.append((b, a, round(-math.log2(p[b]) * 64)))
    print('# written\ton the list\tcost in 1/64 bit; docs/formats/spellings.md')
    for b, a, cost in sorted(rows):
        print(f'{b}\t{a}\t{cost}')


main()
