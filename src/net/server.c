/*
 * server.c: everything but the queue is of one thread, which runs libmicrohttpd's loop and, between two rounds, closes
 * connections whose time is over. The library has a limit of silence only, so that a sender of one byte a second would
 * never meet it: hence deadlines of our own.
 */
#include "net/server.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "base/arena.h"
#include "net/wire.h"

#define ROUND_MS     250
#define HEADERS_MAX  ((size_t)16 * EN_KIB)
#define QUEUE_MAX    128u /* requests that wait */
#define REQUESTS_OF  2u   /* of one partner */
#define BACKLOG      64
#define NEVER        INT64_MAX
#define STOP_ROUNDS  20

const struct en_net_limits en_net_limits_usual = { .body_max = EN_NET_BODY_MAX,
                                                   .greet = 10000,
                                                   .keep = 60000,
                                                   .slack = 30000,
                                                   .rate = 16 * EN_KIB };

/* What a handshake shows of us. Kept until the end: a handshake may still hold it. */
struct shown {
    struct shown *before;
    gnutls_pcert_st cert;
    gnutls_privkey_t key;
};

struct conn {
    struct MHD_Connection *mhd; /* NULL: free */
    gnutls_session_t session;
    int fd;
    int64_t since, deadline;
    bool known;
    struct en_net_claim who;
    struct request *at;
};

enum where { READING, QUEUED, TAKEN, ANSWERED };

struct request {
    struct en_net_request rq; /* first: this is what the caller has */
    struct conn *conn;
    struct en_buf body;
    uint64_t length;
    enum where where;        /* from QUEUED to ANSWERED under the lock */
    struct request *next;    /* in the queue */
    struct en_buf out;       /* the answer */
    unsigned status;
    const char *word;
    uint64_t ticket;
};

struct en_net_server {
    struct en_net_server_options o;
    struct MHD_Daemon *daemon;
    int listener, ready;
    unsigned port;
    pthread_t thread;
    bool running;
    /* of the thread */
    struct conn conns[EN_NET_CONNS_MAX];
    uint64_t bodies;
    /* under the lock */
    pthread_mutex_t lock;
    bool stop;
    struct shown *shown;
    struct request *first, *last;
    unsigned queued;
    uint64_t refused;
    struct en_err why;
};

static int64_t
ticks(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
note_refusal(struct en_net_server *s, const struct en_err *why)
{
    (void)pthread_mutex_lock(&s->lock);
    s->refused++;
    s->why = *why;
    (void)pthread_mutex_unlock(&s->lock);
}

/* --- connections -------------------------------------------------------------------------------------------------- */

/* The library sees its end and closes it. */
static void
hang_up(struct conn *c)
{
    (void)shutdown(c->fd, SHUT_RDWR);
    c->deadline = NEVER;
}

static struct conn *
conn_of(struct en_net_server *s, gnutls_session_t session)
{
    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++)
        if (s->conns[i].mhd != NULL && s->conns[i].session == session)
            return &s->conns[i];
    return NULL;
}

static struct en_net_server *
server_of(gnutls_session_t session)
{
    return gnutls_db_get_ptr(session);
}

/* A partner has so many connections; an idle one makes room, for it may be what a crash of the partner has left. */
static en_errc
make_room(struct en_net_server *s, const struct conn *fresh, struct en_err *err)
{
    struct conn *idle = NULL;
    unsigned n = 0;

    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->mhd == NULL || c == fresh || !c->known || strcmp(c->who.partner, fresh->who.partner) != 0)
            continue;
        n++;
        if (c->at == NULL && (idle == NULL || c->since < idle->since))
            idle = c;
    }
    if (n < EN_NET_CONNS_OF)
        return EN_OK;
    if (idle == NULL)
        return en_err_set(err, EN_E_BUSY, EN_NO_POS, "a partner has more connections at work than it may have");
    idle->known = false;
    hang_up(idle);
    return EN_OK;
}

