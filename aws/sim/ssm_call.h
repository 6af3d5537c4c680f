/* What the actions of the Parameter Store share: their JSON, names, and the rows that they show. */
#ifndef AWS_SIM_SSM_CALL_H
#define AWS_SIM_SSM_CALL_H

#include <cjson/cJSON.h>

#include "aws/sim/ssm_store.h"

/* The request's body; NULL after answering ValidationException. The caller deletes it. Thread: any.
 */
cJSON *ssm_input(struct request *request, struct reply *reply);

/* The text of a member; NULL when there is none. Borrowed. Thread: any. */
const char *ssm_text(const cJSON *json, const char *name);

/* Answers that error, status 400. Thread: any. */
void ssm_refuse(struct request *request, struct reply *reply, const char *code, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

/* The stored parameter of that name (an ARN will do); else answers ParameterNotFound. Thread: any,
 * lock held. */
struct ssm_parameter *ssm_own(struct request *request, struct reply *reply, const char *name);

/* The version that NAME, NAME:NUMBER or NAME:LABEL names, and its parameter in *of; NULL with the
 * code of the error in *problem. Thread: any, lock held. */
const struct ssm_version *ssm_select(const struct request *request, const char *name,
                                     const struct ssm_parameter **of, const char **problem);

/* A version as GetParameter shows it; with `selector` (may be NULL) as its Selector. Thread: any.
 */
cJSON *ssm_version_json(const struct ssm_parameter *parameter, const struct ssm_version *version,
                        const char *selector);

/* MaxResults and NextToken: from which index on, and how many. False after answering the error.
 * Thread: any. */
bool ssm_page(struct request *request, struct reply *reply, const cJSON *json, int most,
              size_t *start, size_t *count);

#endif
