/* The release screen: what keys and commands ask of the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tools/fakeconsole.h"

/* Indexes of fakemodel's regions. */
enum { USE1 = 0, SE5 = 13 };

static void test_retry(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "r");
    fake_expect(&f, 0, COMMAND_RETRY, 0, SE5);
    fake_keys(&f, "R");
    fake_expect(&f, 1, COMMAND_RETRY, -1, -1);
    fake_keys(&f, "l r");
    assert_int_equal(f.command_count, 2);
    assert_true(fake_shows(&f, "ap-southeast-4 tries again by itself"));
    fake_console_close(&f);
}

static void test_retry_marked(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    fake_keys(&f, "v Space Space Space r");
    assert_int_equal(f.command_count, 1);
    fake_expect(&f, 0, COMMAND_RETRY, 0, SE5);
    fake_console_close(&f);
}

static void test_wish_private_before_the_wave(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "l l l p");
    assert_int_equal(f.command_count, 1);
    fake_expect(&f, 0, COMMAND_WISH_PRIVATE, 0, USE1);
    fake_console_close(&f);
}

static void test_wish_public_asks(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    f.model->cells[USE1].wish = WISH_PRIVATE;
    fake_changed(&f);
    fake_keys(&f, "l l l p");
    assert_true(fake_shows(&f, "MAKE PUBLIC"));
    assert_true(fake_shows(&f, "public acme/1.2.3-x86_64-linux 123456789012 1"));
    fake_type(&f, "public acme/1.2.3-x86_64-linux 123456789012 2");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "Backspace");
    fake_type(&f, "1");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 1);
    fake_expect(&f, 0, COMMAND_WISH_PUBLIC, 0, USE1);
    fake_console_close(&f);
}

static void test_take_back_asks(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_DONE, 120, 36, false);
    fake_keys(&f, "Space Space p");
    assert_true(fake_shows(&f, "TAKE BACK FROM PUBLIC"));
    fake_type(&f, "private acme/1.2.3-x86_64-linux 123456789012 2");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 2);
    fake_expect(&f, 0, COMMAND_WISH_PRIVATE, 0, 0);
    fake_expect(&f, 1, COMMAND_WISH_PRIVATE, 0, 1);
    fake_console_close(&f);
}

static void test_take_all_back(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "z");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "nothing of the release is public"));
    fake_console_close(&f);
    fake_console_open(&f, FAKE_DONE, 120, 36, false);
    fake_keys(&f, "z");
    assert_true(fake_shows(&f, "TAKE BACK THE RELEASE"));
    assert_true(fake_shows(&f, "private acme/1.2.3 123456789012 68"));
    fake_type(&f, "private acme/1.2.3 123456789012 34");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "Backspace Backspace");
    fake_type(&f, "68");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 1);
    fake_expect(&f, 0, COMMAND_WISH_PRIVATE, -1, -1);
    fake_console_close(&f);
}

static void test_signed_out(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    assert_false(fake_shows(&f, "keys "));
    fake_keys(&f, "L");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "the credentials are good"));
    f.model->keys_left_s = 95;
    fake_changed(&f);
    fake_keys(&f, "j");
    assert_true(fake_shows(&f, "keys 1:3"));
    f.model->keys_left_s = 0;
    f.model->signed_out = true;
    fake_changed(&f);
    fake_keys(&f, "L");
    assert_true(fake_shows(&f, "[SIGNED OUT]"));
    fake_expect(&f, 0, COMMAND_SIGN_IN, -1, -1);
    fake_console_close(&f);
}

static void test_cancel(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_DONE, 80, 24, false);
    fake_type(&f, ":cancel");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "the release is finished"));
    fake_console_close(&f);
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_type(&f, ":cancel");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "CANCEL THE RELEASE?"));
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "y");
    fake_expect(&f, 0, COMMAND_STOP, -1, -1);
    assert_true(f.console.cancels);
    fake_console_close(&f);
}

static void test_leave_out(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "x");
    fake_expect(&f, 0, COMMAND_LEAVE_OUT, -1, SE5);
    fake_cell(f.model, "ap-southeast-5")->left_out = true;
    fake_changed(&f);
    fake_keys(&f, "x");
    fake_expect(&f, 1, COMMAND_REJOIN, -1, SE5);
    fake_console_close(&f);
}

static void test_home_stays(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "l l l x");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "us-east-1 is the home region"));
    fake_console_close(&f);
}

/* The home region among the marks stays, and that is said. */
static void test_marked_home_stays(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_IMPORT, 120, 36, false);
    fake_keys(&f, "v Space Space Space x");
    assert_int_equal(f.command_count, 2);
    fake_expect(&f, 0, COMMAND_LEAVE_OUT, -1, 1);
    fake_expect(&f, 1, COMMAND_LEAVE_OUT, -1, 2);
    assert_true(fake_shows(&f, "2 regions left out"));
    assert_true(fake_shows(&f, "us-east-1 stays: it is the home region"));
    fake_console_close(&f);
}

