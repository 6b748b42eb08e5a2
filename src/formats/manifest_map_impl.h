/*
 * manifest_map_impl.h: a map as the reader of CSV uses it. Private to formats.
 */
#ifndef EN_FORMATS_MANIFEST_MAP_IMPL_H
#define EN_FORMATS_MANIFEST_MAP_IMPL_H

#include "base/hash.h"
#include "formats/manifest_map.h"

#define EN_MAP_FIELDS 32u /* of ours */
#define EN_MAP_JOINED 4u  /* columns that make one value */
#define EN_MAP_EMPTY  64u
#define EN_MAP_IGNORE 256u

enum en_map_encoding { EN_MAP_UTF8, EN_MAP_LATIN1, EN_MAP_CP1252, EN_MAP_UTF16 };
enum en_map_name { EN_MAP_NAME_WHOLE, EN_MAP_NAME_SLASH, EN_MAP_NAME_COMMA, EN_MAP_NAME_FAMILY_GIVEN,
                   EN_MAP_NAME_GIVEN_FAMILY };

struct en_map_column {
    en_text title;   /* empty: by number */
    uint32_t number; /* from 1 */
};

struct en_map_field {
    struct en_map_column from[EN_MAP_JOINED];
    size_t n;
    en_text constant;
    en_text dates; /* how its dates are written; empty: as the map's, or as ours */
};

struct en_map_word {
    int field; /* EN_MAP_MONTH: of a month */
    en_text ours, theirs;
};
#define EN_MAP_MONTH (-1)

struct en_manifest_map {
    struct en_arena arena;
    char delimiter;
    int quote;       /* -1: none */
    bool header;
    enum en_map_encoding encoding;
    enum en_map_name name;
    en_text dates;
    struct en_map_field fields[EN_MAP_FIELDS]; /* by en_manifest_csv_field */
    en_text empty[EN_MAP_EMPTY];
    size_t n_empty;
    struct en_map_column ignore[EN_MAP_IGNORE];
    size_t n_ignore;
    struct en_map_word *words;
    size_t n_words, cap_words;
    uint8_t digest[EN_DIGEST_LEN]; /* of its bytes: read with another map a manifest says something else */
};

/* The number of our column of this name, or -1; and its name. */
int en_manifest_csv_field(en_text name);
const char *en_manifest_csv_field_name(size_t field);

/* --- values (manifest_map_value.c) ---------------------------------------------------------------------------- */

/* ASCII case-insensitive. */
bool en_map_same(en_text a, en_text b);
/* Whether the map says that this stands for nothing. */
bool en_map_is_empty(const struct en_manifest_map *m, en_text v);
/*
 * What the value means in our words: words are replaced, dates are brought to "1971-03-05T08:15". today settles
 * two-digit years: the latest that is not after it for a birth, else the nearest. A value that the map does not
 * explain is left as it is.
 */
en_text en_map_value(const struct en_manifest_map *m, size_t field, en_text v, int32_t today, struct en_arena *a);
/* Splits a name by the map's order; false: it has no such parts. */
bool en_map_split_name(const struct en_manifest_map *m, en_text v, en_text *family, en_text *given);
/* Whether this says how dates are written. */
bool en_map_dates_good(en_text dates);
/* Whether the field holds a date. */
bool en_map_is_date(size_t field);

#endif
