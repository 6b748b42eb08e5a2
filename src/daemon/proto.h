/*
 * proto.h: what goes over serve.sock, docs/formats/node.md 4. Frames in and out of bytes; no input or output here.
 *
 * A frame is its length (u32: of what follows), a type (u8) and a payload. A stranger's frames are read with the sticky
 * reader; each parser takes a whole payload and refuses what is left over.
 */
#ifndef EN_DAEMON_PROTO_H
#define EN_DAEMON_PROTO_H

#include "acts/acts.h"
#include "base/buf.h"
#include "base/reader.h"

#define EN_PROTO_VERSION 1
#define EN_CHALLENGE_LEN 32
/* What a server takes: before it knows who it is, an authentication; then a request with its arguments. */
#define EN_FRAME_MAX_STRANGER 1024u
#define EN_FRAME_MAX_REQUEST  (EN_ACT_ARGS_MAX + 8192u)
/* What a client takes: the longest record is an alert with all its content, as JSON within JSON. */
#define EN_FRAME_MAX_RECORD (4u * EN_STORE_MAX_BLOB)
#define EN_FILE_NAME_MAX    1024u /* of a file that goes with a request, for people only */

enum en_frame_type {
    EN_FRAME_HELLO = 'H',     /* server: version, challenge */
    EN_FRAME_AUTH = 'A',      /* client: user, signature over the challenge */
    EN_FRAME_REQUEST = 'R',   /* client: an act; descriptors of its files come along */
    EN_FRAME_SIGN = 'S',      /* server: an event to sign */
    EN_FRAME_SIGNATURE = 's', /* client: the signature, or nothing: refused */
    EN_FRAME_RECORD = 'D',    /* server: a record of the answer */
    EN_FRAME_PROGRESS = 'P',  /* server */
    EN_FRAME_END = 'E'        /* server: how it ended */
};

/*
 * Takes one frame from the front of in. EN_E_NO: more bytes are needed (*need of them altogether, may be NULL).
 * EN_E_LIMIT: it is longer than max. *payload is borrowed; *used is what the frame takes.
 */
en_errc en_frame_next(en_bytes in, uint32_t max, uint8_t *type, en_bytes *payload, size_t *used, struct en_err *err);

struct en_hello {
    uint16_t version;
    en_bytes challenge; /* EN_CHALLENGE_LEN */
};
struct en_auth {
    en_text user;
    en_bytes signature; /* EN_SEAL_SIG_LEN */
};
struct en_wire_request {
    en_text act;
    en_bytes args;
    en_time rehearse;
    size_t n_files;
    en_text files[EN_ACT_INPUTS_MAX]; /* names */
};
struct en_sign {
    en_text type;
    en_bytes nonce; /* EN_NONCE_LEN */
    en_bytes event;
};
struct en_end {
    en_errc code;
    uint64_t pos, line;
    en_text text;
};

/* Each appends a whole frame. */
void en_hello_write(const struct en_hello *x, struct en_buf *out);
void en_auth_write(const struct en_auth *x, struct en_buf *out);
void en_request_write(const struct en_act_request *x, struct en_buf *out);
void en_sign_write(const struct en_sign *x, struct en_buf *out);
void en_signature_write(en_bytes signature, struct en_buf *out);
void en_record_write(en_bytes json, struct en_buf *out);
void en_progress_write(uint64_t done, uint64_t total, struct en_buf *out);
void en_end_write(en_errc code, const struct en_err *x, struct en_buf *out);

/* Each reads a payload; texts are checked and may lie in the arena. */
en_errc en_hello_read(en_bytes in, struct en_hello *out, struct en_err *err);
en_errc en_auth_read(en_bytes in, struct en_auth *out, struct en_err *err);
en_errc en_request_read(en_bytes in, struct en_arena *a, struct en_wire_request *out, struct en_err *err);
en_errc en_sign_read(en_bytes in, struct en_sign *out, struct en_err *err);
en_errc en_progress_read(en_bytes in, uint64_t *done, uint64_t *total, struct en_err *err);
en_errc en_end_read(en_bytes in, struct en_arena *a, struct en_end *out, struct en_err *err);

#endif
