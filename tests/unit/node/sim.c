#include "sim.h"

#define LEVELS        24
#define OUTCOME_AFTER (2 * EN_TIME_SECOND) /* until a sender knows that nobody is there */

/* --- a store that commits ---------------------------------------------------------------------------- */

struct item {
    unsigned record;
    uint64_t number; /* of the bundle it went into; 0: queued */
    bool delivered, gone;
};

struct made {
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    bool urgent, flying;
    en_time at;
    unsigned *records;
    size_t n;
};

struct taken {
    bool yes;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
};

struct pair {
    struct en_node_link link;
    struct item *item[2];
    size_t n_items[2], cap_items[2];
    struct made *made; /* by number - 1 */
    size_t n_made, cap_made;
    struct taken *taken; /* by number - 1 */
    size_t n_taken, cap_taken;
    bool open;
    const char *via;
};

/* A log with all its nodes, so that every proof can be made. */
struct log {
    struct en_tree tree;
    struct en_tree_hash *node[LEVELS];
    size_t n[LEVELS], cap[LEVELS];
};

struct place {
    struct sim *s;
    unsigned self;
    char id[EN_ENVELOPE_PARTNER_LEN + 1];
    struct pair *to; /* by node */
    struct en_node *step;
    uint8_t *held; /* by record: whether it is held */
    struct log log, second; /* second: what an equivocating node shows to every other partner */
    uint32_t epoch;
    bool forks;
    en_time wakes, back;
    bool up;
    bool restored; /* was, ever */
    bool told_restored;
    unsigned forks_seen;
    bool hostile;
    struct parcel_kept *parcels;
    size_t n_parcels, cap_parcels;
};

struct parcel_kept {
    bool yes;
    struct en_kept k;
    unsigned at; /* happening, in sim.parcel */
};

struct record {
    unsigned from;
    bool urgent;
    bool roster[SIM_NODES_MAX];
};

/* --- the network ------------------------------------------------------------------------------------- */

enum what { ARRIVES, OUTCOME, WAKES, RESTARTS };

struct happening {
    en_time at;
    uint64_t order;
    enum what what;
    unsigned from, to; /* OUTCOME: to is told; WAKES and RESTARTS: to */
    enum en_sent sent;
    uint64_t number;
    unsigned version;
    bool unread; /* whoever gets it does not speak its version */
    bool by_relay, relayed; /* on its way to a relay (via); on its way from it */
    unsigned via;
    uint8_t parcel[EN_NODE_BUNDLE_ID_LEN];
    bool passed, altered;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    struct en_came_receipt *receipts; /* these are owned */
    size_t n_receipts;
    unsigned *records;
    size_t n_records;
    bool slip;
    struct en_sync sync;
    bool refuses;
    struct en_came_refusal refusal;
    struct en_shown_head *heads;
    size_t n_heads;
};

struct sim {
    struct sim_config c;
    uint64_t random, order, points;
    en_time now;
    unsigned n;
    struct place *place;
    struct record *records;
    size_t n_records, cap_records;
    struct happening *heap;
    size_t n_heap, cap_heap;
    en_time *cut; /* n * n: until when */
    struct en_arena arena;
    struct sim_counts counts;
    struct en_buf told;
    const struct happening *arriving;
    struct happening *parcel; /* what is in parcels; the relays do not look */
    size_t n_parcel, cap_parcel;
};

