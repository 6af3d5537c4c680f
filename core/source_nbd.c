/* A disk in any format that qemu knows: a child that speaks NBD, and libnbd. */
#include "core/source_nbd.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/nbd_library.h"
#include "core/qemu_nbd.h"

/* A handle does one request at a time. The server reads with one thread, which so many keep busy.
 */
enum { HANDLES = 4, SECTOR = 512 };

/* The NBD protocol's limits: what qemu serves in one read, and the range of one question. */
enum { READ_BYTES_MAX = 32 << 20, ASK_BYTES_MIN = 64 << 20 };
#define ASK_BYTES_MAX (2ull << 30)

struct nbd {
    const struct nbd_library *library;
    const struct image *image;
    struct qemu_nbd *server;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct nbd_handle *handles[HANDLES];
    struct nbd_handle *idle[HANDLES];
    size_t idle_count;
};

static struct nbd_handle *borrow(struct nbd *n)
{
    pthread_mutex_lock(&n->lock);
    while (n->idle_count == 0)
        pthread_cond_wait(&n->freed, &n->lock);
    struct nbd_handle *h = n->idle[--n->idle_count];
    pthread_mutex_unlock(&n->lock);
    return h;
}

static void give_back(struct nbd *n, struct nbd_handle *h)
{
    pthread_mutex_lock(&n->lock);
    n->idle[n->idle_count++] = h;
    pthread_cond_signal(&n->freed);
    pthread_mutex_unlock(&n->lock);
}

/* libnbd keeps its last error by thread. */
static bool complain(struct nbd *n, struct err *err)
{
    const char *reason = n->library->get_error();
    return qemu_nbd_complain(n->server, reason == NULL ? "no reason is given" : reason, err);
}

static bool nbd_source_read(struct source *s, uint64_t offset, void *out, size_t length,
                            struct err *err)
{
    struct nbd *n = s->self;
    struct nbd_handle *h = borrow(n);
    bool ok = true;

    for (size_t done = 0; ok && done < length;) {
        size_t part = length - done < READ_BYTES_MAX ? length - done : READ_BYTES_MAX;
        ok = n->library->pread(h, (unsigned char *)out + done, part, offset + done, 0) == 0;
        done += part;
    }
    give_back(n, h);
    return ok || complain(n, err);
}

/* The first range of data in one answer. */
struct allocated {
    uint64_t at;         /* how far the answer went */
    uint64_t start, end; /* equal: none so far */
    bool closed;         /* zeros stand behind it */
};

static int take_extents(void *arg, const char *context, uint64_t offset, uint32_t *entries,
                        size_t count, int *error)
{
    struct allocated *a = arg;

    (void)error;
    if (strcmp(context, LIBNBD_CONTEXT_BASE_ALLOCATION) != 0 || offset != a->at)
        return 0;
    for (size_t i = 0; i + 1 < count; i += 2) {
        /* A hole that need not read as zeros is data. */
        bool zero = (entries[i + 1] & LIBNBD_STATE_ZERO) != 0;
        if (!zero && !a->closed) {
            a->start = a->end > a->start ? a->start : a->at;
            a->end = a->at + entries[i];
        }
        a->closed = a->closed || (zero && a->end > a->start);
        a->at += entries[i];
    }
    return 0;
}

/* Asks for ranges that grow as long as there are zeros only. */
static bool find_data(struct nbd *n, struct nbd_handle *h, uint64_t size, struct allocated *a)
{
    uint64_t ask = ASK_BYTES_MIN;

    while (a->at < size && a->end == a->start) {
        uint64_t from = a->at, length = size - from < ask ? size - from : ask;
        nbd_extent_callback callback = {.callback = take_extents, .user_data = a};
        if (n->library->block_status(h, length, from, callback, 0) != 0)
            return false;
        if (a->at == from) { /* the server tells nothing */
            a->start = from;
            a->end = a->at = size;
        }
        ask = ask * 2 < ASK_BYTES_MAX ? ask * 2 : ASK_BYTES_MAX;
    }
    return true;
}

