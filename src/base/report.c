#include "base/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct code {
    const char *code;
    enum en_note_kind kind;
    uint64_t count;
};

struct en_report {
    struct code *codes; /* few: a linear search with the last one first */
    size_t n_codes, cap_codes;
    struct en_note *notes;
    size_t n_notes, cap_notes;
    size_t last;
};

struct en_report *
en_report_new(void)
{
    return en_xcalloc(1, sizeof(struct en_report));
}

void
en_report_free(struct en_report *r)
{
    if (!r)
        return;
    free(r->codes);
    free(r->notes);
    free(r);
}

static struct code *
code_of(struct en_report *r, enum en_note_kind kind, const char *code)
{
    if (r->last < r->n_codes && r->codes[r->last].kind == kind && strcmp(r->codes[r->last].code, code) == 0)
        return &r->codes[r->last];
    for (size_t i = 0; i < r->n_codes; i++)
        if (r->codes[i].kind == kind && strcmp(r->codes[i].code, code) == 0) {
            r->last = i;
            return &r->codes[i];
        }
    if (r->n_codes == r->cap_codes) {
        r->cap_codes = r->cap_codes ? r->cap_codes * 2 : 16;
        r->codes = en_xrealloc(r->codes, r->cap_codes * sizeof *r->codes);
    }
    r->codes[r->n_codes] = (struct code){ code, kind, 0 };
    r->last = r->n_codes;
    return &r->codes[r->n_codes++];
}

static struct en_note *
add(struct en_report *r, enum en_note_kind kind, const char *code, uint64_t line, uint64_t pos)
{
    struct code *c = code_of(r, kind, code);
    struct en_note *n;

    if (c->count++ >= EN_REPORT_NOTES)
        return NULL;
    if (r->n_notes == r->cap_notes) {
        r->cap_notes = r->cap_notes ? r->cap_notes * 2 : 16;
        r->notes = en_xrealloc(r->notes, r->cap_notes * sizeof *r->notes);
    }
    n = &r->notes[r->n_notes++];
    *n = (struct en_note){ .kind = kind, .code = code, .line = line, .pos = pos };
    return n;
}

void
en_report_add(struct en_report *r, enum en_note_kind kind, const char *code, uint64_t line, uint64_t pos,
              const char *fmt, ...)
{
    struct en_note *n = add(r, kind, code, line, pos);
    va_list ap;

    if (!n)
        return;
    va_start(ap, fmt);
    if (vsnprintf(n->text, sizeof n->text, fmt, ap) < 0)
        n->text[0] = '\0';
    en_err_whole_chars(n->text);
    va_end(ap);
}

void
en_report_add_many(struct en_report *r, enum en_note_kind kind, const char *code, uint64_t line, uint64_t pos,
                   uint64_t n, const char *text)
{
    if (!n)
        return;
    en_report_add(r, kind, code, line, pos, "%s", text);
    code_of(r, kind, code)->count += n - 1;
}

void
en_report_add_err(struct en_report *r, const char *code, const struct en_err *err)
{
    struct en_note *n = add(r, EN_NOTE_REFUSED, code, err->line, err->pos);

    if (!n)
        return;
    snprintf(n->text, sizeof n->text, "%.*s", (int)sizeof n->text - 1, err->text);
    en_err_whole_chars(n->text);
}

uint64_t
en_report_count(const struct en_report *r, enum en_note_kind kind)
{
    uint64_t n = 0;

    for (size_t i = 0; i < r->n_codes; i++)
        if (r->codes[i].kind == kind)
            n += r->codes[i].count;
    return n;
}

uint64_t
en_report_count_code(const struct en_report *r, const char *code)
{
    uint64_t n = 0;

    for (size_t i = 0; i < r->n_codes; i++)
        if (strcmp(r->codes[i].code, code) == 0)
            n += r->codes[i].count;
    return n;
}

size_t
en_report_kept(const struct en_report *r)
{
    return r->n_notes;
}

const struct en_note *
en_report_note(const struct en_report *r, size_t i)
{
    EN_ASSERT(i < r->n_notes);
    return &r->notes[i];
}

size_t
en_report_codes(const struct en_report *r)
{
    return r->n_codes;
}

const char *
en_report_code(const struct en_report *r, size_t i, enum en_note_kind *kind, uint64_t *count)
{
    EN_ASSERT(i < r->n_codes);
    if (kind)
        *kind = r->codes[i].kind;
    if (count)
        *count = r->codes[i].count;
    return r->codes[i].code;
}

static void
places_json(const struct en_report *r, const struct code *c, struct en_json *j)
{
    en_json_key(j, "at");
    en_json_array(j);
    for (size_t i = 0; i < r->n_notes; i++) {
        const struct en_note *n = &r->notes[i];

        if (n->kind != c->kind || strcmp(n->code, c->code) != 0)
            continue;
        en_json_object(j);
        if (n->line)
            en_json_kv_uint(j, "line", n->line);
        if (n->pos != EN_NO_POS)
            en_json_kv_uint(j, "pos", n->pos);
        en_json_kv_str(j, "text", n->text);
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

void
en_report_json(const struct en_report *r, struct en_json *j)
{
    static const char *const keys[] = { "repairs", "refused", "kept", "warnings", "left_out" };

    for (unsigned k = EN_NOTE_REPAIR; k <= EN_NOTE_LEFT_OUT; k++) {
        en_json_key(j, keys[k]);
        en_json_array(j);
        for (size_t i = 0; i < r->n_codes; i++) {
            if (r->codes[i].kind != (enum en_note_kind)k)
                continue;
            en_json_object(j);
            en_json_kv_str(j, "code", r->codes[i].code);
            en_json_kv_uint(j, "count", r->codes[i].count);
            places_json(r, &r->codes[i], j);
            en_json_object_end(j);
        }
        en_json_array_end(j);
    }
}
