#include "formats/cusres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/reader.h"

/* Enough for the largest message: EN_MAX_PERSONS rows with their references. */
#define MESSAGE_ARENA (64u * EN_MIB)
#define REFERENCE_MAX 512u
#define LINES_MAX     256u
#define DECODED_MAX   (8u * REFERENCE_MAX) /* as UTF-8, and two of them joined */

/*= reference/travel.md 3.2: "an unreadable message is answered with ERP+1 and ERC+118" */
#define UNREADABLE "118"

/* BGM 1001; NULL: it is no CUSRES of ours. */
static const char *const functions[EN_CUSRES_WHATS] = {
    [EN_CUSRES_ANSWER] = "962", [EN_CUSRES_CHANGE] = "132", [EN_CUSRES_RECEIPT] = "312"
};

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct en_cusres {
    struct en_cusres_sink sink;
    struct en_report *report;
    struct en_edi *edi;
    struct en_arena envelope, arena; /* of the interchange; of the message */
    struct en_cusres_head outer;     /* what UNB and UNG said */
    struct en_cusres_head head;
    struct en_cusres_line *lines;
    size_t cap_lines;
    struct en_cusres_row *rows;
    size_t n_rows, cap_rows;
    uint32_t messages;
    bool in_message, read, una; /* read: of a type that is understood here */
    uint8_t tail[3];            /* of what was fed so far, to see UNA */
    bool began;
};

static en_text
take(struct en_cusres *c, struct en_arena *a, const struct en_edi_segment *s, size_t element, size_t component)
{
    unsigned repairs = 0;
    en_text t;

    if (en_edi_text(c->edi, en_edi_part(s, element, component), REFERENCE_MAX, a, &t, &repairs, NULL) != EN_OK) {
        en_report_add(c->report, EN_NOTE_REFUSED, "value-long", s->number, s->pos, "a reference is too long");
        return EN_TEXT_LIT("");
    }
    return t.p != NULL ? t : EN_TEXT_LIT("");
}

static void
add_line(struct en_cusres *c, const char *tag, en_text code, en_text value, en_text format)
{
    struct en_cusres_line *l;

    if (c->head.n_lines == LINES_MAX ||
        !en_arena_grow(&c->arena, &c->lines, &c->cap_lines, c->head.n_lines + 1, sizeof *c->lines))
        return;
    l = &c->lines[c->head.n_lines++];
    *l = (struct en_cusres_line){ .code = code, .value = value, .format = format };
    memcpy(l->tag, tag, 4);
    c->head.lines = c->lines;
}

static struct en_cusres_row *
add_row(struct en_cusres *c, const struct en_edi_segment *s)
{
    if (c->n_rows == EN_MAX_PERSONS ||
        !en_arena_grow(&c->arena, &c->rows, &c->cap_rows, c->n_rows + 1, sizeof *c->rows)) {
        en_report_add(c->report, EN_NOTE_REFUSED, "persons-many", s->number, s->pos,
                      "the message has more persons than are read");
        return NULL;
    }
    c->rows[c->n_rows] = (struct en_cusres_row){
        .pnr = EN_TEXT_LIT(""), .reference = EN_TEXT_LIT(""), .status = EN_TEXT_LIT(""), .text = EN_TEXT_LIT("")
    };
    return &c->rows[c->n_rows++];
}

static void
read_unb(struct en_cusres *c, const struct en_edi_segment *s)
{
    struct en_cusres_head *o = &c->outer;

    en_arena_reset(&c->envelope);
    *o = (struct en_cusres_head){ .una = c->una };
    o->marks = en_edi_marks(c->edi);
    o->syntax = take(c, &c->envelope, s, 1, 0);
    o->syntax_version = take(c, &c->envelope, s, 1, 1);
    o->from = take(c, &c->envelope, s, 2, 0);
    o->from_code = take(c, &c->envelope, s, 2, 1);
    o->to = take(c, &c->envelope, s, 3, 0);
    o->to_code = take(c, &c->envelope, s, 3, 1);
    o->control = take(c, &c->envelope, s, 5, 0);
    o->application = take(c, &c->envelope, s, 7, 0);
}

