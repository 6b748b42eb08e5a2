/*
 * screen.h: the matching engine.
 *
 * An index holds the identities that travellers are screened against. A query proposes candidates through rare name
 * skeletons, birth dates and documents (it never scans the list), weighs the evidence of each field in bits (log2 of
 * the likelihood ratio, Fellegi and Sunter 1969) and returns hits with a probability. Bits are integers in units of
 * 1/64, so the rows of the evidence add up to the total exactly, on every machine.
 *
 * Pure: no files, threads, clock or randomness. An index under construction belongs to one caller; a finished one is
 * read-only and may be queried from several threads, each with its own en_query scratch.
 */
#ifndef EN_SCREEN_SCREEN_H
#define EN_SCREEN_SCREEN_H

#include "base/buf.h"
#include "base/err.h"
#include "names/simd.h"
#include "person/person.h"

typedef int32_t en_bits; /* 1/64 bit */
#define EN_BITS_ONE 64

struct en_index;
struct en_tables; /* learned tables: tables.h */

/* --- building ------------------------------------------------------------------------------------------------- */

struct en_index_builder;
struct en_index_builder *en_index_builder_new(void);
/* The same with other tables than the program's own; they are borrowed as long as an index of it is there. */
struct en_index_builder *en_index_builder_new_with(const struct en_tables *t);
/*
 * Adds an identity under an id of the caller (borrowed for the call, copied). Entries that share an id are one
 * identity: their names, dates and documents are united and it is one hit. tag is the caller's number, handed back with
 * hits of this id (that of the first entry). A person without any usable name, date or document is accepted and can
 * never be a candidate.
 */
void en_index_builder_add(struct en_index_builder *b, en_text id, const struct en_person *p, uint64_t tag);
/*
 * The kind of machine code that its index is built with and queried with: one that this machine has. en_simd_default
 * unless set; nothing that is found depends on it. And of an index that was opened, before it is queried.
 */
void en_index_builder_use_simd(struct en_index_builder *b, enum en_simd simd);
void en_index_use_simd(struct en_index *ix, enum en_simd simd);
enum en_simd en_index_simd(const struct en_index *ix);
/* Consumes the builder. */
struct en_index *en_index_builder_finish(struct en_index_builder *b);
void en_index_builder_free(struct en_index_builder *b);

void en_index_free(struct en_index *ix);
/* Adds or replaces one identity in the small delta, live for the next query; and ends one. */
void en_index_put(struct en_index *ix, en_text id, const struct en_person *p, uint64_t tag);
bool en_index_remove(struct en_index *ix, en_text id);
/*
 * As en_index_put for many at once, each id once: en_index_add for each, en_index_remove between them as well, and then
 * en_index_added, which costs what one put does. In between the index is not queried.
 */
void en_index_add(struct en_index *ix, en_text id, const struct en_person *p, uint64_t tag);
void en_index_added(struct en_index *ix);
/*
 * For readers that are not to wait: a copy that may be changed while others query the index it was made of, which
 * itself may not be changed any more. One thread copies, changes and frees; it publishes the copy (an atomic pointer),
 * and frees the old one when no reader has it any more. What is large they have in common, so a copy costs little:
 *
 *     next = en_index_copy(now); en_index_put(next, id, person, tag); publish(next); … en_index_free(now);
 */
struct en_index *en_index_copy(struct en_index *ix);
/* Identities put or gone since the index was built: the delta is for thousands; whoever has more builds anew. */
uint64_t en_index_changes(const struct en_index *ix);

/*
 * Saves an index as bytes (docs/formats/index.md) that can be mapped and opened at once. stamp: what the caller wants
 * to know of it later, at most 256 bytes: which list it was built from. EN_E_USAGE if it was changed since it was built
 * (build it anew); else what `write` returned, which is called with parts in order.
 */
en_errc en_index_save(const struct en_index *ix, en_bytes stamp, en_errc (*write)(void *ctx, const void *p, size_t n),
                      void *ctx);
/*
 * Opens a saved index over bytes that are borrowed, and not changed, until it is freed; they begin at a multiple of 64.
 * *stamp is part of them. EN_E_INPUT for what is damaged, hostile, or of another version of the program: build it anew.
 */
en_errc en_index_open(en_bytes saved, en_bytes *stamp, struct en_index **out, struct en_err *err);
/* The same with other tables, borrowed until it is freed. EN_E_INPUT also where it was built with others than these. */
en_errc en_index_open_with(en_bytes saved, const struct en_tables *t, en_bytes *stamp, struct en_index **out,
                           struct en_err *err);
