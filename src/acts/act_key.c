/*
 * act_key.c: what an admin does with the node's own keys. docs/keys.md.
 */
#include <string.h>

#include "acts/act.h"

/* Where the history stands, in an event. Public halves only. */
static void
state_facts(struct en_json *ev, const struct en_key_state *k)
{
    en_json_kv_str(ev, "partner", k->partner);
    en_json_kv_uint(ev, "number", k->number);
    json_kv_hash(ev, "signing", k->key);
    json_kv_hash(ev, "next", k->next);
}

/* --- showing ----------------------------------------------------------------------------------------------------- */

static en_errc
note_since(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    (void)err;
    *(en_time *)ctx = x->at;
    return EN_OK;
}

static void
sealing_list(const struct en_acts *a, struct en_json *j)
{
    struct en_buf recipient = EN_BUF_INIT;
    char month[EN_MONTH_LEN + 1];

    en_json_key(j, "sealing");
    en_json_array(j);
    for (unsigned i = 0; a->rim.keys != NULL && i < a->rim.keys->n_sealing; i++) {
        en_buf_reset(&recipient);
        en_month_write(a->rim.keys->month[i], month);
        en_age_recipient_write(a->rim.keys->sealing[i].recipient, &recipient);
        en_json_object(j);
        en_json_kv_str(j, "month", month);
        en_json_kv_text(j, "recipient", (en_text){ recipient.p, recipient.n });
        json_kv_time(j, "destroyed_after", en_month_start(a->rim.keys->month[i] + 1) + EN_NODE_SEALING_KEEP);
        en_json_object_end(j);
    }
    en_json_array_end(j);
    en_buf_release(&recipient);
}

static en_errc
emit_keys(struct en_call *c, const struct en_key_state *k, struct en_err *err)
{
    static const struct en_store_partner_key_filter own = { .by_partner = true, .partner = 0 };
    struct en_acts *a = c->acts;
    char fingerprint[EN_FINGERPRINT_LEN + 1], id[EN_SEAL_ID_LEN + 1];
    en_time since = EN_TIME_NONE;
    struct en_key spare;
    struct en_json j;
    en_errc rc = en_store_partner_keys_each(c->store, &own, note_since, &since, err);

    if (rc != EN_OK)
        return rc;
    en_key_fingerprint(k, fingerprint);
    en_key_id(k->key, id);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "partner", k->partner);
    en_json_kv_str(&j, "fingerprint", fingerprint);
    en_json_kv_uint(&j, "number", k->number);
    json_kv_time(&j, "since", since);
    json_kv_hash(&j, "signing", k->key);
    en_json_kv_str(&j, "signing_id", id);
    en_hex(k->next, EN_SEAL_ID_LEN / 2, id);
    en_json_kv_str(&j, "next_id", id);
    en_json_kv_bool(&j, "at_hand", a->rim.keys != NULL);
    en_json_kv_bool(&j, "next_here",
                    a->vault.put != NULL && a->vault.signing(a->vault.ctx, k->next, &spare, NULL) != EN_E_NOT_FOUND);
    sealing_list(a, &j);
    en_json_object_end(&j);
    en_key_wipe(&spare);
    return call_emit(c, err);
}

en_errc
act_key_show(struct en_call *c, struct en_err *err)
{
    struct en_key_state at;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : own_keys(c->acts, &at, err);
    return rc != EN_OK ? rc : emit_keys(c, &at, err);
}

/* --- making ------------------------------------------------------------------------------------------------------ */

/* Behind a commit: the keys as they are now, and the answer. What was dropped is not needed any more. */
static en_errc
tell_new(struct en_call *c, const struct en_key_state *k, struct en_err *err)
{
    (void)keys_load(c->acts, NULL); /* when that fails the answer says that they are not at hand */
    return emit_keys(c, k, err);
}

en_errc
act_key_init(struct en_call *c, struct en_err *err)
{
    struct en_new_keys k = { .a = c->acts };
    struct en_key_state at;
    en_errc rc = en_args_end(&c->args, err);

    if (rc == EN_OK && own_keys(c->acts, &at, NULL) == EN_OK)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this node has its keys already: entente key show");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : keys_first(&k, c->now, &at, err);
    if (rc == EN_OK) {
        state_facts(&c->ev, &at);
        rc = call_commit(c, err);
    }
    if (rc != EN_OK) {
        new_keys_drop(&k);
        return rc;
    }
    return tell_new(c, &at, err);
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

struct change {
    struct en_call *c;
    struct en_new_keys made;
    struct en_key_state was;
    struct en_key_step step;
    struct en_key by, fresh; /* the key that the step leads to; what it announces */
};

/* The key that was announced is the next one. */
static en_errc
take_next(struct change *x, struct en_err *err)
{
    struct en_acts *a = x->c->acts;
    en_errc rc = a->vault.put == NULL ? EN_E_NOT_FOUND : a->vault.signing(a->vault.ctx, x->was.next, &x->by, err);

    if (rc == EN_E_NOT_FOUND)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "the next signing key is not here; put it back from the safe: entente key restore FILE");
    return rc;
}

