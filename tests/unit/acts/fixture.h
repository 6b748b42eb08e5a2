/*
 * fixture.h: a node in memory with its people, for tests of acts.
 */
#ifndef EN_TESTS_ACTS_FIXTURE_H
#define EN_TESTS_ACTS_FIXTURE_H

#include "acts/acts.h"
#include "node/card.h"
#include "store/store.h"
#include "../node_keys.h"

#define T0 ((en_time)1795000000000) /* 2026-11-18 */

struct node {
    struct en_store *store;
    struct en_acts *acts;
    en_time now;
    struct en_buf records; /* of the last act, a line each */
    size_t n_records;
    bool wrong_key, refuse; /* the person signs with another key, or does not */
    uint64_t events_before; /* at the beginning of the last act */
    bool told_too_early;    /* a record came before its event was in the log */
    void (*between)(struct node *n); /* others who wait while a long act is done; NULL: none */
    struct en_err err;
    struct en_node_keys keys; /* of node_key */
};

/* The people: "anna" may do everything; "berta" and "chris" are officers, "dora" auditor, "emil" importer, "fred"
 * admin. */
extern const char *const people[];
struct node *node_new(struct en_store *store); /* takes it */
void node_free(struct node *n);
/* As a new process over the same store, which keeps its index on this shelf (NULL: nowhere). */
void node_restart(struct node *n, const struct en_acts_shelf *shelf);
/* An act with JSON arguments and the texts of its files. */
en_errc act(struct node *n, const char *user, const char *word, const char *args, const char *file, const char *file2);
/* The same with the bytes of its files. */
en_errc act_bytes(struct node *n, const char *user, const char *word, const char *args, en_bytes *files,
                  size_t n_files);
/* Gives the node keys of its own: those of the made-up node of this number (node_keys.h). */
void node_key(struct node *n, unsigned number);
/* What n says of itself; test_signing_key(99, 1) is the next key of each. name is kept. */
void node_card(const struct node *n, const char *name, en_time at, struct en_card *card);
/*
 * n has other for a partner of this name and agreement, as after `entente partner add` without its event: the row, and
 * what other has signed.
 */
void node_knows(struct node *n, const struct node *other, const char *name, const char *agreement);
/* A member of the record number i of the last answer, as compact JSON text; "" if it is not there. Borrowed until the
 * next. */
const char *member(struct node *n, size_t i, const char *path);
uint64_t events(struct node *n);
/* What is drawn from now on is the same after the same number. */
void draws_from(uint64_t number);

/* A list and a manifest that go together: one hit, one near miss, one stranger. */
extern const char list_csv[], manifest_csv[];

#endif
