/* Service and region to URL. */
#include "aws/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "aws/partition.h"
#include "base/mem.h"

enum { REGION_BYTES = 32 };

/* Signing name to the name in AWS_ENDPOINT_URL_<ID>, and to the host's where that differs. */
static const struct service {
    const char *name, *id, *host;
} services[] = {
    {.name = "ec2", .id = "EC2"},
    {.name = "ebs", .id = "EBS"},
    {.name = "s3", .id = "S3"},
    {.name = "sts", .id = "STS"},
    {.name = "iam", .id = "IAM"},
    {.name = "servicequotas", .id = "SERVICE_QUOTAS"},
    {.name = "ssm", .id = "SSM"},
    {.name = "account", .id = "ACCOUNT"},
    {.name = "rbin", .id = "RBIN"},
    {.name = "sso", .id = "SSO", .host = "portal.sso"},
    {.name = "sso-oauth", .id = "SSO_OIDC", .host = "oidc"},
};

static const struct service *find_service(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

static const char *service_id(const char *name)
{
    const struct service *service = find_service(name);

    return service != NULL ? service->id : name;
}

/* What stands before the region in a host name. */
static const char *service_host(const char *name)
{
    const struct service *service = find_service(name);

    return service != NULL && service->host != NULL ? service->host : name;
}

const char *endpoint_dns_suffix(const char *region)
{
    return partition_of(region)->suffix;
}

bool endpoint_is_region(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t length = name == NULL ? 0 : strlen(name);

    return length > 0 && length < REGION_BYTES && strspn(name, allowed) == length;
}

const char *endpoint_partition(const char *region)
{
    return partition_of(region)->name;
}

const char *endpoint_signing_region(const char *service, const char *region)
{
    const struct partition *p = partition_of(region);

    if (strcmp(service, "iam") == 0)
        return p->iam_region;
    if (strcmp(service, "account") == 0 && p->account_region != NULL)
        return p->account_region;
    return region;
}

/* The host of a service that has one in every region. */
static void add_regional_host(const struct aws_config *config, const char *service,
                              const char *region, struct buf *out)
{
    const struct partition *p = partition_of(region);
    bool s3 = strcmp(service, "s3") == 0;
    bool dual = config->use_dualstack;

    buf_add_fmt(out, "%s%s%s.%s.%s", service_host(service), config->use_fips ? "-fips" : "",
                dual && s3 ? ".dualstack" : "", endpoint_signing_region(service, region),
                dual && !s3 ? p->dual_suffix : p->suffix);
}

static const char *iam_host(const struct partition *p, const struct aws_config *config)
{
    if (config->use_dualstack)
        return config->use_fips ? p->iam_fips_dual_host : p->iam_dual_host;
    return config->use_fips ? p->iam_fips_host : p->iam_host;
}

void endpoint_url(const struct aws_config *config, const char *service, const char *region,
                  struct buf *out)
{
    const struct partition *p = partition_of(region);
    const char *url = aws_config_endpoint(config, service_id(service));

    if (url != NULL) {
        size_t length = strlen(url);
        while (length > 0 && url[length - 1] == '/')
            length--;
        buf_add(out, url, length);
        return;
    }
    buf_add_str(out, "https://");
    if (strcmp(service, "iam") == 0)
        buf_add_str(out, iam_host(p, config));
    else
        add_regional_host(config, service, region, out);
}

/* What may stand in front of .s3.region.amazonaws.com (RFC 1123, without dots). */
static bool is_dns_label(const char *bucket)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t length = strlen(bucket);

    return length >= 1 && length <= 63 && strspn(bucket, allowed) == length && bucket[0] != '-' &&
           bucket[length - 1] != '-';
}

bool endpoint_s3_path_style(const struct aws_config *config, const char *bucket)
{
    const char *style = aws_config_get(config, "s3.addressing_style");
    bool overridden = aws_config_endpoint(config, "S3") != NULL;

    if (!is_dns_label(bucket))
        return true;
    if (overridden)
        return style == NULL || strcmp(style, "virtual") != 0;
    return style != NULL && strcmp(style, "path") == 0;
}

void endpoint_region_code(const char *region, char out[16])
{
    /* Zone ids shorten the words behind the first one. */
    static const struct word {
        const char *word, *code;
    } words[] = {
        {"north", "n"},      {"south", "s"},      {"east", "e"},       {"west", "w"},
        {"northeast", "ne"}, {"northwest", "nw"}, {"southeast", "se"}, {"southwest", "sw"},
        {"central", "c"},    {"gov", "g"},
    };
    size_t length = 0;

    for (const char *at = region; *at != '\0';) {
        size_t n = strcspn(at, "-");
        const char *code = at;
        size_t code_length = n;
        for (size_t i = 0; at != region && i < ARRAY_LEN(words); i++)
            if (strlen(words[i].word) == n && memcmp(words[i].word, at, n) == 0) {
                code = words[i].code;
                code_length = strlen(code);
            }
        for (size_t i = 0; i < code_length && length < 15; i++)
            out[length++] = code[i];
        at += n;
        at += *at == '-';
    }
    out[length] = '\0';
}
