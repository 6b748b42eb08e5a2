/*
 * test_charter.c: what a charter's form allows, and what each change to it takes. The second is prose: each situation
 * changes a federation of twelve full members, says who signs, and tests/unit/node/charter.txt keeps what was demanded
 * and what was answered. ENTENTE_UPDATE=1 writes the file anew.
 */
#include "federation.h"

#include "../page.h"
#include "base/limits.h"

#define N 12u /* full members of the first version; 2/3 are 8, 3/4 of the others 9, 1/3 of the others 4 */

struct scene {
    struct made_member m[EN_CHARTER_MEMBERS_MAX];
    unsigned n;
    bool gone[EN_CHARTER_MEMBERS_MAX];
    struct made_charter first, next;
    struct en_buf first_note, next_note;
    bool signs[EN_CHARTER_MEMBERS_MAX];
    struct en_arena arena;
    struct en_charter_key keys[4];
    size_t n_keys;
    en_time now;
    bool other_previous, repeat_signatures, spoil;
};

static void
scene_open(struct scene *s)
{
    memset(s, 0, sizeof *s);
    en_arena_init(&s->arena, 4 * EN_MIB);
    s->n = N;
    made_start(&s->first, 1, NULL);
    for (unsigned i = 0; i < N; i++) {
        make_member(&s->m[i], i);
        made_add(&s->first, &s->m[i]);
    }
    made_text(&s->first, &s->first_note);
    for (unsigned i = 0, text = (unsigned)s->first_note.n - 1; i < N; i++) {
        struct en_key k = made_key(i, 0, 0);

        made_sign(&s->first_note, text, made_id(i), &k);
    }
    s->now = DATE + 20 * EN_TIME_DAY;
    made_start(&s->next, 2, NULL);
}

static void
scene_close(struct scene *s)
{
    en_buf_release(&s->first_note);
    en_buf_release(&s->next_note);
    en_arena_release(&s->arena);
}

static void
sign_first(struct scene *s, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        s->signs[i] = true;
}

/* Writes version 2 over the parsed version 1 and judges it. */
static en_errc
scene_judge(struct scene *s, struct en_charter_step *step, struct en_err *err)
{
    static struct en_lines lines;
    struct en_charter before, after;
    size_t text;
    en_errc rc;

    assert_int_equal(en_charter_parse(en_buf_bytes(&s->first_note), &s->arena, &lines, &before, NULL), EN_OK);
    memcpy(s->next.c.previous, before.hash, EN_SHA256_LEN);
    s->next.c.previous[0] ^= s->other_previous;
    for (unsigned i = 0; i < s->n; i++)
        if (!s->gone[i])
            made_add(&s->next, &s->m[i]);
    made_text(&s->next, &s->next_note);
    text = s->next_note.n - 1;
    for (unsigned i = 0; i < s->n; i++) {
        struct en_key k = made_key(i, s->m[i].turn, s->m[i].stolen);

        for (unsigned again = 0; s->signs[i] && again < (s->repeat_signatures ? 4 : 1); again++)
            made_sign(&s->next_note, text, made_id(i), &k);
    }
    if (s->spoil)
        s->next_note.p[s->next_note.n - 20] ^= 1;
    rc = en_charter_parse(en_buf_bytes(&s->next_note), &s->arena, &lines, &after, err);
    return rc == EN_OK ? en_charter_follows(&before, &lines.note, &after, s->keys, s->n_keys, s->now, step, err) : rc;
}

/* --- situations -------------------------------------------------------------------------------------- */

#define SITUATION(name) static void name(struct scene *s)

SITUATION(nothing_4)
{
    sign_first(s, 4);
}

SITUATION(nothing_3)
{
    sign_first(s, 3);
}

SITUATION(many_signatures_of_three)
{
    sign_first(s, 3);
    s->repeat_signatures = true;
}

SITUATION(admit_8)
{
    make_member(&s->m[s->n], s->n);
    s->signs[s->n++] = true;
    sign_first(s, 8);
}

SITUATION(admit_7)
{
    admit_8(s);
    s->signs[7] = false;
}

SITUATION(admit_unwilling)
{
    admit_8(s);
    s->signs[N] = false;
}

