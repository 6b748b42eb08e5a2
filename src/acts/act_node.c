/*
 * act_node.c: the node itself: its making, its profile, its status, its clock, its copies.
 */
#include <stdlib.h>

#include "acts/act.h"
#include "acts/live_parts.h"
#include "acts/refusals.h"
#include "base/hash.h"
#include "rules/rules.h"

#define DEFAULT_PRIOR 1e-5
/* One in a hundred is worth an officer's look; what lies below is not kept. */
#define DEFAULT_LINE 0.01

/* --- init --------------------------------------------------------------------------------------------------------- */

en_errc
en_acts_init_check(const struct en_act_init *in, struct en_err *err)
{
    if (in->name.n == 0 || in->name.n > EN_STORE_MAX_WORD)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the service has a name");
    if (!en_key_name_valid(in->user))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "a user's name is 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or digit");
    if ((in->roles & (1u << EN_ROLE_ADMIN)) == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the first user is an admin");
    return EN_OK;
}

en_errc
en_acts_init(struct en_acts *a, const struct en_act_init *in, en_time now, const struct en_act_person *who,
             struct en_err *err)
{
    static const struct en_act init = { .word = "init", .event = "node-init" };
    struct en_buf roles = EN_BUF_INIT;
    struct en_new_keys made = { .a = a };
    struct en_key_state keys;
    struct en_act_request rq = { .act = EN_TEXT_LIT("init"), .now = now, .rehearse = EN_TIME_NONE };
    struct en_call c = { .acts = a, .store = a->store, .act = &init, .rq = &rq, .who = who, .now = now };
    uint8_t name[EN_SHA256_LEN];
    en_errc rc = en_acts_init_check(in, err);

    if (rc != EN_OK)
        return rc;
    en_roles_write(in->roles, &roles);
    c.node = (struct en_store_node){ .name = in->name,
                                     .country = in->country,
                                     .prior = DEFAULT_PRIOR,
                                     .line = DEFAULT_LINE,
                                     .retention_hours = EN_RULES_RETENTION_HOURS,
                                     .legal_basis = EN_TEXT_LIT(""),
                                     .tables = EN_TEXT_LIT(""),
                                     .answer_minutes = EN_RULES_ANSWER_MINUTES,
                                     .reads_an_hour = EN_READS_AN_HOUR,
                                     .rehearsal = in->rehearsal,
                                     .created = now };
    c.user = (struct en_store_user){
        .name = in->user, .role = { roles.p, roles.n }, .uid = -1, .created = now, .disabled = EN_TIME_NONE
    };
    for (size_t i = 0; i < EN_KEY_LEN; i++)
        c.user.key[i] = in->key[i];
    rc = en_store_begin(a->store, err);
    rc = rc != EN_OK ? rc : en_store_node_put(a->store, &c.node, err);
    rc = rc != EN_OK ? rc : en_store_user_add(a->store, &c.user, &c.user.id, err);
    if (rc == EN_OK && a->vault.put != NULL)
        rc = keys_first(&made, now, &keys, err);
    if (rc == EN_OK) {
        call_describe(&c);
        if (a->vault.put != NULL)
            en_json_kv_str(&c.ev, "partner", keys.partner);
        en_json_kv_text(&c.ev, "roles", c.user.role);
        en_sha256(en_text_bytes(c.user.name), name);
        json_kv_hash(&c.ev, "user_name", name);
        en_json_kv_bool(&c.ev, "rehearsal", in->rehearsal);
        rc = call_commit(&c, err);
    }
    if (rc != EN_OK) {
        en_store_abort(a->store);
        new_keys_drop(&made);
    }
    en_buf_release(&roles);
    en_buf_release(&c.event);
    return rc;
}

/* --- profile ------------------------------------------------------------------------------------------------------ */

