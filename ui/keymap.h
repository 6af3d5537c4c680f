/* Keys and commands as rows; dispatcher, footer, help and palette read the same row. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/widget.h"

enum key_group {
    GROUP_MOVE,
    GROUP_LOOK,
    GROUP_ACT,
    GROUP_PROGRAM, /* the line at the foot of the help: ^Z, ^L, ^C, : */
    GROUPS
};

enum key_danger {
    DANGER_NONE,   /* looks only */
    DANGER_CHANGE, /* changes something that can be taken back */
    DANGER_LAST,   /* destroys or publishes; asks for a typed phrase */
};

#define KEY_ROW_KEYS 3

/* One key or command. keys[0] is the one that footer and help name; a row without keys is typed
 * (`:go`). A row with help NULL shares the help line of the row before it ("r R  retry one / all").
 */
struct key_row {
    int keys[KEY_ROW_KEYS];
    const char *name; /* what the palette calls it ("retry"); NULL keeps it out of the palette */
    const char *argument; /* what has to be typed behind the name ("N"); NULL is nothing */
    const char *label;    /* in the footer; NULL keeps it out */
    const char *brief;    /* in the footer of a narrow screen; NULL is label */
    const char *help;     /* a few words */
    enum key_group group;
    enum key_danger danger;
    int footer;        /* the higher, the later it is dropped from a footer that is too narrow */
    unsigned contexts; /* bits of the screen's own where the row counts; 0 is everywhere */
    int function;      /* enum ui_function or the screen's own from UI_OWN on */
    /* False with *reason set (the caller frees) when the row can do nothing now; NULL is always. */
    bool (*available)(const void *data, struct safe_text *reason);
};

struct key_table {
    const char *name; /* of the screen: "release"; stands in the help's title and behind ACT */
    const struct key_row *rows;
    size_t count;
    const void *data; /* for available() */
};

#define KEYMAP_TABLES 4

/* Tables on top of each other: the first that has the key wins. `elsewhere` are other screens'
 * tables: the help names their acts, nothing dispatches to them. */
struct keymap {
    const struct key_table *tables[KEYMAP_TABLES];
    const struct key_table *elsewhere[KEYMAP_TABLES];
    unsigned contexts; /* which bits hold now */
};

/* Moving, marking and sorting, the same on each screen that has a table; put it below the screen's
 * own. */
extern const struct key_table keymap_moving;
extern const struct key_table keymap_marking;

/* The row of a key, or NULL; *table_out (may be NULL) becomes its table. Rows that are not
 * available are found too: ask keymap_available() before acting. Thread: ui. */
const struct key_row *keymap_find(const struct keymap *map, int key,
                                  const struct key_table **table_out);

/* The row of a typed command's first word, or NULL. Thread: ui. */
const struct key_row *keymap_command(const struct keymap *map, const char *name,
                                     const struct key_table **table_out);

/* True when the row can act now; else *reason is set (the caller frees) unless reason is NULL.
 * Thread: ui. */
bool keymap_available(const struct key_table *table, const struct key_row *row,
                      struct safe_text *reason);

/* The nth row whose command name starts with prefix, or NULL; for the palette. Thread: ui. */
const struct key_row *keymap_complete(const struct keymap *map, const char *prefix, size_t nth,
                                      const struct key_table **table_out);

/* True when the row counts in the contexts that hold now. Thread: ui. */
bool keymap_counts(const struct keymap *map, const struct key_row *row);

/* How the row is called up: its first key's name, or ":name ARGUMENT". Thread: any. */
void keymap_row_key(const struct key_row *row, char out[KEY_NAME_MAX + 16]);

/* Draws the footer into the view's first row: of the rows that can act now, in table order, as many
 * as fit. Thread: ui. */
void keymap_footer(const struct view *v, const struct keymap *map);

#endif
