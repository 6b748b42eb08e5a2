/*
 * roles.c: who may do what: the table of roles, and the table of acts with the roles each one allows.
 */
#include <string.h>

#include "acts/act.h"

static const char *const roles[EN_ROLES] = {
    [EN_ROLE_ADMIN] = "admin",           [EN_ROLE_IMPORTER] = "importer", [EN_ROLE_OFFICER] = "officer",
    [EN_ROLE_SUPERVISOR] = "supervisor", [EN_ROLE_AUDITOR] = "auditor",
};

#define ADMIN      (1u << EN_ROLE_ADMIN)
#define IMPORTER   (1u << EN_ROLE_IMPORTER)
#define OFFICER    (1u << EN_ROLE_OFFICER)
#define SUPERVISOR (1u << EN_ROLE_SUPERVISOR)
#define AUDITOR    (1u << EN_ROLE_AUDITOR)
#define DESK       (OFFICER | SUPERVISOR)
#define ANYBODY    (ADMIN | IMPORTER | OFFICER | SUPERVISOR | AUDITOR)

const struct en_act en_act_table[] = {
    /* clang-format off */
    /* word            event             roles                  inputs flags         handler */
    { "user-add",      "user-add",       ADMIN,                 0, 0,  0,            act_user_add },
    { "user-list",     "read",           ADMIN | AUDITOR,       0, 0,  0,            act_user_list },
    { "user-disable",  "user-disable",   ADMIN,                 0, 0,  0,            act_user_disable },
    { "profile-show",  NULL,             ANYBODY,               0, 0,  EN_ACT_QUIET, act_profile_show },
    { "profile-set",   "profile-set",    ADMIN,                 0, 0,  0,            act_profile_set },
    { "import",        "list-import",    IMPORTER,              1, 4,  0,            act_import },
    { "screen",        "screen",         DESK,                  1, 2,  0,            act_screen },
    { "check",         "check",          DESK,                  0, 0,  0,            act_check },
    { "alert-new",     "alert-new",      SUPERVISOR,            0, 0,  0,            act_alert_new },
    { "alert-edit",    "alert-edit",     SUPERVISOR,            0, 0,  0,            act_alert_edit },
    { "alert-end",     "alert-end",      SUPERVISOR,            0, 0,  0,            act_alert_end },
    { "alert-show",    "read",           DESK | AUDITOR,        0, 0,  0,            act_alert_show },
    { "alert-list",    "read",           DESK | AUDITOR,        0, 0,  0,            act_alert_list },
    { "hit-list",      "read",           DESK | AUDITOR,        0, 0,  0,            act_hit_list },
    { "hit-export",    "read",           SUPERVISOR,            0, 0,  0,            act_hit_export },
    { "hit-show",      "read",           DESK | AUDITOR,        0, 0,  0,            act_hit_show },
    { "hit-decide",    "hit-decide",     DESK,                  0, 0,  0,            act_hit_decide },
    { "protect-set",   "protect-set",    SUPERVISOR,            0, 0,  0,            act_protect_set },
    { "protect-end",   "protect-end",    SUPERVISOR,            0, 0,  0,            act_protect_end },
    { "protect-list",  "read",           SUPERVISOR | AUDITOR,  0, 0,  0,            act_protect_list },
    { "clearance-list", "read",          DESK | AUDITOR,        0, 0,  0,            act_clearance_list },
    { "clearance-end", "clearance-end",  SUPERVISOR,            0, 0,  0,            act_clearance_end },
    { "redress-new",   "redress-new",    SUPERVISOR,            0, 0,  0,            act_redress_new },
    { "answer-list",   "read",           DESK | AUDITOR,        0, 0,  0,            act_answer_list },
    { "answer-order",  "answer-order",   SUPERVISOR,            0, 0,  0,            act_answer_order },
    { "answer-take",   "answer-take",    DESK,                  0, 0,  0,            act_answer_take },
    { "answer-sent",   "answer-sent",    DESK,                  0, 0,  0,            act_answer_sent },
    { "answer-read",   "answer-read",    DESK,                  1, 1,  0,            act_answer_read },
    { "flight-report", "read",           DESK | AUDITOR,        1, 1,  0,            act_flight_report },
    { "ledger-show",   NULL,             ADMIN | AUDITOR,       0, 0,  EN_ACT_QUIET, act_ledger_show },
    { "ledger-prove",  "ledger-prove",   ADMIN | AUDITOR,       0, 0,  0,            act_ledger_prove },
    { "ledger-epoch",  "ledger-epoch",   ADMIN,                 0, 0,  EN_ACT_DOUBT, act_ledger_epoch },
    { "ledger-witness", "ledger-witness", ADMIN | AUDITOR,      1, 1,  0,            act_ledger_witness },
    { "ledger-who-saw", "read",          ADMIN | AUDITOR,       0, 0,  0,            act_ledger_who_saw },
    { "key-init",      "key-init",       ADMIN,                 0, 0,  0,            act_key_init },
    { "key-show",      NULL,             ADMIN | AUDITOR,       0, 0,  EN_ACT_QUIET, act_key_show },
    { "key-rotate",    "key-rotate",     ADMIN,                 0, 0,  0,            act_key_rotate },
    { "key-lost",      "key-lost",       ADMIN,                 0, 0,  0,            act_key_lost },
    { "key-restore",   "key-restore",    ADMIN,                 1, 1,  EN_ACT_DOUBT, act_key_restore },
    { "key-adopt",     "key-adopt",      ADMIN,                 1, 1,  EN_ACT_DOUBT, act_key_adopt },
    { "key-seal",      "key-seal",       ADMIN,                 0, 0,  0,            act_key_seal },
    { "key-passphrase", "key-passphrase", ADMIN,                0, 0,  EN_ACT_DOUBT, act_key_passphrase },
    { "partner-card",  "partner-card",   ADMIN,                 0, 0,  0,            act_partner_card },
    { "partner-look",  NULL,             ADMIN,                 1, 1,  EN_ACT_QUIET, act_partner_look },
    { "partner-add",   "partner-add",    ADMIN,                 1, 1,  0,            act_partner_add },
    { "partner-update", "partner-update", ADMIN,                1, 1,  0,            act_partner_update },
    { "partner-readmit", "partner-readmit", ADMIN,              1, 1,  0,            act_partner_readmit },
    { "partner-list",  "read",           ADMIN | DESK | AUDITOR, 0, 0, 0,            act_partner_list },
    { "partner-show",  "read",           ADMIN | DESK | AUDITOR, 0, 0, 0,            act_partner_show },
    { "partner-address", "partner-address", ADMIN,              0, 0,  0,            act_partner_address },
    { "partner-link",  "read",           ADMIN | DESK | AUDITOR, 0, 0, 0,            act_partner_link },
    { "partner-ack",   "partner-ack",    ADMIN,                 0, 0,  0,            act_partner_ack },
    { "partner-relay", "partner-relay",  ADMIN,                 0, 0,  0,            act_partner_relay },
    { "partner-route", "partner-route",  ADMIN,                 0, 0,  0,            act_partner_route },
    { "partner-cut",   "partner-cut",    ADMIN,                 0, 0,  0,            act_partner_cut },
    { "partner-restore", "partner-restore", ADMIN,              0, 0,  0,            act_partner_restore },
    { "partner-agree", "partner-agree",  ADMIN,                 0, 0,  0,            act_partner_agree },
    { "charter-list",  NULL,             ADMIN | DESK | AUDITOR, 0, 0, EN_ACT_QUIET, act_charter_list },
    { "charter-show",  NULL,             ADMIN | DESK | AUDITOR, 0, 0, EN_ACT_QUIET, act_charter_show },
    { "charter-verify", NULL,            ADMIN | DESK | AUDITOR, 0, 0, EN_ACT_QUIET, act_charter_verify },
    { "charter-export", "charter-export", ADMIN,                0, 0,  0,            act_charter_export },
    { "charter-import", "charter-import", ADMIN,                1, 1,  0,            act_charter_import },
    { "charter-propose", "charter-propose", ADMIN,              0, 0,  0,            act_charter_propose },
    { "charter-sign",  "charter-sign",   ADMIN,                 0, 0,  0,            act_charter_sign },
    { "charter-refuse", "charter-refuse", ADMIN,                0, 0,  0,            act_charter_refuse },
    { "charter-adopt", "charter-adopt",  ADMIN,                 0, 0,  0,            act_charter_adopt },
    { "review-due",    "read",           DESK | AUDITOR,        0, 0,  0,            act_review_due },
    { "review-run",    "retention",      ADMIN | SUPERVISOR,    0, 0,  0,            act_review_run },
    { "review-done",   "review-done",    SUPERVISOR,            0, 0,  0,            act_review_done },
    { "record-new",    "record-new",     SUPERVISOR,            0, 0,  0,            act_record_new },
    { "record-outcome", "record-outcome", SUPERVISOR,           0, 0,  0,            act_record_outcome },
    { "record-edit",   "record-edit",    SUPERVISOR,            0, 0,  0,            act_record_edit },
    { "record-drop",   "record-drop",    SUPERVISOR,            0, 0,  0,            act_record_drop },
    { "record-list",   "read",           DESK | AUDITOR,        0, 0,  0,            act_record_list },
    { "record-show",   "read",           DESK | AUDITOR,        0, 0,  0,            act_record_show },
    { "record-stix",   "record-stix",    SUPERVISOR | AUDITOR,  0, 0,  0,            act_record_stix },
    { "record-accept", "record-accept",  SUPERVISOR,            0, 0,  0,            act_record_accept },
    { "record-refuse", "record-refuse",  SUPERVISOR,            0, 0,  0,            act_record_refuse },
    { "record-ack",    "record-ack",     DESK,                  0, 0,  0,            act_record_ack },
    { "question-list", "read",           DESK | AUDITOR,        0, 0,  0,            act_question_list },
    { "question-consent", "release-consent", SUPERVISOR,        0, 0,  0,            act_question_consent },
    { "question-deny", "release-deny",   SUPERVISOR,            0, 0,  0,            act_question_deny },
    { "release-propose", "release-propose", SUPERVISOR,         0, 0,  0,            act_release_propose },
    { "release-approve", "release-approve", SUPERVISOR,         0, 0,  0,            act_release_approve },
    { "release-reject", "release-reject", SUPERVISOR,           0, 0,  0,            act_release_reject },
    { "release-preview", "read",         DESK | AUDITOR,        0, 0,  0,            act_release_preview },
    { "release-list",  "read",           DESK | AUDITOR,        0, 0,  0,            act_release_list },
    { "release-withdraw", "release-withdraw", SUPERVISOR,       0, 0,  0,            act_release_withdraw },
    { "bundle-export", "bundle-export",  SUPERVISOR,            0, 0,  0,            act_bundle_export },
    { "bundle-import", "bundle-import",  SUPERVISOR,            1, 1,  0,            act_bundle_import },
    { "delivery-list", "read",           DESK | AUDITOR,        0, 0,  0,            act_delivery_list },
    { "status",        NULL,             ANYBODY,               0, 0,  EN_ACT_QUIET, act_status },
    { "clock-accept",  "clock-accept",   ADMIN,                 0, 0,  EN_ACT_DOUBT, act_clock_accept },
    { "backup",        "backup",         ADMIN,                 0, 0,  EN_ACT_DOUBT, act_backup },
    { NULL, NULL, 0, 0, 0, 0, NULL },
    /* clang-format on */
};

