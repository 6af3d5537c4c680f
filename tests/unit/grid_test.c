/* ui/grid: text becomes cells inside its window only, and ASCII keeps the layout. */
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"

static void assert_text(const struct grid *grid, const char *text)
{
    char *has = fence_text(grid);
    assert_string_equal(has, text);
    free(has);
}

static void clips_at_every_edge(void **state)
{
    (void)state;
    struct grid *grid = grid_new(6, 3, false);
    struct view all = grid_view(grid);
    struct view cut = view_cut(&all, 1, 1, 4, 1);
    assert_int_equal(grid_literal(&cut, -2, 0, ROLE_TEXT, "abcdefgh"), 6);
    grid_literal(&cut, 0, 1, ROLE_TEXT, "below");
    grid_literal(&cut, 0, -1, ROLE_TEXT, "above");
    assert_text(grid, "\n cdef\n\n");
    grid_free(grid);
}

static void cut_windows_never_grow(void **state)
{
    (void)state;
    struct grid *grid = grid_new(10, 4, false);
    struct view all = grid_view(grid);
    struct view a = view_cut(&all, 2, 1, 3, 2);
    struct view b = view_cut(&a, -5, -5, 50, 50);
    grid_fill(&b, 0, 0, 50, 50, L'x', ROLE_TEXT);
    assert_text(grid, "\n  xxx\n  xxx\n\n");
    struct view none = view_cut(&a, 0, 0, -3, -4);
    assert_int_equal(none.cols, 0);
    grid_fill(&none, 0, 0, 5, 5, L'y', ROLE_TEXT);
    assert_text(grid, "\n  xxx\n  xxx\n\n");
    grid_free(grid);
}

static void takes_rows_off(void **state)
{
    (void)state;
    struct grid *grid = grid_new(4, 3, false);
    struct view rest = grid_view(grid);
    struct view top = view_take_top(&rest, 1);
    struct view bottom = view_take_bottom(&rest, 9);
    grid_literal(&top, 0, 0, ROLE_TEXT, "top");
    grid_literal(&bottom, 0, 1, ROLE_TEXT, "low");
    assert_int_equal(bottom.rows, 2);
    assert_int_equal(rest.rows, 0);
    assert_text(grid, "top\n\nlow\n");
    grid_free(grid);
}

static void wide_characters_keep_their_columns(void **state)
{
    (void)state;
    struct grid *grid = grid_new(6, 1, false);
    struct view all = grid_view(grid);
    assert_int_equal(grid_literal(&all, 0, 0, ROLE_TEXT, "日本x"), 5);
    assert_text(grid, "日本x\n");
    grid_literal(&all, 1, 0, ROLE_TEXT, "|");
    assert_text(grid, " |本x\n");
    grid_literal(&all, 2, 0, ROLE_TEXT, "|");
    assert_text(grid, " || x\n");
    grid_clear(grid);
    grid_literal(&all, 5, 0, ROLE_TEXT, "日");
    assert_text(grid, "\n");
    grid_free(grid);
}

static void combining_marks_stay_with_their_letter(void **state)
{
    (void)state;
    struct grid *grid = grid_new(4, 1, false);
    struct view all = grid_view(grid);
    assert_int_equal(grid_literal(&all, 0, 0, ROLE_TEXT, "e\u0301\u0302\u0303x"), 2);
    struct cell cell = grid_cell(grid, 0, 0);
    assert_int_equal(cell.glyph[0], L'e');
    assert_int_equal(cell.glyph[1], 0x301);
    assert_int_equal(cell.glyph[2], 0x302);
    assert_int_equal(grid_cell(grid, 1, 0).glyph[0], L'x');
    grid_free(grid);
}

static void control_characters_do_not_get_through(void **state)
{
    (void)state;
    struct grid *grid = grid_new(20, 1, false);
    struct view all = grid_view(grid);
    grid_literal(&all, 0, 0, ROLE_TEXT, "a\x1b\n\xc2\x9b");
    assert_text(grid, "a???\n");
    grid_clear(grid);
    grid_print(&all, 0, 0, ROLE_TEXT, "a%sb", "\n");
    assert_text(grid, "a\\nb\n");
    grid_free(grid);
}

