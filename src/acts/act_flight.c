/*
 * act_flight.c: flights that were expected against the messages that came: missing, late, incomplete, by carrier.
 *
 * The schedule is brought with the question and not kept: it is somebody else's, and it changes every day.
 */
#include <string.h>

#include "acts/act.h"
#include "acts/input.h"
#include "formats/schedule.h"

#define FLIGHTS_MAX  100000u
#define CARRIERS_MAX 1000u

struct flight {
    char name[EN_FLIGHT_NAME_MAX];
    uint32_t carrier;
    int32_t day;
    en_time due, first; /* first: when the first message came */
    uint64_t messages, travellers;
    bool incomplete;
};

enum flight_state { AWAITED, MISSING, COMPLETE, LATE, INCOMPLETE, STATES };
static const char *const states[STATES] = { "awaited", "missing", "complete", "late", "incomplete" };

struct carrier {
    en_text name;
    uint64_t n[STATES];
};

struct comparing {
    struct en_call *c;
    struct en_schedule *schedule;
    struct en_report *report;
    struct en_map *by_key; /* flight and day: its place, from 1 */
    struct en_map *by_carrier;
    struct flight *flights;
    size_t n, cap;
    struct carrier *carriers;
    size_t n_carriers, cap_carriers;
    int64_t manifest;
    en_time received;
    uint64_t refused, others; /* others: messages of flights that were not expected */
};

struct key {
    char name[EN_FLIGHT_NAME_MAX];
    int32_t day;
};

static struct key
key_of(const char *name, int32_t day)
{
    struct key k;

    memset(&k, 0, sizeof k);
    memcpy(k.name, name, strlen(name));
    k.day = day;
    return k;
}

static en_errc
expect(void *ctx, const struct en_schedule_row *r, struct en_err *err)
{
    struct comparing *x = ctx;
    struct en_arena *a = &x->c->arena;
    struct key k = key_of(r->flight, r->day);
    bool fresh;
    uint64_t *place = en_map_put(x->by_key, en_bytes_from(&k, sizeof k), &fresh), *carrier;
    struct flight *f;

    if (!fresh)
        return EN_OK; /* said twice */
    if (x->n == FLIGHTS_MAX || !en_arena_grow(a, &x->flights, &x->cap, x->n + 1, sizeof *x->flights))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the schedule has more than %u flights", FLIGHTS_MAX);
    *place = x->n + 1;
    f = &x->flights[x->n++];
    *f = (struct flight){ .day = r->day, .due = r->due, .first = EN_TIME_NONE };
    memcpy(f->name, r->flight, sizeof f->name);
    carrier = en_map_put(x->by_carrier, en_text_bytes(r->carrier), &fresh);
    if (fresh) {
        if (x->n_carriers == CARRIERS_MAX ||
            !en_arena_grow(a, &x->carriers, &x->cap_carriers, x->n_carriers + 1, sizeof *x->carriers))
            return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the schedule has more than %u carriers", CARRIERS_MAX);
        x->carriers[x->n_carriers] = (struct carrier){ .name = en_text_dup(r->carrier, a) };
        *carrier = ++x->n_carriers;
    }
    f->carrier = (uint32_t)(*carrier - 1);
    return EN_OK;
}

static en_errc
feed(void *ctx, en_bytes chunk, struct en_err *err)
{
    return en_schedule_feed(((struct comparing *)ctx)->schedule, chunk, err);
}

/* Messages come in the order of their manifests. */
static en_errc
when_received(struct comparing *x, int64_t manifest, struct en_err *err)
{
    struct en_arena arena;
    struct en_store_manifest m;
    en_errc rc;

    if (manifest == x->manifest)
        return EN_OK;
    en_arena_init(&arena, 2 * EN_STORE_MAX_BLOB);
    rc = en_store_manifest_get(x->c->store, manifest, &arena, &m, err);
    if (rc == EN_OK) {
        x->manifest = manifest;
        x->received = m.received;
        x->refused = m.refused;
    }
    en_arena_release(&arena);
    return rc;
}

static en_errc
look_at_message(void *ctx, const struct en_store_message *m, struct en_err *err)
{
    struct comparing *x = ctx;
    char name[EN_FLIGHT_NAME_MAX];
    const uint64_t *place = NULL;
    struct flight *f;
    en_errc rc = when_received(x, m->manifest, err);

    if (rc != EN_OK || !en_flight_name(m->flight, name))
        return rc;
    if (m->departs != EN_TIME_NONE) {
        struct key k = key_of(name, en_time_to_day(m->departs));

        place = en_map_get(x->by_key, en_bytes_from(&k, sizeof k));
    }
    if (place == NULL) {
        x->others++;
        return EN_OK;
    }
    f = &x->flights[*place - 1];
    f->messages++;
    f->travellers += m->travellers;
    if (f->first == EN_TIME_NONE || x->received < f->first)
        f->first = x->received;
    f->incomplete = f->incomplete || m->truncated || x->refused > 0 ||
                    (m->declared != EN_STORE_NOT_DECLARED && m->declared > m->travellers);
    return EN_OK;
}

