/* The release screen: what it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/fakeconsole.h"

static const struct fake_golden goldens[] = {
    {"release-tiles-120x36", FAKE_RUNNING, 120, 36, false, ""},
    {"release-tiles-120x36-ascii", FAKE_RUNNING, 120, 36, true, ""},
    {"release-table-120x36", FAKE_RUNNING, 120, 36, false, "v"},
    {"release-table-120x36-ascii", FAKE_RUNNING, 120, 36, true, "v"},
    {"release-tiles-80x24", FAKE_RUNNING, 80, 24, false, ""},
    {"release-tiles-80x24-ascii", FAKE_RUNNING, 80, 24, true, ""},
    {"release-table-80x24", FAKE_RUNNING, 80, 24, false, "v"},
    {"release-tiles-60x20", FAKE_RUNNING, 60, 20, false, ""},
    {"release-39x9", FAKE_RUNNING, 39, 9, false, ""},
    {"release-1x1", FAKE_RUNNING, 1, 1, false, ""},
    {"release-import-120x36", FAKE_IMPORT, 120, 36, false, ""},
    {"release-direct-120x36", FAKE_DIRECT, 120, 36, false, ""},
    {"release-direct-80x24", FAKE_DIRECT, 80, 24, false, ""},
    {"release-pending-120x36", FAKE_PENDING, 120, 36, false, ""},
    {"release-held-120x36", FAKE_HELD, 120, 36, false, ""},
    {"release-done-80x24", FAKE_DONE, 80, 24, false, ""},
    {"release-image-2-120x36", FAKE_RUNNING, 120, 36, false, "]"},
    {"release-marks-120x36", FAKE_RUNNING, 120, 36, false, "v Space Space"},
    {"release-few-120x36", FAKE_RUNNING, 120, 36, false, "/ r e g i o n : u s - Enter"},
    {"help-120x36", FAKE_RUNNING, 120, 36, false, "?"},
    {"help-80x24", FAKE_RUNNING, 80, 24, false, "?"},
    {"leave-80x24", FAKE_RUNNING, 80, 24, false, "q"},
    {"leave-out-publish-120x36", FAKE_HELD, 120, 36, false, "x"},
    {"take-back-80x24", FAKE_DONE, 80, 24, false, "Space Space p"},
    {"detail-120x36", FAKE_DONE, 120, 36, false, "Enter"},
    {"detail-80x24", FAKE_RUNNING, 80, 24, false, "j Enter"},
    {"events-80x24", FAKE_RUNNING, 80, 24, false, "E"},
};

static void test_goldens(void **state)
{
    (void)state;
    fake_goldens(goldens, ARRAY_LEN(goldens));
}

static void test_ascii_is_cell_for_cell(void **state)
{
    struct fake_console u, a;
    (void)state;
    fake_console_open(&u, FAKE_RUNNING, 120, 36, false);
    fake_console_open(&a, FAKE_RUNNING, 120, 36, true);
    for (int y = 0; y < 36; y++)
        for (int x = 0; x < 120; x++) {
            struct cell one = grid_cell(u.grid, x, y), two = grid_cell(a.grid, x, y);
            assert_int_equal(two.glyph[0], grid_ascii(one.glyph[0]));
            assert_int_equal(one.role, two.role);
        }
    fake_console_close(&u);
    fake_console_close(&a);
}

/* Without a word about it when it is not there. */
static bool shows(const struct fake_console *f, const char *text)
{
    char *all = fake_dump(f);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

static void test_kept_is_said(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    f.model->cells[1].wish = WISH_PRIVATE;
    fake_changed(&f);
    assert_true(fake_shows(&f, "kept private"));
    assert_true(fake_shows(&f, "1 FAILED  1 kept"));
    fake_keys(&f, "v");
    assert_true(fake_shows(&f, "kept private"));
    fake_resize(&f, 80, 24);
    fake_keys(&f, "v");
    assert_true(fake_shows(&f, "afs1  ○ PRIV kept"));
    fake_console_close(&f);
}

/* Long times stay beside the percent. */
static void test_long_time(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    f.model->cells[1].ended_at = f.model->cells[1].started_at + 36881000;
    fake_changed(&f);
    assert_true(fake_shows(&f, "100% 10h14"));
    fake_console_close(&f);
}

/* What was made in a region that was left out is shown as what it is. */
static void test_left_out_detail(void **state)
{
    struct fake_console f;
    struct model_cell *c;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 120, 36, false);
    c = fake_cell(f.model, "ap-southeast-6");
    c->state = CELL_LEFT_OUT;
    c->word = WORD_SKIP;
    c->left_out = true;
    c->required = false;
    fake_text(&c->note, "left out");
    fake_changed(&f);
    assert_true(fake_shows(&f, c->ami.utf8));
    fake_keys(&f, "/ r e g i o n : a p - s o u t h e a s t - 6 Enter Enter");
    assert_true(fake_shows(&f, "no: left out; the AMI stays in AWS, private"));
    assert_true(fake_shows(&f, "✓ create  ✓ EC2"));
    assert_true(fake_shows(&f, "left out before that"));
    struct event e = {.kind = EVENT_CELL, .state = cell_state_name(CELL_READY)};
    e.image = text_safe(f.model->plan->images[0].name);
    e.region = text_safe("ap-southeast-6");
    e.text = text_safe("");
    event_list_add(f.model->events, &e);
    fake_changed(&f);
    assert_true(fake_shows(&f, "✓ settle  ✓ ready  - left out"));
    assert_true(fake_shows(&f, "it was as asked before it was left out"));
    assert_true(fake_shows(&f, "- left out"));
    assert_false(shows(&f, "not yet"));
    assert_false(shows(&f, "p public"));
    assert_true(fake_shows(&f, c->ami.utf8));
    fake_console_close(&f);
}

