/*
 * edimsg.h: what the readers of message types (PAXLST, PNRGOV) share. Private to formats.
 *
 * manifest_edifact.c follows the envelope (UNB, UNG, UNH … UNT, UNE, UNZ), counts and hashes a message's segments and
 * hands those between UNH and UNT to the operations of its type. A message type is a row of the table there.
 */
#ifndef EN_FORMATS_EDIMSG_H
#define EN_FORMATS_EDIMSG_H

#include "formats/edifact.h"
#include "formats/ids.h"
#include "formats/manifest_impl.h"

struct en_edi_message {
    const struct en_manifest_run *run;
    const struct en_edi *edi;
    struct en_arena arena;             /* lives as long as the message */
    struct en_arena person_arena;      /* lives as long as the person */
    char *pool;                        /* where short texts of the person go: room in person_arena */
    size_t pool_left;
    struct en_manifest_message head;
    struct en_flight *flight;          /* NULL before the first TDT */
    struct en_traveller traveller;
    enum en_travel_source source;      /* of the travellers to come */
    enum en_travel_status status;
    bool open;                         /* a traveller is being read */
    bool titles_glued;                 /* titles stand at the end of given names whatever is known of the sex */
    const struct en_edi_segment *at;   /* the present segment, for positions */
    void *state;                       /* of the message type: state_size zeroed bytes in arena */
    int this_year;                     /* of today */
    struct {
        uint32_t code;
        en_country country;
    } countries[64];                   /* codes seen, by their hash: a manifest has few of them, again and again */
    struct en_ids *ids;                /* references that already name a traveller of this file */
};

struct en_edi_ops {
    enum en_travel_source source;
    size_t state_size;
    /* A segment between UNH and UNT. */
    en_errc (*segment)(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err);
    /* UNT, or the place where the message was cut. Delivers what is still open. */
    en_errc (*end)(struct en_edi_message *m, struct en_err *err);
};

extern const struct en_edi_ops en_paxlst_un; /* UN dialect: NAD groups */
extern const struct en_edi_ops en_paxlst_us; /* US dialect 001:000: PDT segments */
extern const struct en_edi_ops en_pnrgov;    /* bookings */

/* Adds a note at the present segment. */
#define EN_EDI_NOTE(m, kind, code, ...) \
    en_report_add((m)->run->report, kind, code, (m)->at->number, (m)->at->pos, __VA_ARGS__)

/* Starts a traveller at the present segment; false if the message has more than EN_MAX_PERSONS. */
bool en_edi_open(struct en_edi_message *m, enum en_travel_role role);
/* Hands the open traveller, if any, to the sink. */
en_errc en_edi_deliver(struct en_edi_message *m, struct en_err *err);

/* Checked text of a component in the arena, repairs noted; empty if it is not there or had to be refused. */
en_text en_edi_take(struct en_edi_message *m, struct en_arena *a, en_bytes part);
/* The same in the person's arena. */
en_text en_edi_person_text(struct en_edi_message *m, en_bytes part);
en_text en_edi_take_at(struct en_edi_message *m, size_t element, size_t component);
/* Several texts joined by blanks, in the person's arena; empty ones are left out. */
en_text en_edi_join(struct en_edi_message *m, const en_text *texts, size_t n);

/* Notes EN_E_LIMIT of an en_person_add function, so that the person is delivered with what fits. */
void en_edi_added(struct en_edi_message *m, en_errc rc);
void en_edi_extra(struct en_edi_message *m, en_text key, en_text value);
/* YYMMDD or CCYYMMDD; 00, XX, blanks or '<' for unknown month and day. What is no date is kept as an extra. */
void en_edi_birth(struct en_edi_message *m, en_bytes value);
void en_edi_nationality(struct en_edi_message *m, en_bytes value);
void en_edi_sex(struct en_edi_message *m, en_bytes value);
/* Day of YYMMDD… or CCYYMMDD… with the century nearest to today; INT32_MIN if it is none. */
int32_t en_edi_day(const struct en_edi_message *m, en_bytes value);
/* YYMMDDHHMM, CCYYMMDDHHMM or a day alone. */
en_time en_edi_time(const struct en_edi_message *m, en_bytes value);
en_country en_edi_country(struct en_edi_message *m, en_bytes value, const char *what);

/* A name as messages give it; titles are split off, placeholders left out. Any part may be empty. */
void en_edi_name(struct en_edi_message *m, en_text family, en_text given, en_text middle, bool cut);

/* Appends a leg to the flight, which is made if there is none. */
void en_edi_leg(struct en_edi_message *m, const struct en_leg *leg);
struct en_flight *en_edi_flight(struct en_edi_message *m);

#endif
