/* One poll loop: keys, paste, mouse, resize, wake descriptors, a timer, signals, and when to draw.
 */
#ifndef UI_EVENT_H
#define UI_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum input_kind {
    EVENT_KEY,     /* key */
    EVENT_PASTE,   /* text, raw from outside */
    EVENT_MOUSE,   /* mouse */
    EVENT_RESIZE,  /* cols, rows; a frame is already asked for */
    EVENT_WAKE,    /* source: the index that event_watch() gave; its counter has been read */
    EVENT_TIMER,   /* the timer of event_timer() has run out */
    EVENT_SIGNAL,  /* signal: SIGTERM, SIGHUP or SIGINT */
    EVENT_SUSPEND, /* SIGTSTP from outside; the key ^Z arrives as a key */
    EVENT_RESUMED, /* SIGCONT, after term_suspend() or from outside; a frame is already asked for */
    EVENT_FRAME,   /* draw now, then call event_drawn() */
};

enum event_button {
    MOUSE_LEFT,
    MOUSE_RIGHT,
    MOUSE_WHEEL_UP,
    MOUSE_WHEEL_DOWN,
};

struct input {
    enum input_kind kind;
    int key; /* EVENT_KEY: ui/key.h */
    const char
        *text; /* EVENT_PASTE: UTF-8 or not, NUL-terminated, lives until the next event_next() */
    int x, y;  /* EVENT_MOUSE */
    enum event_button button;
    int cols, rows; /* EVENT_RESIZE */
    int source;     /* EVENT_WAKE */
    int signal;     /* EVENT_SIGNAL */
};

enum event_when {
    FRAME_SOON, /* news: at most 10 frames a second */
    FRAME_NOW,  /* somebody pressed a key */
};

struct event_options {
    /* How much work the program has in hand, for the tests' wait-idle; NULL counts as none. */
    int (*busy)(void *data);
    void *data;
};

struct events;

/* Blocks the signals that it reads (SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT) in the
 * calling thread: call before other threads start, so that they inherit it. Reads TATAMI_TEST_FD.
 * NULL with *err set when the system refuses a descriptor (ERR_IO). Free with event_close().
 * Thread: ui. */
struct events *event_open(const struct event_options *options, struct err *err);
/* Gives the signals back. NULL is a no-op. Thread: ui. */
void event_close(struct events *ev);

/* Watches an eventfd; the loop reads its counter and hands out EVENT_WAKE. Returns its index, -1
 * when eight are watched already. Thread: ui. */
int event_watch(struct events *ev, int eventfd);

/* Sets the one timer, in wall milliseconds from now; 0 takes it away. It runs out once. Thread: ui.
 */
void event_timer(struct events *ev, int64_t wall_ms);

/* Asks for a frame. Thread: ui. */
void event_want_frame(struct events *ev, enum event_when when);

/* Tells that the frame is on the terminal. Thread: ui. */
void event_drawn(struct events *ev);

/* Waits for the next event; never wakes without one. Between term_open() and term_close() it reads
 * the terminal. EVENT_FRAME comes when one is wanted, due and standard output takes bytes. False
 * with *err set when the terminal is gone (ERR_IO).
 *
 * Under TATAMI_TEST_FD=N each round that leaves nothing to do is told there as a line
 * `frame F busy B keys K size CxR`: frames drawn, work in hand, keys and pastes taken so far; and
 * each frame ends on the terminal with the control string `OSC 7777 ; F BEL`, so that a reader
 * knows when it has seen all of it. Thread: ui. */
bool event_next(struct events *ev, struct input *out, struct err *err);

#endif
