/* The threads of core/inventory against tatami-sim: each region answers, fails and rests for
 * itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/s3_document.h"
#include "core/inventory.h"
#include "tests/tools/simsession.h"

#define HOME "us-east-1"
#define WEST "eu-west-1"

static struct aws *quiet; /* without the session's trace, which counts for one thread */
static struct inventory_reader *reader;

static int set_up(void **state)
{
    simsession_setup(state);
    struct aws_options options = {.config = sims.config, .read_only = true};
    quiet = aws_new(&options, &sims.err);
    assert_non_null(quiet);
    return 0;
}

static int tear_down(void **state)
{
    inventory_close(reader);
    reader = NULL;
    aws_free(quiet);
    return simsession_teardown(state);
}

static void open_reader(clock_ms interval_ms, const char *const *regions, size_t region_count,
                        const char *const *buckets, size_t bucket_count)
{
    struct inventory_options options = {.aws = quiet,
                                        .home = HOME,
                                        .regions = regions,
                                        .region_count = region_count,
                                        .buckets = buckets,
                                        .bucket_count = bucket_count,
                                        .interval_ms = interval_ms,
                                        .wake_fd = -1};
    reader = inventory_open(&options);
}

/* Looks until the region has another time of reading. */
static void await_look(const char *region, clock_ms since_ms)
{
    clock_ms deadline = 0;
    for (;;) {
        struct inventory *latest = inventory_latest(reader);
        const struct inventory_region *r = inventory_find_region(latest, region);
        bool there = r != NULL && r->readings[INVENTORY_IMAGES].read_at_ms > since_ms;
        inventory_unref(latest);
        if (there)
            return;
        assert_true(simsession_wait(&deadline));
    }
}

static void reads_every_region(void **state)
{
    (void)state;
    open_reader(0, NULL, 0, NULL, 0);
    struct inventory *all = inventory_wait(reader, NULL);
    assert_string_equal(all->account, "123456789012");
    assert_int_equal(all->region_count, 34);
    assert_int_equal(all->regions_answered, 34);
    assert_int_equal(all->regions_failed, 0);
    for (size_t i = 0; i < all->region_count; i++) {
        const struct inventory_region *r = all->regions[i];
        if (i > 0)
            assert_true(strcmp(all->regions[i - 1]->name, r->name) < 0);
        for (int k = INVENTORY_IMAGES; k <= INVENTORY_IMPORTS; k++)
            assert_int_equal(r->readings[k].look, INVENTORY_READ);
        assert_int_equal(r->readings[INVENTORY_UPLOADS].look, INVENTORY_UNASKED);
        assert_true(r->next_at_ms == CLOCK_NEVER);
    }
    inventory_unref(all);
}

static void a_region_fails_for_itself(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME, WEST};
    simsession_fault("{\"action\": \"DescribeSnapshots\", \"region\": \"" WEST
                     "\", \"kind\": \"error\", \"code\": \"UnauthorizedOperation\", "
                     "\"status\": 403, \"count\": 0}");
    open_reader(0, regions, 2, NULL, 0);
    struct inventory *all = inventory_wait(reader, NULL);
    const struct inventory_region *west = inventory_find_region(all, WEST);
    assert_int_equal(all->regions_answered, 2);
    assert_int_equal(all->regions_failed, 1);
    assert_int_equal(west->readings[INVENTORY_IMAGES].look, INVENTORY_READ);
    assert_int_equal(west->readings[INVENTORY_SNAPSHOTS].look, INVENTORY_FAILED);
    assert_int_equal(west->readings[INVENTORY_SNAPSHOTS].err.kind, ERR_DENIED);
    assert_false(inventory_known(west, INVENTORY_SNAPSHOTS));
    assert_int_equal(west->readings[INVENTORY_IMPORTS].look, INVENTORY_READ);
    inventory_unref(all);
}

static void looks_again(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME, WEST};
    open_reader(60000, regions, 2, NULL, 0);
    struct inventory *all = inventory_wait(reader, NULL);
    const struct inventory_region *west = inventory_find_region(all, WEST);
    clock_ms first = west->readings[INVENTORY_IMAGES].read_at_ms;
    uint64_t number = all->number;
    inventory_unref(all);
    await_look(WEST, first + 60000);
    all = inventory_latest(reader);
    assert_true(all->number > number);
    inventory_unref(all);
}

