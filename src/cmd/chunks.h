/*
 * chunks.h: an answer that is a file: a record about it, then its bytes in chunks of Base 64.
 */
#ifndef EN_CMD_CHUNKS_H
#define EN_CMD_CHUNKS_H

#include <jansson.h>

#include "base/bytes.h"

struct en_chunks {
    int fd;
    int failed; /* errno of the first write that failed */
};

/* Writes the chunk that this record is; false if it is none. */
bool en_chunk_take(struct en_chunks *c, const json_t *row);

#endif
