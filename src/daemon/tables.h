/*
 * tables.h: learned tables in a folder: costs.tsv, frequencies.tsv, spellings.tsv, cultures.tsv, fusion.tsv
 * (docs/formats/tables.md).
 */
#ifndef EN_DAEMON_TABLES_H
#define EN_DAEMON_TABLES_H

#include "screen/tables.h"

/* Where a node has its own, in its folder. */
#define EN_TABLES_FOLDER "tables"

/*
 * Reads the files of a folder (name, in the folder dir or AT_FDCWD); those that are not there are the program's own.
 * EN_E_NOT_FOUND if none is there; EN_E_INPUT with the file's name, line and position. The caller frees them.
 */
en_errc en_tables_load(int dir, const char *name, struct en_tables **out, struct en_err *err);

#endif
