/* Answers that say yes and mean no, or come from somebody else than AWS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/call_impl.h"
#include "aws/ec2_sharing.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/fakehttp.h"

#define PAGE "<html><body><p>Sign in.</p></body></html>"
#define HTML "Content-Type: text/html; charset=utf-8\r\n"

static const struct call_action list_things = {
    .service = "ec2", .name = "ListThings", .version = "1"};

static struct fakehttp *server;
static char *texts[16];
static size_t text_count;
static struct aws_config config;
static struct aws *session;
static struct call *call;
static struct err err;
static int attempts;

static void on_trace(void *arg, const struct aws_trace *trace)
{
    (void)arg, (void)trace;
    attempts++;
}

/* The next answer; extra header lines end with \r\n. */
static void answers(int status, const char *headers, const char *body)
{
    texts[text_count++] = xasprintf("HTTP/1.1 %d x\r\nContent-Length: %zu\r\n%s\r\n%s", status,
                                    strlen(body), headers, body);
}

static void begin(void)
{
    server = fakehttp_start((const char *const *)texts, text_count);
    config = (struct aws_config){.profile = (char *)"default", .max_attempts = 3};
    config.endpoint_url = xasprintf("http://%s", fakehttp_address(server));
    const struct aws_options options = {.config = &config, .trace = on_trace};
    session = aws_new(&options, &err);
    assert_non_null(session);
    call = call_new(session, "us-east-1", NULL);
    attempts = 0;
    err = ERR_INIT;
}

static void finish(void)
{
    fakehttp_free(server);
    call_free(call);
    aws_free(session);
    free(config.endpoint_url);
    for (size_t i = 0; i < text_count; i++)
        free(texts[i]);
    text_count = 0;
}

/* What is not AWS's is tried again like silence, never taken for an answer nor for a refusal. */
static void answers_that_are_not_aws_s(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *headers, *body, *says;
    } rows[] = {
        {200, HTML, PAGE, "a web page came instead of AWS's answer (HTTP 200)"},
        {200, "", PAGE, "something else came instead of AWS's answer: <html>"},
        {403, HTML, PAGE, "a web page came instead of AWS's answer (HTTP 403)"},
        {302, "Location: http://portal.example/x?y\r\n", "",
         "a redirect to portal.example came instead of AWS's answer (HTTP 302)"},
        {200, "", "", "AWS's answer cannot be read"},
        {200, "", "<ListThingsResponse><set>", "AWS's answer cannot be read"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int n = 0; n < 2; n++)
            answers(rows[i].status, rows[i].headers, rows[i].body);
    begin();
    config.max_attempts = 2;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct xml *root = NULL;
        assert_false(call_query(call, &list_things, NULL, &root, &err));
        assert_null(root);
        assert_int_equal(err.kind, ERR_REPLY);
        assert_non_null(strstr(err.message, rows[i].says));
        assert_int_equal(attempts, 2 * ((int)i + 1));
    }
    fakehttp_stop(server);
    finish();
}

/* S3's bucket is not looked for where a stranger points. */
static void a_stranger_moves_no_bucket(void **state)
{
    (void)state;
    char region[32];

    answers(307, "Location: http://portal.example/\r\nx-amz-bucket-region: eu-west-1\r\n", "");
    begin();
    config.max_attempts = 1;
    assert_false(s3_bucket_region(call, "b", region, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    assert_int_equal(attempts, 1);
    fakehttp_stop(server);
    finish();
}

static void an_answer_of_false_is_a_failure(void **state)
{
    (void)state;
    const struct ec2_principal all = {.kind = EC2_ALL};

    answers(200, "",
            "<ModifyImageAttributeResponse><return>false</return>"
            "</ModifyImageAttributeResponse>");
    begin();
    assert_false(ec2_modify_launch_permission(call, "ami-1", true, &all, 1, &err));
    assert_int_equal(err.kind, ERR_INVALID); /* not ERR_FAILED: the AMI is what it was */
    fakehttp_stop(server);
    assert_non_null(
        strstr(fakehttp_request(server, 0), "&ImageId=ami-1&LaunchPermission.Add.1.Group=all"));
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_that_are_not_aws_s),
        cmocka_unit_test(a_stranger_moves_no_bucket),
        cmocka_unit_test(an_answer_of_false_is_a_failure),
    };
    setenv("TATAMI_CLOCK", "1000", 1);
    setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t", 1);
    http_global_init();
    if (!clock_init())
        return 1;
    return cmocka_run_group_tests_name("stranger", tests, NULL, NULL);
}
