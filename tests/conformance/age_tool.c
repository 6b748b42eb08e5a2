/*
 * age_tool.c: opens and seals one file, for the scripts that hold our age against others'. It is no part of the
 * program: keys stand on its command line.
 *
 * usage: age_tool open IDENTITY STEP <FILE   plain bytes as they are released; exit 0 or 10 + the class of the error
 *        age_tool seal RECIPIENT… <FILE      with random bytes of the system
 *        age_tool new                        an identity and its recipient
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "seal/age.h"

static en_errc
put(void *ctx, en_bytes plain, struct en_err *err)
{
    (void)ctx;
    return fwrite(plain.p, 1, plain.n, stdout) == plain.n ? EN_OK : en_err_set(err, EN_E_STORAGE, EN_NO_POS, "output");
}

static int
open_file(const char *identity, size_t step)
{
    struct en_err err = EN_ERR_INIT;
    struct en_age_identity id;
    struct en_age_opener *o;
    uint8_t *in = malloc(step);
    en_errc rc = EN_OK;
    size_t n;

    if (in == NULL || en_age_identity_parse(en_text_from_ours(identity), &id, &err) != EN_OK)
        return 2;
    o = en_age_opener_new(&id, 1, put, NULL);
    while (rc == EN_OK && (n = fread(in, 1, step, stdin)) > 0)
        rc = en_age_opener_feed(o, en_bytes_from(in, n), &err);
    if (rc == EN_OK)
        rc = en_age_opener_end(o, &err);
    en_age_opener_free(o);
    free(in);
    if (rc != EN_OK)
        fprintf(stderr, "%s: %s\n", en_errc_name(rc), err.text);
    return rc == EN_OK ? 0 : 10 + (int)rc;
}

static int
seal_file(int n, char **recipients)
{
    static uint8_t keys[EN_AGE_RECIPIENTS_MAX][EN_AGE_KEY_LEN], random[EN_AGE_RANDOM(EN_AGE_RECIPIENTS_MAX)];
    struct en_buf plain = EN_BUF_INIT, sealed = EN_BUF_INIT;
    char chunk[4096];
    size_t got;

    for (int i = 0; i < n; i++)
        if (en_age_recipient_parse(en_text_from_ours(recipients[i]), keys[i], NULL) != EN_OK)
            return 2;
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        en_buf_add(&plain, chunk, got);
    randombytes_buf(random, sizeof random);
    if (en_age_seal((const uint8_t (*)[EN_AGE_KEY_LEN])keys, (unsigned)n, random, en_buf_bytes(&plain), &sealed,
                    NULL) != EN_OK ||
        sealed.n != en_age_sealed_size(plain.n, (unsigned)n))
        return 1;
    fwrite(sealed.p, 1, sealed.n, stdout);
    en_buf_release(&plain);
    en_buf_release(&sealed);
    return 0;
}

static int
new_identity(void)
{
    uint8_t seed[EN_AGE_KEY_LEN];
    struct en_buf b = EN_BUF_INIT;
    struct en_age_identity id;

    randombytes_buf(seed, sizeof seed);
    en_age_identity_from_seed(seed, &id);
    en_age_identity_write(&id, &b);
    en_buf_addc(&b, '\n');
    en_age_recipient_write(id.recipient, &b);
    puts(b.p);
    en_buf_release(&b);
    return 0;
}

int
main(int argc, char **argv)
{
    if (sodium_init() < 0)
        return 70;
    if (argc == 4 && strcmp(argv[1], "open") == 0)
        return open_file(argv[2], (size_t)strtoul(argv[3], NULL, 10));
    if (argc >= 3 && argc - 2 <= (int)EN_AGE_RECIPIENTS_MAX && strcmp(argv[1], "seal") == 0)
        return seal_file(argc - 2, argv + 2);
    return argc == 2 && strcmp(argv[1], "new") == 0 ? new_identity() : 2;
}
