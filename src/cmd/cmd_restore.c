#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "cmd/node_call.h"
#include "daemon/clock.h"
#include "daemon/folder.h"

/* The folder of the node, or a new one on another machine. */
static en_errc
open_folder(const char *node, struct en_folder *f, bool *fresh, struct en_err *err)
{
    en_errc rc = en_folder_open(f, node, err);

    *fresh = rc == EN_E_NOT_FOUND;
    return *fresh ? en_folder_create(f, node, err) : rc;
}

/* Now, or in a rehearsal the time to act at. */
static en_errc
time_of(struct en_acts *a, en_time *now, struct en_err *err)
{
    struct en_store_node node;
    struct en_arena arena;
    en_time rehearse;
    en_errc rc = en_rehearsal_now(&rehearse, err);

    en_arena_init(&arena, EN_MIB);
    rc = rc != EN_OK ? rc : en_acts_node(a, &arena, &node, err);
    *now = rc == EN_OK && node.rehearsal && rehearse != EN_TIME_NONE ? rehearse : en_clock_now();
    en_arena_release(&arena);
    return rc;
}

/* The newest head of the store that was replaced; false if there is none that can be read. */
static bool
head_before(const struct en_folder *f, struct en_store_head *out)
{
    char *path = en_folder_file(f, "entente.db.replaced");
    struct en_store *s = NULL;
    bool good;

    good = en_store_open_sqlite(path, EN_STORE_READ, &s, NULL) == EN_OK && en_acts_head_before(s, out, NULL) == EN_OK;
    en_store_close(s);
    free(path);
    return good;
}

/* The log of the restored store goes on with saying that it was restored; and what is due by now goes. */
static en_errc
note(const struct en_folder *f, bool *doubt, struct en_err *err)
{
    struct en_store_head before;
    bool known = head_before(f, &before);
    struct en_store *s = NULL;
    struct en_acts *a;
    en_time now;
    en_errc rc = en_folder_store(f, EN_STORE_OPEN, &s, err);

    if (rc != EN_OK)
        return rc;
    a = en_acts_new(s, &en_rim);
    rc = time_of(a, &now, err);
    rc = rc != EN_OK ? rc : en_acts_restored(a, (int64_t)getuid(), known ? &before : NULL, now, doubt, err);
    en_acts_free(a);
    en_store_close(s);
    return rc;
}

static en_errc
cmd_restore(struct en_run *r, struct en_err *err)
{
    struct en_folder f;
    char *path;
    bool fresh = false, doubt = false;
    en_errc rc = en_process_harden(err);

    rc = rc != EN_OK ? rc : open_folder(r->node, &f, &fresh, err);
    if (rc != EN_OK)
        return rc;
    path = en_folder_file(&f, "entente.db");
    rc = en_folder_lock(&f, err);
    if (rc == EN_OK) /* before the store is another one: it was made from the one that is replaced */
        en_folder_forget_index(&f);
    rc = rc != EN_OK ? rc : en_store_restore(en_arg(r, 0), path, err);
    rc = rc != EN_OK ? rc : note(&f, &doubt, err);
    free(path);
    if (rc == EN_OK && fresh)
        en_say("the store is restored; put the key files of the persons into the folder's keys/");
    else if (rc == EN_OK)
        en_say("the store is restored; the one that was replaced is kept beside it: "
               "entente.db.replaced; delete it when it is not needed, it is a copy like any other");
    if (rc == EN_OK && doubt)
        en_say("the copy may lack acts that the node has signed: before anything else an admin says what was lost, "
               "with entente ledger epoch");
    if (rc != EN_OK && fresh)
        en_folder_unmake(&f, EN_TEXT_NONE);
    en_folder_close(&f);
    return rc;
}

const struct en_cmd en_cmd_restore = {
    .words = "restore",
    .args = "FILE",
    .summary = "put a backup in the place of the node's store",
    .about = "The node must not be in use: stop entente serve first. The backup is checked before anything is "
             "replaced, and the "
             "replaced store is kept as entente.db.replaced. Into a new or an empty folder it makes the node anew, "
             "without keys. "
             "That it was restored, and by which account, is an event of the restored log; what happened after the "
             "backup is gone.\n\n"
             "A node that signs its ledger must not sign another one over it. When the replaced store had signed what the "
             "backup lacks, or cannot be read, nobody can act until an admin says what was lost: see `entente ledger "
             "epoch`.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_CMD_NO_JSON,
    .examples =
        (const struct en_example[]){
            { "entente restore --node /srv/entente /media/safe/entente-2026-11-23.db", "go back to a backup" },
            { NULL, NULL },
        },
    .run = cmd_restore,
};
