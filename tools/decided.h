/*
 * decided.h: decided hits of a service, as `entente hit export` writes them (docs/formats/decided.md). For
 * train_fusion.c.
 */
#ifndef DECIDED_H
#define DECIDED_H

#include "person/person.h"

struct decided_hit {
    unsigned traveller, alert; /* numbers from 0 */
    bool same;
    double prior; /* probability that it is the same before any evidence */
};

struct decided {
    struct en_arena persons;
    struct en_person *travellers, *alerts;
    unsigned n_travellers, n_alerts;
    struct decided_hit *hits; /* in the order of the file */
    unsigned n_hits;
};

/* Ends the program with the line of what is not a decided hit. */
void decided_read(const char *path, struct decided *out);
void decided_free(struct decided *d);

#endif
