#include "rules/exchange.h"

#include "base/limits.h"

static const char *const standings[] = {
    [EN_STANDING_UNKNOWN] = "unknown", [EN_STANDING_PROVISIONAL] = "provisional", [EN_STANDING_OBSERVER] = "observer",
    [EN_STANDING_FULL] = "full",       [EN_STANDING_SUSPENDED] = "suspended",     [EN_STANDING_EXPELLED] = "expelled",
};
static const char *const receptions[] = {
    [EN_RECEPTION_LIVE] = "live",
    [EN_RECEPTION_REVIEW] = "review",
    [EN_RECEPTION_ASIDE] = "aside",
};

const char *
en_standing_word(enum en_standing s)
{
    return standings[s];
}

const char *
en_reception_word(enum en_reception r)
{
    return receptions[r];
}

static void
against(struct en_reasons *out, const struct en_reason *r)
{
    EN_ASSERT(out->n < EN_REASONS_MAX);
    out->v[out->n++] = r;
}

static bool
among(en_text t, const en_text *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (en_text_eq(t, list[i]))
            return true;
    return false;
}

/* --- partners ---------------------------------------------------------------------------------------- */

#define PARTNER "exchange-rules 1"

static const struct en_reason cut = { "partner-cut", "we have cut the link to this partner", PARTNER };
static const struct en_reason unknown = { "partner-unknown", "this partner is in no charter that we hold", PARTNER };
static const struct en_reason suspended = { "partner-suspended", "the partner is suspended", PARTNER };
static const struct en_reason expelled = { "partner-expelled", "the partner is expelled", PARTNER };
static const struct en_reason not_sponsor = { "partner-provisional",
                                              "the partner is provisional, and only its sponsors exchange with it",
                                              PARTNER };
#define CHARTER "charter 3"
static const struct en_reason not_listed_there = { "partner-unknown",
                                                   "this partner is not in the charter in force here", CHARTER };
static const struct en_reason suspended_there = { "partner-suspended", "the charter in force suspends the partner",
                                                  CHARTER };
static const struct en_reason expelled_there = { "partner-expelled", "the charter in force has the partner expelled",
                                                 CHARTER };
static const struct en_reason not_sponsor_there = {
    "partner-provisional", "the partner is provisional in the charter in force, and only its sponsors exchange with it",
    CHARTER
};
static const struct en_reason we_suspended = { "we-suspended", "the charter in force suspends this node", CHARTER };
static const struct en_reason we_expelled = { "we-expelled", "the charter in force has this node expelled", CHARTER };
static const struct en_reason we_provisional = {
    "we-provisional", "this node is provisional in the charter in force, and this partner is not one of its sponsors",
    CHARTER
};
static const struct en_reason no_agreement = { "agreement-missing", "there is no agreement with this partner",
                                               PARTNER };
static const struct en_reason agreement_over = { "agreement-over", "the agreement with this partner is not in force",
                                                 PARTNER };

static bool
in_force(const struct en_agreement *a, en_time now)
{
    return (a->since == EN_TIME_NONE || a->since <= now) && (a->until == EN_TIME_NONE || now < a->until);
}

/* What a standing does, said by us alone or by the charter. */
static const struct en_reason *
why_not(enum en_standing s, bool sponsored, bool charter)
{
    switch (s) {
    case EN_STANDING_UNKNOWN:
        return charter ? &not_listed_there : &unknown;
    case EN_STANDING_PROVISIONAL:
        return sponsored ? NULL : charter ? &not_sponsor_there : &not_sponsor;
    case EN_STANDING_SUSPENDED:
        return charter ? &suspended_there : &suspended;
    case EN_STANDING_EXPELLED:
        return charter ? &expelled_there : &expelled;
    case EN_STANDING_OBSERVER:
    case EN_STANDING_FULL:
        return NULL;
    }
    return &unknown;
}

