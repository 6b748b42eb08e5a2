#include "screen/tables.h"

#include <stdlib.h>
#include <string.h>

#include "names/costs_data.h"
#include "names/cultures.h"
#include "names/frequencies.h"
#include "names/usual.h"
#include "screen/fusion_data.h"

struct en_tables {
    struct en_costs *costs; /* with the spellings and the cultures */
    struct en_fusion *fusion;
    struct en_buf frequencies; /* empty: the program's own */
    bool builtin;
    uint8_t hash[EN_SHA256_LEN];
    uint64_t of_index;
};

const char *
en_table_file(enum en_table t)
{
    static const char *const files[EN_TABLES] = { "costs.tsv", "frequencies.tsv", "spellings.tsv",
                                                "cultures.tsv", "fusion.tsv" };

    return files[t];
}

en_bytes
en_table_builtin(enum en_table t)
{
    switch (t) {
    case EN_TABLE_COSTS:
        return en_bytes_from(en_costs_data, en_costs_data_len);
    case EN_TABLE_FREQUENCIES:
        return en_bytes_from(en_frequencies_data, en_frequencies_data_len);
    case EN_TABLE_SPELLINGS:
        return en_bytes_from(en_usual_data, en_usual_data_len);
    case EN_TABLE_CULTURES:
        return en_bytes_from(en_cultures_data, en_cultures_data_len);
    default:
        return en_bytes_from(en_fusion_data, en_fusion_data_len);
    }
}

static void
hash(struct en_tables *t, const en_bytes text[EN_TABLES])
{
    struct en_buf all = EN_BUF_INIT;
    uint64_t v[EN_TABLES];

    for (unsigned i = 0; i < EN_TABLES; i++) {
        en_buf_put_u64(&all, text[i].n);
        en_buf_add(&all, text[i].p, text[i].n);
        v[i] = en_xxh3(text[i]);
    }
    en_sha256(en_buf_bytes(&all), t->hash);
    v[EN_TABLE_FUSION] = 0;
    t->of_index = en_xxh3(en_bytes_from(v, sizeof v));
    en_buf_release(&all);
}

static void
nothing(void *ctx, const struct en_latin *token, uint32_t share)
{
    (void)ctx;
    (void)token;
    (void)share;
}

/* A script whose letters cannot be compared any more would let through whoever writes in it. */
static en_errc
costs_parse(en_bytes text, struct en_costs **out, struct en_err *err)
{
    en_errc rc = en_costs_parse(text, out, err);

    for (unsigned s = 0; rc == EN_OK && s < EN_SCRIPTS; s++)
        if (s != EN_SCRIPT_NONE && s != EN_SCRIPT_OTHER && !en_costs_whole(*out, (enum en_script)s))
            rc = en_err_set_at(err, EN_E_INPUT, EN_NO_POS, text.n, "the units of %s do not add up to one",
                               en_script_word((enum en_script)s));
    if (rc != EN_OK) {
        en_costs_free(*out);
        *out = NULL;
    }
    return rc;
}

static en_errc
parse_one(struct en_tables *t, enum en_table which, en_bytes text, struct en_err *err)
{
    if (text.n > EN_TABLE_BYTES_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_TABLE_BYTES_MAX, "this table is too long");
    switch (which) {
    case EN_TABLE_COSTS:
        return costs_parse(text, &t->costs, err);
    case EN_TABLE_SPELLINGS:
        return en_costs_use_usual(t->costs, text, err);
    case EN_TABLE_CULTURES:
        return en_costs_use_cultures(t->costs, text, err);
    case EN_TABLE_FREQUENCIES:
        return en_frequencies_each(text, nothing, NULL, err);
    default:
        return en_fusion_parse(text, &t->fusion, err);
    }
}

en_errc
en_tables_parse(const en_bytes given[EN_TABLES], struct en_tables **out, enum en_table *which, struct en_err *err)
{
    struct en_tables *t = en_xcalloc(1, sizeof *t);
    en_bytes text[EN_TABLES];
    en_errc rc = EN_OK;

    *out = NULL;
    t->builtin = true;
    for (unsigned i = 0; rc == EN_OK && i < EN_TABLES; i++) {
        en_bytes own = en_table_builtin((enum en_table)i);

        text[i] = given[i].p ? given[i] : own;
        t->builtin = t->builtin && text[i].n == own.n && memcmp(text[i].p, own.p, own.n) == 0;
        *which = (enum en_table)i;
        rc = parse_one(t, *which, text[i], err);
    }
    if (rc != EN_OK) {
        en_tables_free(t);
        return rc;
    }
    if (given[EN_TABLE_FREQUENCIES].p)
        en_buf_add(&t->frequencies, given[EN_TABLE_FREQUENCIES].p, given[EN_TABLE_FREQUENCIES].n);
    hash(t, text);
    *out = t;
    return EN_OK;
}

struct en_tables *
en_tables_builtin(void)
{
    const en_bytes none[EN_TABLES] = { { NULL, 0 } };
    enum en_table which;
    struct en_tables *t;
    en_errc rc = en_tables_parse(none, &t, &which, NULL);

    EN_ASSERT(rc == EN_OK);
    return t;
}

void
en_tables_free(struct en_tables *t)
{
    if (!t)
        return;
    en_costs_free(t->costs);
    en_fusion_free(t->fusion);
    en_buf_release(&t->frequencies);
    free(t);
}

const uint8_t *
en_tables_hash(const struct en_tables *t)
{
    return t->hash;
}

bool
en_tables_are_builtin(const struct en_tables *t)
{
    return t->builtin;
}

uint64_t
en_tables_of_index(const struct en_tables *t)
{
    return t->of_index;
}

const struct en_costs *
en_tables_costs(const struct en_tables *t)
{
    return t->costs;
}

const struct en_fusion *
en_tables_fusion(const struct en_tables *t)
{
    return t->fusion;
}

en_bytes
en_tables_frequencies(const struct en_tables *t)
{
    return t->frequencies.n ? en_buf_bytes(&t->frequencies) : en_table_builtin(EN_TABLE_FREQUENCIES);
}
