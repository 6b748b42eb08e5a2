#include "node/charter.h"

#include <string.h>

#include "ledger/checkpoint.h"
#include "seal/age.h"

#define KEY_PREFIX     "entente/"
#define KEY_PREFIX_LEN 8u
#define DEN_MAX        99u
/* Bytes of values. */
#define THRESHOLD_MAX 13u  /* suspend 98/99 */
#define KEY_MAX       100u /* name, hash and 44 characters; an age recipient has 62 */
#define STANDING_MAX  (11u + EN_CHARTER_SPONSORS_MAX * (EN_SEAL_ID_LEN + 1u))

struct threshold_row {
    const char *word;
    struct en_charter_part usual;
    bool above_half; /* so that two decisions have a member in common */
};

static const struct threshold_row thresholds[EN_CHARTER_THRESHOLDS] = {
    [EN_CHARTER_ADMIT] = { "admit", { 2, 3 }, true },
    [EN_CHARTER_EXPEL] = { "expel", { 3, 4 }, true },
    [EN_CHARTER_AMEND] = { "amend", { 3, 4 }, true },
    [EN_CHARTER_SUSPEND] = { "suspend", { 1, 3 }, false },
};

const char *
en_charter_threshold_word(enum en_charter_threshold t)
{
    return thresholds[t].word;
}

void
en_charter_usual(struct en_charter *c)
{
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
        c->threshold[t] = thresholds[t].usual;
}

unsigned
en_charter_need(struct en_charter_part part, unsigned voters)
{
    unsigned need = (voters * part.num + part.den - 1) / part.den;

    return need ? need : 1;
}

/* --- writing ----------------------------------------------------------------------------------------- */

static void
write_member(const struct en_charter_member *m, struct en_buf *out)
{
    en_lines_add(out, "member", m->id);
    en_lines_add(out, "name", m->name);
    if (m->organisation)
        en_lines_add(out, "class", EN_TEXT_LIT("organisation"));
    else
        en_buf_addf(out, "class country %s\n", m->country.a3);
    if (m->bloc.n)
        en_lines_add(out, "bloc", m->bloc);
    en_buf_add_str(out, "key ");
    en_note_key_write(&m->key, out);
    en_buf_add_str(out, "\nseal ");
    en_age_recipient_write(m->seal, out);
    en_buf_addc(out, '\n');
    en_lines_add_hex(out, "next", m->next, sizeof m->next);
    en_buf_addf(out, "standing %s", en_standing_word(m->standing));
    for (unsigned i = 0; i < m->n_sponsors; i++)
        en_buf_addf(out, " %.*s", EN_TEXT_ARG(m->sponsors[i]));
    en_buf_addc(out, '\n');
    if (m->suspended != EN_TIME_NONE)
        en_lines_add_time(out, "suspended", m->suspended);
    if (m->relay)
        en_lines_add(out, "relay", EN_TEXT_LIT("yes"));
}

