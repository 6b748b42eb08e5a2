/*
 * tables.h: the learned tables that the engine works with, together (docs/formats/tables.md).
 *
 * The program comes with a set of its own. A service may learn others on its own decided hits; an index is built with
 * one set and queried with the same, and the name of the set stands with every hit, so that a decision says which
 * tables it was made with.
 */
#ifndef EN_SCREEN_TABLES_H
#define EN_SCREEN_TABLES_H

#include "base/hash.h"
#include "screen/fusion.h"

enum en_table {
    EN_TABLE_COSTS,       /* docs/formats/costs.md */
    EN_TABLE_FREQUENCIES, /* docs/formats/frequencies.md */
    EN_TABLE_SPELLINGS,   /* docs/formats/spellings.md */
    EN_TABLE_CULTURES,    /* docs/formats/cultures.md */
    EN_TABLE_FUSION,      /* docs/formats/fusion.md */
    EN_TABLES
};
/* The name of its file: "costs.tsv" … */
const char *en_table_file(enum en_table t);
/* Bytes of one file, at most: many times what is learned. */
#define EN_TABLE_BYTES_MAX (8u << 20)
/* The program's own text of a table. */
en_bytes en_table_builtin(enum en_table t);

struct en_tables;
/* The set that comes with the program. */
struct en_tables *en_tables_builtin(void);
/*
 * A set from the texts of files; one that is not there (p is NULL) is the program's own. EN_E_INPUT with the table,
 * line and position of what is wrong; *which is then that table. The texts are not needed afterwards.
 */
en_errc en_tables_parse(const en_bytes text[EN_TABLES], struct en_tables **out, enum en_table *which,
                        struct en_err *err);
void en_tables_free(struct en_tables *t);

/* SHA-256 over the texts of all, each with its length before it: the name of the set. */
const uint8_t *en_tables_hash(const struct en_tables *t);
bool en_tables_are_builtin(const struct en_tables *t);
/* What an index is built with: all but the fusion (XXH3). */
uint64_t en_tables_of_index(const struct en_tables *t);

const struct en_costs *en_tables_costs(const struct en_tables *t);
const struct en_fusion *en_tables_fusion(const struct en_tables *t);
en_bytes en_tables_frequencies(const struct en_tables *t);

#endif
