/*
 * event.c: the bytes of an event, docs/formats/events.md. What stands in them is what is signed; ids and hashes, never
 * a person's data, so that retention can delete the rows and the log still holds.
 */
#include <string.h>

#include <jansson.h>

#include "acts/act.h"
#include "base/base64.h"
#include "base/hash.h"
#include "rules/rules.h"

#define CHUNK (EN_MIB - EN_MIB % 3u) /* so that each chunk is whole Base 64 */

void
json_kv_time(struct en_json *j, const char *key, en_time t)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_json_key(j, key);
    if (t == EN_TIME_NONE) {
        en_json_null(j);
        return;
    }
    en_time_format(t, at);
    en_json_str(j, at);
}

void
json_kv_hash(struct en_json *j, const char *key, const uint8_t hash[EN_SHA256_LEN])
{
    char hex[2 * EN_SHA256_LEN + 1];

    en_hex(hash, EN_SHA256_LEN, hex);
    en_json_kv_str(j, key, hex);
}

void
json_kv_texts(struct en_json *j, const char *key, const en_text *t, size_t n)
{
    en_json_key(j, key);
    en_json_array(j);
    for (size_t i = 0; i < n; i++)
        en_json_text(j, t[i]);
    en_json_array_end(j);
}

/*= node.md 4: the request as it goes over the socket: act, arguments, time to rehearse, names of the files. */
void
en_act_request_hash(const struct en_act_request *rq, uint8_t out[EN_SHA256_LEN])
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_put_block(&b, en_text_bytes(rq->act));
    en_buf_put_block(&b, rq->args);
    en_buf_put_u64(&b, (uint64_t)rq->rehearse);
    en_buf_put_u8(&b, (uint8_t)rq->n_inputs);
    for (size_t i = 0; i < rq->n_inputs; i++)
        en_buf_put_block(&b, en_text_bytes(rq->inputs[i].name));
    en_sha256(en_buf_bytes(&b), out);
    en_buf_release(&b);
}

en_errc
en_act_event_is_for(en_bytes event, const struct en_act_request *rq, struct en_err *err)
{
    json_t *root = json_loadb((const char *)event.p, event.n, JSON_REJECT_DUPLICATES, NULL);
    const char *act = json_string_value(json_object_get(root, "act"));
    const char *request = json_string_value(json_object_get(root, "request"));
    uint8_t hash[EN_SHA256_LEN];
    char hex[2 * EN_SHA256_LEN + 1];
    bool good;

    en_act_request_hash(rq, hash);
    en_hex(hash, sizeof hash, hex);
    good = act != NULL && en_text_is(rq->act, act) && request != NULL && strcmp(request, hex) == 0;
    json_decref(root);
    return good ? EN_OK : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "what is to be signed is not what was asked for");
}

void
event_open(struct en_buf *event, struct en_json *ev, const char *act, en_time at, int64_t actor, const char *key_id)
{
    en_buf_reset(event);
    en_json_init(ev, event);
    en_json_object(ev);
    en_json_kv_int(ev, "v", 1);
    en_json_kv_str(ev, "act", act);
    json_kv_time(ev, "at", at);
    en_json_kv_int(ev, "actor", actor);
    if (key_id != NULL)
        en_json_kv_str(ev, "key", key_id);
}

en_errc
event_append_node(struct en_acts *a, const char *type, en_bytes bytes, en_time at, uint64_t *seq, struct en_err *err)
{
    struct en_store_event e = { .type = en_text_from_ours(type), .bytes = bytes, .at = at };

    a->rim.draw(a->rim.ctx, e.nonce, sizeof e.nonce);
    a->newest = EN_TIME_NONE;
    return en_store_event_append(a->store, &e, false, seq, err);
}

/* --- the clock ------------------------------------------------------------------------------- */

static en_errc
note_time(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    (void)err;
    *(en_time *)ctx = e->at;
    return EN_OK;
}

void
en_acts_doubt_clock(struct en_acts *a)
{
    a->clock_doubt = true;
}

en_errc
clock_check(struct en_acts *a, const struct en_store_node *node, en_time now, struct en_err *err)
{
    struct en_store_counts n;
    en_errc rc = EN_OK;

    if (node->rehearsal)
        return EN_OK; /* it acts at any time on purpose */
    if (a->newest == EN_TIME_NONE) {
        rc = en_store_counts(a->store, &n, err);
        rc = rc != EN_OK ? rc : en_store_events_each(a->store, n.events, 1, note_time, &a->newest, err);
    }
    if (rc != EN_OK)
        return rc;
    if (a->clock_doubt)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS,
                          "the clock jumped; when it is right, an admin says so: entente clock accept");
    if (a->newest != EN_TIME_NONE && now - a->newest > EN_RULES_CLOCK_AHEAD)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS,
                          "the clock is %lld days ahead of the newest act; if it is right, an admin says so: "
                          "entente clock accept",
                          (long long)((now - a->newest) / EN_TIME_DAY));
    return EN_OK;
}

