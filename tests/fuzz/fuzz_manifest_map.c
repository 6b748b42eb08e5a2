/*
 * A map, a line "%%", and a CSV that is read with it; without such a line the map alone. Read whole and in pieces, both
 * must say the same.
 */
#include "formats/manifest_map.h"

#include <string.h>

#include "manifest_target.h"

static en_errc
read_mapped(const struct en_manifest_map *map, en_bytes in, size_t step, struct fuzz_seen *s)
{
    struct en_manifest_sink sink = { s, fuzz_see, fuzz_see_message };
    struct en_report *report = en_report_new();
    struct en_manifest_reader *r = en_manifest_reader_new_mapped(map, 20780, sink, report);
    en_errc rc = EN_OK;
    struct en_json j;

    for (size_t i = 0; i < in.n && rc == EN_OK; i += step)
        rc = en_manifest_reader_feed(r, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, NULL);
    if (rc == EN_OK)
        rc = en_manifest_reader_end(r, NULL);
    en_manifest_reader_free(r);
    en_json_init(&j, &s->lines);
    en_json_object(&j);
    en_report_json(report, &j);
    en_json_object_end(&j);
    en_report_free(report);
    return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_seen whole = { EN_BUF_INIT, 0 }, pieces = { EN_BUF_INIT, 0 };
    const uint8_t *mark = size ? memmem(data, size, "\n%%\n", 4) : NULL;
    size_t n = mark ? (size_t)(mark - data) + 1 : size;
    en_bytes in = mark ? en_bytes_from(mark + 4, size - n - 3) : en_bytes_from("N\nMia\n", 6);
    struct en_manifest_map *map;
    struct en_err err = EN_ERR_INIT;

    if (en_manifest_map_read(en_bytes_from(data, n), &map, &err) != EN_OK) {
        EN_ASSERT(map == NULL && err.line > 0);
        return 0;
    }
    EN_ASSERT(read_mapped(map, in, in.n ? in.n : 1, &whole) == read_mapped(map, in, size % 61 + 1, &pieces));
    EN_ASSERT(whole.messages == pieces.messages);
    EN_ASSERT(en_bytes_eq(en_buf_bytes(&whole.lines), en_buf_bytes(&pieces.lines)));
    en_manifest_map_free(map);
    en_buf_release(&whole.lines);
    en_buf_release(&pieces.lines);
    return 0;
}
