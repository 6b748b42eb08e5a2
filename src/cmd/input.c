#include "cmd/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static en_errc
cannot(struct en_err *err, const char *what, int why)
{
    en_errc code = why == ENOENT || why == ENOTDIR ? EN_E_NOT_FOUND : EN_E_STORAGE;

    return en_err_set(err, code, EN_NO_POS, "cannot %s: %s", what, strerror(why));
}

en_errc
en_input_open(struct en_input *in, const char *path, struct en_err *err)
{
    struct stat st = { 0 };

    *in = (struct en_input){ .fd = -1 };
    in->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in->fd < 0)
        return cannot(err, "open", errno);
    if (fstat(in->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        en_input_close(in);
        return cannot(err, "read", EISDIR);
    }
    if (S_ISREG(st.st_mode)) {
        in->size = (uint64_t)st.st_size;
        (void)posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return EN_OK;
}

en_errc
en_input_read(struct en_input *in, void *p, size_t room, size_t *n, struct en_err *err)
{
    ssize_t k;

    do
        k = read(in->fd, p, room);
    while (k < 0 && errno == EINTR);
    *n = k > 0 ? (size_t)k : 0;
    return k < 0 ? cannot(err, "read", errno) : EN_OK;
}

void
en_input_close(struct en_input *in)
{
    if (in->fd >= 0)
        (void)close(in->fd);
    in->fd = -1;
}

en_errc
en_input_all(const char *path, size_t max, struct en_buf *out, struct en_err *err)
{
    struct en_input in;
    char chunk[64 * 1024];
    size_t n = 1, total = 0;
    en_errc rc = en_input_open(&in, path, err);

    while (rc == EN_OK && n > 0) {
        rc = en_input_read(&in, chunk, sizeof chunk, &n, err);
        if (rc == EN_OK && n > max - total)
            rc = en_err_set(err, EN_E_LIMIT, max, "expected at most %zu bytes", max);
        if (rc == EN_OK)
            en_buf_add(out, chunk, n);
        total += n;
    }
    en_input_close(&in);
    return rc;
}
