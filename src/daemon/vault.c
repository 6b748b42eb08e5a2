#include "daemon/vault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#define DIRECTORY   "keys/node"
#define NAME_MAX_   64
#define ASK         "passphrase of the node's keys: "
#define INTERRUPTED 3 /* what ^C gives while signals are off */

static en_errc
system_error(struct en_err *err, const char *what)
{
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "%s: %s", what, strerror(errno));
}

/* --- passphrases -------------------------------------------------------------------------------------------------- */

static en_errc
read_passphrase(int fd, char *out, size_t room, size_t *n, struct en_err *err)
{
    ssize_t got = 1;

    for (*n = 0; got > 0 && *n<room; *n += got> 0 ? (size_t)got : 0)
        got = read(fd, out + *n, room - *n);
    if (got < 0)
        return system_error(err, "the passphrase cannot be read");
    if (*n > 0 && out[*n - 1] == '\n')
        --*n;
    return EN_OK;
}

static en_errc
passphrase_from_file(const char *path, char *out, size_t room, size_t *n, struct en_err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    en_errc rc;

    if (fd < 0)
        return system_error(err, "the passphrase file cannot be opened");
    if (!standard && (fstat(fd, &st) != 0 || (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)))
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "others can read the passphrase file; chmod 600 it");
    else
        rc = read_passphrase(fd, out, room, n, err);
    if (!standard)
        (void)close(fd);
    return rc;
}

/* One line from the terminal, without echo; signals wait, so that the echo always comes back. */
static en_errc
passphrase_from_terminal(const char *prompt, char *out, size_t room, size_t *n, struct en_err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios was, quiet;
    char c = 0;
    bool stopped = false;

    if (fd < 0 || tcgetattr(fd, &was) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "the node's keys are under a passphrase: name its file with ENTENTE_PASSPHRASE_FILE");
    }
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    (void)tcsetattr(fd, TCSAFLUSH, &quiet);
    (void)!write(fd, prompt, strlen(prompt));
    for (*n = 0; !stopped && *n < room && read(fd, &c, 1) == 1 && c != '\n'; out[(*n)++] = c)
        stopped = c == INTERRUPTED;
    (void)!write(fd, "\n", 1);
    (void)tcsetattr(fd, TCSAFLUSH, &was);
    (void)close(fd);
    return stopped ? en_err_set(err, EN_E_RULE, EN_NO_POS, "no passphrase was given") : EN_OK;
}

/* Makes the key of a lock whose salt and cost are given. */
static en_errc
make_lock(const struct en_vault *v, struct en_node_lock *lock, struct en_err *err)
{
    char text[EN_PASSPHRASE_MAX + 2];
    size_t n = 0;
    en_errc rc;

    if (v->passphrase_file != NULL)
        rc = passphrase_from_file(v->passphrase_file, text, sizeof text, &n, err);
    else if (v->may_ask && isatty(STDERR_FILENO))
        rc = passphrase_from_terminal(v->prompt != NULL ? v->prompt : ASK, text, sizeof text, &n, err);
    else
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "the node's keys are under a passphrase: name its file with ENTENTE_PASSPHRASE_FILE");
    rc = rc != EN_OK ? rc : en_node_lock_make(lock, en_bytes_from(text, n), err);
    sodium_memzero(text, sizeof text);
    return rc;
}

