/*
 * act.h: what the handlers of acts share. Internal to src/acts.
 *
 * A handler reads its arguments (args.h) and ends that with en_args_end, begins the transaction with call_begin, works,
 * describes the event's facts on c->ev, and calls call_commit. Then, and only then, it answers with call_emit.
 */
#ifndef EN_ACTS_ACT_H
#define EN_ACTS_ACT_H

#include "acts/acts.h"
#include "acts/args.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/reader.h"
#include "ledger/note.h"
#include "person/person.h"
#include "seal/node_key.h"
#include "screen/screen.h"
#include "screen/tables.h"

/* The source of the alerts that are written here. */
#define EN_OWN_SOURCE "own"

/* An index as of a number of the journal of changes, and what it lies in (kept.c). */
struct en_made {
    struct en_index *ix;
    uint64_t at;
    en_bytes lies_in; /* taken from this shelf; empty: its own memory */
    void (*give_back)(void *ctx, en_bytes saved);
    void *shelf;
    bool to_be_kept; /* the shelf does not have it yet */
    struct en_tables *tables; /* that it was built with; NULL: the program's own */
    en_errc no_tables;        /* why these are not those that the profile names */
};

/* A walk over the travellers still held, for these intents (rescreen.c). */
struct en_rescreen {
    int64_t intents[64];
    size_t n; /* 0: none is under way */
    int64_t after;
};

/* Answers that told of people, within the last hour (reads.c). */
struct en_reads {
    struct en_read {
        int64_t user;
        en_time at;
    } * v;
    size_t n, cap;
    bool known; /* the log was looked through */
};

struct en_acts {
    struct en_store *store;
    struct en_rescreen walk;
    struct en_acts_rim rim;
    struct en_made made;        /* the index; made.ix is NULL until it is needed */
    struct en_acts_shelf shelf; /* take is NULL: there is none */
    bool beside;                /* somebody builds a new one in a thread of its own when it is wanted */
    bool behind;                /* the index lacks changes of an act that changed very much */
    uint64_t identities;
    struct en_query *q;
    en_time newest;   /* time of the newest event; EN_TIME_NONE until it is known */
    unsigned speaks_oldest, speaks_newest; /* versions of the exchange that the node speaks */
    bool clock_doubt; /* the rim saw the clock jump */
    struct en_acts_vault vault; /* put is NULL: there is none */
    struct en_node_keys keys;   /* out of the vault; rim.keys points here while they are in use */
    struct en_err no_keys; /* why they are not at hand, if the node has keys */
    struct en_reads reads;
    struct live *live;     /* the exchange that runs by itself; NULL until it begins (live.h) */
};

/* What an act wants to leave the process: written as intents with its event (answers.c). */
struct en_outbox {
    struct en_buf items;
    unsigned n;
};
#define OUT_CUSRES "cusres"
#define OUT_BORDER "border"
en_errc outbox_write(struct en_outbox *o, struct en_store *s, uint64_t event, en_time at, struct en_err *err);
void outbox_release(struct en_outbox *o);

struct en_call {
    struct en_acts *acts;
    struct en_store *store;
    const struct en_act *act;
    const struct en_act_request *rq;
    const struct en_act_person *who;
    const struct en_act_reply *reply;
    struct en_args args;
    struct en_arena arena;   /* of the whole act: arguments, the user */
    struct en_arena scratch; /* of one record: call_record forgets it */
    struct en_store_node node;
    struct en_store_user user;
    en_time now;
    en_text purpose;      /* what a person reads for, as it was told */
    struct en_buf event;  /* bytes of the event under construction */
    struct en_json ev;    /* writes its facts */
    bool answered_may;    /* the event is on disk (or the act logs none) */
    bool owes_rescreen;   /* alerts changed: the travellers still held are to be screened again */
    bool tells_later;     /* its record of an alert says how many */
    uint64_t found_later; /* hits that this found, once call_rescreen did it */
    struct en_outbox outbox;
    uint64_t answered;  /* travellers about whom a carrier was answered */
    const struct en_charter *charter; /* in force: charter_in_force; NULL: none */
    bool charter_known;
    struct en_buf charters_came; /* those that came in this bundle, as the event tells them */
    unsigned charters_tried;     /* and how many were looked at */
    struct en_buf line; /* scratch for a record */
};

