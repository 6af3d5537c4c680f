/* What an EC2 instance's metadata service, version 2, says: the credentials of its role, its
 * region. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/local_http.h"
#include "base/mem.h"

#define ORIGIN_IPV4 "http://169.254.169.254"
#define ORIGIN_IPV6 "http://[fd00:ec2::254]"
#define ROLES       "/latest/meta-data/iam/security-credentials/"
#define REGION      "/latest/meta-data/placement/region"

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

/* The first line of what stands at a path; NULL when nothing does. */
static char *read_line(const struct imds *i, const char *path)
{
    const struct http_header header = {"x-aws-ec2-metadata-token", buf_str(&i->token)};
    struct http_answer answer = {0};
    char *line = NULL;

    if (ask(i, "GET", path, &header, &answer, NULL) && answer.body.length > 0)
        line = xstrndup(buf_str(&answer.body), strcspn(buf_str(&answer.body), "\r\n"));
    http_answer_free(&answer);
    return line;
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

/* Begins a conversation, of which the caller frees origin and token; false where the user wants
 * none. They are the machine's own: a profile that is named does not hide them. */
static bool begin(const struct signin *with, struct signin *machine, struct imds *i)
{
    *machine = *with;
    machine->environment = true;
    const char *disabled = signin_env(machine, "AWS_EC2_METADATA_DISABLED");
    if (disabled != NULL && strcasecmp(disabled, "true") == 0)
        return false;
    *i = (struct imds){
        .with = machine,
        .origin = find_origin(machine),
        .limit_s = number(machine, "AWS_METADATA_SERVICE_TIMEOUT", LIMIT_S, LIMIT_S_MAX),
        .attempts = number(machine, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", ATTEMPTS, ATTEMPTS_MAX)};
    return true;
}

static void end(struct imds *i)
{
    free(i->origin);
    buf_wipe_free(&i->token);
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    struct signin machine;
    struct imds i = {0};
    bool ok = true;

    *found = false;
    if (!begin(with, &machine, &i))
        return true;
    /* A machine without the service, or without a role, has simply nothing to say. */
    char *role = get_token(&i) ? read_line(&i, ROLES) : NULL;
    *found = role != NULL;
    if (*found)
        ok = get_keys(&i, role, out, err);
    free(role);
    end(&i);
    return ok;
}

char *credentials_imds_region(const struct signin *with)
{
    struct signin machine;
    struct imds i = {0};

    if (!begin(with, &machine, &i))
        return NULL;
    char *region = get_token(&i) ? read_line(&i, REGION) : NULL;
    end(&i);
    return region;
}

const struct credential_provider credentials_imds = {.name = "instance metadata", .get = get};
