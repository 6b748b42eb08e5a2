/*
 * charter_step.c: whether one charter follows another. Each difference between them is a demand (a row of `changes`);
 * a demand is met when enough members have signed, as both versions count them, and whoever must sign himself did.
 */
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "node/charter.h"

#define CHAIN_MAX 16u /* keys that a member went through from one version to the next */

/* Who must have signed himself. */
enum own { OWN_NOBODY, OWN_AFTER, OWN_BEFORE, OWN_SPONSORS };

struct change_row {
    const char *word;
    enum en_charter_threshold by;
    bool vote;
    enum own own;
};

static const struct change_row changes[EN_CHARTER_CHANGES] = {
    [EN_CHARTER_VERSION] = { "version", EN_CHARTER_SUSPEND, true, OWN_NOBODY },
    [EN_CHARTER_ADMITTED] = { "admitted", EN_CHARTER_ADMIT, true, OWN_AFTER },
    [EN_CHARTER_VOUCHED] = { "vouched for", EN_CHARTER_ADMIT, false, OWN_SPONSORS },
    [EN_CHARTER_ROTATED] = { "new key", EN_CHARTER_ADMIT, false, OWN_AFTER },
    [EN_CHARTER_REKEYED] = { "replaced key", EN_CHARTER_ADMIT, true, OWN_AFTER },
    [EN_CHARTER_OWN] = { "own entry", EN_CHARTER_ADMIT, false, OWN_AFTER },
    [EN_CHARTER_DESCRIBED] = { "described", EN_CHARTER_ADMIT, true, OWN_NOBODY },
    [EN_CHARTER_LOWERED] = { "lowered", EN_CHARTER_EXPEL, true, OWN_NOBODY },
    [EN_CHARTER_EXPELLED] = { "expelled", EN_CHARTER_EXPEL, true, OWN_NOBODY },
    [EN_CHARTER_SUSPENDED] = { "suspended", EN_CHARTER_SUSPEND, true, OWN_NOBODY },
    [EN_CHARTER_CONFIRMED] = { "suspension confirmed", EN_CHARTER_ADMIT, true, OWN_NOBODY },
    [EN_CHARTER_RESTORED] = { "restored", EN_CHARTER_ADMIT, true, OWN_NOBODY },
    [EN_CHARTER_LEFT] = { "left", EN_CHARTER_ADMIT, false, OWN_BEFORE },
    [EN_CHARTER_REMOVED] = { "removed", EN_CHARTER_ADMIT, true, OWN_NOBODY },
    [EN_CHARTER_AMENDED] = { "thresholds amended", EN_CHARTER_AMEND, true, OWN_NOBODY },
};

const char *
en_charter_change_word(enum en_charter_change c)
{
    return changes[c].word;
}

/* The two versions, who signed, and the demands so far. */
struct judge {
    const struct en_charter *before, *after;
    const struct en_signed_note *note;
    const struct en_charter_key *keys;
    size_t n_keys;
    bool signed_before[EN_CHARTER_MEMBERS_MAX]; /* with a key that the version before vouches for */
    bool signed_after[EN_CHARTER_MEMBERS_MAX];  /* with a key that this version vouches for */
    struct en_charter_step *out;
    bool unmet;
    struct en_charter_demand first_unmet;
};

/* --- who signed -------------------------------------------------------------------------------------- */

/* Keys that a member's entry vouches for: the one it names, and those that it went on to as it had said before. */
struct chain {
    unsigned n;
    const uint8_t *key[CHAIN_MAX];
    const uint8_t *next; /* digest of the key after the last */
};

static bool
has_digest(const uint8_t *key, const uint8_t *digest)
{
    uint8_t hash[EN_SHA256_LEN];

    en_sha256(en_bytes_from(key, EN_SEAL_PUBLIC_LEN), hash);
    return memcmp(hash, digest, sizeof hash) == 0;
}

static void
chain_of(const struct en_charter_member *m, const struct en_charter_key *keys, size_t n_keys, struct chain *out)
{
    *out = (struct chain){ .n = 1, .key = { m->key.public_key }, .next = m->next };
    for (size_t i = 0; i < n_keys && out->n < CHAIN_MAX - 1; i++)
        if (en_text_eq(keys[i].id, m->id) && has_digest(keys[i].public_key, out->next)) {
            out->key[out->n++] = keys[i].public_key;
            out->next = keys[i].next;
        }
}

