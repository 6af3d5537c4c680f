/* core/watch: what changed, what failed, and what stands still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tools/watchscene.h"

#define AVAILABLE EC2_IMAGE_AVAILABLE
#define PENDING   EC2_IMAGE_PENDING

static void tells_the_first_failure(void **state)
{
    (void)state;
    watchscene_look();
    for (int r = 0; r < REGIONS; r++)
        watchscene_image(r, "ami-01", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_look();
    watchscene_image(HOME, "ami-01", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-01", "acme/1-x", EC2_IMAGE_FAILED, false, "4c1f", MINUTE);
    watchscene_image(EAST, "ami-01", "acme/1-x", EC2_IMAGE_FAILED, false, "4c1f", MINUTE);
    watchscene_look();
    size_t alarms = 0;
    for (size_t i = 0; i < watchscene.view->change_count; i++)
        alarms += watchscene.view->changes[i].alarm == WATCH_FAILED;
    assert_int_equal(alarms, 1);
    assert_int_equal(watchscene_release()->failed, 2);
    assert_int_equal(watchscene_release()->failures, 2);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_FAIL);
    assert_non_null(watchscene_change("failed"));
}

static void tells_what_stands_still(void **state)
{
    (void)state;
    watchscene_look();
    watchscene_task(EC2_IMPORT_ACTIVE, 19, MINUTE, MINUTE, true);
    watchscene.now_ms = 15 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene.view->imports[0].word, WORD_IMPT);
    assert_int_equal(watchscene.view->counts.tasks_active, 1);
    watchscene_task(EC2_IMPORT_ACTIVE, 19, MINUTE, MINUTE, true);
    watchscene.now_ms = 59 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene.view->imports[0].word, WORD_STAL);
    assert_int_equal(watchscene.view->imports[0].eta_ms, -1);
    assert_int_equal(watchscene.view->counts.tasks_stalled, 1);
    assert_int_equal(watchscene_release()->cells[HOME].word, WORD_STAL);
    assert_non_null(watchscene_change("no change for 0:58:00 (usual: 0:15:00)"));
    watchscene_task(EC2_IMPORT_ACTIVE, 19, MINUTE, MINUTE, true);
    watchscene.now_ms = 60 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene_news(), 0); /* told once */
    watchscene_task(EC2_IMPORT_ACTIVE, 21, MINUTE, 61 * MINUTE, true);
    watchscene.now_ms = 61 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene.view->imports[0].word, WORD_IMPT);
    assert_non_null(watchscene_change("moves again"));
    assert_non_null(watchscene_change("19% to 21%"));
}

static void an_age_that_nobody_saw_begin_is_at_least(void **state)
{
    (void)state;
    watchscene_task(EC2_IMPORT_ACTIVE, 40, MINUTE, MINUTE, false);
    watchscene_look();
    assert_true(watchscene.view->imports[0].age_at_least);
    assert_int_equal(watchscene.view->imports[0].eta_ms, -1);
    watchscene_task(EC2_IMPORT_ACTIVE, 60, MINUTE, 3 * MINUTE, false);
    watchscene.now_ms = 3 * MINUTE;
    watchscene_look();
    /* 20 % in two minutes: 40 % are four. */
    assert_int_equal(watchscene.view->imports[0].eta_ms, 4 * MINUTE);
}

static void a_failed_task_is_a_failure(void **state)
{
    (void)state;
    watchscene_look();
    watchscene_task(EC2_IMPORT_ACTIVE, 40, MINUTE, MINUTE, true);
    watchscene_look();
    watchscene_task(EC2_IMPORT_ENDED, 40, MINUTE, 2 * MINUTE, true);
    watchscene.now_ms = 2 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene.view->imports[0].word, WORD_FAIL);
    assert_int_equal(watchscene.view->counts.tasks_failed, 1);
    assert_int_equal(watchscene_change("deleted")->alarm, WATCH_FAILED);
    assert_int_equal(watchscene_release()->cells[HOME].word, WORD_FAIL);
}

static void the_first_look_is_no_change(void **state)
{
    (void)state;
    watchscene.unread[WEST] = true;
    watchscene_look();
    watchscene.unread[WEST] = false;
    watchscene_image(WEST, "ami-01", "acme/1-x", AVAILABLE, true, "4c1f", 2);
    watchscene.now_ms = 100 * MINUTE;
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    watchscene_image(WEST, "ami-02", "other", AVAILABLE, false, NULL, 2);
    watchscene_look();
    assert_non_null(watchscene_change("new, available"));
    assert_int_equal(watchscene_news(), 1);
    watchscene_image(WEST, "ami-02", "other", AVAILABLE, false, NULL, 2);
    watchscene_look();
    assert_string_equal(watchscene_change("deregistered")->id, "ami-01");
    assert_int_equal(watchscene_news(), 1);
}

