/*
 * manifest_target.h: what the fuzz targets of manifests share. Input is read whole and in pieces; both must say the
 * same.
 */
#ifndef EN_FUZZ_MANIFEST_TARGET_H
#define EN_FUZZ_MANIFEST_TARGET_H

#include "base/err.h"
#include "base/limits.h"
#include "formats/manifest.h"
#include "formats/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_seen {
    struct en_buf lines;
    uint64_t messages;
};

/* What is kept says all that was read; and who is read again is the same passenger and nobody new. */
static void
fuzz_round_trip(const struct en_traveller *t)
{
    struct en_buf first = EN_BUF_INIT, again = EN_BUF_INIT;
    struct en_arena arena;
    struct en_traveller back;
    struct en_merged merged;
    en_text file;

    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    en_traveller_json(t, EN_TEXT_LIT("f"), &first);
    if (en_traveller_from_json(en_buf_bytes(&first), &arena, &back, &file, NULL) == EN_OK) {
        en_traveller_json(&back, file, &again);
        EN_ASSERT(en_bytes_eq(en_buf_bytes(&first), en_buf_bytes(&again)));
        EN_ASSERT(en_traveller_same(t, &back) == en_traveller_same(&back, t));
        EN_ASSERT(en_traveller_same(t, &back) == EN_SAME_NOT || (en_traveller_marks(t) & en_traveller_marks(&back)));
        (void)en_traveller_merge(&back, t, &merged);
    }
    en_arena_release(&arena);
    en_buf_release(&first);
    en_buf_release(&again);
}

static en_errc
fuzz_see(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct fuzz_seen *s = ctx;

    (void)err;
    EN_ASSERT(en_utf8_check(en_text_bytes(t->id)) == t->id.n && t->id.n > 0);
    en_traveller_json(t, EN_TEXT_NONE, &s->lines);
    fuzz_round_trip(t);
    return EN_OK;
}

static en_errc
fuzz_see_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct fuzz_seen *s = ctx;

    (void)err;
    s->messages++;
    en_buf_add(&s->lines, m->content, sizeof m->content);
    return EN_OK;
}

static en_errc
fuzz_read(enum en_manifest_format f, en_bytes in, size_t step, struct fuzz_seen *s)
{
    struct en_manifest_sink sink = { s, fuzz_see, fuzz_see_message };
    struct en_report *report = en_report_new();
    struct en_manifest_reader *r = en_manifest_reader_new(f, 20780, sink, report);
    struct en_err err = EN_ERR_INIT;
    en_errc rc = EN_OK;
    struct en_json j;

    for (size_t i = 0; i < in.n && rc == EN_OK; i += step)
        rc = en_manifest_reader_feed(r, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, &err);
    if (rc == EN_OK)
        rc = en_manifest_reader_end(r, &err);
    en_manifest_reader_free(r);
    en_json_init(&j, &s->lines);
    en_json_object(&j);
    en_report_json(report, &j);
    en_json_object_end(&j);
    en_report_free(report);
    return rc;
}

static __attribute__((unused)) int /* by a target that reads with a map */
fuzz_manifest(enum en_manifest_format f, const uint8_t *data, size_t size)
{
    struct fuzz_seen whole = { EN_BUF_INIT, 0 }, pieces = { EN_BUF_INIT, 0 };
    en_bytes in = { data, size };
    en_errc rc = fuzz_read(f, in, size ? size : 1, &whole);

    (void)en_manifest_sniff(in);
    EN_ASSERT(fuzz_read(f, in, size % 61 + 1, &pieces) == rc);
    EN_ASSERT(whole.messages == pieces.messages);
    EN_ASSERT(en_bytes_eq(en_buf_bytes(&whole.lines), en_buf_bytes(&pieces.lines)));
    en_buf_release(&whole.lines);
    en_buf_release(&pieces.lines);
    return 0;
}

#endif
