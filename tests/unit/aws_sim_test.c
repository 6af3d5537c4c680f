/* The client of aws/ against tatami-sim: every call, and what the loop around them does when AWS
 * fails. */
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
#include "aws/ec2_imports.h"
#include "aws/ec2_regions.h"
#include "aws/ec2_sharing.h"
#include "aws/ec2_snapshots.h"
#include "aws/iam.h"
#include "aws/s3.h"
#include "aws/sts.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/mem.h"
#include "tests/tools/simproc.h"

#define BUCKET     "tatami-test-bucket"
#define PART_BYTES (5u << 20)
#define DISK_BYTES (2 * PART_BYTES)

static struct simproc sim;
static struct aws_config *config;
static struct aws *session;
static struct call *call;
static struct err err;

/* What the trace saw since a test began. */
static struct seen {
    int attempts, retries;
    char last_code[64];
} seen;

static void on_trace(void *arg, const struct aws_trace *trace)
{
    (void)arg;
    seen.attempts++;
    seen.retries += trace->retry_in_ms >= 0;
    snprintf(seen.last_code, sizeof seen.last_code, "%s", trace->code);
}

static void open_session(bool read_only)
{
    const struct aws_options options = {
        .config = config, .read_only = read_only, .only_address = sim.address, .trace = on_trace};

    session = aws_new(&options, &err);
    assert_non_null(session);
    call = call_new(session, "us-east-1", NULL);
}

