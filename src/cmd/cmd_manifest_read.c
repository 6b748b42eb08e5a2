#include "base/map.h"
#include "cmd/cmd.h"
#include "cmd/manifest_files.h"

struct reading {
    struct en_run *run;
    struct en_report *report;
    struct en_map *seen; /* content of the messages so far */
    uint64_t travellers, messages;
    struct en_buf line;
    struct en_progress progress;
    struct en_manifest_map *map; /* NULL without one */
    en_text file;                /* the present file, to be shown */
    uint64_t last_line, last_pos;
};

/* For people: id, name, birth date, nationality, document, flight. */
static void
show(struct reading *rd, const struct en_traveller *t)
{
    struct en_out *o = rd->run->out;
    const struct en_person *p = &t->person;
    char date[24] = "";

    if (p->n_births)
        en_birth_format(&p->births[0], date);
    en_out_text(o, t->id);
    en_out_str(o, "\t");
    en_out_text(o, p->n_names ? p->names[0].full : EN_TEXT_LIT("(no name)"));
    en_out_f(o, "\t%s\t%s\t", date, p->n_nationalities ? p->nationalities[0].a3 : "");
    en_out_text(o, p->n_docs ? p->docs[0].number : EN_TEXT_NONE);
    en_out_str(o, "\t");
    en_out_text(o, t->flight ? t->flight->number : EN_TEXT_NONE);
    en_out_str(o, "\n");
}

static en_errc
take(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct reading *rd = ctx;

    rd->travellers++;
    rd->last_line = t->line;
    rd->last_pos = t->pos;
    en_progress(&rd->progress, rd->travellers, 0);
    if (rd->run->json) {
        en_buf_reset(&rd->line);
        en_traveller_json(t, rd->file, &rd->line);
        en_out_line(rd->run->out, &rd->line);
    } else {
        show(rd, t);
    }
    return en_out_failed(rd->run->out) ? en_out_flush(rd->run->out, err) : EN_OK;
}

static en_errc
take_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct reading *rd = ctx;
    bool fresh;

    (void)err;
    rd->messages++;
    (void)en_map_put(rd->seen, en_bytes_from(m->content, sizeof m->content), &fresh);
    if (!fresh && m->travellers)
        en_report_add(rd->report, EN_NOTE_WARNING, "message-repeated", rd->last_line, rd->last_pos,
                      "a message says the same as an earlier one: it was probably sent again");
    return EN_OK;
}

static void
summary_json(struct reading *rd)
{
    struct en_json j;

    en_buf_reset(&rd->line);
    en_json_init(&j, &rd->line);
    en_json_object(&j);
    en_json_key(&j, "summary");
    en_json_object(&j);
    en_json_kv_uint(&j, "travellers", rd->travellers);
    en_json_kv_uint(&j, "messages", rd->messages);
    en_report_json(rd->report, &j);
    en_json_object_end(&j);
    en_json_object_end(&j);
    en_out_line(rd->run->out, &rd->line);
}

/* Reads one file. Its own damage is said and remembered in *damaged; other errors end the command. */
static en_errc
read_file(struct reading *rd, const char *path, enum en_manifest_format as, int32_t today, bool *damaged,
          struct en_err *err)
{
    struct en_manifest_sink sink = { rd, take, take_message };
    en_errc e;

    rd->file = en_arg_show(rd->run, path);
    e = en_manifest_file_read_mapped(path, rd->map, as, today, sink, rd->report, err);
    if (e != EN_E_INPUT && e != EN_E_LIMIT)
        return e;
    *damaged = true;
    en_report_add_err(rd->report, "file", err);
    if (!rd->run->json)
        en_say_err(rd->file, err);
    *err = (struct en_err)EN_ERR_INIT;
    return EN_OK;
}