SITUATION(admit_six_at_once)
{
    while (s->n < N + 6) {
        make_member(&s->m[s->n], s->n);
        s->signs[s->n++] = true;
    }
    sign_first(s, 7);
}

SITUATION(observer)
{
    admit_8(s);
    s->m[N].m.standing = EN_STANDING_OBSERVER;
}

SITUATION(provisional)
{
    make_member(&s->m[s->n], s->n);
    s->m[N].m.standing = EN_STANDING_PROVISIONAL;
    for (unsigned i = 0; i < 3; i++)
        s->m[N].m.sponsors[s->m[N].m.n_sponsors++] = made_id(i);
    s->signs[s->n++] = true;
    sign_first(s, 4);
}

SITUATION(provisional_unvouched)
{
    provisional(s);
    s->signs[2] = false;
    s->signs[7] = true;
}

SITUATION(expel_9)
{
    s->m[11].m.standing = EN_STANDING_EXPELLED;
    sign_first(s, 9);
}

SITUATION(expel_with_own_vote)
{
    expel_9(s);
    s->signs[8] = false;
    s->signs[11] = true;
}

SITUATION(expel_most)
{
    for (unsigned i = 4; i < N; i++)
        s->m[i].m.standing = EN_STANDING_EXPELLED;
    sign_first(s, 4);
}

SITUATION(lower_8)
{
    s->m[11].m.standing = EN_STANDING_OBSERVER;
    sign_first(s, 8);
}

SITUATION(suspend_4)
{
    s->m[11].m.suspended = s->next.c.date + EN_CHARTER_SUSPENSION;
    sign_first(s, 4);
}

SITUATION(suspend_long)
{
    suspend_4(s);
    s->m[11].m.suspended += 1;
}

SITUATION(suspend_most)
{
    for (unsigned i = 4; i < N; i++)
        s->m[i].m.suspended = s->next.c.date + EN_CHARTER_SUSPENSION;
    sign_first(s, 4);
    s->next.c.threshold[EN_CHARTER_AMEND] = (struct en_charter_part){ 2, 3 };
}

SITUATION(rotate)
{
    s->m[11].turn = 1;
    made_keys(&s->m[11], 11);
    sign_first(s, 4);
    s->signs[11] = true;
}

SITUATION(rotate_unsigned)
{
    rotate(s);
    s->signs[11] = false;
}

SITUATION(rotate_twice_unknown)
{
    s->m[11].turn = 2;
    made_keys(&s->m[11], 11);
    sign_first(s, 4);
    s->signs[11] = true;
}

SITUATION(rotate_twice_known)
{
    static struct en_key k;
    struct made_member one;

    rotate_twice_unknown(s);
    make_member(&one, 11);
    one.turn = 1;
    made_keys(&one, 11);
    k = made_key(11, 1, 0);
    s->keys[0].id = made_id(11);
    memcpy(s->keys[0].public_key, k.public_key, sizeof k.public_key);
    memcpy(s->keys[0].next, one.m.next, EN_SHA256_LEN);
    s->n_keys = 1;
}

SITUATION(rekey)
{
    s->m[11].stolen = 1;
    made_keys(&s->m[11], 11);
    sign_first(s, 8);
    s->signs[11] = true;
}

SITUATION(rekey_by_thief)
{
    rekey(s);
    s->signs[7] = false;
}

SITUATION(own)
{
    s->m[3].m.relay = true;
    sign_first(s, 4);
}

SITUATION(others_own)
{
    s->m[5].m.relay = true;
    sign_first(s, 4);
}

SITUATION(rename_4)
{
    s->m[3].m.bloc = EN_TEXT_LIT("west");
    sign_first(s, 4);
}

SITUATION(leave)
{
    s->gone[3] = true;
    sign_first(s, 5);
}

SITUATION(dropped)
{
    s->gone[7] = true;
    sign_first(s, 7);
}

SITUATION(amend_9)
{
    s->next.c.threshold[EN_CHARTER_ADMIT] = (struct en_charter_part){ 3, 4 };
    sign_first(s, 9);
}

SITUATION(amend_8)
{
    amend_9(s);
    s->signs[8] = false;
}

SITUATION(amend_to_all)
{
    s->next.c.threshold[EN_CHARTER_AMEND] = (struct en_charter_part){ 1, 1 };
    sign_first(s, 11);
}

