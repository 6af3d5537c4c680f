/* Launch templates and their versions, as far as they say which AMI is in use. */
#ifndef AWS_SIM_EC2_TEMPLATES_H
#define AWS_SIM_EC2_TEMPLATES_H

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"
#include "aws/sim/reply.h"

struct ec2_template_version {
    const struct ec2_template *template;
    int number;
    int64_t created_ms;
    char *description;
    char *image_id; /* an AMI, `resolve:ssm:NAME`, or NULL */
    char *instance_type;
};

struct ec2_template {
    struct ec2_resource head;
    char *name;
    int default_number;
    int latest_number;                      /* of the newest version that exists */
    int last_number;                        /* of the newest version that ever was */
    struct ec2_template_version **versions; /* in order of their numbers */
    size_t version_count;
};

extern const struct ec2_field EC2_TEMPLATE_FIELDS[];

/* Adds the next version of a template. Thread: any, lock held. */
struct ec2_template_version *ec2_template_add_version(struct ec2_template *template);

/* Takes over what a request says about a version, on top of what it has. Thread: any, lock held. */
void ec2_template_read_version(const struct request *request, struct ec2_template_version *version);

/* The version that a text names (a number, $Latest, $Default), or NULL. Thread: any, lock held. */
struct ec2_template_version *ec2_template_version(const struct ec2_template *template,
                                                  const char *text);

/* The caller's template of an action that takes `prefix`LaunchTemplateId or ...Name; NULL after
 * answering an error. Thread: any, lock held. */
struct ec2_template *ec2_own_template(struct request *request, struct reply *reply,
                                      const char *prefix);

/* Frees a version that is in no template any more. Thread: any, lock held. */
void ec2_template_version_free(struct ec2_template_version *version);

/* Frees the versions of a template. Thread: any, lock held. */
void ec2_template_clear(struct ec2_resource *r);

#endif
