/*
 * serve.c: the sequencer. One thread, one poll: acts are done whole, one after another, in the order in which their
 * requests are complete, so there is one order of events and one index.
 *
 * A connection (struct conn):
 *
 *   GREETED --AUTH, good signature--> READY --REQUEST--> (act) --END--> READY ...
 *      |                                |
 *      +--- anything else, or late -----+--> closed
 *
 * An act that is long stops now and then and lets others in (let_others): requests that only read are done between two
 * parts of it, the others wait where they came in until it is over.
 *
 * The loop never waits for a reader: what a client does not take yet stays in its buffer. It waits in one place, for at
 * most SIGN_MS: for the signature under the event of the act that is being done.
 */
#include "daemon/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/file.h"
#include "daemon/folder.h"
#include "daemon/maker.h"
#include "daemon/proto.h"
#include "daemon/shelf.h"
#include "daemon/vault.h"
#include "daemon/wire.h"

#define CONNS_MAX     64
#define GREET_MS      10000 /* to say who one is */
#define SIGN_MS       10000 /* to sign what one has asked for */
#define TICK_MS       30000 /* retention is looked at this often */
#define JUMP_MS       600000
#define LOCK_MS       60000
#define LOCK_RETRY_MS 5
#define PROGRESS_MS   200
#define PART_MS       100 /* a long act lets others in after so long, */
#define PART_LEAST_MS 25  /* or after this if somebody waits; */
#define OTHERS_MS     60  /* and for so long, if there are as many */
#define HAND_MS       4   /* what somebody who was let in has to say is waited for */
#define MAKE_MS       10000 /* an index that could not be made is tried again after that */
#define OUT_MAX       (512u * EN_MIB) /* of an answer that is not fetched */
#define CHUNK         (64u * EN_KIB)

enum state { CONN_GREETED, CONN_READY, CONN_CLOSING };

struct conn {
    int fd; /* -1: free */
    enum state state;
    int64_t since;
    int64_t uid;
    uint8_t challenge[EN_CHALLENGE_LEN];
    char user[EN_KEY_NAME_MAX + 1];
    struct en_buf in, out;
    size_t out_used;
    int fds[EN_ACT_INPUTS_MAX];
    size_t n_fds;
    int64_t progress_at;
    bool waits; /* for the long act: its next request is not of those that are let in */
};

struct server {
    const struct en_serve_options *o;
    struct en_folder folder;
    struct en_store *store;
    struct en_acts *acts;
    struct en_shelf shelf;
    struct en_maker *maker;
    struct en_acts_made *made; /* being brought up to date */
    int64_t make_at;           /* not before: the last one could not be made */
    struct en_vault vault;
    struct en_wire *wire;
    int listener, signals;
    struct conn conns[CONNS_MAX];
    struct conn *busy; /* whose long act lets others in */
    int64_t part_at;   /* when its last part was over */
    bool rehearsal, stop;
    en_time rehearsed; /* the latest time that somebody rehearsed at */
    int64_t tick_at;
    en_time clock_offset;
};

/* --- connections ------------------------------------------------------------------------------ */

static void
drop_files(struct conn *c)
{
    for (size_t i = 0; i < c->n_fds; i++)
        (void)close(c->fds[i]);
    c->n_fds = 0;
}

static void
close_conn(struct conn *c)
{
    (void)close(c->fd);
    drop_files(c);
    en_buf_release(&c->in);
    en_buf_release(&c->out);
    sodium_memzero(c, sizeof *c);
    c->fd = -1;
}

/* A free place; when there is none, that of the stranger who has been silent for longest. */
static struct conn *
find_place(struct server *s)
{
    struct conn *oldest = NULL;

    for (size_t i = 0; i < CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->fd < 0)
            return c;
        if (c->state == CONN_GREETED && (oldest == NULL || c->since < oldest->since))
            oldest = c;
    }
    if (oldest != NULL)
        close_conn(oldest);
    return oldest;
}

