/* What the parts of uidemo share. Nobody else includes this. */
#ifndef TESTS_TOOLS_UIDEMO_H
#define TESTS_TOOLS_UIDEMO_H

#include "ui/dialog.h"
#include "ui/event.h"
#include "ui/help.h"
#include "ui/keymap.h"
#include "ui/prompt.h"
#include "ui/spark.h"
#include "ui/table.h"
#include "ui/tiles.h"

#define REGIONS 34

struct region {
    char name[24];
    char brief[8];
    char ami[32];
    enum role state;
    int permille;
};

enum column {
    COLUMN_REGION = 1,
    COLUMN_STATE,
    COLUMN_BAR,
    COLUMN_PERCENT,
    COLUMN_AMI,
    COLUMN_NOTE
};

enum function {
    FN_QUIT = UI_OWN,
    FN_HELP,
    FN_VIEW,
    FN_DESTROY,
    FN_LEAVE,
    FN_FILTER,
    FN_PALETTE,
    FN_REDRAW,
    FN_SUSPEND,
    FN_MOUSE,
    FN_PUBLIC,
    FN_NEWS,
};

struct demo {
    struct region regions[REGIONS];
    size_t shown[REGIONS]; /* what the filter leaves */
    size_t shown_count;
    bool as_table;
    struct table table;
    struct tiles tiles;
    struct dialog dialog;
    bool asks;
    struct prompt prompt;
    struct help help;
    bool helps;
    struct spark spark;
    char said[128];
    struct events *events;
    int wake;
    bool ends;
};

extern const struct keymap uidemo_keymap;

/* Makes the regions up. Thread: ui. */
void uidemo_fill(struct demo *d);
/* Shows the regions whose name holds the text. Thread: ui. */
void uidemo_filter(struct demo *d, const char *text);
/* What is shown, for the widgets; borrowed. Thread: ui. */
struct table_source uidemo_table(const struct demo *d);
struct tiles_source uidemo_tiles(const struct demo *d);
struct prompt_source uidemo_prompt(const struct demo *d);
/* A move in the table or the tiles. Thread: ui. */
void uidemo_move(struct demo *d, int function);
/* Draws all. Thread: ui. */
void uidemo_draw(struct demo *d, struct grid *grid);

#endif
