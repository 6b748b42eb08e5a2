/*
 * cmd_bench_screen.c: how fast one core screens, against a made list or a given one.
 *
 * Only en_screen is between the two looks at the clock; travellers are made, or read, before. Made ones come in
 * batches, so that making them does not wash the caches between two queries more than reading a manifest would.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/bench_worst.h"
#include "cmd/list_index.h"
#include "cmd/manifest_files.h"
#include "daemon/clock.h"
#include "generate/generate.h"

#define BATCH      256
#define MADE_ARENA (32 * EN_KIB)

struct screening {
    struct en_run *run;
    struct en_index *ix;
    struct en_index_stats stats;
    struct en_query *q;
    struct en_query_options options;
    enum en_simd simd;
    struct en_bench_times times, cpu_times;
    struct en_progress progress;
    int64_t cpu; /* nanoseconds that this thread ran while screening */
    double build_s, build_cpu_s;
    uint64_t warm_up_asked, warm_up, candidates, hits;
    uint64_t listed[EN_MADE_KINDS], among[EN_MADE_KINDS],
        first[EN_MADE_KINDS]; /* of the travellers that are on the list */
    bool refused;
    struct en_generator *g; /* of made people */
    uint64_t identities;
    struct en_bench_worst worst[EN_BENCH_WORST_MAX];
    struct en_bench_threads threads;
    uint64_t peak_rss; /* before what is measured of the index itself */
    struct {
        double save_s, open_s, put_mean, put_most; /* microseconds of this thread */
        uint64_t bytes, puts;
    } index;
};

static void
screen_timed(struct screening *s, const struct en_person *p, const struct en_hit **hits, size_t *n)
{
    int64_t cpu = en_bench_cpu(), before = en_bench_now(), after;

    en_screen(s->ix, s->q, p, &s->options, hits, n);
    after = en_bench_now();
    cpu = en_bench_cpu() - cpu;
    s->cpu += cpu;
    en_bench_times_add(&s->times, after - before);
    en_bench_times_add(&s->cpu_times, cpu);
    s->candidates += en_query_candidates(s->q);
    s->hits += *n;
    en_progress(&s->progress, s->times.n, 0);
}

static void
screen_untimed(struct screening *s, const struct en_person *p)
{
    const struct en_hit *hits;
    size_t n;

    en_screen(s->ix, s->q, p, &s->options, &hits, &n);
    s->warm_up++;
}

/* --- made people ------------------------------------------------------------------------------ */

static en_errc
build_made(struct screening *s, const struct en_generator *g, uint64_t n, struct en_err *err)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_arena arena;
    int64_t spent = 0, cpu = 0, before, cpu_before;
    en_errc rc = EN_OK;

    en_index_builder_use_simd(b, s->simd);
    en_arena_init(&arena, MADE_ARENA);
    en_progress_begin(&s->progress, "identities made");
    for (uint64_t i = 0; rc == EN_OK && i < n; i++) {
        struct en_made m;

        en_arena_reset(&arena);
        rc = en_generate_identity(g, i, &arena, &m);
        before = en_bench_now();
        cpu_before = en_bench_cpu();
        if (rc == EN_OK)
            en_index_builder_add(b, m.id, &m.person, i);
        cpu += en_bench_cpu() - cpu_before;
        spent += en_bench_now() - before;
        en_progress(&s->progress, i, n);
    }
    en_progress_end(&s->progress);
    en_arena_release(&arena);
    if (rc != EN_OK) {
        en_index_builder_free(b);
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "an identity does not fit its arena");
    }
    before = en_bench_now();
    cpu_before = en_bench_cpu();
    s->ix = en_index_builder_finish(b);
    s->build_s = (double)(spent + en_bench_now() - before) / 1e9;
    s->build_cpu_s = (double)(cpu + en_bench_cpu() - cpu_before) / 1e9;
    return EN_OK;
}

