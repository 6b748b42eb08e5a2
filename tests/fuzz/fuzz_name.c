/*
 * A name of any text is read in at most three ways whose tokens are pieces of it, in the alphabets; each token has
 * costs against others that do not depend on what was compared before, skeletons and spellings.
 */
#include <string.h>

#include "base/limits.h"
#include "names/costs.h"
#include "names/skeleton.h"
#include "names/token.h"

static struct en_costs *costs;
static struct en_profile *used;

static struct en_latin
latin_of(const char *letters)
{
    struct en_latin l = { .n = (uint8_t)strlen(letters) };

    for (unsigned i = 0; i < l.n; i++)
        l.sym[i] = (uint8_t)(letters[i] - 'a' + 1);
    return l;
}

static void
check_alignment(const struct en_profile *p, unsigned n, const struct en_latin *l)
{
    struct en_unit u[2 * EN_COST_MAX_LETTERS + 2];
    unsigned count = en_profile_align(p, l, u, sizeof u / sizeof *u), q = 0, at = 0;

    for (unsigned i = 0; i < count; i++) {
        EN_ASSERT(u[i].q_from == q && u[i].l_from == at);
        EN_ASSERT(u[i].q_to + u[i].l_to > q + at);
        q = u[i].q_to;
        at = u[i].l_to;
    }
    EN_ASSERT(count == 0 || (q == n + 1 && at == l->n + 1u));
}

static void
check_costs(const struct en_token *t)
{
    static const char *const others[] = { "marek", "orlo", "mohammed", "x", "li", "schtschukinowskaja" };
    struct en_profile *fresh = en_profile_new();

    en_profile_set(used, costs, t->script, t->sym, t->n);
    en_profile_set(fresh, costs, t->script, t->sym, t->n);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct en_latin l = latin_of(others[i]);
        int whole = en_profile_cost(used, &l, EN_COST_NONE), limited = en_profile_cost(used, &l, 20 * 64);

        EN_ASSERT(whole >= 0 && whole <= EN_COST_NONE);
        EN_ASSERT(limited == whole || (limited == EN_COST_NONE && whole > 20 * 64));
        EN_ASSERT(whole == en_profile_cost(fresh, &l, EN_COST_NONE));
        EN_ASSERT(en_profile_spelling_cost(used, &l, EN_COST_NONE) >= 0);
        check_alignment(used, t->n, &l);
    }
    en_profile_free(fresh);
}

static void
check_spellings(const struct en_token *t)
{
    struct en_latin l[6];
    unsigned n = en_costs_spell(costs, t->script, t->sym, t->n, l, 6);

    EN_ASSERT(n >= 1 && n <= 6);
    for (unsigned i = 0; i < n; i++) {
        en_skeleton keys[EN_SKELETONS_MAX];
        unsigned k = en_skeletons(&l[i], keys);
        char text[17];

        EN_ASSERT(l[i].n <= EN_COST_MAX_LETTERS && k <= EN_SKELETONS_MAX);
        for (unsigned x = 0; x < k; x++) {
            en_skeleton_text(keys[x], text);
            EN_ASSERT(strlen(text) == en_skeleton_length(keys[x]));
        }
    }
}

static void
check_token(const struct en_token *t, en_text name)
{
    EN_ASSERT(t->n >= 1 && t->n <= EN_MAX_TOKEN_LETTERS);
    EN_ASSERT(t->script > EN_SCRIPT_NONE && t->script < EN_SCRIPTS);
    for (unsigned i = 0; i < t->n; i++)
        EN_ASSERT(t->sym[i] >= 1 && t->sym[i] <= en_script_symbols(t->script));
    EN_ASSERT(t->text.p >= name.p && t->text.p + t->text.n <= name.p + name.n);
    EN_ASSERT(en_utf8_check(en_text_bytes(t->text)) == t->text.n);
    if (!en_costs_has(costs, t->script))
        return;
    check_costs(t);
    check_spellings(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct en_name_ways ways;
    struct en_arena a;
    en_text t;

    if (!costs) {
        costs = en_costs_builtin();
        used = en_profile_new();
    }
    en_arena_init(&a, EN_MIB);
    if (en_text_repair(en_bytes_from(data, size), EN_MAX_NAME, &a, &t, NULL, NULL) == EN_OK) {
        en_name_read(t, 0, &ways);
        EN_ASSERT(ways.n <= EN_WAYS_MAX);
        for (unsigned w = 0; w < ways.n; w++) {
            EN_ASSERT(ways.way[w].n <= EN_MAX_TOKENS && ways.way[w].why);
            for (unsigned i = 0; i < ways.way[w].n && i < 6; i++)
                check_token(&ways.way[w].token[i], t);
        }
        en_name_read_more(EN_TEXT_LIT("Orlo 小"), EN_TOKEN_FAMILY, &ways);
        EN_ASSERT(ways.n >= 1 && ways.n <= EN_WAYS_MAX);
    }
    en_arena_release(&a);
    return 0;
}
