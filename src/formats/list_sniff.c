/*
 * What a file is, by its first bytes. Names and extensions are not asked: they lie.
 */
#include <string.h>

#include "formats/list.h"

static bool
is_space(uint8_t b)
{
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
}

static bool
contains(en_bytes hay, const char *needle)
{
    return hay.n && memmem(hay.p, hay.n, needle, strlen(needle)) != NULL;
}

/* --- XML: possibly UTF-16, so blanks between the letters are passed over ------------------------------------------ */

static bool
has_word_wide(en_bytes head, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i < head.n; i++) {
        size_t k = 0;

        for (size_t at = i; k < n && at < head.n && head.p[at] == (uint8_t)word[k]; k++)
            at += at + 1 < head.n && head.p[at + 1] == 0 ? 2 : 1;
        if (k == n)
            return true;
    }
    return false;
}

/* --- JSON: the members of the first object ------------------------------------------------------------------------ */

struct members {
    bool schema, properties, id, names, programmes, summary;
};

static void
see_member(struct members *m, const uint8_t *p, size_t n)
{
    static const char *const known[] = { "schema", "properties", "id", "names", "programmes", "summary" };
    bool *const places[] = { &m->schema, &m->properties, &m->id, &m->names, &m->programmes, &m->summary };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == n && memcmp(known[i], p, n) == 0)
            *places[i] = true;
}

/* The end of the string whose opening quote is at i - 1, or n. */
static size_t
skip_string(en_bytes t, size_t i)
{
    while (i < t.n && t.p[i] != '"')
        i += t.p[i] == '\\' ? 2 : 1;
    return i < t.n ? i : t.n;
}

/* Notes every member's name at depth 1 until the first object ends or the head does. */
static struct members
members_of(en_bytes t)
{
    struct members m = { 0 };
    unsigned depth = 0;

    for (size_t i = 0; i < t.n; i++) {
        size_t from = i + 1;

        switch (t.p[i]) {
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (depth <= 1)
                return m;
            depth--;
            break;
        case '"':
            i = skip_string(t, from);
            for (size_t k = i + 1; depth == 1 && k < t.n; k++) {
                if (t.p[k] == ':')
                    see_member(&m, t.p + from, i - from);
                if (!is_space(t.p[k]))
                    break;
            }
            break;
        }
    }
    return m;
}

static enum en_list_format
sniff_json(en_bytes t)
{
    struct members m = members_of(t);

    if (m.schema && m.properties)
        return EN_LIST_FTM;
    return (m.id && (m.names || m.programmes)) || m.summary ? EN_LIST_JSONL : EN_LIST_UNKNOWN;
}

/* --- CSV: the first line ------------------------------------------------------------------------------------------ */

struct cells {
    size_t n;
    en_bytes first[4];
    bool id, name;
    bool name_6, regime; /* UK */
    bool number, issuer, status; /* documents */
};

