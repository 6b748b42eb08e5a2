/*
 * serve.h: `entente serve`: the process that owns a node folder, does acts one after another, and keeps the index
 * current.
 */
#ifndef EN_DAEMON_SERVE_H
#define EN_DAEMON_SERVE_H

#include "base/bytes.h"
#include "base/err.h"

struct en_serve_options {
    const char *node;
    const char *passphrase_file; /* of the node's own keys; NULL: none, then the terminal is asked */
    const char *listen; /* HOST:PORT where partners reach the node; NULL: nowhere */
    bool group; /* serve.sock is open to the folder's group (0660), else to this account only (0600) */
    void *ctx;
    void (*say)(void *ctx, const char *text, const struct en_err *why); /* talk: a constant, and perhaps an error */
};

/* Until SIGTERM or SIGINT; EN_OK then. EN_E_BUSY if another process holds the node. */
en_errc en_serve(const struct en_serve_options *o, struct en_err *err);

#endif
