/* The digest of a disk. Expected values were made with Python's hashlib. */
#include "core/digest.h"

#include "tests/unit/temp.h"

static void known_values(void **state)
{
    (void)state;
    char text[DIGEST_TEXT_SIZE];

    struct digest *d = digest_new(3);
    assert_int_equal(digest_blocks(d), 1);
    digest_block(d, 0, "abc", 3);
    assert_true(digest_text(d, text));
    assert_string_equal(text, "sha256-512k:"
                              "3144aa3dace474ebe1445bc6c920a626f6d6220f55018434691912868da74dbf");
    digest_free(d);

    d = digest_new(0);
    assert_true(digest_text(d, text));
    assert_string_equal(
        text, "sha256-512k:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest_free(d);
}

static void holes_are_zeros(void **state)
{
    (void)state;
    unsigned char *zeros = xcalloc(DIGEST_BLOCK_BYTES, 1);
    char one[DIGEST_TEXT_SIZE], other[DIGEST_TEXT_SIZE];
    struct digest *a = digest_new(3 * DIGEST_BLOCK_BYTES), *b = digest_new(3 * DIGEST_BLOCK_BYTES);

    for (uint64_t i = 0; i < 3; i++) {
        digest_hole(a, i);
        digest_block(b, 2 - i, zeros, DIGEST_BLOCK_BYTES);
    }
    assert_true(digest_text(a, one) && digest_text(b, other));
    assert_string_equal(one, other);
    assert_string_equal(one, "sha256-512k:"
                             "acfeba0379e881c1bc1e05899488c933f9a80f580faf8da3232384409995545e");
    digest_free(a);
    digest_free(b);
    free(zeros);
}

static void order_and_padding_count(void **state)
{
    (void)state;
    const uint64_t size = DIGEST_BLOCK_BYTES + 5;
    unsigned char *block = xmalloc(DIGEST_BLOCK_BYTES);
    char text[DIGEST_TEXT_SIZE];
    struct digest *d = digest_new(size);

    memset(block, 'x', DIGEST_BLOCK_BYTES);
    assert_int_equal(digest_blocks(d), 2);
    digest_block(d, 1, "hello", 5);
    assert_false(digest_text(d, text));
    digest_block(d, 0, block, DIGEST_BLOCK_BYTES);
    assert_true(digest_text(d, text));
    assert_string_equal(text, "sha256-512k:"
                              "4d862adff9d275601050329c48ce7d99d39e4e3087e298ff60aeea87f698d9e9");
    digest_block(d, 2, "ignored", 7);
    digest_free(d);
    free(block);
}

static void zero_scan(void **state)
{
    (void)state;
    unsigned char bytes[100] = {0};

    assert_true(digest_is_zero(bytes, 0));
    assert_true(digest_is_zero(bytes, sizeof bytes));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 1;
        assert_false(digest_is_zero(bytes, sizeof bytes));
        bytes[i] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(holes_are_zeros),
        cmocka_unit_test(order_and_padding_count),
        cmocka_unit_test(zero_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
