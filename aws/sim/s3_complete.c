/* S3: CompleteMultipartUpload, which makes an object of parts. */
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include "aws/sim/store.h"
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define MIN_PART_SIZE (5 * 1024 * 1024)

/* What the request lists, found among what was uploaded. */
struct choice {
    const struct s3_part **parts;
    size_t count;
    uint64_t size;
};

static bool malformed(struct request *request, struct reply *reply)
{
    reply_error(request, reply, 400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our "
                "published schema");
    return false;
}

static bool invalid_part(struct request *request, struct reply *reply, const char *number,
                         const char *etag)
{
    struct params extra = {0};
    params_add(&extra, "UploadId", params_get(&request->params, "uploadId"));
    params_add(&extra, "PartNumber", number);
    params_add(&extra, "ETag", etag);
    reply_error_with(request, reply, 400, "InvalidPart",
                     "One or more of the specified parts could not be found. The part may not have "
                     "been uploaded, or the specified entity tag may not match the part's entity "
                     "tag.",
                     &extra);
    params_free(&extra);
    return false;
}

/* Whether the listed checksum of a part is there where it must be, and right. */
static bool check_part_checksum(const struct s3_upload *upload, const struct s3_part *part,
                                const struct xml_node *node, struct request *request,
                                struct reply *reply)
{
    const struct checksum_row *row = &checksum_rows[upload->checksum];
    const char *listed = xml_child_text(node, row->element);
    if (upload->checksum == CHECKSUM_NONE || (listed == NULL && upload->full_object))
        return true;
    if (listed == NULL) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "The upload was created using a %s checksum. The complete request must include "
                    "the checksum for each part. It was missing for part %d in the request.",
                    row->name, part->number);
        return false;
    }
    struct str text = {0};
    str_add_base64(&text, part->checksum, row->size);
    bool same = strcmp(listed, str_text(&text)) == 0 || !content_known(part->content);
    str_free(&text);
    return same || invalid_part(request, reply, xml_child_text(node, "PartNumber"),
                                xml_child_text(node, "ETag"));
}

static bool choose_part(const struct s3_upload *upload, const struct xml_node *node,
                        struct choice *choice, struct request *request, struct reply *reply)
{
    const char *number = xml_child_text(node, "PartNumber"), *etag = xml_child_text(node, "ETag");
    if (strcmp(node->name, "Part") != 0 || number == NULL || etag == NULL)
        return malformed(request, reply);
    const struct s3_part *part = upload->parts;
    while (part != NULL && part->number != atoi(number))
        part = part->next;
    const struct s3_part *before = choice->count > 0 ? choice->parts[choice->count - 1] : NULL;
    if (before != NULL && atoi(number) <= before->number) {
        reply_error(request, reply, 400, "InvalidPartOrder",
                    "The list of parts was not in ascending order. Parts must be ordered by part "
                    "number.");
        return false;
    }
    struct str own = {0};
    if (part != NULL)
        str_add_hex(&own, part->md5, sizeof(part->md5));
    bool same = part != NULL && s3_same_etag(etag, str_text(&own));
    str_free(&own);
    if (!same)
        return invalid_part(request, reply, number, etag);
    if (!check_part_checksum(upload, part, node, request, reply))
        return false;
    choice->parts = xrealloc(choice->parts, choice->count + 1, sizeof(choice->parts[0]));
    choice->parts[choice->count++] = part;
    choice->size += content_size(part->content);
    return true;
}

static bool check_sizes(const struct s3_upload *upload, const struct choice *choice,
                        struct request *request, struct reply *reply)
{
    for (size_t i = 0; i < choice->count; i++) {
        const struct s3_part *part = choice->parts[i];
        if (i + 1 < choice->count && content_size(part->content) < MIN_PART_SIZE) {
            reply_error(request, reply, 400, "EntityTooSmall",
                        "Your proposed upload is smaller than the minimum allowed size");
            return false;
        }
        if (upload->checksum != CHECKSUM_NONE && part->number != (int)i + 1) {
            reply_error(request, reply, 500, "InternalError",
                        "We encountered an internal error. Please try again.");
            return false;
        }
    }
    int64_t expected;
    if (params_int(&request->headers, "x-amz-mp-object-size", &expected) &&
        (uint64_t)expected != choice->size) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "The provided 'x-amz-mp-object-size' header value %" PRId64
                    " does not match what was computed: %" PRIu64,
                    expected, choice->size);
        return false;
    }
    return true;
}

static bool choose(const struct s3_upload *upload, struct choice *choice, struct request *request,
                   struct reply *reply)
{
    struct xml_node *root = xml_parse(str_text(&request->body), request->body.len);
    bool ok =
        root != NULL && strcmp(root->name, "CompleteMultipartUpload") == 0 && root->child != NULL;
    if (!ok)
        malformed(request, reply);
    for (const struct xml_node *node = ok ? root->child : NULL; ok && node != NULL;
         node = node->next)
        ok = choose_part(upload, node, choice, request, reply);
    xml_free(root);
    return ok && check_sizes(upload, choice, request, reply);
}

/* MD5 of the parts' MD5s, and their number. */
static char *multipart_etag(const struct choice *choice)
{
    unsigned char md5[16];
    struct str joined = {0}, text = {0};
    for (size_t i = 0; i < choice->count; i++)
        str_add_bytes(&joined, choice->parts[i]->md5, sizeof(md5));
    EVP_Digest(joined.data, joined.len, md5, NULL, EVP_md5(), NULL);
    str_add_hex(&text, md5, sizeof(md5));
    str_addf(&text, "-%zu", choice->count);
    str_free(&joined);
    return str_take(&text);
}

