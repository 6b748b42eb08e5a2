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
    bool renew;  /* it is out of its time as the partner sees it: signed anew */
    bool used;   /* its number had been used; it waits for another */
};

struct live {
    struct en_node_link l;
    bool open;    /* we may give to it */
    bool more[2]; /* the store may have more items: usual, urgent */
    struct flight flying[EN_NODE_FLYING_MAX];
    unsigned n_flying;
    uint64_t owed[EN_NODE_RECEIPTS_MAX]; /* numbers whose receipts leave with the next slip */
    unsigned n_owed;
    en_time down; /* not tried before then; 0: it can be reached as far as we know */
    unsigned failures;
    char via[EN_ENVELOPE_PARTNER_LEN + 1]; /* who would relay to it; empty: nobody */
    en_time via_down;
    unsigned via_failures;
    bool try_newest;   /* its versions are not known, and our oldest is none of them */
    unsigned misread;  /* how often it did not speak what it was sent */
    unsigned unread;   /* how often it wrote in a version that we do not speak, since we could read it */
    en_time unread_at; /* when it was answered with what we speak */
    bool version_told; /* a person knows that there is none in common */
    bool dirty;   /* l differs from what is stored */
    /* slips */
    en_time slip;      /* when one is due; EN_TIME_NONE: not for its own sake */
    en_time gossip;    /* when one is due though there is nothing to say; directly, or not at all */
    bool asking;       /* a question is open */
    en_time asked;     /* when it was last asked; 0: not yet */
    uint64_t asked_below; /* when this question was first asked, we had receipts for all numbers below */
    uint8_t nonce[EN_SYNC_NONCE_LEN];
    bool answering;    /* the partner's question is to be answered */
    uint8_t answer[EN_SYNC_NONCE_LEN];
    bool answered;     /* since we are asking everybody */
    struct en_head shown;       /* the latest head of ours that it has shown */
    bool catching;     /* it lost what it had; it said so when it was asked */
    uint64_t void_from, void_to;
    struct en_head theirs; /* our newest head that it holds, as it says */
    en_time proof_asked;   /* when it was last asked for a proof that it owes; 0: not yet */
    uint64_t prove;        /* it wants to see that our log extends its head of this size */
    struct en_head told[EN_NODE_LINKS_MAX]; /* heads that were told to it in this turn, by link */
    en_time turn; /* when that began */
    bool untold;  /* heads are left that the last slip had no room for */
};

/* A parcel of others. */
struct parcel {
    struct en_kept k;
    en_time due;
    unsigned tries;
};

struct en_node {
    struct en_node_source source;
    char we[EN_ENVELOPE_PARTNER_LEN + 1];
    unsigned oldest, newest; /* versions that we speak */
    struct en_head head; /* of our own log */
    bool relays;
    struct parcel kept[EN_NODE_KEPT_MAX];
    unsigned n_kept;
    bool asking;         /* restored: everything is held back until partners have answered */
    en_time asking_since;
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

struct live *en_step_find(struct en_node *n, const char *id);
void en_step_alarm(struct step *s, const struct live *l, enum en_alarm a, uint64_t number);
bool en_head_same(const struct en_head *a, const struct en_head *b);
/* Whether a is of a later epoch or of the same and larger. */
bool en_head_later(const struct en_head *a, const struct en_head *b);

/* sync.c: slips */
/* first, doubled n times, at most `most`; and up to a quarter more. */
en_time en_step_again(struct step *s, en_time first, unsigned n, en_time most);
/* Through whom it is written to now; NULL: directly. */
const char *en_live_via(const struct step *s, const struct live *l);
/* relay.c */
void en_node_parcel(struct step *s, struct live *from);
void en_node_passed(struct step *s);
void en_node_pass_on(struct step *s);
en_time en_node_parcels_wake(const struct en_node *n);

/* The version to write to it in; 0: there is none in common. */
unsigned en_live_version(const struct en_node *n, const struct live *l);
uint64_t en_live_oldest(const struct live *l);
void en_live_slip_due(struct live *l, en_time at);
void en_live_ask(struct step *s, struct live *l);
/* It wrote in a version that we do not speak: it is told which we do. */
void en_live_unread(struct step *s, struct live *l);
void en_live_sync(struct step *s, struct live *l);
void en_live_unreceipted(struct step *s, struct live *l);
void en_live_give_slip(struct step *s, struct live *l);
/* heads.c */
void en_live_heads(struct step *s, struct live *l);
void en_live_owed(struct step *s, struct live *l);
size_t en_live_tell_heads(struct step *s, struct live *l, struct en_shown_head **out);
/* restore.c */
void en_node_begin_asking(struct step *s);
void en_node_try_resolve(struct step *s, bool now);

/* link.c */
void en_live_fly_again(struct step *s, struct live *l, const struct en_flying *f);
void en_live_renumber(struct step *s, struct live *l);
bool en_live_flies(const struct live *l, uint64_t number);
void en_live_came(struct live *l, uint64_t number);
void en_live_bundle(struct step *s, struct live *l);
void en_live_sent(struct step *s, struct live *l);
void en_live_near(struct step *s, struct live *l);
void en_live_pump(struct step *s, struct live *l);
en_time en_live_wakes(const struct en_node *n, const struct live *l);

#endif
