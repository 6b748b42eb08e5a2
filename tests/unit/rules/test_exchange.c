/*
 * test_exchange.c: the rules of the exchange as prose. Each row is a situation told by changes to one usual case; what
 * the rule answers is compared with tests/unit/rules/exchange.txt, so that a change of policy shows as changed
 * sentences. ENTENTE_UPDATE=1 writes the file anew.
 */
#include "../page.h"

#include "base/limits.h"

#include "rules/exchange.h"

#define NOW ((en_time)1800000000000)
#define ALL ((1u << EN_RECORD_KINDS) - 1)

static struct en_arena arena;
static const en_text codes[] = { { "H1", 2 } };
static const en_text purposes[] = { { "prevention", 10 } };
static const en_text partner_b[] = { { "bbbbbbbbbbbbbbbb", 16 } };
static const en_text partner_c[] = { { "cccccccccccccccc", 16 } };

struct situation {
    struct en_record record;
    struct en_agreement agreement;
    struct en_release_facts release;
    struct en_reception_facts reception;
};

static void
usual(struct situation *s)
{
    memset(s, 0, sizeof *s);
    en_record_init(&s->record, EN_RECORD_ALERT, &arena);
    s->record.created = s->record.modified = NOW - EN_TIME_DAY;
    s->record.ground = EN_TEXT_LIT("unsc-2178");
    s->record.instrument = EN_TEXT_LIT("Warrant 1");
    s->record.handling.tlp = EN_TLP_AMBER;
    s->record.handling.codes = codes;
    s->record.handling.n_codes = 1;
    s->record.handling.purpose = purposes[0];
    s->record.handling.review = NOW + 100 * EN_TIME_DAY;
    s->record.handling.destroy = NOW + 200 * EN_TIME_DAY;
    s->agreement = (struct en_agreement){ ALL, ALL, EN_TLP_AMBER, codes, 1, purposes, 1, true, EN_TIME_NONE,
                                          EN_TIME_NONE, 0, EN_TLP_CLEAR };
    s->release = (struct en_release_facts){ .record = &s->record, .ours = true, .current = true, .listed = true,
                                            .now = NOW };
    s->release.partner = (struct en_partner_facts){ partner_b[0], EN_STANDING_FULL, false, false, &s->agreement };
    s->reception = (struct en_reception_facts){ .record = &s->record, .partner = s->release.partner, .now = NOW };
}

/* --- situations -------------------------------------------------------------------------------------- */

#define SITUATION(name) static void name(struct situation *s)

SITUATION(as_usual)
{
    (void)s;
}

SITUATION(cut)
{
    s->release.partner.cut = s->reception.partner.cut = true;
}

SITUATION(not_in_charter)
{
    s->release.partner.standing = s->reception.partner.standing = EN_STANDING_UNKNOWN;
}

SITUATION(provisional)
{
    s->release.partner.standing = s->reception.partner.standing = EN_STANDING_PROVISIONAL;
}

SITUATION(sponsored)
{
    provisional(s);
    s->release.partner.sponsored = s->reception.partner.sponsored = true;
}

SITUATION(suspended)
{
    s->release.partner.standing = s->reception.partner.standing = EN_STANDING_SUSPENDED;
}

SITUATION(expelled)
{
    s->release.partner.standing = s->reception.partner.standing = EN_STANDING_EXPELLED;
}

/* The same said by the charter in force, in which we stand as given. */
static void
by_charter(struct situation *s, enum en_standing partner, enum en_standing ours)
{
    s->release.partner.charter = true;
    s->release.partner.standing = partner;
    s->release.partner.ours = ours;
    s->reception.partner = s->release.partner;
}

SITUATION(charter_full)
{
    by_charter(s, EN_STANDING_FULL, EN_STANDING_FULL);
}

SITUATION(charter_without)
{
    by_charter(s, EN_STANDING_UNKNOWN, EN_STANDING_FULL);
}

