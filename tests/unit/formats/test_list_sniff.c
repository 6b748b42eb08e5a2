#include "list_test.h"

static const struct {
    const char *head;
    size_t n;
    enum en_list_format format;
} heads[] = {
#define IN(s) s, sizeof(s) - 1
    { IN("<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST>"), EN_LIST_UN_XML },
    { IN("\xEF\xBB\xBF \n<CONSOLIDATED_LIST"), EN_LIST_UN_XML },
    { IN("\xFF\xFE<\0C\0O\0N\0S\0O\0L\0I\0D\0A\0T\0E\0D\0_\0L\0I\0S\0T\0>\0"), EN_LIST_UN_XML },
    { IN("<html><body>"), EN_LIST_UNKNOWN },
    { IN("{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}"), EN_LIST_FTM },
    { IN("{\"schema\" : \"Person\" , \"properties\": {\"names\": [\"cut"), EN_LIST_FTM },
    { IN("{\"properties\":{\"schema\":1},\"id\":\"1\",\"names\":[]}"), EN_LIST_JSONL },
    { IN("{\"id\":\"1\",\"programmes\":[]}"), EN_LIST_JSONL },
    { IN("{\"id\":\"1\",\"x\":\"\\\"names\\\":\",\"y\":{\"names\":1}}"), EN_LIST_UNKNOWN },
    { IN("{\"summary\":{}}"), EN_LIST_JSONL },
    { IN("{\"id\":\"1\"}"), EN_LIST_UNKNOWN },
    { IN("{"), EN_LIST_UNKNOWN },
    { IN("[{\"id\":\"1\",\"names\":[]}]"), EN_LIST_UNKNOWN },
    { IN("id,name\n1,A\n"), EN_LIST_CSV },
    { IN("\"Name\" , \"ID\"\r\n"), EN_LIST_CSV },
    { IN("id;name\n1;A\n"), EN_LIST_UNKNOWN },
    { IN("x,\"id,name\"\n"), EN_LIST_UNKNOWN },
    { IN("36,\"A, LTD.\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"), EN_LIST_OFAC_SDN },
    { IN("36,12,\"aka\",\"A-B\",-0- \r\n"), EN_LIST_OFAC_ALT },
    { IN("Last Updated,21/03/2026\r\nName 6,Name 1,Group Type,Regime,Group ID\r\n"), EN_LIST_UK_CSV },
    { IN("Report Date: 23-Sep-2026\nLast Updated,Unique ID,Name 6,Name 1,Regime Name\n"), EN_LIST_UK_CSV },
    { IN("\xEF\xBB\xBF" "fileGenerationDate;Entity_LogicalId;Entity_SubjectType\r\n"), EN_LIST_EU_CSV },
    { IN("1,1,\"1 Road\",\"Town\",\"XAA\",-0- \r\n"), EN_LIST_OFAC_ADD },
    { IN("1,\"; DOB 1990.\"\r\n"), EN_LIST_OFAC_COMMENTS },
    { IN("1,2\r\n"), EN_LIST_UNKNOWN },
    { IN("<export xmlns=\"http://eu.europa.ec/fpi/fsd/export\">"), EN_LIST_EU_XML },
    { IN("<export>"), EN_LIST_UNKNOWN },
    { IN("<?xml version=\"1.0\"?><sdnList>"), EN_LIST_OFAC_XML },
    { IN("<Sanctions><ReferenceValueSets>"), EN_LIST_OFAC_ADVANCED },
    { IN("{\"_embedded\":{\"notices\":[{\"entity_id\":\"1\",\"forename\":\"A\"}]}}"), EN_LIST_INTERPOL },
    { IN("[{\"Event\":{\"Object\":[]}}]"), EN_LIST_MISP },
    { IN("document_number,issuing_state,status\n"), EN_LIST_DOCUMENTS },
    { IN("Last Updated,21/03/2026\r\n"), EN_LIST_UNKNOWN },
    { IN("36,12,fka,\"A-B\",-0- "), EN_LIST_OFAC_ALT },
    { IN("36,12,\"dba\",\"A-B\",-0- \r\n"), EN_LIST_UNKNOWN },
    { IN("36,12,\"aka\",\"A-B\"\r\n"), EN_LIST_UNKNOWN },
    /* A damaged beginning does not hide what follows; a header counts on the first line only. */
    { IN("36,\"A, L\n37,\"B\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"), EN_LIST_OFAC_SDN },
    { IN("garbage\n\n{\"id\":\"1\",\"names\":[]}\n"), EN_LIST_JSONL },
    { IN("{]\n{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{}}\n"), EN_LIST_FTM },
    { IN("garbage\nid,name\n1,A\n"), EN_LIST_UNKNOWN },
    { IN("UNB+UNOA:4+X+Y"), EN_LIST_UNKNOWN },
    { IN(""), EN_LIST_UNKNOWN },
    { IN("  \n"), EN_LIST_UNKNOWN },
#undef IN
};

static void
each_head(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        enum en_list_format f = en_list_sniff(en_bytes_from(heads[i].head, heads[i].n));

        if (f != heads[i].format)
            fail_msg("<%s> is taken for \"%s\"", heads[i].head, en_list_format_word(f));
    }
}

static void
words(void **state)
{
    (void)state;
    for (enum en_list_format f = EN_LIST_UNKNOWN + 1; f < EN_LIST_FORMATS; f++) {
        enum en_list_format back = EN_LIST_UNKNOWN;

        assert_true(en_list_format_from(en_text_from_ours(en_list_format_word(f)), &back));
        assert_int_equal(back, f);
    }
    assert_false(en_list_format_from(EN_TEXT_LIT(""), &(enum en_list_format){ 0 }));
    assert_false(en_list_format_from(EN_TEXT_LIT("xls"), &(enum en_list_format){ 0 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_head),
        cmocka_unit_test(words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
