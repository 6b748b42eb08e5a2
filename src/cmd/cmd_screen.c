/*
 * cmd_screen.c: travellers against alerts: with --list straight from files, else in a node, which keeps what it finds.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/hit_view.h"
#include "cmd/list_index.h"
#include "cmd/manifest_files.h"
#include "cmd/node_call.h"
#include "daemon/clock.h"

/* What people are shown when they do not say otherwise: a candidate of less than one in a hundred is noise at a desk.
 */
#define SHOWN_PROBABILITY 0.01

static en_errc
usage(struct en_err *err, const char *text)
{
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "%s", text);
}

/* The manifests: arguments and --manifest mean the same. */
static size_t
manifests(struct en_run *r, const char ***out)
{
    size_t named = en_opt_count(r, "manifest"), n = 0;
    const char **paths = en_arena_array(&r->arena, named + r->n_args, sizeof *paths);

    EN_ASSERT(paths != NULL);
    for (size_t i = 0; i < named; i++)
        paths[n++] = en_opt_at(r, "manifest", i);
    for (size_t i = 0; i < r->n_args; i++)
        paths[n++] = r->args[i];
    *out = paths;
    return n;
}

/* --- for people ------------------------------------------------------------------------------- */

static void
show_traveller(struct en_out *o, const json_t *line, en_text name, double prior)
{
    const json_t *hits = json_object_get(line, "hits");

    if (json_array_size(hits) == 0)
        return;
    en_out_style(o, EN_STYLE_BOLD);
    en_out_text(o, en_row_text(line, "traveller"));
    if (name.n > 0) {
        en_out_str(o, "  ");
        en_out_text(o, name);
    }
    en_out_style(o, EN_STYLE_NONE);
    en_out_str(o, "\n");
    for (size_t i = 0; i < json_array_size(hits); i++)
        en_hit_view(o, json_array_get(hits, i), prior);
    en_out_str(o, "\n");
}

/* --- without a node --------------------------------------------------------------------------- */

struct screening {
    struct en_run *run;
    struct en_list_index lists;
    struct en_query *q;
    struct en_query_options o;
    struct en_report *report;
    struct en_manifest_map *map; /* NULL without one */
    struct en_buf line;
    struct en_progress progress;
    uint64_t travellers, with_hits, hits;
};

static en_errc
screen_one(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct screening *s = ctx;
    const struct en_hit *hits;
    size_t n;

    en_progress(&s->progress, ++s->travellers, 0);
    en_screen(s->lists.ix, s->q, &t->person, &s->o, &hits, &n);
    s->with_hits += n > 0;
    s->hits += n;
    en_buf_reset(&s->line);
    if (s->run->json) {
        en_hits_json(t->id, hits, n, &s->line);
        en_out_line(s->run->out, &s->line);
    } else if (n > 0) {
        json_t *line;

        en_hits_json(t->id, hits, n, &s->line);
        line = json_loadb(s->line.p, s->line.n, 0, NULL);
        EN_ASSERT(line != NULL);
        en_progress_end(&s->progress);
        show_traveller(s->run->out, line, t->person.n_names > 0 ? t->person.names[0].full : EN_TEXT_NONE,
                       s->o.prior / (double)(s->lists.identities > 0 ? s->lists.identities : 1));
        json_decref(line);
    }
    return en_out_failed(s->run->out) ? en_out_flush(s->run->out, err) : EN_OK;
}

static en_errc
screen_manifests(struct screening *s, const char **paths, size_t n, bool *damaged, struct en_err *err)
{
    const struct en_manifest_sink sink = { s, screen_one, NULL };

    for (size_t i = 0; i < n; i++) {
        struct en_err damage = EN_ERR_INIT;
        en_errc rc = en_manifest_file_read_mapped(paths[i], s->map, EN_MANIFEST_UNKNOWN, en_today(), sink, s->report,
                                                  &damage);

        if (rc == EN_E_INPUT || rc == EN_E_LIMIT) {
            en_say_err(en_arg_show(s->run, paths[i]), &damage);
            *damaged = true;
        } else if (rc != EN_OK) {
            *err = damage;
            return rc;
        }
    }
    return EN_OK;
}

static void
summary(const struct screening *s)
{
    en_say("%llu travellers against %llu identities: %llu with hits, %llu hits%s", (unsigned long long)s->travellers,
           (unsigned long long)s->lists.identities, (unsigned long long)s->with_hits, (unsigned long long)s->hits,
           s->o.min_probability > 0 ? "; less probable ones are not shown (--min-probability)" : "");
    en_say_report(EN_TEXT_NONE, s->report);
}

