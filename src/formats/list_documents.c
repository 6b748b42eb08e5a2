/*
 * Documents that were stolen, lost, revoked or are false, without their holders: docs/formats/document-csv.md. Each row
 * is an alert about a document: whoever travels on it hits.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "formats/list_columns.h"

enum column { NUMBER, STATE, STATUS, TYPE, ID, EXPIRES, REPORTED, PROGRAMME, GROUND, ENDED, NOTE, COLUMNS };

/*= docs/formats/document-csv.md, "columns". The first three are required. */
static const char *const names[COLUMNS] = {
    [NUMBER] = "document_number",
    [STATE] = "issuing_state",
    [STATUS] = "status",
    [TYPE] = "type",
    [ID] = "id",
    [EXPIRES] = "expires",
    [REPORTED] = "reported",
    [PROGRAMME] = "programme",
    [GROUND] = "ground",
    [ENDED] = "ended",
    [NOTE] = "note",
};

struct documents {
    struct en_list_in *in;
    struct en_columns c;
};

static en_errc
refuse(struct documents *u, const char *code, size_t column, const char *why)
{
    en_report_add(u->in->report, EN_NOTE_REFUSED, code, u->c.row->line, en_columns_pos(&u->c, column), "%s", why);
    return EN_OK;
}

/* The state, the type and the number are the document; a list may have an id of its own for it. */
static en_text
id_of(struct documents *u, const struct en_doc *d)
{
    en_text given = en_columns_text(&u->c, ID), parts[3];

    if (given.n)
        return given;
    parts[0] = en_text_dup(en_text_from_ours(d->issuer.a3), &u->in->arena);
    parts[1] = en_text_from_ours(en_doc_type_word(d->type));
    parts[2] = d->number;
    return en_list_in_join(u->in, parts, 3, ":");
}

static en_errc
read_document(struct documents *u, struct en_err *err)
{
    struct en_list_in *in = u->in;
    struct en_columns *c = &u->c;
    struct en_doc d = en_list_in_doc_of(EN_DOC_PASSPORT, en_columns_text(c, NUMBER));
    en_text state = en_columns_text(c, STATE), type = en_columns_text(c, TYPE), status = en_columns_text(c, STATUS);
    en_text expires = en_columns_text(c, EXPIRES), ground = en_columns_text(c, GROUND),
            ended = en_columns_text(c, ENDED);

    d.issuer = en_country_from_text(state);
    d.expires = en_list_in_day(expires);
    if (d.number.n == 0)
        return refuse(u, "no-document", NUMBER, "the row has no document number");
    if (!en_country_known(d.issuer))
        return refuse(u, "document-state", STATE, "the issuing state is not known: a number alone is not a document");
    if (type.n && !en_doc_type_from(type, &d.type))
        return refuse(u, "document-type", TYPE, "the type is none of those of docs/formats/document-csv.md");
    if (!en_doc_status_from(status, &d.status) || d.status == EN_DOC_UNSTATED || d.status == EN_DOC_VALID)
        return refuse(u, "document-status", STATUS, "the status is one of lost, stolen, revoked, false, expired");
    if (expires.n && d.expires == INT32_MIN)
        return refuse(u, "document-expires", EXPIRES, "the day of expiry is no date");
    if (ground.n && !en_ground_from(ground, &in->id.ground))
        return refuse(u, "csv-ground", GROUND, "the ground is none of those that docs/formats/grounds.md lists");
    in->id.ended = en_text_is_nocase(ended, "yes") || en_text_is_nocase(ended, "true") || en_text_is(ended, "1");
    if (ended.n && !in->id.ended && !en_text_is_nocase(ended, "no") && !en_text_is_nocase(ended, "false"))
        return refuse(u, "csv-ended", ENDED, "ended is yes or no");
    in->id.id = id_of(u, &d);
    d.note = en_columns_text(c, NOTE);
    en_list_in_doc(in, &d);
    en_columns_aside(c, REPORTED);
    en_list_in_programme(in, en_columns_text(c, PROGRAMME));
    if (in->id.n_programmes == 0)
        en_list_in_programme(in, EN_TEXT_LIT("stolen-and-lost-documents"));
    en_columns_unknown(c);
    return en_list_in_deliver(in, err);
}

static en_errc
read_row(void *state, const struct en_csv_row *row, struct en_err *err)
{
    static const size_t required[] = { NUMBER, STATE, STATUS };
    struct documents *u = state;

    if (u->c.n == 0)
        return en_columns_header(&u->c, row, required, sizeof required / sizeof *required, err);
    u->c.row = row;
    if (row->n != u->c.n) {
        en_report_add(u->in->report, EN_NOTE_REFUSED, "csv-width", row->line, row->pos[0],
                      "the row has not as many fields as the header");
        return EN_OK;
    }
    en_list_in_begin(u->in, row->line, row->pos[0]);
    u->in->id.raw = row->raw;
    return read_document(u, err);
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
documents_open(struct en_list_in *in)
{
    struct documents *u = en_xcalloc(1, sizeof *u);

    u->in = in;
    en_columns_init(&u->c, in, names, COLUMNS);
    u->c.csv = en_csv_new(',', (struct en_csv_sink){ u, read_row }, in->report);
    return u;
}

static en_errc
documents_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(((struct documents *)state)->c.csv, chunk, err);
}

static en_errc
documents_end(void *state, struct en_err *err)
{
    struct documents *u = state;
    en_errc e = en_csv_end(u->c.csv, err);

    return e ? e : en_columns_end(&u->c, err);
}

static void
documents_close(void *state)
{
    struct documents *u = state;

    en_csv_free(u->c.csv);
    free(u);
}

const struct en_list_ops en_list_ops_documents = {
    .format = EN_LIST_DOCUMENTS,
    .word = "documents",
    .name = "",
    .open = documents_open,
    .feed = documents_feed,
    .end = documents_end,
    .close = documents_close,
};