static void
read_ung(struct en_cusres *c, const struct en_edi_segment *s)
{
    c->outer.group = true;
    c->outer.group_from = take(c, &c->envelope, s, 2, 0);
    c->outer.group_to = take(c, &c->envelope, s, 3, 0);
    c->outer.group_control = take(c, &c->envelope, s, 5, 0);
}

static void
read_unh(struct en_cusres *c, const struct en_edi_segment *s)
{
    struct en_cusres_head *h = &c->head;
    en_text type;

    en_arena_reset(&c->arena);
    *h = c->outer;
    h->number = ++c->messages;
    c->rows = NULL;
    c->n_rows = c->cap_rows = 0;
    c->lines = NULL;
    c->cap_lines = 0;
    type = take(c, &c->arena, s, 2, 0);
    c->in_message = true;
    c->read = en_text_is(type, "PAXLST") || en_text_is(type, "CUSRES");
    h->what = en_text_is(type, "PAXLST") ? EN_CUSRES_ASK : EN_CUSRES_OTHER;
    h->reference = take(c, &c->arena, s, 1, 0);
    h->version = take(c, &c->arena, s, 2, 1);
    h->release = take(c, &c->arena, s, 2, 2);
    h->agency = take(c, &c->arena, s, 2, 3);
    h->association = take(c, &c->arena, s, 2, 4);
    h->access = take(c, &c->arena, s, 3, 0);
    h->function = h->transaction = EN_TEXT_LIT("");
    /* "01:F" is two components */
    h->access_part = take(c, &c->arena, s, 4, 0);
    if (en_edi_parts(s, 4) > 1) {
        en_text f = take(c, &c->arena, s, 4, 1);
        char *both = en_arena_alloc(&c->arena, h->access_part.n + 1 + f.n);

        if (both != NULL) {
            memcpy(both, h->access_part.p, h->access_part.n);
            both[h->access_part.n] = ':';
            memcpy(both + h->access_part.n + 1, f.p, f.n);
            h->access_part = (en_text){ both, h->access_part.n + 1 + f.n };
        }
    }
}

static void
read_bgm(struct en_cusres *c, const struct en_edi_segment *s)
{
    c->head.function = take(c, &c->arena, s, 1, 0);
    if (c->head.what == EN_CUSRES_ASK)
        return;
    for (unsigned w = 0; w < EN_CUSRES_WHATS; w++)
        if (functions[w] != NULL && en_text_is(c->head.function, functions[w]))
            c->head.what = (enum en_cusres_what)w;
}

static void
read_rff(struct en_cusres *c, const struct en_edi_segment *s)
{
    en_text code = take(c, &c->arena, s, 1, 0), value = take(c, &c->arena, s, 1, 1);
    struct en_cusres_row *r = c->n_rows > 0 ? &c->rows[c->n_rows - 1] : NULL;

    if (r == NULL && en_text_is(code, "TN"))
        c->head.transaction = value;
    else if (r == NULL)
        add_line(c, "RFF", code, value, EN_TEXT_LIT(""));
    else if (en_text_is(code, "AVF"))
        r->pnr = value;
    else if (en_text_is(code, "ABO"))
        r->reference = value;
}

/* Of the head only: those of a person say other things. */
static void
read_place_or_time(struct en_cusres *c, const struct en_edi_segment *s, const char *tag)
{
    if (c->n_rows > 0)
        return;
    if (tag[0] == 'D')
        add_line(c, tag, take(c, &c->arena, s, 1, 0), take(c, &c->arena, s, 1, 1), take(c, &c->arena, s, 1, 2));
    else
        add_line(c, tag, take(c, &c->arena, s, 1, 0), take(c, &c->arena, s, 2, 0), EN_TEXT_LIT(""));
}

static bool
is_person(const struct en_edi_segment *s)
{
    en_bytes q = en_edi_part(s, 1, 0);

    return en_edi_is(q, EN_EDI2('F', 'L')) || en_edi_is(q, EN_EDI2('F', 'M')) || en_edi_is(q, EN_EDI3('D', 'D', 'U')) ||
           en_edi_is(q, EN_EDI3('D', 'D', 'T'));
}