static bool
in_chain(const struct chain *c, const uint8_t *key)
{
    for (unsigned i = 0; i < c->n; i++)
        if (memcmp(c->key[i], key, EN_SEAL_PUBLIC_LEN) == 0)
            return true;
    return has_digest(key, c->next);
}

static enum en_note_verdict
signed_by(const struct en_signed_note *note, const char *name, const uint8_t *public_key)
{
    struct en_note_key k;

    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, public_key, &k);
    return en_note_verify(note, &k, NULL);
}

/* The keys that a member's entry in the version before vouches for, with the one that this version names by then. */
static void
chain_before(const struct judge *j, const struct en_charter_member *m, struct chain *c)
{
    const struct en_charter_member *now = en_charter_member(j->after, m->id);

    chain_of(m, j->keys, j->n_keys, c);
    if (now && has_digest(now->key.public_key, c->next))
        c->key[c->n++] = now->key.public_key;
}

/* Whether one of these keys signed; sets *bad where a signature does not hold. */
static bool
signed_by_chain(const struct en_signed_note *note, const char *name, const struct chain *c, bool *bad)
{
    bool any = false;

    for (unsigned i = 0; i < c->n; i++) {
        enum en_note_verdict v = signed_by(note, name, c->key[i]);

        any |= v == EN_NOTE_GOOD;
        *bad |= v == EN_NOTE_BAD;
    }
    return any;
}

/*= signed-note, Signatures: one of a known key that does not verify spoils the note. */
static bool
signatures_hold(struct judge *j)
{
    bool bad = false;
    struct chain c;

    for (unsigned i = 0; j->before && i < j->before->n_members; i++) {
        chain_before(j, &j->before->members[i], &c);
        j->signed_before[i] = signed_by_chain(j->note, j->before->members[i].key.name, &c, &bad);
    }
    for (unsigned i = 0; i < j->after->n_members; i++) {
        chain_of(&j->after->members[i], j->keys, j->n_keys, &c);
        j->signed_after[i] = signed_by_chain(j->note, j->after->members[i].key.name, &c, &bad);
    }
    return !bad;
}

static bool
did_sign(const struct en_charter *c, const bool *by_place, en_text id)
{
    const struct en_charter_member *m = en_charter_member(c, id);

    return m != NULL && by_place[m - c->members];
}

/* --- demands ----------------------------------------------------------------------------------------- */

/* Members vote, not keys; nobody about itself; who is suspended votes. */
static struct en_charter_count
count(const struct en_charter *c, const bool *by_place, enum en_charter_threshold t, en_text about)
{
    struct en_charter_count n = { 0, 0, 0 };

    for (unsigned i = 0; i < c->n_members; i++) {
        if (c->members[i].standing != EN_STANDING_FULL || en_text_eq(c->members[i].id, about))
            continue;
        n.voters++;
        n.have += by_place[i];
    }
    n.need = en_charter_need(c->threshold[t], n.voters);
    return n;
}

/* A sponsor is a full member of the version before, and signed. */
static bool
sponsors_signed(const struct judge *j, const struct en_charter_member *m)
{
    for (unsigned i = 0; i < m->n_sponsors; i++) {
        const struct en_charter_member *s = en_charter_member(j->before, m->sponsors[i]);

        if (s == NULL || s->standing != EN_STANDING_FULL || !j->signed_before[s - j->before->members])
            return false;
    }
    return did_sign(j->after, j->signed_after, m->id);
}

static bool
own_signed(const struct judge *j, enum own own, en_text id)
{
    switch (own) {
    case OWN_NOBODY:
        return true;
    case OWN_AFTER:
        return did_sign(j->after, j->signed_after, id);
    case OWN_BEFORE:
        return did_sign(j->before, j->signed_before, id);
    case OWN_SPONSORS:
        return sponsors_signed(j, en_charter_member(j->after, id));
    }
    return false;
}

static void
demand(struct judge *j, enum en_charter_change what, en_text about)
{
    const struct change_row *row = &changes[what];
    struct en_charter_demand d = { .change = what, .member = about };

    if (row->vote) {
        d.before = count(j->before, j->signed_before, row->by, about);
        d.after = count(j->after, j->signed_after, row->by, about);
    }
    d.unsigned_ = !own_signed(j, row->own, about);
    if (j->out) {
        EN_ASSERT(j->out->n < EN_CHARTER_DEMANDS_MAX);
        j->out->demand[j->out->n++] = d;
    }
    if (!j->unmet && (d.unsigned_ || d.before.have < d.before.need || d.after.have < d.after.need)) {
        j->unmet = true;
        j->first_unmet = d;
    }
}

