#include "cmd/hit_view.h"

#include <math.h>
#include <string.h>
#include <stdio.h>

#include "cmd/node_call.h"
#include "screen/screen.h"

#define SIDE_MIN 10u
#define SIDE_MAX 34u

void
en_out_pad(struct en_out *o, en_text t, size_t width, bool right)
{
    size_t n = en_text_columns(t);

    if (right)
        for (; n < width; n++)
            en_out_str(o, " ");
    en_out_text(o, t);
    if (!right)
        for (; n < width; n++)
            en_out_str(o, " ");
}

/* "about 1 in 4,200,000" */
static void
grouped(double n, struct en_buf *out)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%.0f", n);

    en_buf_add_str(out, "about 1 in ");
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            en_buf_addc(out, ',');
        en_buf_addc(out, digits[i]);
    }
}

void
en_odds_words(double p, struct en_buf *out)
{
    if (p >= 0.995)
        en_buf_add_str(out, "nearly certain");
    else if (p >= 0.05)
        en_buf_addf(out, "about %.0f in 100", p * 100);
    else if (p >= 1e-9)
        grouped(1 / p, out);
    else
        en_buf_add_str(out, "next to nothing");
}

static void
bits_cell(struct en_out *o, double bits)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_addf(&b, "%+.2f", bits);
    en_out_style(o, bits > 0 ? EN_STYLE_GOOD : bits < 0 ? EN_STYLE_BAD : EN_STYLE_DIM);
    en_out_pad(o, (en_text){ b.p, b.n }, 8, true);
    en_out_style(o, EN_STYLE_NONE);
    en_buf_release(&b);
}

static size_t
side_width(const json_t *evidence, const char *side)
{
    size_t w = SIDE_MIN;

    for (size_t i = 0; i < json_array_size(evidence); i++) {
        size_t n = en_text_columns(en_row_text(json_array_get(evidence, i), side));

        w = n > w ? n : w;
    }
    return w < SIDE_MAX ? w : SIDE_MAX;
}

static void
row(struct en_out *o, const char *field, en_text query, en_text list, double bits, en_text why, size_t wq, size_t wl)
{
    en_out_str(o, "    ");
    en_out_pad(o, en_text_from_ours(field), 13, false);
    en_out_pad(o, query, wq + 2, false);
    en_out_pad(o, list, wl, false);
    bits_cell(o, bits);
    en_out_str(o, "  ");
    en_out_text(o, why);
    en_out_str(o, "\n");
}

/* The name of a field for people; words of ours. */
static const char *
field_title(en_text field)
{
    static const struct {
        const char *word, *title;
    } titles[] = {
        { "name", "name" },
        { "birth_date", "birth date" },
        { "document", "document" },
        { "nationality", "nationality" },
        { "sex", "sex" },
        { "birth_place", "birth place" },
        { "damping", "overlap" },
        { "competition", "others" },
        { "calibration", "calibration" },
    };

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (en_text_is(field, titles[i].word))
            return titles[i].title;
    return "other";
}

static void
evidence_table(struct en_out *o, const json_t *hit, double prior)
{
    const json_t *evidence = json_object_get(hit, "evidence");
    size_t wq = side_width(evidence, "query"), wl = side_width(evidence, "list");
    double bits = en_row_real(hit, "bits"), start = log2(prior / (1 - prior)), p = en_row_real(hit, "probability");
    struct en_buf why = EN_BUF_INIT;
    en_text none = EN_TEXT_LIT("");

    en_out_style(o, EN_STYLE_DIM);
    en_out_str(o, "    ");
    en_out_pad(o, EN_TEXT_LIT("field"), 13, false);
    en_out_pad(o, EN_TEXT_LIT("traveller"), wq + 2, false);
    en_out_pad(o, EN_TEXT_LIT("alert"), wl, false);
    en_out_str(o, "    bits  why\n");
    en_out_style(o, EN_STYLE_NONE);
    for (size_t i = 0; i < json_array_size(evidence); i++) {
        const json_t *e = json_array_get(evidence, i);

        row(o, field_title(en_row_text(e, "field")), en_row_text(e, "query"), en_row_text(e, "list"),
            en_row_real(e, "bits"), en_row_text(e, "why"), wq, wl);
    }
    row(o, "evidence", none, none, bits, EN_TEXT_LIT("sum of the rows above"), wq, wl);
    en_odds_words(prior, &why);
    en_buf_add_str(&why, " before anything is compared");
    row(o, "prior", none, none, start, (en_text){ why.p, why.n }, wq, wl);
    en_buf_reset(&why);
    en_buf_addf(&why, "%s: ", en_band(p));
    en_odds_words(p, &why);
    row(o, "together", none, none, start + bits, (en_text){ why.p, why.n }, wq, wl);
    en_buf_release(&why);
}

