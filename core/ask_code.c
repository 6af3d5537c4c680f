/* A code that a person types at the terminal, unseen. */
#include "core/ask_code.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"

enum { END_OF_TEXT = 3 /* ^C */, END_OF_FILE = 4 /* ^D */, DELETE = 127 };

static void say(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

/* The next key; what ends a line for a terminal that is gone. */
static char next_key(int fd)
{
    char key = END_OF_FILE;
    ssize_t n;

    do
        n = read(fd, &key, 1);
    while (n < 0 && errno == EINTR);
    return n == 1 ? key : (char)END_OF_FILE;
}

/* A line; false when the person wants none. One that is too long keeps its end out. */
static bool read_line(int fd, char *line, size_t size)
{
    size_t length = 0;

    for (;;) {
        char key = next_key(fd);
        if (key == END_OF_TEXT || key == END_OF_FILE)
            return false;
        if (key == '\n' || key == '\r')
            break;
        if (key == DELETE || key == '\b')
            length -= length > 0;
        else if (length + 1 < size)
            line[length++] = key;
    }
    line[length] = '\0';
    return length > 0;
}

/* Key by key, unseen: signals are blocked by now, so that ^C comes as a key. The question stands
 * there when the terminal is ready for the answer. */
static bool read_unseen(int fd, const char *serial, char *line, size_t size)
{
    struct safe_text safe = text_safe(serial);
    struct termios before, quiet;
    bool typed = false;

    if (tcgetattr(fd, &before) != 0)
        goto out;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSAFLUSH, &quiet);
    say(fd, "MFA code of ");
    say(fd, safe.utf8);
    say(fd, ": ");
    typed = read_line(fd, line, size);
    tcsetattr(fd, TCSAFLUSH, &before);
    say(fd, "\n");
out:
    text_free(&safe);
    return typed;
}

bool ask_code(void *arg, const char *serial, char *code, size_t size, struct err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    (void)arg;

    if (fd < 0) {
        err_set(err, ERR_CANCELLED,
                "a code of %s is wanted, and there is no terminal to ask for it", serial);
        return err_advise(err,
                          "`aws sts get-caller-identity` with the same profile asks for it and "
                          "keeps the keys where tatami finds them");
    }
    bool ok =
        read_unseen(fd, serial, code, size) || err_set(err, ERR_CANCELLED, "no MFA code was typed");
    close(fd);
    if (ok && strspn(code, "0123456789") != strlen(code))
        ok = err_set(err, ERR_INPUT, "an MFA code is digits only");
    return ok;
}
