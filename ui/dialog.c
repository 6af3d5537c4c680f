/* A boxed question: words, a list that scrolls, a phrase to type or keys to choose; the focus rests
 * on Cancel. */
#include "ui/dialog.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/key.h"
#include "ui/widget.h"

void dialog_open(struct dialog *d, const char *title, enum role role)
{
    *d = (struct dialog){.title = title, .role = role};
}

void dialog_free(struct dialog *d)
{
    for (size_t i = 0; i < d->line_count; i++)
        text_free(&d->lines[i].text);
    for (size_t i = 0; i < d->list_count; i++)
        text_free(&d->list[i]);
    for (size_t i = 0; i < d->choice_count; i++)
        text_free(&d->choices[i].label);
    free(d->list);
    text_free(&d->phrase);
    *d = (struct dialog){0};
}

void dialog_say(struct dialog *d, const char *label, enum role role, const char *format, ...)
{
    if (d->line_count == DIALOG_LINES)
        return;
    va_list args;
    va_start(args, format);
    d->lines[d->line_count++] =
        (struct dialog_line){.label = label, .text = ui_format(format, args), .role = role};
    va_end(args);
}

void dialog_unsay(struct dialog *d, size_t keep)
{
    while (d->line_count > keep)
        text_free(&d->lines[--d->line_count].text);
}

void dialog_list(struct dialog *d, const char *format, ...)
{
    if (d->list_count == d->list_capacity) {
        d->list_capacity = d->list_capacity > 0 ? d->list_capacity * 2 : 16;
        d->list = xrealloc(d->list, d->list_capacity, sizeof *d->list);
    }
    va_list args;
    va_start(args, format);
    d->list[d->list_count++] = ui_format(format, args);
    va_end(args);
}

void dialog_choice(struct dialog *d, int key, const char *format, ...)
{
    if (d->choice_count == DIALOG_CHOICES)
        return;
    va_list args;
    va_start(args, format);
    d->choices[d->choice_count++] =
        (struct dialog_choice){.key = key, .label = ui_format(format, args)};
    va_end(args);
}

void dialog_phrase(struct dialog *d, const char *format, ...)
{
    va_list args;
    text_free(&d->phrase);
    va_start(args, format);
    d->phrase = ui_format(format, args);
    va_end(args);
}

bool dialog_matches(const struct dialog *d)
{
    if (d->phrase.utf8 == NULL)
        return false;
    char *typed = edit_take(&d->edit);
    bool same = strcmp(typed, d->phrase.utf8) == 0;
    free(typed);
    return same;
}

static unsigned choose(struct dialog *d, int key)
{
    for (size_t i = 0; i < d->choice_count; i++) {
        if (d->choices[i].key == key) {
            d->chosen = key;
            return UI_TAKEN | UI_ACCEPTED;
        }
    }
    return key == UIKEY_ENTER ? UI_TAKEN | UI_CLOSED : UI_TAKEN;
}

static unsigned press_enter(struct dialog *d)
{
    if (d->cut || !dialog_matches(d))
        return UI_TAKEN;
    d->chosen = UIKEY_ENTER;
    if (d->countdown_s == 0)
        return UI_TAKEN | UI_ACCEPTED;
    d->left_s = d->countdown_s;
    return UI_TAKEN | UI_COUNTING;
}

static bool scroll(struct dialog *d, int key)
{
    long page = d->page > 0 ? (long)d->page : 1;
    const struct {
        int key;
        long step;
    } steps[] = {
        {UIKEY_UP, -1},          {UIKEY_DOWN, 1},        {UIKEY_PAGE_UP, -page},
        {UIKEY_PAGE_DOWN, page}, {KEY_CTRL('b'), -page}, {KEY_CTRL('f'), page},
    };
    long last = (long)d->list_count - page;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (steps[i].key != key)
            continue;
        long top = (long)d->top + steps[i].step;
        top = top > last ? last : top;
        d->top = top < 0 ? 0 : (size_t)top;
        return true;
    }
    return false;
}

unsigned dialog_event(struct dialog *d, const struct input *event)
{
    if (event->kind != EVENT_KEY)
        return event->kind == EVENT_PASTE ? UI_TAKEN : UI_IGNORED;
    if (d->left_s > 0) {
        d->left_s = 0;
        edit_clear(&d->edit);
        return UI_TAKEN;
    }
    if (event->key == UIKEY_ESC)
        return UI_TAKEN | UI_CLOSED;
    if (scroll(d, event->key))
        return UI_TAKEN;
    if (d->phrase.utf8 == NULL)
        return choose(d, event->key);
    if (event->key == UIKEY_ENTER)
        return press_enter(d);
    return edit_event(&d->edit, event, false) | UI_TAKEN;
}

unsigned dialog_tick(struct dialog *d)
{
    if (d->left_s == 0)
        return UI_IGNORED;
    d->left_s -= 1;
    return UI_TAKEN | (d->left_s > 0 ? UI_COUNTING : UI_ACCEPTED);
}
