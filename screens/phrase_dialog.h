/* A question that destroys: a phrase to type, then a countdown that any key stops. */
#ifndef SCREENS_PHRASE_DIALOG_H
#define SCREENS_PHRASE_DIALOG_H

#include "screens/console.h"
#include "ui/dialog.h"

/* Seconds between Enter and the act. */
#define PHRASE_COUNTDOWN_S 5

/* What an answer sets off. data is the asker's own. */
struct phrase_dialog_ops {
    /* The countdown is over; the dialog is gone already, data is freed afterwards. */
    void (*accept)(struct console *c, void *data);
    /* A key while nothing is typed yet; true when it was taken. May fill the dialog anew. NULL:
     * none. */
    bool (*key)(struct console *c, struct dialog *dialog, int key, void *data);
    void (*free)(void *data);
};

/* What is given back needs no countdown: with dialog->countdown_s at 0 Enter acts at once.
 * Opens an empty question that names the account, with [PROD] and [REHEARSAL], and the profile;
 * *dialog is to be filled. A paste is ignored; while the countdown runs it stops it like any key.
 * The console owns the result once it is pushed. Thread: ui. */
struct screen *phrase_dialog_open(struct console *c, const char *title,
                                  const struct phrase_dialog_ops *ops, void *data,
                                  struct dialog **dialog);
/* Starts the words anew, as phrase_dialog_open() left them; what was typed is gone. Thread: ui. */
void phrase_dialog_renew(struct console *c, struct dialog *dialog, const char *title);

#endif
