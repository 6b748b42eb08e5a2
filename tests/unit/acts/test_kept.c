/*
 * test_kept.c: an index that was saved is used only where it is right, and what it says is what a built one says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acts/act.h"
#include "fixture.h"

/* --- a shelf in memory -------------------------------------------------------------------------------------------- */

struct shelf {
    struct en_acts_shelf lent;
    uint8_t *kept, *taken;
    size_t n, cap;
    struct en_buf fresh;
    bool full; /* the disk */
    unsigned takes, said, placed, discards;
    char why[256];
};

static en_errc
take(void *ctx, en_bytes *saved, struct en_err *err)
{
    struct shelf *s = ctx;

    (void)err;
    s->takes++;
    if (s->kept == NULL)
        return EN_E_NOT_FOUND;
    assert_null(s->taken);
    s->taken = aligned_alloc(64, (s->n + 63) / 64 * 64);
    assert_non_null(s->taken);
    memcpy(s->taken, s->kept, s->n);
    *saved = en_bytes_from(s->taken, s->n);
    return EN_OK;
}

static void
give_back(void *ctx, en_bytes saved)
{
    struct shelf *s = ctx;

    assert_ptr_equal(saved.p, s->taken);
    free(s->taken);
    s->taken = NULL;
}

static en_errc
begin(void *ctx, struct en_err *err)
{
    struct shelf *s = ctx;

    (void)err;
    en_buf_reset(&s->fresh);
    return EN_OK;
}

static en_errc
write_part(void *ctx, const void *p, size_t n)
{
    struct shelf *s = ctx;

    if (s->full && s->fresh.n + n > 100000)
        return EN_E_STORAGE;
    en_buf_add(&s->fresh, p, n);
    return EN_OK;
}

static void
discard(void *ctx)
{
    struct shelf *s = ctx;

    free(s->kept);
    s->kept = NULL;
    s->discards++;
}

static en_errc
end(void *ctx, bool place, struct en_err *err)
{
    struct shelf *s = ctx;

    if (!place)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no room");
    free(s->kept);
    s->kept = malloc(s->fresh.n);
    assert_non_null(s->kept);
    memcpy(s->kept, s->fresh.p, s->fresh.n);
    s->n = s->fresh.n;
    s->placed++;
    return EN_OK;
}

static void
say(void *ctx, const char *text, const struct en_err *why)
{
    struct shelf *s = ctx;

    (void)text;
    s->said++;
    snprintf(s->why, sizeof s->why, "%s", why != NULL ? why->text : "");
}

static struct shelf *
shelf_new(void)
{
    struct shelf *s = calloc(1, sizeof *s);

    assert_non_null(s);
    s->lent = (struct en_acts_shelf){
        s, EN_BYTES_LIT("program1"), take, give_back, begin, write_part, end, discard, say
    };
    return s;
}

static void
shelf_free(struct shelf *s)
{
    assert_null(s->taken);
    free(s->kept);
    en_buf_release(&s->fresh);
    free(s);
}

/* --- what is asked ------------------------------------------------------------------------------------------------ */

#define GRETA "{\"person\":{\"names\":[\"Greta Holm\"],\"birth_dates\":[\"2001-10-30\"]},\"ground\":\"unsc-2178\"}"

static bool
hits(struct node *n, const char *name, const char *born)
{
    char args[256];

    snprintf(args, sizeof args, "{\"person\":{\"names\":[\"%s\"],\"birth_dates\":[\"%s\"]}}", name, born);
    assert_int_equal(act(n, "chris", "check", args, NULL, NULL), EN_OK);
    return strstr(n->records.p, "\"probability\"") != NULL;
}

/* Whom the index must know and whom not. */
static void
answers(struct node *n, bool yusuf, bool lena, bool greta)
{
    assert_int_equal(hits(n, "Yusuf al-Rashidi", "1991-04-03"), yusuf);
    assert_int_equal(hits(n, "Lena Markovic", "1984-07-11"), lena);
    assert_int_equal(hits(n, "Greta Holm", "2001-10-30"), greta);
}

