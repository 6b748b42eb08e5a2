#include "cmd/list_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/input.h"

#define HEAD  (64 * EN_KIB)
#define CHUNK EN_MIB
/* The largest real one has 2 MiB. */
#define COMPANION_MAX (256u * EN_MIB)

static bool
is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

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
unknown(struct en_report *report, struct en_err *err)
{
    en_report_add(report, EN_NOTE_REFUSED, "list-format", 1, 0, "not a list in any format we know");
    return en_err_set_at(err, EN_E_INPUT, 1, 0,
                         "not a list in any format we know (docs/formats/lists.md)");
}

static en_errc
look_at(const char *path, enum en_list_format *format, struct en_err *err)
{
    struct en_input in;
    uint8_t *head;
    size_t n = 0;
    en_errc e;

    *format = EN_LIST_UNKNOWN;
    if (is_stdin(path))
        return EN_OK;
    if ((e = en_input_open(&in, path, err)))
        return e;
    head = en_xmalloc(HEAD);
    e = fill(&in, head, HEAD, &n, err);
    en_input_close(&in);
    *format = en_list_sniff(en_bytes_from(head, n));
    free(head);
    return e;
}

/*
 * Gives the file at `at` to the nearest SDN file before it that has room for it, else to the first one behind it.
 */
static en_errc
pair(struct en_list_files *f, size_t at, struct en_err *err)
{
    struct en_list_file *found = NULL;

    for (size_t i = 0; i < f->n; i++) {
        struct en_list_file *x = &f->files[i];
        bool has = x->n_companions == EN_LIST_COMPANIONS;

        for (size_t k = 0; k < x->n_companions; k++)
            has = has || x->companion_formats[k] == f->files[at].format;
        if (x->format == EN_LIST_OFAC_SDN && !has && (i < at || !found))
            found = x;
    }
    if (!found)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "a file that goes with a list (alt.csv, add.csv, sdn_comments.csv) needs its sdn.csv on the "
                          "same command line");
    found->companion_formats[found->n_companions] = f->files[at].format;
    found->companions[found->n_companions++] = f->files[at].path;
    return EN_OK;
}

en_errc
en_list_files_look(const char *const *paths, size_t n, struct en_arena *a, struct en_list_files *out,
                   struct en_err *err)
{
    size_t kept = 0;
    en_errc e;

    out->n = 0;
    out->failed = NULL;
    if (!(out->files = en_arena_array(a, n, sizeof *out->files)))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many files");
    for (size_t i = 0; i < n; i++) {
        out->files[i] = (struct en_list_file){ .path = paths[i] };
        if ((e = look_at(paths[i], &out->files[i].format, err))) {
            out->failed = paths[i];
            return e;
        }
        out->n++;
    }
    for (size_t i = 0; i < n; i++)
        if (en_list_format_companion(out->files[i].format) && (e = pair(out, i, err)))
            return e;
    for (size_t i = 0; i < n; i++)
        if (!en_list_format_companion(out->files[i].format))
            out->files[kept++] = out->files[i];
    out->n = kept;
    return EN_OK;
}

static en_errc
read_companion(const char *path, struct en_list_reader *r, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    en_errc e = en_input_all(path, COMPANION_MAX, &b, err);

    if (!e)
        e = en_list_reader_alternates(r, en_buf_bytes(&b), err);
    en_buf_release(&b);
    return e;
}

static en_errc
feed_all(struct en_input *in, struct en_list_reader *r, uint8_t *chunk, size_t n, struct en_err *err)
{
    en_errc e = EN_OK;

    while (n && e == EN_OK) {
        e = en_list_reader_feed(r, en_bytes_from(chunk, n), err);
        if (e == EN_OK)
            e = en_input_read(in, chunk, CHUNK, &n, err);
    }
    return e ? e : en_list_reader_end(r, err);
}

static void
copy_meta(const struct en_list_meta *from, struct en_arena *a, struct en_list_meta *to)
{
    *to = *from;
    to->name = en_text_dup(from->name, a);
    to->version = en_text_dup(from->version, a);
}

en_errc
en_list_file_read(const struct en_list_file *f, struct en_list_sink sink, struct en_report *report, struct en_arena *a,
                  struct en_list_meta *meta, struct en_err *err)
{
    enum en_list_format format = f->format;
    struct en_list_reader *r = NULL;
    struct en_input in;
    uint8_t *chunk;
    size_t n = 0;
    en_errc e = en_input_open(&in, f->path, err);

    if (e)
        return e;
    chunk = en_xmalloc(CHUNK);
    e = fill(&in, chunk, HEAD, &n, err);
    if (!e && format == EN_LIST_UNKNOWN)
        format = en_list_sniff(en_bytes_from(chunk, n));
    if (!e && (format == EN_LIST_UNKNOWN || en_list_format_companion(format)))
        e = unknown(report, err);
    if (!e)
        r = en_list_reader_new(format, sink, report);
    for (size_t i = 0; r && !e && i < f->n_companions; i++)
        e = read_companion(f->companions[i], r, err);
    if (r && !e)
        e = feed_all(&in, r, chunk, n, err);
    if (r && meta)
        copy_meta(en_list_reader_meta(r), a, meta);
    en_list_reader_free(r);
    free(chunk);
    en_input_close(&in);
    return e;
}
