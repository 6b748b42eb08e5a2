#include "formats/edifact.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/limits.h"

/* How far ahead of UNA or UNB the separators are learned: a UNB has at most 11 elements of at most 35 bytes. */
#define LOOK_AHEAD   1024u
/* How much of a candidate is kept while waiting for more. */
#define HOLD_MAX     (EN_MAX_SEGMENT + 2 * LOOK_AHEAD)
/* Bytes that decide whether a line inside a segment starts a new interchange: "UNA" + 9 + "UNB" + "+UNOA:4". */
#define RESTART_LOOK 24u

enum kind { DATA, COMPONENT, ELEMENT, RELEASE, TERMINATOR, FOLD };

enum state {
    HUNTING, /* outside an interchange: hunt() finds UNA or UNB, or a UNH without them → READING */
    READING  /* inside: UNZ (emit()), or UNT of a message that has no interchange, or UNA or UNB where a segment should
                go on (start_over()) → HUNTING */
};

/* Syntax identifiers (UNB S001 0001) whose level is not ASCII: ISO 9735-1 annex A. */
static const struct charset {
    char id[5];
    const char *icu; /* NULL: bytes are code points (8859-1) */
} charsets[] = {
    { "UNOC", NULL },         { "UNOD", "ISO-8859-2" }, { "UNOE", "ISO-8859-5" }, { "UNOF", "ISO-8859-7" },
    { "UNOG", "ISO-8859-3" }, { "UNOH", "ISO-8859-4" }, { "UNOI", "ISO-8859-6" }, { "UNOJ", "ISO-8859-8" },
    { "UNOK", "ISO-8859-9" },
};

struct en_edi {
    struct en_edi_sink sink;
    struct en_report *report;
    enum state state;
    struct en_edi_marks marks;
    uint8_t kind[256];
    uint8_t stops[6][16]; /* the bytes whose kind is not DATA, some perhaps twice, each sixteen times */
    bool plain;       /* the service characters are the default ones */
    bool in_chunk;    /* what is looked at is the caller's chunk, and not held */
    uint8_t lead[3]; /* bytes that stand before the terminator where it is a character of UTF-8 */
    size_t n_lead;
    const struct charset *charset;
    uint64_t fed;      /* offset in the file of the next byte of the chunk */
    uint64_t segments;
    bool at_unb;       /* the segment to come is the UNB (or UNH) that was found */
    bool bare;         /* a message without an interchange is read: it ends at its UNT */
    bool found;        /* an interchange */
    uint64_t junk, junk_pos;
    uint8_t *held;     /* bytes to be looked at before the next chunk: they may begin an interchange */
    size_t n_held;
    uint64_t held_pos;
    uint8_t *carry;    /* a segment that must be copied, as it stands in the file */
    size_t n_carry;
    uint64_t carry_pos;
    size_t line;       /* where in carry the last line begins; SIZE_MAX if that was looked at */
    bool carrying;     /* a segment is open in carry */
    bool released;     /* the last byte of carry was a release character */
    bool skipping;     /* … and the segment was refused: it is passed over up to its terminator */
    bool restart;      /* an interchange starts at carry[restart_at] */
    size_t restart_at;
    struct en_edi_segment segment;
    en_bytes parts[EN_MAX_COMPONENTS];
    uint16_t first[EN_MAX_COMPONENTS + 1];
};

/* --- small helpers -------------------------------------------------------------------------------- */

static bool
is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_upper_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static bool
is_fold(uint8_t c)
{
    return c == '\r' || c == '\n';
}

/*= ISO 9735-1 annex A, level B: separators may be the information separators IS1 to IS4. */
static bool
may_be_mark(uint8_t c)
{
    return c > ' ' ? !is_alnum(c) && c != 0x7F : c >= 0x1C && c <= 0x1F;
}

struct en_edi_marks
en_edi_marks(const struct en_edi *e)
{
    return e->marks;
}

/* The next byte that is not CR or LF from *i on, moving *i behind it; -1 at the end. */
static int
next_byte(en_bytes in, size_t *i)
{
    while (*i < in.n && is_fold(in.p[*i]))
        (*i)++;
    return *i < in.n ? in.p[(*i)++] : -1;
}

static int
next_byte_not_blank(en_bytes in, size_t *i)
{
    int c;

    do
        c = next_byte(in, i);
    while (c == ' ');
    return c;
}

/* Whether word stands at i, perhaps folded; *after is behind it. */
static bool
word_at(en_bytes in, size_t i, const char *word, size_t *after)
{
    for (; *word; word++)
        if (next_byte(in, &i) != (uint8_t)*word)
            return false;
    *after = i;
    return true;
}

/* --- learning the separators ---------------------------------------------------------------------- */

struct learned {
    struct en_edi_marks marks;
    uint8_t lead[3];
    size_t n_lead;
    char syntax[5];
    size_t unb;          /* offset of UNB (or UNH) in the bytes given */
    bool message;        /* a message without an interchange */
    const char *repair;  /* what had to be repaired, a code of ours; NULL if nothing */
};

static const struct en_edi_marks default_marks = { ':', '+', '.', '?', 0, '\'' };

