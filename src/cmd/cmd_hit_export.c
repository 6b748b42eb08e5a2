#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/node_call.h"

#define PAGE 1000

struct exporting {
    int fd;
    long long last, page, written, left_out;
    bool failed;
};

static bool
write_whole(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);

        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static void
keep(struct en_run *r, const json_t *row, void *ctx)
{
    struct exporting *x = ctx;
    char *text;

    (void)r;
    x->last = en_row_int(row, "hit");
    x->page++;
    if (json_object_get(row, "left_out") != NULL) {
        x->left_out++;
        return;
    }
    text = json_dumps(row, JSON_COMPACT);
    x->failed = x->failed || text == NULL || !write_whole(x->fd, text, strlen(text)) || !write_whole(x->fd, "\n", 1);
    x->written += !x->failed;
    free(text);
}

/* A page at a time: each is an answer that is logged before it is given. */
static en_errc
pages(struct en_run *r, struct exporting *x, struct en_err *err)
{
    struct en_node_call c;
    en_errc rc = en_node_open(&c, r, err);
    bool json = r->json;

    if (rc != EN_OK)
        return rc;
    r->json = false; /* persons go into the file and not to the terminal */
    do {
        x->page = 0;
        en_json_kv_int(&c.j, "after", x->last);
        en_json_kv_int(&c.j, "limit", PAGE);
        rc = en_node_do(&c, "hit-export", NULL, 0, keep, x, err);
        en_node_args(&c);
    } while (rc == EN_OK && !x->failed && x->page == PAGE);
    r->json = json;
    en_node_close(&c);
    if (rc == EN_OK && (x->failed || fsync(x->fd) != 0))
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the file could not be written");
    return rc;
}

static void
tell(struct en_run *r, const struct exporting *x)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    if (!r->json) {
        en_out_f(r->out, "%lld decided hits, %lld left out: their alerts are gone or say something else now\n",
                 x->written, x->left_out);
        return;
    }
    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_int(&j, "decided", x->written);
    en_json_kv_int(&j, "left_out", x->left_out);
    en_json_object_end(&j);
    en_out_line(r->out, &b);
    en_buf_release(&b);
}

static en_errc
cmd_hit_export(struct en_run *r, struct en_err *err)
{
    const char *path = en_opt_value(r, "out");
    struct exporting x = { .fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600) };
    en_errc rc;

    if (x.fd < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the file could not be made; it must be a new one");
    rc = pages(r, &x, err);
    (void)close(x.fd);
    if (rc != EN_OK)
        (void)unlink(path);
    else
        tell(r, &x);
    return rc;
}

const struct en_cmd en_cmd_hit_export = {
    .words = "hit export",
    .args = "",
    .summary = "write decided hits into a file, to learn tables from",
    .about = "Each hit that was decided same or different is a line with both persons and the answer "
             "(docs/formats/decided.md); the training program reads it, and no person is in what it learns. Only a "
             "supervisor may, and what is read is logged like any other answer. The file is open to its owner alone: "
             "delete it when the tables are learned.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "out", .kind = EN_OPT_PATH, .arg = "FILE", .required = true, .help = "write this new file" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente hit export --out decided.jsonl", "what tables can be learned from" },
            { NULL, NULL },
        },
    .run = cmd_hit_export,
};
