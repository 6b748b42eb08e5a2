#include "cmd/node_call.h"
#include "daemon/serve.h"

static void
say(void *ctx, const char *text, const struct en_err *why)
{
    struct en_run *r = ctx;

    if (why != NULL)
        en_say_err(en_text_from_ours(text), why);
    else
        en_say("%.*s: %s", EN_TEXT_ARG(en_arg_show(r, r->node)), text);
}

static en_errc
cmd_serve(struct en_run *r, struct en_err *err)
{
    const struct en_serve_options o = {
        .node = r->node,
        .listen = en_opt_given(r, "listen") ? en_opt_value(r, "listen") : NULL,
        .group = en_opt_given(r, "group"),
        .passphrase_file = en_passphrase_file(),
        .ctx = r,
        .say = say,
    };

    return en_serve(&o, err);
}

const struct en_cmd en_cmd_serve = {
    .words = "serve",
    .args = "",
    .summary = "run the node: keep its index ready, do what is due, take acts over its socket",
    .about =
        "One process owns a node's folder. While entente serve runs, other commands send their act over serve.sock in "
        "the folder; nothing else changes for them. New and changed alerts are screened against within a second, "
        "travellers are deleted when they are due.\n\n"
        "The screening index is kept in the folder and opened at the next start; one that is stale, damaged or of "
        "another program is built anew, and that is said. A large import is compared with when a new index is built "
        "beside the acts: until then answers say that they lack it.\n\n"
        "It exchanges with partners: what was released is sent to those that have an address, and fetched from them "
        "while this node has none of its own (entente profile set --address). With --listen partners reach it. Whoever "
        "is no partner, or is cut, does not get past the door. What a partner is told was taken is on disk.\n\n"
        "It runs in the foreground, says \"ready\" on standard error when it takes acts, and stops on SIGTERM or "
        "SIGINT "
        "when the act being done is whole.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_CMD_NO_JSON,
    .opts =
        (const struct en_opt[]){
            { .name = "listen",
              .kind = EN_OPT_TEXT,
              .arg = "HOST:PORT",
              .help = "let partners reach the node there, by HTTPS with certificates of nodes on both sides" },
            { .name = "group",
              .kind = EN_OPT_FLAG,
              .help = "open the socket to the folder's group, not only to this account" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente serve --node /srv/entente", "run a node until it is told to stop" },
            { "entente serve --listen 0.0.0.0:8443", "and let partners reach it" },
            { NULL, NULL },
        },
    .run = cmd_serve,
};