/* The terminator is whatever stands before the UNG, UNH or UNZ that follows UNB. false if none is in sight. */
static bool
learn_terminator(en_bytes in, size_t i, struct learned *l)
{
    size_t before = SIZE_MAX;

    for (; i < in.n; i++) {
        uint8_t c = in.p[i];
        size_t after, tag;

        if (c == 'U' && before != SIZE_MAX && word_at(in, i, "UN", &after)) {
            int last = next_byte(in, &after);

            tag = after;
            if ((last == 'G' || last == 'H' || last == 'Z') && next_byte_not_blank(in, &tag) == l->marks.element)
                break;
        }
        if (!is_fold(c) && c != ' ')
            before = may_be_mark(c) && c != l->marks.element && c != l->marks.component ? i : SIZE_MAX;
    }
    if (i >= in.n)
        return false;
    l->marks.terminator = in.p[before];
    while ((in.p[before] & 0xC0) == 0x80 && l->n_lead < 3 && before > 0)
        before--, l->n_lead++;
    memcpy(l->lead, in.p + before, l->n_lead);
    return true;
}

/*= ISO 9735-1 8.1: UNB+UNOA:4+ shows the element separator twice and the component separator once. */
static bool
learn_unb(en_bytes in, size_t i, struct learned *l)
{
    int element = next_byte(in, &i), component, version;

    for (unsigned k = 0; k < 4; k++) {
        int c = next_byte(in, &i);

        if (c < 0 || !is_upper_alnum((uint8_t)c))
            return false;
        l->syntax[k] = (char)c;
    }
    component = next_byte(in, &i);
    version = next_byte(in, &i);
    if (element < 0 || component < 0 || !may_be_mark((uint8_t)element))
        return false;
    if (component == element && element != ':') /* the version is missing */
        component = ':';
    else if (version < '0' || version > '9' || !may_be_mark((uint8_t)component) || component == element)
        return false;
    l->marks = default_marks;
    l->marks.element = (uint8_t)element;
    l->marks.component = (uint8_t)component;
    if (element < ' ' || element == '?' || component == '?')
        l->marks.release = 0;
    if (!learn_terminator(in, i, l))
        l->repair = "terminator-assumed";
    else if (memcmp(&l->marks, &default_marks, sizeof default_marks) != 0 || l->n_lead)
        l->repair = "una-missing";
    return true;
}

/* The characters between UNA and UNB, without folds; *after is behind UNB. SIZE_MAX if no UNB follows. */
static size_t
una_characters(en_bytes in, size_t i, uint8_t out[16], size_t *unb, size_t *after)
{
    size_t n = 0;

    while (n < 16) {
        int c;

        while (i < in.n && is_fold(in.p[i]))
            i++;
        if (word_at(in, i, "UNB", after)) {
            *unb = i;
            while (n > 6 && out[n - 1] == ' ')
                n--;
            return n;
        }
        c = next_byte(in, &i);
        if (c < 0 || is_alnum((uint8_t)c))
            return SIZE_MAX;
        out[n++] = (uint8_t)c;
    }
    return SIZE_MAX;
}

/*= ISO 9735-1 8.1 note: UNA is the six characters that follow it, by position. */
static bool
una_is_sound(const uint8_t *c, size_t n, const struct learned *by_unb)
{
    if (n != 6 || c[0] != by_unb->marks.component || c[1] != by_unb->marks.element || !may_be_mark(c[5]))
        return false;
    for (unsigned i = 3; i < 6; i++)
        if (c[i] != ' ' && (c[i] == c[0] || c[i] == c[1] || (i < 5 && c[i] == c[5])))
            return false;
    return true;
}

static bool
learn_una(en_bytes in, size_t i, struct learned *l)
{
    uint8_t c[16] = { 0 };
    size_t after = 0, n = una_characters(in, i, c, &l->unb, &after);

    if (n == SIZE_MAX || !learn_unb(in, after, l))
        return false;
    if (una_is_sound(c, n, l)) {
        l->marks = (struct en_edi_marks){
            .component = c[0], .element = c[1], .decimal = c[2], .release = c[3] == ' ' ? 0 : c[3],
            .repeat = c[4] == ' ' ? 0 : c[4], .terminator = c[5]
        };
        l->n_lead = 0;
        l->repair = NULL;
        return true;
    }
    if (memchr(c, '\\', n) && !memchr(c, '?', n))
        l->marks.release = '\\';
    l->repair = "una-damaged";
    return true;
}

static bool
is_capital(int c)
{
    return c >= 'A' && c <= 'Z';
}

/* The terminator is the mark before the first tag that follows: three letters and the element separator. */
static bool
learn_message_terminator(en_bytes in, size_t i, struct learned *l)
{
    size_t before = SIZE_MAX;

    for (; i < in.n; i++) {
        size_t after = i;
        uint8_t c = in.p[i];

        if (before != SIZE_MAX && is_capital(c) && is_capital(next_byte(in, &after)) &&
            is_capital(next_byte(in, &after)) && is_capital(next_byte(in, &after)) &&
            next_byte(in, &after) == l->marks.element) {
            l->marks.terminator = in.p[before];
            return true;
        }
        if (!is_fold(c) && c != ' ')
            before = may_be_mark(c) && c != l->marks.element && c != l->marks.component ? i : SIZE_MAX;
    }
    return false;
}

