#include "cmd/link_view.h"

#include "cmd/node_call.h"

/* The name of a partner, or its id. */
static en_text
named(const json_t *row, const char *name, const char *id)
{
    en_text t = en_row_text(row, name);

    return t.n > 0 ? t : en_row_text(row, id);
}

static void
show_range(struct en_run *r, const json_t *row, const char *from, const char *to)
{
    long long a = en_row_int(row, from), b = en_row_int(row, to);

    if (a == b)
        en_out_f(r->out, "version %lld", a);
    else
        en_out_f(r->out, "versions %lld to %lld", a, b);
}

static void
show_versions(struct en_run *r, const json_t *row)
{
    if (en_row_int(row, "speaks_newest") == 0)
        return;
    en_out_str(r->out, "  it speaks ");
    show_range(r, row, "speaks_oldest", "speaks_newest");
    en_out_str(r->out, " of the exchange, we ");
    show_range(r, row, "we_speak_oldest", "we_speak_newest");
    if (en_row_int(row, "version") != 0)
        en_out_f(r->out, ": version %lld is used\n", en_row_int(row, "version"));
    else
        en_out_str(r->out, ": NONE IN COMMON, what is queued waits\n");
}

static void
show_route(struct en_run *r, const json_t *row)
{
    en_text via = named(row, "via_name", "via"), then = named(row, "then_name", "then");

    if (via.n > 0)
        en_out_f(r->out, "  when it cannot be reached: through %.*s%s%.*s\n", EN_TEXT_ARG(via),
                 then.n > 0 ? " and " : "", EN_TEXT_ARG(then));
    if (en_row_bool(row, "relays"))
        en_out_str(r->out, "  what it gives us for another partner is passed on, sealed\n");
}

static void
show_log(struct en_run *r, const json_t *row)
{
    const json_t *held = json_object_get(row, "cosigned");

    if (json_is_object(held))
        en_out_f(r->out, "  its log: %lld entries cosigned, epoch %lld\n", en_row_int(held, "size"),
                 en_row_int(held, "epoch"));
    else
        en_out_str(r->out, "  its log: nothing of it was seen\n");
    if (en_row_bool(row, "forked"))
        en_out_str(r->out, "  FORKED: it signed two histories of its log; both heads are kept as evidence\n");
    if (en_row_bool(row, "unproven"))
        en_out_str(r->out, "  unproven for seven days: a head of it that nobody has shown to be of one history\n");
}

static void
show_alarms(struct en_run *r, const json_t *row)
{
    const json_t *list = json_object_get(row, "alarms");
    struct en_buf at = EN_BUF_INIT;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);

        en_row_when(x, "at", &at);
        en_out_f(r->out, "  %s  %.*s", at.p, EN_TEXT_ARG(en_row_text(x, "alarm")));
        if (en_row_int(x, "number") > 0)
            en_out_f(r->out, " (%lld)", en_row_int(x, "number"));
        if (en_row_int(x, "acknowledged_by") > 0) {
            en_row_when(x, "acknowledged", &at);
            en_out_f(r->out, ", acknowledged %s by user %lld: %.*s", at.p, en_row_int(x, "acknowledged_by"),
                     EN_TEXT_ARG(en_row_text(x, "acknowledged_why")));
        }
        en_out_str(r->out, "\n");
    }
    en_buf_release(&at);
}

void
en_link_view(struct en_run *r, const json_t *row, void *ctx)
{
    en_text name = en_row_text(row, "partner_name");
    struct en_buf since = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "waiting_since", &since);
    en_out_f(r->out, "%.*s  %.*s\n", EN_TEXT_ARG(en_row_text(row, "partner")), EN_TEXT_ARG(name));
    en_out_f(r->out, "  bundles to it: %lld, of which %lld wait for a receipt", en_row_int(row, "sent"),
             en_row_int(row, "waiting"));
    if (en_row_int(row, "waiting") > 0)
        en_out_f(r->out, ", the oldest since %s", since.p);
    en_out_f(r->out, "\n  bundles of it: all to number %lld came, the highest is %lld\n", en_row_int(row, "came"),
             en_row_int(row, "came_highest"));
    show_versions(r, row);
    show_route(r, row);
    show_log(r, row);
    show_alarms(r, row);
    en_buf_release(&since);
}
