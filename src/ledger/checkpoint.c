#include "ledger/checkpoint.h"

#include <string.h>

#include "base/base64.h"

bool
en_checkpoint_number(en_bytes digits, uint64_t *out)
{
    uint64_t v = 0;

    if (digits.n == 0 || digits.n > 19 || (digits.n > 1 && digits.p[0] == '0'))
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(digits.p[i] - '0'); /* 19 digits stay below 2^64 */
    }
    *out = v;
    return v < (uint64_t)1 << EN_TREE_LEVELS;
}

bool
en_checkpoint_line(en_bytes *in, en_bytes *line)
{
    const uint8_t *end = in->n ? memchr(in->p, '\n', in->n) : NULL;

    if (end == NULL)
        return false;
    *line = en_bytes_from(in->p, (size_t)(end - in->p));
    *in = en_bytes_from(end + 1, in->n - line->n - 1);
    return true;
}

void
en_checkpoint_text(en_text origin, uint64_t size, const struct en_tree_hash *root, struct en_buf *out)
{
    EN_ASSERT(en_note_name_valid(origin));
    en_buf_addf(out, "%.*s\n%llu\n", EN_TEXT_ARG(origin), (unsigned long long)size);
    en_base64_add(out, EN_BASE64_PADDED, en_bytes_from(root->b, sizeof root->b));
    en_buf_addc(out, '\n');
}

/*= tlog-checkpoint, Note text: origin, tree size, root hash, extension lines. */
en_errc
en_checkpoint_parse(en_bytes text, struct en_checkpoint *out, struct en_err *err)
{
    const struct en_tree empty = EN_TREE_INIT;
    struct en_tree_hash nothing = en_tree_root(&empty);
    en_bytes line;

    memset(out, 0, sizeof *out);
    if (!en_checkpoint_line(&text, &line) || line.n == 0 || line.n > EN_NOTE_NAME_MAX ||
        en_utf8_check(line) != line.n)
        return en_err_set_at(err, EN_E_INPUT, 1, EN_NO_POS, "a checkpoint begins with the origin of its log");
    out->origin = (en_text){ (const char *)line.p, line.n };
    if (!en_checkpoint_line(&text, &line) || !en_checkpoint_number(line, &out->size))
        return en_err_set_at(err, EN_E_INPUT, 2, EN_NO_POS, "a checkpoint has the size of the tree here");
    if (!en_checkpoint_line(&text, &line) || !en_base64_exact(line, EN_BASE64_PADDED, out->root.b, sizeof out->root.b))
        return en_err_set_at(err, EN_E_INPUT, 3, EN_NO_POS, "a checkpoint has the root of the tree here, in base64");
    if (out->size == 0 && !en_tree_hash_eq(&out->root, &nothing))
        return en_err_set_at(err, EN_E_INPUT, 3, EN_NO_POS, "the root of an empty tree is the hash of nothing");
    while (text.n) {
        out->extended = true;
        if (!en_checkpoint_line(&text, &line) || line.n == 0)
            return en_err_set(err, EN_E_INPUT, EN_NO_POS, "extension lines of a checkpoint are not empty");
    }
    return EN_OK;
}

/* A note and, within it, a checkpoint. */
static en_errc
parse_head(en_bytes in, struct en_signed_note *note, struct en_checkpoint *head, struct en_err *err)
{
    en_errc rc = en_note_parse(in, note, err);

    return rc == EN_OK ? en_checkpoint_parse(note->text, head, err) : rc;
}

static void
write_hashes(const struct en_tree_proof *proof, struct en_buf *out)
{
    for (unsigned i = 0; i < proof->n; i++) {
        en_base64_add(out, EN_BASE64_PADDED, en_bytes_from(proof->h[i].b, sizeof proof->h[i].b));
        en_buf_addc(out, '\n');
    }
    en_buf_addc(out, '\n');
}

/* Hashes, one a line, to the empty line behind them. */
static en_errc
parse_hashes(en_bytes *in, uint64_t *line_no, unsigned most, struct en_tree_proof *out, struct en_err *err)
{
    en_bytes line;

    for (out->n = 0;; out->n++) {
        ++*line_no;
        if (!en_checkpoint_line(in, &line))
            return en_err_set_at(err, EN_E_INPUT, *line_no, EN_NO_POS, "a proof ends with an empty line");
        if (line.n == 0)
            return EN_OK;
        if (out->n == most)
            return en_err_set_at(err, EN_E_LIMIT, *line_no, EN_NO_POS, "a proof has at most %u hashes", most);
        if (!en_base64_exact(line, EN_BASE64_PADDED, out->h[out->n].b, sizeof out->h[out->n].b))
            return en_err_set_at(err, EN_E_INPUT, *line_no, EN_NO_POS, "a hash is base64 of 32 bytes");
    }
}

/* The rest of a line behind a word and a blank. */
static bool
behind(en_bytes line, const char *word, en_bytes *rest)
{
    size_t n = strlen(word);

    if (line.n <= n || memcmp(line.p, word, n) != 0)
        return false;
    *rest = en_bytes_from(line.p + n, line.n - n);
    return true;
}

/* --- proofs ------------------------------------------------------------------------------------------ */

#define PROOF_LINE "c2sp.org/tlog-proof@v1"