/* --today, or the clock. */
static en_errc
find_today(struct en_run *r, int32_t *out, struct en_err *err)
{
    struct en_birth day;

    *out = en_today();
    if (!en_opt_given(r, "today"))
        return EN_OK;
    if (!en_birth_parse(en_opt_text(r, "today"), &day) || day.from != day.to)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--today is a day such as 2026-11-23");
    *out = day.from;
    return EN_OK;
}

static en_errc
read_all(struct reading *rd, bool *damaged, struct en_err *err)
{
    struct en_run *r = rd->run;
    enum en_manifest_format as = EN_MANIFEST_UNKNOWN;
    int32_t today;
    en_errc e = find_today(r, &today, err);

    if (en_opt_given(r, "as"))
        EN_ASSERT(en_manifest_format_from(en_opt_text(r, "as"), &as));
    if (!e && en_opt_given(r, "map") && as != EN_MANIFEST_UNKNOWN && as != EN_MANIFEST_CSV)
        e = en_err_set(err, EN_E_USAGE, EN_NO_POS, "--map is for CSV");
    e = e ? e : en_manifest_map_file(en_opt_value(r, "map"), &rd->map, err);
    for (size_t i = 0; !e && i < r->n_args; i++)
        e = read_file(rd, r->args[i], as, today, damaged, err);
    return e;
}

static en_errc
cmd_manifest_read(struct en_run *r, struct en_err *err)
{
    struct reading rd = { .run = r, .line = EN_BUF_INIT, .report = en_report_new(), .seen = en_map_new(NULL) };
    bool damaged = false;
    en_errc e;

    en_progress_begin(&rd.progress, "reading");
    e = read_all(&rd, &damaged, err);
    en_progress_end(&rd.progress);
    if (!e && r->json)
        summary_json(&rd);
    else if (!e) {
        en_say("%lu travellers in %lu messages", (unsigned long)rd.travellers, (unsigned long)rd.messages);
        en_say_report(r->n_args == 1 ? rd.file : EN_TEXT_NONE, rd.report);
    }
    if (!e && (damaged || en_report_count(rd.report, EN_NOTE_REFUSED)))
        e = EN_E_NO;
    en_report_free(rd.report);
    en_manifest_map_free(rd.map);
    en_map_free(rd.seen);
    en_buf_release(&rd.line);
    return e;
}

const struct en_cmd en_cmd_manifest_read = {
    .words = "manifest read",
    .args = "FILE...",
    .summary = "read manifests and say who travels, without keeping anything",
    .about = "The format is found by looking at the file: UN/EDIFACT with PAXLST or PNRGOV messages, whatever stands "
             "around the "
             "interchange; machine readable zones of travel documents, one after another; CSV with a first row that "
             "names the columns (docs/formats/manifest-csv.md); our own JSON lines. CSV with other columns, "
             "separators, dates "
             "or words is read with --map and a file that explains them (docs/formats/manifest-map.md).\n\n"
             "One bad person never sinks the others. Every repair, and everything that is refused, is reported with "
             "its line or segment and its byte; the exit code is 1 if anything was refused. A message that says the "
             "same as an earlier one is pointed out.\n\n"
             "With --json each traveller is a line, and the last line is the summary (docs/formats/json.md). What it "
             "prints is a manifest itself.",
    .opts =
        (const struct en_opt[]){
            { .name = "as",
              .kind = EN_OPT_CHOICE,
              .arg = "edifact|mrz|csv|jsonl",
              .help = "read the files as this format instead of looking at them" },
            { .name = "map",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "the manifests are CSV of your own, and this file says what their columns mean" },
            { .name = "today",
              .kind = EN_OPT_TEXT,
              .arg = "DATE",
              .help = "the day that settles two-digit years, instead of the clock's" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente manifest read examples/manifests/xn204.edi", "show who is on a flight" },
            { "entente manifest read --map examples/manifests/harbour.map examples/manifests/harbour.csv",
              "read a service's own CSV" },
            { "entente manifest read --json examples/manifests/gate.mrz", "read documents as JSON" },
            { NULL, NULL },
        },
    .run = cmd_manifest_read,
};
