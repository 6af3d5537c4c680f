/* The cleanup screen: golden screens, folds, marks, the filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/options.h"
#include "tests/tools/fakecleanup.h"
#include "tests/tools/fakeinventory.h"
#include "tests/tools/golden.h"

static char price[] = "0.05";
static const struct settings priced = {.verb = VERB_CLEANUP, .price_gib_month = price};

struct shot {
    const char *name;
    int cols, rows;
    bool ascii, checked;
    const char *keys;
};

static const struct shot goldens[] = {
    {"cleanup-120x36", 120, 36, false, true, ""},
    {"cleanup-120x36-ascii", 120, 36, true, true, ""},
    {"cleanup-80x24", 80, 24, false, true, ""},
    {"cleanup-80x24-ascii", 80, 24, true, true, ""},
    {"cleanup-unchecked-120x36", 120, 36, false, false, "Enter"},
    {"cleanup-marks-120x36", 120, 36, false, true, "Enter Space j"},
    {"cleanup-marks-80x24", 80, 24, false, true, "Enter Space j"},
    {"cleanup-row-120x36", 120, 36, false, true, "Enter j"},
    {"cleanup-filter-80x24", 80, 24, false, true, "/ o l d e r"},
    {"cleanup-39x9", 39, 9, false, true, "Space"},
    {"cleanup-1x1", 1, 1, false, true, ""},
    {"cleanup-dialog-120x36", 120, 36, false, true, "Space d"},
    {"cleanup-dialog-120x36-ascii", 120, 36, true, true, "Space d"},
    {"cleanup-dialog-80x24", 80, 24, false, true, "Space d d e r e g"},
    {"cleanup-dialog-80x24-ascii", 80, 24, true, true, "Space d d e r e g"},
    {"cleanup-help-120x36", 120, 36, false, true, "?"},
    {"cleanup-detail-120x36", 120, 36, false, true, "Enter j Enter"},
    {"cleanup-detail-80x24", 80, 24, false, true, "Enter j Enter"},
};

static const struct shot priced_goldens[] = {
    {"cleanup-price-120x36", 120, 36, false, true, "Space Enter"},
    {"cleanup-price-80x24", 80, 24, false, true, "Space"},
    {"cleanup-price-dialog-80x24", 80, 24, false, true, "Space d"},
};

/* True when the cells from x on look like the pattern: '#' is a digit, '%' a hexadecimal one. */
static bool looks_like(const struct grid *g, int x, int y, const char *pattern)
{
    for (; *pattern != '\0'; pattern++, x++) {
        wchar_t c = grid_cell(g, x, y).glyph[0];
        bool digit = c >= '0' && c <= '9', hex = digit || (c >= 'a' && c <= 'f');
        if (!(*pattern == '#' ? digit : *pattern == '%' ? hex : c == (wchar_t)*pattern))
            return false;
    }
    return true;
}

/* Dates and the plan's hash differ from day to day: zeros stand for them. */
static void mask(const struct grid *g)
{
    static const char *const patterns[] = {"####-##-##", "plan %%%%%%%%%%%%", " ##:##"};
    for (size_t p = 0; p < ARRAY_LEN(patterns); p++)
        for (int y = 0; y < g->rows; y++)
            for (int x = 0; x < g->cols; x++)
                for (int i = 0, n = (int)strlen(patterns[p]);
                     looks_like(g, x, y, patterns[p]) && i < n; i++)
                    if (patterns[p][n - 1 - i] == '#' || patterns[p][n - 1 - i] == '%')
                        g->cells[y * g->cols + x + n - 1 - i].glyph[0] = '0';
}

static void check_goldens(const struct shot *shots, size_t count, const struct settings *settings)
{
    for (size_t i = 0; i < count; i++) {
        struct fake_console f = {.console = {.settings = settings}};
        fake_cleanup_over(&f, fake_inventory(1), shots[i].checked, shots[i].cols, shots[i].rows,
                          shots[i].ascii);
        fake_keys(&f, shots[i].keys);
        mask(f.grid);
        golden_check(shots[i].name, f.grid);
        fake_console_close(&f);
    }
}

static void test_goldens(void **state)
{
    (void)state;
    check_goldens(goldens, ARRAY_LEN(goldens), NULL);
}

