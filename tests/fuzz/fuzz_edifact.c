#include "manifest_target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_manifest(EN_MANIFEST_EDIFACT, data, size);
}
