#include "place.h"

int
place_setup(void **state)
{
    struct place *p = en_xcalloc(1, sizeof *p);

    if (!store_folder(p->dir, sizeof p->dir))
        return -1;
    snprintf(p->path, sizeof p->path, "%s/store.db", p->dir);
    snprintf(p->other, sizeof p->other, "%s/other.db", p->dir);
    p->err = (struct en_err)EN_ERR_INIT;
    *state = p;
    return 0;
}

int
place_teardown(void **state)
{
    struct place *p = *state;
    int rc;

    unlink(p->path);
    unlink(p->other);
    rc = rmdir(p->dir);
    if (rc != 0)
        print_error("%s is not empty\n", p->dir);
    free(p);
    return rc;
}

struct en_store *
place_create(struct place *p)
{
    struct en_store *s = NULL;

    if (en_store_open_sqlite(p->path, EN_STORE_CREATE, &s, &p->err) != EN_OK)
        fail_msg("%s", p->err.text);
    return s;
}

struct en_store *
place_open(struct place *p, const char *path)
{
    struct en_store *s = NULL;

    if (en_store_open_sqlite(path, EN_STORE_OPEN, &s, &p->err) != EN_OK)
        fail_msg("%s", p->err.text);
    return s;
}

#define OK(call) assert_int_equal((call), EN_OK)

void
place_fill(struct en_store *s, const char *marker)
{
    en_bytes content = en_bytes_from(marker, strlen(marker));
    en_text text = en_text_from_ours(marker);
    struct en_store_user u = {
        .name = T("Aya"), .role = T("officer"), .uid = -1, .key = { 1 }, .disabled = EN_TIME_NONE
    };
    struct en_store_event e = { .type = T("t"), .bytes = content, .at = T0, .actor = 1 };
    struct en_store_source src = { .name = T("own") };
    struct en_store_alert_put a = {
        .source = 1, .entity = text, .identity = content, .review = EN_TIME_NONE, .destroy = EN_TIME_NONE, .at = T0
    };
    struct en_store_manifest m = { .kind = T("csv") };
    struct en_store_traveller t = {
        .manifest = 1, .external = text, .person = content, .delete_after = T0, .arrives = EN_TIME_NONE
    };
    struct en_store_hit h = { .traveller = 1, .entity = text, .evidence = content, .delete_after = T0 };
    struct en_store_decision d = { .hit = 1, .answer = EN_ANSWER_DIFFERENT, .text = text, .actor = 1 };
    struct en_store_intent i = { .event = 1, .kind = T("answer"), .bytes = content };
    int64_t id;

    OK(en_store_begin(s, NULL));
    OK(en_store_user_add(s, &u, &id, NULL));
    OK(en_store_event_append(s, &e, false, NULL, NULL));
    OK(en_store_source_add(s, &src, &id, NULL));
    OK(en_store_alert_put(s, &a, NULL, NULL));
    a.review = T0;
    OK(en_store_alert_put(s, &a, NULL, NULL));
    OK(en_store_manifest_add(s, &m, &id, NULL));
    OK(en_store_traveller_add(s, &t, &id, NULL));
    OK(en_store_hit_add(s, &h, &id, NULL));
    OK(en_store_decision_add(s, &d, &id, NULL));
    OK(en_store_intent_add(s, &i, &id, NULL));
    OK(en_store_commit(s, NULL));
}

struct en_buf
place_dump(struct en_store *s)
{
    struct en_buf b = EN_BUF_INIT;

    OK(store_dump(s, &b, NULL));
    return b;
}

void
place_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, en_sqlite_sums_vfs(NULL)), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

struct en_buf
place_read(const char *path)
{
    struct en_buf b = EN_BUF_INIT;
    FILE *f = fopen(path, "rb");
    char piece[8192];
    size_t n;

    while (f && (n = fread(piece, 1, sizeof piece, f)) > 0)
        en_buf_add(&b, piece, n);
    if (f)
        fclose(f);
    return b;
}

bool
place_holds(const struct place *p, const char *suffix, const char *bytes)
{
    char path[160];
    struct en_buf b;
    bool found;

    snprintf(path, sizeof path, "%s%s", p->path, suffix);
    b = place_read(path);
    found = b.n > 0 && memmem(b.p, b.n, bytes, strlen(bytes)) != NULL;
    en_buf_release(&b);
    return found;
}
