#include "daemon/link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/folder.h"
#include "daemon/proto.h"
#include "daemon/shelf.h"
#include "daemon/vault.h"

#define RETRY_MS 20
#define CHUNK    (64u * EN_KIB)

struct en_link {
    struct en_folder folder;
    struct en_arena arena;
    struct en_key key;
    en_text user;
    en_time rehearse;
    struct en_err warning;
    bool hurt; /* warning holds */
    /* one of the two: */
    struct en_store *store;
    struct en_acts *acts;
    struct en_shelf shelf;
    struct en_vault vault;
    int sock; /* -1: direct */
    struct en_buf in;
    size_t in_used;
};

/* --- signing ------------------------------------------------------------------------------------------------------ */

struct signing {
    const struct en_link *l;
    const struct en_act_request *rq; /* NULL: the making of a node */
};

/* A person signs what belongs to the request, and nothing else that a server might want to have signed. */
static en_errc
sign(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes, uint8_t sig[EN_SEAL_SIG_LEN],
     struct en_err *err)
{
    const struct signing *s = ctx;
    uint8_t leaf[EN_SHA256_LEN];
    en_errc rc = s->rq != NULL ? en_act_event_is_for(bytes, s->rq, err) : EN_OK;

    if (rc != EN_OK)
        return rc;
    en_store_event_leaf(nonce, type, bytes, leaf);
    en_seal_sign(&s->l->key, EN_PURPOSE_EVENT, en_bytes_from(leaf, sizeof leaf), sig);
    return EN_OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static en_time
link_now(const struct en_link *l)
{
    return l->rehearse != EN_TIME_NONE ? l->rehearse : en_clock_now();
}

/* What the node owes by itself; a fault there must not hide the act's own answer, or stop the act that mends it. */
static void
settle(struct en_link *l)
{
    struct en_err err = EN_ERR_INIT;
    bool more = true;
    en_errc rc = EN_OK;

    while (rc == EN_OK && more)
        rc = en_acts_tick(l->acts, link_now(l), &more, &err);
    if (rc != EN_OK) {
        l->warning = err;
        l->hurt = true;
    }
}

static void
keep_index(struct en_link *l, const struct en_link_options *o)
{
    struct en_acts_shelf shelf;

    en_shelf_init(&l->shelf, &l->folder, o->say, o->ctx);
    shelf = en_shelf_lend(&l->shelf);
    en_acts_keep(l->acts, &shelf);
}

/* What needs no key of the node goes on without: why they cannot be had is said beside the act. */
static void
take_keys(struct en_link *l, const struct en_link_options *o)
{
    struct en_acts_vault vault;
    struct en_err err = EN_ERR_INIT;

    en_vault_init(&l->vault, &l->folder, o->passphrase_file, true);
    vault = en_vault_lend(&l->vault);
    if (en_acts_take_keys(l->acts, &vault, &err) != EN_OK && o->say != NULL)
        o->say(o->ctx, "the node's own keys are not at hand", &err);
}

static en_errc
open_direct(struct en_link *l, const struct en_link_options *o, struct en_err *err)
{
    struct en_store_node node;
    en_errc rc = en_folder_store(&l->folder, EN_STORE_OPEN, &l->store, err);

    if (rc != EN_OK)
        return rc;
    l->acts = en_acts_new(l->store, &en_rim);
    keep_index(l, o);
    rc = en_acts_node(l->acts, &l->arena, &node, err);
    if (rc == EN_OK && l->rehearse != EN_TIME_NONE && !node.rehearsal)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "only a rehearsal node can act at another time than now");
    if (rc == EN_OK) {
        take_keys(l, o);
        settle(l);
    }
    return rc;
}

static bool
try_socket(struct en_link *l)
{
    struct sockaddr_un name;

    en_folder_socket_name(&l->folder, &name);
    l->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->sock >= 0 && connect(l->sock, (const struct sockaddr *)&name, sizeof name) == 0)
        return true;
    if (l->sock >= 0)
        (void)close(l->sock);
    l->sock = -1;
    return false;
}

/* The lock or a connection, whichever comes first. */
static en_errc
reach(struct en_link *l, const struct en_link_options *o, int64_t until, struct en_err *err)
{
    en_errc rc;

    for (;;) {
        rc = en_folder_lock(&l->folder, err);
        if (rc == EN_OK)
            return open_direct(l, o, err);
        if (rc != EN_E_BUSY)
            return rc;
        if (try_socket(l))
            return EN_OK;
        if (en_clock_ticks() >= until)
            return rc;
        (void)poll(NULL, 0, RETRY_MS);
    }
}

