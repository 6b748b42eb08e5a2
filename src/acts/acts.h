/*
 * acts.h: what a person can make a node do. Commands, routes and the socket all come through en_acts_run and nothing
 * lower.
 *
 * An act is a row of a table (en_act_table): its word, the roles that may do it, how many files it takes, its handler.
 * A run
 *   1. finds the person and checks the right, before any handler runs;
 *   2. asks the rules and does the work in one transaction of the store;
 *   3. writes the event (docs/formats/events.md), signed by the person, in that same transaction;
 *   4. answers only when that is on disk: a record handed to the reply is in the log already. Reading is an act like
 * any other. Arguments are a JSON object, records are JSON values (docs/formats/json.md), so an act is the same whether
 * it comes from the process that holds the folder or over its socket (docs/formats/node.md).
 *
 * Nothing here reads a clock, draws randomness or opens a file: time, random bytes and inputs are lent by the rim.
 */
#ifndef EN_ACTS_ACTS_H
#define EN_ACTS_ACTS_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/time.h"
#include "names/simd.h"
#include "node/card.h"
#include "seal/node_key.h"
#include "seal/seal.h"
#include "store/store.h"

/* --- roles -------------------------------------------------------------------------------------------------------- */

enum en_role {
    EN_ROLE_ADMIN,      /* people, profile, clock, backups */
    EN_ROLE_IMPORTER,   /* lists in */
    EN_ROLE_OFFICER,    /* screens, checks, reads hits and alerts, decides */
    EN_ROLE_SUPERVISOR, /* all of an officer; writes and ends alerts of our own, runs reviews */
    EN_ROLE_AUDITOR,    /* reads, changes nothing */
    EN_ROLES
};
const char *en_role_word(enum en_role r); /* "admin" "importer" "officer" "supervisor" "auditor" */
/* The roles of a user as the store keeps them ("officer" or "admin,importer"): bits 1u << enum en_role, 0 if malformed.
 */
unsigned en_roles_from(en_text t);
void en_roles_write(unsigned roles, struct en_buf *out);

/* --- what the rim lends ------------------------------------------------------------------------------------------- */

struct en_acts_rim {
    void *ctx;
    void (*draw)(void *ctx, void *p, size_t n); /* random bytes */
    const struct en_node_keys *keys;            /* of the node; NULL while it has none: what needs them says so */
    enum en_simd (*simd)(void); /* the kind of machine code that this machine is best at; NULL: what needs no asking */
};

struct en_tables; /* screen/tables.h */

/*
 * Where the rim keeps the screening index between two runs (docs/formats/index.md). Nothing here is needed for a right
 * answer: what is not there, stale, damaged or of another program is built anew from the store.
 */
struct en_acts_shelf {
    void *ctx;
    en_bytes program; /* what tells this program from any other; at most 64 bytes */
    /* The saved index, at a multiple of 64, until it is given back; EN_E_NOT_FOUND if there is none. */
    en_errc (*take)(void *ctx, en_bytes *saved, struct en_err *err);
    void (*give_back)(void *ctx, en_bytes saved);
    /* A new one in parts; with place it stands whole where the other one stood, without it nothing changed. */
    en_errc (*begin)(void *ctx, struct en_err *err);
    en_errc (*write)(void *ctx, const void *p, size_t n);
    en_errc (*end)(void *ctx, bool place, struct en_err *err);
    void (*discard)(void *ctx); /* what is kept is void, and must not stay where somebody could read it */
    void (*say)(void *ctx, const char *text, const struct en_err *why); /* for people: a constant; why may be NULL */
    /* The learned tables in the node's folder, checked (docs/formats/tables.md); the caller frees them. EN_E_NOT_FOUND
     * if there are none; NULL: there never are. */
    en_errc (*tables)(void *ctx, struct en_tables **out, struct en_err *err);
};

/* A file whose size is known and which can be read twice. name is for people. */
struct en_act_input {
    en_text name;
    uint64_t size;
    void *ctx;
    /* At most room bytes at this offset; *n is 0 at the end. */
    en_errc (*read)(void *ctx, uint64_t at, void *p, size_t room, size_t *n, struct en_err *err);
};

/* Who acts. The name is a claim; the signature over the event proves it, and nothing is done or told without it. */
struct en_act_person {
    en_text user;
    int64_t uid; /* unix user at the other end, -1 if not known */
    void *ctx;
    /* Signs the leaf of this event with the purpose EN_PURPOSE_EVENT, or refuses. */
    en_errc (*sign)(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes,
                    uint8_t sig[EN_SEAL_SIG_LEN], struct en_err *err);
};

struct en_act_reply {
    void *ctx;
    en_errc (*record)(void *ctx, en_bytes json, struct en_err *err);
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    /*
     * Others who wait while a long act is done; both may be NULL. When wanted says so, an act that can be cut commits
     * what it has and calls others, within which acts for which en_act_between is true may be run.
     */
    bool (*wanted)(void *ctx);
    void (*others)(void *ctx);
};

struct en_act_request {
    en_text act;
    en_bytes args; /* a JSON object; empty for none */
    const struct en_act_input *inputs;
    size_t n_inputs;
    en_time now;      /* by the clock of the process that runs the act */
    en_time rehearse; /* another time to act at, in a rehearsal node only; EN_TIME_NONE for none */
};

#define EN_ACT_ARGS_MAX   (16u * EN_MIB) /* an alert written here, with everything a person can have */
#define EN_ACT_INPUTS_MAX 4u

/*
 * Where the node's own secrets are kept. What is put is on disk when put returns. Of a file that is dropped or asked
 * for only kind, partner, public_key and month count.
 */
