#include "cmd/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
en_table_init(struct en_table *t, struct en_out *out, const char *headings)
{
    *t = (struct en_table){ .out = out, .buf = EN_BUF_INIT };
    for (const char *p = headings, *end;; p = end + 1) {
        size_t c = t->columns++;

        EN_ASSERT(c < EN_TABLE_COLUMNS);
        end = strchrnul(p, '|');
        t->right[c] = *p == '>';
        p += t->right[c];
        if (out->terminal)
            en_table_text(t, (en_text){ p, (size_t)(end - p) });
        if (*end == '\0')
            return;
    }
}

void
en_table_text(struct en_table *t, en_text cell)
{
    size_t c = t->cells++ % t->columns, width = en_text_columns(cell);

    if (width > t->width[c])
        t->width[c] = width;
    en_buf_add_text(&t->buf, cell);
    en_buf_addc(&t->buf, '\0');
}

void
en_table_str(struct en_table *t, const char *ours)
{
    en_table_text(t, en_text_from_ours(ours));
}

void
en_table_f(struct en_table *t, const char *fmt, ...)
{
    va_list ap;
    char *s = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&s, fmt, ap);
    va_end(ap);
    EN_ASSERT(n >= 0);
    en_table_text(t, (en_text){ s, (size_t)n });
    free(s);
}

static void
pad(struct en_out *o, size_t n)
{
    while (n-- > 0)
        en_out_str(o, " ");
}

static void
put_cell(struct en_table *t, size_t c, en_text cell)
{
    size_t gap = t->width[c] - en_text_columns(cell);
    bool last = c + 1 == t->columns;

    if (!t->out->terminal) {
        en_out_text(t->out, cell);
        en_out_str(t->out, last ? "\n" : "\t");
        return;
    }
    pad(t->out, t->right[c] ? gap : 0);
    en_out_text(t->out, cell);
    pad(t->out, t->right[c] || last ? 0 : gap);
    en_out_str(t->out, last ? "\n" : "  ");
}

void
en_table_end(struct en_table *t)
{
    const char *p = t->buf.p;

    EN_ASSERT(t->cells % t->columns == 0);
    for (size_t i = 0; i < t->cells; i++) {
        en_text cell = en_text_from_ours(p);

        if (t->out->terminal && i == 0)
            en_out_style(t->out, EN_STYLE_DIM);
        put_cell(t, i % t->columns, cell);
        if (t->out->terminal && i + 1 == t->columns)
            en_out_style(t->out, EN_STYLE_NONE);
        p += cell.n + 1;
    }
    en_buf_release(&t->buf);
}