/* In the handshake, before anything of a request is read. */
static int
verify(gnutls_session_t session)
{
    struct en_net_server *s = server_of(session);
    struct en_err err = EN_ERR_INIT;
    struct conn *c = conn_of(s, session);
    en_errc rc = EN_E_BUG;

    if (c != NULL) {
        rc = en_net_session_check(session, s->o.peers, s->o.now(), &c->who, &err);
        rc = rc != EN_OK ? rc : make_room(s, c, &err);
    }
    if (rc == EN_OK) {
        c->known = true;
        return 0;
    }
    note_refusal(s, &err);
    (void)gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
    return GNUTLS_E_CERTIFICATE_ERROR;
}

static void
begin(struct en_net_server *s, struct MHD_Connection *mhd, void **context)
{
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *tls = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);

    EN_ASSERT(fd != NULL && tls != NULL && tls->tls_session != NULL);
    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->mhd != NULL)
            continue;
        *c = (struct conn){ .mhd = mhd, .session = tls->tls_session, .fd = fd->connect_fd, .since = ticks() };
        c->deadline = c->since + s->o.limits.greet;
        gnutls_db_set_ptr(c->session, s);
        gnutls_certificate_server_set_request(c->session, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_function(c->session, verify);
        *context = c;
        return;
    }
    (void)shutdown(fd->connect_fd, SHUT_RDWR);
}

static void
on_connection(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode toe)
{
    struct conn *c = *context;

    if (toe == MHD_CONNECTION_NOTIFY_STARTED)
        begin(cls, mhd, context);
    else if (c != NULL)
        *c = (struct conn){ .mhd = NULL };
}

/* Strangers hold only so many places: those who came first and have said nothing go. */
static enum MHD_Result
on_accept(void *cls, const struct sockaddr *from, socklen_t n_from)
{
    struct en_net_server *s = cls;
    struct conn *oldest = NULL;
    unsigned n = 0;

    (void)from;
    (void)n_from;
    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->mhd == NULL || c->known || c->deadline == NEVER)
            continue;
        n++;
        if (oldest == NULL || c->since < oldest->since)
            oldest = c;
    }
    if (n >= EN_NET_STRANGERS_MAX)
        hang_up(oldest);
    return MHD_YES;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static int64_t
time_for(const struct en_net_server *s, uint64_t bytes)
{
    return ticks() + s->o.limits.slack + (int64_t)(bytes / s->o.limits.rate) * 1000;
}

static enum MHD_Result
reply(struct en_net_server *s, struct conn *c, unsigned status, const char *word, struct en_buf *content,
      uint64_t ticket)
{
    const char *text = word != NULL ? word : "";
    struct en_buf copy = EN_BUF_INIT;
    struct MHD_Response *r;
    enum MHD_Result rc;

    if (content != NULL)
        en_buf_add(&copy, content->p, content->n);
    else
        en_buf_add_str(&copy, text);
    c->deadline = time_for(s, copy.n);
    r = MHD_create_response_from_buffer(copy.n, copy.p, MHD_RESPMEM_MUST_COPY);
    en_buf_release(&copy);
    if (r == NULL)
        return MHD_NO;
    rc = MHD_add_response_header(r, "Content-Type", content != NULL ? EN_NET_TYPE : "text/plain");
    if (rc == MHD_YES && ticket != 0) {
        char number[24];

        (void)snprintf(number, sizeof number, "%llu", (unsigned long long)ticket);
        rc = MHD_add_response_header(r, EN_NET_TICKET, number);
    }
    if (rc == MHD_YES)
        rc = MHD_queue_response(c->mhd, status, r);
    MHD_destroy_response(r);
    return rc;
}

