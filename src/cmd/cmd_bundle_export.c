#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/chunks.h"
#include "cmd/exchange_view.h"

struct exporting {
    struct en_chunks file;
    struct en_buf head; /* the first record, as JSON */
    long long bundle, sequence, parts;
    bool more;
    struct en_buf to;
};

static void
take(struct en_run *r, const json_t *row, void *ctx)
{
    struct exporting *x = ctx;
    char *text;

    (void)r;
    if (en_chunk_take(&x->file, row))
        return;
    text = json_dumps(row, JSON_COMPACT);
    en_buf_add_str(&x->head, text != NULL ? text : "{}");
    free(text);
    x->bundle = en_row_int(row, "bundle");
    x->sequence = en_row_int(row, "sequence");
    x->parts = en_row_int(row, "parts");
    x->more = en_row_bool(row, "more");
    en_buf_add_text(&x->to, en_row_text(row, "partner_name"));
}

static en_errc
broken(struct en_err *err, int e, const char *then)
{
    return en_err_set(err, e == EEXIST ? EN_E_NO : EN_E_STORAGE, EN_NO_POS, "the file cannot be written: %s%s",
                      strerror(e), then);
}

/* Whole or not at all: under another name beside it, and linked when it is on disk. */
static en_errc
place(struct exporting *x, const char *part, const char *path, struct en_err *err)
{
    if (x->file.failed == 0 && fsync(x->file.fd) != 0)
        x->file.failed = errno;
    if (x->file.failed == 0 && link(part, path) != 0)
        x->file.failed = errno;
    (void)unlink(part);
    return x->file.failed == 0 ? EN_OK : broken(err, x->file.failed, "; send it again with --again");
}

static en_errc export(struct en_run *r, struct exporting *x, struct en_err *err)
{
    struct en_node_call c;
    bool json = r->json;
    en_text to;
    en_errc rc = en_arg_text(r, 0, &to, err);

    rc = rc != EN_OK ? rc : en_node_open(&c, r, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c.j, "partner", to);
    en_node_arg_flag(&c, "again", "again");
    r->json = false; /* the bundle goes into the file and not to the terminal */
    rc = en_node_do(&c, "bundle-export", NULL, 0, take, x, err);
    r->json = json;
    en_node_close(&c);
    return rc;
}

/* Into a pipe: what cannot be taken back is not whole or not there, so that the end is said on standard error. */
static en_errc
to_output(struct en_run *r, struct exporting *x, struct en_err *err)
{
    en_errc rc;

    if (isatty(STDOUT_FILENO))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a bundle is no text: not to a terminal");
    x->file.fd = STDOUT_FILENO;
    rc = export(r, x, err);
    return rc == EN_OK && x->file.failed != 0 ? broken(err, x->file.failed, "; send it again with --again") : rc;
}

static en_errc
to_file(struct en_run *r, struct exporting *x, const char *path, struct en_err *err)
{
    struct en_buf part = EN_BUF_INIT;
    en_errc rc;

    if (access(path, F_OK) == 0)
        return broken(err, EEXIST, "");
    en_buf_addf(&part, "%s.part", path);
    x->file.fd = open(part.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    rc = x->file.fd < 0 ? broken(err, errno, "") : export(r, x, err);
    if (x->file.fd >= 0) {
        if (rc == EN_OK)
            rc = place(x, part.p, path, err);
        else
            (void)unlink(part.p);
        (void)close(x->file.fd);
    }
    en_buf_release(&part);
    return rc;
}

static en_errc
cmd_bundle_export(struct en_run *r, struct en_err *err)
{
    struct exporting x = { .file = { .fd = -1 } };
    const char *path = en_arg(r, 1);
    bool piped = strcmp(path, "-") == 0;
    en_errc rc = piped ? to_output(r, &x, err) : to_file(r, &x, path, err);

    if (rc == EN_OK && piped)
        en_say("bundle %lld to %.*s: %lld part%s%s", x.sequence, (int)x.to.n, x.to.p, x.parts, x.parts == 1 ? "" : "s",
               x.more ? "; more waits for the next bundle" : "");
    else if (rc == EN_OK && r->json)
        en_out_line(r->out, &x.head);
    else if (rc == EN_OK)
        en_out_f(r->out, "bundle %lld to %.*s: %lld part%s%s\n", x.sequence, (int)x.to.n, x.to.p, x.parts,
                 x.parts == 1 ? "" : "s", x.more ? "; more waits for the next bundle" : "");
    en_buf_release(&x.head);
    en_buf_release(&x.to);
    return rc;
}

const struct en_cmd en_cmd_bundle_export = {
    .words = "bundle export",
    .args = "PARTNER FILE",
    .summary = "write what waits for a partner into a file that only it can open",
    .about = "The bundle is numbered, signed, padded to a size that says little, and sealed with age for the partner's "
             "sealing key of the month. Its event is in the log before the file is there; the file is whole or not "
             "there, and never written over another. A receipt comes back in the partner's next bundle; until then all "
             "that is in it is sent and nothing more.\n\nAny number of hands may carry the file: nobody but the "
             "partner learns from it who sent it, to whom, or what is in it. FILE - is standard output, into a pipe; a "
             "pipe that breaks has not sent it: --again.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "again",
              .kind = EN_OPT_FLAG,
              .help = "also what was sent and never answered: the file was lost" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente bundle export Sudmark /media/stick/bundle.age", "what waits for Sudmark" },
            { "entente bundle export Sudmark b2.age --again", "the first one never came" },
            { "entente bundle export Sudmark - > b3.age", "through standard output" },
            { NULL, NULL },
        },
    .run = cmd_bundle_export,
};
