/*
 * wire.c: of each partner at most one sending is in the air, and one fetching; of all at most SENDS_MAX sendings.
 *
 * A partner that fetches (struct peer, of the door's side):
 *
 *   nothing --request--> parked --something is there--> given (ticket) --request that names the ticket--> arrived
 *                          |                                |
 *                          +--PARK_MS--> told: nothing      +--request that does not--> failed, goes again
 */
#include "daemon/wire.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "net/client.h"
#include "net/server.h"

#define PEERS_MAX    EN_NODE_LINKS_MAX
#define SENDS_MAX    8
#define TURN_MAX     8      /* requests, results and sendings of one turn: acts of people wait for no more */
#define LOOK_MS      30000  /* partners, certificate */
#define PARK_MS      25000
#define FETCH_MS     1000   /* between two fetchings from one partner */
#define FETCH_FIRST  5000   /* after one that failed, and twice as long each time */
#define FETCH_MOST   300000
#define KNOCK_FIRST  1000   /* a partner that cannot be reached is asked for, and twice as long each time */
#define KNOCK_MOST   60000
#define NEAR_MS      5000   /* a partner that says all the time that it is here gets nothing more for it */
#define SAY_MS       60000  /* the same thing is said so often */
#define AGAIN_MS     5000   /* what failed here is tried again */
#define NEVER        INT64_MAX
#define LEAVING_MAX  (2u * EN_LIVE_SEALED_MAX)

enum said { SAID_DOOR, SAID_ACTS, SAID_KINDS };

struct peer {
    struct en_net_peer who;
    en_text address[EN_CARD_ADDRESSES_MAX]; /* in the arena of addresses */
    size_t n_addresses;
    bool seen;      /* in the look that is going on */
    bool sending;
    bool lost;      /* it was said that it cannot be reached */
    bool knocking;
    int64_t knock_at, knock_pause; /* NEVER: there is no need */
    int64_t near_at, near_due; /* when that was done last, and is to be done: NEVER */
    /* it fetches from us */
    struct en_net_request *parked;
    int64_t parked_until;
    uint64_t given; /* ticket of what it was given last; 0: none */
    /* we fetch from it */
    bool fetching;
    int64_t fetch_at, fetch_pause;
    uint64_t got;          /* ticket of what came last */
    const char *got_code;  /* what it is to be told about that; NULL: it was taken */
};

struct en_wire {
    struct en_wire_options o;
    struct en_net_peers *book;
    struct en_net_server *server;
    struct en_net_client *client;
    struct en_net_identity identity;
    uint8_t identity_of[EN_SEAL_PUBLIC_LEN]; /* the signing key that signed it */
    bool begun, shown; /* the exchange; identity is there */
    bool own_address;
    struct peer peer[PEERS_MAX];
    size_t n_peers;
    struct en_arena addresses;
    unsigned sends;
    struct en_net_job held; /* the client had no room for it yet */
    bool holds;
    bool stepped;     /* something came or was done: step before anything leaves */
    int64_t look_at, step_at;
    en_time wakes;
    int64_t said_at[SAID_KINDS];
};

static void
say_now_and_then(struct en_wire *w, enum said what, const char *text, const struct en_err *why)
{
    int64_t now = en_clock_ticks();

    if (w->said_at[what] != 0 && now - w->said_at[what] < SAY_MS)
        return;
    w->said_at[what] = now;
    w->o.say(w->o.ctx, text, why);
}

static struct peer *
peer_of(struct en_wire *w, const char *id)
{
    for (size_t i = 0; i < w->n_peers; i++)
        if (strcmp(w->peer[i].who.id, id) == 0)
            return &w->peer[i];
    return NULL;
}

/* --- partners ----------------------------------------------------------------------------------------------------- */

static void
answer_word(struct en_wire *w, struct en_net_request *rq, unsigned status, const char *word)
{
    en_net_server_answer(w->server, rq, &(struct en_net_answer){ .status = status, .word = word });
}

static void
unpark(struct en_wire *w, struct peer *p, unsigned status, const char *word)
{
    if (p->parked == NULL)
        return;
    answer_word(w, p->parked, status, word);
    p->parked = NULL;
}

