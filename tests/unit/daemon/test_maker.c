/*
 * test_maker.c: the thread that builds an index beside the acts, over a real folder, while alerts are written. What the
 * sanitizers look at is whether the two threads share anything.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "acts/act.h"
#include "daemon/clock.h"
#include "daemon/maker.h"
#include "daemon/shelf.h"

#define T0 ((en_time)1795000000000)

struct place {
    char top[64], node[80];
    struct en_folder folder;
    struct en_store *store;
    struct en_shelf shelf;
    struct en_acts *acts;
    struct en_err err;
    int64_t source;
};

static int
setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    struct en_acts_shelf shelf;
    struct en_store_source source = { .name = EN_TEXT_LIT("list"), .format = EN_TEXT_LIT("csv"), .created = T0 };

    assert_non_null(p);
    memcpy(p->top, "/tmp/entente-maker-XXXXXX", 26);
    assert_non_null(mkdtemp(p->top));
    snprintf(p->node, sizeof p->node, "%s/node", p->top);
    assert_int_equal(en_folder_create(&p->folder, p->node, &p->err), EN_OK);
    assert_int_equal(en_folder_store(&p->folder, EN_STORE_CREATE, &p->store, &p->err), EN_OK);
    assert_int_equal(en_store_begin(p->store, &p->err), EN_OK);
    assert_int_equal(en_store_source_add(p->store, &source, &p->source, &p->err), EN_OK);
    assert_int_equal(en_store_commit(p->store, &p->err), EN_OK);
    p->acts = en_acts_new(p->store, &en_rim);
    en_shelf_init(&p->shelf, &p->folder, NULL, NULL);
    shelf = en_shelf_lend(&p->shelf);
    en_acts_keep(p->acts, &shelf);
    *state = p;
    return 0;
}

static int
teardown(void **state)
{
    struct place *p = *state;
    pid_t child;

    en_acts_free(p->acts);
    en_store_close(p->store);
    en_folder_close(&p->folder);
    child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", p->top, (char *)NULL);
        _exit(1);
    }
    (void)waitpid(child, NULL, 0);
    free(p);
    return 0;
}

/* Alerts as an act would write them, with an event. */
static void
write_alerts(struct place *p, unsigned from, unsigned n)
{
    struct en_store_event e = { .type = EN_TEXT_LIT("test"), .bytes = EN_BYTES_LIT("{}"), .at = T0 };

    assert_int_equal(en_store_begin(p->store, &p->err), EN_OK);
    for (unsigned i = from; i < from + n; i++) {
        char id[32], identity[256];
        struct en_store_alert_put x = { .source = p->source,
                                        .ground = EN_TEXT_LIT("unsc-2178"),
                                        .matched = true,
                                        .review = EN_TIME_NONE,
                                        .destroy = EN_TIME_NONE,
                                        .at = T0 };

        snprintf(id, sizeof id, "E%u", i);
        snprintf(identity, sizeof identity,
                 "{\"id\":\"%s\",\"is_person\":true,\"names\":[{\"full\":\"Name%c%c Nobody%c\"}],"
                 "\"birth_dates\":[\"19%02u-03-0%u\"]}",
                 id, 'a' + (int)(i % 26), 'a' + (int)(i / 26 % 26), 'a' + (int)(i / 676 % 26), 40 + i % 50, 1 + i % 9);
        x.entity = en_text_from_ours(id);
        x.identity = en_bytes_from(identity, strlen(identity));
        assert_int_equal(en_store_alert_put(p->store, &x, NULL, &p->err), EN_OK);
    }
    memset(e.nonce, (int)from, sizeof e.nonce);
    assert_int_equal(en_store_event_append(p->store, &e, false, NULL, &p->err), EN_OK);
    assert_int_equal(en_store_commit(p->store, &p->err), EN_OK);
}

