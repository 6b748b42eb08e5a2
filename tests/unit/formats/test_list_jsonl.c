#include "list_test.h"

static const struct {
    const char *line, *expected, *notes;
} lines[] = {
    { "{\"id\":\"1\",\"names\":[{\"full\":\"Amal Selda\"}]}",
      "{\"id\":\"1\",\"programmes\":[],\"ground\":\"\",\"names\":[{\"full\":\"Amal Selda\"}],", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"is_person\":false}", "{\"id\":\"1\",\"is_person\":false,", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ended\":true}", "\"ended\":true", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ended\":null}", "\"full\":\"A\"", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ended\":\"yes\"}", "", "jsonl-member*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"is_person\":0}", "", "jsonl-member*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"programmes\":[\"P\"],\"ground\":\"unsc-2178\"}",
      "\"programmes\":[\"P\"],\"ground\":\"unsc-2178\"", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"programmes\":[\"UNSCR 1373\"]}", "\"ground\":\"unsc-1373\"", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"programmes\":\"P\"}", "", "jsonl-member*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"programmes\":[1]}", "", "jsonl-member*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ground\":\"because\"}", "", "jsonl-ground*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ground\":7}", "", "jsonl-ground*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"ground\":\"\"}", "\"ground\":\"\"", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"source\":{\"line\":77,\"pos\":88}}", "\"source\":{\"line\":1,\"pos\":0}", "" },
    { "{\"id\":\"1\",\"names\":[\"A\"],\"unheard\":[1]}", "{\"key\":\"unheard\",\"value\":\"[1]\"}",
      "~person-member*1" },
    { "{\"id\":\"1\",\"documents\":[{\"type\":\"passport\",\"number\":\"X1\"}]}", "\"names\":[]", "" },
    { "{\"id\":\"1\"}", "", "no-name*1" },
    { "{\"id\":\"\",\"names\":[\"A\"]}", "", "no-id*1" },
    { "{\"id\":5,\"names\":[\"A\"]}", "", "no-id*1" },
    { "{\"names\":[\"A\"]}", "", "no-id*1" },
    { "{\"summary\":{\"identities\":0}}", "", "" },
    { "{\"summary\":{},\"id\":\"1\",\"names\":[\"A\"]}", "{\"key\":\"summary\",\"value\":\"{}\"}", "~person-member*1" },
    { "{\"id\":\"1\",\"id\":\"2\",\"names\":[\"A\"]}", "", "json-duplicate*1" },
    { "{\"id\":\"1\",\"names\":[\"A\"]", "", "json-truncated*1" },
};

static void
each_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_in_list(EN_LIST_JSONL, "", lines[i].line, "\n", lines[i].expected, lines[i].notes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_line) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
