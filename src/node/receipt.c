#include "node/receipt.h"

#include <string.h>

#include "node/lines.h"
#include "record/record.h"

#define CODE_MAX 40u

static const char *const forms[EN_STATEMENT_FORMS] = {
    [EN_STATEMENT_RECEIPT] = "entente-receipt/1",     [EN_STATEMENT_REFUSAL] = "entente-refusal/1",
    [EN_STATEMENT_DESTROYED] = "entente-destroyed/1", [EN_STATEMENT_QUESTION] = "entente-question/1",
    [EN_STATEMENT_CONSENT] = "entente-consent/1",
};
/* What stands behind the hash of a record, in this order. */
static const struct {
    const char *word;
    bool partner, reasons, proof;
} words[EN_SAID_WORDS] = {
    [EN_SAID_REFUSED] = { "refused", false, true, false },      [EN_SAID_OPENED] = { "opened", false, false, false },
    [EN_SAID_DESTROYED] = { "destroyed", false, false, false }, [EN_SAID_ONWARD] = { "onward", true, false, false },
    [EN_SAID_CONSENTED] = { "consented", true, false, true },   [EN_SAID_DENIED] = { "denied", true, true, false },
};
/* Which items a form may have: bits 1u << enum en_statement_word. */
static const unsigned says[EN_STATEMENT_FORMS] = {
    [EN_STATEMENT_RECEIPT] = 1u << EN_SAID_REFUSED | 1u << EN_SAID_OPENED,
    [EN_STATEMENT_REFUSAL] = 1u << EN_SAID_REFUSED,
    [EN_STATEMENT_DESTROYED] = 1u << EN_SAID_DESTROYED,
    [EN_STATEMENT_QUESTION] = 1u << EN_SAID_ONWARD,
    [EN_STATEMENT_CONSENT] = 1u << EN_SAID_CONSENTED | 1u << EN_SAID_DENIED,
};

/* --- what a whole one is ---------------------------------------------------------------------------------------- */

/* 1 to 40 of a-z, 0-9 and '-'. */
static bool
code_valid(en_text t)
{
    if (t.n == 0 || t.n > CODE_MAX)
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (!((t.p[i] >= 'a' && t.p[i] <= 'z') || (t.p[i] >= '0' && t.p[i] <= '9') || t.p[i] == '-'))
            return false;
    return true;
}

static bool
codes(en_text t)
{
    if (t.n > EN_STATEMENT_REASONS_MAX)
        return false;
    for (size_t at = 0, i = 0; i <= t.n; i++) {
        if (i < t.n && t.p[i] != ',')
            continue;
        if (!code_valid((en_text){ t.p + at, i - at }))
            return false;
        at = i + 1;
    }
    return true;
}

static en_errc
no(struct en_err *err, const char *why)
{
    return en_err_set(err, EN_E_INPUT, EN_NO_POS, "%s", why);
}

static en_errc
check_items(const struct en_statement *s, struct en_err *err)
{
    if (s->n_items > EN_STATEMENT_ITEMS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "at most %u records in one statement", EN_STATEMENT_ITEMS_MAX);
    for (size_t i = 0; i < s->n_items; i++) {
        const struct en_statement_item *x = &s->items[i];

        if (x->word >= EN_SAID_WORDS || !(says[s->form] >> x->word & 1u))
            return no(err, "this form does not say that of a record");
        if (words[x->word].reasons ? !codes(x->reasons) : x->reasons.n > 0)
            return no(err, "what is refused or denied has its reasons as codes, and nothing else has");
        if (words[x->word].partner ? !en_is_hex(x->partner, EN_ENVELOPE_PARTNER_LEN) : x->partner.n > 0)
            return no(err, "what is passed on goes to a partner, and nothing else does");
    }
    return EN_OK;
}

