/*
 * act_charter_vote.c: a version is proposed, signed and adopted: each by two persons. docs/formats/charter.md.
 *
 * A signature of the node is its vote; what is adopted says with whom it exchanges. So one person asks and another
 * does it. Who proposes has asked for the signature. One person adopts what two persons have had signed.
 */
#include <string.h>

#include "acts/charter.h"
#include "acts/exchange.h"
#include "seal/age.h"

static en_errc
no(struct en_err *err, en_errc code, const char *why)
{
    return en_err_set(err, code, EN_NO_POS, "%s", why);
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

struct draft {
    struct en_call *c;
    struct charters *all;
    struct en_charter next;
    en_time until;
    const en_text *sponsors;
    size_t n_sponsors;
};

static void
entry_keys(struct en_charter_member *m, const struct en_key_state *k, const uint8_t *seal)
{
    en_partner_note_key(m->id, k->key, &m->key);
    memcpy(m->next, k->next, sizeof m->next);
    memcpy(m->seal, seal, sizeof m->seal);
}

static en_errc
entry_describe(struct en_charter_member *m, en_text name, en_text country, struct en_err *err)
{
    m->name = name;
    m->organisation = country.n == 0;
    m->country = en_country_from_text(country);
    if (name.n > EN_CHARTER_NAME_MAX)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "a name in a charter has at most %u bytes", EN_CHARTER_NAME_MAX);
    if (!m->organisation && m->country.a3[0] == 0)
        return no(err, EN_E_RULE, "the country of a member is none that is known");
    return EN_OK;
}

/* What we are now. */
static en_errc
own_entry(struct draft *d, struct en_charter_member *m, struct en_err *err)
{
    const struct en_node_keys *k;
    int32_t month = en_month_of(d->c->now);
    unsigned at = 0;
    en_errc rc = exchange_keys(d->c, &k, err);

    rc = rc != EN_OK ? rc : keys_needed(d->c->acts, err);
    if (rc != EN_OK)
        return rc;
    while (at < k->n_sealing && k->month[at] != month)
        at++;
    if (at == k->n_sealing)
        return no(err, EN_E_RULE, "there is no sealing key of this month: entente key seal");
    m->id = en_text_dup(en_text_from_ours(d->all->own.partner), &d->c->arena);
    entry_keys(m, &d->all->own, k->sealing[at].recipient);
    return entry_describe(m, d->c->node.name, d->c->node.country, err);
}

/* What a partner's card says. */
static en_errc
partner_entry(struct draft *d, en_text whom, struct en_charter_member *m, struct en_err *err)
{
    struct en_store_partner row;
    struct en_key_state keys;
    struct en_card card;
    en_errc rc = partner_named(d->c, whom, &row, err);

    rc = rc != EN_OK ? rc : partner_check(d->c->store, &row, err);
    rc = rc != EN_OK ? rc : en_card_read(row.card, &card, err);
    if (rc != EN_OK)
        return rc;
    partner_keys(&row, &keys);
    m->id = row.partner;
    entry_keys(m, &keys, en_card_seal_at(&card, d->c->now)->recipient);
    return entry_describe(m, row.name, row.country, err);
}

static bool
is_we(const struct draft *d, en_text whom)
{
    return d->all->own.number > 0 &&
           (en_text_is(whom, d->all->own.partner) || en_text_eq(whom, d->c->node.name));
}

/* The present entry of whoever is meant. */
static en_errc
listed(struct draft *d, en_text whom, struct en_charter_member *m, struct en_err *err)
{
    const struct en_charter_member *is = charter_member_named(&d->next, whom);

    *m = (struct en_charter_member){ .suspended = EN_TIME_NONE };
    if (is == NULL)
        return no(err, EN_E_NOT_FOUND, "the charter has no such member, or several of this name: give the member's id");
    *m = *is;
    return EN_OK;
}

static en_errc
put(struct draft *d, const struct en_charter_member *m, struct en_err *err)
{
    return en_charter_put(&d->next, m) ? EN_OK : no(err, EN_E_LIMIT, "the charter is full");
}

