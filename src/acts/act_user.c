#include "acts/act.h"
#include "base/hash.h"

static en_errc
check_user_name(struct en_args *a, en_text name)
{
    if (a->fault.code == EN_OK && !en_key_name_valid(name))
        en_args_fault(a, "name", "is 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or digit");
    return a->fault.code;
}

static void
emit_user(struct en_call *c, struct en_json *j, const struct en_store_user *u)
{
    char id[EN_SEAL_ID_LEN + 1];
    unsigned roles = en_roles_from(u->role);

    en_key_id(u->key, id);
    call_record(c, j);
    en_json_object(j);
    en_json_kv_int(j, "id", u->id);
    en_json_kv_text(j, "name", u->name);
    en_json_key(j, "roles");
    en_json_array(j);
    for (unsigned i = 0; i < EN_ROLES; i++)
        if ((roles & (1u << i)) != 0)
            en_json_str(j, en_role_word((enum en_role)i));
    en_json_array_end(j);
    en_json_kv_str(j, "key", id);
    en_json_key(j, "unix");
    if (u->uid >= 0)
        en_json_int(j, u->uid);
    else
        en_json_null(j);
    json_kv_time(j, "created", u->created);
    json_kv_time(j, "disabled", u->disabled);
    en_json_object_end(j);
}

/* The facts of a user in an event: the key, the roles and the name's hash, not the name. */
static void
user_facts(struct en_json *ev, const struct en_store_user *u)
{
    char hex[2 * EN_KEY_LEN + 1];
    uint8_t name[EN_SHA256_LEN];

    en_hex(u->key, EN_KEY_LEN, hex);
    en_sha256(en_text_bytes(u->name), name);
    en_json_kv_int(ev, "user", u->id);
    en_json_kv_text(ev, "roles", u->role);
    en_json_kv_str(ev, "user_key", hex);
    json_kv_hash(ev, "user_name", name);
    if (u->uid >= 0)
        en_json_kv_int(ev, "user_unix", u->uid);
}

en_errc
act_user_add(struct en_call *c, struct en_err *err)
{
    struct en_store_user u = { .created = c->now, .disabled = EN_TIME_NONE };
    struct en_buf roles = EN_BUF_INIT;
    struct en_json j;
    en_text key;
    unsigned bits;
    en_errc rc;

    u.name = en_args_text(&c->args, "name", EN_MUST, EN_KEY_NAME_MAX);
    u.role = en_args_text(&c->args, "roles", EN_MUST, 200);
    key = en_args_text(&c->args, "key", EN_MUST, 2 * EN_KEY_LEN);
    u.uid = en_args_int(&c->args, "unix", EN_MAY, 0, UINT32_MAX - 1, -1);
    (void)check_user_name(&c->args, u.name);
    bits = en_roles_from(u.role);
    if (bits == 0)
        en_args_fault(&c->args, "roles", "is one or more of admin, importer, officer, supervisor, auditor");
    if (!en_unhex(key, u.key, sizeof u.key))
        en_args_fault(&c->args, "key", "is a public key: 64 hex digits");
    rc = en_args_end(&c->args, err);
    if (rc != EN_OK)
        return rc;
    en_roles_write(bits, &roles);
    u.role = (en_text){ roles.p, roles.n };
    rc = call_begin(c, err);
    if (rc == EN_OK) {
        rc = en_store_user_add(c->store, &u, &u.id, err);
        if (rc == EN_E_NO)
            rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "a user with this name, key or unix account is there already");
    }
    if (rc == EN_OK) {
        user_facts(&c->ev, &u);
        rc = call_commit(c, err);
    }
    if (rc == EN_OK) {
        emit_user(c, &j, &u);
        rc = call_emit(c, err);
    }
    en_buf_release(&roles);
    return rc;
}

struct listing {
    struct en_call *c;
    bool emit;
};

static en_errc
list_one(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    struct listing *l = ctx;
    struct en_json j;

    if (!l->emit) {
        en_json_int(&l->c->ev, u->id);
        return EN_OK;
    }
    emit_user(l->c, &j, u);
    return call_emit(l->c, err);
}

en_errc
act_user_list(struct en_call *c, struct en_err *err)
{
    struct listing l = { c, false };
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "users");
    en_json_array(&c->ev);
    rc = en_store_users_each(c->store, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_users_each(c->store, list_one, &l, err);
}

static en_errc
count_admin(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    (void)err;
    if (u->disabled == EN_TIME_NONE && (en_roles_from(u->role) & (1u << EN_ROLE_ADMIN)) != 0)
        ++*(unsigned *)ctx;
    return EN_OK;
}

en_errc
act_user_disable(struct en_call *c, struct en_err *err)
{
    en_text name = en_args_text(&c->args, "name", EN_MUST, EN_KEY_NAME_MAX);
    struct en_store_user u;
    struct en_json j;
    unsigned admins = 0;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    rc = en_store_user_by_name(c->store, name, &c->arena, &u, err);
    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "user");
    rc = rc != EN_OK ? rc : en_store_users_each(c->store, count_admin, &admins, err);
    if (rc != EN_OK)
        return rc;
    if (u.disabled != EN_TIME_NONE)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this user is disabled already");
    if (admins == 1 && (en_roles_from(u.role) & (1u << EN_ROLE_ADMIN)) != 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the last admin cannot be disabled");
    u.disabled = c->now;
    rc = en_store_user_change(c->store, &u, err);
    if (rc == EN_OK) {
        user_facts(&c->ev, &u);
        rc = call_commit(c, err);
    }
    if (rc != EN_OK)
        return rc;
    emit_user(c, &j, &u);
    return call_emit(c, err);
}
