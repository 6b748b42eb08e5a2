#include "fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/hash.h"

const char *const people[] = { "anna", "berta", "chris", "dora", "emil", "fred", NULL };

const char list_csv[] = "id,name,birth_dates,sex,ground,programmes\n"
                        "E1,Yusuf al-Rashidi,1991-04-03,male,unsc-2178,XBB-CT\n"
                        "E2,Lena Markovic,1984-07-11,female,unsc-1373,XBB-CT\n"
                        "E3,Peter Sandberg,1970-01-02,male,,NARCO\n";
const char manifest_csv[] = "id,name,birth_date,sex\n"
                            "T1,YUSUF AL RASHIDI,1991-04-03,M\n"
                            "T2,PETER SANDBERG,1970-01-02,M\n"
                            "T3,GRETA HOLM,2001-10-30,F\n";

static uint64_t next; /* a test's nonces need only differ */

void
draws_from(uint64_t number)
{
    next = number;
}

static void
draw(void *ctx, void *p, size_t n)
{
    (void)ctx;
    next++;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)p)[i] = (uint8_t)(next >> 8 * (i % 8));
}

static struct en_key
key_of(const char *user)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, user[0], sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

struct signing {
    struct node *n;
    const char *user;
    const struct en_act_request *rq;
};

static en_errc
sign(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes, uint8_t sig[EN_SEAL_SIG_LEN],
     struct en_err *err)
{
    const struct signing *s = ctx;
    struct en_key k = key_of(s->n->wrong_key ? "zoe" : s->user);
    uint8_t leaf[EN_SHA256_LEN];

    if (s->n->refuse)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "not signed");
    if (s->rq != NULL)
        assert_int_equal(en_act_event_is_for(bytes, s->rq, err), EN_OK);
    en_store_event_leaf(nonce, type, bytes, leaf);
    en_seal_sign(&k, EN_PURPOSE_EVENT, en_bytes_from(leaf, sizeof leaf), sig);
    return EN_OK;
}

static en_errc
record(void *ctx, en_bytes json, struct en_err *err)
{
    struct node *n = ctx;
    json_t *parsed = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, NULL);

    (void)err;
    assert_non_null(parsed); /* whatever is told is JSON */
    json_decref(parsed);
    if (en_store_in_transaction(n->store))
        n->told_too_early = true;
    en_buf_add(&n->records, json.p, json.n);
    en_buf_addc(&n->records, '\n');
    n->n_records++;
    return EN_OK;
}

static bool
wanted(void *ctx)
{
    const struct node *n = ctx;

    return n->between != NULL;
}

/* Those let nobody in in their turn. */
static void
others(void *ctx)
{
    struct node *n = ctx;
    void (*between)(struct node *) = n->between;

    assert_false(en_store_in_transaction(n->store));
    n->between = NULL;
    between(n);
    n->between = between;
}

static en_errc
read_text(void *ctx, uint64_t at, void *p, size_t room, size_t *n, struct en_err *err)
{
    const en_bytes *in = ctx;

    (void)err;
    *n = at >= in->n ? 0 : in->n - at < room ? in->n - at : room;
    memcpy(p, in->p + at, *n);
    return EN_OK;
}

uint64_t
events(struct node *n)
{
    struct en_store_counts c;

    return en_store_counts(n->store, &c, NULL) == EN_OK ? c.events : 0;
}

en_errc
act_bytes(struct node *n, const char *user, const char *word, const char *args, en_bytes *files, size_t n_files)
{
    struct en_act_input inputs[2];
    struct en_act_request rq = { .act = en_text_from_ours(word),
                                 .args = en_bytes_from(args, strlen(args)),
                                 .inputs = inputs,
                                 .now = n->now,
                                 .rehearse = EN_TIME_NONE };
    struct signing s = { n, user, &rq };
    struct en_act_person who = { en_text_from_ours(user), -1, &s, sign };
    const struct en_act_reply reply = { n, record, NULL, wanted, others };

    for (; rq.n_inputs < n_files; rq.n_inputs++)
        inputs[rq.n_inputs] = (struct en_act_input){ .name = EN_TEXT_LIT("file"),
                                                     .size = files[rq.n_inputs].n,
                                                     .ctx = &files[rq.n_inputs],
                                                     .read = read_text };
    en_buf_reset(&n->records);
    n->n_records = 0;
    n->events_before = events(n);
    n->err = (struct en_err)EN_ERR_INIT;
    return en_acts_run(n->acts, &rq, &who, &reply, &n->err);
}

en_errc
act(struct node *n, const char *user, const char *word, const char *args, const char *file, const char *file2)
{
    en_bytes files[2] = { { NULL, 0 }, { NULL, 0 } };
    size_t n_files = (file != NULL) + (size_t)(file2 != NULL);

    if (file != NULL)
        files[0] = en_bytes_from(file, strlen(file));
    if (file2 != NULL)
        files[1] = en_bytes_from(file2, strlen(file2));
    return act_bytes(n, user, word, args, files, n_files);
}

