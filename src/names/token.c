#include "names/token.h"

#include <string.h>

#include "names/romanise.h"

/* --- words that are no names --------------------------------------------------------------------- */

struct word {
    const char *text; /* folded as tokens are */
    uint16_t flag;
};

/* Ordered by nothing: looked up through symbols once at a token's end; the lists are short on purpose. */
static const struct word latin_words[] = {
    { "al", EN_TOKEN_PARTICLE }, { "el", EN_TOKEN_PARTICLE },
    { "ul", EN_TOKEN_PARTICLE }, { "bin", EN_TOKEN_PARTICLE },
    { "ben", EN_TOKEN_PARTICLE }, { "ibn", EN_TOKEN_PARTICLE },
    { "bint", EN_TOKEN_PARTICLE }, { "ould", EN_TOKEN_PARTICLE },
    { "wuld", EN_TOKEN_PARTICLE }, { "de", EN_TOKEN_PARTICLE },
    { "del", EN_TOKEN_PARTICLE }, { "da", EN_TOKEN_PARTICLE },
    { "do", EN_TOKEN_PARTICLE | EN_TOKEN_NAME_TOO }, { "dos", EN_TOKEN_PARTICLE },
    { "das", EN_TOKEN_PARTICLE }, { "di", EN_TOKEN_PARTICLE },
    { "du", EN_TOKEN_PARTICLE | EN_TOKEN_NAME_TOO }, { "des", EN_TOKEN_PARTICLE },
    { "la", EN_TOKEN_PARTICLE }, { "le", EN_TOKEN_PARTICLE },
    { "los", EN_TOKEN_PARTICLE }, { "las", EN_TOKEN_PARTICLE },
    { "van", EN_TOKEN_PARTICLE }, { "von", EN_TOKEN_PARTICLE },
    { "der", EN_TOKEN_PARTICLE }, { "den", EN_TOKEN_PARTICLE },
    { "zu", EN_TOKEN_PARTICLE }, { "ter", EN_TOKEN_PARTICLE },
    { "ten", EN_TOKEN_PARTICLE }, { "af", EN_TOKEN_PARTICLE },
    { "av", EN_TOKEN_PARTICLE }, { "oglu", EN_TOKEN_PARTICLE },
    { "ogly", EN_TOKEN_PARTICLE }, { "kizi", EN_TOKEN_PARTICLE },
    { "kyzy", EN_TOKEN_PARTICLE }, { "as", EN_TOKEN_PARTICLE },
    { "ad", EN_TOKEN_PARTICLE }, { "ash", EN_TOKEN_PARTICLE },
    { "ar", EN_TOKEN_PARTICLE }, { "az", EN_TOKEN_PARTICLE },
    { "an", EN_TOKEN_PARTICLE | EN_TOKEN_NAME_TOO }, { "at", EN_TOKEN_PARTICLE },
    { "ur", EN_TOKEN_PARTICLE }, { "ud", EN_TOKEN_PARTICLE },
    { "us", EN_TOKEN_PARTICLE }, { "um", EN_TOKEN_PARTICLE },
    { "und", EN_TOKEN_PARTICLE }, { "saint", EN_TOKEN_PARTICLE },
    { "abu", EN_TOKEN_BYNAME }, { "abou", EN_TOKEN_BYNAME },
    { "abo", EN_TOKEN_BYNAME }, { "umm", EN_TOKEN_BYNAME },
    { "oum", EN_TOKEN_BYNAME }, { "mr", EN_TOKEN_TITLE }, { "mrs", EN_TOKEN_TITLE },
    { "ms", EN_TOKEN_TITLE }, { "miss", EN_TOKEN_TITLE },
    { "mstr", EN_TOKEN_TITLE }, { "master", EN_TOKEN_TITLE | EN_TOKEN_NAME_TOO },
    { "dr", EN_TOKEN_TITLE }, { "prof", EN_TOKEN_TITLE },
    { "professor", EN_TOKEN_TITLE }, { "doctor", EN_TOKEN_TITLE },
    { "sir", EN_TOKEN_TITLE }, { "sheikh", EN_TOKEN_TITLE },
    { "shaykh", EN_TOKEN_TITLE }, { "shaikh", EN_TOKEN_TITLE },
    { "sheik", EN_TOKEN_TITLE }, { "cheikh", EN_TOKEN_TITLE },
    { "haji", EN_TOKEN_TITLE }, { "hajji", EN_TOKEN_TITLE },
    { "hajj", EN_TOKEN_TITLE }, { "hadji", EN_TOKEN_TITLE },
    { "haj", EN_TOKEN_TITLE }, { "hadj", EN_TOKEN_TITLE },
    { "hajja", EN_TOKEN_TITLE }, { "elhadj", EN_TOKEN_TITLE },
    { "moulvi", EN_TOKEN_TITLE }, { "maulawi", EN_TOKEN_TITLE },
    { "alhaji", EN_TOKEN_TITLE }, { "alhaj", EN_TOKEN_TITLE },
    { "mullah", EN_TOKEN_TITLE }, { "mulla", EN_TOKEN_TITLE },
    { "maulvi", EN_TOKEN_TITLE }, { "mawlawi", EN_TOKEN_TITLE },
    { "maulana", EN_TOKEN_TITLE }, { "mawlana", EN_TOKEN_TITLE },
    { "qari", EN_TOKEN_TITLE }, { "hafiz", EN_TOKEN_TITLE },
    { "imam", EN_TOKEN_TITLE }, { "ayatollah", EN_TOKEN_TITLE },
    { "hojatoleslam", EN_TOKEN_TITLE }, { "general", EN_TOKEN_TITLE },
    { "gen", EN_TOKEN_TITLE }, { "colonel", EN_TOKEN_TITLE },
    { "col", EN_TOKEN_TITLE }, { "major", EN_TOKEN_TITLE | EN_TOKEN_NAME_TOO },
    { "captain", EN_TOKEN_TITLE }, { "capt", EN_TOKEN_TITLE },
    { "lieutenant", EN_TOKEN_TITLE }, { "brigadier", EN_TOKEN_TITLE },
    { "commander", EN_TOKEN_TITLE }, { "engineer", EN_TOKEN_TITLE },
    { "eng", EN_TOKEN_TITLE }, { "ing", EN_TOKEN_TITLE },
    { "herr", EN_TOKEN_TITLE }, { "frau", EN_TOKEN_TITLE },
    { "mme", EN_TOKEN_TITLE }, { "mlle", EN_TOKEN_TITLE },
    { "monsieur", EN_TOKEN_TITLE }, { "don", EN_TOKEN_TITLE | EN_TOKEN_NAME_TOO },
    { "dona", EN_TOKEN_TITLE }, { "senor", EN_TOKEN_TITLE },
    { "jr", EN_TOKEN_TITLE }, { "junior", EN_TOKEN_TITLE },
    { "sr", EN_TOKEN_TITLE }, { "senior", EN_TOKEN_TITLE },
    { "ii", EN_TOKEN_TITLE }, { "iii", EN_TOKEN_TITLE },
    { "phd", EN_TOKEN_TITLE }, { "lord", EN_TOKEN_TITLE | EN_TOKEN_NAME_TOO },
    { "lady", EN_TOKEN_TITLE }, { "hon", EN_TOKEN_TITLE },
    { "mp", EN_TOKEN_TITLE }, { "mep", EN_TOKEN_TITLE },
    { "kc", EN_TOKEN_TITLE }, { "qc", EN_TOKEN_TITLE },
    { "obe", EN_TOKEN_TITLE }, { "mbe", EN_TOKEN_TITLE },
    { "cbe", EN_TOKEN_TITLE }, { "esq", EN_TOKEN_TITLE },
};