static void test_two_uploads(void **state)
{
    struct fake_console f;
    struct model_disk *d;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    d = &f.model->disks[0];
    d->state = DISK_SENDING;
    d->word = WORD_UPLD;
    d->bytes_done = d->bytes_total;
    d->parts_done = d->parts_total = 512;
    d->connections = 4;
    fake_changed(&f);
    assert_true(fake_shows(&f, "Upload 2 of 2 disks → s3://acme-images"));
    assert_true(fake_shows(&f, "80%  6.44/8.00 GiB"));
    assert_true(fake_shows(&f, "part 825/1024  12 connections"));
    fake_console_close(&f);
}

/* A sentence that is longer than the screen takes a second line. */
static void test_long_headline(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 80, 24, false);
    fake_text(&f.model->headline,
              "Held: 1 of 68 failed; what succeeded stays. r or `tatami resume` "
              "tries again, x leaves the region out.");
    fake_changed(&f);
    assert_true(fake_shows(&f, " Held: 1 of 68 failed;"));
    assert_true(fake_shows(&f, "leaves the region out."));
    fake_console_close(&f);
}

/* Nothing is cut where it is tiny: words go on below. */
static void test_tiny_help(void **state)
{
    struct fake_console f;
    bool seen = false;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 20, 5, false);
    fake_keys(&f, "?");
    for (int i = 0; i < 200 && !seen; i++) {
        fake_keys(&f, "j");
        seen = shows(&f, "leave region out,");
    }
    assert_true(seen);
    fake_console_close(&f);
}

/* Rows keep their order while keys arrive, and the cursor stays on its region when they move. */
static void test_order_and_cursor(void **state)
{
    struct fake_console f;
    struct model_cell *c;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_keys(&f, "l l l");
    c = fake_cell(f.model, "us-west-2");
    c->word = WORD_FAIL;
    c->state = CELL_FAILED;
    f.model->number++;
    console_model(&f.console, f.model);
    console_draw(&f.console, f.grid);
    assert_true(fake_shows(&f, " apse5 ✗ FAIL   0%   apse4 ? STAL"));
    assert_true(fake_shows(&f, "▸use1"));
    fake_changed(&f);
    assert_true(fake_shows(&f, " apse5 ✗ FAIL   0%   usw2  ✗ FAIL"));
    assert_true(fake_shows(&f, "▸use1"));
    fake_console_close(&f);
}

static void test_next_problem(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_keys(&f, "n");
    assert_true(fake_shows(&f, "▸apse4"));
    fake_keys(&f, "n");
    assert_true(fake_shows(&f, "▸apse3"));
    fake_keys(&f, "n");
    assert_true(fake_shows(&f, "▸apse5"));
    fake_keys(&f, "N");
    assert_true(fake_shows(&f, "▸apse3"));
    fake_console_close(&f);
}

static void test_filter(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 80, 24, false);
    fake_keys(&f, "/");
    fake_type(&f, "region:eu-w");
    assert_true(fake_shows(&f, "3 shown"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "Regions 34 · 1/2 x86_64-linux ─"));
    fake_keys(&f, "/");
    fake_type(&f, "state:fail");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "1 shown · /state:fail"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "Regions 34 · 1/2 x86_64-linux ─"));
    fake_console_close(&f);
}

static void test_mouse(void **state)
{
    struct fake_console f;
    struct input at = {.kind = EVENT_MOUSE, .button = MOUSE_LEFT, .x = 26, .y = 7};
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    console_input(&f.console, &at);
    fake_keys(&f, "Z Z");
    assert_true(fake_shows(&f, "▸ap-southeast-4"));
    console_input(&f.console, &at);
    fake_keys(&f, "^L");
    assert_true(fake_shows(&f, "release > ap-southeast-4"));
    fake_console_close(&f);
}

static void test_freeze(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    f.model->number = 5;
    fake_keys(&f, "Z");
    assert_true(fake_shows(&f, "[FROZEN]"));
    fake_keys(&f, "Z");
    assert_null(f.console.frozen);
    fake_console_close(&f);
}

static void test_busy(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 80, 24, false);
    assert_int_equal(console_busy(&f.console), 0);
    fake_keys(&f, "r");
    assert_int_equal(console_busy(&f.console), 1);
    fake_changed(&f);
    assert_int_equal(console_busy(&f.console), 0);
    fake_console_close(&f);
}

static void test_bell(void **state)
{
    struct fake_console f;
    struct model_cell *c;
    (void)state;
    fake_console_open(&f, FAKE_IMPORT, 80, 24, false);
    struct model *better = f.model, *worse = fake_model(FAKE_IMPORT);
    c = fake_cell(worse, "eu-west-1");
    c->word = WORD_FAIL;
    fake_count(worse);
    worse->number = 2;
    console_model(&f.console, worse);
    assert_int_equal(f.console.wants, WANT_BELL);
    f.console.wants = 0;
    console_model(&f.console, worse);
    assert_int_equal(f.console.wants, 0);
    console_model(&f.console, better);
    fake_model_free(worse);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_ascii_is_cell_for_cell),
        cmocka_unit_test(test_kept_is_said),
        cmocka_unit_test(test_long_time),
        cmocka_unit_test(test_left_out_detail),
        cmocka_unit_test(test_two_uploads),
        cmocka_unit_test(test_long_headline),
        cmocka_unit_test(test_tiny_help),
        cmocka_unit_test(test_order_and_cursor),
        cmocka_unit_test(test_next_problem),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_bell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