static enum MHD_Result
reply_word(struct en_net_server *s, struct conn *c, unsigned status, const char *word)
{
    return reply(s, c, status, word, NULL, 0);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static bool
header_number(struct MHD_Connection *mhd, const char *name, uint64_t *out)
{
    const char *v = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
    uint64_t n = 0;
    size_t digits = 0;

    if (v == NULL)
        return false;
    for (; v[digits] >= '0' && v[digits] <= '9' && digits < 19; digits++)
        n = n * 10 + (uint64_t)(v[digits] - '0');
    *out = n;
    return digits > 0 && v[digits] == '\0';
}

/*= wire.md 3: a number, and perhaps a blank and a word. What is not so is not there. */
static void
read_got(struct MHD_Connection *mhd, struct en_net_request *rq)
{
    const char *v = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, EN_NET_GOT);
    uint64_t n = 0;
    size_t at = 0, w = 0;

    for (; v != NULL && v[at] >= '0' && v[at] <= '9' && at < 19; at++)
        n = n * 10 + (uint64_t)(v[at] - '0');
    if (at == 0 || (v[at] != '\0' && v[at] != ' '))
        return;
    for (at += v[at] == ' '; v[at] >= 'a' && v[at] <= 'z' && w < EN_NET_WORD_MAX; at++)
        rq->word[w++] = v[at];
    rq->word[w] = '\0';
    rq->got = n;
}

static void
count_of(const struct en_net_server *s, const struct conn *mine, unsigned *requests, uint64_t *bytes)
{
    *requests = 0;
    *bytes = 0;
    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        const struct conn *c = &s->conns[i];

        if (c->mhd == NULL || c->at == NULL || strcmp(c->who.partner, mine->who.partner) != 0)
            continue;
        (*requests)++;
        *bytes += c->at->length;
    }
}

static void
free_request(struct request *r)
{
    en_buf_release(&r->body);
    en_buf_release(&r->out);
    free(r);
}

static const char *const paths[] = { EN_NET_PATH_BUNDLE, EN_NET_PATH_FETCH, EN_NET_PATH_HERE };

/* The header is here. What cannot be taken is refused before its body is read. */
static enum MHD_Result
take_header(struct en_net_server *s, struct conn *c, const char *url, const char *method, void **context)
{
    struct request *r;
    uint64_t length = 0, bytes = 0;
    unsigned requests = 0;
    uint8_t key[EN_SEAL_PUBLIC_LEN];
    enum en_net_kind kind = EN_NET_BUNDLE;
    bool bundle;

    if (!c->known) /* nobody comes here without a certificate: the handshake saw to that */
        return MHD_NO;
    while (kind <= EN_NET_HERE && strcmp(url, paths[kind]) != 0)
        kind++;
    bundle = kind == EN_NET_BUNDLE;
    if (kind > EN_NET_HERE)
        return reply_word(s, c, MHD_HTTP_NOT_FOUND, "unknown");
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
        return reply_word(s, c, MHD_HTTP_METHOD_NOT_ALLOWED, "method");
    if (en_net_peers_find(s->o.peers, c->who.partner, key, NULL) != EN_OK)
        return reply_word(s, c, MHD_HTTP_FORBIDDEN, "cut");
    if (memcmp(key, c->who.key, sizeof key) != 0) /* it has another one since the handshake, and proves itself anew */
        return MHD_NO;
    if (MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND, "Transfer-Encoding") != NULL ||
        !header_number(c->mhd, "Content-Length", &length) || (bundle && length == 0))
        return reply_word(s, c, MHD_HTTP_LENGTH_REQUIRED, "length");
    if (length > (bundle ? s->o.limits.body_max : 0))
        return reply_word(s, c, MHD_HTTP_CONTENT_TOO_LARGE, "long");
    count_of(s, c, &requests, &bytes);
    if (requests >= REQUESTS_OF || bytes + length > s->o.limits.body_max || s->bodies + length > EN_NET_BODIES_MAX)
        return reply_word(s, c, MHD_HTTP_SERVICE_UNAVAILABLE, "full");
    r = en_xcalloc(1, sizeof *r);
    *r = (struct request){ .conn = c, .length = length, .rq = { .kind = kind } };
    read_got(c->mhd, &r->rq);
    memcpy(r->rq.from, c->who.partner, sizeof r->rq.from);
    c->at = *context = r;
    c->deadline = time_for(s, length);
    s->bodies += length;
    return MHD_YES;
}