/* --- what is proposed --------------------------------------------------------------------------------------------- */

/* Who is not listed yet comes with what its card says; its keys stand in its entry. */
static en_errc
comes(struct draft *d, en_text whom, enum en_standing standing, struct en_charter_member *m, struct en_err *err)
{
    en_errc rc = EN_OK;

    *m = (struct en_charter_member){ .suspended = EN_TIME_NONE };
    if (charter_member_named(&d->next, whom) != NULL)
        rc = listed(d, whom, m, err);
    else
        rc = is_we(d, whom) ? own_entry(d, m, err) : partner_entry(d, whom, m, err);
    if (rc == EN_OK && m->standing == standing && standing != EN_STANDING_PROVISIONAL)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "%.*s is a member of that standing", EN_TEXT_ARG(m->name));
    m->standing = standing;
    m->n_sponsors = 0;
    return rc;
}

static en_errc
admit(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = comes(d, whom, EN_STANDING_FULL, &m, err);

    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
observe(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = comes(d, whom, EN_STANDING_OBSERVER, &m, err);

    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
vouch(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m, sponsor;
    en_errc rc = comes(d, whom, EN_STANDING_PROVISIONAL, &m, err);

    if (rc == EN_OK && (d->n_sponsors < EN_CHARTER_SPONSORS_MIN || d->n_sponsors > EN_CHARTER_SPONSORS_MAX))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a provisional member has %u to %u sponsors: --sponsor",
                        EN_CHARTER_SPONSORS_MIN, EN_CHARTER_SPONSORS_MAX);
    for (size_t i = 0; rc == EN_OK && i < d->n_sponsors; i++) {
        unsigned at = m.n_sponsors;

        rc = listed(d, d->sponsors[i], &sponsor, err);
        if (rc != EN_OK)
            break;
        for (; at > 0 && en_text_cmp(m.sponsors[at - 1], sponsor.id) > 0; at--)
            m.sponsors[at] = m.sponsors[at - 1];
        m.sponsors[at] = sponsor.id;
        m.n_sponsors++;
    }
    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
expel(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = listed(d, whom, &m, err);

    m.standing = EN_STANDING_EXPELLED;
    m.n_sponsors = 0;
    m.suspended = EN_TIME_NONE;
    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
suspend(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = listed(d, whom, &m, err);

    m.suspended = d->until != EN_TIME_NONE ? d->until : d->next.date + EN_CHARTER_SUSPENSION;
    if (rc == EN_OK && m.suspended <= d->next.date)
        rc = no(err, EN_E_USAGE, "a suspension lasts beyond the date of the charter: --until");
    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
restore(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = listed(d, whom, &m, err);

    if (rc == EN_OK && m.suspended == EN_TIME_NONE)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "%.*s is not suspended", EN_TEXT_ARG(m.name));
    m.suspended = EN_TIME_NONE;
    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
take_out(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = listed(d, whom, &m, err);

    if (rc == EN_OK)
        (void)en_charter_remove(&d->next, m.id);
    return rc;
}

/* Its entry says what its card says now. */
static en_errc
refresh(struct draft *d, en_text whom, struct en_err *err)
{
    struct en_charter_member m, is = { .suspended = EN_TIME_NONE };
    en_errc rc = listed(d, whom, &m, err);

    if (rc == EN_OK)
        rc = is_we(d, m.id) ? own_entry(d, &is, err) : partner_entry(d, m.id, &is, err);
    if (rc != EN_OK)
        return rc;
    is.standing = m.standing;
    memcpy(is.sponsors, m.sponsors, sizeof is.sponsors);
    is.n_sponsors = m.n_sponsors;
    is.suspended = m.suspended;
    is.relay = m.relay;
    is.bloc = m.bloc;
    return put(d, &is, err);
}

/* NAME=WORD in two. */
static bool
in_two(en_text t, en_text *name, en_text *word)
{
    const char *at = t.n > 0 ? memrchr(t.p, '=', t.n) : NULL;

    if (at == NULL)
        return false;
    *name = (en_text){ t.p, (size_t)(at - t.p) };
    *word = (en_text){ at + 1, t.n - name->n - 1 };
    return true;
}

static en_errc
label(struct draft *d, en_text pair, struct en_err *err)
{
    struct en_charter_member m;
    en_text whom, bloc;
    en_errc rc = in_two(pair, &whom, &bloc) ? listed(d, whom, &m, err)
                                            : no(err, EN_E_USAGE, "a label is given as MEMBER=LABEL: --bloc");

    m.bloc = bloc;
    return rc != EN_OK ? rc : put(d, &m, err);
}

static bool
small(en_text t, unsigned *out)
{
    *out = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || t.n > 2)
            return false;
        *out = 10 * *out + (unsigned)(t.p[i] - '0');
    }
    return *out > 0;
}

static en_errc
amend(struct draft *d, en_text pair, struct en_err *err)
{
    en_text word, part, num, den;
    struct en_charter_part p;
    const char *slash;

    if (in_two(pair, &word, &part) && (slash = memchr(part.p, '/', part.n)) != NULL) {
        num = (en_text){ part.p, (size_t)(slash - part.p) };
        den = (en_text){ slash + 1, part.n - num.n - 1 };
        for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
            if (en_text_is(word, en_charter_threshold_word((enum en_charter_threshold)t)) && small(num, &p.num) &&
                small(den, &p.den)) {
                d->next.threshold[t] = p;
                return EN_OK;
            }
    }
    return no(err, EN_E_USAGE, "a threshold is admit=2/3, expel=…, amend=… or suspend=…, each at most 99/99");
}

static const struct {
    const char *member;
    en_errc (*fn)(struct draft *d, en_text whom, struct en_err *err);
} edits[] = {
    { "admit", admit },   { "observer", observe }, { "refresh", refresh }, { "provisional", vouch },
    { "expel", expel },   { "suspend", suspend },  { "restore", restore }, { "remove", take_out },
    { "bloc", label },    { "threshold", amend },
};
#define EDITS (sizeof edits / sizeof *edits)

struct wish {
    const en_text *whom[EDITS];
    size_t n[EDITS];
    bool found, relay, no_relay;
};

static void
read_wish(struct en_call *c, struct wish *w, struct draft *d)
{
    for (size_t i = 0; i < EDITS; i++)
        w->n[i] = en_args_texts(&c->args, edits[i].member, EN_CHARTER_MEMBERS_MAX, EN_STORE_MAX_WORD, &w->whom[i]);
    d->n_sponsors = en_args_texts(&c->args, "sponsors", EN_CHARTER_SPONSORS_MAX, EN_STORE_MAX_WORD, &d->sponsors);
    d->until = en_args_time(&c->args, "until");
    w->found = en_args_bool(&c->args, "found");
    w->relay = en_args_bool(&c->args, "relay");
    w->no_relay = en_args_bool(&c->args, "no_relay");
}

static en_errc
start(struct draft *d, const struct wish *w, struct en_err *err)
{
    struct en_charter_member we = { .suspended = EN_TIME_NONE, .standing = EN_STANDING_FULL };
    const struct version *now = d->all->now;
    en_errc rc;

    if (w->found && now != NULL)
        return no(err, EN_E_NO, "a charter is in force here; what is proposed follows it");
    if (!w->found && now == NULL)
        return no(err, EN_E_RULE, "no charter is in force here: take one in and adopt it, or found one with --found");
    if (now != NULL && now->c.date > d->c->now)
        return no(err, EN_E_RULE, "the charter in force is dated after now: look at the clock");
    rc = en_charter_next(now != NULL ? &now->c : NULL, d->c->now, &d->c->arena, &d->next, err);
    if (rc == EN_OK && w->found) {
        rc = own_entry(d, &we, err);
        rc = rc != EN_OK ? rc : put(d, &we, err);
    }
    return rc;
}

static en_errc
relay(struct draft *d, bool yes, struct en_err *err)
{
    struct en_charter_member m;
    en_errc rc = listed(d, en_text_from_ours(d->all->own.partner), &m, err);

    m.relay = yes;
    return rc != EN_OK ? rc : put(d, &m, err);
}

static en_errc
apply(struct draft *d, const struct wish *w, struct en_err *err)
{
    en_errc rc = start(d, w, err);

    for (size_t i = 0; i < EDITS; i++)
        for (size_t k = 0; rc == EN_OK && k < w->n[i]; k++)
            rc = edits[i].fn(d, w->whom[i][k], err);
    if (rc == EN_OK && (w->relay || w->no_relay))
        rc = relay(d, w->relay, err);
    return rc;
}

/* The text as anybody will read it. */
static en_errc
keep_draft(struct draft *d, struct version **out, struct en_err *err)
{
    struct en_store_charter row = { .author = d->c->user.id,
                                    .at = d->c->now,
                                    .sign_asked = d->c->user.id,
                                    .signed_at = EN_TIME_NONE,
                                    .adopted = EN_TIME_NONE };
    struct en_err why = EN_ERR_INIT;
    struct en_buf text = EN_BUF_INIT;
    struct en_lines *lines;
    struct en_charter x;
    en_errc rc = EN_OK;

    en_charter_write(&d->next, &text);
    en_buf_addc(&text, '\n');
    row.note = en_bytes_from(en_arena_copy(&d->c->arena, text.p, text.n), text.n);
    en_buf_release(&text);
    if (row.note.p == NULL || charter_read(d->c, row.note, &x, &lines, &why) != EN_OK)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "this cannot be a charter: %s", why.text);
    row.number = x.number;
    row.dated = x.date;
    memcpy(row.hash, x.hash, sizeof row.hash);
    memcpy(row.previous, x.previous, sizeof row.previous);
    rc = charters_add(d->all, &row, &x, lines, out, err);
    return rc == EN_E_NO ? no(err, rc, "this charter is here already") : rc;
}

en_errc
act_charter_propose(struct en_call *c, struct en_err *err)
{
    struct charters all;
    struct draft d = { .c = c, .all = &all };
    struct version *v = NULL;
    struct wish w;
    uint32_t number;
    en_errc rc;

    read_wish(c, &w, &d);
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : keys_needed(c->acts, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : apply(&d, &w, err);
    rc = rc != EN_OK ? rc : keep_draft(&d, &v, err);
    if (rc != EN_OK)
        return rc;
    EN_ASSERT(v != NULL);
    number = v->c.number;
    charter_facts(&v->row, &c->ev);
    rc = call_commit(c, err);
    rc = rc != EN_OK ? rc : charter_emit(&all, v, true, err);
    return rc == EN_OK ? en_err_set(err, EN_E_SECOND, EN_NO_POS,
                                    "nobody has signed it yet; a second person has this node sign it: entente charter "
                                    "sign %u",
                                    number)
                       : rc;
}

/* --- two persons -------------------------------------------------------------------------------------------------- */

/* Keys are compared, not names. */
static en_errc
is_second(struct en_call *c, int64_t first, bool *second, struct en_err *err)
{
    struct en_store_user u;
    en_errc rc = en_store_user_get(c->store, first, &c->arena, &u, err);

    *second = rc == EN_OK && memcmp(u.key, c->user.key, sizeof u.key) != 0;
    return rc;
}

static en_errc
same_person(struct en_err *err)
{
    return no(err, EN_E_RULE, "who asked for it is not the second person (charter 4)");
}

/* The first person asks; nothing else is done. */
static en_errc
ask(struct charters *all, struct version *v, int64_t *asked, const char *command, struct en_err *err)
{
    struct en_call *c = all->c;
    en_errc rc;

    *asked = c->user.id;
    rc = en_store_charter_change(c->store, &v->row, err);
    if (rc == EN_OK) {
        charter_facts(&v->row, &c->ev);
        en_json_kv_bool(&c->ev, "asked", true);
        rc = call_commit(c, err);
    }
    rc = rc != EN_OK ? rc : charter_emit(all, v, true, err);
    return rc == EN_OK ? en_err_set(err, EN_E_SECOND, EN_NO_POS, "a second person does it: entente charter %s %u",
                                    command, v->c.number)
                       : rc;
}

/* --- signing ------------------------------------------------------------------------------------------------------ */

/* A signature that counts nowhere, or that contradicts another one, is not given. */
static en_errc
may_sign(const struct charters *all, const struct version *v, bool instead, struct en_err *err)
{
    en_text we = en_text_from_ours(all->own.partner);
    const struct version *before = charters_before(all, v);

    if (v->row.signed_by != 0)
        return no(err, EN_E_NO, "this node has signed it before");
    if (v->c.number > 1 && before != all->now)
        return no(err, EN_E_RULE, "it does not follow the charter that is in force here");
    if (v->c.number == 1 && all->now != NULL)
        return no(err, EN_E_RULE, "a charter is in force here, and this is another first one");
    if (v->c.date - all->c->now > EN_PARTNER_AHEAD)
        return no(err, EN_E_RULE, "the date of this version has not come");
    if (en_charter_member(&v->c, we) == NULL && (before == NULL || en_charter_member(&before->c, we) == NULL))
        return no(err, EN_E_RULE, "this node is no member of it, and its signature would count for nothing");
    for (size_t i = 0; !instead && i < all->n; i++)
        if (all->v[i].c.number == v->c.number && all->v[i].row.signed_by != 0)
            return en_err_set(err, EN_E_RULE, EN_NO_POS,
                              "this node has signed another charter %u; who signs two makes a fork possible and is named "
                              "by both. If the other came to nothing: --instead",
                              v->c.number);
    return EN_OK;
}

static en_errc
put_signature(struct charters *all, struct version *v, struct en_err *err)
{
    const struct en_node_keys *k = all->c->acts->rim.keys;
    struct en_signed_note *more = en_arena_copy(&all->c->arena, &v->lines->note, sizeof *more);
    struct en_buf line = EN_BUF_INIT;
    struct en_charter x;
    struct en_lines *lines;
    struct en_note_key key;
    unsigned added;
    en_errc rc;

    if (more == NULL)
        return no(err, EN_E_LIMIT, "the charter does not fit into the memory of an act");
    en_partner_note_key(exchange_we(k), k->signing.public_key, &key);
    en_buf_add(&line, more->text.p, more->text.n);
    en_buf_addc(&line, '\n');
    en_note_sign(&key, &k->signing, more->text, 0, &line);
    rc = charter_read(all->c, en_bytes_from(en_arena_copy(&all->c->arena, line.p, line.n), line.n), &x, &lines, err);
    en_buf_release(&line);
    v->row.signed_by = all->c->user.id;
    v->row.signed_at = all->c->now;
    rc = rc != EN_OK ? rc : charters_gather(all, v, &lines->note, &added, err);
    if (rc == EN_OK && added == 0)
        rc = no(err, EN_E_RULE, "the key that this node signs with is none that the charter vouches for: it was lost "
                                "and is to be admitted again");
    return rc != EN_OK ? rc : charters_settle(all, err);
}

en_errc
act_charter_sign(struct en_call *c, struct en_err *err)
{
    en_text which = en_args_text(&c->args, "charter", EN_MUST, 2 * EN_SHA256_LEN);
    bool instead = en_args_bool(&c->args, "instead"), second = false;
    uint64_t sent = 0;
    struct charters all;
    struct version *v;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : keys_needed(c->acts, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : charters_named(&all, which, false, &v, err);
    rc = rc != EN_OK ? rc : may_sign(&all, v, instead, err);
    if (rc == EN_OK && v->row.sign_asked == 0)
        return ask(&all, v, &v->row.sign_asked, "sign", err);
    rc = rc != EN_OK ? rc : is_second(c, v->row.sign_asked, &second, err);
    if (rc == EN_OK && !second)
        return same_person(err);
    rc = rc != EN_OK ? rc : put_signature(&all, v, err);
    rc = rc != EN_OK ? rc : charter_send(&all, v, &sent, err);
    if (rc != EN_OK)
        return rc;
    charter_facts(&v->row, &c->ev);
    en_json_kv_int(&c->ev, "asked_by", v->row.sign_asked);
    en_json_kv_uint(&c->ev, "queued", sent);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : charter_emit(&all, v, true, err);
}

/* Nobody is waited for any more. What was signed or adopted stays. */
en_errc
act_charter_refuse(struct en_call *c, struct en_err *err)
{
    en_text which = en_args_text(&c->args, "charter", EN_MUST, 2 * EN_SHA256_LEN);
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, EN_PARTNER_REASON_MAX);
    struct charters all;
    struct version *v;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : charters_named(&all, which, false, &v, err);
    if (rc != EN_OK)
        return rc;
    if ((v->row.sign_asked == 0 || v->row.signed_by != 0) && (v->row.adopt_asked == 0 || v->row.adopted_by != 0))
        return no(err, EN_E_NO, "nobody has asked to sign or adopt it, or it is done");
    if (v->row.signed_by == 0)
        v->row.sign_asked = 0;
    if (v->row.adopted_by == 0)
        v->row.adopt_asked = 0;
    rc = en_store_charter_change(c->store, &v->row, err);
    if (rc != EN_OK)
        return rc;
    charter_facts(&v->row, &c->ev);
    en_json_kv_text(&c->ev, "reason", reason);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : charter_emit(&all, v, true, err);
}

/* --- adopting ----------------------------------------------------------------------------------------------------- */

struct way {
    struct version **v; /* from the last to the first that is not on the way yet */
    size_t n;
    bool from_start; /* it begins with a first version */
};

/* Back from a version to the one in force, to one from which both come, or to the first. */
static en_errc
find_way(const struct charters *all, struct version *to, struct way *out, struct en_err *err)
{
    struct version *ours = all->now, *v = to;

    out->v = en_arena_array(&all->c->arena, all->n + 1, sizeof *out->v);
    if (out->v == NULL)
        return no(err, EN_E_LIMIT, "too many charters for one act");
    while (v != NULL) {
        while (ours != NULL && ours->c.number > v->c.number)
            ours = charters_before(all, ours);
        if (ours == v)
            return EN_OK;
        out->v[out->n++] = v;
        out->from_start = v->c.number == 1;
        v = charters_before(all, v);
    }
    return out->from_start ? EN_OK : no(err, EN_E_NOT_FOUND, "a charter on the way to it is not here");
}

static en_errc
hash_given(en_text hex, const struct version *first, struct en_err *err)
{
    char is[2 * EN_SHA256_LEN + 1];

    en_hex(first->c.hash, sizeof first->c.hash, is);
    if (hex.n == 0)
        return no(err, EN_E_USAGE, "the first charter is known by its hash, which is made known on paper: --hash");
    return en_text_is(hex, is) ? EN_OK
                               : no(err, EN_E_INTEGRITY, "this is not the charter with the hash that was given");
}

/* Each version on the way proves the next; and it is a step forward, unless a person says that it is another branch. */
static en_errc
may_adopt(const struct charters *all, struct version *to, const struct way *w, en_text hash, bool branch,
          struct en_err *err)
{
    en_errc rc = EN_OK;

    if (w->n == 0)
        return no(err, EN_E_NO, to == all->now ? "this charter is in force" : "a newer charter is in force");
    if (w->from_start)
        rc = hash_given(hash, w->v[w->n - 1], err);
    for (size_t i = w->n; rc == EN_OK && i-- > 0;)
        rc = charters_judge(all, w->v[i], err);
    if (rc == EN_OK && !branch && all->now != NULL && charters_before(all, w->v[w->n - 1]) != all->now)
        rc = no(err, EN_E_RULE,
                "it does not follow the charter in force: it is another branch of a fork. To go over to it: "
                "--other-branch");
    return rc;
}

static en_errc
adopt(struct charters *all, const struct way *w, int64_t asked, struct en_err *err)
{
    const struct en_store_charter *to = &w->v[0]->row;
    uint32_t turn = all->now != NULL ? all->now->row.turn : 0;
    int64_t user = all->c->user.id, other = to->sign_asked != user ? to->sign_asked : to->signed_by;
    en_errc rc = EN_OK;

    for (size_t i = w->n; rc == EN_OK && i-- > 0;) {
        struct en_store_charter *x = &w->v[i]->row;

        if (x->turn == 0) { /* what was adopted once has its persons */
            x->adopt_asked = asked != 0 ? asked : x->signed_by != 0 ? 0 : other;
            x->adopted_by = user;
        }
        x->state = EN_VERSION_ADOPTED;
        x->turn = ++turn;
        x->adopted = all->c->now;
        rc = en_store_charter_change(all->c->store, x, err);
    }
    return rc;
}

/*= reference/exchange.md 4, 7: every adoption is a leaf in each member's log. */
static void
adoption_facts(const struct charters *all, const struct version *from, const struct way *w, int64_t asked)
{
    struct en_json *ev = &all->c->ev;

    charter_facts(&w->v[0]->row, ev);
    en_json_key(ev, "from");
    if (from != NULL)
        en_json_uint(ev, from->c.number);
    else
        en_json_null(ev);
    en_json_key(ev, "versions");
    en_json_array(ev);
    for (size_t i = w->n; i-- > 0;) {
        en_json_object(ev);
        charter_facts(&w->v[i]->row, ev);
        en_json_object_end(ev);
    }
    en_json_array_end(ev);
    if (asked != 0)
        en_json_kv_int(ev, "asked_by", asked);
}

/* Who else must agree, before this person adopts: *asked is that person, 0 where the node has signed it. */
static en_errc
two_persons(struct charters *all, struct version *v, int64_t *asked, bool *wait, struct en_err *err)
{
    bool second = false;
    en_errc rc = EN_OK;

    *asked = v->row.turn == 0 ? v->row.adopt_asked : 0;
    *wait = v->row.signed_by == 0 && v->row.turn == 0 && *asked == 0;
    if (*asked != 0)
        rc = is_second(all->c, *asked, &second, err);
    if (rc == EN_OK && *asked != 0 && !second && v->row.signed_by == 0)
        rc = same_person(err);
    if (*asked != 0 && !second)
        *asked = 0;
    return rc;
}

en_errc
act_charter_adopt(struct en_call *c, struct en_err *err)
{
    en_text which = en_args_text(&c->args, "charter", EN_MUST, 2 * EN_SHA256_LEN);
    en_text hash = en_args_text(&c->args, "hash", EN_MAY, 2 * EN_SHA256_LEN);
    bool branch = en_args_bool(&c->args, "other_branch"), wait = false;
    struct way w = { .n = 0 };
    struct charters all;
    struct version *v, *from;
    int64_t asked = 0;
    uint64_t sent = 0;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : charters_named(&all, which, false, &v, err);
    rc = rc != EN_OK ? rc : find_way(&all, v, &w, err);
    rc = rc != EN_OK ? rc : may_adopt(&all, v, &w, hash, branch, err);
    rc = rc != EN_OK ? rc : two_persons(&all, v, &asked, &wait, err);
    if (rc != EN_OK)
        return rc;
    if (wait)
        return ask(&all, v, &v->row.adopt_asked, "adopt", err);
    from = all.now;
    rc = adopt(&all, &w, asked, err);
    rc = rc != EN_OK ? rc : charter_send(&all, v, &sent, err);
    if (rc == EN_OK) {
        adoption_facts(&all, from, &w, asked);
        en_json_kv_uint(&c->ev, "queued", sent);
        rc = call_commit(c, err);
    }
    all.now = v;
    return rc != EN_OK ? rc : charter_emit(&all, v, true, err);
}
