#include "daemon/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/tables.h"

static en_errc
system_error(struct en_err *err, const char *what)
{
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "%s: %s", what, strerror(errno));
}

/* The whole of a file of ours; an empty one is none. */
static en_errc
map_file(int fd, en_bytes *out, struct en_err *err)
{
    struct stat st;
    void *p;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 || st.st_uid != geteuid())
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "it is no file of this account alone");
    if (st.st_size == 0)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "it is empty");
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return system_error(err, "it cannot be mapped");
    *out = en_bytes_from(p, (size_t)st.st_size);
    return EN_OK;
}

static en_errc
take(void *ctx, en_bytes *saved, struct en_err *err)
{
    const struct en_shelf *s = ctx;
    int fd = openat(s->dir, s->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    en_errc rc;

    *saved = (en_bytes){ NULL, 0 };
    if (fd < 0 && errno == ENOENT)
        return EN_E_NOT_FOUND;
    if (fd < 0)
        return system_error(err, "it cannot be opened");
    rc = map_file(fd, saved, err);
    (void)close(fd);
    return rc;
}

static void
give_back(void *ctx, en_bytes saved)
{
    (void)ctx;
    (void)munmap((void *)(uintptr_t)saved.p, saved.n);
}

static en_errc
begin(void *ctx, struct en_err *err)
{
    struct en_shelf *s = ctx;

    EN_ASSERT(s->fd < 0);
    (void)unlinkat(s->dir, s->fresh, 0); /* of a process that was stopped */
    s->fd = openat(s->dir, s->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return s->fd >= 0 ? EN_OK : system_error(err, "the index cannot be written");
}

static en_errc
write_part(void *ctx, const void *p, size_t n)
{
    const struct en_shelf *s = ctx;
    const char *at = p;

    while (n > 0) {
        ssize_t done = write(s->fd, at, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return EN_E_STORAGE;
        at += done;
        n -= (size_t)done;
    }
    return EN_OK;
}

static en_errc
end(void *ctx, bool place, struct en_err *err)
{
    struct en_shelf *s = ctx;
    bool written = close(s->fd) == 0;

    s->fd = -1;
    if (place && written && renameat(s->dir, s->fresh, s->dir, s->name) == 0)
        return EN_OK;
    (void)unlinkat(s->dir, s->fresh, 0);
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the index cannot be written");
}

static void
discard(void *ctx)
{
    const struct en_shelf *s = ctx;

    (void)unlinkat(s->dir, s->name, 0);
}

static void
say(void *ctx, const char *text, const struct en_err *why)
{
    const struct en_shelf *s = ctx;

    if (s->say != NULL)
        s->say(s->ctx, text, why);
}

/* What another build of the program reads or weighs otherwise is not ours. */
static uint64_t
program_hash(void)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    uint64_t h = 0;
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

        if (p != MAP_FAILED) {
            h = en_xxh3(en_bytes_from(p, (size_t)st.st_size)) | 1;
            (void)munmap(p, (size_t)st.st_size);
        }
    }
    if (fd >= 0)
        (void)close(fd);
    return h;
}

static en_errc
tables(void *ctx, struct en_tables **out, struct en_err *err)
{
    const struct en_shelf *s = ctx;

    return en_tables_load(s->dir, EN_TABLES_FOLDER, out, err);
}

void
en_shelf_init(struct en_shelf *s, const struct en_folder *f,
              void (*talk)(void *ctx, const char *text, const struct en_err *why), void *ctx)
{
    *s = (struct en_shelf){ .dir = f->dir,
                            .name = EN_INDEX_FILE,
                            .fresh = EN_INDEX_FILE ".new",
                            .fd = -1,
                            .program = program_hash(),
                            .ctx = ctx,
                            .say = talk };
}

void
en_shelf_init_file(struct en_shelf *s, const char *name, const char *fresh)
{
    *s = (struct en_shelf){ .dir = AT_FDCWD, .name = name, .fresh = fresh, .fd = -1, .program = program_hash() };
}

struct en_acts_shelf
en_shelf_lend(struct en_shelf *s)
{
    return (struct en_acts_shelf){
        .ctx = s,
        .program = s->program != 0 ? en_bytes_from(&s->program, sizeof s->program) : (en_bytes){ NULL, 0 },
        .take = take,
        .give_back = give_back,
        .begin = begin,
        .write = write_part,
        .end = end,
        .discard = discard,
        .say = say,
        .tables = tables,
    };
}

void
en_shelf_tidy(void)
{
    (void)malloc_trim(0);
}
