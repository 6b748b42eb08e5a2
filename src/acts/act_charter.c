/*
 * act_charter.c: the charter is looked at, given to others, and taken in. docs/formats/charter.md.
 *
 * What is taken in changes nothing: a version is adopted by persons (act_charter_vote.c).
 */
#include <stdlib.h>
#include <string.h>

#include "acts/charter.h"
#include "acts/input.h"

/* --- looking ------------------------------------------------------------------------------------------------------ */

en_errc
act_charter_list(struct en_call *c, struct en_err *err)
{
    struct charters all;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    for (size_t i = 0; rc == EN_OK && i < all.n; i++)
        rc = charter_emit(&all, &all.v[i], false, err);
    return rc;
}

en_errc
act_charter_show(struct en_call *c, struct en_err *err)
{
    en_text which = en_args_text(&c->args, "charter", EN_MAY, 2 * EN_SHA256_LEN);
    struct charters all;
    struct version *v;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : charters_named(&all, which, true, &v, err);
    return rc != EN_OK ? rc : charter_emit(&all, v, true, err);
}

/* Every version from the first to the one in force proves the next. */
en_errc
act_charter_verify(struct en_call *c, struct en_err *err)
{
    struct charters all;
    struct version *v, **way;
    size_t n = 0;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    rc = rc != EN_OK ? rc : charters_named(&all, EN_TEXT_NONE, true, &v, err);
    if (rc != EN_OK)
        return rc;
    way = en_xcalloc(all.n, sizeof *way);
    for (; v != NULL; v = charters_before(&all, v))
        way[n++] = v;
    if (way[n - 1]->c.number != 1)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "charter %u, which charter %u follows, is not here",
                        way[n - 1]->c.number - 1, way[n - 1]->c.number);
    while (rc == EN_OK && n-- > 0) {
        en_errc holds = charters_judge(&all, way[n], NULL);

        rc = charter_emit(&all, way[n], true, err);
        if (rc == EN_OK && holds != EN_OK)
            rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "charter %u does not hold: %s", way[n]->c.number,
                            way[n]->err.text);
    }
    free(way);
    return rc;
}

/* --- giving ------------------------------------------------------------------------------------------------------- */

static void
add_lines(en_bytes note, struct en_json *j)
{
    for (size_t at = 0, i = 0; i < note.n; i++) {
        if (note.p[i] != '\n')
            continue;
        en_json_text(j, (en_text){ (const char *)note.p + at, i - at });
        at = i + 1;
    }
}

struct step_lines {
    const struct charters *all;
    struct en_json *j;
};

/* So that whoever has no card of a member can follow it to its key of today. */
static en_errc
add_step(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct step_lines *l = ctx;

    (void)err;
    if (x->number > 1)
        add_lines(x->note, l->j);
    return EN_OK;
}

static bool
is_given(const struct charters *all, const struct version *v, const struct version *only)
{
    if (only != NULL)
        return v == only;
    return v->lines->note.n > 0 && (v->row.state != EN_VERSION_PROPOSED || all->now == NULL ||
                                    v->c.number > all->now->c.number);
}

static en_errc
emit_file(const struct charters *all, const struct version *only, struct en_err *err)
{
    const struct en_store_partner_key_filter every = { .by_partner = false };
    struct en_json j;
    struct step_lines l = { all, &j };
    en_errc rc;

    call_record(all->c, &j);
    en_json_object(&j);
    en_json_key(&j, "lines");
    en_json_array(&j);
    for (size_t i = 0; i < all->n; i++)
        if (is_given(all, &all->v[i], only)) {
            add_lines(all->v[i].row.note, &j);
            add_lines(all->v[i].row.keys, &j);
        }
    rc = en_store_partner_keys_each(all->c->store, &every, add_step, &l, err);
    en_json_array_end(&j);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(all->c, err);
}

static void
told_versions(const struct charters *all, const struct version *only, struct en_json *ev)
{
    en_json_key(ev, "charters");
    en_json_array(ev);
    for (size_t i = 0; i < all->n; i++)
        if (is_given(all, &all->v[i], only)) {
            en_json_object(ev);
            charter_facts(&all->v[i].row, ev);
            en_json_object_end(ev);
        }
    en_json_array_end(ev);
}

en_errc
act_charter_export(struct en_call *c, struct en_err *err)
{
    en_text which = en_args_text(&c->args, "charter", EN_MAY, 2 * EN_SHA256_LEN);
    struct version *only = NULL;
    struct charters all;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, &all, err);
    if (rc == EN_OK && which.n > 0)
        rc = charters_named(&all, which, true, &only, err);
    if (rc == EN_OK && (all.n == 0 || (only != NULL && only->lines->note.n == 0)))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, all.n == 0 ? "there is no charter here" : "nobody has signed it yet");
    if (rc != EN_OK)
        return rc;
    told_versions(&all, only, &c->ev);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : emit_file(&all, only, err);
}

