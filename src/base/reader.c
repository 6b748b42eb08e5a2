#include "base/reader.h"

#include <string.h>

en_reader
en_reader_from(en_bytes in)
{
    return (en_reader){ .in = in, .failed = EN_OK };
}

void
en_reader_fail(en_reader *r, en_errc code, const char *expected)
{
    EN_ASSERT(code != EN_OK);
    if (r->failed != EN_OK)
        return;
    r->failed = code;
    r->failed_at = r->at;
    r->expected = expected;
}

size_t
en_reader_left(const en_reader *r)
{
    return r->failed == EN_OK ? r->in.n - r->at : 0;
}

en_bytes
en_reader_take(en_reader *r, size_t n)
{
    en_bytes out = { NULL, 0 };

    if (r->failed != EN_OK)
        return out;
    if (n > r->in.n - r->at) {
        en_reader_fail(r, EN_E_INPUT, "more bytes");
        return out;
    }
    out = (en_bytes){ r->in.p + r->at, n };
    r->at += n;
    return out;
}

static uint64_t
number(en_reader *r, size_t n)
{
    en_bytes b = en_reader_take(r, n);
    uint64_t v = 0;

    for (size_t i = 0; i < b.n; i++)
        v = v << 8 | b.p[i];
    return v;
}

uint8_t
en_reader_u8(en_reader *r)
{
    return (uint8_t)number(r, 1);
}

uint16_t
en_reader_u16(en_reader *r)
{
    return (uint16_t)number(r, 2);
}

uint32_t
en_reader_u32(en_reader *r)
{
    return (uint32_t)number(r, 4);
}

uint64_t
en_reader_u64(en_reader *r)
{
    return number(r, 8);
}

en_bytes
en_reader_block(en_reader *r, uint32_t max)
{
    size_t start = r->at;
    uint32_t n = en_reader_u32(r);

    if (r->failed == EN_OK && n > max) {
        r->at = start;
        en_reader_fail(r, EN_E_LIMIT, "a shorter block");
    }
    if (r->failed == EN_OK && n > r->in.n - r->at) {
        r->at = start;
        en_reader_fail(r, EN_E_INPUT, "a whole block");
    }
    return en_reader_take(r, n);
}

void
en_reader_expect(en_reader *r, en_bytes lit)
{
    size_t start = r->at;
    en_bytes got = en_reader_take(r, lit.n);

    if (r->failed == EN_OK && !en_bytes_eq(got, lit)) {
        r->at = start;
        en_reader_fail(r, EN_E_INPUT, "a fixed preamble");
    }
}

void
en_reader_end(en_reader *r)
{
    if (r->failed == EN_OK && r->at != r->in.n)
        en_reader_fail(r, EN_E_INPUT, "the end");
}

en_errc
en_reader_result(const en_reader *r, struct en_err *err)
{
    if (r->failed == EN_OK)
        return EN_OK;
    return en_err_set(err, r->failed, r->failed_at, "expected %s", r->expected ? r->expected : "something else");
}
