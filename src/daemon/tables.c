#include "daemon/tables.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A table is small and read once: into memory that nobody else can change meanwhile. */
static en_errc
read_one(int folder, enum en_table t, uint8_t **out, size_t *n, struct en_err *err)
{
    int fd = openat(folder, en_table_file(t), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    ssize_t got = 1;
    en_errc rc = EN_OK;

    *out = NULL;
    *n = 0;
    if (fd < 0 && errno == ENOENT)
        return EN_OK;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "%s is no file that can be read", en_table_file(t));
    if (rc == EN_OK)
        *out = en_xmalloc(EN_TABLE_BYTES_MAX + 1);
    while (rc == EN_OK && got > 0 && *n <= EN_TABLE_BYTES_MAX) {
        got = read(fd, *out + *n, EN_TABLE_BYTES_MAX + 1 - *n);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "%s: %s", en_table_file(t), strerror(errno));
        else
            *n += (size_t)got;
    }
    if (fd >= 0)
        (void)close(fd);
    return rc;
}

static en_errc
parse(const en_bytes text[EN_TABLES], struct en_tables **out, struct en_err *err)
{
    struct en_err why = EN_ERR_INIT;
    enum en_table which;
    en_errc rc = en_tables_parse(text, out, &which, &why);

    if (rc == EN_OK || why.line == 0)
        return rc == EN_OK ? EN_OK : en_err_set(err, rc, why.pos, "%s: %s", en_table_file(which), why.text);
    return en_err_set_at(err, rc, why.line, why.pos, "%s: %s", en_table_file(which), why.text);
}

en_errc
en_tables_load(int dir, const char *name, struct en_tables **out, struct en_err *err)
{
    int folder = openat(dir, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
    en_bytes text[EN_TABLES] = { { NULL, 0 } };
    uint8_t *p[EN_TABLES] = { NULL };
    en_errc rc = EN_OK;
    bool any = false;

    *out = NULL;
    if (folder < 0 && errno == ENOENT)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such folder of tables");
    if (folder < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the folder of tables: %s", strerror(errno));
    for (unsigned i = 0; rc == EN_OK && i < EN_TABLES; i++) {
        size_t n;

        rc = read_one(folder, (enum en_table)i, &p[i], &n, err);
        text[i] = en_bytes_from(p[i], n);
        any = any || p[i] != NULL;
    }
    (void)close(folder);
    if (rc == EN_OK && !any)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no table in the folder");
    rc = rc != EN_OK ? rc : parse(text, out, err);
    for (unsigned i = 0; i < EN_TABLES; i++)
        free(p[i]);
    return rc;
}