static void
accept_one(struct server *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct en_hello hello = { .version = EN_PROTO_VERSION };
    struct ucred peer;
    socklen_t n = sizeof peer;
    struct conn *c;

    if (fd < 0)
        return;
    c = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 ? find_place(s) : NULL;
    if (c == NULL) {
        (void)close(fd); /* the client comes back */
        return;
    }
    c->fd = fd;
    c->state = CONN_GREETED;
    c->since = en_clock_ticks();
    c->uid = (int64_t)peer.uid;
    randombytes_buf(c->challenge, sizeof c->challenge);
    hello.challenge = en_bytes_from(c->challenge, sizeof c->challenge);
    en_hello_write(&hello, &c->out);
}

/* Sends what the client takes now. False when it is gone. */
static bool
send_some(struct conn *c)
{
    while (c->out_used < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->out_used, c->out.n - c->out_used, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        c->out_used += (size_t)n;
    }
    en_buf_reset(&c->out);
    c->out_used = 0;
    return true;
}

static void
take_files(struct conn *c, struct msghdr *m)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h)) {
        size_t n;

        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
            if (c->n_fds < EN_ACT_INPUTS_MAX)
                c->fds[c->n_fds++] = fd;
            else
                (void)close(fd);
        }
    }
}

/* Reads what is there. False when the client is gone. */
static bool
receive_some(struct conn *c)
{
    union {
        char room[CMSG_SPACE(EN_ACT_INPUTS_MAX * sizeof(int))];
        struct cmsghdr align;
    } control;
    char *chunk = en_xmalloc(CHUNK);
    struct iovec part = { chunk, CHUNK };
    struct msghdr m = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room
    };
    ssize_t n;

    do
        n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        take_files(c, &m);
        en_buf_add(&c->in, chunk, (size_t)n);
    }
    sodium_memzero(chunk, n > 0 ? (size_t)n : 0);
    free(chunk);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

/* --- an act ----------------------------------------------------------------------------------- */

struct doing {
    struct server *s;
    struct conn *c;
    bool gone; /* the client */
};

static void
wait_for(struct conn *c, short events, int64_t until)
{
    struct pollfd p = { .fd = c->fd, .events = events };
    int64_t left = until - en_clock_ticks();

    (void)poll(&p, 1, left > 0 ? (int)left : 0);
}

static en_errc
no_signature(struct doing *d, struct en_err *err)
{
    d->gone = true;
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the person did not sign, so nothing was done");
}

/* The frame that the client owes now; it is taken off the buffer. */
static en_errc
await_signature(struct doing *d, uint8_t sig[EN_SEAL_SIG_LEN], int64_t until, struct en_err *err)
{
    struct conn *c = d->c;
    en_bytes payload;
    uint8_t type;
    size_t used;

    for (;;) {
        en_errc rc = en_frame_next(en_buf_bytes(&c->in), EN_SEAL_SIG_LEN, &type, &payload, &used, err);

        if (rc == EN_OK && (type != EN_FRAME_SIGNATURE || payload.n != EN_SEAL_SIG_LEN))
            return no_signature(d, err);
        if (rc == EN_OK) {
            memcpy(sig, payload.p, EN_SEAL_SIG_LEN);
            memmove(c->in.p, c->in.p + used, c->in.n - used);
            c->in.n -= used;
            return EN_OK;
        }
        if (rc != EN_E_NO || en_clock_ticks() >= until)
            return no_signature(d, err);
        wait_for(c, POLLIN, until);
        if (!receive_some(c))
            return no_signature(d, err);
    }
}

static en_errc
ask_to_sign(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes, uint8_t sig[EN_SEAL_SIG_LEN],
            struct en_err *err)
{
    struct doing *d = ctx;
    struct en_sign x = { type, { nonce, EN_NONCE_LEN }, bytes };
    int64_t until = en_clock_ticks() + SIGN_MS;

    en_sign_write(&x, &d->c->out);
    while (d->c->out.n > 0) {
        if (!send_some(d->c) || en_clock_ticks() >= until)
            return no_signature(d, err);
        if (d->c->out.n > 0)
            wait_for(d->c, POLLOUT, until);
    }
    return await_signature(d, sig, until, err);
}

