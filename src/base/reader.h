/*
 * reader.h: the sticky reader for hostile bytes.
 *
 * The first failure stays: later reads return zeroes and move nothing, so a parser reads like its format
 * from top to bottom and tests once at the end. A borrowed result lives as long as the input. Numbers are
 * big-endian.
 */
#ifndef EN_BASE_READER_H
#define EN_BASE_READER_H

#include "base/bytes.h"

typedef struct en_reader {
    en_bytes in;
    size_t at;
    en_errc failed;       /* EN_OK until the first failure */
    size_t failed_at;     /* offset of the first failure */
    const char *expected; /* what was expected there: a constant of ours */
} en_reader;

en_reader en_reader_from(en_bytes in);

uint8_t en_reader_u8(en_reader *r);
uint16_t en_reader_u16(en_reader *r);
uint32_t en_reader_u32(en_reader *r);
uint64_t en_reader_u64(en_reader *r);
/* Exactly n bytes, borrowed; empty on failure. */
en_bytes en_reader_take(en_reader *r, size_t n);
/* A u32 length of at most max, then that many bytes, borrowed. */
en_bytes en_reader_block(en_reader *r, uint32_t max);
/* The bytes of lit, or failure. */
void en_reader_expect(en_reader *r, en_bytes lit);
/* Nothing may be left. */
void en_reader_end(en_reader *r);
size_t en_reader_left(const en_reader *r);
/* Fails at the present offset (a parser's own check). `expected` is a constant. */
void en_reader_fail(en_reader *r, en_errc code, const char *expected);
/* EN_OK, or the first failure with its offset and what was expected there. */
en_errc en_reader_result(const en_reader *r, struct en_err *err);

#endif
