/* Buckets and objects, as other services may look at them. */
#ifndef AWS_SIM_S3_H
#define AWS_SIM_S3_H

#include "aws/sim/content.h"
#include "aws/sim/params.h"
#include "aws/sim/world.h"

struct s3_object {
    char *key;
    char *etag; /* without quotes */
    struct content *content;
    int64_t modified_ms;    /* simulated */
    struct params metadata; /* headers given back with it */
    struct params tags;
    struct params checksums; /* x-amz-checksum-... header to value */
    char *checksum_type;     /* FULL_OBJECT, COMPOSITE or NULL */
    struct s3_object *next;  /* ascending by key */
};

struct s3_bucket {
    char *name;
    const struct region *region;
    struct account *owner;
    int64_t created_ms;
    struct s3_object *objects;
    struct s3_upload *uploads;
    struct s3_upload *finished; /* completed ones, so that completing twice succeeds */
    struct params config; /* "encryption", "publicAccessBlock", "lifecycle" to the XML put there */
    struct s3_bucket *next;
};

/* NULL when there is none. Valid while the lock is held; take content_ref() of what shall outlive
 * it. Thread: any, lock held. */
const struct s3_bucket *s3_find_bucket(const char *name);
const struct s3_object *s3_find_object(const char *bucket, const char *key);

#endif
