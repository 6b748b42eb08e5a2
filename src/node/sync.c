/*
 * sync.c: slips, and what a partner's tells: what it has of us, what it asks, what it lost.
 */
#include <string.h>

#include "node/step_parts.h"

/* More bundles than this are not lost with a backup: a partner that says so is not believed. */
#define NUMBERS_LOST_MAX 10000000u

void
en_live_slip_due(struct live *l, en_time at)
{
    if (l->slip == EN_TIME_NONE || at < l->slip)
        l->slip = at;
}

/* Whether the open question is to be put into a slip now. */
static bool
ask_now(const struct step *s, const struct live *l)
{
    return l->asking && (l->asked == 0 || s->e->now >= l->asked + EN_NODE_ASK);
}

/*
 * Asks what the partner has of us; the same question until it is answered, and not more often than EN_NODE_ASK, unless
 * a partner that asks itself has lost something.
 */
void
en_live_ask(struct step *s, struct live *l)
{
    uint8_t random[EN_SHA256_LEN];

    if (!l->asking) {
        en_step_random(s, random);
        memcpy(l->nonce, random, sizeof l->nonce);
        l->asked_below = en_live_oldest(l);
    }
    l->asking = true;
    en_live_slip_due(l, l->asked ? l->asked + EN_NODE_ASK : s->e->now);
}

/* --- what a slip tells ------------------------------------------------------------------------------- */

/* Numbers that the partner gave and that are nowhere any more: they came, with nothing. */
static void
fill_void(struct live *l, const struct en_sync *y)
{
    uint64_t n = y->void_from > l->l.upto ? y->void_from : l->l.upto + 1;

    for (; y->void_from && n <= y->void_to && n <= l->l.upto + 1 + EN_NODE_WINDOW; n++)
        en_live_came(l, n);
}

static bool
has(const struct en_sync *y, uint64_t number)
{
    return number <= y->upto || (number >= y->upto + 2 && number - y->upto - 2 < EN_NODE_WINDOW &&
                                 (y->window >> (number - y->upto - 2) & 1));
}

/* What it says that it has and gave no receipt for: the receipt is on its way or was lost. */
void
en_live_unreceipted(struct step *s, struct live *l)
{
    en_time soon = s->e->now + EN_NODE_RECEIPT_LOST;

    for (unsigned i = 0; i < l->n_flying; i++)
        if (has(s->e->sync, l->flying[i].f.number) && l->flying[i].due > soon)
            l->flying[i].due = soon;
}

/* What the partner misses and we do not have on its way: it is sent again, or said to be void. */
static void
look_for_losses(struct step *s, struct live *l, bool fresh)
{
    const struct en_sync *y = s->e->sync;
    bool lost = false;

    l->void_from = l->void_to = 0;
    for (uint64_t n = y->upto + 1; n < l->l.next && n <= y->upto + EN_NODE_WINDOW; n++) {
        struct en_flying f;

        if (has(y, n) || en_live_flies(l, n))
            continue;
        if (!s->n->source.bundle(s->n->source.ctx, l->l.id, n, &f)) {
            if (l->void_from && n != l->void_to + 1)
                break; /* one range a slip */
            l->void_from = l->void_from ? l->void_from : n;
            l->void_to = n;
            continue;
        }
        if (f.by_hand) { /* the stick is on its way, or lost: whoever can be reached has it at once */
            en_live_fly_again(s, l, &f);
            continue;
        }
        if (n >= l->asked_below && (fresh || l->catching))
            continue; /* its receipt came after the question had left */
        lost = true;
        if (fresh || l->catching)
            en_live_fly_again(s, l, &f);
    }
    if (l->void_from)
        en_live_slip_due(l, s->e->now);
    if (!fresh && lost && !l->catching && y->asks) {
        /* It has begun anew. A question from before it lost this says nothing of it, and may be lost too. */
        l->asking = false;
        l->asked = 0;
    }
    if (!fresh && lost != l->catching)
        en_live_ask(s, l); /* this slip may be an old one */
    if (fresh && lost && !l->catching)
        en_step_alarm(s, l, EN_ALARM_BEHIND, y->upto);
    if (fresh)
        l->catching = lost;
}

/* Numbers that we do not remember to have given: a backup was put back. The next is one that nobody has. */
static void
skip_numbers(struct live *l, uint64_t highest)
{
    if (highest < l->l.next || highest - l->l.next > NUMBERS_LOST_MAX)
        return;
    l->l.next = highest + 1;
    l->dirty = true;
}

