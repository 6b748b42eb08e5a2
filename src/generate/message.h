/*
 * message.h: flights that do not exist, as the messages that carriers and gates send, with the truth about everybody in
 * them.
 *
 * Flight f carries the travellers f * passengers … (generate.h), so a flight depends on the seed and its own number
 * only; one flight is in memory at a time, however long the stream. A format carries what it can: messages and zones
 * have A to Z only, so who presents himself in his own script is written there as his passport would be (kind "exact").
 *
 * Every stream is marked as made up, in the way of its format, and a node that is no rehearsal refuses it:
 * interchanges by UNB 0035 (test indicator 1), zones by FICTIONAL in the optional data, rows and lines by a field
 * "fictional" that says yes. docs/formats/rehearsal.md.
 */
#ifndef EN_GENERATE_MESSAGE_H
#define EN_GENERATE_MESSAGE_H

#include "base/buf.h"
#include "generate/generate.h"

enum en_made_format {
    EN_MADE_PAXLST,    /* PAXLST D:05B, one interchange a flight */
    EN_MADE_PAXLST_US, /* the US dialect, version 001:000 */
    EN_MADE_PNRGOV,    /* PNRGOV 13.1: bookings of one to four */
    EN_MADE_MRZ,       /* passports, TD3 */
    EN_MADE_CSV,
    EN_MADE_JSONL,
    EN_MADE_LIST, /* the list that the travellers are screened against, as our JSON lines */
    EN_MADE_FORMATS
};
const char *en_made_format_word(enum en_made_format f); /* "paxlst" "paxlst-us" "pnrgov" "mrz" "csv" "jsonl" "list" */
bool en_made_format_from(en_text t, enum en_made_format *out);

struct en_rehearsal {
    enum en_made_format format;
    uint64_t flights, passengers; /* passengers a flight */
    uint64_t identities;          /* of the list */
    int32_t day;                  /* of the first flight; 24 leave a day */
};

/* What stands before the first flight: a header line, or nothing. */
void en_generate_head(const struct en_rehearsal *r, struct en_buf *out);
/*
 * Flight f (from 0): its bytes, and a line of truth for each person (docs/formats/rehearsal.md) where truth is not
 * NULL. For EN_MADE_LIST: identity f, and no truth.
 */
void en_generate_flight(const struct en_generator *g, const struct en_rehearsal *r, uint64_t f, struct en_buf *out,
                        struct en_buf *truth);
/* The header line of the truth. */
void en_generate_truth_head(struct en_buf *truth);

#endif
