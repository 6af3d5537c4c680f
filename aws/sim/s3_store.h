/* What the S3 files share: the resources, and how a request finds its own. */
#ifndef AWS_SIM_S3_STORE_H
#define AWS_SIM_S3_STORE_H

#include "aws/sim/checksum.h"
#include "aws/sim/reply.h"
#include "aws/sim/s3.h"
#include "aws/sim/service.h"

struct s3_part {
    int number;
    unsigned char md5[16], checksum[CHECKSUM_MAX];
    struct content *content;
    int64_t modified_ms;
    struct s3_part *next; /* ascending by number */
};

struct s3_upload {
    char *id, *key;
    int64_t initiated_ms;
    struct params metadata, tags;
    enum checksum_kind checksum;
    bool full_object; /* else composite */
    struct s3_part *parts;
    char *result;           /* of a finished one: what CompleteMultipartUpload answered */
    struct s3_upload *next; /* in order of key, then of beginning */
};

/* The bucket of the request, if it is there, may be used by the caller, and is in the region that
 * the request was signed for. Else NULL with an error in the reply. Thread: any, lock held. */
struct s3_bucket *s3_open(struct request *request, struct reply *reply);

/* The same without the question of the region. Thread: any, lock held. */
struct s3_bucket *s3_open_anywhere(struct request *request, struct reply *reply);

/* All buckets, in order of name. Thread: any, lock held. */
struct s3_bucket *s3_buckets(void);

/* Adds an empty bucket; the texts are copied. Thread: any, lock held. */
struct s3_bucket *s3_add_bucket(const char *name, const struct region *region,
                                struct account *owner, int64_t now_ms);

/* Takes an empty bucket away. Thread: any, lock held. */
void s3_drop_bucket(struct s3_bucket *bucket);
void s3_drop_all(void);

/* The object of that key in a bucket, or NULL. Thread: any, lock held. */
struct s3_object *s3_get(struct s3_bucket *bucket, const char *key);

/* The object that the request names, or NULL with an error in the reply. Thread: any, lock held. */
struct s3_object *s3_open_object(struct request *request, struct reply *reply);

/* An object of that key, empty but for key and content (whose reference it takes), in place of the
 * one that was there. Thread: any, lock held. */
struct s3_object *s3_put(struct s3_bucket *bucket, const char *key, struct content *content,
                         int64_t now_ms);
void s3_delete(struct s3_bucket *bucket, const char *key);

/* The unfinished upload that the request names, or NULL with NoSuchUpload in the reply. Thread:
 * any, lock held. */
struct s3_upload *s3_find_upload(struct s3_bucket *bucket, struct request *request,
                                 struct reply *reply);
void s3_upload_free(struct s3_upload *upload);

/* Headers that are kept with an object and given back. Thread: any. */
void s3_take_metadata(const struct request *request, struct params *metadata);

/* The tags of x-amz-tagging (a query string). False with an error in the reply. Thread: any. */
bool s3_take_tags(struct request *request, struct reply *reply, struct params *tags);

/* Whether the request says how long its body is. False with an error in the reply. Thread: any. */
bool s3_says_length(struct request *request, struct reply *reply);

/* If-Match and If-None-Match of a write to that key. False with an error in the reply. Thread:
 * any, lock held. */
bool s3_may_write(struct s3_bucket *bucket, struct request *request, struct reply *reply);

/* Whether the request bears Content-MD5 or a checksum, which was then compared already. Thread:
 * any. */
bool s3_has_checksum(const struct request *request);

/* Hooks of the service: see struct service. Thread: any, lock held. */
bool s3_load(struct world *w, const cJSON *start, char **why);
void s3_state(struct world *w, cJSON *out);
void s3_reset(struct world *w);

/* Opens and ends an XML answer. Thread: any. */
void s3_open_xml(struct reply *reply, const char *root);
void s3_close_xml(struct reply *reply, const char *root);

/* The ETag of a streamed body: its MD5, or with --discard 16 bytes that stand for it. Thread:
 * any. */
void s3_body_md5(const struct request *request, unsigned char out[16]);

/* The ETag as text; malloc'd. Thread: any. */
char *s3_body_etag(const struct request *request);

/* Sets `ETag: "..."`. Thread: any. */
void s3_etag_header(struct reply *reply, const char *etag);

/* Whether an ETag as clients write it, with or without quotes, is this one. Thread: any. */
bool s3_same_etag(const char *written, const char *etag);

/* A number in the query within [1, high]; `high` when absent. False with InvalidArgument in the
 * reply. Thread: any. */
bool s3_limit(struct request *request, struct reply *reply, const char *name, int high, int *limit);

action_fn s3_list_buckets, s3_create_bucket, s3_head_bucket, s3_delete_bucket,
    s3_get_bucket_location, s3_put_bucket_config, s3_get_bucket_encryption,
    s3_get_public_access_block, s3_get_bucket_lifecycle, s3_get_bucket_policy_status;
action_fn s3_list_objects, s3_list_objects_v2, s3_list_uploads, s3_list_parts;
action_fn s3_check_put_object, s3_put_object, s3_get_object, s3_delete_object, s3_delete_objects,
    s3_put_object_tagging, s3_get_object_tagging, s3_delete_object_tagging;
action_fn s3_create_upload, s3_check_part, s3_upload_part, s3_complete_upload, s3_abort_upload;

#endif