static en_errc greet(struct en_link *l, int64_t until, struct en_err *err);

/* A server that hangs up before it was asked anything is stopping, or has no room: try again. */
static en_errc
arrive(struct en_link *l, const struct en_link_options *o, int64_t until, struct en_err *err)
{
    en_errc rc;

    for (;;) {
        rc = reach(l, o, until, err);
        if (rc == EN_OK && l->sock >= 0)
            rc = greet(l, until, err);
        if (rc != EN_E_BUSY || l->folder.lock >= 0 || en_clock_ticks() >= until)
            return rc;
        if (l->sock >= 0)
            (void)close(l->sock);
        l->sock = -1;
        l->in.n = l->in_used = 0;
        (void)poll(NULL, 0, RETRY_MS);
    }
}

en_errc
en_link_open(const struct en_link_options *o, struct en_link **out, struct en_err *err)
{
    struct en_link *l = en_xcalloc(1, sizeof *l);
    en_errc rc = en_process_harden(err);

    l->sock = -1;
    l->folder = (struct en_folder){ -1, -1, NULL };
    l->rehearse = o->rehearse;
    en_arena_init(&l->arena, EN_MIB);
    rc = rc != EN_OK ? rc : en_folder_open(&l->folder, o->node, err);
    rc = rc != EN_OK ? rc : en_folder_key_find(&l->folder, o->keys, o->user, &l->arena, &l->user, &l->key, err);
    if (rc == EN_OK)
        rc = arrive(l, o, en_clock_ticks() + o->wait_ms, err);
    if (rc != EN_OK) {
        en_link_close(l);
        l = NULL;
    }
    *out = l;
    return rc;
}

void
en_link_close(struct en_link *l)
{
    if (l == NULL)
        return;
    en_acts_free(l->acts);
    en_store_close(l->store);
    if (l->sock >= 0)
        (void)close(l->sock);
    en_folder_close(&l->folder);
    en_vault_wipe(&l->vault);
    en_key_wipe(&l->key);
    en_buf_release(&l->in);
    en_arena_release(&l->arena);
    free(l);
}

const struct en_err *
en_link_warning(const struct en_link *l)
{
    return l->hurt ? &l->warning : NULL;
}

/* --- over the socket -------------------------------------------------------------------------- */

static en_errc
hung_up(struct en_err *err)
{
    return en_err_set(err, EN_E_BUSY, EN_NO_POS,
                      "entente serve went away before it answered; whether the act was done is in the log");
}

