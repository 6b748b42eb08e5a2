/*
 * train_fusion: learns data/screen/fusion.tsv (docs/formats/fusion.md).
 *
 *     train_fusion --train DIR [--identities N] [--travellers N] [--rounds N] > data/screen/fusion.tsv
 *
 * DIR holds the training files. A list is made of real spellings and invented people (fusion_people.h), travellers are
 * screened against it by the engine itself, and the cells of the fusion are those that make the right answers
 * likeliest: a conditional logit over the candidates of a traveller and "none of them" (McFadden 1974), with a penalty
 * on large cells and on jumps, held to the shapes of the terms. The calibration is learned on travellers that were kept
 * aside. Deterministic: the same files give the same bytes.
 *
 *     train_fusion --decided FILE [--tables DIR] [--rounds N] > DIR/fusion.tsv
 *
 * learns on instead, from decided hits of a service (decided.h): the cells of the tables in DIR, or of the program, are
 * what is expected, and move as far as the answers are worth it.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decided.h"
#include "fusion_people.h"
#include "screen/weigh.h"
#include "daemon/tables.h"

#define SEED      20261123u
#define KEPT      14 /* candidates of a traveller */
#define ASIDE     4  /* every fourth traveller is for the calibration */
#define TERMS_MAX 40
#define CELLS_MAX 4096
#define KNOTS_MAX 16
#define SILENT    (-1.0F)
#define SPREAD    3.0 /* bits: how large a cell is expected to be */
#define SPREAD_ON 1.0 /* the same where it is learned on from a base */
#define JUMP      1.5 /* bits from knot to knot */
#define LN2       0.69314718055994530942

struct reading {
    uint16_t cell[TERMS_MAX];
    float part[TERMS_MAX]; /* of the next cell; SILENT: the term says nothing here */
};

struct candidate {
    struct reading r;
    double fixed;   /* bits that are not learned here */
    double without; /* of which no document */
    uint8_t regime;
    bool crowded; /* the other candidates can take from it */
    bool named;   /* both sides have a name */
};

struct traveller {
    uint32_t first;
    uint8_t n;
    int8_t truth; /* of the candidates, or -1 */
    bool aside;
    bool listed;
    uint8_t script;
    float weight;
    const char *kind, *regime;
    double prior; /* log2 odds of a candidate before any evidence */
};

struct data {
    struct candidate *c;
    size_t n_c, cap_c;
    struct traveller *t;
    size_t n_t;
    unsigned terms, cells; /* without the calibration */
};

static void
die(const char *what)
{
    fprintf(stderr, "train_fusion: %s\n", what);
    exit(2);
}

/* --- screening the simulation --------------------------------------------------------------------------- */

static struct en_index *
index_of(const struct simulation *m)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_arena a;

    en_arena_init(&a, 1u << 24);
    for (unsigned i = 0; i < simulation_identities(m); i++) {
        struct en_person p;
        char id[16];

        en_arena_reset(&a);
        simulation_identity(m, i, &a, &p);
        snprintf(id, sizeof id, "%07u", i);
        en_index_builder_add(b, en_text_from_ours(id), &p, i);
    }
    en_arena_release(&a);
    return en_index_builder_finish(b);
}

static void
keep(struct data *d, struct traveller *t, const struct en_query *q, const struct en_weighed *w, uint64_t truth)
{
    struct candidate *c;

    if (d->n_c == d->cap_c) {
        d->cap_c = d->cap_c ? d->cap_c * 2 : 1u << 16;
        d->c = en_xrealloc(d->c, d->cap_c * sizeof *d->c);
    }
    c = &d->c[d->n_c++];
    memset(c, 0, sizeof *c);
    for (unsigned k = 0; k < d->terms; k++) {
        struct en_reading_of r = en_fusion_read(k, &w->features);

        c->r.cell[k] = (uint16_t)r.cell;
        c->r.part[k] = en_fusion_says(k, &w->features) ? (float)r.num / (float)r.den : SILENT;
    }
    c->fixed = w->raw / 64.0;
    c->without = (w->raw - w->document) / 64.0;
    c->regime = (uint8_t)w->features.v[EN_AXIS_REGIME];
    c->crowded = en_crowd(w, 1) > 0;
    c->named = w->features.v[EN_AXIS_SCRIPTS] != EN_SCRIPTS_NONE;
    if (en_weighed_tag(q, w) == truth)
        t->truth = (int8_t)t->n;
    t->n++;
}

