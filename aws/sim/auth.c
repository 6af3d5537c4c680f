/* Who asks, for which service and region, and whether that is true. */
#include "aws/sim/auth.h"
#include "aws/sim/body.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include "aws/sim/sigv4.h"
#include <stdlib.h>
#include <string.h>

#define MAX_SKEW_MS (15 * 60 * 1000)

enum problem {
    AUTH_OK,
    AUTH_MISSING,
    AUTH_MALFORMED,
    AUTH_WRONG_SCOPE,
    AUTH_UNKNOWN_KEY, /* and a region that is off: its keys are not known there */
    AUTH_BAD_TOKEN,
    AUTH_EXPIRED_TOKEN,
    AUTH_SKEWED,
    AUTH_URL_EXPIRED,
    AUTH_NOT_SIGNED,
    AUTH_NO_PAYLOAD_HASH,
    AUTH_BAD_SIGNATURE,
    AUTH_BAD_PAYLOAD,
    AUTH_PROBLEMS,
};

struct refusal {
    int status;
    const char *code, *message; /* message NULL: what was found wrong, in words */
};

#define NOT_VALIDATED "AWS was not able to validate the provided access credentials"
#define TOKEN_INVALID "The security token included in the request is invalid."
#define DOES_NOT_MATCH                                                                             \
    "The request signature we calculated does not match the signature you provided. Check your "   \
    "AWS Secret Access Key and signing method. Consult the service documentation for details."

static const struct refusal ec2_refusals[AUTH_PROBLEMS] = {
    [AUTH_MISSING] = {400, "MissingParameter",
                      "The request must contain the parameter AWSAccessKeyId"},
    [AUTH_MALFORMED] = {400, "IncompleteSignature", NULL},
    [AUTH_WRONG_SCOPE] = {401, "AuthFailure", NULL},
    [AUTH_UNKNOWN_KEY] = {401, "AuthFailure", NOT_VALIDATED},
    [AUTH_BAD_TOKEN] = {401, "AuthFailure", NOT_VALIDATED},
    [AUTH_EXPIRED_TOKEN] = {400, "RequestExpired", "Request has expired."},
    [AUTH_SKEWED] = {400, "RequestExpired", "Request has expired."},
    [AUTH_URL_EXPIRED] = {400, "RequestExpired", "Request has expired."},
    [AUTH_NOT_SIGNED] = {403, "SignatureDoesNotMatch", NULL},
    [AUTH_BAD_SIGNATURE] = {401, "AuthFailure", NOT_VALIDATED},
    [AUTH_BAD_PAYLOAD] = {401, "AuthFailure", NOT_VALIDATED},
};

static const struct refusal query_refusals[AUTH_PROBLEMS] = {
    [AUTH_MISSING] = {403, "MissingAuthenticationToken", "Request is missing Authentication Token"},
    [AUTH_MALFORMED] = {400, "IncompleteSignature", NULL},
    [AUTH_WRONG_SCOPE] = {403, "SignatureDoesNotMatch", NULL},
    [AUTH_UNKNOWN_KEY] = {403, "InvalidClientTokenId", TOKEN_INVALID},
    [AUTH_BAD_TOKEN] = {403, "InvalidClientTokenId", TOKEN_INVALID},
    [AUTH_EXPIRED_TOKEN] = {403, "ExpiredToken",
                            "The security token included in the request is expired"},
    [AUTH_SKEWED] = {403, "SignatureDoesNotMatch", NULL},
    [AUTH_URL_EXPIRED] = {403, "SignatureDoesNotMatch", NULL},
    [AUTH_NOT_SIGNED] = {403, "SignatureDoesNotMatch", NULL},
    [AUTH_BAD_SIGNATURE] = {403, "SignatureDoesNotMatch", DOES_NOT_MATCH},
    [AUTH_BAD_PAYLOAD] = {403, "SignatureDoesNotMatch", DOES_NOT_MATCH},
};

