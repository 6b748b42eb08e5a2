#include "cmd/alert_args.h"

void
en_alert_args(struct en_node_call *c)
{
    en_node_arg_text(c, "ground", "ground");
    en_node_arg_texts(c, "programme", "programmes");
    en_node_arg_text(c, "review", "review");
    en_node_arg_text(c, "destroy", "destroy");
}
