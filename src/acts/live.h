/*
 * live.h: the exchange with partners that runs by itself: the pure step (node/step.h) over the store and the acts.
 *
 * Whoever has wires calls this from the one thread that calls all of acts, between two acts; here is no clock and no
 * socket. What comes over a wire is handed in with en_acts_live_came. What is to leave is asked for with
 * en_acts_live_leaving (we connect to the partner) or en_acts_live_fetch (the partner connects to us and takes what
 * waits for it), and what became of it is told with en_acts_live_left. Everything is committed when a call returns;
 * what leaves left the store's transaction before, and what is lost on the way leaves again: docs/exchange.md.
 *
 * Acts of people (a release, a cut, a bundle by stick) need no call of their own: en_acts_live_time after each of them
 * finds what they changed.
 */
#ifndef EN_ACTS_LIVE_H
#define EN_ACTS_LIVE_H

#include "acts/acts.h"
#include "node/step.h"

/* A sealed envelope is never longer than this. */
#define EN_LIVE_SEALED_MAX (EN_ENVELOPE_MAX + EN_MIB)

struct en_live_leaving {
    uint64_t ticket;                  /* for en_acts_live_left; unique in this process, never 0 */
    char to[EN_ENVELOPE_PARTNER_LEN + 1]; /* at the other end of the wire: the recipient or a relay */
    bool urgent;
    en_bytes sealed;                  /* in the arena */
};

/*
 * The exchange begins: links are loaded, and whom we may give to is looked up. Before this nothing of the others is
 * called. EN_E_NOT_FOUND: the node has no keys; EN_E_RULE, EN_E_STORAGE … as acts have them. Calling it again loads
 * everything anew, as after a restart.
 */
en_errc en_acts_live_begin(struct en_acts *a, en_time now, struct en_err *err);
/*
 * Before the exchange begins: the versions of it that this node speaks, if not EN_ENVELOPE_VERSION alone. A later
 * version of the same form is one that there is not yet; tests have it (docs/decisions/0079-versions.md).
 */
void en_acts_live_speaks(struct en_acts *a, unsigned oldest, unsigned newest);
/*
 * Time went by, or an act was done: steps, commits. *wakes: when to be called again at the latest; EN_TIME_NONE: not
 * for its own sake.
 */
en_errc en_acts_live_time(struct en_acts *a, en_time now, en_time *wakes, struct en_err *err);
/*
 * A sealed envelope came over the wire whose other end proved to be this partner. *code is NULL if it was taken (or
 * had been); else a static word for the answer: "seal" (it cannot be opened: seal it to our newest key), "version" (one
 * that we do not speak), "refused" (why is written down, and told with a signature where its sender is known), "cut"
 * (we do not exchange with whoever this is), "full" (not now: try again). An error is ours, not the sender's: nothing
 * was done.
 */
en_errc en_acts_live_came(struct en_acts *a, en_text from, en_bytes sealed, en_time now, const char **code,
                          struct en_err *err);
/*
 * The next that is to leave for a partner that is not in busy (ids of those with a sending in flight, and of those that
 * cannot be connected to). EN_E_NO: nothing now. It is handed out once; without a word from en_acts_live_left the
 * exchange goes on as if it had been lost on the way.
 */
en_errc en_acts_live_leaving(struct en_acts *a, en_time now, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1],
                             size_t n_busy, struct en_arena *arena, struct en_live_leaving *out, struct en_err *err);
/* The next for this partner, which connected to fetch it. EN_E_NO: nothing. */
en_errc en_acts_live_fetch(struct en_acts *a, en_text partner, en_time now, struct en_arena *arena,
                           struct en_live_leaving *out, struct en_err *err);
/* This partner, which was away or began anew, is reached: what waits for it, or for its receipt, goes at once. */
en_errc en_acts_live_near(struct en_acts *a, en_text partner, en_time now, struct en_err *err);
/* What became of a sending. A ticket that is not known (any more) is no error. */
en_errc en_acts_live_left(struct en_acts *a, uint64_t ticket, enum en_sent how, en_time now, struct en_err *err);

/*
 * Who may connect, with our addresses for it or those of its card. Whom we cut, and who is suspended or expelled,
 * is left out.
 */
struct en_live_partner {
    en_text id, name;
    uint8_t key[EN_SEAL_PUBLIC_LEN]; /* its signing key now */
    bool cut;                        /* false: such are left out */
    const en_text *addresses;
    size_t n_addresses;
};
typedef en_errc en_live_partner_fn(void *ctx, const struct en_live_partner *p, struct en_err *err);
/* By id. */
en_errc en_acts_live_partners(struct en_acts *a, en_live_partner_fn *fn, void *ctx, struct en_err *err);

#endif
