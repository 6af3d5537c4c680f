/* Services and their actions as tables of rows. */
#ifndef AWS_SIM_SERVICE_H
#define AWS_SIM_SERVICE_H

#include "aws/sim/reply.h"

enum protocol {
    PROTOCOL_EC2,       /* form in, XML out, EC2's own error body */
    PROTOCOL_QUERY,     /* form in, XML out: STS, IAM */
    PROTOCOL_REST_XML,  /* S3 */
    PROTOCOL_REST_JSON, /* EBS direct, Account */
    PROTOCOL_JSON,      /* X-Amz-Target: Service Quotas, SSM */
};

/* Which row of throttle.c counts: see there. An action that has a row of its own name uses that. */
enum bucket {
    BUCKET_NONE,
    BUCKET_READ,
    BUCKET_MUTATE,
};

/* Runs with the world lock held, after signature, region, faults and throttle. */
typedef void action_fn(struct request *request, struct reply *reply);

struct action {
    const char *name;
    bool mutating;
    enum bucket bucket;
    action_fn *handle;
    /* The body becomes request->content instead of request->body, digested on its way. */
    bool streams;
    /* Runs before a streamed body is taken, so that it can be refused early; a refusal is an error
     * in the reply. NULL: nothing to check. */
    action_fn *precheck;
    /* x-amz-checksum-... is not that of this request's body (CompleteMultipartUpload). */
    bool checksum_of_object;
    bool unsigned_ok; /* signing in: the token of the request speaks for it */
};

struct service {
    const char *name;    /* signing name: the third part of the credential scope */
    const char *version; /* of a query protocol: Version=..., and part of the xmlns */
    const char *xmlns;
    enum protocol protocol;
    /* Of "too many requests": the code, NULL for the protocol's own, and a Reason, NULL for none
     * (a throttle fault's value may name another). */
    const char *throttle_code, *throttle_reason;
    const struct action *actions;
    size_t action_count;
    const char
        *unsigned_path; /* unsigned requests below this path are for it; NULL: there are none */
    /* Picks the action and may set request->bucket and the like. NULL: by the Action parameter or
     * X-Amz-Target. Answers an error itself when it gives NULL. */
    const struct action *(*route)(struct request *request, struct reply *reply);
    /* Resources of world->start (may be NULL): accounts, buckets... False with a malloc'd sentence
     * in *why. Called at the start and after each reset. Lock held. NULL: nothing to load. */
    bool (*load)(struct world *w, const cJSON *start, char **why);
    /* Adds its resources to /_sim/state. Lock held. */
    void (*state)(struct world *w, cJSON *out);
    /* What /_sim/blocks shall show for parameters such as snapshot=ID: a borrowed content, or NULL
     * when they name nothing of this service. Lock held. NULL: it has none. */
    struct content *(*content)(struct world *w, const struct params *params);
    /* Forgets all resources and leaves no event behind (clock_clear was called). Lock held. */
    void (*reset)(struct world *w);
};

extern const struct service sts_service, iam_service, s3_service, ec2_service;
extern const struct service rbin_service;
extern const struct service ebs_service, ssm_service, quota_service;
extern const struct service sso_service, oidc_service, imds_service;
extern const struct service ecs_service, pod_service;

/* All services, ended by NULL. */
extern const struct service *const services[];

const struct service *service_find(const char *name);
/* The service that takes unsigned requests to that path, or NULL. Thread: any. */
const struct service *service_unsigned(const char *path);
const struct action *service_action(const struct service *service, const char *name);

#endif
