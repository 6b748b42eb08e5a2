#include "net_nodes.h"

static void
test_a_bundle_goes_and_its_answer_comes(void **state)
{
    struct node a = node_of(1), b = node_of(2);
    struct en_net_request *rq;
    struct en_net_result r;
    struct caller caller;
    struct door door;

    (void)state;
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, &b.peer, 1);
    for (int i = 0; i < 3; i++) { /* the later ones on the connection that stands */
        send_to(&caller, b.peer.id, door.text, "sealed", 6);
        rq = request_of(door.server);
        assert_int_equal(rq->kind, EN_NET_BUNDLE);
        assert_string_equal(rq->from, a.peer.id);
        assert_true(en_bytes_eq(rq->body, EN_BYTES_LIT("sealed")));
        en_net_server_answer(door.server, rq,
                             &(struct en_net_answer){ .status = i == 2 ? 400 : 200, .word = i == 2 ? "seal" : NULL });
        r = result_of(caller.client);
        assert_int_equal(r.how, EN_NET_ANSWERED);
        assert_int_equal(r.status, i == 2 ? 400 : 200);
        assert_string_equal(r.word, i == 2 ? "seal" : "");
        assert_int_equal(r.tag, 7);
        assert_string_equal(r.to, b.peer.id);
    }
    caller_close(&caller);
    door_close(&door);
}

static void
test_what_is_fetched_has_a_ticket(void **state)
{
    struct node a = node_of(1), b = node_of(2);
    const size_t long_one = 3u * EN_MIB;
    struct en_buf content = EN_BUF_INIT;
    struct en_net_request *rq;
    struct en_net_result r;
    struct caller caller;
    struct door door;
    struct en_net_job job = { .tag = 1, .kind = EN_NET_FETCH, .n_addresses = 1, .got = 41 };

    (void)state;
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, &b.peer, 1);
    memcpy(job.to, b.peer.id, sizeof job.to);
    job.addresses = &door.text;
    assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    rq = request_of(door.server);
    assert_int_equal(rq->kind, EN_NET_FETCH);
    assert_int_equal(rq->got, 41);
    assert_string_equal(rq->word, "");
    for (size_t i = 0; i < long_one; i++)
        en_buf_addc(&content, (char)i);
    en_net_server_answer(door.server, rq, &(struct en_net_answer){ .status = 200, .body = &content, .ticket = 42 });
    assert_null(content.p);
    r = result_of(caller.client);
    assert_int_equal(r.how, EN_NET_ANSWERED);
    assert_int_equal(r.ticket, 42);
    assert_int_equal(r.body.n, long_one);
    assert_int_equal((uint8_t)r.body.p[1000001], (uint8_t)1000001);
    en_buf_release(&r.body);
    job.got = 42;
    job.got_word = "seal";
    assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    rq = request_of(door.server);
    assert_int_equal(rq->got, 42);
    assert_string_equal(rq->word, "seal");
    en_net_server_answer(door.server, rq, &(struct en_net_answer){ .status = 204 });
    r = result_of(caller.client);
    assert_int_equal(r.status, 204);
    assert_int_equal(r.body.n, 0);
    caller_close(&caller);
    door_close(&door);
}

static void
test_to_say_that_one_is_here(void **state)
{
    struct node a = node_of(1), b = node_of(2);
    struct en_net_job job = { .tag = 3, .kind = EN_NET_HERE, .n_addresses = 1 };
    struct en_net_request *rq;
    struct en_net_result r;
    struct caller caller;
    struct door door;

    (void)state;
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, &b.peer, 1);
    memcpy(job.to, b.peer.id, sizeof job.to);
    job.addresses = &door.text;
    assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    rq = request_of(door.server);
    assert_int_equal(rq->kind, EN_NET_HERE);
    assert_string_equal(rq->from, a.peer.id);
    en_net_server_answer(door.server, rq, &(struct en_net_answer){ .status = 204 });
    r = result_of(caller.client);
    assert_int_equal(r.kind, EN_NET_HERE);
    assert_int_equal(r.status, 204);
    caller_close(&caller);
    door_close(&door);
}

