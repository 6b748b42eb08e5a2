/*
 * maker.h: the one thread of `entente serve` beside its loop: it builds a screening index from the store, with a
 * reader's handle of its own, and hands it over. Nothing else is shared.
 *
 *   idle --start--> making --(descriptor readable) take--> handed over --give back--> idle
 *                            take, it could not be made--> idle
 */
#ifndef EN_DAEMON_MAKER_H
#define EN_DAEMON_MAKER_H

#include "acts/acts.h"
#include "daemon/folder.h"

struct en_maker;

/* f is borrowed. */
struct en_maker *en_maker_new(const struct en_folder *f);
/* Waits for what is being made; what was taken is given back before, and nobody uses what was made any more. */
void en_maker_free(struct en_maker *k);
/* Readable when there is something to take. */
int en_maker_fd(const struct en_maker *k);
bool en_maker_idle(const struct en_maker *k);
en_errc en_maker_start(struct en_maker *k, struct en_err *err);
/* Once, when the descriptor is readable: what was made, or why not; the maker is idle then in the second case. */
en_errc en_maker_take(struct en_maker *k, struct en_acts_made **out, struct en_err *err);
/* What was taken, to be freed by the thread: it may be half a gigabyte. */
void en_maker_give_back(struct en_maker *k, struct en_acts_made *made);

#endif