/* And what our own does: every partner would refuse us. */
static const struct en_reason *
why_not_we(const struct en_partner_facts *p)
{
    switch (p->ours) {
    case EN_STANDING_PROVISIONAL:
        return p->our_sponsor ? NULL : &we_provisional;
    case EN_STANDING_SUSPENDED:
        return &we_suspended;
    case EN_STANDING_EXPELLED:
        return &we_expelled;
    case EN_STANDING_UNKNOWN: /* a charter that does not list us says nothing here */
    case EN_STANDING_OBSERVER:
    case EN_STANDING_FULL:
        return NULL;
    }
    return NULL;
}

/* What stands against the partner itself, whatever the record. */
static void
standing_of(const struct en_partner_facts *p, struct en_reasons *out)
{
    const struct en_reason *no = why_not(p->standing, p->sponsored, p->charter);

    if (p->cut)
        against(out, &cut);
    if (no != NULL)
        against(out, no);
    no = p->charter ? why_not_we(p) : NULL;
    if (no != NULL)
        against(out, no);
}

/* --- release ----------------------------------------------------------------------------------------- */

#define RELEASE "exchange-rules 2"

static const struct en_reason not_listed = { "not-on-roster", "the partner is not on the release's roster", RELEASE };
static const struct en_reason not_current = { "not-current", "it was withdrawn, or a newer version replaces it",
                                              RELEASE };
static const struct en_reason destroyed = { "destroy-past", "its destroy date has come", RELEASE };
static const struct en_reason onward_none = { "onward-none", "its originator lets nobody pass it on", RELEASE };
static const struct en_reason onward_ask = { "onward-ask", "its originator must be asked before it is passed on",
                                             RELEASE };
static const struct en_reason onward_list = { "onward-list", "its originator lets it go to others, not to this partner",
                                              RELEASE };
static const struct en_reason kind_not_given = { "kind-not-agreed", "the agreement does not cover this kind of record",
                                                 RELEASE };
static const struct en_reason too_strict = { "label-above-agreement",
                                             "its TLP label is above what the agreement covers", RELEASE };
static const struct en_reason observers = { "observer", "observers receive what is marked clear or green", RELEASE };
static const struct en_reason code_not_kept = { "code-not-kept",
                                                "the partner has not undertaken to keep one of its handling codes",
                                                RELEASE };
static const struct en_reason purpose_outside = { "purpose-outside", "its purpose is none of those that are agreed",
                                                  RELEASE };
static const struct en_reason protected_outcome = { "not-releasable", "this outcome is not released", RELEASE };

static void
agreement_covers(const struct en_release_facts *f, struct en_reasons *out)
{
    const struct en_agreement *a = f->partner.agreement;
    const struct en_handling *h = &f->record->handling;

    if (!a || !in_force(a, f->now)) {
        against(out, a ? &agreement_over : &no_agreement);
        return;
    }
    if (!(a->gives & 1u << f->record->kind))
        against(out, &kind_not_given);
    if (h->tlp > a->most)
        against(out, &too_strict);
    for (size_t i = 0; i < h->n_codes; i++)
        if (!among(h->codes[i], a->codes, a->n_codes)) {
            against(out, &code_not_kept);
            break;
        }
    if (a->n_purposes && h->purpose.n && !among(h->purpose, a->purposes, a->n_purposes))
        against(out, &purpose_outside);
}

static void
onward(const struct en_release_facts *f, struct en_reasons *out)
{
    const struct en_handling *h = &f->record->handling;

    if (f->ours)
        return;
    switch (h->onward) {
    case EN_ONWARD_NONE:
        against(out, &onward_none);
        return;
    case EN_ONWARD_ASK:
        if (!f->consent)
            against(out, &onward_ask);
        return;
    case EN_ONWARD_LIST:
        if (!among(f->partner.id, h->onward_to, h->n_onward_to))
            against(out, &onward_list);
        return;
    case EN_ONWARDS:
        return;
    }
}

