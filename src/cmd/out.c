#include "cmd/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <unicode/uchar.h>

#define FLUSH_AT ((size_t)64 * 1024)

static bool
wants_colour(bool terminal)
{
    const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE"), *term = getenv("TERM");

    if (no != NULL && *no != '\0')
        return false;
    if (force != NULL && *force != '\0' && strcmp(force, "0") != 0)
        return true;
    return terminal && term != NULL && strcmp(term, "dumb") != 0;
}

void
en_out_init(struct en_out *o, int fd)
{
    *o = (struct en_out){ .fd = fd, .buf = EN_BUF_INIT };
    o->terminal = isatty(fd) == 1;
    o->colour = wants_colour(o->terminal);
}

void
en_out_release(struct en_out *o)
{
    en_buf_release(&o->buf);
}

/* All of it or an errno. */
static int
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return k < 0 ? errno : EIO;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

static void
spill(struct en_out *o)
{
    if (o->failed == 0)
        o->failed = write_all(o->fd, o->buf.p, o->buf.n);
    en_buf_reset(&o->buf);
}

/* At a terminal a line is shown when it is whole, so that it stands before the talk that follows it. */
static void
added(struct en_out *o)
{
    if (o->buf.n >= FLUSH_AT || (o->terminal && o->buf.n > 0 && o->buf.p[o->buf.n - 1] == '\n' && o->fd >= 0))
        spill(o);
}

void
en_out_text(struct en_out *o, en_text t)
{
    en_buf_add_text(&o->buf, t);
    added(o);
}

void
en_out_str(struct en_out *o, const char *ours)
{
    en_buf_add_str(&o->buf, ours);
    added(o);
}

__attribute__((format(printf, 2, 0))) static void
add_format(struct en_buf *b, const char *fmt, va_list ap)
{
    char *s = NULL;
    int n = vasprintf(&s, fmt, ap);

    EN_ASSERT(n >= 0);
    en_buf_add(b, s, (size_t)n);
    free(s);
}

void
en_out_f(struct en_out *o, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    add_format(&o->buf, fmt, ap);
    va_end(ap);
    added(o);
}

void
en_out_line(struct en_out *o, const struct en_buf *b)
{
    en_buf_add(&o->buf, b->p, b->n);
    en_buf_addc(&o->buf, '\n');
    added(o);
}

void
en_out_style(struct en_out *o, enum en_style s)
{
    static const char *const codes[] = {
        [EN_STYLE_NONE] = "\033[0m",    [EN_STYLE_BOLD] = "\033[1m", [EN_STYLE_DIM] = "\033[2m",
        [EN_STYLE_GOOD] = "\033[1;32m", [EN_STYLE_BAD] = "\033[1;31m",
    };

    if (o->colour)
        en_out_str(o, codes[s]);
}

en_errc
en_out_flush(struct en_out *o, struct en_err *err)
{
    spill(o);
    if (o->failed == 0)
        return EN_OK;
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "cannot write the output: %s", strerror(o->failed));
}

bool
en_out_failed(const struct en_out *o)
{
    return o->failed != 0;
}

static size_t
columns_of(uint32_t cp)
{
    int8_t type = u_charType((UChar32)cp);
    int wide = u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH);

    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return 0;
    return wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
}

size_t
en_text_columns(en_text t)
{
    en_bytes b = en_text_bytes(t);
    size_t n = 0;

    while (b.n > 0)
        n += columns_of(en_utf8_next(&b));
    return n;
}

/* --- standard error ---------------------------------------------------------------------------------------------- */

static void
say_buf(struct en_buf *b)
{
    en_buf_addc(b, '\n');
    /* When nobody can be told there is nobody to tell about it. */
    (void)write_all(STDERR_FILENO, b->p, b->n);
    en_buf_release(b);
}

void
en_say(const char *fmt, ...)
{
    struct en_buf b = EN_BUF_INIT;
    va_list ap;

    en_buf_add_str(&b, "entente: ");
    va_start(ap, fmt);
    add_format(&b, fmt, ap);
    va_end(ap);
    say_buf(&b);
}