/* A message whose interchange was taken off: UNH+1+PAXLST:D:05B shows both separators. */
static bool
learn_unh(en_bytes in, size_t i, struct learned *l)
{
    int element = next_byte(in, &i), c = next_byte(in, &i), component;

    if (element < 0 || !may_be_mark((uint8_t)element))
        return false;
    for (unsigned n = 0; c >= 0 && c != element; c = next_byte(in, &i)) /* 0062: an..14, some send more */
        if (may_be_mark((uint8_t)c) || ++n > 35)
            return false;
    for (unsigned k = 0; k < 6; k++)
        if (!is_capital(next_byte(in, &i)))
            return false;
    component = next_byte(in, &i);
    if (component < 0 || !may_be_mark((uint8_t)component) || component == element)
        return false;
    l->marks = default_marks;
    l->marks.element = (uint8_t)element;
    l->marks.component = (uint8_t)component;
    if (element < ' ' || element == '?' || component == '?')
        l->marks.release = 0;
    l->repair = "unb-missing";
    l->message = true;
    return learn_message_terminator(in, i, l);
}

/* Whether a message without an interchange around it starts at i. */
static bool
learn_message(en_bytes in, size_t i, struct learned *l)
{
    size_t after;

    in.n = in.n - i > LOOK_AHEAD ? i + LOOK_AHEAD : in.n;
    *l = (struct learned){ .unb = i };
    return word_at(in, i, "UNH", &after) && learn_unh(in, after, l);
}

/* Whether an interchange starts at i. Nothing is asked of the byte before: what was cut may end in a letter. */
static bool
learn(en_bytes in, size_t i, struct learned *l)
{
    size_t after;

    /* Always the same view, however much has come. */
    in.n = in.n - i > LOOK_AHEAD ? i + LOOK_AHEAD : in.n;
    *l = (struct learned){ .unb = i };
    if (word_at(in, i, "UNA", &after))
        return learn_una(in, after, l);
    return word_at(in, i, "UNB", &after) && learn_unb(in, after, l);
}

/* Whether "UN" and a letter A, B or H, perhaps folded or not yet complete, stand at i. */
static bool
may_start(en_bytes in, size_t i)
{
    int c;

    if (next_byte(in, &i) != 'U')
        return false;
    if ((c = next_byte(in, &i)) != 'N')
        return c < 0;
    c = next_byte(in, &i);
    return c < 0 || c == 'A' || c == 'B' || c == 'H';
}

/* --- emitting ------------------------------------------------------------------------------------- */

enum split { SPLIT, SPLIT_COPY, SPLIT_MANY, SPLIT_OPEN };

/* Where service characters stand in the 32 bytes at p, lowest bit first. */
static uint32_t
mark_bits(const struct en_edi *e, const uint8_t *p)
{
    uint32_t bits = 0;

#ifdef __SSE2__
    __m128i lo = _mm_loadu_si128((const void *)p), hi = _mm_loadu_si128((const void *)(p + 16));
    __m128i in_lo = _mm_setzero_si128(), in_hi = in_lo;

    for (size_t i = 0; i < sizeof e->stops / sizeof *e->stops; i++) {
        __m128i c = _mm_loadu_si128((const void *)e->stops[i]);

        in_lo = _mm_or_si128(in_lo, _mm_cmpeq_epi8(lo, c));
        in_hi = _mm_or_si128(in_hi, _mm_cmpeq_epi8(hi, c));
    }
    bits = (uint32_t)_mm_movemask_epi8(in_lo) | (uint32_t)_mm_movemask_epi8(in_hi) << 16;
#else
    for (unsigned i = 0; i < 32; i++)
        bits |= (uint32_t)(e->kind[p[i]] != DATA) << i;
#endif
    return bits;
}

/*
 * Splits a segment that lies in one piece; *end is its terminator. SPLIT_COPY if it holds a fold or a release
 * character, SPLIT_OPEN if it does not end before limit (or so near to it that the other way has to look).
 */
static enum split
split_in_place(struct en_edi *e, const uint8_t *p, const uint8_t *limit, const uint8_t **end, size_t *elements)
{
    const uint8_t *from = p;
    size_t n = 0, k = 1;

    for (; limit - p >= 32; p += 32) {
        for (uint32_t bits = mark_bits(e, p); bits; bits &= bits - 1) {
            const uint8_t *at = p + __builtin_ctz(bits);
            uint8_t kind = e->kind[*at];

            e->parts[n++] = (en_bytes){ from, (size_t)(at - from) };
            e->first[k] = (uint16_t)n;
            from = at + 1;
            if (kind < RELEASE) {
                k += kind == ELEMENT;
                if (n == EN_MAX_COMPONENTS)
                    return SPLIT_MANY;
            } else {
                *end = at;
                *elements = k;
                return kind == TERMINATOR ? SPLIT : SPLIT_COPY;
            }
        }
    }
    return SPLIT_OPEN;
}

