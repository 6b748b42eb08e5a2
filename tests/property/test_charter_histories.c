/*
 * Random histories of charters. A model draws changes and signers, and counts by itself who has agreed: by members and
 * fractions, not by signatures and rounding. Whatever the model says of a version, en_charter_follows says too: no
 * version without the votes of both is ever accepted, and none that has them is refused. A failure prints seed and
 * step. Argument: how many histories (ENTENTE_SEED: the first).
 */
#include "../unit/node/federation.h"

#define STEPS 10u
#define MOST  14u /* members in most histories; every 20th has 75 */

struct model {
    struct made_member m[EN_CHARTER_MEMBERS_MAX], was[EN_CHARTER_MEMBERS_MAX];
    bool in[EN_CHARTER_MEMBERS_MAX], was_in[EN_CHARTER_MEMBERS_MAX];
    unsigned n;
    struct en_charter_part part[EN_CHARTER_THRESHOLDS], was_part[EN_CHARTER_THRESHOLDS];
    bool by_old[EN_CHARTER_MEMBERS_MAX], by_new[EN_CHARTER_MEMBERS_MAX]; /* who signs, and with which key */
    bool agreed; /* as far as the model has counted */
    uint64_t seed;
};

static unsigned
below(struct model *x, unsigned n)
{
    return (unsigned)(seeded(&x->seed) >> 33) % n;
}

/* --- the model counts -------------------------------------------------------------------------------- */

static bool
voted_before(const struct model *x, unsigned i)
{
    bool same = x->m[i].turn == x->was[i].turn && x->m[i].stolen == x->was[i].stolen;
    bool announced = x->m[i].turn == x->was[i].turn + 1 && x->m[i].stolen == x->was[i].stolen;

    return x->was_in[i] && (x->by_old[i] || (x->by_new[i] && (same || (announced && x->in[i]))));
}

static bool
signed_now(const struct model *x, unsigned i)
{
    bool same = x->m[i].turn == x->was[i].turn && x->m[i].stolen == x->was[i].stolen;

    return x->in[i] && (x->by_new[i] || (same && x->by_old[i]));
}

/* More than or just the fraction, in integers: have / voters >= num / den, and at least one. */
static bool
enough(unsigned have, unsigned voters, struct en_charter_part p)
{
    return have > 0 && have * p.den >= voters * p.num;
}

static void
vote(struct model *x, enum en_charter_threshold t, unsigned about)
{
    unsigned have[2] = { 0 }, voters[2] = { 0 };

    for (unsigned i = 0; i < x->n; i++) {
        if (i == about)
            continue;
        if (x->was_in[i] && x->was[i].m.standing == EN_STANDING_FULL) {
            voters[0]++;
            have[0] += voted_before(x, i);
        }
        if (x->in[i] && x->m[i].m.standing == EN_STANDING_FULL) {
            voters[1]++;
            have[1] += signed_now(x, i);
        }
    }
    x->agreed &= enough(have[0], voters[0], x->was_part[t]) && enough(have[1], voters[1], x->part[t]);
}

/* --- changes, each with what it takes ---------------------------------------------------------------- */

typedef void change_fn(struct model *x, unsigned i, bool count);

static void
change_admit(struct model *x, unsigned i, bool count)
{
    if (!count && !x->in[i]) {
        make_member(&x->m[i], i);
        x->m[i].m.standing = below(x, 3) ? EN_STANDING_FULL : EN_STANDING_OBSERVER;
        x->in[i] = true;
    } else if (count && x->in[i] && !x->was_in[i]) {
        vote(x, EN_CHARTER_ADMIT, i);
        x->agreed &= signed_now(x, i);
    }
}

static void
change_standing(struct model *x, unsigned i, bool count)
{
    static const enum en_standing any[] = { EN_STANDING_FULL, EN_STANDING_OBSERVER, EN_STANDING_EXPELLED };
    enum en_standing was = x->was[i].m.standing, is = x->m[i].m.standing;

    if (!count) {
        x->m[i].m.standing = any[below(x, 3)];
        if (x->m[i].m.standing == EN_STANDING_EXPELLED)
            x->m[i].m.suspended = EN_TIME_NONE;
        return;
    }
    if (was == is)
        return;
    if (is == EN_STANDING_FULL || (is == EN_STANDING_OBSERVER && was == EN_STANDING_EXPELLED)) {
        vote(x, EN_CHARTER_ADMIT, i);
        x->agreed &= signed_now(x, i);
    } else {
        vote(x, EN_CHARTER_EXPEL, i);
    }
}

