/* AMIs first, then what they were made of. */
#include "core/removal.h"

#include <stdlib.h>
#include <string.h>

#include "aws/ec2_snapshots.h"
#include "base/mem.h"

#define FIRST_MS 100
#define MOST_MS  15000

bool removal_again(struct removal *r, struct removal_wait *wait, const char *what, struct err *err)
{
    wait->delay = wait->delay == 0 ? FIRST_MS : wait->delay * 3 / 2;
    wait->delay = wait->delay > MOST_MS ? MOST_MS : wait->delay;
    wait->waited += wait->delay;
    if (wait->waited > REMOVAL_LAG_MS)
        return err_set(err, ERR_STALLED, "%s after %d minutes", what,
                       (int)(REMOVAL_LAG_MS / 60000));
    return clock_sleep_ms(wait->delay, r->cancel) || err_set(err, ERR_CANCELLED, "interrupted");
}

bool removal_look(struct removal *r, const char *image, enum ec2_image_state *state,
                  struct err *err)
{
    struct ec2_image_filter filter = {.id = image};
    struct ec2_images found;
    *state = EC2_IMAGE_GONE;
    if (!ec2_describe_images(r->call, &filter, &found, err))
        return err->kind == ERR_NOT_FOUND;
    if (found.count > 0)
        *state = found.items[0].state;
    ec2_images_free(&found);
    return true;
}

bool removal_wait_for(struct removal *r, const char *image, enum ec2_image_state wanted,
                      const char *what, struct err *err)
{
    struct removal_wait wait = {0};
    enum ec2_image_state state;
    while (removal_look(r, image, &state, err)) {
        if (state == wanted)
            return true;
        if (!removal_again(r, &wait, what, err))
            return false;
    }
    return false;
}

bool removal_take_image(struct removal *r, const char *image, struct err *err)
{
    struct removal_wait wait = {0};
    enum ec2_image_state state;
    bool asked = false;
    while (removal_look(r, image, &state, err)) {
        if (state == EC2_IMAGE_GONE)
            return true;
        /* One that EC2 has just made may be shown and still not be known. */
        asked = asked || r->ask(r, "DeregisterImage", image, ec2_deregister_image, err);
        if (!asked && err->kind != ERR_NOT_FOUND && !err_is_passing(err->kind))
            return false;
        if (!removal_again(r, &wait, "EC2 still shows the AMI", err))
            return false;
    }
    return false;
}

bool removal_users(struct removal *r, const char *snapshot, char **user, size_t *later,
                   struct err *err)
{
    struct ec2_image_filter filter = {.snapshot_id = snapshot};
    struct ec2_images found;
    *user = NULL;
    *later = 0;
    if (!ec2_describe_images(r->call, &filter, &found, err))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        const char *id = found.items[i].id;
        if (found.items[i].state == EC2_IMAGE_GONE || strcmp(id, r->image) == 0)
            continue;
        if (r->goes_later(r, id))
            (*later)++;
        else if (*user == NULL)
            *user = xstrdup(id);
    }
    ec2_images_free(&found);
    return true;
}

/* EC2 says that it is in use: by an AMI that stays, by one that goes later, or for a moment still
 * by the one that has just gone; one so new that EC2 did not know it at first may be there only
 * now. False when it stays. */
static bool is_free_soon(struct removal *r, const char *snapshot, bool *later, struct err *err)
{
    struct err in_use = *err;
    char *user;
    size_t count;
    if (!removal_users(r, snapshot, &user, &count, err))
        return false;
    *later = count > 0;
    bool ok = user == NULL;
    if (!ok) {
        *err = in_use;
        err_advise(err, "%s uses it; it stays", user);
    }
    free(user);
    return ok && (*later || r->image[0] == '\0' || removal_take_image(r, r->image, err));
}

bool removal_delete_snapshot(struct removal *r, const char *snapshot, enum removal_end *end,
                             struct err *err)
{
    struct removal_wait wait = {0};
    while (!r->ask(r, "DeleteSnapshot", snapshot, ec2_delete_snapshot, err)) {
        bool later = false;
        if (err->kind == ERR_NOT_FOUND) {
            *end = REMOVAL_WAS_GONE;
            return true;
        }
        bool passing = err_is_passing(err->kind);
        if (!passing && (err->kind != ERR_BLOCKED || !is_free_soon(r, snapshot, &later, err)))
            return false;
        if (later) {
            *end = REMOVAL_LATER;
            return true;
        }
        if (!removal_again(r, &wait, "EC2 still refuses", err))
            return false;
    }
    *end = REMOVAL_DONE;
    return true;
}
