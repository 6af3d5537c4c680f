/* S3: which request means which action, and what every action needs first. */
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include <stdlib.h>
#include <string.h>

enum level {
    LEVEL_SERVICE,
    LEVEL_BUCKET,
    LEVEL_OBJECT,
};

/* The first row whose method, level and query parameter fit. */
static const struct {
    const char *method;
    enum level level;
    const char *query; /* a parameter that must be there; NULL: none */
    const char *action;
} routes[] = {
    {"GET", LEVEL_SERVICE, NULL, "ListBuckets"},
    {"GET", LEVEL_BUCKET, "location", "GetBucketLocation"},
    {"GET", LEVEL_BUCKET, "uploads", "ListMultipartUploads"},
    {"GET", LEVEL_BUCKET, "encryption", "GetBucketEncryption"},
    {"GET", LEVEL_BUCKET, "publicAccessBlock", "GetPublicAccessBlock"},
    {"GET", LEVEL_BUCKET, "policyStatus", "GetBucketPolicyStatus"},
    {"GET", LEVEL_BUCKET, "lifecycle", "GetBucketLifecycleConfiguration"},
    {"GET", LEVEL_BUCKET, "list-type", "ListObjectsV2"},
    {"GET", LEVEL_BUCKET, NULL, "ListObjects"},
    {"HEAD", LEVEL_BUCKET, NULL, "HeadBucket"},
    {"PUT", LEVEL_BUCKET, "encryption", "PutBucketEncryption"},
    {"PUT", LEVEL_BUCKET, "publicAccessBlock", "PutPublicAccessBlock"},
    {"PUT", LEVEL_BUCKET, "lifecycle", "PutBucketLifecycleConfiguration"},
    {"PUT", LEVEL_BUCKET, NULL, "CreateBucket"},
    {"POST", LEVEL_BUCKET, "delete", "DeleteObjects"},
    {"DELETE", LEVEL_BUCKET, NULL, "DeleteBucket"},
    {"GET", LEVEL_OBJECT, "uploadId", "ListParts"},
    {"GET", LEVEL_OBJECT, "tagging", "GetObjectTagging"},
    {"GET", LEVEL_OBJECT, NULL, "GetObject"},
    {"HEAD", LEVEL_OBJECT, NULL, "HeadObject"},
    {"PUT", LEVEL_OBJECT, "uploadId", "UploadPart"},
    {"PUT", LEVEL_OBJECT, "tagging", "PutObjectTagging"},
    {"PUT", LEVEL_OBJECT, NULL, "PutObject"},
    {"POST", LEVEL_OBJECT, "uploads", "CreateMultipartUpload"},
    {"POST", LEVEL_OBJECT, "uploadId", "CompleteMultipartUpload"},
    {"DELETE", LEVEL_OBJECT, "uploadId", "AbortMultipartUpload"},
    {"DELETE", LEVEL_OBJECT, "tagging", "DeleteObjectTagging"},
    {"DELETE", LEVEL_OBJECT, NULL, "DeleteObject"},
};

static const struct action actions[] = {
    {.name = "ListBuckets", .handle = s3_list_buckets},
    {.name = "CreateBucket", .mutating = true, .handle = s3_create_bucket},
    {.name = "HeadBucket", .handle = s3_head_bucket},
    {.name = "DeleteBucket", .mutating = true, .handle = s3_delete_bucket},
    {.name = "GetBucketLocation", .handle = s3_get_bucket_location},
    {.name = "PutBucketEncryption", .mutating = true, .handle = s3_put_bucket_config},
    {.name = "PutPublicAccessBlock", .mutating = true, .handle = s3_put_bucket_config},
    {.name = "PutBucketLifecycleConfiguration", .mutating = true, .handle = s3_put_bucket_config},
    {.name = "GetBucketEncryption", .handle = s3_get_bucket_encryption},
    {.name = "GetPublicAccessBlock", .handle = s3_get_public_access_block},
    {.name = "GetBucketPolicyStatus", .handle = s3_get_bucket_policy_status},
    {.name = "GetBucketLifecycleConfiguration", .handle = s3_get_bucket_lifecycle},
    {.name = "ListObjects", .handle = s3_list_objects},
    {.name = "ListObjectsV2", .handle = s3_list_objects_v2},
    {.name = "PutObject",
     .mutating = true,
     .handle = s3_put_object,
     .streams = true,
     .precheck = s3_check_put_object},
    {.name = "GetObject", .handle = s3_get_object},
    {.name = "HeadObject", .handle = s3_get_object},
    {.name = "DeleteObject", .mutating = true, .handle = s3_delete_object},
    {.name = "DeleteObjects", .mutating = true, .handle = s3_delete_objects},
    {.name = "PutObjectTagging", .mutating = true, .handle = s3_put_object_tagging},
    {.name = "GetObjectTagging", .handle = s3_get_object_tagging},
    {.name = "DeleteObjectTagging", .mutating = true, .handle = s3_delete_object_tagging},
    {.name = "CreateMultipartUpload", .mutating = true, .handle = s3_create_upload},
    {.name = "UploadPart",
     .mutating = true,
     .handle = s3_upload_part,
     .streams = true,
     .precheck = s3_check_part},
    {.name = "ListParts", .handle = s3_list_parts},
    {.name = "ListMultipartUploads", .handle = s3_list_uploads},
    {.name = "CompleteMultipartUpload",
     .mutating = true,
     .handle = s3_complete_upload,
     .checksum_of_object = true},
    {.name = "AbortMultipartUpload", .mutating = true, .handle = s3_abort_upload},
};

