/* index.h: what an index holds. Private to the module. */
#ifndef EN_SCREEN_INDEX_H
#define EN_SCREEN_INDEX_H

#include "screen/draft.h"
#include "screen/screen.h"
#include "screen/tables.h"

#define EN_PARTS 2

/* A segment that several snapshots look at. Counted by the one thread that changes an index. */
struct en_shared {
    struct en_segment *s;
    unsigned refs;
};

/* What only the newest snapshot needs. */
struct en_writer {
    struct en_tables *own; /* tables; NULL where they are borrowed */
    struct en_draft *draft; /* of the delta; NULL while there was none */
    unsigned refs;
};

/*
 * A large segment in the order of birth and a small delta. Both are immutable; part[] are views of them that have their
 * own count of the dead. Identities that were replaced or removed are marked gone.
 */
struct en_index {
    struct en_writer *writer;
    struct en_shared *shared[EN_PARTS]; /* main; delta or NULL while it is empty */
    struct en_segment *part[EN_PARTS];
    uint8_t *gone[EN_PARTS];
    uint64_t n_gone[EN_PARTS];
    const struct en_tables *tables;
    const struct en_costs *costs; /* of these */
    enum en_simd simd;
    uint64_t main_version; /* of the main segment */
    uint64_t version;      /* of the content: what queries keep of another is void; never 0 */
    bool old;              /* a copy was made: it alone may change */
};

/* Takes the segment and the program's own tables, or borrows others: own is NULL. */
struct en_index *en_index_from_segment(struct en_segment *s, struct en_tables *own, const struct en_tables *t,
                                       uint64_t version);
uint64_t en_index_identities(const struct en_index *ix);

#endif
