#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct entry {
    uint64_t hash, value;
    uint64_t at; /* of the key in keys */
    uint32_t n;
};

struct en_map {
    bool keyed;
    uint8_t key[16];
    uint32_t *slots; /* 0 empty, else entry number + 1 */
    size_t n_slots;  /* a power of two */
    struct entry *entries;
    size_t count, cap;
    uint8_t *keys;
    size_t keys_n, keys_cap;
};

struct en_map *
en_map_new(const uint8_t *key16)
{
    struct en_map *m = en_xcalloc(1, sizeof *m);

    if (key16) {
        m->keyed = true;
        memcpy(m->key, key16, sizeof m->key);
    }
    m->n_slots = 16;
    m->slots = en_xcalloc(m->n_slots, sizeof *m->slots);
    return m;
}

void
en_map_free(struct en_map *m)
{
    if (!m)
        return;
    free(m->slots);
    free(m->entries);
    if (m->keys)
        explicit_bzero(m->keys, m->keys_cap);
    free(m->keys);
    free(m);
}

static uint64_t
hash_of(const struct en_map *m, en_bytes key)
{
    return m->keyed ? en_siphash(key, m->key) : en_xxh3(key);
}

/* The slot of the key, or the empty slot where it belongs. */
static uint32_t *
slot_of(const struct en_map *m, en_bytes key, uint64_t hash)
{
    size_t i = (size_t)hash & (m->n_slots - 1);

    for (;; i = (i + 1) & (m->n_slots - 1)) {
        const struct entry *e;

        if (!m->slots[i])
            return &m->slots[i];
        e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && e->n == key.n && (key.n == 0 || memcmp(m->keys + e->at, key.p, key.n) == 0))
            return &m->slots[i];
    }
}

uint64_t *
en_map_get(const struct en_map *m, en_bytes key)
{
    uint32_t *s = slot_of(m, key, hash_of(m, key));

    return *s ? &m->entries[*s - 1].value : NULL;
}

static void
rehash(struct en_map *m)
{
    free(m->slots);
    m->n_slots *= 2;
    m->slots = en_xcalloc(m->n_slots, sizeof *m->slots);
    for (size_t k = 0; k < m->count; k++) {
        size_t i = (size_t)m->entries[k].hash & (m->n_slots - 1);

        while (m->slots[i])
            i = (i + 1) & (m->n_slots - 1);
        m->slots[i] = (uint32_t)k + 1;
    }
}

uint64_t *
en_map_put(struct en_map *m, en_bytes key, bool *fresh)
{
    uint64_t hash = hash_of(m, key);
    uint32_t *s = slot_of(m, key, hash);

    if (fresh)
        *fresh = !*s;
    if (*s)
        return &m->entries[*s - 1].value;
    EN_ASSERT(m->count < UINT32_MAX - 1 && key.n <= UINT32_MAX);
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->entries = en_xrealloc(m->entries, m->cap * sizeof *m->entries);
    }
    while (key.n > m->keys_cap - m->keys_n) {
        m->keys_cap = m->keys_cap ? m->keys_cap * 2 : 256;
        m->keys = en_xrealloc(m->keys, m->keys_cap);
    }
    if (key.n)
        memcpy(m->keys + m->keys_n, key.p, key.n);
    m->entries[m->count] = (struct entry){ hash, 0, m->keys_n, (uint32_t)key.n };
    m->keys_n += key.n;
    *s = (uint32_t)++m->count;
    if (m->count * 4 > m->n_slots * 3)
        rehash(m);
    return &m->entries[m->count - 1].value;
}

size_t
en_map_count(const struct en_map *m)
{
    return m->count;
}

en_bytes
en_map_key(const struct en_map *m, size_t i, uint64_t *value)
{
    EN_ASSERT(i < m->count);
    if (value)
        *value = m->entries[i].value;
    return en_bytes_from(m->keys + m->entries[i].at, m->entries[i].n);
}

size_t
en_map_memory(const struct en_map *m)
{
    return sizeof *m + m->n_slots * sizeof *m->slots + m->cap * sizeof *m->entries + m->keys_cap;
}