SITUATION(skipped)
{
    s->next.c.number = 3;
    sign_first(s, 12);
}

SITUATION(of_another)
{
    s->other_previous = true;
    sign_first(s, 12);
}

SITUATION(from_the_future)
{
    s->next.c.date = s->now + EN_PARTNER_AHEAD + 1;
    sign_first(s, 12);
}

SITUATION(from_the_past)
{
    s->next.c.date = DATE - 1;
    sign_first(s, 12);
}

SITUATION(spoilt)
{
    s->spoil = true;
    sign_first(s, 12);
}

#define S(fn, told) { told, fn }
static const struct {
    const char *told;
    void (*set)(struct scene *);
} situations[] = {
    S(nothing_4, "A new version that changes nothing, signed by 4 of 12"),
    S(nothing_3, "The same signed by 3"),
    S(many_signatures_of_three, "The same signed by 3, four times each"),
    S(admit_8, "A new full member, signed by 8 and itself"),
    S(admit_7, "The same signed by 7 and itself"),
    S(admit_unwilling, "A new full member that did not sign, signed by 8"),
    S(admit_six_at_once, "Six new full members at once, signed by 7 and by the six"),
    S(observer, "A new observer, signed by 8 and itself"),
    S(provisional, "A new provisional member, signed by its 3 sponsors, a fourth and itself"),
    S(provisional_unvouched, "The same without one of the sponsors"),
    S(expel_9, "A member is expelled, signed by 9 of the others"),
    S(expel_with_own_vote, "The same signed by 8 of the others and the expelled"),
    S(expel_most, "Eight are expelled by the other four"),
    S(lower_8, "A full member becomes an observer, signed by 8 others"),
    S(suspend_4, "A member is suspended for 30 days, signed by 4"),
    S(suspend_long, "The same for a millisecond more"),
    S(suspend_most, "Four suspend the other eight and amend the thresholds"),
    S(rotate, "A member's next key takes the place of its key, signed by 4 and with the new key"),
    S(rotate_unsigned, "The same without a signature of the new key"),
    S(rotate_twice_unknown, "A member's key after the next, signed by 4 and with the new key"),
    S(rotate_twice_known, "The same where the key statement in between is known"),
    S(rekey, "A key that was not announced, signed by 8 others and with the new key"),
    S(rekey_by_thief, "The same signed by 7 others"),
    S(own, "A member takes on the duty to relay, among the 4 who sign"),
    S(others_own, "The same member is not among those who sign"),
    S(rename_4, "A member changes its bloc, among 4 who sign"),
    S(leave, "A member leaves, among 5 who sign"),
    S(dropped, "A member is not listed any more and did not sign"),
    S(amend_9, "To admit is to take 3/4, signed by 9"),
    S(amend_8, "The same signed by 8"),
    S(amend_to_all, "To amend is to take all, signed by 11 of 12"),
    S(skipped, "Version 3 after version 1"),
    S(of_another, "A version that follows another first version"),
    S(from_the_future, "A version dated 10 minutes and a millisecond ahead"),
    S(from_the_past, "A version dated before the first"),
    S(spoilt, "A version with a signature that does not hold"),
};

static void
tell_count(const char *when, const struct en_charter_count *c, struct en_buf *out)
{
    en_buf_addf(out, " %s %u of %u (%u vote)", when, c->have, c->need, c->voters);
}

static void
tell(const char *told, en_errc rc, const struct en_charter_step *step, const struct en_err *err, struct en_buf *out)
{
    en_buf_addf(out, "%s.\n", told);
    for (size_t i = 0; i < step->n; i++) {
        const struct en_charter_demand *d = &step->demand[i];

        if (i == 4 && step->n > 6) {
            en_buf_addf(out, "  … and %zu like it\n", step->n - i);
            break;
        }
        en_buf_addf(out, "  %s%s%.*s:", en_charter_change_word(d->change), d->member.n ? " " : "",
                    EN_TEXT_ARG(d->member));
        if (d->before.need) {
            tell_count("before", &d->before, out);
            tell_count("after", &d->after, out);
        }
        en_buf_addf(out, "%s\n", d->unsigned_ ? " own signature missing" : d->before.need ? "" : " signed");
    }
    en_buf_addf(out, "  → %s%s%s\n\n", rc == EN_OK ? "holds" : en_errc_name(rc), rc == EN_OK ? "" : ": ", err->text);
}

