/*
 * fusion.h: the learned fusion of the evidence, from data/screen/fusion.tsv (docs/formats/fusion.md).
 *
 * An additive model (Hastie and Tibshirani 1990) in whole multiples of 1/64 bit: each term is a table over one or two
 * cases and at most one amount, which is read off between knots, and its value is part of one row of the evidence. So
 * the rows that are shown add up to the total exactly, whatever was learned. With all cells 0 the evidence is what
 * align.c and fields.c say by themselves.
 */
#ifndef EN_SCREEN_FUSION_H
#define EN_SCREEN_FUSION_H

#include "screen/features.h"
#include "screen/screen.h"

struct en_fusion;

/* A model that adds nothing: all cells 0. */
struct en_fusion *en_fusion_none(void);
/* The model that comes with the program. */
struct en_fusion *en_fusion_builtin(void);
/*
 * A model from the text of a file: every cell of every term, each once. EN_E_INPUT with line and position otherwise;
 * at the end of the file where a cell is missing.
 */
en_errc en_fusion_parse(en_bytes tsv, struct en_fusion **out, struct en_err *err);
void en_fusion_free(struct en_fusion *f);

/* Adds what the terms say to the rows of their fields; all but the calibration. */
void en_fusion_add(const struct en_fusion *m, const struct en_features *f, en_bits rows[EN_FIELDS]);
/* What the calibration adds to a total of all other rows but the competition. */
en_bits en_fusion_calibration(const struct en_fusion *m, const struct en_features *f, en_bits total);

/* --- its form, for whoever learns or shows a model ---------------------------------------------------- */

/* What the cells of a term are held to, so that evidence goes the right way. */
enum en_shape {
    EN_SHAPE_FREE,
    EN_SHAPE_RISING, /* over the amount, or the last case: together with what it corrects never falling */
    EN_SHAPE_FALLING /* never rising, and never above 0 */
};

struct en_term {
    const char *word;
    enum en_field field;
    enum en_axis cases, more; /* EN_AXIS_NONE: none */
    enum en_axis amount;
    enum en_shape shape;
    bool pinned; /* the first case of `cases` is that there is nothing to compare: always 0 */
};
extern const struct en_term en_terms[];
extern const unsigned en_n_terms;

/* Cases of an axis, or its knots. */
unsigned en_axis_size(enum en_axis a);
/* The word of a case; NULL for an axis of amounts. */
const char *en_axis_case(enum en_axis a, unsigned i);
/* The place of a knot in bits. */
int en_axis_knot(enum en_axis a, unsigned i);

/* Cells of all terms together, and the first one of a term; within a term the amount runs fastest, then `more`. */
unsigned en_fusion_cells(void);
unsigned en_fusion_first(unsigned term);
en_bits en_fusion_cell(const struct en_fusion *m, unsigned cell);

/* Where a term reads: cell and, num/den of the way, the one after it (num = 0: only the first). */
struct en_reading_of {
    unsigned cell;
    int32_t num, den;
};
/* Whether a term says anything: those of the name and the calibration do not where a side has no name. */
bool en_fusion_says(unsigned term, const struct en_features *f);
struct en_reading_of en_fusion_read(unsigned term, const struct en_features *f);

#endif
