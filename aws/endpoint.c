/* Service and region to URL. */
#include "aws/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* A partition is found by the prefix of the region; the one without comes last. */
struct partition {
    const char *prefix, *name, *suffix, *dual_suffix;
    const char *iam_host, *iam_fips_host, *iam_region;
    const char *account_region; /* NULL where there is no such endpoint */
};

static const struct partition partitions[] = {
    {.prefix = "cn-",
     .name = "aws-cn",
     .suffix = "amazonaws.com.cn",
     .dual_suffix = "api.amazonwebservices.com.cn",
     .iam_host = "iam.cn-north-1.amazonaws.com.cn",
     .iam_fips_host = "iam.cn-north-1.amazonaws.com.cn",
     .iam_region = "cn-north-1",
     .account_region = "cn-northwest-1"},
    {.prefix = "us-gov-",
     .name = "aws-us-gov",
     .suffix = "amazonaws.com",
     .dual_suffix = "api.aws",
     .iam_host = "iam.us-gov.amazonaws.com",
     .iam_fips_host = "iam.us-gov.amazonaws.com",
     .iam_region = "us-gov-west-1"},
    {.prefix = "eusc-",
     .name = "aws-eusc",
     .suffix = "amazonaws.eu",
     .dual_suffix = "api.amazonwebservices.eu",
     .iam_host = "iam.eusc-de-east-1.amazonaws.eu",
     .iam_fips_host = "iam-fips.eusc-de-east-1.amazonaws.eu",
     .iam_region = "eusc-de-east-1"},
    {.prefix = "",
     .name = "aws",
     .suffix = "amazonaws.com",
     .dual_suffix = "api.aws",
     .iam_host = "iam.amazonaws.com",
     .iam_fips_host = "iam-fips.amazonaws.com",
     .iam_region = "us-east-1",
     .account_region = "us-east-1"},
};

/* Signing name to the name in AWS_ENDPOINT_URL_<ID>. */
static const struct service {
    const char *name, *id;
} services[] = {
    {"ec2", "EC2"}, {"ebs", "EBS"},         {"s3", "S3"},
    {"sts", "STS"}, {"iam", "IAM"},         {"servicequotas", "SERVICE_QUOTAS"},
    {"ssm", "SSM"}, {"account", "ACCOUNT"},
};

static const struct partition *partition_of(const char *region)
{
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(partitions) &&
           strncmp(region, partitions[i].prefix, strlen(partitions[i].prefix)) != 0)
        i++;
    return &partitions[i];
}

static const char *service_id(const char *service)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (strcmp(services[i].name, service) == 0)
            return services[i].id;
    return service;
}

const char *endpoint_dns_suffix(const char *region)
{
    return partition_of(region)->suffix;
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

    buf_add_fmt(out, "%s%s%s.%s.%s", service, config->use_fips ? "-fips" : "",
                dual && s3 ? ".dualstack" : "", endpoint_signing_region(service, region),
                dual && !s3 ? p->dual_suffix : p->suffix);
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
        buf_add_str(out, config->use_fips ? p->iam_fips_host : p->iam_host);
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

    return aws_config_endpoint(config, "S3") != NULL || !is_dns_label(bucket) ||
           (style != NULL && strcmp(style, "path") == 0);
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