/* The tables that it was built with. */
const struct en_tables *en_index_tables(const struct en_index *ix);

struct en_index_stats {
    uint64_t identities, names, tokens, vocabulary, postings, bytes;
};
void en_index_stats(const struct en_index *ix, struct en_index_stats *out);

/* --- querying ------------------------------------------------------------------------------------------------- */

/* Ways in to the index: how candidates are found. */
enum {
    EN_BY_NAMES = 1,
    EN_BY_DATES = 2,     /* birth dates; without it they play no part in finding either */
    EN_BY_DOCUMENTS = 4,
    EN_BY_EVERY = 8      /* brute force: every identity is weighed. To compare the index with, and as slow as it says */
};
#define EN_BY_INDEX (EN_BY_NAMES | EN_BY_DATES | EN_BY_DOCUMENTS)

struct en_query_options {
    double prior;           /* expected share of travellers who are on the list; 1e-5 by default; in (0,1) */
    unsigned top;           /* at most so many hits, 1..100; 10 by default */
    double min_probability; /* hits below are left out; 0 by default. Who cannot come near a thousandth is not
                               weighed, unless `against` is set */
    bool explain;           /* also fill the texts of the evidence; the numbers are the same either way */
    unsigned ways;          /* EN_BY_…; 0 is EN_BY_INDEX. Only to measure: evidence is weighed alike whoever is found */
    bool against;           /* return those too against whom the evidence speaks: to explain a pair */
};
#define EN_QUERY_OPTIONS_DEFAULT { 1e-5, 10, 0.0, true, EN_BY_INDEX, false }

/* The field of an evidence row, in the order of display. */
enum en_field {
    EN_FIELD_NAME,        /* one row a token pair or unmatched token */
    EN_FIELD_BIRTH_DATE,
    EN_FIELD_DOCUMENT,
    EN_FIELD_NATIONALITY,
    EN_FIELD_SEX,
    EN_FIELD_BIRTH_PLACE,
    EN_FIELD_DAMPING,     /* names repeat each other; name and nationality repeat each other */
    EN_FIELD_COMPETITION, /* other candidates for the same traveller */
    EN_FIELD_CALIBRATION, /* learned correction of the sum */
    EN_FIELDS
};
const char *en_field_word(enum en_field f); /* "name", "birth_date", … */

struct en_evidence {
    enum en_field field;
    en_bits bits;
    en_text query, list;  /* the two sides as they were compared; empty where a side is missing */
    const char *why;      /* a constant sentence fragment: "same", "day and month swapped", "one digit differs" … */
};

struct en_hit {
    en_text id;           /* of the identity; borrowed from the index */
    uint64_t tag;
    en_bits bits;         /* exact sum of the rows */
    double probability;   /* 1 / (1 + 2^-(log2 odds of prior/N + bits/64)) */
    const struct en_evidence *evidence;
    size_t n_evidence;
};

struct en_query; /* scratch memory and the last result, one per thread */
struct en_query *en_query_new(void);
void en_query_free(struct en_query *q);

/*
 * Screens one person. Hits are ordered by bits, then id; they and their texts are borrowed from q until its next use.
 * Every input gives a result, possibly empty.
 */
void en_screen(const struct en_index *ix, struct en_query *q, const struct en_person *traveller,
               const struct en_query_options *o, const struct en_hit **hits, size_t *n);
/* Candidates whose evidence was computed in the last query (for the bench). */
uint64_t en_query_candidates(const struct en_query *q);
/* What became of the tokens of all queries since the index changed (for the bench). */
struct en_query_tokens {
    uint64_t asked, missed;  /* tokens looked up in the vocabulary; those that were not remembered */
    uint64_t rows, compared; /* entries of the index read for these; comparisons, also of pairs of names */
    uint64_t kept, bytes;    /* remembered now, and their memory */
};
void en_query_tokens(const struct en_query *q, struct en_query_tokens *out);
/* The id of the i-th of them, 0 <= i < en_query_candidates, most bits first; borrowed from the index. */
en_text en_query_candidate(const struct en_query *q, uint64_t i);

/* log2 of the odds of one candidate before any evidence: prior/N : 1 - prior/N. */
double en_prior_log2_odds(double prior, uint64_t identities);
double en_probability(double prior_log2_odds, en_bits bits);
/* "very weak" "weak" "possible" "strong" "very strong": by probability, for people. */
const char *en_band(double probability);

/* One NDJSON line of `entente screen --json` (docs/formats/json.md, "screening"); no newline. */
void en_hits_json(en_text traveller, const struct en_hit *hits, size_t n, struct en_buf *out);

#endif
