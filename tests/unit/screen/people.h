/*
 * people.h: fictional persons for tests of the matching engine, made from a seed. Names come in several scripts whose
 * parts belong together, family names are strung together from syllables, so nobody is meant.
 */
#ifndef EN_TESTS_PEOPLE_H
#define EN_TESTS_PEOPLE_H

#include "../harness.h"

#include "base/limits.h"
#include "base/time.h"
#include "screen/screen.h"

struct people {
    struct en_arena arena;
    struct en_person *p;
    en_text *id;
    unsigned n;
};

enum culture { EUROPEAN, RUSSIAN, ARABIC, CHINESE, KOREAN, CULTURES };

/* Given names as written in Latin letters and in the other script. */
static const struct {
    const char *latin, *native;
} given_names[CULTURES][12] = {
    [EUROPEAN] = { { "Marek", "" }, { "Anna", "" }, { "Jonas", "" }, { "Clara", "" }, { "Pieter", "" }, { "Lucia", "" },
                   { "Tomas", "" }, { "Elena", "" }, { "Viktor", "" }, { "Sofia", "" }, { "Andrei", "" }, { "Maria", "" } },
    [RUSSIAN] = { { "Aleksei", "Алексей" }, { "Sergei", "Сергей" }, { "Olga", "Ольга" }, { "Dmitri", "Дмитрий" },
                  { "Natalia", "Наталья" }, { "Igor", "Игорь" }, { "Yelena", "Елена" }, { "Maxim", "Максим" },
                  { "Vera", "Вера" }, { "Pavel", "Павел" }, { "Irina", "Ирина" }, { "Oleg", "Олег" } },
    [ARABIC] = { { "Ahmed", "أحمد" }, { "Mohammed", "محمد" }, { "Hassan", "حسن" }, { "Fatima", "فاطمة" }, { "Khaled", "خالد" },
                 { "Omar", "عمر" }, { "Yusuf", "يوسف" }, { "Ali", "علي" }, { "Salim", "سليم" }, { "Nadia", "نادية" },
                 { "Tariq", "طارق" }, { "Jamal", "جمال" } },
    [CHINESE] = { { "Xiaoming", "小明" }, { "Wei", "伟" }, { "Jing", "静" }, { "Haoran", "浩然" }, { "Meiling", "美玲" },
                  { "Jun", "军" }, { "Lihua", "丽华" }, { "Guoqiang", "国强" }, { "Yan", "燕" }, { "Peng", "鹏" },
                  { "Xin", "鑫" }, { "Zhiyuan", "志远" } },
    [KOREAN] = { { "Cheolsu", "철수" }, { "Minji", "민지" }, { "Jiho", "지호" }, { "Seojun", "서준" }, { "Younghee", "영희" },
                 { "Hyunwoo", "현우" }, { "Sujin", "수진" }, { "Donghyun", "동현" }, { "Eunji", "은지" }, { "Junho", "준호" },
                 { "Haneul", "하늘" }, { "Taeyang", "태양" } },
};

/* Syllables of family names, likewise. */
static const struct {
    const char *latin, *native;
} syllables[CULTURES][12] = {
    [EUROPEAN] = { { "or", "" }, { "lo", "" }, { "sel", "" }, { "da", "" }, { "vin", "" }, { "mar", "" }, { "ken", "" }, { "ti", "" },
                   { "bru", "" }, { "gan", "" }, { "pol", "" }, { "ver", "" } },
    [RUSSIAN] = { { "or", "ор" }, { "lo", "ло" }, { "sel", "сел" }, { "da", "да" }, { "vin", "вин" }, { "mar", "мар" },
                  { "ken", "кен" }, { "ti", "ти" }, { "bru", "бру" }, { "gan", "ган" }, { "pol", "пол" }, { "ver", "вер" } },
    [ARABIC] = { { "sal", "سال" }, { "da", "دا" }, { "ri", "ري" }, { "nu", "نو" }, { "far", "فار" }, { "mi", "مي" }, { "ka", "كا" },
                 { "ban", "بان" }, { "tu", "تو" }, { "zi", "زي" }, { "lam", "لام" }, { "shi", "شي" } },
    [CHINESE] = { { "Li", "李" }, { "Wang", "王" }, { "Zhang", "张" }, { "Liu", "刘" }, { "Chen", "陈" }, { "Yang", "杨" },
                  { "Zhao", "赵" }, { "Huang", "黄" }, { "Zhou", "周" }, { "Wu", "吴" }, { "Xu", "徐" }, { "Sun", "孙" } },
    [KOREAN] = { { "Kim", "김" }, { "Lee", "이" }, { "Park", "박" }, { "Choi", "최" }, { "Jung", "정" }, { "Kang", "강" },
                 { "Cho", "조" }, { "Yoon", "윤" }, { "Jang", "장" }, { "Lim", "임" }, { "Han", "한" }, { "Oh", "오" } },
};