static bool
put_in_queue(struct en_net_server *s, struct request *r)
{
    const uint64_t one = 1;
    bool good;

    (void)pthread_mutex_lock(&s->lock);
    good = s->queued < QUEUE_MAX && !s->stop;
    if (good) {
        /* Before it can be answered. */
        MHD_suspend_connection(r->conn->mhd);
        r->where = QUEUED;
        if (s->last != NULL)
            s->last->next = r;
        else
            s->first = r;
        s->last = r;
        s->queued++;
    }
    (void)pthread_mutex_unlock(&s->lock);
    while (good && write(s->ready, &one, sizeof one) < 0 && errno == EINTR)
        ;
    return good;
}

/* The whole body is here, or the sequencer has answered. */
static enum MHD_Result
go_on(struct en_net_server *s, struct conn *c, struct request *r)
{
    enum where where;

    (void)pthread_mutex_lock(&s->lock);
    where = r->where;
    (void)pthread_mutex_unlock(&s->lock);
    if (where == ANSWERED)
        return reply(s, c, r->status, r->word, r->out.n > 0 ? &r->out : NULL, r->ticket);
    if (where != READING || r->body.n != r->length)
        return MHD_NO;
    r->rq.body = en_buf_bytes(&r->body);
    c->deadline = NEVER;
    return put_in_queue(s, r) ? MHD_YES : reply_word(s, c, MHD_HTTP_SERVICE_UNAVAILABLE, "full");
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
           const char *data, size_t *n_data, void **context)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct en_net_server *s = cls;
    struct conn *c = info != NULL ? info->socket_context : NULL;
    struct request *r = *context;

    (void)version;
    if (c == NULL)
        return MHD_NO;
    if (r == NULL)
        return take_header(s, c, url, method, context);
    if (*n_data == 0)
        return go_on(s, c, r);
    if (r->body.n + *n_data > r->length)
        return MHD_NO;
    en_buf_add(&r->body, data, *n_data);
    *n_data = 0;
    return MHD_YES;
}

static void
on_completed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode how)
{
    struct en_net_server *s = cls;
    struct request *r = *context;

    (void)mhd;
    (void)how;
    if (r == NULL)
        return;
    s->bodies -= r->length;
    r->conn->at = NULL;
    r->conn->since = ticks();
    r->conn->deadline = r->conn->since + s->o.limits.keep;
    free_request(r);
    *context = NULL;
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void
sweep(struct en_net_server *s)
{
    int64_t now = ticks();

    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];
        struct en_err err = EN_ERR_INIT;

        if (c->mhd == NULL || c->deadline > now)
            continue;
        (void)en_err_set(&err, EN_E_PARTNER, EN_NO_POS,
                         !c->known         ? "somebody connected and did not show a certificate in time"
                         : c->at != NULL ? "a partner was too slow"
                                           : "a partner's connection was idle");
        if (!c->known || c->at != NULL)
            note_refusal(s, &err);
        hang_up(c);
    }
}

/* Under the lock. */
static void
answer_locked(struct request *r, unsigned status, const char *word)
{
    r->status = status;
    r->word = word;
    r->where = ANSWERED;
    MHD_resume_connection(r->conn->mhd);
}

/* Nobody takes or answers any more. */
static void
send_away(struct en_net_server *s)
{
    (void)pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < EN_NET_CONNS_MAX; i++) {
        struct request *r = s->conns[i].mhd != NULL ? s->conns[i].at : NULL;

        if (r != NULL && (r->where == QUEUED || r->where == TAKEN))
            answer_locked(r, MHD_HTTP_SERVICE_UNAVAILABLE, "full");
    }
    (void)pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < STOP_ROUNDS; i++) /* what was answered goes out */
        (void)MHD_run_wait(s->daemon, 10);
}

static void *
work(void *ctx)
{
    struct en_net_server *s = ctx;
    bool stop = false;

    while (!stop) {
        (void)MHD_run_wait(s->daemon, ROUND_MS);
        sweep(s);
        (void)pthread_mutex_lock(&s->lock);
        stop = s->stop;
        (void)pthread_mutex_unlock(&s->lock);
    }
    send_away(s);
    return NULL;
}

