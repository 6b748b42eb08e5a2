#include "cmd/partner_view.h"

#include "cmd/node_call.h"

en_errc
en_fill_partner(struct en_node_call *c, struct en_err *err)
{
    en_text name;
    en_errc rc;

    if (en_arg(c->run, 0) == NULL)
        return EN_OK;
    rc = en_arg_text(c->run, 0, &name, err);
    if (rc == EN_OK)
        en_json_kv_text(&c->j, "partner", name);
    return rc;
}

/* "full", or "cut" when it is. */
static en_text
state_of(const json_t *row)
{
    return en_row_text(row, "cut").n > 0 ? EN_TEXT_LIT("cut") : en_row_text(row, "standing");
}

void
en_partner_line(struct en_run *r, const json_t *row, void *ctx)
{
    bool agreed = json_is_object(json_object_get(row, "agreement"));

    (void)ctx;
    en_out_f(r->out, "%.*s\t%.*s\t%.*s\t%.*s\t%s\n", EN_TEXT_ARG(en_row_text(row, "partner")),
             EN_TEXT_ARG(en_row_text(row, "name")), EN_TEXT_ARG(en_row_text(row, "country")),
             EN_TEXT_ARG(state_of(row)), agreed ? "agreed" : "no agreement");
}

static void
show_list(struct en_run *r, const json_t *o, const char *member, const char *title)
{
    struct en_buf b = EN_BUF_INIT;

    en_row_texts(o, member, &b);
    en_out_f(r->out, "  %s: %.*s\n", title, (int)b.n, b.n > 0 ? b.p : "");
    en_buf_release(&b);
}

static void
show_agreement(struct en_run *r, const json_t *row)
{
    const json_t *o = json_object_get(row, "agreement");
    struct en_buf since = EN_BUF_INIT, until = EN_BUF_INIT;

    if (!json_is_object(o)) {
        en_out_str(r->out, "agreement: none, so nothing is given, and a person looks at what comes\n");
        return;
    }
    en_row_when(o, "since", &since);
    en_row_when(o, "until", &until);
    en_out_f(r->out, "agreement: from %s to %s\n", since.p, until.p);
    show_list(r, o, "gives", "we give");
    show_list(r, o, "takes", "we take");
    en_out_f(r->out, "  most: TLP %.*s\n", EN_TEXT_ARG(en_row_text(o, "most")));
    show_list(r, o, "codes", "codes that it keeps");
    show_list(r, o, "purposes", "purposes");
    show_list(r, o, "default", "proposed by itself");
    if (json_array_size(json_object_get(o, "default")) > 0)
        en_out_f(r->out, "    up to: TLP %.*s\n", EN_TEXT_ARG(en_row_text(o, "default_most")));
    en_out_f(r->out, "  alerts: %s\n", en_row_bool(o, "live") ? "live at once" : "a person looks first");
    en_buf_release(&since);
    en_buf_release(&until);
}

static void
show_history(struct en_run *r, const json_t *row)
{
    const json_t *list = json_object_get(row, "history");
    struct en_buf at = EN_BUF_INIT;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);

        en_row_when(x, "at", &at);
        en_out_f(r->out, "key %lld: %.*s, %.*s, %s\n", en_row_int(x, "number"),
                 EN_TEXT_ARG(en_row_text(x, "signing_id")), EN_TEXT_ARG(en_row_text(x, "change")), at.p);
    }
    en_buf_release(&at);
}

void
en_partner_view(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf when = EN_BUF_INIT, b = EN_BUF_INIT;

    (void)ctx;
    en_out_f(r->out, "%.*s: %.*s\n", EN_TEXT_ARG(en_row_text(row, "partner")), EN_TEXT_ARG(en_row_text(row, "name")));
    en_out_f(r->out, "country: %.*s\nstanding: %.*s", EN_TEXT_ARG(en_row_text(row, "country")),
             EN_TEXT_ARG(en_row_text(row, "standing")));
    if (en_row_int(row, "charter") > 0)
        en_out_f(r->out, ", by charter %lld", en_row_int(row, "charter"));
    en_out_str(r->out, "\n");
    if (en_row_text(row, "cut").n > 0) {
        en_row_when(row, "cut", &when);
        en_out_f(r->out, "cut: %s, %.*s\n", when.p, EN_TEXT_ARG(en_row_text(row, "cut_why")));
    }
    en_out_f(r->out, "fingerprint: %.*s\n", EN_TEXT_ARG(en_row_text(row, "fingerprint")));
    en_row_when(row, "card_at", &when);
    en_out_f(r->out, "card: %s\n", when.p);
    en_row_texts(row, "addresses", &b);
    en_out_f(r->out, "reached at: %s%s\n", b.n > 0 ? b.p : "no address is known, so it comes to us",
             en_row_bool(row, "addresses_ours") ? " (we say so, not its card)" : "");
    en_buf_release(&b);
    show_history(r, row);
    show_agreement(r, row);
    en_buf_release(&when);
}

/* --- taking a card in ------------------------------------------------------------- */

static void
show_card(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf at = EN_BUF_INIT, changes = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "at", &at);
    en_row_texts(row, "changes", &changes);
    en_out_f(r->out, "%.*s: %.*s\n", EN_TEXT_ARG(en_row_text(row, "partner")), EN_TEXT_ARG(en_row_text(row, "name")));
    en_out_f(r->out, "country: %.*s\ncard: %s\n", EN_TEXT_ARG(en_row_text(row, "country")), at.p);
    en_out_f(r->out, "keys: %.*s\n", (int)changes.n, changes.n > 0 ? changes.p : "");
    en_out_f(r->out, "fingerprint: %.*s\n", EN_TEXT_ARG(en_row_text(row, "fingerprint")));
    en_say("call the partner at a number that you knew before, or meet; the fingerprint on its own screen (entente key "
           "show) must be this one, in all eight groups; then run this again with --fingerprint and what you heard");
    en_buf_release(&at);
    en_buf_release(&changes);
}

en_errc
en_partner_take(struct en_run *r, const char *act, struct en_err *err)
{
    struct en_file file = { .fd = -1 };
    struct en_node_call c;
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        en_node_arg_text(&c, "fingerprint", "fingerprint");
        if (r->cmd->opts[1].name != NULL)
            en_node_arg_text(&c, "standing", "standing");
        rc = en_node_do(&c, act, &file, 1, en_partner_view, NULL, err);
        if (rc == EN_E_SECOND) {
            en_node_args(&c);
            rc = en_node_do(&c, "partner-look", &file, 1, show_card, NULL, err);
            rc = rc != EN_OK ? rc
                             : en_err_set(err, EN_E_SECOND, EN_NO_POS,
                                          "nothing was taken in: a person compares the fingerprint first");
        }
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}