/* Splits the copied segment, taking the release characters out on the way. */
static enum split
split_carry(struct en_edi *e, size_t *elements)
{
    size_t n = 0, k = 0, from = 0, w = 0;

    e->first[k++] = 0;
    for (size_t r = 0; r < e->n_carry; r++) {
        uint8_t c = e->carry[r], kind = e->kind[c];

        if (kind == RELEASE && r + 1 < e->n_carry) {
            while (is_fold(e->carry[++r]) && r + 1 < e->n_carry)
                ;
            e->carry[w++] = e->carry[r];
        } else if (kind == FOLD) {
            continue;
        } else if (kind != COMPONENT && kind != ELEMENT) {
            e->carry[w++] = c;
        } else {
            if (n + 1 >= EN_MAX_COMPONENTS)
                return SPLIT_MANY;
            e->parts[n++] = (en_bytes){ e->carry + from, w - from };
            from = w;
            if (kind == ELEMENT)
                e->first[k++] = (uint16_t)n;
        }
    }
    e->parts[n++] = (en_bytes){ e->carry + from, w - from };
    e->first[k] = (uint16_t)n;
    *elements = k;
    return SPLIT;
}

static bool
is_default(const struct en_edi_marks *m)
{
    return m->component == ':' && m->element == '+' && m->terminator == '\'' && m->release == '?';
}

static uint32_t
pack_tag(en_bytes t)
{
    if (t.n != 3 || t.p[0] < 'A' || t.p[0] > 'Z' || !is_upper_alnum(t.p[1]) || !is_upper_alnum(t.p[2]))
        return 0;
    return EN_EDI3(t.p[0], t.p[1], t.p[2]);
}

static void
refuse(struct en_edi *e, const char *code, uint64_t pos, const char *why)
{
    en_report_add(e->report, EN_NOTE_REFUSED, code, e->segments, pos, "%s", why);
}

/* Blanks around the tag ("UNG +…" happens) are passed over. */
static __attribute__((noinline)) uint32_t
odd_tag(struct en_edi *e, uint64_t pos)
{
    e->parts[0] = en_bytes_trim(e->parts[0]);
    e->segment.plain.n = 0;
    e->segment.tag = pack_tag(e->parts[0]);
    if (!e->segment.tag)
        refuse(e, "segment-tag", pos, "a segment whose tag is not three capital letters was passed over");
    return e->segment.tag;
}

/* Hands a split segment to the sink. */
static en_errc
emit(struct en_edi *e, size_t elements, uint64_t pos, en_bytes plain, struct en_err *err)
{
    struct en_edi_segment *s = &e->segment;

    e->at_unb = false;
    s->number = ++e->segments;
    s->pos = pos;
    s->elements = elements;
    s->plain = e->plain && e->in_chunk ? plain : (en_bytes){ NULL, 0 };
    s->tag = pack_tag(e->parts[0]);
    if (!s->tag && !odd_tag(e, pos))
        return EN_OK;
    if (s->tag == EN_EDI3('U', 'N', 'Z') || (e->bare && s->tag == EN_EDI3('U', 'N', 'T')))
        e->state = HUNTING;
    return e->sink.segment(e->sink.ctx, s, err);
}

/* --- hunting -------------------------------------------------------------------------------------- */

static void
note_junk(struct en_edi *e)
{
    if (e->junk)
        en_report_add(e->report, EN_NOTE_REPAIR, "text-around", 0, e->junk_pos,
                      "%llu bytes outside an interchange were passed over", (unsigned long long)e->junk);
    e->junk = 0;
}

static void
pass_over(struct en_edi *e, en_bytes junk, uint64_t pos)
{
    for (size_t i = 0; i < junk.n; i++)
        if (junk.p[i] > ' ' && !e->junk++)
            e->junk_pos = pos + i;
}

static const char *
repair_text(const char *code)
{
    static const struct {
        const char *code, *text;
    } rows[] = {
        { "una-missing", "no UNA, and separators that are not the default ones: they were learned from UNB" },
        { "unb-missing", "a message without an interchange around it: the separators were learned from UNH" },
        { "una-damaged", "UNA is damaged: the separators were learned from UNB" },
        { "terminator-assumed", "no segment terminator in sight behind UNB: the apostrophe was assumed" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].code, code) == 0)
            return rows[i].text;
    return "";
}

