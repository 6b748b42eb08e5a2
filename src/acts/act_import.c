/*
 * act_import.c: a list comes in. It is a source with a name; a newer version of it adds, changes and ends alerts.
 *
 * The file is walked twice: for its hash (the same content twice changes nothing) and for its entries; a part that
 * changed between the two is refused before it is read. Memory does not grow with the file but for 32 bytes in 256 KiB.
 * All is one transaction, unless others wait (docs/decisions/0100): then what is read so far is committed, what only
 * reads is let in between, and the import goes on. Nothing ends for being gone before the end was reached.
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acts/exchange.h"
#include "acts/input.h"
#include "formats/list.h"
#include "rules/rules.h"

#define ALTERNATES_MAX (64u * EN_MIB) /* alt.csv of OFAC has about 1 MiB */
#define CHUNK_HASH_LEN crypto_generichash_BYTES

static const struct {
    enum en_put_what what;
    const char *key;
} counted[] = {
    { EN_PUT_ADDED, "added" },       { EN_PUT_CHANGED, "changed" },     { EN_PUT_UNCHANGED, "unchanged" },
    { EN_PUT_RETURNED, "returned" }, { EN_PUT_ENDED, "ended_by_list" },
};
#define COUNTED (sizeof counted / sizeof *counted)

struct importing {
    struct en_call *c;
    enum en_list_format format;
    struct en_list_reader *reader;
    struct en_report *report;
    uint8_t (*chunks)[CHUNK_HASH_LEN]; /* of the list's file, as it was hashed */
    size_t n_chunks, cap_chunks, at_chunk;
    bool hashed;
    bool in_parts; /* a part of it is committed */
    bool changed;  /* the file, since it was hashed */
    en_text source_name, version, ground;
    bool end_missing;
    struct en_store_import import;
    bool begun, same, partial, new_source;
    struct en_touched touched;
    int64_t *ended; /* alerts that this import ends */
    size_t n_ended;
    uint64_t hits_ended;
    struct en_buf json;
    uint64_t n[EN_PUT_ENDED + 1], not_persons, outside, missing, kept, done;
};

/* --- the source and the import, once the file has said its name ------------------------------- */

/* "lists/people.ftm.jsonl" says "people"; standard input says nothing. */
static en_text
stem(en_text file)
{
    for (size_t i = file.n; i > 0; i--) {
        if (file.p[i - 1] == '/') {
            file = (en_text){ file.p + i, file.n - i };
            break;
        }
    }
    for (size_t i = 0; i < file.n; i++)
        if (file.p[i] == '.')
            file.n = i;
    return file.n <= EN_KEY_NAME_MAX && !en_text_is(file, "-") && !en_text_is(file, EN_OWN_SOURCE) ? file
                                                                                                   : EN_TEXT_NONE;
}

