/*
 * The consolidated list of the European Union as XML (namespace http://eu.europa.ec/fpi/fsd/export, version 1.1): below
 * the root `export` one sanctionEntity an entry, which says nearly everything in attributes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_eu.h"
#include "formats/xml_tree.h"

struct eu {
    struct en_list_in *in;
    struct en_xml_tree *xml;
};

static const struct en_xml_shape shape = { "export", { { NULL, "sanctionEntity" } } };

struct attribute {
    const char *name;
    enum eu_field field;
};

/* clang-format off */
static const struct attribute name_attributes[] = {
    { "firstName",    EU_FIRST_NAME },    { "middleName", EU_MIDDLE_NAME }, { "lastName", EU_LAST_NAME },
    { "wholeName",    EU_WHOLE_NAME },    { "function",   EU_FUNCTION },    { "gender",   EU_GENDER },
    { "nameLanguage", EU_NAME_LANGUAGE }, { "title",      EU_TITLE },       { "strong",   EU_STRONG },
    { NULL,           EU_FIELDS },
};
/* The day and the month have had two names. */
static const struct attribute birth_attributes[] = {
    { "birthdate",      EU_BIRTH_DATE },    { "day",         EU_BIRTH_DAY },   { "dayOfMonth",     EU_BIRTH_DAY },
    { "month",          EU_BIRTH_MONTH },   { "monthOfYear", EU_BIRTH_MONTH }, { "year",           EU_BIRTH_YEAR },
    { "yearRangeFrom",  EU_BIRTH_FROM },    { "yearRangeTo", EU_BIRTH_TO },    { "circa",          EU_BIRTH_CIRCA },
    { "calendarType",   EU_BIRTH_CALENDAR },{ "zipCode",     EU_BIRTH_ZIP },   { "region",         EU_BIRTH_REGION },
    { "place",          EU_BIRTH_PLACE },   { "city",        EU_BIRTH_CITY },  { "countryIso2Code", EU_BIRTH_ISO2 },
    { "countryDescription", EU_BIRTH_COUNTRY }, { NULL,      EU_FIELDS },
};
static const struct attribute document_attributes[] = {
    { "number",         EU_ID_NUMBER },     { "latinNumber", EU_ID_LATIN },    { "diplomatic",     EU_ID_DIPLOMATIC },
    { "knownExpired",   EU_ID_EXPIRED },    { "knownFalse",  EU_ID_FALSE },    { "reportedLost",   EU_ID_LOST },
    { "revokedByIssuer", EU_ID_REVOKED },   { "issuedBy",    EU_ID_ISSUED_BY },{ "issueDate",      EU_ID_ISSUED },
    { "issuedDate",     EU_ID_ISSUED },     { "validFrom",   EU_ID_VALID_FROM },{ "validTo",       EU_ID_VALID_TO },
    { "nameOnDocument", EU_ID_NAME },       { "region",      EU_ID_REGION },   { "countryIso2Code", EU_ID_ISO2 },
    { "identificationTypeCode", EU_ID_TYPE }, { "identificationTypeDescription", EU_ID_TYPE_WORDS },
    { "countryDescription", EU_ID_COUNTRY },{ NULL,          EU_FIELDS },
};
static const struct attribute citizen_attributes[] = {
    { "region", EU_CITIZEN_REGION }, { "countryIso2Code", EU_CITIZEN_ISO2 }, { "countryDescription", EU_CITIZEN_COUNTRY },
    { NULL, EU_FIELDS },
};
/* clang-format on */

/* Where and in what language a value was published: known, and nothing that is kept. */
static void
pass_publication(struct en_xml_node *node)
{
    struct en_xml_node *c = NULL;

    (void)en_xml_node_attribute(node, "logicalId");
    (void)en_xml_node_attribute(node, "regulationLanguage");
    while ((c = en_xml_node_child(node, "regulationSummary", c)))
        en_xml_node_pass(c);
}

static struct eu_values
values_of(struct en_list_in *in, struct en_xml_node *node, const struct attribute *attributes)
{
    struct eu_values v = { .pos = node->pos };

    pass_publication(node);
    for (; attributes->name; attributes++) {
        en_text t = en_list_in_tree_attribute(in, node, attributes->name);

        if (t.n)
            v.v[attributes->field] = t;
    }
    return v;
}

static const struct {
    const char *tag, *remark; /* the key of its remark as an extra; NULL: part of the value */
    const struct attribute *attributes;
    void (*take)(struct en_list_in *in, const struct eu_values *v);
} elements[] = {
    { "nameAlias", "nameAlias.remark", name_attributes, eu_name },
    { "birthdate", "birthdate.remark", birth_attributes, eu_birth },
    { "identification", NULL, document_attributes, eu_document },
    { "citizenship", "citizenship.remark", citizen_attributes, eu_citizenship },
};

static void
read_elements(struct en_list_in *in, struct en_xml_node *entity)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        struct en_xml_node *node = NULL;

        while ((node = en_xml_node_child(entity, elements[i].tag, node))) {
            struct eu_values v = values_of(in, node, elements[i].attributes);

            if (elements[i].remark)
                en_list_in_tree_aside(in, node, "remark", elements[i].remark);
            else
                v.v[EU_ID_REMARK] = en_list_in_tree_text(in, node, "remark");
            in->line = node->line;
            elements[i].take(in, &v);
        }
    }
}

