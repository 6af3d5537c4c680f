/* Parameters and their versions. */
#ifndef AWS_SIM_SSM_STORE_H
#define AWS_SIM_SSM_STORE_H

#include "aws/sim/reply.h"

enum { SSM_VERSIONS = 100 /* kept of one parameter */ };

struct ssm_version {
    int64_t number;
    char *value, *type, *data_type, *tier;
    char *description; /* NULL: none */
    char *user_arn;
    int64_t modified_ms;
    struct params labels; /* names; the values are empty */
};

struct ssm_parameter {
    struct world *world;
    char *account, *region, *name;
    struct params tags;
    struct ssm_version *versions[SSM_VERSIONS]; /* oldest first */
    size_t count;                               /* 0: only checked so far, not yet stored */
    int64_t last_number;                        /* also of a version that was not stored */
    struct ssm_version *checking;               /* an image that is looked up; NULL: none */
    uint64_t event;                             /* that ends the check */
};

/* The parameter of that name in the request's account and region, also one that is only being
 * checked; NULL when there is none. Thread: any, lock held. */
struct ssm_parameter *ssm_store_find(const struct account *account, const char *region,
                                     const char *name);

/* Adds one without a version. The store owns it. Thread: any, lock held. */
struct ssm_parameter *ssm_store_add(struct world *w, const struct account *account,
                                    const char *region, const char *name);

/* Cancels its check, removes and frees it. Thread: any, lock held. */
void ssm_store_remove(struct ssm_parameter *parameter);

/* The i-th parameter in order of names, NULL behind the last. Thread: any, lock held. */
struct ssm_parameter *ssm_store_at(size_t i);

/* The newest version; NULL while none is stored. Thread: any, lock held. */
const struct ssm_version *ssm_newest(const struct ssm_parameter *parameter);

/* Stores a version, which the parameter owns from now on, and lets the oldest go when there are
 * SSM_VERSIONS. Thread: any, lock held. */
void ssm_store_version(struct ssm_parameter *parameter, struct ssm_version *version);
void ssm_version_free(struct ssm_version *version);

/* `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`, malloc'd. Thread: any. */
char *ssm_arn(const struct ssm_parameter *parameter);

/* Frees everything; events were forgotten before. Thread: any, lock held. */
void ssm_store_clear(void);

#endif
