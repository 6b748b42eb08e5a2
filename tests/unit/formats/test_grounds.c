#include "list_test.h"

static const struct {
    enum en_list_format format;
    const char *programme;
    enum en_ground ground;
} programmes[] = {
    { EN_LIST_UN_XML, "Al-Qaida", EN_GROUND_UNSC_1267 },
    { EN_LIST_UN_XML, "al-qaida", EN_GROUND_UNSC_1267 },
    { EN_LIST_UN_XML, "QDi", EN_GROUND_UNSC_1267 },
    { EN_LIST_UN_XML, "Taliban", EN_GROUND_UNSC_1988 },
    { EN_LIST_UN_XML, "TAi", EN_GROUND_UNSC_1988 },
    { EN_LIST_UN_XML, "DPRK", EN_GROUND_NONE },
    { EN_LIST_UN_XML, "SDGT", EN_GROUND_NONE },
    { EN_LIST_OFAC_SDN, "SDGT", EN_GROUND_UNSC_1373 },
    { EN_LIST_OFAC_SDN, "FTO", EN_GROUND_UNSC_1373 },
    { EN_LIST_OFAC_SDN, "SDT", EN_GROUND_UNSC_1373 },
    /* Narcotics look alike. */
    { EN_LIST_OFAC_SDN, "SDNT", EN_GROUND_NONE },
    { EN_LIST_OFAC_SDN, "SDNTK", EN_GROUND_NONE },
    { EN_LIST_OFAC_SDN, "IFSR", EN_GROUND_NONE },
    { EN_LIST_OFAC_SDN, "Al-Qaida", EN_GROUND_NONE },
    { EN_LIST_FTM, "UN-SCISIL", EN_GROUND_UNSC_1267 },
    { EN_LIST_FTM, "UN-SC1988", EN_GROUND_UNSC_1988 },
    { EN_LIST_FTM, "US-TERR", EN_GROUND_UNSC_1373 },
    { EN_LIST_FTM, "UN-SC1718", EN_GROUND_NONE },
    { EN_LIST_CSV, "UNSCR 2178", EN_GROUND_UNSC_2178 },
    { EN_LIST_JSONL, "UNSCR 1267", EN_GROUND_UNSC_1267 },
    { EN_LIST_UN_XML, "UNSCR 2396", EN_GROUND_UNSC_2178 },
    { EN_LIST_CSV, "SDGT", EN_GROUND_NONE },
    { EN_LIST_CSV, "", EN_GROUND_NONE },
};

static void
each_programme(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof programmes / sizeof *programmes; i++) {
        enum en_ground g = en_ground_of_programme(programmes[i].format, en_text_from_ours(programmes[i].programme));

        if (g != programmes[i].ground)
            fail_msg("%s of %s: \"%s\"", programmes[i].programme, en_list_format_word(programmes[i].format),
                     en_ground_word(g));
    }
}

static void
words(void **state)
{
    (void)state;
    assert_string_equal(en_ground_word(EN_GROUND_NONE), "");
    for (enum en_ground g = EN_GROUND_NONE + 1; g < EN_GROUNDS; g++) {
        enum en_ground back = EN_GROUND_NONE;

        assert_true(en_ground_from(en_text_from_ours(en_ground_word(g)), &back));
        assert_int_equal(back, g);
    }
    assert_false(en_ground_from(EN_TEXT_LIT(""), &(enum en_ground){ 0 }));
    assert_false(en_ground_from(EN_TEXT_LIT("UNSC-1267"), &(enum en_ground){ 0 }));
}

/* Of several programmes the strongest ground counts, in whatever order they stand. */
static void
strongest(void **state)
{
    static const char head[] = "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"],\"program\":[";

    (void)state;
    expect_in_list(EN_LIST_FTM, head, "\"X\",\"SDGT\",\"UN-SC1988\"", "]}}", "\"ground\":\"unsc-1988\"", "");
    expect_in_list(EN_LIST_FTM, head, "\"UN-SC1988\",\"SDGT\",\"X\"", "]}}", "\"ground\":\"unsc-1988\"", "");
    expect_in_list(EN_LIST_FTM, head, "\"PK-ATA1997\",\"SDGT\"", "]}}", "\"ground\":\"unsc-1373\"", "");
    expect_in_list(EN_LIST_FTM, head, "\"X\"", "]}}", "\"ground\":\"\"", "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_programme),
        cmocka_unit_test(words),
        cmocka_unit_test(strongest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
