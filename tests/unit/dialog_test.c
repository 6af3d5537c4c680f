/* ui/dialog: only the phrase unlocks, nothing destroys by accident, and the phrase line stays at
 * every size. */
#include <string.h>

#include "base/mem.h"
#include "tests/unit/fence.h"
#include "ui/dialog.h"
#include "ui/key.h"
#include "ui/widget.h"

static unsigned press(struct dialog *d, int key)
{
    struct input in = {.kind = EVENT_KEY, .key = key};
    return dialog_event(d, &in);
}

static void type(struct dialog *d, const char *text)
{
    for (; *text != '\0'; text++)
        assert_int_equal(press(d, *text) & (UI_ACCEPTED | UI_CLOSED), 0);
}

static struct dialog make_phrase(int countdown_s)
{
    struct dialog d;
    dialog_open(&d, "DEREGISTER", ROLE_DANGER);
    dialog_say(&d, "Destroy", ROLE_TEXT, "%d AMIs", 68);
    for (int i = 0; i < 68; i++)
        dialog_list(&d, "ami-%d", i);
    dialog_phrase(&d, "deregister %d", 68);
    d.note = "Paste is ignored.";
    d.countdown_s = countdown_s;
    return d;
}

static void only_the_phrase_unlocks(void **state)
{
    (void)state;
    struct dialog d = make_phrase(0);
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN);
    type(&d, "deregister 6");
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN);
    type(&d, "88");
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN);
    press(&d, UIKEY_BACKSPACE);
    assert_true(dialog_matches(&d));
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN | UI_ACCEPTED);
    dialog_free(&d);
}

static void a_paste_is_ignored(void **state)
{
    (void)state;
    struct dialog d = make_phrase(0);
    struct input in = {.kind = EVENT_PASTE, .text = "deregister 68"};
    assert_int_equal(dialog_event(&d, &in), UI_TAKEN);
    assert_false(dialog_matches(&d));
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN);
    dialog_free(&d);
}

static void any_key_stops_the_countdown(void **state)
{
    (void)state;
    struct dialog d = make_phrase(3);
    assert_int_equal(dialog_tick(&d), UI_IGNORED);
    type(&d, "deregister 68");
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN | UI_COUNTING);
    assert_int_equal(dialog_tick(&d), UI_TAKEN | UI_COUNTING);
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN);
    assert_int_equal(dialog_tick(&d), UI_IGNORED);
    assert_false(dialog_matches(&d));
    type(&d, "deregister 68");
    press(&d, UIKEY_ENTER);
    dialog_tick(&d);
    dialog_tick(&d);
    assert_int_equal(dialog_tick(&d), UI_TAKEN | UI_ACCEPTED);
    dialog_free(&d);
}

static void the_focus_rests_on_cancel(void **state)
{
    (void)state;
    struct dialog d;
    dialog_open(&d, "LEAVE?", ROLE_TITLE);
    dialog_choice(&d, 'b', "background");
    dialog_choice(&d, 's', "stop");
    assert_int_equal(press(&d, 'x'), UI_TAKEN);
    assert_int_equal(press(&d, UIKEY_ENTER), UI_TAKEN | UI_CLOSED);
    assert_int_equal(press(&d, UIKEY_ESC), UI_TAKEN | UI_CLOSED);
    assert_int_equal(press(&d, 's'), UI_TAKEN | UI_ACCEPTED);
    assert_int_equal(d.chosen, 's');
    dialog_free(&d);
}

static void the_list_scrolls(void **state)
{
    (void)state;
    struct dialog d = make_phrase(0);
    struct grid *grid = grid_new(60, 16, false);
    struct view all = grid_view(grid);
    dialog_draw(&all, &d);
    for (int i = 0; i < 40; i++) {
        press(&d, UIKEY_PAGE_DOWN);
        dialog_draw(&all, &d);
    }
    char *text = fence_text(grid);
    assert_non_null(strstr(text, "ami-67"));
    assert_non_null(strstr(text, "of 68"));
    free(text);
    for (int i = 0; i < 40; i++)
        press(&d, UIKEY_PAGE_UP);
    assert_int_equal(d.top, 0);
    dialog_free(&d);
    grid_free(grid);
}

/* From 34 columns on the phrase is there in full; lower windows cost list and words, not the
 * phrase. */
static void the_phrase_stays_at_every_size(void **state)
{
    (void)state;
    for (int cols = 1; cols <= 300; cols += cols < 100 ? 1 : 29) {
        for (int rows = 1; rows <= 100; rows += rows < 30 ? 1 : 23) {
            struct dialog d = make_phrase(0);
            struct fence fence = fence_open(cols, rows);
            type(&d, "dereg");
            dialog_draw(&fence.view, &d);
            char *text = fence_text(fence.grid);
            if (cols >= 34 && strstr(text, "deregister 68") == NULL)
                fail_msg("no phrase at %dx%d:\n%s", cols, rows, text);
            free(text);
            fence_close(&fence);
            dialog_free(&d);
        }
    }
}

/* Whoever does not see what is PERMANENT cannot destroy; a line that only informs may be cut. */
static void a_cut_warning_locks(void **state)
{
    static const struct {
        enum role role;
        int rows;
        bool locked;
    } cases[] = {{ROLE_DANGER, 6, true},
                 {ROLE_WARN, 6, true},
                 {ROLE_TEXT, 6, false},
                 {ROLE_DANGER, 30, false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dialog d = make_phrase(0);
        struct fence fence = fence_open(60, cases[i].rows);
        dialog_say(&d, "Undo", cases[i].role, "PERMANENT");
        type(&d, "deregister 68");
        dialog_draw(&fence.view, &d);
        char *text = fence_text(fence.grid);
        assert_int_equal(strstr(text, "too low") != NULL, cases[i].locked);
        free(text);
        assert_int_equal((press(&d, UIKEY_ENTER) & UI_ACCEPTED) != 0, !cases[i].locked);
        fence_close(&fence);
        dialog_free(&d);
    }
}

static void choices_at_every_size(void **state)
{
    (void)state;
    for (int cols = 1; cols <= 120; cols += 2) {
        for (int rows = 1; rows <= 20; rows++) {
            struct dialog d;
            struct fence fence = fence_open(cols, rows);
            dialog_open(&d, "LEAVE?", ROLE_TITLE);
            dialog_say(&d, "Words", ROLE_TEXT, "%s", "日本語日本語日本語日本語日本語");
            dialog_choice(&d, 'b', "go on in background; comes back");
            dialog_draw(&fence.view, &d);
            fence_close(&fence);
            dialog_free(&d);
        }
    }
}

static void free_twice_is_fine(void **state)
{
    (void)state;
    struct dialog d = make_phrase(0);
    dialog_phrase(&d, "another");
    dialog_free(&d);
    dialog_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_phrase_unlocks),
        cmocka_unit_test(a_paste_is_ignored),
        cmocka_unit_test(any_key_stops_the_countdown),
        cmocka_unit_test(the_focus_rests_on_cancel),
        cmocka_unit_test(the_list_scrolls),
        cmocka_unit_test(the_phrase_stays_at_every_size),
        cmocka_unit_test(a_cut_warning_locks),
        cmocka_unit_test(choices_at_every_size),
        cmocka_unit_test(free_twice_is_fine),
    };
    return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
