/* The question of a cleanup: its phrase and its countdown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/fakecleanup.h"
#include "tests/tools/fakeinventory.h"

static void open_question(struct fake_console *f)
{
    fake_cleanup_open(f);
    fake_keys(f, "Space d");
    assert_true(fake_shows(f, "DEREGISTER AND DELETE"));
    assert_true(fake_shows(f, "34 AMIs in 34 regions (1 release)"));
    assert_true(fake_shows(f, "[PROD]"));
    assert_true(fake_shows(f, "PERMANENT in every region"));
}

static void count_down(struct fake_console *f, int seconds)
{
    for (int i = 0; i < seconds; i++)
        console_tick(&f->console, console_due(&f->console));
    fake_cleanup_draw(f);
}

static void test_phrase_is_exact(void **state)
{
    static const char *const wrong[] = {"",
                                        "deregister",
                                        "deregister 33",
                                        "deregister 34 ",
                                        " deregister 34",
                                        "Deregister 34",
                                        "deregister  34",
                                        "y"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct fake_console f = {0};
        open_question(&f);
        fake_type(&f, wrong[i]);
        fake_keys(&f, "Enter");
        assert_int_equal(console_due(&f.console), CLOCK_NEVER);
        assert_false(fake_cleanup_ran(&f));
        fake_console_close(&f);
    }
}

static void test_phrase_then_countdown(void **state)
{
    struct fake_console f = {0};
    (void)state;
    open_question(&f);
    fake_type(&f, "deregister 34");
    assert_false(fake_cleanup_ran(&f));
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "starts in 5 s"));
    count_down(&f, 4);
    assert_true(fake_shows(&f, "starts in 1 s"));
    assert_false(fake_cleanup_ran(&f));
    count_down(&f, 1);
    assert_true(fake_cleanup_ran(&f));
    assert_int_equal(fake_cleanup_connects, 3);
    fake_console_close(&f);
}

static void paste(struct fake_console *f, const char *text)
{
    struct input in = {.kind = EVENT_PASTE, .text = text};
    console_input(&f->console, &in);
    fake_cleanup_draw(f);
}

static void test_paste_is_ignored(void **state)
{
    struct fake_console f = {0};
    (void)state;
    open_question(&f);
    paste(&f, "deregister 34");
    paste(&f, "deregister 34\n");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "locked"));
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    fake_type(&f, "deregister 34");
    fake_keys(&f, "Enter");
    count_down(&f, 2);
    paste(&f, "x");
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    assert_false(fake_cleanup_ran(&f));
    fake_console_close(&f);
}

static void test_any_key_stops_the_countdown(void **state)
{
    static const char *const keys[] = {"x", "Enter", "Esc", "Space", "Up", "Tab", "w", "q", "F1"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct fake_console f = {0};
        open_question(&f);
        fake_type(&f, "deregister 34");
        fake_keys(&f, "Enter");
        count_down(&f, 3);
        fake_keys(&f, keys[i]);
        assert_int_equal(console_due(&f.console), CLOCK_NEVER);
        count_down(&f, 10);
        assert_false(fake_cleanup_ran(&f));
        assert_true(fake_shows(&f, "DEREGISTER AND DELETE"));
        assert_true(fake_shows(&f, "locked"));
        fake_console_close(&f);
    }
}

static void test_steps(void **state)
{
    struct fake_console f = {0};
    (void)state;
    open_question(&f);
    fake_keys(&f, "Tab");
    assert_true(fake_shows(&f, "MAKE PRIVATE"));
    fake_keys(&f, "Tab");
    assert_true(fake_shows(&f, "DISABLE"));
    fake_type(&f, "deregister 34");
    fake_keys(&f, "Enter");
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    fake_console_close(&f);
}

/* A window that cannot say that it is PERMANENT does not destroy. */
static void test_low_window_is_locked(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_over(&f, fake_inventory(1), true, 40, 10, false);
    fake_keys(&f, "Space d");
    fake_type(&f, "deregister 34");
    assert_true(fake_shows(&f, "too low"));
    fake_keys(&f, "Enter");
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    fake_resize(&f, 80, 24);
    assert_true(fake_shows(&f, "PERMANENT in every region"));
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "starts in 5 s"));
    fake_console_close(&f);
}

/* Where the plan is written, or why not, stands in the question. */
static void test_write_says_where(void **state)
{
    struct fake_console f = {0};
    (void)state;
    open_question(&f);
    fake_keys(&f, "w");
    assert_true(fake_shows(&f, "there is no state folder"));
    fake_type(&f, "deregister 34");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "starts in 5 s"));
    fake_console_close(&f);
}

static void test_unchecked_is_skipped_without_an_answer(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_over(&f, fake_inventory(1), false, 120, 36, false);
    assert_true(fake_shows(&f, "? not checked"));
    fake_keys(&f, "Space d");
    assert_true(fake_shows(&f, "0 AMIs in 0 regions"));
    fake_type(&f, "deregister 34");
    fake_keys(&f, "Enter");
    assert_false(fake_cleanup_ran(&f));
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrase_is_exact),
        cmocka_unit_test(test_phrase_then_countdown),
        cmocka_unit_test(test_paste_is_ignored),
        cmocka_unit_test(test_any_key_stops_the_countdown),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_low_window_is_locked),
        cmocka_unit_test(test_write_says_where),
        cmocka_unit_test(test_unchecked_is_skipped_without_an_answer),
    };
    setenv("TZ", "UTC", 1);
    clock_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
