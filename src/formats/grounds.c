#include "formats/list.h"

static const char *const words[EN_GROUNDS] = {
    [EN_GROUND_NONE] = "",
    [EN_GROUND_UNSC_1267] = "unsc-1267",
    [EN_GROUND_UNSC_1988] = "unsc-1988",
    [EN_GROUND_UNSC_1373] = "unsc-1373",
    [EN_GROUND_UNSC_2178] = "unsc-2178",
    [EN_GROUND_TERRORISM_LAW] = "terrorism-law",
};

static const struct {
    enum en_list_format format; /* EN_LIST_UNKNOWN: every format without a row of its own */
    const char *programme;
    enum en_ground ground;
} table[] = {
#include "formats/grounds_table.h"
};

const char *
en_ground_word(enum en_ground g)
{
    EN_ASSERT(g < EN_GROUNDS);
    return words[g];
}

bool
en_ground_from(en_text t, enum en_ground *out)
{
    for (enum en_ground g = EN_GROUND_NONE + 1; g < EN_GROUNDS; g++)
        if (en_text_is(t, words[g])) {
            *out = g;
            return true;
        }
    return false;
}

/* The form of a list whose rows the table has, for a list that is published in several. */
static const struct {
    enum en_list_format form, list;
} forms[] = {
    { EN_LIST_OFAC_XML, EN_LIST_OFAC_SDN },
    { EN_LIST_OFAC_ADVANCED, EN_LIST_OFAC_SDN },
    { EN_LIST_EU_XML, EN_LIST_EU_CSV },
};

enum en_ground
en_ground_of_programme(enum en_list_format f, en_text programme)
{
    enum en_ground found = EN_GROUND_NONE;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].form == f)
            f = forms[i].list;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].format != f && table[i].format != EN_LIST_UNKNOWN)
            continue;
        if (!en_text_is_nocase(programme, table[i].programme))
            continue;
        if (table[i].format == f)
            return table[i].ground;
        found = table[i].ground;
    }
    return found;
}
