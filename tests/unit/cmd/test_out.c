#include "../harness.h"

#include <fcntl.h>

#include "cmd/out.h"

static void
collects_and_writes(void **state)
{
    struct en_buf line = EN_BUF_INIT;
    struct en_out o;
    char got[256];
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    en_out_init(&o, fds[1]);
    assert_false(o.terminal);
    assert_false(o.colour);
    en_out_str(&o, "one ");
    en_out_text(&o, EN_TEXT_LIT("two "));
    en_out_f(&o, "%d\n", 3);
    en_out_style(&o, EN_STYLE_BOLD);
    en_buf_add_str(&line, "{}");
    en_out_line(&o, &line);
    assert_int_equal(en_out_flush(&o, NULL), EN_OK);
    assert_int_equal(read(fds[0], got, sizeof got), 13);
    assert_memory_equal(got, "one two 3\n{}\n", 13);
    assert_int_equal(en_out_flush(&o, NULL), EN_OK);
    en_buf_release(&line);
    en_out_release(&o);
    close(fds[0]);
    close(fds[1]);
}

static void
a_failed_write_is_remembered(void **state)
{
    struct en_err err = EN_ERR_INIT;
    struct en_out o;
    int fd = open("/dev/full", O_WRONLY);

    (void)state;
    assert_true(fd >= 0);
    en_out_init(&o, fd);
    assert_false(en_out_failed(&o));
    for (int i = 0; i < 20000; i++)
        en_out_str(&o, "0123456789");
    assert_true(en_out_failed(&o)); /* seen as soon as the buffer spilled */
    assert_int_equal(en_out_flush(&o, &err), EN_E_STORAGE);
    assert_non_null(strstr(err.text, "No space left"));
    assert_int_equal(en_out_flush(&o, NULL), EN_E_STORAGE);
    assert_true(o.buf.cap < 1 << 20); /* later output is dropped, not kept */
    en_out_release(&o);
    close(fd);
}

static void
colours_are_asked_of_the_environment(void **state)
{
    static const struct {
        const char *no, *force;
        bool colour;
    } rows[] = {
        { NULL, NULL, false }, { NULL, "1", true }, { NULL, "0", false }, { NULL, "", false }, { "1", "1", false },
        { "", "1", true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_out o;
        int fd = open("/dev/null", O_WRONLY);

        unsetenv("NO_COLOR");
        unsetenv("CLICOLOR_FORCE");
        if (rows[i].no != NULL)
            setenv("NO_COLOR", rows[i].no, 1);
        if (rows[i].force != NULL)
            setenv("CLICOLOR_FORCE", rows[i].force, 1);
        ROW(i, "colour");
        en_out_init(&o, fd);
        ROW_INT(o.colour, rows[i].colour);
        en_out_release(&o);
        close(fd);
    }
}

static void
columns(void **state)
{
    static const struct {
        const char *in;
        size_t columns;
    } rows[] = {
        { "", 0 },
        { "abc", 3 },
        { "Jos\xC3\xA9", 4 },
        { "q\xCC\xA3", 1 },
        { "\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E", 6 },
        { "\xEA\xB9\x80", 2 },
        { "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE", 3 },
        { "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", 4 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].in);
        ROW_INT(en_text_columns(en_text_from_ours(rows[i].in)), rows[i].columns);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collects_and_writes),
        cmocka_unit_test(a_failed_write_is_remembered),
        cmocka_unit_test(colours_are_asked_of_the_environment),
        cmocka_unit_test(columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