/* Is the listed person among the hits, and before everybody else? */
static void
judge(struct screening *s, const struct en_made *m, const struct en_hit *hits, size_t n)
{
    if (m->truth == EN_MADE_NOT_LISTED)
        return;
    s->listed[m->kind]++;
    for (size_t i = 0; i < n; i++) {
        if (hits[i].tag != m->truth)
            continue;
        s->among[m->kind]++;
        s->first[m->kind] += i == 0 && (n == 1 || hits[0].bits > hits[1].bits);
    }
}

static void
screen_batch(struct screening *s, const struct en_made *made, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct en_hit *hits;
        size_t n_hits;

        screen_timed(s, &made[i].person, &hits, &n_hits);
        judge(s, &made[i], hits, n_hits);
    }
}

/* Travellers from .. to-1; the ones behind the last are for the warm-up. */
static en_errc
screen_made(struct screening *s, const struct en_generator *g, uint64_t from, uint64_t to, uint64_t identities,
            bool timed, struct en_err *err)
{
    struct en_made *made = en_xcalloc(BATCH, sizeof *made);
    struct en_arena arena;
    en_errc rc = EN_OK;

    en_arena_init(&arena, BATCH * MADE_ARENA);
    while (rc == EN_OK && from < to) {
        size_t n = to - from < BATCH ? (size_t)(to - from) : BATCH;

        en_arena_reset(&arena);
        for (size_t i = 0; rc == EN_OK && i < n; i++)
            rc = en_generate_traveller(g, from + i, identities, &arena, &made[i]);
        if (rc == EN_OK && timed)
            screen_batch(s, made, n);
        for (size_t i = 0; rc == EN_OK && !timed && i < n; i++)
            screen_untimed(s, &made[i].person);
        from += n;
    }
    en_arena_release(&arena);
    free(made);
    return rc == EN_OK ? EN_OK : en_err_set(err, EN_E_BUG, EN_NO_POS, "a traveller does not fit its arena");
}

static en_errc
bench_made(struct screening *s, struct en_err *err)
{
    uint64_t travellers = en_opt_uint(s->run, "travellers");
    unsigned threads = (unsigned)en_opt_uint(s->run, "threads");
    en_errc rc = build_made(s, s->g, s->identities, err);

    if (rc == EN_OK)
        rc = screen_made(s, s->g, travellers, travellers + s->warm_up_asked, s->identities, false, err);
    en_progress_begin(&s->progress, "travellers screened");
    if (rc == EN_OK)
        rc = screen_made(s, s->g, 0, travellers, s->identities, true, err);
    en_progress_end(&s->progress);
    if (rc == EN_OK && threads > 1)
        rc = en_bench_threads(s->ix, &s->options, s->g, s->identities, travellers, threads, &s->threads, err);
    if (rc == EN_OK && en_opt_given(s->run, "worst"))
        rc = en_bench_worst(s->ix, s->q, &s->options, s->g, s->identities, s->worst, err);
    return rc;
}

/* --- files ------------------------------------------------------------------------------------ */

/* EN_E_NO ends the warm-up. */
static en_errc
warm(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct screening *s = ctx;

    (void)err;
    screen_untimed(s, &t->person);
    return s->warm_up < s->warm_up_asked ? EN_OK : EN_E_NO;
}

static en_errc
measure(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    const struct en_hit *hits;
    size_t n;

    (void)err;
    screen_timed(ctx, &t->person, &hits, &n);
    return EN_OK;
}

/* One manifest with one of the two sinks. Damage is said once, when it is measured. */
static en_errc
screen_file(struct screening *s, const char *path, bool timed, struct en_err *err)
{
    const struct en_manifest_sink sink = { s, timed ? measure : warm, NULL };
    struct en_report *report = en_report_new();
    struct en_err damage = EN_ERR_INIT;
    en_errc rc = en_manifest_file_read(path, EN_MANIFEST_UNKNOWN, en_today(), sink, report, &damage);

    if (rc == EN_E_INPUT || rc == EN_E_LIMIT) {
        s->refused = true;
        if (timed)
            en_say_err(en_arg_show(s->run, path), &damage);
        rc = EN_OK;
    }
    if (timed)
        en_say_report(en_arg_show(s->run, path), report);
    s->refused |= en_report_count(report, EN_NOTE_REFUSED) > 0;
    en_report_free(report);
    if (rc == EN_E_NO && !timed)
        return EN_OK;
    if (rc != EN_OK)
        *err = damage;
    return rc;
}

