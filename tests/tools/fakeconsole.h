/* A console without terminal and engine: keys in, a grid and commands out. */
#ifndef TESTS_TOOLS_FAKECONSOLE_H
#define TESTS_TOOLS_FAKECONSOLE_H

#include "screens/console.h"
#include "tests/tools/fakemodel.h"

#define FAKE_COMMANDS 128

struct fake_console {
    struct console console;
    struct grid *grid;
    struct model *model; /* NULL for the home screen */
    struct command commands[FAKE_COMMANDS];
    size_t command_count;
    char *copied; /* what was copied last */
};

/* A console with the plan screen over the scene, which gives way to the release screen where that
 * runs; drawn once. */
void fake_console_open(struct fake_console *f, enum fake_scene scene, int cols, int rows,
                       bool ascii);
/* Without a model and a screen. */
void fake_console_bare(struct fake_console *f, int cols, int rows, bool ascii);
void fake_console_close(struct fake_console *f);

/* Presses keys, one a word: "j", "Enter", "^D"; draws after each. */
void fake_keys(struct fake_console *f, const char *keys);
/* Types text letter by letter, blanks too. */
void fake_type(struct fake_console *f, const char *text);
/* Draws in another size. */
void fake_resize(struct fake_console *f, int cols, int rows);
/* Shows a changed model, as a newer one. */
void fake_changed(struct fake_console *f);
/* True when a line of the grid holds the text. */
bool fake_shows(const struct fake_console *f, const char *text);
/* Fails the test when the nth command was not this one. */
void fake_expect(const struct fake_console *f, size_t nth, enum command_kind kind, int image,
                 int region);

/* A screen to be compared with tests/unit/golden/NAME.txt, after some keys. */
struct fake_golden {
    const char *name;
    enum fake_scene scene;
    int cols, rows;
    bool ascii;
    const char *keys;
};
void fake_goldens(const struct fake_golden *cases, size_t count);

/* The screen, for a failure's message: the caller frees. */
char *fake_dump(const struct fake_console *f);

#endif
