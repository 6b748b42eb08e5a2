/*
 * Which records are of one passenger on one flight, and what is known then. Records are JSON lines, as the node keeps
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "formats/merge.h"

static struct en_traveller
record(const char *json, struct en_arena *a)
{
    struct en_traveller t;
    struct en_buf b = EN_BUF_INIT;
    en_text file;

    for (const char *p = json; *p; p++)
        en_buf_addc(&b, *p == '\'' ? '"' : *p);
    if (en_traveller_from_json(en_buf_bytes(&b), a, &t, &file, NULL) != EN_OK)
        fail_msg("%s", json);
    en_buf_release(&b);
    return t;
}

#define TRIP                                                                                                     \
    "'trip':{'number':'XN204','from':'XQB','to':'XQA','departs':'2026-11-24T08:15','arrives':'2026-11-24T11:40'}"
#define NAME(given, family)                                                                                     \
    "'names':[{'full':'" given " " family "','parts':[{'role':'given','text':'" given "'},{'role':'family','text':'" \
    family "'}]}]"
#define BORN(d) "'birth_dates':[{'date':'" d "'}]"
#define DOC(n)  "'documents':[{'type':'passport','number':'" n "','issuer':'XAA'}]"
#define SELDA   NAME("AMAL RIDA", "SELDA")

static const struct same_case {
    const char *name, *a, *b;
    enum en_same same;
} cases[] = {
    { "reference", "{" SELDA "," TRIP ",'reference':'U1'}", "{" NAME("AMAL", "SELDA") "," TRIP ",'reference':'U1'}",
      EN_SAME_REFERENCE },
    { "reference of somebody else", "{" SELDA "," TRIP ",'reference':'U1'}",
      "{" NAME("MAREK", "ORLO") "," TRIP ",'reference':'U1'}", EN_SAME_NOT },
    { "reference, born on other days", "{" SELDA "," TRIP "," BORN("1971-03-05") ",'reference':'U1'}",
      "{" SELDA "," TRIP "," BORN("1999-03-05") ",'reference':'U1'}", EN_SAME_NOT },
    { "document", "{" SELDA "," TRIP "," DOC("X 12-34") "}", "{" NAME("A", "SELDA") "," TRIP "," DOC("X1234") "}",
      EN_SAME_DOCUMENT },
    { "document and birth date, another name", "{" SELDA "," TRIP "," DOC("X1") "," BORN("1971-03-05") "}",
      "{" NAME("AMALIA", "ORLOVA") "," TRIP "," DOC("X1") "," BORN("1971-03-05") "}", EN_SAME_DOCUMENT },
    { "document, another name", "{" SELDA "," TRIP "," DOC("X1") "}",
      "{" NAME("MAREK", "ORLO") "," TRIP "," DOC("X1") "}", EN_SAME_NOT },
    { "document of another state", "{" SELDA "," TRIP "," DOC("X1") "}",
      "{" SELDA "," TRIP ",'documents':[{'type':'passport','number':'X1','issuer':'XBB'}]}", EN_SAME_NOT },
    { "document of another kind", "{" SELDA "," TRIP "," DOC("X1") "}",
      "{" SELDA "," TRIP ",'documents':[{'type':'visa','number':'X1','issuer':'XAA'}]}", EN_SAME_NOT },
    { "document, one birth date mistyped", "{" SELDA "," TRIP "," DOC("X1") "," BORN("1971-03-05") "}",
      "{" SELDA "," TRIP "," DOC("X1") "," BORN("1971-05-03") "}", EN_SAME_DOCUMENT },
    { "locator", "{" SELDA "," TRIP ",'pnr':'QWERTY'}", "{" NAME("AMAL", "SELDA") "," TRIP ",'pnr':'QWERTY'}",
      EN_SAME_LOCATOR },
    { "a partner's locator",
      "{" SELDA "," TRIP ",'pnr':'QWERTY','extras':[{'key':'locator','value':'PARTNR'}]}",
      "{" SELDA "," TRIP ",'pnr':'PARTNR'}", EN_SAME_LOCATOR },
    { "locator, another given name", "{" SELDA "," TRIP ",'pnr':'QWERTY'}",
      "{" NAME("KARIM", "SELDA") "," TRIP ",'pnr':'QWERTY'}", EN_SAME_NOT },
    { "locator and initial, the other sex", "{" SELDA "," TRIP ",'pnr':'QWERTY','sex':'female'}",
      "{" NAME("A", "SELDA") "," TRIP ",'pnr':'QWERTY','sex':'male'}", EN_SAME_NOT },
    { "locator, hyphens", "{" NAME("AMAL", "AL-RASHIDI") "," TRIP ",'pnr':'QWERTY'}",
      "{" NAME("AMALRIDA", "AL RASHIDI") "," TRIP ",'pnr':'QWERTY'}", EN_SAME_LOCATOR },
    { "birth date", "{" SELDA "," TRIP "," BORN("1971-03-05") "}",
      "{" NAME("AMAL", "SELDA") "," TRIP "," BORN("1971-03-05") "}", EN_SAME_BIRTH },
    { "birth years only", "{" SELDA "," TRIP "," BORN("1971") "}", "{" SELDA "," TRIP "," BORN("1971") "}", EN_SAME_NOT },
    { "a name alone", "{" SELDA "," TRIP "}", "{" SELDA "," TRIP "}", EN_SAME_NOT },
    { "no name at all", "{'names':[{'full':'123'}]," TRIP ",'pnr':'Q'}", "{'names':[{'full':'456'}]," TRIP ",'pnr':'Q'}",
      EN_SAME_NOT },
    { "names without parts", "{'names':[{'full':'AMAL RIDA SELDA'}]," TRIP ",'pnr':'Q'}",
      "{" SELDA "," TRIP ",'pnr':'Q'}", EN_SAME_LOCATOR },
    { "an alias", "{'names':[{'full':'X Y','parts':[{'role':'given','text':'X'},{'role':'family','text':'Y'}]},{'full':'"
      "AMAL SELDA','kind':'alias','parts':[{'role':'given','text':'AMAL'},{'role':'family','text':'SELDA'}]}]," TRIP
      ",'pnr':'Q'}", "{" SELDA "," TRIP ",'pnr':'Q'}", EN_SAME_LOCATOR },
    { "zeros in the number", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN0204','from':'XQB','to':'XQA','departs':'2026-11-24T08:15'}}",
      EN_SAME_DOCUMENT },
    { "another flight", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN205','from':'XQB','to':'XQA','departs':'2026-11-24T08:15'}}",
      EN_SAME_NOT },
    { "another day", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN204','from':'XQB','to':'XQA','departs':'2026-11-25T08:15'}}",
      EN_SAME_NOT },
    { "boards behind midnight", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN204','from':'XQA','to':'XQC','departs':'2026-11-25T00:15'}}",
      EN_SAME_DOCUMENT },
    { "the arrival's day", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN204','from':'XQB','to':'XQA','arrives':'2026-11-24T11:00'}}",
      EN_SAME_DOCUMENT },
    { "no day", "{" SELDA "," DOC("X1") "," TRIP "}",
      "{" SELDA "," DOC("X1") ",'trip':{'number':'XN204','from':'XQB','to':'XQA'}}", EN_SAME_NOT },
    { "no flight", "{" SELDA "," DOC("X1") "}", "{" SELDA "," DOC("X1") "}", EN_SAME_NOT },
};

static void
test_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct same_case *c = &cases[i];
        struct en_arena arena;
        struct en_traveller a, b;

        en_arena_init(&arena, EN_MAX_RECORD_ARENA);
        a = record(c->a, &arena);
        b = record(c->b, &arena);
        if (en_traveller_same(&a, &b) != c->same || en_traveller_same(&b, &a) != c->same)
            fail_msg("%s: %s and %s", c->name, en_same_word(en_traveller_same(&a, &b)),
                     en_same_word(en_traveller_same(&b, &a)));
        if (c->same != EN_SAME_NOT && !(en_traveller_marks(&a) & en_traveller_marks(&b)))
            fail_msg("%s: marks", c->name);
        en_arena_release(&arena);
    }
}

static void
test_flight(void **state)
{
    struct en_arena arena;
    struct en_traveller t;
    char out[EN_FLIGHT_MAX];

    (void)state;
    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    t = record("{'names':['A'],'flight':{'number':'XN 0204','legs':[]}}", &arena);
    assert_int_equal(en_traveller_flight(&t, out), 5);
    assert_memory_equal(out, "XN204", 5);
    t = record("{'names':['A']}", &arena);
    assert_int_equal(en_traveller_flight(&t, out), 0);
    en_arena_release(&arena);
}

static const struct merge_case {
    const char *name, *into, *newer;
    bool changed, evidence;
    const char *has[4]; /* with ' for "; "!…" must not be there */
} merges[] = {
    { "the same again", "{" SELDA "," TRIP "," DOC("X1") ",'pnr':'Q','kind':'pnr'}",
      "{" SELDA "," TRIP "," DOC("X1") ",'pnr':'Q','kind':'pnr'}", false, false, { "SELDA" } },
    { "a booking, then the check-in", "{" NAME("AMAL", "SELDA") "," TRIP ",'pnr':'Q','kind':'pnr','redress':'R1'}",
      "{" SELDA "," TRIP "," DOC("X1") "," BORN("1971-03-05") ",'pnr':'Q','reference':'U1','kind':'api'}", true, true,
      { "'kind':'api'", "'redress':'R1'", "'full':'AMAL SELDA'", "'full':'AMAL RIDA SELDA','kind':'alias'" } },
    { "the check-in, then the booking again",
      "{" SELDA "," TRIP "," BORN("1971-03-05") ",'pnr':'Q','kind':'api','status':'boarded'}",
      "{" SELDA "," TRIP ",'pnr':'Q','kind':'pnr'}", false, false, { "'status':'boarded'" } },
    { "cancelled", "{" SELDA "," TRIP ",'pnr':'Q','kind':'pnr'}",
      "{" SELDA "," TRIP ",'pnr':'Q','kind':'pnr','status':'cancelled'}", true, false, { "'status':'cancelled'" } },
    { "another seat", "{" SELDA "," TRIP ",'extras':[{'key':'seat','value':'12A'}]}",
      "{" SELDA "," TRIP ",'extras':[{'key':'seat','value':'14C'}]}", true, false, { "14C", "!12A" } },
    { "delayed", "{" SELDA "," TRIP "}",
      "{" SELDA ",'trip':{'number':'XN204','from':'XQB','to':'XQA','departs':'2026-11-24T09:15','arrives':"
      "'2026-11-24T12:40'}}", true, false, { "'arrives':'2026-11-24T12:40'", "!08:15" } },
    { "a document read by machine", "{" SELDA "," TRIP ",'documents':[{'type':'other','number':'X1','read':'typed'}]}",
      "{" SELDA "," TRIP ",'documents':[{'type':'passport','number':'X1','issuer':'XAA','read':'machine','expires':"
      "'2031-01-01'}]}", true, true,
      { "'documents':[{'type':'passport','number':'X1','issuer':'XAA','read':'machine','expires':'2031-01-01'}]" } },
    { "another document", "{" SELDA "," TRIP "," DOC("X1") "}", "{" SELDA "," TRIP "," DOC("X2") "}", true, true,
      { "X1", "X2" } },
    { "a partner's locator", "{" SELDA "," TRIP ",'pnr':'Q1'}", "{" SELDA "," TRIP ",'pnr':'Q2'}", true, false,
      { "'pnr':'Q1'", "{'key':'locator','value':'Q2'}" } },
    { "an itinerary", "{" SELDA "," TRIP "}", "{" SELDA "," TRIP ",'itinerary':[{'number':'XN9','from':'XQC','to':'XQB'}]}",
      true, false, { "'itinerary':[{'number':'XN9'" } },
    { "sex, from who knows more", "{" SELDA "," TRIP ",'sex':'male','kind':'pnr'}",
      "{" SELDA "," TRIP ",'sex':'female','kind':'api'}", true, true, { "'sex':'female'" } },
    { "sex, from who knows less", "{" SELDA "," TRIP ",'sex':'female','kind':'api'}",
      "{" SELDA "," TRIP ",'sex':'male','kind':'pnr'}", false, false, { "'sex':'female'" } },
};

