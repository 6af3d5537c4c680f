/* aws/ec2_images, _snapshots, _imports: lists that are read as they arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2_images.h"
#include "aws/ec2_imports.h"
#include "aws/ec2_snapshots.h"
#include "tests/tools/fakeaws.h"

#define PAGE(items, token)                                                                         \
    "<DescribeImagesResponse><imagesSet>" items "</imagesSet><nextToken>" token                    \
    "</nextToken></DescribeImagesResponse>"
#define AMI(id) "<item><imageId>" id "</imageId><imageState>available</imageState></item>"

#define FULL_AMI                                                                                   \
    "<item><imageId>ami-1</imageId><imageState>available</imageState>"                             \
    "<imageOwnerId>1</imageOwnerId><isPublic>true</isPublic><name>n</name>"                        \
    "<stateReason><code>c</code><message>m</message></stateReason>"                                \
    "<creationDate>2026-01-02T03:04:05.000Z</creationDate><enaSupport>true</enaSupport>"           \
    "<deregistrationProtection>enabled-with-cooldown</deregistrationProtection>"                   \
    "<lastLaunchedTime>2026-02-03T04:05:06Z</lastLaunchedTime><sourceImageId>ami-0"                \
    "</sourceImageId><sourceImageRegion>us-west-2</sourceImageRegion><blockDeviceMapping><item>"   \
    "<deviceName>/dev/xvda</deviceName><ebs><snapshotId>snap-1</snapshotId><volumeSize>8"          \
    "</volumeSize><volumeType>gp3</volumeType><deleteOnTermination>true</deleteOnTermination>"     \
    "</ebs></item><item><deviceName>/dev/sdb</deviceName><virtualName>ephemeral0</virtualName>"    \
    "</item><item><deviceName>/dev/xvdb</deviceName><ebs><snapshotId>snap-2</snapshotId></ebs>"    \
    "</item></blockDeviceMapping><tagSet><item><key>Name</key><value>v</value></item>"             \
    "<item><key>empty</key><value/></item></tagSet></item>"

static const struct ec2_image_filter all_images;

static void note_image(void *arg, const struct ec2_image *image)
{
    struct buf *seen = arg;

    buf_add_fmt(seen, "%s;", image->id);
}

static void pages_come_one_by_one(void **state)
{
    (void)state;
    struct buf seen = BUF_INIT;
    struct err err = ERR_INIT;
    const struct ec2_image_filter filter = {.snapshot_id = "snap-1", .state = "pending"};

    fakeaws_answer(200, "", PAGE(AMI("ami-1") AMI("ami-2"), "t1"));
    fakeaws_answer(200, "", PAGE("", "t2"));
    fakeaws_answer(200, "", PAGE(AMI("ami-3"), ""));
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_each_image(c, &filter, note_image, &seen, &err));
    assert_string_equal(buf_str(&seen), "ami-1;ami-2;ami-3;");
    fakeaws_stop();
    assert_non_null(strstr(fakeaws_request(0),
                           "&IncludeDeprecated=true&IncludeDisabled=true&Owner.1=self"
                           "&Filter.1.Name=block-device-mapping.snapshot-id&Filter.1.Value.1=snap-1"
                           "&Filter.2.Name=state&Filter.2.Value.1=pending&MaxResults=1000"));
    assert_non_null(strstr(fakeaws_request(2), "&NextToken=t2"));
    buf_free(&seen);
    fakeaws_end();
}

static void every_field_is_read(void **state)
{
    (void)state;
    struct ec2_images images;
    struct err err = ERR_INIT;

    fakeaws_answer(200, "", PAGE(FULL_AMI AMI("ami-2"), ""));
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_describe_images(c, &all_images, &images, &err));
    assert_int_equal(images.count, 2);
    const struct ec2_image image = images.items[0];
    assert_string_equal(image.id, "ami-1");
    assert_int_equal(image.state, EC2_IMAGE_AVAILABLE);
    assert_string_equal(image.state_code, "c");
    assert_string_equal(image.owner, "1");
    assert_string_equal(image.source_region, "us-west-2");
    assert_string_equal(image.last_launched, "2026-02-03T04:05:06Z");
    assert_string_equal(image.protection, "enabled-with-cooldown");
    assert_true(image.protected_from_deregistration && image.is_public && image.ena);
    assert_null(image.boot_mode);
    assert_int_equal(image.device_count, 2);
    assert_string_equal(image.devices[0].snapshot_id, "snap-1");
    assert_int_equal(image.devices[0].volume_gib, 8);
    assert_true(image.devices[0].delete_on_termination);
    assert_string_equal(image.devices[1].name, "/dev/xvdb");
    assert_null(image.devices[1].volume_type);
    assert_string_equal(ec2_image_tag(&image, "Name"), "v");
    assert_string_equal(ec2_image_tag(&image, "empty"), "");
    assert_null(ec2_image_tag(&image, "none"));
    /* Nothing of one stays behind in the next. */
    assert_int_equal(images.items[1].device_count, 0);
    assert_int_equal(images.items[1].tag_count, 0);
    assert_null(images.items[1].protection);
    assert_false(images.items[1].is_public);
    ec2_images_free(&images);
    fakeaws_end();
}