static void
test_what_each_change_takes(void **state)
{
    struct en_buf now = EN_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(situations); i++) {
        static struct scene s;
        static struct en_charter_step step;
        struct en_err err = EN_ERR_INIT;
        en_errc rc;

        step.n = 0;
        scene_open(&s);
        situations[i].set(&s);
        rc = scene_judge(&s, &step, &err);
        tell(situations[i].told, rc, &step, &err, &now);
        scene_close(&s);
    }
    same_as_page("tests/unit/node/charter.txt", &now);
    en_buf_release(&now);
}

/* --- form -------------------------------------------------------------------------------------------- */

static void
test_what_is_read_writes_back_the_same(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    struct en_buf again = EN_BUF_INIT;
    struct en_charter c;

    (void)state;
    scene_open(&s);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &c, NULL), EN_OK);
    en_charter_write(&c, &again);
    assert_true(en_bytes_eq(en_buf_bytes(&again), lines.note.text));
    assert_int_equal(lines.note.n, N);
    en_buf_release(&again);
    scene_close(&s);
}

/* A row: the first place of `from` in a good charter becomes `to`. */
static const struct {
    const char *what, *from, *to;
    en_errc code;
    uint64_t line;
} forms[] = {
    { "as it is", "number 1", "number 1", EN_OK, 0 },
    { "another form", "entente-charter/1", "entente-charter/2", EN_E_INPUT, 1 },
    { "number 0", "number 1", "number 0", EN_E_INPUT, 2 },
    { "leading zero", "number 1", "number 01", EN_E_INPUT, 2 },
    { "number too high", "number 1", "number 1000001", EN_E_INPUT, 2 },
    { "no predecessor", "number 1\n", "number 2\n", EN_E_INPUT, 4 },
    { "a predecessor of the first", "threshold admit",
      "previous 0000000000000000000000000000000000000000000000000000000000000000\nthreshold admit", EN_E_INPUT, 4 },
    { "date with an offset", "00.000Z", "00.000+00:00", EN_E_LIMIT, 3 },
    { "date without milliseconds", "00.000Z", "00Z", EN_E_INPUT, 3 },
    { "half is not more than half", "admit 2/3", "admit 1/2", EN_E_INPUT, 4 },
    { "more than all", "admit 2/3", "admit 4/3", EN_E_INPUT, 4 },
    { "by nothing", "suspend 1/3", "suspend 1/0", EN_E_INPUT, 7 },
    { "by nobody", "suspend 1/3", "suspend 0/3", EN_E_INPUT, 7 },
    { "thresholds out of order", "threshold expel", "threshold amend", EN_E_INPUT, 5 },
    { "too few members", "members 12", "members 11", EN_E_INPUT, 97 },
    { "too many members", "members 12", "members 13", EN_E_INPUT, 105 },
    { "more than there may be", "members 12", "members 129", EN_E_INPUT, 8 },
    { "an id twice", "member 0000000000000001", "member 0000000000000000", EN_E_INPUT, 17 },
    { "an id in capitals", "member 000000000000000a", "member 000000000000000A", EN_E_INPUT, 89 },
    { "a name with blanks", "name Fictional Service 0", "name Fictional  Service 0", EN_E_INPUT, 10 },
    { "a name without letters", "name Fictional Service 0", "name ", EN_E_LIMIT, 10 },
    { "bidi controls in a name", "name Fictional", "name \xE2\x80\xAE" "Fictional", EN_E_INPUT, 10 },
    { "no country", "class country XAA", "class country QAA", EN_E_INPUT, 11 },
    { "two classes", "class organisation", "class organisation XAA", EN_E_LIMIT, 59 },
    { "a bloc in capitals", "bloc north", "bloc North", EN_E_INPUT, 12 },
    { "a key of another", "key entente/0000000000000000", "key entente/0000000000000001", EN_E_INPUT, 13 },
    { "a seal in capitals", "seal age1", "seal AGE1", EN_E_INPUT, 14 },
    { "a digest cut short", "standing full", "standing", EN_E_INPUT, 16 },
    { "a standing that is none", "standing full", "standing member", EN_E_INPUT, 16 },
    { "suspended is no standing", "standing full", "standing suspended", EN_E_INPUT, 16 },
    { "sponsors of a full member", "standing full",
      "standing full 0000000000000001 0000000000000002 0000000000000003", EN_E_INPUT, 16 },
    { "two sponsors", "standing full", "standing provisional 0000000000000001 0000000000000002", EN_E_INPUT, 16 },
    { "its own sponsor", "standing full",
      "standing provisional 0000000000000000 0000000000000001 0000000000000002", EN_E_INPUT, 16 },
    { "three sponsors", "standing full",
      "standing provisional 0000000000000001 0000000000000002 0000000000000003", EN_OK, 0 },
    { "a sponsor who is no member", "standing full",
      "standing provisional 0000000000000001 0000000000000002 00000000000000ff", EN_E_INPUT, 104 },
    { "an expelled member is not suspended", "standing full",
      "standing expelled\nsuspended 2026-01-01T00:00:00.000Z", EN_E_INPUT, 17 },
    { "relay yes", "standing full", "standing full\nrelay yes", EN_OK, 0 },
    { "relay twice", "standing full", "standing full\nrelay yes\nrelay yes", EN_E_INPUT, 18 },
};