/*= docs/decisions/0010: given, or said by the list, or else its file's name; and a new source is said to be one. */
static en_errc
find_source(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    const struct en_list_meta *meta = en_list_reader_meta(im->reader);
    struct en_store_source s = { .format = en_text_from_ours(en_list_format_word(im->format)), .created = c->now };
    en_errc rc;

    if (im->source_name.n == 0 && meta != NULL)
        im->source_name = en_text_dup(meta->name, &c->arena);
    if (im->source_name.n == 0)
        im->source_name = stem(c->rq->inputs[0].name);
    if (im->source_name.n == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "this list has no name: give it one with --source NAME, the same for its next versions");
    s.name = im->source_name;
    if (s.name.n >= sizeof PARTNER_SOURCE - 1 && memcmp(s.name.p, PARTNER_SOURCE, sizeof PARTNER_SOURCE - 1) == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "names that begin so are those of partners' alerts");
    rc = en_store_source_by_name(c->store, s.name, &c->arena, &s, NULL);
    im->new_source = rc == EN_E_NOT_FOUND;
    if (im->new_source)
        return en_store_source_add(c->store, &s, &im->import.source, err);
    if (rc == EN_OK && s.format.n == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this name is that of the node's own alerts");
    im->import.source = s.id;
    return rc;
}

static en_errc
begin_import(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    const struct en_list_meta *meta = en_list_reader_meta(im->reader);
    en_errc rc = find_source(im, err);

    if (rc != EN_OK)
        return rc;
    im->begun = true;
    im->import.version = im->version.n > 0 ? im->version
                         : meta != NULL    ? en_text_dup(meta->version, &c->arena)
                                           : EN_TEXT_NONE;
    im->import.dated = meta != NULL ? meta->dated : EN_TIME_NONE;
    im->import.name = c->rq->inputs[0].name;
    im->import.at = c->now;
    im->import.actor = c->user.id;
    rc = en_store_import_begin(c->store, &im->import, &im->import.id, err);
    im->same = rc == EN_E_NO;
    return rc;
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

/* What is stored has no place in the file: the same entry elsewhere in a newer file is unchanged. */
static void
write_identity(struct importing *im, const struct en_identity *id)
{
    struct en_identity stored = *id;

    stored.line = stored.pos = 0;
    en_buf_reset(&im->json);
    en_identity_json(&stored, &im->json);
}

static void
count_standing(struct importing *im, const struct en_identity *id, bool matched)
{
    if (!id->is_person)
        im->not_persons++;
    else if (!matched && !id->ended)
        im->outside++;
    if (!matched)
        im->import.unmatched++;
}

static void
note_ended(struct importing *im, int64_t alert)
{
    if ((im->n_ended & (im->n_ended - 1)) == 0)
        im->ended = en_xrealloc(im->ended, (2 * im->n_ended + 1) * sizeof *im->ended);
    im->ended[im->n_ended++] = alert;
}

static en_errc
take_identity(void *ctx, const struct en_identity *given, struct en_err *err)
{
    struct importing *im = ctx;
    struct en_call *c = im->c;
    struct en_identity id = *given;
    struct en_store_put_result put;
    struct en_alert_facts f = {
        .is_person = id.is_person, .ended = id.ended, .programmes = id.programmes, .n_programmes = id.n_programmes
    };
    struct en_store_alert_put x;
    en_errc rc = im->begun ? EN_OK : begin_import(im, err);

    if (rc == EN_OK && en_identity_fictional(given) && !c->node.rehearsal)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "this list says that it is made up: only a rehearsal node takes it");
    if (rc != EN_OK)
        return rc;
    if (id.ground == EN_GROUND_NONE && im->ground.n > 0)
        (void)en_ground_from(im->ground, &id.ground);
    f.ground = en_text_from_ours(en_ground_word(id.ground));
    write_identity(im, &id);
    x = (struct en_store_alert_put){
        .source = im->import.source,
        .import = im->import.id,
        .entity = id.id,
        .ended = id.ended,
        .ground = f.ground,
        .programmes = id.programmes,
        .n_programmes = id.n_programmes,
        .matched = en_rules_unmatched(&f, c->node.programmes, c->node.n_programmes) == NULL,
        .identity = en_buf_bytes(&im->json),
        .review = EN_TIME_NONE,
        .destroy = EN_TIME_NONE,
        .author = c->user.id,
        .at = c->now,
    };
    rc = en_store_alert_put(c->store, &x, &put, err);
    if (rc == EN_E_LIMIT) {
        en_report_add(im->report, EN_NOTE_REFUSED, "store-limit", id.line, id.pos,
                      "the entry is larger than the store allows");
        return EN_OK;
    }
    if (rc != EN_OK)
        return rc;
    im->n[put.what]++;
    if (put.what == EN_PUT_ENDED)
        note_ended(im, put.id);
    if (im->c->reply->progress != NULL)
        im->c->reply->progress(im->c->reply->ctx, im->done, im->c->rq->inputs[0].size);
    im->import.entries++;
    count_standing(im, &id, x.matched);
    if (put.what != EN_PUT_UNCHANGED && (x.matched || put.what != EN_PUT_ADDED))
        touched_add(&im->touched, im->import.source, id.id);
    return EN_OK;
}

static en_errc end_hits(struct importing *im, struct en_err *err);
static en_errc forget_changes(struct en_store *s, struct en_err *err);

static void
which(const struct importing *im, struct en_json *ev)
{
    en_json_kv_int(ev, "source", im->import.source);
    en_json_kv_int(ev, "import", im->import.id);
    json_kv_hash(ev, "hash", im->import.hash);
}

/* What was read so far is committed, with an event of its own and what it owes; the index does not know it yet. */
static en_errc
commit_part(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    en_errc rc = end_hits(im, err);

    im->n_ended = 0;
    im->touched.many = true;
    rc = rc != EN_OK ? rc : forget_changes(c->store, err);
    if (rc != EN_OK)
        return rc;
    which(im, &c->ev);
    en_json_kv_uint(&c->ev, "entries", im->import.entries);
    en_json_kv_bool(&c->ev, "goes_on", true);
    c->owes_rescreen = !im->in_parts; /* one for all: it waits until the index knows them */
    en_store_import_wait(c->store);
    rc = call_commit(c, err);
    if (rc == EN_OK && !im->in_parts)
        acts_index_void(c->acts);
    im->in_parts = im->in_parts || rc == EN_OK;
    return rc;
}

static en_errc
let_others(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    en_errc rc = commit_part(im, err);

    if (rc == EN_OK)
        c->reply->others(c->reply->ctx);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK)
        en_store_import_go_on(c->store);
    return rc;
}

