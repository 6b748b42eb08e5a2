#include "rules/rules.h"

static const struct en_reason no_basis = {
    "legal-basis-missing",
    "travellers without a hit are kept longer than 24 hours after arrival only with a legal basis that is named: "
    "--legal-basis",
    "docs/retention.md"
};

const struct en_reason *
en_rules_retention(uint32_t hours, bool has_basis)
{
    return hours > EN_RULES_RETENTION_HOURS && !has_basis ? &no_basis : NULL;
}

/*
 * A decided hit keeps the traveller's data for its purpose only:
 *   different    30 days: long enough for a complaint and for a second look at how we decide
 *   cannot tell  180 days: it may come again, and a question to the originator may be open
 *   same         for as long as the case lives; its review date is the case's
 */
#define DAYS_DIFFERENT   30
#define DAYS_CANNOT_TELL 180
/*= reference/console.md 2.2: "an expiry (<= 12 months or document expiry, whichever first)" */
#define DAYS_CLEARANCE 365
/* An answer is remembered as hashes, and "same" no longer than a case is left without a review. */
#define DAYS_SAME 365
/* A number is in bookings for longer than a journey takes, and is given again when its holder asks. */
#define DAYS_REDRESS (2 * 365)

/*= design.md 1: "a traveller without a hit is deleted 24 hours after arrival by default" */
en_time
en_rules_traveller_delete_after(en_time arrives, en_time departs, en_time received, uint32_t hours)
{
    en_time from = arrives;

    if (from == EN_TIME_NONE && departs != EN_TIME_NONE)
        from = departs + EN_TIME_DAY; /* no flight takes longer */
    if (from == EN_TIME_NONE || from > received + EN_RULES_TRAVEL_AHEAD || from < received - EN_RULES_TRAVEL_AHEAD)
        from = received;
    return from + (en_time)hours * EN_TIME_HOUR;
}

en_time
en_rules_hit_delete_after(enum en_rules_answer a, en_time decided, en_time traveller_delete_after)
{
    en_time t = EN_TIME_NONE;

    switch (a) {
    case EN_RULES_SAME:
        return EN_TIME_NONE;
    case EN_RULES_DIFFERENT:
        t = decided + DAYS_DIFFERENT * EN_TIME_DAY;
        break;
    case EN_RULES_CANNOT_TELL:
        t = decided + DAYS_CANNOT_TELL * EN_TIME_DAY;
        break;
    }
    return t > traveller_delete_after ? t : traveller_delete_after;
}

en_time
en_rules_clearance_expires(en_time at, int32_t doc_expires)
{
    en_time t = at + DAYS_CLEARANCE * EN_TIME_DAY;
    en_time doc = doc_expires == INT32_MIN ? EN_TIME_NONE : en_time_from_day(doc_expires) + EN_TIME_DAY;

    return doc != EN_TIME_NONE && doc > at && doc < t ? doc : t;
}

en_time
en_rules_answer_remembered_until(enum en_rules_answer a, en_time decided)
{
    static const int days[] = {
        [EN_RULES_SAME] = DAYS_SAME,
        [EN_RULES_DIFFERENT] = DAYS_DIFFERENT,
        [EN_RULES_CANNOT_TELL] = DAYS_CANNOT_TELL,
    };

    return decided + days[a] * EN_TIME_DAY;
}

en_time
en_rules_redress_expires(en_time at)
{
    return at + DAYS_REDRESS * EN_TIME_DAY;
}

/*
 * Events name rows by number and content by hash. A question (check) is named by a salted hash of the person: with the
 * salt in the event a guess can be tested, so it goes with what it was asked for. The rest is what an auditor reads.
 */
#define DAYS_QUESTION 30
/*= reference/travel.md R30: "the personal content of log entries is destroyed after five years" */
#define DAYS_LOG (5 * 365 + 1)

en_time
en_rules_event_content(en_text type)
{
    return (en_text_is(type, "check") ? DAYS_QUESTION : DAYS_LOG) * EN_TIME_DAY;
}
