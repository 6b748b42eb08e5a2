/*
 * step_parts.h: what the parts of the step share. Internal to src/node.
 */
#ifndef EN_NODE_STEP_PARTS_H
#define EN_NODE_STEP_PARTS_H

#include "node/step.h"

/* A bundle on its way. */
struct flight {
    struct en_flying f;
    en_time due; /* when it is sent (again) */
    unsigned tries;
    bool seal;   /* the partner could not open it: to its newest key */
};

struct live {
    struct en_link l;
    bool open;    /* we may give to it */
    bool more[2]; /* the store may have more items: usual, urgent */
    struct flight flying[EN_NODE_FLYING_MAX];
    unsigned n_flying;
    uint64_t owed[EN_NODE_RECEIPTS_MAX]; /* numbers whose receipts leave with the next slip */
    unsigned n_owed;
    en_time down; /* not tried before then; 0: it can be reached as far as we know */
    unsigned failures;
    bool dirty;   /* l differs from what is stored */
};

struct en_node {
    struct en_node_source source;
    struct live link[EN_NODE_LINKS_MAX];
    unsigned n_links;
};

/* One step at work. */
struct step {
    struct en_node *n;
    const struct en_event *e;
    struct en_updates *out;
    unsigned drawn; /* how often randomness was taken */
};

struct en_update *en_step_add(struct step *s, enum en_update_kind k, const struct live *l);
/* 32 bytes that no other call in this step gives. */
void en_step_random(struct step *s, uint8_t out[EN_SHA256_LEN]);

/* link.c */
void en_live_bundle(struct step *s, struct live *l);
void en_live_sent(struct step *s, struct live *l);
void en_live_pump(struct step *s, struct live *l);
en_time en_live_wakes(const struct live *l);

#endif
