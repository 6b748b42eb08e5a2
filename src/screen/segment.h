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
    uint32_t share;           /* persons per EN_FREQUENCY_UNIT at large */
    uint32_t skeleton;        /* hash of its likeliest one: pairs of tokens are found by it */
    uint32_t dated;           /* postings in EN_BLOCK_DAY, which come first */
    uint8_t script, n, latin_n; /* latin symbols stand behind the own symbols */
    uint8_t flags;            /* EN_TOKEN_PARTICLE, _TITLE, _INITIAL where every occurrence has them */
};

/* What a comparison looks at, of each vocabulary token and in their order: small, because many are looked at. */
#define EN_SPELT 16
struct en_spelt {
    uint32_t letters;         /* of the Latin form: en_letters */
    uint8_t script, n, latin_n, zero;
    uint8_t sym[EN_SPELT];    /* the own symbols, if they are no more than so many */
    uint8_t latin[EN_SPELT];  /* likewise the Latin form of a token of another script */
};

/* A token of the vocabulary that another may be a spelling of. */
struct en_near {
    uint32_t vocab;
    int16_t cost; /* -log2 P(query token | vocabulary token) */
    uint16_t zero;
};

/* A token of a name: vocabulary number and the flags of this occurrence. */
struct en_word {
    uint32_t vocab : 25;
    uint32_t flags : 7; /* EN_TOKEN_PARTICLE … _BYNAME */
};
#define EN_VOCAB_MAX (1u << 25)

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

/*
 * Identities are ordered by what is known of their birth, so that the postings of a name are ordered by it too and a
 * traveller's date leads to a few ranges of them. Within a date the order is that of a hash of the id: it does not
 * depend on the order of adding.
 */
enum en_block {
    EN_BLOCK_DAY,   /* one full date, by day */
    EN_BLOCK_YEAR,  /* one year or month, by its first day */
    EN_BLOCK_OTHER, /* several dates, "about", between; and dates that the directories do not have */
    EN_BLOCK_NONE,
    EN_BLOCKS
};
#define EN_DIRECTORY_FROM 1900 /* years that the directories have */
#define EN_DIRECTORY_TO   2050

/* What of an identity orders candidates before its arrays are looked at. */
struct en_brief {
    int32_t from;  /* first day that a birth date may be */
    uint16_t span; /* days to the last one, or UINT16_MAX */
    uint8_t nat;   /* en_brief_country of the only nationality; 0: none or several */
    uint8_t sex;
};
uint8_t en_brief_country(en_country c);

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
    struct en_vocab *vocab;   /* by script and symbols */
    struct en_spelt *spelt;
    uint32_t n_vocab;
    struct en_ident *ident; /* n_ident + 1: the last one is the end of the ranges */
    uint32_t n_ident;
    uint32_t block[EN_BLOCKS + 1]; /* first identity of each */
    struct en_brief *brief;
    uint32_t *day_at, *year_at;    /* first identity of EN_BLOCK_DAY with this day or a later one; of EN_BLOCK_YEAR */
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
    /* What each common token may be a spelling of, looked up when the index was built: [near_at[v], near_at[v + 1]).
     * Of other tokens, and in a delta, nothing. */
    uint32_t *near_at;
    struct en_near *near;
    uint32_t n_near;
    struct en_keys by_pair, by_doc, by_id;   /* to identities */
    struct en_keys by_day;                   /* of those outside EN_BLOCK_DAY, each full date */
    uint32_t *dead;  /* identities that are gone, of each vocabulary token; NULL while all are there */
    uint32_t n_dead; /* postings of theirs */
    bool borrowed;   /* the arrays are a saved index of somebody else (saved.c); nothing of them is written or freed */
};
uint32_t en_segment_days(void); /* of the directory of days */

/* What a builder collects before the segment is laid out. */
struct en_draft;
/* frequencies: the text of a table that is one. */
struct en_draft *en_draft_new(const struct en_costs *costs, en_bytes frequencies);
void en_draft_free(struct en_draft *d);
void en_draft_add(struct en_draft *d, en_text id, const struct en_person *p, uint64_t tag);
/*
 * For the delta: a draft without the vocabulary at large (whose shares come from a segment that has it), in which an id
 * is a new identity each time; and a segment of all that it has, made from the last one by what came since. The draft
 * stays. Such a segment is not in the order of birth: all its identities are of EN_BLOCK_OTHER.
 */
struct en_draft *en_draft_new_small(const struct en_costs *costs, const struct en_segment *at_large);
void en_draft_add_anew(struct en_draft *d, en_text id, const struct en_person *p, uint64_t tag);
struct en_segment *en_draft_grow(struct en_draft *d, const struct en_segment *last);
/* Lays out what was added and frees the draft, piece by piece. */
struct en_segment *en_draft_layout(struct en_draft *d);
/* An identity is gone: its names no longer count for how common they are. */
void en_segment_bury(struct en_segment *s, uint32_t ident);
void en_segment_free(struct en_segment *s);
uint64_t en_segment_memory(const struct en_segment *s);
/* Identities of a block whose date begins in [from, to]: [*a, *b). Of EN_BLOCK_DAY and EN_BLOCK_YEAR (whole years). */
void en_segment_born(const struct en_segment *s, enum en_block block, int32_t from, int32_t to, uint32_t *a,
                     uint32_t *b);

/* -log2 of a share of EN_FREQUENCY_UNIT persons; 0 stands for a token that the table of frequencies does not have. */
int en_rarity_at_large(uint32_t share);

/* The number of a token in a vocabulary in order (not a delta's), or EN_VOCAB_NONE. */
uint32_t en_vocab_find(const struct en_segment *s, enum en_script script, const uint8_t *sym, unsigned n);

/* Rows with this hash: [*from, *to). */
void en_keys_find(const struct en_keys *k, uint32_t hash, uint32_t *from, uint32_t *to);
/* Fetches the directory entry of a hash that will be looked for soon. */
static inline void
en_keys_fetch(const struct en_keys *k, uint32_t hash)
{
    if (k->n)
        __builtin_prefetch(&k->dir[hash >> (32 - k->dir_bits)]);
}

/* And then the rows that the entry leads to. */
static inline void
en_keys_fetch_rows(const struct en_keys *k, uint32_t hash)
{
    if (k->n)
        __builtin_prefetch(&k->rows[k->dir[hash >> (32 - k->dir_bits)]]);
}

/* Key hashes, shared by the builder and the query. */
uint32_t en_key_of_skeleton(en_skeleton s);
/* The spelling without its i-th letter; i = n: whole. */
uint32_t en_key_of_spelling(const struct en_latin *l, unsigned without);
uint32_t en_key_of_pair(uint32_t a, uint32_t b);
uint32_t en_key_of_id(en_text id);
uint32_t en_key_of_day(int32_t day);
/* A document number without its i-th character (i = n: whole): '?' stands in its place. */
uint32_t en_key_of_doc(const char *number, unsigned n, unsigned without);
/* A document number in capitals and digits only; returns its length, at most max. */
unsigned en_doc_number(en_text number, char *out, unsigned max);
#define EN_DOC_NUMBER_MAX 24

/* Skeletons of so many identities that their postings may be too long to be read; pairs of them have postings of their
 * own. */
#define EN_COMMON_DF 256u

/* The letters of a token, one bit each, and a bit for the second of some that often come twice. */
uint32_t en_letters(const struct en_latin *l);
struct en_latin en_vocab_latin(const struct en_segment *s, const struct en_vocab *v);
en_text en_segment_text(const struct en_segment *s, uint64_t at, size_t n);

#endif
