/*
 * refusals.c: why partners are told no.
 */
#include "acts/refusals.h"

#include <string.h>

#include "acts/exchange.h"

/* clang-format off: the page has the same rows, in the same words */
const struct refusal_code refusal_codes[] = {
    { "not-signed",
      "the release is not signed by the record's originator, or is of other bytes; a statement is not signed by who brought it" },
    { "not-released",
      "the originator did not release it to us" },
    { "originator-unknown",
      "its originator is no partner of ours, so nobody's key can be compared" },
    { "not-a-record",
      "it is no record, or of a version or kind that is not known here" },
    { "not-the-originator",
      "a new version or a withdrawal by somebody else than the record's originator" },
    { "version-differs",
      "other bytes under a version that we hold" },
    { "not-a-statement",
      "a statement of a form that is not known here" },
    { "not-taken-here",
      "a part of a kind that is not known here" },
    { "not-about-ours",
      "a statement about a bundle or a record that this partner never got from us" },
    { "many-reasons",
      "there are more reasons than a line holds" },
    { "too-many-questions",
      "a thousand questions of this partner wait already" },
    { "bundle-other",
      "the bundle is for another partner: somebody sealed it again" },
    { "bundle-expired",
      "the bundle is out of its time" },
    { "bundle-from-future",
      "the bundle was made in the future: look at both clocks" },
    { "bundle-version",
      "the bundle is of a version that is not known here" },
    { "bundle-flags",
      "the bundle has flags that are not known here" },
    { "bundle-malformed",
      "the bundle is signed by its sender and is none that can be read" },
    { "bundle-number-used",
      "another bundle came under this number" },
    { "bundle-too-early",
      "the number of the bundle is too far ahead of the first that is missing" },
    { "too-much-kept",
      "as much of this partner is kept aside as we keep: this is counted and not kept" },
    { "answers-full",
      "as many answers wait for this partner as we keep: this one was not given" },
    { "not-opened",
      "none of our sealing keys opens it: it is for another, or too old" },
    { "not-a-bundle",
      "what came is no bundle, or larger than one may be" },
    { "altered",
      "the file was altered or cut short behind its sender" },
    { "sender-unknown",
      "the bundle is from nobody that we know" },
    { "sender-unproven",
      "the bundle is not signed by the partner it names" },
    { NULL, NULL }
};
/* clang-format on */

const char *
refusal_sentence(en_text code)
{
    const char *of_rule = en_reception_sentence(code);

    for (const struct refusal_code *r = refusal_codes; r->code != NULL; r++)
        if (en_text_is(code, r->code))
            return r->sentence;
    return of_rule != NULL ? of_rule : "a reason that this version has no sentence for";
}

static void
add_one(struct refusal_sums *s, en_text code)
{
    size_t i = 0;

    EN_ASSERT(code.n > 0 && code.n <= EN_STORE_CODE_MAX);
    while (i < s->n && !en_text_is(code, s->v[i].code))
        i++;
    EN_ASSERT(i < REFUSAL_CODES_MAX); /* there are fewer codes */
    if (i == s->n) {
        memset(&s->v[i], 0, sizeof s->v[i]);
        memcpy(s->v[i].code, code.p, code.n);
        s->n++;
    }
    s->v[i].count++;
}

void
refusal_sums_add(struct refusal_sums *s, en_text codes)
{
    for (size_t at = 0, i = 0; i <= codes.n; i++) {
        if (i < codes.n && codes.p[i] != ',')
            continue;
        add_one(s, (en_text){ codes.p + at, i - at });
        at = i + 1;
    }
}

en_errc
refusal_sums_store(const struct refusal_sums *s, struct en_store *store, en_text partner, en_time at,
                   struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < s->n; i++)
        rc = en_store_refusal_add(store, partner, en_text_from_ours(s->v[i].code), s->v[i].count, at, err);
    return rc;
}

struct counting {
    const char *begins;
    uint64_t n;
};

static en_errc
count_refusal(void *ctx, const struct en_store_refusal *x, struct en_err *err)
{
    struct counting *n = ctx;

    (void)err;
    n->n += strncmp(x->code, n->begins, strlen(n->begins)) == 0 ? x->count : 0;
    return EN_OK;
}

en_errc
refusals_count(struct en_store *store, en_text partner, const char *begins, uint64_t *n, struct en_err *err)
{
    struct counting all = { begins, 0 };
    en_errc rc = en_store_refusals_each(store, partner, count_refusal, &all, err);

    *n = all.n;
    return rc;
}

/* --- on the page of status ---------------------------------------------------------------------------------------- */

struct listing {
    struct en_call *c;
    struct en_json *j;
};

static en_errc
list_refusal(void *ctx, const struct en_store_refusal *x, struct en_err *err)
{
    struct listing *l = ctx;
    en_text name;
    en_errc rc;

    en_arena_reset(&l->c->scratch);
    rc = partner_name(l->c, en_text_from_ours(x->partner), &name, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(l->j);
    en_json_kv_str(l->j, "partner", x->partner);
    en_json_kv_text(l->j, "partner_name", name);
    en_json_kv_str(l->j, "code", x->code);
    en_json_kv_str(l->j, "text", refusal_sentence(en_text_from_ours(x->code)));
    en_json_kv_uint(l->j, "count", x->count);
    json_kv_time(l->j, "first", x->first);
    json_kv_time(l->j, "last", x->last);
    en_json_object_end(l->j);
    return EN_OK;
}

en_errc
refusals_json(struct en_call *c, struct en_json *j, struct en_err *err)
{
    struct listing l = { c, j };
    en_errc rc;

    en_json_key(j, "refusals");
    en_json_array(j);
    rc = en_store_refusals_each(c->store, EN_TEXT_NONE, list_refusal, &l, err);
    en_json_array_end(j);
    return rc;
}