#define CHECK(s, cond)                                                                                                 \
    do {                                                                                                               \
        if (!(cond))                                                                                                   \
            fail_msg("seed %llu, %lld ms after the start: not true: %s", (unsigned long long)(s)->c.seed,              \
                     (long long)((s)->now - SIM_START), #cond);                                                        \
    } while (0)

static unsigned
below(struct sim *s, unsigned n)
{
    return (unsigned)((seeded(&s->random) >> 33) % n);
}

static void *
grown(void *p, size_t *cap, size_t need, size_t size)
{
    size_t was = *cap;

    if (need <= was)
        return p;
    *cap = need > 2 * was ? need : 2 * was;
    p = en_xrealloc(p, *cap * size);
    memset((char *)p + was * size, 0, (*cap - was) * size);
    return p;
}

static bool
sooner(const struct happening *a, const struct happening *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
push(struct sim *s, const struct happening *h)
{
    size_t i = s->n_heap++;

    s->heap = grown(s->heap, &s->cap_heap, s->n_heap, sizeof *s->heap);
    s->heap[i] = *h;
    s->heap[i].order = s->order++;
    for (size_t up = (i - 1) / 2; i && sooner(&s->heap[i], &s->heap[up]); i = up, up = (i - 1) / 2) {
        struct happening t = s->heap[i];

        s->heap[i] = s->heap[up];
        s->heap[up] = t;
    }
}

static struct happening
pop(struct sim *s)
{
    struct happening first = s->heap[0];

    s->heap[0] = s->heap[--s->n_heap];
    for (size_t i = 0;;) {
        size_t least = i, l = 2 * i + 1;
        struct happening t;

        if (l < s->n_heap && sooner(&s->heap[l], &s->heap[least]))
            least = l;
        if (l + 1 < s->n_heap && sooner(&s->heap[l + 1], &s->heap[least]))
            least = l + 1;
        if (least == i)
            return first;
        t = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = t;
        i = least;
    }
}

static void *
copied(const void *p, size_t n, size_t size)
{
    void *out = n ? en_xcalloc(n, size) : NULL;

    if (n)
        memcpy(out, p, n * size);
    return out;
}

static struct happening
copy_of(const struct happening *h)
{
    struct happening c = *h;

    c.receipts = copied(h->receipts, h->n_receipts, sizeof *h->receipts);
    c.records = copied(h->records, h->n_records, sizeof *h->records);
    c.heads = copied(h->heads, h->n_heads, sizeof *h->heads);
    for (size_t i = 0; i < h->n_heads; i++)
        c.heads[i].proof = copied(h->heads[i].proof, h->heads[i].proof ? 1 : 0, sizeof *h->heads[i].proof);
    return c;
}

static void
drop(struct happening *h)
{
    for (size_t i = 0; i < h->n_heads; i++)
        free((void *)(uintptr_t)h->heads[i].proof);
    free(h->heads);
    free(h->records);
    free(h->receipts);
}

/* --- telling ----------------------------------------------------------------------------------------- */

void
sim_tell(struct sim *s, const char *fmt, ...)
{
    long long t = (s->now - SIM_START) / 1000;
    char line[300];
    va_list ap;

    if (!s->c.told)
        return;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    en_buf_addf(&s->told, "%02lld:%02lld:%02lld  %s\n", t / 3600, t / 60 % 60, t % 60, line);
}

static const char *
name(unsigned node)
{
    static char names[4][16];
    static unsigned turn;
    char *out = names[turn++ % 4];

    if (node < 26)
        snprintf(out, sizeof names[0], "%c", (char)('A' + node));
    else
        snprintf(out, sizeof names[0], "N%u", node);
    return out;
}

static unsigned
number_of(const char *partner)
{
    return (unsigned)strtoul(partner, NULL, 16);
}

/* --- logs -------------------------------------------------------------------------------------------- */

static void
keep_node(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    struct log *g = ctx;

    assert_true(level < LEVELS && index == g->n[level]);
    g->node[level] = grown(g->node[level], &g->cap[level], g->n[level] + 1, sizeof *h);
    g->node[level][g->n[level]++] = *h;
}

static en_errc
read_node(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    const struct log *g = ctx;

    (void)err;
    assert_true(level < LEVELS && index < g->n[level]);
    *out = g->node[level][index];
    return EN_OK;
}

static void
log_append(struct log *g, uint64_t what)
{
    struct en_tree_hash leaf = en_tree_leaf(en_bytes_from(&what, sizeof what));

    en_tree_append(&g->tree, &leaf, keep_node, g);
}

static void
log_free(struct log *g)
{
    for (unsigned i = 0; i < LEVELS; i++)
        free(g->node[i]);
    memset(g, 0, sizeof *g);
}

static void
log_copy(const struct log *g, struct log *out)
{
    *out = *g;
    for (unsigned i = 0; i < LEVELS; i++) {
        out->node[i] = copied(g->node[i], g->n[i], sizeof *g->node[i]);
        out->cap[i] = g->n[i];
    }
}

static struct en_head
head_of(const struct place *p, const struct log *g)
{
    return (struct en_head){ p->epoch, g->tree.size, en_tree_root(&g->tree) };
}

/* The log as a partner sees it. */
static struct log *
log_for(struct place *p, unsigned partner)
{
    return p->forks && partner % 2 ? &p->second : &p->log;
}

/* --- a node's store ---------------------------------------------------------------------------------- */

static size_t
next_items(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out)
{
    struct place *p = ctx;
    struct pair *to = &p->to[number_of(partner)];
    size_t n = 0;

    for (size_t i = (size_t)after; i < to->n_items[urgent] && n < max; i++)
        if (!to->item[urgent][i].gone)
            out[n++] = i + 1;
    return n;
}

static bool
bundle_of(void *ctx, const char *partner, uint64_t number, struct en_flying *out)
{
    struct place *p = ctx;
    const struct pair *k = &p->to[number_of(partner)];

    if (number > k->n_made || k->made[number - 1].n == 0)
        return false;
    *out = (struct en_flying){ .number = number, .urgent = k->made[number - 1].urgent, .made = k->made[number - 1].at };
    memcpy(out->id, k->made[number - 1].id, sizeof out->id);
    return true;
}

static void
start(struct place *p)
{
    const struct en_node_source source = { next_items, bundle_of, p };
    struct en_head head = head_of(p, &p->log);

    p->step = en_node_new(p->id, &head, &source);
    en_node_relays(p->step, p->s->c.relays);
    for (size_t i = 0; i < p->n_parcels; i++)
        if (p->parcels[i].yes)
            en_node_kept_load(p->step, &p->parcels[i].k);
    if (p->s->c.speaks)
        en_node_speaks(p->step, p->s->c.speaks[p->self][0], p->s->c.speaks[p->self][1]);
    for (unsigned i = 0; i < p->s->n; i++) {
        struct en_flying flying[EN_NODE_FLYING_MAX];
        size_t n = 0;

        if (i == p->self)
            continue;
        for (size_t k = 0; k < p->to[i].n_made; k++) {
            const struct made *m = &p->to[i].made[k];

            if (!m->flying)
                continue;
            CHECK(p->s, n < EN_NODE_FLYING_MAX);
            flying[n].number = k + 1;
            memcpy(flying[n].id, m->id, sizeof m->id);
            flying[n].urgent = m->urgent;
            flying[n++].made = m->at;
        }
        en_node_link_load(p->step, &p->to[i].link, flying, n);
    }
    p->up = true;
    p->wakes = EN_TIME_NONE;
}

static void
stop(struct place *p, en_time back)
{
    struct happening h = { .at = back, .what = RESTARTS, .to = p->self };

    en_node_free(p->step);
    p->step = NULL;
    p->up = false;
    p->back = back;
    push(p->s, &h);
}

static void
commit_make(struct place *p, unsigned to, const struct en_update *u)
{
    struct pair *k = &p->to[to];
    struct made *m;

    CHECK(p->s, u->number > k->n_made && u->n_numbers > 0);
    k->made = grown(k->made, &k->cap_made, (size_t)u->number, sizeof *k->made);
    k->n_made = (size_t)u->number; /* numbers that were skipped are nowhere */
    m = &k->made[k->n_made - 1];
    *m = (struct made){ .urgent = u->urgent, .flying = true, .at = p->s->now, .n = u->n_numbers };
    memcpy(m->id, u->id, sizeof m->id);
    m->records = en_xcalloc(m->n, sizeof *m->records);
    for (size_t i = 0; i < m->n; i++) {
        struct item *item = &k->item[u->urgent][u->numbers[i] - 1];

        CHECK(p->s, item->number == 0);
        item->number = u->number;
        m->records[i] = item->record;
    }
}

static void
commit_renumber(struct place *p, unsigned to, const struct en_update *u)
{
    struct pair *k = &p->to[to];
    struct made *was = &k->made[u->old - 1];

    CHECK(p->s, u->number > k->n_made && was->flying);
    for (size_t i = 0; i < k->n_items[was->urgent]; i++)
        if (k->item[was->urgent][i].number == u->old)
            k->item[was->urgent][i].number = u->number;
    k->made = grown(k->made, &k->cap_made, (size_t)u->number, sizeof *k->made);
    k->n_made = (size_t)u->number;
    was = &k->made[u->old - 1];
    k->made[u->number - 1] = *was;
    memcpy(k->made[u->number - 1].id, u->id, sizeof u->id);
    memset(was, 0, sizeof *was);
    sim_tell(p->s, "%s gives bundle %llu to %s the number %llu", name(p->self), (unsigned long long)u->old, name(to),
             (unsigned long long)u->number);
}

static void
commit_delivered(struct place *p, unsigned to, uint64_t number)
{
    struct pair *k = &p->to[to];
    struct made *m = &k->made[number - 1];

    CHECK(p->s, m->flying);
    m->flying = false;
    for (size_t i = 0; i < m->n && !p->s->place[to].restored; i++)
        CHECK(p->s, p->s->place[to].held[m->records[i]]); /* nothing acknowledged is lost */
    for (size_t i = 0; i < k->n_items[m->urgent]; i++)
        if (k->item[m->urgent][i].number == number)
            k->item[m->urgent][i].delivered = true;
    p->s->counts.delivered++;
    sim_tell(p->s, "%s has %s's receipt for bundle %llu", name(p->self), name(to), (unsigned long long)number);
}

static void
commit_take(struct place *p, unsigned from, const struct en_update *u)
{
    struct pair *k = &p->to[from];
    const struct happening *h = p->s->arriving;

    CHECK(p->s, h && h->number == u->number && h->from == from);
    k->taken = grown(k->taken, &k->cap_taken, (size_t)u->number, sizeof *k->taken);
    if (k->n_taken < u->number)
        k->n_taken = (size_t)u->number;
    CHECK(p->s, !k->taken[u->number - 1].yes); /* once */
    k->taken[u->number - 1].yes = true;
    memcpy(k->taken[u->number - 1].id, u->id, sizeof u->id);
    for (size_t i = 0; i < h->n_records; i++) {
        CHECK(p->s, p->s->records[h->records[i]].roster[p->self]);
        CHECK(p->s, !p->held[h->records[i]] || p->s->place[from].restored); /* who forgot that it sent sends again */
        p->held[h->records[i]] = 1;
    }
    p->s->counts.taken++;
    sim_tell(p->s, "%s takes bundle %llu of %s: %zu record%s", name(p->self), (unsigned long long)u->number, name(from),
             h->n_records, h->n_records == 1 ? "" : "s");
}

static void
commit_epoch(struct place *p, const struct en_update *u)
{
    log_free(&p->log);
    p->epoch = u->other.epoch + 1;
    sim_tell(p->s, "%s lost entries %llu to %llu of its log: it says so and opens the next", name(p->self),
             (unsigned long long)u->head.size, (unsigned long long)u->other.size - 1);
    log_append(&p->log, 1); /* the statement that names both heads */
}

static void
commit_of_partner(struct place *p, const struct en_update *u)
{
    unsigned to = number_of(u->partner);

    switch (u->kind) {
    case EN_UPDATE_LINK:
        p->to[to].link = u->link;
        break;
    case EN_UPDATE_MAKE:
        commit_make(p, to, u);
        break;
    case EN_UPDATE_AGAIN:
        p->to[to].made[u->number - 1].flying = true;
        break;
    case EN_UPDATE_RENUMBER:
        commit_renumber(p, to, u);
        break;
    case EN_UPDATE_DELIVERED:
        commit_delivered(p, to, u->number);
        break;
    case EN_UPDATE_TAKE:
        commit_take(p, to, u);
        break;
    case EN_UPDATE_COSIGN:
        p->s->counts.cosigned++;
        break;
    case EN_UPDATE_FORK:
        p->forks_seen++;
        sim_tell(p->s, "%s holds two heads of %s's log of %llu entries, with different roots", name(p->self), name(to),
                 (unsigned long long)u->head.size);
        break;
    case EN_UPDATE_ALARM:
        p->s->counts.alarms++;
        sim_tell(p->s, "%s: alarm about %s: %s", name(p->self), name(to), en_alarm_word(u->alarm));
        break;
    case EN_UPDATE_HOLD:
    case EN_UPDATE_GO_ON:
    case EN_UPDATE_EPOCH:
    case EN_UPDATE_KEEP:
    case EN_UPDATE_DROP:
    case EN_UPDATE_PASS:
    case EN_UPDATE_NO_PARCEL:
    case EN_UPDATE_SEND:
    case EN_UPDATE_SLIP:
    case EN_UPDATE_REFUSE:
        break;
    }
}

static void
commit_parcel(struct place *p, const struct en_update *u)
{
    struct sim *s = p->s;

    for (size_t i = 0; i < p->n_parcels && u->kind == EN_UPDATE_DROP; i++)
        if (p->parcels[i].yes && memcmp(p->parcels[i].k.id, u->id, sizeof u->id) == 0)
            p->parcels[i].yes = false;
    if (u->kind == EN_UPDATE_DROP)
        return;
    s->parcel = grown(s->parcel, &s->cap_parcel, s->n_parcel + 1, sizeof *s->parcel);
    s->parcel[s->n_parcel++] = copy_of(s->arriving);
    p->parcels = grown(p->parcels, &p->cap_parcels, p->n_parcels + 1, sizeof *p->parcels);
    p->parcels[p->n_parcels++] = (struct parcel_kept){ true, u->kept, (unsigned)s->n_parcel - 1 };
    s->counts.parcels++;
    sim_tell(s, "%s keeps a sealed parcel of %s for %s", name(p->self), name(s->arriving->from), name(s->arriving->to));
}

static bool
is_logged(enum en_update_kind k)
{
    return k == EN_UPDATE_MAKE || k == EN_UPDATE_TAKE || k == EN_UPDATE_DELIVERED;
}

static void
commit(struct place *p, const struct en_update *u)
{
    if (u->kind == EN_UPDATE_KEEP || u->kind == EN_UPDATE_DROP)
        commit_parcel(p, u);
    else if (u->kind == EN_UPDATE_EPOCH)
        commit_epoch(p, u);
    else if (u->kind == EN_UPDATE_HOLD)
        sim_tell(p->s, "%s holds everything back and asks its partners", name(p->self));
    else if (u->kind == EN_UPDATE_GO_ON)
        sim_tell(p->s, "%s goes on: nobody has a later head of its log", name(p->self));
    else
        commit_of_partner(p, u);
    if (!is_logged(u->kind))
        return;
    CHECK(p->s, !en_node_asking(p->step)); /* nothing is signed before partners have answered */
    log_append(&p->log, p->s->order++);
    if (p->forks)
        log_append(&p->second, p->s->order++);
}

/* --- leaving ----------------------------------------------------------------------------------------- */

/* Who gave the message away is told what became of it. */
static void
outcome(struct sim *s, const struct happening *m, enum en_sent sent)
{
    struct happening h = { .at = s->now + (sent == EN_SENT_FAILED ? OUTCOME_AFTER : 0), .what = OUTCOME,
                           .from = m->to, .to = m->relayed ? m->via : m->from, .number = m->number, .sent = sent,
                           .by_relay = m->by_relay, .via = m->via, .passed = m->relayed };

    memcpy(h.parcel, m->parcel, sizeof h.parcel);

    push(s, &h);
}

/* A message leaves; it may be lost on the way, come twice, or find nobody. */
static void
leave(struct sim *s, struct happening *h)
{
    unsigned hop = h->by_relay ? h->via : h->to, giver = h->relayed ? h->via : h->from;
    bool there = s->place[hop].up && s->now >= s->cut[giver * s->n + hop];
    const unsigned *speaks = s->c.speaks ? s->c.speaks[h->to] : NULL;

    if (there && speaks && !h->by_relay && !h->refuses && (h->version < speaks[0] || h->version > speaks[1])) {
        sim_tell(s, "%s does not speak version %u", name(h->to), h->version);
        outcome(s, h, h->relayed ? EN_SENT_OVER : EN_SENT_VERSION);
        h->unread = true;
        h->at = s->now + 1;
        push(s, h);
        return;
    }
    if (!there) {
        outcome(s, h, EN_SENT_FAILED);
        drop(h);
        return;
    }
    outcome(s, h, EN_SENT_OVER);
    if (below(s, 1000) < s->c.loss || (h->relayed && s->place[h->via].hostile && below(s, 2))) {
        s->counts.lost++;
        sim_tell(s, "… and is lost on the way");
        drop(h);
        return;
    }
    h->at = s->now + 1 + (en_time)below(s, (unsigned)s->c.slowest);
    push(s, h);
    h->altered = h->relayed && s->place[h->via].hostile && below(s, 4) == 0;
    if (below(s, 1000) < (h->relayed && s->place[h->via].hostile ? 900 : s->c.twice)) {
        struct happening again = copy_of(h);

        s->counts.doubled++;
        again.at = s->now + 1 + (en_time)below(s, (unsigned)(3 * s->c.slowest));
        push(s, &again);
    }
}

static void
by_relay(struct place *p, const struct en_update *u, struct happening *h)
{
    for (size_t i = 0; i < sizeof h->parcel && u->via; i++)
        h->parcel[i] = (uint8_t)below(p->s, 256);
    h->by_relay = u->via != NULL;
    h->via = u->via ? number_of(u->via) : 0;
}

static void
leave_parcel(struct place *p, const struct en_update *u)
{
    for (size_t i = 0; i < p->n_parcels; i++)
        if (p->parcels[i].yes && memcmp(p->parcels[i].k.id, u->id, sizeof u->id) == 0) {
            struct happening h = copy_of(&p->s->parcel[p->parcels[i].at]);

            h.by_relay = false;
            h.relayed = true;
            h.via = p->self;
            sim_tell(p->s, "%s passes a sealed parcel on to %s", name(p->self), name(h.to));
            leave(p->s, &h);
            return;
        }
    fail_msg("a parcel that is not there is passed on");
}

static void
leave_bundle(struct place *p, unsigned to, const struct en_update *u)
{
    const struct made *m = &p->to[to].made[u->number - 1];
    struct happening h = { .what = ARRIVES, .from = p->self, .to = to, .number = u->number,
                           .version = u->version };

    CHECK(p->s, memcmp(m->id, u->id, sizeof m->id) == 0);
    for (size_t i = 0; i < m->n; i++)
        CHECK(p->s, p->s->records[m->records[i]].roster[to]);
    memcpy(h.id, m->id, sizeof h.id);
    h.records = copied(m->records, m->n, sizeof *m->records);
    h.n_records = m->n;
    by_relay(p, u, &h);
    p->s->counts.sent++;
    sim_tell(p->s, "%s sends %s %sbundle %llu%s%s", name(p->self), name(to), u->urgent ? "urgent " : "",
             (unsigned long long)u->number, u->via ? " through " : "", u->via ? name(h.via) : "");
    leave(p->s, &h);
}

/* Heads as they leave: with proofs from our own log, as this partner is to see it. */
static void
leave_heads(struct place *p, unsigned to, const struct en_update *u, struct happening *h)
{
    struct log *g = log_for(p, to);
    const struct en_tree_source from = { read_node, g };

    h->heads = copied(u->heads, u->n_heads, sizeof *u->heads);
    h->n_heads = u->n_heads;
    for (size_t i = 0; i < u->n_heads; i++) {
        struct en_shown_head *x = &h->heads[i];
        struct en_tree_proof *proof;
        struct en_tree_hash root;
        struct en_tree then;

        x->owner = p->s->place[number_of(x->owner)].id;
        x->proof = NULL;
        if (strcmp(x->owner, p->id) != 0)
            continue;
        CHECK(p->s, en_tree_load(x->head.size, &from, &then, NULL) == EN_OK);
        root = en_tree_root(&then); /* the tree may have grown by what this very step committed */
        CHECK(p->s, p->forks || en_tree_hash_eq(&x->head.root, &root));
        x->head.root = root;
        if (x->old > x->head.size)
            continue;
        proof = en_xcalloc(1, sizeof *proof);
        CHECK(p->s, en_tree_consistency(x->old, x->head.size, &from, proof, NULL) == EN_OK);
        x->proof = proof;
    }
}

static void
leave_slip(struct place *p, unsigned to, const struct en_update *u)
{
    struct happening h = { .what = ARRIVES, .from = p->self, .to = to, .n_receipts = u->n_numbers, .slip = true,
                           .sync = u->sync, .version = u->version };

    h.receipts = en_xcalloc(u->n_numbers + 1, sizeof *h.receipts);
    for (size_t i = 0; i < u->n_numbers; i++) {
        const struct taken *t = &p->to[to].taken[u->numbers[i] - 1];

        CHECK(p->s, t->yes); /* no receipt for what was not taken */
        h.receipts[i].number = u->numbers[i];
        memcpy(h.receipts[i].id, t->id, sizeof t->id);
    }
    leave_heads(p, to, u, &h);
    by_relay(p, u, &h);
    p->s->counts.slips++;
    if (u->n_numbers)
        sim_tell(p->s, "%s gives %s receipts for %zu bundle%s", name(p->self), name(to), u->n_numbers,
                 u->n_numbers == 1 ? "" : "s");
    else if (p->s->c.told_slips)
        sim_tell(p->s, "%s gives %s a slip%s%s", name(p->self), name(to), u->sync.asks ? ", which asks" : "",
                 u->sync.answers ? ", which answers" : "");
    leave(p->s, &h);
}

static void
leave_refusal(struct place *p, unsigned to, const struct en_update *u)
{
    struct happening h = { .what = ARRIVES, .from = p->self, .to = to, .refuses = true,
                           .refusal = { .number = u->number } };

    memcpy(h.refusal.id, u->id, sizeof u->id);
    h.refusal.why = strcmp(u->code, "bundle-number-used") == 0 ? EN_REFUSED_NUMBER : EN_REFUSED_EARLY;
    p->s->counts.refused++;
    sim_tell(p->s, "%s refuses bundle %llu of %s: %s", name(p->self), (unsigned long long)u->number, name(to), u->code);
    leave(p->s, &h);
}

static void
leaves(struct place *p, const struct en_update *u)
{
    unsigned to = number_of(u->partner);

    CHECK(p->s, u->kind == EN_UPDATE_SLIP || u->kind == EN_UPDATE_NO_PARCEL || !en_node_asking(p->step));
    if (u->kind == EN_UPDATE_PASS)
        leave_parcel(p, u);
    else if (u->kind == EN_UPDATE_NO_PARCEL)
        sim_tell(p->s, "%s does not pass on for %s: %s", name(p->self), name(to), u->code);
    else if (u->kind == EN_UPDATE_SEND)
        leave_bundle(p, to, u);
    else if (u->kind == EN_UPDATE_SLIP)
        leave_slip(p, to, u);
    else
        leave_refusal(p, to, u);
}

/* --- one step ---------------------------------------------------------------------------------------- */

static bool
crashes(struct place *p)
{
    struct sim *s = p->s;

    if (++s->points != s->c.strike && (s->c.crash == 0 || below(s, 100000) >= s->c.crash))
        return false;
    s->counts.crashes++;
    stop(p, s->now + 1 + below(s, 600000));
    sim_tell(s, "%s stops", name(p->self));
    return true;
}

static void
wake_later(struct place *p)
{
    struct happening h = { .at = en_node_wakes(p->step), .what = WAKES, .to = p->self };

    if (h.at == EN_TIME_NONE || h.at == p->wakes)
        return;
    if (h.at <= p->s->now)
        h.at = p->s->now + 1;
    p->wakes = h.at;
    push(p->s, &h);
}

/* A step and its commit, in one. False: the node stopped. */
static bool
step_and_commit(struct place *p, struct en_event *e, struct en_updates *u)
{
    struct sim *s = p->s;
    uint8_t random[EN_SHA256_LEN];

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)below(s, 256);
    e->now = s->now;
    e->random = random;
    en_node_step(p->step, e, u);
    if (crashes(p))
        return false;
    for (size_t i = 0; i < u->n; i++)
        if (!en_update_leaves(u->v[i].kind))
            commit(p, &u->v[i]);
    return true;
}

/* The step; the commit; the new head, if there is one; and what leaves. The node may stop before each. */
static void
act(struct place *p, struct en_event *e)
{
    struct sim *s = p->s;
    struct en_updates u[2] = { { .arena = &s->arena }, { .arena = &s->arena } };
    uint64_t size = p->log.tree.size;
    uint32_t epoch = p->epoch;

    en_arena_reset(&s->arena);
    if (!step_and_commit(p, e, &u[0]))
        return;
    if (p->log.tree.size != size || p->epoch != epoch) {
        struct en_event h = { .kind = EN_EVENT_HEAD, .head = head_of(p, &p->log) };

        if (crashes(p) || !step_and_commit(p, &h, &u[1]))
            return;
    }
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < u[k].n; i++) {
            if (!en_update_leaves(u[k].v[i].kind))
                continue;
            if (crashes(p))
                return;
            leaves(p, &u[k].v[i]);
        }
    if (!crashes(p))
        wake_later(p);
}

