#include "screen/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "screen/fields.h"

/* What one query may read. A screening takes as long as these say, whatever the list and the name. */
#define SINGLES_MOST 2000u /* postings of single tokens */
#define SYLLABLES_MOST 6000u /* where tokens are syllables, which many names share */
#define PAIRS_MOST   800u  /* and of pairs of common tokens */
#define DAYS_MOST    2000u /* identities born on the days that the traveller's date may stand for */
#define DOCS_MOST    200u  /* of one document number; more are of no use */
#define WHOLE_LIST   128u  /* a list no longer is read whole, whatever the dates */
#define LOOKUPS_MOST 256u  /* pairs looked for */
#define SCORED_MOST 128u   /* touched identities whose names are looked at */
#define UNDATED_MOST 512u  /* the same where no date says who of the namesakes it is */
#define NAMELESS     16u   /* of those born on the day, without any token of the name */

#define TABLE 65536u /* slots: more than twice of what may be touched; and so many while few are, */
#define TABLE_FEW 8192u /* because they stay in a cache that is near */
#define ROWS    4096u /* spellings that a query looks for */
#define HEADS   2048u
#define UNITS   (EN_WAY_NAMES * EN_ALIGN_MAX) /* a token of a reading */
#define CLASSES 6u    /* skeletons of a token that pairs are looked for with */
#define RUNS    128u
#define FAR     10000 /* days: from any date that a person may have been born on */
#define TOLD    256u  /* dates of the list that are remembered for a query */
#define DATES   2u    /* birth dates of a traveller that lead into the lists; who gives more is looked for by name */
#define RANGES  (2 * DATES + 1)

/* About what align.c and the damping say, so that the order of candidates is nearly that of their evidence. */
#define ALONE_QUERY 200  /* a token that only the traveller has */
#define ALONE_LIST  110
#define ALONE_SYLLABLE 100
#define CONFLICT    300  /* one of each */
#define REPEATED    160
#define NAME_FULL   (16 * EN_BITS_ONE)
#define TOKEN_MOST  (22 * EN_BITS_ONE)
#define NAMELESS_AS (-3 * EN_BITS_ONE) /* born on the day, and no word in common: an alignment may still find one */
#define DOCUMENT  (14 * EN_BITS_ONE)
#define NAT_SAME  (2 * EN_BITS_ONE)
#define NAT_OTHER (-EN_BITS_ONE)
#define SEX_OTHER (-4 * EN_BITS_ONE)
#define SEVERAL_MOST (10 * EN_BITS_ONE) /* that several dates tell of who is not born on the day */
#define CONFLICTING (-3 * EN_BITS_ONE)     /* a date that says no more than this; */
#define CONFLICTING_MORE (8 * EN_BITS_ONE) /* then so much more is to be promised */
#define DONE      UINT16_MAX /* scored already */

struct slot {
    uint32_t ident;
    uint16_t round;
    uint8_t units, tokens; /* that led to it: with bits to speak of; tokens of ours that they may be */
    int32_t sum; /* over units; best is of the present one */
    int16_t best;
    uint16_t unit;
    int32_t date; /* what its date tells */
};

/* A token of the vocabulary that a token of the traveller may be a spelling of. */
struct row {
    uint32_t vocab;
    int32_t bits;
    uint16_t unit, next;
    uint8_t span; /* tokens of the traveller that it is */
};

/* Identities [from, to). */
struct range {
    uint32_t from, to;
};

/* A posting list, or what the ranges leave of it: indices of postings. */
struct open {
    struct range part[RANGES];
    uint32_t len, parts, row;
};

struct run {
    struct range part[RANGES];
    uint32_t len, parts;
    int32_t bits;
    uint16_t unit;
};

struct date {
    int32_t from, to;
    int y, m, d;
    bool full;
};

/* What one date of the list tells of the traveller of a round. */
struct told {
    int32_t from;
    uint16_t span, round;
    int32_t bits;
};

struct en_candidates {
    struct slot all[TABLE], few[TABLE_FEW];
    struct slot *slots; /* one of these */
    uint32_t used[TABLE / 2], unsure[TABLE / 2];
    uint32_t n_used, n_slots;
    uint16_t round;
    /* the query's tokens */
    struct row rows[ROWS];
    uint16_t head[HEADS];
    uint64_t filter[64];
    unsigned n_rows;
    bool syllables;
    int list_weight;
    int32_t tokens[EN_WAY_NAMES]; /* of a reading, that should be found */
    int32_t of_syllables[EN_WAY_NAMES];
    unsigned units[EN_WAY_NAMES]; /* of a reading: its tokens, and halves of them */
    uint16_t best[UNITS];         /* while a name is scored: 1 + row; 0 otherwise */
    bool unread[UNITS];         /* some lists of this token were too long */
    uint8_t span[UNITS + 1];      /* tokens of the traveller that a unit may be; the last one is any pair */
    int32_t untold[UNITS][2];   /* bits of a token that somebody may have whom it did not lead to; outside the ranges */
    struct open open[ROWS];
    uint64_t shortest[ROWS]; /* of these: length and number */
    struct run run[RUNS];
    /* its date */
    struct date date[DATES];
    unsigned n_dates;
    struct range range[RANGES];
    unsigned n_ranges;
    struct range year[DATES]; /* born on one day of the years of full dates, and of those beside */
    unsigned n_years;
    bool by_date;
    int32_t far_day; /* what a day tells that is years from the traveller's */
    struct told told[TOLD];
    uint8_t nat[4];
    unsigned n_nats;
    /* what came out */
    struct en_candidate out[EN_CANDIDATES_MAX];
    unsigned n_out, n_nameless;
    en_bits floor;
    /* the query */
    const struct en_segment *s;
    const uint8_t *gone;
    const struct en_person *who;
};

