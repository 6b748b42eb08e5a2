#include "net_nodes.h"

#include <gnutls/x509.h>

/* The certificate of an identity as it goes over the wire. */
static en_bytes
der_of(const struct en_net_identity *id, struct en_buf *out)
{
    const gnutls_datum_t pem = { (unsigned char *)id->cert.p, (unsigned)id->cert.n };
    gnutls_datum_t der = { NULL, 0 };
    gnutls_x509_crt_t crt;

    assert_int_equal(gnutls_x509_crt_init(&crt), 0);
    assert_int_equal(gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM), 0);
    assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der), 0);
    en_buf_reset(out);
    en_buf_add(out, der.data, der.size);
    gnutls_free(der.data);
    gnutls_x509_crt_deinit(crt);
    return en_buf_bytes(out);
}

static void
test_whose_it_is(void **state)
{
    static const struct {
        const char *what;
        uint8_t says, signs; /* seeds */
        bool known, cut;
        en_time from, until; /* from now */
        en_errc rc;
    } rows[] = {
        { "good", 1, 1, true, false, -EN_TIME_HOUR, EN_TIME_DAY, EN_OK },
        { "of nobody that is known", 1, 1, false, false, -EN_TIME_HOUR, EN_TIME_DAY, EN_E_NOT_FOUND },
        { "of one that is cut", 1, 1, true, true, -EN_TIME_HOUR, EN_TIME_DAY, EN_E_RULE },
        { "somebody else's key", 1, 2, true, false, -EN_TIME_HOUR, EN_TIME_DAY, EN_E_INTEGRITY },
        { "expired", 1, 1, true, false, -EN_TIME_DAY, -EN_TIME_HOUR, EN_E_RULE },
        { "of tomorrow", 1, 1, true, false, EN_TIME_HOUR, EN_TIME_DAY, EN_E_RULE },
        { "a clock that is five minutes wrong", 1, 1, true, false, 5 * 60 * EN_TIME_SECOND, EN_TIME_DAY, EN_OK },
        { "good for years", 1, 1, true, false, -EN_TIME_HOUR, 400 * EN_TIME_DAY, EN_E_RULE },
    };
    struct en_buf der = EN_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct node says = node_of(rows[i].says), signs = node_of(rows[i].signs);
        struct en_net_claim claim = claim_of(&says, real_now() + rows[i].from, real_now() + rows[i].until), got;
        struct en_net_peers *peers = en_net_peers_new();
        struct en_net_identity id;

        ROW(i, rows[i].what);
        says.peer.cut = rows[i].cut;
        en_net_peers_set(peers, &says.peer, rows[i].known ? 1 : 0);
        ROW_INT(en_net_identity_make(&claim, &signs.key, &id, NULL), EN_OK);
        ROW_INT(en_net_cert_check(der_of(&id, &der), peers, real_now(), &got, NULL), rows[i].rc);
        ROW_STR(got.partner, says.peer.id);
        ROW_INT(got.from, claim.from);
        ROW_INT(got.until, claim.until);
        en_net_identity_release(&id);
        en_net_peers_free(peers);
    }
    en_buf_release(&der);
}

/* A certificate with one bit turned is nobody's, but where it only says what counts for nothing here. */
static void
test_no_bit_can_be_turned(void **state)
{
    struct node a = node_of(1);
    struct en_net_identity id = identity_of(&a);
    struct en_net_peers *peers = en_net_peers_new();
    struct en_buf der = EN_BUF_INIT;
    unsigned passed = 0;
    struct en_net_claim got;

    (void)state;
    en_net_peers_set(peers, &a.peer, 1);
    assert_int_equal(en_net_cert_check(der_of(&id, &der), peers, real_now(), &got, NULL), EN_OK);
    for (size_t i = 0; i < der.n; i++) {
        der.p[i] = (char)(der.p[i] ^ 1);
        if (en_net_cert_check(en_buf_bytes(&der), peers, real_now(), &got, NULL) == EN_OK) {
            passed++;
            assert_string_equal(got.partner, a.peer.id);
        }
        der.p[i] = (char)(der.p[i] ^ 1);
    }
    assert_in_range(passed, 64, 64 + 128); /* the self-signature; serial, names and usage, which say nothing to us */
    for (size_t n = 0; n < der.n; n++)
        assert_int_not_equal(en_net_cert_check(en_bytes_from(der.p, n), peers, real_now(), &got, NULL), EN_OK);
    en_buf_release(&der);
    en_net_identity_release(&id);
    en_net_peers_free(peers);
}

/* The message with another purpose is nothing: a key's signature over a session cannot become a certificate. */
static void
test_the_message(void **state)
{
    struct en_net_claim c = { .partner = "0123456789abcdef", .from = 0, .until = EN_TIME_DAY };
    const uint8_t spki[32] = { 0xab };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    en_net_claim_message(&c, spki, &b);
    en_buf_addc(&b, '\0');
    assert_string_equal(b.p, "entente-tls/1\npartner 0123456789abcdef\n"
                             "key ab00000000000000000000000000000000000000000000000000000000000000\n"
                             "from 1970-01-01T00:00:00.000Z\nuntil 1970-01-02T00:00:00.000Z\n");
    en_buf_release(&b);
    assert_string_equal(en_purpose_word(EN_PURPOSE_TLS), "entente-tls");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_it_is),
        cmocka_unit_test(test_no_bit_can_be_turned),
        cmocka_unit_test(test_the_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