static void
act_to(struct place *p, unsigned partner, struct en_event *e)
{
    e->partner = p->s->place[partner].id;
    act(p, e);
}

static enum en_number_known
known(const struct place *p, const struct happening *h)
{
    const struct pair *k = &p->to[h->from];

    if (h->number == 0 || h->number > k->n_taken || !k->taken[h->number - 1].yes)
        return EN_NUMBER_NEW;
    return memcmp(k->taken[h->number - 1].id, h->id, sizeof h->id) == 0 ? EN_NUMBER_SAME : EN_NUMBER_OTHER;
}

static void
arrives(struct sim *s, struct happening *h)
{
    struct place *p = &s->place[h->by_relay ? h->via : h->to];
    struct en_event e = { .kind = EN_EVENT_BUNDLE, .relayed = h->relayed, .number = h->number, .receipts = h->receipts,
                          .n_receipts = h->n_receipts, .sync = h->slip ? &h->sync : NULL, .heads = h->heads,
                          .n_heads = p->forks ? 0 : h->n_heads, .refusals = &h->refusal,
                          .n_refusals = h->refuses };

    if (p->up && h->by_relay) {
        e = (struct en_event){ .kind = EN_EVENT_PARCEL, .next = s->place[h->to].id, .bytes = 4096 };
        memcpy(e.id, h->parcel, sizeof e.id);
        s->arriving = h;
        act_to(p, h->from, &e);
        s->arriving = NULL;
    } else if (p->up && h->altered) {
        sim_tell(s, "%s cannot open what %s gave it", name(h->to), name(h->via));
    } else if (p->up && h->unread) {
        e = (struct en_event){ .kind = EN_EVENT_UNREAD, .version = h->version };
        act_to(p, h->from, &e);
    } else if (p->up) { /* otherwise it is lost: it had been handed over and was not taken */
        e.known = known(p, h);
        memcpy(e.id, h->id, sizeof e.id);
        s->arriving = h;
        act_to(p, h->from, &e);
        s->arriving = NULL;
    }
    drop(h);
}

