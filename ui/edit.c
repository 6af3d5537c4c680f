/* A line of text that is being typed. */
#include "ui/edit.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/key.h"
#include "ui/widget.h"

void edit_clear(struct edit *e)
{
    *e = (struct edit){0};
}

/* Takes out the characters [from, to); the cursor ends at from. */
static bool cut(struct edit *e, int from, int to)
{
    if (from >= to)
        return false;
    wmemmove(&e->text[from], &e->text[to], (size_t)(e->length - to));
    e->length -= to - from;
    e->text[e->length] = 0;
    e->cursor = from;
    return true;
}

static bool insert(struct edit *e, wchar_t c)
{
    if (e->length + 1 >= EDIT_MAX)
        return false;
    wmemmove(&e->text[e->cursor + 1], &e->text[e->cursor], (size_t)(e->length - e->cursor));
    e->text[e->cursor++] = c;
    e->text[++e->length] = 0;
    return true;
}

static bool type(struct edit *e, const char *text)
{
    const char *s = text;
    const char *end = text + strcspn(text, "\r\n");
    bool changed = false;
    while (s < end) {
        bool ok;
        wchar_t c = text_next_char(&s, end, &ok);
        if (ok && key_is_text((int)c))
            changed |= insert(e, c);
    }
    return changed;
}

void edit_set(struct edit *e, const char *text)
{
    edit_clear(e);
    type(e, text);
}

char *edit_take(const struct edit *e)
{
    struct buf out = BUF_INIT;
    for (int i = 0; i < e->length; i++)
        ui_add_char(&out, e->text[i]);
    return buf_take(&out);
}

static bool erase_before(struct edit *e)
{
    return cut(e, e->cursor > 0 ? e->cursor - 1 : 0, e->cursor);
}

static bool erase_here(struct edit *e)
{
    return cut(e, e->cursor, e->cursor < e->length ? e->cursor + 1 : e->length);
}

static bool erase_to_start(struct edit *e)
{
    return cut(e, 0, e->cursor);
}

static bool erase_to_end(struct edit *e)
{
    return cut(e, e->cursor, e->length);
}

static bool erase_word(struct edit *e)
{
    int from = e->cursor;
    while (from > 0 && iswspace((wint_t)e->text[from - 1]))
        from--;
    while (from > 0 && !iswspace((wint_t)e->text[from - 1]))
        from--;
    return cut(e, from, e->cursor);
}

static bool go_left(struct edit *e)
{
    e->cursor -= e->cursor > 0;
    return false;
}

static bool go_right(struct edit *e)
{
    e->cursor += e->cursor < e->length;
    return false;
}

static bool go_start(struct edit *e)
{
    e->cursor = 0;
    return false;
}

static bool go_end(struct edit *e)
{
    e->cursor = e->length;
    return false;
}

/* Each returns true when the text differs. */
static const struct {
    int key;
    bool (*act)(struct edit *e);
} acts[] = {
    {UIKEY_BACKSPACE, erase_before}, {KEY_CTRL('h'), erase_before}, {UIKEY_DELETE, erase_here},
    {KEY_CTRL('u'), erase_to_start}, {KEY_CTRL('k'), erase_to_end}, {KEY_CTRL('w'), erase_word},
    {UIKEY_LEFT, go_left},           {UIKEY_RIGHT, go_right},       {UIKEY_HOME, go_start},
    {KEY_CTRL('a'), go_start},       {UIKEY_END, go_end},           {KEY_CTRL('e'), go_end},
};

static unsigned press(struct edit *e, int key)
{
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        if (acts[i].key == key)
            return acts[i].act(e) ? UI_TAKEN | UI_CHANGED : UI_TAKEN;
    if (!key_is_text(key))
        return UI_IGNORED;
    return insert(e, (wchar_t)key) ? UI_TAKEN | UI_CHANGED : UI_TAKEN;
}

unsigned edit_event(struct edit *e, const struct input *event, bool paste)
{
    if (event->kind == EVENT_KEY)
        return press(e, event->key);
    if (event->kind == EVENT_PASTE && paste)
        return type(e, event->text) ? UI_TAKEN | UI_CHANGED : UI_TAKEN;
    return UI_IGNORED;
}

/* Columns of the characters [from, to). */
static int columns_between(const struct edit *e, int from, int to)
{
    int columns = 0;
    for (int i = from; i < to; i++)
        columns += text_char_columns(e->text[i]);
    return columns;
}

void edit_draw(const struct view *v, int x, int y, int cols, struct edit *e)
{
    struct view line = view_cut(v, x, y, cols, 1);
    if (e->first > e->cursor)
        e->first = e->cursor;
    while (e->first < e->cursor && columns_between(e, e->first, e->cursor) >= cols)
        e->first++;

    struct buf shown = BUF_INIT;
    for (int i = e->first; i < e->length; i++)
        ui_add_char(&shown, e->text[i]);
    grid_print(&line, 0, 0, ROLE_INPUT, "%s", buf_str(&shown));
    buf_free(&shown);
    grid_cursor(&line, columns_between(e, e->first, e->cursor), 0);
}
