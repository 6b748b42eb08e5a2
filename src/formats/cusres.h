/*
 * cusres.h: the dialogue of interactive API: a carrier's PAXLST, the answer CUSRES, a change of mind and its receipt.
 *
 * The reader takes an interchange of either kind and gives, for each message, its head (who asks whom, by which
 * references, about which flight) and a row a person with the carrier's own references. The writer makes a CUSRES out
 * of the head that it answers: references are echoed byte for byte, because a carrier attaches the answer by nothing
 * else. docs/formats/cusres.md
 */
#ifndef EN_FORMATS_CUSRES_H
#define EN_FORMATS_CUSRES_H

#include "base/arena.h"
#include "base/report.h"
#include "base/time.h"
#include "formats/edifact.h"

enum en_cusres_what {
    EN_CUSRES_ASK,     /* PAXLST */
    EN_CUSRES_ANSWER,  /* BGM 962 */
    EN_CUSRES_CHANGE,  /* BGM 132: unsolicited */
    EN_CUSRES_RECEIPT, /* BGM 312: the carrier has read a 132 */
    EN_CUSRES_OTHER,
    EN_CUSRES_WHATS
};

/* A line of the head: RFF+AF, DTM or LOC, in the order of the message that is answered. */
struct en_cusres_line {
    char tag[4];    /* "RFF", "DTM", "LOC" */
    en_text code;   /* "AF", "189", "125" … */
    en_text value;  /* "MU2911", "2506131410", "TPE" */
    en_text format; /* of DTM: "201" */
};

struct en_cusres_head {
    enum en_cusres_what what;
    struct en_edi_marks marks;
    bool una;        /* the separators are announced by UNA */
    uint32_t number; /* message of the file, from 1 */
    en_text syntax, syntax_version;
    en_text from, from_code, to, to_code; /* of UNB, with their qualifiers */
    en_text control, application;
    bool group; /* there is a UNG */
    en_text group_from, group_to, group_control;
    en_text reference, version, release, agency, association; /* of UNH */
    en_text access, access_part;                              /* common access reference and its part: "01:F" */
    en_text function, transaction;                            /* BGM 1001; RFF+TN */
    const struct en_cusres_line *lines;
    size_t n_lines;
};

/* One person of a message. An ERP of the header (ERP+1) is a row without references. */
struct en_cusres_row {
    bool header;
    en_text pnr, reference; /* RFF+AVF, RFF+ABO */
    en_text status;         /* ERC: "0Z" "1Z" "2Z" "4Z" … */
    en_text text;           /* FTX+AAP; "" for none */
};

struct en_cusres_sink {
    void *ctx;
    /* Borrowed for the call. */
    en_errc (*message)(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n,
                       struct en_err *err);
};

struct en_cusres;
struct en_cusres *en_cusres_new(struct en_cusres_sink sink, struct en_report *report);
en_errc en_cusres_feed(struct en_cusres *c, en_bytes chunk, struct en_err *err);
en_errc en_cusres_end(struct en_cusres *c, struct en_err *err);
void en_cusres_free(struct en_cusres *c);

/*
 * Writes the interchange that answers the head (of an ask), changes its mind about it, or acknowledges it (of a
 * change). at: date and time of preparation. control and transaction: of our own, for a change; empty for the others,
 * which echo.
 */
void en_cusres_write(const struct en_cusres_head *to, enum en_cusres_what what, const struct en_cusres_row *rows,
                     size_t n, en_time at, en_text control, en_text transaction, struct en_buf *out);
/* An answer to a message that could not be read: ERP+1, ERC+118. */
void en_cusres_write_unreadable(const struct en_cusres_head *to, en_time at, struct en_buf *out);

/* A head as bytes and back, to answer later. False if they are not of that form. */
void en_cusres_head_pack(const struct en_cusres_head *h, struct en_buf *out);
bool en_cusres_head_unpack(en_bytes in, struct en_arena *a, struct en_cusres_head *out);

#endif
