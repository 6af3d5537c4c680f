/* aws/config and aws/credentials: the environment, the files and the order between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "base/mem.h"

static char folder[] = "/tmp/tatami-credentials-XXXXXX";
static char *config_path, *shared_path;

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int setup(void **state)
{
    (void)state;
    static const char *const names[] = {"AWS_PROFILE",
                                        "AWS_DEFAULT_PROFILE",
                                        "AWS_ACCESS_KEY_ID",
                                        "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN",
                                        "AWS_SECURITY_TOKEN",
                                        "AWS_CREDENTIAL_EXPIRATION",
                                        "AWS_REGION",
                                        "AWS_DEFAULT_REGION",
                                        "AWS_MAX_ATTEMPTS",
                                        "AWS_RETRY_MODE",
                                        "AWS_CA_BUNDLE",
                                        "REQUESTS_CA_BUNDLE",
                                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("HOME", folder, 1);
    setenv("AWS_CONFIG_FILE", config_path, 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", shared_path, 1);
    unlink(config_path);
    unlink(shared_path);
    return 0;
}

/* Loads and resolves; the kind of the error, ERR_NONE for none. */
static enum err_kind resolve(const char *profile, struct credentials *out, struct err *err)
{
    const struct aws_config_options options = {.profile = profile};
    struct aws_config *config = aws_config_load(&options, err);

    *out = (struct credentials){0};
    if (config == NULL)
        return err->kind;
    const struct signin with = signin_of(config);
    bool ok = credentials_resolve(&with, out, err);
    aws_config_free(config);
    return ok ? ERR_NONE : err->kind;
}

static void nothing_anywhere(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct credentials c;

    assert_int_equal(resolve(NULL, &c, &err), ERR_CREDENTIALS);
    assert_non_null(strstr(err.message, "default"));
    assert_null(c.access_key_id);
    assert_int_equal(resolve("absent", &c, &err), ERR_CREDENTIALS);
    assert_non_null(strstr(err.message, "absent"));
}

static void the_environment_comes_first(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct credentials c;

    write_file(shared_path, "[default]\naws_access_key_id=FILE\naws_secret_access_key=f\n");
    setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_CREDENTIALS);
    setenv("AWS_SECRET_ACCESS_KEY", "e", 1);
    setenv("AWS_SESSION_TOKEN", "t", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_NONE);
    assert_string_equal(c.access_key_id, "ENV");
    assert_string_equal(c.secret_access_key, "e");
    assert_string_equal(c.session_token, "t");
    assert_string_equal(c.source, "environment");
    credentials_free(&c);
    setenv("AWS_SECURITY_TOKEN", "old", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_NONE);
    assert_string_equal(c.session_token, "old");
    credentials_free(&c);
    /* A profile on the command line is not the environment's. */
    assert_int_equal(resolve("default", &c, &err), ERR_NONE);
    assert_string_equal(c.access_key_id, "FILE");
    assert_null(c.session_token);
    credentials_free(&c);
}

static void expiration(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct credentials c;

    setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "e", 1);
    setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_EXPIRED);
    setenv("AWS_CREDENTIAL_EXPIRATION", "2999-01-01T00:00:00Z", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_NONE);
    assert_true(c.expires_at > 0);
    credentials_free(&c);
    setenv("AWS_CREDENTIAL_EXPIRATION", "tomorrow", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_CREDENTIALS);
}