static void
read_regulations(struct en_list_in *in, struct en_xml_node *entity)
{
    static const char *const passed[] = { "regulationType", "organisationType", "entryIntoForceDate",
                                          "publicationUrl" };
    struct en_xml_node *node = NULL;

    while ((node = en_xml_node_child(entity, "regulation", node))) {
        pass_publication(node);
        en_list_in_programme(in, en_list_in_tree_attribute(in, node, "programme"));
        en_list_in_aside(in, EN_TEXT_LIT("regulation"), en_list_in_tree_attribute(in, node, "numberTitle"));
        en_list_in_aside(in, EN_TEXT_LIT("regulation.publicationDate"),
                         en_list_in_tree_attribute(in, node, "publicationDate"));
        for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
            (void)en_xml_node_attribute(node, passed[i]);
        (void)en_xml_node_text(node, "publicationUrl");
    }
}

/* One line of its parts, in the order in which it is written on an envelope. */
static void
read_addresses(struct en_list_in *in, struct en_xml_node *entity)
{
    static const char *const parts[] = {
        "street", "poBox", "zipCode", "place", "city", "region", "countryDescription"
    };
    struct en_xml_node *node = NULL, *info;

    while ((node = en_xml_node_child(entity, "address", node))) {
        en_text t[sizeof parts / sizeof *parts];

        pass_publication(node);
        (void)en_xml_node_attribute(node, "asAtListingTime");
        (void)en_xml_node_attribute(node, "countryIso2Code");
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            t[i] = en_list_in_tree_attribute(in, node, parts[i]);
        if (en_text_is(t[6], "UNKNOWN"))
            t[6] = EN_TEXT_NONE;
        en_list_in_aside(in, EN_TEXT_LIT("address"), en_list_in_join(in, t, 7, ", "));
        en_list_in_tree_aside(in, node, "remark", "address.remark");
        for (info = NULL; (info = en_xml_node_child(node, "contactInfo", info));) {
            (void)en_xml_node_attribute(info, "key");
            en_list_in_aside(in, EN_TEXT_LIT("contactInfo"), en_list_in_tree_attribute(in, info, "value"));
        }
    }
}

static en_errc
read_entity(void *ctx, size_t kind, struct en_xml_node *node, en_bytes raw, struct en_err *err)
{
    static const char *const kept[] = { "euReferenceNumber", "unitedNationId", "designationDate",
                                        "designationDetails" };
    struct eu *u = ctx;
    struct en_list_in *in = u->in;
    struct en_xml_node *subject;

    (void)kind;
    if (!node) {
        en_report_add(in->report, EN_NOTE_REFUSED, "record-limit", en_xml_tree_line(u->xml), en_xml_tree_pos(u->xml),
                      "the entry needs more memory than a record may take");
        return EN_OK;
    }
    en_list_in_begin(in, node->line, node->pos);
    in->id.raw = raw;
    subject = en_xml_node_child(node, "subjectType", NULL);
    in->id.id = en_list_in_tree_attribute(in, node, "logicalId");
    in->id.is_person = eu_is_person(en_list_in_tree_attribute(in, subject, "code"),
                                    en_list_in_tree_attribute(in, subject, "classificationCode"));
    en_xml_node_pass(subject);
    read_elements(in, node);
    read_regulations(in, node);
    read_addresses(in, node);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        en_list_in_aside(in, en_text_from_ours(kept[i]), en_list_in_tree_attribute(in, node, kept[i]));
    en_list_in_tree_aside(in, node, "remark", "remark");
    en_list_in_tree_rest(in, node);
    en_list_in_once(in);
    return en_list_in_deliver(in, err);
}

static void
read_root(void *ctx, const char **attributes)
{
    struct eu *u = ctx;

    for (; attributes[0]; attributes += 2) {
        struct en_birth day;
        en_text t = en_text_from_ours(attributes[1]);

        if (strcmp(attributes[0], "generationDate") != 0)
            continue;
        if (t.n > 10 && !en_time_parse(t, &(en_time){ 0 })) /* a time without its zone: the day is known */
            t.n = 10;
        en_list_in_version(u->in, en_bytes_from(attributes[1], strlen(attributes[1])),
                           en_birth_parse(t, &day) ? &day : NULL);
    }
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
eu_open(struct en_list_in *in)
{
    struct eu *u = en_xcalloc(1, sizeof *u);

    u->in = in;
    u->xml = en_xml_tree_new(&shape, (struct en_xml_tree_sink){ u, read_root, read_entity }, in->report);
    return u;
}

static en_errc
eu_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_xml_tree_feed(((struct eu *)state)->xml, chunk, err);
}

static en_errc
eu_end(void *state, struct en_err *err)
{
    return en_xml_tree_end(((struct eu *)state)->xml, err);
}

static void
eu_close(void *state)
{
    struct eu *u = state;

    en_xml_tree_free(u->xml);
    free(u);
}

const struct en_list_ops en_list_ops_eu_xml = {
    .format = EN_LIST_EU_XML,
    .word = "eu-xml",
    .name = "eu-consolidated",
    .xml = true,
    .open = eu_open,
    .feed = eu_feed,
    .end = eu_end,
    .close = eu_close,
};
