/* S3: buckets and what is configured on them. */
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void s3_open_xml(struct reply *reply, const char *root)
{
    reply_header(reply, "Content-Type", "application/xml");
    str_addf(&reply->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"%s\">", root,
             s3_service.xmlns);
}

void s3_close_xml(struct reply *reply, const char *root)
{
    xml_close(&reply->body, root);
}

/* S3's own rules for names ("Bucket naming rules"). */
static bool is_bucket_name(const char *name)
{
    size_t len = strlen(name);
    bool ok = len >= 3 && len <= 63 && name[0] != '.' && name[0] != '-' && name[len - 1] != '.' &&
              name[len - 1] != '-' && strstr(name, "..") == NULL;
    for (const char *p = name; ok && *p != '\0'; p++)
        ok = islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '.' || *p == '-';
    return ok;
}

/* The region that a CreateBucket asks for; NULL with an error in the reply. */
static const struct region *wanted_region(struct request *request, struct reply *reply)
{
    const struct region *endpoint = request->region, *wanted = region_find("us-east-1");
    char *constraint = NULL;
    if (request->body.len > 0) {
        struct xml_node *root = xml_parse(request->body.data, request->body.len);
        if (root == NULL || strcmp(root->name, "CreateBucketConfiguration") != 0) {
            reply_error(request, reply, 400, "MalformedXML",
                        "The XML you provided was not "
                        "well-formed or did not validate against our published schema");
            xml_free(root);
            return NULL;
        }
        constraint = xstrdup_or_null(xml_child_text(root, "LocationConstraint"));
        xml_free(root);
    }
    if (constraint != NULL)
        wanted = region_find(strcmp(constraint, "EU") == 0 ? "eu-west-1" : constraint);
    bool global = strcmp(endpoint->name, "us-east-1") == 0;
    if (wanted == NULL || (constraint != NULL && strcmp(constraint, "us-east-1") == 0)) {
        reply_error(request, reply, 400, "InvalidLocationConstraint",
                    "The specified location-constraint is not valid");
        wanted = NULL;
    } else if (wanted != endpoint && (!global || wanted->opt_in)) {
        reply_error(request, reply, 400, "IllegalLocationConstraintException",
                    "The %s location constraint is incompatible for the region specific endpoint "
                    "this request was sent to.",
                    constraint != NULL ? constraint : "unspecified");
        wanted = NULL;
    }
    free(constraint);
    return wanted;
}

void s3_create_bucket(struct request *request, struct reply *reply)
{
    if (!is_bucket_name(request->bucket)) {
        reply_error(request, reply, 400, "InvalidBucketName", "The specified bucket is not valid.");
        return;
    }
    const struct region *region = wanted_region(request, reply);
    if (region == NULL)
        return;
    const struct s3_bucket *old = s3_find_bucket(request->bucket);
    /* In us-east-1 alone, making one's own bucket again succeeds. */
    bool again = old != NULL && old->owner == request->account && old->region == region &&
                 strcmp(region->name, "us-east-1") == 0;
    if (old != NULL && !again) {
        bool own = old->owner == request->account;
        reply_error(request, reply, 409, own ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists",
                    own ? "Your previous request to create the named bucket succeeded and you "
                          "already own it."
                        : "The requested bucket name is not available. The bucket namespace is "
                          "shared by all users of the system. Please select a different name and "
                          "try again.");
        return;
    }
    if (!again)
        s3_add_bucket(request->bucket, region, request->account,
                      clock_now_ms(request->world->clock));
    char *location = xasprintf("/%s", request->bucket);
    reply_header(reply, "Location", location);
    free(location);
}

void s3_delete_bucket(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    if (bucket->objects != NULL) {
        reply_error(request, reply, 409, "BucketNotEmpty",
                    "The bucket you tried to delete is not empty");
        return;
    }
    s3_drop_bucket(bucket);
    reply->status = 204;
}

void s3_head_bucket(struct request *request, struct reply *reply)
{
    const struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket != NULL)
        reply_header(reply, "x-amz-bucket-region", bucket->region->name);
}

