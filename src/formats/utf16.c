#include "formats/utf16.h"

#define REPLACEMENT 0xFFFDu

static void
put(uint32_t cp, struct en_buf *out)
{
    char b[4];

    en_buf_add(out, b, en_utf8_put(cp, b));
}

/* One unit behind the mark. */
static void
take(struct en_utf16 *u, uint16_t unit, struct en_buf *out)
{
    bool high = unit >= 0xD800 && unit < 0xDC00, low = unit >= 0xDC00 && unit < 0xE000;

    if (u->high && low) {
        put(0x10000u + ((uint32_t)(u->high - 0xD800) << 10) + (uint32_t)(unit - 0xDC00), out);
        u->high = 0;
        return;
    }
    if (u->high)
        put(REPLACEMENT, out);
    u->high = high ? unit : 0;
    if (!high)
        put(low ? REPLACEMENT : unit, out);
}

bool
en_utf16_feed(struct en_utf16 *u, en_bytes in, struct en_buf *out)
{
    for (size_t i = 0; i < in.n; i++) {
        uint16_t unit;

        if (!u->has_left) {
            u->left = in.p[i];
            u->has_left = true;
            continue;
        }
        u->has_left = false;
        unit = (uint16_t)(u->big ? u->left << 8 | in.p[i] : in.p[i] << 8 | u->left);
        if (!u->marked) {
            u->marked = unit == 0xFEFF || unit == 0xFFFE;
            u->big = unit == 0xFFFE;
            if (!u->marked)
                return false;
            continue;
        }
        take(u, unit, out);
    }
    return true;
}
