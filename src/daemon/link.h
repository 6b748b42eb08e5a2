/*
 * link.h: a person's way to a node: straight into the folder when nobody holds it, else over serve.sock. Its user
 * cannot tell which of the two it was.
 */
#ifndef EN_DAEMON_LINK_H
#define EN_DAEMON_LINK_H

#include "acts/acts.h"
#include "daemon/file.h"

struct en_link;

struct en_link_options {
    const char *node; /* folder */
    en_text user;     /* empty: the only one whose key file this account can read */
    const char *keys; /* folder of key files; NULL: the node's own */
    en_time rehearse; /* EN_TIME_NONE, or a time to act at in a rehearsal node */
    unsigned wait_ms; /* for a node that is busy */
    const char *passphrase_file; /* of the node's own keys; NULL: none, then the terminal is asked */
    void *ctx;
    void (*say)(void *ctx, const char *text, const struct en_err *why); /* talk beside the answer; may be NULL */
};

/* EN_E_BUSY when the node stays busy for that long. */
en_errc en_link_open(const struct en_link_options *o, struct en_link **out, struct en_err *err);
void en_link_close(struct en_link *l);
/* Does an act; records arrive at the reply. files are borrowed. */
en_errc en_link_run(struct en_link *l, const char *act, en_bytes args, struct en_file *files, size_t n_files,
                    const struct en_act_reply *reply, struct en_err *err);
/*
 * Puts the node's key files under the lock of `to` (vault.h), after the act key-passphrase, which says so in the
 * ledger. EN_E_BUSY if a server holds the node. *n: how many files.
 */
struct en_vault;
en_errc en_link_relock(struct en_link *l, struct en_vault *to, const struct en_act_reply *reply, unsigned *n,
                       struct en_err *err);
/* What went wrong beside the act (what the node owes by itself could not be done); NULL if nothing did. */
const struct en_err *en_link_warning(const struct en_link *l);

/* Makes a node, its own keys (under a passphrase if there is a file with one) and its first user's key. */
en_errc en_link_init(const char *node, const struct en_act_init *in, const char *passphrase_file, en_time rehearse,
                     struct en_err *err);

#endif
