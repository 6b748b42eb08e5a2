/*
 * charter.c: the versions of the charter that are here: loaded, judged, named.
 */
#include "acts/charter.h"

#include <string.h>

#include "acts/exchange.h"

static en_errc
no_room(struct en_err *err)
{
    return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are more charters than one act can look at");
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

en_errc
charter_read(struct en_call *c, en_bytes note, struct en_charter *out, struct en_lines **lines, struct en_err *err)
{
    bool draft = note.n > 2 && note.p[note.n - 1] == '\n' && note.p[note.n - 2] == '\n';

    *lines = en_arena_alloc(&c->arena, sizeof **lines);
    if (*lines == NULL)
        return no_room(err);
    return draft ? en_charter_parse_draft(note, &c->arena, *lines, out, err)
                 : en_charter_parse(note, &c->arena, *lines, out, err);
}

/* Whoever can write the row cannot write what its hash says. */
static en_errc
read_row(struct en_call *c, struct version *v, struct en_err *err)
{
    struct en_err why = EN_ERR_INIT;
    en_errc rc = charter_read(c, v->row.note, &v->c, &v->lines, &why);

    if (rc == EN_E_LIMIT)
        return en_err_set(err, rc, EN_NO_POS, "%s", why.text);
    if (rc == EN_OK && v->c.number == v->row.number && v->c.date == v->row.dated &&
        memcmp(v->c.hash, v->row.hash, sizeof v->row.hash) == 0 &&
        memcmp(v->c.previous, v->row.previous, sizeof v->row.previous) == 0)
        return EN_OK;
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the text of charter %u is not what its row says",
                      v->row.number);
}

static struct version *
room_for_one(struct charters *all)
{
    size_t now = all->now != NULL ? (size_t)(all->now - all->v) : 0;
    bool any = all->now != NULL;

    if (!en_arena_grow(&all->c->arena, &all->v, &all->cap, all->n + 1, sizeof *all->v))
        return NULL;
    if (any)
        all->now = &all->v[now];
    memset(&all->v[all->n], 0, sizeof *all->v);
    return &all->v[all->n];
}

static bool
copy_row(struct en_arena *a, const struct en_store_charter *x, struct en_store_charter *out)
{
    *out = *x;
    out->note.p = en_arena_copy(a, x->note.p, x->note.n);
    out->keys.p = en_arena_copy(a, x->keys.p, x->keys.n);
    return out->note.p != NULL && out->keys.p != NULL;
}

static en_errc
load_one(void *ctx, const struct en_store_charter *x, struct en_err *err)
{
    struct charters *all = ctx;
    struct version *v = room_for_one(all);

    if (v == NULL || !copy_row(&all->c->arena, x, &v->row))
        return no_room(err);
    all->n++;
    return EN_OK;
}

/* --- keys that members went on to --------------------------------------------------------------------------------- */

static en_errc
add_key(struct charters *all, en_text id, const uint8_t *key, const uint8_t *next, struct en_err *err)
{
    struct en_charter_key *k;

    if (!en_arena_grow(&all->c->arena, &all->keys, &all->cap_keys, all->n_keys + 1, sizeof *all->keys))
        return no_room(err);
    k = &all->keys[all->n_keys++];
    k->id = en_text_dup(id, &all->c->arena);
    memcpy(k->public_key, key, sizeof k->public_key);
    memcpy(k->next, next, sizeof k->next);
    return k->id.p != NULL ? EN_OK : no_room(err);
}

struct key_walk {
    struct charters *all;
    en_text id;
};

static en_errc
take_step(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct key_walk *w = ctx;

    return x->number > 1 ? add_key(w->all, w->id, x->key, x->next, err) : EN_OK;
}

static en_errc
partner_steps(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct charters *all = ctx;
    struct key_walk w = { all, x->partner };
    const struct en_store_partner_key_filter f = { .by_partner = true, .partner = x->id };

    return x->number > 1 ? en_store_partner_keys_each(all->c->store, &f, take_step, &w, err) : EN_OK;
}

en_errc
charters_take_key(struct charters *all, en_bytes note, struct en_err *err)
{
    struct en_key_step s;
    en_errc rc = en_key_step_read(note, &s, err);

    if (rc != EN_OK || s.keys.number == 1)
        return rc;
    return add_key(all, en_text_from_ours(s.keys.partner), s.keys.key, s.keys.next, err);
}

