/*
 * release.h: what the acts about releases share. Internal to src/acts.
 *
 * A release is proposed, explained to both persons, and approved or rejected (act_release.c, act_release_preview.c);
 * what it gave is taken back (act_release_withdraw.c). A new version of a record is proposed by itself to whoever is to
 * have it (release_versions.c).
 */
#ifndef EN_ACTS_RELEASE_H
#define EN_ACTS_RELEASE_H

#include "acts/exchange.h"
#include "acts/protect.h"

/* The deliveries that make a holder. */
#define HOLDS                                                                                                          \
    (1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_RECEIVED | 1u << EN_DELIVERY_OPENED | 1u << EN_DELIVERY_REFUSED)

/* --- a record, and who holds it ----------------------------------------------------------------------------------- */

struct ours {
    struct en_store_record row;
    struct en_record record;
    struct protect_facts told; /* of what became of a hit */
    bool consent;              /* received: its originator lets it go on, or is asked now */
    bool consenting;           /* ours: another is to pass it on */
    struct en_arena arena;
};

void ours_init(struct ours *o); /* release its arena */
/* Ours, or what a partner let us have. EN_E_NOT_FOUND; EN_E_NO: its content is gone. */
en_errc ours_held(struct en_call *c, int64_t id, struct ours *o, struct en_err *err);
/* Ours alone: EN_E_RULE for another's. */
en_errc ours_get(struct en_call *c, int64_t id, struct ours *o, struct en_err *err);

/* A set of partners. */
struct holders {
    struct en_arena arena;
    char (*id)[EN_SEAL_ID_LEN + 1];
    size_t n, cap;
    unsigned states; /* which deliveries make a holder */
    bool onward;     /* and those who got it from another */
    struct en_call *c;
};

void holders_init(struct holders *h, struct en_call *c, unsigned states); /* release its arena */
bool holders_have(const struct holders *h, en_text partner);
void holders_add(struct holders *h, en_text partner); /* once each */
/* Those from whom the record was taken back are none: they never take it again. */
en_errc holders_forget_withdrawn(struct holders *h, en_text uuid, struct en_err *err);
/* Every partner that has or may have any version of it, and from whom it was not taken back. */
en_errc holders_of(struct holders *h, en_text uuid, struct en_err *err);
/* Of them those who may not have this version: it is taken back from them when it is approved. */
en_errc holders_narrowed(struct en_call *c, const struct ours *o, struct holders *h, struct en_err *err);

/* --- what the rules say ------------------------------------------------------------------------------------------- */

struct en_release_facts release_facts(struct en_call *c, const struct ours *o, const struct partner *p, bool listed);
/* What speaks against; nothing: it may. */
void release_rules(struct en_call *c, const struct ours *o, const struct partner *p, bool listed,
                   struct en_reasons *out);
/* The same as an answer: EN_E_RULE with the first reason. */
en_errc release_judge(struct en_call *c, const struct ours *o, const struct partner *p, struct en_err *err);

/* What left of one record for one partner. */
struct known_delivery {
    bool any;
    enum en_delivery_state state;
};
en_errc known_delivery(struct en_call *c, int64_t record, en_text partner, struct known_delivery *out,
                       struct en_err *err);

/* --- the roster, and what leaves ---------------------------------------------------------------------------------- */

/* To whom, so that an event says it and names nobody. */
void roster_fact(struct en_call *c, const struct en_store_release *x);
/* Once each; the roster has room for EN_ENVELOPE_ROSTER_MAX. */
void roster_add(struct en_call *c, struct en_store_roster *roster, size_t *n, en_text partner);
/* The signed release; the entries get their places. */
void release_sign(const struct en_node_keys *keys, const struct en_store_record *r, struct en_store_roster *roster,
                  size_t n, struct en_buf *bytes, uint8_t sig[EN_SEAL_SIG_LEN]);
/* The record waits to leave for each on the roster. */
en_errc release_queue(struct en_call *c, const struct en_store_record *r, const struct en_store_release *x,
                      struct en_err *err);
/* What waits of older versions (of all, if of has no version) does not leave any more, and they become `state`. */
en_errc release_drop_others(struct en_call *c, const struct en_store_record *of, unsigned states, enum en_held state,
                            struct en_err *err);

/* What waits of any version for one partner does not leave any more; *n grows by how many. */
en_errc release_drop_for(struct en_call *c, en_text uuid, en_text partner, size_t *n, struct en_err *err);

/* --- taking back (act_release_withdraw.c) ------------------------------------------------------------------------- */

/* In the transaction of an act: one person sends a withdrawal to these; *id is its record. */
en_errc withdrawal_send(struct en_call *c, const struct ours *o, const struct holders *h, const char *reason,
                        int64_t *id, struct en_err *err);
/* In the transaction of an act. *withdrawal: the record that goes to the holders; 0 if nobody holds it. */
en_errc record_withdraw(struct en_call *c, struct ours *o, const char *reason, int64_t *withdrawal, struct en_err *err);

#endif