static void
replaced(const struct en_buf *in, const char *from, const char *to, struct en_buf *out)
{
    const char *at = strstr(in->p, from);

    assert_non_null(at);
    en_buf_reset(out);
    en_buf_add(out, in->p, (size_t)(at - in->p));
    en_buf_add_str(out, to);
    en_buf_add(out, at + strlen(from), in->n - (size_t)(at - in->p) - strlen(from));
}

static void
test_forms(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    scene_open(&s);
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_charter c;

        ROW(i, forms[i].what);
        replaced(&s.first_note, forms[i].from, forms[i].to, &b);
        ROW_INT(en_charter_parse(en_buf_bytes(&b), &s.arena, &lines, &c, &err), forms[i].code);
        ROW_INT(err.line, forms[i].line);
    }
    en_buf_release(&b);
    scene_close(&s);
}

static void
test_two_members_do_not_share_a_key(void **state)
{
    static struct scene s;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    scene_open(&s);
    s.m[11].m.key = s.m[10].m.key;
    memcpy(s.m[11].m.next, s.m[10].m.next, EN_SHA256_LEN);
    en_note_key_make(EN_TEXT_LIT("entente/000000000000000b"), EN_NOTE_ED25519, s.m[10].m.key.public_key,
                     &s.m[11].m.key);
    sign_first(&s, 12);
    s.signs[11] = false;
    assert_int_equal(scene_judge(&s, NULL, &err), EN_E_INPUT);
    scene_close(&s);
}

/* --- the first, a walk, a fork ------------------------------------------------------------------------- */

static void
test_a_first_charter_is_signed_by_all_and_known_by_its_hash(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    uint8_t hash[EN_SHA256_LEN];
    struct en_charter c;

    (void)state;
    scene_open(&s);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &c, NULL), EN_OK);
    memcpy(hash, c.hash, sizeof hash);
    assert_int_equal(en_charter_founds(&lines.note, &c, hash, s.now, NULL), EN_OK);
    assert_int_equal(en_charter_founds(&lines.note, &c, hash, DATE - EN_TIME_DAY, NULL), EN_E_RULE);
    lines.note.n--;
    assert_int_equal(en_charter_founds(&lines.note, &c, hash, s.now, NULL), EN_E_RULE);
    lines.note.n++;
    hash[31] ^= 1;
    assert_int_equal(en_charter_founds(&lines.note, &c, hash, s.now, NULL), EN_E_INTEGRITY);
    scene_close(&s);
}

