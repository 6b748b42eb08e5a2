/*
 * The real lists of shared/data/lists: every entry is read, and what is in them is found in the numbers that an
 * independent count of the files gave. Skipped where the samples are not at hand. Nothing of the samples is kept here
 * but counts.
 */
#include "../unit/formats/list_test.h"

struct counts {
    size_t identities, persons;
    size_t aliases, weak, former, native;         /* names of persons by kind */
    size_t births, approximate, between;
    size_t passports, national_ids, with_issuer;
    size_t nationalities, male, female, places;
    size_t by_ground[EN_GROUNDS];                 /* persons */
    size_t nameless;
};

static void
count_person(struct counts *c, const struct en_person *p)
{
    for (size_t i = 0; i < p->n_names; i++) {
        c->aliases += p->names[i].kind == EN_NAME_ALIAS;
        c->weak += p->names[i].kind == EN_NAME_WEAK;
        c->former += p->names[i].kind == EN_NAME_FORMER;
        c->native += p->names[i].kind == EN_NAME_NATIVE;
    }
    for (size_t i = 0; i < p->n_births; i++) {
        c->approximate += p->births[i].quality == EN_DATE_APPROX;
        c->between += p->births[i].quality == EN_DATE_BETWEEN;
    }
    for (size_t i = 0; i < p->n_docs; i++) {
        c->passports += p->docs[i].type == EN_DOC_PASSPORT;
        c->national_ids += p->docs[i].type == EN_DOC_NATIONAL_ID;
        c->with_issuer += p->docs[i].type == EN_DOC_PASSPORT && en_country_known(p->docs[i].issuer);
    }
    c->births += p->n_births;
    c->nationalities += p->n_nationalities;
    c->places += p->n_places;
    c->male += p->sex == EN_SEX_MALE;
    c->female += p->sex == EN_SEX_FEMALE;
    c->nameless += p->n_names == 0;
}

static en_errc
count(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct counts *c = ctx;

    (void)err;
    c->identities++;
    if (!id->is_person)
        return EN_OK;
    c->persons++;
    c->by_ground[id->ground]++;
    count_person(c, &id->person);
    return EN_OK;
}

/* False if the sample is not at hand. */
static bool
sample(const char *name, struct en_buf *b)
{
    const char *shared = getenv("ENTENTE_SHARED"), *source = getenv("ENTENTE_SOURCE");
    char path[1024], chunk[65536];
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, "%s%s/%s", shared ? shared : source ? source : ".", shared ? "" : "/../shared", name);
    f = fopen(path, "rb");
    if (!f) {
        printf("skipped: no %s\n", path);
        return false;
    }
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(b, chunk, n);
    fclose(f);
    return true;
}

static struct counts
read_sample(const struct en_buf *b, const struct en_buf *alt, enum en_list_format expected, struct en_report *report)
{
    struct counts c = { 0 };
    struct en_list_reader *r;

    assert_int_equal(en_list_sniff(en_bytes_from(b->p, b->n < 65536 ? b->n : 65536)), expected);
    r = en_list_reader_new(expected, (struct en_list_sink){ &c, count }, report);
    if (alt->n)
        assert_int_equal(en_list_reader_alternates(r, en_buf_bytes(alt), NULL), EN_OK);
    for (size_t i = 0; i < b->n; i += 65521)
        assert_int_equal(en_list_reader_feed(r, en_bytes_from(b->p + i, b->n - i < 65521 ? b->n - i : 65521), NULL),
                         EN_OK);
    assert_int_equal(en_list_reader_end(r, NULL), EN_OK);
    en_list_reader_free(r);
    assert_int_equal(en_report_count(report, EN_NOTE_REFUSED), 0);
    assert_int_equal(c.nameless, 0);
    return c;
}

