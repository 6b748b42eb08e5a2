/*
 * hits.c: a stored traveller is screened and what is found is stored: the one place where hits come into being.
 *
 * A hit is a traveller and an identity. Found again with the same versions of the same alerts it stays as it is; when
 * an alert changed, its evidence is replaced, and an answer other than "same" is asked for again if the change is a
 * material one, because it was given about something else.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"
/* All that reach the line, and not the best ten: more than so many is a fault of the line. */
#define TOP    100
#define ENGINE "entente-screen-10" /* the version of the engine and its own tables, kept with every hit */

void
screening_init(struct en_screening *s, struct en_acts *a, const struct en_store_node *node, en_time now)
{
    *s = (struct en_screening){ .store = a->store, .acts = a, .node = node, .now = now, .first = EN_TIME_NONE };
    en_arena_init(&s->arena, EN_MAX_RECORD_ARENA);
}

void
screening_release(struct en_screening *s)
{
    en_arena_release(&s->arena);
    en_buf_release(&s->evidence);
    en_buf_release(&s->memory);
}

void
identity_hash(const struct en_person *p, uint8_t out[EN_SHA256_LEN])
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    struct en_person facts = *p;

    facts.n_extras = 0;
    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json(&facts, &j);
    en_json_object_end(&j);
    en_sha256(en_buf_bytes(&b), out);
    en_buf_release(&b);
}

