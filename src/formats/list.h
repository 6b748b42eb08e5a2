/*
 * list.h: alert lists in, whatever their format.
 *
 * A reader is fed chunks of a file and calls its sink once per identity, in the file's order, so memory does not
 * grow with the file. A row that cannot be read is refused with its position in the report and the rest is
 * processed, XML that is not well-formed included: it costs the entry it stands in. Only damage that leaves nothing to
 * continue with (a document type, another root, a truncated file) ends the reading; what was delivered before stays
 * delivered.
 */
#ifndef EN_FORMATS_LIST_H
#define EN_FORMATS_LIST_H

#include "base/report.h"
#include "base/time.h"
#include "person/person.h"

enum en_list_format {
    EN_LIST_UNKNOWN,
    EN_LIST_UN_XML,   /* UN Security Council consolidated list */
    EN_LIST_OFAC_SDN, /* sdn.csv, no header line */
    EN_LIST_OFAC_ALT, /* alt.csv: belongs to an SDN file */
    EN_LIST_FTM,      /* FollowTheMoney JSON lines: entities and nested targets */
    EN_LIST_CSV,      /* our own, with a header line: docs/formats/list-csv.md */
    EN_LIST_JSONL,    /* our own: docs/formats/json.md, "identity" */
    EN_LIST_UK_CSV,   /* UK: consolidated list of OFSI, and the UK Sanctions List */
    EN_LIST_EU_CSV,   /* EU consolidated financial sanctions list, CSV 1.1 */
    EN_LIST_EU_XML,   /* the same as XML */
    EN_LIST_OFAC_XML, /* sdn.xml: the classic schema, sdnList */
    EN_LIST_OFAC_ADVANCED, /* sdn_advanced.xml: Sanctions */
    EN_LIST_INTERPOL, /* public notices of INTERPOL, JSON as its web service gives them */
    EN_LIST_MISP,     /* events of MISP, JSON: their objects of persons and documents */
    EN_LIST_DOCUMENTS, /* our own CSV of documents that were stolen, lost or revoked: docs/formats/document-csv.md */
    EN_LIST_OFAC_ADD, /* add.csv: addresses, belongs to an SDN file */
    EN_LIST_OFAC_COMMENTS, /* sdn_comments.csv: what the remarks had no room for; belongs to an SDN file */
    EN_LIST_FORMATS
};

/* What an alert rests on. docs/formats/grounds.md; the table is src/formats/grounds.tsv. */
enum en_ground {
    EN_GROUND_NONE,           /* outside counter-terrorism, or not known to the table */
    EN_GROUND_UNSC_1267,      /* UN Al-Qaida and ISIL (Da'esh) list: UNSCR 1267/1989/2253 */
    EN_GROUND_UNSC_1988,      /* UN Taliban list */
    EN_GROUND_UNSC_1373,      /* national list under UNSCR 1373: OFAC SDGT, FTO … */
    EN_GROUND_UNSC_2178,      /* foreign terrorist fighter: UNSCR 2178, 2396 */
    EN_GROUND_TERRORISM_LAW,  /* other national terrorism law */
    EN_GROUNDS
};

const char *en_ground_word(enum en_ground g); /* "unsc-1267" …, "" for none */
bool en_ground_from(en_text t, enum en_ground *out);
/* Ground of a source's programme code ("SDGT", "Al-Qaida", "QDi" …) by the project's table. */
enum en_ground en_ground_of_programme(enum en_list_format f, en_text programme);

/* One entry of a list: an identity and why it is there. Everything is borrowed for the call of the sink. */
struct en_identity {
    en_text id;                /* the source's own id; several entries with one id are one identity */
    struct en_person person;
    en_text *programmes;       /* the source's codes, as written */
    size_t n_programmes;
    enum en_ground ground;     /* the strongest of the programmes' grounds, or stated by our own formats */
    bool is_person;            /* false: an entity, vessel, aircraft … read, counted, not screened */
    bool ended;                /* the source says that it no longer holds */
    uint64_t line, pos;        /* where it starts in the file */
    en_bytes raw;              /* its own bytes in the file where the format has them contiguous, else empty */
};

struct en_list_meta {          /* what the file says of itself; empty where it does not */
    enum en_list_format format;
    en_text name;              /* "un-consolidated", "ofac-sdn", else "" */
    en_text version;           /* dateGenerated of the UN; "" where the file has none */
    en_time dated;             /* EN_TIME_NONE if unknown */
};

struct en_list_sink {
    void *ctx;
    /* An error ends the reading and is what feed or end returns. */
    en_errc (*identity)(void *ctx, const struct en_identity *id, struct en_err *err);
};

/* Looks at the first bytes (64 KiB are enough) and the file's extension (may be empty, not needed). */
enum en_list_format en_list_sniff(en_bytes head);
const char *en_list_format_word(enum en_list_format f); /* "un-xml", "ofac-sdn", "ofac-alt", "ftm" … */
/* Whether it is no list but goes with one: alt.csv, add.csv, sdn_comments.csv. */
bool en_list_format_companion(enum en_list_format f);
bool en_list_format_from(en_text t, enum en_list_format *out);

struct en_list_reader;

/* report is borrowed and outlives the reader. */
struct en_list_reader *en_list_reader_new(enum en_list_format f, struct en_list_sink sink, struct en_report *report);
/*
 * A file that goes with an OFAC SDN list, whole, before the first feed: alt.csv, add.csv or sdn_comments.csv, once
 * each. Rows whose entry does not exist are noted at the end.
 */
en_errc en_list_reader_alternates(struct en_list_reader *r, en_bytes companion, struct en_err *err);
en_errc en_list_reader_feed(struct en_list_reader *r, en_bytes chunk, struct en_err *err);
/* Delivers what is left and tells what is truncated. */
en_errc en_list_reader_end(struct en_list_reader *r, struct en_err *err);
/* Valid from the first identity on; borrowed from the reader. */
const struct en_list_meta *en_list_reader_meta(const struct en_list_reader *r);
void en_list_reader_free(struct en_list_reader *r);

/* Whether the entry is marked as made up, for rehearsals: an extra "fictional" that says yes. */
bool en_identity_fictional(const struct en_identity *id);

/* The JSON line of an identity, as `entente list read --json` prints it and EN_LIST_JSONL reads it; no newline. */
void en_identity_json(const struct en_identity *id, struct en_buf *out);

#endif
