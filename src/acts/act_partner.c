/*
 * act_partner.c: the partners that are known: who they are, what was agreed with them, whether the link is cut.
 */
#include <string.h>

#include <unicode/uchar.h>

#include "base/limits.h"

#include "acts/partner.h"
#include "node/charter.h"

/* --- finding ------------------------------------------------------------------------------------------------------ */

struct naming {
    en_text name;
    int64_t id, like;
    unsigned n, n_like;
};

/* The same but for capitals. */
static bool
alike(en_text a, en_text b)
{
    en_bytes x = en_text_bytes(a), y = en_text_bytes(b);

    while (x.n > 0 && y.n > 0)
        if (u_foldCase((UChar32)en_utf8_next(&x), U_FOLD_CASE_DEFAULT) !=
            u_foldCase((UChar32)en_utf8_next(&y), U_FOLD_CASE_DEFAULT))
            return false;
    return x.n == 0 && y.n == 0;
}

static en_errc
look_at_name(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct naming *n = ctx;

    (void)err;
    if (en_text_eq(x->name, n->name)) {
        n->id = x->id;
        n->n++;
    } else if (alike(x->name, n->name)) {
        n->like = x->id;
        n->n_like++;
    }
    return EN_OK;
}

en_errc
partner_named(struct en_call *c, en_text id_or_name, struct en_store_partner *out, struct en_err *err)
{
    struct naming n = { .name = id_or_name };
    en_errc rc = en_store_partner_by_id(c->store, id_or_name, &c->arena, out, err);

    if (rc != EN_E_NOT_FOUND)
        return rc;
    rc = en_store_partners_each(c->store, look_at_name, &n, err);
    if (n.n == 0) { /* written as it is, it would be that one */
        n.id = n.like;
        n.n = n.n_like;
    }
    if (rc == EN_OK && n.n > 1)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "several partners have this name: give the partner's id");
    if (rc == EN_OK && n.n == 0)
        return err_not_found(err, "partner");
    return rc != EN_OK ? rc : en_store_partner_get(c->store, n.id, &c->arena, out, err);
}

void
partner_keys(const struct en_store_partner *x, struct en_key_state *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out->partner, x->partner.p, EN_SEAL_ID_LEN);
    out->number = x->number;
    memcpy(out->key, x->key, sizeof out->key);
    memcpy(out->next, x->next, sizeof out->next);
}

struct trust {
    struct en_key_state at;
};

static en_errc
follow_step(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct trust *t = ctx;
    struct en_key_step s;
    en_errc rc = en_key_step_read(x->note, &s, err);

    rc = rc != EN_OK ? rc : en_key_step_follows(&s, t->at.number > 0 ? &t->at : NULL, err);
    if (rc == EN_OK && (memcmp(x->key, s.keys.key, sizeof x->key) != 0 || x->number != s.keys.number))
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a step says another key than its row");
    if (rc == EN_OK)
        t->at = s.keys;
    return rc;
}

static bool
same_keys(const struct en_key_state *a, const struct en_key_state *b)
{
    return a->number == b->number && strcmp(a->partner, b->partner) == 0 &&
           memcmp(a->key, b->key, sizeof a->key) == 0 && memcmp(a->next, b->next, sizeof a->next) == 0;
}

en_errc
partner_check(struct en_store *s, const struct en_store_partner *x, struct en_err *err)
{
    struct en_store_partner_key_filter f = { .by_partner = true, .partner = x->id };
    struct trust t = { .at = { .number = 0 } };
    struct en_err why = EN_ERR_INIT;
    struct en_key_state row;
    struct en_card card;
    en_errc rc = en_store_partner_keys_each(s, &f, follow_step, &t, &why);

    if (rc == EN_E_STORAGE)
        return en_err_set(err, rc, EN_NO_POS, "%s", why.text);
    partner_keys(x, &row);
    if (rc == EN_OK && en_card_read(x->card, &card, NULL) == EN_OK && same_keys(&row, &t.at) &&
        same_keys(&row, &card.keys) && en_text_eq(card.name, x->name) && en_text_eq(card.country, x->country) &&
        card.rehearsal == x->rehearsal && card.at == x->card_at)
        return EN_OK;
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS,
                      "the row of partner %.*s is not what its card and its history of keys say",
                      EN_TEXT_ARG(x->partner));
}

struct old_walk {
    struct partner_old_keys *out;
    uint8_t last[EN_SEAL_PUBLIC_LEN];
};

