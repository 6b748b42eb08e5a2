/*
 * bench.h: what the benches share: a clock, the times of single queries, memory, and the two faces of a result.
 *
 * A bench puts its measures one after another; people get a table of them (name, value, what it says), programs one
 * JSON object with the same names as the last line. Times are CLOCK_MONOTONIC of one thread.
 */
#ifndef EN_CMD_BENCH_H
#define EN_CMD_BENCH_H

#include "cmd/cmd.h"
#include "cmd/table.h"

/* Nanoseconds of a clock that never goes back. */
int64_t en_bench_now(void);
/* Nanoseconds that this thread has run: on a shared machine, less than the clock says. */
int64_t en_bench_cpu(void);
/* Nanoseconds that all threads of this process have run. */
int64_t en_bench_cpu_all(void);
/* The most memory this process has held, as the system counts it; since it was forgotten, where the system can that. */
uint64_t en_bench_peak_rss(void);
void en_bench_forget_peak(void);

/* Times of single queries. */
struct en_bench_times {
    uint32_t *ns;
    size_t n, cap;
    uint64_t sum; /* of all, in nanoseconds */
};
void en_bench_times_add(struct en_bench_times *t, int64_t ns);
/* Sorts; en_bench_times_at may be asked from then on. */
void en_bench_times_sort(struct en_bench_times *t);
/* The time that `share` of the queries did not exceed, in microseconds; 0 without queries. */
double en_bench_times_at(const struct en_bench_times *t, double share);
void en_bench_times_release(struct en_bench_times *t);

/* A folder of a bench's own, for one store. */
struct en_bench_folder {
    char dir[256], path[280];
};
en_errc en_bench_folder(struct en_bench_folder *f, const char *in, struct en_err *err);
/* Takes store and folder away. */
void en_bench_folder_gone(const struct en_bench_folder *f);

struct en_bench {
    struct en_run *run;
    struct en_table table;
    struct en_buf line;
    struct en_json json;
};
void en_bench_begin(struct en_bench *b, struct en_run *r, const char *name);
void en_bench_count(struct en_bench *b, const char *name, uint64_t v, const char *what);
/* Rounded to three decimals. */
void en_bench_real(struct en_bench *b, const char *name, double v, const char *what);
void en_bench_word(struct en_bench *b, const char *name, const char *v, const char *what);
/* Prints the table so far; what follows is another one. Nothing with --json. */
void en_bench_table(struct en_bench *b, const char *headings);
/* Prints both faces, or JSON alone with --json, and releases. */
void en_bench_end(struct en_bench *b);

#endif
