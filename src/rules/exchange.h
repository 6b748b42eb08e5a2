/*
 * exchange.h: who may receive what, and what may come in. Pure functions over facts; docs/exchange-rules.md is the
 * prose, and the reasons are kept as a snapshot in tests/unit/rules/exchange.txt.
 *
 * Each rule gives all the reasons that speak against, in the order of this header's clauses, so that a person sees them
 * at once and not one after the other. No reason means: yes.
 */
#ifndef EN_RULES_EXCHANGE_H
#define EN_RULES_EXCHANGE_H

#include "record/record.h"
#include "rules/rules.h"

#define EN_REASONS_MAX 16

struct en_reasons {
    size_t n;
    const struct en_reason *v[EN_REASONS_MAX];
};

/* --- partners ---------------------------------------------------------------------------------------- */

enum en_standing {
    EN_STANDING_UNKNOWN, /* not in the charter, no agreement */
    EN_STANDING_PROVISIONAL,
    EN_STANDING_OBSERVER,
    EN_STANDING_FULL,
    EN_STANDING_SUSPENDED,
    EN_STANDING_EXPELLED
};
const char *en_standing_word(enum en_standing s);

/* What two partners have agreed, as one of them keeps it. Only what is said here is agreed. */
struct en_agreement {
    unsigned gives;        /* kinds of records that we may give: bits 1u << enum en_record_kind */
    unsigned takes;        /* and that we take */
    enum en_tlp most;      /* the strictest label that we give */
    const en_text *codes;  /* handling codes that the partner has undertaken to keep */
    size_t n_codes;
    const en_text *purposes; /* what it may use records for; none: what the record says */
    size_t n_purposes;
    bool live;             /* alerts that we take are screened against at once, otherwise after a local review */
    en_time since, until;  /* EN_TIME_NONE: open */
    unsigned usual;        /* kinds of our own records whose release to the partner is proposed by itself */
    enum en_tlp usual_most; /* and the strictest label of those */
};

struct en_partner_facts {
    en_text id;
    enum en_standing standing;
    bool sponsored;  /* provisional, and we are one of its sponsors */
    bool cut;        /* by us, at once and without a vote */
    const struct en_agreement *agreement; /* NULL: none */
    bool charter;          /* the charter in force says how it stands, and not we alone */
    enum en_standing ours; /* how we stand in it */
    bool our_sponsor;      /* we are provisional in it, and this is one of our sponsors */
};

/* --- release ----------------------------------------------------------------------------------------- */

struct en_release_facts {
    const struct en_record *record;
    bool ours;            /* we are its originator */
    bool current;         /* its newest version, not withdrawn */
    bool listed;          /* the partner is on the release's roster; for another's record: the originator named it */
    bool consent;         /* the originator agreed to this one passing on */
    bool outcome;         /* it tells what became of a hit */
    bool protected_person; /* a local protection flag stands against an outcome */
    struct en_partner_facts partner;
    en_time now;
};

/* Why the partner does not get the record; no reason: it does. */
void en_rules_release(const struct en_release_facts *f, struct en_reasons *out);
/*
 * The default release: why the agreement does not have a release to this partner proposed by itself when the record is
 * made or gets a new version. No reason: it does, if en_rules_release has nothing against it; persons decide the same.
 */
void en_rules_release_default(const struct en_release_facts *f, struct en_reasons *out);
/* What speaks for a release that nothing speaks against: standing, origin, agreement. */
void en_rules_release_because(const struct en_release_facts *f, struct en_reasons *out);
/*
 * Why the originator does not consent that another gives its record to the partner. What that other has agreed with the
 * partner is for that other to judge.
 */
void en_rules_consent(const struct en_release_facts *f, struct en_reasons *out);
/* What the default release rests on, where nothing speaks against it. */
void en_rules_release_default_because(struct en_reasons *out);
/* Why this release may not be approved by this person (ids of users; 0: nobody). */
void en_rules_release_approval(int64_t proposed_by, int64_t approved_by, size_t n_partners, struct en_reasons *out);

/* --- reception --------------------------------------------------------------------------------------- */

struct en_reception_facts {
    const struct en_record *record;
    struct en_partner_facts partner;  /* the originator */
    uint32_t known_version;           /* the newest version that we hold; 0: none */
    bool withdrawn;                   /* we hold its withdrawal: its id is never used again */
    bool own_national, protected_person;
    en_time now;
};

enum en_reception {
    EN_RECEPTION_LIVE,   /* screened against within a second */
    EN_RECEPTION_REVIEW, /* kept; a person decides first */
    EN_RECEPTION_ASIDE   /* not admitted: kept aside with its reasons, and the sender is told */
};
const char *en_reception_word(enum en_reception r);

/*
 * What becomes of a record that came in with good signatures. out: with ASIDE why not, with REVIEW why a person looks
 * first.
 */
enum en_reception en_rules_receive(const struct en_reception_facts *f, struct en_reasons *out);
/* The sentence of a code that puts a record aside; NULL if no rule has it. */
const char *en_reception_sentence(en_text code);

#endif