static void
read_inner(struct en_cusres *c, const struct en_edi_segment *s)
{
    struct en_cusres_row *r = c->n_rows > 0 ? &c->rows[c->n_rows - 1] : NULL;

    switch (s->tag) {
    case EN_EDI3('B', 'G', 'M'):
        read_bgm(c, s);
        break;
    case EN_EDI3('R', 'F', 'F'):
        read_rff(c, s);
        break;
    case EN_EDI3('T', 'D', 'T'):
        if (r == NULL)
            add_line(c, "RFF", EN_TEXT_LIT("AF"), take(c, &c->arena, s, 2, 0), EN_TEXT_LIT(""));
        break;
    case EN_EDI3('D', 'T', 'M'):
        read_place_or_time(c, s, "DTM");
        break;
    case EN_EDI3('L', 'O', 'C'):
        read_place_or_time(c, s, "LOC");
        break;
    case EN_EDI3('N', 'A', 'D'):
        if (c->head.what == EN_CUSRES_ASK && is_person(s))
            (void)add_row(c, s);
        break;
    case EN_EDI3('E', 'R', 'P'):
        r = c->head.what != EN_CUSRES_ASK ? add_row(c, s) : NULL;
        if (r != NULL)
            r->header = en_edi_is(en_edi_part(s, 1, 0), EN_EDI1('1'));
        break;
    case EN_EDI3('E', 'R', 'C'):
        if (r != NULL)
            r->status = take(c, &c->arena, s, 1, 0);
        break;
    case EN_EDI3('F', 'T', 'X'):
        if (r != NULL && c->head.what != EN_CUSRES_ASK && en_edi_is(en_edi_part(s, 1, 0), EN_EDI3('A', 'A', 'P')))
            r->text = take(c, &c->arena, s, 4, 0);
        break;
    default:
        break;
    }
}

static en_errc
finish_message(struct en_cusres *c, struct en_err *err)
{
    bool tell = c->in_message && c->read;

    c->in_message = false;
    return tell ? c->sink.message(c->sink.ctx, &c->head, c->rows, c->n_rows, err) : EN_OK;
}

static en_errc
read_segment(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    struct en_cusres *c = ctx;
    en_errc rc;

    switch (s->tag) {
    case EN_EDI3('U', 'N', 'B'):
        rc = finish_message(c, err); /* the one before was cut, and its head lies in the envelope's memory */
        if (rc == EN_OK)
            read_unb(c, s);
        return rc;
    case EN_EDI3('U', 'N', 'G'):
        read_ung(c, s);
        return EN_OK;
    case EN_EDI3('U', 'N', 'H'):
        rc = finish_message(c, err);
        if (rc == EN_OK)
            read_unh(c, s);
        return rc;
    case EN_EDI3('U', 'N', 'T'):
    case EN_EDI3('U', 'N', 'E'):
    case EN_EDI3('U', 'N', 'Z'):
        return finish_message(c, err);
    default:
        if (c->in_message && c->read)
            read_inner(c, s);
        return EN_OK;
    }
}

struct en_cusres *
en_cusres_new(struct en_cusres_sink sink, struct en_report *report)
{
    struct en_cusres *c = en_xcalloc(1, sizeof *c);

    c->sink = sink;
    c->report = report;
    c->edi = en_edi_new((struct en_edi_sink){ c, read_segment }, report);
    en_arena_init(&c->envelope, EN_MIB);
    en_arena_init(&c->arena, MESSAGE_ARENA);
    return c;
}

/* "UNA" anywhere before the first UNB, also across two chunks. */
static void
look_for_una(struct en_cusres *c, en_bytes chunk)
{
    uint8_t seam[5];
    size_t n = 0;

    if (c->began || c->una)
        return;
    for (size_t i = 0; i < 2; i++)
        seam[n++] = c->tail[i];
    for (size_t i = 0; i < 2 && i < chunk.n; i++)
        seam[n++] = chunk.p[i];
    c->una = memmem(chunk.p, chunk.n, "UNA", 3) != NULL || memmem(seam, n, "UNA", 3) != NULL;
    c->began = memmem(chunk.p, chunk.n, "UNB", 3) != NULL;
    if (chunk.n >= 2)
        memcpy(c->tail, chunk.p + chunk.n - 2, 2);
}