static en_bytes
cell_trim(en_bytes b)
{
    b = en_bytes_trim(b);
    if (b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"')
        b = (en_bytes){ b.p + 1, b.n - 2 };
    return en_bytes_trim(b);
}

static bool
cell_is(en_bytes cell, const char *word)
{
    return en_text_is_nocase((en_text){ (const char *)cell.p, cell.n }, word);
}

/* The cells of the first line; a quote that stays open makes one long cell, which then is none of ours. */
static struct cells
cells_of(en_bytes t)
{
    struct cells c = { 0 };
    bool quoted = false;
    size_t from = 0;

    for (size_t i = 0; i <= t.n; i++) {
        bool ends = i == t.n || (!quoted && (t.p[i] == '\n' || t.p[i] == '\r'));

        if (i < t.n && t.p[i] == '"')
            quoted = !quoted;
        if (ends || (!quoted && t.p[i] == ',')) {
            en_bytes cell = cell_trim((en_bytes){ t.p + from, i - from });

            if (c.n < 4)
                c.first[c.n] = cell;
            c.id = c.id || cell_is(cell, "id");
            c.name = c.name || cell_is(cell, "name");
            c.name_6 = c.name_6 || cell_is(cell, "name 6");
            c.number = c.number || cell_is(cell, "document_number");
            c.issuer = c.issuer || cell_is(cell, "issuing_state");
            c.status = c.status || cell_is(cell, "status");
            c.regime = c.regime || cell_is(cell, "regime") || cell_is(cell, "regime name");
            c.n++;
            from = i + 1;
        }
        if (ends)
            break;
    }
    return c;
}

static bool
starts(en_bytes t, const char *word)
{
    size_t n = strlen(word);

    if (t.n && t.p[0] == '"')
        t = (en_bytes){ t.p + 1, t.n - 1 };
    return t.n >= n && memcmp(t.p, word, n) == 0;
}

static bool
is_number(en_bytes b)
{
    size_t i = 0;

    while (i < b.n && b.p[i] >= '0' && b.p[i] <= '9')
        i++;
    return b.n > 0 && b.n < 12 && i == b.n;
}

/* The first line ends with a cell in quotes, which are closed. */
static bool
ends_quoted(en_bytes t)
{
    const uint8_t *lf = memchr(t.p, '\n', t.n);
    en_bytes line = en_bytes_trim(lf ? en_bytes_from(t.p, (size_t)(lf - t.p)) : t);

    return line.n > 1 && line.p[line.n - 1] == '"' && line.p[line.n - 2] != ',';
}

/*
 *= OFAC data specification: SDN rows have 12 columns, ALT rows 5 (ent_num, alt_num, alt_type, alt_name, alt_remarks),
 * ADD rows 6, rows of comments 2.
 */
static enum en_list_format
sniff_csv(en_bytes t, bool first)
{
    struct cells c = cells_of(t);

    if (starts(t, "fileGenerationDate;Entity_") || starts(t, "Entity_LogicalId;"))
        return EN_LIST_EU_CSV;
    if (c.name_6 && c.regime)
        return EN_LIST_UK_CSV;
    if (first && c.number && c.issuer && c.status)
        return EN_LIST_DOCUMENTS;
    if (first && c.id && c.name)
        return EN_LIST_CSV;
    if (c.n == 12 && is_number(c.first[0]))
        return EN_LIST_OFAC_SDN;
    if (c.n == 5 && is_number(c.first[0]) && is_number(c.first[1]) &&
        (cell_is(c.first[2], "aka") || cell_is(c.first[2], "fka") || cell_is(c.first[2], "nka")))
        return EN_LIST_OFAC_ALT;
    if (c.n == 6 && is_number(c.first[0]) && is_number(c.first[1]))
        return EN_LIST_OFAC_ADD;
    if (c.n == 2 && is_number(c.first[0]) && ends_quoted(t))
        return EN_LIST_OFAC_COMMENTS;
    return EN_LIST_UNKNOWN;
}

/* --- lines: a damaged first line must not hide what the file is ------------------------------- */

/* Lines that are looked at. */
#define LINES 10

/* Behind the end of the first line, and blanks; nothing is left at the end. */
static en_bytes
next_line(en_bytes t)
{
    const uint8_t *lf = memchr(t.p, '\n', t.n);

    if (!lf)
        return (en_bytes){ t.p + t.n, 0 };
    t = (en_bytes){ lf + 1, (size_t)(t.p + t.n - lf - 1) };
    while (t.n && is_space(t.p[0]))
        t = (en_bytes){ t.p + 1, t.n - 1 };
    return t;
}

static enum en_list_format
sniff_lines(en_bytes t)
{
    for (int i = 0; i < LINES && t.n; i++, t = next_line(t)) {
        enum en_list_format f = t.p[0] == '{' ? sniff_json(t) : sniff_csv(t, i == 0);

        if (f != EN_LIST_UNKNOWN)
            return f;
    }
    return EN_LIST_UNKNOWN;
}

/* --- whole documents ---------------------------------------------------------------------------------------------- */

/* By the name of the root element. The longer name stands before the shorter one. */
static enum en_list_format
sniff_xml(en_bytes head)
{
    static const struct {
        const char *root, *also;
        enum en_list_format format;
    } roots[] = {
        { "CONSOLIDATED_LIST", "", EN_LIST_UN_XML },
        { "<sdnList", "", EN_LIST_OFAC_XML },
        { "<Sanctions", "<ReferenceValueSets", EN_LIST_OFAC_ADVANCED },
        { "<export", "sanctionEntity", EN_LIST_EU_XML },
        { "<export", "/fsd/export", EN_LIST_EU_XML },
    };

    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if ((contains(head, roots[i].root) || has_word_wide(head, roots[i].root)) &&
            (contains(head, roots[i].also) || has_word_wide(head, roots[i].also)))
            return roots[i].format;
    return EN_LIST_UNKNOWN;
}

/* One JSON text of several lines: notices of INTERPOL, events of MISP. Lines of ours have neither of these members. */
static enum en_list_format
sniff_document(en_bytes head)
{
    if (contains(head, "\"entity_id\"") && (contains(head, "\"forename\"") || contains(head, "\"notices\"")))
        return EN_LIST_INTERPOL;
    if (contains(head, "\"Event\"") && (contains(head, "\"Object\"") || contains(head, "\"Attribute\"")))
        return EN_LIST_MISP;
    return EN_LIST_UNKNOWN;
}

enum en_list_format
en_list_sniff(en_bytes head)
{
    if (head.n >= 3 && memcmp(head.p, "\xEF\xBB\xBF", 3) == 0)
        head = (en_bytes){ head.p + 3, head.n - 3 };
    while (head.n && is_space(head.p[0]))
        head = (en_bytes){ head.p + 1, head.n - 1 };
    if (head.n == 0)
        return EN_LIST_UNKNOWN;
    if (head.p[0] == '<' || head.p[0] == 0xFF || head.p[0] == 0xFE)
        return sniff_xml(head);
    if (head.p[0] == '{' || head.p[0] == '[') {
        enum en_list_format f = sniff_document(head);

        if (f != EN_LIST_UNKNOWN)
            return f;
    }
    return sniff_lines(head);
}
