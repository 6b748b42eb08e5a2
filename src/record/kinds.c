/*
 * kinds.c: the kinds of records and what each says. docs/formats/record.md shows this table to people.
 */
#include "record/record.h"

#include <string.h>

#define REQUIRED  true, false
#define OPTIONAL  false, false
#define ANY       false, true
#define ONE_UP    true, true
#define END       { NULL, EN_VALUE_TEXT, false, false, NULL, NULL }

static const char *const asks[] = { "arrest", "refuse-entry", "secondary-check", "discreet-check", "inform",
                                    "seize-document", "contact-originator", NULL };
static const struct en_record_field alert[] = {
    { "person", EN_VALUE_PERSON, REQUIRED, NULL, "who is looked for; a document without a person stands in documents" },
    { "ask", EN_VALUE_WORD, ONE_UP, asks, "what holders are asked to do, the first first" },
    { "instruction", EN_VALUE_TEXT, OPTIONAL, NULL, "how to act, in words" },
    { "danger", EN_VALUE_TEXT, ANY, NULL, "armed, violent, contagious …: for the safety of officers" },
    { "case", EN_VALUE_TEXT, OPTIONAL, NULL, "the originator's reference" },
    END
};

static const char *const met[] = { "seen", "checked", "hit", "not-met", NULL };
static const struct en_record_field sighting[] = {
    { "about", EN_VALUE_RECORD, ONE_UP, NULL, "the alert or other record that was met" },
    { "met", EN_VALUE_WORD, REQUIRED, met, "how" },
    { "first", EN_VALUE_TIME, REQUIRED, NULL, "when, or since when" },
    { "last", EN_VALUE_TIME, OPTIONAL, NULL, "until when" },
    { "country", EN_VALUE_COUNTRY, OPTIONAL, NULL, "where" },
    { "place", EN_VALUE_TEXT, OPTIONAL, NULL, "where, in words" },
    { "text", EN_VALUE_TEXT, OPTIONAL, NULL, "what else was noticed" },
    END
};

static const char *const modes[] = { "air", "sea", "road", "rail", "foot", "unknown", NULL };
static const char *const states[] = { "planned", "under-way", "made", "called-off", NULL };
static const struct en_record_field movement[] = {
    { "about", EN_VALUE_RECORD, ONE_UP, NULL, "whose journey" },
    { "mode", EN_VALUE_WORD, REQUIRED, modes, "by what" },
    { "state", EN_VALUE_WORD, REQUIRED, states, "how sure it is" },
    { "origin", EN_VALUE_TEXT, OPTIONAL, NULL, "from where: an airport's or port's code, or words" },
    { "destination", EN_VALUE_TEXT, OPTIONAL, NULL, "to where" },
    { "origin_country", EN_VALUE_COUNTRY, OPTIONAL, NULL, "from where" },
    { "destination_country", EN_VALUE_COUNTRY, OPTIONAL, NULL, "to where" },
    { "departs", EN_VALUE_TIME, OPTIONAL, NULL, "when it begins" },
    { "arrives", EN_VALUE_TIME, OPTIONAL, NULL, "when it ends" },
    { "carrier", EN_VALUE_TEXT, OPTIONAL, NULL, "carrier and number" },
    END
};

static const char *const incidents[] = { "attack", "attempt", "arrest", "crossing", "recruitment", "financing",
                                         "transport", "other", NULL };
static const struct en_record_field incident[] = {
    { "what", EN_VALUE_WORD, REQUIRED, incidents, "what happened" },
    { "name", EN_VALUE_TEXT, REQUIRED, NULL, "in a few words" },
    { "when", EN_VALUE_TIME, REQUIRED, NULL, "when" },
    { "country", EN_VALUE_COUNTRY, OPTIONAL, NULL, "where" },
    { "place", EN_VALUE_TEXT, OPTIONAL, NULL, "where, in words" },
    { "text", EN_VALUE_TEXT, OPTIONAL, NULL, "in more words" },
    { "about", EN_VALUE_RECORD, ANY, NULL, "who took part, as records" },
    END
};

