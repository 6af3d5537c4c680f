/* The life of a reader, and what others ask of it. */
#include "core/inventory_reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define ALL_KINDS ((1u << INVENTORY_KINDS) - 1)
/* A flag wakes nobody: it is looked at so often. */
#define CANCEL_LOOK_MS 100

static char **copy_list(const char *const *items, size_t count)
{
    char **copy = xcalloc(count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = xstrdup(items[i]);
    return copy;
}

static void free_list(char **items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(items[i]);
    free(items);
}

static unsigned kinds_of(const struct inventory_options *o)
{
    unsigned kinds = o->kinds == 0 ? ALL_KINDS : o->kinds;
    return o->bucket_count > 0 ? kinds
                               : kinds & ~(1u << INVENTORY_OBJECTS | 1u << INVENTORY_UPLOADS);
}

struct inventory_reader *inventory_open(const struct inventory_options *o)
{
    struct inventory_reader *r = xcalloc(1, sizeof(*r));
    r->aws = o->aws;
    r->home = xstrdup(o->home);
    r->wanted = copy_list(o->regions, o->region_count);
    r->wanted_count = o->region_count;
    r->buckets = copy_list(o->buckets, o->bucket_count);
    r->bucket_count = o->bucket_count;
    r->kinds = kinds_of(o);
    r->wake_fd = o->wake_fd;
    r->interval_ms = o->interval_ms;
    r->buckets_known = o->bucket_count == 0;
    pthread_mutex_init(&r->lock, NULL);
    clock_cond_init(&r->changed);
    clock_cond_init(&r->nudged);
    pthread_mutex_lock(&r->lock);
    r->started = pthread_create(&r->thread, NULL, inventory_resolve, r) == 0;
    if (!r->started)
        err_set(&r->err, ERR_IO, "the system gives no thread");
    inventory_publish(r);
    pthread_mutex_unlock(&r->lock);
    return r;
}

static struct inventory_head head_of(struct inventory_reader *r)
{
    return (struct inventory_head){
        .number = ++r->number,
        .account = r->account,
        .alias = r->alias,
        .identity = r->identity,
        .err = r->err,
    };
}

void inventory_publish(struct inventory_reader *r)
{
    const uint64_t one = 1;
    struct inventory_place **places = xcalloc(r->worker_count + 1, sizeof(*places));
    struct inventory *before = r->latest;
    struct inventory_head head = head_of(r);
    for (size_t i = 0; i < r->worker_count; i++)
        places[i] = r->workers[i].place;
    r->latest = inventory_new(&head, places, r->worker_count);
    inventory_unref(before);
    free(places);
    pthread_cond_broadcast(&r->changed);
    /* A full counter rings already. */
    if (r->wake_fd >= 0 && write(r->wake_fd, &one, sizeof(one)) < 0)
        return;
}

struct inventory *inventory_latest(struct inventory_reader *r)
{
    pthread_mutex_lock(&r->lock);
    struct inventory *latest = inventory_ref(r->latest);
    pthread_mutex_unlock(&r->lock);
    return latest;
}

void inventory_refresh(struct inventory_reader *r, const char *region)
{
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->worker_count; i++)
        if (region == NULL || strcmp(r->workers[i].name, region) == 0)
            r->workers[i].refresh = true;
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
}

void inventory_set_interval(struct inventory_reader *r, clock_ms interval_ms)
{
    pthread_mutex_lock(&r->lock);
    r->interval_ms = interval_ms;
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
}

static bool is_whole(const struct inventory *inventory)
{
    return inventory->err.kind != ERR_NONE ||
           (inventory->account[0] != '\0' && inventory->region_count > 0 &&
            inventory->regions_answered == inventory->region_count);
}

struct inventory *inventory_wait(struct inventory_reader *r, const atomic_bool *cancel)
{
    pthread_mutex_lock(&r->lock);
    while (!is_whole(r->latest) && (cancel == NULL || !atomic_load(cancel)))
        clock_cond_wait(&r->changed, &r->lock, clock_now_ms() + clock_of_wall_ms(CANCEL_LOOK_MS));
    struct inventory *latest = inventory_ref(r->latest);
    pthread_mutex_unlock(&r->lock);
    return latest;
}

static void end_worker(struct inventory_worker *w)
{
    if (w->started)
        pthread_join(w->thread, NULL);
    inventory_place_unref(w->place);
    free_list(w->buckets, w->bucket_count);
    free(w->name);
}

void inventory_close(struct inventory_reader *r)
{
    if (r == NULL)
        return;
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->cancel, true);
    pthread_cond_broadcast(&r->nudged);
    pthread_mutex_unlock(&r->lock);
    if (r->started)
        pthread_join(r->thread, NULL);
    for (size_t i = 0; i < r->worker_count; i++)
        end_worker(&r->workers[i]);
    inventory_unref(r->latest);
    free(r->workers);
    free_list(r->wanted, r->wanted_count);
    free_list(r->buckets, r->bucket_count);
    free(r->home);
    free(r->account);
    free(r->alias);
    free(r->identity);
    pthread_cond_destroy(&r->changed);
    pthread_cond_destroy(&r->nudged);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
