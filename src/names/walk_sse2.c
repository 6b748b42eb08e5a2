/* walk_sse2.c: columns with SSE2, which every x86-64 has. */
#include "names/walk_vec128.h"

#ifdef __SSE2__

#include "names/walk_column.h"

bool
en_walk_run_sse2(struct en_walk *w, unsigned from, int limit)
{
    return run_any(w, from, limit);
}

#endif
