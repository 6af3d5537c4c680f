/* Attributes of an image: launch permission, description, and the rest that can only be read. */
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_access.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_images.h"
#include "aws/sim/ec2_permissions.h"
#include "aws/sim/ec2_schema.h"
#include "aws/sim/mem.h"

static const char LAUNCH_PERMISSION[] = "launchPermission";
static const char PUBLIC_IMAGES_QUOTA[] = "L-0E3CBAB9";

enum { MINUTE_MS = 60 * 1000, YEARS_PUBLIC = 2 };

static bool public_quota_check(struct request *request, struct reply *reply)
{
    int count = 0;
    const struct ec2_resource *r;
    EC2_EACH_IN(EC2_IMAGE, region_index(request->region), r)
    {
        const struct ec2_image *image = (const struct ec2_image *)r;
        count += ec2_owns(request, r) && image->state != EC2_IMAGE_DEREGISTERED &&
                 ec2_grants_public(&image->grants);
    }
    int quota = (int)world_quota(request->account, request->region->name, PUBLIC_IMAGES_QUOTA);
    if (count >= quota)
        reply_error(request, reply, 400, "ResourceLimitExceeded",
                    "You have reached your quota of %d for the number of public images allowed in "
                    "this Region. Deregister unused public images or make them private, or request "
                    "an increase in your public AMIs quota.",
                    quota);
    return count < quota;
}

static bool publish_check(struct request *request, struct reply *reply,
                          const struct ec2_image *image)
{
    if (ec2_access_blocked(request, EC2_IMAGE)) {
        reply_error(request, reply, 400, "OperationNotPermitted",
                    "You can’t publicly share this image because block public access for AMIs is "
                    "enabled for this account. To publicly share the image, you must call the "
                    "DisableImageBlockPublicAccess API.");
        return false;
    }
    if (ec2_image_encrypted(image)) {
        reply_error(request, reply, 400, "UnsupportedOperation",
                    "Encrypted snapshots can’t be shared publicly. Specify another snapshot.");
        return false;
    }
    return public_quota_check(request, reply);
}

/* A public image is deprecated two years after its creation at the latest. */
static void limit_deprecation(struct ec2_image *image)
{
    int64_t latest_ms =
        ec2_years_after(image->head.created_ms, YEARS_PUBLIC) / MINUTE_MS * MINUTE_MS;
    if (image->deprecation_ms == 0 || image->deprecation_ms > latest_ms)
        image->deprecation_ms = latest_ms;
}

static void change_permissions(struct request *request, struct reply *reply,
                               struct ec2_image *image, const struct ec2_permission_change *change)
{
    if (ec2_permissions_publish(change, &image->grants) && !publish_check(request, reply, image))
        return;
    if (fault_of(request, FAULT_NO_EFFECT) == NULL) {
        ec2_permissions_apply(change, &image->grants);
        if (ec2_grants_public(&image->grants))
            limit_deprecation(image);
    }
    reply_true(request, reply);
}

/* Description.Value, ImdsSupport.Value, or Attribute=description with Value. */
static void change_text(struct request *request, struct reply *reply, struct ec2_image *image)
{
    const struct params *params = &request->params;
    const char *attribute = params_get(params, "Attribute");
    const char *description = params_get(params, "Description.Value");
    const char *imds = params_get(params, "ImdsSupport.Value");
    if (attribute != NULL && strcmp(attribute, "description") == 0)
        description = params_get(params, "Value");
    if (attribute != NULL && strcmp(attribute, "imdsSupport") == 0)
        imds = params_get(params, "Value");
    if ((description == NULL) == (imds == NULL)) {
        reply_error(request, reply, 400, "InvalidParameterCombination",
                    description == NULL ? "No attributes specified."
                                        : "Fields for multiple attribute types specified");
        return;
    }
    if (imds != NULL && strcmp(imds, "v2.0") != 0) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter imdsSupport is invalid.", imds);
        return;
    }
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_text_set(imds != NULL ? &image->imds_support : &image->description,
                     imds != NULL ? imds : description);
    reply_true(request, reply);
}

