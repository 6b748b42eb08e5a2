/*
 * step.h: the exchange with partners as a pure step: an event comes in, updates come out.
 *
 * The step holds, for each partner, a *link*: what is on its way, what came, when to try again, what is known of its
 * log. It reads no clock, opens no bundle and knows no record's content: whoever calls it has opened and verified,
 * gives facts, commits the updates of a step in one transaction, and lets leave what leaves only after that. Whoever
 * stops between any two of these loads the links again from what was committed, and the exchange goes on.
 * docs/exchange.md tells the whole.
 *
 * Deliveries are numbered bundles, 1, 2, 3 … to each partner. A bundle is
 *
 *     queued items ──make()──▶ flying ──receipt()──▶ delivered
 *                               │  ▲
 *                               └──┘ fly(): no receipt in time, or not sent at all: again, the same bytes
 *
 * and is never done without a receipt. The receiver takes a number once; when it comes again, it gives the receipt
 * again. Receipts, heads of logs and what nodes tell each other about the exchange itself (struct en_sync) travel in
 * *slips*: bundles without a number, which may be lost, doubled and late, because each says the whole of it again.
 *
 * A node that was restored from a backup holds everything back until its partners have told it what they have of it:
 *
 *     usual ──told that it was, or a partner shows a later head of ours──▶ asking ──try_resolve()──▶ usual
 */
#ifndef EN_NODE_STEP_H
#define EN_NODE_STEP_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/time.h"
#include "ledger/tree.h"
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
/* A bundle that its receiver says to have goes again after so long, should the receipt not have come by then. */
#define EN_NODE_RECEIPT_LOST   (10 * EN_TIME_SECOND)
#define EN_NODE_RECEIPT_MOST   (6 * EN_TIME_HOUR)

/* A bundle that is older is signed anew, under the same number and id. */
#define EN_NODE_EXPIRES (30 * EN_TIME_DAY)
/* New heads are told after so long, or with the next slip. */
#define EN_NODE_TELL (10 * 60 * EN_TIME_SECOND)
/* A partner to whom there is nothing to say gets a slip after so long; heads are told anew: one may be lost. */
#define EN_NODE_GOSSIP EN_TIME_HOUR
/* A question that was not answered is asked again after so long. */
#define EN_NODE_ASK (10 * 60 * EN_TIME_SECOND)
/* A restored node that has some answers and not all goes on after so long. */
#define EN_NODE_ANSWERS (24 * EN_TIME_HOUR)
/* Whoever owes a proof that a head extends another has so long. */
#define EN_NODE_PROOF_OWED (7 * EN_TIME_DAY)
/* Heads of others that one slip carries; forks, of which each is two, come first. */
#define EN_NODE_HEADS_MAX 8u

/* After so many failures in a row (one, while something urgent waits) a partner is written to through a relay, if there
 * is one; now and then directly. */
#define EN_NODE_DIRECT_TRIES 3u
/* What we keep to pass on: in all, and of one partner; and how long. */
#define EN_NODE_KEPT_MAX   256u
#define EN_NODE_KEPT_OF    64u
#define EN_NODE_KEPT_BYTES ((uint64_t)256 * EN_MIB)
#define EN_NODE_KEPT_FOR   (7 * EN_TIME_DAY)

#define EN_NODE_BUNDLE_ID_LEN EN_ENVELOPE_ID_LEN
#define EN_SYNC_NONCE_LEN     16

/* --- what is kept ------------------------------------------------------------------------------------ */

/* A head of a log. size 0: none. */
struct en_head {
    uint32_t epoch; /* which of the owner's logs: entente/<id>/<epoch> */
    uint64_t size;
    struct en_tree_hash root;
};

/* What is known of a partner's log, as it is stored. */
struct en_log {
    struct en_head held;   /* the newest head that extends all before it: what we cosigned */
    struct en_head other;  /* of a fork: the head that contradicts; else one that is to be proven, if owed is a time */
    bool forked;
    en_time owed;          /* since when the owner owes a proof about `other`; EN_TIME_NONE: it owes none */
    bool flagged;          /* it did not give it in time */
};

/* A link as it is stored. */
struct en_node_link {
    char id[EN_ENVELOPE_PARTNER_LEN + 1];
    uint64_t next;      /* number of the next bundle to it, from 1 */
    uint64_t cursor[2]; /* the last item that went into a bundle: usual, urgent */
    uint64_t upto;      /* every number from it up to here came */
    uint64_t window;    /* bit i: number upto + 2 + i came as well */
    uint64_t highest;   /* the highest number that came */
    unsigned speaks_oldest, speaks_newest; /* versions of the exchange that it speaks; 0: not known */
    struct en_log log;
};

