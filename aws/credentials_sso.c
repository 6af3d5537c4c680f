/* Credentials by IAM Identity Center: sso_session, or all of it in the profile. */
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/call_impl.h"
#include "aws/role_cache.h"
#include "aws/signin_file.h"
#include "aws/signin_json.h"
#include "aws/sso_token.h"
#include "base/mem.h"

enum { UNAUTHORIZED = 401 };

/* A key of the session, else of the profile; they may not contradict each other. */
static bool setting(const struct signin *with, const char *session, const char *key,
                    const char **value, struct err *err)
{
    const char *own = signin_get(with, key);
    const char *shared = session == NULL ? NULL : aws_config_sso_get(with->config, session, key);

    *value = shared != NULL ? shared : own;
    if (own != NULL && shared != NULL && strcmp(own, shared) != 0)
        return err_set(err, ERR_CREDENTIALS,
                       "the profile %s and its sso-session %s differ in their %s", with->profile,
                       session, key);
    return *value != NULL || err_set(err, ERR_CREDENTIALS, "the profile %s uses SSO and has no %s",
                                     with->profile, key);
}

static bool read_settings(const struct signin *with, struct sso_settings *sso, struct err *err)
{
    sso->session = signin_get(with, "sso_session");
    return setting(with, sso->session, "sso_start_url", &sso->start_url, err) &&
           setting(with, sso->session, "sso_region", &sso->region, err) &&
           setting(with, NULL, "sso_account_id", &sso->account, err) &&
           setting(with, NULL, "sso_role_name", &sso->role, err);
}

/* botocore's name for these keys in the CLI's cache. */
static char *cache_key(const struct sso_settings *sso)
{
    struct buf text = BUF_INIT;

    buf_add_str(&text, "{\"accountId\":");
    buf_add_json(&text, sso->account);
    buf_add_str(&text, ",\"roleName\":");
    buf_add_json(&text, sso->role);
    buf_add_str(&text, sso->session != NULL ? ",\"sessionName\":" : ",\"startUrl\":");
    buf_add_json(&text, sso->session != NULL ? sso->session : sso->start_url);
    buf_add_char(&text, '}');
    char *key = signin_file_key(buf_str(&text));
    buf_free(&text);
    return key;
}

static bool ask(const struct signin *with, const struct sso_settings *sso, const char *token,
                const char *source, struct credentials *out, struct err *err)
{
    struct aws *aws = aws_new_with(with, NULL);
    struct call *c = call_new(aws, sso->region, with->cancel);
    const struct http_header header = {"x-amz-sso_bearer_token", token};
    struct buf query = BUF_INIT;
    cJSON *answer = NULL;

    buf_add_str(&query, "role_name=");
    buf_add_uri(&query, sso->role);
    buf_add_str(&query, "&account_id=");
    buf_add_uri(&query, sso->account);
    const struct call_json call = {.action = &aws_actions[SSO_GET_ROLE_CREDENTIALS],
                                   .method = "GET",
                                   .path = "/federation/credentials",
                                   .query = buf_str(&query),
                                   .headers = &header,
                                   .header_count = 1};
    bool ok = call_json(c, &call, &answer, err) &&
              signin_json_keys(cJSON_GetObjectItemCaseSensitive(answer, "roleCredentials"),
                               &signin_names_sso, source, out, err);
    signin_json_free(answer);
    buf_free(&query);
    call_free(c);
    aws_free(aws);
    return ok;
}

static bool get_role(const struct signin *with, const struct sso_settings *sso,
                     struct credentials *out, struct err *err)
{
    struct err failure = ERR_INIT;
    char *token = NULL, *key = cache_key(sso);
    char *source = xasprintf("SSO role %s of the profile %s", sso->role, with->profile);
    bool ok = role_cache_read(with, key, source, out);

    if (!ok && (token = sso_token(with, sso, err)) != NULL) {
        ok = ask(with, sso, token, source, out, &failure);
        if (ok)
            role_cache_write(key, "sso", out);
        else if (failure.http_status == UNAUTHORIZED)
            sso_log_in(with, sso, ERR_EXPIRED, "has ended", err);
        else if (err != NULL)
            *err = failure;
    }
    str_wipe_free(token);
    free(source);
    free(key);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    struct sso_settings sso = {0};

    /* As in botocore, a session alone is for tokens, not for keys. */
    *found =
        signin_get(with, "sso_account_id") != NULL || signin_get(with, "sso_role_name") != NULL;
    return !*found || (read_settings(with, &sso, err) && get_role(with, &sso, out, err));
}

const struct credential_provider credentials_sso = {.name = "SSO", .get = get};
