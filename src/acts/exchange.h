/*
 * exchange.h: what the acts of the exchange share. Internal to src/acts.
 *
 * A record of ours begins as a draft (act_record.c), is released by two persons (act_release.c), leaves in a bundle
 * (act_bundle.c) and is answered by its receiver (statements.c). What comes in is judged part by part (bundle_in.c).
 */
#ifndef EN_ACTS_EXCHANGE_H
#define EN_ACTS_EXCHANGE_H

#include <jansson.h>

#include "acts/partner.h"
#include "node/receipt.h"
#include "record/stix.h"
#include "rules/exchange.h"
#include "seal/node_key.h"

/* The source of the alerts of a partner: this and its id. */
#define PARTNER_SOURCE "partner-"
#define PARTNER_FORMAT "entente"
/* So much of one partner is kept that was not admitted; of what comes beyond, hash and reasons only. */
#define ASIDE_MAX (16u * EN_MIB)
/* And so long. */
#define ASIDE_KEPT (90 * EN_TIME_DAY)
/* A bundle is valid so long: a stick may travel by sea. */
#define BUNDLE_VALID (30 * EN_TIME_DAY)
/* Memory of one record, parsed. */
#define RECORD_ARENA EN_MAX_RECORD_ARENA

/* --- ourselves and partners -----------------------------------------------------------------------------------------
 */

/* EN_E_NOT_FOUND while the node has no keys. */
en_errc exchange_keys(struct en_call *c, const struct en_node_keys **out, struct en_err *err);
en_text exchange_we(const struct en_node_keys *k);

struct partner {
    struct en_store_partner row;
    struct en_agreement agreement;
    struct en_partner_facts facts; /* of row and agreement */
    struct partner_old_keys old;   /* only by partner_by_id and partner_find */
};
/* In the call's arena; *out is NULL if there is none, which is no error. */
en_errc partner_by_id(struct en_call *c, en_text id, const struct partner **out, struct en_err *err);
/* Its name, "" for nobody that we know; until the next record of the answer. */
en_errc partner_name(struct en_call *c, en_text id, en_text *out, struct en_err *err);
/* By its id or, where only one has it, its name. EN_E_NOT_FOUND. */
en_errc partner_find(struct en_call *c, en_text id_or_name, const struct partner **out, struct en_err *err);
typedef en_errc partner_fn(void *ctx, const struct partner *p, struct en_err *err);
en_errc partners_all(struct en_call *c, partner_fn *fn, void *ctx, struct en_err *err);

/* --- records --------------------------------------------------------------------------------------------------------
 */

struct written { /* a record of ours, as it will be kept */
    struct en_record record;
    struct en_buf bytes;
    struct en_arena arena;
};
void written_init(struct written *w);
void written_release(struct written *w);
/*
 * Makes the exact bytes of a record out of the members of its extension. ext is an object (borrowed and changed: what
 * the node itself says is put into it); uuid empty: a new one. EN_E_USAGE with the member that is not as it should be;
 * EN_E_RULE if no partner could take such a record, and for an outcome that is not told (protect.h).
 */
en_errc record_write(struct en_call *c, enum en_record_kind kind, en_text uuid, uint32_t version, en_time created,
                     json_t *ext, struct written *w, struct en_err *err);
/* The row of such a record. */
void record_row(struct en_call *c, const struct written *w, struct en_store_record *x);
/* Its object as members of the extension, for a next version. To be freed. */
en_errc record_members(const struct en_store_record *x, json_t **ext, en_time *created, struct en_err *err);
/* Adds a record of ours, commits and tells it. */
en_errc record_add_and_tell(struct en_call *c, struct en_store_record *x, struct en_err *err);
/* A fault of this argument if it has members that the node itself says. */
void record_refuse_own(struct en_args *a, const char *member, const json_t *ext);
/* "about": a record's number here, or its id alone, becomes the reference; "onward_to": a partner's name becomes its
 * id. EN_E_NOT_FOUND. */
en_errc record_references(struct en_call *c, json_t *ext, struct en_err *err);
/* That no version of this record of ours had. */
en_errc record_next_version(struct en_call *c, en_text uuid, uint32_t *version, struct en_err *err);
/* What a list and a page say of it (docs/formats/json.md, "record"). */
en_errc record_json(struct en_call *c, const struct en_store_record *x, bool full, struct en_json *j,
                    struct en_err *err);

