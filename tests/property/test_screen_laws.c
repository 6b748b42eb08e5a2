/*
 * More laws of the matching engine, over the generator's people and over names that no list should have: whatever the
 * weights are, the same question has the same answer, on any number of threads, by the index or by brute force, and
 * every input has one. A failure prints the law, the persons' numbers and both results.
 */
#include "../unit/screen/people.h"

#include <pthread.h>

#include "generate/generate.h"

/* --- made people ------------------------------------------------------------------------------------------------- */

#define MADE       2000
#define MADE_ASKED 60
/* What could be shown to anybody: at 1e-5 / 2,000 a candidate begins at -27.6 bits. */
#define LINE (8 * EN_BITS_ONE)

static struct en_arena arena;
static struct en_index *made;
static struct en_person asked[MADE_ASKED];
static unsigned n_asked;

/* Travellers of the generator: each listed one, and a stranger for each. */
static void
ask_made(const struct en_generator *g)
{
    unsigned strangers = 0, listed = 0;

    for (uint64_t i = 0; n_asked < MADE_ASKED && i < 20000; i++) {
        struct en_made m;

        assert_int_equal(en_generate_traveller(g, i, MADE, &arena, &m), EN_OK);
        if (m.truth == EN_MADE_NOT_LISTED ? strangers > listed : listed >= MADE_ASKED / 2)
            continue;
        strangers += m.truth == EN_MADE_NOT_LISTED;
        listed += m.truth != EN_MADE_NOT_LISTED;
        asked[n_asked++] = m.person;
    }
    assert_true(listed > MADE_ASKED / 3);
}

static int
setup(void **state)
{
    struct en_generator *g = en_generator_new(20261123);
    struct en_index_builder *b = en_index_builder_new();

    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    for (uint64_t i = 0; i < MADE; i++) {
        struct en_made m;

        assert_int_equal(en_generate_identity(g, i, &arena, &m), EN_OK);
        en_index_builder_add(b, m.id, &m.person, i);
    }
    made = en_index_builder_finish(b);
    ask_made(g);
    en_generator_free(g);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_index_free(made);
    en_arena_release(&arena);
    return 0;
}

/* --- threads -------------------------------------------------------------------------------------------------------
 */

struct worker {
    unsigned from, step;
    struct en_buf out[MADE_ASKED];
};

/* Each has its own scratch, and its own order: what was asked before differs. */
static void *
work(void *ctx)
{
    struct worker *w = ctx;
    struct en_query *q = en_query_new();

    for (unsigned k = 0; k < n_asked; k++) {
        unsigned i = (w->from + k * w->step) % n_asked;
        struct result r = screen(made, q, &asked[i], &everything);

        en_hits_json(EN_TEXT_LIT("T"), r.hits, r.n, &w->out[i]);
    }
    en_query_free(q);
    return NULL;
}

static void
test_threads_agree_to_the_byte(void **state)
{
    struct worker *w = en_xcalloc(3, sizeof *w);
    pthread_t thread[2];

    (void)state;
    w[0].step = w[1].step = 1;
    w[2].step = n_asked % 7 ? 7 : 11;
    w[2].from = 5;
    (void)work(&w[0]);
    for (unsigned t = 0; t < 2; t++)
        assert_int_equal(pthread_create(&thread[t], NULL, work, &w[t + 1]), 0);
    for (unsigned t = 0; t < 2; t++)
        assert_int_equal(pthread_join(thread[t], NULL), 0);
    for (unsigned i = 0; i < n_asked; i++)
        for (unsigned t = 1; t < 3; t++)
            if (w[0].out[i].n != w[t].out[i].n || memcmp(w[0].out[i].p, w[t].out[i].p, w[0].out[i].n) != 0)
                fail_msg("traveller %u: one thread says\n%s\nand one of two\n%s", i, w[0].out[i].p, w[t].out[i].p);
    for (unsigned t = 0; t < 3; t++)
        for (unsigned i = 0; i < n_asked; i++)
            en_buf_release(&w[t].out[i]);
    free(w);
}

