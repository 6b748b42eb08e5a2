/*
 * map.h: a hash table from byte strings to numbers.
 *
 * Keys are copied into the map. Strangers' keys are hashed with SipHash under the caller's random key; our
 * own with XXH3 (pass NULL). Iteration is in order of insertion, so results do not depend on the key.
 */
#ifndef EN_BASE_MAP_H
#define EN_BASE_MAP_H

#include "base/bytes.h"

struct en_map;

/* key16: 16 bytes, copied; NULL for keys that are ours. */
struct en_map *en_map_new(const uint8_t *key16);
void en_map_free(struct en_map *m);
/* The value's place if the key is there, else NULL. Valid until the next put. */
uint64_t *en_map_get(const struct en_map *m, en_bytes key);
/* Finds or inserts (with value 0); *fresh tells which and may be NULL. Valid until the next put. */
uint64_t *en_map_put(struct en_map *m, en_bytes key, bool *fresh);
size_t en_map_count(const struct en_map *m);
/* The i-th key inserted, 0 <= i < count, and its value. Borrowed until the next put. */
en_bytes en_map_key(const struct en_map *m, size_t i, uint64_t *value);
/* Memory held, in bytes. */
size_t en_map_memory(const struct en_map *m);

#endif
