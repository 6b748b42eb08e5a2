#include "formats/xml_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct en_xml_tree {
    struct en_xml *xml;
    struct en_xml_tree_sink sink;
    struct en_arena arena;                                               /* the record's tree */
    struct en_xml_node *open[EN_MAX_DEPTH + 1], *last[EN_MAX_DEPTH + 1]; /* by depth below the record */
    size_t kind;
};

/* --- growing the tree --------------------------------------------------------------------------------------------- */

static const char *
plain_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon ? colon + 1 : name;
}

static en_bytes
copy(struct en_xml_tree *x, const void *p, size_t n)
{
    const void *at = n ? en_arena_copy(&x->arena, p, n) : NULL;

    return at ? en_bytes_from(at, n) : (en_bytes){ NULL, 0 };
}

/* A node without a name is one that the arena had no room for. */
static struct en_xml_node *
node_new(struct en_xml_tree *x, const char *name, const char **attributes)
{
    struct en_xml_node *node = en_arena_alloc(&x->arena, sizeof *node);
    size_t n = 0;

    if (!node)
        return NULL;
    name = plain_name(name);
    node->name = en_arena_copy(&x->arena, name, strlen(name) + 1);
    node->line = en_xml_line(x->xml);
    node->pos = en_xml_pos(x->xml);
    while (attributes[2 * n])
        n++;
    if (!node->name || !(node->attributes = en_arena_array(&x->arena, n, sizeof *node->attributes)))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const char *key = attributes[2 * i], *value = attributes[2 * i + 1];

        /* Declarations of namespaces say nothing; a prefix of an attribute ("xsi:type") does no more. */
        if (strncmp(key, "xmlns", 5) == 0 || strncmp(key, "xsi:", 4) == 0 || strncmp(key, "xml:", 4) == 0)
            continue;
        node->attributes[node->n_attributes].name = en_arena_copy(&x->arena, key, strlen(key) + 1);
        node->attributes[node->n_attributes].value = copy(x, value, strlen(value));
        node->n_attributes += node->attributes[node->n_attributes].name != NULL;
    }
    return node;
}

static void
on_root(void *ctx, const char **attributes)
{
    struct en_xml_tree *x = ctx;

    x->sink.root(x->sink.ctx, attributes);
}

static void
on_begin(void *ctx, size_t kind, uint64_t line, uint64_t pos)
{
    struct en_xml_tree *x = ctx;

    (void)line, (void)pos;
    en_arena_reset(&x->arena);
    x->kind = kind;
}

static void
on_attributes(void *ctx, const char **attributes)
{
    struct en_xml_tree *x = ctx;

    x->open[0] = node_new(x, "", attributes);
    x->last[0] = NULL;
}

static void
on_open(void *ctx, unsigned depth, const char *name, const char **attributes)
{
    struct en_xml_tree *x = ctx;
    struct en_xml_node *up = x->open[depth - 1], *node = up ? node_new(x, name, attributes) : NULL;

    x->open[depth] = node;
    x->last[depth] = NULL;
    if (!node)
        return;
    if (x->last[depth - 1])
        x->last[depth - 1]->next = node;
    else
        up->first = node;
    x->last[depth - 1] = node;
}

static void
on_leaf(void *ctx, unsigned depth, const char *name, en_bytes text)
{
    struct en_xml_tree *x = ctx;

    (void)name;
    if (x->open[depth])
        x->open[depth]->text = copy(x, text.p, text.n);
}

static void
on_close(void *ctx, unsigned depth, const char *name)
{
    (void)ctx, (void)depth, (void)name;
}

