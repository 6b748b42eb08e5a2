#include "cmd/bench_worst.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/time.h"

#define QUERIES   400u
#define LOOKED_AT 20000u /* identities whose words are counted */
#define COMMON    32u    /* of the commonest words */
#define ARENA     (64 * EN_KIB)

/* --- the commonest words of a list ------------------------------------------------------------ */

struct common {
    struct en_map *count;
    en_text word[COMMON];
    size_t n;
};

static void
count_words(struct en_map *m, en_text name)
{
    size_t from = 0;

    for (size_t i = 0; i <= name.n; i++) {
        if (i < name.n && name.p[i] != ' ')
            continue;
        if (i > from + 2)
            ++*en_map_put(m, en_bytes_from(name.p + from, i - from), NULL);
        from = i + 1;
    }
}

/* By selection: the words with the highest counts, ties in the order of the list. */
static void
pick_words(struct common *c)
{
    uint64_t last = UINT64_MAX;
    size_t last_at = 0;

    while (c->n < COMMON) {
        uint64_t best = 0, v;
        size_t best_at = 0;

        for (size_t i = 0; i < en_map_count(c->count); i++) {
            (void)en_map_key(c->count, i, &v);
            if (v > best && (v < last || (v == last && i > last_at))) {
                best = v;
                best_at = i;
            }
        }
        if (best == 0)
            return;
        en_bytes key = en_map_key(c->count, best_at, &v);
        c->word[c->n++] = (en_text){ (const char *)key.p, key.n };
        last = best;
        last_at = best_at;
    }
}

static en_errc
commonest(const struct en_generator *g, uint64_t identities, struct common *c)
{
    struct en_arena arena;
    en_errc rc = EN_OK;

    *c = (struct common){ .count = en_map_new(NULL) };
    en_arena_init(&arena, ARENA);
    for (uint64_t i = 0; rc == EN_OK && i < identities && i < LOOKED_AT; i++) {
        struct en_made m;

        en_arena_reset(&arena);
        rc = en_generate_identity(g, i, &arena, &m);
        for (size_t k = 0; rc == EN_OK && k < m.person.n_names; k++)
            count_words(c->count, m.person.names[k].full);
    }
    en_arena_release(&arena);
    pick_words(c);
    return rc == EN_OK && c->n > 0 ? EN_OK : EN_E_BUG;
}

/* --- the kinds -------------------------------------------------------------------------------- */

enum { DATED = 1, MADE = 2 };

struct making {
    const struct common *common;
    struct en_arena *arena;
    struct en_buf *name;
    unsigned i; /* of the query */
};

static void
add_common(struct making *m, unsigned k)
{
    en_buf_add_str(m->name, m->name->n > 0 ? " " : "");
    en_buf_add_text(m->name, m->common->word[k % m->common->n]);
}

static void
two_words(struct making *m)
{
    add_common(m, m->i);
    add_common(m, m->i + 1 + m->i / COMMON);
}

static void
one_word(struct making *m)
{
    add_common(m, m->i);
}

static void
sixty_words(struct making *m)
{
    for (unsigned k = 0; k < 60; k++)
        add_common(m, m->i + k * (1 + m->i / COMMON));
}

static void
long_word(struct making *m)
{
    for (unsigned k = 0; m->name->n < 500; k++)
        en_buf_add_text(m->name, m->common->word[(m->i + k) % m->common->n]);
}

static void
no_word(struct making *m)
{
    (void)m;
}

static void
one_letter(struct making *m)
{
    en_buf_addc(m->name, (char)('A' + (int)(m->i % 26)));
}

static const struct kind {
    const char *name, *what;
    void (*write)(struct making *m); /* NULL: a made traveller, without what his date says */
    unsigned flags;
} kinds[] = {
    { "no_date", "travellers as above without birth date and documents", NULL, MADE },
    { "commonest", "two of the commonest words of the list, no date", two_words, 0 },
    { "commonest_january", "the same, born on 1 January", two_words, DATED },
    { "one_token", "one of the commonest words, no date", one_word, 0 },
    { "sixty_tokens", "sixty of the commonest words, no date", sixty_words, 0 },
    { "long_token", "one word of 500 letters", long_word, 0 },
    { "one_letter", "one letter", one_letter, 0 },
    { "empty", "no name, no date, no document", no_word, 0 },
};
_Static_assert(sizeof kinds / sizeof *kinds < EN_BENCH_WORST_MAX, "room for all and an end");

static en_errc
make_query(const struct kind *k, struct making *m, const struct en_generator *g, uint64_t identities,
           struct en_person *out)
{
    static const struct en_name plain = { .kind = EN_NAME_PRIMARY };
    struct en_name name = plain;
    struct en_made made;
    en_errc rc;

    en_arena_reset(m->arena);
    en_buf_reset(m->name);
    if ((k->flags & MADE) != 0) {
        rc = en_generate_traveller(g, m->i, identities, m->arena, &made);
        *out = made.person;
        out->n_births = out->n_docs = 0;
        return rc;
    }
    en_person_init(out, m->arena);
    k->write(m);
    name.full = (en_text){ m->name->p, m->name->n };
    rc = m->name->n > 0 ? en_person_add_name(out, &name) : EN_OK;
    if (rc == EN_OK && (k->flags & DATED) != 0) {
        int32_t day = en_day_from_civil(1950 + (int)(m->i % 50), 1, 1);
        const struct en_birth birth = { .from = day, .to = day };

        rc = en_person_add_birth(out, &birth);
    }
    return rc;
}

