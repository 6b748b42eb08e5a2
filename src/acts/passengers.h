/*
 * passengers.h: those of whom the node knows already on one flight, so that what is told again of one of them is told
 * of the same traveller. docs/formats/passengers.md. Internal to src/acts.
 */
#ifndef EN_ACTS_PASSENGERS_H
#define EN_ACTS_PASSENGERS_H

#include "formats/merge.h"
#include "store/store.h"

struct passengers;

struct passenger {
    struct en_store_traveller row; /* as stored; person is not set */
    struct en_traveller t;         /* what it says; in an arena that lives until another flight is asked for */
    en_text file;
    uint64_t marks;
    uint32_t told;                 /* number of the message of this manifest that told of it last; 0: none */
};

/* manifest: the one being read. */
struct passengers *passengers_new(struct en_store *s, int64_t manifest);
void passengers_free(struct passengers *p);
/*
 * The one that t tells of, by the strongest rule, or NULL. A message tells of everybody once: who was told of by this
 * message already is somebody else. Loads the flight's travellers when it is another than the last time. Valid until
 * the next call.
 */
en_errc passengers_find(struct passengers *p, const struct en_traveller *t, struct passenger **out, enum en_same *same,
                        struct en_err *err);
/* One was stored: of the flight that was asked for last, or of none. json is row->person. */
en_errc passengers_add(struct passengers *p, const struct en_store_traveller *row, struct en_err *err);
/* How many travellers were more than can be compared at once. */
uint64_t passengers_beyond(const struct passengers *p);

#endif
