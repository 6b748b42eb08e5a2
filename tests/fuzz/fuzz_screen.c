/*
 * A traveller made from any bytes gets a result in which bits add up, hits are ordered and texts are whole, the same
 * from used and from fresh scratch. A line is a value: n name, b birth date, d document, c nationality, p place, s sex.
 * An input that begins with
 * '+' puts its first person into the index and looks for him; persons are apart by an empty line.
 */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "screen/screen.h"

static struct en_index *ix;
static struct en_query *used;

static const char *const listed[] = {
    "nMarek Orlo\nnМарек Орло\nb1971-03-05\ndX1234567\ncXAA\nsM\npPort Selda",
    "nAbd al-Rahman Mustafa al-Selda\nnعبد الرحمن مصطفى السلدا\nb1965\ncXBB",
    "n李小明\nnLi Xiaoming\nb1980-07-01\nb1981-07-01\ncXDD\nsF",
    "n김철수\nb1990-02\nd1234",
    "nKor Vel Sim Tan Ruk Bel Mor Dan Ado Ina Emo Ula Irk Ost\nb1 March 1950",
    "nJ. R. van der Selda\ncXAA\ncXBB",
    "dY7654321\nb1984-09-17",
    "nประยุทธ์ โอชา\nbcirca 1970",
    "nMarek Orlo\nnMarek Selda\nsF",
};

static void
add_value(struct en_person *p, char kind, en_text t)
{
    struct en_birth b;

    switch (kind) {
    case 'n': (void)en_person_add_name(p, &(struct en_name){ .full = t }); break;
    case 'b':
        if (en_birth_parse(t, &b))
            (void)en_person_add_birth(p, &b);
        break;
    case 'd': (void)en_person_add_doc(p, &(struct en_doc){ .number = t, .issuer = en_country_from_text(EN_TEXT_LIT("XAA")) }); break;
    case 'c': (void)en_person_add_nationality(p, en_country_from_text(t)); break;
    case 'p': (void)en_person_add_place(p, &(struct en_place){ t, EN_COUNTRY_NONE }); break;
    case 's': p->sex = en_sex_from(t); break;
    default: break;
    }
}

/* Reads values up to an empty line; moves b behind it. */
static void
read_person(en_bytes *b, struct en_arena *a, struct en_person *p)
{
    en_person_init(p, a);
    while (b->n) {
        const uint8_t *nl = memchr(b->p, '\n', b->n);
        size_t n = nl ? (size_t)(nl - b->p) : b->n;
        en_text t;

        if (n > 1 && en_text_repair(en_bytes_from(b->p + 1, n - 1), EN_MAX_NAME, a, &t, NULL, NULL) == EN_OK)
            add_value(p, (char)b->p[0], t);
        b->p += n + (nl != NULL);
        b->n -= n + (nl != NULL);
        if (n == 0)
            return;
    }
}

static void
prepare(void)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_arena a;
    char id[8] = "XAA-0";

    en_arena_init(&a, EN_MIB);
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        en_bytes text = en_text_bytes(en_text_from_ours(listed[i]));
        struct en_person p;

        read_person(&text, &a, &p);
        id[4] = (char)('0' + (i < 8 ? i : 0)); /* the last one is another entry of the first */
        en_index_builder_add(b, en_text_from_ours(id), &p, i);
    }
    ix = en_index_builder_finish(b);
    used = en_query_new();
    en_arena_release(&a);
}

static void
check_hit(const struct en_hit *h, double prior)
{
    en_bits sum = 0;

    for (size_t e = 0; e < h->n_evidence; e++) {
        const struct en_evidence *r = &h->evidence[e];

        sum += r->bits;
        EN_ASSERT(r->why && en_utf8_check(en_text_bytes(r->query)) == r->query.n);
        EN_ASSERT(en_utf8_check(en_text_bytes(r->list)) == r->list.n);
    }
    EN_ASSERT(sum == h->bits);
    EN_ASSERT(h->probability == 1 / (1 + exp2(-(prior + h->bits / 64.0))));
}

static void
check_hits(const struct en_hit *hits, size_t n, uint64_t identities)
{
    double prior = en_prior_log2_odds(1e-5, identities);

    EN_ASSERT(n <= 10);
    for (size_t i = 0; i < n; i++) {
        check_hit(&hits[i], prior);
        EN_ASSERT(i == 0 || hits[i - 1].bits > hits[i].bits ||
                  (hits[i - 1].bits == hits[i].bits && en_text_cmp(hits[i - 1].id, hits[i].id) < 0));
    }
}

static void
screen(const struct en_person *p, uint64_t identities, struct en_buf *out)
{
    static const struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    const struct en_hit *hits;
    size_t n;

    en_screen(ix, used, p, &o, &hits, &n);
    check_hits(hits, n, identities);
    en_hits_json(EN_TEXT_LIT("T"), hits, n, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct en_buf first = EN_BUF_INIT, again = EN_BUF_INIT;
    en_bytes in = en_bytes_from(data, size < 4096 ? size : 4096);
    struct en_arena a;
    struct en_person p;
    bool live = in.n && in.p[0] == '+';

    if (!ix)
        prepare();
    en_arena_init(&a, EN_MIB);
    if (live) {
        in.p++, in.n--;
        read_person(&in, &a, &p);
        en_index_put(ix, EN_TEXT_LIT("live"), &p, 99);
    }
    read_person(&in, &a, &p);
    screen(&p, 8 + live, &first);
    en_query_free(used);
    used = en_query_new();
    screen(&p, 8 + live, &again);
    EN_ASSERT(first.n == again.n && memcmp(first.p, again.p, first.n) == 0);
    if (live)
        EN_ASSERT(en_index_remove(ix, EN_TEXT_LIT("live")));
    en_buf_release(&first);
    en_buf_release(&again);
    en_arena_release(&a);
    return 0;
}
