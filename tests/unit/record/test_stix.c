#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "examples.h"

static struct en_arena arena;

static int
setup(void **state)
{
    (void)state;
    en_arena_init(&arena, 4u * EN_MIB);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_arena_release(&arena);
    return 0;
}

static void
write_example(unsigned kind, uint32_t version, struct en_buf *out)
{
    struct en_record r;

    example_record((enum en_record_kind)kind, version, &arena, &r);
    en_buf_reset(out);
    en_stix_write(&r, out);
}

static void
test_what_is_written_reads_back_to_the_same_bytes(void **state)
{
    struct en_buf b = EN_BUF_INIT, again = EN_BUF_INIT;

    (void)state;
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++)
        for (uint32_t v = 1; v <= 2; v++) {
            struct en_report *report = en_report_new();
            struct en_err err = EN_ERR_INIT;
            struct en_record r;

            write_example(k, v, &b);
            assert_int_equal(en_stix_read(en_buf_bytes(&b), &arena, &r, report, &err), EN_OK);
            assert_int_equal(r.kind, k);
            assert_int_equal(r.version, v);
            en_buf_reset(&again);
            en_stix_write(&r, &again);
            assert_string_equal(again.p, b.p);
            for (unsigned n = EN_NOTE_REPAIR; n <= EN_NOTE_WARNING; n++)
                assert_int_equal(en_report_count(report, (enum en_note_kind)n), 0);
            en_report_free(report);
        }
    en_buf_release(&b);
    en_buf_release(&again);
}

/* Replaces the first occurrence of a by b. */
static void
replace(struct en_buf *text, const char *a, const char *b)
{
    struct en_buf out = EN_BUF_INIT;
    const char *at = strstr(text->p, a);

    assert_non_null(at);
    en_buf_add(&out, text->p, (size_t)(at - text->p));
    en_buf_add_str(&out, b);
    en_buf_add_str(&out, at + strlen(a));
    en_buf_release(text);
    *text = out;
}

#define MARKINGS "\"object_marking_refs\":"
#define AMBER    "\"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421\""
#define GREEN    "\"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb\""

static void
test_what_disagrees_with_itself_is_refused(void **state)
{
    static const struct {
        const char *was, *is;
        en_errc code;
    } rows[] = {
        { "\"type\":\"identity\"", "\"type\":\"malware\"", EN_E_INPUT },
        { "\"id\":\"identity--", "\"id\":\"sighting--", EN_E_INPUT },
        { "\"kind\":\"alert\"", "\"kind\":\"sighting\"", EN_E_INPUT },
        { "\"kind\":\"alert\"", "\"kind\":\"telepathy\"", EN_E_INPUT },
        { "\"format\":1", "\"format\":2", EN_E_INPUT },
        { "\"format\":1", "\"format\":\"1\"", EN_E_INPUT },
        { "\"version\":1", "\"version\":0", EN_E_INPUT },
        { "\"version\":1", "\"version\":4294967296", EN_E_INPUT },
        { "3f1b9c2a7d6e5048", "3f1b9c2a7d6e5049", EN_E_INPUT }, /* another originator than created_by_ref says */
        { "\"tlp\":\"amber\"", "\"tlp\":\"AMBER\"", EN_E_INPUT },
        { "\"tlp\":\"amber\"", "\"tlp\":\"green\"", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS "[" GREEN "]", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS "[" AMBER "," GREEN "]", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS "[" AMBER "," AMBER "]", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS "[]", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS "[7]", EN_E_INPUT },
        { MARKINGS "[" AMBER "]", MARKINGS AMBER, EN_E_INPUT },
        { MARKINGS, "\"markings\":", EN_E_INPUT },
        { "\"onward\":\"ask\"", "\"onward\":\"list\"", EN_E_INPUT },
        { "\"scheme\":\"europol-4x4\",", "", EN_E_INPUT },
        { "\"ask\":[\"secondary-check\"", "\"ask\":[\"refuse-boarding\"", EN_E_INPUT },
        { "\"created\":\"2026-03-01T08:00:00.000Z\"", "\"created\":\"yesterday\"", EN_E_INPUT },
        { "\"created\":\"2026-03-01T08:00:00.000Z\"", "\"created\":\"2026-03-02T08:00:00.000Z\"", EN_E_INPUT },
        { "\"person\":{", "\"person\":7,\"x\":{", EN_E_INPUT },
        { "Ask the originator", "Ask\\u0007 the originator", EN_E_INPUT },
        { "Ask the originator", "Ask \\u202ethe originator", EN_E_INPUT },
        { "\"extensions\":{", "\"extension\":{", EN_E_INPUT },
        { "{\"type\"", "{\"type\":\"identity\",\"type\"", EN_E_INPUT },
        { "\"instruction\":", "\"later_member\":", EN_OK },
    };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_report *report = en_report_new();
        struct en_err err = EN_ERR_INIT;
        struct en_record r;

        write_example(EN_RECORD_ALERT, 1, &b);
        replace(&b, rows[i].was, rows[i].is);
        assert_int_equal(en_stix_read(en_buf_bytes(&b), &arena, &r, report, &err), rows[i].code);
        assert_true(rows[i].code == EN_OK || err.text[0] != '\0');
        assert_int_equal(en_report_count_code(report, "record-member"), rows[i].code == EN_OK);
        en_report_free(report);
    }
    en_buf_release(&b);
}

/* Cut anywhere, an object is refused and never more than that. */
static void
test_a_cut_object_is_refused(void **state)
{
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    write_example(EN_RECORD_ALERT, 1, &b);
    for (size_t n = 0; n < b.n; n += 7) {
        struct en_record r;

        assert_int_equal(en_stix_read(en_bytes_from(b.p, n), &arena, &r, NULL, NULL), EN_E_INPUT);
    }
    en_buf_release(&b);
}

/* One marking, and the one that was set last: a record can never carry two colours. */
static void
test_a_record_has_one_colour(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_record r;

    (void)state;
    example_record(EN_RECORD_ALERT, 1, &arena, &r);
    for (unsigned t = 0; t < EN_TLPS; t++) {
        const char *first;

        r.handling.tlp = (enum en_tlp)t;
        en_buf_reset(&b);
        en_stix_write(&r, &b);
        first = strstr(b.p, "marking-definition--");
        assert_non_null(first);
        assert_null(strstr(first + 1, "marking-definition--"));
    }
    en_buf_release(&b);
}

static void
test_a_bundle_has_what_a_foreign_tool_needs(void **state)
{
    struct en_record r[EN_RECORD_KINDS];
    struct en_buf object[EN_RECORD_KINDS], b = EN_BUF_INIT;
    en_bytes bytes[EN_RECORD_KINDS];

    (void)state;
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        object[k] = (struct en_buf)EN_BUF_INIT;
        example_record((enum en_record_kind)k, 1, &arena, &r[k]);
        en_stix_write(&r[k], &object[k]);
        bytes[k] = en_buf_bytes(&object[k]);
    }
    en_stix_bundle(r, bytes, EN_RECORD_KINDS, &b);
    assert_non_null(strstr(b.p, "\"type\":\"bundle\""));
    assert_non_null(strstr(b.p, "\"contents\":{\"ar\":{\"name\":\"يوسف كريم الهزاني\"}}"));
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        assert_non_null(strstr(b.p, object[k].p)); /* as they are */
        en_buf_release(&object[k]);
    }
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_written_reads_back_to_the_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_disagrees_with_itself_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_cut_object_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_record_has_one_colour, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_bundle_has_what_a_foreign_tool_needs, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