typedef en_errc en_act_fn(struct en_call *c, struct en_err *err);

enum en_act_flags {
    EN_ACT_QUIET = 1, /* tells nothing about a person and changes nothing: no event */
    EN_ACT_DOUBT = 2  /* may be done while it is in doubt what a restore has lost */
};

struct en_act {
    const char *word;
    const char *event; /* type of its event; NULL for a quiet one */
    unsigned roles;    /* bits 1u << enum en_role */
    unsigned inputs_min, inputs_max;
    unsigned flags;
    en_act_fn *run;
};
extern const struct en_act en_act_table[]; /* ends with a row without word */

/* --- reading (reads.c) -------------------------------------------------------------------------------------------- */

#define EN_READ_PURPOSE_MAX 64 /* bytes */
/* Answers a person gets within an hour in a new node: one a second. */
#define EN_READS_AN_HOUR     3600
#define EN_READS_AN_HOUR_MAX 1000000
/* Does it tell of people and change nothing? */
bool act_reads(const struct en_act *a);
/* May this person be answered now? EN_E_RULE if not, and the refusal is in the log. Takes the argument "purpose". */
en_errc reads_check(struct en_call *c, struct en_err *err);
/* An answer was given. */
void reads_note(struct en_call *c);
void reads_release(struct en_reads *r);

/* Opens the event's object; and the transaction as well. */
void call_describe(struct en_call *c);
en_errc call_begin(struct en_call *c, struct en_err *err);
/*
 * A call that nobody made: an act of the node itself. act says what its event is called; it outlives the call. The
 * event has no person and no signature, everything else is as in any call; call_node_end undoes what was not committed.
 */
en_errc call_node_init(struct en_call *c, struct en_acts *a, const struct en_act *act, en_time now, struct en_err *err);
void call_node_end(struct en_call *c);
/* Closes the event, has it signed, appends it, commits. */
en_errc call_commit(struct en_call *c, struct en_err *err);
/* Starts a record: c->line is empty and j writes into it. call_emit sends it. */
void call_record(struct en_call *c, struct en_json *j);
en_errc call_emit(struct en_call *c, struct en_err *err);
/* Sends these bytes as records of their own, a megabyte of Base 64 each: {"chunk": …}. */
en_errc call_emit_chunks(struct en_call *c, en_bytes bytes, struct en_err *err);

/*
 * A list of rows with numbers, the whole act: `walk` goes over them twice, first to name them in the event, in an array
 * `member`, and after the commit to tell them. In between nobody else writes.
 */
struct listed {
    struct en_call *c;
    bool emit;
};
typedef en_errc listed_fn(const void *filter, struct listed *l, struct en_err *err);
en_errc call_list(struct en_call *c, const char *member, listed_fn *walk, const void *filter, struct en_err *err);
/* For one row of the walk: true if it is named only, and not told now. */
bool listed_names(struct listed *l, int64_t id);

/* An event of the node itself. type as in events.md; facts were written into ev with node_event_begin. */
void event_open(struct en_buf *event, struct en_json *ev, const char *act, en_time at, int64_t actor,
                const char *key_id);
/* *seq may be NULL. */
en_errc event_append_node(struct en_acts *a, const char *type, en_bytes bytes, en_time at, uint64_t *seq,
                          struct en_err *err);

/* EN_E_STORAGE while the clock cannot be trusted: it is far ahead of the newest event, or it jumped. */
en_errc clock_check(struct en_acts *a, const struct en_store_node *node, en_time now, struct en_err *err);

en_errc err_not_found(struct en_err *err, const char *what);
/* Adds a reader's report to what status counts: in the transaction of what was read. */
en_errc report_count(struct en_call *c, enum en_store_input what, const struct en_report *r, struct en_err *err);
/*
 * How many of these hits (the first ones) reach the line: by themselves, or because all together reach it and this one
 * is at least half as likely as the first. One person on the lists of several services shares her probability among
 * them, and must not fall below the line by that.
 */
