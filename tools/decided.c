#include "decided.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "person/person_json.h"

#define LINE_MOST (1u << 20)
#define MOST      1000000u

struct reading {
    struct en_arena persons;
    struct en_map *traveller_of, *alert_of;
    struct en_person *travellers, *alerts;
    struct decided_hit *hits;
    unsigned n_travellers, n_alerts, n_hits;
    uint64_t line;
};

static void
wrong(const struct reading *r, const char *what)
{
    fprintf(stderr, "train_fusion: line %llu of the decided hits: %s\n", (unsigned long long)r->line, what);
    exit(2);
}

/* The number of a person: a new one, or that of the same before. */
static unsigned
person(struct reading *r, struct en_map *of, en_bytes key, json_t *object, struct en_person **list, unsigned *n)
{
    struct en_report *report = en_report_new();
    bool fresh;
    uint64_t *at = en_map_put(of, key, &fresh);

    if (fresh) {
        if (!json_is_object(object))
            wrong(r, "a person is missing");
        *at = *n;
        *list = en_xrealloc(*list, (*n + 1) * sizeof **list);
        en_person_init(&(*list)[*n], &r->persons);
        if (en_person_from_object(object, NULL, &(*list)[*n], report, (struct en_json_place){ r->line, 0 }, NULL) !=
            EN_OK)
            wrong(r, "there are too many persons");
        ++*n;
    }
    en_report_free(report);
    return (unsigned)*at;
}

static void
take(struct reading *r, json_t *row)
{
    const char *answer = json_string_value(json_object_get(row, "answer"));
    double prior = json_number_value(json_object_get(row, "prior"));
    json_int_t number = json_integer_value(json_object_get(row, "traveller"));
    json_t *alert = json_object_get(row, "alert");
    struct decided_hit h = { .prior = prior };
    char *text = json_dumps(alert, JSON_COMPACT | JSON_SORT_KEYS);

    if (answer == NULL || (strcmp(answer, "same") != 0 && strcmp(answer, "different") != 0))
        wrong(r, "its answer is neither same nor different");
    if (!(prior > 0 && prior < 1) || number <= 0 || text == NULL)
        wrong(r, "its prior, traveller or alert is missing");
    h.same = strcmp(answer, "same") == 0;
    h.traveller = person(r, r->traveller_of, en_bytes_from(&number, sizeof number), json_object_get(row, "person"),
                         &r->travellers, &r->n_travellers);
    h.alert = person(r, r->alert_of, en_bytes_from(text, strlen(text)), alert, &r->alerts, &r->n_alerts);
    free(text);
    r->hits = en_xrealloc(r->hits, (r->n_hits + 1) * sizeof *r->hits);
    r->hits[r->n_hits++] = h;
}

void
decided_read(const char *path, struct decided *out)
{
    struct reading r = { .traveller_of = en_map_new(NULL), .alert_of = en_map_new(NULL) };
    char *line = en_xmalloc(LINE_MOST);
    FILE *f = fopen(path, "r");

    if (f == NULL)
        wrong(&r, "the file cannot be opened");
    en_arena_init(&r.persons, (size_t)4 << 30);
    while (fgets(line, (int)LINE_MOST, f) != NULL) {
        json_t *row = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        r.line++;
        if (row == NULL || !json_is_object(row) || r.n_hits == MOST)
            wrong(&r, "it is no JSON object, or there are too many");
        take(&r, row);
        json_decref(row);
    }
    if (ferror(f) || r.n_hits == 0)
        wrong(&r, "there is no decided hit");
    (void)fclose(f);
    free(line);
    en_map_free(r.traveller_of);
    en_map_free(r.alert_of);
    *out = (struct decided){ r.persons, r.travellers, r.alerts, r.n_travellers, r.n_alerts, r.hits, r.n_hits };
}

void
decided_free(struct decided *d)
{
    en_arena_release(&d->persons);
    free(d->travellers);
    free(d->alerts);
    free(d->hits);
}
