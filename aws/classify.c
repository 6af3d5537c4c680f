/* AWS error code to error kind: one table. */
#include <string.h>

#include "aws/retry.h"
#include "base/mem.h"

static const struct row {
    const char *code;
    enum err_kind kind;
} codes[] = {
    /* Throttles (botocore, standard retry mode; EBS direct) */
    {"Throttling", ERR_THROTTLED},
    {"ThrottlingException", ERR_THROTTLED},
    {"ThrottledException", ERR_THROTTLED},
    {"RequestThrottled", ERR_THROTTLED},
    {"RequestThrottledException", ERR_THROTTLED},
    {"RequestLimitExceeded", ERR_THROTTLED},
    {"TooManyRequestsException", ERR_THROTTLED},
    {"BandwidthLimitExceeded", ERR_THROTTLED},
    {"LimitExceededException", ERR_THROTTLED},
    {"ProvisionedThroughputExceededException", ERR_THROTTLED},
    {"TransactionInProgressException", ERR_THROTTLED},
    {"EC2ThrottledException", ERR_THROTTLED},
    {"PriorRequestNotComplete", ERR_THROTTLED},
    {"SlowDown", ERR_THROTTLED},
    {"TooManyUpdates", ERR_THROTTLED},
    /* Failures inside AWS */
    {"InternalError", ERR_SERVER},
    {"InternalFailure", ERR_SERVER},
    {"InternalServerException", ERR_SERVER},
    {"ServiceUnavailable", ERR_SERVER},
    {"Unavailable", ERR_SERVER},
    {"IDPCommunicationError", ERR_SERVER},
    {"ConcurrentTagAccess", ERR_SERVER},
    {"OperationAborted", ERR_SERVER},
    {"ConditionalRequestConflict", ERR_SERVER},
    {"RequestTimeout", ERR_TIMEOUT},
    {"RequestTimeoutException", ERR_TIMEOUT},
    /* The clock */
    {"RequestTimeTooSkewed", ERR_SKEW},
    {"RequestExpired", ERR_SKEW},
    {"RequestInTheFuture", ERR_SKEW},
    /* Who we are */
    {"AuthFailure", ERR_CREDENTIALS},
    {"SignatureDoesNotMatch", ERR_CREDENTIALS},
    {"InvalidSignatureException", ERR_CREDENTIALS},
    {"IncompleteSignature", ERR_CREDENTIALS},
    {"MissingAuthenticationToken", ERR_CREDENTIALS},
    {"InvalidClientTokenId", ERR_CREDENTIALS},
    {"InvalidAccessKeyId", ERR_CREDENTIALS},
    {"UnrecognizedClientException", ERR_CREDENTIALS},
    {"InvalidToken", ERR_CREDENTIALS},
    {"InvalidIdentityToken", ERR_CREDENTIALS},
    {"IDPRejectedClaim", ERR_CREDENTIALS},
    {"ExpiredToken", ERR_EXPIRED},
    {"ExpiredTokenException", ERR_EXPIRED},
    {"TokenRefreshRequired", ERR_EXPIRED},
    /* What we may */
    {"UnauthorizedOperation", ERR_DENIED},
    {"AccessDenied", ERR_DENIED},
    {"AccessDeniedException", ERR_DENIED},
    {"AllAccessDisabled", ERR_DENIED},
    {"OptInRequired", ERR_REGION_OFF},
    {"RegionDisabledException", ERR_REGION_OFF},
    /* What is there */
    {"InvalidAMIID.NotFound", ERR_NOT_FOUND},
    {"InvalidSnapshot.NotFound", ERR_NOT_FOUND},
    {"InvalidInstanceID.NotFound", ERR_NOT_FOUND},
    {"InvalidConversionTaskId", ERR_NOT_FOUND},
    {"NoSuchBucket", ERR_NOT_FOUND},
    {"NoSuchKey", ERR_NOT_FOUND},
    {"NoSuchUpload", ERR_NOT_FOUND},
    {"NoSuchTagSet", ERR_NOT_FOUND},
    {"NoSuchEntity", ERR_NOT_FOUND},
    {"NotFound", ERR_NOT_FOUND},
    {"ResourceNotFoundException", ERR_NOT_FOUND},
    {"NoSuchResourceException", ERR_NOT_FOUND},
    {"ParameterNotFound", ERR_NOT_FOUND},
    {"InvalidAMIID.Unavailable", ERR_NOT_READY},
    {"IncorrectState", ERR_NOT_READY},
    {"InvalidAMIName.Duplicate", ERR_EXISTS},
    {"BucketAlreadyExists", ERR_EXISTS},
    {"BucketAlreadyOwnedByYou", ERR_EXISTS},
    {"EntityAlreadyExists", ERR_EXISTS},
    {"PreconditionFailed", ERR_EXISTS},
    {"ResourceAlreadyExistsException", ERR_EXISTS},
    {"ParameterAlreadyExists", ERR_EXISTS},
    /* Quotas and guards */
    {"ResourceLimitExceeded", ERR_LIMIT},
    {"LimitExceeded", ERR_LIMIT},
    {"TagLimitExceeded", ERR_LIMIT},
    {"SnapshotLimitExceeded", ERR_LIMIT},
    {"PendingSnapshotLimitExceeded", ERR_LIMIT},
    {"ServiceQuotaExceededException", ERR_LIMIT},
    {"ConcurrentLimitExceededException", ERR_LIMIT},
    {"VcpuLimitExceeded", ERR_LIMIT},
    {"InsufficientInstanceCapacity", ERR_LIMIT},
    {"OperationNotPermitted", ERR_BLOCKED},
    {"InvalidSnapshot.InUse", ERR_BLOCKED},
    /* Tokens and checksums */
    {"IdempotentParameterMismatch", ERR_MISMATCH},
    {"IdempotentInstanceTerminated", ERR_MISMATCH},
    {"ConflictException", ERR_MISMATCH},
    {"BadDigest", ERR_MISMATCH},
    {"InvalidDigest", ERR_MISMATCH},
    {"XAmzContentSHA256Mismatch", ERR_MISMATCH},
};

static const struct status_row {
    int status;
    enum err_kind kind;
} statuses[] = {
    {401, ERR_CREDENTIALS}, {403, ERR_DENIED}, {404, ERR_NOT_FOUND}, {408, ERR_TIMEOUT},
    {409, ERR_MISMATCH},    {412, ERR_EXISTS}, {429, ERR_THROTTLED}, {500, ERR_SERVER},
    {502, ERR_SERVER},      {503, ERR_SERVER}, {504, ERR_SERVER},
};

enum err_kind retry_classify(const char *code, int http_status)
{
    for (size_t i = 0; code != NULL && i < ARRAY_LEN(codes); i++)
        if (strcmp(codes[i].code, code) == 0)
            return codes[i].kind;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (statuses[i].status == http_status)
            return statuses[i].kind;
    if (http_status >= 500)
        return ERR_SERVER;
    return ERR_INVALID;
}
