/* Every AWS action that tatami asks, a row each. */
#include "aws/actions.h"

#define EC2(action)  .service = "ec2", .name = action, .version = "2016-11-15"
#define S3(action)   .service = "s3", .name = action, .protocol = CALL_REST_XML
#define RBIN(action) .service = "rbin", .name = action, .protocol = CALL_REST_JSON
#define EBS(action)  .service = "ebs", .name = action, .protocol = CALL_REST_JSON
#define QUOTAS(action)                                                                             \
    .service = "servicequotas", .name = action, .version = "ServiceQuotasV20190624",               \
    .protocol = CALL_JSON_1_1
#define PAGES(path) .items = path, .token = "nextToken"
#define CHANGES     .mutating = true

const struct call_action aws_actions[AWS_ACTIONS] = {
    [EBS_COMPLETE_SNAPSHOT] = {EBS("CompleteSnapshot"), CHANGES},
    [EBS_GET_SNAPSHOT_BLOCK] = {EBS("GetSnapshotBlock")},
    [EBS_LIST_CHANGED_BLOCKS] = {EBS("ListChangedBlocks")},
    [EBS_LIST_SNAPSHOT_BLOCKS] = {EBS("ListSnapshotBlocks")},
    [EBS_PUT_SNAPSHOT_BLOCK] = {EBS("PutSnapshotBlock"), CHANGES},
    [EBS_START_SNAPSHOT] = {EBS("StartSnapshot"), CHANGES},

    [EC2_CANCEL_IMPORT_TASK] = {EC2("CancelImportTask"), CHANGES},
    [EC2_COPY_IMAGE] = {EC2("CopyImage"), CHANGES},
    [EC2_CREATE_IMAGE_USAGE_REPORT] = {EC2("CreateImageUsageReport"), CHANGES},
    [EC2_CREATE_TAGS] = {EC2("CreateTags"), CHANGES},
    [EC2_DELETE_IMAGE_USAGE_REPORT] = {EC2("DeleteImageUsageReport"), CHANGES},
    [EC2_DELETE_SNAPSHOT] = {EC2("DeleteSnapshot"), CHANGES},
    [EC2_DELETE_TAGS] = {EC2("DeleteTags"), CHANGES},
    [EC2_DEREGISTER_IMAGE] = {EC2("DeregisterImage"), CHANGES},
    [EC2_DESCRIBE_IMAGES] = {EC2("DescribeImages"), PAGES("imagesSet/item")},
    [EC2_DESCRIBE_IMAGE_ATTRIBUTE] = {EC2("DescribeImageAttribute")},
    [EC2_DESCRIBE_IMAGE_REFERENCES] = {EC2("DescribeImageReferences"),
                                       PAGES("imageReferenceSet/item")},
    [EC2_DESCRIBE_IMAGE_USAGE_REPORTS] = {EC2("DescribeImageUsageReports"),
                                          PAGES("imageUsageReportSet/item")},
    [EC2_DESCRIBE_IMAGE_USAGE_REPORT_ENTRIES] = {EC2("DescribeImageUsageReportEntries"),
                                                 PAGES("imageUsageReportEntrySet/item")},
    [EC2_DESCRIBE_IMPORT_SNAPSHOT_TASKS] = {EC2("DescribeImportSnapshotTasks"),
                                            PAGES("importSnapshotTaskSet/item")},
    [EC2_DESCRIBE_REGIONS] = {EC2("DescribeRegions")},
    [EC2_DESCRIBE_SNAPSHOTS] = {EC2("DescribeSnapshots"), PAGES("snapshotSet/item")},
    [EC2_DESCRIBE_SNAPSHOT_ATTRIBUTE] = {EC2("DescribeSnapshotAttribute")},
    [EC2_DISABLE_IMAGE] = {EC2("DisableImage"), CHANGES},
    [EC2_DISABLE_IMAGE_DEREGISTRATION_PROTECTION] = {EC2("DisableImageDeregistrationProtection"),
                                                     CHANGES},
    [EC2_ENABLE_IMAGE_DEPRECATION] = {EC2("EnableImageDeprecation"), CHANGES},
    [EC2_ENABLE_IMAGE_DEREGISTRATION_PROTECTION] = {EC2("EnableImageDeregistrationProtection"),
                                                    CHANGES},
    [EC2_IMPORT_SNAPSHOT] = {EC2("ImportSnapshot"), CHANGES},
    [EC2_LIST_IMAGES_IN_RECYCLE_BIN] = {EC2("ListImagesInRecycleBin"), PAGES("imageSet/item")},
    [EC2_LIST_SNAPSHOTS_IN_RECYCLE_BIN] = {EC2("ListSnapshotsInRecycleBin"),
                                           PAGES("snapshotSet/item")},
    [EC2_MODIFY_IMAGE_ATTRIBUTE] = {EC2("ModifyImageAttribute"), CHANGES},
    [EC2_MODIFY_SNAPSHOT_ATTRIBUTE] = {EC2("ModifySnapshotAttribute"), CHANGES},
    /* It has no token: who repeats it looks the name up first. */
    [EC2_REGISTER_IMAGE] = {EC2("RegisterImage"), CHANGES, .once = true},
    [EC2_RESTORE_IMAGE_FROM_RECYCLE_BIN] = {EC2("RestoreImageFromRecycleBin"), CHANGES},
    [EC2_RESTORE_SNAPSHOT_FROM_RECYCLE_BIN] = {EC2("RestoreSnapshotFromRecycleBin"), CHANGES},

    [IAM_LIST_ACCOUNT_ALIASES] = {.service = "iam",
                                  .name = "ListAccountAliases",
                                  .version = "2010-05-08"},
    /* Signing in: the token speaks, no policy. */
    [SSO_CREATE_TOKEN] = {.service = "sso-oauth",
                          .name = "CreateToken",
                          .permission = "",
                          .protocol = CALL_REST_JSON,
                          .unsigned_call = true},
    [SSO_GET_ROLE_CREDENTIALS] = {.service = "sso",
                                  .name = "GetRoleCredentials",
                                  .permission = "",
                                  .protocol = CALL_REST_JSON,
                                  .unsigned_call = true},
    [STS_ASSUME_ROLE] = {.service = "sts", .name = "AssumeRole", .version = "2011-06-15"},
    [STS_ASSUME_ROLE_WITH_WEB_IDENTITY] = {.service = "sts",
                                           .name = "AssumeRoleWithWebIdentity",
                                           .version = "2011-06-15",
                                           .permission = "",
                                           .unsigned_call = true},
    [STS_GET_CALLER_IDENTITY] = {.service = "sts",
                                 .name = "GetCallerIdentity",
                                 .version = "2011-06-15",
                                 .permission = ""},

    [QUOTAS_GET_AWS_DEFAULT_SERVICE_QUOTA] = {QUOTAS("GetAWSDefaultServiceQuota")},
    [QUOTAS_GET_SERVICE_QUOTA] = {QUOTAS("GetServiceQuota")},
    [RBIN_GET_RULE] = {RBIN("GetRule")},
    [RBIN_LIST_RULES] = {RBIN("ListRules")},

    /* Permissions of S3 are not called as its actions are (Service Authorization Reference). */
    [S3_ABORT_MULTIPART_UPLOAD] = {S3("AbortMultipartUpload"), CHANGES},
    [S3_COMPLETE_MULTIPART_UPLOAD] = {S3("CompleteMultipartUpload"), CHANGES,
                                      .permission = "s3:PutObject"},
    [S3_CREATE_MULTIPART_UPLOAD] = {S3("CreateMultipartUpload"), CHANGES,
                                    .permission = "s3:PutObject", .once = true},
    [S3_DELETE_OBJECT] = {S3("DeleteObject"), CHANGES},
    [S3_GET_OBJECT] = {S3("GetObject")},
    [S3_GET_OBJECT_TAGGING] = {S3("GetObjectTagging")},
    [S3_HEAD_BUCKET] = {S3("HeadBucket"), .permission = "s3:ListBucket"},
    [S3_HEAD_OBJECT] = {S3("HeadObject"), .permission = "s3:GetObject"},
    [S3_LIST_MULTIPART_UPLOADS] = {S3("ListMultipartUploads"),
                                   .permission = "s3:ListBucketMultipartUploads"},
    [S3_LIST_OBJECTS] = {S3("ListObjectsV2"), .permission = "s3:ListBucket"},
    [S3_LIST_PARTS] = {S3("ListParts"), .permission = "s3:ListMultipartUploadParts"},
    [S3_PUT_OBJECT] = {S3("PutObject"), CHANGES},
    [S3_PUT_OBJECT_TAGGING] = {S3("PutObjectTagging"), CHANGES},
    [S3_UPLOAD_PART] = {S3("UploadPart"), CHANGES, .permission = "s3:PutObject"},
};

void aws_action_permission(const struct call_action *action, struct buf *out)
{
    if (action->permission != NULL)
        buf_add_str(out, action->permission);
    else
        buf_add_fmt(out, "%s:%s", action->service, action->name);
}
