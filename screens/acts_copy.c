/* Ids and rows for the clipboard. */
#include "screens/acts.h"
#include "screens/cell_text.h"

void acts_copy_id(struct console *c, const struct model_cell *cell)
{
    struct safe_text region = text_safe(c->model->plan->regions[cell->region].name);
    const struct safe_text *id = words_are(&cell->ami)        ? &cell->ami
                                 : words_are(&cell->snapshot) ? &cell->snapshot
                                                              : &region;
    console_copy(c, id, id->utf8);
    text_free(&region);
}

void acts_copy_row(struct console *c, const struct model_cell *cell)
{
    const struct plan *plan = c->model->plan;
    struct safe_text note = cell_note(c->model, cell);
    struct safe_text row = text_safe_fmt(
        "%s %s %s %s %s %s%s%s", plan->images[cell->image].name, plan->regions[cell->region].name,
        word_name(cell->word), words_are(&cell->ami) ? cell->ami.utf8 : "-",
        words_are(&cell->snapshot) ? cell->snapshot.utf8 : "-",
        cell->is_public ? "public" : "private", words_are(&note) ? " " : "", words_str(&note));
    console_copy(c, &row, "the row");
    text_free(&row);
    text_free(&note);
}
