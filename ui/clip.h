/* The clipboard, by the way that arrives: tmux's own buffer, or OSC 52, wrapped for GNU screen. */
#ifndef UI_CLIP_H
#define UI_CLIP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

/* Sends the text towards the clipboard; `command` (of the user's own configuration; NULL is none)
 * is run by the shell with the text on its standard input instead. Nobody can know whether it
 * arrived: say "sent". False with *err set when it could not even be sent (ERR_IO). May take as
 * long as the command; 2 s at most. Thread: ui. */
bool clip_send(const struct safe_text *text, const char *command, struct err *err);

#endif
