/* Image usage reports: who else uses an AMI, as of the moment at which the report is ready. */
#ifndef AWS_SIM_EC2_REPORTS_H
#define AWS_SIM_EC2_REPORTS_H

#include <cjson/cJSON.h>

#include "aws/sim/ec2_field.h"
#include "aws/sim/ec2_store.h"

enum ec2_report_state { EC2_REPORT_PENDING, EC2_REPORT_AVAILABLE, EC2_REPORT_ERROR };

/* How often the resources of one type and account refer to the image. */
struct ec2_report_entry {
    char *account;
    const char *type; /* ec2:Instance, ec2:LaunchTemplate */
    int count;
};

struct ec2_report {
    struct ec2_resource head;
    enum ec2_report_state state;
    char *image_id;
    char *reason;
    bool instances, templates; /* the types that were asked for */
    int version_depth;         /* 0: not given */
    struct params accounts;    /* that were asked for; none: all */
    int64_t expires_ms;
    struct ec2_report_entry *entries;
    size_t entry_count;
};

extern const struct ec2_field EC2_REPORT_FIELDS[];

/* Loads a row of `imageUsage`: use by an account that need not exist otherwise. False when it makes
 * no sense. Thread: any, lock held. */
bool ec2_usage_load(const cJSON *json);

/* Forgets what was loaded. Thread: any, lock held. */
void ec2_usage_clear(void);

/* Frees what a report holds. Thread: any, lock held. */
void ec2_report_clear(struct ec2_resource *r);

#endif
