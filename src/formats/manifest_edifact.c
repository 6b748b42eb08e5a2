/*
 * manifest_edifact.c: the envelope of messages, UNB to UNZ, and who reads what is inside.
 *
 *   no message ──UNH: begin()──▶ message ──UNT: finish()──▶ no message
 *                                message ──UNB UNG UNH UNE UNZ, end of file: cut()──▶ (persons read so far are kept)
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/edimsg.h"

/* Common access references whose last part is still to come. */
#define OPEN_PARTS 64u

/* What reads a type of message. Rows are tried in order; version is the start of UNH 0052. */
static const struct message_type {
    const char *type, *version;
    const struct en_edi_ops *ops;
} message_types[] = {
    { "PAXLST", "001", &en_paxlst_us },
    { "PAXLST", "",    &en_paxlst_un },
    { "PNRGOV", "",    &en_pnrgov },
    { "CUSRES", "",    NULL },
    { "PAORES", "",    NULL },
    { "GOVREQ", "",    NULL },
    { "ACKRES", "",    NULL },
};

struct reader {
    struct en_edi *edi;
    struct en_edi_message m;
    const struct en_edi_ops *ops;  /* of the open message; NULL if its type is not read */
    bool in_message;
    uint64_t segments;             /* of the open message */
    struct en_arena envelope;      /* lives as long as the interchange */
    en_text control;
    bool test;                     /* UNB says that the interchange is one */
    uint64_t messages, groups;     /* of the interchange */
    struct en_digest *digest;
    const uint8_t *run;            /* segments one behind the other in the chunk that wait for the digest */
    size_t n_run;
    struct en_buf canonical;       /* what waits before the run */
    uint64_t open_parts[OPEN_PARTS];
    size_t n_open_parts;
};

/* --- parts of one message ------------------------------------------------------------------------- */

static void
follow_parts(struct reader *r)
{
    const struct en_manifest_message *h = &r->m.head;
    uint64_t key = en_xxh3(en_text_bytes(h->access));
    size_t i = 0;

    if (!h->part || !h->access.n)
        return;
    while (i < r->n_open_parts && r->open_parts[i] != key)
        i++;
    if (h->final && i < r->n_open_parts)
        r->open_parts[i] = r->open_parts[--r->n_open_parts];
    else if (!h->final && i == r->n_open_parts && i < OPEN_PARTS)
        r->open_parts[r->n_open_parts++] = key;
}

/* --- the message ---------------------------------------------------------------------------------- */

/* The run ends here. A long one goes into the digest as it lies, a short one is collected first. */
static void
digest_gather(struct reader *r)
{
    bool direct = r->n_run >= 1024;

    if (!direct && r->n_run <= r->canonical.cap - r->canonical.n) { /* nearly always: without a call */
        if (r->n_run && r->run)
            memcpy(r->canonical.p + r->canonical.n, r->run, r->n_run);
        r->canonical.n += r->n_run;
    } else if (!direct) {
        en_buf_add(&r->canonical, r->run, r->n_run);
    }
    if (direct || r->canonical.n >= 4096) {
        en_digest_add(r->digest, en_buf_bytes(&r->canonical));
        en_buf_reset(&r->canonical);
    }
    if (direct)
        en_digest_add(r->digest, (en_bytes){ r->run, r->n_run });
    r->run = NULL;
    r->n_run = 0;
}

static void
digest_flush(struct reader *r)
{
    digest_gather(r);
    en_digest_add(r->digest, en_buf_bytes(&r->canonical));
    en_buf_reset(&r->canonical);
}

/* UNH and UNT without their reference. */
static __attribute__((noinline)) void
digest_without(struct reader *r, const struct en_edi_segment *s, size_t element)
{
    static const en_bytes none = { (const uint8_t *)"", 0 };
    en_bytes parts[EN_MAX_COMPONENTS];
    struct en_edi_segment copy = *s;

    memcpy(parts, s->parts, s->first[s->elements] * sizeof *parts);
    if (element < s->elements)
        parts[s->first[element]] = none;
    copy.parts = parts;
    copy.plain = none;
    en_edi_canonical(&copy, &r->canonical);
}