static void
open_all(struct place *p)
{
    for (unsigned i = 0; i < p->s->n && p->up; i++) {
        struct en_event e = { .kind = EN_EVENT_GATE, .open = p->to[i].open, .via = p->to[i].via };

        if (i != p->self)
            act_to(p, i, &e);
    }
}

static void
happen(struct sim *s, struct happening *h)
{
    struct place *p = &s->place[h->to];
    struct en_event e = { .kind = EN_EVENT_TIME };

    switch (h->what) {
    case ARRIVES:
        arrives(s, h);
        break;
    case OUTCOME:
        e = (struct en_event){ .kind = EN_EVENT_SENT, .sent = h->sent, .number = h->number };
        e.via = h->by_relay ? s->place[h->via].id : NULL;
        if (h->passed) {
            e.kind = EN_EVENT_PASSED;
            memcpy(e.id, h->parcel, sizeof e.id);
        }
        if (p->up)
            act_to(p, h->from, &e);
        break;
    case WAKES:
        if (!p->up || p->wakes != h->at)
            break;
        p->wakes = EN_TIME_NONE;
        act(p, &e);
        break;
    case RESTARTS:
        if (p->up || p->back != h->at)
            break;
        start(p);
        sim_tell(s, "%s is back", name(p->self));
        if (p->told_restored)
            act(p, &(struct en_event){ .kind = EN_EVENT_RESTORED });
        p->told_restored = false;
        open_all(p);
        break;
    }
}