static void
add_place(struct en_buf *b, uint64_t line, uint64_t pos)
{
    if (line != 0)
        en_buf_addf(b, "line %llu", (unsigned long long)line);
    if (line != 0 && pos != EN_NO_POS)
        en_buf_add_str(b, ", ");
    if (pos != EN_NO_POS)
        en_buf_addf(b, "byte %llu", (unsigned long long)pos);
    if (line != 0 || pos != EN_NO_POS)
        en_buf_add_str(b, ": ");
}

void
en_say_err(en_text where, const struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_add_str(&b, "entente: ");
    if (where.n > 0) {
        en_buf_add_text(&b, where);
        en_buf_add_str(&b, ": ");
    }
    add_place(&b, err->line, err->pos);
    en_buf_add_str(&b, err->text[0] != '\0' ? err->text : en_errc_name(err->code));
    say_buf(&b);
}

static const char *
kind_word(enum en_note_kind k)
{
    switch (k) {
    case EN_NOTE_REPAIR:
        return "repaired";
    case EN_NOTE_REFUSED:
        return "refused";
    case EN_NOTE_KEPT:
        return "kept, not understood";
    case EN_NOTE_WARNING:
        return "please look";
    case EN_NOTE_LEFT_OUT:
        return "left out by rule";
    }
    return "";
}

static void
say_places(const struct en_report *r, const char *code, uint64_t count)
{
    uint64_t shown = 0;

    for (size_t i = 0; i < en_report_kept(r) && shown < 3; i++) {
        const struct en_note *note = en_report_note(r, i);
        struct en_buf b = EN_BUF_INIT;

        if (strcmp(note->code, code) != 0)
            continue;
        en_buf_add_str(&b, "  ");
        add_place(&b, note->line, note->pos);
        en_buf_add_str(&b, note->text);
        say_buf(&b);
        shown++;
    }
    if (shown > 0 && count > shown)
        en_say("  … and %llu more; --json names the first %u places", (unsigned long long)(count - shown), 20u);
}

void
en_say_report(en_text where, const struct en_report *r)
{
    for (size_t i = 0; i < en_report_codes(r); i++) {
        enum en_note_kind kind;
        uint64_t count;
        const char *code = en_report_code(r, i, &kind, &count);

        en_say("%.*s%s%s: %s: %llu", EN_TEXT_ARG(where), where.n > 0 ? ": " : "", kind_word(kind), code,
               (unsigned long long)count);
        say_places(r, code, count);
    }
}

/* --- progress ---------------------------------------------------------------------------------------------------- */

#define SECOND_MS 1000

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
en_progress_begin(struct en_progress *p, const char *what)
{
    *p = (struct en_progress){ .what = what, .shown = -1 };
    if (isatty(STDERR_FILENO) == 1)
        p->started = now_ms();
}

void
en_progress(struct en_progress *p, uint64_t done, uint64_t total)
{
    char line[120];
    int64_t now;
    int n;

    if (p->started == 0 || (++p->calls & 255) != 0)
        return;
    now = now_ms();
    if (now - p->started < SECOND_MS || now - p->shown < SECOND_MS / 10)
        return;
    p->shown = now;
    if (total > 0)
        n = snprintf(line, sizeof line, "\r%s: %llu of %llu (%.0f %%)  ", p->what, (unsigned long long)done,
                     (unsigned long long)total, 100.0 * (double)done / (double)total);
    else
        n = snprintf(line, sizeof line, "\r%s: %llu  ", p->what, (unsigned long long)done);
    if (n > 0)
        (void)write_all(STDERR_FILENO, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

void
en_progress_end(struct en_progress *p)
{
    static const char wipe[] = "\r\033[K";

    if (p->started != 0 && p->shown > 0)
        (void)write_all(STDERR_FILENO, wipe, sizeof wipe - 1);
    p->started = 0;
}
