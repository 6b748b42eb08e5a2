/*
 * cmd_bench_read.c: how fast one core reads a list or a manifest of any format.
 *
 * The file is taken into memory and read from there again and again, each time by a new reader as if it were a file of
 * its own, until enough has been read. So a small file measures how a stream of small files is read.
 */
#include <string.h>

#include "base/limits.h"
#include "cmd/bench.h"
#include "cmd/input.h"
#include "cmd/manifest_files.h"
#include "formats/list.h"

#define FILE_MAX (2048ull * EN_MIB)
#define HEAD     (64 * EN_KIB)
#define CHUNK    (256 * EN_KIB)

struct reading {
    struct en_run *run;
    enum en_list_format list; /* one of the two is known */
    enum en_manifest_format manifest;
    struct en_buf file;
    uint64_t records, passes, bytes, refused;
    int64_t wall, cpu;
    bool damaged;
};

static en_errc
count_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct reading *rd = ctx;

    (void)id;
    (void)err;
    rd->records++;
    return EN_OK;
}

static en_errc
count_traveller(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct reading *rd = ctx;

    (void)t;
    (void)err;
    rd->records++;
    return EN_OK;
}

static en_errc
read_list(struct reading *rd, struct en_report *report, struct en_err *err)
{
    const struct en_list_sink sink = { rd, count_identity };
    struct en_list_reader *r = en_list_reader_new(rd->list, sink, report);
    en_errc rc = EN_OK;

    for (size_t at = 0; rc == EN_OK && at < rd->file.n; at += CHUNK)
        rc = en_list_reader_feed(r, en_bytes_from(rd->file.p + at, rd->file.n - at < CHUNK ? rd->file.n - at : CHUNK),
                                 err);
    rc = rc != EN_OK ? rc : en_list_reader_end(r, err);
    en_list_reader_free(r);
    return rc;
}

static en_errc
read_manifest(struct reading *rd, struct en_report *report, struct en_err *err)
{
    const struct en_manifest_sink sink = { rd, count_traveller, NULL };
    struct en_manifest_reader *r = en_manifest_reader_new(rd->manifest, en_today(), sink, report);
    en_errc rc = EN_OK;

    for (size_t at = 0; rc == EN_OK && at < rd->file.n; at += CHUNK)
        rc = en_manifest_reader_feed(
            r, en_bytes_from(rd->file.p + at, rd->file.n - at < CHUNK ? rd->file.n - at : CHUNK), err);
    rc = rc != EN_OK ? rc : en_manifest_reader_end(r, err);
    en_manifest_reader_free(r);
    return rc;
}

/* Damage is told by the first pass; the bytes count all the same. */
static en_errc
one_pass(struct reading *rd, struct en_err *err)
{
    struct en_report *report = en_report_new();
    struct en_err damage = EN_ERR_INIT;
    int64_t cpu = en_bench_cpu(), before = en_bench_now();
    en_errc rc = rd->list != EN_LIST_UNKNOWN ? read_list(rd, report, &damage) : read_manifest(rd, report, &damage);

    rd->wall += en_bench_now() - before;
    rd->cpu += en_bench_cpu() - cpu;
    rd->bytes += rd->file.n;
    if (rc == EN_E_INPUT || rc == EN_E_LIMIT) {
        if (rd->passes == 0)
            en_say_err(en_arg_show(rd->run, en_arg(rd->run, 0)), &damage);
        rd->damaged = true;
        rc = EN_OK;
    }
    if (rc == EN_OK && rd->passes++ == 0) {
        rd->refused = en_report_count(report, EN_NOTE_REFUSED);
        if (!rd->run->json)
            en_say_report(en_arg_show(rd->run, en_arg(rd->run, 0)), report);
    }
    en_report_free(report);
    if (rc != EN_OK)
        *err = damage;
    return rc;
}

