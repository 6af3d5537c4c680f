/* The clipboard, by the way that arrives: tmux's own buffer, or OSC 52, wrapped for GNU screen. */
#include "ui/clip.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 200

/* A program that took longer than that; collected the next time. */
static pid_t left_alone;

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

void clip_sequence(struct buf *out, const struct safe_text *text, bool screen)
{
    buf_add_str(out, screen ? "\033P\033]52;c;" : "\033]52;c;");
    buf_add_base64(out, text->utf8, strlen(text->utf8));
    buf_add_str(out, screen ? "\a\033\\" : "\a");
}

/* The text as a file that a program can have as its standard input; -1 when the system refuses. */
static int make_input(const struct safe_text *text)
{
    int fd = memfd_create("clip", MFD_CLOEXEC);
    if (fd >= 0 &&
        (!write_all(fd, text->utf8, strlen(text->utf8)) || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* Starts the program with signals as a shell would have them; 0 or an errno. */
static int start(char *const argv[], int input, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int result = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return result;
}

/* Waits a moment; true when the program ended well or still runs. */
static bool end_well(pid_t pid)
{
    int status = 0;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd end = {.fd = fd, .events = POLLIN};
    bool ended = fd >= 0 && poll(&end, 1, WAIT_MS) == 1 && waitpid(pid, &status, 0) == pid;
    if (fd >= 0)
        close(fd);
    if (!ended)
        left_alone = pid;
    return !ended || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool run(char *const argv[], const struct safe_text *text, struct err *err)
{
    pid_t pid = 0;
    int input = make_input(text);
    if (input < 0)
        return err_set_errno(err, ERR_IO, "cannot hand the text over");
    if (left_alone > 0 && waitpid(left_alone, NULL, WNOHANG) != 0)
        left_alone = 0;
    int result = start(argv, input, &pid);
    close(input);
    errno = result;
    if (result != 0)
        return err_set_errno(err, ERR_IO, "cannot run %s", argv[0]);
    if (!end_well(pid))
        return err_set(err, ERR_IO, "%s did not take the text", argv[0]);
    return true;
}

static bool has(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

bool clip_send(const struct safe_text *text, const char *command, struct err *err)
{
    if (command != NULL) {
        char *const argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)command, NULL};
        return run(argv, text, err);
    }
    if (has("TMUX")) {
        char *const argv[] = {(char *)"tmux", (char *)"load-buffer", (char *)"-w", (char *)"-",
                              NULL};
        return run(argv, text, err);
    }
    struct buf out = BUF_INIT;
    clip_sequence(&out, text, has("STY"));
    bool sent = write_all(STDOUT_FILENO, out.data, out.length);
    buf_free(&out);
    return sent || err_set_errno(err, ERR_IO, "cannot write to the terminal");
}
