#include "daemon/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

static en_errc
system_error(struct en_err *err, en_errc code, const char *what)
{
    return en_err_set(err, code, EN_NO_POS, "%s: %s", what, strerror(errno));
}

/* --- making and opening ------------------------------------------------------------------------------------------- */

static bool
is_empty(int dir)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *e;
    size_t n = 0;

    if (d == NULL)
        return false;
    while ((e = readdir(d)) != NULL)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    (void)closedir(d);
    return n == 0;
}

en_errc
en_folder_create(struct en_folder *f, const char *path, struct en_err *err)
{
    int fd;

    *f = (struct en_folder){ -1, -1, NULL };
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return system_error(err, EN_E_STORAGE, "cannot make the node's folder");
    f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->dir < 0)
        return system_error(err, EN_E_STORAGE, "cannot open the node's folder");
    f->path = strdup(path);
    EN_ASSERT(f->path != NULL);
    if (!is_empty(f->dir)) {
        en_folder_close(f);
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this folder is not empty; a node is made in a new or an empty one");
    }
    fd = openat(f->dir, "node.lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || close(fd) != 0 || mkdirat(f->dir, "keys", 0700) != 0) {
        en_errc rc = system_error(err, EN_E_STORAGE, "cannot write in the node's folder");

        en_folder_close(f);
        return rc;
    }
    return EN_OK;
}

void
en_folder_unmake(const struct en_folder *f, en_text user)
{
    static const char *const files[] = { "entente.db", "entente.db-wal", "entente.db-shm", "entente.index",
                                         "entente.index.new", "node.lock" };

    if (user.n > 0)
        en_folder_key_remove(f, NULL, user);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        (void)unlinkat(f->dir, files[i], 0);
    (void)unlinkat(f->dir, "keys/node", AT_REMOVEDIR);
    (void)unlinkat(f->dir, "keys", AT_REMOVEDIR);
}

en_errc
en_folder_open(struct en_folder *f, const char *path, struct en_err *err)
{
    struct stat st;

    *f = (struct en_folder){ -1, -1, NULL };
    f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->dir < 0 && errno == EACCES)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "this account may not open the node's folder");
    if (f->dir < 0 || fstatat(f->dir, "node.lock", &st, 0) != 0) {
        en_folder_close(f);
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no node here; entente init DIR makes one");
    }
    f->path = strdup(path);
    EN_ASSERT(f->path != NULL);
    return EN_OK;
}

void
en_folder_close(struct en_folder *f)
{
    if (f->lock >= 0)
        (void)close(f->lock); /* and with it the lock */
    if (f->dir >= 0)
        (void)close(f->dir);
    free(f->path);
    *f = (struct en_folder){ -1, -1, NULL };
}

en_errc
en_folder_lock(struct en_folder *f, struct en_err *err)
{
    int fd = openat(f->dir, "node.lock", O_RDWR | O_CLOEXEC);

    if (fd < 0 && (errno == EACCES || errno == EPERM) && faccessat(f->dir, "node.lock", R_OK, 0) != 0)
        return en_err_set(err, EN_E_BUSY, EN_NO_POS,
                          "this account may not hold the node itself, and entente serve does not run");
    if (fd < 0)
        return system_error(err, EN_E_STORAGE, "the node's folder cannot be written");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        en_errc rc = errno == EWOULDBLOCK ? en_err_set(err, EN_E_BUSY, EN_NO_POS, "another process holds this node")
                                          : system_error(err, EN_E_STORAGE, "the node's lock");

        (void)close(fd);
        return rc;
    }
    f->lock = fd;
    return EN_OK;
}

void
en_folder_socket_name(const struct en_folder *f, struct sockaddr_un *name)
{
    struct en_buf b = EN_BUF_INIT;

    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    en_buf_addf(&b, "/proc/self/fd/%d/serve.sock", f->dir);
    EN_ASSERT(b.n < sizeof name->sun_path);
    memcpy(name->sun_path, b.p, b.n);
    en_buf_release(&b);
}

void
en_folder_forget_index(const struct en_folder *f)
{
    (void)unlinkat(f->dir, "entente.index", 0);
    (void)unlinkat(f->dir, "entente.index.new", 0);
}

char *
en_folder_file(const struct en_folder *f, const char *name)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_addf(&b, "%s/%s", f->path, name);
    return b.p; /* its memory is the caller's now */
}

