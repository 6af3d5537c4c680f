/* aws/endpoint and the overrides of aws/config. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/endpoint.h"
#include "base/mem.h"

static const char *const variables[] = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2",
                                        "AWS_ENDPOINT_URL_S3",
                                        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"};

static int clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        unsetenv(variables[i]);
    return 0;
}

static void check_url(const struct aws_config *config, const char *service, const char *region,
                      const char *expected)
{
    struct buf url = BUF_INIT;

    endpoint_url(config, service, region, &url);
    assert_string_equal(buf_str(&url), expected);
    buf_free(&url);
}

static void urls_of_the_partitions(void **state)
{
    (void)state;
    const struct aws_config config = {.profile = (char *)"default"};
    static const char *const rows[][3] = {
        {"ec2", "us-east-1", "https://ec2.us-east-1.amazonaws.com"},
        {"s3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com"},
        {"ebs", "cn-north-1", "https://ebs.cn-north-1.amazonaws.com.cn"},
        {"rbin", "us-east-1", "https://rbin.us-east-1.amazonaws.com"},
        {"ec2", "us-gov-west-1", "https://ec2.us-gov-west-1.amazonaws.com"},
        {"ec2", "eusc-de-east-1", "https://ec2.eusc-de-east-1.amazonaws.eu"},
        {"iam", "eu-west-1", "https://iam.amazonaws.com"},
        {"iam", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn"},
        {"iam", "us-gov-east-1", "https://iam.us-gov.amazonaws.com"},
        {"account", "eu-west-1", "https://account.us-east-1.amazonaws.com"},
        {"account", "cn-north-1", "https://account.cn-northwest-1.amazonaws.com.cn"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_url(&config, rows[i][0], rows[i][1], rows[i][2]);
    assert_string_equal(endpoint_signing_region("iam", "eu-west-1"), "us-east-1");
    assert_string_equal(endpoint_signing_region("iam", "us-gov-east-1"), "us-gov-west-1");
    assert_string_equal(endpoint_signing_region("ec2", "eu-west-1"), "eu-west-1");
    assert_string_equal(endpoint_partition("eusc-de-east-1"), "aws-eusc");
    assert_string_equal(endpoint_partition("us-east-1"), "aws");
    assert_string_equal(endpoint_dns_suffix("cn-north-1"), "amazonaws.com.cn");
}

/* Each source is asked only when the one before it is silent. */
static void overrides_in_order(void **state)
{
    (void)state;
    static const char text[] = "[default]\nservices = local\nendpoint_url = http://profile\n"
                               "[services local]\nec2 =\n  endpoint_url = http://services/\n";
    struct err err = ERR_INIT;
    struct aws_config config = {.profile = (char *)"default"};
    config.config = ini_parse("config", text, strlen(text), &err);
    assert_non_null(config.config);

    check_url(&config, "s3", "us-east-1", "http://profile");
    check_url(&config, "ec2", "us-east-1", "http://services");
    setenv("AWS_ENDPOINT_URL", "http://all:80/", 1);
    check_url(&config, "ec2", "us-east-1", "http://all:80");
    setenv("AWS_ENDPOINT_URL_EC2", "http://one", 1);
    check_url(&config, "ec2", "us-east-1", "http://one");
    check_url(&config, "iam", "us-east-1", "http://all:80");
    config.ignore_endpoints = true;
    check_url(&config, "ec2", "us-east-1", "https://ec2.us-east-1.amazonaws.com");
    config.endpoint_url = (char *)"http://command-line";
    check_url(&config, "ec2", "us-east-1", "http://command-line");
    ini_free(config.config);
}

static void other_names(void **state)
{
    (void)state;
    struct aws_config config = {.profile = (char *)"default", .use_fips = true};

    check_url(&config, "ec2", "us-east-1", "https://ec2-fips.us-east-1.amazonaws.com");
    check_url(&config, "s3", "us-east-1", "https://s3-fips.us-east-1.amazonaws.com");
    check_url(&config, "iam", "us-east-1", "https://iam-fips.amazonaws.com");
    config.use_dualstack = true;
    check_url(&config, "ec2", "us-east-1", "https://ec2-fips.us-east-1.api.aws");
    check_url(&config, "s3", "us-east-1", "https://s3-fips.dualstack.us-east-1.amazonaws.com");
    check_url(&config, "iam", "us-east-1", "https://iam-fips.global.api.aws");
    check_url(&config, "iam", "eusc-de-east-1", "https://iam-fips.api.amazonwebservices.eu");
    config.use_fips = false;
    check_url(&config, "iam", "us-gov-east-1", "https://iam.us-gov.api.aws");
    check_url(&config, "sso", "eu-west-1", "https://portal.sso.eu-west-1.api.aws");
    check_url(&config, "ebs", "cn-north-1", "https://ebs.cn-north-1.api.amazonwebservices.com.cn");
    check_url(&config, "s3", "eu-west-1", "https://s3.dualstack.eu-west-1.amazonaws.com");
}

static void path_style(void **state)
{
    (void)state;
    struct aws_config config = {.profile = (char *)"default"};

    assert_false(endpoint_s3_path_style(&config, "nixos-images"));
    assert_true(endpoint_s3_path_style(&config, "nixos.images"));
    assert_true(endpoint_s3_path_style(&config, "Nixos"));
    assert_true(endpoint_s3_path_style(&config, "nixos_images"));
    assert_true(endpoint_s3_path_style(&config, "-nixos"));
    config.endpoint_url = (char *)"http://127.0.0.1:1";
    assert_true(endpoint_s3_path_style(&config, "nixos-images"));
}

static void region_codes(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"us-east-1", "use1"},
        {"us-west-2", "usw2"},
        {"ap-northeast-3", "apne3"},
        {"ap-southeast-7", "apse7"},
        {"ap-south-1", "aps1"},
        {"eu-central-2", "euc2"},
        {"us-gov-west-1", "usgw1"},
        {"cn-northwest-1", "cnnw1"},
        {"mx-central-1", "mxc1"},
        {"", ""},
        {"a-very-long-region-name-1", "averylongregion"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char code[16];
        endpoint_region_code(rows[i][0], code);
        assert_string_equal(code, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(urls_of_the_partitions, clean),
        cmocka_unit_test_setup_teardown(overrides_in_order, clean, clean),
        cmocka_unit_test_setup(other_names, clean),
        cmocka_unit_test_setup(path_style, clean),
        cmocka_unit_test(region_codes),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
