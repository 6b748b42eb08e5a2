/*
 * act_link.c: how the exchange with each partner stands, and through whom it goes when it cannot go directly.
 */
#include "acts/live_parts.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* Alarms that a page tells of one partner. */
#define ALARMS_TOLD 20u
/* Those that the node's page counts. */
#define ALARMS_FRESH (7 * EN_TIME_DAY)

/* --- what is told ------------------------------------------------------------------------------------------------- */

struct flights {
    uint64_t n;
    en_time oldest;
};

static en_errc
count_flying(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct flights *f = ctx;

    (void)err;
    f->oldest = f->n++ == 0 || x->at < f->oldest ? x->at : f->oldest;
    return EN_OK;
}

static void
head_json(struct en_json *j, const char *key, const struct en_head *h)
{
    en_json_key(j, key);
    if (h->size == 0) {
        en_json_null(j);
        return;
    }
    en_json_object(j);
    en_json_kv_uint(j, "epoch", h->epoch);
    en_json_kv_uint(j, "size", h->size);
    json_kv_hash(j, "root", h->root.b);
    en_json_object_end(j);
}

static void
log_json(const struct en_log *g, struct en_json *j)
{
    head_json(j, "cosigned", &g->held);
    en_json_kv_bool(j, "forked", g->forked);
    head_json(j, "other", &g->other);
    json_kv_time(j, "owed", g->owed);
    en_json_kv_bool(j, "unproven", g->flagged);
}

/* A person dealt with all alarms of one word, up to then. */
struct ack {
    char partner[EN_ENVELOPE_PARTNER_LEN + 1], alarm[24];
    uint64_t seq;
    int64_t by;
    en_time at;
    en_text why;
};

struct acks {
    struct en_arena *arena;
    struct ack *v;
    size_t n, cap;
};

static en_errc
note_ack(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct acks *l = ctx;
    json_t *root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    const char *partner = json_string_value(json_object_get(root, "partner"));
    const char *word = json_string_value(json_object_get(root, "alarm"));
    const char *why = json_string_value(json_object_get(root, "reason"));
    bool room = true;

    if (partner != NULL && word != NULL && why != NULL) {
        room = en_arena_grow(l->arena, &l->v, &l->cap, l->n + 1, sizeof *l->v);
        if (room) {
            struct ack *a = &l->v[l->n++];

            *a = (struct ack){ .seq = e->seq, .by = e->actor, .at = e->at,
                               .why = en_text_dup(en_text_from_ours(why), l->arena) };
            (void)snprintf(a->partner, sizeof a->partner, "%s", partner);
            (void)snprintf(a->alarm, sizeof a->alarm, "%s", word);
        }
    }
    json_decref(root);
    return room ? EN_OK : en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many alarms were acknowledged");
}

static en_errc
acks_read(struct en_call *c, struct acks *l, struct en_err *err)
{
    *l = (struct acks){ .arena = &c->arena };
    return en_store_events_due_each(c->store, EN_TEXT_LIT("partner-ack"), c->now, 0, note_ack, l, err);
}

/* The first one behind this alarm; NULL: it is open. */
static const struct ack *
ack_of(const struct acks *l, const char *partner, const char *word, uint64_t seq)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].seq > seq && strcmp(l->v[i].partner, partner) == 0 && strcmp(l->v[i].alarm, word) == 0)
            return &l->v[i];
    return NULL;
}

struct alarms {
    const struct acks *acks;
    const char *partner;
    struct en_json *j;
    uint64_t skip, n; /* the newest are told */
};

static void
ack_json(const struct ack *k, struct en_json *j)
{
    json_kv_time(j, "acknowledged", k != NULL ? k->at : EN_TIME_NONE);
    en_json_kv_int(j, "acknowledged_by", k != NULL ? k->by : 0);
    en_json_kv_text(j, "acknowledged_why", k != NULL ? k->why : EN_TEXT_LIT(""));
}

static en_errc
tell_alarm(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct alarms *a = ctx;
    json_t *root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    const char *partner = json_string_value(json_object_get(root, "partner"));
    const char *word = json_string_value(json_object_get(root, "alarm"));

    (void)err;
    if (partner != NULL && word != NULL && strcmp(partner, a->partner) == 0 && a->n++ >= a->skip && a->j != NULL) {
        en_json_object(a->j);
        json_kv_time(a->j, "at", e->at);
        en_json_kv_str(a->j, "alarm", word);
        en_json_kv_int(a->j, "number", json_integer_value(json_object_get(root, "number")));
        ack_json(ack_of(a->acks, partner, word, e->seq), a->j);
        en_json_object_end(a->j);
    }
    json_decref(root);
    return EN_OK;
}

