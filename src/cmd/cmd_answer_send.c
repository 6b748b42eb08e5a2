#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/node_call.h"

/* What waits, read before anything is written: the node is asked again while files are made. */
struct item {
    long long id;
    const char *suffix;
    struct en_buf content;
};

struct sending {
    struct item *items;
    size_t n, cap;
};

static void
take(struct en_run *r, const json_t *row, void *ctx)
{
    struct sending *s = ctx;
    en_text content = en_row_text(row, "content");

    (void)r;
    if (s->n == s->cap) {
        s->cap = s->cap > 0 ? 2 * s->cap : 16;
        s->items = en_xrealloc(s->items, s->cap * sizeof *s->items);
    }
    s->items[s->n] = (struct item){ .id = en_row_int(row, "leaving"),
                                    .suffix = en_text_is(en_row_text(row, "kind"), "border") ? "json" : "edi" };
    en_buf_add_text(&s->items[s->n++].content, content);
}

static en_errc
broken(struct en_err *err, int e)
{
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "an answer cannot be written there: %s", strerror(e));
}

static bool
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno != EINTR)
            return false;
        p += k > 0 ? k : 0;
        n -= k > 0 ? (size_t)k : 0;
    }
    return true;
}

/* Whole or not at all; the same answer again is the same file. */
static en_errc
put_file(int dir, const struct item *x, struct en_err *err)
{
    char name[64], temporary[72];
    int fd, e = 0;

    (void)snprintf(name, sizeof name, "entente-%lld.%s", x->id, x->suffix);
    (void)snprintf(temporary, sizeof temporary, ".%s.part", name);
    fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return broken(err, errno);
    if (!write_all(fd, x->content.p, x->content.n) || fsync(fd) != 0)
        e = errno;
    (void)close(fd);
    if (e == 0 && renameat(dir, temporary, dir, name) != 0)
        e = errno;
    if (e == 0 && fsync(dir) != 0)
        e = errno;
    return e != 0 ? broken(err, e) : EN_OK;
}

static en_errc
send_all(struct en_node_call *c, struct sending *s, int dir, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < s->n; i++) {
        rc = put_file(dir, &s->items[i], err);
        if (rc != EN_OK)
            break;
        en_node_args(c);
        en_json_kv_int(&c->j, "leaving", s->items[i].id);
        rc = en_node_do(c, "answer-sent", NULL, 0, NULL, NULL, err);
    }
    return rc;
}

static en_errc
cmd_answer_send(struct en_run *r, struct en_err *err)
{
    struct en_node_call c;
    struct sending s = { NULL, 0, 0 };
    bool json = r->json;
    int dir = open(en_arg(r, 0), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    en_errc rc;

    if (dir < 0)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such folder");
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        r->json = false; /* the answers go into files and not to the terminal */
        rc = en_node_do(&c, "answer-take", NULL, 0, take, &s, err);
        rc = rc != EN_OK ? rc : send_all(&c, &s, dir, err);
        r->json = json;
        en_node_close(&c);
    }
    if (rc == EN_OK && json) {
        struct en_buf b = EN_BUF_INIT;
        struct en_json j;

        en_json_init(&j, &b);
        en_json_object(&j);
        en_json_kv_uint(&j, "sent", s.n);
        en_json_object_end(&j);
        en_out_line(r->out, &b);
        en_buf_release(&b);
    } else if (rc == EN_OK) {
        en_out_f(r->out, "%zu files\n", s.n);
    }
    for (size_t i = 0; i < s.n; i++)
        en_buf_release(&s.items[i].content);
    free(s.items);
    (void)close(dir);
    return rc;
}

const struct en_cmd en_cmd_answer_send = {
    .words = "answer send",
    .args = "FOLDER",
    .summary = "write what waits to leave into a folder: answers to carriers, notices to the border",
    .about =
        "A message of a carrier that has a transaction number (RFF+TN) waits for an answer, which is made with entente "
        "screen; later ones when something changes. Each is a file of its own, entente-N.edi (CUSRES, "
        "docs/formats/cusres.md) or entente-N.json (a notice to the border), whole when it is there, and handed over "
        "only after the log has it. A gateway takes the files from there. Stopped in between, the same files are "
        "written again.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente answer send /srv/gateway/out", "hand over what waits" },
            { NULL, NULL },
        },
    .run = cmd_answer_send,
};
