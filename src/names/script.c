#include "names/script.h"

#include <string.h>

#include "names/unicode_table.h"

static const struct {
    const char *word, *code;
    unsigned symbols; /* 0: count the groups of the alphabet */
} scripts[EN_SCRIPTS] = {
    [EN_SCRIPT_NONE] = { "none", "Zyyy", 0 },      [EN_SCRIPT_LATIN] = { "latin", "Latn", 26 },
    [EN_SCRIPT_CYRILLIC] = { "cyrillic", "Cyrl", 0 }, [EN_SCRIPT_ARABIC] = { "arabic", "Arab", 0 },
    [EN_SCRIPT_HEBREW] = { "hebrew", "Hebr", 0 },  [EN_SCRIPT_GREEK] = { "greek", "Grek", 0 },
    [EN_SCRIPT_GEORGIAN] = { "georgian", "Geor", 0 }, [EN_SCRIPT_ARMENIAN] = { "armenian", "Armn", 0 },
    [EN_SCRIPT_HANGUL] = { "hangul", "Hang", 67 }, [EN_SCRIPT_KANA] = { "kana", "Kana", 90 },
    [EN_SCRIPT_HAN] = { "han", "Hani", 26 },       [EN_SCRIPT_OTHER] = { "other", "Zzzz", 126 },
};

/* --- code point to symbol ------------------------------------------------------------------------- */

static struct en_char
letter1(enum en_script s, unsigned sym)
{
    return (struct en_char){ EN_CHAR_LETTER, s, 1, { (uint8_t)sym } };
}

/* Latin letter of up to three base letters. */
static struct en_char
latin(const char *to)
{
    struct en_char c = { EN_CHAR_LETTER, EN_SCRIPT_LATIN, 0, { 0 } };

    for (; *to && c.n < 3; to++)
        c.sym[c.n++] = (uint8_t)(*to - 'a' + 1);
    return c;
}

static const struct en_fold_row *
fold_row(uint32_t cp)
{
    size_t lo = 0, hi = en_fold_row_count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (en_fold_rows[mid].cp == cp)
            return &en_fold_rows[mid];
        if (en_fold_rows[mid].cp < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/*= Unicode 15.0 section 3.12: Hangul syllable decomposition. */
static struct en_char
hangul(uint32_t cp)
{
    uint32_t s = cp - 0xAC00, t = s % 28;
    struct en_char c = { EN_CHAR_LETTER, EN_SCRIPT_HANGUL, 2, { 0 } };

    c.sym[0] = (uint8_t)(1 + s / 588);
    c.sym[1] = (uint8_t)(20 + s % 588 / 28);
    if (t) {
        c.sym[2] = (uint8_t)(40 + t);
        c.n = 3;
    }
    return c;
}

static bool
is_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF) ||
           cp == 0x3005;
}

static struct en_char
kana(uint32_t cp)
{
    if (cp >= 0x3041 && cp <= 0x3096) /* hiragana */
        cp += 0x60;
    if (cp >= 0x30A1 && cp <= 0x30FA)
        return letter1(EN_SCRIPT_KANA, cp - 0x30A1 + 1);
    return (struct en_char){ .is = EN_CHAR_SKIP };
}

/* Half-width katakana U+FF66..U+FF9D in the order of JIS X 0201, as offsets from U+30A0. */
static const uint8_t halfwidth[] = { 0x52, 0x01, 0x03, 0x05, 0x07, 0x09, 0x43, 0x45, 0x47, 0x23, 0x5C, 0x02, 0x04, 0x06,
                                     0x08, 0x0A, 0x0B, 0x0D, 0x0F, 0x11, 0x13, 0x15, 0x17, 0x19, 0x1B, 0x1D, 0x1F, 0x21,
                                     0x24, 0x26, 0x28, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x32, 0x35, 0x38, 0x3B, 0x3E,
                                     0x3F, 0x40, 0x41, 0x42, 0x44, 0x46, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4F, 0x53 };