static void
change_suspension(struct model *x, unsigned i, bool count, en_time date)
{
    en_time was = x->was[i].m.suspended, is = x->m[i].m.suspended;

    if (!count)
        x->m[i].m.suspended = x->m[i].m.standing == EN_STANDING_EXPELLED || below(x, 3) == 0
                                  ? EN_TIME_NONE
                                  : date + (25 + below(x, 8)) * EN_TIME_DAY;
    else if (was != is)
        vote(x, was == EN_TIME_NONE && is <= date + 30 * EN_TIME_DAY ? EN_CHARTER_SUSPEND : EN_CHARTER_ADMIT, i);
}

static void
change_key(struct model *x, unsigned i, bool count)
{
    if (!count) {
        if (below(x, 3))
            x->m[i].turn++;
        else
            x->m[i].stolen++;
        made_keys(&x->m[i], i);
        return;
    }
    if (x->m[i].stolen != x->was[i].stolen || x->m[i].turn > x->was[i].turn + 1)
        vote(x, EN_CHARTER_ADMIT, i);
    if (x->m[i].stolen != x->was[i].stolen || x->m[i].turn != x->was[i].turn)
        x->agreed &= signed_now(x, i);
}

static void
change_leave(struct model *x, unsigned i, bool count)
{
    if (!count)
        x->in[i] = false;
    else if (x->was_in[i] && !x->in[i] && x->was[i].m.standing == EN_STANDING_EXPELLED)
        vote(x, EN_CHARTER_ADMIT, i);
    else if (x->was_in[i] && !x->in[i])
        x->agreed &= voted_before(x, i);
}

static void
change_relay(struct model *x, unsigned i, bool count)
{
    if (!count)
        x->m[i].m.relay = !x->m[i].m.relay;
    else if (x->m[i].m.relay != x->was[i].m.relay)
        x->agreed &= signed_now(x, i);
}

static void
change_thresholds(struct model *x, bool count)
{
    static const struct en_charter_part some[] = { { 3, 5 }, { 2, 3 }, { 3, 4 }, { 1, 1 }, { 51, 99 } };
    bool same = true;

    if (!count) {
        x->part[below(x, EN_CHARTER_SUSPEND)] = some[below(x, COUNT(some))];
        return;
    }
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
        same &= x->part[t].num == x->was_part[t].num && x->part[t].den == x->was_part[t].den;
    if (!same)
        vote(x, EN_CHARTER_AMEND, EN_CHARTER_MEMBERS_MAX);
}

/* --- a step ------------------------------------------------------------------------------------------ */

static void
draw(struct model *x, en_time date)
{
    for (unsigned changes = below(x, 4); changes; changes--) {
        unsigned i = below(x, x->n), what = below(x, 8);

        if (what == 0)
            change_thresholds(x, false);
        else if (!x->was_in[i])
            change_admit(x, i, false); /* nothing else of who comes in, and nobody comes back at once */
        else if (!x->in[i])
            continue;
        else if (what <= 2)
            change_standing(x, i, false);
        else if (what == 3)
            change_suspension(x, i, false, date);
        else if (what <= 5)
            change_key(x, i, false);
        else if (what == 6)
            change_relay(x, i, false);
        else
            change_leave(x, i, false);
    }
}

static void
count_all(struct model *x, en_time date)
{
    x->agreed = true;
    vote(x, EN_CHARTER_SUSPEND, EN_CHARTER_MEMBERS_MAX);
    change_thresholds(x, true);
    for (unsigned i = 0; i < x->n; i++) {
        change_admit(x, i, true);
        change_leave(x, i, true);
        if (!x->was_in[i] || !x->in[i])
            continue;
        change_standing(x, i, true);
        change_suspension(x, i, true, date);
        change_key(x, i, true);
        change_relay(x, i, true);
    }
}

/* Who signs: most, some or few; with the key that it has, the one it had, or both, sometimes twice. */
static void
draw_signers(struct model *x)
{
    unsigned of = 1 + below(x, 10);

    for (unsigned i = 0; i < x->n; i++) {
        unsigned how = below(x, 6);
        bool signs = below(x, 10) < of;

        x->by_new[i] = signs && how != 0;
        x->by_old[i] = signs && how <= 1;
    }
    x->by_new[below(x, x->n)] = true; /* a note has a signature */
}

static void
sign_all(struct model *x, struct en_buf *note)
{
    size_t text = note->n - 1;
    unsigned room = EN_NOTE_SIGS_MAX;

    for (unsigned i = 0; i < x->n; i++) {
        struct en_key now = made_key(i, x->m[i].turn, x->m[i].stolen);
        struct en_key old = made_key(i, x->was[i].turn, x->was[i].stolen);

        if ((x->by_old[i] || x->by_new[i]) && room < 3)
            x->by_old[i] = x->by_new[i] = false;
        for (unsigned times = below(x, 5) == 0 && room > 80 ? 2 : 1; x->by_new[i] && times; times--, room--)
            made_sign(note, text, made_id(i), &now);
        if (x->by_old[i]) {
            made_sign(note, text, made_id(i), &old);
            room--;
        }
    }
}