/* What the service behind the alert asks of whoever meets the person. */
static void
asked_line(struct en_out *o, const json_t *record)
{
    struct en_buf ask = EN_BUF_INIT;
    en_text name = en_row_text(record, "originator_name"), more = en_row_text(record, "instruction");
    en_text purpose = en_row_text(record, "purpose");

    if (!json_is_object(record))
        return;
    en_row_texts(record, "ask", &ask);
    if (name.n == 0)
        name = EN_TEXT_LIT("our own service");
    en_out_f(o, "      %.*s asks: %s%s%.*s (TLP %.*s%s%.*s; record %lld)\n", EN_TEXT_ARG(name),
             ask.p, more.n > 0 ? "; " : "", EN_TEXT_ARG(more), EN_TEXT_ARG(en_row_text(record, "tlp")),
             purpose.n > 0 ? ", for " : "", EN_TEXT_ARG(purpose), en_row_int(record, "record"));
    en_buf_release(&ask);
}

static void
alert_line(struct en_out *o, const json_t *hit)
{
    const json_t *alerts = json_object_get(hit, "alerts");
    struct en_buf b = EN_BUF_INIT;

    for (size_t i = 0; i < json_array_size(alerts); i++) {
        const json_t *a = json_array_get(alerts, i);

        en_out_f(o, "    alert %lld version %lld", en_row_int(a, "alert"), en_row_int(a, "version"));
        if (en_row_text(a, "name").n > 0)
            en_out_f(o, ": %.*s", EN_TEXT_ARG(en_row_text(a, "name")));
        en_out_f(o, ", %.*s", EN_TEXT_ARG(en_row_text(a, "status")));
        if (en_row_text(a, "ground").n > 0)
            en_out_f(o, ", ground %.*s", EN_TEXT_ARG(en_row_text(a, "ground")));
        en_row_texts(a, "programmes", &b);
        if (b.n > 0)
            en_out_f(o, ", programmes %s", b.p);
        if (en_row_bool(a, "newer"))
            en_out_str(o, ", and there is a newer version");
        en_out_str(o, "\n");
        asked_line(o, json_object_get(a, "record"));
    }
    if (json_object_get(hit, "profile") != NULL) {
        en_row_texts(hit, "profile", &b);
        en_out_f(o, "    profile of this node: counter-terrorism%s%s\n", b.n > 0 ? " and " : " only",
                 b.n > 0 ? b.p : "");
    }
    en_buf_release(&b);
}

void
en_hit_ended_words(const json_t *hit, struct en_buf *out)
{
    const json_t *ended = json_object_get(hit, "ended");
    en_text reason = en_row_text(ended, "reason");

    en_buf_reset(out);
    if (!json_is_object(ended))
        return;
    if (en_text_is(en_row_text(ended, "why"), "ended"))
        en_buf_add_str(out, "ended by who keeps it");
    else if (!en_text_is(en_row_text(ended, "why"), "withdrawn"))
        en_buf_add_str(out, "destroyed on its date");
    else if (reason.n == 0)
        en_buf_add_str(out, "withdrawn by its originator");
    else
        en_buf_addf(out, "withdrawn by its originator: %.*s", EN_TEXT_ARG(reason));
}

/* Nothing is left to decide, and why. */
static void
ended_line(struct en_out *o, const json_t *hit)
{
    struct en_buf words = EN_BUF_INIT, at = EN_BUF_INIT;

    en_hit_ended_words(hit, &words);
    if (words.n > 0) {
        en_row_when(json_object_get(hit, "ended"), "at", &at);
        en_out_style(o, EN_STYLE_BOLD);
        en_out_str(o, "    ended");
        en_out_style(o, EN_STYLE_NONE);
        en_out_f(o, " %s: its alert was %s; nothing is left to decide\n", at.p, words.p);
    }
    en_buf_release(&words);
    en_buf_release(&at);
}

