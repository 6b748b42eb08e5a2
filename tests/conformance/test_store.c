/*
 * test_store.c: what every engine of the store must do, case by case; and a seeded walk in which two engines must agree
 * after every step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store_engine.h"
#include "store_dump.h"

#define T(lit) EN_TEXT_LIT(lit)
#define B(lit) EN_BYTES_LIT(lit)
#define T0     ((en_time)1795000000000)

/* --- engines ----------------------------------------------------------------------------------- */

enum engine { SQLITE, MEMORY, FAULT_OVER_MEMORY, FAULT_OVER_SQLITE, ENGINES };

struct fixture {
    enum engine engine;
    char dir[64], path[96];
    struct en_store *s;
    struct en_arena a;
    struct en_err err;
};

static struct en_store *
make_sqlite(struct fixture *f)
{
    struct en_store *s;

    assert_true(store_folder(f->dir, sizeof f->dir));
    snprintf(f->path, sizeof f->path, "%s/store.db", f->dir);
    assert_int_equal(en_store_open_sqlite(f->path, EN_STORE_CREATE, &s, &f->err), EN_OK);
    return s;
}

static struct en_store *
make(struct fixture *f)
{
    switch (f->engine) {
    case SQLITE:
        return make_sqlite(f);
    case MEMORY:
        return en_store_new_memory();
    case FAULT_OVER_MEMORY:
        return en_store_new_fault(en_store_new_memory());
    case FAULT_OVER_SQLITE:
        return en_store_new_fault(make_sqlite(f));
    case ENGINES:
        break;
    }
    return NULL;
}

static int
setup(void **state)
{
    struct fixture *f = *state;

    en_arena_init(&f->a, 64u * EN_MIB);
    f->err = (struct en_err)EN_ERR_INIT;
    f->s = make(f);
    return f->s ? 0 : -1;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    en_store_close(f->s);
    en_arena_release(&f->a);
    if (f->dir[0]) {
        unlink(f->path);
        assert_int_equal(rmdir(f->dir), 0); /* nothing else was left there */
        f->dir[0] = 0;
    }
    return 0;
}

/* --- short forms ------------------------------------------------------------------------------- */

#define ok(f, call)        assert_ok((f), (call), #call, __LINE__)
#define gives(f, rc, call) assert_class((f), (rc), (call), #call, __LINE__)

static void
assert_class(struct fixture *f, en_errc want, en_errc got, const char *what, int line)
{
    if (got == want) {
        /* Every refusal says why. */
        if (want != EN_OK && f->err.text[0] == 0)
            fail_msg("line %d: %s: %s without a reason", line, what, en_errc_name(got));
        f->err = (struct en_err)EN_ERR_INIT;
        return;
    }
    fail_msg("line %d: %s: got %s (%s), expected %s", line, what, en_errc_name(got), f->err.text, en_errc_name(want));
}

static void
assert_ok(struct fixture *f, en_errc got, const char *what, int line)
{
    assert_class(f, EN_OK, got, what, line);
}

static void
begin(struct fixture *f)
{
    ok(f, en_store_begin(f->s, &f->err));
}

static void
commit(struct fixture *f)
{
    ok(f, en_store_commit(f->s, &f->err));
}

static struct en_buf
dump(struct fixture *f)
{
    struct en_buf b = EN_BUF_INIT;

    ok(f, store_dump(f->s, &b, &f->err));
    return b;
}

static void
assert_dump(struct fixture *f, struct en_buf *want)
{
    struct en_buf now = dump(f);

    assert_string_equal(now.p, want->p);
    en_buf_release(&now);
}

static int64_t
add_user(struct fixture *f, en_text name, uint8_t key)
{
    struct en_store_user u = { .name = name, .role = T("officer"), .uid = -1, .created = T0, .disabled = EN_TIME_NONE };
    int64_t id = 0;

    memset(u.key, key, sizeof u.key);
    ok(f, en_store_user_add(f->s, &u, &id, &f->err));
    return id;
}

static int64_t
add_source(struct fixture *f, en_text name)
{
    struct en_store_source x = { .name = name, .format = T("csv"), .created = T0 };
    int64_t id = 0;

    ok(f, en_store_source_add(f->s, &x, &id, &f->err));
    return id;
}

static int64_t
open_import(struct fixture *f, int64_t source, uint8_t hash)
{
    struct en_store_import x = {
        .source = source, .version = T("v"), .dated = T0, .name = T("a.csv"), .at = T0, .actor = 0
    };
    int64_t id = 0;

    memset(x.hash, hash, sizeof x.hash);
    ok(f, en_store_import_begin(f->s, &x, &id, &f->err));
    return id;
}

static void
close_import(struct fixture *f, int64_t id)
{
    struct en_store_import x = { .id = id, .entries = 3, .added = 2, .refused = 1, .report = B("{}") };

    ok(f, en_store_import_end(f->s, &x, &f->err));
}

static struct en_store_put_result
put(struct fixture *f, int64_t source, int64_t import, en_text entity, en_bytes identity)
{
    static const en_text programmes[] = { { "SDGT", 4 }, { "FTO", 3 } };
    struct en_store_alert_put x = { .source = source,
                                    .import = import,
                                    .entity = entity,
                                    .ground = T("unsc-1373"),
                                    .programmes = programmes,
                                    .n_programmes = 2,
                                    .matched = true,
                                    .identity = identity,
                                    .review = T0 + 10,
                                    .destroy = EN_TIME_NONE,
                                    .at = T0 };
    struct en_store_put_result r;

    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    return r;
}

static int64_t
add_manifest(struct fixture *f, uint8_t hash)
{
    struct en_store_manifest x = { .kind = T("csv"), .name = T("m.csv"), .received = T0, .report = B("") };
    int64_t id = 0;

    memset(x.hash, hash, sizeof x.hash);
    ok(f, en_store_manifest_add(f->s, &x, &id, &f->err));
    return id;
}

static int64_t
add_traveller(struct fixture *f, int64_t manifest, en_text external, en_time delete_after)
{
    struct en_store_traveller x = { .manifest = manifest,
                                    .message = 1,
                                    .external = external,
                                    .person = B("{\"n\":1}"),
                                    .flight = T("XN204"),
                                    .arrives = EN_TIME_NONE,
                                    .delete_after = delete_after };
    int64_t id = 0;

    ok(f, en_store_traveller_add(f->s, &x, &id, &f->err));
    return id;
}

static int64_t
add_hit(struct fixture *f, int64_t traveller, en_text entity, double probability, en_time delete_after)
{
    struct en_store_hit_alert alerts[2] = { { .alert = 7, .version = 1 }, { .alert = 9, .version = 3 } };
    struct en_store_hit x = { .traveller = traveller,
                              .entity = entity,
                              .alerts = alerts,
                              .n_alerts = 2,
                              .bits = -640,
                              .probability = probability,
                              .prior = 1e-5,
                              .evidence = B("[]"),
                              .engine = T("e1"),
                              .found = T("manifest"),
                              .created = T0,
                              .changed = T0,
                              .delete_after = delete_after };
    int64_t id = 0;

    memset(alerts[1].hash, 5, sizeof alerts[1].hash);
    ok(f, en_store_hit_add(f->s, &x, &id, &f->err));
    return id;
}

/* Collects ids in the order of an iteration: "1 2 5 ". */
struct order {
    char text[512];
    int stop_after;
};

static en_errc
note(struct order *o, int64_t id, struct en_err *err)
{
    size_t n = strlen(o->text);

    snprintf(o->text + n, sizeof o->text - n, "%lld ", (long long)id);
    if (o->stop_after && --o->stop_after == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "enough");
    return EN_OK;
}

#define NOTE(kind, member)                                                                                             \
    static en_errc note_##kind(void *ctx, const struct en_store_##kind *x, struct en_err *err)                         \
    {                                                                                                                  \
        return note(ctx, (int64_t)x->member, err);                                                                     \
    }
NOTE(user, id)
NOTE(event, seq)
NOTE(source, id)
NOTE(import, id)
NOTE(alert, id)
NOTE(manifest, id)
NOTE(message, number)
NOTE(traveller, id)
NOTE(hit, id)
NOTE(decision, id)
NOTE(clearance, id)
NOTE(answer, id)
NOTE(intent, id)
NOTE(partner, id)
NOTE(partner_key, number)
NOTE(charter, id)

/* --- transactions ------------------------------------------------------------------------------ */

static void
test_transactions(void **state)
{
    struct fixture *f = *state;
    struct en_buf before;

    assert_false(en_store_in_transaction(f->s));
    en_store_abort(f->s); /* outside: nothing */
    begin(f);
    assert_true(en_store_in_transaction(f->s));
    add_user(f, T("Aya"), 1);
    commit(f);
    assert_false(en_store_in_transaction(f->s));
    before = dump(f);

    begin(f);
    assert_int_equal(add_user(f, T("Boris"), 2), 2);
    en_store_abort(f->s);
    assert_dump(f, &before);

    /* An error of the caller changes nothing and spoils nothing. */
    begin(f);
    {
        struct en_store_user twice = { .name = T("Aya"), .role = T("x"), .uid = -1, .disabled = EN_TIME_NONE };
        int64_t id;

        gives(f, EN_E_NO, en_store_user_add(f->s, &twice, &id, &f->err));
    }
    add_user(f, T("Chen"), 3);
    commit(f);
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&before);
}

/* One of everything, changed and deleted again inside one transaction: abort must find its way back. */
static void
fill(struct fixture *f, uint8_t salt)
{
    struct en_store_event e = { .type = T("t"), .bytes = B("b"), .at = T0, .nonce = { salt } };
    struct en_store_node n = { .name = T("Service"), .country = T("XAA"), .retention_hours = salt, .prior = 1e-5 };
    struct en_store_intent i = { .kind = T("answer"), .bytes = B("payload"), .created = T0 };
    struct en_store_message msg = {
        .number = 1, .type = T("PAXLST"), .reference = T("R1"), .departs = T0, .head = EN_BYTES_LIT("h")
    };
    struct en_store_decision d = { .answer = EN_ANSWER_DIFFERENT, .text = T("another father"), .at = T0 };
    struct en_store_clearance c = {
        .answer = EN_ANSWER_DIFFERENT, .alert = 1, .version = 1, .at = T0, .expires = T0 + 5
    };
    char name[32];
    int64_t source, id, hit, traveller, import, manifest;

    ok(f, en_store_node_put(f->s, &n, &f->err));
    snprintf(name, sizeof name, "person-%u", salt);
    e.actor = add_user(f, en_text_from_ours(name), salt);
    ok(f, en_store_event_append(f->s, &e, false, &i.event, &f->err));
    ok(f, en_store_intent_add(f->s, &i, &id, &f->err));
    ok(f, en_store_intent_finish(f->s, id, T("sent"), T0, &f->err));
    ok(f, en_store_intent_add(f->s, &i, &id, &f->err));
    snprintf(name, sizeof name, "list-%u", salt);
    source = add_source(f, en_text_from_ours(name));
    import = open_import(f, source, salt);
    put(f, source, import, T("E1"), B("one"));
    put(f, source, import, T("E2"), B("two"));
    close_import(f, import);
    id = put(f, source, 0, T("E2"), B("two changed")).id;
    ok(f, en_store_alert_end(f->s, id, e.actor, T0 + 1, &f->err));
    msg.manifest = manifest = add_manifest(f, salt);
    ok(f, en_store_message_add(f->s, &msg, &f->err));
    traveller = add_traveller(f, manifest, T("P1"), T0);
    add_traveller(f, manifest, T("P2"), T0);
    hit = add_hit(f, traveller, T("E1"), 0.5, EN_TIME_NONE);
    d.hit = hit;
    d.actor = e.actor;
    ok(f, en_store_decision_add(f->s, &d, &id, &f->err));
    ok(f, en_store_hit_set_state(f->s, hit, EN_HIT_DECIDED, EN_ANSWER_DIFFERENT, T0, T0 + 9, &f->err));
    ok(f, en_store_clearance_add(f->s, &c, &id, &f->err));
}

static void
empty_out(struct fixture *f)
{
    uint64_t n;

    ok(f, en_store_hits_delete_due(f->s, T0 + 100, 0, NULL, NULL, &n, &f->err));
    ok(f, en_store_travellers_delete_due(f->s, T0 + 100, 0, NULL, NULL, &n, &f->err));
    ok(f, en_store_clearances_delete_due(f->s, T0 + 100, &n, &f->err));
    ok(f, en_store_event_destroy(f->s, 1, T0, &f->err));
    ok(f, en_store_alert_delete(f->s, 1, &f->err));
    ok(f, en_store_alert_set_matched(f->s, 2, false, &f->err));
}

static void
test_abort_undoes_everything(void **state)
{
    struct fixture *f = *state;
    struct en_buf empty = dump(f), full, less;

    begin(f);
    fill(f, 1);
    empty_out(f);
    en_store_abort(f->s);
    assert_dump(f, &empty);

    begin(f);
    fill(f, 1);
    commit(f);
    full = dump(f);
    begin(f);
    fill(f, 2);
    empty_out(f);
    en_store_abort(f->s);
    assert_dump(f, &full);
    begin(f);
    assert_int_equal(put(f, 1, 0, T("E1"), B("one")).what, EN_PUT_UNCHANGED); /* found as if never deleted */
    en_store_abort(f->s);

    begin(f);
    empty_out(f);
    commit(f);
    less = dump(f);
    assert_string_not_equal(less.p, full.p);
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&empty);
    en_buf_release(&full);
    en_buf_release(&less);
}

/* --- the node and users ------------------------------------------------------------------------ */

static void
test_node(void **state)
{
    struct fixture *f = *state;
    const en_text programmes[] = { T("DRC"), T("SDNTK") }, addresses[] = { T("https://a:1"), T("https://b") };
    struct en_store_node n = { .name = T("Service Delta"),
                               .addresses = addresses,
                               .n_addresses = 2,
                               .tables = T("0123"),
                               .country = T("XDD"),
                               .programmes = programmes,
                               .n_programmes = 2,
                               .retention_hours = 24,
                               .legal_basis = T("a law of ours, section 4"),
                               .answer_minutes = 15,
                               .reads_an_hour = 70,
                               .read_purpose = true,
                               .prior = 1e-5,
                               .line = 0.001,
                               .rehearsal = true,
                               .created = T0 };
    struct en_store_node got;

    gives(f, EN_E_NOT_FOUND, en_store_node_get(f->s, &f->a, &got, &f->err));
    begin(f);
    ok(f, en_store_node_put(f->s, &n, &f->err));
    n.retention_hours = 48;
    ok(f, en_store_node_put(f->s, &n, &f->err));
    commit(f);
    ok(f, en_store_node_get(f->s, &f->a, &got, &f->err));
    assert_true(en_text_is(got.name, "Service Delta"));
    assert_int_equal(got.retention_hours, 48);
    assert_true(en_text_is(got.legal_basis, "a law of ours, section 4"));
    assert_int_equal(got.answer_minutes, 15);
    assert_int_equal(got.reads_an_hour, 70);
    assert_true(got.read_purpose);
    assert_true(en_text_is(got.tables, "0123"));
    assert_int_equal(got.n_addresses, 2);
    assert_true(en_text_is(got.addresses[1], "https://b"));
    assert_int_equal(got.n_programmes, 2);
    assert_true(en_text_is(got.programmes[1], "SDNTK"));
    assert_true(got.rehearsal);
    assert_true(got.prior == 1e-5 && got.line == 0.001);
    assert_int_equal(got.created, T0);

    begin(f);
    n.prior = 0;
    gives(f, EN_E_USAGE, en_store_node_put(f->s, &n, &f->err));
    n.prior = 0.5;
    n.name = EN_TEXT_NONE;
    gives(f, EN_E_USAGE, en_store_node_put(f->s, &n, &f->err));
    en_store_abort(f->s);
}