static en_errc
unlock(void *ctx, struct en_node_key_file *f, struct en_err *err)
{
    struct en_vault *v = ctx;
    struct en_node_lock lock = f->lock;
    en_errc rc;

    if (!f->locked)
        return EN_OK;
    if (v->locks && en_node_key_file_same_lock(f, &v->lock))
        return en_node_key_file_unlock(f, &v->lock, err);
    rc = make_lock(v, &lock, err);
    rc = rc != EN_OK ? rc : en_node_key_file_unlock(f, &lock, err);
    if (rc == EN_OK && !v->locks) {
        v->lock = lock;
        v->locks = true;
    }
    sodium_memzero(&lock, sizeof lock);
    return rc;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void
name_of(const struct en_node_key_file *f, char out[NAME_MAX_])
{
    struct en_buf b = EN_BUF_INIT;
    char id[EN_SEAL_ID_LEN + 1], month[EN_MONTH_LEN + 1];

    if (f->kind == EN_NODE_KEY_SIGNING) {
        en_key_id(f->public_key, id);
        en_buf_addf(&b, "signing-%s.key", id);
    } else {
        en_month_write(f->month, month);
        en_buf_addf(&b, "sealing-%s.key", month);
    }
    EN_ASSERT(b.n < NAME_MAX_);
    memcpy(out, b.p, b.n + 1);
    en_buf_release(&b);
}

/* -1 with EN_E_NOT_FOUND where there is none. */
static en_errc
open_directory(const struct en_vault *v, bool make, int *dir, struct en_err *err)
{
    struct stat st;

    if (make && mkdirat(v->folder, DIRECTORY, 0700) != 0 && errno != EEXIST)
        return system_error(err, "keys/node cannot be made");
    *dir = openat(v->folder, DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (*dir < 0)
        return errno == ENOENT ? en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no keys/node here")
                               : en_err_set(err, EN_E_RULE, EN_NO_POS, "this account may not open keys/node");
    if (fstat(*dir, &st) == 0 && (st.st_mode & 077) == 0)
        return EN_OK;
    (void)close(*dir);
    return en_err_set(err, EN_E_RULE, EN_NO_POS,
                      "others can look into keys/node; chmod 700 it, and think of new keys (docs/keys.md)");
}

static en_errc
read_file(int dir, const char *name, struct en_node_key_file *f, struct en_err *err)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    char text[EN_NODE_FILE_MAX + 1];
    struct stat st;
    ssize_t n;
    en_errc rc;

    if (fd < 0)
        return errno == ENOENT ? en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "this key of the node is not in keys/node")
                               : system_error(err, "a key file of the node cannot be opened");
    n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, sizeof text) : -1;
    (void)close(fd);
    if (n < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "a key file of the node cannot be read");
    if ((st.st_mode & 077) != 0)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "others can read a key file of the node; chmod 600 it, and think of new keys (docs/keys.md)");
    else
        rc = en_node_key_file_read(en_bytes_from(text, (size_t)n), f, err);
    sodium_memzero(text, sizeof text);
    return rc;
}

static en_errc
read_and_unlock(struct en_vault *v, int dir, const char *name, struct en_node_key_file *f, struct en_err *err)
{
    en_errc rc = read_file(dir, name, f, err);

    return rc != EN_OK ? rc : unlock(v, f, err);
}

static en_errc
signing(void *ctx, const uint8_t digest[EN_SHA256_LEN], struct en_key *out, struct en_err *err)
{
    struct en_vault *v = ctx;
    struct en_node_key_file f = { .created = 0 };
    char id[EN_SEAL_ID_LEN + 1], name[NAME_MAX_] = "signing-";
    uint8_t found[EN_SHA256_LEN];
    int dir = -1;
    en_errc rc = open_directory(v, false, &dir, err);

    if (rc != EN_OK)
        return rc;
    en_hex(digest, EN_SEAL_ID_LEN / 2, id); /* a key's id is the beginning of its digest */
    memcpy(name + 8, id, EN_SEAL_ID_LEN);
    memcpy(name + 8 + EN_SEAL_ID_LEN, ".key", 5);
    rc = read_and_unlock(v, dir, name, &f, err);
    (void)close(dir);
    if (rc == EN_OK) {
        en_key_digest(f.public_key, found);
        if (f.kind != EN_NODE_KEY_SIGNING || memcmp(found, digest, sizeof found) != 0)
            rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a key file of the node holds another key than its name");
        else
            en_key_from_seed(f.secret, out);
    }
    sodium_memzero(&f, sizeof f);
    return rc;
}

static bool
is_sealing(const char *name)
{
    size_t n = strlen(name);

    return n == 8 + EN_MONTH_LEN + 4 && memcmp(name, "sealing-", 8) == 0 && strcmp(name + n - 4, ".key") == 0;
}