static en_errc
on_end(void *ctx, en_bytes raw, struct en_err *err)
{
    struct en_xml_tree *x = ctx;

    /* A tree that lacks parts is that of a record far beyond what a record may hold: the sink sees it as empty. */
    if (en_arena_over(&x->arena) || !x->open[0])
        return x->sink.record(x->sink.ctx, x->kind, NULL, raw, err);
    return x->sink.record(x->sink.ctx, x->kind, x->open[0], raw, err);
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

struct en_xml_tree *
en_xml_tree_new(const struct en_xml_shape *shape, struct en_xml_tree_sink sink, struct en_report *report)
{
    struct en_xml_tree *x = en_xcalloc(1, sizeof *x);

    x->sink = sink;
    en_arena_init(&x->arena, EN_MAX_RECORD_ARENA);
    x->xml = en_xml_new(shape,
                        (struct en_xml_sink){ .ctx = x,
                                              .root = on_root,
                                              .begin = on_begin,
                                              .attributes = on_attributes,
                                              .open = on_open,
                                              .leaf = on_leaf,
                                              .close = on_close,
                                              .end = on_end },
                        report);
    return x;
}

en_errc
en_xml_tree_feed(struct en_xml_tree *x, en_bytes chunk, struct en_err *err)
{
    return en_xml_feed(x->xml, chunk, err);
}

en_errc
en_xml_tree_end(struct en_xml_tree *x, struct en_err *err)
{
    return en_xml_end(x->xml, err);
}

void
en_xml_tree_free(struct en_xml_tree *x)
{
    if (!x)
        return;
    en_xml_free(x->xml);
    en_arena_release(&x->arena);
    free(x);
}

uint64_t
en_xml_tree_pos(const struct en_xml_tree *x)
{
    return en_xml_pos(x->xml);
}

uint64_t
en_xml_tree_line(const struct en_xml_tree *x)
{
    return en_xml_line(x->xml);
}

/* --- looking at it ------------------------------------------------------------------------------------------------ */

struct en_xml_node *
en_xml_node_child(struct en_xml_node *node, const char *name, struct en_xml_node *after)
{
    struct en_xml_node *at = after ? after->next : node ? node->first : NULL;

    while (at && strcmp(at->name, name) != 0)
        at = at->next;
    if (at)
        at->used = true;
    return at;
}

en_bytes
en_xml_node_attribute(struct en_xml_node *node, const char *name)
{
    for (size_t i = 0; node && i < node->n_attributes; i++)
        if (strcmp(node->attributes[i].name, name) == 0) {
            node->attributes[i].used = true;
            return node->attributes[i].value;
        }
    return (en_bytes){ NULL, 0 };
}

en_bytes
en_xml_node_text(struct en_xml_node *node, const char *name)
{
    struct en_xml_node *child = en_xml_node_child(node, name, NULL);

    return child ? child->text : (en_bytes){ NULL, 0 };
}

/* The deepest a record's tree can be is EN_MAX_DEPTH. */
void
en_xml_node_pass(struct en_xml_node *node)
{
    if (!node)
        return;
    node->used = true;
    for (size_t i = 0; i < node->n_attributes; i++)
        node->attributes[i].used = true;
    for (struct en_xml_node *c = node->first; c; c = c->next)
        en_xml_node_pass(c);
}

/* --- as values of an identity ------------------------------------------------------------------------------------- */

static en_text
text_of(struct en_list_in *in, en_bytes raw, const struct en_xml_node *at)
{
    en_text t = EN_TEXT_NONE;

    if (at && raw.n) {
        in->line = at->line;
        (void)en_list_in_prose(in, raw, EN_MAX_XML_TEXT, at->pos, &t);
    }
    return t;
}

en_text
en_list_in_tree_text(struct en_list_in *in, struct en_xml_node *node, const char *child)
{
    struct en_xml_node *c = en_xml_node_child(node, child, NULL);

    return c ? text_of(in, c->text, c) : EN_TEXT_NONE;
}

en_text
en_list_in_tree_attribute(struct en_list_in *in, struct en_xml_node *node, const char *name)
{
    return text_of(in, en_xml_node_attribute(node, name), node);
}

void
en_list_in_tree_aside(struct en_list_in *in, struct en_xml_node *node, const char *child, const char *key)
{
    struct en_xml_node *c = NULL;

    while ((c = en_xml_node_child(node, child, c)))
        en_list_in_aside(in, en_text_from_ours(key), text_of(in, c->text, c));
}

/* Names of elements and attributes are input too. */
static void
keep(struct en_list_in *in, const struct en_buf *path, en_bytes raw, const struct en_xml_node *at)
{
    en_text value = text_of(in, raw, at), key = EN_TEXT_NONE;
    void *p;

    if (value.n == 0 || !(p = en_arena_copy(&in->arena, path->p, path->n)))
        return;
    if (!en_list_in_text(in, en_bytes_from(p, path->n), EN_MAX_NAME, at->pos, &key))
        key = EN_TEXT_LIT("?");
    en_list_in_extra(in, key, value, at->pos);
}

static void
rest(struct en_list_in *in, struct en_xml_node *node, struct en_buf *path)
{
    size_t n = path->n;

    for (size_t i = 0; i < node->n_attributes; i++) {
        if (node->attributes[i].used)
            continue;
        en_buf_addf(path, "@%s", node->attributes[i].name);
        keep(in, path, node->attributes[i].value, node);
        path->n = n;
    }
    if (!node->first && !node->used)
        keep(in, path, node->text, node);
    for (struct en_xml_node *c = node->first; c; c = c->next) {
        en_buf_addf(path, "%s%s", n ? "." : "", c->name);
        rest(in, c, path);
        path->n = n;
    }
}

void
en_list_in_tree_rest(struct en_list_in *in, struct en_xml_node *node)
{
    struct en_buf path = EN_BUF_INIT;

    rest(in, node, &path);
    en_buf_release(&path);
}