static en_errc
screen_files(struct screening *s, bool timed, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < en_opt_count(s->run, "manifest"); i++) {
        const char *path = en_opt_at(s->run, "manifest", i);

        if (timed || (s->warm_up < s->warm_up_asked && strcmp(path, "-") != 0))
            rc = screen_file(s, path, timed, err);
    }
    return rc;
}

static en_errc
bench_files(struct screening *s, struct en_err *err)
{
    size_t n = en_opt_count(s->run, "list");
    const char **lists = en_arena_array(&s->run->arena, n, sizeof *lists);
    struct en_report *report = en_report_new();
    struct en_list_index built;
    int64_t before = en_bench_now(), cpu = en_bench_cpu();
    en_errc rc;

    EN_ASSERT(lists != NULL);
    for (size_t i = 0; i < n; i++)
        lists[i] = en_opt_at(s->run, "list", i);
    rc = en_list_index_build(s->run, lists, n, report, &built, err);
    s->build_s = (double)(en_bench_now() - before) / 1e9;
    s->build_cpu_s = (double)(en_bench_cpu() - cpu) / 1e9;
    s->refused = built.damaged || en_report_count(report, EN_NOTE_REFUSED) > 0;
    if (rc == EN_OK) {
        s->ix = built.ix;
        en_index_use_simd(s->ix, s->simd);
        en_say_report(EN_TEXT_NONE, report);
        rc = screen_files(s, false, err);
    }
    en_report_free(report);
    en_progress_begin(&s->progress, "travellers screened");
    if (rc == EN_OK)
        rc = screen_files(s, true, err);
    en_progress_end(&s->progress);
    return rc;
}

/* --- the index itself --------------------------------------------------------------------------- */

#define PUTS 2000u

struct saving {
    uint8_t *p; /* NULL: only counted */
    size_t n;
};

static en_errc
save_part(void *ctx, const void *p, size_t n)
{
    struct saving *s = ctx;

    if (s->p != NULL)
        memcpy(s->p + s->n, p, n);
    s->n += n;
    return EN_OK;
}

/* Into memory, as a mapped file would be: the disk's part depends on the disk. */
static en_errc
bench_saving(struct screening *s, struct en_err *err)
{
    struct saving size = { NULL, 0 }, to = { NULL, 0 };
    struct en_index *opened = NULL;
    en_bytes stamp;
    int64_t before;
    en_errc rc = en_index_save(s->ix, (en_bytes){ NULL, 0 }, save_part, &size);

    if (rc != EN_OK)
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "the index cannot be saved");
    to.p = aligned_alloc(64, size.n);
    if (to.p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "no memory for a saved index");
    before = en_bench_cpu();
    rc = en_index_save(s->ix, (en_bytes){ NULL, 0 }, save_part, &to);
    s->index.save_s = (double)(en_bench_cpu() - before) / 1e9;
    s->index.bytes = to.n;
    before = en_bench_cpu();
    if (rc == EN_OK)
        rc = en_index_open(en_bytes_from(to.p, to.n), &stamp, &opened, err);
    s->index.open_s = (double)(en_bench_cpu() - before) / 1e9;
    en_index_free(opened);
    free(to.p);
    return rc;
}

/* Changes one after another, so that the last ones have a delta of thousands. */
static en_errc
bench_puts(struct screening *s, struct en_err *err)
{
    struct en_generator *g = en_generator_new(en_opt_uint(s->run, "seed"));
    uint64_t n = s->stats.identities;
    struct en_arena arena;
    double sum = 0;
    en_errc rc = EN_OK;

    en_arena_init(&arena, MADE_ARENA);
    for (s->index.puts = 0; rc == EN_OK && s->index.puts < PUTS; s->index.puts++) {
        struct en_made m;
        double took;
        int64_t before;

        en_arena_reset(&arena);
        rc = en_generate_identity(g, n + s->index.puts, &arena, &m);
        before = en_bench_cpu();
        if (rc == EN_OK)
            en_index_put(s->ix, m.id, &m.person, n + s->index.puts);
        took = (double)(en_bench_cpu() - before) / 1e3;
        sum += took;
        s->index.put_most = took > s->index.put_most ? took : s->index.put_most;
    }
    s->index.put_mean = sum / PUTS;
    en_arena_release(&arena);
    en_generator_free(g);
    return rc == EN_OK ? EN_OK : en_err_set(err, EN_E_BUG, EN_NO_POS, "an identity does not fit its arena");
}

