/* A thread that reads signals. */
#include "core/interrupt.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"

struct interrupt {
    atomic_bool flag;
    int signal_fd, came_fd, end_fd; /* -1 where there is none */
    pthread_t thread;
    bool running;
};

static void *watch(void *arg)
{
    struct interrupt *i = arg;
    struct pollfd fds[] = {{.fd = i->signal_fd, .events = POLLIN},
                           {.fd = i->end_fd, .events = POLLIN}};
    while ((fds[1].revents & POLLIN) == 0) {
        struct signalfd_siginfo info;
        if (poll(fds, ARRAY_LEN(fds), -1) < 0 || (fds[0].revents & POLLIN) == 0 ||
            read(i->signal_fd, &info, sizeof(info)) <= 0)
            continue;
        interrupt_raise(i);
    }
    return NULL;
}

void interrupt_raise(struct interrupt *i)
{
    atomic_store(&i->flag, true);
    eventfd_write(i->came_fd, 1);
}

struct interrupt *interrupt_start(void)
{
    struct interrupt *i = xcalloc(1, sizeof(*i));
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    i->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    i->came_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    i->end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    i->running = i->signal_fd >= 0 && i->came_fd >= 0 && i->end_fd >= 0 &&
                 pthread_create(&i->thread, NULL, watch, i) == 0;
    return i;
}

const atomic_bool *interrupt_flag(const struct interrupt *i)
{
    return &i->flag;
}

int interrupt_fd(const struct interrupt *i)
{
    return i->came_fd;
}

void interrupt_end(struct interrupt *i)
{
    if (i == NULL)
        return;
    if (i->running) {
        eventfd_write(i->end_fd, 1);
        pthread_join(i->thread, NULL);
    }
    int fds[] = {i->signal_fd, i->came_fd, i->end_fd};
    for (size_t k = 0; k < ARRAY_LEN(fds); k++)
        if (fds[k] >= 0)
            close(fds[k]);
    free(i);
}
