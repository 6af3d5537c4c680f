/* Who uses an AMI: what is known, and the reader against tatami-sim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/usage.h"
#include "tests/tools/published.h"

#define HOME "us-east-1"

static void what_is_known(void **state)
{
    (void)state;
    const struct usage_reference arn = {USAGE_TEMPLATES, "arn:1"};
    const struct usage_entry rows[] = {
        {.region = "b", .image = "ami-2", .state = USAGE_FREE, .checked_at = 5},
        {.region = "a", .image = "ami-2", .state = USAGE_UNCHECKED},
        {.region = "a", .image = "ami-1", .state = USAGE_CHECKING},
        {.region = "b", .image = "ami-1", .state = USAGE_CHECKING, .checked_at = 5},
        {.region = "c",
         .image = "ami-1",
         .state = USAGE_CHECKING,
         .checked_at = 5,
         .references = &arn,
         .reference_count = 1},
        {.region = "b", .image = "ami-2", .state = USAGE_USED, .checked_at = 6},
    };
    struct usage *u = usage_new(rows, ARRAY_LEN(rows));
    assert_int_equal(usage_settled(usage_find(u, "b", "ami-2")), USAGE_USED);
    assert_int_equal(usage_settled(usage_find(u, "a", "ami-2")), USAGE_UNCHECKED);
    assert_int_equal(usage_settled(usage_find(u, "a", "ami-1")), USAGE_UNCHECKED);
    assert_int_equal(usage_settled(usage_find(u, "b", "ami-1")), USAGE_FREE);
    assert_int_equal(usage_settled(usage_find(u, "c", "ami-1")), USAGE_USED);
    assert_int_equal(usage_settled(NULL), USAGE_UNCHECKED);
    assert_null(usage_find(u, "c", "ami-2"));
    assert_null(usage_find(NULL, "c", "ami-2"));
    assert_string_equal(usage_find(u, "c", "ami-1")->references[0].arn, "arn:1");
    struct usage *again = usage_ref(u);
    usage_unref(u);
    assert_non_null(usage_find(again, "a", "ami-1"));
    usage_unref(again);
    assert_string_equal(usage_kind_name(USAGE_PARAMETERS, 1), "SSM parameter");
    assert_string_equal(usage_kind_name(USAGE_PARAMETERS, 0), "SSM parameters");
}

/* As many as a large account has, in an order that is none, each put twice. */
static void many_are_found(void **state)
{
    enum { MANY = 20000 };
    static char ids[MANY][16];
    struct err denied;
    struct usage_entry *rows = xcalloc(2 * MANY, sizeof(*rows));
    (void)state;
    err_set(&denied, ERR_DENIED, "no");
    for (size_t i = 0; i < 2 * MANY; i++) {
        size_t at = i * 7919 % MANY;
        snprintf(ids[at], sizeof(ids[at]), "ami-%zu", at);
        rows[i] = (struct usage_entry){.region = at % 2 == 0 ? "a" : "b",
                                       .image = ids[at],
                                       .state = i < MANY ? USAGE_UNCHECKED : USAGE_FREE,
                                       .err = at == 7 ? &denied : NULL};
    }
    struct usage *u = usage_new(rows, 2 * MANY);
    free(rows);
    denied = ERR_INIT;
    for (size_t i = 0; i < MANY; i++) {
        const struct usage_entry *e = usage_find(u, i % 2 == 0 ? "a" : "b", ids[i]);
        assert_non_null(e);
        assert_int_equal(e->state, USAGE_FREE);
        assert_int_equal(e->err != NULL, i == 7);
        assert_null(usage_find(u, i % 2 == 0 ? "b" : "a", ids[i]));
    }
    assert_int_equal(usage_find(u, "b", ids[7])->err->kind, ERR_DENIED);
    usage_unref(u);
}

/* Asks and waits; the state of one AMI. */
static enum usage_state asked(struct usage_reader *reader, const struct usage_question *questions,
                              size_t count, size_t which, struct err *err)
{
    usage_check(reader, questions, count);
    usage_wait(reader, NULL);
    assert_int_equal(usage_pending(reader), 0);
    struct usage *u = usage_latest(reader);
    const struct usage_entry *e = usage_find(u, questions[which].region, questions[which].image);
    assert_non_null(e);
    enum usage_state state = e->state;
    assert_int_equal(state == USAGE_UNCHECKED, e->checked_at == 0);
    *err = e->err != NULL ? *e->err : ERR_INIT;
    usage_unref(u);
    return state;
}

static void asks_in_all_regions(void **state)
{
    (void)state;
    static const struct usage_question questions[] = {
        {HOME, "ami-0d01"}, {HOME, "ami-0d02"}, {"eu-west-1", "ami-0d11"}, {HOME, "ami-0f01"}};
    struct err err;
    uint64_t rings;
    int bell = eventfd(0, EFD_NONBLOCK);
    struct usage_reader *reader = usage_open(scene.world.aws, bell);
    struct usage *before = usage_latest(reader);
    assert_null(usage_find(before, HOME, "ami-0d01"));
    assert_int_equal(asked(reader, questions, ARRAY_LEN(questions), 3, &err), USAGE_FREE);
    assert_int_equal(read(bell, &rings, sizeof(rings)), sizeof(rings));
    struct usage *after = usage_latest(reader);
    assert_true(usage_number(after) > usage_number(before));
    assert_null(usage_find(before, HOME, "ami-0d01")); /* what was handed out does not change */
    assert_int_equal(usage_find(after, "eu-west-1", "ami-0d11")->state, USAGE_FREE);
    usage_unref(before);
    usage_unref(after);
    usage_close(reader);
    close(bell);
}

