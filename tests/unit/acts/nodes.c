#include "nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "acts/ledger.h"
#include "base/base64.h"
#include "ledger/checkpoint.h"
#include "node/receipt.h"
#include "seal/envelope.h"

#define KINDS                                                                                                          \
    "[\"alert\",\"sighting\",\"movement\",\"incident\",\"warning\",\"note\",\"opinion\",\"withdrawal\",\"figure\"]"
const char nodes_live[] = "{\"gives\":" KINDS ",\"takes\":" KINDS ",\"most\":\"amber\",\"live\":true}";

/* --- partners ----------------------------------------------------------------------------------------------------- */

static void
second_supervisor(struct nodes *s, unsigned i)
{
    struct en_buf args = EN_BUF_INIT;
    uint8_t seed[EN_SEAL_SEED_LEN];
    char hex[2 * EN_KEY_LEN + 1];
    struct en_key k;

    memset(seed, 'z', sizeof seed);
    en_key_from_seed(seed, &k);
    en_hex(k.public_key, EN_KEY_LEN, hex);
    en_buf_addf(&args, "{\"name\":\"zora\",\"roles\":\"supervisor\",\"key\":\"%s\"}", hex);
    nodes_act(s, i, "anna", "user-add", args.p, EN_OK);
    en_buf_release(&args);
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

static void
begin(struct nodes *s, unsigned i)
{
    struct node *n = s->node[i];

    n->now = s->now;
    if (s->speaks[i][0] != 0)
        en_acts_live_speaks(n->acts, s->speaks[i][0], s->speaks[i][1]);
    if (en_acts_live_begin(n->acts, s->now, &s->err) != EN_OK)
        fail_msg("node %u: the exchange does not begin: %s", i, s->err.text);
    s->wakes[i] = s->now;
}

/* As after `entente key init`: the first step of its own history. */
static void
own_history(struct node *n)
{
    struct en_key next = test_signing_key(99, 1);
    struct en_key_step step = { .change = EN_KEY_FIRST, .at = n->now };
    struct en_store_partner_key k = { .number = 1, .at = n->now };
    struct en_buf note = EN_BUF_INIT;

    memcpy(step.keys.partner, n->keys.partner, sizeof step.keys.partner);
    step.keys.number = 1;
    memcpy(step.keys.key, n->keys.signing.public_key, sizeof step.keys.key);
    en_key_digest(next.public_key, step.keys.next);
    memcpy(step.before, step.keys.key, sizeof step.before);
    en_key_step_write(&step, &n->keys.signing, NULL, &note);
    memcpy(k.key, step.keys.key, sizeof k.key);
    memcpy(k.next, step.keys.next, sizeof k.next);
    k.note = en_buf_bytes(&note);
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_key_add(n->store, &k, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    en_buf_release(&note);
}

void
nodes_init(struct nodes *s, unsigned n, struct en_store *const *stores, const char *agreement)
{
    memset(s, 0, sizeof *s);
    s->n = n;
    s->now = T0;
    s->random = 88172645463325252u;
    en_arena_init(&s->arena, 256u * EN_MIB);
    for (unsigned i = 0; i < n; i++) {
        s->node[i] = node_new(stores != NULL ? stores[i] : en_store_new_memory());
        node_key(s->node[i], i + 1);
        memcpy(s->id[i], s->node[i]->keys.partner, sizeof s->id[i]);
        second_supervisor(s, i);
        own_history(s->node[i]);
    }
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < n; k++)
            if (i != k)
                node_knows(s->node[i], s->node[k], "Norland", agreement); /* as all of these say */
    for (unsigned i = 0; i < n; i++)
        begin(s, i);
}

/* Partners here have no event of their own, and what tests write past the acts they know. */
static void
no_fault(void *ctx, uint64_t event, const char *what)
{
    (void)ctx;
    if (strstr(what, "of partner ") == NULL)
        fail_msg("event %llu: %s", (unsigned long long)event, what);
}

void
nodes_release(struct nodes *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        const struct en_ledger_verify v = { .rows = true, .fault = no_fault };
        struct en_ledger_sums sums;

        assert_int_equal(en_ledger_verify(s->node[i]->store, &v, &sums, NULL), EN_OK);
        assert_int_equal(en_store_check(s->node[i]->store, NULL), EN_OK);
        node_free(s->node[i]);
    }
    for (size_t i = 0; i < s->n_flying; i++)
        free((void *)(uintptr_t)s->flying[i].sealed.p);
    free(s->flying);
    en_buf_release(&s->wire);
    en_buf_release(&s->when);
    en_buf_release(&s->last);
    en_arena_release(&s->arena);
}

