/*
 * edifact.h: segments out of bytes.
 *
 * The reader is fed chunks of any size. It finds UNA or UNB in whatever stands around an interchange (Type-B
 * address lines, SOH and STX, mail text), learns the separators from UNA, or from UNB where UNA is missing or
 * damaged, and calls its sink once a segment, UNB to UNZ, in the file's order. A file may hold several interchanges.
 * A message whose interchange was taken off (UNH to UNT) is found as well, and its separators are learned from UNH.
 *
 * CR and LF are never data: gateways fold lines at 69 columns in the middle of a word. A segment that lies in
 * one chunk and holds neither CR, LF nor a release character is not copied. A segment beyond EN_MAX_SEGMENT bytes or
 * EN_MAX_COMPONENTS components, and one without a proper tag, is refused in the report, and reading goes on behind its
 * terminator. The result does not depend on how the bytes were cut into chunks.
 */
#ifndef EN_FORMATS_EDIFACT_H
#define EN_FORMATS_EDIFACT_H

#include "base/report.h"

/* Tags and codes of one to three characters as numbers. */
#define EN_EDI1(a)       ((uint32_t)(a))
#define EN_EDI2(a, b)    ((uint32_t)(a) << 8 | (uint32_t)(b))
#define EN_EDI3(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* Service characters. release and repeat are 0 where there is none. */
struct en_edi_marks {
    uint8_t component, element, decimal, release, repeat, terminator;
};

/* One segment. Everything in it is borrowed until the sink returns. */
struct en_edi_segment {
    uint32_t tag;           /* EN_EDI3('N', 'A', 'D') */
    uint64_t number;        /* in the file, from 1 */
    uint64_t pos;           /* where the tag starts in the file */
    size_t elements;        /* the tag is element 0 */
    const en_bytes *parts;  /* all components one after another, released characters restored */
    const uint16_t *first;  /* element i has parts[first[i]] up to parts[first[i + 1] - 1] */
    /*
     * The segment's own bytes where they are canonical and lie in the chunk that was fed, else empty. Valid until feed
     * returns; the terminator follows them.
     */
    en_bytes plain;
};

struct en_edi_sink {
    void *ctx;
    en_errc (*segment)(void *ctx, const struct en_edi_segment *s, struct en_err *err);
};

struct en_edi;

struct en_edi *en_edi_new(struct en_edi_sink sink, struct en_report *report);
void en_edi_free(struct en_edi *e);
en_errc en_edi_feed(struct en_edi *e, en_bytes chunk, struct en_err *err);
/* EN_E_INPUT if no interchange was found at all. */
en_errc en_edi_end(struct en_edi *e, struct en_err *err);
/* Of the interchange being read. */
struct en_edi_marks en_edi_marks(const struct en_edi *e);

/* A component; empty if the segment does not have it. */
static inline en_bytes
en_edi_part(const struct en_edi_segment *s, size_t element, size_t component)
{
    if (element >= s->elements || component >= (size_t)(s->first[element + 1] - s->first[element]))
        return (en_bytes){ NULL, 0 };
    return s->parts[s->first[element] + component];
}

/* Components of an element; 0 if the segment does not have it. */
static inline size_t
en_edi_parts(const struct en_edi_segment *s, size_t element)
{
    return element < s->elements ? (size_t)(s->first[element + 1] - s->first[element]) : 0;
}

/* A code of one to three bytes as a number; 0 for an empty or a longer part. "91" is EN_EDI2('9', '1'). */
static inline uint32_t
en_edi_code(en_bytes part)
{
    uint32_t v = 0;

    if (part.n > 3)
        return 0;
    for (size_t i = 0; i < part.n; i++)
        v = v << 8 | part.p[i];
    return v;
}

static inline bool
en_edi_is(en_bytes part, uint32_t code)
{
    return en_edi_code(part) == code;
}

/*
 * Appends the segment as it would be written with the default service characters, terminator included: the same
 * for two copies of a message that differ in separators and folding only.
 */
void en_edi_canonical(const struct en_edi_segment *s, struct en_buf *out);

/*
 * Checked text of a component in the arena, decoded by the interchange's syntax identifier (UNOA to UNOK, UNOY).
 * UTF-8 is understood wherever it is valid. Controls and bad sequences are repaired, bits of enum en_text_repair in
 * *repairs. EN_E_LIMIT beyond max bytes or at the arena's cap.
 */
en_errc en_edi_text(const struct en_edi *e, en_bytes part, size_t max, struct en_arena *a, en_text *out,
                    unsigned *repairs, struct en_err *err);

/* True if head looks like an interchange, perhaps behind other text. */
bool en_edi_sniff(en_bytes head);

#endif
