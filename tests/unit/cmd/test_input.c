#include "../harness.h"

#include "cmd/input.h"

static char dir[] = "/tmp/entente-input-XXXXXX";

static int
make(void **state)
{
    (void)state;
    return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
clean(void **state)
{
    char path[64];

    (void)state;
    snprintf(path, sizeof path, "%s/file", dir);
    unlink(path);
    return rmdir(dir);
}

static const char *
file_of(size_t n)
{
    static char path[64];
    FILE *f;

    snprintf(path, sizeof path, "%s/file", dir);
    f = fopen(path, "wb");
    assert_non_null(f);
    for (size_t i = 0; i < n; i++)
        fputc((int)('a' + i % 26), f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void
reads_whole_files_up_to_a_limit(void **state)
{
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 200000 };

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        const char *path = file_of(sizes[i]);
        struct en_buf b = EN_BUF_INIT;
        struct en_err err = EN_ERR_INIT;

        ROW(i, "size");
        ROW_INT(en_input_all(path, sizes[i], &b, &err), EN_OK);
        ROW_INT(b.n, sizes[i]);
        for (size_t k = 0; k < b.n; k++)
            ROW_INT(b.p[k], 'a' + k % 26);
        if (sizes[i] > 0) {
            ROW_INT(en_input_all(path, sizes[i] - 1, &b, &err), EN_E_LIMIT);
            ROW_INT(err.pos, sizes[i] - 1);
        }
        en_buf_release(&b);
    }
}

static void
what_cannot_be_read(void **state)
{
    struct en_input in;
    struct en_err err = EN_ERR_INIT;
    char missing[64];

    (void)state;
    snprintf(missing, sizeof missing, "%s/missing", dir);
    assert_int_equal(en_input_open(&in, missing, &err), EN_E_NOT_FOUND);
    assert_null(strstr(err.text, "missing"));
    en_input_close(&in);
    assert_int_equal(en_input_open(&in, dir, &err), EN_E_STORAGE);
    en_input_close(&in);
    en_input_close(&in);
}

static void
knows_the_size_of_a_file(void **state)
{
    struct en_input in;
    char p[8];
    size_t n = 0;

    (void)state;
    assert_int_equal(en_input_open(&in, file_of(5), NULL), EN_OK);
    assert_int_equal(in.size, 5);
    assert_int_equal(en_input_read(&in, p, sizeof p, &n, NULL), EN_OK);
    assert_int_equal(n, 5);
    assert_int_equal(en_input_read(&in, p, sizeof p, &n, NULL), EN_OK);
    assert_int_equal(n, 0);
    en_input_close(&in);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_files_up_to_a_limit),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(knows_the_size_of_a_file),
    };

    return cmocka_run_group_tests(tests, make, clean);
}