static const struct word cyrillic_words[] = {
    { "аль", EN_TOKEN_PARTICLE }, { "эль", EN_TOKEN_PARTICLE },
    { "бин", EN_TOKEN_PARTICLE }, { "бен", EN_TOKEN_PARTICLE },
    { "абу", EN_TOKEN_BYNAME },
    { "ибн", EN_TOKEN_PARTICLE }, { "оглы", EN_TOKEN_PARTICLE },
    { "кызы", EN_TOKEN_PARTICLE }, { "фон", EN_TOKEN_PARTICLE },
    { "ван", EN_TOKEN_PARTICLE }, { "де", EN_TOKEN_PARTICLE },
    { "ди", EN_TOKEN_PARTICLE }, { "дер", EN_TOKEN_PARTICLE },
    { "доктор", EN_TOKEN_TITLE }, { "др", EN_TOKEN_TITLE },
    { "шейх", EN_TOKEN_TITLE }, { "хаджи", EN_TOKEN_TITLE },
    { "мулла", EN_TOKEN_TITLE },   { "генерал", EN_TOKEN_TITLE }, { "полковник", EN_TOKEN_TITLE },
};

static const struct word arabic_words[] = {
    { "ال", EN_TOKEN_PARTICLE }, { "بن", EN_TOKEN_PARTICLE },
    { "ابن", EN_TOKEN_PARTICLE }, { "بنت", EN_TOKEN_PARTICLE },
    { "ابو", EN_TOKEN_BYNAME }, { "ام", EN_TOKEN_BYNAME },
    { "ولد", EN_TOKEN_PARTICLE }, { "دی", EN_TOKEN_PARTICLE },
    { "د", EN_TOKEN_TITLE }, { "شيخ", EN_TOKEN_TITLE },
    { "حاج", EN_TOKEN_TITLE }, { "حاجي", EN_TOKEN_TITLE },
    { "ملا", EN_TOKEN_TITLE }, { "دكتور", EN_TOKEN_TITLE },
    { "سيد", EN_TOKEN_TITLE },     { "مولوي", EN_TOKEN_TITLE },
};