/* A node with a list, whose index is on the shelf. */
static struct node *
node_kept(struct shelf *s)
{
    struct node *n = node_new(en_store_new_memory());

    assert_int_equal(act(n, "emil", "import", "{\"source\":\"list\"}", list_csv, NULL), EN_OK);
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->placed, 1);
    assert_int_equal(s->said, 0);
    return n;
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void
test_used(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s);

    (void)state;
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_non_null(s->taken); /* it is searched where it lies */
    assert_int_equal(s->placed, 1);
    assert_int_equal(s->said, 0);
    node_free(n);
    shelf_free(s);
}

/* Behind its back the alerts changed: by acts of a process that did not look at the index. */
static void
test_brought_up_to_date(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s);
    static const char newer[] = "id,name,birth_dates,sex,ground,programmes\n"
                                "E1,Yusuf al-Rashidi,1991-04-03,male,unsc-2178,XBB-CT\n"
                                "E9,Aino Virtanen,1979-02-03,female,unsc-1373,XBB-CT\n";

    (void)state;
    node_restart(n, NULL);
    assert_int_equal(act(n, "anna", "alert-new", GRETA, NULL, NULL), EN_OK);
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"list\"}", newer, NULL), EN_OK); /* ends Lena's */
    node_restart(n, &s->lent);
    answers(n, true, false, true);
    assert_true(hits(n, "Aino Virtanen", "1979-02-03"));
    assert_non_null(s->taken);
    assert_int_equal(s->said, 0);
    assert_int_equal(s->placed, 1);
    /* and goes on from there */
    assert_int_equal(act(n, "anna", "alert-end", "{\"alert\":4,\"reason\":\"mistake\"}", NULL, NULL), EN_OK);
    answers(n, true, false, false);
    node_free(n);
    shelf_free(s);
}

static void
test_damaged(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s);
    size_t tried = 0;

    (void)state;
    for (size_t at = 8; at < s->n; at = at * 2 + 13) {
        unsigned said = s->said, placed = s->placed;

        s->kept[at] ^= 0x20;
        node_restart(n, &s->lent);
        answers(n, true, true, false);
        tried++;
        if (s->said == said) { /* between two sections nobody looks */
            s->kept[at] ^= 0x20;
            continue;
        }
        assert_int_equal(s->placed, placed + 1);
    }
    assert_true(tried > 8);
    assert_true(s->said >= tried / 2);
    for (size_t cut = 0; cut < 3; cut++) { /* a writer that was stopped, a file that was cut */
        unsigned said = s->said;

        s->n = cut == 0 ? 1 : cut == 1 ? 64 : s->n - 64;
        node_restart(n, &s->lent);
        answers(n, true, true, false);
        assert_int_equal(s->said, said + 1);
    }
    node_free(n);
    shelf_free(s);
}

static void
test_other_program(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s);

    (void)state;
    s->lent.program = EN_BYTES_LIT("program2");
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->said, 1);
    assert_non_null(strstr(s->why, "another program"));
    assert_int_equal(s->placed, 2);
    s->lent.program = (en_bytes){ NULL, 0 }; /* a program that does not know which one it is keeps nothing */
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->said, 2);
    assert_int_equal(s->placed, 2);
    node_free(n);
    shelf_free(s);
}

/* Another node's, as alike as can be; or this one's, from a time that a restored backup does not know. */
static void
test_other_store(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s), *other = node_new(en_store_new_memory());

    (void)state;
    assert_int_equal(act(other, "emil", "import", "{\"source\":\"list\"}", list_csv, NULL), EN_OK);
    assert_int_equal(act(other, "anna", "alert-new", GRETA, NULL, NULL), EN_OK);
    for (unsigned i = 0; i < 4; i++)
        (void)hits(other, "Nobody", "1950-01-01");
    assert_true(events(other) > events(n));
    node_restart(n, NULL);
    node_restart(other, &s->lent);
    answers(other, true, true, true);
    assert_int_equal(s->said, 1);
    assert_non_null(strstr(s->why, "another store"));
    node_free(n);
    node_free(other);
    shelf_free(s);
}

