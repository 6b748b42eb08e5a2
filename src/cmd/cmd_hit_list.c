#include "cmd/hit_view.h"
#include "cmd/node_call.h"
#include "cmd/table.h"
#include "screen/screen.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_texts(c, "state", "states");
    en_node_arg_uint(c, "manifest", "manifest");
    en_node_arg_real(c, "min-probability", "min_probability");
    en_node_arg_uint(c, "after", "after");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;
    const json_t *hit = json_object_get(row, "hit"), *alert = json_array_get(json_object_get(hit, "alerts"), 0);
    double p = en_row_real(hit, "probability");
    struct en_buf when = EN_BUF_INIT, ended = EN_BUF_INIT;

    (void)r;
    en_row_when(row, "arrives", &when);
    en_table_f(t, "%lld", en_row_int(hit, "hit"));
    en_table_text(t, en_row_text(hit, "state"));
    en_table_str(t, en_band(p));
    en_table_f(t, "%.3f", p);
    en_table_f(t, "%+.2f", en_row_real(hit, "bits"));
    en_table_text(t, en_row_text(row, "traveller"));
    en_table_text(t, en_row_text(row, "name"));
    en_table_text(t, en_row_text(row, "flight"));
    en_table_f(t, "%s", when.p);
    en_table_f(t, "%.*s %.*s", EN_TEXT_ARG(en_row_text(hit, "source")), EN_TEXT_ARG(en_row_text(hit, "entity")));
    en_hit_ended_words(hit, &ended);
    en_table_text(t, ended.n > 0 ? (en_text){ ended.p, ended.n } : en_row_text(alert, "name"));
    en_table_text(t, en_row_text(alert, "ground"));
    en_buf_release(&when);
    en_buf_release(&ended);
}

static en_errc
cmd_hit_list(struct en_run *r, struct en_err *err)
{
    struct en_table t;
    en_errc rc;

    en_table_init(&t, r->out,
                  ">hit|state|band|>probability|>bits|traveller|name|flight|arrives|alert|name on the alert|ground");
    rc = en_node_once(r, "hit-list", fill, show, &t, err);
    en_table_end(&t);
    return rc;
}

const struct en_cmd en_cmd_hit_list = {
    .words = "hit list",
    .args = "",
    .summary = "list hits, the most probable first; not those that are decided unless told otherwise",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "state",
              .kind = EN_OPT_CHOICE,
              .arg = "new|pending|decided|cleared|ended|all",
              .repeat = true,
              .help = "only hits in this state; all but decided when not given" },
            EN_NUMBER_OPT("manifest", "only travellers of this manifest"),
            { .name = "min-probability",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .min = 0,
              .max = 1,
              .help = "only hits as probable as this" },
            { .name = "after",
              .kind = EN_OPT_UINT,
              .arg = "HIT",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "go on behind this hit of the page before" },
            EN_LIMIT_OPT("100", 10000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente hit list", "what is waiting" },
            { "entente hit list --state all --json", "everything, as JSON" },
            { NULL, NULL },
        },
    .run = cmd_hit_list,
};
