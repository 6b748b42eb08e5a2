#include "node/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read writes back the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_buf again = EN_BUF_INIT;
    struct en_parcel parcel;

    if (en_parcel_parse(en_bytes_from(p, n), &parcel, NULL) == EN_OK) {
        en_parcel_write(&parcel, &again);
        EN_ASSERT(en_bytes_eq(en_buf_bytes(&again), en_bytes_from(p, n)));
    }
    en_buf_release(&again);
    return 0;
}
