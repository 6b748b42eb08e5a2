#include "cmd/person_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/input.h"
#include "person/json_in.h"

static const char *const options[] = {
    "name", "birth-date", "sex", "nationality", "document", "birth-place", "person",
};

bool
en_person_args_given(const struct en_run *r)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (en_opt_given(r, options[i]))
            return true;
    return false;
}

static json_t *
text(struct en_run *r, const char *option, size_t i)
{
    en_text t = en_opt_text_at(r, option, i);

    return json_stringn(t.p, t.n);
}

/* A list of one-member objects: {"full": NAME}, {"date": DATE} … */
static void
list(struct en_run *r, json_t *person, const char *option, const char *member, const char *inner)
{
    json_t *all;

    if (en_opt_count(r, option) == 0)
        return;
    all = json_array();
    for (size_t i = 0; i < en_opt_count(r, option); i++) {
        json_t *one = inner != NULL ? json_object() : text(r, option, i);

        if (inner != NULL)
            EN_ASSERT(json_object_set_new(one, inner, text(r, option, i)) == 0);
        EN_ASSERT(json_array_append_new(all, one) == 0);
    }
    EN_ASSERT(json_object_set_new(person, member, all) == 0);
}

static void
finish_names(json_t *person, const char *source)
{
    json_t *names = json_object_get(person, "names");

    for (size_t i = 0; i < json_array_size(names); i++) {
        json_t *n = json_array_get(names, i);

        if (source != NULL)
            EN_ASSERT(json_object_set_new(n, "source", json_string(source)) == 0);
        else if (i > 0)
            EN_ASSERT(json_object_set_new(n, "kind", json_string("alias")) == 0);
    }
}

static void
finish_documents(struct en_run *r, json_t *person)
{
    json_t *docs = json_object_get(person, "documents");

    for (size_t i = 0; i < json_array_size(docs); i++) {
        json_t *d = json_array_get(docs, i);

        EN_ASSERT(json_object_set_new(d, "type", json_string(en_opt_value(r, "document-type"))) == 0);
        if (en_opt_given(r, "issuer"))
            EN_ASSERT(json_object_set_new(d, "issuer", text(r, "issuer", 0)) == 0);
    }
}

static void
from_options(struct en_run *r, json_t *person, const char *source)
{
    list(r, person, "name", "names", "full");
    list(r, person, "birth-date", "birth_dates", "date");
    list(r, person, "nationality", "nationalities", NULL);
    list(r, person, "document", "documents", "number");
    list(r, person, "birth-place", "birth_places", "text");
    if (en_opt_given(r, "sex"))
        EN_ASSERT(json_object_set_new(person, "sex", json_string(en_opt_value(r, "sex"))) == 0);
    if (en_opt_given(r, "name"))
        finish_names(person, source);
    if (en_opt_given(r, "document"))
        finish_documents(r, person);
}

static en_errc
from_file(struct en_run *r, json_t **person, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = en_input_all(en_opt_value(r, "person"), EN_MAX_RECORD, &b, err);

    rc = rc != EN_OK ? rc : en_json_in_object(en_buf_bytes(&b), EN_MAX_RECORD, person, NULL, err);
    en_buf_release(&b);
    return rc;
}

en_errc
en_person_args(struct en_node_call *c, const char *source, struct en_err *err)
{
    struct en_run *r = c->run;
    json_t *person = NULL;
    char *json;
    en_errc rc = EN_OK;

    if (en_opt_given(r, "issuer") && !en_opt_given(r, "document"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--issuer is of a --document");
    if (en_opt_given(r, "person"))
        rc = from_file(r, &person, err);
    else
        person = json_object();
    if (rc != EN_OK)
        return rc;
    from_options(r, person, source);
    json = json_dumps(person, JSON_COMPACT);
    EN_ASSERT(json != NULL);
    en_json_key(&c->j, "person");
    en_json_raw(&c->j, en_bytes_from(json, strlen(json)));
    free(json);
    json_decref(person);
    return EN_OK;
}