/* The object's checksum in base64: of the whole by combining, or of the parts' checksums, with
 * their number. */
static char *object_checksum(const struct s3_upload *upload, const struct choice *choice)
{
    const struct checksum_row *row = &checksum_rows[upload->checksum];
    unsigned char value[CHECKSUM_MAX];
    struct str text = {0};
    struct checksum of_parts;
    checksum_init(&of_parts, upload->checksum);
    memcpy(value, choice->parts[0]->checksum, sizeof(value));
    for (size_t i = 0; i < choice->count; i++) {
        const struct s3_part *part = choice->parts[i];
        if (!upload->full_object)
            checksum_update(&of_parts, part->checksum, row->size);
        else if (i > 0)
            checksum_combine(upload->checksum, value, part->checksum, content_size(part->content));
    }
    unsigned char composite[CHECKSUM_MAX];
    checksum_final(&of_parts, composite);
    str_add_base64(&text, upload->full_object ? value : composite, row->size);
    if (!upload->full_object)
        str_addf(&text, "-%zu", choice->count);
    return str_take(&text);
}

/* Compares the checksum that the client claims for the whole object; a composite one may come with
 * or without its `-N`. */
static bool check_object_checksum(const struct s3_upload *upload, const char *checksum,
                                  struct request *request, struct reply *reply)
{
    const struct checksum_row *row = &checksum_rows[upload->checksum];
    const char *claim = params_get(&request->headers, row->header);
    size_t len = strcspn(checksum, "-");
    if (claim == NULL || store_discards() || strcmp(claim, checksum) == 0 ||
        (strlen(claim) == len && strncmp(claim, checksum, len) == 0))
        return true;
    reply_error(request, reply, 400, "BadDigest",
                "The %s you specified did not match the calculated checksum.", row->name);
    return false;
}

static struct content *join(const struct choice *choice)
{
    struct content_extent *extents = xcalloc(choice->count, sizeof(extents[0]));
    uint64_t offset = 0;
    for (size_t i = 0; i < choice->count; i++) {
        struct content *from = choice->parts[i]->content;
        extents[i] = (struct content_extent){
            .offset = offset, .from = from, .from_offset = 0, .len = content_size(from)};
        offset += content_size(from);
    }
    struct content *joined = content_compose(extents, choice->count, offset);
    free(extents);
    return joined;
}

static void show_result(struct request *request, struct reply *reply,
                        const struct s3_object *object, const struct s3_upload *upload)
{
    struct str *out = &reply->body;
    s3_open_xml(reply, "CompleteMultipartUploadResult");
    xml_textf(out, "Location", "http://s3.%s.amazonaws.com/%s/%s", request->region->name,
              request->bucket, object->key);
    xml_text(out, "Bucket", request->bucket);
    xml_text(out, "Key", object->key);
    xml_textf(out, "ETag", "\"%s\"", object->etag);
    if (upload->checksum != CHECKSUM_NONE) {
        xml_text(out, checksum_rows[upload->checksum].element, object->checksums.list[0].value);
        xml_text(out, "ChecksumType", object->checksum_type);
    }
    s3_close_xml(reply, "CompleteMultipartUploadResult");
}

/* Puts the object there and moves the upload, without its parts, to the finished ones. */
static void finish(struct s3_bucket *bucket, struct s3_upload *upload, const struct choice *choice,
                   char *checksum, struct request *request, struct reply *reply)
{
    struct s3_object *object =
        s3_put(bucket, upload->key, join(choice), clock_now_ms(request->world->clock));
    object->etag = multipart_etag(choice);
    params_copy(&object->metadata, &upload->metadata);
    params_copy(&object->tags, &upload->tags);
    if (upload->checksum != CHECKSUM_NONE) {
        params_add(&object->checksums, checksum_rows[upload->checksum].header, checksum);
        object->checksum_type = xstrdup(upload->full_object ? "FULL_OBJECT" : "COMPOSITE");
    }
    show_result(request, reply, object, upload);

    struct s3_upload **place = &bucket->uploads;
    while (*place != upload)
        place = &(*place)->next;
    *place = upload->next;
    struct s3_upload *done = xcalloc(1, sizeof(*done));
    *done = (struct s3_upload){.id = xstrdup(upload->id),
                               .key = xstrdup(upload->key),
                               .result = xstrdup(str_text(&reply->body)),
                               .next = bucket->finished};
    bucket->finished = done;
    s3_upload_free(upload);
}

/* The answer that this upload had when it was completed before; NULL when it was not, or when its
 * object is gone. */
static const char *finished_result(struct s3_bucket *bucket, const struct request *request)
{
    const char *id = params_get(&request->params, "uploadId");
    for (const struct s3_upload *u = bucket->finished; u != NULL; u = u->next)
        if (strcmp(u->id, id) == 0 && strcmp(u->key, request->object) == 0)
            return s3_get(bucket, u->key) != NULL ? u->result : NULL;
    return NULL;
}

void s3_complete_upload(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    const char *before = finished_result(bucket, request);
    if (before != NULL) {
        reply_header(reply, "Content-Type", "application/xml");
        str_add(&reply->body, before);
        return;
    }
    struct s3_upload *upload = s3_find_upload(bucket, request, reply);
    struct choice choice = {0};
    char *checksum = NULL;
    if (upload != NULL && s3_may_write(bucket, request, reply) &&
        choose(upload, &choice, request, reply)) {
        checksum = upload->checksum != CHECKSUM_NONE ? object_checksum(upload, &choice) : NULL;
        if (checksum == NULL || check_object_checksum(upload, checksum, request, reply))
            finish(bucket, upload, &choice, checksum, request, reply);
    }
    free(checksum);
    free(choice.parts);
}
