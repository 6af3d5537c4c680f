/* The ladder of gentler steps. */
#include "core/cleanup_ladder.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/inventory.h"

#define DAY_S ((time_t)24 * 3600)

static const char *const names[CLEANUP_STEPS] = {
    [CLEANUP_STEP_NONE] = "deregister",
    [CLEANUP_STEP_PRIVATE] = "private",
    [CLEANUP_STEP_DISABLE] = "disable",
    [CLEANUP_STEP_DEREGISTER] = "deregister",
};

/* What an AMI is after a step, in words. */
static const char *const after[CLEANUP_STEPS] = {
    [CLEANUP_STEP_PRIVATE] = "private",
    [CLEANUP_STEP_DISABLE] = "disabled",
    [CLEANUP_STEP_DEREGISTER] = "deregistered",
};

const char *cleanup_step_name(enum cleanup_step step)
{
    return names[step];
}

bool cleanup_step_from_name(const char *name, enum cleanup_step *out)
{
    for (enum cleanup_step s = CLEANUP_STEP_PRIVATE; s < CLEANUP_STEPS; s++) {
        if (strcmp(name, names[s]) == 0) {
            *out = s;
            return true;
        }
    }
    return false;
}

/* What the tag remembers: the step and when it was taken. */
static enum cleanup_step remembered(const struct inventory_image *image, time_t *since)
{
    const char *value = inventory_tag_value(image->tags, image->tag_count, CLEANUP_LADDER_TAG);
    const char *space = value == NULL ? NULL : strchr(value, ' ');
    for (enum cleanup_step s = CLEANUP_STEP_PRIVATE; space != NULL && s < CLEANUP_STEPS; s++) {
        size_t length = (size_t)(space - value);
        if (strlen(names[s]) == length && strncmp(names[s], value, length) == 0) {
            *since = clock_parse_iso(space + 1);
            return *since > 0 ? s : CLEANUP_STEP_NONE;
        }
    }
    return CLEANUP_STEP_NONE;
}

/* Somebody may have given the permissions back, or enabled it again: the tag alone is no proof. */
static bool still_so(enum cleanup_step taken, const struct inventory_image *image)
{
    return taken == CLEANUP_STEP_DISABLE ? image->state == INVENTORY_AMI_DISABLED
                                         : taken == CLEANUP_STEP_PRIVATE && !image->is_public;
}

static void add_day(struct buf *words, time_t t)
{
    char iso[24];
    clock_format_iso(t, iso);
    buf_add(words, iso, strlen("2026-11-23"));
}

enum cleanup_rung cleanup_ladder(enum cleanup_step step, const struct inventory_image *image,
                                 int days, time_t now, struct buf *words)
{
    struct buf unread = BUF_INIT;
    struct buf *say = words != NULL ? words : &unread;
    time_t since = 0;
    enum cleanup_step taken = remembered(image, &since);
    enum cleanup_rung rung = CLEANUP_RUNG_GO;
    if (!still_so(taken, image))
        taken = CLEANUP_STEP_NONE;
    if (step == CLEANUP_STEP_NONE)
        return CLEANUP_RUNG_GO;
    if (taken >= step) {
        rung = CLEANUP_RUNG_DONE;
        buf_add_fmt(say, "%s since ", after[taken]);
        add_day(say, since);
    } else if (step > CLEANUP_STEP_PRIVATE && taken != step - 1) {
        rung = CLEANUP_RUNG_EARLY;
        buf_add_fmt(say, "not made %s by tatami before", after[step - 1]);
    } else if (step > CLEANUP_STEP_PRIVATE && days > 0 && since > now - days * DAY_S) {
        rung = CLEANUP_RUNG_EARLY;
        buf_add_fmt(say, "%s since ", after[taken]);
        add_day(say, since);
        buf_add_fmt(say, ", %d day%s asked", days, days == 1 ? " is" : "s are");
    }
    buf_free(&unread);
    return rung;
}

void cleanup_ladder_value(enum cleanup_step step, time_t now, struct buf *out)
{
    char iso[24];
    clock_format_iso(now, iso);
    buf_add_fmt(out, "%s %s", names[step], iso);
}
