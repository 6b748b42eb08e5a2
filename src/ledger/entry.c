#include "ledger/entry.h"

#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/limits.h"

#define TYPE_MOST 256

void
en_entry_make(const uint8_t nonce[EN_ENTRY_NONCE_LEN], en_text type, en_bytes bytes, uint8_t out[EN_SHA256_LEN])
{
    struct en_buf head = EN_BUF_INIT;

    EN_ASSERT(type.n <= UINT16_MAX);
    en_buf_add(&head, nonce, EN_ENTRY_NONCE_LEN);
    en_buf_put_u16(&head, (uint16_t)type.n);
    en_buf_add(&head, type.p, type.n);
    en_sha256_2(en_buf_bytes(&head), bytes, out);
    en_buf_release(&head);
}

void
en_opening_write(const struct en_opening *o, struct en_json *j)
{
    char nonce[2 * EN_ENTRY_NONCE_LEN + 1], leaf[2 * EN_SHA256_LEN + 1];
    uint8_t entry[EN_SHA256_LEN];
    struct en_buf bytes = EN_BUF_INIT;

    en_entry_make(o->nonce, o->type, o->bytes, entry);
    en_hex(entry, sizeof entry, leaf);
    en_hex(o->nonce, sizeof o->nonce, nonce);
    en_base64_add(&bytes, EN_BASE64_PADDED, o->bytes);
    en_json_object(j);
    en_json_kv_uint(j, "event", o->event);
    en_json_kv_str(j, "leaf", leaf);
    en_json_kv_str(j, "nonce", nonce);
    en_json_kv_text(j, "type", o->type);
    en_json_kv_str(j, "bytes", bytes.n > 0 ? bytes.p : "");
    en_json_object_end(j);
    en_buf_release(&bytes);
}

static en_text
word(const json_t *root, const char *member)
{
    const json_t *v = json_object_get(root, member);

    return json_is_string(v) ? (en_text){ json_string_value(v), json_string_length(v) } : EN_TEXT_NONE;
}

static bool
read_members(const json_t *root, struct en_arena *a, struct en_opening *out, uint8_t leaf[EN_SHA256_LEN])
{
    const json_t *event = json_object_get(root, "event");
    en_text type = word(root, "type"), bytes = word(root, "bytes");
    uint8_t *content;
    size_t n;

    if (!json_is_integer(event) || json_integer_value(event) < 1 || type.n == 0 || type.n > TYPE_MOST ||
        !json_is_string(json_object_get(root, "bytes")))
        return false;
    if (!en_unhex(word(root, "nonce"), out->nonce, sizeof out->nonce) ||
        !en_unhex(word(root, "leaf"), leaf, EN_SHA256_LEN))
        return false;
    content = en_arena_alloc(a, bytes.n);
    n = content ? en_base64_decode(en_text_bytes(bytes), EN_BASE64_PADDED, content, bytes.n) : SIZE_MAX;
    out->event = (uint64_t)json_integer_value(event);
    out->type = (en_text){ en_arena_copy(a, type.p, type.n), type.n };
    out->bytes = en_bytes_from(content, n);
    return n != SIZE_MAX && out->type.p != NULL;
}

en_errc
en_opening_parse(en_bytes in, struct en_arena *a, struct en_opening *out, struct en_err *err)
{
    json_t *root = NULL;
    uint8_t leaf[EN_SHA256_LEN] = { 0 };
    bool good;

    memset(out, 0, sizeof *out);
    if (in.n > EN_OPENING_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "an opening has at most %u bytes", EN_OPENING_MAX);
    root = json_loadb((const char *)in.p, in.n, JSON_REJECT_DUPLICATES, NULL);
    good = json_is_object(root) && read_members(root, a, out, leaf);
    json_decref(root);
    if (!good)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "an opening has event, leaf, nonce, type and bytes");
    en_entry_make(out->nonce, out->type, out->bytes, out->entry);
    if (memcmp(leaf, out->entry, sizeof leaf) != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the content of this opening does not give its entry");
    return EN_OK;
}
