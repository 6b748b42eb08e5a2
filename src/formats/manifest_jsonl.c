/*
 * manifest_jsonl.c: our own manifest, one traveller a line. docs/formats/json.md, "traveller".
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/jsonl.h"
#include "formats/manifest_impl.h"
#include "formats/traveller_in.h"
#include "person/json_in.h"
#include "person/person_json.h"

struct reader {
    struct en_manifest_rows rows;
    struct en_jsonl *jsonl;
};

/* --- the traveller -------------------------------------------------------------------------------- */

static en_errc
read_line(void *ctx, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct reader *r = ctx;
    struct en_traveller *t = &r->rows.traveller;
    struct en_traveller_in in = { &r->rows.arena, r->rows.run->report, line, pos };
    json_t *object = en_jsonl_object(text, line, pos, r->rows.run->report);
    en_errc rc;

    if (!object)
        return EN_OK;
    if (json_object_size(object) == 1 && json_object_get(object, "summary")) { /* the last line of what we print */
        json_decref(object);
        return EN_OK;
    }
    en_manifest_rows_begin(&r->rows, line, pos);
    rc = en_person_from_object(object, en_traveller_members, &t->person, r->rows.run->report,
                               (struct en_json_place){ line, pos }, err);
    if (rc == EN_E_LIMIT) {
        json_decref(object);
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "person-limit", pos,
                              "a person needs more memory than allowed");
        return EN_OK;
    }
    en_traveller_from_object(&in, object, t);
    json_decref(object);
    if (!t->person.n_names && !t->person.n_docs) {
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "no-name", pos,
                              "a traveller has neither a name nor a document");
        return EN_OK;
    }
    return en_manifest_rows_deliver(&r->rows, err);
}

/* --- the format ----------------------------------------------------------------------------------- */

static void *
create(const struct en_manifest_run *run)
{
    struct reader *r = en_xcalloc(1, sizeof *r);

    en_manifest_rows_init(&r->rows, run);
    r->jsonl = en_jsonl_new((struct en_jsonl_sink){ r, read_line }, run->report);
    return r;
}

static en_errc
feed(void *self, en_bytes chunk, struct en_err *err)
{
    struct reader *r = self;

    en_digest_add(r->rows.digest, chunk);
    return en_jsonl_feed(r->jsonl, chunk, err);
}

static en_errc
end(void *self, struct en_err *err)
{
    struct reader *r = self;
    en_errc rc = en_jsonl_end(r->jsonl, err);

    return rc == EN_OK ? en_manifest_rows_end(&r->rows, "JSONL", err) : rc;
}

static void
destroy(void *self)
{
    struct reader *r = self;

    en_jsonl_free(r->jsonl);
    en_manifest_rows_release(&r->rows);
    free(r);
}

/* An object at the start, behind blanks and a byte order mark. */
static bool
sniff(en_bytes head)
{
    if (head.n >= 3 && memcmp(head.p, "\xEF\xBB\xBF", 3) == 0)
        head = (en_bytes){ head.p + 3, head.n - 3 };
    head = en_bytes_trim(head);
    return head.n && head.p[0] == '{';
}

const struct en_manifest_impl en_manifest_impl_jsonl = {
    .word = "jsonl", .sniff = sniff, .create = create, .feed = feed, .end = end, .destroy = destroy
};
