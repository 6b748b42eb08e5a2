/* A table of letter costs of any bytes is refused with the place, or serves: costs are never negative, alignments are
 * whole. */
#include <string.h>

#include "names/costs.h"

static void
check_profile(const struct en_costs *c, enum en_script s)
{
    struct en_profile *p = en_profile_new();
    struct en_unit u[2 * EN_COST_MAX_LETTERS + 2];
    struct en_latin l = { 3, { 1, 2, 26 } }, out[4];
    uint8_t sym[EN_COST_MAX_LETTERS];

    for (unsigned n = 1; n <= EN_COST_MAX_LETTERS; n = n * 3 + 1) {
        for (unsigned i = 0; i < n; i++)
            sym[i] = (uint8_t)(1 + i * 7 % en_script_symbols(s));
        en_profile_set(p, c, s, sym, n);
        EN_ASSERT(en_profile_alone(p) >= 0 && en_profile_alone(p) <= EN_COST_NONE);
        for (l.n = 0; l.n <= 3; l.n++) {
            int cost = en_profile_cost(p, &l, EN_COST_NONE);
            unsigned units = en_profile_align(p, &l, u, sizeof u / sizeof *u);

            EN_ASSERT(cost >= 0 && cost <= EN_COST_NONE);
            EN_ASSERT(units == 0 || (u[0].q_from == 0 && u[units - 1].q_to == n + 1 && u[units - 1].l_to == l.n + 1));
            EN_ASSERT(en_profile_spelling_cost(p, &l, EN_COST_NONE) >= 0);
        }
        EN_ASSERT(en_costs_spell(c, s, sym, n, out, 4) <= 4);
    }
    en_profile_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_err err = EN_ERR_INIT;
    struct en_costs *c = NULL;

    if (en_costs_parse(en_bytes_from(data, size), &c, &err) == EN_OK) {
        for (unsigned s = 0; s < EN_SCRIPTS; s++)
            if (en_costs_has(c, (enum en_script)s))
                check_profile(c, (enum en_script)s);
        en_costs_free(c);
    } else {
        EN_ASSERT(c == NULL && err.code == EN_E_INPUT && err.line >= 1 && err.pos < size);
    }
    return 0;
}
