/*
 * act_partner_card.c: cards: our own is made, those of partners are taken in, by a person who compared the fingerprint
 * by another way. docs/keys.md 3.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#include "acts/partner.h"

/* --- ours --------------------------------------------------------------------------------------------------------- */

static en_errc
add_note(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_buf *b = ctx;

    (void)err;
    en_buf_add(b, x->note.p, x->note.n);
    return EN_OK;
}

/* Sealing keys of this month and after it: what is sealed today is not sealed for a key that goes sooner. */
static void
own_card(struct en_call *c, const struct en_key_state *at, struct en_card *card)
{
    const struct en_node_keys *k = c->acts->rim.keys;

    *card = (struct en_card){
        .keys = *at, .name = c->node.name, .country = c->node.country, .rehearsal = c->node.rehearsal, .at = c->now
    };
    for (size_t i = 0; i < c->node.n_addresses && i < EN_CARD_ADDRESSES_MAX; i++)
        if (en_address_valid(c->node.addresses[i]))
            card->address[card->n_addresses++] = c->node.addresses[i];
    for (unsigned i = k->n_sealing; i-- > 0;) {
        if (k->month[i] < en_month_of(c->now))
            continue;
        card->seal[card->n_seals].month = k->month[i];
        memcpy(card->seal[card->n_seals++].recipient, k->sealing[i].recipient, EN_AGE_KEY_LEN);
    }
}

static en_errc
write_card(struct en_call *c, struct en_key_state *at, struct en_buf *out, struct en_err *err)
{
    static const struct en_store_partner_key_filter own = { .by_partner = true, .partner = 0 };
    struct en_card card;
    en_errc rc = keys_needed(c->acts, err);

    rc = rc != EN_OK ? rc : own_keys(c->acts, at, err);
    if (rc != EN_OK)
        return rc;
    own_card(c, at, &card);
    if (card.n_seals == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "there is no sealing key of this month: entente key seal");
    if (card.name.n == 0 || card.name.n > EN_PARTNER_NAME_MAX)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the node's name is longer than a card's: at most %u bytes",
                          EN_PARTNER_NAME_MAX);
    en_card_write(&card, &c->acts->rim.keys->signing, out);
    return en_store_partner_keys_each(c->store, &own, add_note, out, err);
}

en_errc
card_of_ours(struct en_call *c, struct en_buf *note, struct en_err *err)
{
    struct en_key_state at;
    struct en_card card;
    en_errc rc = own_keys(c->acts, &at, err);

    if (rc != EN_OK)
        return rc == EN_E_NOT_FOUND ? EN_OK : rc;
    own_card(c, &at, &card);
    if (memcmp(at.key, c->acts->rim.keys->signing.public_key, sizeof at.key) == 0 && card.n_seals > 0 &&
        card.name.n > 0 && card.name.n <= EN_PARTNER_NAME_MAX)
        en_card_write(&card, &c->acts->rim.keys->signing, note);
    return EN_OK;
}

static void
card_lines(const struct en_buf *card, struct en_json *j)
{
    en_json_key(j, "card");
    en_json_array(j);
    for (size_t at = 0, i = 0; i < card->n; i++) {
        if (card->p[i] != '\n')
            continue;
        en_json_text(j, (en_text){ card->p + at, i - at });
        at = i + 1;
    }
    en_json_array_end(j);
}

/* A partner's card as it is known here: it may need its own back. */
static en_errc
known_card(struct en_call *c, en_text who, struct en_key_state *at, struct en_buf *out, struct en_err *err)
{
    struct en_store_partner_key_filter steps = { .by_partner = true };
    struct en_store_partner x;
    en_errc rc = partner_named(c, who, &x, err);

    if (rc != EN_OK)
        return rc;
    partner_keys(&x, at);
    en_buf_add(out, x.card.p, x.card.n);
    steps.partner = x.id;
    return en_store_partner_keys_each(c->store, &steps, add_note, out, err);
}