static void
tell_index(const struct screening *s, struct en_bench *b)
{
    en_bench_count(b, "saved_bytes", s->index.bytes, "of the index saved");
    en_bench_real(b, "save_s", s->index.save_s, "seconds to save it, into memory");
    en_bench_real(b, "open_s", s->index.open_s, "seconds to check and open it again, from memory");
    en_bench_count(b, "puts", s->index.puts, "identities added to the finished index, one after another");
    en_bench_real(b, "put_mean_us", s->index.put_mean, "one of them takes, by the time this thread ran");
    en_bench_real(b, "put_max_us", s->index.put_most, "the longest");
}

/* --- what it says ----------------------------------------------------------------------------- */

static uint64_t
sum(const uint64_t *v)
{
    uint64_t n = 0;

    for (size_t k = 0; k < EN_MADE_KINDS; k++)
        n += v[k];
    return n;
}

static double
share(uint64_t of, uint64_t all)
{
    return all ? (double)of / (double)all : 0;
}

/* Recall of the noisy copies: no measure of quality (that is score.py's), only a sign that real work was done. */
static void
tell_found(const struct screening *s, struct en_bench *b)
{
    uint64_t listed = sum(s->listed);

    if (listed == 0)
        return;
    en_bench_count(b, "listed", listed, "travellers that are an identity of the list, in other words");
    en_bench_real(b, "listed_in_hits", share(sum(s->among), listed), "share of them with that identity among the hits");
    en_bench_real(b, "listed_first", share(sum(s->first), listed),
                  "share of them with more bits for it than for any other");
    for (size_t k = EN_MADE_EXACT; k < EN_MADE_KINDS; k++) {
        struct en_buf name = EN_BUF_INIT;

        if (s->listed[k] == 0)
            continue;
        en_buf_addf(&name, "listed_first_%s", en_made_kind_word((enum en_made_kind)k));
        en_bench_real(b, name.p, share(s->first[k], s->listed[k]), "the same of those who came so");
        en_buf_release(&name);
    }
}

/* Tokens of names, the warm-up included: what the vocabulary has that they may be spellings of. */
static void
tell_tokens(const struct screening *s, struct en_bench *b)
{
    struct en_query_tokens t;

    en_query_tokens(s->q, &t);
    en_bench_count(b, "tokens_asked", t.asked, "words of travellers' names, and two run together, looked up");
    en_bench_real(b, "tokens_missed", share(t.missed, t.asked), "share of them that were not remembered");
    en_bench_real(b, "rows_per_missed", share(t.rows, t.missed), "entries of the index read for such a one");
    en_bench_real(b, "compared_per_missed", share(t.compared, t.missed),
                  "words of the list compared, for it and later in names");
    en_bench_count(b, "tokens_kept", t.kept, "remembered at the end");
    en_bench_count(b, "tokens_bytes", t.bytes, "of memory for them");
}

static void
tell_threads(const struct screening *s, struct en_bench *b)
{
    const struct en_bench_threads *t = &s->threads;
    double one = s->cpu ? (double)s->times.n * 1e9 / (double)s->cpu : 0;

    if (t->threads == 0)
        return;
    en_bench_count(b, "threads", t->threads, "over the same index, each with its own travellers");
    en_bench_real(b, "threads_per_second", t->per_second, "screenings of all together, by the time in the engine");
    en_bench_real(b, "threads_per_cpu_second", t->per_cpu_second, "of each of them, by the time that it ran");
    en_bench_real(b, "threads_share_of_one", one > 0 ? t->per_cpu_second / one : 0,
                  "what one of them does in a second of its time, compared with one alone");
}