static void protection_has_many_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool guarded;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"disabled", false},
        {"enabled-without-cooldown", true},
        {"enabled-with-cooldown", true},
        {"disabled (cooldown until tomorrow)", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct ec2_image image = {.protection = (char *)rows[i].text};
        assert_int_equal(ec2_image_is_guarded(&image), rows[i].guarded);
    }
}

/* The first try of the second page breaks off behind an AMI. */
static void script_a_break(void)
{
    static const char second[] = PAGE(AMI("ami-2") AMI("ami-3"), "");

    fakeaws_answer(200, "", PAGE(AMI("ami-1"), "t1"));
    fakeaws_answer_cut(second, (size_t)(strstr(second, "ami-3") - second));
    fakeaws_answer(200, "", second);
}

static void a_broken_page_comes_again(void **state)
{
    (void)state;
    struct buf seen = BUF_INIT;
    struct ec2_images images;
    struct err err = ERR_INIT;

    script_a_break();
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_each_image(c, &all_images, note_image, &seen, &err));
    assert_string_equal(buf_str(&seen), "ami-1;ami-2;ami-2;ami-3;");
    fakeaws_end();

    script_a_break();
    c = fakeaws_begin(true);
    assert_true(ec2_describe_images(c, &all_images, &images, &err));
    assert_int_equal(images.count, 3);
    assert_string_equal(images.items[1].id, "ami-2");
    assert_string_equal(images.items[2].id, "ami-3");
    ec2_images_free(&images);
    buf_free(&seen);
    fakeaws_end();
}

