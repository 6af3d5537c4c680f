/* The cleanup screen under everything: hostile texts, every size, random keys, large accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/tools/fakecleanup.h"
#include "tests/tools/fakeinventory.h"

/* What would move the cursor, spoof a line or end the terminal's mode stands there as an escape. */
static void test_hostile_text(void **state)
{
    static const char evil[] = "a\nb\r\x1b]0;x\x07\xe2\x80\xae\xff|";
    struct fake_account *a = fake_account_new();
    struct fake_image image = {.id = evil,
                               .name = evil,
                               .release = evil,
                               .age_days = 90,
                               .description = evil,
                               .owner = "123456789012",
                               .tag_key = evil,
                               .tag_value = evil};
    struct fake_console f = {0};
    (void)state;
    fake_add_image(a, "us-east-1", &image);
    fake_add_snapshot(a, "us-east-1", "snap-1\n2", evil, 30);
    fake_add_object(a, "us-east-1", evil, evil, 30);
    fake_add_upload(a, "us-east-1", evil, evil, 30);
    fake_cleanup_over(&f, fake_account_end(a, 1, evil), true, 120, 36, false);
    static const char *const keys[] = {"Enter", "j",   "Enter", "Esc", "G",    "Enter", "j",
                                       "Enter", "Esc", "*",     "d",   "PgDn", "Esc",   "?"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        fake_keys(&f, keys[i]);
        for (int y = 0; y < 36; y++)
            for (int x = 0; x < 120; x++) {
                wchar_t c = grid_cell(f.grid, x, y).glyph[0];
                assert_true(c == 0 || (c >= 0x20 && c != 0x7f && c != 0x202e && c != 0xff));
            }
    }
    fake_console_close(&f);
}

static void test_every_size(void **state)
{
    static const char *const keys[] = {"", "Enter", "Space d", "Tab", "Esc", "/ x", "Esc"};
    struct fake_console f = {0};
    (void)state;
    fake_cleanup_open(&f);
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        fake_keys(&f, keys[k]);
        for (int cols = 1; cols <= 140; cols += 3)
            for (int rows = 1; rows <= 40; rows += 3)
                fake_resize(&f, cols, rows);
        fake_resize(&f, 120, 36);
    }
    fake_console_close(&f);
}

/* A generator of its own, so that a failure comes again (Knuth's MMIX constants). */
static unsigned random_below(uint64_t *seed, unsigned below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

/* No run of random keys destroys: the phrase is not among them by any sensible chance. */
static void test_monkey(void **state)
{
    static const int special[] = {UIKEY_TAB,       UIKEY_ENTER,  UIKEY_ESC,       UIKEY_UP,
                                  UIKEY_DOWN,      UIKEY_HOME,   UIKEY_END,       UIKEY_PAGE_UP,
                                  UIKEY_PAGE_DOWN, UIKEY_DELETE, UIKEY_BACKSPACE, UIKEY_F1};
    struct fake_console f = {0};
    uint64_t seed = 20261123;
    (void)state;
    fake_cleanup_over(&f, fake_inventory(1), true, 80, 24, false);
    for (int i = 0; i < 100000; i++) {
        int key = random_below(&seed, 3) > 0 ? 32 + (int)random_below(&seed, 95)
                                             : special[random_below(&seed, ARRAY_LEN(special))];
        /* Neither commands that are typed nor the other places. */
        if (key < 128 && strchr(":1245", key) != NULL)
            key = 'd';
        struct input in = {.kind = EVENT_KEY, .key = key};
        console_input(&f.console, &in);
        assert_false(fake_cleanup_ran(&f));
        clock_ms due = console_due(&f.console);
        if (due != CLOCK_NEVER)
            console_tick(&f.console, due);
        assert_false(fake_cleanup_ran(&f));
        if (i % 500 == 0)
            fake_cleanup_draw(&f);
        if (f.console.place != PLACE_CLEANUP || f.console.stacks[PLACE_CLEANUP].depth == 0)
            fail_msg("the monkey left the place at key %d", i);
        f.console.end = CONSOLE_GOES_ON;
    }
    fake_console_close(&f);
}

/* Processor time, so that other tests at work beside this one do not count. */
static long cpu_ms(clock_t since)
{
    return (long)((clock() - since) * 1000 / CLOCKS_PER_SEC);
}

/* Sixty thousand AMIs: building takes what it takes once, a key and its frame do not. */
static void test_large(void **state)
{
    struct fake_account *a = fake_account_new();
    struct fake_console f = {0};
    char id[32], name[48];
    (void)state;
    for (int i = 0; i < 60000; i++) {
        snprintf(id, sizeof(id), "ami-%017x", (unsigned)i);
        snprintf(name, sizeof(name), "acme-%d-x86_64", i / 30);
        struct fake_image image = {.id = id, .name = name, .age_days = 10 + i % 900};
        fake_add_image(a, fake_region_name(i % 30), &image);
    }
    fake_cleanup_over(&f, fake_account_end(a, 1, "acme"), true, 120, 36, false);
    assert_true(fake_shows(&f, "60000 of 60000 shown"));
    clock_t before = clock();
    for (int i = 0; i < 100; i++)
        fake_keys(&f, i % 10 == 0 ? "g Enter" : i % 10 == 5 ? "Space" : "PgDn");
    long each = cpu_ms(before) / 110;
    if (each > 20)
        fail_msg("a key takes %ld ms", each);
    before = clock();
    fake_keys(&f, "/ a c m e - 1");
    each = cpu_ms(before) / 7;
    if (each > 500)
        fail_msg("a letter of the filter takes %ld ms", each);
    fake_keys(&f, "Enter U *");
    assert_true(fake_shows(&f, "(0 hidden)"));
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_every_size),
        cmocka_unit_test(test_monkey),
        cmocka_unit_test(test_large),
    };
    setenv("TZ", "UTC", 1);
    clock_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
