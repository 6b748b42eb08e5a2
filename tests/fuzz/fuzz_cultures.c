/* A table of cultures of any bytes is refused with the place, or serves: what parts tell together has bounds. */
#include "names/cultures.h"

#define BITS_MOST 640 /* of a line: docs/formats/cultures.md */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_err err = EN_ERR_INIT;
    struct en_culture_table *t = NULL;

    if (en_cultures_parse(en_bytes_from(data, size), &t, &err) == EN_OK) {
        struct en_culture_token v[4] = { { NULL, 0 } };

        for (unsigned i = 0; i < 4; i++) {
            const uint8_t sym[] = { (uint8_t)(1 + i), (uint8_t)(2 + i), 1 };

            v[i].n = en_cultures_of(t, sym, i == 3 ? 3 : 2, &v[i].rows);
            EN_ASSERT(v[i].n <= EN_CULTURES_MOST);
        }
        for (uint32_t which = 0; which < 16; which++) {
            int bits = en_cultures_together(v, 4, which);

            EN_ASSERT(bits <= 4 * BITS_MOST && bits >= -5 * BITS_MOST);
        }
    } else {
        EN_ASSERT(err.code == EN_E_INPUT && !t);
    }
    en_cultures_free(t);
    return 0;
}
