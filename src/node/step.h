/*
 * step.h: the exchange with partners as a pure step: an event comes in, updates come out.
 *
 * The step holds, for each partner, a *link*: what is on its way, what came, when to try again. It reads no clock, opens
 * no bundle and knows no record's content: whoever calls it has opened and verified, gives facts, commits the updates
 * of a step in one transaction, and lets leave what leaves only after that. Whoever stops between any two of these loads
 * the links again from what was committed, and the exchange goes on. docs/exchange.md tells the whole.
 *
 * Deliveries are numbered bundles, 1, 2, 3 … to each partner. A bundle is
 *
 *     queued items ──make()──▶ flying ──receipt()──▶ delivered
 *                               │  ▲
 *                               └──┘ fly(): no receipt in time, or not sent at all: again, the same bytes
 *
 * and is never done without a receipt. The receiver takes a number once; when it comes again, it gives the receipt
 * again. Receipts, heads of logs and what nodes tell each other about the exchange itself travel in *slips*: bundles
 * without a number, which may be lost, doubled and late, because each says the whole of what it says again.
 */
#ifndef EN_NODE_STEP_H
#define EN_NODE_STEP_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/time.h"
#include "seal/envelope.h"

/* Numbered bundles to one partner that wait for their receipts; some are kept free for urgent ones. */
#define EN_NODE_FLYING_MAX 16u
#define EN_NODE_FLYING_FREE 4u
/* How far a number may be ahead of the first that is missing. */
#define EN_NODE_WINDOW 64u
/* Items of one bundle. */
#define EN_NODE_ITEMS_MAX 1000u
/* Receipts that one slip carries. */
#define EN_NODE_RECEIPTS_MAX EN_NODE_WINDOW
#define EN_NODE_LINKS_MAX 128u

/* A partner that could not be reached is tried again after so long, twice as long each time. */
#define EN_NODE_AGAIN_FIRST (60 * EN_TIME_SECOND)
#define EN_NODE_AGAIN_MOST  EN_TIME_HOUR
/* A bundle that was handed over and has no receipt is sent again after so long, twice as long each time. */
#define EN_NODE_RECEIPT_FIRST  (10 * 60 * EN_TIME_SECOND)
#define EN_NODE_RECEIPT_URGENT (60 * EN_TIME_SECOND)
#define EN_NODE_RECEIPT_MOST   (6 * EN_TIME_HOUR)

#define EN_NODE_BUNDLE_ID_LEN EN_ENVELOPE_ID_LEN

/* --- what is kept ------------------------------------------------------------------------------------ */

/* A link as it is stored. */
struct en_link {
    char id[EN_ENVELOPE_PARTNER_LEN + 1];
    uint64_t next;      /* number of the next bundle to it, from 1 */
    uint64_t cursor[2]; /* the last item that went into a bundle: usual, urgent */
    uint64_t upto;      /* every number from it up to here came */
    uint64_t window;    /* bit i: number upto + 2 + i came as well */
    uint64_t highest;   /* the highest number that came */
};

/* A numbered bundle without receipt, as it is stored. */
struct en_flying {
    uint64_t number;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    bool urgent;
    en_time made;
};

/* Where queued items are: the caller's store. */
struct en_node_source {
    /*
     * The next items for a partner, in ascending order of their numbers, behind `after`: at most max, and no more than
     * fit one bundle. Items that were taken back in the meantime are left out. Returns how many.
     */
    size_t (*items)(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out);
    void *ctx;
};

/* --- events ------------------------------------------------------------------------------------------ */

enum en_event_kind {
    EN_EVENT_TIME,   /* time went by */
    EN_EVENT_QUEUED, /* the store has more items for a partner */
    EN_EVENT_GATE,   /* we may give to a partner, or may not any more: cut, suspended, no agreement */
    EN_EVENT_SENT,   /* what became of a sending */
    EN_EVENT_BUNDLE  /* a bundle came, was opened and is signed by its sender for us */
};

enum en_sent {
    EN_SENT_OVER,   /* handed over; not yet a receipt */
    EN_SENT_FAILED, /* the partner could not be reached */
    EN_SENT_SEAL    /* it could not open it: seal it again, to its newest key */
};

