/*
 * doc_code.h: codes of travel documents, as PAXLST (DOC 8025) and machine readable zones give them. Private to formats.
 */
#ifndef EN_FORMATS_DOC_CODE_H
#define EN_FORMATS_DOC_CODE_H

#include "person/person.h"

/* "P", "PD", "V", "IR" … (ICAO Doc 9303-3 to 7, PAXLST guide). EN_DOC_OTHER for the rest. */
enum en_doc_type en_doc_type_of_code(en_bytes code);

#endif