static void files_and_profiles(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct credentials c;

    write_file(shared_path, "[both]\naws_access_key_id=SHARED\naws_secret_access_key=s\n"
                            "[half]\naws_access_key_id=HALF\n");
    write_file(config_path, "[profile both]\naws_access_key_id=CONFIG\naws_secret_access_key=c\n"
                            "[profile one]\naws_access_key_id=ONE\naws_secret_access_key=1\n"
                            "aws_session_token=t\n"
                            "[default]\naws_access_key_id=DEFAULT\naws_secret_access_key=d\n");
    static const char *const rows[][3] = {
        {"both", "SHARED", "profile both in ~/.aws/credentials"},
        {"one", "ONE", "profile one in ~/.aws/config"},
        {NULL, "DEFAULT", "profile default in ~/.aws/config"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(resolve(rows[i][0], &c, &err), ERR_NONE);
        assert_string_equal(c.access_key_id, rows[i][1]);
        assert_string_equal(c.source, rows[i][2]);
        credentials_free(&c);
    }
    assert_int_equal(resolve("half", &c, &err), ERR_CREDENTIALS);
    setenv("AWS_DEFAULT_PROFILE", "one", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_NONE);
    assert_string_equal(c.access_key_id, "ONE");
    credentials_free(&c);
    setenv("AWS_PROFILE", "both", 1);
    assert_int_equal(resolve(NULL, &c, &err), ERR_NONE);
    assert_string_equal(c.access_key_id, "SHARED");
    credentials_free(&c);
}

/* What a profile says wrongly ends the chain: passing over it would act as somebody else. */
static void wrong_profiles(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
    } rows[] = {
        {"role_arn = arn:aws:iam::1:role/r\nsource_profile = x\naws_access_key_id=A\n"
         "aws_secret_access_key=a\n",
         "source_profile x"},
        {"role_arn = arn:aws:iam::1:role/r\n", "neither source_profile nor credential_source"},
        {"web_identity_token_file = /f\n", "role_arn"},
        {"web_identity_token_file = /no/such\nrole_arn = arn:aws:iam::1:role/r\n", "/no/such"},
        {"sso_account_id = 1\n", "sso_start_url"},
        {"sso_start_url = https://x\nsso_region = us-east-1\nsso_role_name = r\n",
         "sso_account_id"},
        {"sso_start_url = https://x\nsso_region = us-east-1\nsso_role_name = r\n"
         "sso_account_id = 1\n",
         "is not logged in"},
        {"credential_process = /no/such/program\n", "/no/such/program"},
        {"login_session = s\n", "login_session"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = ERR_INIT;
        struct credentials c;
        char *text = xasprintf("[profile p]\n%s", rows[i].text);
        write_file(config_path, text);
        free(text);
        assert_int_equal(resolve("p", &c, &err), ERR_CREDENTIALS);
        assert_non_null(strstr(err.message, rows[i].word));
        assert_null(c.access_key_id);
    }
    /* A session alone is for tokens. */
    struct err err = ERR_INIT;
    struct credentials c;
    write_file(config_path, "[profile p]\nsso_session = s\naws_access_key_id=A\n"
                            "aws_secret_access_key=a\n");
    assert_int_equal(resolve("p", &c, &err), ERR_NONE);
    credentials_free(&c);
}

static void the_shared_file_is_before_the_process(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct credentials c;

    write_file(config_path, "[profile p]\ncredential_process = /no/such/program\n");
    write_file(shared_path, "[p]\naws_access_key_id=SHARED\naws_secret_access_key=s\n");
    assert_int_equal(resolve("p", &c, &err), ERR_NONE);
    assert_string_equal(c.access_key_id, "SHARED");
    credentials_free(&c);
}

static void settings(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    const struct aws_config_options nothing = {0};
    const struct aws_config_options given = {.region = "us-west-2", .ca_bundle = "/ca"};

    write_file(config_path, "[default]\nregion = eu-west-1\nmax_attempts = 7\nca_bundle = /file\n"
                            "use_fips_endpoint = true\n");
    struct aws_config *config = aws_config_load(&nothing, &err);
    assert_non_null(config);
    assert_string_equal(config->region, "eu-west-1");
    assert_string_equal(config->ca_bundle, "/file");
    assert_int_equal(config->max_attempts, 7);
    assert_true(config->use_fips);
    assert_false(config->use_dualstack);
    aws_config_free(config);

    setenv("AWS_DEFAULT_REGION", "eu-west-2", 1);
    setenv("AWS_MAX_ATTEMPTS", "2", 1);
    config = aws_config_load(&given, &err);
    assert_string_equal(config->region, "us-west-2");
    assert_string_equal(config->ca_bundle, "/ca");
    assert_int_equal(config->max_attempts, 2);
    aws_config_free(config);

    setenv("AWS_REGION", "eu-west-3", 1);
    unsetenv("AWS_MAX_ATTEMPTS");
    write_file(config_path, "[default]\nretry_mode = legacy\n");
    config = aws_config_load(&nothing, &err);
    assert_string_equal(config->region, "eu-west-3");
    assert_int_equal(config->max_attempts, 5);
    aws_config_free(config);

    setenv("AWS_RETRY_MODE", "adaptive", 1);
    config = aws_config_load(&nothing, &err);
    assert_int_equal(config->max_attempts, 3);
    aws_config_free(config);
    setenv("AWS_RETRY_MODE", "brave", 1);
    assert_null(aws_config_load(&nothing, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    unsetenv("AWS_RETRY_MODE");

    setenv("AWS_MAX_ATTEMPTS", "0", 1);
    assert_null(aws_config_load(&nothing, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    write_file(config_path, "nonsense\n");
    assert_null(aws_config_load(&nothing, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_anywhere, setup),
        cmocka_unit_test_setup(the_environment_comes_first, setup),
        cmocka_unit_test_setup(expiration, setup),
        cmocka_unit_test_setup(files_and_profiles, setup),
        cmocka_unit_test_setup(wrong_profiles, setup),
        cmocka_unit_test_setup(the_shared_file_is_before_the_process, setup),
        cmocka_unit_test_setup(settings, setup),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    config_path = xasprintf("%s/config", folder);
    shared_path = xasprintf("%s/credentials", folder);
    int failed = cmocka_run_group_tests_name("credentials", tests, NULL, NULL);
    unlink(config_path);
    unlink(shared_path);
    rmdir(folder);
    free(config_path);
    free(shared_path);
    return failed;
}