static __attribute__((noinline)) void
digest_segment(struct reader *r, const struct en_edi_segment *s)
{
    bool reference = s->tag == EN_EDI3('U', 'N', 'H') || s->tag == EN_EDI3('U', 'N', 'T');

    if (s->plain.n && !reference) {
        if (!r->run || s->plain.p != r->run + r->n_run) {
            digest_gather(r);
            r->run = s->plain.p;
        }
        r->n_run += s->plain.n + 1;
        return;
    }
    digest_gather(r);
    if (reference)
        digest_without(r, s, s->tag == EN_EDI3('U', 'N', 'H') ? 1 : 2);
    else
        en_edi_canonical(s, &r->canonical);
}

/* A segment of the inside of a message; nearly always it lies behind the run. */
static inline void
digest_inner(struct reader *r, const struct en_edi_segment *s)
{
    if (s->plain.n && r->run && s->plain.p == r->run + r->n_run)
        r->n_run += s->plain.n + 1;
    else
        digest_segment(r, s);
}

static en_text
message_text(struct reader *r, en_bytes part)
{
    return en_edi_take(&r->m, &r->m.arena, part);
}

/* "D:05B" of UNH S009, where both parts are given. */
static en_text
version_text(struct reader *r, const struct en_edi_segment *s)
{
    en_text version = message_text(r, en_edi_part(s, 2, 1)), release = message_text(r, en_edi_part(s, 2, 2));
    char *p = en_arena_alloc(&r->m.arena, version.n + 1 + release.n);

    if (!p)
        return EN_TEXT_NONE;
    if (version.n)
        memcpy(p, version.p, version.n);
    p[version.n] = ':';
    if (release.n)
        memcpy(p + version.n + 1, release.p, release.n);
    return (en_text){ p, version.n + 1 + release.n };
}

static uint64_t
number_of(en_bytes b)
{
    uint64_t v = 0;

    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] < '0' || b.p[i] > '9' || i >= 12)
            return UINT64_MAX;
        v = v * 10 + (uint64_t)(b.p[i] - '0');
    }
    return b.n ? v : UINT64_MAX;
}

static void
choose_reader(struct reader *r)
{
    struct en_manifest_message *h = &r->m.head;

    r->ops = NULL;
    for (size_t i = 0; i < sizeof message_types / sizeof *message_types; i++) {
        const struct message_type *t = &message_types[i];
        size_t n = strlen(t->version);

        if (!en_text_is(h->type, t->type) || h->version.n < n || memcmp(h->version.p, t->version, n) != 0)
            continue;
        r->ops = t->ops;
        if (!t->ops)
            EN_EDI_NOTE(&r->m, EN_NOTE_REFUSED, "message-type", "message type %s is not read here", t->type);
        return;
    }
    EN_EDI_NOTE(&r->m, EN_NOTE_REFUSED, "message-type", "a message of a type that is not known was passed over");
}

/*= ISO 9735-1 UNH: reference, S009 type:version:release:agency, common access reference, S010 sequence:flag. */
static void
begin(struct reader *r, const struct en_edi_segment *s)
{
    struct en_edi_message *m = &r->m;
    struct en_manifest_message *h = &m->head;
    uint64_t part = number_of(en_edi_part(s, 4, 0));

    en_arena_reset(&m->arena);
    r->in_message = true;
    r->segments = 0;
    r->messages++;
    *h = (struct en_manifest_message){ .number = h->number + 1, .declared = UINT64_MAX };
    h->type = message_text(r, en_edi_part(s, 2, 0));
    h->version = version_text(r, s);
    h->control = r->control;
    h->test = r->test;
    h->reference = message_text(r, en_edi_part(s, 1, 0));
    h->access = message_text(r, en_edi_part(s, 3, 0));
    h->part = part < UINT32_MAX ? (uint32_t)part : 0;
    h->final = !en_edi_is(en_edi_part(s, 4, 1), EN_EDI1('C'));
    m->flight = NULL;
    m->open = false;
    choose_reader(r);
    m->source = r->ops ? r->ops->source : EN_SOURCE_ROW;
    m->status = EN_TRAVEL_STATED;
    m->state = r->ops ? en_arena_alloc(&m->arena, r->ops->state_size) : NULL;
    EN_ASSERT(!r->ops || m->state);
    follow_parts(r);
}

