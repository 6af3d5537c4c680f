/* What exists in EC2, found by id and walked in order of creation, in one region or in all. */
#include "aws/sim/ec2_store.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_types.h"
#include "aws/sim/mem.h"

/* Resources in order of their sequence, which is the order of creation. */
struct shelf {
    struct ec2_resource **items;
    size_t count, size;
};

/* Chains of resources by a hash of their id. */
struct chains {
    struct ec2_resource **heads;
    size_t count, size; /* size is a power of two, or 0 */
};

/* All of one type. */
struct room {
    struct shelf all;
    struct shelf in[REGION_MAX];
    struct chains ids;
};

static struct room rooms[EC2_TYPES];
static uint64_t last_sequence;

/* Index of the first resource whose sequence is above `after`. */
static size_t first_above(const struct shelf *shelf, uint64_t after)
{
    size_t low = 0;
    size_t high = shelf->count;
    if (high > 0 && shelf->items[high - 1]->sequence <= after)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (shelf->items[middle]->sequence > after)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void shelf_put(struct shelf *shelf, struct ec2_resource *r)
{
    if (shelf->count == shelf->size) {
        shelf->size = shelf->size == 0 ? 16 : 2 * shelf->size;
        shelf->items = xrealloc(shelf->items, shelf->size, sizeof *shelf->items);
    }
    size_t at = first_above(shelf, r->sequence);
    memmove(&shelf->items[at + 1], &shelf->items[at],
            (shelf->count - at) * sizeof(struct ec2_resource *));
    shelf->items[at] = r;
    shelf->count++;
}

static void shelf_take(struct shelf *shelf, const struct ec2_resource *r)
{
    size_t at = first_above(shelf, r->sequence - 1);
    shelf->count--;
    memmove(&shelf->items[at], &shelf->items[at + 1],
            (shelf->count - at) * sizeof(struct ec2_resource *));
}

/* The chain that an id belongs to: FNV-1a. */
static struct ec2_resource **chain_of(const struct chains *chains, const char *id)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char *p = id; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
    return &chains->heads[(hash ^ hash >> 32) & (chains->size - 1)];
}

static void chains_grow(struct chains *chains)
{
    struct chains grown = {.size = chains->size == 0 ? 64 : 2 * chains->size};
    grown.heads = xcalloc(grown.size, sizeof(struct ec2_resource *));
    for (size_t i = 0; i < chains->size; i++) {
        for (struct ec2_resource *r = chains->heads[i]; r != NULL;) {
            struct ec2_resource *next = r->next_of_chain;
            struct ec2_resource **head = chain_of(&grown, r->id);
            r->next_of_chain = *head;
            *head = r;
            r = next;
        }
    }
    grown.count = chains->count;
    free(chains->heads);
    *chains = grown;
}

void ec2_store_put(struct ec2_resource *r)
{
    struct room *room = &rooms[r->type];
    shelf_put(&room->all, r);
    shelf_put(&room->in[r->place], r);
    if (room->ids.count == room->ids.size)
        chains_grow(&room->ids);
    struct ec2_resource **head = chain_of(&room->ids, r->id);
    r->next_of_chain = *head;
    *head = r;
    room->ids.count++;
}

void ec2_store_take(struct ec2_resource *r)
{
    struct room *room = &rooms[r->type];
    shelf_take(&room->all, r);
    shelf_take(&room->in[r->place], r);
    struct ec2_resource **link = chain_of(&room->ids, r->id);
    while (*link != r)
        link = &(*link)->next_of_chain;
    *link = r->next_of_chain;
    room->ids.count--;
    if (r->event != 0)
        clock_cancel(r->world->clock, r->event);
    r->event = 0;
}

struct ec2_resource *ec2_store_add(struct world *w, enum ec2_type type, const char *id,
                                   const char *region, const char *account)
{
    struct ec2_resource *r = xcalloc(1, ec2_type_rows[type].size);
    r->world = w;
    r->type = type;
    r->sequence = ++last_sequence;
    r->id = id != NULL ? xstrdup(id) : world_id(w, ec2_type_rows[type].prefix);
    r->region = xstrdup(region);
    r->place = region_index(region_find(region));
    r->account = xstrdup(account);
    r->created_ms = clock_now_ms(w->clock);
    ec2_store_put(r);
    return r;
}

void ec2_store_free(struct ec2_resource *r)
{
    const struct ec2_type_row *row = &ec2_type_rows[r->type];
    for (size_t i = 0; i < row->text_count; i++)
        free(*(char **)((char *)r + row->texts[i]));
    if (row->clear != NULL)
        row->clear(r);
    params_free(&r->tags);
    free(r->id);
    free(r->region);
    free(r->account);
    free(r);
}

void ec2_store_remove(struct ec2_resource *resource)
{
    ec2_store_take(resource);
    ec2_store_free(resource);
}

struct ec2_resource *ec2_store_find(enum ec2_type type, const char *region, const char *id)
{
    const struct chains *chains = &rooms[type].ids;
    struct ec2_resource *r = chains->size > 0 ? *chain_of(chains, id) : NULL;
    while (r != NULL && (strcmp(r->id, id) != 0 || strcmp(r->region, region) != 0))
        r = r->next_of_chain;
    return r;
}

static struct ec2_resource *next_on(const struct shelf *shelf, uint64_t after)
{
    size_t at = first_above(shelf, after);
    return at < shelf->count ? shelf->items[at] : NULL;
}

struct ec2_resource *ec2_store_next(enum ec2_type type, uint64_t after)
{
    return next_on(&rooms[type].all, after);
}

struct ec2_resource *ec2_store_next_in(enum ec2_type type, size_t place, uint64_t after)
{
    return next_on(&rooms[type].in[place], after);
}

static void room_clear(struct room *room)
{
    for (size_t i = 0; i < room->all.count; i++)
        ec2_store_free(room->all.items[i]);
    free(room->all.items);
    for (size_t i = 0; i < REGION_MAX; i++)
        free(room->in[i].items);
    free(room->ids.heads);
    *room = (struct room){0};
}

void ec2_store_clear(void)
{
    for (int type = 0; type < EC2_TYPES; type++)
        room_clear(&rooms[type]);
    last_sequence = 0;
}

void ec2_text_set(char **slot, const char *text)
{
    char *copy = xstrdup_or_null(text);
    free(*slot);
    *slot = copy;
}
