/*
 * Laws of the matching engine over seeded fictional persons: what must hold whatever the weights are. A failure prints
 * the law, the persons' numbers and both results.
 */
#include "../unit/machine.h"
#include "../unit/screen/people.h"

#include <math.h>

#define LIST 400

static struct people list;
static struct en_index *ix;

static int
setup(void **state)
{
    (void)state;
    list = people_new(20261123, LIST);
    ix = people_index(&list);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_index_free(ix);
    people_free(&list);
    return 0;
}

/* A copy in the same arena, to be changed. */
static struct en_person
copy_of(const struct en_person *p, struct en_arena *a)
{
    struct en_person c;

    en_person_init(&c, a);
    for (size_t i = 0; i < p->n_names; i++)
        assert_int_equal(en_person_add_name(&c, &p->names[i]), EN_OK);
    for (size_t i = 0; i < p->n_births; i++)
        assert_int_equal(en_person_add_birth(&c, &p->births[i]), EN_OK);
    for (size_t i = 0; i < p->n_docs; i++)
        assert_int_equal(en_person_add_doc(&c, &p->docs[i]), EN_OK);
    for (size_t i = 0; i < p->n_nationalities; i++)
        assert_int_equal(en_person_add_nationality(&c, p->nationalities[i]), EN_OK);
    for (size_t i = 0; i < p->n_places; i++)
        assert_int_equal(en_person_add_place(&c, &p->places[i]), EN_OK);
    c.sex = p->sex;
    return c;
}

/* --- what a result is --------------------------------------------------------------------------------- */

static void
check_result(const struct result *r, const struct en_query_options *o, uint64_t identities)
{
    double prior = en_prior_log2_odds(o->prior, identities);

    assert_true(r->n <= o->top && r->n <= 100);
    for (size_t i = 0; i < r->n; i++) {
        const struct en_hit *h = &r->hits[i];
        en_bits sum = 0;

        for (size_t e = 0; e < h->n_evidence; e++) {
            sum += h->evidence[e].bits;
            assert_true((unsigned)h->evidence[e].field < EN_FIELDS);
            assert_true(h->evidence[e].why != NULL && h->evidence[e].why[0] != '\0');
            assert_true(e == 0 || h->evidence[e].field >= h->evidence[e - 1].field ||
                        h->evidence[e - 1].field == EN_FIELD_DAMPING);
        }
        assert_int_equal(h->bits, sum);
        assert_true(h->n_evidence > 0);
        assert_true(h->probability == 1 / (1 + exp2(-(prior + h->bits / 64.0))));
        /* 1 itself where odds of more than 2^53 leave a double no room below it. */
        assert_true(h->probability >= o->min_probability && h->probability > 0 && h->probability <= 1);
        assert_true(h->probability < 1 || prior + h->bits / 64.0 > 52);
        assert_true(bits_of_field(h, EN_FIELD_COMPETITION) <= 0);
        for (size_t k = 0; k < i; k++)
            assert_false(en_text_eq(r->hits[k].id, h->id));
        if (i > 0) {
            assert_true(r->hits[i - 1].bits >= h->bits);
            assert_true(r->hits[i - 1].bits > h->bits || en_text_cmp(r->hits[i - 1].id, h->id) < 0);
        }
    }
}

static void
test_bits_are_the_sum_of_the_rows_and_hits_are_ordered(void **state)
{
    struct people travellers = people_new(99, 300);
    struct en_query *q = en_query_new();
    unsigned hits = 0;

    (void)state;
    for (unsigned i = 0; i < LIST + travellers.n; i++) {
        const struct en_person *p = i < LIST ? &list.p[i] : &travellers.p[i - LIST];
        struct en_query_options o = { i % 3 ? 1e-5 : 0.01, i % 7 ? 100 : 3, i % 5 ? 0 : 1e-4, i % 2, EN_BY_INDEX };
        struct result r = screen(ix, q, p, &o);

        check_result(&r, &o, LIST);
        hits += (unsigned)r.n;
    }
    assert_true(hits > LIST);
    en_query_free(q);
    people_free(&travellers);
}