en_errc
en_cusres_feed(struct en_cusres *c, en_bytes chunk, struct en_err *err)
{
    if (chunk.n > 0)
        look_for_una(c, chunk);
    return en_edi_feed(c->edi, chunk, err);
}

en_errc
en_cusres_end(struct en_cusres *c, struct en_err *err)
{
    en_errc rc = en_edi_end(c->edi, err);

    return rc != EN_OK ? rc : finish_message(c, err);
}

void
en_cusres_free(struct en_cusres *c)
{
    if (c == NULL)
        return;
    en_edi_free(c->edi);
    en_arena_release(&c->envelope);
    en_arena_release(&c->arena);
    free(c);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct writer {
    struct en_buf *out;
    struct en_edi_marks m;
    unsigned segments; /* of the message */
};

/* Service characters in a value are released; without a release character they become blanks. */
static void
value(struct writer *w, en_text t)
{
    for (size_t i = 0; i < t.n; i++) {
        uint8_t ch = (uint8_t)t.p[i];
        bool service = ch == w->m.component || ch == w->m.element || ch == w->m.terminator ||
                       (w->m.release != 0 && ch == w->m.release);

        if (service && w->m.release == 0)
            ch = ' ';
        else if (service)
            en_buf_addc(w->out, (char)w->m.release);
        en_buf_addc(w->out, (char)ch);
    }
}

static void
cut(struct en_buf *b, size_t n)
{
    b->n = n;
    b->p[n] = '\0';
}

/* Takes away separators at the end that separate nothing. */
static void
trim(struct writer *w, bool elements)
{
    const struct en_buf *b = w->out;
    size_t keep = b->n;

    while (keep > 0) {
        uint8_t last = (uint8_t)b->p[keep - 1];
        bool released = keep >= 2 && w->m.release != 0 && (uint8_t)b->p[keep - 2] == w->m.release;

        if (released || (last != w->m.component && !(elements && last == w->m.element)))
            break;
        keep--;
    }
    cut(w->out, keep);
}

/* A segment from a pattern: '+' and ':' are the separators, '%' the next value; empty ends are left off. */
static void
segment(struct writer *w, const char *pattern, const en_text *values)
{
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p == '%') {
            value(w, *values++);
        } else if (*p == '+') {
            trim(w, false);
            en_buf_addc(w->out, (char)w->m.element);
        } else {
            en_buf_addc(w->out, *p == ':' ? (char)w->m.component : *p);
        }
    }
    trim(w, true);
    en_buf_addc(w->out, (char)w->m.terminator);
    w->segments++;
}

static void
stamp(en_time at, char day[static 32], char minute[static 32])
{
    int32_t d = en_time_to_day(at);
    int y, m, dom, minutes = (int)((at - en_time_from_day(d)) / (60 * EN_TIME_SECOND));

    en_day_to_civil(d, &y, &m, &dom);
    (void)snprintf(day, 32, "%02d%02d%02d", y % 100, m, dom);
    (void)snprintf(minute, 32, "%02d%02d", minutes / 60, minutes % 60);
}