struct en_candidates *
en_candidates_new(void)
{
    return en_xcalloc(1, sizeof(struct en_candidates));
}

void
en_candidates_free(struct en_candidates *c)
{
    free(c);
}

/* --- what is looked for ------------------------------------------------------------------------------ */

static unsigned
head_of(uint32_t vocab)
{
    return vocab * 2654435761u >> 21;
}

static void
filter_set(struct en_candidates *c, uint32_t vocab)
{
    c->filter[vocab >> 6 & 63] |= 1ull << (vocab & 63);
}

static bool
filter_has(const struct en_candidates *c, uint32_t vocab)
{
    return c->filter[vocab >> 6 & 63] >> (vocab & 63) & 1;
}

static void
collect(struct en_candidates *c, const struct en_expansion *e, unsigned unit, unsigned span)
{
    for (uint32_t k = 0; e && k < e->n_near && c->n_rows < ROWS; k++) {
        int32_t bits = e->rarity - e->near[k].cost;

        if (bits <= EN_BITS_ONE)
            return; /* cheapest first */
        __builtin_prefetch(&c->s->vocab[e->near[k].vocab]);
        c->rows[c->n_rows++] =
            (struct row){ e->near[k].vocab, bits, (uint16_t)unit, UINT16_MAX, (uint8_t)span };
        c->list_weight = e->list_weight;
    }
}

/* Each half is a unit of its own, behind those of the tokens. */
static void
collect_halves(struct en_candidates *c, const struct en_query_name *name, unsigned way)
{
    c->units[way] = name->n;
    for (unsigned i = 0; i < name->n; i++)
        for (unsigned k = 0; k < EN_SPLITS_MAX && name->token[i].half[k][0]; k++)
            for (unsigned h = 0; h < 2 && c->units[way] < EN_ALIGN_MAX; h++)
                collect(c, name->token[i].half[k][h], way * EN_ALIGN_MAX + c->units[way]++, h);
}

static void
look_for(struct en_candidates *c, const struct en_query_names *q)
{
    c->n_rows = 0;
    c->syllables = false;
    memset(c->head, 0xFF, sizeof c->head);
    memset(c->filter, 0, sizeof c->filter);
    memset(c->unread, 0, sizeof c->unread);
    memset(c->untold, 0, sizeof c->untold);
    memset(c->span, 0, sizeof c->span);
    c->span[UNITS] = 2 * EN_SPAN_MAX;
    for (unsigned w = 0; w < q->n; w++) {
        c->tokens[w] = c->of_syllables[w] = 0;
        for (unsigned i = 0; i < q->name[w].n; i++) {
            if (q->name[w].token[i].flags & (EN_TOKEN_TITLE | EN_TOKEN_PARTICLE))
                continue;
            c->syllables = c->syllables || q->name[w].token[i].flags & EN_TOKEN_SYLLABLE;
            c->tokens[w] += !(q->name[w].token[i].flags & (EN_TOKEN_SYLLABLE | EN_TOKEN_INITIAL));
            c->of_syllables[w] += !!(q->name[w].token[i].flags & EN_TOKEN_SYLLABLE);
            for (unsigned k = 0; k < EN_SPAN_MAX; k++)
                collect(c, q->name[w].token[i].span[k], w * EN_ALIGN_MAX + i, k + 1);
        }
        collect_halves(c, &q->name[w], w);
    }
    for (unsigned i = 0; i < c->n_rows; i++) {
        struct row *r = &c->rows[i];
        uint16_t *head = &c->head[head_of(r->vocab)];
        int32_t most = c->s->vocab[r->vocab].rarest + c->list_weight;

        most = most < TOKEN_MOST ? most : TOKEN_MOST;
        r->bits = r->bits < most ? r->bits : most;
        c->span[r->unit] = r->span > c->span[r->unit] ? r->span : c->span[r->unit];
        filter_set(c, r->vocab);
        r->next = *head;
        *head = (uint16_t)i;
    }
}

/* --- the traveller's date ---------------------------------------------------------------------------- */

static void
range_add(struct en_candidates *c, uint32_t from, uint32_t to)
{
    unsigned i = c->n_ranges;

    if (from >= to)
        return;
    for (; i && c->range[i - 1].from > from; i--)
        c->range[i] = c->range[i - 1];
    c->range[i] = (struct range){ from, to };
    c->n_ranges++;
}

/* Overlapping ranges would touch twice. */
static void
ranges_join(struct en_candidates *c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n_ranges; i++)
        if (n && c->range[i].from <= c->range[n - 1].to)
            c->range[n - 1].to = c->range[n - 1].to > c->range[i].to ? c->range[n - 1].to : c->range[i].to;
        else
            c->range[n++] = c->range[i];
    c->n_ranges = n;
}

static int32_t
day_of(int y, int m, int d)
{
    return en_day_from_civil(y, m, d);
}

