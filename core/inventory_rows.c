/* Rows and the memory of their texts. */
#include "core/inventory_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct inventory_memory {
    atomic_uint refs;
    struct arena arena;
};

/* A row begins with the texts of its key. */
static const struct {
    size_t size, key_texts;
} kinds[INVENTORY_KINDS] = {
    [INVENTORY_IMAGES] = {sizeof(struct inventory_image), 1},
    [INVENTORY_SNAPSHOTS] = {sizeof(struct inventory_snapshot), 1},
    [INVENTORY_IMPORTS] = {sizeof(struct inventory_import), 1},
    [INVENTORY_OBJECTS] = {sizeof(struct inventory_object), 2},
    [INVENTORY_UPLOADS] = {sizeof(struct inventory_upload), 3},
};

size_t inventory_row_size(enum inventory_kind kind)
{
    return kinds[kind].size;
}

const void *inventory_row_find(enum inventory_kind kind, const void *items, size_t count,
                               const char *key)
{
    size_t size = kinds[kind].size, low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *const *row = (const void *)((const char *)items + middle * size);
        if (strcmp(row[0], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count)
        return NULL;
    const char *const *row = (const void *)((const char *)items + low * size);
    return strcmp(row[0], key) == 0 ? row : NULL;
}

static struct inventory_memory *memory_ref(struct inventory_memory *memory)
{
    if (memory != NULL)
        atomic_fetch_add(&memory->refs, 1);
    return memory;
}

static void memory_unref(struct inventory_memory *memory)
{
    if (memory == NULL || atomic_fetch_sub(&memory->refs, 1) != 1)
        return;
    arena_free(&memory->arena);
    free(memory);
}

struct inventory_rows *inventory_rows_ref(struct inventory_rows *rows)
{
    if (rows != NULL)
        atomic_fetch_add(&rows->refs, 1);
    return rows;
}

void inventory_rows_unref(struct inventory_rows *rows)
{
    if (rows == NULL || atomic_fetch_sub(&rows->refs, 1) != 1)
        return;
    memory_unref(rows->memory[0]);
    memory_unref(rows->memory[1]);
    free(rows->items);
    free(rows);
}

void inventory_rows_own(struct inventory_rows **rows)
{
    struct inventory_rows *old = *rows;
    if (atomic_load(&old->refs) == 1)
        return;
    struct inventory_rows *own = xcalloc(1, sizeof(*own));
    size_t size = kinds[old->kind].size;
    atomic_init(&own->refs, 1);
    own->kind = old->kind;
    own->count = old->count;
    own->items = xcalloc(old->count + 1, size);
    memcpy(own->items, old->items, old->count * size);
    own->memory[0] = memory_ref(old->memory[0]);
    own->memory[1] = memory_ref(old->memory[1]);
    inventory_rows_unref(old);
    *rows = own;
}

void inventory_rows_lean_on(struct inventory_rows *rows, const struct inventory_rows *others)
{
    struct inventory_memory *before = rows->memory[1];
    rows->memory[1] = memory_ref(others->memory[0]);
    memory_unref(before);
}

void *inventory_builder_add(struct inventory_builder *b)
{
    size_t size = kinds[b->kind].size;
    if (b->count == b->room) {
        b->room = b->room == 0 ? 16 : b->room + b->room / 2;
        b->items = xrealloc(b->items, b->room, size);
    }
    return memset(b->items + b->count++ * size, 0, size);
}

static int compare(const void *a, const void *b, void *key_texts)
{
    const char *const *x = a, *const *y = b;
    int order = 0;
    for (size_t i = 0; order == 0 && i < *(const size_t *)key_texts; i++)
        order = strcmp(x[i], y[i]);
    return order;
}

/* Sorting is stable for rows with one key, as long as the C library has the memory for a merge. */
static void sort(struct inventory_builder *b)
{
    size_t size = kinds[b->kind].size, key_texts = kinds[b->kind].key_texts, kept = 0;
    if (b->count > 0)
        qsort_r(b->items, b->count, size, compare, &key_texts);
    for (size_t i = 0; i < b->count; i++) {
        const char *next = b->items + (i + 1) * size;
        if (i + 1 < b->count && compare(b->items + i * size, next, &key_texts) == 0)
            continue;
        if (kept != i)
            memcpy(b->items + kept * size, b->items + i * size, size);
        kept++;
    }
    b->count = kept;
}

struct inventory_rows *inventory_builder_end(struct inventory_builder *b)
{
    struct inventory_rows *rows = xcalloc(1, sizeof(*rows));
    struct inventory_memory *memory = xcalloc(1, sizeof(*memory));
    sort(b);
    atomic_init(&memory->refs, 1);
    memory->arena = b->arena;
    atomic_init(&rows->refs, 1);
    rows->kind = b->kind;
    rows->memory[0] = memory;
    rows->count = b->count;
    rows->items = xrealloc(b->items, b->count + 1, kinds[b->kind].size);
    texts_forget(&b->words);
    *b = (struct inventory_builder){.kind = b->kind};
    return rows;
}

void inventory_builder_free(struct inventory_builder *b)
{
    texts_forget(&b->words);
    arena_free(&b->arena);
    free(b->items);
    *b = (struct inventory_builder){.kind = b->kind};
}
