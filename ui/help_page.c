/* The text of the help overlay on a tall grid, from which the overlay shows as much as fits. */
#include "ui/help_page.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ui/paragraph.h"

/* Keys take so much, then words follow; longer keys push their own words on. */
#define KEYS_COLS 5
#define KEYS_GAP  2
/* Words get no fewer columns than this behind something: they go below it instead. */
#define LEAST_WORDS 16
/* The least between two sections that stand side by side. */
#define SECTION_GAP  3
#define OWN_SECTIONS 3
#define SECTIONS     (OWN_SECTIONS + KEYMAP_TABLES)

/* One group of one set of tables. */
struct section {
    char title[48];
    enum key_group group;
    const struct key_table *const *tables;
    const struct keymap *map; /* NULL: every row counts, whatever the contexts */
};

/* A help line: a row with words and the rows behind it that share them. */
struct line {
    char keys[48];
    const char *help;
    enum key_danger danger;
};

static bool counts(const struct section *section, const struct key_row *row)
{
    return row->group == section->group &&
           (section->map == NULL || keymap_counts(section->map, row));
}

/* "1-5" for a run of at least three characters that follow each other, else "r R". */
static void join_keys(char *out, size_t size, const struct key_row *rows, size_t count)
{
    bool run = count >= 3;
    for (size_t i = 1; i < count; i++)
        run = run && rows[i].keys[0] == rows[i - 1].keys[0] + 1;

    char key[KEY_NAME_MAX + 16];
    size_t used = 0;
    for (size_t i = 0; i < count && used < size; i += run && i == 0 ? count - 1 : 1) {
        keymap_row_key(&rows[i], key);
        const char *glue = i == 0 ? "" : run ? "-" : " ";
        used += (size_t)snprintf(out + used, size - used, "%s%s", glue, key);
    }
}

/* The next help line of a table from row *at on; false at its end. */
static bool next_line(const struct section *section, const struct key_table *table, size_t *at,
                      struct line *line)
{
    while (*at < table->count) {
        const struct key_row *row = &table->rows[*at];
        size_t shared = 1;
        while (*at + shared < table->count && row[shared].help == NULL &&
               row[shared].group == row->group)
            shared++;
        *at += shared;
        if (row->help == NULL || !counts(section, row))
            continue;
        *line = (struct line){.help = row->help, .danger = row->danger};
        join_keys(line->keys, sizeof line->keys, row, shared);
        return true;
    }
    return false;
}

static bool asked_for(const struct line *line, const char *query)
{
    return query[0] == '\0' || strcasestr(line->keys, query) != NULL ||
           strcasestr(line->help, query) != NULL;
}

/* Walks the lines of a section that are asked for. Zero *table and *at before the first call. */
static bool each_line(const struct section *section, const char *query, size_t *table, size_t *at,
                      struct line *line)
{
    for (; *table < KEYMAP_TABLES; *table += 1, *at = 0) {
        const struct key_table *rows = section->tables[KEYMAP_TABLES - 1 - *table];
        while (rows != NULL && next_line(section, rows, at, line))
            if (asked_for(line, query))
                return true;
    }
    return false;
}

/* Where the words of a line start. */
static int words_column(const struct line *line)
{
    int keys = grid_columns(line->keys);
    return (keys > KEYS_COLS ? keys : KEYS_COLS) + KEYS_GAP;
}