en_errc
en_statement_check(const struct en_statement *s, struct en_err *err)
{
    bool destroyed = s->form == EN_STATEMENT_DESTROYED, refusal = s->form == EN_STATEMENT_REFUSAL;
    bool receipt = s->form == EN_STATEMENT_RECEIPT;

    if (s->form >= EN_STATEMENT_FORMS)
        return no(err, "this form of a statement is not known here");
    if (!en_is_hex(s->from, EN_ENVELOPE_PARTNER_LEN) || !en_is_hex(s->to, EN_ENVELOPE_PARTNER_LEN))
        return no(err, "a statement names two partners by their ids");
    if (s->at < 0)
        return no(err, "a statement has a time");
    if (destroyed ? s->of_bundle || !en_record_id_valid(s->record) : s->record.n > 0)
        return no(err, "a destruction names a record, and nothing else does");
    if (s->of_bundle && !receipt && !refusal)
        return no(err, "this form does not answer a bundle");
    if (s->of_bundle && s->sequence == 0)
        return no(err, "bundles are numbered from 1");
    if (s->of_bundle && refusal ? s->n_items > 0 : !s->of_bundle && s->n_items == 0)
        return no(err, "a statement is about a bundle or about records");
    if (s->rest > 0 ? !receipt || !s->of_bundle || s->rest > s->parts || !codes(s->rest_reasons)
                    : s->rest_reasons.n > 0)
        return no(err, "only the receipt of a bundle says how many more of its parts are refused, and for what");
    if ((destroyed || (refusal && s->of_bundle)) ? !code_valid(s->reason) : s->reason.n > 0)
        return no(err, "a destruction and a refused bundle have a reason, and nothing else has");
    return check_items(s, err);
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

static void
put_hex(struct en_buf *out, const char *word, const uint8_t *p, size_t n)
{
    char hex[2 * EN_CONSENT_PROOF_LEN + 1];

    en_hex(p, n, hex);
    en_buf_addf(out, "%s %s", word, hex);
}

static void
put_text(const struct en_statement *s, struct en_buf *out)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_time_format(s->at, at);
    en_buf_addf(out, "%s\nfrom %.*s\nto %.*s\nat %s\n", forms[s->form], EN_TEXT_ARG(s->from), EN_TEXT_ARG(s->to), at);
    if (s->of_bundle) {
        put_hex(out, "bundle", s->bundle, sizeof s->bundle);
        en_buf_addf(out, " %llu", (unsigned long long)s->sequence);
        put_hex(out, "", s->hash, sizeof s->hash);
        en_buf_addc(out, '\n');
        if (s->form == EN_STATEMENT_RECEIPT)
            en_buf_addf(out, "parts %llu\n", (unsigned long long)s->parts);
    }
    if (s->record.n > 0)
        en_buf_addf(out, "record %.*s\n", EN_TEXT_ARG(s->record));
    if (s->reason.n > 0)
        en_buf_addf(out, "reason %.*s\n", EN_TEXT_ARG(s->reason));
    for (size_t i = 0; i < s->n_items; i++) {
        const struct en_statement_item *x = &s->items[i];

        put_hex(out, words[x->word].word, x->hash, EN_SHA256_LEN);
        if (words[x->word].partner)
            en_buf_addf(out, " %.*s", EN_TEXT_ARG(x->partner));
        if (words[x->word].reasons)
            en_buf_addf(out, " %.*s", EN_TEXT_ARG(x->reasons));
        if (words[x->word].proof)
            put_hex(out, "", x->proof, sizeof x->proof);
        en_buf_addc(out, '\n');
    }
    if (s->rest > 0)
        en_buf_addf(out, "rest %llu %.*s\n", (unsigned long long)s->rest, EN_TEXT_ARG(s->rest_reasons));
}

