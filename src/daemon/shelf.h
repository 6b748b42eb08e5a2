/*
 * shelf.h: the saved screening index of a node: the file entente.index in its folder, mapped (docs/formats/index.md).
 *
 * It is written beside its place and renamed, so a stop in between leaves the old one or none. It is not synced: it is
 * checked whole when it is opened, and built anew when it is not good.
 */
#ifndef EN_DAEMON_SHELF_H
#define EN_DAEMON_SHELF_H

#include "acts/acts.h"
#include "daemon/folder.h"

#define EN_INDEX_FILE "entente.index"

struct en_shelf {
    int dir;           /* of the folder, borrowed */
    const char *name;  /* in it, borrowed */
    const char *fresh; /* what is being written, until it has that name */
    int fd;            /* of it, else -1 */
    uint64_t program;
    void *ctx;
    void (*say)(void *ctx, const char *text, const struct en_err *why);
};

/* say may be NULL. Where the program cannot read its own file nothing is kept. */
void en_shelf_init(struct en_shelf *s, const struct en_folder *f,
                   void (*say)(void *ctx, const char *text, const struct en_err *why), void *ctx);
/* The same for any file of an index, whose folder is there; fresh is a name beside it. */
void en_shelf_init_file(struct en_shelf *s, const char *name, const char *fresh);
/* s is borrowed by it. */
struct en_acts_shelf en_shelf_lend(struct en_shelf *s);
/* Gives memory that is free back to the system: what built an index needed much more than what is left. */
void en_shelf_tidy(void);

#endif
