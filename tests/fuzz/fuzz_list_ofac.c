/* Any bytes as sdn.csv and, behind the first line "--", as alt.csv: see fuzz_list.h. */
#include "fuzz_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char between[] = "\n--\n";
    const uint8_t *cut = memmem(data, size, between, sizeof between - 1);
    size_t n = cut ? (size_t)(cut - data) + 1 : size;

    fuzz_list(EN_LIST_OFAC_SDN, en_bytes_from(data, n),
              cut ? en_bytes_from(cut + sizeof between - 1, size - n - (sizeof between - 2)) : (en_bytes){ NULL, 0 });
    return 0;
}
