/* A release's row: its cells, its images, and what they wait for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/watch_group.h"

/* Where AWS copies no more than so many snapshots at once (EC2, "CopySnapshot"). */
#define COPIES_AT_ONCE 20

/* What the stands of one image come to. */
struct sum {
    size_t counts[WORDS];
    size_t done, wanted;
    clock_ms eta_ms;   /* -1 unknown */
    clock_ms first_ms; /* of the first copy that is due; -1 unknown */
    clock_ms home_ms;  /* left until the home AMI is there; -1 unknown */
    int home_percent;
    enum word home;
    size_t oldest;
    clock_ms oldest_ms;
};

static void later(clock_ms *eta_ms, clock_ms left_ms)
{
    if (*eta_ms >= 0)
        *eta_ms = left_ms < 0 ? -1 : left_ms > *eta_ms ? left_ms : *eta_ms;
}

static void add_stand(const struct watch *w, const struct watch_group *g, struct sum *sum,
                      size_t region, const struct watch_stand *s)
{
    bool copies = s->word == WORD_COPY || (s->word == WORD_IMPT && region != g->home);
    sum->counts[s->word]++;
    sum->wanted += s->word != WORD_SKIP;
    sum->done += watch_is_done(g, s->word);
    if (s->age_ms > sum->oldest_ms) {
        sum->oldest_ms = s->age_ms;
        sum->oldest = region;
    }
    if (copies && s->left_ms >= 0 && (sum->first_ms < 0 || s->left_ms < sum->first_ms))
        sum->first_ms = s->left_ms;
    if (s->word == WORD_WAIT && region != g->home)
        later(&sum->eta_ms, sum->home_ms < 0 ? -1 : sum->home_ms + watch_usual_copy(w));
    else if (s->word != WORD_SKIP && s->word != WORD_FAIL && !watch_is_done(g, s->word) &&
             s->word != WORD_PRIV)
        later(&sum->eta_ms, s->left_ms);
}

static struct sum sum_image(const struct watch *w, const struct watch_group *g, size_t name)
{
    struct sum sum = {.first_ms = -1,
                      .home_ms = 0,
                      .home_percent = -1,
                      .home = WORD_WAIT,
                      .oldest = WATCH_NOWHERE};
    if (g->home != WATCH_NOWHERE) {
        struct watch_stand home = watch_stand(w, g, name, g->home);
        sum.home_ms = home.left_ms;
        sum.home_percent = home.percent;
        sum.home = home.word;
    } else {
        sum.home_ms = -1;
    }
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        struct watch_stand s = watch_stand(w, g, name, i);
        add_stand(w, g, &sum, i, &s);
    }
    return sum;
}

static void add_due(struct buf *out, const char *before, clock_ms left_ms)
{
    if (left_ms < 0)
        return;
    buf_add_str(out, before);
    watch_add_duration(out, left_ms);
}

static void say_upload(const struct watch_group *g, struct buf *out)
{
    if (g->upload == NULL)
        buf_add_fmt(out, "%zu snapshot%s pending", g->snapshots, g->snapshots == 1 ? "" : "s");
    else
        buf_add_fmt(out, "%u parts, %" PRIu64 " MiB there", g->upload->row->parts,
                    g->upload->row->bytes >> 20);
}

