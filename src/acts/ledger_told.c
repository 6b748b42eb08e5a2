/*
 * ledger_told.c: what events say that users, releases and partners are, against their rows. The newest event about a
 * value is the one that holds; a value that no event told (of a version before it did) is not compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"
#include "acts/ledger.h"
#include "acts/ledger_told.h"
#include "acts/partner.h"

struct told_user {
    int64_t id;
    char role[200], key[2 * EN_KEY_LEN + 1], name[2 * EN_SHA256_LEN + 1];
    int64_t uid;
    en_time disabled;
};

struct told_release {
    int64_t id, record; /* record 0: not told */
    enum en_release_state state;
    int64_t proposed_by, decided_by;
    en_time at, decided;
    char roster[2 * EN_SHA256_LEN + 1];
    bool met; /* its row was seen */
};

struct told_partner {
    char partner[EN_PARTNER_ID_LEN + 1], card[2 * EN_SHA256_LEN + 1];
    char standing[24];
    json_t *agreement;
    en_time cut;
    bool met;
};

struct told_protection {
    int64_t id, author;
    en_time at;
    bool ended, met;
};

struct told_charter {
    char hash[2 * EN_SHA256_LEN + 1];
    uint32_t number, turn;
    int64_t signed_by, adopted_by;
    en_time signed_at, adopted;
    bool met;
};

struct en_told {
    struct told_user *users;
    struct told_release *releases;
    struct told_partner *partners;
    struct told_charter *charters;
    struct told_protection *protections;
    size_t n_users, n_releases, n_partners, n_charters, n_protections;
    uint32_t turn; /* adoptions so far */
    bool lost; /* an event has no content any more: what it told is not known */
};

struct en_told *
en_told_new(void)
{
    return en_xcalloc(1, sizeof(struct en_told));
}

void
en_told_free(struct en_told *t)
{
    for (size_t i = 0; t != NULL && i < t->n_partners; i++)
        json_decref(t->partners[i].agreement);
    if (t != NULL) {
        free(t->users);
        free(t->releases);
        free(t->partners);
        free(t->charters);
        free(t->protections);
    }
    free(t);
}

/* --- finding ------------------------------------------------------------------------------------------------------ */

static struct told_user *
user_of(struct en_told *t, int64_t id, bool make)
{
    for (size_t i = 0; i < t->n_users; i++)
        if (t->users[i].id == id)
            return &t->users[i];
    if (!make)
        return NULL;
    t->users = en_xrealloc(t->users, (t->n_users + 1) * sizeof *t->users);
    t->users[t->n_users] = (struct told_user){ .id = id, .uid = -1, .disabled = EN_TIME_NONE };
    return &t->users[t->n_users++];
}

/* Numbers of releases grow, so that the one that is looked for is near the end. */
static struct told_release *
release_of(struct en_told *t, int64_t id, bool make)
{
    for (size_t i = t->n_releases; i-- > 0 && t->releases[i].id >= id;)
        if (t->releases[i].id == id)
            return &t->releases[i];
    if (!make || (t->n_releases > 0 && t->releases[t->n_releases - 1].id > id))
        return NULL;
    if ((t->n_releases & (t->n_releases - 1)) == 0)
        t->releases = en_xrealloc(t->releases, (2 * t->n_releases + 1) * sizeof *t->releases);
    t->releases[t->n_releases] = (struct told_release){ .id = id, .at = EN_TIME_NONE, .decided = EN_TIME_NONE };
    return &t->releases[t->n_releases++];
}

static struct told_partner *
partner_of(struct en_told *t, const char *partner, bool make)
{
    for (size_t i = 0; i < t->n_partners; i++)
        if (strcmp(t->partners[i].partner, partner) == 0)
            return &t->partners[i];
    if (!make || strlen(partner) != EN_PARTNER_ID_LEN)
        return NULL;
    t->partners = en_xrealloc(t->partners, (t->n_partners + 1) * sizeof *t->partners);
    t->partners[t->n_partners] = (struct told_partner){ .cut = EN_TIME_NONE };
    memcpy(t->partners[t->n_partners].partner, partner, EN_PARTNER_ID_LEN);
    return &t->partners[t->n_partners++];
}

static struct told_protection *
protection_of(struct en_told *t, int64_t id, bool make)
{
    for (size_t i = t->n_protections; i-- > 0;)
        if (t->protections[i].id == id)
            return &t->protections[i];
    if (!make)
        return NULL;
    t->protections = en_xrealloc(t->protections, (t->n_protections + 1) * sizeof *t->protections);
    t->protections[t->n_protections] = (struct told_protection){ .id = id };
    return &t->protections[t->n_protections++];
}

