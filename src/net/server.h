/*
 * server.h: the door that partners reach: HTTPS with a certificate on both sides (docs/formats/wire.md).
 *
 * A thread of its own speaks TLS and HTTP (libmicrohttpd, GnuTLS). Whoever is no partner, or is cut, ends in the
 * handshake: nothing of a request of his is read. What a partner sends comes whole into a bounded queue; the sequencer
 * takes it when the descriptor is readable, does what it does, and answers. A partner that is slow, floods or sends too
 * much loses its own connection and nobody else's.
 *
 *   accepted --certificate holds--> known --header--> reading --body whole--> queued --take--> at the sequencer
 *      |                             ^ |                 |                                          |
 *      +--stranger, or late--> closed  +--late--> closed +--slow, too long--> closed                |
 *                                    ^--------------------------- answer -------------------------- +
 */
#ifndef EN_NET_SERVER_H
#define EN_NET_SERVER_H

#include "base/limits.h"
#include "net/cert.h"

#define EN_NET_CONNS_MAX     400u /* in all: 75 partners with theirs, and the strangers */
#define EN_NET_CONNS_OF      4u   /* of one partner */
#define EN_NET_STRANGERS_MAX 64u  /* that have not shown a certificate yet: beyond it the oldest goes */
#define EN_NET_BODIES_MAX    (512u * EN_MIB) /* of all that is being read or waits */

#define EN_NET_WORD_MAX 31u /* of a word that says what became of a bundle */

/* Milliseconds. */
struct en_net_limits {
    unsigned body_max;   /* bytes of one body, and of all bodies of one partner together */
    unsigned greet;      /* from the connection to the end of the first header */
    unsigned keep;       /* from one answer to the end of the next header */
    unsigned slack;      /* a body, and an answer, may take so long, */
    unsigned rate;       /* and longer by one second for so many bytes */
};
extern const struct en_net_limits en_net_limits_usual;

enum en_net_kind {
    EN_NET_BUNDLE, /* here is one */
    EN_NET_FETCH,  /* is there one for me? */
    EN_NET_HERE    /* I am here */
};

struct en_net_request {
    enum en_net_kind kind;
    char from[EN_NET_ID_SIZE]; /* whose certificate it is */
    en_bytes body;             /* of EN_NET_BUNDLE */
    uint64_t got;              /* of EN_NET_FETCH: the ticket that arrived; 0: none */
    char word[EN_NET_WORD_MAX + 1]; /* and what became of it there; "": it was taken */
};

struct en_net_answer {
    unsigned status;
    const char *word; /* body of an answer without content: a static word; NULL: nothing */
    struct en_buf *body; /* content, moved; NULL: none */
    uint64_t ticket;  /* of the content; 0: none */
};

struct en_net_server_options {
    const char *listen;         /* HOST:PORT; an IPv6 address in brackets; port 0: any */
    struct en_net_peers *peers; /* borrowed */
    en_time (*now)(void);
    struct en_net_limits limits;
};

struct en_net_server;
/* identity is copied. EN_E_USAGE: no address; EN_E_PARTNER: nobody can listen there. */
en_errc en_net_server_new(const struct en_net_server_options *o, const struct en_net_identity *identity,
                          struct en_net_server **out, struct en_err *err);
/* Whoever waits is told to come again. */
void en_net_server_free(struct en_net_server *s);
/* For handshakes from now on. */
en_errc en_net_server_identity(struct en_net_server *s, const struct en_net_identity *identity, struct en_err *err);
/* The port it listens on. */
unsigned en_net_server_port(const struct en_net_server *s);
/* Readable when there is a request to take; take until NULL. */
int en_net_server_fd(const struct en_net_server *s);
/* The oldest request; it is the caller's until it is answered, and its body with it. NULL: none. */
struct en_net_request *en_net_server_take(struct en_net_server *s);
void en_net_server_answer(struct en_net_server *s, struct en_net_request *rq, const struct en_net_answer *a);
/* How many were refused at the door since the last call, and why the last of them. */
uint64_t en_net_server_refused(struct en_net_server *s, struct en_err *last);

#endif
