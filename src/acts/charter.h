/*
 * charter.h: what the acts about the charter share. Internal to src/acts.
 *
 * The store keeps every version that came or was written here; the pure charter (node/charter.h) judges them. A version
 * that is in force says how partners stand, and the rules obey that: charter_in_force is where they ask.
 */
#ifndef EN_ACTS_CHARTER_H
#define EN_ACTS_CHARTER_H

#include "acts/partner.h"
#include "node/charter.h"

/* Versions of one number that a member has signed, were never adopted and are kept: nobody fills the store alone. */
#define CHARTER_RIVALS_MAX 4u
/* A file of charters: some hundred versions, and statements of keys. */
#define CHARTER_FILE_MAX (32u * EN_MIB)
/* Charters in one bundle. */
#define CHARTER_PARTS_MAX 32u

struct version {
    struct en_store_charter row;
    struct en_charter c;
    struct en_lines *lines; /* its note */
    bool judged;
    en_errc verdict;        /* of judged: EN_OK, or err */
    struct en_err err;
    struct en_charter_step *step; /* what it demands; NULL of a first one, and of one whose predecessor is not here */
};

/* All that is here, in the call's arena, by number and then as they came. */
struct charters {
    struct en_call *c;
    size_t n, cap;
    struct version *v;
    struct version *now; /* in force; NULL: none */
    struct en_charter_key *keys; /* that members went on to */
    size_t n_keys, cap_keys;
    struct en_key_state own; /* our keys; number 0 while there are none */
};
en_errc charters_load(struct en_call *c, struct charters *out, struct en_err *err);
/* The version that it follows; NULL if that is not here. */
struct version *charters_before(const struct charters *all, const struct version *v);
/* Does it hold on the version before it? Remembered in v. */
en_errc charters_judge(const struct charters *all, struct version *v, struct en_err *err);
/* Versions whose signatures have become enough now hold, and that is stored. */
en_errc charters_settle(struct charters *all, struct en_err *err);
/* Another copy: its signatures, and the statements of keys that came with it. *added signatures are new. */
en_errc charters_gather(struct charters *all, struct version *v, const struct en_signed_note *more, unsigned *added,
                        struct en_err *err);
/* Takes a version up that is not here: it gets its row. */
en_errc charters_add(struct charters *all, const struct en_store_charter *row, const struct en_charter *x,
                     struct en_lines *lines, struct version **out, struct en_err *err);
/* Reads a note, or a text that nobody has signed yet. */
en_errc charter_read(struct en_call *c, en_bytes note, struct en_charter *out, struct en_lines **lines,
                     struct en_err *err);
/* Statements of keys, one behind the other: those of members are added. EN_E_INPUT, EN_E_INTEGRITY. */
en_errc charters_take_key(struct charters *all, en_bytes note, struct en_err *err);
/*
 * By its number or the beginning (8 or more digits) of its hash. Of several with one number: the one that was adopted
 * last if `adopted`, else EN_E_USAGE. Empty: the one in force.
 */
en_errc charters_named(const struct charters *all, en_text which, bool adopted, struct version **out,
                       struct en_err *err);
/* A member of a version by its id or, where only one has it, its name. NULL if there is none or there are several. */
const struct en_charter_member *charter_member_named(const struct en_charter *c, en_text whom);
/* Other versions of its number that hold. */
bool charters_forked(const struct charters *all, const struct version *v);

/* docs/formats/json.md, "charter"; full with its members, what it changes, and its forks. */
en_errc charter_emit(const struct charters *all, struct version *v, bool full, struct en_err *err);
/* Members of a record or an event that name a version. */
void charter_facts(const struct en_store_charter *x, struct en_json *j);

/* In the transaction of bundle import: a charter that a partner sends along. *code (static): why it is not kept. */
en_errc charter_take(struct en_call *c, en_bytes note, const char **code, struct en_err *err);
/* Writes "charters" into the event, if any came. Once. */
void charter_came_facts(struct en_call *c, struct en_json *ev);
/* Queues a version with the signatures that are known for every member that is a partner here. *n: for how many. */
en_errc charter_send(const struct charters *all, const struct version *v, uint64_t *n, struct en_err *err);

#endif
