/* The errors of EBS direct, as a table. */
#include "aws/sim/ebs_error.h"

static const struct {
    int status;
    const char *code, *reason; /* reason NULL: the error has none */
} ROWS[EBS_PROBLEMS] = {
    [EBS_INVALID_PARAMETER] = {400, "ValidationException", "INVALID_PARAMETER_VALUE"},
    [EBS_INVALID_SNAPSHOT_ID] = {400, "ValidationException", "INVALID_SNAPSHOT_ID"},
    [EBS_INVALID_VOLUME_SIZE] = {400, "ValidationException", "INVALID_VOLUME_SIZE"},
    [EBS_INVALID_TAG] = {400, "ValidationException", "INVALID_TAG"},
    [EBS_INVALID_BLOCK] = {400, "ValidationException", "INVALID_BLOCK"},
    [EBS_INVALID_BLOCK_TOKEN] = {400, "ValidationException", "INVALID_BLOCK_TOKEN"},
    [EBS_INVALID_PAGE_TOKEN] = {400, "ValidationException", "INVALID_PAGE_TOKEN"},
    [EBS_UNRELATED_SNAPSHOTS] = {400, "ValidationException", "UNRELATED_SNAPSHOTS"},
    [EBS_NOT_FOUND] = {404, "ResourceNotFoundException", "SNAPSHOT_NOT_FOUND"},
    [EBS_ACCESS_DENIED] = {403, "AccessDeniedException", "UNAUTHORIZED_ACCOUNT"},
    [EBS_ACCOUNT_THROTTLED] = {400, "RequestThrottledException", "ACCOUNT_THROTTLED"},
    [EBS_SNAPSHOT_THROTTLED] = {400, "RequestThrottledException", "RESOURCE_LEVEL_THROTTLE"},
    [EBS_QUOTA_EXCEEDED] = {402, "ServiceQuotaExceededException",
                            "DEPENDENCY_SERVICE_QUOTA_EXCEEDED"},
    [EBS_CONCURRENT_LIMIT] = {400, "ConcurrentLimitExceededException", NULL},
    [EBS_CONFLICT] = {409, "ConflictException", NULL},
    [EBS_INTERNAL] = {500, "InternalServerException", NULL},
};

void ebs_refuse(struct request *request, struct reply *reply, enum ebs_problem problem,
                const char *format, ...)
{
    struct str message = {0};
    struct params extra = {0};
    va_list args;
    va_start(args, format);
    str_add_args(&message, format, args);
    va_end(args);
    if (ROWS[problem].reason != NULL)
        params_add(&extra, "Reason", ROWS[problem].reason);
    reply_error_with(request, reply, ROWS[problem].status, ROWS[problem].code, str_text(&message),
                     &extra);
    params_free(&extra);
    str_free(&message);
}
