/* What the parts of the release screen share. Nobody else includes this. */
#ifndef SCREENS_RELEASE_STATE_H
#define SCREENS_RELEASE_STATE_H

#include "screens/cell_keys.h"
#include "screens/filter_line.h"
#include "screens/region_table.h"
#include "ui/tiles.h"

struct release_screen {
    struct screen screen;
    struct key_table keys;
    size_t image;
    bool as_table;
    bool marked_only;
    bool chosen; /* a key was pressed here; until then the cursor is on the first row, the worst */
    struct table table; /* cursor, marks and sorting; the tiles' cursor follows it */
    struct tiles tiles;
    enum tile_class class; /* of the last draw */
    struct view regions;   /* where the regions stood in the last draw, for the mouse */
    struct filter_line filter;
    struct order order;
    time_t stall_asked_at; /* the newest stall that was asked about; 0: none */
};

extern const struct key_row release_rows[];
extern const size_t release_row_count;

/* Functions of the screen's keys and commands. */
enum release_function {
    RELEASE_OPEN = CELL_KEYS_END,
    RELEASE_RETRY_ALL,
    RELEASE_PUBLIC,
    RELEASE_PRIVATE,
    RELEASE_FILTER,
    RELEASE_VIEW,
    RELEASE_IMAGE_BEFORE,
    RELEASE_IMAGE_NEXT,
    RELEASE_PROBLEM_NEXT,
    RELEASE_PROBLEM_BEFORE,
    RELEASE_EVENTS,
    RELEASE_PAUSE,
    RELEASE_MORE,
    RELEASE_FEWER,
    RELEASE_CONNECTIONS,
    RELEASE_FREEZE,
    RELEASE_MARKED,
    RELEASE_GO,
    RELEASE_TAKE_BACK,
    RELEASE_SIGN_IN,
    RELEASE_CANCEL,
};

/* The rows that are shown now; borrowed until the next change. Thread: ui. */
struct regions release_regions(const struct release_screen *self);
/* The cell under the cursor, NULL when no row is shown. Thread: ui. */
const struct model_cell *release_cursor(struct release_screen *self);
/* The marked cells that are shown, else the one under the cursor; cells of the latest model.
 * Thread: ui. */
void release_chosen(struct release_screen *self, struct act_cells *out);

/* Orders the rows anew; keep leaves those that stood there in their order. Thread: ui. */
void release_order(struct release_screen *self, bool keep);

/* Carries out what is done to cells, or to the upload; false when it is something else.
 * Thread: ui. */
bool release_act_cells(struct release_screen *self, int function, const char *argument);
bool release_act_upload(struct console *c, int function, const char *argument);
/* What a typed command would do; for screen_ops.explain. Thread: ui. */
bool release_explain(struct screen *s, int function, const char *argument, struct safe_text *out);

/* Draws all. Thread: ui. */
void release_draw(struct screen *s, const struct view *v);

#endif