static en_errc
alarms_json(struct en_call *c, const char *partner, struct en_json *j, struct en_err *err)
{
    const en_text type = EN_TEXT_LIT("exchange-alarm");
    struct acks acks;
    struct alarms a = { .acks = &acks, .partner = partner };
    en_errc rc = acks_read(c, &acks, err);

    rc = rc != EN_OK ? rc : en_store_events_due_each(c->store, type, c->now, 0, tell_alarm, &a, err);

    a.skip = a.n > ALARMS_TOLD ? a.n - ALARMS_TOLD : 0;
    a.n = 0;
    a.j = j;
    en_json_key(j, "alarms");
    en_json_array(j);
    rc = rc != EN_OK ? rc : en_store_events_due_each(c->store, type, c->now, 0, tell_alarm, &a, err);
    en_json_array_end(j);
    return rc;
}

/* A relay, with the name under which we know it. */
static en_errc
relay_json(struct en_call *c, const char *key, const char *key_name, const char *id, struct en_json *j,
           struct en_err *err)
{
    en_text name = EN_TEXT_NONE;
    en_errc rc = id[0] != '\0' ? partner_name(c, en_text_from_ours(id), &name, err) : EN_OK;

    en_json_kv_str(j, key, id);
    en_json_kv_text(j, key_name, name);
    return rc;
}

/* What both speak; in common is 0 if that is nothing. */
static void
versions_json(const struct en_acts *a, const struct en_node_link *l, struct en_json *j)
{
    en_json_kv_uint(j, "speaks_oldest", l->speaks_oldest);
    en_json_kv_uint(j, "speaks_newest", l->speaks_newest);
    en_json_kv_uint(j, "we_speak_oldest", a->speaks_oldest);
    en_json_kv_uint(j, "we_speak_newest", a->speaks_newest);
    en_json_kv_uint(j, "version", live_version_by_hand(a, l));
}

static en_errc
emit_link(struct en_call *c, const struct en_store_link *x, en_text name, struct en_err *err)
{
    const struct en_node_link *l = &x->link;
    const struct en_store_bundle_filter flying = { .out_only = true, .partner = en_text_from_ours(l->id),
                                                   .flying_only = true };
    struct flights f = { 0, EN_TIME_NONE };
    struct en_json j;
    en_errc rc = en_store_bundles_each(c->store, &flying, count_flying, &f, err);

    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "partner", l->id);
    en_json_kv_text(&j, "partner_name", name);
    en_json_kv_uint(&j, "sent", l->next - 1);
    en_json_kv_uint(&j, "waiting", f.n);
    json_kv_time(&j, "waiting_since", f.oldest);
    en_json_kv_uint(&j, "came", l->upto);
    en_json_kv_uint(&j, "came_highest", l->highest);
    versions_json(c->acts, l, &j);
    en_json_kv_bool(&j, "relays", x->relays);
    rc = relay_json(c, "via", "via_name", x->via, &j, err);
    rc = rc != EN_OK ? rc : relay_json(c, "then", "then_name", x->then, &j, err);
    log_json(&l->log, &j);
    rc = rc != EN_OK ? rc : alarms_json(c, l->id, &j, err);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

struct links {
    struct en_call *c;
    struct {
        struct en_store_link x;
        en_text name;
    } v[EN_NODE_LINKS_MAX];
    size_t n;
    bool forked;
};