/* The candidates that promise most by themselves, and the true one. */
static void
keep_best(struct data *d, struct traveller *t, const struct en_query *q, uint64_t truth)
{
    const struct en_weighed *w;
    unsigned n = en_query_weighed(q, &w);

    t->first = (uint32_t)d->n_c;
    t->truth = -1;
    for (unsigned i = 0, kept = 0; i < n; i++)
        if (kept < KEPT || en_weighed_tag(q, &w[i]) == truth) {
            keep(d, t, q, &w[i], truth);
            kept++;
        }
}

static void
screen_all(struct data *d, const struct simulation *m, unsigned travellers)
{
    struct en_index *ix = index_of(m);
    struct en_query *q = en_query_new();
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    struct en_fusion *none = en_fusion_none(); /* what is learned does not depend on what was learned before */
    struct en_arena a;

    en_query_use_fusion(q, none);
    o.prior = .2;
    o.explain = false;
    en_arena_init(&a, 1u << 24);
    d->t = en_xcalloc(travellers, sizeof *d->t);
    d->n_t = travellers;
    d->terms = en_n_terms - 1;
    d->cells = en_fusion_first(d->terms);
    if (en_terms[d->terms].field != EN_FIELD_CALIBRATION || en_n_terms > TERMS_MAX || en_fusion_cells() > CELLS_MAX)
        die("the last term is not the calibration, or there are too many");
    for (unsigned i = 0; i < travellers; i++) {
        struct simulated s;
        const struct en_hit *hits;
        size_t n;

        en_arena_reset(&a);
        simulation_traveller(m, i, &a, &s);
        en_screen(ix, q, &s.person, &o, &hits, &n);
        d->t[i].aside = i / 10 % ASIDE == 0;
        d->t[i].weight = (float)s.weight;
        d->t[i].kind = s.kind;
        d->t[i].regime = s.regime;
        d->t[i].script = (uint8_t)s.script;
        d->t[i].listed = s.truth != NOT_LISTED;
        keep_best(d, &d->t[i], q, s.truth);
    }
    en_arena_release(&a);
    en_query_free(q);
    en_fusion_free(none);
    en_index_free(ix);
}

/*
 * In which script somebody writes his name says nothing of whether he is listed: of each as large a share is. Who has
 * no name counts with those of Latin letters.
 */
static void
even_scripts(struct data *d)
{
    double sum[EN_SCRIPTS][2] = { { 0 } }, all[2] = { 0 };

    for (size_t i = 0; i < d->n_t; i++) {
        sum[d->t[i].script][d->t[i].listed] += (double)d->t[i].weight;
        all[d->t[i].listed] += (double)d->t[i].weight;
    }
    for (size_t i = 0; i < d->n_t; i++) {
        const double *s = sum[d->t[i].script];

        if (!d->t[i].listed && s[1] > 0)
            d->t[i].weight *= (float)(s[1] / s[0] * all[0] / all[1]);
    }
    for (unsigned k = 0; k < EN_SCRIPTS; k++)
        fprintf(stderr, "%s: %.0f listed, %.0f not\n", en_script_word((enum en_script)k), sum[k][1], sum[k][0]);
}

/* --- decided hits ------------------------------------------------------------------------------------------ */

/* The judged ones of a traveller's candidates. */
static void
keep_judged(struct data *d, struct traveller *t, const struct en_query *q, const struct decided *x, unsigned traveller)
{
    const struct en_weighed *w;
    unsigned n = en_query_weighed(q, &w);
    uint64_t truth = NOT_LISTED;

    t->first = (uint32_t)d->n_c;
    t->truth = -1;
    for (unsigned h = 0; h < x->n_hits; h++)
        if (x->hits[h].traveller == traveller) {
            t->prior = log2(x->hits[h].prior / (1 - x->hits[h].prior));
            truth = x->hits[h].same ? x->hits[h].alert : truth;
        }
    for (unsigned i = 0; i < n && t->n < KEPT; i++)
        for (unsigned h = 0; h < x->n_hits; h++)
            if (x->hits[h].traveller == traveller && x->hits[h].alert == en_weighed_tag(q, &w[i])) {
                keep(d, t, q, &w[i], truth);
                break;
            }
}

