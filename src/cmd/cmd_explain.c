/*
 * cmd_explain.c: two identities side by side: what the engine would say if the one travelled and the other were listed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/hit_page.h"
#include "cmd/hit_view.h"
#include "cmd/input.h"
#include "cmd/node_call.h"
#include "person/json_in.h"
#include "person/person_json.h"
#include "screen/letters.h"

enum side { TRAVELLER, ALERT, SIDES };

struct pair {
    struct en_run *run;
    struct en_person side[SIDES];
    double prior; /* of one candidate */
    uint64_t identities;
};

static en_errc
usage(struct en_err *err, const char *option, const char *text)
{
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "%s%s%s", option, *option ? ": " : "", text);
}

/* --- the two sides ---------------------------------------------------------------------------- */

static en_errc
add_birth(struct en_person *p, en_text t)
{
    struct en_birth b;

    return en_birth_parse(t, &b) ? en_person_add_birth(p, &b) : EN_E_USAGE;
}

static en_errc
add_nationality(struct en_person *p, en_text t)
{
    en_country c = en_country_from_text(t);

    return en_country_known(c) ? en_person_add_nationality(p, c) : EN_E_USAGE;
}

static en_errc
add_sex(struct en_person *p, en_text t)
{
    p->sex = en_sex_from(t);
    return p->sex == EN_SEX_UNKNOWN ? EN_E_USAGE : EN_OK;
}

static en_errc
add_document(struct en_person *p, en_text t)
{
    return en_person_add_doc(p, &(struct en_doc){ .type = EN_DOC_PASSPORT, .number = t, .expires = INT32_MIN });
}

static en_errc
add_issuer(struct en_person *p, en_text t)
{
    en_country c = en_country_from_text(t);

    if (!en_country_known(c) || p->n_docs == 0)
        return EN_E_USAGE;
    p->docs[0].issuer = c;
    return EN_OK;
}

static en_errc
add_place(struct en_person *p, en_text t)
{
    return en_person_add_place(p, &(struct en_place){ .text = t });
}

static const struct {
    const char *option, *wrong;
    en_errc (*add)(struct en_person *p, en_text t);
} fields[] = {
    { "birth-date", "expected a date such as 1991-04-03, 1991-04, 1991, 1990/1992 or about 1991", add_birth },
    { "dob", "expected a date such as 1991-04-03, 1991-04, 1991, 1990/1992 or about 1991", add_birth },
    { "nationality", "expected a country's code or name", add_nationality },
    { "sex", "expected male, female or other", add_sex },
    { "document", "expected a number", add_document },
    { "issuer", "expected a country's code or name, of a --document of the same side", add_issuer },
    { "birth-place", "expected a place", add_place },
};

/* An option is given twice, once a side; "-" for a side that does not have it. */
static en_errc
add_field(struct pair *p, size_t f, struct en_err *err)
{
    const char *option = fields[f].option;

    if (!en_opt_given(p->run, option))
        return EN_OK;
    if (en_opt_count(p->run, option) != SIDES)
        return usage(err, option, "give it twice: the traveller's, then the alert's; - for a side that has none");
    for (unsigned side = 0; side < SIDES; side++) {
        en_text t = en_opt_text_at(p->run, option, side);

        if (en_text_is(t, "-"))
            continue;
        if (t.n == 0 || fields[f].add(&p->side[side], t) != EN_OK)
            return usage(err, option, fields[f].wrong);
    }
    return EN_OK;
}

static en_errc
from_words(struct pair *p, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (p->run->n_args != SIDES)
        return usage(err, "", "which two? Give the traveller's name and the alert's, or --person twice");
    for (unsigned side = 0; rc == EN_OK && side < SIDES; side++) {
        struct en_name n = { .source = side == TRAVELLER ? EN_NAME_FROM_TYPED : EN_NAME_FROM_RECORD };

        rc = en_arg_text(p->run, side, &n.full, err);
        if (rc == EN_OK)
            rc = en_person_add_name(&p->side[side], &n);
    }
    for (size_t f = 0; rc == EN_OK && f < sizeof fields / sizeof *fields; f++)
        rc = add_field(p, f, err);
    return rc;
}

/* docs/formats/json.md, "person"; an identity or a traveller line will do. */
static en_errc
from_file(struct pair *p, unsigned side, struct en_report *report, struct en_err *err)
{
    static const char *const others[] = { "id",        "is_person", "programmes",      "ground",  "ended",  "source",
                                          "flight",    "role",      "kind",            "status",  "trip",   "itinerary",
                                          "pnr",       "reference", "known_traveller", "redress", "message", NULL };
    struct en_buf b = EN_BUF_INIT;
    json_t *object = NULL;
    en_errc rc = en_input_all(en_opt_at(p->run, "person", side), EN_MAX_RECORD, &b, err);

    if (rc == EN_OK)
        rc = en_json_in_object(en_buf_bytes(&b), EN_MAX_RECORD, &object, NULL, err);
    if (rc == EN_OK)
        rc = en_person_from_object(object, others, &p->side[side], report, (struct en_json_place){ 1, 0 }, err);
    json_decref(object);
    en_buf_release(&b);
    return rc;
}