static en_errc
file_changed(struct importing *im, struct en_err *err)
{
    im->changed = true;
    return en_err_set(err, EN_E_INPUT, EN_NO_POS, "the file changed while it was read");
}

static en_errc
feed(void *ctx, en_bytes chunk, struct en_err *err)
{
    struct importing *im = ctx;
    const struct en_act_reply *r = im->c->reply;
    uint8_t hash[CHUNK_HASH_LEN];
    en_errc rc;

    (void)crypto_generichash(hash, sizeof hash, chunk.p, chunk.n, NULL, 0);
    if (im->at_chunk == im->n_chunks || memcmp(hash, im->chunks[im->at_chunk++], sizeof hash) != 0)
        return file_changed(im, err);
    im->done += chunk.n;
    rc = en_list_reader_feed(im->reader, chunk, err);
    if (rc != EN_OK || !im->begun || im->at_chunk == im->n_chunks || r->others == NULL || !r->wanted(r->ctx))
        return rc;
    return let_others(im, err);
}

/* A file that is not well-formed to its end was read as far as it goes. Errors of the store are not of that kind. */
static bool
is_of_the_input(en_errc rc)
{
    return rc == EN_E_INPUT || rc == EN_E_LIMIT;
}

static en_errc
walk(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    struct en_err damage = EN_ERR_INIT;
    en_errc rc = input_each(&c->rq->inputs[0], feed, im, &damage);

    if (rc == EN_OK && im->at_chunk != im->n_chunks)
        rc = file_changed(im, &damage);
    rc = rc != EN_OK ? rc : en_list_reader_end(im->reader, &damage);
    if (is_of_the_input(rc) && !im->changed) {
        im->partial = true;
        en_report_add_err(im->report, "list-damaged", &damage);
        rc = EN_OK;
    }
    if (rc != EN_OK) {
        if (err != NULL)
            *err = damage;
        return rc;
    }
    return im->begun ? EN_OK : begin_import(im, err);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static en_errc
ended_one(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct importing *im = ctx;

    (void)err;
    touched_add(&im->touched, x->source, x->entity);
    note_ended(im, x->id);
    return EN_OK;
}

/* What waits for a person and rests on what ended alone waits no more. */
static en_errc
end_hits(struct importing *im, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < im->n_ended; i++)
        rc = acts_alert_ended(im->c, im->ended[i], &im->hits_ended, err);
    return rc;
}

/*
 * An entry that could not be read looks like one that is gone. An alert must not end by a damaged row, so nothing is
 * ended then, unless a person says so.
 */
static en_errc
end_missing(struct importing *im, struct en_err *err)
{
    uint64_t refused = en_report_count(im->report, EN_NOTE_REFUSED);

    if ((im->partial || refused > 0) && !im->end_missing) {
        im->kept = 1;
        return EN_OK;
    }
    return en_store_alerts_end_missing(im->c->store, im->import.id, im->c->now, ended_one, im, &im->missing, err);
}