/*
 * Who was shown to a person was so by his score, and the answer is learned given all that the score is made of: that
 * others were not shown takes nothing from it.
 */
static void
screen_decided(struct data *d, const struct decided *x, const struct en_tables *tables)
{
    struct en_index_builder *b = en_index_builder_new_with(tables);
    struct en_query *q = en_query_new();
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    struct en_fusion *none = en_fusion_none();
    struct en_index *ix;

    for (unsigned i = 0; i < x->n_alerts; i++) {
        char id[16];

        snprintf(id, sizeof id, "%07u", i);
        en_index_builder_add(b, en_text_from_ours(id), &x->alerts[i], i);
    }
    ix = en_index_builder_finish(b);
    en_query_use_fusion(q, none);
    o.prior = .2;
    o.explain = false;
    o.against = true;
    d->t = en_xcalloc(x->n_travellers, sizeof *d->t);
    d->n_t = x->n_travellers;
    d->terms = en_n_terms - 1;
    d->cells = en_fusion_first(d->terms);
    for (unsigned i = 0; i < x->n_travellers; i++) {
        const struct en_hit *hits;
        size_t n;

        en_screen(ix, q, &x->travellers[i], &o, &hits, &n);
        d->t[i].weight = 1;
        d->t[i].regime = "";
        keep_judged(d, &d->t[i], q, x, i);
    }
    en_query_free(q);
    en_fusion_free(none);
    en_index_free(ix);
}

/* --- shapes --------------------------------------------------------------------------------------------------- */

/* How far a rising term may take back what the evidence itself says, for each bit. */
static double
slack(const struct en_term *t)
{
    if (t->shape != EN_SHAPE_RISING)
        return 0;
    if (t->field == EN_FIELD_CALIBRATION)
        return .9;
    if (!strcmp(t->word, "name"))
        return .45;
    if (!strcmp(t->word, "birth_name"))
        return .30;
    return t->amount == EN_AXIS_NAME ? .10 : .05;
}

/* Least squares with falling or rising values, by pooling neighbours (Barlow and others 1972). */
static void
pool(double *v, const double *weight, unsigned n, unsigned step, bool rising)
{
    double mean[KNOTS_MAX], sum[KNOTS_MAX];
    unsigned len[KNOTS_MAX], blocks = 0, at = 0;

    for (unsigned i = 0; i < n; i++) {
        mean[blocks] = v[i * step];
        sum[blocks] = weight[i * step];
        len[blocks++] = 1;
        while (blocks > 1 && (rising ? mean[blocks - 2] > mean[blocks - 1] : mean[blocks - 2] < mean[blocks - 1])) {
            double w = sum[blocks - 2] + sum[blocks - 1];

            mean[blocks - 2] = (mean[blocks - 2] * sum[blocks - 2] + mean[blocks - 1] * sum[blocks - 1]) / w;
            sum[blocks - 2] = w;
            len[blocks - 2] += len[blocks - 1];
            blocks--;
        }
    }
    for (unsigned b = 0; b < blocks; b++)
        for (unsigned k = 0; k < len[b]; k++)
            v[at++ * step] = mean[b];
}

