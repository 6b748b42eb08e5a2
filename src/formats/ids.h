/*
 * ids.h: the ids seen in a manifest, so that one id names one traveller. Private to formats.
 *
 * Bounded: beyond a million ids, or where ids were made to collide, an id is taken for new without being looked up.
 */
#ifndef EN_FORMATS_IDS_H
#define EN_FORMATS_IDS_H

#include "base/bytes.h"

struct en_ids;

struct en_ids *en_ids_new(void);
void en_ids_free(struct en_ids *ids);
/* True if id may name another traveller: it is not empty and was not taken before. */
bool en_ids_take(struct en_ids *ids, en_text id);

#define EN_ID_MADE_MAX 40
/* "M1-P3": message 1, person 3. Returns its length; no NUL. */
size_t en_id_made(uint64_t message, uint64_t person, char out[EN_ID_MADE_MAX]);
/* Whether id looks like one of those. */
bool en_id_looks_made(en_text id);

#endif
