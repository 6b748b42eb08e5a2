/*
 * test_store_kill.c: a process that works on a store is stopped at every write, the power is cut at every write, the
 * disk becomes full, read-only, or fails; and each time all that was acknowledged is there, nothing is half done, and
 * the work goes on.
 *
 *   test_store_kill [EVERY]    strikes at every EVERY-th write only (1 by default)
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../conformance/store_dump.h"
#include "fault_vfs.h"
#include "store/store_engine.h"

#define T(lit) EN_TEXT_LIT(lit)
#define B(lit) EN_BYTES_LIT(lit)
#define T0     ((en_time)1795000000000)

static unsigned every = 1;

struct place {
    char dir[64], path[96];
};

static void
new_place(struct place *p)
{
    assert_true(store_folder(p->dir, sizeof p->dir));
    snprintf(p->path, sizeof p->path, "%s/store.db", p->dir);
}

static void
clean(const struct place *p)
{
    static const char *const names[] = { "store.db",        "store.db-wal",         "store.db-shm",
                                         "store.db.new",    "store.db.new-journal", "store.db.new-wal",
                                         "store.db.new-shm" };
    char path[160];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", p->dir, names[i]);
        unlink(path);
    }
}

static void
remove_place(const struct place *p)
{
    clean(p);
    assert_int_equal(rmdir(p->dir), 0);
}

/* --- the acts of a day ------------------------------------------------------------------------- */

#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        en_errc rc_ = (call);                                                                                          \
        if (rc_ != EN_OK)                                                                                              \
            return rc_;                                                                                                \
    } while (0)

static en_errc
event(struct en_store *s, en_text type, en_time at)
{
    struct en_store_event e = { .type = type, .bytes = B("{\"what\":\"done\"}"), .nonce = { 7 }, .at = at };

    return en_store_event_append(s, &e, false, NULL, NULL);
}

static en_errc
act_init(struct en_store *s, en_time at)
{
    struct en_store_node n = { .name = T("Service"), .country = T("XAA"), .retention_hours = 24, .prior = 1e-5 };
    struct en_store_user u = { .role = T("officer"), .uid = -1, .disabled = EN_TIME_NONE };
    int64_t id;

    TRY(event(s, T("init"), at));
    TRY(en_store_node_put(s, &n, NULL));
    u.name = T("Aya");
    u.key[0] = 1;
    TRY(en_store_user_add(s, &u, &id, NULL));
    u.name = T("Boris");
    u.key[0] = 2;
    return en_store_user_add(s, &u, &id, NULL);
}

/* Entries from..to of a list; bodies of several pages among them. */
static en_errc
import(struct en_store *s, en_time at, unsigned version, unsigned from, unsigned to)
{
    static char body[20000];
    struct en_store_import x = { .source = 1, .hash = { (uint8_t)version }, .at = at, .dated = EN_TIME_NONE };
    uint64_t ended;

    memset(body, 'a' + (int)version, sizeof body);
    TRY(event(s, T("list-import"), at));
    TRY(en_store_import_begin(s, &x, &x.id, NULL));
    for (unsigned i = from; i < to; i++) {
        char name[16];
        struct en_store_alert_put p = {
            .source = 1, .import = x.id, .review = EN_TIME_NONE, .destroy = EN_TIME_NONE, .at = at, .matched = true
        };

        snprintf(name, sizeof name, "E%u", i);
        p.entity = en_text_from_ours(name);
        p.identity = en_bytes_from(body, i % 7 == 0 ? sizeof body : 300 + i);
        TRY(en_store_alert_put(s, &p, NULL, NULL));
    }
    TRY(en_store_alerts_end_missing(s, x.id, at, NULL, NULL, &ended, NULL));
    x.entries = to - from;
    x.ended = ended;
    return en_store_import_end(s, &x, NULL);
}

static en_errc
act_first_list(struct en_store *s, en_time at)
{
    struct en_store_source src = { .name = T("list"), .format = T("csv"), .created = at };
    int64_t id;

    TRY(en_store_source_add(s, &src, &id, NULL));
    return import(s, at, 1, 0, 40);
}

