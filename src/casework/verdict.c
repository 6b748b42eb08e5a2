#include "casework/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/*
 * Evidence: format 1, salt, then a row a fact: kind (1 byte), the first 12 bytes of SHA-256(salt, kind, fact). Rows are
 * sorted, so the same facts in another order are the same evidence. 96 bits under a salt of their own cannot be looked
 * up in a table; who holds the store and guesses a name can test the guess: docs/formats/verdicts.md says so.
 */
#define FORMAT      1u
#define FORMAT_FULL 0u /* a person with more facts than fit: nobody is ever found to be the same */
#define HASH_LEN    12
#define ROW_LEN     (1 + HASH_LEN)
#define HEAD_LEN    (1 + EN_VERDICT_SALT_LEN)
#define ROWS_MAX    ((EN_VERDICT_EVIDENCE_MAX - HEAD_LEN) / ROW_LEN)
#define ALERT_MAX   4096u /* facts of an alert that are compared; the largest on a public list has some hundred */
#define TOKEN_MAX   256u

enum fact {
    FACT_NAME = 'n',
    FACT_BIRTH = 'b',
    FACT_DOCUMENT = 'd',
    FACT_NATIONALITY = 'c',
    FACT_SEX = 's',
    FACT_PLACE = 'p'
};

struct facts {
    const uint8_t *salt;
    size_t n, cap;
    bool full; /* some did not fit: nothing may be concluded from what is missing */
    uint8_t (*row)[ROW_LEN];
};

/* --- facts of a person -------------------------------------------------------------------------------------------- */

static struct facts
facts_new(const uint8_t *salt, size_t cap)
{
    return (struct facts){ .salt = salt, .cap = cap, .row = en_xcalloc(cap, ROW_LEN) };
}

/* In order, and each once. */
static void
add(struct facts *f, enum fact kind, en_bytes value)
{
    uint8_t hash[EN_SHA256_LEN], head[EN_VERDICT_SALT_LEN + 1], row[ROW_LEN];
    size_t at = 0;

    memcpy(head, f->salt, EN_VERDICT_SALT_LEN);
    head[EN_VERDICT_SALT_LEN] = (uint8_t)kind;
    en_sha256_2(en_bytes_from(head, sizeof head), value, hash);
    row[0] = (uint8_t)kind;
    memcpy(row + 1, hash, HASH_LEN);
    while (at < f->n && memcmp(f->row[at], row, ROW_LEN) < 0)
        at++;
    if (at < f->n && memcmp(f->row[at], row, ROW_LEN) == 0)
        return;
    f->full = f->full || f->n == f->cap;
    if (f->full)
        return;
    memmove(f->row[at + 1], f->row[at], (f->n - at) * ROW_LEN);
    memcpy(f->row[at], row, ROW_LEN);
    f->n++;
}

/*
 * The words of a name: ASCII letters in lower case, everything else as it is, cut at blanks and punctuation. Not the
 * engine's skeletons: those are learned again with every version, and evidence must outlive it.
 */
static void
add_words(struct facts *f, en_text name)
{
    uint8_t word[TOKEN_MAX];
    size_t n = 0;

    for (size_t i = 0; i <= name.n; i++) {
        uint8_t c = i < name.n ? (uint8_t)name.p[i] : ' ';

        if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
            if (n < sizeof word)
                word[n++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
        } else if (n > 0 && c != '\'') {
            add(f, FACT_NAME, en_bytes_from(word, n));
            n = 0;
        }
    }
}

static void
add_document(struct facts *f, const struct en_doc *d)
{
    struct en_buf b = EN_BUF_INIT;

    for (size_t i = 0; i < d->number.n; i++) {
        char c = d->number.p[i];

        if (c == ' ' || c == '-' || c == '<' || c == '.' || c == '/')
            continue;
        en_buf_addc(&b, c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c);
    }
    en_buf_add(&b, d->issuer.a3, 3);
    add(f, FACT_DOCUMENT, en_buf_bytes(&b));
    en_buf_release(&b);
}

