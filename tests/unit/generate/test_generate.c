#include "../harness.h"

#include "base/hash.h"
#include "generate/generate.h"

#define ROOM (64 * 1024)

/* What a person says, as bytes to compare. */
static void
write_made(const struct en_made *m, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_text(&j, "id", m->id);
    en_json_kv_str(&j, "culture", m->culture);
    en_json_kv_str(&j, "country", m->country);
    en_json_kv_uint(&j, "kind", (uint64_t)m->kind);
    en_json_kv_uint(&j, "truth", m->truth);
    en_person_json(&m->person, &j);
    en_json_object_end(&j);
    en_buf_addc(out, '\n');
}

static void
write_load(uint64_t seed, uint64_t n, bool backwards, struct en_buf *out)
{
    struct en_generator *g = en_generator_new(seed);
    struct en_arena a;
    struct en_made m;

    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < n; i++) {
        en_arena_reset(&a);
        assert_int_equal(en_generate_identity(g, backwards ? n - 1 - i : i, &a, &m), EN_OK);
        if (!backwards || i == n - 1)
            write_made(&m, out);
        en_arena_reset(&a);
        assert_int_equal(en_generate_traveller(g, backwards ? n - 1 - i : i, n, &a, &m), EN_OK);
        if (!backwards || i == n - 1)
            write_made(&m, out);
    }
    en_arena_release(&a);
    en_generator_free(g);
}

static void
the_same_seed_gives_the_same_bytes(void **state)
{
    struct en_buf a = EN_BUF_INIT, b = EN_BUF_INIT, other = EN_BUF_INIT, last = EN_BUF_INIT;

    (void)state;
    write_load(1, 2000, false, &a);
    write_load(1, 2000, false, &b);
    write_load(2, 2000, false, &other);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    assert_false(a.n == other.n && memcmp(a.p, other.p, a.n) == 0);
    /* Whatever was made before, the first one is the first one. */
    write_load(1, 2000, true, &last);
    assert_true(last.n < a.n);
    assert_memory_equal(a.p, last.p, last.n);
    en_buf_release(&a);
    en_buf_release(&b);
    en_buf_release(&other);
    en_buf_release(&last);
}

/*
 * Numbers that were measured with seed 1 can be compared as long as it makes the same people: on every machine, and in
 * every version that does not change this hash on purpose.
 */
static void
seed_one_is_as_ever(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    uint8_t hash[EN_SHA256_LEN];
    char hex[2 * EN_SHA256_LEN + 1];

    (void)state;
    write_load(1, 1000, false, &b);
    en_sha256(en_buf_bytes(&b), hash);
    en_hex(hash, sizeof hash, hex);
    assert_memory_equal(b.p, "{\"id\":\"S0000001\",", 17);
    assert_string_equal(hex, "d9f808136cc5809c6a42c5644889adbb15d4cea1d4fd0f988930fa0bb46330f0");
    en_buf_release(&b);
}

static bool
has_extra(const struct en_person *p, const char *key)
{
    for (size_t i = 0; i < p->n_extras; i++)
        if (en_text_is(p->extras[i].key, key))
            return true;
    return false;
}

/* Letters of the native forms that a culture may have: the first code point tells. */
static bool
in_script(const char *culture, uint32_t cp)
{
    static const struct {
        const char *culture;
        uint32_t from, to;
    } rows[] = {
        { "arabic", 0x600, 0x6ff },      { "persian", 0x600, 0x6ff },       { "southasian", 0x600, 0x6ff },
        { "slavic_east", 0x400, 0x4ff }, { "central_asian", 0x400, 0x4ff }, { "bulgarian", 0x400, 0x4ff },
        { "chinese", 0x4e00, 0x9fff },   { "korean", 0xac00, 0xd7a3 },      { "japanese", 0x3005, 0x9fff },
        { "hebrew", 0x5d0, 0x5ea },      { "armenian", 0x530, 0x58f },      { "greek", 0x370, 0x3ff },
        { "georgian", 0x10a0, 0x10ff },
    };

    if (cp < 0x250 || (cp >= 0x1e00 && cp < 0x1f00))
        return true;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(rows[i].culture, culture) == 0)
            return cp >= rows[i].from && cp <= rows[i].to;
    return false;
}

