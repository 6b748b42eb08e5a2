/*
 * list_files.h: the alert lists that a command line names, whatever their formats.
 *
 * Files are sniffed and read in the order given. OFAC's alt.csv, add.csv and sdn_comments.csv belong to the SDN file
 * before them, or behind them if there is none before; without one they are a usage error. "-" is standard input.
 */
#ifndef EN_CMD_LIST_FILES_H
#define EN_CMD_LIST_FILES_H

#include "base/arena.h"
#include "formats/list.h"

#define EN_LIST_COMPANIONS 3u

struct en_list_file {
    const char *path;
    const char *companions[EN_LIST_COMPANIONS]; /* paths of alt.csv, add.csv, sdn_comments.csv that go with it */
    enum en_list_format companion_formats[EN_LIST_COMPANIONS];
    size_t n_companions;
    enum en_list_format format;
};

struct en_list_files {
    struct en_list_file *files;  /* in the arena */
    size_t n;
    const char *failed;          /* the path that could not be looked at, or NULL */
};

/*
 * Looks at the beginning of each file and pairs the files that go with an SDN list with theirs. Standard input is not
 * looked at before it is read, so it stands alone: EN_LIST_UNKNOWN until then. A file that is no list we know is
 * EN_LIST_UNKNOWN as well, and refused when it is read. EN_E_USAGE for such a file without its list; EN_E_NOT_FOUND,
 * EN_E_STORAGE.
 */
en_errc en_list_files_look(const char *const *paths, size_t n, struct en_arena *a, struct en_list_files *out,
                           struct en_err *err);
/*
 * Reads one list to its end and gives each identity to the sink. Damage is in the report as well as in err (EN_E_INPUT,
 * EN_E_LIMIT: what came before it was delivered). meta may be NULL; its texts are in the arena.
 */
en_errc en_list_file_read(const struct en_list_file *f, struct en_list_sink sink, struct en_report *report,
                          struct en_arena *a, struct en_list_meta *meta, struct en_err *err);

#endif
