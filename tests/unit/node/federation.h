/*
 * federation.h: members of a made charter. Member i has the id 0…0i in hex and keys from seeds; who has rotated k times
 * has key k. Everything is fictional.
 */
#ifndef EN_TESTS_NODE_FEDERATION_H
#define EN_TESTS_NODE_FEDERATION_H

#include "../harness.h"

#include "node/charter.h"

#define DATE ((en_time)1763856000000) /* 2025-11-23 */

struct made_member {
    struct en_charter_member m;
    unsigned turn;   /* rotations so far */
    unsigned stolen; /* keys that nobody announced: from another family of seeds */
};

static inline struct en_key
made_key(unsigned member, unsigned turn, unsigned stolen)
{
    uint8_t seed[EN_SEAL_SEED_LEN] = { (uint8_t)member, (uint8_t)(member >> 8), (uint8_t)turn, (uint8_t)stolen, 0xc4 };
    struct en_key k;

    en_key_from_seed(seed, &k);
    return k;
}

/* Puts the keys of that turn into the entry. */
static inline void
made_keys(struct made_member *m, unsigned member)
{
    struct en_key now = made_key(member, m->turn, m->stolen), next = made_key(member, m->turn + 1, m->stolen);
    char name[64];

    snprintf(name, sizeof name, "entente/%.*s", EN_TEXT_ARG(m->m.id));
    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, now.public_key, &m->m.key);
    en_sha256(en_bytes_from(next.public_key, sizeof next.public_key), m->m.next);
}

static inline en_text
made_id(unsigned member)
{
    static char ids[EN_CHARTER_MEMBERS_MAX + 1][EN_RECORD_PARTNER_LEN + 1];

    snprintf(ids[member], sizeof ids[member], "%016x", member);
    return en_text_from_ours(ids[member]);
}

static inline void
make_member(struct made_member *m, unsigned member)
{
    static char names[EN_CHARTER_MEMBERS_MAX + 1][32];
    static const char blocs[][8] = { "north", "south", "east" };
    uint8_t seal[32] = { (uint8_t)(member + 1), 1 };

    memset(m, 0, sizeof *m);
    snprintf(names[member], sizeof names[member], "Fictional Service %u", member);
    m->m.id = made_id(member);
    m->m.name = en_text_from_ours(names[member]);
    m->m.organisation = member % 7 == 6;
    if (!m->m.organisation)
        m->m.country = (en_country){ { 'X', (char)('A' + member / 26 % 26), (char)('A' + member % 26), 0 } };
    m->m.bloc = en_text_from_ours(blocs[member % 3]);
    memcpy(m->m.seal, seal, sizeof seal);
    m->m.standing = EN_STANDING_FULL;
    m->m.suspended = EN_TIME_NONE;
    made_keys(m, member);
}

/* A charter of those of `all` that are in it, by ascending member; `from` gives number, date and thresholds. */
struct made_charter {
    struct en_charter c;
    struct en_charter_member members[EN_CHARTER_MEMBERS_MAX];
};

static inline void
made_start(struct made_charter *out, uint32_t number, const uint8_t *previous)
{
    memset(&out->c, 0, sizeof out->c);
    out->c.number = number;
    out->c.date = DATE + (number - 1) * 10 * EN_TIME_DAY;
    out->c.members = out->members;
    en_charter_usual(&out->c);
    if (previous)
        memcpy(out->c.previous, previous, EN_SHA256_LEN);
}

static inline void
made_add(struct made_charter *c, const struct made_member *m)
{
    c->members[c->c.n_members++] = m->m;
}

/* The text and the blank line; signatures follow. */
static inline void
made_text(const struct made_charter *c, struct en_buf *note)
{
    en_buf_reset(note);
    en_charter_write(&c->c, note);
    en_buf_addc(note, '\n');
}

static inline void
made_sign(struct en_buf *note, size_t text, en_text id, const struct en_key *secret)
{
    struct en_note_key k;
    struct en_buf line = EN_BUF_INIT;
    char name[64];

    snprintf(name, sizeof name, "entente/%.*s", EN_TEXT_ARG(id));
    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, secret->public_key, &k);
    en_note_sign(&k, secret, en_bytes_from(note->p, text), 0, &line);
    en_buf_add(note, line.p, line.n);
    en_buf_release(&line);
}

#endif