void
nodes_swap(struct nodes *s, unsigned i, struct en_store *other)
{
    struct node *n = s->node[i];

    en_acts_free(n->acts);
    en_store_close(n->store);
    n->store = other;
    n->now = s->now;
    n->acts = NULL;
    node_key(n, i + 1);
}

void
nodes_restart(struct nodes *s, unsigned i, struct en_store *other)
{
    struct node *n = s->node[i];

    if (other != NULL) {
        nodes_swap(s, i, other);
    } else {
        en_acts_free(n->acts);
        n->now = s->now;
        n->acts = NULL;
        node_key(n, i + 1);
    }
    s->down[i] = false;
    begin(s, i);
}

/* Signs with node k's key, seals for node x, and gives it to node x over the wire of node k. */
static const char *
sign_and_give(struct nodes *s, struct en_bundle *b, unsigned k, unsigned x, unsigned version)
{
    struct en_buf plain = EN_BUF_INIT, sealed = EN_BUF_INIT;
    uint8_t random[EN_AGE_RANDOM(1)] = { 5 }, recipient[1][EN_AGE_KEY_LEN];
    const char *code;

    en_bundle_write(b, &s->node[k]->keys.signing, &plain);
    if (version != 0)
        plain.p[15] = (char)version;
    memcpy(recipient[0], s->node[x]->keys.sealing[0].recipient, sizeof recipient[0]);
    assert_int_equal(en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, en_buf_bytes(&plain), &sealed,
                                 NULL),
                     EN_OK);
    code = nodes_give(s, k, x, en_buf_bytes(&sealed));
    en_buf_release(&plain);
    en_buf_release(&sealed);
    return code;
}

const char *
nodes_craft(struct nodes *s, const struct crafted *c)
{
    uint8_t id[EN_ENVELOPE_ID_LEN] = { 7, 7, 7, c->id };
    struct en_bundle b = { .from = en_text_from_ours(s->id[c->from]), .to = en_text_from_ours(s->id[c->to]), .id = id,
                           .sequence = c->number, .created = s->now + c->later,
                           .expires = s->now + c->later + 30 * EN_TIME_DAY };

    return sign_and_give(s, &b, c->from, c->sealed_for, c->version);
}

const char *
nodes_craft_later_parts(struct nodes *s, unsigned from, unsigned to)
{
    uint8_t id[EN_ENVELOPE_ID_LEN] = { 7, 7, 9 };
    struct en_bundle_part parts[2] = {
        { .kind = (enum en_bundle_part_kind)9, .bytes = EN_BYTES_LIT("what version 1 has no word for") },
        { .kind = EN_BUNDLE_STATEMENT, .bytes = EN_BYTES_LIT("entente-treaty/2\nfrom nobody\n") },
    };
    struct en_bundle b = { .from = en_text_from_ours(s->id[from]), .to = en_text_from_ours(s->id[to]), .id = id,
                           .sequence = 1, .created = s->now, .expires = s->now + 30 * EN_TIME_DAY, .parts = parts,
                           .n_parts = 2 };

    return sign_and_give(s, &b, from, to, 0);
}

static en_errc
note_bundle_row(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_store_bundle *out = ctx;

    (void)err;
    if (out->id == 0)
        *out = *x;
    return EN_OK;
}