/* B is meant and C answers: a partner, a stranger, and B itself with an old key. Nothing is sent to any of them. */
static void
test_somebody_else_at_the_address_gets_nothing(void **state)
{
    struct node a = node_of(1), b = node_of(2), c = node_of(3);
    const struct en_net_peer both[2] = { b.peer, c.peer };

    (void)state;
    for (int row = 0; row < 3; row++) {
        struct node owner = row == 2 ? b : c;
        struct en_net_result r;
        struct caller caller;
        struct en_err err;
        struct door door;

        if (row == 2)
            owner.key = node_of(9).key; /* says that it is B, with another key */
        door_open(&door, &owner, &a.peer, 1, NULL);
        caller_open(&caller, &a, both, row == 1 ? 1 : 2);
        send_to(&caller, b.peer.id, door.text, "sealed", 6);
        r = result_of(caller.client);
        assert_int_equal(r.how, EN_NET_OTHER);
        assert_int_not_equal(r.err.code, EN_OK);
        assert_false(readable(en_net_server_fd(door.server), 200));
        assert_null(en_net_server_take(door.server));
        (void)en_net_server_refused(door.server, &err);
        caller_close(&caller);
        door_close(&door);
    }
}

/* A connection to C stands; a request for B must not go over it. */
static void
test_a_connection_that_stands_is_asked_again(void **state)
{
    struct node a = node_of(1), b = node_of(2), c = node_of(3);
    const struct en_net_peer both[2] = { b.peer, c.peer };
    struct caller caller;
    struct door door;

    (void)state;
    door_open(&door, &c, &a.peer, 1, NULL);
    caller_open(&caller, &a, both, 2);
    send_to(&caller, c.peer.id, door.text, "for c", 5);
    en_net_server_answer(door.server, request_of(door.server), &(struct en_net_answer){ .status = 200 });
    assert_int_equal(result_of(caller.client).status, 200);
    send_to(&caller, b.peer.id, door.text, "for b", 5);
    assert_int_equal(result_of(caller.client).how, EN_NET_OTHER);
    assert_false(readable(en_net_server_fd(door.server), 200) && en_net_server_take(door.server) != NULL);
    caller_close(&caller);
    door_close(&door);
}

static void
test_the_next_address_is_tried(void **state)
{
    struct node a = node_of(1), b = node_of(2), c = node_of(3);
    const struct en_net_peer both[2] = { b.peer, c.peer };
    struct en_net_result r;
    struct caller caller;
    struct door wrong, right;
    struct en_net_job job = { .tag = 2, .kind = EN_NET_BUNDLE, .n_addresses = 3 };
    en_text addresses[3] = { EN_TEXT_LIT("https://127.0.0.1:1") };

    (void)state;
    door_open(&wrong, &c, &a.peer, 1, NULL);
    door_open(&right, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, both, 2);
    addresses[1] = wrong.text;
    addresses[2] = right.text;
    memcpy(job.to, b.peer.id, sizeof job.to);
    job.addresses = addresses;
    en_buf_add_str(&job.body, "sealed");
    assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    en_net_server_answer(right.server, request_of(right.server), &(struct en_net_answer){ .status = 200 });
    r = result_of(caller.client);
    assert_int_equal(r.how, EN_NET_ANSWERED);
    assert_null(en_net_server_take(wrong.server));
    job.n_addresses = 1;
    job.body = (struct en_buf)EN_BUF_INIT;
    assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    r = result_of(caller.client);
    assert_int_equal(r.how, EN_NET_UNREACHED);
    caller_close(&caller);
    door_close(&wrong);
    door_close(&right);
}

static void
test_so_many_at_a_time(void **state)
{
    struct node a = node_of(1), b = node_of(2);
    en_text nowhere = EN_TEXT_LIT("https://127.0.0.1:1");
    struct en_net_job job = { .kind = EN_NET_FETCH, .addresses = &nowhere, .n_addresses = 1 };
    struct caller caller;
    unsigned n = 0, results = 0;

    (void)state;
    caller_open(&caller, &a, &b.peer, 1);
    memcpy(job.to, b.peer.id, sizeof job.to);
    while (n < 2 * EN_NET_JOBS_MAX && en_net_client_start(caller.client, &job, NULL) == EN_OK)
        n++;
    assert_true(n >= EN_NET_JOBS_MAX);
    for (unsigned i = 0; i < n; i++)
        results += result_of(caller.client).how == EN_NET_UNREACHED;
    assert_int_equal(results, n);
    /* Given up while at work, and while waiting to be taken. */
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(en_net_client_start(caller.client, &job, NULL), EN_OK);
    caller_close(&caller);
}