static void
test_an_old_charter_is_warned_about_and_says_the_same(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    en_time late = DATE + 2 * EN_CHARTER_OLD;
    struct en_charter c;
    bool sponsored;

    (void)state;
    scene_open(&s);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &c, NULL), EN_OK);
    assert_null(en_charter_warning(&c, DATE + EN_CHARTER_OLD));
    assert_non_null(en_charter_warning(&c, late));
    assert_int_equal(en_charter_standing(&c, made_id(3), made_id(0), late, &sponsored), EN_STANDING_FULL);
    assert_false(sponsored);
    assert_int_equal(en_charter_standing(&c, made_id(77), made_id(0), late, NULL), EN_STANDING_UNKNOWN);
    c.members[3].suspended = late;
    assert_int_equal(en_charter_standing(&c, made_id(3), made_id(0), late - 1, NULL), EN_STANDING_SUSPENDED);
    assert_int_equal(en_charter_standing(&c, made_id(3), made_id(0), late, NULL), EN_STANDING_FULL);
    scene_close(&s);
}

/* Two versions 2, each with its votes: whoever signed both is named. */
static void
test_two_charters_of_one_number_are_a_fork(void **state)
{
    static struct scene s[2];
    static struct en_lines lines[2];
    static struct en_charter_fork fork;
    struct en_charter c[2];

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        scene_open(&s[i]);
        for (unsigned k = i * 5; k < i * 5 + 6; k++)
            s[i].signs[k] = true;
        s[i].next.c.date += i;
        assert_int_equal(scene_judge(&s[i], NULL, NULL), EN_OK);
        assert_int_equal(en_charter_parse(en_buf_bytes(&s[i].next_note), &s[i].arena, &lines[i], &c[i], NULL), EN_OK);
    }
    assert_false(en_charter_forked(&lines[0].note, &c[0], &lines[0].note, &c[0], &fork));
    assert_true(en_charter_forked(&lines[0].note, &c[0], &lines[1].note, &c[1], &fork));
    assert_true(fork.same_previous);
    assert_int_equal(fork.n_signed[0], 6);
    assert_int_equal(fork.n_signed[1], 6);
    assert_int_equal(fork.n_both, 1);
    assert_true(en_text_eq(fork.both[0], made_id(5)));
    for (unsigned i = 0; i < 2; i++)
        scene_close(&s[i]);
}

static void
test_a_walk_stops_at_the_first_that_does_not_hold(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    struct en_err err = EN_ERR_INIT;
    struct en_charter at;
    en_bytes notes[2];
    size_t walked;

    (void)state;
    scene_open(&s);
    sign_first(&s, 4);
    assert_int_equal(scene_judge(&s, NULL, NULL), EN_OK);
    notes[0] = notes[1] = en_buf_bytes(&s.next_note);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &at, NULL), EN_OK);
    assert_int_equal(en_charter_walk(&at, notes, 2, NULL, 0, s.now, &s.arena, &walked, &err), EN_E_INPUT);
    assert_int_equal(walked, 1);
    assert_int_equal(at.number, 2);
    scene_close(&s);
}

/* --- writing the next version ------------------------------------------------------------------------- */

static void
test_the_next_version_changes_nothing_by_itself(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    struct en_buf text = EN_BUF_INIT;
    struct en_charter first, next, read;
    struct en_charter_member x;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    scene_open(&s);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &first, NULL), EN_OK);
    assert_int_equal(en_charter_next(&first, s.now, &s.arena, &next, &err), EN_OK);
    make_member(&s.m[N], N);
    x = s.m[N].m;
    x.id = made_id(0), x.name = EN_TEXT_LIT("another");
    assert_true(en_charter_put(&next, &x) && next.n_members == N); /* over its entry */
    assert_true(en_text_is(next.members[0].name, "another"));
    assert_true(en_text_is(first.members[0].name, "Fictional Service 0"));
    assert_true(en_charter_put(&next, &s.m[0].m));
    assert_true(en_charter_remove(&next, made_id(5)) && next.n_members == N - 1);
    assert_false(en_charter_remove(&next, made_id(5)));
    assert_null(en_charter_member(&next, made_id(5)));
    assert_true(en_charter_put(&next, &s.m[5].m) && en_charter_put(&next, &s.m[N].m));
    assert_true(en_charter_remove(&next, made_id(N)));
    en_charter_write(&next, &text);
    assert_int_equal(en_charter_parse_draft(en_buf_bytes(&text), &s.arena, &lines, &read, &err), EN_E_INPUT);
    en_buf_addc(&text, '\n');
    assert_int_equal(en_charter_parse_draft(en_buf_bytes(&text), &s.arena, &lines, &read, &err), EN_OK);
    assert_int_equal(lines.note.n, 0);
    assert_true(read.number == 2 && read.n_members == N && memcmp(read.previous, first.hash, EN_SHA256_LEN) == 0);
    for (unsigned i = N; i < EN_CHARTER_MEMBERS_MAX; i++) {
        make_member(&s.m[i], i);
        assert_true(en_charter_put(&next, &s.m[i].m));
    }
    make_member(&s.m[0], EN_CHARTER_MEMBERS_MAX);
    assert_false(en_charter_put(&next, &s.m[0].m)); /* full */
    assert_int_equal(en_charter_next(NULL, s.now, &s.arena, &next, &err), EN_OK);
    assert_true(next.number == 1 && next.n_members == 0 && next.threshold[EN_CHARTER_EXPEL].num == 3);
    en_buf_release(&text);
    scene_close(&s);
}

