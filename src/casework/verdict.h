/*
 * verdict.h: an officer's answer is remembered for the evidence that it was about, and for no longer than it is about
 * that.
 *
 * An answer was given about two sides: the identity evidence of a traveller (name, birth date, document …) and a
 * version of an alert. It is remembered as evidence, a handful of salted hashes, and not as the traveller's data or the
 * number of a row: so it outlives the traveller's deletion and nobody can read a name out of it. When a later traveller
 * meets the same alert, both sides are compared with what they were, field by field, and the answer stands unless one
 * of them changed materially. What material means is the two tables in verdict.c, in words that a person reads
 * (tests/unit/casework/material.txt is their snapshot).
 *
 * A redress number is the same with one difference: its bearer shows it, so a new document is no change. It still
 * belongs to a person of that name and birth date, and it speaks of one alert only.
 */
#ifndef EN_CASEWORK_VERDICT_H
#define EN_CASEWORK_VERDICT_H

#include "base/buf.h"
#include "person/person.h"
#include "rules/rules.h"

#define EN_VERDICT_SALT_LEN 16
/* No evidence is longer. */
#define EN_VERDICT_EVIDENCE_MAX 2048u

enum en_verdict_kind {
    EN_VERDICT_ANSWER,    /* what somebody answered: shown with a later hit, changes nothing */
    EN_VERDICT_CLEARANCE, /* "different", remembered by two persons: a later hit is cleared, and shown as such */
    EN_VERDICT_REDRESS,   /* the same for who shows its number */
    EN_VERDICT_KINDS
};
const char *en_verdict_kind_word(enum en_verdict_kind k); /* "answer" "clearance" "redress" */

/* Appends the evidence of a person under a random salt. docs/formats/verdicts.md */
void en_verdict_evidence(const struct en_person *p, const uint8_t salt[static EN_VERDICT_SALT_LEN], struct en_buf *out);
/*
 * What changed materially between the evidence and this person; NULL if nothing did. Evidence that is not understood is
 * a change. The first rule that speaks is the reason.
 */
const struct en_reason *en_verdict_traveller_change(enum en_verdict_kind kind, en_bytes evidence,
                                                    const struct en_person *now);
/* What changed materially between two versions of an alert; NULL if nothing did. */
const struct en_reason *en_verdict_alert_change(const struct en_person *then, const struct en_person *now);

/* The rules in prose, one by one, for people and for the snapshot. NULL behind the last. */
const struct en_reason *en_verdict_traveller_rule(size_t i);
const struct en_reason *en_verdict_alert_rule(size_t i);

/* --- redress numbers ---------------------------------------------------------------------------------------------- */

/*
 * Ten digits: nine at random and a check digit (ISO 7064, MOD 11,10), so a digit that is wrong and two neighbours that
 * are swapped are noticed. Fits RFF+AEA of PAXLST and SSR DOCO of PNRGOV.
 */
#define EN_REDRESS_LEN 10
/* random: 8 bytes. out gets EN_REDRESS_LEN digits and a NUL. */
void en_redress_number(const uint8_t random[static 8], char out[static EN_REDRESS_LEN + 1]);
/* Is this such a number? Blanks and hyphens in it are passed over; *out gets the digits. */
bool en_redress_read(en_text given, char out[static EN_REDRESS_LEN + 1]);

#endif
