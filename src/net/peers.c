#include "net/peers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct en_net_peers {
    pthread_mutex_t lock;
    struct en_net_peer *list;
    size_t n;
};

struct en_net_peers *
en_net_peers_new(void)
{
    struct en_net_peers *p = en_xcalloc(1, sizeof *p);

    (void)pthread_mutex_init(&p->lock, NULL);
    return p;
}

void
en_net_peers_free(struct en_net_peers *p)
{
    if (p == NULL)
        return;
    (void)pthread_mutex_destroy(&p->lock);
    free(p->list);
    free(p);
}

void
en_net_peers_set(struct en_net_peers *p, const struct en_net_peer *list, size_t n)
{
    struct en_net_peer *fresh = n > 0 ? en_xcalloc(n, sizeof *fresh) : NULL, *old;

    if (n > 0)
        memcpy(fresh, list, n * sizeof *fresh);
    (void)pthread_mutex_lock(&p->lock);
    old = p->list;
    p->list = fresh;
    p->n = n;
    (void)pthread_mutex_unlock(&p->lock);
    free(old);
}

en_errc
en_net_peers_find(struct en_net_peers *p, const char *id, uint8_t key[EN_SEAL_PUBLIC_LEN], struct en_err *err)
{
    en_errc rc = EN_E_NOT_FOUND;

    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->n && rc == EN_E_NOT_FOUND; i++) {
        if (strcmp(p->list[i].id, id) != 0)
            continue;
        rc = p->list[i].cut ? EN_E_RULE : EN_OK;
        if (rc == EN_OK && key != NULL)
            memcpy(key, p->list[i].key, EN_SEAL_PUBLIC_LEN);
    }
    (void)pthread_mutex_unlock(&p->lock);
    if (rc == EN_E_NOT_FOUND)
        return en_err_set(err, rc, EN_NO_POS, "the certificate names a partner that is not known here");
    if (rc == EN_E_RULE)
        return en_err_set(err, rc, EN_NO_POS, "the certificate names a partner that is cut");
    return EN_OK;
}
