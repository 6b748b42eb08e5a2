/*
 * ledger.c: the node signs its heads, and what a copy that was put back means for them.
 */
#include <string.h>

#include "acts/act.h"
#include "ledger/checkpoint.h"

void
ledger_sign_note(const char *name, const struct en_key *secret, struct en_buf *text)
{
    struct en_note_key key;
    struct en_buf line = EN_BUF_INIT;

    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, secret->public_key, &key);
    en_note_sign(&key, secret, en_buf_bytes(text), 0, &line);
    en_buf_addc(text, '\n');
    en_buf_add(text, line.p, line.n);
    en_buf_release(&line);
}

/* "entente/<id>/<epoch>" */
static void
origin_of(const struct en_node_keys *k, uint32_t epoch, struct en_buf *out)
{
    en_buf_addf(out, "entente/%s/%u", k->partner, epoch);
}

static en_errc
sign_head(void *ctx, const struct en_store_head *h, struct en_buf *origin, struct en_buf *note, struct en_err *err)
{
    const struct en_acts *a = ctx;

    (void)err;
    if (a->rim.keys == NULL)
        return EN_OK;
    origin_of(a->rim.keys, h->epoch, origin);
    en_checkpoint_text((en_text){ origin->p, origin->n }, h->size, &h->root, note);
    ledger_sign_note(origin->p, &a->rim.keys->signing, note);
    return EN_OK;
}

void
ledger_attach(struct en_acts *a)
{
    en_store_set_signer(a->store, sign_head, a);
}

void
ledger_detach(struct en_acts *a)
{
    en_store_set_signer(a->store, NULL, NULL);
}

/*= design.md 6, "After a restore": a node knows its own newest head before it signs. */
en_errc
ledger_may_act(struct en_acts *a, struct en_err *err)
{
    bool doubt = false;
    en_errc rc = en_store_log_doubt(a->store, &doubt, err);

    if (rc == EN_OK && doubt)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "the store was put back from a copy; an admin says first what was lost: entente ledger epoch");
    return rc;
}

bool
ledger_holds(struct en_store *s, uint64_t size, const struct en_tree_hash *root)
{
    struct en_tree_source from = en_store_tree(s);
    struct en_tree tree;
    struct en_tree_hash mine;

    if (size >= (uint64_t)1 << EN_TREE_LEVELS || en_tree_load(size, &from, &tree, NULL) != EN_OK)
        return false;
    mine = en_tree_root(&tree);
    return en_tree_hash_eq(&mine, root);
}
