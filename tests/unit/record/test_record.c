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
test_every_kind_has_a_whole_example(void **state)
{
    (void)state;
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        enum en_record_kind back;
        struct en_record r;

        example_record((enum en_record_kind)k, 1, &arena, &r);
        assert_int_equal(en_record_check(&r, NULL), EN_OK);
        assert_true(en_record_kind_from(en_text_from_ours(en_record_kinds[k].word), &back));
        assert_int_equal(back, k);
        assert_true(en_record_kinds[k].about == (en_record_field(back, EN_TEXT_LIT("about")) != NULL &&
                                                 en_record_field(back, EN_TEXT_LIT("about"))->required));
    }
}

/* Without any one of its required fields a record is not whole; with one twice it is not either. */
static void
test_required_fields_are_required_and_single_ones_single(void **state)
{
    (void)state;
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++)
        for (const struct en_record_field *f = en_record_kinds[k].fields; f->name; f++) {
            struct en_record r;
            size_t kept = 0;

            example_record((enum en_record_kind)k, 1, &arena, &r);
            if (!f->many && en_record_value(&r, f->name)) {
                struct en_value twice = *en_record_value(&r, f->name);

                assert_int_equal(en_record_add(&r, &twice, NULL), EN_OK);
                assert_int_equal(en_record_check(&r, NULL), EN_E_INPUT);
            }
            for (size_t i = 0; i < r.n_values; i++)
                if (r.values[i].field != f)
                    r.values[kept++] = r.values[i];
            r.n_values = kept;
            assert_int_equal(en_record_check(&r, NULL), f->required ? EN_E_INPUT : EN_OK);
        }
}

enum spoilt {
    ID, UPPER_ID, ORIGINATOR, VERSION, BEFORE, FIRST, ONWARD, ONWARD_LIST, EVALUATION, PURPOSE, REVIEW, WORD, SPOILS
};

static void
spoil(struct en_record *r, enum spoilt what)
{
    static const en_text partner[] = { { "3f1b9c2a7d6e5048", 16 } };

    switch (what) {
    case ID:
        r->id = EN_TEXT_LIT("5d2c8e10-4b7a-9c3d-8f21-a06b1d9e7c00");
        break;
    case UPPER_ID:
        r->id = EN_TEXT_LIT("5D2C8E10-4b7a-4c3d-8f21-a06b1d9e7c00");
        break;
    case ORIGINATOR:
        r->originator = EN_TEXT_LIT("3f1b9c2a7d6e504");
        break;
    case VERSION:
        r->version = 0;
        break;
    case BEFORE:
        r->version = 2;
        r->modified = r->created - 1;
        break;
    case FIRST:
        r->modified = r->created + 1;
        break;
    case ONWARD:
        r->handling.onward = EN_ONWARD_LIST;
        break;
    case ONWARD_LIST:
        r->handling.onward_to = partner;
        r->handling.n_onward_to = 1;
        break;
    case EVALUATION:
        r->handling.source = EN_TEXT_NONE;
        break;
    case PURPOSE:
        r->handling.purpose = EN_TEXT_NONE;
        break;
    case REVIEW:
        r->handling.review = r->handling.destroy + 1;
        break;
    case WORD:
        r->values[1].text = EN_TEXT_LIT("shoot");
        break;
    case SPOILS:
        break;
    }
}

static void
test_what_contradicts_itself_is_refused(void **state)
{
    (void)state;
    for (unsigned what = 0; what <= SPOILS; what++) {
        struct en_err err = EN_ERR_INIT;
        struct en_record r;

        example_record(EN_RECORD_ALERT, 1, &arena, &r);
        spoil(&r, (enum spoilt)what);
        assert_int_equal(en_record_check(&r, &err), what == SPOILS ? EN_OK : EN_E_INPUT);
        assert_true(what == SPOILS || strchr(err.text, ':') != NULL);
    }
}

static void
test_a_reference_tells_kind_and_id(void **state)
{
    enum en_record_kind kind;
    en_text id;

    (void)state;
    assert_true(en_record_ref(EN_TEXT_LIT("sighting--0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e50"), &kind, &id));
    assert_int_equal(kind, EN_RECORD_SIGHTING);
    assert_true(en_text_is(id, "0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e50"));
    assert_false(en_record_ref(EN_TEXT_LIT("malware--0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e50"), &kind, &id));
    assert_false(en_record_ref(EN_TEXT_LIT("sighting-0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e50"), &kind, &id));
    assert_false(en_record_ref(EN_TEXT_LIT("sighting--0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e5"), &kind, &id));
    assert_false(en_record_ref(EN_TEXT_LIT(""), &kind, &id));
}

static void
test_values_end_at_their_limit(void **state)
{
    struct en_value v;
    struct en_record r;

    (void)state;
    example_record(EN_RECORD_WARNING, 1, &arena, &r);
    v = *en_record_value(&r, "group");
    while (r.n_values < EN_RECORD_VALUES_MAX)
        assert_int_equal(en_record_add(&r, &v, NULL), EN_OK);
    assert_int_equal(en_record_check(&r, NULL), EN_OK);
    assert_int_equal(en_record_add(&r, &v, NULL), EN_E_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_kind_has_a_whole_example, setup, teardown),
        cmocka_unit_test_setup_teardown(test_required_fields_are_required_and_single_ones_single, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_contradicts_itself_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reference_tells_kind_and_id, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_end_at_their_limit, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
