#!/usr/bin/env python3
"""Generates src/names/unicode_table.c from Debian's unicode-data package.

    gen_unicode.py [--check]

Letters of the Latin blocks to their base letters a-z, presentation forms to plain letters, Han characters to their Mandarin and Cantonese readings without
tones, and the letters of the alphabets of data/names/alphabets.tsv to their symbols. --check compares with the committed file and exits 1 on a difference.
"""
import bz2, os, re, sys

UNICODE = '/usr/share/unicode'
HERE = os.path.dirname(os.path.abspath(__file__))
ALPHABETS = os.path.join(HERE, '..', 'data', 'names', 'alphabets.tsv')
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'src', 'names', 'unicode_table.c')

# Letters whose decomposition does not end in a-z. Ours: the usual spelling in machine readable documents or, where
# that is not a sound, in English text.
SPECIAL = {
    'ß': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ı': 'i', 'ŋ': 'ng', 'ħ': 'h', 'ĸ': 'k',
    'ŧ': 't', 'ə': 'a', 'ɛ': 'e', 'ɔ': 'o', 'ɓ': 'b', 'ɗ': 'd', 'ƙ': 'k', 'ƴ': 'y', 'ɣ': 'g', 'ʒ': 'z', 'ƶ': 'z', 'ɨ': 'i', 'ʉ': 'u',
    'ƀ': 'b', 'ƒ': 'f', 'ǝ': 'e', 'ȷ': 'j', 'ɖ': 'd', 'ɲ': 'n', 'ʋ': 'v', 'ƥ': 'p', 'ƭ': 't', 'ȼ': 'c', 'ɇ': 'e', 'ɉ': 'j', 'ɍ': 'r', 'ɏ': 'y',
    'ƈ': 'c', 'ɠ': 'g', 'ƕ': 'hv', 'ƚ': 'l', 'ƞ': 'n', 'ƣ': 'oi', 'ƨ': 's', 'ʃ': 'sh', 'ƻ': 'dz', 'ȝ': 'y', 'ȥ': 'z', 'ȶ': 't', 'ɐ': 'a', 'ɑ': 'a',
    'ĳ': 'ij', 'ŉ': 'n', 'ſ': 's', 'ꞌ': '', 'ǆ': 'dz', 'ǉ': 'lj', 'ǌ': 'nj', 'ǳ': 'dz', 'ŀ': 'l', 'ǥ': 'g', 'ⱥ': 'a',
    'ɵ': 'o', 'ʊ': 'u', 'ʌ': 'a', 'ɪ': 'i', 'ʀ': 'r'}


def unicode_data():
    lower, decomp, marks = {}, {}, set()
    for line in open(f'{UNICODE}/UnicodeData.txt', encoding='ascii'):
        f = line.split(';')
        cp = int(f[0], 16)
        if f[13]:
            lower[cp] = int(f[13], 16)
        if f[2][0] == 'M':
            marks.add(cp)
        if f[5]:
            decomp[cp] = [int(x, 16) for x in re.sub(r'<\w+> ?', '', f[5]).split()]
    return lower, decomp, marks


def base(cp, lower, decomp):
    """a-z letters of a Latin letter, None if it has none."""
    cp = lower.get(cp, cp)
    c = chr(cp)
    if 'a' <= c <= 'z':
        return c
    if c in SPECIAL:
        return SPECIAL[c]
    if cp in decomp:
        parts = [base(x, lower, decomp) for x in decomp[cp] if not 0x300 <= x < 0x370]
        if parts and None not in parts:
            return ''.join(parts)
    return None


def latin(lower, decomp):
    rows = []
    for lo, hi in ((0xAA, 0x24F), (0x250, 0x2AF), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xFB00, 0xFB06), (0xFF21, 0xFF5A)):
        for cp in range(lo, hi + 1):
            s = base(cp, lower, decomp)
            if s and len(s) <= 3:
                rows.append((cp, s))
    return rows


