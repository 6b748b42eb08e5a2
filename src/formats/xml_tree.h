/*
 * xml_tree.h: the records of xml_records.h, each as a small tree, for formats whose entries are nested or say what they
 * say in attributes. Private to formats.
 *
 * A node's name has no prefix ("ns:name" is "name"). What a reader has asked for is marked as used; what is left at the
 * end of an entry is known to be not understood (en_list_in_tree_rest).
 */
#ifndef EN_FORMATS_XML_TREE_H
#define EN_FORMATS_XML_TREE_H

#include "formats/list_in.h"
#include "formats/xml_records.h"

struct en_xml_attribute {
    const char *name;
    en_bytes value;
    bool used;
};

struct en_xml_node {
    const char *name;
    en_bytes text; /* of a leaf */
    struct en_xml_attribute *attributes;
    size_t n_attributes;
    struct en_xml_node *first, *next;
    uint64_t line, pos;
    bool used;
};

struct en_xml_tree_sink {
    void *ctx;
    void (*root)(void *ctx, const char **attributes); /* name, value, …, NULL */
    /* One record; the tree lives for the call. An error ends the reading. */
    en_errc (*record)(void *ctx, size_t kind, struct en_xml_node *node, en_bytes raw, struct en_err *err);
};

struct en_xml_tree;

struct en_xml_tree *en_xml_tree_new(const struct en_xml_shape *shape, struct en_xml_tree_sink sink,
                                    struct en_report *report);
en_errc en_xml_tree_feed(struct en_xml_tree *x, en_bytes chunk, struct en_err *err);
en_errc en_xml_tree_end(struct en_xml_tree *x, struct en_err *err);
void en_xml_tree_free(struct en_xml_tree *x);
/* The place in the file of what the sink is being told. */
uint64_t en_xml_tree_pos(const struct en_xml_tree *x);
uint64_t en_xml_tree_line(const struct en_xml_tree *x);

/* The next child of that name behind `after` (NULL: the first), or NULL; marks it as used. node may be NULL. */
struct en_xml_node *en_xml_node_child(struct en_xml_node *node, const char *name, struct en_xml_node *after);
/* An attribute's value, empty if there is none; marks it as used. */
en_bytes en_xml_node_attribute(struct en_xml_node *node, const char *name);
/* The text of the first child of that name. */
en_bytes en_xml_node_text(struct en_xml_node *node, const char *name);
/* Marks the node and everything in it as used: known, and says nothing that is kept. */
void en_xml_node_pass(struct en_xml_node *node);

/* The same as checked text of the identity. */
en_text en_list_in_tree_text(struct en_list_in *in, struct en_xml_node *node, const char *child);
en_text en_list_in_tree_attribute(struct en_list_in *in, struct en_xml_node *node, const char *name);
/* Keeps a child's text, or each child's, as an extra under this key. */
void en_list_in_tree_aside(struct en_list_in *in, struct en_xml_node *node, const char *child, const char *key);
/* Keeps what was not used as extras under "child.child@attribute", counted as kept-field. */
void en_list_in_tree_rest(struct en_list_in *in, struct en_xml_node *node);

#endif
