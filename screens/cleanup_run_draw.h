/* How a run of a cleanup looks. */
#ifndef SCREENS_CLEANUP_RUN_DRAW_H
#define SCREENS_CLEANUP_RUN_DRAW_H

#include "core/cleanup_run.h"
#include "screens/console.h"
#include "screens/page.h"
#include "ui/table.h"

/* Shared by cleanup_run_screen.c and cleanup_run_draw.c alone. */
struct cleanup_run_screen {
    struct screen screen;
    struct key_table keys;
    struct cleanup_run *run;
    struct cleanup_model *model; /* the latest; never NULL */
    struct table table;
    struct page page;
    char *report; /* safe lines; NULL before the end */
    bool shows_report;
    bool stopped; /* by a person */
    bool leaving; /* somebody wants to leave the program once the run has ended */
    clock_ms look_at;
};

/* The plan's items as rows of a table; borrows the screen. Thread: ui. */
struct table_source cleanup_run_source(const struct cleanup_run_screen *self);
/* The item under the cursor, or the count of items. Thread: ui. */
size_t cleanup_run_row(struct cleanup_run_screen *self);
/* Draws all. Thread: ui. */
void cleanup_run_draw(struct screen *s, const struct view *v);

#endif
