/*
 * charter.c: the history of a charter, for somebody who has no node: each version proves the next, from the first on,
 * whose hash was made known on paper.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/card.h"
#include "node/charter.h"
#include "verify/checks.h"

#define VERSIONS_MOST 1000u
#define KEYS_MOST     10000u
#define ARENA_MOST    (512u * EN_MIB)

struct version {
    struct en_charter c;
    struct en_lines *lines;
    bool holds;
    struct en_err why;
};

struct history {
    struct en_arena arena;
    size_t n, n_keys;
    struct version v[VERSIONS_MOST];
    struct en_charter_key keys[KEYS_MOST];
    bool spoiled; /* a signature does not hold */
};

static en_errc
too_much(struct en_err *err)
{
    return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the file holds more than is looked at");
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static en_errc
take_key(struct history *h, en_bytes note, struct en_err *err)
{
    struct en_key_step s;
    struct en_charter_key *k = &h->keys[h->n_keys];
    en_errc rc = h->n_keys < KEYS_MOST ? en_key_step_read(note, &s, err) : too_much(err);

    if (rc != EN_OK)
        return rc;
    k->id = en_text_dup(en_text_from_ours(s.keys.partner), &h->arena);
    memcpy(k->public_key, s.keys.key, sizeof k->public_key);
    memcpy(k->next, s.keys.next, sizeof k->next);
    h->n_keys++;
    return k->id.p != NULL ? EN_OK : too_much(err);
}

static en_errc
take_version(struct history *h, en_bytes note, struct en_err *err)
{
    struct version *v = &h->v[h->n];

    if (h->n == VERSIONS_MOST)
        return too_much(err);
    v->lines = en_arena_alloc(&h->arena, sizeof *v->lines);
    v->why = (struct en_err)EN_ERR_INIT;
    h->n += v->lines != NULL;
    return v->lines != NULL ? en_charter_parse(note, &h->arena, v->lines, &v->c, err) : too_much(err);
}

static en_errc
read_all(struct history *h, en_bytes in, struct en_err *err)
{
    en_bytes note;
    en_errc rc = EN_OK;

    while (rc == EN_OK) {
        rc = en_lines_next_max(&in, EN_NOTE_MAX, &note, err);
        if (rc == EN_OK)
            rc = en_text_is(en_lines_form(note), EN_CHARTER_FORM) ? take_version(h, note, err)
                                                                  : take_key(h, note, err);
    }
    if (rc != EN_E_NO)
        return rc;
    return h->n > 0 ? EN_OK : en_err_set(err, EN_E_INPUT, 0, "there is no charter in this file");
}

/* --- judging ------------------------------------------------------------------------------------------------------ */

static const struct version *
before_of(const struct history *h, const struct version *v)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->v[i].holds && h->v[i].c.number + 1 == v->c.number &&
            memcmp(h->v[i].c.hash, v->c.previous, EN_SHA256_LEN) == 0)
            return &h->v[i];
    return NULL;
}

/* Whatever is dated after now was signed after now, and a stranger's clock is no reason to doubt it. */
static bool
judge(struct history *h, struct version *v, const uint8_t first[EN_SHA256_LEN])
{
    const struct version *before = before_of(h, v);
    en_errc rc;

    if (v->holds || (v->c.number > 1 && before == NULL))
        return false;
    if (v->c.number == 1)
        rc = en_charter_founds(&v->lines->note, &v->c, first, v->c.date, &v->why);
    else
        rc = en_charter_follows(&before->c, &v->lines->note, &v->c, h->keys, h->n_keys, v->c.date, NULL, &v->why);
    v->holds = rc == EN_OK;
    h->spoiled = h->spoiled || rc == EN_E_INTEGRITY;
    return v->holds;
}

static void
judge_all(struct history *h, const uint8_t first[EN_SHA256_LEN])
{
    bool any = true;

    while (any) {
        any = false;
        for (size_t i = 0; i < h->n; i++)
            any = judge(h, &h->v[i], first) || any;
    }
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static void
say_version(const struct version *v)
{
    char hash[2 * EN_SHA256_LEN + 1];

    en_hex(v->c.hash, sizeof v->c.hash, hash);
    printf("charter  %u %s, %u members: %s%s\n", v->c.number, hash, v->c.n_members,
           v->holds ? "holds" : "does not hold: ",
           v->holds                ? ""
           : v->why.code != EN_OK ? v->why.text
                                  : "the version that it follows is not here, or does not hold");
}

static bool
say_fork(const struct version *a, const struct version *b, struct en_charter_fork *fork)
{
    if (!a->holds || !b->holds || !en_charter_forked(&a->lines->note, &a->c, &b->lines->note, &b->c, fork))
        return false;
    printf("fork     of charter %u; signed both:", fork->number);
    for (unsigned i = 0; i < fork->n_both; i++)
        printf(" %.*s", EN_TEXT_ARG(fork->both[i]));
    puts(fork->n_both > 0 ? "" : " nobody");
    return true;
}

static en_errc
tell(const struct history *h, struct en_err *err)
{
    struct en_charter_fork *fork = en_xcalloc(1, sizeof *fork);
    size_t missing = 0;
    bool forked = false;

    for (size_t i = 0; i < h->n; i++) {
        say_version(&h->v[i]);
        missing += !h->v[i].holds;
    }
    for (size_t i = 0; i < h->n; i++)
        for (size_t k = i + 1; k < h->n; k++)
            forked = say_fork(&h->v[i], &h->v[k], fork) || forked;
    free(fork);
    if (h->spoiled)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS,
                          "a member's signature does not hold, or the first charter is another one");
    if (forked)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the charter is forked: both texts together prove it");
    return missing == 0 ? EN_OK
                        : en_err_set(err, EN_E_NO, EN_NO_POS, "%zu of %zu versions do not hold", missing, h->n);
}

en_errc
en_verify_charter(const struct en_verify_in *in, struct en_err *err)
{
    struct history *h = en_xcalloc(1, sizeof *h);
    en_errc rc;

    en_arena_init(&h->arena, ARENA_MOST);
    rc = read_all(h, in->file[0], err);
    if (rc == EN_OK) {
        judge_all(h, in->entry);
        rc = tell(h, err);
    } else if (rc == EN_E_INTEGRITY) { /* a statement of keys that does not hold is no such statement */
        rc = EN_E_INPUT;
    }
    en_arena_release(&h->arena);
    free(h);
    return rc;
}
