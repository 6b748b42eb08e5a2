#include "node/charter.h"

#include <string.h>

#include "base/hash.h"
#include "ledger/checkpoint.h"
#include "seal/age.h"

#define FORM        "entente-charter/1"
#define KEY_PREFIX  "entente/"
#define DEN_MAX     99u

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
write_time(const char *word, en_time t, struct en_buf *out)
{
    char s[EN_TIME_RFC3339_LEN + 1];

    en_time_format(t, s);
    en_buf_addf(out, "%s %s\n", word, s);
}

static void
write_hash(const char *word, const uint8_t hash[EN_SHA256_LEN], struct en_buf *out)
{
    char hex[2 * EN_SHA256_LEN + 1];

    en_hex(hash, EN_SHA256_LEN, hex);
    en_buf_addf(out, "%s %s\n", word, hex);
}

static void
write_member(const struct en_charter_member *m, struct en_buf *out)
{
    en_buf_addf(out, "member %.*s\nname %.*s\n", EN_TEXT_ARG(m->id), EN_TEXT_ARG(m->name));
    if (m->organisation)
        en_buf_add_str(out, "class organisation\n");
    else
        en_buf_addf(out, "class country %s\n", m->country.a3);
    if (m->bloc.n)
        en_buf_addf(out, "bloc %.*s\n", EN_TEXT_ARG(m->bloc));
    en_buf_add_str(out, "key ");
    en_note_key_write(&m->key, out);
    en_buf_add_str(out, "\nseal ");
    en_age_recipient_write(m->seal, out);
    en_buf_addc(out, '\n');
    write_hash("next", m->next, out);
    en_buf_addf(out, "standing %s", en_standing_word(m->standing));
    for (unsigned i = 0; i < m->n_sponsors; i++)
        en_buf_addf(out, " %.*s", EN_TEXT_ARG(m->sponsors[i]));
    en_buf_addc(out, '\n');
    if (m->suspended != EN_TIME_NONE)
        write_time("suspended", m->suspended, out);
    if (m->relay)
        en_buf_add_str(out, "relay\n");
}

void
en_charter_write(const struct en_charter *c, struct en_buf *out)
{
    en_buf_addf(out, FORM "\nnumber %u\n", c->number);
    write_time("date", c->date, out);
    if (c->number > 1)
        write_hash("previous", c->previous, out);
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++)
        en_buf_addf(out, "threshold %s %u/%u\n", thresholds[t].word, c->threshold[t].num, c->threshold[t].den);
    en_buf_addf(out, "members %u\n", c->n_members);
    for (unsigned i = 0; i < c->n_members; i++)
        write_member(&c->members[i], out);
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* Lines of a text, one after the other; the first failure stays. */
struct lines {
    en_bytes rest, line;
    uint64_t no; /* of `line`, from 1 */
    bool ended;  /* there is no line */
    en_errc failed;
    struct en_err *err;
};

static void
next_line(struct lines *l)
{
    l->no++;
    l->ended = !en_checkpoint_line(&l->rest, &l->line);
    if (l->ended)
        l->line = EN_BYTES_LIT("");
}

static void
fail(struct lines *l, en_errc code, const char *expected)
{
    if (l->failed == EN_OK)
        l->failed = en_err_set_at(l->err, code, l->no, EN_NO_POS, "a charter has %s here", expected);
}

/* Whether the line is this word, and the value behind it; then it is taken. */
static bool
take(struct lines *l, const char *word, en_text *value)
{
    size_t n = strlen(word);

    if (l->failed != EN_OK || l->ended || l->line.n <= n + 1 || memcmp(l->line.p, word, n) != 0 || l->line.p[n] != ' ')
        return false;
    *value = (en_text){ (const char *)l->line.p + n + 1, l->line.n - n - 1 };
    return true;
}

static en_text
need(struct lines *l, const char *word, const char *expected)
{
    en_text value = EN_TEXT_NONE;

    if (!take(l, word, &value))
        fail(l, EN_E_INPUT, expected);
    return value;
}

static uint64_t
number_of(en_text t, uint64_t least, uint64_t most)
{
    uint64_t v;

    return en_checkpoint_number(en_text_bytes(t), &v) && v >= least && v <= most ? v : UINT64_MAX;
}

static uint64_t
need_number(struct lines *l, const char *word, uint64_t most, const char *expected)
{
    en_text t = need(l, word, expected);
    uint64_t v = number_of(t, 1, most);

    if (v == UINT64_MAX)
        fail(l, EN_E_INPUT, expected);
    next_line(l);
    return v;
}

/* As en_time_format writes it, so that there is one way to write a time. */
static bool
time_of(en_text t, en_time *out)
{
    char again[EN_TIME_RFC3339_LEN + 1];

    if (!en_time_parse(t, out))
        return false;
    en_time_format(*out, again);
    return en_text_is(t, again);
}

static bool
hash_of(en_text t, uint8_t out[EN_SHA256_LEN])
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] >= 'A' && t.p[i] <= 'F')
            return false;
    return en_unhex(t, out, EN_SHA256_LEN);
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

