/* ui/bar: never full before it is done. */
#include "tests/unit/fence.h"
#include "ui/bar.h"

static void rounds_down(void **state)
{
    (void)state;
    assert_int_equal(bar_cells(10, 999), 9);
    assert_int_equal(bar_cells(10, 1000), 10);
    assert_int_equal(bar_cells(10, 99), 0);
    assert_int_equal(bar_cells(10, 100), 1);
    assert_int_equal(bar_cells(10, -5), 0);
    assert_int_equal(bar_cells(10, 5000), 10);
    assert_int_equal(bar_cells(0, 500), 0);
    assert_int_equal(bar_cells(-4, 500), 0);
}

static void full_means_done(void **state)
{
    (void)state;
    assert_int_equal(bar_permille(0, 0), 0);
    assert_int_equal(bar_permille(5, 0), 0);
    assert_int_equal(bar_permille(1, 3), 333);
    assert_int_equal(bar_permille(3, 3), 1000);
    assert_int_equal(bar_permille(4, 3), 1000);
    assert_int_equal(bar_permille(~0ull - 1, ~0ull), 999);
    for (unsigned long long done = 0; done < 5000; done++)
        assert_true(bar_permille(done, 5000) < 1000);
}

static void draws_inside(void **state)
{
    (void)state;
    struct grid *grid = grid_new(6, 1, false);
    struct view all = grid_view(grid);
    bar_draw(&all, 1, 0, 4, 750, ROLE_COPY);
    char *text = fence_text(grid);
    assert_string_equal(text, " ███░\n");
    assert_int_equal(grid_cell(grid, 1, 0).role, ROLE_COPY);
    assert_int_equal(grid_cell(grid, 4, 0).role, ROLE_TROUGH);
    free(text);
    grid_free(grid);
    for (int cols = 1; cols <= 300; cols++) {
        struct fence fence = fence_open(cols, 1);
        bar_draw(&fence.view, -2, 0, cols + 9, 611, ROLE_BAR);
        fence_close(&fence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_down),
        cmocka_unit_test(full_means_done),
        cmocka_unit_test(draws_inside),
    };
    return cmocka_run_group_tests_name("bar", tests, NULL, NULL);
}
