/*
 * The program entente-verify as a stranger uses it: files that a log made, and what it answers to each of them and to
 * changed ones. Only the ledger's own forms are here: no node and no store.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../node_keys.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"

#define EVENTS 13
#define LOG    "entente/0011223344556677/1"

struct log {
    char dir[64];
    struct en_tree_hash leaf[EVENTS];
    struct en_key signing, witness;
    struct en_note_key key, witness_key;
};

/* --- a log of a few events -------------------------------------------------------------------------------------- */

static struct en_opening
opening(unsigned event)
{
    struct en_opening o = { .event = event, .type = EN_TEXT_LIT("read"), .bytes = EN_BYTES_LIT("{\"v\":1,\"hit\":7}") };

    memset(o.nonce, (int)event, sizeof o.nonce);
    en_entry_make(o.nonce, o.type, o.bytes, o.entry);
    return o;
}

/* As a store answers, out of leaves alone. */
static en_errc
read_node(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    const struct log *l = ctx;
    struct en_tree t = EN_TREE_INIT;

    (void)err;
    for (uint64_t i = index << level; i < (index + 1) << level; i++)
        en_tree_append(&t, &l->leaf[i], NULL, NULL);
    *out = en_tree_root(&t);
    return EN_OK;
}

static struct en_tree_source
source(struct log *l)
{
    return (struct en_tree_source){ read_node, l };
}

/* The signed head of a size; of another tree of that size if it is forked. */
static struct en_buf
head(struct log *l, unsigned size, bool forked, bool witnessed)
{
    struct en_buf b = EN_BUF_INIT, sig = EN_BUF_INIT;
    struct en_tree t = EN_TREE_INIT;
    struct en_tree_hash root;

    for (unsigned i = 0; i < size; i++)
        en_tree_append(&t, &l->leaf[forked ? size - 1 - i : i], NULL, NULL);
    root = en_tree_root(&t);
    en_checkpoint_text(EN_TEXT_LIT(LOG), size, &root, &b);
    en_note_sign(&l->key, &l->signing, en_buf_bytes(&b), 0, &sig);
    if (witnessed)
        en_note_sign(&l->witness_key, &l->witness, en_buf_bytes(&b), 1795000000, &sig);
    en_buf_addc(&b, '\n');
    en_buf_add(&b, sig.p, sig.n);
    en_buf_release(&sig);
    return b;
}

static void
put(const struct log *l, const char *name, en_bytes b)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", l->dir, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
    assert_int_equal(fclose(f), 0);
}

static void
put_head(struct log *l, const char *name, unsigned size, bool forked)
{
    struct en_buf b = head(l, size, forked, false);

    put(l, name, en_buf_bytes(&b));
    en_buf_release(&b);
}

static void
put_proof(struct log *l, const char *name, unsigned event)
{
    struct en_buf note = head(l, EVENTS, false, true), b = EN_BUF_INIT;
    struct en_tree_source from = source(l);
    struct en_tree_proof p;

    assert_int_equal(en_tree_inclusion(event - 1, EVENTS, &from, &p, NULL), EN_OK);
    en_log_proof_write(en_bytes_from(NULL, 0), event - 1, &p, en_buf_bytes(&note), &b);
    put(l, name, en_buf_bytes(&b));
    en_buf_release(&note);
    en_buf_release(&b);
}

static void
put_growth(struct log *l, const char *name, unsigned old)
{
    struct en_buf note = head(l, EVENTS, false, true), b = EN_BUF_INIT;
    struct en_tree_source from = source(l);
    struct en_tree_proof p;

    assert_int_equal(en_tree_consistency(old, EVENTS, &from, &p, NULL), EN_OK);
    en_witness_request_write(old, &p, en_buf_bytes(&note), &b);
    put(l, name, en_buf_bytes(&b));
    en_buf_release(&note);
    en_buf_release(&b);
}

static void
put_opening(struct log *l, const char *name, unsigned event)
{
    struct en_opening o = opening(event);
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    en_json_init(&j, &b);
    en_opening_write(&o, &j);
    put(l, name, en_buf_bytes(&b));
    en_buf_release(&b);
}

