/*
 * limits.h: every bound on outside input, each with its reason.
 */
#ifndef EN_BASE_LIMITS_H
#define EN_BASE_LIMITS_H

#define EN_KIB (1024u)
#define EN_MIB (1024u * EN_KIB)

/* One record of a list (a JSON line, a CSV row, an XML individual). The largest real one seen is 70 KiB. */
#define EN_MAX_RECORD        (4u * EN_MIB)
/* Memory a single record may take once parsed; far above 4 MiB of text split into the smallest parts. */
#define EN_MAX_RECORD_ARENA  (64u * EN_MIB)
/* One checked text value (a name, a remark). Remarks of OFAC reach 10 KiB. */
#define EN_MAX_TEXT          (64u * EN_KIB)
/* One name. The longest real names have about 200 characters of up to 4 bytes. */
#define EN_MAX_NAME          (2u * EN_KIB)
/* Values of one kind a person may have (names, dates, documents …). The richest real entry has 86 names. */
#define EN_MAX_VALUES        1000u
/* Tokens of a name that are matched; later ones are kept and shown, and counted as unmatched. */
#define EN_MAX_TOKENS        64u
/* Letters of one token that are matched. */
#define EN_MAX_TOKEN_LETTERS 48u
/* Nesting of XML and JSON. Real lists stay under 8. */
#define EN_MAX_DEPTH         32u
/* One attribute or element text of XML before it is cut into a refusal. */
#define EN_MAX_XML_TEXT      EN_MAX_TEXT
/* One EDIFACT segment. The directory's longest legal PAXLST segment is under 1 KiB; free text may reach 4. */
#define EN_MAX_SEGMENT       (16u * EN_KIB)
/* Components of one segment. */
#define EN_MAX_COMPONENTS    512u
/* Persons of one message: the largest aircraft carries under 900, a ship 10,000. */
#define EN_MAX_PERSONS       100000u
/* Legs of one flight: a round-the-world tramp service has fewer than ten. */
#define EN_MAX_LEGS          32u
/* Notes kept in full per code in a report; all are counted. */
#define EN_REPORT_NOTES      20u
/* A partner's clock may be ahead of ours by so many milliseconds. */
#define EN_PARTNER_AHEAD     (10 * 60 * 1000)

#endif