static int setup(void **state)
{
    (void)state;
    free(simproc_ask(&sim, "/_sim/reset", "{}"));
    err = ERR_INIT;
    open_session(false);
    seen = (struct seen){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    call_free(call);
    aws_free(session);
    return 0;
}

static void inject(const char *row)
{
    char *json = xasprintf("{\"faults\": [%s]}", row);
    char *answer = simproc_ask(&sim, "/_sim/faults", json);

    assert_non_null(answer);
    free(answer);
    free(json);
}

static void assert_ok(bool ok)
{
    if (!ok)
        print_message("# %s %s: %s %s\n", err.operation, err.region, err.code, err.message);
    assert_true(ok);
}

static void make_bucket(const char *region)
{
    static const struct call_action create_bucket = {
        .service = "s3", .name = "CreateBucket", .protocol = CALL_REST_XML, .mutating = true};
    struct call *there = call_new(session, region, NULL);
    struct buf body = BUF_INIT;
    struct http_answer answer = {0};

    if (strcmp(region, "us-east-1") != 0)
        buf_add_fmt(&body,
                    "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                    "<LocationConstraint>%s</LocationConstraint></CreateBucketConfiguration>",
                    region);
    const struct call_rest r = {
        .action = &create_bucket,
        .method = "PUT",
        .bucket = BUCKET,
        .body = {.data = body.data, .length = body.length}
    };
    assert_ok(call_rest(there, &r, &answer, &err));
    http_answer_free(&answer);
    buf_free(&body);
    call_free(there);
}

static const struct s3_object disk_object = {.bucket = BUCKET, .key = "tatami/a b/disk+1.raw"};

/* A raw disk with a partition table's signature, so that an import takes it. */
static int make_disk(void)
{
    char path[] = "/tmp/tatami-disk-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(ftruncate(fd, DISK_BYTES), 0);
    assert_int_equal(pwrite(fd, "\x55\xaa", 2, 510), 2);
    assert_int_equal(pwrite(fd, "tatami", 6, PART_BYTES + 5), 6);
    return fd;
}

static void checksum_part(int fd, off_t offset, struct s3_part *part)
{
    char *bytes = xmalloc(part->size_bytes);

    assert_int_equal(pread(fd, bytes, part->size_bytes, offset), part->size_bytes);
    crc32c_base64(crc32c(0, bytes, part->size_bytes), part->crc32c);
    free(bytes);
}

/* Sends the disk in two parts; the caller completes. */
static char *send_disk(int fd, struct s3_part parts[2], atomic_uint_least64_t *sent)
{
    const struct tag tags[] = {
        {(char *)"ManagedBy",   (char *)"tatami"},
        {(char *)"tatami:disk", (char *)"a/b c" }
    };
    char *upload_id = NULL;

    assert_ok(s3_create_upload(call, disk_object, tags, 2, &upload_id, &err));
    for (int i = 0; i < 2; i++) {
        parts[i] = (struct s3_part){.number = i + 1, .size_bytes = PART_BYTES};
        checksum_part(fd, (off_t)i * PART_BYTES, &parts[i]);
        assert_ok(s3_upload_part(call, disk_object, upload_id, fd, (off_t)i * PART_BYTES, &parts[i],
                                 sent, NULL, &err));
    }
    return upload_id;
}

static void upload_disk(void)
{
    struct s3_part parts[2];
    int fd = make_disk();
    char *upload_id = send_disk(fd, parts, NULL);

    assert_ok(s3_complete_upload(call, disk_object, upload_id, parts, 2, DISK_BYTES, &err));
    free(upload_id);
    close(fd);
}

static void who_and_where(void **state)
{
    (void)state;
    struct sts_identity identity;
    struct ec2_region *regions = NULL;
    size_t count = 0;
    char *alias = NULL;

    assert_ok(sts_identity(call, &identity, &err));
    assert_string_equal(identity.account, "123456789012");
    assert_ok(ec2_regions(call, &regions, &count, &err));
    assert_int_equal(count, 34);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(regions[i].opt_in, EC2_OPT_IN_UNKNOWN);
    free(regions);
    assert_ok(iam_account_alias(call, &alias, &err));
    assert_string_equal(alias, "acme");
    free(alias);
    assert_int_equal(seen.attempts, 3);
}

static void an_object_in_parts(void **state)
{
    (void)state;
    struct s3_part parts[2], *listed = NULL;
    struct s3_upload *uploads = NULL;
    struct s3_head head;
    struct tag *tags = NULL;
    size_t count = 0;
    atomic_uint_least64_t sent = 0;
    char region[32];
    int fd = make_disk();

    make_bucket("us-east-1");
    assert_ok(s3_bucket_region(call, BUCKET, region, &err));
    assert_string_equal(region, "us-east-1");
    assert_ok(s3_head_object(call, disk_object, &head, &err));
    assert_false(head.exists);

    char *upload_id = send_disk(fd, parts, &sent);
    assert_int_equal(sent, DISK_BYTES);
    assert_ok(s3_list_parts(call, disk_object, upload_id, &listed, &count, &err));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(listed[i].etag, parts[i].etag);
        assert_string_equal(listed[i].crc32c, parts[i].crc32c);
        assert_int_equal(listed[i].size_bytes, PART_BYTES);
    }
    free(listed);
    assert_ok(s3_list_uploads(call, BUCKET, "tatami/", &uploads, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(uploads[0].upload_id, upload_id);
    assert_string_equal(uploads[0].key, disk_object.key);
    s3_uploads_free(uploads, count);

    assert_ok(s3_complete_upload(call, disk_object, upload_id, parts, 2, DISK_BYTES, &err));
    assert_ok(s3_head_object(call, disk_object, &head, &err));
    assert_true(head.exists);
    assert_int_equal(head.size_bytes, DISK_BYTES);
    assert_ok(s3_get_tags(call, disk_object, &tags, &count, &err));
    assert_int_equal(count, 2);
    s3_tags_free(tags, count);
    const struct tag other = {(char *)"k<&", (char *)"v>\""};
    assert_ok(s3_put_tags(call, disk_object, &other, 1, &err));
    assert_ok(s3_get_tags(call, disk_object, &tags, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(tags[0].key, "k<&");
    assert_string_equal(tags[0].value, "v>\"");
    s3_tags_free(tags, count);

    assert_ok(s3_delete_object(call, disk_object, &err));
    assert_ok(s3_delete_object(call, disk_object, &err));
    assert_ok(s3_head_object(call, disk_object, &head, &err));
    assert_false(head.exists);
    free(upload_id);
    close(fd);
}

static void an_upload_is_aborted(void **state)
{
    (void)state;
    struct s3_part parts[2], *listed = NULL;
    size_t count = 0;
    int fd = make_disk();

    make_bucket("us-east-1");
    char *upload_id = send_disk(fd, parts, NULL);
    assert_ok(s3_abort_upload(call, disk_object, upload_id, &err));
    assert_ok(s3_abort_upload(call, disk_object, upload_id, &err));
    assert_false(s3_list_parts(call, disk_object, upload_id, &listed, &count, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_null(listed);
    free(upload_id);
    close(fd);
}

/* S3 may have completed an upload whose answer was lost. */
static void a_lost_completion_is_found(void **state)
{
    (void)state;
    struct s3_part parts[2];
    int fd = make_disk();

    make_bucket("us-east-1");
    char *upload_id = send_disk(fd, parts, NULL);
    inject("{\"action\": \"CompleteMultipartUpload\", \"kind\": \"complete-error\"},"
           "{\"action\": \"CompleteMultipartUpload\", \"kind\": \"reset-after\", \"nth\": 2}");
    assert_ok(s3_complete_upload(call, disk_object, upload_id, parts, 2, DISK_BYTES, &err));
    assert_true(seen.retries >= 2);
    free(upload_id);
    close(fd);
}

/* Bytes of attempts that failed do not count as sent. */
static void failed_parts_are_sent_again(void **state)
{
    (void)state;
    struct s3_part parts[2];
    atomic_uint_least64_t sent = 0;
    int fd = make_disk();

    make_bucket("us-east-1");
    inject("{\"action\": \"UploadPart\", \"kind\": \"reset\"},"
           "{\"action\": \"UploadPart\", \"kind\": \"error\", \"code\": \"SlowDown\","
           " \"status\": 503, \"nth\": 2}");
    char *upload_id = send_disk(fd, parts, &sent);
    assert_int_equal(sent, DISK_BYTES);
    assert_int_equal(seen.retries, 2);
    assert_ok(s3_complete_upload(call, disk_object, upload_id, parts, 2, DISK_BYTES, &err));
    free(upload_id);
    close(fd);
}

static void a_wrong_checksum_is_refused(void **state)
{
    (void)state;
    struct s3_part part = {.number = 1, .size_bytes = PART_BYTES};
    char *upload_id = NULL;
    int fd = make_disk();

    make_bucket("us-east-1");
    assert_ok(s3_create_upload(call, disk_object, NULL, 0, &upload_id, &err));
    checksum_part(fd, PART_BYTES, &part);
    assert_false(s3_upload_part(call, disk_object, upload_id, fd, 0, &part, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_MISMATCH);
    assert_int_equal(seen.retries, 0);
    free(upload_id);
    close(fd);
}

static void a_bucket_elsewhere_is_followed(void **state)
{
    (void)state;
    struct s3_head head;
    char region[32];

    make_bucket("eu-central-1");
    seen = (struct seen){0};
    assert_ok(s3_bucket_region(call, BUCKET, region, &err));
    assert_string_equal(region, "eu-central-1");
    assert_int_equal(seen.attempts, 2);
    upload_disk();
    int before = seen.attempts;
    assert_ok(s3_head_object(call, disk_object, &head, &err));
    assert_int_equal(head.size_bytes, DISK_BYTES);
    assert_int_equal(seen.attempts, before + 1);
    assert_false(s3_bucket_region(call, "tatami-no-such-bucket", region, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

/* Waits for what AWS takes time for; the clocks of both sides run fast. */
static bool wait_a_moment(clock_ms *deadline)
{
    if (*deadline == 0)
        *deadline = clock_now_ms() + 8ll * 3600 * 1000;
    return clock_sleep_ms(15000, NULL) && clock_now_ms() < *deadline;
}

static char *import_disk(void)
{
    const struct tag tags[] = {
        {(char *)"tatami:id", (char *)"abc"}
    };
    const struct ec2_import_snapshot import = {.format = "RAW",
                                               .bucket = disk_object.bucket,
                                               .key = disk_object.key,
                                               .description = "a disk",
                                               .role = "vmimport",
                                               .token = "token-1",
                                               .tags = tags,
                                               .tag_count = 1};
    char *task_id = NULL, *again = NULL, *snapshot_id = NULL;
    clock_ms deadline = 0;

    assert_ok(ec2_import_snapshot(call, &import, &task_id, &err));
    assert_ok(ec2_import_snapshot(call, &import, &again, &err));
    assert_string_equal(task_id, again);
    free(again);
    do {
        struct ec2_imports imports;
        assert_ok(ec2_describe_imports(call, "tatami:id", "abc", &imports, &err));
        if (imports.count == 1 && imports.items[0].state == EC2_IMPORT_COMPLETED) {
            assert_string_equal(imports.items[0].task_id, task_id);
            assert_string_equal(ec2_import_tag(&imports.items[0], "tatami:id"), "abc");
            snapshot_id = xstrdup(imports.items[0].snapshot_id);
        }
        for (size_t i = 0; i < imports.count; i++)
            assert_int_not_equal(imports.items[i].state, EC2_IMPORT_ENDED);
        ec2_imports_free(&imports);
    } while (snapshot_id == NULL && wait_a_moment(&deadline));
    assert_non_null(snapshot_id);
    free(task_id);
    return snapshot_id;
}

static void wait_for_snapshot(const char *id)
{
    const struct ec2_snapshot_filter filter = {.tag_key = "Name", .tag_value = "disk one"};
    const char *const ids[] = {id};
    const struct tag tags[] = {
        {(char *)"Name", (char *)"disk one"}
    };
    bool completed = false;
    clock_ms deadline = 0;

    while (!ec2_create_tags(call, ids, 1, tags, 1, &err)) {
        assert_int_equal(err.kind, ERR_NOT_FOUND);
        assert_true(wait_a_moment(&deadline));
    }
    do {
        struct ec2_snapshots snapshots;
        assert_ok(ec2_describe_snapshots(call, &filter, &snapshots, &err));
        if (snapshots.count == 1) {
            completed = snapshots.items[0].state == EC2_SNAPSHOT_COMPLETED;
            assert_string_equal(snapshots.items[0].id, id);
            assert_string_equal(ec2_snapshot_tag(&snapshots.items[0], "Name"), "disk one");
        }
        ec2_snapshots_free(&snapshots);
    } while (!completed && wait_a_moment(&deadline));
    assert_true(completed);
}

static char *register_disk(const char *snapshot_id)
{
    const struct ec2_device device = {.name = (char *)"/dev/xvda",
                                      .snapshot_id = (char *)snapshot_id,
                                      .volume_gib = 2,
                                      .volume_type = (char *)"gp3",
                                      .delete_on_termination = true};
    const struct tag tag = {(char *)"Name", (char *)"nixos one"};
    const struct ec2_register r = {.name = "nixos/25.11-x86_64-linux",
                                   .description = "a \"test\" & more",
                                   .architecture = "x86_64",
                                   .boot_mode = "uefi",
                                   .tpm = "v2.0",
                                   .imds = "v2.0",
                                   .root_device = "/dev/xvda",
                                   .ena = true,
                                   .sriov = true,
                                   .devices = &device,
                                   .device_count = 1,
                                   .tags = &tag,
                                   .tag_count = 1};
    char *id = NULL, *again = NULL;

    assert_ok(ec2_register_image(call, &r, &id, &err));
    assert_false(ec2_register_image(call, &r, &again, &err));
    assert_int_equal(err.kind, ERR_EXISTS);
    assert_null(again);
    return id;
}

/* The image with this id once it is available. */
static struct ec2_images wait_for_image(struct call *c, const char *name)
{
    const struct ec2_image_filter filter = {.name = name};
    struct ec2_images images;
    clock_ms deadline = 0;

    for (;;) {
        assert_ok(ec2_describe_images(c, &filter, &images, &err));
        if (images.count == 1 && images.items[0].state == EC2_IMAGE_AVAILABLE)
            return images;
        ec2_images_free(&images);
        assert_true(wait_a_moment(&deadline));
    }
}

static void check_image(const struct ec2_image *image, const char *id, const char *snapshot_id)
{
    assert_string_equal(image->id, id);
    assert_string_equal(image->name, "nixos/25.11-x86_64-linux");
    assert_string_equal(image->description, "a \"test\" & more");
    assert_string_equal(image->architecture, "x86_64");
    assert_string_equal(image->boot_mode, "uefi");
    assert_string_equal(image->virtualization, "hvm");
    assert_string_equal(image->tpm, "v2.0");
    assert_string_equal(image->imds, "v2.0");
    assert_string_equal(image->sriov, "simple");
    assert_string_equal(image->root_device, "/dev/xvda");
    assert_string_equal(image->owner, "123456789012");
    assert_string_equal(image->state_text, "available");
    assert_true(image->ena);
    assert_false(image->is_public);
    assert_string_equal(ec2_image_tag(image, "Name"), "nixos one");
    assert_null(ec2_image_tag(image, "name"));
    assert_int_equal(image->device_count, 1);
    assert_string_equal(image->devices[0].name, "/dev/xvda");
    assert_string_equal(image->devices[0].volume_type, "gp3");
    assert_int_equal(image->devices[0].volume_gib, 2);
    assert_true(image->devices[0].delete_on_termination);
    if (snapshot_id != NULL)
        assert_string_equal(image->devices[0].snapshot_id, snapshot_id);
}

static void copy_to(struct call *there, const char *source_id)
{
    const struct tag tag = {(char *)"Name", (char *)"nixos one"};
    const struct ec2_copy copy = {.name = "nixos/25.11-x86_64-linux",
                                  .description = "a \"test\" & more",
                                  .source_id = source_id,
                                  .source_region = "us-east-1",
                                  .token = "token-2",
                                  .image_tags = &tag,
                                  .image_tag_count = 1,
                                  .snapshot_tags = &tag,
                                  .snapshot_tag_count = 1};
    struct ec2_copy other = copy;
    char *id = NULL, *again = NULL;

    assert_ok(ec2_copy_image(there, &copy, &id, &err));
    assert_ok(ec2_copy_image(there, &copy, &again, &err));
    assert_string_equal(id, again);
    free(again);
    other.description = "another";
    assert_false(ec2_copy_image(there, &other, &again, &err));
    assert_int_equal(err.kind, ERR_MISMATCH);
    assert_null(again);

    struct ec2_images images = wait_for_image(there, copy.name);
    check_image(&images.items[0], id, NULL);
    ec2_images_free(&images);
    free(id);
}

static void share_and_look(const char *image_id, const char *snapshot_id)
{
    const struct ec2_principal who[] = {
        {.kind = EC2_ALL              },
        { .kind = EC2_ACCOUNT, .id = (char *)"210987654321"}
    };
    struct ec2_principals found;

    assert_ok(ec2_modify_launch_permission(call, image_id, true, who, 2, &err));
    assert_ok(ec2_launch_permissions(call, image_id, &found, &err));
    assert_int_equal(found.count, 2);
    ec2_principals_free(&found);
    struct ec2_images images = wait_for_image(call, "nixos/25.11-*");
    assert_true(images.items[0].is_public);
    ec2_images_free(&images);
    assert_ok(ec2_modify_launch_permission(call, image_id, false, who, 1, &err));
    assert_ok(ec2_launch_permissions(call, image_id, &found, &err));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].kind, EC2_ACCOUNT);
    assert_string_equal(found.items[0].id, "210987654321");
    ec2_principals_free(&found);

    assert_ok(ec2_modify_snapshot_permission(call, snapshot_id, true, who, 1, &err));
    assert_ok(ec2_snapshot_permissions(call, snapshot_id, &found, &err));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].kind, EC2_ALL);
    assert_null(found.items[0].id);
    ec2_principals_free(&found);
}

static void a_release_by_hand(void **state)
{
    (void)state;
    struct call *there = call_new(session, "eu-west-1", NULL);
    char date[24];

    make_bucket("us-east-1");
    upload_disk();
    char *snapshot_id = import_disk();
    wait_for_snapshot(snapshot_id);
    char *id = register_disk(snapshot_id);
    struct ec2_images images = wait_for_image(call, "nixos/25.11-x86_64-linux");
    check_image(&images.items[0], id, snapshot_id);
    ec2_images_free(&images);
    copy_to(there, id);
    share_and_look(id, snapshot_id);

    clock_format_iso(clock_calendar() + 90 * 24 * 3600, date);
    assert_ok(ec2_deprecate_image(call, id, date, &err));
    assert_ok(ec2_protect_image(call, id, &err));
    images = wait_for_image(call, "nixos/25.11-x86_64-linux");
    assert_non_null(images.items[0].deprecation_time);
    assert_true(images.items[0].protected_from_deregistration);
    ec2_images_free(&images);
    assert_false(ec2_deregister_image(call, id, false, &err));
    assert_int_equal(err.kind, ERR_BLOCKED);
    assert_false(ec2_delete_snapshot(call, snapshot_id, &err));
    assert_int_equal(err.kind, ERR_BLOCKED);
    free(id);
    free(snapshot_id);
    call_free(there);
}

static void an_import_is_cancelled(void **state)
{
    (void)state;
    const struct ec2_import_snapshot import = {
        .format = "RAW", .bucket = disk_object.bucket, .key = disk_object.key, .token = "token-3"};
    char *task_id = NULL;
    clock_ms deadline = 0;
    bool ended = false;

    make_bucket("us-east-1");
    upload_disk();
    assert_ok(ec2_import_snapshot(call, &import, &task_id, &err));
    while (!ec2_cancel_import(call, task_id, "a test", &err)) {
        assert_int_equal(err.kind, ERR_NOT_FOUND);
        assert_true(wait_a_moment(&deadline));
    }
    do {
        struct ec2_imports imports;
        assert_ok(ec2_describe_imports(call, NULL, NULL, &imports, &err));
        ended = imports.count == 1 && imports.items[0].state == EC2_IMPORT_ENDED;
        ec2_imports_free(&imports);
    } while (!ended && wait_a_moment(&deadline));
    assert_true(ended);
    free(task_id);
}

static void failures_are_repeated_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *fault;
        int attempts;
        enum err_kind kind; /* ERR_NONE: it succeeds in the end */
    } rows[] = {
        {"\"kind\": \"throttle\", \"count\": 2",                                      3, ERR_NONE     },
        {"\"kind\": \"throttle\", \"count\": 3",                                      3, ERR_THROTTLED},
        {"\"kind\": \"reset\", \"count\": 1",                                         2, ERR_NONE     },
        {"\"kind\": \"truncate\", \"count\": 1",                                      2, ERR_NONE     },
        {"\"kind\": \"error\", \"code\": \"InternalError\", \"count\": 1",            2, ERR_NONE     },
        {"\"kind\": \"error\", \"code\": \"UnauthorizedOperation\", \"status\": 403", 1,
         ERR_DENIED                                                                                   },
        {"\"kind\": \"error\", \"code\": \"SomethingNew\", \"status\": 400",          1, ERR_INVALID  },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ec2_region *regions = NULL;
        size_t count = 0;
        char *row = xasprintf("{\"action\": \"DescribeRegions\", %s}", rows[i].fault);
        inject(row);
        free(row);
        seen = (struct seen){0};
        bool ok = ec2_regions(call, &regions, &count, &err);
        free(regions);
        assert_int_equal(ok ? ERR_NONE : err.kind, rows[i].kind);
        assert_int_equal(seen.attempts, rows[i].attempts);
        if (ok)
            continue;
        assert_string_equal(err.operation, "DescribeRegions");
        assert_string_equal(err.region, "us-east-1");
        assert_string_not_equal(err.request_id, "");
        assert_string_not_equal(err.code, "");
    }
}

/* RegisterImage has no token: an attempt whose outcome is not known is not repeated. */
static void registering_is_not_repeated_blindly(void **state)
{
    (void)state;
    const struct ec2_register r = {.name = "one", .architecture = "x86_64"};
    char *id = NULL;

    inject("{\"action\": \"RegisterImage\", \"kind\": \"reset\", \"count\": 1}");
    assert_false(ec2_register_image(call, &r, &id, &err));
    assert_int_equal(err.kind, ERR_NETWORK);
    assert_int_equal(seen.attempts, 1);
    inject("{\"action\": \"RegisterImage\", \"kind\": \"throttle\", \"count\": 1}");
    seen = (struct seen){0};
    assert_false(ec2_register_image(call, &r, &id, &err));
    assert_int_equal(seen.attempts, 2);
}

static void reading_only(void **state)
{
    (void)state;
    struct sts_identity identity;

    call_free(call);
    aws_free(session);
    open_session(true);
    seen = (struct seen){0};
    assert_ok(sts_identity(call, &identity, &err));
    assert_false(ec2_delete_snapshot(call, "snap-1", &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_string_equal(err.operation, "DeleteSnapshot");
    assert_false(s3_delete_object(call, disk_object, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_int_equal(seen.attempts, 1);
}

static void a_hanging_call_is_cancelled(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct call *c = call_new(session, "us-east-1", &cancel);
    struct sts_identity identity;

    inject("{\"action\": \"GetCallerIdentity\", \"kind\": \"hang\", \"count\": 0}");
    assert_false(sts_identity(c, &identity, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    call_free(c);
}

static void wrong_keys(void **state)
{
    (void)state;
    struct sts_identity identity;

    call_free(call);
    aws_free(session);
    setenv("AWS_SECRET_ACCESS_KEY", "wrong", 1);
    open_session(false);
    setenv("AWS_SECRET_ACCESS_KEY", "simulated-secret", 1);
    assert_false(sts_identity(call, &identity, &err));
    assert_int_equal(err.kind, ERR_CREDENTIALS);
    assert_string_not_equal(err.advice, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_and_where, setup, teardown),
        cmocka_unit_test_setup_teardown(an_object_in_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(an_upload_is_aborted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_completion_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(failed_parts_are_sent_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_checksum_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bucket_elsewhere_is_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_release_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_is_cancelled, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_are_repeated_and_named, setup, teardown),
        cmocka_unit_test_setup_teardown(registering_is_not_repeated_blindly, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_only, setup, teardown),
        cmocka_unit_test_setup_teardown(a_hanging_call_is_cancelled, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_keys, setup, teardown),
    };
    static const char *const arguments[] = {"--speed", "2000", NULL};
    const struct aws_config_options options = {0};

    setenv("TATAMI_CLOCK", "2000", 1);
    http_global_init();
    if (!clock_init() || !simproc_start(&sim, arguments))
        return 1;
    config = aws_config_load(&options, &err);
    int failed = config == NULL ? 1 : cmocka_run_group_tests_name("aws_sim", tests, NULL, NULL);
    aws_config_free(config);
    simproc_stop(&sim);
    return failed;
}
