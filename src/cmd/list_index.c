#include "cmd/list_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/reader.h"
#include "cmd/input.h"
#include "cmd/list_files.h"
#include "daemon/clock.h"

struct building {
    struct en_index_builder *b;
    struct en_list_index *out;
    struct en_progress progress;
};

static en_errc
take(void *ctx, const struct en_identity *id, struct en_err *err)
{
    struct building *l = ctx;

    (void)err;
    en_progress(&l->progress, ++l->out->entries, 0);
    if (!id->is_person || id->ended)
        return EN_OK;
    en_index_builder_add(l->b, id->id, &id->person, l->out->entries);
    l->out->screened++;
    return EN_OK;
}

static en_errc
read_lists(struct en_run *r, const struct en_list_files *files, struct building *l, struct en_report *report,
           struct en_err *err)
{
    const struct en_list_sink sink = { l, take };

    for (size_t i = 0; i < files->n; i++) {
        struct en_err damage = EN_ERR_INIT;
        en_errc rc = en_list_file_read(&files->files[i], sink, report, &r->arena, NULL, &damage);

        if (rc == EN_E_INPUT || rc == EN_E_LIMIT) {
            en_say_err(en_arg_show(r, files->files[i].path), &damage);
            l->out->damaged = true;
        } else if (rc != EN_OK) {
            *err = damage;
            return rc;
        }
    }
    return EN_OK;
}

en_errc
en_list_index_build(struct en_run *r, const char *const *paths, size_t n, struct en_report *report,
                    struct en_list_index *out, struct en_err *err)
{
    struct building l = { .out = out };
    struct en_list_files files;
    struct en_index_stats st;
    en_errc rc;

    *out = (struct en_list_index){ .ix = NULL };
    rc = en_list_files_look(paths, n, &r->arena, &files, err);
    if (rc != EN_OK)
        return rc;
    l.b = en_index_builder_new();
    en_index_builder_use_simd(l.b, en_machine_simd());
    en_progress_begin(&l.progress, "identities read");
    rc = read_lists(r, &files, &l, report, err);
    en_progress_end(&l.progress);
    if (rc != EN_OK) {
        en_index_builder_free(l.b);
        return rc;
    }
    out->ix = en_index_builder_finish(l.b);
    en_index_stats(out->ix, &st);
    out->identities = st.identities;
    return EN_OK;
}

void
en_list_index_release(struct en_list_index *l)
{
    en_index_free(l->ix);
    if (l->lies_in.n > 0) {
        struct en_acts_shelf shelf = en_shelf_lend(&l->shelf);

        shelf.give_back(shelf.ctx, l->lies_in);
    }
    *l = (struct en_list_index){ .ix = NULL };
}

/* --- kept in a file ------------------------------------------------------------------------------------------------
 */

#define WORD  "entente-list-index-1"
#define CHUNK EN_MIB

static en_errc
digest_file(struct en_digest *d, const char *path, uint8_t *chunk, struct en_err *err)
{
    struct en_input in;
    size_t n = 1;
    en_errc rc = en_input_open(&in, path, err);

    if (rc != EN_OK)
        return rc;
    en_digest_add(d, en_bytes_from(&in.size, sizeof in.size));
    while (rc == EN_OK && n > 0) {
        rc = en_input_read(&in, chunk, CHUNK, &n, err);
        if (rc == EN_OK)
            en_digest_add(d, en_bytes_from(chunk, n));
    }
    en_input_close(&in);
    return rc;
}

static en_errc
digest_lists(const char *const *paths, size_t n, uint8_t out[EN_DIGEST_LEN], struct en_err *err)
{
    struct en_digest *d = en_digest_new();
    uint8_t *chunk = en_xmalloc(CHUNK);
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < n; i++)
        rc = strcmp(paths[i], "-") != 0
                 ? digest_file(d, paths[i], chunk, err)
                 : en_err_set(err, EN_E_USAGE, EN_NO_POS, "an index is kept of files, not of standard input");
    en_digest_final(d, out);
    en_digest_free(d);
    free(chunk);
    return rc;
}