static const struct refusal s3_refusals[AUTH_PROBLEMS] = {
    [AUTH_MISSING] = {403, "AccessDenied", "Access Denied"},
    [AUTH_MALFORMED] = {400, "AuthorizationHeaderMalformed", NULL},
    [AUTH_WRONG_SCOPE] = {400, "AuthorizationHeaderMalformed", NULL},
    [AUTH_UNKNOWN_KEY] = {403, "InvalidAccessKeyId",
                          "The AWS Access Key Id you provided does not exist in our records."},
    [AUTH_BAD_TOKEN] = {400, "InvalidToken",
                        "The provided token is malformed or otherwise invalid."},
    [AUTH_EXPIRED_TOKEN] = {400, "ExpiredToken", "The provided token has expired."},
    [AUTH_SKEWED] = {403, "RequestTimeTooSkewed",
                     "The difference between the request time and the current time is too large."},
    [AUTH_URL_EXPIRED] = {403, "AccessDenied", "Request has expired"},
    [AUTH_NOT_SIGNED] = {403, "AccessDenied",
                         "There were headers present in the request which were not signed"},
    [AUTH_NO_PAYLOAD_HASH] = {400, "InvalidRequest",
                              "Missing required header for this request: x-amz-content-sha256"},
    [AUTH_BAD_SIGNATURE] = {403, "SignatureDoesNotMatch",
                            "The request signature we calculated does not match the signature you "
                            "provided. Check your key and signing method."},
    [AUTH_BAD_PAYLOAD] = {400, "XAmzContentSHA256Mismatch",
                          "The provided 'x-amz-content-sha256' header does not match what was "
                          "computed."},
};

static const struct refusal json_refusals[AUTH_PROBLEMS] = {
    [AUTH_MISSING] = {403, "MissingAuthenticationTokenException", "Missing Authentication Token"},
    [AUTH_MALFORMED] = {403, "IncompleteSignatureException", NULL},
    [AUTH_WRONG_SCOPE] = {403, "InvalidSignatureException", NULL},
    [AUTH_UNKNOWN_KEY] = {403, "UnrecognizedClientException", TOKEN_INVALID},
    [AUTH_BAD_TOKEN] = {403, "UnrecognizedClientException", TOKEN_INVALID},
    [AUTH_EXPIRED_TOKEN] = {403, "ExpiredTokenException",
                            "The security token included in the request is expired"},
    [AUTH_SKEWED] = {403, "InvalidSignatureException", NULL},
    [AUTH_URL_EXPIRED] = {403, "InvalidSignatureException", NULL},
    [AUTH_NOT_SIGNED] = {403, "InvalidSignatureException", NULL},
    [AUTH_BAD_SIGNATURE] = {403, "InvalidSignatureException", DOES_NOT_MATCH},
    [AUTH_BAD_PAYLOAD] = {403, "InvalidSignatureException", DOES_NOT_MATCH},
};

static const struct refusal *const refusals[] = {
    [PROTOCOL_EC2] = ec2_refusals,     [PROTOCOL_QUERY] = query_refusals,
    [PROTOCOL_REST_XML] = s3_refusals, [PROTOCOL_REST_JSON] = json_refusals,
    [PROTOCOL_JSON] = json_refusals,
};

/* What is told beside the message: S3 shows its work. */
static void add_evidence(const struct request *request, enum problem problem, struct params *extra)
{
    const struct signature *s = request->signature;
    char now[TIME_TEXT_SIZE];
    if (s == NULL || request->service->protocol != PROTOCOL_REST_XML)
        return;
    time_text(wall_now_ms(), now);
    if (problem == AUTH_BAD_SIGNATURE) {
        params_add(extra, "AWSAccessKeyId", s->key_id);
        params_add(extra, "StringToSign", str_text(&s->to_sign));
        params_add(extra, "SignatureProvided", s->value);
        params_add(extra, "CanonicalRequest", str_text(&s->canonical));
    } else if (problem == AUTH_SKEWED) {
        params_add(extra, "RequestTime", s->amz_date);
        params_add(extra, "ServerTime", now);
        params_add(extra, "MaxAllowedSkewMilliseconds", "900000");
    } else if (problem == AUTH_URL_EXPIRED) {
        params_add(extra, "ServerTime", now);
    } else if (problem == AUTH_UNKNOWN_KEY) {
        params_add(extra, "AWSAccessKeyId", s->key_id);
    }
}

