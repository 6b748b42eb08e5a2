#include "formats/doc_code.h"

#include <string.h>

/*= ICAO Doc 9303-4 to -7; PAXLST guide, DOC: P passport, V visa, A C I cards, AC crew, IP passport card. */
static const struct {
    char code[3];
    enum en_doc_type type;
} whole[] = {
    { "P", EN_DOC_PASSPORT },     { "V", EN_DOC_VISA },       { "I", EN_DOC_NATIONAL_ID }, { "A", EN_DOC_NATIONAL_ID },
    { "C", EN_DOC_NATIONAL_ID },  { "IP", EN_DOC_PASSPORT },  { "AC", EN_DOC_OTHER },      { "ID", EN_DOC_NATIONAL_ID },
    { "IR", EN_DOC_RESIDENCE },   { "AR", EN_DOC_RESIDENCE }, { "CR", EN_DOC_RESIDENCE },  { "SM", EN_DOC_SEAMAN },
};

enum en_doc_type
en_doc_type_of_code(en_bytes code)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (code.n == strlen(whole[i].code) && memcmp(code.p, whole[i].code, code.n) == 0)
            return whole[i].type;
    if (code.n == 2 && code.p[0] == 'P')
        return EN_DOC_PASSPORT;
    if (code.n == 2 && code.p[0] == 'V')
        return EN_DOC_VISA;
    return code.n == 2 && (code.p[0] == 'I' || code.p[0] == 'A' || code.p[0] == 'C') ? EN_DOC_NATIONAL_ID
                                                                                     : EN_DOC_OTHER;
}