/* Identities that a long list is read for: those whose date may be the traveller's, and those without one. */
static void
date_ranges(struct en_candidates *c, const struct date *d)
{
    uint32_t a, b;

    if (!d->full)
        en_segment_born(c->s, EN_BLOCK_DAY, day_of(d->y - 1, 1, 1), day_of(d->y + 1, 12, 31), &a, &b);
    else if (d->m == 1 && d->d == 1) /* 1 January is what is written where the day is not known */
        en_segment_born(c->s, EN_BLOCK_DAY, day_of(d->y, 1, 1), day_of(d->y, 12, 31), &a, &b);
    else
        en_segment_born(c->s, EN_BLOCK_DAY, day_of(d->y, d->m, 1), day_of(d->y, d->m, 1) + 30, &a, &b);
    range_add(c, a, b);
    if (d->full) {
        en_segment_born(c->s, EN_BLOCK_DAY, day_of(d->y - 1, 1, 1), day_of(d->y + 1, 12, 31), &a, &b);
        c->year[c->n_years++] = (struct range){ a, b };
    }
    en_segment_born(c->s, EN_BLOCK_YEAR, day_of(d->y - 1, 1, 1), day_of(d->y + 1, 12, 31), &a, &b);
    range_add(c, a, b);
}

/* What a day tells that is years from all of the traveller's: that is the same for all such days. */
static void
far_date(struct en_candidates *c)
{
    struct en_list_birth far = { .from = c->date[0].from };

    for (unsigned i = 1; i < c->n_dates; i++)
        far.from = c->date[i].from > far.from ? c->date[i].from : far.from;
    far.to = far.from += FAR;
    c->far_day = en_births_evidence(&far, 1, c->who).bits;
}

static void
take_dates(struct en_candidates *c)
{
    const struct en_person *p = c->who;

    c->n_dates = c->n_ranges = c->n_years = 0;
    c->by_date = c->by_date && p->n_births > 0;
    for (size_t i = 0; c->by_date && i < p->n_births && c->n_dates < DATES; i++) {
        struct date *d = &c->date[c->n_dates++];

        *d = (struct date){ .from = p->births[i].from,
                            .to = p->births[i].to,
                            .full = p->births[i].from == p->births[i].to };
        en_day_to_civil(d->from, &d->y, &d->m, &d->d);
    }
    if (!c->by_date || p->n_births > DATES) {
        range_add(c, 0, c->s->n_ident);
        return;
    }
    for (unsigned i = 0; i < c->n_dates; i++)
        date_ranges(c, &c->date[i]);
    far_date(c);
    range_add(c, c->s->block[EN_BLOCK_OTHER], c->s->n_ident);
    ranges_join(c);
}

/* What a date of the list tells that is an identity's only one. */
static int32_t
told(struct en_candidates *c, const struct en_brief *b)
{
    struct told *t = &c->told[((uint32_t)b->from * 2654435761u ^ b->span * 40503u) >> 24 & (TOLD - 1)];

    if (t->round != c->round || t->from != b->from || t->span != b->span) {
        struct en_list_birth birth = { .from = b->from, .to = b->from + b->span };

        *t = (struct told){ b->from, b->span, c->round, en_births_evidence(&birth, 1, c->who).bits };
    }
    return t->bits;
}

/* Born on one day so many years from all dates of the traveller that it need not be looked at: the order says so. */
static bool
years_apart(const struct en_candidates *c, uint32_t ident)
{
    bool apart = c->n_dates > 0 && c->n_years == c->n_dates && ident < c->s->block[EN_BLOCK_DAY + 1];

    for (unsigned i = 0; i < c->n_years; i++)
        apart &= ident - c->year[i].from >= c->year[i].to - c->year[i].from;
    return apart;
}

/* Several dates, or one that is not certain: they are looked at themselves. */
static bool
of_several(const struct en_candidates *c, uint32_t ident)
{
    return c->n_dates && ident - c->s->block[EN_BLOCK_OTHER] < c->s->block[EN_BLOCK_NONE] - c->s->block[EN_BLOCK_OTHER];
}

static int32_t
date_bits(struct en_candidates *c, uint32_t ident)
{
    if (!c->n_dates || ident >= c->s->block[EN_BLOCK_NONE])
        return 0;
    if (of_several(c, ident))
        return en_birth_evidence(c->s, &c->s->ident[ident], c->who).bits;
    return years_apart(c, ident) ? c->far_day : told(c, &c->s->brief[ident]);
}

/* --- the best ---------------------------------------------------------------------------------------- */

static bool
better(const struct en_candidate *a, const struct en_candidate *b)
{
    return a->promise > b->promise || (a->promise == b->promise && a->ident < b->ident);
}

static void
offer(struct en_candidates *c, struct en_candidate x)
{
    unsigned at = c->n_out;

    if (at == (c->n_dates ? EN_CANDIDATES_DATED : EN_CANDIDATES_MAX)) {
        if (!better(&x, &c->out[at - 1]))
            return;
        at--;
    } else {
        c->n_out++;
    }
    for (; at && better(&x, &c->out[at - 1]); at--)
        c->out[at] = c->out[at - 1];
    c->out[at] = x;
}

/* One reading of the traveller's name against one name of the list. */
struct fit {
    int32_t bits;
    int32_t units, tokens, words; /* found: tokens of ours, those that they stand for, words of the list */
    int32_t syllables;            /* those of the list less those found, the same of ours */
};

