/* The upload: transfer threads that take parts off a counter. */
#include "core/upload.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crc32c.h"
#include "base/mem.h"
#include "core/upload_read.h"

enum {
    PART_MIN_BYTES = 8 << 20,
    IDLE_POLL_MS = 100, /* of a thread that may not start a part now */
    SENDS_MAX = 2,      /* of a part whose bytes changed between reading and sending */
    OUTAGE_WAIT_MS = 1000,
    OUTAGE_WAIT_MOST_MS = 30000,
    PATIENCE_MS = 20 * 60 * 1000 /* without any part arriving */
};

struct upload {
    /* Unchanged once started. */
    struct upload_request request;
    char *region, *bucket, *key, *upload_id;
    uint64_t part_bytes;
    int part_count;
    struct digest *digest;
    struct s3_part *kept; /* by ListParts, in order of their numbers; by the first thread before
                             it starts the others */
    size_t kept_count;

    /* Each row by the thread that took it. */
    struct s3_part *parts;

    atomic_int next_part; /* index of the next one that nobody has taken */
    atomic_bool cancel;
    atomic_int running; /* threads */
    atomic_int sending, parts_done, sent_again;
    atomic_uint_least64_t bytes_done, bytes_wire;
    atomic_int_least64_t moved_at; /* program time when the last part arrived, or the start */
    atomic_uint_least64_t connection_rate; /* bytes a second of one thread; 0 for no limit */

    pthread_mutex_t lock; /* the rest */
    struct thread {
        struct upload *upload;
        int index;
        pthread_t id;
    } threads[PACE_CONNECTIONS_MAX];
    int thread_count;
    struct err first;
    char digest_text[DIGEST_TEXT_SIZE];
};

static void *work(void *arg);

uint64_t upload_part_bytes(uint64_t file_bytes)
{
    uint64_t blocks = file_bytes / DIGEST_BLOCK_BYTES + (file_bytes % DIGEST_BLOCK_BYTES != 0);
    uint64_t part = (blocks + S3_PARTS_MAX - 1) / S3_PARTS_MAX * DIGEST_BLOCK_BYTES;
    return part < PART_MIN_BYTES ? PART_MIN_BYTES : part;
}

/* Keeps the first failure and ends the others. */
static void fail(struct upload *u, const struct err *err)
{
    pthread_mutex_lock(&u->lock);
    if (u->first.kind == ERR_NONE)
        u->first = *err;
    pthread_mutex_unlock(&u->lock);
    atomic_store(&u->cancel, true);
}

static int thread_limit(const struct upload *u)
{
    int share = pace_share(u->request.pace);

    return share < u->part_count ? share : u->part_count < 1 ? 1 : u->part_count;
}

/* Starts one more thread. Caller holds no lock. */
static bool add_thread(struct upload *u)
{
    pthread_mutex_lock(&u->lock);
    struct thread *t = &u->threads[u->thread_count];
    *t = (struct thread){.upload = u, .index = u->thread_count};
    atomic_fetch_add(&u->running, 1);
    bool ok = pthread_create(&t->id, NULL, work, t) == 0;
    if (ok)
        u->thread_count++;
    else
        atomic_fetch_sub(&u->running, 1);
    pthread_mutex_unlock(&u->lock);
    return ok;
}

static void add_threads(struct upload *u)
{
    for (;;) {
        pthread_mutex_lock(&u->lock);
        bool more = u->thread_count < thread_limit(u);
        pthread_mutex_unlock(&u->lock);
        if (!more || atomic_load(&u->next_part) >= u->part_count || !add_thread(u))
            return;
    }
}

static int by_number(const void *a, const void *b)
{
    const struct s3_part *x = a, *y = b;
    return x->number - y->number;
}

static const struct s3_part *kept_part(const struct upload *u, int number)
{
    const struct s3_part wanted = {.number = number};
    return u->kept_count == 0
               ? NULL
               : bsearch(&wanted, u->kept, u->kept_count, sizeof *u->kept, by_number);
}

