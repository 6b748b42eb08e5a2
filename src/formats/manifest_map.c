/*
 * manifest_map.c: reads the map of a service's own CSV. docs/formats/manifest-map.md.
 */
#include "formats/manifest_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/csv.h"
#include "formats/manifest_map_impl.h"

#define WORDS_MAX 4096u

struct parse;

typedef en_errc set_fn(struct parse *p, en_text key, en_text value);

struct parse {
    struct en_manifest_map *m;
    uint64_t line, pos;   /* of the present line */
    bool begun;           /* its first line was there */
    set_fn *set;          /* of the present section */
    int words;            /* the field of a section of words */
    struct en_err *err;
};

static en_errc
fault(const struct parse *p, const char *what)
{
    return en_err_set_at(p->err, EN_E_INPUT, p->line, p->pos, "the map: %s", what);
}

/* Without the quotes that keep blanks and signs; one quote by itself is itself. */
static bool
unquote(en_text *v)
{
    if (v->n < 2 || v->p[0] != '"')
        return true;
    if (v->p[v->n - 1] != '"')
        return false;
    *v = (en_text){ v->p + 1, v->n - 2 };
    return !v->n || !memchr(v->p, '"', v->n);
}

/* --- [file] --------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    int value;
} delimiters[] = { { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' }, { "bar", '|' } },
  quotes[] = { { "double", '"' }, { "single", '\'' }, { "none", -1 } },
  encodings[] = { { "utf-8", EN_MAP_UTF8 },
                  { "latin-1", EN_MAP_LATIN1 },
                  { "windows-1252", EN_MAP_CP1252 },
                  { "utf-16", EN_MAP_UTF16 } },
  answers[] = { { "yes", true }, { "no", false } },
  orders[] = { { "whole", EN_MAP_NAME_WHOLE },
               { "family/given", EN_MAP_NAME_SLASH },
               { "family, given", EN_MAP_NAME_COMMA },
               { "family given", EN_MAP_NAME_FAMILY_GIVEN },
               { "given family", EN_MAP_NAME_GIVEN_FAMILY } };

#define LOOK_UP(table, text, out)                                                                                      \
    look_up(&(table)[0].word, sizeof(table)[0], sizeof(table) / sizeof(table)[0], text, out)

/* Rows of a word and a number behind it. */
static bool
look_up(const char *const *first, size_t size, size_t n, en_text text, int *out)
{
    for (size_t i = 0; i < n; i++) {
        const char *row = (const char *)first + i * size;
        const char *word;

        memcpy(&word, row, sizeof word);
        if (en_text_is_nocase(text, word)) {
            memcpy(out, row + sizeof word, sizeof *out);
            return true;
        }
    }
    return false;
}

static en_errc
set_file(struct parse *p, en_text key, en_text value)
{
    struct en_manifest_map *m = p->m;
    bool one = value.n == 1 && value.p[0] > ' ' && value.p[0] <= '~';
    int v = 0;

    if (en_text_is(key, "delimiter")) {
        if (!LOOK_UP(delimiters, value, &v) && (!one || value.p[0] == '"'))
            return fault(p, "a delimiter is one sign, or comma, semicolon, tab or bar");
        m->delimiter = v ? (char)v : value.p[0];
    } else if (en_text_is(key, "quote")) {
        if (!LOOK_UP(quotes, value, &v) && !one)
            return fault(p, "a quote is one sign, or double, single or none");
        m->quote = v ? v : value.p[0];
    } else if (en_text_is(key, "encoding")) {
        if (!LOOK_UP(encodings, value, &v))
            return fault(p, "an encoding is utf-8, latin-1, windows-1252 or utf-16");
        m->encoding = (enum en_map_encoding)v;
    } else if (en_text_is(key, "header")) {
        if (!LOOK_UP(answers, value, &v))
            return fault(p, "header is yes or no");
        m->header = v;
    } else {
        return fault(p, "[file] has delimiter, quote, encoding and header");
    }
    return EN_OK;
}

/* --- [values], [dates], [constants], [words …] ------------------------------------------------------ */

static en_errc
set_values(struct parse *p, en_text key, en_text value)
{
    struct en_manifest_map *m = p->m;
    int v;

    if (!unquote(&value))
        return fault(p, "a quoted value ends with its quote and has none inside");
    if (en_text_is(key, "dates")) {
        if (!en_map_dates_good(value))
            return fault(p, "dates are dmy, mdy, ymd or a pattern such as DD.MM.YYYY or DDMMMYY");
        m->dates = value;
    } else if (en_text_is(key, "name")) {
        if (!LOOK_UP(orders, value, &v))
            return fault(p, "name is whole, family/given, \"family, given\", \"family given\" or \"given family\"");
        m->name = (enum en_map_name)v;
    } else if (en_text_is(key, "empty")) {
        if (!value.n || m->n_empty == EN_MAP_EMPTY)
            return fault(p, "empty is a value that stands for nothing; there may be 64");
        m->empty[m->n_empty++] = value;
    } else {
        return fault(p, "[values] has dates, name and empty");
    }
    return EN_OK;
}