static void
start_reading(struct en_edi *e, const struct learned *l, uint64_t pos)
{
    const uint8_t stops[6] = { l->marks.component, l->marks.element, l->marks.terminator, '\r', '\n',
                               l->marks.release ? l->marks.release : '\n' };

    note_junk(e);
    if (l->repair)
        en_report_add(e->report, EN_NOTE_REPAIR, l->repair, e->segments + 1, pos, "%s", repair_text(l->repair));
    e->marks = l->marks;
    memcpy(e->lead, l->lead, sizeof e->lead);
    e->n_lead = l->n_lead;
    memset(e->kind, DATA, sizeof e->kind);
    e->kind['\r'] = e->kind['\n'] = FOLD;
    if (e->marks.release)
        e->kind[e->marks.release] = RELEASE;
    e->kind[e->marks.component] = COMPONENT;
    e->kind[e->marks.element] = ELEMENT;
    e->kind[e->marks.terminator] = TERMINATOR;
    for (size_t i = 0; i < sizeof stops; i++)
        memset(e->stops[i], stops[i], sizeof e->stops[i]);
    e->plain = is_default(&e->marks);
    e->charset = NULL;
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (strcmp(charsets[i].id, l->syntax) == 0)
            e->charset = &charsets[i];
    e->bare = l->message;
    e->found = e->at_unb = true;
    e->state = READING;
    e->carrying = e->skipping = false;
}

/* Looks for an interchange. Returns how many bytes are done with; what is left waits for more, unless reading began. */
static size_t
hunt(struct en_edi *e, en_bytes in, uint64_t pos, bool last)
{
    for (size_t i = 0; i < in.n; i++) {
        const uint8_t *u = memchr(in.p + i, 'U', in.n - i);
        struct learned l;

        if (!u)
            break;
        i = (size_t)(u - in.p);
        if (!may_start(in, i))
            continue;
        if (in.n - i < LOOK_AHEAD && !last) {
            pass_over(e, (en_bytes){ in.p, i }, pos);
            return i;
        }
        if (learn(in, i, &l) || learn_message(in, i, &l)) {
            pass_over(e, (en_bytes){ in.p, i }, pos);
            start_reading(e, &l, pos + i);
            return l.unb;
        }
    }
    pass_over(e, in, pos);
    return in.n;
}

/* --- reading -------------------------------------------------------------------------------------- */

/* Where in b, from i on, an interchange starts; b.n if nowhere. */
static size_t
find_start(en_bytes b, size_t i)
{
    struct learned l;

    for (; i < b.n; i++)
        if (b.p[i] == 'U' && may_start(b, i) && learn(b, i, &l))
            return i;
    return b.n;
}

/* The open segment was cut: an interchange starts at carry[at]. */
static void
start_over(struct en_edi *e, size_t at)
{
    if (at > 0 && !e->skipping)
        refuse(e, "segment-cut", e->carry_pos,
               "a segment without its end was passed over: an interchange starts in it");
    e->restart = true;
    e->restart_at = at;
    e->state = HUNTING;
    e->carrying = e->skipping = false;
}

static void
open_carry(struct en_edi *e, uint64_t pos)
{
    e->carrying = true;
    e->released = e->skipping = false;
    e->carry_pos = pos;
    e->n_carry = 0;
    e->line = SIZE_MAX;
}

/* Whether UNA or UNB stands at i, where a segment begins; b is long enough to tell. */
static bool
begins_interchange(en_bytes b, size_t i)
{
    size_t after;
    int c;

    if (!word_at(b, i, "UNA", &after) && !word_at(b, i, "UNB", &after))
        return false;
    c = next_byte(b, &after);
    return c >= 0 && may_be_mark((uint8_t)c);
}

/* Whether the open segment is the beginning of another interchange. */
static bool
carry_begins_interchange(const struct en_edi *e)
{
    return !e->at_unb && !e->skipping && begins_interchange((en_bytes){ e->carry, e->n_carry }, 0);
}

/* How long the segment that comes may be. A UNB is short: something longer that begins like one is other text. */
static size_t
longest(const struct en_edi *e)
{
    return e->at_unb ? LOOK_AHEAD : EN_MAX_SEGMENT;
}

/* What began like UNB is none: the hunt goes on behind the word. */
static void
overflow_unb(struct en_edi *e)
{
    refuse(e, "segment-too-long", e->carry_pos, "what begins like UNB has no end and was passed over");
    e->at_unb = false;
    start_over(e, 0);
    e->restart_at = strlen("UNB");
}

/* The carry is full. Either an interchange hides in it, or the segment is refused. */
static void
overflow(struct en_edi *e)
{
    en_bytes b = { e->carry, e->n_carry };
    size_t at;

    if (e->at_unb) {
        overflow_unb(e);
        return;
    }
    at = carry_begins_interchange(e) ? 0 : find_start(b, e->skipping ? 0 : 1);
    if (at < b.n) {
        start_over(e, at);
        return;
    }
    if (!e->skipping)
        refuse(e, "segment-too-long", e->carry_pos, "a segment longer than its limit was passed over");
    e->skipping = true;
    /* The end stays, so that an interchange that starts in it is found. */
    e->carry_pos += e->n_carry - RESTART_LOOK;
    memmove(e->carry, e->carry + e->n_carry - RESTART_LOOK, RESTART_LOOK);
    e->n_carry = RESTART_LOOK;
    e->line = SIZE_MAX;
}

static bool
ends_in_lead(const struct en_edi *e)
{
    return e->n_carry >= e->n_lead && memcmp(e->carry + e->n_carry - e->n_lead, e->lead, e->n_lead) == 0;
}