/* What comes next. */
static const char *next_of(struct watch *w, const struct watch_group *g, const struct sum *sum,
                           enum word stage)
{
    struct buf out = BUF_INIT;
    switch (stage) {
    case WORD_COPY:
        buf_add_fmt(&out, "%zu cop%s", sum->counts[WORD_COPY],
                    sum->counts[WORD_COPY] == 1 ? "y" : "ies");
        add_due(&out, sum->counts[WORD_COPY] == 1 ? ", due in " : ", first in ", sum->first_ms);
        break;
    case WORD_IMPT:
        buf_add_str(&out, sum->home_percent >= 100 ? "registration" : "snapshot");
        if (sum->home_percent >= 0 && sum->home_percent < 100)
            buf_add_fmt(&out, " %d%%", sum->home_percent);
        add_due(&out, ", due in ", sum->home_ms);
        break;
    case WORD_UPLD:
        say_upload(g, &out);
        break;
    case WORD_STAL:
        buf_add_fmt(&out, "%zu stand still", sum->counts[WORD_STAL]);
        break;
    case WORD_FAIL:
        buf_add_fmt(&out, "%zu failed", sum->counts[WORD_FAIL]);
        break;
    case WORD_RTRY:
        buf_add_fmt(&out, "%zu regions do not answer", sum->counts[WORD_RTRY]);
        break;
    case WORD_PRIV:
        buf_add_str(&out, watch_shall_be_public(g) ? "the wave" : "");
        break;
    default:
        break;
    }
    const char *text = texts_copy(&w->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static size_t pending_copies(const struct watch *w, size_t region)
{
    const struct inventory_region *r = w->inventory->regions[region];
    size_t count = 0;
    for (size_t i = 0; i < r->snapshot_count; i++)
        count += r->snapshots[i].state == INVENTORY_SNAPSHOT_PENDING;
    return count;
}

/* Who waits: the regions without anything of the image, for home or for a slot. */
static const char *waits_of(struct watch *w, const struct watch_group *g, const struct sum *sum,
                            size_t name)
{
    size_t waiting = sum->counts[WORD_WAIT], full = 0;
    bool home_is_done = sum->home == WORD_PRIV || sum->home == WORD_PUBL;
    if (waiting == 0)
        return "nobody";
    if (sum->home == WORD_WAIT && waiting == sum->wanted)
        return "all, for the upload";
    if (!home_is_done)
        return texts_format(&w->arena, "%zu region%s, for the home AMI", waiting,
                            waiting == 1 ? "" : "s");
    for (size_t i = 0; i < w->inventory->region_count; i++)
        full +=
            watch_stand(w, g, name, i).word == WORD_WAIT && pending_copies(w, i) >= COPIES_AT_ONCE;
    if (full > 0)
        return texts_format(&w->arena, "%zu region%s, for a copy slot (%d a region)", full,
                            full == 1 ? "" : "s", COPIES_AT_ONCE);
    return texts_format(&w->arena, "%zu region%s, for the copy to be asked", waiting,
                        waiting == 1 ? "" : "s");
}

/* Names without what all of them begin and end with; whole where nothing would be left. */
static const char *short_name(struct watch *w, const struct watch_group *g, size_t name)
{
    const char *mine = g->names[name];
    size_t length = strlen(mine), front = length, back = length;
    if (g->name_count < 2)
        return mine;
    for (size_t i = 0; i < g->name_count; i++) {
        const char *other = g->names[i];
        size_t same = 0, end = 0, other_length = strlen(other);
        if (i == name)
            continue;
        while (same < length && mine[same] == other[same])
            same++;
        while (end < length && end < other_length &&
               mine[length - 1 - end] == other[other_length - 1 - end])
            end++;
        front = same < front ? same : front;
        back = end < back ? end : back;
    }
    while (front > 0 && strchr("-_./ ", mine[front - 1]) == NULL)
        front--;
    while (back > 0 && strchr("-_./ ", mine[length - back]) == NULL)
        back--;
    return front + back >= length ? mine
                                  : texts_part(&w->arena, mine + front, length - front - back);
}

static void describe_image(struct watch *w, const struct watch_group *g, size_t name,
                           struct watch_image *out, struct watch_release *release,
                           size_t counts[WORDS])
{
    struct sum sum = sum_image(w, g, name);
    enum word stage = watch_stage(sum.counts);
    bool has_oldest = sum.oldest != WATCH_NOWHERE;
    *out = (struct watch_image){
        .name = g->names[name],
        .short_name = short_name(w, g, name),
        .stage = stage,
        .done = sum.done,
        .oldest_region = has_oldest ? w->inventory->regions[sum.oldest]->name : "",
        .oldest_ms = sum.oldest_ms,
        .eta_ms = sum.eta_ms,
        .next = next_of(w, g, &sum, stage),
        .waits = waits_of(w, g, &sum, name),
    };
    later(&release->eta_ms, sum.eta_ms);
    for (int i = 0; i < WORDS; i++)
        counts[i] += sum.counts[i];
}

static struct watch_cell describe_cell(const struct watch *w, const struct watch_group *g,
                                       size_t region, bool *done)
{
    const struct inventory_region *where = w->inventory->regions[region];
    struct watch_cell cell = {
        .region = where->name,
        .word = g->name_count == 0 ? WORD_WAIT : WORD_SKIP,
        .known = inventory_known(where, INVENTORY_IMAGES),
        .old = where->readings[INVENTORY_IMAGES].look == INVENTORY_FAILED,
        .percent = -1,
    };
    *done = g->name_count > 0;
    for (size_t i = 0; i < g->name_count; i++) {
        struct watch_stand s = watch_stand(w, g, i, region);
        bool pending = s.word == WORD_COPY || s.word == WORD_IMPT || s.word == WORD_STAL;
        if (watch_word_rank(s.word) < watch_word_rank(cell.word))
            cell.word = s.word;
        if (pending && s.percent >= 0 && (cell.percent < 0 || s.percent < cell.percent))
            cell.percent = s.percent;
        *done = *done && watch_is_done(g, s.word);
    }
    return cell;
}

static const char *by_text(struct watch *w, const struct watch_group *g)
{
    if (g->by == WATCH_YOURS)
        return "you";
    if (g->by == WATCH_NAMED)
        return "? (no tatami tags)";
    return g->id[0] != '\0' ? texts_format(&w->arena, "tatami %.8s", g->id) : "tatami";
}

void watch_describe(struct watch *w, const struct watch_group *g, struct watch_release *out)
{
    size_t counts[WORDS] = {0};
    struct watch_cell *cells =
        texts_take(&w->arena, (w->inventory->region_count + 1) * sizeof(*cells));
    struct watch_image *images = texts_take(&w->arena, (g->name_count + 1) * sizeof(*images));
    out->by_text = by_text(w, g);
    out->eta_ms = g->name_count == 0 ? -1 : 0;
    out->shall_be_public = watch_shall_be_public(g);
    for (size_t i = 0; i < g->name_count; i++)
        describe_image(w, g, i, &images[i], out, counts);
    for (size_t i = 0; i < w->inventory->region_count; i++) {
        bool done;
        cells[i] = describe_cell(w, g, i, &done);
        out->wanted += cells[i].word != WORD_SKIP;
        out->failed += cells[i].word == WORD_FAIL;
        out->done += done;
    }
    out->cells = cells;
    out->cell_count = w->inventory->region_count;
    out->images = images;
    out->image_count = g->name_count;
    out->stage = g->name_count == 0 ? WORD_WAIT : watch_stage(counts);
}
