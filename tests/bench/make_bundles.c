/*
 * make_bundles: what a partner that does not exist sends to a node that does: cmd/bench_partner.h into files.
 *
 *     make_bundles --records N [--parts N] [--seed S] CARD DIR
 *
 * CARD is the card of the node (a rehearsal node). Writes DIR/partner.card and DIR/0001.bundle, 0002 …; prints the
 * fingerprint, which the node's person types. A bundle is written when the one before was taken away, so that a
 * million records need no room.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/bench_partner.h"
#include "daemon/clock.h"

static void
die(const char *what)
{
    fprintf(stderr, "make_bundles: %s\n", what);
    exit(1);
}

/* Under its name when it is whole. */
static void
write_file(const char *path, en_bytes b)
{
    char part[4200];
    FILE *f;

    (void)snprintf(part, sizeof part, "%s.part", path);
    f = fopen(part, "wb");
    if (f == NULL || fwrite(b.p, 1, b.n, f) != b.n || fclose(f) != 0 || rename(part, path) != 0)
        die("a file cannot be written");
}

static void
address_to(struct en_bench_partner *p, const char *path)
{
    struct en_err err = EN_ERR_INIT;
    struct en_card_file file;
    const struct en_card_seal *seal;
    char *text = malloc(EN_CARD_FILE_MAX);
    FILE *f = fopen(path, "rb");
    size_t n = f != NULL && text != NULL ? fread(text, 1, EN_CARD_FILE_MAX, f) : 0;

    if (f == NULL || fclose(f) != 0 ||
        en_card_file_read(en_bytes_from(text, n), NULL, NULL, NULL, &file, &err) != EN_OK)
        die("the card cannot be read");
    seal = en_card_seal_at(&file.card, p->now);
    memcpy(p->to, file.card.keys.partner, sizeof p->to);
    memcpy(p->recipient, seal->recipient, sizeof p->recipient);
    free(text);
}

static void
write_card(const struct en_bench_partner *p, const char *dir)
{
    char path[4096], fingerprint[EN_FINGERPRINT_LEN + 1];
    struct en_buf card = EN_BUF_INIT;

    en_bench_partner_card(p, &card, fingerprint);
    (void)snprintf(path, sizeof path, "%s/partner.card", dir);
    write_file(path, en_buf_bytes(&card));
    en_buf_release(&card);
    printf("%s\n", fingerprint);
    (void)fflush(stdout);
}

int
main(int argc, char **argv)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    struct en_buf sealed = EN_BUF_INIT;
    struct en_err err = EN_ERR_INIT;
    struct en_bench_partner p;
    uint64_t records = 0, parts = 100000, seed = 1;
    char path[4096];
    int i = 1;

    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2)
        *(strcmp(argv[i], "--records") == 0 ? &records : strcmp(argv[i], "--parts") == 0 ? &parts : &seed) =
            strtoull(argv[i + 1], NULL, 10);
    if (argc - i != 2 || records == 0 || parts == 0)
        die("usage: make_bundles --records N [--parts N] [--seed S] CARD DIR");
    en_bench_partner_init(&p, seed, en_clock_now());
    p.records = records;
    p.per_bundle = parts;
    address_to(&p, argv[i]);
    write_card(&p, argv[i + 1]);
    while (p.made < records) {
        if (en_bench_partner_bundle(&p, &sealed, &err) != EN_OK)
            die("a bundle cannot be made");
        while (p.sequence > 1 && access(path, F_OK) == 0)
            (void)nanosleep(&pause, NULL);
        (void)snprintf(path, sizeof path, "%s/%04llu.bundle", argv[i + 1], (unsigned long long)p.sequence);
        write_file(path, en_buf_bytes(&sealed));
    }
    en_buf_release(&sealed);
    en_bench_partner_release(&p);
    return 0;
}
