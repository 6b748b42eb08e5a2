#include "ledger/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"

#define MAGIC "entente-releases-v1"

/*= envelope.md 2.1: what is signed */
static void
signed_text(uint32_t size, const struct en_tree_hash *root, struct en_buf *out)
{
    en_buf_add_str(out, MAGIC);
    en_buf_put_u32(out, size);
    en_buf_add(out, root->b, sizeof root->b);
}

/* --- signing ------------------------------------------------------------------------------------------------------ */

void
en_batch_init(struct en_batch *b)
{
    memset(b, 0, sizeof *b);
}

void
en_batch_release(struct en_batch *b)
{
    for (size_t i = 0; i <= EN_BATCH_LEVELS; i++)
        free(b->level[i].v);
    memset(b, 0, sizeof *b);
}

static void
keep_node(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    struct en_batch *b = ctx;

    EN_ASSERT(level <= EN_BATCH_LEVELS && index == b->level[level].n);
    if (b->level[level].n == b->level[level].cap) {
        b->level[level].cap = b->level[level].cap ? 2 * b->level[level].cap : 64;
        b->level[level].v = en_xrealloc(b->level[level].v, b->level[level].cap * sizeof *b->level[level].v);
    }
    b->level[level].v[b->level[level].n++] = *h;
}

static en_errc
read_node(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    const struct en_batch *b = ctx;

    (void)err;
    EN_ASSERT(level <= EN_BATCH_LEVELS && index < b->level[level].n);
    *out = b->level[level].v[index];
    return EN_OK;
}

void
en_batch_add(struct en_batch *b, en_bytes release)
{
    struct en_tree_hash leaf = en_tree_leaf(release);

    EN_ASSERT(b->tree.size < EN_BATCH_MAX);
    en_tree_append(&b->tree, &leaf, keep_node, b);
}

void
en_batch_sign(struct en_batch *b, const struct en_key *originator)
{
    struct en_tree_hash root = en_tree_root(&b->tree);
    struct en_buf text = EN_BUF_INIT;

    EN_ASSERT(b->tree.size > 0);
    signed_text((uint32_t)b->tree.size, &root, &text);
    en_seal_sign(originator, EN_PURPOSE_RELEASES, en_buf_bytes(&text), b->sig);
    en_buf_release(&text);
}

void
en_batch_proof(const struct en_batch *b, uint32_t index, struct en_buf *out)
{
    const struct en_tree_source from = { read_node, (void *)b }; /* which only reads */
    struct en_tree_hash root = en_tree_root(&b->tree);
    struct en_tree_proof path;

    EN_ASSERT(en_tree_inclusion(index, b->tree.size, &from, &path, NULL) == EN_OK);
    en_buf_put_u32(out, (uint32_t)b->tree.size);
    en_buf_put_u32(out, index);
    en_buf_add(out, root.b, sizeof root.b);
    en_buf_add(out, b->sig, sizeof b->sig);
    for (unsigned i = 0; i < path.n; i++)
        en_buf_add(out, path.h[i].b, sizeof path.h[i].b);
}

/* --- verifying ---------------------------------------------------------------------------------------------------- */

/*= envelope.md 2.1: a list proof */
en_errc
en_batch_proof_parse(en_bytes in, struct en_batch_proof *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);
    en_bytes root;

    out->size = en_reader_u32(&r);
    out->index = en_reader_u32(&r);
    if (out->size < 1 || out->size > EN_BATCH_MAX || out->index >= out->size)
        en_reader_fail(&r, EN_E_LIMIT, "a list of 1 to 65,536 releases, and one of them");
    root = en_reader_take(&r, EN_SHA256_LEN);
    out->signature = en_reader_take(&r, EN_SEAL_SIG_LEN);
    if (r.failed == EN_OK)
        memcpy(out->root.b, root.p, sizeof out->root.b);
    for (out->path.n = 0; r.failed == EN_OK && en_reader_left(&r) > 0; out->path.n++) {
        en_bytes h = en_reader_take(&r, EN_SHA256_LEN);

        if (r.failed == EN_OK && out->path.n == EN_BATCH_LEVELS)
            en_reader_fail(&r, EN_E_LIMIT, "a path of at most 16 hashes");
        if (r.failed == EN_OK)
            memcpy(out->path.h[out->path.n].b, h.p, EN_SHA256_LEN);
        else
            break;
    }
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

static bool
seen_before(const struct en_batch_seen *seen, const struct en_batch_proof *p, const uint8_t key[EN_SEAL_PUBLIC_LEN])
{
    return seen != NULL && seen->any && seen->size == p->size && en_tree_hash_eq(&seen->root, &p->root) &&
           memcmp(seen->key, key, sizeof seen->key) == 0 && memcmp(seen->sig, p->signature.p, sizeof seen->sig) == 0;
}

static bool
signed_with(const struct en_batch_proof *p, const uint8_t key[EN_SEAL_PUBLIC_LEN], struct en_batch_seen *seen)
{
    struct en_buf text = EN_BUF_INIT;
    bool good;

    if (seen_before(seen, p, key))
        return true;
    signed_text(p->size, &p->root, &text);
    good = en_seal_verify(key, EN_PURPOSE_RELEASES, en_buf_bytes(&text), p->signature);
    en_buf_release(&text);
    if (good && seen != NULL) {
        *seen = (struct en_batch_seen){ .any = true, .size = p->size, .root = p->root };
        memcpy(seen->key, key, sizeof seen->key);
        memcpy(seen->sig, p->signature.p, sizeof seen->sig);
    }
    return good;
}

bool
en_batch_verify(en_bytes proof, en_bytes release, const uint8_t key[EN_SEAL_PUBLIC_LEN], struct en_batch_seen *seen)
{
    struct en_batch_proof p;
    struct en_tree_hash leaf;

    if (en_batch_proof_parse(proof, &p, NULL) != EN_OK)
        return false;
    leaf = en_tree_leaf(release);
    return en_tree_includes(&leaf, p.index, p.size, &p.root, &p.path) && signed_with(&p, key, seen);
}
