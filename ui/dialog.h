/* A boxed question: words, a list that scrolls, a phrase to type or keys to choose; the focus rests
 * on Cancel. */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include "ui/edit.h"

/* A line of words: an optional field name at the left and text. */
struct dialog_line {
    const char *label;     /* "Destroy"; NULL is none */
    struct safe_text text; /* the dialog owns it */
    enum role role;
};

/* A key that answers. */
struct dialog_choice {
    int key;
    struct safe_text label; /* the dialog owns it */
};

#define DIALOG_LINES   24
#define DIALOG_CHOICES 8

/* A question. Zero it, fill it with the functions below, free it with dialog_free(). */
struct dialog {
    const char *title;
    enum role role; /* of the title: ROLE_DANGER where something is destroyed */
    struct dialog_line lines[DIALOG_LINES];
    size_t line_count;
    struct safe_text *list; /* scrolls; what would be touched, one a line */
    size_t list_count;
    size_t list_capacity;
    struct dialog_choice choices[DIALOG_CHOICES];
    size_t choice_count;
    struct safe_text phrase; /* to be typed before Enter counts; utf8 NULL is none */
    const char *escape;      /* what Esc does ("stay"); NULL is "cancel" */
    const char *note;        /* below the buttons; NULL is none */
    int countdown_s;         /* seconds between Enter and UI_ACCEPTED; 0 is at once */
    /* state */
    struct edit edit;
    int left_s; /* of the countdown; 0 while it does not run */
    size_t top; /* first line of the list that is shown */
    size_t page;
    bool cut;   /* the last draw had no room for words that warn: a phrase does not count then */
    int chosen; /* the key of the choice that was taken */
};

/* Starts a question; title is the program's own words. Thread: ui. */
void dialog_open(struct dialog *d, const char *title, enum role role);
/* Frees all that it owns and zeroes it. Thread: ui. */
void dialog_free(struct dialog *d);
/* Adds a line of words; label may be NULL. Thread: ui. */
void dialog_say(struct dialog *d, const char *label, enum role role, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Takes the lines of words behind the first `keep` away, to be said anew. Thread: ui. */
void dialog_unsay(struct dialog *d, size_t keep);
/* Adds a line to the list. Thread: ui. */
void dialog_list(struct dialog *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a choice. Esc is always there and needs none. Thread: ui. */
void dialog_choice(struct dialog *d, int key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Asks for a phrase. Thread: ui. */
void dialog_phrase(struct dialog *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Draws centred over v. Where v is too low, first the blank lines go, then the list scrolls, then
 * words go from the end; the phrase line and the buttons stay, but while words that warn
 * (ROLE_WARN, ROLE_DANGER) are cut the phrase stays locked. Thread: ui. */
void dialog_draw(const struct view *v, struct dialog *d);

/* A key: UI_CLOSED for Esc; UI_ACCEPTED for a choice (d->chosen is its key) or, once the phrase
 * stands there letter by letter, for Enter; with a countdown Enter gives UI_COUNTING first and any
 * key stops it. Without a phrase the focus rests on Cancel, so that Enter is UI_CLOSED unless it is
 * a choice. A paste never goes into a phrase. Thread: ui. */
unsigned dialog_event(struct dialog *d, const struct input *event);

/* A second of the countdown has gone: UI_COUNTING while more are left, UI_ACCEPTED at its end.
 * Thread: ui. */
unsigned dialog_tick(struct dialog *d);

/* True when what was typed is the phrase. Thread: ui. */
bool dialog_matches(const struct dialog *d);

#endif