static void
add_vector(const char *name, struct en_buf *b)
{
    char path[4096], piece[4096];
    ssize_t n;
    int fd;

    snprintf(path, sizeof path, "%s/docs/formats/charters/%s", getenv("ENTENTE_SOURCE"), name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        en_buf_add(b, piece, (size_t)n);
    close(fd);
}

/* A history of two versions, the second alone, and one with another signature under the second. */
static void
put_charters(const struct log *l)
{
    struct en_buf b = EN_BUF_INIT;

    add_vector("second.note", &b);
    put(l, "second", en_buf_bytes(&b));
    en_buf_reset(&b);
    add_vector("first.note", &b);
    add_vector("second.note", &b);
    put(l, "charters", en_buf_bytes(&b));
    b.p[b.n - 10] ^= 1;
    put(l, "changed", en_buf_bytes(&b));
    en_buf_release(&b);
}

static int
setup(void **state)
{
    static struct log l;

    snprintf(l.dir, sizeof l.dir, "/tmp/entente-verify-XXXXXX");
    assert_non_null(mkdtemp(l.dir));
    l.signing = test_signing_key(1, 1);
    l.witness = test_signing_key(2, 1);
    en_note_key_make(EN_TEXT_LIT(LOG), EN_NOTE_ED25519, l.signing.public_key, &l.key);
    en_note_key_make(EN_TEXT_LIT("witness.example/2"), EN_NOTE_COSIGNATURE, l.witness.public_key, &l.witness_key);
    for (unsigned i = 0; i < EVENTS; i++) {
        struct en_opening o = opening(i + 1);

        l.leaf[i] = en_tree_leaf(en_bytes_from(o.entry, sizeof o.entry));
    }
    put_proof(&l, "proof5", 5);
    put_opening(&l, "opening5", 5);
    put_opening(&l, "opening6", 6);
    put_head(&l, "head7", 7, false);
    put_head(&l, "head7fork", 7, true);
    put_head(&l, "head13", EVENTS, false);
    put_head(&l, "head6", 6, false);
    put_growth(&l, "growth7", 7);
    put_growth(&l, "growth6", 6);
    put_charters(&l);
    put(&l, "nothing", EN_BYTES_LIT("nothing\n"));
    *state = &l;
    return 0;
}

static int
teardown(void **state)
{
    static const char *const names[] = { "proof5", "opening5", "opening6", "head7",  "head7fork",
                                         "head13", "head6",    "growth7",  "growth6", "nothing",
                                         "second", "charters", "changed" };
    struct log *l = *state;
    char path[128];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", l->dir, names[i]);
        unlink(path);
    }
    return rmdir(l->dir);
}

/* --- asking -------------------------------------------------------------------------------------- */

/* The child: arguments of one blank between them; $K and $W are the keys, <FILE is its standard input. */
static void
become(const struct log *l, char *arguments)
{
    struct en_buf k = EN_BUF_INIT, w = EN_BUF_INIT;
    char *argv[24] = { getenv("ENTENTE_VERIFY") }, *rest = arguments;
    int n = 1, nothing = open("/dev/null", O_RDWR | O_CLOEXEC), in = nothing;

    en_note_key_write(&l->key, &k);
    en_note_key_write(&l->witness_key, &w);
    if (chdir(l->dir) != 0)
        _exit(99);
    for (char *word; (word = strsep(&rest, " ")) != NULL && n < 23;) {
        if (word[0] == '<')
            in = open(word + 1, O_RDONLY | O_CLOEXEC);
        else if (word[0] != '\0')
            argv[n++] = strcmp(word, "$K") == 0 ? k.p : strcmp(word, "$W") == 0 ? w.p : word;
    }
    if (dup2(in, 0) == 0 && dup2(nothing, 1) == 1 && dup2(nothing, 2) == 2)
        (void)execv(argv[0], argv);
    _exit(99);
}

