/* The thread of one region: it looks, waits, and looks again. */
#include "core/inventory_look.h"
#include "core/inventory_reader.h"

#include <stdlib.h>

#include "aws/call.h"
#include "base/mem.h"

#define SHORTEST_MS  1000 /* between two looks where something moves */
#define SLOWER_MOST  3    /* doublings while AWS throttles */
#define MOVING_PART  3    /* of the interval where something moves */
#define NEARING_PART 6    /* where something nears its end */

/* How long after a look the next one comes. A look that takes long is not repeated sooner than it
 * took: reading a large account is work for AWS, too. */
static clock_ms wait_after(const struct inventory_region *region, clock_ms interval_ms, int slower,
                           clock_ms took_ms)
{
    bool nearing;
    clock_ms wait = interval_ms;
    if (inventory_moves(region, &nearing))
        wait /= nearing ? NEARING_PART : MOVING_PART;
    if (wait < SHORTEST_MS)
        wait = SHORTEST_MS < interval_ms ? SHORTEST_MS : interval_ms;
    wait <<= slower;
    return wait > took_ms ? wait : took_ms;
}

static void publish(struct inventory_worker *w, struct inventory_place *place)
{
    struct inventory_place *before = w->place;
    w->place = place;
    inventory_publish(w->reader);
    inventory_place_unref(before);
}

static void publish_if_new(struct inventory_worker *w, struct inventory_place *place)
{
    const struct inventory_region *now = &place->region, *was = &w->place->region;
    if (now->next_at_ms == was->next_at_ms && now->interval_ms == was->interval_ms &&
        now->readings[INVENTORY_OBJECTS].look == was->readings[INVENTORY_OBJECTS].look &&
        now->readings[INVENTORY_UPLOADS].look == was->readings[INVENTORY_UPLOADS].look)
        inventory_place_unref(place);
    else
        publish(w, place);
}

/* The first look is shown as it goes; the later ones as a whole, so that what hangs together
 * changes together. */
static void show_part(void *arg, struct inventory_place *place)
{
    struct inventory_worker *w = arg;
    if (place->region.next_at_ms != CLOCK_NEVER)
        return;
    pthread_mutex_lock(&w->reader->lock);
    publish(w, inventory_place_copy(place));
    pthread_mutex_unlock(&w->reader->lock);
}

/* Where the buckets became known during a look, their rows are still to be read. With the lock. */
static void settle_buckets(struct inventory_worker *w, struct inventory_place *place)
{
    for (int i = INVENTORY_OBJECTS; i <= INVENTORY_UPLOADS && w->reader->buckets_known; i++) {
        struct inventory_reading *reading = &place->region.readings[i];
        if (reading->look != INVENTORY_UNREAD)
            continue;
        if (w->bucket_count == 0)
            reading->look = INVENTORY_UNASKED;
        else
            w->unread = true;
    }
}

static void settle_pace(struct inventory_worker *w, struct inventory_place *place)
{
    bool throttled = inventory_throttled(&place->region);
    if (throttled && w->slower < SLOWER_MOST)
        w->slower++;
    else if (!throttled && w->slower > 0)
        w->slower--;
    place->region.throttled = w->slower > 0;
}

/* Says when it looks again. With the lock. */
static void set_next(const struct inventory_worker *w, struct inventory_place *place)
{
    clock_ms interval_ms = w->reader->interval_ms;
    place->region.interval_ms =
        interval_ms == 0 ? 0 : wait_after(&place->region, interval_ms, w->slower, w->took_ms);
    place->region.next_at_ms =
        interval_ms == 0 ? CLOCK_NEVER : w->ended_ms + place->region.interval_ms;
}

/* Takes one look. False when it was cancelled. */
static bool look_once(struct inventory_worker *w, struct call *c, struct call *other)
{
    struct inventory_reader *r = w->reader;
    clock_ms began = clock_now_ms();
    pthread_mutex_lock(&r->lock);
    struct inventory_request request = {
        .call = c,
        .other = other,
        .buckets = (const char *const *)w->buckets,
        .bucket_count = w->bucket_count,
        .buckets_unknown = !r->buckets_known,
        .only_unread = w->unread && !w->refresh,
        .part = show_part,
        .arg = w,
    };
    w->refresh = w->unread = false;
    struct inventory_place *before = inventory_place_ref(w->place);
    pthread_mutex_unlock(&r->lock);
    struct inventory_place *place = inventory_look(&request, before);
    inventory_place_unref(before);
    if (place == NULL)
        return false;
    pthread_mutex_lock(&r->lock);
    w->ended_ms = clock_now_ms();
    w->took_ms = w->ended_ms - began;
    settle_buckets(w, place);
    settle_pace(w, place);
    set_next(w, place);
    publish(w, place);
    pthread_mutex_unlock(&r->lock);
    return true;
}

/* Waits for the time of the next look, for somebody who wants one, or for the end. */
static void rest(struct inventory_worker *w)
{
    struct inventory_reader *r = w->reader;
    pthread_mutex_lock(&r->lock);
    while (!atomic_load(&r->cancel) && !w->refresh && !w->unread) {
        struct inventory_place *place = inventory_place_copy(w->place);
        settle_buckets(w, place);
        set_next(w, place);
        clock_ms next = place->region.next_at_ms;
        publish_if_new(w, place);
        if (w->unread || clock_now_ms() >= next || !clock_cond_wait(&r->nudged, &r->lock, next))
            break;
    }
    pthread_mutex_unlock(&r->lock);
}

void *inventory_work(void *worker)
{
    struct inventory_worker *w = worker;
    struct inventory_reader *r = w->reader;
    struct call *c = call_new(r->aws, w->name, &r->cancel);
    struct call *other = call_new(r->aws, w->name, &r->cancel);
    while (!atomic_load(&r->cancel) && look_once(w, c, other))
        rest(w);
    call_free(other);
    call_free(c);
    return NULL;
}
