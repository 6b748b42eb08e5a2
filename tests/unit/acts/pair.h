/*
 * pair.h: two nodes in memory that know each other and exchange bundles. The services are invented.
 */
#ifndef EN_TESTS_ACTS_PAIR_H
#define EN_TESTS_ACTS_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "fixture.h"

#define ALL_KINDS                                                                                                      \
    "[\"alert\",\"sighting\",\"movement\",\"incident\",\"warning\",\"note\",\"opinion\",\"withdrawal\",\"figure\"]"
#define LIVE   "{\"gives\":" ALL_KINDS ",\"takes\":" ALL_KINDS ",\"most\":\"amber\",\"live\":true}"
#define REVIEW "{\"gives\":" ALL_KINDS ",\"takes\":" ALL_KINDS ",\"most\":\"amber\",\"live\":false}"
#define HANDLING                                                                                                       \
    "\"instrument\":\"Court of Norland 7/2026\",\"handling\":{\"tlp\":\"amber\",\"onward\":\"none\","                  \
    "\"purpose\":\"border control\"}"
#define PERSON                                                                                                         \
    "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"],\"nationalities\":[\"XXA\"]},"     \
    "\"ground\":\"unsc-2178\",\"review\":\"2027-06-01\",\"destroy\":\"2027-12-01\"}"

struct pair {
    struct node *a, *b;
    char id_a[EN_SEAL_ID_LEN + 1], id_b[EN_SEAL_ID_LEN + 1];
    struct en_buf file; /* the newest bundle, sealed */
    struct en_arena arena;
};

void pair_init_over(struct pair *p, const char *agreement, struct en_store *a, struct en_store *b);
void pair_init(struct pair *p, const char *agreement);
void told(struct node *n);
void pair_release(struct pair *p);
void take_file(struct pair *p, struct node *n);
en_errc export_to(struct pair *p, struct node *n, const char *to);
en_errc import_at(struct pair *p, struct node *n);
void carry(struct pair *p, struct node *from, struct node *to, const char *to_id, en_errc rc);
void is(struct node *n, size_t i, const char *path, const char *want);
void release_to(struct node *n, int record, const char *to);
void second_supervisor(struct node *n);
void alert_released(struct pair *p);

#define acts(n, user, word, args, rc)                                                                                  \
    do {                                                                                                               \
        en_errc got_ = act((n), (user), (word), (args), NULL, NULL);                                                   \
        if (got_ != (rc))                                                                                              \
            fail_msg("%s %s: %s: %s", (word), (args), en_errc_name(got_), (n)->err.text);                              \
    } while (0)

#endif
