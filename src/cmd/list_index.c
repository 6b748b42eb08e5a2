#include "cmd/list_index.h"

#include "cmd/list_files.h"

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
