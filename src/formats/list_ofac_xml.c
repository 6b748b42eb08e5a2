/*
 * OFAC's sdn.xml, the classic schema: below sdnList a publshInformation (so spelt) and one sdnEntry an entry.
 *
 *   sdnEntry: uid, firstName, lastName, title, sdnType, remarks, programList/program, idList/id, akaList/aka,
 *             addressList/address, nationalityList/nationality, citizenshipList/citizenship,
 *             dateOfBirthList/dateOfBirthItem, placeOfBirthList/placeOfBirthItem, vesselInfo
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/xml_tree.h"

struct ofac {
    struct en_list_in *in;
    struct en_xml_tree *xml;
};

enum kind { PUBLISHED, ENTRY };
static const struct en_xml_shape shape = { "sdnList", { { NULL, "publshInformation" }, { NULL, "sdnEntry" } } };

/* --- parts of an entry -------------------------------------------------------------------------------------------- */

/* The items of a list such as akaList/aka, one after another. */
static struct en_xml_node *
item(struct en_xml_node *entry, const char *list, const char *tag, struct en_xml_node *after)
{
    struct en_xml_node *at = en_xml_node_child(en_xml_node_child(entry, list, NULL), tag, after);

    (void)en_xml_node_text(at, "uid");
    (void)en_xml_node_text(at, "mainEntry");
    return at;
}

static void
add_name(struct en_list_in *in, struct en_xml_node *node, enum en_name_kind kind)
{
    en_text given = en_list_in_tree_text(in, node, "firstName"), family = en_list_in_tree_text(in, node, "lastName");

    if (given.n + family.n >= EN_MAX_NAME)
        en_report_add(in->report, EN_NOTE_REFUSED, "value-long", node->line, node->pos,
                      "a name is longer than its limit");
    else
        (void)en_list_in_name_of(in, kind, given, family, EN_TEXT_NONE);
}

/*= sdn.xsd: type is a.k.a., f.k.a. or n.k.a., category strong or weak. OFAC FAQ 122: a weak alias is too broad. */
static void
add_aliases(struct en_list_in *in, struct en_xml_node *entry)
{
    struct en_xml_node *aka = NULL;

    while ((aka = item(entry, "akaList", "aka", aka))) {
        en_text type = en_list_in_tree_text(in, aka, "type");
        bool weak = en_text_is_nocase(en_list_in_tree_text(in, aka, "category"), "weak");

        add_name(in, aka, weak ? EN_NAME_WEAK : en_text_is_nocase(type, "f.k.a.") ? EN_NAME_FORMER : EN_NAME_ALIAS);
    }
}

static void
add_births(struct en_list_in *in, struct en_xml_node *entry)
{
    struct en_xml_node *at = NULL;

    while ((at = item(entry, "dateOfBirthList", "dateOfBirthItem", at)))
        en_list_in_birth(in, "dateOfBirth", en_list_in_tree_text(in, at, "dateOfBirth"), at->pos);
    while ((at = item(entry, "placeOfBirthList", "placeOfBirthItem", at)))
        en_list_in_ofac_place(in, en_list_in_tree_text(in, at, "placeOfBirth"));
}

static void
add_states(struct en_list_in *in, struct en_xml_node *entry)
{
    struct en_xml_node *at = NULL;

    while ((at = item(entry, "nationalityList", "nationality", at)))
        en_list_in_nationality(in, "nationality", en_list_in_tree_text(in, at, "country"), at->pos);
    while ((at = item(entry, "citizenshipList", "citizenship", at)))
        en_list_in_nationality(in, "citizenship", en_list_in_tree_text(in, at, "country"), at->pos);
}

/* The list of documents also holds what is none: "Gender", "Secondary sanctions risk:", e-mail addresses. */
static void
add_documents(struct en_list_in *in, struct en_xml_node *entry)
{
    struct en_xml_node *at = NULL;

    while ((at = item(entry, "idList", "id", at))) {
        en_text type = en_list_in_tree_text(in, at, "idType"), number = en_list_in_tree_text(in, at, "idNumber");
        en_text state = en_list_in_tree_text(in, at, "idCountry"), both[2] = { type, number };
        en_text issued = en_list_in_tree_text(in, at, "issueDate"),
                ends = en_list_in_tree_text(in, at, "expirationDate");
        struct en_doc d = en_list_in_doc_of(EN_DOC_OTHER, number);
        bool say = false;

        if (type.n && type.p[type.n - 1] == ':')
            type.n--;
        if (en_text_is_nocase(type, "Gender")) {
            en_list_in_sex(in, "Gender", number, at->pos);
        } else if (number.n && en_list_in_ofac_document(type, &d.type, &say)) {
            d.issuer = en_country_from_text(state);
            d.expires = en_list_in_day(ends);
            d.note = say ? type : EN_TEXT_NONE;
            en_list_in_doc(in, &d);
            en_list_in_aside(in, EN_TEXT_LIT("idList.issueDate"), issued);
            if (state.n && !en_country_known(d.issuer))
                en_list_in_aside(in, EN_TEXT_LIT("idList.idCountry"), state);
        } else {
            en_list_in_aside(in, EN_TEXT_LIT("idList"), en_list_in_join(in, both, 2, " "));
        }
    }
}

