/* Texts in an arena. */
#include "core/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void *texts_take(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

const char *texts_part(struct arena *a, const char *text, size_t length)
{
    if (length == 0)
        return "";
    char *copy = arena_bytes(a, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

const char *texts_copy(struct arena *a, const char *text)
{
    return text == NULL ? "" : texts_part(a, text, strlen(text));
}

const char *texts_format(struct arena *a, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    size_t size = (size_t)(length < 0 ? 0 : length) + 1;
    char *text = arena_bytes(a, size);
    vsnprintf(text, size, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

uint64_t texts_hash(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* The hash stands beside the text, so that neither a wider table nor a wrong slot reads it. */
struct texts_slot {
    uint64_t hash;
    const char *text; /* NULL: free */
};

static struct texts_slot *slot_of(const struct texts *known, uint64_t hash, const char *text)
{
    size_t i = (size_t)hash & (known->slot_count - 1);
    while (known->slots[i].text != NULL && (text == NULL || known->slots[i].hash != hash ||
                                            strcmp(known->slots[i].text, text) != 0))
        i = (i + 1) & (known->slot_count - 1);
    return &known->slots[i];
}

static void widen(struct texts *known)
{
    struct texts wider = {.slot_count = known->slot_count == 0 ? 64 : known->slot_count * 2,
                          .used = known->used};
    wider.slots = xcalloc(wider.slot_count, sizeof(*wider.slots));
    for (size_t i = 0; i < known->slot_count; i++)
        if (known->slots[i].text != NULL)
            *slot_of(&wider, known->slots[i].hash, NULL) = known->slots[i];
    free(known->slots);
    *known = wider;
}

const char *texts_word(struct arena *a, struct texts *known, const char *text)
{
    if (text == NULL || *text == '\0')
        return "";
    if (known->used * 2 >= known->slot_count)
        widen(known);
    uint64_t hash = texts_hash(text);
    struct texts_slot *slot = slot_of(known, hash, text);
    if (slot->text == NULL) {
        *slot = (struct texts_slot){hash, texts_copy(a, text)};
        known->used++;
    }
    return slot->text;
}

void texts_forget(struct texts *known)
{
    free(known->slots);
    *known = (struct texts){0};
}
