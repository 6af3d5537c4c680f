/* The pane of the disk that matters most now. */
#include "screens/upload_pane.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cell_text.h"
#include "ui/bar.h"
#include "ui/pane.h"
#include "ui/spark.h"
#include "ui/statusline.h"

#define WIDE_COLS 100

static bool is_done(const struct model_disk *d)
{
    return d->state == DISK_READY || d->state == DISK_CLEANING || d->state == DISK_DONE;
}

const struct model_disk *upload_pane_disk(const struct model *model)
{
    static const enum word by_weight[] = {WORD_FAIL, WORD_UPLD, WORD_STAL,
                                          WORD_RTRY, WORD_IMPT, WORD_WAIT};
    for (size_t w = 0; w < ARRAY_LEN(by_weight); w++)
        for (size_t i = 0; i < model->disk_count; i++)
            if (model->disks[i].word == by_weight[w] && !is_done(&model->disks[i]))
                return &model->disks[i];
    return NULL;
}

/* All uploads that run as one: sums of the first one's figures; the texts stay the first one's.
 * Returns how many there are. */
static size_t add_uploads(const struct model *model, struct model_disk *sum)
{
    uint64_t left = 0;
    size_t count = 0;
    for (size_t i = 0; i < model->disk_count; i++) {
        const struct model_disk *d = &model->disks[i];
        if (d->word != WORD_UPLD)
            continue;
        left += d->bytes_total - d->bytes_done;
        if (count++ == 0) {
            *sum = *d;
            continue;
        }
        sum->bytes_done += d->bytes_done;
        sum->bytes_total += d->bytes_total;
        sum->parts_done += d->parts_done;
        sum->parts_total += d->parts_total;
        sum->connections += d->connections;
        sum->retries += d->retries;
        sum->blocks_put += d->blocks_put;
        sum->blocks_same += d->blocks_same;
    }
    if (count > 1 && sum->rate_average > 0)
        sum->left_ms = (clock_ms)(left * 1000 / sum->rate_average);
    return count;
}

int upload_pane_rows(const struct model *model, int cols)
{
    if (model->plan == NULL || upload_pane_disk(model) == NULL)
        return 0;
    return cols >= WIDE_COLS ? 3 : 2;
}

static bool imports(const struct model_disk *d)
{
    return d->state == DISK_ASKING_IMPORT || d->state == DISK_IMPORTING ||
           d->state == DISK_PENDING || d->state == DISK_TAGGING;
}

static int permille_of(const struct model_disk *d)
{
    if (imports(d))
        return d->import_percent > 0 ? d->import_percent * 10 : 0;
    return bar_permille(d->bytes_done, d->bytes_total);
}

/* Blocks of zeros are neither sent nor counted. */
static void say_blocks(struct statusline *line, const struct model_disk *d)
{
    status_left(line, ROLE_TEXT, 3, 2, "%llu block%s", (unsigned long long)d->blocks_put,
                d->blocks_put == 1 ? "" : "s");
    if (d->blocks_same > 0)
        status_left(line, ROLE_GOOD, 3, 2, "%llu in the base", (unsigned long long)d->blocks_same);
}

/* What stands behind the bar, the least important last. */
static void say_upload(struct statusline *line, const struct model *m, const struct model_disk *d)
{
    char bytes[WORDS_MAX];
    words_bytes_of(d->bytes_done, d->bytes_total, bytes);
    status_left(line, ROLE_TEXT, 1, 2, "%s", bytes);
    if (m->paused)
        status_left(line, ROLE_WARN, 0, 2, "PAUSED, u goes on");
    if (d->parts_total > 0)
        status_left(line, ROLE_TEXT, 6, 2, "part %d/%d", d->parts_done, d->parts_total);
    if (m->plan->via == VIA_DIRECT)
        say_blocks(line, d);
    status_left(line, ROLE_TEXT, 4, 2, "%d connection%s", d->connections,
                d->connections == 1 ? "" : "s");
    status_left(line, d->retries > 0 ? ROLE_WARN : ROLE_FAINT, 5, 2, "%d retr%s", d->retries,
                d->retries == 1 ? "y" : "ies");
}

static void say_rates(struct statusline *line, const struct model_disk *d)
{
    char now[WORDS_MAX], average[WORDS_MAX], peak[WORDS_MAX], left[WORDS_MAX];
    words_rate(d->rate_now, now);
    words_rate(d->rate_average, average);
    words_rate(d->rate_peak, peak);
    words_duration(d->left_ms, left);
    status_left(line, ROLE_STRONG, 0, 2, "now %s", now);
    status_left(line, ROLE_TEXT, 3, 2, "avg %s", average);
    status_left(line, ROLE_TEXT, 4, 2, "peak %s", peak);
    if (d->left_ms >= 0)
        status_left(line, ROLE_TEXT, 1, 2, "left %s", left);
}

static void say_import(struct statusline *line, const struct model_disk *d)
{
    if (words_are(&d->import_message))
        status_left(line, ROLE_TEXT, 0, 2, "%s", d->import_message.utf8);
    if (words_are(&d->snapshot))
        status_left(line, ROLE_FAINT, 3, 2, "%s", d->snapshot.utf8);
}

