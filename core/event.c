/* The event list: chunks that never move, so that readers need no lock for what they have. */
#include "core/event.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

#define CHUNK_EVENTS 256

struct chunk {
    struct event events[CHUNK_EVENTS];
};

struct event_list {
    pthread_mutex_t lock;
    struct chunk **chunks;
    size_t chunk_count;
    uint64_t last;
};

struct event_list *event_list_new(void)
{
    struct event_list *list = xcalloc(1, sizeof(*list));
    pthread_mutex_init(&list->lock, NULL);
    return list;
}

static void event_wipe(struct event *e)
{
    struct safe_text *texts[] = {&e->image, &e->disk, &e->region, &e->ami,       &e->snapshot,
                                 &e->text,  &e->code, &e->advice, &e->request_id};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        text_free(texts[i]);
}

void event_list_free(struct event_list *list)
{
    if (list == NULL)
        return;
    for (uint64_t n = 0; n < list->last; n++)
        event_wipe(&list->chunks[n / CHUNK_EVENTS]->events[n % CHUNK_EVENTS]);
    for (size_t i = 0; i < list->chunk_count; i++)
        free(list->chunks[i]);
    free(list->chunks);
    pthread_mutex_destroy(&list->lock);
    free(list);
}

/* Readers measure and print every text; an empty one is "", never NULL. */
static void event_complete(struct event *e)
{
    struct safe_text *texts[] = {&e->image, &e->disk, &e->region, &e->ami,       &e->snapshot,
                                 &e->text,  &e->code, &e->advice, &e->request_id};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i]->utf8 == NULL)
            *texts[i] = text_safe("");
    if (e->state == NULL)
        e->state = "";
    e->time = clock_calendar();
}

void event_list_add(struct event_list *list, struct event *event)
{
    event_complete(event);
    pthread_mutex_lock(&list->lock);
    if (list->last == list->chunk_count * CHUNK_EVENTS) {
        list->chunks = xrealloc(list->chunks, list->chunk_count + 1, sizeof(struct chunk *));
        list->chunks[list->chunk_count++] = xcalloc(1, sizeof(struct chunk));
    }
    event->number = list->last + 1;
    list->chunks[list->last / CHUNK_EVENTS]->events[list->last % CHUNK_EVENTS] = *event;
    list->last++;
    pthread_mutex_unlock(&list->lock);
}

const struct event *event_list_get(struct event_list *list, uint64_t number)
{
    const struct event *e = NULL;
    pthread_mutex_lock(&list->lock);
    if (number >= 1 && number <= list->last)
        e = &list->chunks[(number - 1) / CHUNK_EVENTS]->events[(number - 1) % CHUNK_EVENTS];
    pthread_mutex_unlock(&list->lock);
    return e;
}

uint64_t event_list_last(struct event_list *list)
{
    pthread_mutex_lock(&list->lock);
    uint64_t last = list->last;
    pthread_mutex_unlock(&list->lock);
    return last;
}

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[EVENT_KINDS] = {
        [EVENT_PHASE] = "release", [EVENT_DISK] = "disk", [EVENT_CELL] = "cell",
        [EVENT_UPLOAD] = "upload", [EVENT_CALL] = "call", [EVENT_NOTE] = "note",
    };
    return names[kind];
}