static void
test_merge(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
        const struct merge_case *c = &merges[i];
        struct en_arena arena;
        struct en_traveller into, newer;
        struct en_merged m;
        struct en_buf out = EN_BUF_INIT;

        en_arena_init(&arena, EN_MAX_RECORD_ARENA);
        into = record(c->into, &arena);
        newer = record(c->newer, &arena);
        assert_int_equal(en_traveller_merge(&into, &newer, &m), EN_OK);
        en_traveller_json(&into, EN_TEXT_NONE, &out);
        for (size_t k = 0; k < out.n; k++)
            if (out.p[k] == '"')
                out.p[k] = '\'';
        if (m.changed != c->changed || m.evidence != c->evidence)
            fail_msg("%s: changed %d, evidence %d: %s", c->name, m.changed, m.evidence, out.p);
        for (size_t k = 0; k < 4 && c->has[k]; k++)
            if (c->has[k][0] == '!' ? strstr(out.p, c->has[k] + 1) != NULL : !strstr(out.p, c->has[k]))
                fail_msg("%s: %s: %s", c->name, c->has[k], out.p);
        /* told a second time it is nothing new */
        assert_int_equal(en_traveller_merge(&into, &newer, &m), EN_OK);
        if (m.changed)
            fail_msg("%s: twice", c->name);
        en_buf_release(&out);
        en_arena_release(&arena);
    }
}

/* At the arena's cap: an error, and a traveller that can still be read. */
static void
test_limit(void **state)
{
    struct en_arena small, arena;
    struct en_traveller into, newer;
    struct en_merged m;

    (void)state;
    en_arena_init(&small, 3000);
    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    into = record("{" SELDA "," TRIP "}", &small);
    newer = record("{" NAME("AMAL", "SELDA") "," TRIP "}", &arena);
    for (int i = 0; i < 1000; i++) {
        char name[32];
        struct en_name n = { .full = { name, (size_t)snprintf(name, sizeof name, "NAME %d", i) } };

        n.full = en_text_dup(n.full, &arena);
        (void)en_person_add_name(&newer.person, &n);
    }
    assert_int_equal(en_traveller_merge(&into, &newer, &m), EN_E_LIMIT);
    assert_true(m.changed);
    en_arena_release(&small);
    en_arena_release(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_same), cmocka_unit_test(test_flight),
                                        cmocka_unit_test(test_merge), cmocka_unit_test(test_limit) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
