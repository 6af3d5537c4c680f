/* A question over a screen: a dialog of ui/dialog and what an answer sets off. */
#ifndef SCREENS_ASK_DIALOG_H
#define SCREENS_ASK_DIALOG_H

#include "screens/console.h"
#include "ui/dialog.h"

/* Opens an empty question that names account and rehearsal; *dialog is to be filled. answer is
 * called with the key of the choice, UIKEY_ENTER for a phrase, when the dialog is gone already.
 * data is malloc'd or NULL and freed with the dialog. The console owns the result once it is
 * pushed. Thread: ui. */
struct screen *ask_dialog_open(struct console *c, const char *title, enum role role,
                               void (*answer)(struct console *c, int key, void *data), void *data,
                               struct dialog **dialog);

/* Lets the question follow the release: say adds the lines that depend on the model, behind those
 * that stand there now, at once and with every model that comes. Thread: ui. */
void ask_dialog_follow(struct screen *screen, struct console *c,
                       void (*say)(struct console *c, struct dialog *d));

#endif
