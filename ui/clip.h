/* The clipboard, by the way that arrives: tmux's own buffer, or OSC 52, wrapped for GNU screen. */
#ifndef UI_CLIP_H
#define UI_CLIP_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

/* Sends the text towards the clipboard. `command` (of the user's own configuration; NULL is none)
 * is run by the shell with the text on its standard input; without one $TMUX means `tmux
 * load-buffer -w -`, since tmux swallows OSC 52 by default, and the rest is clip_sequence() on
 * standard output. Nobody can know whether it arrived: say "sent". Waits 200 ms at most for a
 * program; one that takes longer goes on by itself. False with *err set when the text could not
 * even be sent (ERR_IO). Thread: ui. */
bool clip_send(const struct safe_text *text, const char *command, struct err *err);

/* Appends OSC 52 with the text, wrapped into a device control string where `screen` (GNU screen,
 * $STY) is set. Thread: any. */
void clip_sequence(struct buf *out, const struct safe_text *text, bool screen);

#endif
