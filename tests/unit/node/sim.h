/*
 * sim.h: a federation in virtual time. Every node is a real step (node/step.h) over a store of its own that commits as
 * a whole; the network between them loses, doubles, delays and reorders, links are cut for a while, nodes stop at any
 * point of a step and come back from what they had committed. What must hold is checked at every step:
 *
 *   - nothing is sent or given to who is not on its roster;
 *   - a bundle is taken once;
 *   - what a receipt says was received is there, committed, at the one who gave it;
 *   - a node that asks its partners after a restore signs nothing and sends nothing but slips.
 *
 * The same seed gives the same run. A failed check prints the seed and the time.
 */
#ifndef EN_TESTS_NODE_SIM_H
#define EN_TESTS_NODE_SIM_H

#include "../harness.h"

#include "base/buf.h"
#include "node/step.h"

#define SIM_NODES_MAX EN_NODE_LINKS_MAX
#define SIM_START ((en_time)1800000000000)

struct sim_config {
    unsigned nodes;
    uint64_t seed;
    unsigned loss, twice;   /* per mille of messages */
    unsigned crash;         /* per 100,000 of the points at which a node may stop */
    uint64_t strike;        /* a node stops at this one of those points, from 1; 0: at none */
    en_time slowest;        /* a message takes up to so long */
    const unsigned (*speaks)[2]; /* by node: the versions of the exchange that it speaks; NULL: all the same */
    bool relays;            /* every node passes on for others */
    bool told;              /* a transcript is written */
    bool told_slips;        /* with slips that carry no receipts */
};

struct sim;
struct sim *sim_new(const struct sim_config *c);
void sim_free(struct sim *s);

/* A record of `from` is released to these nodes (a bit each) and queued for them. Returns its number. */
unsigned sim_release(struct sim *s, unsigned from, const bool *roster, bool urgent);
/* The same of n records at once; returns the first. */
unsigned sim_release_many(struct sim *s, unsigned from, const bool *roster, unsigned n);
/* The originator takes it back: it leaves every queue, and whoever was sent it is sent a withdrawal, which overtakes.
 * Returns the withdrawal's number. */
unsigned sim_withdraw(struct sim *s, unsigned record);
/* Nothing goes between the two until then. */
void sim_cut(struct sim *s, unsigned a, unsigned b, en_time until);
/* The node stops now and comes back then. */
void sim_stop(struct sim *s, unsigned node, en_time until);
/* `node` writes to `to` through `via` when it cannot reach it. */
void sim_route(struct sim *s, unsigned node, unsigned to, unsigned via);
/* A relay that loses half of what it is given, alters a quarter, and passes the rest on again and again. */
void sim_hostile(struct sim *s, unsigned node);
/* Whether `node` may give to `to`. */
void sim_gate(struct sim *s, unsigned node, unsigned to, bool open);

/* A copy of all that the node has committed; sim_restore puts it back (and takes it). told: the node knows. */
struct sim_backup;
struct sim_backup *sim_backup(struct sim *s, unsigned node);
void sim_restore(struct sim *s, unsigned node, struct sim_backup *b, bool told, en_time until);
/* From now on the node keeps two logs. */
void sim_fork(struct sim *s, unsigned node);
/* How many forks this node has proof of. */
unsigned sim_forks_seen(const struct sim *s, unsigned node);
bool sim_asking(const struct sim *s, unsigned node);
bool sim_holds(const struct sim *s, unsigned node, unsigned record);

/* Runs to that time. */
void sim_run(struct sim *s, en_time until);
en_time sim_now(const struct sim *s);
/* From now on the network is whole and nobody stops. */
void sim_calm(struct sim *s);
/* Every record released so far is held by everyone on its roster, and its sender has the receipts. */
bool sim_done(const struct sim *s);
/* Fails the test with what is missing, unless sim_done. */
void sim_assert_done(const struct sim *s);

struct sim_counts {
    uint64_t sent, slips, lost, doubled, taken, delivered, crashes, refused, alarms, cosigned, parcels;
};
const struct sim_counts *sim_counts(const struct sim *s);
/* The transcript so far, of ours; a line of the scenario's own can be added. */
struct en_buf *sim_told(struct sim *s);
void sim_tell(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
