#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "node/step.h"

#define LINKS 3u

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/*
 * Whatever partners say, in whatever order and at whatever time: no number is made twice, nothing but slips leaves
 * while the node asks, and the node goes on. Each event is a few bytes of the input.
 */

static const char *const ids[LINKS + 1] = { "00000000000000a0", "00000000000000a1", "00000000000000a2",
                                            "00000000000000ff" };

static size_t
items(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out)
{
    (void)ctx;
    (void)partner;
    if (after >= 40 || max == 0)
        return 0;
    out[0] = after + 1 + urgent;
    return 1;
}

static bool
bundle(void *ctx, const char *partner, uint64_t number, struct en_flying *out)
{
    (void)ctx;
    (void)partner;
    *out = (struct en_flying){ .number = number };
    return number % 3 != 0;
}

static struct en_head
take_head(en_reader *r)
{
    struct en_head h = { .epoch = en_reader_u8(r) % 4u, .size = en_reader_u8(r) };

    h.root.b[0] = en_reader_u8(r) % 2u;
    return h;
}

/* Small numbers, and now and then very large ones. */
static uint64_t
take_number(en_reader *r)
{
    uint8_t b = en_reader_u8(r);

    return b < 250 ? b : (uint64_t)1 << (b - 200);
}

static void
take_sync(en_reader *r, struct en_sync *y, const uint8_t *nonce)
{
    uint8_t what = en_reader_u8(r);

    *y = (struct en_sync){ .speaks_oldest = what & 1, .speaks_newest = 1u + (what >> 1 & 1), .asks = what & 4,
                           .answers = what & 8 };
    y->upto = take_number(r);
    y->highest = y->upto + take_number(r);
    y->window = en_reader_u64(r);
    y->holds = take_head(r);
    y->void_from = take_number(r);
    y->void_to = y->void_from + take_number(r);
    y->prove = take_number(r);
    memcpy(y->answer, nonce, sizeof y->answer);
}

struct world {
    struct en_node *n;
    uint64_t made[LINKS];
    uint8_t nonce[EN_SYNC_NONCE_LEN]; /* of the last question */
    uint8_t id[EN_NODE_BUNDLE_ID_LEN]; /* of the last bundle that was sent */
};

static void
look(struct world *w, const struct en_update *u)
{
    for (unsigned i = 0; i < LINKS && u->partner; i++) {
        if (strcmp(u->partner, ids[i]) != 0)
            continue;
        if (u->kind == EN_UPDATE_MAKE || u->kind == EN_UPDATE_RENUMBER) {
            EN_ASSERT(u->number > w->made[i]);
            w->made[i] = u->number;
        }
    }
    if (u->kind == EN_UPDATE_SEND)
        memcpy(w->id, u->id, sizeof w->id);
    if (u->kind == EN_UPDATE_SLIP && u->sync.asks)
        memcpy(w->nonce, u->sync.ask, sizeof w->nonce);
}

static void
one(struct world *w, en_reader *r, en_time *now, struct en_arena *a)
{
    static const uint8_t random[EN_SHA256_LEN] = { 1 };
    struct en_event e = { .kind = (enum en_event_kind)(en_reader_u8(r) % (EN_EVENT_NEAR + 1)), .random = random };
    struct en_came_receipt receipt = { 0 };
    struct en_came_refusal refusal = { 0 };
    struct en_shown_head head = { 0 };
    struct en_updates u = { .arena = a };
    struct en_sync sync;
    uint8_t what = en_reader_u8(r);
    bool asking = en_node_asking(w->n);

    *now += (en_time)en_reader_u8(r) * en_reader_u8(r) * EN_TIME_SECOND;
    e.now = *now;
    e.partner = ids[what % LINKS];
    e.open = e.urgent = e.relayed = what & 4;
    e.via = what & 8 ? ids[(what + 1) % LINKS] : NULL;
    e.next = ids[(what >> 4) % (LINKS + 1)];
    e.bytes = take_number(r) << 20;
    e.sent = (enum en_sent)((what >> 4) % (EN_SENT_VERSION + 1));
    e.number = receipt.number = refusal.number = take_number(r);
    e.known = (enum en_number_known)(what >> 5) % 3;
    memcpy(receipt.id, w->id, sizeof receipt.id);
    memcpy(refusal.id, w->id, sizeof refusal.id);
    refusal.why = (enum en_refused)((what >> 3) % (EN_REFUSED_ELSE + 1));
    e.receipts = &receipt;
    e.n_receipts = what & 16 ? 1 : 0;
    e.refusals = &refusal;
    e.n_refusals = what & 32 ? 1 : 0;
    take_sync(r, &sync, w->nonce);
    e.sync = what & 64 ? &sync : NULL;
    head.owner = ids[(what >> 2) % (LINKS + 1)];
    head.head = e.head = take_head(r);
    e.heads = &head;
    e.n_heads = what & 128 ? 1 : 0;
    en_arena_reset(a);
    en_node_step(w->n, &e, &u);
    for (size_t i = 0; i < u.n; i++) {
        EN_ASSERT(!asking || !en_node_asking(w->n) || !en_update_leaves(u.v[i].kind) ||
                  u.v[i].kind == EN_UPDATE_SLIP || u.v[i].kind == EN_UPDATE_NO_PARCEL);
        look(w, &u.v[i]);
    }
    (void)en_node_wakes(w->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct en_node_source source = { items, bundle, NULL };
    const struct en_head none = { .epoch = 1 };
    struct world w = { .n = en_node_new(ids[LINKS], &none, &source) };
    en_reader r = en_reader_from(en_bytes_from(p, n));
    en_time now = 1800000000000;
    struct en_arena a;

    en_arena_init(&a, 16 * EN_MIB);
    en_node_relays(w.n, n % 2);
    for (unsigned i = 0; i < LINKS; i++) {
        struct en_node_link l = { 0 };

        snprintf(l.id, sizeof l.id, "%s", ids[i]);
        en_node_link_load(w.n, &l, NULL, 0);
    }
    for (unsigned i = 0; i < 200 && r.failed == EN_OK && en_reader_left(&r); i++)
        one(&w, &r, &now, &a);
    en_arena_release(&a);
    en_node_free(w.n);
    return 0;
}
