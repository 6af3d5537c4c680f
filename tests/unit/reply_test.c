/* aws/reply: error bodies as the services send them, to kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/reply.h"
#include "aws/retry.h"
#include "base/mem.h"

#define EC2(code, message)                                                                         \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>" code             \
    "</Code><Message>" message "</Message></Error></Errors><RequestID>r-1</RequestID></Response>"
#define QUERY(code, message)                                                                       \
    "<ErrorResponse "                                                                              \
    "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"               \
    "<Code>" code "</Code><Message>" message "</Message></Error><RequestId>r-1</RequestId>"        \
    "</ErrorResponse>"
#define S3(code, message)                                                                          \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>" message    \
    "</Message><RequestId>r-1</RequestId><HostId>h</HostId></Error>"

static const struct row {
    int status;
    const char *body;
    enum err_kind kind;
    const char *code, *message;
} rows[] = {
    {400, EC2("InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist"), ERR_NOT_FOUND,
     "InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist"},
    {400, EC2("InvalidAMIID.Unavailable", "The AMI ID 'ami-1' is currently pending"), ERR_NOT_READY,
     "InvalidAMIID.Unavailable", "The AMI ID 'ami-1' is currently pending"},
    {400, EC2("InvalidAMIName.Duplicate", "AMI name x is already in use"), ERR_EXISTS,
     "InvalidAMIName.Duplicate", "AMI name x is already in use"},
    {400, EC2("ResourceLimitExceeded", "You have reached your quota of 5"), ERR_LIMIT,
     "ResourceLimitExceeded", "You have reached your quota of 5"},
    {400, EC2("OperationNotPermitted", "block public access"), ERR_BLOCKED, "OperationNotPermitted",
     "block public access"},
    {400, EC2("InvalidParameter", "The service role vmimport provided does not exist"), ERR_INVALID,
     "InvalidParameter", "The service role vmimport provided does not exist"},
    {400, EC2("IdempotentParameterMismatch", "m"), ERR_MISMATCH, "IdempotentParameterMismatch",
     "m"},
    {401, EC2("AuthFailure", "m"), ERR_CREDENTIALS, "AuthFailure", "m"},
    {403, EC2("UnauthorizedOperation", "m"), ERR_DENIED, "UnauthorizedOperation", "m"},
    {403, EC2("OptInRequired", "m"), ERR_REGION_OFF, "OptInRequired", "m"},
    {400, EC2("RequestExpired", "Request has expired."), ERR_SKEW, "RequestExpired",
     "Request has expired."},
    {503, EC2("RequestLimitExceeded", "Request limit exceeded."), ERR_THROTTLED,
     "RequestLimitExceeded", "Request limit exceeded."},
    {500, EC2("InternalError", "m"), ERR_SERVER, "InternalError", "m"},
    {500, EC2("SomethingNew", "m"), ERR_SERVER, "SomethingNew", "m"},
    {400, EC2("SomethingNew", "m"), ERR_INVALID, "SomethingNew", "m"},
    {403, QUERY("ExpiredToken", "The security token is expired"), ERR_EXPIRED, "ExpiredToken",
     "The security token is expired"},
    {403, QUERY("SignatureDoesNotMatch", "m"), ERR_CREDENTIALS, "SignatureDoesNotMatch", "m"},
    {403, QUERY("InvalidClientTokenId", "m"), ERR_CREDENTIALS, "InvalidClientTokenId", "m"},
    {404, QUERY("NoSuchEntity", "m"), ERR_NOT_FOUND, "NoSuchEntity", "m"},
    {503, S3("SlowDown", "Please reduce your request rate."), ERR_THROTTLED, "SlowDown",
     "Please reduce your request rate."},
    {404, S3("NoSuchUpload", "m"), ERR_NOT_FOUND, "NoSuchUpload", "m"},
    {403, S3("AccessDenied", "m"), ERR_DENIED, "AccessDenied", "m"},
    {403, S3("RequestTimeTooSkewed", "m"), ERR_SKEW, "RequestTimeTooSkewed", "m"},
    {400, S3("RequestTimeout", "m"), ERR_TIMEOUT, "RequestTimeout", "m"},
    {400, S3("BadDigest", "m"), ERR_MISMATCH, "BadDigest", "m"},
    {412, S3("PreconditionFailed", "m"), ERR_EXISTS, "PreconditionFailed", "m"},
    {400, "{\"__type\":\"com.amazonaws.ebs#ThrottlingException\",\"message\":\"slow\"}",
     ERR_THROTTLED, "ThrottlingException", "slow"},
    {400, "{\"__type\":\"ValidationException\",\"Message\":\"Failed to read block data\"}",
     ERR_SERVER, "ValidationException", "Failed to read block data"},
    {400, "{\"__type\":\"ValidationException\",\"Message\":\"no\"}", ERR_INVALID,
     "ValidationException", "no"},
    {404, "{\"__type\":\"NoSuchResourceException\",\"Message\":\"none\"}", ERR_NOT_FOUND,
     "NoSuchResourceException", "none"},
    {404, "", ERR_NOT_FOUND, "", "AWS answered with status 404 and no reason"},
    {403, "", ERR_DENIED, "", "AWS answered with status 403 and no reason"},
    {503, "<html>gateway</html>", ERR_SERVER, "", "AWS answered with status 503 and no reason"},
    {502, "<Response><Errors>", ERR_SERVER, "", "AWS answered with status 502 and no reason"},
    {429, "busy", ERR_THROTTLED, "", "AWS answered with status 429 and no reason"},
    {301, "", ERR_INVALID, "", "AWS answered with status 301 and no reason"},
};

static void real_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_answer answer = {.status = rows[i].status};
        struct err err = ERR_INIT;
        buf_add_str(&answer.body, rows[i].body);
        assert_false(reply_error(&err, &answer));
        assert_string_equal(err.code, rows[i].code);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.kind, rows[i].kind);
        assert_int_equal(err.http_status, rows[i].status);
        if (strstr(rows[i].body, "r-1") != NULL)
            assert_string_equal(err.request_id, "r-1");
        assert_false(reply_error(NULL, &answer));
        buf_free(&answer.body);
    }
}

static void headers_count(void **state)
{
    (void)state;
    struct http_header headers[] = {
        {"x-amzn-errortype", "ResourceNotFoundException:http://internal/"},
        {"x-amzn-requestid", "r-2"},
        {"retry-after", "7"},
    };
    struct http_answer answer = {.status = 400, .headers = headers, .header_count = 3};
    struct err err = ERR_INIT;

    buf_add_str(&answer.body, "{\"message\":\"m\"}");
    assert_false(reply_error(&err, &answer));
    assert_string_equal(err.code, "ResourceNotFoundException");
    assert_string_equal(err.request_id, "r-2");
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    buf_free(&answer.body);
}

static void retry_after(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        long ms;
    } asked[] = {
        {"retry-after", "7", 7000}, {"x-amz-retry-after", "250", 250},  {"retry-after", "soon", -1},
        {"retry-after", "-1", -1},  {"retry-after", "99999999999", -1}, {"retry-after", "", -1},
        {"other", "7", -1},
    };

    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        struct http_header header = {asked[i].name, asked[i].value};
        struct http_answer answer = {.headers = &header, .header_count = 1};
        assert_int_equal(reply_retry_after_ms(&answer), asked[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_bodies),
        cmocka_unit_test(headers_count),
        cmocka_unit_test(retry_after),
    };
    return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