static struct en_map_field *
field_of(struct parse *p, en_text key)
{
    int f = en_manifest_csv_field(key);

    return f < 0 ? NULL : &p->m->fields[f];
}

static en_errc
set_dates(struct parse *p, en_text key, en_text value)
{
    struct en_map_field *f = field_of(p, key);

    if (!f || !en_map_is_date((size_t)(f - p->m->fields)))
        return fault(p, "[dates] has birth_date, document_expires, departs and arrives");
    if (!unquote(&value) || !en_map_dates_good(value))
        return fault(p, "dates are dmy, mdy, ymd or a pattern such as DD.MM.YYYY or DDMMMYY");
    f->dates = value;
    return EN_OK;
}

static en_errc
set_constant(struct parse *p, en_text key, en_text value)
{
    struct en_map_field *f = field_of(p, key);

    if (!f || f->constant.n)
        return fault(p, f ? "this constant was given before" : "there is no column of ours with this name");
    if (!unquote(&value) || !value.n)
        return fault(p, "a constant is a value of ours");
    f->constant = value;
    return EN_OK;
}

static en_errc
set_word(struct parse *p, en_text key, en_text value)
{
    struct en_manifest_map *m = p->m;

    if (!unquote(&key) || !unquote(&value) || !key.n || !value.n)
        return fault(p, "a word is ours = theirs");
    if (p->words == EN_MAP_MONTH && (key.n > 2 || key.p[0] < '0' || key.p[0] > '9'))
        return fault(p, "a month is a number from 1 to 12");
    for (size_t i = 0; i < m->n_words; i++)
        if (m->words[i].field == p->words && en_text_eq(m->words[i].theirs, value))
            return fault(p, "this word was explained before");
    if (m->n_words == WORDS_MAX ||
        !en_arena_grow(&m->arena, &m->words, &m->cap_words, m->n_words + 1, sizeof *m->words))
        return fault(p, "a map explains at most 4096 words");
    m->words[m->n_words++] = (struct en_map_word){ p->words, key, value };
    return EN_OK;
}

/* --- [columns] ------------------------------------------------------------------------------------ */

/* A title, perhaps in quotes, or #4. */
static bool
column_from(en_text t, struct en_map_column *out)
{
    *out = (struct en_map_column){ EN_TEXT_NONE, 0 };
    if (t.n < 2 || t.p[0] != '#') {
        out->title = t;
        return unquote(&out->title) && out->title.n;
    }
    for (size_t i = 1; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || i > 3)
            return false;
        out->number = out->number * 10 + (uint32_t)(t.p[i] - '0');
    }
    return out->number >= 1 && out->number <= EN_CSV_MAX_FIELDS;
}

/* Behind the first " + " outside of quotes; *head is what stands before it. */
static en_text
next_joined(en_text v, en_text *head)
{
    bool quoted = false;

    for (size_t i = 0; i < v.n; i++) {
        quoted ^= v.p[i] == '"';
        if (!quoted && i + 2 < v.n && memcmp(v.p + i, " + ", 3) == 0) {
            *head = (en_text){ v.p, i };
            return (en_text){ v.p + i + 3, v.n - i - 3 };
        }
    }
    *head = v;
    return EN_TEXT_NONE;
}

static en_errc
set_column(struct parse *p, en_text key, en_text value)
{
    static const char form[] = "a column is its title, or # and its number; several are joined with +";
    struct en_manifest_map *m = p->m;
    struct en_map_field *f = field_of(p, key);

    if (en_text_is(key, "ignore")) {
        if (m->n_ignore == EN_MAP_IGNORE || !column_from(value, &m->ignore[m->n_ignore]))
            return fault(p, form);
        m->n_ignore++;
        return EN_OK;
    }
    if (!f || f->n)
        return fault(p, f ? "this column of ours was given before" : "there is no column of ours with this name");
    while (value.n) {
        en_text head;

        value = en_text_trim(next_joined(value, &head));
        if (f->n == EN_MAP_JOINED || !column_from(en_text_trim(head), &f->from[f->n]))
            return fault(p, form);
        f->n++;
    }
    return f->n ? EN_OK : fault(p, form);
}