static void
add_rest(struct en_list_in *in, struct en_xml_node *entry)
{
    static const char *const parts[] = { "address1",        "address2",   "address3", "city",
                                         "stateOrProvince", "postalCode", "country" };
    static const char *const vessel[] = { "callSign",    "vesselType", "vesselFlag",
                                          "vesselOwner", "tonnage",    "grossRegisteredTonnage" };
    struct en_xml_node *at = NULL;
    en_text t[sizeof parts / sizeof *parts];

    while ((at = item(entry, "addressList", "address", at))) {
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            t[i] = en_list_in_tree_text(in, at, parts[i]);
        en_list_in_aside(in, EN_TEXT_LIT("address"), en_list_in_join(in, t, sizeof parts / sizeof *parts, ", "));
    }
    at = en_xml_node_child(entry, "vesselInfo", NULL);
    for (size_t i = 0; i < sizeof vessel / sizeof *vessel; i++)
        en_list_in_tree_aside(in, at, vessel[i], vessel[i]);
    en_list_in_tree_aside(in, entry, "title", "title");
    en_list_in_tree_aside(in, entry, "remarks", "remarks");
}

/* --- records ------------------------------------------------------------------------------------------------------ */

/* "09/24/2026": the month comes first. */
static void
read_published(struct ofac *o, struct en_xml_node *node)
{
    en_bytes raw = en_xml_node_text(node, "Publish_Date");
    int part[3] = { 0 };
    struct en_birth day;
    size_t k = 0;

    for (size_t i = 0; i < raw.n && k < 3; i++)
        if (raw.p[i] == '/')
            k++;
        else if (raw.p[i] >= '0' && raw.p[i] <= '9' && part[k] < 1000)
            part[k] = part[k] * 10 + (raw.p[i] - '0');
    en_list_in_version(o->in, raw, k == 2 && en_birth_from_parts(part[2], part[0], part[1], &day) ? &day : NULL);
}

static void
refuse_large(struct ofac *o)
{
    en_report_add(o->in->report, EN_NOTE_REFUSED, "record-limit", en_xml_tree_line(o->xml), en_xml_tree_pos(o->xml),
                  "the entry needs more memory than a record may take");
}

static en_errc
read_record(void *ctx, size_t kind, struct en_xml_node *node, en_bytes raw, struct en_err *err)
{
    struct ofac *o = ctx;
    struct en_list_in *in = o->in;
    struct en_xml_node *at = NULL;
    en_text type;

    if (!node) {
        refuse_large(o);
        return EN_OK;
    }
    if (kind == PUBLISHED) {
        read_published(o, node);
        return EN_OK;
    }
    en_list_in_begin(in, node->line, node->pos);
    in->id.raw = raw;
    in->id.id = en_list_in_tree_text(in, node, "uid");
    type = en_list_in_tree_text(in, node, "sdnType");
    in->id.is_person = en_text_is_nocase(type, "Individual");
    if (!in->id.is_person)
        en_list_in_aside(in, EN_TEXT_LIT("type"), type);
    add_name(in, node, EN_NAME_PRIMARY);
    add_aliases(in, node);
    add_births(in, node);
    add_states(in, node);
    add_documents(in, node);
    while ((at = item(node, "programList", "program", at))) {
        en_text t = EN_TEXT_NONE;

        if (en_list_in_prose(in, at->text, EN_MAX_NAME, at->pos, &t))
            en_list_in_programme(in, t);
    }
    add_rest(in, node);
    en_list_in_tree_rest(in, node);
    return en_list_in_deliver(in, err);
}

static void
read_root(void *ctx, const char **attributes)
{
    (void)ctx, (void)attributes;
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
ofac_open(struct en_list_in *in)
{
    struct ofac *o = en_xcalloc(1, sizeof *o);

    o->in = in;
    o->xml = en_xml_tree_new(&shape, (struct en_xml_tree_sink){ o, read_root, read_record }, in->report);
    return o;
}

static en_errc
ofac_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_xml_tree_feed(((struct ofac *)state)->xml, chunk, err);
}

static en_errc
ofac_end(void *state, struct en_err *err)
{
    return en_xml_tree_end(((struct ofac *)state)->xml, err);
}

static void
ofac_close(void *state)
{
    struct ofac *o = state;

    en_xml_tree_free(o->xml);
    free(o);
}

const struct en_list_ops en_list_ops_ofac_xml = {
    .format = EN_LIST_OFAC_XML,
    .word = "ofac-xml",
    .name = "ofac-sdn",
    .xml = true,
    .open = ofac_open,
    .feed = ofac_feed,
    .end = ofac_end,
    .close = ofac_close,
};