static en_errc
add_sealing(struct en_vault *v, int dir, const char *name, struct en_node_keys *into, struct en_err *err)
{
    struct en_node_key_file f = { .created = 0 };
    struct en_age_identity id;
    en_errc rc = read_and_unlock(v, dir, name, &f, err);

    if (rc == EN_OK && f.kind == EN_NODE_KEY_SEALING && strcmp(f.partner, into->partner) == 0) {
        memcpy(id.secret, f.secret, sizeof id.secret);
        memcpy(id.recipient, f.public_key, sizeof id.recipient);
        en_node_keys_add_sealing(into, f.month, &id);
        en_age_identity_wipe(&id);
    }
    sodium_memzero(&f, sizeof f);
    return rc;
}

static en_errc
sealing(void *ctx, struct en_node_keys *into, struct en_err *err)
{
    struct en_vault *v = ctx;
    const struct dirent *e;
    DIR *d;
    int dir = -1;
    en_errc rc = open_directory(v, false, &dir, err);

    if (rc != EN_OK)
        return rc;
    d = fdopendir(dir);
    EN_ASSERT(d != NULL);
    while (rc == EN_OK && (e = readdir(d)) != NULL)
        if (is_sealing(e->d_name))
            rc = add_sealing(v, dir, e->d_name, into, err);
    (void)closedir(d);
    return rc;
}

/* Beside its place, synced, renamed. */
static en_errc
write_file(int dir, const char *name, const struct en_buf *text, struct en_err *err)
{
    static const char beside[] = "new.tmp";
    int fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = fd >= 0 && write(fd, text->p, text->n) == (ssize_t)text->n && fsync(fd) == 0;

    if (fd >= 0)
        good = close(fd) == 0 && good;
    if (good && renameat(dir, beside, dir, name) == 0 && fsync(dir) == 0)
        return EN_OK;
    (void)system_error(err, "a key file of the node cannot be written");
    (void)unlinkat(dir, beside, 0);
    return EN_E_STORAGE;
}

/* A sealing key of another id is what a making left that stopped: nobody knows that id. */
static bool
is_taken(int dir, const char *name, const struct en_node_key_file *f)
{
    struct en_node_key_file there = { .created = 0 };
    bool taken = faccessat(dir, name, F_OK, 0) == 0;

    if (taken && f->kind == EN_NODE_KEY_SEALING && read_file(dir, name, &there, NULL) == EN_OK)
        taken = strcmp(there.partner, f->partner) == 0;
    sodium_memzero(&there, sizeof there);
    return taken;
}

static en_errc
put(void *ctx, const struct en_node_key_file *f, struct en_err *err)
{
    struct en_vault *v = ctx;
    uint8_t nonce[EN_NODE_NONCE_LEN];
    struct en_buf text = EN_BUF_INIT;
    char name[NAME_MAX_];
    int dir = -1;
    en_errc rc = open_directory(v, true, &dir, err);

    if (rc != EN_OK)
        return rc;
    name_of(f, name);
    randombytes_buf(nonce, sizeof nonce);
    en_node_key_file_write(f, v->locks ? &v->lock : NULL, nonce, &text);
    if (is_taken(dir, name, f))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "this key of the node is in keys/node already");
    else
        rc = write_file(dir, name, &text, err);
    en_buf_release(&text);
    (void)close(dir);
    return rc;
}

