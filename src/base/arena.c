#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct en_arena_block {
    struct en_arena_block *next;
    size_t at, size;
    max_align_t data[];
};

#define BLOCK_MIN ((size_t)8192)
#define ALIGN     alignof(max_align_t)

void
en_arena_init(struct en_arena *a, size_t cap)
{
    *a = (struct en_arena){ .cap = cap };
}

static void
wipe_free(struct en_arena_block *b)
{
    explicit_bzero(b->data, b->at);
    free(b);
}

void
en_arena_release(struct en_arena *a)
{
    while (a->head) {
        struct en_arena_block *b = a->head;

        a->head = b->next;
        wipe_free(b);
    }
    a->used = 0;
    a->over = false;
}

void
en_arena_reset(struct en_arena *a)
{
    while (a->head && a->head->next) {
        struct en_arena_block *b = a->head;

        a->head = b->next;
        wipe_free(b);
    }
    if (a->head) {
        memset(a->head->data, 0, a->head->at);
        a->head->at = 0;
    }
    a->used = 0;
    a->over = false;
}

/* Blocks are zeroed once when made and wiped when reset, so what is handed out is always zero. */
static void
add_block(struct en_arena *a, size_t need)
{
    size_t size = a->head ? a->head->size * 2 : BLOCK_MIN;
    struct en_arena_block *b;

    if (size > (size_t)1 << 22)
        size = (size_t)1 << 22;
    if (size < need)
        size = need;
    b = en_xcalloc(1, sizeof *b + size);
    b->size = size;
    b->next = a->head;
    a->head = b;
}

void *
en_arena_alloc(struct en_arena *a, size_t n)
{
    size_t want;
    void *p;

    if (n > SIZE_MAX - ALIGN || (want = (n + ALIGN - 1) / ALIGN * ALIGN) > a->cap - a->used) {
        a->over = true;
        return NULL;
    }
    if (!a->head || a->head->size - a->head->at < want)
        add_block(a, want);
    p = (char *)a->head->data + a->head->at;
    a->head->at += want;
    a->used += want;
    return p;
}

void *
en_arena_array(struct en_arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        a->over = true;
        return NULL;
    }
    return en_arena_alloc(a, count * size);
}

void *
en_arena_copy(struct en_arena *a, const void *p, size_t n)
{
    void *q = en_arena_alloc(a, n);

    if (q && n)
        memcpy(q, p, n);
    return q;
}

bool
en_arena_grow(struct en_arena *a, void *p, size_t *cap, size_t need, size_t size)
{
    void *old, *q;
    size_t n = *cap ? *cap : 4;

    if (need <= *cap)
        return true;
    while (n < need)
        n = n > SIZE_MAX / 2 ? need : n * 2;
    q = en_arena_array(a, n, size);
    if (!q)
        return false;
    memcpy(&old, p, sizeof old);
    if (*cap)
        memcpy(q, old, *cap * size);
    memcpy(p, &q, sizeof q);
    *cap = n;
    return true;
}

bool
en_arena_over(const struct en_arena *a)
{
    return a->over;
}
