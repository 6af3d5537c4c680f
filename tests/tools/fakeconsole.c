/* A console without terminal and engine. */
#include "tests/tools/fakeconsole.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "screens/plan_screen.h"
#include "tests/tools/golden.h"

static void record(void *data, const struct command *command)
{
    struct fake_console *f = data;
    if (f->command_count < FAKE_COMMANDS)
        f->commands[f->command_count++] = *command;
}

static bool copy(void *data, const struct safe_text *text, struct err *err)
{
    struct fake_console *f = data;
    (void)err;
    free(f->copied);
    f->copied = xstrdup(text->utf8);
    return true;
}

static void draw(struct fake_console *f)
{
    console_draw(&f->console, f->grid);
}

void fake_console_bare(struct fake_console *f, int cols, int rows, bool ascii)
{
    struct console_hooks hooks = {.data = f, .command = record, .copy = copy};
    *f = (struct fake_console){0};
    setenv("TZ", "UTC", 1);
    console_init(&f->console, &hooks, NULL);
    f->console.now = 0;
    f->grid = grid_new(cols, rows, ascii);
}

void fake_console_open(struct fake_console *f, enum fake_scene scene, int cols, int rows,
                       bool ascii)
{
    fake_console_bare(f, cols, rows, ascii);
    f->model = fake_model(scene);
    f->console.model = model_ref(f->model);
    console_push(&f->console, plan_screen_open());
    draw(f);
}

void fake_console_close(struct fake_console *f)
{
    console_free(&f->console);
    grid_free(f->grid);
    if (f->model != NULL)
        fake_model_free(f->model);
    free(f->copied);
}

static void press(struct fake_console *f, int key)
{
    struct input in = {.kind = EVENT_KEY, .key = key};
    console_input(&f->console, &in);
    draw(f);
}

void fake_keys(struct fake_console *f, const char *keys)
{
    char *copied = xstrdup(keys), *rest = NULL;
    for (char *k = strtok_r(copied, " ", &rest); k != NULL; k = strtok_r(NULL, " ", &rest))
        press(f, key_parse(k));
    free(copied);
}

void fake_type(struct fake_console *f, const char *text)
{
    for (; *text != '\0'; text++)
        press(f, (unsigned char)*text);
}

void fake_resize(struct fake_console *f, int cols, int rows)
{
    grid_resize(f->grid, cols, rows);
    draw(f);
}

void fake_changed(struct fake_console *f)
{
    f->model->number++;
    f->console.last_key_at = 0;
    fake_count(f->model);
    console_model(&f->console, f->model);
    draw(f);
}

char *fake_dump(const struct fake_console *f)
{
    struct buf text = BUF_INIT;
    grid_dump_text(f->grid, &text);
    return buf_take(&text);
}

bool fake_shows(const struct fake_console *f, const char *text)
{
    char *all = fake_dump(f);
    bool found = strstr(all, text) != NULL;
    if (!found)
        fprintf(stderr, "not on the screen: %s\n%s", text, all);
    free(all);
    return found;
}

void fake_expect(const struct fake_console *f, size_t nth, enum command_kind kind, int image,
                 int region)
{
    assert_true(nth < f->command_count);
    assert_int_equal(f->commands[nth].kind, kind);
    assert_int_equal(f->commands[nth].image, image);
    assert_int_equal(f->commands[nth].region, region);
}

void fake_goldens(const struct fake_golden *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fake_console f;
        fake_console_open(&f, cases[i].scene, cases[i].cols, cases[i].rows, cases[i].ascii);
        fake_keys(&f, cases[i].keys);
        golden_check(cases[i].name, f.grid);
        fake_console_close(&f);
    }
}
