#include "node/slip.h"

#include <string.h>

#include "base/limits.h"

#define FORM        "entente-sync/1"
#define VERSION_MAX 1000u
#define NUMBER_MAX  ((uint64_t)1 << 56) /* of bundles and entries: beyond what there can be, and sums do not overflow */

/* --- writing ----------------------------------------------------------------------------------------- */

static void
add_pair(struct en_buf *out, const char *word, uint64_t a, uint64_t b)
{
    en_buf_addf(out, "%s %llu\n%s-to %llu\n", word, (unsigned long long)a, word, (unsigned long long)b);
}

void
en_slip_write(const struct en_slip *p, const struct en_key *signing, struct en_buf *out)
{
    const struct en_sync *y = &p->sync;
    uint8_t window[8];

    EN_ASSERT(y->speaks_oldest >= 1 && y->speaks_oldest <= y->speaks_newest);
    en_lines_begin(FORM, out);
    en_lines_add(out, "from", en_text_from_ours(p->from));
    en_lines_add(out, "to", en_text_from_ours(p->to));
    en_lines_add_time(out, "at", p->at);
    add_pair(out, "speaks", y->speaks_oldest, y->speaks_newest);
    add_pair(out, "came", y->upto, y->highest);
    if (y->window) {
        for (unsigned i = 0; i < sizeof window; i++)
            window[i] = (uint8_t)(y->window >> (8 * (7 - i)));
        en_lines_add_hex(out, "beyond", window, sizeof window);
    }
    if (y->holds.size) {
        en_lines_add_number(out, "epoch", y->holds.epoch);
        en_lines_add_number(out, "size", y->holds.size);
        en_lines_add_hex(out, "root", y->holds.root.b, sizeof y->holds.root.b);
    }
    if (y->void_from)
        add_pair(out, "void", y->void_from, y->void_to);
    if (y->prove)
        en_lines_add_number(out, "prove", y->prove);
    if (y->asks)
        en_lines_add_hex(out, "ask", y->ask, sizeof y->ask);
    if (y->answers)
        en_lines_add_hex(out, "answer", y->answer, sizeof y->answer);
    en_lines_sign(en_text_from_ours(p->from), &signing, 1, out);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static void
read_pair(struct en_lines *l, const char *word, const char *word_to, uint64_t min, uint64_t max, uint64_t *a,
          uint64_t *b)
{
    *a = en_lines_number(l, word, min, max);
    *b = en_lines_number(l, word_to, min, max);
    if (*b < *a)
        en_lines_refuse(l, "the second number of a pair is not below the first");
}

static void
read_window(struct en_lines *l, struct en_sync *y)
{
    uint8_t window[8];

    en_lines_hex(l, "beyond", window, sizeof window);
    for (unsigned i = 0; i < sizeof window; i++)
        y->window = y->window << 8 | window[i];
    if (y->window == 0)
        en_lines_refuse(l, "what came beyond is left out if it is nothing");
}

static void
read_holds(struct en_lines *l, struct en_head *h)
{
    h->epoch = (uint32_t)en_lines_number(l, "epoch", 1, UINT32_MAX);
    h->size = en_lines_number(l, "size", 1, NUMBER_MAX);
    en_lines_hex(l, "root", h->root.b, sizeof h->root.b);
}

static void
read_nonce(struct en_lines *l, const char *word, bool *there, uint8_t out[EN_SYNC_NONCE_LEN])
{
    *there = en_lines_has(l, word);
    if (*there)
        en_lines_hex(l, word, out, EN_SYNC_NONCE_LEN);
}

en_errc
en_slip_read(en_bytes note, struct en_lines *l, struct en_slip *out, struct en_err *err)
{
    struct en_sync *y = &out->sync;
    uint64_t oldest, newest;
    en_errc rc = en_lines_open(note, FORM, l, err);

    memset(out, 0, sizeof *out);
    if (rc != EN_OK)
        return rc;
    en_lines_partner(l, "from", out->from);
    en_lines_partner(l, "to", out->to);
    out->at = en_lines_time(l, "at");
    read_pair(l, "speaks", "speaks-to", 1, VERSION_MAX, &oldest, &newest);
    y->speaks_oldest = (unsigned)oldest;
    y->speaks_newest = (unsigned)newest;
    read_pair(l, "came", "came-to", 0, NUMBER_MAX, &y->upto, &y->highest);
    if (en_lines_has(l, "beyond"))
        read_window(l, y);
    if (en_lines_has(l, "epoch"))
        read_holds(l, &y->holds);
    if (en_lines_has(l, "void"))
        read_pair(l, "void", "void-to", 1, NUMBER_MAX, &y->void_from, &y->void_to);
    if (en_lines_has(l, "prove"))
        y->prove = en_lines_number(l, "prove", 1, NUMBER_MAX);
    read_nonce(l, "ask", &y->asks, y->ask);
    read_nonce(l, "answer", &y->answers, y->answer);
    return en_lines_end(l, err);
}

en_errc
en_slip_verify(const struct en_lines *l, const struct en_slip *p, en_text we,
               const uint8_t sender_key[EN_SEAL_PUBLIC_LEN], en_time now, struct en_err *err)
{
    en_errc rc = en_lines_signed(l, en_text_from_ours(p->from), sender_key, err);

    if (rc != EN_OK)
        return rc;
    if (!en_text_is(we, p->to))
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this slip is for another partner");
    if (p->at - now > EN_PARTNER_AHEAD)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this slip is from the future");
    return EN_OK;
}
