/*
 * Public notices of INTERPOL, as its web service (ws-public.interpol.int/notices/v1) gives them: a page of notices
 * (_embedded.notices), one notice in full, or an array of either.
 */
#include <string.h>

#include "formats/list_json.h"
#include "person/json_in.h"

static en_text
member(struct en_list_in *in, const json_t *o, const char *name)
{
    return en_list_json_text(in, json_object_get(o, name));
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static void
add_name(struct en_list_in *in, const json_t *o)
{
    en_text given = member(in, o, "forename"), family = member(in, o, "name");

    if (given.n + family.n >= EN_MAX_NAME)
        en_report_add(in->report, EN_NOTE_REFUSED, "value-long", in->id.line, in->id.pos,
                      "a name is longer than its limit");
    else
        (void)en_list_in_name_of(in, EN_NAME_PRIMARY, given, family, EN_TEXT_NONE);
}

static void
add_nationalities(struct en_list_in *in, const json_t *list)
{
    size_t i;
    const json_t *v;

    json_array_foreach(list, i, v) en_list_in_nationality(in, "nationalities", en_list_json_text(in, v), in->id.pos);
}

static void
add_place(struct en_list_in *in, const json_t *o)
{
    en_text state = member(in, o, "country_of_birth_id"), t[2] = { member(in, o, "place_of_birth"), EN_TEXT_NONE };
    en_country c = en_country_from_text(state);

    if (!en_country_known(c))
        t[1] = state;
    en_list_in_place(in, en_list_in_join(in, t, 2, ", "), c);
}

/*= ws-public.interpol.int: the kind is in the address of the notice: /notices/v1/red/…, /yellow/…, /un/… */
static void
add_kind(struct en_list_in *in, const json_t *o)
{
    static const char *const kinds[] = { "red", "yellow", "un" };
    const char *href = json_string_value(
        json_object_get(json_object_get(json_object_get(o, "_links"), "self"), "href"));
    const char *at = href ? strstr(href, "/notices/v1/") : NULL;

    for (size_t i = 0; at && i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i]);

        if (strncmp(at + 12, kinds[i], n) == 0 && at[12 + n] == '/')
            en_list_in_programme(in, en_text_from_ours(kinds[i]));
    }
}

static void
add_warrants(struct en_list_in *in, const json_t *list)
{
    size_t i;
    const json_t *v;

    json_array_foreach(list, i, v)
    {
        en_text t[3] = { member(in, v, "issuing_country_id"), member(in, v, "charge"), EN_TEXT_NONE };

        if (t[1].n == 0)
            t[2] = member(in, v, "charge_translation");
        en_list_in_aside(in, EN_TEXT_LIT("arrest_warrant"), en_list_in_join(in, t, 3, ": "));
    }
}

/* Known members that are matched above, or say nothing; and those that are kept in words. */
static bool
keep(struct en_list_in *in, const char *key, const json_t *v)
{
    static const char *const known[] = { "entity_id",       "forename", "name",           "nationalities",
                                         "date_of_birth",   "sex_id",   "place_of_birth", "country_of_birth_id",
                                         "arrest_warrants", "_links",   "_embedded" };
    static const char *const kept[] = { "distinguishing_marks", "weight",      "height",
                                        "eyes_colors_id",       "hairs_id",    "languages_spoken_ids",
                                        "issuing_entity",       "un_reference" };
    en_text t;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], key) == 0)
            return true;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (strcmp(kept[i], key) != 0)
            continue;
        if (json_is_number(v) && en_json_in_any(v, EN_MAX_NAME, &in->arena, &t, NULL) == EN_OK)
            en_list_in_aside(in, en_text_from_ours(kept[i]), t);
        for (size_t k = 0; json_is_array(v) ? k < json_array_size(v) : k < 1; k++)
            en_list_in_aside(in, en_text_from_ours(kept[i]),
                             en_list_json_text(in, json_is_array(v) ? json_array_get(v, k) : v));
        return true;
    }
    return false;
}

static en_errc
read_notice(struct en_list_in *in, json_t *o, uint64_t line, uint64_t pos, struct en_err *err)
{
    const char *key;
    json_t *v;

    en_list_in_begin(in, line, pos);
    in->id.id = member(in, o, "entity_id");
    add_name(in, o);
    en_list_in_birth(in, "date_of_birth", member(in, o, "date_of_birth"), pos);
    en_list_in_sex(in, "sex_id", en_text_is(member(in, o, "sex_id"), "U") ? EN_TEXT_NONE : member(in, o, "sex_id"),
                   pos);
    add_nationalities(in, json_object_get(o, "nationalities"));
    add_place(in, o);
    add_kind(in, o);
    add_warrants(in, json_object_get(o, "arrest_warrants"));
    json_object_foreach(o, key, v)
    {
        en_text name;

        if (keep(in, key, v) || json_is_null(v))
            continue;
        if (en_list_in_text(in, en_bytes_from(key, strlen(key)), EN_MAX_NAME, pos, &name))
            en_list_in_extra(
                in, name,
                json_is_string(v) ? en_list_json_text(in, v) : EN_TEXT_LIT("(a value of several parts)"), pos);
    }
    return en_list_in_deliver(in, err);
}

static en_errc
read_any(struct en_list_in *in, json_t *v, uint64_t line, uint64_t pos, unsigned nesting, struct en_err *err)
{
    json_t *list = json_object_get(json_object_get(v, "_embedded"), "notices");

    if (json_is_object(v) && json_object_get(v, "entity_id"))
        return read_notice(in, v, line, pos, err);
    if (!list)
        list = json_is_array(v) ? v : json_object_get(v, "notices");
    return en_list_json_each(in, list, read_any, line, pos, nesting, "interpol-notice",
                             "this is no notice and has none in it", err);
}

static void *
interpol_open(struct en_list_in *in)
{
    return en_list_json_open(in, read_any);
}

const struct en_list_ops en_list_ops_interpol = {
    .format = EN_LIST_INTERPOL,
    .word = "interpol",
    .name = "interpol-notices",
    .open = interpol_open,
    .feed = en_list_json_feed,
    .end = en_list_json_end,
    .close = en_list_json_close,
};