/* EC2 fails the question for all of them; only the stranger stays unchecked. */
static void one_that_is_unknown(void **state)
{
    (void)state;
    static const struct usage_question questions[] = {
        {HOME, "ami-0d01"}, {HOME, "ami-0123456789abcdef0"}, {HOME, "ami-0d02"}};
    struct err err;
    struct usage_reader *reader = usage_open(scene.world.aws, -1);
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"DescribeImageReferences\", \"kind\": \"error\", "
                                "\"code\": \"InvalidAMIID.NotFound\", \"status\": 400, "
                                "\"match\": \"ami-0123456789abcdef0\", \"count\": 2}"));
    assert_int_equal(asked(reader, questions, ARRAY_LEN(questions), 1, &err), USAGE_UNCHECKED);
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    struct usage *u = usage_latest(reader);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->state, USAGE_FREE);
    assert_int_equal(usage_find(u, HOME, "ami-0d02")->state, USAGE_FREE);
    usage_unref(u);
    usage_close(reader);
}

/* A failed second look takes back what the first one said. */
static void failed_is_unchecked(void **state)
{
    (void)state;
    static const struct usage_question question = {HOME, "ami-0d01"};
    struct err err;
    struct usage_reader *reader = usage_open(scene.world.aws, -1);
    assert_int_equal(asked(reader, &question, 1, 0, &err), USAGE_FREE);
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"DescribeImageReferences\", \"kind\": \"error\", "
                                "\"code\": \"UnauthorizedOperation\", \"status\": 403}"));
    assert_int_equal(asked(reader, &question, 1, 0, &err), USAGE_UNCHECKED);
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(asked(reader, &question, 1, 0, &err), USAGE_FREE);
    assert_int_equal(err.kind, ERR_NONE);
    usage_close(reader);
}

/* What may not be asked of ten is not asked of each. */
static void denied_is_asked_once(void **state)
{
    (void)state;
    static const struct usage_question questions[] = {
        {HOME, "ami-0d01"}, {HOME, "ami-0d02"}, {HOME, "ami-0f01"}};
    struct err err;
    struct usage_reader *reader = usage_open(scene.world.aws, -1);
    int before = published_requests(&scene.world, "DescribeImageReferences");
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"DescribeImageReferences\", \"kind\": \"error\", "
                                "\"code\": \"UnauthorizedOperation\", \"status\": 403, "
                                "\"count\": 10}"));
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        assert_int_equal(asked(reader, questions, i == 0 ? ARRAY_LEN(questions) : 0, i, &err),
                         USAGE_UNCHECKED);
        assert_int_equal(err.kind, ERR_DENIED);
    }
    assert_int_equal(published_requests(&scene.world, "DescribeImageReferences"), before + 1);
    usage_close(reader);
}

/* A region that hangs is left with the reader. */
static void ends_in_time(void **state)
{
    (void)state;
    static const struct usage_question question = {HOME, "ami-0d01"};
    atomic_bool cancel = true;
    assert_true(published_fault(&scene.world, "{\"action\": \"DescribeImageReferences\", "
                                              "\"kind\": \"hang\"}"));
    struct usage_reader *reader = usage_open(scene.world.aws, -1);
    usage_check(reader, &question, 1);
    usage_wait(reader, &cancel);
    assert_int_equal(usage_pending(reader), 1);
    usage_check(reader, &question, 1); /* it is asked only once */
    assert_int_equal(usage_pending(reader), 1);
    usage_close(reader);
}

static void reports(void **state)
{
    (void)state;
    static const struct usage_question question = {HOME, "ami-0d01"};
    struct usage_reader *reader = usage_open(scene.world.aws, -1);
    usage_report(reader, &question, 1);
    usage_report(reader, &question, 1); /* it is ordered only once */
    assert_int_equal(usage_pending(reader), 1);
    struct usage *u = usage_latest(reader);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->report, USAGE_REPORT_PENDING);
    usage_unref(u);
    usage_wait(reader, NULL);
    u = usage_latest(reader);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->report, USAGE_REPORT_READY);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->account_count, 0);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->state, USAGE_UNCHECKED);
    usage_unref(u);
    assert_int_equal(published_requests(&scene.world, "DeleteImageUsageReport"), 1);
    assert_true(published_fault(&scene.world,
                                "{\"action\": \"CreateImageUsageReport\", \"kind\": \"error\", "
                                "\"code\": \"UnauthorizedOperation\", \"status\": 403}"));
    usage_report(reader, &question, 1);
    usage_wait(reader, NULL);
    u = usage_latest(reader);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->report, USAGE_REPORT_FAILED);
    assert_int_equal(usage_find(u, HOME, "ami-0d01")->report_err->kind, ERR_DENIED);
    usage_unref(u);
    usage_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known),
        cmocka_unit_test(many_are_found),
        cmocka_unit_test_setup_teardown(asks_in_all_regions, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(one_that_is_unknown, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(failed_is_unchecked, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(denied_is_asked_once, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(ends_in_time, scene_enter, scene_leave),
        cmocka_unit_test_setup_teardown(reports, scene_enter, scene_leave),
    };
    return cmocka_run_group_tests(tests, scene_begin, scene_end);
}
