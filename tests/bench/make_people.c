/*
 * make_people: people who do not exist, as a benchmark for any program: a list in FollowTheMoney JSON lines, travellers
 * in CSV, the truth and the groups in TSV; the forms of the project's screening benchmark.
 *
 *     make_people --seed S --identities N [--even] --listed L --strangers M --scan K DIR
 *
 * writes list.ftm.jsonl, travellers.csv, truth.tsv (traveller, slice, regime, entities), groups.tsv (traveller,
 * culture, script). The list has N identities in the generator's mix of cultures, or with --even equally many of each.
 * L listed travellers for each of the ways to present oneself in each script; M strangers for each culture and script
 * of the name (fewer where the first K travellers of the generator have no more). The same arguments give the same
 * bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"
#include "generate/generate.h"
#include "names/token.h"

#define GROUPS_MAX 512

/* How many were taken of each group so far. */
struct counts {
    char name[GROUPS_MAX][64];
    unsigned taken[GROUPS_MAX], n;
};

static unsigned *
count_of(struct counts *c, const char *name)
{
    unsigned i = 0;

    while (i < c->n && strcmp(c->name[i], name) != 0)
        i++;
    EN_ASSERT(i < GROUPS_MAX);
    if (i == c->n)
        snprintf(c->name[c->n++], sizeof c->name[0], "%s", name);
    return &c->taken[i];
}

struct making {
    struct en_generator *g;
    struct en_arena arena;
    struct en_buf line;
    FILE *list, *travellers, *truth, *groups;
    unsigned long identities, listed, strangers, scan;
    bool even;
    uint64_t *place; /* of the list: number of the generator's identity */
    struct counts of_list, of_listed, of_strangers;
    struct en_name_ways ways;
};

static FILE *
create(const char *dir, const char *name)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "make_people: %s: %s\n", path, strerror(errno));
        exit(9);
    }
    return f;
}

static void
make(en_errc rc)
{
    EN_ASSERT(rc == EN_OK);
}

/* --- the list --------------------------------------------------------------------------------- */

static void
names_json(struct en_json *j, const struct en_person *p, const char *key, bool primary, bool weak)
{
    en_json_key(j, key);
    en_json_array(j);
    for (size_t i = 0; i < p->n_names; i++)
        if ((p->names[i].kind == EN_NAME_PRIMARY) == primary && (p->names[i].kind == EN_NAME_WEAK) == weak)
            en_json_text(j, p->names[i].full);
    en_json_array_end(j);
}

/* Whole years where the day is not known, as FollowTheMoney has them. */
static void
births_json(struct en_json *j, const struct en_person *p)
{
    en_json_key(j, "birthDate");
    en_json_array(j);
    for (size_t i = 0; i < p->n_births; i++) {
        int y, m, d, last;
        char text[24];

        en_day_to_civil(p->births[i].from, &y, &m, &d);
        en_day_to_civil(p->births[i].to, &last, &m, &d);
        if (p->births[i].quality == EN_DATE_EXACT || p->births[i].quality == EN_DATE_MONTH) {
            en_birth_format(&p->births[i], text);
            en_json_str(j, text);
            continue;
        }
        for (; y <= last; y++) {
            snprintf(text, sizeof text, "%04d", y);
            en_json_str(j, text);
        }
    }
    en_json_array_end(j);
}

static void
identity_json(struct en_json *j, const struct en_made *m)
{
    const struct en_person *p = &m->person;

    en_json_object(j);
    en_json_kv_text(j, "id", m->id);
    en_json_kv_str(j, "schema", "Person");
    en_json_key(j, "properties");
    en_json_object(j);
    names_json(j, p, "name", true, false);
    names_json(j, p, "alias", false, false);
    names_json(j, p, "weakAlias", false, true);
    births_json(j, p);
    en_json_key(j, "nationality");
    en_json_array(j);
    for (size_t i = 0; i < p->n_nationalities; i++)
        en_json_str(j, en_country_a2(p->nationalities[i]));
    en_json_array_end(j);
    en_json_key(j, "gender");
    en_json_array(j);
    if (p->sex == EN_SEX_MALE || p->sex == EN_SEX_FEMALE)
        en_json_str(j, en_sex_word(p->sex));
    en_json_array_end(j);
    en_json_key(j, "passportNumber");
    en_json_array(j);
    for (size_t i = 0; i < p->n_docs; i++)
        en_json_text(j, p->docs[i].number);
    en_json_array_end(j);
    en_json_object_end(j);
    en_json_object_end(j);
}

static void
write_list(struct making *k)
{
    unsigned long per = k->identities, n = 0;
    struct en_made m;

    if (k->even)
        per = (k->identities + en_generate_cultures(k->g) - 1) / en_generate_cultures(k->g);
    for (uint64_t i = 0; n < k->identities && i < k->identities * 400; i++) {
        struct en_json j;

        en_arena_reset(&k->arena);
        make(en_generate_identity(k->g, i, &k->arena, &m));
        if (*count_of(&k->of_list, m.culture) >= per)
            continue;
        (*count_of(&k->of_list, m.culture))++;
        k->place[n++] = i;
        en_buf_reset(&k->line);
        en_json_init(&j, &k->line);
        identity_json(&j, &m);
        fprintf(k->list, "%s\n", k->line.p);
    }
    k->identities = n;
}

/* --- the travellers --------------------------------------------------------------------------- */

