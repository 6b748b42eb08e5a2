/*
 * place.h: a folder for one test's store, and what the tests of the SQLite engine share.
 */
#ifndef EN_TESTS_STORE_PLACE_H
#define EN_TESTS_STORE_PLACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../conformance/store_dump.h"
#include "store/sqlite.h"

#define T(lit) EN_TEXT_LIT(lit)
#define B(lit) EN_BYTES_LIT(lit)
#define T0     ((en_time)1795000000000)

struct place {
    char dir[64], path[96], other[96];
    struct en_err err;
};

/* cmocka's setup and teardown: the folder must be empty but for the store and the other file. */
int place_setup(void **state);
int place_teardown(void **state);

struct en_store *place_create(struct place *p);
struct en_store *place_open(struct place *p, const char *path);
/* One user, source, alert with a history, manifest, traveller, hit, decision, event: each with marker in its content.
 */
void place_fill(struct en_store *s, const char *marker);
struct en_buf place_dump(struct en_store *s);
/* Runs SQL on the file behind the store's back. */
void place_sql(const char *path, const char *sql);
/* The whole file; empty if there is none. */
struct en_buf place_read(const char *path);
/* True if the bytes occur in the file at path, with the suffix. */
bool place_holds(const struct place *p, const char *suffix, const char *bytes);

#endif
