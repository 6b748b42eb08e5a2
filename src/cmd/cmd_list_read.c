#include "cmd/cmd.h"
#include "cmd/list_files.h"

struct reading {
    struct en_run *run;
    uint64_t identities, persons, documents, ended;
    uint64_t outside; /* persons and documents without a ground */
    struct en_buf line;
    struct en_progress progress;
    en_text file; /* the present file, to be shown */
};

/* A stolen or lost document: it says nobody's name. */
static bool
is_document(const struct en_identity *id)
{
    return id->is_person && id->person.n_names == 0;
}

/* For people: id, ground, name (of a document alone its number and issuer), birth dates. */
static void
show(struct reading *rd, const struct en_identity *id)
{
    struct en_out *o = rd->run->out;
    char date[24];

    en_out_text(o, id->id);
    en_out_f(o, "\t%s\t", id->is_person ? en_ground_word(id->ground) : "not a person");
    if (id->person.n_names > 0)
        en_out_text(o, id->person.names[0].full);
    for (size_t i = 0; id->person.n_names == 0 && i < id->person.n_docs; i++) {
        en_out_f(o, "%s%s ", i ? ", " : "", en_doc_type_word(id->person.docs[i].type));
        en_out_text(o, id->person.docs[i].number);
        en_out_f(o, "%s%s", id->person.docs[i].issuer.a3[0] ? " " : "", id->person.docs[i].issuer.a3);
    }
    for (size_t i = 0; i < id->person.n_births; i++) {
        en_birth_format(&id->person.births[i], date);
        en_out_f(o, "%s%s", i ? ", " : "\t", date);
    }
    en_out_str(o, "\n");
}

static en_errc
take(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct reading *rd = ctx;

    rd->identities++;
    rd->documents += is_document(id);
    rd->persons += id->is_person && !is_document(id);
    rd->ended += id->ended;
    rd->outside += id->is_person && id->ground == EN_GROUND_NONE;
    en_progress(&rd->progress, rd->identities, 0);
    if (rd->run->json) {
        en_buf_reset(&rd->line);
        en_identity_json(id, &rd->line);
        en_out_line(rd->run->out, &rd->line);
    } else {
        show(rd, id);
    }
    return en_out_failed(rd->run->out) ? en_out_flush(rd->run->out, err) : EN_OK;
}

static void
summary_json(struct reading *rd, const struct en_report *report)
{
    struct en_json j;

    en_buf_reset(&rd->line);
    en_json_init(&j, &rd->line);
    en_json_object(&j);
    en_json_key(&j, "summary");
    en_json_object(&j);
    en_json_kv_uint(&j, "identities", rd->identities);
    en_json_kv_uint(&j, "persons", rd->persons);
    en_json_kv_uint(&j, "documents", rd->documents);
    en_json_kv_uint(&j, "without_ground", rd->outside);
    en_json_kv_uint(&j, "ended", rd->ended);
    en_report_json(report, &j);
    en_json_object_end(&j);
    en_json_object_end(&j);
    en_out_line(rd->run->out, &rd->line);
}

/* Says which file of the command line an error is about. */
static en_errc
name_file(struct en_run *r, const char *path, en_errc e, struct en_err *err)
{
    struct en_err was = *err;
    en_text file = en_arg_show(r, path);

    return en_err_set(err, e, was.pos, "%.*s: %s", EN_TEXT_ARG(file), was.text);
}

/* Reads one file. Its own damage is said and remembered in *damaged; other errors end the command. */
static en_errc
read_file(struct reading *rd, const struct en_list_file *f, struct en_report *report, bool *damaged, struct en_err *err)
{
    struct en_list_sink sink = { rd, take };
    en_errc e;

    rd->file = en_arg_show(rd->run, f->path);
    e = en_list_file_read(f, sink, report, &rd->run->arena, NULL, err);
    if (e != EN_E_INPUT && e != EN_E_LIMIT)
        return e == EN_OK ? e : name_file(rd->run, f->path, e, err);
    *damaged = true;
    en_say_err(rd->file, err);
    *err = (struct en_err)EN_ERR_INIT;
    return EN_OK;
}

static en_errc
cmd_list_read(struct en_run *r, struct en_err *err)
{
    struct reading rd = { .run = r, .line = EN_BUF_INIT };
    struct en_report *report = en_report_new();
    struct en_list_files files;
    bool damaged = false;
    en_errc e = en_list_files_look(r->args, r->n_args, &r->arena, &files, err);

    if (e && files.failed)
        e = name_file(r, files.failed, e, err);
    en_progress_begin(&rd.progress, "reading");
    for (size_t i = 0; !e && i < files.n; i++)
        e = read_file(&rd, &files.files[i], report, &damaged, err);
    en_progress_end(&rd.progress);
    if (!e && r->json)
        summary_json(&rd, report);
    else if (!e) {
        en_say("%lu identities: %lu persons, %lu documents, %lu without a ground, %lu ended",
               (unsigned long)rd.identities, (unsigned long)rd.persons, (unsigned long)rd.documents,
               (unsigned long)rd.outside, (unsigned long)rd.ended);
        en_say_report(files.n == 1 ? rd.file : EN_TEXT_NONE, report);
    }
    if (!e && (damaged || en_report_count(report, EN_NOTE_REFUSED)))
        e = EN_E_NO;
    en_report_free(report);
    en_buf_release(&rd.line);
    return e;
}

const struct en_cmd en_cmd_list_read = {
    .words = "list read",
    .args = "FILE...",
    .summary = "read alert lists and say what is in them, without keeping anything",
    .about = "The format is found by looking at the file: the lists of the UN, OFAC, the EU and the UK in the forms "
             "that they publish, notices of INTERPOL, persons of MISP, FollowTheMoney JSON lines (entities or nested "
             "targets), stolen and lost documents, our own CSV and our own JSON lines; docs/formats/lists.md has them "
             "all. OFAC's alt.csv is given beside its sdn.csv.\n\n"
             "Every repair, and every row or value that is refused, is reported with its line and byte; the rest is "
             "read. The exit code "
             "is 1 if anything was refused.\n\n"
             "With --json each identity is a line, and the last line is the summary (docs/formats/json.md). What it "
             "prints is a list itself.",
    .examples =
        (const struct en_example[]){
            { "entente list read examples/lists/un-style.xml", "show who is on a list" },
            { "entente list read --json examples/lists/sdn.csv examples/lists/alt.csv",
              "the same as JSON, alternate names joined" },
            { NULL, NULL },
        },
    .run = cmd_list_read,
};