/* Punctuation that stands in names. */
static enum en_char_class
punctuation(uint32_t cp)
{
    switch (cp) {
    case '\'': case '`': case 0xB4: case 0x2018: case 0x2019: case 0x201B: case 0x2BB: case 0x2BC: case 0x2BD: case 0x2BE:
    case 0x2BF: case 0x2C8: case 0x2032: case 0x640: case 0x200C: case 0x30FC: case 0x5F3: case 0x5F4: case 0x55A: case 0x621:
    case 0x2B9: case 0x2BA: case 0xFF07: case 0x3031: case 0x30FD: case 0x30FE:
        return EN_CHAR_SKIP;
    case '-': case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x5BE: case 0x58A:
        return EN_CHAR_JOIN;
    case '.':
        return EN_CHAR_ABBREVIATE;
    default:
        return EN_CHAR_SEPARATE;
    }
}

static bool
is_mark(uint32_t cp)
{
    return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x483 && cp <= 0x489) || (cp >= 0x591 && cp <= 0x5BD) ||
           (cp >= 0x5BF && cp <= 0x5C7) || (cp >= 0x610 && cp <= 0x61A) || (cp >= 0x64B && cp <= 0x65F) ||
           cp == 0x670 || (cp >= 0x6D6 && cp <= 0x6ED) || (cp >= 0x1AB0 && cp <= 0x1AFF) ||
           (cp >= 0x20D0 && cp <= 0x20FF) || (cp >= 0x3099 && cp <= 0x309C) || (cp >= 0xFE20 && cp <= 0xFE2F) ||
           cp == 0xFF9E || cp == 0xFF9F;
}

/* Other scripts' letters are compared as they stand: a symbol from the code point, so that equal stays equal. */
static struct en_char
other(uint32_t cp)
{
    return letter1(EN_SCRIPT_OTHER, 1 + cp % 126);
}

/* Letters of the alphabets: the table knows their script by the block and their symbol. */
static struct en_char
alphabetic(uint32_t cp, const struct en_letter_block *block)
{
    uint8_t sym = block->symbol[cp - block->from];

    if (cp == 0x449 || cp == 0x429) /* shcha is sh and ch, whatever romanisation writes it: shch, szcz, sht */
        return (struct en_char){ EN_CHAR_LETTER,
                                 EN_SCRIPT_CYRILLIC,
                                 2,
                                 { block->symbol[0x448 - block->from], block->symbol[0x447 - block->from] } };
    if (sym == EN_LETTER_OTHER)
        return other(cp);
    return sym ? letter1((enum en_script)block->script[cp - block->from], sym)
               : (struct en_char){ .is = EN_CHAR_SEPARATE };
}

/* Arabic and Hebrew as old systems write them, one form of a letter or several letters a character; Latin in circles.
 */
static struct en_char
compatible(uint32_t cp)
{
    struct en_char out = { .is = EN_CHAR_SEPARATE };
    size_t lo = 0, hi = en_compat_row_count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (en_compat_rows[mid].cp < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == en_compat_row_count || en_compat_rows[lo].cp != cp)
        return out;
    for (unsigned i = 0; i < 4 && en_compat_rows[lo].to[i]; i++) {
        struct en_char c = en_char_of(en_compat_rows[lo].to[i]);

        if (c.is != EN_CHAR_LETTER || out.n + c.n > sizeof out.sym || (out.n && c.script != out.script)) {
            out.is = out.n ? out.is : c.is;
            continue;
        }
        memcpy(out.sym + out.n, c.sym, c.n);
        out = (struct en_char){
            EN_CHAR_LETTER, c.script, (uint8_t)(out.n + c.n), { out.sym[0], out.sym[1], out.sym[2], out.sym[3] }
        };
    }
    return out;
}

