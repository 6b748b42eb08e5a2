#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/time.h"
#include "person/json_in.h"
#include "person/person_json.h"

static char *
written(const struct en_person *p)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json(p, &j);
    en_json_object_end(&j);
    return b.p;
}

#define EMPTY_REST "\"sex\":\"\",\"nationalities\":[],\"documents\":[],\"birth_places\":[],\"extras\":[]}"

/* What is read, and what is written again. kept: notes of EN_NOTE_KEPT. */
static const struct {
    const char *in, *out;
    unsigned kept;
} rows[] = {
    { "{}", "{\"names\":[],\"birth_dates\":[]," EMPTY_REST, 0 },
    /* a name, whole and brief */
    { "{\"names\":[{\"full\":\"Amal Rida\",\"kind\":\"weak\",\"quality\":\"low\",\"script\":\"Latn\",\"lang\":\"ara\","
      "\"source\":\"mrz\",\"truncated\":true,\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\","
      "\"text\":\"Rida\"}]}]}",
      "{\"names\":[{\"full\":\"Amal Rida\",\"kind\":\"weak\",\"quality\":\"low\",\"script\":\"Latn\",\"lang\":\"ara\","
      "\"source\":\"mrz\",\"truncated\":true,\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\","
      "\"text\":\"Rida\"}]}],"
      "\"birth_dates\":[]," EMPTY_REST,
      0 },
    { "{\"names\":[{\"full\":\"أمل "
      "رضا\",\"kind\":\"primary\",\"quality\":\"\",\"source\":\"record\",\"truncated\":false,\"parts\":[]}]}",
      "{\"names\":[{\"full\":\"أمل رضا\"}],\"birth_dates\":[]," EMPTY_REST, 0 },
    { "{\"names\":[\"Amal Rida\",null]}", "{\"names\":[{\"full\":\"Amal Rida\"}],\"birth_dates\":[]," EMPTY_REST, 0 },
    { "{\"names\":[{\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\",\"text\":\"Rida\"}]}]}",
      "{\"names\":[{\"full\":\"Amal "
      "Rida\",\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\",\"text\":\"Rida\"}]}],"
      "\"birth_dates\":[]," EMPTY_REST,
      0 },
    /* birth dates: the quality is written where the date alone does not say it */
    { "{\"birth_dates\":[{\"date\":\"1971\",\"quality\":\"approx\"},{\"date\":\"1971-03\"},{\"date\":\"1971-03-05\"},"
      "{\"date\":\"1971/1973\"},{\"calendar\":\"hijri-lunar\",\"date\":\"1971-03-05/1972-02-22\",\"as_written\":\"1391 "
      "AH\"}]}",
      "{\"names\":[],\"birth_dates\":[{\"date\":\"1971\",\"quality\":\"approx\"},{\"date\":\"1971-03\"},{\"date\":"
      "\"1971-03-05\"},"
      "{\"date\":\"1971/1973\"},{\"date\":\"1971-03-05/1972-02-22\",\"calendar\":\"hijri-lunar\",\"as_written\":\"1391 "
      "AH\"}]," EMPTY_REST,
      0 },
    { "{\"birth_dates\":[\"circa 1971\",\"1971-03-05\"]}",
      "{\"names\":[],\"birth_dates\":[{\"date\":\"1971\",\"quality\":\"approx\",\"as_written\":\"circa "
      "1971\"},{\"date\":\"1971-03-05\"}]," EMPTY_REST,
      0 },
    { "{\"birth_date\":\"1971\",\"nationality\":\"xaa\"}",
      "{\"names\":[],\"birth_dates\":[{\"date\":\"1971\"}],\"sex\":\"\",\"nationalities\":[\"XAA\"],\"documents\":[],"
      "\"birth_places\":[],"
      "\"extras\":[]}",
      0 },
    { "{\"birth_dates\":[],\"birth_date\":\"1971\",\"nationality\":\"\"}",
      "{\"names\":[],\"birth_dates\":[]," EMPTY_REST, 0 },
    /* the rest */
    { "{\"sex\":\"F\",\"nationalities\":[\"XAA\",\"Iraqi\",\"iq\"],\"documents\":[{\"type\":\"passport\",\"number\":"
      "\"P1\",\"issuer\":\"D\","
      "\"status\":\"stolen\",\"read\":\"machine\",\"expires\":\"2030-01-31\",\"note\":\"blank\"},{\"number\":\"7\"}],"
      "\"birth_places\":[{\"text\":\"Port "
      "Selda\",\"country\":\"XAA\"},\"Marlo\"],\"extras\":[{\"key\":\"remark\",\"value\":\"tall\"}]}",
      "{\"names\":[],\"birth_dates\":[],\"sex\":\"female\",\"nationalities\":[\"XAA\",\"IRQ\"],\"documents\":[{"
      "\"type\":\"passport\","
      "\"number\":\"P1\",\"issuer\":\"DEU\",\"status\":\"stolen\",\"read\":\"machine\",\"expires\":\"2030-01-31\","
      "\"note\":\"blank\"},"
      "{\"type\":\"other\",\"number\":\"7\"}],\"birth_places\":[{\"text\":\"Port "
      "Selda\",\"country\":\"XAA\"},{\"text\":\"Marlo\"}],"
      "\"extras\":[{\"key\":\"remark\",\"value\":\"tall\"}]}",
      0 },
    /* not understood: kept with its path */
    { "{\"height\":183,\"hair\":{\"colour\":\"grey\"},\"sex\":\"?\"}",
      "{\"names\":[],\"birth_dates\":[],\"sex\":\"\",\"nationalities\":[],\"documents\":[],\"birth_places\":[],"
      "\"extras\":["
      "{\"key\":\"height\",\"value\":\"183\"},{\"key\":\"hair\",\"value\":\"{\\\"colour\\\":\\\"grey\\\"}\"},{\"key\":"
      "\"sex\",\"value\":\"?\"}]}",
      3 },
    { "{\"names\":[{\"full\":\"Amal\",\"kind\":\"odd\",\"mood\":\"glad\",\"script\":\"Latin\",\"lang\":\"e1\","
      "\"parts\":[{\"role\":\"chief\",\"text\":\"A\"},3]},7]}",
      "{\"names\":[{\"full\":\"Amal\",\"parts\":[{\"role\":\"other\",\"text\":\"A\"}]}],\"birth_dates\":[],\"sex\":"
      "\"\",\"nationalities\":[],"
      "\"documents\":[],\"birth_places\":[],\"extras\":[{\"key\":\"names[0].kind\",\"value\":\"odd\"},{\"key\":\"names["
      "0].mood\",\"value\":\"glad\"},"
      "{\"key\":\"names[0].script\",\"value\":\"Latin\"},{\"key\":\"names[0].lang\",\"value\":\"e1\"},"
      "{\"key\":\"names[0].parts[0].role\",\"value\":\"chief\"},{\"key\":\"names[0].parts[1]\",\"value\":\"3\"},{"
      "\"key\":\"names[1]\",\"value\":\"7\"}]}",
      7 },
    { "{\"names\":\"Amal\",\"birth_dates\":[{\"date\":\"1971-02-30\"},\"long ago\",{\"date\":\"1971\",\"quality\":\"so "
      "so\"}],\"nationalities\":[\"Atlantis\"],"
      "\"documents\":[\"P1\",{\"number\":\"P2\",\"issuer\":\"Atlantis\",\"expires\":\"2030\"}],\"extras\":[{\"key\":"
      "\"a\"}],\"birth_date\":1971}",
      "{\"names\":[],\"birth_dates\":[{\"date\":\"1971\"}],\"sex\":\"\",\"nationalities\":[],\"documents\":[{\"type\":"
      "\"other\",\"number\":\"P2\"}],"
      "\"birth_places\":[],\"extras\":[{\"key\":\"names\",\"value\":\"Amal\"},{\"key\":\"birth_dates[0]\",\"value\":\"{"
      "\\\"date\\\":\\\"1971-02-30\\\"}\"},"
      "{\"key\":\"birth_dates[1]\",\"value\":\"long ago\"},{\"key\":\"birth_dates[2].quality\",\"value\":\"so so\"},"
      "{\"key\":\"nationalities[0]\",\"value\":\"Atlantis\"},{\"key\":\"documents[0]\",\"value\":\"P1\"},{\"key\":"
      "\"documents[1].issuer\",\"value\":\"Atlantis\"},"
      "{\"key\":\"documents[1].expires\",\"value\":\"2030\"},{\"key\":\"extras[0]\",\"value\":\"{\\\"key\\\":\\\"a\\\"}"
      "\"}]}",
      9 },
    { "{\"birth_date\":1971,\"nationality\":\"Atlantis\"}",
      "{\"names\":[],\"birth_dates\":[],\"sex\":\"\",\"nationalities\":[],\"documents\":[],\"birth_places\":[],"
      "\"extras\":["
      "{\"key\":\"birth_date\",\"value\":\"1971\"},{\"key\":\"nationality\",\"value\":\"Atlantis\"}]}",
      2 },
};

