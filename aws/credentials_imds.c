/* Credentials of an EC2 instance's role, by its metadata service, version 2. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/local_http.h"
#include "base/mem.h"

#define ORIGIN_IPV4 "http://169.254.169.254"
#define ORIGIN_IPV6 "http://[fd00:ec2::254]"
#define ROLES       "/latest/meta-data/iam/security-credentials/"

enum { LIMIT_S = 1, LIMIT_S_MAX = 60, ATTEMPTS = 1, ATTEMPTS_MAX = 20 };

static const char what[] = "EC2 instance metadata";

/* One conversation with the service. */
struct imds {
    const struct signin *with; /* in which the environment counts */
    char *origin;
    int limit_s, attempts;
    struct buf token;
};

static int number(const struct signin *with, const char *name, int otherwise, int most)
{
    const char *text = signin_env(with, name);
    char *end = NULL;
    long value = text == NULL ? otherwise : strtol(text, &end, 10);

    if (text != NULL && (*end != '\0' || value < 1))
        return otherwise;
    return value > most ? most : (int)value;
}

static char *find_origin(const struct signin *with)
{
    const char *url = signin_env(with, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = signin_env(with, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");

    if (url == NULL)
        return xstrdup(mode != NULL && strcasecmp(mode, "ipv6") == 0 ? ORIGIN_IPV6 : ORIGIN_IPV4);
    size_t length = strlen(url);
    while (length > 0 && url[length - 1] == '/')
        length--;
    return xstrndup(url, length);
}

/* True with status 2xx. */
static bool ask(const struct imds *i, const char *method, const char *path,
                const struct http_header *header, struct http_answer *answer, struct err *err)
{
    char *url = xasprintf("%s%s", i->origin, path);
    const struct local_http call = {.method = method,
                                    .url = url,
                                    .headers = header,
                                    .header_count = 1,
                                    .limit_ms = i->limit_s * 1000,
                                    .attempts = i->attempts};
    bool ok = local_http_ask(i->with, &call, answer, err);

    if (ok && (answer->status < 200 || answer->status > 299))
        ok = err_set(err, ERR_CREDENTIALS, "%s answers with status %d", what, answer->status);
    free(url);
    return ok;
}

static bool get_token(struct imds *i)
{
    static const struct http_header lifetime = {"x-aws-ec2-metadata-token-ttl-seconds", "21600"};
    struct http_answer answer = {0};
    bool ok = ask(i, "PUT", "/latest/api/token", &lifetime, &answer, NULL) &&
              answer.body.length > 0 && strpbrk(buf_str(&answer.body), "\r\n") == NULL;

    if (ok)
        buf_add_str(&i->token, buf_str(&answer.body));
    http_answer_free(&answer);
    return ok;
}

/* The name of the instance's role: the first line; NULL when it has none. */
static char *find_role(const struct imds *i)
{
    const struct http_header header = {"x-aws-ec2-metadata-token", buf_str(&i->token)};
    struct http_answer answer = {0};
    char *role = NULL;

    if (ask(i, "GET", ROLES, &header, &answer, NULL) && answer.body.length > 0)
        role = xstrndup(buf_str(&answer.body), strcspn(buf_str(&answer.body), "\r\n"));
    http_answer_free(&answer);
    return role;
}

static bool get_keys(const struct imds *i, const char *role, struct credentials *out,
                     struct err *err)
{
    const struct http_header header = {"x-aws-ec2-metadata-token", buf_str(&i->token)};
    struct http_answer answer = {0};
    struct buf path = BUF_INIT;

    buf_add_str(&path, ROLES);
    buf_add_uri(&path, role);
    bool ok = ask(i, "GET", buf_str(&path), &header, &answer, err) &&
              local_http_keys(&answer, what, out, err);
    http_answer_free(&answer);
    buf_free(&path);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    /* They are the machine's own: a profile that is named does not hide them. */
    struct signin machine = *with;
    machine.environment = true;
    const char *disabled = signin_env(&machine, "AWS_EC2_METADATA_DISABLED");
    bool ok = true;

    *found = false;
    if (disabled != NULL && strcasecmp(disabled, "true") == 0)
        return true;
    struct imds i = {
        .with = &machine,
        .origin = find_origin(&machine),
        .limit_s = number(&machine, "AWS_METADATA_SERVICE_TIMEOUT", LIMIT_S, LIMIT_S_MAX),
        .attempts = number(&machine, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", ATTEMPTS, ATTEMPTS_MAX)};
    /* A machine without the service, or without a role, has simply nothing to say. */
    char *role = get_token(&i) ? find_role(&i) : NULL;
    *found = role != NULL;
    if (*found)
        ok = get_keys(&i, role, out, err);
    free(role);
    free(i.origin);
    buf_wipe_free(&i.token);
    return ok;
}

const struct credential_provider credentials_imds = {.name = "instance metadata", .get = get};