static en_errc
time_kind(const struct kind *k, const struct common *c, const struct en_index *ix, struct en_query *q,
          const struct en_query_options *o, const struct en_generator *g, uint64_t identities,
          struct en_bench_worst *out)
{
    struct en_buf name = EN_BUF_INIT;
    struct en_arena arena;
    struct making m = { c, &arena, &name, 0 };
    en_errc rc = EN_OK;

    en_arena_init(&arena, ARENA);
    *out = (struct en_bench_worst){ .name = k->name, .what = k->what };
    for (m.i = 0; rc == EN_OK && m.i < QUERIES; m.i++) {
        const struct en_hit *hits;
        struct en_person p;
        int64_t before;
        size_t n;

        rc = make_query(k, &m, g, identities, &p);
        if (rc != EN_OK)
            break;
        before = en_bench_cpu();
        en_screen(ix, q, &p, o, &hits, &n);
        en_bench_times_add(&out->times, en_bench_cpu() - before);
        out->candidates += en_query_candidates(q);
    }
    en_bench_times_sort(&out->times);
    en_buf_release(&name);
    en_arena_release(&arena);
    return rc;
}

en_errc
en_bench_worst(const struct en_index *ix, struct en_query *q, const struct en_query_options *o,
               const struct en_generator *g, uint64_t identities, struct en_bench_worst out[EN_BENCH_WORST_MAX],
               struct en_err *err)
{
    struct common c;
    en_errc rc = commonest(g, identities, &c);
    size_t n = 0;

    for (size_t i = 0; rc == EN_OK && i < sizeof kinds / sizeof *kinds; i++)
        rc = time_kind(&kinds[i], &c, ix, q, o, g, identities, &out[n++]);
    out[n] = (struct en_bench_worst){ .name = NULL };
    en_map_free(c.count);
    return rc == EN_OK ? EN_OK : en_err_set(err, EN_E_BUG, EN_NO_POS, "a query does not fit its arena");
}

/* --- several threads -------------------------------------------------------------------------- */

#define BATCH 256u
#define WARM  1024u /* of each thread, not counted */

struct worker {
    const struct en_index *ix;
    const struct en_query_options *o;
    const struct en_generator *g;
    uint64_t identities, from, to;
    int64_t wall, cpu; /* nanoseconds in the engine */
    en_errc rc;
};

static void
screen_batch(struct worker *w, struct en_query *q, const struct en_made *made, size_t n)
{
    int64_t wall = en_bench_now(), cpu = en_bench_cpu();

    for (size_t i = 0; i < n; i++) {
        const struct en_hit *hits;
        size_t found;

        en_screen(w->ix, q, &made[i].person, w->o, &hits, &found);
    }
    w->cpu += en_bench_cpu() - cpu;
    w->wall += en_bench_now() - wall;
}

static void *
work(void *ctx)
{
    struct worker *w = ctx;
    struct en_made *made = en_xcalloc(BATCH, sizeof *made);
    struct en_query *q = en_query_new();
    struct en_arena arena;

    en_arena_init(&arena, BATCH * ARENA);
    for (uint64_t at = w->from; w->rc == EN_OK && at < w->to; at += BATCH) {
        size_t n = w->to - at < BATCH ? (size_t)(w->to - at) : BATCH;

        en_arena_reset(&arena);
        for (size_t i = 0; w->rc == EN_OK && i < n; i++)
            w->rc = en_generate_traveller(w->g, at + i, w->identities, &arena, &made[i]);
        if (w->rc == EN_OK)
            screen_batch(w, q, made, n);
        if (at + BATCH == w->from + WARM)
            w->wall = w->cpu = 0;
    }
    en_arena_release(&arena);
    en_query_free(q);
    free(made);
    return NULL;
}

en_errc
en_bench_threads(const struct en_index *ix, const struct en_query_options *o, const struct en_generator *g,
                 uint64_t identities, uint64_t travellers, unsigned threads, struct en_bench_threads *out,
                 struct en_err *err)
{
    struct worker *w = en_xcalloc(threads, sizeof *w);
    pthread_t *t = en_xcalloc(threads, sizeof *t);
    unsigned started = 0;
    int64_t cpu = 0;
    en_errc rc = EN_OK;

    *out = (struct en_bench_threads){ .threads = threads };
    for (unsigned i = 0; i < threads; i++) {
        w[i] = (struct worker){ ix, o, g,    identities, travellers * i / threads, travellers * (i + 1) / threads,
                                0,  0, EN_OK };
        if (pthread_create(&t[i], NULL, work, &w[i]) != 0)
            break;
        started++;
    }
    for (unsigned i = 0; i < started; i++) {
        uint64_t n = w[i].to - w[i].from;

        (void)pthread_join(t[i], NULL);
        n = n > WARM ? n - WARM : n;
        rc = rc == EN_OK ? w[i].rc : rc;
        out->travellers += n;
        out->per_second += w[i].wall > 0 ? (double)n * 1e9 / (double)w[i].wall : 0;
        cpu += w[i].cpu;
    }
    out->per_cpu_second = cpu > 0 ? (double)out->travellers * 1e9 / (double)cpu : 0;
    free(w);
    free(t);
    if (started < threads)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "only %u threads could be started", started);
    return rc == EN_OK ? EN_OK : en_err_set(err, EN_E_BUG, EN_NO_POS, "a traveller does not fit its arena");
}