const char *
member(struct node *n, size_t i, const char *path)
{
    static char out[4096];
    const char *line = n->records.p;
    json_t *root, *v;
    char *text, step[64];

    out[0] = '\0';
    for (; i > 0 && line != NULL; i--) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    if (line == NULL || *line == '\0')
        return out;
    root = json_loadb(line, (size_t)(strchr(line, '\n') - line), 0, NULL);
    for (v = root; v != NULL && *path != '\0';) {
        size_t k = strcspn(path, ".");

        memcpy(step, path, k);
        step[k] = '\0';
        v = json_is_array(v) ? json_array_get(v, (size_t)strtoul(step, NULL, 10)) : json_object_get(v, step);
        path += k + (path[k] == '.');
    }
    text = v != NULL ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (text != NULL && strlen(text) < sizeof out)
        memcpy(out, text, strlen(text) + 1);
    free(text);
    json_decref(root);
    return out;
}

static void
add_person(struct node *n, const char *name, const char *roles)
{
    struct en_key k = key_of(name);
    char hex[2 * EN_KEY_LEN + 1];
    struct en_buf args = EN_BUF_INIT;

    en_hex(k.public_key, EN_KEY_LEN, hex);
    en_buf_addf(&args, "{\"name\":\"%s\",\"roles\":\"%s\",\"key\":\"%s\"}", name, roles, hex);
    assert_int_equal(act(n, "anna", "user-add", args.p, NULL, NULL), EN_OK);
    en_buf_release(&args);
}

struct node *
node_new(struct en_store *store)
{
    static const struct en_acts_rim rim = { NULL, draw };
    struct node *n = en_xcalloc(1, sizeof *n);
    struct signing s = { n, "anna", NULL };
    const struct en_act_person who = { EN_TEXT_LIT("anna"), -1, &s, sign };
    struct en_act_init in = { .name = EN_TEXT_LIT("Norland"),
                              .country = EN_TEXT_LIT("XAA"),
                              .user = EN_TEXT_LIT("anna") };
    struct en_key anna = key_of("anna");

    n->store = store;
    n->now = T0;
    n->acts = en_acts_new(store, &rim);
    in.roles = (1u << EN_ROLES) - 1;
    memcpy(in.key, anna.public_key, sizeof in.key);
    assert_int_equal(en_acts_init(n->acts, &in, n->now, &who, &n->err), EN_OK);
    add_person(n, "berta", "officer");
    add_person(n, "chris", "officer");
    add_person(n, "dora", "auditor");
    add_person(n, "emil", "importer");
    add_person(n, "fred", "admin");
    return n;
}

void
node_key(struct node *n, unsigned number)
{
    struct en_acts_rim rim = { .draw = draw };

    n->keys = test_node_keys(number, 1, n->now);
    rim.keys = &n->keys;
    en_acts_free(n->acts);
    n->acts = en_acts_new(n->store, &rim);
}

void
node_restart(struct node *n, const struct en_acts_shelf *shelf)
{
    static const struct en_acts_rim rim = { NULL, draw };

    en_acts_free(n->acts);
    n->acts = en_acts_new(n->store, &rim);
    if (shelf != NULL)
        en_acts_keep(n->acts, shelf);
}

void
node_free(struct node *n)
{
    en_acts_free(n->acts);
    en_store_close(n->store);
    en_buf_release(&n->records);
    free(n);
}

void
node_card(const struct node *n, const char *name, en_time at, struct en_card *card)
{
    struct en_key after = test_signing_key(99, 1);

    *card = (struct en_card){ .name = en_text_from_ours(name), .country = EN_TEXT_LIT("XAA"), .at = at, .n_seals = 1 };
    memcpy(card->keys.partner, n->keys.partner, sizeof card->keys.partner);
    card->keys.number = 1;
    memcpy(card->keys.key, n->keys.signing.public_key, sizeof card->keys.key);
    en_key_digest(after.public_key, card->keys.next);
    card->seal[0].month = n->keys.month[0];
    memcpy(card->seal[0].recipient, n->keys.sealing[0].recipient, EN_AGE_KEY_LEN);
}

void
node_knows(struct node *n, const struct node *other, const char *name, const char *agreement)
{
    struct en_buf card_note = EN_BUF_INIT, step_note = EN_BUF_INIT;
    struct en_store_partner p = { .partner = en_text_from_ours(other->keys.partner),
                                  .standing = EN_TEXT_LIT("full"),
                                  .number = 1,
                                  .agreement = en_bytes_from(agreement, strlen(agreement)),
                                  .card_at = n->now,
                                  .added = n->now,
                                  .changed = n->now,
                                  .cut = EN_TIME_NONE,
                                  .cut_why = EN_TEXT_LIT("") };
    struct en_store_partner_key k = { .number = 1, .at = n->now };
    struct en_key_step first = { .change = EN_KEY_FIRST, .at = n->now };
    struct en_card card;

    node_card(other, name, n->now, &card);
    en_card_write(&card, &other->keys.signing, &card_note);
    p.name = card.name;
    p.country = card.country;
    p.card = en_buf_bytes(&card_note);
    memcpy(p.key, card.keys.key, sizeof p.key);
    memcpy(p.next, card.keys.next, sizeof p.next);
    first.keys = card.keys;
    memcpy(first.before, card.keys.key, sizeof first.before);
    en_key_step_write(&first, &other->keys.signing, NULL, &step_note);
    k.note = en_buf_bytes(&step_note);
    memcpy(k.key, p.key, sizeof k.key);
    memcpy(k.next, p.next, sizeof k.next);
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_add(n->store, &p, &k.partner, NULL), EN_OK);
    assert_int_equal(en_store_partner_key_add(n->store, &k, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    en_buf_release(&card_note);
    en_buf_release(&step_note);
}
