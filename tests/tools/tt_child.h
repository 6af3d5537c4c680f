/* The program under test: its pty, what it tells on its test descriptor, and the loop that lets it
 * run. */
#ifndef TESTS_TOOLS_TT_CHILD_H
#define TESTS_TOOLS_TT_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* What the program told last, as ui/event.h has it. */
struct report {
    unsigned long frame, keys;
    int busy, cols, rows;
    bool any;
};

/* Starts words[0] on a pty of the size. TERM and LC_ALL are xterm-256color and C.UTF-8 unless the
 * environment has them. False when the system refuses. Thread: any, one program at a time. */
bool child_start(char **words, int cols, int rows);
bool child_runs(void);
/* The exit status as a shell has it, once the program has ended. Thread: any. */
int child_status(void);
const struct report *child_report(void);
/* Sends keys; waits while the pty is full. False when the program takes none. Thread: any. */
bool child_send(const char *bytes, size_t length);
bool child_signal(int number);
bool child_resize(int cols, int rows);
/* Reads no more than so many bytes a second from now on; 0 is as fast as can be. Thread: any. */
void child_slow(long bytes_per_s);
/* Takes what is there without waiting. Thread: any. */
void child_drain(void);
/* Lets the program run until done() says so. False when TT_DEADLINE_S (60) seconds are over or the
 * program has ended. Thread: any. */
bool child_run_until(bool (*done)(const char *argument), const char *argument);
/* Watches the idle program for so long: true when it neither wrote nor woke up once in any thread.
 * Thread: any. */
bool child_is_quiet(int ms);
/* Kills what still runs. Thread: any. */
void child_end(void);

#endif