size_t hits_reach(const struct en_hit *hits, size_t n, double line);
/*
 * For an input that is refused as a whole with `why` and err: what was begun is undone, and an event with its hash and
 * one more refused input remain, so that nothing is skipped without a trace. Gives `why`, or the error of the store.
 */
en_errc input_refused(struct en_call *c, enum en_store_input what, const uint8_t hash[EN_SHA256_LEN], en_errc why,
                      struct en_err *err);
void json_kv_time(struct en_json *j, const char *key, en_time t); /* null when EN_TIME_NONE */
void json_kv_hash(struct en_json *j, const char *key, const uint8_t hash[EN_SHA256_LEN]);
/* The argument "addresses": up to EN_CARD_ADDRESSES_MAX, or the word none for none; a fault of it otherwise. */
void args_addresses(struct en_args *a, const en_text **list, size_t *n);
void json_kv_texts(struct en_json *j, const char *key, const en_text *t, size_t n);

/* --- the ledger (ledger.c) ---------------------------------------------------------------------------------- */

/* Appends the blank line and the signature to a note's text. name is a valid key name. */
void ledger_sign_note(const char *name, const struct en_key *secret, struct en_buf *text);
/* The store signs with the rim's keys from now on, whenever there are any; and no more. */
void ledger_attach(struct en_acts *a);
void ledger_detach(struct en_acts *a);
/*
 * In a transaction that has appended nothing: the doubt after a restore is over, as partners have answered. latest:
 * a head of ours that they have and we do not, so that another epoch begins; NULL: nobody has one.
 */
struct en_head;
en_errc ledger_epoch_by_node(struct en_call *c, const struct en_head *latest, struct en_err *err);
/* EN_E_RULE while the store is in doubt after a restore. */
en_errc ledger_may_act(struct en_acts *a, struct en_err *err);
/* Whether the first `size` events have this root. */
bool ledger_holds(struct en_store *s, uint64_t size, const struct en_tree_hash *root);

/* --- the index (index.c) ------------------------------------------------------------------------------------------ */

en_errc acts_index(struct en_acts *a, struct en_err *err);
void acts_index_drop(struct en_acts *a);
/*
 * More changed than anybody brings it up to date with: it is dropped, or, where one is built beside the acts, it is
 * used until then and everybody is told that it is behind.
 */
void acts_index_void(struct en_acts *a);
/* Builds it from the alerts of a store, which may be a reader's. */
en_errc index_build(struct en_store *s, const struct en_acts_shelf *shelf, struct en_made *out, struct en_err *err);
/* Says to it what machine this is. */
void index_aim(struct en_acts *a);
void acts_index_count(struct en_acts *a);
/* Brings identities up to date; each id once. EN_OK or the index is to be dropped. */
struct en_touched;
en_errc index_touch_all(struct en_store *s, struct en_index *ix, const struct en_touched *t, struct en_err *err);
/* A delta of more than so many is slower to change than it should be: the whole is built anew. */
#define CHANGES_MOST 8192

/* --- learned tables (tables.c) ------------------------------------------------------------------------------------ */

/* Gives out->tables those that the profile names, or none where the rim does not have them: that is said. */
en_errc tables_take(struct en_store *s, const struct en_acts_shelf *shelf, struct en_made *out, struct en_err *err);
/* Whether the rim has the tables of this name; EN_TEXT_NONE: the program's own. */
en_errc tables_check(struct en_call *c, en_text wanted, struct en_err *err);
/* The engine of a hit: with other tables than the program's own, their name too. */
void tables_engine(const struct en_made *m, const char *engine, struct en_arena *a, en_text *out);
void tables_json(const struct en_call *c, struct en_json *j);

/* --- the index on its shelf (kept.c) ------------------------------------------------------------------------------ */

/* False: there is none that may be used, and a word was said unless it was simply not there. */
bool kept_open(struct en_acts *a);
/*
 * Brings an index up to date with at most so many notes of the journal. EN_E_NO: there are more. EN_E_LIMIT: the
 * journal does not reach back to it, or (most is 0: all) holds too much.
 */
