#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/proto.h"

static void
test_a_frame_is_taken_when_it_is_whole(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    en_bytes payload;
    uint8_t type;
    size_t used;

    (void)state;
    en_record_write(EN_BYTES_LIT("{}"), &b);
    assert_int_equal(b.n, 7);
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(en_frame_next(en_bytes_from(b.p, n), 100, &type, &payload, &used, NULL), EN_E_NO);
    en_buf_addc(&b, 'x'); /* the next one begins */
    assert_int_equal(en_frame_next(en_buf_bytes(&b), 100, &type, &payload, &used, NULL), EN_OK);
    assert_int_equal(type, EN_FRAME_RECORD);
    assert_int_equal(used, 7);
    assert_true(en_bytes_eq(payload, EN_BYTES_LIT("{}")));
    /* Longer than allowed is refused as soon as its length is known, and not waited for. */
    assert_int_equal(en_frame_next(en_bytes_from(b.p, 5), 1, &type, &payload, &used, NULL), EN_E_LIMIT);
    assert_int_equal(en_frame_next(EN_BYTES_LIT("\0\0\0\0A"), 100, &type, &payload, &used, NULL), EN_E_LIMIT);
    en_buf_release(&b);
}

static en_bytes
payload_of(const struct en_buf *b)
{
    return en_bytes_from(b->p + 5, b->n - 5);
}

static void
test_a_request_comes_back_and_its_hash_is_that_of_the_payload(void **state)
{
    const struct en_act_input inputs[] = { { .name = EN_TEXT_LIT("sdn.csv") }, { .name = EN_TEXT_LIT("alt.csv") } };
    const struct en_act_request rq = { .act = EN_TEXT_LIT("import"),
                                       .args = EN_BYTES_LIT("{\"source\":\"s\"}"),
                                       .inputs = inputs,
                                       .n_inputs = 2,
                                       .rehearse = EN_TIME_NONE };
    uint8_t asked[EN_SHA256_LEN], sent[EN_SHA256_LEN];
    struct en_buf b = EN_BUF_INIT;
    struct en_wire_request x;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 4096);
    en_request_write(&rq, &b);
    assert_int_equal(en_request_read(payload_of(&b), &a, &x, NULL), EN_OK);
    assert_true(en_text_is(x.act, "import"));
    assert_true(en_bytes_eq(x.args, rq.args));
    assert_int_equal(x.rehearse, EN_TIME_NONE);
    assert_int_equal(x.n_files, 2);
    assert_true(en_text_is(x.files[1], "alt.csv"));
    en_act_request_hash(&rq, asked);
    en_sha256(payload_of(&b), sent);
    assert_memory_equal(asked, sent, sizeof asked);
    en_buf_release(&b);
    en_arena_release(&a);
}

static void
test_every_payload_is_refused_when_it_is_cut_or_has_something_behind_it(void **state)
{
    static const uint8_t zeros[64];
    struct en_buf b = EN_BUF_INIT;
    struct en_err why = { .code = EN_E_SECOND, .pos = 3, .line = 4, .text = "a second person answers next" };
    struct en_auth auth = { EN_TEXT_LIT("anna"), { zeros, 64 } };
    struct en_hello hello = { 1, { zeros, EN_CHALLENGE_LEN } };
    struct en_sign sign = { EN_TEXT_LIT("read"), { zeros, EN_NONCE_LEN }, EN_BYTES_LIT("{}") };
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 65536);
    for (int kind = 0; kind < 4; kind++) {
        en_buf_reset(&b);
        if (kind == 0)
            en_auth_write(&auth, &b);
        else if (kind == 1)
            en_hello_write(&hello, &b);
        else if (kind == 2)
            en_sign_write(&sign, &b);
        else
            en_end_write(EN_E_SECOND, &why, &b);
        en_buf_addc(&b, '\0');
        for (size_t n = 0; n <= b.n - 5; n++) {
            en_bytes in = en_bytes_from(b.p + 5, n);
            struct en_auth auth_out;
            struct en_hello hello_out;
            struct en_sign sign_out;
            struct en_end end_out;
            en_errc want = n == b.n - 6 ? EN_OK : EN_E_INPUT;
            en_errc got = kind == 0   ? en_auth_read(in, &auth_out, NULL)
                          : kind == 1 ? en_hello_read(in, &hello_out, NULL)
                          : kind == 2 ? en_sign_read(in, &sign_out, NULL)
                                      : en_end_read(in, &a, &end_out, NULL);

            assert_int_equal(got, want);
        }
    }
    en_buf_release(&b);
    en_arena_release(&a);
}

static void
test_how_an_act_ended_comes_back_whole(void **state)
{
    struct en_err why = { .code = EN_E_INPUT, .pos = 812, .line = 3, .text = "a date is expected" };
    struct en_buf b = EN_BUF_INIT;
    struct en_end x;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 4096);
    for (unsigned code = EN_OK; code <= EN_E_BUG; code++) {
        en_buf_reset(&b);
        en_end_write((en_errc)code, &why, &b);
        assert_int_equal(en_end_read(payload_of(&b), &a, &x, NULL), EN_OK);
        assert_int_equal(x.code, code);
        assert_int_equal(x.pos, 812);
        assert_int_equal(x.line, 3);
        assert_true(en_text_is(x.text, code == EN_OK ? "" : "a date is expected"));
    }
    en_buf_release(&b);
    en_arena_release(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_frame_is_taken_when_it_is_whole),
        cmocka_unit_test(test_a_request_comes_back_and_its_hash_is_that_of_the_payload),
        cmocka_unit_test(test_every_payload_is_refused_when_it_is_cut_or_has_something_behind_it),
        cmocka_unit_test(test_how_an_act_ended_comes_back_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