static int32_t
fit_bits(const struct en_candidates *c, const struct fit *f, unsigned way, int32_t words)
{
    int32_t alone_q = c->tokens[way] > f->tokens ? c->tokens[way] - f->tokens : 0;
    int32_t alone_l = words - f->words, repeated = (f->units - 1) * REPEATED, bits = f->bits;

    bits -= repeated < bits ? repeated : bits;
    if (bits > NAME_FULL)
        bits -= (bits - NAME_FULL) * 5 / 8;
    bits -= (f->syllables > 0 ? f->syllables : 0) * ALONE_SYLLABLE;
    return bits - alone_q * ALONE_QUERY - alone_l * ALONE_LIST - (alone_q < alone_l ? alone_q : alone_l) * CONFLICT;
}

/* Ways that have the word, a bit each. In each of them it is the token that gains most by it, and no other. */
static unsigned
word_fits(struct en_candidates *c, uint32_t vocab, uint16_t hit[UNITS], unsigned *n)
{
    uint16_t row[EN_WAY_NAMES] EN_UNINITIALISED;
    int32_t most[EN_WAY_NAMES] EN_UNINITIALISED;
    unsigned ways = 0;

    for (uint16_t k = c->head[head_of(vocab)]; k != UINT16_MAX; k = c->rows[k].next) {
        const struct row *r = &c->rows[k];
        unsigned way = r->unit / EN_ALIGN_MAX, best = c->best[r->unit];
        int32_t gain = r->bits - (best ? c->rows[best - 1].bits : 0);

        if (r->vocab != vocab || gain <= 0 || (ways >> way & 1 && most[way] >= gain))
            continue;
        ways |= 1u << way;
        most[way] = gain;
        row[way] = k;
    }
    for (unsigned left = ways; left; left &= left - 1) {
        uint16_t k = row[__builtin_ctz(left)], unit = c->rows[k].unit;

        if (!c->best[unit])
            hit[(*n)++] = unit;
        c->best[unit] = (uint16_t)(k + 1);
    }
    return ways;
}

/* What the tokens of one reading found, each by its best word. */
static void
fit_tokens(struct en_candidates *c, unsigned way, struct fit *f)
{
    for (unsigned i = 0; i < c->units[way]; i++) {
        unsigned best = c->best[way * EN_ALIGN_MAX + i];

        if (best) {
            f->bits += c->rows[best - 1].bits;
            f->units++;
            f->tokens += c->rows[best - 1].span;
        }
    }
}

/* The same of syllables, several of which may be one word: none counts twice. */
static void
fit_syllables(const struct en_candidates *c, unsigned way, struct fit *f)
{
    struct {
        int32_t bits, units, covered;
    } d[EN_ALIGN_MAX + EN_SPAN_MAX] EN_UNINITIALISED;
    unsigned n = c->units[way];

    memset(&d[n], 0, EN_SPAN_MAX * sizeof d[0]);
    for (unsigned i = n; i-- > 0;) {
        unsigned best = c->best[way * EN_ALIGN_MAX + i];
        const struct row *r = best ? &c->rows[best - 1] : NULL;

        d[i] = d[i + 1];
        if (r && r->bits + d[i + r->span].bits > d[i].bits) {
            d[i] = d[i + r->span];
            d[i].bits += r->bits;
            d[i].units++;
            d[i].covered += r->span;
        }
    }
    f->bits += d[0].bits;
    f->units += d[0].units;
    f->tokens += d[0].covered;
    f->syllables += c->of_syllables[way] - d[0].covered;
}

/* The best reading of the traveller's name against one name of the list: each token by its best word. */
static int32_t
name_score(struct en_candidates *c, const struct en_list_name *name, bool *any)
{
    const struct en_word *w = c->s->words + name->word_at;
    struct fit fit[EN_WAY_NAMES] EN_UNINITIALISED;
    int32_t best = INT32_MIN, words = 0, syllables = 0;
    uint16_t hit[UNITS] EN_UNINITIALISED;
    unsigned n = 0, begun = 0;

    for (unsigned i = 0; i < name->n; i++) {
        unsigned ways = filter_has(c, w[i].vocab) ? word_fits(c, w[i].vocab, hit, &n) : 0;
        bool light = w[i].flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE | EN_TOKEN_INITIAL);
        bool syllable = w[i].flags & EN_TOKEN_SYLLABLE;

        words += !light && !syllable;
        syllables += !light && syllable;
        for (; ways; ways &= ways - 1) {
            unsigned way = (unsigned)__builtin_ctz(ways);

            if (!(begun >> way & 1))
                fit[way] = (struct fit){ 0, 0, 0, 0, 0 };
            begun |= 1u << way;
            fit[way].words += !light && !syllable;
            fit[way].syllables -= !light && syllable;
        }
    }
    for (unsigned way = 0; begun >> way; way++) {
        int32_t bits;

        if (!(begun >> way & 1))
            continue;
        fit[way].syllables += syllables;
        if (c->syllables)
            fit_syllables(c, way, &fit[way]);
        else
            fit_tokens(c, way, &fit[way]);
        bits = fit_bits(c, &fit[way], way, words);
        best = bits > best ? bits : best;
    }
    for (unsigned i = 0; i < n; i++)
        c->best[hit[i]] = 0;
    *any = *any || n > 0;
    return best;
}

