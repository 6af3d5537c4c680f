/* The newest of its family on the cleanup screen: a rule takes none, and nothing takes one unsaid.
 */
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

#define RULE  "/ o l d e r - t h a n : 1 Enter"
#define WORDS "/ a c m e o s Enter"
#define LEFT  "34 newest of their family left out; Space on the row itself marks one"

static void test_a_rule_takes_none(void **state)
{
    static const struct {
        const char *keys, *marked;
    } many[] = {
        {"*", "marked 34 (0 hidden)"},
        {"* *", "marked 0 (0 hidden)"},
        {"Space G V", "marked 34 (0 hidden)"},
        {"G Space", "marked 0 (0 hidden)"},
        {"G Enter G Space", "marked 0 (0 hidden)"}, /* the line of alike rows */
    };
    static const char *const left[] = {LEFT, LEFT, LEFT, LEFT,
                                       "32 newest of their family left out"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        struct fake_console f = {0};
        fake_cleanup_open(&f);
        fake_keys(&f, RULE);
        fake_keys(&f, many[i].keys);
        assert_true(fake_shows(&f, many[i].marked));
        assert_true(fake_shows(&f, left[i]));
        fake_console_close(&f);
    }
}

/* By hand is by hand: the question says so. */
static void test_a_row_by_itself(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, RULE);
    fake_keys(&f, "G Enter j Space");
    assert_true(fake_shows(&f, "marked 1 (0 hidden)"));
    assert_false(fake_cleanup_shows(&f, "left out"));
    fake_keys(&f, "d");
    assert_true(fake_shows(&f, "1 AMI in 1 region (1 release)"));
    assert_true(fake_shows(&f, "1 snapshot, ≤10.0 GiB"));
    assert_true(fake_shows(&f, "1 of these is the newest of its family"));
    assert_true(fake_shows(&f, "1 of these is public: other accounts may launch it"));
    fake_console_close(&f);
}

/* A marked newest goes again with its release, which then takes no more of them. */
static void test_a_release_unmarks(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, RULE);
    fake_keys(&f, "G Enter j Space k k Space");
    assert_true(fake_shows(&f, "marked 0 (0 hidden)"));
    fake_console_close(&f);
}

/* Without a rule that chooses, every mark is a person's own. */
static void test_words_choose_nothing(void **state)
{
    static const char *const filters[] = {"", WORDS};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct fake_console f = {0};
        fake_cleanup_open(&f);
        fake_keys(&f, filters[i]);
        fake_keys(&f, "g j j Space");
        assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
        assert_false(fake_cleanup_shows(&f, "left out"));
        fake_keys(&f, "d");
        assert_true(fake_shows(&f, "34 of these are the newest of their family"));
        assert_true(fake_shows(&f, "last launch 3 days ago  NEWEST"));
        fake_console_close(&f);
    }
}

/* d without marks is about the line, and says so; it takes the newest as little. */
static void test_the_line_without_marks(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, RULE);
    fake_keys(&f, "G d");
    assert_true(fake_shows(&f, LEFT));
    assert_false(fake_cleanup_shows(&f, "DEREGISTER AND DELETE"));
    fake_keys(&f, "g d");
    assert_true(fake_shows(&f, "none: this is the line under the cursor"));
    assert_true(fake_shows(&f, "34 AMIs in 34 regions"));
    fake_keys(&f, "Esc Space d");
    assert_false(fake_cleanup_shows(&f, "the line under the cursor"));
    fake_console_close(&f);
}

/* Before anybody has asked who uses it. */
static void test_the_state_says_it(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_over(&f, fake_inventory(1), false, 120, 36, false);
    assert_true(fake_shows(&f, "? not checked"));
    assert_true(fake_shows(&f, "yes newest"));
    fake_console_close(&f);
}

/* A new release that stands in two regions more than the old one: only there it is the newest. */
static void test_newest_in_some_regions(void **state)
{
    struct fake_console f = {0};
    struct fake_account *a = fake_account_new();
    const struct fake_image old = {.id = "ami-0aa", .name = "acmeos-11-x", .age_days = 900};
    const struct fake_image far = {.id = "ami-0ab", .name = "acmeos-11-x", .age_days = 900};
    const struct fake_image next = {.id = "ami-0ac", .name = "acmeos-12-x", .age_days = 90};
    (void)state;
    fake_add_image(a, fake_region_name(0), &old);
    fake_add_image(a, fake_region_name(1), &far);
    fake_add_image(a, fake_region_name(0), &next);
    fake_cleanup_over(&f, fake_account_end(a, 1, "acmeos-prod"), false, 120, 36, false);
    assert_true(fake_shows(&f, "1 newest"));
    fake_keys(&f, RULE);
    fake_keys(&f, "*");
    assert_true(fake_shows(&f, "marked 1 (0 hidden)"));
    assert_true(fake_shows(&f, "2 newest of their family left out"));
    fake_console_close(&f);
}

/* i is about the line, unless the cursor stands on a marked row; the pane says which. */
static void test_who_is_asked(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    assert_true(fake_shows(&f, "i: who uses these AMIs"));
    fake_keys(&f, "Space g");
    assert_true(fake_shows(&f, "i: who uses the marked"));
    fake_keys(&f, "j");
    assert_true(fake_shows(&f, "i: who uses these AMIs"));
    fake_keys(&f, "Enter j");
    assert_true(fake_shows(&f, "i: who uses this AMI"));
    fake_console_close(&f);
}

/* A range begins where Space or V marked last, and with nothing that has come between. */
static void test_a_range_has_a_begin(void **state)
{
    static const struct {
        const char *keys, *marked;
    } cases[] = {
        {"V G V", "marked 71 (0 hidden)"},
        {"Space U G V", "marked 1 (0 hidden)"},
        {"Space g Space G V", "marked 1 (0 hidden)"},
        {"Space s U G V", "marked 1 (0 hidden)"},
        {"Space * * U G V", "marked 1 (0 hidden)"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fake_console f = {0};
        fake_cleanup_open(&f);
        fake_keys(&f, cases[i].keys);
        assert_true(fake_shows(&f, cases[i].marked));
        fake_console_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rule_takes_none),      cmocka_unit_test(test_a_row_by_itself),
        cmocka_unit_test(test_a_release_unmarks),      cmocka_unit_test(test_words_choose_nothing),
        cmocka_unit_test(test_the_line_without_marks), cmocka_unit_test(test_the_state_says_it),
        cmocka_unit_test(test_newest_in_some_regions), cmocka_unit_test(test_who_is_asked),
        cmocka_unit_test(test_a_range_has_a_begin),
    };
    setenv("TZ", "UTC", 1);
    clock_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
