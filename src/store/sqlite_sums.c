/*
 * sqlite_sums.c: a checksum in every page of the store's file.
 *
 * A layer between SQLite and the file system. The last 8 bytes of each page are not SQLite's (its header says so) and
 * hold XXH3 over the page's number and its other bytes; they are written with the page and compared when it is read. It
 * tells a damaged file from a whole one, wherever the damage is. Against whoever can compute it there is the ledger.
 *
 * The write-ahead log has sums of its own; its pages get theirs when they go into the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/sqlite.h"

#define SUM_LEN   EN_SQLITE_SUM_LEN
#define PAGE_MOST 65536
#define LOCK_BYTE 0x40000000 /* the page around it is never written: SQLite locks there */
#define HEADER    100
#define RETRIES   5
#define RETRY_MS  2

/* What SQLite sees of the database file; the file system's own struct follows. */
struct sum_file {
    sqlite3_file base;
    bool on;      /* pages carry sums */
    bool audit;   /* pages whose sums do not hold are read all the same */
    int page;     /* bytes of a page */
    uint8_t *own; /* a page to be written */
};

static struct sum_file *
file_of(sqlite3_file *f)
{
    return (struct sum_file *)f;
}

static sqlite3_file *
real(sqlite3_file *f)
{
    return (sqlite3_file *)(void *)(file_of(f) + 1);
}

/* --- sums --------------------------------------------------------------------------------------------------------- */

static void
sum_page(const uint8_t *p, int page, sqlite3_int64 offset, uint8_t out[SUM_LEN])
{
    uint64_t h = en_xxh3(en_bytes_from(p, (size_t)page - SUM_LEN));

    h ^= (uint64_t)(offset / page + 1) * 0x9E3779B97F4A7C15u; /* a page in another's place is a damage too */
    for (unsigned i = 0; i < SUM_LEN; i++)
        out[i] = (uint8_t)(h >> (8 * i));
}

static bool
sum_holds(const uint8_t *p, int page, sqlite3_int64 offset)
{
    uint8_t sum[SUM_LEN];

    sum_page(p, page, offset, sum);
    return memcmp(p + page - SUM_LEN, sum, SUM_LEN) == 0;
}

static bool
whole_page(const struct sum_file *f, int n, sqlite3_int64 offset)
{
    return f->on && n == f->page && offset % n == 0;
}

/* What the first page says of all: bytes of a page, and how many of them are not SQLite's. */
static void
read_header(struct sum_file *f, const uint8_t *p)
{
    int page = p[16] << 8 | p[17];

    if (memcmp(p, "SQLite format 3", 16) != 0)
        return;
    f->page = page == 1 ? PAGE_MOST : page;
    f->on = p[20] == SUM_LEN && f->page >= 512 && (f->page & (f->page - 1)) == 0;
}

/* --- the file's methods ------------------------------------------------------------------------------------------- */

static int
sum_close(sqlite3_file *f)
{
    free(file_of(f)->own);
    return real(f)->pMethods->xClose(real(f));
}

static int
sum_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
    struct sum_file *s = file_of(f);
    int rc = real(f)->pMethods->xRead(real(f), p, n, offset);

    if (rc == SQLITE_OK && whole_page(s, n, offset) && !s->audit && !sum_holds(p, n, offset))
        return SQLITE_IOERR_DATA;
    return rc;
}

static int
sum_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    struct sum_file *s = file_of(f);

    if (offset == 0 && n >= HEADER)
        read_header(s, p);
    if (!whole_page(s, n, offset))
        return real(f)->pMethods->xWrite(real(f), p, n, offset);
    if (!s->own)
        s->own = en_xmalloc(PAGE_MOST);
    memcpy(s->own, p, (size_t)n - SUM_LEN);
    sum_page(s->own, n, offset, s->own + n - SUM_LEN);
    return real(f)->pMethods->xWrite(real(f), s->own, n, offset);
}

/* Reads every page there is; *bad is the first whose sum does not hold. */
static int
sweep(sqlite3_file *f, int64_t *bad)
{
    struct sum_file *s = file_of(f);
    uint8_t *p = en_xmalloc(PAGE_MOST);
    sqlite3_int64 size = 0;
    int rc = real(f)->pMethods->xFileSize(real(f), &size);

    *bad = 0;
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && *bad == 0 && at + s->page <= size; at += s->page) {
        bool holds = at / s->page == LOCK_BYTE / s->page;

        /* The owner may be writing this very page: then it holds a moment later. */
        for (int i = 0; rc == SQLITE_OK && !holds && i < RETRIES; i++) {
            if (i > 0)
                sqlite3_sleep(RETRY_MS);
            rc = real(f)->pMethods->xRead(real(f), p, s->page, at);
            holds = rc == SQLITE_OK && sum_holds(p, s->page, at);
        }
        if (rc == SQLITE_OK && !holds)
            *bad = at / s->page + 1;
    }
    if (rc == SQLITE_OK && *bad == 0 && size % s->page != 0)
        *bad = size / s->page + 1;
    free(p);
    return rc;
}

static int
sum_control(sqlite3_file *f, int op, void *arg)
{
    struct sum_file *s = file_of(f);

    switch (op) {
    case EN_SQLITE_SUMS_ON:
        *(bool *)arg = s->on;
        return SQLITE_OK;
    case EN_SQLITE_SUMS_NONE:
        s->on = false;
        return SQLITE_OK;
    case EN_SQLITE_SUMS_AUDIT:
        s->audit = true;
        return SQLITE_OK;
    case EN_SQLITE_SUMS_SWEEP:
        return sweep(f, arg);
    default:
        return real(f)->pMethods->xFileControl(real(f), op, arg);
    }
}

