/* en_text_check and en_text_repair: what comes out is checked text whatever went in, and stays as it is. */
#include <string.h>

#include "base/bytes.h"

#define MAX 65536

static void
must_be_stable(en_text t)
{
    struct en_arena a;
    en_text again;
    unsigned repairs;

    en_arena_init(&a, 16 * MAX);
    EN_ASSERT(en_text_check(en_text_bytes(t), 4 * MAX, &a, &again, &repairs, NULL) == EN_OK);
    EN_ASSERT(repairs == 0);
    EN_ASSERT(en_text_eq(t, again));
    en_arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_arena a;
    en_bytes in = en_bytes_from(data, size);
    en_text checked, repaired;
    unsigned by_check, by_repair;
    struct en_err err = EN_ERR_INIT;
    bool valid = en_utf8_check(in) == size;
    en_errc rc;

    if (size > MAX)
        return 0;
    en_arena_init(&a, 64 * MAX);
    rc = en_text_check(in, MAX, &a, &checked, &by_check, &err);
    EN_ASSERT(rc == (valid ? EN_OK : EN_E_INPUT));
    EN_ASSERT(valid || (err.pos == en_utf8_check(in) && checked.n == 0));
    EN_ASSERT(en_text_repair(in, MAX, &a, &repaired, &by_repair, &err) == EN_OK);
    EN_ASSERT(((by_repair & EN_TEXT_BAD_UTF8) != 0) == !valid);
    if (valid)
        EN_ASSERT(en_text_eq(checked, repaired) && by_check == by_repair);
    must_be_stable(repaired);
    en_arena_release(&a);
    return 0;
}
