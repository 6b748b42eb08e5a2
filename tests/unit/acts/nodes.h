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
    unsigned speaks[NODES_MAX][2]; /* versions, from the next start on; 0: those of the program */
    bool pulls[NODES_MAX];  /* nobody connects to it: it fetches, each minute */
    unsigned loss, twice;   /* per mille */
    en_time slowest;        /* 0: at once */
    uint64_t random, order;
    struct message *flying;
    size_t n_flying, cap_flying;
    uint64_t sent, bytes, lost;
    bool leaves_urgent[256]; /* of what left since n_leaves was set to 0 */
    size_t n_leaves;
    struct en_buf wire;     /* all that went over wires, if it is kept */
    bool keep_wire;
    struct en_buf when;     /* with it: when each left, who from, who to, how long it is */
    struct en_buf last;     /* the first that leaves once this is said: a bundle, not a slip */
    bool keep_last;
    unsigned may_fail;      /* node i's store, as i + 1: then it is down, and failed says so */
    bool failed;
    struct en_arena arena;
    struct en_err err;
};

/* Nodes 1 to n of node_keys.h, each over a store (NULL: in memory), all partners of each other. Taken: the stores. */
void nodes_init(struct nodes *s, unsigned n, struct en_store *const *stores, const char *agreement);
/* Ledgers and stores are verified first. */
void nodes_release(struct nodes *s);
/* As a new process over the same store (other: another store, which takes its place). The exchange begins again. */
void nodes_restart(struct nodes *s, unsigned i, struct en_store *other);
/* Another store takes the place of the one of node i, and nothing begins yet. */
void nodes_swap(struct nodes *s, unsigned i, struct en_store *other);
/* Somebody who has node k's keys shows to node `to` a head of its log of this size, with another root. */
void nodes_forge_head(struct nodes *s, unsigned k, unsigned to, uint64_t size);
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
/* The file that the last export of node i handed out. */
void nodes_file(struct nodes *s, unsigned i, struct en_buf *out);
/* Node i has another sealing key and none of those before. */
void nodes_new_sealing(struct nodes *s, unsigned i);
/* How many entries the newest head of node k's log has that node i cosigned. */
uint64_t nodes_cosigned(struct nodes *s, unsigned i, unsigned k);
/* How often this text stands in what went over wires. */
unsigned nodes_on_wire(const struct nodes *s, const char *text);
/* An envelope over the wire of node `from`: what `to` answers. */
const char *nodes_give(struct nodes *s, unsigned from, unsigned to, en_bytes sealed);
/* A bundle without parts that a node made as no program of ours does. */
struct crafted {
    unsigned from, to, sealed_for;
    uint64_t number;
    uint8_t id;
    en_time later;
    unsigned version; /* 0: as it should be */
};
const char *nodes_craft(struct nodes *s, const struct crafted *c);
/* Node `from` gives `to` bundle 1 with a part of a kind that is not known yet and a statement of a later form. */
const char *nodes_craft_later_parts(struct nodes *s, unsigned from, unsigned to);
/* `by` gives `to` a slip with a receipt, signed by `signer`, for the first bundle that flies to node 1. */
void nodes_craft_receipt(struct nodes *s, unsigned by, unsigned signer, unsigned to);
/* Has node i the row of a bundle that came and was refused for this reason? NULL: any that came. */
bool nodes_has_bundle(struct nodes *s, unsigned i, const char *reason);
/* Node i goes on to its next signing key, and node `to` has its card. */
void nodes_rotate(struct nodes *s, unsigned i, unsigned to);
/* The agreement under which everything goes and is live. */
extern const char nodes_live[];

#endif