static en_errc
load_keys(struct charters *all, struct en_err *err)
{
    static const struct en_store_partner_key_filter own = { .by_partner = true, .partner = 0 };
    struct key_walk w = { all, EN_TEXT_NONE };
    en_errc rc = own_keys(all->c->acts, &all->own, NULL);

    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        return own_keys(all->c->acts, &all->own, err);
    w.id = en_text_from_ours(all->own.partner);
    rc = all->own.number > 1 ? en_store_partner_keys_each(all->c->store, &own, take_step, &w, err) : EN_OK;
    rc = rc != EN_OK ? rc : en_store_partners_each(all->c->store, partner_steps, all, err);
    for (size_t i = 0; rc == EN_OK && i < all->n; i++) {
        en_bytes rest = all->v[i].row.keys, note;

        while (rc == EN_OK && en_lines_next(&rest, &note, NULL) == EN_OK)
            rc = charters_take_key(all, note, err);
    }
    return rc;
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

en_errc
charters_load(struct en_call *c, struct charters *out, struct en_err *err)
{
    const struct en_store_charter_filter f = { .id = 0 };
    en_errc rc;

    *out = (struct charters){ .c = c };
    rc = en_store_charters_each(c->store, &f, load_one, out, err);
    for (size_t i = 0; rc == EN_OK && i < out->n; i++) {
        rc = read_row(c, &out->v[i], err);
        if (out->v[i].row.turn > (out->now != NULL ? out->now->row.turn : 0))
            out->now = &out->v[i];
    }
    return rc != EN_OK ? rc : load_keys(out, err);
}

en_errc
charter_in_force(struct en_call *c, const struct en_charter **out, struct en_err *err)
{
    struct version v = { .judged = false };
    struct en_key_state own = { .number = 0 };
    struct en_charter *x;
    en_errc rc;

    *out = c->charter;
    if (c->charter_known)
        return EN_OK;
    rc = en_store_charter_newest(c->store, &c->arena, &v.row, err);
    if (rc == EN_E_NOT_FOUND) {
        c->charter_known = true;
        return EN_OK;
    }
    rc = rc != EN_OK ? rc : read_row(c, &v, err);
    if (rc == EN_OK && own_keys(c->acts, &own, NULL) == EN_OK &&
        en_charter_member(&v.c, en_text_from_ours(own.partner)) == NULL) { /* others' charter binds us to nothing */
        c->charter_known = true;
        return EN_OK;
    }
    x = rc == EN_OK ? en_arena_copy(&c->arena, &v.c, sizeof v.c) : NULL;
    if (rc == EN_OK && x == NULL)
        return no_room(err);
    c->charter = *out = x;
    c->charter_known = rc == EN_OK;
    return rc;
}

/* --- judging ------------------------------------------------------------------------------------------------------ */

struct version *
charters_before(const struct charters *all, const struct version *v)
{
    for (size_t i = 0; v->c.number > 1 && i < all->n; i++)
        if (all->v[i].c.number == v->c.number - 1 &&
            memcmp(all->v[i].c.hash, v->c.previous, sizeof v->c.previous) == 0)
            return &all->v[i];
    return NULL;
}

en_errc
charters_judge(const struct charters *all, struct version *v, struct en_err *err)
{
    const struct version *before = charters_before(all, v);
    en_time now = all->c->now;

    if (!v->judged) {
        v->judged = true;
        v->err = (struct en_err)EN_ERR_INIT;
        if (v->c.number == 1)
            v->verdict = en_charter_founds(&v->lines->note, &v->c, v->c.hash, now, &v->err);
        else if (before == NULL)
            v->verdict = en_err_set(&v->err, EN_E_NOT_FOUND, EN_NO_POS, "the charter that it follows is not here");
        else {
            v->step = en_arena_alloc(&all->c->arena, sizeof *v->step);
            if (v->step == NULL)
                return no_room(err);
            v->verdict = en_charter_follows(&before->c, &v->lines->note, &v->c, all->keys, all->n_keys, now, v->step,
                                            &v->err);
        }
    }
    return v->verdict == EN_OK ? EN_OK : en_err_set(err, v->verdict, EN_NO_POS, "%s", v->err.text);
}

en_errc
charters_settle(struct charters *all, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t k = 0; rc == EN_OK && k < all->n; k++) { /* what was added last may stand before others by its number */
        bool any = false;

        for (size_t i = 0; rc == EN_OK && i < all->n; i++) {
            struct version *v = &all->v[i];
            const struct version *before = charters_before(all, v);

            if (v->row.state != EN_VERSION_PROPOSED ||
                (v->c.number > 1 && (before == NULL || before->row.state == EN_VERSION_PROPOSED)) ||
                charters_judge(all, v, NULL) != EN_OK)
                continue;
            v->row.state = EN_VERSION_HOLDS;
            rc = en_store_charter_change(all->c->store, &v->row, err);
            any = true;
        }
        if (!any)
            break;
    }
    return rc;
}

