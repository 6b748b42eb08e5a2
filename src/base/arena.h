/*
 * arena.h: memory with an owner you can name.
 *
 * An arena serves a request, a record or a file, is passed as an argument and released (or reset) at
 * the end; everything in it goes at once. It has a cap: an allocation beyond the cap returns NULL and
 * sets a sticky mark, which the caller tests once at the end, because the sender of the input caused it.
 * A failed malloc ends the process.
 */
#ifndef EN_BASE_ARENA_H
#define EN_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct en_arena_block;

struct en_arena {
    struct en_arena_block *head; /* the block in use; the first block is kept by reset */
    size_t used, cap;            /* bytes handed out, and at most */
    bool over;                   /* the cap was hit */
};

/* An empty arena that hands out at most cap bytes. Nothing is allocated yet. */
void en_arena_init(struct en_arena *a, size_t cap);
/* Frees all and leaves the arena as after init with the same cap. Safe on a zeroed struct. */
void en_arena_release(struct en_arena *a);
/* Forgets all contents (wiped), keeps one block for reuse, clears the mark. */
void en_arena_reset(struct en_arena *a);

/* n bytes aligned for any type, zeroed; NULL at the cap. n may be 0 (a valid pointer to nothing). */
void *en_arena_alloc(struct en_arena *a, size_t n);
/* An array; NULL on overflow of the product as well. */
void *en_arena_array(struct en_arena *a, size_t count, size_t size);
/* A copy of n bytes of p. */
void *en_arena_copy(struct en_arena *a, const void *p, size_t n);
/* Grows the array *p of *cap elements so that it holds at least need; false at the cap (nothing changed). */
bool en_arena_grow(struct en_arena *a, void *p, size_t *cap, size_t need, size_t size);
/* True when any allocation failed since init or reset. */
bool en_arena_over(const struct en_arena *a);

#endif
