#include "daemon/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

#define CHUNK (256u * EN_KIB)

/* Everything that is left in fd, in a memory file. */
static en_errc
spool(int fd, int *out, struct en_err *err)
{
    int memory = memfd_create("entente-input", MFD_CLOEXEC);
    char *chunk = en_xmalloc(CHUNK);
    en_errc rc = memory < 0 ? en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no memory file: %s", strerror(errno)) : EN_OK;

    while (rc == EN_OK) {
        ssize_t n = read(fd, chunk, CHUNK);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            break;
        for (ssize_t at = 0; rc == EN_OK && at < n;) {
            ssize_t put = write(memory, chunk + at, (size_t)(n - at));

            if (put < 0)
                rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the input does not fit into memory: %s",
                                strerror(errno));
            at += put;
        }
        if (n < 0)
            rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the input cannot be read: %s", strerror(errno));
    }
    free(chunk);
    if (rc != EN_OK && memory >= 0)
        (void)close(memory);
    *out = memory;
    return rc;
}

en_errc
en_file_open(struct en_file *f, const char *path, en_text shown, struct en_err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), memory = -1;
    struct stat st;
    en_errc rc;

    *f = (struct en_file){ -1, shown, 0 };
    if (fd < 0)
        return en_err_set(err, errno == ENOENT || errno == ENOTDIR ? EN_E_NOT_FOUND : EN_E_STORAGE, EN_NO_POS,
                          "the file cannot be opened: %s", strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !standard)
        return en_file_take(f, fd, shown, err);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "this is a folder and not a file");
    else
        rc = spool(fd, &memory, err);
    if (!standard)
        (void)close(fd);
    return rc != EN_OK ? rc : en_file_take(f, memory, shown, err);
}

en_errc
en_file_take(struct en_file *f, int fd, en_text shown, struct en_err *err)
{
    struct stat st;

    *f = (struct en_file){ -1, shown, 0 };
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "an input is not a regular file");
    }
    f->fd = fd;
    f->size = (uint64_t)st.st_size;
    return EN_OK;
}

void
en_file_close(struct en_file *f)
{
    if (f->fd >= 0)
        (void)close(f->fd);
    f->fd = -1;
}

static en_errc
read_at(void *ctx, uint64_t at, void *p, size_t room, size_t *n, struct en_err *err)
{
    const struct en_file *f = ctx;
    ssize_t got;

    do
        got = pread(f->fd, p, room, (off_t)at);
    while (got < 0 && errno == EINTR);
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0 ? EN_OK : en_err_set(err, EN_E_STORAGE, at, "the input cannot be read: %s", strerror(errno));
}

struct en_act_input
en_file_input(struct en_file *f)
{
    return (struct en_act_input){ .name = f->name, .size = f->size, .ctx = f, .read = read_at };
}
