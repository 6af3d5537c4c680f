/* What an upload cuts a file into, and its digest without one. */
#include "core/upload.h"
#include "tests/unit/disk_file.h"

static void part_sizes(void **state)
{
    (void)state;
    const uint64_t tib = 1ull << 40;
    assert_int_equal(upload_part_bytes(1), 8 * MIB);
    assert_int_equal(upload_part_bytes(80000ull * MIB), 8 * MIB);
    assert_int_equal(upload_part_bytes(80000ull * MIB + 1), 8 * MIB + DIGEST_BLOCK_BYTES);
    for (uint64_t bytes = 1; bytes <= 16 * tib; bytes = bytes * 3 + 1) {
        uint64_t part = upload_part_bytes(bytes);
        assert_int_equal(part % DIGEST_BLOCK_BYTES, 0);
        assert_true(part >= S3_PART_MIN_BYTES && part <= S3_PART_MAX_BYTES);
        assert_true((bytes + part - 1) / part <= S3_PARTS_MAX);
    }
}

static void digest_alone(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct image *image = make_image();
    char digest[DIGEST_TEXT_SIZE], expected[DIGEST_TEXT_SIZE];
    atomic_uint_least64_t done = 0;
    atomic_bool cancel = false;

    assert_true(upload_digest(image, &done, &cancel, digest, &err));
    assert_int_equal(atomic_load(&done), image->file_bytes);
    /* The same by reading all of it, holes too. */
    unsigned char *all = xcalloc(1, 21 * MIB);
    FILE *f = fopen("disk.raw", "rb");
    assert_non_null(f);
    assert_int_equal(fread(all, 1, 21 * MIB, f), image->file_bytes);
    fclose(f);
    struct digest *d = digest_new(image->file_bytes);
    for (uint64_t i = 0; i < digest_blocks(d); i++)
        digest_block(d, i, all + i * DIGEST_BLOCK_BYTES, DIGEST_BLOCK_BYTES);
    assert_true(digest_text(d, expected));
    assert_string_equal(digest, expected);
    digest_free(d);
    free(all);

    atomic_store(&cancel, true);
    assert_false(upload_digest(image, NULL, &cancel, digest, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    image_close(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(part_sizes),
        cmocka_unit_test_setup_teardown(digest_alone, temp_enter, temp_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
