/* What a person can do to cells: whether it is possible now, why not, and the command. Shared by
 * the screens that show cells. */
#ifndef SCREENS_ACTS_H
#define SCREENS_ACTS_H

#include "screens/console.h"

/* Cells that an act is about. */
#define ACT_CELLS 256
struct act_cells {
    const struct model_cell *cells[ACT_CELLS];
    size_t count;
};

/* Each acts_can_ is false with *reason set (the caller frees; reason may be NULL) when none of the
 * cells can. Thread: ui. */
bool acts_can_retry(const struct console *c, const struct act_cells *cells,
                    struct safe_text *reason);
bool acts_can_retry_all(const struct console *c, struct safe_text *reason);
bool acts_can_leave_out(const struct console *c, const struct act_cells *cells,
                        struct safe_text *reason);
bool acts_can_wish(const struct console *c, const struct act_cells *cells,
                   struct safe_text *reason);
bool acts_can_pause(const struct console *c, struct safe_text *reason);
bool acts_can_take_back(const struct console *c, struct safe_text *reason);

/* Asks for the commands, for those of the cells that can. Thread: ui. */
void acts_retry(struct console *c, const struct act_cells *cells);
void acts_retry_all(struct console *c);
/* Leaves the cells' regions out, or takes them in again, as the first cell is that can; says which
 * stay. Asks where an AMI is verified, for a typed phrase where it would start the wave. Thread:
 * ui. */
void acts_leave_out(struct console *c, const struct act_cells *cells);
/* The other wish than the first cell has: public or private. Asks for a typed phrase towards
 * public, and towards private where an AMI is public already. Thread: ui. */
void acts_toggle_public(struct console *c, const struct act_cells *cells);
/* The same with the wish that is named. Thread: ui. */
void acts_wish(struct console *c, const struct act_cells *cells, bool to_public);
/* Every AMI of the release private again, in one wave; asks for a typed phrase. Thread: ui. */
void acts_take_back(struct console *c);
void acts_pause(struct console *c);
/* number is clamped to 1..64. Thread: ui. */
void acts_connections(struct console *c, int number);

/* Whether it is public, or on the way there; and how many of the release are, without those that
 * are left out. Thread: ui. */
bool acts_goes_public(const struct model_cell *cell);
int acts_count_public(const struct model *model);

/* Sends a cell's AMI (else snapshot, else region) or all of its fields to the clipboard. Thread:
 * ui. */
void acts_copy_id(struct console *c, const struct model_cell *cell);
void acts_copy_row(struct console *c, const struct model_cell *cell);

/* Whether leaving these cells' regions out opens the publish barrier; *count becomes the AMIs of
 * the wave. Pure. Thread: ui. */
bool acts_opens_barrier(const struct model *model, const struct act_cells *cells, int *count);

#endif
