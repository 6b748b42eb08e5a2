#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/node_call.h"
#include "daemon/folder.h"
#include "ledger/checkpoint.h"
#include "ledger/tile.h"

struct tiling {
    struct en_run *run;
    const char *dir;
    struct en_store *store;
    struct en_buf note; /* the signed head that the tiles are of */
    uint64_t size, written, there;
    struct en_progress progress;
};

/* --- files ------------------------------------------------------------------------------------------------------- */

static en_errc
cannot(struct en_err *err)
{
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "a tile cannot be written: %s", strerror(errno));
}

/* The folders of a path below dir. */
static en_errc
make_folders(char *path, size_t from, struct en_err *err)
{
    for (char *p = path + from; (p = strchr(p, '/')) != NULL; p++) {
        bool failed;

        *p = '\0';
        failed = mkdir(path, 0755) != 0 && errno != EEXIST;
        *p = '/';
        if (failed)
            return cannot(err);
    }
    return EN_OK;
}

/* Under another name first: whoever reads sees a whole file or none. */
static en_errc
write_whole(const char *path, en_bytes content, struct en_err *err)
{
    struct en_buf tmp = EN_BUF_INIT;
    bool ok;
    int fd;

    en_buf_addf(&tmp, "%s.new", path);
    (void)unlink(tmp.p);
    fd = open(tmp.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
    ok = fd >= 0 && fchmod(fd, 0644) == 0 && write(fd, content.p, content.n) == (ssize_t)content.n && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(tmp.p, path) == 0;
    en_buf_release(&tmp);
    return ok ? EN_OK : cannot(err);
}

/* What is there stays: a tile of a path never changes. */
static en_errc
put(struct tiling *t, const struct en_buf *name, en_bytes content, struct en_err *err)
{
    struct en_buf path = EN_BUF_INIT;
    en_errc rc;

    en_buf_addf(&path, "%s/%s", t->dir, name->p);
    rc = make_folders(path.p, strlen(t->dir) + 1, err);
    if (rc == EN_OK && access(path.p, F_OK) == 0) {
        t->there++;
    } else if (rc == EN_OK) {
        rc = write_whole(path.p, content, err);
        t->written++;
    }
    en_buf_release(&path);
    en_progress(&t->progress, t->written + t->there, 0);
    return rc;
}

/* --- tiles ------------------------------------------------------------------------------------------------------- */

static en_errc
add_entry(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    (void)err;
    en_tile_entry(en_bytes_from(e->leaf, sizeof e->leaf), ctx);
    return EN_OK;
}

static en_errc
put_entries(struct tiling *t, const struct en_tile *tile, struct en_err *err)
{
    struct en_buf name = EN_BUF_INIT, content = EN_BUF_INIT;
    en_errc rc = en_store_events_each(t->store, tile->index * EN_TILE_WIDTH + 1, tile->width, add_entry, &content, err);

    en_tile_entries_path(tile, &name);
    rc = rc != EN_OK ? rc : put(t, &name, en_buf_bytes(&content), err);
    en_buf_release(&name);
    en_buf_release(&content);
    return rc;
}

static en_errc
put_tile(void *ctx, const struct en_tile *tile, struct en_err *err)
{
    struct tiling *t = ctx;
    struct en_tree_source from = en_store_tree(t->store);
    struct en_buf name = EN_BUF_INIT, content = EN_BUF_INIT;
    en_errc rc = en_tile_hashes(tile, &from, &content, err);

    en_tile_path(tile, &name);
    rc = rc != EN_OK ? rc : put(t, &name, en_buf_bytes(&content), err);
    en_buf_release(&name);
    en_buf_release(&content);
    return rc == EN_OK && tile->level == 0 ? put_entries(t, tile, err) : rc;
}

static en_errc
put_all(struct tiling *t, struct en_err *err)
{
    struct en_buf path = EN_BUF_INIT;
    en_errc rc = EN_OK;

    if (mkdir(t->dir, 0755) != 0 && errno != EEXIST)
        rc = cannot(err);
    en_progress_begin(&t->progress, "writing tiles");
    rc = rc != EN_OK ? rc : en_tiles_between(0, t->size, put_tile, t, err);
    en_progress_end(&t->progress);
    en_buf_addf(&path, "%s/checkpoint", t->dir); /* last: all that it stands for is there */
    rc = rc != EN_OK ? rc : write_whole(path.p, en_buf_bytes(&t->note), err);
    en_buf_release(&path);
    return rc;
}

/* --- the head ---------------------------------------------------------------------------------------------------- */

static en_errc
ask_from_the_start(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_json_kv_uint(&c->j, "since", 0);
    return EN_OK;
}

/* Behind the request's first lines is the signed head. */
static void
take_head(struct en_run *r, const json_t *row, void *ctx)
{
    struct tiling *t = ctx;
    const json_t *line;
    bool head = false;
    size_t i;

    (void)r;
    t->size = (uint64_t)en_row_int(row, "size");
    json_array_foreach(json_object_get(row, "proof"), i, line) {
        if (head)
            en_buf_addf(&t->note, "%s\n", json_string_value(line));
        head = head || json_string_length(line) == 0;
    }
}

static void
tell(struct tiling *t)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    if (!t->run->json) {
        en_out_f(t->run->out, "%llu events: %llu tiles written, %llu were there\n", (unsigned long long)t->size,
                 (unsigned long long)t->written, (unsigned long long)t->there);
        return;
    }
    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_uint(&j, "size", t->size);
    en_json_kv_uint(&j, "written", t->written);
    en_json_kv_uint(&j, "there", t->there);
    en_json_object_end(&j);
    en_out_line(t->run->out, &b);
    en_buf_release(&b);
}

static en_errc
cmd_ledger_tiles(struct en_run *r, struct en_err *err)
{
    struct tiling t = { .run = r, .dir = en_arg(r, 0), .note = EN_BUF_INIT };
    struct en_folder f = { -1, -1, NULL };
    bool json = r->json;
    en_errc rc;

    r->json = false; /* the act's own record is not the command's */
    rc = en_node_once(r, "ledger-prove", ask_from_the_start, take_head, &t, err);
    r->json = json;
    rc = rc != EN_OK ? rc : en_folder_open(&f, r->node, err);
    rc = rc != EN_OK ? rc : en_folder_store(&f, EN_STORE_READ, &t.store, err);
    rc = rc != EN_OK ? rc : put_all(&t, err);
    if (rc == EN_OK)
        tell(&t);
    en_store_close(t.store);
    en_folder_close(&f);
    en_buf_release(&t.note);
    return rc;
}

const struct en_cmd en_cmd_ledger_tiles = {
    .words = "ledger tiles",
    .args = "DIR",
    .summary = "write the ledger out as plain files that anybody can serve and check",
    .about = "C2SP tlog-tiles: the hashes of the tree in tile/, the entries in tile/entries/, and the newest signed "
             "head as `checkpoint`, written last. An entry is 32 bytes and tells nothing about its event: who reads the "
             "files learns how many acts there were, and when heads were signed.\n\n"
             "Into a folder from before only what is new is written. The head is kept, and that it was shown is in the "
             "ledger. The files can be made again from the store at any time.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente ledger tiles /srv/www/ledger", "for monitors and witnesses, behind any web server" },
            { NULL, NULL },
        },
    .run = cmd_ledger_tiles,
};
