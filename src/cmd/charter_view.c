#include <stdlib.h>

#include "cmd/charter_view.h"

static const char *
flag(const json_t *row, const char *member, const char *word)
{
    return en_row_bool(row, member) ? word : "";
}

/* "proposed", "holds", "in force", "adopted before". */
static const char *
state_of(const json_t *row)
{
    if (en_row_bool(row, "in_force"))
        return "in force";
    if (en_text_is(en_row_text(row, "state"), "adopted"))
        return "adopted before";
    return en_text_is(en_row_text(row, "state"), "holds") ? "holds, not adopted" : "proposed";
}

void
en_charter_line(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf date = EN_BUF_INIT;
    en_text waits = en_row_text(row, "waits");

    (void)ctx;
    en_row_when(row, "date", &date);
    en_out_f(r->out, "%lld\t%.*s\t%s\t%s\t%lld member%s\t%lld signature%s%s%s%s%.*s\n", en_row_int(row, "number"), 16,
             en_row_text(row, "hash").p, date.p, state_of(row), en_row_int(row, "members"),
             en_row_int(row, "members") == 1 ? "" : "s", en_row_int(row, "signatures"),
             en_row_int(row, "signatures") == 1 ? "" : "s", flag(row, "signed", ", ours"), flag(row, "fork", ", FORK"),
             waits.n > 0 ? ", waits for a second person: " : "", EN_TEXT_ARG(waits));
    if (en_row_text(row, "warning").n > 0)
        en_say("%.*s", EN_TEXT_ARG(en_row_text(row, "warning")));
    en_buf_release(&date);
}

/* --- a page ------------------------------------------------------------------------------------------------------- */

/* People read names, in their order; in the text members stand by their ids. */
static int
by_name(const void *a, const void *b)
{
    return en_text_cmp(en_row_text(*(const json_t *const *)a, "name"), en_row_text(*(const json_t *const *)b, "name"));
}

typedef void show_one(struct en_run *r, const json_t *row);

static void
each_by_name(struct en_run *r, const json_t *list, show_one *show)
{
    size_t n = json_array_size(list);
    const json_t **rows = en_xcalloc(n + 1, sizeof *rows);

    for (size_t i = 0; i < n; i++)
        rows[i] = json_array_get(list, i);
    qsort(rows, n, sizeof *rows, by_name);
    for (size_t i = 0; i < n; i++)
        show(r, rows[i]);
    free(rows);
}

static int
by_text(const void *a, const void *b)
{
    return en_text_cmp(*(const en_text *)a, *(const en_text *)b);
}

/* Names of members, given by their ids. */
static void
show_names(struct en_run *r, const json_t *members, const json_t *ids)
{
    size_t n = json_array_size(ids), i;
    en_text *names = en_xcalloc(n + 1, sizeof *names);
    const json_t *m;

    for (size_t k = 0; k < n; k++) {
        const json_t *id = json_array_get(ids, k);

        names[k] = (en_text){ json_string_value(id), json_string_length(id) };
        json_array_foreach(members, i, m)
        {
            if (en_text_is(en_row_text(m, "partner"), json_string_value(id)))
                names[k] = en_row_text(m, "name");
        }
    }
    qsort(names, n, sizeof *names, by_text);
    for (size_t k = 0; k < n; k++)
        en_out_f(r->out, "%s%.*s", k > 0 ? ", " : " ", EN_TEXT_ARG(names[k]));
    en_out_str(r->out, n > 0 ? "" : " nobody");
    free(names);
}

static void
show_member(struct en_run *r, const json_t *m)
{
    struct en_buf until = EN_BUF_INIT;
    en_text suspended = en_row_text(m, "suspended");

    en_row_when(m, "suspended", &until);
    en_out_f(r->out, "  %.*s  %-16.*s %-4.*s %.*s", EN_TEXT_ARG(en_row_text(m, "partner")),
             EN_TEXT_ARG(en_row_text(m, "name")),
             EN_TEXT_ARG(en_row_bool(m, "organisation") ? EN_TEXT_LIT("org") : en_row_text(m, "country")),
             EN_TEXT_ARG(en_row_text(m, "standing")));
    if (suspended.n > 0)
        en_out_f(r->out,
                 en_text_is(en_row_text(m, "standing"), "suspended") ? " until %s" : ", its suspension lapsed %s",
                 until.p);
    if (en_row_text(m, "bloc").n > 0)
        en_out_f(r->out, ", %.*s", EN_TEXT_ARG(en_row_text(m, "bloc")));
    en_out_f(r->out, "%s%s%s\n", flag(m, "relay", ", relays"), flag(m, "signed", ", signed"),
             flag(m, "ours", ", this node"));
    en_buf_release(&until);
}