void
en_rules_release(const struct en_release_facts *f, struct en_reasons *out)
{
    out->n = 0;
    standing_of(&f->partner, out);
    if (!f->listed)
        against(out, &not_listed);
    if (!f->current)
        against(out, &not_current);
    if (f->record->handling.destroy != EN_TIME_NONE && f->record->handling.destroy <= f->now)
        against(out, &destroyed);
    onward(f, out);
    if (f->partner.standing == EN_STANDING_OBSERVER && f->record->handling.tlp > EN_TLP_GREEN)
        against(out, &observers);
    agreement_covers(f, out);
    if (f->outcome && f->protected_person)
        against(out, &protected_outcome);
}

static const struct en_reason for_full = { "standing-full", "the partner is a full member", PARTNER };
static const struct en_reason for_observer = { "standing-observer",
                                               "the partner is an observer, and the label is clear or green", PARTNER };
static const struct en_reason for_sponsored = { "standing-sponsored", "the partner is provisional, and we sponsor it",
                                                PARTNER };
static const struct en_reason for_full_there = {
    "standing-full", "the partner is a full member of the charter in force", CHARTER
};
static const struct en_reason for_observer_there = {
    "standing-observer", "the partner is an observer in the charter in force, and the label is clear or green", CHARTER
};
static const struct en_reason for_sponsored_there = {
    "standing-sponsored", "the partner is provisional in the charter in force, and we sponsor it", CHARTER
};
static const struct en_reason for_ours = { "ours", "it is ours to let go", RELEASE };
static const struct en_reason for_consent = { "consented", "its originator consents", RELEASE };
static const struct en_reason for_listed = { "listed", "its originator lists the partner", RELEASE };
static const struct en_reason for_agreed = { "agreed",
                                             "the agreement covers its kind, its label, its codes and its purpose",
                                             RELEASE };

void
en_rules_release_because(const struct en_release_facts *f, struct en_reasons *out)
{
    bool charter = f->partner.charter;

    out->n = 0;
    if (f->partner.standing == EN_STANDING_FULL)
        against(out, charter ? &for_full_there : &for_full);
    else if (f->partner.standing == EN_STANDING_OBSERVER)
        against(out, charter ? &for_observer_there : &for_observer);
    else
        against(out, charter ? &for_sponsored_there : &for_sponsored);
    against(out, f->ours ? &for_ours : f->record->handling.onward == EN_ONWARD_LIST ? &for_listed : &for_consent);
    against(out, &for_agreed);
}

void
en_rules_consent(const struct en_release_facts *f, struct en_reasons *out)
{
    out->n = 0;
    standing_of(&f->partner, out);
    if (!f->current)
        against(out, &not_current);
    if (f->record->handling.destroy != EN_TIME_NONE && f->record->handling.destroy <= f->now)
        against(out, &destroyed);
    if (f->record->handling.onward != EN_ONWARD_ASK)
        against(out, &onward_none);
    if (f->partner.standing == EN_STANDING_OBSERVER && f->record->handling.tlp > EN_TLP_GREEN)
        against(out, &observers);
    if (f->outcome && f->protected_person)
        against(out, &protected_outcome);
}

#define DEFAULT "exchange-rules 6"
static const struct en_reason anothers_record = { "default-not-ours",
                                                  "it is another's: who passes it on says so each time", DEFAULT };
static const struct en_reason nothing_usual = { "default-none",
                                                "no agreement in force has anything proposed by itself", DEFAULT };
static const struct en_reason kind_not_usual = { "default-kind",
                                                 "the agreement does not have this kind of record proposed by itself",
                                                 DEFAULT };
static const struct en_reason label_not_usual = {
    "default-label", "its TLP label is above what the agreement has proposed by itself", DEFAULT
};
static const struct en_reason for_usual = { "default", "the agreement has its kind and its label proposed by itself",
                                            DEFAULT };

