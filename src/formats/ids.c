#include "formats/ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define SLOTS_FIRST (1u << 12)
#define SLOTS_MAX   (1u << 21)
#define PROBES      32u

struct en_ids {
    uint64_t *slots; /* hashes; 0 is free */
    size_t n_slots, n;
};

struct en_ids *
en_ids_new(void)
{
    return en_xcalloc(1, sizeof(struct en_ids));
}

void
en_ids_free(struct en_ids *ids)
{
    if (!ids)
        return;
    free(ids->slots);
    free(ids);
}

/* The slot that holds h, or a free one for it; NULL if neither is near. */
static uint64_t *
slot_of(uint64_t *slots, size_t n_slots, uint64_t h)
{
    for (size_t k = 0; k < PROBES; k++) {
        uint64_t *slot = &slots[((h >> 20) + k) & (n_slots - 1)];

        if (*slot == h || *slot == 0)
            return slot;
    }
    return NULL;
}

/* Twice the room; false if that is too much, or if some hash finds no place even there. */
static bool
grow(struct en_ids *ids)
{
    size_t n_slots = ids->n_slots ? ids->n_slots * 2 : SLOTS_FIRST;
    uint64_t *slots;

    if (n_slots > SLOTS_MAX)
        return false;
    slots = en_xcalloc(n_slots, sizeof *slots);
    for (size_t i = 0; i < ids->n_slots; i++) {
        uint64_t h = ids->slots[i], *slot = h ? slot_of(slots, n_slots, h) : NULL;

        if (slot)
            *slot = h; /* one that finds no place is forgotten */
    }
    free(ids->slots);
    ids->slots = slots;
    ids->n_slots = n_slots;
    return true;
}

/* 'M', digits, "-P", digits. */
bool
en_id_looks_made(en_text id)
{
    size_t i = 1;

    if (id.n < 4 || id.p[0] != 'M')
        return false;
    while (i < id.n && id.p[i] >= '0' && id.p[i] <= '9')
        i++;
    if (i + 2 > id.n || id.p[i] != '-' || id.p[i + 1] != 'P')
        return false;
    for (i += 2; i < id.n; i++)
        if (id.p[i] < '0' || id.p[i] > '9')
            return false;
    return true;
}

bool
en_ids_take(struct en_ids *ids, en_text id)
{
    uint64_t h = en_xxh3(en_text_bytes(id)) | 1, *slot;

    if (!id.n)
        return false;
    if (ids->n * 2 >= ids->n_slots)
        (void)grow(ids);
    slot = slot_of(ids->slots, ids->n_slots, h);
    if (slot && *slot == h)
        return false;
    if (slot && ids->n * 2 < ids->n_slots) {
        *slot = h;
        ids->n++;
    }
    return true;
}

size_t
en_id_made(uint64_t message, uint64_t person, char out[EN_ID_MADE_MAX])
{
    char digits[2 * 20 + 3], *p = digits + sizeof digits;
    size_t n;

    for (uint64_t v = person; v || p == digits + sizeof digits; v /= 10)
        *--p = (char)('0' + v % 10);
    *--p = 'P';
    *--p = '-';
    for (uint64_t v = message; v; v /= 10)
        *--p = (char)('0' + v % 10);
    *--p = 'M';
    n = (size_t)(digits + sizeof digits - p);
    if (n > EN_ID_MADE_MAX)
        n = EN_ID_MADE_MAX;
    memcpy(out, p, n);
    return n;
}