static bool refuse(struct request *request, struct reply *reply, enum problem problem,
                   const char *words)
{
    enum protocol protocol =
        request->service != NULL ? request->service->protocol : PROTOCOL_REST_XML;
    const struct refusal *row = &refusals[protocol][problem];
    struct params extra = {0};
    if (request->service != NULL)
        add_evidence(request, problem, &extra);
    reply_error_with(request, reply, row->status, row->code,
                     row->message != NULL ? row->message : words, &extra);
    params_free(&extra);
    return false;
}

/* The first part of an AWS-looking host that names a service, or NULL:
 * `ec2.us-east-1.amazonaws.com`, `bucket.s3.eu-west-1.amazonaws.com`. Sets *region when a part
 * names one. */
static const struct service *service_of_host(const struct request *request,
                                             const struct region **region)
{
    const char *host = params_get(&request->headers, "host");
    const struct service *found = NULL;
    const char *suffix = host != NULL ? strstr(host, ".amazonaws.com") : NULL;
    for (const char *p = host; suffix != NULL && p < suffix;) {
        size_t len = strcspn(p, ".");
        char *label = xasprintf("%.*s", (int)len, p);
        if (found == NULL)
            found = service_find(label);
        if (*region == NULL)
            *region = region_find(label);
        free(label);
        p += len + 1;
    }
    return found;
}

/* An unsigned request: its path says where one signs in; else its service is the one of the host;
 * a form without one can only be meant for STS, the rest for S3. */
static const struct service *guess_service(const struct request *request)
{
    const struct region *unused = NULL;
    const struct service *service = service_unsigned(request->path);
    if (service == NULL)
        service = service_of_host(request, &unused);
    const char *type = params_get(&request->headers, "content-type");
    if (service == NULL && type != NULL && strstr(type, "x-www-form-urlencoded") != NULL)
        service = &sts_service;
    return service != NULL ? service : &s3_service;
}

static enum problem check_scope(struct request *request, struct str *words)
{
    const struct signature *s = request->signature;
    const struct region *host_region = NULL;
    const struct service *host_service = service_of_host(request, &host_region);
    request->region = region_find(s->region);
    if (host_service != NULL && strcmp(host_service->name, s->service) != 0) {
        str_addf(words, "Credential should be scoped to correct service: '%s'.",
                 host_service->name);
        return AUTH_WRONG_SCOPE;
    }
    if (request->region == NULL || (host_region != NULL && host_region != request->region)) {
        str_addf(words, "Credential should be scoped to a valid region.");
        return AUTH_WRONG_SCOPE;
    }
    return AUTH_OK;
}

static enum problem check_key(struct request *request)
{
    const struct signature *s = request->signature;
    const struct access_key *key = world_key(request->world, s->key_id);
    if (key == NULL || !key->account->region_on[region_index(request->region)])
        return AUTH_UNKNOWN_KEY;
    request->key = key;
    request->account = key->account;
    bool same_token = key->session_token == NULL
                          ? s->token == NULL
                          : s->token != NULL && strcmp(s->token, key->session_token) == 0;
    if (!same_token)
        return AUTH_BAD_TOKEN;
    if (key->expires_ms > 0 && wall_now_ms() >= key->expires_ms)
        return AUTH_EXPIRED_TOKEN;
    return AUTH_OK;
}

static enum problem check_time(const struct request *request, struct str *words)
{
    const struct signature *s = request->signature;
    int64_t now_ms = wall_now_ms(), age_ms = now_ms - s->time_ms;
    char now[TIME_TEXT_SIZE], signed_at[TIME_TEXT_SIZE];
    time_text(now_ms, now);
    time_text(s->time_ms, signed_at);
    if (age_ms < -MAX_SKEW_MS) {
        str_addf(words, "Signature not yet current: %s is still later than %s (+ 15 min.)",
                 signed_at, now);
        return AUTH_SKEWED;
    }
    if (s->presigned ? age_ms > s->expires_s * 1000 : age_ms > MAX_SKEW_MS) {
        str_addf(words, "Signature expired: %s is now earlier than %s (- 15 min.)", signed_at, now);
        return s->presigned ? AUTH_URL_EXPIRED : AUTH_SKEWED;
    }
    return AUTH_OK;
}