/* The rest goes through as it is. */
#define THROUGH(name, method, params, args)                                                                            \
    static int name params                                                                                             \
    {                                                                                                                  \
        return real(f)->pMethods->method args;                                                                         \
    }
THROUGH(sum_truncate, xTruncate, (sqlite3_file *f, sqlite3_int64 n), (real(f), n))
THROUGH(sum_sync, xSync, (sqlite3_file *f, int flags), (real(f), flags))
THROUGH(sum_size, xFileSize, (sqlite3_file *f, sqlite3_int64 *n), (real(f), n))
THROUGH(sum_lock, xLock, (sqlite3_file *f, int kind), (real(f), kind))
THROUGH(sum_unlock, xUnlock, (sqlite3_file *f, int kind), (real(f), kind))
THROUGH(sum_reserved, xCheckReservedLock, (sqlite3_file *f, int *out), (real(f), out))
THROUGH(sum_sector, xSectorSize, (sqlite3_file *f), (real(f)))
THROUGH(sum_device, xDeviceCharacteristics, (sqlite3_file *f), (real(f)))
THROUGH(sum_shm_map, xShmMap, (sqlite3_file *f, int page, int n, int extend, void volatile **out),
        (real(f), page, n, extend, out))
THROUGH(sum_shm_lock, xShmLock, (sqlite3_file *f, int at, int n, int flags), (real(f), at, n, flags))
THROUGH(sum_shm_unmap, xShmUnmap, (sqlite3_file *f, int gone), (real(f), gone))

static void
sum_shm_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}

static const sqlite3_io_methods methods = {
    2,          sum_close,    sum_read,     sum_write,    sum_truncate, sum_sync,        sum_size,
    sum_lock,   sum_unlock,   sum_reserved, sum_control,  sum_sector,   sum_device,      sum_shm_map,
    sum_shm_lock, sum_shm_barrier, sum_shm_unmap, NULL, NULL, /* no mapping: every page is read */
};

/* --- the file system ---------------------------------------------------------------------------------------------- */

static sqlite3_vfs *
below(sqlite3_vfs *v)
{
    return v->pAppData;
}

/* Nothing is known of an empty file yet: it is one that we make, and ours have sums. */
static int
look_at_header(struct sum_file *s)
{
    sqlite3_file *f = &s->base;
    uint8_t header[HEADER];
    sqlite3_int64 size = 0;
    int rc = real(f)->pMethods->xFileSize(real(f), &size);

    s->page = EN_SQLITE_PAGE;
    s->on = size == 0;
    if (rc == SQLITE_OK && size >= HEADER) {
        rc = real(f)->pMethods->xRead(real(f), header, HEADER, 0);
        if (rc == SQLITE_OK)
            read_header(s, header);
    }
    return rc;
}

static int
sum_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct sum_file *s = file_of(f);
    int rc;

    if (!(flags & SQLITE_OPEN_MAIN_DB)) /* logs, journals: the file is below's own */
        return below(v)->xOpen(below(v), name, f, flags, out);
    memset(s, 0, sizeof *s);
    rc = below(v)->xOpen(below(v), name, real(f), flags, out);
    if (real(f)->pMethods == NULL)
        return rc;
    s->base.pMethods = &methods;
    return rc == SQLITE_OK ? look_at_header(s) : rc;
}

static int
sum_delete(sqlite3_vfs *v, const char *name, int sync)
{
    return below(v)->xDelete(below(v), name, sync);
}

static int
sum_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
    return below(v)->xAccess(below(v), name, flags, out);
}

static int
sum_full(sqlite3_vfs *v, const char *name, int n, char *out)
{
    return below(v)->xFullPathname(below(v), name, n, out);
}

static int
sum_random(sqlite3_vfs *v, int n, char *out)
{
    return below(v)->xRandomness(below(v), n, out);
}

static int
sum_sleep(sqlite3_vfs *v, int us)
{
    return below(v)->xSleep(below(v), us);
}

static int
sum_time(sqlite3_vfs *v, double *out)
{
    return below(v)->xCurrentTime(below(v), out);
}

static int
sum_last_error(sqlite3_vfs *v, int n, char *out)
{
    return below(v)->xGetLastError(below(v), n, out);
}

#define NAME_IN_FRONT "entente-sums/"

const char *
en_sqlite_sums_vfs(const char *name)
{
    sqlite3_vfs *base = sqlite3_vfs_find(name), *v;
    char *mine = en_sqlite_path(NAME_IN_FRONT, base ? base->zName : "");

    v = base ? sqlite3_vfs_find(mine) : NULL;
    if (v || !base) {
        free(mine);
        return v ? v->zName : name;
    }
    v = en_xcalloc(1, sizeof *v); /* SQLite keeps it as long as the process lives */
    *v = (sqlite3_vfs){ .iVersion = 1,
                        .szOsFile = base->szOsFile + (int)sizeof(struct sum_file),
                        .mxPathname = base->mxPathname,
                        .zName = mine,
                        .pAppData = base,
                        .xOpen = sum_open,
                        .xDelete = sum_delete,
                        .xAccess = sum_access,
                        .xFullPathname = sum_full,
                        .xRandomness = sum_random,
                        .xSleep = sum_sleep,
                        .xCurrentTime = sum_time,
                        .xGetLastError = sum_last_error };
    EN_ASSERT(sqlite3_vfs_register(v, 0) == SQLITE_OK);
    return v->zName;
}