void
en_log_proof_write(en_bytes extra, uint64_t index, const struct en_tree_proof *proof, en_bytes note,
                   struct en_buf *out)
{
    en_buf_add_str(out, PROOF_LINE "\n");
    if (extra.n) {
        en_buf_add_str(out, "extra ");
        en_base64_add(out, EN_BASE64_PADDED, extra);
        en_buf_addc(out, '\n');
    }
    en_buf_addf(out, "index %llu\n", (unsigned long long)index);
    write_hashes(proof, out);
    en_buf_add(out, note.p, note.n);
}

en_errc
en_log_proof_parse(en_bytes in, struct en_log_proof *out, struct en_err *err)
{
    uint64_t line_no = 2;
    en_bytes line, digits;
    en_errc rc;

    memset(out, 0, sizeof *out);
    if (!en_checkpoint_line(&in, &line) || !en_bytes_eq(line, EN_BYTES_LIT(PROOF_LINE)))
        return en_err_set_at(err, EN_E_INPUT, 1, 0, "a proof begins with " PROOF_LINE);
    if (!en_checkpoint_line(&in, &line))
        return en_err_set_at(err, EN_E_INPUT, 2, EN_NO_POS, "a proof names its index");
    if (behind(line, "extra ", &out->extra)) {
        line_no++;
        if (!en_checkpoint_line(&in, &line))
            return en_err_set_at(err, EN_E_INPUT, line_no, EN_NO_POS, "a proof names its index");
    }
    if (!behind(line, "index ", &digits) || !en_checkpoint_number(digits, &out->index))
        return en_err_set_at(err, EN_E_INPUT, line_no, EN_NO_POS, "a proof names its index: \"index\" and a number");
    rc = parse_hashes(&in, &line_no, EN_TREE_PROOF_MAX, &out->proof, err);
    return rc == EN_OK ? parse_head(in, &out->note, &out->head, err) : rc;
}

en_errc
en_log_proof_verify(const struct en_log_proof *p, const struct en_note_key *log, en_bytes entry, struct en_err *err)
{
    struct en_tree_hash leaf = en_tree_leaf(entry);

    if (!en_text_is(p->head.origin, log->name))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the checkpoint is of another log than this key's");
    switch (en_note_verify(&p->note, log, NULL)) {
    case EN_NOTE_UNSIGNED:
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the checkpoint is not signed by this key");
    case EN_NOTE_BAD:
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the signature of the checkpoint does not hold");
    case EN_NOTE_GOOD:
        break;
    }
    if (!en_tree_includes(&leaf, p->index, p->head.size, &p->head.root, &p->proof))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the entry is not in the tree at this index");
    return EN_OK;
}

/* --- witnessing -------------------------------------------------------------------------------------- */

#define WITNESS_HASHES 63 /* tlog-witness: a client sends no more */

void
en_witness_request_write(uint64_t old, const struct en_tree_proof *proof, en_bytes note, struct en_buf *out)
{
    en_buf_addf(out, "old %llu\n", (unsigned long long)old);
    write_hashes(proof, out);
    en_buf_add(out, note.p, note.n);
}

en_errc
en_witness_request_parse(en_bytes in, struct en_witness_request *out, struct en_err *err)
{
    uint64_t line_no = 1;
    en_bytes line, digits;
    en_errc rc;

    memset(out, 0, sizeof *out);
    if (!en_checkpoint_line(&in, &line) || !behind(line, "old ", &digits) || !en_checkpoint_number(digits, &out->old))
        return en_err_set_at(err, EN_E_INPUT, 1, 0, "a request begins with \"old\" and a size");
    rc = parse_hashes(&in, &line_no, WITNESS_HASHES, &out->proof, err);
    return rc == EN_OK ? parse_head(in, &out->note, &out->head, err) : rc;
}

static enum en_witness_answer
no(enum en_witness_answer a, struct en_err *err, en_errc code, const char *why)
{
    (void)en_err_set(err, code, EN_NO_POS, "%s", why);
    return a;
}

enum en_witness_answer
en_witness_judge(const struct en_witness_request *rq, const struct en_note_key *log,
                 const struct en_witness_state *state, struct en_err *err)
{
    if (!en_text_is(rq->head.origin, log->name))
        return no(EN_WITNESS_UNKNOWN, err, EN_E_NOT_FOUND, "this log is not witnessed here");
    if (en_note_verify(&rq->note, log, NULL) != EN_NOTE_GOOD)
        return no(EN_WITNESS_UNSIGNED, err, EN_E_INTEGRITY, "the checkpoint has no good signature of its log");
    if (rq->old > rq->head.size)
        return no(EN_WITNESS_BAD_REQUEST, err, EN_E_INPUT, "the old size is above the size of the checkpoint");
    if (rq->old != state->size)
        return no(EN_WITNESS_CONFLICT, err, EN_E_BUSY, "the old size is not the one that was cosigned last");
    if (rq->old == rq->head.size && rq->old != 0 && !en_tree_hash_eq(&rq->head.root, &state->root))
        return no(EN_WITNESS_CONFLICT, err, EN_E_INTEGRITY, "one size with two roots: the log is forked");
    if (!en_tree_extends(rq->old, &state->root, rq->head.size, &rq->head.root, &rq->proof))
        return no(EN_WITNESS_INCONSISTENT, err, EN_E_INTEGRITY, "the proof of consistency does not hold");
    return EN_WITNESS_COSIGNS;
}