/* A numbered bundle without receipt, as it is stored. */
struct en_flying {
    uint64_t number;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    bool urgent;
    en_time made;
    bool by_hand; /* of source->bundle: it left by hand, and nobody knows yet whether it arrived */
};

/* A sealed bundle of others that we pass on, as it is stored. */
struct en_kept {
    uint8_t id[EN_NODE_BUNDLE_ID_LEN]; /* of the parcel */
    char from[EN_ENVELOPE_PARTNER_LEN + 1], next[EN_ENVELOPE_PARTNER_LEN + 1];
    uint64_t bytes;
    en_time until;
};

/* A number came: for whoever counts it without a step, as from a store of before there were links. */
void en_node_link_came(struct en_node_link *l, uint64_t number);

/* Where queued items are: the caller's store. */
struct en_node_source {
    /*
     * The next items for a partner, in ascending order of their numbers, behind `after`: at most max, and no more than
     * fit one bundle. Items that were taken back in the meantime are left out. Returns how many.
     */
    size_t (*items)(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out);
    /*
     * The bundle of that number to a partner, as far as something of it is left to send; its bytes can be made again
     * under the same id. False if there is none.
     */
    bool (*bundle)(void *ctx, const char *partner, uint64_t number, struct en_flying *out);
    void *ctx;
};

/* --- what nodes tell each other ---------------------------------------------------------------------- */

/* In every slip: how the exchange between the two stands, as its sender sees it. */
struct en_sync {
    unsigned speaks_oldest, speaks_newest; /* versions of the exchange */
    uint64_t upto, window, highest; /* your numbers that came, as in struct en_node_link */
    struct en_head holds;           /* the newest head of your log that I cosigned; the proof is in the heads */
    uint64_t void_from, void_to;    /* numbers of mine that you miss and that are nowhere any more; 0: none */
    uint64_t prove;                 /* show that your newest head extends your head of this size; 0: no need */
    bool asks, answers;
    uint8_t ask[EN_SYNC_NONCE_LEN];    /* answer with this */
    uint8_t answer[EN_SYNC_NONCE_LEN]; /* what was asked */
};

/* A head that a slip shows. */
struct en_shown_head {
    const char *owner;
    struct en_head head;
    uint64_t old;                     /* of the sender's own log: proof shows that it extends its head of this size */
    const struct en_tree_proof *proof; /* of one that came; NULL: none */
};

/* --- events ------------------------------------------------------------------------------------------ */

enum en_event_kind {
    EN_EVENT_TIME,   /* time went by */
    EN_EVENT_QUEUED, /* the store has more items for a partner */
    EN_EVENT_GATE,   /* we may give to a partner, or may not any more: cut, suspended, no agreement */
    EN_EVENT_SENT,   /* what became of a sending */
    EN_EVENT_BUNDLE, /* a bundle came, was opened and is signed by its sender for us */
    EN_EVENT_PARCEL, /* a sealed bundle came that is to be passed on */
    EN_EVENT_PASSED, /* what became of passing one on */
    EN_EVENT_HEAD,   /* our own log has a new head */
    EN_EVENT_RESTORED, /* this node was restored from a backup */
    EN_EVENT_RESOLVE, /* a person says to go on with the answers that there are */
    EN_EVENT_UNREAD,  /* a bundle came, signed by its partner, in a version that we do not speak */
    EN_EVENT_NEAR     /* a partner that was away, or began anew, is reached: what waits for it goes at once */
};