/* Whether the last line of the carry, seen up to a terminator, is a UNA and not the rest of a folded word. */
static bool
line_is_una(const struct en_edi *e)
{
    size_t n = e->n_carry - e->line;

    if (n < 8 || n > 12 || memcmp(e->carry + e->line, "UNA", 3) != 0)
        return false;
    for (size_t i = 3; i < n; i++)
        if (is_alnum(e->carry[e->line + i]))
            return false;
    return true;
}

/* The open segment is complete in carry, terminator included. */
static en_errc
close_carry(struct en_edi *e, struct en_err *err)
{
    size_t elements;

    if (carry_begins_interchange(e)) {
        start_over(e, 0);
        return EN_OK;
    }
    if (e->line != SIZE_MAX && line_is_una(e)) {
        start_over(e, e->line);
        return EN_OK;
    }
    e->carrying = false;
    if (e->skipping)
        return EN_OK;
    e->n_carry -= e->n_lead + 1;
    if (split_carry(e, &elements) == SPLIT_MANY) {
        e->segments++;
        refuse(e, "segment-too-long", e->carry_pos, "a segment with too many components was passed over");
        return EN_OK;
    }
    return emit(e, elements, e->carry_pos, (en_bytes){ NULL, 0 }, err);
}

/* A line that begins with UNA stays the one to look at: UNB may stand in the next one. */
static bool
line_may_be_una(const struct en_edi *e)
{
    return e->line != SIZE_MAX && e->n_carry - e->line > 3 && memcmp(e->carry + e->line, "UNA", 3) == 0;
}

/* The next byte of the segment in carry. */
static en_errc
carry_byte(struct en_edi *e, uint8_t c, struct en_err *err)
{
    uint8_t kind = e->kind[c];
    bool ends = kind == TERMINATOR && !e->released && ends_in_lead(e);

    e->carry[e->n_carry++] = c;
    if (kind == FOLD) {
        if (!line_may_be_una(e))
            e->line = e->n_carry;
        return EN_OK;
    }
    e->released = kind == RELEASE && !e->released;
    if (ends)
        return close_carry(e, err);
    if (e->line != SIZE_MAX && e->n_carry - e->line >= RESTART_LOOK) {
        en_bytes line = { e->carry + e->line, e->n_carry - e->line };

        struct learned l;

        if (learn(line, 0, &l))
            start_over(e, e->line);
        e->line = SIZE_MAX;
    }
    return EN_OK;
}

/* Reads a segment that lies in one piece at i and moves *i behind it; false if it has to be copied. */
static inline bool
read_in_place(struct en_edi *e, en_bytes in, size_t *i, uint64_t pos, en_errc *rc, struct en_err *err)
{
    const uint8_t *p = in.p + *i, *end;
    size_t elements;

    /* A segment of too many components goes the slow way, which refuses it. */
    if (split_in_place(e, p, in.n - *i > longest(e) ? p + longest(e) : in.p + in.n, &end, &elements) != SPLIT ||
        e->n_lead)
        return false;
    *rc = emit(e, elements, pos + *i, (en_bytes){ p, (size_t)(end - p) }, err);
    *i = (size_t)(end - in.p) + 1;
    return true;
}

/* Reads segments up to the end of in, or to where an interchange ends or starts; returns how far it got. */
static size_t
read_segments(struct en_edi *e, en_bytes in, uint64_t pos, en_errc *rc, struct en_err *err)
{
    size_t i = 0;

    while (i < in.n && e->state == READING && *rc == EN_OK) {
        uint8_t c = in.p[i];

        if (e->carrying) {
            if (e->n_carry >= longest(e))
                overflow(e);
            else
                *rc = carry_byte(e, in.p[i++], err);
        } else if (c <= ' ' && (e->kind[c] == DATA || e->kind[c] == FOLD)) {
            i++;
        } else if (c == 'U' && in.n - i < 4) {
            open_carry(e, pos + i);
        } else if (c == 'U' && !e->at_unb && begins_interchange(in, i)) {
            e->state = HUNTING;
        } else if (!read_in_place(e, in, &i, pos, rc, err)) {
            open_carry(e, pos + i);
        }
    }
    return i;
}

/* --- feeding -------------------------------------------------------------------------------------- */

/* Returns how many bytes of in are done with. The rest, if any, waits in front of more, or the carry starts over. */
static size_t
run(struct en_edi *e, en_bytes in, uint64_t pos, bool last, en_errc *rc, struct en_err *err)
{
    size_t i = 0;

    while (i < in.n && !e->restart && *rc == EN_OK) {
        en_bytes rest = { in.p + i, in.n - i };

        switch (e->state) {
        case HUNTING:
            i += hunt(e, rest, pos + i, last);
            if (e->state == HUNTING)
                return i;
            break;
        case READING:
            i += read_segments(e, rest, pos + i, rc, err);
            break;
        }
    }
    return i;
}

/* Puts what starts over in carry, then rest (which may lie in held), into held. */
static void
hold_restart(struct en_edi *e, en_bytes rest)
{
    size_t n = e->n_carry - e->restart_at;

    EN_ASSERT(n + rest.n <= HOLD_MAX);
    if (rest.n)
        memmove(e->held + n, rest.p, rest.n);
    memcpy(e->held, e->carry + e->restart_at, n);
    e->n_held = n + rest.n;
    e->held_pos = e->carry_pos + e->restart_at;
    e->restart = false;
}

