/* The pane of the disk that matters most now: its upload or its import. */
#ifndef SCREENS_UPLOAD_PANE_H
#define SCREENS_UPLOAD_PANE_H

#include "core/model.h"
#include "ui/grid.h"

/* Rows that it wants in this width; 0 once every disk is a snapshot. Thread: any. */
int upload_pane_rows(const struct model *model, int cols);
/* Draws into all of v. Thread: ui. */
void upload_pane_draw(const struct view *v, const struct model *model);

/* The disk that the pane is about: a failed one, else the first that moves; NULL once all are
 * done. Thread: any. */
const struct model_disk *upload_pane_disk(const struct model *model);

#endif
