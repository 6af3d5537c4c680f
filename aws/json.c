/* JSON from outside, bounded before it is read. */
#include "aws/json.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BYTES_MAX = 8 << 20, DEPTH_MAX = 32, VALUES_MAX = 500000 };

/* Why the text is not read, or NULL. cJSON takes memory for each value and a frame of the thread's
 * stack for each level, so both are counted first. */
static const char *refusal(const char *text, size_t length)
{
    int depth = 0, values = 0;
    bool in_string = false;

    if (length > BYTES_MAX)
        return "is too long";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']'))
            depth--;
        values += !in_string && (c == ',' || c == '{' || c == '[');
        if (depth > DEPTH_MAX)
            return "is nested too deeply";
        if (values > VALUES_MAX)
            return "has too many values";
    }
    return NULL;
}

cJSON *json_parse(const char *text, size_t length, struct err *err)
{
    const char *why = refusal(text, length);
    cJSON *json = NULL;

    if (why == NULL) {
        char *copy = xstrndup(text, length);
        /* A NUL in the middle would end the copy: what is behind it would not be looked at. */
        if (strlen(copy) == length)
            json = cJSON_ParseWithOpts(copy, NULL, true);
        free(copy);
        why = "is wrong";
    }
    if (json == NULL)
        err_set(err, ERR_REPLY, "AWS's answer cannot be read: the JSON %s", why);
    return json;
}

const char *json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

char *json_dup(const cJSON *object, const char *name)
{
    return xstrdup_or_null(json_text(object, name));
}

int64_t json_int(const cJSON *object, const char *name, int64_t otherwise)
{
    static const double exact = 9007199254740992.0; /* 2^53 */
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(member);
    char *end = NULL;

    if (cJSON_IsNumber(member) && fabs(member->valuedouble) <= exact)
        return (int64_t)member->valuedouble;
    if (text == NULL || *text == '\0')
        return otherwise;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno != 0 || *end != '\0' ? otherwise : value;
}
