/*
 * fusion_people.h: a list of people and travellers who come before it, made to learn the fusion from. For
 * train_fusion.c.
 *
 * People are composed of words: real spellings of persons from the training files, and invented people of the
 * generator's cultures, so that namesakes occur as often as names are common. Travellers who are listed show how names
 * and dates of one person differ from document to document; those who are not are strangers, namesakes, brothers and
 * sisters, and people with one part of their name exchanged.
 */
#ifndef FUSION_PEOPLE_H
#define FUSION_PEOPLE_H

#include "generate/random.h"
#include "names/script.h"
#include "person/person.h"

#define NOT_LISTED UINT64_MAX

struct simulation;
/* dir: the training files. identities: how many the list has. */
struct simulation *simulation_new(const char *dir, uint64_t seed, unsigned identities);
void simulation_free(struct simulation *m);

unsigned simulation_identities(const struct simulation *m);
/* The i-th of the list, in the arena. */
void simulation_identity(const struct simulation *m, unsigned i, struct en_arena *a, struct en_person *out);

struct simulated {
    struct en_person person;
    uint64_t truth;   /* number of the identity, or NOT_LISTED */
    double weight;    /* so many travellers stand for this one */
    const char *kind; /* how he presents himself, a constant */
    const char *regime;
    enum en_script script; /* of his name */
};
/* The i-th traveller; depends on the seed and i only. */
void simulation_traveller(const struct simulation *m, uint64_t i, struct en_arena *a, struct simulated *out);

#endif
