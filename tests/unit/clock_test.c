/* base/clock: rates, floors, deadlines and timestamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"

static void rate_comes_from_the_environment(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0", "-1", "x", "10x", "nan", "inf", "100001", "0.5", " 1"};

    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        setenv("TATAMI_CLOCK", wrong[i], 1);
        assert_false(clock_init());
    }
    setenv("TATAMI_CLOCK", "1000", 1);
    assert_true(clock_init());
    assert_int_equal((int)clock_rate(), 1000);
    unsetenv("TATAMI_CLOCK");
    assert_true(clock_init());
    assert_int_equal((int)clock_rate(), 1);
}

static void waits_have_a_floor(void **state)
{
    (void)state;
    setenv("TATAMI_CLOCK", "1000", 1);
    assert_true(clock_init());
    assert_int_equal(clock_wall_ms(0), 0);
    assert_int_equal(clock_wall_ms(-5), 0);
    assert_int_equal(clock_wall_ms(1), 5);
    assert_int_equal(clock_wall_ms(15000), 15);
    assert_int_equal(clock_wall_ms(15001), 16);
    assert_int_equal(clock_wall_ms(INT64_MAX), INT32_MAX);
}

static void program_time_runs_faster(void **state)
{
    (void)state;
    setenv("TATAMI_CLOCK", "100000", 1);
    assert_true(clock_init());
    time_t wall = time(NULL);
    clock_ms start = clock_now_ms();
    assert_true(clock_sleep_ms(1000, NULL));
    assert_true(clock_now_ms() - start >= 1000);
    assert_true(clock_calendar() >= wall);
    while (clock_now_ms() < 600000)
        continue;
    assert_true(clock_calendar() >= wall + 600);
}

static void cancel_ends_a_sleep(void **state)
{
    (void)state;
    unsetenv("TATAMI_CLOCK");
    assert_true(clock_init());
    atomic_bool cancel = true;
    clock_ms start = clock_now_ms();
    assert_false(clock_sleep_ms(60000, &cancel));
    assert_true(clock_now_ms() - start < 5000);
}

static void cond_wait_ends_at_the_deadline(void **state)
{
    (void)state;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond;

    clock_cond_init(&cond);
    pthread_mutex_lock(&mutex);
    assert_false(clock_cond_wait(&cond, &mutex, clock_now_ms()));
    clock_ms deadline = clock_now_ms() + 10;
    while (clock_cond_wait(&cond, &mutex, deadline))
        continue;
    assert_true(clock_now_ms() >= deadline);
    pthread_mutex_unlock(&mutex);
    pthread_cond_destroy(&cond);
}

static void timestamps(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        time_t t;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-08-07T12:00:00Z", 1786104000},
        {"2026-08-07T12:00:00.123Z", 1786104000},
        {"2026-08-07T12:00:00", -1},
        {"2026-08-07 12:00:00Z", -1},
        {"2026-08-07T12:00:00+02", -1},
        {"2026-08-07T12:00:00.Z", -1},
        {"", -1},
        {NULL, -1},
    };
    char text[24];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(clock_parse_iso(rows[i].text), rows[i].t);
    clock_format_iso(1786104000, text);
    assert_string_equal(text, "2026-08-07T12:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_comes_from_the_environment), cmocka_unit_test(waits_have_a_floor),
        cmocka_unit_test(program_time_runs_faster),        cmocka_unit_test(cancel_ends_a_sleep),
        cmocka_unit_test(cond_wait_ends_at_the_deadline),  cmocka_unit_test(timestamps),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
