/*
 * list_index.h: lists straight into an index, without a node: what `entente screen --list` and the bench search in.
 */
#ifndef EN_CMD_LIST_INDEX_H
#define EN_CMD_LIST_INDEX_H

#include "base/report.h"
#include "cmd/cmd.h"
#include "daemon/shelf.h"
#include "screen/screen.h"

struct en_list_index {
    struct en_index *ix;
    uint64_t entries;    /* read */
    uint64_t screened;   /* in the index: persons that the list does not call ended */
    uint64_t identities; /* those that share an id are one */
    bool damaged;        /* a list was not well-formed to its end; it was said on standard error */
    struct en_shelf shelf;
    en_bytes lies_in; /* the file of a saved index; empty when it was built */
};

/*
 * Reads the lists one after another; every row of a person is indexed, whatever its ground (there is no node and no
 * profile). Damage and refused rows are in the report; other errors end it and there is no index.
 */
en_errc en_list_index_build(struct en_run *r, const char *const *paths, size_t n, struct en_report *report,
                            struct en_list_index *out, struct en_err *err);
/*
 * The same with a file that keeps the index (docs/formats/index.md): while the lists have the same bytes and the
 * program is the same one, they are not read again. Else they are, and the new index is kept there when nothing of them
 * was refused; what is wrong with the file is said and hurts nothing. EN_E_USAGE for standard input.
 */
en_errc en_list_index_kept(struct en_run *r, const char *const *paths, size_t n, const char *file,
                           struct en_report *report, struct en_list_index *out, struct en_err *err);
void en_list_index_release(struct en_list_index *l);

#endif
