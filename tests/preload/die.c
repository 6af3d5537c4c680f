/* Loaded before the C library: kills the program at one exact moment, before or after the Nth sync
 * of a file or the Nth bytes that leave through a socket.
 *
 *   TATAMI_DIE=sync:before:17   also send, after; N from 1
 *   TATAMI_DIE=count:PATH       kills nothing; writes "sends syncs" there at the end
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_long sends, syncs;

/* The death that the variable names, or none of this kind. */
static void die_at(const char *what, const char *when, long number)
{
    const char *wanted = getenv("TATAMI_DIE");
    char now[64];
    snprintf(now, sizeof(now), "%s:%s:%ld", what, when, number);
    if (wanted != NULL && strcmp(wanted, now) == 0)
        kill(getpid(), SIGKILL);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
    long number = atomic_fetch_add(&sends, 1) + 1;
    die_at("send", "before", number);
    ssize_t sent = real(fd, bytes, length, flags);
    die_at("send", "after", number);
    return sent;
}

static int synced(const char *name, int fd)
{
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    long number = atomic_fetch_add(&syncs, 1) + 1;
    die_at("sync", "before", number);
    int result = real(fd);
    die_at("sync", "after", number);
    return result;
}

int fsync(int fd)
{
    return synced("fsync", fd);
}

int fdatasync(int fd)
{
    return synced("fdatasync", fd);
}

__attribute__((destructor)) static void tell(void)
{
    const char *wanted = getenv("TATAMI_DIE");
    if (wanted == NULL || strncmp(wanted, "count:", 6) != 0)
        return;
    FILE *file = fopen(wanted + 6, "w");
    if (file == NULL)
        return;
    fprintf(file, "%ld %ld\n", sends, syncs);
    fclose(file);
}
