/* Keys and commands as rows; dispatcher, footer, help and palette read the same row. */
#include "ui/keymap.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* From this width on the footer has room for full labels. */
#define WIDE         100
#define FOOTER_ITEMS 48

static const struct key_row moving_rows[] = {
    {.keys = {'j', UIKEY_DOWN}, .help = "arrows", .function = UI_DOWN},
    {.keys = {'k', UIKEY_UP}, .function = UI_UP},
    {.keys = {'h', UIKEY_LEFT}, .function = UI_LEFT},
    {.keys = {'l', UIKEY_RIGHT}, .function = UI_RIGHT},
    {.keys = {'g', UIKEY_HOME}, .help = "Home End", .function = UI_TOP},
    {.keys = {'G', UIKEY_END}, .function = UI_BOTTOM},
    {.keys = {KEY_CTRL('f'), UIKEY_PAGE_DOWN}, .help = "PgDn PgUp", .function = UI_PAGE_DOWN},
    {.keys = {KEY_CTRL('b'), UIKEY_PAGE_UP}, .function = UI_PAGE_UP},
    {.keys = {KEY_CTRL('d')}, .help = "half a page", .function = UI_HALF_DOWN},
    {.keys = {KEY_CTRL('u')}, .function = UI_HALF_UP},
};

static const struct key_row marking_rows[] = {
    {.keys = {UIKEY_SPACE},
     .name = "mark",
     .label = "mark",
     .help = "mark",
     .group = GROUP_ACT,
     .footer = 50,
     .function = UI_MARK},
    {.keys = {'V'}, .help = "range/inv/none", .group = GROUP_ACT, .function = UI_MARK_RANGE},
    {.keys = {'*'}, .name = "invert", .group = GROUP_ACT, .function = UI_MARK_INVERT},
    {.keys = {'U'}, .name = "unmark", .group = GROUP_ACT, .function = UI_MARK_NONE},
    {.keys = {'s'},
     .name = "sort",
     .label = "sort",
     .help = "sort, reverse",
     .group = GROUP_LOOK,
     .footer = 20,
     .function = UI_SORT},
    {.keys = {'S'}, .group = GROUP_LOOK, .function = UI_SORT_REVERSE},
};

const struct key_table keymap_moving = {
    .name = "", .rows = moving_rows, .count = ARRAY_LEN(moving_rows)};
const struct key_table keymap_marking = {
    .name = "", .rows = marking_rows, .count = ARRAY_LEN(marking_rows)};

bool keymap_counts(const struct keymap *map, const struct key_row *row)
{
    return row->contexts == 0 || (row->contexts & map->contexts) != 0;
}

static bool has_key(const struct key_row *row, int key)
{
    for (size_t i = 0; i < KEY_ROW_KEYS; i++)
        if (row->keys[i] == key)
            return true;
    return false;
}

const struct key_row *keymap_find(const struct keymap *map, int key,
                                  const struct key_table **table_out)
{
    for (size_t t = 0; t < KEYMAP_TABLES && key != UIKEY_NONE; t++) {
        const struct key_table *table = map->tables[t];
        for (size_t i = 0; table != NULL && i < table->count; i++) {
            if (!has_key(&table->rows[i], key) || !keymap_counts(map, &table->rows[i]))
                continue;
            if (table_out != NULL)
                *table_out = table;
            return &table->rows[i];
        }
    }
    return NULL;
}

const struct key_row *keymap_complete(const struct keymap *map, const char *prefix, size_t nth,
                                      const struct key_table **table_out)
{
    size_t length = strlen(prefix);
    for (size_t t = 0; t < KEYMAP_TABLES; t++) {
        const struct key_table *table = map->tables[t];
        for (size_t i = 0; table != NULL && i < table->count; i++) {
            const struct key_row *row = &table->rows[i];
            if (row->name == NULL || strncmp(row->name, prefix, length) != 0 ||
                !keymap_counts(map, row) || nth-- > 0)
                continue;
            if (table_out != NULL)
                *table_out = table;
            return row;
        }
    }
    return NULL;
}

const struct key_row *keymap_command(const struct keymap *map, const char *name,
                                     const struct key_table **table_out)
{
    const struct key_row *row;
    for (size_t n = 0; (row = keymap_complete(map, name, n, table_out)) != NULL; n++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

bool keymap_available(const struct key_table *table, const struct key_row *row,
                      struct safe_text *reason)
{
    struct safe_text why = {0};
    bool can = row->available == NULL || row->available(table->data, &why);
    if (!can && reason != NULL)
        *reason = why.utf8 != NULL ? why : text_safe("not now");
    else
        text_free(&why);
    return can;
}

struct footer_item {
    const struct key_row *row;
    const char *label;
    char key[KEY_NAME_MAX + 16];
};

void keymap_row_key(const struct key_row *row, char out[KEY_NAME_MAX + 16])
{
    if (row->keys[0] != UIKEY_NONE)
        key_label(row->keys[0], out);
    else
        snprintf(out, KEY_NAME_MAX + 16, ":%s%s%s", row->name != NULL ? row->name : "",
                 row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
}

static size_t collect(const struct keymap *map, bool wide, struct footer_item *items)
{
    size_t count = 0;
    for (size_t t = 0; t < KEYMAP_TABLES; t++) {
        const struct key_table *table = map->tables[t];
        for (size_t i = 0; table != NULL && i < table->count && count < FOOTER_ITEMS; i++) {
            const struct key_row *row = &table->rows[i];
            if (row->label == NULL || !keymap_counts(map, row) ||
                !keymap_available(table, row, NULL))
                continue;
            struct footer_item *item = &items[count++];
            *item = (struct footer_item){
                .row = row, .label = !wide && row->brief != NULL ? row->brief : row->label};
            keymap_row_key(row, item->key);
        }
    }
    return count;
}

static int item_columns(const struct footer_item *item)
{
    return grid_columns(item->key) + 1 + grid_columns(item->label);
}

/* The item that leaves first: the lowest, then the last. */
static size_t weakest(const struct footer_item *items, size_t count)
{
    size_t worst = 0;
    for (size_t i = 1; i < count; i++)
        if (items[i].row->footer <= items[worst].row->footer)
            worst = i;
    return worst;
}

void keymap_footer(const struct view *v, const struct keymap *map)
{
    struct footer_item items[FOOTER_ITEMS];
    bool wide = v->cols >= WIDE;
    int gap = wide ? 2 : 1;
    size_t count = collect(map, wide, items);
    int columns = 1 - gap;

    for (size_t i = 0; i < count; i++)
        columns += item_columns(&items[i]) + gap;
    while (count > 0 && columns > v->cols) {
        size_t worst = weakest(items, count);
        columns -= item_columns(&items[worst]) + gap;
        memmove(&items[worst], &items[worst + 1], (count - worst - 1) * sizeof *items);
        count -= 1;
    }
    int x = 1;
    for (size_t i = 0; i < count; i++) {
        x = grid_literal(v, x, 0, ROLE_KEY, items[i].key);
        x = grid_literal(v, x + 1, 0, ROLE_LABEL, items[i].label);
        x += gap;
    }
}
