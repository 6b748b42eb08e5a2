#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
en_buf_release(struct en_buf *b)
{
    if (b->p)
        explicit_bzero(b->p, b->cap);
    free(b->p);
    *b = (struct en_buf)EN_BUF_INIT;
}

void
en_buf_reset(struct en_buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = '\0';
}

/* Not realloc: what it leaves behind would not be wiped. */
static void
grow(struct en_buf *b, size_t cap)
{
    char *p = en_xmalloc(cap);

    if (b->p) {
        memcpy(p, b->p, b->n);
        explicit_bzero(b->p, b->cap);
    }
    free(b->p);
    b->p = p;
    b->cap = cap;
}

static char *
room(struct en_buf *b, size_t n)
{
    if (n >= b->cap - b->n) {
        size_t cap = b->cap ? b->cap : 256;

        EN_ASSERT(n < SIZE_MAX / 4 && b->n < SIZE_MAX / 4);
        while (cap <= b->n + n)
            cap *= 2;
        grow(b, cap);
    }
    return b->p + b->n;
}

void
en_buf_add(struct en_buf *b, const void *p, size_t n)
{
    char *to = room(b, n);

    if (n)
        memcpy(to, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void
en_buf_add_text(struct en_buf *b, en_text t)
{
    en_buf_add(b, t.p, t.n);
}

void
en_buf_add_str(struct en_buf *b, const char *ours)
{
    en_buf_add(b, ours, strlen(ours));
}

void
en_buf_addc(struct en_buf *b, char c)
{
    en_buf_add(b, &c, 1);
}

void
en_buf_addf(struct en_buf *b, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    EN_ASSERT(n >= 0);
    vsnprintf(room(b, (size_t)n), (size_t)n + 1, fmt, again);
    va_end(again);
    b->n += (size_t)n;
}

en_bytes
en_buf_bytes(const struct en_buf *b)
{
    return en_bytes_from(b->p, b->n);
}

static void
put(struct en_buf *b, uint64_t v, unsigned n)
{
    uint8_t out[8];

    for (unsigned i = 0; i < n; i++)
        out[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
    en_buf_add(b, out, n);
}

void
en_buf_put_u8(struct en_buf *b, uint8_t v)
{
    put(b, v, 1);
}

void
en_buf_put_u16(struct en_buf *b, uint16_t v)
{
    put(b, v, 2);
}

void
en_buf_put_u32(struct en_buf *b, uint32_t v)
{
    put(b, v, 4);
}

void
en_buf_put_u64(struct en_buf *b, uint64_t v)
{
    put(b, v, 8);
}

void
en_buf_put_block(struct en_buf *b, en_bytes v)
{
    EN_ASSERT(v.n <= UINT32_MAX);
    en_buf_put_u32(b, (uint32_t)v.n);
    en_buf_add(b, v.p, v.n);
}