/* --- differences ------------------------------------------------------------------------------------- */

static int
rank(enum en_standing s)
{
    return s == EN_STANDING_FULL ? 3 : s == EN_STANDING_OBSERVER ? 2 : s == EN_STANDING_PROVISIONAL ? 1 : 0;
}

static bool
same_sponsors(const struct en_charter_member *a, const struct en_charter_member *b)
{
    for (unsigned i = 0; a->n_sponsors == b->n_sponsors && i < a->n_sponsors; i++)
        if (!en_text_eq(a->sponsors[i], b->sponsors[i]))
            return false;
    return a->n_sponsors == b->n_sponsors;
}

static void
standing_differs(struct judge *j, const struct en_charter_member *was, const struct en_charter_member *is)
{
    if (was->standing == is->standing) {
        if (!same_sponsors(was, is))
            demand(j, EN_CHARTER_VOUCHED, is->id);
    } else if (is->standing == EN_STANDING_EXPELLED)
        demand(j, EN_CHARTER_EXPELLED, is->id);
    else
        demand(j, rank(is->standing) < rank(was->standing) ? EN_CHARTER_LOWERED : EN_CHARTER_ADMITTED, is->id);
}

static void
suspension_differs(struct judge *j, en_time was, const struct en_charter_member *is)
{
    if (was == is->suspended)
        return;
    if (is->suspended == EN_TIME_NONE)
        demand(j, EN_CHARTER_RESTORED, is->id);
    else if (was != EN_TIME_NONE || is->suspended - j->after->date > EN_CHARTER_SUSPENSION)
        demand(j, EN_CHARTER_CONFIRMED, is->id);
    else
        demand(j, EN_CHARTER_SUSPENDED, is->id);
}

static void
keys_differ(struct judge *j, const struct en_charter_member *was, const struct en_charter_member *is)
{
    bool same = memcmp(was->key.public_key, is->key.public_key, EN_SEAL_PUBLIC_LEN) == 0;
    struct chain c;

    chain_of(was, j->keys, j->n_keys, &c);
    if (!same)
        demand(j, in_chain(&c, is->key.public_key) ? EN_CHARTER_ROTATED : EN_CHARTER_REKEYED, is->id);
    if ((same && memcmp(was->next, is->next, EN_SHA256_LEN) != 0) ||
        memcmp(was->seal, is->seal, EN_SEAL_PUBLIC_LEN) != 0 || was->relay != is->relay)
        demand(j, EN_CHARTER_OWN, is->id);
}

static void
member_differs(struct judge *j, const struct en_charter_member *was, const struct en_charter_member *is)
{
    standing_differs(j, was, is);
    suspension_differs(j, was->suspended, is);
    keys_differ(j, was, is);
    if (!en_text_eq(was->name, is->name) || !en_text_eq(was->bloc, is->bloc) ||
        was->organisation != is->organisation || !en_country_eq(was->country, is->country))
        demand(j, EN_CHARTER_DESCRIBED, is->id);
}

static void
member_comes(struct judge *j, const struct en_charter_member *is)
{
    if (is->standing == EN_STANDING_PROVISIONAL)
        demand(j, EN_CHARTER_VOUCHED, is->id);
    else
        demand(j, is->standing == EN_STANDING_EXPELLED ? EN_CHARTER_EXPELLED : EN_CHARTER_ADMITTED, is->id);
    suspension_differs(j, EN_TIME_NONE, is);
}

static void
member_goes(struct judge *j, const struct en_charter_member *was)
{
    bool voted = was->standing == EN_STANDING_EXPELLED || was->standing == EN_STANDING_PROVISIONAL;

    demand(j, voted ? EN_CHARTER_REMOVED : EN_CHARTER_LEFT, was->id);
}

static void
differences(struct judge *j)
{
    const struct en_charter *b = j->before, *a = j->after;

    demand(j, EN_CHARTER_VERSION, EN_TEXT_NONE);
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
        if (a->threshold[t].num != b->threshold[t].num || a->threshold[t].den != b->threshold[t].den) {
            demand(j, EN_CHARTER_AMENDED, EN_TEXT_NONE);
            break;
        }
    for (unsigned i = 0, k = 0; i < b->n_members || k < a->n_members;) {
        int cmp = i == b->n_members   ? 1
                  : k == a->n_members ? -1
                                      : en_text_cmp(b->members[i].id, a->members[k].id);

        if (cmp < 0)
            member_goes(j, &b->members[i++]);
        else if (cmp > 0)
            member_comes(j, &a->members[k++]);
        else
            member_differs(j, &b->members[i++], &a->members[k++]);
    }
}

