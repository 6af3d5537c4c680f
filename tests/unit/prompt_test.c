/* ui/edit and ui/prompt: typing, completing, and what Enter will do. */
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/key.h"
#include "ui/prompt.h"
#include "ui/widget.h"

static const char *const words[] = {"go", "rate", "retry", "retry-all"};

static bool candidate(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about)
{
    (void)data;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strncmp(words[i], text, strlen(text)) != 0 || nth-- > 0)
            continue;
        *line = xstrdup(words[i]);
        *about = text_safe("about it");
        return true;
    }
    return false;
}

static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    (void)data;
    *role = ROLE_BAD;
    return text_safe_fmt("Enter: nothing with %s", text);
}

static const struct prompt_source source = {NULL, candidate, explain};

static unsigned press(struct prompt *p, int key)
{
    struct input in = {.kind = EVENT_KEY, .key = key};
    return prompt_event(p, &in, &source);
}

static void assert_line(const struct prompt *p, const char *wanted)
{
    char *text = prompt_text(p);
    assert_string_equal(text, wanted);
    free(text);
}

static void edits(void **state)
{
    (void)state;
    struct prompt p;
    static const struct {
        int key;
        const char *line;
    } steps[] = {
        {'x', "one twox"},       {UIKEY_BACKSPACE, "one two"}, {UIKEY_LEFT, "one two"},
        {0xfc, "one twüo"},      {UIKEY_DELETE, "one twü"},    {UIKEY_DELETE, "one twü"},
        {KEY_CTRL('w'), "one "}, {KEY_CTRL('a'), "one "},      {'>', ">one "},
        {KEY_CTRL('k'), ">"},    {KEY_CTRL('e'), ">"},         {'y', ">y"},
        {KEY_CTRL('u'), ""},     {KEY_CTRL('w'), ""},
    };
    prompt_open(&p, '/', "one two");
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        press(&p, steps[i].key);
        assert_line(&p, steps[i].line);
    }
    assert_int_equal(press(&p, UIKEY_BACKSPACE), UI_TAKEN | UI_CLOSED);
    assert_false(p.open);
}

static void changes_are_told(void **state)
{
    (void)state;
    struct prompt p;
    prompt_open(&p, '/', "");
    assert_int_equal(press(&p, 'a'), UI_TAKEN | UI_CHANGED);
    assert_int_equal(press(&p, UIKEY_LEFT), UI_TAKEN);
    assert_int_equal(press(&p, UIKEY_ENTER), UI_TAKEN | UI_ACCEPTED);
    assert_false(p.open);
    assert_line(&p, "a");
}

static void a_paste_ends_at_its_first_line(void **state)
{
    (void)state;
    struct prompt p;
    struct input in = {.kind = EVENT_PASTE,
                       .text = "ab\x1b[2J\xff\xe2\x80\xae"
                               "c\nrm -rf"};
    prompt_open(&p, '/', "x");
    assert_int_equal(prompt_event(&p, &in, &source), UI_TAKEN | UI_CHANGED);
    char *text = prompt_text(&p);
    assert_null(strchr(text, '\x1b'));
    assert_null(strstr(text, "rm"));
    assert_non_null(strstr(text, "xab[2J"));
    free(text);
}

static void the_line_has_an_end(void **state)
{
    (void)state;
    struct prompt p;
    prompt_open(&p, '/', "");
    for (int i = 0; i < 3 * EDIT_MAX; i++)
        press(&p, 'a');
    assert_int_equal(p.edit.length, EDIT_MAX - 1);
}

static void completes(void **state)
{
    (void)state;
    struct prompt p;
    prompt_open(&p, ':', "ret");
    press(&p, UIKEY_TAB);
    assert_int_equal(p.chosen, 0);
    press(&p, UIKEY_TAB);
    assert_int_equal(p.chosen, 1);
    press(&p, UIKEY_TAB);
    assert_int_equal(p.chosen, 0);
    press(&p, UIKEY_SHIFT_TAB);
    assert_line(&p, "ret");
    assert_int_equal(press(&p, UIKEY_ENTER), UI_TAKEN | UI_CHANGED);
    assert_line(&p, "retry-all");
    assert_true(p.open);
    prompt_open(&p, ':', "g");
    assert_int_equal(press(&p, UIKEY_TAB), UI_TAKEN | UI_CHANGED);
    assert_line(&p, "go");
    prompt_open(&p, ':', "nothing");
    assert_int_equal(press(&p, UIKEY_TAB), UI_TAKEN);
    assert_line(&p, "nothing");
}

static void says_what_enter_does(void **state)
{
    (void)state;
    struct prompt p;
    struct grid *grid = grid_new(60, 8, false);
    struct view all = grid_view(grid);
    prompt_open(&p, ':', "re");
    press(&p, UIKEY_TAB);
    prompt_draw(&all, &p, &source);
    char *text = fence_text(grid);
    assert_non_null(strstr(text, " :retry                 about it\n :retry-all"));
    assert_non_null(
        strstr(text, "\n :re                                 Enter: nothing with re\n"));
    assert_int_equal(grid->cursor_x, 4);
    assert_int_equal(grid->cursor_y, 7);
    free(text);
    grid_free(grid);
}

static void every_size_stays_inside(void **state)
{
    (void)state;
    for (int cols = 1; cols <= 300; cols += cols < 60 ? 1 : 31) {
        for (int rows = 1; rows <= 100; rows += rows < 12 ? 1 : 29) {
            struct prompt p;
            struct fence fence = fence_open(cols, rows);
            prompt_open(&p, ':', "re日本語日本語日本語日本語日本語日本語日本語日本語日本語");
            p.edit.cursor = cols % (p.edit.length + 1);
            prompt_draw(&fence.view, &p, &source);
            prompt_open(&p, ':', "");
            prompt_draw(&fence.view, &p, &source);
            fence_close(&fence);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits),
        cmocka_unit_test(changes_are_told),
        cmocka_unit_test(a_paste_ends_at_its_first_line),
        cmocka_unit_test(the_line_has_an_end),
        cmocka_unit_test(completes),
        cmocka_unit_test(says_what_enter_does),
        cmocka_unit_test(every_size_stays_inside),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
