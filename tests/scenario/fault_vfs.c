#include "fault_vfs.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/err.h"

/* What a write covered, so that a power cut can bring it back. */
struct unsynced {
    struct unsynced *older;
    char path[512];
    sqlite3_int64 offset, size_before;
    int n;
    char *old;
};

static struct {
    sqlite3_vfs vfs, *real;
    uint64_t at, count, seed;
    enum fault_vfs_mode mode;
    struct unsynced *newest;
} fault;

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real;
    char path[512];
};

static sqlite3_file *
real_of(sqlite3_file *f)
{
    return ((struct fault_file *)f)->real;
}

/* --- the plan ---------------------------------------------------------------------------------- */

static bool
coin(void)
{
    fault.seed = fault.seed * 6364136223846793005u + 1442695040888963407u;
    return (fault.seed >> 40 & 1) != 0;
}

static void
bring_back(const struct unsynced *u)
{
    int fd = open(u->path, O_RDWR);
    struct stat st;

    if (fd < 0)
        return; /* it was deleted since */
    if (u->n > 0)
        EN_ASSERT(pwrite(fd, u->old, (size_t)u->n, u->offset) == u->n);
    EN_ASSERT(fstat(fd, &st) == 0);
    if (st.st_size > u->size_before && u->offset + u->n >= u->size_before)
        EN_ASSERT(ftruncate(fd, u->size_before) == 0);
    close(fd);
}

static void
power_cut(void)
{
    for (const struct unsynced *u = fault.newest; u; u = u->older) {
        if (coin())
            bring_back(u);
    }
}

/* SQLITE_OK if the write may be done. */
static int
strike(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    fault.count++;
    if (fault.mode == FAULT_VFS_FULL && fault.at && fault.count >= fault.at)
        return SQLITE_FULL;
    if (fault.mode == FAULT_VFS_NONE || fault.count != fault.at)
        return SQLITE_OK;
    if (fault.mode == FAULT_VFS_IOERR)
        return SQLITE_IOERR_WRITE;
    if (fault.mode == FAULT_VFS_TEAR && n > 1)
        real_of(f)->pMethods->xWrite(real_of(f), p, n / 2, offset);
    if (fault.mode == FAULT_VFS_POWER)
        power_cut();
    _exit(FAULT_VFS_STATUS);
}

static void
remember(sqlite3_file *f, int n, sqlite3_int64 offset)
{
    struct fault_file *x = (struct fault_file *)f;
    struct unsynced *u;
    sqlite3_int64 size = 0;

    if (fault.mode != FAULT_VFS_POWER || !x->path[0])
        return;
    u = en_xcalloc(1, sizeof *u);
    x->real->pMethods->xFileSize(x->real, &size);
    memcpy(u->path, x->path, sizeof u->path);
    u->offset = offset;
    u->size_before = size;
    u->n = offset >= size ? 0 : size - offset < n ? (int)(size - offset) : n;
    u->old = en_xmalloc((uint64_t)u->n + 1);
    if (u->n > 0)
        EN_ASSERT(x->real->pMethods->xRead(x->real, u->old, u->n, offset) == SQLITE_OK);
    u->older = fault.newest;
    fault.newest = u;
}

static void
forget(const char *path)
{
    for (struct unsynced **at = &fault.newest; *at;) {
        struct unsynced *u = *at;

        if (strcmp(u->path, path) != 0) {
            at = &u->older;
            continue;
        }
        *at = u->older;
        free(u->old);
        free(u);
    }
}

/* --- a file: everything but writes goes straight to the real one -------------------------------- */

static int
file_close(sqlite3_file *f)
{
    int rc = real_of(f)->pMethods->xClose(real_of(f));

    free(((struct fault_file *)f)->real);
    return rc;
}

static int
file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
    return real_of(f)->pMethods->xRead(real_of(f), p, n, offset);
}

static int
file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    int rc = strike(f, p, n, offset);

    if (rc != SQLITE_OK)
        return rc;
    remember(f, n, offset);
    return real_of(f)->pMethods->xWrite(real_of(f), p, n, offset);
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sqlite3_int64 now = 0;
    int rc = strike(f, NULL, 0, 0);

    if (rc != SQLITE_OK)
        return rc == SQLITE_FULL ? SQLITE_IOERR_TRUNCATE : rc;
    real_of(f)->pMethods->xFileSize(real_of(f), &now);
    if (now > size)
        remember(f, (int)(now - size), size);
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

/* The disk of the test is never really synced: what is lost is played, and the test is quick. */
static int
file_sync(sqlite3_file *f, int flags)
{
    int rc = strike(f, NULL, 0, 0);

    (void)flags;
    if (rc != SQLITE_OK)
        return rc == SQLITE_FULL ? SQLITE_IOERR_FSYNC : rc;
    forget(((struct fault_file *)f)->path);
    return SQLITE_OK;
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int
file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int
file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int
file_check_lock(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int
file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int
file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

/* No promises: neither of whole sectors nor of order. */
static int
file_traits(sqlite3_file *f)
{
    (void)f;
    return 0;
}

static int
file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, p);
}

static int
file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int
file_shm_unmap(sqlite3_file *f, int gone)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), gone);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* without memory-mapped pages: every write is a call */
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* --- the file system --------------------------------------------------------------------------- */

static int
vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct fault_file *x = (struct fault_file *)f;
    int rc;

    (void)v;
    x->real = en_xcalloc(1, (uint64_t)fault.real->szOsFile);
    rc = fault.real->xOpen(fault.real, name, x->real, flags, out);
    if (rc != SQLITE_OK) {
        free(x->real);
        x->base.pMethods = NULL;
        return rc;
    }
    snprintf(x->path, sizeof x->path, "%s", name ? name : "");
    x->base.pMethods = &methods;
    return SQLITE_OK;
}

static int
vfs_delete(sqlite3_vfs *v, const char *name, int sync)
{
    int rc = strike(NULL, NULL, 0, 0);

    (void)v;
    if (rc != SQLITE_OK)
        return SQLITE_IOERR_DELETE;
    forget(name);
    return fault.real->xDelete(fault.real, name, sync);
}

void
fault_vfs_register(void)
{
    fault.real = sqlite3_vfs_find(NULL);
    fault.vfs = *fault.real;
    fault.vfs.zName = FAULT_VFS_NAME;
    fault.vfs.szOsFile = sizeof(struct fault_file);
    fault.vfs.pNext = NULL;
    fault.vfs.xOpen = vfs_open;
    fault.vfs.xDelete = vfs_delete;
    EN_ASSERT(sqlite3_vfs_register(&fault.vfs, 0) == SQLITE_OK);
}

void
fault_vfs_plan(uint64_t at, enum fault_vfs_mode mode, uint64_t seed)
{
    fault.at = at;
    fault.mode = mode;
    fault.seed = seed;
    fault.count = 0;
}

uint64_t
fault_vfs_count(void)
{
    return fault.count;
}
