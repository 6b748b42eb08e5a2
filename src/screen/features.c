#include "screen/features.h"

#include <string.h>

#define CHINESE_MOST 4u /* characters of a Chinese name, of three bytes each */

static int32_t
at_most(unsigned v, unsigned most)
{
    return (int32_t)(v < most ? v : most);
}

static bool
light(uint16_t flags)
{
    return flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE);
}

/* Han that is read by syllables has become Latin, syllables of Hangul stay what they are. */
static enum en_scripts_case
syllables_case(enum en_script q, bool of_list)
{
    if (q == EN_SCRIPT_HANGUL)
        return EN_SCRIPTS_KOREAN;
    return of_list ? EN_SCRIPTS_CHARACTERS : EN_SCRIPTS_CHINESE;
}

/* Whether a name in Han is longer than a Chinese one: foreigners have four characters and more. */
static bool
foreign(const struct en_query_name *n)
{
    size_t bytes = 0;

    for (unsigned i = 0; i < n->n; i++)
        bytes += n->token[i].text.n;
    return bytes > CHINESE_MOST * 3;
}

static enum en_scripts_case
scripts_case(const struct en_query_name *n, const struct en_word *w, enum en_script l)
{
    static const uint8_t of[EN_SCRIPTS] = {
        [EN_SCRIPT_NONE] = EN_SCRIPTS_OTHER,        [EN_SCRIPT_LATIN] = EN_SCRIPTS_LATIN,
        [EN_SCRIPT_CYRILLIC] = EN_SCRIPTS_CYRILLIC, [EN_SCRIPT_ARABIC] = EN_SCRIPTS_ARABIC,
        [EN_SCRIPT_HEBREW] = EN_SCRIPTS_HEBREW,     [EN_SCRIPT_GREEK] = EN_SCRIPTS_GREEK,
        [EN_SCRIPT_GEORGIAN] = EN_SCRIPTS_CAUCASUS, [EN_SCRIPT_ARMENIAN] = EN_SCRIPTS_CAUCASUS,
        [EN_SCRIPT_HANGUL] = EN_SCRIPTS_HANGUL,     [EN_SCRIPT_KANA] = EN_SCRIPTS_KANA,
        [EN_SCRIPT_HAN] = EN_SCRIPTS_HAN,           [EN_SCRIPT_OTHER] = EN_SCRIPTS_OTHER,
    };

    const struct en_query_token *t = &n->token[0];
    enum en_script q = t->span[0]->script;

    if (t->flags & EN_TOKEN_SYLLABLE && l == EN_SCRIPT_LATIN)
        return syllables_case(q, w->flags & EN_TOKEN_SYLLABLE);
    if (q == EN_SCRIPT_LATIN && w->flags & EN_TOKEN_SYLLABLE)
        return EN_SCRIPTS_BACK;
    if (q == l)
        return q == EN_SCRIPT_LATIN ? EN_SCRIPTS_LATIN : EN_SCRIPTS_SAME;
    if (l == EN_SCRIPT_LATIN)
        return q == EN_SCRIPT_HAN && !foreign(n) ? EN_SCRIPTS_HAN_WORD : (enum en_scripts_case)of[q];
    return q == EN_SCRIPT_LATIN ? EN_SCRIPTS_BACK : EN_SCRIPTS_BETWEEN;
}

/* What is gathered over the pairs. */
struct sums {
    en_bits top[4]; /* the three best, and all others */
    unsigned matched, alone, absent, joined, initials, elsewhere, letters;
    int slip, cost;
    en_bits alone_rarity, absent_rarity;
    int last; /* place in the list's name of the pair before */
};

static void
keep_best(struct sums *m, en_bits bits)
{
    for (unsigned k = 0; k < 3; k++)
        if (bits > m->top[k]) {
            en_bits low = m->top[k];

            m->top[k] = bits;
            bits = low;
        }
    if (bits > 0)
        m->top[3] += bits;
}