/* --- taking in ---------------------------------------------------------------------------------------------------- */

static en_errc
no(struct en_err *err, en_errc code, const char *why)
{
    return en_err_set(err, code, EN_NO_POS, "%s", why);
}

/* How many versions of a number were never adopted here and are signed by a member. */
static unsigned
rivals_of(const struct charters *all, uint32_t number, const struct en_charter_member *m)
{
    unsigned n = 0;

    for (size_t i = 0; i < all->n; i++)
        n += all->v[i].c.number == number && all->v[i].row.turn == 0 &&
             en_charter_has_signed(&all->v[i].lines->note, m, all->keys, all->n_keys);
    return n;
}

/* Did a member of one of the two versions sign, and one who has not signed many others of this number? */
static void
look_at_signers(const struct charters *all, const struct en_charter *members, const struct en_charter *x,
                const struct en_signed_note *note, bool *any, bool *fair)
{
    for (unsigned i = 0; members != NULL && i < members->n_members; i++) {
        if (!en_charter_has_signed(note, &members->members[i], all->keys, all->n_keys))
            continue;
        *any = true;
        *fair = *fair || rivals_of(all, x->number, &members->members[i]) < CHARTER_RIVALS_MAX;
    }
}

/* Another first version is kept only as evidence: who has signed ours signed it with the same key. */
static bool
is_evidence(const struct charters *all, const struct en_charter *x, const struct en_signed_note *note)
{
    struct en_charter_fork fork;

    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].c.number == 1 && all->v[i].row.turn > 0)
            return en_charter_forked(&all->v[i].lines->note, &all->v[i].c, note, x, &fork) && fork.n_both > 0;
    return true;
}

/* Whether a version that is not here is kept: anybody could fill the store with texts. */
static en_errc
may_keep(const struct charters *all, const struct en_charter *x, const struct en_signed_note *note, struct en_err *err)
{
    struct version probe = { .c = *x };
    const struct version *before = charters_before(all, &probe);
    bool any = false, fair = false;

    if (x->number > 1 && before == NULL)
        return no(err, EN_E_NOT_FOUND, "the charter that it follows is not here: take that in first");
    look_at_signers(all, before != NULL ? &before->c : x, x, note, &any, &fair);
    if (!any)
        return no(err, EN_E_RULE, "no member has signed it");
    if (x->number == 1 && !is_evidence(all, x, note))
        return no(err, EN_E_RULE, "it founds another community than the one whose charter is in force here");
    if (!fair)
        return no(err, EN_E_LIMIT, "whoever has signed it has signed too many others of this number");
    return EN_OK;
}

static struct version *
version_of(const struct charters *all, const struct en_charter *x)
{
    for (size_t i = 0; i < all->n; i++)
        if (memcmp(all->v[i].c.hash, x->hash, sizeof x->hash) == 0)
            return &all->v[i];
    return NULL;
}

/* Keeps a version that is new here, with the signatures of members under it. */
static en_errc
keep_version(struct charters *all, struct en_lines *lines, const struct en_charter *x, struct en_store_charter *row,
             struct version **out, unsigned *added, struct en_err *err)
{
    struct version probe = { .c = *x };
    const struct version *before = charters_before(all, &probe);
    struct en_buf note = EN_BUF_INIT;
    struct en_lines *kept;
    struct en_charter again;
    en_errc rc = may_keep(all, x, &lines->note, err);

    rc = rc != EN_OK ? rc
                     : en_charter_gather(before != NULL ? &before->c : NULL, x, NULL, &lines->note, all->keys,
                                         all->n_keys, &note, added, err);
    row->number = x->number;
    row->dated = x->date;
    memcpy(row->hash, x->hash, sizeof row->hash);
    memcpy(row->previous, x->previous, sizeof row->previous);
    row->note = en_bytes_from(en_arena_copy(&all->c->arena, note.p, note.n), note.n);
    if (rc == EN_OK && row->note.p == NULL)
        rc = no(err, EN_E_LIMIT, "too many charters for one act");
    rc = rc != EN_OK ? rc : charter_read(all->c, row->note, &again, &kept, err);
    rc = rc != EN_OK ? rc : charters_add(all, row, &again, kept, out, err);
    en_buf_release(&note);
    return rc;
}

/* One version with its signatures: new, or another copy. *at is where it stands then. */
static en_errc
take_version(struct charters *all, en_bytes note, int64_t author, en_bytes keys, size_t *at, unsigned *added,
             struct en_err *err)
{
    struct en_store_charter row = {
        .author = author, .at = all->c->now, .keys = keys, .signed_at = EN_TIME_NONE, .adopted = EN_TIME_NONE
    };
    struct en_lines *lines = en_arena_alloc(&all->c->arena, sizeof *lines);
    struct en_charter x;
    struct version *v;
    en_errc rc;

