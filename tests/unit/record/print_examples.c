/*
 * print_examples.c: writes what docs/formats/records holds into a folder: KIND.json each, bundle.json with all, the
 * table of fields (kinds.md) and the schema of the extension (record.schema.json).
 *
 * usage: print_examples FOLDER
 */
#include <stdio.h>

#include "examples.h"

static void
write_file(const char *folder, const char *name, const char *ending, const struct en_buf *b)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    f = fopen(path, "w");
    EN_ASSERT(f != NULL && fwrite(b->p, 1, b->n, f) == b->n && fputc('\n', f) != EOF && fclose(f) == 0);
}

static const char *
type_word(const struct en_record_field *f)
{
    static const char *const words[] = {
        [EN_VALUE_TEXT] = "text",     [EN_VALUE_WORD] = "word",   [EN_VALUE_TIME] = "time",
        [EN_VALUE_COUNT] = "count",   [EN_VALUE_RECORD] = "record", [EN_VALUE_COUNTRY] = "country",
        [EN_VALUE_PERSON] = "person",
    };

    return words[f->type];
}

static void
write_fields(const char *folder)
{
    struct en_buf b = EN_BUF_INIT;

    en_buf_add_str(&b, "# Kinds of records and their fields\n\nMade from src/record/kinds.c. `1` once, `?` at most "
                       "once, `+` once or more, `*` any number.\n");
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        en_buf_addf(&b, "\n## %s (`%s`%s)\n\n| field | type | times | what it says |\n|---|---|---|---|\n",
                    en_record_kinds[k].word, en_record_kinds[k].stix_type, en_record_kinds[k].urgent ? ", urgent" : "");
        for (const struct en_record_field *f = en_record_kinds[k].fields; f->name; f++) {
            en_buf_addf(&b, "| %s | %s", f->name, type_word(f));
            for (const char *const *w = f->words; w && *w; w++)
                en_buf_addf(&b, "%s `%s`", w == f->words ? ":" : ",", *w);
            en_buf_addf(&b, " | %s | %s |\n", f->required ? f->many ? "+" : "1" : f->many ? "*" : "?", f->help);
        }
    }
    b.n--; /* the newline that write_file adds */
    write_file(folder, "kinds", "md", &b);
    en_buf_release(&b);
}

static void
schema_of(const struct en_record_field *f, struct en_json *j)
{
    en_json_object(j);
    switch (f->type) {
    case EN_VALUE_TEXT:
        en_json_kv_str(j, "type", "string");
        en_json_kv_int(j, "minLength", 1);
        break;
    case EN_VALUE_WORD:
        en_json_key(j, "enum");
        en_json_array(j);
        for (const char *const *w = f->words; *w; w++)
            en_json_str(j, *w);
        en_json_array_end(j);
        break;
    case EN_VALUE_TIME:
        en_json_kv_str(j, "$ref", "#/$defs/time");
        break;
    case EN_VALUE_COUNT:
        en_json_kv_str(j, "type", "integer");
        en_json_kv_int(j, "minimum", 0);
        break;
    case EN_VALUE_RECORD:
        en_json_kv_str(j, "$ref", "#/$defs/record");
        break;
    case EN_VALUE_COUNTRY:
        en_json_kv_str(j, "pattern", "^[A-Z]{3}$");
        break;
    case EN_VALUE_PERSON:
        en_json_kv_str(j, "type", "object");
        break;
    }
    en_json_object_end(j);
}

/* One branch of the schema: a kind with its fields. */
static void
schema_kind(unsigned k, struct en_json *j)
{
    en_json_object(j);
    en_json_key(j, "properties");
    en_json_object(j);
    en_json_key(j, "kind");
    en_json_object(j);
    en_json_kv_str(j, "const", en_record_kinds[k].word);
    en_json_object_end(j);
    for (const struct en_record_field *f = en_record_kinds[k].fields; f->name; f++) {
        en_json_key(j, f->name);
        if (f->many) {
            en_json_object(j);
            en_json_kv_str(j, "type", "array");
            en_json_kv_int(j, "minItems", 1);
            en_json_key(j, "items");
        }
        schema_of(f, j);
        if (f->many)
            en_json_object_end(j);
    }
    en_json_object_end(j);
    en_json_key(j, "required");
    en_json_array(j);
    en_json_str(j, "kind");
    for (const struct en_record_field *f = en_record_kinds[k].fields; f->name; f++)
        if (f->required)
            en_json_str(j, f->name);
    en_json_array_end(j);
    en_json_object_end(j);
}