/* By what an event says of it: number and hash; NULL if that is nothing. */
static struct told_charter *
charter_of(struct en_told *t, const json_t *told)
{
    const char *hash = json_string_value(json_object_get(told, "hash"));
    struct told_charter *x;

    if (hash == NULL || strlen(hash) != 2 * EN_SHA256_LEN)
        return NULL;
    for (size_t i = 0; i < t->n_charters; i++)
        if (strcmp(t->charters[i].hash, hash) == 0)
            return &t->charters[i];
    t->charters = en_xrealloc(t->charters, (t->n_charters + 1) * sizeof *t->charters);
    x = &t->charters[t->n_charters++];
    *x = (struct told_charter){ .signed_at = EN_TIME_NONE, .adopted = EN_TIME_NONE };
    memcpy(x->hash, hash, sizeof x->hash);
    x->number = (uint32_t)json_integer_value(json_object_get(told, "number"));
    return x;
}

/* --- what events tell --------------------------------------------------------------------------------------------- */

static void
keep(const json_t *root, const char *member, char *out, size_t room)
{
    const char *s = json_string_value(json_object_get(root, member));

    if (s != NULL && strlen(s) < room)
        memcpy(out, s, strlen(s) + 1);
}

static void
note_user(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const json_t *unix_id = json_object_get(root, "user_unix"), *user = json_object_get(root, "user");
    struct told_user *u = user_of(t, user != NULL ? json_integer_value(user) : e->actor, true);

    keep(root, "roles", u->role, sizeof u->role);
    keep(root, "user_key", u->key, sizeof u->key);
    keep(root, "user_name", u->name, sizeof u->name);
    u->uid = unix_id != NULL ? json_integer_value(unix_id) : -1;
    u->disabled = en_text_is(e->type, "user-disable") ? e->at : EN_TIME_NONE;
}

/* Proposed: by a person, or by itself with a version of a record; sent: the withdrawal of one person. */
static void
note_one_release(struct en_told *t, const struct en_store_event *e, const json_t *root, int64_t id, bool sent)
{
    bool rejects = en_text_is(e->type, "release-reject");
    bool decides = !sent && (en_text_is(e->type, "release-approve") || rejects);
    struct told_release *r = release_of(t, id, !decides);

    if (r == NULL)
        return;
    if (!decides) {
        r->proposed_by = e->actor;
        r->at = e->at;
        r->record = sent ? json_integer_value(json_object_get(root, "withdrawal"))
                         : json_integer_value(json_object_get(root, "record")); /* with an alert: not told */
        keep(root, "roster", r->roster, sizeof r->roster);
    }
    if (decides || sent) {
        r->state = decides && rejects ? EN_RELEASE_REJECTED : EN_RELEASE_APPROVED;
        r->decided_by = e->actor;
        r->decided = e->at;
    }
}

static void
note_release(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const json_t *sent = json_object_get(root, "withdrawal_release"), *id = json_object_get(root, "release");

    if (id != NULL)
        note_one_release(t, e, root, json_integer_value(id), false);
    if (sent != NULL)
        note_one_release(t, e, root, json_integer_value(sent), true);
}

/* What waited of the drafts that went is rejected. */
static void
note_record(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const json_t *rejected = json_object_get(root, "rejected");

    note_release(t, e, root);
    for (size_t i = 0; i < json_array_size(rejected); i++) {
        struct told_release *r = release_of(t, json_integer_value(json_array_get(rejected, i)), false);

        if (r == NULL)
            continue;
        r->state = EN_RELEASE_REJECTED;
        r->decided_by = e->actor;
        r->decided = e->at;
    }
}

static void
note_partner(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const char *id = json_string_value(json_object_get(root, "partner"));
    struct told_partner *p = id != NULL ? partner_of(t, id, true) : NULL;

    if (p == NULL)
        return;
    keep(root, "card", p->card, sizeof p->card);
    keep(root, "standing", p->standing, sizeof p->standing);
    if (en_text_is(e->type, "partner-cut"))
        p->cut = e->at;
    else if (en_text_is(e->type, "partner-restore"))
        p->cut = EN_TIME_NONE;
    else if (en_text_is(e->type, "partner-agree")) {
        json_decref(p->agreement);
        p->agreement = json_incref(json_object_get(root, "agreement"));
    }
}

static void
note_protection(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    struct told_protection *p =
        protection_of(t, json_integer_value(json_object_get(root, "protection")), true);

    p->ended = en_text_is(e->type, "protect-end");
    if (p->ended)
        return;
    p->author = e->actor;
    p->at = e->at;
}

