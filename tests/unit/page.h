/*
 * page.h: files of the source tree that a test makes again: what it tells in prose, vectors of a format.
 * ENTENTE_UPDATE=1 writes them anew.
 */
#ifndef EN_TESTS_PAGE_H
#define EN_TESTS_PAGE_H

#include "base/buf.h"
#include "harness.h"

/* Reads the file of this path below the source tree; where that is asked, now (or NULL) is written there first. */
static inline void
page_read(const char *page, const struct en_buf *now, struct en_buf *out)
{
    char path[4096], chunk[4096];
    size_t n;
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", getenv("ENTENTE_SOURCE"), page);
    if (getenv("ENTENTE_UPDATE") && now != NULL) {
        f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(now->p, 1, now->n, f), now->n);
        assert_int_equal(fclose(f), 0);
    }
    f = fopen(path, "r");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(out, chunk, n);
    fclose(f);
}

static inline void
same_as_page(const char *page, const struct en_buf *now)
{
    struct en_buf then = EN_BUF_INIT;

    page_read(page, now, &then);
    assert_string_equal(now->p, then.p);
    en_buf_release(&then);
}

#endif
