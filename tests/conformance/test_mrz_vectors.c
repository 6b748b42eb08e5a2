/*
 * Every specimen of shared/data/mrz/vectors.tsv: format, and whether all check digits agree, as an independent program
 * computed them. Skipped where the file is not at hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/mrz.h"

static const char *const words[EN_MRZ_FORMATS] = { "TD1", "TD2", "TD3", "MRVA", "MRVB" };

static bool
open_vectors(FILE **out)
{
    char path[1200];
    const char *s = getenv("ENTENTE_SHARED"), *source = getenv("ENTENTE_SOURCE");

    if (s)
        snprintf(path, sizeof path, "%s/data/mrz/vectors.tsv", s);
    else
        snprintf(path, sizeof path, "%s/../shared/data/mrz/vectors.tsv", source ? source : ".");
    *out = fopen(path, "r");
    return *out != NULL;
}

static void
check_vector(char *row)
{
    char *field[6];
    en_text lines[3];
    size_t n = 0;
    struct en_arena a;
    struct en_person p;
    struct en_mrz z;
    struct en_report *report = en_report_new();
    bool all = true;

    for (size_t i = 0; i < 6; i++) {
        field[i] = strsep(&row, "\t\r\n");
        assert_non_null(field[i]);
    }
    for (size_t i = 1; i < 4 && *field[i]; i++)
        lines[n++] = en_text_from_ours(field[i]);
    en_arena_init(&a, 1 << 20);
    en_person_init(&p, &a);
    assert_int_equal(en_mrz_read(lines, n, en_day_from_civil(2026, 11, 23), &z, &p, report, 1, 0, NULL), EN_OK);
    assert_string_equal(words[z.format], field[0]);
    for (unsigned c = 0; c < EN_MRZ_CHECKS; c++)
        all = all && z.check[c] != EN_MRZ_DISAGREES;
    if (all != (strcmp(field[5], "True") == 0))
        print_error("%s: all check digits %s\n", field[4], all ? "agree" : "do not agree");
    assert_int_equal(all, strcmp(field[5], "True") == 0);
    assert_int_equal(p.n_names, 1);
    assert_int_equal(p.n_births, 1);
    assert_int_equal(en_report_count(report, EN_NOTE_REFUSED), 0);
    assert_true(en_country_known(z.issuer) && p.n_docs >= 1);
    en_report_free(report);
    en_arena_release(&a);
}

static void
test_vectors(void **state)
{
    char line[400];
    unsigned rows = 0;
    FILE *f;

    (void)state;
    if (!open_vectors(&f)) {
        print_message("skipped: no data/mrz/vectors.tsv\n");
        skip();
    }
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        check_vector(line);
        rows++;
    }
    fclose(f);
    assert_int_equal(rows, 9);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
