/* base/clock: rates, floors, deadlines and timestamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/stepped.h"

static void rate_comes_from_the_environment(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0",      "-1",  "x",  "10x", "nan",          "inf",
                                        "100001", "0.5", " 1", "@",   "@/nonexistent"};

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

static void step_until_first_is(clock_ms deadline)
{
    while (step_to(clock_now_ms()) != deadline)
        continue;
}

struct sleeper {
    clock_ms duration, woke_at;
    atomic_bool cancel;
    bool slept;
    pthread_t thread;
};

static void *sleeper_main(void *arg)
{
    struct sleeper *s = arg;

    s->slept = clock_sleep_ms(s->duration, &s->cancel);
    s->woke_at = clock_now_ms();
    return NULL;
}

static void sleeper_start(struct sleeper *s, clock_ms duration)
{
    s->duration = duration;
    assert_int_equal(pthread_create(&s->thread, NULL, sleeper_main, s), 0);
}

static void stepped_time_stands_between_steps(void **state)
{
    (void)state;
    clock_ms start = clock_now_ms();
    time_t calendar = clock_calendar();

    assert_int_equal((int)clock_rate(), 1);
    assert_true(step_to(start + 90000) == INT64_MAX);
    assert_int_equal(clock_now_ms(), start + 90000);
    assert_int_equal(clock_calendar(), calendar + 90);
}

static void stepped_sleeps_end_when_due(void **state)
{
    (void)state;
    struct sleeper early = {0}, late = {0};
    clock_ms start = clock_now_ms();

    sleeper_start(&late, 2000);
    step_until_first_is(start + 2000);
    sleeper_start(&early, 1000);
    step_until_first_is(start + 1000);
    assert_int_equal(step_to(start + 999), start + 1000);
    assert_int_equal(step_to(start + 1000), start + 2000);
    pthread_join(early.thread, NULL);
    assert_true(early.slept);
    assert_int_equal(early.woke_at, start + 1000);
    assert_true(step_to(start + 5000) == INT64_MAX);
    pthread_join(late.thread, NULL);
    assert_int_equal(late.woke_at, start + 5000);
}

static void stepped_sleep_is_cancelled(void **state)
{
    (void)state;
    struct sleeper s = {0};
    clock_ms start = clock_now_ms();

    sleeper_start(&s, 1000);
    step_until_first_is(start + 1000);
    atomic_store(&s.cancel, true);
    pthread_join(s.thread, NULL);
    assert_false(s.slept);
    assert_int_equal(s.woke_at, start);
}

struct listener {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    clock_ms deadline;
    bool in_time;
};

static void *listener_main(void *arg)
{
    struct listener *l = arg;

    pthread_mutex_lock(&l->mutex);
    l->in_time = clock_cond_wait(&l->cond, &l->mutex, l->deadline);
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

/* Waits in a thread until a minute from now; rings before, or steps to the deadline. */
static bool listen_for(bool ring)
{
    struct listener l = {.mutex = PTHREAD_MUTEX_INITIALIZER, .deadline = clock_now_ms() + 60000};
    pthread_t thread;

    clock_cond_init(&l.cond);
    assert_int_equal(pthread_create(&thread, NULL, listener_main, &l), 0);
    step_until_first_is(l.deadline);
    if (ring) {
        pthread_mutex_lock(&l.mutex);
        pthread_cond_signal(&l.cond);
        pthread_mutex_unlock(&l.mutex);
    } else {
        step_to(l.deadline);
    }
    pthread_join(thread, NULL);
    pthread_cond_destroy(&l.cond);
    return l.in_time;
}

static void stepped_wait_ends_by_signal_or_deadline(void **state)
{
    (void)state;
    assert_true(listen_for(true));
    assert_false(listen_for(false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_comes_from_the_environment), cmocka_unit_test(waits_have_a_floor),
        cmocka_unit_test(program_time_runs_faster),        cmocka_unit_test(cancel_ends_a_sleep),
        cmocka_unit_test(cond_wait_ends_at_the_deadline),  cmocka_unit_test(timestamps),
    };
    const struct CMUnitTest stepped[] = {
        cmocka_unit_test(stepped_time_stands_between_steps),
        cmocka_unit_test(stepped_sleeps_end_when_due),
        cmocka_unit_test(stepped_sleep_is_cancelled),
        cmocka_unit_test(stepped_wait_ends_by_signal_or_deadline),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL) +
           cmocka_run_group_tests_name("stepped clock", stepped, start_stepping, stop_stepping);
}
