/*
 * link.c: one partner's bundles, both ways.
 */
#include <string.h>

#include "node/step_parts.h"

/* --- versions ---------------------------------------------------------------------------------------- */

/* first, doubled n times, at most `most`. */
static en_time
doubled(en_time first, unsigned n, en_time most)
{
    while (n-- && first < most)
        first *= 2;
    return first < most ? first : most;
}

unsigned
en_version_common(unsigned theirs_oldest, unsigned theirs_newest, unsigned oldest, unsigned newest)
{
    unsigned least = theirs_newest < newest ? theirs_newest : newest;

    if (theirs_newest == 0)
        return oldest;
    return least >= oldest && least >= theirs_oldest ? least : 0;
}

unsigned
en_live_version(const struct en_node *n, const struct live *l)
{
    if (l->l.speaks_newest == 0)
        return l->try_newest ? n->newest : n->oldest;
    return en_version_common(l->l.speaks_oldest, l->l.speaks_newest, n->oldest, n->newest);
}

/*
 * It tries the other end of what we speak, and more and more seldom; a person is told when both failed. What it said to
 * speak before, as a program that is there no more, is forgotten: it says so anew.
 */
static void
wrong_version(struct step *s, struct live *l, struct flight *f)
{
    bool knew = l->l.speaks_newest != 0, one = s->n->newest == s->n->oldest, both = one || l->misread > 1;
    en_time again = s->e->now + doubled(EN_NODE_AGAIN_FIRST, l->misread / 2, EN_NODE_AGAIN_MOST);

    l->try_newest = !l->try_newest && !knew;
    l->l.speaks_oldest = l->l.speaks_newest = 0;
    l->dirty = l->dirty || knew;
    l->misread++;
    en_live_slip_due(l, again);
    if (f)
        f->due = again;
    if (both && !l->version_told)
        en_step_alarm(s, l, EN_ALARM_VERSION, 0);
    l->version_told |= both;
}

/* It reads which we speak, if it speaks one of them, and writes again; else both say so, more and more seldom. */
void
en_live_unread(struct step *s, struct live *l)
{
    en_time pause = l->unread == 0 ? 0 : doubled(EN_NODE_AGAIN_FIRST, l->unread - 1, EN_NODE_AGAIN_MOST);

    if (s->e->now < l->unread_at + pause)
        return;
    l->unread_at = s->e->now;
    l->unread++;
    en_live_slip_due(l, s->e->now);
    if (l->unread > 2 && !l->version_told) {
        en_step_alarm(s, l, EN_ALARM_VERSION, s->e->version);
        l->version_told = true;
    }
}

/* --- what comes -------------------------------------------------------------------------------------- */

/* Moves upto over the numbers that came. */
static void
close_gaps(struct en_node_link *l)
{
    l->upto++;
    while (l->window & 1) {
        l->window >>= 1;
        l->upto++;
    }
    l->window >>= 1;
}

void
en_node_link_came(struct en_node_link *k, uint64_t number)
{
    if (number == k->upto + 1)
        close_gaps(k);
    else if (number > k->upto && number <= k->upto + 1 + EN_NODE_WINDOW)
        k->window |= (uint64_t)1 << (number - k->upto - 2);
    if (number > k->highest)
        k->highest = number;
}

