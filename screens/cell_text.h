/* What the screens say about one cell: role, note, time, public; one place for tiles, table and
 * detail. */
#ifndef SCREENS_CELL_TEXT_H
#define SCREENS_CELL_TEXT_H

#include "core/model.h"
#include "screens/words.h"
#include "ui/role.h"

/* The role that draws a word's glyph, name and colour. Thread: any. */
enum role cell_role(enum word word);

/* True for what somebody should look at: FAIL, RTRY, STAL. Thread: any. */
bool cell_is_problem(const struct model_cell *cell);
/* 0 for the worst word: FAIL, STAL, RTRY, then all others alike. Thread: any. */
int cell_gravity(enum word word);

/* The few words under a cell's name, malloc'd safe text the caller frees: what failed, why it
 * waits, else the id that is there. "" when there is nothing to say. Thread: any. */
struct safe_text cell_headline(const struct model *model, const struct model_cell *cell);
/* The same without ids, for a column of notes. Thread: any. */
struct safe_text cell_note(const struct model *model, const struct model_cell *cell);

/* How long it has been at work, or was: "9:40", "10h14"; "-" before it started. Thread: any. */
void cell_time(const struct model_cell *cell, clock_ms now, char out[WORDS_MAX]);

/* "[x] yes", "[ ] no", "kept" and "wished" where a person wished it private or
 * public, "-" without an AMI. Constant
 * words. Thread: any. */
const char *cell_public(const struct model *model, const struct model_cell *cell);

/* Its percent; of a home cell that waits for its disks, theirs: of the upload, then of the import.
 * Thread: any. */
int cell_percent(const struct model *model, const struct model_cell *cell);

/* True for an AMI that a person keeps private while the plan is public. Thread: any. */
bool cell_is_kept(const struct model *model, const struct model_cell *cell);
/* How many of them there are. Thread: any. */
int cell_count_kept(const struct model *model);

/* Whether the cell is public in the end, as plan and wish have it. Thread: any. */
bool cell_will_be_public(const struct model *model, const struct model_cell *cell);

/* The identity of a cell: image and region by name, for cursors and marks. Thread: any. */
uint64_t cell_identity(const struct model *model, const struct model_cell *cell);

/* The code of a failure for tight places: AWS's own, else the kind's name. Thread: any. */
const char *cell_error_code(const struct model_error *error);

#endif