/* Probabilities of exclusive answers: at most one of the candidates is the traveller. */
static void
test_candidates_share_one_traveller(void **state)
{
    struct en_query *q = en_query_new();

    (void)state;
    for (unsigned i = 0; i < LIST; i++) {
        struct en_query_options o = { 0.5, 100, 0, false, EN_BY_INDEX };
        struct result r = screen(ix, q, &list.p[i], &o);
        double sum = 0;

        for (size_t k = 0; k < r.n; k++)
            sum += r.hits[k].probability;
        /* Rounding to 1/64 bit and the odds of "none" leave some play. */
        assert_true(sum < 1.05);
    }
    en_query_free(q);
}

/* --- a person as listed ---------------------------------------------------------------------------------- */

/* Whether b is listed under a name that a bears too, letter by letter. */
static bool
namesakes(const struct en_person *a, const struct en_person *b)
{
    for (size_t i = 0; i < a->n_names; i++)
        for (size_t k = 0; k < b->n_names; k++)
            if (en_text_eq(a->names[i].full, b->names[k].full))
                return true;
    return false;
}

/*
 * One of several names fits better by chance (half a bit for each doubling of their number, query.c): so far, and with
 * what a calibration makes of it, somebody listed under nothing but one of them may stand before the person himself.
 * Who is listed in two scripts is weighed by the name that says most before the fusion, which trusts some scripts less.
 */
static en_bits
ahead_most(const struct en_person *p)
{
    en_bits most = 0;

    for (size_t n = p->n_names; n > 1; n >>= 1)
        most += EN_BITS_ONE * 3 / 2;
    return most;
}

static const struct en_person *
listed_as(en_text id)
{
    for (unsigned i = 0; i < LIST; i++)
        if (en_text_eq(list.id[i], id))
            return &list.p[i];
    return NULL;
}

static void
test_a_person_exactly_as_listed_is_the_best_hit(void **state)
{
    struct en_query *q = en_query_new();

    (void)state;
    for (unsigned i = 0; i < LIST; i++) {
        struct result r = screen(ix, q, &list.p[i], &everything);
        const struct en_hit *h = hit_of(&r, list.id[i]);
        const struct en_person *best = r.n > 0 ? listed_as(r.hits[0].id) : NULL;

        if (!h)
            fail_msg("person %u is not found by his own entry", i);
        if (r.hits[0].bits > h->bits + (namesakes(best, &list.p[i]) ? ahead_most(&list.p[i]) : 0))
            fail_msg("person %u: %.*s fits better than himself\n%s", i, EN_TEXT_ARG(r.hits[0].id), dump(&r));
    }
    en_query_free(q);
}

/* Each name by itself finds its person too, if the birth date agrees. */
static void
test_every_name_of_a_person_finds_him(void **state)
{
    struct en_query *q = en_query_new();
    unsigned tried = 0;

    (void)state;
    for (unsigned i = 0; i < LIST; i++)
        for (size_t k = 0; k < list.p[i].n_names; k++) {
            struct en_person p = copy_of(&list.p[i], &list.arena);
            struct result r;

            p.n_names = 0;
            p.n_docs = 0;
            assert_int_equal(en_person_add_name(&p, &list.p[i].names[k]), EN_OK);
            r = screen(ix, q, &p, &everything);
            if (!hit_of(&r, list.id[i]))
                fail_msg("person %u is not found by his name %zu, %.*s", i, k, EN_TEXT_ARG(list.p[i].names[k].full));
            tried++;
        }
    assert_true(tried > LIST);
    en_query_free(q);
}

/* --- the same question, the same answer -------------------------------------------------------------------- */

static void
same_result(const struct result *a, const struct result *b, const char *law, unsigned i)
{
    char *x = dump(a), *y = dump(b);

    if (strcmp(x, y) != 0)
        fail_msg("%s, person %u:\n%s\nagainst\n%s", law, i, x, y);
    free(x);
    free(y);
}