void
en_live_came(struct live *l, uint64_t number)
{
    en_node_link_came(&l->l, number);
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
    l->slip = 0; /* at once */
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
take_number(struct step *s, struct live *l)
{
    uint64_t number = s->e->number;
    struct en_update *u;

    switch (s->e->known) {
    case EN_NUMBER_SAME: /* its receipt was lost, or is on its way */
        owe(l, number);
        return;
    case EN_NUMBER_OTHER:
        en_step_alarm(s, l, EN_ALARM_NUMBER_USED, number);
        refuse(s, l, "bundle-number-used");
        return;
    case EN_NUMBER_NEW:
        break;
    }
    if (number > l->l.upto + 1 + EN_NODE_WINDOW) {
        refuse(s, l, "bundle-too-early");
        en_live_slip_due(l, s->e->now); /* which says what is missing */
        return;
    }
    u = en_step_add(s, EN_UPDATE_TAKE, l);
    u->number = number;
    memcpy(u->id, s->e->id, sizeof u->id);
    en_live_came(l, number);
    owe(l, number);
}

static struct flight *
flight_of(struct live *l, uint64_t number)
{
    for (unsigned i = 0; i < l->n_flying; i++)
        if (l->flying[i].f.number == number)
            return &l->flying[i];
    return NULL;
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
        en_step_alarm(s, l, EN_ALARM_RECEIPT_UNKNOWN, r->number);
}

static void
take_refusal(struct step *s, struct live *l, const struct en_came_refusal *r)
{
    struct flight *f = flight_of(l, r->number);

    if (f == NULL || memcmp(f->f.id, r->id, sizeof r->id) != 0)
        return;
    switch (r->why) {
    case EN_REFUSED_NUMBER: /* a backup was put back here, or the partner errs: it says what it has */
        f->used = true;
        en_live_ask(s, l);
        break;
    case EN_REFUSED_EARLY: /* its slip says what it misses */
        break;
    case EN_REFUSED_TIME:
        f->renew = true;
        en_step_alarm(s, l, EN_ALARM_CLOCK, r->number);
        break;
    case EN_REFUSED_VERSION: /* through a relay, which could not tell */
        wrong_version(s, l, f);
        break;
    case EN_REFUSED_ELSE:
        f->due = s->e->now + EN_NODE_RECEIPT_MOST;
        en_step_alarm(s, l, EN_ALARM_REFUSED, r->number);
        break;
    }
}

/* Gives numbers that nobody has to the bundles whose numbers had been used; the answer said which those are. */
void
en_live_renumber(struct step *s, struct live *l)
{
    for (unsigned i = 0; i < l->n_flying; i++) {
        struct flight *f = &l->flying[i];
        uint8_t random[EN_SHA256_LEN];
        struct en_update *u;

        if (!f->used)
            continue;
        en_step_random(s, random);
        u = en_step_add(s, EN_UPDATE_RENUMBER, l);
        u->old = f->f.number;
        f->f.number = u->number = l->l.next++;
        memcpy(f->f.id, random, sizeof f->f.id);
        memcpy(u->id, random, sizeof u->id);
        f->used = false;
        f->due = s->e->now;
        l->dirty = true;
    }
}

/* Whoever speaks can be reached, as far as we know: what failed is tried at once. */
static void
reached(struct step *s, struct live *l)
{
    if (s->e->relayed) { /* it could not reach us, so we answer the same way */
        if (l->failures < EN_NODE_DIRECT_TRIES) {
            l->failures = EN_NODE_DIRECT_TRIES;
            l->down = s->e->now + EN_NODE_AGAIN_FIRST;
        }
        return;
    }
    for (unsigned i = 0; l->failures && i < l->n_flying; i++)
        l->flying[i].due = s->e->now;
    l->down = 0;
    l->failures = 0;
}

void
en_live_bundle(struct step *s, struct live *l)
{
    reached(s, l);
    l->unread = 0;
    en_live_heads(s, l);
    if (s->e->sync)
        en_live_sync(s, l);
    if (s->n->asking) /* what cannot be recorded is not taken: it comes again */
        return;
    for (size_t i = 0; i < s->e->n_receipts; i++)
        take_receipt(s, l, &s->e->receipts[i]);
    for (size_t i = 0; i < s->e->n_refusals; i++)
        take_refusal(s, l, &s->e->refusals[i]);
    if (s->e->sync)
        en_live_unreceipted(s, l);
    if (s->e->number)
        take_number(s, l);
}

/* --- what goes --------------------------------------------------------------------------------------- */

/* Up to a quarter more, so that partners who failed together do not come back together. */
static en_time
jittered(struct step *s, en_time t)
{
    uint8_t r[EN_SHA256_LEN];

    en_step_random(s, r);
    return t + t / 4 * r[0] / 255;
}

bool
en_live_flies(const struct live *l, uint64_t number)
{
    for (unsigned i = 0; i < l->n_flying; i++)
        if (l->flying[i].f.number == number)
            return true;
    return false;
}

/* A bundle whose receipt we have, for a partner that lost it. */
void
en_live_fly_again(struct step *s, struct live *l, const struct en_flying *f)
{
    if (l->n_flying == EN_NODE_FLYING_MAX || en_live_flies(l, f->number))
        return;
    l->flying[l->n_flying++] = (struct flight){ .f = *f, .due = s->e->now };
    en_step_add(s, EN_UPDATE_AGAIN, l)->number = f->number;
}

en_time
en_step_again(struct step *s, en_time first, unsigned n, en_time most)
{
    return jittered(s, doubled(first, n, most));
}

/* What is urgent does not wait for further tries. */
static bool
relay_can(const struct live *l)
{
    bool urgent = false;

    for (unsigned i = 0; i < l->n_flying; i++)
        urgent = urgent || l->flying[i].f.urgent;
    return l->via[0] && l->failures >= (urgent ? 1 : EN_NODE_DIRECT_TRIES);
}

const char *
en_live_via(const struct step *s, const struct live *l)
{
    bool direct = l->down == 0 || s->e->now >= l->down;

    return !direct && relay_can(l) && s->e->now >= l->via_down ? l->via : NULL;
}

/* What became of a bundle that was given to a relay. */
static void
sent_by_relay(struct step *s, struct live *l, struct flight *f)
{
    if (s->e->sent == EN_SENT_OVER) {
        l->via_failures = 0;
        l->via_down = 0;
        return;
    }
    l->via_down = s->e->now + en_step_again(s, EN_NODE_AGAIN_FIRST, l->via_failures++, EN_NODE_AGAIN_MOST);
    if (f)
        f->due = s->e->now;
}

void
en_live_sent(struct step *s, struct live *l)
{
    struct flight *f = s->e->number ? flight_of(l, s->e->number) : NULL;

    if (s->e->via) {
        sent_by_relay(s, l, f);
        return;
    }
    switch (s->e->sent) {
    case EN_SENT_OVER:
        l->failures = 0;
        l->down = 0;
        break;
    case EN_SENT_FAILED:
        l->down = s->e->now + jittered(s, doubled(EN_NODE_AGAIN_FIRST, l->failures, EN_NODE_AGAIN_MOST));
        l->failures++;
        if (f)
            f->due = relay_can(l) ? s->e->now : l->down;
        else
            en_live_slip_due(l, l->down); /* what it said of what came is said again */
        break;
    case EN_SENT_SEAL:
        if (f) {
            f->seal = true;
            f->due = s->e->now + jittered(s, doubled(EN_NODE_AGAIN_FIRST, f->tries, EN_NODE_AGAIN_MOST));
        }
        break;
    case EN_SENT_VERSION:
        wrong_version(s, l, f);
        break;
    }
}

/* It may have lost what it had not answered yet, or the answer was lost on the way: twice does no harm. */
void
en_live_near(struct step *s, struct live *l)
{
    l->failures = 0;
    l->down = 0;
    for (unsigned i = 0; i < l->n_flying; i++) {
        l->flying[i].due = s->e->now;
        l->flying[i].tries = 0;
    }
    en_live_slip_due(l, s->e->now);
}

static void
fly(struct step *s, struct live *l, struct flight *f)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_SEND, l);

    u->number = f->f.number;
    memcpy(u->id, f->f.id, sizeof u->id);
    u->urgent = f->f.urgent;
    u->version = en_live_version(s->n, l);
    u->via = en_live_via(s, l);
    u->seal = f->seal;
    u->renew = f->renew || s->e->now - f->f.made > EN_NODE_EXPIRES;
    f->renew = false;
    if (u->renew)
        f->f.made = s->e->now;
    f->due = s->e->now + jittered(s, doubled(f->f.urgent ? EN_NODE_RECEIPT_URGENT : EN_NODE_RECEIPT_FIRST, f->tries,
                                             EN_NODE_RECEIPT_MOST));
    f->tries++;
}

