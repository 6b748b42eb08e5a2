/* A birth date read from any text lies in the years it may, ends after it begins, and its ISO text reads back as the
 * same days. */
#include <string.h>

#include "base/limits.h"
#include "base/time.h"
#include "person/person.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_arena a;
    struct en_birth b, again;
    char iso[24];
    en_text t;

    en_arena_init(&a, EN_MIB);
    if (en_text_repair(en_bytes_from(data, size), EN_MAX_NAME, &a, &t, NULL, NULL) == EN_OK) {
        (void)en_country_from_text(t);
        (void)en_sex_from(t);
        if (en_birth_parse(t, &b)) {
            EN_ASSERT(b.from <= b.to);
            EN_ASSERT(b.from >= en_day_from_civil(1850, 1, 1) && b.to <= en_day_from_civil(2200, 12, 31));
            en_birth_format(&b, iso);
            EN_ASSERT(en_birth_parse(en_text_from_ours(iso), &again));
            EN_ASSERT(again.from == b.from && again.to == b.to);
            EN_ASSERT(b.quality == again.quality || b.quality == EN_DATE_APPROX);
        }
    }
    en_arena_release(&a);
    return 0;
}