static void
tell(struct reading *rd)
{
    double s = (double)rd->wall / 1e9, cpu = (double)rd->cpu / 1e9;
    struct en_bench b;

    en_bench_begin(&b, rd->run, "read");
    en_bench_word(&b, "kind", rd->list != EN_LIST_UNKNOWN ? "list" : "manifest", "what the file is");
    en_bench_word(&b, "format",
                  rd->list != EN_LIST_UNKNOWN ? en_list_format_word(rd->list) : en_manifest_format_word(rd->manifest),
                  "found by looking at it");
    en_bench_count(&b, "file_bytes", rd->file.n, "of the file");
    en_bench_count(&b, "passes", rd->passes, "through it, each by a reader of its own");
    en_bench_count(&b, "bytes", rd->bytes, "read in all");
    en_bench_count(&b, "records", rd->records, "identities or travellers in all");
    en_bench_count(&b, "refused", rd->refused, "in one pass");
    en_bench_real(&b, "seconds", s, "on one core");
    en_bench_real(&b, "mb_per_second", s > 0 ? (double)rd->bytes / 1e6 / s : 0, "1 MB is 1,000,000 bytes");
    en_bench_real(&b, "mb_per_cpu_second", cpu > 0 ? (double)rd->bytes / 1e6 / cpu : 0, "by the time this thread ran");
    en_bench_real(&b, "records_per_second", s > 0 ? (double)rd->records / s : 0, "identities or travellers");
    en_bench_count(&b, "peak_rss_bytes", en_bench_peak_rss(), "the most this process held, the file among it");
    en_bench_end(&b);
}

/* Our own rows of CSV and JSON lines may be either; any other list is only that. */
static en_errc
look(struct reading *rd, struct en_err *err)
{
    en_bytes head = en_bytes_from(rd->file.p, rd->file.n < HEAD ? rd->file.n : HEAD);
    const char *as = en_opt_value(rd->run, "as");
    bool either;

    if (as == NULL || strcmp(as, "list") == 0)
        rd->list = en_list_sniff(head);
    if (as == NULL || strcmp(as, "manifest") == 0)
        rd->manifest = en_manifest_sniff(head);
    if (rd->list == EN_LIST_UNKNOWN && rd->manifest == EN_MANIFEST_UNKNOWN)
        return en_err_set_at(err, EN_E_INPUT, 1, 0, "not a list or a manifest in any format we know");
    if (en_list_format_companion(rd->list))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a file of alternate names is no list by itself");
    either = rd->list == EN_LIST_CSV || rd->list == EN_LIST_JSONL;
    if (either && rd->manifest != EN_MANIFEST_UNKNOWN)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "this could be a list or a manifest: say --as list or --as manifest");
    if (rd->list != EN_LIST_UNKNOWN)
        rd->manifest = EN_MANIFEST_UNKNOWN;
    return EN_OK;
}

static en_errc
cmd_bench_read(struct en_run *r, struct en_err *err)
{
    struct reading rd = { .run = r, .file = EN_BUF_INIT };
    uint64_t size = en_opt_uint(r, "size") * 1000000;
    en_errc rc = en_input_all(en_arg(r, 0), (size_t)FILE_MAX, &rd.file, err);

    rc = rc != EN_OK ? rc : look(&rd, err);
    do
        rc = rc != EN_OK ? rc : one_pass(&rd, err);
    while (rc == EN_OK && rd.bytes < size);
    if (rc == EN_OK)
        tell(&rd);
    en_buf_release(&rd.file);
    return rc == EN_OK && (rd.damaged || rd.refused > 0) ? EN_E_NO : rc;
}

const struct en_cmd en_cmd_bench_read = {
    .words = "bench read",
    .args = "FILE",
    .summary = "measure how fast a list or a manifest is read on one core",
    .about = "The format is found by looking at the file, as `entente list read` and `entente manifest read` do. The "
             "file is taken into memory and read from there, again and again, until --size megabytes have been read; "
             "each pass has a reader of its own, so a small file measures a stream of small files. What is read is "
             "thrown away.\n\n"
             "The last line is JSON with every measure; with --json it is the only one.",
    .opts =
        (const struct en_opt[]){
            { .name = "size",
              .kind = EN_OPT_UINT,
              .arg = "MB",
              .def = "100",
              .min = 1,
              .max = 1000000,
              .help = "read at least so many megabytes" },
            { .name = "as",
              .kind = EN_OPT_CHOICE,
              .arg = "list|manifest",
              .help = "what the file is, if it could be either" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente bench read examples/manifests/xn204.edi", "measure a PAXLST" },
            { "entente bench read --json --size 10 examples/lists/un-style.xml",
              "measure a list, shortly, for a program" },
            { NULL, NULL },
        },
    .run = cmd_bench_read,
};
