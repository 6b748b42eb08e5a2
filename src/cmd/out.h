/*
 * out.h: data goes to standard output through a checked buffer; talk goes to standard error.
 *
 * A write that fails is remembered, later output is dropped, and the command ends with EN_E_STORAGE (exit 9): a
 * list that is cut short by a full disk must not look whole. Only checked text reaches a terminal.
 */
#ifndef EN_CMD_OUT_H
#define EN_CMD_OUT_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/report.h"

enum en_style { EN_STYLE_NONE, EN_STYLE_BOLD, EN_STYLE_DIM, EN_STYLE_GOOD, EN_STYLE_BAD };

struct en_out {
    int fd;
    bool colour;   /* styles are written */
    bool terminal; /* a person is looking */
    int failed;    /* errno of the first failed write */
    struct en_buf buf;
};

/* Looks at the descriptor and at NO_COLOR, CLICOLOR_FORCE and TERM. */
void en_out_init(struct en_out *o, int fd);
void en_out_release(struct en_out *o);
void en_out_text(struct en_out *o, en_text t);
void en_out_str(struct en_out *o, const char *ours);
/* Arguments are ours or checked text through EN_TEXT_ARG. */
void en_out_f(struct en_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Appends what b holds (already written output or JSON) and a newline. */
void en_out_line(struct en_out *o, const struct en_buf *b);
/* Writes nothing when colours are off. End a styled piece with EN_STYLE_NONE. */
void en_out_style(struct en_out *o, enum en_style s);
/* Hands everything to the system. EN_E_STORAGE if any write since init failed. */
en_errc en_out_flush(struct en_out *o, struct en_err *err);
/* A long command may stop early when nobody will see its output. */
bool en_out_failed(const struct en_out *o);

/* Columns that text takes on a terminal: combining marks none, East Asian wide letters two. */
size_t en_text_columns(en_text t);

/* Talk on standard error, "entente: " in front, a newline behind. */
void en_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "entente: FILE: line 3, byte 812: sentence"; where may be EN_TEXT_NONE. */
void en_say_err(en_text where, const struct en_err *err);
/* What happened to an input, for people: a line a code with its count and first places. */
void en_say_report(en_text where, const struct en_report *r);

/*
 * Progress on standard error, only when it is a terminal and only after a second: "importing 120,000". total may be
 * 0 (unknown). Cheap enough to be called for every record. en_progress_end wipes the line.
 */
struct en_progress {
    const char *what;
    int64_t started, shown;
    unsigned calls;
};
void en_progress_begin(struct en_progress *p, const char *what);
void en_progress(struct en_progress *p, uint64_t done, uint64_t total);
void en_progress_end(struct en_progress *p);

#endif