/* Proposed or signed here. */
static void
note_charter(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    struct told_charter *x = charter_of(t, root);

    if (x != NULL && en_text_is(e->type, "charter-sign") && json_object_get(root, "asked") == NULL) {
        x->signed_by = e->actor;
        x->signed_at = e->at;
    }
}

/* Taken in from a file or with a bundle. */
static void
note_charters(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const json_t *list = json_object_get(root, "charters");

    (void)e;
    for (size_t i = 0; i < json_array_size(list); i++)
        (void)charter_of(t, json_array_get(list, i));
}

static void
note_adoption(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    const json_t *list = json_object_get(root, "versions");

    for (size_t i = 0; i < json_array_size(list); i++) {
        struct told_charter *x = charter_of(t, json_array_get(list, i));

        if (x == NULL)
            continue;
        if (x->turn == 0)
            x->adopted_by = e->actor;
        x->turn = ++t->turn;
        x->adopted = e->at;
    }
}

static const struct {
    const char *type;
    void (*note)(struct en_told *t, const struct en_store_event *e, const json_t *root);
} types[] = {
    { "node-init", note_user },          { "user-add", note_user },          { "user-disable", note_user },
    { "release-consent", note_release },
    { "release-propose", note_release }, { "release-approve", note_release }, { "release-reject", note_release },
    { "release-withdraw", note_release }, { "alert-edit", note_record },      { "alert-end", note_release },
    { "record-new", note_record },       { "record-outcome", note_record },
    { "record-edit", note_record },      { "record-drop", note_record },
    { "partner-add", note_partner },     { "partner-update", note_partner }, { "partner-readmit", note_partner },
    { "partner-cut", note_partner },     { "partner-restore", note_partner }, { "partner-agree", note_partner },
    { "protect-set", note_protection },  { "protect-end", note_protection },
    { "charter-propose", note_charter }, { "charter-sign", note_charter },   { "charter-import", note_charters },
    { "bundle-import", note_charters },  { "charter-adopt", note_adoption },
};

void
en_told_event(struct en_told *t, const struct en_store_event *e, const json_t *root)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (en_text_is(e->type, types[i].type) && root != NULL)
            types[i].note(t, e, root);
        else if (en_text_is(e->type, types[i].type))
            t->lost = true;
}

/* --- against the rows --------------------------------------------------------------------------------------------- */

static bool
hash_is(en_bytes bytes, const char *told)
{
    char hex[2 * EN_SHA256_LEN + 1];
    uint8_t hash[EN_SHA256_LEN];

    en_sha256(bytes, hash);
    en_hex(hash, sizeof hash, hex);
    return told[0] == '\0' || strcmp(told, hex) == 0;
}

const char *
en_told_user(struct en_told *t, const struct en_store_user *x)
{
    const struct told_user *u = user_of(t, x->id, false);
    char hex[2 * EN_KEY_LEN + 1];

    if (u == NULL || t->lost)
        return NULL; /* that no event stands for it is told already */
    en_hex(x->key, sizeof x->key, hex);
    if (u->role[0] != '\0' && !en_text_is(x->role, u->role))
        return "roles";
    if (u->key[0] != '\0' && strcmp(u->key, hex) != 0)
        return "key";
    if (!hash_is(en_text_bytes(x->name), u->name))
        return "name";
    if (x->uid != u->uid)
        return "account";
    return x->disabled == u->disabled ? NULL : "date of disabling";
}

static int
by_partner(const void *a, const void *b)
{
    const struct en_store_roster *x = a, *y = b;

    return strcmp(x->partner, y->partner);
}

void
en_roster_hash(const struct en_store_roster *roster, size_t n, uint8_t out[EN_SHA256_LEN])
{
    struct en_store_roster *sorted = en_xcalloc(n + 1, sizeof *sorted);
    struct en_buf b = EN_BUF_INIT;

    if (n > 0)
        memcpy(sorted, roster, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_partner);
    for (size_t i = 0; i < n; i++) {
        en_buf_add(&b, sorted[i].partner, strlen(sorted[i].partner));
        en_buf_add(&b, sorted[i].salt, sizeof sorted[i].salt);
    }
    en_sha256(en_buf_bytes(&b), out);
    en_buf_release(&b);
    free(sorted);
}

