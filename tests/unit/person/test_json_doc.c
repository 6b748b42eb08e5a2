/* The examples of docs/formats/json.md marked `json person` are read without a note and written again as they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "person/person.h"

static void
check_example(char *line)
{
    struct en_report *r = en_report_new();
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    struct en_arena a;
    struct en_person p;

    line[strcspn(line, "\n")] = '\0';
    en_arena_init(&a, EN_MAX_RECORD_ARENA);
    en_person_init(&p, &a);
    assert_int_equal(en_person_from_json(en_bytes_from(line, strlen(line)), &p, r, NULL), EN_OK);
    assert_int_equal(en_report_codes(r), 0);
    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json(&p, &j);
    en_json_object_end(&j);
    assert_string_equal(b.p, line);
    en_buf_release(&b);
    en_arena_release(&a);
    en_report_free(r);
}

static void
test_examples(void **state)
{
    const char *root = getenv("ENTENTE_SOURCE");
    char path[4096], line[8192];
    bool inside = false;
    int examples = 0;
    FILE *f;

    (void)state;
    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/docs/formats/json.md", root);
    f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "```", 3) == 0) {
            inside = strcmp(line, "```json person\n") == 0;
        } else if (inside) {
            check_example(line);
            examples++;
        }
    }
    (void)fclose(f);
    assert_int_equal(examples, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_examples) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
