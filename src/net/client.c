/*
 * client.c: jobs come over a list under a lock, the rest is of one thread, which runs libcurl's multi interface.
 *
 * libcurl cannot be told to check a certificate in our way, and its GnuTLS side has no hook in the handshake. But it
 * asks before each request, on a connection whose handshake is over (CURLOPT_PREREQFUNCTION), and gives the session
 * then: there we look whose certificate it was, and refuse the request if it is not that of the partner we mean.
 */
#include "net/client.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "net/wire.h"
#include "node/card.h"

#define CONNECT_MS   10000
#define IDLE_MAX_S   45L   /* a connection that rested longer is not used again; the other end closes at 60 */
#define LIFE_MAX_S   3600L
#define CONNS_KEPT   128L
#define ROUND_MS     1000
#define ANSWER_MAX   4096u /* of an answer that carries no content */

/* Certificate and key in a file that has no name and no disk. */
struct shown {
    int fd;
    unsigned users;
    char path[32];
};

struct work {
    struct en_net_client *client;
    struct work *next;
    struct en_net_result result;
    char *url[EN_CARD_ADDRESSES_MAX];
    size_t n_urls, at;
    struct en_buf body;
    uint64_t got;
    const char *got_word;
    struct shown *shown;
    CURL *easy;
    struct curl_slist *headers;
    bool refused; /* by us: it is somebody else */
    bool met;     /* the partner was there, and nothing had left yet */
    bool fresh;   /* on a connection of its own */
};

struct en_net_client {
    struct en_net_client_options o;
    CURLM *multi;
    int ready;
    pthread_t thread;
    bool running;
    struct work *active[EN_NET_JOBS_MAX]; /* of the thread: what libcurl has */
    pthread_mutex_t lock;
    /* under the lock: */
    bool stop;
    struct shown *shown;
    struct work *asked, *asked_last, *done, *done_last;
    unsigned at_work;
    uint64_t bytes;
};

/* --- what a handshake shows --------------------------------------------------------------------------------------- */

/* Under the lock, but for the last user at the end. */
static void
shown_drop(struct shown *x)
{
    if (x == NULL || --x->users > 0)
        return;
    (void)close(x->fd);
    free(x);
}

static bool
write_all(int fd, const struct en_buf *b)
{
    size_t at = 0;

    while (at < b->n) {
        ssize_t n = write(fd, b->p + at, b->n - at);

        if (n < 0 && errno != EINTR)
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

en_errc
en_net_client_identity(struct en_net_client *c, const struct en_net_identity *identity, struct en_err *err)
{
    struct shown *x = en_xcalloc(1, sizeof *x);

    x->users = 1;
    x->fd = memfd_create("entente-tls", MFD_CLOEXEC);
    if (x->fd < 0 || !write_all(x->fd, &identity->cert) || !write_all(x->fd, &identity->key)) {
        if (x->fd >= 0)
            (void)close(x->fd);
        free(x);
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the certificate has no place in memory: %s", strerror(errno));
    }
    (void)snprintf(x->path, sizeof x->path, "/proc/self/fd/%d", x->fd);
    (void)pthread_mutex_lock(&c->lock);
    shown_drop(c->shown);
    c->shown = x;
    (void)pthread_mutex_unlock(&c->lock);
    return EN_OK;
}

/* --- libcurl's questions ------------------------------------------------------------------------------------------ */

/* The connection stands, nothing of the request has left. */
static int
before_request(void *ctx, char *ip, char *own_ip, int port, int own_port)
{
    struct work *w = ctx;
    struct curl_tlssessioninfo *tls = NULL;
    struct en_net_claim who;
    struct en_err *err = &w->result.err;
    en_errc rc = EN_E_BUG;

    (void)ip;
    (void)own_ip;
    (void)port;
    (void)own_port;
    if (curl_easy_getinfo(w->easy, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls != NULL &&
        tls->backend == CURLSSLBACKEND_GNUTLS && tls->internals != NULL)
        rc = en_net_session_check(tls->internals, w->client->o.peers, w->client->o.now(), &who, err);
    if (rc == EN_OK && strcmp(who.partner, w->result.to) != 0)
        rc = en_err_set(err, EN_E_PARTNER, EN_NO_POS, "another partner answers at this address");
    w->refused = rc != EN_OK;
    w->met = rc == EN_OK;
    return rc == EN_OK ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t
take_content(char *p, size_t size, size_t n, void *ctx)
{
    struct work *w = ctx;
    long status = 0;
    size_t max;

    (void)curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
    max = w->result.kind == EN_NET_FETCH && status == 200 ? EN_NET_BODY_MAX : ANSWER_MAX;
    if (size * n > max || w->result.body.n > max - size * n)
        return 0;
    en_buf_add(&w->result.body, p, size * n);
    return size * n;
}

static size_t
take_header(char *p, size_t size, size_t n, void *ctx)
{
    static const char ticket[] = EN_NET_TICKET ":";
    struct work *w = ctx;
    size_t at = sizeof ticket - 1, length = size * n;
    uint64_t number = 0;

    if (length <= at || strncasecmp(p, ticket, at) != 0)
        return length;
    while (at < length && p[at] == ' ')
        at++;
    for (unsigned digits = 0; at < length && p[at] >= '0' && p[at] <= '9' && digits < 19; at++, digits++)
        number = number * 10 + (uint64_t)(p[at] - '0');
    w->result.ticket = number;
    return length;
}

/* --- jobs --------------------------------------------------------------------------------------------------------- */

static bool
set_tls(struct work *w)
{
    CURL *e = w->easy;

    return curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSLCERT, w->shown->path) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSLCERTTYPE, "PEM") == CURLE_OK &&
           /* No authority is asked: before_request decides, and each time, so no session is taken up again. */
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK &&
           /* Nor are those of the system read, all of them for each connection. */
           curl_easy_setopt(e, CURLOPT_CAINFO, NULL) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_ENABLE_ALPN, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, before_request) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PREREQDATA, w) == CURLE_OK;
}

