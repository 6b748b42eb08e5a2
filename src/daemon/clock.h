/*
 * clock.h: where time, randomness and the kind of the machine come in.
 */
#ifndef EN_DAEMON_CLOCK_H
#define EN_DAEMON_CLOCK_H

#include "acts/acts.h"

en_time en_clock_now(void);
/* Milliseconds of a clock that never steps, for deadlines. */
int64_t en_clock_ticks(void);
/* How far the clock has been set since boot, apart from its own running: a jump shows as a change of this. */
en_time en_clock_offset(void);
/* The best kind of machine code that this machine and this program have. */
enum en_simd en_machine_simd(void);
/* libsodium's generator, and the machine. */
extern const struct en_acts_rim en_rim;
/* Before anything else: no core files, no new privileges, files for their owner only. EN_E_BUG if libsodium cannot
 * start. */
en_errc en_process_harden(struct en_err *err);

#endif
