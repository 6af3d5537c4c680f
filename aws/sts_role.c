/* Security Token Service: keys of a role, by other keys or by the token of an identity provider. */
#include "aws/sts_role.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/actions.h"
#include "aws/call_impl.h"
#include "aws/query.h"
#include "aws/signin_file.h"
#include "aws/signin_json.h"
#include "base/mem.h"

static void make_form(const struct sts_role *role, struct buf *form)
{
    char *name = role->session_name != NULL
                     ? xstrdup(role->session_name)
                     : xasprintf("tatami-session-%lld", (long long)time(NULL));

    query_add(form, "RoleArn", role->arn);
    query_add(form, "RoleSessionName", name);
    query_add(form, "ExternalId", role->external_id);
    query_add(form, "SerialNumber", role->mfa_serial);
    query_add(form, "TokenCode", role->mfa_code);
    query_add(form, "WebIdentityToken", role->token);
    if (role->duration_s != 0)
        query_add_int(form, "DurationSeconds", role->duration_s);
    free(name);
}

static void wipe(struct xml *x)
{
    for (; x != NULL; x = x->next) {
        mem_wipe(x->text, strlen(x->text));
        wipe(x->child);
    }
}

static bool take_keys(const struct xml *result, const char *source, struct credentials *out,
                      struct err *err)
{
    const struct xml *keys = xml_find(result, "Credentials");
    const char *id = xml_text(keys, "AccessKeyId"), *secret = xml_text(keys, "SecretAccessKey");
    const char *token = xml_text(keys, "SessionToken");
    time_t expires_at = signin_time(xml_text(keys, "Expiration"));

    if (id == NULL || secret == NULL || token == NULL || expires_at < 0)
        return err_set(err, ERR_REPLY, "the role was assumed, and the answer holds no keys");
    *out = (struct credentials){.access_key_id = xstrdup(id),
                                .secret_access_key = xstrdup(secret),
                                .session_token = xstrdup(token),
                                .expires_at = expires_at,
                                .source = xstrdup(source)};
    return true;
}

bool sts_assume_role(const struct signin *with, const struct sts_role *role,
                     const struct credentials *keys, const char *source, struct credentials *out,
                     struct err *err)
{
    bool web = keys == NULL;
    struct aws *aws = aws_new_with(with, keys);
    struct call *c = call_new(aws, signin_region(with, role->arn), with->cancel);
    struct xml *root = NULL;
    struct buf form = BUF_INIT;

    make_form(role, &form);
    bool ok = call_query(c, &aws_actions[web ? STS_ASSUME_ROLE_WITH_WEB_IDENTITY : STS_ASSUME_ROLE],
                         &form, &root, err);
    ok = ok &&
         take_keys(xml_find(root, web ? "AssumeRoleWithWebIdentityResult" : "AssumeRoleResult"),
                   source, out, err);
    wipe(root);
    xml_free(root);
    buf_wipe_free(&form);
    call_free(c);
    aws_free(aws);
    return ok;
}

char *sts_role_key(const struct sts_role *role)
{
    const char *const members[][2] = {
        {"ExternalId", role->external_id},
        {"RoleArn", role->arn},
        {"RoleSessionName", role->session_name},
        {"SerialNumber", role->mfa_serial},
    };
    struct buf text = BUF_INIT;

    /* What Python's json.dumps() makes of them, in the order of their names. */
    buf_add_char(&text, '{');
    if (role->duration_s != 0)
        buf_add_fmt(&text, "\"DurationSeconds\": %ld", role->duration_s);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (members[i][1] == NULL)
            continue;
        buf_add_fmt(&text, "%s\"%s\": ", text.length > 1 ? ", " : "", members[i][0]);
        buf_add_json(&text, members[i][1]);
    }
    buf_add_char(&text, '}');
    char *key = signin_file_key(buf_str(&text));
    buf_free(&text);
    return key;
}
