/*
 * base64.h: standard Base 64 (RFC 4648 section 4), canonical only: what decodes encodes back to the same characters.
 */
#ifndef EN_BASE_BASE64_H
#define EN_BASE_BASE64_H

#include "base/buf.h"

enum en_base64_kind {
    EN_BASE64_PADDED, /* signed notes, JSON */
    EN_BASE64_RAW     /* without '=': age headers */
};

/* Appends the characters. */
void en_base64_add(struct en_buf *b, enum en_base64_kind kind, en_bytes in);
/* The number of bytes decoded into out, at most max; SIZE_MAX if in is not canonical Base 64 or does not fit. */
size_t en_base64_decode(en_bytes in, enum en_base64_kind kind, uint8_t *out, size_t max);
/* Exactly n bytes; false otherwise. */
bool en_base64_exact(en_bytes in, enum en_base64_kind kind, uint8_t *out, size_t n);

#endif
