#include "node/lines.h"

#include <string.h>

#include "base/hash.h"

#define DASH     "\xe2\x80\x94 "
#define HEX_MOST 64

bool
en_partner_id_valid(en_text id)
{
    return en_is_hex(id, EN_SEAL_ID_LEN);
}

void
en_partner_note_key(en_text partner, const uint8_t public_key[EN_SEAL_PUBLIC_LEN], struct en_note_key *out)
{
    char name[EN_PARTNER_KEY_NAME_MAX] = "entente/";

    EN_ASSERT(en_partner_id_valid(partner));
    memcpy(name + 8, partner.p, partner.n);
    en_note_key_make((en_text){ name, sizeof name }, EN_NOTE_ED25519, public_key, out);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* The line at the front of in with its newline; all of it if there is none. */
static en_bytes
front_line(en_bytes in)
{
    const uint8_t *end = in.n > 0 ? memchr(in.p, '\n', in.n) : NULL;

    return en_bytes_from(in.p, end != NULL ? (size_t)(end + 1 - in.p) : in.n);
}

static bool
is_signature(en_bytes line)
{
    return line.n > sizeof DASH - 1 && memcmp(line.p, DASH, sizeof DASH - 1) == 0;
}

en_errc
en_lines_next(en_bytes *in, en_bytes *note, struct en_err *err)
{
    return en_lines_next_max(in, EN_LINES_MAX, note, err);
}

en_errc
en_lines_next_max(en_bytes *in, size_t max, en_bytes *note, struct en_err *err)
{
    size_t at = 0;
    bool signatures = false;

    if (in->n == 0)
        return EN_E_NO;
    while (at < in->n) {
        en_bytes line = front_line(en_bytes_from(in->p + at, in->n - at));

        if (signatures && !is_signature(line))
            break;
        signatures = is_signature(line);
        at += line.n;
    }
    if (at > max)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a statement has at most %zu bytes", max);
    *note = en_bytes_from(in->p, at);
    *in = en_bytes_from(in->p + at, in->n - at);
    return EN_OK;
}

en_text
en_lines_form(en_bytes note)
{
    en_bytes line = front_line(note);

    if (line.n == 0 || line.p[line.n - 1] != '\n' || !en_bytes_plain(en_bytes_from(line.p, line.n - 1)))
        return EN_TEXT_LIT("");
    return (en_text){ (const char *)line.p, line.n - 1 };
}

en_errc
en_lines_open(en_bytes note, const char *form, struct en_lines *out, struct en_err *err)
{
    return en_lines_open_max(note, form, EN_LINES_MAX, out, err);
}

en_errc
en_lines_open_max(en_bytes note, const char *form, size_t max, struct en_lines *out, struct en_err *err)
{
    en_bytes first;
    en_errc rc;

    out->fault = (struct en_err)EN_ERR_INIT;
    out->rest = EN_BYTES_LIT("");
    if (note.n > max)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a statement has at most %zu bytes", max);
    rc = en_note_parse(note, &out->note, err);
    if (rc != EN_OK)
        return rc;
    first = front_line(out->note.text);
    if (!en_text_is(en_lines_form(out->note.text), form))
        return en_err_set_at(err, EN_E_INPUT, 1, 0, "this is no statement of the form %s", form);
    out->rest = en_bytes_from(first.p + first.n, out->note.text.n - first.n);
    out->line = 1;
    return EN_OK;
}

static size_t
position(const struct en_lines *s)
{
    return s->note.text.n - s->rest.n;
}

bool
en_lines_has(const struct en_lines *s, const char *word)
{
    size_t n = strlen(word);

    return s->fault.code == EN_OK && s->rest.n > n && memcmp(s->rest.p, word, n) == 0 && s->rest.p[n] == ' ';
}

void
en_lines_refuse(struct en_lines *s, const char *why)
{
    if (s->fault.code == EN_OK)
        (void)en_err_set_at(&s->fault, EN_E_INPUT, s->line, position(s), "%s", why);
}

static void
refuse_value(struct en_lines *s, const char *word, const char *what)
{
    if (s->fault.code == EN_OK)
        (void)en_err_set_at(&s->fault, EN_E_INPUT, s->line, position(s), "\"%s\" is followed by %s", word, what);
}

en_text
en_lines_value(struct en_lines *s, const char *word, size_t max)
{
    size_t n = strlen(word) + 1;
    en_bytes line;

    if (s->fault.code != EN_OK)
        return EN_TEXT_LIT("");
    s->line++;
    if (!en_lines_has(s, word)) {
        (void)en_err_set_at(&s->fault, EN_E_INPUT, s->line, position(s), "this statement has \"%s\" here", word);
        return EN_TEXT_LIT("");
    }
    line = front_line(s->rest); /* a note's text ends in a newline */
    if (line.n <= n + 1 || line.n - n - 1 > max) {
        (void)en_err_set_at(&s->fault, EN_E_LIMIT, s->line, position(s), "\"%s\" has 1 to %zu bytes", word, max);
        return EN_TEXT_LIT("");
    }
    s->rest = en_bytes_from(s->rest.p + line.n, s->rest.n - line.n);
    return (en_text){ (const char *)line.p + n, line.n - n - 1 };
}

en_text
en_lines_text(struct en_lines *s, const char *word, size_t max)
{
    en_text v = en_lines_value(s, word, max), checked = EN_TEXT_NONE;
    unsigned repairs = EN_TEXT_CLEAN;
    struct en_arena scratch;

    if (s->fault.code != EN_OK || en_bytes_plain(en_text_bytes(v)))
        return v;
    en_arena_init(&scratch, 16u * EN_KIB);
    if (en_text_check(en_text_bytes(v), max, &scratch, &checked, &repairs, NULL) != EN_OK || repairs != EN_TEXT_CLEAN ||
        !en_text_eq(v, checked))
        refuse_value(s, word, "text without invisible characters, in normal form");
    en_arena_release(&scratch);
    return s->fault.code == EN_OK ? v : EN_TEXT_LIT("");
}

uint64_t
en_lines_number(struct en_lines *s, const char *word, uint64_t min, uint64_t max)
{
    en_text v = en_lines_value(s, word, 18);
    uint64_t n = 0;
    bool good = s->fault.code == EN_OK && (v.n == 1 || v.p[0] != '0');

    for (size_t i = 0; good && i < v.n; i++) {
        good = v.p[i] >= '0' && v.p[i] <= '9';
        n = n * 10 + (uint64_t)(v.p[i] - '0');
    }
    if (!good || n < min || n > max)
        refuse_value(s, word, "a number within its limits, without leading zeroes");
    return s->fault.code == EN_OK ? n : 0;
}

en_time
en_lines_time(struct en_lines *s, const char *word)
{
    en_text v = en_lines_value(s, word, EN_TIME_RFC3339_LEN);
    char again[EN_TIME_RFC3339_LEN + 1];
    en_time t = 0;

    if (s->fault.code != EN_OK)
        return 0;
    if (en_time_parse(v, &t)) {
        en_time_format(t, again);
        if (en_text_is(v, again))
            return t;
    }
    refuse_value(s, word, "a time like 2026-11-23T08:00:00.000Z");
    return 0;
}

void
en_lines_hex(struct en_lines *s, const char *word, uint8_t *out, size_t n)
{
    en_text v = en_lines_value(s, word, 2 * n);
    char again[2 * HEX_MOST + 1];

    EN_ASSERT(n <= HEX_MOST);
    memset(out, 0, n);
    if (s->fault.code != EN_OK)
        return;
    if (en_unhex(v, out, n)) {
        en_hex(out, n, again);
        if (en_text_is(v, again))
            return;
    }
    refuse_value(s, word, "hex digits, small letters");
}

void
en_lines_partner(struct en_lines *s, const char *word, char out[EN_SEAL_ID_LEN + 1])
{
    en_text v = en_lines_value(s, word, EN_SEAL_ID_LEN);

    memset(out, 0, EN_SEAL_ID_LEN + 1);
    if (s->fault.code == EN_OK && !en_partner_id_valid(v))
        refuse_value(s, word, "a partner's id: 16 hex digits");
    if (s->fault.code == EN_OK)
        memcpy(out, v.p, v.n);
}

en_errc
en_lines_end(struct en_lines *s, struct en_err *err)
{
    if (s->fault.code == EN_OK && s->rest.n > 0)
        (void)en_err_set_at(&s->fault, EN_E_INPUT, s->line + 1, position(s), "this form of statement ends here");
    if (s->fault.code != EN_OK && err != NULL)
        *err = s->fault;
    return s->fault.code;
}

en_errc
en_lines_signed(const struct en_lines *s, en_text partner, const uint8_t public_key[EN_SEAL_PUBLIC_LEN],
                struct en_err *err)
{
    struct en_note_key k;

    en_partner_note_key(partner, public_key, &k);
    switch (en_note_verify(&s->note, &k, NULL)) {
    case EN_NOTE_GOOD:
        return EN_OK;
    case EN_NOTE_BAD:
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the statement was changed after it was signed");
    case EN_NOTE_UNSIGNED:
        break;
    }
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the statement is not signed by the key that it needs");
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

void
en_lines_begin(const char *form, struct en_buf *out)
{
    EN_ASSERT(out->n == 0);
    en_buf_addf(out, "%s\n", form);
}

void
en_lines_add(struct en_buf *out, const char *word, en_text value)
{
    EN_ASSERT(value.n > 0 && memchr(value.p, '\n', value.n) == NULL);
    en_buf_addf(out, "%s ", word);
    en_buf_add_text(out, value);
    en_buf_addc(out, '\n');
}

void
en_lines_add_number(struct en_buf *out, const char *word, uint64_t value)
{
    en_buf_addf(out, "%s %llu\n", word, (unsigned long long)value);
}

void
en_lines_add_time(struct en_buf *out, const char *word, en_time value)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_time_format(value, at);
    en_buf_addf(out, "%s %s\n", word, at);
}

void
en_lines_add_hex(struct en_buf *out, const char *word, const uint8_t *p, size_t n)
{
    char hex[2 * HEX_MOST + 1];

    EN_ASSERT(n <= HEX_MOST);
    en_hex(p, n, hex);
    en_buf_addf(out, "%s %s\n", word, hex);
}

void
en_lines_sign(en_text partner, const struct en_key *const *keys, unsigned n, struct en_buf *out)
{
    struct en_buf lines = EN_BUF_INIT;
    struct en_note_key k;

    for (unsigned i = 0; i < n; i++) {
        en_partner_note_key(partner, keys[i]->public_key, &k);
        en_note_sign(&k, keys[i], en_buf_bytes(out), 0, &lines);
    }
    en_buf_addc(out, '\n');
    en_buf_add(out, lines.p, lines.n);
    en_buf_release(&lines);
}
