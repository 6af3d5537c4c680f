/* The palette. */
#include "screens/palette.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/words.h"

/* What prompt and Enter look at. */
struct asked {
    struct screen *screen;
    struct keymap map;
    const struct key_table *table;
    const struct key_row *row; /* NULL: no such command */
    const char *argument;      /* "" for none */
    char *name;
};

/* Takes "name argument" apart; free with asked_free(). */
static void ask(struct screen *screen, const char *text, struct asked *out)
{
    *out = (struct asked){.screen = screen};
    console_keymap(screen, &out->map);
    while (*text == ' ')
        text++;
    size_t length = strcspn(text, " ");
    out->name = xstrndup(text, length);
    out->argument = text + length + strspn(text + length, " ");
    out->row = keymap_command(&out->map, out->name, &out->table);
}

static void asked_free(struct asked *asked)
{
    free(asked->name);
}

static bool candidate(const void *data, const char *text, size_t nth, char **line,
                      struct safe_text *about)
{
    struct screen *screen = (struct screen *)data;
    struct keymap map;
    const struct key_table *table = NULL;
    console_keymap(screen, &map);
    const struct key_row *row = keymap_complete(&map, text, nth, &table);
    if (row == NULL)
        return false;
    *line = xasprintf("%s%s", row->name, row->argument != NULL ? " " : "");
    struct safe_text reason = {0};
    if (!keymap_available(table, row, &reason)) {
        *about = text_safe_fmt("not now: %s", words_str(&reason));
        text_free(&reason);
    } else {
        *about =
            text_safe_fmt("%s%s%s", row->argument != NULL ? row->argument : "",
                          row->argument != NULL ? "  " : "", row->help != NULL ? row->help : "");
    }
    return true;
}

static struct safe_text explain(const void *data, const char *text, enum role *role)
{
    struct screen *screen = (struct screen *)data;
    struct asked asked;
    struct safe_text words = {0}, reason = {0};
    ask(screen, text, &asked);
    *role = ROLE_FAINT;
    if (asked.name[0] == '\0') {
        words = text_safe("Tab walks through the commands");
    } else if (asked.row == NULL) {
        *role = ROLE_BAD;
        words = text_safe_fmt("no command \"%s\" here", asked.name);
    } else if (!keymap_available(asked.table, asked.row, &reason)) {
        *role = ROLE_BAD;
        words = text_safe_fmt("not now: %s", words_str(&reason));
    } else if (screen->ops->explain == NULL ||
               !screen->ops->explain(screen, asked.row->function, asked.argument, &words)) {
        words =
            text_safe_fmt("Enter: %s", asked.row->help != NULL ? asked.row->help : asked.row->name);
    }
    text_free(&reason);
    asked_free(&asked);
    return words;
}

void palette_open(struct console *c)
{
    prompt_open(&c->palette, ':', "");
}

void palette_draw(struct console *c, struct screen *screen, const struct view *v)
{
    struct prompt_source source = {.data = screen, .candidate = candidate, .explain = explain};
    prompt_draw(v, &c->palette, &source);
}

static void carry_out(struct console *c, struct screen *screen)
{
    struct asked asked;
    char *text = prompt_text(&c->palette);
    ask(screen, text, &asked);
    if (asked.row != NULL)
        console_do(c, screen, asked.table, asked.row, asked.argument);
    else if (asked.name[0] != '\0')
        console_say(c, ROLE_BAD, "No command \"%s\" here; Tab after : shows all.", asked.name);
    asked_free(&asked);
    free(text);
}

void palette_input(struct console *c, struct screen *screen, const struct input *in)
{
    struct prompt_source source = {.data = screen, .candidate = candidate, .explain = explain};
    if (prompt_event(&c->palette, in, &source) & UI_ACCEPTED)
        carry_out(c, screen);
}
