#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd/pages.h"

/* DIR/entente-list-read.1 */
static en_errc
write_page(const char *dir, const struct en_cmd *c, struct en_err *err)
{
    struct en_buf page = EN_BUF_INIT, path = EN_BUF_INIT;
    struct en_out file;
    en_errc rc = EN_OK;
    int fd;

    en_buf_add_str(&path, dir);
    en_buf_addc(&path, '/');
    en_man_name(c, &path);
    en_buf_add_str(&path, ".1");
    fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "cannot write a page: %s", strerror(errno));
    } else {
        en_man_page(c, &page);
        en_out_init(&file, fd);
        en_buf_add(&file.buf, page.p, page.n);
        rc = en_out_flush(&file, err);
        en_out_release(&file);
        (void)close(fd);
    }
    en_buf_release(&page);
    en_buf_release(&path);
    return rc;
}

static en_errc
write_all_pages(const char *dir, struct en_err *err)
{
    en_errc rc = write_page(dir, NULL, err);

    for (const struct en_cmd *const *c = en_cmds; rc == EN_OK && *c != NULL; c++)
        if (((*c)->needs & EN_CMD_HIDDEN) == 0)
            rc = write_page(dir, *c, err);
    return rc;
}

static en_errc
cmd_man(struct en_run *r, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    const struct en_cmd *c = NULL;

    if (en_opt_given(r, "all"))
        return write_all_pages(en_opt_value(r, "all"), err);
    for (size_t i = 0; i < r->n_args; i++)
        en_buf_addf(&b, "%s%s", i > 0 ? " " : "", r->args[i]);
    if (r->n_args > 0)
        c = en_cmd_find(b.p);
    en_buf_reset(&b);
    if (r->n_args == 0 || c != NULL) {
        en_man_page(c, &b);
        en_out_str(r->out, b.p);
    }
    en_buf_release(&b);
    if (r->n_args > 0 && c == NULL)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such command");
    return EN_OK;
}

const struct en_cmd en_cmd_man = {
    .words = "man",
    .args = "[COMMAND...]",
    .summary = "print a command's man page, or write them all",
    .needs = EN_CMD_HIDDEN | EN_CMD_NO_JSON,
    .opts =
        (const struct en_opt[]){
            { .name = "all", .kind = EN_OPT_PATH, .arg = "DIR", .help = "write every page into this folder" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente man --all man", "write the pages that the project keeps" },
            { NULL, NULL },
        },
    .run = cmd_man,
};
