#include "cmd/exchange_view.h"
#include "cmd/record_args.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    static const enum en_record_kind sighting = EN_RECORD_SIGHTING;
    en_errc rc = en_node_arg_id(c, 0, "hit", err);

    return rc != EN_OK ? rc : en_record_args(c, "record", &sighting, err);
}

static en_errc
cmd_hit_outcome(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-outcome", fill, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_hit_outcome = {
    .words = "hit outcome",
    .args = "HIT",
    .summary = "draft for the alert's originator what became of a hit",
    .about = "Of a hit that two persons have answered with same. The draft is a sighting of the record that the alert "
             "rests on; it says that it was a hit and when, and what --set adds (met, country, place, text …). Label, "
             "purpose and destroy date are those of that record where nothing else is said. It is released like any "
             "record: entente release propose, and a second person.\n\nNothing goes back by itself, and some outcomes "
             "are not released at all.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_RECORD_OPTS,
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente hit outcome 12 --set country=XBB --set 'place=an airport' --set met=checked",
              "the person was checked on arrival" },
            { NULL, NULL },
        },
    .run = cmd_hit_outcome,
};