static void
wait_made(struct en_maker *k, struct en_acts_made **made, struct en_err *err)
{
    struct pollfd f = { .fd = en_maker_fd(k), .events = POLLIN };

    assert_int_equal(poll(&f, 1, 120000), 1);
    assert_int_equal(en_maker_take(k, made, err), EN_OK);
    assert_non_null(*made);
}

static void
take(struct place *p, struct en_acts_made *made)
{
    en_errc rc;

    do
        rc = en_acts_take_index(p->acts, made, &p->err);
    while (rc == EN_E_NO);
    assert_int_equal(rc, EN_OK);
}

static void
test_beside_writes(void **state)
{
    struct place *p = *state;
    struct en_maker *k = en_maker_new(&p->folder);
    struct en_acts_made *made;
    struct stat st;
    char file[128];

    write_alerts(p, 0, 3000);
    assert_int_equal(en_acts_warm(p->acts, &p->err), EN_OK);
    assert_int_equal(p->acts->identities, 3000);
    en_acts_beside(p->acts);
    for (unsigned round = 1; round <= 3; round++) {
        assert_true(en_maker_idle(k));
        assert_int_equal(en_maker_start(k, &p->err), EN_OK);
        assert_false(en_maker_idle(k));
        for (unsigned i = 0; i < 20; i++) /* while it builds */
            write_alerts(p, 3000 * round + 100 * i, 100);
        wait_made(k, &made, &p->err);
        take(p, made);
        en_maker_give_back(k, made);
        assert_int_equal(p->acts->identities, 3000 + 2000 * round);
    }
    snprintf(file, sizeof file, "%s/entente.index", p->node);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    en_acts_free(p->acts);
    en_maker_free(k);

    /* The next process finds it. */
    p->acts = en_acts_new(p->store, &en_rim);
    {
        struct en_acts_shelf shelf = en_shelf_lend(&p->shelf);

        en_acts_keep(p->acts, &shelf);
    }
    assert_int_equal(en_acts_warm(p->acts, &p->err), EN_OK);
    assert_int_equal(p->acts->identities, 9000);
}

/* A process that stops does not wait to hand over, and leaves no part of a file. */
static void
test_stopped(void **state)
{
    struct place *p = *state;
    struct en_maker *k = en_maker_new(&p->folder);
    struct stat st;
    char file[128];

    write_alerts(p, 0, 2000);
    en_maker_free(k); /* never started */
    k = en_maker_new(&p->folder);
    assert_int_equal(en_maker_start(k, &p->err), EN_OK);
    en_maker_free(k);
    snprintf(file, sizeof file, "%s/entente.index.new", p->node);
    assert_int_not_equal(stat(file, &st), 0);
}

/* A writer that was killed in the middle has left its part of a file; the next one writes over it, and uses none. */
static void
test_killed(void **state)
{
    struct place *p = *state;
    struct en_acts_shelf shelf = en_shelf_lend(&p->shelf);
    struct en_err err = EN_ERR_INIT;
    en_bytes saved;

    write_alerts(p, 0, 100);
    assert_int_equal(shelf.begin(shelf.ctx, &err), EN_OK);
    assert_int_equal(shelf.write(shelf.ctx, "part of an index", 16), EN_OK);
    (void)close(p->shelf.fd);
    p->shelf.fd = -1;
    assert_int_equal(shelf.take(shelf.ctx, &saved, &err), EN_E_NOT_FOUND);
    assert_int_equal(en_acts_warm(p->acts, &err), EN_OK);
    assert_int_equal(shelf.take(shelf.ctx, &saved, &err), EN_OK);
    assert_true(saved.n > 1000);
    shelf.give_back(shelf.ctx, saved);
    assert_int_equal(fchmodat(p->folder.dir, "entente.index", 0644, 0), 0); /* others could have read it */
    assert_int_equal(shelf.take(shelf.ctx, &saved, &err), EN_E_INPUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_beside_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stopped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