def compatible(lower, decomp, marks):
    """Presentation forms, letters in circles, bold and the like: up to four plain letters, not of the blocks that script.c knows."""
    def whole(cp):
        return [y for x in decomp[cp] for y in whole(x)] if cp in decomp else [cp]

    rows = []
    for cp in sorted(decomp):
        if cp < 0x1D00 or 0x1E00 <= cp < 0x2000 or 0xFF21 <= cp <= 0xFF9F or cp in (0x20A8, 0x2100, 0x2101, 0x2103, 0x2105, 0x2106):
            continue
        to = [c for c in whole(cp) if c not in marks and c != 0x640 and not 0x20 <= c < 0x30 and c not in (0x3014, 0x3015)]
        if 1 <= len(to) <= 4 and all(0x41 <= c <= 0x5A or 0x61 <= c <= 0x7A or 0x370 <= c < 0x700 or 0x30A1 <= c <= 0x30FA for c in to):
            rows.append((cp, to))
    return rows


def plain(syllable):
    """A reading without tone marks and digits; u umlaut is v in Mandarin tables, and u in names."""
    import unicodedata
    s = unicodedata.normalize('NFD', syllable.lower())
    return ''.join(c for c in s if 'a' <= c <= 'z')


def han():
    out = {'kMandarin': {}, 'kCantonese': {}}
    with bz2.open(f'{UNICODE}/Unihan_Readings.txt.bz2', 'rt', encoding='utf-8') as f:
        for line in f:
            p = line.rstrip('\n').split('\t')
            if len(p) == 3 and p[1] in out:
                cp = int(p[0][2:], 16)
                if 0x3400 <= cp <= 0x9FFF:
                    out[p[1]][cp] = plain(p[2].split()[0])
    return out['kMandarin'], out['kCantonese']


BLOCKS = ((0x370, 0x700), (0x750, 0x780), (0x10A0, 0x1100), (0x1C90, 0x1CC0), (0x1F00, 0x2000), (0x2D00, 0x2D30))
SCRIPTS = {'greek': (0x370, 0x400, 0x1F00, 0x2000), 'cyrillic': (0x400, 0x530), 'armenian': (0x530, 0x590), 'hebrew': (0x590, 0x600),
           'arabic': (0x600, 0x700, 0x750, 0x780), 'georgian': (0x10A0, 0x1100, 0x1C90, 0x1CC0, 0x2D00, 0x2D30)}


def alphabets():
    """{script: text}, {letter: (script, symbol)}"""
    texts, symbol = {}, {}
    for line in open(ALPHABETS, encoding='utf-8'):
        if line.startswith('#'):
            continue
        script, text = line.rstrip('\n').split('\t')
        texts[script] = text
        for i, group in enumerate(text.split(' ')):
            for c in group:
                assert c not in symbol, f'{c} stands twice'
                symbol[c] = (script, i + 1)
    return texts, symbol


def letter_block(lo, hi, lower, decomp, symbol):
    """(script number name, symbol) of each code point."""
    import unicodedata
    out = []
    for cp in range(lo, hi):
        script = next((s for s, r in SCRIPTS.items() if any(a <= cp < b for a, b in zip(r[::2], r[1::2]))), None)
        c = lower.get(cp, cp)
        if 0x10A0 <= cp <= 0x10C5:      # the old ecclesiastical capitals
            c = cp - 0x10A0 + 0x10D0
        if 0x2D00 <= cp <= 0x2D25:      # and their small letters
            c = cp - 0x2D00 + 0x10D0
        for _ in range(3):
            if chr(c) in symbol or c not in decomp:
                break
            c = decomp[c][0]
            c = lower.get(c, c)
        if chr(c) in symbol and symbol[chr(c)][0] == script:
            out.append((script, symbol[chr(c)][1]))
        else:
            out.append((script, 255 if unicodedata.category(chr(cp))[0] == 'L' else 0))
    return out


