/*
 * tree.h: the Merkle tree of RFC 6962 section 2.1 over SHA-256.
 *
 * A tree of n leaves is known by its root. Whoever holds the roots of its complete subtrees (a "node" (level, index) is
 * the root over the leaves index * 2^level up to (index + 1) * 2^level) can append to it and make proofs; where nodes
 * are kept is the caller's, through two callbacks. Proofs are verified as RFC 9162 sections 2.1.3.2 and 2.1.4.2
 * describe.
 */
#ifndef EN_LEDGER_TREE_H
#define EN_LEDGER_TREE_H

#include "base/hash.h"

struct en_tree_hash {
    uint8_t b[EN_SHA256_LEN];
};

bool en_tree_hash_eq(const struct en_tree_hash *a, const struct en_tree_hash *b);
/* MTH({entry}) = SHA-256(0x00 || entry), and SHA-256(0x01 || left || right). */
struct en_tree_hash en_tree_leaf(en_bytes entry);
struct en_tree_hash en_tree_node(const struct en_tree_hash *left, const struct en_tree_hash *right);

/* A tree that grows: the roots of the complete subtrees that its size is made of, the largest first. */
#define EN_TREE_LEVELS 63 /* sizes stay below 2^63 */
struct en_tree {
    uint64_t size;
    unsigned n; /* set bits of size */
    struct en_tree_hash peak[EN_TREE_LEVELS];
};
#define EN_TREE_INIT { 0 }

/* Sees each node that an append completes, the leaf itself (level 0) first. */
typedef void en_tree_node_fn(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h);
/* Adds a leaf (its hash). fn may be NULL. */
void en_tree_append(struct en_tree *t, const struct en_tree_hash *leaf, en_tree_node_fn *fn, void *ctx);
/* The root; of the empty tree SHA-256 of nothing. */
struct en_tree_hash en_tree_root(const struct en_tree *t);

/* Gives a complete node of a tree; an error ends what asked for it and is returned there. */
typedef en_errc en_tree_read_fn(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out,
                                struct en_err *err);
struct en_tree_source {
    en_tree_read_fn *read;
    void *ctx;
};

/* The tree of `size` leaves, to go on appending or for its root. Reads at most EN_TREE_LEVELS nodes. */
en_errc en_tree_load(uint64_t size, const struct en_tree_source *from, struct en_tree *out, struct en_err *err);

#define EN_TREE_PROOF_MAX 64
struct en_tree_proof {
    unsigned n;
    struct en_tree_hash h[EN_TREE_PROOF_MAX];
};

/* PATH(index, D[size]), from the leaf's sibling up; EN_E_NOT_FOUND if the tree has no such leaf. */
en_errc en_tree_inclusion(uint64_t index, uint64_t size, const struct en_tree_source *from, struct en_tree_proof *out,
                          struct en_err *err);
/* PROOF(old, D[size]); empty for old == 0 and old == size; EN_E_NOT_FOUND for old > size. */
en_errc en_tree_consistency(uint64_t old, uint64_t size, const struct en_tree_source *from, struct en_tree_proof *out,
                            struct en_err *err);

/* Whether `leaf` is leaf `index` of the tree of `size` leaves with this root. */
bool en_tree_includes(const struct en_tree_hash *leaf, uint64_t index, uint64_t size, const struct en_tree_hash *root,
                      const struct en_tree_proof *proof);
/* Whether the tree of `old` leaves is a prefix of that of `size` leaves. Of the empty tree every tree is one. */
bool en_tree_extends(uint64_t old, const struct en_tree_hash *old_root, uint64_t size, const struct en_tree_hash *root,
                     const struct en_tree_proof *proof);

#endif
