/* The operator's screen over made inventories. */
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
#include "screens/watch_screen.h"
#include "tests/tools/fakewatch.h"
#include "tests/tools/golden.h"

/* Each screen in both sizes, in UTF-8 and ASCII. */
static void test_goldens(void **state)
{
    static const struct {
        const char *name, *keys;
        enum fake_look look;
    } screens[] = {
        {"watch", "", LOOK_LATER},
        {"watch-tasks", "Tab j", LOOK_LATER},
        {"watch-changes", "S-Tab", LOOK_LATER},
        {"watch-release", "Enter", LOOK_LATER},
        {"watch-task", "Tab Enter", LOOK_LATER},
        {"watch-pending", "Tab Tab Enter", LOOK_LATER},
        {"watch-upload", "Tab Tab Tab Enter", LOOK_LATER},
        {"watch-events", "E", LOOK_LATER},
        {"watch-sick", "", LOOK_SICK},
        {"watch-regions", "R j", LOOK_SICK},
        {"watch-part", "", LOOK_PART},
        {"watch-ended", "", LOOK_ENDED},
        {"watch-empty", "", LOOK_EMPTY},
        {"watch-none", "", LOOK_NONE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
        for (int ascii = 0; ascii <= 1; ascii++) {
            struct fake_console f;
            char name[64];
            fake_watch_bare(&f, 120, 36, ascii != 0);
            if (screens[i].look != LOOK_PART && screens[i].look != LOOK_NONE)
                fake_watch_look(&f, LOOK_FIRST);
            fake_watch_look(&f, screens[i].look);
            fake_keys(&f, screens[i].keys);
            snprintf(name, sizeof(name), "%s-120x36%s", screens[i].name, ascii ? "-ascii" : "");
            golden_check(name, f.grid);
            fake_resize(&f, 80, 24);
            snprintf(name, sizeof(name), "%s-80x24%s", screens[i].name, ascii ? "-ascii" : "");
            golden_check(name, f.grid);
            fake_console_close(&f);
        }
    }
}

/* Tab walks the panes; every pane gets the room it can fill. */
static void test_panes(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    assert_true(fake_shows(&f, "▸  acmeos-13-20260921"));
    fake_keys(&f, "Tab");
    assert_true(fake_shows(&f, "Selected: import-snap-"));
    fake_keys(&f, "Tab Tab Tab Tab");
    assert_true(fake_shows(&f, "▸  acmeos-13-20260921"));
    fake_keys(&f, "S-Tab");
    assert_false(fake_shows(&f, "▸  acmeos-13-20260921"));
    fake_console_close(&f);
}

static void test_filter_and_follow(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    fake_keys(&f, "/");
    fake_type(&f, "region:eu-west-1");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "import-snap-07be13aa90c4d52ef"));
    assert_false(fake_shows(&f, "import-snap-0aa41c7d92e6b3f10"));
    assert_true(fake_shows(&f, "Import tasks 1 of 6"));
    fake_keys(&f, "Esc g f");
    assert_true(fake_shows(&f, "Import tasks 2 of 6"));
    assert_true(fake_shows(&f, "Only acmeos-13-20260921 is shown"));
    assert_false(fake_shows(&f, "acmelab-15.0-RC2"));
    fake_keys(&f, "Esc a");
    assert_true(fake_shows(&f, "Import tasks 4 of 6"));
    fake_keys(&f, "A");
    assert_true(fake_shows(&f, "Import tasks 6"));
    fake_console_close(&f);
}

/* The cursor stays on its row when rows come and go. */
static void test_cursor_is_an_identity(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    fake_keys(&f, "Tab j j j");
    assert_true(fake_shows(&f, "Selected: import-snap-0c92d0e4118fa7b36"));
    fake_watch_look(&f, LOOK_SICK);
    assert_true(fake_shows(&f, "Selected: import-snap-0c92d0e4118fa7b36"));
    fake_keys(&f, "s s S");
    assert_true(fake_shows(&f, "Selected: import-snap-0c92d0e4118fa7b36"));
    fake_keys(&f, "y");
    assert_string_equal(f.copied, "import-snap-0c92d0e4118fa7b36");
    fake_console_close(&f);
}

static void test_freeze(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_bare(&f, 120, 36, false);
    fake_watch_look(&f, LOOK_FIRST);
    fake_keys(&f, "Z");
    assert_true(fake_shows(&f, "[FROZEN]"));
    fake_watch_look(&f, LOOK_LATER);
    assert_true(fake_shows(&f, "42%"));
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    fake_keys(&f, "Z");
    assert_true(fake_shows(&f, "64%"));
    fake_console_close(&f);
}

/* --follow and --interval. */
static void test_options(void **state)
{
    struct settings settings = {.follow = (char *)"acmelab-15.0-RC2", .interval_s = 60};
    struct fake_console f;
    (void)state;
    fake_console_bare(&f, 120, 36, false);
    f.console.settings = &settings;
    f.console.place = f.console.first = PLACE_WATCH;
    console_push(&f.console, watch_screen_open(&f.console));
    fake_watch_look(&f, LOOK_FIRST);
    assert_true(fake_shows(&f, "every 60 s"));
    assert_true(fake_shows(&f, "Only acmelab-15.0-RC2 is shown"));
    assert_true(fake_shows(&f, "Releases 1 of 3"));
    fake_keys(&f, "+");
    assert_true(fake_shows(&f, "every 120 s"));
    fake_keys(&f, "- - -");
    assert_true(fake_shows(&f, "every 20 s"));
    fake_keys(&f, ":");
    fake_type(&f, "interval 7");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "every 7 s"));
    fake_console_close(&f);
}

