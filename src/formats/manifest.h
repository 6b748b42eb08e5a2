/*
 * manifest.h: passengers in, whatever the message.
 *
 * A reader is fed chunks and calls its sink once per traveller, in the file's order. One bad person never sinks the
 * others; every repair is reported with its position. A format is a row of a table in manifest.c, a type of message a
 * row of a table in manifest_edifact.c.
 */
#ifndef EN_FORMATS_MANIFEST_H
#define EN_FORMATS_MANIFEST_H

#include "base/hash.h"
#include "base/report.h"
#include "base/time.h"
#include "person/person.h"

enum en_manifest_format {
    EN_MANIFEST_UNKNOWN,
    EN_MANIFEST_EDIFACT, /* PAXLST and PNRGOV in interchanges, with whatever stands around them */
    EN_MANIFEST_MRZ,     /* a batch of machine readable zones, one after another */
    EN_MANIFEST_CSV,     /* header of shared/eval/screening/dev/travellers.csv: docs/formats/manifest-csv.md */
    EN_MANIFEST_JSONL,   /* our own: docs/formats/json.md, "traveller" */
    EN_MANIFEST_FORMATS
};

struct en_leg {
    en_text number;       /* flight number of this leg where the manifest gives several; else that of the flight */
    en_text from, to;     /* IATA codes as given */
    en_time departs, arrives; /* local time of the place taken as if UTC; EN_TIME_NONE if unknown */
    en_text sold_as;      /* the number under which it was booked, where another carrier flies it */
    en_text operator;     /* the carrier that flies it, where that is all that is known of it */
};

#define EN_LEG_NONE ((struct en_leg){ .departs = EN_TIME_NONE, .arrives = EN_TIME_NONE })

struct en_flight {
    en_text number;       /* carrier and number as given: "XN204" */
    struct en_leg *legs;
    size_t n_legs;
};

/* What the sender said the person is doing. */
enum en_travel_role { EN_ROLE_PASSENGER, EN_ROLE_CREW, EN_ROLE_TRANSIT };

/* What a traveller is known from: it says what can be expected to be there. */
enum en_travel_source {
    EN_SOURCE_ROW,      /* CSV, JSON lines */
    EN_SOURCE_API,      /* PAXLST: the carrier's check-in, data of documents */
    EN_SOURCE_PNR,      /* PNRGOV: the booking */
    EN_SOURCE_DOCUMENT, /* a machine readable zone */
    EN_SOURCES
};

/* What the message says of the person's place on the flight. */
enum en_travel_status {
    EN_TRAVEL_STATED,      /* is on the list */
    EN_TRAVEL_CANCELLED,   /* is off it: PAXLST 745+XR and +RP, 266+XF; PNRGOV: no segment is confirmed any more */
    EN_TRAVEL_BOARDED,     /* PAXLST 266+CLOB: was on board when the flight closed */
    EN_TRAVEL_NOT_BOARDED, /* PAXLST 266+CLNB: was not */
    EN_TRAVEL_STATUSES
};

struct en_traveller {
    /*
     * Of the input where it has one that was not used before in this file (CSV id, RFF+ABO), else made: "M1-P3" =
     * message 1, person 3.
     */
    en_text id;
    struct en_person person;
    enum en_travel_role role;
    enum en_travel_source source;
    enum en_travel_status status;
    const struct en_flight *flight; /* NULL if the manifest has none; borrowed */
    /*
     * What this person does on that flight: its number, where they get on (LOC+178, else the first place) and off
     * (LOC+179, else the last), with the local times there. All of it empty or EN_TIME_NONE where nothing is known.
     */
    struct en_leg trip;
    const struct en_leg *itinerary; /* PNR: every flight of the booking, this one among them; borrowed */
    size_t n_itinerary;
    en_text pnr;                   /* record locator: RFF+AVF, RCI */
    en_text reference;             /* of the passenger, to be echoed exactly in an answer: RFF+ABO; PNR: REF */
    en_text redress;               /* number of a redress case: RFF+AEA, SSR DOCO R */
    en_text known_traveller;       /* number of a trusted traveller: RFF+CR, SSR DOCO K */
    uint64_t line, pos;            /* where the person starts in the file */
    uint32_t message;              /* message of the interchange, from 1 */
};