static void
show_sponsors(struct en_run *r, const json_t *members)
{
    const json_t *m;
    size_t i;

    json_array_foreach(members, i, m)
    {
        if (json_array_size(json_object_get(m, "sponsors")) == 0)
            continue;
        en_out_f(r->out, "sponsors of %.*s:", EN_TEXT_ARG(en_row_text(m, "name")));
        show_names(r, members, json_object_get(m, "sponsors"));
        en_out_str(r->out, "\n");
    }
}

static void
show_count(struct en_run *r, const json_t *change, const char *member, const char *title)
{
    const json_t *n = json_object_get(change, member);

    if (json_is_object(n))
        en_out_f(r->out, ", %s %lld of %lld (%lld vote)", title, en_row_int(n, "have"), en_row_int(n, "need"),
                 en_row_int(n, "voters"));
}

static void
show_change(struct en_run *r, const json_t *x)
{
    en_text name = en_row_text(x, "name");

    en_out_f(r->out, "  %.*s%s%.*s", EN_TEXT_ARG(en_row_text(x, "change")), name.n > 0 ? " " : "", EN_TEXT_ARG(name));
    show_count(r, x, "before", "before");
    show_count(r, x, "after", "after");
    en_out_f(r->out, "%s%s\n", flag(x, "own_missing", ", its own or a sponsor's signature is missing"),
             en_row_bool(x, "met") ? "" : ": not yet");
}

/*= charter.md 5: both are shown with their hashes and who signed which; neither is dropped. */
static void
show_forks(struct en_run *r, const json_t *row)
{
    const json_t *forks = json_object_get(row, "forks"), *list = json_object_get(row, "list"), *x;
    size_t i;

    json_array_foreach(forks, i, x)
    {
        en_out_f(r->out, "FORK: another charter %lld holds\n", en_row_int(row, "number"));
        en_out_f(r->out, "  this one  %.*s\n    signed by", EN_TEXT_ARG(en_row_text(row, "hash")));
        show_names(r, list, json_object_get(row, "signed_by"));
        en_out_f(r->out, "\n  the other %.*s\n    signed by", EN_TEXT_ARG(en_row_text(x, "hash")));
        show_names(r, list, json_object_get(x, "signed_by"));
        en_out_str(r->out, "\n  signed both:");
        show_names(r, list, json_object_get(x, "signed_both"));
        en_out_str(r->out, "\n");
    }
}

static void
show_head(struct en_run *r, const json_t *row)
{
    const json_t *t = json_object_get(row, "thresholds");
    struct en_buf date = EN_BUF_INIT;

    en_row_when(row, "date", &date);
    en_out_f(r->out, "charter %lld of %s: %s\n", en_row_int(row, "number"), date.p, state_of(row));
    en_out_f(r->out, "hash: %.*s\n", EN_TEXT_ARG(en_row_text(row, "hash")));
    if (en_row_text(row, "previous").n > 0)
        en_out_f(r->out, "follows: %.*s\n", EN_TEXT_ARG(en_row_text(row, "previous")));
    en_out_f(r->out, "thresholds: admit %.*s, expel %.*s, amend %.*s, suspend %.*s\n",
             EN_TEXT_ARG(en_row_text(t, "admit")), EN_TEXT_ARG(en_row_text(t, "expel")),
             EN_TEXT_ARG(en_row_text(t, "amend")), EN_TEXT_ARG(en_row_text(t, "suspend")));
    en_buf_release(&date);
}

void
en_charter_page(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *list = json_object_get(row, "list"), *changes = json_object_get(row, "changes");

    (void)ctx;
    show_head(r, row);
    en_out_str(r->out, "members:\n");
    each_by_name(r, list, show_member);
    show_sponsors(r, list);
    if (json_array_size(changes) > 0)
        en_out_str(r->out, "what it takes:\n");
    each_by_name(r, changes, show_change);
    if (en_row_text(row, "missing").n > 0)
        en_out_f(r->out, "it does not hold: %.*s\n", EN_TEXT_ARG(en_row_text(row, "missing")));
    show_forks(r, row);
    if (en_row_text(row, "waits").n > 0)
        en_out_f(r->out, "a second person of this node is waited for, to %.*s it\n",
                 EN_TEXT_ARG(en_row_text(row, "waits")));
    if (en_row_text(row, "warning").n > 0)
        en_say("%.*s", EN_TEXT_ARG(en_row_text(row, "warning")));
}

en_errc
en_fill_charter(struct en_node_call *c, struct en_err *err)
{
    en_text which;
    en_errc rc;

    if (en_arg(c->run, 0) == NULL)
        return EN_OK;
    rc = en_arg_text(c->run, 0, &which, err);
    if (rc == EN_OK)
        en_json_kv_text(&c->j, "charter", which);
    return rc;
}
