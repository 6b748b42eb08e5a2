/*
 * examples.h: one fictional record of every kind, for the tests of this folder and for the examples in
 * docs/formats/records.
 */
#ifndef EN_TEST_RECORD_EXAMPLES_H
#define EN_TEST_RECORD_EXAMPLES_H

#include "record/stix.h"

/* Makes the example of a kind, in its n-th version, in the arena. Fictional: see examples/CAST.md. */
void example_record(enum en_record_kind kind, uint32_t version, struct en_arena *a, struct en_record *out);

#endif
