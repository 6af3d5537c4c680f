/* The program under test: its pty, what it tells on its test descriptor, and the loop that lets it
 * run. */
#include "tests/tools/tt_child.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/tools/tt_screen.h"

#define DEADLINE_S 60
/* How long a program that has told that it is idle may take to fall asleep. */
#define SETTLE_MS 1000
/* How often a slow line is looked at. */
#define SLOW_TICK_MS 20

static struct {
    pid_t pid; /* 0: none runs */
    int status;
    int pty, report_fd, pid_fd;
    struct buf report_text;
    struct report report;
    long bytes_per_s;
    long long slow_from_ms, slow_used;
} child = {.pty = -1, .report_fd = -1};

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void read_report(void)
{
    char bytes[512];
    ssize_t n = read(child.report_fd, bytes, sizeof bytes);
    if (n <= 0)
        return;
    buf_add(&child.report_text, bytes, (size_t)n);
    char *newline;
    while ((newline = memchr(child.report_text.data, '\n', child.report_text.length)) != NULL) {
        struct report r = {.any = true};
        *newline = '\0';
        if (sscanf(child.report_text.data, "frame %lu busy %d keys %lu size %dx%d", &r.frame,
                   &r.busy, &r.keys, &r.cols, &r.rows) == 5)
            child.report = r;
        size_t used = (size_t)(newline - child.report_text.data) + 1;
        memmove(child.report_text.data, child.report_text.data + used,
                child.report_text.length - used + 1);
        child.report_text.length -= used;
    }
}

/* Bytes that a slow line would have carried by now. */
static size_t budget(size_t want)
{
    if (child.bytes_per_s == 0)
        return want;
    long long has = (now_ms() - child.slow_from_ms) * child.bytes_per_s / 1000 - child.slow_used;
    return has <= 0 ? 0 : (size_t)has < want ? (size_t)has : want;
}

static bool read_pty(void)
{
    char bytes[4096];
    size_t want = budget(sizeof bytes);
    ssize_t n = want > 0 ? read(child.pty, bytes, want) : 0;
    if (n <= 0)
        return false;
    child.slow_used += n;
    screen_feed(bytes, (size_t)n);
    return true;
}

static void reap(void)
{
    int status;
    if (child.pid == 0 || waitpid(child.pid, &status, WNOHANG) != child.pid)
        return;
    child.bytes_per_s = 0;
    while (read_pty())
        continue;
    child.pid = 0;
    child.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(child.pid_fd);
}

/* Lets the program run until `done` says so. False when the deadline is over or the program ends
 * before. */
bool child_run_until(bool (*done)(const char *), const char *argument)
{
    const char *limit = getenv("TT_DEADLINE_S");
    long long deadline = now_ms() + 1000 * (limit != NULL ? atol(limit) : DEADLINE_S);
    while (!done(argument)) {
        long long left = deadline - now_ms();
        if (left <= 0 || child.pid == 0)
            return false;
        bool starved = child.bytes_per_s > 0 && budget(1) == 0;
        struct pollfd fds[] = {{.fd = starved ? -1 : child.pty, .events = POLLIN},
                               {.fd = child.report_fd, .events = POLLIN},
                               {.fd = child.pid_fd, .events = POLLIN}};
        poll(fds, 3, starved ? SLOW_TICK_MS : (int)left);
        if (fds[0].revents != 0)
            read_pty();
        if (fds[1].revents != 0)
            read_report();
        if (fds[2].revents != 0)
            reap();
    }
    return true;
}

/* How often the program's threads went to sleep by themselves, which is once for each time that one
 * woke; -1 when it cannot be read, or while a thread does not sleep. */
