/*
 * The socket's bytes, as a server and as a client take them. What is accepted is written again and must be the same
 * bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
same(const struct en_buf *b, en_bytes payload)
{
    EN_ASSERT(b->n == payload.n + 5 && memcmp(b->p + 5, payload.p, payload.n) == 0);
}

static void
request(en_bytes payload, struct en_arena *a, struct en_buf *b)
{
    struct en_act_input inputs[EN_ACT_INPUTS_MAX];
    struct en_act_request rq = { .inputs = inputs };
    struct en_wire_request x;
    uint8_t hash[EN_SHA256_LEN];

    if (en_request_read(payload, a, &x, NULL) != EN_OK)
        return;
    EN_ASSERT(x.n_files <= EN_ACT_INPUTS_MAX);
    rq.act = x.act;
    rq.args = x.args;
    rq.rehearse = x.rehearse;
    rq.n_inputs = x.n_files;
    for (size_t i = 0; i < x.n_files; i++)
        inputs[i] = (struct en_act_input){ .name = x.files[i] };
    en_request_write(&rq, b);
    en_act_request_hash(&rq, hash);
    if (x.n_files == 0) /* names of files may have been repaired */
        same(b, payload);
}

static void
payload_as(uint8_t type, en_bytes payload, struct en_arena *a, struct en_buf *b)
{
    struct en_hello hello;
    struct en_auth auth;
    struct en_sign sign;
    struct en_end end;
    uint64_t done, total;

    switch (type) {
    case EN_FRAME_HELLO:
        if (en_hello_read(payload, &hello, NULL) == EN_OK) {
            en_hello_write(&hello, b);
            same(b, payload);
        }
        break;
    case EN_FRAME_AUTH:
        if (en_auth_read(payload, &auth, NULL) == EN_OK) {
            en_auth_write(&auth, b);
            same(b, payload);
        }
        break;
    case EN_FRAME_SIGN:
        if (en_sign_read(payload, &sign, NULL) == EN_OK) {
            struct en_act_request rq = { .act = EN_TEXT_LIT("status") };

            EN_ASSERT(en_act_event_is_for(sign.event, &rq, NULL) != EN_OK); /* nobody guesses the request's hash */
            en_sign_write(&sign, b);
            same(b, payload);
        }
        break;
    case EN_FRAME_PROGRESS:
        (void)en_progress_read(payload, &done, &total, NULL);
        break;
    case EN_FRAME_END:
        (void)en_end_read(payload, a, &end, NULL);
        break;
    default:
        request(payload, a, b);
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    en_bytes in = en_bytes_from(p, n), payload;
    struct en_buf b = EN_BUF_INIT;
    struct en_arena a;
    uint8_t type;
    size_t used;

    en_arena_init(&a, EN_MIB);
    while (en_frame_next(in, EN_FRAME_MAX_REQUEST, &type, &payload, &used, NULL) == EN_OK) {
        EN_ASSERT(used <= in.n && used == payload.n + 5);
        en_buf_reset(&b);
        en_arena_reset(&a);
        payload_as(type, payload, &a, &b);
        in = en_bytes_from(in.p + used, in.n - used);
    }
    en_buf_release(&b);
    en_arena_release(&a);
    return 0;
}
