/*
 * The ledger of a node with keys: heads are signed, a proof holds for somebody who has nothing else, who saw what is
 * found, and a change of a store is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "../node_keys.h"
#include "acts/ledger.h"
#include "base/base64.h"
#include "fixture.h"
#include "ledger/checkpoint.h"

static void
draw(void *ctx, void *p, size_t n)
{
    static uint8_t next = 100;

    (void)ctx;
    memset(p, ++next, n);
}

/* A node whose acts sign with the keys of a made-up node. */
static struct node *
keyed(struct en_store *store, const struct en_node_keys *keys)
{
    struct node *n = node_new(store);
    const struct en_acts_rim rim = { NULL, draw, keys };

    en_acts_free(n->acts);
    n->acts = en_acts_new(store, &rim);
    assert_int_equal(act(n, "anna", "profile-set", "{\"accept\":[\"NARCO\"]}", NULL, NULL), EN_OK);
    return n;
}

struct findings {
    uint64_t event;
    char text[200];
    unsigned n;
};

static void
find(void *ctx, uint64_t event, const char *what)
{
    struct findings *f = ctx;

    if (f->n++ == 0) {
        f->event = event;
        snprintf(f->text, sizeof f->text, "%s", what);
    }
}

static en_errc
verify(struct node *n, const uint8_t (*keys)[EN_SEAL_PUBLIC_LEN], struct findings *f, struct en_ledger_sums *s)
{
    struct en_ledger_verify v = { .rows = true, .keys = keys, .n_keys = keys != NULL, .fault = find, .ctx = f };

    *f = (struct findings){ 0 };
    return en_ledger_verify(n->store, &v, s, &n->err);
}

static void
test_heads_are_signed(void **state)
{
    struct en_node_keys keys = test_node_keys(1, 1, T0), other = test_node_keys(2, 1, T0);
    struct node *n = keyed(en_store_new_memory(), &keys);
    struct en_ledger_sums s;
    struct findings f;

    (void)state;
    assert_int_equal(verify(n, (const uint8_t(*)[EN_SEAL_PUBLIC_LEN])keys.signing.public_key, &f, &s), EN_OK);
    assert_int_equal(s.faults, 0);
    assert_true(s.events == 7 && s.by_people == 7 && s.size == 7 && s.heads_signed == 1 && s.heads_verified == 1);
    assert_int_equal(s.rows, 6); /* the users */
    assert_int_equal(verify(n, (const uint8_t(*)[EN_SEAL_PUBLIC_LEN])other.signing.public_key, &f, &s), EN_OK);
    assert_int_equal(s.faults, 1);
    assert_string_equal(f.text, "the head of size 7 is not signed by a known key of the node");
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_true(s.faults == 0 && s.heads_verified == 0);
    node_free(n);
}

/* The lines of a proof as the file that they are. */
static struct en_buf
proof_file(struct node *n)
{
    json_t *root = json_loads(n->records.p, JSON_DISABLE_EOF_CHECK, NULL), *line;
    struct en_buf b = EN_BUF_INIT;
    size_t i;

    json_array_foreach(json_object_get(root, "proof"), i, line)
        en_buf_addf(&b, "%s\n", json_string_value(line));
    json_decref(root);
    return b;
}

/* The entry out of the opening alone. */
static void
open_entry(struct node *n, uint8_t entry[EN_SHA256_LEN])
{
    json_t *root = json_loads(n->records.p, JSON_DISABLE_EOF_CHECK, NULL), *o = json_object_get(root, "opening");
    const char *nonce = json_string_value(json_object_get(o, "nonce"));
    const char *type = json_string_value(json_object_get(o, "type"));
    const char *bytes = json_string_value(json_object_get(o, "bytes"));
    uint8_t raw[EN_NONCE_LEN], content[4096];
    size_t k;

    assert_true(nonce != NULL && type != NULL && bytes != NULL);
    assert_true(en_unhex(en_text_from_ours(nonce), raw, sizeof raw));
    k = en_base64_decode(en_bytes_from(bytes, strlen(bytes)), EN_BASE64_PADDED, content, sizeof content);
    assert_true(k != SIZE_MAX && k > 0);
    en_store_event_leaf(raw, en_text_from_ours(type), en_bytes_from(content, k), entry);
    json_decref(root);
}

