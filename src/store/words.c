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
