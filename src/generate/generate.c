#include "generate/generate.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/time.h"
#include "generate/who.h"

struct en_generator {
    uint64_t seed;
    struct en_arena arena; /* holds the bags */
    struct culture_words *words;
};

struct en_generator *
en_generator_new(uint64_t seed)
{
    struct en_generator *g = en_xcalloc(1, sizeof *g);
    struct en_err err = EN_ERR_INIT;
    en_errc rc;

    g->seed = seed;
    en_arena_init(&g->arena, 64 * EN_MIB);
    g->words = en_xcalloc(n_cultures, sizeof *g->words);
    rc = culture_read(en_bytes_from(en_generate_data, en_generate_data_len), g->words, &g->arena, &err);
    EN_ASSERT(rc == EN_OK); /* ours, and a test reads it */
    return g;
}

void
en_generator_free(struct en_generator *g)
{
    if (g == NULL)
        return;
    en_arena_release(&g->arena);
    free(g->words);
    free(g);
}

const char *
en_made_kind_word(enum en_made_kind k)
{
    static const char *const words[EN_MADE_KINDS] = { "stranger", "exact",     "respelled", "native",
                                                      "typo",     "shortened", "turned" };

    EN_ASSERT(k < EN_MADE_KINDS);
    return words[k];
}

/* --- what a list knows ------------------------------------------------------------------------ */

struct listing {
    const struct who *w;
    struct en_person *p;
    struct random r;
    struct en_arena *a;
    const struct culture_words *words;
};

/* A name that is there already is not added again. */
static void
add_name(struct listing *l, en_text full, enum en_name_kind kind)
{
    for (size_t i = 0; i < l->p->n_names; i++)
        if (en_text_eq(l->p->names[i].full, full))
            return;
    if (full.n > 0)
        (void)en_person_add_name(l->p, &(struct en_name){ .full = full, .kind = kind, .source = EN_NAME_FROM_RECORD });
}

/* Lists of people with a script of their own have more spellings. */
static void
list_spellings(struct listing *l)
{
    static const uint32_t chances[] = { 950, 750, 450 };

    for (size_t i = 0; i < sizeof chances / sizeof *chances; i++)
        if (random_chance(&l->r, l->w->culture->traits & NATIVE ? chances[i] : chances[i] * 2 / 5))
            add_name(l, who_respelled(l->w, &l->r, l->a), EN_NAME_ALIAS);
}

static void
list_names(struct listing *l)
{
    add_name(l, who_latin(l->w, false, l->a), EN_NAME_PRIMARY);
    list_spellings(l);
    if (random_chance(&l->r, 750))
        add_name(l, who_native(l->w, l->a), EN_NAME_NATIVE);
    if (l->w->n_given > 1 && random_chance(&l->r, 450))
        add_name(l, who_shortened(l->w, l->a), EN_NAME_ALIAS);
    if (random_chance(&l->r, 450))
        add_name(l, who_latin(l->w, true, l->a), EN_NAME_ALIAS);
    if ((l->w->culture->traits & KUNYA) && random_chance(&l->r, 200)) {
        en_text son = bag_draw(&l->words->bags[WORD_GIVEN_M], &l->r)->latin;
        char *kunya = en_arena_alloc(l->a, son.n + 4);

        if (kunya != NULL) {
            memcpy(kunya, "Abu ", 4);
            memcpy(kunya + 4, son.p, son.n);
            add_name(l, (en_text){ kunya, son.n + 4 }, EN_NAME_WEAK);
        }
    }
}

static void
add_birth(struct en_person *p, int year, int month, int day)
{
    struct en_birth b;

    if (en_birth_from_parts(year, month, day, &b))
        (void)en_person_add_birth(p, &b);
}

/* Four in five exact, one in eight only the year, some the month, some two years, some nothing. */
static void
list_birth(struct listing *l)
{
    uint32_t x = random_below(&l->r, 1000);

    if (x < 800)
        add_birth(l->p, l->w->year, l->w->month, l->w->day);
    else if (x < 920 || (x >= 940 && x < 960))
        add_birth(l->p, l->w->year, 0, 0);
    else if (x < 940)
        add_birth(l->p, l->w->year, l->w->month, 0);
    if (x >= 940 && x < 960)
        add_birth(l->p, l->w->year + 1, 0, 0);
}

static void
add_doc(struct en_person *p, enum en_doc_type type, const char *number, en_country issuer, struct en_arena *a)
{
    (void)en_person_add_doc(p, &(struct en_doc){ .type = type,
                                                 .number = en_text_dup(en_text_from_ours(number), a),
                                                 .issuer = issuer,
                                                 .expires = INT32_MIN });
}