/* Reads the part, and sends it unless S3 has it already. */
static bool transfer_once(struct upload *u, struct call *c, int index, struct err *err)
{
    struct s3_part *part = &u->parts[index];
    const struct s3_part *kept = kept_part(u, index + 1);
    uint64_t offset = (uint64_t)index * u->part_bytes, rest = u->request.image->file_bytes - offset;
    uint32_t crc = 0;

    part->number = index + 1;
    part->size_bytes = rest < u->part_bytes ? rest : u->part_bytes;
    if (!upload_read(u->request.image, offset, part->size_bytes, u->digest, &crc, NULL, &u->cancel,
                     err))
        return false;
    crc32c_base64(crc, part->crc32c);
    if (kept != NULL && kept->size_bytes == part->size_bytes &&
        strcmp(kept->crc32c, part->crc32c) == 0) {
        *part = *kept;
        return true;
    }
    atomic_store(&u->connection_rate, pace_connection_rate(u->request.pace, thread_limit(u)));
    atomic_fetch_add(&u->sending, 1);
    bool ok =
        s3_upload_part(c, (struct s3_object){u->bucket, u->key}, u->upload_id, u->request.image->fd,
                       (off_t)offset, part, &u->bytes_wire, &u->connection_rate, err);
    atomic_fetch_sub(&u->sending, 1);
    return ok;
}

/* S3 cannot be reached, or asks for patience, beyond what one call repeats: waits, longer each
 * time, and says whether it is worth another try. The rest of the release is as patient. */
static bool wait_out(struct upload *u, const struct err *err, int *outages)
{
    clock_ms wait = OUTAGE_WAIT_MS;
    if (!err_is_passing(err->kind) || clock_now_ms() - atomic_load(&u->moved_at) > PATIENCE_MS)
        return false;
    for (int i = 0; i < *outages && wait < OUTAGE_WAIT_MOST_MS; i++)
        wait *= 2;
    ++*outages;
    atomic_fetch_add(&u->sent_again, 1);
    return clock_sleep_ms(wait < OUTAGE_WAIT_MOST_MS ? wait : OUTAGE_WAIT_MOST_MS, &u->cancel);
}

/* A checksum that S3 finds wrong (ERR_MISMATCH), or bytes that are gone while they are sent
 * (ERR_INPUT), mean that the file changed between the two readings. When a wrong checksum is all
 * there is to see of it, the part is read and sent once more. */
static bool transfer(struct upload *u, struct call *c, int index, struct err *err)
{
    int outages = 0;
    for (int sends = 1; !transfer_once(u, c, index, err); sends++) {
        struct err changed = ERR_INIT;
        if (wait_out(u, err, &outages)) {
            sends--;
            continue;
        }
        if (err->kind != ERR_MISMATCH && err->kind != ERR_INPUT)
            return false;
        if (!image_unchanged(u->request.image, &changed)) {
            *err = changed;
            return false;
        }
        if (err->kind == ERR_INPUT || sends == SENDS_MAX)
            return false;
        atomic_fetch_add(&u->sent_again, 1);
    }
    atomic_fetch_add(&u->bytes_done, u->parts[index].size_bytes);
    atomic_fetch_add(&u->parts_done, 1);
    atomic_store(&u->moved_at, clock_now_ms());
    return true;
}

static bool list_kept(struct upload *u, struct call *c, struct err *err)
{
    int outages = 0;
    while (u->request.resumed && !s3_list_parts(c, (struct s3_object){u->bucket, u->key},
                                                u->upload_id, &u->kept, &u->kept_count, err))
        if (!wait_out(u, err, &outages))
            return false;
    return true;
}

/* True once this thread may start a part; false when there is none left or the upload ends. */
static bool may_start(const struct thread *t)
{
    struct upload *u = t->upload;

    while (!atomic_load(&u->cancel) && atomic_load(&u->next_part) < u->part_count) {
        if (!pace_paused(u->request.pace) && t->index < thread_limit(u))
            return true;
        clock_sleep_ms(IDLE_POLL_MS, &u->cancel);
    }
    return false;
}