static void
test_results_do_not_depend_on_what_was_asked_before(void **state)
{
    struct people travellers = people_new(7, 120);
    struct people other = people_new(8, 50);
    struct en_index *second = people_index(&other);
    struct en_query *used = en_query_new();
    uint64_t seed = 41;

    (void)state;
    for (unsigned round = 0; round < 1500; round++) {
        unsigned i = (unsigned)(seeded(&seed) % travellers.n);
        const struct en_index *at = seeded(&seed) % 8 ? ix : second;
        struct en_query *fresh;
        struct result a, b;

        a = screen(at, used, &travellers.p[i], &everything);
        if (round % 5)
            continue;
        fresh = en_query_new();
        b = screen(at, fresh, &travellers.p[i], &everything);
        same_result(&a, &b, "used and fresh scratch differ", i);
        en_query_free(fresh);
    }
    en_query_free(used);
    en_index_free(second);
    people_free(&travellers);
    people_free(&other);
}

/* Each kind of machine code that is here gives the same hits, to the bit, and looks at the same candidates. */
static void
test_the_machine_changes_nothing(void **state)
{
    struct en_query *q = en_query_new(), *other = en_query_new();

    (void)state;
    for (unsigned s = 0; s < EN_SIMDS; s++) {
        struct en_index_builder *b;
        struct en_index *built;

        if (!machine_has((enum en_simd)s))
            continue;
        b = en_index_builder_new();
        en_index_builder_use_simd(b, (enum en_simd)s);
        for (unsigned i = 0; i < LIST; i++)
            en_index_builder_add(b, list.id[i], &list.p[i], i);
        built = en_index_builder_finish(b);
        assert_int_equal(en_index_simd(built), s);
        for (unsigned i = 0; i < LIST; i++) {
            struct result x = screen(ix, q, &list.p[i], &everything), y = screen(built, other, &list.p[i], &everything);

            same_result(&x, &y, en_simd_word((enum en_simd)s), i);
            assert_int_equal(en_query_candidates(q), en_query_candidates(other));
        }
        en_index_free(built);
    }
    en_query_free(q);
    en_query_free(other);
}

static void
test_explaining_changes_no_number(void **state)
{
    struct en_query *q = en_query_new(), *plain = en_query_new();

    (void)state;
    for (unsigned i = 0; i < LIST; i++) {
        struct en_query_options o = everything;
        struct result a, b;

        o.explain = false;
        a = screen(ix, q, &list.p[i], &everything);
        b = screen(ix, plain, &list.p[i], &o);
        assert_int_equal(a.n, b.n);
        for (size_t k = 0; k < a.n; k++) {
            assert_true(en_text_eq(a.hits[k].id, b.hits[k].id));
            assert_int_equal(a.hits[k].bits, b.hits[k].bits);
            assert_int_equal(a.hits[k].n_evidence, b.hits[k].n_evidence);
        }
    }
    en_query_free(q);
    en_query_free(plain);
}

/* Fewer hits asked for are the first of ten. (More than ten may weigh more candidates, who then compete.) */
static void
test_limits_only_cut(void **state)
{
    struct en_query *q = en_query_new(), *cut = en_query_new();

    (void)state;
    for (unsigned i = 0; i < LIST; i += 3) {
        struct en_query_options ten = EN_QUERY_OPTIONS_DEFAULT;
        struct result all = screen(ix, q, &list.p[i], &ten);

        for (unsigned top = 1; top <= 10; top += 3) {
            struct en_query_options o = { 1e-5, top, 0, true, EN_BY_INDEX };
            struct result r = screen(ix, cut, &list.p[i], &o);

            assert_int_equal(r.n, all.n < top ? all.n : top);
            for (size_t k = 0; k < r.n; k++)
                assert_true(en_text_eq(r.hits[k].id, all.hits[k].id) && r.hits[k].bits == all.hits[k].bits);
        }
        if (all.n) {
            struct en_query_options o = { 1e-5, 10, all.hits[all.n / 2].probability, true, EN_BY_INDEX };
            struct result r = screen(ix, cut, &list.p[i], &o);
            size_t want = 0;

            while (want < all.n && all.hits[want].probability >= o.min_probability)
                want++;
            assert_int_equal(r.n, want);
        }
    }
    en_query_free(q);
    en_query_free(cut);
}