static en_errc
emit_profile(struct en_call *c, const struct en_store_node *n, uint64_t changed, struct en_err *err)
{
    struct en_json j;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "name", n->name);
    en_json_kv_text(&j, "country", n->country);
    json_kv_texts(&j, "programmes", n->programmes, n->n_programmes);
    en_json_kv_uint(&j, "retention_hours", n->retention_hours);
    en_json_kv_text(&j, "legal_basis", n->legal_basis);
    en_json_kv_uint(&j, "answer_minutes", n->answer_minutes);
    en_json_kv_uint(&j, "reads_an_hour", n->reads_an_hour);
    en_json_kv_bool(&j, "read_purpose", n->read_purpose);
    json_kv_texts(&j, "addresses", n->addresses, n->n_addresses);
    en_json_key(&j, "prior");
    en_json_double(&j, n->prior);
    en_json_key(&j, "line");
    en_json_double(&j, n->line);
    en_json_kv_text(&j, "tables", n->tables);
    en_json_kv_bool(&j, "rehearsal", n->rehearsal);
    if (changed != UINT64_MAX) {
        en_json_kv_uint(&j, "alerts_changed", changed);
        json_found_later(c, &j);
    }
    en_json_object_end(&j);
    return call_emit(c, err);
}

en_errc
act_profile_show(struct en_call *c, struct en_err *err)
{
    en_errc rc = en_args_end(&c->args, err);

    return rc != EN_OK ? rc : emit_profile(c, &c->node, UINT64_MAX, err);
}

#define PAGE 500

struct rematch {
    struct en_call *c;
    int64_t ids[PAGE], last;
    bool matched[PAGE];
    size_t n;
    uint64_t seen;
};

/* Alerts whose standing the new profile changes. */
static en_errc
look_at(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct rematch *m = ctx;
    struct en_alert_facts f = { .ended = x->status == EN_ALERT_ENDED,
                                .ground = x->ground,
                                .programmes = x->programmes,
                                .n_programmes = x->n_programmes };
    bool matched;
    en_errc rc;

    m->last = x->id;
    m->seen++;
    rc = identity_is_person(x->identity, &f.is_person, err);
    if (rc != EN_OK)
        return rc;
    matched = en_rules_unmatched(&f, m->c->node.programmes, m->c->node.n_programmes) == NULL;
    if (matched != x->matched) {
        m->ids[m->n] = x->id;
        m->matched[m->n++] = matched;
    }
    return EN_OK;
}

/* The store is not written while it is walked: a page is looked at, then changed. */
static en_errc
rematch_all(struct en_call *c, uint64_t *changed, struct en_err *err)
{
    struct rematch *m = en_xcalloc(1, sizeof *m);
    struct en_store_alert_filter f = { .active_only = true, .limit = PAGE };
    en_errc rc = EN_OK;

    m->c = c;
    *changed = 0;
    do {
        m->n = 0;
        m->seen = 0;
        f.after = m->last;
        rc = en_store_alerts_each(c->store, &f, look_at, m, err);
        for (size_t i = 0; rc == EN_OK && i < m->n; i++)
            rc = en_store_alert_set_matched(c->store, m->ids[i], m->matched[i], err);
        *changed += m->n;
    } while (rc == EN_OK && m->seen == PAGE);
    free(m);
    return rc;
}

static bool
in_list(const en_text *t, size_t n, en_text x)
{
    for (size_t i = 0; i < n; i++)
        if (en_text_eq(t[i], x))
            return true;
    return false;
}

static void
change_programmes(struct en_call *c, const en_text *add, size_t n_add, const en_text *drop, size_t n_drop)
{
    size_t max = c->node.n_programmes + n_add, n = 0;
    en_text *list = en_arena_array(&c->arena, max, sizeof *list);

    EN_ASSERT(list != NULL);
    for (size_t i = 0; i < c->node.n_programmes; i++)
        if (!in_list(drop, n_drop, c->node.programmes[i]))
            list[n++] = c->node.programmes[i];
    for (size_t i = 0; i < n_add; i++)
        if (add[i].n > 0 && !in_list(list, n, add[i]))
            list[n++] = add[i];
    if (n > EN_STORE_MAX_LIST)
        en_args_fault(&c->args, "accept", "makes too many programmes");
    c->node.programmes = list;
    c->node.n_programmes = n;
}

