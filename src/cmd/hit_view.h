/*
 * hit_view.h: a hit for people: who, against whom, why, in bits and in words. One way for every command that shows one.
 */
#ifndef EN_CMD_HIT_VIEW_H
#define EN_CMD_HIT_VIEW_H

#include <jansson.h>

#include "cmd/cmd.h"

/*
 * hit is an object as in docs/formats/json.md "screening" or "hit"; prior is that of one candidate, 0 to take the hit's
 * own "prior". Bits are shown to two decimals; they add up exactly in --json.
 */
void en_hit_view(struct en_out *o, const json_t *hit, double prior);
/* Probability in words that people use: "about 4 in 10", "1 in 2,000". */
void en_odds_words(double probability, struct en_buf *out);
/* Pads the text with blanks to a width in columns. */
void en_out_pad(struct en_out *o, en_text t, size_t width, bool right);

/* What an act found among the travellers still held ("found_later"); nothing is said of 0. */
void en_say_found_later(const json_t *row);

/* What became of the alert of a hit that ended; "" for another. The words replace what is in the buffer. */
void en_hit_ended_words(const json_t *hit, struct en_buf *out);

#endif
