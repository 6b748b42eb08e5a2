/*
 * rows.h: copies of rows with everything they point to, in one piece of memory. For src/store only.
 *
 * A kind of row knows how to lay its texts and bytes behind it. The same function measures (at == NULL) and writes.
 */
#ifndef EN_STORE_ROWS_H
#define EN_STORE_ROWS_H

#include "store/store.h"

struct en_pack {
    char *at; /* where the next piece goes; NULL while measuring */
    size_t n; /* bytes so far */
};

struct en_row_kind {
    size_t size; /* of the struct */
    void (*pack)(struct en_pack *k, void *row);
};

extern const struct en_row_kind en_row_node, en_row_user, en_row_event, en_row_source, en_row_import, en_row_alert,
    en_row_manifest, en_row_message, en_row_traveller, en_row_hit, en_row_decision, en_row_clearance, en_row_answer,
    en_row_intent, en_row_tally, en_row_record, en_row_release, en_row_delivery, en_row_bundle, en_row_change,
    en_row_head, en_row_tree_node, en_row_witnessed, en_row_partner, en_row_partner_key, en_row_charter,
    en_row_link, en_row_parcel, en_row_question, en_row_protection, en_row_refusal;

/* A node of the ledger's tree, as the memory engine keeps it. */
struct en_row_tree {
    unsigned level;
    uint64_t index;
    struct en_tree_hash hash;
};

/* A copy in one malloc; *size is its length (for wiping). */
void *en_row_dup(const struct en_row_kind *kind, const void *row, size_t *size);
/* A copy to out, its pieces in the arena; false at the arena's cap. */
bool en_row_copy(const struct en_row_kind *kind, const void *row, struct en_arena *a, void *out);

#endif
