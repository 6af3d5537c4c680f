/* The life of an image in simulated time, and the faults that bend it. */
#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_schema.h"
#include "aws/sim/mem.h"

static const char NAME_CHARS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "()[]./-'@_ ";

enum { NAME_LEAST = 3, NAME_MOST = 128 };

bool ec2_image_name_check(struct request *request, struct reply *reply, const char *name)
{
    size_t length = strlen(name);
    if (length >= NAME_LEAST && length <= NAME_MOST && strspn(name, NAME_CHARS) == length)
        return true;
    reply_error(request, reply, 400, "InvalidAMIName.Malformed",
                "AMI names must be between %d and %d characters long, and may contain letters, "
                "numbers, '(', ')', '.', '-', '/', '_' and spaces",
                NAME_LEAST, NAME_MOST);
    return false;
}

/* Whether a grant is for the organization of the account:
 * arn:aws:organizations::...:organization/o-... */
static bool is_for_organization(const struct ec2_grant *grant, const struct account *account)
{
    const char *slash = strrchr(grant->who, '/');
    return grant->kind == EC2_GRANT_ORGANIZATION && account->organization_id != NULL &&
           slash != NULL && strcmp(slash + 1, account->organization_id) == 0;
}

bool ec2_image_launchable(const struct ec2_image *image, const struct account *account)
{
    if (strcmp(image->head.account, account->id) == 0 || ec2_grants_public(&image->grants) ||
        ec2_grants_has(&image->grants, EC2_GRANT_USER, account->id))
        return true;
    for (size_t i = 0; i < image->grants.count; i++) {
        if (is_for_organization(&image->grants.items[i], account))
            return true;
    }
    return false;
}

bool ec2_image_encrypted(const struct ec2_image *image)
{
    for (size_t i = 0; i < image->device_count; i++) {
        if (image->devices[i].encrypted)
            return true;
    }
    return false;
}

static void turn_failed(struct ec2_image *image, const char *reason)
{
    image->state = EC2_IMAGE_FAILED;
    ec2_text_set(&image->reason_code, "Client.InternalError");
    ec2_text_set(&image->reason_message, reason);
}

static void on_relapsed(void *arg)
{
    struct ec2_image *image = arg;
    turn_failed(image, image->relapse);
}

static void on_ready(void *arg)
{
    struct ec2_image *image = arg;
    image->mapping_hidden = false;
    if (image->doom != NULL) {
        turn_failed(image, image->doom);
        return;
    }
    image->state = EC2_IMAGE_AVAILABLE;
    image->available_ms = clock_now_ms(image->head.world->clock);
    if (image->relapse != NULL)
        ec2_at(&image->head,
               clock_now_ms(image->head.world->clock) +
                   ec2_draw_ms(&image->head, "relapse", image->name, 20, 60),
               on_relapsed);
}

void ec2_image_schedule(struct ec2_image *image, int64_t at_ms)
{
    ec2_at(&image->head, at_ms, on_ready);
}

static void lose_device(struct ec2_image *image, const char *name)
{
    for (size_t i = 0; i < image->device_count; i++) {
        if (name == NULL || strcmp(image->devices[i].device_name, name) == 0) {
            ec2_image_remove_device(image, i);
            return;
        }
    }
}

/* Faults that replace a text of the image by their value. */
static const struct {
    enum fault_kind kind;
    size_t offset;
} WRONG_TEXTS[] = {
    {FAULT_WRONG_ARCHITECTURE, offsetof(struct ec2_image, architecture)},
    {FAULT_WRONG_BOOT_MODE, offsetof(struct ec2_image, boot_mode)},
    {FAULT_WRONG_NAME, offsetof(struct ec2_image, name)},
    {FAULT_WRONG_DESCRIPTION, offsetof(struct ec2_image, description)},
    {FAULT_WRONG_UEFI_DATA, offsetof(struct ec2_image, uefi_data)},
};

void ec2_image_faults(const struct request *request, struct ec2_image *image)
{
    for (size_t i = 0; i < ARRAY_LEN(WRONG_TEXTS); i++) {
        const struct fault *wrong = fault_of(request, WRONG_TEXTS[i].kind);
        if (wrong != NULL)
            ec2_text_set((char **)(void *)((char *)image + WRONG_TEXTS[i].offset), wrong->value);
    }
    const struct fault *size = fault_of(request, FAULT_WRONG_SIZE);
    const struct fault *device = fault_of(request, FAULT_MISSING_DEVICE);
    const struct fault *fails = fault_of(request, FAULT_FAILS);
    const struct fault *relapse = fault_of(request, FAULT_TURNS_FAILED);
    if (size != NULL && size->value != NULL && image->device_count > 0)
        image->devices[0].volume_size_gib = atoi(size->value);
    if (device != NULL)
        lose_device(image, device->value);
    if (fails != NULL)
        ec2_text_set(&image->doom, fails->value == NULL ? "Internal error" : fails->value);
    if (relapse != NULL)
        ec2_text_set(&image->relapse, relapse->value == NULL ? "Internal error" : relapse->value);
}

bool ec2_image_state_check(struct request *request, struct reply *reply,
                           const struct ec2_image *image, bool disabled_too)
{
    if (image->state == EC2_IMAGE_AVAILABLE || (disabled_too && image->state == EC2_IMAGE_DISABLED))
        return true;
    reply_error(request, reply, 400, "InvalidAMIID.Unavailable",
                "The AMI ID '%s' is currently %s and may not be used for this operation",
                image->head.id, EC2_IMAGE_STATES[image->state]);
    return false;
}