static en_errc
act_second_list(struct en_store *s, en_time at)
{
    return import(s, at, 2, 20, 50);
}

static en_errc
act_screen(struct en_store *s, en_time at)
{
    struct en_store_manifest m = { .hash = { 9 }, .kind = T("csv"), .name = T("m.csv"), .received = at };
    struct en_store_traveller t = { .person = B("{\"names\":[]}"),
                                    .flight = T("XN204"),
                                    .delete_after = T0 + 1000,
                                    .arrives = EN_TIME_NONE,
                                    .external = T("P") };
    struct en_store_hit_alert alert = { .alert = 1, .version = 1 };
    struct en_store_hit h = { .entity = T("list/E1"),
                              .alerts = &alert,
                              .n_alerts = 1,
                              .bits = 640,
                              .prior = 1e-5,
                              .probability = 0.9,
                              .evidence = B("[]"),
                              .created = at,
                              .changed = at,
                              .delete_after = EN_TIME_NONE };

    TRY(event(s, T("screen"), at));
    TRY(en_store_manifest_add(s, &m, &m.id, NULL));
    t.manifest = m.id;
    for (unsigned i = 0; i < 20; i++) {
        TRY(en_store_traveller_add(s, &t, &t.id, NULL));
        h.traveller = t.id;
        if (i % 10 == 0)
            TRY(en_store_hit_add(s, &h, &h.id, NULL));
    }
    m.travellers = 20;
    m.hits = 2;
    return en_store_manifest_finish(s, &m, NULL);
}

static en_errc
act_decide(struct en_store *s, en_time at)
{
    struct en_store_decision d = {
        .hit = 1, .answer = EN_ANSWER_DIFFERENT, .text = T("another person"), .actor = 1, .at = at
    };
    struct en_store_clearance c = { .alert = 1, .version = 1, .hit = 1, .actor = 1, .at = at, .expires = at + 5000 };
    int64_t id;

    TRY(event(s, T("decision"), at));
    TRY(en_store_decision_add(s, &d, &id, NULL));
    TRY(en_store_hit_set_state(s, 1, EN_HIT_DECIDED, EN_ANSWER_DIFFERENT, at, T0 + 500, NULL));
    return en_store_clearance_add(s, &c, &id, NULL);
}

static en_errc
act_retention(struct en_store *s, en_time at)
{
    uint64_t n;

    TRY(event(s, T("retention"), at));
    TRY(en_store_hits_delete_due(s, T0 + 2000, 0, NULL, NULL, &n, NULL));
    TRY(en_store_travellers_delete_due(s, T0 + 2000, 0, NULL, NULL, &n, NULL));
    return en_store_event_destroy(s, 2, at, NULL);
}

static en_errc
act_answer(struct en_store *s, en_time at)
{
    struct en_store_intent i = { .event = 1, .kind = T("answer"), .bytes = B("payload"), .created = at };
    int64_t id;

    TRY(event(s, T("answer"), at));
    return en_store_intent_add(s, &i, &id, NULL);
}

typedef en_errc act_fn(struct en_store *s, en_time at);
static act_fn *const acts[] = { act_init,   act_first_list,  act_screen,   act_decide,
                                act_answer, act_second_list, act_retention };
#define ACTS (sizeof acts / sizeof acts[0])

static en_errc
act(struct en_store *s, size_t i, struct en_err *err)
{
    en_errc rc = en_store_begin(s, err);

    if (rc != EN_OK)
        return rc;
    (void)acts[i](s, T0 + (en_time)i);
    return en_store_commit(s, err); /* tells of what failed before it */
}

/* What the store must say after i acts: the memory engine's answer. */
static struct en_buf expected[ACTS + 1];

static int
expect(void **state)
{
    struct en_store *s = en_store_new_memory();

    (void)state;
    for (size_t i = 0; i <= ACTS; i++) {
        if (store_dump(s, &expected[i], NULL) != EN_OK || (i < ACTS && act(s, i, NULL) != EN_OK))
            return -1;
    }
    en_store_close(s);
    return 0;
}