static bool
set_limits(const struct en_net_client *c, struct work *w)
{
    CURL *e = w->easy;
    long long bytes = w->result.kind == EN_NET_FETCH ? EN_NET_BODY_MAX : (long long)w->body.n;
    long whole = (long)c->o.connect_ms + (long)c->o.slack_ms + (long)(bytes / c->o.rate) * 1000;

    return curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)c->o.connect_ms) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, whole) == CURLE_OK &&
           /* A silence of so long: the one who fetches is kept waiting for less. */
           curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)(c->o.slack_ms + 999) / 1000) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, IDLE_MAX_S) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_MAXLIFETIME_CONN, LIFE_MAX_S) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, w->fresh ? 1L : 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
}

static bool
set_request(struct work *w)
{
    CURL *e = w->easy;
    char line[96];

    w->headers = curl_slist_append(NULL, "Content-Type: " EN_NET_TYPE);
    if (w->got != 0) {
        (void)snprintf(line, sizeof line, EN_NET_GOT ": %llu%s%s", (unsigned long long)w->got,
                       w->got_word != NULL ? " " : "", w->got_word != NULL ? w->got_word : "");
        w->headers = curl_slist_append(w->headers, line);
    }
    return curl_easy_setopt(e, CURLOPT_URL, w->url[w->at]) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDS, w->body.n > 0 ? w->body.p : "") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.n) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HTTPHEADER, w->headers) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_content) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEDATA, w) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERDATA, w) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PRIVATE, w) == CURLE_OK;
}

static void
end_transfer(struct en_net_client *c, struct work *w)
{
    if (w->easy != NULL) {
        (void)curl_multi_remove_handle(c->multi, w->easy);
        curl_easy_cleanup(w->easy);
    }
    curl_slist_free_all(w->headers);
    w->easy = NULL;
    w->headers = NULL;
    (void)pthread_mutex_lock(&c->lock);
    shown_drop(w->shown);
    w->shown = NULL;
    (void)pthread_mutex_unlock(&c->lock);
}

