/*
 * charter.h: the register of partners, changed by thresholds of its members' signatures. docs/formats/charter.md.
 *
 * A charter is a signed note. Version N + 1 holds if it names N by its hash and if whoever must agree to each of its
 * changes has signed: as N counts them and as N + 1 does. A member has one vote, however many keys or signatures it
 * has, and none about itself. A suspension stops the exchange with a member and never takes its vote, so that no
 * minority can suspend the others and decide alone.
 *
 * A charter says who is eligible; what two partners exchange they agree between themselves. An old charter is warned
 * about and stops nothing. Two charters of one number are a fork, which both texts prove.
 *
 * Pure: what is parsed lives in the arena or borrows from the note; time comes in.
 */
#ifndef EN_NODE_CHARTER_H
#define EN_NODE_CHARTER_H

#include "base/arena.h"
#include "base/hash.h"
#include "node/lines.h"
#include "person/country.h"
#include "rules/exchange.h"

#define EN_CHARTER_FORM         "entente-charter/1"
#define EN_CHARTER_MEMBERS_MAX  128u /* as many as a roster has; 75 are expected */
#define EN_CHARTER_NAME_MAX     120u
#define EN_CHARTER_SPONSORS_MIN 3u
#define EN_CHARTER_SPONSORS_MAX 8u
#define EN_CHARTER_NUMBER_MAX   1000000u
/* An emergency suspension lapses after so long unless it is confirmed. */
#define EN_CHARTER_SUSPENSION (30 * EN_TIME_DAY)
/* A charter older than this is warned about. */
#define EN_CHARTER_OLD (365 * EN_TIME_DAY)

/* Who may be decided about by what part of the members: num of den, rounded up. */
enum en_charter_threshold {
    EN_CHARTER_ADMIT,   /* who comes in, and whatever has no threshold of its own: 2/3 */
    EN_CHARTER_EXPEL,   /* 3/4 of the others */
    EN_CHARTER_AMEND,   /* these thresholds: 3/4 */
    EN_CHARTER_SUSPEND, /* in an emergency, and the least that makes a version: 1/3 */
    EN_CHARTER_THRESHOLDS
};
const char *en_charter_threshold_word(enum en_charter_threshold t);

struct en_charter_part {
    unsigned num, den;
};

struct en_charter_member {
    en_text id;
    en_text name;
    bool organisation;  /* otherwise of a country */
    en_country country; /* of an organisation none */
    en_text bloc;       /* a label for quorums of witnesses; empty for none */
    struct en_note_key key;                  /* named entente/<id> */
    uint8_t seal[EN_SEAL_PUBLIC_LEN];        /* its age recipient when the version was made */
    uint8_t next[EN_SHA256_LEN];             /* SHA-256 of its next public key */
    enum en_standing standing;               /* full, observer, provisional or expelled */
    en_text sponsors[EN_CHARTER_SPONSORS_MAX]; /* of a provisional member, in ascending order */
    unsigned n_sponsors;
    en_time suspended; /* until then; EN_TIME_NONE: it was not. What lapsed stays until it is taken out by a vote */
    bool relay;        /* passes sealed bundles on for others */
};

struct en_charter {
    uint32_t number; /* from 1 */
    en_time date;
    uint8_t previous[EN_SHA256_LEN]; /* hash of version number - 1; zeroes in the first */
    struct en_charter_part threshold[EN_CHARTER_THRESHOLDS];
    struct en_charter_member *members; /* in ascending order of their ids */
    unsigned n_members;
    uint8_t hash[EN_SHA256_LEN]; /* SHA-256 of the text, without its signatures */
};

/* Fills in the usual thresholds: 2/3, 3/4, 3/4, 1/3. */
void en_charter_usual(struct en_charter *c);
/* Appends the text that is signed; the charter is well formed (an invariant that en_charter_parse keeps). hash is not
 * read. */
void en_charter_write(const struct en_charter *c, struct en_buf *out);
/*
 * Reads the form of a charter: nothing is verified. l (its note is what is judged) and out borrow from in; members are
 * in the arena. EN_E_INPUT or EN_E_LIMIT with the line. There is one way to write a charter: what is read writes back
 * the same.
 */
en_errc en_charter_parse(en_bytes in, struct en_arena *a, struct en_lines *l, struct en_charter *out,
                         struct en_err *err);

/* The same of a text that nobody has signed yet: it ends in a blank line. l->note has no signature; it lives in a. */
en_errc en_charter_parse_draft(en_bytes in, struct en_arena *a, struct en_lines *l, struct en_charter *out,
                               struct en_err *err);

/* NULL if it is not listed. */
const struct en_charter_member *en_charter_member(const struct en_charter *c, en_text id);
/* Standing of a partner at a time, and (may be NULL) whether `we` is among its sponsors. */
enum en_standing en_charter_standing(const struct en_charter *c, en_text id, en_text we, en_time now, bool *sponsored);
/* A sentence to warn with, or NULL. It stops nothing. */
const char *en_charter_warning(const struct en_charter *c, en_time now);
/* How many of `voters` a threshold takes: rounded up, at least 1. */
unsigned en_charter_need(struct en_charter_part part, unsigned voters);

/* --- from version to version ------------------------------------------------------------------------- */

