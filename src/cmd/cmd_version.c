#include <string.h>

#include <expat.h>
#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>

#include "cmd/cmd.h"

#define LIBRARIES 5

struct library {
    const char *name;
    char version[32];
};

static void
put(struct library *l, const char *name, const char *version)
{
    size_t i = 0;

    l->name = name;
    for (; version[i] != '\0' && i + 1 < sizeof l->version; i++)
        l->version[i] = version[i];
    l->version[i] = '\0';
}

/* As loaded now, which is what a fault report needs, and not as compiled. */
static void
libraries(struct library l[LIBRARIES])
{
    UVersionInfo v;
    char icu[U_MAX_VERSION_STRING_LENGTH];

    u_getVersion(v);
    u_versionToString(v, icu);
    put(&l[0], "expat", XML_ExpatVersion() + strlen("expat_"));
    put(&l[1], "icu", icu);
    put(&l[2], "jansson", jansson_version_str());
    put(&l[3], "libsodium", sodium_version_string());
    put(&l[4], "sqlite", sqlite3_libversion());
}

static en_errc
cmd_version(struct en_run *r, struct en_err *err)
{
    struct library l[LIBRARIES];
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    (void)err;
    libraries(l);
    if (!r->json) {
        en_out_f(r->out, "entente %s\n", EN_VERSION);
        for (size_t i = 0; i < LIBRARIES; i++)
            en_out_f(r->out, "%s %s\n", l[i].name, l[i].version);
        return EN_OK;
    }
    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_str(&j, "version", EN_VERSION);
    en_json_key(&j, "libraries");
    en_json_object(&j);
    for (size_t i = 0; i < LIBRARIES; i++)
        en_json_kv_str(&j, l[i].name, l[i].version);
    en_json_object_end(&j);
    en_json_object_end(&j);
    en_out_line(r->out, &b);
    en_buf_release(&b);
    return EN_OK;
}

const struct en_cmd en_cmd_version = {
    .words = "version",
    .args = "",
    .summary = "print the version, and those of the libraries it runs with",
    .examples =
        (const struct en_example[]){
            { "entente version --json", "print the versions as JSON" },
            { NULL, NULL },
        },
    .run = cmd_version,
};
