#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/ledger.h"
#include "base/base64.h"

void
pair_init_over(struct pair *p, const char *agreement, struct en_store *a, struct en_store *b)
{
    *p = (struct pair){ .a = node_new(a), .b = node_new(b) };
    en_arena_init(&p->arena, 256u * EN_MIB);
    node_key(p->a, 1);
    node_key(p->b, 2);
    memcpy(p->id_a, p->a->keys.partner, sizeof p->id_a);
    memcpy(p->id_b, p->b->keys.partner, sizeof p->id_b);
    node_knows(p->a, p->b, "Sudmark", agreement);
    node_knows(p->b, p->a, "Norland", agreement);
}

void
pair_init(struct pair *p, const char *agreement)
{
    pair_init_over(p, agreement, en_store_new_memory(), en_store_new_memory());
}

/* The partners of these tests have no event of their own, and whoever swaps a key here knows it. */
static void
no_fault(void *ctx, uint64_t event, const char *what)
{
    (void)ctx;
    if (strstr(what, "of partner ") == NULL)
        fail_msg("event %llu: %s", (unsigned long long)event, what);
}

/* What the acts have left agrees with their events. */
void
told(struct node *n)
{
    const struct en_ledger_verify v = { .rows = true, .fault = no_fault };
    struct en_ledger_sums sums;

    assert_int_equal(en_ledger_verify(n->store, &v, &sums, NULL), EN_OK);
}

void
pair_release(struct pair *p)
{
    told(p->a);
    told(p->b);
    assert_int_equal(en_store_check(p->a->store, NULL), EN_OK);
    assert_int_equal(en_store_check(p->b->store, NULL), EN_OK);
    node_free(p->a);
    node_free(p->b);
    en_buf_release(&p->file);
    en_arena_release(&p->arena);
}

/* What the last export handed out. */
void
take_file(struct pair *p, struct node *n)
{
    en_buf_reset(&p->file);
    for (size_t i = 1; i < n->n_records; i++) {
        const char *line = n->records.p;
        json_t *row;
        const char *text;
        uint8_t *room;
        size_t got;

        for (size_t k = i; k > 0; k--)
            line = strchr(line, '\n') + 1;
        row = json_loadb(line, (size_t)(strchr(line, '\n') - line), 0, NULL);
        text = json_string_value(json_object_get(row, "chunk"));
        room = en_xmalloc(strlen(text));
        got = en_base64_decode(en_bytes_from(text, strlen(text)), EN_BASE64_PADDED, room, strlen(text));
        assert_true(got != SIZE_MAX);
        en_buf_add(&p->file, room, got);
        free(room);
        json_decref(row);
    }
}

en_errc
export_to(struct pair *p, struct node *n, const char *to)
{
    char args[128];
    en_errc rc;

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", to);
    rc = act(n, "anna", "bundle-export", args, NULL, NULL);
    if (rc == EN_OK)
        take_file(p, n);
    return rc;
}

en_errc
import_at(struct pair *p, struct node *n)
{
    en_bytes file = en_buf_bytes(&p->file);

    return act_bytes(n, "anna", "bundle-import", "{}", &file, 1);
}

/* From one node to the other; the answer back. */
void
carry(struct pair *p, struct node *from, struct node *to, const char *to_id, en_errc rc)
{
    assert_int_equal(export_to(p, from, to_id), EN_OK);
    if (import_at(p, to) != rc)
        fail_msg("import: %s: %s", to->err.text, to->records.p != NULL ? to->records.p : "");
}

void
is(struct node *n, size_t i, const char *path, const char *want)
{
    assert_string_equal(member(n, i, path), want);
}

/* Proposed by one person and approved by the other. */
void
release_to(struct node *n, int record, const char *to)
{
    char args[160];

    (void)snprintf(args, sizeof args, "{\"record\":%d,\"to\":[\"%s\"]}", record, to);
    acts(n, "anna", "release-propose", args, EN_E_SECOND);
    (void)snprintf(args, sizeof args, "{\"release\":%s}", member(n, 0, "release"));
    acts(n, "zora", "release-approve", args, EN_OK);
}

void
second_supervisor(struct node *n)
{
    struct en_buf args = EN_BUF_INIT;
    uint8_t seed[EN_SEAL_SEED_LEN];
    char hex[2 * EN_KEY_LEN + 1];
    struct en_key k;

    memset(seed, 'z', sizeof seed);
    en_key_from_seed(seed, &k);
    en_hex(k.public_key, EN_KEY_LEN, hex);
    en_buf_addf(&args, "{\"name\":\"zora\",\"roles\":\"supervisor\",\"key\":\"%s\"}", hex);
    acts(n, "anna", "user-add", args.p, EN_OK);
    en_buf_release(&args);
}

void
alert_released(struct pair *p)
{
    second_supervisor(p->a);
    acts(p->a, "anna", "alert-new", PERSON, EN_OK);
    acts(p->a, "anna", "record-new",
         "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"secondary-check\"]," HANDLING "}}", EN_OK);
    release_to(p->a, 1, p->id_b);
}