/* What the store knows of the number that a bundle has. */
enum en_number_known {
    EN_NUMBER_NEW,
    EN_NUMBER_SAME, /* this bundle was taken before */
    EN_NUMBER_OTHER /* another one was */
};

struct en_came_receipt {
    uint64_t number;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
};

struct en_event {
    enum en_event_kind kind;
    en_time now;
    const uint8_t *random; /* 32 fresh bytes */
    const char *partner;   /* not of EN_EVENT_TIME */
    bool open;             /* EN_EVENT_GATE */
    bool urgent;           /* EN_EVENT_QUEUED */
    enum en_sent sent;     /* EN_EVENT_SENT */
    uint64_t number;       /* of a bundle that was sent or came; 0 for a slip */
    /* EN_EVENT_BUNDLE */
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    enum en_number_known known;
    const struct en_came_receipt *receipts; /* verified, for us */
    size_t n_receipts;
};

/* --- updates ----------------------------------------------------------------------------------------- */

enum en_update_kind {
    /* To be committed together. */
    EN_UPDATE_LINK,      /* store the link */
    EN_UPDATE_MAKE,      /* make and store a bundle of these items under this number; they are sent now */
    EN_UPDATE_DELIVERED, /* a receipt came for this number: its items are received, or refused as the receipt says */
    EN_UPDATE_TAKE,      /* take what this bundle brings, as the rules say of each part, and store its number */
    EN_UPDATE_ALARM,     /* something for a person */
    /* To leave after the commit. */
    EN_UPDATE_SEND,      /* the bundle with this number; seal: to the newest key there is */
    EN_UPDATE_SLIP,      /* a slip with receipts of these numbers */
    EN_UPDATE_REFUSE     /* a refusal of this bundle, with a code */
};
/* Whether it leaves the process: after the commit and not before. */
bool en_update_leaves(enum en_update_kind k);

enum en_alarm {
    EN_ALARM_NUMBER_USED,    /* a partner gave a number twice, to different bundles */
    EN_ALARM_RECEIPT_UNKNOWN, /* a receipt for a number that we never gave, or for another bundle */
    EN_ALARMS
};
const char *en_alarm_word(enum en_alarm a);

struct en_update {
    enum en_update_kind kind;
    const char *partner;
    struct en_link link;       /* LINK */
    uint64_t number;           /* MAKE, DELIVERED, TAKE, SEND, REFUSE */
    uint8_t id[EN_NODE_BUNDLE_ID_LEN]; /* MAKE */
    bool urgent;               /* MAKE, SEND */
    bool seal;                 /* SEND */
    const uint64_t *numbers;   /* MAKE: items; SLIP: numbers whose receipts it carries */
    size_t n_numbers;
    const char *code;          /* REFUSE: of docs/formats/statements.md */
    enum en_alarm alarm;       /* ALARM */
};

/* Updates of one step, in order. They live in the arena, and those of partners borrow from the node. */
struct en_updates {
    struct en_arena *arena;
    struct en_update *v;
    size_t n, cap;
};

/* --- the step ---------------------------------------------------------------------------------------- */

struct en_node;
/* source is borrowed for the node's life. */
struct en_node *en_node_new(const struct en_node_source *source);
void en_node_free(struct en_node *n);
/*
 * Loads a link as it was stored (or a new one, of zeroes but its id), and what flew on it. Whether it is open is for an
 * event to say. EN_ASSERT: at most EN_NODE_LINKS_MAX links, each once, at most EN_NODE_FLYING_MAX flying.
 */
void en_node_link_load(struct en_node *n, const struct en_link *l, const struct en_flying *flying, size_t n_flying);

/* Adds to out, whose arena the caller resets between steps. EN_ASSERT: the partner has a link, the arena has room. */
void en_node_step(struct en_node *n, const struct en_event *e, struct en_updates *out);
/* When the step wants to be told the time again; EN_TIME_NONE: not for its own sake. */
en_time en_node_wakes(const struct en_node *n);

#endif
