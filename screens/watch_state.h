/* What the parts of the watch screen share. Only screens/watch_*.c include this. */
#ifndef SCREENS_WATCH_STATE_H
#define SCREENS_WATCH_STATE_H

#include "core/watch.h"
#include "screens/console.h"
#include "screens/filter_line.h"
#include "screens/watch_pane.h"
#include "ui/table.h"

/* The rows of a pane that are shown. */
struct watch_list {
    struct table table;
    size_t *rows;       /* indexes in the view's array */
    uint64_t *identity; /* of each row: what stood where before */
    size_t count, capacity;
    struct view drawn; /* where its rows stood in the last draw, for the mouse; no rows: nowhere */
};

struct watch_screen {
    struct screen screen;
    struct key_table keys;
    struct watch *watch;
    enum watch_pane focus;
    struct watch_list lists[WATCH_PANES];
    bool active_only;
    char *followed; /* the name of the release; NULL for none */
    clock_ms interval_ms;
    struct filter_line filter;
    uint64_t number;  /* of the inventory that the view was made of */
    uint64_t rung;    /* the last change that could have rung */
    size_t strangers; /* releases that are not known to be this machine's, when it was asked */
};

/* What is shown; NULL while there is no inventory. Thread: ui. */
const struct watch_view *watch_shown(const struct watch_screen *self);
/* Program time since the view was made, in whole minutes, so that ages change once a minute.
 * Thread: ui. */
clock_ms watch_drift(const struct watch_screen *self);

/* Chooses and orders the rows of all panes anew; keep leaves those that stood there in their order.
 * Thread: ui. */
void watch_order(struct watch_screen *self, bool keep);
/* Its rows for moving about; they cannot be drawn. Borrowed until the next change. Thread: ui. */
struct table_source watch_list_source(const struct watch_list *list);
/* The index in the view of the row under a pane's cursor; false when it has none. Thread: ui. */
bool watch_cursor(struct watch_screen *self, enum watch_pane pane, size_t *index);
/* The release that the cursor is about, NULL for none. Thread: ui. */
const struct watch_release *watch_cursor_release(struct watch_screen *self);

/* Applies a filter; one that makes no sense changes nothing. Thread: ui. */
void watch_filter_set(struct watch_screen *self, const char *words);
/* Opens the prompt, or applies the words where there are some. Thread: ui. */
void watch_filter_open(struct watch_screen *self, const char *words);
/* An event while the prompt is open. Thread: ui. */
bool watch_filter_input(struct watch_screen *self, const struct input *in);
void watch_filter_draw(struct watch_screen *self, const struct view *v);

/* Functions of the screen's keys and commands. */
enum watch_function {
    WATCH_OPEN = UI_OWN,
    WATCH_NEXT_PANE,
    WATCH_PANE_BEFORE,
    WATCH_FOLLOW,
    WATCH_FILTER,
    WATCH_SLOWER,
    WATCH_FASTER,
    WATCH_INTERVAL,
    WATCH_FREEZE,
    WATCH_READ,
    WATCH_ACTIVE,
    WATCH_ALL,
    WATCH_COPY_ID,
    WATCH_COPY_ROW,
    WATCH_EVENTS,
    WATCH_REGIONS,
    WATCH_REREAD,
    WATCH_RELEASE,
};
extern const struct key_row watch_rows[];
extern const size_t watch_row_count;

/* What the keys do, and what a typed command would do; for screen_ops. Thread: ui. */
void watch_act(struct screen *s, int function, const char *argument);
bool watch_explain(struct screen *s, int function, const char *argument, struct safe_text *out);
/* Opens what is under the cursor. Thread: ui. */
void watch_open(struct watch_screen *self);
/* Leaves a followed release. Thread: ui. */
void watch_unfollow(struct watch_screen *self);

/* Draws all; for screen_ops. Thread: ui. */
void watch_draw(struct screen *s, const struct view *v);
bool watch_status(struct screen *s, struct safe_text *out, enum role *role);

#endif