/* --- lines ---------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    set_fn *set;
} sections[] = {
    { "file", set_file },           { "columns", set_column }, { "constants", set_constant },
    { "values", set_values },       { "dates", set_dates },
};

/* "[file]", "[words sex]". */
static en_errc
begin_section(struct parse *p, en_text t)
{
    if (t.p[t.n - 1] != ']')
        return fault(p, "a section is a name in brackets");
    t = (en_text){ t.p + 1, t.n - 2 };
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (en_text_is(t, sections[i].name)) {
            p->set = sections[i].set;
            return EN_OK;
        }
    if (t.n > 6 && memcmp(t.p, "words ", 6) == 0) {
        t = (en_text){ t.p + 6, t.n - 6 };
        p->words = en_text_is(t, "month") ? EN_MAP_MONTH : en_manifest_csv_field(t);
        p->set = set_word;
        if (p->words >= 0 || en_text_is(t, "month"))
            return EN_OK;
    }
    return fault(p, "sections are file, columns, constants, values, dates, and words of a column of ours or of month");
}

static en_errc
read_line(struct parse *p, en_bytes raw)
{
    en_text t, key;
    const char *eq;

    if (en_text_check(raw, EN_MAX_NAME, &p->m->arena, &t, NULL, NULL) != EN_OK)
        return fault(p, "a line is not UTF-8, or too long");
    t = en_text_dup(t, &p->m->arena);
    if (!t.n || t.p[0] == '#')
        return EN_OK;
    if (!p->begun) {
        p->begun = en_text_is(t, "entente-map 1");
        return p->begun ? EN_OK : fault(p, "the first line is: entente-map 1");
    }
    if (t.p[0] == '[')
        return begin_section(p, t);
    eq = memchr(t.p, '=', t.n);
    if (!eq || !p->set)
        return fault(p, p->set ? "a line is a word, =, and its value" : "a section comes first, such as [file]");
    key = en_text_trim((en_text){ t.p, (size_t)(eq - t.p) });
    return p->set(p, key, en_text_trim((en_text){ eq + 1, t.n - (size_t)(eq + 1 - t.p) }));
}

/* What must be there, and what contradicts itself. */
static en_errc
check(struct parse *p)
{
    static const char *const telling[] = { "name", "family_name", "document_number" };
    const struct en_manifest_map *m = p->m;
    bool found = false;

    if (!p->begun)
        return fault(p, "the first line is: entente-map 1");
    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
        found |= m->fields[en_manifest_csv_field(en_text_from_ours(telling[i]))].n > 0;
    if (!found)
        return fault(p, "[columns] gives none of name, family_name and document_number");
    if (m->quote == m->delimiter)
        return fault(p, "delimiter and quote are the same sign");
    for (size_t f = 0; f < EN_MAP_FIELDS && !m->header; f++)
        for (size_t i = 0; i < m->fields[f].n; i++)
            if (!m->fields[f].from[i].number)
                return fault(p, "without a header columns are given by number, such as #4");
    return en_arena_over(&m->arena) ? fault(p, "it is too large") : EN_OK;
}

en_errc
en_manifest_map_read(en_bytes text, struct en_manifest_map **out, struct en_err *err)
{
    struct en_manifest_map *m = en_xcalloc(1, sizeof *m);
    struct parse p = { .m = m, .line = 1, .err = err };
    struct en_digest *digest = en_digest_new();
    en_errc rc = text.n > EN_MANIFEST_MAP_MAX ? fault(&p, "it is too large") : EN_OK;
    size_t at = text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    *out = NULL;
    m->delimiter = ',';
    m->quote = '"';
    m->header = true;
    en_arena_init(&m->arena, 4 * EN_MIB);
    for (; rc == EN_OK && at < text.n; p.line++) {
        const uint8_t *nl = memchr(text.p + at, '\n', text.n - at);
        size_t n = nl ? (size_t)(nl - text.p) - at : text.n - at;

        p.pos = at;
        rc = read_line(&p, en_bytes_trim((en_bytes){ text.p + at, n }));
        at += n + 1;
    }
    rc = rc != EN_OK ? rc : check(&p);
    en_digest_add(digest, text);
    en_digest_final(digest, m->digest);
    en_digest_free(digest);
    if (rc == EN_OK)
        *out = m;
    else
        en_manifest_map_free(m);
    return rc;
}

void
en_manifest_map_free(struct en_manifest_map *m)
{
    if (!m)
        return;
    en_arena_release(&m->arena);
    free(m);
}
