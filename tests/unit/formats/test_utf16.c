/* UTF-16 as it streams in, and a manifest in it. */
#include "formats/utf16.h"

#include "map_test.h"

static const struct {
    const char *in;
    size_t n;
    const char *out; /* NULL: no mark */
} vectors[] = {
    { "\xff\xfe" "A\0\xe9\0", 6, "A\xc3\xa9" },
    { "\xfe\xff\0A\0\xe9", 6, "A\xc3\xa9" },
    { "\xff\xfe\x3d\xd8\x00\xde", 6, "\xf0\x9f\x98\x80" },
    { "\xff\xfe\x3d\xd8" "A\0", 6, "\xef\xbf\xbd" "A" },
    { "\xff\xfe\x00\xde" "A\0", 6, "\xef\xbf\xbd" "A" },
    { "\xff\xfe\x3d\xd8\x3d\xd8\x00\xde", 8, "\xef\xbf\xbd\xf0\x9f\x98\x80" },
    { "\xff\xfe" "A", 3, "" },
    { "A\0B\0", 4, NULL },
};

static void
test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        for (size_t step = 1; step <= vectors[i].n; step++) {
            struct en_utf16 u = { 0 };
            struct en_buf out = EN_BUF_INIT;
            bool good = true;

            for (size_t at = 0; at < vectors[i].n; at += step)
                good = good && en_utf16_feed(&u,
                                             en_bytes_from(vectors[i].in + at,
                                                           vectors[i].n - at < step ? vectors[i].n - at : step),
                                             &out);
            assert_int_equal(good, vectors[i].out != NULL);
            if (good) {
                assert_int_equal(out.n, strlen(vectors[i].out));
                if (out.n)
                    assert_memory_equal(out.p, vectors[i].out, out.n);
            }
            en_buf_release(&out);
        }
}

static void
test_manifest(void **state)
{
    static const char map[] = "entente-map 1\n[file]\nencoding = utf-16\ndelimiter = tab\n[columns]\nname = Nom\n";
    static const char in[] = "\xff\xfeN\0o\0m\0\t\0X\0\r\0\n\0R\0e\0n\0\xe9\0\t\0\"\0a\0\n\0b\0\"\0\r\0\n\0";
    struct mapped m;

    (void)state;
    for (size_t step = 1; step < sizeof in; step++) {
        mapped_read(map, en_bytes_from(in, sizeof in - 1), step, &m);
        assert_int_equal(m.rc, EN_OK);
        assert_non_null(strstr(m.lines.p, "\"full\":\"Ren\xc3\xa9\""));
        assert_string_equal(m.codes.p, "column 1;text-control 1;");
        mapped_free(&m);
    }
    mapped_read(map, EN_BYTES_LIT("Nom\tX\n"), 9, &m);
    assert_int_equal(m.rc, EN_E_INPUT);
    mapped_free(&m);
    mapped_read(map, EN_BYTES_LIT("\xff\xfeN\0o\0m\0\n\0A\0B"), 9, &m);
    assert_string_equal(m.codes.p, "utf16-cut 1;");
    mapped_free(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_manifest),
    };

    return cmocka_run_group_tests_name("formats/utf16", tests, NULL, NULL);
}
