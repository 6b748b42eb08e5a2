#include "node/charter.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is accepted writes back the same; and whatever it is, it neither follows itself nor forks from itself. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct en_lines lines; /* large; each field is written before it is read */
    static struct en_charter_fork fork;
    struct en_buf again = EN_BUF_INIT;
    struct en_charter c;
    struct en_arena a;

    en_arena_init(&a, EN_MIB);
    if (en_charter_parse(en_bytes_from(p, n), &a, &lines, &c, NULL) == EN_OK) {
        en_charter_write(&c, &again);
        EN_ASSERT(en_bytes_eq(en_buf_bytes(&again), lines.note.text));
        EN_ASSERT(en_charter_follows(&c, &lines.note, &c, NULL, 0, c.date, NULL, NULL) == EN_E_INPUT);
        EN_ASSERT(!en_charter_forked(&lines.note, &c, &lines.note, &c, &fork));
        (void)en_charter_founds(&lines.note, &c, c.hash, c.date, NULL);
    }
    en_buf_release(&again);
    en_arena_release(&a);
    return 0;
}
