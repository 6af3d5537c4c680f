/* ui/key, ui/keymap and ui/help: one row is found by its key, its name, in the footer and in the
 * help. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/help.h"
#include "ui/keymap.h"

enum { RETRY = UI_OWN, RETRY_ALL, PUBLIC, GO, SCREEN, ZOOM, WIPE };

static bool no_ami(const void *data, struct safe_text *reason)
{
    *reason = text_safe_fmt("%s has no AMI yet\n", (const char *)data);
    return false;
}

static const struct key_row rows[] = {
    {.keys = {'r'},
     .name = "retry",
     .label = "retry",
     .help = "retry one / all",
     .group = GROUP_ACT,
     .footer = 9,
     .function = RETRY},
    {.keys = {'R'}, .name = "retry-all", .group = GROUP_ACT, .function = RETRY_ALL},
    {.keys = {'p'},
     .name = "public",
     .label = "public toggle",
     .brief = "public",
     .help = "public on/off",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .footer = 8,
     .function = PUBLIC,
     .available = no_ami},
    {.name = "go",
     .argument = "N",
     .label = "start",
     .help = "start",
     .group = GROUP_ACT,
     .footer = 1,
     .function = GO},
    {.keys = {'1'}, .help = "screen", .group = GROUP_MOVE, .function = SCREEN},
    {.keys = {'2'}, .group = GROUP_MOVE, .function = SCREEN},
    {.keys = {'3'}, .group = GROUP_MOVE, .function = SCREEN},
    {.keys = {'j'}, .help = "zoom", .group = GROUP_LOOK, .contexts = 2, .function = ZOOM},
    {.keys = {'?', UIKEY_F1},
     .label = "help",
     .help = "this",
     .group = GROUP_PROGRAM,
     .footer = 10,
     .function = ZOOM},
};
static const struct key_row other_rows[] = {
    {.keys = {'D'},
     .name = "wipe",
     .label = "wipe",
     .help = "wipe all",
     .group = GROUP_ACT,
     .danger = DANGER_LAST,
     .function = WIPE},
};
static const struct key_table own = {"demo", rows, ARRAY_LEN(rows), "eu-west-1"};
static const struct key_table other = {"cleanup", other_rows, 1, NULL};

static struct keymap make_map(unsigned contexts)
{
    return (struct keymap){
        .tables = {&own, &keymap_moving}, .elsewhere = {&other}, .contexts = contexts};
}

static void names_and_keys(void **state)
{
    (void)state;
    static const struct {
        const char *written, *shown;
        int key;
    } names[] = {
        {"x", "x", 'x'},
        {"Enter", "Enter", UIKEY_ENTER},
        {"C-c", "^C", 3},
        {"^Z", "^Z", 26},
        {"S-Tab", "S-Tab", UIKEY_SHIFT_TAB},
        {"F1", "F1", UIKEY_F1},
        {"F12", "F12", UIKEY_F12},
        {"pgdn", "PgDn", UIKEY_PAGE_DOWN},
        {"Space", "Space", ' '},
        {"F", "F", 'F'},
        {"ü", "ü", 0xfc},
        {"F13", "?", UIKEY_NONE},
        {"xy", "?", UIKEY_NONE},
        {"", "?", UIKEY_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char label[KEY_NAME_MAX];
        assert_int_equal(key_parse(names[i].written), names[i].key);
        key_label(names[i].key, label);
        assert_string_equal(label, names[i].shown);
    }
}

static void the_first_table_wins(void **state)
{
    (void)state;
    struct keymap map = make_map(0);
    const struct key_table *table = NULL;
    assert_int_equal(keymap_find(&map, 'j', &table)->function, UI_DOWN);
    assert_ptr_equal(table, &keymap_moving);
    map.contexts = 2;
    assert_int_equal(keymap_find(&map, 'j', &table)->function, ZOOM);
    assert_ptr_equal(table, &own);
    assert_int_equal(keymap_find(&map, UIKEY_F1, NULL)->function, ZOOM);
    assert_null(keymap_find(&map, 'D', NULL));
    assert_null(keymap_find(&map, UIKEY_NONE, NULL));
}

static void no_key_stands_twice(void **state)
{
    (void)state;
    const struct key_table *tables[] = {&keymap_moving, &keymap_marking};
    bool seen[256] = {false};
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            int key = tables[t]->rows[i].keys[0];
            assert_true(key > 0 && key < 256 && !seen[key]);
            seen[key] = true;
        }
    }
}

static void commands_complete(void **state)
{
    (void)state;
    struct keymap map = make_map(0);
    assert_string_equal(keymap_complete(&map, "re", 0, NULL)->name, "retry");
    assert_string_equal(keymap_complete(&map, "re", 1, NULL)->name, "retry-all");
    assert_null(keymap_complete(&map, "re", 2, NULL));
    assert_null(keymap_command(&map, "retr", NULL));
    assert_int_equal(keymap_command(&map, "retry-all", NULL)->function, RETRY_ALL);
    assert_int_equal(keymap_command(&map, "go", NULL)->function, GO);
}

static void reasons_are_safe(void **state)
{
    (void)state;
    struct safe_text reason = {0};
    assert_true(keymap_available(&own, &rows[0], &reason));
    assert_null(reason.utf8);
    assert_false(keymap_available(&own, &rows[2], &reason));
    assert_string_equal(reason.utf8, "eu-west-1 has no AMI yet\\n");
    text_free(&reason);
    assert_false(keymap_available(&own, &rows[2], NULL));
}

static void assert_footer(int cols, const char *wanted)
{
    struct keymap map = make_map(0);
    struct grid *grid = grid_new(cols, 1, false);
    struct view all = grid_view(grid);
    keymap_footer(&all, &map);
    char *text = fence_text(grid);
    assert_string_equal(text, wanted);
    free(text);
    grid_free(grid);
}

static void the_footer_drops_what_matters_least(void **state)
{
    (void)state;
    assert_footer(120, " r retry  :go N start  ? help\n");
    assert_footer(80, " r retry :go N start ? help\n");
    assert_footer(28, " r retry :go N start ? help\n");
    assert_footer(20, " r retry ? help\n");
    assert_footer(10, " ? help\n");
    assert_footer(3, "\n");
}

static void the_help_tells_all(void **state)
{
    (void)state;
    struct keymap map = make_map(0);
    struct help help = {0};
    struct grid *grid = grid_new(120, 36, false);
    struct view all = grid_view(grid);
    static const char *const wanted[] = {
        "HELP  demo",
        "r R    retry one / all",
        "1-3    screen",
        "ACT (demo)",
        "ACT (cleanup)",
        "D      wipe all",
        "● PUBL",
        ":go N  start",
        "^F ^B  PgDn PgUp",
        "j k h l  arrows",
        "only on the cleanup screen",
        "eu-west-1 has no AMI yet\\n",
    };
    help_draw(&all, &help, &map);
    char *text = fence_text(grid);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (strstr(text, wanted[i]) == NULL)
            fail_msg("no \"%s\" in\n%s", wanted[i], text);
    assert_null(strstr(text, "zoom"));
    free(text);
    grid_free(grid);
}

static unsigned press(struct help *help, int key)
{
    struct input in = {.kind = EVENT_KEY, .key = key};
    return help_event(help, &in);
}

static void the_help_searches_and_closes(void **state)
{
    (void)state;
    struct keymap map = make_map(0);
    struct help help = {0};
    struct grid *grid = grid_new(80, 24, false);
    struct view all = grid_view(grid);
    press(&help, '/');
    press(&help, 'R');
    press(&help, 'e');
    press(&help, 't');
    help_draw(&all, &help, &map);
    char *text = fence_text(grid);
    assert_non_null(strstr(text, "retry one / all"));
    assert_null(strstr(text, "public on/off"));
    assert_int_equal(press(&help, UIKEY_ENTER), UI_TAKEN);
    assert_int_equal(press(&help, UIKEY_ESC), UI_TAKEN);
    assert_string_equal(help.query, "");
    assert_int_equal(press(&help, UIKEY_TAB), UI_TAKEN);
    assert_true(help.states);
    assert_int_equal(press(&help, 'x'), UI_TAKEN | UI_CLOSED);
    free(text);
    grid_free(grid);
}

static void every_size_stays_inside(void **state)
{
    (void)state;
    struct keymap map = make_map(2);
    for (int cols = 1; cols <= 300; cols += cols < 60 ? 1 : 23) {
        for (int n = 1; n <= 100; n += n < 8 ? 1 : 17) {
            struct help help = {.states = n % 3 == 0, .top = n * 7};
            struct fence fence = fence_open(cols, n);
            help_draw(&fence.view, &help, &map);
            keymap_footer(&fence.view, &map);
            fence_close(&fence);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_keys),
        cmocka_unit_test(the_first_table_wins),
        cmocka_unit_test(no_key_stands_twice),
        cmocka_unit_test(commands_complete),
        cmocka_unit_test(reasons_are_safe),
        cmocka_unit_test(the_footer_drops_what_matters_least),
        cmocka_unit_test(the_help_tells_all),
        cmocka_unit_test(the_help_searches_and_closes),
        cmocka_unit_test(every_size_stays_inside),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