static void
tell_worst(const struct screening *s, struct en_bench *b)
{
    if (s->worst[0].name == NULL)
        return;
    en_bench_table(b, "worst case|>queries|>p50_us|>p99_us|>max_us|>candidates|what it is");
    en_json_key(&b->json, "worst");
    en_json_array(&b->json);
    for (const struct en_bench_worst *w = s->worst; w->name != NULL; w++) {
        double at[] = { en_bench_times_at(&w->times, 0.5), en_bench_times_at(&w->times, 0.99),
                        en_bench_times_at(&w->times, 1.0), share(w->candidates, w->times.n) };
        static const char *const names[] = { "p50_us", "p99_us", "max_us", "candidates_per_query" };

        en_table_str(&b->table, w->name);
        en_table_f(&b->table, "%zu", w->times.n);
        en_json_object(&b->json);
        en_json_kv_str(&b->json, "case", w->name);
        en_json_kv_uint(&b->json, "queries", w->times.n);
        for (size_t i = 0; i < 4; i++) {
            en_table_f(&b->table, "%.1f", at[i]);
            en_json_key(&b->json, names[i]);
            en_json_double(&b->json, round(at[i] * 1000) / 1000);
        }
        en_table_str(&b->table, w->what);
        en_json_object_end(&b->json);
    }
    en_json_array_end(&b->json);
}

static void
tell(struct screening *s)
{
    uint64_t n = s->times.n;
    struct en_bench b;

    en_bench_times_sort(&s->times);
    en_bench_times_sort(&s->cpu_times);
    en_bench_begin(&b, s->run, "screen");
    en_bench_count(&b, "identities", s->stats.identities, "in the index");
    en_bench_count(&b, "names", s->stats.names, "of them");
    en_bench_count(&b, "vocabulary", s->stats.vocabulary, "different words in those names");
    en_bench_count(&b, "postings", s->stats.postings, "entries of the index");
    en_bench_count(&b, "travellers", n, "screened one after another on one core");
    en_bench_count(&b, "warm_up", s->warm_up, "screened before, without being counted");
    en_bench_word(&b, "simd", en_simd_word(s->simd), "the kind of machine code");
    en_bench_word(&b, "explained", s->options.explain ? "yes" : "no",
                  "whether the texts of the evidence were made too");
    en_bench_real(&b, "screenings_per_second", s->times.sum ? (double)n * 1e9 / (double)s->times.sum : 0,
                  "by the time in the engine");
    en_bench_real(&b, "screenings_per_cpu_second", s->cpu ? (double)n * 1e9 / (double)s->cpu : 0,
                  "by the time this thread ran");
    en_bench_real(&b, "mean_us", n ? (double)s->times.sum / 1e3 / (double)n : 0, "a screening, in microseconds");
    en_bench_real(&b, "p50_us", en_bench_times_at(&s->times, 0.5), "half take no longer");
    en_bench_real(&b, "p99_us", en_bench_times_at(&s->times, 0.99), "99 in 100 take no longer");
    en_bench_real(&b, "p999_us", en_bench_times_at(&s->times, 0.999), "999 in 1,000 take no longer");
    en_bench_real(&b, "max_us", en_bench_times_at(&s->times, 1.0), "the longest");
    en_bench_real(&b, "p50_cpu_us", en_bench_times_at(&s->cpu_times, 0.5), "the same by the time this thread ran");
    en_bench_real(&b, "p99_cpu_us", en_bench_times_at(&s->cpu_times, 0.99), "");
    en_bench_real(&b, "p999_cpu_us", en_bench_times_at(&s->cpu_times, 0.999), "");
    en_bench_real(&b, "max_cpu_us", en_bench_times_at(&s->cpu_times, 1.0), "");
    en_bench_real(&b, "candidates_per_query", share(s->candidates, n), "identities whose evidence was computed");
    en_bench_real(&b, "hits_per_query", share(s->hits, n), "returned");
    tell_tokens(s, &b);
    en_bench_real(&b, "build_s", s->build_s, "seconds to build the index (with reading, when lists are given)");
    en_bench_real(&b, "build_cpu_s", s->build_cpu_s, "of them this thread ran");
    en_bench_real(&b, "bytes_per_identity", share(s->stats.bytes, s->stats.identities), "of the index in memory");
    en_bench_count(&b, "index_bytes", s->stats.bytes, "of the index in memory");
    en_bench_count(&b, "peak_rss_bytes", s->peak_rss, "the most this process held, while building too");
    tell_index(s, &b);
    tell_found(s, &b);
    tell_threads(s, &b);
    tell_worst(s, &b);
    en_bench_end(&b);
}