static void looks_when_it_is_asked(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME, WEST};
    open_reader(0, regions, 2, NULL, 0);
    struct inventory *all = inventory_wait(reader, NULL);
    clock_ms home = inventory_find_region(all, HOME)->readings[INVENTORY_IMAGES].read_at_ms;
    clock_ms west = inventory_find_region(all, WEST)->readings[INVENTORY_IMAGES].read_at_ms;
    inventory_unref(all);
    inventory_refresh(reader, WEST);
    await_look(WEST, west);
    all = inventory_latest(reader);
    assert_int_equal(inventory_find_region(all, HOME)->readings[INVENTORY_IMAGES].read_at_ms, home);
    inventory_unref(all);
    /* From a rest without end into looks every minute. */
    inventory_set_interval(reader, 60000);
    await_look(HOME, home);
}

/* What hangs holds neither the others nor the end. */
static void a_hung_region_ends_at_once(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME, WEST};
    simsession_fault("{\"action\": \"*\", \"region\": \"" WEST
                     "\", \"kind\": \"hang\", \"count\": 0}");
    open_reader(0, regions, 2, NULL, 0);
    await_look(HOME, 0);
    struct inventory *all = inventory_latest(reader);
    assert_false(inventory_known(inventory_find_region(all, WEST), INVENTORY_IMAGES));
    inventory_unref(all);
    atomic_bool cancel = true;
    all = inventory_wait(reader, &cancel);
    inventory_unref(all);
}

static void reads_the_buckets(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME, WEST};
    static const char *const buckets[] = {SIM_BUCKET, "tatami-no-such-bucket"};
    struct s3_part parts[2];
    atomic_uint_least64_t sent = 0;
    simsession_bucket(HOME);
    int disk = simsession_disk();
    char *upload_id = simsession_send(disk, parts, &sent);
    close(disk);
    open_reader(0, regions, 2, buckets, 1);
    struct inventory *all = inventory_wait(reader, NULL);
    const struct inventory_region *home = inventory_find_region(all, HOME);
    assert_int_equal(home->upload_count, 1);
    assert_string_equal(home->uploads[0].upload_id, upload_id);
    assert_string_equal(home->uploads[0].bucket, SIM_BUCKET);
    assert_int_equal(home->uploads[0].parts, 2);
    assert_int_equal(home->uploads[0].bytes, DISK_BYTES);
    assert_int_equal(home->object_count, 0);
    assert_int_equal(inventory_find_region(all, WEST)->readings[INVENTORY_UPLOADS].look,
                     INVENTORY_UNASKED);
    inventory_unref(all);
    inventory_close(reader);
    open_reader(0, regions, 2, buckets, 2);
    all = inventory_wait(reader, NULL);
    home = inventory_find_region(all, HOME);
    assert_int_equal(home->readings[INVENTORY_UPLOADS].look, INVENTORY_FAILED);
    assert_int_equal(home->readings[INVENTORY_UPLOADS].err.kind, ERR_NOT_FOUND);
    /* The other bucket's are there all the same; whether that is all is not known. */
    assert_int_equal(home->upload_count, 1);
    assert_false(inventory_known(home, INVENTORY_UPLOADS));
    inventory_unref(all);
    free(upload_id);
}

/* What a release keeps beside its staging objects was not left behind by anybody. */
static void a_lease_is_known_as_one(void **state)
{
    (void)state;
    static const char *const regions[] = {HOME};
    static const char *const buckets[] = {SIM_BUCKET};
    struct s3_object lease = {SIM_BUCKET, "tatami/a b/=lease.json"};
    struct s3_document document = {.exists = false};
    buf_add_str(&document.body, "{}");
    simsession_bucket(HOME);
    simsession_upload();
    simsession_ok(s3_put_document(sims.call, lease, &document, &sims.err));
    s3_document_free(&document);
    open_reader(0, regions, 1, buckets, 1);
    struct inventory *all = inventory_wait(reader, NULL);
    assert_int_equal(all->regions[0]->object_count, 2);
    assert_string_equal(all->regions[0]->objects[0].key, lease.key);
    assert_true(all->regions[0]->objects[0].is_plan);
    assert_string_equal(all->regions[0]->objects[1].key, SIM_OBJECT.key);
    assert_int_equal(all->regions[0]->objects[1].bytes, DISK_BYTES);
    assert_false(all->regions[0]->objects[1].is_plan);
    inventory_unref(all);
}

static void says_why_nothing_can_be_read(void **state)
{
    (void)state;
    static const char *const regions[] = {"eu-west-9"};
    open_reader(0, regions, 1, NULL, 0);
    struct inventory *all = inventory_wait(reader, NULL);
    assert_int_equal(all->err.kind, ERR_USAGE);
    assert_int_equal(all->region_count, 0);
    inventory_unref(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_every_region, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_region_fails_for_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_when_it_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hung_region_ends_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_buckets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lease_is_known_as_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_why_nothing_can_be_read, set_up, tear_down),
    };
    return simsession_run("inventory_reader", tests, sizeof(tests) / sizeof(tests[0]));
}
