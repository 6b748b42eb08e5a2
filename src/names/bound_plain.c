/* bound_plain.c: columns of a bound in C, for every machine. */
#include "names/bound_column.h"

bool
en_bound_run_plain(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds)
{
    return run(b, sym, n, thirds);
}