/* Whoever is deleted must not lie about in what was saved. */
static void
test_deleted(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_kept(s);
    bool more = true;

    (void)state;
    assert_int_equal(act(n, "anna", "alert-new",
                         "{\"person\":{\"names\":[\"Greta Holm\"],\"birth_dates\":[\"2001-10-30\"]},"
                         "\"ground\":\"unsc-2178\",\"destroy\":\"2026-12-01\"}",
                         NULL, NULL),
                     EN_OK);
    node_restart(n, NULL);
    node_restart(n, &s->lent);
    answers(n, true, true, true);
    n->now += 30 * EN_TIME_DAY;
    assert_int_equal(act(n, "fred", "clock-accept", "", NULL, NULL), EN_OK);
    while (more)
        assert_int_equal(en_acts_tick(n->acts, n->now, &more, &n->err), EN_OK);
    assert_null(s->kept);
    assert_int_equal(s->discards, 1);
    answers(n, true, true, false);
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->said, 0);
    assert_non_null(s->kept);
    node_free(n);
    shelf_free(s);
}

/* A full disk is said, and hurts nothing else. */
static void
test_full(void **state)
{
    struct shelf *s = shelf_new();
    struct node *n = node_new(en_store_new_memory());

    (void)state;
    s->full = true;
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"list\"}", list_csv, NULL), EN_OK);
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->said, 1);
    assert_null(s->kept);
    s->full = false;
    node_restart(n, &s->lent);
    answers(n, true, true, false);
    assert_int_equal(s->said, 1);
    assert_non_null(s->kept);
    node_free(n);
    shelf_free(s);
}

/* --- a new index beside the acts ---------------------------------------------------------------------------------- */

/* More than is brought up to date one by one: n people, and Aino. */
static struct en_buf
long_list(unsigned n)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_add_str(&b, "id,name,birth_dates,sex,ground,programmes\n");
    for (unsigned i = 0; i < n; i++)
        en_buf_addf(&b, "L%u,Name%c%c Of%c%c Nobody,19%02u-%02u-%02u,male,unsc-2178,XBB-CT\n", i, 'a' + (int)(i % 26),
                    'a' + (int)(i / 26 % 26), 'a' + (int)(i / 676 % 26), 'a' + (int)(i % 7), 40 + i % 50, 1 + i % 12,
                    1 + i % 28);
    en_buf_add_str(&b, "L-last,Aino Virtanen,1979-02-03,female,unsc-1373,XBB-CT\n");
    return b;
}

/* Three pages of travellers, Aino the last of them. */
static struct en_buf
long_manifest(void)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_add_str(&b, "id,name,birth_date,sex\n");
    for (unsigned i = 0; i < 150; i++)
        en_buf_addf(&b, "T%u,ZUZ%c ZYX%c,2004-0%u-01,F\n", i, 'A' + (int)(i % 26), 'A' + (int)(i / 26), 1 + i % 9);
    en_buf_add_str(&b, "T150,AINO VIRTANEN,1979-02-03,F\n");
    return b;
}

/* A page a tick, and an event only where something was found or it ends. */
static void
tick_through(struct node *n)
{
    uint64_t before = events(n);
    unsigned ticks = 0;
    bool more = true;

    while (more && ticks++ < 10)
        assert_int_equal(en_acts_tick(n->acts, n->now, &more, &n->err), EN_OK);
    assert_int_equal(ticks, 3);
    assert_int_equal(events(n), before + 1);
}

static void
take_all(struct node *n, struct shelf *maker)
{
    struct en_acts_made *made;
    unsigned parts = 0;
    en_errc rc;

    assert_true(en_acts_wants_index(n->acts));
    assert_int_equal(en_acts_make_index(n->store, &maker->lent, &made, &n->err), EN_OK);
    do
        rc = en_acts_take_index(n->acts, made, &n->err);
    while (rc == EN_E_NO && ++parts < 100);
    assert_int_equal(rc, EN_OK);
    en_acts_made_free(made);
    assert_false(en_acts_wants_index(n->acts));
}

