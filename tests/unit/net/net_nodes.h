/*
 * net_nodes.h: nodes for the tests of the wire: keys from seeds, certificates good and bad, a directory of partners,
 * a server on a port of its own and a client.
 */
#ifndef EN_TESTS_NET_NODES_H
#define EN_TESTS_NET_NODES_H

#include "../harness.h"

#include <poll.h>
#include <time.h>

#include <sodium.h>

#include "base/arena.h"
#include "net/client.h"
#include "net/server.h"

static inline en_time
real_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (en_time)t.tv_sec * 1000;
}

struct node {
    struct en_key key;
    struct en_net_peer peer; /* as others know it */
};

static inline struct node
node_of(uint8_t seed)
{
    uint8_t bytes[EN_SEAL_SEED_LEN];
    struct node x = { 0 };

    assert_true(sodium_init() >= 0);
    memset(bytes, seed, sizeof bytes);
    en_key_from_seed(bytes, &x.key);
    en_key_id(x.key.public_key, x.peer.id);
    memcpy(x.peer.key, x.key.public_key, sizeof x.peer.key);
    return x;
}

static inline struct en_net_claim
claim_of(const struct node *x, en_time from, en_time until)
{
    struct en_net_claim c = { .from = from, .until = until };

    memcpy(c.partner, x->peer.id, sizeof c.partner);
    return c;
}

/* A good one. */
static inline struct en_net_identity
identity_of(const struct node *x)
{
    struct en_net_claim c = claim_of(x, real_now() - EN_TIME_HOUR, real_now() + EN_TIME_DAY);
    struct en_net_identity id;

    assert_int_equal(en_net_identity_make(&c, &x->key, &id, NULL), EN_OK);
    return id;
}

/* Waits until a descriptor is readable; false after ms. */
static inline bool
readable(int fd, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll(&p, 1, ms) == 1;
}

static inline struct en_net_result
result_of(struct en_net_client *c)
{
    struct en_net_result r = { 0 };

    for (int i = 0; i < 300; i++) {
        if (en_net_client_take(c, &r))
            return r;
        (void)readable(en_net_client_fd(c), 100);
    }
    fail_msg("no result");
    return r;
}

static inline struct en_net_request *
request_of(struct en_net_server *s)
{
    for (int i = 0; i < 100; i++) {
        struct en_net_request *rq = en_net_server_take(s);

        if (rq != NULL)
            return rq;
        (void)readable(en_net_server_fd(s), 100);
    }
    fail_msg("no request");
    return NULL;
}

struct door {
    struct en_net_peers *peers;
    struct en_net_server *server;
    char address[64];
    en_text text;
};

static inline void
door_open(struct door *d, const struct node *owner, const struct en_net_peer *list, size_t n,
          const struct en_net_limits *limits)
{
    struct en_net_identity id = identity_of(owner);
    struct en_net_server_options o = { .listen = "127.0.0.1:0", .now = real_now };

    d->peers = en_net_peers_new();
    en_net_peers_set(d->peers, list, n);
    o.peers = d->peers;
    o.limits = limits != NULL ? *limits : en_net_limits_usual;
    assert_int_equal(en_net_server_new(&o, &id, &d->server, NULL), EN_OK);
    (void)snprintf(d->address, sizeof d->address, "https://127.0.0.1:%u", en_net_server_port(d->server));
    d->text = en_text_from_ours(d->address);
    en_net_identity_release(&id);
}

static inline void
door_close(struct door *d)
{
    en_net_server_free(d->server);
    en_net_peers_free(d->peers);
}

struct caller {
    struct en_net_peers *peers;
    struct en_net_client *client;
};

static inline void
caller_open_as(struct caller *c, const struct en_net_identity *id, const struct en_net_peer *list, size_t n)
{
    struct en_net_client_options o = { .now = real_now, .connect_ms = 3000, .slack_ms = 5000 };

    c->peers = en_net_peers_new();
    en_net_peers_set(c->peers, list, n);
    o.peers = c->peers;
    assert_int_equal(en_net_client_new(&o, id, &c->client, NULL), EN_OK);
}

static inline void
caller_open(struct caller *c, const struct node *who, const struct en_net_peer *list, size_t n)
{
    struct en_net_identity id = identity_of(who);

    caller_open_as(c, &id, list, n);
    en_net_identity_release(&id);
}

static inline void
caller_close(struct caller *c)
{
    en_net_client_free(c->client);
    en_net_peers_free(c->peers);
}

static inline void
send_to(struct caller *c, const char *to, en_text address, const void *body, size_t n)
{
    struct en_net_job job = { .tag = 7, .kind = EN_NET_BUNDLE, .addresses = &address, .n_addresses = 1 };

    memcpy(job.to, to, sizeof job.to);
    en_buf_add(&job.body, body, n);
    assert_int_equal(en_net_client_start(c->client, &job, NULL), EN_OK);
}

#endif
