/* walk_plain.c: columns in plain C, for every machine. */
#include "names/walk_column.h"

bool
en_walk_run_plain(struct en_walk *w, unsigned from, int limit)
{
    return run_any(w, from, limit);
}
