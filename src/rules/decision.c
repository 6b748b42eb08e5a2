#include "rules/rules.h"

#define SAME        (1u << EN_RULES_SAME)
#define DIFFERENT   (1u << EN_RULES_DIFFERENT)
#define CANNOT_TELL (1u << EN_RULES_CANNOT_TELL)
#define ANY         (SAME | DIFFERENT | CANNOT_TELL)

/*= reference/console.md 2.2: "Reason chips tied to fields …, free text only for 'other'" */
const struct en_decision_reason en_decision_reasons[] = {
    /* clang-format off */
    { "name",            ANY,              "the names" },
    { "birth-date",      SAME | DIFFERENT, "the birth dates" },
    { "document",        SAME | DIFFERENT, "the documents" },
    { "nationality",     SAME | DIFFERENT, "the nationalities" },
    { "sex",             DIFFERENT,        "the sex" },
    { "place",           SAME | DIFFERENT, "the places" },
    { "photo",           SAME | DIFFERENT, "the photographs" },
    { "originator-yes",  SAME,             "the alert's originator confirms it" },
    { "originator-no",   DIFFERENT,        "the alert's originator says no" },
    { "too-little-data", CANNOT_TELL,      "there is too little to compare" },
    { "other",           ANY,              "something else, said in the text" },
    { NULL, 0, NULL },
    /* clang-format on */
};

static const struct en_reason no_reason = { "reason-missing", "a decision names at least one reason",
                                            "entente help hit decide" };
static const struct en_reason unknown_reason = {
    "reason-unknown", "there is no such reason for this answer; entente help hit decide names them",
    "entente help hit decide"
};
static const struct en_reason other_needs_text = { "text-missing", "the reason other needs a text",
                                                   "entente help hit decide" };
static const struct en_reason same_alone = { "same-alone",
                                             "that somebody is the person of an alert is said by two persons",
                                             "docs/decisions/0009-two-persons.md" };
static const struct en_reason remember_alone = { "remember-alone",
                                                 "a clearance that is remembered is given by two persons",
                                                 "docs/decisions/0009-two-persons.md" };

const struct en_reason *
en_rules_second_person(enum en_rules_answer a, bool remember)
{
    if (a == EN_RULES_SAME)
        return &same_alone;
    return remember ? &remember_alone : NULL;
}

static const struct en_decision_reason *
find(en_text code)
{
    for (const struct en_decision_reason *r = en_decision_reasons; r->code != NULL; r++)
        if (en_text_is(code, r->code))
            return r;
    return NULL;
}

const struct en_reason *
en_rules_decision(enum en_rules_answer a, const en_text *reasons, size_t n, bool has_text)
{
    if (n == 0)
        return &no_reason;
    for (size_t i = 0; i < n; i++) {
        const struct en_decision_reason *r = find(reasons[i]);

        if (r == NULL || (r->answers & (1u << a)) == 0)
            return &unknown_reason;
        if (en_text_is(reasons[i], "other") && !has_text)
            return &other_needs_text;
    }
    return NULL;
}