void
en_rules_release_default(const struct en_release_facts *f, struct en_reasons *out)
{
    const struct en_agreement *a = f->partner.agreement;

    out->n = 0;
    if (!f->ours)
        against(out, &anothers_record);
    if (a == NULL || !in_force(a, f->now) || a->usual == 0) {
        against(out, &nothing_usual);
        return;
    }
    if (!(a->usual & 1u << f->record->kind))
        against(out, &kind_not_usual);
    if (f->record->handling.tlp > a->usual_most)
        against(out, &label_not_usual);
}

void
en_rules_release_default_because(struct en_reasons *out)
{
    out->n = 0;
    against(out, &for_usual);
}

#define APPROVAL "exchange-rules 3"
static const struct en_reason nobody_named = { "roster-empty", "a release names at least one partner", APPROVAL };
static const struct en_reason author_approves = { "same-person", "who proposes a release does not approve it",
                                                  APPROVAL };
static const struct en_reason no_approver = { "approver-missing", "a release is approved by a second person",
                                              APPROVAL };

void
en_rules_release_approval(int64_t proposed_by, int64_t approved_by, size_t n_partners, struct en_reasons *out)
{
    out->n = 0;
    if (n_partners == 0)
        against(out, &nobody_named);
    if (approved_by == 0)
        against(out, &no_approver);
    else if (approved_by == proposed_by)
        against(out, &author_approves);
}

/* --- reception --------------------------------------------------------------------------------------- */

#define ADMISSION "exchange-rules 4"
#define REVIEW    "exchange-rules 5"

static const struct en_reason not_taken = { "kind-not-agreed", "the agreement does not cover this kind of record",
                                            ADMISSION };
static const struct en_reason no_ground = { "ground-missing", "an alert names the ground on which it rests",
                                            ADMISSION };
static const struct en_reason not_neutral = {
    "ground-not-neutral", "it rests on political, military, religious or racial ground, or on a nationality, alone",
    ADMISSION
};
static const struct en_reason ground_unknown = { "ground-unknown", "its ground is none that is known here", ADMISSION };
static const struct en_reason no_authority = { "authority-missing",
                                               "an alert names the legal instrument or the authority behind it",
                                               ADMISSION };
static const struct en_reason no_dates = { "dates-missing", "an alert has a review date and a destroy date",
                                           ADMISSION };
static const struct en_reason identity_thin = {
    "identity-thin", "one word of a name fits too many: it needs a second, a birth date or a document", ADMISSION
};
static const struct en_reason review_past = { "review-past", "its review date is past", ADMISSION };
static const struct en_reason from_future = { "from-the-future", "it was made in the future", ADMISSION };
static const struct en_reason old_version = { "version-old", "we hold this version or a newer one", ADMISSION };
static const struct en_reason id_gone = { "id-withdrawn", "it was withdrawn, and its id is never used again",
                                          ADMISSION };
static const struct en_reason nationals = { "own-national", "it is about a national of ours", REVIEW };
static const struct en_reason protected_first = { "protected", "it is about a person who is protected here", REVIEW };
static const struct en_reason review_agreed = { "review-agreed",
                                                "the agreement has alerts of this partner looked at first", REVIEW };
static const struct en_reason review_default = { "review-default", "without an agreement a person looks at it first",
                                                 REVIEW };

/*= docs/formats/grounds.md; the second list is what neutrality refuses where it stands alone. */
static const char *const grounds[] = { "unsc-1267", "unsc-1988", "unsc-1373", "unsc-2178", "terrorism-law", NULL };
static const char *const partial[] = { "political", "military", "religious", "racial", "nationality", NULL };

static bool
is_one(en_text t, const char *const *words)
{
    for (; *words; words++)
        if (en_text_is(t, *words))
            return true;
    return false;
}

static void
ground_of(const struct en_record *r, struct en_reasons *out)
{
    if (r->ground.n == 0)
        against(out, &no_ground);
    else if (is_one(r->ground, partial))
        against(out, &not_neutral);
    else if (!is_one(r->ground, grounds))
        against(out, &ground_unknown);
}