void
nodes_craft_receipt(struct nodes *s, unsigned by, unsigned signer, unsigned to)
{
    const struct en_store_bundle_filter f = { .out_only = true, .flying_only = true };
    struct en_store_bundle row = { .id = 0 };
    uint8_t id[EN_ENVELOPE_ID_LEN] = { 8, (uint8_t)signer };
    struct en_bundle_part part = { .kind = EN_BUNDLE_RECEIPT };
    struct en_bundle b = { .from = en_text_from_ours(s->id[by]), .to = en_text_from_ours(s->id[to]), .id = id,
                           .created = s->now, .expires = s->now + EN_TIME_DAY, .parts = &part, .n_parts = 1 };
    struct en_statement st = { .form = EN_STATEMENT_RECEIPT, .from = en_text_from_ours(s->id[signer]),
                               .to = en_text_from_ours(s->id[to]), .at = s->now, .of_bundle = true };
    struct en_buf note = EN_BUF_INIT;

    assert_int_equal(en_store_bundles_each(s->node[to]->store, &f, note_bundle_row, &row, NULL), EN_OK);
    assert_true(row.id != 0);
    st.sequence = row.sequence;
    st.parts = row.parts;
    memcpy(st.bundle, row.name, sizeof st.bundle);
    memcpy(st.hash, row.hash, sizeof st.hash);
    en_statement_write(&st, &s->node[signer]->keys.signing, &note);
    part.bytes = en_buf_bytes(&note);
    (void)sign_and_give(s, &b, by, to, 0);
    en_buf_release(&note);
}

void
nodes_forge_head(struct nodes *s, unsigned k, unsigned to, uint64_t size)
{
    static const struct en_tree_proof none;
    const struct en_key *key = &s->node[k]->keys.signing;
    struct en_tree_hash root = { .b = { 1, 2, 3 } };
    struct en_bundle_part part = { .kind = EN_BUNDLE_HEAD };
    uint8_t id[EN_ENVELOPE_ID_LEN] = { 9, 9, 9 };
    struct en_bundle b = { .from = en_text_from_ours(s->id[k]), .to = en_text_from_ours(s->id[to]), .id = id,
                           .created = s->now, .expires = s->now + EN_TIME_DAY, .parts = &part, .n_parts = 1 };
    struct en_buf note = EN_BUF_INIT, rq = EN_BUF_INIT, line = EN_BUF_INIT;
    char origin[64];
    struct en_note_key nk;

    (void)snprintf(origin, sizeof origin, "entente/%s/1", s->id[k]);
    en_checkpoint_text(en_text_from_ours(origin), size, &root, &note);
    en_note_key_make(en_text_from_ours(origin), EN_NOTE_ED25519, key->public_key, &nk);
    en_note_sign(&nk, key, en_buf_bytes(&note), 0, &line);
    en_buf_addc(&note, '\n');
    en_buf_add(&note, line.p, line.n);
    en_buf_release(&line);
    en_witness_request_write(0, &none, en_buf_bytes(&note), &rq);
    part.bytes = en_buf_bytes(&rq);
    assert_null(sign_and_give(s, &b, k, to, 0));
    en_buf_release(&note);
    en_buf_release(&rq);
}

/* --- the network -------------------------------------------------------------------------------------------------- */

static unsigned
below(struct nodes *s, unsigned n)
{
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((s->random >> 33) % n);
}

static unsigned
index_of(const struct nodes *s, const char *id)
{
    for (unsigned i = 0; i < s->n; i++)
        if (strcmp(s->id[i], id) == 0)
            return i;
    fail_msg("something leaves for nobody");
    return 0;
}

/* The store of this node is meant to fail. */
static bool
struck(struct nodes *s, unsigned i)
{
    if (s->may_fail != i + 1)
        return false;
    s->failed = s->down[i] = true;
    return true;
}

static const char *
arrive(struct nodes *s, unsigned from, unsigned to, en_bytes sealed)
{
    struct node *n = s->node[to];
    const char *code = NULL;
    en_errc rc;

    n->now = s->now;
    rc = en_acts_live_came(n->acts, en_text_from_ours(s->id[from]), sealed, s->now, &code, &s->err);
    if (rc != EN_OK && struck(s, to))
        return "full";
    if (rc != EN_OK)
        fail_msg("node %u takes nothing of %u: %s: %s", to, from, en_errc_name(rc), s->err.text);
    s->wakes[to] = s->now;
    return code;
}