static void
matched_pair(struct sums *m, struct en_expander *x, const struct en_segment *s, const struct en_query_name *q,
             const struct en_word *w, const struct en_pair *p)
{
    const struct en_query_token *t = &q->token[p->q_from];

    m->matched += p->bits > 2 * EN_BITS_ONE ? p->l_n : 0;
    m->joined += p->q_n > 1 ? !(t->flags & EN_TOKEN_SYLLABLE) : p->l_n > 1;
    if ((t->flags | w->flags) & EN_TOKEN_INITIAL) {
        m->initials++;
    } else {
        struct en_expansion *e = t->span[p->q_n - 1];
        int most = e->rarity - EN_ALIGN_NOT_A_PAIR,
            cost = p->l_n > 1 ? en_expansion_cost_joined(x, s, e, w->vocab, w[1].vocab, most)
                              : en_expansion_cost(x, s, e, w->vocab, most);

        m->slip = cost > m->slip ? cost : m->slip;
        m->cost += cost;
        m->letters += s->vocab[w->vocab].latin_n + (p->l_n > 1 ? s->vocab[w[1].vocab].latin_n : 0u);
    }
    /* Two tokens of the list written as one say what two tokens say. */
    for (unsigned k = 0; k < p->l_n; k++)
        keep_best(m, k ? p->bits / 2 : p->bits - p->bits / 2 * (p->l_n - 1));
}

static void
sum_pair(struct sums *m, struct en_expander *x, const struct en_segment *s, const struct en_query_name *q,
         const struct en_list_name *l, const struct en_pair *p)
{
    const struct en_word *w = s->words + (p->in ? s->names + p->in - 1 : l)->word_at + p->l_from;
    en_bits rarity;

    m->elsewhere += !!p->in;
    if (p->q_n && p->l_n) {
        if (!light(q->token[p->q_from].flags) && !light(w->flags))
            matched_pair(m, x, s, q, w, p);
    } else if (p->again) {
        return;
    } else if (p->q_n && !en_align_may_lack(q->token[p->q_from].flags)) {
        rarity = q->token[p->q_from].span[0]->rarity;
        m->alone++;
        m->alone_rarity = rarity > m->alone_rarity ? rarity : m->alone_rarity;
    } else if (p->l_n && !en_align_may_lack((uint16_t)w->flags)) {
        rarity = s->vocab[w->vocab].rarest;
        m->absent++;
        m->absent_rarity = rarity > m->absent_rarity ? rarity : m->absent_rarity;
    }
}

/* Tokens of one side beyond those that are paired, where the other has fewer of them. */
static unsigned
beyond(unsigned of_this, unsigned of_other)
{
    return of_this > of_other ? of_this - of_other : 0;
}

void
en_features_of_name(struct en_features *f, struct en_expander *x, const struct en_segment *s,
                    const struct en_query_name *q, const struct en_list_name *l, const struct en_alignment *a,
                    en_bits name)
{
    unsigned of_list = l->n > EN_ALIGN_MAX ? l->n - EN_ALIGN_MAX : 0;
    struct sums m = { .matched = 0 };
    int32_t *v = f->v;

    for (unsigned i = 0; i < a->n; i++)
        sum_pair(&m, x, s, q, l, &a->pair[i]);
    v[EN_AXIS_NONE] = 0;
    v[EN_AXIS_SCRIPTS] = (int32_t)scripts_case(q, &s->words[l->word_at],
                                               (enum en_script)s->vocab[s->words[l->word_at].vocab].script);
    v[EN_AXIS_MATCHED] = at_most(m.matched, 4);
    v[EN_AXIS_ALONE] = at_most(m.alone + beyond(q->beyond, of_list), 3);
    v[EN_AXIS_ABSENT] = at_most(m.absent + beyond(of_list, q->beyond), 3);
    v[EN_AXIS_CONFLICT] = at_most(m.alone < m.absent ? m.alone : m.absent, 2);
    v[EN_AXIS_JOINED] = at_most(m.joined, 2);
    v[EN_AXIS_INITIALS] = at_most(m.initials, 2);
    v[EN_AXIS_ELSEWHERE] = at_most(m.elsewhere, 2);
    v[EN_AXIS_NAME] = name;
    v[EN_AXIS_BEST] = m.top[0];
    v[EN_AXIS_SECOND] = m.top[1];
    v[EN_AXIS_THIRD] = m.top[2];
    v[EN_AXIS_REST] = m.top[3];
    v[EN_AXIS_SLIP] = m.slip;
    v[EN_AXIS_SPELLING] = m.letters ? m.cost / (int)m.letters : 0;
    v[EN_AXIS_ALONE_RARITY] = m.alone_rarity;
    v[EN_AXIS_ABSENT_RARITY] = m.absent_rarity;
}

