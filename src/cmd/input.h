/*
 * input.h: reading the files that a command is given; "-" is standard input.
 */
#ifndef EN_CMD_INPUT_H
#define EN_CMD_INPUT_H

#include "base/buf.h"
#include "base/bytes.h"

struct en_input {
    int fd;
    uint64_t size; /* of a regular file, else 0 */
};

/* EN_E_NOT_FOUND, EN_E_STORAGE (no permission, a folder, an input error). */
en_errc en_input_open(struct en_input *in, const char *path, struct en_err *err);
/* The next bytes; *n is 0 at the end. */
en_errc en_input_read(struct en_input *in, void *p, size_t room, size_t *n, struct en_err *err);
void en_input_close(struct en_input *in);
/* The whole file appended to out; EN_E_LIMIT if it is longer than max. */
en_errc en_input_all(const char *path, size_t max, struct en_buf *out, struct en_err *err);

#endif
