/* The screen of `tatami` alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screens/home_screen.h"
#include "tests/tools/fakeconsole.h"
#include "tests/tools/golden.h"

static struct journal_release releases[] = {
    {.id = (char *)"33",
     .name = (char *)"acme/1.2.3",
     .account = (char *)"123456789012",
     .phase = (char *)"done",
     .made_at = 1795400458,
     .updated_at = 1795402000},
    {.id = (char *)"22",
     .name = (char *)"acme/1.2.2",
     .account = (char *)"123456789012",
     .phase = (char *)"held",
     .made_at = 1795300000,
     .updated_at = 1795301000,
     .exit_status = 3},
    {.id = (char *)"11",
     .name = (char *)"acme/1.2.1\x1b[2J",
     .account = (char *)"123456789012",
     .phase = (char *)"stopped",
     .made_at = 1795200000,
     .updated_at = 1795200600,
     .exit_status = 130},
};

static void open_home(struct fake_console *f, size_t count, const char *trouble, int cols, int rows)
{
    fake_console_bare(f, cols, rows, false);
    console_push(&f->console, home_screen_open(releases, count, trouble));
    fake_keys(f, "^L");
    f->console.wants = 0;
}

static void test_goldens(void **state)
{
    struct fake_console f;
    (void)state;
    open_home(&f, 3, NULL, 120, 36);
    golden_check("home-120x36", f.grid);
    fake_resize(&f, 80, 24);
    golden_check("home-80x24", f.grid);
    fake_console_close(&f);
    open_home(&f, 0, NULL, 80, 24);
    golden_check("home-empty-80x24", f.grid);
    fake_console_close(&f);
}

static void test_resumes_the_unfinished(void **state)
{
    struct fake_console f;
    (void)state;
    open_home(&f, 3, NULL, 120, 36);
    assert_true(fake_shows(&f, "▸  acme/1.2.2"));
    fake_keys(&f, "j Enter");
    assert_int_equal(f.console.end, CONSOLE_RESUMES);
    assert_string_equal(f.console.resume, "11");
    fake_console_close(&f);
}

static void test_finished_is_not_resumed(void **state)
{
    struct fake_console f;
    (void)state;
    open_home(&f, 3, NULL, 120, 36);
    fake_keys(&f, "G Enter");
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    assert_true(fake_shows(&f, "acme/1.2.3 is finished"));
    fake_keys(&f, "5");
    assert_true(fake_shows(&f, "does not have that screen"));
    fake_keys(&f, "q");
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
    fake_console_close(&f);
}

static void test_trouble(void **state)
{
    struct fake_console f;
    (void)state;
    open_home(&f, 0, "the journal is of a newer tatami", 80, 24);
    assert_true(fake_shows(&f, "the journal is of a newer tatami"));
    for (int cols = 1; cols <= 130; cols += 3)
        for (int rows = 1; rows <= 40; rows++)
            fake_resize(&f, cols, rows);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_resumes_the_unfinished),
        cmocka_unit_test(test_finished_is_not_resumed),
        cmocka_unit_test(test_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