static en_errc
take_by(struct change *x, struct en_err *err)
{
    struct en_acts *a = x->c->acts;
    en_errc rc;

    switch (x->step.change) {
    case EN_KEY_ROTATED:
        rc = keys_needed(a, err);
        return rc != EN_OK ? rc : take_next(x, err);
    case EN_KEY_LOST:
        return take_next(x, err);
    case EN_KEY_SPARE:
        rc = keys_needed(a, err);
        if (rc == EN_OK)
            x->by = a->rim.keys->signing;
        return rc;
    case EN_KEY_READMITTED:
        return keys_draw(&x->made, x->was.partner, x->c->now, &x->by, err);
    case EN_KEY_FIRST:
    case EN_KEY_CHANGES:
        break;
    }
    EN_ASSERT(false);
    return EN_E_BUG;
}

static en_errc
make_step(struct change *x, struct en_err *err)
{
    struct en_call *c = x->c;
    bool both = x->step.change == EN_KEY_ROTATED;
    en_errc rc = take_by(x, err);

    rc = rc != EN_OK ? rc : keys_draw(&x->made, x->was.partner, c->now, &x->fresh, err);
    if (rc != EN_OK)
        return rc;
    x->step.at = c->now;
    x->step.keys = x->was;
    x->step.keys.number++;
    memcpy(x->step.before, x->was.key, sizeof x->step.before);
    memcpy(x->step.keys.key, x->by.public_key, sizeof x->step.keys.key);
    en_key_digest(x->fresh.public_key, x->step.keys.next);
    rc = keys_step(c->acts, &x->step, &x->by, both ? &c->acts->rim.keys->signing : NULL, err);
    if (rc != EN_OK)
        return rc;
    state_facts(&c->ev, &x->step.keys);
    en_json_kv_str(&c->ev, "change", en_key_change_word(x->step.change));
    return call_commit(c, err);
}

/* What is not used any more: the signing key before, or the next key that was given up. */
static void
drop_old(const struct change *x)
{
    struct en_acts *a = x->c->acts;
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SIGNING };
    struct en_key spare;

    if (x->step.change != EN_KEY_SPARE) {
        memcpy(f.public_key, x->was.key, sizeof f.public_key);
        a->vault.drop(a->vault.ctx, &f);
    }
    if ((x->step.change == EN_KEY_SPARE || x->step.change == EN_KEY_READMITTED) &&
        a->vault.signing(a->vault.ctx, x->was.next, &spare, NULL) == EN_OK) {
        memcpy(f.public_key, spare.public_key, sizeof f.public_key);
        a->vault.drop(a->vault.ctx, &f);
        en_key_wipe(&spare);
    }
}

static en_errc
change_keys(struct en_call *c, enum en_key_change change, struct en_err *err)
{
    struct change x = { .c = c, .made = { .a = c->acts }, .step = { .change = change } };
    en_errc rc = own_keys(c->acts, &x.was, err);

    if (rc == EN_OK && x.was.number == EN_KEY_STEPS_MAX)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a history of keys has at most %u steps", EN_KEY_STEPS_MAX);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : make_step(&x, err);
    en_key_wipe(&x.by);
    en_key_wipe(&x.fresh);
    if (rc != EN_OK) {
        new_keys_drop(&x.made);
        return rc;
    }
    drop_old(&x);
    return tell_new(c, &x.step.keys, err);
}

en_errc
act_key_rotate(struct en_call *c, struct en_err *err)
{
    en_errc rc = en_args_end(&c->args, err);

    return rc != EN_OK ? rc : change_keys(c, EN_KEY_ROTATED, err);
}

en_errc
act_key_lost(struct en_call *c, struct en_err *err)
{
    static const struct {
        const char *what;
        enum en_key_change change;
    } rows[] = { { "signing", EN_KEY_LOST }, { "next", EN_KEY_SPARE }, { "both", EN_KEY_READMITTED } };
    en_text what = en_args_text(&c->args, "what", EN_MUST, 16);
    size_t i = 0;
    en_errc rc;

    while (i < 3 && !en_text_is(what, rows[i].what))
        i++;
    if (i == 3)
        en_args_fault(&c->args, "what", "is signing, next or both");
    rc = en_args_end(&c->args, err);
    return rc != EN_OK ? rc : change_keys(c, rows[i].change, err);
}

/* --- putting back ------------------------------------------------------------------------------------------------ */

static en_errc
read_file(struct en_call *c, struct en_node_key_file *f, struct en_err *err)
{
    const struct en_act_input *in = &c->rq->inputs[0];
    char text[EN_NODE_FILE_MAX + 1];
    size_t n = 0, got = 1;
    en_errc rc = EN_OK;

    while (rc == EN_OK && got > 0 && n < sizeof text) {
        rc = in->read(in->ctx, n, text + n, sizeof text - n, &got, err);
        n += rc == EN_OK ? got : 0;
    }
    rc = rc != EN_OK ? rc : en_node_key_file_read(en_bytes_from(text, n), f, err);
    explicit_bzero(text, sizeof text);
    return rc;
}

