/* aws/ec2_references, _usage, _recycle and what is done to AMIs: forms and answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2_images.h"
#include "aws/ec2_recycle.h"
#include "aws/ec2_references.h"
#include "aws/ec2_usage.h"
#include "tests/tools/fakeaws.h"

static struct err err;

/* The n-th request holds the text, from the start of its body where it begins with "Action=". */
static void expect(size_t n, const char *text)
{
    const char *request = fakeaws_request(n);

    assert_non_null(request);
    if (strstr(request, text) == NULL)
        fail_msg("no '%s' in: %s", text, request);
}

static void references_of_all_kinds(void **state)
{
    (void)state;
    static const char *const ids[] = {"ami-1", "ami-2"};
    struct ec2_references out;

    fakeaws_answer(
        200, "",
        "<AnyResponse><imageReferenceSet><item><imageId>ami-1</imageId><resourceType>ec2:Instance"
        "</resourceType><arn>arn:aws:ec2:us-east-1:1:instance/i-1</arn></item></"
        "imageReferenceSet><nextToken>t</nextToken></AnyResponse>");
    fakeaws_answer(200, "",
                   "<AnyResponse><imageReferenceSet><item><imageId>ami-2</imageId><resourceType>"
                   "ec2:LaunchTemplate</resourceType><arn>lt</arn></item><item><imageId>ami-2"
                   "</imageId><resourceType>ssm:Parameter</resourceType></item><item><imageId>ami-2"
                   "</imageId><resourceType>batch:Queue</resourceType></item></imageReferenceSet>"
                   "</AnyResponse>");
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_references(c, ids, 2, &out, &err));
    fakeaws_stop();
    expect(0, "&ImageId.1=ami-1&ImageId.2=ami-2&IncludeAllResourceTypes=true"
              "&ResourceType.1.ResourceType=ec2%3AInstance"
              "&ResourceType.1.ResourceTypeOption.1.OptionName=state-name"
              "&ResourceType.1.ResourceTypeOption.1.OptionValue.1=pending");
    expect(0, "&ResourceType.2.ResourceType=ec2%3ALaunchTemplate"
              "&ResourceType.2.ResourceTypeOption.1.OptionName=version-depth"
              "&ResourceType.2.ResourceTypeOption.1.OptionValue.1=10000");
    assert_null(strstr(fakeaws_request(0), "terminated"));
    expect(1, "&NextToken=t");
    assert_int_equal(out.count, 4);
    assert_int_equal(out.items[0].kind, EC2_REFERENCE_INSTANCE);
    assert_string_equal(out.items[0].arn, "arn:aws:ec2:us-east-1:1:instance/i-1");
    assert_int_equal(out.items[1].kind, EC2_REFERENCE_LAUNCH_TEMPLATE);
    assert_int_equal(out.items[2].kind, EC2_REFERENCE_PARAMETER);
    assert_null(out.items[2].arn);
    assert_int_equal(out.items[3].kind, EC2_REFERENCE_OTHER);
    assert_string_equal(out.items[3].type, "batch:Queue");
    ec2_references_free(&out);
    fakeaws_end();
}

