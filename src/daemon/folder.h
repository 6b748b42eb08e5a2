/*
 * folder.h: a node is a folder. docs/formats/node.md 1 to 3.
 *
 *   node.lock    who holds its flock owns the node
 *   entente.db   the store (and -wal, -shm while it is open)
 *   entente.index  the screening index as it was saved; may be deleted at any time
 *   serve.sock   `entente serve` takes acts here
 *   keys/        key files of persons, NAME.key
 *   keys/node/   keys of the node itself (vault.h)
 */
#ifndef EN_DAEMON_FOLDER_H
#define EN_DAEMON_FOLDER_H

#include <sys/un.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "seal/seal.h"
#include "store/store.h"

struct en_folder {
    int dir;  /* descriptor of the folder, -1 when closed */
    int lock; /* descriptor of node.lock while the lock is held, else -1 */
    char *path;
};

/* Makes DIR (or takes an empty one) with keys/ and node.lock. EN_E_NO if something is in it. */
en_errc en_folder_create(struct en_folder *f, const char *path, struct en_err *err);
/* Takes away again what a making that failed has left, so that it can be tried again. */
void en_folder_unmake(const struct en_folder *f, en_text user);
/* EN_E_NOT_FOUND if it is no node. */
en_errc en_folder_open(struct en_folder *f, const char *path, struct en_err *err);
void en_folder_close(struct en_folder *f);

/*
 * EN_OK when this process owns the node now; EN_E_BUSY when another one does, or when this account may not open the
 * lock; EN_E_STORAGE when the folder cannot be written.
 */
en_errc en_folder_lock(struct en_folder *f, struct en_err *err);
/* The address of serve.sock, through the folder's descriptor: a socket's name has room for 107 bytes only. */
void en_folder_socket_name(const struct en_folder *f, struct sockaddr_un *name);
/* What was saved of another store's alerts. */
void en_folder_forget_index(const struct en_folder *f);
/* DIR/NAME, to be freed. */
char *en_folder_file(const struct en_folder *f, const char *name);
en_errc en_folder_store(const struct en_folder *f, enum en_store_open_mode mode, struct en_store **out,
                        struct en_err *err);

/*
 * Key files lie in `keys` if it is not NULL (ENTENTE_KEYS), else in the folder's keys/. Find: of this user, or (empty)
 * the only one that can be read; *user is copied into the arena. Read refuses a file that others than its owner can
 * read.
 */
en_errc en_folder_key_find(const struct en_folder *f, const char *keys, en_text user, struct en_arena *a,
                           en_text *found, struct en_key *out, struct en_err *err);
/* Writes NAME.key, mode 0600; EN_E_NO if it is there. */
en_errc en_folder_key_write(const struct en_folder *f, const char *keys, const struct en_key *k, en_text name,
                            en_time created, struct en_err *err);
void en_folder_key_remove(const struct en_folder *f, const char *keys, en_text name);

#endif