static void
check_row(const char *in, const char *out, unsigned kept)
{
    struct en_report *r = en_report_new();
    struct en_err err = EN_ERR_INIT;
    struct en_arena a;
    struct en_person p;
    char *text;

    en_arena_init(&a, EN_MAX_RECORD_ARENA);
    en_person_init(&p, &a);
    assert_int_equal(en_person_from_json(en_bytes_from(in, strlen(in)), &p, r, &err), EN_OK);
    text = written(&p);
    assert_string_equal(text, out);
    assert_int_equal(en_report_count(r, EN_NOTE_KEPT), kept);
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 0);
    free(text);
    en_arena_release(&a);
    en_report_free(r);
}

static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(rows[i].in, rows[i].out, rows[i].kept);
        check_row(rows[i].out, rows[i].out, 0); /* what is written is read back whole */
    }
}

/* --- a person with everything, made from a seed --- */

static unsigned
below(unsigned *seed, unsigned n)
{
    return (unsigned)rand_r(seed) % n;
}

static en_text
some_text(unsigned *seed)
{
    static const char *const texts[] = { "",     "Amal",         "Rida Selda", "أمل", "Амаль", "\"quoted\\ {",
                                         "阿玛", "O’Neil-Marlo", "a<b>&c" };

    return en_text_from_ours(texts[below(seed, sizeof texts / sizeof texts[0])]);
}