/* --- brute force ---------------------------------------------------------------------------------------------------
 */

/* Whoever is above the line by brute force is found by the index, with the same evidence; and nobody else. */
static void
test_the_index_finds_what_brute_force_finds(void **state)
{
    struct en_query_options every = everything, likely = everything;
    struct en_query *q = en_query_new(), *slow = en_query_new();
    unsigned above = 0;

    (void)state;
    every.prior = likely.prior = 0.5; /* at which the line is worth a look */
    every.ways = EN_BY_EVERY;
    for (unsigned i = 0; i < n_asked; i++) {
        struct result fast = screen(made, q, &asked[i], &likely), all = screen(made, slow, &asked[i], &every);

        for (size_t k = 0; k < all.n; k++) {
            const struct en_hit *h = hit_of(&fast, all.hits[k].id);
            en_bits bits = bits_before_competition(&all.hits[k]);

            if (bits <= LINE)
                continue;
            above++;
            if (!h)
                fail_msg("traveller %u, %.*s: the index misses %.*s with %d bits", i,
                         EN_TEXT_ARG(asked[i].names[0].full), EN_TEXT_ARG(all.hits[k].id), bits);
            if (bits_before_competition(h) != bits)
                fail_msg("traveller %u, %.*s: %d bits by the index, %d by brute force", i, EN_TEXT_ARG(h->id),
                         bits_before_competition(h), bits);
        }
        for (size_t k = 0; k < fast.n; k++)
            if (bits_before_competition(&fast.hits[k]) > LINE && !hit_of(&all, fast.hits[k].id))
                fail_msg("traveller %u: only the index finds %.*s", i, EN_TEXT_ARG(fast.hits[k].id));
    }
    assert_true(above > MADE_ASKED / 3);
    en_query_free(q);
    en_query_free(slow);
}

/* --- the order in which a record says things -----------------------------------------------------------------------
 */

/* Names, dates, documents, states and places the other way round. */
static struct en_person
turned(const struct en_person *p, struct en_arena *a)
{
    struct en_person c;

    en_person_init(&c, a);
    for (size_t i = p->n_names; i-- > 0;)
        assert_int_equal(en_person_add_name(&c, &p->names[i]), EN_OK);
    for (size_t i = p->n_births; i-- > 0;)
        assert_int_equal(en_person_add_birth(&c, &p->births[i]), EN_OK);
    for (size_t i = p->n_docs; i-- > 0;)
        assert_int_equal(en_person_add_doc(&c, &p->docs[i]), EN_OK);
    for (size_t i = p->n_nationalities; i-- > 0;)
        assert_int_equal(en_person_add_nationality(&c, p->nationalities[i]), EN_OK);
    for (size_t i = p->n_places; i-- > 0;)
        assert_int_equal(en_person_add_place(&c, &p->places[i]), EN_OK);
    c.sex = p->sex;
    return c;
}

/* The first hit whose bits differ, or NULL. */
static const struct en_hit *
first_other(const struct result *a, const struct result *b)
{
    for (size_t k = 0; k < a->n; k++) {
        const struct en_hit *h = hit_of(b, a->hits[k].id);

        if (!h || h->bits != a->hits[k].bits)
            return &a->hits[k];
    }
    return NULL;
}

/*
 * The law is that none does. Of several names of a traveller that fit an alert equally well, the first is the one whose
 * other features are fused; this number may only fall.
 */
#define TURNED_TRAVELLERS_DIFFER 0

