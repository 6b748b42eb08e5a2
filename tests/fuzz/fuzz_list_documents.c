/* Any bytes as a list of format documents: see fuzz_list.h. */
#include "fuzz_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_list(EN_LIST_DOCUMENTS, en_bytes_from(data, size), (en_bytes){ NULL, 0 });
    return 0;
}