enum en_sent {
    EN_SENT_OVER,   /* handed over; not yet a receipt */
    EN_SENT_FAILED, /* the partner could not be reached */
    EN_SENT_SEAL,   /* it could not open it: seal it again, to its newest key */
    EN_SENT_VERSION /* it does not speak the version in which it was sent */
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

/* Why a bundle was refused as a whole, as its refusal says (docs/formats/statements.md 3). */
enum en_refused {
    EN_REFUSED_NUMBER, /* bundle-number-used: it had another under this number */
    EN_REFUSED_EARLY,  /* bundle-too-early */
    EN_REFUSED_TIME,   /* bundle-expired, bundle-from-future */
    EN_REFUSED_VERSION, /* bundle-version */
    EN_REFUSED_ELSE
};

struct en_came_refusal {
    uint64_t number;
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    enum en_refused why;
};

struct en_event {
    enum en_event_kind kind;
    en_time now;
    const uint8_t *random; /* 32 fresh bytes */
    const char *partner;   /* of GATE, QUEUED, SENT, BUNDLE; PARCEL: who gave it; PASSED: to whom */
    bool open;             /* EN_EVENT_GATE */
    const char *via;       /* EN_EVENT_GATE: who would relay to it; EN_EVENT_SENT: who did; NULL: nobody */
    bool relayed;          /* EN_EVENT_BUNDLE: it came through a relay */
    const char *next;      /* EN_EVENT_PARCEL: to whom it goes on */
    uint64_t bytes;        /* EN_EVENT_PARCEL: its length */
    bool urgent;           /* EN_EVENT_QUEUED */
    unsigned version;      /* EN_EVENT_UNREAD */
    enum en_sent sent;     /* EN_EVENT_SENT, _PASSED */
    uint64_t number;       /* of a bundle that was sent or came; 0 for a slip */
    /* EN_EVENT_BUNDLE, _PARCEL, _PASSED */
    uint8_t id[EN_NODE_BUNDLE_ID_LEN];
    enum en_number_known known;
    const struct en_came_receipt *receipts; /* verified, for us */
    size_t n_receipts;
    const struct en_came_refusal *refusals;
    size_t n_refusals;
    const struct en_sync *sync;         /* of a slip; NULL: none */
    const struct en_shown_head *heads;  /* each signed by its owner */
    size_t n_heads;
    struct en_head head; /* EN_EVENT_HEAD */
};

/* --- updates ----------------------------------------------------------------------------------------- */

enum en_update_kind {
    /* To be committed together. */
    EN_UPDATE_LINK,      /* store the link */
    EN_UPDATE_MAKE,      /* make and store a bundle of these items under this number; they are sent now */
    EN_UPDATE_AGAIN,     /* the bundle of this number is without receipt again: its receiver lost it */
    EN_UPDATE_RENUMBER,  /* the bundle `old` has this number and id now: its number had been used before a backup */
    EN_UPDATE_DELIVERED, /* a receipt came for this number: its items are received, or refused as the receipt says */
    EN_UPDATE_TAKE,      /* take what this bundle brings, as the rules say of each part, and store its number */
    EN_UPDATE_COSIGN,    /* cosign this head of the partner's log, and store both */
    EN_UPDATE_FORK,      /* store both heads of the partner's log: together they prove a fork */
    EN_UPDATE_KEEP,      /* store this parcel, to pass it on to the partner */
    EN_UPDATE_DROP,      /* forget this parcel: it was handed over, or its time is over */
    EN_UPDATE_HOLD,      /* we know less than partners remember: sign nothing until one of the next two */
    EN_UPDATE_GO_ON,     /* nobody has a later head of ours */
    EN_UPDATE_EPOCH,     /* entries were lost: close the log, open the epoch after the other's, name both heads */
    EN_UPDATE_ALARM,     /* something for a person */
    /* To leave after the commit. */
    EN_UPDATE_SEND,      /* the bundle with this number; seal: to the newest key there is */
    EN_UPDATE_SLIP,      /* a slip with receipts of these numbers, this sync and these heads */
    EN_UPDATE_PASS,      /* the parcel with this id, to the partner */
    EN_UPDATE_NO_PARCEL, /* tell the partner that its parcel is not passed on, with a code */
    EN_UPDATE_REFUSE     /* a refusal of this bundle, with a code */
};
/* Whether it leaves the process: after the commit and not before. */
bool en_update_leaves(enum en_update_kind k);

enum en_alarm {
    EN_ALARM_NUMBER_USED,    /* a partner gave a number twice, to different bundles */
    EN_ALARM_RECEIPT_UNKNOWN, /* a receipt for a number that we never gave, or for another bundle */
    EN_ALARM_BEHIND,         /* a partner has lost what it had given receipts for: it gets it again */
    EN_ALARM_CLOCK,          /* a partner says that a bundle is out of its time: its clock or ours is wrong */
    EN_ALARM_REFUSED,        /* a partner refused a bundle as a whole, for a reason that another try does not change */
    EN_ALARM_VERSION,        /* a partner and we have no version of the exchange in common */
    EN_ALARM_UNPROVEN,       /* a partner's log: heads that nobody has shown to be of one history, for seven days */
    EN_ALARMS
};
const char *en_alarm_word(enum en_alarm a);

struct en_update {
    enum en_update_kind kind;
    const char *partner;       /* NULL of what is about ourselves: HOLD, GO_ON, EPOCH */
    struct en_node_link link;       /* LINK */
    uint64_t number;           /* MAKE, AGAIN, RENUMBER, DELIVERED, TAKE, SEND, REFUSE */
    uint64_t old;              /* RENUMBER */
    uint8_t id[EN_NODE_BUNDLE_ID_LEN]; /* MAKE, RENUMBER, TAKE, SEND, KEEP, DROP, PASS, REFUSE */
    bool urgent;               /* MAKE, SEND */
    unsigned version;          /* SEND, SLIP: of the exchange, in which it is written */
    bool seal, renew;          /* SEND: seal to the newest key; sign anew, under the same id */
    const uint64_t *numbers;   /* MAKE: items; SLIP: numbers whose receipts it carries */
    size_t n_numbers;
    const char *via;           /* SEND, SLIP: through whom; NULL: directly */
    struct en_kept kept;       /* KEEP */
    const char *code;          /* NO_PARCEL, REFUSE: of docs/formats/statements.md */
    enum en_alarm alarm;       /* ALARM */
    struct en_head head, other; /* COSIGN; FORK: both; EPOCH: ours, and the latest that a partner has; HOLD, GO_ON */
    struct en_sync sync;       /* SLIP */
    const struct en_shown_head *heads; /* SLIP: old says from which size its own log is to be proven */
    size_t n_heads;
};

/* Updates of one step, in order. They live in the arena, and those of partners borrow from the node. */
struct en_updates {
    struct en_arena *arena;
    struct en_update *v;
    size_t n, cap;
};

/* --- the step ---------------------------------------------------------------------------------------- */

struct en_node;
/* What source->ctx points to is borrowed for the node's life; `we` is our partner id. */
struct en_node *en_node_new(const char *we, const struct en_head *head, const struct en_node_source *source);
void en_node_free(struct en_node *n);
/*
 * Loads a link as it was stored (or a new one, of zeroes but its id), and what flew on it. Whether it is open is for an
 * event to say. EN_ASSERT: at most EN_NODE_LINKS_MAX links, each once, at most EN_NODE_FLYING_MAX flying.
 */
void en_node_link_load(struct en_node *n, const struct en_node_link *l, const struct en_flying *flying,
                       size_t n_flying);

/*
 * What is stored of a link that is loaded was changed beside the step, as by a bundle that went or came by hand: it is
 * taken over, and with it what flies now; when to try again stays as it is. EN_ASSERT: the partner has a link.
 */
void en_node_link_refresh(struct en_node *n, const struct en_node_link *l, const struct en_flying *flying,
                          size_t n_flying);
/*
 * For a step that is loaded in the place of another: when a partner that could not be reached is tried again, and how
 * its versions were tried, as that one knew. Nothing if one of the two has no such link.
 */
void en_node_pace(struct en_node *n, const struct en_node *was, const char *partner);

/* Adds to out, whose arena the caller resets between steps. EN_ASSERT: the partner has a link, the arena has room. */
void en_node_step(struct en_node *n, const struct en_event *e, struct en_updates *out);
/* Versions of the exchange that we speak, if not EN_ENVELOPE_VERSION alone: the last two. */
void en_node_speaks(struct en_node *n, unsigned oldest, unsigned newest);
/*
 * The version that a partner is written to in: the newest that both speak; of one whose versions are not known our
 * oldest, or newest if it did not speak that. 0: there is none in common, or no such link.
 */
unsigned en_node_version(const struct en_node *n, const char *partner);
/* The newest version that both speak, of theirs (0: not known, then our oldest) and ours; 0: none. */
unsigned en_version_common(unsigned theirs_oldest, unsigned theirs_newest, unsigned oldest, unsigned newest);
/* Passing on for others is an offer that a node makes (the charter lists it); it does not unless this says so. */
void en_node_relays(struct en_node *n, bool yes);
/* Loads a parcel as it was stored. EN_ASSERT: at most EN_NODE_KEPT_MAX. */
void en_node_kept_load(struct en_node *n, const struct en_kept *k);
/* Whether the node holds back until its partners have answered. */
bool en_node_asking(const struct en_node *n);
/* When the step wants to be told the time again; EN_TIME_NONE: not for its own sake. */
en_time en_node_wakes(const struct en_node *n);

#endif