/* The traveller was screened before, and nothing was found: what is different now. */
static void
later_line(struct en_out *o, const json_t *hit)
{
    const json_t *later = json_object_get(hit, "later");
    struct en_buf first = EN_BUF_INIT, came = EN_BUF_INIT;

    if (!json_is_object(later))
        return;
    en_row_when(later, "first_screened", &first);
    en_row_when(later, "came", &came);
    en_out_style(o, EN_STYLE_BOLD);
    en_out_str(o, "    found later");
    en_out_style(o, EN_STYLE_NONE);
    if (en_text_is(en_row_text(later, "why"), "profile"))
        en_out_str(o, ": the node's profile changed");
    else if (en_row_int(later, "alert") == 0)
        en_out_str(o, ": an alert came that is no longer held");
    else
        en_out_f(o, ": alert %lld version %lld came %s", en_row_int(later, "alert"), en_row_int(later, "version"),
                 came.p);
    en_out_f(o, "; the traveller was first screened %s\n", first.p);
    en_buf_release(&first);
    en_buf_release(&came);
}

/* What was decided before about such a pair, and whether that still stands. */
static void
before_lines(struct en_out *o, const json_t *hit)
{
    const json_t *before = json_object_get(hit, "before");
    struct en_buf at = EN_BUF_INIT, until = EN_BUF_INIT;

    for (size_t i = 0; i < json_array_size(before); i++) {
        const json_t *m = json_array_get(before, i), *ended = json_object_get(m, "ended");

        en_row_when(m, "at", &at);
        en_row_when(m, "until", &until);
        en_out_style(o, EN_STYLE_BOLD);
        en_out_str(o, "    before");
        en_out_style(o, EN_STYLE_NONE);
        en_out_f(o, ": %.*s (%.*s, memory %lld) about alert %lld, %s by user %lld, until %s",
                 EN_TEXT_ARG(en_row_text(m, "answer")), EN_TEXT_ARG(en_row_text(m, "what")), en_row_int(m, "memory"),
                 en_row_int(m, "alert"), at.p, en_row_int(m, "by"), until.p);
        if (json_is_object(ended))
            en_out_f(o, "; no longer: %.*s", EN_TEXT_ARG(en_row_text(ended, "text")));
        en_out_str(o, "\n");
    }
    en_buf_release(&at);
    en_buf_release(&until);
}

void
en_say_found_later(const json_t *row)
{
    const json_t *n = json_object_get(row, "found_later");

    if (json_is_null(n))
        en_say("the travellers still held are compared with it at the next start");
    else if (json_integer_value(n) > 0)
        en_say("among the travellers still held: %lld hits found later (entente hit list)",
               (long long)json_integer_value(n));
}

/* Weighed with tables that this service learned: their name. */
static void
tables_line(struct en_out *o, const json_t *hit)
{
    en_text engine = en_row_text(hit, "engine");
    const char *plus = engine.n > 0 ? memchr(engine.p, '+', engine.n) : NULL;

    if (plus != NULL)
        en_out_f(o, "  learned tables %.*s\n", (int)(engine.p + engine.n - plus - 1), plus + 1);
}

void
en_hit_view(struct en_out *o, const json_t *hit, double prior)
{
    double p = en_row_real(hit, "probability");
    en_text source = en_row_text(hit, "source"), state = en_row_text(hit, "state");

    en_out_str(o, "  ");
    en_out_style(o, EN_STYLE_BOLD);
    if (en_row_int(hit, "hit") != 0)
        en_out_f(o, "hit %lld: ", en_row_int(hit, "hit"));
    en_out_f(o, "%s", en_band(p));
    en_out_style(o, EN_STYLE_NONE);
    en_out_f(o, ", probability %.*f", p >= 0.01 || p == 0 ? 3 : 9, p);
    en_out_f(o, ", %.*s%s%.*s", EN_TEXT_ARG(source), source.n > 0 ? " " : "", EN_TEXT_ARG(en_row_text(hit, "entity")));
    if (state.n > 0)
        en_out_f(o, " (%.*s%s%.*s)", EN_TEXT_ARG(state), en_row_text(hit, "answer").n > 0 ? ": " : "",
                 EN_TEXT_ARG(en_row_text(hit, "answer")));
    en_out_str(o, "\n");
    tables_line(o, hit);
    alert_line(o, hit);
    ended_line(o, hit);
    later_line(o, hit);
    before_lines(o, hit);
    evidence_table(o, hit, prior > 0 ? prior : en_row_real(hit, "prior"));
}
