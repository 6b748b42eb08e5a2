#include <stdlib.h>

#include "acts/act.h"
#include "acts/live_parts.h"

#define CALL_ARENA (128u * EN_MIB)

struct en_acts *
en_acts_new(struct en_store *s, const struct en_acts_rim *rim)
{
    struct en_acts *a = en_xcalloc(1, sizeof *a);

    a->store = s;
    a->rim = *rim;
    a->newest = EN_TIME_NONE;
    a->speaks_oldest = a->speaks_newest = EN_ENVELOPE_VERSION;
    ledger_attach(a);
    return a;
}

void
en_acts_free(struct en_acts *a)
{
    if (a == NULL)
        return;
    ledger_detach(a);
    live_free(a->live);
    acts_index_drop(a);
    en_query_free(a->q);
    en_node_keys_wipe(&a->keys);
    reads_release(&a->reads);
    free(a);
}

en_errc
err_not_found(struct en_err *err, const char *what)
{
    return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such %s, or it is not visible to you", what);
}

static const struct en_act *
find_act(en_text word)
{
    for (const struct en_act *a = en_act_table; a->word != NULL; a++)
        if (en_text_is(word, a->word))
            return a;
    return NULL;
}

bool
en_act_between(en_text word)
{
    const struct en_act *a = find_act(word);

    return a != NULL && ((a->flags & EN_ACT_QUIET) != 0 || act_reads(a));
}

/* Who is it, and is the person allowed to act at all? */
static en_errc
find_person(struct en_call *c, struct en_err *err)
{
    en_errc rc = en_store_user_by_name(c->store, c->who->user, &c->arena, &c->user, err);

    if (rc == EN_E_NOT_FOUND)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this node has no such user");
    if (rc != EN_OK)
        return rc;
    if (c->user.disabled != EN_TIME_NONE)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this user may not act any more");
    if (c->user.uid >= 0 && c->who->uid >= 0 && c->user.uid != c->who->uid)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this user acts from another account of the system");
    return EN_OK;
}

static en_errc
check_right(const struct en_call *c, struct en_err *err)
{
    struct en_buf may = EN_BUF_INIT;

    if ((en_roles_from(c->user.role) & c->act->roles) != 0)
        return EN_OK;
    en_roles_write(c->act->roles, &may);
    (void)en_err_set(err, EN_E_RULE, EN_NO_POS, "your roles do not allow this; it takes one of: %s", may.p);
    en_buf_release(&may);
    return EN_E_RULE;
}

static en_errc
prepare(struct en_call *c, struct en_err *err)
{
    en_errc rc = en_store_node_get(c->store, &c->arena, &c->node, err);

    rc = rc != EN_OK ? rc : find_person(c, err);
    if (rc != EN_OK)
        return rc;
    if (c->rq->rehearse != EN_TIME_NONE && !c->node.rehearsal)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "only a rehearsal node can act at another time than now");
    c->now = c->rq->rehearse != EN_TIME_NONE ? c->rq->rehearse : c->rq->now;
    rc = check_right(c, err);
    if (rc == EN_OK && (c->act->flags & (EN_ACT_QUIET | EN_ACT_DOUBT)) == 0)
        rc = ledger_may_act(c->acts, err);
    if (rc == EN_OK && (c->act->flags & EN_ACT_QUIET) == 0 && c->act->run != act_clock_accept)
        rc = clock_check(c->acts, &c->node, c->now, err);
    if (rc != EN_OK)
        return rc;
    if (c->rq->n_inputs < c->act->inputs_min || c->rq->n_inputs > c->act->inputs_max)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "this act takes %u to %u files", c->act->inputs_min,
                          c->act->inputs_max);
    if (c->rq->args.n > EN_ACT_ARGS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the arguments are longer than %u bytes", EN_ACT_ARGS_MAX);
    return EN_OK;
}

static void
call_free(struct en_call *c)
{
    en_buf_release(&c->event);
    en_buf_release(&c->line);
    outbox_release(&c->outbox);
    en_buf_release(&c->charters_came);
    en_arena_release(&c->arena);
    en_arena_release(&c->scratch);
}

en_errc
en_acts_run(struct en_acts *a, const struct en_act_request *rq, const struct en_act_person *who,
            const struct en_act_reply *reply, struct en_err *err)
{
    struct en_call c = { .acts = a, .store = a->store, .rq = rq, .who = who, .reply = reply };
    en_errc rc;

    c.act = find_act(rq->act);
    if (c.act == NULL)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "this node does not know the act; is it of another version?");
    en_arena_init(&c.arena, CALL_ARENA);
    en_arena_init(&c.scratch, CALL_ARENA);
    rc = prepare(&c, err);
    if (rc == EN_OK) {
        en_args_init(&c.args, rq->args, &c.arena);
        c.answered_may = (c.act->flags & EN_ACT_QUIET) != 0;
        rc = act_reads(c.act) ? reads_check(&c, err) : EN_OK;
        if (rc == EN_OK) {
            rc = c.act->run(&c, err);
            if (act_reads(c.act) && c.answered_may)
                reads_note(&c);
        }
        en_args_release(&c.args);
    }
    if (rc != EN_OK)
        en_store_abort(a->store); /* does nothing when the act was committed */
    kept_save(a);
    call_free(&c);
    return rc;
}

en_errc
call_node_init(struct en_call *c, struct en_acts *a, const struct en_act *act, en_time now, struct en_err *err)
{
    en_errc rc;

    *c = (struct en_call){ .acts = a, .store = a->store, .act = act, .now = now };
    en_arena_init(&c->arena, CALL_ARENA);
    en_arena_init(&c->scratch, CALL_ARENA);
    rc = en_store_node_get(a->store, &c->arena, &c->node, err);
    rc = rc != EN_OK || (act->flags & EN_ACT_DOUBT) != 0 ? rc : ledger_may_act(a, err);
    return rc != EN_OK ? rc : clock_check(a, &c->node, now, err);
}

void
call_node_end(struct en_call *c)
{
    en_store_abort(c->store); /* does nothing when it was committed */
    kept_save(c->acts);
    call_free(c);
}

en_errc
en_acts_node(struct en_acts *a, struct en_arena *arena, struct en_store_node *out, struct en_err *err)
{
    return en_store_node_get(a->store, arena, out, err);
}