static void
take(struct facts *f, const struct en_person *p)
{
    f->n = 0;
    for (size_t i = 0; i < p->n_names; i++)
        add_words(f, p->names[i].full);
    for (size_t i = 0; i < p->n_births; i++) {
        int32_t days[2] = { p->births[i].from, p->births[i].to };

        add(f, FACT_BIRTH, en_bytes_from(days, sizeof days));
    }
    for (size_t i = 0; i < p->n_docs; i++)
        add_document(f, &p->docs[i]);
    for (size_t i = 0; i < p->n_nationalities; i++)
        add(f, FACT_NATIONALITY, en_bytes_from(p->nationalities[i].a3, 3));
    if (p->sex != EN_SEX_UNKNOWN) {
        uint8_t sex = (uint8_t)p->sex;

        add(f, FACT_SEX, en_bytes_from(&sex, 1));
    }
    for (size_t i = 0; i < p->n_places; i++) {
        struct en_buf b = EN_BUF_INIT;

        en_buf_add_text(&b, p->places[i].text);
        en_buf_add(&b, p->places[i].country.a3, 3);
        add(f, FACT_PLACE, en_buf_bytes(&b));
        en_buf_release(&b);
    }
}

void
en_verdict_evidence(const struct en_person *p, const uint8_t salt[static EN_VERDICT_SALT_LEN], struct en_buf *out)
{
    struct facts f = facts_new(salt, ROWS_MAX);

    take(&f, p);
    en_buf_put_u8(out, (uint8_t)(f.full ? FORMAT_FULL : FORMAT));
    en_buf_add(out, salt, EN_VERDICT_SALT_LEN);
    for (size_t i = 0; i < f.n; i++)
        en_buf_add(out, f.row[i], ROW_LEN);
    free(f.row);
}

static bool
well_formed(en_bytes in)
{
    return in.n >= HEAD_LEN && in.n <= EN_VERDICT_EVIDENCE_MAX && in.p[0] == FORMAT && (in.n - HEAD_LEN) % ROW_LEN == 0;
}

/* --- two sides of one kind of fact -------------------------------------------------------------------------------- */

struct sides {
    size_t then, now, both;
};

static struct sides
compare(const struct facts *then, const struct facts *now, enum fact kind)
{
    struct sides s = { 0, 0, 0 };

    for (size_t i = 0; i < then->n; i++)
        s.then += then->row[i][0] == (uint8_t)kind;
    for (size_t i = 0; i < now->n; i++) {
        if (now->row[i][0] != (uint8_t)kind)
            continue;
        s.now++;
        for (size_t k = 0; k < then->n; k++)
            s.both += memcmp(now->row[i], then->row[k], ROW_LEN) == 0;
    }
    return s;
}

static bool
added(struct sides s)
{
    return s.now > s.both;
}

static bool
differ(struct sides s)
{
    return s.now != s.both || s.then != s.both;
}

static bool
none_in_common(struct sides s)
{
    return s.then > 0 && s.now > 0 && s.both == 0;
}

static bool
gone(struct sides s)
{
    return s.then > 0 && s.now == 0;
}

static bool
there_now(struct sides s)
{
    return s.then == 0 && s.now > 0;
}

/* --- the rules ---------------------------------------------------------------------------------------------------- */

struct rule {
    struct en_reason reason;
    enum fact fact;
    bool (*speaks)(struct sides);
    bool redress; /* holds for a redress number too */
};

#define DECIDED "an answer is about the evidence that was looked at (docs/formats/verdicts.md)"

