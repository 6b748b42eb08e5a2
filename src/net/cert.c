#include "net/cert.h"

#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/hash.h"

#define SAN_FORM   "entente:1:"
#define SAN_FORM_N (sizeof SAN_FORM - 1)
#define SAN_LEN    (SAN_FORM_N + EN_SEAL_ID_LEN + 1 + 2 * EN_SEAL_SIG_LEN)

void
en_net_claim_message(const struct en_net_claim *c, const uint8_t spki[32], struct en_buf *out)
{
    char hex[2 * EN_SHA256_LEN + 1], from[EN_TIME_RFC3339_LEN + 1], until[EN_TIME_RFC3339_LEN + 1];

    en_hex(spki, EN_SHA256_LEN, hex);
    en_time_format(c->from, from);
    en_time_format(c->until, until);
    en_buf_addf(out, "entente-tls/1\npartner %s\nkey %s\nfrom %s\nuntil %s\n", c->partner, hex, from, until);
}

/* --- ours --------------------------------------------------------------------------------------------------------- */

static int
spki_hash(gnutls_x509_crt_t crt, uint8_t out[EN_SHA256_LEN])
{
    size_t n = EN_SHA256_LEN;

    return gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, out, &n);
}

static void
write_name(const struct en_net_claim *c, const uint8_t spki[EN_SHA256_LEN], const struct en_key *signing,
           struct en_buf *out)
{
    struct en_buf message = EN_BUF_INIT;
    uint8_t sig[EN_SEAL_SIG_LEN];
    char hex[2 * EN_SEAL_SIG_LEN + 1];

    en_net_claim_message(c, spki, &message);
    en_seal_sign(signing, EN_PURPOSE_TLS, en_buf_bytes(&message), sig);
    en_hex(sig, sizeof sig, hex);
    en_buf_addf(out, SAN_FORM "%s:%s", c->partner, hex);
    en_buf_release(&message);
}

static int
add_pem(const gnutls_datum_t *x, struct en_buf *out)
{
    en_buf_add(out, x->data, x->size);
    return GNUTLS_E_SUCCESS;
}

static int
fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const struct en_net_claim *c, const struct en_key *signing)
{
    uint8_t spki[EN_SHA256_LEN], serial[16];
    struct en_buf name = EN_BUF_INIT;
    int rc = gnutls_x509_crt_set_key(crt, key);

    rc = rc < 0 ? rc : spki_hash(crt, spki);
    if (rc < 0)
        return rc;
    memcpy(serial, spki, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40); /*= RFC 5280 4.1.2.2: a positive integer */
    write_name(c, spki, signing, &name);
    rc = gnutls_x509_crt_set_version(crt, 3);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_activation_time(crt, (time_t)(c->from / EN_TIME_SECOND));
    rc = rc < 0 ? rc : gnutls_x509_crt_set_expiration_time(crt, (time_t)(c->until / EN_TIME_SECOND));
    rc = rc < 0 ? rc
                : gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, c->partner,
                                                (unsigned)strlen(c->partner));
    rc = rc < 0 ? rc
                : gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_URI, name.p, (unsigned)name.n,
                                                       GNUTLS_FSAN_SET);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
    rc = rc < 0 ? rc : gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_UNKNOWN, 0);
    en_buf_release(&name);
    return rc;
}

static int
export_both(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, struct en_net_identity *out)
{
    gnutls_datum_t pem = { NULL, 0 }, secret = { NULL, 0 };
    int rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);

    rc = rc < 0 ? rc : gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &secret);
    if (rc >= 0)
        rc = add_pem(&pem, &out->cert);
    if (rc >= 0)
        rc = add_pem(&secret, &out->key);
    if (secret.data != NULL)
        gnutls_memset(secret.data, 0, secret.size);
    gnutls_free(secret.data);
    gnutls_free(pem.data);
    return rc;
}

en_errc
en_net_identity_make(const struct en_net_claim *claim, const struct en_key *signing, struct en_net_identity *out,
                     struct en_err *err)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t crt = NULL;
    int rc = gnutls_x509_privkey_init(&key);

    *out = (struct en_net_identity){ .claim = *claim };
    rc = rc < 0 ? rc : gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 0, 0);
    rc = rc < 0 ? rc : gnutls_x509_crt_init(&crt);
    rc = rc < 0 ? rc : fill(crt, key, claim, signing);
    rc = rc < 0 ? rc : export_both(crt, key, out);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    if (rc >= 0)
        return EN_OK;
    en_net_identity_release(out);
    return en_err_set(err, EN_E_BUG, EN_NO_POS, "the certificate could not be made: %s", gnutls_strerror(rc));
}

void
en_net_identity_release(struct en_net_identity *x)
{
    en_buf_release(&x->cert);
    en_buf_release(&x->key);
}

/* --- theirs ------------------------------------------------------------------------------------------------------- */

