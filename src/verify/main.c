/*
 * main.c: entente-verify, for somebody who was handed a proof and trusts no node: files and keys in, an answer out.
 *
 * It opens the files that it is given and nothing else. man/entente-verify.1 is its page.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/limits.h"
#include "verify/checks.h"

static const struct what {
    const char *word, *args, *help;
    unsigned files;
    size_t most; /* bytes of each */
    bool takes_entry, takes_hash; /* what takes a hash takes no key */
    en_verify_fn *run;
} whats[] = {
    { "proof", "FILE", "an event is in the ledger: with --opening FILE its content too, else --entry HEX", 1,
      2 * EN_NOTE_MAX, true, false, en_verify_proof },
    { "note", "FILE", "a head or a statement is signed", 1, 2 * EN_NOTE_MAX, false, false, en_verify_note },
    { "heads", "OLD NEW", "two heads are of one ledger that only grew", 2, 2 * EN_NOTE_MAX, false, false,
      en_verify_heads },
    { "charter", "FILE", "each version of a charter follows from the first: --hash HEX", 1, 32u * EN_MIB, false, true,
      en_verify_charter },
};
#define WHATS (sizeof whats / sizeof whats[0])

struct asked {
    const struct what *what;
    const char *files[2];
    size_t n_files;
    const char *opening;
    bool has_hash;
    struct en_verify_in in;
};

static int
usage(FILE *to)
{
    fputs("usage: entente-verify WHAT FILE... --key VKEY... [--witness VKEY]... [--quorum N]\n"
          "       entente-verify charter FILE --hash HEX\n\n",
          to);
    for (size_t i = 0; i < WHATS; i++)
        fprintf(to, "  %-8s%-8s  %s\n", whats[i].word, whats[i].args, whats[i].help);
    fputs("\nexit: 0 it holds, 1 it cannot be told from this, 2 usage or unreadable, 7 it does not hold\n", to);
    return to == stdout ? 0 : 2;
}

static en_errc
bad_usage(struct en_err *err, const char *why)
{
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "%s", why);
}

/* --- options ------------------------------------------------------------------------------------------------------ */

static en_errc
add_key(struct en_note_key *keys, size_t *n, const char *v, struct en_err *err)
{
    if (*n == EN_VERIFY_KEYS_MOST)
        return bad_usage(err, "too many keys");
    return en_note_key_parse(en_text_from_ours(v), &keys[(*n)++], err);
}

static en_errc
set_quorum(size_t *out, const char *v, struct en_err *err)
{
    char *end;

    errno = 0;
    *out = strtoul(v, &end, 10);
    return errno != 0 || *end != '\0' || *v < '0' || *v > '9' || *out > EN_VERIFY_KEYS_MOST
               ? bad_usage(err, "--quorum is a number of witnesses")
               : EN_OK;
}

static en_errc
take_option(struct asked *a, const char *name, const char *v, struct en_err *err)
{
    if (v == NULL)
        return bad_usage(err, "an option lacks its value");
    if (strcmp(name, "key") == 0)
        return add_key(a->in.keys, &a->in.n_keys, v, err);
    if (strcmp(name, "witness") == 0)
        return add_key(a->in.witnesses, &a->in.n_witnesses, v, err);
    if (strcmp(name, "quorum") == 0)
        return set_quorum(&a->in.quorum, v, err);
    if (strcmp(name, "opening") == 0) {
        a->opening = v;
        return EN_OK;
    }
    if (strcmp(name, "hash") == 0) {
        a->has_hash = en_unhex(en_text_from_ours(v), a->in.entry, sizeof a->in.entry);
        return a->has_hash ? EN_OK : bad_usage(err, "a hash is 64 hex digits");
    }
    if (strcmp(name, "entry") != 0)
        return bad_usage(err, "there is no such option");
    a->in.has_entry = en_unhex(en_text_from_ours(v), a->in.entry, sizeof a->in.entry);
    return a->in.has_entry ? EN_OK : bad_usage(err, "an entry is 64 hex digits");
}

static en_errc
take_word(struct asked *a, const char *word, struct en_err *err)
{
    if (a->what != NULL && a->n_files < a->what->files) {
        a->files[a->n_files++] = word;
        return EN_OK;
    }
    for (size_t i = 0; i < WHATS && a->what == NULL; i++)
        if (strcmp(word, whats[i].word) == 0)
            a->what = &whats[i];
    return a->n_files > 0 || a->what == NULL ? bad_usage(err, "what is to be verified is proof, note, heads or charter")
                                             : EN_OK;
}

