#include "node/card.h"

#include <stdlib.h>
#include <string.h>

#define CARD      "entente-card/1"
#define STEP      "entente-key/1"
#define GROUPS    8
#define GROUP_LEN 5
#define DIGITS    (GROUPS * GROUP_LEN)

static const struct {
    const char *word;
    bool by_before; /* the key before signs as well */
} changes[EN_KEY_CHANGES] = {
    [EN_KEY_FIRST] = { "first", false },
    [EN_KEY_ROTATED] = { "rotated", true },
    [EN_KEY_LOST] = { "lost", false },
    [EN_KEY_SPARE] = { "spare", false },
    [EN_KEY_READMITTED] = { "readmitted", false },
};

const char *
en_key_change_word(enum en_key_change c)
{
    EN_ASSERT(c < EN_KEY_CHANGES);
    return changes[c].word;
}

void
en_key_digest(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], uint8_t out[EN_SHA256_LEN])
{
    en_sha256(en_bytes_from(public_key, EN_SEAL_PUBLIC_LEN), out);
}

/* --- fingerprints ------------------------------------------------------------------------------------------------- */

/*= cards.md 4: SHA-256 of "entente-fingerprint-v1", key, next; as a number, modulo 10^40 */
static void
digits(const struct en_key_state *k, char out[DIGITS])
{
    uint8_t hash[EN_SHA256_LEN];
    struct en_buf b = EN_BUF_INIT;

    en_buf_add_str(&b, "entente-fingerprint-v1");
    en_buf_add(&b, k->key, sizeof k->key);
    en_buf_add(&b, k->next, sizeof k->next);
    en_sha256(en_buf_bytes(&b), hash);
    en_buf_release(&b);
    for (int i = DIGITS - 1; i >= 0; i--) { /* long division by ten; the remainders are the digits */
        unsigned rest = 0;

        for (size_t at = 0; at < sizeof hash; at++) {
            unsigned v = rest << 8 | hash[at];

            hash[at] = (uint8_t)(v / 10);
            rest = v % 10;
        }
        out[i] = (char)('0' + rest);
    }
}

void
en_key_fingerprint(const struct en_key_state *k, char out[EN_FINGERPRINT_LEN + 1])
{
    char d[DIGITS];
    size_t n = 0;

    digits(k, d);
    for (size_t i = 0; i < DIGITS; i++) {
        if (i > 0 && i % GROUP_LEN == 0)
            out[n++] = ' ';
        out[n++] = d[i];
    }
    EN_ASSERT(n == EN_FINGERPRINT_LEN);
    out[n] = '\0';
}

bool
en_key_fingerprint_is(const struct en_key_state *k, en_text typed)
{
    char d[DIGITS];
    size_t n = 0;

    digits(k, d);
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == ' ' || typed.p[i] == '-')
            continue;
        if (n == DIGITS || typed.p[i] != d[n])
            return false;
        n++;
    }
    return n == DIGITS;
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static size_t
host_length(en_text t)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyz0123456789.-", six[] = "0123456789abcdef:.";
    size_t n = 0;

    if (t.n > 0 && t.p[0] == '[') {
        for (n = 1; n < t.n && t.p[n] != '\0' && strchr(six, t.p[n]) != NULL; n++)
            ;
        return n > 1 && n < t.n && t.p[n] == ']' ? n + 1 : 0;
    }
    while (n < t.n && t.p[n] != '\0' && strchr(name, t.p[n]) != NULL)
        n++;
    return n > 0 && t.p[0] != '-' && t.p[0] != '.' ? n : 0;
}

bool
en_address_valid(en_text address)
{
    static const char scheme[] = "https://";
    const size_t n_scheme = sizeof scheme - 1;
    en_text rest;
    unsigned port = 0;
    size_t n;

    if (address.n <= n_scheme || address.n > EN_CARD_ADDRESS_MAX || memcmp(address.p, scheme, n_scheme) != 0)
        return false;
    rest = (en_text){ address.p + n_scheme, address.n - n_scheme };
    n = host_length(rest);
    if (n == 0 || n > 253)
        return false;
    if (n == rest.n)
        return true;
    if (rest.p[n] != ':' || rest.n - n < 2 || rest.n - n > 6)
        return false;
    for (size_t i = n + 1; i < rest.n; i++) {
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return false;
        port = port * 10 + (unsigned)(rest.p[i] - '0');
    }
    return port > 0 && port < 65536;
}

/* --- cards -------------------------------------------------------------------------------------------------------- */