static en_errc
screen_lists(struct en_run *r, const char **paths, size_t n, struct en_err *err)
{
    struct screening s = { .run = r, .o = EN_QUERY_OPTIONS_DEFAULT, .line = EN_BUF_INIT };
    size_t n_lists = en_opt_count(r, "list");
    const char **lists = en_arena_array(&r->arena, n_lists, sizeof *lists);
    bool damaged = false;
    en_errc rc;

    for (size_t i = 0; i < n_lists; i++)
        lists[i] = en_opt_at(r, "list", i);
    s.o.prior = en_opt_real(r, "prior");
    s.o.top = (unsigned)en_opt_uint(r, "top");
    s.o.min_probability = en_opt_given(r, "min-probability") || r->json ? en_opt_real(r, "min-probability")
                                                                        : SHOWN_PROBABILITY;
    s.report = en_report_new();
    rc = en_manifest_map_file(en_opt_value(r, "map"), &s.map, err);
    if (rc == EN_OK && en_opt_value(r, "index") != NULL)
        rc = en_list_index_kept(r, lists, n_lists, en_opt_value(r, "index"), s.report, &s.lists, err);
    else
        rc = rc != EN_OK ? rc : en_list_index_build(r, lists, n_lists, s.report, &s.lists, err);
    if (rc == EN_OK) {
        en_index_use_simd(s.lists.ix, en_machine_simd());
        s.q = en_query_new();
        en_progress_begin(&s.progress, "travellers");
        rc = screen_manifests(&s, paths, n, &damaged, err);
        en_progress_end(&s.progress);
        summary(&s);
        en_query_free(s.q);
    }
    if (rc == EN_OK && (damaged || s.lists.damaged || en_report_count(s.report, EN_NOTE_REFUSED) > 0))
        rc = EN_E_NO;
    en_list_index_release(&s.lists);
    en_report_free(s.report);
    en_manifest_map_free(s.map);
    en_buf_release(&s.line);
    return rc;
}

/* --- in a node -------------------------------------------------------------------------------- */

static void
show_summary(const json_t *sum)
{
    struct en_buf b = EN_BUF_INIT;

    if (en_row_bool(sum, "same")) {
        en_row_when(sum, "received", &b);
        en_say("this manifest was received before, %s: %lld travellers, %lld hits; what is shown is what is known of "
               "it",
               b.p, en_row_int(sum, "travellers"), en_row_int(sum, "hits"));
        en_buf_release(&b);
        return;
    }
    en_row_texts(sum, "profile", &b);
    en_say("%lld travellers against %lld identities: %lld hits; line %g, prior %g, profile counter-terrorism%s%s",
           en_row_int(sum, "travellers"), en_row_int(sum, "identities"), en_row_int(sum, "hits"),
           en_row_real(sum, "line"), en_row_real(sum, "prior"), b.n > 0 ? " and " : "", b.n > 0 ? b.p : "");
    if (en_row_bool(sum, "behind"))
        en_say("alerts of a large import are not compared yet: these travellers are screened again by themselves");
    if (en_row_int(sum, "merged_travellers") + en_row_int(sum, "unchanged_travellers") > 0)
        en_say("%lld travellers were known on their flight: %lld of them better than before",
               en_row_int(sum, "merged_travellers") + en_row_int(sum, "unchanged_travellers"),
               en_row_int(sum, "merged_travellers"));
    if (en_row_int(sum, "resent_travellers") > 0)
        en_say("%lld travellers are in messages that were received before and are not stored again",
               en_row_int(sum, "resent_travellers"));
    if (en_row_int(sum, "cleared") > 0)
        en_say("%lld hits were cleared before by two persons", en_row_int(sum, "cleared"));
    if (en_row_text(sum, "legal_basis").n > 0)
        en_say("travellers without a hit are kept longer than 24 hours on this basis: %.*s",
               EN_TEXT_ARG(en_row_text(sum, "legal_basis")));
    en_say_notes(sum);
    if (en_row_int(sum, "hits") > 0)
        en_say("next: entente hit list; entente hit show HIT; entente hit decide HIT different --reason birth-date");
    en_buf_release(&b);
}

static void
show_line(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *sum = json_object_get(row, "summary");

    (void)ctx;
    if (sum != NULL)
        show_summary(sum);
    else
        show_traveller(r->out, row, en_row_text(row, "name"), 0);
}

