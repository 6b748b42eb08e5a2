#include <string.h>
#include <unistd.h>

#include "cmd/chunks.h"
#include "cmd/node_call.h"

struct writing {
    struct en_chunks chunks;
    long long records, last;
    bool more;
};

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "partner", "partner");
    en_node_arg_uint(c, "after", "after");
    en_node_arg_uint(c, "limit", "limit");
    return en_arg(c->run, 0) != NULL ? en_node_arg_id(c, 0, "record", err) : EN_OK;
}

static void
take(struct en_run *r, const json_t *row, void *ctx)
{
    struct writing *w = ctx;

    (void)r;
    if (en_chunk_take(&w->chunks, row))
        return;
    w->records = en_row_int(row, "records");
    w->last = en_row_int(row, "last");
    w->more = en_row_bool(row, "more");
}

static en_errc
cmd_record_stix(struct en_run *r, struct en_err *err)
{
    struct writing w = { .chunks = { .fd = STDOUT_FILENO } };
    en_errc rc = en_node_once(r, "record-stix", fill, take, &w, err);

    if (rc == EN_OK && w.chunks.failed != 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "it cannot be written: %s", strerror(w.chunks.failed));
    if (rc == EN_OK && w.more)
        en_say("%lld records, and there are more: --after %lld", w.records, w.last);
    return rc;
}

const struct en_cmd en_cmd_record_stix = {
    .words = "record stix",
    .args = "[RECORD]",
    .summary = "write records as a bundle of STIX 2.1, for other tools",
    .about =
        "One record, or all that are in force, ours and others'; with --partner those that the rules let that "
        "partner hold. The objects are the exact bytes that were signed; beside them stand the definitions of our "
        "extension, the originators, the markings, and for names in other scripts their language-content, made "
        "from the names each time.\n\nThe bundle goes to standard output. Handling holds for it as for the record: "
        "who has the file has what is marked. Reading it is in the log.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_CMD_NO_JSON,
    .opts =
        (const struct en_opt[]){
            { .name = "partner", .kind = EN_OPT_TEXT, .arg = "PARTNER", .help = "only what this partner may hold" },
            { .name = "after",
              .kind = EN_OPT_UINT,
              .arg = "RECORD",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "only those behind this one" },
            EN_LIMIT_OPT("1000", 10000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente record stix 4", "one record" },
            { "entente record stix --partner Sudmark", "all that Sudmark may hold" },
            { NULL, NULL },
        },
    .run = cmd_record_stix,
};