static int
ask(const struct log *l, const char *arguments)
{
    char copy[256];
    int status = -1;
    pid_t pid;

    snprintf(copy, sizeof copy, "%s", arguments);
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        become(l, copy);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The vectors of docs/formats/charter.md. */
#define FIRST "b9838af6ae0bd46c1458d63e5bb0d2203f358f6cce1220fa49e6d77453a54d52"

static const struct {
    const char *arguments;
    int code;
} rows[] = {
    { "proof proof5 --key $K --opening opening5", 0 },
    { "proof - <proof5 --key $K --opening opening5 --witness $W --quorum 1", 0 },
    { "proof proof5 --key $K --opening opening6", 7 },
    { "proof proof5 --key $K --entry 0000000000000000000000000000000000000000000000000000000000000000", 7 },
    { "proof proof5 --key $W --opening opening5", 7 },                                /* another log's key */
    { "proof proof5 --key $K --opening opening5 --witness $W --quorum 2", 1 },
    { "proof proof5 --key $K", 2 },
    { "proof proof5 --opening opening5", 2 },
    { "proof nothing --key $K --opening opening5", 2 },
    { "proof proof5 --key $K --opening nothing", 2 },
    { "proof missing --key $K --opening opening5", 2 },
    { "note head7 --key $K", 0 },
    { "note head7 --key $W", 1 },
    { "note head7 --key $K --entry 00", 2 },
    { "note nothing --key $K", 2 },
    { "heads head7 head7 --key $K", 0 },
    { "heads head7 head7fork --key $K", 7 },
    { "heads head7 head13 --key $K", 1 },
    { "heads head7 growth7 --key $K", 0 },
    { "heads head7 growth7 --key $K --witness $W --quorum 1", 0 },
    { "heads head7fork growth7 --key $K", 7 },
    { "heads head6 growth7 --key $K", 1 },
    { "heads head6 growth6 --key $K", 0 },
    { "heads head7 growth7 --key $W", 7 },
    { "heads head7 --key $K", 2 },
    { "charter charters --hash " FIRST, 0 },
    { "charter - <charters --hash " FIRST, 0 },
    { "charter charters --hash 0000000000000000000000000000000000000000000000000000000000000000", 7 },
    { "charter second --hash " FIRST, 1 }, /* what it follows is not there */
    { "charter changed --hash " FIRST, 7 },
    { "charter charters --hash 00", 2 },
    { "charter charters", 2 },
    { "charter charters --key $K", 2 },
    { "charter nothing --hash " FIRST, 2 },
    { "charter head7 --hash " FIRST, 2 },
    { "note head7 --key $K --hash " FIRST, 2 },
    { "--help", 0 },
    { "--version", 0 },
    { "", 2 },
    { "else head7 --key $K", 2 },
    { "note head7 --key nothing", 2 },
    { "note head7 --key", 2 },
    { "note head7 --key $K --else x", 2 },
    { "note head7 --key $K --quorum x", 2 },
};

static void
test_rows(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int code = ask(*state, rows[i].arguments);

        if (code != rows[i].code)
            fail_msg("entente-verify %s: exit %d, expected %d", rows[i].arguments, code, rows[i].code);
    }
}

/* No changed bit of a proof or an opening is believed (the one that makes a hex digit a capital changes nothing). */
static void
flip_all(struct log *l, const char *name, size_t step)
{
    char path[128];
    uint8_t file[8192];
    ssize_t n;
    int fd;

    snprintf(path, sizeof path, "%s/%s", l->dir, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = read(fd, file, sizeof file);
    assert_true(n > 100 && n < (ssize_t)sizeof file);
    assert_int_equal(close(fd), 0);
    for (size_t at = 0; at < (size_t)n; at += step) {
        file[at] ^= (uint8_t)(1u << (at % 5));
        put(l, name, en_bytes_from(file, (size_t)n));
        if (ask(l, "proof proof5 --key $K --opening opening5 --witness $W --quorum 1") == 0)
            fail_msg("%s: byte %zu was changed and it is believed", name, at);
        file[at] ^= (uint8_t)(1u << (at % 5));
    }
    put(l, name, en_bytes_from(file, (size_t)n));
    assert_int_equal(ask(l, "proof proof5 --key $K --opening opening5 --witness $W --quorum 1"), 0);
}

static void
test_no_changed_bit_is_believed(void **state)
{
    flip_all(*state, "proof5", 5);
    flip_all(*state, "opening5", 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_changed_bit_is_believed),
    };

    if (getenv("ENTENTE_VERIFY") == NULL) {
        puts("skipped: ENTENTE_VERIFY is not set");
        return 77;
    }
    return cmocka_run_group_tests_name("verify/program", tests, setup, teardown);
}