static en_errc
note_partner(void *ctx, const struct en_live_partner *x, struct en_err *err)
{
    struct en_wire *w = ctx;
    struct peer *p;
    char id[EN_NET_ID_SIZE];

    (void)err;
    if (x->cut || x->id.n != EN_SEAL_ID_LEN)
        return EN_OK;
    memcpy(id, x->id.p, EN_SEAL_ID_LEN);
    id[EN_SEAL_ID_LEN] = '\0';
    p = peer_of(w, id);
    if (p == NULL) {
        if (w->n_peers == PEERS_MAX)
            return EN_OK;
        p = &w->peer[w->n_peers++];
        *p = (struct peer){ .fetch_pause = FETCH_FIRST, .knock_pause = KNOCK_FIRST, .near_due = NEVER };
        memcpy(p->who.id, id, sizeof id);
    }
    p->seen = true;
    if (p->lost && memcmp(p->who.key, x->key, sizeof p->who.key) != 0)
        p->knock_at = 0; /* that may have been why */
    memcpy(p->who.key, x->key, sizeof p->who.key);
    p->n_addresses = 0;
    for (size_t i = 0; i < x->n_addresses && i < EN_CARD_ADDRESSES_MAX; i++)
        if (en_address_valid(x->addresses[i]))
            p->address[p->n_addresses++] = en_text_dup(x->addresses[i], &w->addresses);
    return EN_OK;
}

/* Those who are not there any more keep their place while something of theirs is in the air. */
static void
drop_unseen(struct en_wire *w)
{
    for (size_t i = 0; i < w->n_peers;) {
        struct peer *p = &w->peer[i];

        if (!p->seen) {
            p->n_addresses = 0;
            unpark(w, p, 403, "cut");
        }
        if (p->seen || p->sending || p->fetching || p->knocking)
            i++;
        else
            *p = w->peer[--w->n_peers];
    }
}

static en_errc
look_at_node(struct en_wire *w, struct en_err *err)
{
    struct en_store_node node;
    struct en_arena arena;
    en_errc rc;

    en_arena_init(&arena, EN_MIB);
    rc = en_acts_node(w->o.acts, &arena, &node, err);
    w->own_address = rc == EN_OK && node.n_addresses > 0;
    en_arena_release(&arena);
    return rc;
}

static void
look_at_partners(struct en_wire *w)
{
    struct en_net_peer list[PEERS_MAX];
    struct en_err err = EN_ERR_INIT;
    struct en_arena fresh, old = w->addresses;
    en_errc rc = look_at_node(w, &err);
    size_t n = 0;

    en_arena_init(&fresh, EN_MIB);
    w->addresses = fresh;
    for (size_t i = 0; i < w->n_peers; i++)
        w->peer[i].seen = false;
    rc = rc != EN_OK ? rc : en_acts_live_partners(w->o.acts, note_partner, w, &err);
    if (rc != EN_OK) /* whoever cannot be read is not spoken with */
        say_now_and_then(w, SAID_ACTS, "the partners cannot be looked up", &err);
    for (size_t i = 0; i < w->n_peers; i++)
        w->peer[i].n_addresses = w->peer[i].seen ? w->peer[i].n_addresses : 0;
    drop_unseen(w);
    for (size_t i = 0; i < w->n_peers; i++)
        if (w->peer[i].seen)
            list[n++] = w->peer[i].who;
    en_net_peers_set(w->book, list, n);
    en_arena_release(&old);
}

/* --- our certificate ---------------------------------------------------------------------------------------------- */

static en_errc
open_wires(struct en_wire *w, struct en_err *err)
{
    const struct en_net_server_options so = {
        .listen = w->o.listen, .peers = w->book, .now = en_clock_now, .limits = en_net_limits_usual
    };
    const struct en_net_client_options co = { .peers = w->book, .now = en_clock_now };
    en_errc rc = EN_OK;

    if (w->o.listen != NULL && w->server == NULL)
        rc = en_net_server_new(&so, &w->identity, &w->server, err);
    else if (w->server != NULL)
        rc = en_net_server_identity(w->server, &w->identity, err);
    if (rc == EN_OK && w->client == NULL)
        rc = en_net_client_new(&co, &w->identity, &w->client, err);
    else if (rc == EN_OK)
        rc = en_net_client_identity(w->client, &w->identity, err);
    return rc;
}

