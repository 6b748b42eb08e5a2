/*
 * node_cards.h: cards of made-up partners for tests, of node_keys.h's keys: every step is a rotation.
 */
#ifndef EN_TESTS_NODE_CARDS_H
#define EN_TESTS_NODE_CARDS_H

#include "node/card.h"
#include "node_keys.h"

/* Where the keys of a node stand after its step `number`. */
static inline struct en_key_state
test_key_state(unsigned node, uint32_t number)
{
    struct en_key first = test_signing_key(node, 1), now = test_signing_key(node, number);
    struct en_key next = test_signing_key(node, number + 1);
    struct en_key_state s = { .number = number };

    en_key_id(first.public_key, s.partner);
    memcpy(s.key, now.public_key, sizeof s.key);
    en_key_digest(next.public_key, s.next);
    return s;
}

/* Appends the step that led there. */
static inline void
test_key_step(unsigned node, uint32_t number, en_time at, struct en_buf *out)
{
    struct en_key now = test_signing_key(node, number), before = test_signing_key(node, number > 1 ? number - 1 : 1);
    struct en_key_step s = { test_key_state(node, number), number > 1 ? EN_KEY_ROTATED : EN_KEY_FIRST, at, { 0 } };

    memcpy(s.before, before.public_key, sizeof s.before);
    en_key_step_write(&s, &now, number > 1 ? &before : NULL, out);
}

/* The card of a node at a time. */
static inline struct en_card
test_card(unsigned node, uint32_t number, en_time at)
{
    struct en_node_keys k = test_node_keys(node, number, at);
    struct en_card c = { .keys = test_key_state(node, number),
                         .name = EN_TEXT_LIT("Made-up Service"),
                         .country = EN_TEXT_LIT("XAA"),
                         .rehearsal = true,
                         .at = at };

    for (unsigned i = k.n_sealing; i-- > 0;) {
        if (k.month[i] < en_month_of(at))
            continue;
        c.seal[c.n_seals].month = k.month[i];
        memcpy(c.seal[c.n_seals++].recipient, k.sealing[i].recipient, EN_AGE_KEY_LEN);
    }
    return c;
}

/* Its card file: the card and all steps. */
static inline void
test_card_file(unsigned node, uint32_t number, en_time at, struct en_buf *out)
{
    struct en_key now = test_signing_key(node, number);
    struct en_card c = test_card(node, number, at);

    en_card_write(&c, &now, out);
    for (uint32_t i = 1; i <= number; i++)
        test_key_step(node, i, at, out);
}

#endif