en_errc kept_replay(struct en_store *s, struct en_made *m, uint64_t most, struct en_err *err);
/* Saves what has no changes; the stamp is of this store. */
en_errc kept_put(struct en_store *s, const struct en_acts_shelf *shelf, const struct en_made *m, struct en_err *err);
/* What the shelf has needs no journal. */
en_errc kept_forget(struct en_store *s, uint64_t until, struct en_err *err);
/* Puts what was built on the shelf, when no transaction is open; what cannot be kept is said and not kept. */
void kept_save(struct en_acts *a);
void made_release(struct en_made *m);
/* Opens what was taken with the tables that are there. */
en_errc made_open(struct en_made *m, en_bytes *stamp, struct en_err *err);
/* From the shelf, unopened. */
en_errc made_take(struct en_made *m, const struct en_acts_shelf *shelf, struct en_err *err);
/* The id of an identity in the index: SOURCE/ENTITY. */
void index_id(en_text source, en_text entity, struct en_buf *out);
/* The two halves; false if it is none. */
bool index_id_split(en_text id, en_text *source, en_text *entity);
/*
 * Brings one identity up to date, after the commit that changed its alerts. When that fails the index is dropped and
 * built from the store at its next use: there is never a wrong one.
 */
void acts_index_refresh(struct en_acts *a, int64_t source, en_text entity);
/* The person in a stored identity or traveller; and whether an identity is one. */
en_errc person_of(en_bytes json, struct en_arena *arena, struct en_person *out, struct en_err *err);
/* As person_of, for what a person typed: a value that is not understood is refused and not kept as a remark. */
en_errc person_typed(en_bytes json, struct en_arena *arena, struct en_person *out, struct en_err *err);
en_errc identity_is_person(en_bytes json, bool *out, struct en_err *err);

/* A set of identities that an act changed. Beyond ENTITIES_MAX only the fact is kept. */
#define ENTITIES_MAX 8192
struct en_touched {
    struct {
        int64_t source;
        en_text entity;
    } * at;
    size_t n, cap;
    bool many;
    struct en_arena arena;
};
void touched_init(struct en_touched *t);
void touched_release(struct en_touched *t);
void touched_add(struct en_touched *t, int64_t source, en_text entity);
/* Applies them to the index: after the commit. */
void touched_apply(struct en_touched *t, struct en_acts *a);

/* --- hits (hits.c) ------------------------------------------------------------------------------------------------ */

struct en_screening { /* one traveller screened and stored */
    struct en_store *store;
    struct en_acts *acts;
    const struct en_store_node *node;
    en_time now;
    en_time first;         /* when this traveller was screened first; EN_TIME_NONE: it is now */
    bool merged;           /* more is known of this traveller than when it was screened: other evidence is new */
    struct en_arena arena; /* scratch, reset for every traveller */
    struct en_buf evidence, memory;
    uint64_t hits, cleared, reopened;
    bool wrote; /* hits were added or changed */
};
void screening_init(struct en_screening *s, struct en_acts *a, const struct en_store_node *node, en_time now);
void screening_release(struct en_screening *s);
/*
 * Screens a stored traveller; adds the hits it does not have yet and changes those whose alert changed. redress: the
 * number in the booking, "" for none.
 */
en_errc screening_run(struct en_screening *s, const struct en_store_traveller *t, const struct en_person *p,
                      en_text redress, struct en_err *err);
/* SHA-256 over the person as JSON: what a question is known by. */
void identity_hash(const struct en_person *p, uint8_t out[EN_SHA256_LEN]);
/* Evidence rows as JSON, docs/formats/json.md "screening". */
void evidence_json(const struct en_evidence *e, size_t n, struct en_json *j);
/* How a hit was found: at the first screening, or later because of a new or a changed alert or of the profile. */
#define EN_FOUND_MANIFEST "manifest"
#define EN_FOUND_NEW      "new-alert"
#define EN_FOUND_CHANGED  "changed-alert"
#define EN_FOUND_PROFILE  "profile"

/* --- what was decided before (memory.c) --------------------------------------------------------------------------- */

/* Remembers an answer about every alert of the hit. x brings kind, answer, decision and end. */
en_errc memory_write(struct en_call *c, const struct en_store_hit *h, const struct en_person *p,
                     struct en_store_clearance *x, struct en_err *err);
