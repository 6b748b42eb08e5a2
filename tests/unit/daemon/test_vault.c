#include <fcntl.h>
#include <sys/stat.h>

#include "../harness.h"
#include "../node_keys.h"
#include "daemon/vault.h"

static char top[64];
static struct en_folder folder;

static int
setup(void **state)
{
    (void)state;
    memcpy(top, "/tmp/entente-vault-XXXXXX", 26);
    return mkdtemp(top) != NULL && en_folder_create(&folder, top, NULL) == EN_OK ? 0 : -1;
}

static int
teardown(void **state)
{
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        execlp("rm", "rm", "-rf", top, (char *)NULL);
        _exit(1);
    }
    en_folder_close(&folder);
    return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static const char *
path(const char *name)
{
    static char p[160];

    (void)snprintf(p, sizeof p, "%s/%s", top, name);
    return p;
}

static void
write_text(const char *file, const char *text, mode_t mode)
{
    int fd = open(path(file), O_WRONLY | O_CREAT | O_TRUNC, mode);

    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
    assert_int_equal(chmod(path(file), mode), 0);
}

static struct en_node_key_file
signing_file(unsigned node)
{
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SIGNING, .created = 0 };
    struct en_key k = test_signing_key(node, 1);

    en_key_id(k.public_key, f.partner);
    memcpy(f.public_key, k.public_key, sizeof f.public_key);
    memcpy(f.secret, k.seed, sizeof f.secret);
    return f;
}

static struct en_node_key_file
sealing_file(unsigned node, int32_t month, uint8_t which)
{
    struct en_node_key_file f = signing_file(node);
    struct en_age_identity id;

    f.secret[0] ^= which;
    en_age_identity_from_seed(f.secret, &id);
    f.kind = EN_NODE_KEY_SEALING;
    f.month = month;
    memcpy(f.secret, id.secret, sizeof f.secret);
    memcpy(f.public_key, id.recipient, sizeof f.public_key);
    return f;
}

static en_errc
get(struct en_vault *v, const struct en_node_key_file *f, struct en_key *out)
{
    struct en_acts_vault rim = en_vault_lend(v);
    uint8_t digest[EN_SHA256_LEN];

    en_sha256(en_bytes_from(f->public_key, sizeof f->public_key), digest);
    return rim.signing(rim.ctx, digest, out, NULL);
}

static void
test_what_is_put_is_there(void **state)
{
    struct en_node_key_file a = signing_file(1), b = signing_file(2), seal = sealing_file(1, 680, 0);
    struct en_node_keys keys = { .number = 0 };
    struct en_acts_vault rim;
    struct en_vault v;
    struct en_key got;
    struct stat st;

    (void)state;
    en_vault_init(&v, &folder, NULL, false);
    rim = en_vault_lend(&v);
    assert_int_equal(get(&v, &a, &got), EN_E_NOT_FOUND);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_OK);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_E_NO);
    assert_int_equal(rim.put(rim.ctx, &seal, NULL), EN_OK);
    assert_int_equal(stat(path("keys/node"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(get(&v, &a, &got), EN_OK);
    assert_memory_equal(got.seed, a.secret, sizeof a.secret);
    assert_int_equal(get(&v, &b, &got), EN_E_NOT_FOUND);
    memcpy(keys.partner, a.partner, sizeof keys.partner);
    assert_int_equal(rim.sealing(rim.ctx, &keys, NULL), EN_OK);
    assert_int_equal(keys.n_sealing, 1);
    assert_int_equal(keys.month[0], 680);
    rim.drop(rim.ctx, &a);
    assert_int_equal(get(&v, &a, &got), EN_E_NOT_FOUND);
    en_vault_wipe(&v);
}

/* A making that stopped leaves sealing keys of an id that nobody knows; they are not in the way of the next one. */
static void
test_sealing_keys_of_an_abandoned_id(void **state)
{
    struct en_node_key_file old = sealing_file(1, 681, 0), other = sealing_file(2, 681, 0),
                            again = sealing_file(2, 681, 1);
    struct en_acts_vault rim;
    struct en_vault v;

    (void)state;
    en_vault_init(&v, &folder, NULL, false);
    rim = en_vault_lend(&v);
    assert_int_equal(rim.put(rim.ctx, &old, NULL), EN_OK);
    assert_int_equal(rim.put(rim.ctx, &other, NULL), EN_OK);
    assert_int_equal(rim.put(rim.ctx, &again, NULL), EN_E_NO);
    rim.drop(rim.ctx, &other);
}

static void
test_what_others_can_read_is_refused(void **state)
{
    struct en_node_key_file a = signing_file(1);
    struct en_acts_vault rim;
    struct en_vault v;
    struct en_key got;
    char name[64];

    (void)state;
    en_vault_init(&v, &folder, NULL, false);
    rim = en_vault_lend(&v);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_OK);
    (void)snprintf(name, sizeof name, "keys/node/signing-%s.key", a.partner);
    assert_int_equal(chmod(path(name), 0640), 0);
    assert_int_equal(get(&v, &a, &got), EN_E_RULE);
    assert_int_equal(chmod(path(name), 0600), 0);
    assert_int_equal(chmod(path("keys/node"), 0750), 0);
    assert_int_equal(get(&v, &a, &got), EN_E_RULE);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_E_RULE);
    assert_int_equal(chmod(path("keys/node"), 0700), 0);
    assert_int_equal(get(&v, &a, &got), EN_OK);
    rim.drop(rim.ctx, &a);
}

