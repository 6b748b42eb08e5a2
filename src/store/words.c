/*
 * words.c: the stable words of the store's enums.
 */
#include "store/store.h"

static const char *const status_words[EN_ALERT_STATUSES] = {
    [EN_ALERT_ACTIVE] = "active",
    [EN_ALERT_ENDED] = "ended",
};

static const char *const state_words[EN_HIT_STATES] = {
    [EN_HIT_NEW] = "new",
    [EN_HIT_PENDING] = "pending",
    [EN_HIT_DECIDED] = "decided",
    [EN_HIT_CLEARED] = "cleared",
    [EN_HIT_ENDED] = "ended",
};

static const char *const answer_words[EN_ANSWERS] = {
    [EN_ANSWER_NONE] = "",
    [EN_ANSWER_SAME] = "same",
    [EN_ANSWER_DIFFERENT] = "different",
    [EN_ANSWER_CANNOT_TELL] = "cannot-tell",
};

static const char *const input_words[EN_INPUTS] = {
    [EN_INPUT_MANIFESTS] = "manifests",
    [EN_INPUT_LISTS] = "lists",
    [EN_INPUT_BUNDLES] = "bundles",
};

const char *
en_store_input_word(enum en_store_input w)
{
    EN_ASSERT(w < EN_INPUTS);
    return input_words[w];
}

const char *
en_alert_status_word(enum en_alert_status st)
{
    EN_ASSERT(st < EN_ALERT_STATUSES);
    return status_words[st];
}

const char *
en_hit_state_word(enum en_hit_state st)
{
    EN_ASSERT(st < EN_HIT_STATES);
    return state_words[st];
}

bool
en_hit_state_from(en_text t, enum en_hit_state *out)
{
    unsigned i;
    bool known = en_text_among(t, state_words, EN_HIT_STATES, &i);

    if (known)
        *out = (enum en_hit_state)i;
    return known;
}

const char *
en_answer_word(enum en_answer a)
{
    EN_ASSERT(a < EN_ANSWERS);
    return answer_words[a];
}

bool
en_answer_from(en_text t, enum en_answer *out)
{
    for (unsigned i = EN_ANSWER_SAME; i < EN_ANSWERS; i++) {
        if (en_text_is(t, answer_words[i])) {
            *out = (enum en_answer)i;
            return true;
        }
    }
    return false;
}

/* --- the exchange ------------------------------------------------------------------------------------------------- */

static const char *const held_words[EN_HELD_STATES] = {
    [EN_HELD_DRAFT] = "draft",
    [EN_HELD_CURRENT] = "current",
    [EN_HELD_REVIEW] = "review",
    [EN_HELD_ASIDE] = "aside",
    [EN_HELD_SUPERSEDED] = "superseded",
    [EN_HELD_WITHDRAWN] = "withdrawn",
    [EN_HELD_DESTROYED] = "destroyed",
};

static const char *const release_words[EN_RELEASE_STATES] = {
    [EN_RELEASE_PROPOSED] = "proposed",
    [EN_RELEASE_APPROVED] = "approved",
    [EN_RELEASE_REJECTED] = "rejected",
};

static const char *const question_words[EN_QUESTION_STATES] = {
    [EN_QUESTION_ASKED] = "asked",
    [EN_QUESTION_PROPOSED] = "proposed",
    [EN_QUESTION_GRANTED] = "granted",
    [EN_QUESTION_DENIED] = "denied",
};

static const char *const delivery_kinds[EN_DELIVERY_KINDS] = {
    [EN_DELIVERY_RECORD] = "record",
    [EN_DELIVERY_RECEIPT] = "receipt",
    [EN_DELIVERY_HEAD] = "head",
    [EN_DELIVERY_STATEMENT] = "statement",
};

static const char *const delivery_words[EN_DELIVERY_STATES] = {
    [EN_DELIVERY_QUEUED] = "queued", [EN_DELIVERY_SENT] = "sent",       [EN_DELIVERY_RECEIVED] = "received",
    [EN_DELIVERY_OPENED] = "opened", [EN_DELIVERY_REFUSED] = "refused", [EN_DELIVERY_DROPPED] = "dropped",
};

/* The place of t among n words; n if it is none of them. */
static unsigned
place_of(en_text t, const char *const *words, unsigned n)
{
    unsigned i = 0;

    while (i < n && !en_text_is(t, words[i]))
        i++;
    return i;
}

const char *
en_held_word(enum en_held h)
{
    EN_ASSERT(h < EN_HELD_STATES);
    return held_words[h];
}

bool
en_held_from(en_text t, enum en_held *out)
{
    unsigned i = place_of(t, held_words, EN_HELD_STATES);

    if (i < EN_HELD_STATES)
        *out = (enum en_held)i;
    return i < EN_HELD_STATES;
}

const char *
en_release_state_word(enum en_release_state st)
{
    EN_ASSERT(st < EN_RELEASE_STATES);
    return release_words[st];
}

bool
en_release_state_from(en_text t, enum en_release_state *out)
{
    unsigned i = place_of(t, release_words, EN_RELEASE_STATES);

    if (i < EN_RELEASE_STATES)
        *out = (enum en_release_state)i;
    return i < EN_RELEASE_STATES;
}

const char *
en_version_state_word(enum en_version_state st)
{
    static const char *const words[EN_VERSION_STATES] = { "proposed", "holds", "adopted" };

    EN_ASSERT(st < EN_VERSION_STATES);
    return words[st];
}

const char *
en_question_state_word(enum en_question_state st)
{
    EN_ASSERT(st < EN_QUESTION_STATES);
    return question_words[st];
}

const char *
en_delivery_kind_word(enum en_delivery_kind k)
{
    EN_ASSERT(k < EN_DELIVERY_KINDS);
    return delivery_kinds[k];
}

const char *
en_delivery_state_word(enum en_delivery_state st)
{
    EN_ASSERT(st < EN_DELIVERY_STATES);
    return delivery_words[st];
}

bool
en_delivery_state_from(en_text t, enum en_delivery_state *out)
{
    unsigned i = place_of(t, delivery_words, EN_DELIVERY_STATES);

    if (i < EN_DELIVERY_STATES)
        *out = (enum en_delivery_state)i;
    return i < EN_DELIVERY_STATES;
}
