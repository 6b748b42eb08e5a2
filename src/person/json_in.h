/*
 * json_in.h: JSON from outside, for every reader of it.
 *
 * jansson parses; these functions stand before and behind it. Before: a size limit and a depth limit, because jansson's
 * own depth limit (2048) is far above ours. Behind: text only through en_text_check, copied into the caller's arena, so
 * that it outlives the json_t.
 *
 * Refused: what is larger than max, nested deeper than EN_MAX_DEPTH, no JSON or more than one value, a repeated member,
 * invalid UTF-8, a NUL character, a number out of range.
 */
#ifndef EN_PERSON_JSON_IN_H
#define EN_PERSON_JSON_IN_H

#include <jansson.h>

#include "base/bytes.h"

/*
 * Parses one value (or one object) that fills `in`, to be freed with json_decref; *out is NULL on failure. err gets the
 * byte offset in `in` where reading stopped, which is behind the token that is wrong. *note (may be NULL) gets a stable
 * code for a report: json-large, json-depth, json-syntax, json-truncated, json-duplicate, json-utf8, json-nul,
 * json-number, json-object.
 */
en_errc en_json_in_value(en_bytes in, size_t max, json_t **out, const char **note, struct en_err *err);
en_errc en_json_in_object(en_bytes in, size_t max, json_t **out, const char **note, struct en_err *err);

/*
 * The string v as checked text in the arena, repairs as in en_text_check. EN_E_INPUT if v is no string, EN_E_LIMIT as
 * in en_text_check; *out is EN_TEXT_NONE then.
 */
en_errc en_json_in_text(const json_t *v, size_t max, struct en_arena *a, en_text *out, unsigned *repairs,
                        struct en_err *err);
/* As en_json_in_text for a member of an object; a missing or null member is EN_OK and EN_TEXT_NONE. */
en_errc en_json_in_member(const json_t *object, const char *member, size_t max, struct en_arena *a, en_text *out,
                          unsigned *repairs, struct en_err *err);
/* A member's name, which is input as well, as checked text in the arena. */
en_errc en_json_in_key(const char *key, struct en_arena *a, en_text *out, struct en_err *err);
/*
 * Any value as text: a string as it is, anything else as the compact JSON it is. For what is kept without being
 * understood.
 */
en_errc en_json_in_any(const json_t *v, size_t max, struct en_arena *a, en_text *out, struct en_err *err);
/* An integer 0..INT64_MAX of an object. False and *out untouched if it is missing or anything else. */
bool en_json_in_uint(const json_t *object, const char *member, uint64_t *out);
/* A truth value of an object. False and *out untouched if it is missing or anything else. */
bool en_json_in_bool(const json_t *object, const char *member, bool *out);

#endif
