/*
 * Our own JSON lines: docs/formats/json.md, "identity". What `entente list read --json` prints can be read back; its
 * last line, the summary, is passed over.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "formats/jsonl.h"
#include "formats/list_in.h"
#include "person/json_in.h"
#include "person/person_json.h"

struct own {
    struct en_list_in *in;
    struct en_jsonl *lines;
};

static const char *const others[] = { "id", "is_person", "programmes", "ground", "ended", "source", NULL };

static void
refuse(struct en_list_in *in, const char *code, const char *why)
{
    en_report_add(in->report, EN_NOTE_REFUSED, code, in->id.line, in->id.pos, "%s", why);
}

static bool
member_text(struct en_list_in *in, const json_t *v, size_t max, en_text *out)
{
    *out = EN_TEXT_NONE;
    return json_is_string(v) &&
           en_list_in_text(in, en_bytes_from(json_string_value(v), json_string_length(v)), max, in->id.pos, out);
}

/* A truth value that is something else is worth a refusal: "ended":"false" must not end an alert, nor go unseen. */
static bool
member_bool(struct en_list_in *in, const json_t *object, const char *member, bool *out)
{
    const json_t *v = json_object_get(object, member);

    if (v && !json_is_null(v) && !en_json_in_bool(object, member, out)) {
        refuse(in, "jsonl-member", "is_person and ended are true or false");
        return false;
    }
    return true;
}

static bool
read_programmes(struct en_list_in *in, const json_t *v)
{
    size_t i;
    const json_t *one;
    en_text t;

    if (v && !json_is_array(v) && !json_is_null(v)) {
        refuse(in, "jsonl-member", "programmes are an array of texts");
        return false;
    }
    json_array_foreach(v, i, one) {
        if (!json_is_string(one)) {
            refuse(in, "jsonl-member", "programmes are an array of texts");
            return false;
        }
        if (member_text(in, one, EN_MAX_TEXT, &t))
            en_list_in_programme(in, t);
    }
    return true;
}

static bool
read_ground(struct en_list_in *in, const json_t *v)
{
    en_text t;

    if (!v || json_is_null(v) || (json_is_string(v) && json_string_length(v) == 0))
        return true;
    if (member_text(in, v, EN_MAX_NAME, &t) && en_ground_from(t, &in->id.ground))
        return true;
    refuse(in, "jsonl-ground", "the ground is none of those that docs/formats/grounds.md lists");
    return false;
}

static bool
read_identity(struct en_list_in *in, json_t *object)
{
    struct en_json_place at = { in->id.line, in->id.pos };

    if (!member_text(in, json_object_get(object, "id"), EN_MAX_TEXT, &in->id.id)) {
        refuse(in, "no-id", "the entry has no id");
        return false;
    }
    if (!member_bool(in, object, "is_person", &in->id.is_person) || !member_bool(in, object, "ended", &in->id.ended) ||
        !read_programmes(in, json_object_get(object, "programmes")) ||
        !read_ground(in, json_object_get(object, "ground")))
        return false;
    /* Fails only when the arena is full, which deliver refuses. */
    (void)en_person_from_object(object, others, &in->id.person, in->report, at, NULL);
    return true;
}

bool
en_list_in_json(struct en_list_in *in, en_bytes line)
{
    json_t *v = en_jsonl_object(line, in->id.line, in->id.pos, in->report);
    bool ok = v && read_identity(in, v);

    /* Those are borrowed from the JSON, which goes now. */
    in->id.id = en_text_dup(in->id.id, &in->arena);
    for (size_t i = 0; i < in->id.n_programmes; i++)
        in->id.programmes[i] = en_text_dup(in->id.programmes[i], &in->arena);
    json_decref(v);
    return ok;
}

static en_errc
read_line(void *state, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct own *o = state;
    json_t *v = en_jsonl_object(text, line, pos, o->in->report);
    en_errc e = EN_OK;

    if (!v)
        return EN_OK;
    en_list_in_begin(o->in, line, pos);
    o->in->id.raw = en_bytes_trim(text);
    if (json_object_size(v) != 1 || !json_is_object(json_object_get(v, "summary")))
        e = read_identity(o->in, v) ? en_list_in_deliver(o->in, err) : EN_OK;
    json_decref(v);
    return e;
}

static void *
own_open(struct en_list_in *in)
{
    struct own *o = en_xcalloc(1, sizeof *o);

    o->in = in;
    o->lines = en_jsonl_new((struct en_jsonl_sink){ o, read_line }, in->report);
    return o;
}

static en_errc
own_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_jsonl_feed(((struct own *)state)->lines, chunk, err);
}

static en_errc
own_end(void *state, struct en_err *err)
{
    return en_jsonl_end(((struct own *)state)->lines, err);
}

static void
own_close(void *state)
{
    struct own *o = state;

    en_jsonl_free(o->lines);
    free(o);
}

const struct en_list_ops en_list_ops_jsonl = {
    .format = EN_LIST_JSONL,
    .word = "jsonl",
    .name = "",
    .open = own_open,
    .feed = own_feed,
    .end = own_end,
    .close = own_close,
};