static void fits_and_cuts(void **state)
{
    (void)state;
    struct grid *grid = grid_new(24, 1, false);
    struct view all = grid_view(grid);
    struct safe_text id = text_safe("snap-0aa41c7d92e6b3f10");
    assert_int_equal(grid_text_fit(&all, 0, 0, 8, ROLE_TEXT, &id), 8);
    assert_text(grid, "snap-0a…\n");
    grid_clear(grid);
    assert_int_equal(grid_text_middle(&all, 1, 0, 14, ROLE_TEXT, &id), 15);
    assert_text(grid, " snap-0aa4…3f10\n");
    grid_clear(grid);
    assert_int_equal(grid_text_fit(&all, 0, 0, 0, ROLE_TEXT, &id), 0);
    assert_int_equal(grid_text_fit(&all, 0, 0, 22, ROLE_TEXT, &id), 22);
    assert_text(grid, "snap-0aa41c7d92e6b3f10\n");
    grid_clear(grid);
    assert_int_equal(grid_print_right(&all, 5, 0, ROLE_TEXT, "%d%%", 42), 2);
    assert_int_equal(grid_print_right(&all, 3, 0, ROLE_TEXT, "%s", "too long"), 0);
    assert_text(grid, "to…2%\n");
    text_free(&id);
    grid_free(grid);
}

static void draw_everything(struct grid *grid)
{
    struct view all = grid_view(grid);
    grid_box(&all);
    grid_literal(&all, 2, 0, ROLE_TITLE, " ↑ · ≈ → ○ ● ✓ ✗ ▸ ");
    grid_literal(&all, 2, 1, ROLE_TEXT, "▁▂▃▄▅▆▇█░▒▓▎ ≤ – … ×");
    grid_literal(&all, 2, 2, ROLE_TEXT, "日本 e\u0301 ü ok");
}

static void ascii_keeps_the_layout(void **state)
{
    (void)state;
    struct grid *utf8 = grid_new(30, 4, false);
    struct grid *ascii = grid_new(30, 4, true);
    draw_everything(utf8);
    draw_everything(ascii);
    for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 30; x++) {
            struct cell u = grid_cell(utf8, x, y);
            struct cell a = grid_cell(ascii, x, y);
            assert_true(a.glyph[0] >= 0x20 && a.glyph[0] < 0x7f);
            assert_int_equal(a.glyph[1], 0);
            assert_int_equal(a.role, u.role);
            assert_true((u.glyph[0] == L' ') == (a.glyph[0] == L' '));
        }
    }
    assert_text(ascii, "+- ^ . ~ > o @ + x > --------+\n| _.:-=+*#.:=| < - ~ x       |\n"
                       "| ???? e ? ok                |\n+----------------------------+\n");
    grid_free(utf8);
    grid_free(ascii);
}

static void each_role_has_a_letter_of_its_own(void **state)
{
    (void)state;
    bool seen[256] = {false};
    for (enum role role = 0; role < ROLES; role++) {
        unsigned char letter = (unsigned char)role_letter(role);
        assert_false(seen[letter]);
        assert_true(letter > ' ' && letter != '#');
        seen[letter] = true;
    }
}

static void roles_are_dumped(void **state)
{
    (void)state;
    struct grid *grid = grid_new(8, 1, false);
    struct view all = grid_view(grid);
    struct buf out = BUF_INIT;
    assert_int_equal(grid_state(&all, 0, 0, ROLE_PUBL), 6);
    assert_int_equal(grid_state(&all, 7, 0, ROLE_TEXT), 7);
    grid_attr(&all, 0, 0, 1, 1, ATTR_REVERSE);
    grid_dump_roles(grid, &out);
    assert_string_equal(buf_str(&out), "#PPPPP\n");
    buf_free(&out);
    grid_free(grid);
}

static void colour_is_asked_for_as_documented(void **state)
{
    (void)state;
    static const struct {
        const char *wish, *no_color;
        int colours;
        enum role_depth depth;
    } rows[] = {
        {"auto", "", 256, DEPTH_256},   {"auto", "1", 256, DEPTH_NONE}, {"auto", "", 8, DEPTH_16},
        {"auto", "", 0, DEPTH_NONE},    {"16", "1", 256, DEPTH_16},     {"256", "", 8, DEPTH_16},
        {"never", "", 256, DEPTH_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum role_depth depth = DEPTHS;
        setenv("NO_COLOR", rows[i].no_color, 1);
        assert_true(role_depth_parse(rows[i].wish, rows[i].colours, &depth));
        assert_int_equal(depth, rows[i].depth);
    }
    enum role_depth depth = DEPTHS;
    assert_false(role_depth_parse("blue", 256, &depth));
    assert_int_equal(depth, DEPTHS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clips_at_every_edge),
        cmocka_unit_test(cut_windows_never_grow),
        cmocka_unit_test(takes_rows_off),
        cmocka_unit_test(wide_characters_keep_their_columns),
        cmocka_unit_test(combining_marks_stay_with_their_letter),
        cmocka_unit_test(control_characters_do_not_get_through),
        cmocka_unit_test(fits_and_cuts),
        cmocka_unit_test(ascii_keeps_the_layout),
        cmocka_unit_test(each_role_has_a_letter_of_its_own),
        cmocka_unit_test(roles_are_dumped),
        cmocka_unit_test(colour_is_asked_for_as_documented),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