struct en_acts_vault {
    void *ctx;
    /* The signing key whose public half has this SHA-256. EN_E_NOT_FOUND; EN_E_RULE without the passphrase. */
    en_errc (*signing)(void *ctx, const uint8_t digest[EN_SHA256_LEN], struct en_key *out, struct en_err *err);
    /* Adds all sealing keys of this partner that are there. */
    en_errc (*sealing)(void *ctx, struct en_node_keys *into, struct en_err *err);
    en_errc (*put)(void *ctx, const struct en_node_key_file *f, struct en_err *err);
    void (*drop)(void *ctx, const struct en_node_key_file *f);
    /* Unlocks what was kept elsewhere. */
    en_errc (*unlock)(void *ctx, struct en_node_key_file *f, struct en_err *err);
};

/* --- a node ------------------------------------------------------------------------------------------------------- */

struct en_acts;

/* s and rim are borrowed. */
struct en_acts *en_acts_new(struct en_store *s, const struct en_acts_rim *rim);
void en_acts_free(struct en_acts *a);
/*
 * Lends the vault (whose ctx is borrowed) and takes the node's keys out of it, to sign and to open with. EN_OK also
 * when the node has none; otherwise the error says why they cannot be had, and all that needs no key goes on.
 */
en_errc en_acts_take_keys(struct en_acts *a, const struct en_acts_vault *v, struct en_err *err);
/* The node's keys, until the next act; NULL while it has none at hand. */
const struct en_node_keys *en_acts_node_keys(const struct en_acts *a);
/* Keeps the index on this shelf (copied) from now on. Before the first act. */
void en_acts_keep(struct en_acts *a, const struct en_acts_shelf *shelf);

/*
 * EN_E_NOT_FOUND for an unknown act is a fault of the caller's version; EN_E_RULE if the person's roles do not allow
 * it; EN_E_SECOND when it was done and waits for another person; EN_E_NO when it was done and the answer is no. On any
 * other error nothing was done.
 */
en_errc en_acts_run(struct en_acts *a, const struct en_act_request *rq, const struct en_act_person *who,
                    const struct en_act_reply *reply, struct en_err *err);

/* Does this act write an event that the person must sign? For the client: what it lets itself be asked to sign. */
bool en_act_exists(en_text act);
/* May it be done between two parts of a long act? What only reads, a check among it. */
bool en_act_between(en_text act);
/* SHA-256 over the request as docs/formats/node.md 4 writes it: the event names it, so a signer knows what it signs. */
void en_act_request_hash(const struct en_act_request *rq, uint8_t out[EN_SHA256_LEN]);
/* Does an event that one is asked to sign belong to this request? EN_E_INTEGRITY if not. */
en_errc en_act_event_is_for(en_bytes event, const struct en_act_request *rq, struct en_err *err);

struct en_act_init {
    en_text name, country; /* of the service */
    bool rehearsal;
    en_text user; /* the first person */
    unsigned roles;
    uint8_t key[EN_KEY_LEN];
};
/* Could a node be made of this? */
en_errc en_acts_init_check(const struct en_act_init *in, struct en_err *err);
/* Makes a node in an empty store: settings, first user, first event. */
en_errc en_acts_init(struct en_acts *a, const struct en_act_init *in, en_time now, const struct en_act_person *who,
                     struct en_err *err);

/*
 * What the node owes by itself at a time: deletes what is due, finishes what an earlier run left open, screens the
 * travellers still held against alerts that are new. *more says that there is more to do at once. Events of the node
 * itself have no person and no signature.
 */
en_errc en_acts_tick(struct en_acts *a, en_time now, bool *more, struct en_err *err);
/* The machine's clock jumped. Nothing is done any more until an admin says that it is right (act clock-accept). */
void en_acts_doubt_clock(struct en_acts *a);
/*
 * The store was put back from a backup, by this account of the system: an event of the node itself. What became due
 * since the copy was made is deleted before anybody can read it. before: the newest head of the store that was replaced
 * (size and root), NULL if it cannot be known. *doubt: whether the copy may lack what the node has signed; then nothing
 * is signed and hardly anything done until an admin says what was lost (act ledger-epoch).
 */
en_errc en_acts_restored(struct en_acts *a, int64_t uid, const struct en_store_head *before, en_time now, bool *doubt,
                         struct en_err *err);
/*
 * The head that a store which is replaced had reached, or its own predecessor if that is larger and nobody has said yet
 * that it is lost. EN_E_NOT_FOUND if it has none.
 */
en_errc en_acts_head_before(struct en_store *s, struct en_store_head *out, struct en_err *err);
/*
 * An index built beside the acts, by a thread of the rim: en_acts_beside says once that there is one. When an index is
 * wanted (the present one has very many changes, or lacks those of an act that changed more than can be brought up to
 * date: answers say that, "behind"), the thread makes one from a reader's store, and keeps it on a shelf of its own;
 * then en_acts_take_index, in the thread of the acts and between two of them, brings it up to date a part at a time:
 * EN_E_NO until it is the one that is used. Any other error: it is void. In either case it is then freed, by any
 * thread: what is in it is the old one.
 */
struct en_acts_made;
void en_acts_beside(struct en_acts *a);
bool en_acts_wants_index(const struct en_acts *a);
en_errc en_acts_make_index(struct en_store *reader, const struct en_acts_shelf *shelf, struct en_acts_made **out,
                           struct en_err *err);
en_errc en_acts_take_index(struct en_acts *a, struct en_acts_made *m, struct en_err *err);
void en_acts_made_free(struct en_acts_made *m);
/* Builds the index now and not at its first use. */
en_errc en_acts_warm(struct en_acts *a, struct en_err *err);
/* The node's settings, for the rim (is it a rehearsal?). */
en_errc en_acts_node(struct en_acts *a, struct en_arena *arena, struct en_store_node *out, struct en_err *err);

#endif
