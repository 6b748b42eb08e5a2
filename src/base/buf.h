/*
 * buf.h: a growing byte buffer, and the JSON writer on top of it.
 *
 * The buffer owns its memory (malloc; a failure ends the process), is always NUL-terminated behind its
 * length, and is wiped when released. The JSON writer writes compact JSON, one value after another; it
 * takes care of commas and escapes. It cannot write invalid JSON when keys and values alternate in objects.
 */
#ifndef EN_BASE_BUF_H
#define EN_BASE_BUF_H

#include "base/bytes.h"

struct en_buf {
    char *p;
    size_t n, cap;
};

#define EN_BUF_INIT { NULL, 0, 0 }

void en_buf_release(struct en_buf *b);
/* Forgets the content, keeps the memory. */
void en_buf_reset(struct en_buf *b);
void en_buf_add(struct en_buf *b, const void *p, size_t n);
void en_buf_add_text(struct en_buf *b, en_text t);
void en_buf_add_str(struct en_buf *b, const char *ours);
void en_buf_addc(struct en_buf *b, char c);
/* Arguments are ours or checked text through EN_TEXT_ARG. */
void en_buf_addf(struct en_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
en_bytes en_buf_bytes(const struct en_buf *b);
/* Big-endian numbers and length-prefixed blocks: the counterpart of reader.h. */
void en_buf_put_u8(struct en_buf *b, uint8_t v);
void en_buf_put_u16(struct en_buf *b, uint16_t v);
void en_buf_put_u32(struct en_buf *b, uint32_t v);
void en_buf_put_u64(struct en_buf *b, uint64_t v);
void en_buf_put_block(struct en_buf *b, en_bytes v);

#define EN_JSON_DEPTH 32

struct en_json {
    struct en_buf *out;
    unsigned depth;
    bool comma[EN_JSON_DEPTH]; /* a value was written at this depth */
    bool after_key;
};

void en_json_init(struct en_json *j, struct en_buf *out);
void en_json_object(struct en_json *j);
void en_json_object_end(struct en_json *j);
void en_json_array(struct en_json *j);
void en_json_array_end(struct en_json *j);
void en_json_key(struct en_json *j, const char *ours);
void en_json_key_text(struct en_json *j, en_text key);
void en_json_text(struct en_json *j, en_text v);
void en_json_str(struct en_json *j, const char *ours);
void en_json_int(struct en_json *j, int64_t v);
void en_json_uint(struct en_json *j, uint64_t v);
void en_json_bool(struct en_json *j, bool v);
void en_json_null(struct en_json *j);
/* Shortest form that reads back as v, never with an exponent for 1e-5 <= |v| < 1e15; v must be finite. */
void en_json_double(struct en_json *j, double v);
/* A value in 1/64 units, written exactly (at most six decimals). */
void en_json_bits(struct en_json *j, int64_t v64);
/* JSON that is already written (and ours). */
void en_json_raw(struct en_json *j, en_bytes json);
/* key + value in one call. */
void en_json_kv_text(struct en_json *j, const char *key, en_text v);
void en_json_kv_str(struct en_json *j, const char *key, const char *ours);
void en_json_kv_int(struct en_json *j, const char *key, int64_t v);
void en_json_kv_uint(struct en_json *j, const char *key, uint64_t v);
void en_json_kv_bool(struct en_json *j, const char *key, bool v);

#endif
