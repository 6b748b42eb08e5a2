/*
 * tables.c: which learned tables the node screens with: those that its profile names, if the rim has them.
 *
 * What the profile names and the rim does not have, or has otherwise, is not screened with: the program's own tables
 * are, and that is said where people look (the shelf's word, `status`), and stands in the engine of every hit.
 */
#include <stdio.h>
#include <string.h>

#include "acts/act.h"

#define SHORT 16 /* digits of a name that stand with every hit */


static void
name_of(const struct en_tables *t, char out[2 * EN_SHA256_LEN + 1])
{
    en_hex(en_tables_hash(t), EN_SHA256_LEN, out);
}

static en_errc
load(const struct en_acts_shelf *shelf, en_text wanted, struct en_tables **out, struct en_err *err)
{
    char name[2 * EN_SHA256_LEN + 1];
    en_errc rc;

    if (shelf->tables == NULL)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "nobody keeps tables for this node");
    rc = shelf->tables(shelf->ctx, out, err);
    if (rc == EN_E_NOT_FOUND)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the node's folder has none");
    if (rc != EN_OK)
        return rc;
    name_of(*out, name);
    if (en_text_is(wanted, name))
        return EN_OK;
    en_tables_free(*out);
    *out = NULL;
    return en_err_set(err, EN_E_INPUT, EN_NO_POS, "the node's folder has others: %s", name);
}

en_errc
tables_take(struct en_store *s, const struct en_acts_shelf *shelf, struct en_made *out, struct en_err *err)
{
    struct en_store_node node;
    struct en_err why = EN_ERR_INIT;
    struct en_arena arena;
    en_errc rc;

    en_tables_free(out->tables);
    out->tables = NULL;
    out->no_tables = EN_OK;
    en_arena_init(&arena, EN_MIB);
    rc = en_store_node_get(s, &arena, &node, err);
    if (rc == EN_E_NOT_FOUND) /* it is nobody's yet */
        rc = EN_OK;
    else if (rc == EN_OK && node.tables.n > 0)
        out->no_tables = load(shelf, node.tables, &out->tables, &why);
    if (out->no_tables != EN_OK && shelf->say != NULL)
        shelf->say(shelf->ctx, "the tables that the profile names cannot be used; the program's own are", &why);
    en_arena_release(&arena);
    return rc;
}

en_errc
tables_check(struct en_call *c, en_text wanted, struct en_err *err)
{
    struct en_tables *t = NULL;
    struct en_err why = EN_ERR_INIT;
    en_errc rc = wanted.n == 0 ? EN_OK : load(&c->acts->shelf, wanted, &t, &why);

    en_tables_free(t);
    return rc == EN_OK ? EN_OK : en_err_set(err, rc, why.pos, "these tables cannot be used: %s", why.text);
}

void
tables_engine(const struct en_made *m, const char *engine, struct en_arena *a, en_text *out)
{
    char name[2 * EN_SHA256_LEN + 1], with[64];
    const char *kept;

    *out = en_text_from_ours(engine);
    if (m->tables == NULL)
        return;
    name_of(m->tables, name);
    (void)snprintf(with, sizeof with, "%s+%.*s", engine, SHORT, name);
    kept = en_arena_copy(a, with, strlen(with) + 1);
    EN_ASSERT(kept != NULL);
    *out = en_text_from_ours(kept);
}

void
tables_json(const struct en_call *c, struct en_json *j)
{
    const struct en_made *m = &c->acts->made;

    en_json_key(j, "tables");
    en_json_object(j);
    en_json_kv_text(j, "profile", c->node.tables);
    en_json_key(j, "used");
    if (m->ix == NULL) { /* it is not known before somebody is screened */
        en_json_null(j);
    } else {
        char name[2 * EN_SHA256_LEN + 1] = "";

        if (m->tables != NULL)
            name_of(m->tables, name);
        en_json_str(j, name);
    }
    en_json_object_end(j);
}