/* What all kinds share; the words of the enums come from the module. */
static void
schema_common(struct en_json *j)
{
    en_json_key(j, "properties");
    en_json_raw(j, EN_BYTES_LIT(
        "{\"extension_type\":{\"const\":\"property-extension\"},\"format\":{\"const\":1},\"kind\":{\"type\":\"string\"},"
        "\"version\":{\"type\":\"integer\",\"minimum\":1},\"originator\":{\"pattern\":\"^[0-9a-f]{16}$\"},"
        "\"ground\":{\"type\":\"string\"},\"instrument\":{\"type\":\"string\"},\"handling\":{\"$ref\":\"#/$defs/handling\"}}"));
    en_json_key(j, "required");
    en_json_raw(j, EN_BYTES_LIT("[\"extension_type\",\"format\",\"kind\",\"version\",\"originator\",\"handling\"]"));
    en_json_key(j, "$defs");
    en_json_raw(j, EN_BYTES_LIT(
        "{\"time\":{\"type\":\"string\",\"format\":\"date-time\"},"
        "\"record\":{\"pattern\":\"^[a-z-]+--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$\"},"
        "\"texts\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":64,\"items\":{\"type\":\"string\",\"minLength\":1}},"
        "\"handling\":{\"type\":\"object\",\"required\":[\"tlp\",\"onward\"],\"properties\":{"
        "\"tlp\":{\"enum\":[\"clear\",\"green\",\"amber\",\"amber+strict\",\"red\"]},"
        "\"onward\":{\"enum\":[\"none\",\"ask\",\"list\"]},\"onward_to\":{\"$ref\":\"#/$defs/texts\"},"
        "\"codes\":{\"$ref\":\"#/$defs/texts\"},\"evaluation\":{\"type\":\"object\","
        "\"required\":[\"scheme\",\"source\",\"information\"]},\"purpose\":{\"type\":\"string\"},"
        "\"review\":{\"$ref\":\"#/$defs/time\"},\"destroy\":{\"$ref\":\"#/$defs/time\"}}}}"));
}

static void
write_schema(const char *folder)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_str(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    en_json_kv_str(&j, "title", EN_STIX_RECORD);
    en_json_kv_str(&j, "type", "object");
    schema_common(&j);
    en_json_key(&j, "oneOf");
    en_json_array(&j);
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++)
        schema_kind(k, &j);
    en_json_array_end(&j);
    en_json_object_end(&j);
    write_file(folder, "record.schema", "json", &b);
    en_buf_release(&b);
}

int
main(int argc, char **argv)
{
    struct en_record r[EN_RECORD_KINDS];
    struct en_buf object[EN_RECORD_KINDS], bundle = EN_BUF_INIT;
    en_bytes bytes[EN_RECORD_KINDS];
    struct en_arena a;

    if (argc != 2)
        return 2;
    en_arena_init(&a, 4u * EN_MIB);
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        object[k] = (struct en_buf)EN_BUF_INIT;
        example_record((enum en_record_kind)k, 1, &a, &r[k]);
        en_stix_write(&r[k], &object[k]);
        write_file(argv[1], en_record_kinds[k].word, "json", &object[k]);
        bytes[k] = en_buf_bytes(&object[k]);
    }
    en_stix_bundle(r, bytes, EN_RECORD_KINDS, &bundle);
    write_file(argv[1], "bundle", "json", &bundle);
    write_fields(argv[1]);
    write_schema(argv[1]);
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++)
        en_buf_release(&object[k]);
    en_buf_release(&bundle);
    en_arena_release(&a);
    return 0;
}