static const struct word hebrew_words[] = {
    { "בן", EN_TOKEN_PARTICLE }, { "בת", EN_TOKEN_PARTICLE },
    { "אל", EN_TOKEN_PARTICLE }, { "דה", EN_TOKEN_PARTICLE },
    { "אבו", EN_TOKEN_BYNAME },
    { "ון", EN_TOKEN_PARTICLE }, { "ואן", EN_TOKEN_PARTICLE },
    { "פון", EN_TOKEN_PARTICLE }, { "דר", EN_TOKEN_TITLE },
    { "הבן", EN_TOKEN_TITLE },     { "האב", EN_TOKEN_TITLE },
};

#define WORDS(a) { a, sizeof a / sizeof *a }
static const struct {
    const struct word *words;
    size_t n;
} word_lists[EN_SCRIPTS] = {
    [EN_SCRIPT_LATIN] = WORDS(latin_words),
    [EN_SCRIPT_CYRILLIC] = WORDS(cyrillic_words),
    [EN_SCRIPT_ARABIC] = WORDS(arabic_words),
    [EN_SCRIPT_HEBREW] = WORDS(hebrew_words),
};

/* Latin symbols spell themselves: no decoding needed. */
static bool
spells(const struct en_token *t, const char *ascii)
{
    unsigned i;

    for (i = 0; i < t->n && ascii[i]; i++)
        if (t->sym[i] != (uint8_t)(ascii[i] - 'a' + 1))
            return false;
    return i == t->n && !ascii[i];
}

static bool
is_word(const struct en_token *t, const char *word)
{
    uint8_t sym[EN_MAX_TOKEN_LETTERS];
    unsigned n;

    if (t->script == EN_SCRIPT_LATIN)
        return spells(t, word);
    n = en_script_symbols_of(t->script, en_text_from_ours(word), sym, sizeof sym);
    return n == t->n && memcmp(sym, t->sym, n) == 0;
}

static uint16_t
word_flag(const struct en_token *t)
{
    if (t->n > 12)
        return 0;
    for (size_t i = 0; i < word_lists[t->script].n; i++)
        if (is_word(t, word_lists[t->script].words[i].text))
            return word_lists[t->script].words[i].flag;
    return 0;
}

/* --- tokens of alphabetic scripts ------------------------------------------------------------------ */

static struct en_token *
append(struct en_way *w, unsigned *dropped, const struct en_token *t)
{
    if (w->n == EN_MAX_TOKENS) {
        (*dropped)++;
        return NULL;
    }
    w->token[w->n] = *t;
    return &w->token[w->n++];
}

