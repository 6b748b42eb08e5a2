/*
 * bench_worst.h: the queries that cost most, and several threads over one index: parts of `entente bench screen`.
 */
#ifndef EN_CMD_BENCH_WORST_H
#define EN_CMD_BENCH_WORST_H

#include "cmd/bench.h"
#include "generate/generate.h"
#include "screen/screen.h"

struct en_bench_worst {
    const char *name; /* "one_token" */
    const char *what;
    struct en_bench_times times; /* sorted */
    uint64_t candidates;
};
/* The cases in order; the last has no name. Each is released by the caller. */
#define EN_BENCH_WORST_MAX 12
/*
 * Some hundred queries of each kind against the list of this generator: the commonest words of its names, names without
 * a date, one token, many, none.
 */
en_errc en_bench_worst(const struct en_index *ix, struct en_query *q, const struct en_query_options *o,
                       const struct en_generator *g, uint64_t identities, struct en_bench_worst out[EN_BENCH_WORST_MAX],
                       struct en_err *err);

struct en_bench_threads {
    unsigned threads;
    uint64_t travellers;
    double per_second;     /* of all threads: each by the time that it was in the engine */
    double per_cpu_second; /* of one of them, by the time that it ran */
};
/* Screens so many travellers, from the first one on, in `threads` threads with a query of its own each. */
en_errc en_bench_threads(const struct en_index *ix, const struct en_query_options *o, const struct en_generator *g,
                         uint64_t identities, uint64_t travellers, unsigned threads, struct en_bench_threads *out,
                         struct en_err *err);

#endif