/* The same cells in ASCII, on the table and in the question. */
static void test_ascii_is_cell_for_cell(void **state)
{
    struct fake_console u = {0}, a = {0};
    (void)state;
    fake_cleanup_over(&u, fake_inventory(1), true, 120, 36, false);
    fake_cleanup_over(&a, fake_inventory(1), true, 120, 36, true);
    static const char *const keys[] = {"Enter", "Space", "d"};
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        fake_keys(&u, keys[k]);
        fake_keys(&a, keys[k]);
        mask(u.grid);
        mask(a.grid);
        for (int y = 0; y < 36; y++)
            for (int x = 0; x < 120; x++) {
                struct cell one = grid_cell(u.grid, x, y), two = grid_cell(a.grid, x, y);
                assert_int_equal(two.glyph[0], grid_ascii(one.glyph[0]));
                assert_int_equal(one.role, two.role);
            }
    }
    fake_console_close(&u);
    fake_console_close(&a);
}

/* Money stands there only with a price. */
static void test_price(void **state)
{
    (void)state;
    check_goldens(priced_goldens, ARRAY_LEN(priced_goldens), &priced);
}

static void test_fold(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    assert_true(fake_shows(&f, "+ acmeos-12-amd64-20250213-2021"));
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "- acmeos-12-amd64-20250213-2021"));
    assert_true(fake_shows(&f, "… 32 more, all alike"));
    fake_keys(&f, "j j j Enter");
    assert_false(fake_cleanup_shows(&f, "more, all alike"));
    assert_true(fake_shows(&f, "eu-north-1     ami-0101300000000000a"));
    fake_keys(&f, "g Enter");
    assert_false(fake_cleanup_shows(&f, "eu-north-1     ami-0101300000000000a"));
    fake_console_close(&f);
}

/* A release marks its AMIs in all regions; what is protected is not marked and says why. */
static void test_marks(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Space");
    assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
    assert_true(fake_shows(&f, "[x] + acmeos-12-amd64-20250213-2021"));
    fake_keys(&f, "Space");
    assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
    assert_true(fake_shows(&f, "It stays: "));
    assert_true(fake_shows(&f, "[#] + acmeos-12-amd64-20250530-2128"));
    fake_keys(&f, "g Enter j Space");
    assert_true(fake_shows(&f, "marked 33 (0 hidden)"));
    assert_true(fake_shows(&f, "[-] - acmeos-12-amd64-20250213-2021"));
    fake_keys(&f, "U");
    assert_true(fake_shows(&f, "marked 0 (0 hidden)"));
    fake_console_close(&f);
}

static void test_range_and_invert(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Enter j Space j V");
    assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
    fake_keys(&f, "U *");
    /* The first and the third release, snapshot, object and upload. */
    assert_true(fake_shows(&f, "marked 71 (0 hidden)"));
    fake_keys(&f, "*");
    assert_true(fake_shows(&f, "marked 0 (0 hidden)"));
    fake_console_close(&f);
}

static void test_hidden_marks_stay_and_are_counted(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Space / r e g i o n : e u - * Enter");
    assert_true(fake_shows(&f, "marked 34 (26 hidden)"));
    fake_keys(&f, "d");
    assert_true(fake_shows(&f, "Marks hidden by the filter: 26, they stay as they are"));
    assert_true(fake_shows(&f, "8 AMIs in 8 regions"));
    fake_keys(&f, "Esc Esc");
    assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
    fake_console_close(&f);
}

static void test_all_marks_hidden(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Space / n a m e : n o n e Enter d");
    assert_true(fake_shows(&f, "Nothing matches"));
    assert_false(fake_cleanup_shows(&f, "DEREGISTER AND DELETE"));
    fake_console_close(&f);
}

static void test_marked_only(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Enter j Space M");
    assert_true(fake_shows(&f, "marked only"));
    assert_true(fake_shows(&f, "af-south-1"));
    assert_false(fake_cleanup_shows(&f, "20250530"));
    assert_false(fake_cleanup_shows(&f, "more, all alike"));
    fake_keys(&f, "M");
    assert_true(fake_shows(&f, "20250530"));
    fake_console_close(&f);
}

