#include "daemon/proto.h"

#include <string.h>

#define HEADER 5u

/* --- frames ------------------------------------------------------------------------------------------------------- */

en_errc
en_frame_next(en_bytes in, uint32_t max, uint8_t *type, en_bytes *payload, size_t *used, struct en_err *err)
{
    en_reader r = en_reader_from(in);
    uint32_t n;

    if (in.n < HEADER)
        return EN_E_NO;
    n = en_reader_u32(&r);
    *type = en_reader_u8(&r);
    if (n == 0 || n - 1 > max)
        return en_err_set(err, EN_E_LIMIT, 0, "a frame of this length is not allowed here");
    if (in.n - 4 < n)
        return EN_E_NO;
    *payload = en_reader_take(&r, n - 1);
    *used = (size_t)n + 4;
    return EN_OK;
}

static size_t
begin(struct en_buf *out, enum en_frame_type type)
{
    size_t at = out->n;

    en_buf_put_u32(out, 0);
    en_buf_put_u8(out, (uint8_t)type);
    return at;
}

static void
end(struct en_buf *out, size_t at)
{
    size_t n = out->n - at - 4;

    EN_ASSERT(n <= UINT32_MAX);
    for (size_t i = 0; i < 4; i++)
        out->p[at + i] = (char)(uint8_t)(n >> (24 - 8 * i));
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

void
en_hello_write(const struct en_hello *x, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_HELLO);

    en_buf_add_str(out, "entente");
    en_buf_put_u16(out, x->version);
    en_buf_add(out, x->challenge.p, x->challenge.n);
    end(out, at);
}

void
en_auth_write(const struct en_auth *x, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_AUTH);

    en_buf_put_block(out, en_text_bytes(x->user));
    en_buf_add(out, x->signature.p, x->signature.n);
    end(out, at);
}

/* The payload is what en_act_request_hash hashes. */
void
en_request_write(const struct en_act_request *x, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_REQUEST);

    en_buf_put_block(out, en_text_bytes(x->act));
    en_buf_put_block(out, x->args);
    en_buf_put_u64(out, (uint64_t)x->rehearse);
    en_buf_put_u8(out, (uint8_t)x->n_inputs);
    for (size_t i = 0; i < x->n_inputs; i++)
        en_buf_put_block(out, en_text_bytes(x->inputs[i].name));
    end(out, at);
}

void
en_sign_write(const struct en_sign *x, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_SIGN);

    en_buf_put_block(out, en_text_bytes(x->type));
    en_buf_add(out, x->nonce.p, x->nonce.n);
    en_buf_put_block(out, x->event);
    end(out, at);
}

void
en_signature_write(en_bytes signature, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_SIGNATURE);

    en_buf_add(out, signature.p, signature.n);
    end(out, at);
}

void
en_record_write(en_bytes json, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_RECORD);

    en_buf_add(out, json.p, json.n);
    end(out, at);
}

void
en_progress_write(uint64_t done, uint64_t total, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_PROGRESS);

    en_buf_put_u64(out, done);
    en_buf_put_u64(out, total);
    end(out, at);
}

void
en_end_write(en_errc code, const struct en_err *x, struct en_buf *out)
{
    size_t at = begin(out, EN_FRAME_END);

    en_buf_put_block(out, en_text_bytes(en_text_from_ours(en_errc_name(code))));
    en_buf_put_u64(out, x->pos);
    en_buf_put_u64(out, x->line);
    en_buf_put_block(out, en_text_bytes(en_text_from_ours(code == EN_OK ? "" : x->text)));
    end(out, at);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* ASCII words of ours: anything else is a fault. */
static en_text
word(en_reader *r, uint32_t max)
{
    en_bytes b = en_reader_block(r, max);

    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] <= 0x20 || b.p[i] >= 0x7f) {
            en_reader_fail(r, EN_E_INPUT, "a word in ASCII");
            return EN_TEXT_NONE;
        }
    }
    return (en_text){ (const char *)b.p, b.n };
}

static en_text
text(en_reader *r, uint32_t max, struct en_arena *a)
{
    en_bytes b = en_reader_block(r, max);
    en_text out = EN_TEXT_NONE;

    if (r->failed == EN_OK && en_text_repair(b, max, a, &out, NULL, NULL) != EN_OK)
        en_reader_fail(r, EN_E_LIMIT, "a shorter text");
    return out;
}

en_errc
en_hello_read(en_bytes in, struct en_hello *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    en_reader_expect(&r, EN_BYTES_LIT("entente"));
    out->version = en_reader_u16(&r);
    out->challenge = en_reader_take(&r, EN_CHALLENGE_LEN);
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

en_errc
en_auth_read(en_bytes in, struct en_auth *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    out->user = word(&r, EN_KEY_NAME_MAX);
    out->signature = en_reader_take(&r, EN_SEAL_SIG_LEN);
    en_reader_end(&r);
    if (r.failed == EN_OK && !en_key_name_valid(out->user))
        en_reader_fail(&r, EN_E_INPUT, "the name of a user");
    return en_reader_result(&r, err);
}

en_errc
en_request_read(en_bytes in, struct en_arena *a, struct en_wire_request *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    memset(out, 0, sizeof *out);
    out->act = word(&r, 64);
    out->args = en_reader_block(&r, EN_ACT_ARGS_MAX);
    out->rehearse = (en_time)en_reader_u64(&r);
    out->n_files = en_reader_u8(&r);
    if (out->n_files > EN_ACT_INPUTS_MAX) {
        en_reader_fail(&r, EN_E_LIMIT, "at most 2 files");
        out->n_files = 0;
    }
    for (size_t i = 0; i < out->n_files; i++)
        out->files[i] = text(&r, EN_FILE_NAME_MAX, a);
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

en_errc
en_sign_read(en_bytes in, struct en_sign *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    out->type = word(&r, 64);
    out->nonce = en_reader_take(&r, EN_NONCE_LEN);
    out->event = en_reader_block(&r, EN_STORE_MAX_BLOB);
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

en_errc
en_progress_read(en_bytes in, uint64_t *done, uint64_t *total, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    *done = en_reader_u64(&r);
    *total = en_reader_u64(&r);
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

static bool
code_from(en_text name, en_errc *out)
{
    for (unsigned i = EN_OK; i <= EN_E_BUG; i++) {
        if (en_text_is(name, en_errc_name((en_errc)i))) {
            *out = (en_errc)i;
            return true;
        }
    }
    return false;
}

en_errc
en_end_read(en_bytes in, struct en_arena *a, struct en_end *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);
    en_text name = word(&r, 32);

    out->pos = en_reader_u64(&r);
    out->line = en_reader_u64(&r);
    out->text = text(&r, EN_ERR_TEXT_MAX, a);
    en_reader_end(&r);
    if (r.failed == EN_OK && !code_from(name, &out->code))
        en_reader_fail(&r, EN_E_INPUT, "the name of a result");
    return en_reader_result(&r, err);
}