SITUATION(charter_provisional)
{
    by_charter(s, EN_STANDING_PROVISIONAL, EN_STANDING_FULL);
}

SITUATION(charter_sponsored)
{
    by_charter(s, EN_STANDING_PROVISIONAL, EN_STANDING_FULL);
    s->release.partner.sponsored = s->reception.partner.sponsored = true;
}

SITUATION(charter_suspended)
{
    by_charter(s, EN_STANDING_SUSPENDED, EN_STANDING_OBSERVER);
}

SITUATION(charter_expelled_and_cut)
{
    by_charter(s, EN_STANDING_EXPELLED, EN_STANDING_FULL);
    cut(s);
}

SITUATION(charter_we_provisional)
{
    by_charter(s, EN_STANDING_FULL, EN_STANDING_PROVISIONAL);
}

SITUATION(charter_our_sponsor)
{
    by_charter(s, EN_STANDING_FULL, EN_STANDING_PROVISIONAL);
    s->release.partner.our_sponsor = s->reception.partner.our_sponsor = true;
}

SITUATION(charter_we_suspended)
{
    by_charter(s, EN_STANDING_OBSERVER, EN_STANDING_SUSPENDED);
}

SITUATION(charter_we_expelled)
{
    by_charter(s, EN_STANDING_SUSPENDED, EN_STANDING_EXPELLED);
}

SITUATION(observer)
{
    s->release.partner.standing = s->reception.partner.standing = EN_STANDING_OBSERVER;
}

SITUATION(observer_green)
{
    observer(s);
    s->record.handling.tlp = EN_TLP_GREEN;
}

SITUATION(no_agreement)
{
    s->release.partner.agreement = s->reception.partner.agreement = NULL;
}

SITUATION(agreement_over)
{
    s->agreement.until = NOW;
}

SITUATION(agreement_not_begun)
{
    s->agreement.since = NOW + 1;
}

SITUATION(not_listed)
{
    s->release.listed = false;
}

SITUATION(replaced)
{
    s->release.current = false;
}

SITUATION(destroy_now)
{
    s->record.handling.destroy = NOW;
    s->record.handling.review = NOW - 1;
}

SITUATION(kind_not_agreed)
{
    s->agreement.gives = s->agreement.takes = ALL & ~(1u << EN_RECORD_ALERT);
}

SITUATION(red)
{
    s->record.handling.tlp = EN_TLP_RED;
}

SITUATION(code_not_kept)
{
    s->agreement.n_codes = 0;
}

SITUATION(other_purpose)
{
    s->record.handling.purpose = EN_TEXT_LIT("trade");
}

SITUATION(anothers)
{
    s->release.ours = false;
}

SITUATION(anothers_ask)
{
    anothers(s);
    s->record.handling.onward = EN_ONWARD_ASK;
}

SITUATION(anothers_consent)
{
    anothers_ask(s);
    s->release.consent = true;
}

SITUATION(anothers_listed)
{
    anothers(s);
    s->record.handling.onward = EN_ONWARD_LIST;
    s->record.handling.onward_to = partner_b;
    s->record.handling.n_onward_to = 1;
}

SITUATION(anothers_elsewhere)
{
    anothers_listed(s);
    s->record.handling.onward_to = partner_c;
}

SITUATION(outcome_protected)
{
    s->release.outcome = s->release.protected_person = true;
}

SITUATION(protected_no_outcome)
{
    s->release.protected_person = true;
}

SITUATION(everything)
{
    cut(s);
    expelled(s);
    not_listed(s);
    replaced(s);
    destroy_now(s);
    red(s);
    code_not_kept(s);
    other_purpose(s);
    anothers(s);
    kind_not_agreed(s);
    outcome_protected(s);
}

SITUATION(no_ground)
{
    s->record.ground = EN_TEXT_NONE;
}

SITUATION(political)
{
    s->record.ground = EN_TEXT_LIT("political");
}