void
evidence_json(const struct en_evidence *e, size_t n, struct en_json *j)
{
    en_json_array(j);
    for (size_t i = 0; i < n; i++) {
        en_json_object(j);
        en_json_kv_str(j, "field", en_field_word(e[i].field));
        en_json_kv_text(j, "query", e[i].query);
        en_json_kv_text(j, "list", e[i].list);
        en_json_key(j, "bits");
        en_json_bits(j, e[i].bits);
        en_json_kv_str(j, "why", e[i].why != NULL ? e[i].why : "");
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

/* --- the alerts behind an identity ------------------------------------------------------------ */

struct alerts {
    struct en_arena *arena;
    struct en_store_hit_alert *at;
    size_t n, cap;
    en_time newest; /* when the newest of their versions came */
    bool changed;   /* it is not its alert's first */
};

static en_errc
add_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct alerts *l = ctx;

    if (l->n == EN_STORE_MAX_LIST)
        return EN_OK; /* the hit names the first ones; all stand under the identity */
    if (!en_arena_grow(l->arena, &l->at, &l->cap, l->n + 1, sizeof *l->at))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many alerts for one hit");
    if (l->n == 0 || x->changed > l->newest) {
        l->newest = x->changed;
        l->changed = x->version > 1;
    }
    l->at[l->n] = (struct en_store_hit_alert){ .alert = x->id, .version = x->version };
    memcpy(l->at[l->n++].hash, x->hash, EN_SHA256_LEN);
    return EN_OK;
}

static en_errc
alerts_of(struct en_screening *s, en_text id, struct alerts *l, struct en_err *err)
{
    struct en_store_alert_filter f = { .active_only = true, .matched_only = true };
    struct en_store_source source;
    en_text name;
    en_errc rc;

    EN_ASSERT(index_id_split(id, &name, &f.entity));
    rc = en_store_source_by_name(s->store, name, &s->arena, &source, err);
    f.source = source.id;
    return rc != EN_OK ? rc : en_store_alerts_each(s->store, &f, add_alert, l, err);
}

static bool
same_alerts(const struct en_store_hit *h, const struct alerts *l)
{
    if (h->n_alerts != l->n)
        return false;
    for (size_t i = 0; i < l->n; i++)
        if (h->alerts[i].alert != l->at[i].alert || memcmp(h->alerts[i].hash, l->at[i].hash, EN_SHA256_LEN) != 0)
            return false;
    return true;
}

/* --- one hit ------------------------------------------------------------------------------------------------------ */

/* Why it is found now and was not before. Nothing newer than the first screening: the profile lets more through. */
static const char *
why_found(const struct en_screening *s, const struct alerts *l)
{
    if (s->first == EN_TIME_NONE)
        return EN_FOUND_MANIFEST;
    if (l->n == 0 || l->newest < s->first)
        return EN_FOUND_PROFILE;
    return l->changed ? EN_FOUND_CHANGED : EN_FOUND_NEW;
}

static void
set_standing(struct en_screening *s, struct en_store_hit *h, bool cleared, en_time traveller_delete_after)
{
    h->state = cleared ? EN_HIT_CLEARED : EN_HIT_NEW;
    h->answer = cleared ? EN_ANSWER_DIFFERENT : EN_ANSWER_NONE;
    h->delete_after = cleared ? traveller_delete_after : EN_TIME_NONE;
    s->cleared += cleared ? 1 : 0;
}

/*
 * What was answered about what the alert said before: "same" stands, and so does another answer while nothing that it
 * was about changed materially. Otherwise somebody looks again.
 */
static bool
stands(const struct en_store_hit *before, const struct en_recalled *recalled)
{
    return before->state == EN_HIT_DECIDED &&
           (before->answer == EN_ANSWER_SAME || before->answer == recalled->answer);
}

static en_errc
store_hit(struct en_screening *s, const struct en_store_traveller *t, const struct en_hit *found,
          const struct en_person *p, en_text redress, struct en_err *err)
{
    struct alerts l = { .arena = &s->arena, .newest = EN_TIME_NONE };
    struct en_store_hit h, before;
    struct en_recalled recalled;
    struct en_json j;
    en_errc known, rc = alerts_of(s, found->id, &l, err);

    if (rc != EN_OK || l.n == 0) /* an index that is behind knows what is ended */
        return rc;
    known = en_store_hit_of(s->store, t->id, found->id, &s->arena, &before, err);
    if (known != EN_OK && known != EN_E_NOT_FOUND)
        return known;
    if (known == EN_OK && before.state != EN_HIT_ENDED && same_alerts(&before, &l) &&
        (!s->merged || before.bits == found->bits))
        return EN_OK; /* nothing new, and what was said of it stays */
    rc = memory_recall(s, p, redress, l.at, l.n, &recalled, err);
    if (rc != EN_OK)
        return rc;
    en_buf_reset(&s->evidence);
    en_json_init(&j, &s->evidence);
    evidence_json(found->evidence, found->n_evidence, &j);
    h = (struct en_store_hit){
        .traveller = t->id,
        .entity = found->id,
        .alerts = l.at,
        .n_alerts = l.n,
        .bits = found->bits,
        .probability = found->probability,
        .prior = s->node->prior / (double)(s->acts->identities > 0 ? s->acts->identities : 1),
        .evidence = en_buf_bytes(&s->evidence),
        .found = en_text_from_ours(why_found(s, &l)),
        .remembered = recalled.json,
        .created = s->now,
        .changed = s->now,
    };
    tables_engine(&s->acts->made, ENGINE, &s->arena, &h.engine);
    set_standing(s, &h, recalled.cleared, t->delete_after);
    s->wrote = true;
    if (known == EN_E_NOT_FOUND) {
        s->hits++;
        return en_store_hit_add(s->store, &h, &h.id, err);
    }
    h.id = before.id;
    h.created = before.created;
    if (stands(&before, &recalled)) {
        h.state = before.state;
        h.answer = before.answer;
        h.delete_after = before.delete_after;
    } else if (before.state != EN_HIT_NEW && h.state == EN_HIT_NEW) {
        s->reopened++;
    }
    return en_store_hit_change(s->store, &h, err);
}

size_t
hits_reach(const struct en_hit *hits, size_t n, double line)
{
    double together = 0;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        together += hits[i].probability;
    while (kept < n && (hits[kept].probability >= line ||
                        (together >= line && 2 * hits[kept].probability >= hits[0].probability)))
        kept++;
    return kept;
}

en_errc
screening_run(struct en_screening *s, const struct en_store_traveller *t, const struct en_person *p, en_text redress,
              struct en_err *err)
{
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    const struct en_hit *hits;
    en_errc rc = EN_OK;
    size_t n;

    o.prior = s->node->prior;
    o.top = TOP;
    en_screen(s->acts->made.ix, s->acts->q, p, &o, &hits, &n);
    n = hits_reach(hits, n, s->node->line);
    for (size_t i = 0; rc == EN_OK && i < n; i++) {
        en_arena_reset(&s->arena);
        rc = store_hit(s, t, &hits[i], p, redress, err);
    }
    return rc;
}
