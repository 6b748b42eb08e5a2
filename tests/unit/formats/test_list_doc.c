#include "list_test.h"

#include "base/time.h"
#include "formats/list_in.h"

static const struct {
    const char *words;
    enum en_doc_type type;
} types[] = {
    { "Diplomatic PASSPORT", EN_DOC_PASSPORT },
    { "National ID card", EN_DOC_NATIONAL_ID },
    { "Visa", EN_DOC_VISA },
    { "Residence permit", EN_DOC_RESIDENCE },
    { "Seaman's book", EN_DOC_SEAMAN },
    { "Library card", EN_DOC_OTHER },
    { "National Identification Number", EN_DOC_NATIONAL_ID },
    { "", EN_DOC_OTHER },
};

static void
types_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_int_equal(en_list_in_doc_type(en_text_from_ours(types[i].words), EN_DOC_OTHER), types[i].type);
}

static const struct {
    const char *prose;
    int y, m, d; /* of the expiry; 0 if none */
    enum en_doc_status status;
} prose[] = {
    { "Expires 22 Feb 2017", 2017, 2, 22, EN_DOC_UNSTATED },
    { "Expiration date: 2023-06-04. ", 2023, 6, 4, EN_DOC_UNSTATED },
    { "expires on 22 Jul. 2014 , officially cancelled as of 2013", 2014, 7, 22, EN_DOC_REVOKED },
    { "valid until 16 Feb. 2017", 2017, 2, 16, EN_DOC_UNSTATED },
    { "exp. 20 Aug 2017", 2017, 8, 20, EN_DOC_UNSTATED },
    { "expired on 7 Nov. 2001", 2001, 11, 7, EN_DOC_EXPIRED },
    { "(expires 2020)", 2020, 12, 31, EN_DOC_UNSTATED },
    { "reported stolen", 0, 0, 0, EN_DOC_STOLEN },
    { "Counterfeit", 0, 0, 0, EN_DOC_FALSE },
    { "issued on 7 Jan. 1996", 0, 0, 0, EN_DOC_UNSTATED },
    { "expiry unknown", 0, 0, 0, EN_DOC_UNSTATED },
    { "expires", 0, 0, 0, EN_DOC_UNSTATED },
    { "expired some time long before the year 2001", 0, 0, 0, EN_DOC_EXPIRED },
    { "", 0, 0, 0, EN_DOC_UNSTATED },
};

static void
expiry_and_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++) {
        struct en_doc d = en_list_in_doc_of(EN_DOC_PASSPORT, EN_TEXT_LIT("X1"));
        int32_t expected = prose[i].y ? en_day_from_civil(prose[i].y, prose[i].m, prose[i].d) : INT32_MIN;

        en_list_in_doc_prose(&d, en_text_from_ours(prose[i].prose));
        if (d.expires != expected || d.status != prose[i].status)
            fail_msg("<%s>: day %d, status %d", prose[i].prose, d.expires, d.status);
    }
}

static const struct {
    const char *given, *number, *issuer, *note;
} numbers[] = {
    { "X1234567", "X1234567", "", "" },
    { "D 001206", "D 001206", "", "" },
    { "B/011641", "B/011641", "", "" },
    { "XBB Passport No. 96/184442", "96/184442", "XBB", "XBB Passport No." },
    { "Iraqi identity card number 12 345", "12 345", "IRQ", "Iraqi identity card number" },
    { "Bosnia and Herzegovina passport 5", "5", "BIH", "Bosnia and Herzegovina passport" },
    { "passport number 5", "5", "", "passport number" },
    { "no number at all", "no number at all", "", "" },
    { "12345 lost", "12345 lost", "", "" },
    { "", "", "", "" },
};

static void
words_before_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct en_list_in in = { .report = en_report_new() };
        struct en_doc d = en_list_in_doc_of(EN_DOC_PASSPORT, en_text_from_ours(numbers[i].given));

        en_arena_init(&in.arena, 1 << 20);
        en_list_in_begin(&in, 1, 0);
        en_list_in_doc_number(&in, &d, 0);
        if (!en_text_is(d.number, numbers[i].number) || strcmp(d.issuer.a3, numbers[i].issuer) != 0 ||
            !en_text_is(d.note, numbers[i].note))
            fail_msg("<%s>: <%.*s> of <%s>, <%.*s>", numbers[i].given, EN_TEXT_ARG(d.number), d.issuer.a3,
                     EN_TEXT_ARG(d.note));
        assert_int_equal(en_report_count_code(in.report, "doc-number-words"), numbers[i].note[0] != '\0');
        en_arena_release(&in.arena);
        en_report_free(in.report);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_in_words),
        cmocka_unit_test(expiry_and_status),
        cmocka_unit_test(words_before_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
