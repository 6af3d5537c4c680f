/* ui/table: columns that drop, cursor and marks that stay with their rows. */
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/table.h"

enum { NAME = 1, STATE, NOTE, SNAP };

static const struct table_column columns[] = {
    {.id = NAME, .title = "NAME", .width = 10, .most = 20, .sortable = true},
    {.id = STATE, .title = "STATE", .width = 6, .sortable = true},
    {.id = NOTE, .title = "NOTE", .width = 12, .least = 6, .drop = 1},
    {.id = SNAP, .title = "SNAP", .width = 8, .drop = 2, .align = ALIGN_RIGHT},
};

static uint64_t identity(const void *data, size_t row)
{
    return ui_identity(((const char *const *)data)[row]);
}

static void draw(const void *data, size_t row, int column, const struct view *cell)
{
    if (column == NAME)
        grid_print(cell, 0, 0, ROLE_TEXT, "%s", ((const char *const *)data)[row]);
    else
        grid_fill(cell, -3, -3, 50, 50, L'y', ROLE_TEXT);
}

static char box(const void *data, size_t row)
{
    return ((const char *const *)data)[row][0] == '#' ? '#' : ' ';
}

static void columns_drop_in_order(void **state)
{
    (void)state;
    static const struct {
        int cols, widths[4];
    } rows[] = {
        {80, {20, 6, 12, 8}}, {39, {10, 6, 12, 8}}, {36, {10, 6, 9, 8}}, {33, {10, 6, 6, 8}},
        {32, {12, 6, 12, 0}}, {25, {10, 6, 7, 0}},  {23, {16, 6, 0, 0}}, {5, {10, 6, 0, 0}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int widths[4];
        table_layout(columns, 4, rows[i].cols, widths);
        for (size_t c = 0; c < 4; c++)
            if (widths[c] != rows[i].widths[c])
                fail_msg("%d columns: column %zu has %d", rows[i].cols, c, widths[c]);
    }
}

static void looks_as_it_should(void **state)
{
    (void)state;
    static const char *const names[] = {"alpha", "#beta", "gamma"};
    struct table_source source = {names, 3, identity, draw, box};
    struct table table = {.sort_column = NAME};
    struct grid *grid = grid_new(23, 4, false);
    struct view all = grid_view(grid);
    table_mark(&table, ui_identity("gamma"), true);
    table_draw(&all, &table, columns, 2, &source, true);
    char *text = fence_text(grid);
    assert_string_equal(text, "      NAME↑      STATE\n"
                              "▸ [ ] alpha      yyyyyy\n"
                              "  [#] #beta      yyyyyy\n"
                              "  [x] gamma      yyyyyy\n");
    assert_int_equal(grid->cursor_y, 1);
    free(text);
    table_free(&table);
    grid_free(grid);
}

static void the_cursor_stays_with_its_row(void **state)
{
    (void)state;
    static const char *const before[] = {"a", "b", "c", "d"};
    static const char *const after[] = {"d", "x", "c", "b", "a"};
    static const char *const without[] = {"d", "x"};
    struct table_source source = {before, 4, identity, draw, NULL};
    struct table table = {0};
    assert_int_equal(table_do(&table, UI_DOWN, NULL, 0, &source), UI_TAKEN | UI_MOVED);
    source = (struct table_source){after, 5, identity, draw, NULL};
    assert_int_equal(table_row(&table, &source), 3);
    source = (struct table_source){without, 2, identity, draw, NULL};
    assert_int_equal(table_row(&table, &source), 1);
    source.count = 0;
    assert_int_equal(table_row(&table, &source), 0);
    assert_int_equal(table_do(&table, UI_DOWN, NULL, 0, &source), UI_TAKEN);
    table_free(&table);
}

static void marks_stay_with_their_rows(void **state)
{
    (void)state;
    static const char *const all[] = {"a", "#b", "c", "d"};
    static const char *const some[] = {"d"};
    struct table_source source = {all, 4, identity, draw, box};
    struct table_source filtered = {some, 1, identity, draw, box};
    struct table table = {0};
    table_do(&table, UI_MARK, NULL, 0, &source);
    table_do(&table, UI_MARK, NULL, 0, &source);
    assert_int_equal(table.mark_count, 1);
    table_do(&table, UI_BOTTOM, NULL, 0, &source);
    table_do(&table, UI_MARK_RANGE, NULL, 0, &source);
    assert_int_equal(table.mark_count, 3);
    assert_false(table_is_marked(&table, ui_identity("#b")));
    assert_int_equal(table_marks_hidden(&table, &filtered), 2);
    table_do(&table, UI_MARK_INVERT, NULL, 0, &filtered);
    assert_int_equal(table.mark_count, 2);
    assert_true(table_is_marked(&table, ui_identity("a")));
    table_do(&table, UI_MARK_NONE, NULL, 0, &source);
    assert_int_equal(table.mark_count, 0);
    table_free(&table);
}

static void many_marks_are_a_set(void **state)
{
    (void)state;
    struct table table = {0};
    unsigned seed = 5;
    bool has[512] = {false};
    for (int i = 0; i < 20000; i++) {
        unsigned n = (unsigned)rand_r(&seed) % 512;
        bool on = rand_r(&seed) % 2;
        table_mark(&table, n + 1, on);
        has[n] = on;
    }
    size_t count = 0;
    for (unsigned n = 0; n < 512; n++) {
        assert_int_equal(table_is_marked(&table, n + 1), has[n]);
        count += has[n];
    }
    assert_int_equal(table.mark_count, count);
    table_free(&table);
}

static void sorting_walks_the_columns(void **state)
{
    (void)state;
    static const char *const names[] = {"a"};
    struct table_source source = {names, 1, identity, draw, NULL};
    struct table table = {0};
    static const int order[] = {NAME, STATE, 0, NAME};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        assert_int_equal(table_do(&table, UI_SORT, columns, 4, &source), UI_TAKEN | UI_SORTED);
        assert_int_equal(table.sort_column, order[i]);
    }
    table_do(&table, UI_SORT_REVERSE, columns, 4, &source);
    assert_true(table.sort_reverse);
}