static void
fly(struct nodes *s, unsigned from, unsigned to, en_bytes sealed)
{
    struct message m = { .at = s->now + 1 + below(s, (unsigned)s->slowest), .order = s->order++, .from = from,
                         .to = to };
    uint8_t *copy = en_xmalloc(sealed.n);

    memcpy(copy, sealed.p, sealed.n);
    m.sealed = en_bytes_from(copy, sealed.n);
    if (s->n_flying == s->cap_flying)
        s->flying = en_xrealloc(s->flying, (s->cap_flying = 2 * s->cap_flying + 16) * sizeof *s->flying);
    s->flying[s->n_flying++] = m;
}

static enum en_sent
how(const char *code)
{
    if (code == NULL || strcmp(code, "refused") == 0)
        return EN_SENT_OVER;
    return strcmp(code, "seal") == 0 ? EN_SENT_SEAL : strcmp(code, "version") == 0 ? EN_SENT_VERSION : EN_SENT_FAILED;
}

static enum en_sent
carry(struct nodes *s, unsigned from, unsigned to, en_bytes sealed)
{
    s->sent++;
    s->bytes += sealed.n;
    if (s->keep_last && s->last.n == 0)
        en_buf_add(&s->last, sealed.p, sealed.n);
    if (s->keep_wire) {
        en_buf_add(&s->wire, sealed.p, sealed.n);
        en_buf_addf(&s->when, "%lld %u %u %zu\n", (long long)s->now, from, to, sealed.n);
    }
    if (s->down[to] || s->cut[from][to])
        return EN_SENT_FAILED;
    if (below(s, 1000) < s->loss) {
        s->lost++;
        return EN_SENT_OVER;
    }
    if (s->slowest == 0)
        return how(arrive(s, from, to, sealed));
    fly(s, from, to, sealed);
    if (below(s, 1000) < s->twice)
        fly(s, from, to, sealed);
    return EN_SENT_OVER;
}

static void
send_all(struct nodes *s, unsigned i)
{
    struct node *n = s->node[i];
    char busy[NODES_MAX][EN_ENVELOPE_PARTNER_LEN + 1];
    struct en_live_leaving out;
    size_t n_busy = 0;
    en_errc rc;

    for (unsigned k = 0; k < s->n; k++)
        if (s->pulls[k])
            memcpy(busy[n_busy++], s->id[k], sizeof busy[0]);
    for (;;) {
        enum en_sent sent;

        en_arena_reset(&s->arena);
        rc = en_acts_live_leaving(n->acts, s->now, (const char(*)[EN_ENVELOPE_PARTNER_LEN + 1])busy, n_busy, &s->arena,
                                  &out, &s->err);
        if (rc != EN_OK)
            break;
        if (s->n_leaves < sizeof s->leaves_urgent)
            s->leaves_urgent[s->n_leaves++] = out.urgent;
        sent = carry(s, i, index_of(s, out.to), out.sealed);
        rc = en_acts_live_left(n->acts, out.ticket, sent, s->now, &s->err);
        if (rc != EN_OK)
            break;
    }
    if (rc != EN_E_NO && !struck(s, i))
        fail_msg("node %u: nothing leaves: %s: %s", i, en_errc_name(rc), s->err.text);
}

/* Those that nobody connects to ask their partners for what waits. */
static void
fetch_all(struct nodes *s, unsigned i)
{
    for (unsigned k = 0; k < s->n; k++)
        for (en_errc rc = EN_OK; k != i && !s->down[k] && !s->cut[k][i] && rc == EN_OK;) {
            struct en_live_leaving out;

            en_arena_reset(&s->arena);
            rc = en_acts_live_fetch(s->node[k]->acts, en_text_from_ours(s->id[i]), s->now, &s->arena, &out, &s->err);
            if (rc == EN_OK)
                assert_int_equal(en_acts_live_left(s->node[k]->acts, out.ticket, carry(s, k, i, out.sealed), s->now,
                                                   &s->err),
                                 EN_OK);
        }
}