static void
test_the_order_of_a_record_does_not_matter(void **state)
{
    struct people list = people_new(77, 300), back = people_new(77, 300);
    struct en_index *one, *other;
    struct en_query *q = en_query_new(), *p = en_query_new(), *t = en_query_new();
    unsigned differ = 0;

    (void)state;
    for (unsigned i = 0; i < back.n; i++)
        back.p[i] = turned(&list.p[i], &arena);
    one = people_index(&list);
    other = people_index(&back);
    for (unsigned i = 0; i < list.n; i += 2) {
        struct result a = screen(one, q, &list.p[i], &everything), b = screen(other, p, &list.p[i], &everything);
        struct result c = screen(one, t, &back.p[i], &everything);
        const struct en_hit *h = first_other(&a, &b);

        if (a.n != b.n || h)
            fail_msg("person %u, %.*s: other bits when the list's records are turned", i,
                     EN_TEXT_ARG(h ? h->id : EN_TEXT_NONE));
        differ += a.n != c.n || first_other(&a, &c);
    }
    if (differ > TURNED_TRAVELLERS_DIFFER)
        fail_msg("%u travellers have other bits when their records are turned", differ);
    en_query_free(q);
    en_query_free(p);
    en_query_free(t);
    en_index_free(one);
    en_index_free(other);
    people_free(&list);
    people_free(&back);
}

/* --- names that no list should have --------------------------------------------------------------------------------
 */

static const char *const odd[] = {
    "",
    " ",
    "0",
    "x",
    "X.",
    "Я",
    "李",
    "ا",
    "-",
    "'",
    "O'",
    "...",
    "Marek\xE2\x80\xAEolrO", /* right-to-left override */
    "\xE2\x81\xA6Marek Orlo\xE2\x81\xA9",
    "Ma\xCC\x81rek O\xCC\x88rlo",
    "Z\xCC\xB6\xCC\xB7\xCC\xB8\xCC\xB9\xCC\xBA\xCC\xBBlgo",
    "Маrеk Оrlо", /* Cyrillic letters that look Latin */
    "Marek Орло 李明 김철수 عمر",
    "ﾏﾚｸ ｵﾙﾛ",
    "ＭＡＲＥＫ　ＯＲＬＯ",
    "Marek\tOrlo",
    "Marek,Orlo;Jr.",
    "ORLO<<MAREK<JONAS<<<<<",
    "Dr. Prof. Mr. Haji",
    "al al al",
    "bin ibn abu",
    "van der de la",
    "١٢٣",
    "ﻣﺤﻤﺪ",
    "محــــمد",
    "مُحَمَّد",
    "Straße ß ﬁ ŉ ǆ",
    "İıŞş",
    "กานดา",
    "अमल",
    "😀",
    "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z",
    "ㅋㅋ",
    "한",
    "ー",
    "々",
    "Nguyễn Văn",
    "d'Orlo-d'Selda-d'Vin",
};

/* A name of about n bytes out of s. */
static en_text
repeated(const char *s, size_t n)
{
    size_t len = strlen(s);
    char *p = en_arena_alloc(&arena, n + len + 1);

    for (size_t at = 0; at < n; at += len)
        memcpy(p + at, s, len);
    return (en_text){ p, n / len * len };
}

static void
one_result(const struct en_person *p, struct en_query *q, struct en_query *fresh, unsigned i)
{
    struct result r = screen(made, q, p, &everything), again;

    for (size_t k = 0; k < r.n; k++) {
        en_bits sum = 0;

        for (size_t e = 0; e < r.hits[k].n_evidence; e++) {
            sum += r.hits[k].evidence[e].bits;
            assert_true(en_utf8_check(en_text_bytes(r.hits[k].evidence[e].query)) == r.hits[k].evidence[e].query.n);
        }
        assert_int_equal(sum, r.hits[k].bits);
        assert_true(r.hits[k].probability >= 0 && r.hits[k].probability <= 1);
    }
    again = screen(made, fresh, p, &everything);
    if (again.n != r.n || (r.n && again.hits[0].bits != r.hits[0].bits))
        fail_msg("odd name %u: asked again it has another result", i);
}

/*
 * The law is that none does. Names of fifty and more tokens that are nobody's still do, because each token counts
 * against its bearer without a bound; this number may only fall.
 */