static enum source_found nbd_source_next_data(struct source *s, uint64_t offset, uint64_t *start,
                                              uint64_t *end, struct err *err)
{
    struct nbd *n = s->self;
    struct allocated a = {.at = offset};

    if (offset >= s->size_bytes)
        return SOURCE_END;
    struct nbd_handle *h = borrow(n);
    bool ok = true;
    if (n->library->can_meta_context(h, LIBNBD_CONTEXT_BASE_ALLOCATION) == 1)
        ok = find_data(n, h, s->size_bytes, &a);
    else
        a = (struct allocated){.start = offset, .end = s->size_bytes};
    give_back(n, h);
    if (!ok) {
        complain(n, err);
        return SOURCE_FAILED;
    }
    *start = a.start;
    *end = a.end < s->size_bytes ? a.end : s->size_bytes;
    return a.end > a.start ? SOURCE_DATA : SOURCE_END;
}

static bool nbd_source_unchanged(struct source *s, struct err *err)
{
    struct nbd *n = s->self;
    return image_unchanged(n->image, err);
}

static void nbd_free(struct nbd *n)
{
    for (size_t i = 0; n->library != NULL && i < HANDLES; i++)
        n->library->close(n->handles[i]);
    qemu_nbd_free(n->server);
    pthread_mutex_destroy(&n->lock);
    pthread_cond_destroy(&n->freed);
    free(n);
}

static void nbd_source_close(struct source *s)
{
    nbd_free(s->self);
}

/* The handle takes the socket over, also when this fails. */
static bool open_handle(struct nbd *n, size_t i, int socket, struct err *err)
{
    struct nbd_handle *h = n->handles[i] = n->library->create();

    if (h == NULL) {
        close(socket);
        return err_set(err, ERR_IO, "cannot begin with libnbd");
    }
    if (n->library->add_meta_context(h, LIBNBD_CONTEXT_BASE_ALLOCATION) != 0 ||
        n->library->connect_socket(h, socket) != 0)
        return complain(n, err);
    n->idle[n->idle_count++] = h;
    return true;
}

static bool open_handles(struct nbd *n, struct err *err)
{
    int sockets[HANDLES];
    bool ok = true;

    n->server = qemu_nbd_start(n->image, sockets, HANDLES, err);
    if (n->server == NULL)
        return false;
    for (size_t i = 0; i < HANDLES; i++) {
        if (ok)
            ok = open_handle(n, i, sockets[i], err);
        else
            close(sockets[i]);
    }
    return ok;
}

/* Two readers of one header must agree: a disk of another size would be another disk. */
static bool size_fits(struct nbd *n, uint64_t *size, struct err *err)
{
    int64_t bytes = n->library->get_size(n->handles[0]);

    if (bytes < 0)
        return complain(n, err);
    *size = (uint64_t)bytes;
    if (*size <= n->image->logical_bytes && n->image->logical_bytes - *size < SECTOR)
        return true;
    return err_set(
        err, ERR_INPUT, "%s is damaged: its header says %llu bytes, and qemu-nbd reads %llu",
        n->image->path, (unsigned long long)n->image->logical_bytes, (unsigned long long)*size);
}

struct source *source_nbd(const struct image *image, struct err *err)
{
    static const struct source_ops ops = {.order = SOURCE_RANDOM,
                                          .next_data = nbd_source_next_data,
                                          .read = nbd_source_read,
                                          .unchanged = nbd_source_unchanged,
                                          .close = nbd_source_close};
    struct nbd *n = xcalloc(1, sizeof *n);
    uint64_t size = 0;

    n->image = image;
    pthread_mutex_init(&n->lock, NULL);
    pthread_cond_init(&n->freed, NULL);
    n->library = nbd_library(err);
    if (n->library != NULL && open_handles(n, err) && size_fits(n, &size, err))
        return source_new(&ops, image->path, size, n);
    nbd_free(n);
    return NULL;
}
