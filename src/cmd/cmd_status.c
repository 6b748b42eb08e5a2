#include "cmd/node_call.h"

static void
counts(struct en_out *o, const json_t *row, const char *member)
{
    const json_t *group = json_object_get(row, member), *v;
    const char *key;
    bool first = true;

    en_out_f(o, "%-13s", member);
    json_object_foreach((json_t *)(uintptr_t)group, key, v)
    {
        en_out_f(o, "%s%lld %s", first ? "" : ", ", (long long)json_integer_value(v), key);
        first = false;
    }
    en_out_str(o, "\n");
}

/* What the readers did with the inputs of a kind: nothing is passed over without being counted here. */
static void
readings(struct en_out *o, const json_t *read, const char *what, const char *title)
{
    const json_t *x = json_object_get(read, what);

    en_out_f(o, "%-13s%s: %lld repaired, %lld refused, %lld kept without being understood, %lld to be looked at, "
             "%lld left out by rule\n",
             title, what, en_row_int(x, "repairs"), en_row_int(x, "refused"), en_row_int(x, "kept"),
             en_row_int(x, "warnings"), en_row_int(x, "left_out"));
}

/* What partners were told no for: as a sentence, and how often. */
static void
refusals(struct en_out *o, const json_t *list)
{
    const json_t *x;
    size_t i;

    json_array_foreach((json_t *)(uintptr_t)list, i, x) {
        en_text name = en_row_text(x, "partner_name"), id = en_row_text(x, "partner");

        if (name.n == 0)
            name = id.n > 0 ? id : EN_TEXT_LIT("nobody who proved it");
        en_out_f(o, "%-13s%lld of %.*s: %.*s (%.*s)\n", i == 0 ? "refused" : "", en_row_int(x, "count"),
                 EN_TEXT_ARG(name), EN_TEXT_ARG(en_row_text(x, "text")), EN_TEXT_ARG(en_row_text(x, "code")));
    }
}

/* Which tables it screens with, where the profile names any; and a word if they are not those. */
static void
tables(struct en_out *o, const json_t *row)
{
    const json_t *t = json_object_get(row, "tables"), *used = json_object_get(t, "used");
    en_text profile = en_row_text(t, "profile");

    if (profile.n == 0)
        return;
    en_out_f(o, "tables       %.*s\n", EN_TEXT_ARG(profile));
    if (json_is_string(used) && !en_text_is(profile, json_string_value(used)))
        en_say("the tables that the profile names are NOT used; the program's own are: entente tables check");
}

static void
waiting(const json_t *row)
{
    if (en_row_int(row, "warnings_unopened") > 0)
        en_say("%lld WARNINGS of partners wait to be acknowledged: entente record list --unopened",
               en_row_int(row, "warnings_unopened"));
    if (en_row_int(json_object_get(row, "records"), "review") > 0)
        en_say("%lld records of partners wait for a review: entente record list --state review",
               en_row_int(json_object_get(row, "records"), "review"));
    if (en_row_int(row, "releases_proposed") > 0)
        en_say("%lld releases wait for a second person: entente release list --waiting",
               en_row_int(row, "releases_proposed"));
}

/*= charter.md 5: an old charter warns and stops nothing. */
static void
charter(struct en_out *o, const json_t *x)
{
    struct en_buf date = EN_BUF_INIT;

    if (!json_is_object(x))
        return;
    en_row_when(x, "date", &date);
    if (en_row_int(x, "number") > 0)
        en_out_f(o, "%-13s%lld of %s, %lld members, this node: %.*s\n", "charter", en_row_int(x, "number"), date.p,
                 en_row_int(x, "members"), EN_TEXT_ARG(en_row_text(x, "standing")));
    else
        en_out_f(o, "%-13snone is in force\n", "charter");
    if (en_row_text(x, "warning").n > 0)
        en_say("%.*s", EN_TEXT_ARG(en_row_text(x, "warning")));
    if (en_row_int(x, "newer") > 0)
        en_say("a newer charter holds and is not adopted here: entente charter list");
    if (en_row_int(x, "waiting") > 0)
        en_say("a charter waits for a second person of this node: entente charter list");
    if (en_row_int(x, "forks") > 0)
        en_say("the charter is FORKED: two of one number hold; entente charter list, entente charter show");
    en_buf_release(&date);
}