/* The prior moves the probability, and of the rows only that of competition. */
static void
test_the_prior_is_no_evidence(void **state)
{
    struct en_query *q = en_query_new(), *other = en_query_new();

    (void)state;
    for (unsigned i = 0; i < LIST; i++) {
        struct en_query_options o = everything;
        struct result a, b;

        o.prior = 1e-2;
        a = screen(ix, q, &list.p[i], &everything);
        b = screen(ix, other, &list.p[i], &o);
        for (size_t k = 0; k < a.n; k++) {
            const struct en_hit *h = hit_of(&b, a.hits[k].id);

            assert_non_null(h);
            assert_int_equal(bits_before_competition(h), bits_before_competition(&a.hits[k]));
        }
        if (a.n && b.n)
            assert_true(b.hits[0].probability >= a.hits[0].probability);
    }
    en_query_free(q);
    en_query_free(other);
}

/* --- order of the list --------------------------------------------------------------------------------------- */

static void
test_the_order_of_the_list_does_not_matter(void **state)
{
    struct people travellers = people_new(11, 150);
    struct en_index_builder *b = en_index_builder_new();
    struct en_index *turned;
    struct en_query *q = en_query_new(), *other = en_query_new();

    (void)state;
    /* From the end, and each person's names one by one, the last first. */
    for (unsigned i = LIST; i-- > 0;)
        for (size_t k = list.p[i].n_names; k-- > 0;) {
            struct en_person p = copy_of(&list.p[i], &list.arena);

            p.n_names = 0;
            assert_int_equal(en_person_add_name(&p, &list.p[i].names[k]), EN_OK);
            if (k) /* the other fields come with one of the entries */
                p.n_births = p.n_docs = p.n_nationalities = p.n_places = 0;
            en_index_builder_add(b, list.id[i], &p, i);
        }
    turned = en_index_builder_finish(b);
    for (unsigned i = 0; i < travellers.n + LIST; i++) {
        const struct en_person *p = i < LIST ? &list.p[i] : &travellers.p[i - LIST];
        struct result x = screen(ix, q, p, &everything), y = screen(turned, other, p, &everything);

        same_result(&x, &y, "the list turned round", i);
    }
    en_query_free(q);
    en_query_free(other);
    en_index_free(turned);
    people_free(&travellers);
}

/* --- the delta --------------------------------------------------------------------------------------------------- */

/* Puts and removals against an index built at once from what should be there: the same people, the same bits. */

static void
same_people(const struct result *live, const struct result *fresh, unsigned round)
{
    char *x = dump(live), *y = dump(fresh);

    for (unsigned side = 0; side < 2; side++) {
        const struct result *a = side ? fresh : live, *b = side ? live : fresh;

        for (size_t i = 0; i < a->n; i++) {
            const struct en_hit *h = hit_of(b, a->hits[i].id);

            if (!h || bits_before_competition(h) != bits_before_competition(&a->hits[i]))
                fail_msg("round %u, %.*s of the %s index\nlive:\n%s\nfresh:\n%s", round, EN_TEXT_ARG(a->hits[i].id),
                         side ? "fresh" : "live", x, y);
        }
    }
    free(x);
    free(y);
}

