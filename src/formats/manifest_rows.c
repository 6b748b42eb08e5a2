#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/limits.h"
#include "formats/manifest_impl.h"

void
en_manifest_rows_init(struct en_manifest_rows *r, const struct en_manifest_run *run)
{
    *r = (struct en_manifest_rows){ .run = run, .ids = en_ids_new(), .digest = en_digest_new() };
    en_arena_init(&r->arena, EN_MAX_RECORD_ARENA);
}

void
en_manifest_rows_release(struct en_manifest_rows *r)
{
    en_ids_free(r->ids);
    en_digest_free(r->digest);
    en_arena_release(&r->arena);
}

void
en_manifest_rows_begin(struct en_manifest_rows *r, uint64_t line, uint64_t pos)
{
    en_arena_reset(&r->arena);
    r->traveller = (struct en_traveller){ .trip = EN_LEG_NONE, .line = line, .pos = pos, .message = 1 };
    en_person_init(&r->traveller.person, &r->arena);
}

void
en_manifest_rows_note(struct en_manifest_rows *r, enum en_note_kind kind, const char *code, uint64_t pos,
                      const char *text)
{
    en_report_add(r->run->report, kind, code, r->traveller.line, pos, "%s", text);
}

/* "M1-P3"; where the input uses that very id for somebody else, "M1-P3x". */
static en_text
made_id(struct en_manifest_rows *r)
{
    char id[EN_ID_MADE_MAX + 8];
    size_t n = en_id_made(1, r->travellers, id);
    en_text t;

    while (!en_ids_take(r->ids, (en_text){ id, n }) && n < sizeof id)
        id[n++] = 'x';
    t = en_text_dup((en_text){ id, n }, &r->arena);
    return t.n ? t : EN_TEXT_LIT("M");
}

en_errc
en_manifest_rows_deliver(struct en_manifest_rows *r, struct en_err *err)
{
    struct en_traveller *t = &r->traveller;

    r->travellers++;
    if (en_arena_over(&r->arena))
        en_manifest_rows_note(r, EN_NOTE_REFUSED, "person-limit", t->pos,
                              "a person needs more memory than allowed: values were left out");
    if (!en_ids_take(r->ids, t->id)) {
        if (t->id.n)
            en_manifest_rows_note(r, EN_NOTE_WARNING, "id-repeated", t->pos,
                                  "an id was used before in this file: another one was made");
        t->id = made_id(r);
    }
    en_traveller_complete_trip(t);
    return r->run->sink.traveller(r->run->sink.ctx, t, err);
}

en_errc
en_manifest_rows_end(struct en_manifest_rows *r, const char *type, struct en_err *err)
{
    struct en_manifest_message m = { .number = 1, .type = en_text_from_ours(type), .travellers = r->travellers,
                                     .declared = UINT64_MAX, .final = true };

    en_digest_final(r->digest, m.content);
    return r->run->sink.message ? r->run->sink.message(r->run->sink.ctx, &m, err) : EN_OK;
}

/* --- text ----------------------------------------------------------------------------------------- */

/* Windows-1252 as UTF-8 in the arena; empty at the arena's cap. */
static en_bytes
from_charset(struct en_manifest_rows *r, const char *charset, en_bytes raw)
{
    UErrorCode bad = U_ZERO_ERROR;
    UConverter *c = ucnv_open(charset, &bad);
    UChar *u = en_xmalloc((raw.n + 1) * sizeof *u);
    char *out = en_arena_alloc(&r->arena, raw.n * 3 + 1);
    int32_t n16, n8 = 0;

    EN_ASSERT(U_SUCCESS(bad));
    n16 = ucnv_toUChars(c, u, (int32_t)raw.n + 1, (const char *)raw.p, (int32_t)raw.n, &bad);
    if (out)
        u_strToUTF8(out, (int32_t)(raw.n * 3 + 1), &n8, u, n16, &bad);
    EN_ASSERT(U_SUCCESS(bad));
    free(u);
    ucnv_close(c);
    return en_bytes_from(out, (size_t)n8);
}

static void
note_repairs(struct en_manifest_rows *r, unsigned repairs, uint64_t pos)
{
    if (repairs & EN_TEXT_STRIPPED_CONTROL)
        en_manifest_rows_note(r, EN_NOTE_REPAIR, "text-control", pos, "control or invisible characters were taken out");
    if (repairs & EN_TEXT_STRIPPED_BIDI)
        en_manifest_rows_note(r, EN_NOTE_REPAIR, "text-bidi", pos,
                              "characters that steer the writing direction were taken out");
    if (repairs & EN_TEXT_NORMALISED)
        en_manifest_rows_note(r, EN_NOTE_REPAIR, "text-normalised", pos, "a text was brought to Unicode normal form C");
}

en_text
en_manifest_rows_text(struct en_manifest_rows *r, en_bytes raw, uint64_t pos)
{
    unsigned repairs = 0;
    en_text t = EN_TEXT_NONE;

    if (raw.n > EN_MAX_NAME) {
        en_manifest_rows_note(r, EN_NOTE_REFUSED, "value-long", pos, "a value is longer than its limit");
        return t;
    }
    if (en_utf8_check(raw) != raw.n) {
        raw = from_charset(r, "windows-1252", raw);
        en_manifest_rows_note(r, EN_NOTE_REPAIR, "text-utf8", pos,
                              "a value that is not UTF-8 was read as Windows-1252");
    }
    if (en_text_check(raw, 3 * EN_MAX_NAME, &r->arena, &t, &repairs, NULL) != EN_OK)
        return EN_TEXT_NONE;
    if (repairs & ~(unsigned)EN_TEXT_TRIMMED)
        note_repairs(r, repairs, pos);
    return (const uint8_t *)t.p == raw.p ? en_text_dup(t, &r->arena) : t;
}

en_text
en_manifest_rows_text_in(struct en_manifest_rows *r, const char *charset, en_bytes raw, uint64_t pos)
{
    bool ascii = true;

    for (size_t i = 0; i < raw.n; i++)
        ascii &= raw.p[i] < 0x80;
    if (!ascii && raw.n <= EN_MAX_NAME)
        raw = from_charset(r, charset, raw);
    return en_manifest_rows_text(r, raw, pos);
}

void
en_manifest_rows_added(struct en_manifest_rows *r, en_errc rc)
{
    if (rc != EN_OK)
        en_manifest_rows_note(r, EN_NOTE_REFUSED, "value-limit", r->traveller.pos,
                              "a value beyond what a person may have was left out");
}

void
en_manifest_rows_extra(struct en_manifest_rows *r, en_text key, en_text value)
{
    if (value.n)
        en_manifest_rows_added(r, en_person_add_extra(&r->traveller.person, key, value));
}
