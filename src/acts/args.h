/*
 * args.h: the arguments of an act, a JSON object read strictly.
 *
 * The first fault stays; later getters return nothing. Every getter names its member once; en_args_end refuses what no
 * getter asked for. Texts are checked and live in the caller's arena.
 */
#ifndef EN_ACTS_ARGS_H
#define EN_ACTS_ARGS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/time.h"

struct en_args {
    json_t *root;
    struct en_arena *arena;
    size_t asked; /* members that were there when asked for */
    struct en_err fault;
};

enum en_args_need { EN_MAY, EN_MUST };

/* json may be empty (no arguments). A fault is told by en_args_end. */
void en_args_init(struct en_args *a, en_bytes json, struct en_arena *arena);
void en_args_release(struct en_args *a);

bool en_args_has(const struct en_args *a, const char *key);
en_text en_args_text(struct en_args *a, const char *key, enum en_args_need need, size_t max);
int64_t en_args_int(struct en_args *a, const char *key, enum en_args_need need, int64_t min, int64_t max,
                    int64_t otherwise);
double en_args_real(struct en_args *a, const char *key, double min, double max, double otherwise);
bool en_args_bool(struct en_args *a, const char *key);
/* RFC 3339 or a day (its beginning); EN_TIME_NONE when absent or null. */
en_time en_args_time(struct en_args *a, const char *key);
size_t en_args_texts(struct en_args *a, const char *key, size_t max_count, size_t max, const en_text **out);
/* An object as compact JSON; empty when absent. */
en_bytes en_args_object(struct en_args *a, const char *key);
/* A check of the handler's own. */
void en_args_fault(struct en_args *a, const char *key, const char *expected);
/* EN_E_USAGE with the first fault, or with a member that nobody asked for. */
en_errc en_args_end(struct en_args *a, struct en_err *err);

#endif