static int32_t
brief_bits(const struct en_candidates *c, uint32_t ident)
{
    const struct en_brief *b = &c->s->brief[ident];
    int32_t bits = 0;

    if (b->nat && c->n_nats) {
        bits = NAT_OTHER;
        for (unsigned i = 0; i < c->n_nats; i++)
            if (c->nat[i] == b->nat)
                bits = NAT_SAME;
    }
    if (b->sex != EN_SEX_UNKNOWN && c->who->sex != EN_SEX_UNKNOWN && b->sex != (uint8_t)c->who->sex)
        bits += SEX_OTHER;
    return bits;
}

/* Whose date conflicts is seldom found to be likelier than he promised. */
static int32_t
floor_at(const struct en_candidates *c, int32_t date)
{
    return date < CONFLICTING && c->floor > INT32_MIN ? c->floor + CONFLICTING_MORE : c->floor;
}

/* more: what led to the identity besides its names and its date. nameless: even without a word in common. */
static void
score(struct en_candidates *c, uint32_t ident, int32_t more, bool nameless)
{
    const struct en_ident *x = &c->s->ident[ident];
    int32_t name = INT32_MIN / 2, date; /* what is taken off and added below stays in range */
    bool any = false;

    if (c->gone && c->gone[ident])
        return;
    for (uint32_t n = x->name_at; n < x[1].name_at; n++) {
        int32_t one = name_score(c, &c->s->names[n], &any);

        name = one > name ? one : name;
    }
    for (uint32_t n = x[1].name_at - x->name_at; n > 1; n >>= 1)
        name -= EN_BITS_ONE / 2; /* one of several fits better by chance */
    if (!any) {
        if (!nameless || (!more && c->n_nameless == NAMELESS))
            return;
        c->n_nameless += !more;
        name = NAMELESS_AS;
    }
    date = date_bits(c, ident);
    name += date + brief_bits(c, ident) + more;
    if (name > floor_at(c, date))
        offer(c, (struct en_candidate){ ident, name });
}

/* --- touching ---------------------------------------------------------------------------------------- */

/* The slot of an identity, or the free one where it belongs. */
static uint32_t
place_of(const struct en_candidates *c, uint32_t ident)
{
    uint32_t i = (ident * 2654435761u >> 16) & (c->n_slots - 1);

    while (c->slots[i].round == c->round && c->slots[i].ident != ident)
        i = (i + 1) & (c->n_slots - 1);
    return i;
}

static void
take_all_slots(struct en_candidates *c)
{
    c->slots = c->all;
    c->n_slots = TABLE;
    for (uint32_t k = 0; k < c->n_used; k++) {
        const struct slot *from = &c->few[c->used[k]];

        c->used[k] = place_of(c, from->ident);
        c->slots[c->used[k]] = *from;
    }
}

static struct slot *
slot_of(struct en_candidates *c, uint32_t ident)
{
    uint32_t i = place_of(c, ident);

    if (c->slots[i].round == c->round)
        return &c->slots[i];
    if (c->n_used == TABLE / 2)
        return NULL;
    if (c->n_used == c->n_slots / 2) {
        take_all_slots(c);
        i = place_of(c, ident);
    }
    c->slots[i] = (struct slot){ .ident = ident, .round = c->round };
    c->used[c->n_used++] = i;
    return &c->slots[i];
}

static void
unit_done(const struct en_candidates *c, struct slot *s)
{
    if (s->best > 0)
        s->tokens = (uint8_t)(s->tokens + c->span[s->unit < UNITS ? s->unit : UNITS]);
    s->units = (uint8_t)(s->units + (s->best >= REPEATED));
    s->sum += s->best;
    s->best = 0;
}

/* Several spellings of one token count once, the best; those of a unit come together. */
static void
touch(struct en_candidates *c, uint32_t ident, uint16_t unit, int32_t bits)
{
    struct slot *s = slot_of(c, ident);

    if (!s || s->unit == DONE)
        return;
    if (s->unit != unit) {
        unit_done(c, s);
        s->unit = unit;
    }
    if (bits > s->best)
        s->best = (int16_t)(bits < INT16_MAX ? bits : INT16_MAX);
}

/* Scored at once, unless it was. */
static void
score_now(struct en_candidates *c, uint32_t ident, int32_t more)
{
    struct slot *s = slot_of(c, ident);

    if (!s || s->unit == DONE)
        return;
    s->unit = DONE;
    score(c, ident, more, true);
}

/* --- documents and days ------------------------------------------------------------------------------ */

static void
documents(struct en_candidates *c, const struct en_doc *doc)
{
    char number[EN_DOC_NUMBER_MAX];
    unsigned n = en_doc_number(doc->number, number, sizeof number);
    uint32_t key[EN_DOC_NUMBER_MAX + 1] EN_UNINITIALISED;

    if (n < 4)
        return;
    for (unsigned k = 0; k <= n; k++)
        en_keys_fetch(&c->s->by_doc, key[k] = en_key_of_doc(number, n, k));
    for (unsigned k = 0; k <= n; k++)
        en_keys_fetch_rows(&c->s->by_doc, key[k]);
    for (unsigned k = 0; k <= n; k++) {
        uint32_t from, to;

        en_keys_find(&c->s->by_doc, key[k], &from, &to);
        if (to - from > DOCS_MOST)
            continue;
        for (; from < to; from++)
            score_now(c, c->s->by_doc.rows[from].value, DOCUMENT);
    }
}

