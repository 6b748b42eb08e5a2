/*
 * replay.c: what libFuzzer's main does without libFuzzer. Runs a target over every file of its corpus, over cuts of it
 * and over seeded flips of it, so that the ordinary tests meet truncated and mutated input on every machine.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CUTS    64
#define FLIPS   64
#define SECONDS 20 /* for all of a target's corpus; what is left then is replayed without mutations */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

struct cases {
    uint64_t seed, run;
    time_t until;
};

/* xorshift64*: the same sequence on every machine. */
static uint64_t
next(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717u;
}

/* In a block of its own size, so that a sanitizer sees the first byte read behind it. */
static void
run_copy(struct cases *c, const uint8_t *p, size_t n, unsigned flips)
{
    uint8_t *copy = malloc(n ? n : 1);

    if (copy == NULL)
        abort();
    if (n > 0)
        memcpy(copy, p, n);
    for (unsigned i = 0; i < flips && n > 0; i++)
        copy[next(&c->seed) % n] = (uint8_t)next(&c->seed);
    LLVMFuzzerTestOneInput(copy, n);
    c->run++;
    free(copy);
}

static void
run_file(struct cases *c, const uint8_t *p, size_t n)
{
    size_t step = n / CUTS + 1;

    run_copy(c, p, n, 0);
    for (size_t cut = 0; cut < n && time(NULL) < c->until; cut += step)
        run_copy(c, p, cut, 0);
    for (unsigned i = 0; i < FLIPS && time(NULL) < c->until; i++)
        run_copy(c, p, n, 1 + i % 4);
}

static uint8_t *
read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    uint8_t *p = NULL;
    size_t cap = 0, k;

    *n = 0;
    if (f == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    do {
        if (*n == cap) {
            cap = cap ? cap * 2 : 4096;
            p = realloc(p, cap);
            if (p == NULL)
                abort();
        }
        k = fread(p + *n, 1, cap - *n, f);
        *n += k;
    } while (k > 0);
    fclose(f);
    return p;
}

int
main(int argc, char **argv)
{
    struct cases c = { 88172645463325252u, 0, time(NULL) + SECONDS };
    struct dirent **files;
    char path[4096];
    int n, corpus = 0;

    if (LLVMFuzzerInitialize != NULL)
        LLVMFuzzerInitialize(&argc, &argv);
    n = argc == 2 ? scandir(argv[1], &files, NULL, alphasort) : -1;
    for (int i = 0; i < n; i++) {
        uint8_t *p;
        size_t size;

        if (files[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", argv[1], files[i]->d_name);
            p = read_file(path, &size);
            run_file(&c, p, size);
            free(p);
            corpus++;
        }
        free(files[i]);
    }
    if (n >= 0)
        free(files);
    if (corpus == 0) {
        fprintf(stderr, "a fuzz target needs a corpus: %s\n", argc == 2 ? argv[1] : "give its folder");
        return 1;
    }
    printf("%d inputs, %llu runs\n%d passed, 0 failed\n", corpus, (unsigned long long)c.run, corpus);
    return 0;
}