static void
add_some_name(struct en_person *p, unsigned *seed)
{
    struct en_name n = { .full = some_text(seed) };
    unsigned parts = below(seed, 4);

    if (n.full.n == 0)
        n.full = EN_TEXT_LIT("X");
    n.kind = (enum en_name_kind)below(seed, EN_NAME_KINDS);
    n.quality = (enum en_quality)below(seed, EN_QUALITIES);
    n.source = (enum en_name_source)below(seed, EN_NAME_SOURCES);
    n.truncated = below(seed, 2) == 1;
    if (below(seed, 2) == 1)
        memcpy(n.script, "Cyrl", 5);
    if (below(seed, 2) == 1)
        memcpy(n.lang, "fa", 3);
    for (unsigned i = 0; i < parts; i++)
        assert_int_equal(en_name_add_part(p, &n, (enum en_part_role)below(seed, EN_PART_ROLES), some_text(seed)),
                         EN_OK);
    assert_int_equal(en_person_add_name(p, &n), EN_OK);
}

static void
add_some_birth(struct en_person *p, unsigned *seed)
{
    struct en_birth b = { .from = (int32_t)below(seed, 40000) - 20000 };

    b.to = b.from + (below(seed, 2) == 1 ? 0 : (int32_t)below(seed, 900));
    b.quality = (enum en_date_quality)below(seed, EN_DATE_QUALITIES);
    b.calendar = (enum en_calendar)below(seed, EN_CALENDARS);
    b.as_written = some_text(seed);
    assert_int_equal(en_person_add_birth(p, &b), EN_OK);
}

static void
add_some_doc(struct en_person *p, unsigned *seed)
{
    static const en_country issuers[] = { { "" }, { "XAA" }, { "DEU" }, { "GBD" } };
    struct en_doc d = { .type = (enum en_doc_type)below(seed, EN_DOC_TYPES), .number = some_text(seed) };

    d.issuer = issuers[below(seed, 4)];
    d.status = (enum en_doc_status)below(seed, EN_DOC_STATUSES);
    d.read = (enum en_doc_read)below(seed, EN_DOC_READS);
    d.expires = below(seed, 2) == 1 ? INT32_MIN : (int32_t)below(seed, 30000);
    d.note = some_text(seed);
    assert_int_equal(en_person_add_doc(p, &d), EN_OK);
}

