#include "cmd/node_call.h"
#include "cmd/table.h"
#include "daemon/file.h"

struct views {
    struct en_table flights;
    struct en_buf carriers;
};

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct views *v = ctx;
    struct en_buf due = EN_BUF_INIT, received = EN_BUF_INIT;

    (void)r;
    if (json_object_get(row, "summary") != NULL) {
        en_say_notes(json_object_get(row, "summary"));
        return;
    }
    if (json_object_get(row, "of") != NULL) {
        en_buf_addf(&v->carriers,
                    "%.*s: %lld expected, %lld complete, %lld late, %lld incomplete, %lld missing, %lld awaited\n",
                    EN_TEXT_ARG(en_row_text(row, "of")), en_row_int(row, "expected"), en_row_int(row, "complete"),
                    en_row_int(row, "late"), en_row_int(row, "incomplete"), en_row_int(row, "missing"),
                    en_row_int(row, "awaited"));
        return;
    }
    en_row_when(row, "due", &due);
    en_row_when(row, "received", &received);
    en_table_text(&v->flights, en_row_text(row, "flight"));
    en_table_f(&v->flights, "%.10s", en_row_text(row, "departs").n > 9 ? en_row_text(row, "departs").p : "-");
    en_table_text(&v->flights, en_row_text(row, "state"));
    en_table_f(&v->flights, "%s", due.p);
    en_table_f(&v->flights, "%s", received.p);
    en_table_f(&v->flights, "%lld", en_row_int(row, "messages"));
    en_table_f(&v->flights, "%lld", en_row_int(row, "travellers"));
    en_buf_release(&due);
    en_buf_release(&received);
}

static en_errc
cmd_flights_report(struct en_run *r, struct en_err *err)
{
    struct views v = { .carriers = EN_BUF_INIT };
    struct en_node_call c;
    struct en_file file = { .fd = -1 };
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    en_table_init(&v.flights, r->out, "flight|departs|state|due|received|>messages|>travellers");
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        rc = en_node_do(&c, "flight-report", &file, 1, show, &v, err);
        en_node_close(&c);
    }
    en_table_end(&v.flights);
    if (v.carriers.n > 0)
        en_out_str(r->out, v.carriers.p);
    en_buf_release(&v.carriers);
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_flights_report = {
    .words = "flights report",
    .args = "SCHEDULE",
    .summary = "compare flights that were expected with the messages that came, by carrier",
    .about =
        "SCHEDULE is CSV with the columns flight, departs (a day), due (when its passengers must be known here, UTC) "
        "and, "
        "if wanted, carrier (docs/formats/schedule.md). A flight is complete, late (the first message came after it "
        "was "
        "due), incomplete (cut, persons refused, or fewer than it says), missing, or awaited. The exit code is 1 when "
        "anything is wanting.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente flights report today.csv", "who has not sent what was due" },
            { NULL, NULL },
        },
    .run = cmd_flights_report,
};
