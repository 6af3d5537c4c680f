/* Who uses an AMI, what the Recycle Bin keeps and what deregistering leaves, against tatami-sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/ec2_images.h"
#include "aws/ec2_recycle.h"
#include "aws/ec2_references.h"
#include "aws/ec2_snapshots.h"
#include "aws/ec2_usage.h"
#include "aws/rbin.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/tools/simproc.h"

/* Two AMIs share snap-2; the second is protected, with a cooldown. */
static const char world[] =
    "{\"images\": ["
    "{\"imageId\": \"ami-00000001\", \"region\": \"us-east-1\", \"name\": \"one\","
    " \"lastLaunchedTime\": \"2024-05-01T12:00:00.000Z\", \"tags\": {\"keep\": \"week\"},"
    " \"blockDeviceMapping\": [{\"deviceName\": \"/dev/xvda\", \"snapshotId\": \"snap-00000001\"},"
    " {\"deviceName\": \"/dev/xvdb\", \"snapshotId\": \"snap-00000002\"}]},"
    "{\"imageId\": \"ami-00000002\", \"region\": \"us-east-1\", \"name\": \"two\","
    " \"deregistrationProtection\": \"enabled-with-cooldown\","
    " \"blockDeviceMapping\": [{\"deviceName\": \"/dev/xvda\", \"snapshotId\": \"snap-00000002\"}]}"
    "], \"snapshots\": ["
    "{\"snapshotId\": \"snap-00000001\", \"region\": \"us-east-1\", \"volumeSize\": 8,"
    " \"fullSnapshotSizeInBytes\": 2147483648, \"tags\": {\"keep\": \"week\"}},"
    "{\"snapshotId\": \"snap-00000002\", \"region\": \"us-east-1\", \"volumeSize\": 8}],"
    "\"instances\": [{\"instanceId\": \"i-00000001\", \"region\": \"us-east-1\","
    " \"imageId\": \"ami-00000001\", \"instanceType\": \"t3.small\", \"instanceState\":"
    " \"stopped\"}],"
    "\"launchTemplates\": [{\"launchTemplateId\": \"lt-00000001\", \"region\": \"us-east-1\","
    " \"launchTemplateName\": \"web\", \"versions\": [{\"imageId\": \"ami-00000001\"},"
    " {\"imageId\": \"ami-0000ffff\"}]}],"
    "\"parameters\": [{\"name\": \"/acme/latest\", \"region\": \"us-east-1\", \"value\":"
    " \"ami-00000002\", \"type\": \"String\"}],"
    "\"imageUsage\": [{\"imageId\": \"ami-00000001\", \"account\": \"333333333333\","
    " \"resourceType\": \"ec2:Instance\", \"usageCount\": 4}],"
    "\"retentionRules\": [{\"region\": \"us-east-1\", \"ResourceType\": \"EC2_IMAGE\","
    " \"RetentionPeriod\": {\"RetentionPeriodValue\": 7, \"RetentionPeriodUnit\": \"DAYS\"},"
    " \"ResourceTags\": [{\"ResourceTagKey\": \"keep\", \"ResourceTagValue\": \"week\"}]},"
    " {\"region\": \"us-east-1\", \"ResourceType\": \"EBS_SNAPSHOT\", \"RetentionPeriod\":"
    " {\"RetentionPeriodValue\": 9, \"RetentionPeriodUnit\": \"DAYS\"}}]}";

static struct simproc sim;
static struct aws_config *config;
static struct aws *session;
static struct call *call;
static struct err err;

static void expect(bool ok)
{
    if (!ok)
        fail_msg("%s %s: %s", err.operation, err.code, err.message);
}

static int setup(void **state)
{
    (void)state;
    free(simproc_ask(&sim, "/_sim/reset", "{}"));
    const struct aws_options options = {.config = config};
    session = aws_new(&options, &err);
    call = session == NULL ? NULL : call_new(session, "us-east-1", NULL);
    return session == NULL;
}

static int teardown(void **state)
{
    (void)state;
    call_free(call);
    aws_free(session);
    return 0;
}