static void
drop(void *ctx, const struct en_node_key_file *f)
{
    const struct en_vault *v = ctx;
    char name[NAME_MAX_];
    int dir = -1;

    if (open_directory(v, false, &dir, NULL) != EN_OK)
        return;
    name_of(f, name);
    (void)unlinkat(dir, name, 0);
    (void)fsync(dir);
    (void)close(dir);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

void
en_vault_init(struct en_vault *v, const struct en_folder *f, const char *passphrase_file, bool may_ask)
{
    *v = (struct en_vault){ .folder = f->dir, .passphrase_file = passphrase_file, .may_ask = may_ask };
}

en_errc
en_vault_lock(struct en_vault *v, struct en_err *err)
{
    en_errc rc;

    v->lock.passes = EN_NODE_LOCK_PASSES;
    v->lock.kib = EN_NODE_LOCK_KIB;
    randombytes_buf(v->lock.salt, sizeof v->lock.salt);
    rc = make_lock(v, &v->lock, err);
    v->locks = rc == EN_OK;
    return rc;
}

en_errc
en_vault_lock_again(struct en_vault *v, struct en_err *err)
{
    return make_lock(v, &v->lock, err);
}

/* --- another passphrase ------------------------------------------------------------------------------------------- */

#define KEY_FILES_MAX 64u

struct relocking {
    struct en_vault *from, *to;
    int dir;
    unsigned n;
    char name[KEY_FILES_MAX][NAME_MAX_];
    struct en_node_key_file file[KEY_FILES_MAX];
};

static bool
is_key_file(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && n < NAME_MAX_ && strcmp(name + n - 4, ".key") == 0;
}

/* Of a run that was stopped: what is under the new passphrase is unlocked with that. */
static en_errc
unlock_either(struct relocking *r, struct en_node_key_file *f, struct en_err *err)
{
    struct en_node_lock lock = f->lock;
    en_errc rc = unlock(r->from, f, err);

    if (rc != EN_E_RULE || r->to->passphrase_file == NULL || strcmp(r->to->passphrase_file, "-") == 0)
        return rc;
    if (make_lock(r->to, &lock, NULL) == EN_OK && en_node_key_file_unlock(f, &lock, NULL) == EN_OK)
        rc = EN_OK;
    sodium_memzero(&lock, sizeof lock);
    return rc;
}

static en_errc
gather_files(struct relocking *r, DIR *d, struct en_err *err)
{
    const struct dirent *e;
    en_errc rc = EN_OK;

    while (rc == EN_OK && (e = readdir(d)) != NULL) {
        if (!is_key_file(e->d_name))
            continue;
        if (r->n == KEY_FILES_MAX)
            return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "more than %u key files are in keys/node", KEY_FILES_MAX);
        memcpy(r->name[r->n], e->d_name, strlen(e->d_name) + 1);
        rc = read_file(r->dir, e->d_name, &r->file[r->n], err);
        rc = rc != EN_OK ? rc : unlock_either(r, &r->file[r->n], err);
        r->n++;
    }
    return rc;
}

static en_errc
write_again(struct relocking *r, unsigned i, struct en_err *err)
{
    uint8_t nonce[EN_NODE_NONCE_LEN];
    struct en_buf text = EN_BUF_INIT;
    en_errc rc;

    randombytes_buf(nonce, sizeof nonce);
    en_node_key_file_write(&r->file[i], r->to->locks ? &r->to->lock : NULL, nonce, &text);
    rc = write_file(r->dir, r->name[i], &text, err);
    if (text.n > 0)
        sodium_memzero(text.p, text.n);
    en_buf_release(&text);
    return rc;
}

en_errc
en_vault_relock(struct en_vault *v, struct en_vault *to, en_vault_before_fn *before, void *ctx, unsigned *n,
                struct en_err *err)
{
    struct relocking *r = en_xcalloc(1, sizeof *r);
    DIR *d;
    en_errc rc;

    r->from = v;
    r->to = to;
    r->dir = -1;
    rc = open_directory(v, false, &r->dir, err);
    if (rc == EN_OK) {
        d = fdopendir(r->dir);
        EN_ASSERT(d != NULL);
        rc = gather_files(r, d, err);
        rc = rc != EN_OK ? rc : before(ctx, r->n, err);
        for (unsigned i = 0; rc == EN_OK && i < r->n; i++)
            rc = write_again(r, i, err);
        (void)closedir(d);
    }
    *n = r->n;
    sodium_memzero(r, sizeof *r);
    free(r);
    return rc;
}

void
en_vault_wipe(struct en_vault *v)
{
    sodium_memzero(v, sizeof *v);
}

struct en_acts_vault
en_vault_lend(struct en_vault *v)
{
    return (struct en_acts_vault){
        .ctx = v, .signing = signing, .sealing = sealing, .put = put, .drop = drop, .unlock = unlock
    };
}
