#include "daemon/maker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/shelf.h"

struct en_maker {
    const struct en_folder *folder;
    struct en_shelf shelf;
    int fd;
    pthread_t thread;
    bool running;
    enum { IDLE, MAKING, HANDED_OVER } state; /* of the loop's side */
    pthread_mutex_t lock;
    pthread_cond_t asked;
    /* under the lock: */
    bool wanted, stop;
    struct en_acts_made *old; /* to be freed */
    struct en_acts_made *made;
    en_errc rc;
    struct en_err err;
};

/* A store that is read beside its owner: what is committed. */
static void
make(struct en_maker *k)
{
    struct en_acts_shelf shelf = en_shelf_lend(&k->shelf);
    struct en_err err = EN_ERR_INIT;
    struct en_acts_made *made = NULL;
    struct en_store *reader = NULL;
    en_errc rc = en_folder_store(k->folder, EN_STORE_READ, &reader, &err);
    uint64_t one = 1;

    rc = rc != EN_OK ? rc : en_acts_make_index(reader, &shelf, &made, &err);
    en_store_close(reader);
    en_shelf_tidy();
    (void)pthread_mutex_lock(&k->lock);
    k->made = made;
    k->rc = rc;
    k->err = err;
    (void)pthread_mutex_unlock(&k->lock);
    while (write(k->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *
work(void *ctx)
{
    struct en_maker *k = ctx;
    bool stop = false;

    while (!stop) {
        struct en_acts_made *old;
        bool wanted;

        (void)pthread_mutex_lock(&k->lock);
        while (!k->wanted && !k->stop && k->old == NULL)
            (void)pthread_cond_wait(&k->asked, &k->lock);
        stop = k->stop;
        wanted = k->wanted && !stop;
        old = k->old;
        k->wanted = false;
        k->old = NULL;
        (void)pthread_mutex_unlock(&k->lock);
        en_acts_made_free(old);
        if (old != NULL)
            en_shelf_tidy();
        if (wanted)
            make(k);
    }
    return NULL;
}

static void
ask(struct en_maker *k, bool make_one, bool stop, struct en_acts_made *old)
{
    (void)pthread_mutex_lock(&k->lock);
    k->wanted |= make_one;
    k->stop |= stop;
    if (old != NULL) {
        EN_ASSERT(k->old == NULL);
        k->old = old;
    }
    (void)pthread_cond_signal(&k->asked);
    (void)pthread_mutex_unlock(&k->lock);
}

struct en_maker *
en_maker_new(const struct en_folder *f)
{
    struct en_maker *k = en_xcalloc(1, sizeof *k);

    k->folder = f;
    k->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    en_shelf_init(&k->shelf, f, NULL, NULL);
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_cond_init(&k->asked, NULL);
    return k;
}

void
en_maker_free(struct en_maker *k)
{
    if (k == NULL)
        return;
    EN_ASSERT(k->state != HANDED_OVER);
    if (k->running) {
        ask(k, false, true, NULL);
        (void)pthread_join(k->thread, NULL);
    }
    en_acts_made_free(k->made);
    (void)pthread_cond_destroy(&k->asked);
    (void)pthread_mutex_destroy(&k->lock);
    if (k->fd >= 0)
        (void)close(k->fd);
    free(k);
}

int
en_maker_fd(const struct en_maker *k)
{
    return k->fd;
}

bool
en_maker_idle(const struct en_maker *k)
{
    return k->state == IDLE;
}

en_errc
en_maker_start(struct en_maker *k, struct en_err *err)
{
    EN_ASSERT(k->state == IDLE);
    if (k->fd < 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no descriptor is left to build an index beside the acts");
    if (!k->running && pthread_create(&k->thread, NULL, work, k) != 0)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no thread is left to build an index beside the acts");
    k->running = true;
    k->state = MAKING;
    ask(k, true, false, NULL);
    return EN_OK;
}

en_errc
en_maker_take(struct en_maker *k, struct en_acts_made **out, struct en_err *err)
{
    uint64_t count;
    en_errc rc;

    *out = NULL;
    if (read(k->fd, &count, sizeof count) != (ssize_t)sizeof count)
        return EN_E_BUSY;
    (void)pthread_mutex_lock(&k->lock);
    *out = k->made;
    k->made = NULL;
    rc = k->rc;
    if (rc != EN_OK && err != NULL)
        *err = k->err;
    (void)pthread_mutex_unlock(&k->lock);
    k->state = rc == EN_OK ? HANDED_OVER : IDLE;
    return rc;
}

void
en_maker_give_back(struct en_maker *k, struct en_acts_made *made)
{
    EN_ASSERT(k->state == HANDED_OVER);
    k->state = IDLE;
    ask(k, false, false, made);
}
