#include <string.h>

#include "formats/schedule.h"

static en_errc
row(void *ctx, const struct en_schedule_row *r, struct en_err *err)
{
    char again[EN_FLIGHT_NAME_MAX];

    (void)ctx;
    (void)err;
    /* a normal form is its own */
    if (!en_flight_name((en_text){ r->flight, strlen(r->flight) }, again) || strcmp(again, r->flight) != 0)
        __builtin_trap();
    return EN_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_report *report = en_report_new();
    struct en_schedule *s = en_schedule_new((struct en_schedule_sink){ NULL, row }, report);

    if (en_schedule_feed(s, en_bytes_from(data, size), NULL) == EN_OK)
        (void)en_schedule_end(s, NULL);
    en_schedule_free(s);
    en_report_free(report);
    return 0;
}
