#include "casework/board.h"

#define NO_DECISION                                                                                                    \
    "reference: an automatic result alone decides nothing that is against a person (docs/formats/cusres.md)"

static const struct en_reason nothing_speaks = { "clear", "no alert reaches the line, or each hit was answered",
                                                 "docs/formats/cusres.md" };
static const struct en_reason looked_at = { "looked-at", "a hit is to be looked at by a person", NO_DECISION };
static const struct en_reason is_the_person = { "same",
                                                "a hit was found to be the person; what follows is a person's order",
                                                NO_DECISION };
static const struct en_reason too_little = { "insufficient",
                                             "there is no name, or neither a birth date nor a document with it",
                                             "docs/formats/cusres.md" };
static const struct en_reason time_is_up = {
    "nobody-in-time", "nobody looked in time: the traveller boards and the border is told to look on arrival",
    NO_DECISION
};

enum en_board_machine
en_board_answer(const struct en_board_facts *f, const struct en_reason **why)
{
    *why = &nothing_speaks;
    if (f->open_hits > 0) {
        *why = &looked_at;
        return EN_BOARD_CHECK;
    }
    if (f->same_hits > 0) {
        *why = &is_the_person;
        return EN_BOARD_CHECK;
    }
    if (!f->has_name || (!f->has_birth && !f->has_document)) {
        *why = &too_little;
        return EN_BOARD_INSUFFICIENT;
    }
    return EN_BOARD_OK;
}

const char *
en_board_machine_code(enum en_board_machine m)
{
    switch (m) {
    case EN_BOARD_OK:
        return "0Z";
    case EN_BOARD_CHECK:
        return "2Z";
    case EN_BOARD_INSUFFICIENT:
        return "4Z";
    case EN_BOARD_MACHINE_VALUES:
        break;
    }
    EN_ASSERT(m < EN_BOARD_MACHINE_VALUES);
    return NULL;
}

const char *
en_board_order_code(const struct en_board_order *o, bool *waits, const struct en_reason **no)
{
    static const struct en_reason nobody = { "nobody", "an order names the person who gives it", NO_DECISION };
    static const struct en_reason no_reason = { "reason-missing", "an order says why", NO_DECISION };
    static const struct en_reason not_same = {
        "not-the-person", "only a traveller whose hit two persons have decided to be the same may be refused",
        NO_DECISION
    };
    static const struct en_reason alone = { "same-key", "the second person has another key", NO_DECISION };

    *waits = false;
    *no = o->by <= 0                         ? &nobody
          : !o->has_reason                   ? &no_reason
          : o->what != EN_BOARD_ORDER_REFUSE ? NULL
          : !o->hit_is_same                  ? &not_same
          : o->second > 0 && o->same_person  ? &alone
                                             : NULL;
    if (*no != NULL)
        return NULL;
    switch (o->what) {
    case EN_BOARD_ORDER_OK:
        return "0Z";
    case EN_BOARD_ORDER_CHECK:
        return "2Z";
    case EN_BOARD_ORDER_REFUSE:
        *waits = o->second <= 0;
        return *waits ? NULL : "1Z";
    case EN_BOARD_ORDERED_VALUES:
        break;
    }
    EN_ASSERT(o->what < EN_BOARD_ORDERED_VALUES);
    return NULL;
}

enum en_board_machine
en_board_timer_ends(const struct en_reason **why)
{
    *why = &time_is_up;
    return EN_BOARD_OK;
}