static void
people_are_of_one_culture(void **state)
{
    struct en_generator *g = en_generator_new(3);
    struct en_arena a;
    size_t native = 0, listed = 0, names = 0;

    (void)state;
    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < 20000; i++) {
        struct en_made m;

        en_arena_reset(&a);
        assert_int_equal(en_generate_identity(g, i, &a, &m), EN_OK);
        ROW((size_t)i, m.culture);
        ROW_TRUE(has_extra(&m.person, "fictional"));
        ROW_TRUE(m.person.n_names >= 1 && m.person.names[0].kind == EN_NAME_PRIMARY && m.person.names[0].full.n >= 2);
        ROW_TRUE(en_generate_culture_has(g, m.culture, m.country));
        if (m.person.n_nationalities > 0) {
            ROW_STR(en_country_a2(m.person.nationalities[0]), m.country);
            listed++;
        }
        names += m.person.n_names;
        for (size_t k = 0; k < m.person.n_names; k++) {
            en_bytes b = en_text_bytes(m.person.names[k].full);
            uint32_t cp = en_utf8_next(&b);

            ROW_TRUE(in_script(m.culture, cp));
            ROW_TRUE(m.person.names[k].kind == EN_NAME_NATIVE || cp < 0x250 || (cp >= 0x1e00 && cp < 0x1f00));
            native += m.person.names[k].kind == EN_NAME_NATIVE;
        }
    }
    assert_in_range(listed, 15600, 16400);
    assert_in_range(names, 20000 * 5 / 2, 20000 * 7 / 2);
    assert_in_range(native, 5000, 12000);
    assert_false(en_generate_culture_has(g, "greek", "jp"));
    assert_false(en_generate_culture_has(g, "martian", "gr"));
    en_arena_release(&a);
    en_generator_free(g);
}

static void
cultures_have_their_shares(void **state)
{
    enum { N = 40000 };
    struct en_generator *g = en_generator_new(4);
    size_t n = en_generate_cultures(g);
    unsigned *seen = calloc(n, sizeof *seen);
    double total = 0;
    struct en_arena a;

    (void)state;
    assert_true(n >= 20);
    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < N; i++) {
        struct en_made m;
        double share;

        en_arena_reset(&a);
        assert_int_equal(en_generate_identity(g, i, &a, &m), EN_OK);
        for (size_t c = 0; c < n; c++)
            seen[c] += strcmp(en_generate_culture(g, c, &share), m.culture) == 0;
    }
    for (size_t c = 0; c < n; c++) {
        double share, want;

        ROW(c, en_generate_culture(g, c, &share));
        want = share * N;
        total += share;
        ROW_TRUE(seen[c] > want * 0.8 - 30 && seen[c] < want * 1.2 + 30);
    }
    assert_true(total > 0.999 && total < 1.001);
    en_arena_release(&a);
    free(seen);
    en_generator_free(g);
}

/* One word of a common name is on several in a hundred of a list, as on real ones. */
static void
common_words_are_common(void **state)
{
    enum { N = 20000 };
    struct en_generator *g = en_generator_new(5);
    unsigned with = 0;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < N; i++) {
        struct en_made m;
        bool has = false;

        en_arena_reset(&a);
        assert_int_equal(en_generate_identity(g, i, &a, &m), EN_OK);
        for (size_t k = 0; k < m.person.n_names; k++)
            has |= m.person.names[k].full.n >= 8 &&
                   memmem(m.person.names[k].full.p, m.person.names[k].full.n, "ham", 3) != NULL &&
                   memmem(m.person.names[k].full.p, m.person.names[k].full.n, "med", 3) != NULL;
        with += has;
    }
    assert_in_range(with, N / 50, N / 5);
    en_arena_release(&a);
    en_generator_free(g);
}

static int32_t
birth_of(const struct en_made *m)
{
    return m->person.n_births ? m->person.births[0].from : INT32_MIN;
}