en_errc
en_folder_store(const struct en_folder *f, enum en_store_open_mode mode, struct en_store **out, struct en_err *err)
{
    char *path = en_folder_file(f, "entente.db");
    en_errc rc = en_store_open_sqlite(path, mode, out, err);

    free(path);
    return rc;
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

static int
open_keys(const struct en_folder *f, const char *keys)
{
    return keys != NULL ? open(keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                        : openat(f->dir, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* "NAME.key" */
static void
key_file_name(en_text name, char out[EN_KEY_NAME_MAX + 5])
{
    EN_ASSERT(en_key_name_valid(name));
    memcpy(out, name.p, name.n);
    memcpy(out + name.n, ".key", 5);
}

static en_errc
read_key(int dir, en_text name, struct en_key *out, struct en_err *err)
{
    char file[EN_KEY_NAME_MAX + 5], text[EN_KEY_FILE_MAX + 1];
    struct stat st;
    en_text inside = EN_TEXT_NONE;
    en_time created;
    ssize_t n;
    int fd;
    en_errc rc;

    key_file_name(name, file);
    fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return en_err_set(err, errno == ENOENT ? EN_E_NOT_FOUND : EN_E_RULE, EN_NO_POS,
                          errno == ENOENT ? "there is no key file of this user here"
                                          : "this account may not read the key file of this user");
    n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, sizeof text) : -1;
    (void)close(fd);
    if (n < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the key file cannot be read");
    if ((st.st_mode & 077) != 0)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "others can read this key file; chmod 600 it, and think of a new key");
    else
        rc = en_key_file_read(en_bytes_from(text, (size_t)n), out, &inside, &created, err);
    if (rc == EN_OK && !en_text_eq(inside, name)) {
        en_key_wipe(out);
        rc = en_err_set(err, EN_E_INPUT, EN_NO_POS, "the key file names another user than its file name");
    }
    sodium_memzero(text, sizeof text);
    return rc;
}

/* The one key file that this account can read; *several if there are more. */
static en_errc
only_key(int dir, struct en_arena *a, en_text *found, bool *several)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *e;

    *several = false;
    *found = EN_TEXT_NONE;
    while (d != NULL && (e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);
        en_text name = { e->d_name, n > 4 ? n - 4 : 0 };

        if (n <= 4 || strcmp(e->d_name + n - 4, ".key") != 0 || !en_key_name_valid(name) ||
            faccessat(dir, e->d_name, R_OK, AT_EACCESS) != 0)
            continue;
        *several = found->n > 0;
        if (*several)
            break;
        *found = en_text_dup(name, a);
    }
    if (d != NULL)
        (void)closedir(d);
    return found->n > 0 ? EN_OK : EN_E_NOT_FOUND;
}

en_errc
en_folder_key_find(const struct en_folder *f, const char *keys, en_text user, struct en_arena *a, en_text *found,
                   struct en_key *out, struct en_err *err)
{
    int dir = open_keys(f, keys);
    bool several = false;
    en_errc rc = EN_OK;

    if (dir < 0)
        return en_err_set(
            err, EN_E_RULE, EN_NO_POS,
            "this account may not open the folder of keys; set ENTENTE_KEYS to the folder with your own key");
    if (user.n > 0 && !en_key_name_valid(user))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "this is no name of a user");
    *found = user;
    if (rc == EN_OK && user.n == 0 && only_key(dir, a, found, &several) != EN_OK)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "there is no key file here that this account can read");
    if (rc == EN_OK && several)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "who acts? Give --user NAME or set ENTENTE_USER: there are several keys here");
    rc = rc != EN_OK ? rc : read_key(dir, *found, out, err);
    (void)close(dir);
    return rc;
}

en_errc
en_folder_key_write(const struct en_folder *f, const char *keys, const struct en_key *k, en_text name, en_time created,
                    struct en_err *err)
{
    int dir = open_keys(f, keys), fd = -1;
    char file[EN_KEY_NAME_MAX + 5];
    struct en_buf text = EN_BUF_INIT;
    en_errc rc = EN_OK;

    key_file_name(name, file);
    if (dir >= 0)
        fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST) {
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "there is a key file of this name already; it is kept");
    } else if (fd < 0) {
        rc = system_error(err, EN_E_STORAGE, "the key file cannot be written");
    } else {
        en_key_file_write(k, name, created, &text);
        if (write(fd, text.p, text.n) != (ssize_t)text.n || fsync(fd) != 0 || fsync(dir) != 0) {
            rc = system_error(err, EN_E_STORAGE, "the key file cannot be written");
            (void)unlinkat(dir, file, 0);
        }
    }
    en_buf_release(&text);
    if (fd >= 0)
        (void)close(fd);
    if (dir >= 0)
        (void)close(dir);
    return rc;
}

void
en_folder_key_remove(const struct en_folder *f, const char *keys, en_text name)
{
    int dir = open_keys(f, keys);
    char file[EN_KEY_NAME_MAX + 5];

    key_file_name(name, file);
    if (dir >= 0) {
        (void)unlinkat(dir, file, 0);
        (void)close(dir);
    }
}
