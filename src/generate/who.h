/*
 * who.h: one made person as he is, before a list or a manifest knows something of him; and the ways to write his name.
 * Internal to src/generate. Texts are in the arena; one that does not fit marks it (en_arena_over).
 */
#ifndef EN_GENERATE_WHO_H
#define EN_GENERATE_WHO_H

#include "generate/culture.h"

#define WHO_GIVEN  3
#define WHO_FAMILY 2

/* A word of a name as this person bears it. */
struct piece {
    en_text latin, native;   /* native may be empty */
    const struct word *word; /* for other spellings; NULL for an invented one */
    bool feminine;           /* with the ending that the culture's rule adds */
};

struct who {
    const struct culture *culture;
    const char *country; /* alpha-2 */
    bool woman;
    struct piece given[WHO_GIVEN], family[WHO_FAMILY];
    size_t n_given, n_family;
    int year, month, day;
    char passport[12], identity[12]; /* numbers he would show if asked */
};

void who_make(struct who *w, const struct culture_words *words, struct random *r, struct en_arena *a);

en_text who_given(const struct who *w, struct en_arena *a);
en_text who_family(const struct who *w, struct en_arena *a);
/* As the culture writes it in Latin letters; turned: the other order. */
en_text who_latin(const struct who *w, bool turned, struct en_arena *a);
/* First given name and surnames. */
en_text who_shortened(const struct who *w, struct en_arena *a);
/* In the culture's own script; empty where it has none or a word is not known in it. */
en_text who_native(const struct who *w, struct en_arena *a);
/* Another romanisation; empty if none came of it. */
en_text who_respelled(const struct who *w, struct random *r, struct en_arena *a);
/* One letter of A-Z a-z replaced, left out or put in. */
en_text who_mistyped(en_text name, struct random *r, struct en_arena *a);
/* A document number. */
void who_number(struct random *r, char out[12]);

#endif