static void
read_threshold(struct lines *l, const struct threshold_row *row, struct en_charter_part *out)
{
    en_text t = need(l, "threshold", "a threshold"), word = word_of(&t), num = t;
    const char *slash = t.n ? memchr(t.p, '/', t.n) : NULL;
    uint64_t n, d;

    if (l->failed != EN_OK)
        return;
    if (!en_text_is(word, row->word) || slash == NULL) {
        fail(l, EN_E_INPUT, "the thresholds admit, expel, amend and suspend, each as two numbers with a stroke between,");
        return;
    }
    num.n = (size_t)(slash - t.p);
    d = number_of((en_text){ slash + 1, t.n - num.n - 1 }, 1, DEN_MAX);
    n = number_of(num, 1, d);
    if (d == UINT64_MAX || n == UINT64_MAX || (row->above_half && 2 * n <= d)) {
        fail(l, EN_E_INPUT, "a threshold of at most all, and of more than half to admit, expel and amend,");
        return;
    }
    *out = (struct en_charter_part){ (unsigned)n, (unsigned)d };
    next_line(l);
}

static void
read_head(struct lines *l, struct en_charter *out, uint64_t *n_members)
{
    en_text t;

    if (l->ended || !en_bytes_eq(l->line, EN_BYTES_LIT(FORM)))
        fail(l, EN_E_INPUT, "its form, " FORM ",");
    next_line(l);
    out->number = (uint32_t)need_number(l, "number", EN_CHARTER_NUMBER_MAX, "its number");
    t = need(l, "date", "its date");
    if (!time_of(t, &out->date))
        fail(l, EN_E_INPUT, "its date, in UTC with milliseconds,");
    next_line(l);
    if (out->number > 1) {
        t = need(l, "previous", "the hash of the version before it");
        if (!hash_of(t, out->previous))
            fail(l, EN_E_INPUT, "the hash of the version before it, 64 hex digits,");
        next_line(l);
    }
    for (unsigned i = 0; i < EN_CHARTER_THRESHOLDS; i++)
        read_threshold(l, &thresholds[i], &out->threshold[i]);
    *n_members = need_number(l, "members", EN_CHARTER_MEMBERS_MAX, "how many members it has, at most 128,");
}

static void
read_name(struct lines *l, struct en_arena *a, struct en_charter_member *m)
{
    en_text t = need(l, "name", "a member's name");
    unsigned repairs = 0;

    if (l->failed == EN_OK && (en_text_check(en_text_bytes(t), EN_CHARTER_NAME_MAX, a, &m->name, &repairs, NULL) != EN_OK ||
                               repairs != 0 || m->name.n == 0))
        fail(l, EN_E_INPUT, "a name as it is shown, of at most 120 bytes,");
    next_line(l);
}

static void
read_class(struct lines *l, struct en_charter_member *m)
{
    en_text t = need(l, "class", "a member's class"), word = word_of(&t);

    if (l->failed != EN_OK)
        return;
    m->organisation = en_text_is(word, "organisation") && t.p == NULL;
    if (!m->organisation && en_text_is(word, "country") && t.n == 3) {
        en_country c = EN_COUNTRY_NONE;

        memcpy(c.a3, t.p, 3);
        if (en_country_eq(en_country_from_text(t), c) && en_country_known(c))
            m->country = c;
    }
    if (!m->organisation && m->country.a3[0] == 0)
        fail(l, EN_E_INPUT, "a country with its three letters, or the word organisation,");
    next_line(l);
    if (take(l, "bloc", &t)) {
        if (!en_key_name_valid(t))
            fail(l, EN_E_INPUT, "a bloc, of letters a to z, digits and - _ .");
        m->bloc = t;
        next_line(l);
    }
}

static void
read_keys(struct lines *l, struct en_charter_member *m)
{
    en_text t = need(l, "key", "a member's signing key");
    size_t n = sizeof KEY_PREFIX - 1;
    struct en_buf again = EN_BUF_INIT;

    if (l->failed != EN_OK)
        return;
    if (en_note_key_parse(t, &m->key, NULL) == EN_OK)
        en_note_key_write(&m->key, &again);
    if (again.n != t.n || memcmp(again.p, t.p, t.n) != 0 || m->key.type != EN_NOTE_ED25519 ||
        strncmp(m->key.name, KEY_PREFIX, n) != 0 || !en_text_is(m->id, m->key.name + n))
        fail(l, EN_E_INPUT, "a member's signing key, with entente/ and its id as the name,");
    en_buf_release(&again);
    next_line(l);
    t = need(l, "seal", "a member's sealing key");
    if (en_age_recipient_parse(t, m->seal, NULL) != EN_OK || t.p[0] != 'a')
        fail(l, EN_E_INPUT, "a member's sealing key, an age recipient in small letters,");
    next_line(l);
    t = need(l, "next", "the digest of a member's next key");
    if (!hash_of(t, m->next))
        fail(l, EN_E_INPUT, "the digest of a member's next key, 64 hex digits,");
    next_line(l);
}