void
call_describe(struct en_call *c)
{
    char id[EN_SEAL_ID_LEN + 1];
    uint8_t hash[EN_SHA256_LEN];

    if (c->who == NULL) {
        event_open(&c->event, &c->ev, c->act->word, c->now, 0, NULL);
        return;
    }
    en_key_id(c->user.key, id);
    event_open(&c->event, &c->ev, c->act->word, c->now, c->user.id, id);
    if (c->who->uid >= 0)
        en_json_kv_int(&c->ev, "unix", c->who->uid);
    en_act_request_hash(c->rq, hash);
    json_kv_hash(&c->ev, "request", hash);
    if (c->purpose.n > 0)
        en_json_kv_text(&c->ev, "purpose", c->purpose);
}

en_errc
call_begin(struct en_call *c, struct en_err *err)
{
    en_errc rc = en_store_begin(c->store, err);

    if (rc == EN_OK)
        call_describe(c);
    return rc;
}

static en_errc
sign_and_append(struct en_call *c, bool clock_accepted, uint64_t *seq, struct en_err *err)
{
    struct en_store_event e = { .type = en_text_from_ours(c->act->event), .actor = c->user.id, .at = c->now };
    uint8_t sig[EN_SEAL_SIG_LEN], leaf[EN_SHA256_LEN];
    en_errc rc;

    e.bytes = en_buf_bytes(&c->event);
    e.signature = en_bytes_from(sig, sizeof sig);
    c->acts->rim.draw(c->acts->rim.ctx, e.nonce, sizeof e.nonce);
    rc = c->who->sign(c->who->ctx, e.type, e.nonce, e.bytes, sig, err);
    if (rc != EN_OK)
        return rc;
    en_store_event_leaf(e.nonce, e.type, e.bytes, leaf);
    if (!en_seal_verify(c->user.key, EN_PURPOSE_EVENT, en_bytes_from(leaf, sizeof leaf), e.signature))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the signature is not of this person's key");
    rc = en_store_event_append(c->store, &e, clock_accepted, seq, err);
    if (rc == EN_OK) { /* should the commit fail, it is asked for again */
        c->acts->newest = EN_TIME_NONE;
        c->acts->clock_doubt = c->acts->clock_doubt && !clock_accepted;
    }
    return rc;
}

/* What the event owes: what is to leave, and travellers to be screened again. */
static en_errc
write_intents(struct en_call *c, uint64_t seq, struct en_err *err)
{
    struct en_store_intent owed = {
        .event = seq, .kind = EN_TEXT_LIT(RESCREEN), .created = c->now, .finished = EN_TIME_NONE
    };
    en_errc rc = outbox_write(&c->outbox, c->store, seq, c->now, err);

    if (rc == EN_OK && c->owes_rescreen) /* nobody is held: nothing is owed */
        rc = acts_any_held(c->acts, &c->owes_rescreen, err);
    return rc == EN_OK && c->owes_rescreen ? en_store_intent_add(c->store, &owed, &owed.id, err) : rc;
}

en_errc
call_commit(struct en_call *c, struct en_err *err)
{
    bool clock_accepted = c->act->run == act_clock_accept;
    uint64_t seq = 0;
    en_errc rc;

    en_json_object_end(&c->ev);
    rc = c->who != NULL
             ? sign_and_append(c, clock_accepted, &seq, err)
             : event_append_node(c->acts, c->act->event, en_buf_bytes(&c->event), c->now, &seq, err);
    rc = rc != EN_OK ? rc : write_intents(c, seq, err);
    if (rc != EN_OK) {
        en_store_abort(c->store);
        return rc;
    }
    rc = en_store_commit(c->store, err);
    c->answered_may = rc == EN_OK;
    return rc;
}

void
call_record(struct en_call *c, struct en_json *j)
{
    en_buf_reset(&c->line);
    en_arena_reset(&c->scratch);
    en_json_init(j, &c->line);
}

en_errc
call_emit(struct en_call *c, struct en_err *err)
{
    EN_ASSERT(c->answered_may);
    return c->reply->record(c->reply->ctx, en_buf_bytes(&c->line), err);
}

en_errc
call_emit_chunks(struct en_call *c, en_bytes bytes, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (rc == EN_OK && bytes.n > 0) {
        size_t n = bytes.n < CHUNK ? bytes.n : CHUNK;
        struct en_buf text = EN_BUF_INIT;
        struct en_json j;

        en_base64_add(&text, EN_BASE64_PADDED, en_bytes_from(bytes.p, n));
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_text(&j, "chunk", (en_text){ text.p, text.n });
        en_json_object_end(&j);
        rc = call_emit(c, err);
        en_buf_release(&text);
        bytes = en_bytes_from(bytes.p + n, bytes.n - n);
    }
    return rc;
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

bool
listed_names(struct listed *l, int64_t id)
{
    if (!l->emit)
        en_json_int(&l->c->ev, id);
    return !l->emit;
}

en_errc
call_list(struct en_call *c, const char *member, listed_fn *walk, const void *filter, struct en_err *err)
{
    struct listed l = { c, false };
    en_errc rc = call_begin(c, err);

    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, member);
    en_json_array(&c->ev);
    rc = walk(filter, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : walk(filter, &l, err);
}
