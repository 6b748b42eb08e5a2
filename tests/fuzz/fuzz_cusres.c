#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "formats/cusres.h"

/* What was read is written again, kept and taken back; and any bytes are tried as a kept head. */
static en_errc
message(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct en_buf out = EN_BUF_INIT, head = EN_BUF_INIT;
    struct en_cusres_head back;
    struct en_arena a;

    (void)ctx;
    (void)err;
    en_arena_init(&a, 16 * EN_MIB);
    en_cusres_head_pack(h, &head);
    if (!en_cusres_head_unpack(en_buf_bytes(&head), &a, &back) || back.n_lines != h->n_lines)
        __builtin_trap();
    en_cusres_write(&back, EN_CUSRES_ANSWER, rows, n, 0, EN_TEXT_NONE, EN_TEXT_NONE, &out);
    en_cusres_write_unreadable(&back, 0, &out);
    en_arena_release(&a);
    en_buf_release(&out);
    en_buf_release(&head);
    return EN_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_report *r = en_report_new();
    struct en_cusres *c = en_cusres_new((struct en_cusres_sink){ NULL, message }, r);
    size_t half = size / 2;
    struct en_cusres_head h;
    struct en_arena a;

    if (en_cusres_feed(c, en_bytes_from(data, half), NULL) == EN_OK &&
        en_cusres_feed(c, en_bytes_from(data + half, size - half), NULL) == EN_OK)
        (void)en_cusres_end(c, NULL);
    en_cusres_free(c);
    en_report_free(r);
    en_arena_init(&a, EN_MIB);
    (void)en_cusres_head_unpack(en_bytes_from(data, size), &a, &h);
    en_arena_release(&a);
    return 0;
}
