/* The error screen and the table of meanings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/model_build.h"
#include "screens/meaning.h"
#include "tests/tools/fakeconsole.h"
#include "tests/tools/golden.h"

static void test_goldens(void **state)
{
    static const struct {
        const char *name;
        int cols, rows;
        bool ascii;
        const char *keys;
    } cases[] = {
        {"error-120x36", 120, 36, false, "Enter"},
        {"error-120x36-ascii", 120, 36, true, "Enter"},
        {"error-80x24", 80, 24, false, "Enter"},
        {"error-retry-120x36", 120, 36, false, "Enter ["},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fake_console f;
        fake_console_open(&f, FAKE_RUNNING, cases[i].cols, cases[i].rows, cases[i].ascii);
        fake_keys(&f, cases[i].keys);
        golden_check(cases[i].name, f.grid);
        fake_console_close(&f);
    }
}

static void test_every_kind_has_a_meaning(void **state)
{
    (void)state;
    for (int kind = ERR_NONE + 1; kind < ERR_KINDS; kind++) {
        const struct meaning *m = meaning_of((enum err_kind)kind, "");
        if (m->kind != (enum err_kind)kind)
            fail_msg("no meaning for %s", err_kind_name((enum err_kind)kind));
        assert_null(m->code);
    }
    assert_non_null(strstr(meaning_of(ERR_NONE, "")->means, "no explanation"));
}

static void test_code_goes_before_kind(void **state)
{
    (void)state;
    assert_string_equal(meaning_of(ERR_LIMIT, "ResourceLimitExceeded")->code,
                        "ResourceLimitExceeded");
    assert_null(meaning_of(ERR_LIMIT, "SomethingNew")->code);
    assert_null(meaning_of(ERR_DENIED, "ResourceLimitExceeded")->code);
}

static void test_fills_the_region_in(void **state)
{
    struct meaning_way way = {.key = "enable", .does = "enable REGION now"};
    struct safe_text region = text_safe("eu-west-1"), none = {0};
    struct safe_text filled = meaning_fill(&way, &region), bare = meaning_fill(&way, &none);
    (void)state;
    assert_string_equal(filled.utf8, "enable eu-west-1 now");
    assert_string_equal(bare.utf8, "enable REGION now");
    text_free(&region);
    text_free(&filled);
    text_free(&bare);
}

static void test_keys(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "ap-southeast-5 > error 2 of 2"));
    fake_keys(&f, "y");
    assert_string_equal(f.copied, "8f0c2a4e-6d1b-4c55-9e0f-3a77d1c4b1e2");
    fake_keys(&f, "Y");
    assert_non_null(strstr(f.copied, "AuthFailure (HTTP 401)"));
    fake_keys(&f, "r");
    assert_int_equal(f.commands[0].kind, COMMAND_RETRY);
    assert_int_equal(f.commands[0].region, 13);
    fake_keys(&f, "]");
    assert_true(fake_shows(&f, "ap-southeast-3 > error 1 of 2"));
    fake_keys(&f, "r");
    assert_int_equal(f.command_count, 1);
    assert_true(fake_shows(&f, "ap-southeast-3 tries again by itself"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "release acme/1.2.3"));
    fake_console_close(&f);
}

/* A disk's error is shown too, and retried with all that failed. */
static void test_disk(void **state)
{
    struct fake_console f;
    struct err err = {.kind = ERR_FAILED, .operation = "ImportSnapshot", .region = "us-east-1"};
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    f.model->disks[0].error = model_error_new(&err, 0, 0, 1);
    f.model->disks[0].state = DISK_FAILED;
    f.model->disks[0].word = WORD_FAIL;
    fake_changed(&f);
    fake_keys(&f, "Enter [ [");
    assert_true(fake_shows(&f, "root > error 1 of 3"));
    assert_true(fake_shows(&f, "ImportSnapshot in us-east-1"));
    fake_keys(&f, "x");
    assert_true(fake_shows(&f, "this is no region's error"));
    fake_keys(&f, "r");
    assert_int_equal(f.commands[0].kind, COMMAND_RETRY);
    assert_int_equal(f.commands[0].image, -1);
    fake_console_close(&f);
}

/* An error that goes away while it is looked at. */
static void test_error_that_goes(void **state)
{
    struct fake_console f;
    struct model *without;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "Enter");
    without = fake_model(FAKE_DONE);
    without->number = 2;
    console_model(&f.console, without);
    console_draw(&f.console, f.grid);
    assert_true(fake_shows(&f, "This error is gone"));
    fake_keys(&f, "r x y Y [ ] j");
    assert_int_equal(f.command_count, 0);
    f.model->number = 3;
    console_model(&f.console, f.model);
    fake_model_free(without);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_every_kind_has_a_meaning),
        cmocka_unit_test(test_code_goes_before_kind),
        cmocka_unit_test(test_fills_the_region_in),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_disk),
        cmocka_unit_test(test_error_that_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
