/*
 * A saved index with any bytes changed, and its hashes made right again, gives an error or an index that answers. An
 * input is a list of changes of five bytes: where (four bytes, little end first), and what is written there. What
 * begins with "entidx" is taken as a saved index itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "screen/saved.h"
#include "screen/screen.h"

#define PERSONS 3
#define BEARERS 8 /* more who have a token of his: enough for it to be looked up when the index is built */

static struct en_buf good;
static struct en_person listed[PERSONS];

static en_errc
into_buf(void *ctx, const void *p, size_t n)
{
    en_buf_add(ctx, p, n);
    return EN_OK;
}

static void
make(void)
{
    static struct en_arena arena;
    static const char *const names[PERSONS][2] = { { "Marek Orlo", "Марек Орло" }, { "Clara Selda", "" },
                                                   { "Kor Vel Sim Tan Ruk Bel Mor Dan", "李小明" } };
    static const char *const ids[PERSONS] = { "XAA-1", "XAA-2", "XAA-3" };
    struct en_index_builder *b = en_index_builder_new();
    struct en_index *ix;
    struct en_birth birth;

    en_arena_init(&arena, EN_MIB);
    for (unsigned i = 0; i < PERSONS; i++) {
        struct en_person *p = &listed[i];

        en_person_init(p, &arena);
        for (unsigned k = 0; k < 2; k++)
            (void)en_person_add_name(p, &(struct en_name){ .full = en_text_from_ours(names[i][k]) });
        if (en_birth_parse(en_text_from_ours(i ? "1971" : "1971-03-05"), &birth))
            (void)en_person_add_birth(p, &birth);
        (void)en_person_add_doc(p, &(struct en_doc){ .number = EN_TEXT_LIT("X1234567") });
        (void)en_person_add_nationality(p, en_country_from_text(EN_TEXT_LIT("XAA")));
        (void)en_person_add_place(p, &(struct en_place){ EN_TEXT_LIT("Port Selda"), EN_COUNTRY_NONE });
        en_index_builder_add(b, en_text_from_ours(ids[i]), p, i);
    }
    for (unsigned i = 0; i < BEARERS; i++) {
        const char id[] = { 'X', 'B', 'B', '-', (char)('1' + i) };

        en_index_builder_add(b, (en_text){ id, sizeof id }, &listed[0], PERSONS + i);
    }
    ix = en_index_builder_finish(b);
    EN_ASSERT(en_index_save(ix, en_bytes_from("fuzz", 4), into_buf, &good) == EN_OK);
    en_index_free(ix);
}

static void
use(const uint8_t *saved, size_t n)
{
    static const struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    struct en_err err = EN_ERR_INIT;
    struct en_query *q;
    struct en_index *ix;
    en_bytes stamp;

    if (en_index_open(en_bytes_from(saved, n), &stamp, &ix, &err) != EN_OK)
        return;
    q = en_query_new();
    for (unsigned i = 0; i < PERSONS; i++) {
        const struct en_hit *hits;
        size_t n_hits;

        en_screen(ix, q, &listed[i], &o, &hits, &n_hits);
    }
    en_index_put(ix, EN_TEXT_LIT("XAA-2"), &listed[0], 7);
    en_query_free(q);
    en_index_free(ix);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool itself = size >= 6 && memcmp(data, "entidx", 6) == 0;
    uint8_t *copy;
    size_t n;

    if (!good.n)
        make();
    n = itself ? size / 64 * 64 : good.n;
    copy = aligned_alloc(64, n + 64);
    EN_ASSERT(copy != NULL);
    memcpy(copy, itself ? data : (const uint8_t *)good.p, n);
    for (size_t i = 0; !itself && i + 5 <= size; i += 5) {
        size_t at = (size_t)data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16 | (size_t)data[i + 3] << 24;

        copy[at % n] = data[i + 4];
    }
    if (!itself)
        en_saved_rehash(copy, n);
    use(copy, n);
    free(copy);
    return 0;
}
