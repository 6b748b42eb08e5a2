/*
 * manifest_map.h: what a service's own CSV calls our columns, and how it writes their values.
 *
 * A map is a small text file that the service writes once for a source (docs/formats/manifest-map.md). It is read
 * strictly: a word that is not known is an error with its line, and never the map's own text. What a row of the
 * manifest says is then read as leniently as ever: bad rows never sink the others.
 */
#ifndef EN_FORMATS_MANIFEST_MAP_H
#define EN_FORMATS_MANIFEST_MAP_H

#include "formats/manifest.h"

#define EN_MANIFEST_MAP_MAX (256u * 1024) /* bytes of a map */

struct en_manifest_map;

/* EN_E_INPUT with line and position; *out is to be freed, and is NULL after an error. */
en_errc en_manifest_map_read(en_bytes text, struct en_manifest_map **out, struct en_err *err);
void en_manifest_map_free(struct en_manifest_map *m);

/* As en_manifest_reader_new for EN_MANIFEST_CSV. The map is borrowed for the reader's life. */
struct en_manifest_reader *en_manifest_reader_new_mapped(const struct en_manifest_map *map, int32_t today,
                                                         struct en_manifest_sink sink, struct en_report *report);

#endif
