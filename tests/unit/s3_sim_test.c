/* aws/s3 against tatami-sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/simsession.h"

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
    int fd = simsession_disk();

    simsession_bucket("us-east-1");
    simsession_ok(s3_bucket_region(sims.call, SIM_BUCKET, region, &sims.err));
    assert_string_equal(region, "us-east-1");
    simsession_ok(s3_head_object(sims.call, SIM_OBJECT, &head, &sims.err));
    assert_false(head.exists);

    char *upload_id = simsession_send(fd, parts, &sent);
    assert_int_equal(sent, DISK_BYTES);
    simsession_ok(s3_list_parts(sims.call, SIM_OBJECT, upload_id, &listed, &count, &sims.err));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(listed[i].etag, parts[i].etag);
        assert_string_equal(listed[i].crc32c, parts[i].crc32c);
        assert_int_equal(listed[i].size_bytes, PART_BYTES);
    }
    free(listed);
    simsession_ok(s3_list_uploads(sims.call, SIM_BUCKET, "tatami/", &uploads, &count, &sims.err));
    assert_int_equal(count, 1);
    assert_string_equal(uploads[0].upload_id, upload_id);
    assert_string_equal(uploads[0].key, SIM_OBJECT.key);
    s3_uploads_free(uploads, count);

    simsession_ok(
        s3_complete_upload(sims.call, SIM_OBJECT, upload_id, parts, 2, DISK_BYTES, &sims.err));
    simsession_ok(s3_head_object(sims.call, SIM_OBJECT, &head, &sims.err));
    assert_true(head.exists);
    assert_int_equal(head.size_bytes, DISK_BYTES);
    simsession_ok(s3_get_tags(sims.call, SIM_OBJECT, &tags, &count, &sims.err));
    assert_int_equal(count, 2);
    s3_tags_free(tags, count);
    const struct tag other = {(char *)"k<&", (char *)"v>\""};
    simsession_ok(s3_put_tags(sims.call, SIM_OBJECT, &other, 1, &sims.err));
    simsession_ok(s3_get_tags(sims.call, SIM_OBJECT, &tags, &count, &sims.err));
    assert_int_equal(count, 1);
    assert_string_equal(tags[0].key, "k<&");
    assert_string_equal(tags[0].value, "v>\"");
    s3_tags_free(tags, count);

    simsession_ok(s3_delete_object(sims.call, SIM_OBJECT, &sims.err));
    simsession_ok(s3_delete_object(sims.call, SIM_OBJECT, &sims.err));
    simsession_ok(s3_head_object(sims.call, SIM_OBJECT, &head, &sims.err));
    assert_false(head.exists);
    free(upload_id);
    close(fd);
}

static void an_upload_is_aborted(void **state)
{
    (void)state;
    struct s3_part parts[2], *listed = NULL;
    size_t count = 0;
    int fd = simsession_disk();

    simsession_bucket("us-east-1");
    char *upload_id = simsession_send(fd, parts, NULL);
    simsession_ok(s3_abort_upload(sims.call, SIM_OBJECT, upload_id, &sims.err));
    simsession_ok(s3_abort_upload(sims.call, SIM_OBJECT, upload_id, &sims.err));
    assert_false(s3_list_parts(sims.call, SIM_OBJECT, upload_id, &listed, &count, &sims.err));
    assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
    assert_null(listed);
    free(upload_id);
    close(fd);
}

/* S3 may have completed an upload whose answer was lost; whether the object is the right one only
 * the object can tell. */
static void a_lost_completion_is_told_as_gone(void **state)
{
    (void)state;
    struct s3_part parts[2];
    int fd = simsession_disk();

    simsession_bucket("us-east-1");
    char *upload_id = simsession_send(fd, parts, NULL);
    simsession_fault(
        "{\"action\": \"CompleteMultipartUpload\", \"kind\": \"complete-error\"},"
        "{\"action\": \"CompleteMultipartUpload\", \"kind\": \"reset-after\", \"nth\": 2},"
        "{\"action\": \"CompleteMultipartUpload\", \"kind\": \"error\", \"nth\": 3,"
        " \"code\": \"NoSuchUpload\", \"status\": 404}");
    assert_false(
        s3_complete_upload(sims.call, SIM_OBJECT, upload_id, parts, 2, DISK_BYTES, &sims.err));
    assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
    assert_int_equal(sims.seen.errors[ERR_SERVER], 1);
    assert_int_equal(sims.seen.errors[ERR_NOT_FOUND], 1);
    free(upload_id);
    close(fd);
}

/* Bytes of attempts that failed do not count as sent. */
static void failed_parts_are_sent_again(void **state)
{
    (void)state;
    struct s3_part parts[2];
    atomic_uint_least64_t sent = 0;
    int fd = simsession_disk();

    simsession_bucket("us-east-1");
    simsession_fault("{\"action\": \"UploadPart\", \"kind\": \"reset\"},"
                     "{\"action\": \"UploadPart\", \"kind\": \"error\", \"code\": \"SlowDown\","
                     " \"status\": 503, \"nth\": 2}");
    char *upload_id = simsession_send(fd, parts, &sent);
    assert_int_equal(sent, DISK_BYTES);
    assert_int_equal(sims.seen.errors[ERR_THROTTLED], 1);
    simsession_ok(
        s3_complete_upload(sims.call, SIM_OBJECT, upload_id, parts, 2, DISK_BYTES, &sims.err));
    free(upload_id);
    close(fd);
}

static void a_wrong_checksum_is_refused(void **state)
{
    (void)state;
    struct s3_part part = {.number = 1, .size_bytes = PART_BYTES};
    char *upload_id = NULL;
    int fd = simsession_disk();

    simsession_bucket("us-east-1");
    simsession_ok(s3_create_upload(sims.call, SIM_OBJECT, NULL, 0, &upload_id, &sims.err));
    simsession_checksum(fd, PART_BYTES, &part);
    assert_false(
        s3_upload_part(sims.call, SIM_OBJECT, upload_id, fd, 0, &part, NULL, NULL, &sims.err));
    assert_int_equal(sims.err.kind, ERR_MISMATCH);
    assert_int_equal(sims.seen.retries, 0);
    free(upload_id);
    close(fd);
}

static void a_bucket_elsewhere_is_followed(void **state)
{
    (void)state;
    struct s3_head head;
    char region[32];

    simsession_bucket("eu-central-1");
    sims.seen = (struct simseen){0};
    simsession_ok(s3_bucket_region(sims.call, SIM_BUCKET, region, &sims.err));
    assert_string_equal(region, "eu-central-1");
    assert_int_equal(sims.seen.attempts, 2);
    simsession_upload();
    int before = sims.seen.attempts;
    simsession_ok(s3_head_object(sims.call, SIM_OBJECT, &head, &sims.err));
    assert_int_equal(head.size_bytes, DISK_BYTES);
    assert_int_equal(sims.seen.attempts, before + 1);
    assert_false(s3_bucket_region(sims.call, "tatami-no-such-bucket", region, &sims.err));
    assert_int_equal(sims.err.kind, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_object_in_parts, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(an_upload_is_aborted, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(a_lost_completion_is_told_as_gone, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(failed_parts_are_sent_again, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(a_wrong_checksum_is_refused, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(a_bucket_elsewhere_is_followed, simsession_setup,
                                        simsession_teardown),
    };
    return simsession_run("s3_sim", tests, ARRAY_LEN(tests));
}
