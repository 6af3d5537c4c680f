/* Loaded before the C library: the disk below a folder is full as long as a marker stands.
 *
 *   TATAMI_FULL=FOLDER:MARKER   writes into files below FOLDER fail while the file MARKER exists
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_below(int fd, const char *folder, size_t length)
{
    char link[64], path[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    return n > (ssize_t)length && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static bool is_full(int fd)
{
    const char *wanted = getenv("TATAMI_FULL");
    const char *marker = wanted == NULL ? NULL : strchr(wanted, ':');
    bool full = marker != NULL && access(marker + 1, F_OK) == 0 &&
                is_below(fd, wanted, (size_t)(marker - wanted));
    if (full)
        errno = ENOSPC;
    return full;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    return is_full(fd) ? -1 : real(fd, bytes, length);
}

static ssize_t put(const char *name, int fd, const void *bytes, size_t length, off_t at)
{
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    return is_full(fd) ? -1 : real(fd, bytes, length, at);
}

/* Both names, whichever of them the headers turn pwrite() into. */
ssize_t put_plain(int fd, const void *bytes, size_t length, off_t at) __asm__("pwrite");
ssize_t put_plain(int fd, const void *bytes, size_t length, off_t at)
{
    return put("pwrite", fd, bytes, length, at);
}

ssize_t put_large(int fd, const void *bytes, size_t length, off_t at) __asm__("pwrite64");
ssize_t put_large(int fd, const void *bytes, size_t length, off_t at)
{
    return put("pwrite64", fd, bytes, length, at);
}
