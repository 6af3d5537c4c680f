/* The plan's text in a resource's tags. */
#include "core/plan_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* Of 50: tatami's own eight, holder and blocks. */
enum { TAGS_MOST = 50, TAGS_OWN = 10 };

size_t plan_text_room(const struct plan *plan)
{
    size_t taken = TAGS_OWN + plan->tag_count;
    size_t left = taken < TAGS_MOST ? TAGS_MOST - taken : 0;
    return left < PLAN_TEXT_PIECES ? left : PLAN_TEXT_PIECES;
}

/* So much of it fits into one value without cutting a character in two. */
static size_t piece_bytes(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

/* The first piece is shorter by its number, "7 " or "12 ". */
static size_t first_bytes(size_t pieces)
{
    return PLAN_PIECE_BYTES - (pieces < 10 ? 2 : 3);
}

static size_t count_pieces(const char *text, size_t pieces)
{
    size_t n = 1;
    for (text += piece_bytes(text, first_bytes(pieces)); *text != '\0'; n++)
        text += piece_bytes(text, PLAN_PIECE_BYTES);
    return n;
}

static void add(struct tag **tags, size_t *count, size_t number, char *value)
{
    *tags = xrealloc(*tags, *count + 1, sizeof(**tags));
    (*tags)[(*count)++] = (struct tag){xasprintf(PLAN_TEXT_KEY "%zu", number), value};
}

bool plan_text_add(const char *text, size_t room, struct tag **tags, size_t *count)
{
    size_t pieces = count_pieces(text, 1);
    pieces = count_pieces(text, pieces);
    if (pieces > room)
        return false;
    size_t bytes = piece_bytes(text, first_bytes(pieces));
    add(tags, count, 1, xasprintf("%zu %.*s", pieces, (int)bytes, text));
    for (size_t i = 2; i <= pieces; i++) {
        text += bytes;
        bytes = piece_bytes(text, PLAN_PIECE_BYTES);
        add(tags, count, i, xstrndup(text, bytes));
    }
    return true;
}

bool plan_text_fits(const struct plan *plan)
{
    struct tag *tags = NULL;
    size_t count = 0;
    char *text = plan_to_json(plan);
    bool fits = plan_text_add(text, plan_text_room(plan), &tags, &count);
    plan_tags_free(tags, count);
    free(text);
    return fits;
}

static const char *piece(const struct tag *tags, size_t count, size_t number)
{
    char key[sizeof(PLAN_TEXT_KEY) + 20];
    snprintf(key, sizeof(key), PLAN_TEXT_KEY "%zu", number);
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].key, key) == 0)
            return tags[i].value;
    return NULL;
}

char *plan_text_of(const struct tag *tags, size_t count)
{
    struct buf text = BUF_INIT;
    const char *first = piece(tags, count, 1);
    char *end = NULL;
    unsigned long pieces = first == NULL ? 0 : strtoul(first, &end, 10);
    if (pieces == 0 || pieces > PLAN_TEXT_PIECES || *end != ' ')
        return NULL;
    buf_add_str(&text, end + 1);
    for (size_t i = 2; i <= pieces; i++) {
        const char *next = piece(tags, count, i);
        if (next == NULL) {
            buf_free(&text);
            return NULL;
        }
        buf_add_str(&text, next);
    }
    return buf_take(&text);
}