/* --- verdicts ---------------------------------------------------------------------------------------- */

static en_errc
refuse(const struct en_charter_demand *d, struct en_err *err)
{
    const char *word = changes[d->change].word;

    if (d->unsigned_)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "a member's own signature, or a sponsor's, is missing for: %s",
                          word);
    return en_err_set(err, EN_E_RULE, EN_NO_POS,
                      "votes are missing for: %s. There are %u of %u needed (%u vote) as the version before counts, "
                      "%u of %u (%u vote) as this one does",
                      word, d->before.have, d->before.need, d->before.voters, d->after.have, d->after.need,
                      d->after.voters);
}

static en_errc
check_place(const struct en_charter *before, const struct en_charter *after, en_time now, struct en_err *err)
{
    if (after->number != before->number + 1)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "this is version %u; the one that follows here is %u",
                          after->number, before->number + 1);
    if (memcmp(after->previous, before->hash, EN_SHA256_LEN) != 0)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "this version follows another version %u", before->number);
    if (after->date < before->date)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a version is not dated before the one that it follows");
    if (after->date - now > EN_PARTNER_AHEAD)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the date of this version has not come");
    return EN_OK;
}

en_errc
en_charter_follows(const struct en_charter *before, const struct en_signed_note *note, const struct en_charter *after,
                   const struct en_charter_key *keys, size_t n_keys, en_time now, struct en_charter_step *out,
                   struct en_err *err)
{
    struct judge j = { .before = before, .after = after, .note = note, .keys = keys, .n_keys = n_keys, .out = out };
    en_errc rc = check_place(before, after, now, err);

    if (out)
        out->n = 0;
    if (rc != EN_OK)
        return rc;
    if (!signatures_hold(&j))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a member's signature on the charter does not hold");
    differences(&j);
    return j.unmet ? refuse(&j.first_unmet, err) : EN_OK;
}

en_errc
en_charter_founds(const struct en_signed_note *note, const struct en_charter *first, const uint8_t hash[EN_SHA256_LEN],
                  en_time now, struct en_err *err)
{
    struct judge j = { .after = first, .note = note };

    if (first->number != 1)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a first charter has the number 1");
    if (memcmp(first->hash, hash, EN_SHA256_LEN) != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "this is not the charter with the hash that was made known");
    if (first->date - now > EN_PARTNER_AHEAD)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the date of this version has not come");
    if (!signatures_hold(&j))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a member's signature on the charter does not hold");
    for (unsigned i = 0; i < first->n_members; i++) {
        const struct en_charter_member *m = &first->members[i];

        if (rank(m->standing) < rank(EN_STANDING_OBSERVER) || m->suspended != EN_TIME_NONE)
            return en_err_set(err, EN_E_RULE, EN_NO_POS, "founders are full members or observers");
        if (!j.signed_after[i])
            return en_err_set(err, EN_E_RULE, EN_NO_POS, "a first charter is signed by everyone in it");
    }
    return EN_OK;
}

en_errc
en_charter_walk(struct en_charter *at, const en_bytes *notes, size_t n, const struct en_charter_key *keys,
                size_t n_keys, en_time now, struct en_arena *a, size_t *walked, struct en_err *err)
{
    struct en_lines *lines = en_arena_alloc(a, sizeof *lines);

    *walked = 0;
    if (lines == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "charters take more memory than is given to them");
    for (; *walked < n; ++*walked) {
        struct en_charter next;
        en_errc rc = en_charter_parse(notes[*walked], a, lines, &next, err);

        if (rc == EN_OK)
            rc = en_charter_follows(at, &lines->note, &next, keys, n_keys, now, NULL, err);
        if (rc != EN_OK)
            return rc;
        *at = next;
    }
    return EN_OK;
}