static void
test_users(void **state)
{
    struct fixture *f = *state;
    struct en_store_user u = {
        .name = T("Aya"), .role = T("officer"), .uid = 1000, .created = T0, .disabled = EN_TIME_NONE, .key = { 1 }
    };
    struct en_store_user got;
    struct order o = { "", 0 };
    int64_t id, second;

    begin(f);
    ok(f, en_store_user_add(f->s, &u, &id, &f->err));
    u.name = T("Boris");
    gives(f, EN_E_NO, en_store_user_add(f->s, &u, &second, &f->err)); /* the key */
    u.key[0] = 2;
    gives(f, EN_E_NO, en_store_user_add(f->s, &u, &second, &f->err)); /* the uid */
    u.uid = -1;
    ok(f, en_store_user_add(f->s, &u, &second, &f->err));
    assert_true(second > id);
    u.id = second;
    u.name = T("Aya");
    gives(f, EN_E_NO, en_store_user_change(f->s, &u, &f->err)); /* the name */
    u.id = 99;
    u.name = T("Dora");
    u.key[0] = 9;
    gives(f, EN_E_NOT_FOUND, en_store_user_change(f->s, &u, &f->err));
    commit(f);

    ok(f, en_store_user_by_name(f->s, T("Boris"), &f->a, &got, &f->err));
    assert_int_equal(got.id, second);
    assert_int_equal(got.uid, -1);
    assert_int_equal(got.disabled, EN_TIME_NONE);
    ok(f, en_store_user_by_uid(f->s, 1000, &f->a, &got, &f->err));
    assert_int_equal(got.id, id);
    ok(f, en_store_user_by_key(f->s, got.key, &f->a, &got, &f->err));
    assert_int_equal(got.id, id);

    /* A disabled user gives the uid free and keeps name and key. */
    begin(f);
    got.disabled = T0 + 5;
    ok(f, en_store_user_change(f->s, &got, &f->err));
    u = (struct en_store_user){ .id = second,
                                .name = T("Boris"),
                                .role = T("head"),
                                .uid = 1000,
                                .key = { 7 },
                                .disabled = EN_TIME_NONE,
                                .created = 0 };
    ok(f, en_store_user_change(f->s, &u, &f->err));
    commit(f);
    ok(f, en_store_user_by_uid(f->s, 1000, &f->a, &got, &f->err));
    assert_int_equal(got.id, second);
    assert_true(en_text_is(got.role, "head"));
    assert_int_equal(got.created, T0); /* not changed */
    ok(f, en_store_user_get(f->s, id, &f->a, &got, &f->err));
    assert_int_equal(got.disabled, T0 + 5);

    gives(f, EN_E_NOT_FOUND, en_store_user_get(f->s, 0, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_user_get(f->s, 77, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_user_by_name(f->s, EN_TEXT_NONE, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_user_by_uid(f->s, -1, &f->a, &got, &f->err));
    ok(f, en_store_users_each(f->s, note_user, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
}

/* --- events ------------------------------------------------------------------------------------ */

static void
test_events(void **state)
{
    struct fixture *f = *state;
    struct en_store_event e = { .type = T("list-import"), .bytes = B("exact bytes"), .nonce = { 1, 2 }, .at = T0 };
    struct en_store_event got;
    struct order o = { "", 0 }, some = { "", 0 };
    uint8_t sig[EN_SIG_LEN] = { 4 }, leaf[EN_SHA256_LEN];
    uint64_t seq = 0;

    begin(f);
    e.actor = add_user(f, T("Aya"), 1);
    e.signature = en_bytes_from(sig, sizeof sig);
    for (unsigned i = 1; i <= 3; i++) {
        ok(f, en_store_event_append(f->s, &e, false, &seq, &f->err));
        assert_int_equal(seq, i);
    }
    e.actor = 99;
    gives(f, EN_E_NOT_FOUND, en_store_event_append(f->s, &e, false, &seq, &f->err));
    e.actor = 0;
    e.signature.n = 63;
    gives(f, EN_E_USAGE, en_store_event_append(f->s, &e, false, &seq, &f->err));
    e.signature.n = 0;
    ok(f, en_store_event_append(f->s, &e, false, &seq, &f->err));
    assert_int_equal(seq, 4);
    commit(f);

    ok(f, en_store_event_get(f->s, 2, &f->a, &got, &f->err));
    en_store_event_leaf(e.nonce, e.type, e.bytes, leaf);
    assert_memory_equal(got.leaf, leaf, sizeof leaf);
    assert_true(en_bytes_eq(got.bytes, e.bytes));
    assert_int_equal(got.signature.n, EN_SIG_LEN);
    assert_int_equal(got.actor, 1);
    gives(f, EN_E_NOT_FOUND, en_store_event_get(f->s, 0, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_event_get(f->s, 5, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_event_get(f->s, UINT64_MAX, &f->a, &got, &f->err));

    ok(f, en_store_events_each(f->s, 0, 0, note_event, &o, &f->err));
    assert_string_equal(o.text, "1 2 3 4 ");
    ok(f, en_store_events_each(f->s, 2, 2, note_event, &some, &f->err));
    assert_string_equal(some.text, "2 3 ");

    /* The content goes, the leaf stays, once. */
    begin(f);
    ok(f, en_store_event_destroy(f->s, 2, T0 + 7, &f->err));
    gives(f, EN_E_NO, en_store_event_destroy(f->s, 2, T0 + 8, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_event_destroy(f->s, 9, T0, &f->err));
    commit(f);
    ok(f, en_store_event_get(f->s, 2, &f->a, &got, &f->err));
    assert_int_equal(got.bytes.n, 0);
    assert_int_equal(got.nonce[0], 0);
    assert_int_equal(got.destroyed, T0 + 7);
    assert_memory_equal(got.leaf, leaf, sizeof leaf);
    assert_int_equal(got.signature.n, EN_SIG_LEN);
    ok(f, en_store_check(f->s, &f->err));
}

/* The same for the tree of a later program: nonce, u16 length of type, type, bytes. */
static void
test_event_leaf(void **state)
{
    uint8_t nonce[EN_NONCE_LEN], leaf[EN_SHA256_LEN], other[EN_SHA256_LEN], want[EN_SHA256_LEN];
    uint8_t message[EN_NONCE_LEN + 2 + 3 + 2];

    (void)state;
    memset(nonce, 0xab, sizeof nonce);
    memset(message, 0xab, EN_NONCE_LEN);
    memcpy(message + EN_NONCE_LEN, "\0\3abcde", 7);
    en_sha256(en_bytes_from(message, sizeof message), want);
    en_store_event_leaf(nonce, T("abc"), B("de"), leaf);
    assert_memory_equal(leaf, want, sizeof leaf);
    en_store_event_leaf(nonce, T("ab"), B("cde"), other);
    assert_memory_not_equal(leaf, other, sizeof leaf);
}

static void
test_clock_backwards(void **state)
{
    struct fixture *f = *state;
    struct en_store_event e = { .type = T("t"), .bytes = B("x"), .at = T0 };
    uint64_t seq;

    begin(f);
    ok(f, en_store_event_append(f->s, &e, false, NULL, &f->err));
    e.at = T0 - EN_STORE_CLOCK_SLACK;
    ok(f, en_store_event_append(f->s, &e, false, NULL, &f->err));
    commit(f);

    begin(f);
    add_user(f, T("Aya"), 1);
    e.at = T0 - 10 * EN_TIME_HOUR;
    gives(f, EN_E_STORAGE, en_store_event_append(f->s, &e, false, NULL, &f->err));
    gives(f, EN_E_STORAGE, en_store_commit(f->s, &f->err)); /* spoiled: the act is not half done */
    {
        struct en_store_user u;

        gives(f, EN_E_NOT_FOUND, en_store_user_by_name(f->s, T("Aya"), &f->a, &u, &f->err));
    }

    begin(f);
    ok(f, en_store_event_append(f->s, &e, true, &seq, &f->err));
    ok(f, en_store_event_append(f->s, &e, false, &seq, &f->err)); /* from there on */
    commit(f);
    assert_int_equal(seq, 4);
}

/* --- the ledger --------------------------------------------------------------------------------- */

static void
append_events(struct fixture *f, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct en_store_event e = { .type = T("t"), .bytes = B("x"), .nonce = { (uint8_t)i, 9 }, .at = T0 };

        ok(f, en_store_event_append(f->s, &e, false, NULL, &f->err));
    }
}

struct leaves {
    size_t n;
    struct en_tree_hash h[1024];
    struct en_tree tree; /* over them, kept beside */
};

static en_errc
note_leaf(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct leaves *l = ctx;

    (void)err;
    assert_true(l->n < 1024);
    l->h[l->n] = en_tree_leaf(en_bytes_from(e->leaf, sizeof e->leaf));
    en_tree_append(&l->tree, &l->h[l->n++], NULL, NULL);
    return EN_OK;
}

static struct en_tree_hash
root_now(struct fixture *f, struct leaves *l)
{
    *l = (struct leaves){ 0 };
    ok(f, en_store_events_each(f->s, 1, 0, note_leaf, l, &f->err));
    return en_tree_root(&l->tree);
}

static en_errc
sign_head(void *ctx, const struct en_store_head *h, struct en_buf *origin, struct en_buf *note, struct en_err *err)
{
    unsigned *calls = ctx;

    ++*calls;
    if (*calls == 1000)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "no key");
    en_buf_addf(origin, "log/%u", h->epoch);
    en_buf_addf(note, "log/%u %llu", h->epoch, (unsigned long long)h->size);
    return EN_OK;
}

static struct en_store_head
newest(struct fixture *f)
{
    struct en_store_head h = { 0 };

    ok(f, en_store_head_newest(f->s, &f->a, &h, &f->err));
    return h;
}

/* Heads go with their events, with one row that is written over; what is undone leaves nothing. */
static void
test_ledger_heads(void **state)
{
    struct fixture *f = *state;
    static struct leaves l;
    struct en_store_head h;
    struct en_tree_hash root;
    unsigned calls = 0;

    gives(f, EN_E_NOT_FOUND, en_store_head_newest(f->s, &f->a, &h, &f->err));
    begin(f);
    append_events(f, 3);
    commit(f);
    root = root_now(f, &l);
    h = newest(f);
    assert_true(h.id == 1 && h.size == 3 && h.epoch == 1 && h.kept == 0 && h.at == T0);
    assert_true(h.note.n == 0 && h.origin.n == 0 && en_tree_hash_eq(&h.root, &root));

    en_store_set_signer(f->s, sign_head, &calls);
    begin(f);
    add_user(f, T("Aya"), 1);
    commit(f);
    assert_int_equal(calls, 0); /* no event, no head */
    begin(f);
    append_events(f, 2);
    en_store_abort(f->s);
    assert_int_equal(newest(f).size, 3);
    begin(f);
    append_events(f, 4);
    commit(f);
    root = root_now(f, &l);
    h = newest(f);
    assert_true(h.id == 1 && h.size == 7 && en_tree_hash_eq(&h.root, &root));
    assert_true(en_bytes_eq(h.note, B("log/1 7")) && en_text_is(h.origin, "log/1"));

    calls = 999; /* a head that cannot be signed takes its events with it */
    begin(f);
    append_events(f, 1);
    gives(f, EN_E_RULE, en_store_commit(f->s, &f->err));
    assert_int_equal(newest(f).size, 7);
    begin(f);
    append_events(f, 1);
    commit(f);
    assert_int_equal(newest(f).size, 8);
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
count_heads(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    (void)err;
    (void)h;
    ++*(unsigned *)ctx;
    return EN_OK;
}

/* What was shown stays; after a doubt nothing is signed until it is lifted, and an epoch that ended has a next one. */
static void
test_ledger_kept(void **state)
{
    struct fixture *f = *state;
    struct en_store_head h;
    unsigned calls = 0, n = 0;
    bool doubt;

    begin(f);
    append_events(f, 1);
    commit(f);
    en_store_set_signer(f->s, sign_head, &calls);
    begin(f);
    ok(f, en_store_head_sign(f->s, &f->err));
    ok(f, en_store_head_sign(f->s, &f->err)); /* once is enough */
    gives(f, EN_E_NOT_FOUND, en_store_head_keep(f->s, 9, EN_HEAD_SEEN, &f->err));
    ok(f, en_store_head_keep(f->s, 1, EN_HEAD_SEEN, &f->err));
    commit(f);
    assert_int_equal(calls, 1);
    begin(f);
    append_events(f, 1);
    commit(f);
    h = newest(f);
    assert_true(h.id == 2 && h.size == 2 && en_bytes_eq(h.note, B("log/1 2")));
    begin(f);
    ok(f, en_store_head_keep(f->s, 2, EN_HEAD_SEEN | EN_HEAD_DOUBT, &f->err));
    append_events(f, 1);
    commit(f);
    h = newest(f);
    assert_true(h.id == 3 && h.size == 3 && h.note.n == 0 && h.origin.n == 0);
    ok(f, en_store_log_doubt(f->s, &doubt, &f->err));
    assert_true(doubt);
    begin(f);
    ok(f, en_store_head_sign(f->s, &f->err));
    commit(f);
    assert_int_equal(newest(f).note.n, 0);
    begin(f);
    ok(f, en_store_head_keep(f->s, 2, EN_HEAD_SEEN | EN_HEAD_LAST, &f->err));
    append_events(f, 1);
    commit(f);
    h = newest(f);
    assert_true(h.id == 3 && h.epoch == 2 && en_bytes_eq(h.note, B("log/2 4")));
    ok(f, en_store_log_doubt(f->s, &doubt, &f->err));
    assert_false(doubt);
    ok(f, en_store_heads_each(f->s, count_heads, &n, &f->err));
    assert_int_equal(n, 3);
    ok(f, en_store_check(f->s, &f->err));
}

/* Proofs from the rows and leaves of the store hold against its head, at sizes around the level that is kept. */
static void
test_ledger_proofs(void **state)
{
    static const unsigned steps[] = { 1, 254, 1, 1, 255, 1, 87 };
    static struct leaves l;
    struct fixture *f = *state;
    struct en_tree_source from = en_store_tree(f->s);
    struct en_tree_proof p;
    struct en_tree_hash root, old = { { 0 } };
    uint64_t size = 0, had = 0;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        begin(f);
        append_events(f, steps[i]);
        commit(f);
        root = root_now(f, &l);
        size = newest(f).size;
        assert_int_equal(size, l.n);
        assert_true(newest(f).id == 1);
        for (uint64_t at = 0; at < size; at += at > 3 && at + 4 < size ? 41 : 1) {
            ok(f, en_tree_inclusion(at, size, &from, &p, &f->err));
            assert_true(en_tree_includes(&l.h[at], at, size, &root, &p));
        }
        ok(f, en_tree_consistency(had, size, &from, &p, &f->err));
        assert_true(en_tree_extends(had, &old, size, &root, &p));
        had = size;
        old = root;
    }
    gives(f, EN_E_NOT_FOUND, from.read(from.ctx, 8, 2, &root, &f->err));
    gives(f, EN_E_NOT_FOUND, from.read(from.ctx, 3, size / 8, &root, &f->err));
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
note_witnessed(void *ctx, const struct en_store_witnessed *x, struct en_err *err)
{
    (void)err;
    en_buf_addf(ctx, "%lld %.*s %d %llu %zu %zu;", (long long)x->id, EN_TEXT_ARG(x->origin), x->evidence,
                (unsigned long long)x->size, x->note.n, x->other.n);
    return EN_OK;
}

static void
test_witnessed(void **state)
{
    struct fixture *f = *state;
    struct en_store_witnessed x = { .origin = T("log/1"), .key = { 1 }, .size = 5, .note = B("head"), .at = T0 };
    struct en_buf b = EN_BUF_INIT;
    int64_t id;

    begin(f);
    ok(f, en_store_witnessed_add(f->s, &x, &id, &f->err));
    assert_int_equal(id, 1);
    gives(f, EN_E_NO, en_store_witnessed_add(f->s, &x, &id, &f->err));
    x.evidence = true;
    x.other = B("other");
    ok(f, en_store_witnessed_add(f->s, &x, &id, &f->err));
    ok(f, en_store_witnessed_add(f->s, &x, &id, &f->err)); /* evidence is never too much */
    x.id = 2;
    gives(f, EN_E_NOT_FOUND, en_store_witnessed_change(f->s, &x, &f->err));
    x = (struct en_store_witnessed){
        .id = 1, .origin = T("log/1"), .key = { 1 }, .size = 9, .note = B("newer"), .at = T0
    };
    ok(f, en_store_witnessed_change(f->s, &x, &f->err));
    x.origin = T("log/2");
    ok(f, en_store_witnessed_add(f->s, &x, &id, &f->err));
    commit(f);
    begin(f);
    x.id = 4;
    x.size = 10;
    ok(f, en_store_witnessed_change(f->s, &x, &f->err));
    en_store_abort(f->s);
    ok(f, en_store_witnessed_each(f->s, T("log/1"), note_witnessed, &b, &f->err));
    assert_string_equal(b.p, "1 log/1 0 9 5 0;2 log/1 1 5 4 5;3 log/1 1 5 4 5;");
    en_buf_reset(&b);
    ok(f, en_store_witnessed_each(f->s, T(""), note_witnessed, &b, &f->err));
    assert_string_equal(b.p, "1 log/1 0 9 5 0;2 log/1 1 5 4 5;3 log/1 1 5 4 5;4 log/2 0 9 5 0;");
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&b);
}

static en_errc
note_question(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    (void)err;
    en_buf_addf(ctx, "%lld %lld %.*s %s %lld %lld '%.*s';", (long long)x->id, (long long)x->record,
                EN_TEXT_ARG(x->asker), en_question_state_word(x->state), (long long)x->release,
                (long long)(x->changed - T0), EN_TEXT_ARG(x->reason));
    return EN_OK;
}

static struct en_store_record a_record(en_bytes bytes, en_text sender);

static void
test_questions(void **state)
{
    struct fixture *f = *state;
    struct en_store_record r = a_record(B("one"), T(""));
    struct en_store_roster roster[1] = { { "00112233445566bb", { 1 }, 0 } };
    struct en_store_release rel = {
        .state = EN_RELEASE_PROPOSED, .proposed = T0, .decided = EN_TIME_NONE, .roster = roster, .n_roster = 1
    };
    struct en_store_question x = {
        .asker = T("00112233445566aa"), .target = T("00112233445566bb"), .at = T0, .changed = T0
    };
    struct en_buf b = EN_BUF_INIT;
    int64_t id;

    begin(f);
    rel.proposed_by = add_user(f, T("anna"), 1);
    ok(f, en_store_record_add(f->s, &r, &x.record, &f->err));
    rel.record = x.record;
    ok(f, en_store_release_add(f->s, &rel, &rel.id, &f->err));
    ok(f, en_store_question_add(f->s, &x, &x.id, &f->err));
    gives(f, EN_E_NO, en_store_question_add(f->s, &x, &id, &f->err));
    x.target = T("00112233445566cc");
    ok(f, en_store_question_add(f->s, &x, &id, &f->err));
    x.target = T("short");
    gives(f, EN_E_USAGE, en_store_question_add(f->s, &x, &id, &f->err));
    x.target = T("00112233445566dd"), x.record = 99;
    gives(f, EN_E_NOT_FOUND, en_store_question_add(f->s, &x, &id, &f->err));
    x.state = EN_QUESTION_PROPOSED, x.release = rel.id, x.changed = T0 + 1;
    ok(f, en_store_question_change(f->s, &x, &f->err));
    x.id = 9;
    gives(f, EN_E_NOT_FOUND, en_store_question_change(f->s, &x, &f->err));
    x.id = 2, x.state = EN_QUESTION_DENIED, x.release = 0, x.reason = T("law");
    ok(f, en_store_question_change(f->s, &x, &f->err));
    commit(f);
    ok(f, en_store_questions_each(f->s, &(struct en_store_question_filter){ .record = 1 }, note_question, &b, &f->err));
    assert_string_equal(b.p, "1 1 00112233445566aa proposed 1 1 '';2 1 00112233445566aa denied 0 1 'law';");
    en_buf_reset(&b);
    ok(f,
       en_store_questions_each(f->s, &(struct en_store_question_filter){ .release = 1 }, note_question, &b, &f->err));
    ok(f, en_store_questions_each(f->s,
                                  &(struct en_store_question_filter){ .states = 1u << EN_QUESTION_DENIED, .limit = 1 },
                                  note_question, &b, &f->err));
    ok(f, en_store_questions_each(f->s,
                                  &(struct en_store_question_filter){ .target = T("00112233445566cc"), .after = 2 },
                                  note_question, &b, &f->err));
    assert_string_equal(b.p, "1 1 00112233445566aa proposed 1 1 '';2 1 00112233445566aa denied 0 1 'law';");
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&b);
}

static en_errc
note_protection(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    (void)err;
    en_buf_addf(ctx, "%lld %lld '%.*s' %.*s '%.*s' %lld;", (long long)x->id, (long long)x->traveller,
                EN_TEXT_ARG(x->entity), EN_TEXT_ARG(x->reason), EN_TEXT_ARG(x->text), (long long)(x->review - T0));
    return EN_OK;
}

static void
test_protections(void **state)
{
    struct fixture *f = *state;
    struct en_store_protection x = {
        .traveller = 7, .entity = T("own/A-1"), .reason = T("asylum"), .text = T("said"), .at = T0, .review = T0 + 9
    };
    struct en_buf b = EN_BUF_INIT;
    int64_t id;

    begin(f);
    x.author = add_user(f, T("anna"), 1);
    ok(f, en_store_protection_add(f->s, &x, &id, &f->err));
    x.traveller = 0, x.text = T(""), x.review = T0 + 5;
    ok(f, en_store_protection_add(f->s, &x, &id, &f->err));
    x.entity = T(""), x.traveller = 8;
    ok(f, en_store_protection_add(f->s, &x, &id, &f->err));
    x.traveller = 0;
    gives(f, EN_E_USAGE, en_store_protection_add(f->s, &x, &id, &f->err));
    x.traveller = 8, x.reason = T("");
    gives(f, EN_E_USAGE, en_store_protection_add(f->s, &x, &id, &f->err));
    x.reason = T("minor"), x.review = EN_TIME_NONE;
    gives(f, EN_E_USAGE, en_store_protection_add(f->s, &x, &id, &f->err));
    commit(f);
    begin(f);
    ok(f, en_store_protection_delete(f->s, 3, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_protection_delete(f->s, 3, &f->err));
    en_store_abort(f->s);
    begin(f);
    ok(f, en_store_protection_delete(f->s, 2, &f->err));
    commit(f);
    ok(f, en_store_protections_each(f->s, &(struct en_store_protection_filter){ .entity = T("own/A-1") },
                                    note_protection, &b, &f->err));
    ok(f, en_store_protections_each(f->s, &(struct en_store_protection_filter){ .traveller = 8 }, note_protection, &b,
                                    &f->err));
    ok(f, en_store_protections_each(f->s, &(struct en_store_protection_filter){ .due = T0 + 8, .after = 1, .limit = 1 },
                                    note_protection, &b, &f->err));
    assert_string_equal(b.p, "1 7 'own/A-1' asylum 'said' 9;3 8 '' asylum '' 5;3 8 '' asylum '' 5;");
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&b);
}

/* --- sources, imports, alerts ------------------------------------------------------------------ */

static void
test_sources_and_imports(void **state)
{
    struct fixture *f = *state;
    struct en_store_source src;
    struct en_store_import x = { .version = T("2"), .at = T0 }, got;
    struct order o = { "", 0 }, all = { "", 0 };
    int64_t a, b, first, id;

    begin(f);
    a = add_source(f, T("un-consolidated"));
    b = add_source(f, T("own"));
    {
        struct en_store_source twice = { .name = T("own") };

        gives(f, EN_E_NO, en_store_source_add(f->s, &twice, &id, &f->err));
    }
    first = open_import(f, a, 1);
    x.source = b;
    gives(f, EN_E_USAGE, en_store_import_begin(f->s, &x, &id, &f->err)); /* one at a time */
    close_import(f, first);
    x.source = a;
    memset(x.hash, 1, sizeof x.hash);
    gives(f, EN_E_NO, en_store_import_begin(f->s, &x, &id, &f->err)); /* the same file */
    close_import(f, open_import(f, a, 2));
    close_import(f, open_import(f, a, 1)); /* an older file again: it is not the newest, so it is an import */
    close_import(f, open_import(f, b, 1));
    x.source = 99;
    gives(f, EN_E_NOT_FOUND, en_store_import_begin(f->s, &x, &id, &f->err));
    x.id = first;
    gives(f, EN_E_USAGE, en_store_import_end(f->s, &x, &f->err)); /* not open */
    commit(f);

    ok(f, en_store_source_by_name(f->s, T("own"), &f->a, &src, &f->err));
    assert_int_equal(src.id, b);
    ok(f, en_store_source_get(f->s, a, &f->a, &src, &f->err));
    assert_true(en_text_is(src.name, "un-consolidated"));
    gives(f, EN_E_NOT_FOUND, en_store_source_get(f->s, 0, &f->a, &src, &f->err));
    ok(f, en_store_sources_each(f->s, note_source, &(struct order){ "", 0 }, &f->err));

    ok(f, en_store_import_newest(f->s, a, &f->a, &got, &f->err));
    assert_int_equal(got.id, 3);
    assert_int_equal(got.entries, 3);
    assert_int_equal(got.refused, 1);
    assert_true(en_bytes_eq(got.report, B("{}")));
    ok(f, en_store_import_by_hash(f->s, a, x.hash, &f->a, &got, &f->err));
    assert_int_equal(got.id, 3);
    ok(f, en_store_import_by_hash(f->s, 0, x.hash, &f->a, &got, &f->err));
    assert_int_equal(got.id, 4);
    gives(f, EN_E_NOT_FOUND, en_store_import_by_hash(f->s, b, (uint8_t[32]){ 9 }, &f->a, &got, &f->err));
    ok(f, en_store_imports_each(f->s, a, note_import, &o, &f->err));
    assert_string_equal(o.text, "3 2 1 ");
    ok(f, en_store_imports_each(f->s, 0, note_import, &all, &f->err));
    assert_string_equal(all.text, "4 3 2 1 ");
}

static void
assert_put(struct en_store_put_result r, enum en_put_what what, int64_t id, unsigned part, unsigned version)
{
    assert_int_equal(r.what, what);
    assert_int_equal(r.id, id);
    assert_int_equal(r.part, part);
    assert_int_equal(r.version, version);
}

/* A list in three versions: adds, changes, ends, brings back, and says how many of each. */
static void
test_list_versions(void **state)
{
    struct fixture *f = *state;
    struct en_store_alert_filter active = { .active_only = true }, ended = { .ended_only = true };
    struct en_store_alert x;
    struct order o = { "", 0 };
    int64_t source, import;
    uint64_t n;

    begin(f);
    source = add_source(f, T("list"));
    import = open_import(f, source, 1);
    assert_put(put(f, source, import, T("A"), B("a")), EN_PUT_ADDED, 1, 0, 1);
    assert_put(put(f, source, import, T("B"), B("b")), EN_PUT_ADDED, 2, 0, 1);
    assert_put(put(f, source, import, T("C"), B("c")), EN_PUT_ADDED, 3, 0, 1);
    ok(f, en_store_alerts_end_missing(f->s, import, T0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 0);
    close_import(f, import);
    commit(f);

    begin(f);
    import = open_import(f, source, 2);
    assert_put(put(f, source, import, T("C"), B("c")), EN_PUT_UNCHANGED, 3, 0, 1);
    assert_put(put(f, source, import, T("B"), B("b, corrected")), EN_PUT_CHANGED, 2, 0, 2);
    assert_put(put(f, source, import, T("D"), B("d")), EN_PUT_ADDED, 4, 0, 1);
    ok(f, en_store_alerts_end_missing(f->s, import, T0 + 5, note_alert, &o, &n, &f->err));
    assert_int_equal(n, 1);
    assert_string_equal(o.text, "1 ");
    close_import(f, import);
    commit(f);
    ok(f, en_store_alert_get(f->s, 1, &f->a, &x, &f->err));
    assert_int_equal(x.status, EN_ALERT_ENDED);
    assert_int_equal(x.version, 2);
    assert_int_equal(x.ended, T0 + 5);
    assert_int_equal(x.created, T0);
    assert_int_equal(x.import, import);
    assert_true(en_bytes_eq(x.identity, B("a")));

    begin(f);
    import = open_import(f, source, 3);
    assert_put(put(f, source, import, T("A"), B("a")), EN_PUT_RETURNED, 1, 0, 3);
    ok(f, en_store_alerts_end_missing(f->s, import, T0 + 9, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 3);
    close_import(f, import);
    commit(f);
    o.text[0] = 0;
    ok(f, en_store_alerts_each(f->s, &active, note_alert, &o, &f->err));
    assert_string_equal(o.text, "1 ");
    o.text[0] = 0;
    ok(f, en_store_alerts_each(f->s, &ended, note_alert, &o, &f->err));
    assert_string_equal(o.text, "2 3 4 ");
    ok(f, en_store_alert_get(f->s, 1, &f->a, &x, &f->err));
    assert_int_equal(x.ended, EN_TIME_NONE);
    ok(f, en_store_check(f->s, &f->err));
}

/* Ending must not stop at a batch, nor take what the import put. */
static void
test_end_missing_many(void **state)
{
    struct fixture *f = *state;
    struct en_store_counts c;
    int64_t source, other, import;
    uint64_t n;
    char name[16];

    begin(f);
    source = add_source(f, T("list"));
    other = add_source(f, T("other"));
    put(f, other, 0, T("E0"), B("x"));
    import = open_import(f, source, 1);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "E%u", i);
        put(f, source, import, en_text_from_ours(name), B("x"));
    }
    close_import(f, import);
    import = open_import(f, source, 2);
    for (unsigned i = 0; i < 1000; i += 10) {
        snprintf(name, sizeof name, "E%u", i);
        assert_int_equal(put(f, source, import, en_text_from_ours(name), B("x")).what, EN_PUT_UNCHANGED);
    }
    ok(f, en_store_alerts_end_missing(f->s, import, T0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 900);
    close_import(f, import);
    commit(f);
    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_int_equal(c.alerts[EN_ALERT_ACTIVE], 101);
    assert_int_equal(c.alerts[EN_ALERT_ENDED], 900);
    assert_int_equal(c.alerts_matched, 101);
}

/* Entries that share an id are parts, and stay the same parts when the list comes again. */
static void
test_parts(void **state)
{
    struct fixture *f = *state;
    int64_t source, import;
    uint64_t n;

    begin(f);
    source = add_source(f, T("list"));
    for (uint8_t round = 1; round <= 2; round++) {
        enum en_put_what what = round == 1 ? EN_PUT_ADDED : EN_PUT_UNCHANGED;

        import = open_import(f, source, round);
        assert_put(put(f, source, import, T("A"), B("a0")), what, 1, 0, 1);
        assert_put(put(f, source, import, T("A"), B("a1")), what, 2, 1, 1);
        assert_put(put(f, source, import, T("B"), B("b0")), what, 3, 0, 1);
        assert_put(put(f, source, import, T("A"), B("a2")), what, 4, 2, 1);
        ok(f, en_store_alerts_end_missing(f->s, import, T0, NULL, NULL, &n, &f->err));
        assert_int_equal(n, 0);
        close_import(f, import);
    }
    import = open_import(f, source, 3);
    assert_put(put(f, source, import, T("A"), B("a0")), EN_PUT_UNCHANGED, 1, 0, 1);
    ok(f, en_store_alerts_end_missing(f->s, import, T0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 3);
    close_import(f, import);
    commit(f);
}

static void
test_parts_limit(void **state)
{
    struct fixture *f = *state;
    struct en_store_alert_put x = {
        .entity = T("same"), .identity = B("i"), .review = EN_TIME_NONE, .destroy = EN_TIME_NONE, .at = T0
    };
    struct en_store_put_result r;

    begin(f);
    x.source = add_source(f, T("list"));
    x.import = open_import(f, x.source, 1);
    for (unsigned i = 0; i < EN_STORE_MAX_PARTS; i++) {
        ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
        assert_int_equal(r.part, i);
    }
    gives(f, EN_E_LIMIT, en_store_alert_put(f->s, &x, &r, &f->err));
    close_import(f, x.import);
    commit(f);
}

static void
test_alert_put(void **state)
{
    struct fixture *f = *state;
    const en_text programmes[] = { T("AQ") };
    struct en_store_alert_put x = { .entity = T("own-1"),
                                    .ground = T("unsc-2178"),
                                    .programmes = programmes,
                                    .n_programmes = 1,
                                    .identity = B("{}"),
                                    .review = T0 + 1,
                                    .destroy = EN_TIME_NONE,
                                    .matched = true,
                                    .at = T0 };
    struct en_store_alert got;
    struct en_store_put_result r;
    struct en_buf all;
    uint8_t hash[EN_SHA256_LEN];

    begin(f);
    x.source = 5;
    gives(f, EN_E_NOT_FOUND, en_store_alert_put(f->s, &x, &r, &f->err));
    x.source = add_source(f, T("own"));
    x.author = add_user(f, T("Aya"), 1);
    x.import = 3;
    gives(f, EN_E_USAGE, en_store_alert_put(f->s, &x, &r, &f->err)); /* not open */
    x.import = 0;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_ADDED, 1, 0, 1);
    en_store_alert_hash(x.ground, programmes, 1, x.identity, x.review, x.destroy, hash);
    assert_memory_equal(r.hash, hash, sizeof hash);

    /* Each part of the content is a change; matched and time are not. */
    x.at = T0 + 1;
    x.matched = false;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_UNCHANGED, 1, 0, 1);
    x.review = T0 + 2;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_CHANGED, 1, 0, 2);
    x.ground = T("unsc-1267");
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_CHANGED, 1, 0, 3);
    x.n_programmes = 0;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_CHANGED, 1, 0, 4);
    x.destroy = T0 + 100;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_CHANGED, 1, 0, 5);
    x.ended = true;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_ENDED, 1, 0, 6);
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_UNCHANGED, 1, 0, 6);
    x.at = T0 + 50;
    x.identity = B("{ }");
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_CHANGED, 1, 0, 7); /* a correction of what has ended: it ended when it ended */
    ok(f, en_store_alert_get(f->s, 1, &f->a, &got, &f->err));
    assert_int_equal(got.ended, T0 + 1);
    x.ended = false;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_RETURNED, 1, 0, 8);
    ok(f, en_store_alert_end(f->s, 1, x.author, T0 + 60, &f->err));
    gives(f, EN_E_NO, en_store_alert_end(f->s, 1, x.author, T0 + 61, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_alert_end(f->s, 2, x.author, T0, &f->err));
    commit(f);

    ok(f, en_store_alert_get(f->s, 1, &f->a, &got, &f->err));
    assert_int_equal(got.version, 9);
    assert_int_equal(got.status, EN_ALERT_ENDED);
    assert_false(got.matched);
    assert_int_equal(got.n_programmes, 0);
    assert_int_equal(got.author, x.author);
    assert_int_equal(got.created, T0);
    assert_int_equal(got.changed, T0 + 60);

    /* The history holds every version with its content. */
    all = dump(f);
    for (unsigned v = 1; v <= 9; v++) {
        char line[32];

        snprintf(line, sizeof line, "alert 1.%u ", v);
        assert_non_null(strstr(all.p, line));
    }
    assert_non_null(strstr(all.p, "alert 1.1 active 1 'own-1' 0 'unsc-2178' [ 'AQ' ]"));
    en_buf_release(&all);

    begin(f);
    ok(f, en_store_alert_set_matched(f->s, 1, true, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_alert_set_matched(f->s, 2, true, &f->err));
    ok(f, en_store_alert_delete(f->s, 1, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_alert_delete(f->s, 1, &f->err));
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    assert_put(r, EN_PUT_ADDED, 2, 0, 1); /* its number is never used again */
    commit(f);
    gives(f, EN_E_NOT_FOUND, en_store_alert_get(f->s, 1, &f->a, &got, &f->err));
    ok(f, en_store_check(f->s, &f->err));
}

static const struct {
    struct en_store_alert_filter f;
    const char *ids;
} alert_filters[] = {
    { { 0 }, "1 2 3 4 5 6 " },
    { { .id = 3 }, "3 " },
    { { .id = 33 }, "" },
    { { .source = 1 }, "1 2 3 " },
    { { .source = 2, .entity = EN_TEXT_LIT("B") }, "5 " },
    { { .active_only = true }, "1 3 4 5 6 " },
    { { .ended_only = true }, "2 " },
    { { .matched_only = true }, "1 2 3 4 5 " },
    { { .source = 2, .active_only = true, .matched_only = true }, "4 5 " },
    { { .review_until = T0 + 10 }, "1 2 3 4 5 " },
    { { .review_until = T0 + 9 }, "" },
    { { .destroy_until = T0 + 20 }, "6 " },
    { { .after = 4 }, "5 6 " },
    { { .after = 2, .limit = 2 }, "3 4 " },
    { { .limit = 1 }, "1 " },
};

struct changes_met {
    uint64_t first, last;
    size_t n;
    struct en_buf entities;
};

static en_errc
meet_change(void *ctx, const struct en_store_change *x, struct en_err *err)
{
    struct changes_met *m = ctx;

    (void)err;
    m->first = m->n++ ? m->first : x->number;
    m->last = x->number;
    en_buf_add_text(&m->entities, x->entity);
    return EN_OK;
}

/* Every write that changes what an identity says is noted; what changes nothing is not, and what is undone neither. */
static void
test_changes(void **state)
{
    struct fixture *f = *state;
    struct changes_met m = { 0 };
    struct en_store_put_result r;
    uint64_t forgotten, newest;
    int64_t source, import;

    ok(f, en_store_changes(f->s, &forgotten, &newest, &f->err));
    assert_int_equal(forgotten, 0);
    assert_int_equal(newest, 0);
    begin(f);
    source = add_source(f, T("list"));
    import = open_import(f, source, 1);
    r = put(f, source, import, T("a"), B("1"));
    (void)put(f, source, import, T("b"), B("1"));
    close_import(f, import);
    commit(f);
    begin(f);
    (void)put(f, source, 0, T("a"), B("1")); /* unchanged */
    (void)put(f, source, 0, T("b"), B("2"));
    ok(f, en_store_alert_set_matched(f->s, r.id, false, &f->err));
    commit(f);
    begin(f);
    (void)put(f, source, 0, T("c"), B("1"));
    en_store_abort(f->s);
    begin(f);
    ok(f, en_store_alert_end(f->s, r.id, 0, T0, &f->err));
    ok(f, en_store_changes(f->s, &forgotten, &newest, &f->err));
    assert_int_equal(newest, 5); /* reads see the transaction's own writes */
    commit(f);
    ok(f, en_store_changes_each(f->s, 0, 0, meet_change, &m, &f->err));
    assert_string_equal(m.entities.p, "abbaa");
    en_buf_release(&m.entities);
    assert_int_equal(m.first, 1);
    assert_int_equal(m.last, 5);

    begin(f);
    ok(f, en_store_changes_forget(f->s, 4, &f->err));
    en_store_abort(f->s);
    begin(f);
    ok(f, en_store_changes_forget(f->s, 3, &f->err));
    commit(f);
    ok(f, en_store_changes(f->s, &forgotten, &newest, &f->err));
    assert_int_equal(forgotten, 3);
    assert_int_equal(newest, 5);
    m = (struct changes_met){ 0 };
    ok(f, en_store_changes_each(f->s, 4, 1, meet_change, &m, &f->err));
    assert_int_equal(m.n, 1);
    assert_int_equal(m.first, 5);
    en_buf_release(&m.entities);
    begin(f);
    ok(f, en_store_changes_forget(f->s, 5, &f->err));
    (void)put(f, source, 0, T("d"), B("1"));
    commit(f);
    ok(f, en_store_changes(f->s, &forgotten, &newest, &f->err));
    assert_int_equal(forgotten, 5); /* numbers are not given twice */
    assert_int_equal(newest, 6);
    begin(f);
    (void)put(f, source, 0, T("e"), B("1"));
    ok(f, en_store_alert_delete(f->s, r.id, &f->err));
    commit(f);
    ok(f, en_store_changes(f->s, &forgotten, &newest, &f->err));
    assert_int_equal(newest, 8); /* the journal does not name who is gone: what was made before 8 is void */
    assert_int_equal(forgotten, 8);
    ok(f, en_store_check(f->s, &f->err));
}

static void
test_alert_filters(void **state)
{
    struct fixture *f = *state;
    struct en_store_alert_put x = {
        .entity = T("Z"), .identity = B("z"), .review = EN_TIME_NONE, .destroy = T0 + 20, .at = T0
    };
    struct en_store_put_result r;
    int64_t one, two;

    begin(f);
    one = add_source(f, T("one"));
    two = add_source(f, T("two"));
    put(f, one, 0, T("A"), B("a"));
    put(f, one, 0, T("B"), B("b"));
    put(f, one, 0, T("C"), B("c"));
    put(f, two, 0, T("A"), B("a"));
    put(f, two, 0, T("B"), B("b"));
    ok(f, en_store_alert_end(f->s, 2, 0, T0, &f->err));
    x.source = two;
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    commit(f);
    for (size_t i = 0; i < sizeof alert_filters / sizeof alert_filters[0]; i++) {
        struct order o = { "", 0 };

        ok(f, en_store_alerts_each(f->s, &alert_filters[i].f, note_alert, &o, &f->err));
        if (strcmp(o.text, alert_filters[i].ids) != 0)
            fail_msg("row %zu: got %s, expected %s", i, o.text, alert_filters[i].ids);
    }
}

/* --- manifests and travellers ------------------------------------------------------------------ */

static void
test_manifests(void **state)
{
    struct fixture *f = *state;
    struct en_store_manifest x = { .kind = T("csv"), .hash = { 1 } }, got;
    struct en_store_message m = { .number = 2,
                                  .type = T("PAXLST"),
                                  .version = T("D:05B"),
                                  .function = T("745"),
                                  .reference = T("REF1"),
                                  .flight = T("XN204"),
                                  .hash = { 3 },
                                  .travellers = 5 };
    struct en_store_message_filter by_reference = { .reference = T("REF1") },
                                   by_hash = { .hash = (const uint8_t[32]){ 3 } };
    struct order o = { "", 0 }, page = { "", 0 }, messages = { "", 0 };
    int64_t id;

    begin(f);
    ok(f, en_store_manifest_add(f->s, &x, &id, &f->err));
    gives(f, EN_E_NO, en_store_manifest_add(f->s, &x, &id, &f->err));
    add_manifest(f, 2);
    add_manifest(f, 3);
    m.manifest = 1;
    ok(f, en_store_message_add(f->s, &m, &f->err));
    gives(f, EN_E_NO, en_store_message_add(f->s, &m, &f->err));
    m.number = 1;
    ok(f, en_store_message_add(f->s, &m, &f->err));
    m.manifest = 99;
    gives(f, EN_E_NOT_FOUND, en_store_message_add(f->s, &m, &f->err));
    x.id = 1;
    x.travellers = 7;
    x.hits = 2;
    x.repairs = 3;
    x.refused = 4;
    x.report = B("{\"repairs\":[]}");
    ok(f, en_store_manifest_finish(f->s, &x, &f->err));
    x.id = 44;
    gives(f, EN_E_NOT_FOUND, en_store_manifest_finish(f->s, &x, &f->err));
    commit(f);

    ok(f, en_store_manifest_by_hash(f->s, x.hash, &f->a, &got, &f->err));
    assert_int_equal(got.id, 1);
    assert_int_equal(got.travellers, 7);
    assert_int_equal(got.refused, 4);
    assert_true(en_bytes_eq(got.report, x.report));
    ok(f, en_store_manifest_get(f->s, 2, &f->a, &got, &f->err));
    assert_true(en_text_is(got.name, "m.csv"));
    gives(f, EN_E_NOT_FOUND, en_store_manifest_get(f->s, 0, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_manifest_by_hash(f->s, (uint8_t[32]){ 99 }, &f->a, &got, &f->err));
    ok(f, en_store_manifests_each(f->s, 0, 0, note_manifest, &o, &f->err));
    assert_string_equal(o.text, "3 2 1 ");
    ok(f, en_store_manifests_each(f->s, 3, 1, note_manifest, &page, &f->err));
    assert_string_equal(page.text, "2 ");
    ok(f, en_store_messages_each(f->s, &by_reference, note_message, &messages, &f->err));
    assert_string_equal(messages.text, "1 2 ");
    messages.text[0] = 0;
    by_reference = (struct en_store_message_filter){ .manifest = 1, .reference = T("REF2") };
    ok(f, en_store_messages_each(f->s, &by_reference, note_message, &messages, &f->err));
    assert_string_equal(messages.text, "");
    ok(f, en_store_messages_each(f->s, &by_hash, note_message, &messages, &f->err));
    assert_string_equal(messages.text, "1 2 ");
    messages.text[0] = 0;
    by_hash.hash = (const uint8_t[32]){ 98 };
    ok(f, en_store_messages_each(f->s, &by_hash, note_message, &messages, &f->err));
    assert_string_equal(messages.text, "");
}

static void
test_travellers(void **state)
{
    struct fixture *f = *state;
    struct en_store_traveller x = { .manifest = 9, .external = T("P"), .delete_after = T0 }, got;
    struct en_store_traveller_filter of2 = { .manifest = 2 }, named = { .manifest = 1, .external = T("P1") };
    struct en_store_traveller_filter page = { .after = 1, .limit = 1 };
    struct order o = { "", 0 };
    int64_t one, two, id;

    begin(f);
    one = add_manifest(f, 1);
    two = add_manifest(f, 2);
    gives(f, EN_E_NOT_FOUND, en_store_traveller_add(f->s, &x, &id, &f->err));
    x.manifest = one;
    x.delete_after = EN_TIME_NONE;
    gives(f, EN_E_USAGE, en_store_traveller_add(f->s, &x, &id, &f->err));
    add_traveller(f, one, T("P1"), T0);
    add_traveller(f, two, T("P1"), T0);
    add_traveller(f, one, T("P1"), T0); /* ids of an input may repeat */
    commit(f);
    ok(f, en_store_traveller_get(f->s, 2, &f->a, &got, &f->err));
    assert_int_equal(got.manifest, two);
    assert_int_equal(got.arrives, EN_TIME_NONE);
    assert_true(en_bytes_eq(got.person, B("{\"n\":1}")));
    gives(f, EN_E_NOT_FOUND, en_store_traveller_get(f->s, 4, &f->a, &got, &f->err));
    ok(f, en_store_travellers_each(f->s, &of2, note_traveller, &o, &f->err));
    ok(f, en_store_travellers_each(f->s, &named, note_traveller, &o, &f->err));
    ok(f, en_store_travellers_each(f->s, &page, note_traveller, &o, &f->err));
    assert_string_equal(o.text, "2 1 3 2 ");
}

/* More is told of a traveller: its row stays, and is found by the flight it is on now. */
static void
test_traveller_change(void **state)
{
    struct fixture *f = *state;
    struct en_store_traveller x = { .id = 2, .person = B("{\"n\":2}"), .flight = T("XN9"), .arrives = T0 + 5,
                                    .delete_after = T0 + 9, .manifest = 77, .external = T("other") }, got;
    struct en_store_traveller_filter on204 = { .flight = T("XN204") }, on9 = { .flight = T("XN9") };
    struct order o = { "", 0 };
    int64_t m;

    begin(f);
    m = add_manifest(f, 1);
    add_traveller(f, m, T("P1"), T0);
    add_traveller(f, m, T("P2"), T0);
    add_traveller(f, m, T("P3"), T0);
    ok(f, en_store_traveller_change(f->s, &x, &f->err));
    x.id = 4;
    gives(f, EN_E_NOT_FOUND, en_store_traveller_change(f->s, &x, &f->err));
    x.delete_after = EN_TIME_NONE;
    gives(f, EN_E_USAGE, en_store_traveller_change(f->s, &x, &f->err));
    commit(f);
    ok(f, en_store_traveller_get(f->s, 2, &f->a, &got, &f->err));
    assert_true(en_bytes_eq(got.person, B("{\"n\":2}")));
    assert_int_equal(got.arrives, T0 + 5);
    assert_int_equal(got.delete_after, T0 + 9);
    assert_int_equal(got.manifest, m);
    assert_true(en_text_is(got.external, "P2"));
    ok(f, en_store_travellers_each(f->s, &on204, note_traveller, &o, &f->err));
    ok(f, en_store_travellers_each(f->s, &on9, note_traveller, &o, &f->err));
    assert_string_equal(o.text, "1 3 2 ");
}

/* A traveller goes when the time has come and no hit holds it; a hit goes at its own time, and with it its decisions.
 */
static void
test_retention(void **state)
{
    struct fixture *f = *state;
    struct en_store_decision d = { .answer = EN_ANSWER_DIFFERENT, .at = T0 };
    struct en_store_traveller_filter due = { .due = T0 + 24 };
    struct order o = { "", 0 };
    struct en_store_counts c;
    int64_t m, id;
    uint64_t n;

    begin(f);
    m = add_manifest(f, 1);
    add_traveller(f, m, T("early"), T0 + 10);
    add_traveller(f, m, T("late"), T0 + 30);
    add_traveller(f, m, T("held"), T0 + 10);
    add_traveller(f, m, T("exact"), T0 + 24);
    add_hit(f, 3, T("E"), 0.9, EN_TIME_NONE);
    d.hit = 1;
    d.actor = add_user(f, T("Aya"), 1);
    ok(f, en_store_decision_add(f->s, &d, &id, &f->err));
    commit(f);

    ok(f, en_store_travellers_each(f->s, &due, note_traveller, &o, &f->err));
    assert_string_equal(o.text, "1 4 ");
    o.text[0] = 0;
    begin(f);
    ok(f, en_store_travellers_delete_due(f->s, T0 + 24, 1, note_traveller, &o, &n, &f->err));
    assert_int_equal(n, 1);
    ok(f, en_store_travellers_delete_due(f->s, T0 + 24, 0, note_traveller, &o, &n, &f->err));
    assert_int_equal(n, 1);
    assert_string_equal(o.text, "1 4 ");
    ok(f, en_store_hits_delete_due(f->s, T0 + 9999, 0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 0); /* kept until somebody says until when */
    ok(f, en_store_hit_set_state(f->s, 1, EN_HIT_DECIDED, EN_ANSWER_DIFFERENT, T0 + 24, T0 + 50, &f->err));
    ok(f, en_store_hits_delete_due(f->s, T0 + 49, 0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 0);
    commit(f);

    begin(f);
    o.text[0] = 0;
    ok(f, en_store_hits_delete_due(f->s, T0 + 50, 0, note_hit, &o, &n, &f->err));
    assert_int_equal(n, 1);
    assert_string_equal(o.text, "1 ");
    ok(f, en_store_travellers_delete_due(f->s, T0 + 50, 0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 2);
    commit(f);
    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_int_equal(c.travellers + c.decisions + c.hits[EN_HIT_DECIDED], 0);
    assert_int_equal(c.manifests, 1); /* what was read, and how much of it, stays known */
}

static void
test_retention_many(void **state)
{
    struct fixture *f = *state;
    int64_t m;
    uint64_t n;

    begin(f);
    m = add_manifest(f, 1);
    for (unsigned i = 0; i < 1000; i++)
        add_traveller(f, m, T("P"), T0 + (i % 2));
    ok(f, en_store_travellers_delete_due(f->s, T0, 0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 500);
    ok(f, en_store_travellers_delete_due(f->s, T0 + 1, 300, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 300);
    ok(f, en_store_travellers_delete_due(f->s, T0 + 1, 0, NULL, NULL, &n, &f->err));
    assert_int_equal(n, 200);
    commit(f);
}

/* Sums go with their transaction, and stay apart. */
static void
test_tallies(void **state)
{
    struct fixture *f = *state;
    const struct en_store_tally a = { 1, 2, 3, 4, 5 }, b = { 10, 20, 30, 40, 50 }, none = { 0 };
    struct en_store_counts c;

    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_memory_equal(&c.read[EN_INPUT_MANIFESTS], &none, sizeof none);
    begin(f);
    ok(f, en_store_tally_add(f->s, EN_INPUT_MANIFESTS, &a, &f->err));
    ok(f, en_store_tally_add(f->s, EN_INPUT_MANIFESTS, &b, &f->err));
    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_int_equal(c.read[EN_INPUT_MANIFESTS].left_out, 55); /* reads see the transaction's own writes */
    en_store_abort(f->s);
    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_memory_equal(&c.read[EN_INPUT_MANIFESTS], &none, sizeof none);
    begin(f);
    ok(f, en_store_tally_add(f->s, EN_INPUT_LISTS, &a, &f->err));
    ok(f, en_store_tally_add(f->s, EN_INPUT_LISTS, &a, &f->err));
    ok(f, en_store_tally_add(f->s, EN_INPUT_MANIFESTS, &b, &f->err));
    commit(f);
    begin(f);
    ok(f, en_store_tally_add(f->s, EN_INPUT_LISTS, &b, &f->err));
    en_store_abort(f->s);
    ok(f, en_store_counts(f->s, &c, &f->err));
    assert_memory_equal(&c.read[EN_INPUT_MANIFESTS], &b, sizeof b);
    assert_memory_equal(&c.read[EN_INPUT_LISTS], (&(struct en_store_tally){ 2, 4, 6, 8, 10 }), sizeof b);
    ok(f, en_store_check(f->s, &f->err));
}

/* --- hits -------------------------------------------------------------------------------------- */

static void
test_hits(void **state)
{
    struct fixture *f = *state;
    struct en_store_hit x = { .entity = T("E1"),
                              .engine = T("e2"),
                              .found = T("new-alert"),
                              .remembered = EN_BYTES_LIT("{}"),
                              .bits = 12,
                              .prior = 0.5,
                              .probability = 0.25,
                              .evidence = B("[1]"),
                              .state = EN_HIT_NEW,
                              .created = 1,
                              .changed = T0 + 3,
                              .delete_after = T0 + 4 };
    struct en_store_hit got;
    int64_t m, t, id;

    begin(f);
    x.traveller = 1;
    gives(f, EN_E_NOT_FOUND, en_store_hit_add(f->s, &x, &id, &f->err));
    m = add_manifest(f, 1);
    t = add_traveller(f, m, T("P1"), T0);
    add_hit(f, t, T("E1"), 0.9999999, EN_TIME_NONE);
    gives(f, EN_E_NO, en_store_hit_add(f->s, &x, &id, &f->err)); /* one a traveller and entity */
    x.probability = 1.5;
    gives(f, EN_E_USAGE, en_store_hit_add(f->s, &x, &id, &f->err));
    x.probability = 0.25;
    commit(f);

    ok(f, en_store_hit_of(f->s, t, T("E1"), &f->a, &got, &f->err));
    assert_int_equal(got.id, 1);
    assert_int_equal(got.bits, -640);
    assert_true(got.probability == 0.9999999);
    assert_int_equal(got.n_alerts, 2);
    assert_int_equal(got.alerts[0].alert, 7);
    assert_int_equal(got.alerts[1].version, 3);
    assert_int_equal(got.alerts[1].hash[31], 5);
    assert_int_equal(got.delete_after, EN_TIME_NONE);
    gives(f, EN_E_NOT_FOUND, en_store_hit_of(f->s, t, T("E2"), &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_hit_of(f->s, 0, T("E1"), &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_hit_get(f->s, 0, &f->a, &got, &f->err));

    begin(f);
    x.id = 1;
    x.traveller = 77;
    ok(f, en_store_hit_change(f->s, &x, &f->err));
    x.id = 5;
    gives(f, EN_E_NOT_FOUND, en_store_hit_change(f->s, &x, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_hit_set_state(f->s, 5, EN_HIT_NEW, EN_ANSWER_NONE, T0, EN_TIME_NONE, &f->err));
    commit(f);
    ok(f, en_store_hit_get(f->s, 1, &f->a, &got, &f->err));
    assert_int_equal(got.traveller, t); /* these two stay */
    assert_int_equal(got.created, T0);
    assert_int_equal(got.n_alerts, 0);
    assert_int_equal(got.bits, 12);
    assert_true(en_text_is(got.found, "new-alert"));
    assert_int_equal(got.remembered.n, 2);
    assert_true(en_bytes_eq(got.evidence, B("[1]")));
    assert_int_equal(got.delete_after, T0 + 4);
    ok(f, en_store_check(f->s, &f->err));
}

#define NEW_OR_PENDING (1u << EN_HIT_NEW | 1u << EN_HIT_PENDING)

static const struct {
    struct en_store_hit_filter f;
    const char *ids;
} hit_filters[] = {
    { { 0 }, "1 2 3 4 5 " },
    { { .by_probability = true }, "4 2 5 1 3 " },
    { { .by_probability = true, .limit = 2 }, "4 2 " },
    { { .by_probability = true, .after = 2, .limit = 2 }, "5 1 " },
    { { .by_probability = true, .after = 5 }, "1 3 " },
    { { .by_probability = true, .after = 3 }, "" },
    { { .after = 3 }, "4 5 " },
    { { .id = 2 }, "2 " },
    { { .traveller = 2 }, "3 4 5 " },
    { { .manifest = 1 }, "1 2 " },
    { { .entity = EN_TEXT_LIT("E1") }, "1 3 " },
    { { .states = NEW_OR_PENDING }, "1 2 4 5 " },
    { { .states = 1u << EN_HIT_PENDING, .by_probability = true }, "2 " },
    { { .states = 1u << EN_HIT_CLEARED }, "" },
    { { .answers = 1u << EN_ANSWER_SAME }, "2 3 " },
    { { .min_probability = 0.5 }, "2 4 5 " },
    { { .min_probability = 0.5, .states = 1u << EN_HIT_NEW, .by_probability = true }, "4 5 " },
    { { .since = T0 }, "1 2 3 4 5 " },
    { { .since = T0 + 1 }, "" },
    { { .due = T0 + 5 }, "3 " },
    { { .due = T0 + 4 }, "" },
};

static void
test_hit_filters(void **state)
{
    struct fixture *f = *state;
    int64_t one, two, t1, t2;

    begin(f);
    one = add_manifest(f, 1);
    two = add_manifest(f, 2);
    t1 = add_traveller(f, one, T("P1"), T0);
    t2 = add_traveller(f, two, T("P2"), T0);
    add_hit(f, t1, T("E1"), 0.1, EN_TIME_NONE);
    add_hit(f, t1, T("E2"), 0.5, EN_TIME_NONE);
    add_hit(f, t2, T("E1"), 0.01, EN_TIME_NONE);
    add_hit(f, t2, T("E2"), 0.9, EN_TIME_NONE);
    add_hit(f, t2, T("E3"), 0.5, EN_TIME_NONE);
    ok(f, en_store_hit_set_state(f->s, 2, EN_HIT_PENDING, EN_ANSWER_SAME, T0, EN_TIME_NONE, &f->err));
    ok(f, en_store_hit_set_state(f->s, 3, EN_HIT_DECIDED, EN_ANSWER_SAME, T0, T0 + 5, &f->err));
    commit(f);
    for (size_t i = 0; i < sizeof hit_filters / sizeof hit_filters[0]; i++) {
        struct order o = { "", 0 };

        ok(f, en_store_hits_each(f->s, &hit_filters[i].f, note_hit, &o, &f->err));
        if (strcmp(o.text, hit_filters[i].ids) != 0)
            fail_msg("row %zu: got %s, expected %s", i, o.text, hit_filters[i].ids);
    }
    {
        struct en_store_hit_filter gone = { .by_probability = true, .after = 99 };

        gives(f, EN_E_NOT_FOUND, en_store_hits_each(f->s, &gone, note_hit, &(struct order){ "", 0 }, &f->err));
    }
}

static en_errc
keep_decision(void *ctx, const struct en_store_decision *x, struct en_err *err)
{
    (void)err;
    *(struct en_store_decision *)ctx = *x;
    return EN_OK;
}

static void
test_decisions(void **state)
{
    struct fixture *f = *state;
    const en_text reasons[] = { T("other-father"), T("document-seen") };
    struct en_store_decision d = { .answer = EN_ANSWER_DIFFERENT,
                                   .reasons = reasons,
                                   .n_reasons = 2,
                                   .text = T("the passport shows another father"),
                                   .at = T0 };
    struct en_store_decision got = { 0 };
    struct order o = { "", 0 };
    int64_t aya, boris, id;

    begin(f);
    aya = add_user(f, T("Aya"), 1);
    boris = add_user(f, T("Boris"), 2);
    d.actor = aya;
    d.hit = 1;
    gives(f, EN_E_NOT_FOUND, en_store_decision_add(f->s, &d, &id, &f->err));
    d.hit = add_hit(f, add_traveller(f, add_manifest(f, 1), T("P"), T0), T("E"), 0.5, EN_TIME_NONE);
    d.actor = 55;
    gives(f, EN_E_NOT_FOUND, en_store_decision_add(f->s, &d, &id, &f->err));
    d.actor = 0;
    gives(f, EN_E_USAGE, en_store_decision_add(f->s, &d, &id, &f->err));
    d.actor = aya;
    d.answer = EN_ANSWER_NONE;
    gives(f, EN_E_USAGE, en_store_decision_add(f->s, &d, &id, &f->err));
    d.answer = EN_ANSWER_DIFFERENT;
    ok(f, en_store_decision_add(f->s, &d, &id, &f->err));
    gives(f, EN_E_NO, en_store_decision_confirm(f->s, id, aya, T0 + 1, &f->err)); /* oneself */
    gives(f, EN_E_NOT_FOUND, en_store_decision_confirm(f->s, id, 99, T0 + 1, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_decision_confirm(f->s, 99, boris, T0 + 1, &f->err));
    ok(f, en_store_decision_confirm(f->s, id, boris, T0 + 1, &f->err));
    gives(f, EN_E_NO, en_store_decision_confirm(f->s, id, boris, T0 + 2, &f->err)); /* twice */
    ok(f, en_store_decision_add(f->s, &d, &id, &f->err));
    commit(f);
    ok(f, en_store_decisions_each(f->s, d.hit, note_decision, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
    o.stop_after = 1;
    gives(f, EN_E_RULE, en_store_decisions_each(f->s, d.hit, note_decision, &o, &f->err));
    ok(f, en_store_decisions_each(f->s, d.hit, keep_decision, &got, &f->err));
    assert_int_equal(got.answer, EN_ANSWER_DIFFERENT);
    assert_int_equal(got.n_reasons, 2);
    assert_int_equal(got.second, 0);
    assert_int_equal(got.second_at, EN_TIME_NONE);
}

static void
clearances_of(struct fixture *f, struct en_store_clearance_filter by, const char *want)
{
    struct order o = { "", 0 };

    ok(f, en_store_clearances_each(f->s, &by, note_clearance, &o, &f->err));
    assert_string_equal(o.text, want);
}

static void
test_clearances(void **state)
{
    static uint8_t much[EN_STORE_MAX_EVIDENCE + 1];
    struct fixture *f = *state;
    const struct en_store_clearance good = { .kind = 2,
                                             .answer = EN_ANSWER_DIFFERENT,
                                             .evidence = EN_BYTES_LIT("evidence"),
                                             .number = T("0123456789"),
                                             .alert = 3,
                                             .version = 2,
                                             .alert_hash = { 2 },
                                             .actor = 1,
                                             .at = T0,
                                             .expires = T0 + 100 };
    struct en_store_clearance c = good, got;
    int64_t id;
    uint64_t n;

    begin(f);
    ok(f, en_store_clearance_add(f->s, &c, &id, &f->err));
    c.expires = T0 + 50, c.number = T("");
    ok(f, en_store_clearance_add(f->s, &c, &id, &f->err));
    c.alert = 4;
    ok(f, en_store_clearance_add(f->s, &c, &id, &f->err));
    c = good, c.expires = EN_TIME_NONE;
    gives(f, EN_E_USAGE, en_store_clearance_add(f->s, &c, &id, &f->err));
    c = good, c.answer = EN_ANSWER_NONE;
    gives(f, EN_E_USAGE, en_store_clearance_add(f->s, &c, &id, &f->err));
    c = good, c.kind = EN_CLEARANCE_KINDS;
    gives(f, EN_E_USAGE, en_store_clearance_add(f->s, &c, &id, &f->err));
    c = good, c.evidence = en_bytes_from(much, sizeof much);
    gives(f, EN_E_LIMIT, en_store_clearance_add(f->s, &c, &id, &f->err));
    commit(f);
    ok(f, en_store_clearance_get(f->s, 1, &f->a, &got, &f->err));
    assert_int_equal(got.kind, 2);
    assert_int_equal(got.answer, EN_ANSWER_DIFFERENT);
    assert_int_equal(got.evidence.n, 8);
    assert_memory_equal(got.evidence.p, "evidence", 8);
    assert_true(en_text_is(got.number, "0123456789"));
    assert_int_equal(got.alert, 3);
    assert_int_equal(got.version, 2);
    gives(f, EN_E_NOT_FOUND, en_store_clearance_get(f->s, 9, &f->a, &got, &f->err));
    clearances_of(f, (struct en_store_clearance_filter){ .alert = 3 }, "1 2 ");
    clearances_of(f, (struct en_store_clearance_filter){ .alert = 3, .valid_at = T0 + 49 }, "1 2 ");
    clearances_of(f, (struct en_store_clearance_filter){ .alert = 3, .valid_at = T0 + 50 }, "1 ");
    clearances_of(f, (struct en_store_clearance_filter){ .number = T("0123456789") }, "1 ");
    clearances_of(f, (struct en_store_clearance_filter){ .due = T0 + 50 }, "2 3 ");
    clearances_of(f, (struct en_store_clearance_filter){ .limit = 2 }, "1 2 ");

    begin(f);
    ok(f, en_store_clearances_delete_due(f->s, T0 + 50, &n, &f->err));
    assert_int_equal(n, 2);
    clearances_of(f, (struct en_store_clearance_filter){ .id = 0 }, "1 ");
    ok(f, en_store_clearance_delete(f->s, 1, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_clearance_delete(f->s, 1, &f->err));
    commit(f);
}

/* Content that is due by its date: of one type or of all, once. */
static void
test_events_due(void **state)
{
    struct fixture *f = *state;
    struct order o = { "", 0 };

    begin(f);
    for (unsigned i = 0; i < 4; i++) {
        struct en_store_event e = { .type = i % 2 ? T("check") : T("read"), .bytes = EN_BYTES_LIT("x"), .at = T0 + i };

        ok(f, en_store_event_append(f->s, &e, false, NULL, &f->err));
    }
    ok(f, en_store_event_destroy(f->s, 1, T0 + 9, &f->err));
    ok(f, en_store_events_due_each(f->s, T(""), T0 + 2, 0, note_event, &o, &f->err));
    assert_string_equal(o.text, "2 3 ");
    o = (struct order){ "", 0 };
    ok(f, en_store_events_due_each(f->s, T("check"), T0 + 3, 0, note_event, &o, &f->err));
    assert_string_equal(o.text, "2 4 ");
    o = (struct order){ "", 0 };
    ok(f, en_store_events_due_each(f->s, T(""), T0 + 3, 1, note_event, &o, &f->err));
    assert_string_equal(o.text, "2 ");
    commit(f);
}

/* Not to board: a named person, and a second one before it is sent. Answers go with their traveller. */
static void
test_answers(void **state)
{
    struct fixture *f = *state;
    struct en_store_traveller t = { .person = EN_BYTES_LIT("{}"), .arrives = EN_TIME_NONE, .delete_after = T0 };
    struct en_store_manifest m = { .kind = T("edifact"), .name = T("m"), .received = T0, .actor = 1 };
    struct en_store_answer x = { .status = T("2Z"),
                                 .manifest = 1,
                                 .message = 2,
                                 .pnr = T("P"),
                                 .passenger = T("900001"),
                                 .why = T("looked-at"),
                                 .at = T0,
                                 .sent = T0,
                                 .deadline = T0 + 20,
                                 .acknowledged = EN_TIME_NONE,
                                 .reference = T("77") };
    struct en_store_answer got;
    struct order o = { "", 0 };
    int64_t id, anna, berta;
    uint64_t n;

    begin(f);
    anna = add_user(f, T("anna"), 1);
    berta = add_user(f, T("berta"), 2);
    ok(f, en_store_manifest_add(f->s, &m, &t.manifest, &f->err));
    ok(f, en_store_traveller_add(f->s, &t, &x.traveller, &f->err));
    ok(f, en_store_answer_add(f->s, &x, &id, &f->err));
    x.status = T("1Z");
    gives(f, EN_E_USAGE, en_store_answer_add(f->s, &x, &id, &f->err));
    x.actor = anna;
    gives(f, EN_E_USAGE, en_store_answer_add(f->s, &x, &id, &f->err));
    x.second = anna;
    gives(f, EN_E_USAGE, en_store_answer_add(f->s, &x, &id, &f->err));
    x.second = 0, x.sent = x.deadline = EN_TIME_NONE, x.reference = T("");
    ok(f, en_store_answer_add(f->s, &x, &id, &f->err));
    x.id = id, x.sent = T0 + 5;
    gives(f, EN_E_USAGE, en_store_answer_change(f->s, &x, &f->err));
    x.second = berta;
    ok(f, en_store_answer_change(f->s, &x, &f->err));
    x.status = T("3Z");
    gives(f, EN_E_USAGE, en_store_answer_add(f->s, &x, &id, &f->err));
    x.status = T("0Z"), x.traveller = 99;
    gives(f, EN_E_NOT_FOUND, en_store_answer_add(f->s, &x, &id, &f->err));
    commit(f);
    ok(f, en_store_answer_newest(f->s, 1, &f->a, &got, &f->err));
    assert_true(en_text_is(got.status, "1Z"));
    assert_int_equal(got.second, berta);
    assert_int_equal(got.message, 2);
    assert_true(en_text_is(got.passenger, "900001"));
    assert_int_equal(got.sent, T0 + 5);
    gives(f, EN_E_NOT_FOUND, en_store_answer_newest(f->s, 2, &f->a, &got, &f->err));
    ok(f, en_store_answers_each(f->s, &(struct en_store_answer_filter){ .due = T0 + 20 }, note_answer, &o, &f->err));
    assert_string_equal(o.text, "1 ");
    o = (struct order){ "", 0 };
    ok(f, en_store_answers_each(f->s, &(struct en_store_answer_filter){ .reference = T("77") }, note_answer, &o,
                                &f->err));
    assert_string_equal(o.text, "1 ");
    begin(f);
    ok(f, en_store_travellers_delete_due(f->s, T0, 0, NULL, NULL, &n, &f->err));
    commit(f);
    o = (struct order){ "", 0 };
    ok(f, en_store_answers_each(f->s, &(struct en_store_answer_filter){ .id = 0 }, note_answer, &o, &f->err));
    assert_string_equal(o.text, "");
}

static struct en_store_partner
a_partner(en_text id, uint8_t key)
{
    struct en_store_partner x = { .partner = id,
                                  .name = T("Norland"),
                                  .country = T("XAA"),
                                  .standing = T("full"),
                                  .rehearsal = true,
                                  .number = 1,
                                  .card = B("card"),
                                  .card_at = T0,
                                  .agreement = B("{}"),
                                  .added = T0,
                                  .changed = T0,
                                  .cut = EN_TIME_NONE };

    memset(x.key, key, sizeof x.key);
    memset(x.next, key + 1, sizeof x.next);
    return x;
}

static en_errc
add_key(struct fixture *f, int64_t partner, uint32_t number, uint8_t key)
{
    struct en_store_partner_key x = { .partner = partner, .number = number, .at = T0, .note = B("step") };

    memset(x.key, key, sizeof x.key);
    return en_store_partner_key_add(f->s, &x, &f->err);
}

static void
test_partners(void **state)
{
    struct fixture *f = *state;
    struct en_store_partner a = a_partner(T("aaaaaaaaaaaaaaaa"), 1), b = a_partner(T("bbbbbbbbbbbbbbbb"), 3), got;
    const en_text address = T("https://sudland.example:8443");
    struct order o = { "", 0 };
    int64_t id;

    begin(f);
    ok(f, en_store_partner_add(f->s, &a, &a.id, &f->err));
    ok(f, en_store_partner_add(f->s, &b, &b.id, &f->err));
    gives(f, EN_E_NO, en_store_partner_add(f->s, &b, &id, &f->err));
    a.name = T("");
    gives(f, EN_E_USAGE, en_store_partner_change(f->s, &a, &f->err));
    a.name = T("Sudland"), a.cut = T0 + 5;
    gives(f, EN_E_USAGE, en_store_partner_change(f->s, &a, &f->err));
    a.addresses = &address, a.n_addresses = 1;
    a.cut_why = T("quarrel"), a.added = T0 + 9, a.number = 2, a.card = B("newer"), a.agreement = B("");
    a.partner = T("cccccccccccccccc");
    ok(f, en_store_partner_change(f->s, &a, &f->err));
    a.id = 99;
    gives(f, EN_E_NOT_FOUND, en_store_partner_change(f->s, &a, &f->err));
    commit(f);
    ok(f, en_store_partner_by_id(f->s, T("aaaaaaaaaaaaaaaa"), &f->a, &got, &f->err));
    assert_true(en_text_is(got.name, "Sudland"));
    assert_true(en_text_is(got.cut_why, "quarrel"));
    assert_int_equal(got.n_addresses, 1);
    assert_true(en_text_is(got.addresses[0], "https://sudland.example:8443"));
    assert_int_equal(got.cut, T0 + 5);
    assert_int_equal(got.added, T0);
    assert_int_equal(got.number, 2);
    assert_int_equal(got.agreement.n, 0);
    assert_true(en_bytes_eq(got.card, B("newer")));
    gives(f, EN_E_NOT_FOUND, en_store_partner_by_id(f->s, T("cccccccccccccccc"), &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_partner_by_id(f->s, T(""), &f->a, &got, &f->err));
    ok(f, en_store_partner_get(f->s, 2, &f->a, &got, &f->err));
    assert_int_equal(got.key[0], 3);
    gives(f, EN_E_NOT_FOUND, en_store_partner_get(f->s, 0, &f->a, &got, &f->err));
    ok(f, en_store_partners_each(f->s, note_partner, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
}

/* Histories have no gaps, and a key belongs to one of them. */
static void
test_partner_keys(void **state)
{
    struct fixture *f = *state;
    struct en_store_partner a = a_partner(T("aaaaaaaaaaaaaaaa"), 1);
    struct order o = { "", 0 };
    uint8_t key[EN_KEY_LEN];

    begin(f);
    ok(f, en_store_partner_add(f->s, &a, &a.id, &f->err));
    ok(f, add_key(f, a.id, 1, 1));
    ok(f, add_key(f, 0, 1, 10));
    gives(f, EN_E_USAGE, add_key(f, 0, 1, 11));
    gives(f, EN_E_USAGE, add_key(f, 0, 3, 11));
    gives(f, EN_E_NO, add_key(f, a.id, 2, 10));
    gives(f, EN_E_NO, add_key(f, 0, 2, 1));
    ok(f, add_key(f, a.id, 2, 1)); /* the same key again, with another successor */
    ok(f, add_key(f, 0, 2, 11));
    gives(f, EN_E_NOT_FOUND, add_key(f, 7, 1, 12));
    commit(f);
    ok(f, en_store_partner_keys_each(f->s, &(struct en_store_partner_key_filter){ .by_partner = true },
                                     note_partner_key, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
    o = (struct order){ "", 0 };
    memset(key, 1, sizeof key);
    ok(f, en_store_partner_keys_each(f->s, &(struct en_store_partner_key_filter){ .key = key }, note_partner_key, &o,
                                     &f->err));
    assert_string_equal(o.text, "1 2 ");
    o = (struct order){ "", 0 };
    memset(key, 11, sizeof key);
    ok(f, en_store_partner_keys_each(f->s, &(struct en_store_partner_key_filter){ .key = key }, note_partner_key, &o,
                                     &f->err));
    assert_string_equal(o.text, "2 ");
}

/* --- charters ---------------------------------------------------------------------------------- */

static struct en_store_charter
a_charter(uint32_t number, uint8_t hash)
{
    struct en_store_charter x = { .number = number,
                                  .hash = { hash },
                                  .dated = T0,
                                  .note = B("text"),
                                  .at = T0,
                                  .signed_at = EN_TIME_NONE,
                                  .adopted = EN_TIME_NONE };

    return x;
}

/* Two persons sign and two adopt; one adopts what the node has signed. Texts stay, signatures grow. */
static void
test_charters(void **state)
{
    struct fixture *f = *state;
    struct en_store_charter x = a_charter(2, 9), y = a_charter(1, 1), got;
    struct order o = { "", 0 };
    int64_t id;

    begin(f);
    add_user(f, T("Aya"), 1);
    add_user(f, T("Boris"), 2);
    x.author = 1;
    ok(f, en_store_charter_add(f->s, &x, &x.id, &f->err));
    gives(f, EN_E_NO, en_store_charter_add(f->s, &x, &id, &f->err));
    y.author = 7;
    gives(f, EN_E_NOT_FOUND, en_store_charter_add(f->s, &y, &id, &f->err));
    y.author = 0, y.note = B("");
    gives(f, EN_E_USAGE, en_store_charter_add(f->s, &y, &id, &f->err));
    y.note = B("first");
    ok(f, en_store_charter_add(f->s, &y, &y.id, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_charter_newest(f->s, &f->a, &got, &f->err));

    x.signed_by = 2, x.signed_at = T0;
    gives(f, EN_E_USAGE, en_store_charter_change(f->s, &x, &f->err)); /* nobody had asked */
    x.sign_asked = 2;
    gives(f, EN_E_USAGE, en_store_charter_change(f->s, &x, &f->err)); /* the same person */
    x.sign_asked = 1, x.note = B("text, signed"), x.keys = B("steps"), x.number = 5, x.hash[0] = 7;
    ok(f, en_store_charter_change(f->s, &x, &f->err));
    y.adopted_by = 1, y.adopted = T0, y.turn = 1, y.state = EN_VERSION_ADOPTED;
    gives(f, EN_E_USAGE, en_store_charter_change(f->s, &y, &f->err)); /* alone, and the node has not signed it */
    y.adopt_asked = 1;
    gives(f, EN_E_USAGE, en_store_charter_change(f->s, &y, &f->err));
    y.adopt_asked = 2;
    ok(f, en_store_charter_change(f->s, &y, &f->err));
    x.adopted_by = 1, x.adopted = T0, x.turn = 2;
    gives(f, EN_E_USAGE, en_store_charter_change(f->s, &x, &f->err)); /* adopted and not so called */
    x.state = EN_VERSION_ADOPTED;
    ok(f, en_store_charter_change(f->s, &x, &f->err));
    y.id = 9;
    gives(f, EN_E_NOT_FOUND, en_store_charter_change(f->s, &y, &f->err));
    commit(f);

    ok(f, en_store_charter_newest(f->s, &f->a, &got, &f->err));
    assert_int_equal(got.id, 1);
    assert_int_equal(got.number, 2); /* as it came */
    assert_int_equal(got.hash[0], 9);
    assert_true(en_bytes_eq(got.note, B("text, signed")) && en_bytes_eq(got.keys, B("steps")));
    assert_true(got.author == 1 && got.sign_asked == 1 && got.signed_by == 2 && got.adopt_asked == 0);
    ok(f, en_store_charter_by_hash(f->s, (uint8_t[EN_SHA256_LEN]){ 1 }, &f->a, &got, &f->err));
    assert_int_equal(got.state, EN_VERSION_ADOPTED);
    gives(f, EN_E_NOT_FOUND, en_store_charter_by_hash(f->s, (uint8_t[EN_SHA256_LEN]){ 7 }, &f->a, &got, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_charter_get(f->s, 0, &f->a, &got, &f->err));
    ok(f, en_store_charters_each(f->s, &(struct en_store_charter_filter){ .id = 0 }, note_charter, &o, &f->err));
    ok(f, en_store_charters_each(f->s, &(struct en_store_charter_filter){ .number = 2 }, note_charter, &o, &f->err));
    assert_string_equal(o.text, "2 1 1 ");
    ok(f, en_store_check(f->s, &f->err));
}

/* --- the exchange ------------------------------------------------------------------------------ */

#define XAA T("00112233445566aa")
#define XBB T("00112233445566bb")

static struct en_store_record
a_record(en_bytes bytes, en_text sender)
{
    struct en_store_record x = { .uuid = T("6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11"),
                                 .version = 1,
                                 .kind = T("warning"),
                                 .originator = XAA,
                                 .sender = sender,
                                 .urgent = true,
                                 .state = EN_HELD_CURRENT,
                                 .bytes = bytes,
                                 .at = T0,
                                 .changed = T0,
                                 .destroy = T0 + 50,
                                 .opened = EN_TIME_NONE };

    en_sha256(bytes, x.hash);
    return x;
}

static en_errc
note_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    return note(ctx, x->id, err);
}

static void
assert_records(struct fixture *f, const struct en_store_record_filter *by, const char *want)
{
    struct order o = { "", 0 };

    ok(f, en_store_records_each(f->s, by, note_record, &o, &f->err));
    assert_string_equal(o.text, want);
}

static void
test_records(void **state)
{
    struct fixture *f = *state;
    const en_text reasons[] = { T("ground-unknown"), T("dates-missing") };
    struct en_store_record x = a_record(B("one"), XAA), got;
    int64_t id, anna;
    uint64_t rows, size;

    begin(f);
    anna = add_user(f, T("anna"), 1);
    ok(f, en_store_record_add(f->s, &x, &id, &f->err));
    gives(f, EN_E_NO, en_store_record_add(f->s, &x, &id, &f->err));
    x = a_record(B("three"), XBB);
    x.state = EN_HELD_ASIDE, x.uuid = T(""), x.kind = T(""), x.version = 0, x.destroy = EN_TIME_NONE;
    x.reasons = reasons, x.n_reasons = 2;
    ok(f, en_store_record_add(f->s, &x, &id, &f->err));
    x = a_record(B("ours"), T(""));
    x.state = EN_HELD_DRAFT, x.alert = 7, x.author = anna, x.about = T("6f1c1f0a");
    ok(f, en_store_record_add(f->s, &x, &id, &f->err));
    x = a_record(B("x"), T("not-a-partner"));
    gives(f, EN_E_USAGE, en_store_record_add(f->s, &x, &id, &f->err));
    x = a_record(B("x"), T(""));
    x.author = 99;
    gives(f, EN_E_NOT_FOUND, en_store_record_add(f->s, &x, &id, &f->err));
    commit(f);
    assert_records(f, &(struct en_store_record_filter){ .id = 0 }, "1 2 3 ");
    assert_records(f, &(struct en_store_record_filter){ .sender = XBB }, "2 ");
    assert_records(f, &(struct en_store_record_filter){ .ours = true }, "3 ");
    assert_records(f, &(struct en_store_record_filter){ .unopened = true }, "1 ");
    assert_records(f, &(struct en_store_record_filter){ .about = T("6f1c1f0a") }, "3 ");
    assert_records(f, &(struct en_store_record_filter){ .alert = 7, .kind = T("warning") }, "3 ");
    assert_records(f, &(struct en_store_record_filter){ .uuid = a_record(B(""), XAA).uuid, .originator = XAA }, "1 3 ");
    assert_records(f, &(struct en_store_record_filter){ .states = 1u << EN_HELD_ASIDE | 1u << EN_HELD_DRAFT }, "2 3 ");
    assert_records(f, &(struct en_store_record_filter){ .destroy_until = T0 + 49 }, "");
    assert_records(f, &(struct en_store_record_filter){ .destroy_until = T0 + 50 }, "1 3 ");
    assert_records(f, &(struct en_store_record_filter){ .after = 1, .limit = 1 }, "2 ");
    ok(f, en_store_records_size(f->s, XBB, EN_HELD_ASIDE, &rows, &size, &f->err));
    assert_true(rows == 1 && size == 5);
    ok(f, en_store_record_by_hash(f->s, a_record(B("three"), XBB).hash, &f->a, &got, &f->err));
    assert_true(got.n_reasons == 2 && en_text_is(got.reasons[1], "dates-missing") && got.opened == EN_TIME_NONE);
    gives(f, EN_E_NOT_FOUND, en_store_record_get(f->s, 9, &f->a, &got, &f->err));
    /* What goes leaves its hash. */
    begin(f);
    got.state = EN_HELD_DESTROYED, got.bytes = B(""), got.changed = T0 + 60, got.opened = T0 + 1, got.opened_by = anna;
    ok(f, en_store_record_change(f->s, &got, &f->err));
    got.id = 99;
    gives(f, EN_E_NOT_FOUND, en_store_record_change(f->s, &got, &f->err));
    commit(f);
    ok(f, en_store_record_get(f->s, 2, &f->a, &got, &f->err));
    assert_memory_equal(got.hash, a_record(B("three"), XBB).hash, EN_SHA256_LEN);
    assert_true(got.bytes.n == 0 && got.state == EN_HELD_DESTROYED && got.opened_by == anna && got.at == T0);
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
note_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    return note(ctx, x->id, err);
}

static void
test_releases(void **state)
{
    struct fixture *f = *state;
    struct en_store_roster roster[2] = { { "00112233445566bb", { 1 }, 0 }, { "00112233445566aa", { 2 }, 1 } };
    struct en_store_record r = a_record(B("one"), T(""));
    struct en_store_release x = { .state = EN_RELEASE_PROPOSED,
                                  .proposed = T0,
                                  .decided = EN_TIME_NONE,
                                  .roster = roster,
                                  .n_roster = 2 },
                            got;
    struct order o = { "", 0 };
    int64_t id, berta;

    begin(f);
    x.proposed_by = add_user(f, T("anna"), 1);
    berta = add_user(f, T("berta"), 2);
    ok(f, en_store_record_add(f->s, &r, &x.record, &f->err));
    ok(f, en_store_release_add(f->s, &x, &x.id, &f->err));
    x.n_roster = 0;
    gives(f, EN_E_USAGE, en_store_release_add(f->s, &x, &id, &f->err));
    x.n_roster = 2, x.state = EN_RELEASE_APPROVED, x.decided = T0 + 1;
    gives(f, EN_E_USAGE, en_store_release_change(f->s, &x, &f->err));
    x.decided_by = x.proposed_by;
    gives(f, EN_E_USAGE, en_store_release_change(f->s, &x, &f->err));
    gives(f, EN_E_USAGE, en_store_release_add(f->s, &x, &id, &f->err));
    x.decided_by = berta, x.bytes = B("release"), x.signature = B("signature"), roster[0].place = 1;
    ok(f, en_store_release_change(f->s, &x, &f->err));
    x.alone = true, x.decided_by = x.proposed_by; /* a withdrawal */
    ok(f, en_store_release_add(f->s, &x, &id, &f->err));
    x.record = 99;
    gives(f, EN_E_NOT_FOUND, en_store_release_add(f->s, &x, &id, &f->err));
    commit(f);
    ok(f, en_store_release_get(f->s, 1, &f->a, &got, &f->err));
    assert_true(got.n_roster == 2 && got.decided_by == berta && en_bytes_eq(got.bytes, B("release")));
    assert_string_equal(got.roster[0].partner, "00112233445566aa"); /* by partner */
    assert_true(got.roster[0].salt[0] == 2 && got.roster[1].place == 1);
    ok(f, en_store_releases_each(f->s, &(struct en_store_release_filter){ .states = 1u << EN_RELEASE_APPROVED },
                                 note_release, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
note_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    return note(ctx, x->id, err);
}

static en_errc
note_bundle(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    return note(ctx, x->id, err);
}

static void
assert_bundles(struct fixture *f, const struct en_store_bundle_filter *by, const char *want)
{
    struct order o = { "", 0 };

    ok(f, en_store_bundles_each(f->s, by, note_bundle, &o, &f->err));
    assert_string_equal(o.text, want);
}

static void
test_bundles(void **state)
{
    struct fixture *f = *state;
    struct en_store_bundle x = { .out = true,
                                 .partner = XAA,
                                 .name = { 1 },
                                 .sequence = 1,
                                 .parts = 3,
                                 .at = T0,
                                 .made = T0,
                                 .expires = T0 + 9,
                                 .answered = EN_TIME_NONE };
    int64_t id;

    begin(f);
    ok(f, en_store_bundle_add(f->s, &x, &id, &f->err));
    gives(f, EN_E_NO, en_store_bundle_add(f->s, &x, &id, &f->err));
    x.out = false; /* another direction is another bundle */
    ok(f, en_store_bundle_add(f->s, &x, &id, &f->err));
    x.name[0] = 2, x.sequence = 7;
    ok(f, en_store_bundle_add(f->s, &x, &id, &f->err));
    x.name[0] = 3, x.sequence = 6, x.reason = T("bundle-expired");
    ok(f, en_store_bundle_add(f->s, &x, &id, &f->err));
    x.sequence = 0;
    gives(f, EN_E_USAGE, en_store_bundle_add(f->s, &x, &id, &f->err));
    x.id = 1, x.refused = 1, x.answered = T0 + 5, x.answer = B("receipt");
    ok(f, en_store_bundle_change(f->s, &x, &f->err));
    x.id = 99;
    gives(f, EN_E_NOT_FOUND, en_store_bundle_change(f->s, &x, &f->err));
    commit(f);
    assert_bundles(f, &(struct en_store_bundle_filter){ .in_only = true, .newest_first = true }, "3 4 2 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .in_only = true, .taken_only = true, .partner = XAA }, "2 3 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .name = (const uint8_t[16]){ 1 }, .out_only = true }, "1 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .sequence = 6 }, "4 ");
    ok(f, en_store_check(f->s, &f->err));
}

static void
assert_deliveries(struct fixture *f, const struct en_store_delivery_filter *by, const char *want)
{
    struct order o = { "", 0 };

    ok(f, en_store_deliveries_each(f->s, by, note_delivery, &o, &f->err));
    assert_string_equal(o.text, want);
}

static void
test_bundles_fly(void **state)
{
    struct fixture *f = *state;
    const uint8_t before[2 * EN_STORE_SIGNED] = { 7 };
    struct en_store_bundle x = { .out = true,
                                 .partner = XAA,
                                 .name = { 1 },
                                 .sequence = 1,
                                 .at = T0,
                                 .answered = EN_TIME_NONE,
                                 .urgent = true,
                                 .flies = true };
    int64_t id;

    begin(f);
    for (unsigned i = 1; i <= 3; i++) {
        x.name[0] = (uint8_t)i, x.sequence = i;
        ok(f, en_store_bundle_add(f->s, &x, &id, &f->err));
    }
    x.id = 2, x.flies = false;
    ok(f, en_store_bundle_change(f->s, &x, &f->err));
    x.id = 3, x.name[0] = 9, x.sequence = 8, x.parts = 4, x.earlier = en_bytes_from(before, sizeof before);
    ok(f, en_store_bundle_renew(f->s, &x, &f->err));
    x.name[0] = 1; /* which is taken */
    gives(f, EN_E_NO, en_store_bundle_renew(f->s, &x, &f->err));
    x.earlier.n--;
    gives(f, EN_E_USAGE, en_store_bundle_renew(f->s, &x, &f->err));
    x.earlier.n = 0, x.id = 99, x.name[0] = 11;
    gives(f, EN_E_NOT_FOUND, en_store_bundle_renew(f->s, &x, &f->err));
    commit(f);
    assert_bundles(f, &(struct en_store_bundle_filter){ .flying_only = true, .partner = XAA }, "1 3 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .sequence = 8 }, "3 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .from = 2 }, "2 3 ");
    assert_bundles(f, &(struct en_store_bundle_filter){ .name = (const uint8_t[16]){ 9 } }, "3 ");
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
list_refusal(void *ctx, const struct en_store_refusal *x, struct en_err *err)
{
    (void)err;
    en_buf_addf(ctx, "%s/%s %llu %lld-%lld;", x->partner, x->code, (unsigned long long)x->count,
                (long long)(x->first - T0), (long long)(x->last - T0));
    return EN_OK;
}

static void
test_refusals(void **state)
{
    struct fixture *f = *state;
    struct en_buf all = EN_BUF_INIT;
    char tall[EN_STORE_CODE_MAX + 1];

    memset(tall, 'x', sizeof tall);
    begin(f);
    ok(f, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT("not-signed"), 3, T0, &f->err));
    ok(f, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT("a-code"), 1, T0, &f->err));
    ok(f, en_store_refusal_add(f->s, EN_TEXT_NONE, EN_TEXT_LIT("input"), 1, T0, &f->err));
    commit(f);
    begin(f);
    ok(f, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT("not-signed"), 4, T0 + 5, &f->err));
    gives(f, EN_E_USAGE, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT(""), 1, T0, &f->err));
    gives(f, EN_E_USAGE, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT("c"), 0, T0, &f->err));
    gives(f, EN_E_USAGE, en_store_refusal_add(f->s, EN_TEXT_LIT("b"), EN_TEXT_LIT("c"), 1, T0, &f->err));
    gives(f, EN_E_USAGE, en_store_refusal_add(f->s, XBB, (en_text){ tall, sizeof tall }, 1, T0, &f->err));
    commit(f);
    begin(f);
    ok(f, en_store_refusal_add(f->s, XBB, EN_TEXT_LIT("not-signed"), 9, T0, &f->err));
    en_store_abort(f->s);
    ok(f, en_store_refusals_each(f->s, EN_TEXT_NONE, list_refusal, &all, &f->err));
    assert_string_equal(all.p, "/input 1 0-0;00112233445566bb/a-code 1 0-0;00112233445566bb/not-signed 7 0-5;");
    en_buf_reset(&all);
    ok(f, en_store_refusals_each(f->s, XAA, list_refusal, &all, &f->err));
    assert_int_equal(all.n, 0);
    en_buf_release(&all);
}

static en_errc
take_link(void *ctx, const struct en_store_link *x, struct en_err *err)
{
    (void)err;
    *(struct en_store_link *)ctx = *x;
    return EN_OK;
}

static void
test_links(void **state)
{
    struct fixture *f = *state;
    struct en_store_link x = { .link = { .id = "00112233445566bb", .next = 1, .log = { .owed = EN_TIME_NONE } } }, got;

    begin(f);
    ok(f, en_store_link_put(f->s, &x, &f->err));
    x.link.next = 7, x.link.window = UINT64_MAX, x.link.upto = 3, x.link.log.held.size = 9, x.link.log.owed = T0;
    x.link.log.held.epoch = 2, x.link.log.held.root.b[5] = 1, x.relays = true;
    memcpy(x.via, "00112233445566cc", sizeof x.via);
    ok(f, en_store_link_put(f->s, &x, &f->err)); /* over the one that is there */
    x.via[3] = 'x';
    gives(f, EN_E_USAGE, en_store_link_put(f->s, &x, &f->err));
    x.via[0] = '\0', x.link.next = UINT64_MAX;
    gives(f, EN_E_USAGE, en_store_link_put(f->s, &x, &f->err));
    x.link.next = 2;
    memcpy(x.link.id, "00112233445566aa", sizeof x.link.id);
    ok(f, en_store_link_put(f->s, &x, &f->err));
    commit(f);
    ok(f, en_store_links_each(f->s, XAA, take_link, &got, &f->err));
    assert_true(got.link.next == 2 && got.via[0] == '\0');
    ok(f, en_store_links_each(f->s, EN_TEXT_NONE, take_link, &got, &f->err)); /* the last by partner */
    assert_string_equal(got.link.id, "00112233445566bb");
    assert_true(got.link.next == 7 && got.link.window == UINT64_MAX && got.link.log.owed == T0 && got.relays);
    assert_true(got.link.log.held.size == 9 && got.link.log.held.root.b[5] == 1 && got.link.log.held.epoch == 2);
    assert_string_equal(got.via, "00112233445566cc");
    ok(f, en_store_check(f->s, &f->err));
}

static en_errc
note_parcel(void *ctx, const struct en_store_parcel *x, struct en_err *err)
{
    return note(ctx, x->kept.id[0] * 100 + (int64_t)x->kept.bytes, err);
}

static void
test_parcels(void **state)
{
    struct fixture *f = *state;
    struct en_store_parcel x = { .kept = { .id = { 1 }, .from = "00112233445566aa", .next = "00112233445566bb",
                                           .until = T0 },
                                 .sealed = B("sealed") };
    struct order o = { "", 0 };

    begin(f);
    ok(f, en_store_parcel_add(f->s, &x, &f->err));
    gives(f, EN_E_NO, en_store_parcel_add(f->s, &x, &f->err));
    x.kept.id[0] = 2;
    ok(f, en_store_parcel_add(f->s, &x, &f->err));
    x.sealed.n = 0, x.kept.id[0] = 3;
    gives(f, EN_E_LIMIT, en_store_parcel_add(f->s, &x, &f->err));
    ok(f, en_store_parcel_remove(f->s, (const uint8_t[16]){ 1 }, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_parcel_remove(f->s, (const uint8_t[16]){ 1 }, &f->err));
    commit(f);
    ok(f, en_store_parcels_each(f->s, NULL, note_parcel, &o, &f->err));
    ok(f, en_store_parcels_each(f->s, (const uint8_t[16]){ 1 }, note_parcel, &o, &f->err));
    assert_string_equal(o.text, "206 ");
    ok(f, en_store_check(f->s, &f->err));
}

static void
test_deliveries(void **state)
{
    struct fixture *f = *state;
    struct en_store_roster one = { "00112233445566aa", { 1 }, 0 };
    struct en_store_record r = a_record(B("one"), T(""));
    struct en_store_release rel = { .proposed = T0, .decided = EN_TIME_NONE, .roster = &one, .n_roster = 1 };
    struct en_store_bundle b = { .out = true, .partner = XAA, .sequence = 1, .at = T0, .answered = EN_TIME_NONE };
    struct en_store_delivery x = {
        .partner = XAA, .queued = T0, .sent = EN_TIME_NONE, .answered = EN_TIME_NONE, .opened = EN_TIME_NONE
    };
    int64_t id;

    begin(f);
    rel.proposed_by = add_user(f, T("anna"), 1);
    ok(f, en_store_record_add(f->s, &r, &x.record, &f->err));
    rel.record = x.record;
    ok(f, en_store_release_add(f->s, &rel, &x.release, &f->err));
    ok(f, en_store_bundle_add(f->s, &b, &b.id, &f->err));
    ok(f, en_store_delivery_add(f->s, &x, &id, &f->err));
    gives(f, EN_E_NO, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.partner = XBB, x.urgent = true;
    ok(f, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.bytes = B("both");
    gives(f, EN_E_USAGE, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.kind = EN_DELIVERY_RECEIPT;
    gives(f, EN_E_USAGE, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.record = x.release = 0;
    ok(f, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.partner = T("everybody");
    gives(f, EN_E_USAGE, en_store_delivery_add(f->s, &x, &id, &f->err));
    x.id = 2, x.release = 1, x.state = EN_DELIVERY_SENT, x.sent = T0 + 1, x.bundle = b.id, x.urgent = false;
    ok(f, en_store_delivery_change(f->s, &x, &f->err));
    x.bundle = 99;
    gives(f, EN_E_NOT_FOUND, en_store_delivery_change(f->s, &x, &f->err));
    commit(f);
    assert_deliveries(f, &(struct en_store_delivery_filter){ .urgent_first = true }, "3 1 2 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .urgent_only = true }, "3 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .usual_only = true, .partner = XBB }, "2 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .partner = XBB }, "2 3 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .states = 1u << EN_DELIVERY_QUEUED }, "1 3 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .kinds = 1u << EN_DELIVERY_RECEIPT }, "3 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .bundle = b.id }, "2 ");
    assert_deliveries(f, &(struct en_store_delivery_filter){ .record = 1, .after = 1, .limit = 5 }, "2 ");
    ok(f, en_store_check(f->s, &f->err));
}

static void
test_intents(void **state)
{
    struct fixture *f = *state;
    struct en_store_event e = { .type = T("t"), .at = T0 };
    struct en_store_intent x = { .event = 1, .kind = T("answer"), .bytes = B("CUSRES"), .created = T0 };
    struct order open = { "", 0 }, all = { "", 0 };
    int64_t id;

    begin(f);
    gives(f, EN_E_NOT_FOUND, en_store_intent_add(f->s, &x, &id, &f->err));
    ok(f, en_store_event_append(f->s, &e, false, NULL, &f->err));
    ok(f, en_store_intent_add(f->s, &x, &id, &f->err));
    ok(f, en_store_intent_add(f->s, &x, &id, &f->err));
    ok(f, en_store_intent_finish(f->s, 1, T("sent"), T0 + 1, &f->err));
    gives(f, EN_E_NO, en_store_intent_finish(f->s, 1, T("failed"), T0 + 1, &f->err));
    gives(f, EN_E_NOT_FOUND, en_store_intent_finish(f->s, 3, T("sent"), T0 + 1, &f->err));
    gives(f, EN_E_USAGE, en_store_intent_finish(f->s, 2, EN_TEXT_NONE, T0 + 1, &f->err));
    commit(f);
    ok(f, en_store_intents_each(f->s, true, note_intent, &open, &f->err));
    assert_string_equal(open.text, "2 ");
    ok(f, en_store_intents_each(f->s, false, note_intent, &all, &f->err));
    assert_string_equal(all.text, "1 2 ");
}

/* --- limits, iteration, fault ------------------------------------------------------------------ */

static void
test_limits(void **state)
{
    struct fixture *f = *state;
    char *big = en_xcalloc(1, EN_STORE_MAX_BLOB + 1);
    en_text list[EN_STORE_MAX_LIST + 1];
    struct en_store_alert_put x = {
        .entity = T("E"), .programmes = list, .review = EN_TIME_NONE, .destroy = EN_TIME_NONE, .at = T0
    };
    struct en_store_put_result r;
    struct en_store_alert got;
    struct en_arena small;

    memset(big, 'x', EN_STORE_MAX_BLOB + 1);
    for (size_t i = 0; i <= EN_STORE_MAX_LIST; i++)
        list[i] = T("p");
    begin(f);
    x.source = add_source(f, T("own"));
    x.identity = en_bytes_from(big, EN_STORE_MAX_BLOB + 1);
    gives(f, EN_E_LIMIT, en_store_alert_put(f->s, &x, &r, &f->err));
    x.identity.n--;
    x.n_programmes = EN_STORE_MAX_LIST + 1;
    gives(f, EN_E_LIMIT, en_store_alert_put(f->s, &x, &r, &f->err));
    x.n_programmes--;
    x.entity = (en_text){ big, EN_STORE_MAX_WORD + 1 };
    gives(f, EN_E_LIMIT, en_store_alert_put(f->s, &x, &r, &f->err));
    x.entity.n--;
    list[3] = EN_TEXT_NONE;
    gives(f, EN_E_USAGE, en_store_alert_put(f->s, &x, &r, &f->err)); /* nothing is not a programme */
    list[3] = (en_text){ big, EN_STORE_MAX_WORD };
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    ok(f, en_store_alert_end(f->s, r.id, 0, T0, &f->err));
    commit(f);
    ok(f, en_store_alert_get(f->s, r.id, &f->a, &got, &f->err));
    assert_int_equal(got.n_programmes, EN_STORE_MAX_LIST);
    assert_int_equal(got.programmes[3].n, EN_STORE_MAX_WORD);
    assert_true(en_bytes_eq(got.identity, x.identity));
    en_arena_init(&small, 4096);
    gives(f, EN_E_LIMIT, en_store_alert_get(f->s, r.id, &small, &got, &f->err));
    en_arena_release(&small);
    free(big);
}

/* Words beyond ASCII, and bytes of every value. */
static void
test_texts_and_bytes(void **state)
{
    struct fixture *f = *state;
    uint8_t every[256] = { 0 };
    struct en_store_alert_put x = { .entity = T("\xd9\x85\xd8\xad\xd9\x85\xd8\xaf"),
                                    .review = EN_TIME_NONE,
                                    .destroy = EN_TIME_NONE,
                                    .at = T0,
                                    .identity = en_bytes_from(every, 256) };
    struct en_store_put_result r;
    struct en_store_alert got;

    for (unsigned i = 0; i < 256; i++)
        every[i] = (uint8_t)i;
    begin(f);
    x.source = add_source(f, T("\xd0\xa1\xd0\xbf\xd0\xb8\xd1\x81\xd0\xbe\xd0\xba"));
    ok(f, en_store_alert_put(f->s, &x, &r, &f->err));
    commit(f);
    ok(f, en_store_alert_get(f->s, r.id, &f->a, &got, &f->err));
    assert_true(en_text_eq(got.entity, x.entity));
    assert_true(en_bytes_eq(got.identity, x.identity));
    assert_int_equal(got.n_programmes, 0);
    assert_int_equal(got.ground.n, 0);
}

static void
test_iteration_stops(void **state)
{
    struct fixture *f = *state;
    struct order o = { "", 2 };

    begin(f);
    add_user(f, T("Aya"), 1);
    add_user(f, T("Boris"), 2);
    add_user(f, T("Chen"), 3);
    commit(f);
    gives(f, EN_E_RULE, en_store_users_each(f->s, note_user, &o, &f->err));
    assert_string_equal(o.text, "1 2 ");
    o.text[0] = 0;
    ok(f, en_store_users_each(f->s, note_user, &o, &f->err)); /* and begins anew */
    assert_string_equal(o.text, "1 2 3 ");
}

/* At every write and commit of an act: the fault is told, nothing of the act stays, and the act can be done again. */
static void
test_faults(void **state)
{
    struct fixture *f = *state;
    struct en_buf before, after = EN_BUF_INIT;
    uint64_t writes;

    begin(f);
    fill(f, 1);
    commit(f);
    before = dump(f);
    en_store_fault_plan(f->s, 0, EN_FAULT_FAIL);
    begin(f);
    add_user(f, T("Aya"), 77);
    add_source(f, T("fault"));
    writes = en_store_fault_count(f->s) + 1;
    en_store_abort(f->s);
    assert_int_equal(writes, 3);

    for (int mode = EN_FAULT_FAIL; mode <= EN_FAULT_CRASH_AFTER; mode++) {
        for (uint64_t at = 1; at <= writes; at++) {
            struct en_store_user u = {
                .name = T("Aya"), .role = T("x"), .uid = -1, .key = { 77 }, .disabled = EN_TIME_NONE
            };
            struct en_store_source x = { .name = T("fault") };
            bool lost_answer = mode == EN_FAULT_CRASH_AFTER && at == writes;
            int64_t id;

            en_store_fault_plan(f->s, at, (enum en_fault_mode)mode);
            begin(f);
            /* The first failure stays, whatever is tried after it. */
            (void)en_store_user_add(f->s, &u, &id, NULL);
            (void)en_store_source_add(f->s, &x, &id, NULL);
            gives(f, EN_E_STORAGE, en_store_commit(f->s, &f->err));
            if (mode != EN_FAULT_FAIL)
                gives(f, EN_E_STORAGE, store_dump(f->s, &after, &f->err));
            en_store_fault_revive(f->s);
            en_buf_release(&after);
            if (lost_answer)
                continue;
            assert_dump(f, &before);
        }
    }
    /* Only the commit whose answer was lost is there, as a whole. */
    after = dump(f);
    assert_non_null(strstr(after.p, "'Aya'"));
    assert_non_null(strstr(after.p, "'fault'"));
    ok(f, en_store_check(f->s, &f->err));
    en_buf_release(&before);
    en_buf_release(&after);
}

static void
test_backup_where_possible(void **state)
{
    struct fixture *f = *state;
    char path[128];

    if (f->engine == MEMORY || f->engine == FAULT_OVER_MEMORY) {
        gives(f, EN_E_USAGE, en_store_backup(f->s, "/nonexistent", &f->err));
        return;
    }
    begin(f);
    fill(f, 1);
    commit(f);
    snprintf(path, sizeof path, "%s/backup.db", f->dir);
    ok(f, en_store_backup(f->s, path, &f->err));
    gives(f, EN_E_NO, en_store_backup(f->s, path, &f->err));
    assert_int_equal(unlink(path), 0);
}

/* --- two engines, one walk --------------------------------------------------------------------- */

struct walk {
    struct en_store *s;
    uint64_t seed;
};

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % below;
}

static en_errc
walk_put(struct en_store *s, uint64_t *seed, int64_t import)
{
    static const en_text entities[] = { { "A", 1 }, { "B", 1 }, { "C", 1 }, { "D", 1 }, { "E", 1 } };
    static const char *const bodies[] = { "one", "two", "three" };
    struct en_store_alert_put x = { .source = 1,
                                    .import = import,
                                    .entity = entities[draw(seed, 5)],
                                    .ground = draw(seed, 2) ? T("unsc-1267") : T(""),
                                    .matched = draw(seed, 2) != 0,
                                    .review = EN_TIME_NONE,
                                    .destroy = T0 + (en_time)draw(seed, 3),
                                    .at = T0 };
    const char *body = bodies[draw(seed, 3)];

    x.identity = en_bytes_from(body, strlen(body));
    x.ended = draw(seed, 6) == 0;
    return en_store_alert_put(s, &x, NULL, NULL);
}

static en_errc
walk_import(struct en_store *s, uint64_t *seed)
{
    struct en_store_import x = { .source = 1, .hash = { (uint8_t)draw(seed, 3) }, .at = T0 };
    uint64_t n, entries = draw(seed, 6);
    en_errc rc = en_store_import_begin(s, &x, &x.id, NULL);

    if (rc != EN_OK)
        return rc;
    for (uint64_t i = 0; i < entries; i++)
        assert_int_equal(walk_put(s, seed, x.id), EN_OK);
    assert_int_equal(en_store_alerts_end_missing(s, x.id, T0 + 1, NULL, NULL, &n, NULL), EN_OK);
    x.ended = n;
    return en_store_import_end(s, &x, NULL);
}

static en_errc
walk_traveller(struct en_store *s, uint64_t *seed)
{
    struct en_store_traveller x = { .manifest = 1 + (int64_t)draw(seed, 3),
                                    .external = T("P"),
                                    .delete_after = T0 + (en_time)draw(seed, 20),
                                    .arrives = EN_TIME_NONE };
    int64_t id;

    return en_store_traveller_add(s, &x, &id, NULL);
}

static en_errc
walk_hit(struct en_store *s, uint64_t *seed)
{
    static const en_text entities[] = { { "A", 1 }, { "B", 1 } };
    struct en_store_hit_alert alert = { .alert = (int64_t)draw(seed, 5) };
    struct en_store_hit x = { .id = 1 + (int64_t)draw(seed, 12),
                              .traveller = 1 + (int64_t)draw(seed, 12),
                              .entity = entities[draw(seed, 2)],
                              .alerts = &alert,
                              .n_alerts = draw(seed, 2),
                              .probability = (double)draw(seed, 5) / 5,
                              .created = T0,
                              .changed = T0,
                              .state = (enum en_hit_state)draw(seed, EN_HIT_STATES),
                              .delete_after = draw(seed, 2) ? EN_TIME_NONE : T0 + (en_time)draw(seed, 20) };
    int64_t id;

    return draw(seed, 3) ? en_store_hit_add(s, &x, &id, NULL) : en_store_hit_change(s, &x, NULL);
}

static en_errc
walk_decide(struct en_store *s, uint64_t *seed)
{
    struct en_store_decision d = {
        .hit = 1 + (int64_t)draw(seed, 12), .answer = EN_ANSWER_SAME, .at = T0, .actor = 1 + (int64_t)draw(seed, 3)
    };
    int64_t id;

    if (draw(seed, 2))
        return en_store_decision_add(s, &d, &id, NULL);
    return en_store_decision_confirm(s, 1 + (int64_t)draw(seed, 8), 1 + (int64_t)draw(seed, 3), T0, NULL);
}

static en_errc
walk_event(struct en_store *s, uint64_t *seed)
{
    struct en_store_event e = { .type = T("t"), .bytes = B("x"), .actor = (int64_t)draw(seed, 4), .at = T0 };

    if (draw(seed, 3) == 0)
        return en_store_event_destroy(s, draw(seed, 6), T0, NULL);
    return en_store_event_append(s, &e, false, NULL, NULL);
}

static en_errc
walk_delete(struct en_store *s, uint64_t *seed)
{
    en_time now = T0 + (en_time)draw(seed, 20);
    uint64_t n, max = draw(seed, 3);

    switch (draw(seed, 4)) {
    case 0:
        return en_store_hits_delete_due(s, now, max, NULL, NULL, &n, NULL);
    case 1:
        return en_store_travellers_delete_due(s, now, max, NULL, NULL, &n, NULL);
    case 2:
        return en_store_alert_delete(s, 1 + (int64_t)draw(seed, 8), NULL);
    default:
        return en_store_alert_set_matched(s, 1 + (int64_t)draw(seed, 8), draw(seed, 2) != 0, NULL);
    }
}

static en_errc
walk_other(struct en_store *s, uint64_t *seed)
{
    struct en_store_user u = { .name = draw(seed, 2) ? T("Aya") : T("Boris"),
                               .role = T("x"),
                               .uid = -1,
                               .key = { (uint8_t)draw(seed, 3) },
                               .disabled = EN_TIME_NONE };
    struct en_store_manifest m = { .hash = { (uint8_t)draw(seed, 4) } };
    struct en_store_source src = { .name = T("list") };
    int64_t id;

    switch (draw(seed, 3)) {
    case 0:
        return en_store_user_add(s, &u, &id, NULL);
    case 1:
        return en_store_manifest_add(s, &m, &id, NULL);
    default:
        return en_store_source_add(s, &src, &id, NULL);
    }
}

static en_errc
walk_partner(struct en_store *s, uint64_t *seed)
{
    struct en_store_partner x = a_partner(draw(seed, 2) ? T("aaaaaaaaaaaaaaaa") : T("bbbbbbbbbbbbbbbb"), 1);
    struct en_store_partner_key k = { .partner = (int64_t)draw(seed, 3),
                                      .number = 1 + (uint32_t)draw(seed, 3),
                                      .key = { (uint8_t)draw(seed, 5) },
                                      .at = T0,
                                      .note = B("n") };

    x.number = 1 + (uint32_t)draw(seed, 9);
    x.id = 1 + (int64_t)draw(seed, 3);
    switch (draw(seed, 3)) {
    case 0:
        return en_store_partner_add(s, &x, &x.id, NULL);
    case 1:
        return en_store_partner_change(s, &x, NULL);
    default:
        return en_store_partner_key_add(s, &k, NULL);
    }
}

static en_errc
walk_record(struct en_store *s, uint64_t *seed)
{
    static const char letters[] = "abcdef";
    struct en_store_roster one = { "00112233445566aa", { 1 }, 0 };
    struct en_store_record r = a_record(en_bytes_from(letters + draw(seed, 6), 1), draw(seed, 2) ? XAA : T(""));
    struct en_store_release rel = { .record = 1 + (int64_t)draw(seed, 3),
                                    .proposed_by = 1 + (int64_t)draw(seed, 2),
                                    .state = (enum en_release_state)draw(seed, 2),
                                    .decided_by = (int64_t)draw(seed, 3),
                                    .proposed = T0,
                                    .decided = T0,
                                    .roster = &one,
                                    .n_roster = 1 };
    struct en_store_bundle b = { .out = draw(seed, 2) != 0,
                                 .partner = XAA,
                                 .name = { (uint8_t)draw(seed, 4) },
                                 .sequence = 1 + draw(seed, 3),
                                 .at = T0,
                                 .answered = EN_TIME_NONE };
    struct en_store_delivery d = { .partner = draw(seed, 2) ? XAA : XBB,
                                   .record = 1 + (int64_t)draw(seed, 3),
                                   .release = 1 + (int64_t)draw(seed, 3),
                                   .queued = T0,
                                   .sent = EN_TIME_NONE,
                                   .answered = EN_TIME_NONE,
                                   .opened = EN_TIME_NONE,
                                   .bundle = (int64_t)draw(seed, 3) };
    struct en_store_link l = { .link = { .id = "00112233445566aa", .next = draw(seed, 9) } };
    struct en_store_parcel k = { .kept = { .id = { (uint8_t)draw(seed, 3) },
                                           .from = "00112233445566aa",
                                           .next = "00112233445566bb" },
                                 .sealed = B("s") };
    int64_t id;

    switch (draw(seed, 10)) {
    case 9:
        return en_store_refusal_add(s, XBB, draw(seed, 2) ? T("a-code") : T("not-signed"), 1 + draw(seed, 5), T0, NULL);
    case 6:
        b.id = 1 + (int64_t)draw(seed, 4);
        return en_store_bundle_renew(s, &b, NULL);
    case 7:
        return en_store_link_put(s, &l, NULL);
    case 8:
        return draw(seed, 2) ? en_store_parcel_add(s, &k, NULL) : en_store_parcel_remove(s, k.kept.id, NULL);
    case 0:
        return en_store_record_add(s, &r, &id, NULL);
    case 1:
        r.id = 1 + (int64_t)draw(seed, 4), r.state = (enum en_held)draw(seed, EN_HELD_STATES);
        r.bytes = B("");
        return en_store_record_change(s, &r, NULL);
    case 2:
        return en_store_release_add(s, &rel, &id, NULL);
    case 3:
        return en_store_bundle_add(s, &b, &id, NULL);
    case 4:
        return en_store_delivery_add(s, &d, &id, NULL);
    default:
        d.id = 1 + (int64_t)draw(seed, 3), d.state = (enum en_delivery_state)draw(seed, EN_DELIVERY_STATES);
        return en_store_delivery_change(s, &d, NULL);
    }
}

static en_errc
walk_charter(struct en_store *s, uint64_t *seed)
{
    struct en_store_charter x = a_charter(1 + (uint32_t)draw(seed, 3), (uint8_t)draw(seed, 5));

    x.id = 1 + (int64_t)draw(seed, 3);
    x.sign_asked = (int64_t)draw(seed, 3), x.signed_by = (int64_t)draw(seed, 3);
    x.signed_at = x.signed_by ? T0 : EN_TIME_NONE;
    return draw(seed, 2) ? en_store_charter_add(s, &x, &x.id, NULL) : en_store_charter_change(s, &x, NULL);
}

static en_errc
walk_consent(struct en_store *s, uint64_t *seed)
{
    struct en_store_question q = { .record = 1 + (int64_t)draw(seed, 3),
                                   .asker = draw(seed, 2) ? XAA : XBB,
                                   .target = draw(seed, 2) ? XAA : XBB,
                                   .release = (int64_t)draw(seed, 3),
                                   .state = (enum en_question_state)draw(seed, EN_QUESTION_STATES),
                                   .at = T0,
                                   .changed = T0 };
    struct en_store_protection p = { .traveller = (int64_t)draw(seed, 3),
                                     .entity = draw(seed, 2) ? T("own/A-1") : T(""),
                                     .reason = T("minor"),
                                     .author = (int64_t)draw(seed, 4),
                                     .at = T0,
                                     .review = T0 + 1 };
    int64_t id;

    switch (draw(seed, 4)) {
    case 0:
        return en_store_question_add(s, &q, &id, NULL);
    case 1:
        q.id = 1 + (int64_t)draw(seed, 3);
        return en_store_question_change(s, &q, NULL);
    case 2:
        return en_store_protection_add(s, &p, &id, NULL);
    default:
        return en_store_protection_delete(s, 1 + (int64_t)draw(seed, 4), NULL);
    }
}

typedef en_errc walk_fn(struct en_store *s, uint64_t *seed);
static walk_fn *const steps[] = { walk_import, walk_traveller, walk_hit,     walk_decide, walk_event,
                                  walk_delete, walk_other,     walk_partner, walk_record, walk_record,
                                  walk_charter, walk_consent };
#define STEPS (sizeof steps / sizeof steps[0])

/* One transaction of a few steps; the answers are part of what must agree. */
static void
walk_transaction(struct en_store *s, uint64_t seed, struct en_buf *out)
{
    uint64_t n = 1 + draw(&seed, 5);
    bool keep = draw(&seed, 4) != 0;

    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    for (uint64_t i = 0; i < n; i++)
        en_buf_addf(out, "%s ", en_errc_name(steps[draw(&seed, STEPS)](s, &seed)));
    if (keep)
        assert_int_equal(en_store_commit(s, NULL), EN_OK);
    else
        en_store_abort(s);
    assert_int_equal(store_dump(s, out, NULL), EN_OK);
}

static void
test_engines_agree(void **state)
{
    struct fixture *f = *state;
    struct en_store *memory = en_store_new_memory();
    struct en_buf a = EN_BUF_INIT, b = EN_BUF_INIT;

    for (uint64_t seed = 1; seed <= 400; seed++) {
        en_buf_reset(&a);
        en_buf_reset(&b);
        walk_transaction(memory, seed * 7919, &a);
        walk_transaction(f->s, seed * 7919, &b);
        if (strcmp(a.p, b.p) != 0)
            fail_msg("seed %llu:\n%s\n--- against memory:\n%s", (unsigned long long)seed, b.p, a.p);
    }
    assert_true(a.n > 1000); /* something has come together */
    ok(f, en_store_check(f->s, &f->err));
    en_store_close(memory);
    en_buf_release(&a);
    en_buf_release(&b);
}

/* --- all cases over all engines ---------------------------------------------------------------- */

static const struct {
    const char *name;
    CMUnitTestFunction fn;
    bool injects; /* needs an engine that injects faults */
} cases[] = {
    { "transactions", test_transactions },
    { "abort undoes everything", test_abort_undoes_everything },
    { "node", test_node },
    { "users", test_users },
    { "events", test_events },
    { "event leaf", test_event_leaf },
    { "clock backwards", test_clock_backwards },
    { "ledger: heads", test_ledger_heads },
    { "ledger: what is kept", test_ledger_kept },
    { "ledger: proofs", test_ledger_proofs },
    { "witnessed", test_witnessed },
    { "questions", test_questions },
    { "protections", test_protections },
    { "sources and imports", test_sources_and_imports },
    { "list versions", test_list_versions },
    { "end missing, many", test_end_missing_many },
    { "parts", test_parts },
    { "parts, limit", test_parts_limit },
    { "alert put", test_alert_put },
    { "alert filters", test_alert_filters },
    { "changes", test_changes },
    { "manifests", test_manifests },
    { "travellers", test_travellers },
    { "traveller change", test_traveller_change },
    { "tallies", test_tallies },
    { "retention", test_retention },
    { "retention, many", test_retention_many },
    { "hits", test_hits },
    { "hit filters", test_hit_filters },
    { "decisions", test_decisions },
    { "clearances", test_clearances },
    { "events due", test_events_due },
    { "answers", test_answers },
    { "partners", test_partners },
    { "keys of partners", test_partner_keys },
    { "charters", test_charters },
    { "records", test_records },
    { "releases", test_releases },
    { "bundles", test_bundles },
    { "deliveries", test_deliveries },
    { "bundles that fly", test_bundles_fly },
    { "refusals", test_refusals },
    { "links", test_links },
    { "parcels", test_parcels },
    { "intents", test_intents },
    { "limits", test_limits },
    { "texts and bytes", test_texts_and_bytes },
    { "iteration stops", test_iteration_stops },
    { "faults", test_faults, true },
    { "backup where possible", test_backup_where_possible },
    { "engines agree", test_engines_agree },
};
#define CASES (sizeof cases / sizeof cases[0])

int
main(void)
{
    static const char *const names[ENGINES] = { "sqlite", "memory", "fault over memory", "fault over sqlite" };
    static struct fixture fixtures[ENGINES];
    static struct CMUnitTest tests[ENGINES * CASES];
    static char titles[ENGINES * CASES][64];
    size_t n = 0;

    for (size_t e = 0; e < ENGINES; e++) {
        fixtures[e].engine = (enum engine)e;
        for (size_t c = 0; c < CASES; c++) {
            if (cases[c].injects && e != FAULT_OVER_MEMORY && e != FAULT_OVER_SQLITE)
                continue;
            snprintf(titles[n], sizeof titles[n], "%s: %s", names[e], cases[c].name);
            tests[n] = (struct CMUnitTest){ titles[n], cases[c].fn, setup, teardown, &fixtures[e] };
            n++;
        }
    }
    return _cmocka_run_group_tests("store", tests, n, NULL, NULL);
}