SITUATION(nationality)
{
    s->record.ground = EN_TEXT_LIT("nationality");
}

SITUATION(strange_ground)
{
    s->record.ground = EN_TEXT_LIT("narcotics");
}

SITUATION(no_authority)
{
    s->record.instrument = EN_TEXT_NONE;
}

SITUATION(no_dates)
{
    s->record.handling.review = EN_TIME_NONE;
}

static struct en_person *
about(struct situation *s, const char *name)
{
    struct en_value v = { .field = en_record_field(EN_RECORD_ALERT, EN_TEXT_LIT("person")), .time = EN_TIME_NONE };
    struct en_name n = { .full = en_text_from_ours(name) };

    v.person = en_arena_alloc(&arena, sizeof *v.person);
    assert_non_null(v.person);
    en_person_init(v.person, &arena);
    v.person->sex = EN_SEX_MALE;
    assert_int_equal(en_person_add_name(v.person, &n), EN_OK);
    assert_int_equal(en_record_add(&s->record, &v, NULL), EN_OK);
    return v.person;
}

SITUATION(one_word)
{
    (void)about(s, " Ali ");
}

SITUATION(one_word_and_year)
{
    const struct en_birth b = { .from = 0, .to = 364, .quality = EN_DATE_YEAR };

    assert_int_equal(en_person_add_birth(about(s, "Ali"), &b), EN_OK);
}

SITUATION(one_word_and_document)
{
    const struct en_doc d = { .type = EN_DOC_PASSPORT, .number = EN_TEXT_LIT("P1") };

    assert_int_equal(en_person_add_doc(about(s, "Ali"), &d), EN_OK);
}

SITUATION(two_words)
{
    (void)about(s, "Ali Rashidi");
}

SITUATION(two_letters)
{
    (void)about(s, "\u738b\u660e");
}

SITUATION(future)
{
    s->record.modified = NOW + EN_PARTNER_AHEAD + 1;
}

SITUATION(old_version)
{
    s->reception.known_version = 1;
}

SITUATION(withdrawn_before)
{
    s->reception.withdrawn = true;
}

SITUATION(review_first)
{
    s->agreement.live = false;
}

SITUATION(own_national)
{
    s->reception.own_national = true;
}

SITUATION(protected_here)
{
    s->reception.protected_person = true;
}

SITUATION(withdrawal_from_expelled)
{
    s->record.kind = EN_RECORD_WITHDRAWAL;
    expelled(s);
    agreement_over(s);
}

SITUATION(note_without_ground)
{
    s->record.kind = EN_RECORD_NOTE;
    no_ground(s);
    no_dates(s);
}