static const char *
script_of(struct making *k, en_text name)
{
    en_name_read(name, 0, &k->ways);
    return k->ways.n && k->ways.way[0].n ? en_script_word(k->ways.way[0].token[0].script) : "none";
}

static const char *
regime_of(const struct en_person *p)
{
    if (!p->n_births)
        return "name";
    if (p->births[0].from != p->births[0].to)
        return "name_year";
    if (p->n_docs)
        return "doc";
    return p->n_nationalities ? "name_dob_nat" : "name_dob";
}

static void
write_traveller(struct making *k, const struct en_made *m, const char *slice, const char *script, const char *entity)
{
    const struct en_person *p = &m->person;
    char birth[24] = "";

    if (p->n_births)
        en_birth_format(&p->births[0], birth);
    fprintf(k->travellers, "%.*s,\"%.*s\",,,%s,%s,%s,%s,%.*s,%s\n", EN_TEXT_ARG(m->id), EN_TEXT_ARG(p->names[0].full),
            birth, p->n_nationalities ? en_country_a2(p->nationalities[0]) : "",
            p->sex == EN_SEX_MALE     ? "M"
            : p->sex == EN_SEX_FEMALE ? "F"
                                      : "",
            p->n_docs ? "passport" : "", EN_TEXT_ARG(p->n_docs ? p->docs[0].number : EN_TEXT_NONE),
            p->n_docs ? en_country_a2(p->docs[0].issuer) : "");
    fprintf(k->truth, "%.*s\t%s\t%s\t%s\n", EN_TEXT_ARG(m->id), slice, regime_of(p), entity);
    fprintf(k->groups, "%.*s\t%s\t%s\n", EN_TEXT_ARG(m->id), m->culture, script);
}

/* The generator says who of all its identities a traveller is; this list has some of them. */
static bool
listed_id(const struct making *k, uint64_t truth, char id[24])
{
    unsigned long from = 0, to = k->identities;

    while (from < to) {
        unsigned long middle = from + (to - from) / 2;

        if (k->place[middle] < truth)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == k->identities || k->place[from] != truth)
        return false;
    snprintf(id, 24, "S%07llu", (unsigned long long)truth + 1);
    return true;
}

static void
write_travellers(struct making *k)
{
    uint64_t all = k->identities ? k->place[k->identities - 1] + 1 : 0;
    struct en_made m;

    for (uint64_t i = 0; i < k->scan; i++) {
        const char *script;
        char group[64], id[24] = "";
        unsigned *taken;

        en_arena_reset(&k->arena);
        make(en_generate_traveller(k->g, i, all, &k->arena, &m));
        script = script_of(k, m.person.names[0].full);
        if (m.truth == EN_MADE_NOT_LISTED)
            snprintf(group, sizeof group, "%s\t%s", m.culture, script);
        else
            snprintf(group, sizeof group, "%s_%s", script, en_made_kind_word(m.kind));
        if (m.truth != EN_MADE_NOT_LISTED && !listed_id(k, m.truth, id))
            continue;
        taken = count_of(m.truth == EN_MADE_NOT_LISTED ? &k->of_strangers : &k->of_listed, group);
        if (*taken >= (m.truth == EN_MADE_NOT_LISTED ? k->strangers : k->listed))
            continue;
        (*taken)++;
        write_traveller(k, &m, m.truth == EN_MADE_NOT_LISTED ? "nonlisted" : group, script, id);
    }
}

/* --- arguments -------------------------------------------------------------------------------- */

static unsigned long
number(const char *s)
{
    char *end;
    unsigned long v = strtoul(s ? s : "", &end, 10);

    if (!s || end == s || *end) {
        fprintf(stderr, "make_people: a number is missing; the head of make_people.c says how it is called\n");
        exit(2);
    }
    return v;
}

int
main(int argc, char **argv)
{
    struct making k = { .identities = 20000, .listed = 100, .strangers = 500, .scan = 200000, .line = EN_BUF_INIT };
    const char *dir = NULL;
    unsigned long seed = 1;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--even") == 0)
            k.even = true;
        else if (strcmp(argv[i], "--seed") == 0)
            seed = number(argv[++i]);
        else if (strcmp(argv[i], "--identities") == 0)
            k.identities = number(argv[++i]);
        else if (strcmp(argv[i], "--listed") == 0)
            k.listed = number(argv[++i]);
        else if (strcmp(argv[i], "--strangers") == 0)
            k.strangers = number(argv[++i]);
        else if (strcmp(argv[i], "--scan") == 0)
            k.scan = number(argv[++i]);
        else
            dir = argv[i];
    }
    if (!dir)
        number(NULL);
    k.g = en_generator_new(seed);
    en_arena_init(&k.arena, 1u << 20);
    k.place = en_xcalloc(k.identities ? k.identities : 1, sizeof *k.place);
    k.list = create(dir, "list.ftm.jsonl");
    k.travellers = create(dir, "travellers.csv");
    k.truth = create(dir, "truth.tsv");
    k.groups = create(dir, "groups.tsv");
    fprintf(k.travellers, "id,name,family_name,given_names,birth_date,nationality,sex,document_type,document_number,"
                          "document_issuer\n");
    write_list(&k);
    write_travellers(&k);
    if (fclose(k.list) || fclose(k.travellers) || fclose(k.truth) || fclose(k.groups)) {
        fprintf(stderr, "make_people: cannot write: %s\n", strerror(errno));
        return 9;
    }
    free(k.place);
    en_arena_release(&k.arena);
    en_buf_release(&k.line);
    en_generator_free(k.g);
    return 0;
}
