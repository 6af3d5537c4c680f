/* The stack of screens. */
#include "screens/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "screens/leave_dialog.h"
#include "screens/notice.h"
#include "screens/palette.h"
#include "screens/words.h"
#include "ui/event.h"
#include "ui/key.h"

void console_init(struct console *c, const struct console_hooks *hooks,
                  const struct settings *settings)
{
    *c = (struct console){.hooks = *hooks, .settings = settings};
    c->now = clock_now_ms();
}

static struct screen *top(const struct console *c)
{
    return c->depth > 0 ? c->stack[c->depth - 1] : NULL;
}

void console_pop(struct console *c)
{
    struct screen *screen = top(c);
    if (screen == NULL)
        return;
    c->depth--;
    screen->ops->leave(screen);
}

void console_free(struct console *c)
{
    while (c->depth > 0)
        console_pop(c);
    text_free(&c->said);
    model_unref(c->frozen);
    model_unref(c->model);
    free(c->resume);
    *c = (struct console){0};
}

void console_push(struct console *c, struct screen *screen)
{
    screen->console = c;
    if (c->depth == CONSOLE_DEPTH) {
        screen->ops->leave(screen);
        return;
    }
    c->stack[c->depth++] = screen;
    if (screen->ops->model != NULL)
        screen->ops->model(screen);
}

void console_replace(struct console *c, struct screen *screen)
{
    while (c->depth > 0)
        console_pop(c);
    console_push(c, screen);
}

struct model *console_shown(const struct console *c)
{
    return c->frozen != NULL ? c->frozen : c->model;
}

static bool at_rest(enum phase phase)
{
    return phase == PHASE_DONE || phase == PHASE_STOPPED || phase == PHASE_REFUSED;
}

void console_model(struct console *c, struct model *model)
{
    if (notice_rings(c->model, model))
        c->wants |= WANT_BELL;
    /* What was said about a key gives way to what the release says at a turn. */
    if (c->model != NULL && c->model->phase != model->phase)
        text_free(&c->said);
    model_ref(model);
    model_unref(c->model);
    c->model = model;
    if (model->number > c->asked_at)
        c->asked_at = 0;
    /* A screen may replace itself, so that the stack is looked at anew each time. */
    for (size_t i = 0; i < c->depth; i++)
        if (c->stack[i]->ops->model != NULL)
            c->stack[i]->ops->model(c->stack[i]);
    if (c->stopping && at_rest(model->phase))
        c->end = CONSOLE_LEAVES;
}

void console_say(struct console *c, enum role role, const char *format, ...)
{
    char *raw = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&raw, format, args) < 0)
        raw = NULL;
    va_end(args);
    text_free(&c->said);
    c->said = text_safe(raw);
    c->said_role = role;
    free(raw);
}

bool console_command(struct console *c, struct command command)
{
    bool ends = command.kind == COMMAND_STOP || command.kind == COMMAND_REFUSE;
    if (c->model == NULL)
        return false;
    if (c->model->read_only && !ends) {
        console_say(c, ROLE_WARN, "Read only: nothing is changed. Start without --read-only.");
        return false;
    }
    c->asked_at = c->model->number;
    c->hooks.command(c->hooks.data, &command);
    return true;
}

void console_copy(struct console *c, const struct safe_text *text, const char *what)
{
    struct err err = ERR_INIT;
    if (c->hooks.copy(c->hooks.data, text, &err))
        console_say(c, ROLE_GOOD, "Sent to the clipboard: %s", what);
    else
        console_say(c, ROLE_BAD, "Not sent to the clipboard: %s", err.message);
}

void console_stop(struct console *c)
{
    if (c->model == NULL || at_rest(c->model->phase)) {
        c->end = CONSOLE_LEAVES;
        return;
    }
    bool planned = c->model->phase == PHASE_RESOLVING || c->model->phase == PHASE_PLANNED;
    c->stopping = true;
    console_command(c, (struct command){.kind = planned ? COMMAND_REFUSE : COMMAND_STOP,
                                        .image = -1,
                                        .region = -1});
}

void console_leave(struct console *c)
{
    bool flies = c->model != NULL && !at_rest(c->model->phase) &&
                 c->model->phase != PHASE_RESOLVING && c->model->phase != PHASE_PLANNED;
    if (flies)
        console_push(c, leave_dialog_open(c));
    else
        console_stop(c);
}

int console_busy(const struct console *c)
{
    static const bool works[PHASES] = {
        [PHASE_RESOLVING] = true,
        [PHASE_RUNNING] = true,
        [PHASE_PUBLISHING] = true,
        [PHASE_STOPPING] = true,
    };
    return (c->model != NULL && works[c->model->phase]) + (c->asked_at != 0);
}

void console_keymap(struct screen *screen, struct keymap *map)
{
    size_t t = 0;
    *map = (struct keymap){0};
    screen->ops->keymap(screen, map);
    while (t < KEYMAP_TABLES && map->tables[t] != NULL)
        t++;
    if (t < KEYMAP_TABLES)
        map->tables[t] = &console_table;
}

void console_do(struct console *c, struct screen *screen, const struct key_table *table,
                const struct key_row *row, const char *argument)
{
    struct safe_text reason = {0};
    if (!keymap_available(table, row, &reason)) {
        char name[KEY_NAME_MAX] = ":";
        if (row->keys[0] != UIKEY_NONE)
            key_label(row->keys[0], name);
        console_say(c, ROLE_WARN, "%s%s  %s", name, row->keys[0] == UIKEY_NONE ? row->name : "",
                    words_str(&reason));
        text_free(&reason);
    } else if (!console_act(c, screen, row->function) && screen->ops->act != NULL) {
        screen->ops->act(screen, row->function, argument);
    }
}

static void press(struct console *c, struct screen *screen, int key)
{
    struct keymap map;
    const struct key_table *table = NULL;
    console_keymap(screen, &map);
    const struct key_row *row = keymap_find(&map, key, &table);
    if (row != NULL)
        console_do(c, screen, table, row, "");
}

void console_input(struct console *c, const struct input *in)
{
    struct screen *screen = top(c);
    if (screen == NULL)
        return;
    if (in->kind == EVENT_KEY) {
        text_free(&c->said);
        c->last_key_at = clock_now_ms();
    }
    if (c->palette.open) {
        palette_input(c, screen, in);
        return;
    }
    if (screen->ops->input != NULL && screen->ops->input(screen, in))
        return;
    if (in->kind == EVENT_KEY)
        press(c, screen, in->key);
    else if (in->kind == EVENT_MOUSE && in->button == MOUSE_WHEEL_UP)
        press(c, screen, UIKEY_UP);
    else if (in->kind == EVENT_MOUSE && in->button == MOUSE_WHEEL_DOWN)
        press(c, screen, UIKEY_DOWN);
}

void console_draw(struct console *c, struct grid *grid)
{
    struct view v = grid_view(grid);
    size_t from = c->depth > 0 ? c->depth - 1 : 0;
    grid_clear(grid);
    while (from > 0 && c->stack[from]->ops->overlay)
        from--;
    for (size_t i = from; i < c->depth; i++)
        c->stack[i]->ops->draw(c->stack[i], &v);
    if (c->palette.open && c->depth > 0)
        palette_draw(c, top(c), &v);
}