static void
numbers(const struct importing *im, struct en_json *j)
{
    en_json_kv_uint(j, "entries", im->import.entries);
    for (size_t i = 0; i < COUNTED; i++)
        if (counted[i].what != EN_PUT_ENDED)
            en_json_kv_uint(j, counted[i].key, im->n[counted[i].what]);
    en_json_kv_uint(j, "ended", im->import.ended);
    en_json_kv_uint(j, "refused_count", im->import.refused);
    en_json_kv_uint(j, "not_persons", im->not_persons);
    en_json_kv_uint(j, "outside_profile", im->outside);
    en_json_kv_bool(j, "missing_kept", im->kept != 0);
}

static en_errc
forget_changes(struct en_store *s, struct en_err *err)
{
    uint64_t forgotten, newest;
    en_errc rc = en_store_changes(s, &forgotten, &newest, err);

    return rc != EN_OK ? rc : en_store_changes_forget(s, newest, err);
}

static en_errc
finish(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    struct en_json j;
    en_errc rc = end_missing(im, err);

    rc = rc != EN_OK ? rc : end_hits(im, err);
    if (rc != EN_OK)
        return rc;
    im->import.added = im->n[EN_PUT_ADDED];
    im->import.changed = im->n[EN_PUT_CHANGED];
    im->import.unchanged = im->n[EN_PUT_UNCHANGED];
    im->import.returned = im->n[EN_PUT_RETURNED];
    im->import.ended = im->n[EN_PUT_ENDED] + im->missing;
    im->import.refused = en_report_count(im->report, EN_NOTE_REFUSED);
    en_buf_reset(&im->json);
    en_json_init(&j, &im->json);
    en_json_object(&j);
    en_report_json(im->report, &j);
    en_json_object_end(&j);
    im->import.report = en_buf_bytes(&im->json);
    rc = en_store_import_end(c->store, &im->import, err);
    rc = rc != EN_OK ? rc : report_count(c, EN_INPUT_LISTS, im->report, err);
    if (rc != EN_OK)
        return rc;
    which(im, &c->ev);
    numbers(im, &c->ev);
    en_json_kv_uint(&c->ev, "hits_ended", im->hits_ended);
    c->owes_rescreen = im->touched.n > 0 || im->touched.many;
    if (im->touched.many) /* nobody brings an index up to date with so much */
        rc = forget_changes(c->store, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc == EN_OK) {
        touched_apply(&im->touched, c->acts);
        call_rescreen(c);
    }
    return rc;
}

static en_errc
answer(struct importing *im, const struct en_store_import *before, struct en_err *err)
{
    struct en_call *c = im->c;
    struct en_json j;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "source", im->source_name);
    en_json_kv_text(&j, "file", c->rq->inputs[0].name);
    en_json_kv_str(&j, "format", en_list_format_word(im->format));
    en_json_kv_bool(&j, "same", before != NULL);
    if (before != NULL) {
        json_kv_time(&j, "imported", before->at);
        en_json_kv_int(&j, "import", before->id);
    } else {
        en_json_kv_bool(&j, "new_source", im->new_source);
        en_json_kv_text(&j, "version", im->import.version);
        en_json_kv_int(&j, "import", im->import.id);
        numbers(im, &j);
        json_found_later(c, &j);
        en_json_kv_bool(&j, "damaged", im->partial);
        en_report_json(im->report, &j);
    }
    en_json_object_end(&j);
    return call_emit(c, err);
}

/* The newest import of this source has this content: nothing changes, and that it was tried is an event. */
static en_errc
same_again(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    struct en_store_import before;
    en_errc rc;

    en_store_abort(c->store);
    rc = call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_import_newest(c->store, im->import.source, &c->arena, &before, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "source", im->import.source);
    en_json_kv_int(&c->ev, "import", before.id);
    json_kv_hash(&c->ev, "hash", im->import.hash);
    en_json_kv_bool(&c->ev, "same", true);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : answer(im, &before, err);
}

static en_errc
open_reader(struct importing *im, struct en_err *err)
{
    const struct en_act_request *rq = im->c->rq;
    const struct en_list_sink sink = { im, take_identity };
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = input_head(&rq->inputs[0], &b, err);

    if (rc == EN_OK) {
        im->format = en_list_sniff(en_buf_bytes(&b));
        if (im->format == EN_LIST_UNKNOWN || en_list_format_companion(im->format))
            rc = en_err_set(err, EN_E_INPUT, EN_NO_POS,
                            im->format == EN_LIST_UNKNOWN
                                ? "this is no list of a known format"
                                : "this file goes with a list: give it together with its sdn.csv");
    }
    if (rc == EN_OK)
        im->reader = en_list_reader_new(im->format, sink, im->report);
    for (size_t i = 1; rc == EN_OK && i < rq->n_inputs; i++) {
        en_buf_reset(&b);
        rc = input_all(&rq->inputs[i], ALTERNATES_MAX, &b, err);
        rc = rc != EN_OK ? rc : en_list_reader_alternates(im->reader, en_buf_bytes(&b), err);
    }
    en_buf_release(&b);
    return rc;
}

