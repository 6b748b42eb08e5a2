#include "ledger/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first byte says as what the rest is read. What is accepted stands within its input. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct en_signed_note note; /* large; each field is written before it is read */
    static struct en_log_proof proof;
    static struct en_witness_request request;
    struct en_note_key key;
    struct en_checkpoint head;
    en_bytes in;

    if (n < 1)
        return 0;
    in = en_bytes_from(p + 1, n - 1);
    switch (p[0] % 4) {
    case 0:
        if (en_note_parse(in, &note, NULL) == EN_OK) {
            EN_ASSERT(note.n >= 1 && note.text.n >= 1 && note.text.p[note.text.n - 1] == '\n');
            (void)en_checkpoint_parse(note.text, &head, NULL);
        }
        break;
    case 1:
        if (en_log_proof_parse(in, &proof, NULL) == EN_OK)
            EN_ASSERT(proof.proof.n <= EN_TREE_PROOF_MAX);
        break;
    case 2:
        if (en_witness_request_parse(in, &request, NULL) == EN_OK)
            EN_ASSERT(request.proof.n < EN_TREE_PROOF_MAX);
        break;
    case 3:
        if (en_note_key_parse((en_text){ (const char *)in.p, in.n }, &key, NULL) == EN_OK) {
            struct en_buf b = EN_BUF_INIT;

            en_note_key_write(&key, &b);
            EN_ASSERT(b.n == in.n); /* one way to write a key, except for capitals in hex */
            en_buf_release(&b);
        }
        break;
    }
    return 0;
}
