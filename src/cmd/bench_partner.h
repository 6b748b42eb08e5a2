/*
 * bench_partner.h: a partner that does not exist, and what it sends: alerts about people who do not exist, in signed
 * and sealed bundles. For benches; its keys are no secret.
 */
#ifndef EN_CMD_BENCH_PARTNER_H
#define EN_CMD_BENCH_PARTNER_H

#include "generate/generate.h"
#include "node/card.h"
#include "seal/node_key.h"

struct en_bench_partner {
    struct en_generator *g;
    struct en_node_keys keys;
    uint8_t next[EN_SHA256_LEN];
    en_time now;
    /* the caller's: whom it writes to, and how much */
    char to[EN_SEAL_ID_LEN + 1];
    uint8_t recipient[EN_AGE_KEY_LEN];
    uint64_t records, per_bundle;
    bool single;              /* a signature each, not lists of them */
    /* so far */
    uint64_t made, sequence, bytes;
};

/* A seed that is always the same, for keys that need not be secret. */
void en_bench_seeded(const char *what, uint32_t number, uint8_t seed[EN_SHA256_LEN]);
void en_bench_keys(const char *who, en_time now, struct en_node_keys *out);

/* The people are those of the seed. en_bench_partner_release lets go of them. */
void en_bench_partner_init(struct en_bench_partner *p, uint64_t seed, en_time now);
void en_bench_partner_release(struct en_bench_partner *p);
/* Appends its card file. */
void en_bench_partner_card(const struct en_bench_partner *p, struct en_buf *out,
                           char fingerprint[EN_FINGERPRINT_LEN + 1]);
/* The next bundle, of as many records as are left and fit; *sealed is emptied before. */
en_errc en_bench_partner_bundle(struct en_bench_partner *p, struct en_buf *sealed, struct en_err *err);

#endif