static struct en_char
slow_char(uint32_t cp)
{
    struct en_char form;
    const struct en_fold_row *row;

    /* The commonest first: a letter of the main block cannot be anything else. */
    if (cp >= en_letter_blocks[0].from && cp < en_letter_blocks[0].to) {
        uint8_t sym = en_letter_blocks[0].symbol[cp - en_letter_blocks[0].from];

        if (sym && sym != EN_LETTER_OTHER)
            return alphabetic(cp, &en_letter_blocks[0]);
    }
    if (is_mark(cp))
        return (struct en_char){ .is = EN_CHAR_SKIP };
    if (punctuation(cp) != EN_CHAR_SEPARATE)
        return (struct en_char){ .is = punctuation(cp) };
    row = cp < 0x10000 ? fold_row(cp) : NULL;
    if (row)
        return latin(row->to);
    if (cp >= 0xAC00 && cp <= 0xD7A3)
        return hangul(cp);
    if (is_han(cp))
        return (struct en_char){ EN_CHAR_LETTER, EN_SCRIPT_HAN, 0, { 0 } };
    if (cp >= 0xFF66 && cp <= 0xFF9D)
        return cp == 0xFF70 ? (struct en_char){ .is = EN_CHAR_SKIP } : kana(0x30A0u + halfwidth[cp - 0xFF66]);
    if (cp >= 0x3041 && cp <= 0x30FA)
        return kana(cp);
    for (size_t i = 0; i < en_letter_block_count; i++)
        if (cp >= en_letter_blocks[i].from && cp < en_letter_blocks[i].to)
            return alphabetic(cp, &en_letter_blocks[i]);
    form = compatible(cp);
    if (form.is != EN_CHAR_SEPARATE)
        return form;
    /* Letters of the scripts of South and South-East Asia, Ethiopia, North Africa and others. */
    if ((cp >= 0x700 && cp <= 0x1FFF) || (cp >= 0x2C00 && cp <= 0x2DDF) || (cp >= 0x3105 && cp <= 0x318E) ||
        (cp >= 0x31A0 && cp <= 0x31BF) || (cp >= 0x31F0 && cp <= 0x31FF) || (cp >= 0xA000 && cp <= 0xABFF) ||
        (cp >= 0xD7B0 && cp <= 0xD7FB) || (cp >= 0x10000 && cp <= 0x1EFFF))
        return other(cp);
    return (struct en_char){ .is = EN_CHAR_SEPARATE };
}

struct en_char
en_char_of(uint32_t cp)
{
    if (cp < 0x80) {
        unsigned lower = cp | 0x20;

        if (lower >= 'a' && lower <= 'z')
            return letter1(EN_SCRIPT_LATIN, lower - 'a' + 1);
        return (struct en_char){ .is = punctuation(cp) };
    }
    return slow_char(cp);
}

const char *
en_han_reading(uint32_t cp, enum en_reading r)
{
    const uint16_t *table = r == EN_READ_MANDARIN ? en_han_mandarin : en_han_cantonese;

    return cp >= EN_HAN_FIRST && cp < EN_HAN_FIRST + EN_HAN_COUNT ? en_han_syllables[table[cp - EN_HAN_FIRST]] : "";
}

/* --- names of scripts and symbols ----------------------------------------------------------------- */

unsigned
en_script_symbols(enum en_script s)
{
    unsigned n = 1;

    if (scripts[s].symbols || !en_alphabets[s])
        return scripts[s].symbols;
    for (const char *p = en_alphabets[s]; *p; p++)
        n += *p == ' ';
    return n;
}

const char *
en_script_code(enum en_script s)
{
    return scripts[s].code;
}

const char *
en_script_word(enum en_script s)
{
    return scripts[s].word;
}

bool
en_script_from_word(en_text t, enum en_script *out)
{
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        if (en_text_is(t, scripts[s].word)) {
            *out = (enum en_script)s;
            return true;
        }
    return false;
}

/* Conjoining jamo as data files show them: initials and finals are marked apart. */
static const char *const jamo[68] = {
    "", "ᄀ", "ᄁ", "ᄂ", "ᄃ", "ᄄ", "ᄅ", "ᄆ", "ᄇ", "ᄈ", "ᄉ", "ᄊ", "ᄋ", "ᄌ", "ᄍ", "ᄎ", "ᄏ", "ᄐ", "ᄑ", "ᄒ", "ᅡ", "ᅢ", "ᅣ",
    "ᅤ", "ᅥ", "ᅦ", "ᅧ", "ᅨ", "ᅩ", "ᅪ", "ᅫ", "ᅬ", "ᅭ", "ᅮ", "ᅯ", "ᅰ", "ᅱ", "ᅲ", "ᅳ", "ᅴ", "ᅵ", "ᆨ", "ᆩ", "ᆪ", "ᆫ", "ᆬ",
    "ᆭ", "ᆮ", "ᆯ", "ᆰ", "ᆱ", "ᆲ", "ᆳ", "ᆴ", "ᆵ", "ᆶ", "ᆷ", "ᆸ", "ᆹ", "ᆺ", "ᆻ", "ᆼ", "ᆽ", "ᆾ", "ᆿ", "ᇀ", "ᇁ", "ᇂ",
};