static en_errc
take_link(void *ctx, const struct partner *p, struct en_err *err)
{
    struct links *l = ctx;

    if (l->n == EN_NODE_LINKS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are more than %u partners", EN_NODE_LINKS_MAX);
    memcpy(l->v[l->n].x.link.id, p->row.partner.p, EN_ENVELOPE_PARTNER_LEN);
    l->v[l->n++].name = en_text_dup(p->row.name, &l->c->arena);
    return EN_OK;
}

static en_errc
find_links(struct links *l, en_text who, struct en_err *err)
{
    const struct partner *p = NULL;
    en_errc rc;

    if (who.n == 0)
        rc = partners_all(l->c, take_link, l, err);
    else {
        rc = partner_find(l->c, who, &p, err);
        rc = rc != EN_OK ? rc : take_link(l, p, err);
    }
    for (size_t i = 0; rc == EN_OK && i < l->n; i++) {
        char id[EN_ENVELOPE_PARTNER_LEN + 1] = "";

        memcpy(id, l->v[i].x.link.id, EN_ENVELOPE_PARTNER_LEN);
        rc = live_link_read(l->c, en_text_from_ours(id), &l->v[i].x, err);
        l->forked |= l->v[i].x.link.log.forked;
    }
    return rc;
}

en_errc
act_partner_link(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MAY, EN_PARTNER_NAME_MAX);
    struct links *l = en_arena_alloc(&c->arena, sizeof *l);
    en_errc rc = en_args_end(&c->args, err);

    EN_ASSERT(l != NULL);
    memset(l, 0, sizeof *l);
    l->c = c;
    rc = rc != EN_OK ? rc : find_links(l, who, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "links", l->n);
    rc = call_commit(c, err);
    for (size_t i = 0; rc == EN_OK && i < l->n; i++)
        rc = emit_link(c, &l->v[i].x, l->v[i].name, err);
    if (rc == EN_OK && l->forked)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS,
                        "a partner has signed two histories of its log; both heads are kept as evidence");
    return rc;
}

/* --- on the node's page ------------------------------------------------------------------------------------------- */

struct summing {
    uint64_t forked, unproven, alarms;
};

static en_errc
sum_link(void *ctx, const struct en_store_link *x, struct en_err *err)
{
    struct summing *s = ctx;

    (void)err;
    s->forked += x->link.log.forked;
    s->unproven += x->link.log.flagged;
    return EN_OK;
}

struct recent {
    const struct acks *acks;
    en_time since;
    uint64_t n;
};

static en_errc
count_recent(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct recent *r = ctx;
    json_t *root;
    const char *partner, *word;

    (void)err;
    if (e->at < r->since)
        return EN_OK;
    root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    partner = json_string_value(json_object_get(root, "partner"));
    word = json_string_value(json_object_get(root, "alarm"));
    r->n += partner == NULL || word == NULL || ack_of(r->acks, partner, word, e->seq) == NULL;
    json_decref(root);
    return EN_OK;
}

en_errc
link_status(struct en_call *c, struct en_json *j, struct en_err *err)
{
    const struct en_store_bundle_filter flying = { .out_only = true, .flying_only = true };
    struct summing s = { 0, 0, 0 };
    struct acks acks;
    struct recent r = { &acks, c->now - ALARMS_FRESH, 0 };
    struct flights f = { 0, EN_TIME_NONE };
    bool doubt = false;
    en_errc rc = en_store_links_each(c->store, EN_TEXT_NONE, sum_link, &s, err);

    rc = rc != EN_OK ? rc : en_store_bundles_each(c->store, &flying, count_flying, &f, err);
    rc = rc != EN_OK ? rc : acks_read(c, &acks, err);
    rc = rc != EN_OK ? rc
                     : en_store_events_due_each(c->store, EN_TEXT_LIT("exchange-alarm"), c->now, 0, count_recent, &r,
                                                err);
    rc = rc != EN_OK ? rc : en_store_log_doubt(c->store, &doubt, err);
    en_json_key(j, "exchange");
    en_json_object(j);
    en_json_kv_uint(j, "waiting", f.n);
    json_kv_time(j, "waiting_since", f.oldest);
    en_json_kv_uint(j, "alarms", r.n);
    en_json_kv_uint(j, "forked", s.forked);
    en_json_kv_uint(j, "unproven", s.unproven);
    en_json_kv_bool(j, "asking", doubt);
    en_json_object_end(j);
    return rc;
}

/* --- acknowledged ------------------------------------------------------------------------------------------------- */

struct open_alarms {
    const struct acks *acks;
    const char *partner, *word;
    uint64_t n;
};

static en_errc
count_open(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct open_alarms *o = ctx;
    json_t *root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    const char *partner = json_string_value(json_object_get(root, "partner"));
    const char *word = json_string_value(json_object_get(root, "alarm"));

    (void)err;
    o->n += partner != NULL && word != NULL && strcmp(partner, o->partner) == 0 && strcmp(word, o->word) == 0 &&
            ack_of(o->acks, partner, word, e->seq) == NULL;
    json_decref(root);
    return EN_OK;
}

