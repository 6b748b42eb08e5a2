/*
 * store_dump.h: everything that a store says of itself, as text: two stores are the same if their dumps are.
 */
#ifndef EN_TESTS_STORE_DUMP_H
#define EN_TESTS_STORE_DUMP_H

#include "base/buf.h"
#include "store/store.h"

/* A folder of the test's own, in memory where the system has one: these tests are not about the disk. */
bool store_folder(char *out, size_t n);
/* Appends a line a row, in the order of the store's own iterations. */
en_errc store_dump(struct en_store *s, struct en_buf *out, struct en_err *err);

#endif