static en_errc
none_of_ours(struct en_err *err)
{
    return en_err_set(err, EN_E_INPUT, EN_NO_POS, "this is no certificate of a node");
}

static en_errc
read_name(gnutls_x509_crt_t crt, struct en_net_claim *c, uint8_t sig[EN_SEAL_SIG_LEN], struct en_err *err)
{
    char name[SAN_LEN + 1], more[1];
    size_t n = sizeof name, n_more = sizeof more;
    en_text id = { name + SAN_FORM_N, EN_SEAL_ID_LEN };
    en_text hex = { name + SAN_FORM_N + EN_SEAL_ID_LEN + 1, (size_t)2 * EN_SEAL_SIG_LEN };
    uint8_t raw[EN_SEAL_ID_LEN / 2];

    if (gnutls_x509_crt_get_subject_alt_name(crt, 0, name, &n, NULL) != GNUTLS_SAN_URI || n != SAN_LEN ||
        gnutls_x509_crt_get_subject_alt_name(crt, 1, more, &n_more, NULL) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return none_of_ours(err);
    if (memcmp(name, SAN_FORM, SAN_FORM_N) != 0 || hex.p[-1] != ':' || !en_unhex(id, raw, sizeof raw) ||
        !en_unhex(hex, sig, EN_SEAL_SIG_LEN))
        return none_of_ours(err);
    en_hex(raw, sizeof raw, c->partner);
    return memcmp(c->partner, id.p, id.n) == 0 ? EN_OK : none_of_ours(err); /* one way to write an id */
}

static en_errc
check_time(const struct en_net_claim *c, en_time now, struct en_err *err)
{
    if (c->until <= c->from || c->until - c->from > EN_NET_CERT_VALID_MAX)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the certificate is valid for longer than one may be");
    if (now < c->from - EN_NET_CERT_SKEW || now > c->until + EN_NET_CERT_SKEW)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the certificate is out of its time: look at both clocks");
    return EN_OK;
}

static en_errc
check_crt(gnutls_x509_crt_t crt, struct en_net_peers *peers, en_time now, struct en_net_claim *c, struct en_err *err)
{
    uint8_t sig[EN_SEAL_SIG_LEN], spki[EN_SHA256_LEN];
    struct en_buf message = EN_BUF_INIT;
    en_errc rc = read_name(crt, c, sig, err);
    bool good;

    if (rc == EN_OK &&
        (gnutls_x509_crt_get_pk_algorithm(crt, NULL) != GNUTLS_PK_EDDSA_ED25519 || spki_hash(crt, spki) < 0))
        rc = none_of_ours(err);
    c->from = (en_time)gnutls_x509_crt_get_activation_time(crt) * EN_TIME_SECOND;
    c->until = (en_time)gnutls_x509_crt_get_expiration_time(crt) * EN_TIME_SECOND;
    rc = rc != EN_OK ? rc : en_net_peers_find(peers, c->partner, c->key, err);
    if (rc != EN_OK)
        return rc;
    en_net_claim_message(c, spki, &message);
    good = en_seal_verify(c->key, EN_PURPOSE_TLS, en_buf_bytes(&message), en_bytes_from(sig, sizeof sig));
    en_buf_release(&message);
    if (!good)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS,
                          "the certificate names partner %s and is not signed with the key that we hold of it: if it "
                          "has gone on to its next key, take its new card (entente partner update)",
                          c->partner);
    return check_time(c, now, err);
}

en_errc
en_net_cert_check(en_bytes der, struct en_net_peers *peers, en_time now, struct en_net_claim *out, struct en_err *err)
{
    const gnutls_datum_t in = { (unsigned char *)(uintptr_t)der.p, (unsigned)der.n };
    gnutls_x509_crt_t crt = NULL;
    en_errc rc;

    memset(out, 0, sizeof *out);
    if (der.n == 0 || der.n > EN_NET_CERT_MAX || gnutls_x509_crt_init(&crt) < 0)
        return none_of_ours(err);
    if (gnutls_x509_crt_import(crt, &in, GNUTLS_X509_FMT_DER) < 0)
        rc = none_of_ours(err);
    else
        rc = check_crt(crt, peers, now, out, err);
    gnutls_x509_crt_deinit(crt);
    return rc;
}

en_errc
en_net_session_check(void *session, struct en_net_peers *peers, en_time now, struct en_net_claim *out,
                     struct en_err *err)
{
    gnutls_session_t s = session;
    const gnutls_datum_t *list;
    unsigned n = 0;

    memset(out, 0, sizeof *out);
    if (gnutls_certificate_type_get2(s, GNUTLS_CTYPE_PEERS) != GNUTLS_CRT_X509)
        return none_of_ours(err);
    list = gnutls_certificate_get_peers(s, &n);
    if (list == NULL || n != 1)
        return none_of_ours(err);
    return en_net_cert_check(en_bytes_from(list[0].data, list[0].size), peers, now, out, err);
}