static void
write_state(const struct en_key_state *k, struct en_buf *out)
{
    en_lines_add_number(out, "number", k->number);
    en_lines_add_hex(out, "key", k->key, sizeof k->key);
    en_lines_add_hex(out, "next", k->next, sizeof k->next);
}

static void
read_state(struct en_lines *s, struct en_key_state *k)
{
    k->number = (uint32_t)en_lines_number(s, "number", 1, EN_KEY_STEPS_MAX);
    en_lines_hex(s, "key", k->key, sizeof k->key);
    en_lines_hex(s, "next", k->next, sizeof k->next);
}

void
en_card_write(const struct en_card *c, const struct en_key *signing, struct en_buf *out)
{
    struct en_buf b = EN_BUF_INIT, line = EN_BUF_INIT;

    EN_ASSERT(c->n_seals > 0 && c->n_seals <= EN_CARD_SEALS_MAX && c->n_addresses <= EN_CARD_ADDRESSES_MAX);
    EN_ASSERT(memcmp(signing->public_key, c->keys.key, sizeof c->keys.key) == 0);
    en_lines_begin(CARD, &b);
    en_lines_add(&b, "partner", en_text_from_ours(c->keys.partner));
    en_lines_add(&b, "name", c->name);
    en_lines_add(&b, "country", c->country.n > 0 ? c->country : EN_TEXT_LIT("-"));
    en_lines_add(&b, "data", c->rehearsal ? EN_TEXT_LIT("rehearsal") : EN_TEXT_LIT("real"));
    en_lines_add_time(&b, "at", c->at);
    write_state(&c->keys, &b);
    for (unsigned i = 0; i < c->n_seals; i++) {
        char month[EN_MONTH_LEN + 1];

        en_month_write(c->seal[i].month, month);
        en_buf_reset(&line);
        en_buf_addf(&line, "%s ", month);
        en_age_recipient_write(c->seal[i].recipient, &line);
        en_lines_add(&b, "seal", (en_text){ line.p, line.n });
    }
    for (unsigned i = 0; i < c->n_addresses; i++) {
        EN_ASSERT(en_address_valid(c->address[i]));
        en_lines_add(&b, "address", c->address[i]);
    }
    en_lines_sign(en_text_from_ours(c->keys.partner), &signing, 1, &b);
    en_buf_add(out, b.p, b.n);
    en_buf_release(&line);
    en_buf_release(&b);
}

/* "YYYY-MM age1…", each month behind the one before. */
static void
read_seal(struct en_lines *s, struct en_card *c)
{
    en_text v = en_lines_value(s, "seal", 100);
    struct en_card_seal *x = &c->seal[c->n_seals];

    if (s->fault.code != EN_OK)
        return;
    if (v.n < EN_MONTH_LEN + 1 || v.p[EN_MONTH_LEN] != ' ' ||
        !en_month_parse((en_text){ v.p, EN_MONTH_LEN }, &x->month) ||
        en_age_recipient_parse((en_text){ v.p + EN_MONTH_LEN + 1, v.n - EN_MONTH_LEN - 1 }, x->recipient, NULL) !=
            EN_OK)
        en_lines_refuse(s, "\"seal\" is followed by a month and an age recipient");
    else if (c->n_seals > 0 && x->month <= x[-1].month)
        en_lines_refuse(s, "sealing keys stand by month, one a month");
    else
        c->n_seals++;
}

static void
read_address(struct en_lines *s, struct en_card *c)
{
    en_text v = en_lines_value(s, "address", EN_CARD_ADDRESS_MAX);

    if (s->fault.code != EN_OK)
        return;
    if (!en_address_valid(v))
        en_lines_refuse(s, "\"address\" is followed by https://host:port");
    else
        c->address[c->n_addresses++] = v;
}

static bool
country_valid(en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] < 'A' || t.p[i] > 'Z')
            return false;
    return t.n == EN_CARD_COUNTRY_MAX;
}

