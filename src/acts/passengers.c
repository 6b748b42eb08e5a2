#include "acts/passengers.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Travellers of one flight number that are held at the same time: a ferry of 10,000 three days in a row. */
#define HELD_MAX 30000u

struct passengers {
    struct en_store *store;
    int64_t manifest;
    struct en_arena arena;
    char flight[EN_FLIGHT_MAX];
    size_t n_flight;
    struct passenger *at;
    size_t n, cap;
    uint64_t beyond;
};

struct passengers *
passengers_new(struct en_store *s, int64_t manifest)
{
    struct passengers *p = en_xcalloc(1, sizeof *p);

    p->store = s;
    p->manifest = manifest;
    en_arena_init(&p->arena, 4ul * EN_MAX_RECORD_ARENA);
    return p;
}

void
passengers_free(struct passengers *p)
{
    if (p == NULL)
        return;
    en_arena_release(&p->arena);
    free(p->at);
    free(p);
}

uint64_t
passengers_beyond(const struct passengers *p)
{
    return p->beyond;
}

static en_errc
keep(void *ctx, const struct en_store_traveller *row, struct en_err *err)
{
    struct passengers *p = ctx;
    struct passenger *x;
    en_errc rc;

    if (p->n == HELD_MAX || en_arena_over(&p->arena)) {
        p->beyond++;
        return EN_OK;
    }
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 64;
        p->at = en_xrealloc(p->at, p->cap * sizeof *p->at);
    }
    x = &p->at[p->n];
    *x = (struct passenger){ .row = *row, .told = row->manifest == p->manifest ? row->message : 0 };
    x->row.external = en_text_dup(row->external, &p->arena);
    x->row.flight = EN_TEXT_NONE;
    x->row.person = en_bytes_from(NULL, 0);
    rc = en_traveller_from_json(row->person, &p->arena, &x->t, &x->file, err);
    if (rc == EN_E_LIMIT) {
        p->beyond++;
        return EN_OK;
    }
    x->marks = en_traveller_marks(&x->t);
    p->n++;
    return rc;
}

static en_errc
load(struct passengers *p, const char *flight, size_t n, struct en_err *err)
{
    struct en_store_traveller_filter f = { .flight = { flight, n } };

    en_arena_release(&p->arena);
    p->n = 0;
    memcpy(p->flight, flight, n);
    p->n_flight = n;
    return en_store_travellers_each(p->store, &f, keep, p, err);
}

en_errc
passengers_find(struct passengers *p, const struct en_traveller *t, struct passenger **out, enum en_same *same,
                struct en_err *err)
{
    char flight[EN_FLIGHT_MAX];
    size_t n = en_traveller_flight(t, flight);
    uint64_t marks;

    *out = NULL;
    *same = EN_SAME_NOT;
    if (n == 0)
        return EN_OK;
    if (n != p->n_flight || memcmp(flight, p->flight, n) != 0) {
        en_errc rc = load(p, flight, n, err);

        if (rc != EN_OK)
            return rc;
    }
    marks = en_traveller_marks(t);
    for (size_t i = 0; i < p->n; i++) {
        struct passenger *x = &p->at[i];
        enum en_same rule = (x->marks & marks) == 0 || (x->told != 0 && x->told == t->message)
                                ? EN_SAME_NOT
                                : en_traveller_same(&x->t, t);

        if (rule != EN_SAME_NOT && (*out == NULL || rule < *same)) {
            *out = x;
            *same = rule;
        }
    }
    if (*out != NULL)
        (*out)->told = t->message;
    return EN_OK;
}

en_errc
passengers_add(struct passengers *p, const struct en_store_traveller *row, struct en_err *err)
{
    if (row->flight.n == 0 || row->flight.n != p->n_flight || memcmp(row->flight.p, p->flight, p->n_flight) != 0)
        return EN_OK;
    return keep(p, row, err);
}