static bool
shows_passport(const struct en_generator *g, uint64_t i)
{
    struct random r = random_of(g->seed, RANDOM_CHOICE, i);

    return random_chance(&r, 250);
}

static en_country
country(const char *a2)
{
    return en_country_from_text(en_text_from_ours(a2));
}

static void
set_sex(struct en_person *p, const struct who *w)
{
    p->sex = w->woman ? EN_SEX_FEMALE : EN_SEX_MALE;
}

static void
begin(struct en_made *out, const struct who *w, struct en_arena *a)
{
    *out = (struct en_made){ .culture = w->culture->name, .country = w->country, .truth = EN_MADE_NOT_LISTED };
    en_person_init(&out->person, a);
    (void)en_person_add_extra(&out->person, EN_TEXT_LIT("fictional"), EN_TEXT_LIT("yes"));
}

/* "S0000001" */
static en_text
number_id(char prefix, int width, uint64_t i, struct en_arena *a)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t v = i + 1;

    for (; v > 0 || width > 0; v /= 10, width--)
        *--p = (char)('0' + v % 10);
    *--p = prefix;
    return en_text_dup((en_text){ p, (size_t)(digits + sizeof digits - p) }, a);
}

static void
who_is(const struct en_generator *g, enum random_stream stream, uint64_t i, struct who *w, struct en_arena *a)
{
    struct random r = random_of(g->seed, stream, i);

    who_make(w, g->words, &r, a);
}

en_errc
en_generate_identity(const struct en_generator *g, uint64_t i, struct en_arena *a, struct en_made *out)
{
    struct who w;
    struct listing l = { &w, &out->person, random_of(g->seed, RANDOM_LISTING, i), a, NULL };

    who_is(g, RANDOM_IDENTITY, i, &w, a);
    l.words = &g->words[w.culture - cultures];
    begin(out, &w, a);
    out->id = number_id('S', 7, i, a);
    list_names(&l);
    list_birth(&l);
    if (random_chance(&l.r, 800))
        (void)en_person_add_nationality(l.p, country(w.country));
    if (shows_passport(g, i))
        add_doc(l.p, EN_DOC_PASSPORT, w.passport, EN_COUNTRY_NONE, a);
    if (random_chance(&l.r, 120))
        add_doc(l.p, EN_DOC_NATIONAL_ID, w.identity, EN_COUNTRY_NONE, a);
    if (random_chance(&l.r, 700))
        set_sex(l.p, &w);
    return en_arena_over(a) ? EN_E_LIMIT : EN_OK;
}

/* --- how a listed person travels -------------------------------------------------------------- */

static uint64_t
gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t t = a % b;

        a = b;
        b = t;
    }
    return a;
}

/* The k-th of n in an order that looks random: k -> step k + start mod n is one to one when step and n share no factor.
 */
static uint64_t
shuffled(uint64_t k, uint64_t n, uint64_t seed)
{
    struct random r = random_of(seed, RANDOM_PLACE, UINT64_MAX);
    uint64_t start = random_next(&r) % n, step = random_next(&r) % n | 1;

    EN_ASSERT(n <= UINT32_MAX); /* the product fits */
    while (gcd(step, n) != 1)
        step++;
    return (step * (k % n) % n + start) % n;
}

/* One in every hundred, at a place that changes. */
static bool
is_listed(const struct en_generator *g, uint64_t i)
{
    struct random r = random_of(g->seed, RANDOM_PLACE, i / EN_MADE_ONE_IN);

    return random_below(&r, EN_MADE_ONE_IN) == i % EN_MADE_ONE_IN;
}

static en_text
listed_name(const struct who *w, struct random *r, struct en_arena *a, enum en_made_kind *kind)
{
    uint32_t x = random_below(r, 1000);
    en_text t = EN_TEXT_NONE;

    *kind = x < 200   ? EN_MADE_EXACT
            : x < 450 ? EN_MADE_RESPELLED
            : x < 650 ? EN_MADE_NATIVE
            : x < 800 ? EN_MADE_TYPO
            : x < 900 ? EN_MADE_SHORTENED
                      : EN_MADE_TURNED;
    if (*kind == EN_MADE_RESPELLED)
        t = who_respelled(w, r, a);
    else if (*kind == EN_MADE_NATIVE)
        t = who_native(w, a);
    else if (*kind == EN_MADE_TYPO)
        t = who_mistyped(who_latin(w, false, a), r, a);
    else if (*kind == EN_MADE_SHORTENED && w->n_given > 1)
        t = who_shortened(w, a);
    else if (*kind == EN_MADE_EXACT)
        t = who_latin(w, false, a);
    if (t.n > 0)
        return t;
    *kind = EN_MADE_TURNED;
    return who_latin(w, true, a);
}

