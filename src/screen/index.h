/* index.h: what an index holds. Private to the module. */
#ifndef EN_SCREEN_INDEX_H
#define EN_SCREEN_INDEX_H

#include "base/map.h"
#include "screen/draft.h"
#include "screen/screen.h"

/* A person of the delta, kept whole so that the delta can be laid out again. */
struct en_delta {
    struct en_arena arena;
    en_text id;
    struct en_person person;
    uint64_t tag;
};

#define EN_PARTS 2

/*
 * A large segment and a small delta that is laid out anew whenever it changes. Identities of the main segment that were
 * replaced or removed are marked gone.
 */
struct en_index {
    struct en_costs *costs;
    struct en_segment *part[EN_PARTS]; /* main; delta or NULL while it is empty */
    uint8_t *gone;                     /* of the main segment */
    uint64_t n_gone;
    struct en_delta **delta;
    uint32_t n_delta, cap_delta;
    uint64_t main_version;             /* of the main segment */
    uint64_t version;                  /* of the content: what queries keep of another is void; never 0 */
};

/* Takes both. */
struct en_index *en_index_from_segment(struct en_segment *s, struct en_costs *costs, uint64_t version);
uint64_t en_index_identities(const struct en_index *ix);

#endif
