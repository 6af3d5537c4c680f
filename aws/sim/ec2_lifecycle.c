/* What ends or guards an image: deregistering, disabling, deprecation, protection. */
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_bin.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_snapshots.h"

static const int64_t MINUTE_MS = 60 * 1000;
static const int64_t DAY_MS = INT64_C(24) * 3600 * 1000;

enum { YEARS_AHEAD = 10, YEARS_PUBLIC = 2 };

/* The image of an action that takes an ImageId; NULL after answering an error. */
static struct ec2_image *subject(struct request *request, struct reply *reply,
                                 const char *const *known)
{
    if (!ec2_accept(request, reply, known))
        return NULL;
    return ec2_own_image(request, reply, params_get(&request->params, "ImageId"));
}

static const char *const IMAGE_ONLY[] = {"*ImageId", NULL};

static void on_forgotten(void *arg)
{
    ec2_store_remove(arg);
}

/* What became of a snapshot of a deregistered image. */
static const char *delete_associated(const struct request *request, const char *id)
{
    struct ec2_snapshot *snapshot =
        (struct ec2_snapshot *)ec2_store_find(EC2_SNAPSHOT, request->region->name, id);
    if (snapshot == NULL)
        return "client-error";
    if (!ec2_owns(request, &snapshot->head))
        return "missing-permissions";
    if (ec2_snapshot_user(snapshot) != NULL)
        return "skipped";
    ec2_bin_delete(&snapshot->head);
    return "success";
}

static void delete_snapshots(const struct request *request, struct reply *reply,
                             const struct ec2_image *image)
{
    xml_open(&reply->body, "deleteSnapshotResultSet");
    for (size_t i = 0; i < image->device_count; i++) {
        const char *id = image->devices[i].snapshot_id;
        if (id == NULL)
            continue;
        xml_open(&reply->body, "item");
        xml_text(&reply->body, "snapshotId", id);
        xml_text(&reply->body, "returnCode", delete_associated(request, id));
        xml_close(&reply->body, "item");
    }
    xml_close(&reply->body, "deleteSnapshotResultSet");
}

/* The image stays listed for a moment, then its id answers nothing, then it is not found; one that
 * the Recycle Bin keeps is gone at once. */
static void deregister(struct ec2_image *image, int64_t now_ms)
{
    if (ec2_bin_keep(&image->head))
        return;
    image->state = EC2_IMAGE_DEREGISTERED;
    image->listed_until_ms = now_ms + ec2_draw_ms(&image->head, "gone-listed", image->name, 1, 8);
    image->known_until_ms =
        image->listed_until_ms + ec2_draw_ms(&image->head, "gone-empty", image->name, 5, 60);
    clock_at(image->head.world->clock, image->listed_until_ms, NULL, NULL);
    ec2_at(&image->head, image->known_until_ms, on_forgotten);
}

void ec2_deregister_image(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", "DeleteAssociatedSnapshots", NULL};
    struct ec2_image *image = subject(request, reply, KNOWN);
    if (image == NULL)
        return;
    int64_t now_ms = ec2_now_ms(request);
    if (image->protection != EC2_PROTECTION_OFF || now_ms < image->cooldown_until_ms) {
        reply_error(request, reply, 400, "OperationNotPermitted",
                    "The image '%s' is protected from deregistration. Disable deregistration "
                    "protection, wait for any cooldown period to end, and try again.",
                    image->head.id);
        return;
    }
    reply_open(request, reply);
    xml_bool(&reply->body, "return", true);
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        deregister(image, now_ms);
        if (params_true(&request->params, "DeleteAssociatedSnapshots"))
            delete_snapshots(request, reply, image);
    }
    reply_close(request, reply);
}

void ec2_disable_image(struct request *request, struct reply *reply)
{
    struct ec2_image *image = subject(request, reply, IMAGE_ONLY);
    if (image == NULL || !ec2_image_state_check(request, reply, image, true))
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        image->state = EC2_IMAGE_DISABLED;
        ec2_grants_clear(&image->grants);
    }
    reply_true(request, reply);
}

void ec2_enable_image(struct request *request, struct reply *reply)
{
    struct ec2_image *image = subject(request, reply, IMAGE_ONLY);
    if (image == NULL || !ec2_image_state_check(request, reply, image, true))
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        image->state = EC2_IMAGE_AVAILABLE;
    reply_true(request, reply);
}

/* Whether the date is not past and not too far ahead. */
static bool deprecation_check(struct request *request, struct reply *reply,
                              const struct ec2_image *image, int64_t at_ms)
{
    int64_t now_ms = ec2_now_ms(request);
    bool open_to_all = ec2_grants_public(&image->grants);
    int64_t latest_ms = open_to_all ? ec2_years_after(image->head.created_ms, YEARS_PUBLIC)
                                    : ec2_years_after(now_ms, YEARS_AHEAD);
    if (at_ms >= now_ms / MINUTE_MS * MINUTE_MS && at_ms <= latest_ms + MINUTE_MS)
        return true;
    reply_error(request, reply, 400, "InvalidParameterValue",
                "The deprecation date must not be in the past, nor more than %d years %s",
                open_to_all ? YEARS_PUBLIC : YEARS_AHEAD,
                open_to_all ? "after the creation of a public AMI" : "ahead");
    return false;
}

void ec2_enable_image_deprecation(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", "*DeprecateAt", NULL};
    struct ec2_image *image = subject(request, reply, KNOWN);
    if (image == NULL)
        return;
    const char *text = params_get(&request->params, "DeprecateAt");
    int64_t at_ms;
    if (!time_parse(text, &at_ms)) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter DeprecateAt is invalid.", text);
        return;
    }
    at_ms = (at_ms + MINUTE_MS / 2) / MINUTE_MS * MINUTE_MS;
    if (!deprecation_check(request, reply, image, at_ms))
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        image->deprecation_ms = at_ms;
    reply_true(request, reply);
}

void ec2_disable_image_deprecation(struct request *request, struct reply *reply)
{
    struct ec2_image *image = subject(request, reply, IMAGE_ONLY);
    if (image == NULL)
        return;
    if (ec2_grants_public(&image->grants)) {
        reply_error(request, reply, 400, "OperationNotPermitted",
                    "The deprecation date of a public AMI cannot be removed");
        return;
    }
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        image->deprecation_ms = 0;
    reply_true(request, reply);
}

void ec2_enable_image_deregistration_protection(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", "WithCooldown", NULL};
    struct ec2_image *image = subject(request, reply, KNOWN);
    if (image == NULL || !ec2_image_state_check(request, reply, image, true))
        return;
    bool cooldown = params_true(&request->params, "WithCooldown");
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        image->protection = cooldown ? EC2_PROTECTION_ON_COOLDOWN : EC2_PROTECTION_ON;
        image->cooldown_until_ms = 0;
    }
    reply_true(request, reply);
}

void ec2_disable_image_deregistration_protection(struct request *request, struct reply *reply)
{
    struct ec2_image *image = subject(request, reply, IMAGE_ONLY);
    if (image == NULL)
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        if (image->protection == EC2_PROTECTION_ON_COOLDOWN) {
            image->cooldown_until_ms = ec2_now_ms(request) + DAY_MS;
            clock_at(request->world->clock, image->cooldown_until_ms, NULL, NULL);
        }
        image->protection = EC2_PROTECTION_OFF;
    }
    reply_true(request, reply);
}
