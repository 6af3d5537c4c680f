/* The release screen: golden screens, keys and commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/fakeconsole.h"
#include "tests/tools/golden.h"

static const struct {
    const char *name;
    enum fake_scene scene;
    int cols, rows;
    bool ascii;
    const char *keys;
} goldens[] = {
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
    for (size_t i = 0; i < ARRAY_LEN(goldens); i++) {
        struct fake_console f;
        fake_console_open(&f, goldens[i].scene, goldens[i].cols, goldens[i].rows, goldens[i].ascii);
        fake_keys(&f, goldens[i].keys);
        golden_check(goldens[i].name, f.grid);
        fake_console_close(&f);
    }
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

static void expect(const struct fake_console *f, size_t nth, enum command_kind kind, int image,
                   int region)
{
    assert_true(nth < f->command_count);
    assert_int_equal(f->commands[nth].kind, kind);
    assert_int_equal(f->commands[nth].image, image);
    assert_int_equal(f->commands[nth].region, region);
}

/* Indexes of fakemodel's regions. */
enum { SE3 = 11, SE4 = 12, SE5 = 13, USE1 = 0 };

static void test_retry(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "r");
    expect(&f, 0, COMMAND_RETRY, 0, SE5);
    fake_keys(&f, "R");
    expect(&f, 1, COMMAND_RETRY, -1, -1);
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
    expect(&f, 0, COMMAND_RETRY, 0, SE5);
    fake_console_close(&f);
}

static void test_wish_private_before_the_wave(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "l l l p");
    assert_int_equal(f.command_count, 1);
    expect(&f, 0, COMMAND_WISH_PRIVATE, 0, USE1);
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
    expect(&f, 0, COMMAND_WISH_PUBLIC, 0, USE1);
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
    expect(&f, 0, COMMAND_WISH_PRIVATE, 0, 0);
    expect(&f, 1, COMMAND_WISH_PRIVATE, 0, 1);
    fake_console_close(&f);
}

static void test_leave_out(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "x");
    expect(&f, 0, COMMAND_LEAVE_OUT, -1, SE5);
    fake_cell(f.model, "ap-southeast-5")->left_out = true;
    fake_changed(&f);
    fake_keys(&f, "x");
    expect(&f, 1, COMMAND_REJOIN, -1, SE5);
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
    expect(&f, 0, COMMAND_LEAVE_OUT, -1, 1);
    expect(&f, 1, COMMAND_LEAVE_OUT, -1, 2);
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
    expect(&f, 0, COMMAND_LEAVE_OUT, -1, SE5);
    fake_console_close(&f);
}

static void test_upload_keys(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "u + -");
    expect(&f, 0, COMMAND_PAUSE, -1, -1);
    assert_int_equal(f.commands[1].kind, COMMAND_CONNECTIONS);
    assert_int_equal(f.commands[1].number, 9);
    assert_int_equal(f.commands[2].number, 7);
    f.model->paused = true;
    fake_changed(&f);
    fake_keys(&f, "u");
    expect(&f, 3, COMMAND_CONTINUE, -1, -1);
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
    expect(&f, 0, COMMAND_STOP, -1, -1);
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    f.model->phase = PHASE_STOPPED;
    fake_changed(&f);
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
    fake_console_close(&f);

    fake_console_open(&f, FAKE_DONE, 80, 24, false);
    fake_keys(&f, "Esc");
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    fake_keys(&f, "q");
    assert_int_equal(f.console.end, CONSOLE_LEAVES);
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
        cmocka_unit_test(test_retry),
        cmocka_unit_test(test_retry_marked),
        cmocka_unit_test(test_wish_private_before_the_wave),
        cmocka_unit_test(test_wish_public_asks),
        cmocka_unit_test(test_take_back_asks),
        cmocka_unit_test(test_leave_out),
        cmocka_unit_test(test_home_stays),
        cmocka_unit_test(test_marked_home_stays),
        cmocka_unit_test(test_leave_out_of_verified_asks),
        cmocka_unit_test(test_kept_is_said),
        cmocka_unit_test(test_long_time),
        cmocka_unit_test(test_left_out_detail),
        cmocka_unit_test(test_two_uploads),
        cmocka_unit_test(test_long_headline),
        cmocka_unit_test(test_tiny_help),
        cmocka_unit_test(test_leave_out_that_opens_the_barrier),
        cmocka_unit_test(test_upload_keys),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_order_and_cursor),
        cmocka_unit_test(test_next_problem),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_leave),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_bell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