static void
test_changes_are_live_at_the_next_query(void **state)
{
    struct people more = people_new(5, 200);
    struct en_index *live = people_index(&list);
    const struct en_person *now[LIST] = { 0 };
    struct en_query *q = en_query_new();
    uint64_t seed = 43;
    unsigned there = LIST;

    (void)state;
    for (unsigned i = 0; i < LIST; i++)
        now[i] = &list.p[i];
    for (unsigned round = 0; round < 240; round++) {
        unsigned i = (unsigned)(seeded(&seed) % LIST), k = (unsigned)(seeded(&seed) % more.n);
        struct result r;

        if (seeded(&seed) % 3 == 0) {
            assert_int_equal(en_index_remove(live, list.id[i]), now[i] != NULL);
            there -= now[i] != NULL;
            now[i] = NULL;
            r = screen(live, q, &list.p[i], &everything);
            assert_null(hit_of(&r, list.id[i]));
        } else {
            en_index_put(live, list.id[i], &more.p[k], 7000 + round);
            there += now[i] == NULL;
            now[i] = &more.p[k];
            r = screen(live, q, &more.p[k], &everything);
            assert_non_null(hit_of(&r, list.id[i]));
            assert_int_equal(hit_of(&r, list.id[i])->tag, 7000 + round);
        }
        if (round % 40 == 39) {
            struct en_index_builder *b = en_index_builder_new();
            struct en_index *fresh;
            struct en_query *other = en_query_new();
            struct en_index_stats stats;

            for (unsigned x = 0; x < LIST; x++)
                if (now[x])
                    en_index_builder_add(b, list.id[x], now[x], 0);
            fresh = en_index_builder_finish(b);
            en_index_stats(live, &stats);
            assert_int_equal(stats.identities, there);
            for (unsigned x = 0; x < LIST; x += 7) {
                const struct en_person *p = x % 2 || !now[x] ? &more.p[x % more.n] : now[x];
                struct result y = screen(fresh, other, p, &everything);

                r = screen(live, q, p, &everything);
                same_people(&r, &y, round);
            }
            en_query_free(other);
            en_index_free(fresh);
        }
    }
    en_query_free(q);
    en_index_free(live);
    people_free(&more);
}

/* --- evidence goes the right way
 * -------------------------------------------------------------------------------------- */

struct change {
    const char *what;
    void (*agree)(struct en_person *p, const struct en_person *truth);
    void (*conflict)(struct en_person *p, const struct en_person *truth);
    bool (*known)(const struct en_person *truth);
};

static void
agree_birth(struct en_person *p, const struct en_person *truth)
{
    assert_int_equal(en_person_add_birth(p, &truth->births[0]), EN_OK);
}

static void
conflict_birth(struct en_person *p, const struct en_person *truth)
{
    char text[40];
    int y, m, d;

    en_day_to_civil(truth->births[0].from, &y, &m, &d);
    snprintf(text, sizeof text, "%d-%02d-%02d", y > 1970 ? y - 11 : y + 11, (m + 4) % 12 + 1, (d + 12) % 28 + 1);
    add_birth(p, text);
}

static bool
has_birth(const struct en_person *truth)
{
    return truth->n_births > 0;
}

static void
agree_doc(struct en_person *p, const struct en_person *truth)
{
    assert_int_equal(en_person_add_doc(p, &truth->docs[0]), EN_OK);
}

static void
conflict_doc(struct en_person *p, const struct en_person *truth)
{
    (void)truth;
    add_doc(p, "Q00000000", "XZZ");
}

static bool
has_doc(const struct en_person *truth)
{
    return truth->n_docs > 0;
}

static void
agree_nationality(struct en_person *p, const struct en_person *truth)
{
    assert_int_equal(en_person_add_nationality(p, truth->nationalities[0]), EN_OK);
}

static void
conflict_nationality(struct en_person *p, const struct en_person *truth)
{
    (void)truth;
    add_nationality(p, "PER");
}

static bool
has_nationality(const struct en_person *truth)
{
    return truth->n_nationalities > 0;
}

static void
agree_sex(struct en_person *p, const struct en_person *truth)
{
    p->sex = truth->sex;
}

static void
conflict_sex(struct en_person *p, const struct en_person *truth)
{
    p->sex = truth->sex == EN_SEX_MALE ? EN_SEX_FEMALE : EN_SEX_MALE;
}