static int
unexpect(void **state)
{
    (void)state;
    for (size_t i = 0; i <= ACTS; i++)
        en_buf_release(&expected[i]);
    return 0;
}

/* The number of acts that the store at path shows; ACTS + 1 if it shows none of the states there may be. */
static size_t
acts_shown(struct en_store *s)
{
    struct en_buf b = EN_BUF_INIT;
    size_t shown = ACTS + 1;

    assert_int_equal(store_dump(s, &b, NULL), EN_OK);
    for (size_t i = 0; i <= ACTS && shown > ACTS; i++) {
        if (strcmp(b.p, expected[i].p) == 0)
            shown = i;
    }
    en_buf_release(&b);
    return shown;
}

/* --- a worker that is stopped ------------------------------------------------------------------ */

/* Opens or creates, does all acts, tells after each. Exits 0, or by the fault. */
static void
work(const struct place *p, int tell, uint64_t at, enum fault_vfs_mode mode)
{
    struct en_store *s;
    char done = 0;

    fault_vfs_plan(at, mode, at * 977);
    if (en_store_open_sqlite_vfs(p->path, EN_STORE_CREATE, FAULT_VFS_NAME, &s, NULL) != EN_OK)
        _exit(1);
    for (size_t i = 0; i < ACTS; i++) {
        if (act(s, i, NULL) != EN_OK)
            _exit(2);
        done++;
        if (write(tell, &done, 1) != 1)
            _exit(3);
    }
    en_store_close(s);
    _exit(0);
}

/* Runs a worker; how many acts it told of, and how it ended. */
static size_t
run_worker(const struct place *p, uint64_t at, enum fault_vfs_mode mode, int *status)
{
    int fds[2];
    char done = 0, c;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        work(p, fds[1], at, mode);
    }
    close(fds[1]);
    while (read(fds[0], &c, 1) == 1)
        done = c;
    close(fds[0]);
    assert_int_equal(waitpid(pid, status, 0), pid);
    return (size_t)done;
}

/* Does what is left with a sound disk, and finds the end of the day. */
static void
go_on(struct en_store *s, size_t from, uint64_t at)
{
    struct en_err err = EN_ERR_INIT;

    for (size_t i = from; i < ACTS; i++) {
        if (act(s, i, &err) != EN_OK)
            fail_msg("write %llu: act %zu cannot be done afterwards: %s", (unsigned long long)at, i, err.text);
    }
    assert_int_equal(acts_shown(s), ACTS);
}

static void
look_after(const struct place *p, size_t told, uint64_t at)
{
    struct en_err err = EN_ERR_INIT;
    struct en_store *s = NULL;
    en_errc rc;
    size_t shown;

    fault_vfs_plan(0, FAULT_VFS_NONE, 0);
    rc = en_store_open_sqlite_vfs(p->path, EN_STORE_OPEN, FAULT_VFS_NAME, &s, &err);
    if (rc == EN_E_NOT_FOUND && told == 0) /* stopped while it was made: it is made again */
        rc = en_store_open_sqlite_vfs(p->path, EN_STORE_CREATE, FAULT_VFS_NAME, &s, &err);
    if (rc != EN_OK)
        fail_msg("write %llu: the store does not open: %s", (unsigned long long)at, err.text);
    rc = en_store_check(s, &err);
    if (rc != EN_OK)
        fail_msg("write %llu: %s", (unsigned long long)at, err.text);
    shown = acts_shown(s);
    if (shown > ACTS)
        fail_msg("write %llu: something is half done after act %zu", (unsigned long long)at, told);
    if (shown < told)
        fail_msg("write %llu: %zu acts were acknowledged and %zu are there", (unsigned long long)at, told, shown);
    assert_true(shown <= told + 1); /* the act under way may be whole, and only that one */
    go_on(s, shown, at);
    en_store_close(s);
}

static void
stop_at_every_write(enum fault_vfs_mode mode)
{
    uint64_t at = 1, struck = 0;
    int status = 0;

    do {
        struct place p;
        size_t told;

        new_place(&p);
        told = run_worker(&p, at, mode, &status);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == FAULT_VFS_STATUS);
        struck += WEXITSTATUS(status) != 0;
        look_after(&p, told, at);
        remove_place(&p);
        at += every;
    } while (WEXITSTATUS(status) != 0);
    print_message("             stopped at %llu writes\n", (unsigned long long)struck);
    assert_true(struck * every > 100); /* the day has that many writes */
}

