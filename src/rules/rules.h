/*
 * rules.h: what is allowed, and why. Pure functions over facts.
 *
 * A rule answers with a reason that a person can read and that cites its clause; the program obeys the same answer that
 * it shows. NULL means: nothing speaks against it.
 */
#ifndef EN_RULES_RULES_H
#define EN_RULES_RULES_H

#include "base/bytes.h"
#include "base/time.h"

struct en_reason {
    const char *code;   /* stable, lower case with hyphens */
    const char *text;   /* a sentence without a full stop */
    const char *clause; /* what it rests on */
};

/* --- admission: may this become an alert, and is it screened against? --------------------------------------------- */

struct en_alert_facts {
    bool is_person;
    bool ended;                /* the source says that it no longer holds */
    bool identifiable;         /* has a name or a document */
    en_text ground;            /* en_ground_word; empty for none */
    const en_text *programmes; /* the source's codes */
    size_t n_programmes;
    en_time review, destroy; /* EN_TIME_NONE if there is none */
};

/* Why an alert of our own is refused. now is the time of the act. */
const struct en_reason *en_rules_admit_own(const struct en_alert_facts *f, en_time now);
/* Why an alert is kept and counted but nobody is screened against it; accepted are the programmes of the node's
 * profile. */
const struct en_reason *en_rules_unmatched(const struct en_alert_facts *f, const en_text *accepted, size_t n_accepted);

/* --- retention ---------------------------------------------------------------------------------------------------- */

#define EN_RULES_RETENTION_HOURS     24u /* after arrival, when nothing else is set; longer takes a legal basis */
#define EN_RULES_RETENTION_HOURS_MAX (24u * 31u)
/* A date of travel beyond this is a fault of the input and must not keep an innocent person for decades. */
#define EN_RULES_TRAVEL_AHEAD (366 * EN_TIME_DAY)

/* A carrier waits so long for a person to look, when nothing else is set. */
#define EN_RULES_ANSWER_MINUTES 20u

/*
 * A clock that is wrong towards the future would delete everything early. A node whose newest event lies further back
 * than this waits until a person says that the clock is right; so does one that was off for longer.
 */
#define EN_RULES_CLOCK_AHEAD (7 * EN_TIME_DAY)

/* Why travellers without a hit may not be kept so long. has_basis: a legal basis is named, which every export shows. */
const struct en_reason *en_rules_retention(uint32_t hours, bool has_basis);
/* When a traveller without a hit goes. departs and arrives may be EN_TIME_NONE. */
en_time en_rules_traveller_delete_after(en_time arrives, en_time departs, en_time received, uint32_t hours);

enum en_rules_answer { EN_RULES_SAME, EN_RULES_DIFFERENT, EN_RULES_CANNOT_TELL };
/* When a decided hit goes with its decisions; EN_TIME_NONE: it is kept. */
en_time en_rules_hit_delete_after(enum en_rules_answer a, en_time decided, en_time traveller_delete_after);
/* A hit that is kept (same) is looked at again so long after it was last looked at. */
#define EN_RULES_HIT_REVIEW (365 * EN_TIME_DAY)
/* How long the content of an event stays; its leaf and its signature stay for ever. type as in events.md. */
en_time en_rules_event_content(en_text type);
/* So long a copy of the store may be kept; what is due is purged when it is put back. */
#define EN_RULES_BACKUP_DAYS 30u
/* A clearance lapses: doc_expires is the earliest day a document of the traveller ends, INT32_MIN if none says so. */
en_time en_rules_clearance_expires(en_time at, int32_t doc_expires);

/* What somebody answered is shown with a later hit of the same kind until then. */
en_time en_rules_answer_remembered_until(enum en_rules_answer a, en_time decided);
en_time en_rules_redress_expires(en_time at);

/* --- two persons -------------------------------------------------------------------------------------------------- */

/* Why one person's answer is not enough. */
const struct en_reason *en_rules_second_person(enum en_rules_answer a, bool remember);

/* Codes of the reasons of a decision, with the answers that they can support. */
struct en_decision_reason {
    const char *code;
    unsigned answers; /* bits 1u << enum en_rules_answer */
    const char *help;
};
extern const struct en_decision_reason en_decision_reasons[]; /* ends with a row without code */
/* Why these reasons do not carry the answer; NULL if they do. has_text: there is a free text. */
const struct en_reason *en_rules_decision(enum en_rules_answer a, const en_text *reasons, size_t n, bool has_text);

#endif