    *added = 0;
    if (lines == NULL)
        return no(err, EN_E_LIMIT, "too many charters for one act");
    rc = en_charter_parse(note, &all->c->arena, lines, &x, err);
    if (rc != EN_OK)
        return rc;
    v = version_of(all, &x);
    if (v == NULL)
        rc = keep_version(all, lines, &x, &row, &v, added, err);
    else {
        if (v->row.keys.n == 0)
            v->row.keys = keys;
        rc = charters_gather(all, v, &lines->note, added, err);
    }
    *at = rc == EN_OK ? (size_t)(v - all->v) : 0;
    return rc;
}

struct file {
    struct en_buf bytes;
    struct en_buf keys; /* statements of keys in it */
    en_bytes note[1000];
    size_t n;
};

/* Charters and statements of keys, in any order. */
static en_errc
split(struct charters *all, struct file *f, struct en_err *err)
{
    en_bytes rest = en_buf_bytes(&f->bytes), note;
    en_errc rc = EN_OK;

    while (rc == EN_OK) {
        rc = en_lines_next_max(&rest, EN_NOTE_MAX, &note, err);
        if (rc != EN_OK)
            break;
        if (en_text_is(en_lines_form(note), EN_CHARTER_FORM)) {
            if (f->n == sizeof f->note / sizeof *f->note)
                rc = no(err, EN_E_LIMIT, "a file has at most 1000 charters");
            else
                f->note[f->n++] = note;
        } else {
            rc = charters_take_key(all, note, err);
            en_buf_add(&f->keys, note.p, note.n);
        }
    }
    if (rc != EN_E_NO)
        return rc;
    if (f->keys.n > EN_MIB)
        return no(err, EN_E_LIMIT, "the statements of keys in the file are too many");
    return f->n > 0 ? EN_OK : en_err_set(err, EN_E_INPUT, 0, "there is no charter in this file");
}

struct came {
    size_t at;
    unsigned added;
};

static en_errc
take_file(struct charters *all, struct file *f, struct came *came, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < f->n; i++)
        rc = take_version(all, f->note[i], all->c->user.id, en_buf_bytes(&f->keys), &came[i].at, &came[i].added, err);
    return rc != EN_OK ? rc : charters_settle(all, err);
}

static void
told_came(const struct charters *all, const struct file *f, const struct came *came, struct en_json *ev)
{
    uint8_t hash[EN_SHA256_LEN];

    en_sha256(en_buf_bytes(&f->bytes), hash);
    json_kv_hash(ev, "file", hash);
    en_json_key(ev, "charters");
    en_json_array(ev);
    for (size_t i = 0; i < f->n; i++) {
        en_json_object(ev);
        charter_facts(&all->v[came[i].at].row, ev);
        en_json_kv_uint(ev, "signatures", came[i].added);
        en_json_object_end(ev);
    }
    en_json_array_end(ev);
}

