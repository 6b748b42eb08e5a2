/* draft.h: the arrays that draft.c fills and segment.c lays out. Private to the module. */
#ifndef EN_SCREEN_DRAFT_H
#define EN_SCREEN_DRAFT_H

#include "base/map.h"
#include "screen/segment.h"

/* Values with the number of the identity that they belong to. */
struct en_draft_name {
    uint32_t owner;
    struct en_list_name v;
};
struct en_draft_birth {
    uint32_t owner;
    struct en_list_birth v;
};
struct en_draft_doc {
    uint32_t owner;
    struct en_list_doc v;
};
struct en_draft_nat {
    uint32_t owner;
    en_country v;
};
struct en_draft_place {
    uint32_t owner;
    struct en_list_place v;
};

/* Entries of one identity contradict each other: not known, whatever comes later. */
#define EN_SEX_DISPUTED EN_SEXES

struct en_draft {
    const struct en_costs *costs;
    const struct en_segment *at_large; /* of a small draft */
    struct en_map *vocab_of, *ident_of;
    struct en_buf bytes;
    struct en_vocab *vocab;
    struct en_ident *ident;
    struct en_draft_name *names;
    struct en_word *words;
    struct en_draft_birth *births;
    struct en_draft_doc *docs;
    struct en_draft_nat *nats;
    struct en_draft_place *places;
    uint32_t n_vocab, n_ident, n_names, n_words, n_births, n_docs, n_nats, n_places;
    uint32_t cap_vocab, cap_ident, cap_names, cap_words, cap_births, cap_docs, cap_nats, cap_places;
};

/* What only adding needs. */
void en_draft_forget_maps(struct en_draft *d);

#endif