#define HIDDEN_BY_LONG_NAMES 0

/* With the birth date and document of somebody listed beside it: an odd name never silences what else is known. */
static void
test_every_text_has_a_result(void **state)
{
    struct en_query *q = en_query_new(), *fresh = en_query_new();
    struct en_index_builder *b = en_index_builder_new();
    struct en_index *one;
    struct en_person listed;
    unsigned hidden = 0;

    (void)state;
    en_person_init(&listed, &arena);
    add_name(&listed, "Marek Orlo", EN_NAME_PRIMARY);
    add_birth(&listed, "1971-03-05");
    add_doc(&listed, "X1234567", "XAA");
    en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &listed, 1);
    one = en_index_builder_finish(b);
    for (unsigned i = 0; i < COUNT(odd) * 2; i++) {
        struct en_person p;
        struct result r;
        en_text t;

        en_person_init(&p, &arena);
        assert_int_equal(
            en_text_repair(en_bytes_from(odd[i / 2], strlen(odd[i / 2])), EN_MAX_NAME, &arena, &t, NULL, NULL), EN_OK);
        if (i % 2 && t.n)
            t = repeated(odd[i / 2], 500);
        assert_int_equal(en_person_add_name(&p, &(struct en_name){ .full = t }), EN_OK);
        one_result(&p, q, fresh, i);
        add_birth(&p, "1971-03-05");
        add_doc(&p, "X1234567", "XAA");
        one_result(&p, q, fresh, i);
        r = screen(one, q, &p, &everything);
        if (i % 2) /* a name of 500 bytes */
            hidden += !r.n || r.hits[0].probability < 1e-3;
        else if (!r.n || r.hits[0].probability < 1e-3)
            fail_msg("odd name %u: it hides a traveller with the document and birth date of an alert", i);
    }
    if (hidden > HIDDEN_BY_LONG_NAMES)
        fail_msg("%u long names hide a traveller with the document and birth date of an alert", hidden);
    en_query_free(q);
    en_query_free(fresh);
    en_index_free(one);
}

/* Dates that contradict each other, on either side, are alternatives. */
static void
test_contradictory_dates_are_alternatives(void **state)
{
    static const char *const dates[] = { "1971-03-05", "1985-11-20", "1990", "1960/1965", "about 1975" };
    struct en_query *q = en_query_new();

    (void)state;
    for (unsigned mask = 1; mask < 1u << COUNT(dates); mask++) {
        struct en_index_builder *b = en_index_builder_new();
        struct en_person p, t;
        struct en_index *ix;
        struct result r;

        en_person_init(&p, &arena);
        en_person_init(&t, &arena);
        add_name(&p, "Salim Tarunka", EN_NAME_PRIMARY);
        add_name(&t, "Salim Tarunka", EN_NAME_PRIMARY);
        for (unsigned d = 0; d < COUNT(dates); d++)
            if (mask >> d & 1)
                add_birth(mask % 3 ? &p : &t, dates[d]);
        add_birth(mask % 3 ? &t : &p, "1971-03-05");
        en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &p, 1);
        ix = en_index_builder_finish(b);
        r = screen(ix, q, &t, &everything);
        assert_int_equal(r.n, 1);
        if (mask & 1 && bits_of_field(&r.hits[0], EN_FIELD_BIRTH_DATE) <= 0)
            fail_msg("dates %u: one of them is the same and speaks against", mask);
        en_index_free(ix);
    }
    en_query_free(q);
}

/* --- more that agrees, more that conflicts --------------------------------------------------------------------------
 */

enum { BIRTH = 1, DOC = 2, NATION = 4, SEX = 8, ALL = 16 };

