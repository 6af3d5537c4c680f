/* aws/s3: what lists say of objects, uploads and parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/s3.h"
#include "tests/tools/fakeaws.h"

static struct err err;

static void objects_of_every_page(void **state)
{
    (void)state;
    struct s3_objects out;

    fakeaws_answer(200, "",
                   "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a/1 &amp; 2"
                   "</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>5368709120"
                   "</Size></Contents><NextContinuationToken>t/1=</NextContinuationToken>"
                   "</ListBucketResult>");
    fakeaws_answer(200, "",
                   "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/3</Key>"
                   "</Contents></ListBucketResult>");
    struct call *c = fakeaws_begin(true);
    assert_true(s3_list_objects(c, "b", "a/", &out, &err));
    assert_int_equal(out.count, 2);
    assert_string_equal(out.items[0].key, "a/1 & 2");
    assert_true(out.items[0].size_bytes == 5368709120);
    assert_int_equal(out.items[0].modified, 1767323045);
    assert_int_equal(out.items[1].modified, -1);
    assert_int_equal(out.items[1].size_bytes, 0);
    s3_objects_free(&out);
    assert_null(out.items);
    fakeaws_stop();
    assert_int_equal(
        strncmp(fakeaws_request(0), "GET /b?list-type=2&max-keys=1000&prefix=a%2F ", 45), 0);
    assert_non_null(strstr(fakeaws_request(1), "&prefix=a%2F&continuation-token=t%2F1%3D "));
    fakeaws_end();
}

static void pages_that_stand_still(void **state)
{
    (void)state;
    static const char page[] =
        "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>k</Key></Contents>"
        "<NextContinuationToken>t</NextContinuationToken></ListBucketResult>";
    struct s3_objects out;

    fakeaws_answer(200, "", page);
    fakeaws_answer(200, "", page);
    struct call *c = fakeaws_begin(true);
    assert_false(s3_list_objects(c, "b", "", &out, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    assert_int_equal(out.count, 0);
    fakeaws_end();
}

static void uploads_and_parts_say_when(void **state)
{
    (void)state;
    struct s3_upload *uploads = NULL;
    struct s3_part *parts = NULL;
    size_t count = 0;

    fakeaws_answer(200, "",
                   "<ListMultipartUploadsResult><Upload><Key>k</Key><UploadId>u</UploadId>"
                   "<Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload><Upload><Key>l</Key>"
                   "<UploadId>v</UploadId></Upload></ListMultipartUploadsResult>");
    fakeaws_answer(200, "",
                   "<ListPartsResult><Part><PartNumber>1</PartNumber><Size>8388608</Size><ETag>e"
                   "</ETag><LastModified>2026-01-02T03:04:06.000Z</LastModified></Part>"
                   "</ListPartsResult>");
    struct call *c = fakeaws_begin(true);
    assert_true(s3_list_uploads(c, "b", "", &uploads, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(uploads[0].initiated, 1767323045);
    assert_int_equal(uploads[1].initiated, -1);
    s3_uploads_free(uploads, count);
    assert_true(s3_list_parts(c, (struct s3_object){"b", "k"}, "u", &parts, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(parts[0].size_bytes, 8388608);
    assert_int_equal(parts[0].modified, 1767323046);
    free(parts);
    fakeaws_end();
}

/* An answer that cannot be read is asked for again, and the error says whose it is. */
static void a_list_that_cannot_be_read(void **state)
{
    (void)state;
    struct s3_objects out;

    for (int i = 0; i < 3; i++)
        fakeaws_answer(200, "x-amz-request-id: r-3\r\n", "<ListBucketResult><Contents>");
    struct call *c = fakeaws_begin(true);
    assert_false(s3_list_objects(c, "b", "", &out, &err));
    assert_int_equal(err.kind, ERR_REPLY);
    assert_string_equal(err.operation, "ListObjectsV2");
    assert_string_equal(err.request_id, "r-3");
    fakeaws_stop();
    assert_non_null(fakeaws_request(2));
    fakeaws_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_of_every_page),
        cmocka_unit_test(pages_that_stand_still),
        cmocka_unit_test(uploads_and_parts_say_when),
        cmocka_unit_test(a_list_that_cannot_be_read),
    };
    fakeaws_init();
    return cmocka_run_group_tests_name("s3_list", tests, NULL, NULL);
}