static void all_three(bool west, bool is_public)
{
    watchscene_image(HOME, "ami-01", "acme/1-x", AVAILABLE, is_public, "4c1f", MINUTE);
    watchscene_image(EAST, "ami-03", "acme/1-x", AVAILABLE, is_public, "4c1f", MINUTE);
    if (!west)
        return;
    watchscene_image(WEST, "ami-02", "acme/1-x", AVAILABLE, is_public, "4c1f", MINUTE);
    watchscene_copy(WEST, "ami-02", 50);
}

/* EC2's lists are eventually consistent: what one look misses is still there. */
static void one_look_without_it_is_no_end(void **state)
{
    (void)state;
    watch_follow(watchscene.watch, "acme/1");
    all_three(true, false);
    watchscene_look();
    all_three(false, false);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    assert_int_equal(watchscene_release()->done, 3);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_PRIV);
    all_three(true, false);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    /* What changed meanwhile is told, and not that it is new. */
    all_three(false, false);
    watchscene_look();
    all_three(true, true);
    watchscene_look();
    assert_null(watchscene_change("new"));
    assert_non_null(watchscene_change("public"));
}

static void what_two_looks_miss_is_gone(void **state)
{
    (void)state;
    watch_follow(watchscene.watch, "acme/1");
    all_three(true, true);
    watchscene_look();
    all_three(false, true);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    /* A look that fails says nothing. */
    watchscene.broken[WEST] = true;
    watchscene.stale_ms[WEST] = watchscene.now_ms + (clock_ms)watchscene.number - 1;
    all_three(false, true);
    watchscene_look();
    assert_null(watchscene_change("deregistered"));
    watchscene.broken[WEST] = false;
    all_three(false, true);
    watchscene_look();
    assert_string_equal(watchscene_change("deregistered")->id, "ami-02");
    assert_string_equal(watchscene_change("snapshot deleted")->id, "snap-of-ami-02");
    all_three(false, true);
    watchscene_look();
    assert_int_equal(watchscene_news(), 0);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_SKIP);
    all_three(true, true);
    watchscene_look();
    assert_non_null(watchscene_change("new, available"));
}

static void a_silent_region_is_told_once(void **state)
{
    (void)state;
    watchscene_image(HOME, "ami-01", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_look();
    watchscene.broken[WEST] = true;
    watchscene_image(HOME, "ami-01", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_look();
    assert_int_equal(watchscene_news(), 1);
    assert_string_equal(watchscene_change("cannot be read: no answer")->region,
                        watchscene_names[WEST]);
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_RTRY);
    assert_true(watchscene_release()->cells[WEST].old);
    assert_int_equal(watchscene_release()->eta_ms, -1);
    watchscene.broken[WEST] = false;
    watchscene_image(HOME, "ami-01", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_image(WEST, "ami-02", "acme/1-x", PENDING, false, "4c1f", MINUTE);
    watchscene_look();
    assert_non_null(watchscene_change("answers again"));
    assert_int_equal(watchscene_release()->cells[WEST].word, WORD_COPY);
}

static void what_was_read_is_marked(void **state)
{
    (void)state;
    watchscene_look();
    watchscene_image(HOME, "ami-01", "a", AVAILABLE, false, NULL, 2);
    watchscene_look();
    assert_int_equal(watchscene.view->unread, 1);
    watch_mark_read(watchscene.watch, watchscene_calendar(watchscene.now_ms));
    assert_int_equal(watchscene.view->unread, 0);
    assert_int_equal(watchscene.view->change_count, 1);
    watchscene_image(HOME, "ami-01", "a", PENDING, false, NULL, 2);
    watchscene_look();
    assert_int_equal(watchscene.view->unread, 1);
}

static void says_it_in_a_line(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    watchscene_look();
    watch_summary(watchscene.view, &out);
    assert_string_equal(buf_str(&out), "0 releases in flight   0 import tasks");
    buf_reset(&out);
    watch_title(watchscene.view, &out);
    assert_string_equal(buf_str(&out), "tatami watch");
    watchscene_task(EC2_IMPORT_ACTIVE, 50, MINUTE, MINUTE, true);
    watchscene_look();
    buf_reset(&out);
    watch_summary(watchscene.view, &out);
    assert_string_equal(buf_str(&out),
                        "1 release in flight: 0 yours, 1 other   1 import task: 1 active");
    buf_reset(&out);
    watch_title(watchscene.view, &out);
    assert_string_equal(buf_str(&out), "0/3 acme/1 - tatami watch");
    buf_reset(&out);
    watch_add_duration(&out, 3 * 86400000LL);
    watch_add_duration(&out, 7 * MINUTE + 10 * 1000);
    assert_string_equal(buf_str(&out), "3 d0:07:10");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_the_first_failure, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(tells_what_stands_still, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(an_age_that_nobody_saw_begin_is_at_least, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(a_failed_task_is_a_failure, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(the_first_look_is_no_change, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(one_look_without_it_is_no_end, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(what_two_looks_miss_is_gone, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(a_silent_region_is_told_once, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(what_was_read_is_marked, watchscene_setup,
                                        watchscene_teardown),
        cmocka_unit_test_setup_teardown(says_it_in_a_line, watchscene_setup, watchscene_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
