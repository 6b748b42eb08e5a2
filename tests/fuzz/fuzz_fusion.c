/* A fusion of any bytes is refused with the place, or serves: cells are within bounds, terms read inside the table. */
#include "screen/fusion.h"

static void
check_model(const struct en_fusion *m)
{
    for (unsigned c = 0; c < en_fusion_cells(); c++)
        EN_ASSERT(en_fusion_cell(m, c) <= 64 * EN_BITS_ONE && en_fusion_cell(m, c) >= -64 * EN_BITS_ONE);
    for (int x = -5000; x < 5000; x += 333) {
        struct en_features f = { .v = { 0 } };
        en_bits rows[EN_FIELDS] = { 0 }, sum = 0;

        for (unsigned a = EN_AXIS_NAME; a < EN_AXES; a++)
            f.v[a] = x;
        en_fusion_add(m, &f, rows);
        for (unsigned k = 0; k < EN_FIELDS; k++)
            sum += rows[k];
        EN_ASSERT(sum <= (int)en_n_terms * 64 * EN_BITS_ONE && sum >= -(int)en_n_terms * 64 * EN_BITS_ONE);
        EN_ASSERT(rows[EN_FIELD_CALIBRATION] == 0 && rows[EN_FIELD_COMPETITION] == 0);
        (void)en_fusion_calibration(m, &f, x);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_err err = EN_ERR_INIT;
    struct en_fusion *m = NULL;

    if (en_fusion_parse(en_bytes_from(data, size), &m, &err) == EN_OK) {
        check_model(m);
        en_fusion_free(m);
    } else {
        EN_ASSERT(m == NULL && err.code == EN_E_INPUT && err.line >= 1 && err.pos <= size);
    }
    return 0;
}
