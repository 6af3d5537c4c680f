/* The plan before :go, and what comes behind it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/tools/fakeconsole.h"

static void test_goldens(void **state)
{
    static const struct fake_golden goldens[] = {
        {"plan-120x36", FAKE_PLANNED, 120, 36, false, ""},
        {"plan-120x36-ascii", FAKE_PLANNED, 120, 36, true, ""},
        {"plan-80x24", FAKE_PLANNED, 80, 24, false, ""},
        {"plan-80x24-below", FAKE_PLANNED, 80, 24, false, "PgDn"},
        {"plan-go-120x36", FAKE_PLANNED, 120, 36, false, ": g o"},
        {"plan-refused-80x24", FAKE_REFUSED, 80, 24, false, ""},
    };
    (void)state;
    fake_goldens(goldens, sizeof(goldens) / sizeof(goldens[0]));
}

static void test_go(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_PLANNED, 120, 36, false);
    fake_keys(&f, "g o y");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "To start, type  :go  with the colon, then Enter."));
    fake_keys(&f, "Enter Enter");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, ": g o");
    assert_true(fake_shows(&f, "Enter: upload 8.00 GiB, 2 AMIs + 66 copies, then PUBLIC"));
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 1);
    assert_int_equal(f.commands[0].kind, COMMAND_GO);
    f.model->phase = PHASE_RUNNING;
    fake_changed(&f);
    assert_true(fake_shows(&f, "Regions 34"));
    fake_console_close(&f);
}

static void test_refuse(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_PLANNED, 120, 36, false);
    fake_keys(&f, "q");
    assert_int_equal(f.command_count, 1);
    assert_int_equal(f.commands[0].kind, COMMAND_REFUSE);
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    f.model->phase = PHASE_REFUSED;
    fake_changed(&f);
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
    fake_console_close(&f);
}

static void test_not_before_the_answer(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_PLANNED, 120, 36, false);
    f.model->phase = PHASE_RESOLVING;
    fake_changed(&f);
    assert_true(fake_shows(&f, "asking AWS who we are"));
    fake_keys(&f, ": g o Enter");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, ":go  AWS has not answered yet"));
    fake_console_close(&f);
}

static void test_read_only(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_PLANNED, 120, 36, false);
    f.model->read_only = true;
    fake_changed(&f);
    fake_keys(&f, ": g o Enter");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "q");
    assert_int_equal(f.command_count, 1);
    assert_int_equal(f.commands[0].kind, COMMAND_REFUSE);
    fake_console_close(&f);
}

static void test_rehearsal_is_said(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_PLANNED, 120, 36, false);
    f.model->rehearsal = true;
    fake_changed(&f);
    assert_true(fake_shows(&f, "acme [REHEARSAL]"));
    assert_true(fake_shows(&f, "a simulator answers, nothing leaves this machine"));
    fake_console_close(&f);
}

static void test_any_size(void **state)
{
    static const enum fake_scene scenes[] = {FAKE_PLANNED, FAKE_REFUSED};
    (void)state;
    for (size_t s = 0; s < 2; s++) {
        struct fake_console f;
        fake_console_open(&f, scenes[s], 120, 36, false);
        for (int cols = 1; cols <= 200; cols += cols < 30 ? 1 : 13)
            for (int rows = 1; rows <= 60; rows += rows < 10 ? 1 : 7)
                fake_resize(&f, cols, rows);
        fake_console_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),   cmocka_unit_test(test_go),
        cmocka_unit_test(test_refuse),    cmocka_unit_test(test_not_before_the_answer),
        cmocka_unit_test(test_read_only), cmocka_unit_test(test_rehearsal_is_said),
        cmocka_unit_test(test_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