static en_errc
read_arguments(struct asked *a, int argc, char **argv, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (int i = 1; rc == EN_OK && i < argc; i++) {
        bool option = strncmp(argv[i], "--", 2) == 0;

        rc = option ? take_option(a, argv[i] + 2, i + 1 < argc ? argv[i + 1] : NULL, err) : take_word(a, argv[i], err);
        i += option;
    }
    if (rc != EN_OK)
        return rc;
    if (a->what == NULL || a->n_files != a->what->files)
        return bad_usage(err, "say what is to be verified, and its files");
    if (a->what->takes_hash != a->has_hash)
        return bad_usage(err, "a charter, and nothing else, is known by the hash of its first version: --hash HEX");
    if (!a->what->takes_hash && a->in.n_keys == 0)
        return bad_usage(err, "a key is needed: --key NAME+HASH+KEY");
    if (a->what->takes_entry != (a->in.has_entry || a->opening != NULL))
        return bad_usage(err, "a proof is of an entry: --opening FILE or --entry HEX");
    return EN_OK;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static en_errc
read_file(const char *path, size_t most, struct en_buf *out, struct en_err *err)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char piece[8192];
    size_t n;
    bool failed;

    if (f == NULL)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a file cannot be opened: %s", strerror(errno));
    while ((n = fread(piece, 1, sizeof piece, f)) > 0 && out->n <= most)
        en_buf_add(out, piece, n);
    failed = ferror(f) != 0;
    if (f != stdin)
        (void)fclose(f);
    if (failed)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a file cannot be read");
    return out->n > most ? en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a file has more than %zu bytes", most) : EN_OK;
}

static en_errc
run(struct asked *a, struct en_arena *arena, struct en_err *err)
{
    struct en_buf file[2] = { EN_BUF_INIT, EN_BUF_INIT }, opening = EN_BUF_INIT;
    en_errc rc = EN_OK;

    EN_ASSERT(a->what != NULL);
    for (size_t i = 0; rc == EN_OK && i < a->n_files; i++) {
        rc = read_file(a->files[i], a->what->most, &file[i], err);
        a->in.file[i] = en_buf_bytes(&file[i]);
    }
    if (rc == EN_OK && a->opening != NULL) {
        rc = read_file(a->opening, EN_OPENING_MAX, &opening, err);
        rc = rc != EN_OK ? rc : en_opening_parse(en_buf_bytes(&opening), arena, &a->in.opening, err);
        a->in.has_opening = true;
    }
    rc = rc != EN_OK ? rc : a->what->run(&a->in, err);
    en_buf_release(&file[0]);
    en_buf_release(&file[1]);
    en_buf_release(&opening);
    return rc;
}

static int
exit_code(en_errc rc)
{
    if (rc == EN_OK || rc == EN_E_NO || rc == EN_E_INTEGRITY)
        return en_errc_exit(rc);
    return 2;
}

int
main(int argc, char **argv)
{
    struct asked *a = calloc(1, sizeof *a);
    struct en_err err = EN_ERR_INIT;
    struct en_arena arena;
    en_errc rc;

    EN_ASSERT(a != NULL && sodium_init() >= 0);
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return free(a), usage(stdout);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return free(a), printf("entente-verify %s\n", EN_VERSION) < 0;
    if (argc < 2)
        return free(a), usage(stderr);
    en_arena_init(&arena, 2 * EN_OPENING_MAX);
    rc = read_arguments(a, argc, argv, &err);
    rc = rc != EN_OK ? rc : run(a, &arena, &err);
    if (fflush(stdout) != 0 && rc == EN_OK)
        rc = en_err_set(&err, EN_E_NO, EN_NO_POS, "the answer could not be written");
    if (rc == EN_OK)
        puts("good");
    else if (err.line > 0)
        fprintf(stderr, "entente-verify: line %llu: %s\n", (unsigned long long)err.line, err.text);
    else
        fprintf(stderr, "entente-verify: %s\n", err.text);
    en_arena_release(&arena);
    free(a);
    return exit_code(rc);
}