static void
read_card(struct en_lines *s, struct en_card *c)
{
    en_text data;

    en_lines_partner(s, "partner", c->keys.partner);
    c->name = en_lines_text(s, "name", EN_PARTNER_NAME_MAX);
    c->country = en_lines_value(s, "country", EN_CARD_COUNTRY_MAX);
    if (en_text_is(c->country, "-"))
        c->country = EN_TEXT_LIT("");
    else if (!country_valid(c->country))
        en_lines_refuse(s, "\"country\" is followed by a code of three letters, or -");
    data = en_lines_value(s, "data", 9);
    c->rehearsal = en_text_is(data, "rehearsal");
    if (!c->rehearsal && !en_text_is(data, "real"))
        en_lines_refuse(s, "\"data\" is followed by real or rehearsal");
    c->at = en_lines_time(s, "at");
    read_state(s, &c->keys);
    do
        read_seal(s, c);
    while (en_lines_has(s, "seal") && c->n_seals < EN_CARD_SEALS_MAX);
    while (en_lines_has(s, "address") && c->n_addresses < EN_CARD_ADDRESSES_MAX && s->fault.code == EN_OK)
        read_address(s, c);
}

en_errc
en_card_read(en_bytes note, struct en_card *out, struct en_err *err)
{
    struct en_lines *s = en_xcalloc(1, sizeof *s);
    en_errc rc;

    memset(out, 0, sizeof *out);
    rc = en_lines_open(note, CARD, s, err);
    if (rc == EN_OK) {
        read_card(s, out);
        rc = en_lines_end(s, err);
    }
    rc = rc != EN_OK ? rc : en_lines_signed(s, en_text_from_ours(out->keys.partner), out->keys.key, err);
    free(s);
    return rc;
}

const struct en_card_seal *
en_card_seal_at(const struct en_card *c, en_time now)
{
    const struct en_card_seal *best = &c->seal[0];

    EN_ASSERT(c->n_seals > 0);
    for (unsigned i = 0; i < c->n_seals; i++)
        if (c->seal[i].month <= en_month_of(now))
            best = &c->seal[i];
    return best;
}

/* --- the history of keys ------------------------------------------------------------------------------------------ */

void
en_key_step_write(const struct en_key_step *s, const struct en_key *by, const struct en_key *before, struct en_buf *out)
{
    const struct en_key *keys[2] = { by, before };
    struct en_buf b = EN_BUF_INIT;

    EN_ASSERT(memcmp(by->public_key, s->keys.key, sizeof s->keys.key) == 0);
    EN_ASSERT((before != NULL) == changes[s->change].by_before);
    EN_ASSERT(before == NULL || memcmp(before->public_key, s->before, sizeof s->before) == 0);
    en_lines_begin(STEP, &b);
    en_lines_add(&b, "partner", en_text_from_ours(s->keys.partner));
    en_lines_add(&b, "change", en_text_from_ours(changes[s->change].word));
    en_lines_add_time(&b, "at", s->at);
    en_lines_add_hex(&b, "before", s->before, sizeof s->before);
    write_state(&s->keys, &b);
    en_lines_sign(en_text_from_ours(s->keys.partner), keys, before != NULL ? 2 : 1, &b);
    en_buf_add(out, b.p, b.n);
    en_buf_release(&b);
}

static void
read_step(struct en_lines *s, struct en_key_step *x)
{
    en_text word;
    bool same;

    en_lines_partner(s, "partner", x->keys.partner);
    word = en_lines_value(s, "change", 16);
    while (x->change < EN_KEY_CHANGES && !en_text_is(word, changes[x->change].word))
        x->change++;
    if (x->change == EN_KEY_CHANGES)
        en_lines_refuse(s, "\"change\" is followed by first, rotated, lost, spare or readmitted");
    x->at = en_lines_time(s, "at");
    en_lines_hex(s, "before", x->before, sizeof x->before);
    read_state(s, &x->keys);
    same = memcmp(x->before, x->keys.key, sizeof x->before) == 0;
    if ((x->change == EN_KEY_FIRST) != (x->keys.number == 1))
        en_lines_refuse(s, "the first step, and no other, has the number 1");
    else if (same != (x->change == EN_KEY_FIRST || x->change == EN_KEY_SPARE))
        en_lines_refuse(s, "this change does not go with these keys");
}

/* s is left open for the signatures. */
static en_errc
parse_step(en_bytes note, struct en_lines *s, struct en_key_step *out, struct en_err *err)
{
    en_errc rc;

    memset(out, 0, sizeof *out);
    rc = en_lines_open(note, STEP, s, err);
    if (rc != EN_OK)
        return rc;
    read_step(s, out);
    return en_lines_end(s, err);
}

en_errc
en_key_step_parse(en_bytes note, struct en_key_step *out, struct en_err *err)
{
    struct en_lines *s = en_xcalloc(1, sizeof *s);
    en_errc rc = parse_step(note, s, out, err);

    free(s);
    return rc;
}