static en_errc
give_record(void *ctx, en_bytes json, struct en_err *err)
{
    struct doing *d = ctx;

    if (d->gone)
        return EN_OK; /* it was done and logged; nobody is there to hear it */
    if (d->c->out.n > OUT_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS,
                          "the answer is too long to be kept for a reader that does not read");
    en_record_write(json, &d->c->out);
    if (!send_some(d->c))
        d->gone = true;
    return EN_OK;
}

static void
give_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct doing *d = ctx;
    int64_t now = en_clock_ticks();

    if (d->gone || d->c->out.n > 0 || now - d->c->progress_at < PROGRESS_MS)
        return;
    d->c->progress_at = now;
    en_progress_write(done, total, &d->c->out);
    if (!send_some(d->c))
        d->gone = true;
}

static en_errc
open_inputs(struct conn *c, const struct en_wire_request *w, struct en_file *files, struct en_act_input *inputs,
            struct en_err *err)
{
    en_errc rc = EN_OK;

    if (w->n_files != c->n_fds)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the request names other files than came with it");
    for (size_t i = 0; i < w->n_files; i++) {
        en_errc taken = en_file_take(&files[i], c->fds[i], w->files[i], err);

        inputs[i] = en_file_input(&files[i]);
        rc = rc != EN_OK ? rc : taken;
    }
    c->n_fds = 0; /* transferred */
    return rc;
}

static bool others_wanted(void *ctx);
static void let_others(void *ctx);

static void
do_request(struct server *s, struct conn *c, en_bytes payload)
{
    struct en_file files[EN_ACT_INPUTS_MAX] = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 }, { .fd = -1 } };
    struct en_act_input inputs[EN_ACT_INPUTS_MAX];
    struct doing d = { s, c, false };
    struct en_act_person who = { .user = en_text_from_ours(c->user), .uid = c->uid, .ctx = &d, .sign = ask_to_sign };
    const struct en_act_reply reply = { &d, give_record, give_progress, s->busy == NULL ? others_wanted : NULL,
                                        s->busy == NULL ? let_others : NULL };
    struct en_err err = EN_ERR_INIT;
    struct en_wire_request w;
    struct en_act_request rq = { .inputs = inputs };
    struct en_arena arena;
    en_errc rc;

    en_arena_init(&arena, EN_MIB);
    rc = en_request_read(payload, &arena, &w, &err);
    rc = rc != EN_OK ? rc : open_inputs(c, &w, files, inputs, &err);
    if (rc == EN_OK) {
        rq.act = w.act;
        rq.args = w.args;
        rq.n_inputs = w.n_files;
        rq.now = en_clock_now();
        rq.rehearse = w.rehearse;
        if (s->busy == NULL)
            s->part_at = en_clock_ticks();
        rc = en_acts_run(s->acts, &rq, &who, &reply, &err);
        if (rc == EN_OK && s->rehearsal && w.rehearse > s->rehearsed)
            s->rehearsed = w.rehearse;
    }
    for (size_t i = 0; i < EN_ACT_INPUTS_MAX; i++)
        en_file_close(&files[i]);
    drop_files(c);
    en_arena_release(&arena);
    en_end_write(rc, &err, &c->out);
    if (d.gone || !send_some(c))
        c->state = CONN_CLOSING;
    s->tick_at = 0; /* it may have left something to do */
    en_wire_look(s->wire); /* and have changed who is a partner, or what is to leave */
}

/* --- frames of clients ------------------------------------------------------------------------ */

/* Is the person at the other end who it says? The same answer whether the user is unknown or the signature is wrong. */
static bool
authentic(struct server *s, const struct conn *c, const struct en_auth *x)
{
    struct en_store_user u;
    struct en_arena arena;
    bool good;

    en_arena_init(&arena, EN_MIB);
    good = en_store_user_by_name(s->store, x->user, &arena, &u, NULL) == EN_OK && u.disabled == EN_TIME_NONE &&
           en_seal_verify(u.key, EN_PURPOSE_SESSION, en_bytes_from(c->challenge, sizeof c->challenge), x->signature);
    en_arena_release(&arena);
    return good;
}

