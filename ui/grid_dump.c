/* What stands on a grid as plain text and as role letters, and the map of glyphs to ASCII. */
#include "ui/grid.h"

#include "base/mem.h"
#include "ui/widget.h"

wchar_t grid_ascii(wchar_t c)
{
    static const struct {
        wchar_t glyph;
        wchar_t ascii;
    } map[] = {
        {L'·', L'.'}, {L'×', L'x'}, {L'–', L'-'}, {L'—', L'-'}, {L'‘', L'\''}, {L'’', L'\''},
        {L'…', L'~'}, {L'←', L'<'}, {L'↑', L'^'}, {L'→', L'>'}, {L'↓', L'v'},  {L'≈', L'~'},
        {L'≤', L'<'}, {L'≥', L'>'}, {L'─', L'-'}, {L'│', L'|'}, {L'┌', L'+'},  {L'┐', L'+'},
        {L'└', L'+'}, {L'┘', L'+'}, {L'▁', L'_'}, {L'▂', L'.'}, {L'▃', L':'},  {L'▄', L'-'},
        {L'▅', L'='}, {L'▆', L'+'}, {L'▇', L'*'}, {L'█', L'#'}, {L'▎', L'|'},  {L'░', L'.'},
        {L'▒', L':'}, {L'▓', L'='}, {L'▸', L'>'}, {L'○', L'o'}, {L'●', L'@'},  {L'✓', L'+'},
        {L'✗', L'x'},
    };
    if (c >= 0x20 && c < 0x7f)
        return c;
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (map[i].glyph == c)
            return map[i].ascii;
    return L'?';
}

/* Ends a line that starts at offset `start` of out. */
static void end_line(struct buf *out, size_t start)
{
    while (out->length > start && out->data[out->length - 1] == ' ')
        out->data[--out->length] = '\0';
    buf_add_char(out, '\n');
}

void grid_dump_text(const struct grid *grid, struct buf *out)
{
    for (int y = 0; y < grid->rows; y++) {
        size_t start = out->length;
        for (int x = 0; x < grid->cols; x++) {
            struct cell cell = grid_cell(grid, x, y);
            for (int i = 0; i < 3 && cell.glyph[i] != 0; i++)
                ui_add_char(out, cell.glyph[i]);
        }
        end_line(out, start);
    }
}

static char letter_of(const struct cell *cell)
{
    if (cell->attr & ATTR_REVERSE)
        return '#';
    if (cell->role == ROLE_TEXT && cell->glyph[0] == L' ')
        return ' ';
    return role_letter(cell->role);
}

void grid_dump_roles(const struct grid *grid, struct buf *out)
{
    for (int y = 0; y < grid->rows; y++) {
        size_t start = out->length;
        for (int x = 0; x < grid->cols; x++) {
            struct cell cell = grid_cell(grid, x, y);
            buf_add_char(out, letter_of(&cell));
        }
        end_line(out, start);
    }
}