static const struct {
    const char *told;
    void (*change)(struct situation *s);
    bool release, reception;
} rows[] = {
    { "The usual case", as_usual, true, true },
    { "We have cut the link", cut, true, true },
    { "The partner is in no charter", not_in_charter, true, true },
    { "The partner is provisional", provisional, true, true },
    { "The partner is provisional and we sponsor it", sponsored, true, true },
    { "The partner is suspended", suspended, true, true },
    { "The partner is expelled", expelled, true, true },
    { "Both are full members of the charter in force", charter_full, true, true },
    { "The partner is not in the charter in force", charter_without, true, true },
    { "The charter has the partner provisional", charter_provisional, true, true },
    { "The charter has the partner provisional and we sponsor it", charter_sponsored, true, true },
    { "The charter suspends the partner", charter_suspended, true, true },
    { "The charter has the partner expelled, and we have cut it", charter_expelled_and_cut, true, true },
    { "The charter has us provisional", charter_we_provisional, true, true },
    { "The charter has us provisional and the partner is our sponsor", charter_our_sponsor, true, true },
    { "The charter suspends us", charter_we_suspended, true, true },
    { "The charter has us expelled and suspends the partner", charter_we_expelled, true, true },
    { "The partner is an observer", observer, true, false },
    { "The partner is an observer and the record green", observer_green, true, false },
    { "There is no agreement", no_agreement, true, true },
    { "The agreement has ended", agreement_over, true, true },
    { "The agreement has not begun", agreement_not_begun, true, true },
    { "The partner is not on the roster", not_listed, true, false },
    { "The record was replaced", replaced, true, false },
    { "The destroy date has come", destroy_now, true, true },
    { "The agreement does not cover alerts", kind_not_agreed, true, true },
    { "The record is red", red, true, false },
    { "The partner keeps no handling codes", code_not_kept, true, false },
    { "The record's purpose is another", other_purpose, true, false },
    { "Another's record, onward none", anothers, true, false },
    { "Another's record, onward ask, nobody asked", anothers_ask, true, false },
    { "Another's record, onward ask, consent given", anothers_consent, true, false },
    { "Another's record, onward list with the partner", anothers_listed, true, false },
    { "Another's record, onward list without the partner", anothers_elsewhere, true, false },
    { "An outcome about a protected person", outcome_protected, true, false },
    { "A protected person and no outcome", protected_no_outcome, true, false },
    { "Everything at once", everything, true, false },
    { "An alert without a ground", no_ground, false, true },
    { "An alert on political ground alone", political, false, true },
    { "An alert on a nationality alone", nationality, false, true },
    { "An alert on a ground that is not known", strange_ground, false, true },
    { "An alert without authority", no_authority, false, true },
    { "An alert without a review date", no_dates, false, true },
    { "An alert about one word of a name", one_word, false, true },
    { "An alert about one word and a birth year", one_word_and_year, false, true },
    { "An alert about one word and a document", one_word_and_document, false, true },
    { "An alert about a name of two words", two_words, false, true },
    { "An alert about a name of two letters of Han", two_letters, false, true },
    { "A record from the future", future, false, true },
    { "A version that we hold", old_version, false, true },
    { "An id that was withdrawn", withdrawn_before, false, true },
    { "The agreement says: review first", review_first, false, true },
    { "About a national of ours", own_national, false, true },
    { "About a person protected here", protected_here, false, true },
    { "A withdrawal from an expelled partner", withdrawal_from_expelled, false, true },
    { "A note without ground and dates", note_without_ground, false, true },
};

static void
tell(struct en_buf *out, const char *verdict, const struct en_reasons *why)
{
    en_buf_addf(out, "  %s\n", verdict);
    for (size_t i = 0; i < why->n; i++)
        en_buf_addf(out, "    because %s (%s, %s)\n", why->v[i]->text, why->v[i]->code, why->v[i]->clause);
}

static void
tell_all(struct en_buf *out)
{
    struct en_reasons why;
    struct situation s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        usual(&s);
        rows[i].change(&s);
        en_buf_addf(out, "%s:\n", rows[i].told);
        if (rows[i].release) {
            en_rules_release(&s.release, &why);
            tell(out, why.n ? "not released" : "released", &why);
            if (why.n == 0) {
                en_rules_release_because(&s.release, &why);
                tell(out, "because of", &why);
            }
        }
        if (rows[i].reception) {
            enum en_reception r = en_rules_receive(&s.reception, &why);

            en_buf_addf(out, "  received:");
            tell(out, en_reception_word(r), &why);
        }
    }
}

static void
tell_consents(struct en_buf *out)
{
    static const struct {
        const char *told;
        void (*change)(struct situation *s);
    } consents[] = { { "Asked to let it go on", as_usual },
                     { "Asked, and it goes to a partner whom we have cut", cut },
                     { "Asked, and it goes to a partner in no charter", not_in_charter },
                     { "Asked, and it goes to an observer", observer },
                     { "Asked, and we have no agreement with the partner", no_agreement },
                     { "Asked about what was replaced", replaced },
                     { "Asked about what is to be destroyed", destroy_now },
                     { "Asked about an outcome and a protected person", outcome_protected } };
    struct en_reasons why;
    struct situation s;

    for (size_t i = 0; i < sizeof consents / sizeof *consents; i++) {
        usual(&s);
        s.record.handling.onward = EN_ONWARD_ASK;
        consents[i].change(&s);
        en_buf_addf(out, "%s:\n", consents[i].told);
        en_rules_consent(&s.release, &why);
        tell(out, why.n ? "no consent" : "consent", &why);
    }
}