struct en_recalled {
    bool cleared;          /* a clearance or a redress number answers every alert */
    enum en_answer answer; /* the one that was given about every alert and still stands; none otherwise */
    en_bytes json;         /* docs/formats/json.md "before"; empty for nothing; borrowed from the screening */
};
en_errc memory_recall(struct en_screening *s, const struct en_person *p, en_text redress,
                      const struct en_store_hit_alert *alerts, size_t n, struct en_recalled *out, struct en_err *err);

/* --- answers to carriers (answers.c) ------------------------------------------------------------------------------ */

struct en_cusres_head;
/* A person whom a message tells of, by the carrier's own references. */
struct answer_wanted {
    int64_t traveller, manifest;
    uint32_t message;
    en_text pnr, reference;
};
/* Answers a message that asks about those of the n that are its; ERP+1, ERC+118 if none is. */
en_errc answers_first(struct en_call *c, const struct en_cusres_head *head, const struct answer_wanted *wanted,
                      size_t n, struct en_err *err);
/* Tells the carrier if the answer by rule is another one now; a person's order stands. */
en_errc answers_refresh(struct en_acts *a, const struct en_store_node *node, int64_t traveller, en_time now,
                        struct en_outbox *out, struct en_err *err);
en_errc answers_order(struct en_call *c, int64_t traveller, const char *code, struct en_store_answer *x,
                      struct en_err *err);
en_errc answers_tick(struct en_acts *a, en_time now, bool *more, struct en_err *err);
/* A copy of what an iteration over answers meets last. */
struct answer_take {
    struct en_arena *arena;
    struct en_store_answer *out;
    bool found;
};
en_errc answer_take(void *ctx, const struct en_store_answer *x, struct en_err *err);

/* --- travellers still held, against what is new (rescreen.c) ------------------------------------------------------ */

/* The intent that an act leaves which changes what travellers are compared with. */
#define RESCREEN "rescreen"
/* Is there anybody to screen again? */
en_errc acts_any_held(struct en_acts *a, bool *any, struct en_err *err);
/*
 * Screens a page of the travellers still held as an act of the node itself, and finishes the intents RESCREEN with the
 * last one. Nothing open: nothing is done. *hits are those found and those opened again; *more: there is more to do.
 */
en_errc acts_rescreen(struct en_acts *a, en_time now, uint64_t *hits, bool *more, struct en_err *err);
/*
 * The same at once, behind the commit of the act that owes it and before its answer. When it fails the act is done all
 * the same: the intent stays open and the next tick tries again.
 */
void call_rescreen(struct en_call *c);
/* Writes "found_later": how many hits, null while that is still owed. */
void json_found_later(const struct en_call *c, struct en_json *j);

/*
 * Destroys the content of records whose date has come, at most limit, and says so to the partners whose they were;
 * their numbers are written into ev, an array.
 */
en_errc exchange_destroy_due(struct en_acts *a, en_time now, uint64_t limit, struct en_json *ev, uint64_t *n,
                             struct en_err *err);
/* Writes "record": what the originator of an alert asks its holders to do, under which handling; null: it is none. */
en_errc exchange_asked(struct en_call *c, int64_t alert, struct en_json *j, struct en_err *err);
/* Writes "ended" of a hit: what became of its alerts, with the originator's reason if it withdrew; null: it waits. */
en_errc exchange_hit_ended(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err);
/*
 * Deletes an alert for good, and what it said from the evidence of hits that are kept. A hit that nobody has decided
 * and that has no other alert left has ended; *ended grows by their number, and their carriers are told.
 */
en_errc acts_forget_alert(struct en_acts *a, int64_t alert, en_time now, const struct en_store_node *node,
                          struct en_outbox *out, uint64_t *ended, struct en_err *err);

/* In the transaction of the act by which an alert ended and is kept: the same for its hits, which lose nothing else. */
en_errc acts_alert_ended(struct en_call *c, int64_t alert, uint64_t *ended, struct en_err *err);

/* --- keys of the node (node_keys.c) ------------------------------------------------------------------------------- */

