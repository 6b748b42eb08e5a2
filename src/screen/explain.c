/* explain.c: words and JSON of a result. */
#include <stdio.h>

#include "screen/screen.h"

const char *
en_field_word(enum en_field f)
{
    static const char *const words[EN_FIELDS] = {
        [EN_FIELD_NAME] = "name",           [EN_FIELD_BIRTH_DATE] = "birth_date",   [EN_FIELD_DOCUMENT] = "document",
        [EN_FIELD_NATIONALITY] = "nationality", [EN_FIELD_SEX] = "sex",             [EN_FIELD_BIRTH_PLACE] = "birth_place",
        [EN_FIELD_DAMPING] = "damping",     [EN_FIELD_COMPETITION] = "competition", [EN_FIELD_CALIBRATION] = "calibration",
    };

    EN_ASSERT((unsigned)f < EN_FIELDS);
    return words[f];
}

const char *
en_band(double probability)
{
    static const struct {
        double from;
        const char *word;
    } bands[] = { { 0.95, "very strong" }, { 0.6, "strong" }, { 0.2, "possible" }, { 0.02, "weak" } };

    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        if (probability >= bands[i].from)
            return bands[i].word;
    return "very weak";
}

/* Twelve significant digits: more than the nine that are promised, fewer than could differ between machines. */
static void
probability_json(struct en_json *j, double p)
{
    char text[40];

    snprintf(text, sizeof text, "%.12g", p);
    en_json_raw(j, en_text_bytes(en_text_from_ours(text)));
}

static void
evidence_json(struct en_json *j, const struct en_evidence *e)
{
    en_json_object(j);
    en_json_kv_str(j, "field", en_field_word(e->field));
    en_json_kv_text(j, "query", e->query);
    en_json_kv_text(j, "list", e->list);
    en_json_key(j, "bits");
    en_json_bits(j, e->bits);
    en_json_kv_str(j, "why", e->why);
    en_json_object_end(j);
}

static void
hit_json(struct en_json *j, const struct en_hit *h)
{
    en_json_object(j);
    en_json_kv_text(j, "entity", h->id);
    en_json_key(j, "bits");
    en_json_bits(j, h->bits);
    en_json_key(j, "probability");
    probability_json(j, h->probability);
    en_json_key(j, "evidence");
    en_json_array(j);
    for (size_t i = 0; i < h->n_evidence; i++)
        evidence_json(j, &h->evidence[i]);
    en_json_array_end(j);
    en_json_object_end(j);
}

void
en_hits_json(en_text traveller, const struct en_hit *hits, size_t n, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_text(&j, "traveller", traveller);
    en_json_key(&j, "hits");
    en_json_array(&j);
    for (size_t i = 0; i < n; i++)
        hit_json(&j, &hits[i]);
    en_json_array_end(&j);
    en_json_object_end(&j);
}
