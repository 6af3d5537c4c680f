/* S3: staging objects by multipart upload. */
#ifndef AWS_S3_H
#define AWS_S3_H

#include <time.h>

#include "aws/call.h"
#include "aws/query.h"

/* Limits of multipart upload (S3 User Guide, "Amazon S3 multipart upload limits"). */
#define S3_PARTS_MAX      10000
#define S3_PART_MIN_BYTES (5ull << 20)
#define S3_PART_MAX_BYTES (5ull << 30)

struct s3_object {
    const char *bucket, *key;
};

/* HeadBucket: the bucket's region, also when it is another one than the call's. ERR_NOT_FOUND,
 * ERR_DENIED. Thread: worker. */
bool s3_bucket_region(struct call *c, const char *bucket, char region[32], struct err *err);

struct s3_head {
    bool exists;
    uint64_t size_bytes;
    char etag[96];
};
/* HeadObject; an absent object is no error. Thread: worker. */
bool s3_head_object(struct call *c, struct s3_object o, struct s3_head *out, struct err *err);

/* CreateMultipartUpload with checksum algorithm CRC32C and tags; *upload_id is malloc'd, NULL on
 * failure. Thread: worker. */
bool s3_create_upload(struct call *c, struct s3_object o, const struct tag *tags, size_t tag_count,
                      char **upload_id, struct err *err);

struct s3_part {
    int number; /* from 1 */
    uint64_t size_bytes;
    char etag[96];
    char crc32c[16]; /* base64 of the big-endian value: crc32c_base64() */
    time_t modified; /* when S3 had received it, as s3_list_parts() reads it; -1 when not said */
};
/* UploadPart from a range of a file; fills part->etag. number, size_bytes and crc32c must be
 * set; ERR_MISMATCH when S3 received something else. `sent` counts bytes as they leave, minus those
 * of failed attempts. Thread: worker. */
bool s3_upload_part(struct call *c, struct s3_object o, const char *upload_id, int fd, off_t offset,
                    struct s3_part *part, atomic_uint_least64_t *sent,
                    const atomic_uint_least64_t *rate_bytes_s, struct err *err);

/* ListParts of any upload in the bucket, every page; *parts is malloc'd, by number. ERR_NOT_FOUND
 * when the upload is gone. Thread: worker. */
bool s3_list_parts(struct call *c, struct s3_object o, const char *upload_id,
                   struct s3_part **parts, size_t *count, struct err *err);
/* CompleteMultipartUpload. ERR_NOT_FOUND when the upload is gone: it was aborted, or a completion
 * whose answer was lost has made the object; only the object itself can tell. Thread: worker. */
bool s3_complete_upload(struct call *c, struct s3_object o, const char *upload_id,
                        const struct s3_part *parts, size_t count, uint64_t size_bytes,
                        struct err *err);
/* AbortMultipartUpload, again while parts that were under way still arrive; a gone upload is
 * success. Thread: worker. */
bool s3_abort_upload(struct call *c, struct s3_object o, const char *upload_id, struct err *err);

struct s3_upload {
    char *key, *upload_id;
    time_t initiated; /* calendar time, as AWS's timestamps; -1 when S3 does not say */
};
/* ListMultipartUploads below a prefix, every page; free with s3_uploads_free(). Thread: worker. */
bool s3_list_uploads(struct call *c, const char *bucket, const char *prefix, struct s3_upload **out,
                     size_t *count, struct err *err);
/* Frees a list; NULL with 0 is a no-op. Thread: any. */
void s3_uploads_free(struct s3_upload *uploads, size_t count);

/* An object that a list names. */
struct s3_listed {
    char *key;
    uint64_t size_bytes;
    time_t modified; /* calendar time, as AWS's timestamps; -1 when S3 does not say */
};
struct s3_objects {
    struct s3_listed *items;
    size_t count;
};
/* ListObjectsV2 below a prefix ("" for all), every page, by key; *out is empty on failure; free
 * with s3_objects_free(). Thread: worker. */
bool s3_list_objects(struct call *c, const char *bucket, const char *prefix, struct s3_objects *out,
                     struct err *err);
/* Frees what it holds and empties it. Thread: any. */
void s3_objects_free(struct s3_objects *objects);

/* PutObjectTagging: these tags and no others. Thread: worker. */
bool s3_put_tags(struct call *c, struct s3_object o, const struct tag *tags, size_t count,
                 struct err *err);
/* GetObjectTagging: *tags is malloc'd, NULL for none; free with s3_tags_free(). Thread: worker. */
bool s3_get_tags(struct call *c, struct s3_object o, struct tag **tags, size_t *count,
                 struct err *err);
/* Frees a list; NULL with 0 is a no-op. Thread: any. */
void s3_tags_free(struct tag *tags, size_t count);

/* DeleteObject; an absent one is success. Thread: worker. */
bool s3_delete_object(struct call *c, struct s3_object o, struct err *err);

#endif
