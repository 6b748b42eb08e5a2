#include "cmd/node_call.h"
#include "cmd/table.h"

#include <stdlib.h>
#include <string.h>

#define WAIT_MS 60000 /* an import of a million entries takes less */

en_errc
en_rehearsal_now(en_time *out, struct en_err *err)
{
    const char *v = getenv("ENTENTE_REHEARSAL_NOW");

    *out = EN_TIME_NONE;
    if (v == NULL || *v == '\0' || en_time_parse((en_text){ v, strlen(v) }, out))
        return EN_OK;
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "ENTENTE_REHEARSAL_NOW is a time like 2026-11-24T08:00:00Z");
}

const char *
en_passphrase_file(void)
{
    const char *path = getenv("ENTENTE_PASSPHRASE_FILE");

    return path != NULL && *path != '\0' ? path : NULL;
}

static void
say_beside(void *ctx, const char *text, const struct en_err *why)
{
    (void)ctx;
    en_say_err(en_text_from_ours(text), why);
}

/* --- opening, doing, closing ------------------------------------------------------------------ */

en_errc
en_node_open(struct en_node_call *c, struct en_run *r, struct en_err *err)
{
    struct en_link_options o = { .node = r->node,
                                 .keys = getenv("ENTENTE_KEYS"),
                                 .wait_ms = WAIT_MS,
                                 .say = say_beside,
                                 .passphrase_file = en_passphrase_file() };
    en_errc rc = en_rehearsal_now(&o.rehearse, err);

    *c = (struct en_node_call){ .run = r, .args = EN_BUF_INIT };
    if (rc != EN_OK)
        return rc;
    if (o.keys != NULL && *o.keys == '\0')
        o.keys = NULL;
    if (r->user != NULL)
        o.user = en_arg_show(r, r->user);
    rc = en_link_open(&o, &c->link, err);
    if (rc == EN_OK)
        en_node_args(c);
    return rc;
}

void
en_node_args(struct en_node_call *c)
{
    en_buf_reset(&c->args);
    en_json_init(&c->j, &c->args);
    en_json_object(&c->j);
    if (c->run->purpose != NULL)
        en_json_kv_text(&c->j, "purpose", en_arg_show(c->run, c->run->purpose));
}

void
en_node_close(struct en_node_call *c)
{
    en_link_close(c->link);
    en_buf_release(&c->args);
}

struct showing {
    struct en_run *run;
    en_node_show_fn *show;
    void *ctx;
    struct en_progress progress;
    struct en_buf line;
};

/* A server's texts reach a terminal: they are checked like any other input. */
static bool
is_checked(const json_t *v, struct en_arena *a)
{
    const char *key;
    json_t *item;
    size_t i;

    if (json_is_string(v)) {
        unsigned repairs;
        en_text t;

        en_arena_reset(a);
        return en_text_check(en_bytes_from(json_string_value(v), json_string_length(v)), EN_STORE_MAX_BLOB, a, &t,
                             &repairs, NULL) == EN_OK &&
               (repairs & ~(unsigned)EN_TEXT_TRIMMED) == 0;
    }
    json_object_foreach((json_t *)(uintptr_t)v, key, item) if (!is_checked(item, a)) return false;
    json_array_foreach(v, i, item) if (!is_checked(item, a)) return false;
    return true;
}

static en_errc
show_row(struct showing *s, en_bytes json, struct en_err *err)
{
    json_t *row = json_loadb((const char *)json.p, json.n, 0, NULL);
    struct en_arena a;
    bool good;

    en_arena_init(&a, 4 * EN_STORE_MAX_BLOB);
    good = row != NULL && is_checked(row, &a);
    en_arena_release(&a);
    if (good)
        s->show(s->run, row, s->ctx);
    json_decref(row);
    return good ? EN_OK
                : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a record of the answer is not JSON of checked texts");
}

static en_errc
take_record(void *ctx, en_bytes json, struct en_err *err)
{
    struct showing *s = ctx;
    en_errc rc = EN_OK;

    en_progress_end(&s->progress);
    if (s->show == NULL)
        return EN_OK;
    if (s->run->json) {
        en_buf_reset(&s->line);
        en_buf_add(&s->line, json.p, json.n);
        en_out_line(s->run->out, &s->line);
    } else {
        rc = show_row(s, json, err);
    }
    return rc != EN_OK ? rc : en_out_failed(s->run->out) ? en_out_flush(s->run->out, err) : EN_OK;
}

static void
take_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct showing *s = ctx;

    en_progress(&s->progress, done, total);
}

en_errc
en_node_do(struct en_node_call *c, const char *act, struct en_file *files, size_t n_files, en_node_show_fn *show,
           void *ctx, struct en_err *err)
{
    struct showing s = { .run = c->run, .show = show, .ctx = ctx, .line = EN_BUF_INIT };
    const struct en_act_reply reply = { &s, take_record, take_progress };
    en_errc rc;

    en_json_object_end(&c->j);
    en_progress_begin(&s.progress, "bytes read");
    rc = en_link_run(c->link, act, en_buf_bytes(&c->args), files, n_files, &reply, err);
    en_progress_end(&s.progress);
    en_buf_release(&s.line);
    if (en_link_warning(c->link) != NULL)
        en_say_err(EN_TEXT_LIT("beside this, the node could not do what is due"), en_link_warning(c->link));
    return rc;
}