/* --- what a handshake shows --------------------------------------------------------------------------------------- */

static int
on_handshake(gnutls_session_t session, const gnutls_datum_t *ca, int n_ca, const gnutls_pk_algorithm_t *algos,
             int n_algos, gnutls_pcert_st **cert, unsigned int *n_cert, gnutls_privkey_t *key)
{
    struct en_net_server *s = server_of(session);

    (void)ca;
    (void)n_ca;
    (void)algos;
    (void)n_algos;
    if (s == NULL)
        return -1;
    (void)pthread_mutex_lock(&s->lock);
    *cert = &s->shown->cert;
    *n_cert = 1;
    *key = s->shown->key;
    (void)pthread_mutex_unlock(&s->lock);
    return 0;
}

static void
free_shown(struct shown *x)
{
    while (x != NULL) {
        struct shown *before = x->before;

        gnutls_pcert_deinit(&x->cert);
        gnutls_privkey_deinit(x->key);
        free(x);
        x = before;
    }
}

en_errc
en_net_server_identity(struct en_net_server *s, const struct en_net_identity *identity, struct en_err *err)
{
    const gnutls_datum_t cert = { (unsigned char *)identity->cert.p, (unsigned)identity->cert.n };
    const gnutls_datum_t key = { (unsigned char *)identity->key.p, (unsigned)identity->key.n };
    struct shown *x = en_xcalloc(1, sizeof *x);
    int rc = gnutls_privkey_init(&x->key);

    rc = rc < 0 ? rc : gnutls_pcert_import_x509_raw(&x->cert, &cert, GNUTLS_X509_FMT_PEM, 0);
    rc = rc < 0 ? rc : gnutls_privkey_import_x509_raw(x->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc < 0) {
        free_shown(x);
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "the certificate cannot be used: %s", gnutls_strerror(rc));
    }
    (void)pthread_mutex_lock(&s->lock);
    x->before = s->shown;
    s->shown = x;
    (void)pthread_mutex_unlock(&s->lock);
    return EN_OK;
}

/* --- beginning and end -------------------------------------------------------------------------------------------- */