static void
tick(struct nodes *s, unsigned i)
{
    struct node *n = s->node[i];

    n->now = s->now;
    if (en_acts_live_time(n->acts, s->now, &s->wakes[i], &s->err) != EN_OK) {
        if (struck(s, i))
            return;
        fail_msg("node %u: %s", i, s->err.text);
    }
    send_all(s, i);
    if (s->pulls[i]) {
        fetch_all(s, i);
        if (s->wakes[i] == EN_TIME_NONE || s->wakes[i] > s->now + 60 * EN_TIME_SECOND)
            s->wakes[i] = s->now + 60 * EN_TIME_SECOND;
    }
    if (s->wakes[i] != EN_TIME_NONE && s->wakes[i] <= s->now)
        s->wakes[i] = s->now + 1;
}

static bool
next_message(const struct nodes *s, size_t *out)
{
    for (size_t i = 0; i < s->n_flying; i++)
        if (i == 0 || s->flying[i].at < s->flying[*out].at ||
            (s->flying[i].at == s->flying[*out].at && s->flying[i].order < s->flying[*out].order))
            *out = i;
    return s->n_flying > 0;
}

static void
land(struct nodes *s, size_t i)
{
    struct message m = s->flying[i];

    s->flying[i] = s->flying[--s->n_flying];
    if (!s->down[m.to])
        (void)arrive(s, m.from, m.to, m.sealed);
    free((void *)(uintptr_t)m.sealed.p);
}

void
nodes_run(struct nodes *s, en_time for_so_long)
{
    en_time until = s->now + for_so_long;

    for (unsigned i = 0; i < s->n; i++)
        if (!s->down[i])
            tick(s, i);
    for (uint64_t turns = 0;; turns++) {
        en_time next = until;
        size_t m = 0;
        int who = -1;
        bool flies = next_message(s, &m) && s->flying[m].at <= next;

        if (turns > 200000)
            fail_msg("the nodes do not come to rest");
        if (flies)
            next = s->flying[m].at;
        for (unsigned i = 0; i < s->n; i++)
            if (!s->down[i] && s->wakes[i] != EN_TIME_NONE && s->wakes[i] < next) {
                next = s->wakes[i];
                who = (int)i;
            }
        if (who < 0 && !flies)
            break;
        s->now = next > s->now ? next : s->now;
        if (who < 0)
            land(s, m);
        else
            tick(s, (unsigned)who);
    }
    s->now = until;
}

/* --- acts --------------------------------------------------------------------------------------------------------- */

void
nodes_act(struct nodes *s, unsigned i, const char *user, const char *word, const char *args, en_errc rc)
{
    struct node *n = s->node[i];
    en_errc got;

    n->now = s->now;
    got = act(n, user, word, args, NULL, NULL);
    if (got != rc)
        fail_msg("node %u: %s %s: %s: %s", i, word, args, en_errc_name(got), n->err.text);
    s->wakes[i] = s->now;
}

/* A number of the last answer; 0 if it is not there. */
static int
number_in(struct nodes *s, unsigned i, const char *path)
{
    return (int)strtol(member(s->node[i], 0, path), NULL, 10);
}

static int
release(struct nodes *s, unsigned i, unsigned to)
{
    struct en_buf args = EN_BUF_INIT;
    int record = number_in(s, i, "record");

    en_buf_addf(&args, "{\"record\":%d,\"to\":[", record);
    for (unsigned k = 0, n = 0; k < s->n; k++)
        if ((to >> k & 1u) != 0)
            en_buf_addf(&args, "%s\"%s\"", n++ > 0 ? "," : "", s->id[k]);
    en_buf_add_str(&args, "]}");
    nodes_act(s, i, "anna", "release-propose", args.p, EN_E_SECOND);
    en_buf_reset(&args);
    en_buf_addf(&args, "{\"release\":%s}", member(s->node[i], 0, "release"));
    nodes_act(s, i, "zora", "release-approve", args.p, EN_OK);
    en_buf_release(&args);
    return record;
}

