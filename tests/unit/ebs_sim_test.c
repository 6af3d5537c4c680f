/* aws/ebs against tatami-sim: a snapshot written, read back and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "aws/ebs.h"
#include "aws/ec2_snapshots.h"
#include "base/mem.h"
#include "tests/tools/simsession.h"

static unsigned char block[EBS_BLOCK_BYTES];

/* A block whose bytes nobody else has. */
static void fill(int seed)
{
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (unsigned char)(i * 31 + (i >> 8) + (size_t)seed * 7919);
}

/* Puts a block, as long as the snapshot is not known yet. */
static void put(const char *id, int64_t index, int seed)
{
    char checksum[EBS_CHECKSUM_SIZE];
    atomic_uint_least64_t sent = 0;

    fill(seed);
    ebs_checksum(block, sizeof block, checksum);
    const struct ebs_put put = {.snapshot_id = id,
                                .index = index,
                                .body = {.data = block, .length = sizeof block},
                                .checksum = checksum,
                                .sent = &sent};
    bool ok = ebs_put_block(sims.call, &put, &sims.err);
    for (int i = 0; !ok && sims.err.kind == ERR_NOT_FOUND && i < 100; i++) {
        clock_sleep_ms(1000, NULL);
        ok = ebs_put_block(sims.call, &put, &sims.err);
    }
    if (!ok)
        fail_msg("%s: %s", sims.err.code, sims.err.message);
    assert_int_equal(sent, sizeof block);
}

static char *start(const char *token, const char *parent)
{
    const struct tag tags[] = {{(char *)"Name", (char *)"n & \"m\""}};
    const struct ebs_start start = {.volume_gib = 1,
                                    .description = "a disk",
                                    .token = token,
                                    .parent_id = parent,
                                    .timeout_min = 60,
                                    .tags = tags,
                                    .tag_count = 1};
    char *id = NULL;

    if (!ebs_start_snapshot(sims.call, &start, &id, &sims.err))
        fail_msg("%s: %s", sims.err.code, sims.err.message);
    return id;
}

static void complete(const char *id, const int *seeds, int count)
{
    unsigned char digests[8][SHA256_DIGEST_LENGTH];
    char checksum[EBS_CHECKSUM_SIZE];

    for (int i = 0; i < count; i++) {
        fill(seeds[i]);
        SHA256(block, sizeof block, digests[i]);
    }
    ebs_checksum(digests, (size_t)count * SHA256_DIGEST_LENGTH, checksum);
    if (!ebs_complete_snapshot(sims.call, id, count, checksum, &sims.err))
        fail_msg("%s: %s", sims.err.code, sims.err.message);
    const struct ec2_snapshot_filter filter = {.id = id};
    enum ec2_snapshot_state state = EC2_SNAPSHOT_PENDING;
    for (int i = 0; i < 200 && state == EC2_SNAPSHOT_PENDING; i++) {
        struct ec2_snapshots found;
        clock_sleep_ms(2000, NULL);
        if (!ec2_describe_snapshots(sims.call, &filter, &found, &sims.err))
            continue;
        if (found.count == 1) {
            state = found.items[0].state;
            assert_string_equal(ec2_snapshot_tag(&found.items[0], "Name"), "n & \"m\"");
        }
        ec2_snapshots_free(&found);
    }
    assert_int_equal(state, EC2_SNAPSHOT_COMPLETED);
}

/* What a list says, as text, and the token of one block. */
struct seen {
    struct buf text;
    char *token;
};

static void note_block(void *arg, int64_t index, const char *token)
{
    struct seen *seen = arg;

    buf_add_fmt(&seen->text, "%d;", (int)index);
    free(seen->token);
    seen->token = xstrdup(token);
}

static void note_change(void *arg, int64_t index, const char *first, const char *second)
{
    struct seen *seen = arg;

    buf_add_fmt(&seen->text, "%d:%s%s;", (int)index, first == NULL ? "" : "1",
                second == NULL ? "" : "2");
}

static void a_snapshot_by_blocks(void **state)
{
    (void)state;
    static const int seeds[] = {1, 2, 3};
    static unsigned char read[EBS_BLOCK_BYTES];
    struct seen seen = {.token = NULL};
    char *id = start("token-a", NULL), *again = start("token-a", NULL);

    assert_string_equal(id, again);
    put(id, 0, 1);
    put(id, 7, 2);
    put(id, 2047, 9);
    put(id, 2047, 3);
    complete(id, seeds, 3);
    assert_true(ebs_each_block(sims.call, id, 0, note_block, &seen, &sims.err));
    assert_string_equal(buf_str(&seen.text), "0;7;2047;");
    if (!ebs_get_block(sims.call, id, 2047, seen.token, read, &sims.err))
        fail_msg("%s: %s", sims.err.code, sims.err.message);
    fill(3);
    assert_memory_equal(read, block, sizeof block);
    buf_reset(&seen.text);
    assert_true(ebs_each_block(sims.call, id, 8, note_block, &seen, &sims.err));
    assert_string_equal(buf_str(&seen.text), "2047;");
    assert_false(ebs_get_block(sims.call, id, 0, "AAAA", read, &sims.err));
    assert_string_equal(sims.err.operation, "GetSnapshotBlock");
    assert_string_not_equal(sims.err.code, "");
    buf_free(&seen.text);
    free(seen.token);
    free(id);
    free(again);
}

static void only_what_changed(void **state)
{
    (void)state;
    static const int old_seeds[] = {1, 2}, new_seeds[] = {5, 6};
    struct seen seen = {.token = NULL};
    char *first = start("token-b", NULL);

    put(first, 0, 1);
    put(first, 1, 2);
    complete(first, old_seeds, 2);
    char *second = start("token-c", first);
    put(second, 1, 5);
    put(second, 3, 6);
    complete(second, new_seeds, 2);
    if (!ebs_each_changed_block(sims.call, first, second, note_change, &seen, &sims.err))
        fail_msg("%s: %s", sims.err.code, sims.err.message);
    assert_string_equal(buf_str(&seen.text), "1:12;3:2;");
    buf_free(&seen.text);
    free(first);
    free(second);
}

static void what_is_refused(void **state)
{
    (void)state;
    const struct ebs_start start_wrong = {.volume_gib = 2, .token = "token-d", .timeout_min = 60};
    char checksum[EBS_CHECKSUM_SIZE], *other = NULL;
    char *id = start("token-d", NULL);

    assert_false(ebs_start_snapshot(sims.call, &start_wrong, &other, &sims.err));
    assert_int_equal(sims.err.kind, ERR_MISMATCH);
    assert_null(other);
    put(id, 0, 1);
    fill(2);
    ebs_checksum(block, sizeof block, checksum);
    fill(3);
    const struct ebs_put wrong = {.snapshot_id = id,
                                  .index = 1,
                                  .body = {.data = block, .length = sizeof block},
                                  .checksum = checksum};
    assert_false(ebs_put_block(sims.call, &wrong, &sims.err));
    assert_string_not_equal(sims.err.code, "");
    assert_string_equal(sims.err.operation, "PutSnapshotBlock");
    assert_int_equal(sims.err.http_status, 400);
    free(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_snapshot_by_blocks, simsession_setup,
                                        simsession_teardown),
        cmocka_unit_test_setup_teardown(only_what_changed, simsession_setup, simsession_teardown),
        cmocka_unit_test_setup_teardown(what_is_refused, simsession_setup, simsession_teardown),
    };
    return simsession_run("ebs against tatami-sim", tests, ARRAY_LEN(tests));
}
