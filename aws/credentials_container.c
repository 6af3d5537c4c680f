/* Credentials of a container: ECS and EKS pod identity. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "aws/local_http.h"
#include "aws/signin_file.h"
#include "base/mem.h"

#define ECS_ORIGIN "http://169.254.170.2"

enum { LIMIT_MS = 2000, ATTEMPTS = 3, HOST_SIZE = 64 };

static const char what[] = "container's endpoint";

/* The host of a URL, without brackets; "" when it is none or too long. */
static void read_host(const char *url, char out[HOST_SIZE])
{
    const char *host = strstr(url, "://");

    out[0] = '\0';
    if (host == NULL)
        return;
    host += 3;
    bool bracket = *host == '[';
    host += bracket;
    size_t length = strcspn(host, bracket ? "]" : ":/?#");
    /* Whoever stands before an @ is not the host. */
    if (length >= HOST_SIZE || host[strcspn(host, "@/?#")] == '@')
        return;
    memcpy(out, host, length);
    out[length] = '\0';
}

/* Without TLS the keys go to this machine and to the addresses of ECS and EKS only. */
static bool is_allowed(const char *url)
{
    static const char *const hosts[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23",
                                        "localhost", "::1"};
    char host[HOST_SIZE];
    struct in_addr address;

    if (strncmp(url, "https://", 8) == 0)
        return true;
    if (strncmp(url, "http://", 7) != 0)
        return false;
    read_host(url, host);
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (strcmp(hosts[i], host) == 0)
            return true;
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* The file is read each time: EKS puts a new token there before the old one ends. */
static bool read_authorization(const struct signin *with, struct buf *out, struct err *err)
{
    const char *path = signin_env(with, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *text = signin_env(with, "AWS_CONTAINER_AUTHORIZATION_TOKEN");

    if (path != NULL)
        return signin_file_token(path, out, err);
    if (text != NULL && strpbrk(text, "\r\n") != NULL)
        return err_set(err, ERR_CREDENTIALS,
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN is more than one line");
    if (text != NULL)
        buf_add_str(out, text);
    return true;
}

static bool ask(const struct signin *with, const char *url, struct credentials *out,
                struct err *err)
{
    struct buf authorization = BUF_INIT;
    struct http_answer answer = {0};
    bool ok = read_authorization(with, &authorization, err);
    const struct http_header header = {"authorization", buf_str(&authorization)};
    const struct local_http call = {.method = "GET",
                                    .url = url,
                                    .headers = &header,
                                    .header_count = authorization.length > 0,
                                    .limit_ms = LIMIT_MS,
                                    .attempts = ATTEMPTS};

    ok = ok && local_http_ask(with, &call, &answer, err);
    if (ok && (answer.status < 200 || answer.status > 299))
        ok = err_set(err, ERR_CREDENTIALS, "the %s answers with status %d", what, answer.status);
    ok = ok && local_http_keys(&answer, what, out, err);
    http_answer_free(&answer);
    buf_wipe_free(&authorization);
    return ok;
}

static bool get(const struct signin *with, struct credentials *out, bool *found, struct err *err)
{
    /* They are the machine's own: a profile that is named does not hide them. */
    struct signin machine = *with;
    machine.environment = true;
    const char *relative = signin_env(&machine, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = signin_env(&machine, "AWS_CONTAINER_CREDENTIALS_FULL_URI");

    *found = relative != NULL || full != NULL;
    if (!*found)
        return true;
    char *url = relative != NULL ? xasprintf("%s%s", ECS_ORIGIN, relative) : xstrdup(full);
    bool ok = (relative == NULL || relative[0] == '/') && is_allowed(url);
    if (!ok)
        err_set(err, ERR_CREDENTIALS,
                "AWS_CONTAINER_CREDENTIALS_%s_URI names no address that credentials come from",
                relative != NULL ? "RELATIVE" : "FULL");
    ok = ok && ask(&machine, url, out, err);
    free(url);
    return ok;
}

const struct credential_provider credentials_container = {.name = "container", .get = get};