/* Only what the node can use: its signing key or the one that it announced. */
static en_errc
check_file(const struct en_node_key_file *f, const struct en_key_state *at, struct en_err *err)
{
    uint8_t digest[EN_SHA256_LEN];

    en_key_digest(f->public_key, digest);
    if (strcmp(f->partner, at->partner) != 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this key file belongs to another node");
    if (f->kind != EN_NODE_KEY_SIGNING)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this is no signing key");
    if (memcmp(f->public_key, at->key, sizeof at->key) != 0 && memcmp(digest, at->next, sizeof digest) != 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "this is neither the signing key in use nor the one that was announced");
    return EN_OK;
}

en_errc
act_key_restore(struct en_call *c, struct en_err *err)
{
    struct en_acts *a = c->acts;
    struct en_node_key_file f = { .created = 0 };
    struct en_key_state at;
    char id[EN_SEAL_ID_LEN + 1];
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : own_keys(a, &at, err);
    rc = rc != EN_OK ? rc : read_file(c, &f, err);
    rc = rc != EN_OK ? rc : check_file(&f, &at, err);
    if (rc == EN_OK && (a->vault.put == NULL || a->vault.unlock == NULL))
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the node's keys cannot be written here");
    rc = rc != EN_OK ? rc : a->vault.unlock(a->vault.ctx, &f, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : a->vault.put(a->vault.ctx, &f, err);
    explicit_bzero(f.secret, sizeof f.secret);
    if (rc != EN_OK)
        return rc;
    en_key_id(f.public_key, id);
    en_json_kv_str(&c->ev, "restored", id);
    rc = call_commit(c, err);
    if (rc != EN_OK) {
        a->vault.drop(a->vault.ctx, &f);
        return rc;
    }
    return tell_new(c, &at, err);
}

/* --- what another store knows of us ------------------------------------------------------------------------------ */

static en_errc
adopt_step(void *ctx, const struct en_key_step *s, en_bytes note, struct en_err *err)
{
    struct en_call *c = ctx;
    struct en_store_partner_key x = { .number = s->keys.number, .at = s->at, .note = note };

    memcpy(x.key, s->keys.key, sizeof x.key);
    memcpy(x.next, s->keys.next, sizeof x.next);
    return en_store_partner_key_add(c->store, &x, err);
}

/* A store from before a rotation misses its steps: they stand in every card that this node has given since. */
en_errc
act_key_adopt(struct en_call *c, struct en_err *err)
{
    struct en_key_state at;
    struct en_card_file f;
    en_bytes card;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : own_keys(c->acts, &at, err);
    rc = rc != EN_OK ? rc : card_input(c, &card, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_card_file_read(card, &at, adopt_step, c, &f, err);
    if (rc != EN_OK)
        return rc;
    if (f.walked == 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this card tells nothing of our keys that is not known here");
    state_facts(&c->ev, &f.card.keys);
    en_json_kv_uint(&c->ev, "steps", f.walked);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell_new(c, &f.card.keys, err);
}

/* --- sealing keys by hand ---------------------------------------------------------------------------------------- */

/* The same as the tick makes: what is due and not there. */
/* The files are changed behind this, and not by it: whoever may write them leaves a trace before. */
en_errc
act_key_passphrase(struct en_call *c, struct en_err *err)
{
    int64_t files = en_args_int(&c->args, "files", EN_MUST, 0, 1000, 0);
    bool passphrase = en_args_bool(&c->args, "passphrase");
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "files", files);
    en_json_kv_bool(&c->ev, "passphrase", passphrase);
    return call_commit(c, err);
}

en_errc
act_key_seal(struct en_call *c, struct en_err *err)
{
    struct en_acts *a = c->acts;
    struct en_new_keys made = { .a = a };
    struct en_key_state at;
    struct en_age_identity id;
    char month[EN_MONTH_LEN + 1];
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : keys_needed(a, err);
    rc = rc != EN_OK ? rc : own_keys(a, &at, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "months");
    en_json_array(&c->ev);
    for (int32_t m = en_month_of(c->now); rc == EN_OK && m <= en_month_of(c->now) + 1; m++) {
        if (en_node_keys_sealing(a->rim.keys, m) != NULL)
            continue;
        en_month_write(m, month);
        en_json_str(&c->ev, month);
        rc = keys_draw_sealing(&made, at.partner, m, c->now, &id, err);
    }
    en_json_array_end(&c->ev);
    en_age_identity_wipe(&id);
    if (rc == EN_OK && made.n == 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the sealing keys of this month and the next are there");
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc != EN_OK) {
        new_keys_drop(&made);
        return rc;
    }
    return tell_new(c, &at, err);
}