/* The range of a cell of a case: what agrees keeps most of what it says, and what conflicts too. */
static void
range(const struct en_term *t, unsigned c, double *least, double *most)
{
    *least = t->cases == EN_AXIS_SCRIPTS ? -6 : -10;
    *most = t->shape == EN_SHAPE_FALLING || (t->field == EN_FIELD_NAME && (t->cases != EN_AXIS_MATCHED || c == 0)) ? 0
                                                                                                                   : 10;
    if (t->pinned && c == 0)
        *least = *most = 0;
    if (t->cases == EN_AXIS_BIRTH && c) {
        *least = c <= EN_BIRTH_SAME_NEW_YEAR ? -3 : c == EN_BIRTH_WITHIN || c == EN_BIRTH_YEAR_FITS ? -2 : -10;
        *most = c >= EN_BIRTH_SAME_YEAR && c <= EN_BIRTH_FAR      ? 2
                : c == EN_BIRTH_OUTSIDE || c == EN_BIRTH_YEAR_FAR ? 1
                                                                  : 6;
    }
    if (t->cases == EN_AXIS_BIRTH_KIND && c) {
        *least = en_axis_case(t->cases, c)[strlen(en_axis_case(t->cases, c)) - 1] == 'r' ? -8 : -4; /* near, far */
        *most = 4;
    }
    if (t->cases == EN_AXIS_DOCUMENT && c) {
        *least = c == EN_DOC_CASE_OTHER ? -2 : -4;
        *most = c == EN_DOC_CASE_OTHER ? 0 : t->more == EN_AXIS_NONE && t->amount == EN_AXIS_NONE ? 2 : 4;
    }
    if ((t->cases == EN_AXIS_NATIONALITY || t->cases == EN_AXIS_SEX || t->cases == EN_AXIS_PLACE) && c) {
        *least = c == EN_RELATION_OTHER ? -5 : t->cases == EN_AXIS_SEX ? -.2 : -.9;
        *most = c == EN_RELATION_OTHER ? 1.2 : 4;
    }
}

static void
project_term(const struct en_term *t, double *v, const double *h)
{
    unsigned cases = en_axis_size(t->cases), more = en_axis_size(t->more), n = en_axis_size(t->amount);
    bool amounts = t->amount != EN_AXIS_NONE, rising = t->shape == EN_SHAPE_RISING;

    for (unsigned c = 0; c < cases; c++) {
        double least, most;

        for (unsigned k = 0; k < more && amounts && t->shape != EN_SHAPE_FREE; k++) {
            double *at = v + (c * more + k) * n;

            for (unsigned i = 0; i < n; i++)
                at[i] += slack(t) * en_axis_knot(t->amount, i);
            pool(at, h + (c * more + k) * n, n, 1, rising);
            for (unsigned i = 0; i < n; i++)
                at[i] -= slack(t) * en_axis_knot(t->amount, i);
        }
        if (!amounts && more > 1 && t->shape == EN_SHAPE_FALLING)
            pool(v + c * more, h + c * more, more, 1, false);
        range(t, c, &least, &most);
        for (unsigned i = 0; i < more * n; i++)
            v[c * more * n + i] = fmin(most, fmax(least, v[c * more * n + i]));
        /* A name in which nothing is missing or misspelt has no such row: what it is worth is elsewhere. */
        for (unsigned k = 0; (t->field == EN_FIELD_NAME || t->shape == EN_SHAPE_FALLING) && (amounts || more > 1) &&
                             k < (amounts ? more : 1);
             k++)
            v[(c * more + k) * n] = 0;
    }
    if (t->field == EN_FIELD_NAME && !amounts && more == 1)
        v[0] = 0;
}

/* --- learning --------------------------------------------------------------------------------------------------- */

struct fit {
    const struct data *d;
    unsigned from, to; /* terms */
    bool aside;        /* of the travellers that were kept aside */
    double spread;     /* bits: how far a cell is expected from its base */
    double base[CELLS_MAX];
    double w[CELLS_MAX], g[CELLS_MAX], h[CELLS_MAX];
};

/* What a term says of a candidate. */
static double
says(const struct candidate *c, unsigned k, const double *w)
{
    double a = w[c->r.cell[k]], part = (double)c->r.part[k];

    return part < 0 ? 0 : part > 0 ? a + (w[c->r.cell[k] + 1] - a) * part : a;
}

static double
score(const struct fit *f, const struct candidate *c, const double *w)
{
    double s = c->fixed;

    for (unsigned k = f->from; k < f->to; k++)
        s += says(c, k, w);
    return s;
}

static void
push(struct fit *f, const struct candidate *c, double g, double h)
{
    for (unsigned k = f->from; k < f->to; k++) {
        unsigned cell = c->r.cell[k];
        double b = (double)c->r.part[k], a = 1 - b;

        if (b < 0)
            continue;
        f->g[cell] += g * a;
        f->h[cell] += h * a * a;
        if (b > 0) {
            f->g[cell + 1] += g * b;
            f->h[cell + 1] += h * b * b;
        }
    }
}

