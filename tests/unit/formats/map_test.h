/* map_test.h: a manifest read with a map, as one text. */
#ifndef EN_TEST_MAP_TEST_H
#define EN_TEST_MAP_TEST_H

#include "formats/manifest_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct mapped {
    struct en_buf lines; /* travellers as JSON, one a line */
    struct en_buf codes; /* "code count;" of every note */
    uint8_t content[EN_DIGEST_LEN];
    en_errc rc;
    struct en_err err;
};

static en_errc
mapped_see(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct mapped *m = ctx;

    (void)err;
    en_traveller_json(t, EN_TEXT_NONE, &m->lines);
    en_buf_addc(&m->lines, '\n');
    return EN_OK;
}

static en_errc
mapped_message(void *ctx, const struct en_manifest_message *x, struct en_err *err)
{
    (void)err;
    memcpy(((struct mapped *)ctx)->content, x->content, EN_DIGEST_LEN);
    return EN_OK;
}

/* On 23 November 2026. */
static void
mapped_read(const char *map, en_bytes in, size_t step, struct mapped *out)
{
    struct en_report *report = en_report_new();
    struct en_manifest_map *m;
    struct en_manifest_reader *r;

    *out = (struct mapped){ .lines = EN_BUF_INIT, .codes = EN_BUF_INIT, .err = EN_ERR_INIT };
    assert_int_equal(en_manifest_map_read(en_bytes_from(map, strlen(map)), &m, &out->err), EN_OK);
    r = en_manifest_reader_new_mapped(m, en_day_from_civil(2026, 11, 23),
                                      (struct en_manifest_sink){ out, mapped_see, mapped_message }, report);
    for (size_t i = 0; i < in.n && out->rc == EN_OK; i += step)
        out->rc = en_manifest_reader_feed(r, en_bytes_from(in.p + i, in.n - i < step ? in.n - i : step), &out->err);
    if (out->rc == EN_OK)
        out->rc = en_manifest_reader_end(r, &out->err);
    for (size_t i = 0; i < en_report_codes(report); i++) {
        uint64_t n;
        char count[32];

        en_buf_add_str(&out->codes, en_report_code(report, i, NULL, &n));
        snprintf(count, sizeof count, " %llu;", (unsigned long long)n);
        en_buf_add_str(&out->codes, count);
    }
    en_buf_addc(&out->lines, '\0');
    en_buf_addc(&out->codes, '\0');
    en_manifest_reader_free(r);
    en_manifest_map_free(m);
    en_report_free(report);
}

static void
mapped_free(struct mapped *m)
{
    en_buf_release(&m->lines);
    en_buf_release(&m->codes);
}

#endif
