/*
 * The consolidated list of the European Union as CSV ("Consolidated Financial Sanctions File 1.1"): semicolons, a
 * header line of 118 names, and a row for each name, address, birth date, document or citizenship of an entry, with the
 * entry's own columns in front of each.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_columns.h"
#include "formats/list_eu.h"

enum column { GENERATED = EU_FIELDS, LOGICAL_ID, SUBJECT_TYPE, CLASSIFICATION, PROGRAMME, FIRST_ASIDE };

#define REGULATION(x)                                                                                                  \
    x "_Regulation_Type", x "_Regulation_OrganisationType", x "_Regulation_PublicationDate",                           \
        x "_Regulation_EntryIntoForceDate", x "_Regulation_NumberTitle", x "_Regulation_Programme",                    \
        x "_Regulation_PublicationUrl", x "_LogicalId", x "_RegulationLanguage"

/* The header line of the file. */
static const char *const names[] = {
    [EU_LAST_NAME] = "NameAlias_LastName",
    [EU_FIRST_NAME] = "NameAlias_FirstName",
    [EU_MIDDLE_NAME] = "NameAlias_MiddleName",
    [EU_WHOLE_NAME] = "NameAlias_WholeName",
    [EU_NAME_LANGUAGE] = "NameAlias_NameLanguage",
    [EU_GENDER] = "NameAlias_Gender",
    [EU_TITLE] = "NameAlias_Title",
    [EU_FUNCTION] = "NameAlias_Function",
    [EU_STRONG] = "NameAlias_Strong",
    [EU_BIRTH_DATE] = "BirthDate_BirthDate",
    [EU_BIRTH_DAY] = "BirthDate_Day",
    [EU_BIRTH_MONTH] = "BirthDate_Month",
    [EU_BIRTH_YEAR] = "BirthDate_Year",
    [EU_BIRTH_FROM] = "BirthDate_YearRangeFrom",
    [EU_BIRTH_TO] = "BirthDate_YearRangeTo",
    [EU_BIRTH_CIRCA] = "BirthDate_Circa",
    [EU_BIRTH_CALENDAR] = "BirthDate_CalendarType",
    [EU_BIRTH_ZIP] = "BirthDate_ZipCode",
    [EU_BIRTH_REGION] = "BirthDate_Region",
    [EU_BIRTH_PLACE] = "BirthDate_Place",
    [EU_BIRTH_CITY] = "BirthDate_City",
    [EU_BIRTH_ISO2] = "BirthDate_CountryIso2Code",
    [EU_BIRTH_COUNTRY] = "BirthDate_CountryDescription",
    [EU_ID_NUMBER] = "Identification_Number",
    [EU_ID_LATIN] = "Identification_LatinNumber",
    [EU_ID_DIPLOMATIC] = "Identification_Diplomatic",
    [EU_ID_EXPIRED] = "Identification_KnownExpired",
    [EU_ID_FALSE] = "Identification_KnownFalse",
    [EU_ID_LOST] = "Identification_ReportedLost",
    [EU_ID_REVOKED] = "Identification_RevokedByIssuer",
    [EU_ID_ISSUED_BY] = "Identification_IssuedBy",
    [EU_ID_ISSUED] = "Identification_IssuedDate",
    [EU_ID_VALID_FROM] = "Identification_ValidFrom",
    [EU_ID_VALID_TO] = "Identification_ValidTo",
    [EU_ID_NAME] = "Identification_NameOnDocument",
    [EU_ID_TYPE] = "Identification_TypeCode",
    [EU_ID_TYPE_WORDS] = "Identification_TypeDescription",
    [EU_ID_REGION] = "Identification_Region",
    [EU_ID_ISO2] = "Identification_CountryIso2Code",
    [EU_ID_COUNTRY] = "Identification_CountryDescription",
    [EU_ID_REMARK] = "Identification_Remark",
    [EU_CITIZEN_REGION] = "Citizenship_Region",
    [EU_CITIZEN_ISO2] = "Citizenship_CountryIso2Code",
    [EU_CITIZEN_COUNTRY] = "Citizenship_CountryDescription",
    [GENERATED] = "fileGenerationDate",
    [LOGICAL_ID] = "Entity_LogicalId",
    [SUBJECT_TYPE] = "Entity_SubjectType",
    [CLASSIFICATION] = "Entity_SubjectType_ClassificationCode",
    [PROGRAMME] = "Entity_Regulation_Programme",
    /* Known, not matched. */
    [FIRST_ASIDE] = "Entity_EU_ReferenceNumber",
    "Entity_UnitedNationId",
    "Entity_DesignationDate",
    "Entity_DesignationDetails",
    "Entity_Remark",
    "Entity_Regulation_NumberTitle",
    "Entity_Regulation_PublicationDate",
    "NameAlias_Remark",
    "BirthDate_Remark",
    "Citizenship_Remark",
    "Address_City",
    "Address_Street",
    "Address_PoBox",
    "Address_ZipCode",
    "Address_Region",
    "Address_Place",
    "Address_ContactInfo",
    "Address_CountryDescription",
    "Address_Remark",
    /* Known, and of the file's own making: where a value was published. Passed over. */
    "Entity_Regulation_Type",
    "Entity_Regulation_OrganisationType",
    "Entity_Regulation_EntryIntoForceDate",
    "Entity_Regulation_PublicationUrl",
    "Address_AsAtListingTime",
    "Address_CountryIso2Code",
    REGULATION("NameAlias"),
    REGULATION("Address"),
    REGULATION("BirthDate"),
    REGULATION("Identification"),
    REGULATION("Citizenship"),
};
#define N_NAMES (sizeof names / sizeof *names)
#define N_ASIDE 19u

