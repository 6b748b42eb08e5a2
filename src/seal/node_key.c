#include "seal/node_key.h"

#include <string.h>

#include <sodium.h>

#define FIRST_YEAR 1970
#define LAST_YEAR  9999

/* --- months ------------------------------------------------------------- */

int32_t
en_month_of(en_time t)
{
    int year, month, day;

    en_day_to_civil(en_time_to_day(t), &year, &month, &day);
    return (year - FIRST_YEAR) * 12 + month - 1;
}

en_time
en_month_start(int32_t month)
{
    int32_t year = month / 12, in_year = month % 12;

    if (in_year < 0) {
        year--;
        in_year += 12;
    }
    return en_time_from_day(en_day_from_civil(FIRST_YEAR + year, in_year + 1, 1));
}

void
en_month_write(int32_t month, char out[EN_MONTH_LEN + 1])
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_time_format(en_month_start(month), at);
    memcpy(out, at, EN_MONTH_LEN);
    out[EN_MONTH_LEN] = '\0';
}

bool
en_month_parse(en_text t, int32_t *out)
{
    int v[2] = { 0, 0 };

    if (t.n != EN_MONTH_LEN || t.p[4] != '-')
        return false;
    for (size_t i = 0; i < EN_MONTH_LEN; i++) {
        if (i == 4)
            continue;
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        v[i > 4] = v[i > 4] * 10 + (t.p[i] - '0');
    }
    if (v[0] < FIRST_YEAR || v[0] > LAST_YEAR || v[1] < 1 || v[1] > 12)
        return false;
    *out = (v[0] - FIRST_YEAR) * 12 + v[1] - 1;
    return true;
}

/* --- the keys that acts borrow ------------------------------------------------------------- */

void
en_node_keys_wipe(struct en_node_keys *k)
{
    sodium_memzero(k, sizeof *k);
}

void
en_node_keys_add_sealing(struct en_node_keys *k, int32_t month, const struct en_age_identity *id)
{
    unsigned at = 0;

    while (at < k->n_sealing && k->month[at] > month)
        at++;
    if (at == EN_NODE_SEALINGS_MAX)
        return;
    if (at == k->n_sealing || k->month[at] != month) {
        unsigned last = k->n_sealing < EN_NODE_SEALINGS_MAX ? k->n_sealing++ : EN_NODE_SEALINGS_MAX - 1;

        for (unsigned i = last; i > at; i--) {
            k->sealing[i] = k->sealing[i - 1];
            k->month[i] = k->month[i - 1];
        }
    }
    k->sealing[at] = *id;
    k->month[at] = month;
}

const struct en_age_identity *
en_node_keys_sealing(const struct en_node_keys *k, int32_t month)
{
    for (unsigned i = 0; i < k->n_sealing; i++)
        if (k->month[i] == month)
            return &k->sealing[i];
    return NULL;
}

bool
en_sealing_kept(int32_t month, en_time now)
{
    return now <= en_month_start(month + 1) + EN_NODE_SEALING_KEEP;
}

int32_t
en_sealing_due(en_time now)
{
    return en_month_of(now + EN_NODE_SEALING_AHEAD);
}
