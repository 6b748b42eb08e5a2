/*
 * link.c: one partner's bundles, both ways.
 */
#include <string.h>

#include "node/step_parts.h"

/* --- what comes -------------------------------------------------------------------------------------- */

/* Moves upto over the numbers that came. */
static void
close_gaps(struct en_link *l)
{
    l->upto++;
    while (l->window & 1) {
        l->window >>= 1;
        l->upto++;
    }
    l->window >>= 1;
}

static void
mark_number(struct live *l, uint64_t number)
{
    struct en_link *k = &l->l;

    if (number == k->upto + 1)
        close_gaps(k);
    else if (number > k->upto)
        k->window |= (uint64_t)1 << (number - k->upto - 2);
    if (number > k->highest)
        k->highest = number;
    l->dirty = true;
}

/* The receipt for a number leaves with the next slip; the oldest makes room: its sender asks again. */
static void
owe(struct live *l, uint64_t number)
{
    for (unsigned i = 0; i < l->n_owed; i++)
        if (l->owed[i] == number)
            return;
    if (l->n_owed == EN_NODE_RECEIPTS_MAX)
        memmove(l->owed, l->owed + 1, --l->n_owed * sizeof *l->owed);
    l->owed[l->n_owed++] = number;
}

static void
refuse(struct step *s, struct live *l, const char *code)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_REFUSE, l);

    u->number = s->e->number;
    memcpy(u->id, s->e->id, sizeof u->id);
    u->code = code;
}

static void
alarm_of(struct step *s, struct live *l, enum en_alarm a, uint64_t number)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_ALARM, l);

    u->alarm = a;
    u->number = number;
}

static void
take_number(struct step *s, struct live *l)
{
    uint64_t number = s->e->number;
    struct en_update *u;

    switch (s->e->known) {
    case EN_NUMBER_SAME: /* its receipt was lost, or is on its way */
        owe(l, number);
        return;
    case EN_NUMBER_OTHER:
        alarm_of(s, l, EN_ALARM_NUMBER_USED, number);
        refuse(s, l, "bundle-number-used");
        return;
    case EN_NUMBER_NEW:
        break;
    }
    if (number > l->l.upto + 1 + EN_NODE_WINDOW) {
        refuse(s, l, "bundle-too-early");
        return;
    }
    u = en_step_add(s, EN_UPDATE_TAKE, l);
    u->number = number;
    memcpy(u->id, s->e->id, sizeof u->id);
    mark_number(l, number);
    owe(l, number);
}

static void
take_receipt(struct step *s, struct live *l, const struct en_came_receipt *r)
{
    for (unsigned i = 0; i < l->n_flying; i++) {
        const struct en_flying *f = &l->flying[i].f;

        if (f->number != r->number || memcmp(f->id, r->id, sizeof r->id) != 0)
            continue;
        en_step_add(s, EN_UPDATE_DELIVERED, l)->number = r->number;
        l->flying[i] = l->flying[--l->n_flying];
        return;
    }
    if (r->number == 0 || r->number >= l->l.next)
        alarm_of(s, l, EN_ALARM_RECEIPT_UNKNOWN, r->number);
}

/* Whoever speaks can be reached, as far as we know: what failed is tried at once. */
static void
reached(struct step *s, struct live *l)
{
    for (unsigned i = 0; l->failures && i < l->n_flying; i++)
        l->flying[i].due = s->e->now;
    l->down = 0;
    l->failures = 0;
}

void
en_live_bundle(struct step *s, struct live *l)
{
    reached(s, l);
    for (size_t i = 0; i < s->e->n_receipts; i++)
        take_receipt(s, l, &s->e->receipts[i]);
    if (s->e->number)
        take_number(s, l);
}

/* --- what goes --------------------------------------------------------------------------------------- */

/* first, doubled n times, at most `most`. */
static en_time
doubled(en_time first, unsigned n, en_time most)
{
    while (n-- && first < most)
        first *= 2;
    return first < most ? first : most;
}

/* Up to a quarter more, so that partners who failed together do not come back together. */
static en_time
jittered(struct step *s, en_time t)
{
    uint8_t r[EN_SHA256_LEN];

    en_step_random(s, r);
    return t + t / 4 * r[0] / 255;
}

static struct flight *
flight_of(struct live *l, uint64_t number)
{
    for (unsigned i = 0; i < l->n_flying; i++)
        if (l->flying[i].f.number == number)
            return &l->flying[i];
    return NULL;
}

