/* What the screens say about one cell. */
#include "screens/cell_text.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/widget.h"

enum role cell_role(enum word word)
{
    static const enum role roles[WORDS] = {
        [WORD_WAIT] = ROLE_WAIT, [WORD_UPLD] = ROLE_UPLD, [WORD_IMPT] = ROLE_IMPT,
        [WORD_COPY] = ROLE_COPY, [WORD_PRIV] = ROLE_PRIV, [WORD_PUBL] = ROLE_PUBL,
        [WORD_DONE] = ROLE_DONE, [WORD_RTRY] = ROLE_RTRY, [WORD_STAL] = ROLE_STAL,
        [WORD_FAIL] = ROLE_FAIL, [WORD_SKIP] = ROLE_SKIP,
    };
    return roles[word];
}

int cell_gravity(enum word word)
{
    static const int gravity[WORDS] = {
        [WORD_WAIT] = 3, [WORD_UPLD] = 3, [WORD_IMPT] = 3, [WORD_COPY] = 3,
        [WORD_PRIV] = 3, [WORD_PUBL] = 3, [WORD_DONE] = 3, [WORD_RTRY] = 2,
        [WORD_STAL] = 1, [WORD_FAIL] = 0, [WORD_SKIP] = 3,
    };
    return gravity[word];
}

bool cell_is_problem(const struct model_cell *cell)
{
    return cell_gravity(cell->word) < 3;
}

const char *cell_error_code(const struct model_error *error)
{
    return words_are(&error->code) ? error->code.utf8 : err_kind_name(error->kind);
}

/* AWS's code, or what happened where AWS said none. */
static struct safe_text failure(const struct model_error *error)
{
    return words_are(&error->code) ? text_copy(&error->code)
                                   : text_safe(words_str(&error->message));
}

struct safe_text cell_note(const struct model *model, const struct model_cell *cell)
{
    if (cell->error == NULL && cell_is_kept(model, cell))
        return text_safe("kept private");
    if (words_are(&cell->note))
        return text_copy(&cell->note);
    if (cell->error != NULL)
        return failure(cell->error);
    return text_safe("");
}

struct safe_text cell_headline(const struct model *model, const struct model_cell *cell)
{
    if (cell->error != NULL && cell_is_problem(cell))
        return failure(cell->error);
    if (cell_is_kept(model, cell))
        return text_safe("kept private");
    bool settled = cell->word == WORD_PRIV || cell->word == WORD_PUBL || cell->word == WORD_DONE ||
                   cell->left_out;
    if (settled && words_are(&cell->ami))
        return text_copy(&cell->ami);
    if (words_are(&cell->note))
        return text_copy(&cell->note);
    if (cell->word == WORD_COPY && words_are(&cell->snapshot))
        return text_copy(&cell->snapshot);
    if (words_are(&cell->ami))
        return text_copy(&cell->ami);
    return text_safe("");
}

void cell_time(const struct model_cell *cell, clock_ms now, char out[WORDS_MAX])
{
    clock_ms end = cell->ended_at > 0 ? cell->ended_at : now;
    words_brief(cell->started_at > 0 ? end - cell->started_at : -1, out);
}

/* Upload while one disk of the image is not staged yet, import afterwards. */
static int disks_percent(const struct model *model, size_t image)
{
    uint64_t done = 0, total = 0;
    int staged = 0, imported = 0, disks = 0;
    for (size_t i = 0; i < model->disk_count; i++) {
        const struct model_disk *d = &model->disks[i];
        if (d->image != image)
            continue;
        disks++;
        done += d->bytes_done;
        total += d->bytes_total;
        staged += d->state >= DISK_ASKING_IMPORT;
        imported += d->state >= DISK_TAGGING ? 100 : d->import_percent > 0 ? d->import_percent : 0;
    }
    if (staged < disks)
        return total > 0 ? (int)(done * 100 / total) : 0;
    return disks > 0 ? imported / disks : 0;
}

int cell_percent(const struct model *model, const struct model_cell *cell)
{
    bool disks = cell->home && cell->state == CELL_WAITING &&
                 (cell->word == WORD_UPLD || cell->word == WORD_IMPT);
    return disks ? disks_percent(model, cell->image) : cell->percent;
}

bool cell_is_kept(const struct model *model, const struct model_cell *cell)
{
    return model->plan->is_public && cell->wish == WISH_PRIVATE && !cell->left_out &&
           !cell->is_public;
}

int cell_count_kept(const struct model *model)
{
    int kept = 0;
    for (size_t i = 0; i < model->cell_count; i++)
        kept += cell_is_kept(model, &model->cells[i]);
    return kept;
}

bool cell_will_be_public(const struct model *model, const struct model_cell *cell)
{
    if (cell->left_out)
        return cell->is_public;
    return cell->wish == WISH_NONE ? model->plan->is_public : cell->wish == WISH_PUBLIC;
}

const char *cell_public(const struct model *model, const struct model_cell *cell)
{
    if (cell->is_public)
        return "[x] yes";
    if (cell->wish == WISH_PRIVATE && model->plan->is_public)
        return "kept";
    if (cell->wish == WISH_PUBLIC && !cell->left_out)
        return "wished";
    if (!words_are(&cell->ami))
        return "-";
    return "[ ] no";
}

uint64_t cell_identity(const struct model *model, const struct model_cell *cell)
{
    char *id = xasprintf("%s/%s", model->plan->regions[cell->region].name,
                         model->plan->images[cell->image].name);
    uint64_t identity = ui_identity(id);
    free(id);
    return identity;
}