/* Rows come and go; marks and cursor stay with theirs. */
static void test_marks_are_identities(void **state)
{
    struct fake_console f = {0};
    struct fake_account *a = fake_account_new();
    struct fake_image old = {.id = "ami-0aa", .name = "acmeos-11-x", .age_days = 900};
    char id[32];
    snprintf(id, sizeof(id), "%s", fake_ami_id(0, 5));
    struct fake_image kept = {.id = id, .name = "acmeos-12-amd64-20250213-2021", .age_days = 585};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Space");
    fake_add_image(a, fake_region_name(5), &old);
    fake_add_image(a, fake_region_name(5), &kept);
    struct inventory *newer = fake_account_end(a, 2, "acmeos-prod");
    console_inventory(&f.console, newer);
    inventory_unref(newer);
    /* Keys have just arrived: the rows stay where they are, then they change. */
    fake_cleanup_draw(&f);
    assert_true(fake_shows(&f, "marked 34 (0 hidden)"));
    fake_keys(&f, "S S");
    assert_true(fake_shows(&f, "marked 34 (33 hidden)"));
    assert_true(fake_shows(&f, "[ ] + acmeos-11-x"));
    assert_true(fake_shows(&f, "[x] + acmeos-12-amd64-20250213-2021"));
    fake_console_close(&f);
}

/* What turns out to have to stay is no longer marked, and that is said. */
static void test_marks_of_what_must_stay(void **state)
{
    struct fake_console f = {0};
    struct fake_account *a = fake_account_new();
    char id[32];
    snprintf(id, sizeof(id), "%s", fake_ami_id(0, 5));
    struct fake_image image = {.id = id,
                               .name = "acmeos-12-amd64-20250213-2021",
                               .age_days = 585,
                               .protection = INVENTORY_PROTECTED};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Space");
    fake_add_image(a, fake_region_name(5), &image);
    struct inventory *newer = fake_account_end(a, 2, "acmeos-prod");
    console_inventory(&f.console, newer);
    inventory_unref(newer);
    fake_keys(&f, "S");
    assert_true(fake_shows(&f, "1 mark taken away"));
    assert_true(fake_shows(&f, "marked 33 (33 hidden)"));
    assert_true(fake_shows(&f, "[#] + acmeos-12-amd64-20250213-2021"));
    fake_console_close(&f);
}

static void test_filter_explains(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "/ o l d");
    assert_true(fake_shows(&f, "older-than:"));
    fake_keys(&f, "e r - t h a n : x");
    assert_true(fake_shows(&f, "at 1: "));
    fake_keys(&f, "Backspace 5 0 0");
    assert_true(fake_shows(&f, "34 of 102 AMIs"));
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "34 of 102 shown"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "102 of 102 shown"));
    fake_console_close(&f);
}

static void test_read_only_says_why_not(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    f.console.read_only = true;
    fake_keys(&f, "Space d");
    assert_true(fake_shows(&f, "read only: nothing is changed here"));
    assert_false(fake_cleanup_shows(&f, "DEREGISTER AND DELETE"));
    fake_keys(&f, "?");
    assert_true(fake_shows(&f, "read only: nothing is changed here"));
    fake_console_close(&f);
}

static void test_detail(void **state)
{
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    fake_keys(&f, "Enter j Enter");
    assert_true(fake_shows(&f, "AMI ami-0100000000000000a"));
    assert_true(fake_shows(&f, "yes: nothing that was asked speaks against it"));
    assert_true(fake_shows(&f, "snap-0100000000000000a"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "AMIs by release"));
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_ascii_is_cell_for_cell),
        cmocka_unit_test(test_price),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_range_and_invert),
        cmocka_unit_test(test_hidden_marks_stay_and_are_counted),
        cmocka_unit_test(test_all_marks_hidden),
        cmocka_unit_test(test_marked_only),
        cmocka_unit_test(test_marks_are_identities),
        cmocka_unit_test(test_marks_of_what_must_stay),
        cmocka_unit_test(test_filter_explains),
        cmocka_unit_test(test_read_only_says_why_not),
        cmocka_unit_test(test_detail),
    };
    setenv("TZ", "UTC", 1);
    clock_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
