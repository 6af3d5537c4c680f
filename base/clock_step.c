/* A list of waits, and a thread that ends those whose time has come. */
#include "base/clock_step.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define AGAIN_NS 100000

/* One call of clock_step_wait(), on its stack. */
struct wait {
    struct wait *next, **here;
    pthread_cond_t *cond;
    clock_ms deadline;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct wait *waits;               /* under lock */
static atomic_int_least64_t stepped_now; /* written under lock */

clock_ms clock_step_now(void)
{
    return atomic_load(&stepped_now);
}

/* False when its time has come already. */
static bool enlist(struct wait *w)
{
    pthread_mutex_lock(&lock);
    bool waits_on = w->deadline > clock_step_now();
    if (waits_on) {
        w->next = waits;
        w->here = &waits;
        if (waits != NULL)
            waits->here = &w->next;
        waits = w;
    }
    pthread_mutex_unlock(&lock);
    return waits_on;
}

static void strike(struct wait *w)
{
    pthread_mutex_lock(&lock);
    *w->here = w->next;
    if (w->next != NULL)
        w->next->here = w->here;
    pthread_mutex_unlock(&lock);
}

bool clock_step_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, clock_ms deadline,
                     const struct timespec *wall)
{
    struct wait w = {.cond = cond, .deadline = deadline};

    if (!enlist(&w))
        return false;
    if (wall != NULL)
        pthread_cond_timedwait(cond, mutex, wall);
    else
        pthread_cond_wait(cond, mutex);
    strike(&w);
    return deadline > clock_step_now();
}

/* Wakes the waits that are due, and gives the earliest deadline of all. */
static clock_ms wake_due(void)
{
    clock_ms first = INT64_MAX;

    pthread_mutex_lock(&lock);
    for (struct wait *w = waits; w != NULL; w = w->next) {
        if (w->deadline <= clock_step_now())
            pthread_cond_broadcast(w->cond);
        if (w->deadline < first)
            first = w->deadline;
    }
    pthread_mutex_unlock(&lock);
    return first;
}

static clock_ms set_now(clock_ms now)
{
    clock_ms first;

    pthread_mutex_lock(&lock);
    atomic_store(&stepped_now, now);
    pthread_mutex_unlock(&lock);
    /* A wait may stand in the list and not be in pthread_cond_wait() yet: the one who waits holds
     * its mutex until then, and this thread cannot take it. So it is woken until it has left. */
    while ((first = wake_due()) <= now)
        nanosleep(&(struct timespec){.tv_nsec = AGAIN_NS}, NULL);
    return first;
}

static void *serve(void *arg)
{
    int fd = (int)(intptr_t)arg;
    int64_t number;

    while (recv(fd, &number, sizeof(number), MSG_WAITALL) == (ssize_t)sizeof(number)) {
        number = set_now(number);
        if (send(fd, &number, sizeof(number), MSG_NOSIGNAL) != (ssize_t)sizeof(number))
            break;
    }
    close(fd);
    kill(getpid(), SIGTERM);
    return NULL;
}

/* The program's signals are not for this thread. */
static bool start_serving(int fd)
{
    sigset_t all, before;
    pthread_t thread;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (ok)
        pthread_detach(thread);
    return ok;
}

bool clock_step_open(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return false;
    bool fits = snprintf(address.sun_path, sizeof(address.sun_path), "%s", path) <
                (int)sizeof(address.sun_path);
    atomic_store(&stepped_now, 0);
    if (fits && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && start_serving(fd))
        return true;
    close(fd);
    return false;
}
