#include "cmd/alert_view.h"

#include "cmd/hit_page.h"
#include "cmd/hit_view.h"
#include "cmd/node_call.h"

static void
date_line(struct en_out *o, const json_t *row, const char *member, const char *title)
{
    struct en_buf when = EN_BUF_INIT;

    en_row_when(row, member, &when);
    if (when.n > 1)
        en_out_f(o, "    %-14s%s\n", title, when.p);
    en_buf_release(&when);
}

void
en_alert_page(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_out *o = r->out;
    struct en_buf programmes = EN_BUF_INIT;
    en_text ground = en_row_text(row, "ground");

    (void)ctx;
    en_row_texts(row, "programmes", &programmes);
    en_out_style(o, EN_STYLE_BOLD);
    en_out_f(o, "Alert %lld version %lld, %.*s %.*s", en_row_int(row, "alert"), en_row_int(row, "version"),
             EN_TEXT_ARG(en_row_text(row, "source")), EN_TEXT_ARG(en_row_text(row, "entity")));
    en_out_style(o, EN_STYLE_NONE);
    en_out_f(o, "\n    %-14s%.*s%s\n", "status", EN_TEXT_ARG(en_row_text(row, "status")),
             en_row_bool(row, "matched") ? "" : ", not matched");
    en_out_f(o, "    %-14s%.*s%s%s\n", "ground", EN_TEXT_ARG(ground.n > 0 ? ground : EN_TEXT_LIT("none known")),
             programmes.n > 0 ? ", programmes " : "", programmes.n > 0 ? programmes.p : "");
    en_person_view(o, json_object_get(row, "identity"), "    ");
    date_line(o, row, "changed", "changed");
    date_line(o, row, "review", "review on");
    date_line(o, row, "destroy", "destroy on");
    date_line(o, row, "ended", "ended");
    if (en_row_bool(row, "protected"))
        en_out_str(o, "    protected here: nobody outside is told what becomes of it (entente protect list)\n");
    en_say_found_later(row);
    en_buf_release(&programmes);
}
