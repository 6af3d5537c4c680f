/* One poll loop: keys, paste, mouse, resize, wake descriptors, a timer, signals, and when to draw.
 */
#include "ui/event.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/term.h"
#include "ui/term_input.h"

/* At most ten frames a second for news. */
#define FRAME_GAP_MS 100
/* However many keys keep coming, a frame that a key asked for is not put off for longer. */
#define KEY_LATENCY_MS 30
#define WATCHES        8

/* Places in the poll set, and bits of `ready`. */
enum source {
    SOURCE_SIGNAL,
    SOURCE_INPUT,
    SOURCE_TIMER,
    SOURCE_WATCH,
    SOURCE_OUTPUT = SOURCE_WATCH + WATCHES,
    SOURCES
};

struct events {
    struct event_options options;
    sigset_t signals;
    sigset_t before;
    int signal_fd;
    int timer_fd;
    int watches[WATCHES];
    int watch_count;
    unsigned ready; /* sources that poll() found and that are not emptied yet */
    bool gone;      /* the terminal hung up */
    bool resize;
    bool wants_frame;
    bool wants_now;
    int64_t asked_ms; /* when a key asked */
    int64_t drawn_ms;
    bool output_full; /* the terminal takes no bytes at the moment */
    int test_fd;      /* -1 is none */
    bool told;        /* the state has been told there */
    unsigned long frames;
    unsigned long keys;
};

static const int watched_signals[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};

/* Frames are paced by the wall, whatever the program's own clock does. */
static int64_t wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int test_fd_from_environment(void)
{
    const char *value = getenv("TATAMI_TEST_FD");
    if (value == NULL || value[0] == '\0')
        return -1;
    signal(SIGPIPE, SIG_IGN);
    return atoi(value);
}

struct events *event_open(const struct event_options *options, struct err *err)
{
    struct events *ev = xcalloc(1, sizeof *ev);
    ev->options = options != NULL ? *options : (struct event_options){0};
    ev->test_fd = test_fd_from_environment();
    sigemptyset(&ev->signals);
    for (size_t i = 0; i < ARRAY_LEN(watched_signals); i++)
        sigaddset(&ev->signals, watched_signals[i]);
    pthread_sigmask(SIG_BLOCK, &ev->signals, &ev->before);
    ev->signal_fd = signalfd(-1, &ev->signals, SFD_NONBLOCK | SFD_CLOEXEC);
    ev->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (ev->signal_fd < 0 || ev->timer_fd < 0) {
        err_set_errno(err, ERR_IO, "cannot watch signals and time");
        event_close(ev);
        return NULL;
    }
    return ev;
}

void event_close(struct events *ev)
{
    if (ev == NULL)
        return;
    if (ev->signal_fd >= 0)
        close(ev->signal_fd);
    if (ev->timer_fd >= 0)
        close(ev->timer_fd);
    pthread_sigmask(SIG_SETMASK, &ev->before, NULL);
    free(ev);
}

int event_watch(struct events *ev, int eventfd)
{
    if (ev->watch_count == WATCHES)
        return -1;
    ev->watches[ev->watch_count] = eventfd;
    return ev->watch_count++;
}

void event_timer(struct events *ev, int64_t wall_ms_from_now)
{
    int64_t ms = wall_ms_from_now > 0 ? wall_ms_from_now : 0;
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000}};
    timerfd_settime(ev->timer_fd, 0, &when, NULL);
    ev->ready &= ~(1u << SOURCE_TIMER);
}

void event_want_frame(struct events *ev, enum event_when when)
{
    if (when == FRAME_NOW && !ev->wants_now) {
        ev->wants_now = true;
        ev->asked_ms = wall_ms();
    }
    ev->wants_frame = true;
}

void event_drawn(struct events *ev)
{
    ev->wants_frame = false;
    ev->wants_now = false;
    ev->drawn_ms = wall_ms();
    ev->frames += 1;
    if (ev->test_fd >= 0)
        dprintf(STDOUT_FILENO, "\033]7777;%lu\a", ev->frames);
}

static bool take(struct events *ev, enum source source)
{
    bool is = (ev->ready & (1u << source)) != 0;
    ev->ready &= ~(1u << source);
    return is;
}