/* Where our own history of keys stands; EN_E_NOT_FOUND while there is none. */
en_errc own_keys(struct en_acts *a, struct en_key_state *out, struct en_err *err);
/* What an act has put into the vault: dropped again if the act fails. */
struct en_new_keys {
    struct en_acts *a;
    unsigned n;
    struct en_node_key_file put[4];
};
void new_keys_drop(struct en_new_keys *k);
/* Makes the first keys of a node, inside a transaction. *out is where the history stands then. */
en_errc keys_first(struct en_new_keys *k, en_time now, struct en_key_state *out, struct en_err *err);
/* Draws a signing key and puts it. */
en_errc keys_draw(struct en_new_keys *k, const char *partner, en_time now, struct en_key *out, struct en_err *err);
/* Draws the sealing key of a month and puts it. */
en_errc keys_draw_sealing(struct en_new_keys *k, const char *partner, int32_t month, en_time now,
                          struct en_age_identity *out, struct en_err *err);
/* Adds a step to our own history. */
en_errc keys_step(struct en_acts *a, const struct en_key_step *s, const struct en_key *by, const struct en_key *before,
                  struct en_err *err);
/* A card file that was given to the act as its first file, in the call's arena. */
en_errc card_input(struct en_call *c, en_bytes *out, struct en_err *err);
/* Takes the keys out of the vault (again), after the history changed. */
en_errc keys_load(struct en_acts *a, struct en_err *err);
/* EN_E_RULE with what to do about it while there are no keys to act with. */
en_errc keys_needed(struct en_acts *a, struct en_err *err);
/* Makes sealing keys that are due and destroys those whose time is over, as acts of the node itself. */
en_errc keys_tick(struct en_acts *a, en_time now, struct en_err *err);

/* --- the charter (charter.c) -------------------------------------------------------------------------------------- */

/* The version that is in force and lists this node, in the call's arena; *out is NULL where there is none. */
struct en_charter;
en_errc charter_in_force(struct en_call *c, const struct en_charter **out, struct en_err *err);
/* Writes "charter" of the status; null where none is here. */
en_errc charter_status(struct en_call *c, struct en_json *j, struct en_err *err);

/* --- records that several acts answer with ------------------------------------------------------------------------ */

/* A hit as a row of a traveller; and with both sides, its alerts as they were and are, and its decisions. */
en_errc record_hit_brief(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err);
/* An alert with its content. */
en_errc record_alert(struct en_call *c, const struct en_store_alert *x, bool full, struct en_json *j,
                     struct en_err *err);
/* Writes "protected" for those who may see that somebody is, and nothing for others. entity as in a hit. */
en_errc json_protected(struct en_call *c, en_text entity, struct en_json *j, struct en_err *err);
/* May this person see protections? */
bool sees_protections(const struct en_call *c);
/* A text member of a stored object, "" if there is none. */
en_text json_text(en_bytes json, const char *member, struct en_arena *arena);
/* The first name of a stored person, "" if there is none. */
en_text first_name(en_bytes json, struct en_arena *arena);

