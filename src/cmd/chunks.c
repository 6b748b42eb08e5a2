#include "cmd/chunks.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "cmd/node_call.h"

static void
write_all(struct en_chunks *c, const uint8_t *p, size_t n)
{
    while (n > 0 && c->failed == 0) {
        ssize_t k = write(c->fd, p, n);

        if (k < 0 && errno != EINTR)
            c->failed = errno;
        p += k > 0 ? k : 0;
        n -= k > 0 ? (size_t)k : 0;
    }
}

bool
en_chunk_take(struct en_chunks *c, const json_t *row)
{
    en_text chunk = en_row_text(row, "chunk");
    uint8_t *room;
    size_t n;

    if (chunk.n == 0)
        return false;
    room = en_xmalloc(chunk.n);
    n = en_base64_decode(en_text_bytes(chunk), EN_BASE64_PADDED, room, chunk.n);
    if (n == SIZE_MAX)
        c->failed = EIO;
    else
        write_all(c, room, n);
    free(room);
    return true;
}