/* Looks at the chunk itself, as nothing is held. Takes what is done with, or kept, off the chunk. */
static en_errc
feed_chunk(struct en_edi *e, en_bytes *chunk, struct en_err *err)
{
    en_errc rc = EN_OK;
    size_t used;

    e->in_chunk = true;
    used = run(e, *chunk, e->fed, false, &rc, err);
    e->in_chunk = false;

    *chunk = (en_bytes){ chunk->p + used, chunk->n - used };
    e->fed += used;
    if (rc != EN_OK)
        return rc;
    if (e->restart) {
        hold_restart(e, (en_bytes){ NULL, 0 });
    } else if (chunk->n) {
        EN_ASSERT(chunk->n < LOOK_AHEAD);
        memcpy(e->held, chunk->p, chunk->n);
        e->n_held = chunk->n;
        e->held_pos = e->fed;
        e->fed += chunk->n;
        chunk->n = 0;
    }
    return EN_OK;
}

/* Looks at what is held, with as much of the chunk behind it as fits. */
static en_errc
feed_held(struct en_edi *e, en_bytes *chunk, struct en_err *err)
{
    size_t more = chunk->n < HOLD_MAX - e->n_held ? chunk->n : HOLD_MAX - e->n_held, used, rest;
    en_errc rc = EN_OK;

    if (more)
        memcpy(e->held + e->n_held, chunk->p, more);
    e->n_held += more;
    *chunk = (en_bytes){ chunk->p + more, chunk->n - more };
    e->fed += more;
    used = run(e, (en_bytes){ e->held, e->n_held }, e->held_pos, false, &rc, err);
    rest = e->n_held - used;
    if (rc != EN_OK)
        return rc;
    if (e->restart) {
        hold_restart(e, (en_bytes){ e->held + used, rest });
    } else if (rest <= more) { /* the held bytes are done with: go on in the chunk itself */
        *chunk = (en_bytes){ chunk->p - rest, chunk->n + rest };
        e->fed -= rest;
        e->n_held = 0;
    } else {
        memmove(e->held, e->held + used, rest);
        e->n_held = rest;
        e->held_pos += used;
    }
    return EN_OK;
}

en_errc
en_edi_feed(struct en_edi *e, en_bytes chunk, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (chunk.n && rc == EN_OK)
        rc = e->n_held ? feed_held(e, &chunk, err) : feed_chunk(e, &chunk, err);
    return rc;
}

/* What lies in carry has no terminator. The end of an envelope is taken all the same; anything else is refused. */
static en_errc
end_carry(struct en_edi *e, struct en_err *err)
{
    size_t elements;

    e->carrying = false;
    if (!e->skipping && e->n_carry > 3 && memcmp(e->carry, "UN", 2) == 0 && memchr("TEZ", e->carry[2], 3) &&
        split_carry(e, &elements) == SPLIT) {
        en_report_add(e->report, EN_NOTE_WARNING, "segment-unterminated", e->segments + 1, e->carry_pos,
                      "the last segment has no terminator");
        return emit(e, elements, e->carry_pos, (en_bytes){ NULL, 0 }, err);
    }
    if (!e->skipping)
        refuse(e, "segment-cut", e->carry_pos, "the file ends in the middle of a segment");
    return EN_OK;
}

en_errc
en_edi_end(struct en_edi *e, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (rc == EN_OK && (e->n_held || e->carrying)) {
        en_bytes held = { e->held, e->n_held }, carry;
        size_t used = run(e, held, e->held_pos, true, &rc, err), start;

        if (rc != EN_OK)
            return rc;
        e->n_held = 0;
        carry = (en_bytes){ e->carry, e->n_carry };
        if (e->carrying && !e->restart) {
            start = carry_begins_interchange(e) ? 0 : find_start(carry, 1);
            if (start < carry.n)
                start_over(e, start);
        }
        if (e->restart)
            hold_restart(e, (en_bytes){ held.p + used, held.n - used });
        else if (e->carrying)
            rc = end_carry(e, err);
    }
    if (rc != EN_OK)
        return rc;
    note_junk(e);
    if (!e->found)
        return en_err_set(err, EN_E_INPUT, 0, "no EDIFACT interchange: neither UNA, UNB nor UNH was found");
    if (e->state == READING)
        en_report_add(e->report, EN_NOTE_WARNING, "interchange-truncated", e->segments, e->fed,
                      "the interchange has no UNZ: its end is possibly missing");
    return EN_OK;
}

/* --- text ----------------------------------------------------------------------------------------- */