/* Adds a traveller's gradient and curvature; returns what his answer costs in bits. */
static double
answer(struct fit *f, const struct traveller *t, const double *w)
{
    double p[KEPT + 2], most = 0, sum, cost;
    const struct candidate *c = f->d->c + t->first;

    for (unsigned i = 0; i < t->n; i++) {
        p[i] = (t->prior + score(f, &c[i], w)) * LN2;
        most = fmax(most, p[i]);
    }
    sum = exp(-most);
    for (unsigned i = 0; i < t->n; i++)
        sum += exp(p[i] - most);
    cost = t->truth < 0 ? most + log(sum) : most + log(sum) - p[t->truth];
    for (unsigned i = 0; i < t->n; i++) {
        double x = exp(p[i] - most) / sum, g = (x - (t->truth == (int)i)) * (double)t->weight * LN2;

        if (fabs(g) > 1e-9)
            push(f, &c[i], g, x * (1 - x) * (double)t->weight * LN2 * LN2);
    }
    return cost * (double)t->weight / LN2;
}

static double
penalty(struct fit *f, const double *w)
{
    double out = 0;

    for (unsigned k = f->from; k < f->to; k++) {
        const struct en_term *t = &en_terms[k];
        unsigned n = en_axis_size(t->amount), first = en_fusion_first(k),
                 cells = en_axis_size(t->cases) * en_axis_size(t->more) * n;
        double jump = 1 / (JUMP * JUMP), size = 1 / (f->spread * f->spread);

        for (unsigned i = 0; i < cells; i++) {
            unsigned c = first + i;

            double off = w[c] - f->base[c];

            out += off * off * size / 2;
            f->g[c] += off * size;
            f->h[c] += size;
            if (t->amount != EN_AXIS_NONE && i % n + 1 < n) {
                double j = w[c + 1] - w[c] - (f->base[c + 1] - f->base[c]);

                out += j * j * jump / 2;
                f->g[c + 1] += j * jump;
                f->g[c] -= j * jump;
                f->h[c + 1] += jump;
                f->h[c] += jump;
            }
        }
    }
    return out / LN2;
}

static double
slope(struct fit *f, const double *w)
{
    double cost = 0;

    memset(f->g, 0, sizeof f->g);
    memset(f->h, 0, sizeof f->h);
    for (size_t i = 0; i < f->d->n_t; i++)
        if (f->d->t[i].aside == f->aside)
            cost += answer(f, &f->d->t[i], w);
    return cost + penalty(f, w);
}

/*
 * Projected gradient with momentum (Beck and Teboulle 2009), each cell scaled by its own curvature; a step back where
 * the cost rises.
 */
static void
learn(struct fit *f, unsigned rounds)
{
    static double y[CELLS_MAX], old[CELLS_MAX], scale[CELLS_MAX];
    double last = INFINITY, theta = 1, damp = fmax(2, (f->to - f->from) / 3.0);

    memcpy(y, f->w, sizeof y);
    memcpy(old, f->w, sizeof old);
    for (unsigned round = 0; round < rounds; round++) {
        double cost = slope(f, y), next = (1 + sqrt(1 + 4 * theta * theta)) / 2;

        if (cost > last) { /* too far: from the last place again, without momentum */
            memcpy(f->w, old, sizeof old);
            memcpy(y, old, sizeof y);
            theta = 1;
            last = INFINITY;
            damp *= 1.2;
            continue;
        }
        last = cost;
        memcpy(old, f->w, sizeof old);
        for (unsigned k = f->from; k < f->to; k++) {
            unsigned first = en_fusion_first(k), n = en_fusion_first(k + 1) - first;

            for (unsigned c = first; c < first + n; c++) {
                scale[c] = fmax(scale[c] * .9, f->h[c] * damp);
                f->w[c] = y[c] - f->g[c] / scale[c];
            }
            project_term(&en_terms[k], f->w + first, scale + first);
            for (unsigned c = first; c < first + n; c++)
                y[c] = f->w[c] + (theta - 1) / next * (f->w[c] - old[c]);
        }
        theta = next;
        if (round % 20 == 0)
            fprintf(stderr, "round %3u: %.1f bits\n", round, cost);
    }
    memset(scale, 0, sizeof scale);
}

/* --- the calibration -------------------------------------------------------------------------------------------- */