en_errc
act_partner_card(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MAY, EN_PARTNER_NAME_MAX);
    char fingerprint[EN_FINGERPRINT_LEN + 1];
    struct en_buf card = EN_BUF_INIT;
    struct en_key_state at;
    struct en_json j;
    uint8_t hash[EN_SHA256_LEN];
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK)
        rc = who.n > 0 ? known_card(c, who, &at, &card, err) : write_card(c, &at, &card, err);
    if (rc == EN_OK) {
        en_sha256(en_buf_bytes(&card), hash);
        en_json_kv_str(&c->ev, "partner", at.partner);
        json_kv_hash(&c->ev, "card", hash);
        en_json_kv_uint(&c->ev, "number", at.number);
        rc = call_commit(c, err);
    }
    if (rc == EN_OK) {
        en_key_fingerprint(&at, fingerprint);
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_str(&j, "partner", at.partner);
        en_json_kv_str(&j, "fingerprint", fingerprint);
        json_kv_time(&j, "at", c->now);
        card_lines(&card, &j);
        en_json_object_end(&j);
        rc = call_emit(c, err);
    }
    en_buf_release(&card);
    return rc;
}

/* --- theirs ------------------------------------------------------------------------------------------------------- */

enum taking { LOOK, ADD, UPDATE, READMIT };

struct step {
    struct en_key_step s;
    en_bytes note;
};

struct taken {
    struct en_call *c;
    enum taking how;
    en_text fingerprint; /* as it was heard; empty if it was not given */
    en_text standing;
    en_bytes bytes;
    struct en_card_file file;
    struct en_store_partner known; /* id 0: unknown */
    struct en_key_state known_keys;
    struct step *steps; /* those that are new */
    size_t n_steps, cap_steps;
    bool person; /* what only a person can accept */
};

static en_errc
take_step(void *ctx, const struct en_key_step *s, en_bytes note, struct en_err *err)
{
    struct taken *t = ctx;

    if (!en_arena_grow(&t->c->arena, &t->steps, &t->cap_steps, t->n_steps + 1, sizeof *t->steps))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the history of keys is too long");
    t->steps[t->n_steps++] = (struct step){ *s, note };
    return EN_OK;
}

