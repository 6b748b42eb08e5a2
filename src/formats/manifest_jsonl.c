/*
 * manifest_jsonl.c: our own manifest, one traveller a line. docs/formats/json.md, "traveller".
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/jsonl.h"
#include "formats/manifest_impl.h"
#include "person/json_in.h"
#include "person/person_json.h"

struct reader {
    struct en_manifest_rows rows;
    struct en_jsonl *jsonl;
    struct en_flight flight; /* of the present traveller */
};

/* Members that en_person_from_object leaves to us; "source" says where the traveller stood in another file. */
static const char *const members[] = {
    "id", "flight", "role", "kind", "status", "trip", "itinerary", "pnr", "reference", "redress", "known_traveller",
    "message", "source", NULL
};

/* --- the flight ----------------------------------------------------------------------------------- */

/* "2026-11-23T08:15", seconds and Z allowed and passed over. */
static en_time
local_time(en_text t)
{
    char rfc3339[24] = "0000-00-00T00:00:00Z";
    en_time v;

    if (t.n < 16 || t.n > 20)
        return EN_TIME_NONE;
    memcpy(rfc3339, t.p, 16);
    return en_time_parse(en_text_from_ours(rfc3339), &v) ? v : EN_TIME_NONE;
}

static en_text
member(struct reader *r, const json_t *object, const char *name)
{
    unsigned repairs = 0;
    en_text t;

    if (en_json_in_member(object, name, EN_MAX_NAME, &r->rows.arena, &t, &repairs, NULL) != EN_OK)
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "traveller-member", r->rows.traveller.pos,
                              "a member of the traveller that should be a text is none, or is too long");
    return t;
}

static en_time
time_member(struct reader *r, const json_t *object, const char *name)
{
    en_text t = member(r, object, name);
    en_time v = local_time(t);

    if (t.n && v == EN_TIME_NONE)
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "traveller-time", r->rows.traveller.pos,
                              "a time of the flight is not of the form 2026-11-23T08:15");
    return v;
}

static struct en_leg
read_leg(struct reader *r, const json_t *leg)
{
    return (struct en_leg){ .number = member(r, leg, "number"), .from = member(r, leg, "from"),
                            .to = member(r, leg, "to"), .departs = time_member(r, leg, "departs"),
                            .arrives = time_member(r, leg, "arrives"), .sold_as = member(r, leg, "sold_as"),
                            .operator = member(r, leg, "operator") };
}

/* The legs of an array, in the arena. */
static struct en_leg *
read_legs(struct reader *r, json_t *legs, size_t *n_out)
{
    size_t n = json_is_array(legs) ? json_array_size(legs) : 0;
    struct en_leg *out;

    if (n > EN_MAX_LEGS) {
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "too-many-legs", r->rows.traveller.pos,
                              "a flight has too many legs");
        n = EN_MAX_LEGS;
    }
    out = n ? en_arena_array(&r->rows.arena, n, sizeof *out) : NULL;
    *n_out = 0;
    for (size_t i = 0; out && i < n; i++)
        out[(*n_out)++] = read_leg(r, json_array_get(legs, i));
    return out;
}

static void
read_flight(struct reader *r, json_t *flight)
{
    if (!flight || json_is_null(flight))
        return;
    if (!json_is_object(flight)) {
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "traveller-member", r->rows.traveller.pos,
                              "flight is no object");
        return;
    }
    r->flight = (struct en_flight){ .number = member(r, flight, "number") };
    r->flight.legs = read_legs(r, json_object_get(flight, "legs"), &r->flight.n_legs);
    r->rows.traveller.flight = &r->flight;
}

/* --- the traveller -------------------------------------------------------------------------------- */

static void
read_role(struct reader *r, en_text word)
{
    struct en_traveller *t = &r->rows.traveller;

    if (en_text_is(word, "crew"))
        t->role = EN_ROLE_CREW;
    else if (en_text_is(word, "transit"))
        t->role = EN_ROLE_TRANSIT;
    else if (word.n && !en_text_is(word, "passenger"))
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "traveller-role", t->pos,
                              "the role is none of passenger, crew and transit");
}

static void
read_words(struct reader *r, const json_t *object)
{
    struct en_traveller *t = &r->rows.traveller;
    en_text kind = member(r, object, "kind"), status = member(r, object, "status");

    if ((kind.n && !en_travel_source_from(kind, &t->source)) ||
        (status.n && !en_travel_status_from(status, &t->status)))
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "traveller-word", t->pos,
                              "the kind or the status is none of their words");
}

static void
read_travel(struct reader *r, const json_t *object)
{
    struct en_traveller *t = &r->rows.traveller;
    json_t *trip = json_object_get(object, "trip");

    read_words(r, object);
    read_flight(r, json_object_get(object, "flight"));
    if (json_is_object(trip))
        t->trip = read_leg(r, trip);
    t->itinerary = read_legs(r, json_object_get(object, "itinerary"), &t->n_itinerary);
    t->pnr = member(r, object, "pnr");
    t->reference = member(r, object, "reference");
    t->redress = member(r, object, "redress");
    t->known_traveller = member(r, object, "known_traveller");
}

static en_errc
read_line(void *ctx, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct reader *r = ctx;
    struct en_traveller *t = &r->rows.traveller;
    json_t *object = en_jsonl_object(text, line, pos, r->rows.run->report);
    uint64_t message;
    en_errc rc;

    if (!object)
        return EN_OK;
    if (json_object_size(object) == 1 && json_object_get(object, "summary")) { /* the last line of what we print */
        json_decref(object);
        return EN_OK;
    }
    en_manifest_rows_begin(&r->rows, line, pos);
    rc = en_person_from_object(object, members, &t->person, r->rows.run->report, (struct en_json_place){ line, pos },
                               err);
    if (rc == EN_E_LIMIT) {
        json_decref(object);
        en_manifest_rows_note(&r->rows, EN_NOTE_REFUSED, "person-limit", pos,
                              "a person needs more memory than allowed");
        return EN_OK;
    }
    t->id = member(r, object, "id");
    read_role(r, member(r, object, "role"));
    read_travel(r, object);
    t->message = en_json_in_uint(object, "message", &message) && message <= UINT32_MAX ? (uint32_t)message : 1;
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
