/*
 * manifest.c: the table of manifest formats.
 */
#include "formats/manifest.h"

#include <stdlib.h>

#include "formats/manifest_impl.h"
#include "formats/manifest_map.h"

static const struct en_manifest_impl *const impls[EN_MANIFEST_FORMATS] = {
    [EN_MANIFEST_EDIFACT] = &en_manifest_impl_edifact,
    [EN_MANIFEST_MRZ] = &en_manifest_impl_mrz,
    [EN_MANIFEST_CSV] = &en_manifest_impl_csv,
    [EN_MANIFEST_JSONL] = &en_manifest_impl_jsonl,
};

struct en_manifest_reader {
    struct en_manifest_run run;
    const struct en_manifest_impl *impl;
    void *self;
};

enum en_manifest_format
en_manifest_sniff(en_bytes head)
{
    for (unsigned f = EN_MANIFEST_UNKNOWN + 1; f < EN_MANIFEST_FORMATS; f++)
        if (impls[f] && impls[f]->sniff(head))
            return (enum en_manifest_format)f;
    return EN_MANIFEST_UNKNOWN;
}

const char *
en_manifest_format_word(enum en_manifest_format f)
{
    EN_ASSERT((unsigned)f < EN_MANIFEST_FORMATS);
    return impls[f] ? impls[f]->word : "unknown";
}

bool
en_manifest_format_from(en_text t, enum en_manifest_format *out)
{
    for (unsigned f = EN_MANIFEST_UNKNOWN + 1; f < EN_MANIFEST_FORMATS; f++)
        if (impls[f] && en_text_is(t, impls[f]->word)) {
            *out = (enum en_manifest_format)f;
            return true;
        }
    return false;
}

struct en_manifest_reader *
en_manifest_reader_new(enum en_manifest_format f, int32_t today, struct en_manifest_sink sink, struct en_report *report)
{
    struct en_manifest_reader *r;

    EN_ASSERT(f > EN_MANIFEST_UNKNOWN && f < EN_MANIFEST_FORMATS && impls[f]);
    r = en_xcalloc(1, sizeof *r);
    r->run = (struct en_manifest_run){ today, sink, report, NULL };
    r->impl = impls[f];
    r->self = r->impl->create(&r->run);
    return r;
}

struct en_manifest_reader *
en_manifest_reader_new_mapped(const struct en_manifest_map *map, int32_t today, struct en_manifest_sink sink,
                              struct en_report *report)
{
    struct en_manifest_reader *r = en_xcalloc(1, sizeof *r);

    r->run = (struct en_manifest_run){ today, sink, report, map };
    r->impl = &en_manifest_impl_csv;
    r->self = r->impl->create(&r->run);
    return r;
}

en_errc
en_manifest_reader_feed(struct en_manifest_reader *r, en_bytes chunk, struct en_err *err)
{
    return chunk.n ? r->impl->feed(r->self, chunk, err) : EN_OK;
}

en_errc
en_manifest_reader_end(struct en_manifest_reader *r, struct en_err *err)
{
    return r->impl->end(r->self, err);
}

void
en_manifest_reader_free(struct en_manifest_reader *r)
{
    if (!r)
        return;
    r->impl->destroy(r->self);
    free(r);
}

bool
en_traveller_fictional(const struct en_traveller *t)
{
    const struct en_person *p = &t->person;

    for (size_t i = 0; i < p->n_extras; i++)
        if ((en_text_is(p->extras[i].key, "fictional") && en_text_is_nocase(p->extras[i].value, "yes")) ||
            (en_text_is(p->extras[i].key, "mrz_optional") && en_text_is(p->extras[i].value, "FICTIONAL")))
            return true;
    return false;
}