static bool
has_sex(const struct en_person *truth)
{
    return truth->sex == EN_SEX_MALE || truth->sex == EN_SEX_FEMALE;
}

static void
agree_place(struct en_person *p, const struct en_person *truth)
{
    assert_int_equal(en_person_add_place(p, &truth->places[0]), EN_OK);
}

static void
conflict_place(struct en_person *p, const struct en_person *truth)
{
    (void)truth;
    add_place(p, "Cuzco", "PER");
}

static bool
has_place(const struct en_person *truth)
{
    return truth->n_places > 0;
}

static const struct change changes[] = {
    { "birth date", agree_birth, conflict_birth, has_birth },
    { "document", agree_doc, conflict_doc, has_doc },
    { "nationality", agree_nationality, conflict_nationality, has_nationality },
    { "sex", agree_sex, conflict_sex, has_sex },
    { "place of birth", agree_place, conflict_place, has_place },
};

/* Starting from the name alone, or the name and a birth date, one field more of the true person. */
static void
test_agreement_raises_and_conflict_lowers(void **state)
{
    struct en_query *q = en_query_new();
    unsigned tried[COUNT(changes)] = { 0 };

    (void)state;
    for (unsigned i = 0; i < LIST; i++)
        for (unsigned c = 0; c < COUNT(changes); c++) {
            struct en_person bare = copy_of(&list.p[i], &list.arena), yes, no;
            const struct en_hit *h;
            struct result r;
            en_bits before;

            if (!changes[c].known(&list.p[i]))
                continue;
            bare.n_docs = bare.n_nationalities = bare.n_places = 0;
            bare.n_births = c == 0 || i % 2 ? 0 : bare.n_births;
            bare.sex = EN_SEX_UNKNOWN;
            yes = copy_of(&bare, &list.arena);
            no = copy_of(&bare, &list.arena);
            changes[c].agree(&yes, &list.p[i]);
            changes[c].conflict(&no, &list.p[i]);
            r = screen(ix, q, &bare, &everything);
            h = hit_of(&r, list.id[i]);
            if (!h)
                continue;
            before = bits_before_competition(h);
            r = screen(ix, q, &yes, &everything);
            h = hit_of(&r, list.id[i]);
            if (!h || bits_before_competition(h) < before)
                fail_msg("person %u: an agreeing %s lowers %d bits to %d", i, changes[c].what, before,
                         h ? bits_before_competition(h) : 0);
            r = screen(ix, q, &no, &everything);
            h = hit_of(&r, list.id[i]);
            if (h && bits_before_competition(h) > before)
                fail_msg("person %u: a conflicting %s raises %d bits to %d", i, changes[c].what, before,
                         bits_before_competition(h));
            tried[c]++;
        }
    for (unsigned c = 0; c < COUNT(changes); c++)
        assert_true(tried[c] > 20);
    en_query_free(q);
}

/* A token that the list's name lacks, or another token in place of one, never helps. */
static void
test_foreign_tokens_do_not_help(void **state)
{
    struct en_query *q = en_query_new();
    unsigned tried = 0;

    (void)state;
    for (unsigned i = 0; i < LIST; i++) {
        struct en_person own = copy_of(&list.p[i], &list.arena), more;
        const struct en_hit *h;
        struct result r;
        en_bits before;
        char full[256];

        own.n_names = 1;
        more = copy_of(&own, &list.arena);
        snprintf(full, sizeof full, "%.*s Wxqrzt", EN_TEXT_ARG(own.names[0].full));
        more.names[0].full = text_of(&list.arena, full);
        r = screen(ix, q, &own, &everything);
        h = hit_of(&r, list.id[i]);
        if (!h)
            continue;
        before = bits_before_competition(h);
        r = screen(ix, q, &more, &everything);
        h = hit_of(&r, list.id[i]);
        if (h && bits_before_competition(h) > before)
            fail_msg("person %u: a token of nobody raises %d bits to %d", i, before, bits_before_competition(h));
        tried++;
    }
    assert_true(tried > LIST / 2);
    en_query_free(q);
}

