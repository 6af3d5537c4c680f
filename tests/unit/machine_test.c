/* Credentials that a machine has over HTTP: containers and EC2 instance metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "aws/http.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/fakehttp.h"

#define ANSWER(status, length, body)                                                               \
    "HTTP/1.1 " status " X\r\nContent-Length: " length "\r\n\r\n" body
#define OK(length, body) ANSWER("200", length, body)
#define KEYS                                                                                       \
    OK("106", "{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"canary\",\"Token\":\"t\","          \
              "\"Expiration\":\"2999-01-01T00:00:00Z\"}         ")
#define BROKEN    ANSWER("500", "0", "")
#define NOT_FOUND ANSWER("404", "0", "")

static const char *const variables[] = {
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "http_proxy",
};

static struct aws_config config = {.profile = (char *)"default"};
static struct fakehttp *server;
static struct credentials got;
static struct err problem;

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        unsetenv(variables[i]);
    return 0;
}

static void serve(const char *const *answers, size_t count)
{
    server = fakehttp_start(answers, count);
}

static void done(void)
{
    credentials_free(&got);
    fakehttp_free(server);
}

/* Asks the provider and ends the server: afterwards its requests may be looked at. */
static bool ask(const struct credential_provider *provider, bool *found)
{
    const struct signin with = signin_of(&config);

    problem = ERR_INIT;
    got = (struct credentials){0};
    bool ok = provider->get(&with, &got, found, &problem);
    fakehttp_stop(server);
    assert_null(strstr(problem.message, "canary"));
    return ok;
}

static void name_server(const char *variable, const char *path)
{
    char *url = xasprintf("http://%s%s", fakehttp_address(server), path);

    setenv(variable, url, 1);
    free(url);
}

static void metadata_in_three_steps(void **state)
{
    (void)state;
    static const char *const answers[] = {OK("5", "TOKEN"), OK("6", "my/rol"), KEYS};
    bool found = false;

    serve(answers, 3);
    name_server("AWS_EC2_METADATA_SERVICE_ENDPOINT", "/");
    /* The machine's own service is behind no proxy. */
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    assert_true(ask(&credentials_imds, &found));
    assert_true(found);
    assert_string_equal(got.access_key_id, "ASIA");
    assert_string_equal(got.session_token, "t");
    assert_string_equal(got.source, "EC2 instance metadata");
    assert_non_null(strstr(fakehttp_request(server, 0), "PUT /latest/api/token HTTP/1.1"));
    assert_non_null(
        strstr(fakehttp_request(server, 0), "x-aws-ec2-metadata-token-ttl-seconds: 21600"));
    assert_non_null(strstr(fakehttp_request(server, 1),
                           "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1"));
    assert_non_null(strstr(fakehttp_request(server, 2), "security-credentials/my%2Frol HTTP"));
    for (size_t i = 1; i < 3; i++)
        assert_non_null(strstr(fakehttp_request(server, i), "x-aws-ec2-metadata-token: TOKEN"));
    done();
}

