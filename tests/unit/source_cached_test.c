/* Blocks that are kept between two reads of them: the same bytes, fewer reads, and failures that do
 * not stay. */
#include "core/source_cached.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/digest.h"
#include "tests/unit/temp.h"

enum { BLOCK = DIGEST_BLOCK_BYTES, PIECE = 16 << 10 };

/* A disk whose bytes follow from their place. */
static struct {
    atomic_int reads;
    atomic_bool fails;
} inner;

static unsigned char byte_at(uint64_t place)
{
    return (unsigned char)(place * 2654435761u >> 13);
}

static bool inner_read(struct source *s, uint64_t offset, void *out, size_t length, struct err *err)
{
    (void)s;
    atomic_fetch_add(&inner.reads, 1);
    if (atomic_load(&inner.fails))
        return err_set(err, ERR_IO, "it fails");
    for (size_t i = 0; i < length; i++)
        ((unsigned char *)out)[i] = byte_at(offset + i);
    return true;
}

static enum source_found inner_next(struct source *s, uint64_t offset, uint64_t *start,
                                    uint64_t *end, struct err *err)
{
    (void)err;
    *start = offset;
    *end = s->size_bytes;
    return SOURCE_DATA;
}

static void inner_close(struct source *s)
{
    (void)s;
}

static struct source *make_source(uint64_t size)
{
    static const struct source_ops ops = {
        .order = SOURCE_RANDOM,
        .next_data = inner_next,
        .read = inner_read,
        .close = inner_close,
    };
    atomic_store(&inner.reads, 0);
    atomic_store(&inner.fails, false);
    return source_cached(source_new(&ops, "inner", size, NULL));
}

static bool right(struct source *s, uint64_t at, size_t length)
{
    unsigned char *bytes = xmalloc(length);
    struct err err = ERR_INIT;
    bool ok = source_read(s, at, bytes, length, &err);
    for (size_t i = 0; ok && i < length; i++)
        ok = bytes[i] == (at + i < s->size_bytes ? byte_at(at + i) : 0);
    free(bytes);
    return ok;
}

static bool block_in_pieces(struct source *s, uint64_t index)
{
    for (uint64_t at = 0; at < BLOCK; at += PIECE)
        if (!right(s, index * BLOCK + at, PIECE))
            return false;
    return true;
}

static void a_block_is_fetched_once_for_both(void **state)
{
    (void)state;
    struct source *s = make_source(40 * BLOCK + 777);
    for (uint64_t i = 0; i < 41; i++) {
        assert_true(block_in_pieces(s, i));
        assert_true(block_in_pieces(s, i));
        assert_int_equal(atomic_load(&inner.reads), i + 1);
    }
    /* It was let go of then: a third time costs a read. */
    assert_true(block_in_pieces(s, 40));
    assert_int_equal(atomic_load(&inner.reads), 42);
    source_close(s);
}

static void more_blocks_than_room(void **state)
{
    (void)state;
    struct source *s = make_source(100 * BLOCK);
    for (uint64_t i = 0; i < 50; i++)
        assert_true(block_in_pieces(s, i));
    for (uint64_t i = 0; i < 50; i++)
        assert_true(block_in_pieces(s, i));
    assert_true(atomic_load(&inner.reads) <= 100);
    source_close(s);
}

static void odd_reads(void **state)
{
    (void)state;
    struct source *s = make_source(10 * BLOCK + 5);
    assert_true(right(s, 0, 10 * BLOCK + 5));
    assert_true(right(s, BLOCK - 3, 6));
    assert_true(right(s, BLOCK, 100));
    assert_true(right(s, BLOCK - 3, 6));
    assert_true(right(s, 10 * BLOCK - 1, 1000));
    assert_true(right(s, 10 * BLOCK + 4, 1));
    assert_true(right(s, 3 * BLOCK + 7, 2 * BLOCK));
    source_close(s);
}

static void a_failure_is_no_content(void **state)
{
    (void)state;
    struct source *s = make_source(4 * BLOCK);
    atomic_store(&inner.fails, true);
    assert_false(right(s, 0, PIECE));
    assert_false(right(s, 0, PIECE));
    atomic_store(&inner.fails, false);
    assert_true(block_in_pieces(s, 0));
    source_close(s);
}

struct reader {
    struct source *source;
    uint64_t first;
    bool ok;
};

static void *read_all(void *arg)
{
    struct reader *r = arg;
    for (uint64_t i = 0; r->ok && i < 24; i++)
        r->ok = block_in_pieces(r->source, (r->first + i) % 24);
    return NULL;
}

static void many_readers(void **state)
{
    (void)state;
    struct source *s = make_source(24 * BLOCK);
    pthread_t threads[8];
    struct reader readers[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        readers[i] = (struct reader){s, i / 2 * 5, true};
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        pthread_join(threads[i], NULL);
        assert_true(readers[i].ok);
    }
    source_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_fetched_once_for_both),
        cmocka_unit_test(more_blocks_than_room),
        cmocka_unit_test(odd_reads),
        cmocka_unit_test(a_failure_is_no_content),
        cmocka_unit_test(many_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
