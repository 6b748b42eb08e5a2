#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/folder.h"

static char top[64];

static int
setup(void **state)
{
    (void)state;
    memcpy(top, "/tmp/entente-folder-XXXXXX", 27);
    return mkdtemp(top) != NULL ? 0 : -1;
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
    return waitpid(child, NULL, 0) == child ? 0 : -1;
}

static const char *
path(const char *name)
{
    static char p[128];
    size_t n = strlen(top);

    memcpy(p, top, n);
    p[n] = '/';
    memcpy(p + n + 1, name, strlen(name) + 1);
    return p;
}

static struct en_key
key_of(uint8_t fill)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

static void
test_a_node_is_made_once_and_found_again(void **state)
{
    struct en_folder f, again;

    (void)state;
    assert_int_equal(en_folder_open(&f, path("none"), NULL), EN_E_NOT_FOUND);
    assert_int_equal(en_folder_create(&f, path("node"), NULL), EN_OK);
    assert_int_equal(en_folder_create(&again, path("node"), NULL), EN_E_NO);
    assert_int_equal(en_folder_open(&again, path("node"), NULL), EN_OK);
    en_folder_close(&again);
    en_folder_close(&f);
    en_folder_close(&f);
}

/* A lock is of an open file: a second open of the same folder is another holder, as another process would be. */
static void
test_one_holds_the_lock(void **state)
{
    struct en_folder a, b;

    (void)state;
    assert_int_equal(en_folder_create(&a, path("node"), NULL), EN_OK);
    assert_int_equal(en_folder_open(&b, path("node"), NULL), EN_OK);
    assert_int_equal(en_folder_lock(&a, NULL), EN_OK);
    assert_int_equal(en_folder_lock(&b, NULL), EN_E_BUSY);
    en_folder_close(&a);
    assert_int_equal(en_folder_lock(&b, NULL), EN_OK);
    en_folder_close(&b);
}

static void
test_the_only_key_is_found_and_several_are_asked_about(void **state)
{
    struct en_key a = key_of(1), b = key_of(2), got;
    struct en_folder f;
    struct en_arena arena;
    en_text name;

    (void)state;
    en_arena_init(&arena, 4096);
    assert_int_equal(en_folder_create(&f, path("node"), NULL), EN_OK);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_NONE, &arena, &name, &got, NULL), EN_E_RULE);
    assert_int_equal(en_folder_key_write(&f, NULL, &a, EN_TEXT_LIT("anna"), 0, NULL), EN_OK);
    assert_int_equal(en_folder_key_write(&f, NULL, &b, EN_TEXT_LIT("anna"), 0, NULL), EN_E_NO);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_NONE, &arena, &name, &got, NULL), EN_OK);
    assert_true(en_text_is(name, "anna"));
    assert_memory_equal(got.public_key, a.public_key, 32);
    assert_int_equal(en_folder_key_write(&f, NULL, &b, EN_TEXT_LIT("berta"), 0, NULL), EN_OK);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_NONE, &arena, &name, &got, NULL), EN_E_USAGE);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("berta"), &arena, &name, &got, NULL), EN_OK);
    assert_memory_equal(got.public_key, b.public_key, 32);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("chris"), &arena, &name, &got, NULL), EN_E_NOT_FOUND);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("../x"), &arena, &name, &got, NULL), EN_E_USAGE);
    en_folder_close(&f);
    en_arena_release(&arena);
}

static void
test_a_key_that_others_can_read_or_that_is_anothers_is_refused(void **state)
{
    struct en_key a = key_of(1), got;
    struct en_folder f;
    struct en_arena arena;
    en_text name;

    (void)state;
    en_arena_init(&arena, 4096);
    assert_int_equal(en_folder_create(&f, path("node"), NULL), EN_OK);
    assert_int_equal(en_folder_key_write(&f, NULL, &a, EN_TEXT_LIT("anna"), 0, NULL), EN_OK);
    assert_int_equal(chmod(path("node/keys/anna.key"), 0640), 0);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("anna"), &arena, &name, &got, NULL), EN_E_RULE);
    assert_int_equal(chmod(path("node/keys/anna.key"), 0600), 0);
    char from[128];
    memcpy(from, path("node/keys/anna.key"), 100);
    assert_int_equal(link(from, path("node/keys/berta.key")), 0);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("berta"), &arena, &name, &got, NULL), EN_E_INPUT);
    assert_int_equal(symlink(from, path("node/keys/chris.key")), 0);
    assert_int_equal(en_folder_key_find(&f, NULL, EN_TEXT_LIT("chris"), &arena, &name, &got, NULL), EN_E_RULE);
    en_folder_close(&f);
    en_arena_release(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_node_is_made_once_and_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_holds_the_lock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_only_key_is_found_and_several_are_asked_about, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_key_that_others_can_read_or_that_is_anothers_is_refused, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
