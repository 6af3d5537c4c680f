/* aws/retry: who is repeated, how long after, and for how many tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/retry.h"

static bool next(struct retry_bucket *b, struct retry_state *s, enum err_kind kind, int most,
                 long asked_ms, long *wait_ms)
{
    const struct err err = {.kind = kind};

    s->attempt++;
    return retry_next(b, s, &err, most, asked_ms, wait_ms);
}

static void only_what_passes_is_repeated(void **state)
{
    (void)state;
    for (int kind = 0; kind < ERR_KINDS; kind++) {
        struct retry_bucket *b = retry_bucket_new();
        struct retry_state s = {0};
        long wait_ms;
        bool expected = err_is_passing((enum err_kind)kind);
        assert_int_equal(next(b, &s, (enum err_kind)kind, 3, -1, &wait_ms), expected);
        retry_bucket_free(b);
    }
}

static void attempts_end(void **state)
{
    (void)state;
    struct retry_bucket *b = retry_bucket_new();
    struct retry_state s = {0};
    long wait_ms;

    assert_true(next(b, &s, ERR_SERVER, 3, -1, &wait_ms));
    assert_in_range(wait_ms, 0, 1000);
    assert_true(next(b, &s, ERR_SERVER, 3, -1, &wait_ms));
    assert_in_range(wait_ms, 0, 2000);
    assert_false(next(b, &s, ERR_SERVER, 3, -1, &wait_ms));
    assert_int_equal(wait_ms, -1);
    retry_bucket_free(b);
}

/* The wait is random between nothing and a limit that doubles up to 20 s. */
static void waits_spread_and_stop_growing(void **state)
{
    (void)state;
    struct retry_bucket *b = retry_bucket_new();
    long least = 20000, most = 0;

    for (int i = 0; i < 300; i++) {
        struct retry_state s = {.attempt = 30};
        long wait_ms;
        assert_true(next(b, &s, ERR_SERVER, 100, -1, &wait_ms));
        assert_in_range(wait_ms, 0, 20000);
        least = wait_ms < least ? wait_ms : least;
        most = wait_ms > most ? wait_ms : most;
        retry_success(b, &s);
    }
    assert_true(least < 4000);
    assert_true(most > 16000);
    retry_bucket_free(b);
}

static void the_answer_may_ask(void **state)
{
    (void)state;
    struct retry_bucket *b = retry_bucket_new();
    struct retry_state s = {0};
    long wait_ms;

    assert_true(next(b, &s, ERR_THROTTLED, 3, 1500, &wait_ms));
    assert_int_equal(wait_ms, 1500);
    assert_true(next(b, &s, ERR_THROTTLED, 3, 900000, &wait_ms));
    assert_int_equal(wait_ms, 60000);
    retry_bucket_free(b);
}

static int retries_left(struct retry_bucket *b, enum err_kind kind)
{
    int count = 0;
    long wait_ms;

    for (;;) {
        struct retry_state s = {0};
        if (!next(b, &s, kind, 3, -1, &wait_ms))
            return count;
        count++;
    }
}

static void the_bucket_runs_dry_and_fills(void **state)
{
    (void)state;
    struct retry_bucket *b = retry_bucket_new();
    struct retry_state paid = {.last_cost = 10};
    struct retry_state first = {0};

    assert_int_equal(retries_left(b, ERR_TIMEOUT), 50);
    retry_success(b, &paid);
    assert_int_equal(retries_left(b, ERR_SERVER), 2);
    for (int i = 0; i < 5; i++)
        retry_success(b, &first);
    assert_int_equal(retries_left(b, ERR_SERVER), 1);
    for (int i = 0; i < 1000; i++)
        retry_success(b, &first);
    assert_int_equal(retries_left(b, ERR_SERVER), 100);
    retry_bucket_free(b);
    retry_bucket_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_passes_is_repeated),  cmocka_unit_test(attempts_end),
        cmocka_unit_test(waits_spread_and_stop_growing), cmocka_unit_test(the_answer_may_ask),
        cmocka_unit_test(the_bucket_runs_dry_and_fills),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