/* The total of the other rows is what the calibration reads; documents stay outside. */
static void
aim_calibration(struct data *d, struct fit *f)
{
    struct fit all = *f;
    unsigned k = d->terms;

    for (size_t i = 0; i < d->n_c; i++) {
        struct candidate *c = &d->c[i];
        struct en_features x = { .v = { 0 } };
        double total = score(&all, c, f->w), learned_doc = 0;
        struct en_reading_of r;

        for (unsigned t = f->from; t < f->to; t++)
            if (en_terms[t].field == EN_FIELD_DOCUMENT)
                learned_doc += says(c, t, f->w);
        x.v[EN_AXIS_REGIME] = c->regime;
        x.v[EN_AXIS_TOTAL] = (int32_t)lround(64 * (total - (c->fixed - c->without) - learned_doc));
        r = en_fusion_read(k, &x);
        c->r.cell[k] = (uint16_t)r.cell;
        c->r.part[k] = c->named ? (float)r.num / (float)r.den : SILENT;
        c->without = total;
    }
}

/* What the other candidates take away as being a crowd: as query.c has it. */
static void
aim_crowd(struct data *d, const struct fit *f, double identities)
{
    for (size_t i = 0; i < d->n_t; i++) {
        struct candidate *c = d->c + d->t[i].first;
        double own[KEPT + 2], sum = 0;

        for (unsigned k = 0; k < d->t[i].n; k++) {
            c[k].fixed = c[k].without;
            own[k] = exp2(fmin(90, score(f, &c[k], f->w))) / identities;
            sum += own[k];
        }
        for (unsigned k = 0; k < d->t[i].n; k++)
            if (c[k].crowded)
                c[k].fixed -= fmin(EN_PARAM_CROWD_MOST, log2(1 + fmax(0, sum - own[k])));
    }
}

/* --- the report and the file ------------------------------------------------------------------------------------ */

static void
report(const struct data *d, const struct fit *f, bool aside)
{
    static const char *const regimes[] = { "", "name", "name_year", "name_dob", "name_dob_nat", "doc" };

    for (unsigned r = 0; r < sizeof regimes / sizeof *regimes; r++) {
        double bin[10][3] = { { 0 } }, n = 0, error = 0;

        for (size_t i = 0; i < d->n_t; i++) {
            const struct traveller *t = &d->t[i];
            double sum = 1, odds[KEPT + 2];

            if (t->aside != aside || (r && strcmp(t->regime, regimes[r]) != 0))
                continue;
            for (unsigned k = 0; k < t->n; k++)
                sum += odds[k] = exp2(t->prior + score(f, &d->c[t->first + k], f->w));
            for (unsigned k = 0; k < t->n; k++)
                if (odds[k] / sum >= .05) {
                    double p = odds[k] / sum, *b = bin[p < 1 ? (int)(p * 10) : 9];

                    b[0] += (double)t->weight;
                    b[1] += p * (double)t->weight;
                    b[2] += t->truth == (int)k ? (double)t->weight : 0;
                    n += (double)t->weight;
                }
        }
        fprintf(stderr, "%-13s", regimes[r][0] ? regimes[r] : "all");
        for (unsigned k = 0; k < 10; k++) {
            error += fabs(bin[k][1] - bin[k][2]);
            fprintf(stderr, " %.2f/%.2f(%.0f)", bin[k][1] / fmax(1, bin[k][0]), bin[k][2] / fmax(1, bin[k][0]),
                    bin[k][0]);
        }
        fprintf(stderr, " ECE %.4f\n", error / fmax(1, n));
    }
}

static void
write_model(const double *w, const struct decided *x)
{
    printf("# The learned fusion of the evidence: docs/formats/fusion.md. Made by tools/train_fusion.c from public "
           "spellings and\n"
           "# invented people; no traveller and nobody of a list is in it.\n");
    if (x->n_hits > 0)
        printf("# Learned on from %u decided hits of %u travellers.\n", x->n_hits, x->n_travellers);
    printf("# term\tcase\tcase\tknot\tcell in 1/64 bit\n");
    for (unsigned k = 0; k < en_n_terms; k++) {
        const struct en_term *t = &en_terms[k];
        unsigned cell = en_fusion_first(k);

        for (unsigned c = 0; c < en_axis_size(t->cases); c++)
            for (unsigned m = 0; m < en_axis_size(t->more); m++)
                for (unsigned i = 0; i < en_axis_size(t->amount); i++, cell++) {
                    const char *a = en_axis_case(t->cases, c), *b = en_axis_case(t->more, m);
                    char knot[12] = "-";

                    if (t->amount != EN_AXIS_NONE)
                        snprintf(knot, sizeof knot, "%d", en_axis_knot(t->amount, i));
                    printf("%s\t%s\t%s\t%s\t%ld\n", t->word, a ? a : "-", b ? b : "-", knot, lround(64 * w[cell]));
                }
    }
}