static void
deliver(struct en_net_client *c, struct work *w)
{
    const uint64_t one = 1;
    size_t carried = w->body.n;

    for (size_t i = 0; i < EN_NET_JOBS_MAX; i++)
        if (c->active[i] == w)
            c->active[i] = NULL;
    en_buf_release(&w->body);
    (void)pthread_mutex_lock(&c->lock);
    c->bytes -= carried;
    c->at_work--;
    w->next = NULL;
    if (c->done_last != NULL)
        c->done_last->next = w;
    else
        c->done = w;
    c->done_last = w;
    (void)pthread_mutex_unlock(&c->lock); /* it is the taker's now */
    while (write(c->ready, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* At the address w->at. */
static void
try_address(struct en_net_client *c, struct work *w)
{
    en_buf_release(&w->result.body);
    w->result.ticket = 0;
    w->refused = false;
    w->met = false;
    w->easy = curl_easy_init();
    (void)pthread_mutex_lock(&c->lock);
    w->shown = c->shown;
    w->shown->users++;
    (void)pthread_mutex_unlock(&c->lock);
    if (w->easy != NULL && set_tls(w) && set_limits(c, w) && set_request(w) &&
        curl_multi_add_handle(c->multi, w->easy) == CURLM_OK)
        return;
    (void)en_err_set(&w->result.err, EN_E_PARTNER, EN_NO_POS, "the request cannot be made");
    end_transfer(c, w);
    w->result.how = EN_NET_UNREACHED;
    deliver(c, w);
}

static void
take_word(struct en_net_result *r)
{
    size_t n = r->body.n < EN_NET_WORD_MAX ? r->body.n : EN_NET_WORD_MAX, i = 0;

    for (; i < n && ((r->body.p[i] >= 'a' && r->body.p[i] <= 'z') || r->body.p[i] == '-'); i++)
        r->word[i] = r->body.p[i];
    r->word[i] = '\0';
    en_buf_release(&r->body);
}

/* In TLS 1.3 whoever refuses our certificate says so when the handshake is over for us. */
static void
no_answer(struct work *w, CURLcode code)
{
    bool hung_up = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING;

    if (w->met && hung_up)
        (void)en_err_set(&w->result.err, EN_E_PARTNER, EN_NO_POS,
                         "partner %s was there and hung up before it answered: after a change of our key it needs our new "
                         "card (entente partner card)",
                         w->result.to);
    else
        (void)en_err_set(&w->result.err, EN_E_PARTNER, EN_NO_POS, "partner %s: %s", w->result.to,
                         curl_easy_strerror(code));
}

static void
ended(struct en_net_client *c, struct work *w, CURLcode code)
{
    long status = 0, connects = 0;

    (void)curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(w->easy, CURLINFO_NUM_CONNECTS, &connects);
    end_transfer(c, w);
    if (w->refused && connects == 0 && !w->fresh) { /* who was at the other end when it began may have another key */
        w->fresh = true;
        try_address(c, w);
        return;
    }
    if (code == CURLE_OK && status >= 200) {
        w->result.how = EN_NET_ANSWERED;
        w->result.status = (unsigned)status;
        if (w->result.kind != EN_NET_FETCH || status != 200)
            take_word(&w->result);
        deliver(c, w);
        return;
    }
    w->result.how = w->refused ? EN_NET_OTHER : EN_NET_UNREACHED;
    if (!w->refused)
        no_answer(w, code);
    w->fresh = false;
    if (++w->at < w->n_urls) {
        try_address(c, w);
        return;
    }
    en_buf_release(&w->result.body);
    deliver(c, w);
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void
activate(struct en_net_client *c, struct work *w)
{
    size_t i = 0;

    while (i < EN_NET_JOBS_MAX && c->active[i] != NULL)
        i++;
    EN_ASSERT(i < EN_NET_JOBS_MAX); /* at_work saw to it */
    c->active[i] = w;
}

static bool
take_asked(struct en_net_client *c)
{
    struct work *w;
    bool stop;

    (void)pthread_mutex_lock(&c->lock);
    w = c->asked;
    c->asked = c->asked_last = NULL;
    stop = c->stop;
    (void)pthread_mutex_unlock(&c->lock);
    while (w != NULL) {
        struct work *next = w->next;

        w->next = NULL;
        activate(c, w);
        try_address(c, w);
        w = next;
    }
    return stop;
}

static void *
run(void *ctx)
{
    struct en_net_client *c = ctx;
    int running, left;

    while (!take_asked(c)) {
        CURLMsg *m;

        (void)curl_multi_perform(c->multi, &running);
        while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
            struct work *w = NULL;

            if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&w) == CURLE_OK)
                ended(c, w, m->data.result);
        }
        (void)curl_multi_poll(c->multi, NULL, 0, ROUND_MS, NULL);
    }
    return NULL;
}

/* --- beginning and end -------------------------------------------------------------------------------------------- */

static void
free_work(struct work *w)
{
    for (size_t i = 0; i < w->n_urls; i++)
        free(w->url[i]);
    en_buf_release(&w->body);
    en_buf_release(&w->result.body);
    free(w);
}

en_errc
en_net_client_new(const struct en_net_client_options *o, const struct en_net_identity *identity,
                  struct en_net_client **out, struct en_err *err)
{
    struct en_net_client *c = en_xcalloc(1, sizeof *c);
    const curl_ssl_backend **list;
    en_errc rc;

    *out = NULL;
    c->o = *o;
    c->o.connect_ms = o->connect_ms != 0 ? o->connect_ms : CONNECT_MS;
    c->o.slack_ms = o->slack_ms != 0 ? o->slack_ms : en_net_limits_usual.slack;
    c->o.rate = o->rate != 0 ? o->rate : en_net_limits_usual.rate;
    c->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)curl_global_sslset(CURLSSLBACKEND_GNUTLS, NULL, &list);
    rc = en_net_client_identity(c, identity, err);
    if (rc == EN_OK && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        c->multi = curl_multi_init();
    if (rc == EN_OK && c->multi != NULL) {
        (void)curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, CONNS_KEPT);
        c->running = pthread_create(&c->thread, NULL, run, c) == 0;
    }
    if (rc == EN_OK && !c->running)
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the client cannot start");
    if (rc != EN_OK) {
        en_net_client_free(c);
        return rc;
    }
    *out = c;
    return EN_OK;
}