struct eu {
    struct en_list_in *in;
    struct en_columns c;
};

static bool
any(const struct eu_values *v, size_t from, size_t to)
{
    bool found = false;

    for (size_t i = from; i <= to; i++)
        found = found || v->v[i].n;
    return found;
}

/* "22/09/2026" or "2026-09-22". */
static void
read_version(struct eu *u)
{
    en_text t = en_columns_text(&u->c, GENERATED), ymd[3];
    struct en_birth day;
    bool known = false;

    if (u->in->meta.version.n || t.n == 0)
        return;
    if (t.n == 10 && t.p[2] == '/' && t.p[5] == '/') {
        ymd[0] = (en_text){ t.p + 6, 4 };
        ymd[1] = (en_text){ t.p + 3, 2 };
        ymd[2] = (en_text){ t.p, 2 };
        known = en_birth_parse(en_list_in_join(u->in, ymd, 3, "-"), &day);
    } else {
        known = en_birth_parse(t, &day);
    }
    en_list_in_version(u->in, en_text_bytes(t), known ? &day : NULL);
}

static en_errc
read_row(void *state, const struct en_csv_row *row, struct en_err *err)
{
    static const size_t required[] = { LOGICAL_ID, SUBJECT_TYPE, EU_WHOLE_NAME };
    struct eu *u = state;
    struct eu_values v = { .pos = row->pos[0] };
    bool taken, fresh;
    en_errc e;

    if (u->c.n == 0)
        return en_columns_header(&u->c, row, required, sizeof required / sizeof *required, err);
    e = en_columns_row(&u->c, row, LOGICAL_ID, &taken, &fresh, err);
    if (e || !taken)
        return e;
    read_version(u);
    if (fresh)
        u->in->id.is_person = eu_is_person(en_columns_text(&u->c, SUBJECT_TYPE),
                                           en_columns_text(&u->c, CLASSIFICATION));
    for (size_t i = 0; i < EU_FIELDS; i++)
        v.v[i] = en_columns_text(&u->c, i);
    if (any(&v, EU_LAST_NAME, EU_STRONG))
        eu_name(u->in, &v);
    if (any(&v, EU_BIRTH_DATE, EU_BIRTH_COUNTRY))
        eu_birth(u->in, &v);
    if (any(&v, EU_ID_NUMBER, EU_ID_REMARK))
        eu_document(u->in, &v);
    if (any(&v, EU_CITIZEN_REGION, EU_CITIZEN_COUNTRY))
        eu_citizenship(u->in, &v);
    en_list_in_programme(u->in, en_columns_text(&u->c, PROGRAMME));
    for (size_t k = FIRST_ASIDE; k < FIRST_ASIDE + N_ASIDE; k++)
        en_columns_aside(&u->c, k);
    en_columns_unknown(&u->c);
    return EN_OK;
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
eu_open(struct en_list_in *in)
{
    struct eu *u = en_xcalloc(1, sizeof *u);

    u->in = in;
    en_columns_init(&u->c, in, names, N_NAMES);
    u->c.csv = en_csv_new(';', (struct en_csv_sink){ u, read_row }, in->report);
    return u;
}

static en_errc
eu_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(((struct eu *)state)->c.csv, chunk, err);
}

static en_errc
eu_end(void *state, struct en_err *err)
{
    struct eu *u = state;
    en_errc e = en_csv_end(u->c.csv, err);

    return e ? e : en_columns_end(&u->c, err);
}

static void
eu_close(void *state)
{
    struct eu *u = state;

    en_csv_free(u->c.csv);
    free(u);
}

const struct en_list_ops en_list_ops_eu_csv = {
    .format = EN_LIST_EU_CSV,
    .word = "eu-csv",
    .name = "eu-consolidated",
    .open = eu_open,
    .feed = eu_feed,
    .end = eu_end,
    .close = eu_close,
};
