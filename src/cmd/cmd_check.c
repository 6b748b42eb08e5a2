#include "base/limits.h"
#include "cmd/hit_view.h"
#include "cmd/manifest_files.h"
#include "cmd/person_args.h"
#include "formats/manifest.h"

struct reading_mrz {
    struct en_buf json;
    size_t n;
};

static en_errc
take(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct reading_mrz *m = ctx;
    struct en_json j;

    if (m->n++ > 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "these are several persons: entente screen compares them all");
    en_json_init(&j, &m->json);
    en_json_object(&j);
    en_person_json(&t->person, &j);
    en_json_object_end(&j);
    return EN_OK;
}

/* The person of a machine readable zone, as it is read from a document. */
static en_errc
from_mrz(struct en_node_call *c, struct en_err *err)
{
    const char *path = en_opt_value(c->run, "mrz");
    struct reading_mrz m = { .json = EN_BUF_INIT };
    const struct en_manifest_sink sink = { &m, take, NULL };
    struct en_report *report = en_report_new();
    en_errc rc = en_manifest_file_read(path, EN_MANIFEST_MRZ, en_today(), sink, report, err);

    if (rc == EN_OK && m.n == 0)
        rc = en_err_set(err, EN_E_INPUT, EN_NO_POS, "there is no machine readable zone in this");
    en_say_report(en_arg_show(c->run, path), report);
    if (rc == EN_OK) {
        en_json_key(&c->j, "person");
        en_json_raw(&c->j, en_buf_bytes(&m.json));
    }
    en_report_free(report);
    en_buf_release(&m.json);
    return rc;
}

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_errc rc;

    if (en_opt_given(c->run, "mrz"))
        rc = en_person_args_given(c->run) ? en_err_set(err, EN_E_USAGE, EN_NO_POS, "--mrz is the whole person")
                                          : from_mrz(c, err);
    else
        rc = en_person_args_given(c->run) ? en_person_args(c, "typed", err)
                                          : en_err_set(err, EN_E_USAGE, EN_NO_POS, "whom? Give --name or --mrz");
    en_node_arg_uint(c, "top", "top");
    en_node_arg_real(c, "min-probability", "min_probability");
    return rc;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *hits = json_object_get(row, "hits");

    (void)ctx;
    for (size_t i = 0; i < json_array_size(hits); i++)
        en_hit_view(r->out, json_array_get(hits, i), 0);
    en_say("%zu hits among %lld identities; the question is in the log", json_array_size(hits),
           en_row_int(row, "identities"));
    if (en_row_bool(row, "behind"))
        en_say("alerts of a large import are not compared yet: ask again in some seconds");
}

static en_errc
cmd_check(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "check", fill, show, NULL, err);
}

const struct en_cmd en_cmd_check = {
    .words = "check",
    .args = "",
    .summary = "compare one person with the node's alerts",
    .about = "The person is typed in, or read from a machine readable zone. That somebody asked, and which alerts came "
             "up, is an "
             "event; the person is not stored (of the name only a salted hash is), and no hit is made. Hits below the "
             "node's "
             "line are shown with --min-probability.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            EN_PERSON_OPTS,
            { .name = "mrz",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "a machine readable zone; - is standard input" },
            { .name = "top",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "10",
              .min = 1,
              .max = 100,
              .help = "at most so many hits" },
            { .name = "min-probability",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .min = 0,
              .max = 1,
              .help = "down to this probability; the node's line when not given" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente check --name 'Yusuf al-Rashidi' --birth-date 1991-04-03", "compare one person" },
            { "entente check --mrz -", "compare the person of a document that a reader writes to standard input" },
            { NULL, NULL },
        },
    .run = cmd_check,
};
