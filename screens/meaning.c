/* What an error means and what one can do. */
#include "screens/meaning.h"

#include <string.h>

#include "base/mem.h"
#include "screens/words.h"

#define RETRY                                                                                      \
    {                                                                                              \
        "r", "try again"                                                                           \
    }
#define LEAVE                                                                                      \
    {                                                                                              \
        "x", "leave this region out of the release, and back"                                      \
    }
#define BY_SELF                                                                                    \
    {                                                                                              \
        "nothing", "it goes on by itself"                                                          \
    }
#define RETRY_IT                                                                                   \
    {                                                                                              \
        "r", "try again, once that is put right"                                                   \
    }

static const struct meaning rows[] = {
    {.kind = ERR_THROTTLED,
     .code = "RequestLimitExceeded",
     .means =
         "Too many EC2 calls in this region in a short time, from this account; others count too. "
         "Nothing is lost: tatami waits longer each time.",
     .ways = {BY_SELF, LEAVE}},
    {.kind = ERR_LIMIT,
     .code = "ResourceLimitExceeded",
     .means = "A quota of the account is reached: copies in flight, AMIs, public AMIs or snapshots "
              "in this "
              "region.",
     .ways = {RETRY_IT,
              {"quota", "ask AWS to raise it in Service Quotas, or retire an old release"},
              LEAVE}},
    {.kind = ERR_BLOCKED,
     .code = "OperationNotPermitted",
     .means =
         "Block public access for AMIs is on in this region, so that nothing can be shared with "
         "everyone.",
     .ways = {{"disable",
               "aws ec2 disable-image-block-public-access --region REGION; may take 10 minutes"},
              RETRY_IT,
              {"p", "keep this AMI private"},
              LEAVE}},
    {.kind = ERR_REGION_OFF,
     .means = "The region is not enabled for this account; AWS answers AuthFailure for regions "
              "that are off, "
              "though the key is good. Nothing was created there.",
     .ways = {{"enable", "aws account enable-region --region-name REGION; takes minutes to hours"},
              RETRY_IT,
              LEAVE}},
    {.kind = ERR_CREDENTIALS,
     .means = "AWS does not know these credentials, or there are none. Nothing was changed by this "
              "call.",
     .ways = {{"check", "`tatami whoami` says which credentials are used, and from where"},
              RETRY_IT}},
    {.kind = ERR_EXPIRED,
     .means = "The credentials were good and have run out. What is in flight in AWS goes on.",
     .ways = {{"renew", "log in again (`aws sso login`, a new session), then r"}, RETRY_IT}},
    {.kind = ERR_DENIED,
     .means = "The credentials are good, but may not do this here: an IAM policy, a permission "
              "boundary or "
              "a service control policy says no.",
     .ways = {{"policy", "allow the action above, in this region, for the identity above"},
              RETRY_IT,
              LEAVE}},
    {.kind = ERR_THROTTLED,
     .means = "AWS asks to slow down. Nothing is lost: tatami waits longer each time.",
     .ways = {BY_SELF, LEAVE}},
    {.kind = ERR_SERVER,
     .means = "AWS failed inside. The same request is sent again with the same token, so that "
              "nothing is "
              "made twice.",
     .ways = {BY_SELF, RETRY, LEAVE}},
    {.kind = ERR_NETWORK,
     .means =
         "No answer came: connection, name or TLS. Whether AWS got the request is not known; it is "
         "looked up before it is repeated.",
     .ways = {BY_SELF, RETRY, LEAVE}},
    {.kind = ERR_TIMEOUT,
     .means = "No answer came in time. Whether AWS got the request is not known; it is looked up "
              "before it "
              "is repeated.",
     .ways = {BY_SELF, RETRY, LEAVE}},
    {.kind = ERR_SKEW,
     .means =
         "This machine's clock differs from AWS's by too much, so that signatures do not count.",
     .ways = {{"clock", "set the clock (timedatectl, chronyc)"}, RETRY_IT}},
    {.kind = ERR_NOT_FOUND,
     .means =
         "The resource is not there: deleted by somebody, or not yet visible to AWS's readers.",
     .ways = {RETRY, LEAVE}},
    {.kind = ERR_NOT_READY,
     .means = "The resource is there and AWS still works on it.",
     .ways = {BY_SELF, RETRY}},
    {.kind = ERR_EXISTS,
     .means = "The name is taken in this region by something that is not of this release. tatami "
              "overwrites "
              "nothing.",
     .ways = {{"name", "deregister the other AMI, or release under another name"},
              RETRY_IT,
              LEAVE}},
    {.kind = ERR_LIMIT,
     .means = "A quota or limit of the account is reached in this region.",
     .ways = {RETRY_IT, {"quota", "ask AWS to raise it in Service Quotas"}, LEAVE}},
    {.kind = ERR_BLOCKED,
     .means = "A guard of the account stands against it: block public access or a policy.",
     .ways = {RETRY_IT, {"p", "keep this AMI private"}, LEAVE}},
    {.kind = ERR_MISMATCH,
     .means = "The same token or checksum stands for something else: what AWS has is not what was "
              "asked.",
     .ways = {RETRY, LEAVE}},
    {.kind = ERR_INVALID,
     .means = "AWS refuses the request as wrong. Sending the same again will not help.",
     .ways = {LEAVE}},
    {.kind = ERR_REPLY,
     .means = "AWS's answer cannot be read. A proxy may stand between.",
     .ways = {RETRY, LEAVE}},
    {.kind = ERR_FAILED,
     .means =
         "AWS took the request, and the resource then failed. A retry makes a new one, with a new "
         "token; the failed one stays for you to look at.",
     .ways = {RETRY, LEAVE}},
    {.kind = ERR_VERIFY,
     .means = "What was read back is not what was asked. This AMI is not published.",
     .ways = {RETRY, {"look", "compare it in the console before you trust this region"}, LEAVE}},
    {.kind = ERR_STALLED,
     .means = "Nothing has moved for much longer than usual.",
     .ways = {RETRY, LEAVE}},
    {.kind = ERR_IO,
     .means = "Something on this machine failed: a file, the disk or the journal.",
     .ways = {RETRY_IT}},
    {.kind = ERR_INPUT,
     .means = "A file that was handed over is not what it must be. Nothing was sent.",
     .ways = {{"file", "put the file right and start again"}}},
    {.kind = ERR_USAGE,
     .means = "What was asked does not fit together. Nothing was sent.",
     .ways = {{"ask", "change options or configuration and start again"}}},
    {.kind = ERR_REFUSED, .means = "tatami itself refuses this. Nothing was sent."},
    {.kind = ERR_CANCELLED, .means = "It was stopped before it came to an end.", .ways = {RETRY}},
};

const struct meaning *meaning_of(enum err_kind kind, const char *code)
{
    static const struct meaning unknown = {.means = "tatami has no explanation for this one.",
                                           .ways = {RETRY, LEAVE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == kind && (rows[i].code == NULL || strcmp(rows[i].code, code) == 0))
            return &rows[i];
    return &unknown;
}

struct safe_text meaning_fill(const struct meaning_way *way, const struct safe_text *region)
{
    const char *hole = strstr(way->does, "REGION");
    if (hole == NULL || !words_are(region))
        return text_safe(way->does);
    return text_safe_fmt("%.*s%s%s", (int)(hole - way->does), way->does, region->utf8,
                         hole + strlen("REGION"));
}