#define CURVE                                                                                                          \
    ">identities|>a CPU second|>p50 us|>p99 us|>max us|>bytes each|>build CPU s|>open CPU s|>put us|>peak MB|"         \
    ">a thread's share"

/* A line of the curve over sizes; times are of the processor. */
static void
tell_curve(const struct screening *s, struct en_table *t)
{
    double rate = s->cpu ? (double)s->times.n * 1e9 / (double)s->cpu : 0;

    en_table_f(t, "%llu", (unsigned long long)s->stats.identities);
    en_table_f(t, "%.0f", rate);
    en_table_f(t, "%.0f", en_bench_times_at(&s->cpu_times, 0.5));
    en_table_f(t, "%.0f", en_bench_times_at(&s->cpu_times, 0.99));
    en_table_f(t, "%.0f", en_bench_times_at(&s->cpu_times, 1.0));
    en_table_f(t, "%.0f", share(s->stats.bytes, s->stats.identities));
    en_table_f(t, "%.2f", s->build_cpu_s);
    en_table_f(t, "%.3f", s->index.open_s);
    en_table_f(t, "%.0f", s->index.put_mean);
    en_table_f(t, "%.0f", (double)s->peak_rss / 1e6);
    if (s->threads.threads > 0 && rate > 0)
        en_table_f(t, "%.2f", s->threads.per_cpu_second / rate);
    else
        en_table_str(t, "-");
}

static en_errc
usage(struct en_err *err)
{
    return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                      "give --identities with --travellers, or --list with --manifest (without --threads and --worst)");
}

static void
release(struct screening *s)
{
    en_query_free(s->q);
    en_index_free(s->ix);
    en_generator_free(s->g);
    en_bench_times_release(&s->times);
    en_bench_times_release(&s->cpu_times);
    for (struct en_bench_worst *w = s->worst; w->name != NULL; w++)
        en_bench_times_release(&w->times);
}

/* The kind that was asked for, or the best of this machine. */
static enum en_simd
simd_of(struct en_run *r)
{
    for (unsigned i = 0; i < EN_SIMDS; i++)
        if (en_opt_given(r, "simd") && strcmp(en_opt_value(r, "simd"), en_simd_word((enum en_simd)i)) == 0)
            return (enum en_simd)i;
    return en_machine_simd();
}

/* One list; identities is 0 for one from files. */
static en_errc
bench_list(struct en_run *r, uint64_t identities, struct en_table *curve, bool *refused, struct en_err *err)
{
    struct screening s = { .run = r, .options = EN_QUERY_OPTIONS_DEFAULT, .identities = identities };
    en_errc rc;

    en_bench_forget_peak();
    s.options.top = (unsigned)en_opt_uint(r, "top");
    s.options.explain = en_opt_given(r, "explain");
    s.warm_up_asked = en_opt_uint(r, "warm-up");
    s.simd = simd_of(r);
    s.q = en_query_new();
    s.g = en_generator_new(en_opt_uint(r, "seed"));
    rc = identities > 0 ? bench_made(&s, err) : bench_files(&s, err);
    if (rc == EN_OK) {
        en_index_stats(s.ix, &s.stats);
        s.peak_rss = en_bench_peak_rss();
        rc = bench_saving(&s, err);
    }
    if (rc == EN_OK)
        rc = bench_puts(&s, err);
    if (rc == EN_OK) {
        tell(&s);
        tell_curve(&s, curve);
    }
    *refused = *refused || s.refused;
    release(&s);
    return rc;
}