/* A fresh certificate while connections stand: those who knew the old one are reached with the new one. */
static void
test_a_new_certificate(void **state)
{
    struct node a = node_of(1), b = node_of(2);
    struct en_net_identity fresh_a = identity_of(&a), fresh_b = identity_of(&b);
    struct caller caller;
    struct door door;

    (void)state;
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, &b.peer, 1);
    for (int i = 0; i < 3; i++) {
        send_to(&caller, b.peer.id, door.text, "x", 1);
        en_net_server_answer(door.server, request_of(door.server), &(struct en_net_answer){ .status = 200 });
        assert_int_equal(result_of(caller.client).status, 200);
        assert_int_equal(en_net_client_identity(caller.client, &fresh_a, NULL), EN_OK);
        assert_int_equal(en_net_server_identity(door.server, &fresh_b, NULL), EN_OK);
    }
    caller_close(&caller);
    door_close(&door);
    en_net_identity_release(&fresh_a);
    en_net_identity_release(&fresh_b);
}

/* A has gone on to its next key and B has its card of before: each says what is to be done, and about whom. */
static void
test_a_key_went_on_and_the_card_did_not(void **state)
{
    struct node a = node_of(1), b = node_of(2), later = node_of(4);
    struct en_err why = EN_ERR_INIT;
    struct en_net_result r;
    struct caller caller;
    struct door door;

    (void)state;
    memcpy(later.peer.id, a.peer.id, sizeof later.peer.id);
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &later, &b.peer, 1);
    send_to(&caller, b.peer.id, door.text, "x", 1);
    r = result_of(caller.client);
    assert_int_equal(r.how, EN_NET_UNREACHED);
    assert_non_null(strstr(r.err.text, b.peer.id));
    assert_non_null(strstr(r.err.text, "entente partner card"));
    assert_int_equal(en_net_server_refused(door.server, &why), 1);
    assert_non_null(strstr(why.text, a.peer.id));
    assert_non_null(strstr(why.text, "entente partner update"));
    caller_close(&caller);
    /* And the other way round: B is called by who has another key of it. */
    caller_open(&caller, &a, &later.peer, 1);
    en_net_peers_set(caller.peers, &(struct en_net_peer){ 0 }, 0);
    memcpy(later.peer.id, b.peer.id, sizeof later.peer.id);
    en_net_peers_set(caller.peers, &later.peer, 1);
    send_to(&caller, b.peer.id, door.text, "x", 1);
    r = result_of(caller.client);
    assert_int_equal(r.how, EN_NET_OTHER);
    assert_non_null(strstr(r.err.text, "entente partner update"));
    caller_close(&caller);
    door_close(&door);
}

/* B goes on to its next key while a connection to it stands: that one is not used, and another is made. */
static void
test_the_partner_has_another_key(void **state)
{
    struct node a = node_of(1), b = node_of(2), later = node_of(4);
    struct en_net_identity fresh;
    struct caller caller;
    struct door door;

    (void)state;
    memcpy(later.peer.id, b.peer.id, sizeof later.peer.id);
    fresh = identity_of(&later);
    door_open(&door, &b, &a.peer, 1, NULL);
    caller_open(&caller, &a, &b.peer, 1);
    send_to(&caller, b.peer.id, door.text, "x", 1);
    en_net_server_answer(door.server, request_of(door.server), &(struct en_net_answer){ .status = 200 });
    assert_int_equal(result_of(caller.client).status, 200);
    assert_int_equal(en_net_server_identity(door.server, &fresh, NULL), EN_OK);
    en_net_peers_set(caller.peers, &later.peer, 1);
    send_to(&caller, b.peer.id, door.text, "x", 1);
    en_net_server_answer(door.server, request_of(door.server), &(struct en_net_answer){ .status = 200 });
    assert_int_equal(result_of(caller.client).status, 200);
    caller_close(&caller);
    door_close(&door);
    en_net_identity_release(&fresh);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bundle_goes_and_its_answer_comes),
        cmocka_unit_test(test_what_is_fetched_has_a_ticket),
        cmocka_unit_test(test_to_say_that_one_is_here),
        cmocka_unit_test(test_somebody_else_at_the_address_gets_nothing),
        cmocka_unit_test(test_a_connection_that_stands_is_asked_again),
        cmocka_unit_test(test_the_next_address_is_tried),
        cmocka_unit_test(test_so_many_at_a_time),
        cmocka_unit_test(test_a_new_certificate),
        cmocka_unit_test(test_a_key_went_on_and_the_card_did_not),
        cmocka_unit_test(test_the_partner_has_another_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