static en_errc
from_files(struct pair *p, struct en_err *err)
{
    struct en_report *report = en_report_new();
    en_errc rc = EN_OK;

    if (en_opt_count(p->run, "person") != SIDES || p->run->n_args > 0)
        rc = usage(err, "person", "give it twice, the traveller's and the alert's, and no names beside it");
    for (size_t f = 0; rc == EN_OK && f < sizeof fields / sizeof *fields; f++)
        if (en_opt_given(p->run, fields[f].option))
            rc = usage(err, fields[f].option, "--person is the whole person");
    for (unsigned side = 0; rc == EN_OK && side < SIDES; side++)
        rc = from_file(p, side, report, err);
    en_say_report(EN_TEXT_NONE, report);
    en_report_free(report);
    return rc;
}

/* --- letters ---------------------------------------------------------------------------------- */

static void
letter_json(const struct en_letter *l, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_text(j, "query", l->query);
    en_json_kv_text(j, "list", l->list);
    en_json_key(j, "bits");
    en_json_bits(j, l->bits);
    en_json_kv_str(j, "why", l->why);
    en_json_object_end(j);
}

static void
letters_json(const struct en_letters *l, struct en_json *j)
{
    en_json_object(j);
    if (l->rarity_known) {
        en_json_key(j, "rarity");
        en_json_bits(j, l->rarity);
    }
    if (l->compared) {
        en_json_key(j, "spelling");
        en_json_bits(j, l->spelling);
        en_json_key(j, "rest");
        en_json_bits(j, l->rest);
        en_json_kv_str(j, "rest_why", l->rest_why);
        en_json_key(j, "units");
        en_json_array(j);
        for (unsigned i = 0; i < l->n; i++)
            letter_json(&l->letter[i], j);
        en_json_array_end(j);
    }
    en_json_object_end(j);
}

static json_t *
parsed(const struct en_buf *b)
{
    json_t *v = json_loadb(b->p, b->n, 0, NULL);

    EN_ASSERT(v != NULL);
    return v;
}

/* The hit as `entente screen --json` writes it, with "letters" in the rows of names. */
static json_t *
hit_json(struct pair *p, const struct en_index *ix, const struct en_hit *hit)
{
    struct en_letter_reader *reader = en_letter_reader_new(ix);
    struct en_letters *letters = en_xcalloc(1, sizeof *letters);
    struct en_buf b = EN_BUF_INIT;
    json_t *line, *out;

    en_hits_json(EN_TEXT_NONE, hit, 1, &b);
    line = parsed(&b);
    out = json_incref(json_array_get(json_object_get(line, "hits"), 0));
    for (size_t i = 0; i < hit->n_evidence; i++) {
        struct en_json j;

        if (hit->evidence[i].field != EN_FIELD_NAME || hit->evidence[i].query.n + hit->evidence[i].list.n == 0)
            continue;
        en_letters_of(reader, &hit->evidence[i], &p->run->arena, letters);
        en_buf_reset(&b);
        en_json_init(&j, &b);
        letters_json(letters, &j);
        EN_ASSERT(json_object_set_new(json_array_get(json_object_get(out, "evidence"), i), "letters", parsed(&b)) == 0);
    }
    EN_ASSERT(json_object_set_new(out, "band", json_string(en_band(hit->probability))) == 0);
    EN_ASSERT(json_object_set_new(out, "prior", json_real(p->prior)) == 0);
    json_decref(line);
    free(letters);
    en_letter_reader_free(reader);
    en_buf_release(&b);
    return out;
}

/* --- for people ------------------------------------------------------------------------------- */

static void
amount(struct en_out *o, const char *indent, double v)
{
    en_out_str(o, indent);
    en_out_style(o, v > 0 ? EN_STYLE_GOOD : v < 0 ? EN_STYLE_BAD : EN_STYLE_DIM);
    en_out_f(o, "%+7.2f", v);
    en_out_style(o, EN_STYLE_NONE);
    en_out_str(o, "  ");
}

/* Letters that cost next to nothing need no line of their own. */
static bool
is_free(const json_t *unit)
{
    double bits = en_row_real(unit, "bits");

    return bits > -0.25 && bits < 0.25;
}