void
args_addresses(struct en_args *a, const en_text **list, size_t *n)
{
    *n = en_args_texts(a, "addresses", EN_CARD_ADDRESSES_MAX, EN_CARD_ADDRESS_MAX, list);
    if (*n == 1 && en_text_is((*list)[0], "none"))
        *n = 0;
    for (size_t i = 0; i < *n; i++)
        if (!en_address_valid((*list)[i]))
            en_args_fault(a, "addresses", "are each https://HOST or https://HOST:PORT in small letters, or none");
}

/* By their hash, or the program's own. */
static en_text
args_tables(struct en_args *a)
{
    en_text t = en_args_text(a, "tables", EN_MUST, EN_STORE_MAX_WORD);

    if (en_text_is(t, "built-in"))
        return EN_TEXT_LIT("");
    if (!en_is_hex(t, 2 * EN_SHA256_LEN))
        en_args_fault(a, "tables", "is the hash of the tables, 64 hex digits in small letters, or built-in");
    return t;
}

static en_errc
read_profile(struct en_call *c, struct en_err *err)
{
    const en_text *add, *drop;
    size_t n_add = en_args_texts(&c->args, "accept", EN_STORE_MAX_LIST, EN_STORE_MAX_WORD, &add);
    size_t n_drop = en_args_texts(&c->args, "refuse", EN_STORE_MAX_LIST, EN_STORE_MAX_WORD, &drop);

    c->node.retention_hours = (uint32_t)en_args_int(&c->args, "retention_hours", EN_MAY, 0,
                                                    EN_RULES_RETENTION_HOURS_MAX, c->node.retention_hours);
    if (en_args_has(&c->args, "legal_basis"))
        c->node.legal_basis = en_args_text(&c->args, "legal_basis", EN_MAY, EN_STORE_MAX_WORD);
    if (c->node.retention_hours <= EN_RULES_RETENTION_HOURS)
        c->node.legal_basis = EN_TEXT_LIT(""); /* nothing is kept longer that it could be the basis of */
    c->node.answer_minutes =
        (uint32_t)en_args_int(&c->args, "answer_minutes", EN_MAY, 1, 24 * 60, c->node.answer_minutes);
    c->node.reads_an_hour = (uint32_t)en_args_int(&c->args, "reads_an_hour", EN_MAY, 0, EN_READS_AN_HOUR_MAX,
                                                  c->node.reads_an_hour);
    if (en_args_has(&c->args, "read_purpose"))
        c->node.read_purpose = en_args_bool(&c->args, "read_purpose");
    if (en_args_has(&c->args, "addresses"))
        args_addresses(&c->args, &c->node.addresses, &c->node.n_addresses);
    c->node.prior = en_args_real(&c->args, "prior", 1e-12, 0.5, c->node.prior);
    if (en_args_has(&c->args, "tables"))
        c->node.tables = args_tables(&c->args);
    c->node.line = en_args_real(&c->args, "line", 0, 1, c->node.line);
    change_programmes(c, add, n_add, drop, n_drop);
    return en_args_end(&c->args, err);
}

en_errc
act_profile_set(struct en_call *c, struct en_err *err)
{
    double line = c->node.line, prior = c->node.prior;
    en_text tables = c->node.tables;
    const struct en_reason *no;
    uint64_t changed = 0;
    bool learned;
    en_errc rc = read_profile(c, err);

    no = rc == EN_OK ? en_rules_retention(c->node.retention_hours, c->node.legal_basis.n > 0) : NULL;
    if (no != NULL)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "%s (%s)", no->text, no->clause);

    learned = rc == EN_OK && !en_text_eq(tables, c->node.tables);
    rc = learned ? tables_check(c, c->node.tables, err) : rc;
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_node_put(c->store, &c->node, err);
    rc = rc != EN_OK ? rc : rematch_all(c, &changed, err);
    if (rc != EN_OK)
        return rc;
    json_kv_texts(&c->ev, "programmes", c->node.programmes, c->node.n_programmes);
    en_json_kv_uint(&c->ev, "retention_hours", c->node.retention_hours);
    en_json_kv_text(&c->ev, "legal_basis", c->node.legal_basis);
    en_json_kv_uint(&c->ev, "answer_minutes", c->node.answer_minutes);
    en_json_kv_uint(&c->ev, "reads_an_hour", c->node.reads_an_hour);
    en_json_kv_bool(&c->ev, "read_purpose", c->node.read_purpose);
    json_kv_texts(&c->ev, "addresses", c->node.addresses, c->node.n_addresses);
    en_json_key(&c->ev, "prior");
    en_json_double(&c->ev, c->node.prior);
    en_json_key(&c->ev, "line");
    en_json_double(&c->ev, c->node.line);
    en_json_kv_text(&c->ev, "tables", c->node.tables);
    en_json_kv_uint(&c->ev, "alerts_changed", changed);
    c->owes_rescreen = changed > 0 || learned || c->node.line != line || c->node.prior != prior;
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    if (changed > 0 || learned)
        acts_index_void(c->acts);
    call_rescreen(c);
    return emit_profile(c, &c->node, changed, err);
}

