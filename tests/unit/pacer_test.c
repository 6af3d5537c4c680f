/* aws/pacer: what throttles teach, on a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/actions.h"
#include "aws/pacer.h"
#include "tests/unit/stepped.h"

#define COPY   (&aws_actions[EC2_COPY_IMAGE])
#define IMAGES (&aws_actions[EC2_DESCRIBE_IMAGES])

/* A bucket of EC2's: so many tokens, and one more every refill_ms. */
struct bucket {
    clock_ms refill_ms, at;
    double tokens;
};

static bool take(struct bucket *b)
{
    b->tokens += (double)(clock_now_ms() - b->at) / (double)b->refill_ms;
    b->at = clock_now_ms();
    if (b->tokens < 1)
        return false;
    b->tokens -= 1;
    return true;
}

/* Asks until `calls` were let through, each repeated at once when throttled; how many were not. */
static int throttled_of(struct pacer *p, struct bucket *b, int calls)
{
    int throttled = 0;

    while (calls > 0) {
        step_to(clock_now_ms() + pacer_turn_ms(p, COPY, "eu-west-1"));
        clock_ms sent_at = clock_now_ms();
        step_to(sent_at + 1);
        bool passed = take(b);
        calls -= passed;
        throttled += !passed;
        if (passed)
            pacer_passed(p, COPY, "eu-west-1");
        else
            pacer_throttled(p, COPY, "eu-west-1", sent_at, -1);
    }
    return throttled;
}

static void nobody_waits_unless_throttled(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();

    for (int i = 0; i < 1000; i++) {
        assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 0);
        pacer_passed(p, COPY, "eu-west-1");
    }
    pacer_free(p);
    pacer_free(NULL);
}

static void one_throttle_teaches_the_rate(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();
    struct bucket b = {.refill_ms = 1000, .at = clock_now_ms(), .tokens = 3};
    clock_ms began = clock_now_ms();

    assert_int_equal(throttled_of(p, &b, 40), 1);
    /* 37 more than stood in the bucket, a quarter slower than it fills. */
    assert_in_range(clock_now_ms() - began, 37000, 37 * 1250 + 5000);
    pacer_free(p);
}

/* An account that has less than what is documented. */
static void a_slower_bucket_is_learnt_too(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();
    struct bucket b = {.refill_ms = 4000, .at = clock_now_ms(), .tokens = 1};

    assert_in_range(throttled_of(p, &b, 12), 2, 4);
    pacer_free(p);
}

static void it_recovers_slowly_and_rarely_asks_too_much(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();
    struct bucket tight = {.refill_ms = 1000, .at = clock_now_ms(), .tokens = 1};
    struct bucket wide = {.refill_ms = 10, .at = clock_now_ms(), .tokens = 1000};

    assert_true(throttled_of(p, &tight, 400) <= 12);
    assert_true(pacer_turn_ms(p, COPY, "eu-west-1") > 300);
    assert_int_equal(throttled_of(p, &wide, 200), 0);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 0);
    pacer_free(p);
}

static void actions_and_regions_are_apart(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();

    pacer_throttled(p, COPY, "eu-west-1", clock_now_ms(), -1);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 1250);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 2500);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-2"), 0);
    assert_int_equal(pacer_turn_ms(p, IMAGES, "eu-west-1"), 0);
    pacer_throttled(p, IMAGES, "eu-west-1", clock_now_ms(), -1);
    assert_int_equal(pacer_turn_ms(p, IMAGES, "eu-west-1"), 62);
    pacer_throttled(p, &aws_actions[EBS_PUT_SNAPSHOT_BLOCK], "eu-west-1", clock_now_ms(), -1);
    assert_int_equal(pacer_turn_ms(p, &aws_actions[EBS_PUT_SNAPSHOT_BLOCK], "eu-west-1"), 0);
    pacer_free(p);
}

/* Ten that left together are one lesson. */
static void what_left_before_teaches_nothing_more(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();
    clock_ms sent_at = clock_now_ms();

    step_to(sent_at + 100);
    for (int i = 0; i < 10; i++)
        pacer_throttled(p, COPY, "eu-west-1", sent_at, -1);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 1250);
    step_to(clock_now_ms() + 1250);
    pacer_throttled(p, COPY, "eu-west-1", clock_now_ms(), -1);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 2501);
    pacer_free(p);
}

static void the_answer_may_ask_for_more(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();

    pacer_throttled(p, COPY, "eu-west-1", clock_now_ms(), 7000);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 7000);
    pacer_throttled(p, COPY, "eu-west-2", clock_now_ms(), 86400000);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-2"), 30000);
    pacer_free(p);
}

static void a_long_rest_forgets(void **state)
{
    (void)state;
    struct pacer *p = pacer_new();

    pacer_throttled(p, COPY, "eu-west-1", clock_now_ms(), -1);
    step_to(clock_now_ms() + 1250 + 120001);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 0);
    assert_int_equal(pacer_turn_ms(p, COPY, "eu-west-1"), 0);
    pacer_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_unless_throttled),
        cmocka_unit_test(one_throttle_teaches_the_rate),
        cmocka_unit_test(a_slower_bucket_is_learnt_too),
        cmocka_unit_test(it_recovers_slowly_and_rarely_asks_too_much),
        cmocka_unit_test(actions_and_regions_are_apart),
        cmocka_unit_test(what_left_before_teaches_nothing_more),
        cmocka_unit_test(the_answer_may_ask_for_more),
        cmocka_unit_test(a_long_rest_forgets),
    };
    return cmocka_run_group_tests_name("pacer", tests, start_stepping, stop_stepping);
}