static const char *const katakana[91] = {
    "", "ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "カ", "ガ", "キ", "ギ", "ク", "グ", "ケ", "ゲ", "コ", "ゴ", "サ", "ザ",
    "シ", "ジ", "ス", "ズ", "セ", "ゼ", "ソ", "ゾ", "タ", "ダ", "チ", "ヂ", "ッ", "ツ", "ヅ", "テ", "デ", "ト", "ド", "ナ", "ニ", "ヌ", "ネ",
    "ノ", "ハ", "バ", "パ", "ヒ", "ビ", "ピ", "フ", "ブ", "プ", "ヘ", "ベ", "ペ", "ホ", "ボ", "ポ", "マ", "ミ", "ム", "メ", "モ", "ャ", "ヤ",
    "ュ", "ユ", "ョ", "ヨ", "ラ", "リ", "ル", "レ", "ロ", "ヮ", "ワ", "ヰ", "ヱ", "ヲ", "ン", "ヴ", "ヵ", "ヶ", "ヷ", "ヸ", "ヹ", "ヺ",
};

unsigned
en_script_end(enum en_script s)
{
    return s == EN_SCRIPT_LATIN || s == EN_SCRIPT_HAN ? EN_SYM_END : en_script_symbols(s) + 1;
}

/* The first letter of a group. */
static size_t
group_text(const char *alphabet, unsigned sym, char out[8])
{
    en_bytes b = en_text_bytes(en_text_from_ours(alphabet));
    unsigned group = 1;
    uint32_t before = ' ';

    while (b.n) {
        uint32_t cp = en_utf8_next(&b);

        if (cp == ' ')
            group++;
        else if (group == sym && before == ' ')
            return en_utf8_put(cp, out);
        before = cp;
    }
    return 0;
}

size_t
en_script_symbol_put(enum en_script s, unsigned sym, char out[8])
{
    const char *const *table = s == EN_SCRIPT_HANGUL ? jamo : s == EN_SCRIPT_KANA ? katakana : NULL;

    if (sym == en_script_end(s))
        return out[0] = '$', 1;
    if (sym == 0 || sym > en_script_symbols(s))
        return 0;
    if (s == EN_SCRIPT_LATIN || s == EN_SCRIPT_HAN)
        return out[0] = (char)('a' + sym - 1), 1;
    if (table)
        return memcpy(out, table[sym], 3), 3;
    return en_alphabets[s] ? group_text(en_alphabets[s], sym, out) : 0;
}

/* A conjoining jamo (data files) to its symbol. */
static unsigned
jamo_symbol(uint32_t cp)
{
    if (cp >= 0x1100 && cp <= 0x1112)
        return 1 + cp - 0x1100;
    if (cp >= 0x1161 && cp <= 0x1175)
        return 20 + cp - 0x1161;
    return cp >= 0x11A8 && cp <= 0x11C2 ? 41 + cp - 0x11A8 : 0;
}

unsigned
en_script_symbols_of(enum en_script s, en_text t, uint8_t *out, unsigned max)
{
    en_bytes b = en_text_bytes(t);
    unsigned n = 0;

    while (b.n) {
        uint32_t cp = en_utf8_next(&b);
        struct en_char c = en_char_of(cp);
        unsigned special = cp == '$' ? en_script_end(s) : s == EN_SCRIPT_HANGUL ? jamo_symbol(cp) : 0;
        bool same = c.script == s || (s == EN_SCRIPT_HAN && c.script == EN_SCRIPT_LATIN);

        if (special && n < max) {
            out[n++] = (uint8_t)special;
            continue;
        }
        if (c.is == EN_CHAR_SKIP)
            continue;
        if (c.is != EN_CHAR_LETTER || !same || c.n == 0 || n + c.n > max)
            return 0;
        memcpy(out + n, c.sym, c.n);
        n += c.n;
    }
    return n;
}