/* The lowest number without receipt; the next if there is none. */
uint64_t
en_live_oldest(const struct live *l)
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

    if (!l->more[urgent] || l->n_flying >= room || l->l.next - en_live_oldest(l) >= EN_NODE_WINDOW)
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

/* Everything that may leave now: urgent bundles first, then a slip, then the others. */
void
en_live_pump(struct step *s, struct live *l)
{
    if (!l->open || (l->down && s->e->now < l->down && en_live_via(s, l) == NULL))
        return;
    if (s->n->asking || en_live_version(s->n, l) == 0) {
        en_live_give_slip(s, l);
        return;
    }
    while (make(s, l, true))
        ;
    while (make(s, l, false))
        ;
    for (unsigned urgent = 2; urgent-- > 0;) {
        for (unsigned i = 0; i < l->n_flying; i++)
            if (l->flying[i].f.urgent == (bool)urgent && !l->flying[i].used && l->flying[i].due <= s->e->now)
                fly(s, l, &l->flying[i]);
        if (urgent)
            en_live_give_slip(s, l);
    }
}

/* When something is due, were it not for the relay and the back-off. */
static en_time
first_due(const struct en_node *n, const struct live *l)
{
    en_time first = l->slip;

    for (unsigned i = 0; !n->asking && en_live_version(n, l) && i < l->n_flying; i++)
        if (!l->flying[i].used && (first == EN_TIME_NONE || l->flying[i].due < first))
            first = l->flying[i].due;
    return first;
}

en_time
en_live_wakes(const struct en_node *n, const struct live *l)
{
    en_time first = first_due(n, l), gossip = l->gossip;

    if (!l->open)
        return EN_TIME_NONE;
    if (first != EN_TIME_NONE && first < l->down) {
        if (relay_can(l) && l->via_down < l->down)
            first = first < l->via_down ? l->via_down : first;
        else
            first = l->down;
    }
    if (gossip != EN_TIME_NONE && gossip < l->down)
        gossip = l->down;
    return first == EN_TIME_NONE || (gossip != EN_TIME_NONE && gossip < first) ? gossip : first;
}