/* XML that is wrong is asked for again as well, then it is an error with all that is known. */
static void a_list_that_fails_is_empty(void **state)
{
    (void)state;
    struct ec2_images images;
    struct err err = ERR_INIT;

    fakeaws_answer(200, "", PAGE(AMI("ami-1"), "t1"));
    for (int i = 0; i < 3; i++)
        fakeaws_answer(200, "x-amzn-requestid: r-7\r\n",
                       "<AnyResponse><imagesSet>" AMI("ami-2") "</AnyResponse>");
    struct call *c = fakeaws_begin(true);
    assert_false(ec2_describe_images(c, &all_images, &images, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    assert_string_equal(err.operation, "DescribeImages");
    assert_string_equal(err.region, "us-east-1");
    assert_string_equal(err.request_id, "r-7");
    assert_int_equal(images.count, 0);
    assert_null(images.items);
    fakeaws_end();
}

/* An error body is no page: it does not go to who reads the items. */
static void an_error_is_told_as_ever(void **state)
{
    (void)state;
    struct buf seen = BUF_INIT;
    struct err err = ERR_INIT;

    fakeaws_answer(403, "",
                   "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no"
                   "</Message></Error></Errors><RequestID>r-9</RequestID></Response>");
    struct call *c = fakeaws_begin(true);
    assert_false(ec2_each_image(c, &all_images, note_image, &seen, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_string_equal(err.code, "UnauthorizedOperation");
    assert_string_equal(err.request_id, "r-9");
    assert_int_equal(seen.length, 0);
    buf_free(&seen);
    fakeaws_end();
}

static void snapshots_are_read(void **state)
{
    (void)state;
    const struct ec2_snapshot_filter filter = {.state = "pending"};
    struct ec2_snapshots out;
    struct err err = ERR_INIT;

    fakeaws_answer(
        200, "",
        "<AnyResponse><snapshotSet><item><snapshotId>snap-1</snapshotId><status>completed</status>"
        "<startTime>2026-01-02T03:04:05.000Z</startTime><progress>100%</progress>"
        "<ownerId>1</ownerId><volumeId>vol-ffffffff</volumeId><volumeSize>8</volumeSize>"
        "<storageTier>archive</storageTier><fullSnapshotSizeInBytes>5368709120"
        "</fullSnapshotSizeInBytes><tagSet><item><key>k</key><value>v</value></item>"
        "</tagSet></item><item><snapshotId>snap-2</snapshotId></item></snapshotSet></AnyResponse>");
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_describe_snapshots(c, &filter, &out, &err));
    fakeaws_stop();
    assert_non_null(strstr(fakeaws_request(0), "&Filter.1.Name=status&Filter.1.Value.1=pending"));
    assert_int_equal(out.count, 2);
    assert_int_equal(out.items[0].state, EC2_SNAPSHOT_COMPLETED);
    assert_true(out.items[0].full_size_bytes == 5368709120);
    assert_string_equal(out.items[0].start_time, "2026-01-02T03:04:05.000Z");
    assert_string_equal(out.items[0].storage_tier, "archive");
    assert_string_equal(out.items[0].owner, "1");
    assert_string_equal(ec2_snapshot_tag(&out.items[0], "k"), "v");
    assert_int_equal(out.items[1].full_size_bytes, -1);
    assert_int_equal(out.items[1].progress, -1);
    assert_int_equal(out.items[1].tag_count, 0);
    ec2_snapshots_free(&out);
    fakeaws_end();
}

static void imports_are_read(void **state)
{
    (void)state;
    struct ec2_imports out;
    struct err err = ERR_INIT;

    fakeaws_answer(
        200, "",
        "<AnyResponse><importSnapshotTaskSet><item><importTaskId>import-snap-1</importTaskId>"
        "<snapshotTaskDetail><status>active</status><progress>22</progress><diskImageSize>"
        "2147483648.0</diskImageSize><snapshotId/><userBucket><s3Bucket>b</s3Bucket><s3Key>k"
        "</s3Key></userBucket></snapshotTaskDetail></item><item><importTaskId>import-snap-2"
        "</importTaskId><snapshotTaskDetail><diskImageSize>0.0</diskImageSize>"
        "</snapshotTaskDetail></item></importSnapshotTaskSet></AnyResponse>");
    struct call *c = fakeaws_begin(true);
    assert_true(ec2_describe_imports(c, &out, &err));
    assert_int_equal(out.count, 2);
    assert_int_equal(out.items[0].state, EC2_IMPORT_ACTIVE);
    assert_null(out.items[0].snapshot_id);
    assert_int_equal(out.items[0].progress, 22);
    assert_int_equal(out.items[1].state, EC2_IMPORT_PENDING);
    ec2_imports_free(&out);
    fakeaws_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_come_one_by_one),      cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(protection_has_many_words),  cmocka_unit_test(a_broken_page_comes_again),
        cmocka_unit_test(a_list_that_fails_is_empty), cmocka_unit_test(an_error_is_told_as_ever),
        cmocka_unit_test(snapshots_are_read),         cmocka_unit_test(imports_are_read),
    };
    fakeaws_init();
    return cmocka_run_group_tests_name("ec2_each", tests, NULL, NULL);
}