void ec2_modify_image_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId",
                                        "Attribute",
                                        "OperationType",
                                        "Value",
                                        "UserId.N",
                                        "UserGroup.N",
                                        "OrganizationArn.N",
                                        "OrganizationalUnitArn.N",
                                        "Description.Value",
                                        "ImdsSupport.Value",
                                        "LaunchPermission.Add.N.UserId",
                                        "LaunchPermission.Add.N.Group",
                                        "LaunchPermission.Add.N.OrganizationArn",
                                        "LaunchPermission.Add.N.OrganizationalUnitArn",
                                        "LaunchPermission.Remove.N.UserId",
                                        "LaunchPermission.Remove.N.Group",
                                        "LaunchPermission.Remove.N.OrganizationArn",
                                        "LaunchPermission.Remove.N.OrganizationalUnitArn",
                                        NULL};
    struct ec2_permission_change change = {0};
    struct ec2_image *image;
    if (!ec2_accept(request, reply, KNOWN) ||
        (image = ec2_own_image(request, reply, params_get(&request->params, "ImageId"))) == NULL ||
        !ec2_image_state_check(request, reply, image, false))
        return;
    if (ec2_permissions_read(request, reply, "LaunchPermission", &change)) {
        if (ec2_permissions_empty(&change))
            change_text(request, reply, image);
        else
            change_permissions(request, reply, image, &change);
    }
    ec2_permissions_clear(&change);
}

void ec2_reset_image_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", "*Attribute", NULL};
    struct ec2_image *image;
    if (!ec2_accept(request, reply, KNOWN) ||
        (image = ec2_own_image(request, reply, params_get(&request->params, "ImageId"))) == NULL ||
        !ec2_image_state_check(request, reply, image, false))
        return;
    if (strcmp(params_get(&request->params, "Attribute"), LAUNCH_PERMISSION) != 0) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter attribute is invalid.",
                    params_get(&request->params, "Attribute"));
        return;
    }
    if (fault_of(request, FAULT_NO_EFFECT) == NULL)
        ec2_grants_clear(&image->grants);
    reply_true(request, reply);
}

/* Attributes that are asked for under a name which is not that of DescribeImages. */
static const struct ec2_field RENAMED[] = {
    {"kernel", NULL, &EC2_TEXT, offsetof(struct ec2_image, kernel_id), NULL},
    {"ramdisk", NULL, &EC2_TEXT, offsetof(struct ec2_image, ramdisk_id), NULL},
    {"uefiData", NULL, &EC2_TEXT, offsetof(struct ec2_image, uefi_data), NULL},
    {0},
};

/* Attributes whose name is also that of DescribeImages. */
static const char *const SHARED[] = {
    "description", "sriovNetSupport",         "bootMode", "tpmSupport", "lastLaunchedTime",
    "imdsSupport", "deregistrationProtection"};

static const struct ec2_field *row_of(const struct ec2_field *fields, const char *element)
{
    for (; fields->kind != NULL; fields++) {
        if (strcmp(fields->element, element) == 0)
            return fields;
    }
    return NULL;
}

static const struct ec2_field *attribute_row(const char *attribute)
{
    for (size_t i = 0; i < ARRAY_LEN(SHARED); i++) {
        if (strcmp(SHARED[i], attribute) == 0)
            return row_of(EC2_IMAGE_FIELDS, attribute);
    }
    return row_of(RENAMED, attribute);
}

static void write_value(struct str *out, const struct ec2_field *field,
                        const struct ec2_image *image)
{
    char scratch[EC2_SCRATCH_BYTES];
    xml_open(out, field->element);
    xml_text(out, "value", ec2_field_get(image, field, scratch));
    xml_close(out, field->element);
}

void ec2_describe_image_attribute(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageId", "*Attribute", NULL};
    struct ec2_image *image;
    if (!ec2_accept(request, reply, KNOWN) ||
        (image = ec2_own_image(request, reply, params_get(&request->params, "ImageId"))) == NULL)
        return;
    const char *attribute = params_get(&request->params, "Attribute");
    const struct ec2_field *field = attribute_row(attribute);
    bool permissions = strcmp(attribute, LAUNCH_PERMISSION) == 0;
    bool codes = strcmp(attribute, "productCodes") == 0;
    if (strcmp(attribute, "blockDeviceMapping") == 0) {
        reply_error(request, reply, 403, "AuthFailure",
                    "Unauthorized attempt to access restricted resource");
        return;
    }
    if (field == NULL && !permissions && !codes) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter attribute is invalid.", attribute);
        return;
    }
    reply_open(request, reply);
    xml_text(&reply->body, "imageId", image->head.id);
    if (permissions)
        ec2_permissions_write(&reply->body, LAUNCH_PERMISSION, &image->grants);
    else if (codes)
        xml_text(&reply->body, "productCodes", "");
    else
        write_value(&reply->body, field, image);
    reply_close(request, reply);
}