/* HOST:PORT into its halves. */
static en_errc
split_address(const char *listen_on, char host[256], char port[8], struct en_err *err)
{
    const char *colon = strrchr(listen_on, ':');
    size_t n = colon != NULL ? (size_t)(colon - listen_on) : 0, skip = 0;

    if (n > 1 && listen_on[0] == '[' && listen_on[n - 1] == ']') {
        skip = 1;
        n -= 2;
    }
    if (colon == NULL || n == 0 || n > 255 || strlen(colon + 1) == 0 || strlen(colon + 1) > 5 ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the address to listen on is HOST:PORT");
    if (strtoul(colon + 1, NULL, 10) > 65535)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a port is at most 65535");
    memcpy(host, listen_on + skip, n);
    host[n] = '\0';
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return EN_OK;
}

static int
listen_at(const struct addrinfo *a)
{
    const int yes = 1;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void
find_port(struct en_net_server *s)
{
    struct sockaddr_storage at;
    socklen_t n = sizeof at;
    char port[8];

    if (getsockname(s->listener, (struct sockaddr *)&at, &n) == 0 &&
        getnameinfo((const struct sockaddr *)&at, n, NULL, 0, port, sizeof port, NI_NUMERICSERV) == 0)
        s->port = (unsigned)strtoul(port, NULL, 10);
}

static en_errc
open_listener(struct en_net_server *s, struct en_err *err)
{
    const struct addrinfo want = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char host[256], port[8];
    en_errc rc = split_address(s->o.listen, host, port, err);
    int bad;

    if (rc != EN_OK)
        return rc;
    bad = getaddrinfo(host, port, &want, &found);
    if (bad != 0)
        return en_err_set(err, EN_E_PARTNER, EN_NO_POS, "the address to listen on: %s", gai_strerror(bad));
    for (const struct addrinfo *a = found; a != NULL && s->listener < 0; a = a->ai_next)
        s->listener = listen_at(a);
    bad = errno;
    freeaddrinfo(found);
    if (s->listener < 0)
        return en_err_set(err, EN_E_PARTNER, EN_NO_POS, "the address to listen on: %s", strerror(bad));
    find_port(s);
    return EN_OK;
}

__attribute__((format(printf, 2, 0))) static void
on_log(void *cls, const char *fmt, va_list args)
{
    (void)cls;
    (void)fmt;
    (void)args;
}

static en_errc
start(struct en_net_server *s, struct en_err *err)
{
    s->daemon = MHD_start_daemon(
        MHD_USE_TLS | MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, on_accept, s, on_request, s,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, s->listener,
        MHD_OPTION_CONNECTION_LIMIT, EN_NET_CONNS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEADERS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_HTTPS_CERT_CALLBACK, on_handshake,
        MHD_OPTION_HTTPS_PRIORITIES, EN_NET_PRIORITIES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (s->daemon == NULL)
        return en_err_set(err, EN_E_PARTNER, EN_NO_POS, "the server cannot start");
    s->listener = -1; /* transferred */
    if (pthread_create(&s->thread, NULL, work, s) != 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no thread for the server");
    s->running = true;
    return EN_OK;
}

en_errc
en_net_server_new(const struct en_net_server_options *o, const struct en_net_identity *identity,
                  struct en_net_server **out, struct en_err *err)
{
    struct en_net_server *s = en_xcalloc(1, sizeof *s);
    en_errc rc;

    s->o = *o;
    s->listener = -1;
    s->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&s->lock, NULL);
    rc = en_net_server_identity(s, identity, err);
    rc = rc != EN_OK ? rc : open_listener(s, err);
    rc = rc != EN_OK ? rc : start(s, err);
    if (rc != EN_OK) {
        en_net_server_free(s);
        s = NULL;
    }
    *out = s;
    return rc;
}

void
en_net_server_free(struct en_net_server *s)
{
    if (s == NULL)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->stop = true;
    (void)pthread_mutex_unlock(&s->lock);
    if (s->running)
        (void)pthread_join(s->thread, NULL);
    if (s->daemon != NULL)
        MHD_stop_daemon(s->daemon);
    if (s->listener >= 0)
        (void)close(s->listener);
    if (s->ready >= 0)
        (void)close(s->ready);
    free_shown(s->shown);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* --- the sequencer's side ----------------------------------------------------------------------------------------- */

unsigned
en_net_server_port(const struct en_net_server *s)
{
    return s->port;
}

int
en_net_server_fd(const struct en_net_server *s)
{
    return s->ready;
}

struct en_net_request *
en_net_server_take(struct en_net_server *s)
{
    struct request *r;
    uint64_t n;

    (void)pthread_mutex_lock(&s->lock);
    r = s->first;
    if (r != NULL) {
        s->first = r->next;
        s->last = s->first != NULL ? s->last : NULL;
        s->queued--;
        r->where = TAKEN;
    } else {
        while (read(s->ready, &n, sizeof n) < 0 && errno == EINTR)
            ;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return r != NULL ? &r->rq : NULL;
}

void
en_net_server_answer(struct en_net_server *s, struct en_net_request *rq, const struct en_net_answer *a)
{
    struct request *r = (struct request *)rq;

    (void)pthread_mutex_lock(&s->lock);
    EN_ASSERT(r->where == TAKEN);
    if (a->body != NULL) {
        r->out = *a->body;
        *a->body = (struct en_buf)EN_BUF_INIT;
    }
    r->ticket = a->ticket;
    answer_locked(r, a->status, a->word);
    (void)pthread_mutex_unlock(&s->lock);
}

uint64_t
en_net_server_refused(struct en_net_server *s, struct en_err *last)
{
    uint64_t n;

    (void)pthread_mutex_lock(&s->lock);
    n = s->refused;
    *last = s->why;
    s->refused = 0;
    s->why = (struct en_err)EN_ERR_INIT;
    (void)pthread_mutex_unlock(&s->lock);
    return n;
}
