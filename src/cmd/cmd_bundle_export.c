#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "cmd/exchange_view.h"

struct exporting {
    int fd;
    int failed;         /* errno of the first write that failed */
    struct en_buf head; /* the first record, as JSON */
    long long bundle, sequence, parts;
    bool more;
    struct en_buf to;
};

static void
write_all(struct exporting *x, const uint8_t *p, size_t n)
{
    while (n > 0 && x->failed == 0) {
        ssize_t k = write(x->fd, p, n);

        if (k < 0 && errno != EINTR)
            x->failed = errno;
        p += k > 0 ? k : 0;
        n -= k > 0 ? (size_t)k : 0;
    }
}

static void
take(struct en_run *r, const json_t *row, void *ctx)
{
    struct exporting *x = ctx;
    en_text chunk = en_row_text(row, "chunk");
    uint8_t *room;
    size_t n;

    (void)r;
    if (chunk.n == 0) {
        char *text = json_dumps(row, JSON_COMPACT);

        en_buf_add_str(&x->head, text != NULL ? text : "{}");
        free(text);
        x->bundle = en_row_int(row, "bundle");
        x->sequence = en_row_int(row, "sequence");
        x->parts = en_row_int(row, "parts");
        x->more = en_row_bool(row, "more");
        en_buf_add_text(&x->to, en_row_text(row, "partner_name"));
        return;
    }
    room = en_xmalloc(chunk.n);
    n = en_base64_decode(en_text_bytes(chunk), EN_BASE64_PADDED, room, chunk.n);
    if (n == SIZE_MAX)
        x->failed = EIO;
    else
        write_all(x, room, n);
    free(room);
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
    if (x->failed == 0 && fsync(x->fd) != 0)
        x->failed = errno;
    if (x->failed == 0 && link(part, path) != 0)
        x->failed = errno;
    (void)unlink(part);
    return x->failed == 0 ? EN_OK : broken(err, x->failed, "; send it again with --again");
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

static en_errc
cmd_bundle_export(struct en_run *r, struct en_err *err)
{
    struct exporting x = { .fd = -1 };
    struct en_buf part = EN_BUF_INIT;
    const char *path = en_arg(r, 1);
    en_errc rc;

    if (access(path, F_OK) == 0)
        return broken(err, EEXIST, "");
    en_buf_addf(&part, "%s.part", path);
    x.fd = open(part.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    rc = x.fd < 0 ? broken(err, errno, "") : export(r, &x, err);
    if (x.fd >= 0) {
        if (rc == EN_OK)
            rc = place(&x, part.p, path, err);
        else
            (void)unlink(part.p);
        (void)close(x.fd);
    }
    if (rc == EN_OK && r->json)
        en_out_line(r->out, &x.head);
    else if (rc == EN_OK)
        en_out_f(r->out, "bundle %lld to %.*s: %lld part%s%s\n", x.sequence, (int)x.to.n, x.to.p, x.parts,
                 x.parts == 1 ? "" : "s", x.more ? "; more waits for the next bundle" : "");
    en_buf_release(&x.head);
    en_buf_release(&x.to);
    en_buf_release(&part);
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
             "partner learns from it who sent it, to whom, or what is in it.",
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
            { NULL, NULL },
        },
    .run = cmd_bundle_export,
};
