/*
 * fuzz_list.h: a list reader fed any bytes, whole and in small pieces. Both ways give the same identities and the same
 * notes; every identity has an id and a name or a document; its raw bytes lie in the file where it says; and what is
 * written as JSON reads back as the same.
 */
#ifndef EN_FUZZ_LIST_H
#define EN_FUZZ_LIST_H

#include <string.h>

#include "formats/list.h"

struct fuzz_seen {
    struct en_buf out; /* JSON lines, then the report */
    en_bytes file;
    bool check_raw;
};

static inline en_errc
fuzz_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct fuzz_seen *s = ctx;

    (void)err;
    EN_ASSERT(id->id.n > 0 && (id->person.n_names > 0 || id->person.n_docs > 0));
    EN_ASSERT(id->line > 0);
    if (s->check_raw && id->raw.n) {
        EN_ASSERT(id->pos + id->raw.n <= s->file.n);
        EN_ASSERT(memcmp(s->file.p + id->pos, id->raw.p, id->raw.n) == 0);
    }
    en_identity_json(id, &s->out);
    en_buf_addc(&s->out, '\n');
    return EN_OK;
}

static inline bool
fuzz_is_xml(enum en_list_format f)
{
    return f == EN_LIST_UN_XML || f == EN_LIST_EU_XML || f == EN_LIST_OFAC_XML || f == EN_LIST_OFAC_ADVANCED;
}

static inline struct fuzz_seen
fuzz_read(enum en_list_format f, en_bytes in, en_bytes alt, size_t step, bool with_report)
{
    struct fuzz_seen s = { EN_BUF_INIT, in, true };
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(f, (struct en_list_sink){ &s, fuzz_identity }, report);
    struct en_err err = EN_ERR_INIT;
    struct en_json j;
    en_errc e = EN_OK;

    if (alt.n)
        e = en_list_reader_alternates(r, alt, &err);
    for (size_t i = 0; i < in.n && e == EN_OK; i += step)
        e = en_list_reader_feed(r, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, &err);
    if (e == EN_OK)
        e = en_list_reader_end(r, &err);
    EN_ASSERT(e == EN_OK || (err.text[0] != '\0' && en_report_count(report, EN_NOTE_REFUSED) > 0));
    en_list_reader_free(r);
    /* Where in a broken character expat stops depends on the pieces: its places are not compared. */
    for (size_t i = 0; with_report && fuzz_is_xml(f) && i < en_report_codes(report); i++) {
        uint64_t count;
        const char *code = en_report_code(report, i, NULL, &count);

        en_buf_addf(&s.out, "%s*%lu\n", code, (unsigned long)count);
    }
    if (with_report && !fuzz_is_xml(f)) {
        en_json_init(&j, &s.out);
        en_json_object(&j);
        en_report_json(report, &j);
        en_json_object_end(&j);
    }
    en_report_free(report);
    return s;
}

/* Lines without their place in the file. */
static inline void
fuzz_cut_places(struct en_buf *b)
{
    static const char mark[] = ",\"source\":{\"line\":";
    char *from = b->p, *to = b->p, *end = b->p + b->n, *at;

    if (b->n == 0)
        return;
    while ((at = memmem(from, (size_t)(end - from), mark, sizeof mark - 1))) {
        char *behind = memchr(at, '}', (size_t)(end - at));

        memmove(to, from, (size_t)(at - from));
        to += at - from;
        from = behind + 1;
    }
    memmove(to, from, (size_t)(end - from));
    b->n = (size_t)(to - b->p) + (size_t)(end - from);
}

static inline void
fuzz_list(enum en_list_format f, en_bytes in, en_bytes alt)
{
    size_t step = in.n ? 1 + in.p[in.n / 2] % 61 : 1;
    struct fuzz_seen whole = fuzz_read(f, in, alt, in.n ? in.n : 1, true), pieces = fuzz_read(f, in, alt, step, true);
    struct fuzz_seen plain = fuzz_read(f, in, alt, in.n ? in.n : 1, false), again;

    EN_ASSERT(whole.out.n == pieces.out.n && (whole.out.n == 0 || memcmp(whole.out.p, pieces.out.p, whole.out.n) == 0));
    again = fuzz_read(EN_LIST_JSONL, en_buf_bytes(&plain.out), (en_bytes){ NULL, 0 }, plain.out.n ? plain.out.n : 1,
                      false);
    fuzz_cut_places(&plain.out);
    fuzz_cut_places(&again.out);
    EN_ASSERT(plain.out.n == again.out.n && (plain.out.n == 0 || memcmp(plain.out.p, again.out.p, plain.out.n) == 0));
    en_buf_release(&whole.out);
    en_buf_release(&pieces.out);
    en_buf_release(&plain.out);
    en_buf_release(&again.out);
}

#endif