void
en_statement_write(const struct en_statement *s, const struct en_key *secret, struct en_buf *out)
{
    struct en_buf text = EN_BUF_INIT;
    struct en_note_key key;

    EN_ASSERT(en_statement_check(s, NULL) == EN_OK);
    put_text(s, &text);
    en_partner_note_key(s->from, secret->public_key, &key);
    en_buf_add(out, text.p, text.n);
    en_buf_addc(out, '\n');
    en_note_sign(&key, secret, en_buf_bytes(&text), 0, out);
    en_buf_release(&text);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

struct reading {
    en_bytes rest;
    uint64_t line, pos; /* of the line at hand */
    en_text word, value[3];
    size_t n_values; /* 4: too many */
    struct en_err *err;
};

static en_errc
bad(struct reading *r, const char *why)
{
    return en_err_set_at(r->err, EN_E_INPUT, r->line, r->pos, "%s", why);
}

/* The next line as a word and its values, each behind one blank. False at the end. */
static bool
next_line(struct reading *r)
{
    const uint8_t *nl = r->rest.n ? memchr(r->rest.p, '\n', r->rest.n) : NULL;
    const char *p = (const char *)r->rest.p;
    size_t n = nl ? (size_t)(nl - r->rest.p) : 0, at = 0;

    if (nl == NULL)
        return false;
    r->line++;
    r->n_values = 0;
    for (size_t i = 0, k = 0; i <= n; i++) {
        if (i < n && p[i] != ' ')
            continue;
        if (k == 0)
            r->word = (en_text){ p, i };
        else if (k <= 3)
            r->value[k - 1] = (en_text){ p + at, i - at };
        r->n_values = k++;
        at = i + 1;
    }
    r->rest = en_bytes_from(nl + 1, r->rest.n - n - 1);
    return true;
}

static en_errc
want(struct reading *r, const char *word, size_t values)
{
    bool there = next_line(r);

    return there && en_text_is(r->word, word) && r->n_values == values
               ? EN_OK
               : bad(r, "a line that its form has here is missing or malformed");
}

static bool
number(en_text t, uint64_t *out)
{
    *out = 0;
    if (t.n == 0 || t.n > 15 || (t.p[0] == '0' && t.n > 1))
        return false;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(t.p[i] - '0');
    }
    return true;
}

static bool
hash(en_text t, uint8_t *out, size_t n)
{
    return en_is_hex(t, 2 * n) && en_unhex(t, out, n);
}

/* Only as it is written: no offset, no fraction of another length. */
static bool
when(en_text t, en_time *out)
{
    char again[EN_TIME_RFC3339_LEN + 1];

    if (t.n != EN_TIME_RFC3339_LEN || !en_time_parse(t, out))
        return false;
    en_time_format(*out, again);
    return en_text_is(t, again);
}

static en_errc
read_head(struct reading *r, struct en_statement *s)
{
    en_errc rc;

    if (!next_line(r) || r->n_values != 0)
        return bad(r, "a statement begins with its form");
    for (s->form = 0; s->form < EN_STATEMENT_FORMS; s->form++)
        if (en_text_is(r->word, forms[s->form]))
            break;
    if (s->form == EN_STATEMENT_FORMS)
        return bad(r, "this form of a statement is not known here");
    rc = want(r, "from", 1);
    s->from = r->value[0];
    rc = rc != EN_OK ? rc : want(r, "to", 1);
    s->to = r->value[0];
    rc = rc != EN_OK ? rc : want(r, "at", 1);
    return rc != EN_OK ? rc : when(r->value[0], &s->at) ? EN_OK : bad(r, "this is no time as statements have it");
}

static en_errc
read_bundle(struct reading *r, struct en_statement *s)
{
    en_errc rc;

    if (r->n_values != 3 || !hash(r->value[0], s->bundle, sizeof s->bundle) || !number(r->value[1], &s->sequence) ||
        !hash(r->value[2], s->hash, sizeof s->hash))
        return bad(r, "a bundle is named by id, number and hash");
    s->of_bundle = true;
    if (s->form != EN_STATEMENT_RECEIPT)
        return EN_OK;
    rc = want(r, "parts", 1);
    return rc != EN_OK ? rc : number(r->value[0], &s->parts) ? EN_OK : bad(r, "this is no number of parts");
}

