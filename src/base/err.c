#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int exit;
} classes[] = {
    [EN_OK] = { "ok", 0 },
    [EN_E_NO] = { "no", 1 },
    [EN_E_INPUT] = { "input", 1 },
    [EN_E_LIMIT] = { "limit", 1 },
    [EN_E_USAGE] = { "usage", 2 },
    [EN_E_RULE] = { "rule", 3 },
    [EN_E_SECOND] = { "second-signature", 4 },
    [EN_E_NOT_FOUND] = { "not-found", 5 },
    [EN_E_PARTNER] = { "partner", 6 },
    [EN_E_INTEGRITY] = { "integrity", 7 },
    [EN_E_BUSY] = { "busy", 8 },
    [EN_E_STORAGE] = { "storage", 9 },
    [EN_E_BUG] = { "bug", 70 },
};

void
en_err_whole_chars(char *s)
{
    size_t n = strlen(s), lead = n, want;

    while (lead > 0 && n - lead < 4 && ((unsigned char)s[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return;
    want = (unsigned char)s[lead - 1] >= 0xF0 ? 4 : (unsigned char)s[lead - 1] >= 0xE0 ? 3
           : (unsigned char)s[lead - 1] >= 0xC0 ? 2 : 1;
    if (n - (lead - 1) < want)
        s[lead - 1] = '\0';
}

__attribute__((format(printf, 5, 0))) static en_errc
set_v(struct en_err *err, en_errc code, uint64_t line, uint64_t pos, const char *fmt, va_list ap)
{
    if (!err)
        return code;
    err->code = code;
    err->pos = pos;
    err->line = line;
    if (vsnprintf(err->text, sizeof err->text, fmt, ap) < 0)
        err->text[0] = '\0';
    en_err_whole_chars(err->text);
    return code;
}

en_errc
en_err_set(struct en_err *err, en_errc code, uint64_t pos, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_v(err, code, 0, pos, fmt, ap);
    va_end(ap);
    return code;
}

en_errc
en_err_set_at(struct en_err *err, en_errc code, uint64_t line, uint64_t pos, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_v(err, code, line, pos, fmt, ap);
    va_end(ap);
    return code;
}

int
en_errc_exit(en_errc code)
{
    EN_ASSERT((unsigned)code <= EN_E_BUG);
    return classes[code].exit;
}

const char *
en_errc_name(en_errc code)
{
    EN_ASSERT((unsigned)code <= EN_E_BUG);
    return classes[code].name;
}

_Noreturn void
en_panic(const char *file, int line, const char *what)
{
    /* The message goes to standard error with the abort: the one place where floor 0 speaks. */
    fprintf(stderr, "entente: bug: %s:%d: %s\n", file, line, what);
    abort();
}

void *
en_xmalloc(uint64_t n)
{
    void *p = malloc(n ? n : 1);

    if (!p)
        en_panic(__FILE__, __LINE__, "no memory");
    return p;
}

void *
en_xcalloc(uint64_t count, uint64_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);

    if (!p)
        en_panic(__FILE__, __LINE__, "no memory");
    return p;
}

void *
en_xrealloc(void *p, uint64_t n)
{
    p = realloc(p, n ? n : 1);
    if (!p)
        en_panic(__FILE__, __LINE__, "no memory");
    return p;
}