static en_errc
close_message(struct reader *r, struct en_err *err)
{
    struct en_edi_message *m = &r->m;
    struct en_manifest_message *h = &m->head;
    en_errc rc = r->ops ? r->ops->end(m, err) : EN_OK;

    r->in_message = false;
    digest_flush(r);
    en_digest_final(r->digest, h->content);
    if (rc != EN_OK)
        return rc;
    h->flight = m->flight;
    if (r->ops && h->declared != UINT64_MAX && h->declared != h->travellers)
        EN_EDI_NOTE(m, EN_NOTE_WARNING, "person-count", "CNT says %llu persons, %llu were read",
                    (unsigned long long)h->declared, (unsigned long long)h->travellers);
    return m->run->sink.message ? m->run->sink.message(m->run->sink.ctx, h, err) : EN_OK;
}

static en_errc
finish(struct reader *r, const struct en_edi_segment *s, struct en_err *err)
{
    uint64_t declared = number_of(en_edi_part(s, 1, 0));

    if (declared == UINT64_MAX)
        EN_EDI_NOTE(&r->m, EN_NOTE_WARNING, "segment-count", "UNT does not say how many segments the message has");
    else if (declared != r->segments)
        EN_EDI_NOTE(&r->m, EN_NOTE_WARNING, "segment-count",
                    "UNT says %llu segments, %llu were read%s", (unsigned long long)declared,
                    (unsigned long long)r->segments,
                    declared > r->segments ? ": the message is possibly truncated" : "");
    return close_message(r, err);
}

static en_errc
cut(struct reader *r, struct en_err *err)
{
    if (!r->in_message)
        return EN_OK;
    r->m.head.truncated = true;
    EN_EDI_NOTE(&r->m, EN_NOTE_REFUSED, "message-truncated",
                "the end of the message is missing (no UNT); what was read up to here is kept");
    return close_message(r, err);
}

/* --- the interchange ------------------------------------------------------------------------------ */

static void
interchange_begins(struct reader *r, const struct en_edi_segment *s)
{
    en_arena_reset(&r->envelope);
    r->control = en_edi_take(&r->m, &r->envelope, en_edi_part(s, 5, 0));
    r->test = en_edi_is(en_edi_part(s, 11, 0), EN_EDI1('1'));
    r->messages = r->groups = 0;
}

static void
interchange_ends(struct reader *r, const struct en_edi_segment *s)
{
    uint64_t declared = number_of(en_edi_part(s, 1, 0)), read = r->groups ? r->groups : r->messages;

    if (declared != UINT64_MAX && declared != read)
        EN_EDI_NOTE(&r->m, EN_NOTE_WARNING, "interchange-count", "UNZ says %llu groups or messages, %llu were read",
                    (unsigned long long)declared, (unsigned long long)read);
    r->control = EN_TEXT_NONE; /* what follows outside of it has none */
}

static en_errc
segment_outside(struct reader *r, const struct en_edi_segment *s, struct en_err *err)
{
    en_errc rc = cut(r, err);

    switch (s->tag) {
    case EN_EDI3('U', 'N', 'B'):
        interchange_begins(r, s);
        break;
    case EN_EDI3('U', 'N', 'G'):
        r->groups++;
        break;
    case EN_EDI3('U', 'N', 'E'):
        break;
    case EN_EDI3('U', 'N', 'Z'):
        interchange_ends(r, s);
        break;
    default:
        EN_EDI_NOTE(&r->m, EN_NOTE_REFUSED, "segment-outside", "a segment outside any message was passed over");
        break;
    }
    return rc;
}