en_errc
charters_gather(struct charters *all, struct version *v, const struct en_signed_note *more, unsigned *added,
                struct en_err *err)
{
    const struct version *before = charters_before(all, v);
    struct en_buf note = EN_BUF_INIT;
    en_errc rc = en_charter_gather(before != NULL ? &before->c : NULL, &v->c, &v->lines->note, more, all->keys,
                                   all->n_keys, &note, added, err);

    if (rc == EN_OK && *added > 0) {
        v->row.note = en_bytes_from(en_arena_copy(&all->c->arena, note.p, note.n), note.n);
        rc = v->row.note.p != NULL ? charter_read(all->c, v->row.note, &v->c, &v->lines, err) : no_room(err);
        v->judged = false;
        rc = rc != EN_OK ? rc : en_store_charter_change(all->c->store, &v->row, err);
    }
    en_buf_release(&note);
    return rc;
}

en_errc
charters_add(struct charters *all, const struct en_store_charter *row, const struct en_charter *x,
             struct en_lines *lines, struct version **out, struct en_err *err)
{
    struct version *v = room_for_one(all);
    en_errc rc;

    if (v == NULL)
        return no_room(err);
    v->row = *row;
    v->c = *x;
    v->lines = lines;
    rc = en_store_charter_add(all->c->store, &v->row, &v->row.id, err);
    all->n += rc == EN_OK;
    *out = v;
    return rc;
}

/* --- naming ------------------------------------------------------------------------------------------------------- */

static bool
is_number(en_text t, uint32_t *out)
{
    uint64_t n = 0;

    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || t.n > 7)
            return false;
        n = 10 * n + (uint64_t)(t.p[i] - '0');
    }
    *out = (uint32_t)n;
    return t.n > 0;
}

static bool
is_named(const struct version *v, en_text which, uint32_t number)
{
    char hex[2 * EN_SHA256_LEN + 1];

    if (number > 0)
        return v->c.number == number;
    en_hex(v->c.hash, sizeof v->c.hash, hex);
    return which.n >= 8 && which.n < sizeof hex && memcmp(hex, which.p, which.n) == 0;
}

en_errc
charters_named(const struct charters *all, en_text which, bool adopted, struct version **out, struct en_err *err)
{
    struct version *one = NULL, *last = NULL;
    uint32_t number = 0;
    unsigned n = 0;

    *out = all->now;
    if (which.n == 0)
        return *out != NULL ? EN_OK
                            : en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS,
                                         "no charter is in force here; entente charter list shows what has come");
    (void)is_number(which, &number);
    for (size_t i = 0; i < all->n; i++) {
        struct version *v = &all->v[i];

        if (!is_named(v, which, number))
            continue;
        n++;
        one = v;
        if (v->row.turn > 0 && (last == NULL || v->row.turn > last->row.turn))
            last = v;
    }
    *out = adopted && last != NULL ? last : one;
    if (n == 0)
        return err_not_found(err, "charter");
    if (n > 1 && !(adopted && last != NULL))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "%u charters are called that: give the beginning of its hash (entente charter list)", n);
    return EN_OK;
}

const struct en_charter_member *
charter_member_named(const struct en_charter *c, en_text whom)
{
    const struct en_charter_member *m = en_charter_member(c, whom);
    unsigned n = 0;

    for (unsigned i = 0; m == NULL && i < c->n_members; i++)
        n += en_text_eq(c->members[i].name, whom);
    for (unsigned i = 0; n == 1 && i < c->n_members; i++)
        if (en_text_eq(c->members[i].name, whom))
            m = &c->members[i];
    return m;
}

bool
charters_forked(const struct charters *all, const struct version *v)
{
    for (size_t i = 0; i < all->n; i++)
        if (&all->v[i] != v && all->v[i].c.number == v->c.number && all->v[i].row.state != EN_VERSION_PROPOSED &&
            v->row.state != EN_VERSION_PROPOSED)
            return true;
    return false;
}
