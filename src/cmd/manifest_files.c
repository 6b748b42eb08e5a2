#include "cmd/manifest_files.h"

#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "cmd/input.h"

/* Text that may stand before an interchange: mail headers. */
#define HEAD  (64 * EN_KIB)
#define CHUNK (256 * EN_KIB)

/* Fills p until it is full or the input ends. */
static en_errc
fill(struct en_input *in, uint8_t *p, size_t room, size_t *n, struct en_err *err)
{
    size_t got = 1;
    en_errc e = EN_OK;

    for (*n = 0; *n < room && got && e == EN_OK; *n += got)
        e = en_input_read(in, p + *n, room - *n, &got, err);
    return e;
}

static en_errc
feed_all(struct en_input *in, struct en_manifest_reader *r, uint8_t *chunk, size_t n, struct en_err *err)
{
    en_errc e = EN_OK;

    while (n && e == EN_OK) {
        e = en_manifest_reader_feed(r, en_bytes_from(chunk, n), err);
        if (e == EN_OK)
            e = en_input_read(in, chunk, CHUNK, &n, err);
    }
    return e ? e : en_manifest_reader_end(r, err);
}

en_errc
en_manifest_map_file(const char *path, struct en_manifest_map **out, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = path ? en_input_all(path, EN_MANIFEST_MAP_MAX, &b, err) : EN_OK;

    *out = NULL;
    if (path && rc == EN_OK)
        rc = en_manifest_map_read(en_buf_bytes(&b), out, err);
    en_buf_release(&b);
    return rc;
}

en_errc
en_manifest_file_read(const char *path, enum en_manifest_format as, int32_t today, struct en_manifest_sink sink,
                      struct en_report *report, struct en_err *err)
{
    return en_manifest_file_read_mapped(path, NULL, as, today, sink, report, err);
}

en_errc
en_manifest_file_read_mapped(const char *path, const struct en_manifest_map *map, enum en_manifest_format as,
                             int32_t today, struct en_manifest_sink sink, struct en_report *report, struct en_err *err)
{
    struct en_manifest_reader *r = NULL;
    struct en_input in;
    uint8_t *chunk;
    size_t n = 0;
    en_errc e = en_input_open(&in, path, err);

    if (e)
        return e;
    chunk = en_xmalloc(CHUNK);
    e = fill(&in, chunk, HEAD, &n, err);
    if (!e && !map && as == EN_MANIFEST_UNKNOWN)
        as = en_manifest_sniff(en_bytes_from(chunk, n));
    if (!e && !map && as == EN_MANIFEST_UNKNOWN)
        e = en_err_set_at(err, EN_E_INPUT, 1, 0,
                          "not a manifest in any format we know (EDIFACT, machine readable zones, CSV or JSON lines); "
                          "other CSV is read with --map");
    if (!e) {
        r = map ? en_manifest_reader_new_mapped(map, today, sink, report)
                : en_manifest_reader_new(as, today, sink, report);
        e = feed_all(&in, r, chunk, n, err);
    }
    en_manifest_reader_free(r);
    free(chunk);
    en_input_close(&in);
    return e;
}

int32_t
en_today(void)
{
    return (int32_t)(time(NULL) / 86400);
}