static const char *const levels[] = { "possible", "likely", "imminent", NULL };
static const struct en_record_field warning[] = {
    { "level", EN_VALUE_WORD, REQUIRED, levels, "how near it is" },
    { "name", EN_VALUE_TEXT, REQUIRED, NULL, "what threatens, in a few words" },
    { "text", EN_VALUE_TEXT, REQUIRED, NULL, "what is known" },
    { "country", EN_VALUE_COUNTRY, ANY, NULL, "where" },
    { "place", EN_VALUE_TEXT, ANY, NULL, "where, in words" },
    { "group", EN_VALUE_TEXT, ANY, NULL, "whom it threatens, where a group of people is meant" },
    { "from", EN_VALUE_TIME, OPTIONAL, NULL, "from when" },
    { "until", EN_VALUE_TIME, OPTIONAL, NULL, "until when" },
    { "about", EN_VALUE_RECORD, ANY, NULL, "who is meant to do it, as records" },
    END
};

static const struct en_record_field note[] = {
    { "about", EN_VALUE_RECORD, ONE_UP, NULL, "on what" },
    { "text", EN_VALUE_TEXT, REQUIRED, NULL, "the note" },
    END
};

/*= STIX 2.1 section 4.13.1, opinion-enum */
static const char *const opinions[] = { "strongly-disagree", "disagree", "neutral", "agree", "strongly-agree", NULL };
static const struct en_record_field opinion[] = {
    { "about", EN_VALUE_RECORD, ONE_UP, NULL, "on what" },
    { "opinion", EN_VALUE_WORD, REQUIRED, opinions, "how far it is shared" },
    { "text", EN_VALUE_TEXT, OPTIONAL, NULL, "why" },
    END
};

static const char *const reasons[] = { "purpose-achieved", "wrong-person", "wrong-content", "ground-gone", "expired",
                                       "court-order", "redress", "other", NULL };
static const struct en_record_field withdrawal[] = {
    { "about", EN_VALUE_RECORD, REQUIRED, NULL, "the record that is taken back, with all its versions" },
    { "reason", EN_VALUE_WORD, REQUIRED, reasons, "why" },
    { "text", EN_VALUE_TEXT, OPTIONAL, NULL, "what holders should know" },
    END
};

static const struct en_record_field figure[] = {
    { "name", EN_VALUE_TEXT, REQUIRED, NULL, "what is counted" },
    { "definition", EN_VALUE_TEXT, REQUIRED, NULL, "who counts and who does not" },
    { "country", EN_VALUE_COUNTRY, OPTIONAL, NULL, "of which nationality or place" },
    { "low", EN_VALUE_COUNT, REQUIRED, NULL, "at least; the count itself where it is one" },
    { "high", EN_VALUE_COUNT, OPTIONAL, NULL, "at most" },
    { "from", EN_VALUE_TIME, OPTIONAL, NULL, "counted from" },
    { "until", EN_VALUE_TIME, REQUIRED, NULL, "counted until" },
    { "method", EN_VALUE_TEXT, OPTIONAL, NULL, "how it was counted or estimated" },
    END
};

/* Columns: word, type of STIX, own type, urgent, about. */
const struct en_record_kind_row en_record_kinds[EN_RECORD_KINDS] = {
    [EN_RECORD_ALERT] = { "alert", "identity", false, false, false, alert },
    [EN_RECORD_SIGHTING] = { "sighting", "sighting", false, false, true, sighting },
    [EN_RECORD_MOVEMENT] = { "movement", "x-entente-movement", true, false, true, movement },
    [EN_RECORD_INCIDENT] = { "incident", "incident", false, false, false, incident },
    [EN_RECORD_WARNING] = { "warning", "x-entente-warning", true, true, false, warning },
    [EN_RECORD_NOTE] = { "note", "note", false, false, true, note },
    [EN_RECORD_OPINION] = { "opinion", "opinion", false, false, true, opinion },
    [EN_RECORD_WITHDRAWAL] = { "withdrawal", "x-entente-withdrawal", true, true, true, withdrawal },
    [EN_RECORD_FIGURE] = { "figure", "x-entente-figure", true, false, false, figure },
};

const char *
en_record_kind_word(enum en_record_kind k)
{
    EN_ASSERT(k < EN_RECORD_KINDS);
    return en_record_kinds[k].word;
}

bool
en_record_kind_from(en_text t, enum en_record_kind *out)
{
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++)
        if (en_text_is(t, en_record_kinds[k].word)) {
            *out = (enum en_record_kind)k;
            return true;
        }
    return false;
}

const struct en_record_field *
en_record_field(enum en_record_kind k, en_text name)
{
    EN_ASSERT(k < EN_RECORD_KINDS);
    for (const struct en_record_field *f = en_record_kinds[k].fields; f->name; f++)
        if (en_text_is(name, f->name))
            return f;
    return NULL;
}
