#include "formats/list_hold.h"

#include <stdlib.h>

#include "base/limits.h"
#include "person/json_in.h"

void
en_hold_release(struct en_hold *h)
{
    en_buf_release(&h->json);
    free(h->v);
    *h = (struct en_hold){ .json = EN_BUF_INIT };
}

void
en_hold_reset(struct en_hold *h)
{
    en_buf_reset(&h->json);
    h->n = 0;
}

bool
en_hold_add(struct en_hold *h, const struct en_identity *id, size_t max)
{
    size_t at = h->json.n;

    en_identity_json(id, &h->json);
    if (h->json.n > max) {
        h->json.n = at;
        return false;
    }
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 256;
        h->v = en_xrealloc(h->v, h->cap * sizeof *h->v);
    }
    h->v[h->n++] = (struct en_held){ id->line, id->pos, at, h->json.n - at };
    return true;
}

bool
en_hold_read(const struct en_hold *h, size_t i, struct en_list_in *in)
{
    const struct en_held *v = &h->v[i];

    en_list_in_begin(in, v->line, v->pos);
    return en_list_in_json(in, en_bytes_from(h->json.p + v->at, v->n));
}
