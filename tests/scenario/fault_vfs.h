/*
 * fault_vfs.h: a file system for SQLite that fails or stops the process at a chosen write.
 *
 * It stands before the default one. Writes, truncations, syncs and deletions of files are counted as one sequence. With
 * a power cut, what was written and not synced since is lost in part: each such write is undone or kept by the throw of
 * a seeded coin, as a disk may have done it in any order.
 */
#ifndef EN_TESTS_FAULT_VFS_H
#define EN_TESTS_FAULT_VFS_H

#include <stdint.h>

enum fault_vfs_mode {
    FAULT_VFS_NONE,
    FAULT_VFS_KILL,  /* the process ends before the write */
    FAULT_VFS_TEAR,  /* the process ends after half of the write */
    FAULT_VFS_POWER, /* the process ends before the write, and the disk forgets what it may */
    FAULT_VFS_FULL,  /* this write and all later ones: the disk is full */
    FAULT_VFS_IOERR, /* this one fails */
};

#define FAULT_VFS_NAME   "entente-fault"
#define FAULT_VFS_STATUS 86 /* how a process that was stopped here exits */

/* Registers the file system. To be called before the first store is opened. */
void fault_vfs_register(void);
/* Counting starts anew; the at-th write (1 is the next) is struck. */
void fault_vfs_plan(uint64_t at, enum fault_vfs_mode mode, uint64_t seed);
uint64_t fault_vfs_count(void);

#endif