static void
make_person(struct en_person *p, unsigned seed)
{
    static const en_country countries[] = { { "XAA" }, { "XBB" }, { "SUN" } };

    p->sex = (enum en_sex)below(&seed, EN_SEXES);
    for (unsigned n = below(&seed, 4); n > 0; n--) {
        struct en_place place = { some_text(&seed), countries[below(&seed, 3)] };

        add_some_name(p, &seed);
        add_some_birth(p, &seed);
        add_some_doc(p, &seed);
        assert_int_equal(en_person_add_nationality(p, countries[below(&seed, 3)]), EN_OK);
        assert_int_equal(en_person_add_place(p, &place), EN_OK);
        assert_int_equal(en_person_add_extra(p, some_text(&seed), some_text(&seed)), EN_OK);
    }
}

static void
same_name(const struct en_name *a, const struct en_name *b)
{
    assert_true(en_text_eq(a->full, b->full));
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->quality, b->quality);
    assert_int_equal(a->source, b->source);
    assert_string_equal(a->script, b->script);
    assert_string_equal(a->lang, b->lang);
    assert_int_equal(a->truncated, b->truncated);
    assert_int_equal(a->n_parts, b->n_parts);
    for (size_t i = 0; i < a->n_parts; i++) {
        assert_int_equal(a->parts[i].role, b->parts[i].role);
        assert_true(en_text_eq(a->parts[i].text, b->parts[i].text));
    }
}

static void
same_birth(const struct en_birth *a, const struct en_birth *b)
{
    assert_int_equal(a->from, b->from);
    assert_int_equal(a->to, b->to);
    assert_int_equal(a->quality, b->quality);
    assert_int_equal(a->calendar, b->calendar);
    assert_true(en_text_eq(a->as_written, b->as_written));
}

static void
same_doc(const struct en_doc *a, const struct en_doc *b)
{
    assert_int_equal(a->type, b->type);
    assert_true(en_text_eq(a->number, b->number));
    assert_true(en_country_eq(a->issuer, b->issuer));
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->read, b->read);
    assert_int_equal(a->expires, b->expires);
    assert_true(en_text_eq(a->note, b->note));
}

static void
same_person(const struct en_person *a, const struct en_person *b)
{
    assert_int_equal(a->sex, b->sex);
    assert_int_equal(a->n_names, b->n_names);
    assert_int_equal(a->n_births, b->n_births);
    assert_int_equal(a->n_nationalities, b->n_nationalities);
    assert_int_equal(a->n_docs, b->n_docs);
    assert_int_equal(a->n_places, b->n_places);
    assert_int_equal(a->n_extras, b->n_extras);
    for (size_t i = 0; i < a->n_names; i++)
        same_name(&a->names[i], &b->names[i]);
    for (size_t i = 0; i < a->n_births; i++)
        same_birth(&a->births[i], &b->births[i]);
    for (size_t i = 0; i < a->n_nationalities; i++)
        assert_true(en_country_eq(a->nationalities[i], b->nationalities[i]));
    for (size_t i = 0; i < a->n_docs; i++)
        same_doc(&a->docs[i], &b->docs[i]);
    for (size_t i = 0; i < a->n_places; i++) {
        assert_true(en_text_eq(a->places[i].text, b->places[i].text));
        assert_true(en_country_eq(a->places[i].country, b->places[i].country));
    }
    for (size_t i = 0; i < a->n_extras; i++) {
        assert_true(en_text_eq(a->extras[i].key, b->extras[i].key));
        assert_true(en_text_eq(a->extras[i].value, b->extras[i].value));
    }
}

static void
test_nothing_is_lost(void **state)
{
    struct en_arena a;

    (void)state;
    en_arena_init(&a, EN_MAX_RECORD_ARENA);
    for (unsigned seed = 1; seed <= 500; seed++) {
        struct en_report *r = en_report_new();
        struct en_person out, in;
        char *json;

        en_person_init(&out, &a);
        en_person_init(&in, &a);
        make_person(&out, seed);
        json = written(&out);
        assert_int_equal(en_person_from_json(en_bytes_from(json, strlen(json)), &in, r, NULL), EN_OK);
        assert_int_equal(en_report_codes(r), 0);
        same_person(&out, &in);
        free(json);
        en_report_free(r);
        en_arena_reset(&a);
    }
    en_arena_release(&a);
}

/* --- notes and limits --- */

