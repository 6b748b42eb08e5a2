/*
 * list_in.h: what the list readers share. Internal to src/formats: callers use list.h.
 *
 * A reader of one format is an en_list_ops; list.c dispatches to it. The reader builds one identity at a time in an
 * en_list_in: begin, then the en_list_in functions below in any order, then deliver. Each of them takes a value as the
 * source gives it; what cannot be used is refused or kept, and noted with its position, so a reader needs no error
 * handling for single values.
 */
#ifndef EN_FORMATS_LIST_IN_H
#define EN_FORMATS_LIST_IN_H

#include "formats/list.h"

struct en_list_in {
    struct en_list_sink sink;
    struct en_report *report;
    struct en_list_meta meta;
    struct en_arena keep;      /* texts of meta */
    struct en_arena arena;     /* the identity under construction */
    struct en_identity id;
    size_t cap_programmes;
    bool limit_noted;          /* one note per identity is enough */
    uint64_t line;             /* of the value that is read, for notes: the entry's first line unless the reader says */
};

struct en_list_ops {
    enum en_list_format format;
    const char *word;
    const char *name;          /* of the list, for meta; "" if the format does not say */
    bool xml;                  /* it declares its own encoding */
    void *(*open)(struct en_list_in *in);
    en_errc (*alternates)(void *state, en_bytes alt_csv, struct en_err *err); /* NULL: the format has none */
    en_errc (*feed)(void *state, en_bytes chunk, struct en_err *err);
    en_errc (*end)(void *state, struct en_err *err);
    void (*close)(void *state);
};

extern const struct en_list_ops en_list_ops_un;
extern const struct en_list_ops en_list_ops_ofac;
extern const struct en_list_ops en_list_ops_ftm;
extern const struct en_list_ops en_list_ops_csv;
extern const struct en_list_ops en_list_ops_jsonl;
extern const struct en_list_ops en_list_ops_uk;
extern const struct en_list_ops en_list_ops_eu_csv;
extern const struct en_list_ops en_list_ops_eu_xml;
extern const struct en_list_ops en_list_ops_ofac_xml;
extern const struct en_list_ops en_list_ops_ofac_advanced;
extern const struct en_list_ops en_list_ops_interpol;
extern const struct en_list_ops en_list_ops_misp;
extern const struct en_list_ops en_list_ops_documents;

/* Forgets the last identity and starts one at this place of the file. A person, unless the reader says otherwise. */
void en_list_in_begin(struct en_list_in *in, uint64_t line, uint64_t pos);
/*
 * Gives the identity to the sink, or refuses it: no-id, no-name (neither name nor document), record-limit. Returns what
 * the sink returns, EN_OK when refused.
 */
en_errc en_list_in_deliver(struct en_list_in *in, struct en_err *err);

/*
 * Checked text in the identity's arena, or borrowed from raw. Repairs are noted (text-control, text-bidi,
 * text-normalised, text-utf8: not UTF-8, read as Windows-1252). False when empty, or refused (value-long). pos is the
 * value's place.
 */
bool en_list_in_text(struct en_list_in *in, en_bytes raw, size_t max, uint64_t pos, en_text *out);
/* As en_list_in_text, but line ends and tabs are plain blanks of the source's layout and are not noted. */
bool en_list_in_prose(struct en_list_in *in, en_bytes raw, size_t max, uint64_t pos, en_text *out);

/* Texts joined with a blank, those that are empty left out; borrowed from the only one that is not. */
en_text en_list_in_join(struct en_list_in *in, const en_text *parts, size_t n, const char *between);
/* Takes out values that stand twice, for sources that repeat them: names, births, documents, places, extras. */
void en_list_in_once(struct en_list_in *in);
/* What the file says of itself: its version as it writes it, and the day of it where that is a date. */
void en_list_in_version(struct en_list_in *in, en_bytes raw, const struct en_birth *day);

/* Each takes checked text; an empty one does nothing. What is not understood becomes an extra under `key`. */
struct en_name *en_list_in_name(struct en_list_in *in, enum en_name_kind kind, en_text full);
void en_list_in_name_parts(struct en_list_in *in, const struct en_name *name);
void en_list_in_birth(struct en_list_in *in, const char *key, en_text t, uint64_t pos);
void en_list_in_nationality(struct en_list_in *in, const char *key, en_text t, uint64_t pos);
void en_list_in_sex(struct en_list_in *in, const char *key, en_text t, uint64_t pos);
void en_list_in_doc(struct en_list_in *in, const struct en_doc *doc);
void en_list_in_place(struct en_list_in *in, en_text text, en_country country);
void en_list_in_programme(struct en_list_in *in, en_text t);
/* Kept without being understood: noted as kept-field at pos. */
void en_list_in_extra(struct en_list_in *in, en_text key, en_text value, uint64_t pos);
/* Kept beside a value that was understood in part: no note of its own. */
void en_list_in_aside(struct en_list_in *in, en_text key, en_text value);

/* Fills the identity from a line of our own JSON lines. False if it was refused. */
bool en_list_in_json(struct en_list_in *in, en_bytes line);

/* --- documents (list_doc.c) --------------------------------------------------------------------------------------- */

/* An empty document of that type. */
struct en_doc en_list_in_doc_of(enum en_doc_type type, en_text number);
/* The type that words such as "Diplomatic Passport" name, else otherwise. */
enum en_doc_type en_list_in_doc_type(en_text words, enum en_doc_type otherwise);
/* Reads "expires 22 Feb. 2017", "cancelled", "stolen" … in prose about a document into expires and status. */
void en_list_in_doc_prose(struct en_doc *d, en_text prose);
/*
 * Some sources write "Libyan Passport No. 96/184442" where a number belongs: the words become the note, a state among
 * them the issuer, if none is known yet. Noted as doc-number-words.
 */
void en_list_in_doc_number(struct en_list_in *in, struct en_doc *d, uint64_t pos);
/*
 * OFAC's words for documents ("Passport", "Cedula No." …): the type, and whether the word says more than it. False for
 * words that are none.
 */
bool en_list_in_ofac_document(en_text words, enum en_doc_type *type, bool *say);
/* "Kindu, Congo, Democratic Republic of the": the longest end that names a state is its state. */
void en_list_in_ofac_place(struct en_list_in *in, en_text t);
/* A name of its parts, given names first: "Given Family Suffix". */
struct en_name *en_list_in_name_of(struct en_list_in *in, enum en_name_kind kind, en_text given, en_text family,
                                   en_text suffix);
/* The state that the first one to five words name ("Egyptian. Expired 2009"), or none. */
en_country en_list_in_state(en_text words);
/* The last day of a date text, or INT32_MIN. */
int32_t en_list_in_day(en_text t);

#endif
