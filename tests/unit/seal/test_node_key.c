#include "../harness.h"
#include "../node_keys.h"

static en_time
at(const char *t)
{
    en_time out = 0;

    assert_true(en_time_parse(en_text_from_ours(t), &out));
    return out;
}

static void
test_months(void **state)
{
    static const struct {
        const char *at, *month, *start;
    } rows[] = {
        { "1970-01-01T00:00:00Z", "1970-01", "1970-01-01T00:00:00Z" },
        { "2026-11-30T23:59:59.999Z", "2026-11", "2026-11-01T00:00:00Z" },
        { "2026-12-01T00:00:00Z", "2026-12", "2026-12-01T00:00:00Z" },
        { "2028-02-29T12:00:00Z", "2028-02", "2028-02-01T00:00:00Z" },
        { "9999-12-31T23:59:59Z", "9999-12", "9999-12-01T00:00:00Z" },
    };
    char text[EN_MONTH_LEN + 1];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t m = en_month_of(at(rows[i].at)), back = -1;

        ROW(i, rows[i].at);
        en_month_write(m, text);
        ROW_TRUE(strcmp(text, rows[i].month) == 0);
        ROW_TRUE(en_month_parse(en_text_from_ours(text), &back));
        ROW_INT(back, m);
        ROW_INT(en_month_start(m), at(rows[i].start));
    }
    assert_int_equal(en_month_of(at("1970-01-01T00:00:00Z")), 0);
}

static void
test_what_is_no_month(void **state)
{
    static const char *const rows[] = { "",        "2026",    "2026-1",  "2026-00",  "2026-13",
                                        "1969-12", "2026-1a", "2026/11", "2026-111", " 026-11" };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t m = -7;

        ROW(i, rows[i]);
        ROW_TRUE(!en_month_parse(en_text_from_ours(rows[i]), &m));
        ROW_INT(m, -7);
    }
}

static void
test_sealing_keys_stand_newest_first(void **state)
{
    static const int32_t months[] = { 5, 9, 7, 6, 8, 2, 3, 4, 10, 1 };
    struct en_node_keys k = { 0 };
    struct en_age_identity id = { { 0 }, { 0 } };

    (void)state;
    for (size_t i = 0; i < COUNT(months); i++) {
        id.secret[0] = (uint8_t)months[i];
        en_node_keys_add_sealing(&k, months[i], &id);
    }
    assert_int_equal(k.n_sealing, EN_NODE_SEALINGS_MAX);
    for (unsigned i = 0; i < k.n_sealing; i++) {
        assert_int_equal(k.month[i], 10 - (int)i);
        assert_int_equal(k.sealing[i].secret[0], k.month[i]);
    }
    id.secret[0] = 77;
    en_node_keys_add_sealing(&k, 7, &id);
    assert_int_equal(k.n_sealing, EN_NODE_SEALINGS_MAX);
    assert_int_equal(en_node_keys_sealing(&k, 7)->secret[0], 77);
    assert_null(en_node_keys_sealing(&k, 2));
}

static void
test_how_long_a_sealing_key_is_kept(void **state)
{
    int32_t november = en_month_of(at("2026-11-01T00:00:00Z"));

    (void)state;
    assert_true(en_sealing_kept(november, at("2026-11-01T00:00:00Z")));
    assert_true(en_sealing_kept(november, at("2027-03-01T00:00:00Z"))); /* 90 days after 1 December */
    assert_false(en_sealing_kept(november, at("2027-03-01T00:00:00.001Z")));
    assert_int_equal(en_sealing_due(at("2026-11-16T23:59:59Z")), november);
    assert_int_equal(en_sealing_due(at("2026-11-17T00:00:00Z")), november + 1);
}

static void
test_keys_of_made_up_nodes(void **state)
{
    en_time now = at("2026-11-23T08:00:00Z");
    struct en_node_keys a = test_node_keys(1, 1, now), b = test_node_keys(1, 2, now), c = test_node_keys(2, 1, now);
    char id[EN_SEAL_ID_LEN + 1];

    (void)state;
    en_key_id(a.signing.public_key, id);
    assert_string_equal(a.partner, id);
    assert_string_equal(b.partner, id);
    assert_string_not_equal(c.partner, id);
    assert_memory_not_equal(a.signing.public_key, b.signing.public_key, EN_SEAL_PUBLIC_LEN);
    assert_int_equal(a.n_sealing, 5); /* December, November, and three months behind it */
    en_node_keys_wipe(&a);
    assert_int_equal(a.n_sealing, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_what_is_no_month),
        cmocka_unit_test(test_sealing_keys_stand_newest_first),
        cmocka_unit_test(test_how_long_a_sealing_key_is_kept),
        cmocka_unit_test(test_keys_of_made_up_nodes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
