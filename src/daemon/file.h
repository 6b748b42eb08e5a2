/*
 * file.h: files as inputs of acts. What cannot be read twice (a pipe) is copied into memory that has a descriptor.
 */
#ifndef EN_DAEMON_FILE_H
#define EN_DAEMON_FILE_H

#include "acts/acts.h"

struct en_file {
    int fd;
    en_text name; /* for people; borrowed */
    uint64_t size;
};

/* EN_E_NOT_FOUND; EN_E_STORAGE. "-" is standard input. name is set to shown (checked text for people, borrowed). */
en_errc en_file_open(struct en_file *f, const char *path, en_text shown, struct en_err *err);
/* A descriptor that came from elsewhere: a regular file, or EN_E_INPUT. Takes fd in either case. */
en_errc en_file_take(struct en_file *f, int fd, en_text shown, struct en_err *err);
void en_file_close(struct en_file *f);
/* f is borrowed by the input. */
struct en_act_input en_file_input(struct en_file *f);

#endif
