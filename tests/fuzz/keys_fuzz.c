/* Any bytes from a terminal, be they keys, pastes, a mouse or replies: each becomes keys that are
 * some, and pastes that end. */
#include <curses.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/term_input.h"

enum { BYTES_MAX = 16384, PASTE_BYTES_MAX = 65536 + 8 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int keyboard; /* what is written to it is typed */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    int ends[2];
    (void)argc, (void)argv;

    /* Where a mouse report breaks off ncurses would wait for the rest of it. */
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        abort();
    FILE *in = fdopen(ends[0], "r"), *out = fopen("/dev/null", "we");
    if (in == NULL || out == NULL || newterm("xterm-256color", out, in) == NULL)
        abort();
    keyboard = ends[1];
    set_escdelay(1);
    cbreak();
    noecho();
    mousemask(ALL_MOUSE_EVENTS, NULL);
    term_input_open();
    return 0;
}

static void check(const struct input *input)
{
    if (input->kind == EVENT_PASTE && strlen(input->text) > PASTE_BYTES_MAX)
        abort();
    if (input->kind == EVENT_KEY && input->key == 0)
        abort();
    if (input->kind == EVENT_MOUSE &&
        (input->x < 0 || input->x >= COLS || input->y < 0 || input->y >= LINES))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;

    if (size > BYTES_MAX || write(keyboard, data, size) != (ssize_t)size)
        return 0;
    while (term_input_read(&input))
        check(&input);
    /* Whatever is open is closed, so that the next input begins afresh. */
    if (write(keyboard, "\033[201~", 6) != 6)
        abort();
    while (term_input_read(&input))
        check(&input);
    return 0;
}
