#include "formats/xml_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the sink is told, as one line: R root, ( begin, <name open, name=text leaf, /name close, ) end with the raw
 * length. */
struct told {
    struct en_buf text;
};

static void
on_root(void *ctx, const char **attributes)
{
    struct told *t = ctx;

    en_buf_addf(&t->text, "R%s ", attributes[0] ? attributes[1] : "");
}

static void
on_begin(void *ctx, size_t kind, uint64_t line, uint64_t pos)
{
    en_buf_addf(&((struct told *)ctx)->text, "(%zu@%lu:%lu ", kind, (unsigned long)line, (unsigned long)pos);
}

static void
on_open(void *ctx, unsigned depth, const char *name, const char **attributes)
{
    en_buf_addf(&((struct told *)ctx)->text, "<%u%s%s ", depth, name, attributes[0] ? attributes[0] : "");
}

static void
on_leaf(void *ctx, unsigned depth, const char *name, en_bytes text)
{
    struct told *t = ctx;

    en_buf_addf(&t->text, "%u%s=", depth, name);
    en_buf_add(&t->text, text.p, text.n);
    en_buf_addc(&t->text, ' ');
}

static void
on_close(void *ctx, unsigned depth, const char *name)
{
    en_buf_addf(&((struct told *)ctx)->text, "/%u%s ", depth, name);
}

static en_errc
on_end(void *ctx, en_bytes raw, struct en_err *err)
{
    (void)err;
    en_buf_addf(&((struct told *)ctx)->text, ")%zu ", raw.n);
    return EN_OK;
}

static const struct en_xml_shape shape = { "L", { { "AS", "A" }, { "BS", "BOX" } } };

static const struct {
    const char *xml, *told, *codes;
} cases[] = {
    { "<L v=\"1\"><AS><A><x>1</x><y k=\"2\"><z>3</z></y></A></AS></L>",
      "R1 (0@1:13 <1x 1x=1 <1yk <2z 2z=3 /1y )36 ", "" },
    { "<L><BS><BOX/></BS><AS><A></A></AS></L>", "R (1@1:7 )6 (0@1:22 )7 ", "" },
    { "<L><AS/><CS/><BS/></L>", "R ", "xml-outside" },
    { "<L><AS><C>1</C><A/></AS></L>", "R (0@1:15 )4 ", "xml-record" },
    { "<M/>", "", "xml-root" },
    { "", "", "xml-truncated" },
    { "<L><AS><A>", "R (0@1:7 ", "xml-truncated" },
    { "<!DOCTYPE L><L/>", "", "xml-doctype" },
    { "<L><AS><A>t<x/></A></AS></L>", "R (0@1:7 <1x 1x= )12 ", "xml-mixed" },
    { "<L><AS><A><x></y></A>\n<A/></AS></L>", "R (0@1:7 <1x (0@2:22 )4 ", "xml-syntax" },
    { "<L><AS><A><A><x>1</x></A></AS></L>", "R (0@1:7 (0@1:10 <1x 1x=1 )15 ", "xml-syntax" },
    { "<L><AS><A <x>1</x></A><A/></AS></L>", "R (0@1:22 )4 ", "xml-syntax" },
    { "<L><AS><A>&e;</A><Ax/><A>\n</A></AS></L>", "R (0@1:7 (0@1:22 )8 ", "xml-entity" },
    { "<L><AS><A></B>", "R (0@1:7 ", "xml-syntax" },
    { "<L><AS><A></B><BOX", "R (0@1:7 ", "xml-syntax" },
    { "<?xml version=\"1.0\" encoding=\"latin-9-or-so\"?><L/>", "", "xml-encoding" },
    { "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><L><AS><A></B><A><x>\xe9</x></A></AS></L>",
      "R (0@1:50 (0@1:57 <1x 1x=\xc3\xa9 )15 ", "xml-syntax" },
};

static void
check(size_t i, size_t step)
{
    struct told t = { EN_BUF_INIT };
    struct en_report *r = en_report_new();
    struct en_xml *x = en_xml_new(&shape,
                                  (struct en_xml_sink){ &t, on_root, on_begin, on_open, on_leaf, on_close, on_end }, r);
    struct en_buf codes = EN_BUF_INIT;
    size_t n = strlen(cases[i].xml);
    en_errc e = EN_OK;

    for (size_t k = 0; k < n && !e; k += step)
        e = en_xml_feed(x, en_bytes_from(cases[i].xml + k, n - k < step ? n - k : step), NULL);
    if (!e)
        (void)en_xml_end(x, NULL);
    for (size_t k = 0; k < en_report_codes(r); k++)
        en_buf_addf(&codes, "%s%s", k ? " " : "", en_report_code(r, k, NULL, NULL));
    en_buf_addc(&codes, '\0');
    en_buf_addc(&t.text, '\0');
    if (strcmp(t.text.p, cases[i].told) != 0 || strcmp(codes.p, cases[i].codes) != 0)
        fail_msg("%s in steps of %zu:\n%s\n%s", cases[i].xml, step, t.text.p, codes.p);
    en_xml_free(x);
    en_buf_release(&codes);
    en_buf_release(&t.text);
    en_report_free(r);
}

static void
each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= strlen(cases[i].xml) + 1; step++)
            check(i, step);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_case) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