static void
alerts_usual(struct situation *s)
{
    s->agreement.usual = 1u << EN_RECORD_ALERT;
    s->agreement.usual_most = EN_TLP_AMBER;
}

static void
usual_over(struct situation *s)
{
    alerts_usual(s);
    agreement_over(s);
}

static void
warnings_usual(struct situation *s)
{
    alerts_usual(s);
    s->agreement.usual = 1u << EN_RECORD_WARNING;
}

static void
green_usual(struct situation *s)
{
    alerts_usual(s);
    s->agreement.usual_most = EN_TLP_GREEN;
}

static void
green_warnings_usual(struct situation *s)
{
    warnings_usual(s);
    s->agreement.usual_most = EN_TLP_GREEN;
}

static void
anothers_usual(struct situation *s)
{
    alerts_usual(s);
    anothers(s);
}

static void
usual_not_given(struct situation *s)
{
    alerts_usual(s);
    kind_not_agreed(s);
}

static void
tell_defaults(struct en_buf *out)
{
    static const struct {
        const char *told;
        void (*change)(struct situation *s);
    } defaults[] = { { "Made, and the agreement names nothing", as_usual },
                     { "Made, and there is no agreement", no_agreement },
                     { "Made, and the agreement has alerts go by default", alerts_usual },
                     { "Made, and the agreement that had them go has ended", usual_over },
                     { "Made, and warnings go by default", warnings_usual },
                     { "Made, and alerts go by default up to green", green_usual },
                     { "Made, and warnings go by default up to green", green_warnings_usual },
                     { "Received, and the agreement has our alerts go by default", anothers_usual },
                     { "Made, and what goes by default is not given", usual_not_given } };
    struct en_reasons why;
    struct situation s;
    bool may;

    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        usual(&s);
        defaults[i].change(&s);
        en_rules_release(&s.release, &why);
        en_buf_addf(out, "%s:\n", defaults[i].told);
        may = why.n == 0;
        if (!may)
            tell(out, "may not have it", &why);
        en_rules_release_default(&s.release, &why);
        if (why.n == 0)
            en_rules_release_default_because(&why);
        tell(out, strcmp(why.v[0]->code, "default") != 0 ? "not proposed by itself"
                  : may                                  ? "proposed by itself"
                                                         : "the agreement would have it go",
             &why);
    }
}

static void
tell_approvals(struct en_buf *out)
{
    static const struct {
        const char *told;
        int64_t proposed, approved;
        size_t partners;
    } approvals[] = { { "Proposed by one, approved by another", 1, 2, 1 },
                      { "Approved by who proposed", 1, 1, 1 },
                      { "Approved by nobody", 1, 0, 1 },
                      { "Released to nobody", 1, 2, 0 } };
    struct en_reasons why;

    for (size_t i = 0; i < sizeof approvals / sizeof *approvals; i++) {
        en_rules_release_approval(approvals[i].proposed, approvals[i].approved, approvals[i].partners, &why);
        en_buf_addf(out, "%s:\n", approvals[i].told);
        tell(out, why.n ? "not approved" : "approved", &why);
    }
}

static void
test_the_rules_say_what_they_said(void **state)
{
    struct en_buf now = EN_BUF_INIT;

    (void)state;
    en_arena_init(&arena, EN_MIB);
    tell_all(&now);
    tell_consents(&now);
    tell_defaults(&now);
    tell_approvals(&now);
    same_as_page("tests/unit/rules/exchange.txt", &now);
    en_buf_release(&now);
    en_arena_release(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_the_rules_say_what_they_said) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