static void
take_auth(struct server *s, struct conn *c, uint8_t type, en_bytes payload)
{
    struct en_err err = EN_ERR_INIT;
    struct en_auth x;

    c->state = CONN_CLOSING;
    if (type != EN_FRAME_AUTH || en_auth_read(payload, &x, NULL) != EN_OK)
        return;
    if (!authentic(s, c, &x)) {
        (void)en_err_set(&err, EN_E_RULE, EN_NO_POS,
                         "this node has no such user with this key, or the user may not act any more");
        en_end_write(EN_E_RULE, &err, &c->out);
        (void)send_some(c);
        return;
    }
    memcpy(c->user, x.user.p, x.user.n);
    c->user[x.user.n] = '\0';
    c->state = CONN_READY;
}

/* While a long act lets others in: may this request be done now? What is no request is not kept waiting for it. */
static bool
let_in(const struct server *s, en_bytes payload)
{
    struct en_wire_request w;
    struct en_arena arena;
    bool yes;

    if (s->busy == NULL)
        return true;
    en_arena_init(&arena, EN_MIB);
    yes = en_request_read(payload, &arena, &w, NULL) != EN_OK || en_act_between(w.act);
    en_arena_release(&arena);
    return yes;
}

static void
take_frames(struct server *s, struct conn *c)
{
    c->waits = false;
    while (c->state != CONN_CLOSING) {
        uint32_t max = c->state == CONN_GREETED ? EN_FRAME_MAX_STRANGER : EN_FRAME_MAX_REQUEST;
        struct en_buf frame = EN_BUF_INIT;
        en_bytes payload;
        uint8_t type;
        size_t used;
        en_errc rc = en_frame_next(en_buf_bytes(&c->in), max, &type, &payload, &used, NULL);

        if (rc == EN_E_NO)
            return;
        if (rc != EN_OK) {
            c->state = CONN_CLOSING;
            return;
        }
        if (c->state == CONN_READY && type == EN_FRAME_REQUEST && !let_in(s, payload)) {
            c->waits = true;
            return;
        }
        /* The frame leaves the buffer before it is worked on: a signature may come in while it is. */
        en_buf_add(&frame, payload.p, payload.n);
        memmove(c->in.p, c->in.p + used, c->in.n - used);
        c->in.n -= used;
        if (c->state == CONN_GREETED)
            take_auth(s, c, type, en_buf_bytes(&frame));
        else if (type == EN_FRAME_REQUEST)
            do_request(s, c, en_buf_bytes(&frame));
        else
            c->state = CONN_CLOSING;
        en_buf_release(&frame);
    }
}

static void
serve_conn(struct server *s, struct conn *c, short events)
{
    bool there = true;

    if ((events & POLLOUT) != 0)
        there = send_some(c);
    if (there && (events & (POLLIN | POLLHUP | POLLERR)) != 0) {
        there = receive_some(c);
        if (there)
            take_frames(s, c);
    }
    if (c->state == CONN_GREETED && en_clock_ticks() - c->since > GREET_MS)
        there = false;
    if (!there || (c->state == CONN_CLOSING && c->out.n == 0))
        close_conn(c);
}

/* --- others, between two parts of a long act -------------------------------------------------- */

/* Whoever may have something for us, and the listener; how many. */
static nfds_t
others_fds(struct server *s, const struct conn *busy, struct pollfd *p, struct conn **of)
{
    nfds_t n = 0;

    of[n] = NULL;
    p[n++] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
    for (size_t i = 0; i < CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->fd < 0 || c == busy || c->waits)
            continue;
        p[n].fd = c->fd;
        p[n].events = (short)((c->state == CONN_CLOSING ? 0 : POLLIN) | (c->out.n > 0 ? POLLOUT : 0));
        p[n].revents = 0;
        of[n++] = c;
    }
    return n;
}

static bool
others_wanted(void *ctx)
{
    const struct doing *d = ctx;
    struct pollfd p[CONNS_MAX + 1];
    struct conn *of[CONNS_MAX + 1];
    int64_t since = en_clock_ticks() - d->s->part_at;

    if (since >= PART_MS || since < PART_LEAST_MS)
        return since >= PART_MS;
    return poll(p, others_fds(d->s, d->c, p, of), 0) > 0;
}