/* Copies of one version with other signatures become one; a stranger's is left out, one that does not hold spoils. */
static void
test_copies_are_gathered(void **state)
{
    static struct scene s;
    static struct en_lines first, more;
    struct en_buf a = EN_BUF_INIT, b = EN_BUF_INIT, all = EN_BUF_INIT;
    struct en_charter before, after;
    struct en_key stranger = made_key(99, 0, 0), k;
    unsigned added;

    (void)state;
    scene_open(&s);
    sign_first(&s, 3);
    assert_int_equal(scene_judge(&s, NULL, NULL), EN_E_RULE);
    en_buf_add(&a, s.next_note.p, s.next_note.n);
    made_text(&s.next, &b);
    for (unsigned i = 2, text = (unsigned)b.n - 1; i < 5; i++) {
        k = made_key(i, 0, 0);
        made_sign(&b, text, made_id(i), &k);
        made_sign(&b, text, made_id(i), &k); /* twice */
        made_sign(&b, text, made_id(99), &stranger);
    }
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &first, &before, NULL), EN_OK);
    assert_int_equal(en_charter_parse(en_buf_bytes(&a), &s.arena, &first, &after, NULL), EN_OK);
    assert_int_equal(en_charter_parse(en_buf_bytes(&b), &s.arena, &more, &after, NULL), EN_OK);
    assert_int_equal(en_charter_gather(&before, &after, &first.note, &more.note, NULL, 0, &all, &added, NULL), EN_OK);
    assert_int_equal(added, 2);
    assert_int_equal(en_charter_parse(en_buf_bytes(&all), &s.arena, &more, &after, NULL), EN_OK);
    assert_int_equal(more.note.n, 5);
    assert_int_equal(en_charter_follows(&before, &more.note, &after, NULL, 0, s.now, NULL, NULL), EN_OK);
    assert_true(en_charter_has_signed(&more.note, en_charter_member(&after, made_id(4)), NULL, 0));
    assert_false(en_charter_has_signed(&more.note, en_charter_member(&after, made_id(5)), NULL, 0));
    all.p[all.n - 10] ^= 1;
    assert_int_equal(en_charter_parse(en_buf_bytes(&all), &s.arena, &more, &after, NULL), EN_OK);
    en_buf_reset(&b);
    assert_int_equal(en_charter_gather(&before, &after, &first.note, &more.note, NULL, 0, &b, &added, NULL),
                     EN_E_INTEGRITY);
    en_buf_release(&a);
    en_buf_release(&b);
    en_buf_release(&all);
    scene_close(&s);
}

/* Who has gone on to another key votes by it also where the version names the one before. */
static void
test_a_key_that_was_announced_counts_in_both_versions(void **state)
{
    static struct scene s;
    static struct en_lines lines;
    struct en_charter before, after;
    struct en_charter_step step;
    struct en_charter_key now = { .id = made_id(3) };
    struct en_key k;
    size_t text;

    (void)state;
    scene_open(&s);
    sign_first(&s, 3);
    assert_int_equal(scene_judge(&s, NULL, NULL), EN_E_RULE);
    made_text(&s.next, &s.next_note);
    text = s.next_note.n - 1;
    for (unsigned i = 0; i < 4; i++) {
        k = made_key(i, i == 3, 0);
        made_sign(&s.next_note, text, made_id(i), &k);
    }
    memcpy(now.public_key, k.public_key, sizeof now.public_key);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.first_note), &s.arena, &lines, &before, NULL), EN_OK);
    assert_int_equal(en_charter_parse(en_buf_bytes(&s.next_note), &s.arena, &lines, &after, NULL), EN_OK);
    assert_int_equal(en_charter_follows(&before, &lines.note, &after, &now, 1, s.now, &step, NULL), EN_OK);
    assert_true(step.demand[0].before.have == 4 && step.demand[0].after.have == 4);
    assert_int_equal(en_charter_follows(&before, &lines.note, &after, NULL, 0, s.now, &step, NULL), EN_E_RULE);
    scene_close(&s);
}