/* Host and every x-amz-* header must be under the signature. */
static enum problem check_signed(const struct request *request, struct str *words)
{
    const struct signature *s = request->signature;
    for (size_t i = 0; i < request->headers.count; i++) {
        const char *name = request->headers.list[i].name;
        bool needed = strcmp(name, "host") == 0 || strncmp(name, "x-amz-", 6) == 0;
        if (needed && !sigv4_signs(s, name)) {
            str_addf(words, "'%s' must be a 'SignedHeader' in the AWS Authorization.", name);
            return AUTH_NOT_SIGNED;
        }
    }
    bool s3 = request->service->protocol == PROTOCOL_REST_XML;
    return s3 && s->payload_hash == NULL ? AUTH_NO_PAYLOAD_HASH : AUTH_OK;
}

static enum problem check_headers(struct request *request, struct str *words)
{
    enum problem problem = check_scope(request, words);
    if (problem == AUTH_OK)
        problem = check_key(request);
    if (problem == AUTH_OK)
        problem = check_time(request, words);
    if (problem == AUTH_OK)
        problem = check_signed(request, words);
    return problem;
}

static bool verify(struct request *request, struct reply *reply, const char *payload_hash)
{
    if (sigv4_verify(request->signature, request, request->key->secret, payload_hash))
        return true;
    return refuse(request, reply, AUTH_BAD_SIGNATURE, NULL);
}

/* Where one signs in, a request speaks with a token of its own, not with a signature. */
static bool is_sign_in(const struct request *request)
{
    const char *authorization = params_get(&request->headers, "authorization");
    return service_unsigned(request->path) != NULL &&
           (authorization == NULL || strncmp(authorization, "AWS4-", 5) != 0) &&
           params_get(&request->params, "X-Amz-Algorithm") == NULL;
}

bool auth_headers(struct request *request, struct reply *reply)
{
    const char *why = NULL;
    if (!is_sign_in(request))
        request->signature = sigv4_read(request, &why);
    if (request->signature == NULL) {
        request->service = guess_service(request);
        request->region = region_find("us-east-1");
        if (why != NULL)
            return refuse(request, reply, AUTH_MALFORMED, why);
        return request->service == &sts_service || request->service->unsigned_path != NULL ||
               refuse(request, reply, AUTH_MISSING, NULL);
    }
    request->service = service_find(request->signature->service);
    if (request->service == NULL)
        request->service = guess_service(request);
    if (strcmp(request->service->name, request->signature->service) != 0)
        return refuse(request, reply, AUTH_WRONG_SCOPE,
                      "Credential should be scoped to correct service.");
    struct str words = {0};
    enum problem problem = check_headers(request, &words);
    if (problem != AUTH_OK)
        refuse(request, reply, problem, str_text(&words));
    str_free(&words);
    if (problem != AUTH_OK)
        return false;
    const char *hash = request->signature->payload_hash;
    return hash == NULL || verify(request, reply, hash);
}

bool auth_body(struct request *request, struct reply *reply, const struct body *body)
{
    const struct signature *s = request->signature;
    if (s == NULL)
        return true;
    const char *arrived = body != NULL ? body_sha256_hex(body) : EMPTY_SHA256;
    if (s->payload_hash == NULL)
        return verify(request, reply, arrived);
    bool stated = strlen(s->payload_hash) == 64 && arrived != NULL;
    if (stated && strcmp(s->payload_hash, arrived) != 0)
        return refuse(request, reply, AUTH_BAD_PAYLOAD, NULL);
    return true;
}

bool auth_required(struct request *request, struct reply *reply)
{
    if (request->signature != NULL || request->action->unsigned_ok)
        return true;
    return refuse(request, reply, AUTH_MISSING, NULL);
}
