/* The stacks of screens. */
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
    c->read_only = settings != NULL && settings->read_only;
    c->now = clock_now_ms();
    c->calendar = clock_calendar();
}

static struct console_stack *shown_stack(struct console *c)
{
    return &c->stacks[c->place];
}

static struct screen *top(struct console *c)
{
    struct console_stack *stack = shown_stack(c);
    return stack->depth > 0 ? stack->screens[stack->depth - 1] : NULL;
}

void console_pop(struct console *c)
{
    struct screen *screen = top(c);
    if (screen == NULL)
        return;
    shown_stack(c)->depth--;
    screen->ops->leave(screen);
}

void console_free(struct console *c)
{
    for (int place = 0; place < PLACES; place++)
        for (c->place = (enum place)place; shown_stack(c)->depth > 0;)
            console_pop(c);
    text_free(&c->said);
    model_unref(c->frozen);
    model_unref(c->model);
    inventory_unref(c->still);
    inventory_unref(c->inventory);
    free(c->resume);
    *c = (struct console){0};
}

void console_push(struct console *c, struct screen *screen)
{
    struct console_stack *stack = shown_stack(c);
    screen->console = c;
    if (stack->depth == CONSOLE_DEPTH) {
        screen->ops->leave(screen);
        return;
    }
    stack->screens[stack->depth++] = screen;
    if (screen->ops->inventory != NULL)
        screen->ops->inventory(screen);
    if (screen->ops->model != NULL)
        screen->ops->model(screen);
}

void console_replace(struct console *c, struct screen *screen)
{
    while (shown_stack(c)->depth > 0)
        console_pop(c);
    console_push(c, screen);
}

struct model *console_shown(const struct console *c)
{
    return c->frozen != NULL ? c->frozen : c->model;
}

struct inventory *console_shown_inventory(const struct console *c)
{
    return c->still != NULL ? c->still : c->inventory;
}

/* Tells the screens that are shown of the model. One may replace itself, so that the stack is
 * looked at anew each time. */
static void tell_model(struct console *c)
{
    for (size_t i = 0; i < shown_stack(c)->depth; i++) {
        struct screen *screen = shown_stack(c)->screens[i];
        if (screen->ops->model != NULL)
            screen->ops->model(screen);
    }
}

/* Screens of other places hear of it too: what changes meanwhile may have to ring. */
static void tell_inventory(struct console *c)
{
    for (int place = 0; place < PLACES; place++) {
        struct console_stack *stack = &c->stacks[place];
        for (size_t i = 0; i < stack->depth; i++)
            if (stack->screens[i]->ops->inventory != NULL)
                stack->screens[i]->ops->inventory(stack->screens[i]);
    }
}

void console_go(struct console *c, enum place place)
{
    if (place == c->place) {
        while (shown_stack(c)->depth > 1)
            console_pop(c);
        return;
    }
    c->place = place;
    if (shown_stack(c)->depth > 0)
        tell_model(c);
    else
        console_push(c, console_place_open(c, place));
}

bool console_back(struct console *c)
{
    if (shown_stack(c)->depth > 1)
        console_pop(c);
    else if (c->place != c->first)
        console_go(c, c->first);
    else
        return false;
    return true;
}

void console_inventory(struct console *c, struct inventory *inventory)
{
    inventory_ref(inventory);
    inventory_unref(c->inventory);
    c->inventory = inventory;
    tell_inventory(c);
}

void console_news(struct console *c)
{
    tell_inventory(c);
}

struct inventory_reader *console_reader(struct console *c)
{
    if (c->reader == NULL && c->hooks.read != NULL) {
        c->unread = ERR_INIT;
        c->reader = c->hooks.read(c->hooks.data, &c->unread);
    }
    return c->reader;
}

void console_reread(struct console *c, const char *region)
{
    struct inventory_reader *reader = console_reader(c);
    if (reader != NULL)
        inventory_refresh(reader, region);
}

struct aws *console_aws(struct console *c, struct err *err)
{
    if (c->hooks.connect != NULL)
        return c->hooks.connect(c->hooks.data, err);
    err_set(err, ERR_REFUSED, "this console has no way to AWS");
    return NULL;
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
    tell_model(c);
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
    if ((c->read_only || c->model->read_only) && !ends) {
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

/* Every screen of every place may have work of its own. */
static bool any_stays(struct console *c)
{
    bool stays = false;
    for (int place = 0; place < PLACES; place++) {
        const struct console_stack *stack = &c->stacks[place];
        for (size_t i = 0; i < stack->depth; i++) {
            struct screen *screen = stack->screens[i];
            stays |= screen->ops->stays != NULL && screen->ops->stays(screen);
        }
    }
    return stays;
}

void console_stop(struct console *c)
{
    if (any_stays(c))
        return;
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

struct safe_text console_title(struct console *c, bool ascii)
{
    struct screen *lowest = shown_stack(c)->depth > 0 ? shown_stack(c)->screens[0] : NULL;
    return lowest != NULL && lowest->ops->title != NULL ? lowest->ops->title(lowest, ascii)
                                                        : notice_title(c->model, ascii);
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
    const struct console_stack *stack = shown_stack(c);
    size_t from = stack->depth > 0 ? stack->depth - 1 : 0;
    grid_clear(grid);
    while (from > 0 && stack->screens[from]->ops->overlay)
        from--;
    for (size_t i = from; i < stack->depth; i++)
        stack->screens[i]->ops->draw(stack->screens[i], &v);
    if (c->palette.open && stack->depth > 0)
        palette_draw(c, top(c), &v);
}