/* Has the name two words? Scripts of the east write none between family and given name: two letters of them do. */
static bool
has_two_words(const struct en_name *n)
{
    size_t words = 0, letters = 0;
    bool inside = false;

    for (size_t i = 0; i < n->full.n; i++) {
        unsigned char c = (unsigned char)n->full.p[i];
        bool blank = c <= ' ';

        words += !blank && !inside;
        inside = !blank;
        letters += c >= 0xe3 && c <= 0xed; /* first byte of U+3000 to U+DFFF */
    }
    return words > 1 || letters > 1 || n->n_parts > 1;
}

static bool
is_thin(const struct en_person *p)
{
    if (p->n_births > 0 || p->n_docs > 0)
        return false;
    for (size_t i = 0; i < p->n_names; i++)
        if (has_two_words(&p->names[i]))
            return false;
    return true;
}

static void
alert_is_whole(const struct en_reception_facts *f, struct en_reasons *out)
{
    const struct en_record *r = f->record;
    const struct en_value *person = en_record_value(r, "person");

    if (person != NULL && is_thin(person->person))
        against(out, &identity_thin);
    ground_of(r, out);
    if (r->instrument.n == 0)
        against(out, &no_authority);
    if (r->handling.review == EN_TIME_NONE || r->handling.destroy == EN_TIME_NONE)
        against(out, &no_dates);
    if (r->handling.review != EN_TIME_NONE && r->handling.review <= f->now)
        against(out, &review_past);
}

/* A withdrawal is always taken, whatever stands against the partner: it can only make us hold less. */
static void
admission(const struct en_reception_facts *f, struct en_reasons *out)
{
    const struct en_record *r = f->record;
    const struct en_agreement *a = f->partner.agreement;
    bool withdrawal = r->kind == EN_RECORD_WITHDRAWAL;

    if (!withdrawal)
        standing_of(&f->partner, out);
    if (f->withdrawn && !withdrawal)
        against(out, &id_gone);
    if (r->version <= f->known_version)
        against(out, &old_version);
    if (r->modified > f->now + EN_PARTNER_AHEAD)
        against(out, &from_future);
    if (!withdrawal && a && !(in_force(a, f->now) && a->takes & 1u << r->kind))
        against(out, in_force(a, f->now) ? &not_taken : &agreement_over);
    if (r->handling.destroy != EN_TIME_NONE && r->handling.destroy <= f->now)
        against(out, &destroyed);
    if (r->kind == EN_RECORD_ALERT)
        alert_is_whole(f, out);
}

const char *
en_reception_sentence(en_text code)
{
    static const struct en_reason *const all[] = {
        &cut,          &unknown,     &suspended,      &expelled,      &not_sponsor,  &we_suspended, &we_expelled,
        &we_provisional, &agreement_over, &not_taken,  &id_gone,      &old_version,  &from_future,
        &destroyed,    &no_ground,   &not_neutral,    &ground_unknown, &no_authority, &no_dates,    &identity_thin,
        &review_past,
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (en_text_is(code, all[i]->code))
            return all[i]->text;
    return NULL;
}

enum en_reception
en_rules_receive(const struct en_reception_facts *f, struct en_reasons *out)
{
    out->n = 0;
    admission(f, out);
    if (out->n)
        return EN_RECEPTION_ASIDE;
    if (f->record->kind != EN_RECORD_ALERT)
        return EN_RECEPTION_LIVE;
    if (f->own_national)
        against(out, &nationals);
    if (f->protected_person)
        against(out, &protected_first);
    if (!f->partner.agreement)
        against(out, &review_default);
    else if (!f->partner.agreement->live)
        against(out, &review_agreed);
    return out->n ? EN_RECEPTION_REVIEW : EN_RECEPTION_LIVE;
}
