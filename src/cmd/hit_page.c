#include "cmd/hit_page.h"

#include "cmd/hit_view.h"
#include "cmd/node_call.h"

static void
label(struct en_out *o, const char *indent, const char *what)
{
    en_out_str(o, indent);
    en_out_pad(o, en_text_from_ours(what), 14, false);
}

static void
names(struct en_out *o, const json_t *list, const char *indent)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *n = json_array_get(list, i);
        en_text kind = en_row_text(n, "kind");

        label(o, indent, i == 0 ? "name" : "");
        en_out_text(o, en_row_text(n, "full"));
        if (kind.n > 0)
            en_out_f(o, "  (%.*s)", EN_TEXT_ARG(kind));
        en_out_str(o, "\n");
    }
}

static void
dates(struct en_out *o, const json_t *list, const char *indent)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = json_array_get(list, i);
        en_text quality = en_row_text(d, "quality");

        label(o, indent, i == 0 ? "born" : "or");
        en_out_text(o, en_row_text(d, "date"));
        if (quality.n > 0)
            en_out_f(o, "  (%.*s)", EN_TEXT_ARG(quality));
        en_out_str(o, "\n");
    }
}

static void
documents(struct en_out *o, const json_t *list, const char *indent)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = json_array_get(list, i);

        label(o, indent, i == 0 ? "document" : "");
        en_out_f(o, "%.*s %.*s", EN_TEXT_ARG(en_row_text(d, "type")), EN_TEXT_ARG(en_row_text(d, "number")));
        if (en_row_text(d, "issuer").n > 0)
            en_out_f(o, " of %.*s", EN_TEXT_ARG(en_row_text(d, "issuer")));
        if (en_row_text(d, "status").n > 0)
            en_out_f(o, ", %.*s", EN_TEXT_ARG(en_row_text(d, "status")));
        en_out_str(o, "\n");
    }
}

void
en_person_view(struct en_out *o, const json_t *p, const char *indent)
{
    struct en_buf b = EN_BUF_INIT;
    const json_t *places = json_object_get(p, "birth_places");

    names(o, json_object_get(p, "names"), indent);
    dates(o, json_object_get(p, "birth_dates"), indent);
    en_row_texts(p, "nationalities", &b);
    if (b.n > 0) {
        label(o, indent, "nationality");
        en_out_f(o, "%s\n", b.p);
    }
    if (en_row_text(p, "sex").n > 0) {
        label(o, indent, "sex");
        en_out_f(o, "%.*s\n", EN_TEXT_ARG(en_row_text(p, "sex")));
    }
    documents(o, json_object_get(p, "documents"), indent);
    for (size_t i = 0; i < json_array_size(places); i++) {
        const json_t *at = json_array_get(places, i);

        label(o, indent, i == 0 ? "born in" : "");
        en_out_f(o, "%.*s%s%.*s\n", EN_TEXT_ARG(en_row_text(at, "text")), en_row_text(at, "text").n > 0 ? ", " : "",
                 EN_TEXT_ARG(en_row_text(at, "country")));
    }
    en_buf_release(&b);
}

static void
decision(struct en_out *o, const json_t *d)
{
    struct en_buf when = EN_BUF_INIT, reasons = EN_BUF_INIT;

    en_row_when(d, "at", &when);
    en_row_texts(d, "reasons", &reasons);
    en_out_f(o, "  decision %lld, %s by user %lld: ", en_row_int(d, "decision"), when.p, en_row_int(d, "by"));
    if (en_row_bool(d, "hidden"))
        en_out_str(o, "not shown, because you may be the second person to look\n");
    else
        en_out_f(o, "%.*s (%s)%s%.*s\n", EN_TEXT_ARG(en_row_text(d, "answer")), reasons.p,
                 en_row_text(d, "text").n > 0 ? ": " : "", EN_TEXT_ARG(en_row_text(d, "text")));
    if (en_row_int(d, "second") != 0) {
        en_row_when(d, "second_at", &when);
        en_out_f(o, "    confirmed %s by user %lld\n", when.p, en_row_int(d, "second"));
    }
    en_buf_release(&when);
    en_buf_release(&reasons);
}

void
en_hit_page(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_out *o = r->out;
    const json_t *sides = json_object_get(row, "identities"), *decisions = json_object_get(row, "decisions");
    struct en_buf when = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "arrives", &when);
    en_out_style(o, EN_STYLE_BOLD);
    en_out_f(o, "Traveller %.*s", EN_TEXT_ARG(en_row_text(row, "traveller")));
    en_out_style(o, EN_STYLE_NONE);
    if (en_row_text(row, "flight").n > 0)
        en_out_f(o, ", %.*s, arrives %s", EN_TEXT_ARG(en_row_text(row, "flight")), when.p);
    en_out_str(o, "\n");
    if (en_row_text(row, "legal_basis").n > 0)
        en_out_f(o, "    kept longer than 24 hours after arrival: %.*s\n",
                 EN_TEXT_ARG(en_row_text(row, "legal_basis")));
    en_person_view(o, json_object_get(row, "person"), "    ");
    for (size_t i = 0; i < json_array_size(sides); i++) {
        const json_t *a = json_array_get(sides, i);

        en_out_style(o, EN_STYLE_BOLD);
        en_out_f(o, "Alert %lld, %.*s %.*s", en_row_int(a, "alert"), EN_TEXT_ARG(en_row_text(a, "source")),
                 EN_TEXT_ARG(en_row_text(a, "entity")));
        en_out_style(o, EN_STYLE_NONE);
        en_out_str(o, "\n");
        en_person_view(o, json_object_get(a, "identity"), "    ");
    }
    if (en_row_bool(row, "protected"))
        en_out_str(o, "    protected here: nobody outside is told what becomes of it (entente protect list)\n");
    en_hit_view(o, json_object_get(row, "hit"), 0);
    for (size_t i = 0; i < json_array_size(decisions); i++)
        decision(o, json_array_get(decisions, i));
    en_buf_release(&when);
}
