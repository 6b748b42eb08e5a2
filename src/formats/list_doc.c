/*
 * Documents as list editors write about them: a type in words, a number among words, an expiry in a note.
 */
#include <string.h>

#include "formats/list_in.h"

struct en_doc
en_list_in_doc_of(enum en_doc_type type, en_text number)
{
    return (struct en_doc){ .type = type, .number = number, .expires = INT32_MIN };
}

/* The offset behind `word` (lower case) in t from `from` on, or 0. */
static size_t
find_word(en_text t, size_t from, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = from; i + n <= t.n; i++)
        if (en_text_is_nocase((en_text){ t.p + i, n }, word))
            return i + n;
    return 0;
}

enum en_doc_type
en_list_in_doc_type(en_text words, enum en_doc_type otherwise)
{
    static const struct {
        const char *word;
        enum en_doc_type type;
    } table[] = {
        { "passport", EN_DOC_PASSPORT },          { "visa", EN_DOC_VISA },
        { "residen", EN_DOC_RESIDENCE },          { "seam", EN_DOC_SEAMAN },
        { "seafarer", EN_DOC_SEAMAN },            { "national id", EN_DOC_NATIONAL_ID },
        { "national foreign id", EN_DOC_NATIONAL_ID }, { "identity card", EN_DOC_NATIONAL_ID },
        { "identification", EN_DOC_NATIONAL_ID }, { "id card", EN_DOC_NATIONAL_ID },
        { "citizen's card", EN_DOC_NATIONAL_ID }, { "id no", EN_DOC_NATIONAL_ID },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (find_word(words, 0, table[i].word))
            return table[i].type;
    return otherwise;
}

/* --- prose -------------------------------------------------------------------------------------------------------- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of the `words`-th blank-separated word from `from` on. */
static size_t
words_end(en_text t, size_t from, unsigned words)
{
    size_t i = from;

    while (i < t.n && words) {
        if (t.p[i] == ' ' && --words == 0)
            break;
        i++;
    }
    return i;
}

/*
 * The last day of the date that begins at the first digit behind `from`, if it begins within 20 bytes; else
 * INT32_MIN.
 */
static int32_t
date_behind(en_text t, size_t from)
{
    size_t at = from;
    int32_t day = INT32_MIN;

    while (at < t.n && at < from + 20 && !is_digit(t.p[at]))
        at++;
    if (at >= t.n || !is_digit(t.p[at]))
        return INT32_MIN;
    for (unsigned words = 3; words && day == INT32_MIN; words--) {
        size_t end = words_end(t, at, words);

        while (end > at && (t.p[end - 1] == '.' || t.p[end - 1] == ',' || t.p[end - 1] == ';' || t.p[end - 1] == ')'))
            end--;
        day = en_list_in_day((en_text){ t.p + at, end - at });
    }
    return day;
}

void
en_list_in_doc_prose(struct en_doc *d, en_text prose)
{
    static const char *const ends[] = { "expir", "exp.", "valid until", "valid to" };
    static const struct {
        const char *word;
        enum en_doc_status status;
    } states[] = {
        { "cancelled", EN_DOC_REVOKED }, { "revoked", EN_DOC_REVOKED },  { "stolen", EN_DOC_STOLEN },
        { "lost", EN_DOC_LOST },         { "forged", EN_DOC_FALSE },     { "false", EN_DOC_FALSE },
        { "counterfeit", EN_DOC_FALSE }, { "fraudulent", EN_DOC_FALSE }, { "fake", EN_DOC_FALSE },
        { "expired", EN_DOC_EXPIRED },
    };
    size_t behind;

    for (size_t i = 0; i < sizeof ends / sizeof *ends && d->expires == INT32_MIN; i++)
        if ((behind = find_word(prose, 0, ends[i])))
            d->expires = date_behind(prose, behind);
    for (size_t i = 0; i < sizeof states / sizeof *states && d->status == EN_DOC_UNSTATED; i++)
        if (find_word(prose, 0, states[i].word))
            d->status = states[i].status;
}

/* --- a number among words ----------------------------------------------------------------------------------------- */

static bool
has_digit(en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (is_digit(t.p[i]))
            return true;
    return false;
}

/* Four letters in a row: a word, not a series of a document. */
static bool
has_word(en_text t)
{
    unsigned run = 0;

    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;

        run = letter ? run + 1 : 0;
        if (run == 4)
            return true;
    }
    return false;
}

en_country
en_list_in_state(en_text words)
{
    for (unsigned n = 5; n; n--) {
        en_text t = { words.p, words_end(words, 0, n) };
        en_country c;

        while (t.n && strchr(".,;:", t.p[t.n - 1]))
            t.n--;
        c = en_country_from_text(t);
        if (en_country_known(c))
            return c;
    }
    return EN_COUNTRY_NONE;
}

void
en_list_in_doc_number(struct en_list_in *in, struct en_doc *d, uint64_t pos)
{
    en_text t = d->number, words;
    size_t cut = t.n;

    if (!has_word(t))
        return;
    while (cut) { /* the last words that have digits are the number */
        size_t from = cut;

        while (from && t.p[from - 1] != ' ')
            from--;
        if (!has_digit((en_text){ t.p + from, cut - from }))
            break;
        cut = from ? from - 1 : 0;
    }
    words = (en_text){ t.p, cut };
    if (cut == 0 || cut == t.n || !has_word(words))
        return;
    en_report_add(in->report, EN_NOTE_REPAIR, "doc-number-words", in->id.line, pos,
                  "words before a document's number were taken out of it");
    d->number = (en_text){ t.p + cut + 1, t.n - cut - 1 };
    if (!en_country_known(d->issuer))
        d->issuer = en_list_in_state(words);
    if (d->note.n)
        en_list_in_aside(in, EN_TEXT_LIT("document"), words);
    else
        d->note = words;
}