static void every_size_stays_inside(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "日本語日本語日本語", "e", "f", "g", "h"};
    for (int cols = 1; cols <= 300; cols += cols < 60 ? 1 : 17) {
        for (int rows = 1; rows <= 100; rows += rows < 12 ? 1 : 13) {
            struct table_source source = {names, 8, identity, draw, cols % 2 ? box : NULL};
            struct table table = {.cursor = ui_identity("f")};
            struct fence fence = fence_open(cols, rows);
            table_draw(&fence.view, &table, columns, 4, &source, true);
            assert_true(table.row >= table.top && table.row < table.top + table.page);
            assert_true(fence.grid->cursor_x >= 0);
            fence_close(&fence);
            table_free(&table);
        }
    }
}

static void pages_and_mouse(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct table_source source = {names, 8, identity, draw, NULL};
    struct table table = {0};
    struct grid *grid = grid_new(30, 4, false); /* a heading and three rows */
    struct view all = grid_view(grid);
    table_draw(&all, &table, columns, 4, &source, true);
    table_do(&table, UI_PAGE_DOWN, NULL, 0, &source);
    table_do(&table, UI_HALF_DOWN, NULL, 0, &source);
    assert_int_equal(table_row(&table, &source), 4);
    table_draw(&all, &table, columns, 4, &source, true);
    assert_int_equal(table.top, 2);
    assert_int_equal(table_row_at(&table, 1, &source), 2);
    assert_int_equal(table_row_at(&table, 0, &source), 8);
    assert_int_equal(table_row_at(&table, 4, &source), 8);
    table_do(&table, UI_PAGE_UP, NULL, 0, &source);
    table_do(&table, UI_PAGE_UP, NULL, 0, &source);
    assert_int_equal(table_row(&table, &source), 0);
    grid_free(grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_drop_in_order),
        cmocka_unit_test(looks_as_it_should),
        cmocka_unit_test(the_cursor_stays_with_its_row),
        cmocka_unit_test(marks_stay_with_their_rows),
        cmocka_unit_test(many_marks_are_a_set),
        cmocka_unit_test(sorting_walks_the_columns),
        cmocka_unit_test(every_size_stays_inside),
        cmocka_unit_test(pages_and_mouse),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
