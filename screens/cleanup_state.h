/* What the parts of the cleanup screen share. Nobody else includes this. */
#ifndef SCREENS_CLEANUP_STATE_H
#define SCREENS_CLEANUP_STATE_H

#include "core/cleanup.h"
#include "screens/cleanup_fold.h"
#include "screens/console.h"
#include "ui/prompt.h"
#include "ui/table.h"

struct cleanup_screen {
    struct screen screen;
    struct key_table keys;
    struct cleanup_view *view;   /* NULL until an inventory stands */
    struct families *families;   /* of the view's inventory: sorted once, not for every letter */
    struct usage_reader *reader; /* NULL until somebody asks who uses what */
    struct usage *usage;         /* the latest answer; NULL before one */
    bool stale;                  /* filter, order, step or price changed since the view was made */
    clock_ms key_at;             /* while keys arrive, news waits */
    clock_ms built_at;           /* when the view was made */
    clock_ms build_took;
    bool opens_restore; /* the Recycle Bin's list has to come up first */
    struct marks marks;
    struct fold fold;
    struct table table;  /* its cursor; the marks are ours */
    struct view body;    /* where the table stood in the last draw, for the mouse */
    size_t marked_shown; /* of the marks, those on rows of the view; the rest is hidden */
    uint64_t marked_images, marked_bytes, marked_micros; /* of marked_shown */
    struct rules rules;
    char *filter_text;   /* NULL for none */
    char *filter_before; /* while the prompt is open: what Esc goes back to */
    struct prompt prompt;
    enum cleanup_sort sort;
    bool reverse;
    enum cleanup_step step;
    int step_days;
    uint64_t price_micros; /* of a GiB and month; 0: none is configured */
    char *unfinished;      /* how to finish a run that death has ended; NULL for none */
};

/* Functions of the screen's keys and commands. */
enum cleaner_function {
    CLEAN_OPEN = UI_OWN,
    CLEAN_DESTROY,
    CLEAN_CHECK,
    CLEAN_REPORT,
    CLEAN_WRITE,
    CLEAN_FILTER,
    CLEAN_MARKED,
    CLEAN_STEP,
    CLEAN_STEP_NEXT,
    CLEAN_COPY_ID,
    CLEAN_COPY_ROW,
    CLEAN_RESTORE,
    CLEAN_REREAD,
};

extern const struct key_row cleaner_rows[];
extern const size_t cleaner_row_count;

/* ---- cleanup_screen.c ---- */

/* Makes view and lines anew where something has changed; to be called before they are looked at.
 * Thread: ui. */
void cleaner_refresh(struct cleanup_screen *self);
/* The line under the cursor, NULL when none is shown. Thread: ui. */
const struct fold_line *cleaner_cursor(struct cleanup_screen *self);
/* The lines as rows of a table; borrows the screen. Thread: ui. */
struct table_source cleaner_source(const struct cleanup_screen *self);

/* ---- cleanup_mark.c ---- */

/* Carries out a function that marks; false when it is none. Thread: ui. */
bool cleaner_mark_do(struct cleanup_screen *self, int function);
/* Takes marks away from rows of which a newer view knows that they have to stay, and says so.
 * Thread: ui. */
void cleaner_mark_settle(struct cleanup_screen *self);
/* Counts the marks anew, after they or the view have changed. Thread: ui. */
void cleaner_mark_count(struct cleanup_screen *self);
/* Marks that stand on rows which the filter hides, or which are gone. Thread: ui. */
size_t cleaner_mark_hidden(const struct cleanup_screen *self);
/* The newest of its family under a filter that chooses: only its own Space marks it. Thread: ui. */
bool cleaner_leaves_out(const struct cleanup_screen *self, const struct cleanup_row *row);
/* Says how many of those a key has left out; nothing for 0. Thread: ui. */
void cleaner_say_left_out(struct cleanup_screen *self, size_t count);
/* What is to go: the marked rows that are shown, or without any mark those of the line under the
 * cursor, but for *left_out that cleaner_leaves_out() names. malloc'd, the caller frees; strings
 * and rows live as long as the view. Thread: ui. */
const struct cleanup_row **cleaner_chosen(struct cleanup_screen *self, size_t *count,
                                          size_t *left_out);
/* What a question about use is about: the marked rows when the cursor stands on one of them, else
 * those of its line. As cleaner_chosen(). Thread: ui. */
const struct cleanup_row **cleaner_asked(struct cleanup_screen *self, size_t *count);
/* Whether cleaner_asked() means the marked rows. Thread: ui. */
bool cleaner_asks_marked(struct cleanup_screen *self);

/* ---- cleanup_filter.c ---- */

/* Filters by these words; "" shows all. Words that make no sense leave the filter as it was.
 * Thread: ui. */
void cleaner_filter_set(struct cleanup_screen *self, const char *words);
/* Opens the prompt with what the filter is; words that are not empty become the filter at once.
 * Thread: ui. */
void cleaner_filter_open(struct cleanup_screen *self, const char *words);
/* A key for the prompt. Thread: ui. */
bool cleaner_filter_input(struct cleanup_screen *self, const struct input *in);
/* Draws the prompt into the view's last rows. Thread: ui. */
void cleaner_filter_draw(struct cleanup_screen *self, const struct view *v);

/* ---- cleanup_table.c ---- */

/* The click's line in the last draw, or the count of lines. Thread: ui. */
size_t cleaner_line_at(const struct cleanup_screen *self, int x, int y);

/* Draws the lines. Thread: ui. */
void cleaner_table_draw(struct cleanup_screen *self, const struct view *v);
/* The next order, or the reverse of this one. Thread: ui. */
void cleaner_table_sort(struct cleanup_screen *self, bool reverse);

/* ---- cleaner_draw.c ---- */

/* Draws all. Thread: ui. */
void cleaner_draw(struct screen *s, const struct view *v);

#endif
