/* Sessions and call handles: what the calls of a program share, and what those of one thread do. */
#include <stdlib.h>
#include <time.h>

#include "aws/call_impl.h"
#include "base/mem.h"

static struct aws *make_session(const struct signin *with, struct keeper *keeper)
{
    struct aws *aws = xcalloc(1, sizeof *aws);

    aws->config = with->config;
    aws->only_address = xstrdup_or_null(with->only_address);
    aws->keeper = keeper;
    aws->bucket = retry_bucket_new();
    aws->pacer = pacer_new();
    pthread_mutex_init(&aws->accepted_lock, NULL);
    return aws;
}

struct aws *aws_new(const struct aws_options *options, struct err *err)
{
    struct signin with = signin_of(options->config);

    with.only_address = options->only_address;
    with.ask = options->ask;
    with.ask_arg = options->ask_arg;
    with.cancel = options->cancel;
    struct keeper *keeper = keeper_new(&with, err);
    if (keeper == NULL)
        return NULL;
    struct aws *aws = make_session(&with, keeper);
    aws->read_only = options->read_only;
    aws->trace = options->trace;
    aws->trace_arg = options->trace_arg;
    return aws;
}

struct aws *aws_new_with(const struct signin *with, const struct credentials *keys)
{
    return make_session(with, keeper_of(keys));
}

void aws_free(struct aws *aws)
{
    if (aws == NULL)
        return;
    keeper_free(aws->keeper);
    retry_bucket_free(aws->bucket);
    pacer_free(aws->pacer);
    pthread_mutex_destroy(&aws->accepted_lock);
    free(aws->only_address);
    free(aws);
}

const char *aws_credentials_source(const struct aws *aws)
{
    return keeper_source(aws->keeper);
}

int64_t aws_credentials_expire(struct aws *aws)
{
    return keeper_expires_at(aws->keeper);
}

int64_t aws_credentials_left_s(struct aws *aws)
{
    int64_t end = keeper_expires_at(aws->keeper),
            now = (int64_t)time(NULL) + atomic_load(&aws->skew_s);

    return end == 0 ? -1 : end > now ? end - now : 0;
}

bool aws_credentials_may_change(const struct aws *aws)
{
    return keeper_may_change(aws->keeper);
}

bool call_sign_in_again(struct call *c, struct err *err)
{
    return keeper_renew(c->aws->keeper, (int64_t)time(NULL) + atomic_load(&c->aws->skew_s), err);
}

const struct aws_config *aws_session_config(const struct aws *aws)
{
    return aws->config;
}

struct call *call_new(struct aws *aws, const char *region, const atomic_bool *cancel)
{
    struct call *c = xcalloc(1, sizeof *c);
    const struct http_options options = {.ca_bundle = aws->config->ca_bundle,
                                         .only_address = aws->only_address};

    c->aws = aws;
    c->region = xstrdup(region);
    c->cancel = cancel;
    c->http = http_new(&options);
    return c;
}

void call_free(struct call *c)
{
    if (c == NULL)
        return;
    http_free(c->http);
    free(c->region);
    free(c->bucket);
    free(c->bucket_region);
    free(c);
}

const char *call_region(const struct call *c)
{
    return c->region;
}
