#include "formats/list_columns.h"

#include <string.h>

#include "base/limits.h"

void
en_columns_init(struct en_columns *c, struct en_list_in *in, const char *const *names, size_t n_names)
{
    EN_ASSERT(n_names <= EN_COLUMNS_MAX);
    memset(c, 0, sizeof *c);
    c->in = in;
    c->names = names;
    c->n_names = n_names;
    for (size_t i = 0; i < EN_COLUMNS_MAX; i++)
        c->at[i] = SIZE_MAX;
}

/* --- the header --------------------------------------------------------------------------------------------------- */

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_word(en_text t, const char *name, size_t n)
{
    bool same = t.n == n;

    for (size_t i = 0; same && i < n; i++)
        same = lower(t.p[i]) == lower(name[i]);
    return same;
}

/* Whether t is one of the names in "A|B". */
static bool
is_named(en_text t, const char *names)
{
    for (;;) {
        size_t n = strcspn(names, "|");

        if (same_word(t, names, n))
            return true;
        if (names[n] == '\0')
            return false;
        names += n + 1;
    }
}

static size_t
column_of(const struct en_columns *c, en_text t)
{
    for (size_t i = 0; i < c->n_names; i++)
        if (is_named(t, c->names[i]))
            return i;
    return SIZE_MAX;
}

static en_errc
refuse_header(struct en_columns *c, uint64_t line, uint64_t pos, const char *why, struct en_err *err)
{
    en_report_add(c->in->report, EN_NOTE_REFUSED, "csv-header", line, pos, "%s", why);
    return en_err_set_at(err, EN_E_INPUT, line, pos, "%s", why);
}

en_errc
en_columns_header(struct en_columns *c, const struct en_csv_row *row, const size_t *required, size_t n_required,
                  struct en_err *err)
{
    en_text t;

    for (size_t i = 0; i < row->n; i++) {
        size_t k;

        if (en_text_repair(row->fields[i], EN_MAX_NAME, &c->in->keep, &t, NULL, NULL))
            t = EN_TEXT_NONE;
        c->headers[i] = en_text_dup(en_text_trim(t), &c->in->keep);
        k = c->headers[i].n ? column_of(c, c->headers[i]) : SIZE_MAX;
        if (k == SIZE_MAX)
            continue;
        c->known[i] = true;
        if (c->at[k] == SIZE_MAX)
            c->at[k] = i;
        else
            return refuse_header(c, row->line, row->pos[i], "two columns have the same name", err);
    }
    for (size_t i = 0; i < n_required; i++)
        if (c->at[required[i]] == SIZE_MAX)
            return refuse_header(c, row->line, row->pos[0], "the header line lacks a column that this list has", err);
    c->n = row->n;
    en_csv_expect(c->csv, c->n);
    return EN_OK;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

/* Delivers the last identity. */
static en_errc
flush(struct en_columns *c, struct en_err *err)
{
    if (!c->open)
        return EN_OK;
    c->open = false;
    en_list_in_once(c->in);
    return en_list_in_deliver(c->in, err);
}

en_errc
en_columns_end(struct en_columns *c, struct en_err *err)
{
    return c->n ? flush(c, err) : refuse_header(c, 1, 0, "the file has no header line", err);
}

static void
refuse(struct en_columns *c, const char *code, const char *why)
{
    en_report_add(c->in->report, EN_NOTE_REFUSED, code, c->row->line, c->row->pos[0], "%s", why);
}

/* Whether the cell says the id of the identity under construction. */
static bool
same_id(const struct en_columns *c, en_bytes cell)
{
    return c->open && en_bytes_eq(en_bytes_trim(cell), en_text_bytes(c->in->id.id));
}

en_errc
en_columns_row(struct en_columns *c, const struct en_csv_row *row, size_t id, bool *taken, bool *fresh,
               struct en_err *err)
{
    en_errc e = EN_OK;

    c->row = row;
    *taken = *fresh = false;
    if (row->n != c->n) {
        refuse(c, "csv-width", "the row has not as many fields as the header");
        return EN_OK;
    }
    if (en_bytes_trim(row->fields[c->at[id]]).n == 0) {
        refuse(c, "no-id", "the row has no id");
        return EN_OK;
    }
    *fresh = !same_id(c, row->fields[c->at[id]]);
    if (*fresh) {
        if ((e = flush(c, err)))
            return e;
        en_list_in_begin(c->in, row->line, row->pos[0]);
        c->in->id.id = en_columns_text(c, id);
        c->open = true;
    }
    c->in->line = row->line;
    *taken = true;
    return EN_OK;
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

bool
en_columns_has(const struct en_columns *c, size_t column)
{
    return c->at[column] != SIZE_MAX;
}

uint64_t
en_columns_pos(const struct en_columns *c, size_t column)
{
    return en_columns_has(c, column) ? c->row->pos[c->at[column]] : c->row->pos[0];
}

static en_text
text_at(struct en_columns *c, size_t i)
{
    en_bytes raw = en_bytes_trim(c->row->fields[i]);
    en_text t;
    void *copy;

    if (raw.n == 0 || raw.n > EN_MAX_TEXT) {
        if (raw.n)
            en_report_add(c->in->report, EN_NOTE_REFUSED, "value-long", c->row->line, c->row->pos[i],
                          "a value is longer than its limit");
        return EN_TEXT_NONE;
    }
    if (!(copy = en_arena_copy(&c->in->arena, raw.p, raw.n)))
        return EN_TEXT_NONE;
    return en_list_in_prose(c->in, en_bytes_from(copy, raw.n), EN_MAX_TEXT, c->row->pos[i], &t) ? t : EN_TEXT_NONE;
}

en_text
en_columns_text(struct en_columns *c, size_t column)
{
    return en_columns_has(c, column) ? text_at(c, c->at[column]) : EN_TEXT_NONE;
}

/* Extras that are looked at for a repeated value; what is beyond is told apart at the end. */
#define LOOK 128u

/* Values that every row repeats would fill the extras before that. */
static bool
is_kept(const struct en_columns *c, en_text key, en_text value)
{
    const struct en_person *p = &c->in->id.person;

    for (size_t i = 0; i < p->n_extras && i < LOOK; i++)
        if (en_text_eq(p->extras[i].key, key) && en_text_eq(p->extras[i].value, value))
            return true;
    return false;
}

void
en_columns_aside(struct en_columns *c, size_t column)
{
    en_text t = en_columns_text(c, column);

    if (t.n && !is_kept(c, c->headers[c->at[column]], t))
        en_list_in_aside(c->in, c->headers[c->at[column]], t);
}

void
en_columns_unknown(struct en_columns *c)
{
    for (size_t i = 0; i < c->n; i++) {
        en_text key = c->headers[i].n ? c->headers[i] : EN_TEXT_LIT("column"), t;

        if (c->known[i] || !(t = text_at(c, i)).n || is_kept(c, key, t))
            continue;
        en_list_in_extra(c->in, key, t, c->row->pos[i]);
    }
}