static void
unit_line(struct en_out *o, const json_t *u)
{
    en_text q = en_row_text(u, "query"), l = en_row_text(u, "list");

    amount(o, "            ", en_row_real(u, "bits"));
    if (q.n + l.n > 0) {
        en_out_text(o, q.n ? q : EN_TEXT_LIT("nothing"));
        en_out_str(o, " for ");
        en_out_text(o, l.n ? l : EN_TEXT_LIT("nothing"));
        en_out_str(o, ": ");
    }
    en_out_text(o, en_row_text(u, "why"));
    en_out_str(o, "\n");
}

static void
unit_lines(struct en_out *o, const json_t *units)
{
    size_t cheap = 0;
    double sum = 0;

    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *u = json_array_get(units, i);

        if (is_free(u)) {
            cheap++;
            sum += en_row_real(u, "bits");
        } else {
            unit_line(o, u);
        }
    }
    if (cheap == 0)
        return;
    amount(o, "            ", sum);
    en_out_str(o, cheap < json_array_size(units) ? "the other letters, which are free or nearly so\n"
                                                 : "all letters are free or nearly so\n");
}

static void
rarity_line(struct en_out *o, const json_t *letters, bool compared)
{
    double share = exp2(-en_row_real(letters, "rarity"));
    struct en_buf b = EN_BUF_INIT;

    if (share >= 1e-9)
        en_odds_words(share, &b);
    else
        en_buf_add_str(&b, "hardly any");
    if (compared)
        amount(o, "      ", en_row_real(letters, "rarity"));
    else
        en_out_str(o, "               ");
    en_out_f(o, "rarity: %s people bear it, in this or another spelling\n", b.p);
    en_buf_release(&b);
}

static void
token_lines(struct en_out *o, const json_t *row)
{
    const json_t *letters = json_object_get(row, "letters");
    en_text q = en_row_text(row, "query"), l = en_row_text(row, "list");
    bool compared = json_object_get(letters, "spelling") != NULL;

    amount(o, "    ", en_row_real(row, "bits"));
    en_out_style(o, EN_STYLE_BOLD);
    en_out_text(o, q);
    en_out_str(o, q.n > 0 && l.n > 0 ? " / " : "");
    en_out_text(o, l);
    en_out_style(o, EN_STYLE_NONE);
    en_out_f(o, ": %.*s\n", EN_TEXT_ARG(en_row_text(row, "why")));
    if (json_object_get(letters, "rarity") != NULL)
        rarity_line(o, letters, compared);
    if (!compared)
        return;
    amount(o, "      ", en_row_real(letters, "spelling"));
    en_out_str(o, "spelling\n");
    unit_lines(o, json_object_get(letters, "units"));
    if (en_row_text(letters, "rest_why").n > 0) {
        amount(o, "      ", en_row_real(letters, "rest"));
        en_out_f(o, "%.*s\n", EN_TEXT_ARG(en_row_text(letters, "rest_why")));
    }
}

static void
side_view(struct en_out *o, const char *title, const json_t *person)
{
    en_out_style(o, EN_STYLE_BOLD);
    en_out_str(o, title);
    en_out_style(o, EN_STYLE_NONE);
    en_out_str(o, "\n");
    en_person_view(o, person, "    ");
}

static void
show(struct pair *p, const json_t *line)
{
    struct en_out *o = p->run->out;
    const json_t *hit = json_object_get(line, "hit"), *rows = json_object_get(hit, "evidence");
    bool titled = false;

    side_view(o, "Traveller", json_object_get(line, "traveller"));
    side_view(o, "Alert", json_object_get(line, "alert"));
    en_hit_view(o, hit, p->prior);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (json_object_get(row, "letters") == NULL)
            continue;
        en_out_str(o, titled ? "" : "\n  the names, token by token and letter by letter\n");
        titled = true;
        token_lines(o, row);
    }
    en_say("as if the alert were one of %llu identities, and a share of %g of the travellers were on the list "
           "(--identities, --prior)",
           (unsigned long long)p->identities, en_opt_real(p->run, "prior"));
}

/* --- the command ------------------------------------------------------------------------------ */

static void
person_json(struct en_json *j, const char *key, const struct en_person *p)
{
    en_json_key(j, key);
    en_json_object(j);
    en_person_json(p, j);
    en_json_object_end(j);
}

static void
tell(struct pair *p, json_t *hit)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    char *text = json_dumps(hit, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_t *line;

    EN_ASSERT(text != NULL);
    en_json_init(&j, &b);
    en_json_object(&j);
    person_json(&j, "traveller", &p->side[TRAVELLER]);
    person_json(&j, "alert", &p->side[ALERT]);
    en_json_kv_uint(&j, "identities", p->identities);
    en_json_key(&j, "hit");
    en_json_raw(&j, en_bytes_from(text, strlen(text)));
    en_json_object_end(&j);
    if (p->run->json) {
        en_out_line(p->run->out, &b);
    } else {
        line = parsed(&b);
        show(p, line);
        json_decref(line);
    }
    free(text);
    en_buf_release(&b);
}