/* Whoever came is served until nobody says anything more, or for OTHERS_MS. */
static void
let_others(void *ctx)
{
    const struct doing *d = ctx;
    struct server *s = d->s;
    int64_t until = en_clock_ticks() + OTHERS_MS;
    int wait = 0;

    s->busy = d->c;
    while (en_clock_ticks() < until) {
        struct pollfd p[CONNS_MAX + 1];
        struct conn *of[CONNS_MAX + 1];
        nfds_t n = others_fds(s, d->c, p, of);

        if (poll(p, n, wait) <= 0)
            break;
        for (nfds_t i = 1; i < n; i++)
            if (p[i].revents != 0)
                serve_conn(s, of[i], p[i].revents);
        if (p[0].revents != 0)
            accept_one(s);
        wait = HAND_MS;
    }
    s->busy = NULL;
    s->part_at = en_clock_ticks();
}

/* --- what is owed by the clock ---------------------------------------------------------------- */

/* A clock that is set by a little is set right; one that jumps is asked about, before retention believes it. */
static void
watch_clock(struct server *s)
{
    en_time offset = en_clock_offset(), by = offset - s->clock_offset;

    if (by > JUMP_MS || by < -JUMP_MS) {
        s->o->say(s->o->ctx, "the clock jumped; nothing is done until an admin says that it is right", NULL);
        en_acts_doubt_clock(s->acts);
    }
    s->clock_offset = offset;
}

/* Of a rehearsal: the latest time that somebody played. */
static en_time
node_now(const struct server *s)
{
    en_time now = en_clock_now();

    return s->rehearsed > now ? s->rehearsed : now;
}

static void
tick(struct server *s)
{
    struct en_err err = EN_ERR_INIT;
    en_time now = node_now(s);
    bool more = false;
    en_errc rc;

    if (en_clock_ticks() < s->tick_at)
        return;
    rc = en_acts_tick(s->acts, now, &more, &err);
    rc = rc != EN_OK ? rc : en_acts_warm(s->acts, &err);
    if (rc != EN_OK)
        s->o->say(s->o->ctx, "what the node owes by itself could not be done", &err);
    s->tick_at = more && rc == EN_OK ? 0 : en_clock_ticks() + TICK_MS;
}

/* --- a new index, beside the acts ------------------------------------------------------------- */

static void
not_made(struct server *s, const struct en_err *err)
{
    s->o->say(s->o->ctx, "a new index could not be built beside the acts; it is tried again", err);
    s->make_at = en_clock_ticks() + MAKE_MS;
}

/* A part of bringing it up to date, or the end of it. */
static void
take_part(struct server *s)
{
    struct en_err err = EN_ERR_INIT;
    en_errc rc = en_acts_take_index(s->acts, s->made, &err);

    if (rc == EN_E_NO)
        return;
    en_maker_give_back(s->maker, s->made);
    s->made = NULL;
    s->tick_at = 0; /* travellers may wait for it */
    if (rc != EN_OK && rc != EN_E_LIMIT)
        not_made(s, &err);
}

static void
mind_index(struct server *s, bool ready)
{
    struct en_err err = EN_ERR_INIT;
    en_errc rc = EN_OK;

    if (ready)
        rc = en_maker_take(s->maker, &s->made, &err);
    else if (s->made != NULL)
        take_part(s);
    else if (en_maker_idle(s->maker) && en_acts_wants_index(s->acts) && en_clock_ticks() >= s->make_at)
        rc = en_maker_start(s->maker, &err);
    if (rc != EN_OK && rc != EN_E_BUSY)
        not_made(s, &err);
}

/* --- the loop --------------------------------------------------------------------------------- */

static void
take_signal(struct server *s)
{
    struct signalfd_siginfo info;

    if (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info)
        s->stop = true;
}

#define FDS_FIXED (3 + EN_WIRE_FDS)