static void
write_head(struct writer *w, const struct en_cusres_head *to, enum en_cusres_what what, en_time at, en_text control,
           en_text transaction)
{
    char day[32], minute[32];
    en_text d, m, none = EN_TEXT_LIT("");
    bool own = what == EN_CUSRES_CHANGE;

    stamp(at, day, minute);
    d = en_text_from_ours(day);
    m = en_text_from_ours(minute);
    if (to->una) {
        const char una[] = { 'U',
                             'N',
                             'A',
                             (char)w->m.component,
                             (char)w->m.element,
                             (char)w->m.decimal,
                             (char)(w->m.release != 0 ? w->m.release : ' '),
                             ' ',
                             (char)w->m.terminator };

        en_buf_add(w->out, una, sizeof una);
    }
    segment(w, "UNB+%:%+%:%+%:%+%:%+%++%",
            (const en_text[]){ to->syntax, to->syntax_version, to->to, to->to_code, to->from, to->from_code, d, m,
                               control, to->application });
    if (to->group)
        segment(w, "UNG+CUSRES+%+%+%:%+%+UN+%:%",
                (const en_text[]){ to->group_to, to->group_from, d, m, own ? control : to->group_control, to->version,
                                   to->release });
    w->segments = 0;
    segment(w, "UNH+%+CUSRES:%:%:%:%+%+%",
            (const en_text[]){ to->reference, to->version, to->release, to->agency, to->association,
                               own ? none : to->access, none });
    if (!own && to->access.n > 0 && to->access_part.n > 0) { /* its colon is a separator */
        cut(w->out, w->out->n - 1);
        en_buf_addc(w->out, (char)w->m.element);
        for (size_t i = 0; i < to->access_part.n; i++)
            en_buf_addc(w->out, to->access_part.p[i] == ':' ? (char)w->m.component : to->access_part.p[i]);
        en_buf_addc(w->out, (char)w->m.terminator);
    }
    segment(w, "BGM+%", (const en_text[]){ en_text_from_ours(functions[what]) });
    if (transaction.n > 0)
        segment(w, "RFF+TN:%", &transaction);
}

static void
write_line(struct writer *w, const struct en_cusres_line *l)
{
    const en_text v[] = { l->code, l->value, l->format };

    if (strcmp(l->tag, "LOC") == 0)
        segment(w, "LOC+%+%", v);
    else
        segment(w, strcmp(l->tag, "DTM") == 0 ? "DTM+%:%:%" : "RFF+%:%", v);
}

/* Of each leg: the flight, then times, then places, whatever their order in the message that is answered. */
static void
write_flights(struct writer *w, const struct en_cusres_head *to)
{
    static const char *const order[] = { "RFF", "DTM", "LOC" };

    for (size_t from = 0, end; from < to->n_lines; from = end) {
        for (end = from + 1; end < to->n_lines && strcmp(to->lines[end].tag, "RFF") != 0; end++)
            ;
        for (size_t k = 0; k < sizeof order / sizeof *order; k++)
            for (size_t i = from; i < end; i++)
                if (strcmp(to->lines[i].tag, order[k]) == 0 && (k > 0 || en_text_is(to->lines[i].code, "AF")))
                    write_line(w, &to->lines[i]);
    }
}

static void
write_tail(struct writer *w, const struct en_cusres_head *to, en_text control, en_text group_control)
{
    struct en_buf n = EN_BUF_INIT;

    en_buf_addf(&n, "%u", w->segments + 1);
    segment(w, "UNT+%+%", (const en_text[]){ { n.p, n.n }, to->reference });
    if (to->group)
        segment(w, "UNE+1+%", &group_control);
    segment(w, "UNZ+1+%", &control);
    en_buf_release(&n);
}

void
en_cusres_write(const struct en_cusres_head *to, enum en_cusres_what what, const struct en_cusres_row *rows, size_t n,
                en_time at, en_text control, en_text transaction, struct en_buf *out)
{
    struct writer w = { out, to->marks, 0 };
    bool own = what == EN_CUSRES_CHANGE;

    EN_ASSERT(what < EN_CUSRES_WHATS && functions[what] != NULL);
    control = own ? control : to->control;
    write_head(&w, to, what, at, control, own ? transaction : to->transaction);
    write_flights(&w, to);
    for (size_t i = 0; i < n; i++) {
        segment(&w, rows[i].header ? "ERP+1" : "ERP+2", NULL);
        if (rows[i].pnr.n > 0)
            segment(&w, "RFF+AVF:%", &rows[i].pnr);
        if (rows[i].reference.n > 0)
            segment(&w, "RFF+ABO:%", &rows[i].reference);
        segment(&w, "ERC+%", &rows[i].status);
        if (rows[i].text.n > 0)
            segment(&w, "FTX+AAP+++%", &rows[i].text);
    }
    write_tail(&w, to, control, own ? control : to->group_control);
}

void
en_cusres_write_unreadable(const struct en_cusres_head *to, en_time at, struct en_buf *out)
{
    const struct en_cusres_row row = { .header = true, .status = EN_TEXT_LIT(UNREADABLE) };

    en_cusres_write(to, EN_CUSRES_ANSWER, &row, 1, at, EN_TEXT_NONE, EN_TEXT_NONE, out);
}

