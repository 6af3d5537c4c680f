/* A socket at which a release is asked to stop. */
#include "core/door.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

struct door {
    pthread_t thread;
    int folder, listener, end_fd;
    char *name;
    int *guests; /* they wait for the end of their connections */
    size_t guest_count;
    void (*asked)(void *arg);
    void *arg;
};

/* A socket's address holds 107 bytes, a path may be longer: it goes by the folder's descriptor. */
static struct sockaddr_un address_of(int folder, const char *name)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", folder, name);
    return a;
}

static int open_folder(const char *state_dir, bool make)
{
    char *path = xasprintf("%s/door", state_dir);
    if (make)
        mkdir(path, 0700);
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    free(path);
    return fd;
}

static void let_in(struct door *d)
{
    int guest = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
    if (guest < 0)
        return;
    d->guests = xrealloc(d->guests, d->guest_count + 1, sizeof(*d->guests));
    d->guests[d->guest_count++] = guest;
    d->asked(d->arg);
}

static void *door_main(void *arg)
{
    struct door *d = arg;
    struct pollfd fds[] = {{.fd = d->listener, .events = POLLIN},
                           {.fd = d->end_fd, .events = POLLIN}};
    for (;;) {
        if (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno != EINTR)
            return NULL;
        if ((fds[1].revents & POLLIN) != 0)
            return NULL;
        if ((fds[0].revents & POLLIN) != 0)
            let_in(d);
    }
}

static void door_free(struct door *d)
{
    for (size_t i = 0; i < d->guest_count; i++)
        close(d->guests[i]);
    int fds[] = {d->folder, d->listener, d->end_fd};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(d->guests);
    free(d->name);
    free(d);
}

static bool listen_at(struct door *d)
{
    struct sockaddr_un a = address_of(d->folder, d->name);
    d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    d->end_fd = eventfd(0, EFD_CLOEXEC);
    /* What a dead holder left is in the way. */
    unlinkat(d->folder, d->name, 0);
    return d->listener >= 0 && d->end_fd >= 0 &&
           bind(d->listener, (struct sockaddr *)&a, sizeof(a)) == 0 && listen(d->listener, 8) == 0;
}

struct door *door_open(const char *state_dir, const char *release_id, void (*asked)(void *arg),
                       void *arg, struct err *err)
{
    struct door *d = xcalloc(1, sizeof(*d));
    *d = (struct door){.folder = open_folder(state_dir, true),
                       .listener = -1,
                       .end_fd = -1,
                       .name = xstrdup(release_id),
                       .asked = asked,
                       .arg = arg};
    if (d->folder < 0 || !listen_at(d)) {
        err_set_errno(err, ERR_IO, "cannot listen in %s/door", state_dir);
        door_free(d);
        return NULL;
    }
    if (pthread_create(&d->thread, NULL, door_main, d) != 0)
        abort();
    return d;
}

void door_close(struct door *d)
{
    if (d == NULL)
        return;
    eventfd_write(d->end_fd, 1);
    pthread_join(d->thread, NULL);
    unlinkat(d->folder, d->name, 0);
    door_free(d);
}

/* Nothing is ever sent: the end of the connection is the answer. */
static bool wait_for_end(int fd, int wait_wall_ms, int stop_fd, struct err *err)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    int n = poll(fds, ARRAY_LEN(fds), wait_wall_ms);
    if (n > 0 && (fds[1].revents & POLLIN) != 0)
        return err_set(err, ERR_CANCELLED, "interrupted");
    if (n > 0)
        return true;
    err_set(err, ERR_STALLED, "the tatami that works on the release does not stop");
    return err_advise(err,
                      "look at it, or end its process: the release goes on with `tatami resume`");
}

/* A link there would lead to somebody else's socket. */
static bool is_socket(int folder, const char *name)
{
    struct stat st;
    return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode);
}

bool door_knock(const char *state_dir, const char *release_id, int wait_wall_ms, int stop_fd,
                struct err *err)
{
    int folder = open_folder(state_dir, false);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un a = address_of(folder, release_id);
    bool there = folder >= 0 && fd >= 0 && is_socket(folder, release_id) &&
                 connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
    bool ok = there ? wait_for_end(fd, wait_wall_ms, stop_fd, err)
                    : err_set(err, ERR_NOT_FOUND, "no tatami on this machine listens for it");
    if (folder >= 0)
        close(folder);
    if (fd >= 0)
        close(fd);
    return ok;
}
