/* EC2: reports on which accounts use an AMI. */
#ifndef AWS_EC2_USAGE_H
#define AWS_EC2_USAGE_H

#include "aws/call.h"

enum ec2_usage_state {
    EC2_USAGE_UNKNOWN, /* a word that this table does not know: terminal */
    EC2_USAGE_PENDING,
    EC2_USAGE_AVAILABLE,
    EC2_USAGE_ERROR
};

/* One report; what it counts may be a day old. EC2 deletes it after 30 days. A string is NULL where
 * EC2 does not say; id is "" then. */
struct ec2_usage_report {
    char *id, *image_id;
    enum ec2_usage_state state;
    char *state_text, *state_reason;
};
struct ec2_usage_reports {
    struct ec2_usage_report *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_usage_reports_free(struct ec2_usage_reports *reports);

/* One account's use of an AMI. */
struct ec2_usage {
    char *account_id;
    char *resource_type; /* "ec2:Instance", "ec2:LaunchTemplate" */
    int64_t count;       /* of such resources */
};
struct ec2_usages {
    struct ec2_usage *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void ec2_usages_free(struct ec2_usages *usages);

/* CreateImageUsageReport on an own AMI: instances and launch templates (10,000 versions) of all
 * accounts. Idempotent by token. *report_id is malloc'd, NULL on failure. It is a resource of the
 * account: a mutation, refused when read only. Thread: worker. */
bool ec2_create_usage_report(struct call *c, const char *image_id, const char *token,
                             char **report_id, struct err *err);
/* DescribeImageUsageReports, every page: the reports on image_id, or on every AMI when it is NULL.
 * *out is empty on failure; free with ec2_usage_reports_free(). Thread: worker. */
bool ec2_usage_reports(struct call *c, const char *image_id, struct ec2_usage_reports *out,
                       struct err *err);
/* DescribeImageUsageReportEntries of one available report, every page. *out is empty on failure;
 * free with ec2_usages_free(). Thread: worker. */
bool ec2_usage_entries(struct call *c, const char *report_id, struct ec2_usages *out,
                       struct err *err);
/* DeleteImageUsageReport. Thread: worker. */
bool ec2_delete_usage_report(struct call *c, const char *report_id, struct err *err);

#endif