en_errc
en_node_once(struct en_run *r, const char *act, en_node_fill_fn *fill, en_node_show_fn *show, void *ctx,
             struct en_err *err)
{
    struct en_node_call c;
    en_errc rc = en_node_open(&c, r, err);

    if (rc != EN_OK)
        return rc;
    rc = fill != NULL ? fill(&c, err) : EN_OK;
    rc = rc != EN_OK ? rc : en_node_do(&c, act, NULL, 0, show, ctx, err);
    en_node_close(&c);
    return rc;
}

en_errc
en_node_table(struct en_run *r, const char *act, const char *headings, en_node_fill_fn *fill, en_node_show_fn *show,
              struct en_err *err)
{
    struct en_table t;
    en_errc rc;

    en_table_init(&t, r->out, headings);
    rc = en_node_once(r, act, fill, show, &t, err);
    en_table_end(&t);
    return rc;
}

/* --- arguments -------------------------------------------------------------------------------- */

void
en_node_arg_text(struct en_node_call *c, const char *option, const char *member)
{
    if (en_opt_value(c->run, option) != NULL)
        en_json_kv_text(&c->j, member, en_opt_text(c->run, option));
}

void
en_node_arg_uint(struct en_node_call *c, const char *option, const char *member)
{
    if (en_opt_value(c->run, option) != NULL)
        en_json_kv_uint(&c->j, member, en_opt_uint(c->run, option));
}

void
en_node_arg_real(struct en_node_call *c, const char *option, const char *member)
{
    if (en_opt_value(c->run, option) == NULL)
        return;
    en_json_key(&c->j, member);
    en_json_double(&c->j, en_opt_real(c->run, option));
}

void
en_node_arg_flag(struct en_node_call *c, const char *option, const char *member)
{
    if (en_opt_given(c->run, option))
        en_json_kv_bool(&c->j, member, true);
}

void
en_node_arg_texts(struct en_node_call *c, const char *option, const char *member)
{
    if (en_opt_count(c->run, option) == 0)
        return;
    en_json_key(&c->j, member);
    en_json_array(&c->j);
    for (size_t i = 0; i < en_opt_count(c->run, option); i++)
        en_json_text(&c->j, en_opt_text_at(c->run, option, i));
    en_json_array_end(&c->j);
}

en_errc
en_node_arg_id(struct en_node_call *c, size_t i, const char *member, struct en_err *err)
{
    const char *s = en_arg(c->run, i);
    int64_t n = 0;

    for (; s != NULL && *s >= '0' && *s <= '9' && n < INT64_MAX / 100; s++)
        n = n * 10 + (*s - '0');
    if (s == NULL || *s != '\0' || n == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "argument %zu is a number as the lists show it", i + 1);
    en_json_kv_int(&c->j, member, n);
    return EN_OK;
}

/* --- records ---------------------------------------------------------------------------------- */

en_text
en_row_text(const json_t *row, const char *member)
{
    const json_t *v = json_object_get(row, member);

    return json_is_string(v) ? (en_text){ json_string_value(v), json_string_length(v) } : EN_TEXT_LIT("");
}

long long
en_row_int(const json_t *row, const char *member)
{
    return (long long)json_integer_value(json_object_get(row, member));
}

double
en_row_real(const json_t *row, const char *member)
{
    return json_number_value(json_object_get(row, member));
}

bool
en_row_bool(const json_t *row, const char *member)
{
    return json_is_true(json_object_get(row, member));
}

void
en_row_when(const json_t *row, const char *member, struct en_buf *out)
{
    en_text t = en_row_text(row, member);

    en_buf_reset(out);
    if (t.n < 16) {
        en_buf_addc(out, '-');
        return;
    }
    en_buf_add(out, t.p, 10);
    en_buf_addc(out, ' ');
    en_buf_add(out, t.p + 11, 5);
}

void
en_row_texts(const json_t *row, const char *member, struct en_buf *out)
{
    const json_t *list = json_object_get(row, member);

    en_buf_reset(out);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);

        en_buf_add_str(out, i > 0 ? ", " : "");
        en_buf_add(out, json_string_value(v), json_string_length(v));
    }
}

static void
say_kind(const json_t *row, const char *kind, const char *title)
{
    const json_t *notes = json_object_get(row, kind);

    for (size_t i = 0; i < json_array_size(notes); i++) {
        const json_t *note = json_array_get(notes, i), *at = json_object_get(note, "at");

        en_say("  %s: %.*s: %lld", title, EN_TEXT_ARG(en_row_text(note, "code")), en_row_int(note, "count"));
        for (size_t k = 0; k < json_array_size(at) && k < 3; k++) {
            const json_t *place = json_array_get(at, k);

            en_text text = en_row_text(place, "text");

            if (en_row_int(place, "line") > 0)
                en_say("    line %lld, byte %lld: %.*s", en_row_int(place, "line"), en_row_int(place, "pos"),
                       EN_TEXT_ARG(text));
            else
                en_say("    %.*s", EN_TEXT_ARG(text));
        }
    }
}

void
en_say_notes(const json_t *row)
{
    static const char *const kinds[][2] = { { "refused", "refused" },
                                            { "repairs", "repaired" },
                                            { "kept", "kept, not understood" },
                                            { "warnings", "please look" },
                                            { "left_out", "left out by rule" } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        say_kind(row, kinds[i][0], kinds[i][1]);
}
