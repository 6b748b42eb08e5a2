/* A person read from any bytes is written as JSON that reads back as the same person, with nothing left to keep aside.
 */
#include <string.h>

#include "base/limits.h"
#include "person/person_json.h"

static void
write_person(const struct en_person *p, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_person_json(p, &j);
    en_json_object_end(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_report *first = en_report_new(), *second = en_report_new();
    struct en_buf once = EN_BUF_INIT, twice = EN_BUF_INIT;
    struct en_err err = EN_ERR_INIT;
    struct en_arena a;
    struct en_person p;

    en_arena_init(&a, EN_MAX_RECORD_ARENA);
    en_person_init(&p, &a);
    if (en_person_from_json(en_bytes_from(data, size), &p, first, &err) == EN_OK) {
        write_person(&p, &once);
        en_arena_reset(&a);
        en_person_init(&p, &a);
        EN_ASSERT(en_person_from_json(en_buf_bytes(&once), &p, second, &err) == EN_OK);
        EN_ASSERT(en_report_codes(second) == 0);
        write_person(&p, &twice);
        EN_ASSERT(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
    } else {
        EN_ASSERT(err.code != EN_OK && err.text[0] != '\0');
    }
    en_buf_release(&once);
    en_buf_release(&twice);
    en_arena_release(&a);
    en_report_free(first);
    en_report_free(second);
    return 0;
}
