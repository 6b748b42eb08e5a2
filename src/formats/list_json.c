#include "formats/list_json.h"

#include <stdlib.h>

#include "base/limits.h"

struct reader {
    struct en_list_in *in;
    struct en_json_values *values;
    en_list_json_read read;
};

static en_errc
read_value(void *ctx, json_t *v, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct reader *r = ctx;

    return r->read(r->in, v, line, pos, 0, err);
}

void *
en_list_json_open(struct en_list_in *in, en_list_json_read read)
{
    struct reader *r = en_xcalloc(1, sizeof *r);

    r->in = in;
    r->read = read;
    r->values = en_json_values_new((struct en_json_values_sink){ r, read_value }, in->report);
    return r;
}

en_errc
en_list_json_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_json_values_feed(((struct reader *)state)->values, chunk, err);
}

en_errc
en_list_json_end(void *state, struct en_err *err)
{
    return en_json_values_end(((struct reader *)state)->values, err);
}

void
en_list_json_close(void *state)
{
    struct reader *r = state;

    en_json_values_free(r->values);
    free(r);
}

en_errc
en_list_json_each(struct en_list_in *in, json_t *list, en_list_json_read read, uint64_t line, uint64_t pos,
                  unsigned nesting, const char *code, const char *why, struct en_err *err)
{
    en_errc e = EN_OK;
    json_t *one;
    size_t i;

    if (!json_is_array(list) || nesting == EN_LIST_JSON_NESTING) {
        en_report_add(in->report, EN_NOTE_REFUSED, code, line, pos, "%s", why);
        return EN_OK;
    }
    json_array_foreach(list, i, one) if ((e = read(in, one, line, pos, nesting + 1, err))) break;
    return e;
}

en_text
en_list_json_text(struct en_list_in *in, const json_t *v)
{
    en_text t = EN_TEXT_NONE;

    if (json_is_string(v))
        (void)en_list_in_prose(in, en_bytes_from(json_string_value(v), json_string_length(v)), EN_MAX_TEXT, in->id.pos,
                               &t);
    return t;
}