static void
one_traveller_in_a_hundred_is_listed(void **state)
{
    enum { N = 1000, M = 50000 };
    struct en_generator *g = en_generator_new(6);
    unsigned char travels[N] = { 0 };
    unsigned kinds[EN_MADE_KINDS] = { 0 }, listed = 0, same_birth = 0, with_birth = 0;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < M; i++) {
        struct en_made m, who;
        size_t before = listed;

        en_arena_reset(&a);
        assert_int_equal(en_generate_traveller(g, i, N, &a, &m), EN_OK);
        assert_true(m.kind < EN_MADE_KINDS && (m.kind == EN_MADE_STRANGER) == (m.truth == EN_MADE_NOT_LISTED));
        assert_true(has_extra(&m.person, "fictional") && m.person.n_names == 1 && m.person.names[0].full.n > 0);
        kinds[m.kind]++;
        if (m.truth == EN_MADE_NOT_LISTED)
            continue;
        assert_true(m.truth < N);
        listed++;
        assert_int_equal(before + 1, listed);
        travels[m.truth]++;
        assert_int_equal(en_generate_identity(g, m.truth, &a, &who), EN_OK);
        assert_string_equal(who.culture, m.culture);
        assert_string_equal(who.country, m.country);
        assert_true(m.kind != EN_MADE_EXACT || en_text_eq(m.person.names[0].full, who.person.names[0].full));
        if (who.person.n_births > 0 && who.person.births[0].quality == EN_DATE_EXACT && m.person.n_births > 0) {
            with_birth++;
            same_birth += birth_of(&m) == birth_of(&who);
        }
    }
    assert_int_equal(listed, M / EN_MADE_ONE_IN);
    for (size_t i = 0; i < N; i++)
        assert_true(travels[i] <= 1); /* nobody twice while there are others */
    for (size_t k = 0; k < EN_MADE_KINDS; k++)
        assert_true(kinds[k] > 5);
    assert_true(same_birth > with_birth * 85 / 100 && same_birth < with_birth);
    assert_int_equal(en_generate_traveller(g, 0, 0, &a, &(struct en_made){ .kind = 0 }), EN_OK);
    en_arena_release(&a);
    en_generator_free(g);
}

static void
every_text_is_checked_text(void **state)
{
    struct en_generator *g = en_generator_new(8);
    struct en_arena a;

    (void)state;
    en_arena_init(&a, ROOM);
    for (uint64_t i = 0; i < 20000; i++) {
        struct en_made m[2];

        en_arena_reset(&a);
        assert_int_equal(en_generate_identity(g, i, &a, &m[0]), EN_OK);
        assert_int_equal(en_generate_traveller(g, i, 1000, &a, &m[1]), EN_OK);
        for (size_t k = 0; k < 2; k++)
            for (size_t n = 0; n < m[k].person.n_names; n++) {
                unsigned repairs = 0;
                en_text out;

                assert_int_equal(
                    en_text_check(en_text_bytes(m[k].person.names[n].full), 1000, &a, &out, &repairs, NULL), EN_OK);
                assert_int_equal(repairs, 0);
            }
    }
    en_arena_release(&a);
    en_generator_free(g);
}

static void
a_small_arena_is_told(void **state)
{
    struct en_generator *g = en_generator_new(9);
    struct en_arena a;
    struct en_made m;

    (void)state;
    en_arena_init(&a, 64);
    assert_int_equal(en_generate_identity(g, 0, &a, &m), EN_E_LIMIT);
    en_arena_reset(&a);
    assert_int_equal(en_generate_traveller(g, 0, 5, &a, &m), EN_E_LIMIT);
    en_arena_release(&a);
    en_generator_free(g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(seed_one_is_as_ever),
        cmocka_unit_test(people_are_of_one_culture),
        cmocka_unit_test(cultures_have_their_shares),
        cmocka_unit_test(common_words_are_common),
        cmocka_unit_test(one_traveller_in_a_hundred_is_listed),
        cmocka_unit_test(every_text_is_checked_text),
        cmocka_unit_test(a_small_arena_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
