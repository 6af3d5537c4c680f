/* The palette: completion, what Enter will do, and doing it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pace.h"
#include "tests/tools/fakeconsole.h"
#include "tests/tools/golden.h"

static void test_shows_what_there_is(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, ": p");
    golden_check("palette-120x36", f.grid);
    fake_keys(&f, "Esc");
    assert_false(f.console.palette.open);
    fake_console_close(&f);
}

static void test_explains(void **state)
{
    static const struct {
        const char *typed, *says;
    } cases[] = {
        {"nonsense", "no command \"nonsense\" here"},
        {"go", "not now: this release is already running"},
        {"retry all", "Enter: tries all that failed again"},
        {"retry", "Enter: tries ap-southeast-5 again"},
        {"public", "Enter: asks before ap-southeast-5 go public"},
        {"connections 12", "Enter: uploads use 12 connections (now 8)"},
        {"events", "Enter: events"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fake_console f;
        fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
        fake_keys(&f, ":");
        fake_type(&f, cases[i].typed);
        assert_true(fake_shows(&f, cases[i].says));
        fake_console_close(&f);
    }
}

static void type_command(struct fake_console *f, const char *command)
{
    fake_keys(f, ":");
    fake_type(f, command);
    fake_keys(f, "Enter");
}

static void test_does(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    type_command(&f, "retry all");
    assert_int_equal(f.commands[0].kind, COMMAND_RETRY);
    assert_int_equal(f.commands[0].image, -1);
    type_command(&f, "connections 12");
    assert_int_equal(f.commands[1].kind, COMMAND_CONNECTIONS);
    assert_int_equal(f.commands[1].number, 12);
    type_command(&f, "connections 1000");
    assert_int_equal(f.commands[2].number, PACE_CONNECTIONS_MAX);
    type_command(&f, "filter state:copy");
    assert_true(fake_shows(&f, "/state:copy"));
    type_command(&f, "help");
    assert_true(fake_shows(&f, "HELP"));
    fake_console_close(&f);
}

static void test_refuses(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    type_command(&f, "go");
    assert_true(fake_shows(&f, ":go  this release is already running"));
    type_command(&f, "frobnicate");
    assert_true(fake_shows(&f, "No command \"frobnicate\" here"));
    type_command(&f, "");
    assert_int_equal(f.command_count, 0);
    fake_console_close(&f);
}

/* Public for all takes a phrase with the release's name and the whole count. */
static void test_public_all(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    ((struct plan *)f.model->plan)->is_public = false;
    fake_changed(&f);
    type_command(&f, "public all");
    assert_true(fake_shows(&f, "public acme/1.2.3 123456789012 68"));
    fake_type(&f, "public acme/1.2.3 123456789012 68");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 68);
    assert_int_equal(f.commands[67].kind, COMMAND_WISH_PUBLIC);
    assert_int_equal(f.commands[67].image, 1);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shows_what_there_is),
        cmocka_unit_test(test_explains),
        cmocka_unit_test(test_does),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_public_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
