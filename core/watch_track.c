/* The history of what moves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_state.h"

#define LEAST_SLOTS 64
#define KEPT_MS     (60 * 60000)

/* The key's parts stand behind each other, so that looking one up makes no text. */
static uint64_t hash_of(const char *region, const char *id)
{
    return texts_hash(region) * 31 + texts_hash(id);
}

static bool is_key(const char *key, const char *region, const char *id)
{
    size_t length = strlen(region);
    return strncmp(key, region, length) == 0 && key[length] == ' ' &&
           strcmp(key + length + 1, id) == 0;
}

static uint64_t hash_of_key(const char *key)
{
    char region[64];
    snprintf(region, sizeof(region), "%.*s", (int)strcspn(key, " "), key);
    return hash_of(region, key + strcspn(key, " ") + 1);
}

static struct watch_track *slot_at(const struct watch_tracks *t, uint64_t hash, const char *region,
                                   const char *id)
{
    size_t i = (size_t)hash & (t->slot_count - 1);
    while (t->slots[i].key != NULL && (region == NULL || !is_key(t->slots[i].key, region, id)))
        i = (i + 1) & (t->slot_count - 1);
    return &t->slots[i];
}

static void forget_old(struct watch_tracks *t, clock_ms now)
{
    for (size_t i = 0; i < t->slot_count; i++) {
        if (t->slots[i].key == NULL || now - t->slots[i].seen_ms < KEPT_MS)
            continue;
        free(t->slots[i].key);
        t->slots[i].key = NULL;
        t->used--;
    }
}

/* Makes room: a watch may run for weeks, and what has ended is not followed any more. */
static void widen(struct watch_tracks *t, clock_ms now)
{
    forget_old(t, now);
    struct watch_tracks wider = {.slot_count = LEAST_SLOTS, .used = t->used};
    while (wider.slot_count < t->used * 4)
        wider.slot_count *= 2;
    wider.slots = xcalloc(wider.slot_count, sizeof(*wider.slots));
    for (size_t i = 0; i < t->slot_count; i++)
        if (t->slots[i].key != NULL)
            *slot_at(&wider, hash_of_key(t->slots[i].key), NULL, NULL) = t->slots[i];
    free(t->slots);
    *t = wider;
}

struct watch_track *watch_track_find(const struct watch_tracks *t, const char *region,
                                     const char *id)
{
    if (t->slot_count == 0)
        return NULL;
    struct watch_track *track = slot_at(t, hash_of(region, id), region, id);
    return track->key != NULL ? track : NULL;
}

struct watch_track *watch_track_get(struct watch_tracks *t, const char *region, const char *id,
                                    clock_ms now, bool *is_new)
{
    if (t->used * 2 >= t->slot_count)
        widen(t, now);
    struct watch_track *track = slot_at(t, hash_of(region, id), region, id);
    bool made = track->key == NULL;
    if (made) {
        *track = (struct watch_track){.key = xasprintf("%s %s", region, id),
                                      .first_ms = now,
                                      .moved_ms = now,
                                      .first_percent = -1,
                                      .percent = -1};
        t->used++;
    }
    track->seen_ms = now;
    if (is_new != NULL)
        *is_new = made;
    return track;
}

void watch_tracks_free(struct watch_tracks *t)
{
    for (size_t i = 0; i < t->slot_count; i++)
        free(t->slots[i].key);
    free(t->slots);
    *t = (struct watch_tracks){0};
}
