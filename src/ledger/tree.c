#include "ledger/tree.h"

#include <string.h>

bool
en_tree_hash_eq(const struct en_tree_hash *a, const struct en_tree_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct en_tree_hash
en_tree_leaf(en_bytes entry)
{
    struct en_tree_hash h;

    en_sha256_2(EN_BYTES_LIT("\0"), entry, h.b);
    return h;
}

struct en_tree_hash
en_tree_node(const struct en_tree_hash *left, const struct en_tree_hash *right)
{
    uint8_t both[1 + 2 * EN_SHA256_LEN] = { 1 };
    struct en_tree_hash h;

    memcpy(both + 1, left->b, EN_SHA256_LEN);
    memcpy(both + 1 + EN_SHA256_LEN, right->b, EN_SHA256_LEN);
    en_sha256(en_bytes_from(both, sizeof both), h.b);
    return h;
}

/* --- growing ----------------------------------------------------------------------------------------- */

void
en_tree_append(struct en_tree *t, const struct en_tree_hash *leaf, en_tree_node_fn *fn, void *ctx)
{
    struct en_tree_hash h = *leaf;
    uint64_t index = t->size;

    EN_ASSERT(t->size < (uint64_t)1 << EN_TREE_LEVELS);
    if (fn)
        fn(ctx, 0, index, &h);
    for (unsigned level = 0; t->size >> level & 1; level++) {
        h = en_tree_node(&t->peak[--t->n], &h);
        index >>= 1;
        if (fn)
            fn(ctx, level + 1, index, &h);
    }
    t->peak[t->n++] = h;
    t->size++;
}

struct en_tree_hash
en_tree_root(const struct en_tree *t)
{
    struct en_tree_hash h;

    if (t->n == 0) {
        en_sha256(EN_BYTES_LIT(""), h.b);
        return h;
    }
    h = t->peak[t->n - 1];
    for (unsigned i = t->n - 1; i > 0; i--)
        h = en_tree_node(&t->peak[i - 1], &h);
    return h;
}

en_errc
en_tree_load(uint64_t size, const struct en_tree_source *from, struct en_tree *out, struct en_err *err)
{
    uint64_t done = 0;

    *out = (struct en_tree)EN_TREE_INIT;
    EN_ASSERT(size < (uint64_t)1 << EN_TREE_LEVELS);
    for (unsigned level = EN_TREE_LEVELS; level-- > 0;) {
        en_errc rc;

        if (!(size >> level & 1))
            continue;
        rc = from->read(from->ctx, level, done >> level, &out->peak[out->n++], err);
        if (rc != EN_OK)
            return rc;
        done += (uint64_t)1 << level;
    }
    out->size = size;
    return EN_OK;
}

/* --- proofs ------------------------------------------------------------------------------------------ */

/* The largest power of two below n, n > 1, as a shift. */
static unsigned
split_level(uint64_t n)
{
    return 63u - (unsigned)__builtin_clzll(n - 1);
}

/* MTH(D[from : to]); from is a multiple of the largest power of two that fits. */
static en_errc
range(uint64_t from, uint64_t to, const struct en_tree_source *s, struct en_tree_hash *out, struct en_err *err)
{
    struct en_tree_hash part[EN_TREE_LEVELS];
    unsigned n = 0;

    while (from < to) {
        unsigned level = to - from == 1 ? 0 : split_level(to - from);
        en_errc rc;

        if (to - from == (uint64_t)2 << level)
            level++;
        rc = s->read(s->ctx, level, from >> level, &part[n++], err);
        if (rc != EN_OK)
            return rc;
        from += (uint64_t)1 << level;
    }
    *out = part[n - 1];
    for (unsigned i = n - 1; i > 0; i--)
        *out = en_tree_node(&part[i - 1], out);
    return EN_OK;
}

/* Proofs are found from the root down and told from the leaf up. */
static void
turn(struct en_tree_proof *p)
{
    for (unsigned i = 0; i < p->n / 2; i++) {
        struct en_tree_hash h = p->h[i];

        p->h[i] = p->h[p->n - 1 - i];
        p->h[p->n - 1 - i] = h;
    }
}

en_errc
en_tree_inclusion(uint64_t index, uint64_t size, const struct en_tree_source *from, struct en_tree_proof *out,
                  struct en_err *err)
{
    uint64_t lo = 0, hi = size;

    out->n = 0;
    if (index >= size)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the ledger has no such entry at this size");
    while (hi - lo > 1) {
        uint64_t mid = lo + ((uint64_t)1 << split_level(hi - lo));
        bool left = index < mid;
        en_errc rc = left ? range(mid, hi, from, &out->h[out->n++], err) : range(lo, mid, from, &out->h[out->n++], err);

        if (rc != EN_OK)
            return rc;
        if (left)
            hi = mid;
        else
            lo = mid;
    }
    turn(out);
    return EN_OK;
}

/*= RFC 6962 section 2.1.2: SUBPROOF(m, D[n], true). */
en_errc
en_tree_consistency(uint64_t old, uint64_t size, const struct en_tree_source *from, struct en_tree_proof *out,
                    struct en_err *err)
{
    uint64_t lo = 0, hi = size;
    en_errc rc = EN_OK;

    out->n = 0;
    if (old > size)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the ledger was never of that size");
    if (old == 0 || old == size)
        return EN_OK;
    while (rc == EN_OK && hi != old) {
        uint64_t mid = lo + ((uint64_t)1 << split_level(hi - lo));

        if (old <= mid) {
            rc = range(mid, hi, from, &out->h[out->n++], err);
            hi = mid;
        } else {
            rc = range(lo, mid, from, &out->h[out->n++], err);
            lo = mid;
        }
    }
    /* The old tree itself is known to whoever asks, if it is one complete subtree from the left. */
    if (rc == EN_OK && lo != 0)
        rc = range(lo, hi, from, &out->h[out->n++], err);
    turn(out);
    return rc;
}

/*= RFC 9162 section 2.1.3.2 */
bool
en_tree_includes(const struct en_tree_hash *leaf, uint64_t index, uint64_t size, const struct en_tree_hash *root,
                 const struct en_tree_proof *proof)
{
    uint64_t fn = index, sn = size - 1;
    struct en_tree_hash r = *leaf;

    if (index >= size)
        return false;
    for (unsigned i = 0; i < proof->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            r = en_tree_node(&proof->h[i], &r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = en_tree_node(&r, &proof->h[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && en_tree_hash_eq(&r, root);
}

/*= RFC 9162 section 2.1.4.2 */
bool
en_tree_extends(uint64_t old, const struct en_tree_hash *old_root, uint64_t size, const struct en_tree_hash *root,
                const struct en_tree_proof *proof)
{
    uint64_t fn = old - 1, sn = size - 1;
    struct en_tree_hash fr, sr;
    unsigned i = 0;

    if (old > size)
        return false;
    if (old == 0 || old == size)
        return proof->n == 0 && (old == 0 || en_tree_hash_eq(old_root, root));
    if ((old & (old - 1)) == 0) {
        fr = sr = *old_root; /* a complete subtree: the proof begins behind it */
    } else {
        if (proof->n == 0)
            return false;
        fr = sr = proof->h[i++];
    }
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    for (; i < proof->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = en_tree_node(&proof->h[i], &fr);
            sr = en_tree_node(&proof->h[i], &sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = en_tree_node(&sr, &proof->h[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && en_tree_hash_eq(&fr, old_root) && en_tree_hash_eq(&sr, root);
}