static const struct ec2_reference *reference_of(const struct ec2_references *all, const char *id,
                                                enum ec2_reference_kind kind)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].kind == kind && strcmp(all->items[i].image_id, id) == 0)
            return &all->items[i];
    return NULL;
}

static void everything_that_refers_is_found(void **state)
{
    (void)state;
    static const char *const ids[] = {"ami-00000001", "ami-00000002"};
    struct ec2_references found;

    expect(ec2_references(call, ids, 2, &found, &err));
    assert_int_equal(found.count, 3);
    const struct ec2_reference *r = reference_of(&found, ids[0], EC2_REFERENCE_INSTANCE);
    assert_non_null(r);
    assert_non_null(strstr(r->arn, "i-00000001"));
    /* Only an older version names it. */
    r = reference_of(&found, ids[0], EC2_REFERENCE_LAUNCH_TEMPLATE);
    assert_non_null(r);
    assert_non_null(strstr(r->arn, "lt-00000001"));
    r = reference_of(&found, ids[1], EC2_REFERENCE_PARAMETER);
    assert_non_null(r);
    assert_non_null(strstr(r->arn, "/acme/latest"));
    ec2_references_free(&found);
}

static void other_accounts_are_reported(void **state)
{
    (void)state;
    struct ec2_usage_reports reports = {.count = 0};
    struct ec2_usages usages;
    char *id = NULL, *again = NULL;
    enum ec2_usage_state now = EC2_USAGE_PENDING;

    expect(ec2_create_usage_report(call, "ami-00000001", "token-1", &id, &err));
    expect(ec2_create_usage_report(call, "ami-00000001", "token-1", &again, &err));
    assert_string_equal(id, again);
    for (int i = 0; i < 200 && now == EC2_USAGE_PENDING; i++) {
        clock_sleep_ms(5000, NULL);
        expect(ec2_usage_reports(call, "ami-00000001", &reports, &err));
        if (reports.count == 1) {
            assert_string_equal(reports.items[0].id, id);
            now = reports.items[0].state;
        }
        ec2_usage_reports_free(&reports);
    }
    assert_int_equal(now, EC2_USAGE_AVAILABLE);
    expect(ec2_usage_entries(call, id, &usages, &err));
    assert_int_equal(usages.count, 1);
    assert_string_equal(usages.items[0].account_id, "333333333333");
    assert_int_equal(usages.items[0].count, 4);
    ec2_usages_free(&usages);
    expect(ec2_delete_usage_report(call, id, &err));
    free(id);
    free(again);
}

static void note_images(void *arg, const struct ec2_image *image)
{
    struct buf *seen = arg;

    buf_add_fmt(seen, "%s %s %zu %s;", image->id, ec2_image_is_guarded(image) ? "guarded" : "free",
                image->device_count, image->last_launched == NULL ? "-" : image->last_launched);
}

static void images_say_what_they_are(void **state)
{
    (void)state;
    const struct ec2_image_filter sharing = {.snapshot_id = "snap-00000002"};
    const struct ec2_image_filter alone = {.snapshot_id = "snap-00000001"};
    struct buf seen = BUF_INIT;

    expect(ec2_each_image(call, &alone, note_images, &seen, &err));
    assert_string_equal(buf_str(&seen), "ami-00000001 free 2 2024-05-01T12:00:00.000Z;");
    buf_reset(&seen);
    expect(ec2_each_image(call, &sharing, note_images, &seen, &err));
    assert_non_null(strstr(buf_str(&seen), "ami-00000001 free 2"));
    assert_non_null(strstr(buf_str(&seen), "ami-00000002 guarded 1 -;"));
    /* The protection is off and its cooldown runs: still not to be deregistered. */
    expect(ec2_unprotect_image(call, "ami-00000002", &err));
    buf_reset(&seen);
    expect(ec2_each_image(call, &sharing, note_images, &seen, &err));
    assert_non_null(strstr(buf_str(&seen), "ami-00000002 guarded"));
    assert_false(ec2_deregister_image(call, "ami-00000002", &err));
    assert_int_equal(err.kind, ERR_BLOCKED);
    buf_free(&seen);
}

