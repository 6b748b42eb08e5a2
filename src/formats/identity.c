/*
 * The JSON form of an identity: docs/formats/json.md, "identity". list_jsonl.c reads it.
 */
#include "formats/list.h"

void
en_identity_json(const struct en_identity *id, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_text(&j, "id", id->id);
    if (!id->is_person)
        en_json_kv_bool(&j, "is_person", false);
    en_json_key(&j, "programmes");
    en_json_array(&j);
    for (size_t i = 0; i < id->n_programmes; i++)
        en_json_text(&j, id->programmes[i]);
    en_json_array_end(&j);
    en_json_kv_str(&j, "ground", en_ground_word(id->ground));
    if (id->ended)
        en_json_kv_bool(&j, "ended", true);
    en_person_json(&id->person, &j);
    if (id->line) {
        en_json_key(&j, "source");
        en_json_object(&j);
        en_json_kv_uint(&j, "line", id->line);
        en_json_kv_uint(&j, "pos", id->pos);
        en_json_object_end(&j);
    }
    en_json_object_end(&j);
}

bool
en_identity_fictional(const struct en_identity *id)
{
    for (size_t i = 0; i < id->person.n_extras; i++)
        if (en_text_is(id->person.extras[i].key, "fictional") &&
            en_text_is_nocase(id->person.extras[i].value, "yes"))
            return true;
    return false;
}
