/*
 * The dialogues of interactive API in ../shared replay: for each question (PAXLST) and its recorded answer (CUSRES),
 * our writer makes the same segments from the question's head and the answer's statuses; a change of mind and its
 * receipt likewise. Dates of preparation and control numbers are the recorder's and are taken over.
 */
#include "../unit/harness.h"

#include <dirent.h>

#include "base/limits.h"
#include "formats/cusres.h"

#define MESSAGES_MAX 8

struct message {
    struct en_arena arena;
    struct en_cusres_head head;
    struct en_buf packed;
    struct en_cusres_row rows[64];
    size_t n;
};

struct file {
    char name[256];
    struct en_buf bytes, canonical;
    struct message m[MESSAGES_MAX];
    size_t n;
};

static en_text
keep(struct en_arena *a, en_text t)
{
    return t.n > 0 ? en_text_dup(t, a) : EN_TEXT_LIT("");
}

static en_errc
take(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct file *f = ctx;
    struct message *m = &f->m[f->n++];

    (void)err;
    assert_true(f->n <= MESSAGES_MAX && n <= COUNT(m->rows));
    en_arena_init(&m->arena, EN_MIB);
    en_cusres_head_pack(h, &m->packed);
    assert_true(en_cusres_head_unpack(en_buf_bytes(&m->packed), &m->arena, &m->head));
    for (size_t i = 0; i < n; i++)
        m->rows[i] = (struct en_cusres_row){ rows[i].header, keep(&m->arena, rows[i].pnr),
                                             keep(&m->arena, rows[i].reference), keep(&m->arena, rows[i].status),
                                             keep(&m->arena, rows[i].text) };
    m->n = n;
    return EN_OK;
}

static en_errc
add_segment(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    (void)err;
    en_edi_canonical(s, ctx);
    return EN_OK;
}

/* What the bytes say, whatever separators they use. */
static void
canonical(en_bytes in, struct en_buf *out)
{
    struct en_report *r = en_report_new();
    struct en_edi *e = en_edi_new((struct en_edi_sink){ out, add_segment }, r);

    assert_int_equal(en_edi_feed(e, in, NULL), EN_OK);
    assert_int_equal(en_edi_end(e, NULL), EN_OK);
    en_edi_free(e);
    en_report_free(r);
}

static void
read_file(const char *folder, const char *name, struct file *f)
{
    struct en_report *report = en_report_new();
    struct en_cusres *c = en_cusres_new((struct en_cusres_sink){ f, take }, report);
    char path[800], chunk[4096];
    size_t n;
    FILE *in;

    memset(f, 0, sizeof *f);
    (void)snprintf(f->name, sizeof f->name, "%s", name);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    in = fopen(path, "rb");
    assert_non_null(in);
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        en_buf_add(&f->bytes, chunk, n);
    (void)fclose(in);
    for (size_t i = 0; i < f->bytes.n; i++) /* a byte at a time: chunks make no difference */
        assert_int_equal(en_cusres_feed(c, en_bytes_from(f->bytes.p + i, 1), NULL), EN_OK);
    assert_int_equal(en_cusres_end(c, NULL), EN_OK);
    en_cusres_free(c);
    en_report_free(report);
    canonical(en_buf_bytes(&f->bytes), &f->canonical);
}

static void
free_file(struct file *f)
{
    for (size_t i = 0; i < f->n; i++) {
        en_arena_release(&f->m[i].arena);
        en_buf_release(&f->m[i].packed);
    }
    en_buf_release(&f->bytes);
    en_buf_release(&f->canonical);
}

/* The two are of one dialogue: the same kind of head, and the references of one transaction. */
static bool
answers(const struct message *ask, const struct message *answer)
{
    return en_text_eq(ask->head.transaction, answer->head.transaction) &&
           en_text_eq(ask->head.reference, answer->head.reference);
}

/* From UNH to UNT: the numbers of a group that nobody asked for are the recorder's own. */
static en_bytes
message_of(const struct en_buf *b)
{
    const char *from = memmem(b->p, b->n, "UNH+", 4), *to = memmem(b->p, b->n, "UNE+", 4);

    assert_true(from != NULL && to != NULL);
    return en_bytes_from(from, (size_t)(to - from));
}