/* clang-format off */
static const struct rule of_traveller[] = {
    { { "name-other", "the traveller's name has other words than the one that was decided about", DECIDED },
      FACT_NAME, differ, true },
    { { "birth-date-other", "the traveller's birth date is another one than that which was decided about", DECIDED },
      FACT_BIRTH, none_in_common, true },
    { { "birth-date-gone", "the birth date that was decided about is not in this traveller's data", DECIDED },
      FACT_BIRTH, gone, true },
    { { "birth-date-new", "there is a birth date now, and the decision was made without one", DECIDED },
      FACT_BIRTH, there_now, true },
    { { "document-other", "the traveller's document is another one than that which was decided about", DECIDED },
      FACT_DOCUMENT, none_in_common, false },
    { { "document-gone", "the document that was decided about is not in this traveller's data", DECIDED },
      FACT_DOCUMENT, gone, false },
    { { "document-new", "there is a document now, and the decision was made without one", DECIDED },
      FACT_DOCUMENT, there_now, false },
    { { "nationality-other", "the traveller's nationality is another one than that which was decided about", DECIDED },
      FACT_NATIONALITY, none_in_common, true },
    { { "sex-other", "the traveller's sex is another one than that which was decided about", DECIDED },
      FACT_SEX, none_in_common, true },
};
static const struct rule of_alert[] = {
    { { "alert-name-added", "the alert has a name, or a word in a name, that it did not have", DECIDED },
      FACT_NAME, added, true },
    { { "alert-birth-date-changed", "the alert's birth dates are not those that were decided about", DECIDED },
      FACT_BIRTH, differ, true },
    { { "alert-document-added", "the alert has a document that it did not have", DECIDED },
      FACT_DOCUMENT, added, true },
    { { "alert-nationality-changed", "the alert's nationalities are not those that were decided about", DECIDED },
      FACT_NATIONALITY, differ, true },
    { { "alert-sex-changed", "the alert's sex is not the one that was decided about", DECIDED },
      FACT_SEX, differ, true },
    { { "alert-place-added", "the alert has a place of birth that it did not have", DECIDED },
      FACT_PLACE, added, true },
};
/* clang-format on */
#define N(a) (sizeof(a) / sizeof *(a))

static const struct en_reason unreadable = {
    "evidence-unknown", "there is more evidence than can be compared, or it is of a form that is not known here",
    DECIDED
};

static const struct en_reason *
first_that_speaks(const struct rule *rules, size_t n, bool redress, const struct facts *then, const struct facts *now)
{
    for (size_t i = 0; i < n; i++)
        if ((rules[i].redress || !redress) && rules[i].speaks(compare(then, now, rules[i].fact)))
            return &rules[i].reason;
    return NULL;
}

const struct en_reason *
en_verdict_traveller_change(enum en_verdict_kind kind, en_bytes evidence, const struct en_person *now)
{
    const struct en_reason *r = &unreadable;
    struct facts then = { .n = 0 }, facts;

    if (!well_formed(evidence))
        return r;
    then.salt = evidence.p + 1;
    then.n = (evidence.n - HEAD_LEN) / ROW_LEN;
    then.row = en_xcalloc(then.n + 1, ROW_LEN);
    memcpy(then.row, evidence.p + HEAD_LEN, then.n * ROW_LEN);
    facts = facts_new(then.salt, ROWS_MAX);
    take(&facts, now);
    if (!facts.full)
        r = first_that_speaks(of_traveller, N(of_traveller), kind == EN_VERDICT_REDRESS, &then, &facts);
    free(then.row);
    free(facts.row);
    return r;
}

const struct en_reason *
en_verdict_alert_change(const struct en_person *then, const struct en_person *now)
{
    static const uint8_t salt[EN_VERDICT_SALT_LEN];
    struct facts a = facts_new(salt, ALERT_MAX), b = facts_new(salt, ALERT_MAX);
    const struct en_reason *r = &unreadable;

    take(&a, then);
    take(&b, now);
    if (!a.full && !b.full)
        r = first_that_speaks(of_alert, N(of_alert), false, &a, &b);
    free(a.row);
    free(b.row);
    return r;
}

const struct en_reason *
en_verdict_traveller_rule(size_t i)
{
    return i < N(of_traveller) ? &of_traveller[i].reason : NULL;
}

const struct en_reason *
en_verdict_alert_rule(size_t i)
{
    return i < N(of_alert) ? &of_alert[i].reason : NULL;
}

const char *
en_verdict_kind_word(enum en_verdict_kind k)
{
    static const char *const words[EN_VERDICT_KINDS] = { "answer", "clearance", "redress" };

    EN_ASSERT(k < EN_VERDICT_KINDS);
    return words[k];
}