static const char *const states[] = { "XAA", "XBB", "XDD", "XEE", "XFF", "IRQ", "RUS", "CHN", "KOR", "NLD" };

static inline en_text
text_of(struct en_arena *a, const char *s)
{
    return en_text_dup(en_text_from_ours(s), a);
}

static inline void
add_name(struct en_person *p, const char *full, enum en_name_kind kind)
{
    assert_int_equal(en_person_add_name(p, &(struct en_name){ .full = text_of(p->arena, full), .kind = kind }), EN_OK);
}

static inline void
add_birth(struct en_person *p, const char *iso)
{
    struct en_birth b;

    assert_true(en_birth_parse(en_text_from_ours(iso), &b));
    b.as_written = EN_TEXT_NONE;
    assert_int_equal(en_person_add_birth(p, &b), EN_OK);
}

static inline void
add_doc(struct en_person *p, const char *number, const char *issuer)
{
    struct en_doc d = { .type = EN_DOC_PASSPORT,
                        .number = text_of(p->arena, number),
                        .issuer = en_country_from_text(en_text_from_ours(issuer)) };

    assert_int_equal(en_person_add_doc(p, &d), EN_OK);
}

static inline void
add_nationality(struct en_person *p, const char *code)
{
    assert_int_equal(en_person_add_nationality(p, en_country_from_text(en_text_from_ours(code))), EN_OK);
}

static inline void
add_place(struct en_person *p, const char *text, const char *country)
{
    assert_int_equal(en_person_add_place(p, &(struct en_place){ text_of(p->arena, text),
                                                                en_country_from_text(en_text_from_ours(country)) }),
                     EN_OK);
}

/* A family name of two or three syllables (Chinese and Korean: one), in capitals at its start. */
static inline void
family_name(uint64_t *seed, enum culture c, char latin[64], char native[64])
{
    unsigned n = c >= CHINESE ? 1 : 2 + (unsigned)(seeded(seed) % 2);
    size_t at = 0, to = 0;

    for (unsigned i = 0; i < n; i++) {
        unsigned k = (unsigned)(seeded(seed) % COUNT(syllables[c]));

        at += (size_t)snprintf(latin + at, 64 - at, "%s", syllables[c][k].latin);
        to += (size_t)snprintf(native + to, 64 - to, "%s", syllables[c][k].native);
    }
    if (latin[0] >= 'a')
        latin[0] = (char)(latin[0] - 32);
}

static inline void
names_of(uint64_t *seed, enum culture c, struct en_person *p)
{
    char latin[64], native[64], full[256], own[256];
    unsigned g = (unsigned)(seeded(seed) % 12), h = (unsigned)(seeded(seed) % 12);
    bool second = seeded(seed) % 3 == 0;

    family_name(seed, c, latin, native);
    if (c >= CHINESE) {
        snprintf(full, sizeof full, "%s %s", latin, given_names[c][g].latin);
        snprintf(own, sizeof own, "%s%s", native, given_names[c][g].native);
    } else {
        snprintf(full, sizeof full, "%s%s%s %s%s", given_names[c][g].latin, second ? " " : "",
                 second ? given_names[c][h].latin : "", c == ARABIC && seeded(seed) % 2 ? "al-" : "", latin);
        snprintf(own, sizeof own, "%s %s%s%s", given_names[c][g].native, second ? given_names[c][h].native : "",
                 second ? " " : "", native);
    }
    add_name(p, full, EN_NAME_PRIMARY);
    if (c != EUROPEAN && seeded(seed) % 2)
        add_name(p, own, EN_NAME_NATIVE);
}

