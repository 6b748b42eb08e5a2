/*
 * reads.c: how much a person reads, and what for. docs/decisions/0068-reads.md.
 *
 * An answer is counted for whoever got it. A person who had as many within an hour as the profile allows gets no more,
 * and where the profile asks for a purpose, none without one. A refusal is an event like an answer.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"

#define WINDOW EN_TIME_HOUR
#define PAGE   1024u
/* Events looked through for those of the last hour when a process begins: more than people can make. */
#define LOOK_BACK 200000u

bool
act_reads(const struct en_act *a)
{
    return a->event != NULL && (strcmp(a->event, "read") == 0 || strcmp(a->event, "check") == 0);
}

void
reads_release(struct en_reads *r)
{
    free(r->v);
    *r = (struct en_reads){ 0 };
}

static void
note(struct en_reads *r, int64_t user, en_time at)
{
    if (r->n == r->cap) {
        r->cap = r->cap > 0 ? 2 * r->cap : 64;
        r->v = en_xrealloc(r->v, r->cap * sizeof *r->v);
    }
    r->v[r->n++] = (struct en_read){ .user = user, .at = at };
}

struct looking {
    struct en_reads *reads;
    en_time since;
    bool older; /* an event from before the hour was met */
};

static en_errc
look_at(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct looking *l = ctx;

    (void)err;
    l->older = l->older || e->at <= l->since;
    if (e->at > l->since && (en_text_is(e->type, "read") || en_text_is(e->type, "check")))
        note(l->reads, e->actor, e->at);
    return EN_OK;
}

/* What was read in the last hour before this process began stands in the log. */
static en_errc
look_back(struct en_call *c, struct en_reads *r, struct en_err *err)
{
    struct looking l = { .reads = r, .since = c->now - WINDOW };
    struct en_store_counts n;
    uint64_t below;
    en_errc rc = en_store_counts(c->store, &n, err);

    if (rc != EN_OK)
        return rc;
    below = n.events;
    while (rc == EN_OK && !l.older && below > 0 && n.events - below < LOOK_BACK) {
        uint64_t from = below > PAGE ? below - PAGE + 1 : 1;

        rc = en_store_events_each(c->store, from, below - from + 1, look_at, &l, err);
        below = from - 1;
    }
    if (rc != EN_OK)
        reads_release(r);
    r->known = rc == EN_OK;
    return rc;
}

/* How many answers this person had within the hour; what is older is forgotten. */
static uint32_t
count(struct en_reads *r, int64_t user, en_time now)
{
    size_t kept = 0;
    uint32_t n = 0;

    for (size_t i = 0; i < r->n; i++) {
        if (r->v[i].at <= now - WINDOW)
            continue;
        n += r->v[i].user == user;
        r->v[kept++] = r->v[i];
    }
    r->n = kept;
    return n;
}

/* A reference, not a sentence: it stays in the log, where no person's name may stand. */
static en_text
purpose_of(struct en_args *a)
{
    en_text t = en_args_text(a, "purpose", EN_MAY, EN_READ_PURPOSE_MAX);

    for (size_t i = 0; i < t.n; i++) {
        char ch = t.p[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');

        if (!letter && strchr("-/._:", ch) == NULL) {
            en_args_fault(a, "purpose", "is a reference like case-7/2026: letters, digits and -/._:");
            return EN_TEXT_NONE;
        }
    }
    return t;
}

/* The refusal is written down, signed by whoever asked, before it is told. */
static en_errc
refuse(struct en_call *c, const char *why, struct en_err *err)
{
    struct en_act refused = *c->act;
    const struct en_act *asked = c->act;
    en_errc rc;

    refused.event = "read-refused";
    c->act = &refused;
    rc = call_begin(c, err);
    if (rc == EN_OK) {
        en_json_kv_str(&c->ev, "refused", why);
        rc = call_commit(c, err);
    }
    c->act = asked;
    return rc;
}

en_errc
reads_check(struct en_call *c, struct en_err *err)
{
    struct en_reads *r = &c->acts->reads;
    uint32_t most = c->node.reads_an_hour;
    en_errc rc = EN_OK;

    c->purpose = purpose_of(&c->args);
    if (c->args.fault.code != EN_OK) /* the handler tells it and does nothing */
        return EN_OK;
    if (c->node.read_purpose && c->purpose.n == 0) {
        rc = refuse(c, "no-purpose", err);
        return rc != EN_OK ? rc
                           : en_err_set(err, EN_E_RULE, EN_NO_POS,
                                        "this node answers nobody who does not say what for: --purpose REFERENCE");
    }
    if (most == 0)
        return EN_OK;
    if (!r->known)
        rc = look_back(c, r, err);
    if (rc != EN_OK || count(r, c->user.id, c->now) < most)
        return rc;
    rc = refuse(c, "too-many", err);
    return rc != EN_OK ? rc
                       : en_err_set(err, EN_E_RULE, EN_NO_POS,
                                    "you had %u answers within an hour, as many as the node's profile allows", most);
}

void
reads_note(struct en_call *c)
{
    if (c->acts->reads.known)
        note(&c->acts->reads, c->user.id, c->now);
}
