#include "cmd/suggest.h"

#include <string.h>

#define LONGEST 40

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned
en_edit_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned d[LONGEST + 1][LONGEST + 1];

    if (n > LONGEST || m > LONGEST)
        return 99;
    for (size_t i = 0; i <= n; i++)
        d[i][0] = (unsigned)i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
            d[i][j] = least(d[i][j], d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

void
en_suggest_init(struct en_suggest *s, const char *typed)
{
    *s = (struct en_suggest){ typed, NULL, 99 };
}

void
en_suggest_offer(struct en_suggest *s, const char *word)
{
    size_t n = strlen(s->typed);
    unsigned d = en_edit_distance(s->typed, word);

    /* A beginning of a word is a likely abbreviation. */
    if (n >= 2 && strncmp(s->typed, word, n) == 0)
        d = least(d, 1);
    if (d < s->distance) {
        s->distance = d;
        s->best = word;
    }
}

const char *
en_suggest_best(const struct en_suggest *s)
{
    return s->distance <= 1 + strlen(s->typed) / 4 ? s->best : NULL;
}
