#include "formats/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_in.h"

struct en_list_reader {
    const struct en_list_ops *ops;
    struct en_list_in in;
    void *state;
    uint8_t head[2]; /* held back until both are there */
    size_t n_head;
    bool begun;
};

static const struct en_list_ops *const formats[] = {
    &en_list_ops_un,
    &en_list_ops_ofac,
    &en_list_ops_ftm,
    &en_list_ops_csv,
    &en_list_ops_jsonl,
    &en_list_ops_uk,
    &en_list_ops_eu_csv,
    &en_list_ops_eu_xml,
    &en_list_ops_ofac_xml,
    &en_list_ops_ofac_advanced,
    &en_list_ops_interpol,
    &en_list_ops_misp,
    &en_list_ops_documents,
};

static const char *const words[EN_LIST_FORMATS] = {
    [EN_LIST_UNKNOWN] = "",
    [EN_LIST_UN_XML] = "un-xml",
    [EN_LIST_OFAC_SDN] = "ofac-sdn",
    [EN_LIST_OFAC_ALT] = "ofac-alt",
    [EN_LIST_FTM] = "ftm",
    [EN_LIST_CSV] = "csv",
    [EN_LIST_JSONL] = "jsonl",
    [EN_LIST_UK_CSV] = "uk-csv",
    [EN_LIST_EU_CSV] = "eu-csv",
    [EN_LIST_EU_XML] = "eu-xml",
    [EN_LIST_OFAC_XML] = "ofac-xml",
    [EN_LIST_OFAC_ADVANCED] = "ofac-advanced",
    [EN_LIST_INTERPOL] = "interpol",
    [EN_LIST_MISP] = "misp",
    [EN_LIST_DOCUMENTS] = "documents",
    [EN_LIST_OFAC_ADD] = "ofac-add",
    [EN_LIST_OFAC_COMMENTS] = "ofac-comments",
};

const char *
en_list_format_word(enum en_list_format f)
{
    EN_ASSERT(f < EN_LIST_FORMATS);
    return words[f];
}

bool
en_list_format_companion(enum en_list_format f)
{
    return f == EN_LIST_OFAC_ALT || f == EN_LIST_OFAC_ADD || f == EN_LIST_OFAC_COMMENTS;
}

bool
en_list_format_from(en_text t, enum en_list_format *out)
{
    for (enum en_list_format f = EN_LIST_UNKNOWN + 1; f < EN_LIST_FORMATS; f++)
        if (en_text_is(t, words[f])) {
            *out = f;
            return true;
        }
    return false;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static const struct en_list_ops *
ops_of(enum en_list_format f)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->format == f)
            return formats[i];
    return NULL;
}

struct en_list_reader *
en_list_reader_new(enum en_list_format f, struct en_list_sink sink, struct en_report *report)
{
    struct en_list_reader *r = en_xcalloc(1, sizeof *r);

    r->ops = ops_of(f);
    EN_ASSERT(r->ops != NULL); /* alternates are given to an SDN reader; unknown is for the caller to refuse */
    r->in.sink = sink;
    r->in.report = report;
    r->in.meta = (struct en_list_meta){ f, en_text_from_ours(r->ops->name), EN_TEXT_NONE, EN_TIME_NONE };
    en_arena_init(&r->in.keep, EN_MAX_TEXT);
    en_arena_init(&r->in.arena, EN_MAX_RECORD_ARENA);
    r->state = r->ops->open(&r->in);
    return r;
}

en_errc
en_list_reader_alternates(struct en_list_reader *r, en_bytes companion, struct en_err *err)
{
    EN_ASSERT(!r->begun);
    if (!r->ops->alternates)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a list of format %s has no file of alternate names",
                          r->ops->word);
    return r->ops->alternates(r->state, companion, err);
}

/* A list in UTF-16 would give nothing but refused lines: better say it once. XML declares its encoding and is free. */
static en_errc
refuse_utf16(struct en_list_reader *r, struct en_err *err)
{
    bool mark = (r->head[0] == 0xFF && r->head[1] == 0xFE) || (r->head[0] == 0xFE && r->head[1] == 0xFF);

    if (!mark || r->ops->xml)
        return EN_OK;
    en_report_add(r->in.report, EN_NOTE_REFUSED, "utf16", 1, 0, "the file is UTF-16; UTF-8 is expected");
    return en_err_set_at(err, EN_E_INPUT, 1, 0, "the file is UTF-16; UTF-8 is expected");
}

/* Gives the format the bytes that were held back until they could be looked at. */
static en_errc
begin(struct en_list_reader *r, struct en_err *err)
{
    en_errc e = r->n_head == sizeof r->head ? refuse_utf16(r, err) : EN_OK;

    r->begun = true;
    return e ? e : r->ops->feed(r->state, (en_bytes){ r->head, r->n_head }, err);
}

en_errc
en_list_reader_feed(struct en_list_reader *r, en_bytes chunk, struct en_err *err)
{
    en_errc e;

    while (!r->begun && chunk.n) {
        r->head[r->n_head++] = chunk.p[0];
        chunk = (en_bytes){ chunk.p + 1, chunk.n - 1 };
        if (r->n_head == sizeof r->head && (e = begin(r, err)))
            return e;
    }
    return chunk.n ? r->ops->feed(r->state, chunk, err) : EN_OK;
}

en_errc
en_list_reader_end(struct en_list_reader *r, struct en_err *err)
{
    en_errc e = r->begun ? EN_OK : begin(r, err);

    return e ? e : r->ops->end(r->state, err);
}

const struct en_list_meta *
en_list_reader_meta(const struct en_list_reader *r)
{
    return &r->in.meta;
}

void
en_list_reader_free(struct en_list_reader *r)
{
    if (!r)
        return;
    r->ops->close(r->state);
    en_arena_release(&r->in.keep);
    en_arena_release(&r->in.arena);
    free(r);
}