/* --- a head that is kept ------------------------------------------------------------------------------------------ */

#define PACKED 1u

#define HEAD_TEXTS(X)                                                                                                  \
    X(syntax)                                                                                                          \
    X(syntax_version)                                                                                                  \
    X(from) X(from_code) X(to) X(to_code) X(control) X(application) X(group_from) X(group_to) X(group_control)         \
        X(reference) X(version) X(release) X(agency) X(association) X(access) X(access_part) X(function)               \
            X(transaction)

void
en_cusres_head_pack(const struct en_cusres_head *h, struct en_buf *out)
{
    en_buf_put_u8(out, PACKED);
    en_buf_put_u8(out, (uint8_t)h->what);
    en_buf_put_u8(out, h->marks.component);
    en_buf_put_u8(out, h->marks.element);
    en_buf_put_u8(out, h->marks.decimal);
    en_buf_put_u8(out, h->marks.release);
    en_buf_put_u8(out, h->marks.repeat);
    en_buf_put_u8(out, h->marks.terminator);
    en_buf_put_u8(out, h->una);
    en_buf_put_u8(out, h->group);
    en_buf_put_u32(out, h->number);
#define PUT(member) en_buf_put_block(out, en_text_bytes(h->member));
    HEAD_TEXTS(PUT)
#undef PUT
    en_buf_put_u32(out, (uint32_t)h->n_lines);
    for (size_t i = 0; i < h->n_lines; i++) {
        en_buf_add(out, h->lines[i].tag, 3);
        en_buf_put_block(out, en_text_bytes(h->lines[i].code));
        en_buf_put_block(out, en_text_bytes(h->lines[i].value));
        en_buf_put_block(out, en_text_bytes(h->lines[i].format));
    }
}

static en_text
unpack_text(en_reader *r, struct en_arena *a)
{
    en_bytes b = en_reader_block(r, DECODED_MAX);
    en_text t = EN_TEXT_LIT("");
    unsigned repairs = 0;

    if (b.n > 0 && (en_text_check(b, DECODED_MAX, a, &t, &repairs, NULL) != EN_OK || repairs != 0))
        en_reader_fail(r, EN_E_INPUT, "checked text");
    return t.p != NULL ? t : EN_TEXT_LIT("");
}

bool
en_cusres_head_unpack(en_bytes in, struct en_arena *a, struct en_cusres_head *out)
{
    en_reader r = en_reader_from(in);
    struct en_cusres_line *lines;
    uint32_t n;

    *out = (struct en_cusres_head){ .what = EN_CUSRES_OTHER };
    if (en_reader_u8(&r) != PACKED)
        return false;
    n = en_reader_u8(&r);
    out->what = n < EN_CUSRES_WHATS ? (enum en_cusres_what)n : EN_CUSRES_OTHER;
    out->marks.component = en_reader_u8(&r);
    out->marks.element = en_reader_u8(&r);
    out->marks.decimal = en_reader_u8(&r);
    out->marks.release = en_reader_u8(&r);
    out->marks.repeat = en_reader_u8(&r);
    out->marks.terminator = en_reader_u8(&r);
    out->una = en_reader_u8(&r) != 0;
    out->group = en_reader_u8(&r) != 0;
    out->number = en_reader_u32(&r);
#define GET(member) out->member = unpack_text(&r, a);
    HEAD_TEXTS(GET)
#undef GET
    n = en_reader_u32(&r);
    lines = n <= LINES_MAX ? en_arena_array(a, n, sizeof *lines) : NULL;
    if (n > LINES_MAX || (n > 0 && lines == NULL))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        en_bytes tag = en_reader_take(&r, 3);

        lines[i] = (struct en_cusres_line){ .tag = "" };
        if (tag.n == 3)
            memcpy(lines[i].tag, tag.p, 3);
        lines[i].code = unpack_text(&r, a);
        lines[i].value = unpack_text(&r, a);
        lines[i].format = unpack_text(&r, a);
    }
    out->lines = lines;
    out->n_lines = n;
    en_reader_end(&r);
    return en_reader_result(&r, NULL) == EN_OK;
}