static en_errc
any_open(struct en_call *c, const char *partner, const char *word, struct en_err *err)
{
    struct acks acks;
    struct open_alarms o = { .acks = &acks, .partner = partner, .word = word };
    en_errc rc = acks_read(c, &acks, err);

    rc = rc != EN_OK ? rc
                     : en_store_events_due_each(c->store, EN_TEXT_LIT("exchange-alarm"), c->now, 0, count_open, &o,
                                                err);
    return rc == EN_OK && o.n == 0
               ? en_err_set(err, EN_E_NO, EN_NO_POS, "no such alarm of this partner is open")
               : rc;
}

static const char *
alarm_from(en_text word)
{
    for (unsigned i = 0; i < EN_ALARMS; i++)
        if (en_text_is(word, en_alarm_word((enum en_alarm)i)))
            return en_alarm_word((enum en_alarm)i);
    return NULL;
}

en_errc
act_partner_ack(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    const char *word = alarm_from(en_args_text(&c->args, "alarm", EN_MUST, 24));
    en_text why = en_args_text(&c->args, "reason", EN_MUST, EN_STORE_MAX_WORD);
    const struct partner *p = NULL;
    struct en_store_link x;
    en_errc rc;

    if (word == NULL)
        en_args_fault(&c->args, "alarm", "is a word that entente partner link shows");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : partner_find(c, who, &p, err);
    rc = rc != EN_OK ? rc : live_link_read(c, p->row.partner, &x, err);
    rc = rc != EN_OK ? rc : any_open(c, x.link.id, word, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->ev, "partner", p->row.partner);
    en_json_kv_str(&c->ev, "alarm", word);
    en_json_kv_text(&c->ev, "reason", why);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : emit_link(c, &x, p->row.name, err);
}

/* --- relays ------------------------------------------------------------------------------------------------------- */

static en_errc
put_link(struct en_call *c, const struct partner *p, const struct en_store_link *x, struct en_err *err)
{
    en_errc rc = en_store_link_put(c->store, x, err);

    rc = rc != EN_OK ? rc : call_commit(c, err);
    return rc != EN_OK ? rc : emit_link(c, x, p->row.name, err);
}

en_errc
act_partner_relay(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    bool on = en_args_bool(&c->args, "on");
    const struct partner *p = NULL;
    struct en_store_link x;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : partner_find(c, who, &p, err);
    rc = rc != EN_OK ? rc : live_link_read(c, p->row.partner, &x, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    x.relays = on;
    en_json_kv_text(&c->ev, "partner", p->row.partner);
    en_json_kv_bool(&c->ev, "on", on);
    return put_link(c, p, &x, err);
}

/* A partner that is named, as an id; empty: none. */
static en_errc
relay_id(struct en_call *c, en_text who, const struct partner *to, char out[EN_ENVELOPE_PARTNER_LEN + 1],
         struct en_err *err)
{
    const struct partner *p = NULL;
    en_errc rc = who.n > 0 ? partner_find(c, who, &p, err) : EN_OK;

    memset(out, 0, EN_ENVELOPE_PARTNER_LEN + 1);
    if (rc != EN_OK || who.n == 0)
        return rc;
    if (en_text_eq(p->row.partner, to->row.partner))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a partner is no relay to itself");
    memcpy(out, p->row.partner.p, EN_ENVELOPE_PARTNER_LEN);
    return EN_OK;
}

en_errc
act_partner_route(struct en_call *c, struct en_err *err)
{
    en_text who = en_args_text(&c->args, "partner", EN_MUST, EN_PARTNER_NAME_MAX);
    en_text via = en_args_text(&c->args, "via", EN_MAY, EN_PARTNER_NAME_MAX);
    en_text then = en_args_text(&c->args, "then", EN_MAY, EN_PARTNER_NAME_MAX);
    const struct partner *p = NULL;
    struct en_store_link x;
    en_errc rc;

    if (then.n > 0 && via.n == 0)
        en_args_fault(&c->args, "then", "is the second of two relays");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : partner_find(c, who, &p, err);
    rc = rc != EN_OK ? rc : live_link_read(c, p->row.partner, &x, err);
    rc = rc != EN_OK ? rc : relay_id(c, via, p, x.via, err);
    rc = rc != EN_OK ? rc : relay_id(c, then, p, x.then, err);
    if (rc == EN_OK && x.via[0] != '\0' && strcmp(x.via, x.then) == 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "two relays are two partners");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->ev, "partner", p->row.partner);
    en_json_kv_str(&c->ev, "via", x.via);
    en_json_kv_str(&c->ev, "then", x.then);
    return put_link(c, p, &x, err);
}
