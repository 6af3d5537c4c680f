/* Models: counting references, counting cells. */
#include "core/model.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/model_build.h"

static void error_free(struct model_error *e)
{
    if (e == NULL)
        return;
    text_free(&e->operation);
    text_free(&e->region);
    text_free(&e->code);
    text_free(&e->message);
    text_free(&e->request_id);
    text_free(&e->advice);
    free(e);
}

static void model_free(struct model_box *box)
{
    struct model *m = &box->model;
    for (size_t i = 0; i < m->disk_count; i++) {
        struct model_disk *d = &m->disks[i];
        text_free(&d->import_task);
        text_free(&d->import_message);
        text_free(&d->snapshot);
        text_free(&d->digest);
        error_free(d->error);
    }
    for (size_t i = 0; i < m->cell_count; i++) {
        struct model_cell *c = &m->cells[i];
        text_free(&c->ami);
        text_free(&c->snapshot);
        text_free(&c->note);
        error_free(c->error);
    }
    free(m->disks);
    free(m->cells);
    text_free(&m->account);
    text_free(&m->alias);
    text_free(&m->identity);
    text_free(&m->credentials_source);
    text_free(&m->headline);
    error_free(m->error);
    manifest_free(m->manifest);
    free(box);
}

struct model *model_new(void)
{
    struct model_box *box = xcalloc(1, sizeof(*box));
    atomic_init(&box->references, 1);
    box->model.keys_left_s = -1;
    return &box->model;
}

struct model_error *model_error_new(const struct err *err, time_t first_at, time_t last_at,
                                    int tries)
{
    struct model_error *e = xcalloc(1, sizeof(*e));
    e->kind = err->kind;
    e->operation = text_safe(err->operation);
    e->region = text_safe(err->region);
    e->code = text_safe(err->code);
    e->message = text_safe(err->message);
    e->request_id = text_safe(err->request_id);
    e->advice = text_safe(err->advice);
    e->http_status = err->http_status;
    e->first_at = first_at;
    e->last_at = last_at;
    e->tries = tries;
    return e;
}

struct model *model_ref(struct model *model)
{
    atomic_fetch_add(&((struct model_box *)model)->references, 1);
    return model;
}

void model_unref(struct model *model)
{
    struct model_box *box = (struct model_box *)model;
    if (box != NULL && atomic_fetch_sub(&box->references, 1) == 1)
        model_free(box);
}

const struct model_cell *model_cell(const struct model *model, size_t image, size_t region)
{
    return &model->cells[image * model->plan->region_count + region];
}

static void count_cell(const struct model_cell *c, struct model_counts *n)
{
    n->cells++;
    n->required += c->required;
    switch (c->word) {
    case WORD_WAIT:
        n->waiting++;
        break;
    case WORD_FAIL:
        n->failed++;
        break;
    case WORD_SKIP:
        n->left_out++;
        break;
    case WORD_PRIV:
    case WORD_DONE:
        n->ready++;
        break;
    case WORD_PUBL:
        n->ready++;
        n->is_public++;
        break;
    case WORD_RTRY:
    case WORD_STAL:
        n->retrying++;
        break;
    default:
        n->working++;
    }
}

void model_count(const struct model *model, size_t image, struct model_counts *out)
{
    *out = (struct model_counts){0};
    if (model->plan == NULL)
        return;
    out->regions = (int)model->plan->region_count;
    for (size_t r = 0; r < model->plan->region_count; r++)
        count_cell(model_cell(model, image, r), out);
    out->regions_copied = out->ready;
    out->regions_public = out->is_public;
}

const char *word_name(enum word word)
{
    static const char *const names[WORDS] = {
        [WORD_WAIT] = "WAIT", [WORD_UPLD] = "UPLD", [WORD_IMPT] = "IMPT", [WORD_COPY] = "COPY",
        [WORD_PRIV] = "PRIV", [WORD_PUBL] = "PUBL", [WORD_DONE] = "DONE", [WORD_RTRY] = "RTRY",
        [WORD_STAL] = "STAL", [WORD_FAIL] = "FAIL", [WORD_SKIP] = "SKIP",
    };
    return names[word];
}
