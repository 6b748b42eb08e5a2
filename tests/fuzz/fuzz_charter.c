#include "node/charter.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The next version of what was accepted is one that is accepted; copies of one version gather into one. */
static void
next_of(const struct en_charter *c, const struct en_signed_note *note, struct en_arena *a)
{
    static struct en_lines lines;
    struct en_buf text = EN_BUF_INIT, all = EN_BUF_INIT;
    struct en_charter next, read;
    unsigned added;

    if (en_charter_gather(NULL, c, NULL, note, NULL, 0, &all, &added, NULL) == EN_OK) {
        en_buf_reset(&text);
        EN_ASSERT(en_charter_gather(NULL, c, note, note, NULL, 0, &text, &added, NULL) == EN_OK && added == 0);
        EN_ASSERT(en_bytes_eq(en_buf_bytes(&text), en_buf_bytes(&all)));
    }
    en_buf_reset(&text);
    if (c->number < EN_CHARTER_NUMBER_MAX && en_charter_next(c, c->date, a, &next, NULL) == EN_OK) {
        EN_ASSERT(en_charter_put(&next, &c->members[c->n_members - 1]) && next.n_members == c->n_members);
        en_charter_write(&next, &text);
        en_buf_addc(&text, '\n');
        if (en_charter_parse_draft(en_buf_bytes(&text), a, &lines, &read, NULL) == EN_OK)
            EN_ASSERT(en_charter_follows(c, &lines.note, &read, NULL, 0, c->date, NULL, NULL) == EN_E_RULE);
        EN_ASSERT(en_charter_remove(&next, c->members[0].id) && !en_charter_remove(&next, c->members[0].id));
    }
    en_buf_release(&text);
    en_buf_release(&all);
}

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
        next_of(&c, &lines.note, &a);
        (void)en_charter_founds(&lines.note, &c, c.hash, c.date, NULL);
    }
    en_buf_release(&again);
    en_arena_release(&a);
    return 0;
}