#define HANDLING                                                                                                       \
    "\"handling\":{\"tlp\":\"amber\",\"onward\":\"none\",\"purpose\":\"border control\"}"

int
nodes_alert(struct nodes *s, unsigned i, const char *name, unsigned to)
{
    char args[600];

    (void)snprintf(args, sizeof args,
                   "{\"person\":{\"names\":[\"%s\"],\"birth_dates\":[\"1991-04-03\"],\"nationalities\":[\"XXA\"]},"
                   "\"ground\":\"unsc-2178\",\"review\":\"2027-06-01\",\"destroy\":\"2027-12-01\"}",
                   name);
    nodes_act(s, i, "anna", "alert-new", args, EN_OK);
    (void)snprintf(args, sizeof args,
                   "{\"kind\":\"alert\",\"alert\":%d,\"record\":{\"ask\":[\"secondary-check\"],"
                   "\"instrument\":\"Court of Norland 7/2026\"," HANDLING "}}",
                   number_in(s, i, "alert"));
    nodes_act(s, i, "anna", "record-new", args, EN_OK);
    return release(s, i, to);
}

void
nodes_warning(struct nodes *s, unsigned i, unsigned to)
{
    nodes_act(s, i, "anna", "record-new",
              "{\"kind\":\"warning\",\"record\":{\"level\":\"likely\",\"name\":\"a station\",\"text\":\"two sources\","
              HANDLING "}}",
              EN_OK);
    (void)release(s, i, to);
}

unsigned
nodes_count(struct nodes *s, unsigned i, const char *state)
{
    unsigned n = 0;
    char args[80];

    (void)snprintf(args, sizeof args, "{\"state\":\"%s\",\"limit\":100000}", state);
    nodes_act(s, i, "dora", "delivery-list", args, EN_OK);
    for (size_t k = 0; k < s->node[i]->n_records; k++)
        n += strcmp(member(s->node[i], k, "what"), "\"record\"") == 0;
    return n;
}

struct counting {
    const char *type;
    unsigned n;
};

static en_errc
count_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct counting *c = ctx;

    (void)err;
    c->n += en_text_is(e->type, c->type);
    return EN_OK;
}

unsigned
nodes_events(struct nodes *s, unsigned i, const char *type)
{
    struct counting c = { type, 0 };

    assert_int_equal(en_store_events_each(s->node[i]->store, 1, 0, count_event, &c, NULL), EN_OK);
    return c.n;
}

void
nodes_file(struct nodes *s, unsigned i, struct en_buf *out)
{
    const char *line = strchr(s->node[i]->records.p, '\n');

    while (line != NULL && line[1] != '\0') {
        json_t *row = json_loadb(line + 1, strcspn(line + 1, "\n"), 0, NULL);
        const char *text = json_string_value(json_object_get(row, "chunk"));
        uint8_t *room = en_xmalloc(strlen(text));
        size_t got = en_base64_decode(en_bytes_from(text, strlen(text)), EN_BASE64_PADDED, room, strlen(text));

        assert_true(got != SIZE_MAX);
        en_buf_add(out, room, got);
        free(room);
        json_decref(row);
        line = strchr(line + 1, '\n');
    }
}

void
nodes_new_sealing(struct nodes *s, unsigned i)
{
    struct en_node_keys *k = &s->node[i]->keys;
    uint8_t seed[EN_SHA256_LEN] = { 77 };

    k->n_sealing = 1;
    en_age_identity_from_seed(seed, &k->sealing[0]);
}

static en_errc
note_size(void *ctx, const struct en_store_witnessed *x, struct en_err *err)
{
    (void)err;
    if (!x->evidence)
        *(uint64_t *)ctx = x->size;
    return EN_OK;
}

uint64_t
nodes_cosigned(struct nodes *s, unsigned i, unsigned k)
{
    char origin[64];
    uint64_t size = 0;

    (void)snprintf(origin, sizeof origin, "entente/%s/1", s->id[k]);
    assert_int_equal(en_store_witnessed_each(s->node[i]->store, en_text_from_ours(origin), note_size, &size, NULL),
                     EN_OK);
    return size;
}

