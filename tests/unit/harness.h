/*
 * harness.h: what unit tests share: cmocka with the headers it needs, a row's place in a failure, seeded numbers,
 * and calls that must end the process.
 */
#ifndef EN_TESTS_HARNESS_H
#define EN_TESTS_HARNESS_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* For a table: says which row failed. */
#define ROW(i, what)                                                                                                   \
    do {                                                                                                               \
        row_index = (i);                                                                                               \
        row_name = (what);                                                                                             \
    } while (0)
#define ROW_TRUE(cond)                                                                                                 \
    do {                                                                                                               \
        if (!(cond))                                                                                                   \
            fail_msg("row %zu (%s): not true: %s", row_index, row_name, #cond);                                        \
    } while (0)
#define ROW_INT(got, want)                                                                                             \
    do {                                                                                                               \
        long long row_got = (long long)(got), row_want = (long long)(want);                                           \
        if (row_got != row_want)                                                                                       \
            fail_msg("row %zu (%s): %s is %lld, expected %lld", row_index, row_name, #got, row_got, row_want);         \
    } while (0)
#define ROW_STR(got, want)                                                                                             \
    do {                                                                                                               \
        const char *row_got = (got), *row_want = (want);                                                               \
        if (strcmp(row_got, row_want) != 0)                                                                            \
            fail_msg("row %zu (%s): %s is \"%s\", expected \"%s\"", row_index, row_name, #got, row_got, row_want);     \
    } while (0)

static size_t row_index __attribute__((unused));
static const char *row_name __attribute__((unused)) = "";

/* xorshift64*: the same sequence on every machine. */
static inline uint64_t
seeded(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * 2685821657736338717u;
}

/* True if fn(arg) ends its process by abort: a broken invariant. */
static inline int
aborts(void (*fn)(void *), void *arg)
{
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        const struct rlimit none = { 0, 0 };

        setrlimit(RLIMIT_CORE, &none);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(2);
        fn(arg);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