/* None of these is an instance with a role: the chain goes on, without version 1. */
static void no_metadata(void **state)
{
    (void)state;
    static const char *const refused[] = {ANSWER("403", "0", "")};
    static const char *const no_role[] = {OK("5", "TOKEN"), NOT_FOUND};
    static const char *const two_lines[] = {OK("6", "TO\r\nEN")};
    static const char *const silent[] = {FAKEHTTP_HANG};
    static const struct {
        const char *const *answers;
        size_t count;
    } rows[] = {{refused, 1}, {no_role, 2}, {two_lines, 1}, {silent, 1}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool found = true;
        serve(rows[i].answers, rows[i].count);
        name_server("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
        clock_ms began = clock_now_ms();
        assert_true(ask(&credentials_imds, &found));
        assert_false(found);
        assert_true(clock_now_ms() - began < 3000);
        assert_null(fakehttp_request(server, rows[i].count));
        done();
    }
}

static void metadata_that_is_off(void **state)
{
    (void)state;
    bool found = true;

    serve(NULL, 0);
    name_server("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
    setenv("AWS_EC2_METADATA_DISABLED", "True", 1);
    assert_true(ask(&credentials_imds, &found));
    assert_false(found);
    assert_int_equal(fakehttp_connections(server), 0);
    done();
}

static void as_many_attempts_as_wanted(void **state)
{
    (void)state;
    static const char *const answers[] = {BROKEN, BROKEN, OK("5", "TOKEN"), OK("1", "r"), KEYS};
    bool found = false;

    serve(answers, 5);
    name_server("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
    setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3", 1);
    assert_true(ask(&credentials_imds, &found));
    assert_true(found);
    done();
}

static void keys_that_are_none(void **state)
{
    (void)state;
    static const char *const answers[] = {OK("5", "TOKEN"), OK("1", "r"),
                                          OK("21", "{\"Code\":\"canary fail\"}")};
    bool found = false;

    serve(answers, 3);
    name_server("AWS_EC2_METADATA_SERVICE_ENDPOINT", "");
    assert_false(ask(&credentials_imds, &found));
    assert_int_equal(problem.kind, ERR_CREDENTIALS);
    done();
}

static void containers(void **state)
{
    (void)state;
    static const char *const answers[] = {BROKEN, BROKEN, KEYS};
    bool found = false;

    serve(answers, 3);
    name_server("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/v1/credentials?a=b");
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-token", 1);
    assert_true(ask(&credentials_container, &found));
    assert_true(found);
    assert_string_equal(got.source, "container's endpoint");
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(strstr(fakehttp_request(server, i), "GET /v1/credentials?a=b HTTP/1.1"));
        assert_non_null(strstr(fakehttp_request(server, i), "authorization: canary-token\r\n"));
    }
    done();
}

/* Set, it is meant: what goes wrong there ends the chain. A redirect is not followed. */
static void containers_that_fail(void **state)
{
    (void)state;
    static const char *const broken[] = {BROKEN, BROKEN, BROKEN, KEYS};
    static const char *const refused[] = {NOT_FOUND, KEYS};
    static const char *const moved[] = {
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", KEYS};
    static const char *const html[] = {OK("15", "<html>canary</>")};
    static const struct {
        const char *const *answers;
        size_t count, requests;
        const char *word;
    } rows[] = {
        {broken, 4, 3, "500"}, {refused, 2, 1, "404"}, {moved, 2, 1, "302"}, {html, 1, 1, "JSON"}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool found = false;
        serve(rows[i].answers, rows[i].count);
        name_server("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/");
        assert_false(ask(&credentials_container, &found));
        assert_int_equal(problem.kind, ERR_CREDENTIALS);
        assert_non_null(strstr(problem.message, rows[i].word));
        assert_null(fakehttp_request(server, rows[i].requests));
        done();
    }
}

static void tokens_that_break_the_header(void **state)
{
    (void)state;
    bool found = false;

    serve(NULL, 0);
    name_server("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/");
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary\r\nx-evil: 1", 1);
    assert_false(ask(&credentials_container, &found));
    assert_int_equal(fakehttp_connections(server), 0);
    done();
}

/* The relative form goes to ECS's own address and nowhere else. */
static void relative_addresses(void **state)
{
    (void)state;
    static const char *const wrong[] = {"@127.0.0.1/", "evil", ":80@127.0.0.1/"};

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        bool found = false;
        serve(NULL, 0);
        setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", wrong[i], 1);
        assert_false(ask(&credentials_container, &found));
        assert_non_null(strstr(problem.message, "RELATIVE"));
        done();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(metadata_in_three_steps, setup),
        cmocka_unit_test_setup(no_metadata, setup),
        cmocka_unit_test_setup(metadata_that_is_off, setup),
        cmocka_unit_test_setup(as_many_attempts_as_wanted, setup),
        cmocka_unit_test_setup(keys_that_are_none, setup),
        cmocka_unit_test_setup(containers, setup),
        cmocka_unit_test_setup(containers_that_fail, setup),
        cmocka_unit_test_setup(tokens_that_break_the_header, setup),
        cmocka_unit_test_setup(relative_addresses, setup),
    };
    http_global_init();
    return clock_init() ? cmocka_run_group_tests_name("machine", tests, NULL, NULL) : 1;
}
