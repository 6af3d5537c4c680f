/* The token of an SSO session, as `aws sso login` leaves it in ~/.aws/sso/cache. */
#include "aws/sso_token.h"

#include <stdlib.h>
#include <time.h>

#include "aws/actions.h"
#include "aws/call_impl.h"
#include "aws/json.h"
#include "aws/signin_file.h"
#include "aws/signin_json.h"
#include "base/clock.h"
#include "base/mem.h"

static const char folder[] = "sso/cache";
enum { REFRESH_S = 15 * 60 };

bool sso_log_in(const struct signin *with, const struct sso_settings *sso, enum err_kind kind,
                const char *what, struct err *err)
{
    err_set(err, kind, "the SSO session %s %s",
            sso->session != NULL ? sso->session : sso->start_url, what);
    if (sso->session != NULL)
        return err_advise(err, "run `aws sso login --sso-session %s`", sso->session);
    return err_advise(err, "run `aws sso login --profile %s`", with->profile);
}

/* The token file holds all that renewing takes, and the registration is not over. */
static bool can_refresh(const struct sso_settings *sso, const cJSON *token)
{
    static const char *const needed[] = {"refreshToken", "clientId", "clientSecret"};

    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (json_text(token, needed[i]) == NULL)
            return false;
    return sso->session != NULL &&
           signin_time(json_text(token, "registrationExpiresAt")) > time(NULL);
}

static cJSON *ask_for_token(const struct signin *with, const struct sso_settings *sso,
                            const cJSON *token, struct err *err)
{
    struct aws *aws = aws_new_with(with, NULL);
    struct call *c = call_new(aws, sso->region, with->cancel);
    cJSON *body = cJSON_CreateObject(), *answer = NULL;
    const struct call_json call = {
        .action = &aws_actions[SSO_CREATE_TOKEN], .method = "POST", .path = "/token", .body = body};

    cJSON_AddStringToObject(body, "grantType", "refresh_token");
    cJSON_AddStringToObject(body, "clientId", json_text(token, "clientId"));
    cJSON_AddStringToObject(body, "clientSecret", json_text(token, "clientSecret"));
    cJSON_AddStringToObject(body, "refreshToken", json_text(token, "refreshToken"));
    call_json(c, &call, &answer, err);
    signin_json_free(body);
    call_free(c);
    aws_free(aws);
    return answer;
}

/* What stands in the file after a renewal, as botocore writes it. */
static cJSON *renewed(const struct sso_settings *sso, const cJSON *token, const cJSON *answer)
{
    static const char *const kept[] = {"clientId", "clientSecret", "registrationExpiresAt"};
    cJSON *json = cJSON_CreateObject();
    char expires[24];

    clock_format_iso(time(NULL) + (time_t)json_int(answer, "expiresIn", 0), expires);
    cJSON_AddStringToObject(json, "startUrl", sso->start_url);
    cJSON_AddStringToObject(json, "region", sso->region);
    cJSON_AddStringToObject(json, "accessToken", json_text(answer, "accessToken"));
    cJSON_AddStringToObject(json, "expiresAt", expires);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        cJSON_AddStringToObject(json, kept[i], json_text(token, kept[i]));
    if (json_text(answer, "refreshToken") != NULL)
        cJSON_AddStringToObject(json, "refreshToken", json_text(answer, "refreshToken"));
    return json;
}

/* The renewed token, written back; NULL when it cannot be had. */
static cJSON *refresh(const struct signin *with, const struct sso_settings *sso, const char *key,
                      const cJSON *token, struct err *err)
{
    cJSON *answer = ask_for_token(with, sso, token, err), *json = NULL;

    if (json_text(answer, "accessToken") != NULL)
        json = renewed(sso, token, answer);
    if (json != NULL)
        signin_file_write(folder, key, json);
    signin_json_free(answer);
    return json;
}

/* A refusal means to log in again; no answer is what it is. */
static bool is_refusal(const struct err *err)
{
    return err->http_status >= 400 && err->http_status < 500;
}

char *sso_token(const struct signin *with, const struct sso_settings *sso, struct err *err)
{
    char *key = signin_file_key(sso->session != NULL ? sso->session : sso->start_url);
    cJSON *token = signin_file_read(folder, key), *better = NULL;
    time_t ends = signin_time(json_text(token, "expiresAt")), now = time(NULL);
    struct err failure = ERR_INIT;
    char *text = NULL;

    if (ends >= 0 && ends < now + REFRESH_S && can_refresh(sso, token))
        better = refresh(with, sso, key, token, &failure);
    if (better != NULL)
        text = json_dup(better, "accessToken");
    else if (ends > now)
        text = json_dup(token, "accessToken");
    if (text == NULL && failure.kind != ERR_NONE && !is_refusal(&failure)) {
        if (err != NULL)
            *err = failure;
    } else if (text == NULL) {
        bool gone = ends < 0 || json_text(token, "accessToken") == NULL;
        sso_log_in(with, sso, gone ? ERR_CREDENTIALS : ERR_EXPIRED,
                   gone ? "is not logged in" : "has ended", err);
    }
    signin_json_free(token);
    signin_json_free(better);
    free(key);
    return text;
}
