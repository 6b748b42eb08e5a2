/*
 * board.h: what a carrier is told about a traveller, and who may say it.
 *
 * The machine answers by rule: board, check, or the data do not suffice. That somebody is not to board is no value that
 * it has: its enum ends before it. Such an answer is made from an order of two named persons only, about a hit that was
 * decided "same", and en_board_order is the one place that makes it.
 */
#ifndef EN_CASEWORK_BOARD_H
#define EN_CASEWORK_BOARD_H

#include "base/bytes.h"
#include "base/time.h"
#include "rules/rules.h"

/*= reference/travel.md R7: "an automatic answer may be only 0Z, 4Z or 2Z refer; 1Z needs a named human decision" */
enum en_board_machine {
    EN_BOARD_OK,           /* 0Z */
    EN_BOARD_CHECK,        /* 2Z: a person looks; the carrier waits or goes on as its rules say */
    EN_BOARD_INSUFFICIENT, /* 4Z: send better data */
    EN_BOARD_MACHINE_VALUES
};

/* What a person may order; the last one takes two. */
enum en_board_ordered { EN_BOARD_ORDER_OK, EN_BOARD_ORDER_CHECK, EN_BOARD_ORDER_REFUSE, EN_BOARD_ORDERED_VALUES };

/* What the rule looks at. */
struct en_board_facts {
    bool has_name, has_birth, has_document;
    unsigned open_hits;   /* new or pending */
    unsigned same_hits;   /* decided: it is the person */
    unsigned unsure_hits; /* decided: cannot tell */
};

/* The answer by rule, and why. *why is never NULL. */
enum en_board_machine en_board_answer(const struct en_board_facts *f, const struct en_reason **why);
const char *en_board_machine_code(enum en_board_machine m); /* "0Z" "2Z" "4Z" */

struct en_board_order {
    enum en_board_ordered what;
    int64_t by, second; /* users; 0: nobody */
    bool same_person;   /* by and second have one key */
    bool hit_is_same;   /* a hit of this traveller was decided "same" */
    bool has_reason;
};
/*
 * The code that the order puts on the wire; NULL with a reason in *no when it may not. An order to refuse with nobody
 * in second is not refused: *waits says that a second person is needed, and nothing goes out.
 */
const char *en_board_order_code(const struct en_board_order *o, bool *waits, const struct en_reason **no);

/* The answer when nobody has looked in time, and the sentence that the border is told. */
enum en_board_machine en_board_timer_ends(const struct en_reason **why);

#endif
