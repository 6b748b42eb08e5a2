/* Complete alignment as the evidence shows it: every token of both names is in exactly one row. */
#include "people.h"

static struct en_arena arena;

static int
setup(void **state)
{
    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_arena_release(&arena);
    return 0;
}

/* Both have one document, so that the person is weighed whatever the names are. */
static struct en_person
named(const char *full)
{
    struct en_person p;

    en_person_init(&p, &arena);
    add_name(&p, full, EN_NAME_PRIMARY);
    add_doc(&p, "X1234567", "XAA");
    return p;
}

struct pairing {
    struct en_index *ix;
    struct en_query *q;
    struct result r;
};

static struct pairing
pairing_of(const char *list, const char *traveller)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_person l = named(list), t = named(traveller);
    struct pairing p;

    en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &l, 1);
    p.ix = en_index_builder_finish(b);
    p.q = en_query_new();
    p.r = screen(p.ix, p.q, &t, &everything);
    return p;
}

static void
pairing_end(struct pairing *p)
{
    en_query_free(p->q);
    en_index_free(p->ix);
}

/* Name rows as "traveller=list; …", with + or - for evidence for and against, 0 for none. */
static void
show(const struct result *r, char *out, size_t max)
{
    size_t at = 0;

    out[0] = '\0';
    if (!r->n) {
        snprintf(out, max, "no hit");
        return;
    }
    for (size_t i = 0; i < r->hits[0].n_evidence; i++) {
        const struct en_evidence *e = &r->hits[0].evidence[i];

        if (e->field != EN_FIELD_NAME || (!e->query.n && !e->list.n))
            continue;
        at += (size_t)snprintf(out + at, max - at, "%s%.*s=%.*s%s", at ? "; " : "", EN_TEXT_ARG(e->query),
                               EN_TEXT_ARG(e->list),
                               e->bits > 0   ? "+"
                               : e->bits < 0 ? "-"
                                             : "0");
    }
}

static void
test_pairs(void **state)
{
    static const struct {
        const char *list, *traveller, *rows;
    } rows[] = {
        { "Marek Orlo", "MAREK ORLO", "MAREK=Marek+; ORLO=Orlo+" },
        { "Marek Orlo", "Orlo, Marek", "Orlo=Orlo+; Marek=Marek+" },
        { "Marek Orlo", "Mr Marek Orlo Jr", "Mr=0; Marek=Marek+; Orlo=Orlo+; Jr=0" },
        { "Dr. Marek van Orlo", "MAREK ORLO", "MAREK=Marek+; ORLO=Orlo+; =Dr0; =van0" },
        { "Ahmed al-Selda", "AHMED SELDA", "AHMED=Ahmed+; SELDA=Selda+; =al0" },
        { "Ahmed Selda", "AHMED AL SELDA", "AHMED=Ahmed+; AL=0; SELDA=Selda+" },
        { "Ahmed al-Selda", "AHMED AL SELDA", "AHMED=Ahmed+; AL=al+; SELDA=Selda+" },
        { "Marek Jonas Orlo", "MAREK ORLO", "MAREK=Marek+; ORLO=Orlo+; =Jonas-" },
        { "Marek Orlo", "MAREK JONAS ORLO", "MAREK=Marek+; JONAS=-; ORLO=Orlo+" },
        { "M. Orlo", "Marek Orlo", "Marek=M+; Orlo=Orlo+" },
        { "Marek Orlo", "M Orlo", "M=Marek+; Orlo=Orlo+" },
        { "Marek Orlo", "J Orlo", "J=-; Orlo=Orlo+; =Marek-" },
        { "J R Orlo", "J R ORLO", "J=J+; R=R+; ORLO=Orlo+" },
        { "А. Орло", "Aleksei Orlo", "Aleksei=А+; Orlo=Орло+" },
        { "Алексей Орло", "A ORLO", "A=Алексей+; ORLO=Орло+" },
        { "Annamaria Orlo", "ANNA MARIA ORLO", "ANNA MARIA=Annamaria+; ORLO=Orlo+" },
        { "Anna Maria Orlo", "ANNAMARIA ORLO", "ANNAMARIA=Anna Maria+; ORLO=Orlo+" },
        { "Burhanuddin Selda", "برهان الدين سلدا", "برهان الدين=Burhanuddin+; سلدا=Selda+" },
        { "Husam Luqa", "HUSAM HOUSAM LUQA", "HUSAM=Husam+; HOUSAM=0; LUQA=Luqa+" },
        { "Husam Housam Luqa Luqa", "HUSAM LUQA", "HUSAM=Husam+; LUQA=Luqa+; =Housam0; =Luqa0" },
        { "Marek Orlo", "MAREK ORLO JONAS JONAS", "MAREK=Marek+; ORLO=Orlo+; JONAS=-; JONAS=0" },
        { "Chen Orlo", "CHEN CHENG ORLO", "CHEN=Chen+; CHENG=-; ORLO=Orlo+" },
        { "Алексей Орло", "ALEKSEI ORLO", "ALEKSEI=Алексей+; ORLO=Орло+" },
        { "Aleksei Orlo", "Алексей Орло", "Алексей=Aleksei+; Орло=Orlo+" },
        { "خالد سلدا", "KHALED SELDA", "KHALED=خالد+; SELDA=سلدا+" },
        { "Khaled Selda", "خالد سلدا", "خالد=Khaled+; سلدا=Selda+" },
        { "יוסף סלדה", "YOSEF SELDA", "YOSEF=יוסף+; SELDA=סלדה+" },
        { "გიორგი ბერიძე", "GIORGI BERIDZE", "GIORGI=გიორგი+; BERIDZE=ბერიძე+" },
        { "タナカ ヨウコ", "TANAKA YOKO", "TANAKA=タナカ+; YOKO=ヨウコ+" },
        { "李小明", "LI XIAOMING", "LI=李+; XIAOMING=小明+" },
        { "Li Xiaoming", "李小明", "李=Li+; 小明=Xiaoming+" },
        { "김철수", "KIM CHEOLSU", "KIM=김+; CHEOLSU=철수+" },
        { "ประยุทธ์ โอชา", "ประยุทธ์ โอชา", "ประยุทธ์=ประยุทธ์+; โอชา=โอชา+" },
    };
    char got[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pairing p = pairing_of(rows[i].list, rows[i].traveller);

        show(&p.r, got, sizeof got);
        ROW(i, rows[i].list);
        ROW_STR(got, rows[i].rows);
        pairing_end(&p);
    }
}

