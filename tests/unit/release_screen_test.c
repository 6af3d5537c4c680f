/* The release screen: golden screens, keys and commands, any size, hostile text. */
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
        fake_console_open(&f, goldens[i].scene, goldens[i].cols, goldens[i].rows,
                          goldens[i].ascii);
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

/* Every screen in every size: nothing crashes, nothing is written outside (ASan, and the grid's own
 * clipping), and the last screen equals one that was drawn in that size at once. */
static void test_any_size(void **state)
{
    static const char *const screens[] = {"",  "v",     "?", "q",     "x",
                                          "E", "Enter", ":", "l Enter"};
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(screens); s++) {
        struct fake_console f;
        fake_console_open(&f, FAKE_HELD, 120, 36, false);
        fake_keys(&f, screens[s]);
        for (int cols = 1; cols <= 200; cols += cols < 45 ? 1 : 7)
            for (int rows = 1; rows <= 60; rows += rows < 14 ? 1 : 5)
                fake_resize(&f, cols, rows);
        fake_console_close(&f);
    }
}

static const char hostile[] = "a\x1b[2J\nb\tc\r\xe2\x80\xae"
                              "d\xe2\x80\x8b\xff\xc2\x9b"
                              "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xe6\xbc\xa2\x07%s%n";

/* What differs from a run with harmless text of the same width lies inside of that text. */
static void compare_runs(const struct fake_console *h, const struct fake_console *b,
                         const char *what)
{
    for (int y = 0; y < h->grid->rows; y++)
        for (int x = 0; x < h->grid->cols; x++) {
            struct cell one = grid_cell(h->grid, x, y), two = grid_cell(b->grid, x, y);
            bool inside = two.glyph[0] == L'Q' || two.glyph[0] == L'…';
            if (one.glyph[0] != two.glyph[0] && !inside)
                fail_msg("%s: %dx%d: %lc instead of %lc", what, x, y, (wint_t)one.glyph[0],
                         (wint_t)two.glyph[0]);
            if (one.glyph[0] != 0 && one.glyph[0] < L' ')
                fail_msg("%s: a control character at %dx%d", what, x, y);
        }
}

static char *harmless(void)
{
    struct safe_text text = text_safe(hostile);
    char *same = xcalloc((size_t)text.columns + 1, 1);
    memset(same, 'Q', (size_t)text.columns);
    text_free(&text);
    return same;
}

static bool put(struct fake_console *f, size_t n, const char *raw)
{
    struct safe_text *text = fake_nth_text(f->model, n);
    if (text != NULL)
        fake_text(text, raw);
    return text != NULL;
}

static bool put_string(struct fake_console *f, size_t n, const char *raw)
{
    char **string = fake_nth_string(f->model, n);
    if (string == NULL)
        return false;
    free(*string);
    *string = xstrdup(raw);
    return true;
}

static bool one_field(size_t n, bool (*fill)(struct fake_console *, size_t, const char *),
                      const char *keys, int cols, int rows)
{
    struct fake_console h, b;
    char what[64], *same = harmless();
    fake_console_open(&h, FAKE_RUNNING, cols, rows, false);
    fake_console_open(&b, FAKE_RUNNING, cols, rows, false);
    bool there = fill(&h, n, hostile) && fill(&b, n, same);
    if (there) {
        fake_changed(&h);
        fake_changed(&b);
        fake_keys(&h, keys);
        fake_keys(&b, keys);
        snprintf(what, sizeof(what), "field %zu after \"%s\"", n, keys);
        compare_runs(&h, &b, what);
    }
    fake_console_close(&h);
    fake_console_close(&b);
    free(same);
    return there;
}

static void test_hostile_text(void **state)
{
    static const char *const screens[] = {"", "v", "Enter", "l l Enter", "E", "l l l Enter", "q"};
    (void)state;
    for (size_t s = 0; s < ARRAY_LEN(screens); s++) {
        for (size_t n = 0; one_field(n, put, screens[s], 120, 36); n++)
            one_field(n, put, screens[s], 80, 24);
        for (size_t n = 0; one_field(n, put_string, screens[s], 120, 36); n++)
            one_field(n, put_string, screens[s], 80, 24);
    }
}

/* Random keys send nothing that a phrase guards. */
static void test_monkey(void **state)
{
    static const int keys[] = {'j', 'k', 'h', 'l', 'g', 'G', ' ', 'V', '*', 'U', 'M', 's', 'S',
                               'v', 'n', 'N', '[', ']', 'p', 'r', 'R', 'x', 'u', '+', '-', 'Z',
                               'E', 'y', 'Y', '?', 'q', 3,   27,  13,  13,  127, 9,   '/', ':'};
    struct fake_console f;
    unsigned seed = 1;
    (void)state;
    fake_console_open(&f, FAKE_HELD, 80, 24, false);
    for (int i = 0; i < 20000; i++) {
        seed = seed * 1103515245u + 12345u;
        struct input in = {.kind = EVENT_KEY,
                           .key = keys[(seed >> 16) % ARRAY_LEN(keys)]};
        console_input(&f.console, &in);
        if (i % 50 == 0)
            console_draw(&f.console, f.grid);
        for (size_t c = 0; c < f.command_count; c++) {
            enum command_kind kind = f.commands[c].kind;
            assert_true(kind != COMMAND_WISH_PUBLIC && kind != COMMAND_GO);
            assert_true(kind != COMMAND_LEAVE_OUT || f.commands[c].region != SE5);
        }
        f.command_count = 0;
    }
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
        cmocka_unit_test(test_leave_out_that_opens_the_barrier),
        cmocka_unit_test(test_upload_keys),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_order_and_cursor),
        cmocka_unit_test(test_next_problem),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_leave),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_bell),
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_monkey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
