/*
 * list_test.h: what the tests of the list readers share: a list read in steps of any size into one text, and the notes
 * as one line.
 */
#ifndef EN_TESTS_LIST_TEST_H
#define EN_TESTS_LIST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/list.h"

struct seen {
    struct en_buf json;   /* a line an identity */
    struct en_buf notes; /* "code*count code*count …" of the refused, or of all with a mark in front: + repair, ~ kept,
                            ? warning */
    struct en_buf places; /* "code line pos" a line, of all notes */
    size_t identities;
    en_errc result;       /* of feed or end */
    uint64_t raw_bytes;   /* of all identities */
    en_bytes file;        /* raw must be the file's bytes at pos */
};

static inline en_errc
see_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    en_identity_json(id, &s->json);
    en_buf_addc(&s->json, '\n');
    s->identities++;
    s->raw_bytes += id->raw.n;
    if (id->raw.n) {
        assert_true(id->pos + id->raw.n <= s->file.n);
        assert_memory_equal(s->file.p + id->pos, id->raw.p, id->raw.n);
    }
    return EN_OK;
}

static inline void
see_notes(struct seen *s, const struct en_report *r)
{
    static const char *const marks[] = {
        [EN_NOTE_REPAIR] = "+", [EN_NOTE_REFUSED] = "", [EN_NOTE_KEPT] = "~", [EN_NOTE_WARNING] = "?",
        [EN_NOTE_LEFT_OUT] = "-",
    };

    for (size_t i = 0; i < en_report_codes(r); i++) {
        enum en_note_kind kind;
        uint64_t count;
        const char *code = en_report_code(r, i, &kind, &count);

        en_buf_addf(&s->notes, "%s%s%s*%lu", i ? " " : "", marks[kind], code, (unsigned long)count);
    }
    for (size_t i = 0; i < en_report_kept(r); i++) {
        const struct en_note *n = en_report_note(r, i);

        en_buf_addf(&s->places, "%s %lu %lu\n", n->code, (unsigned long)n->line, (unsigned long)n->pos);
    }
    en_buf_addc(&s->notes, '\0');
    en_buf_addc(&s->places, '\0');
}

/* alt may be empty. */
static inline struct seen
read_list(enum en_list_format f, en_bytes in, en_bytes alt, size_t step)
{
    struct seen s = { .json = EN_BUF_INIT, .notes = EN_BUF_INIT, .places = EN_BUF_INIT, .file = in };
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(f, (struct en_list_sink){ &s, see_identity }, report);

    if (alt.n)
        assert_int_equal(en_list_reader_alternates(r, alt, NULL), EN_OK);
    for (size_t i = 0; i < in.n && !s.result; i += step)
        s.result = en_list_reader_feed(r, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, NULL);
    if (!s.result)
        s.result = en_list_reader_end(r, NULL);
    en_list_reader_free(r);
    en_buf_addc(&s.json, '\0');
    see_notes(&s, report);
    en_report_free(report);
    return s;
}

static inline void
forget(struct seen *s)
{
    en_buf_release(&s->json);
    en_buf_release(&s->notes);
    en_buf_release(&s->places);
}

/* Reads head + middle + tail as one list and looks for `expected` in the JSON, and for exactly `notes`. */
static inline void
expect_in_list(enum en_list_format f, const char *head, const char *middle, const char *tail, const char *expected,
               const char *notes)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    en_buf_add_str(&b, head);
    en_buf_add_str(&b, middle);
    en_buf_add_str(&b, tail);
    s = read_list(f, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, b.n);
    if (!strstr(s.json.p, expected))
        fail_msg("<%s> gives\n%s\nwithout\n%s", middle, s.json.p, expected);
    if (strcmp(s.notes.p, notes) != 0)
        fail_msg("<%s> is noted as <%s>, expected <%s>", middle, s.notes.p, notes);
    forget(&s);
    en_buf_release(&b);
}

/* A file of the source tree; fails the test if it is not there. */
static inline en_bytes
read_source_file(const char *path, struct en_buf *b)
{
    char full[1024], chunk[65536];
    FILE *f;
    size_t n;

    snprintf(full, sizeof full, "%s/%s", getenv("ENTENTE_SOURCE") ? getenv("ENTENTE_SOURCE") : ".", path);
    f = fopen(full, "rb");
    if (!f)
        fail_msg("cannot open %s", full);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(b, chunk, n);
    fclose(f);
    return en_buf_bytes(b);
}

#endif