/* 93 % as they are, 2 % day and month swapped, 2 % another day, 1.5 % a year off, 1.5 % the first of January. */
static void
travel_birth(struct en_person *p, const struct who *w, bool noisy, struct random *r)
{
    uint32_t x = noisy ? random_below(r, 1000) : 0;
    int year = w->year, month = w->month, day = w->day;

    if (x >= 985) {
        month = day = 1;
    } else if (x >= 970) {
        year += random_chance(r, 500) ? 1 : -1;
        day = day > 28 ? 28 : day;
    } else if (x >= 950) {
        day = 1 + (int)random_below(r, 28);
    } else if (x >= 930 && day <= 12) {
        month = w->day;
        day = w->month;
    }
    add_birth(p, year, month, day);
}

/* As written in a message: half with the surname apart. */
static void
stranger_name(struct en_made *out, const struct who *w, struct random *r, struct en_arena *a)
{
    struct en_name n = { .kind = EN_NAME_PRIMARY, .source = EN_NAME_FROM_RECORD };

    if (random_chance(r, 170))
        n.full = who_native(w, a);
    if (n.full.n == 0) {
        n.full = who_latin(w, false, a);
        if (random_chance(r, 500)) {
            if (w->n_family > 0)
                (void)en_name_add_part(&out->person, &n, EN_PART_FAMILY, who_family(w, a));
            (void)en_name_add_part(&out->person, &n, EN_PART_GIVEN, who_given(w, a));
        }
    }
    (void)en_person_add_name(&out->person, &n);
}

/* 5 % with the name only, 25 % with the birth date, the others with what a passport says. */
static void
travel_rest(const struct en_generator *g, struct en_made *out, const struct who *w, struct random *r,
            struct en_arena *a)
{
    bool listed = out->truth != EN_MADE_NOT_LISTED;
    uint32_t x = random_below(r, 1000);
    char number[12];

    if (x < 50)
        return;
    travel_birth(&out->person, w, listed, r);
    if (x < 300)
        return;
    set_sex(&out->person, w);
    (void)en_person_add_nationality(&out->person, country(w->country));
    who_number(r, number);
    add_doc(&out->person, EN_DOC_PASSPORT,
            listed && shows_passport(g, out->truth) && random_chance(r, 500) ? w->passport : number,
            country(w->country), a);
}

en_errc
en_generate_traveller(const struct en_generator *g, uint64_t i, uint64_t n, struct en_arena *a, struct en_made *out)
{
    struct random r = random_of(g->seed, RANDOM_NOISE, i);
    uint64_t truth = n > 0 && is_listed(g, i) ? shuffled(i / EN_MADE_ONE_IN, n, g->seed) : EN_MADE_NOT_LISTED;
    struct who w;

    if (truth != EN_MADE_NOT_LISTED)
        who_is(g, RANDOM_IDENTITY, truth, &w, a);
    else
        who_is(g, RANDOM_TRAVELLER, i, &w, a);
    begin(out, &w, a);
    out->id = number_id('P', 8, i, a);
    out->latin_family = w.n_family > 0 ? who_family(&w, a) : EN_TEXT_NONE;
    out->latin_given = who_given(&w, a);
    out->truth = truth;
    if (truth != EN_MADE_NOT_LISTED) {
        struct en_name name = { .source = EN_NAME_FROM_RECORD };

        name.full = listed_name(&w, &r, a, &out->kind);
        (void)en_person_add_name(&out->person, &name);
    } else {
        stranger_name(out, &w, &r, a);
    }
    travel_rest(g, out, &w, &r, a);
    return en_arena_over(a) ? EN_E_LIMIT : EN_OK;
}

/* --- what it is made of ----------------------------------------------------------------------- */

size_t
en_generate_cultures(const struct en_generator *g)
{
    (void)g;
    return n_cultures;
}

const char *
en_generate_culture(const struct en_generator *g, size_t c, double *share)
{
    uint32_t sum = 0;

    (void)g;
    EN_ASSERT(c < n_cultures);
    for (size_t i = 0; i < n_cultures; i++)
        sum += cultures[i].share;
    *share = (double)cultures[c].share / sum;
    return cultures[c].name;
}

bool
en_generate_culture_has(const struct en_generator *g, const char *culture, const char *country_a2)
{
    for (size_t c = 0; c < n_cultures; c++)
        for (size_t i = 0; strcmp(cultures[c].name, culture) == 0 && i < g->words[c].n_countries; i++)
            if (strcmp(g->words[c].countries[i].a2, country_a2) == 0)
                return true;
    return false;
}