static void
test_first_of_each(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    struct en_arena a;
    struct en_person p;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json_first(&p, &j);
    en_json_object_end(&j);
    assert_string_equal(b.p, "{\"birth_date\":\"\",\"nationality\":\"\"}");
    en_buf_reset(&b);
    assert_int_equal(en_person_from_json(
                         EN_BYTES_LIT("{\"birth_dates\":[\"1971-03\",\"1972\"],\"nationalities\":[\"XBB\",\"XAA\"]}"),
                         &p, NULL, NULL),
                     EN_OK);
    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json_first(&p, &j);
    en_json_object_end(&j);
    assert_string_equal(b.p, "{\"birth_date\":\"1971-03\",\"nationality\":\"XBB\"}");
    en_buf_release(&b);
    en_arena_release(&a);
}

static void
test_others_and_places_of_notes(void **state)
{
    static const char *const others[] = { "id", "flight", NULL };
    struct en_report *r = en_report_new();
    struct en_arena a;
    struct en_person p;
    json_t *v;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    assert_int_equal(
        en_json_in_object(EN_BYTES_LIT("{\"id\":\"T1\",\"flight\":{},\"gate\":\"B2\",\"names\":[\"a\\u202Eb\\tc\"]}"),
                          1000, &v, NULL, NULL),
        EN_OK);
    assert_int_equal(en_person_from_object(v, others, &p, r, (struct en_json_place){ 7, 900 }, NULL), EN_OK);
    json_decref(v);
    assert_int_equal(p.n_extras, 1);
    assert_true(en_text_is(p.extras[0].key, "gate"));
    assert_true(en_text_is(p.names[0].full, "ab c"));
    assert_int_equal(en_report_count_code(r, "person-member"), 1);
    assert_int_equal(en_report_count_code(r, "text-bidi"), 1);
    assert_int_equal(en_report_count_code(r, "text-control"), 1);
    assert_int_equal(en_report_note(r, 0)->line, 7);
    assert_int_equal(en_report_note(r, 0)->pos, 900);
    en_arena_release(&a);
    en_report_free(r);
}

static void
test_limits(void **state)
{
    struct en_report *r = en_report_new();
    struct en_buf b = EN_BUF_INIT;
    struct en_err err = EN_ERR_INIT;
    struct en_arena a;
    struct en_person p;

    (void)state;
    en_arena_init(&a, EN_MAX_RECORD_ARENA);
    en_person_init(&p, &a);
    en_buf_add_str(&b, "{\"names\":[\"a\"");
    for (unsigned i = 0; i < EN_MAX_VALUES + 5; i++)
        en_buf_add_str(&b, ",\"a\"");
    en_buf_add_str(&b, "],\"essay\":\"");
    for (unsigned i = 0; i < EN_MAX_TEXT + 1; i++)
        en_buf_addc(&b, 'e');
    en_buf_add_str(&b, "\"}");
    assert_int_equal(en_person_from_json(en_buf_bytes(&b), &p, r, &err), EN_OK);
    assert_int_equal(p.n_names, EN_MAX_VALUES);
    assert_int_equal(p.n_extras, 0);
    assert_int_equal(en_report_count_code(r, "value-limit"), 1);
    assert_int_equal(en_report_count_code(r, "value-long"), 1);
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 2);
    en_arena_release(&a);

    en_arena_init(&a, 2000);
    en_person_init(&p, &a);
    assert_int_equal(en_person_from_json(en_buf_bytes(&b), &p, r, &err), EN_E_LIMIT);
    assert_int_equal(err.code, EN_E_LIMIT);
    en_arena_release(&a);
    en_buf_release(&b);
    en_report_free(r);
}

static void
test_refused(void **state)
{
    static const char *const json[] = {
        "", "[]", "{", "\"Amal\"", "{\"names\":[],\"names\":[]}", "{\"sex\":\"\\u0000\"}"
    };
    struct en_arena a;

    (void)state;
    en_arena_init(&a, EN_MIB);
    for (size_t i = 0; i < sizeof json / sizeof json[0]; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_person p;

        en_person_init(&p, &a);
        assert_int_equal(en_person_from_json(en_bytes_from(json[i], strlen(json[i])), &p, NULL, &err), EN_E_INPUT);
        assert_int_not_equal(err.pos, EN_NO_POS);
        assert_int_equal(p.n_names, 0);
    }
    en_arena_release(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),          cmocka_unit_test(test_nothing_is_lost),
        cmocka_unit_test(test_first_of_each), cmocka_unit_test(test_others_and_places_of_notes),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
