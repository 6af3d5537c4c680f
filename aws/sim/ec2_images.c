/* DescribeImages: which images a caller sees, and how. */
#include "aws/sim/ec2_images.h"

#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/ec2_filter.h"
#include "aws/sim/ec2_page.h"
#include "aws/sim/ec2_permissions.h"

/* Deprecated images are listed for their owner, for others only on request; disabled ones always on
 * request. */
static bool included(const struct request *request, const struct ec2_image *image)
{
    bool deprecated = image->deprecation_ms != 0 && ec2_now_ms(request) >= image->deprecation_ms;
    if (deprecated && !ec2_owns(request, &image->head) &&
        !params_true(&request->params, "IncludeDeprecated"))
        return false;
    return image->state != EC2_IMAGE_DISABLED || params_true(&request->params, "IncludeDisabled");
}

static bool is_listed(const struct request *request, const struct ec2_image *image)
{
    return image->state != EC2_IMAGE_DEREGISTERED || ec2_now_ms(request) < image->listed_until_ms;
}

/* Whether the image belongs to the answer, before it is asked whether it can be seen by now. */
static bool is_asked_for(const struct request *request, const struct ec2_image *image)
{
    const struct ec2_resource *r = &image->head;
    return ec2_image_launchable(image, request->account) && is_listed(request, image) &&
           included(request, image) && ec2_owner_fits(request, r) &&
           ec2_permissions_fit(request, "ExecutableBy", &image->grants) &&
           ec2_filters_match(request, &EC2_SCHEMAS[EC2_IMAGE], "Filter", r);
}

/* Whether the id of a request is known. One that was deregistered is for a while, and answers
 * nothing. */
static bool is_known(const struct request *request, const char *id)
{
    struct ec2_image *image =
        (struct ec2_image *)ec2_store_find(EC2_IMAGE, request->region->name, id);
    return image != NULL && ec2_image_launchable(image, request->account) &&
           ec2_sighted(&image->head, image->state != EC2_IMAGE_PENDING);
}

/* One id that is not known fails the call for all; the message names those. */
static bool image_ids_check(struct request *request, struct reply *reply)
{
    struct str unknown = {0};
    const char *id;
    int count = 0;
    for (int i = 1; (id = params_getf(&request->params, "ImageId.%d", i)) != NULL; i++) {
        if (!is_known(request, id))
            str_addf(&unknown, "%s%s", count++ == 0 ? "" : ", ", id);
    }
    if (count == 1)
        ec2_not_found(request, reply, EC2_IMAGE, str_text(&unknown));
    else if (count > 1)
        reply_error(request, reply, 400, "InvalidAMIID.NotFound",
                    "The image ids '[%s]' do not exist", str_text(&unknown));
    str_free(&unknown);
    return count == 0;
}

static void write_item(struct reply *reply, const struct ec2_image *image)
{
    xml_open(&reply->body, "item");
    ec2_write_image(&reply->body, image);
    xml_close(&reply->body, "item");
}

/* Those of ImageId.N, each once. */
static void write_named(const struct request *request, struct reply *reply)
{
    struct params seen = {0};
    const char *id;
    for (int i = 1; (id = params_getf(&request->params, "ImageId.%d", i)) != NULL; i++) {
        const struct ec2_image *image =
            (const struct ec2_image *)ec2_store_find(EC2_IMAGE, request->region->name, id);
        if (image == NULL || params_get(&seen, id) != NULL || !is_asked_for(request, image))
            continue;
        params_add(&seen, id, "");
        write_item(reply, image);
    }
    params_free(&seen);
}

static void write_page(const struct request *request, struct reply *reply, struct ec2_page *page)
{
    size_t place = region_index(request->region);
    struct ec2_resource *r;
    for (uint64_t after = page->after; (r = ec2_store_next_in(EC2_IMAGE, place, after)) != NULL;
         after = r->sequence) {
        const struct ec2_image *image = (const struct ec2_image *)r;
        if (!is_asked_for(request, image) || !ec2_sighted(r, image->state != EC2_IMAGE_PENDING))
            continue;
        if (!ec2_page_take(page, r->sequence))
            return;
        write_item(reply, image);
    }
}

void ec2_describe_images(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"ImageId.N",        "Owner.N",
                                        "ExecutableBy.N",   "IncludeDeprecated",
                                        "IncludeDisabled",  "Filter.N.Name",
                                        "Filter.N.Value.N", "MaxResults",
                                        "NextToken",        NULL};
    struct ec2_page page;
    if (!ec2_accept(request, reply, KNOWN) ||
        !ec2_ids_check(request, reply, EC2_IMAGE, "ImageId") ||
        !ec2_filters_check(request, reply, &EC2_SCHEMAS[EC2_IMAGE], "Filter") ||
        !ec2_page_begin(request, reply, &page, 1, "ImageId") || !image_ids_check(request, reply))
        return;
    reply_open(request, reply);
    xml_open(&reply->body, "imagesSet");
    if (params_has(&request->params, "ImageId"))
        write_named(request, reply);
    else
        write_page(request, reply, &page);
    xml_close(&reply->body, "imagesSet");
    ec2_page_end(request, reply, &page);
    reply_close(request, reply);
}