/* What has nothing to do with each other speaks against, whatever the scripts and however rare the letters. */
static void
test_strangers_never_speak_for_each_other(void **state)
{
    static const struct {
        const char *list, *traveller;
    } rows[] = {
        { "Marek Orlo", "Jonas Selda" },       { "Marek Orlo", "Xqzwvkp Brrgnthx" }, { "Xqzwvkp Brrgnthx", "Marek Orlo" },
        { "Marek Orlo", "ประยุทธ์ โอชา" },     { "ประยุทธ์ โอชา", "Marek Orlo" },     { "Marek Orlo", "李小明" },
        { "Алексей Орло", "KIM CHEOLSU" },     { "محمد سلدا", "MAREK VINMAR" },       { "김철수", "MAREK VINMAR" },
        { "नरेंद्र मोदक", "ประยุทธ์ โอชา" },   { "A B C", "X Y Z" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pairing p = pairing_of(rows[i].list, rows[i].traveller);

        ROW(i, rows[i].traveller);
        ROW_INT(p.r.n, 1);
        for (size_t k = 0; k < p.r.hits[0].n_evidence; k++)
            if (p.r.hits[0].evidence[k].field == EN_FIELD_NAME)
                ROW_TRUE(p.r.hits[0].evidence[k].bits <= 0);
        ROW_TRUE(bits_of_field(&p.r.hits[0], EN_FIELD_NAME) < 0);
        pairing_end(&p);
    }
}

/* A swapped nisba or father's name sinks a hit that rests on the rest. */
static void
test_what_conflicts_weighs_more_than_what_is_missing(void **state)
{
    static const struct {
        const char *list, *missing, *conflict;
    } rows[] = {
        { "Ahmed Hassan al-Selda", "AHMED HASSAN", "AHMED HASSAN AL ORLO" },
        { "Marek Jonas Orlo", "MAREK ORLO", "MAREK VIKTOR ORLO" },
        { "Алексей Орло", "ОРЛО", "МИХАИЛ ОРЛО" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pairing m = pairing_of(rows[i].list, rows[i].missing), c = pairing_of(rows[i].list, rows[i].conflict);

        ROW(i, rows[i].list);
        ROW_TRUE(m.r.n == 1 && c.r.n == 1);
        ROW_TRUE(bits_of_field(&c.r.hits[0], EN_FIELD_NAME) <
                 bits_of_field(&m.r.hits[0], EN_FIELD_NAME) - 4 * EN_BITS_ONE);
        pairing_end(&m);
        pairing_end(&c);
    }
}

/* A common name in a rare spelling is still a common name. */
static void
test_a_spelling_tells_no_more_than_the_name(void **state)
{
    static const struct {
        const char *list, *same, *other;
    } rows[] = {
        { "Ali Selda", "ALI SELDA", "ALIIY SELDA" },
        { "Rahman Selda", "RAHMAN SELDA", "ALRAHMAN SELDA" },
        { "Maria Orlo", "MARIA ORLO", "MARIAH ORLO" },
        { "Mohammed Selda", "MOHAMMED SELDA", "MOUHAMMADE SELDA" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pairing s = pairing_of(rows[i].list, rows[i].same), o = pairing_of(rows[i].list, rows[i].other);

        ROW(i, rows[i].other);
        ROW_TRUE(s.r.hits[0].evidence[0].bits > 0);
        /* The list's own count of the name stands beside the table: half a bit of play. */
        ROW_TRUE(o.r.hits[0].evidence[0].bits <= s.r.hits[0].evidence[0].bits + EN_BITS_ONE / 2);
        pairing_end(&s);
        pairing_end(&o);
    }
}

/* Two of the list's words against one: how it is spelt counts, although nobody's table has that one. */
static void
test_words_run_together_must_be_spelt_so(void **state)
{
    struct pairing same = pairing_of("Anna Maria Orlo", "ANNAMARIA ORLO"),
                   other = pairing_of("Ana Mario Orlo", "ANNAMARIA ORLO");

    (void)state;
    assert_true(same.r.n == 1 && other.r.n == 1);
    assert_true(same.r.hits[0].evidence[0].bits > 0);
    assert_true(other.r.hits[0].evidence[0].bits < same.r.hits[0].evidence[0].bits - 6 * EN_BITS_ONE);
    pairing_end(&same);
    pairing_end(&other);
}

/* --- completeness ------------------------------------------------------------------------------------------ */

static const char *const words[] = { "Marek",  "Orlo",    "Selda",  "Jonas",  "al",  "bin",    "Ahmed",
                                     "Hassan", "Vinmar",  "Kental", "Bruver", "Dr",  "J",      "Polgan",
                                     "Tiken",  "Mar",     "Verlo",  "Clara",  "van", "Andrei", "Farmi",
                                     "Kazami", "Nubanri", "Lamtu",  "Haji",   "R" };

static unsigned
any_name(uint64_t *seed, unsigned most, const char **tokens, char *full, size_t max)
{
    unsigned n = 1 + (unsigned)(seeded(seed) % most);
    size_t at = 0;

    for (unsigned i = 0; i < n; i++) {
        tokens[i] = words[seeded(seed) % COUNT(words)];
        at += (size_t)snprintf(full + at, max - at, "%s%s", i ? " " : "", tokens[i]);
    }
    return n;
}

/* The words of one side of all name rows, and how often each is there. */
static void
count_words(const struct en_hit *h, bool query_side, unsigned count[COUNT(words)])
{
    for (size_t i = 0; i < h->n_evidence; i++) {
        en_text t = query_side ? h->evidence[i].query : h->evidence[i].list;

        if (h->evidence[i].field != EN_FIELD_NAME)
            continue;
        while (t.n) {
            const char *blank = memchr(t.p, ' ', t.n);
            en_text word = { t.p, blank ? (size_t)(blank - t.p) : t.n };
            bool known = false;

            for (size_t w = 0; w < COUNT(words); w++)
                if (en_text_is(word, words[w])) {
                    count[w]++;
                    known = true;
                }
            if (!known)
                fail_msg("a row shows %.*s, which is no token", EN_TEXT_ARG(word));
            t.p += word.n + (blank != NULL);
            t.n -= word.n + (blank != NULL);
        }
    }
}

static void
test_every_token_is_in_exactly_one_row(void **state)
{
    uint64_t seed = 53;

    (void)state;
    for (unsigned round = 0; round < 120; round++) {
        const char *l[24], *t[24];
        unsigned want[2][COUNT(words)] = { { 0 } }, got[2][COUNT(words)] = { { 0 } }, most = round % 3 ? 6 : 24;
        char list[512], traveller[512];
        unsigned nl = any_name(&seed, most, l, list, sizeof list),
                 nt = any_name(&seed, most, t, traveller, sizeof traveller);
        struct pairing p = pairing_of(list, traveller);

        if (p.r.n) {
            for (size_t w = 0; w < COUNT(words); w++) {
                for (unsigned i = 0; i < nt; i++)
                    want[0][w] += t[i] == words[w];
                for (unsigned i = 0; i < nl; i++)
                    want[1][w] += l[i] == words[w];
            }
            count_words(&p.r.hits[0], true, got[0]);
            count_words(&p.r.hits[0], false, got[1]);
            for (size_t w = 0; w < COUNT(words); w++)
                for (unsigned side = 0; side < 2; side++)
                    if (want[side][w] != got[side][w])
                        fail_msg("round %u, %s of %s against %s: %u times, not %u\n%s", round, words[w], list,
                                 traveller, got[side][w], want[side][w], dump(&p.r));
        }
        pairing_end(&p);
    }
}

/* The same names with their tokens in any order fit as well as in this one, as long as none run together. */
static void
test_the_order_of_tokens_does_not_matter(void **state)
{
    static const char *const orders[] = { "Marek Jonas Orlo Selda", "Selda Orlo Jonas Marek", "Orlo Marek Selda Jonas",
                                          "Jonas Selda Marek Orlo" };
    en_bits first = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct pairing p = pairing_of("Marek Jonas Orlo Selda", orders[i]);

        assert_int_equal(p.r.n, 1);
        if (i == 0)
            first = p.r.hits[0].bits;
        assert_int_equal(p.r.hits[0].bits, first);
        pairing_end(&p);
    }
}

/* Parts of several names of one alert; a byname's beginning that nobody else wrote is no conflict. */
static void
test_parts_of_several_names_of_an_alert(void **state)
{
    static const struct {
        const char *list[2], *traveller;
        const char *part; /* found in the other name; "" none */
    } cases[] = {
        { { "Orlo Wexprit", "Selvane Quorbin" }, "Orlo Quorbin", "in another name" },
        { { "Orlo Wexprit", "Orlo Wexprid" }, "Orlo Quorbin", "" },
        { { "Orlo Wexprit", "Selvane Quorbin" }, "Orlo Wexprit", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct en_index_builder *b = en_index_builder_new();
        struct en_person l = named(cases[i].list[0]), t = named(cases[i].traveller);
        struct en_index *ix;
        struct en_query *q = en_query_new();
        struct result r;
        unsigned found = 0;

        add_birth(&l, "1971-03-04");
        add_birth(&t, "1971-03-04");
        add_name(&l, cases[i].list[1], EN_NAME_ALIAS);
        en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &l, 1);
        ix = en_index_builder_finish(b);
        r = screen(ix, q, &t, &everything);
        ROW(i, cases[i].traveller);
        ROW_TRUE(r.n == 1);
        for (size_t k = 0; k < r.hits[0].n_evidence; k++) {
            const struct en_evidence *e = &r.hits[0].evidence[k];

            if (strncmp(e->why, "in another name", 15) != 0)
                continue;
            found++;
            ROW_TRUE(e->bits > 0 && en_text_eq(e->query, e->list));
        }
        ROW_INT(found, cases[i].part[0] ? 1 : 0);
        en_query_free(q);
        en_index_free(ix);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_of_several_names_of_an_alert),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_strangers_never_speak_for_each_other),
        cmocka_unit_test(test_what_conflicts_weighs_more_than_what_is_missing),
        cmocka_unit_test(test_a_spelling_tells_no_more_than_the_name),
        cmocka_unit_test(test_words_run_together_must_be_spelt_so),
        cmocka_unit_test(test_every_token_is_in_exactly_one_row),
        cmocka_unit_test(test_the_order_of_tokens_does_not_matter),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
