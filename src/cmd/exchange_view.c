#include "cmd/exchange_view.h"

#include <stdlib.h>
#include <string.h>

en_errc
en_fill_record(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "record", err);
}

en_errc
en_fill_release(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "release", err);
}

/* "withdrawn, from Norland, 2026-11-23 10:05" */
static void
state_line(struct en_run *r, const json_t *row)
{
    struct en_buf when = EN_BUF_INIT, reasons = EN_BUF_INIT;
    en_text name = en_row_text(row, "originator_name");

    en_row_when(row, "changed", &when);
    en_row_texts(row, "reasons", &reasons);
    en_out_f(r->out, "state       %.*s since %s%s%s\n", EN_TEXT_ARG(en_row_text(row, "state")), when.p,
             reasons.n > 0 ? ": " : "", reasons.n > 0 ? reasons.p : "");
    if (en_row_bool(row, "ours"))
        en_out_str(r->out, "originator  we\n");
    else if (en_row_text(row, "originator").n > 0)
        en_out_f(r->out, "originator  %.*s%s%.*s\n", EN_TEXT_ARG(name), name.n > 0 ? ", " : "",
                 EN_TEXT_ARG(en_row_text(row, "originator")));
    if (!en_row_bool(row, "ours") && !en_text_eq(en_row_text(row, "sender"), en_row_text(row, "originator")))
        en_out_f(r->out, "brought by  %.*s\n", EN_TEXT_ARG(en_row_text(row, "sender")));
    en_buf_release(&when);
    en_buf_release(&reasons);
}

/* The members of the object's extension, each on its line: what was said, as it was said. */
static void
object_lines(struct en_run *r, const json_t *object)
{
    const json_t *all = json_object_get(object, "extensions");
    const char *key, *member;
    json_t *ext, *v;

    json_object_foreach((json_t *)(uintptr_t)all, key, ext)
    {
        json_object_foreach(ext, member, v)
        {
            char *text;

            if (strcmp(member, "extension_type") == 0 || strcmp(member, "format") == 0)
                continue;
            text = json_is_string(v) ? NULL : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
            en_out_f(r->out, "  %-12s %s\n", member, text != NULL ? text : json_string_value(v));
            free(text);
        }
    }
}

void
en_record_page(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *object = json_object_get(row, "object");

    (void)ctx;
    en_out_style(r->out, EN_STYLE_BOLD);
    en_out_f(r->out, "record %lld: %.*s, version %lld\n", en_row_int(row, "record"),
             EN_TEXT_ARG(en_row_text(row, "kind")), en_row_int(row, "version"));
    en_out_style(r->out, EN_STYLE_NONE);
    en_out_f(r->out, "id          %.*s\n", EN_TEXT_ARG(en_row_text(row, "id")));
    state_line(r, row);
    if (en_row_int(row, "alert") != 0)
        en_out_f(r->out, "alert       %lld\n", en_row_int(row, "alert"));
    if (en_row_int(row, "waiting") != 0)
        en_out_f(r->out, "release     %lld waits for a second person: entente release approve %lld\n",
                 en_row_int(row, "waiting"), en_row_int(row, "waiting"));
    en_out_f(r->out, "hash        %.*s\n", EN_TEXT_ARG(en_row_text(row, "hash")));
    if (json_is_object(object)) {
        en_out_f(r->out, "reference   %.*s\n", EN_TEXT_ARG(en_row_text(object, "id")));
        object_lines(r, object);
    } else if (en_row_int(row, "bytes") == 0)
        en_out_str(r->out, "its content is gone\n");
}

/* What a release says of a record that is passed on. */
static const char *
consent_words(en_text consent)
{
    static const char *const words[][2] = {
        { "asked", "; its originator is asked" },          { "granted", "; its originator consents" },
        { "denied", "; its originator does not consent" }, { "listed", "; its originator lists the partner" },
        { "given", ", who is given it by another" },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (en_text_is(consent, words[i][0]))
            return words[i][1];
    return "";
}

void
en_release_page(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *to = json_object_get(row, "to");

    (void)ctx;
    en_out_f(r->out, "release %lld of record %lld: %.*s", en_row_int(row, "release"), en_row_int(row, "record"),
             EN_TEXT_ARG(en_row_text(row, "state")));
    for (size_t i = 0; i < json_array_size(to); i++) {
        const json_t *p = json_array_get(to, i);

        en_out_f(r->out, "%s%.*s (%.*s)", i > 0 ? ", " : ", to ", EN_TEXT_ARG(en_row_text(p, "partner_name")),
                 EN_TEXT_ARG(en_row_text(p, "partner")));
    }
    en_out_str(r->out, consent_words(en_row_text(row, "consent")));
    if (en_row_text(row, "reason").n > 0)
        en_out_f(r->out, "; %.*s", EN_TEXT_ARG(en_row_text(row, "reason")));
    en_out_str(r->out, "\n");
}

void
en_question_line(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf at = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "at", &at);
    en_out_f(r->out, "question %lld, %s: %.*s (%.*s) would give record %lld to %.*s (%.*s): %.*s",
             en_row_int(row, "question"), at.p, EN_TEXT_ARG(en_row_text(row, "asker_name")),
             EN_TEXT_ARG(en_row_text(row, "asker")), en_row_int(row, "record"),
             EN_TEXT_ARG(en_row_text(row, "target_name")), EN_TEXT_ARG(en_row_text(row, "target")),
             EN_TEXT_ARG(en_row_text(row, "state")));
    if (en_row_int(row, "release") != 0)
        en_out_f(r->out, ", release %lld", en_row_int(row, "release"));
    if (en_row_text(row, "reason").n > 0)
        en_out_f(r->out, " (%.*s)", EN_TEXT_ARG(en_row_text(row, "reason")));
    en_out_str(r->out, "\n");
    en_buf_release(&at);
}

/* Is it proposed by itself, and why, or why not? */
static void
default_lines(struct en_run *r, const json_t *row)
{
    const json_t *reasons = json_object_get(row, "default_reasons");

    en_out_f(r->out, "    %s:\n", en_row_bool(row, "default") ? "proposed by itself" : "not proposed by itself");
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const json_t *x = json_array_get(reasons, i);

        en_out_f(r->out, "      %.*s (%.*s)\n", EN_TEXT_ARG(en_row_text(x, "text")),
                 EN_TEXT_ARG(en_row_text(x, "clause")));
    }
}

void
en_preview_line(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *reasons = json_object_get(row, "reasons");
    en_text delivery = en_row_text(row, "delivery");
    bool may = en_row_bool(row, "may");

    (void)ctx;
    en_out_style(r->out, may ? EN_STYLE_GOOD : EN_STYLE_BAD);
    en_out_f(r->out, "%s", may ? "may hold it" : "may not");
    en_out_style(r->out, EN_STYLE_NONE);
    en_out_f(r->out, "  %.*s (%.*s)%s%.*s\n", EN_TEXT_ARG(en_row_text(row, "partner_name")),
             EN_TEXT_ARG(en_row_text(row, "partner")), delivery.n > 0 ? ": " : "", EN_TEXT_ARG(delivery));
    if (en_row_bool(row, "withdraws"))
        en_out_str(r->out, "    it holds an older version, which is taken back when this one is released\n");
    for (size_t i = 0; i < json_array_size(reasons); i++) {
        const json_t *x = json_array_get(reasons, i);

        en_out_f(r->out, "    %.*s (%.*s)\n", EN_TEXT_ARG(en_row_text(x, "text")),
                 EN_TEXT_ARG(en_row_text(x, "clause")));
    }
    if (may)
        default_lines(r, row);
}
