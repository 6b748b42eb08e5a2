/*
 * One bit of a store's file is turned over, at one place after the other over all of its pages. Verify never says that
 * the ledger holds; where an event was changed it names it, and anywhere else it says that the file is damaged.
 *
 *   test_ledger_flip [EVERY]    every EVERY-th byte of the file (1499 by default), and 30 times as dense in events
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acts/ledger.h"
#include "fixture.h"

static size_t every = 1499;

struct place {
    char dir[64], path[96];
    int fd;
    uint8_t *file;
    size_t n;
};

#define EVENTS_MOST 64
/* Where the bytes of events stand in the file, so that a change there must be named. */
struct spans {
    const struct place *p;
    size_t n;
    struct {
        size_t at, n;
        uint64_t event;
    } at[4 * EVENTS_MOST];
};

static void
make_store(struct place *p)
{
    struct en_store *s = NULL;
    struct node *n;
    struct en_err err = EN_ERR_INIT;
    off_t size;

    snprintf(p->dir, sizeof p->dir, "%s/entente-flip-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->path, sizeof p->path, "%s/entente.db", p->dir);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_CREATE, &s, &err), EN_OK);
    n = node_new(s);
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":1}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-decide", "{\"hit\":1,\"answer\":\"different\",\"reasons\":[\"photo\"]}", NULL,
                         NULL),
                     EN_OK);
    node_free(n);
    p->fd = open(p->path, O_RDWR | O_CLOEXEC);
    size = lseek(p->fd, 0, SEEK_END);
    p->n = (size_t)size;
    p->file = en_xmalloc(p->n);
    assert_int_equal(pread(p->fd, p->file, p->n, 0), size);
}

static void
remove_store(struct place *p)
{
    char beside[112];

    (void)close(p->fd);
    free(p->file);
    unlink(p->path);
    snprintf(beside, sizeof beside, "%s-wal", p->path);
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", p->path);
    unlink(beside);
    assert_int_equal(rmdir(p->dir), 0);
}

/* --- looking ------------------------------------------------------------------------------------------------------ */

static void
note_event(void *ctx, uint64_t event, const char *what)
{
    uint64_t *named = ctx;

    (void)what;
    if (*named == 0)
        *named = event;
}

/* EN_OK only if nothing at all was found. *named: the first event. */
static en_errc
look(const struct place *p, uint64_t *named)
{
    struct en_ledger_verify v = { .rows = true, .fault = note_event, .ctx = named };
    struct en_ledger_sums sums = { 0 };
    struct en_err err = EN_ERR_INIT;
    struct en_store *s = NULL;
    en_errc rc;

    *named = 0;
    rc = en_store_open_sqlite(p->path, EN_STORE_AUDIT, &s, &err);
    if (rc == EN_OK)
        rc = en_ledger_verify(s, &v, &sums, &err);
    en_store_close(s);
    return rc == EN_OK && sums.faults > 0 ? EN_E_INTEGRITY : rc;
}

static void
put(const struct place *p, size_t at, uint8_t b)
{
    assert_int_equal(pwrite(p->fd, &b, 1, (off_t)at), 1);
}

/* event: which one must be named; 0: any finding is right. */
static void
flip(const struct place *p, size_t at, unsigned bit, uint64_t event)
{
    uint64_t named;
    en_errc rc;

    put(p, at, (uint8_t)(p->file[at] ^ 1u << bit));
    rc = look(p, &named);
    if (rc != EN_E_INTEGRITY)
        fail_msg("byte %zu, bit %u: %s", at, bit, en_errc_name(rc));
    if (event != 0 && named != event)
        fail_msg("byte %zu, bit %u: it is of event %llu, and %llu was named", at, bit, (unsigned long long)event,
                 (unsigned long long)named);
    put(p, at, p->file[at]);
}

static void
test_every_page(void **state)
{
    struct place *p = *state;
    uint64_t named;

    assert_int_equal(look(p, &named), EN_OK);
    for (size_t at = 0; at < p->n; at += every)
        flip(p, at, (unsigned)(at % 8), 0);
    for (size_t at = 0; at < 100; at++) /* the header, whole */
        flip(p, at, (unsigned)(at % 8), 0);
    for (size_t at = 8191; at < p->n; at += 8192) /* and the sums themselves */
        flip(p, at, 0, 0);
    assert_int_equal(look(p, &named), EN_OK); /* all of it was put back */
}

/* --- in events ---------------------------------------------------------------------------------------------------- */

static void
add_span(struct spans *s, en_bytes b, uint64_t event)
{
    const uint8_t *at = b.n > 0 ? memmem(s->p->file, s->p->n, b.p, b.n) : NULL;

    if (at == NULL)
        return;
    s->at[s->n].at = (size_t)(at - s->p->file);
    s->at[s->n].n = b.n;
    s->at[s->n++].event = event;
}

static en_errc
find_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct spans *s = ctx;

    (void)err;
    assert_true(e->seq <= EVENTS_MOST);
    add_span(s, e->bytes, e->seq);
    add_span(s, en_bytes_from(e->nonce, sizeof e->nonce), e->seq);
    add_span(s, e->signature, e->seq);
    add_span(s, en_bytes_from(e->leaf, sizeof e->leaf), e->seq);
    return EN_OK;
}

static void
test_events_are_named(void **state)
{
    struct place *p = *state;
    struct spans s = { .p = p };
    struct en_err err = EN_ERR_INIT;
    struct en_store *store = NULL;
    size_t step = every / 30 > 0 ? every / 30 : 1;

    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_READ, &store, &err), EN_OK);
    assert_int_equal(en_store_events_each(store, 1, 0, find_event, &s, &err), EN_OK);
    en_store_close(store);
    assert_true(s.n >= 4 * 10);
    for (size_t i = 0; i < s.n; i++)
        for (size_t k = i % step; k < s.at[i].n; k += step)
            flip(p, s.at[i].at + k, (unsigned)(k % 8), s.at[i].event);
}

static int
setup(void **state)
{
    static struct place p;

    make_store(&p);
    *state = &p;
    return 0;
}

static int
teardown(void **state)
{
    remove_store(*state);
    return 0;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_page),
        cmocka_unit_test(test_events_are_named),
    };

    if (argc > 1)
        every = strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests_name("acts/ledger_flip", tests, setup, teardown);
}