static bool next_signal(struct events *ev, struct input *out)
{
    struct signalfd_siginfo info;
    while (ev->ready & (1u << SOURCE_SIGNAL)) {
        if (read(ev->signal_fd, &info, sizeof info) != (ssize_t)sizeof info) {
            take(ev, SOURCE_SIGNAL);
            return false;
        }
        int number = (int)info.ssi_signo;
        if (number == SIGWINCH) {
            ev->resize = true;
            event_want_frame(ev, FRAME_NOW);
            continue;
        }
        if (number == SIGCONT) {
            term_resume();
            event_want_frame(ev, FRAME_NOW);
        }
        enum input_kind kind = number == SIGTSTP   ? EVENT_SUSPEND
                               : number == SIGCONT ? EVENT_RESUMED
                                                   : EVENT_SIGNAL;
        *out = (struct input){.kind = kind, .signal = number};
        return true;
    }
    return false;
}

static bool next_input(struct events *ev, struct input *out)
{
    if (!(ev->ready & (1u << SOURCE_INPUT)))
        return false;
    if (!term_input_read(out)) {
        take(ev, SOURCE_INPUT);
        return false;
    }
    ev->keys += 1;
    return true;
}

static bool next_news(struct events *ev, struct input *out)
{
    uint64_t counter;
    for (int i = 0; i < ev->watch_count; i++) {
        if (!take(ev, SOURCE_WATCH + i) ||
            read(ev->watches[i], &counter, sizeof counter) != (ssize_t)sizeof counter)
            continue;
        *out = (struct input){.kind = EVENT_WAKE, .source = i};
        return true;
    }
    if (take(ev, SOURCE_TIMER) &&
        read(ev->timer_fd, &counter, sizeof counter) == (ssize_t)sizeof counter) {
        *out = (struct input){.kind = EVENT_TIMER};
        return true;
    }
    return false;
}

/* Milliseconds until a frame may come: 0 is now, -1 is not wanted. */
static int frame_wait_ms(const struct events *ev)
{
    if (!ev->wants_frame)
        return -1;
    int64_t wait = ev->drawn_ms + FRAME_GAP_MS - wall_ms();
    return ev->wants_now || wait < 0 ? 0 : (int)wait;
}

static bool output_takes_bytes(struct events *ev)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    bool takes = poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0;
    ev->output_full = !takes;
    return takes;
}

static bool next_frame(struct events *ev, struct input *out)
{
    if (frame_wait_ms(ev) != 0 || !output_takes_bytes(ev))
        return false;
    if (!ev->resize) {
        *out = (struct input){.kind = EVENT_FRAME};
        return true;
    }
    ev->resize = false;
    *out = (struct input){.kind = EVENT_RESIZE};
    term_resize();
    term_size(&out->cols, &out->rows);
    return true;
}

/* Tells a test that nothing is left to do in this round. */
static void tell(struct events *ev)
{
    int cols, rows;
    if (ev->test_fd < 0 || ev->told || ev->wants_frame)
        return;
    int busy = ev->options.busy != NULL ? ev->options.busy(ev->options.data) : 0;
    term_size(&cols, &rows);
    dprintf(ev->test_fd, "frame %lu busy %d keys %lu size %dx%d\n", ev->frames, busy, ev->keys,
            cols, rows);
    ev->told = true;
}

/* Sleeps until something is ready. */
static bool wait_for_news(struct events *ev, struct err *err)
{
    struct pollfd fds[SOURCES];
    for (int i = 0; i < SOURCES; i++)
        fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    fds[SOURCE_SIGNAL].fd = ev->signal_fd;
    fds[SOURCE_INPUT].fd = STDIN_FILENO;
    fds[SOURCE_TIMER].fd = ev->timer_fd;
    for (int i = 0; i < ev->watch_count; i++)
        fds[SOURCE_WATCH + i].fd = ev->watches[i];
    int wait = frame_wait_ms(ev);
    if (ev->output_full && wait == 0) {
        fds[SOURCE_OUTPUT] = (struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT};
        wait = -1;
    }
    tell(ev);
    if (poll(fds, SOURCES, wait) < 0 && errno != EINTR)
        return err_set_errno(err, ERR_IO, "cannot wait for the terminal");
    for (unsigned i = 0; i < SOURCES; i++)
        if (fds[i].revents & POLLIN)
            ev->ready |= 1u << i;
    ev->gone = (fds[SOURCE_INPUT].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
    ev->told = false;
    return true;
}

bool event_next(struct events *ev, struct input *out, struct err *err)
{
    for (;;) {
        bool late = ev->wants_now && wall_ms() - ev->asked_ms >= KEY_LATENCY_MS;
        if (next_signal(ev, out) || (late && next_frame(ev, out)) || next_input(ev, out) ||
            next_news(ev, out) || next_frame(ev, out))
            return true;
        if (ev->gone)
            return err_set(err, ERR_IO, "the terminal is gone");
        if (!wait_for_news(ev, err))
            return false;
    }
}