static void draw_bar(const struct view *v, const struct model *m, const struct model_disk *d,
                     int cols)
{
    struct statusline line = {0};
    int permille = permille_of(d);
    enum role role = d->word == WORD_FAIL ? ROLE_BAD : m->paused ? ROLE_WARN : ROLE_BAR;
    bar_draw(v, 1, 0, cols, permille, role);
    grid_print_right(v, cols + 7, 0, ROLE_STRONG, "%d%%", permille / 10);
    struct view behind = view_cut(v, cols + 6, 0, v->cols - cols - 6, 1);
    if (d->error != NULL) {
        status_left(&line, d->word == WORD_FAIL ? ROLE_BAD : ROLE_WARN, 0, 2, "%s",
                    cell_error_code(d->error));
        status_left(&line, ROLE_TEXT, 0, 2, "%s", words_str(&d->error->message));
    } else if (imports(d)) {
        say_import(&line, d);
    } else {
        say_upload(&line, m, d);
        if (v->rows < 2)
            say_rates(&line, d);
    }
    status_draw(&behind, 0, &line);
}

static void draw_graph(const struct view *v, const struct model *m, const struct model_disk *d,
                       int cols)
{
    struct statusline line = {0};
    struct spark spark = {0};
    if (imports(d)) {
        grid_literal(v, 1, 1, ROLE_FAINT,
                     d->state == DISK_PENDING
                         ? "EBS finishes the snapshot; nothing of it is sent any more."
                         : "AWS converts the disk; nothing of it is sent any more.");
        return;
    }
    for (size_t i = 0; i < m->rate_count && i < MODEL_RATES; i++)
        spark_add(&spark, (double)m->rates[i]);
    spark_draw(v, 1, 1, cols, &spark, ROLE_SPARK);
    struct view behind = view_cut(v, cols, 1, v->cols - cols, 1);
    if (d->word == WORD_WAIT)
        status_left(&line, ROLE_FAINT, 0, 2, "%s", disk_state_name(d->state));
    else
        say_rates(&line, d);
    status_draw(&behind, 0, &line);
}

/* `Upload 2/2 x86_64-linux root  disk.raw → s3://bucket`, `Upload 2 of 3 disks → s3://bucket`,
 * `Import 1/2 x86_64-linux root  import-snap-… in us-east-1`. The caller frees. */
static struct safe_text title_of(const struct model *m, const struct model_disk *d, size_t uploads,
                                 bool wide)
{
    const struct plan_image *image = &m->plan->images[d->image];
    const struct plan_disk *disk = &image->disks[d->disk];
    const char *home = m->plan->regions[0].name;
    const char *slash = strrchr(disk->path, '/');
    bool staged = wide && m->plan->bucket != NULL;
    bool direct = m->plan->via == VIA_DIRECT;
    struct safe_text to = text_safe_fmt("%s%s",
                                        staged           ? "s3://"
                                        : wide && direct ? "EBS direct "
                                                         : "",
                                        staged ? m->plan->bucket : home);
    struct safe_text which =
        text_safe_fmt("%zu/%zu %s%s%s", (size_t)(d - m->disks) + 1, m->disk_count, image->system,
                      image->disk_count > 1 ? " " : "", image->disk_count > 1 ? disk->role : "");
    struct safe_text title;
    if (d->state == DISK_PENDING)
        title = text_safe_fmt("Snapshot %s  %s in %s", which.utf8, words_str(&d->snapshot), home);
    else if (imports(d))
        title = text_safe_fmt("Import %s  %s%sin %s", which.utf8, words_str(&d->import_task),
                              words_are(&d->import_task) ? " " : "", home);
    else if (uploads > 1)
        title = text_safe_fmt("Upload %zu of %zu disks → %s", uploads, m->disk_count, to.utf8);
    else
        title = text_safe_fmt("Upload %s  %s → %s", which.utf8,
                              slash != NULL ? slash + 1 : disk->path, to.utf8);
    text_free(&which);
    text_free(&to);
    return title;
}

void upload_pane_draw(const struct view *v, const struct model *model)
{
    const struct model_disk *d = upload_pane_disk(model);
    struct model_disk sum;
    if (d == NULL || v->rows < 1)
        return;
    bool wide = v->cols >= WIDE_COLS;
    int cols = wide ? 46 : v->cols >= 60 ? 26 : v->cols / 3;
    size_t uploads = d->word == WORD_UPLD ? add_uploads(model, &sum) : 0;
    struct safe_text title = title_of(model, d, uploads, wide);
    const char *hint = imports(d) ? NULL : wide ? "u: pause  +/-: connections" : "u: pause";
    struct view body = pane_draw(v, hint, NULL, "%s", title.utf8);
    text_free(&title);
    if (uploads > 1)
        d = &sum;
    if (body.rows < 1)
        return;
    draw_bar(&body, model, d, cols);
    if (body.rows >= 2)
        draw_graph(&body, model, d, cols);
}
