/*
 * nodes.h: several whole nodes in one process, in virtual time, and the network between them: it loses, doubles, delays
 * and reorders, links are cut, nodes stop and come back over their stores. What leaves a node is what its acts handed
 * out, sealed; what arrives is what they are given.
 */
#ifndef EN_TESTS_ACTS_NODES_H
#define EN_TESTS_ACTS_NODES_H

#include "acts/live.h"
#include "fixture.h"

#define NODES_MAX 4u

struct message {
    en_time at;
    uint64_t order;
    unsigned from, to;
    en_bytes sealed;
};

struct nodes {
    unsigned n;
    struct node *node[NODES_MAX];
    char id[NODES_MAX][EN_SEAL_ID_LEN + 1];
    en_time now, wakes[NODES_MAX];
    bool down[NODES_MAX], cut[NODES_MAX][NODES_MAX];
    bool pulls[NODES_MAX];  /* nobody connects to it: it fetches, each minute */
    unsigned loss, twice;   /* per mille */
    en_time slowest;        /* 0: at once */
    uint64_t random, order;
    struct message *flying;
    size_t n_flying, cap_flying;
    uint64_t sent, bytes, lost, urgent_first;
    struct en_buf wire;     /* all that went over wires, if it is kept */
    bool keep_wire;
    struct en_arena arena;
    struct en_err err;
};

/* Nodes 1 to n of node_keys.h, each over a store (NULL: in memory), all partners of each other. Taken: the stores. */
void nodes_init(struct nodes *s, unsigned n, struct en_store *const *stores, const char *agreement);
/* Ledgers and stores are verified first. */
void nodes_release(struct nodes *s);
/* As a new process over the same store (other: another store, which takes its place). The exchange begins again. */
void nodes_restart(struct nodes *s, unsigned i, struct en_store *other);
/* Runs to a time. */
void nodes_run(struct nodes *s, en_time for_so_long);
/* An alert of node i, released to these (bits), by two persons. Its record's number there. */
int nodes_alert(struct nodes *s, unsigned i, const char *name, unsigned to);
void nodes_warning(struct nodes *s, unsigned i, unsigned to);
/* Fails with what went wrong. */
void nodes_act(struct nodes *s, unsigned i, const char *user, const char *word, const char *args, en_errc rc);
/* How many deliveries of records of node i are in this state. */
unsigned nodes_count(struct nodes *s, unsigned i, const char *state);
/* How many events of this type node i has. */
unsigned nodes_events(struct nodes *s, unsigned i, const char *type);
/* The agreement under which everything goes and is live. */
extern const char nodes_live[];

#endif