/* What a version changes, and what each change takes. */
enum en_charter_change {
    EN_CHARTER_VERSION,   /* every version: the threshold to suspend */
    EN_CHARTER_ADMITTED,  /* to admit; and it signed itself */
    EN_CHARTER_VOUCHED,   /* provisional: its sponsors, who are full members, and it itself signed */
    EN_CHARTER_ROTATED,   /* its key has the digest that was published: it signed with the new one */
    EN_CHARTER_REKEYED,   /* another key, without that digest: to admit; and it signed with the new one */
    EN_CHARTER_OWN,       /* its sealing key, next key or duty to relay: it signed itself */
    EN_CHARTER_DESCRIBED, /* its name, class or bloc: to admit */
    EN_CHARTER_LOWERED,   /* to observer or provisional: to expel */
    EN_CHARTER_EXPELLED,  /* to expel */
    EN_CHARTER_SUSPENDED, /* for 30 days at most: to suspend */
    EN_CHARTER_CONFIRMED, /* for longer, or again: to admit */
    EN_CHARTER_RESTORED,  /* no longer suspended: to admit */
    EN_CHARTER_LEFT,      /* not listed any more: it signed itself, with the key it had */
    EN_CHARTER_REMOVED,   /* not listed any more, was expelled or provisional: to admit */
    EN_CHARTER_AMENDED,   /* thresholds: to amend */
    EN_CHARTER_CHANGES
};
const char *en_charter_change_word(enum en_charter_change c);

/* Votes as one of the two versions counts them. */
struct en_charter_count {
    unsigned have, need, voters;
};

struct en_charter_demand {
    enum en_charter_change change;
    en_text member; /* whom it is about; empty for versions and thresholds */
    struct en_charter_count before, after; /* need 0: nobody votes on it */
    bool unsigned_; /* someone who must have signed himself has not */
};

#define EN_CHARTER_DEMANDS_MAX (6u * EN_CHARTER_MEMBERS_MAX)
struct en_charter_step {
    size_t n;
    struct en_charter_demand demand[EN_CHARTER_DEMANDS_MAX];
};

/* A key that a member went on to, from its signed statements; the caller verified them. In their order. */
struct en_charter_key {
    en_text id;
    uint8_t public_key[EN_SEAL_PUBLIC_LEN];
    uint8_t next[EN_SHA256_LEN];
};

/*
 * Whether `note`, read as `after`, is the version that follows `before`. keys (n_keys, may be 0) are keys that members
 * went on to in between; each counts only where its digest was published before. out (may be NULL) says what was
 * demanded and what there was, also when it was not enough.
 *
 * EN_E_INPUT: not the next number, another predecessor, an earlier date; EN_E_RULE: from the future, or votes are
 * missing; EN_E_INTEGRITY: a signature of a member does not hold. On success the caller records the adoption and may
 * forget `before`, but nobody should: every version proves the next.
 */
en_errc en_charter_follows(const struct en_charter *before, const struct en_signed_note *note,
                           const struct en_charter *after, const struct en_charter_key *keys, size_t n_keys,
                           en_time now, struct en_charter_step *out, struct en_err *err);
/* Whether it is a first version signed by everyone in it, with this hash (that was made known by another way). */
en_errc en_charter_founds(const struct en_signed_note *note, const struct en_charter *first,
                          const uint8_t hash[EN_SHA256_LEN], en_time now, struct en_err *err);
/*
 * Walks notes from *at on, each the next version. *at becomes the last that held (in the arena, borrowing from its
 * note); *walked how many did. The error of the first that did not, EN_OK if all did.
 */
en_errc en_charter_walk(struct en_charter *at, const en_bytes *notes, size_t n, const struct en_charter_key *keys,
                        size_t n_keys, en_time now, struct en_arena *a, size_t *walked, struct en_err *err);

/* --- writing the next version ------------------------------------------------------------------------ */

/*
 * *out becomes the version behind `before` with nothing changed, or (NULL) a first one without members and with the
 * usual thresholds; its members have their room in the arena. EN_E_LIMIT.
 */
en_errc en_charter_next(const struct en_charter *before, en_time date, struct en_arena *a, struct en_charter *out,
                        struct en_err *err);
/* Puts a member into its place, over its entry if it is listed. Of one that en_charter_next made. False: it is full. */
bool en_charter_put(struct en_charter *c, const struct en_charter_member *m);
/* False: it is not listed. */
bool en_charter_remove(struct en_charter *c, en_text id);

/* Has this member signed, with a key that its entry vouches for? What does not hold is no signature. */
bool en_charter_has_signed(const struct en_signed_note *note, const struct en_charter_member *m,
                           const struct en_charter_key *keys, size_t n_keys);
/*
 * Appends the text of `after` with the signatures of members (of `before`, NULL for none, or of itself) that stand
 * under `have` (may be NULL) and `more`, two copies of it: each key's once, those of strangers left out. *added is how
 * many of `more` are new. EN_E_INTEGRITY if a member's signature in `more` does not hold; EN_E_LIMIT if a note cannot
 * hold them all.
 */
en_errc en_charter_gather(const struct en_charter *before, const struct en_charter *after,
                          const struct en_signed_note *have, const struct en_signed_note *more,
                          const struct en_charter_key *keys, size_t n_keys, struct en_buf *out, unsigned *added,
                          struct en_err *err);

/* Two charters of one number. */
struct en_charter_fork {
    uint32_t number;
    bool same_previous;
    uint8_t hash[2][EN_SHA256_LEN];
    unsigned n_signed[2]; /* members whose signature holds */
    unsigned n_both;      /* who signed both */
    en_text both[EN_CHARTER_MEMBERS_MAX];
};
/* Whether they are of one number with different texts; then *out tells the evidence, which anyone can verify. */
bool en_charter_forked(const struct en_signed_note *a_note, const struct en_charter *a,
                       const struct en_signed_note *b_note, const struct en_charter *b, struct en_charter_fork *out);

#endif