static const char *code_of(const struct ec2_snapshot_results *results, const char *id)
{
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->items[i].snapshot_id, id) == 0)
            return results->items[i].code;
    return "";
}

static int days_of(enum rbin_kind kind, const struct tag *tags, size_t count)
{
    struct rbin_rules rules;

    expect(rbin_rules(call, kind, &rules, &err));
    int days = rbin_days(&rules, tags, count);
    rbin_rules_free(&rules);
    return days;
}

static void deregistered_and_brought_back(void **state)
{
    (void)state;
    const struct tag week[] = {{(char *)"keep", (char *)"week"}};
    struct ec2_snapshot_results results;
    struct ec2_recycled_list bin;

    assert_int_equal(days_of(RBIN_IMAGES, NULL, 0), 0);
    assert_int_equal(days_of(RBIN_IMAGES, week, 1), 7);
    assert_int_equal(days_of(RBIN_SNAPSHOTS, NULL, 0), 9);
    expect(ec2_deregister_with_snapshots(call, "ami-00000001", &results, &err));
    assert_string_equal(code_of(&results, "snap-00000001"), "success");
    assert_string_equal(code_of(&results, "snap-00000002"), "skipped");
    ec2_snapshot_results_free(&results);
    expect(ec2_recycled_images(call, &bin, &err));
    assert_int_equal(bin.count, 1);
    assert_string_equal(bin.items[0].id, "ami-00000001");
    assert_string_equal(bin.items[0].name, "one");
    assert_true(clock_parse_iso(bin.items[0].exit_time) -
                    clock_parse_iso(bin.items[0].enter_time) ==
                7 * 86400);
    ec2_recycled_free(&bin);
    expect(ec2_recycled_snapshots(call, &bin, &err));
    assert_int_equal(bin.count, 1);
    assert_string_equal(bin.items[0].id, "snap-00000001");
    ec2_recycled_free(&bin);
    assert_false(ec2_restore_image(call, "ami-00000001", &err));
    assert_string_not_equal(err.code, "");
    expect(ec2_restore_snapshot(call, "snap-00000001", &err));
    expect(ec2_restore_image(call, "ami-00000001", &err));
    expect(ec2_recycled_images(call, &bin, &err));
    assert_int_equal(bin.count, 0);
    ec2_recycled_free(&bin);
}

static void a_shared_snapshot_stays(void **state)
{
    (void)state;
    const struct ec2_snapshot_filter one = {.id = "snap-00000001"};
    struct ec2_snapshots found;

    assert_false(ec2_delete_snapshot(call, "snap-00000002", &err));
    assert_string_equal(err.code, "InvalidSnapshot.InUse");
    assert_int_equal(err.kind, ERR_BLOCKED);
    expect(ec2_describe_snapshots(call, &one, &found, &err));
    assert_int_equal(found.count, 1);
    assert_true(found.items[0].full_size_bytes == 2147483648);
    assert_string_equal(found.items[0].owner, "123456789012");
    assert_string_equal(found.items[0].storage_tier, "standard");
    ec2_snapshots_free(&found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static int run(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_that_refers_is_found), TEST(other_accounts_are_reported),
        TEST(images_say_what_they_are),        TEST(deregistered_and_brought_back),
        TEST(a_shared_snapshot_stays),
    };
    const struct aws_config_options options = {.profile = NULL};
    int failed = 1;

    config = aws_config_load(&options, &err);
    if (config != NULL)
        failed = cmocka_run_group_tests_name("uses against tatami-sim", tests, NULL, NULL);
    aws_config_free(config);
    return failed;
}

int main(void)
{
    char path[] = "/tmp/tatami-world-XXXXXX";
    const char *const arguments[] = {"--speed", "2000", "--world", path, NULL};
    int fd = mkstemp(path), failed = 1;

    setenv("TATAMI_CLOCK", "2000", 1);
    http_global_init();
    if (!clock_init() || fd < 0 || write(fd, world, strlen(world)) != (ssize_t)strlen(world))
        return 1;
    close(fd);
    if (simproc_start(&sim, arguments))
        failed = run();
    simproc_stop(&sim);
    unlink(path);
    return failed;
}