static void
take_answer(struct step *s, struct live *l)
{
    l->asking = false;
    l->answered = true;
    skip_numbers(l, s->e->sync->highest);
    if (!s->n->asking)
        en_live_renumber(s, l);
}

static void
take_versions(struct step *s, struct live *l)
{
    const struct en_sync *y = s->e->sync;
    struct en_node_link *k = &l->l;

    if (y->speaks_oldest == 0 || y->speaks_newest < y->speaks_oldest ||
        (y->speaks_oldest == k->speaks_oldest && y->speaks_newest == k->speaks_newest))
        return;
    k->speaks_oldest = y->speaks_oldest;
    k->speaks_newest = y->speaks_newest;
    l->misread = 0;
    l->dirty = true;
    l->version_told = en_live_version(s->n, l) == 0;
    if (l->version_told)
        en_step_alarm(s, l, EN_ALARM_VERSION, 0);
    for (unsigned i = 0; i < l->n_flying; i++)
        l->flying[i].due = s->e->now;
}

void
en_live_sync(struct step *s, struct live *l)
{
    const struct en_sync *y = s->e->sync;
    bool fresh = l->asking && y->answers && memcmp(y->answer, l->nonce, sizeof l->nonce) == 0;

    if (y->asks) {
        l->answering = true;
        memcpy(l->answer, y->ask, sizeof l->answer);
        en_live_slip_due(l, s->e->now);
    }
    take_versions(s, l);
    fill_void(l, y);
    l->theirs = y->holds;
    if (!en_head_same(&l->theirs, &s->n->head))
        en_live_slip_due(l, s->e->now + EN_NODE_TELL);
    if (y->prove) {
        l->prove = y->prove;
        en_live_slip_due(l, s->e->now);
    }
    if (fresh)
        take_answer(s, l);
    else if (y->highest >= l->l.next)
        en_live_ask(s, l);
    if (!s->n->asking)
        look_for_losses(s, l, fresh);
}

/* --- what we tell ------------------------------------------------------------------------------------ */

static void
write_sync(struct step *s, struct live *l, struct en_sync *y)
{
    bool asks = ask_now(s, l);

    *y = (struct en_sync){ .speaks_oldest = s->n->oldest, .speaks_newest = s->n->newest, .upto = l->l.upto,
                           .window = l->l.window, .highest = l->l.highest, .holds = l->l.log.held,
                           .void_from = l->void_from, .void_to = l->void_to, .asks = asks, .answers = l->answering };
    if (l->l.log.owed != EN_TIME_NONE && l->l.log.other.epoch == l->l.log.held.epoch &&
        l->l.log.other.size < l->l.log.held.size &&
        (l->proof_asked == 0 || s->e->now >= l->proof_asked + EN_NODE_ASK)) {
        y->prove = l->l.log.other.size;
        l->proof_asked = s->e->now;
    }
    if (asks) {
        memcpy(y->ask, l->nonce, sizeof y->ask);
        l->asked = s->e->now;
    }
    if (l->answering)
        memcpy(y->answer, l->answer, sizeof y->answer);
}

/* Nobody is left without a word for long; what nothing hangs on burdens no relay. */
static bool
slip_is_due(const struct step *s, const struct live *l)
{
    return (l->slip != EN_TIME_NONE && l->slip <= s->e->now) ||
           (l->gossip != EN_TIME_NONE && l->gossip <= s->e->now && en_live_via(s, l) == NULL);
}

void
en_live_give_slip(struct step *s, struct live *l)
{
    struct en_shown_head *heads;
    struct en_update *u;
    uint64_t *numbers;
    size_t n_heads;

    if (!slip_is_due(s, l))
        return;
    numbers = en_arena_copy(s->out->arena, l->owed, l->n_owed * sizeof *l->owed);
    EN_ASSERT(numbers != NULL);
    n_heads = en_live_tell_heads(s, l, &heads);
    u = en_step_add(s, EN_UPDATE_SLIP, l);
    u->numbers = numbers;
    u->n_numbers = l->n_owed;
    u->heads = heads;
    u->n_heads = n_heads;
    u->via = en_live_via(s, l);
    u->version = en_live_version(s->n, l) ? en_live_version(s->n, l) : s->n->oldest;
    write_sync(s, l, &u->sync);
    l->n_owed = 0;
    l->answering = false;
    l->void_from = l->void_to = 0;
    l->slip = l->asking ? l->asked + EN_NODE_ASK : EN_TIME_NONE;
    l->gossip = l->untold ? s->e->now + EN_NODE_TELL : s->e->now + en_step_again(s, EN_NODE_GOSSIP, 0, EN_NODE_GOSSIP);
}