const char *
nodes_give(struct nodes *s, unsigned from, unsigned to, en_bytes sealed)
{
    const char *code = NULL;
    en_errc rc;

    s->node[to]->now = s->now;
    rc = en_acts_live_came(s->node[to]->acts, en_text_from_ours(s->id[from]), sealed, s->now, &code, &s->err);
    if (rc != EN_OK)
        fail_msg("node %u: %s: %s", to, en_errc_name(rc), s->err.text);
    return code;
}

struct seeking {
    const char *reason;
    bool any;
};

static en_errc
seek_reason(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct seeking *k = ctx;

    (void)err;
    k->any = k->any || k->reason == NULL || en_text_is(x->reason, k->reason);
    return EN_OK;
}

bool
nodes_has_bundle(struct nodes *s, unsigned i, const char *reason)
{
    const struct en_store_bundle_filter f = { .in_only = true };
    struct seeking k = { reason, false };

    assert_int_equal(en_store_bundles_each(s->node[i]->store, &f, seek_reason, &k, NULL), EN_OK);
    return k.any;
}

/* Each node has published the same next key (node_card). */
void
nodes_rotate(struct nodes *s, unsigned i, unsigned to)
{
    struct en_store *store = s->node[to]->store;
    struct en_key before = s->node[i]->keys.signing, after = test_signing_key(99, 1), next = test_signing_key(98, 1);
    struct en_key_step step = { .change = EN_KEY_ROTATED, .at = s->now };
    struct en_store_partner_key k = { .number = 2, .at = s->now };
    struct en_buf note = EN_BUF_INIT, card_note = EN_BUF_INIT;
    struct en_store_partner p;
    struct en_card card;

    en_arena_reset(&s->arena);
    s->node[i]->keys.signing = after;
    s->node[i]->keys.number = 2;
    memcpy(step.keys.partner, s->id[i], sizeof step.keys.partner);
    step.keys.number = 2;
    memcpy(step.keys.key, after.public_key, sizeof step.keys.key);
    en_key_digest(next.public_key, step.keys.next);
    memcpy(step.before, before.public_key, sizeof step.before);
    en_key_step_write(&step, &after, &before, &note);
    node_card(s->node[i], "Norland", s->now, &card);
    card.keys = step.keys;
    en_card_write(&card, &after, &card_note);
    assert_int_equal(en_store_partner_by_id(store, en_text_from_ours(s->id[i]), &s->arena, &p, NULL), EN_OK);
    k.partner = p.id;
    memcpy(k.key, after.public_key, sizeof k.key);
    memcpy(k.next, step.keys.next, sizeof k.next);
    k.note = en_buf_bytes(&note);
    k.partner = 0; /* its own history, at home */
    assert_int_equal(en_store_begin(s->node[i]->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_key_add(s->node[i]->store, &k, NULL), EN_OK);
    assert_int_equal(en_store_commit(s->node[i]->store, NULL), EN_OK);
    k.partner = p.id;
    memcpy(p.key, k.key, sizeof p.key);
    memcpy(p.next, k.next, sizeof p.next);
    p.number = 2;
    p.card = en_buf_bytes(&card_note);
    p.card_at = card.at;
    assert_int_equal(en_store_begin(store, NULL), EN_OK);
    assert_int_equal(en_store_partner_key_add(store, &k, NULL), EN_OK);
    assert_int_equal(en_store_partner_change(store, &p, NULL), EN_OK);
    assert_int_equal(en_store_commit(store, NULL), EN_OK);
    en_buf_release(&note);
    en_buf_release(&card_note);
}

unsigned
nodes_on_wire(const struct nodes *s, const char *text)
{
    const char *p = s->wire.p, *end = p + s->wire.n;
    unsigned n = 0;

    for (; (p = memmem(p, (size_t)(end - p), text, strlen(text))) != NULL; p++)
        n++;
    return n;
}