static void
free_list(struct work *w)
{
    while (w != NULL) {
        struct work *next = w->next;

        free_work(w);
        w = next;
    }
}

void
en_net_client_free(struct en_net_client *c)
{
    if (c == NULL)
        return;
    (void)pthread_mutex_lock(&c->lock);
    c->stop = true;
    (void)pthread_mutex_unlock(&c->lock);
    if (c->running) {
        (void)curl_multi_wakeup(c->multi);
        (void)pthread_join(c->thread, NULL);
    }
    for (size_t i = 0; i < EN_NET_JOBS_MAX; i++) {
        if (c->active[i] == NULL)
            continue;
        end_transfer(c, c->active[i]);
        free_work(c->active[i]);
    }
    free_list(c->asked);
    free_list(c->done);
    if (c->multi != NULL)
        (void)curl_multi_cleanup(c->multi);
    shown_drop(c->shown);
    if (c->ready >= 0)
        (void)close(c->ready);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* --- the sequencer's side ----------------------------------------------------------------------------------------- */

#define PATH_MAX_SIZE sizeof EN_NET_PATH_BUNDLE /* the longest */
static const char *const paths[] = { EN_NET_PATH_BUNDLE, EN_NET_PATH_FETCH, EN_NET_PATH_HERE };

static bool
admit(struct en_net_client *c, struct work *w)
{
    bool room;

    (void)pthread_mutex_lock(&c->lock);
    room = c->at_work < EN_NET_JOBS_MAX && (c->bytes == 0 || c->bytes + w->body.n <= EN_NET_JOB_BYTES_MAX);
    if (room) {
        c->at_work++;
        c->bytes += w->body.n;
        if (c->asked_last != NULL)
            c->asked_last->next = w;
        else
            c->asked = w;
        c->asked_last = w;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return room;
}

en_errc
en_net_client_start(struct en_net_client *c, struct en_net_job *job, struct en_err *err)
{
    struct work *w = en_xcalloc(1, sizeof *w);

    EN_ASSERT(job->n_addresses > 0 && job->n_addresses <= EN_CARD_ADDRESSES_MAX);
    w->client = c;
    w->result = (struct en_net_result){ .tag = job->tag, .kind = job->kind, .err = EN_ERR_INIT };
    memcpy(w->result.to, job->to, sizeof w->result.to);
    w->body = job->body;
    w->got = job->got;
    w->got_word = job->got_word;
    for (size_t i = 0; i < job->n_addresses; i++) {
        EN_ASSERT(en_address_valid(job->addresses[i]));
        w->url[i] = en_xmalloc(job->addresses[i].n + PATH_MAX_SIZE);
        (void)snprintf(w->url[i], job->addresses[i].n + PATH_MAX_SIZE, "%.*s%s", EN_TEXT_ARG(job->addresses[i]),
                       paths[job->kind]);
        w->n_urls = i + 1;
    }
    if (!admit(c, w)) {
        w->body = (struct en_buf)EN_BUF_INIT;
        free_work(w);
        return en_err_set(err, EN_E_BUSY, EN_NO_POS, "as many requests to partners are at work as may be");
    }
    job->body = (struct en_buf)EN_BUF_INIT; /* transferred */
    (void)curl_multi_wakeup(c->multi);
    return EN_OK;
}

int
en_net_client_fd(const struct en_net_client *c)
{
    return c->ready;
}

bool
en_net_client_take(struct en_net_client *c, struct en_net_result *out)
{
    struct work *w;
    uint64_t n;

    (void)pthread_mutex_lock(&c->lock);
    w = c->done;
    if (w != NULL) {
        c->done = w->next;
        c->done_last = c->done != NULL ? c->done_last : NULL;
    } else {
        while (read(c->ready, &n, sizeof n) < 0 && errno == EINTR)
            ;
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (w == NULL)
        return false;
    *out = w->result;
    w->result.body = (struct en_buf)EN_BUF_INIT; /* transferred */
    free_work(w);
    return true;
}