/* 76 individuals and 60 entities; 193 aliases with a name, 36 of them Low; 25 names in their own script. */
static void
un_sample(void **state)
{
    struct en_buf b = EN_BUF_INIT, none = EN_BUF_INIT;
    struct en_report *report = en_report_new();
    struct counts c;

    (void)state;
    if (!sample("data/lists/un-consolidated-2026-02-27-part.xml", &b)) {
        en_report_free(report);
        skip();
    }
    c = read_sample(&b, &none, EN_LIST_UN_XML, report);
    assert_int_equal(c.identities, 136);
    assert_int_equal(c.persons, 76);
    assert_int_equal(c.weak, 36);
    assert_true(c.aliases + c.former + c.weak >= 193); /* some elements hold several */
    assert_true(c.native >= 27);                       /* 25, and 2 in notes of aliases */
    assert_int_equal(c.births, 100);                   /* 105 elements: 4 empty, 1 an age */
    assert_int_equal(c.between, 4);
    assert_int_equal(c.passports, 38);
    assert_int_equal(c.national_ids, 18);
    assert_int_equal(c.nationalities, 64);
    assert_int_equal(c.by_ground[EN_GROUND_UNSC_1267], 24);
    assert_int_equal(c.by_ground[EN_GROUND_UNSC_1988], 13);
    assert_int_equal(c.by_ground[EN_GROUND_NONE], 76 - 24 - 13);
    en_report_free(report);
    en_buf_release(&b);
}

/* 8,976 rows, 4,620 of them individuals, 11,910 alternate names, all of entries that are there. */
static void
ofac_sample(void **state)
{
    struct en_buf b = EN_BUF_INIT, alt = EN_BUF_INIT;
    struct en_report *report = en_report_new();
    struct counts c;

    (void)state;
    if (!sample("data/lists/sdn-2021-07.csv", &b) || !sample("data/lists/alt-2021-07.csv", &alt)) {
        en_buf_release(&b);
        en_report_free(report);
        skip();
    }
    c = read_sample(&b, &alt, EN_LIST_OFAC_SDN, report);
    assert_int_equal(c.identities, 8976);
    assert_int_equal(c.persons, 4620);
    assert_int_equal(c.aliases, 6268);
    assert_int_equal(c.weak, 1755);
    assert_int_equal(en_report_count_code(report, "ofac-alternate-orphan"), 0);
    assert_int_equal(en_report_count_code(report, "birth-date"), 0);
    assert_int_equal(c.births, 4025 + 862 + 75 + 56 + 55 + 48 + 2 + 1 + 1);
    assert_int_equal(c.approximate, 75 + 2 + 1);
    assert_true(c.passports >= 1500 && c.with_issuer * 10 >= c.passports * 8);
    assert_int_equal(c.male, 1384);
    assert_int_equal(c.female, 129);
    assert_true(c.by_ground[EN_GROUND_UNSC_1373] > 900);
    assert_int_equal(c.by_ground[EN_GROUND_UNSC_1373] + c.by_ground[EN_GROUND_NONE], 4620);
    en_report_free(report);
    en_buf_release(&b);
    en_buf_release(&alt);
}

/* The development benchmark's list: 36,000 persons, none refused, no name lost. */
static void
ftm_sample(void **state)
{
    struct en_buf b = EN_BUF_INIT, none = EN_BUF_INIT;
    struct en_report *report = en_report_new();
    struct counts c;

    (void)state;
    if (!sample("eval/screening/dev/list.ftm.jsonl", &b)) {
        en_report_free(report);
        skip();
    }
    c = read_sample(&b, &none, EN_LIST_FTM, report);
    assert_int_equal(c.persons, 36000);
    assert_int_equal(en_report_count(report, EN_NOTE_KEPT), 0);
    assert_int_equal(c.passports, 7073);
    assert_int_equal(c.national_ids, 3702);
    assert_int_equal(c.aliases, 41100);
    assert_int_equal(c.weak, 2192);
    assert_int_equal(c.births, 33929);
    assert_int_equal(c.nationalities, 29664);
    assert_int_equal(c.male + c.female, 27113);
    en_report_free(report);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(un_sample),
        cmocka_unit_test(ofac_sample),
        cmocka_unit_test(ftm_sample),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