/* Those born on a day are neighbours, and so are their words: they are read through. */
static void
day(struct en_candidates *c, int32_t day, uint32_t *budget)
{
    uint32_t a, b;

    en_segment_born(c->s, EN_BLOCK_DAY, day, day, &a, &b);
    for (; a < b && *budget; a++, (*budget)--)
        score_now(c, a, 0);
    en_keys_find(&c->s->by_day, en_key_of_day(day), &a, &b);
    for (; a < b && *budget; a++, (*budget)--)
        score_now(c, c->s->by_day.rows[a].value, 0);
}

static void
days(struct en_candidates *c)
{
    uint32_t budget = DAYS_MOST;

    for (unsigned i = 0; c->by_date && i < c->n_dates; i++) {
        const struct date *d = &c->date[i];

        if (!d->full)
            continue;
        day(c, d->from, &budget);
        if (d->d != d->m && en_civil_valid(d->y, d->d, d->m))
            day(c, day_of(d->y, d->d, d->m), &budget);
        for (int off = -1; off <= 1; off += 2)
            if (en_civil_valid(d->y + off, d->m, d->d))
                day(c, day_of(d->y + off, d->m, d->d), &budget);
    }
}

/* --- single tokens, shortest lists first ------------------------------------------------------------- */

/* First index in [lo, hi) whose identity is not below. */
static uint32_t
not_below(const uint32_t *v, size_t stride, uint32_t lo, uint32_t hi, uint32_t ident)
{
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (v[mid * stride] < ident)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* What the ranges leave of [lo, hi) of an ascending array; returns the number of parts. */
static unsigned
narrow(const struct en_candidates *c, const uint32_t *v, size_t stride, uint32_t lo, uint32_t hi,
       struct range part[RANGES], uint32_t *len)
{
    unsigned n = 0;

    *len = 0;
    if (hi - lo <= WHOLE_LIST) {
        part[0] = (struct range){ lo, hi };
        *len = hi - lo;
        return 1;
    }
    for (unsigned i = 0; i < c->n_ranges && lo < hi; i++) {
        uint32_t a = c->range[i].from ? not_below(v, stride, lo, hi, c->range[i].from) : lo;
        uint32_t b = c->range[i].to < c->s->n_ident ? not_below(v, stride, a, hi, c->range[i].to) : hi;

        if (a < b) {
            part[n++] = (struct range){ a, b };
            *len += b - a;
        }
        lo = b;
    }
    return n;
}

static int
by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Rows are in the order of units, so that reading in their order brings a unit's lists together. */
static unsigned
open_lists(struct en_candidates *c)
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n_rows; i++) {
        const struct en_vocab *v = &c->s->vocab[c->rows[i].vocab];

        __builtin_prefetch(&c->s->postings[v->post_at]);
    }
    for (unsigned i = 0; i < c->n_rows; i++) {
        const struct en_vocab *v = &c->s->vocab[c->rows[i].vocab];
        struct open *o = &c->open[n];

        if (!v->df)
            continue;
        o->row = i;
        o->parts = narrow(c, c->s->postings, 1, v->post_at, v->post_at + v->df, o->part, &o->len);
        c->shortest[n] = (uint64_t)o->len << 32 | n;
        n++;
    }
    if (n)
        qsort(c->shortest, n, sizeof *c->shortest, by_number);
    return n;
}

static void
leave_untold(struct en_candidates *c, const struct row *r, bool outside)
{
    int32_t *most = &c->untold[r->unit][outside];

    *most = r->bits > *most ? r->bits : *most;
}

static void
read_list(struct en_candidates *c, const struct open *o, uint32_t most)
{
    const struct row *r = &c->rows[o->row];

    if (o->len < c->s->vocab[r->vocab].df)
        leave_untold(c, r, true);

    for (unsigned p = 0; p < o->parts; p++)
        for (uint32_t k = o->part[p].from; k < o->part[p].to && most; k++, most--)
            touch(c, c->s->postings[k], r->unit, r->bits);
}

static void
single_tokens(struct en_candidates *c)
{
    uint32_t budget = c->syllables ? SYLLABLES_MOST : SINGLES_MOST;
    unsigned n = open_lists(c), kept = 0;

    while (kept < n && c->shortest[kept] >> 32 <= budget)
        budget -= (uint32_t)(c->shortest[kept++] >> 32);
    for (unsigned i = kept; i < n; i++) {
        struct open *o = &c->open[(uint32_t)c->shortest[i]];

        c->unread[c->rows[o->row].unit] = true;
        /* A name of nothing but common tokens still finds some of those who bear it. */
        if (i == 0 && !c->n_used)
            read_list(c, o, SINGLES_MOST);
        leave_untold(c, &c->rows[o->row], false);
        leave_untold(c, &c->rows[o->row], true);
        o->parts = 0;
    }
    for (unsigned i = 0; i < n; i++)
        read_list(c, &c->open[i], UINT32_MAX);
}

/* --- pairs of common tokens -------------------------------------------------------------------------- */

struct class {
    uint32_t skeleton;
    int32_t bits;
};