/* The traveller with the fields of `mask` as listed, but for those of `wrong`. */
static struct en_person
shows(const struct en_person *truth, unsigned mask, unsigned wrong)
{
    struct en_person p;
    char text[40];
    int y, m, d;

    en_person_init(&p, &arena);
    assert_int_equal(en_person_add_name(&p, &truth->names[0]), EN_OK);
    if (mask & BIRTH && wrong & BIRTH) {
        en_day_to_civil(truth->births[0].from, &y, &m, &d);
        snprintf(text, sizeof text, "%d-%02d-%02d", y > 1970 ? y - 11 : y + 11, (m + 4) % 12 + 1, (d + 12) % 28 + 1);
        add_birth(&p, text);
    } else if (mask & BIRTH) {
        assert_int_equal(en_person_add_birth(&p, &truth->births[0]), EN_OK);
    }
    if (mask & DOC && wrong & DOC)
        add_doc(&p, "Q00000000", "XZZ");
    else if (mask & DOC)
        assert_int_equal(en_person_add_doc(&p, &truth->docs[0]), EN_OK);
    if (mask & NATION && wrong & NATION)
        add_nationality(&p, "PER");
    else if (mask & NATION)
        assert_int_equal(en_person_add_nationality(&p, truth->nationalities[0]), EN_OK);
    if (mask & SEX)
        p.sex = !(wrong & SEX) ? truth->sex : truth->sex == EN_SEX_MALE ? EN_SEX_FEMALE : EN_SEX_MALE;
    return p;
}

static en_bits
bits_with(const struct en_index *ix, struct en_query *q, const struct en_person *truth, unsigned mask, unsigned wrong)
{
    struct en_query_options o = everything;
    struct en_person p = shows(truth, mask, wrong);
    struct result r;

    o.ways = EN_BY_EVERY;
    o.against = true;
    r = screen(ix, q, &p, &o);
    assert_int_equal(r.n, 1);
    return bits_before_competition(&r.hits[0]);
}

/* To any set of fields, agreeing or not, one more that agrees adds, and one more that conflicts takes away. */
static void
test_each_field_goes_its_way_beside_all_others(void **state)
{
    static const char *const names[] = { "Marek Orlo", "سليم الراشدي", "Наталья Селдавина", "王小明", "김지호" };
    struct en_query *q = en_query_new();

    (void)state;
    for (unsigned i = 0; i < COUNT(names); i++) {
        struct en_index_builder *b = en_index_builder_new();
        struct en_person truth;
        struct en_index *ix;

        en_person_init(&truth, &arena);
        add_name(&truth, names[i], EN_NAME_PRIMARY);
        add_birth(&truth, "1971-03-05");
        add_doc(&truth, "X1234567", "XAA");
        add_nationality(&truth, "XAA");
        truth.sex = EN_SEX_MALE;
        en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &truth, 1);
        ix = en_index_builder_finish(b);
        for (unsigned mask = 0; mask < ALL; mask++)
            for (unsigned wrong = 0; wrong < ALL; wrong++)
                for (unsigned more = BIRTH; more < ALL; more *= 2) {
                    en_bits before, yes, no;

                    if (mask & more || wrong & ~mask)
                        continue;
                    before = bits_with(ix, q, &truth, mask, wrong);
                    yes = bits_with(ix, q, &truth, mask | more, wrong);
                    no = bits_with(ix, q, &truth, mask | more, wrong | more);
                    if (yes < before)
                        fail_msg("%s, fields %u of which %u conflict: field %u agrees and lowers %d bits to %d",
                                 names[i], mask, wrong, more, before, yes);
                    if (no > before)
                        fail_msg("%s, fields %u of which %u conflict: field %u conflicts and raises %d bits to %d",
                                 names[i], mask, wrong, more, before, no);
                }
        en_index_free(ix);
    }
    en_query_free(q);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_agree_to_the_byte),
        cmocka_unit_test(test_the_index_finds_what_brute_force_finds),
        cmocka_unit_test(test_the_order_of_a_record_does_not_matter),
        cmocka_unit_test(test_every_text_has_a_result),
        cmocka_unit_test(test_contradictory_dates_are_alternatives),
        cmocka_unit_test(test_each_field_goes_its_way_beside_all_others),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
