/* aws/call against a scripted server: pages, repetitions, clocks and buckets elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/call_impl.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/fakehttp.h"

#define XML(text) "<?xml version=\"1.0\"?>" text
#define ERROR(code)                                                                                \
    XML("<Response><Errors><Error><Code>" code "</Code><Message>m</Message></Error></Errors>"      \
        "<RequestID>r</RequestID></Response>")

#define THINGS(inside) "<ListThingsResponse>" inside "</ListThingsResponse>"

static const struct call_action list_things = {.service = "ec2",
                                               .name = "ListThings",
                                               .version = "1",
                                               .items = "set/item",
                                               .token = "nextToken"};
static const struct call_action change_thing = {
    .service = "ec2", .name = "ChangeThing", .version = "1", .mutating = true};

static struct fakehttp *server;
static char *texts[16];
static size_t text_count;
static struct aws_config config;
static struct aws *session;
static struct call *call;
static struct err err;
static long waits_ms[16];
static int attempts;

static void on_trace(void *arg, const struct aws_trace *trace)
{
    (void)arg;
    waits_ms[attempts++] = trace->retry_in_ms;
    assert_int_equal(trace->attempt > 0, 1);
    assert_string_not_equal(trace->action, "");
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

/* The n-th request, once the server is stopped. */
static const char *request(size_t n)
{
    const char *text = fakehttp_request(server, n);

    assert_non_null(text);
    return text;
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

static void count_item(void *arg, const struct xml *item)
{
    struct buf *seen = arg;

    buf_add_str(seen, item->text);
}

static void pages_until_no_token(void **state)
{
    (void)state;
    struct buf form = BUF_INIT, seen = BUF_INIT;

    buf_add_str(&form, "&Filter.1.Name=x");
    answers(200, "", THINGS("<set><item>a</item><item>b</item></set><nextToken>t=1</nextToken>"));
    answers(200, "", THINGS("<set/><nextToken>t2</nextToken>"));
    answers(200, "", THINGS("<set><item>c</item></set><nextToken/>"));
    begin();
    const struct call_items items = {.each = count_item, .arg = &seen};
    assert_true(call_query_pages(call, &list_things, &form, &items, &err));
    assert_string_equal(buf_str(&seen), "abc");
    fakehttp_stop(server);
    assert_non_null(strstr(request(0), "\r\n\r\nAction=ListThings&Version=1&Filter.1.Name=x"));
    assert_null(strstr(request(0), "NextToken"));
    assert_non_null(strstr(request(1), "&Filter.1.Name=x&NextToken=t%3D1"));
    assert_non_null(strstr(request(2), "&NextToken=t2"));
    assert_null(fakehttp_request(server, 3));
    buf_free(&form);
    buf_free(&seen);
    finish();
}

static void pages_in_a_circle(void **state)
{
    (void)state;
    struct buf seen = BUF_INIT;

    answers(200, "", THINGS("<nextToken>a</nextToken>"));
    answers(200, "", THINGS("<nextToken>b</nextToken>"));
    answers(200, "", THINGS("<nextToken>a</nextToken>"));
    begin();
    const struct call_items items = {.each = count_item, .arg = &seen};
    assert_false(call_query_pages(call, &list_things, NULL, &items, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    assert_int_equal(attempts, 3);
    fakehttp_stop(server);
    finish();
}

static void waits_as_asked(void **state)
{
    (void)state;
    struct xml *root = NULL;

    answers(503, "Retry-After: 1\r\n", ERROR("Unavailable"));
    answers(400, "x-amz-retry-after: 20\r\n", ERROR("Throttling"));
    answers(200, "", THINGS(""));
    begin();
    assert_true(call_query(call, &list_things, NULL, &root, &err));
    xml_free(root);
    assert_int_equal(attempts, 3);
    assert_int_equal(waits_ms[0], 1000);
    assert_int_equal(waits_ms[1], 20);
    assert_int_equal(waits_ms[2], -1);
    fakehttp_stop(server);
    finish();
}

/* With the right secret and a wrong clock: AWS's Date sets it right, once. */
static void the_clock_is_corrected_once(void **state)
{
    (void)state;
    struct xml *root = NULL;
    time_t theirs = time(NULL) + 3600;
    struct tm utc;
    char date[64];

    strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime_r(&theirs, &utc));
    answers(400, date, ERROR("RequestExpired"));
    answers(200, "", THINGS(""));
    answers(403, date, ERROR("RequestTimeTooSkewed"));
    begin();
    assert_true(call_query(call, &list_things, NULL, &root, &err));
    xml_free(root);
    assert_in_range(atomic_load(&session->skew_s), 3590, 3610);
    assert_int_equal(waits_ms[0], 0);
    assert_false(call_query(call, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_SKEW);
    assert_int_equal(attempts, 3);
    fakehttp_stop(server);
    strftime(date, sizeof date, "%Y%m%dT%H", gmtime_r(&theirs, &utc));
    assert_non_null(strstr(request(1), date));
    finish();
}

static void temporary_credentials_end(void **state)
{
    (void)state;
    answers(400, "", ERROR("RequestExpired"));
    setenv("AWS_SESSION_TOKEN", "token", 1);
    begin();
    unsetenv("AWS_SESSION_TOKEN");
    assert_false(call_query(call, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_EXPIRED);
    assert_string_equal(err.operation, "ListThings");
    assert_string_equal(err.region, "us-east-1");
    assert_string_equal(err.request_id, "r");
    fakehttp_stop(server);
    assert_non_null(strstr(request(0), "x-amz-security-token: token\r\n"));
    finish();
}

#define IDENTITY                                                                                   \
    XML("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/u</Arn>"     \
        "<UserId>A</UserId><Account>1</Account></GetCallerIdentityResult>"                         \
        "</GetCallerIdentityResponse>")

/* AuthFailure means the region when another one takes the credentials now, else the credentials. */
static void a_region_that_is_off(void **state)
{
    (void)state;
    answers(401, "", ERROR("AuthFailure"));
    answers(200, "", THINGS(""));
    answers(401, "", ERROR("AuthFailure"));
    answers(200, "", IDENTITY);
    answers(401, "", ERROR("AuthFailure"));
    begin();
    struct call *other = call_new(session, "ap-east-1", NULL);
    assert_false(call_query(other, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_CREDENTIALS);
    assert_true(call_query(call, &list_things, NULL, NULL, &err));
    assert_false(call_query(other, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_REGION_OFF);
    assert_string_equal(err.operation, "ListThings");
    assert_non_null(strstr(err.advice, "--region-name ap-east-1"));
    /* The only one that ever took them says no: nobody is left to ask. */
    assert_false(call_query(call, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_CREDENTIALS);
    fakehttp_stop(server);
    assert_non_null(strstr(request(3), "Action=GetCallerIdentity"));
    assert_non_null(strstr(request(3), "/us-east-1/sts/aws4_request"));
    call_free(other);
    finish();
}

/* A region that took them before is off when another one still takes them; when none does, the
 * credentials are gone. */
static void a_region_that_was_on(void **state)
{
    (void)state;
    answers(200, "", THINGS(""));
    answers(200, "", THINGS(""));
    answers(401, "", ERROR("AuthFailure"));
    answers(200, "", IDENTITY);
    answers(401, "", ERROR("AuthFailure"));
    answers(403, "", ERROR("InvalidClientTokenId"));
    begin();
    struct call *other = call_new(session, "ap-east-1", NULL);
    assert_true(call_query(call, &list_things, NULL, NULL, &err));
    assert_true(call_query(other, &list_things, NULL, NULL, &err));
    assert_false(call_query(other, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_REGION_OFF);
    assert_false(call_query(call, &list_things, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_CREDENTIALS);
    fakehttp_stop(server);
    assert_non_null(strstr(request(5), "/ap-east-1/sts/aws4_request"));
    call_free(other);
    finish();
}

static void no_secret_is_sent(void **state)
{
    (void)state;
    answers(200, "", "<ChangeThingResponse/>");
    begin();
    assert_true(call_query(call, &change_thing, NULL, NULL, &err));
    fakehttp_stop(server);
    assert_null(strstr(request(0), "s3cr3t"));
    assert_non_null(strstr(request(0), "Credential=AKID/"));
    finish();
}

#define REDIRECT(region)                                                                           \
    XML("<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>" region      \
        "</Region></Error>")

static void a_bucket_elsewhere(void **state)
{
    (void)state;
    const struct s3_object o = {.bucket = "b", .key = "k/a b"};
    struct s3_head head;
    char region[32];

    answers(301, "x-amz-bucket-region: eu-west-1\r\n", "");
    answers(200, "x-amz-bucket-region: eu-west-1\r\n", "");
    answers(400, "", REDIRECT("eu-west-2"));
    answers(204, "", "");
    answers(301, "", XML("<Error><Code>PermanentRedirect</Code></Error>"));
    answers(403, "x-amz-bucket-region: eu-west-3\r\n", "");
    answers(204, "", "");
    answers(301, "x-amz-bucket-region: eu-west-4\r\n", "");
    answers(301, "x-amz-bucket-region: eu-west-5\r\n", "");
    begin();
    assert_true(s3_bucket_region(call, "b", region, &err));
    assert_string_equal(region, "eu-west-1");
    assert_true(s3_delete_object(call, o, &err));
    assert_true(s3_delete_object(call, o, &err));
    assert_false(s3_head_object(call, o, &head, &err));
    fakehttp_stop(server);
    static const char *const signed_for[] = {"us-east-1", "eu-west-1", "eu-west-1",
                                             "eu-west-2", "eu-west-2", "us-east-1",
                                             "eu-west-3", "eu-west-3", "eu-west-4"};
    for (size_t i = 0; i < ARRAY_LEN(signed_for); i++) {
        char *scope = xasprintf("/%s/s3/aws4_request", signed_for[i]);
        assert_non_null(strstr(request(i), scope));
        free(scope);
    }
    assert_int_equal(strncmp(request(0), "HEAD /b ", 8), 0);
    assert_int_equal(strncmp(request(2), "DELETE /b/k/a%20b ", 18), 0);
    finish();
}

/* The region's name becomes a host's: what is none leads nowhere. */
static void no_bucket_at_a_stranger_s(void **state)
{
    (void)state;
    const struct s3_object o = {.bucket = "b", .key = "k"};
    static const char *const names[] = {"evil.example/",
                                        "evil.example#",
                                        "a@evil.example",
                                        "A",
                                        "us-east-1.evil.example",
                                        "",
                                        "x y"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char *header = xasprintf("x-amz-bucket-region: %s\r\n", names[i]);
        answers(301, header, "");
        answers(301, header, "");
        begin();
        assert_false(s3_delete_object(call, o, &err));
        fakehttp_stop(server);
        assert_int_equal(strncmp(request(0), "DELETE ", 7), 0);
        assert_int_equal(strncmp(request(1), "HEAD ", 5), 0);
        finish();
        free(header);
    }
}

/* S3 sends 200 before a completion is done: what comes then decides. */
static void errors_behind_a_200(void **state)
{
    (void)state;
    const struct s3_object o = {.bucket = "b", .key = "k"};
    const struct s3_part part = {
        .number = 1, .size_bytes = 5, .etag = "\"e\"", .crc32c = "AAAAAA=="};

    answers(200, "", XML("\n\n<Error><Code>InternalError</Code><Message>m</Message></Error>"));
    answers(200, "", "   ");
    answers(200, "",
            "<CompleteMultipartUploadResult><ETag>\"x\"</ETag>"
            "</CompleteMultipartUploadResult>");
    answers(200, "", XML("<Error><Code>InvalidPart</Code><Message>m</Message></Error>"));
    begin();
    assert_true(s3_complete_upload(call, o, "u/1", &part, 1, 5, &err));
    assert_int_equal(attempts, 3);
    assert_false(s3_complete_upload(call, o, "u/1", &part, 1, 5, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.code, "InvalidPart");
    assert_int_equal(attempts, 4);
    fakehttp_stop(server);
    assert_int_equal(strncmp(request(0), "POST /b/k?uploadId=u%2F1 ", 25), 0);
    assert_non_null(strstr(request(0), "<Part><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>"
                                       "<ETag>&quot;e&quot;</ETag><PartNumber>1</PartNumber>"));
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_until_no_token),
        cmocka_unit_test(pages_in_a_circle),
        cmocka_unit_test(waits_as_asked),
        cmocka_unit_test(the_clock_is_corrected_once),
        cmocka_unit_test(temporary_credentials_end),
        cmocka_unit_test(a_region_that_is_off),
        cmocka_unit_test(a_region_that_was_on),
        cmocka_unit_test(no_secret_is_sent),
        cmocka_unit_test(a_bucket_elsewhere),
        cmocka_unit_test(no_bucket_at_a_stranger_s),
        cmocka_unit_test(errors_behind_a_200),
    };
    setenv("TATAMI_CLOCK", "1000", 1);
    unsetenv("AWS_SESSION_TOKEN");
    unsetenv("AWS_SECURITY_TOKEN");
    unsetenv("AWS_CREDENTIAL_EXPIRATION");
    setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t", 1);
    http_global_init();
    if (!clock_init())
        return 1;
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