static void
test_killed(void **state)
{
    (void)state;
    stop_at_every_write(FAULT_VFS_KILL);
}

static void
test_torn_write(void **state)
{
    (void)state;
    stop_at_every_write(FAULT_VFS_TEAR);
}

static void
test_power_cut(void **state)
{
    (void)state;
    stop_at_every_write(FAULT_VFS_POWER);
}

/* --- SIGKILL at any time, on the real file system ---------------------------------------------- */

static void
write_events(const struct place *p, int tell)
{
    struct en_store *s;

    if (en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, NULL) != EN_OK)
        _exit(1);
    for (uint32_t n = 1;; n++) {
        if (en_store_begin(s, NULL) != EN_OK || event(s, T("t"), T0) != EN_OK || event(s, T("u"), T0) != EN_OK ||
            en_store_commit(s, NULL) != EN_OK || write(tell, &n, sizeof n) != sizeof n)
            _exit(2);
    }
}

static uint32_t
kill_after(const struct place *p, useconds_t wait)
{
    int fds[2];
    uint32_t told = 0, n;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0)
        write_events(p, fds[1]);
    close(fds[1]);
    assert_int_equal(read(fds[0], &told, sizeof told), sizeof told);
    usleep(wait);
    kill(pid, SIGKILL);
    while (read(fds[0], &n, sizeof n) == sizeof n)
        told = n;
    close(fds[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return told;
}

static void
test_sigkill(void **state)
{
    struct place p;
    struct en_store *s;
    uint64_t known = 0;

    (void)state;
    new_place(&p);
    assert_int_equal(en_store_open_sqlite(p.path, EN_STORE_CREATE, &s, NULL), EN_OK);
    en_store_close(s);
    for (unsigned round = 0; round < 8; round++) {
        uint32_t told = kill_after(&p, 500 + 1700 * round);
        struct en_store_counts c;

        assert_int_equal(en_store_open_sqlite(p.path, EN_STORE_OPEN, &s, NULL), EN_OK);
        assert_int_equal(en_store_check(s, NULL), EN_OK);
        assert_int_equal(en_store_counts(s, &c, NULL), EN_OK);
        assert_int_equal(c.events % 2, 0);
        assert_in_range(c.events, known + 2 * told, known + 2 * told + 2);
        known = c.events;
        en_store_close(s);
    }
    remove_place(&p);
}

/* --- faults that do not end the process -------------------------------------------------------- */

/* At every write from one act to the next: the error is of the storage, nothing of the act is there, and with a sound
 * disk the same handle goes on. */
static void
fail_at_every_write(enum fault_vfs_mode mode)
{
    struct place p;
    struct en_store *s;
    uint64_t at, failed = 0;

    new_place(&p);
    fault_vfs_plan(0, FAULT_VFS_NONE, 0);
    assert_int_equal(en_store_open_sqlite_vfs(p.path, EN_STORE_CREATE, FAULT_VFS_NAME, &s, NULL), EN_OK);
    for (size_t i = 0; i < ACTS; i++) {
        struct en_err err = EN_ERR_INIT;
        en_errc rc;

        for (at = 1;; at += every) {
            fault_vfs_plan(at, mode, 0);
            rc = act(s, i, &err);
            fault_vfs_plan(0, FAULT_VFS_NONE, 0);
            if (rc == EN_OK)
                break;
            failed++;
            assert_int_equal(rc, EN_E_STORAGE);
            assert_int_equal(en_errc_exit(rc), 9);
            assert_true(err.text[0] != 0);
            if (acts_shown(s) != i)
                fail_msg("act %zu, write %llu: not undone", i, (unsigned long long)at);
        }
        if (acts_shown(s) != i + 1)
            fail_msg("act %zu: not there after all", i);
    }
    assert_true(failed * every > 20);
    print_message("             failed at %llu writes\n", (unsigned long long)failed);
    en_store_close(s);
    look_after(&p, ACTS, 0);
    remove_place(&p);
}

static void
test_disk_full(void **state)
{
    (void)state;
    fail_at_every_write(FAULT_VFS_FULL);
}

static void
test_write_error(void **state)
{
    (void)state;
    fail_at_every_write(FAULT_VFS_IOERR);
}

/* The kernel itself refuses to make the file longer. */
static void
test_file_size_limit(void **state)
{
    struct place p;
    int status;
    pid_t pid;

    (void)state;
    new_place(&p);
    pid = fork();
    if (pid == 0) {
        struct en_store *s;
        struct en_err err = EN_ERR_INIT;

        signal(SIGXFSZ, SIG_IGN);
        if (en_store_open_sqlite(p.path, EN_STORE_CREATE, &s, NULL) != EN_OK || act(s, 0, NULL) != EN_OK)
            _exit(1);
        if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 120000, 120000 }) != 0)
            _exit(2);
        if (act(s, 1, &err) != EN_E_STORAGE || err.text[0] == 0)
            _exit(3);
        _exit(acts_shown(s) == 1 ? 0 : 4);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    look_after(&p, 1, 0);
    remove_place(&p);
}