static bool
some_full(const struct model *x)
{
    for (unsigned i = 0; i < x->n; i++)
        if (x->in[i] && x->m[i].m.standing == EN_STANDING_FULL)
            return true;
    return false;
}

static void
write_version(const struct model *x, uint32_t number, const uint8_t *previous, struct en_buf *note)
{
    static struct made_charter c;

    made_start(&c, number, previous);
    memcpy(c.c.threshold, x->part, sizeof x->part);
    for (unsigned i = 0; i < x->n; i++)
        if (x->in[i])
            made_add(&c, &x->m[i]);
    made_text(&c, note);
}

static void
back(struct model *x)
{
    memcpy(x->m, x->was, sizeof x->m);
    memcpy(x->in, x->was_in, sizeof x->in);
    memcpy(x->part, x->was_part, sizeof x->part);
}

static void
keep(struct model *x)
{
    memcpy(x->was, x->m, sizeof x->was);
    memcpy(x->was_in, x->in, sizeof x->was_in);
    memcpy(x->was_part, x->part, sizeof x->was_part);
}

static unsigned accepted, refused;

static void
history(uint64_t seed)
{
    static struct model x;
    static struct en_lines lines;
    static struct en_charter_step demands;
    struct en_buf text[2] = { EN_BUF_INIT, EN_BUF_INIT };
    struct en_charter at, next, usual;
    struct en_key first_key = made_key(0, 0, 0);
    struct en_arena arena;
    unsigned current = 0;

    memset(&x, 0, sizeof x);
    x.seed = seed * 2654435761u + 1;
    x.n = seed % 20 == 19 ? 75 : 4 + below(&x, MOST - 3);
    en_charter_usual(&usual);
    memcpy(x.part, usual.threshold, sizeof x.part);
    for (unsigned i = 0; i < x.n; i++) {
        make_member(&x.m[i], i);
        x.in[i] = i == 0 || below(&x, 4) > 0;
    }
    keep(&x);
    en_arena_init(&arena, 32 * EN_MIB);
    write_version(&x, 1, NULL, &text[0]);
    made_sign(&text[0], text[0].n - 1, made_id(0), &first_key);
    assert_int_equal(en_charter_parse(en_buf_bytes(&text[0]), &arena, &lines, &at, NULL), EN_OK);
    for (unsigned step = 0; step < STEPS; step++) {
        struct en_err err = EN_ERR_INIT;
        en_time date = DATE + at.number * 10 * EN_TIME_DAY;
        en_errc rc;

        draw(&x, date);
        if (!some_full(&x)) {
            back(&x);
            continue;
        }
        draw_signers(&x);
        write_version(&x, at.number + 1, at.hash, &text[!current]);
        sign_all(&x, &text[!current]);
        count_all(&x, date);
        rc = en_charter_parse(en_buf_bytes(&text[!current]), &arena, &lines, &next, &err);
        if (rc != EN_OK)
            fail_msg("history %llu, step %u: no charter: %s", (unsigned long long)seed, step, err.text);
        rc = en_charter_follows(&at, &lines.note, &next, NULL, 0, date, &demands, &err);
        for (size_t i = 0; ((rc == EN_OK) != x.agreed) && i < demands.n; i++)
            print_error("  %s of %.*s: %u of %u, %u of %u%s\n", en_charter_change_word(demands.demand[i].change),
                        EN_TEXT_ARG(demands.demand[i].member), demands.demand[i].before.have,
                        demands.demand[i].before.need, demands.demand[i].after.have, demands.demand[i].after.need,
                        demands.demand[i].unsigned_ ? ", not signed" : "");
        if ((rc == EN_OK) != x.agreed || (rc != EN_OK && rc != EN_E_RULE))
            fail_msg("history %llu, step %u: the model says %s, the charter %s", (unsigned long long)seed, step,
                     x.agreed ? "yes" : "no", rc == EN_OK ? "yes" : err.text);
        accepted += rc == EN_OK;
        refused += rc != EN_OK;
        if (rc == EN_OK) {
            keep(&x);
            at = next;
            current = !current;
        } else {
            back(&x);
        }
    }
    en_arena_release(&arena);
    en_buf_release(&text[0]);
    en_buf_release(&text[1]);
}

static unsigned histories = 60;

static void
test_no_version_without_the_votes_of_both(void **state)
{
    const char *first = getenv("ENTENTE_SEED");
    uint64_t from = first ? strtoull(first, NULL, 10) : 1;

    (void)state;
    for (uint64_t i = 0; i < histories; i++)
        history(from + i);
    assert_true(accepted > histories && refused > histories); /* else nothing was tried */
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_version_without_the_votes_of_both) };

    if (argc > 1)
        histories = (unsigned)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
