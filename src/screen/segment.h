/*
 * segment.h: an immutable part of the index: identities, the vocabulary of their names, and postings.
 *
 * The vocabulary holds each distinct token once (script and symbols), with its Latin form (itself, or the likeliest
 * spelling of a native token). Keys lead from skeletons to vocabulary; postings from vocabulary to identities.
 * Everything is in flat arrays with numbers instead of pointers, so a segment can later be mapped from a file.
 */
#ifndef EN_SCREEN_SEGMENT_H
#define EN_SCREEN_SEGMENT_H

#include "names/costs.h"
#include "names/skeleton.h"
#include "names/token.h"
#include "person/person.h"

#define EN_VOCAB_NONE UINT32_MAX

struct en_vocab {
    uint64_t sym_at;          /* in bytes */
    uint32_t post_at, df;     /* identities that have it, each once */
    int32_t rarest;           /* -log2 of the share of the background that bears it */
    uint32_t consonants;      /* of the Latin form, a bit a letter: en_consonants */
    uint32_t share;           /* persons per EN_FREQUENCY_UNIT at large */
    uint8_t script, n, latin_n; /* latin symbols stand behind the own symbols */
    uint8_t flags;            /* EN_TOKEN_PARTICLE, _TITLE, _INITIAL where every occurrence has them */
};

/* A token of a name: vocabulary number and the flags of this occurrence. */
struct en_word {
    uint32_t vocab;
    uint8_t flags; /* EN_TOKEN_PARTICLE … _GIVEN */
};

struct en_list_name {
    uint64_t text_at : 40; /* the whole name as the list writes it, for the explanation */
    uint64_t text_n : 16;
    uint64_t way : 8;      /* of reading it: en_name_read */
    uint32_t word_at;
    uint8_t n;
    uint8_t kind;          /* enum en_name_kind */
};

struct en_list_doc {
    uint64_t text_at;
    uint8_t n, type;
    en_country issuer;
};

struct en_list_birth {
    int32_t from, to;
    uint8_t quality;
};

struct en_list_place {
    uint64_t text_at;
    uint16_t n;
    en_country country;
};

/* An identity's values are the ranges [x_at, next identity's x_at) of the arrays. */
struct en_ident {
    uint64_t id_at;
    uint64_t tag;
    uint32_t name_at, birth_at, doc_at, nat_at, place_at;
    uint16_t id_n;
    uint8_t sex;
};

struct en_key_row {
    uint32_t hash, value;
};

/* Rows ordered by hash, with a directory over their highest bits. */
struct en_keys {
    struct en_key_row *rows;
    uint32_t *dir;
    uint32_t n;
    unsigned dir_bits;
};

struct en_segment {
    uint8_t *bytes; /* symbols, texts, ids, document numbers */
    uint64_t n_bytes;
    struct en_vocab *vocab;
    uint32_t n_vocab;
    struct en_ident *ident; /* n_ident + 1: the last one is the end of the ranges */
    uint32_t n_ident;
    struct en_list_name *names;
    uint32_t n_names;
    struct en_word *words;
    uint32_t n_words;
    struct en_list_birth *births;
    struct en_list_doc *docs;
    en_country *nats;
    struct en_list_place *places;
    uint32_t n_births, n_docs, n_nats, n_places;
    uint32_t *postings;
    uint32_t n_postings;
    struct en_keys by_skeleton, by_spelling; /* to vocabulary */
    struct en_keys by_pair, by_day, by_doc;  /* to identities */
    uint32_t *dead;  /* identities that are gone, of each vocabulary token; NULL while all are there */
    uint32_t n_dead; /* postings of theirs */
};

/* What a builder collects before the segment is laid out. */
struct en_draft;
struct en_draft *en_draft_new(const struct en_costs *costs);
void en_draft_free(struct en_draft *d);
void en_draft_add(struct en_draft *d, en_text id, const struct en_person *p, uint64_t tag);
/* Lays out what was added so far; the draft stays and may grow on. */
struct en_segment *en_draft_layout(const struct en_draft *d);
/* An identity is gone: its names no longer count for how common they are. */
void en_segment_bury(struct en_segment *s, uint32_t ident);
void en_segment_free(struct en_segment *s);
uint64_t en_segment_memory(const struct en_segment *s);

/* -log2 of a share of EN_FREQUENCY_UNIT persons; 0 stands for a token that the table of frequencies does not have. */
int en_rarity_at_large(uint32_t share);

/* Rows with this hash: [*from, *to). */
void en_keys_find(const struct en_keys *k, uint32_t hash, uint32_t *from, uint32_t *to);

/* Key hashes, shared by the builder and the query. */
uint32_t en_key_of_skeleton(en_skeleton s);
/* The spelling without its i-th letter; i = n: whole. */
uint32_t en_key_of_spelling(const struct en_latin *l, unsigned without);
uint32_t en_key_of_pair(uint32_t a, uint32_t b);
uint32_t en_key_of_day(int32_t day);
/* A document number without its i-th character (i = n: whole): '?' stands in its place. */
uint32_t en_key_of_doc(const char *number, unsigned n, unsigned without);
/* A document number in capitals and digits only; returns its length, at most max. */
unsigned en_doc_number(en_text number, char *out, unsigned max);
#define EN_DOC_NUMBER_MAX 24

/* Tokens so common that their postings are not read alone; pairs of them have postings of their own. */
#define EN_COMMON_DF 1024u

/* The consonants of a token, one bit each; h, w and y, which spellings add and drop, are none. */
uint32_t en_consonants(const struct en_latin *l);
struct en_latin en_vocab_latin(const struct en_segment *s, const struct en_vocab *v);
en_text en_segment_text(const struct en_segment *s, uint64_t at, size_t n);

#endif