/* --- status ------------------------------------------------------------------------------------------------------- */

static void
status_tally(enum en_store_input what, const struct en_store_tally *x, struct en_json *j)
{
    en_json_key(j, en_store_input_word(what));
    en_json_object(j);
    en_json_kv_uint(j, "repairs", x->repairs);
    en_json_kv_uint(j, "refused", x->refused);
    en_json_kv_uint(j, "kept", x->kept);
    en_json_kv_uint(j, "warnings", x->warnings);
    en_json_kv_uint(j, "left_out", x->left_out);
    en_json_object_end(j);
}

static void
status_exchange(const struct en_store_counts *n, struct en_json *j)
{
    en_json_key(j, "records");
    en_json_object(j);
    for (unsigned i = 0; i < EN_HELD_STATES; i++)
        en_json_kv_uint(j, en_held_word((enum en_held)i), n->records[i]);
    en_json_object_end(j);
    en_json_key(j, "deliveries");
    en_json_object(j);
    for (unsigned i = 0; i < EN_DELIVERY_STATES; i++)
        en_json_kv_uint(j, en_delivery_state_word((enum en_delivery_state)i), n->deliveries[i]);
    en_json_object_end(j);
    en_json_kv_uint(j, "releases_proposed", n->releases_proposed);
    en_json_kv_uint(j, "warnings_unopened", n->warnings_unopened);
    en_json_kv_uint(j, "bundles_refused", n->bundles_refused);
}

static void
status_counts(const struct en_store_counts *n, struct en_json *j)
{
    en_json_kv_uint(j, "events", n->events);
    en_json_kv_uint(j, "users", n->users);
    en_json_kv_uint(j, "sources", n->sources);
    en_json_kv_uint(j, "imports", n->imports);
    en_json_key(j, "alerts");
    en_json_object(j);
    for (unsigned i = 0; i < EN_ALERT_STATUSES; i++)
        en_json_kv_uint(j, en_alert_status_word((enum en_alert_status)i), n->alerts[i]);
    en_json_kv_uint(j, "matched", n->alerts_matched);
    en_json_object_end(j);
    en_json_kv_uint(j, "manifests", n->manifests);
    en_json_key(j, "read");
    en_json_object(j);
    for (unsigned i = 0; i < EN_INPUTS; i++)
        status_tally((enum en_store_input)i, &n->read[i], j);
    en_json_object_end(j);
    en_json_kv_uint(j, "travellers", n->travellers);
    en_json_key(j, "hits");
    en_json_object(j);
    for (unsigned i = 0; i < EN_HIT_STATES; i++)
        en_json_kv_uint(j, en_hit_state_word((enum en_hit_state)i), n->hits[i]);
    en_json_object_end(j);
    en_json_kv_uint(j, "decisions", n->decisions);
    en_json_kv_uint(j, "clearances", n->clearances);
    en_json_kv_uint(j, "open_intents", n->intents_open);
    status_exchange(n, j);
}