void
en_charter_write(const struct en_charter *c, struct en_buf *out)
{
    en_lines_begin(EN_CHARTER_FORM, out);
    en_lines_add_number(out, "number", c->number);
    en_lines_add_time(out, "date", c->date);
    if (c->number > 1)
        en_lines_add_hex(out, "previous", c->previous, sizeof c->previous);
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
        en_buf_addf(out, "threshold %s %u/%u\n", thresholds[t].word, c->threshold[t].num, c->threshold[t].den);
    en_lines_add_number(out, "members", c->n_members);
    for (unsigned i = 0; i < c->n_members; i++)
        write_member(&c->members[i], out);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static bool
good(const struct en_lines *l)
{
    return l->fault.code == EN_OK;
}

/* The part of *t before the next blank; *t is what comes behind it. */
static en_text
word_of(en_text *t)
{
    const char *blank = t->n ? memchr(t->p, ' ', t->n) : NULL;
    en_text w = *t;

    if (blank == NULL) {
        *t = EN_TEXT_NONE;
        return w;
    }
    w.n = (size_t)(blank - t->p);
    *t = (en_text){ blank + 1, t->n - w.n - 1 };
    return w;
}

static bool
small_number(en_text t, unsigned *out)
{
    uint64_t v;

    if (!en_checkpoint_number(en_text_bytes(t), &v) || v < 1 || v > DEN_MAX)
        return false;
    *out = (unsigned)v;
    return true;
}

static void
read_threshold(struct en_lines *l, const struct threshold_row *row, struct en_charter_part *out)
{
    en_text t = en_lines_value(l, "threshold", THRESHOLD_MAX), word = word_of(&t), num = t;
    const char *slash = t.n ? memchr(t.p, '/', t.n) : NULL;

    if (!en_text_is(word, row->word) || slash == NULL) {
        en_lines_refuse(l, "a charter has the thresholds admit, expel, amend and suspend here, each as NUM/DEN");
        return;
    }
    num.n = (size_t)(slash - t.p);
    if (!small_number(num, &out->num) || !small_number((en_text){ slash + 1, t.n - num.n - 1 }, &out->den) ||
        out->num > out->den || (row->above_half && 2 * out->num <= out->den))
        en_lines_refuse(l, "a threshold is at most all, and more than half to admit, expel or amend");
}

static void
read_class(struct en_lines *l, struct en_charter_member *m)
{
    en_text t = en_lines_value(l, "class", sizeof "organisation" - 1), word = word_of(&t);

    m->organisation = en_text_is(word, "organisation") && t.p == NULL;
    if (!m->organisation && en_text_is(word, "country") && t.n == 3) {
        en_country c = EN_COUNTRY_NONE;

        memcpy(c.a3, t.p, 3);
        if (en_country_eq(en_country_from_text(t), c) && en_country_known(c))
            m->country = c;
    }
    if (!m->organisation && m->country.a3[0] == 0)
        en_lines_refuse(l, "a member's class is a country with its three letters, or the word organisation");
    if (en_lines_has(l, "bloc"))
        m->bloc = en_lines_value(l, "bloc", EN_KEY_NAME_MAX);
    if (m->bloc.n && !en_key_name_valid(m->bloc))
        en_lines_refuse(l, "a bloc has letters a to z, digits and - _ .");
}

static void
read_keys(struct en_lines *l, struct en_charter_member *m)
{
    en_text t = en_lines_value(l, "key", KEY_MAX);
    struct en_buf again = EN_BUF_INIT;

    if (good(l) && en_note_key_parse(t, &m->key, NULL) == EN_OK)
        en_note_key_write(&m->key, &again);
    if (good(l) &&
        (again.n == 0 || again.n != t.n || memcmp(again.p, t.p, t.n) != 0 || m->key.type != EN_NOTE_ED25519 ||
         strncmp(m->key.name, KEY_PREFIX, KEY_PREFIX_LEN) != 0 || !en_text_is(m->id, m->key.name + KEY_PREFIX_LEN)))
        en_lines_refuse(l, "a member's key is a signing key named entente/ and the member's id");
    en_buf_release(&again);
    t = en_lines_value(l, "seal", KEY_MAX);
    if (good(l) && (en_age_recipient_parse(t, m->seal, NULL) != EN_OK || t.p[0] != 'a'))
        en_lines_refuse(l, "a member's sealing key is an age recipient in small letters");
    en_lines_hex(l, "next", m->next, sizeof m->next);
}

static void
read_sponsors(struct en_lines *l, en_text t, struct en_charter_member *m)
{
    for (; t.p; m->n_sponsors++) {
        en_text id = word_of(&t);

        if (m->n_sponsors == EN_CHARTER_SPONSORS_MAX || !en_partner_id_valid(id) || en_text_eq(id, m->id) ||
            (m->n_sponsors && en_text_cmp(m->sponsors[m->n_sponsors - 1], id) >= 0)) {
            en_lines_refuse(l, "sponsors are three to eight members in ascending order");
            return;
        }
        m->sponsors[m->n_sponsors] = id;
    }
    if ((m->standing == EN_STANDING_PROVISIONAL) != (m->n_sponsors >= EN_CHARTER_SPONSORS_MIN) ||
        (m->n_sponsors > 0 && m->n_sponsors < EN_CHARTER_SPONSORS_MIN))
        en_lines_refuse(l, "a provisional member has three to eight sponsors, and no other has any");
}

static void
read_standing(struct en_lines *l, struct en_charter_member *m)
{
    static const enum en_standing known[] = { EN_STANDING_FULL, EN_STANDING_OBSERVER, EN_STANDING_PROVISIONAL,
                                              EN_STANDING_EXPELLED };
    en_text t = en_lines_value(l, "standing", STANDING_MAX), word = word_of(&t);

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (en_text_is(word, en_standing_word(known[i])))
            m->standing = known[i];
    if (m->standing == EN_STANDING_UNKNOWN)
        en_lines_refuse(l, "a standing is full, observer, provisional or expelled");
    read_sponsors(l, t, m);
    if (en_lines_has(l, "suspended"))
        m->suspended = en_lines_time(l, "suspended");
    if (m->suspended != EN_TIME_NONE && m->standing == EN_STANDING_EXPELLED)
        en_lines_refuse(l, "who is expelled is not suspended as well");
    if (en_lines_has(l, "relay")) {
        m->relay = en_text_is(en_lines_value(l, "relay", 3), "yes");
        if (!m->relay)
            en_lines_refuse(l, "a duty to relay is left out or yes");
    }
}

/* One member has one key and one next key, and nobody else's. */
static void
check_apart(struct en_lines *l, const struct en_charter *c, const struct en_charter_member *m)
{
    for (unsigned i = 0; good(l) && i < c->n_members; i++)
        if (memcmp(c->members[i].key.public_key, m->key.public_key, EN_SEAL_PUBLIC_LEN) == 0 ||
            memcmp(c->members[i].next, m->next, EN_SHA256_LEN) == 0)
            en_lines_refuse(l, "no two members of a charter share a key");
}

static void
read_member(struct en_lines *l, struct en_charter *c)
{
    struct en_charter_member *m = &c->members[c->n_members];

    m->suspended = EN_TIME_NONE;
    m->id = en_lines_value(l, "member", EN_SEAL_ID_LEN);
    if (!en_partner_id_valid(m->id) || (c->n_members && en_text_cmp(m[-1].id, m->id) >= 0))
        en_lines_refuse(l, "members stand by their ids, each once and in ascending order");
    m->name = en_lines_text(l, "name", EN_CHARTER_NAME_MAX);
    read_class(l, m);
    read_keys(l, m);
    check_apart(l, c, m);
    read_standing(l, m);
    c->n_members++;
}

/* Who sponsors is listed, and somebody votes. */
static void
check_members(struct en_lines *l, const struct en_charter *c)
{
    unsigned full = 0;

    for (unsigned i = 0; good(l) && i < c->n_members; i++) {
        const struct en_charter_member *m = &c->members[i];

        full += m->standing == EN_STANDING_FULL;
        for (unsigned s = 0; s < m->n_sponsors; s++)
            if (en_charter_member(c, m->sponsors[s]) == NULL)
                en_lines_refuse(l, "sponsors are members");
    }
    if (full == 0)
        en_lines_refuse(l, "a charter has at least one full member");
}

en_errc
en_charter_parse(en_bytes in, struct en_arena *a, struct en_lines *l, struct en_charter *out, struct en_err *err)
{
    uint64_t n;
    en_errc rc = en_lines_open_max(in, EN_CHARTER_FORM, EN_NOTE_MAX, l, err);

    memset(out, 0, sizeof *out);
    if (rc != EN_OK)
        return rc;
    out->number = (uint32_t)en_lines_number(l, "number", 1, EN_CHARTER_NUMBER_MAX);
    out->date = en_lines_time(l, "date");
    if (out->number > 1)
        en_lines_hex(l, "previous", out->previous, sizeof out->previous);
    for (unsigned i = 0; i < EN_CHARTER_THRESHOLDS; i++)
        read_threshold(l, &thresholds[i], &out->threshold[i]);
    n = en_lines_number(l, "members", 1, EN_CHARTER_MEMBERS_MAX);
    out->members = en_arena_array(a, (size_t)n, sizeof *out->members);
    if (out->members == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a charter takes more memory than is given to it");
    while (good(l) && out->n_members < n)
        read_member(l, out);
    check_members(l, out);
    en_sha256(l->note.text, out->hash);
    return en_lines_end(l, err);
}

/* A note has a signature: one that is nobody's stands there while it is read. */
en_errc
en_charter_parse_draft(en_bytes in, struct en_arena *a, struct en_lines *l, struct en_charter *out, struct en_err *err)
{
    static const char nobody[] = "\xe2\x80\x94 x AAAAAAA=\n";
    size_t n = sizeof nobody - 1;
    uint8_t *p = en_arena_alloc(a, in.n + n);
    en_errc rc;

    if (p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a charter takes more memory than is given to it");
    if (in.n < 2 || in.p[in.n - 1] != '\n' || in.p[in.n - 2] != '\n')
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a charter without signatures ends in a blank line");
    memcpy(p, in.p, in.n);
    memcpy(p + in.n, nobody, n);
    rc = en_charter_parse(en_bytes_from(p, in.n + n), a, l, out, err);
    l->note.n = 0;
    return rc;
}

/* --- the next version -------------------------------------------------------------------------------- */

en_errc
en_charter_next(const struct en_charter *before, en_time date, struct en_arena *a, struct en_charter *out,
                struct en_err *err)
{
    struct en_charter_member *members = en_arena_array(a, EN_CHARTER_MEMBERS_MAX, sizeof *members);

    if (members == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a charter takes more memory than is given to it");
    *out = (struct en_charter){ .number = 1 };
    en_charter_usual(out);
    if (before) {
        *out = *before;
        out->number++;
        memcpy(out->previous, before->hash, sizeof out->previous);
        memcpy(members, before->members, before->n_members * sizeof *members);
    }
    out->date = date;
    out->members = members;
    return EN_OK;
}

/* Where a member stands, or would. */
static unsigned
place_of(const struct en_charter *c, en_text id)
{
    unsigned i = 0;

    while (i < c->n_members && en_text_cmp(c->members[i].id, id) < 0)
        i++;
    return i;
}

bool
en_charter_put(struct en_charter *c, const struct en_charter_member *m)
{
    unsigned i = place_of(c, m->id);

    if (i < c->n_members && en_text_eq(c->members[i].id, m->id)) {
        c->members[i] = *m;
        return true;
    }
    if (c->n_members == EN_CHARTER_MEMBERS_MAX)
        return false;
    memmove(c->members + i + 1, c->members + i, (c->n_members - i) * sizeof *m);
    c->members[i] = *m;
    c->n_members++;
    return true;
}

bool
en_charter_remove(struct en_charter *c, en_text id)
{
    unsigned i = place_of(c, id);

    if (i == c->n_members || !en_text_eq(c->members[i].id, id))
        return false;
    memmove(c->members + i, c->members + i + 1, (c->n_members - i - 1) * sizeof *c->members);
    c->n_members--;
    return true;
}

/* --- asking ------------------------------------------------------------------------------------------ */

const struct en_charter_member *
en_charter_member(const struct en_charter *c, en_text id)
{
    unsigned lo = 0, hi = c->n_members;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        int cmp = en_text_cmp(c->members[mid].id, id);

        if (cmp == 0)
            return &c->members[mid];
        if (cmp < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

enum en_standing
en_charter_standing(const struct en_charter *c, en_text id, en_text we, en_time now, bool *sponsored)
{
    const struct en_charter_member *m = en_charter_member(c, id);

    if (sponsored)
        *sponsored = false;
    if (m == NULL)
        return EN_STANDING_UNKNOWN;
    for (unsigned i = 0; sponsored && i < m->n_sponsors; i++)
        *sponsored |= en_text_eq(m->sponsors[i], we);
    return m->suspended != EN_TIME_NONE && now < m->suspended ? EN_STANDING_SUSPENDED : m->standing;
}

const char *
en_charter_warning(const struct en_charter *c, en_time now)
{
    return now - c->date > EN_CHARTER_OLD
               ? "the charter is more than a year old: ask partners whether there is a newer one"
               : NULL;
}