static en_errc
take_old(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct old_walk *w = ctx;
    struct partner_old_keys *o = w->out;
    struct en_key_step s;
    en_errc rc = en_key_step_parse(x->note, &s, err);

    if (rc != EN_OK)
        return rc;
    if (s.change == EN_KEY_LOST || s.change == EN_KEY_READMITTED)
        o->n = 0;
    if (s.change == EN_KEY_ROTATED) {
        o->n = o->n < PARTNER_OLD_KEYS ? o->n + 1 : PARTNER_OLD_KEYS;
        memmove(o->key + 1, o->key, (o->n - 1) * sizeof *o->key);
        memmove(o->until + 1, o->until, (o->n - 1) * sizeof *o->until);
        memcpy(o->key[0], w->last, sizeof w->last);
        o->until[0] = s.at + EN_PARTNER_AHEAD;
    }
    memcpy(w->last, x->key, sizeof w->last);
    return EN_OK;
}

en_errc
partner_keys_before(struct en_call *c, const struct en_store_partner *x, struct partner_old_keys *out,
                    struct en_err *err)
{
    struct en_store_partner_key_filter f = { .by_partner = true, .partner = x->id };
    struct old_walk w = { .out = out };

    out->n = 0;
    return x->number > 1 ? en_store_partner_keys_each(c->store, &f, take_old, &w, err) : EN_OK;
}

