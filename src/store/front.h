/*
 * front.h: what the files in front of the engines share: the gate of writes, the checks of values, get by iteration.
 */
#ifndef EN_STORE_FRONT_H
#define EN_STORE_FRONT_H

#include "base/buf.h"
#include "store/rows.h"
#include "store/store_engine.h"

/* EN_OK if a write may begin; the error that spoiled the transaction otherwise. */
en_errc en_store_gate(struct en_store *s);
/* Closes a write: hands the error in s->err to the caller and keeps it if it spoils the transaction. */
en_errc en_store_wrote(struct en_store *s, en_errc rc, struct en_err *err);

/* Values within their limits; `what` is our word for the value. */
en_errc en_store_check_word(en_text t, const char *what, struct en_err *err);
en_errc en_store_check_name(en_text t, const char *what, struct en_err *err); /* a word that is not empty */
en_errc en_store_check_blob(en_bytes b, const char *what, struct en_err *err);
en_errc en_store_check_list(const en_text *list, size_t n, const char *what, struct en_err *err);

/* Where a get puts the row that its iteration meets. */
struct en_take {
    const struct en_row_kind *kind;
    struct en_arena *arena;
    void *out;
    bool found;
};

en_errc en_take_row(struct en_take *t, const void *row, struct en_err *err);
/* rc of the iteration, EN_E_NOT_FOUND if it met nothing. */
en_errc en_take_result(const struct en_take *t, en_errc rc, const char *what, struct en_err *err);

/* Ids that an iteration collects, so that they can be deleted after it. */
#define EN_DUE_BATCH 256u

/* Iterations of the engine, counted so that a write inside is noticed. */
#define EN_STORE_READING(s, call) ((s)->reading++, en_store_read_done((s), (call)))
en_errc en_store_read_done(struct en_store *s, en_errc rc);

/* The ledger: store_log.c. An event was appended; the transaction is to be committed; it is over. */
en_errc en_store_log_append(struct en_store *s, const struct en_store_event *e, struct en_err *err);
en_errc en_store_log_commit(struct en_store *s, struct en_err *err);
void en_store_log_over(struct en_store *s, bool committed);

/* The open import and what it has put: store_alerts.c. */
void en_store_import_forget(struct en_store *s);

#endif
