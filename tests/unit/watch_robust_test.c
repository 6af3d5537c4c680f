/* The operator's screen against everything: any size, hostile text, random keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "screens/watch_layout.h"
#include "tests/tools/fakewatch.h"

static void test_any_size(void **state)
{
    static const char *const keys[] = {"", "Tab", "Enter", "Tab Enter", "E", "R", "?", "/"};
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        struct fake_console f, fresh;
        fake_watch_open(&f, 120, 36, false);
        fake_watch_look(&f, LOOK_SICK);
        fake_keys(&f, keys[k]);
        for (int cols = 1; cols <= 200; cols += cols < 45 ? 1 : 7)
            for (int rows = 1; rows <= 60; rows += rows < 14 ? 1 : 5)
                fake_resize(&f, cols, rows);
        fake_resize(&f, 100, 30);
        fake_watch_open(&fresh, 100, 30, false);
        fake_watch_look(&fresh, LOOK_SICK);
        fake_keys(&fresh, keys[k]);
        char *one = fake_dump(&f), *two = fake_dump(&fresh);
        assert_string_equal(one, two);
        free(one);
        free(two);
        fake_console_close(&fresh);
        fake_console_close(&f);
    }
}

/* Together never more than there is; the pane with the focus is always there. */
static void test_layout(void **state)
{
    (void)state;
    for (int rows = 0; rows <= 70; rows++)
        for (int focus = 0; focus < WATCH_PANES; focus++) {
            struct watch_want wants[WATCH_PANES] = {{3, 5, 1},  {3, 9, 3}, {3, 40, 4},
                                                    {1, 1, 16}, {4, 4, 5}, {2, 12, 2}};
            int heights[WATCH_PANES], sum = 0;
            watch_layout(rows, wants, (enum watch_pane)focus, heights);
            for (int pane = 0; pane < WATCH_PANES; pane++) {
                assert_true(heights[pane] >= 0);
                sum += heights[pane];
            }
            assert_true(sum <= rows);
            assert_true(rows == 0 || heights[focus] > 0);
        }
}

static const char hostile[] = "a\x1b[2J\nb\tc\r\xe2\x80\xae"
                              "d\xe2\x80\x8b\xff\xc2\x9b"
                              "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xe6\xbc\xa2\x07%s%n";

/* No text of AWS's leaves a control character, or a blank row where a newline was. */
static void test_hostile(void **state)
{
    static const char *const keys[] = {"", "Enter", "Tab Enter", "Tab Tab Enter",
                                       "Tab Tab Tab Enter"};
    struct inventory *inventory;
    (void)state;
    for (size_t nth = 0; (inventory = fake_account_with(nth, hostile)) != NULL; nth += 7) {
        struct fake_console f;
        fake_watch_bare(&f, 120, 36, false);
        fake_watch_deliver(&f, inventory, LOOK_FIRST);
        for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
            fake_keys(&f, keys[k]);
            for (int y = 0; y < f.grid->rows; y++)
                for (int x = 0; x < f.grid->cols; x++) {
                    struct cell cell = grid_cell(f.grid, x, y);
                    assert_true(cell.glyph[0] == 0 ||
                                (cell.glyph[0] >= L' ' && cell.glyph[0] != 0x7f &&
                                 cell.glyph[0] != 0x202e && cell.glyph[0] != 0x9b));
                }
            fake_keys(&f, "Esc Esc Esc");
        }
        fake_console_close(&f);
    }
}

static void press(struct fake_console *f, int key)
{
    struct input in = {.kind = EVENT_KEY, .key = key};
    console_input(&f->console, &in);
}

/* 100,000 random keys, among them phrases and commands that act elsewhere: nothing is asked of the
 * engine, and no way to AWS is opened. */
static void test_monkey(void **state)
{
    static const char *const phrases[] = {
        ":go\r",        ":public all\r",
        ":retry all\r", "public acmeos-13-20260921 123456789012 34\r",
        ":release\r",   ":interval 3\r",
        ":cancel\r",    "delete 12\r",
    };
    struct fake_console f;
    unsigned seed = 1;
    (void)state;
    fake_watch_open(&f, 80, 24, false);
    f.console.read_only = true;
    for (int i = 0; i < 100000; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned choice = seed >> 16;
        if (choice % 97 == 0) {
            for (const char *p = phrases[choice / 97 % ARRAY_LEN(phrases)]; *p != '\0'; p++, i++)
                press(&f, *p);
        } else {
            int key = choice % 8 == 0 ? UIKEY_UP + (int)(choice / 8 % 20) : (int)(choice / 8 % 128);
            press(&f, key);
        }
        if (i % 500 == 0)
            fake_watch_look(&f, (enum fake_look)(choice / 3 % LOOKS));
        if (i % 50 == 0)
            fake_watch_draw(&f);
        assert_int_equal(f.command_count, 0);
        assert_null(f.console.reader);
    }
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_monkey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
