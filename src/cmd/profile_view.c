#include "cmd/profile_view.h"

#include "cmd/hit_view.h"
#include "cmd/node_call.h"

void
en_profile_view(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_out *o = r->out;
    struct en_buf b = EN_BUF_INIT;

    (void)ctx;
    en_row_texts(row, "programmes", &b);
    en_out_f(o, "accepts      counter-terrorism%s%s\n", b.n > 0 ? " and " : " only", b.n > 0 ? b.p : "");
    en_out_f(o, "retention    travellers without a hit go %lld hours after arrival\n",
             en_row_int(row, "retention_hours"));
    if (en_row_text(row, "legal_basis").n > 0)
        en_out_f(o, "basis        %.*s\n", EN_TEXT_ARG(en_row_text(row, "legal_basis")));
    en_out_f(o, "answers      a carrier waits %lld minutes for a person to look\n",
             en_row_int(row, "answer_minutes"));
    if (en_row_int(row, "reads_an_hour") > 0)
        en_out_f(o, "reading      a person gets at most %lld answers an hour%s\n", en_row_int(row, "reads_an_hour"),
                 json_is_true(json_object_get(row, "read_purpose")) ? ", and none without saying what for" : "");
    else
        en_out_f(o, "reading      a person gets any number of answers%s\n",
                 json_is_true(json_object_get(row, "read_purpose")) ? ", but none without saying what for" : "");
    en_buf_reset(&b);
    en_row_texts(row, "addresses", &b);
    en_out_f(o, "reached at   %s\n", b.n > 0 ? b.p : "no address: it fetches from partners");
    en_out_f(o, "prior        %g of the travellers are expected to be on the list\n", en_row_real(row, "prior"));
    en_out_f(o, "line         a candidate is a hit from probability %g on\n", en_row_real(row, "line"));
    if (en_row_text(row, "tables").n > 0)
        en_out_f(o, "tables       %.*s\n", EN_TEXT_ARG(en_row_text(row, "tables")));
    if (json_object_get(row, "alerts_changed") != NULL)
        en_say("%lld alerts are matched now that were not, or the other way round", en_row_int(row, "alerts_changed"));
    en_say_found_later(row);
    en_buf_release(&b);
}