static en_errc
message_begins(struct reader *r, const struct en_edi_segment *s, struct en_err *err)
{
    en_errc rc = cut(r, err);

    begin(r, s);
    r->segments++;
    digest_segment(r, s);
    return rc;
}

/* UNB UNG UNH UNT UNE UNZ, and others that begin like them. */
static __attribute__((noinline)) en_errc
service_segment(struct reader *r, const struct en_edi_segment *s, struct en_err *err)
{
    switch (s->tag) {
    case EN_EDI3('U', 'N', 'H'):
        return message_begins(r, s, err);
    case EN_EDI3('U', 'N', 'B'):
    case EN_EDI3('U', 'N', 'G'):
    case EN_EDI3('U', 'N', 'E'):
    case EN_EDI3('U', 'N', 'Z'):
        return segment_outside(r, s, err);
    default:
        break;
    }
    if (!r->in_message)
        return segment_outside(r, s, err);
    r->segments++;
    digest_segment(r, s);
    if (s->tag == EN_EDI3('U', 'N', 'T'))
        return finish(r, s, err);
    return r->ops ? r->ops->segment(&r->m, s, err) : EN_OK;
}

static en_errc
on_segment(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    struct reader *r = ctx;

    r->m.at = s;
    if (s->tag >> 8 == EN_EDI2('U', 'N'))
        return service_segment(r, s, err);
    if (!r->in_message)
        return segment_outside(r, s, err);
    r->segments++;
    digest_inner(r, s);
    return r->ops ? r->ops->segment(&r->m, s, err) : EN_OK;
}

/* --- the format ----------------------------------------------------------------------------------- */

static void *
create(const struct en_manifest_run *run)
{
    struct reader *r = en_xcalloc(1, sizeof *r);
    int month, day;

    r->edi = en_edi_new((struct en_edi_sink){ r, on_segment }, run->report);
    r->m.run = run;
    r->m.edi = r->edi;
    en_day_to_civil(run->today, &r->m.this_year, &month, &day);
    r->digest = en_digest_new();
    r->m.ids = en_ids_new();
    en_arena_init(&r->envelope, EN_MIB);
    en_arena_init(&r->m.arena, EN_MAX_RECORD_ARENA);
    en_arena_init(&r->m.person_arena, EN_MAX_RECORD_ARENA);
    return r;
}

static en_errc
feed(void *self, en_bytes chunk, struct en_err *err)
{
    struct reader *r = self;
    en_errc rc = en_edi_feed(r->edi, chunk, err);

    digest_gather(r); /* the run lies in the chunk, which goes */
    return rc;
}

static en_errc
end(void *self, struct en_err *err)
{
    struct reader *r = self;
    static const struct en_edi_segment nowhere = { .pos = EN_NO_POS };
    en_errc rc = en_edi_end(r->edi, err);

    r->m.at = &nowhere;
    if (rc == EN_OK)
        rc = cut(r, err);
    if (rc == EN_OK && r->n_open_parts)
        en_report_add(r->m.run->report, EN_NOTE_WARNING, "part-missing", 0, EN_NO_POS,
                      "%zu messages in parts have no last part in this file", r->n_open_parts);
    return rc;
}

static void
destroy(void *self)
{
    struct reader *r = self;

    en_edi_free(r->edi);
    en_digest_free(r->digest);
    en_ids_free(r->m.ids);
    en_buf_release(&r->canonical);
    en_arena_release(&r->envelope);
    en_arena_release(&r->m.arena);
    en_arena_release(&r->m.person_arena);
    free(r);
}

const struct en_manifest_impl en_manifest_impl_edifact = {
    .word = "edifact", .sniff = en_edi_sniff, .create = create, .feed = feed, .end = end, .destroy = destroy
};