static en_errc
read_args(struct importing *im, struct en_err *err)
{
    struct en_args *a = &im->c->args;
    enum en_ground g;

    im->source_name = en_args_text(a, "source", EN_MAY, EN_KEY_NAME_MAX);
    im->version = en_args_text(a, "version", EN_MAY, EN_STORE_MAX_WORD);
    im->ground = en_args_text(a, "ground", EN_MAY, EN_KEY_NAME_MAX);
    im->end_missing = en_args_bool(a, "end_missing");
    if (im->source_name.n > 0 && memchr(im->source_name.p, '/', im->source_name.n) != NULL)
        en_args_fault(a, "source", "has no '/'");
    if (en_text_is(im->source_name, EN_OWN_SOURCE))
        en_args_fault(a, "source", "is not the name of the node's own alerts");
    if (im->ground.n > 0 && !en_ground_from(im->ground, &g))
        en_args_fault(a, "ground", "is one of those in docs/formats/grounds.md");
    return en_args_end(a, err);
}

static en_errc
note_chunk(void *ctx, en_bytes chunk, struct en_err *err)
{
    struct importing *im = ctx;
    const struct en_act_reply *r = im->c->reply;

    (void)err;
    if (r->others != NULL && r->wanted(r->ctx)) /* nothing is begun yet */
        r->others(r->ctx);
    if (im->n_chunks == im->cap_chunks)
        im->chunks = en_xrealloc(im->chunks, (im->cap_chunks = 2 * im->cap_chunks + 16) * sizeof *im->chunks);
    (void)crypto_generichash(im->chunks[im->n_chunks++], CHUNK_HASH_LEN, chunk.p, chunk.n, NULL, 0);
    return EN_OK;
}

/* Read with another ground it is not the same import. */
static en_errc
hash_content(struct importing *im, struct en_err *err)
{
    const struct en_act_request *rq = im->c->rq;
    en_errc rc = input_each(&rq->inputs[0], note_chunk, im, err);

    rc = rc != EN_OK ? rc : input_hash(rq->inputs, rq->n_inputs, im->import.hash, err);
    if (rc == EN_OK && im->ground.n > 0)
        en_sha256_2(en_bytes_from(im->import.hash, EN_SHA256_LEN), en_text_bytes(im->ground), im->import.hash);
    return rc;
}

static en_errc
import(struct importing *im, struct en_err *err)
{
    struct en_call *c = im->c;
    en_errc rc = read_args(im, err);

    rc = rc != EN_OK ? rc : hash_content(im, err);
    im->hashed = rc == EN_OK;
    rc = rc != EN_OK ? rc : open_reader(im, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : walk(im, err);
    if (im->same)
        return same_again(im, err);
    rc = rc != EN_OK ? rc : finish(im, err);
    rc = rc != EN_OK ? rc : answer(im, NULL, err);
    if (rc == EN_OK && en_report_count(im->report, EN_NOTE_REFUSED) > 0)
        return EN_E_NO; /* done, and some of the input was refused */
    return rc;
}

en_errc
act_import(struct en_call *c, struct en_err *err)
{
    struct importing im = { .c = c, .json = EN_BUF_INIT };
    en_errc rc;

    touched_init(&im.touched);
    im.report = en_report_new();
    rc = import(&im, err);
    en_store_import_drop(c->store);
    if (im.hashed && !im.in_parts)
        rc = input_refused(c, EN_INPUT_LISTS, im.import.hash, rc, err);
    if (im.reader != NULL)
        en_list_reader_free(im.reader);
    free(im.ended);
    free(im.chunks);
    en_report_free(im.report);
    touched_release(&im.touched);
    en_buf_release(&im.json);
    return rc;
}