static long count_switches(void)
{
    char *pattern = xasprintf("/proc/%d/task/*/status", (int)child.pid);
    glob_t tasks;
    long sum = glob(pattern, 0, NULL, &tasks) == 0 ? 0 : -1;
    bool awake = false;
    for (size_t i = 0; sum >= 0 && i < tasks.gl_pathc; i++) {
        FILE *file = fopen(tasks.gl_pathv[i], "r");
        char line[256];
        char task_state;
        long n;
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            if (sscanf(line, "State: %c", &task_state) == 1)
                awake |= task_state != 'S';
            if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
                sum += n;
        }
        if (file != NULL)
            fclose(file);
    }
    globfree(&tasks);
    free(pattern);
    return awake ? -1 : sum;
}

bool child_is_quiet(int ms)
{
    long before;
    long long until = now_ms() + SETTLE_MS;
    while ((before = count_switches()) < 0 && now_ms() < until)
        sched_yield();
    struct pollfd fds[] = {{.fd = child.pty, .events = POLLIN},
                           {.fd = child.report_fd, .events = POLLIN},
                           {.fd = child.pid_fd, .events = POLLIN}};
    bool wrote = poll(fds, 3, ms) != 0;
    long after = count_switches();
    if (wrote || before != after)
        printf("# %s, woke %ld times\n", wrote ? "wrote or ended" : "wrote nothing",
               after - before);
    return !wrote && before >= 0 && before == after;
}

bool child_runs(void)
{
    return child.pid != 0;
}

int child_status(void)
{
    return child.status;
}

const struct report *child_report(void)
{
    return &child.report;
}

static void become(char **words, int report_fd)
{
    char number[16];
    snprintf(number, sizeof number, "%d", report_fd);
    setenv("TATAMI_TEST_FD", number, 1);
    setenv("TERM", "xterm-256color", 0);
    setenv("LC_ALL", "C.UTF-8", 0);
    fcntl(report_fd, F_SETFD, 0);
    execvp(words[0], words);
    fprintf(stderr, "cannot run %s: %s\r\n", words[0], strerror(errno));
    _exit(127);
}

static void close_ends(void)
{
    if (child.pty >= 0)
        close(child.pty);
    if (child.report_fd >= 0)
        close(child.report_fd);
    child.pty = child.report_fd = -1;
}

bool child_start(char **words, int cols, int rows)
{
    int ends[2];
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    if (child.pid != 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    close_ends();
    screen_open(cols, rows);
    fflush(stdout);
    child.pid = forkpty(&child.pty, NULL, NULL, &size);
    if (child.pid == 0)
        become(words, ends[1]);
    close(ends[1]);
    child.report_fd = ends[0];
    fcntl(child.pty, F_SETFL, O_NONBLOCK);
    fcntl(child.pty, F_SETFD, FD_CLOEXEC);
    fcntl(child.report_fd, F_SETFL, O_NONBLOCK);
    child.pid_fd = (int)syscall(SYS_pidfd_open, child.pid, 0);
    child.report = (struct report){0};
    buf_reset(&child.report_text);
    return child.pid > 0 && child.pid_fd >= 0;
}

static bool takes_bytes(const char *unused)
{
    (void)unused;
    struct pollfd out = {.fd = child.pty, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
}

bool child_send(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(child.pty, bytes, length);
        if (n < 0 && (errno != EAGAIN || !child_run_until(takes_bytes, NULL)))
            return false;
        bytes += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool child_signal(int number)
{
    return child.pid != 0 && kill(child.pid, number) == 0;
}

bool child_resize(int cols, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    screen_resize(cols, rows);
    return ioctl(child.pty, TIOCSWINSZ, &size) == 0;
}

void child_slow(long bytes_per_s)
{
    child.bytes_per_s = bytes_per_s;
    child.slow_from_ms = now_ms();
    child.slow_used = 0;
}

void child_drain(void)
{
    while (read_pty())
        continue;
    read_report();
}

void child_end(void)
{
    if (child.pid != 0) {
        kill(child.pid, SIGKILL);
        waitpid(child.pid, NULL, 0);
    }
    close_ends();
    buf_free(&child.report_text);
}