static en_errc
import(struct en_call *c, struct charters *all, struct file *f, struct came **came, struct en_err *err)
{
    en_errc rc = input_all(&c->rq->inputs[0], CHARTER_FILE_MAX, &f->bytes, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : charters_load(c, all, err);
    rc = rc != EN_OK ? rc : split(all, f, err);
    if (rc != EN_OK)
        return rc;
    *came = en_xcalloc(f->n, sizeof **came);
    rc = take_file(all, f, *came, err);
    if (rc == EN_OK) {
        told_came(all, f, *came, &c->ev);
        rc = call_commit(c, err);
    }
    for (size_t i = 0; rc == EN_OK && i < f->n; i++)
        rc = charter_emit(all, &all->v[(*came)[i].at], false, err);
    return rc;
}

en_errc
act_charter_import(struct en_call *c, struct en_err *err)
{
    struct file *f = en_xcalloc(1, sizeof *f);
    struct came *came = NULL;
    struct charters all;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : import(c, &all, f, &came, err);
    en_buf_release(&f->bytes);
    en_buf_release(&f->keys);
    free(came);
    free(f);
    return rc;
}

/* --- with bundles ------------------------------------------------------------------------------------------------- */

static void
told_one(struct en_call *c, const struct en_store_charter *x, unsigned added)
{
    char hex[2 * EN_SHA256_LEN + 1];

    en_hex(x->hash, sizeof x->hash, hex);
    en_buf_addf(&c->charters_came, "%s{\"number\":%u,\"hash\":\"%s\",\"signatures\":%u}",
                c->charters_came.n > 0 ? "," : "[", x->number, hex, added);
}

en_errc
charter_take(struct en_call *c, en_bytes note, const char **code, struct en_err *err)
{
    struct en_err why = EN_ERR_INIT;
    struct charters all;
    size_t at = 0;
    unsigned added = 0;
    en_errc rc;

    *code = ++c->charters_tried > CHARTER_PARTS_MAX ? "too-many-charters" : NULL;
    if (*code != NULL)
        return EN_OK;
    rc = charters_load(c, &all, err);
    if (rc != EN_OK)
        return rc;
    rc = take_version(&all, note, 0, EN_BYTES_LIT(""), &at, &added, &why);
    if (rc == EN_E_INPUT || rc == EN_E_NOT_FOUND || rc == EN_E_RULE || rc == EN_E_LIMIT || rc == EN_E_INTEGRITY) {
        *code = "charter-not-kept";
        return EN_OK;
    }
    rc = rc != EN_OK ? en_err_set(err, rc, EN_NO_POS, "%s", why.text) : charters_settle(&all, err);
    if (rc == EN_OK)
        told_one(c, &all.v[at].row, added);
    return rc;
}

void
charter_came_facts(struct en_call *c, struct en_json *ev)
{
    if (c->charters_came.n == 0)
        return;
    en_buf_addc(&c->charters_came, ']');
    en_json_key(ev, "charters");
    en_json_raw(ev, en_buf_bytes(&c->charters_came));
}

struct sending {
    const struct charters *all;
    const struct version *v, *before;
    en_text to[EN_CHARTER_MEMBERS_MAX];
    uint64_t n;
};

/* Also who is suspended or comes in only now: it may have to sign. Whom we have cut gets nothing. */
static en_errc
wants_it(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct sending *s = ctx;
    bool member = en_charter_member(&s->v->c, x->partner) != NULL ||
                  (s->before != NULL && en_charter_member(&s->before->c, x->partner) != NULL);

    if (!member || x->cut != EN_TIME_NONE || s->n == EN_CHARTER_MEMBERS_MAX)
        return EN_OK;
    s->to[s->n] = en_text_dup(x->partner, &s->all->c->arena);
    if (s->to[s->n].p == NULL)
        return no(err, EN_E_LIMIT, "too many partners in one act");
    s->n++;
    return EN_OK;
}

/* Copies of this text that wait for a partner or went to it. */
struct copies {
    const struct version *v;
    bool same; /* with the very signatures that are known now */
    int64_t waits[8];
    unsigned n;
};

static en_errc
look_at_copy(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct copies *c = ctx;
    en_bytes text = c->v->lines->note.text;

    (void)err;
    if (x->bytes.n <= text.n || memcmp(x->bytes.p, text.p, text.n) != 0 || x->state == EN_DELIVERY_DROPPED)
        return EN_OK;
    c->same = c->same || en_bytes_eq(x->bytes, c->v->row.note);
    if (x->state == EN_DELIVERY_QUEUED && x->bundle == 0 && c->n < sizeof c->waits / sizeof *c->waits)
        c->waits[c->n++] = x->id;
    return EN_OK;
}

/* What waits with fewer signatures is not sent any more. */
static en_errc
send_one(const struct charters *all, const struct version *v, en_text to, bool *queued, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .partner = to, .kinds = 1u << EN_DELIVERY_STATEMENT };
    struct en_store_delivery x = { .partner = to,
                                   .kind = EN_DELIVERY_STATEMENT,
                                   .state = EN_DELIVERY_DROPPED,
                                   .bytes = v->row.note,
                                   .queued = all->c->now,
                                   .sent = EN_TIME_NONE,
                                   .answered = EN_TIME_NONE,
                                   .opened = EN_TIME_NONE };
    struct copies c = { .v = v };
    en_errc rc = en_store_deliveries_each(all->c->store, &f, look_at_copy, &c, err);

    *queued = !c.same;
    for (unsigned i = 0; rc == EN_OK && *queued && i < c.n; i++) {
        x.id = c.waits[i];
        rc = en_store_delivery_change(all->c->store, &x, err);
    }
    x.state = EN_DELIVERY_QUEUED;
    return rc == EN_OK && *queued ? en_store_delivery_add(all->c->store, &x, &x.id, err) : rc;
}

en_errc
charter_send(const struct charters *all, const struct version *v, uint64_t *n, struct en_err *err)
{
    struct sending s = { .all = all, .v = v, .before = charters_before(all, v) };
    en_errc rc = en_store_partners_each(all->c->store, wants_it, &s, err);

    *n = 0;
    for (size_t i = 0; rc == EN_OK && i < s.n; i++) {
        bool queued = false;

        rc = send_one(all, v, s.to[i], &queued, err);
        *n += queued;
    }
    return rc;
}
