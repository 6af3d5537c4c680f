/* The frame that all screens share: two lines of header, the status line and the footer. */
#ifndef SCREENS_FRAME_H
#define SCREENS_FRAME_H

#include "screens/console.h"
#include "ui/statusline.h"

/* Draws the frame of a screen and returns the window inside. The first line names program, what is
 * on show (printf, made safe), account, badges, credentials and home; second (may be NULL) is the
 * line below it and is used up. Words that are longer than the status line take more lines where
 * the screen is not low. Thread: ui. */
struct view frame_draw(const struct view *v, struct screen *screen, struct statusline *second,
                       const char *what, ...) __attribute__((format(printf, 4, 5)));

/* `── Title ──` with a window of at most `rows` rows below it, cut off the top of *v. Thread: ui.
 */
struct view frame_section(struct view *v, int rows, const char *title);

#endif
