/* The file behind all contents. It has no name, so that it ends with the process. */
#include "aws/sim/store.h"
#include "aws/sim/content.h"
#include "aws/sim/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock; /* guards the slots, not the bytes in them */
    int fd;
    bool discard;
    int64_t slots;
    int64_t *released;
    size_t released_count, released_size;
} store = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

bool content_store_open(bool discard)
{
    store.discard = discard;
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || *folder == '\0')
        folder = "/tmp";
    store.fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (store.fd >= 0)
        return true;
    char *path = xasprintf("%s/tatami-sim.XXXXXX", folder);
    store.fd = mkostemp(path, O_CLOEXEC);
    int saved = errno;
    if (store.fd >= 0)
        unlink(path);
    free(path);
    errno = saved;
    return store.fd >= 0;
}

void content_store_close(void)
{
    close(store.fd);
    free(store.released);
    store.fd = -1;
}

bool store_discards(void)
{
    return store.discard;
}

static bool all_zero(const unsigned char *bytes, size_t len)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0;
}

static int64_t take_slot(void)
{
    pthread_mutex_lock(&store.lock);
    int64_t slot =
        store.released_count > 0 ? store.released[--store.released_count] : store.slots++;
    pthread_mutex_unlock(&store.lock);
    return slot;
}

void store_release(int64_t slot)
{
    if (slot == STORE_ZERO)
        return;
    pthread_mutex_lock(&store.lock);
    if (store.released_count == store.released_size) {
        store.released_size = store.released_size > 0 ? store.released_size * 2 : 64;
        store.released = xrealloc(store.released, store.released_size, sizeof(store.released[0]));
    }
    store.released[store.released_count++] = slot;
    pthread_mutex_unlock(&store.lock);
}

bool store_write(const void *block, int64_t *slot)
{
    *slot = STORE_ZERO;
    if (all_zero(block, CONTENT_BLOCK))
        return true;
    *slot = take_slot();
    const char *bytes = block;
    for (size_t done = 0; done < CONTENT_BLOCK;) {
        ssize_t n = pwrite(store.fd, bytes + done, CONTENT_BLOCK - done,
                           (off_t)(*slot * CONTENT_BLOCK) + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            store_release(*slot);
            *slot = STORE_ZERO;
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

bool store_read(int64_t slot, uint64_t offset, void *out, uint64_t len)
{
    if (slot == STORE_ZERO) {
        memset(out, 0, len);
        return true;
    }
    for (uint64_t done = 0; done < len;) {
        ssize_t n = pread(store.fd, (char *)out + done, len - done,
                          (off_t)(slot * CONTENT_BLOCK) + (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (uint64_t)n;
    }
    return true;
}