static en_errc
read_item(struct reading *r, struct en_statement *s, size_t *cap, struct en_arena *a)
{
    struct en_statement_item x = { .word = 0 };
    size_t at = 1;

    for (; x.word < EN_SAID_WORDS; x.word++)
        if (en_text_is(r->word, words[x.word].word))
            break;
    if (x.word == EN_SAID_WORDS)
        return bad(r, "this word is not known in a statement, or not in this place");
    if (r->n_values != 1u + words[x.word].partner + words[x.word].reasons + words[x.word].proof ||
        !hash(r->value[0], x.hash, sizeof x.hash))
        return bad(r, "a record is named by its hash, and behind it stands what its word wants");
    x.partner = words[x.word].partner ? r->value[at++] : EN_TEXT_NONE;
    x.reasons = words[x.word].reasons ? r->value[at++] : EN_TEXT_NONE;
    if (words[x.word].proof && !hash(r->value[at], x.proof, sizeof x.proof))
        return bad(r, "this is no proof of a consent");
    if (s->n_items == EN_STATEMENT_ITEMS_MAX || !en_arena_grow(a, &s->items, cap, s->n_items + 1, sizeof x))
        return en_err_set_at(r->err, EN_E_LIMIT, r->line, r->pos, "at most %u records in one statement",
                             EN_STATEMENT_ITEMS_MAX);
    s->items[s->n_items++] = x;
    return EN_OK;
}

static en_errc
read_rest(struct reading *r, struct en_statement *s)
{
    s->rest_reasons = r->value[1];
    return r->n_values == 2 && number(r->value[0], &s->rest) && s->rest > 0 ? EN_OK
                                                                            : bad(r, "this is no number of parts");
}

/* The lines behind the head, in their order: bundle, record, reason, items, rest. */
static en_errc
read_body(struct reading *r, struct en_statement *s, struct en_arena *a)
{
    unsigned stage = 0;
    size_t cap = 0;
    en_errc rc = EN_OK;

    while (rc == EN_OK && next_line(r)) {
        if (stage < 1 && en_text_is(r->word, "bundle")) {
            stage = 1;
            rc = read_bundle(r, s);
        } else if (stage < 4 && en_text_is(r->word, "rest")) {
            stage = 4;
            rc = read_rest(r, s);
        } else if (stage < 2 && en_text_is(r->word, "record") && r->n_values == 1) {
            stage = 2;
            s->record = r->value[0];
        } else if (stage < 3 && en_text_is(r->word, "reason") && r->n_values == 1) {
            stage = 3;
            s->reason = r->value[0];
        } else if (stage == 4) {
            rc = bad(r, "nothing stands behind the rest");
        } else {
            stage = 3;
            rc = read_item(r, s, &cap, a);
        }
    }
    return rc;
}

bool
en_statement_form_of(en_bytes in, enum en_statement_form *out)
{
    for (unsigned f = 0; f < EN_STATEMENT_FORMS; f++) {
        size_t n = strlen(forms[f]);

        if (in.n > n && memcmp(in.p, forms[f], n) == 0 && in.p[n] == '\n') {
            *out = (enum en_statement_form)f;
            return true;
        }
    }
    return false;
}

/*= statements.md: a signed note of ASCII; its text is one of the forms */
en_errc
en_statement_parse(en_bytes in, struct en_arena *a, struct en_statement *out, struct en_err *err)
{
    struct reading r = { .err = err, .pos = EN_NO_POS };
    en_errc rc;

    memset(out, 0, sizeof *out);
    out->note = en_arena_alloc(a, sizeof *out->note);
    if (out->note == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the statement is larger than the memory given for it");
    rc = en_note_parse(in, out->note, err);
    if (rc != EN_OK)
        return rc;
    r.rest = out->note->text;
    rc = read_head(&r, out);
    rc = rc != EN_OK ? rc : read_body(&r, out, a);
    return rc != EN_OK ? rc : en_statement_check(out, err);
}

en_errc
en_statement_verify(const struct en_statement *s, const uint8_t public_key[EN_SEAL_PUBLIC_LEN], struct en_err *err)
{
    struct en_note_key key;

    en_partner_note_key(s->from, public_key, &key);
    return en_note_verify(s->note, &key, NULL) == EN_NOTE_GOOD
               ? EN_OK
               : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the statement is not signed by the partner it names");
}