static void
test_prove(void **state)
{
    struct en_node_keys keys = test_node_keys(1, 1, T0);
    struct node *n = keyed(en_store_new_memory(), &keys);
    struct en_log_proof *p = en_xcalloc(1, sizeof *p);
    struct en_note_key k;
    struct en_buf file;
    uint8_t entry[EN_SHA256_LEN];
    char name[64];

    (void)state;
    assert_int_equal(act(n, "berta", "ledger-prove", "{\"event\":3}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "dora", "ledger-prove", "{\"event\":3,\"content\":true}", NULL, NULL), EN_OK);
    assert_false(n->told_too_early);
    file = proof_file(n);
    open_entry(n, entry);
    snprintf(name, sizeof name, "entente/%s/1", keys.partner);
    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, keys.signing.public_key, &k);
    assert_int_equal(en_log_proof_parse(en_buf_bytes(&file), p, &n->err), EN_OK);
    assert_true(p->index == 2 && p->head.size == 7);
    assert_int_equal(en_log_proof_verify(p, &k, en_bytes_from(entry, sizeof entry), &n->err), EN_OK);
    entry[0] ^= 1;
    assert_int_equal(en_log_proof_verify(p, &k, en_bytes_from(entry, sizeof entry), &n->err), EN_E_INTEGRITY);
    en_buf_release(&file);
    free(p);

    assert_int_equal(act(n, "dora", "ledger-prove", "{\"event\":3}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "opening"), "");
    assert_string_equal(member(n, 0, "size"), "8"); /* the proof before is an act */
    assert_int_equal(act(n, "dora", "ledger-show", "{\"heads\":true}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 3); /* two were shown, one is the newest */
    assert_string_equal(member(n, 0, "seen"), "true");
    assert_string_equal(member(n, 2, "seen"), "false");
    node_free(n);
}

/* A copy of a node as it was: the same store, and a head that the replaced one had signed. */
static void
restored(struct node *n, uint64_t size, bool *doubt)
{
    struct en_store_head before = { .size = size, .root = { { 1, 2, 3 } } };

    assert_int_equal(en_acts_restored(n->acts, 1000, size ? &before : NULL, n->now, doubt, &n->err), EN_OK);
}

static const char *
newest(struct node *n, const char *what)
{
    assert_int_equal(act(n, "dora", "ledger-show", "{\"heads\":true}", NULL, NULL), EN_OK);
    return member(n, n->n_records - 1, what);
}

static void
test_epochs(void **state)
{
    struct en_node_keys keys = test_node_keys(1, 1, T0);
    struct node *n = keyed(en_store_new_memory(), &keys);
    struct en_ledger_sums s;
    struct findings f;
    struct en_store_head before;
    char origin[64];
    bool doubt = false;

    (void)state;
    restored(n, 9, &doubt); /* seven events were in the copy */
    assert_true(doubt);
    assert_int_equal(act(n, "anna", "profile-set", "{\"accept\":[\"X\"]}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "dora", "ledger-prove", "{\"event\":1}", NULL, NULL), EN_E_RULE);
    assert_string_equal(newest(n, "origin"), "\"\"");
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_true(s.doubt && s.faults == 0);

    assert_int_equal(act(n, "berta", "ledger-epoch", "{\"nothing_lost\":true}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"nothing_lost\":true}", NULL, NULL), EN_E_RULE);
    assert_non_null(strstr(n->err.text, "had 9 events"));
    assert_int_equal(en_acts_head_before(n->store, &before, NULL), EN_OK); /* a second restore does not forget it */
    assert_int_equal(before.size, 9);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"goes_on\":8,\"known\":9}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"goes_on\":7,\"known\":7}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"goes_on\":7,\"known\":9,\"nothing_lost\":true}", NULL, NULL),
                     EN_E_USAGE);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"goes_on\":7,\"known\":9}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "epoch"), "2");
    assert_string_equal(member(n, 0, "statement.0"), "\"entente-epoch/1\"");
    assert_non_null(strstr(member(n, 0, "statement.3"), "closed 1 7 "));
    assert_string_equal(member(n, 0, "statement.4"), "\"known 9 -\"");
    snprintf(origin, sizeof origin, "\"entente/%s/2\"", keys.partner);
    assert_string_equal(newest(n, "origin"), origin);
    assert_int_equal(act(n, "anna", "profile-set", "{\"accept\":[\"X\"]}", NULL, NULL), EN_OK);

    restored(n, 0, &doubt); /* of what it replaced nothing can be known */
    assert_true(doubt);
    assert_int_equal(act(n, "fred", "ledger-epoch", "{\"nothing_lost\":true}", NULL, NULL), EN_OK);
    assert_string_equal(newest(n, "origin"), origin);
    assert_int_equal(verify(n, (const uint8_t(*)[EN_SEAL_PUBLIC_LEN])keys.signing.public_key, &f, &s), EN_OK);
    assert_true(!s.doubt && s.faults == 0 && s.epoch == 2 && s.heads_verified == s.heads_signed);
    node_free(n);
}

/* A request of another node, since a size; forked: as if its log had one more event in the place of the last. */
static struct en_buf
request(struct node *other, unsigned since)
{
    char args[64];

    snprintf(args, sizeof args, "{\"since\":%u}", since);
    assert_int_equal(act(other, "dora", "ledger-prove", args, NULL, NULL), EN_OK);
    return proof_file(other);
}

static en_errc
witness(struct node *n, const struct en_buf *rq, const char *vkey)
{
    char args[400];

    snprintf(args, sizeof args, vkey ? "{\"key\":\"%s\"}" : "{}", vkey ? vkey : "");
    return act(n, "fred", "ledger-witness", args, rq->p, NULL);
}

static void
log_key(const struct en_node_keys *keys, char out[256])
{
    struct en_buf b = EN_BUF_INIT;
    struct en_note_key k;
    char name[64];

    snprintf(name, sizeof name, "entente/%s/1", keys->partner);
    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, keys->signing.public_key, &k);
    en_note_key_write(&k, &b);
    snprintf(out, 256, "%s", b.p);
    en_buf_release(&b);
}

static void
test_witness(void **state)
{
    struct en_node_keys mine = test_node_keys(1, 1, T0), theirs = test_node_keys(2, 1, T0);
    struct node *n = keyed(en_store_new_memory(), &mine), *other = keyed(en_store_new_memory(), &theirs),
                *twin = keyed(en_store_new_memory(), &theirs); /* the same node with another history */
    struct en_signed_note *note = en_xcalloc(1, sizeof *note);
    struct en_note_key k;
    struct en_buf first = request(other, 0), rq;
    char vkey[256], line[1024];
    size_t len;

    (void)state;
    log_key(&theirs, vkey);
    assert_int_equal(witness(n, &first, NULL), EN_E_NO);
    assert_string_equal(member(n, 0, "answer"), "404");
    assert_int_equal(witness(n, &first, vkey), EN_OK);
    assert_string_equal(member(n, 0, "answer"), "200");

    /* The cosignature verifies with the key that is told, behind the head that it is of. */
    rq = proof_file(other);
    en_buf_reset(&rq);
    en_buf_add_str(&rq, strstr(first.p, "\n\n") + 2);
    snprintf(line, sizeof line, "%s", member(n, 0, "cosignature"));
    len = strlen(line);
    en_buf_add(&rq, line + 1, len - 2);
    en_buf_addc(&rq, '\n');
    snprintf(line, sizeof line, "%s", member(n, 0, "vkey"));
    line[strlen(line) - 1] = '\0';
    assert_int_equal(en_note_key_parse(en_text_from_ours(line + 1), &k, &n->err), EN_OK);
    assert_int_equal(en_note_parse(en_buf_bytes(&rq), note, &n->err), EN_OK);
    assert_int_equal(en_note_verify(note, &k, NULL), EN_NOTE_GOOD);
    en_buf_release(&rq);

    assert_int_equal(witness(n, &first, NULL), EN_E_NO); /* again: it begins at another size */
    assert_string_equal(member(n, 0, "answer"), "409");
    assert_string_equal(member(n, 0, "known"), "7");
    assert_string_equal(member(n, 0, "evidence"), "false");
    rq = request(other, 7);
    assert_int_equal(witness(n, &rq, NULL), EN_OK);
    assert_string_equal(member(n, 0, "size"), "8");
    en_buf_release(&rq);

    /* One size with two roots; and a proof that leads from somewhere else. */
    assert_int_equal(act(twin, "anna", "profile-set", "{\"accept\":[\"Y\"]}", NULL, NULL), EN_OK);
    rq = request(twin, 0);
    assert_int_equal(witness(n, &rq, NULL), EN_E_INTEGRITY);
    assert_string_equal(member(n, 0, "evidence"), "true");
    en_buf_release(&rq);
    rq = request(twin, 8);
    assert_int_equal(witness(n, &rq, NULL), EN_E_INTEGRITY);
    assert_string_equal(member(n, 0, "answer"), "422");
    en_buf_release(&rq);
    assert_int_equal(act(n, "berta", "ledger-witness", "{}", first.p, NULL), EN_E_RULE);
    assert_int_equal(act(n, "fred", "ledger-witness", "{}", "nothing", NULL), EN_E_INPUT);
    en_buf_release(&first);
    free(note);
    node_free(n);
    node_free(other);
    node_free(twin);
}

static void
test_who_saw(void **state)
{
    static const char *const saw[] = { "screen", "check", "hit-list", "hit-show", "hit-decide" };
    struct node *n = node_new(en_store_new_memory());
    char want[64];

    (void)state;
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "check", "{\"person\":{\"names\":[\"Lena Markovic\"]}}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "chris", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"]}}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":1}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-decide", "{\"hit\":1,\"answer\":\"different\",\"reasons\":[\"photo\"]}", NULL,
                         NULL),
                     EN_OK);
    assert_int_equal(act(n, "dora", "ledger-who-saw", "{\"identity\":\"s/E1\"}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, sizeof saw / sizeof *saw);
    for (size_t i = 0; i < n->n_records; i++) {
        snprintf(want, sizeof want, "\"%s\"", saw[i]);
        assert_string_equal(member(n, i, "act"), want);
        assert_string_equal(member(n, i, "actor"), i == 1 ? "\"chris\"" : "\"berta\"");
    }
    assert_int_equal(act(n, "dora", "ledger-who-saw", "{\"identity\":\"s/E2\"}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1); /* the question about her */
    assert_int_equal(act(n, "dora", "ledger-who-saw", "{\"alert\":1}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, sizeof saw / sizeof *saw);
    assert_int_equal(act(n, "dora", "ledger-who-saw", "{\"identity\":\"nothing\"}", NULL, NULL), EN_E_USAGE);
    assert_int_equal(act(n, "berta", "ledger-who-saw", "{\"alert\":1}", NULL, NULL), EN_E_RULE);
    node_free(n);
}

/* A row that nobody's act has made, and one whose act says that it was made and is not there. */
static void
test_rows_against_events(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    struct en_store_user u = { .name = EN_TEXT_LIT("mallory"), .role = EN_TEXT_LIT("admin"), .uid = -1, .key = { 7 },
                               .disabled = EN_TIME_NONE };
    struct en_ledger_sums s;
    struct findings f;
    int64_t id;

    (void)state;
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_int_equal(s.faults, 0);
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_user_add(n->store, &u, &id, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_int_equal(s.faults, 1);
    assert_string_equal(f.text, "no event stands for user 7");
    node_free(n);
}

/* A value of a row that its event tells. */
static void
test_values_against_events(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    struct en_store_user u;
    struct en_ledger_sums s;
    struct findings f;
    struct en_arena arena;
    en_text role;

    (void)state;
    en_arena_init(&arena, EN_MIB);
    assert_int_equal(en_store_user_by_name(n->store, EN_TEXT_LIT("berta"), &arena, &u, NULL), EN_OK);
    role = u.role;
    u.role = EN_TEXT_LIT("admin,importer,supervisor");
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_user_change(n->store, &u, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_int_equal(s.faults, 1);
    assert_non_null(strstr(f.text, "the roles of user "));
    u.role = role;
    u.disabled = n->now;
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_user_change(n->store, &u, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    assert_int_equal(verify(n, NULL, &f, &s), EN_OK);
    assert_int_equal(s.faults, 1);
    assert_non_null(strstr(f.text, "the date of disabling of user "));
    en_arena_release(&arena);
    node_free(n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads_are_signed),
        cmocka_unit_test(test_prove),
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_witness),
        cmocka_unit_test(test_who_saw),
        cmocka_unit_test(test_rows_against_events),
        cmocka_unit_test(test_values_against_events),
    };

    return cmocka_run_group_tests_name("acts/ledger", tests, NULL, NULL);
}