def letters(lower, decomp):
    texts, symbol = alphabets()
    w = ['']
    for n, (lo, hi) in enumerate(BLOCKS):
        rows = letter_block(lo, hi, lower, decomp, symbol)
        for what, values in (('symbol', [str(v) for _, v in rows]), ('script', [f'EN_SCRIPT_{s.upper()}' if v else '0' for s, v in rows])):
            w.append(f'static const uint8_t {what}_{n}[] = {{')
            step = 24 if what == 'symbol' else 6
            for i in range(0, len(values), step):
                w.append('    ' + ', '.join(values[i:i + step]) + ',')
            w.append('};')
    w.append('const struct en_letter_block en_letter_blocks[] = {')
    for n, (lo, hi) in enumerate(BLOCKS):
        w.append(f'    {{ 0x{lo:X}, 0x{hi:X}, symbol_{n}, script_{n} }},')
    w += ['};', f'const size_t en_letter_block_count = {len(BLOCKS)};', 'const char *const en_alphabets[EN_SCRIPTS] = {']
    for script, text in texts.items():
        w.append(f'    [EN_SCRIPT_{script.upper()}] =')
        groups = text.split(' ')
        lines = [' '.join(groups[i:i + 24]) for i in range(0, len(groups), 24)]
        for i, part in enumerate(lines):
            end = ' ' if i + 1 < len(lines) else ''
            w.append(f'        "{part}{end}"' + ('' if end else ','))
    w.append('};')
    return w


def main():
    lower, decomp, marks = unicode_data()
    mandarin, cantonese = han()
    syllables = sorted(set(mandarin.values()) | set(cantonese.values()))
    number = {s: i + 1 for i, s in enumerate(syllables)}
    w = ['/* Generated by tools/gen_unicode.py from the unicode-data package (Unicode 15.0). Do not edit. */',
         '#include "names/script.h"', '#include "names/unicode_table.h"', '', '/* clang-format off */', 'const struct en_fold_row en_fold_rows[] = {']
    rows = latin(lower, decomp)
    for i in range(0, len(rows), 8):
        w.append('    ' + ' '.join(f'{{ 0x{cp:X}, "{s}" }},' for cp, s in rows[i:i + 8]))
    w += ['};', f'const size_t en_fold_row_count = {len(rows)};', '', 'const struct en_compat_row en_compat_rows[] = {']
    forms = compatible(lower, decomp, marks)
    for i in range(0, len(forms), 4):
        w.append('    ' + ' '.join(f'{{ 0x{cp:X}, {{ {", ".join(f"0x{c:X}" for c in to)} }} }},' for cp, to in forms[i:i + 4]))
    w += ['};', f'const size_t en_compat_row_count = {len(forms)};', '', 'const char *const en_han_syllables[] = {', '    "",']
    for i in range(0, len(syllables), 16):
        w.append('    ' + ' '.join(f'"{s}",' for s in syllables[i:i + 16]))
    w.append('};')
    for name, table in (('mandarin', mandarin), ('cantonese', cantonese)):
        w += ['', f'/* From U+3400 to U+9FFF: number of the syllable, 0 if there is no reading. */', f'const uint16_t en_han_{name}[EN_HAN_COUNT] = {{']
        vals = [number.get(table.get(cp, ''), 0) for cp in range(0x3400, 0xA000)]
        for i in range(0, len(vals), 32):
            w.append('    ' + ','.join(map(str, vals[i:i + 32])) + ',')
        w.append('};')
    w += letters(lower, decomp)
    w.append('/* clang-format on */')
    text = '\n'.join(w) + '\n'
    if '--check' in sys.argv:
        same = open(OUT, encoding='utf-8').read() == text
        print('unicode_table.c is current' if same else 'unicode_table.c differs: run tools/gen_unicode.py')
        return 0 if same else 1
    open(OUT, 'w', encoding='utf-8').write(text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
