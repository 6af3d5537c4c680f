/* What an error means and what one can do. */
#include "screens/meaning.h"

#include <string.h>

#include "base/mem.h"

#define RETRY    "r\ttry again"
#define LEAVE    "x\tleave this region out of the release, and back"
#define BY_SELF  "nothing\tit goes on by itself"
#define RETRY_IT "r\ttry again, once that is put right"

static const struct meaning rows[] = {
    {ERR_THROTTLED,
     "RequestLimitExceeded",
     "Too many EC2 calls in this region in a short time, from this account; others count too. "
     "Nothing is lost: tatami waits longer each time.",
     {BY_SELF, LEAVE}},
    {ERR_LIMIT,
     "ResourceLimitExceeded",
     "A quota of the account is reached: copies in flight, AMIs, public AMIs or snapshots in this "
     "region.",
     {RETRY_IT, "quota\task AWS to raise it in Service Quotas, or retire an old release", LEAVE}},
    {ERR_BLOCKED,
     "OperationNotPermitted",
     "Block public access for AMIs is on in this region, so that nothing can be shared with "
     "everyone.",
     {"disable\taws ec2 disable-image-block-public-access --region REGION; may take 10 minutes",
      RETRY_IT, "p\tkeep this AMI private", LEAVE}},
    {ERR_REGION_OFF,
     NULL,
     "The region is not enabled for this account; AWS answers AuthFailure for regions that are off, "
     "though the key is good. Nothing was created there.",
     {"enable\taws account enable-region --region-name REGION; takes minutes to hours", RETRY_IT,
      LEAVE}},
    {ERR_CREDENTIALS,
     NULL,
     "AWS does not know these credentials, or there are none. Nothing was changed by this call.",
     {"check\t`tatami whoami` says which credentials are used, and from where", RETRY_IT}},
    {ERR_EXPIRED,
     NULL,
     "The credentials were good and have run out. What is in flight in AWS goes on.",
     {"renew\tlog in again (`aws sso login`, a new session), then r", RETRY_IT}},
    {ERR_DENIED,
     NULL,
     "The credentials are good, but may not do this here: an IAM policy, a permission boundary or "
     "a service control policy says no.",
     {"policy\tallow the action above, in this region, for the identity above", RETRY_IT, LEAVE}},
    {ERR_THROTTLED,
     NULL,
     "AWS asks to slow down. Nothing is lost: tatami waits longer each time.",
     {BY_SELF, LEAVE}},
    {ERR_SERVER,
     NULL,
     "AWS failed inside. The same request is sent again with the same token, so that nothing is "
     "made twice.",
     {BY_SELF, RETRY, LEAVE}},
    {ERR_NETWORK,
     NULL,
     "No answer came: connection, name or TLS. Whether AWS got the request is not known; it is "
     "looked up before it is repeated.",
     {BY_SELF, RETRY, LEAVE}},
    {ERR_TIMEOUT,
     NULL,
     "No answer came in time. Whether AWS got the request is not known; it is looked up before it "
     "is repeated.",
     {BY_SELF, RETRY, LEAVE}},
    {ERR_SKEW,
     NULL,
     "This machine's clock differs from AWS's by too much, so that signatures do not count.",
     {"clock\tset the clock (timedatectl, chronyc)", RETRY_IT}},
    {ERR_NOT_FOUND,
     NULL,
     "The resource is not there: deleted by somebody, or not yet visible to AWS's readers.",
     {RETRY, LEAVE}},
    {ERR_NOT_READY,
     NULL,
     "The resource is there and AWS still works on it.",
     {BY_SELF, RETRY}},
    {ERR_EXISTS,
     NULL,
     "The name is taken in this region by something that is not of this release. tatami overwrites "
     "nothing.",
     {"name\tderegister the other AMI, or release under another name", RETRY_IT, LEAVE}},
    {ERR_LIMIT,
     NULL,
     "A quota or limit of the account is reached in this region.",
     {RETRY_IT, "quota\task AWS to raise it in Service Quotas", LEAVE}},
    {ERR_BLOCKED,
     NULL,
     "A guard of the account stands against it: block public access or a policy.",
     {RETRY_IT, "p\tkeep this AMI private", LEAVE}},
    {ERR_MISMATCH,
     NULL,
     "The same token or checksum stands for something else: what AWS has is not what was asked.",
     {RETRY, LEAVE}},
    {ERR_INVALID,
     NULL,
     "AWS refuses the request as wrong. Sending the same again will not help.",
     {LEAVE}},
    {ERR_REPLY,
     NULL,
     "AWS's answer cannot be read. A proxy may stand between.",
     {RETRY, LEAVE}},
    {ERR_FAILED,
     NULL,
     "AWS took the request, and the resource then failed. A retry makes a new one, with a new "
     "token; the failed one stays for you to look at.",
     {RETRY, LEAVE}},
    {ERR_VERIFY,
     NULL,
     "What was read back is not what was asked. This AMI is not published.",
     {RETRY, "look\tcompare it in the console before you trust this region", LEAVE}},
    {ERR_STALLED,
     NULL,
     "Nothing has moved for much longer than usual.",
     {RETRY, LEAVE}},
    {ERR_IO,
     NULL,
     "Something on this machine failed: a file, the disk or the journal.",
     {RETRY_IT}},
    {ERR_INPUT,
     NULL,
     "A file that was handed over is not what it must be. Nothing was sent.",
     {"file\tput the file right and start again"}},
    {ERR_USAGE,
     NULL,
     "What was asked does not fit together. Nothing was sent.",
     {"ask\tchange options or configuration and start again"}},
    {ERR_REFUSED, NULL, "tatami itself refuses this. Nothing was sent.", {0}},
    {ERR_CANCELLED, NULL, "It was stopped before it came to an end.", {RETRY}},
};

const struct meaning *meaning_of(enum err_kind kind, const char *code)
{
    static const struct meaning unknown = {
        ERR_NONE, NULL, "tatami has no explanation for this one.", {RETRY, LEAVE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == kind && (rows[i].code == NULL || strcmp(rows[i].code, code) == 0))
            return &rows[i];
    return &unknown;
}
