/*
 * ledger_told.h: what the events of a ledger say of users, releases, partners and protections, for whoever compares
 * the rows with it. Internal to src/acts.
 */
#ifndef EN_ACTS_LEDGER_TOLD_H
#define EN_ACTS_LEDGER_TOLD_H

#include <jansson.h>

#include "store/store.h"

struct en_told;

struct en_told *en_told_new(void);
void en_told_free(struct en_told *t); /* NULL is allowed */
/* Every event in its order; root: its bytes, NULL where they were destroyed. */
void en_told_event(struct en_told *t, const struct en_store_event *e, const json_t *root);
/* A word for what of the row is not what the events say; NULL: nothing. */
const char *en_told_user(struct en_told *t, const struct en_store_user *x);
const char *en_told_release(struct en_told *t, const struct en_store_release *x);
const char *en_told_partner(struct en_told *t, const struct en_store_partner *x);
const char *en_told_charter(struct en_told *t, const struct en_store_charter *x);
const char *en_told_protection(struct en_told *t, const struct en_store_protection *x);
/*
 * After all rows: those that events tell of and that are not there, each by its kind and its number or id:
 * releases, partners and charters are never deleted, and a protection by the act that ends it.
 */
typedef void en_told_lost_fn(void *ctx, const char *kind, const char *which);
void en_told_lost(const struct en_told *t, en_told_lost_fn *fn, void *ctx);
/* Of events that tell to whom: SHA-256 over id and salt of each partner, by id. */
void en_roster_hash(const struct en_store_roster *roster, size_t n, uint8_t out[EN_SHA256_LEN]);

#endif