en_errc
card_input(struct en_call *c, en_bytes *out, struct en_err *err)
{
    const struct en_act_input *in = &c->rq->inputs[0];
    uint8_t *p;
    size_t n = 0, got = 1;
    en_errc rc = EN_OK;

    if (in->size > EN_CARD_FILE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a card file has at most %u bytes", EN_CARD_FILE_MAX);
    p = en_arena_alloc(&c->arena, (size_t)in->size + 1);
    if (p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the card does not fit into the memory of an act");
    while (rc == EN_OK && got > 0 && n < in->size) {
        rc = in->read(in->ctx, n, p + n, (size_t)in->size - n, &got, err);
        n += rc == EN_OK ? got : 0;
    }
    *out = en_bytes_from(p, n);
    return rc;
}

/* Whose card is it, and do we know that partner? Nothing is believed before the file was read whole. */
static en_errc
read_card(struct taken *t, struct en_err *err)
{
    struct en_key_state ours;
    en_bytes rest = t->bytes, note;
    struct en_card card;
    en_text id;
    en_errc rc = en_lines_next(&rest, &note, err);

    if (rc == EN_E_NO)
        return en_err_set(err, EN_E_INPUT, 0, "this is no card");
    rc = rc != EN_OK ? rc : en_card_read(note, &card, err);
    if (rc != EN_OK)
        return rc;
    if (own_keys(t->c->acts, &ours, NULL) == EN_OK && strcmp(ours.partner, card.keys.partner) == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this is the card of this node itself");
    id = en_text_dup(en_text_from_ours(card.keys.partner), &t->c->arena);
    rc = en_store_partner_by_id(t->c->store, id, &t->c->arena, &t->known, err);
    if (rc == EN_OK)
        rc = partner_check(t->c->store, &t->known, err);
    if (rc == EN_OK)
        partner_keys(&t->known, &t->known_keys);
    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        return rc;
    return en_card_file_read(t->bytes, t->known.id != 0 ? &t->known_keys : NULL, take_step, t, &t->file, err);
}

static en_errc
no(struct en_err *err, en_errc code, const char *why)
{
    return en_err_set(err, code, EN_NO_POS, "%s", why);
}

/* What holds for every card, new or newer. */
static en_errc
check_card(const struct taken *t, struct en_err *err)
{
    const struct en_card *card = &t->file.card;

    if (card->at > t->c->now + EN_PARTNER_AHEAD)
        return no(err, EN_E_RULE, "this card was made in the future: look at both clocks");
    for (size_t i = 0; i < t->n_steps; i++)
        if (t->steps[i].s.at > t->c->now + EN_PARTNER_AHEAD)
            return no(err, EN_E_RULE, "a step of this partner's keys was made in the future: look at both clocks");
    if (card->rehearsal != t->c->node.rehearsal)
        return no(err, EN_E_RULE,
                  card->rehearsal ? "this partner is a rehearsal with made-up data, and this node is not"
                                  : "this node is a rehearsal with made-up data, and this partner is not");
    return EN_OK;
}

/* A month's sealing key is what it was. */
static bool
same_sealing(const struct en_card *was, const struct en_card *is)
{
    for (unsigned i = 0; i < was->n_seals; i++)
        for (unsigned k = 0; k < is->n_seals; k++)
            if (was->seal[i].month == is->seal[k].month &&
                memcmp(was->seal[i].recipient, is->seal[k].recipient, EN_AGE_KEY_LEN) != 0)
                return false;
    return true;
}

/* What differs from the card that is known, beyond what a partner changes by itself. */
static en_errc
compare_cards(struct taken *t, struct en_err *err)
{
    const struct en_card *is = &t->file.card;
    struct en_card was;
    en_errc rc = en_card_read(t->known.card, &was, err);

    if (rc != EN_OK)
        return rc;
    if (en_bytes_eq(t->known.card, t->file.card_note))
        return no(err, EN_E_NO, "this card is the one that is known");
    if (is->at <= was.at)
        return no(err, EN_E_RULE, "this card is older than the one that is known of this partner");
    t->person = !en_text_eq(is->name, was.name) || !en_text_eq(is->country, was.country) || !same_sealing(&was, is);
    return EN_OK;
}

static en_errc
check_known(struct taken *t, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (t->how == ADD && t->known.id != 0)
        return no(err, EN_E_NO, "this partner is known already: entente partner update");
    if (t->how == UPDATE && t->known.id == 0)
        return no(err, EN_E_NOT_FOUND, "no partner of this id is known: entente partner add");
    if (t->known.id != 0)
        rc = compare_cards(t, err);
    if (rc == EN_OK && t->file.worst == EN_KEY_READMITTED && t->how != READMIT)
        rc = no(err, EN_E_RULE,
                "this partner has lost both its keys: it is re-admitted in person, entente partner readmit");
    if (rc == EN_OK && t->file.worst != EN_KEY_READMITTED && t->how == READMIT)
        rc = no(err, EN_E_RULE, "this partner's keys hold together: nothing is to be re-admitted");
    t->person = t->person || t->how != UPDATE || t->file.worst > EN_KEY_ROTATED;
    return rc;
}

/* Only a person can say that the one who reads the digits is the one that the card names. */
static en_errc
check_fingerprint(const struct taken *t, struct en_err *err)
{
    if (t->fingerprint.n == 0 && t->person)
        return no(err, EN_E_SECOND,
                  "a person compares the fingerprint with the partner, by another way than the card came, and gives it "
                  "with --fingerprint");
    if (t->fingerprint.n > 0 && !en_key_fingerprint_is(&t->file.card.keys, t->fingerprint))
        return no(err, EN_E_RULE, "the fingerprint is not that of this card: it is not the partner's, or was misheard");
    return EN_OK;
}

static en_errc
store_steps(const struct taken *t, int64_t partner, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < t->n_steps; i++) {
        const struct en_key_step *s = &t->steps[i].s;
        struct en_store_partner_key x = {
            .partner = partner, .number = s->keys.number, .at = s->at, .note = t->steps[i].note
        };

        memcpy(x.key, s->keys.key, sizeof x.key);
        memcpy(x.next, s->keys.next, sizeof x.next);
        rc = en_store_partner_key_add(t->c->store, &x, err);
        if (rc == EN_E_NO)
            rc = no(err, EN_E_RULE, "another partner, or this node, has or had this key");
    }
    return rc;
}

static en_errc
store_partner(struct taken *t, struct en_err *err)
{
    const struct en_card *card = &t->file.card;
    struct en_store_partner *x = &t->known;
    bool fresh = x->id == 0;
    en_errc rc;

    if (fresh)
        *x = (struct en_store_partner){ .partner = en_text_from_ours(card->keys.partner),
                                        .standing = t->standing,
                                        .added = t->c->now,
                                        .cut = EN_TIME_NONE };
    x->name = card->name;
    x->country = card->country;
    x->rehearsal = card->rehearsal;
    x->number = card->keys.number;
    memcpy(x->key, card->keys.key, sizeof x->key);
    memcpy(x->next, card->keys.next, sizeof x->next);
    x->card = t->file.card_note;
    x->card_at = card->at;
    x->changed = t->c->now;
    rc = fresh ? en_store_partner_add(t->c->store, x, &x->id, err) : en_store_partner_change(t->c->store, x, err);
    return rc != EN_OK ? rc : store_steps(t, x->id, err);
}

static void
card_facts(const struct taken *t)
{
    uint8_t hash[EN_SHA256_LEN];
    struct en_json *ev = &t->c->ev;

    en_sha256(t->file.card_note, hash);
    en_json_kv_str(ev, "partner", t->file.card.keys.partner);
    json_kv_hash(ev, "card", hash);
    en_json_kv_uint(ev, "number", t->file.card.keys.number);
    json_kv_hash(ev, "signing", t->file.card.keys.key);
    if (t->file.walked > 0)
        en_json_kv_str(ev, "change", en_key_change_word(t->file.worst));
    en_json_kv_bool(ev, "compared", t->fingerprint.n > 0);
    en_json_kv_text(ev, "standing", t->known.standing);
}

static en_errc
take_card(struct en_call *c, enum taking how, struct en_err *err)
{
    struct taken t = { .c = c, .how = how };
    en_errc rc;

    t.fingerprint = en_args_text(&c->args, "fingerprint", EN_MAY, 100);
    t.standing = EN_TEXT_LIT("full");
    if (how == ADD && en_args_has(&c->args, "standing"))
        t.standing = en_args_text(&c->args, "standing", EN_MAY, 20);
    if (!partner_standing_valid(t.standing))
        en_args_fault(&c->args, "standing", "is full, observer, provisional, suspended or expelled");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : card_input(c, &t.bytes, err);
    rc = rc != EN_OK ? rc : read_card(&t, err);
    rc = rc != EN_OK ? rc : check_card(&t, err);
    rc = rc != EN_OK ? rc : check_known(&t, err);
    rc = rc != EN_OK ? rc : check_fingerprint(&t, err);
    rc = rc != EN_OK ? rc : store_partner(&t, err);
    if (rc != EN_OK)
        return rc;
    card_facts(&t);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : partner_emit(c, &t.known, false, err);
}

en_errc
act_partner_add(struct en_call *c, struct en_err *err)
{
    return take_card(c, ADD, err);
}

en_errc
act_partner_update(struct en_call *c, struct en_err *err)
{
    return take_card(c, UPDATE, err);
}

en_errc
act_partner_readmit(struct en_call *c, struct en_err *err)
{
    return take_card(c, READMIT, err);
}

/* --- a look ------------------------------------------------------------------------------------------------------- */

/* What a card says, so that a person knows with whom to compare what. Nothing is taken in. */
en_errc
act_partner_look(struct en_call *c, struct en_err *err)
{
    struct taken t = { .c = c, .how = LOOK };
    char fingerprint[EN_FINGERPRINT_LEN + 1];
    const struct en_card *card = &t.file.card;
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : card_input(c, &t.bytes, err);
    rc = rc != EN_OK ? rc : read_card(&t, err);
    if (rc != EN_OK)
        return rc;
    en_key_fingerprint(&card->keys, fingerprint);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "partner", card->keys.partner);
    en_json_kv_text(&j, "name", card->name);
    en_json_kv_text(&j, "country", card->country);
    en_json_kv_bool(&j, "rehearsal", card->rehearsal);
    json_kv_time(&j, "at", card->at);
    en_json_kv_uint(&j, "number", card->keys.number);
    en_json_kv_str(&j, "fingerprint", fingerprint);
    en_json_kv_bool(&j, "known", t.known.id != 0);
    en_json_key(&j, "changes");
    en_json_array(&j);
    for (size_t i = 0; i < t.n_steps; i++)
        en_json_str(&j, en_key_change_word(t.steps[i].s.change));
    en_json_array_end(&j);
    en_json_object_end(&j);
    return call_emit(c, err);
}