#define EN_ACT_TABLE_FN(name) en_errc name(struct en_call *c, struct en_err *err)
EN_ACT_TABLE_FN(act_user_add);
EN_ACT_TABLE_FN(act_user_list);
EN_ACT_TABLE_FN(act_user_disable);
EN_ACT_TABLE_FN(act_profile_show);
EN_ACT_TABLE_FN(act_profile_set);
EN_ACT_TABLE_FN(act_import);
EN_ACT_TABLE_FN(act_screen);
EN_ACT_TABLE_FN(act_check);
EN_ACT_TABLE_FN(act_alert_new);
EN_ACT_TABLE_FN(act_alert_edit);
EN_ACT_TABLE_FN(act_alert_end);
EN_ACT_TABLE_FN(act_alert_show);
EN_ACT_TABLE_FN(act_alert_list);
EN_ACT_TABLE_FN(act_hit_list);
EN_ACT_TABLE_FN(act_hit_export);
EN_ACT_TABLE_FN(act_hit_show);
EN_ACT_TABLE_FN(act_hit_decide);
EN_ACT_TABLE_FN(act_protect_set);
EN_ACT_TABLE_FN(act_protect_end);
EN_ACT_TABLE_FN(act_protect_list);
EN_ACT_TABLE_FN(act_clearance_list);
EN_ACT_TABLE_FN(act_clearance_end);
EN_ACT_TABLE_FN(act_redress_new);
EN_ACT_TABLE_FN(act_answer_list);
EN_ACT_TABLE_FN(act_answer_order);
EN_ACT_TABLE_FN(act_answer_take);
EN_ACT_TABLE_FN(act_answer_sent);
EN_ACT_TABLE_FN(act_answer_read);
EN_ACT_TABLE_FN(act_flight_report);
EN_ACT_TABLE_FN(act_ledger_show);
EN_ACT_TABLE_FN(act_ledger_prove);
EN_ACT_TABLE_FN(act_ledger_witness);
EN_ACT_TABLE_FN(act_ledger_epoch);
EN_ACT_TABLE_FN(act_ledger_who_saw);
EN_ACT_TABLE_FN(act_key_init);
EN_ACT_TABLE_FN(act_key_show);
EN_ACT_TABLE_FN(act_key_rotate);
EN_ACT_TABLE_FN(act_key_lost);
EN_ACT_TABLE_FN(act_key_restore);
EN_ACT_TABLE_FN(act_key_seal);
EN_ACT_TABLE_FN(act_key_passphrase);
EN_ACT_TABLE_FN(act_key_adopt);
EN_ACT_TABLE_FN(act_partner_card);
EN_ACT_TABLE_FN(act_partner_look);
EN_ACT_TABLE_FN(act_partner_add);
EN_ACT_TABLE_FN(act_partner_update);
EN_ACT_TABLE_FN(act_partner_readmit);
EN_ACT_TABLE_FN(act_partner_list);
EN_ACT_TABLE_FN(act_partner_show);
EN_ACT_TABLE_FN(act_partner_cut);
EN_ACT_TABLE_FN(act_partner_address);
EN_ACT_TABLE_FN(act_partner_link);
EN_ACT_TABLE_FN(act_partner_ack);
EN_ACT_TABLE_FN(act_partner_relay);
EN_ACT_TABLE_FN(act_partner_route);
EN_ACT_TABLE_FN(act_partner_restore);
EN_ACT_TABLE_FN(act_partner_agree);
EN_ACT_TABLE_FN(act_charter_list);
EN_ACT_TABLE_FN(act_charter_show);
EN_ACT_TABLE_FN(act_charter_verify);
EN_ACT_TABLE_FN(act_charter_export);
EN_ACT_TABLE_FN(act_charter_import);
EN_ACT_TABLE_FN(act_charter_propose);
EN_ACT_TABLE_FN(act_charter_sign);
EN_ACT_TABLE_FN(act_charter_refuse);
EN_ACT_TABLE_FN(act_charter_adopt);
EN_ACT_TABLE_FN(act_review_due);
EN_ACT_TABLE_FN(act_review_run);
EN_ACT_TABLE_FN(act_review_done);
EN_ACT_TABLE_FN(act_status);
EN_ACT_TABLE_FN(act_clock_accept);
EN_ACT_TABLE_FN(act_backup);
EN_ACT_TABLE_FN(act_record_new);
EN_ACT_TABLE_FN(act_record_outcome);
EN_ACT_TABLE_FN(act_record_edit);
EN_ACT_TABLE_FN(act_record_drop);
EN_ACT_TABLE_FN(act_record_list);
EN_ACT_TABLE_FN(act_record_show);
EN_ACT_TABLE_FN(act_record_stix);
EN_ACT_TABLE_FN(act_record_accept);
EN_ACT_TABLE_FN(act_record_refuse);
EN_ACT_TABLE_FN(act_record_ack);
EN_ACT_TABLE_FN(act_question_list);
EN_ACT_TABLE_FN(act_question_consent);
EN_ACT_TABLE_FN(act_question_deny);
EN_ACT_TABLE_FN(act_release_propose);
EN_ACT_TABLE_FN(act_release_approve);
EN_ACT_TABLE_FN(act_release_reject);
EN_ACT_TABLE_FN(act_release_preview);
EN_ACT_TABLE_FN(act_release_list);
EN_ACT_TABLE_FN(act_release_withdraw);
EN_ACT_TABLE_FN(act_bundle_export);
EN_ACT_TABLE_FN(act_bundle_import);
EN_ACT_TABLE_FN(act_delivery_list);

#endif
