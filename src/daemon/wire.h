/*
 * wire.h: the exchange with partners as `entente serve` runs it: src/net's server and client on one side, acts/live.h
 * on the other. All of it is called by the loop, in its one thread, between two acts; the threads of src/net only
 * carry.
 *
 * What is answered with "taken" was committed before. What waits for a partner that has an address is sent to it; a
 * partner without one fetches, and waits at the door until there is something (docs/formats/wire.md 3). A node without
 * an address of its own fetches from partners that have one.
 */
#ifndef EN_DAEMON_WIRE_H
#define EN_DAEMON_WIRE_H

#include "acts/live.h"

#define EN_WIRE_FDS 2

struct en_wire_options {
    const char *listen; /* HOST:PORT; NULL: nobody reaches us here */
    struct en_acts *acts;
    void *ctx;
    void (*say)(void *ctx, const char *text, const struct en_err *why);
};

struct en_wire;
struct en_wire *en_wire_new(const struct en_wire_options *o);
/* Whoever waits is told to come again; what is in the air is given up, and goes again at the next start. */
void en_wire_free(struct en_wire *w);
/*
 * Begins, as far as it can: without keys of the node or without anybody to speak with it stays quiet until there are.
 * Only what a person must change is an error: an address that nobody can listen on.
 */
en_errc en_wire_start(struct en_wire *w, en_time now, struct en_err *err);
/* Partners, keys or addresses may have changed. */
void en_wire_look(struct en_wire *w);
/* Descriptors to wait on; -1 for those that are not there. */
void en_wire_fds(const struct en_wire *w, int fds[EN_WIRE_FDS]);
/* In how many milliseconds en_wire_turn is to be called at the latest. */
int64_t en_wire_wait(const struct en_wire *w, en_time now);
/* Takes what came, does what is due, sends what is to leave; a bounded part at a time. */
void en_wire_turn(struct en_wire *w, en_time now);

#endif
