/*
 * An act with a stranger's arguments and file, in a small node: whatever comes, the log and the answer keep step.
 *
 * Input: a line "ACT" or "ACT N" (N bytes of arguments), the arguments, and what is left as the file.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/acts.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define NOW ((en_time)1795000000000)

struct world {
    struct en_store *store;
    struct en_acts *acts;
    struct en_key key;
    uint64_t records;
};

static void
draw(void *ctx, void *p, size_t n)
{
    (void)ctx;
    memset(p, 7, n);
}

static en_errc
sign(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes, uint8_t sig[EN_SEAL_SIG_LEN],
     struct en_err *err)
{
    const struct world *w = ctx;
    uint8_t leaf[EN_SHA256_LEN];

    (void)err;
    en_store_event_leaf(nonce, type, bytes, leaf);
    en_seal_sign(&w->key, EN_PURPOSE_EVENT, en_bytes_from(leaf, sizeof leaf), sig);
    return EN_OK;
}

static en_errc
record(void *ctx, en_bytes json, struct en_err *err)
{
    struct world *w = ctx;

    (void)err;
    EN_ASSERT(!en_store_in_transaction(w->store) && json.n > 0 && json.p[0] == '{' && en_utf8_check(json) == json.n);
    w->records++;
    return EN_OK;
}

static en_errc
read_bytes(void *ctx, uint64_t at, void *p, size_t room, size_t *n, struct en_err *err)
{
    const en_bytes *b = ctx;

    (void)err;
    *n = at >= b->n ? 0 : b->n - at < room ? b->n - (size_t)at : room;
    if (*n > 0)
        memcpy(p, b->p + at, *n);
    return EN_OK;
}

static uint64_t
events(struct world *w)
{
    struct en_store_counts c;

    EN_ASSERT(en_store_counts(w->store, &c, NULL) == EN_OK);
    return c.events;
}

static en_errc
count_own(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    (void)err;
    *(unsigned *)ctx += e->actor != 0;
    return EN_OK;
}

/* Events of a person behind the first `before`: what the node does then (screening again, answers) has its own. */
static unsigned
own_events(struct world *w, uint64_t before)
{
    unsigned n = 0;

    EN_ASSERT(en_store_events_each(w->store, before + 1, 0, count_own, &n, NULL) == EN_OK);
    return n;
}

static en_errc
act(struct world *w, en_text word, en_bytes args, en_bytes file)
{
    const struct en_act_input input = { EN_TEXT_LIT("file"), file.n, &file, read_bytes };
    const struct en_act_request rq = {
        .act = word, .args = args, .inputs = &input, .n_inputs = file.n > 0, .now = NOW, .rehearse = EN_TIME_NONE
    };
    const struct en_act_person who = { EN_TEXT_LIT("anna"), -1, w, sign };
    const struct en_act_reply reply = { w, record, NULL };
    uint64_t before = events(w), records = w->records;
    struct en_err err = EN_ERR_INIT;
    en_errc rc = en_acts_run(w->acts, &rq, &who, &reply, &err);

    EN_ASSERT(rc != EN_E_BUG && !en_store_in_transaction(w->store));
    if (events(w) == before && rc != EN_OK)
        EN_ASSERT(w->records == records); /* not done: nothing told */
    EN_ASSERT(own_events(w, before) <= 1);
    return rc;
}

/* A traveller and a hit straight into the store: an index would take most of the time. */
static void
put_hit(struct en_store *s)
{
    struct en_store_manifest m = { .kind = EN_TEXT_LIT("csv"), .name = EN_TEXT_LIT("m"), .received = NOW, .actor = 1 };
    struct en_store_traveller t = {
        .external = EN_TEXT_LIT("T"),
        .arrives = NOW,
        .delete_after = NOW + EN_TIME_DAY,
        .person = EN_BYTES_LIT("{\"id\":\"T\",\"names\":[{\"full\":\"YUSUF AL RASHIDI\"}]}"),
    };
    const struct en_store_hit_alert alert = { .alert = 1, .version = 1 };
    struct en_store_hit h = {
        .entity = EN_TEXT_LIT("s/E"),
        .alerts = &alert,
        .n_alerts = 1,
        .bits = 64,
        .probability = 0.5,
        .prior = 1e-5,
        .evidence = EN_BYTES_LIT("[]"),
        .engine = EN_TEXT_LIT("test"),
        .found = EN_TEXT_LIT("manifest"),
        .created = NOW,
        .changed = NOW,
        .delete_after = EN_TIME_NONE,
    };

    EN_ASSERT(en_store_begin(s, NULL) == EN_OK && en_store_manifest_add(s, &m, &m.id, NULL) == EN_OK);
    t.manifest = m.id;
    EN_ASSERT(en_store_traveller_add(s, &t, &t.id, NULL) == EN_OK);
    h.traveller = t.id;
    EN_ASSERT(en_store_hit_add(s, &h, &h.id, NULL) == EN_OK && en_store_commit(s, NULL) == EN_OK);
}

static void
make(struct world *w)
{
    static const struct en_acts_rim rim = { NULL, draw };
    static const uint8_t seed[EN_SEAL_SEED_LEN] = { 1 };
    struct en_act_init in = {
        .name = EN_TEXT_LIT("n"), .country = EN_TEXT_LIT(""), .user = EN_TEXT_LIT("anna"), .roles = (1u << EN_ROLES) - 1
    };
    const struct en_act_person who = { EN_TEXT_LIT("anna"), -1, w, sign };

    *w = (struct world){ .store = en_store_new_memory() };
    w->acts = en_acts_new(w->store, &rim);
    en_key_from_seed(seed, &w->key);
    memcpy(in.key, w->key.public_key, sizeof in.key);
    EN_ASSERT(en_acts_init(w->acts, &in, NOW, &who, NULL) == EN_OK);
    EN_ASSERT(act(w, EN_TEXT_LIT("import"), EN_BYTES_LIT("{\"source\":\"s\"}"),
                  EN_BYTES_LIT("id,name,birth_dates,ground\nE,Yusuf al-Rashidi,1991-04-03,unsc-2178\n")) == EN_OK);
    put_hit(w->store);
    EN_ASSERT(act(w, EN_TEXT_LIT("alert-new"),
                  EN_BYTES_LIT("{\"person\":{\"names\":[\"Greta Holm\"]},\"ground\":\"unsc-2178\"}"),
                  (en_bytes){ NULL, 0 }) == EN_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const uint8_t *end = n > 0 ? memchr(p, '\n', n < 64 ? n : 64) : NULL;
    size_t head = end != NULL ? (size_t)(end - p) : 0, word = 0, args = 0;
    struct world w;

    if (end == NULL)
        return 0;
    while (word < head && p[word] > 0x20 && p[word] < 0x7f)
        word++;
    for (size_t i = word + 1; i < head && p[i] >= '0' && p[i] <= '9' && args < 1000000; i++)
        args = args * 10 + (size_t)(p[i] - '0');
    n -= head + 1;
    if (word == head)
        args = n;
    args = args < n ? args : n;
    make(&w);
    (void)act(&w, (en_text){ (const char *)p, word }, en_bytes_from(end + 1, args),
              en_bytes_from(end + 1 + args, n - args));
    EN_ASSERT(en_store_check(w.store, NULL) == EN_OK);
    en_acts_free(w.acts);
    en_store_close(w.store);
    return 0;
}