/* The skeletons of a token's spellings, the best first. */
static unsigned
classes_of(const struct en_candidates *c, unsigned unit, struct class out[CLASSES])
{
    unsigned n = 0;

    for (unsigned i = 0; i < c->n_rows; i++) {
        uint32_t skeleton = c->s->vocab[c->rows[i].vocab].skeleton;
        unsigned k = 0;

        if (c->rows[i].unit != unit)
            continue;
        while (k < n && out[k].skeleton != skeleton)
            k++;
        if (k == n && n < CLASSES)
            out[n++] = (struct class){ skeleton, c->rows[i].bits };
        else if (k < n && out[k].bits < c->rows[i].bits)
            out[k].bits = c->rows[i].bits;
    }
    return n;
}

static unsigned
pair_runs(struct en_candidates *c, unsigned a, unsigned b, uint16_t unit, unsigned n, uint32_t *lookups)
{
    struct class x[CLASSES], y[CLASSES];
    unsigned nx = classes_of(c, a, x), ny = classes_of(c, b, y);

    for (unsigned i = 0; i < nx; i++)
        for (unsigned j = 0; j < ny; j++)
            en_keys_fetch(&c->s->by_pair, en_key_of_pair(x[i].skeleton, y[j].skeleton));
    for (unsigned i = 0; i < nx; i++)
        for (unsigned j = 0; j < ny; j++)
            en_keys_fetch_rows(&c->s->by_pair, en_key_of_pair(x[i].skeleton, y[j].skeleton));
    for (unsigned i = 0; i < nx; i++)
        for (unsigned j = 0; j < ny && n < RUNS && *lookups; j++, (*lookups)--) {
            const struct en_keys *keys = &c->s->by_pair;
            struct run *r = &c->run[n];
            uint32_t from, to;

            en_keys_find(keys, en_key_of_pair(x[i].skeleton, y[j].skeleton), &from, &to);
            if (from == to)
                continue;
            *r = (struct run){ .bits = x[i].bits + y[j].bits, .unit = unit };
            r->parts = narrow(c, &keys->rows[0].value, sizeof *keys->rows / sizeof(uint32_t), from, to, r->part,
                              &r->len);
            n++;
        }
    return n;
}

