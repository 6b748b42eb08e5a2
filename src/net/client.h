/*
 * client.h: the way to partners: HTTPS with a certificate on both sides (docs/formats/wire.md).
 *
 * A thread of its own speaks (libcurl with GnuTLS). The other end's certificate is checked when the connection stands
 * and before a byte of the request leaves (docs/decisions/0058-wire.md): a node that is not the one that is meant gets
 * nothing. Jobs go in, results come out, both bounded; a job ends in exactly one result.
 */
#ifndef EN_NET_CLIENT_H
#define EN_NET_CLIENT_H

#include "net/cert.h"
#include "net/server.h"

#define EN_NET_JOBS_MAX      160u /* at work, in all: partners that we fetch from keep us waiting */
#define EN_NET_JOB_BYTES_MAX (256u * EN_MIB) /* that they carry; one job alone may always */

struct en_net_job {
    uint64_t tag; /* comes back with the result */
    enum en_net_kind kind;
    char to[EN_NET_ID_SIZE];
    const en_text *addresses; /* valid ones (node/card.h), tried in this order; copied */
    size_t n_addresses;
    struct en_buf body; /* of EN_NET_BUNDLE; moved */
    uint64_t got;       /* of EN_NET_FETCH: the ticket that came; 0: none */
    const char *got_word; /* a static word for what became of it; NULL: it was taken */
};

enum en_net_how {
    EN_NET_ANSWERED,  /* status and what came with it */
    EN_NET_UNREACHED, /* no address of it could be reached, or no answer came: err says of the last one */
    EN_NET_OTHER      /* somebody answered there who is not that partner: nothing was sent to him */
};

struct en_net_result {
    uint64_t tag;
    enum en_net_kind kind;
    char to[EN_NET_ID_SIZE];
    enum en_net_how how;
    unsigned status;
    char word[EN_NET_WORD_MAX + 1]; /* of an answer without content */
    struct en_buf body; /* content that was fetched; the caller's */
    uint64_t ticket;    /* of it */
    struct en_err err;
};

struct en_net_client_options {
    struct en_net_peers *peers; /* borrowed */
    en_time (*now)(void);
    unsigned connect_ms, slack_ms, rate; /* as struct en_net_limits; 0: the usual */
};

struct en_net_client;
en_errc en_net_client_new(const struct en_net_client_options *o, const struct en_net_identity *identity,
                          struct en_net_client **out, struct en_err *err);
/* What is at work is given up. */
void en_net_client_free(struct en_net_client *c);
/* For requests from now on; connections that stand are not used any more. */
en_errc en_net_client_identity(struct en_net_client *c, const struct en_net_identity *identity, struct en_err *err);
/* EN_E_BUSY: as many are at work as may be; the body is still the caller's then. */
en_errc en_net_client_start(struct en_net_client *c, struct en_net_job *job, struct en_err *err);
/* Readable when there is a result; take until false. */
int en_net_client_fd(const struct en_net_client *c);
bool en_net_client_take(struct en_net_client *c, struct en_net_result *out);

#endif
