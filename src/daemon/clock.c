#include "daemon/clock.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <sodium.h>

/* The leak checker of a test build reads its own process as a debugger does; such a build is for tests only. */
#ifdef __SANITIZE_ADDRESS__
#define DUMPABLE 1
#else
#define DUMPABLE 0
#endif

static void
draw(void *ctx, void *p, size_t n)
{
    (void)ctx;
    randombytes_buf(p, n);
}

enum en_simd
en_machine_simd(void)
{
#if defined __x86_64__
    if (en_simd_built(EN_SIMD_AVX2) && __builtin_cpu_supports("avx2"))
        return EN_SIMD_AVX2;
#endif
    return en_simd_default();
}

const struct en_acts_rim en_rim = { .draw = draw, .simd = en_machine_simd };

en_time
en_clock_now(void)
{
    struct timespec t;

    EN_ASSERT(clock_gettime(CLOCK_REALTIME, &t) == 0);
    return (en_time)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
en_clock_ticks(void)
{
    struct timespec t;

    EN_ASSERT(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

en_time
en_clock_offset(void)
{
    struct timespec t;

    EN_ASSERT(clock_gettime(CLOCK_BOOTTIME, &t) == 0); /* runs on while the machine sleeps */
    return en_clock_now() - ((en_time)t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

en_errc
en_process_harden(struct en_err *err)
{
    const struct rlimit none = { 0, 0 };

    if (sodium_init() < 0)
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "libsodium does not start");
    (void)umask(077);
    (void)setrlimit(RLIMIT_CORE, &none); /* a core file would hold names and keys */
    (void)prctl(PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return EN_OK;
}
