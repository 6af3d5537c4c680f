/* A session with AWS whose answers a test has scripted. */
#include "tests/tools/fakeaws.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/fakehttp.h"

enum { ANSWERS_MAX = 64 };

static struct {
    char *texts[ANSWERS_MAX];
    size_t count;
    struct fakehttp *server;
    bool stopped;
    struct aws_config config;
    struct aws *session;
    struct call *call;
} fake;

void fakeaws_init(void)
{
    setenv("TATAMI_CLOCK", "1000", 1);
    unsetenv("AWS_SESSION_TOKEN");
    unsetenv("AWS_SECURITY_TOKEN");
    unsetenv("AWS_CREDENTIAL_EXPIRATION");
    setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t", 1);
    http_global_init();
    if (!clock_init())
        abort();
}

static void add(char *text)
{
    if (fake.count == ANSWERS_MAX)
        abort();
    fake.texts[fake.count++] = text;
}

void fakeaws_answer(int status, const char *headers, const char *body)
{
    add(xasprintf("HTTP/1.1 %d x\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body), headers,
                  body));
}

void fakeaws_answer_cut(const char *body, size_t bytes)
{
    add(xasprintf("HTTP/1.1 200 x\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%.*s",
                  strlen(body), (int)bytes, body));
}

struct call *fakeaws_begin(bool read_only)
{
    struct err err = ERR_INIT;

    fake.server = fakehttp_start((const char *const *)fake.texts, fake.count);
    fake.config = (struct aws_config){.profile = (char *)"default", .max_attempts = 3};
    fake.config.endpoint_url = xasprintf("http://%s", fakehttp_address(fake.server));
    const struct aws_options options = {.config = &fake.config, .read_only = read_only};
    fake.session = aws_new(&options, &err);
    if (fake.session == NULL)
        abort();
    fake.call = call_new(fake.session, "us-east-1", NULL);
    return fake.call;
}

void fakeaws_stop(void)
{
    if (!fake.stopped)
        fakehttp_stop(fake.server);
    fake.stopped = true;
}

const char *fakeaws_request(size_t n)
{
    return fakehttp_request(fake.server, n);
}

void fakeaws_end(void)
{
    fakeaws_stop();
    fakehttp_free(fake.server);
    call_free(fake.call);
    aws_free(fake.session);
    free(fake.config.endpoint_url);
    for (size_t i = 0; i < fake.count; i++)
        free(fake.texts[i]);
    memset(&fake, 0, sizeof fake);
}