/* --- for scenarios ----------------------------------------------------------------------------------- */

struct sim *
sim_new(const struct sim_config *c)
{
    struct sim *s = en_xcalloc(1, sizeof *s);

    s->c = *c;
    s->n = c->nodes;
    s->random = c->seed * 0x9e3779b97f4a7c15u + 1;
    s->now = SIM_START;
    s->place = en_xcalloc(s->n, sizeof *s->place);
    s->cut = en_xcalloc((uint64_t)s->n * s->n, sizeof *s->cut);
    en_arena_init(&s->arena, 64 * EN_MIB);
    for (unsigned i = 0; i < s->n; i++)
        snprintf(s->place[i].id, sizeof s->place[i].id, "%016x", i);
    for (unsigned i = 0; i < s->n; i++) {
        struct place *p = &s->place[i];

        p->s = s;
        p->self = i;
        p->epoch = 1;
        p->to = en_xcalloc(s->n, sizeof *p->to);
        for (unsigned k = 0; k < s->n; k++) {
            snprintf(p->to[k].link.id, sizeof p->to[k].link.id, "%016x", k);
            p->to[k].open = true;
        }
        start(p);
    }
    for (unsigned i = 0; i < s->n; i++)
        open_all(&s->place[i]);
    return s;
}

static void
pairs_free(struct pair *to, unsigned n)
{
    for (unsigned k = 0; k < n; k++) {
        for (size_t m = 0; m < to[k].n_made; m++)
            free(to[k].made[m].records);
        free(to[k].made);
        free(to[k].taken);
        free(to[k].item[0]);
        free(to[k].item[1]);
    }
    free(to);
}