static void
replay(const struct file *from, const struct message *ask, const struct file *to, const struct message *answer)
{
    /* 2025-06-13 09:30, as the recorder fixed it */
    const en_time at = en_time_from_day(20252) + 9 * EN_TIME_HOUR + 30 * 60 * EN_TIME_SECOND;
    struct en_buf out = EN_BUF_INIT, said = EN_BUF_INIT;
    en_bytes got, want;

    en_cusres_write(&ask->head, answer->head.what, answer->rows, answer->n, at, answer->head.control,
                    answer->head.transaction, &out);
    canonical(en_buf_bytes(&out), &said);
    got = answer->head.what == EN_CUSRES_CHANGE ? message_of(&said) : en_buf_bytes(&said);
    want = answer->head.what == EN_CUSRES_CHANGE ? message_of(&to->canonical) : en_buf_bytes(&to->canonical);
    if (got.n != want.n || memcmp(got.p, want.p, got.n) != 0)
        fail_msg("%s answered:\n%.*s\nbut %s is:\n%.*s", from->name, (int)said.n, said.p, to->name,
                 (int)to->canonical.n, to->canonical.p);
    en_buf_release(&out);
    en_buf_release(&said);
}

static void
test_the_dialogues_replay(void **state)
{
    const char *shared = getenv("ENTENTE_SHARED");
    char folder[512];
    struct dirent **names;
    struct file *files;
    unsigned asked = 0, answered = 0, changes = 0, receipts = 0, persons = 0;
    int n;

    (void)state;
    if (shared == NULL)
        (void)snprintf(folder, sizeof folder, "%s/../shared/data/edifact/deyoz+astra", getenv("ENTENTE_SOURCE"));
    else
        (void)snprintf(folder, sizeof folder, "%s/data/edifact/deyoz+astra", shared);
    n = scandir(folder, &names, NULL, alphasort);
    if (n <= 0) {
        print_message("skipped: there is no %s\n", folder);
        skip();
        return;
    }
    files = calloc((size_t)n, sizeof *files);
    for (int i = 0; i < n; i++)
        if (strstr(names[i]->d_name, ".edi") != NULL)
            read_file(folder, names[i]->d_name, &files[i]);
    for (int i = 0; i < n; i++) {
        for (int k = 0; files[i].n == 1 && k < n; k++) {
            const struct message *a = &files[i].m[0], *b = &files[k].m[0];
            bool one_test = files[k].n == 1 && strncmp(files[i].name, files[k].name, 15) == 0 && k > i;

            if (!one_test || !answers(a, b))
                continue;
            if (a->head.what == EN_CUSRES_ASK && b->head.what == EN_CUSRES_ANSWER) {
                assert_int_equal(a->n >= b->n, true);
                for (size_t r = 0; r < b->n; r++) { /* each is somebody who was asked about */
                    bool found = false;

                    for (size_t q = 0; q < a->n; q++)
                        found = found || (en_text_eq(a->rows[q].pnr, b->rows[r].pnr) &&
                                          en_text_eq(a->rows[q].reference, b->rows[r].reference));
                    assert_true(found);
                }
                persons += (unsigned)b->n;
                replay(&files[i], a, &files[k], b);
                answered++;
            } else if (a->head.what == EN_CUSRES_CHANGE && b->head.what == EN_CUSRES_RECEIPT && k == i + 1) {
                assert_int_equal(a->n, b->n);
                assert_true(en_text_eq(a->rows[0].reference, b->rows[0].reference));
                assert_true(en_text_eq(a->rows[0].status, b->rows[0].status));
                receipts++;
            }
        }
        asked += files[i].n == 1 && files[i].m[0].head.what == EN_CUSRES_ASK;
        /* A change of mind is about a question of the same test, by the same person. */
        for (int k = 0; files[i].n == 1 && files[i].m[0].head.what == EN_CUSRES_CHANGE && k < i; k++) {
            if (files[k].n == 1 && files[k].m[0].head.what == EN_CUSRES_ASK &&
                strncmp(files[i].name, files[k].name, 15) == 0) {
                replay(&files[k], &files[k].m[0], &files[i], &files[i].m[0]);
                changes++;
            }
        }
    }
    print_message("%u questions, %u answers about %u persons, %u changes of mind, %u receipts\n", asked, answered,
                  persons, changes, receipts);
    assert_int_equal(asked, 14);
    assert_int_equal(answered, 11);
    assert_int_equal(changes, 2);
    assert_int_equal(receipts, 2);
    for (int i = 0; i < n; i++) {
        free_file(&files[i]);
        free(names[i]);
    }
    free(files);
    free(names);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_dialogues_replay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