static void
read_sponsors(struct lines *l, en_text t, struct en_charter_member *m)
{
    for (; t.p; m->n_sponsors++) {
        en_text id = word_of(&t);

        if (m->n_sponsors == EN_CHARTER_SPONSORS_MAX || !en_record_partner_valid(id) || en_text_eq(id, m->id) ||
            (m->n_sponsors && en_text_cmp(m->sponsors[m->n_sponsors - 1], id) >= 0)) {
            fail(l, EN_E_INPUT, "three to eight sponsors in ascending order");
            return;
        }
        m->sponsors[m->n_sponsors] = id;
    }
    if ((m->standing == EN_STANDING_PROVISIONAL) != (m->n_sponsors >= EN_CHARTER_SPONSORS_MIN) ||
        (m->n_sponsors > 0 && m->n_sponsors < EN_CHARTER_SPONSORS_MIN))
        fail(l, EN_E_INPUT, "three to eight sponsors of a provisional member, and of no other,");
}

static void
read_standing(struct lines *l, struct en_charter_member *m)
{
    static const enum en_standing known[] = { EN_STANDING_FULL, EN_STANDING_OBSERVER, EN_STANDING_PROVISIONAL,
                                              EN_STANDING_EXPELLED };
    en_text t = need(l, "standing", "a member's standing"), word = word_of(&t);

    if (l->failed != EN_OK)
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (en_text_is(word, en_standing_word(known[i])))
            m->standing = known[i];
    if (m->standing == EN_STANDING_UNKNOWN)
        fail(l, EN_E_INPUT, "a standing: full, observer, provisional or expelled,");
    read_sponsors(l, t, m);
    next_line(l);
    if (take(l, "suspended", &t)) {
        if (!time_of(t, &m->suspended) || m->standing == EN_STANDING_EXPELLED)
            fail(l, EN_E_INPUT, "until when a member is suspended, in UTC with milliseconds,");
        next_line(l);
    }
    if (!l->ended && en_bytes_eq(l->line, EN_BYTES_LIT("relay"))) {
        m->relay = true;
        next_line(l);
    }
}

/* One member has one key and one next key, and nobody else's. */
static bool
keys_apart(const struct en_charter_member *a, const struct en_charter_member *b)
{
    return memcmp(a->key.public_key, b->key.public_key, EN_SEAL_PUBLIC_LEN) != 0 &&
           memcmp(a->next, b->next, EN_SHA256_LEN) != 0;
}

static void
read_member(struct lines *l, struct en_arena *a, struct en_charter *c)
{
    struct en_charter_member *m = &c->members[c->n_members];

    m->suspended = EN_TIME_NONE;
    m->id = need(l, "member", "the next member");
    if (l->failed == EN_OK && (!en_record_partner_valid(m->id) || (c->n_members && en_text_cmp(m[-1].id, m->id) >= 0)))
        fail(l, EN_E_INPUT, "members by their ids, each once and in ascending order,");
    next_line(l);
    read_name(l, a, m);
    read_class(l, m);
    read_keys(l, m);
    for (unsigned i = 0; l->failed == EN_OK && i < c->n_members; i++)
        if (!keys_apart(&c->members[i], m))
            fail(l, EN_E_INPUT, "keys that no other member has");
    read_standing(l, m);
    c->n_members++;
}

/* Who sponsors is listed, and somebody votes. */
static void
check_members(struct lines *l, const struct en_charter *c)
{
    unsigned full = 0;

    for (unsigned i = 0; l->failed == EN_OK && i < c->n_members; i++) {
        const struct en_charter_member *m = &c->members[i];

        full += m->standing == EN_STANDING_FULL;
        for (unsigned s = 0; s < m->n_sponsors; s++)
            if (en_charter_member(c, m->sponsors[s]) == NULL)
                fail(l, EN_E_INPUT, "sponsors that are members");
    }
    if (full == 0)
        fail(l, EN_E_INPUT, "at least one full member");
}

en_errc
en_charter_parse(en_bytes in, struct en_arena *a, struct en_signed_note *note, struct en_charter *out,
                 struct en_err *err)
{
    struct lines l = { .err = err };
    uint64_t n = 0;
    en_errc rc = en_note_parse(in, note, err);

    memset(out, 0, sizeof *out);
    if (rc != EN_OK)
        return rc;
    l.rest = note->text;
    next_line(&l);
    read_head(&l, out, &n);
    if (l.failed != EN_OK)
        return l.failed;
    out->members = en_arena_array(a, (size_t)n, sizeof *out->members);
    if (out->members == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a charter takes more memory than is given to it");
    while (l.failed == EN_OK && out->n_members < n)
        read_member(&l, a, out);
    if (l.failed == EN_OK && !l.ended)
        fail(&l, EN_E_INPUT, "its end");
    check_members(&l, out);
    en_sha256(note->text, out->hash);
    return l.failed;
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