static void
store_free(struct place *p)
{
    pairs_free(p->to, p->s->n);
    free(p->held);
    log_free(&p->log);
    log_free(&p->second);
}

void
sim_free(struct sim *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        store_free(&s->place[i]);
        free(s->place[i].parcels);
        en_node_free(s->place[i].step);
    }
    while (s->n_heap) {
        struct happening h = pop(s);

        drop(&h);
    }
    for (size_t i = 0; i < s->n_parcel; i++)
        drop(&s->parcel[i]);
    free(s->parcel);
    free(s->heap);
    free(s->place);
    free(s->records);
    free(s->cut);
    en_arena_release(&s->arena);
    en_buf_release(&s->told);
    free(s);
}

/* --- backups ----------------------------------------------------------------------------------------- */

static struct pair *
pairs_copy(const struct pair *to, unsigned n)
{
    struct pair *out = copied(to, n, sizeof *to);

    for (unsigned k = 0; k < n; k++) {
        struct pair *o = &out[k];

        for (unsigned u = 0; u < 2; u++) {
            o->item[u] = copied(to[k].item[u], to[k].n_items[u], sizeof *o->item[u]);
            o->cap_items[u] = to[k].n_items[u];
        }
        o->made = copied(to[k].made, to[k].n_made, sizeof *o->made);
        o->cap_made = to[k].n_made;
        for (size_t m = 0; m < o->n_made; m++)
            o->made[m].records = copied(o->made[m].records, o->made[m].n, sizeof *o->made[m].records);
        o->taken = copied(to[k].taken, to[k].n_taken, sizeof *o->taken);
        o->cap_taken = o->n_taken;
    }
    return out;
}