en_errc
en_key_step_read(en_bytes note, struct en_key_step *out, struct en_err *err)
{
    struct en_lines *s = en_xcalloc(1, sizeof *s);
    en_errc rc = parse_step(note, s, out, err);
    en_text partner = en_text_from_ours(out->keys.partner);

    rc = rc != EN_OK ? rc : en_lines_signed(s, partner, out->keys.key, err);
    if (rc == EN_OK && changes[out->change].by_before)
        rc = en_lines_signed(s, partner, out->before, err);
    free(s);
    return rc;
}

static en_errc
no_step(struct en_err *err, const char *why)
{
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "%s", why);
}

en_errc
en_key_step_follows(const struct en_key_step *s, const struct en_key_state *at, struct en_err *err)
{
    uint8_t digest[EN_SHA256_LEN];
    char id[EN_SEAL_ID_LEN + 1];

    if (at == NULL) {
        en_key_id(s->keys.key, id);
        if (s->change != EN_KEY_FIRST)
            return no_step(err, "the history of keys does not begin with its first step");
        return strcmp(id, s->keys.partner) == 0 ? EN_OK : no_step(err, "the partner's id is not that of its first key");
    }
    if (strcmp(s->keys.partner, at->partner) != 0)
        return no_step(err, "a step of another partner stands in this history of keys");
    if (s->keys.number != at->number + 1)
        return no_step(err, "a step is missing in the history of keys");
    if (memcmp(s->before, at->key, sizeof s->before) != 0)
        return no_step(err, "a step does not go on from the key before it");
    en_key_digest(s->keys.key, digest);
    if ((s->change == EN_KEY_ROTATED || s->change == EN_KEY_LOST) && memcmp(digest, at->next, sizeof digest) != 0)
        return no_step(err, "this signing key is not the one that was announced");
    return EN_OK;
}

static bool
same_state(const struct en_key_state *a, const struct en_key_state *b)
{
    return a->number == b->number && strcmp(a->partner, b->partner) == 0 &&
           memcmp(a->key, b->key, sizeof a->key) == 0 && memcmp(a->next, b->next, sizeof a->next) == 0;
}

/* Walks the steps; *at is where they end. */
static en_errc
walk(struct en_card_file *f, const struct en_key_state *known, en_key_step_fn *fn, void *ctx, struct en_key_state *at,
     struct en_err *err)
{
    en_bytes rest = f->steps, note;
    struct en_key_step s;
    en_errc rc;

    at->number = 0;
    while ((rc = en_lines_next(&rest, &note, err)) == EN_OK) {
        rc = en_key_step_read(note, &s, err);
        rc = rc != EN_OK ? rc : en_key_step_follows(&s, at->number > 0 ? at : NULL, err);
        if (rc != EN_OK)
            return rc;
        *at = s.keys;
        if (known != NULL && at->number == known->number && !same_state(at, known))
            return no_step(err, "this history of keys is another one than the partner had before");
        if (known != NULL && at->number <= known->number)
            continue;
        f->walked++;
        f->worst = s.change > f->worst ? s.change : f->worst;
        rc = fn != NULL ? fn(ctx, &s, note, err) : EN_OK;
        if (rc != EN_OK)
            return rc;
    }
    return rc == EN_E_NO ? EN_OK : rc;
}

en_errc
en_card_file_read(en_bytes in, const struct en_key_state *known, en_key_step_fn *fn, void *ctx,
                  struct en_card_file *out, struct en_err *err)
{
    struct en_key_state at;
    en_errc rc;

    memset(out, 0, sizeof *out);
    if (in.n > EN_CARD_FILE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a card file has at most %u bytes", EN_CARD_FILE_MAX);
    rc = en_lines_next(&in, &out->card_note, err);
    if (rc == EN_E_NO)
        return en_err_set(err, EN_E_INPUT, 0, "this is no card");
    rc = rc != EN_OK ? rc : en_card_read(out->card_note, &out->card, err);
    if (rc != EN_OK)
        return rc;
    if (known != NULL && strcmp(known->partner, out->card.keys.partner) != 0)
        return no_step(err, "this is a card of another partner");
    out->steps = in;
    rc = walk(out, known, fn, ctx, &at, err);
    if (rc == EN_OK && known != NULL && at.number < known->number)
        rc = no_step(err, "this card is older than the keys that are known of its partner");
    if (rc == EN_OK && !same_state(&at, &out->card.keys))
        rc = no_step(err, "the history of keys does not lead to the key of the card");
    return rc;
}