static int section_columns(const struct section *section, const char *query)
{
    struct line line;
    size_t table = 0;
    size_t at = 0;
    int widest = grid_columns(section->title);
    while (each_line(section, query, &table, &at, &line)) {
        int columns = words_column(&line) + grid_columns(line.help);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

/* Draws words from column x on, broken where the view ends; below what stands before them, a little
 * in, where too little is left. Returns the row behind. */
static int draw_words(const struct view *v, int x, int y, enum role role, const char *words)
{
    bool fits = x + grid_columns(words) <= v->cols;
    bool below = !fits && v->cols - x < LEAST_WORDS;
    int left = below ? (v->cols > 2) : x;
    struct view area = view_cut(v, left, 0, v->cols - left, v->rows);
    return paragraph_literal(&area, below ? y + 1 : y, role, words);
}

/* Draws a section under its title; returns the rows that it took, 0 when it has no line. */
static int draw_section(const struct view *v, const struct section *section, const char *query)
{
    struct line line;
    size_t table = 0;
    size_t at = 0;
    int y = 1;
    while (each_line(section, query, &table, &at, &line)) {
        int words = paragraph_literal(v, y, ROLE_KEY, line.keys) - 1;
        y = draw_words(v, words_column(&line), words,
                       line.danger == DANGER_LAST ? ROLE_BAD : ROLE_LABEL, line.help);
    }
    if (y > 1)
        grid_literal(v, 0, 0, ROLE_TITLE, section->title);
    return y > 1 ? y : 0;
}

/* This screen's sections, then the acts of the other screens. */
static size_t list_sections(const struct keymap *map, struct section *out,
                            const struct key_table *alone[][KEYMAP_TABLES])
{
    size_t count = 0;
    const char *name = map->tables[0] != NULL ? map->tables[0]->name : "";
    out[count++] = (struct section){"MOVE", GROUP_MOVE, map->tables, map};
    out[count++] = (struct section){"LOOK", GROUP_LOOK, map->tables, map};
    out[count] = (struct section){"ACT", GROUP_ACT, map->tables, map};
    if (name[0] != '\0')
        snprintf(out[count].title, sizeof out[count].title, "ACT (%s)", name);
    count++;
    for (size_t i = 0; i < KEYMAP_TABLES; i++) {
        if (map->elsewhere[i] == NULL)
            continue;
        alone[i][0] = map->elsewhere[i];
        out[count] = (struct section){"", GROUP_ACT, alone[i], NULL};
        snprintf(out[count].title, sizeof out[count].title, "ACT (%s)", map->elsewhere[i]->name);
        count++;
    }
    return count;
}

/* Columns that `count` sections take in `across` columns; widths[] becomes each column's. */
static int total_columns(const struct section *sections, size_t count, size_t across,
                         const char *query, int *widths)
{
    int total = ((int)across - 1) * SECTION_GAP;
    memset(widths, 0, SECTIONS * sizeof *widths);
    for (size_t i = 0; i < count; i++) {
        int columns = section_columns(&sections[i], query);
        total += columns > widths[i % across] ? columns - widths[i % across] : 0;
        widths[i % across] = columns > widths[i % across] ? columns : widths[i % across];
    }
    return total;
}

static int draw_columns(const struct view *v, const struct keymap *map, const char *query)
{
    const struct key_table *alone[KEYMAP_TABLES][KEYMAP_TABLES] = {{NULL}};
    struct section sections[SECTIONS];
    int widths[SECTIONS];
    int bottoms[SECTIONS] = {0};
    int lowest = 0;
    size_t count = list_sections(map, sections, alone);
    size_t across = count;

    while (across > 1 && total_columns(sections, count, across, query, widths) > v->cols) {
        across -= 1;
        count = across >= OWN_SECTIONS ? across : count;
    }
    int spare = v->cols - total_columns(sections, count, across, query, widths);
    int gap = SECTION_GAP + (spare > 0 ? spare / (int)across : 0);
    int lefts[SECTIONS] = {0};
    for (size_t i = 1; i < across; i++)
        lefts[i] = lefts[i - 1] + widths[i - 1] + gap;
    for (size_t i = 0; i < count; i++) {
        size_t c = i % across;
        int y = bottoms[c] > 0 ? bottoms[c] + 1 : 0;
        struct view area = view_cut(v, lefts[c], y, v->cols - lefts[c], v->rows - y);
        int taken = draw_section(&area, &sections[i], query);
        bottoms[c] = taken > 0 ? y + taken : bottoms[c];
        lowest = bottoms[c] > lowest ? bottoms[c] : lowest;
    }
    return lowest;
}

/* The states in a line or, where it is narrow, in more. */
static int draw_states(const struct view *v, int y)
{
    int x = grid_literal(v, 0, y, ROLE_TITLE, "STATES");
    int left = x + 2;
    x = left;
    for (enum role state = 0; state < ROLE_STATES; state++) {
        if (x + 6 > v->cols) {
            x = left;
            y++;
        }
        x = grid_state(v, x, y, state) + 2;
    }
    return y + 1;
}

static int draw_reason(const struct view *v, int y, const struct key_row *row,
                       const struct safe_text *reason)
{
    char key[KEY_NAME_MAX + 16];
    keymap_row_key(row, key);
    int x = grid_literal(v, 2, y, ROLE_KEY, key);
    x = x < 4 ? 4 : x + 1;
    if (row->keys[0] != UIKEY_NONE && row->label != NULL)
        x = grid_literal(v, x, y, ROLE_OFF, row->label);
    return draw_words(v, x + 2 > 20 ? x + 2 : 20, y, ROLE_TEXT,
                      reason->utf8 != NULL ? reason->utf8 : "");
}

/* Rows that cannot act now, with the reason; the last-resort acts of other screens too. */
static int draw_not_now(const struct view *v, int y, const struct keymap *map)
{
    int top = y;
    y += 1;
    for (size_t t = 0; t < KEYMAP_TABLES; t++) {
        const struct key_table *own = map->tables[t];
        for (size_t i = 0; own != NULL && i < own->count; i++) {
            struct safe_text reason = {0};
            if (!keymap_counts(map, &own->rows[i]) || keymap_available(own, &own->rows[i], &reason))
                continue;
            y = draw_reason(v, y, &own->rows[i], &reason);
            text_free(&reason);
        }
    }
    for (size_t t = 0; t < KEYMAP_TABLES; t++) {
        const struct key_table *other = map->elsewhere[t];
        for (size_t i = 0; other != NULL && i < other->count; i++) {
            if (other->rows[i].danger != DANGER_LAST)
                continue;
            struct safe_text reason = text_safe_fmt("only on the %s screen", other->name);
            y = draw_reason(v, y, &other->rows[i], &reason);
            text_free(&reason);
        }
    }
    if (y == top + 1)
        return top;
    grid_literal(v, 0, top, ROLE_TITLE,
                 v->cols < 30 ? "Not possible now" : "Not possible now (and why)");
    return y + 1;
}

/* `^Z suspend   ^L redraw   ...`, wrapped. */
static int draw_program(const struct view *v, int y, const struct keymap *map)
{
    struct section section = {"", GROUP_PROGRAM, map->tables, map};
    struct line line;
    int x = 0;
    for (size_t t = 0; t < KEYMAP_TABLES; t++) {
        size_t at = 0;
        while (map->tables[t] != NULL && next_line(&section, map->tables[t], &at, &line)) {
            int columns = grid_columns(line.keys) + 1 + grid_columns(line.help);
            if (x > 0 && x + columns > v->cols) {
                x = 0;
                y++;
            }
            x = grid_literal(v, x, y, ROLE_KEY, line.keys);
            y = draw_words(v, x + 1, y, ROLE_LABEL, line.help) - 1;
            x += 1 + grid_columns(line.help) + 3;
        }
    }
    return x > 0 ? y + 1 : y;
}

int help_page_keys(const struct view *page, const struct keymap *map, const char *query)
{
    int y = draw_columns(page, map, query);
    if (query[0] != '\0' && y > 0)
        return y;
    if (query[0] != '\0') {
        grid_literal(page, 0, 0, ROLE_FAINT, "no key or word like this");
        return 1;
    }
    y = draw_states(page, y + 1);
    y = draw_not_now(page, y + 1, map);
    return draw_program(page, y, map);
}

int help_page_states(const struct view *page)
{
    int y = 0;
    for (enum role state = 0; state < ROLE_STATES; state++) {
        int x = grid_state(page, 0, y, state);
        y = draw_words(page, x + 3, y, ROLE_TEXT, role_meaning(state));
    }
    return y;
}
