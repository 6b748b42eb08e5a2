/*
 * utf16.h: UTF-16 with a byte order mark into UTF-8, as it streams in. Private to formats.
 */
#ifndef EN_FORMATS_UTF16_H
#define EN_FORMATS_UTF16_H

#include "base/buf.h"

struct en_utf16 { /* all zero to begin with */
    uint8_t left;      /* a byte that waits for its other half */
    bool has_left;
    bool marked, big;  /* the mark was read; it says big-endian */
    uint16_t high;     /* a high surrogate that waits; 0: none */
};

/* Appends UTF-8; a surrogate without its other half becomes U+FFFD. False: no mark at the start. */
bool en_utf16_feed(struct en_utf16 *u, en_bytes in, struct en_buf *out);

#endif