/* A manifest, and its map if there is one. */
static en_errc
screen_file(struct en_node_call *c, const char *path, struct en_err *err)
{
    struct en_run *r = c->run;
    const char *map = en_opt_value(r, "map");
    struct en_file f[2];
    en_errc rc = en_file_open(&f[0], path, en_arg_show(r, path), err);

    if (rc != EN_OK)
        return rc;
    rc = map ? en_file_open(&f[1], map, en_arg_show(r, map), err) : EN_OK;
    if (rc == EN_OK) {
        en_node_args(c);
        rc = en_node_do(c, "screen", f, map ? 2 : 1, show_line, NULL, err);
        if (map)
            en_file_close(&f[1]);
    }
    en_file_close(&f[0]);
    return rc;
}

static en_errc
screen_in_node(struct en_run *r, const char **paths, size_t n, struct en_err *err)
{
    struct en_node_call c;
    bool refused = false;
    en_errc rc = en_node_open(&c, r, err);

    if (rc != EN_OK)
        return rc;
    for (size_t i = 0; rc == EN_OK && i < n; i++) {
        rc = screen_file(&c, paths[i], err);
        if (rc == EN_E_INPUT || rc == EN_E_LIMIT)
            en_say_err(en_arg_show(r, paths[i]), err);
        if (rc == EN_E_INPUT || rc == EN_E_LIMIT || rc == EN_E_NO) {
            refused = true;
            rc = EN_OK;
            *err = (struct en_err)EN_ERR_INIT;
        }
    }
    en_node_close(&c);
    return rc == EN_OK && refused ? EN_E_NO : rc;
}

static en_errc
cmd_screen(struct en_run *r, struct en_err *err)
{
    const char **paths;
    size_t n = manifests(r, &paths);

    if (n == 0)
        return usage(err, "which manifest? Give its file");
    if (en_opt_count(r, "list") > 0)
        return en_opt_given(r, "node")
                   ? usage(err, "--list screens without a node, and --node in one: give one of them")
                   : screen_lists(r, paths, n, err);
    if (r->node == NULL)
        return usage(err, "against whom? Give --list FILE, or a node with --node DIR or ENTENTE_NODE");
    if (en_opt_given(r, "index"))
        return usage(err, "--index goes with --list; a node keeps its own index");
    if (en_opt_given(r, "top") || en_opt_given(r, "prior") || en_opt_given(r, "min-probability"))
        return usage(err, "in a node the line and the prior are its profile's: entente profile set");
    return screen_in_node(r, paths, n, err);
}

const struct en_cmd en_cmd_screen = {
    .words = "screen",
    .args = "[MANIFEST...]",
    .summary = "compare travellers with alerts, and show each hit with its evidence",
    .about =
        "With --list the lists are read and every person in them is compared, whatever it is listed for; nothing is "
        "kept, but with --index an index of the lists, which holds their names and is readable for its owner only.\n\n"
        "In a node the travellers are compared with its alerts. Travellers, hits and the act are stored; a traveller "
        "without a hit is deleted 24 hours after arrival (entente profile set changes it). A manifest that is sent "
        "again "
        "is recognised and changes nothing.\n\n"
        "The format of a manifest is found by looking at it: PAXLST and PNRGOV (UN/EDIFACT), machine readable "
        "zones, CSV, JSON lines. CSV of your own is explained with --map (docs/formats/manifest-map.md). "
        "One bad person does not stop the others; the exit code is 1 if anything was refused.\n\n"
        "Evidence is in bits: each row is log2 of how much likelier it is if traveller and alert are one person. Rows "
        "add "
        "up; with the prior they give the probability. With --json a line a traveller, in the manifest's order; in a "
        "node "
        "a summary follows (docs/formats/json.md).",
    .needs = EN_TAKES_NODE | EN_NEEDS_KEY | EN_NEEDS_WRITE,
    .opts =
        (const struct en_opt[]){
            { .name = "list",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .repeat = true,
              .help = "an alert list; no node is used" },
            { .name = "index",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "keep the index of the lists in this file, and read them again only when they changed" },
            { .name = "manifest",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .repeat = true,
              .help = "a manifest, as the argument" },
            { .name = "map",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "what the columns of the manifests mean, which are CSV of your own" },
            { .name = "top",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "10",
              .min = 1,
              .max = 100,
              .help = "show at most so many hits a traveller (with --list)" },
            { .name = "min-probability",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .def = "0",
              .min = 0,
              .max = 1,
              .help = "leave out less probable hits (with --list)" },
            { .name = "prior",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .def = "1e-5",
              .min = 1e-12,
              .max = 0.5,
              .help = "the expected share of travellers who are on the list (with --list)" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente screen --list examples/lists/own-list.csv --manifest examples/manifests/ferry.csv",
              "compare a manifest with a list" },
            { "entente screen xn204.edi", "screen a flight in the node that ENTENTE_NODE names" },
            { NULL, NULL },
        },
    .run = cmd_screen,
};
