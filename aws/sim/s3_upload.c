/* S3: multipart uploads up to their last part. */
#include "aws/sim/body.h"
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include <stdlib.h>
#include <string.h>

#define MAX_PARTS     10000
#define MAX_PART_SIZE (5LL * 1024 * 1024 * 1024)

struct s3_upload *s3_find_upload(struct s3_bucket *bucket, struct request *request,
                                 struct reply *reply)
{
    const char *id = params_get(&request->params, "uploadId");
    for (struct s3_upload *u = bucket->uploads; u != NULL; u = u->next)
        if (strcmp(u->id, id) == 0 && strcmp(u->key, request->object) == 0)
            return u;
    struct params extra = {0};
    params_add(&extra, "UploadId", id);
    reply_error_with(request, reply, 404, "NoSuchUpload",
                     "The specified upload does not exist. The upload ID may be invalid, or the "
                     "upload may have been aborted or completed.",
                     &extra);
    params_free(&extra);
    return NULL;
}

/* The checksum that the parts shall have. False with an error in the reply. */
static bool take_checksum(struct request *request, struct reply *reply, struct s3_upload *upload)
{
    const char *name = params_get(&request->headers, "x-amz-checksum-algorithm");
    const char *type = params_get(&request->headers, "x-amz-checksum-type");
    upload->checksum = checksum_by_name(name);
    if (name != NULL && upload->checksum == CHECKSUM_NONE) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "Checksum algorithm provided is unsupported. Please try again with any of the "
                    "valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
        return false;
    }
    if (type != NULL && name == NULL) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "The x-amz-checksum-type header can only be used with the "
                    "x-amz-checksum-algorithm header.");
        return false;
    }
    const struct checksum_row *row = &checksum_rows[upload->checksum];
    upload->full_object = type != NULL ? strcmp(type, "FULL_OBJECT") == 0 : !row->composite_default;
    if (name == NULL || (upload->full_object ? row->full_object_ok : row->composite_ok))
        return true;
    reply_error(request, reply, 400, "InvalidRequest",
                "The %s checksum type cannot be used with the %s checksum algorithm.", type, name);
    return false;
}

void s3_create_upload(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    struct s3_upload *upload = xcalloc(1, sizeof(*upload));
    upload->key = xstrdup(request->object);
    upload->initiated_ms = clock_now_ms(request->world->clock);
    if (!take_checksum(request, reply, upload) || !s3_take_tags(request, reply, &upload->tags)) {
        s3_upload_free(upload);
        return;
    }
    s3_take_metadata(request, &upload->metadata);
    upload->id = world_id(request->world, "upload-");
    struct s3_upload **place = &bucket->uploads;
    while (*place != NULL && strcmp((*place)->key, upload->key) <= 0)
        place = &(*place)->next;
    upload->next = *place;
    *place = upload;
    s3_open_xml(reply, "InitiateMultipartUploadResult");
    xml_text(&reply->body, "Bucket", bucket->name);
    xml_text(&reply->body, "Key", upload->key);
    xml_text(&reply->body, "UploadId", upload->id);
    s3_close_xml(reply, "InitiateMultipartUploadResult");
    if (upload->checksum == CHECKSUM_NONE)
        return;
    reply_header(reply, "x-amz-checksum-algorithm", checksum_rows[upload->checksum].name);
    reply_header(reply, "x-amz-checksum-type", upload->full_object ? "FULL_OBJECT" : "COMPOSITE");
}

/* The checksum that the client claims for this part, by header or trailer. */
static enum checksum_kind claimed_checksum(const struct request *request)
{
    const char *trailer = params_get(&request->headers, "x-amz-trailer");
    enum checksum_kind kind = trailer != NULL ? checksum_by_header(trailer) : CHECKSUM_NONE;
    for (size_t i = 0; kind == CHECKSUM_NONE && i < request->headers.count; i++)
        kind = checksum_by_header(request->headers.list[i].name);
    return kind;
}

void s3_check_part(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct s3_upload *upload = bucket != NULL ? s3_find_upload(bucket, request, reply) : NULL;
    if (upload == NULL || !s3_says_length(request, reply))
        return;
    int64_t number = 0, length = 0;
    params_int(&request->params, "partNumber", &number);
    params_int(&request->headers, "content-length", &length);
    enum checksum_kind claimed = claimed_checksum(request);
    bool needed = upload->checksum != CHECKSUM_NONE && !upload->full_object;
    if (number < 1 || number > MAX_PARTS)
        reply_error(request, reply, 400, "InvalidArgument",
                    "Part number must be an integer between 1 and 10000, inclusive");
    else if (length > MAX_PART_SIZE)
        reply_error(request, reply, 400, "EntityTooLarge",
                    "Your proposed upload exceeds the maximum allowed size");
    else if ((upload->checksum != CHECKSUM_NONE && claimed != CHECKSUM_NONE &&
              claimed != upload->checksum) ||
             (needed && claimed == CHECKSUM_NONE))
        reply_error(request, reply, 400, "InvalidRequest",
                    "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum "
                    "Type: %s",
                    checksum_rows[upload->checksum].name,
                    claimed != CHECKSUM_NONE ? checksum_rows[claimed].name : "null");
    request->checksum = (int)upload->checksum;
}

/* The place of the part of that number: an old one is emptied, a new one made. */
static struct s3_part *place_part(struct s3_upload *upload, int number)
{
    struct s3_part **place = &upload->parts;
    while (*place != NULL && (*place)->number < number)
        place = &(*place)->next;
    if (*place != NULL && (*place)->number == number) {
        content_unref((*place)->content);
        return *place;
    }
    struct s3_part *part = xcalloc(1, sizeof(*part));
    *part = (struct s3_part){.number = number, .next = *place};
    *place = part;
    return part;
}

void s3_upload_part(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct s3_upload *upload = bucket != NULL ? s3_find_upload(bucket, request, reply) : NULL;
    int64_t number;
    if (upload == NULL || !params_int(&request->params, "partNumber", &number))
        return;
    struct s3_part *part = place_part(upload, (int)number);
    part->content = content_ref(request->content);
    part->modified_ms = clock_now_ms(request->world->clock);
    s3_body_md5(request, part->md5);
    char *etag = s3_body_etag(request);
    s3_etag_header(reply, etag);
    free(etag);
    reply_header(reply, "x-amz-server-side-encryption", "AES256");
    enum checksum_kind kind = body_checksum_kind(request->upload);
    if (kind == CHECKSUM_NONE)
        return;
    struct str text = {0};
    str_add_base64(&text, body_checksum(request->upload), checksum_rows[kind].size);
    reply_header(reply, checksum_rows[kind].header, str_text(&text));
    str_free(&text);
    if (kind == upload->checksum)
        memcpy(part->checksum, body_checksum(request->upload), CHECKSUM_MAX);
}

void s3_abort_upload(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    struct s3_upload *upload = bucket != NULL ? s3_find_upload(bucket, request, reply) : NULL;
    if (upload == NULL)
        return;
    struct s3_upload **place = &bucket->uploads;
    while (*place != upload)
        place = &(*place)->next;
    *place = upload->next;
    s3_upload_free(upload);
    reply->status = 204;
}