/* How long nothing is to be done if nobody comes. */
static int64_t
patience(const struct server *s)
{
    int64_t tick = s->made != NULL ? 0 : s->tick_at - en_clock_ticks(), wire = en_wire_wait(s->wire, node_now(s));
    int64_t wait = tick < wire ? tick : wire;

    for (size_t i = 0; i < CONNS_MAX; i++)
        if (s->conns[i].fd >= 0 && s->conns[i].state == CONN_GREETED && wait > GREET_MS)
            wait = GREET_MS;
    for (size_t i = 0; i < CONNS_MAX; i++)
        if (s->conns[i].fd >= 0 && s->conns[i].waits)
            return 0;
    return wait < 0 ? 0 : wait > TICK_MS ? TICK_MS : wait;
}

/* Requests that came in while a long act let others in, and were none of those. */
static void
serve_waiting(struct server *s)
{
    for (size_t i = 0; i < CONNS_MAX && !s->stop; i++) {
        struct conn *c = &s->conns[i];

        if (c->fd < 0 || !c->waits)
            continue;
        take_frames(s, c);
        if (c->state == CONN_CLOSING && c->out.n == 0)
            close_conn(c);
    }
}

static void
loop_once(struct server *s)
{
    struct pollfd p[CONNS_MAX + FDS_FIXED] = { { .fd = s->signals, .events = POLLIN },
                                               { .fd = s->listener, .events = POLLIN },
                                               { .fd = en_maker_fd(s->maker), .events = POLLIN } };
    struct conn *of[CONNS_MAX + FDS_FIXED] = { NULL };
    int wire[EN_WIRE_FDS];
    nfds_t n = 3;

    en_wire_fds(s->wire, wire);
    for (size_t i = 0; i < EN_WIRE_FDS; i++)
        p[n++] = (struct pollfd){ .fd = wire[i], .events = POLLIN };
    for (size_t i = 0; i < CONNS_MAX; i++) {
        struct conn *c = &s->conns[i];

        if (c->fd < 0)
            continue;
        p[n].fd = c->fd;
        p[n].events = (short)((c->state == CONN_CLOSING ? 0 : POLLIN) | (c->out.n > 0 ? POLLOUT : 0));
        of[n++] = c;
    }
    if (poll(p, n, (int)patience(s)) < 0)
        return;
    if (p[0].revents != 0)
        take_signal(s);
    for (nfds_t i = FDS_FIXED; i < n && !s->stop; i++)
        if (of[i]->fd >= 0) /* a long act may have let it in and out meanwhile */
            serve_conn(s, of[i], p[i].revents);
    serve_waiting(s);
    if (p[1].revents != 0 && !s->stop)
        accept_one(s);
    watch_clock(s);
    tick(s);
    if (!s->stop)
        en_wire_turn(s->wire, node_now(s));
    mind_index(s, p[2].revents != 0);
}

/* --- beginning and end
 * ------------------------------------------------------------------------------------------------ */

static en_errc
listen_here(struct server *s, struct en_err *err)
{
    struct sockaddr_un name;
    bool good;

    en_folder_socket_name(&s->folder, &name);
    /* We hold the lock: what lies there was left by a process that died. */
    (void)unlinkat(s->folder.dir, "serve.sock", 0);
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    good = s->listener >= 0 && bind(s->listener, (const struct sockaddr *)&name, sizeof name) == 0 &&
           fchmodat(s->folder.dir, "serve.sock", s->o->group ? 0660 : 0600, 0) == 0 &&
           listen(s->listener, CONNS_MAX) == 0;
    return good ? EN_OK : en_err_set(err, EN_E_STORAGE, EN_NO_POS, "serve.sock: %s", strerror(errno));
}

static en_errc
take_signals(struct server *s, struct en_err *err)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "signals: %s", strerror(errno));
    s->signals = signalfd(-1, &set, SFD_CLOEXEC);
    return s->signals >= 0 ? EN_OK : en_err_set(err, EN_E_STORAGE, EN_NO_POS, "signals: %s", strerror(errno));
}

/* Is there an entente serve in this folder already? */
static bool
served(const struct server *s)
{
    struct sockaddr_un name;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool yes;

    en_folder_socket_name(&s->folder, &name);
    yes = fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof name) == 0;
    if (fd >= 0)
        (void)close(fd);
    return yes;
}

