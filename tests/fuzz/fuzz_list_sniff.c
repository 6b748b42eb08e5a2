/* Any bytes: what they are taken for depends on nothing else, and a reader of that format takes them. */
#include "fuzz_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum en_list_format f = en_list_sniff(en_bytes_from(data, size));

    if (f != EN_LIST_UNKNOWN && !en_list_format_companion(f))
        fuzz_list(f, en_bytes_from(data, size), (en_bytes){ NULL, 0 });
    return 0;
}
