#include "net_nodes.h"

static void
test_who_is_known_and_who_is_cut(void **state)
{
    struct node a = node_of(1), b = node_of(2), c = node_of(3);
    struct en_net_peer list[2] = { a.peer, b.peer };
    struct en_net_peers *p = en_net_peers_new();
    uint8_t key[EN_SEAL_PUBLIC_LEN];

    (void)state;
    assert_int_equal(en_net_peers_find(p, a.peer.id, NULL, NULL), EN_E_NOT_FOUND);
    list[1].cut = true;
    en_net_peers_set(p, list, 2);
    assert_int_equal(en_net_peers_find(p, a.peer.id, key, NULL), EN_OK);
    assert_memory_equal(key, a.key.public_key, sizeof key);
    assert_int_equal(en_net_peers_find(p, b.peer.id, key, NULL), EN_E_RULE);
    assert_int_equal(en_net_peers_find(p, c.peer.id, key, NULL), EN_E_NOT_FOUND);
    en_net_peers_set(p, NULL, 0);
    assert_int_equal(en_net_peers_find(p, a.peer.id, key, NULL), EN_E_NOT_FOUND);
    en_net_peers_free(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_who_is_known_and_who_is_cut) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