/* Bytes of 8859-1, or of another part of 8859 through ICU, as UTF-8. */
static size_t
decode(const struct charset *cs, en_bytes in, char *out, size_t room)
{
    UErrorCode bad = U_ZERO_ERROR;
    UConverter *c;
    UChar *u;
    int32_t n16, n8 = 0;

    if (!cs || !cs->icu) {
        size_t n = 0;

        for (size_t i = 0; i < in.n; i++)
            n += en_utf8_put(in.p[i], out + n);
        return n;
    }
    c = ucnv_open(cs->icu, &bad);
    EN_ASSERT(U_SUCCESS(bad));
    u = en_xmalloc((in.n + 1) * sizeof *u);
    n16 = ucnv_toUChars(c, u, (int32_t)in.n + 1, (const char *)in.p, (int32_t)in.n, &bad);
    u_strToUTF8(out, (int32_t)room, &n8, u, n16, &bad);
    EN_ASSERT(U_SUCCESS(bad));
    free(u);
    ucnv_close(c);
    return (size_t)n8;
}

static bool
is_ascii(en_bytes b)
{
    uint8_t any = 0;

    for (size_t i = 0; i < b.n; i++)
        any |= b.p[i];
    return any < 0x80;
}

/* Not ASCII: by the declared character set, else UTF-8 where it is valid, else 8859-1. */
static en_errc
decode_text(const struct en_edi *e, en_bytes part, struct en_arena *a, en_text *out, unsigned *repairs,
            struct en_err *err)
{
    bool declared = e->charset && e->charset->icu, utf8 = !declared && en_utf8_check(part) == part.n;
    size_t room = part.n * 3 + 1;
    char *p;

    if (utf8)
        return en_text_repair(part, EN_MAX_SEGMENT, a, out, repairs, err);
    p = en_arena_alloc(a, room);
    if (!p)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than its limit");
    if (en_text_repair(en_bytes_from(p, decode(e->charset, part, p, room)), room, a, out, repairs, err) != EN_OK)
        return EN_E_LIMIT;
    if (!e->charset)
        *repairs |= EN_TEXT_BAD_UTF8;
    return EN_OK;
}

en_errc
en_edi_text(const struct en_edi *e, en_bytes part, size_t max, struct en_arena *a, en_text *out, unsigned *repairs,
            struct en_err *err)
{
    en_errc rc = EN_OK;

    *out = (en_text){ (const char *)part.p, part.n };
    *repairs = 0;
    if (part.n > max || part.n > EN_MAX_SEGMENT)
        rc = en_err_set(err, EN_E_LIMIT, 0, "text of %zu bytes, at most %zu allowed", part.n, max);
    else if (!en_bytes_plain(part))
        rc = is_ascii(part) ? en_text_repair(part, max, a, out, repairs, err)
                            : decode_text(e, part, a, out, repairs, err);
    if (rc != EN_OK) {
        *out = EN_TEXT_NONE;
        return rc;
    }
    if ((const uint8_t *)out->p == part.p) { /* borrowed: the part goes when the sink returns */
        *out = en_text_dup(*out, a);
        if (!out->p)
            return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than its limit");
    }
    return EN_OK;
}

/* --- the rest ------------------------------------------------------------------------------------- */

/* A segment under construction; full pieces go to the buffer. */
struct piece {
    struct en_buf *out;
    size_t n;
    char p[256];
};

static inline void
piece_add(struct piece *w, char c)
{
    if (w->n == sizeof w->p) {
        en_buf_add(w->out, w->p, w->n);
        w->n = 0;
    }
    w->p[w->n++] = c;
}

static void
piece_add_released(struct piece *w, en_bytes part)
{
    for (size_t i = 0; i < part.n; i++) {
        char c = (char)part.p[i];

        if (c == ':' || c == '+' || c == '\'' || c == '?')
            piece_add(w, '?');
        piece_add(w, c);
    }
}

void
en_edi_canonical(const struct en_edi_segment *s, struct en_buf *out)
{
    struct piece w;

    if (s->plain.n) {
        en_buf_add(out, s->plain.p, s->plain.n);
        en_buf_addc(out, '\'');
        return;
    }
    w.out = out;
    w.n = 0;
    for (size_t i = 0; i < s->elements; i++) {
        if (i)
            piece_add(&w, '+');
        for (size_t k = s->first[i]; k < s->first[i + 1]; k++) {
            if (k > s->first[i])
                piece_add(&w, ':');
            piece_add_released(&w, s->parts[k]);
        }
    }
    piece_add(&w, '\'');
    en_buf_add(out, w.p, w.n);
}

bool
en_edi_sniff(en_bytes head)
{
    struct learned l;

    for (size_t i = 0; i < head.n; i++)
        if (head.p[i] == 'U' && may_start(head, i) && (learn(head, i, &l) || learn_message(head, i, &l)))
            return true;
    return false;
}

struct en_edi *
en_edi_new(struct en_edi_sink sink, struct en_report *report)
{
    struct en_edi *e = en_xcalloc(1, sizeof *e);

    e->sink = sink;
    e->report = report;
    e->marks = default_marks;
    e->segment.parts = e->parts;
    e->segment.first = e->first;
    e->held = en_xmalloc(HOLD_MAX);
    e->carry = en_xmalloc(EN_MAX_SEGMENT + 1);
    return e;
}

void
en_edi_free(struct en_edi *e)
{
    if (!e)
        return;
    free(e->held);
    free(e->carry);
    free(e);
}