struct sim_backup {
    struct place p;
    size_t records;
};

struct sim_backup *
sim_backup(struct sim *s, unsigned node)
{
    struct sim_backup *b = en_xcalloc(1, sizeof *b);
    const struct place *p = &s->place[node];

    b->p = *p;
    b->p.to = pairs_copy(p->to, s->n);
    b->records = s->cap_records;
    b->p.held = copied(p->held, s->cap_records, 1);
    log_copy(&p->log, &b->p.log);
    log_copy(&p->second, &b->p.second);
    sim_tell(s, "%s is backed up", name(node));
    return b;
}

void
sim_restore(struct sim *s, unsigned node, struct sim_backup *b, bool told, en_time until)
{
    struct place *p = &s->place[node];
    size_t cap = b->records;

    if (p->up)
        stop(p, until);
    store_free(p);
    p->to = b->p.to;
    p->held = grown(b->p.held, &cap, s->cap_records, 1);
    p->log = b->p.log;
    p->second = b->p.second;
    p->epoch = b->p.epoch;
    p->restored = true;
    p->told_restored = told;
    sim_tell(s, "%s's backup is put back", name(node));
    free(b);
}

void
sim_fork(struct sim *s, unsigned node)
{
    struct place *p = &s->place[node];

    log_copy(&p->log, &p->second);
    p->forks = true;
    log_append(&p->log, 1000001);
    log_append(&p->second, 1000002);
    sim_tell(s, "from now on %s shows one log to half of its partners and another to the rest", name(node));
    act(p, &(struct en_event){ .kind = EN_EVENT_HEAD, .head = head_of(p, &p->log) });
}

unsigned
sim_forks_seen(const struct sim *s, unsigned node)
{
    return s->place[node].forks_seen;
}

