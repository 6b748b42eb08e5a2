/*
 * list_eu.h: what the two forms of the consolidated list of the European Union share: the same fields, as attributes of
 * XML or as columns of CSV. Private to formats.
 */
#ifndef EN_FORMATS_LIST_EU_H
#define EN_FORMATS_LIST_EU_H

#include "formats/list_in.h"

/*= Financial Sanctions Database, export 1.1: nameAlias, birthdate, identification, citizenship. */
enum eu_field {
    EU_LAST_NAME,
    EU_FIRST_NAME,
    EU_MIDDLE_NAME,
    EU_WHOLE_NAME,
    EU_NAME_LANGUAGE,
    EU_GENDER,
    EU_TITLE,
    EU_FUNCTION,
    EU_STRONG, /* XML only */
    EU_BIRTH_DATE,
    EU_BIRTH_DAY,
    EU_BIRTH_MONTH,
    EU_BIRTH_YEAR,
    EU_BIRTH_FROM,
    EU_BIRTH_TO,
    EU_BIRTH_CIRCA,
    EU_BIRTH_CALENDAR,
    EU_BIRTH_ZIP,
    EU_BIRTH_REGION,
    EU_BIRTH_PLACE,
    EU_BIRTH_CITY,
    EU_BIRTH_ISO2,
    EU_BIRTH_COUNTRY,
    EU_ID_NUMBER,
    EU_ID_LATIN,
    EU_ID_DIPLOMATIC,
    EU_ID_EXPIRED,
    EU_ID_FALSE,
    EU_ID_LOST,
    EU_ID_REVOKED,
    EU_ID_ISSUED_BY,
    EU_ID_ISSUED,
    EU_ID_VALID_FROM,
    EU_ID_VALID_TO,
    EU_ID_NAME,
    EU_ID_TYPE,
    EU_ID_TYPE_WORDS,
    EU_ID_REGION,
    EU_ID_ISO2,
    EU_ID_COUNTRY,
    EU_ID_REMARK,
    EU_CITIZEN_REGION,
    EU_CITIZEN_ISO2,
    EU_CITIZEN_COUNTRY,
    EU_FIELDS
};

/* The values of one row or element, as checked text of the identity's arena; empty where there is none. */
struct eu_values {
    en_text v[EU_FIELDS];
    uint64_t pos;
};

/* "P" or "person" is a person. */
bool eu_is_person(en_text subject_type, en_text classification);
void eu_name(struct en_list_in *in, const struct eu_values *v);
void eu_birth(struct en_list_in *in, const struct eu_values *v);
void eu_document(struct en_list_in *in, const struct eu_values *v);
void eu_citizenship(struct en_list_in *in, const struct eu_values *v);

#endif