static unsigned
number(const char *s)
{
    char *end;
    unsigned long v = strtoul(s, &end, 10);

    if (*end || !v || v > 10000000)
        die("a number is expected");
    return (unsigned)v;
}

/* The calibration too: it is part of what is expected. */
static void
learn_on(const char *file, const char *folder, unsigned rounds)
{
    static struct fit f;
    static struct data d;
    struct en_err err = EN_ERR_INIT;
    struct en_tables *tables = NULL;
    struct decided x;

    decided_read(file, &x);
    if (folder == NULL)
        tables = en_tables_builtin();
    else if (en_tables_load(AT_FDCWD, folder, &tables, &err) != EN_OK)
        die(err.text);
    screen_decided(&d, &x, tables);
    f.d = &d;
    f.spread = SPREAD_ON;
    for (unsigned c = 0; c < en_fusion_cells(); c++)
        f.w[c] = f.base[c] = en_fusion_cell(en_tables_fusion(tables), c) / 64.0;
    f.to = d.terms;
    learn(&f, rounds);
    aim_calibration(&d, &f);
    aim_crowd(&d, &f, INFINITY);
    f.from = d.terms;
    f.to = en_n_terms;
    learn(&f, rounds / 3);
    fprintf(stderr, "learned from:\n");
    report(&d, &f, false);
    write_model(f.w, &x);
    en_tables_free(tables);
    decided_free(&x);
    free(d.c);
    free(d.t);
}

int
main(int argc, char **argv)
{
    unsigned identities = 24000, travellers = 80000, rounds = 120;
    const char *dir = NULL, *decided = NULL, *tables = NULL;
    static struct fit f;
    static struct data d;
    struct simulation *m;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--train"))
            dir = argv[i + 1];
        else if (!strcmp(argv[i], "--decided"))
            decided = argv[i + 1];
        else if (!strcmp(argv[i], "--tables"))
            tables = argv[i + 1];
        else if (!strcmp(argv[i], "--identities"))
            identities = number(argv[i + 1]);
        else if (!strcmp(argv[i], "--travellers"))
            travellers = number(argv[i + 1]);
        else if (!strcmp(argv[i], "--rounds"))
            rounds = number(argv[i + 1]);
        else
            die("usage: train_fusion --train DIR [--identities N] [--travellers N] [--rounds N]");
    }
    if (decided) {
        learn_on(decided, tables, rounds);
        return 0;
    }
    if (!dir)
        die("usage: train_fusion --train DIR [--identities N] [--travellers N] [--rounds N], or --decided FILE");
    m = simulation_new(dir, SEED, identities);
    fprintf(stderr, "screening %u travellers against %u identities\n", travellers, identities);
    screen_all(&d, m, travellers);
    even_scripts(&d);
    for (size_t i = 0; i < d.n_t; i++)
        d.t[i].prior = en_prior_log2_odds(.184, identities);
    f.d = &d;
    f.to = d.terms;
    f.spread = SPREAD;
    learn(&f, rounds);
    fprintf(stderr, "learned from:\n");
    report(&d, &f, false);
    fprintf(stderr, "kept aside, before the calibration:\n");
    report(&d, &f, true);
    aim_calibration(&d, &f);
    f.from = d.terms;
    f.to = en_n_terms;
    f.aside = true;
    for (unsigned k = 0; k < 3; k++) { /* the calibration changes what the others say, a little */
        aim_crowd(&d, &f, identities);
        learn(&f, rounds / 3);
    }
    aim_crowd(&d, &f, identities);
    fprintf(stderr, "kept aside, calibrated:\n");
    report(&d, &f, true);
    write_model(f.w, &(struct decided){ .n_hits = 0 });
    free(d.c);
    free(d.t);
    simulation_free(m);
    return 0;
}