bool
partner_standing_valid(en_text word)
{
    for (unsigned s = EN_STANDING_UNKNOWN + 1; s <= EN_STANDING_EXPELLED; s++)
        if (en_text_is(word, en_standing_word((enum en_standing)s)))
            return true;
    return false;
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

struct telling {
    struct en_json *j;
};

static en_errc
tell_step(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct telling *t = ctx;
    struct en_key_step s;
    char id[EN_SEAL_ID_LEN + 1];
    en_errc rc = en_key_step_read(x->note, &s, err);

    if (rc != EN_OK)
        return rc;
    en_key_id(x->key, id);
    en_json_object(t->j);
    en_json_kv_uint(t->j, "number", x->number);
    en_json_kv_str(t->j, "change", en_key_change_word(s.change));
    json_kv_time(t->j, "at", x->at);
    en_json_kv_str(t->j, "signing_id", id);
    en_json_object_end(t->j);
    return EN_OK;
}

static void
tell_sealing(const struct en_store_partner *x, struct en_json *j)
{
    struct en_buf recipient = EN_BUF_INIT;
    char month[EN_MONTH_LEN + 1];
    struct en_card card;
    bool good = en_card_read(x->card, &card, NULL) == EN_OK;

    en_json_key(j, "sealing");
    en_json_array(j);
    for (unsigned i = 0; good && i < card.n_seals; i++) {
        en_buf_reset(&recipient);
        en_month_write(card.seal[i].month, month);
        en_age_recipient_write(card.seal[i].recipient, &recipient);
        en_json_object(j);
        en_json_kv_str(j, "month", month);
        en_json_kv_text(j, "recipient", (en_text){ recipient.p, recipient.n });
        en_json_object_end(j);
    }
    en_json_array_end(j);
    en_buf_release(&recipient);
}

/* Where it is reached, and who says so. */
static void
tell_addresses(const struct en_store_partner *x, struct en_json *j)
{
    bool ours = x->n_addresses > 0;
    struct en_card card;

    if (ours)
        json_kv_texts(j, "addresses", x->addresses, x->n_addresses);
    else if (en_card_read(x->card, &card, NULL) == EN_OK)
        json_kv_texts(j, "addresses", card.address, card.n_addresses);
    else
        json_kv_texts(j, "addresses", NULL, 0);
    en_json_kv_bool(j, "addresses_ours", ours);
}

static void
tell_standing(const struct en_store_partner *x, const struct en_charter *charter, en_time now, struct en_json *j)
{
    if (charter == NULL) {
        en_json_kv_text(j, "standing", x->standing);
        en_json_key(j, "charter");
        en_json_null(j);
        return;
    }
    en_json_kv_str(j, "standing", en_standing_word(en_charter_standing(charter, x->partner, EN_TEXT_NONE, now, NULL)));
    en_json_kv_uint(j, "charter", charter->number);
}

static void
tell_partner(const struct en_store_partner *x, const struct en_charter *charter, en_time now, struct en_json *j)
{
    char fingerprint[EN_FINGERPRINT_LEN + 1], id[EN_SEAL_ID_LEN + 1];
    struct en_key_state keys;

    partner_keys(x, &keys);
    en_key_fingerprint(&keys, fingerprint);
    en_key_id(x->key, id);
    en_json_kv_text(j, "partner", x->partner);
    en_json_kv_text(j, "name", x->name);
    en_json_kv_text(j, "country", x->country);
    tell_standing(x, charter, now, j);
    en_json_kv_bool(j, "rehearsal", x->rehearsal);
    en_json_kv_uint(j, "number", x->number);
    en_json_kv_str(j, "signing_id", id);
    en_json_kv_str(j, "fingerprint", fingerprint);
    json_kv_time(j, "card_at", x->card_at);
    json_kv_time(j, "added", x->added);
    json_kv_time(j, "changed", x->changed);
    json_kv_time(j, "cut", x->cut);
    en_json_kv_text(j, "cut_why", x->cut_why);
    tell_sealing(x, j);
    tell_addresses(x, j);
    en_json_key(j, "agreement");
    if (x->agreement.n > 0)
        en_json_raw(j, x->agreement);
    else
        en_json_null(j);
}

en_errc
partner_emit(struct en_call *c, const struct en_store_partner *x, bool history, struct en_err *err)
{
    struct en_store_partner_key_filter f = { .by_partner = true, .partner = x->id };
    const struct en_charter *charter;
    struct en_json j;
    struct telling t = { &j };
    en_errc rc = charter_in_force(c, &charter, err);

    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    tell_partner(x, charter, c->now, &j);
    if (history) {
        en_json_key(&j, "history");
        en_json_array(&j);
        rc = en_store_partner_keys_each(c->store, &f, tell_step, &t, err);
        en_json_array_end(&j);
    }
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct listing {
    struct en_call *c;
    bool emit;
};

static en_errc
list_one(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct listing *l = ctx;

    if (l->emit)
        return partner_emit(l->c, x, false, err);
    en_json_text(&l->c->ev, x->partner);
    return EN_OK;
}

en_errc
act_partner_list(struct en_call *c, struct en_err *err)
{
    struct listing l = { c, false };
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "partners");
    en_json_array(&c->ev);
    rc = en_store_partners_each(c->store, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_partners_each(c->store, list_one, &l, err);
}

/* Begins an act about one partner; the event names it. */
static en_errc
begin_with(struct en_call *c, en_text who, struct en_store_partner *x, struct en_err *err)
{
    en_errc rc = call_begin(c, err);

    rc = rc != EN_OK ? rc : partner_named(c, who, x, err);
    if (rc == EN_OK)
        en_json_kv_text(&c->ev, "partner", x->partner);
    return rc;
}

en_errc
act_partner_show(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    struct en_store_partner x;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : begin_with(c, who, &x, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    return rc != EN_OK ? rc : partner_emit(c, &x, true, err);
}

/* --- the link ----------------------------------------------------------------------------------------------------- */

/*= reference/exchange.md 4, "Local sovereignty first": at once, and with no vote. */
static en_errc
set_cut(struct en_call *c, bool cut, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, EN_PARTNER_REASON_MAX);
    struct en_store_partner x;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : begin_with(c, who, &x, err);
    if (rc == EN_OK && (x.cut != EN_TIME_NONE) == cut)
        return en_err_set(err, EN_E_NO, EN_NO_POS,
                          cut ? "the link to this partner is cut already" : "the link to this partner is not cut");
    if (rc != EN_OK)
        return rc;
    x.cut = cut ? c->now : EN_TIME_NONE;
    x.cut_why = cut ? reason : EN_TEXT_LIT("");
    x.changed = c->now;
    en_json_kv_text(&c->ev, "reason", reason);
    rc = en_store_partner_change(c->store, &x, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    return rc != EN_OK ? rc : partner_emit(c, &x, false, err);
}

en_errc
act_partner_cut(struct en_call *c, struct en_err *err)
{
    return set_cut(c, true, err);
}

en_errc
act_partner_restore(struct en_call *c, struct en_err *err)
{
    return set_cut(c, false, err);
}

/* Where we reach it, whatever its card says. */
en_errc
act_partner_address(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    struct en_store_partner x;
    const en_text *list;
    size_t n;
    en_errc rc;

    args_addresses(&c->args, &list, &n);
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : begin_with(c, who, &x, err);
    if (rc != EN_OK)
        return rc;
    x.addresses = list;
    x.n_addresses = n;
    x.changed = c->now;
    json_kv_texts(&c->ev, "addresses", list, n);
    rc = en_store_partner_change(c->store, &x, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    return rc != EN_OK ? rc : partner_emit(c, &x, false, err);
}

/* --- the agreement ------------------------------------------------------------------------------------------------ */

/* As bits. */
static unsigned
copy_kinds(struct en_call *c, const char *member, struct en_json *j)
{
    const en_text *words;
    size_t n = en_args_texts(&c->args, member, EN_RECORD_KINDS, 20, &words);
    enum en_record_kind k;
    unsigned kinds = 0;

    for (size_t i = 0; i < n; i++)
        if (!en_record_kind_from(words[i], &k))
            en_args_fault(&c->args, member, "each is a kind of record: alert, sighting, movement …");
        else
            kinds |= 1u << k;
    json_kv_texts(j, member, words, n);
    return kinds;
}

static void
copy_texts(struct en_call *c, const char *member, struct en_json *j)
{
    const en_text *words;
    size_t n = en_args_texts(&c->args, member, EN_STORE_MAX_LIST, EN_STORE_MAX_WORD, &words);

    json_kv_texts(j, member, words, n);
}

/* What of our own goes by default is within what we give, or it would never go. */
static void
copy_default(struct en_call *c, unsigned gives, en_text most, struct en_json *j)
{
    en_text usual_most = en_args_text(&c->args, "default_most", EN_MAY, 20);
    enum en_tlp tlp, given;
    unsigned usual = copy_kinds(c, "default", j);

    if (usual & 1u << EN_RECORD_WITHDRAWAL)
        en_args_fault(&c->args, "default", "none is a withdrawal: those go to all who hold what is withdrawn");
    else if ((usual & ~gives) != 0)
        en_args_fault(&c->args, "default", "each is a kind that is given, too (gives)");
    if (usual_most.n > 0 && !en_tlp_from(usual_most, &tlp))
        en_args_fault(&c->args, "default_most", "is a TLP label: clear, green, amber, amber+strict or red");
    else if (usual_most.n > 0 && en_tlp_from(most, &given) && tlp > given)
        en_args_fault(&c->args, "default_most", "is no stricter label than the strictest that we give");
    if (usual_most.n > 0 && usual == 0)
        en_args_fault(&c->args, "default_most", "goes with the kinds that go by default");
    en_json_kv_text(j, "default_most", usual_most.n > 0 ? usual_most : most);
}

/* Only what is said here is agreed. */
static void
read_agreement(struct en_call *c, struct en_buf *out)
{
    struct en_json j;
    enum en_tlp tlp;
    unsigned gives;
    en_text most = en_args_text(&c->args, "most", EN_MAY, 20);
    en_time since = en_args_time(&c->args, "since"), until = en_args_time(&c->args, "until");

    if (most.n == 0)
        most = EN_TEXT_LIT("clear");
    if (!en_tlp_from(most, &tlp))
        en_args_fault(&c->args, "most", "is a TLP label: clear, green, amber, amber+strict or red");
    if (since != EN_TIME_NONE && until != EN_TIME_NONE && until <= since)
        en_args_fault(&c->args, "until", "is behind since");
    en_json_init(&j, out);
    en_json_object(&j);
    gives = copy_kinds(c, "gives", &j);
    (void)copy_kinds(c, "takes", &j);
    en_json_kv_text(&j, "most", most);
    copy_texts(c, "codes", &j);
    copy_texts(c, "purposes", &j);
    en_json_kv_bool(&j, "live", en_args_bool(&c->args, "live"));
    json_kv_time(&j, "since", since);
    json_kv_time(&j, "until", until);
    copy_default(c, gives, most, &j);
    en_json_object_end(&j);
}

en_errc
act_partner_agree(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    en_text standing = en_args_text(&c->args, "standing", EN_MAY, 20);
    bool none = en_args_bool(&c->args, "none");
    struct en_buf agreement = EN_BUF_INIT;
    const struct en_charter *charter;
    struct en_store_partner x;
    en_errc rc;

    if (!none)
        read_agreement(c, &agreement);
    if (standing.n > 0 && !partner_standing_valid(standing))
        en_args_fault(&c->args, "standing", "is full, observer, provisional, suspended or expelled");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : begin_with(c, who, &x, err);
    rc = rc != EN_OK ? rc : charter_in_force(c, &charter, err);
    if (rc == EN_OK && charter != NULL && standing.n > 0)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "the charter in force says how partners stand (charter 3); to stop at once: entente partner cut");
    if (rc == EN_OK) {
        x.agreement = en_buf_bytes(&agreement);
        x.standing = standing.n > 0 ? standing : x.standing;
        x.changed = c->now;
        en_json_kv_text(&c->ev, "standing", x.standing);
        en_json_key(&c->ev, "agreement");
        if (none)
            en_json_null(&c->ev);
        else
            en_json_raw(&c->ev, x.agreement);
        rc = en_store_partner_change(c->store, &x, err);
    }
    rc = rc != EN_OK ? rc : call_commit(c, err);
    rc = rc != EN_OK ? rc : partner_emit(c, &x, true, err);
    en_buf_release(&agreement);
    return rc;
}
