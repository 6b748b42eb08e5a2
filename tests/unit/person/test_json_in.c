#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "person/json_in.h"

#define D32 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
#define E32 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"

/* A caret under the byte where reading stopped: behind the token that is wrong. */
static const struct {
    const char *json, *caret;
    en_errc errc;
    const char *note;
} refused[] = {
    { "{\"a\":1,\"a\":2}", "          ^", EN_E_INPUT, "json-duplicate" },
    { "{\"a\":[{\"b\":1,\"b\":2}]}", "                ^", EN_E_INPUT, "json-duplicate" },
    { "{\"a\":}", "      ^", EN_E_INPUT, "json-syntax" },
    { "{\"a\":1", "      ^", EN_E_INPUT, "json-truncated" },
    { "", "^", EN_E_INPUT, "json-truncated" },
    { "{} {}", "    ^", EN_E_INPUT, "json-syntax" },
    { "[1,\"a\\u0000\"]", "            ^", EN_E_INPUT, "json-nul" },
    { "[1e999]", "      ^", EN_E_INPUT, "json-number" },
    { "[12345678901234567890]", "                     ^", EN_E_INPUT, "json-number" },
    { "{\"\\u0000\":1}", "         ^", EN_E_INPUT, "json-nul" },
    { "['a']", "  ^", EN_E_INPUT, "json-syntax" },
    { D32 "["
          "]" E32,
      "                                ^", EN_E_LIMIT, "json-depth" },
    { D32 "{", "                                ^", EN_E_LIMIT, "json-depth" },
    { "[\"[\\\"\\\\\"," D32, "                                        ^", EN_E_LIMIT, "json-depth" },
};

static void
test_refused_at_the_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct en_err err = EN_ERR_INIT;
        const char *note = NULL;
        json_t *v = (json_t *)-1;
        en_errc e = en_json_in_value(en_bytes_from(refused[i].json, strlen(refused[i].json)), 1000, &v, &note, &err);

        assert_int_equal(e, refused[i].errc);
        assert_null(v);
        if (strcmp(note, refused[i].note) != 0)
            fail_msg("%s: %s", refused[i].json, note);
        if (err.pos != strlen(refused[i].caret) - 1)
            fail_msg("%s: at %d", refused[i].json, (int)err.pos);
        assert_null(strstr(err.text, "a\""));
    }
}

static void
test_accepted(void **state)
{
    static const char *const json[] = {
        "{}", "[]", "1", "\"a\"", "null", " {\"a\" : 1} ", D32 E32, "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]"
    };

    (void)state;
    for (size_t i = 0; i < sizeof json / sizeof json[0]; i++) {
        const char *note = "none";
        json_t *v;

        assert_int_equal(en_json_in_value(en_bytes_from(json[i], strlen(json[i])), 1000, &v, &note, NULL), EN_OK);
        assert_non_null(v);
        assert_null(note);
        json_decref(v);
    }
}

static void
test_invalid_utf8(void **state)
{
    struct en_err err = EN_ERR_INIT;
    const char *note;
    json_t *v;

    (void)state;
    assert_int_equal(en_json_in_value(EN_BYTES_LIT("[\"a\xC3(\"]"), 1000, &v, &note, &err), EN_E_INPUT);
    assert_string_equal(note, "json-utf8");
    assert_int_equal(err.pos, 3);
}

static void
test_size_and_kind(void **state)
{
    struct en_err err = EN_ERR_INIT;
    const char *note;
    json_t *v;

    (void)state;
    assert_int_equal(en_json_in_object(EN_BYTES_LIT("{\"a\":1}"), 6, &v, &note, &err), EN_E_LIMIT);
    assert_string_equal(note, "json-large");
    assert_int_equal(err.pos, 6);
    assert_int_equal(en_json_in_object(EN_BYTES_LIT("{\"a\":1}"), 7, &v, NULL, &err), EN_OK);
    json_decref(v);
    assert_int_equal(en_json_in_object(EN_BYTES_LIT("[1]"), 7, &v, &note, &err), EN_E_INPUT);
    assert_string_equal(note, "json-object");
    assert_null(v);
}

static void
test_members(void **state)
{
    struct en_arena a;
    unsigned repairs = 99;
    uint64_t u = 7;
    bool b = false;
    en_text t;
    json_t *v;

    (void)state;
    en_arena_init(&a, EN_MIB);
    assert_int_equal(en_json_in_object(EN_BYTES_LIT("{\"t\":\"Amal\",\"r\":\"a\\u202Eb\",\"n\":null,\"i\":12,\"m\":-1,"
                                                    "\"b\":true,\"o\":{\"x\":[1,\"y\"]},\"long\":\"abcdef\"}"),
                                       1000, &v, NULL, NULL),
                     EN_OK);
    assert_int_equal(en_json_in_member(v, "t", 5, &a, &t, &repairs, NULL), EN_OK);
    assert_int_equal(repairs, EN_TEXT_CLEAN);
    json_object_del(v, "t");
    assert_true(en_text_is(t, "Amal")); /* outlives the json_t */
    assert_int_equal(en_json_in_member(v, "r", 9, &a, &t, &repairs, NULL), EN_OK);
    assert_true(en_text_is(t, "ab"));
    assert_int_equal(repairs, EN_TEXT_STRIPPED_BIDI);
    assert_int_equal(en_json_in_member(v, "n", 5, &a, &t, &repairs, NULL), EN_OK);
    assert_int_equal(t.n, 0);
    assert_int_equal(repairs, EN_TEXT_CLEAN);
    assert_int_equal(en_json_in_member(v, "none", 5, &a, &t, NULL, NULL), EN_OK);
    assert_int_equal(en_json_in_member(v, "i", 5, &a, &t, NULL, NULL), EN_E_INPUT);
    assert_int_equal(en_json_in_member(v, "long", 5, &a, &t, NULL, NULL), EN_E_LIMIT);
    assert_int_equal(t.n, 0);
    assert_int_equal(en_json_in_any(json_object_get(v, "o"), 100, &a, &t, NULL), EN_OK);
    assert_true(en_text_is(t, "{\"x\":[1,\"y\"]}"));
    assert_int_equal(en_json_in_any(json_object_get(v, "o"), 3, &a, &t, NULL), EN_E_LIMIT);
    assert_int_equal(en_json_in_any(json_object_get(v, "long"), 100, &a, &t, NULL), EN_OK);
    assert_true(en_text_is(t, "abcdef"));
    assert_true(en_json_in_uint(v, "i", &u));
    assert_int_equal(u, 12);
    assert_false(en_json_in_uint(v, "m", &u));
    assert_false(en_json_in_uint(v, "b", &u));
    assert_int_equal(u, 12);
    assert_true(en_json_in_bool(v, "b", &b));
    assert_true(b);
    assert_false(en_json_in_bool(v, "i", &b));
    json_decref(v);
    en_arena_release(&a);
}

static void
test_arena_cap(void **state)
{
    struct en_arena a;
    struct en_err err = EN_ERR_INIT;
    en_text t;
    json_t *v;

    (void)state;
    en_arena_init(&a, 4);
    assert_int_equal(en_json_in_object(EN_BYTES_LIT("{\"t\":\"a longer text\"}"), 100, &v, NULL, NULL), EN_OK);
    assert_int_equal(en_json_in_member(v, "t", 100, &a, &t, NULL, &err), EN_E_LIMIT);
    assert_int_equal(t.n, 0);
    assert_int_equal(en_json_in_any(v, 100, &a, &t, &err), EN_E_LIMIT);
    json_decref(v);
    en_arena_release(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_at_the_byte),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_size_and_kind),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_arena_cap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
