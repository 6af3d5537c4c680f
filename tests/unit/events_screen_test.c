/* All events: scrolling, following the newest, filtering. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screens/event_line.h"
#include "tests/tools/fakeconsole.h"

static void add(struct fake_console *f, enum event_kind kind, const char *region, int number)
{
    struct event e = {.kind = kind, .level = EVENT_INFO, .state = "ready", .progress = -1};
    e.region = text_safe(region);
    e.text = text_safe_fmt("event number %03d", number);
    event_list_add(f->model->events, &e);
}

static void open_events(struct fake_console *f)
{
    fake_console_open(f, FAKE_HELD, 80, 24, false);
    for (int i = 1; i <= 200; i++) {
        add(f, EVENT_CELL, i % 2 == 0 ? "eu-west-1" : "us-east-1", i);
        add(f, EVENT_UPLOAD, "", i);
    }
    fake_keys(f, "E");
}

static void test_newest_first(void **state)
{
    struct fake_console f;
    (void)state;
    open_events(&f);
    assert_true(fake_shows(&f, "eu-west-1 event number 200"));
    add(&f, EVENT_CELL, "us-east-1", 201);
    fake_changed(&f);
    assert_true(fake_shows(&f, "us-east-1 event number 201"));
    fake_console_close(&f);
}

/* The cursor stays on its event while newer ones come, and is always on the screen. */
static void test_scrolls(void **state)
{
    struct fake_console f;
    (void)state;
    open_events(&f);
    fake_keys(&f, "j j j");
    assert_int_equal(f.grid->cursor_y, 5);
    assert_true(fake_shows(&f, "Text         event number 197"));
    add(&f, EVENT_CELL, "us-east-1", 201);
    fake_changed(&f);
    assert_true(fake_shows(&f, "Text         event number 197"));
    for (int i = 0; i < 60; i++) {
        fake_keys(&f, "j");
        assert_in_range(f.grid->cursor_y, 2, 13);
    }
    assert_true(fake_shows(&f, "Text         event number 137"));
    fake_keys(&f, "PgUp PgUp ^D ^U k");
    assert_in_range(f.grid->cursor_y, 2, 13);
    fake_keys(&f, "G");
    assert_true(fake_shows(&f, "Text         event number 001"));
    fake_keys(&f, "j g");
    assert_true(fake_shows(&f, "Text         event number 201"));
    fake_console_close(&f);
}

static void test_filters(void **state)
{
    struct fake_console f;
    (void)state;
    open_events(&f);
    fake_keys(&f, "/");
    fake_type(&f, "region:us \"number 01\"");
    fake_keys(&f, "Enter");
    assert_true(fake_shows(&f, "us-east-1 event number 019"));
    fake_keys(&f, "y");
    assert_string_equal(f.copied, "event number 019");
    fake_keys(&f, "Esc");
    assert_true(fake_shows(&f, "event number 200"));
    fake_keys(&f, "/");
    fake_type(&f, "nothing like this");
    assert_true(fake_shows(&f, "No event matches."));
    fake_keys(&f, "Enter j k G g y Esc Esc");
    assert_true(fake_shows(&f, "Regions 34"));
    fake_console_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newest_first),
        cmocka_unit_test(test_scrolls),
        cmocka_unit_test(test_filters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