bool
sim_asking(const struct sim *s, unsigned node)
{
    return s->place[node].up && en_node_asking(s->place[node].step);
}

bool
sim_holds(const struct sim *s, unsigned node, unsigned record)
{
    return s->place[node].held[record];
}

/* Stores a record and queues it for its roster. */
static unsigned
put_record(struct sim *s, unsigned from, const bool *roster, bool urgent)
{
    unsigned r = (unsigned)s->n_records++;
    size_t cap = s->cap_records;

    s->records = grown(s->records, &s->cap_records, s->n_records, sizeof *s->records);
    s->records[r].from = from;
    s->records[r].urgent = urgent;
    for (unsigned i = 0; i < s->n; i++) {
        struct pair *k = &s->place[from].to[i];
        size_t was = cap;

        s->place[i].held = grown(s->place[i].held, &was, s->cap_records, 1);
        if (i == from || !roster[i])
            continue;
        s->records[r].roster[i] = true;
        k->item[urgent] = grown(k->item[urgent], &k->cap_items[urgent], k->n_items[urgent] + 1, sizeof *k->item[0]);
        k->item[urgent][k->n_items[urgent]++] = (struct item){ .record = r };
    }
    return r;
}

static void
tell_queued(struct sim *s, unsigned r)
{
    struct place *from = &s->place[s->records[r].from];

    for (unsigned i = 0; i < s->n && from->up; i++) {
        struct en_event e = { .kind = EN_EVENT_QUEUED, .urgent = s->records[r].urgent };

        if (s->records[r].roster[i])
            act_to(from, i, &e);
    }
}

unsigned
sim_release(struct sim *s, unsigned from, const bool *roster, bool urgent)
{
    unsigned r = put_record(s, from, roster, urgent);

    tell_queued(s, r);
    return r;
}

unsigned
sim_release_many(struct sim *s, unsigned from, const bool *roster, unsigned n)
{
    unsigned first = (unsigned)s->n_records;

    for (unsigned i = 0; i < n; i++)
        put_record(s, from, roster, false);
    tell_queued(s, first);
    return first;
}

unsigned
sim_withdraw(struct sim *s, unsigned record)
{
    struct place *p = &s->place[s->records[record].from];
    bool holders[SIM_NODES_MAX] = { false };
    unsigned urgent = s->records[record].urgent;

    for (unsigned i = 0; i < s->n; i++)
        for (size_t k = 0; k < p->to[i].n_items[urgent]; k++) {
            struct item *item = &p->to[i].item[urgent][k];

            if (item->record != record)
                continue;
            holders[i] = item->number > 0;
            item->gone = item->number == 0;
            if (item->gone)
                sim_tell(s, "%s takes the record back before it left for %s", name(p->self), name(i));
        }
    return sim_release(s, p->self, holders, true);
}

void
sim_cut(struct sim *s, unsigned a, unsigned b, en_time until)
{
    s->cut[a * s->n + b] = s->cut[b * s->n + a] = until;
}

void
sim_stop(struct sim *s, unsigned node, en_time until)
{
    if (s->place[node].up)
        stop(&s->place[node], until);
}

void
sim_gate(struct sim *s, unsigned node, unsigned to, bool open)
{
    struct en_event e = { .kind = EN_EVENT_GATE, .open = open, .via = s->place[node].to[to].via };

    s->place[node].to[to].open = open;
    if (s->place[node].up)
        act_to(&s->place[node], to, &e);
}

void
sim_route(struct sim *s, unsigned node, unsigned to, unsigned via)
{
    s->place[node].to[to].via = s->place[via].id;
    sim_gate(s, node, to, s->place[node].to[to].open);
}

void
sim_hostile(struct sim *s, unsigned node)
{
    s->place[node].hostile = true;
}

void
sim_run(struct sim *s, en_time until)
{
    while (s->n_heap && s->heap[0].at <= until) {
        struct happening h = pop(s);

        s->now = h.at;
        happen(s, &h);
    }
    s->now = until;
}

en_time
sim_now(const struct sim *s)
{
    return s->now;
}

void
sim_calm(struct sim *s)
{
    s->c.loss = s->c.twice = s->c.crash = 0;
    memset(s->cut, 0, (size_t)s->n * s->n * sizeof *s->cut);
}

static bool
missing(const struct sim *s, unsigned *from, unsigned *to, unsigned *record)
{
    for (unsigned a = 0; a < s->n; a++)
        for (unsigned b = 0; b < s->n; b++)
            for (unsigned u = 0; u < 2; u++)
                for (size_t i = 0; i < s->place[a].to[b].n_items[u]; i++) {
                    const struct item *item = &s->place[a].to[b].item[u][i];

                    if (item->gone || (item->delivered && s->place[b].held[item->record]))
                        continue;
                    *from = a;
                    *to = b;
                    *record = item->record;
                    return true;
                }
    return false;
}

bool
sim_done(const struct sim *s)
{
    unsigned from, to, record;

    return !missing(s, &from, &to, &record);
}

void
sim_assert_done(const struct sim *s)
{
    unsigned from, to, record;

    if (!missing(s, &from, &to, &record))
        return;
    if (s->c.told)
        fwrite(s->told.p, 1, s->told.n, stderr);
    fail_msg("seed %llu: record %u of %u is not done at %u", (unsigned long long)s->c.seed, record, from, to);
}

const struct sim_counts *
sim_counts(const struct sim *s)
{
    return &s->counts;
}

struct en_buf *
sim_told(struct sim *s)
{
    return &s->told;
}
