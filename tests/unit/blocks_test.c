/* Sets of block digests: found, walked, summed up, and back from the journal. */
#include "core/blocks.h"

#include <openssl/sha.h>

#include "tests/unit/temp.h"

#define FAR ((uint64_t)1 << 26)

/* A digest that is the index's own. */
static const unsigned char *hash_of(uint64_t index)
{
    static unsigned char hash[DIGEST_SIZE];
    memset(hash, 0, sizeof hash);
    memcpy(hash, &index, sizeof index);
    hash[31] = 1;
    return hash;
}

static struct blocks *make(const uint64_t *indices, size_t count)
{
    struct blocks *b = blocks_new();
    for (size_t i = 0; i < count; i++)
        blocks_set(b, indices[i], hash_of(indices[i]));
    return b;
}

static void assert_holds(const struct blocks *b, const uint64_t *indices, size_t count)
{
    uint64_t at = 0;
    assert_int_equal(blocks_count(b), count);
    for (size_t i = 0; i < count; i++, at++) {
        assert_true(blocks_next(b, &at));
        assert_int_equal(at, indices[i]);
        assert_memory_equal(blocks_get(b, at), hash_of(at), DIGEST_SIZE);
    }
    assert_false(blocks_next(b, &at));
}

static const uint64_t some[] = {0, 1, 2, 1023, 1024, 5000, FAR};

static void in_any_order(void **state)
{
    (void)state;
    const uint64_t order[] = {5000, 2, FAR, 0, 1024, 1, 1023, 2};
    struct blocks *b = make(order, ARRAY_LEN(order));
    assert_holds(b, some, ARRAY_LEN(some));
    assert_null(blocks_get(b, 3));
    assert_null(blocks_get(b, FAR + 1));
    blocks_set(b, UINT64_MAX, hash_of(1)); /* no disk has it */
    assert_holds(b, some, ARRAY_LEN(some));
    blocks_set(b, 2, hash_of(7));
    assert_memory_equal(blocks_get(b, 2), hash_of(7), DIGEST_SIZE);
    assert_int_equal(blocks_count(b), ARRAY_LEN(some));
    blocks_free(b);
    uint64_t none = 0;
    assert_false(blocks_next(NULL, &none));
    assert_null(blocks_get(NULL, 0));
    assert_int_equal(blocks_count(NULL), 0);
}

/* The same digest as that of the disk's other reading. */
static void the_disk_s_digest(void **state)
{
    (void)state;
    static unsigned char bytes[DIGEST_BLOCK_BYTES];
    unsigned char hash[DIGEST_SIZE];
    char one[DIGEST_TEXT_SIZE], other[DIGEST_TEXT_SIZE];
    uint64_t size = 3 * (uint64_t)DIGEST_BLOCK_BYTES + 5;
    struct digest *d = digest_new(size);
    struct blocks *b = blocks_new();

    bytes[77] = 1;
    SHA256(bytes, sizeof bytes, hash);
    blocks_set(b, 1, hash);
    for (uint64_t i = 0; i < 4; i++)
        digest_hole(d, i);
    digest_block(d, 1, bytes, sizeof bytes);
    assert_true(digest_text(d, one));
    blocks_digest(b, size, other);
    assert_string_equal(one, other);
    digest_free(d);
    blocks_free(b);
}

/* Of nothing; and `printf '%064d%064d' 1 2 | xxd -r -p | sha256sum`, in base64. */
static void the_linear_checksum(void **state)
{
    (void)state;
    unsigned char hashes[2][DIGEST_SIZE] = {{[31] = 1}, {[31] = 2}};
    char sum[BLOCKS_CHECKSUM_SIZE];
    struct blocks *b = blocks_new();

    blocks_linear(b, sum);
    assert_string_equal(sum, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    blocks_set(b, 900, hashes[1]);
    blocks_set(b, 3, hashes[0]);
    blocks_linear(b, sum);
    assert_string_equal(sum, "1rqTKfiTLBIZKzeEn3chBNIASPdkNKMpBRLZ2BTkEW8=");
    blocks_free(b);
}

static void through_the_journal(void **state)
{
    (void)state;
    const uint64_t more[] = {3, 5000};
    struct err err = ERR_INIT;
    bool any = true;
    struct journal *j = journal_open("state", &err);
    struct blocks *b = make(some, ARRAY_LEN(some)), *again = make(more, ARRAY_LEN(more));
    struct blocks *none = blocks_new(), *read = blocks_new();

    assert_non_null(j);
    assert_true(blocks_read(read, j, "put/snap-1", &any, &err));
    assert_false(any);
    assert_true(journal_begin(j, &err));
    assert_true(blocks_write(b, j, "put/snap-1", &err));
    assert_true(journal_commit(j, &err));
    assert_true(blocks_write(again, j, "put/snap-1", &err));
    assert_true(blocks_write(none, j, "disk/snap-2", &err));
    journal_close(j);
    j = journal_open("state", &err);
    assert_true(blocks_read(read, j, "put/snap-1", &any, &err));
    assert_true(any);
    assert_holds(read, (const uint64_t[]){0, 1, 2, 3, 1023, 1024, 5000, FAR}, 8);
    assert_true(blocks_read(none, j, "disk/snap-2", &any, &err));
    assert_true(any);
    assert_int_equal(blocks_count(none), 0);
    assert_true(blocks_drop(j, "put/snap-1", &err));
    assert_true(blocks_read(none, j, "put/snap-1", &any, &err));
    assert_false(any);
    journal_close(j);
    blocks_free(b);
    blocks_free(again);
    blocks_free(none);
    blocks_free(read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_any_order),
        cmocka_unit_test(the_disk_s_digest),
        cmocka_unit_test(the_linear_checksum),
        cmocka_unit_test_setup_teardown(through_the_journal, temp_enter, temp_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
