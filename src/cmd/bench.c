#include "cmd/bench.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int64_t
look_at(clockid_t clock)
{
    struct timespec t = { 0 };

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
en_bench_now(void)
{
    return look_at(CLOCK_MONOTONIC);
}

int64_t
en_bench_cpu(void)
{
    return look_at(CLOCK_THREAD_CPUTIME_ID);
}

int64_t
en_bench_cpu_all(void)
{
    return look_at(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t
en_bench_peak_rss(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) == 0 ? (uint64_t)u.ru_maxrss * 1024 : 0;
}

/*= proc(5), clear_refs: 5 resets the peak resident set size. */
void
en_bench_forget_peak(void)
{
    FILE *f;

    (void)malloc_trim(0);
    f = fopen("/proc/self/clear_refs", "w");
    if (f != NULL) {
        (void)fputs("5", f);
        (void)fclose(f);
    }
}

/* --- times ------------------------------------------------------------------------------------ */

void
en_bench_times_add(struct en_bench_times *t, int64_t ns)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 4096;
        t->ns = en_xrealloc(t->ns, t->cap * sizeof *t->ns);
    }
    t->ns[t->n++] = ns < 0 ? 0 : ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
    t->sum += ns > 0 ? (uint64_t)ns : 0;
}

static int
by_time(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

void
en_bench_times_sort(struct en_bench_times *t)
{
    if (t->n > 0)
        qsort(t->ns, t->n, sizeof *t->ns, by_time);
}

double
en_bench_times_at(const struct en_bench_times *t, double share)
{
    size_t i = (size_t)ceil(share * (double)t->n);

    return t->n ? t->ns[i > 0 ? i - 1 : 0] / 1000.0 : 0;
}

void
en_bench_times_release(struct en_bench_times *t)
{
    free(t->ns);
    *t = (struct en_bench_times){ .ns = NULL };
}

en_errc
en_bench_folder(struct en_bench_folder *f, const char *in, struct en_err *err)
{
    int n = snprintf(f->dir, sizeof f->dir, "%s/entente-bench-XXXXXX", in);

    if (n < 0 || (size_t)n >= sizeof f->dir || mkdtemp(f->dir) == NULL)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no folder can be made there");
    (void)snprintf(f->path, sizeof f->path, "%s/entente.db", f->dir);
    return EN_OK;
}

void
en_bench_folder_gone(const struct en_bench_folder *f)
{
    unlink(f->path);
    (void)rmdir(f->dir);
}

/* --- both faces ------------------------------------------------------------------------------- */

void
en_bench_begin(struct en_bench *b, struct en_run *r, const char *name)
{
    *b = (struct en_bench){ .run = r, .line = EN_BUF_INIT };
    en_table_init(&b->table, r->out, "measure|>value|what it says");
    en_json_init(&b->json, &b->line);
    en_json_object(&b->json);
    en_json_kv_str(&b->json, "bench", name);
}

void
en_bench_count(struct en_bench *b, const char *name, uint64_t v, const char *what)
{
    en_json_kv_uint(&b->json, name, v);
    en_table_str(&b->table, name);
    en_table_f(&b->table, "%llu", (unsigned long long)v);
    en_table_str(&b->table, what);
}

void
en_bench_real(struct en_bench *b, const char *name, double v, const char *what)
{
    double rounded = round(v * 1000) / 1000;

    en_json_key(&b->json, name);
    en_json_double(&b->json, rounded);
    en_table_str(&b->table, name);
    en_table_f(&b->table, "%.3f", rounded);
    en_table_str(&b->table, what);
}

void
en_bench_word(struct en_bench *b, const char *name, const char *v, const char *what)
{
    en_json_kv_str(&b->json, name, v);
    en_table_str(&b->table, name);
    en_table_str(&b->table, v);
    en_table_str(&b->table, what);
}

void
en_bench_table(struct en_bench *b, const char *headings)
{
    if (b->run->json)
        en_buf_release(&b->table.buf);
    else
        en_table_end(&b->table);
    en_table_init(&b->table, b->run->out, headings);
}

void
en_bench_end(struct en_bench *b)
{
    en_json_object_end(&b->json);
    if (b->run->json)
        en_buf_release(&b->table.buf);
    else
        en_table_end(&b->table);
    en_out_line(b->run->out, &b->line);
    en_buf_release(&b->line);
}
