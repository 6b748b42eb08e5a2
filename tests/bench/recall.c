/*
 * recall: does the index propose the true identity? By names alone, without the ways in by date and document.
 *
 *     recall DIR [--every N] [--misses]
 *
 * DIR has list.ftm.jsonl, travellers.csv and truth.tsv. Prints, for each slice of listed travellers, how many there
 * are, the share whose identity is among the candidates by names, by all ways, and the ceiling: the share whose names
 * could be told from those of the others at all, because the identity is among as many best of the whole list when
 * everybody is weighed by names alone. Of every N-th listed traveller. --misses tells each one that is not proposed by
 * names: traveller, slice, whether it is below the ceiling, entities, name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "cmd/list_index.h"
#include "cmd/manifest_files.h"

#define SLICES_MAX 64

struct slice {
    char name[64];
    unsigned long n, by_names, by_index, ceiling;
};

struct recall {
    struct en_list_index lists;
    struct en_query *q;
    struct en_arena arena;
    struct en_map *truth; /* traveller to line of the truth */
    char **lines;
    size_t n_lines;
    struct slice slice[SLICES_MAX];
    size_t n_slices;
    unsigned long every, seen;
    bool misses;
};

static void
fail(const char *what)
{
    fprintf(stderr, "recall: %s\n", what);
    exit(9);
}

/* Columns of a line of the truth, cut in place: traveller, slice, regime, entities. */
static void
read_truth(struct recall *r, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[4096];

    if (!f)
        fail("the folder has no truth.tsv");
    while (fgets(line, sizeof line, f)) {
        char *tab = strchr(line, '\t'), *entities = strrchr(line, '\t');
        bool fresh;
        uint64_t *at;

        line[strcspn(line, "\r\n")] = '\0';
        if (!tab || !entities || !entities[1])
            continue;
        at = en_map_put(r->truth, en_bytes_from(line, (size_t)(tab - line)), &fresh);
        *at = r->n_lines;
        r->lines = en_xrealloc(r->lines, (r->n_lines + 1) * sizeof *r->lines);
        r->lines[r->n_lines] = en_xmalloc(strlen(tab));
        memcpy(r->lines[r->n_lines++], tab + 1, strlen(tab));
    }
    fclose(f);
}

static struct slice *
slice_of(struct recall *r, const char *name, size_t n)
{
    size_t i = 0;

    while (i < r->n_slices && (strlen(r->slice[i].name) != n || memcmp(r->slice[i].name, name, n) != 0))
        i++;
    if (i == r->n_slices) {
        if (i == SLICES_MAX || n >= sizeof r->slice[0].name)
            fail("too many slices");
        memcpy(r->slice[r->n_slices++].name, name, n);
    }
    return &r->slice[i];
}

/* Is one of the entities, which bars separate, among the candidates? */
static bool
proposed(struct recall *r, const struct en_person *p, unsigned ways, const char *entities)
{
    const struct en_query_options o = { .prior = 1e-5, .top = 100, .ways = ways, .against = true };
    const struct en_hit *hits;
    size_t n;

    en_screen(r->lists.ix, r->q, p, &o, &hits, &n);
    for (const char *e = entities; *e; e += *e == '|') {
        size_t len = strcspn(e, "|");

        for (size_t i = 0; i < n; i++)
            if (en_bytes_eq(en_text_bytes(hits[i].id), en_bytes_from(e, len)))
                return true;
        e += len;
    }
    return false;
}

static en_errc
take(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct recall *r = ctx;
    const uint64_t *at = en_map_get(r->truth, en_text_bytes(t->id));
    const char *line, *entities;
    struct en_person named = t->person; /* without dates and documents */
    bool by_names, findable;
    struct slice *s;

    (void)err;
    if (!at || r->seen++ % r->every)
        return EN_OK;
    line = r->lines[*at];
    entities = strrchr(line, '\t') + 1;
    s = slice_of(r, line, strcspn(line, "\t"));
    s->n++;
    named.n_births = named.n_docs = 0;
    by_names = proposed(r, &named, EN_BY_NAMES, entities);
    findable = by_names || proposed(r, &named, EN_BY_EVERY, entities);
    s->by_names += by_names;
    s->ceiling += findable;
    if (r->misses && !by_names)
        printf("miss\t%.*s\t%.*s\t%s\t%s\t%.*s\n", (int)t->id.n, t->id.p, (int)strcspn(line, "\t"), line,
               findable ? "findable" : "lost", entities, (int)t->person.names[0].full.n, t->person.names[0].full.p);
    s->by_index += proposed(r, &t->person, EN_BY_INDEX, entities);
    return EN_OK;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct slice *)a)->name, ((const struct slice *)b)->name);
}

static void
tell(struct recall *r)
{
    qsort(r->slice, r->n_slices, sizeof r->slice[0], by_name);
    printf("slice\tn\tby_names\tby_index\tceiling\n");
    for (size_t i = 0; i < r->n_slices; i++) {
        const struct slice *s = &r->slice[i];

        printf("%s\t%lu\t%.4f\t%.4f\t%.4f\n", s->name, s->n, (double)s->by_names / (double)s->n,
               (double)s->by_index / (double)s->n, (double)s->ceiling / (double)s->n);
    }
}

int
main(int argc, char **argv)
{
    struct recall r = { .every = 1 };
    struct en_run run = { .n_args = 0 };
    struct en_report *report = en_report_new();
    const struct en_manifest_sink sink = { &r, take, NULL };
    struct en_err err = EN_ERR_INIT;
    char list[4096], manifest[4096], truth[4096];
    const char *lists[] = { list };

    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--misses") == 0)
            r.misses = true;
        else if (i + 1 < argc && strcmp(argv[i], "--every") == 0)
            r.every = strtoul(argv[++i], NULL, 10);
        else
            r.every = 0;
    if (argc < 2 || r.every == 0)
        fail("usage: recall DIR [--every N] [--misses]");
    snprintf(list, sizeof list, "%s/list.ftm.jsonl", argv[1]);
    snprintf(manifest, sizeof manifest, "%s/travellers.csv", argv[1]);
    snprintf(truth, sizeof truth, "%s/truth.tsv", argv[1]);
    en_arena_init(&run.arena, SIZE_MAX);
    r.truth = en_map_new(NULL);
    read_truth(&r, truth);
    if (en_list_index_build(&run, lists, 1, report, &r.lists, &err) != EN_OK)
        fail(err.text);
    r.q = en_query_new();
    if (en_manifest_file_read(manifest, EN_MANIFEST_UNKNOWN, en_today(), sink, report, &err) != EN_OK)
        fail(err.text);
    tell(&r);
    for (size_t i = 0; i < r.n_lines; i++)
        free(r.lines[i]);
    free(r.lines);
    en_query_free(r.q);
    en_index_free(r.lists.ix);
    en_map_free(r.truth);
    en_report_free(report);
    en_arena_release(&run.arena);
    return 0;
}