/* Do the rules let this partner hold this record now, ours or another's? (act_release.c) */
en_errc release_may(struct en_call *c, int64_t record, const struct partner *p, bool *may, struct en_err *err);

/* --- what waits to leave --------------------------------------------------------------------------------------------
 */

/* Signs and queues a statement of ours; from and at are filled in. The node has keys (an invariant). */
en_errc queue_statement(struct en_acts *a, en_time now, struct en_statement *s, struct en_err *err);
/* The same; *id (may be NULL) is the delivery that carries it. */
en_errc queue_statement_as(struct en_acts *a, en_time now, struct en_statement *s, int64_t *id, struct en_err *err);

void reasons_json(const struct en_reasons *r, struct en_json *j);
void reasons_json_as(const char *member, const struct en_reasons *r, struct en_json *j);

/* --- alerts and records ----------------------------------------------------------------------------------------------
 */

/*
 * In the transaction of the act that changed an alert of ours: if it is a record, a new version of that becomes a draft
 * whose release is proposed by itself (below). *release is its number, 0 if it goes to nobody. Drafts before it are
 * dropped, and the event says so.
 */
en_errc exchange_alert_changed(struct en_call *c, int64_t alert, int64_t *release, struct en_err *err);
/*
 * In the transaction of an act that made a version of a record of ours: its release is proposed to all who hold another
 * version and to those whose agreement has it go by default (exchange-rules 6), as far as they may have it. *release: 0
 * if that is nobody; else the event has it with how many there are by default, and the roster.
 */
en_errc exchange_propose_by_itself(struct en_call *c, const struct en_store_record *r, int64_t *release,
                                   struct en_err *err);
/* In the transaction of an act: drafts before this version are superseded, and no release of theirs waits. */
en_errc exchange_drop_drafts(struct en_call *c, const struct en_store_record *by, struct en_err *err);
/* In the transaction of an act: releases of this version that wait are rejected, and told in the event's open array. */
en_errc exchange_reject_waiting(struct en_call *c, int64_t record, struct en_err *err);
/* Likewise when it ended: the record is withdrawn from all who hold it. *withdrawal is the record, 0 for none. */
en_errc exchange_alert_ended(struct en_call *c, int64_t alert, const char *reason, int64_t *withdrawal,
                             struct en_err *err);
/* The person, the ground and the dates of an alert of ours as members of its record. */
en_errc exchange_fill_from_alert(struct en_call *c, const struct en_store_alert *x, json_t *ext, struct en_err *err);
/* Older versions of a received record are in force no more. */
en_errc exchange_supersede(struct en_call *c, const struct en_store_record *by, struct en_err *err);
/* Makes an admitted record of a partner an alert of its source. */
en_errc exchange_make_alert(struct en_call *c, const struct en_record *r, struct en_store_record *x,
                            struct en_touched *touched, struct en_err *err);
/* Takes the content of one received version away: bytes, alert, what its hits quote. Its state is the caller's. */
en_errc exchange_forget(struct en_call *c, struct en_store_record *x, struct en_touched *touched, uint64_t *ended,
                        struct en_err *err);

/* --- statements of partners (statements.c) ------------------------------------------------------------------------ */

/* Reads one and looks whether it is signed by who brought it, for us. EN_E_NO: *code (static) says why not. */
en_errc statement_read(struct en_call *c, const struct partner *from, en_bytes note, struct en_arena *arena,
                       struct en_statement *s, const char **code);
/* Of the notes that stand as the proof of a delivery: when the partner said that it destroyed it, or EN_TIME_NONE. */
en_time statement_destroyed(en_bytes notes);
/* Whether one of a bundle is about a bundle of ours, in any of the forms that it had. */
en_errc statement_is_about_ours(struct en_call *c, const struct partner *from, const struct en_statement *s, bool *ours,
                                struct en_err *err);
/* Reads a part that is a statement and does what it says. *code (static): why it is refused, NULL if it is not. */
en_errc statement_take(struct en_call *c, const struct partner *from, en_bytes note, const char **code,
                       struct en_err *err);

#endif
