/*
 * cert.h: the certificate with which a node speaks on the wire (docs/formats/wire.md 2).
 *
 * It is X.509, signed by itself, over a fresh Ed25519 key that exists in this process only. What ties it to the node is
 * its one subject alternative name, a URI: "entente:1:", the partner's id, ":" and in hex a signature of the node's
 * signing key, purpose EN_PURPOSE_TLS, over that id, the SHA-256 of the certificate's public key and the two dates of
 * the certificate. TLS proves that the other end has the certificate's key; the signature proves whose it is. No
 * authority is asked, and a certificate of anybody else is worth nothing here.
 */
#ifndef EN_NET_CERT_H
#define EN_NET_CERT_H

#include "base/buf.h"
#include "base/time.h"
#include "net/peers.h"

/* Both dates may lie so far beyond our clock, which may be as wrong as the partner's. */
#define EN_NET_CERT_SKEW (10 * 60 * EN_TIME_SECOND)
/* What we make is valid so long, and is made anew at half of that. */
#define EN_NET_CERT_VALID (7 * EN_TIME_DAY)
/* What we accept at most: a key that lies about must not be good for years. */
#define EN_NET_CERT_VALID_MAX (31 * EN_TIME_DAY)
/* Of a certificate in DER that is looked at. */
#define EN_NET_CERT_MAX 4096u

struct en_net_claim {
    char partner[EN_NET_ID_SIZE];
    en_time from, until; /* whole seconds */
    uint8_t key[EN_SEAL_PUBLIC_LEN]; /* of one that was checked: the partner's key that signed it */
};

struct en_net_identity {
    struct en_net_claim claim;
    struct en_buf cert, key; /* PEM; the key's buffer is a secret: release wipes */
};

/* Makes a key and a certificate that says so. EN_E_BUG if the library cannot. */
en_errc en_net_identity_make(const struct en_net_claim *claim, const struct en_key *signing,
                             struct en_net_identity *out, struct en_err *err);
void en_net_identity_release(struct en_net_identity *x);

/* The message that is signed, appended. spki: SHA-256 of the certificate's SubjectPublicKeyInfo. */
void en_net_claim_message(const struct en_net_claim *c, const uint8_t spki[32], struct en_buf *out);

/*
 * Whose certificate is this? Everything is checked but that the other end has its key, which is what the handshake
 * does. EN_E_INPUT: it is none of ours; EN_E_NOT_FOUND, EN_E_RULE (cut, or out of its time); EN_E_INTEGRITY: the
 * signature is not that of this partner's key for this certificate.
 */
en_errc en_net_cert_check(en_bytes der, struct en_net_peers *peers, en_time now, struct en_net_claim *out,
                          struct en_err *err);

/* The same of the other end of a session (gnutls_session_t), which must have sent exactly one certificate. */
en_errc en_net_session_check(void *session, struct en_net_peers *peers, en_time now, struct en_net_claim *out,
                             struct en_err *err);

#endif