void
en_features_no_name(struct en_features *f)
{
    memset(f, 0, sizeof *f);
    f->v[EN_AXIS_SCRIPTS] = EN_SCRIPTS_NONE;
}

/* --- the other fields ------------------------------------------------------------------------------- */

void
en_fields_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q,
                   struct en_fields_evidence *out)
{
    out->birth = en_birth_evidence(s, x, q);
    out->doc = en_doc_evidence(s, x, q);
    out->nationality = en_nationality_evidence(s, x, q);
    out->sex = en_sex_evidence(x, q);
    out->place = en_place_evidence(s, x, q);
}

en_bits
en_fields_bits(const struct en_fields_evidence *e)
{
    return e->birth.bits + e->doc.bits + e->nationality.bits + e->sex.bits + e->place.bits;
}

enum birth_kind {
    KIND_NONE,
    KIND_SAME,
    KIND_SLIP,
    KIND_NEAR,
    KIND_FAR,
    KIND_WITHIN,
    KIND_YEAR,
    KIND_YEAR_NEAR,
    KIND_YEAR_FAR
};

static const uint8_t birth_kinds[EN_BIRTH_CASES] = {
    [EN_BIRTH_NONE] = KIND_NONE,
    [EN_BIRTH_SAME] = KIND_SAME,
    [EN_BIRTH_SAME_NEW_YEAR] = KIND_SAME,
    [EN_BIRTH_SWAPPED] = KIND_SLIP,
    [EN_BIRTH_NEW_YEAR] = KIND_SLIP,
    [EN_BIRTH_OTHER_DAY] = KIND_SLIP,
    [EN_BIRTH_OTHER_MONTH] = KIND_SLIP,
    [EN_BIRTH_YEAR_OFF] = KIND_SLIP,
    [EN_BIRTH_SAME_YEAR] = KIND_NEAR,
    [EN_BIRTH_OTHER_YEAR] = KIND_NEAR,
    [EN_BIRTH_NEAR] = KIND_NEAR,
    [EN_BIRTH_YEARS] = KIND_FAR,
    [EN_BIRTH_FAR] = KIND_FAR,
    [EN_BIRTH_WITHIN] = KIND_WITHIN,
    [EN_BIRTH_BESIDE] = KIND_YEAR_NEAR,
    [EN_BIRTH_OUTSIDE_NEAR] = KIND_YEAR_FAR,
    [EN_BIRTH_OUTSIDE] = KIND_YEAR_FAR,
    [EN_BIRTH_YEAR_FITS] = KIND_YEAR,
    [EN_BIRTH_YEAR_ONE] = KIND_YEAR_NEAR,
    [EN_BIRTH_YEAR_NEAR] = KIND_YEAR_FAR,
    [EN_BIRTH_YEAR_FAR] = KIND_YEAR_FAR,
};

void
en_features_of_fields(struct en_features *f, const struct en_fields_evidence *e)
{
    int32_t *v = f->v;

    v[EN_AXIS_BIRTH] = e->birth.kind;
    v[EN_AXIS_BIRTH_KIND] = birth_kinds[e->birth.kind];
    v[EN_AXIS_REGIME] = !e->birth.kind ? 0 : e->birth.kind < EN_BIRTH_WITHIN ? 2 : 1;
    v[EN_AXIS_DOCUMENT] = e->doc.kind;
    v[EN_AXIS_NATIONALITY] = e->nationality.kind;
    v[EN_AXIS_SEX] = e->sex.kind;
    v[EN_AXIS_PLACE] = e->place.kind;
    v[EN_AXIS_TOTAL] = 0;
}