/* A file that holds another key than its name says. */
static void
test_a_file_under_another_name(void **state)
{
    struct en_node_key_file a = signing_file(1), b = signing_file(2);
    struct en_acts_vault rim;
    struct en_vault v;
    struct en_key got;
    char from[64], to[64], was[160];

    (void)state;
    en_vault_init(&v, &folder, NULL, false);
    rim = en_vault_lend(&v);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_OK);
    (void)snprintf(from, sizeof from, "keys/node/signing-%s.key", a.partner);
    (void)snprintf(to, sizeof to, "keys/node/signing-%s.key", b.partner);
    (void)snprintf(was, sizeof was, "%s", path(from));
    assert_int_equal(rename(was, path(to)), 0);
    assert_int_equal(get(&v, &b, &got), EN_E_INTEGRITY);
    assert_int_equal(unlink(path(to)), 0);
}

static void
test_a_passphrase(void **state)
{
    struct en_node_key_file a = signing_file(1);
    struct en_acts_vault rim;
    struct en_vault v;
    struct en_key got;

    (void)state;
    write_text("right", "correct horse\n", 0600);
    write_text("wrong", "battery staple\n", 0600);
    write_text("open", "correct horse\n", 0644);
    en_vault_init(&v, &folder, path("right"), false);
    assert_int_equal(en_vault_lock(&v, NULL), EN_OK);
    rim = en_vault_lend(&v);
    assert_int_equal(rim.put(rim.ctx, &a, NULL), EN_OK);
    assert_int_equal(get(&v, &a, &got), EN_OK);
    en_vault_init(&v, &folder, NULL, false);
    assert_int_equal(get(&v, &a, &got), EN_E_RULE);
    en_vault_init(&v, &folder, path("wrong"), false);
    assert_int_equal(get(&v, &a, &got), EN_E_RULE);
    assert_false(v.locks);
    en_vault_init(&v, &folder, path("open"), false);
    assert_int_equal(get(&v, &a, &got), EN_E_RULE);
    en_vault_init(&v, &folder, path("nothing"), false);
    assert_int_equal(get(&v, &a, &got), EN_E_STORAGE);
    en_vault_init(&v, &folder, path("right"), false);
    assert_int_equal(get(&v, &a, &got), EN_OK);
    assert_true(v.locks); /* what is put from now on is under it as well */
    en_vault_wipe(&v);
    assert_false(v.locks);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_put_is_there),
        cmocka_unit_test(test_sealing_keys_of_an_abandoned_id),
        cmocka_unit_test(test_what_others_can_read_is_refused),
        cmocka_unit_test(test_a_file_under_another_name),
        cmocka_unit_test(test_a_passphrase),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