/* Everything a list may know of one person; how much of it varies. */
static inline void
any_person(uint64_t *seed, struct en_person *p)
{
    enum culture c = (enum culture)(seeded(seed) % CULTURES);
    char text[32];

    names_of(seed, c, p);
    switch (seeded(seed) % 4) {
    case 0:
        break;
    case 1:
        snprintf(text, sizeof text, "%u", 1940 + (unsigned)(seeded(seed) % 65));
        add_birth(p, text);
        break;
    default:
        snprintf(text, sizeof text, "%u-%02u-%02u", 1940 + (unsigned)(seeded(seed) % 65),
                 1 + (unsigned)(seeded(seed) % 12), 1 + (unsigned)(seeded(seed) % 28));
        add_birth(p, text);
    }
    p->sex = (enum en_sex)(seeded(seed) % 3);
    if (seeded(seed) % 4)
        add_nationality(p, states[(unsigned)c + seeded(seed) % 3]);
    if (seeded(seed) % 3 == 0) {
        snprintf(text, sizeof text, "X%07u", (unsigned)(seeded(seed) % 10000000));
        add_doc(p, text, states[(unsigned)c]);
    }
    if (seeded(seed) % 5 == 0)
        add_place(p, "Port Selda", states[(unsigned)c]);
}

static inline struct people
people_new(uint64_t seed, unsigned n)
{
    struct people x = { .n = n };
    char id[24];

    en_arena_init(&x.arena, SIZE_MAX);
    x.p = en_arena_array(&x.arena, n, sizeof *x.p);
    x.id = en_arena_array(&x.arena, n, sizeof *x.id);
    for (unsigned i = 0; i < n; i++) {
        snprintf(id, sizeof id, "XAA-%05u", i);
        x.id[i] = text_of(&x.arena, id);
        en_person_init(&x.p[i], &x.arena);
        any_person(&seed, &x.p[i]);
    }
    return x;
}

static inline void
people_free(struct people *x)
{
    en_arena_release(&x->arena);
}

static inline struct en_index *
people_index(const struct people *x)
{
    struct en_index_builder *b = en_index_builder_new();

    for (unsigned i = 0; i < x->n; i++)
        en_index_builder_add(b, x->id[i], &x->p[i], i);
    return en_index_builder_finish(b);
}

/* --- results ----------------------------------------------------------------------------------------- */

static const struct en_query_options everything = { 1e-5, 100, 0.0, true, EN_BY_INDEX };

struct result {
    const struct en_hit *hits;
    size_t n;
};

static inline struct result
screen(const struct en_index *ix, struct en_query *q, const struct en_person *p, const struct en_query_options *o)
{
    struct result r;

    en_screen(ix, q, p, o, &r.hits, &r.n);
    return r;
}

static inline const struct en_hit *
hit_of(const struct result *r, en_text id)
{
    for (size_t i = 0; i < r->n; i++)
        if (en_text_eq(r->hits[i].id, id))
            return &r->hits[i];
    return NULL;
}

/* Bits of all rows of a field. */
static inline en_bits
bits_of_field(const struct en_hit *h, enum en_field f)
{
    en_bits sum = 0;

    for (size_t i = 0; i < h->n_evidence; i++)
        sum += h->evidence[i].field == f ? h->evidence[i].bits : 0;
    return sum;
}

static inline en_bits
bits_before_competition(const struct en_hit *h)
{
    return h->bits - bits_of_field(h, EN_FIELD_COMPETITION);
}

/* The whole result as text, so that two results can be compared and a difference be seen. */
static inline char *
dump(const struct result *r)
{
    struct en_buf out = EN_BUF_INIT;

    for (size_t i = 0; i < r->n; i++) {
        const struct en_hit *h = &r->hits[i];

        en_buf_addf(&out, "%.*s %d %.17g %llu\n", EN_TEXT_ARG(h->id), h->bits, h->probability,
                    (unsigned long long)h->tag);
        for (size_t e = 0; e < h->n_evidence; e++)
            en_buf_addf(&out, "    %s %d [%.*s] [%.*s] %s\n", en_field_word(h->evidence[e].field), h->evidence[e].bits,
                        EN_TEXT_ARG(h->evidence[e].query), EN_TEXT_ARG(h->evidence[e].list), h->evidence[e].why);
    }
    en_buf_addc(&out, '\0');
    return out.p;
}

#endif