/* --- the vectors of docs/formats/charter.md ------------------------------------------------------------ */

/* Three found; two of them and the fourth admit the fourth, and the second goes on to its next key. */
static void
make_vectors(struct en_buf *first, struct en_buf *second)
{
    static struct made_member m[4];
    static struct made_charter c;
    uint8_t hash[EN_SHA256_LEN];
    struct en_key k;

    made_start(&c, 1, NULL);
    for (unsigned i = 0; i < 3; i++) {
        make_member(&m[i], i);
        made_add(&c, &m[i]);
    }
    made_text(&c, first);
    en_sha256(en_bytes_from(first->p, first->n - 1), hash);
    for (unsigned i = 0, text = (unsigned)first->n - 1; i < 3; i++) {
        k = made_key(i, 0, 0);
        made_sign(first, text, made_id(i), &k);
    }
    made_start(&c, 2, hash);
    make_member(&m[3], 3);
    m[1].turn = 1;
    made_keys(&m[1], 1);
    for (unsigned i = 0; i < 4; i++)
        made_add(&c, &m[i]);
    made_text(&c, second);
    for (unsigned i = 0, text = (unsigned)second->n - 1; i < 4; i++) {
        k = made_key(i, m[i].turn, 0);
        if (i != 2)
            made_sign(second, text, made_id(i), &k);
    }
}

static void
test_the_vectors_hold(void **state)
{
    static struct en_lines lines;
    struct en_buf first = EN_BUF_INIT, second = EN_BUF_INIT, page = EN_BUF_INIT;
    struct en_charter at;
    struct en_arena arena;
    char hex[2 * EN_SHA256_LEN + 1];
    en_bytes next;
    size_t walked;

    (void)state;
    make_vectors(&first, &second);
    same_as_page("docs/formats/charters/first.note", &first);
    same_as_page("docs/formats/charters/second.note", &second);
    en_arena_init(&arena, EN_MIB);
    assert_int_equal(en_charter_parse(en_buf_bytes(&first), &arena, &lines, &at, NULL), EN_OK);
    assert_int_equal(en_charter_founds(&lines.note, &at, at.hash, DATE + EN_TIME_DAY * 30, NULL), EN_OK);
    next = en_buf_bytes(&second);
    page_read("docs/formats/charter.md", NULL, &page);
    en_hex(at.hash, sizeof at.hash, hex);
    assert_non_null(strstr(page.p, hex));
    assert_int_equal(en_charter_walk(&at, &next, 1, NULL, 0, DATE + EN_TIME_DAY * 30, &arena, &walked, NULL), EN_OK);
    en_hex(at.hash, sizeof at.hash, hex);
    assert_non_null(strstr(page.p, hex));
    assert_int_equal(at.n_members, 4);
    en_arena_release(&arena);
    en_buf_release(&first);
    en_buf_release(&second);
    en_buf_release(&page);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_each_change_takes),
        cmocka_unit_test(test_what_is_read_writes_back_the_same),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_two_members_do_not_share_a_key),
        cmocka_unit_test(test_a_first_charter_is_signed_by_all_and_known_by_its_hash),
        cmocka_unit_test(test_an_old_charter_is_warned_about_and_says_the_same),
        cmocka_unit_test(test_two_charters_of_one_number_are_a_fork),
        cmocka_unit_test(test_a_walk_stops_at_the_first_that_does_not_hold),
        cmocka_unit_test(test_the_next_version_changes_nothing_by_itself),
        cmocka_unit_test(test_copies_are_gathered),
        cmocka_unit_test(test_a_key_that_was_announced_counts_in_both_versions),
        cmocka_unit_test(test_the_vectors_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
