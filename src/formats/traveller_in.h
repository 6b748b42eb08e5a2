/*
 * traveller_in.h: the members of a traveller's JSON form that are not of the person. Private to formats.
 */
#ifndef EN_FORMATS_TRAVELLER_IN_H
#define EN_FORMATS_TRAVELLER_IN_H

#include "formats/manifest.h"
#include "person/json_in.h"

struct en_traveller_in {
    struct en_arena *arena;
    struct en_report *report; /* NULL: nobody asks */
    uint64_t line, pos;
};

/* Reads all members but the person's, "source" and what is derived. t was initialised; bad members are left out. */
void en_traveller_from_object(struct en_traveller_in *in, const json_t *object, struct en_traveller *t);

#endif
