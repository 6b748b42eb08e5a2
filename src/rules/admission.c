#include "rules/rules.h"

/*= design.md 1: "every alert names its ground" */
static const struct en_reason no_ground = { "ground-missing", "an alert names the ground on which it rests",
                                            "docs/formats/grounds.md" };
static const struct en_reason not_a_person = { "not-a-person", "it is not about a person",
                                               "design: travellers are compared with persons only" };
static const struct en_reason over = { "ended", "its source says that it no longer holds", "the source" };
static const struct en_reason outside = {
    "outside-profile", "its ground is outside counter-terrorism and the node's profile does not accept its programme",
    "entente profile show"
};
static const struct en_reason nobody = { "not-identifiable",
                                         "it has neither a name nor a document, so nobody could be compared with it",
                                         "docs/formats/json.md" };
static const struct en_reason review_past = { "review-past", "its review date is not in the future",
                                              "retention: what is due for review is not begun" };
static const struct en_reason destroy_past = { "destroy-past", "its destroy date is not in the future",
                                               "retention: what is to be destroyed is not begun" };
static const struct en_reason review_late = { "review-late", "its review date lies behind its destroy date",
                                              "retention" };

const struct en_reason *
en_rules_admit_own(const struct en_alert_facts *f, en_time now)
{
    if (!f->is_person)
        return &not_a_person;
    if (!f->identifiable)
        return &nobody;
    if (f->ground.n == 0)
        return &no_ground;
    if (f->review != EN_TIME_NONE && f->review <= now)
        return &review_past;
    if (f->destroy != EN_TIME_NONE && f->destroy <= now)
        return &destroy_past;
    if (f->review != EN_TIME_NONE && f->destroy != EN_TIME_NONE && f->review > f->destroy)
        return &review_late;
    return NULL;
}

const struct en_reason *
en_rules_unmatched(const struct en_alert_facts *f, const en_text *accepted, size_t n_accepted)
{
    if (!f->is_person)
        return &not_a_person;
    if (f->ended)
        return &over;
    if (f->ground.n != 0)
        return NULL;
    for (size_t i = 0; i < f->n_programmes; i++)
        for (size_t k = 0; k < n_accepted; k++)
            if (en_text_eq(f->programmes[i], accepted[k]))
                return NULL;
    return &outside;
}