/* Something verified in any image takes a question, since x takes the region from all. */
static void test_leave_out_of_verified_asks(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "/ r e g i o n : e u - w e s t - 1 Enter ] x");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "LEAVE OUT?"));
    assert_true(fake_shows(&f, "1 region, with all 2 images"));
    assert_true(fake_shows(&f, "PRIV  x86_64-linux"));
    fake_keys(&f, "x Enter x y");
    assert_int_equal(f.command_count, 1);
    assert_int_equal(f.commands[0].kind, COMMAND_LEAVE_OUT);
    assert_int_equal(f.commands[0].image, -1);
    fake_console_close(&f);
}

/* Leaving the last failed region out starts the wave, so that it takes a phrase. */
static void test_leave_out_that_opens_the_barrier(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    fake_keys(&f, "x x x Enter Enter");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "66 AMIs become public at once"));
    fake_keys(&f, "Esc x");
    fake_type(&f, "publish acme/1.2.3 123456789012 66");
    fake_keys(&f, "Enter");
    assert_int_equal(f.command_count, 1);
    fake_expect(&f, 0, COMMAND_LEAVE_OUT, -1, SE5);
    fake_console_close(&f);
}

static void test_upload_keys(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "u + -");
    fake_expect(&f, 0, COMMAND_PAUSE, -1, -1);
    assert_int_equal(f.commands[1].kind, COMMAND_CONNECTIONS);
    assert_int_equal(f.commands[1].number, 9);
    assert_int_equal(f.commands[2].number, 7);
    f.model->paused = true;
    fake_changed(&f);
    fake_keys(&f, "u");
    fake_expect(&f, 3, COMMAND_CONTINUE, -1, -1);
    fake_console_close(&f);

    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    fake_keys(&f, "u");
    assert_int_equal(f.command_count, 0);
    assert_true(fake_shows(&f, "no upload is left to pause"));
    fake_console_close(&f);
}

static void test_read_only(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    f.model->read_only = true;
    fake_changed(&f);
    assert_true(fake_shows(&f, "[READ-ONLY]"));
    fake_keys(&f, "r R p x u +");
    fake_keys(&f, ": r e t r y Enter");
    assert_int_equal(f.command_count, 0);
    fake_keys(&f, "r");
    assert_true(fake_shows(&f, "read only: nothing is changed"));
    fake_console_close(&f);
}

static void test_copy(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "l l l y");
    assert_string_equal(f.copied, f.model->cells[0].ami.utf8);
    assert_true(fake_shows(&f, "Sent to the clipboard"));
    fake_keys(&f, "Y");
    assert_non_null(strstr(f.copied, "acme/1.2.3-x86_64-linux us-east-1 PRIV ami-"));
    fake_keys(&f, "h h h y");
    assert_string_equal(f.copied, "ap-southeast-5");
    fake_console_close(&f);
}

static void test_leave(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_keys(&f, "q");
    assert_true(fake_shows(&f, "LEAVE?"));
    assert_true(fake_shows(&f, "1 upload (61%)"));
    f.model->disks[1].bytes_done = f.model->disks[1].bytes_total / 2;
    fake_changed(&f);
    assert_true(fake_shows(&f, "1 upload (50%)"));
    assert_true(fake_shows(&f, "48 AMIs to be verified"));
    fake_keys(&f, "Enter Esc");
    assert_int_equal(f.command_count, 0);
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    fake_keys(&f, "^C s");
    fake_expect(&f, 0, COMMAND_STOP, -1, -1);
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    f.model->phase = PHASE_STOPPED;
    fake_changed(&f);
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
    fake_console_close(&f);

    /* Into the background it goes by the same stop. */
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_keys(&f, "q b");
    fake_expect(&f, 0, COMMAND_STOP, -1, -1);
    assert_true(f.console.background);
    fake_console_close(&f);

    fake_console_open(&f, FAKE_DONE, 80, 24, false);
    fake_keys(&f, "Esc");
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    fake_keys(&f, "q");
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry),
        cmocka_unit_test(test_retry_marked),
        cmocka_unit_test(test_wish_private_before_the_wave),
        cmocka_unit_test(test_wish_public_asks),
        cmocka_unit_test(test_take_back_asks),
        cmocka_unit_test(test_take_all_back),
        cmocka_unit_test(test_signed_out),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_leave_out),
        cmocka_unit_test(test_home_stays),
        cmocka_unit_test(test_marked_home_stays),
        cmocka_unit_test(test_leave_out_of_verified_asks),
        cmocka_unit_test(test_leave_out_that_opens_the_barrier),
        cmocka_unit_test(test_upload_keys),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