static bool
has_prefix(const struct en_token *t, const uint8_t *sym, unsigned n)
{
    return t->n >= n && memcmp(t->sym, sym, n) == 0;
}

/* Cuts the first n symbols off a token. */
static void
behead(struct en_token *t, unsigned n)
{
    memmove(t->sym, t->sym + n, t->n - n);
    t->n = (uint8_t)(t->n - n);
}

/* Prefixes that some writers join to the next word: abdul, abdel, abd al; al in Arabic script. */
struct prefix {
    const char *text;
    unsigned keep;    /* its first symbols are a token of their own; 0: a particle */
    unsigned at_least; /* symbols that must follow */
};

static const struct prefix latin_prefixes[] = {
    { "abdul", 3, 4 }, { "abdel", 3, 4 }, { "abdal", 3, 4 }, { "abdol", 3, 4 }, { "abdur", 3, 4 }
};
static const struct prefix arabic_prefixes[] = { { "عبدال", 3, 3 }, { "ال", 0, 3 } };
static const struct {
    const struct prefix *rows;
    size_t n;
} prefix_lists[EN_SCRIPTS] = {
    [EN_SCRIPT_LATIN] = WORDS(latin_prefixes),
    [EN_SCRIPT_ARABIC] = WORDS(arabic_prefixes),
};

/* The bytes of a text that its first n symbols take, with what is skipped between them. */
static size_t
bytes_of_symbols(en_text text, unsigned n)
{
    en_bytes left = en_text_bytes(text);

    for (unsigned seen = 0; left.n && seen < n;) {
        struct en_char c = en_char_of(en_utf8_next(&left));

        seen += c.is == EN_CHAR_LETTER ? c.n : 0;
    }
    return text.n - left.n;
}

/* Appends a finished token, splitting a joined prefix off, with its flags. */
static void
finish(struct en_way *w, unsigned *dropped, struct en_token *t)
{
    for (size_t i = 0; i < prefix_lists[t->script].n; i++) {
        const struct prefix *p = &prefix_lists[t->script].rows[i];
        struct en_token head = *t;
        uint8_t sym[8];
        unsigned n = en_script_symbols_of(t->script, en_text_from_ours(p->text), sym, sizeof sym);

        if (!has_prefix(t, sym, n) || t->n < n + p->at_least)
            continue;
        head.n = (uint8_t)(p->keep ? p->keep : n);
        head.flags |= p->keep ? 0 : EN_TOKEN_PARTICLE;
        head.text.n = bytes_of_symbols(t->text, n);
        t->text.p += head.text.n;
        t->text.n -= head.text.n;
        append(w, dropped, &head);
        behead(t, n);
        append(w, dropped, t);
        return;
    }
    if (t->n == 1)
        t->flags |= EN_TOKEN_INITIAL;
    else
        t->flags |= word_flag(t);
    append(w, dropped, t);
}

/* --- Han and Hangul ------------------------------------------------------------------------------- */

#define SYLLABLES_MAX 48
#define ITERATION     0x3005u /* the character before once more */

/* A run of Han characters or Hangul syllables between separators. */
struct run {
    enum en_script script;
    unsigned n;
    uint32_t cp[SYLLABLES_MAX];
    en_text text[SYLLABLES_MAX];
};

static bool
add_reading(struct en_token *t, uint32_t cp, enum en_romanisation how, bool surname)
{
    char letters[EN_ROMANISED_MAX];

    if (!en_romanise(cp, how, surname, letters))
        return false;
    for (const char *s = letters; *s && t->n < EN_MAX_TOKEN_LETTERS; s++)
        t->sym[t->n++] = (uint8_t)(*s - 'a' + 1);
    return true;
}

static void
add_jamo(struct en_token *t, uint32_t cp)
{
    struct en_char c = en_char_of(cp);

    for (unsigned i = 0; i < c.n && t->n < EN_MAX_TOKEN_LETTERS; i++)
        t->sym[t->n++] = c.sym[i];
}