const char *
en_told_release(struct en_told *t, const struct en_store_release *x)
{
    struct told_release *r = release_of(t, x->id, false);
    char hex[2 * EN_SHA256_LEN + 1];
    uint8_t hash[EN_SHA256_LEN];

    if (r != NULL)
        r->met = true;
    if (t->lost || (r == NULL && x->alone))
        return NULL; /* a withdrawal's event named its record only, before it named the release */
    if (r == NULL)
        return "proposal";
    en_roster_hash(x->roster, x->n_roster, hash);
    en_hex(hash, sizeof hash, hex);
    if (r->proposed_by != x->proposed_by || r->at != x->proposed)
        return "proposer";
    if (r->record != 0 && r->record != x->record)
        return "record";
    if (r->roster[0] != '\0' && strcmp(r->roster, hex) != 0)
        return "partners";
    return r->state == x->state && r->decided_by == x->decided_by && r->decided == x->decided ? NULL : "decision";
}

static bool
agreement_is(en_bytes row, const json_t *told)
{
    json_t *x = row.n > 0 ? json_loadb((const char *)row.p, row.n, 0, NULL) : json_null();
    bool same = told == NULL ? row.n == 0 : json_equal(x, told);

    json_decref(x);
    return same;
}

const char *
en_told_partner(struct en_told *t, const struct en_store_partner *x)
{
    char id[EN_PARTNER_ID_LEN + 1] = "";
    struct told_partner *p;

    if (x->partner.n == EN_PARTNER_ID_LEN)
        memcpy(id, x->partner.p, EN_PARTNER_ID_LEN);
    p = partner_of(t, id, false);
    if (p != NULL)
        p->met = true;
    if (t->lost)
        return NULL;
    if (p == NULL)
        return "admission";
    if (!hash_is(x->card, p->card))
        return "card";
    if (p->cut != x->cut)
        return "cut";
    if (p->standing[0] != '\0' && !en_text_is(x->standing, p->standing))
        return "standing";
    return agreement_is(x->agreement, p->agreement) ? NULL : "agreement";
}

/* Of a note, or of a text that nobody has signed yet: the hash of its text. */
static bool
text_hash(en_bytes note, uint8_t hash[EN_SHA256_LEN])
{
    for (size_t i = note.n; i >= 2; i--)
        if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n') {
            en_sha256(en_bytes_from(note.p, i - 1), hash);
            return true;
        }
    return false;
}

const char *
en_told_charter(struct en_told *t, const struct en_store_charter *x)
{
    char hex[2 * EN_SHA256_LEN + 1];
    uint8_t hash[EN_SHA256_LEN];
    const struct told_charter *c = NULL;

    en_hex(x->hash, sizeof x->hash, hex);
    for (size_t i = 0; i < t->n_charters && c == NULL; i++)
        if (strcmp(t->charters[i].hash, hex) == 0) {
            t->charters[i].met = true;
            c = &t->charters[i];
        }
    if (!text_hash(x->note, hash) || memcmp(hash, x->hash, sizeof hash) != 0)
        return "text";
    if (t->lost)
        return NULL;
    if (c == NULL)
        return "arrival";
    if (c->number != x->number)
        return "number";
    if (c->signed_by != x->signed_by || c->signed_at != x->signed_at)
        return "signature";
    return c->turn == x->turn && c->adopted_by == x->adopted_by && c->adopted == x->adopted ? NULL : "adoption";
}

const char *
en_told_protection(struct en_told *t, const struct en_store_protection *x)
{
    struct told_protection *p = protection_of(t, x->id, false);

    if (p != NULL)
        p->met = true;
    if (t->lost)
        return NULL;
    if (p == NULL || p->ended)
        return "setting";
    if (p->author != x->author)
        return "author";
    return p->at == x->at ? NULL : "time";
}

void
en_told_lost(const struct en_told *t, en_told_lost_fn *fn, void *ctx)
{
    char number[24];

    for (size_t i = 0; i < t->n_releases && !t->lost; i++) {
        snprintf(number, sizeof number, "%lld", (long long)t->releases[i].id);
        if (!t->releases[i].met && t->releases[i].id > 0)
            fn(ctx, "release", number);
    }
    for (size_t i = 0; i < t->n_partners && !t->lost; i++)
        if (!t->partners[i].met)
            fn(ctx, "partner", t->partners[i].partner);
    for (size_t i = 0; i < t->n_charters && !t->lost; i++) {
        snprintf(number, sizeof number, "%u", t->charters[i].number);
        if (!t->charters[i].met)
            fn(ctx, "charter", number);
    }
    for (size_t i = 0; i < t->n_protections && !t->lost; i++) {
        snprintf(number, sizeof number, "%lld", (long long)t->protections[i].id);
        if (!t->protections[i].met && !t->protections[i].ended)
            fn(ctx, "protection", number);
    }
}
