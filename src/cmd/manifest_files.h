/*
 * manifest_files.h: the manifests that a command line names, whatever their formats.
 */
#ifndef EN_CMD_MANIFEST_FILES_H
#define EN_CMD_MANIFEST_FILES_H

#include "formats/manifest_map.h"

/*
 * Reads one manifest to its end and gives each traveller to the sink. as is EN_MANIFEST_UNKNOWN to find the format by
 * looking at the file; "-" is standard input. Damage is in err (EN_E_INPUT, EN_E_LIMIT: what came before it was
 * delivered); what could be read in spite of it is noted in report. Other errors are the system's or the sink's.
 */
en_errc en_manifest_file_read(const char *path, enum en_manifest_format as, int32_t today, struct en_manifest_sink sink,
                              struct en_report *report, struct en_err *err);
/* As en_manifest_file_read, for a CSV with its map; without one (NULL) it is that. */
en_errc en_manifest_file_read_mapped(const char *path, const struct en_manifest_map *map, enum en_manifest_format as,
                                     int32_t today, struct en_manifest_sink sink, struct en_report *report,
                                     struct en_err *err);
/* The map in a file; NULL for no path. */
en_errc en_manifest_map_file(const char *path, struct en_manifest_map **out, struct en_err *err);

/* Today by the machine's clock, in UTC. Two-digit years are settled by it. */
int32_t en_today(void);

#endif