/* A folder and a file that may only be read. Root may write everything: it becomes nobody first. */
static int
try_read_only(const struct place *p)
{
    struct en_store *s = NULL;
    struct en_err err = EN_ERR_INIT;
    char other[128];

    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    if (en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &err) != EN_E_STORAGE || s || err.text[0] == 0)
        return 2;
    snprintf(other, sizeof other, "%s/other.db", p->dir);
    err.text[0] = 0;
    if (en_store_open_sqlite(other, EN_STORE_CREATE, &s, &err) != EN_E_STORAGE || s || err.text[0] == 0)
        return 3;
    return 0;
}

static void
test_read_only(void **state)
{
    struct place p;
    struct en_store *s;
    int status;
    pid_t pid;

    (void)state;
    new_place(&p);
    assert_int_equal(en_store_open_sqlite(p.path, EN_STORE_CREATE, &s, NULL), EN_OK);
    assert_int_equal(act(s, 0, NULL), EN_OK);
    en_store_close(s);
    assert_int_equal(chmod(p.path, 0444), 0);
    assert_int_equal(chmod(p.dir, 0555), 0);
    pid = fork();
    if (pid == 0)
        _exit(try_read_only(&p));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(chmod(p.dir, 0700), 0);
    assert_int_equal(chmod(p.path, 0600), 0);
    assert_int_equal(status, 0);
    look_after(&p, 1, 0);
    remove_place(&p);
}

/* A store that another process writes to is busy, and says so. */
static void
test_two_owners(void **state)
{
    struct place p;
    struct en_store *one, *two;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    new_place(&p);
    assert_int_equal(en_store_open_sqlite(p.path, EN_STORE_CREATE, &one, NULL), EN_OK);
    assert_int_equal(en_store_open_sqlite(p.path, EN_STORE_OPEN, &two, NULL), EN_OK);
    assert_int_equal(en_store_begin(one, NULL), EN_OK);
    assert_int_equal(en_store_begin(two, &err), EN_E_BUSY);
    assert_int_equal(en_errc_exit(err.code), 8);
    en_store_abort(one);
    assert_int_equal(en_store_begin(two, NULL), EN_OK);
    en_store_close(two);
    en_store_close(one);
    remove_place(&p);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed),          cmocka_unit_test(test_torn_write), cmocka_unit_test(test_power_cut),
        cmocka_unit_test(test_sigkill),         cmocka_unit_test(test_disk_full),  cmocka_unit_test(test_write_error),
        cmocka_unit_test(test_file_size_limit), cmocka_unit_test(test_read_only),  cmocka_unit_test(test_two_owners),
    };

    if (argc > 1)
        every = (unsigned)strtoul(argv[1], NULL, 10);
    EN_ASSERT(every > 0);
    fault_vfs_register();
    return cmocka_run_group_tests_name("store, stopped and failed", tests, expect, unexpect);
}