static en_errc
send_all(struct en_link *l, const struct en_buf *b, const int *fds, size_t n_fds, struct en_err *err)
{
    union {
        char room[CMSG_SPACE(EN_ACT_INPUTS_MAX * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    size_t at = 0;

    while (at < b->n) {
        struct iovec part = { b->p + at, b->n - at };
        struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
        ssize_t n;

        if (at == 0 && n_fds > 0) {
            struct cmsghdr *c;

            m.msg_control = control.room;
            m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
            c = CMSG_FIRSTHDR(&m);
            c->cmsg_level = SOL_SOCKET;
            c->cmsg_type = SCM_RIGHTS;
            c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
            memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
        }
        n = sendmsg(l->sock, &m, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return hung_up(err);
        at += n > 0 ? (size_t)n : 0;
    }
    return EN_OK;
}

/* The next frame; its payload is borrowed until the next call. */
static en_errc
next_frame(struct en_link *l, uint8_t *type, en_bytes *payload, struct en_err *err)
{
    for (;;) {
        en_bytes have = { (const uint8_t *)l->in.p + l->in_used, l->in.n - l->in_used };
        char chunk[4096];
        size_t used;
        ssize_t n;
        en_errc rc = en_frame_next(have, EN_FRAME_MAX_RECORD, type, payload, &used, err);

        if (rc == EN_OK) {
            l->in_used += used;
            return EN_OK;
        }
        if (rc != EN_E_NO)
            return rc;
        if (l->in_used > 0) { /* the front was used up */
            memmove(l->in.p, l->in.p + l->in_used, l->in.n - l->in_used);
            l->in.n -= l->in_used;
            l->in_used = 0;
        }
        n = recv(l->sock, chunk, sizeof chunk, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return hung_up(err);
        en_buf_add(&l->in, chunk, (size_t)n);
    }
}

/* The server may be busy with another act before it says a word. */
static en_errc
greet(struct en_link *l, int64_t until, struct en_err *err)
{
    int64_t left = until - en_clock_ticks();
    struct pollfd p = { .fd = l->sock, .events = POLLIN };
    struct en_buf b = EN_BUF_INIT;
    struct en_hello hello;
    uint8_t sig[EN_SEAL_SIG_LEN], type = 0;
    struct en_auth auth = { l->user, { sig, sizeof sig } };
    en_bytes payload;
    en_errc rc;

    if (poll(&p, 1, left > 0 ? (int)left : 0) == 0)
        return en_err_set(err, EN_E_BUSY, EN_NO_POS, "entente serve is busy with another act");
    rc = next_frame(l, &type, &payload, err);
    if (rc == EN_OK && type != EN_FRAME_HELLO)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "this is not entente serve");
    rc = rc != EN_OK ? rc : en_hello_read(payload, &hello, err);
    if (rc == EN_OK && hello.version != EN_PROTO_VERSION)
        rc = en_err_set(err, EN_E_BUSY, EN_NO_POS, "entente serve is of another version; restart it");
    if (rc != EN_OK)
        return rc;
    en_seal_sign(&l->key, EN_PURPOSE_SESSION, hello.challenge, sig);
    en_auth_write(&auth, &b);
    rc = send_all(l, &b, NULL, 0, err);
    en_buf_release(&b);
    return rc;
}

static en_errc
answer_sign(struct en_link *l, en_bytes payload, const struct en_act_request *rq, struct en_err *refused,
            struct en_err *err)
{
    struct signing s = { l, rq };
    struct en_buf b = EN_BUF_INIT;
    struct en_sign x;
    uint8_t sig[EN_SEAL_SIG_LEN];
    en_errc rc = en_sign_read(payload, &x, err);

    if (rc != EN_OK)
        return rc;
    rc = sign(&s, x.type, x.nonce.p, x.event, sig, refused);
    en_signature_write(rc == EN_OK ? en_bytes_from(sig, sizeof sig) : en_bytes_from(NULL, 0), &b);
    rc = send_all(l, &b, NULL, 0, err);
    en_buf_release(&b);
    return rc;
}

static en_errc
ended(struct en_link *l, en_bytes payload, const struct en_err *refused, struct en_err *err)
{
    struct en_end x;
    en_errc rc = en_end_read(payload, &l->arena, &x, err);

    if (rc != EN_OK)
        return rc;
    if (refused->code != EN_OK && err != NULL)
        *err = *refused; /* why we did not sign says more than that we did not */
    else if (x.code != EN_OK)
        (void)en_err_set_at(err, x.code, x.line, x.pos, "%.*s", EN_TEXT_ARG(x.text));
    return refused->code != EN_OK ? refused->code : x.code;
}

static en_errc
converse(struct en_link *l, const struct en_act_request *rq, const struct en_act_reply *reply, struct en_err *err)
{
    struct en_err refused = EN_ERR_INIT, print = EN_ERR_INIT;
    en_errc printed = EN_OK;

    for (;;) {
        uint64_t done, total;
        en_bytes payload;
        uint8_t type;
        en_errc rc = next_frame(l, &type, &payload, err);

        if (rc != EN_OK)
            return rc;
        switch (type) {
        case EN_FRAME_RECORD:
            if (printed == EN_OK)
                printed = reply->record(reply->ctx, payload, &print);
            break;
        case EN_FRAME_PROGRESS:
            rc = en_progress_read(payload, &done, &total, err);
            if (rc == EN_OK && reply->progress != NULL)
                reply->progress(reply->ctx, done, total);
            break;
        case EN_FRAME_SIGN:
            rc = answer_sign(l, payload, rq, &refused, err);
            break;
        case EN_FRAME_END:
            rc = ended(l, payload, &refused, err);
            if (rc == EN_OK && printed != EN_OK && err != NULL)
                *err = print;
            return rc != EN_OK ? rc : printed;
        default:
            rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "entente serve sent what is not in the protocol");
            break;
        }
        if (rc != EN_OK)
            return rc;
    }
}

static en_errc
run_over_socket(struct en_link *l, const struct en_act_request *rq, struct en_file *files,
                const struct en_act_reply *reply, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    int fds[EN_ACT_INPUTS_MAX];
    en_errc rc;

    for (size_t i = 0; i < rq->n_inputs; i++)
        fds[i] = files[i].fd;
    en_request_write(rq, &b);
    rc = send_all(l, &b, fds, rq->n_inputs, err);
    en_buf_release(&b);
    return rc != EN_OK ? rc : converse(l, rq, reply, err);
}

/* --- running ---------------------------------------------------------------------------------- */

en_errc
en_link_run(struct en_link *l, const char *act, en_bytes args, struct en_file *files, size_t n_files,
            const struct en_act_reply *reply, struct en_err *err)
{
    struct en_act_input inputs[EN_ACT_INPUTS_MAX];
    struct en_act_request rq = { .act = en_text_from_ours(act),
                                 .args = args,
                                 .inputs = inputs,
                                 .n_inputs = n_files,
                                 .now = en_clock_now(),
                                 .rehearse = l->rehearse };
    struct signing s = { l, &rq };
    struct en_act_person who = { .user = l->user, .uid = (int64_t)getuid(), .ctx = &s, .sign = sign };
    en_errc rc;

    EN_ASSERT(n_files <= EN_ACT_INPUTS_MAX);
    for (size_t i = 0; i < n_files; i++)
        inputs[i] = en_file_input(&files[i]);
    if (l->sock >= 0)
        return run_over_socket(l, &rq, files, reply, err);
    rc = en_acts_run(l->acts, &rq, &who, reply, err);
    settle(l);
    return rc;
}

struct relocking {
    struct en_link *l;
    const struct en_act_reply *reply;
    bool locks;
};

static en_errc
say_relocked(void *ctx, unsigned n, struct en_err *err)
{
    const struct relocking *r = ctx;
    struct en_buf args = EN_BUF_INIT;
    en_errc rc;

    en_buf_addf(&args, "{\"files\":%u,\"passphrase\":%s}", n, r->locks ? "true" : "false");
    rc = en_link_run(r->l, "key-passphrase", en_buf_bytes(&args), NULL, 0, r->reply, err);
    en_buf_release(&args);
    return rc;
}

en_errc
en_link_relock(struct en_link *l, struct en_vault *to, const struct en_act_reply *reply, unsigned *n,
               struct en_err *err)
{
    struct relocking r = { l, reply, to->locks };

    if (l->sock >= 0)
        return en_err_set(err, EN_E_BUSY, EN_NO_POS, "the node is in use: stop entente serve first");
    return en_vault_relock(&l->vault, to, say_relocked, &r, n, err);
}

en_errc
en_link_init(const char *node, const struct en_act_init *in, const char *passphrase_file, en_time rehearse,
             struct en_err *err)
{
    struct en_link l = { .sock = -1 };
    struct signing s = { &l, NULL };
    struct en_act_person who = { .user = in->user, .uid = (int64_t)getuid(), .ctx = &s, .sign = sign };
    struct en_act_init with_key = *in;
    uint8_t seed[EN_SEAL_SEED_LEN];
    en_time now = rehearse != EN_TIME_NONE && in->rehearsal ? rehearse : en_clock_now();
    en_errc rc = en_process_harden(err);

    rc = rc != EN_OK ? rc : en_acts_init_check(in, err);
    rc = rc != EN_OK ? rc : en_folder_create(&l.folder, node, err);
    if (rc != EN_OK)
        return rc;
    randombytes_buf(seed, sizeof seed);
    en_key_from_seed(seed, &l.key);
    sodium_memzero(seed, sizeof seed);
    memcpy(with_key.key, l.key.public_key, sizeof with_key.key);
    rc = en_folder_lock(&l.folder, err);
    rc = rc != EN_OK ? rc : en_folder_key_write(&l.folder, NULL, &l.key, in->user, now, err);
    rc = rc != EN_OK ? rc : en_folder_store(&l.folder, EN_STORE_CREATE, &l.store, err);
    en_vault_init(&l.vault, &l.folder, passphrase_file, false);
    if (rc == EN_OK && passphrase_file != NULL)
        rc = en_vault_lock(&l.vault, err);
    if (rc == EN_OK) {
        struct en_acts_vault vault = en_vault_lend(&l.vault);

        l.acts = en_acts_new(l.store, &en_rim);
        rc = en_acts_take_keys(l.acts, &vault, err);
        rc = rc != EN_OK ? rc : en_acts_init(l.acts, &with_key, now, &who, err);
    }
    en_acts_free(l.acts);
    en_vault_wipe(&l.vault);
    en_store_close(l.store);
    if (rc != EN_OK)
        en_folder_unmake(&l.folder, in->user);
    en_folder_close(&l.folder);
    en_key_wipe(&l.key);
    return rc;
}