/* While an import is not in the index everybody is told, and who was screened meanwhile is screened again. */
static void
test_beside(void **state)
{
    struct shelf *s = shelf_new(), *maker = shelf_new();
    struct node *n = node_kept(s);
    struct en_buf list = long_list(9000), manifest = long_manifest();
    bool more = true;

    (void)state;
    en_acts_beside(n->acts);
    assert_false(en_acts_wants_index(n->acts));
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"long\"}", list.p, NULL), EN_OK);
    assert_true(n->acts->behind);
    assert_null(s->kept);
    assert_false(hits(n, "Aino Virtanen", "1979-02-03"));
    assert_string_equal(member(n, 0, "behind"), "true");
    assert_true(hits(n, "Yusuf al-Rashidi", "1991-04-03"));
    assert_int_equal(act(n, "anna", "alert-new", GRETA, NULL, NULL), EN_OK); /* what is small is live at once */
    assert_true(hits(n, "Greta Holm", "2001-10-30"));
    assert_int_equal(act(n, "chris", "screen", "", manifest.p, NULL), EN_OK);
    assert_int_equal(en_acts_tick(n->acts, n->now, &more, &n->err), EN_OK);
    assert_int_equal(act(n, "chris", "hit-list", "", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 0);

    take_all(n, maker);
    assert_false(n->acts->behind);
    assert_true(hits(n, "Aino Virtanen", "1979-02-03"));
    assert_string_equal(member(n, 0, "behind"), "false");
    answers(n, true, true, true);
    tick_through(n);
    assert_int_equal(act(n, "chris", "hit-list", "", NULL, NULL), EN_OK);
    assert_true(n->n_records > 0);
    en_buf_release(&manifest);
    en_buf_release(&list);
    node_free(n);
    shelf_free(s);
    shelf_free(maker);
}

/* What changes while a new index is built is brought into it; and what is deleted meanwhile makes it void. */
static void
test_changed_meanwhile(void **state)
{
    struct shelf *s = shelf_new(), *maker = shelf_new(), *second = shelf_new(), *third = shelf_new();
    struct node *n = node_kept(s);
    struct en_buf list = long_list(9000);
    struct en_acts_made *made;
    bool more = true;
    en_errc rc;

    (void)state;
    en_acts_beside(n->acts);
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"long\"}", list.p, NULL), EN_OK);
    assert_int_equal(en_acts_make_index(n->store, &maker->lent, &made, &n->err), EN_OK);
    assert_int_equal(act(n, "anna", "alert-new",
                         "{\"person\":{\"names\":[\"Greta Holm\"],\"birth_dates\":[\"2001-10-30\"]},"
                         "\"ground\":\"unsc-2178\",\"destroy\":\"2026-12-01\"}",
                         NULL, NULL),
                     EN_OK);
    while ((rc = en_acts_take_index(n->acts, made, &n->err)) == EN_E_NO)
        ;
    assert_int_equal(rc, EN_OK);
    en_acts_made_free(made);
    answers(n, true, true, true);

    assert_int_equal(en_acts_make_index(n->store, &second->lent, &made, &n->err), EN_OK);
    n->now += 30 * EN_TIME_DAY;
    assert_int_equal(act(n, "fred", "clock-accept", "", NULL, NULL), EN_OK);
    while (more)
        assert_int_equal(en_acts_tick(n->acts, n->now, &more, &n->err), EN_OK);
    assert_int_equal(en_acts_take_index(n->acts, made, &n->err), EN_E_LIMIT);
    en_acts_made_free(made);
    answers(n, true, true, false);
    take_all(n, third);
    answers(n, true, true, false);
    en_buf_release(&list);
    node_free(n);
    shelf_free(s);
    shelf_free(maker);
    shelf_free(second);
    shelf_free(third);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_used),
        cmocka_unit_test(test_brought_up_to_date),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_other_program),
        cmocka_unit_test(test_other_store),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_changed_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