static void click_on(struct fake_console *f, const char *text)
{
    struct input in = {.kind = EVENT_MOUSE, .button = MOUSE_LEFT, .x = 20};
    char *all = fake_dump(f), *there = strstr(all, text);
    assert_non_null(there);
    for (const char *at = all; at < there; at++)
        in.y += *at == '\n';
    free(all);
    console_input(&f->console, &in);
    fake_watch_draw(f);
}

/* A click chooses pane and row; on the chosen one it opens. */
static void test_click(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    click_on(&f, "import-snap-07be13");
    assert_true(fake_shows(&f, "Selected: import-snap-07be13aa90c4d52ef"));
    click_on(&f, "import-snap-07be13");
    assert_true(fake_shows(&f, "watch > eu-west-1 > import task"));
    fake_console_close(&f);
}

/* Rings for the first failure of a release and for its end, not for what stood there at first. */
static void test_bell(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_bare(&f, 80, 24, false);
    fake_watch_look(&f, LOOK_FIRST);
    assert_int_equal(f.console.wants & WANT_BELL, 0);
    fake_watch_look(&f, LOOK_LATER);
    assert_int_equal(f.console.wants & WANT_BELL, WANT_BELL);
    f.console.wants = 0;
    fake_watch_look(&f, LOOK_LATER);
    assert_int_equal(f.console.wants & WANT_BELL, 0);
    fake_watch_look(&f, LOOK_ENDED);
    assert_int_equal(f.console.wants & WANT_BELL, WANT_BELL);
    struct safe_text title = console_title(&f.console, false);
    assert_non_null(strstr(title.utf8, "tatami watch"));
    text_free(&title);
    fake_console_close(&f);
}

static void test_mark_read(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    assert_false(fake_shows(&f, "looked away (14:22): 0"));
    fake_keys(&f, "m");
    assert_true(fake_shows(&f, "looked away (14:22): 0"));
    fake_keys(&f, "m");
    assert_true(fake_shows(&f, "nothing has changed since"));
    fake_console_close(&f);
}

/* Nothing of it acts: the command that would is named, and other places are read only. */
static void test_never_writes(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    fake_keys(&f, ":");
    fake_type(&f, "release");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "tatami resume acmeos-13-20260921"));
    f.console.read_only = true;
    assert_false(console_command(&f.console, (struct command){.kind = COMMAND_GO}));
    assert_int_equal(f.command_count, 0);
    fake_console_close(&f);
}

/* Between two looks nothing is drawn but ages, once a minute, and the grid is the same until then.
 */
static void test_idle(void **state)
{
    struct fake_console f;
    (void)state;
    fake_watch_open(&f, 120, 36, false);
    clock_ms due = console_due(&f.console);
    assert_int_equal(due, fake_look_ms(LOOK_LATER) + 60000);
    char *before = fake_dump(&f);
    f.console.now = due - 1;
    fake_watch_draw(&f);
    char *same = fake_dump(&f);
    assert_string_equal(before, same);
    f.console.now = due;
    fake_watch_draw(&f);
    char *after = fake_dump(&f);
    assert_string_not_equal(before, after);
    assert_int_equal(console_due(&f.console), due + 60000);
    free(before);
    free(same);
    free(after);
    fake_watch_look(&f, LOOK_EMPTY);
    fake_console_close(&f);
    fake_watch_bare(&f, 120, 36, false);
    f.console.hooks.journal = NULL;
    fake_watch_look(&f, LOOK_EMPTY);
    assert_int_equal(console_due(&f.console), CLOCK_NEVER);
    fake_console_close(&f);
}

/* The keys 1 to 5: each place keeps its screens. */
static void test_places(void **state)
{
    struct fake_console f;
    (void)state;
    fake_console_open(&f, FAKE_RUNNING, 120, 36, false);
    fake_keys(&f, "v 2");
    assert_true(fake_shows(&f, "Asking AWS which regions are enabled"));
    assert_true(fake_shows(&f, "[READ-ONLY]"));
    fake_watch_look(&f, LOOK_FIRST);
    fake_keys(&f, "Tab Enter 1");
    assert_true(fake_shows(&f, "tiles"));
    fake_keys(&f, "2");
    assert_true(fake_shows(&f, "watch > eu-central-1 > import task"));
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "Selected: import-snap-"));
    fake_keys(&f, "q");
    assert_true(fake_shows(&f, "tiles"));
    fake_keys(&f, "5");
    assert_true(fake_shows(&f, "does not have that screen"));
    fake_keys(&f, "2");
    assert_int_equal(f.console.end, CONSOLE_GOES_ON);
    assert_int_equal(f.command_count, 0);
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goldens),
        cmocka_unit_test(test_panes),
        cmocka_unit_test(test_filter_and_follow),
        cmocka_unit_test(test_cursor_is_an_identity),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_click),
        cmocka_unit_test(test_bell),
        cmocka_unit_test(test_mark_read),
        cmocka_unit_test(test_never_writes),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