static struct en_token
syllable_token(const struct run *run, unsigned from, unsigned to, uint16_t hint, enum en_romanisation how,
               bool surname)
{
    struct en_token t = { .script = run->script, .flags = hint };

    for (unsigned i = from; i < to; i++) {
        if (run->script == EN_SCRIPT_HAN)
            add_reading(&t, run->cp[i], how, surname && i == 0);
        else
            add_jamo(&t, run->cp[i]);
    }
    t.text = (en_text){ run->text[from].p, (size_t)(run->text[to - 1].p + run->text[to - 1].n - run->text[from].p) };
    return t;
}

/*
 * A run as words (one token, a foreign name) or as syllables. Syllable tokens of Han are Latin by their reading: they
 * are compared with pinyin, Wade-Giles or Jyutping spellings as Latin is with Latin.
 */
static void
add_run(struct en_way *w, unsigned *dropped, const struct run *run, uint16_t hint, bool syllables,
        enum en_romanisation how)
{
    if (!syllables) {
        struct en_token t = syllable_token(run, 0, run->n, hint, how, false);

        if (t.n)
            append(w, dropped, &t);
        return;
    }
    for (unsigned i = 0; i < run->n; i++) {
        struct en_token t = syllable_token(run, i, i + 1, (uint16_t)(hint | EN_TOKEN_SYLLABLE), how, w->n == 0);

        if (t.script == EN_SCRIPT_HAN)
            t.script = EN_SCRIPT_LATIN;
        if (t.n)
            append(w, dropped, &t);
    }
}

/* --- reading a name ------------------------------------------------------------------------------- */

static const struct {
    const char *why;
    bool syllables;
    enum en_romanisation how;
} ways[EN_WAYS_MAX] = {
    { "words", false, EN_ROMAN_PINYIN },
    { "syllables, Mandarin", true, EN_ROMAN_PINYIN },
    { "syllables, Cantonese", true, EN_ROMAN_HONG_KONG },
    { "syllables, Wade-Giles", true, EN_ROMAN_WADE_GILES },
    { "syllables, Hokkien", true, EN_ROMAN_HOKKIEN },
};

struct scan {
    struct en_way *way;
    unsigned *dropped, which;
    uint16_t hint;
    struct en_token token; /* under construction; script NONE if there is none */
    uint8_t looks[EN_MAX_TOKEN_LETTERS]; /* the Latin letter that each of its symbols looks like; 0: none */
    struct run run;        /* likewise, n = 0 */
};

/* Names of Latin letters, as Persian writes initials of foreigners: before a full stop. */
static const struct {
    char letter;
    const char *name;
} letter_names[] = {
    { 'a', "ای" },  { 'b', "بی" },  { 'c', "سی" },  { 'd', "دی" },   { 'e', "ئی" },   { 'f', "اف" },   { 'g', "جی" },
    { 'h', "اچ" },  { 'i', "آی" },  { 'j', "جی" },  { 'j', "جای" },  { 'k', "کی" },   { 'k', "کای" },  { 'l', "ال" },
    { 'm', "ام" },  { 'n', "ان" },  { 'o', "او" },  { 'p', "پی" },   { 'q', "کیو" },  { 'r', "آر" },   { 's', "اس" },
    { 't', "تی" },  { 'u', "یو" },  { 'v', "وی" },  { 'w', "دبلیو" }, { 'x', "ایکس" }, { 'y', "وای" }, { 'z', "زد" },
};

/* Makes the token under construction the letter that it names. */
static void
abbreviate(struct en_token *t)
{
    for (size_t i = 0; t->script == EN_SCRIPT_ARABIC && i < sizeof letter_names / sizeof *letter_names; i++)
        if (is_word(t, letter_names[i].name)) {
            t->script = EN_SCRIPT_LATIN;
            t->sym[0] = (uint8_t)(letter_names[i].letter - 'a' + 1);
            t->n = 1;
        }
}

static void
flush(struct scan *s)
{
    if (s->token.script != EN_SCRIPT_NONE && s->token.n)
        finish(s->way, s->dropped, &s->token);
    s->token = (struct en_token){ .script = EN_SCRIPT_NONE };
    if (s->run.n)
        add_run(s->way, s->dropped, &s->run, s->hint, ways[s->which].syllables, ways[s->which].how);
    s->run.n = 0;
}

/*
 * Letters of Cyrillic and Greek that look like Latin ones. Lists and bookings mix them within a word: by a wrong
 * keyboard, by a careless copy, or so that a name is not found.
 */
