/*
 * cmd_generate.c: a rehearsal's flights and its list, with the truth about everybody in them.
 *
 * One flight is in memory at a time; the same options give the same bytes on every machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "generate/message.h"

struct making {
    struct en_run *run;
    struct en_out *data, *truth; /* truth NULL: not asked for */
    struct en_buf bytes, lines;
    uint64_t written;
};

static en_errc
open_out(struct en_run *r, const char *option, struct en_out *o, struct en_err *err)
{
    int fd = open(en_opt_value(r, option), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the file for --%s cannot be written: %s", option,
                          strerror(errno));
    en_out_init(o, fd);
    return EN_OK;
}

static en_errc
close_out(struct en_out *o, struct en_err *err)
{
    en_errc rc = en_out_flush(o, err);

    (void)close(o->fd);
    en_out_release(o);
    return rc;
}

/* What b holds, without its last line end, which en_out_line adds. */
static void
hand_over(struct en_out *o, struct en_buf *b)
{
    if (b->n == 0)
        return;
    b->p[--b->n] = '\0';
    en_out_line(o, b);
    en_buf_reset(b);
}

static en_errc
make_all(struct making *m, const struct en_rehearsal *x, struct en_err *err)
{
    uint64_t n = x->format == EN_MADE_LIST ? x->identities : x->flights;
    struct en_generator *g = en_generator_new(en_opt_uint(m->run, "seed"));
    struct en_progress progress;
    en_errc rc = EN_OK;

    en_progress_begin(&progress, x->format == EN_MADE_LIST ? "identities made" : "flights made");
    en_generate_head(x, &m->bytes);
    if (m->truth)
        en_generate_truth_head(&m->lines);
    for (uint64_t f = 0; rc == EN_OK && f < n; f++) {
        en_generate_flight(g, x, f, &m->bytes, m->truth ? &m->lines : NULL);
        m->written += m->bytes.n;
        hand_over(m->data, &m->bytes);
        if (m->truth)
            hand_over(m->truth, &m->lines);
        en_progress(&progress, f, n);
        if (en_out_failed(m->data))
            rc = en_out_flush(m->data, err);
    }
    en_progress_end(&progress);
    en_generator_free(g);
    return rc;
}

static void
tell(struct making *m, const struct en_rehearsal *x)
{
    struct en_run *r = m->run;
    uint64_t persons = x->format == EN_MADE_LIST ? x->identities : x->flights * x->passengers;
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    if (!r->json) {
        en_out_f(r->out, "%llu persons, %llu bytes: made up, for a rehearsal node only\n", (unsigned long long)persons,
                 (unsigned long long)m->written);
        return;
    }
    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_str(&j, "format", en_made_format_word(x->format));
    en_json_kv_uint(&j, "seed", en_opt_uint(r, "seed"));
    en_json_kv_uint(&j, "flights", x->format == EN_MADE_LIST ? 0 : x->flights);
    en_json_kv_uint(&j, "persons", persons);
    en_json_kv_uint(&j, "bytes", m->written);
    en_json_object_end(&j);
    en_out_line(r->out, &b);
    en_buf_release(&b);
}

static en_errc
read_options(struct en_run *r, struct en_rehearsal *x, struct en_err *err)
{
    struct en_birth day;
    en_text format;
    en_errc rc = en_arg_text(r, 0, &format, err);

    if (rc != EN_OK)
        return rc;
    if (!en_made_format_from(format, &x->format))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "FORMAT is one of paxlst, paxlst-us, pnrgov, mrz, csv, jsonl and list");
    if (!en_birth_parse(en_opt_text(r, "day"), &day) || day.from != day.to)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--day is a day like 2026-11-24");
    if (r->json && !en_opt_given(r, "out"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--json tells what was written: it needs --out");
    if (x->format == EN_MADE_LIST && en_opt_given(r, "truth"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a list is the truth itself: --truth goes with travellers");
    x->flights = en_opt_uint(r, "flights");
    x->passengers = en_opt_uint(r, "passengers");
    x->identities = en_opt_uint(r, "identities");
    x->day = day.from;
    return EN_OK;
}

static en_errc
cmd_generate(struct en_run *r, struct en_err *err)
{
    struct making m = { .run = r, .data = r->out };
    struct en_rehearsal x = { .format = EN_MADE_CSV };
    struct en_out data, truth;
    bool out = en_opt_given(r, "out");
    en_errc rc = read_options(r, &x, err), closed;

    rc = rc == EN_OK && out ? open_out(r, "out", &data, err) : rc;
    m.data = rc == EN_OK && out ? &data : r->out;
    if (rc == EN_OK && en_opt_given(r, "truth") && (rc = open_out(r, "truth", &truth, err)) == EN_OK)
        m.truth = &truth;
    rc = rc != EN_OK ? rc : make_all(&m, &x, err);
    if (m.data != r->out && (closed = close_out(&data, rc == EN_OK ? err : NULL)) != EN_OK && rc == EN_OK)
        rc = closed;
    if (m.truth && (closed = close_out(&truth, rc == EN_OK ? err : NULL)) != EN_OK && rc == EN_OK)
        rc = closed;
    if (rc == EN_OK && out)
        tell(&m, &x);
    en_buf_release(&m.bytes);
    en_buf_release(&m.lines);
    return rc;
}

const struct en_cmd en_cmd_generate = {
    .words = "generate",
    .args = "FORMAT",
    .summary = "make up flights, their messages and a list for a rehearsal, with the truth about them",
    .about = "FORMAT is paxlst, paxlst-us, pnrgov, mrz, csv or jsonl for travellers, or list for the list that one "
             "traveller in a hundred is on. Nobody in them exists: people are made within cultures, with realistic "
             "frequencies of names and words; who is listed presents himself as on the list, in another spelling, in "
             "his own script, with a typing error, shortened, turned, or with a wrong birth date. The same options "
             "give the same bytes, and the list of a seed and a number of identities goes with the flights of the "
             "same.\n\n"
             "--truth writes a line for each traveller: what the message says of him and which identity of the list "
             "he is (docs/formats/rehearsal.md).\n\n"
             "Everything is marked as made up in the way of its format, and a node that was not made with --rehearsal "
             "refuses it. One flight is in memory at a time.",
    .opts =
        (const struct en_opt[]){
            { .name = "flights",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1",
              .min = 1,
              .max = 1000000,
              .help = "so many flights, 24 a day" },
            { .name = "passengers",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "150",
              .min = 1,
              .max = 10000,
              .help = "so many travellers on each" },
            { .name = "identities",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1000",
              .min = 1,
              .max = 50000000,
              .help = "a list of so many" },
            { .name = "seed",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1",
              .min = 0,
              .max = 4294967295.0,
              .help = "which people are made" },
            { .name = "day", .kind = EN_OPT_TEXT, .arg = "DAY", .def = "2026-11-24", .help = "of the first flight" },
            { .name = "out", .kind = EN_OPT_PATH, .arg = "FILE", .help = "write here and not to standard output" },
            { .name = "truth",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "write the truth about the travellers here" },
            { NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente generate pnrgov --flights 3 --truth truth.csv --out three.edi",
              "three flights and who is on them" },
            { "entente generate list --identities 5000 --out list.jsonl", "the list of the same seed" },
            { NULL },
        },
    .run = cmd_generate,
};