static bool finish_file(struct upload *u, struct err *err)
{
    if (atomic_load(&u->cancel))
        return err_set(err, ERR_CANCELLED, "the upload was stopped");
    return image_unchanged(u->request.image, err) &&
           (digest_text(u->digest, u->digest_text) ||
            err_set(err, ERR_IO, "no digest of %s", u->request.image->path));
}

/* By the last thread that ends. */
static void finish(struct upload *u)
{
    struct err err = ERR_INIT;

    if (!finish_file(u, &err))
        fail(u, &err);
    pace_leave(u->request.pace);
    u->request.done(u->request.arg);
}

static void *work(void *arg)
{
    const struct thread *t = arg;
    struct upload *u = t->upload;
    struct call *c = call_new(u->request.aws, u->region, &u->cancel);
    struct err err = ERR_INIT;
    bool ok = t->index > 0 || list_kept(u, c, &err);

    while (ok && may_start(t)) {
        add_threads(u);
        int index = atomic_fetch_add(&u->next_part, 1);
        if (index >= u->part_count)
            break;
        ok = transfer(u, c, index, &err);
    }
    if (!ok)
        fail(u, &err);
    call_free(c);
    if (atomic_fetch_sub(&u->running, 1) == 1)
        finish(u);
    return NULL;
}

struct upload *upload_start(const struct upload_request *request)
{
    struct upload *u = xcalloc(1, sizeof *u);
    uint64_t bytes = request->image->file_bytes;

    u->request = *request;
    u->region = xstrdup(request->region);
    u->bucket = xstrdup(request->object.bucket);
    u->key = xstrdup(request->object.key);
    u->upload_id = xstrdup(request->upload_id);
    u->part_bytes = upload_part_bytes(bytes);
    u->part_count = (int)((bytes + u->part_bytes - 1) / u->part_bytes);
    u->parts = xcalloc((size_t)u->part_count, sizeof *u->parts);
    u->digest = digest_new(bytes);
    atomic_store(&u->moved_at, clock_now_ms());
    pthread_mutex_init(&u->lock, NULL);
    pace_join(request->pace);
    if (!add_thread(u)) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_IO, "cannot start a thread");
        fail(u, &err);
        finish(u);
    }
    return u;
}

void upload_cancel(struct upload *u)
{
    atomic_store(&u->cancel, true);
}

void upload_progress(const struct upload *u, struct upload_progress *out)
{
    *out = (struct upload_progress){
        .bytes_done = atomic_load(&u->bytes_done),
        .bytes_total = u->request.image->file_bytes,
        .bytes_wire = atomic_load(&u->bytes_wire),
        .parts_done = atomic_load(&u->parts_done),
        .parts_total = u->part_count,
        .connections = atomic_load(&u->sending),
        .retries = atomic_load(&u->sent_again),
    };
}

bool upload_result(struct upload *u, const struct s3_part **parts, size_t *count,
                   char digest[DIGEST_TEXT_SIZE], struct err *err)
{
    pthread_mutex_lock(&u->lock);
    struct err first = u->first;
    pthread_mutex_unlock(&u->lock);
    if (first.kind != ERR_NONE) {
        if (err != NULL)
            *err = first;
        return false;
    }
    *parts = u->parts;
    *count = (size_t)u->part_count;
    memcpy(digest, u->digest_text, DIGEST_TEXT_SIZE);
    return true;
}

void upload_free(struct upload *u)
{
    if (u == NULL)
        return;
    for (int i = 0; i < u->thread_count; i++)
        pthread_join(u->threads[i].id, NULL);
    pthread_mutex_destroy(&u->lock);
    digest_free(u->digest);
    free(u->kept);
    free(u->parts);
    free(u->region);
    free(u->bucket);
    free(u->key);
    free(u->upload_id);
    free(u);
}