/* --- against every identity ------------------------------------------------------------------------------------------
 */

/*
 * The index proposes candidates; would a scan of the list find more? A document number of his own makes each identity a
 * candidate whatever his name is, and its row can be taken off again. Nobody above the line may be missing, and the
 * bits must be the same.
 */
#define SCAN 250
#define LINE (9 * EN_BITS_ONE)

static void
test_the_index_misses_nobody_that_a_scan_would_find(void **state)
{
    struct people all = people_new(3, SCAN), travellers = people_new(4, 60);
    struct en_index *numbered;
    struct en_query *q = en_query_new(), *one = en_query_new();
    struct en_query_options likely = everything;
    unsigned compared = 0, above = 0;
    char number[16];

    (void)state;
    likely.prior = 0.5; /* at which the line is worth a look */
    for (unsigned i = 0; i < SCAN; i++) {
        all.p[i].arena = &all.arena; /* people_new had it elsewhere */
        all.p[i].n_docs = 0;
        snprintf(number, sizeof number, "%08u", 10000019u * (i + 1) % 99999989u);
        add_doc(&all.p[i], number, "XAA");
    }
    numbered = people_index(&all);
    for (unsigned t = 0; t < travellers.n + SCAN / 5; t++) {
        const struct en_person *who = t < travellers.n ? &travellers.p[t] : &all.p[(t - travellers.n) * 5];
        struct en_person p = copy_of(who, &travellers.arena);
        struct result r;

        p.n_docs = 0;
        r = screen(numbered, q, &p, &likely);
        for (unsigned i = 0; i < SCAN; i++) {
            struct en_person marked = copy_of(&p, &travellers.arena);
            const struct en_hit *with, *plain = hit_of(&r, all.id[i]);
            struct result m;
            en_bits bits;

            assert_int_equal(en_person_add_doc(&marked, &all.p[i].docs[0]), EN_OK);
            m = screen(numbered, one, &marked, &likely);
            with = hit_of(&m, all.id[i]);
            if (!with) {
                assert_null(plain);
                continue;
            }
            compared++;
            bits = bits_before_competition(with) - bits_of_field(with, EN_FIELD_DOCUMENT);
            above += bits > LINE;
            if (plain && bits_before_competition(plain) != bits)
                fail_msg("traveller %u, identity %u: %d bits by the index, %d by itself", t, i,
                         bits_before_competition(plain), bits);
            if (!plain && bits > LINE)
                fail_msg("traveller %u: the index misses identity %u with %d bits\n%s", t, i, bits, dump(&m));
        }
    }
    assert_true(compared > 2000 && above > 40);
    en_query_free(q);
    en_query_free(one);
    en_index_free(numbered);
    people_free(&all);
    people_free(&travellers);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_are_the_sum_of_the_rows_and_hits_are_ordered),
        cmocka_unit_test(test_candidates_share_one_traveller),
        cmocka_unit_test(test_a_person_exactly_as_listed_is_the_best_hit),
        cmocka_unit_test(test_every_name_of_a_person_finds_him),
        cmocka_unit_test(test_results_do_not_depend_on_what_was_asked_before),
        cmocka_unit_test(test_explaining_changes_no_number),
        cmocka_unit_test(test_the_machine_changes_nothing),
        cmocka_unit_test(test_limits_only_cut),
        cmocka_unit_test(test_the_prior_is_no_evidence),
        cmocka_unit_test(test_the_order_of_the_list_does_not_matter),
        cmocka_unit_test(test_changes_are_live_at_the_next_query),
        cmocka_unit_test(test_agreement_raises_and_conflict_lowers),
        cmocka_unit_test(test_foreign_tokens_do_not_help),
        cmocka_unit_test(test_the_index_misses_nobody_that_a_scan_would_find),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