/* The certificate holds by the clock of the machine, whatever time a rehearsal plays. */
static en_errc
mind_identity(struct en_wire *w, struct en_err *err)
{
    const struct en_node_keys *keys = en_acts_node_keys(w->o.acts);
    en_time now = en_clock_now() / EN_TIME_SECOND * EN_TIME_SECOND;
    struct en_net_claim claim = { .from = now - EN_NET_CERT_SKEW, .until = now + EN_NET_CERT_VALID };
    struct en_net_identity fresh;
    en_errc rc;

    if (keys == NULL)
        return w->shown ? EN_OK : EN_E_NOT_FOUND;
    if (w->shown && now < w->identity.claim.until - EN_NET_CERT_VALID / 2 &&
        memcmp(w->identity_of, keys->signing.public_key, sizeof w->identity_of) == 0)
        return EN_OK;
    memcpy(claim.partner, keys->partner, sizeof claim.partner);
    rc = en_net_identity_make(&claim, &keys->signing, &fresh, err);
    if (rc != EN_OK)
        return rc;
    en_net_identity_release(&w->identity);
    w->identity = fresh;
    memcpy(w->identity_of, keys->signing.public_key, sizeof w->identity_of);
    rc = open_wires(w, err);
    w->shown = rc == EN_OK;
    return rc;
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */

static bool
anybody(const struct en_wire *w)
{
    for (size_t i = 0; i < w->n_peers; i++)
        if (w->peer[i].n_addresses > 0)
            return true;
    return w->o.listen != NULL;
}

static en_errc
look(struct en_wire *w, en_time now, struct en_err *err)
{
    en_errc rc = EN_OK;

    w->look_at = en_clock_ticks() + LOOK_MS;
    look_at_partners(w);
    if (!anybody(w) && !w->begun)
        return EN_OK;
    rc = mind_identity(w, err);
    if (rc == EN_OK && !w->begun)
        rc = en_acts_live_begin(w->o.acts, now, err);
    w->begun = w->begun || rc == EN_OK;
    w->stepped = true;
    return rc == EN_E_NOT_FOUND ? EN_OK : rc; /* no keys yet */
}

en_errc
en_wire_start(struct en_wire *w, en_time now, struct en_err *err)
{
    en_errc rc = look(w, now, err);

    if (rc == EN_OK && w->o.listen != NULL && !w->begun)
        w->o.say(w->o.ctx, "the node has no keys at hand, so partners do not reach it yet", NULL);
    return rc;
}

struct en_wire *
en_wire_new(const struct en_wire_options *o)
{
    struct en_wire *w = en_xcalloc(1, sizeof *w);

    w->o = *o;
    w->book = en_net_peers_new();
    w->wakes = EN_TIME_NONE;
    en_arena_init(&w->addresses, EN_MIB);
    return w;
}

void
en_wire_free(struct en_wire *w)
{
    if (w == NULL)
        return;
    en_net_server_free(w->server);
    en_net_client_free(w->client);
    en_net_peers_free(w->book);
    en_net_identity_release(&w->identity);
    en_buf_release(&w->held.body);
    en_arena_release(&w->addresses);
    free(w);
}

void
en_wire_look(struct en_wire *w)
{
    w->look_at = 0;
}

/* --- what comes --------------------------------------------------------------------------------------------------- */

/* What is not done for a reason of ours is sent again. */
static const char *
take_in(struct en_wire *w, const char *from, en_bytes sealed, en_time now)
{
    struct en_err err = EN_ERR_INIT;
    const char *code = NULL;
    en_errc rc = en_acts_live_came(w->o.acts, en_text_from_ours(from), sealed, now, &code, &err);

    w->stepped = true;
    if (rc == EN_OK)
        return code;
    say_now_and_then(w, SAID_ACTS, "what came from a partner could not be taken in now; it comes again", &err);
    return "full";
}

static unsigned
status_of(const char *code)
{
    return code == NULL ? 200 : strcmp(code, "cut") == 0 ? 403 : strcmp(code, "full") == 0 ? 503 : 400;
}

static void
left(struct en_wire *w, uint64_t ticket, enum en_sent how, en_time now)
{
    struct en_err err = EN_ERR_INIT;

    if (en_acts_live_left(w->o.acts, ticket, how, now, &err) != EN_OK)
        say_now_and_then(w, SAID_ACTS, "what became of a sending could not be written down", &err);
    w->stepped = true;
}

/* It is reached, or says that it is here: what waits for it goes soon, and not when its turn would come. */
static void
near(struct peer *p)
{
    int64_t ticks = en_clock_ticks();

    p->near_due = p->near_at != 0 && ticks < p->near_at + NEAR_MS ? p->near_at + NEAR_MS : ticks;
    p->fetch_at = 0;
}

static void
tell_near(struct en_wire *w, en_time now)
{
    int64_t ticks = en_clock_ticks();

    for (size_t i = 0; i < w->n_peers; i++) {
        struct peer *p = &w->peer[i];
        struct en_err err = EN_ERR_INIT;

        if (p->near_due > ticks)
            continue;
        p->near_at = ticks;
        p->near_due = NEVER;
        if (en_acts_live_near(w->o.acts, en_text_from_ours(p->who.id), now, &err) != EN_OK)
            say_now_and_then(w, SAID_ACTS, "the exchange with a partner could not be taken up again", &err);
        w->stepped = true;
    }
}

static enum en_sent
sent_from(unsigned status, const char *word)
{
    if (status == 200 || strcmp(word, "refused") == 0)
        return EN_SENT_OVER; /* the refusal comes by itself, signed */
    return strcmp(word, "seal") == 0 ? EN_SENT_SEAL : strcmp(word, "version") == 0 ? EN_SENT_VERSION : EN_SENT_FAILED;
}

/* True if it was answered. */
static bool
give_to_fetcher(struct en_wire *w, struct peer *p, en_time now)
{
    struct en_live_leaving x;
    struct en_buf content = EN_BUF_INIT;
    struct en_arena arena;
    en_errc rc;

    en_arena_init(&arena, LEAVING_MAX);
    rc = en_acts_live_fetch(w->o.acts, en_text_from_ours(p->who.id), now, &arena, &x, NULL);
    if (rc == EN_OK) {
        en_buf_add(&content, x.sealed.p, x.sealed.n);
        p->given = x.ticket;
        en_net_server_answer(w->server, p->parked,
                             &(struct en_net_answer){ .status = 200, .body = &content, .ticket = x.ticket });
        p->parked = NULL;
    }
    en_arena_release(&arena);
    return rc == EN_OK;
}

static void
take_fetch(struct en_wire *w, struct en_net_request *rq, en_time now)
{
    struct peer *p = peer_of(w, rq->from);

    if (p == NULL) {
        answer_word(w, rq, 403, "cut");
        return;
    }
    if (p->given != 0)
        left(w, p->given, rq->got != p->given ? EN_SENT_FAILED : sent_from(rq->word[0] == '\0' ? 200 : 400, rq->word),
             now);
    p->given = 0;
    unpark(w, p, 204, NULL); /* of a connection that it has forgotten */
    p->parked = rq;
    p->parked_until = en_clock_ticks() + PARK_MS;
}

static void
take_here(struct en_wire *w, struct en_net_request *rq)
{
    struct peer *p = peer_of(w, rq->from);

    answer_word(w, rq, p != NULL ? 204 : 403, p != NULL ? NULL : "cut");
    if (p != NULL)
        near(p);
}

static void
take_requests(struct en_wire *w, en_time now)
{
    struct en_net_request *rq;
    struct en_err last;
    uint64_t refused;

    for (int i = 0; i < TURN_MAX && (rq = en_net_server_take(w->server)) != NULL; i++) {
        struct peer *p = peer_of(w, rq->from);
        const char *code;

        if (p != NULL && p->lost && p->knock_at != NEVER)
            p->knock_at = 0; /* it is there, so perhaps we reach it too */
        if (rq->kind == EN_NET_FETCH) {
            take_fetch(w, rq, now);
            continue;
        }
        if (rq->kind == EN_NET_HERE) {
            take_here(w, rq);
            continue;
        }
        code = take_in(w, rq->from, rq->body, now);
        answer_word(w, rq, status_of(code), code);
    }
    refused = en_net_server_refused(w->server, &last);
    if (refused > 0)
        say_now_and_then(w, SAID_DOOR, "somebody was refused at the door", &last);
}

/* --- what was sent and fetched ------------------------------------------------------------------------------------ */

static void
reached(struct en_wire *w, struct peer *p, const struct en_net_result *r)
{
    bool lost = r->how != EN_NET_ANSWERED;

    if (lost && !p->lost)
        w->o.say(w->o.ctx,
                 r->how == EN_NET_OTHER ? "at a partner's address somebody else answers; nothing was sent to him"
                                        : "a partner cannot be reached; it is tried again, less and less often",
                 &r->err);
    else if (!lost && p->lost)
        w->o.say(w->o.ctx, "a partner is reached again", NULL);
    p->knocking = p->knocking && r->kind != EN_NET_HERE;
    if (lost && (!p->lost || r->kind == EN_NET_HERE)) {
        p->knock_at = en_clock_ticks() + p->knock_pause;
        p->knock_pause = p->knock_pause * 2 < KNOCK_MOST ? p->knock_pause * 2 : KNOCK_MOST;
    } else if (!lost) {
        p->knock_at = NEVER;
        p->knock_pause = KNOCK_FIRST;
    }
    if (!lost && p->lost)
        near(p);
    p->lost = lost;
}

static void
took_fetch(struct en_wire *w, struct peer *p, const struct en_net_result *r, en_time now)
{
    p->fetching = false;
    p->got = 0;
    p->got_code = NULL;
    if (r->how != EN_NET_ANSWERED || (r->status != 200 && r->status != 204)) {
        p->fetch_at = en_clock_ticks() + p->fetch_pause;
        p->fetch_pause = p->fetch_pause * 2 < FETCH_MOST ? p->fetch_pause * 2 : FETCH_MOST;
        return;
    }
    p->fetch_pause = FETCH_FIRST;
    p->fetch_at = en_clock_ticks() + (r->status == 200 ? 0 : FETCH_MS);
    if (r->status != 200 || r->ticket == 0)
        return;
    p->got_code = take_in(w, p->who.id, en_buf_bytes(&r->body), now);
    if (p->got_code != NULL && strcmp(p->got_code, "full") == 0)
        p->fetch_at = en_clock_ticks() + AGAIN_MS; /* and without having got it */
    else
        p->got = r->ticket;
}

static void
take_results(struct en_wire *w, en_time now)
{
    struct en_net_result r;

    for (int i = 0; i < TURN_MAX && en_net_client_take(w->client, &r); i++) {
        struct peer *p = peer_of(w, r.to);

        if (p != NULL)
            reached(w, p, &r);
        if (r.kind == EN_NET_BUNDLE) {
            w->sends--;
            if (p != NULL)
                p->sending = false;
            left(w, r.tag, r.how == EN_NET_ANSWERED ? sent_from(r.status, r.word) : EN_SENT_FAILED, now);
        } else if (r.kind == EN_NET_FETCH && p != NULL) {
            took_fetch(w, p, &r, now);
        }
        en_buf_release(&r.body);
    }
}

/* --- what leaves -------------------------------------------------------------------------------------------------- */

static bool
start_held(struct en_wire *w)
{
    struct peer *p = peer_of(w, w->held.to);

    w->holds = true;
    if (p != NULL && p->n_addresses > 0) {
        w->held.addresses = p->address;
        w->held.n_addresses = p->n_addresses;
        if (en_net_client_start(w->client, &w->held, NULL) != EN_OK)
            return false;
    }
    w->holds = false;
    en_buf_release(&w->held.body); /* it has moved, or nobody is there to get it */
    return true;
}

/* Those who have something in the air, and those whom we do not reach. */
static size_t
busy_ones(const struct en_wire *w, char busy[PEERS_MAX][EN_NET_ID_SIZE])
{
    size_t n = 0;

    for (size_t i = 0; i < w->n_peers; i++)
        if (w->peer[i].sending || w->peer[i].n_addresses == 0)
            memcpy(busy[n++], w->peer[i].who.id, EN_NET_ID_SIZE);
    return n;
}

static bool
send_one(struct en_wire *w, en_time now)
{
    char busy[PEERS_MAX][EN_NET_ID_SIZE];
    size_t n_busy = busy_ones(w, busy);
    struct en_err err = EN_ERR_INIT;
    struct en_live_leaving x;
    struct en_arena arena;
    struct peer *p;
    en_errc rc;

    en_arena_init(&arena, LEAVING_MAX);
    rc = en_acts_live_leaving(w->o.acts, now, (const char(*)[EN_NET_ID_SIZE])busy, n_busy, &arena, &x, &err);
    if (rc == EN_OK) {
        p = peer_of(w, x.to);
        w->held = (struct en_net_job){ .tag = x.ticket, .kind = EN_NET_BUNDLE };
        memcpy(w->held.to, x.to, sizeof w->held.to);
        en_buf_add(&w->held.body, x.sealed.p, x.sealed.n);
        if (p != NULL && p->n_addresses > 0) {
            p->sending = true;
            w->sends++;
            (void)start_held(w);
        } else { /* nobody whom we reach */
            en_buf_release(&w->held.body);
            left(w, x.ticket, EN_SENT_FAILED, now);
        }
    } else if (rc != EN_E_NO) {
        say_now_and_then(w, SAID_ACTS, "what waits for a partner could not be made ready", &err);
    }
    en_arena_release(&arena);
    return rc == EN_OK;
}

static void
send_some(struct en_wire *w, en_time now)
{
    if (w->holds && !start_held(w))
        return;
    for (int i = 0; i < TURN_MAX && w->sends < SENDS_MAX && !w->holds; i++)
        if (!send_one(w, now))
            return;
}

static void
fetch_some(struct en_wire *w)
{
    int64_t ticks = en_clock_ticks();

    for (size_t i = 0; i < w->n_peers && !w->own_address; i++) {
        struct peer *p = &w->peer[i];
        struct en_net_job job = { .kind = EN_NET_FETCH, .addresses = p->address, .n_addresses = p->n_addresses };

        if (p->fetching || p->n_addresses == 0 || p->fetch_at > ticks)
            continue;
        memcpy(job.to, p->who.id, sizeof job.to);
        job.got = p->got;
        job.got_word = p->got_code;
        if (en_net_client_start(w->client, &job, NULL) != EN_OK)
            return;
        p->fetching = true;
    }
}

static void
knock_some(struct en_wire *w)
{
    int64_t ticks = en_clock_ticks();

    for (size_t i = 0; i < w->n_peers; i++) {
        struct peer *p = &w->peer[i];
        struct en_net_job job = { .kind = EN_NET_HERE, .addresses = p->address, .n_addresses = p->n_addresses };

        if (p->knocking || p->n_addresses == 0 || p->knock_at > ticks)
            continue;
        memcpy(job.to, p->who.id, sizeof job.to);
        if (en_net_client_start(w->client, &job, NULL) != EN_OK)
            return;
        p->knocking = true;
    }
}

static void
serve_parked(struct en_wire *w, en_time now)
{
    int64_t ticks = en_clock_ticks();

    for (size_t i = 0; i < w->n_peers; i++) {
        struct peer *p = &w->peer[i];

        if (p->parked != NULL && !give_to_fetcher(w, p, now) && ticks >= p->parked_until)
            unpark(w, p, 204, NULL);
    }
}

/* --- a turn ------------------------------------------------------------------------------------------------------- */

static void
step(struct en_wire *w, en_time now)
{
    struct en_err err = EN_ERR_INIT;
    en_errc rc = en_acts_live_time(w->o.acts, now, &w->wakes, &err);

    w->stepped = false;
    w->step_at = 0;
    if (rc == EN_OK)
        return;
    say_now_and_then(w, SAID_ACTS, "the exchange with partners cannot go on now; it is tried again", &err);
    w->step_at = en_clock_ticks() + AGAIN_MS;
    w->wakes = EN_TIME_NONE;
}

void
en_wire_turn(struct en_wire *w, en_time now)
{
    int64_t ticks = en_clock_ticks();
    struct en_err err = EN_ERR_INIT;

    if (ticks >= w->look_at && look(w, now, &err) != EN_OK)
        say_now_and_then(w, SAID_ACTS, "the exchange with partners cannot begin now; it is tried again", &err);
    if (!w->begun || !w->shown)
        return;
    if (w->server != NULL)
        take_requests(w, now);
    take_results(w, now);
    tell_near(w, now);
    if (w->stepped || (w->wakes != EN_TIME_NONE && now >= w->wakes) || (w->step_at != 0 && ticks >= w->step_at))
        step(w, now);
    send_some(w, now);
    if (w->server != NULL)
        serve_parked(w, now);
    fetch_some(w);
    knock_some(w);
}

void
en_wire_fds(const struct en_wire *w, int fds[EN_WIRE_FDS])
{
    fds[0] = w->server != NULL ? en_net_server_fd(w->server) : -1;
    fds[1] = w->client != NULL ? en_net_client_fd(w->client) : -1;
}

static int64_t
sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t
en_wire_wait(const struct en_wire *w, en_time now)
{
    int64_t ticks = en_clock_ticks(), at = w->look_at;

    if (!w->begun || !w->shown)
        return at > ticks ? at - ticks : 0;
    if (w->stepped)
        return 0;
    if (w->wakes != EN_TIME_NONE)
        at = sooner(at, ticks + (w->wakes > now ? w->wakes - now : 0));
    if (w->step_at != 0)
        at = sooner(at, w->step_at);
    for (size_t i = 0; i < w->n_peers; i++) {
        const struct peer *p = &w->peer[i];

        at = sooner(at, p->near_due);
        if (p->parked != NULL)
            at = sooner(at, p->parked_until);
        if (!w->own_address && !p->fetching && p->n_addresses > 0)
            at = sooner(at, p->fetch_at);
        if (!p->knocking && p->n_addresses > 0)
            at = sooner(at, p->knock_at);
    }
    return at > ticks ? at - ticks : 0;
}