static const struct {
    uint16_t cp;
    char latin;
} look_alikes[] = {
    { 0x391, 'a' }, { 0x392, 'b' }, { 0x395, 'e' }, { 0x396, 'z' }, { 0x397, 'h' }, { 0x399, 'i' }, { 0x39A, 'k' },
    { 0x39C, 'm' }, { 0x39D, 'n' }, { 0x39F, 'o' }, { 0x3A1, 'p' }, { 0x3A4, 't' }, { 0x3A5, 'y' }, { 0x3A7, 'x' },
    { 0x3B1, 'a' }, { 0x3B5, 'e' }, { 0x3B7, 'n' }, { 0x3B9, 'i' }, { 0x3BA, 'k' }, { 0x3BD, 'v' }, { 0x3BF, 'o' },
    { 0x3C1, 'p' }, { 0x3C4, 't' }, { 0x3C5, 'u' }, { 0x3C7, 'x' }, { 0x3F2, 'c' }, { 0x3F3, 'j' }, { 0x3F9, 'c' },
    { 0x405, 's' }, { 0x406, 'i' }, { 0x408, 'j' }, { 0x410, 'a' }, { 0x412, 'b' }, { 0x415, 'e' }, { 0x41A, 'k' },
    { 0x41C, 'm' }, { 0x41D, 'h' }, { 0x41E, 'o' }, { 0x420, 'p' }, { 0x421, 'c' }, { 0x422, 't' }, { 0x423, 'y' },
    { 0x425, 'x' }, { 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43A, 'k' }, { 0x43C, 'm' }, { 0x43D, 'h' },
    { 0x43E, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' },
    { 0x456, 'i' }, { 0x458, 'j' }, { 0x4AE, 'y' }, { 0x4AF, 'y' }, { 0x4BB, 'h' }, { 0x4C0, 'l' }, { 0x4CF, 'l' },
    { 0x501, 'd' }, { 0x51A, 'q' }, { 0x51B, 'q' }, { 0x51C, 'w' }, { 0x51D, 'w' },
};

/* The Latin symbol that a letter looks like; 0 where none. */
static uint8_t
looks_latin(uint32_t cp)
{
    for (size_t i = 0; cp >= 0x370 && cp < 0x530 && i < sizeof look_alikes / sizeof *look_alikes; i++)
        if (look_alikes[i].cp == cp)
            return (uint8_t)(look_alikes[i].latin - 'a' + 1);
    return 0;
}

/* The letter of Cyrillic or Greek that looks like a Latin one; 0 where none does. */
static uint32_t
looks_like(enum en_script script, uint8_t latin)
{
    static const uint16_t cyrillic[27] = { 0,     0x430, 0x432, 0x441, 0,     0x435, 0,     0,     0x43D,
                                           0x456, 0x458, 0x43A, 0,     0x43C, 0,     0x43E, 0x440, 0,
                                           0,     0x455, 0x442, 0,     0,     0,     0x445, 0x443, 0 };
    static const uint16_t greek[27] = { 0,     0x3B1, 0x392, 0,     0,     0x3B5, 0,     0,     0x397,
                                        0x3B9, 0,     0x3BA, 0,     0x39C, 0x3B7, 0x3BF, 0x3C1, 0,
                                        0,     0,     0x3C4, 0x3C5, 0x3BD, 0,     0x3C7, 0x3A5, 0x396 };

    if (latin >= 27 || (script != EN_SCRIPT_CYRILLIC && script != EN_SCRIPT_GREEK))
        return 0;
    return script == EN_SCRIPT_GREEK ? greek[latin] : cyrillic[latin];
}

/* Turns the Latin token under construction into another script if every letter looks like one of that. */
static bool
leave_latin(struct scan *s, enum en_script to)
{
    struct en_token out = s->token;

    for (unsigned i = 0; i < out.n; i++) {
        uint32_t cp = looks_like(to, out.sym[i]);

        if (!cp)
            return false;
        out.sym[i] = en_char_of(cp).sym[0];
    }
    out.script = to;
    memcpy(s->looks, s->token.sym, s->token.n);
    s->token = out;
    return true;
}

/* The same the other way. */
static bool
become_latin(struct scan *s)
{
    for (unsigned i = 0; i < s->token.n; i++)
        if (!s->looks[i])
            return false;
    memcpy(s->token.sym, s->looks, s->token.n);
    s->token.script = EN_SCRIPT_LATIN;
    return true;
}

static struct en_char
latin_letter(uint8_t sym)
{
    return (struct en_char){ EN_CHAR_LETTER, EN_SCRIPT_LATIN, 1, { sym } };
}

/*
 * Makes the letter and the token under construction one script, where look-alikes allow it: what no other script has
 * decides. *looks: the Latin letter that it looks like afterwards, 0 where none.
 */
static struct en_char
settle(struct scan *s, struct en_char c, uint32_t cp, uint8_t *looks)
{
    bool latin = c.script == EN_SCRIPT_LATIN && c.n == 1;
    uint32_t like = latin ? looks_like(s->token.script, c.sym[0]) : 0;

    *looks = latin ? c.sym[0] : looks_latin(cp);
    if (like)
        return en_char_of(like);
    if (latin && (s->token.script == EN_SCRIPT_CYRILLIC || s->token.script == EN_SCRIPT_GREEK))
        become_latin(s);
    else if (s->token.script == EN_SCRIPT_LATIN && (c.script == EN_SCRIPT_CYRILLIC || c.script == EN_SCRIPT_GREEK) &&
             !leave_latin(s, c.script) && *looks)
        return latin_letter(*looks);
    return c;
}

/* Half-width katakana have their voicing as a character of its own; this puts it back. */
static bool
voice(struct en_token *t, uint32_t cp)
{
    uint8_t *last = &t->sym[t->n ? t->n - 1 : 0];
    bool half = cp == 0xFF9F || cp == 0x309C;
    uint32_t kana = t->n && t->script == EN_SCRIPT_KANA ? 0x30A0u + *last : 0;

    if (!kana || !(half || cp == 0xFF9E || cp == 0x309B))
        return false;
    if (!half && kana == 0x30A6) /* u */
        *last = 0x30F4 - 0x30A0;
    else if (!half &&
             ((kana >= 0x30AB && kana <= 0x30C1 && kana % 2) || kana == 0x30C4 || kana == 0x30C6 || kana == 0x30C8))
        *last = (uint8_t)(*last + 1);
    else if (kana >= 0x30CF && kana <= 0x30DB && (kana - 0x30CF) % 3 == 0)
        *last = (uint8_t)(*last + (half ? 2 : 1));
    return true;
}

static void
letter(struct scan *s, const struct en_char *seen, uint32_t cp, en_text text)
{
    uint8_t looks;
    struct en_char own = settle(s, *seen, cp, &looks), *c = &own;

    if (c->script == EN_SCRIPT_HAN || c->script == EN_SCRIPT_HANGUL) {
        if (s->token.script != EN_SCRIPT_NONE || (s->run.n && s->run.script != c->script) || s->run.n == SYLLABLES_MAX)
            flush(s);
        s->run.script = c->script;
        s->run.cp[s->run.n] = cp == ITERATION && s->run.n ? s->run.cp[s->run.n - 1] : cp;
        s->run.text[s->run.n++] = text;
        return;
    }
    /* Other scripts within a word start a new token. */
    if (s->run.n || (s->token.script != EN_SCRIPT_NONE && s->token.script != c->script))
        flush(s);
    if (s->token.script == EN_SCRIPT_NONE)
        s->token = (struct en_token){ .script = c->script, .flags = s->hint, .text = { text.p, 0 } };
    if (s->token.n + c->n <= EN_MAX_TOKEN_LETTERS) {
        memcpy(s->token.sym + s->token.n, c->sym, c->n);
        memset(s->looks + s->token.n, c->n == 1 ? looks : 0, c->n);
        s->token.n = (uint8_t)(s->token.n + c->n);
    }
    s->token.text.n = (size_t)(text.p + text.n - s->token.text.p);
}

static void
scan(struct en_way *w, unsigned *dropped, unsigned which, en_text full, uint16_t hint)
{
    struct scan s = { .way = w, .dropped = dropped, .which = which, .hint = hint };
    en_bytes left = en_text_bytes(full);

    s.token.script = EN_SCRIPT_NONE;
    while (left.n) {
        const char *at = (const char *)left.p;
        uint32_t cp = en_utf8_next(&left);
        struct en_char c;

        if (cp == UINT32_MAX)
            continue;
        c = en_char_of(cp);
        switch (c.is) {
        case EN_CHAR_LETTER:
            letter(&s, &c, cp, (en_text){ at, (size_t)((const char *)left.p - at) });
            break;
        case EN_CHAR_SKIP:
            if (cp >= 0x309B && voice(&s.token, cp))
                s.token.text.n = (size_t)((const char *)left.p - s.token.text.p);
            break;
        case EN_CHAR_ABBREVIATE:
            abbreviate(&s.token);
            flush(&s);
            break;
        case EN_CHAR_JOIN:
        case EN_CHAR_SEPARATE:
            flush(&s);
            break;
        }
    }
    flush(&s);
}

#define CHINESE_MOST 4u /* characters of a Chinese name: longer ones are foreign, written by their sound */
#define FOREIGN_WAYS 2u /* as words, or as Mandarin syllables if the list does so */

/* The number of ways to read a text: one, but with Hangul two; with Han all if it can be a Chinese name. */
static unsigned
ways_of(en_text full)
{
    en_bytes left = en_text_bytes(full);
    unsigned han = 0, hangul = 0, dots = 0; /* dots stand between the parts of a foreign name */

    while (left.n) {
        uint32_t cp;
        enum en_script script;

        if (left.p[0] < 0xE2) { /* below U+2000, but for the middle dot */
            dots += left.p[0] == 0xC2 && left.n > 1 && left.p[1] == 0xB7;
            left.p++, left.n--;
            continue;
        }
        cp = en_utf8_next(&left);
        script = cp == UINT32_MAX ? EN_SCRIPT_NONE : en_char_of(cp).script;
        han += script == EN_SCRIPT_HAN;
        hangul += script == EN_SCRIPT_HANGUL;
        dots += cp == 0x2027 || cp == 0x30FB || cp == 0xFF0E || cp == 0xFF65; /* ‧ ・ ． ･ */
    }
    if (!han)
        return hangul ? 2 : 1;
    return han > CHINESE_MOST || dots ? FOREIGN_WAYS : EN_WAYS_MAX;
}

/*
 * Don Young, John Major, An Seojun: what else is there makes it a title or a particle. With at least two other parts it
 * is one, with fewer a name. Abu Hafiz has no name beside the byname.
 */
static void
settle_words(struct en_way *w)
{
    unsigned others = 0;

    for (unsigned i = 0; i < w->n; i++)
        others += !(w->token[i].flags &
                    (EN_TOKEN_NAME_TOO | EN_TOKEN_PARTICLE | EN_TOKEN_TITLE | EN_TOKEN_INITIAL | EN_TOKEN_BYNAME));
    for (unsigned i = 0; i < w->n; i++) {
        struct en_token *t = &w->token[i];

        if (t->flags & EN_TOKEN_NAME_TOO) {
            t->flags &= (uint16_t)~(EN_TOKEN_PARTICLE | EN_TOKEN_TITLE);
            t->flags |= others < 2 ? 0 : word_flag(t);
        }
        if (others < 2)
            t->flags &= (uint16_t)~EN_TOKEN_BYNAME;
    }
}

void
en_name_read_more(en_text part, uint16_t hint, struct en_name_ways *out)
{
    unsigned n = ways_of(part);

    for (; out->n < n; out->n++)
        out->way[out->n] = out->way[0];
    for (unsigned i = 0; i < out->n; i++) {
        out->way[i].why = ways[i].why;
        scan(&out->way[i], &out->dropped, i, part, hint);
        settle_words(&out->way[i]);
    }
}

void
en_name_read(en_text full, uint16_t hint, struct en_name_ways *out)
{
    out->n = 1;
    out->dropped = 0;
    for (unsigned i = 0; i < EN_WAYS_MAX; i++)
        out->way[i].n = 0;
    en_name_read_more(full, hint, out);
    if (out->way[0].n == 0)
        out->n = 0;
}
