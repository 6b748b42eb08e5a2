/*
 * vault.h: the files of a node's own keys: keys/node in its folder, 0700, and in it, 0600, signing-ID.key and
 * sealing-MONTH.key (docs/formats/keys.md 4).
 *
 * A file or folder that others can read is refused. Files are written beside their place, synced and renamed. Under a
 * passphrase it is asked for when the first locked file is met: from a file that is named, else at the terminal,
 * without echo; what is made of it stays in memory and the passphrase does not.
 */
#ifndef EN_DAEMON_VAULT_H
#define EN_DAEMON_VAULT_H

#include "acts/acts.h"
#include "daemon/folder.h"

struct en_vault {
    int folder;                  /* borrowed */
    const char *passphrase_file; /* NULL: none; "-": standard input */
    bool may_ask;                /* at the terminal */
    const char *prompt;          /* which passphrase; NULL: that of the node's keys */
    bool locks;                  /* lock holds: files are written under it */
    struct en_node_lock lock;
};

/* For an existing node. passphrase_file is borrowed. */
void en_vault_init(struct en_vault *v, const struct en_folder *f, const char *passphrase_file, bool may_ask);
/* For a node that is being made: a passphrase from the file is put on all that will be written. */
en_errc en_vault_lock(struct en_vault *v, struct en_err *err);
/* Asks once more for the passphrase of the lock that v has: is it the same? */
en_errc en_vault_lock_again(struct en_vault *v, struct en_err *err);
/*
 * Puts all key files under the lock of `to` (en_vault_lock; without one they are open), which this vault must be able
 * to unlock: else nothing is changed. Each file is whole at any time; what a stop left under the old passphrase is
 * found by doing it again, for a file that `to` unlocks already is passed over. *n: how many files there are. `before`
 * is called when all are unlocked and none is written yet; unless it is EN_OK nothing is changed.
 */
typedef en_errc en_vault_before_fn(void *ctx, unsigned n, struct en_err *err);
en_errc en_vault_relock(struct en_vault *v, struct en_vault *to, en_vault_before_fn *before, void *ctx, unsigned *n,
                        struct en_err *err);
void en_vault_wipe(struct en_vault *v);
/* v is borrowed by it. */
struct en_acts_vault en_vault_lend(struct en_vault *v);

#endif
