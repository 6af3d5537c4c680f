/* ~/.aws/cli/cache: keys of roles, shared with the AWS CLI. */
#include "aws/role_cache.h"

#include <time.h>

#include "aws/signin_file.h"
#include "aws/signin_json.h"
#include "base/clock.h"

static const char folder[] = "cli/cache";
enum { LEFT_S = 15 * 60 /* as botocore: what ends sooner is got anew */ };

bool role_cache_read(const struct signin *with, const char *key, const char *source,
                     struct credentials *out)
{
    cJSON *json = with->anew ? NULL : signin_file_read(folder, key);
    bool found = signin_json_keys(cJSON_GetObjectItemCaseSensitive(json, "Credentials"),
                                  &signin_names_sts, source, out, NULL);

    signin_json_free(json);
    if (found && out->expires_at < (int64_t)time(NULL) + LEFT_S) {
        credentials_free(out);
        found = false;
    }
    return found;
}

void role_cache_write(const char *key, const char *provider_type, const struct credentials *keys)
{
    cJSON *json = cJSON_CreateObject();
    char expires[24];

    if (provider_type != NULL)
        cJSON_AddStringToObject(json, "ProviderType", provider_type);
    cJSON *inner = cJSON_AddObjectToObject(json, "Credentials");
    clock_format_iso(keys->expires_at, expires);
    cJSON_AddStringToObject(inner, "AccessKeyId", keys->access_key_id);
    cJSON_AddStringToObject(inner, "SecretAccessKey", keys->secret_access_key);
    if (keys->session_token != NULL)
        cJSON_AddStringToObject(inner, "SessionToken", keys->session_token);
    cJSON_AddStringToObject(inner, "Expiration", expires);
    if (keys->expires_at != 0)
        signin_file_write(folder, key, json);
    signin_json_free(json);
}