/* The alert is the only one of an index, and is weighed whatever speaks against it. */
static void
explain(struct pair *p)
{
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    struct en_index_builder *b = en_index_builder_new();
    struct en_query *q = en_query_new();
    const struct en_hit *hits;
    struct en_index *ix;
    json_t *hit;
    size_t n;

    en_index_builder_add(b, EN_TEXT_LIT("alert"), &p->side[ALERT], 0);
    ix = en_index_builder_finish(b);
    o.prior = p->prior;
    o.ways = EN_BY_EVERY;
    o.against = true;
    en_screen(ix, q, &p->side[TRAVELLER], &o, &hits, &n);
    EN_ASSERT(n == 1);
    hit = hit_json(p, ix, &hits[0]);
    tell(p, hit);
    json_decref(hit);
    en_query_free(q);
    en_index_free(ix);
}

static en_errc
cmd_explain(struct en_run *r, struct en_err *err)
{
    struct pair p = { .run = r, .identities = en_opt_uint(r, "identities") };
    en_errc rc;

    p.prior = en_opt_real(r, "prior") / (double)p.identities;
    for (unsigned side = 0; side < SIDES; side++)
        en_person_init(&p.side[side], &r->arena);
    rc = en_opt_given(r, "person") ? from_files(&p, err) : from_words(&p, err);
    if (rc == EN_OK)
        explain(&p);
    return rc;
}

const struct en_cmd en_cmd_explain = {
    .words = "explain",
    .args = "[NAME...]",
    .summary = "show field by field and letter by letter why two identities fit or conflict",
    .about =
        "The first name is a traveller's, the second an alert's, in any scripts. Every other option is given twice, in "
        "the same order; - stands for a side that does not have it. No node and no list is used, and nothing is kept.\n\n"
        "The two are compared as a screening compares them, by the same code, as if the alert were one of so many "
        "identities (--identities) and so many travellers were on the list (--prior). Each row is bits of evidence: "
        "log2 of how much likelier it is if both are one person. Rows add up; with the prior they give the "
        "probability.\n\n"
        "Below, a pair of tokens is taken apart: its bits are how rare the traveller's token is, less what it costs to "
        "write the alert's token so, letter by letter. Rarity here is of people at large; a screening counts the "
        "names of its list too.",
    .needs = EN_NEEDS_NOTHING,
    .opts =
        (const struct en_opt[]){
            { .name = "birth-date",
              .kind = EN_OPT_TEXT,
              .arg = "DATE",
              .repeat = true,
              .help = "of each side: 1991-04-03, 1991-04, 1991, 1990/1992 or about 1991" },
            { .name = "dob", .kind = EN_OPT_TEXT, .arg = "DATE", .repeat = true, .help = "the same as --birth-date" },
            { .name = "nationality",
              .kind = EN_OPT_TEXT,
              .arg = "COUNTRY",
              .repeat = true,
              .help = "of each side: a country's code or name" },
            { .name = "sex",
              .kind = EN_OPT_TEXT,
              .arg = "SEX",
              .repeat = true,
              .help = "of each side: male, female, other" },
            { .name = "document",
              .kind = EN_OPT_TEXT,
              .arg = "NUMBER",
              .repeat = true,
              .help = "of each side: the number of a document" },
            { .name = "issuer",
              .kind = EN_OPT_TEXT,
              .arg = "COUNTRY",
              .repeat = true,
              .help = "of each side: who issued that document" },
            { .name = "birth-place",
              .kind = EN_OPT_TEXT,
              .arg = "PLACE",
              .repeat = true,
              .help = "of each side: a place of birth" },
            { .name = "person",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .repeat = true,
              .help = "each side as JSON (docs/formats/json.md), in place of all the above; - is standard input" },
            { .name = "identities",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "10000",
              .min = 1,
              .max = 1000000000,
              .help = "as if the list had so many identities" },
            { .name = "prior",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .def = "1e-5",
              .min = 1e-12,
              .max = 0.5,
              .help = "the expected share of travellers who are on the list" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente explain 'Yousef Alrashidy' 'يوسف الراشدي' --birth-date 1991-03-04 --birth-date 1991-04-03",
              "compare a traveller with an alert in another script" },
            { "entente explain --person traveller.json --person alert.json", "compare two whole persons" },
            { NULL, NULL },
        },
    .run = cmd_explain,
};
