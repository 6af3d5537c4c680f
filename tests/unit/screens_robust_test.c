/* Screens against everything: any size, hostile text in any field, random keys. */
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

/* The region of fakemodel that failed, by its index. */
#define FAILED 13

/* Every screen in every size: nothing crashes, nothing is written outside (ASan, and the grid's own
 * clipping), and the last screen equals one that was drawn in that size at once. */
static void test_any_size(void **state)
{
    static const char *const screens[] = {"", "v", "?", "q", "x", "E", "Enter", ":", "l Enter"};
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
    for (int i = 0; i < 100000; i++) {
        seed = seed * 1103515245u + 12345u;
        struct input in = {.kind = EVENT_KEY, .key = keys[(seed >> 16) % ARRAY_LEN(keys)]};
        console_input(&f.console, &in);
        if (i % 50 == 0)
            console_draw(&f.console, f.grid);
        for (size_t c = 0; c < f.command_count; c++) {
            enum command_kind kind = f.commands[c].kind;
            assert_true(kind != COMMAND_WISH_PUBLIC && kind != COMMAND_GO);
            assert_true(kind != COMMAND_LEAVE_OUT || f.commands[c].region != FAILED);
        }
        f.command_count = 0;
    }
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_monkey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
