/*
 * beside.c: a new index is built beside the acts, in a thread of the rim, and takes the place of the one that is used.
 *
 *   wanted --(thread) make: read the store, build, keep, open--> made --(acts) catch up, a part at a time--> used
 *
 * The maker has a reader's store and a shelf of its own; the two threads share nothing but what is handed over.
 */
#include <stdlib.h>

#include "acts/act.h"

/* Notes of the journal that are brought into a new index between two acts: some ten milliseconds. */
#define PART 512

struct en_acts_made {
    struct en_made made;
    struct en_acts_shelf shelf; /* which it lies on */
    uint64_t saved_at;
};

void
en_acts_beside(struct en_acts *a)
{
    a->beside = true;
}

bool
en_acts_wants_index(const struct en_acts *a)
{
    return a->made.ix != NULL && (a->behind || a->made.to_be_kept || en_index_changes(a->made.ix) > CHANGES_MOST);
}

/* Where the shelf has it the memory of the building is not needed any more. */
static void
lie_down(struct en_acts_made *m)
{
    struct en_made kept;
    en_bytes stamp;

    if (made_take(&kept, &m->shelf, NULL) != EN_OK)
        return;
    kept.at = m->made.at;
    kept.tables = m->made.tables;
    kept.no_tables = m->made.no_tables;
    if (made_open(&kept, &stamp, NULL) != EN_OK) {
        kept.tables = NULL; /* they stay where they were */
        made_release(&kept);
        return;
    }
    m->made.tables = NULL;
    made_release(&m->made);
    m->made = kept;
}

en_errc
en_acts_make_index(struct en_store *reader, const struct en_acts_shelf *shelf, struct en_acts_made **out,
                   struct en_err *err)
{
    struct en_acts_made *m = en_xcalloc(1, sizeof *m);
    en_errc rc = index_build(reader, shelf, &m->made, err);

    *out = NULL;
    m->shelf = *shelf;
    if (rc != EN_OK) {
        free(m);
        return rc;
    }
    m->made.to_be_kept = false;
    if (shelf->program.n > 0 && kept_put(reader, shelf, &m->made, NULL) == EN_OK) {
        m->saved_at = m->made.at;
        lie_down(m);
    }
    *out = m;
    return EN_OK;
}

en_errc
en_acts_take_index(struct en_acts *a, struct en_acts_made *m, struct en_err *err)
{
    struct en_made was = a->made;
    en_errc rc = kept_replay(a->store, &m->made, PART, err);

    if (rc == EN_E_LIMIT) /* it is void, and so is what was kept of it */
        a->shelf.discard(a->shelf.ctx);
    if (rc != EN_OK)
        return rc;
    a->made = m->made;
    m->made = was;
    a->behind = false;
    index_aim(a);
    acts_index_count(a);
    return m->saved_at > 0 ? kept_forget(a->store, m->saved_at, err) : EN_OK;
}

void
en_acts_made_free(struct en_acts_made *m)
{
    if (m == NULL)
        return;
    made_release(&m->made);
    free(m);
}