static enum flight_state
state_of(const struct flight *f, en_time now)
{
    if (f->messages == 0)
        return f->due <= now ? MISSING : AWAITED;
    if (f->first > f->due)
        return LATE;
    return f->incomplete ? INCOMPLETE : COMPLETE;
}

static en_errc
tell_flight(struct comparing *x, const struct flight *f, struct en_err *err)
{
    struct en_call *c = x->c;
    struct en_json j;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "flight", f->name);
    en_json_kv_text(&j, "carrier", x->carriers[f->carrier].name);
    json_kv_time(&j, "departs", en_time_from_day(f->day));
    json_kv_time(&j, "due", f->due);
    en_json_kv_str(&j, "state", states[state_of(f, c->now)]);
    json_kv_time(&j, "received", f->first);
    en_json_kv_uint(&j, "messages", f->messages);
    en_json_kv_uint(&j, "travellers", f->travellers);
    en_json_kv_bool(&j, "incomplete", f->incomplete);
    en_json_object_end(&j);
    return call_emit(c, err);
}

static en_errc
tell_carrier(struct comparing *x, const struct carrier *k, struct en_err *err)
{
    struct en_json j;
    uint64_t expected = 0;

    for (size_t i = 0; i < STATES; i++)
        expected += k->n[i];
    call_record(x->c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "of", k->name);
    en_json_kv_uint(&j, "expected", expected);
    for (size_t i = 0; i < STATES; i++)
        en_json_kv_uint(&j, states[i], k->n[i]);
    en_json_object_end(&j);
    return call_emit(x->c, err);
}

static en_errc
compare(struct comparing *x, uint64_t *wanting, struct en_err *err)
{
    struct en_call *c = x->c;
    const struct en_store_message_filter all = { .manifest = 0 };
    en_errc rc = input_each(&c->rq->inputs[0], feed, x, err);

    rc = rc != EN_OK ? rc : en_schedule_end(x->schedule, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_messages_each(c->store, &all, look_at_message, x, err);
    for (size_t i = 0; rc == EN_OK && i < x->n; i++) {
        enum flight_state st = state_of(&x->flights[i], c->now);

        x->carriers[x->flights[i].carrier].n[st]++;
        *wanting += st == MISSING || st == LATE || st == INCOMPLETE;
    }
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "flights", x->n);
    en_json_kv_uint(&c->ev, "wanting", *wanting);
    rc = call_commit(c, err);
    for (size_t i = 0; rc == EN_OK && i < x->n; i++)
        rc = tell_flight(x, &x->flights[i], err);
    for (size_t i = 0; rc == EN_OK && i < x->n_carriers; i++)
        rc = tell_carrier(x, &x->carriers[i], err);
    return rc;
}

static en_errc
tell_summary(struct comparing *x, uint64_t wanting, struct en_err *err)
{
    struct en_json j;

    call_record(x->c, &j);
    en_json_object(&j);
    en_json_key(&j, "summary");
    en_json_object(&j);
    en_json_kv_uint(&j, "flights", x->n);
    en_json_kv_uint(&j, "wanting", wanting);
    en_json_kv_uint(&j, "messages_of_others", x->others);
    en_report_json(x->report, &j);
    en_json_object_end(&j);
    en_json_object_end(&j);
    return call_emit(x->c, err);
}

en_errc
act_flight_report(struct en_call *c, struct en_err *err)
{
    struct comparing x = { .c = c };
    uint64_t wanting = 0, refused;
    en_errc rc = en_args_end(&c->args, err);

    x.report = en_report_new();
    x.by_key = en_map_new(NULL);
    x.by_carrier = en_map_new(NULL);
    x.schedule = en_schedule_new((struct en_schedule_sink){ &x, expect }, x.report);
    rc = rc != EN_OK ? rc : compare(&x, &wanting, err);
    rc = rc != EN_OK ? rc : tell_summary(&x, wanting, err);
    refused = en_report_count(x.report, EN_NOTE_REFUSED);
    en_schedule_free(x.schedule);
    en_map_free(x.by_key);
    en_map_free(x.by_carrier);
    en_report_free(x.report);
    return rc == EN_OK && (wanting > 0 || refused > 0) ? EN_E_NO : rc;
}