static void
exchange(struct en_out *o, const json_t *x)
{
    struct en_buf since = EN_BUF_INIT;

    if (en_row_int(x, "waiting") > 0) {
        en_row_when(x, "waiting_since", &since);
        en_out_f(o, "%-13s%lld bundles wait for receipts, the oldest since %s\n", "exchange", en_row_int(x, "waiting"),
                 since.p);
    }
    if (en_row_bool(x, "asking"))
        en_say("the store was put back from a copy: nothing is signed until partners have answered, or an admin says "
               "what was lost: entente ledger epoch");
    if (en_row_int(x, "forked") > 0)
        en_say("%lld partners have signed two histories of their log: entente partner link", en_row_int(x, "forked"));
    if (en_row_int(x, "unproven") > 0)
        en_say("%lld partners owe a proof about their log for seven days: entente partner link",
               en_row_int(x, "unproven"));
    if (en_row_int(x, "alarms") > 0)
        en_say("%lld alarms of the exchange in seven days: entente partner link", en_row_int(x, "alarms"));
    en_buf_release(&since);
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    static const char *const numbers[] = { "users",      "sources",   "imports",    "manifests",
                                           "travellers", "decisions", "clearances", "events" };
    struct en_out *o = r->out;
    struct en_buf b = EN_BUF_INIT;

    (void)ctx;
    en_out_f(o, "%-13s%.*s%s%.*s%s\n", "node", EN_TEXT_ARG(en_row_text(row, "name")),
             en_row_text(row, "country").n > 0 ? " " : "", EN_TEXT_ARG(en_row_text(row, "country")),
             en_row_bool(row, "rehearsal") ? "  (a rehearsal with made-up data)" : "");
    en_row_texts(row, "programmes", &b);
    en_out_f(o, "%-13scounter-terrorism%s%s\n", "profile", b.n > 0 ? " and " : " only", b.n > 0 ? b.p : "");
    en_out_f(o, "%-13stravellers without a hit go %lld hours after arrival%s%.*s\n", "retention",
             en_row_int(row, "retention_hours"), en_row_text(row, "legal_basis").n > 0 ? ", on this basis: " : "",
             EN_TEXT_ARG(en_row_text(row, "legal_basis")));
    en_buf_reset(&b);
    tables(o, row);
    en_row_texts(row, "addresses", &b);
    if (b.n > 0)
        en_out_f(o, "%-13s%s\n", "reached at", b.p);
    counts(o, row, "alerts");
    counts(o, row, "hits");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        en_out_f(o, "%-13s%lld\n", numbers[i], en_row_int(row, numbers[i]));
    readings(o, json_object_get(row, "read"), "manifests", "reading");
    readings(o, json_object_get(row, "read"), "lists", "");
    readings(o, json_object_get(row, "read"), "bundles", "");
    counts(o, row, "records");
    counts(o, row, "deliveries");
    refusals(o, json_object_get(row, "refusals"));
    charter(o, json_object_get(row, "charter"));
    exchange(o, json_object_get(row, "exchange"));
    waiting(row);
    if (en_row_int(row, "open_intents") > 0)
        en_say("%lld intents are open: files to hand over (entente answer send FOLDER), or travellers who are compared "
               "at the next start",
               en_row_int(row, "open_intents"));
    en_buf_release(&b);
}

static en_errc
cmd_status(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "status", NULL, show, NULL, err);
}

const struct en_cmd en_cmd_status = {
    .words = "status",
    .args = "",
    .summary = "say what the node holds and what waits",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente status", "the node on one page" },
            { NULL, NULL },
        },
    .run = cmd_status,
};