/* The bucket that the host names (virtual host style), malloc'd, or NULL. */
static char *bucket_of_host(const struct request *request)
{
    static const char *const bases[] = {".s3.", ".s3-", ".localhost", ".127.0.0.1"};
    const char *host = params_get(&request->headers, "host");
    for (size_t i = 0; host != NULL && i < ARRAY_LEN(bases); i++) {
        const char *base = strstr(host, bases[i]);
        bool aws = strncmp(bases[i], ".s3", 3) == 0;
        if (base != NULL && base > host && (!aws || strstr(base, ".amazonaws.com") != NULL))
            return xasprintf("%.*s", (int)(base - host), host);
    }
    return NULL;
}

static enum level find_names(struct request *request)
{
    const char *path = request->path + 1;
    request->bucket = bucket_of_host(request);
    if (request->bucket == NULL) {
        if (*path == '\0')
            return LEVEL_SERVICE;
        const char *slash = strchrnul(path, '/');
        request->bucket = xasprintf("%.*s", (int)(slash - path), path);
        path = *slash == '/' ? slash + 1 : slash;
    }
    if (*path == '\0')
        return LEVEL_BUCKET;
    request->object = xstrdup(path);
    return LEVEL_OBJECT;
}

/* Whether the request asks for a part of S3 that is not here: refused rather than mistaken. */
static bool is_absent(const struct request *request)
{
    static const char *const queries =
        " accelerate acl analytics attributes cors inventory intelligent-tiering legal-hold "
        "logging "
        "metrics notification object-lock ownershipControls policy renameObject replication "
        "requestPayment restore retention select torrent versionId versioning versions website ";
    bool absent = params_get(&request->headers, "x-amz-copy-source") != NULL;
    for (size_t i = 0; !absent && i < request->params.count; i++) {
        char *word = xasprintf(" %s ", request->params.list[i].name);
        absent = strstr(queries, word) != NULL;
        free(word);
    }
    return absent;
}

static const struct action *route(struct request *request, struct reply *reply)
{
    enum level level = find_names(request);
    const char *action = NULL;
    for (size_t i = 0; action == NULL && i < ARRAY_LEN(routes); i++)
        if (routes[i].level == level && strcmp(routes[i].method, request->method) == 0 &&
            (routes[i].query == NULL || params_get(&request->params, routes[i].query) != NULL))
            action = routes[i].action;
    bool here = !is_absent(request);
    if (action == NULL)
        reply_error(request, reply, 405, "MethodNotAllowed",
                    "The specified method is not allowed against this resource.");
    else if (!here)
        reply_error(request, reply, 501, "NotImplemented",
                    "A header or query you provided implies functionality that is not "
                    "implemented.");
    return here && action != NULL ? service_action(&s3_service, action) : NULL;
}

struct s3_bucket *s3_open_anywhere(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_buckets();
    while (bucket != NULL && strcmp(bucket->name, request->bucket) != 0)
        bucket = bucket->next;
    if (bucket == NULL) {
        struct params extra = {0};
        params_add(&extra, "BucketName", request->bucket);
        reply_error_with(request, reply, 404, "NoSuchBucket", "The specified bucket does not exist",
                         &extra);
        params_free(&extra);
        return NULL;
    }
    if (bucket->owner == request->account)
        return bucket;
    reply_error(request, reply, 403, "AccessDenied", "Access Denied");
    reply_header(reply, "x-amz-bucket-region", bucket->region->name);
    return NULL;
}

/* What S3 answers to a request for a bucket of another region: a host that names the bucket leads
 * to the right place with the wrong signature; a regional one refuses. */
static void refuse_region(const struct s3_bucket *bucket, struct request *request,
                          struct reply *reply)
{
    const char *region = bucket->region->name;
    const char *host = params_get(&request->headers, "host");
    bool by_bucket_name = host != NULL && strncmp(host, bucket->name, strlen(bucket->name)) == 0 &&
                          strstr(host, request->region->name) == NULL;
    char *endpoint = xasprintf("%s.s3.%s.amazonaws.com", bucket->name, region);
    char *message = NULL;
    struct params extra = {0};
    if (by_bucket_name) {
        message = xasprintf("The authorization header is malformed; the region '%s' is wrong; "
                            "expecting '%s'",
                            request->region->name, region);
        params_add(&extra, "Region", region);
        reply_error_with(request, reply, 400, "AuthorizationHeaderMalformed", message, &extra);
    } else if (bucket->region->opt_in) {
        message = xasprintf("The %s location constraint is incompatible for the region specific "
                            "endpoint this request was sent to.",
                            region);
        reply_error_with(request, reply, 400, "IllegalLocationConstraintException", message, NULL);
    } else {
        params_add(&extra, "Endpoint", endpoint);
        params_add(&extra, "Bucket", bucket->name);
        reply_error_with(request, reply, 301, "PermanentRedirect",
                         "The bucket you are attempting to access must be addressed using the "
                         "specified endpoint. Please send all future requests to this endpoint.",
                         &extra);
    }
    reply_header(reply, "x-amz-bucket-region", region);
    params_free(&extra);
    free(message);
    free(endpoint);
}

struct s3_bucket *s3_open(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open_anywhere(request, reply);
    if (bucket == NULL || bucket->region == request->region)
        return bucket;
    refuse_region(bucket, request, reply);
    return NULL;
}

const struct service s3_service = {
    .name = "s3",
    .xmlns = "http://s3.amazonaws.com/doc/2006-03-01/",
    .protocol = PROTOCOL_REST_XML,
    .actions = actions,
    .action_count = ARRAY_LEN(actions),
    .route = route,
    .load = s3_load,
    .state = s3_state,
    .reset = s3_reset,
};