bool
en_charter_forked(const struct en_signed_note *a_note, const struct en_charter *a, const struct en_signed_note *b_note,
                  const struct en_charter *b, struct en_charter_fork *out)
{
    memset(out, 0, sizeof *out);
    out->number = a->number;
    out->same_previous = memcmp(a->previous, b->previous, EN_SHA256_LEN) == 0;
    memcpy(out->hash[0], a->hash, EN_SHA256_LEN);
    memcpy(out->hash[1], b->hash, EN_SHA256_LEN);
    if (a->number != b->number || memcmp(a->hash, b->hash, EN_SHA256_LEN) == 0)
        return false;
    for (unsigned i = 0; i < a->n_members; i++) {
        const struct en_charter_member *m = &a->members[i];

        if (en_note_verify(a_note, &m->key, NULL) != EN_NOTE_GOOD)
            continue;
        out->n_signed[0]++;
        if (en_note_verify(b_note, &m->key, NULL) == EN_NOTE_GOOD) /* the same key: nobody else made up the other */
            out->both[out->n_both++] = m->id;
    }
    for (unsigned i = 0; i < b->n_members; i++)
        out->n_signed[1] += en_note_verify(b_note, &b->members[i].key, NULL) == EN_NOTE_GOOD;
    return true;
}

bool
en_charter_has_signed(const struct en_signed_note *note, const struct en_charter_member *m,
                      const struct en_charter_key *keys, size_t n_keys)
{
    struct chain c;
    bool bad = false;

    chain_of(m, keys, n_keys, &c);
    return signed_by_chain(note, m->key.name, &c, &bad);
}

/* --- copies of one version ---------------------------------------------------------------------------- */

/* Is this signature of a key that one of the two versions vouches for? */
static enum en_note_verdict
verdict_of(const struct judge *j, const struct en_note_sig *sig)
{
    struct en_signed_note one = { .text = j->note->text, .n = 1, .sig = { *sig } };
    const size_t prefix = sizeof "entente/" - 1;
    en_text id = { sig->name.p + prefix, sig->name.n > prefix ? sig->name.n - prefix : 0 };
    const struct en_charter_member *was = j->before ? en_charter_member(j->before, id) : NULL,
                                   *is = en_charter_member(j->after, id);
    struct chain c;
    bool bad = false, any = false;

    if (was && en_text_is(sig->name, was->key.name)) {
        chain_before(j, was, &c);
        any = signed_by_chain(&one, was->key.name, &c, &bad);
    }
    if (is && en_text_is(sig->name, is->key.name)) {
        chain_of(is, j->keys, j->n_keys, &c);
        any |= signed_by_chain(&one, is->key.name, &c, &bad);
    }
    return bad ? EN_NOTE_BAD : any ? EN_NOTE_GOOD : EN_NOTE_UNSIGNED;
}

struct gathered {
    struct en_buf *out;
    unsigned n;
    const struct en_note_sig *sig[EN_NOTE_SIGS_MAX];
};

static en_errc
gather(struct gathered *g, const struct judge *j, const struct en_note_sig *sig, unsigned *added, struct en_err *err)
{
    enum en_note_verdict v;

    for (unsigned i = 0; i < g->n; i++)
        if (en_text_eq(g->sig[i]->name, sig->name) && memcmp(g->sig[i]->id, sig->id, sizeof sig->id) == 0)
            return EN_OK;
    v = verdict_of(j, sig);
    if (v == EN_NOTE_BAD)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a member's signature on the charter does not hold");
    if (v == EN_NOTE_UNSIGNED)
        return EN_OK;
    if (g->n == EN_NOTE_SIGS_MAX || g->out->n + sig->line.n > EN_NOTE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a charter does not hold so many signatures");
    g->sig[g->n++] = sig;
    en_buf_add(g->out, sig->line.p, sig->line.n);
    ++*added;
    return EN_OK;
}

en_errc
en_charter_gather(const struct en_charter *before, const struct en_charter *after, const struct en_signed_note *have,
                  const struct en_signed_note *more, const struct en_charter_key *keys, size_t n_keys,
                  struct en_buf *out, unsigned *added, struct en_err *err)
{
    struct judge j = { .before = before, .after = after, .note = more, .keys = keys, .n_keys = n_keys };
    struct gathered g = { .out = out };
    en_errc rc = EN_OK;

    en_buf_add(out, more->text.p, more->text.n);
    en_buf_addc(out, '\n');
    for (unsigned i = 0; rc == EN_OK && have && i < have->n; i++)
        rc = gather(&g, &j, &have->sig[i], added, err);
    *added = 0;
    for (unsigned i = 0; rc == EN_OK && i < more->n; i++)
        rc = gather(&g, &j, &more->sig[i], added, err);
    return rc;
}
