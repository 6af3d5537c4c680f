/* The members of resources as tables, and what can be filtered by. */
#ifndef AWS_SIM_EC2_SCHEMA_H
#define AWS_SIM_EC2_SCHEMA_H

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"
#include "aws/sim/str.h"

/* Rows that are read from one thing, or from each of several: the devices of an image. */
struct ec2_group {
    const struct ec2_field *fields; /* ended by a row without a kind */
    /* The i-th thing of the resource, NULL behind the last. */
    const void *(*item)(const void *resource, size_t i);
};

enum { EC2_GROUPS = 5 };

struct ec2_schema {
    struct ec2_group groups[EC2_GROUPS]; /* ended by one without fields */
    bool tagged;                         /* it begins with a struct ec2_resource */
};

/* Names of enum ec2_image_state, ended by NULL. */
extern const char *const EC2_IMAGE_STATES[];

extern const struct ec2_field EC2_IMAGE_FIELDS[];
extern const struct ec2_field EC2_IMAGE_REASON_FIELDS[]; /* stateReason */
extern const struct ec2_field EC2_DEVICE_FIELDS[];       /* of struct ec2_device */
extern const struct ec2_field EC2_EBS_FIELDS[];          /* of struct ec2_device, its ebs part */
extern const struct ec2_field EC2_SNAPSHOT_FIELDS[];
extern const struct ec2_field EC2_IMPORT_FIELDS[];
extern const struct ec2_field EC2_IMPORT_DETAIL_FIELDS[]; /* snapshotTaskDetail */
extern const struct ec2_field EC2_IMPORT_BUCKET_FIELDS[]; /* userBucket */

extern const struct ec2_schema EC2_SCHEMAS[EC2_TYPES];

/* The thing itself as the only one of its group. Thread: any. */
const void *ec2_self(const void *resource, size_t i);

/* Writes an element for each row that is shown and present. Thread: any, lock held. */
void ec2_write_fields(struct str *out, const struct ec2_field *fields, const void *thing);

/* Writes <tagSet>, nothing without tags. Thread: any. */
void ec2_write_tags(struct str *out, const struct params *tags);

/* Write the <item> content of a describe call. Thread: any, lock held. */
void ec2_write_image(struct str *out, const struct ec2_image *image);
void ec2_write_devices(struct str *out, const struct ec2_image *image);
void ec2_write_snapshot(struct str *out, const struct ec2_snapshot *snapshot);
void ec2_write_import(struct str *out, const struct ec2_import *import);

#endif
