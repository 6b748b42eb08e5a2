/*
 * store_consent.c: questions whether something may be passed on, and protections, in front of the engines.
 */
#include "store/front.h"

/* --- questions ---------------------------------------------------------------------------------------------------- */

static en_errc
check_question(const struct en_store_question *x, struct en_err *err)
{
    if (x->state >= EN_QUESTION_STATES || x->asker.n != EN_STORE_PARTNER_LEN || x->target.n != EN_STORE_PARTNER_LEN)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a question is asked by a partner about a partner");
    if ((x->state == EN_QUESTION_PROPOSED || x->state == EN_QUESTION_GRANTED) && x->release == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a consent is a release");
    return en_store_check_word(x->reason, "reason of the answer", err);
}

en_errc
en_store_question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_question(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->question_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_question(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->question_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_questions_each(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn,
                        void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->questions_each(s, f, fn, ctx, err));
}

/* --- protections -------------------------------------------------------------------------------------------------- */

static en_errc
check_protection(const struct en_store_protection *x, struct en_err *err)
{
    en_errc rc = en_store_check_name(x->reason, "reason of the protection", err);

    if (rc == EN_OK && x->traveller == 0 && x->entity.n == 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a protection covers somebody");
    if (rc == EN_OK && (x->at == EN_TIME_NONE || x->review == EN_TIME_NONE))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a protection has a review date");
    if (rc == EN_OK)
        rc = en_store_check_blob(en_text_bytes(x->entity), "identity", err);
    return rc == EN_OK ? en_store_check_blob(en_text_bytes(x->text), "text of the protection", err) : rc;
}

en_errc
en_store_protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_protection(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->protection_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_protection_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->protection_delete(s, id, &s->err);
    s->deleted |= rc == EN_OK;
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_protections_each(struct en_store *s, const struct en_store_protection_filter *f, en_store_protection_fn *fn,
                          void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->protections_each(s, f, fn, ctx, err));
}
