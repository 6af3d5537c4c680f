/* ui/pane and ui/statusline: what matters least goes first, and nothing leaves its line. */
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/pane.h"
#include "ui/statusline.h"

static void assert_pane(int cols, const char *wanted)
{
    struct grid *grid = grid_new(cols, 2, false);
    struct view all = grid_view(grid);
    struct view inner = pane_draw(&all, "v: tiles/table  s: sort", "v view", "Regions %d", 34);
    assert_int_equal(inner.rows, 1);
    char *text = fence_text(grid);
    char *line = xstrndup(text, strcspn(text, "\n"));
    assert_string_equal(line, wanted);
    free(line);
    free(text);
    grid_free(grid);
}

static void the_hint_gives_way_to_the_title(void **state)
{
    (void)state;
    assert_pane(50, "── Regions 34 ───────── v: tiles/table  s: sort ──");
    assert_pane(30, "── Regions 34 ────── v view ──");
    assert_pane(20, "── Regions 34 ──────");
    assert_pane(12, "── Regio… ──");
    assert_pane(3, "───");
    assert_pane(1, "─");
}

static void add_parts(struct statusline *line)
{
    status_left(line, ROLE_BRAND, 0, 0, "tatami");
    status_left(line, ROLE_STRONG, 0, 2, "release %s", "acme/1.2.3");
    status_left(line, ROLE_FAINT, 5, 1, "(2 images)");
    status_right(line, ROLE_STRONG, 0, 2, "1234-5678-9012");
    status_right(line, ROLE_PROD, 0, 1, "[PROD]");
    status_right(line, ROLE_FAINT, 4, 2, "home us-east-1");
}

static void assert_line(int cols, const char *wanted)
{
    struct statusline line = {0};
    struct grid *grid = grid_new(cols, 1, false);
    struct view all = grid_view(grid);
    add_parts(&line);
    status_draw(&all, 0, &line);
    assert_int_equal(line.count, 0);
    char *text = fence_text(grid);
    assert_string_equal(text, wanted);
    free(text);
    grid_free(grid);
}

static void parts_drop_in_order(void **state)
{
    (void)state;
    assert_line(90, " tatami  release acme/1.2.3 (2 images)              1234-5678-9012 [PROD]  "
                    "home us-east-1\n");
    assert_line(70, " tatami  release acme/1.2.3     1234-5678-9012 [PROD]  home us-east-1\n");
    assert_line(55, " tatami  release acme/1.2.3      1234-5678-9012 [PROD]\n");
    assert_line(40, " tatami  releas…  1234-5678-9012 [PROD]\n");
}

static void every_width_stays_inside(void **state)
{
    (void)state;
    for (int cols = 1; cols <= 300; cols++) {
        struct statusline line = {0};
        struct fence fence = fence_open(cols, 2);
        add_parts(&line);
        status_draw(&fence.view, 1, &line);
        pane_draw(&fence.view, "日本語の hint", "日", "Title %s", "日本語日本語日本語日本語");
        fence_close(&fence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hint_gives_way_to_the_title),
        cmocka_unit_test(parts_drop_in_order),
        cmocka_unit_test(every_width_stays_inside),
    };
    return cmocka_run_group_tests_name("pane", tests, NULL, NULL);
}
