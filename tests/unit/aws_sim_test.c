/* The session of aws/ against tatami-sim: who we are, and what happens when AWS fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2_images.h"
#include "aws/ec2_regions.h"
#include "aws/ec2_snapshots.h"
#include "aws/iam.h"
#include "aws/sts.h"
#include "base/mem.h"
#include "tests/tools/simsession.h"

static void who_and_where(void **state)
{
    (void)state;
    struct sts_identity identity;
    struct ec2_region *regions = NULL;
    size_t count = 0;
    char *alias = NULL;

    simsession_ok(sts_identity(sims.call, &identity, &sims.err));
    assert_string_equal(identity.account, "123456789012");
    simsession_ok(ec2_regions(sims.call, &regions, &count, &sims.err));
    assert_int_equal(count, 34);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(regions[i].opt_in, EC2_OPT_IN_UNKNOWN);
    free(regions);
    simsession_ok(iam_account_alias(sims.call, &alias, &sims.err));
    assert_string_equal(alias, "acme");
    free(alias);
    assert_int_equal(sims.seen.attempts, 3);
}

static void failures_are_repeated_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int attempts;
        enum err_kind kind; /* ERR_NONE: it succeeds in the end */
    } rows[] = {
        {"\"kind\": \"throttle\", \"count\": 2", 3, ERR_NONE},
        {"\"kind\": \"throttle\", \"count\": 3", 3, ERR_THROTTLED},
        {"\"kind\": \"reset\", \"count\": 1", 2, ERR_NONE},
        {"\"kind\": \"truncate\", \"count\": 1", 2, ERR_NONE},
        {"\"kind\": \"error\", \"code\": \"InternalError\", \"count\": 1", 2, ERR_NONE},
        {"\"kind\": \"error\", \"code\": \"UnauthorizedOperation\", \"status\": 403", 1,
         ERR_DENIED},
        {"\"kind\": \"error\", \"code\": \"SomethingNew\", \"status\": 400", 1, ERR_INVALID},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ec2_region *regions = NULL;
        size_t count = 0;
        char *row = xasprintf("{\"action\": \"DescribeRegions\", %s}", rows[i].fault);
        simsession_fault(row);
        free(row);
        /* On a kept connection libcurl would repeat after a reset. */
        call_free(sims.call);
        sims.call = call_new(sims.session, "us-east-1", NULL);
        sims.seen = (struct simseen){0};
        bool ok = ec2_regions(sims.call, &regions, &count, &sims.err);
        free(regions);
        assert_int_equal(ok ? ERR_NONE : sims.err.kind, rows[i].kind);
        assert_int_equal(sims.seen.attempts, rows[i].attempts);
        if (ok)
            continue;
        assert_string_equal(sims.err.operation, "DescribeRegions");
        assert_string_equal(sims.err.region, "us-east-1");
        assert_string_not_equal(sims.err.request_id, "");
        assert_string_not_equal(sims.err.code, "");
    }
}

/* RegisterImage has no token: an attempt whose outcome is not known is not repeated, not even by
 * libcurl on a connection that was kept. A second one would meet no fault and be ERR_INVALID. */
static void registering_is_not_repeated_blindly(void **state)
{
    (void)state;
    const struct ec2_register r = {.name = "one", .architecture = "x86_64"};
    struct sts_identity identity;
    char *id = NULL;

    simsession_ok(sts_identity(sims.call, &identity, &sims.err));
    sims.seen = (struct simseen){0};

    simsession_fault("{\"action\": \"RegisterImage\", \"kind\": \"reset\", \"count\": 1}");
    assert_false(ec2_register_image(sims.call, &r, &id, &sims.err));
    assert_int_equal(sims.err.kind, ERR_NETWORK);
    assert_int_equal(sims.seen.attempts, 1);
    simsession_fault("{\"action\": \"RegisterImage\", \"kind\": \"throttle\", \"count\": 1}");
    sims.seen = (struct simseen){0};
    assert_false(ec2_register_image(sims.call, &r, &id, &sims.err));
    assert_int_equal(sims.seen.attempts, 2);
}

static void reading_only(void **state)
{
    (void)state;
    struct sts_identity identity;

    simsession_close();
    simsession_open(true);
    simsession_ok(sts_identity(sims.call, &identity, &sims.err));
    assert_false(ec2_delete_snapshot(sims.call, "snap-1", &sims.err));
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    assert_string_equal(sims.err.operation, "DeleteSnapshot");
    assert_false(s3_delete_object(sims.call, SIM_OBJECT, &sims.err));
    assert_int_equal(sims.err.kind, ERR_REFUSED);
    assert_int_equal(sims.seen.attempts, 1);
}

static void a_hanging_call_is_cancelled(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct call *c = call_new(sims.session, "us-east-1", &cancel);
    struct sts_identity identity;

    simsession_fault("{\"action\": \"GetCallerIdentity\", \"kind\": \"hang\", \"count\": 0}");
    assert_false(sts_identity(c, &identity, &sims.err));
    assert_int_equal(sims.err.kind, ERR_CANCELLED);
    call_free(c);
}

static void wrong_keys(void **state)
{
    (void)state;
    struct sts_identity identity;

    simsession_close();
    setenv("AWS_SECRET_ACCESS_KEY", "wrong", 1);
    simsession_open(false);
    setenv("AWS_SECRET_ACCESS_KEY", "simulated-secret", 1);
    assert_false(sts_identity(sims.call, &identity, &sims.err));
    assert_int_equal(sims.err.kind, ERR_CREDENTIALS);
    assert_string_not_equal(sims.err.advice, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_and_where, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(failures_are_repeated_and_named, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(registering_is_not_repeated_blindly, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(reading_only, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(a_hanging_call_is_cancelled, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(wrong_keys, simsession_setup, simsession_teardown),
    };
    return simsession_run("aws_sim", tests, ARRAY_LEN(tests));
}
