/*
 * store_dump.h: everything that a store says of itself, as text: two stores are the same if their dumps are.
 */
#ifndef EN_TESTS_STORE_DUMP_H
#define EN_TESTS_STORE_DUMP_H

#include "base/buf.h"
#include "store/store.h"

/* Appends a line a row, in the order of the store's own iterations. */
en_errc store_dump(struct en_store *s, struct en_buf *out, struct en_err *err);

#endif