void s3_get_bucket_location(struct request *request, struct reply *reply)
{
    bool global = strcmp(request->region->name, "us-east-1") == 0;
    const struct s3_bucket *bucket =
        global ? s3_open_anywhere(request, reply) : s3_open(request, reply);
    if (bucket == NULL)
        return;
    s3_open_xml(reply, "LocationConstraint");
    if (strcmp(bucket->region->name, "us-east-1") != 0)
        str_add_xml(&reply->body, bucket->region->name);
    s3_close_xml(reply, "LocationConstraint");
}

void s3_list_buckets(struct request *request, struct reply *reply)
{
    s3_open_xml(reply, "ListAllMyBucketsResult");
    xml_open(&reply->body, "Owner");
    xml_text(&reply->body, "ID", request->account->id);
    xml_close(&reply->body, "Owner");
    xml_open(&reply->body, "Buckets");
    for (const struct s3_bucket *b = s3_buckets(); b != NULL; b = b->next) {
        if (b->owner != request->account)
            continue;
        xml_open(&reply->body, "Bucket");
        xml_text(&reply->body, "Name", b->name);
        xml_time(&reply->body, "CreationDate", b->created_ms);
        xml_text(&reply->body, "BucketRegion", b->region->name);
        xml_close(&reply->body, "Bucket");
    }
    xml_close(&reply->body, "Buckets");
    s3_close_xml(reply, "ListAllMyBucketsResult");
}

static const struct {
    const char *query, *root;
} configs[] = {
    {"encryption", "ServerSideEncryptionConfiguration"},
    {"publicAccessBlock", "PublicAccessBlockConfiguration"},
    {"lifecycle", "LifecycleConfiguration"},
};

void s3_put_bucket_config(struct request *request, struct reply *reply)
{
    struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    if (!s3_has_checksum(request)) {
        reply_error(request, reply, 400, "InvalidRequest",
                    "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        return;
    }
    struct xml_node *root = xml_parse(str_text(&request->body), request->body.len);
    bool ok = false;
    for (size_t i = 0; root != NULL && i < ARRAY_LEN(configs); i++) {
        if (params_get(&request->params, configs[i].query) == NULL ||
            strcmp(root->name, configs[i].root) != 0)
            continue;
        params_set(&bucket->config, configs[i].query, str_text(&request->body));
        ok = true;
    }
    xml_free(root);
    if (!ok)
        reply_error(request, reply, 400, "MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema");
}

/* Answers the document that was put there, else `otherwise`; NULL: the error. */
static void show_config(struct request *request, struct reply *reply, const char *query,
                        const char *otherwise, const char *code, const char *message)
{
    const struct s3_bucket *bucket = s3_open(request, reply);
    if (bucket == NULL)
        return;
    const char *own = params_get(&bucket->config, query);
    if (own == NULL && otherwise == NULL) {
        reply_error(request, reply, 404, code, "%s", message);
        return;
    }
    reply_header(reply, "Content-Type", "application/xml");
    str_add(&reply->body, own != NULL ? own : otherwise);
}

/* What every new bucket has since 2023: SSE-S3, and public access blocked. */
#define XMLNS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

void s3_get_bucket_encryption(struct request *request, struct reply *reply)
{
    show_config(request, reply, "encryption",
                "<ServerSideEncryptionConfiguration" XMLNS "><Rule>"
                "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled>"
                "</Rule></ServerSideEncryptionConfiguration>",
                NULL, NULL);
}

void s3_get_public_access_block(struct request *request, struct reply *reply)
{
    show_config(request, reply, "publicAccessBlock",
                "<PublicAccessBlockConfiguration" XMLNS "><BlockPublicAcls>true</BlockPublicAcls>"
                "<IgnorePublicAcls>true</IgnorePublicAcls>"
                "<BlockPublicPolicy>true</BlockPublicPolicy>"
                "<RestrictPublicBuckets>true</RestrictPublicBuckets>"
                "</PublicAccessBlockConfiguration>",
                NULL, NULL);
}

void s3_get_bucket_lifecycle(struct request *request, struct reply *reply)
{
    show_config(request, reply, "lifecycle", NULL, "NoSuchLifecycleConfiguration",
                "The lifecycle configuration does not exist");
}

/* No bucket here has a policy. */
void s3_get_bucket_policy_status(struct request *request, struct reply *reply)
{
    show_config(request, reply, "policyStatus", NULL, "NoSuchBucketPolicy",
                "The bucket policy does not exist");
}