static bool
stamp_read(en_bytes stamp, en_bytes program, const uint8_t digest[EN_DIGEST_LEN], struct en_list_index *out)
{
    en_reader r = en_reader_from(stamp);
    en_bytes made_by, of;

    en_reader_expect(&r, EN_BYTES_LIT(WORD));
    made_by = en_reader_block(&r, 64);
    of = en_reader_take(&r, EN_DIGEST_LEN);
    out->entries = en_reader_u64(&r);
    out->screened = en_reader_u64(&r);
    en_reader_end(&r);
    return en_reader_result(&r, NULL) == EN_OK && program.n > 0 && made_by.n == program.n &&
           memcmp(made_by.p, program.p, program.n) == 0 && memcmp(of.p, digest, EN_DIGEST_LEN) == 0;
}

/* EN_E_NO: it is of other lists or another program. */
static en_errc
open_kept(struct en_list_index *l, const uint8_t digest[EN_DIGEST_LEN], struct en_err *err)
{
    struct en_acts_shelf shelf = en_shelf_lend(&l->shelf);
    struct en_index_stats st;
    en_bytes stamp;
    en_errc rc = shelf.take(shelf.ctx, &l->lies_in, err);

    rc = rc != EN_OK ? rc : en_index_open(l->lies_in, &stamp, &l->ix, err);
    if (rc == EN_OK && !stamp_read(stamp, shelf.program, digest, l))
        rc = EN_E_NO;
    if (rc == EN_OK) {
        en_index_stats(l->ix, &st);
        l->identities = st.identities;
        return EN_OK;
    }
    en_index_free(l->ix);
    if (l->lies_in.n > 0)
        shelf.give_back(shelf.ctx, l->lies_in);
    l->ix = NULL;
    l->lies_in = (en_bytes){ NULL, 0 };
    return rc;
}

static en_errc
keep(struct en_list_index *l, const uint8_t digest[EN_DIGEST_LEN], struct en_err *err)
{
    struct en_acts_shelf shelf = en_shelf_lend(&l->shelf);
    struct en_buf stamp = EN_BUF_INIT;
    en_errc placed, rc = shelf.begin(shelf.ctx, err);

    if (rc != EN_OK)
        return rc;
    en_buf_add_str(&stamp, WORD);
    en_buf_put_block(&stamp, shelf.program);
    en_buf_add(&stamp, digest, EN_DIGEST_LEN);
    en_buf_put_u64(&stamp, l->entries);
    en_buf_put_u64(&stamp, l->screened);
    rc = en_index_save(l->ix, en_buf_bytes(&stamp), shelf.write, shelf.ctx);
    placed = shelf.end(shelf.ctx, rc == EN_OK, err);
    en_buf_release(&stamp);
    return rc != EN_OK ? rc : placed;
}

en_errc
en_list_index_kept(struct en_run *r, const char *const *paths, size_t n, const char *file, struct en_report *report,
                   struct en_list_index *out, struct en_err *err)
{
    struct en_list_index l = { .ix = NULL };
    struct en_buf fresh = EN_BUF_INIT;
    struct en_err why = EN_ERR_INIT;
    uint8_t digest[EN_DIGEST_LEN];
    en_errc rc = digest_lists(paths, n, digest, err);

    *out = l;
    if (rc != EN_OK)
        return rc;
    en_buf_addf(&fresh, "%s.new", file);
    en_shelf_init_file(&l.shelf, file, fresh.p);
    rc = open_kept(&l, digest, &why);
    if (rc != EN_OK && rc != EN_E_NOT_FOUND && rc != EN_E_NO)
        en_say_err(en_arg_show(r, file), &why);
    if (rc != EN_OK) {
        struct en_shelf shelf = l.shelf;

        rc = en_list_index_build(r, paths, n, report, &l, err);
        l.shelf = shelf;
        if (rc == EN_OK && !l.damaged && en_report_count(report, EN_NOTE_REFUSED) == 0 && l.shelf.program != 0 &&
            keep(&l, digest, &why) != EN_OK)
            en_say_err(en_arg_show(r, file), &why);
    }
    l.shelf.name = file;
    l.shelf.fresh = NULL; /* nothing is written any more */
    en_buf_release(&fresh);
    *out = l;
    return rc;
}