const char *
en_role_word(enum en_role r)
{
    EN_ASSERT(r < EN_ROLES);
    return roles[r];
}

static bool
role_from(en_text t, enum en_role *out)
{
    unsigned i;
    bool known = en_text_among(t, roles, EN_ROLES, &i);

    if (known)
        *out = (enum en_role)i;
    return known;
}

unsigned
en_roles_from(en_text t)
{
    unsigned bits = 0;

    while (t.n > 0) {
        const char *comma = memchr(t.p, ',', t.n);
        en_text word = { t.p, comma != NULL ? (size_t)(comma - t.p) : t.n };
        size_t step = word.n + (comma != NULL ? 1 : 0);
        enum en_role r;

        if (!role_from(word, &r) || (comma != NULL && step == t.n))
            return 0;
        bits |= 1u << r;
        t = (en_text){ t.p + step, t.n - step };
    }
    return bits;
}

void
en_roles_write(unsigned bits, struct en_buf *out)
{
    bool first = true;

    for (unsigned i = 0; i < EN_ROLES; i++) {
        if ((bits & (1u << i)) == 0)
            continue;
        en_buf_addf(out, "%s%s", first ? "" : ",", roles[i]);
        first = false;
    }
}

bool
en_act_exists(en_text act)
{
    for (const struct en_act *a = en_act_table; a->word != NULL; a++)
        if (en_text_is(act, a->word))
            return true;
    return false;
}