en_errc
act_status(struct en_call *c, struct en_err *err)
{
    struct en_store_counts n;
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : en_store_counts(c->store, &n, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "name", c->node.name);
    en_json_kv_text(&j, "country", c->node.country);
    en_json_kv_bool(&j, "rehearsal", c->node.rehearsal);
    json_kv_time(&j, "now", c->now);
    json_kv_time(&j, "created", c->node.created);
    json_kv_texts(&j, "programmes", c->node.programmes, c->node.n_programmes);
    en_json_kv_uint(&j, "retention_hours", c->node.retention_hours);
    en_json_kv_text(&j, "legal_basis", c->node.legal_basis);
    json_kv_texts(&j, "addresses", c->node.addresses, c->node.n_addresses);
    status_counts(&n, &j);
    en_json_kv_uint(&j, "identities_in_index", c->acts->identities);
    en_json_kv_bool(&j, "index_behind", c->acts->behind);
    tables_json(c, &j);
    rc = charter_status(c, &j, err);
    rc = rc != EN_OK ? rc : link_status(c, &j, err);
    rc = rc != EN_OK ? rc : refusals_json(c, &j, err);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- clock, backup ------------------------------------------------------------------------------------------------ */

static en_errc
only_an_event(struct en_call *c, const char *fact, struct en_err *err)
{
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    json_kv_time(&j, fact, c->now);
    en_json_object_end(&j);
    return call_emit(c, err);
}

en_errc
act_clock_accept(struct en_call *c, struct en_err *err)
{
    return only_an_event(c, "accepted", err);
}

/* The copy holds what the node holds: it may be kept no longer than its rule says, and says so itself. */
en_errc
act_backup(struct en_call *c, struct en_err *err)
{
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    json_kv_time(&j, "asked", c->now);
    json_kv_time(&j, "keep_until", c->now + (en_time)EN_RULES_BACKUP_DAYS * EN_TIME_DAY);
    en_json_kv_text(&j, "legal_basis", c->node.legal_basis);
    en_json_object_end(&j);
    return call_emit(c, err);
}

/*= design.md 6: "If entries are lost it closes its log epoch": until a person says so, nothing is signed. */
static en_errc
doubt_head(struct en_acts *a, const struct en_store_head *before, bool *doubt, bool *shorter, struct en_err *err)
{
    struct en_key_state keys;
    struct en_store_head h;
    struct en_arena arena;
    en_errc rc;

    en_arena_init(&arena, EN_MIB);
    rc = en_store_head_newest(a->store, &arena, &h, err);
    if (rc == EN_OK) {
        *doubt = h.note.n > 0 || own_keys(a, &keys, NULL) == EN_OK;
        *shorter = before != NULL && !ledger_holds(a->store, before->size, &before->root);
        if (before != NULL && !*shorter)
            *doubt = (h.kept & EN_HEAD_DOUBT) != 0; /* all that the replaced store had signed is here */
    }
    if (rc == EN_OK && *doubt)
        rc = en_store_head_keep(a->store, h.id, h.kept | EN_HEAD_SEEN | EN_HEAD_DOUBT, err);
    en_arena_release(&arena);
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

en_errc
en_acts_restored(struct en_acts *a, int64_t uid, const struct en_store_head *before, en_time now, bool *doubt,
                 struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc = en_store_begin(a->store, err);
    bool shorter = false;

    *doubt = false;
    rc = rc != EN_OK ? rc : doubt_head(a, before, doubt, &shorter, err);
    event_open(&event, &ev, "restored", now, 0, NULL);
    en_json_kv_int(&ev, "unix", uid);
    en_json_kv_bool(&ev, "doubt", *doubt);
    if (shorter)
        en_json_kv_uint(&ev, "replaced", before->size);
    en_json_object_end(&ev);
    rc = rc != EN_OK ? rc : event_append_node(a, "restored", en_buf_bytes(&event), now, NULL, err);
    rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
    if (rc != EN_OK)
        en_store_abort(a->store);
    en_buf_release(&event);
    for (bool more = true; rc == EN_OK && more;) /* what the copy has kept longer than its node would have */
        rc = en_acts_tick(a, now, &more, err);
    return rc;
}