struct en_manifest_message {       /* one UNH..UNT, or the whole file for the other formats */
    uint32_t number;
    en_text type, version, function; /* "PAXLST", "D:05B", BGM "745" and "745+CP" … */
    en_text control, reference;    /* of the interchange and of the message */
    en_text access;                /* common access reference: the same for all parts of a message in several parts */
    uint32_t part;                 /* of those, from 1; 0 if the message is not in parts */
    bool final;                    /* the last part, or the only one */
    /*
     * Hash of what the message says: its segments with default separators, without folds and without the control
     * and message references (other formats: the file's bytes). A re-sent message has the same one.
     */
    uint8_t content[EN_DIGEST_LEN];
    const struct en_flight *flight;
    uint64_t travellers, declared; /* declared: CNT; UINT64_MAX if not declared */
    bool truncated;
    bool test;                     /* the interchange says that it is one: UNB 0035 is 1 */
};

struct en_manifest_sink {
    void *ctx;
    en_errc (*traveller)(void *ctx, const struct en_traveller *t, struct en_err *err);
    /* After the last traveller of a message; may be NULL. */
    en_errc (*message)(void *ctx, const struct en_manifest_message *m, struct en_err *err);
};

enum en_manifest_format en_manifest_sniff(en_bytes head);
const char *en_manifest_format_word(enum en_manifest_format f); /* "edifact" "mrz" "csv" "jsonl" */
bool en_manifest_format_from(en_text t, enum en_manifest_format *out);

struct en_manifest_reader;

/* today (days since 1970-01-01) settles two-digit years. */
struct en_manifest_reader *en_manifest_reader_new(enum en_manifest_format f, int32_t today,
                                                  struct en_manifest_sink sink, struct en_report *report);
en_errc en_manifest_reader_feed(struct en_manifest_reader *r, en_bytes chunk, struct en_err *err);
en_errc en_manifest_reader_end(struct en_manifest_reader *r, struct en_err *err);
void en_manifest_reader_free(struct en_manifest_reader *r);

/* Stable words: "row" "api" "pnr" "document"; "stated" "cancelled" "boarded" "not-boarded". */
const char *en_travel_source_word(enum en_travel_source s);
bool en_travel_source_from(en_text t, enum en_travel_source *out);
const char *en_travel_status_word(enum en_travel_status s);
bool en_travel_status_from(en_text t, enum en_travel_status *out);

/*
 * Whether the traveller is marked as made up, for rehearsals: a field "fictional" that says yes, or FICTIONAL in the
 * optional data of a machine readable zone. docs/formats/rehearsal.md.
 */
bool en_traveller_fictional(const struct en_traveller *t);

/*
 * Fills what is missing of t->trip from t->flight: the number, and, between the places where t gets on and off (which
 * may be set before), the times. Every reader does so before it delivers.
 */
void en_traveller_complete_trip(struct en_traveller *t);

/*
 * The JSON line of a traveller, as `entente manifest read --json` prints it and EN_MANIFEST_JSONL reads it; no newline.
 * file is our caller's name for the input, written into "source".
 */
void en_traveller_json(const struct en_traveller *t, en_text file, struct en_buf *out);
/*
 * Reads that line back, into the arena; *file is the "file" of its "source". What is not understood of the person is
 * kept as extras; other bad members are left out. EN_E_INPUT if it is no JSON object, EN_E_LIMIT at the arena's cap.
 */
en_errc en_traveller_from_json(en_bytes json, struct en_arena *arena, struct en_traveller *out, en_text *file,
                               struct en_err *err);
/* The members of that line that are not of the person: for en_person_from_object. A NULL ends them. */
extern const char *const en_traveller_members[];

#endif
