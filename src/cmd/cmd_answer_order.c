#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text order;
    en_errc rc = en_node_arg_id(c, 0, "hit", err);

    rc = rc != EN_OK ? rc : en_arg_text(c->run, 1, &order, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "order", order);
    en_node_arg_text(c, "reason", "reason");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    (void)ctx;
    en_out_f(r->out, "answer %lld about traveller %lld: %.*s%s\n", en_row_int(row, "answer"),
             en_row_int(row, "traveller"), EN_TEXT_ARG(en_row_text(row, "status")),
             json_is_null(json_object_get(row, "sent")) ? ", not sent" : ", leaves with entente answer send");
}

static en_errc
cmd_answer_order(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "answer-order", fill, show, NULL, err);
}

const struct en_cmd en_cmd_answer_order = {
    .words = "answer order",
    .args = "HIT ORDER",
    .summary = "order what the carrier is told about the traveller of a hit",
    .about =
        "The order is board, check or refuse, and a supervisor gives it. It stands until a person orders something "
        "else; the node does not change "
        "it.\n\n"
        "Refuse (1Z, do not board) takes two persons with different keys, and a hit of this traveller that was decided "
        "the same person: the first order is kept and the exit code is 4; nothing leaves before the second gives it.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "travel-ban|arrest-warrant|document-invalid|other-authority|cleared|released|more-checks",
              .required = true,
              .help = "what the order rests on" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente answer order 12 board --reason cleared", "the traveller boards" },
            { "entente answer order 12 refuse --reason travel-ban", "a second person confirms it" },
            { NULL, NULL },
        },
    .run = cmd_answer_order,
};