/* A command that holds the node is waited for; another server is not. */
static en_errc
take_lock(struct server *s, struct en_err *err)
{
    int64_t until = en_clock_ticks() + LOCK_MS;
    en_errc rc;

    for (;;) {
        rc = en_folder_lock(&s->folder, err);
        if (rc != EN_E_BUSY || served(s) || en_clock_ticks() >= until)
            return rc;
        (void)poll(NULL, 0, LOCK_RETRY_MS);
    }
}

static void
take_keys(struct server *s)
{
    struct en_acts_vault vault;
    struct en_err err = EN_ERR_INIT;

    en_vault_init(&s->vault, &s->folder, s->o->passphrase_file, true);
    vault = en_vault_lend(&s->vault);
    if (en_acts_take_keys(s->acts, &vault, &err) != EN_OK)
        s->o->say(s->o->ctx, "the node's own keys are not at hand; what needs them is refused", &err);
}

static en_errc
open_node(struct server *s, struct en_err *err)
{
    struct en_acts_shelf shelf;
    struct en_store_node node;
    struct en_arena arena;
    en_errc rc = en_folder_open(&s->folder, s->o->node, err);

    rc = rc != EN_OK ? rc : take_lock(s, err);
    rc = rc != EN_OK ? rc : en_folder_store(&s->folder, EN_STORE_OPEN, &s->store, err);
    if (rc != EN_OK)
        return rc;
    s->maker = en_maker_new(&s->folder);
    s->acts = en_acts_new(s->store, &en_rim);
    en_shelf_init(&s->shelf, &s->folder, s->o->say, s->o->ctx);
    shelf = en_shelf_lend(&s->shelf);
    en_acts_keep(s->acts, &shelf);
    en_arena_init(&arena, EN_MIB);
    rc = en_acts_node(s->acts, &arena, &node, err);
    s->rehearsal = rc == EN_OK && node.rehearsal;
    en_arena_release(&arena);
    if (rc == EN_OK)
        take_keys(s);
    rc = rc != EN_OK ? rc : en_acts_warm(s->acts, err);
    en_acts_beside(s->acts);
    en_shelf_tidy();
    s->wire = en_wire_new(
        &(struct en_wire_options){ .listen = s->o->listen, .acts = s->acts, .ctx = s->o->ctx, .say = s->o->say });
    return rc;
}

static void
close_node(struct server *s)
{
    for (size_t i = 0; i < CONNS_MAX; i++)
        if (s->conns[i].fd >= 0)
            close_conn(&s->conns[i]);
    if (s->listener >= 0) {
        (void)unlinkat(s->folder.dir, "serve.sock", 0);
        (void)close(s->listener);
    }
    if (s->signals >= 0)
        (void)close(s->signals);
    en_wire_free(s->wire);
    if (s->made != NULL)
        en_maker_give_back(s->maker, s->made);
    en_acts_free(s->acts); /* its index may lie on the maker's shelf */
    en_maker_free(s->maker);
    en_store_close(s->store);
    en_vault_wipe(&s->vault);
    en_folder_close(&s->folder); /* the lock goes last */
}

en_errc
en_serve(const struct en_serve_options *o, struct en_err *err)
{
    struct server *s = en_xcalloc(1, sizeof *s);
    en_errc rc = en_process_harden(err);

    s->o = o;
    s->listener = s->signals = -1;
    s->folder = (struct en_folder){ -1, -1, NULL };
    for (size_t i = 0; i < CONNS_MAX; i++)
        s->conns[i].fd = -1;
    rc = rc != EN_OK ? rc : take_signals(s, err);
    rc = rc != EN_OK ? rc : open_node(s, err);
    rc = rc != EN_OK ? rc : listen_here(s, err);
    rc = rc != EN_OK ? rc : en_wire_start(s->wire, node_now(s), err);
    if (rc == EN_OK) {
        o->say(o->ctx, "ready", NULL);
        s->clock_offset = en_clock_offset();
        tick(s);
        while (!s->stop)
            loop_once(s);
        o->say(o->ctx, "stopped", NULL);
    }
    close_node(s);
    free(s);
    return rc;
}
