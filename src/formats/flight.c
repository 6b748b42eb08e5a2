#include "formats/flight.h"

#include <string.h>

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*= IATA SSIM, flight designator: airline designator (two characters, or three letters), 1 to 4 digits, suffix. */
size_t
en_flight_normal(en_text number, char out[EN_FLIGHT_MAX])
{
    char c[EN_FLIGHT_MAX];
    size_t n = 0, carrier, i, w, digits = 0;

    for (size_t k = 0; k < number.n; k++) {
        char x = number.p[k];

        if (x == ' ' || x == '-')
            continue;
        if (x >= 'a' && x <= 'z')
            x = (char)(x - 0x20);
        if (n == sizeof c || !(is_digit(x) || (x >= 'A' && x <= 'Z')))
            return 0;
        c[n++] = x;
    }
    if (n < 3)
        return 0;
    carrier = is_digit(c[2]) ? 2 : 3;
    memcpy(out, c, carrier);
    w = carrier;
    for (i = carrier; i < n && c[i] == '0'; i++)
        digits++;
    for (; i < n && is_digit(c[i]); i++, digits++)
        out[w++] = c[i];
    if (!digits || n - i > 1)
        return 0;
    if (w == carrier)
        out[w++] = '0';
    if (i < n)
        out[w++] = c[i];
    return w;
}

bool
en_flight_same(en_text a, en_text b)
{
    char x[EN_FLIGHT_MAX], y[EN_FLIGHT_MAX];
    size_t n = en_flight_normal(a, x);

    return n && en_flight_normal(b, y) == n && memcmp(x, y, n) == 0;
}