static int
by_run(const void *a, const void *b)
{
    const struct run *x = a, *y = b;

    if (x->len != y->len)
        return (x->len > y->len) - (x->len < y->len);
    if (x->bits != y->bits)
        return (x->bits < y->bits) - (x->bits > y->bits);
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static void
common_pairs(struct en_candidates *c, const struct en_query_names *q)
{
    uint32_t budget = PAIRS_MOST, lookups = LOOKUPS_MOST;
    uint16_t unit = UNITS;
    unsigned n = 0;

    for (unsigned w = 0; w < q->n; w++)
        for (unsigned i = 0; i < c->units[w]; i++)
            for (unsigned j = i + 1; c->unread[w * EN_ALIGN_MAX + i] && j < c->units[w]; j++)
                if (c->unread[w * EN_ALIGN_MAX + j])
                    n = pair_runs(c, w * EN_ALIGN_MAX + i, w * EN_ALIGN_MAX + j, unit++, n, &lookups);
    if (n)
        qsort(c->run, n, sizeof *c->run, by_run);
    for (unsigned i = 0; i < n && budget; i++)
        for (unsigned p = 0; p < c->run[i].parts; p++)
            for (uint32_t k = c->run[i].part[p].from; k < c->run[i].part[p].to && budget; k++, budget--)
                touch(c, c->s->by_pair.rows[k].value, c->run[i].unit, c->run[i].bits);
}

/* --- from the touched to the scored ------------------------------------------------------------------ */

#define STEPS 256u
#define STEP  (EN_BITS_ONE / 2)

static unsigned
step_of(int32_t bits)
{
    int32_t step = bits / STEP + 64;

    return (unsigned)(step < 0 ? 0 : step >= (int32_t)STEPS ? (int32_t)STEPS - 1 : step);
}

/*
 * What a touched identity can promise at most: what led to it, what its name may have of the tokens whose lists were
 * not read whole, and all that is known besides the name.
 */
struct most {
    int32_t untold[2], tokens[2]; /* inside the ranges, and outside: bits, and tokens of ours that are not alone yet */
    int32_t brief;
};

static struct most
most_of(const struct en_candidates *c, unsigned ways)
{
    struct most m = { .brief = c->n_nats ? NAT_SAME : 0 };

    for (unsigned out = 0; out < 2; out++) {
        m.tokens[out] = ways ? c->tokens[0] : 0;
        for (unsigned w = 1; w < ways; w++)
            m.tokens[out] = c->tokens[w] < m.tokens[out] ? c->tokens[w] : m.tokens[out];
        for (unsigned i = 0; i < UNITS; i++) {
            m.untold[out] += c->untold[i][out];
            m.tokens[out] -= c->untold[i][out] > 0 ? c->span[i] : 0;
        }
    }
    return m;
}

static bool
in_ranges(const struct en_candidates *c, uint32_t ident)
{
    bool in = false;

    for (unsigned i = 0; i < c->n_ranges; i++)
        in |= ident - c->range[i].from < c->range[i].to - c->range[i].from;
    return in;
}

static bool
may_reach(const struct en_candidates *c, const struct most *m, const struct slot *s, int32_t date)
{
    bool outside = !in_ranges(c, s->ident);
    int32_t name = s->sum + m->untold[outside] - (s->units > 1 ? (s->units - 1) * REPEATED : 0);
    int32_t alone = m->tokens[outside] - s->tokens;

    if (name > NAME_FULL)
        name -= (name - NAME_FULL) * 5 / 8;
    name -= alone > 0 ? alone * ALONE_QUERY : 0;
    return name + date + m->brief > floor_at(c, date);
}

/* Of those whose dates may tell enough, it is looked at what they do tell: each is fetched before. */
static void
settle_unsure(struct en_candidates *c, const struct most *most, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        __builtin_prefetch(&c->s->ident[c->slots[c->unsure[i]].ident]);
    for (uint32_t i = 0; i < n; i++)
        __builtin_prefetch(&c->s->births[c->s->ident[c->slots[c->unsure[i]].ident].birth_at]);
    for (uint32_t i = 0; i < n; i++) {
        struct slot *s = &c->slots[c->unsure[i]];

        s->date = date_bits(c, s->ident);
        if (!may_reach(c, most, s, s->date))
            s->unit = DONE;
    }
}

/* What the date tells of each of the touched; who cannot reach the floor is done with. */
static void
add_dates(struct en_candidates *c, const struct most *most)
{
    uint32_t unsure = 0;

    for (uint32_t i = 0; i < c->n_used; i++)
        if (c->slots[c->used[i]].unit != DONE && !years_apart(c, c->slots[c->used[i]].ident))
            __builtin_prefetch(&c->s->brief[c->slots[c->used[i]].ident]);
    for (uint32_t i = 0; i < c->n_used; i++) {
        struct slot *s = &c->slots[c->used[i]];
        bool several = of_several(c, s->ident);

        if (s->unit == DONE)
            continue;
        unit_done(c, s);
        s->date = several ? SEVERAL_MOST : date_bits(c, s->ident);
        if (!may_reach(c, most, s, s->date))
            s->unit = DONE;
        else if (several)
            c->unsure[unsure++] = c->used[i];
    }
    settle_unsure(c, most, unsure);
}

/* The numbers of identities to score, in the order in which they were touched, come to the front of `used`. */
static uint32_t
best_touched(struct en_candidates *c)
{
    uint32_t count[STEPS] = { 0 }, left = c->n_dates ? SCORED_MOST : UNDATED_MOST, n = 0;
    unsigned line = STEPS;

    for (uint32_t i = 0; i < c->n_used; i++) {
        struct slot *s = &c->slots[c->used[i]];

        if (s->unit == DONE)
            continue;
        s->sum += s->date;
        count[step_of(s->sum)]++;
        c->used[n++] = c->used[i];
    }
    c->n_used = n;
    while (line && left >= count[line - 1])
        left -= count[--line];
    n = 0;
    for (uint32_t i = 0; i < c->n_used; i++) {
        const struct slot *s = &c->slots[c->used[i]];
        unsigned step = step_of(s->sum);

        if (step + 1 < line || (step + 1 == line && !left))
            continue;
        left -= step + 1 == line;
        c->used[n++] = s->ident;
        __builtin_prefetch(&c->s->ident[s->ident]);
    }
    return n;
}

/* Of the touched as many as may be scored, by what is known of them without looking at their names. */
static void
score_touched(struct en_candidates *c, unsigned ways)
{
    struct most most = most_of(c, ways);
    uint32_t n;

    add_dates(c, &most);
    n = best_touched(c);
    for (uint32_t i = 0; i < n; i++)
        __builtin_prefetch(&c->s->names[c->s->ident[c->used[i]].name_at]);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t name = c->s->ident[c->used[i]].name_at;

        if (name < c->s->n_names)
            __builtin_prefetch(&c->s->words[c->s->names[name].word_at]);
    }
    for (uint32_t i = 0; i < n; i++)
        score(c, c->used[i], 0, false);
}

unsigned
en_candidates_find(struct en_candidates *c, const struct en_segment *s, const uint8_t *gone,
                   const struct en_query_names *q, const struct en_person *traveller, unsigned ways,
                   en_bits floor, const struct en_candidate **out)
{
    if (++c->round == 0) {
        memset(c->all, 0, sizeof c->all);
        memset(c->few, 0, sizeof c->few);
        memset(c->told, 0, sizeof c->told);
        c->round = 1;
    }
    c->slots = c->few;
    c->n_slots = TABLE_FEW;
    c->s = s;
    c->gone = gone;
    c->who = traveller;
    c->by_date = ways & EN_BY_DATES;
    c->floor = floor;
    c->n_used = c->n_out = c->n_nameless = c->n_nats = 0;
    for (size_t i = 0; i < traveller->n_nationalities && c->n_nats < sizeof c->nat; i++)
        c->nat[c->n_nats++] = en_brief_country(traveller->nationalities[i]);
    look_for(c, q);
    take_dates(c);
    for (size_t i = 0; ways & EN_BY_DOCUMENTS && i < traveller->n_docs; i++)
        documents(c, &traveller->docs[i]);
    days(c);
    if (ways & EN_BY_NAMES) {
        single_tokens(c);
        common_pairs(c, q);
    }
    score_touched(c, q->n);
    *out = c->out;
    return c->n_out;
}
