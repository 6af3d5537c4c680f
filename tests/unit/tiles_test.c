/* ui/tiles: the class that fits, at every size, and moving through the tiles. */
#include <stdio.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/tiles.h"

/* What stands beside the tiles at the two sizes of the rule: 120x36 and 80x24. */
#define ROWS_120 (36 - 2 - 1 - 1 - 2)
#define ROWS_80  (24 - 2 - 1 - 4 - 2)

static uint64_t identity(const void *data, size_t i)
{
    return ((const uint64_t *)data)[i];
}

static void draw(const void *data, size_t i, enum tile_class class, const struct view *tile)
{
    (void)class;
    grid_print(tile, -1, 0, ROLE_TEXT, "%0*llu", 80, (unsigned long long)identity(data, i));
    grid_fill(tile, -5, -5, 200, 200, L'z', ROLE_TEXT);
}

static void the_figures_of_the_rule(void **state)
{
    (void)state;
    static const int optional_120[] = {6, 3};
    static const int optional_80[] = {4, 2};
    static const struct {
        int from, to, cols;
        enum tile_class class;
    } rows[] = {
        {1, 4, 120, TILE_XL}, {5, 15, 120, TILE_L}, {16, 40, 120, TILE_M}, {1, 1, 80, TILE_XL},
        {2, 4, 80, TILE_L},   {5, 9, 80, TILE_M},   {10, 40, 80, TILE_S},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (int n = rows[i].from; n <= rows[i].to; n++) {
            bool wide = rows[i].cols == 120;
            struct tiles_fit fit = tiles_fit((size_t)n, rows[i].cols, wide ? ROWS_120 : ROWS_80,
                                             wide ? optional_120 : optional_80, 2);
            if (fit.class != rows[i].class)
                fail_msg("%d regions at %d columns: class %d", n, rows[i].cols, fit.class);
        }
    }
}

static int rows_of(enum tile_class class, size_t n, int cols)
{
    int across = cols / tiles_cols(class);
    return across < 1 ? 1000000 : ((int)n + across - 1) / across * tiles_rows(class);
}

/* At every size and number: what was chosen fits, and no larger class fits beside all that is
 * shown. */
static void every_size_is_right(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 5, 17, 34, 40, 68, 400};
    static const int optional[] = {6, 3};
    for (size_t c = 0; c < ARRAY_LEN(counts); c++) {
        for (int cols = 1; cols <= 300; cols++) {
            for (int rows = 1; rows <= 100; rows++) {
                struct tiles_fit fit = tiles_fit(counts[c], cols, rows, optional, 2);
                int left = rows - 9 + (fit.dropped > 0 ? 6 : 0) + (fit.dropped > 1 ? 3 : 0);
                if (fit.class < TILE_NONE)
                    assert_true(rows_of(fit.class, counts[c], cols) <= left &&
                                fit.rows == rows_of(fit.class, counts[c], cols));
                else
                    assert_true(rows_of(TILE_XS, counts[c], cols) > rows);
                for (enum tile_class larger = 0; larger < fit.class && larger < TILE_NONE; larger++)
                    assert_true(rows_of(larger, counts[c], cols) > rows - 9);
            }
        }
    }
}

static void nothing_is_written_outside(void **state)
{
    (void)state;
    uint64_t ids[40];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = i + 1;
    for (int cols = 1; cols <= 130; cols += 3) {
        for (int rows = 1; rows <= 40; rows += 2) {
            for (enum tile_class class = 0; class <= TILE_NONE; class += 1) {
                struct tiles tiles = {.cursor = 30};
                struct tiles_source source = {ids, ARRAY_LEN(ids), identity, draw};
                struct fence fence = fence_open(cols, rows);
                tiles_draw(&fence.view, &tiles, class, &source, true);
                fence_close(&fence);
            }
        }
    }
}

static void moves_through_the_grid(void **state)
{
    (void)state;
    uint64_t ids[12];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = 100 + i;
    struct tiles_source source = {ids, 12, identity, draw};
    struct tiles tiles = {0};
    struct grid *grid = grid_new(100, 9, false); /* five M tiles across: 5, 5, 2 */
    struct view all = grid_view(grid);
    static const struct {
        enum ui_function function;
        size_t index;
    } steps[] = {
        {UI_RIGHT, 1}, {UI_DOWN, 5},  {UI_UP, 1},   {UI_UP, 1},    {UI_BOTTOM, 11},
        {UI_DOWN, 11}, {UI_TOP, 0},   {UI_LEFT, 0}, {UI_RIGHT, 1}, {UI_RIGHT, 2},
        {UI_DOWN, 6},  {UI_DOWN, 10}, {UI_UP, 6},   {UI_RIGHT, 7}, {UI_DOWN, 11},
    };
    tiles_draw(&all, &tiles, TILE_M, &source, true);
    assert_int_equal(tiles.across, 4);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        tiles_do(&tiles, steps[i].function, &source);
        if (tiles_index(&tiles, &source) != steps[i].index)
            fail_msg("step %zu: at %zu", i, tiles_index(&tiles, &source));
    }
    assert_int_equal(tiles_do(&tiles, UI_MARK, &source), UI_IGNORED);
    grid_free(grid);
}

static void the_cursor_is_an_identity(void **state)
{
    (void)state;
    uint64_t before[] = {1, 2, 3, 4};
    uint64_t after[] = {9, 8, 3, 7};
    uint64_t without[] = {9, 8};
    struct tiles tiles = {0};
    struct tiles_source source = {before, 4, identity, draw};
    tiles_go(&tiles, 3);
    assert_int_equal(tiles_index(&tiles, &source), 2);
    source.data = after;
    assert_int_equal(tiles_index(&tiles, &source), 2);
    source = (struct tiles_source){without, 2, identity, draw};
    assert_int_equal(tiles_index(&tiles, &source), 1);
    assert_int_equal(tiles.cursor, 8);
    source.count = 0;
    assert_int_equal(tiles_index(&tiles, &source), 0);
}

static void the_mouse_finds_its_tile(void **state)
{
    (void)state;
    uint64_t ids[] = {1, 2, 3, 4, 5, 6, 7};
    struct tiles_source source = {ids, 7, identity, draw};
    struct tiles tiles = {.cursor = 7};
    struct grid *grid = grid_new(50, 6, false); /* two M tiles across, two rows of them shown */
    struct view all = grid_view(grid);
    tiles_draw(&all, &tiles, TILE_M, &source, true);
    assert_int_equal(tiles.top, 2);
    assert_int_equal(tiles_at(&tiles, 0, 0, TILE_M, &source), 4);
    assert_int_equal(tiles_at(&tiles, 30, 2, TILE_M, &source), 5);
    assert_int_equal(tiles_at(&tiles, 3, 3, TILE_M, &source), 6);
    assert_int_equal(tiles_at(&tiles, 30, 3, TILE_M, &source), 7);
    assert_int_equal(tiles_at(&tiles, 49, 0, TILE_M, &source), 7);
    grid_free(grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_of_the_rule),    cmocka_unit_test(every_size_is_right),
        cmocka_unit_test(nothing_is_written_outside), cmocka_unit_test(moves_through_the_grid),
        cmocka_unit_test(the_cursor_is_an_identity),  cmocka_unit_test(the_mouse_finds_its_tile),
    };
    return cmocka_run_group_tests_name("tiles", tests, NULL, NULL);
}
