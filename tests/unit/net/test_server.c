#include "net_nodes.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <gnutls/gnutls.h>

/* --- a client of our own making, which may misbehave -------------------------------------------------------------- */

struct raw {
    int fd;
    gnutls_certificate_credentials_t cred;
    gnutls_session_t tls;
};

static int
dial(const struct door *d)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)en_net_server_port(d->server)) };
    const struct timeval limit = { .tv_sec = 5 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* True if the handshake is over on this side; with TLS 1.3 the other side may still refuse. */
static bool
raw_open(struct raw *r, const struct door *d, const struct en_net_identity *id, const char *priorities)
{
    int rc;

    r->fd = dial(d);
    assert_int_equal(gnutls_certificate_allocate_credentials(&r->cred), 0);
    if (id != NULL) {
        const gnutls_datum_t cert = { (unsigned char *)id->cert.p, (unsigned)id->cert.n };
        const gnutls_datum_t key = { (unsigned char *)id->key.p, (unsigned)id->key.n };

        assert_int_equal(gnutls_certificate_set_x509_key_mem(r->cred, &cert, &key, GNUTLS_X509_FMT_PEM) < 0, 0);
    }
    assert_int_equal(gnutls_init(&r->tls, GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_priority_set_direct(r->tls, priorities, NULL), 0);
    assert_int_equal(gnutls_credentials_set(r->tls, GNUTLS_CRD_CERTIFICATE, r->cred), 0);
    gnutls_transport_set_int(r->tls, r->fd);
    gnutls_handshake_set_timeout(r->tls, 5000);
    do
        rc = gnutls_handshake(r->tls);
    while (rc < 0 && !gnutls_error_is_fatal(rc));
    return rc == 0;
}

static void
raw_close(struct raw *r)
{
    gnutls_deinit(r->tls);
    gnutls_certificate_free_credentials(r->cred);
    (void)close(r->fd);
}

static bool
raw_say(struct raw *r, const char *text)
{
    return gnutls_record_send(r->tls, text, strlen(text)) == (ssize_t)strlen(text);
}

/* The status of the answer; 0 if the connection ended without one. */
static int
raw_status(struct raw *r)
{
    char answer[2000];
    ssize_t n;

    do
        n = gnutls_record_recv(r->tls, answer, sizeof answer - 1);
    while (n == GNUTLS_E_INTERRUPTED);
    if (n < 12 || memcmp(answer, "HTTP/1.1 ", 9) != 0)
        return 0;
    return (int)strtol(answer + 9, NULL, 10);
}

#define TLS13  "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define BUNDLE "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsealed"

static int64_t
ms_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
answer(struct door *d, unsigned status)
{
    en_net_server_answer(d->server, request_of(d->server), &(struct en_net_answer){ .status = status });
}

/* --- at the door -------------------------------------------------------------------------------------------------- */

static void
test_strangers_end_in_the_handshake(void **state)
{
    static const struct {
        const char *what;
        uint8_t says, signs; /* seeds; 1 is known, 2 is cut, 3 is unknown; 0: no certificate */
        en_time from, until;
        const char *tls;
        en_errc why;
    } rows[] = {
        { "no certificate", 0, 0, 0, 0, TLS13, EN_OK },
        { "of nobody that is known", 3, 3, -EN_TIME_HOUR, EN_TIME_DAY, TLS13, EN_E_NOT_FOUND },
        { "another's name", 1, 3, -EN_TIME_HOUR, EN_TIME_DAY, TLS13, EN_E_INTEGRITY },
        { "cut", 2, 2, -EN_TIME_HOUR, EN_TIME_DAY, TLS13, EN_E_RULE },
        { "expired", 1, 1, -EN_TIME_DAY, -EN_TIME_HOUR, TLS13, EN_E_RULE },
        { "TLS 1.2", 1, 1, -EN_TIME_HOUR, EN_TIME_DAY, "NORMAL:-VERS-ALL:+VERS-TLS1.2", EN_OK },
    };
    struct node known = node_of(1), cut = node_of(2), owner = node_of(9);
    struct en_net_peer list[2] = { known.peer, cut.peer };
    struct door door;

    (void)state;
    list[1].cut = true;
    door_open(&door, &owner, list, 2, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_net_identity id = { .cert = EN_BUF_INIT, .key = EN_BUF_INIT };
        struct en_err why = EN_ERR_INIT;
        struct raw raw;

        ROW(i, rows[i].what);
        if (rows[i].says != 0) {
            struct node says = node_of(rows[i].says), signs = node_of(rows[i].signs);
            struct en_net_claim c = claim_of(&says, real_now() + rows[i].from, real_now() + rows[i].until);

            ROW_INT(en_net_identity_make(&c, &signs.key, &id, NULL), EN_OK);
        }
        if (raw_open(&raw, &door, rows[i].says != 0 ? &id : NULL, rows[i].tls)) {
            (void)raw_say(&raw, BUNDLE);
            ROW_INT(raw_status(&raw), 0);
        }
        raw_close(&raw);
        ROW_TRUE(en_net_server_take(door.server) == NULL);
        ROW_INT(en_net_server_refused(door.server, &why) > 0, rows[i].why != EN_OK);
        ROW_INT(why.code, rows[i].why);
        en_net_identity_release(&id);
    }
    door_close(&door);
}

/* A certificate that was copied is worth nothing without its key. */
static void
test_a_copied_certificate(void **state)
{
    struct node known = node_of(1), owner = node_of(9), thief = node_of(3);
    struct en_net_identity stolen = identity_of(&known), own = identity_of(&thief);
    struct door door;
    struct raw raw;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    raw.fd = dial(&door);
    {
        const gnutls_datum_t cert = { (unsigned char *)stolen.cert.p, (unsigned)stolen.cert.n };
        const gnutls_datum_t key = { (unsigned char *)own.key.p, (unsigned)own.key.n };

        assert_int_equal(gnutls_certificate_allocate_credentials(&raw.cred), 0);
        gnutls_certificate_set_flags(raw.cred, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
        assert_true(gnutls_certificate_set_x509_key_mem(raw.cred, &cert, &key, GNUTLS_X509_FMT_PEM) >= 0);
    }
    assert_int_equal(gnutls_init(&raw.tls, GNUTLS_CLIENT), 0);
    assert_int_equal(gnutls_priority_set_direct(raw.tls, TLS13, NULL), 0);
    assert_int_equal(gnutls_credentials_set(raw.tls, GNUTLS_CRD_CERTIFICATE, raw.cred), 0);
    gnutls_transport_set_int(raw.tls, raw.fd);
    if (gnutls_handshake(raw.tls) == 0) {
        (void)raw_say(&raw, BUNDLE);
        assert_int_equal(raw_status(&raw), 0);
    }
    assert_null(en_net_server_take(door.server));
    raw_close(&raw);
    door_close(&door);
    en_net_identity_release(&stolen);
    en_net_identity_release(&own);
}

static void
test_what_is_no_tls(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    char answer_text[100];
    struct door door;
    int fd;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    fd = dial(&door);
    assert_true(send(fd, BUNDLE, sizeof BUNDLE - 1, MSG_NOSIGNAL) > 0);
    (void)recv(fd, answer_text, sizeof answer_text, 0);
    assert_null(en_net_server_take(door.server));
    (void)close(fd);
    door_close(&door);
}

/* --- what is asked ------------------------------------------------------------------------------------------------ */

static void
test_what_is_not_taken_is_refused_before_its_body(void **state)
{
    static const struct {
        const char *what, *text;
        int status;
    } rows[] = {
        { "another path", "POST /entente/2/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n", 404 },
        { "another method", "GET /entente/1/bundle HTTP/1.1\r\nHost: x\r\n\r\n", 405 },
        { "no length", "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 411 },
        { "nothing", "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 411 },
        { "too long", "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413 },
        { "far too long", "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n", 413 },
        { "a body with a fetch", "POST /entente/1/fetch HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n", 413 },
    };
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct en_net_limits limits = en_net_limits_usual;
    struct door door;

    (void)state;
    limits.body_max = 1000;
    door_open(&door, &owner, &known.peer, 1, &limits);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct raw raw;

        ROW(i, rows[i].what);
        ROW_TRUE(raw_open(&raw, &door, &id, TLS13));
        ROW_TRUE(raw_say(&raw, rows[i].text));
        ROW_INT(raw_status(&raw), rows[i].status);
        ROW_TRUE(en_net_server_take(door.server) == NULL);
        raw_close(&raw);
    }
    door_close(&door);
    en_net_identity_release(&id);
}

static void
test_one_who_is_cut_while_connected(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct door door;
    struct raw raw;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    assert_true(raw_open(&raw, &door, &id, TLS13));
    assert_true(raw_say(&raw, BUNDLE));
    answer(&door, 200);
    assert_int_equal(raw_status(&raw), 200);
    known.peer.cut = true;
    en_net_peers_set(door.peers, &known.peer, 1);
    assert_true(raw_say(&raw, BUNDLE));
    assert_int_equal(raw_status(&raw), 403);
    assert_null(en_net_server_take(door.server));
    raw_close(&raw);
    door_close(&door);
    en_net_identity_release(&id);
}

/* Whoever has a stolen key and a connection loses it when the partner goes on to its next key. */
static void
test_one_whose_key_is_another_now(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct door door;
    struct raw raw;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    assert_true(raw_open(&raw, &door, &id, TLS13));
    assert_true(raw_say(&raw, BUNDLE));
    answer(&door, 200);
    assert_int_equal(raw_status(&raw), 200);
    known.peer.key[0] ^= 1;
    en_net_peers_set(door.peers, &known.peer, 1);
    (void)raw_say(&raw, BUNDLE);
    assert_int_equal(raw_status(&raw), 0);
    assert_null(en_net_server_take(door.server));
    raw_close(&raw);
    door_close(&door);
    en_net_identity_release(&id);
}

/* --- slow ones and floods ----------------------------------------------------------------------------------------- */

/* Each says a little every so often, forever; the connection ends in time all the same. */
static void
test_slow_senders(void **state)
{
    static const struct {
        const char *what, *begins, *drop;
        bool tls;
    } rows[] = {
        { "says nothing", "", "", false },
        { "a handshake by bytes", "\x16\x03\x01\x02", "\1", false },
        { "a header by bytes", "POST /entente/1/bundle HTTP/1.1\r\nHost: ", "x", true },
        { "a body by bytes", "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n", "x", true },
    };
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct en_net_limits limits = { .body_max = 1000, .greet = 600, .keep = 600, .slack = 600, .rate = 10000 };
    struct door door;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, &limits);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t began = ms_now();
        struct raw raw;
        bool there = true;

        ROW(i, rows[i].what);
        if (rows[i].tls)
            ROW_TRUE(raw_open(&raw, &door, &id, TLS13) && raw_say(&raw, rows[i].begins));
        else
            raw.fd = dial(&door);
        if (!rows[i].tls)
            (void)send(raw.fd, rows[i].begins, strlen(rows[i].begins), MSG_NOSIGNAL);
        while (there && ms_now() - began < 8000) {
            (void)poll(NULL, 0, 50);
            if (rows[i].tls)
                there = raw_say(&raw, rows[i].drop);
            else if (rows[i].drop[0] != '\0')
                there = send(raw.fd, rows[i].drop, 1, MSG_NOSIGNAL) == 1;
            else
                there = recv(raw.fd, &(char){ 0 }, 1, MSG_DONTWAIT) < 0 && ms_now() - began < 8000;
        }
        ROW_TRUE(ms_now() - began < 5000);
        ROW_TRUE(en_net_server_take(door.server) == NULL);
        if (rows[i].tls)
            raw_close(&raw);
        else
            (void)close(raw.fd);
    }
    door_close(&door);
    en_net_identity_release(&id);
}

/* 300 strangers hold connections and say nothing; the partner is served. */
static void
test_a_crowd_of_strangers(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    struct caller caller;
    struct door door;
    int fds[300];

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = dial(&door);
    caller_open(&caller, &known, &owner.peer, 1);
    send_to(&caller, owner.peer.id, door.text, "sealed", 6);
    answer(&door, 200);
    assert_int_equal(result_of(caller.client).status, 200);
    for (size_t i = 0; i < COUNT(fds); i++)
        (void)close(fds[i]);
    caller_close(&caller);
    door_close(&door);
}

/* One partner sends more at a time than it may; it is told so, and another is served meanwhile. */
static void
test_a_partner_that_floods(void **state)
{
    struct node loud = node_of(1), calm = node_of(2), owner = node_of(9);
    const struct en_net_peer list[2] = { loud.peer, calm.peer };
    struct en_net_identity id = identity_of(&loud);
    struct raw raw[EN_NET_CONNS_OF + 2];
    struct en_net_request *first[2];
    struct caller caller;
    struct door door;
    struct en_err why;
    unsigned full = 0, gone = 0;

    (void)state;
    door_open(&door, &owner, list, 2, NULL);
    for (size_t i = 0; i < 2; i++) {
        assert_true(raw_open(&raw[i], &door, &id, TLS13) && raw_say(&raw[i], BUNDLE));
        first[i] = request_of(door.server);
    }
    for (size_t i = 2; i < COUNT(raw); i++) {
        int status = raw_open(&raw[i], &door, &id, TLS13) && raw_say(&raw[i], BUNDLE) ? raw_status(&raw[i]) : 0;

        full += status == 503;
        gone += status == 0;
    }
    assert_int_equal(full + gone, COUNT(raw) - 2);
    assert_true(full >= 2);
    caller_open(&caller, &calm, &owner.peer, 1);
    send_to(&caller, owner.peer.id, door.text, "calm", 4);
    answer(&door, 200);
    assert_int_equal(result_of(caller.client).status, 200);
    for (size_t i = 0; i < 2; i++) {
        en_net_server_answer(door.server, first[i], &(struct en_net_answer){ .status = 200 });
        assert_int_equal(raw_status(&raw[i]), 200);
    }
    for (size_t i = 0; i < COUNT(raw); i++)
        raw_close(&raw[i]);
    (void)en_net_server_refused(door.server, &why);
    caller_close(&caller);
    door_close(&door);
    en_net_identity_release(&id);
}

/* Idle connections of a partner, left by its crashes, make room for its next one. */
static void
test_old_connections_make_room(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct raw raw[3 * EN_NET_CONNS_OF];
    struct door door;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    for (size_t i = 0; i < COUNT(raw); i++) {
        assert_true(raw_open(&raw[i], &door, &id, TLS13));
        assert_true(raw_say(&raw[i], BUNDLE));
        answer(&door, 200);
        assert_int_equal(raw_status(&raw[i]), 200);
    }
    for (size_t i = 0; i < COUNT(raw); i++)
        raw_close(&raw[i]);
    door_close(&door);
    en_net_identity_release(&id);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void
test_a_stop_sends_everybody_away(void **state)
{
    struct node known = node_of(1), owner = node_of(9);
    struct en_net_identity id = identity_of(&known);
    struct raw waiting, taken, reading;
    struct door door;

    (void)state;
    door_open(&door, &owner, &known.peer, 1, NULL);
    assert_true(raw_open(&taken, &door, &id, TLS13) && raw_say(&taken, BUNDLE));
    assert_non_null(request_of(door.server));
    assert_null(en_net_server_take(door.server));
    assert_true(raw_open(&waiting, &door, &id, TLS13) && raw_say(&waiting, BUNDLE));
    assert_true(readable(en_net_server_fd(door.server), 3000));
    assert_true(raw_open(&reading, &door, &id, TLS13));
    assert_true(raw_say(&reading, "POST /entente/1/bundle HTTP/1.1\r\nHost: x\r\nContent-Le"));
    door_close(&door);
    assert_int_equal(raw_status(&taken), 503);
    assert_int_equal(raw_status(&waiting), 503);
    assert_int_equal(raw_status(&reading), 0);
    raw_close(&taken);
    raw_close(&waiting);
    raw_close(&reading);
    en_net_identity_release(&id);
}

static void
test_where_nobody_can_listen(void **state)
{
    static const char *const rows[] = {
        "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", ":1", "[::1:5", "127.0.0.1:99999"
    };
    struct node owner = node_of(9);
    struct en_net_identity id = identity_of(&owner);
    struct en_net_server_options o = { .now = real_now, .limits = en_net_limits_usual };
    struct en_net_server *s;

    (void)state;
    o.peers = en_net_peers_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i]);
        o.listen = rows[i];
        ROW_TRUE(en_net_server_new(&o, &id, &s, NULL) != EN_OK);
        ROW_TRUE(s == NULL);
    }
    en_net_peers_free(o.peers);
    en_net_identity_release(&id);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strangers_end_in_the_handshake),
        cmocka_unit_test(test_a_copied_certificate),
        cmocka_unit_test(test_what_is_no_tls),
        cmocka_unit_test(test_what_is_not_taken_is_refused_before_its_body),
        cmocka_unit_test(test_one_who_is_cut_while_connected),
        cmocka_unit_test(test_one_whose_key_is_another_now),
        cmocka_unit_test(test_slow_senders),
        cmocka_unit_test(test_a_crowd_of_strangers),
        cmocka_unit_test(test_a_partner_that_floods),
        cmocka_unit_test(test_old_connections_make_room),
        cmocka_unit_test(test_a_stop_sends_everybody_away),
        cmocka_unit_test(test_where_nobody_can_listen),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