static en_errc
cmd_bench_screen(struct en_run *r, struct en_err *err)
{
    bool made = en_opt_given(r, "identities") && en_opt_given(r, "travellers");
    bool files = en_opt_given(r, "list") && en_opt_given(r, "manifest"), refused = false;
    size_t given = (size_t)en_opt_given(r, "identities") + en_opt_given(r, "travellers") + en_opt_given(r, "list") +
                   en_opt_given(r, "manifest");
    struct en_table curve;
    en_errc rc = EN_OK;

    if (simd_of(r) > en_machine_simd())
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "this machine does not have that kind of machine code");
    if (made == files || given != 2 || (files && (en_opt_given(r, "threads") || en_opt_given(r, "worst"))))
        return usage(err);
    en_table_init(&curve, r->out, CURVE);
    if (files)
        rc = bench_list(r, 0, &curve, &refused, err);
    for (size_t i = 0; made && rc == EN_OK && i < en_opt_count(r, "identities"); i++)
        rc = bench_list(r, strtoull(en_opt_at(r, "identities", i), NULL, 10), &curve, &refused, err);
    if (rc == EN_OK && !r->json && en_opt_count(r, "identities") > 1)
        en_table_end(&curve);
    else
        en_buf_release(&curve.buf);
    return rc == EN_OK && refused ? EN_E_NO : rc;
}

const struct en_cmd en_cmd_bench_screen = {
    .words = "bench screen",
    .args = "",
    .summary = "measure how fast travellers are screened on one core",
    .about =
        "Either people who do not exist are made (--identities, --travellers): within cultures, with realistic "
        "frequencies of names and words of many scripts, the same ones for the same seed; one traveller in a "
        "hundred is an identity of the list in another spelling, in its own script, with a typing error or with "
        "a wrong birth date. Or lists and manifests are read from files (--list, --manifest).\n\n"
        "The index is built, some travellers are screened as a warm-up (with files, the first ones), then each "
        "screening is timed on one thread. Making and reading people is not in the time of the screenings; "
        "reading lists is in build_s. "
        "The texts of the evidence are left out, as for the many travellers who are not shown to anybody; "
        "--explain makes them.\n\n"
        "For each list the last line is JSON with every measure; with --json it is the only one. Several lists end "
        "with a table of them, where times are of the processor.",
    .opts =
        (const struct en_opt[]){
            { .name = "identities",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .min = 1,
              .max = 50000000,
              .repeat = true,
              .help = "make a list of so many identities; several make several lists, one after another" },
            { .name = "travellers",
              .kind = EN_OPT_UINT,
              .arg = "M",
              .min = 1,
              .max = 100000000,
              .help = "make and screen so many travellers" },
            { .name = "seed",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1",
              .min = 0,
              .max = 4294967295.0,
              .help = "which people are made" },
            { .name = "warm-up",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1000",
              .min = 0,
              .max = 10000000,
              .help = "screen so many travellers before, untimed" },
            { .name = "list", .kind = EN_OPT_PATH, .arg = "FILE", .repeat = true, .help = "read this alert list" },
            { .name = "manifest",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .repeat = true,
              .help = "read and screen this manifest" },
            { .name = "top",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "10",
              .min = 1,
              .max = 100,
              .help = "ask for at most so many hits" },
            { .name = "threads",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1",
              .min = 1,
              .max = 256,
              .help = "screen the travellers once more in so many threads over the same index" },
            { .name = "simd",
              .kind = EN_OPT_CHOICE,
              .arg = "plain|sse2|avx2",
              .help = "the kind of machine code; without it the best that this machine has. All find the same" },
            { .name = "worst", .kind = EN_OPT_FLAG, .help = "also the queries that cost most, each kind by itself" },
            { .name = "explain", .kind = EN_OPT_FLAG, .help = "make the texts of the evidence too" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente bench screen --identities 10000 --travellers 10000", "measure against a made list" },
            { "entente bench screen --identities 10000 --identities 100000 --identities 1000000 --travellers 20000 "
              "--threads 2 --worst",
              "the curve over sizes, on two cores, with the worst cases" },
            { "entente bench screen --json --list examples/lists/own-list.csv --manifest examples/manifests/ferry.csv",
              "measure with files, for a program" },
            { NULL, NULL },
        },
    .run = cmd_bench_screen,
};
