/* JSON that holds keys: read, and wiped afterwards. */
#include "aws/signin_json.h"

#include <stdio.h>
#include <string.h>

#include "aws/json.h"
#include "base/clock.h"
#include "base/mem.h"

enum { SECONDS_LENGTH = 19 /* "2026-11-23T01:02:03" */ };

const struct signin_names signin_names_sts = {.id = "AccessKeyId",
                                              .secret = "SecretAccessKey",
                                              .token = "SessionToken",
                                              .expiration = "Expiration"};
const struct signin_names signin_names_container = {
    .id = "AccessKeyId", .secret = "SecretAccessKey", .token = "Token", .expiration = "Expiration"};
const struct signin_names signin_names_sso = {.id = "accessKeyId",
                                              .secret = "secretAccessKey",
                                              .token = "sessionToken",
                                              .expiration = "expiration",
                                              .expiration_in_ms = true};

cJSON *signin_json_parse(const char *text, size_t length, const char *what, struct err *err)
{
    cJSON *json = json_parse(text, length, NULL);

    if (!cJSON_IsObject(json)) {
        signin_json_free(json);
        json = NULL;
        err_set(err, ERR_CREDENTIALS, "%s is no JSON object", what);
    }
    return json;
}

static void wipe(cJSON *json)
{
    for (; json != NULL; json = json->next) {
        if (json->valuestring != NULL)
            mem_wipe(json->valuestring, strlen(json->valuestring));
        wipe(json->child);
    }
}

void signin_json_free(cJSON *json)
{
    wipe(json);
    cJSON_Delete(json);
}

static bool read_offset(const char *text, long *seconds)
{
    int hours = 0, minutes = 0, length = 0;
    char sign = 0;

    *seconds = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
        return true;
    if (sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &length) != 3 ||
        text[length] != '\0' || (sign != '+' && sign != '-'))
        return false;
    *seconds = (sign == '-' ? -1L : 1L) * (hours * 3600L + minutes * 60L);
    return true;
}

time_t signin_time(const char *text)
{
    char utc[SECONDS_LENGTH + 2];
    long offset = 0;

    if (text == NULL || strlen(text) <= SECONDS_LENGTH)
        return -1;
    snprintf(utc, sizeof utc, "%.*sZ", SECONDS_LENGTH, text);
    const char *rest = text + SECONDS_LENGTH;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    time_t time = clock_parse_iso(utc);
    if (time < 0 || !read_offset(rest, &offset))
        return -1;
    return time - offset;
}

static bool read_expiration(const cJSON *object, const struct signin_names *names, int64_t *out)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, names->expiration);

    *out = 0;
    if (member == NULL || cJSON_IsNull(member))
        return true;
    if (names->expiration_in_ms)
        *out = json_int(object, names->expiration, -1000) / 1000;
    else
        *out = signin_time(cJSON_GetStringValue(member));
    return *out > 0;
}

bool signin_json_keys(const cJSON *object, const struct signin_names *names, const char *source,
                      struct credentials *out, struct err *err)
{
    const char *id = json_text(object, names->id);
    const char *secret = json_text(object, names->secret);
    const char *token = json_text(object, names->token);
    int64_t expires_at = 0;

    if (id == NULL || *id == '\0' || secret == NULL || *secret == '\0')
        return err_set(err, ERR_CREDENTIALS, "the %s has given no %s", source,
                       id == NULL || *id == '\0' ? names->id : names->secret);
    if (!read_expiration(object, names, &expires_at))
        return err_set(err, ERR_CREDENTIALS, "the %s has given an Expiration that is no time",
                       source);
    *out = (struct credentials){.access_key_id = xstrdup(id),
                                .secret_access_key = xstrdup(secret),
                                .session_token =
                                    token == NULL || *token == '\0' ? NULL : xstrdup(token),
                                .expires_at = expires_at,
                                .source = xstrdup(source)};
    return true;
}
