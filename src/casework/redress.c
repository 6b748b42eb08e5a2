/*
 * redress.c: numbers that a person cleared by name can put into a booking.
 */
#include "casework/verdict.h"

/*= ISO 7064, MOD 11,10: the check digit over the nine digits before it */
static char
check_digit(const char *digits)
{
    unsigned p = 10;

    for (unsigned i = 0; i + 1 < EN_REDRESS_LEN; i++) {
        unsigned s = (p + (unsigned)(digits[i] - '0')) % 10;

        p = (s == 0 ? 10 : s) * 2 % 11;
    }
    return (char)('0' + (11 - p) % 10);
}

void
en_redress_number(const uint8_t random[static 8], char out[static EN_REDRESS_LEN + 1])
{
    uint64_t v = 0;

    for (unsigned i = 0; i < 8; i++)
        v = v << 8 | random[i];
    for (unsigned i = EN_REDRESS_LEN - 1; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
    out[EN_REDRESS_LEN - 1] = check_digit(out);
    out[EN_REDRESS_LEN] = '\0';
}

bool
en_redress_read(en_text given, char out[static EN_REDRESS_LEN + 1])
{
    unsigned n = 0;

    for (size_t i = 0; i < given.n; i++) {
        char c = given.p[i];

        if (c == ' ' || c == '-')
            continue;
        if (c < '0' || c > '9' || n == EN_REDRESS_LEN)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n == EN_REDRESS_LEN && out[n - 1] == check_digit(out);
}
