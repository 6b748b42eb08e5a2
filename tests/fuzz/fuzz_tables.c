/* A table of any bytes (the first says which) is refused with the place, or is part of a set with a name of its own. */
#include <string.h>

#include "screen/tables.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct en_tables *own; /* made once: to compare names with */
    en_bytes given[EN_TABLES] = { { NULL, 0 } };
    struct en_err err = EN_ERR_INIT;
    enum en_table which = EN_TABLES, t;
    struct en_tables *set = NULL;

    if (size < 1)
        return 0;
    if (own == NULL)
        own = en_tables_builtin();
    t = (enum en_table)(data[0] % EN_TABLES);
    given[t] = en_bytes_from(data + 1, size - 1);
    if (en_tables_parse(given, &set, &which, &err) != EN_OK) {
        EN_ASSERT(set == NULL && which == t && (err.pos <= size || err.pos == EN_NO_POS));
        return 0;
    }
    EN_ASSERT(en_tables_are_builtin(set) == (memcmp(en_tables_hash(set), en_tables_hash(own), EN_SHA256_LEN) == 0));
    EN_ASSERT(t != EN_TABLE_FUSION || en_tables_of_index(set) == en_tables_of_index(own));
    en_tables_free(set);
    return 0;
}