static void references_that_cannot_be_read(void **state)
{
    (void)state;
    static const char *const ids[] = {"ami-1"};
    struct ec2_references out;

    fakeaws_answer(
        200, "",
        "<AnyResponse><imageReferenceSet><item><imageId>ami-1</imageId></item></imageReferenceSet>"
        "<nextToken>t</nextToken></AnyResponse>");
    fakeaws_answer(403, "",
                   "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors>"
                   "</Response>");
    struct call *c = fakeaws_begin(true);
    assert_false(ec2_references(c, ids, 1, &out, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(out.count, 0);
    assert_null(out.items);
    fakeaws_end();
}

static void a_usage_report_from_start_to_end(void **state)
{
    (void)state;
    struct ec2_usage_reports reports;
    struct ec2_usages usages;
    char *id = NULL;

    fakeaws_answer(200, "", "<AnyResponse><reportId>report-1</reportId></AnyResponse>");
    fakeaws_answer(
        200, "",
        "<AnyResponse><imageUsageReportSet><item><reportId>report-1</reportId><imageId>ami-1"
        "</imageId><state>available</state><creationTime>2026-01-02T03:04:05.000Z"
        "</creationTime></item><item><reportId>report-0</reportId><state>error</state>"
        "<stateReason>why</stateReason></item></imageUsageReportSet></AnyResponse>");
    fakeaws_answer(
        200, "",
        "<AnyResponse><imageUsageReportEntrySet><item><accountId>2</accountId><resourceType>"
        "ec2:Instance</resourceType><usageCount>12</usageCount></item>"
        "</imageUsageReportEntrySet></AnyResponse>");
    fakeaws_answer(200, "", "<AnyResponse><return>true</return></AnyResponse>");
    struct call *c = fakeaws_begin(false);
    assert_true(ec2_create_usage_report(c, "ami-1", "token", &id, &err));
    assert_string_equal(id, "report-1");
    assert_true(ec2_usage_reports(c, "ami-1", &reports, &err));
    assert_int_equal(reports.count, 2);
    assert_int_equal(reports.items[0].state, EC2_USAGE_AVAILABLE);
    assert_string_equal(reports.items[0].image_id, "ami-1");
    assert_int_equal(reports.items[1].state, EC2_USAGE_ERROR);
    assert_string_equal(reports.items[1].state_reason, "why");
    assert_true(ec2_usage_entries(c, id, &usages, &err));
    assert_int_equal(usages.count, 1);
    assert_string_equal(usages.items[0].account_id, "2");
    assert_int_equal(usages.items[0].count, 12);
    assert_true(ec2_delete_usage_report(c, id, &err));
    fakeaws_stop();
    expect(0, "Action=CreateImageUsageReport&Version=2016-11-15&ImageId=ami-1&ClientToken=token"
              "&ResourceType.1.ResourceType=ec2%3AInstance");
    expect(1, "Action=DescribeImageUsageReports&Version=2016-11-15&ImageId.1=ami-1");
    expect(2, "Action=DescribeImageUsageReportEntries&Version=2016-11-15&ReportId.1=report-1");
    expect(3, "Action=DeleteImageUsageReport&Version=2016-11-15&ReportId=report-1");
    ec2_usage_reports_free(&reports);
    ec2_usages_free(&usages);
    free(id);
    fakeaws_end();
}

static void the_bin_is_listed_and_emptied(void **state)
{
    (void)state;
    struct ec2_recycled_list images, snapshots;

    fakeaws_answer(
        200, "",
        "<AnyResponse><imageSet><item><imageId>ami-1</imageId><name>n</name><recycleBinEnterTime>"
        "2026-01-02T03:04:05.000Z</recycleBinEnterTime><recycleBinExitTime>"
        "2026-01-09T03:04:05.000Z</recycleBinExitTime></item></imageSet></AnyResponse>");
    fakeaws_answer(200, "",
                   "<AnyResponse><snapshotSet><item><snapshotId>snap-1</snapshotId><description>d"
                   "</description></item></snapshotSet></AnyResponse>");
    fakeaws_answer(200, "", "<AnyResponse><snapshotId>snap-1</snapshotId></AnyResponse>");
    fakeaws_answer(200, "", "<AnyResponse><return>true</return></AnyResponse>");
    struct call *c = fakeaws_begin(false);
    assert_true(ec2_recycled_images(c, &images, &err));
    assert_true(ec2_recycled_snapshots(c, &snapshots, &err));
    assert_int_equal(images.count, 1);
    assert_string_equal(images.items[0].id, "ami-1");
    assert_string_equal(images.items[0].exit_time, "2026-01-09T03:04:05.000Z");
    assert_string_equal(snapshots.items[0].id, "snap-1");
    assert_string_equal(snapshots.items[0].description, "d");
    assert_null(snapshots.items[0].name);
    assert_true(ec2_restore_snapshot(c, "snap-1", &err));
    assert_true(ec2_restore_image(c, "ami-1", &err));
    fakeaws_stop();
    expect(0, "Action=ListImagesInRecycleBin&Version=2016-11-15&MaxResults=1000");
    expect(1, "Action=ListSnapshotsInRecycleBin&Version=2016-11-15&MaxResults=1000");
    expect(2, "Action=RestoreSnapshotFromRecycleBin&Version=2016-11-15&SnapshotId=snap-1");
    expect(3, "Action=RestoreImageFromRecycleBin&Version=2016-11-15&ImageId=ami-1");
    ec2_recycled_free(&images);
    ec2_recycled_free(&snapshots);
    fakeaws_end();
}

static void deregistering_tells_of_each_snapshot(void **state)
{
    (void)state;
    struct ec2_snapshot_results out;

    fakeaws_answer(
        200, "",
        "<AnyResponse><return>true</return><deleteSnapshotResultSet><item><snapshotId>snap-1"
        "</snapshotId><returnCode>success</returnCode></item><item><snapshotId>snap-2"
        "</snapshotId><returnCode>skipped</returnCode></item></deleteSnapshotResultSet>"
        "</AnyResponse>");
    fakeaws_answer(200, "", "<AnyResponse><return>false</return></AnyResponse>");
    struct call *c = fakeaws_begin(false);
    assert_true(ec2_deregister_with_snapshots(c, "ami-1", &out, &err));
    assert_int_equal(out.count, 2);
    assert_string_equal(out.items[0].code, "success");
    assert_string_equal(out.items[1].snapshot_id, "snap-2");
    assert_string_equal(out.items[1].code, "skipped");
    ec2_snapshot_results_free(&out);
    assert_false(ec2_deregister_with_snapshots(c, "ami-1", &out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(out.count, 0);
    fakeaws_stop();
    expect(0, "Action=DeregisterImage&Version=2016-11-15&ImageId=ami-1"
              "&DeleteAssociatedSnapshots=true");
    fakeaws_end();
}

static void gentler_changes(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "Action=DisableImage&Version=2016-11-15&ImageId=ami-1",
        "Action=EnableImageDeregistrationProtection&Version=2016-11-15&ImageId=ami-1",
        "Action=DisableImageDeregistrationProtection&Version=2016-11-15&ImageId=ami-1",
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        fakeaws_answer(200, "", "<AnyResponse><return>true</return></AnyResponse>");
    struct call *c = fakeaws_begin(false);
    assert_true(ec2_disable_image(c, "ami-1", &err));
    assert_true(ec2_protect_image(c, "ami-1", &err));
    assert_true(ec2_unprotect_image(c, "ami-1", &err));
    fakeaws_stop();
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        expect(i, forms[i]);
    fakeaws_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_of_all_kinds),
        cmocka_unit_test(references_that_cannot_be_read),
        cmocka_unit_test(a_usage_report_from_start_to_end),
        cmocka_unit_test(the_bin_is_listed_and_emptied),
        cmocka_unit_test(deregistering_tells_of_each_snapshot),
        cmocka_unit_test(gentler_changes),
    };
    fakeaws_init();
    return cmocka_run_group_tests_name("ec2_uses", tests, NULL, NULL);
}