void
en_live_sent(struct step *s, struct live *l)
{
    struct flight *f = s->e->number ? flight_of(l, s->e->number) : NULL;

    switch (s->e->sent) {
    case EN_SENT_OVER:
        l->failures = 0;
        l->down = 0;
        break;
    case EN_SENT_FAILED:
        l->down = s->e->now + jittered(s, doubled(EN_NODE_AGAIN_FIRST, l->failures, EN_NODE_AGAIN_MOST));
        l->failures++;
        if (f)
            f->due = l->down;
        break;
    case EN_SENT_SEAL:
        if (f) {
            f->seal = true;
            f->due = s->e->now + jittered(s, doubled(EN_NODE_AGAIN_FIRST, f->tries, EN_NODE_AGAIN_MOST));
        }
        break;
    }
}

static void
fly(struct step *s, struct live *l, struct flight *f)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_SEND, l);

    u->number = f->f.number;
    memcpy(u->id, f->f.id, sizeof u->id);
    u->urgent = f->f.urgent;
    u->seal = f->seal;
    f->due = s->e->now + jittered(s, doubled(f->f.urgent ? EN_NODE_RECEIPT_URGENT : EN_NODE_RECEIPT_FIRST, f->tries,
                                             EN_NODE_RECEIPT_MOST));
    f->tries++;
}

/* The lowest number without receipt; the next if there is none. */
static uint64_t
oldest(const struct live *l)
{
    uint64_t n = l->l.next;

    for (unsigned i = 0; i < l->n_flying; i++)
        if (l->flying[i].f.number < n)
            n = l->flying[i].f.number;
    return n;
}

/* Makes one bundle of queued items, if there are any and it may fly. */
static bool
make(struct step *s, struct live *l, bool urgent)
{
    unsigned room = EN_NODE_FLYING_MAX - (urgent ? 0 : EN_NODE_FLYING_FREE);
    uint64_t *items;
    struct en_update *u;
    struct flight *f;
    uint8_t random[EN_SHA256_LEN];
    size_t n;

    if (!l->more[urgent] || l->n_flying >= room || l->l.next - oldest(l) >= EN_NODE_WINDOW)
        return false;
    items = en_arena_array(s->out->arena, EN_NODE_ITEMS_MAX, sizeof *items);
    EN_ASSERT(items != NULL);
    n = s->n->source.items(s->n->source.ctx, l->l.id, urgent, l->l.cursor[urgent], EN_NODE_ITEMS_MAX, items);
    EN_ASSERT(n <= EN_NODE_ITEMS_MAX);
    l->more[urgent] = n > 0;
    if (n == 0)
        return false;
    en_step_random(s, random);
    f = &l->flying[l->n_flying++];
    *f = (struct flight){ .f = { .number = l->l.next++, .urgent = urgent, .made = s->e->now }, .due = s->e->now };
    memcpy(f->f.id, random, sizeof f->f.id);
    u = en_step_add(s, EN_UPDATE_MAKE, l);
    u->number = f->f.number;
    memcpy(u->id, f->f.id, sizeof u->id);
    u->urgent = urgent;
    u->numbers = items;
    u->n_numbers = n;
    l->l.cursor[urgent] = items[n - 1];
    l->dirty = true;
    return true;
}

static void
give_slip(struct step *s, struct live *l)
{
    struct en_update *u;
    uint64_t *numbers;

    if (l->n_owed == 0)
        return;
    numbers = en_arena_copy(s->out->arena, l->owed, l->n_owed * sizeof *l->owed);
    EN_ASSERT(numbers != NULL);
    u = en_step_add(s, EN_UPDATE_SLIP, l);
    u->numbers = numbers;
    u->n_numbers = l->n_owed;
    l->n_owed = 0;
}

/* Everything that may leave now: urgent bundles first, then a slip, then the others. */
void
en_live_pump(struct step *s, struct live *l)
{
    if (!l->open || (l->down && s->e->now < l->down))
        return;
    while (make(s, l, true))
        ;
    while (make(s, l, false))
        ;
    for (unsigned urgent = 2; urgent-- > 0;) {
        for (unsigned i = 0; i < l->n_flying; i++)
            if (l->flying[i].f.urgent == (bool)urgent && l->flying[i].due <= s->e->now)
                fly(s, l, &l->flying[i]);
        if (urgent)
            give_slip(s, l);
    }
}

en_time
en_live_wakes(const struct live *l)
{
    en_time first = EN_TIME_NONE;

    if (!l->open)
        return EN_TIME_NONE;
    for (unsigned i = 0; i < l->n_flying; i++)
        if (first == EN_TIME_NONE || l->flying[i].due < first)
            first = l->flying[i].due;
    if (l->n_owed && (first == EN_TIME_NONE || l->down < first))
        first = l->down;
    return first != EN_TIME_NONE && first < l->down ? l->down : first;
}
