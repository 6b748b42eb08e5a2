#include "verify/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "ledger/checkpoint.h"

/* Names of keys come from the caller's own command line and hold no control characters. */
static void
say_signed(const char *what, const struct en_note_key *k, uint64_t seconds)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    if (k->type == EN_NOTE_COSIGNATURE && seconds < (uint64_t)INT64_MAX / 1000) {
        en_time_format((en_time)seconds * 1000, at);
        printf("%s %s at %s\n", what, k->name, at);
    } else {
        printf("%s %s\n", what, k->name);
    }
}

/* How many of the witnesses have cosigned; one bad cosignature spoils all. */
static en_errc
count_witnesses(const struct en_verify_in *in, const struct en_signed_note *note, struct en_err *err)
{
    size_t n = 0;

    for (size_t i = 0; i < in->n_witnesses; i++) {
        uint64_t at = 0;

        switch (en_note_verify(note, &in->witnesses[i], &at)) {
        case EN_NOTE_GOOD:
            n++;
            say_signed("witness ", &in->witnesses[i], at);
            break;
        case EN_NOTE_BAD:
            return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the signature of witness %zu does not hold", i + 1);
        case EN_NOTE_UNSIGNED:
            break;
        }
    }
    if (n < in->quorum)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "%zu of the witnesses have signed; %zu are asked for", n,
                          in->quorum);
    return EN_OK;
}

static void
say_head(const struct en_checkpoint *h)
{
    char root[2 * EN_SHA256_LEN + 1];

    en_hex(h->root.b, sizeof h->root.b, root);
    printf("head     %llu events, root %s\n", (unsigned long long)h->size, root);
}

/* --- an entry in a log -------------------------------------------------------------------------------------------- */

en_errc
en_verify_proof(const struct en_verify_in *in, struct en_err *err)
{
    struct en_log_proof *p = calloc(1, sizeof *p);
    const uint8_t *entry = in->has_opening ? in->opening.entry : in->entry;
    en_errc rc;

    EN_ASSERT(p != NULL);
    rc = en_log_proof_parse(in->file[0], p, err);
    if (rc == EN_OK && in->has_opening && in->has_entry && memcmp(in->entry, in->opening.entry, sizeof in->entry) != 0)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the opening is of another entry");
    if (rc == EN_OK && in->has_opening && in->opening.event != p->index + 1)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the opening says another number than the proof");
    if (rc == EN_OK)
        rc = en_log_proof_verify(p, &in->keys[0], en_bytes_from(entry, EN_SHA256_LEN), err);
    if (rc == EN_OK) {
        printf("event    %llu of %s\n", (unsigned long long)p->index + 1, in->keys[0].name);
        if (in->has_opening)
            printf("content  %zu bytes that give this entry\n", in->opening.bytes.n);
        say_head(&p->head);
        rc = count_witnesses(in, &p->note, err);
    }
    free(p);
    return rc;
}

/* --- a note ------------------------------------------------------------------------------------------------------- */

static en_errc
any_signed(const struct en_verify_in *in, const struct en_signed_note *note, struct en_err *err)
{
    size_t good = 0;

    for (size_t i = 0; i < in->n_keys; i++) {
        uint64_t at = 0;

        switch (en_note_verify(note, &in->keys[i], &at)) {
        case EN_NOTE_GOOD:
            good++;
            say_signed("signed by", &in->keys[i], at);
            break;
        case EN_NOTE_BAD:
            return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the signature of key %zu does not hold", i + 1);
        case EN_NOTE_UNSIGNED:
            break;
        }
    }
    return good ? EN_OK : en_err_set(err, EN_E_NO, EN_NO_POS, "none of the given keys has signed this");
}

en_errc
en_verify_note(const struct en_verify_in *in, struct en_err *err)
{
    struct en_signed_note *note = calloc(1, sizeof *note);
    struct en_checkpoint head;
    en_errc rc;

    EN_ASSERT(note != NULL);
    rc = en_note_parse(in->file[0], note, err);
    rc = rc != EN_OK ? rc : any_signed(in, note, err);
    if (rc == EN_OK && en_checkpoint_parse(note->text, &head, NULL) == EN_OK)
        say_head(&head);
    rc = rc != EN_OK ? rc : count_witnesses(in, note, err);
    free(note);
    return rc;
}

/* --- two heads ---------------------------------------------------------------------------------------------------- */

struct heads {
    struct en_signed_note old_note;
    struct en_checkpoint old;
    struct en_witness_request rq; /* the newer head, with its proof */
    bool has_proof;
};

/* A checkpoint, or a request that holds one with its proof. */
static en_errc
read_second(en_bytes in, struct heads *h, struct en_err *err)
{
    en_errc rc;

    h->has_proof = in.n >= 4 && memcmp(in.p, "old ", 4) == 0;
    if (h->has_proof)
        return en_witness_request_parse(in, &h->rq, err);
    rc = en_note_parse(in, &h->rq.note, err);
    return rc != EN_OK ? rc : en_checkpoint_parse(h->rq.note.text, &h->rq.head, err);
}

static en_errc
both_signed(const struct en_verify_in *in, const struct heads *h, struct en_err *err)
{
    for (size_t i = 0; i < in->n_keys; i++) {
        const struct en_note_key *k = &in->keys[i];

        if (en_text_is(h->old.origin, k->name) && en_text_is(h->rq.head.origin, k->name) &&
            en_note_verify(&h->old_note, k, NULL) == EN_NOTE_GOOD &&
            en_note_verify(&h->rq.note, k, NULL) == EN_NOTE_GOOD) {
            printf("log      %s\n", k->name);
            return EN_OK;
        }
    }
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "not both heads are of one log and signed by its key");
}

static en_errc
compare(const struct heads *h, struct en_err *err)
{
    const struct en_checkpoint *a = &h->old, *b = &h->rq.head;

    if (a->size == b->size && en_tree_hash_eq(&a->root, &b->root)) {
        printf("the same head twice\n");
        return EN_OK;
    }
    if (a->size == b->size) {
        printf("fork     one size with two roots, both signed: these two files prove it to anybody\n");
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the log is forked");
    }
    if (!h->has_proof)
        return en_err_set(err, EN_E_NO, EN_NO_POS,
                          "heads of two sizes are compared with a proof: ask the log for its growth since %llu",
                          (unsigned long long)(a->size < b->size ? a->size : b->size));
    if (h->rq.old != a->size)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the proof is from another size than that of the first head");
    if (!en_tree_extends(a->size, &a->root, b->size, &b->root, &h->rq.proof))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the proof does not lead from the one head to the other");
    printf("grown    from %llu to %llu events, nothing was changed\n", (unsigned long long)a->size,
           (unsigned long long)b->size);
    return EN_OK;
}

en_errc
en_verify_heads(const struct en_verify_in *in, struct en_err *err)
{
    struct heads *h = calloc(1, sizeof *h);
    en_errc rc;

    EN_ASSERT(h != NULL);
    rc = en_note_parse(in->file[0], &h->old_note, err);
    rc = rc != EN_OK ? rc : en_checkpoint_parse(h->old_note.text, &h->old, err);
    rc = rc != EN_OK ? rc : read_second(in->file[1], h, err);
    rc = rc != EN_OK ? rc : both_signed(in, h, err);
    rc = rc != EN_OK ? rc : compare(h, err);
    rc = rc != EN_OK ? rc : count_witnesses(in, &h->rq.note, err);
    free(h);
    return rc;
}
