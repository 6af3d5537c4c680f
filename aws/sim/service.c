/* The services that there are. */
#include "aws/sim/service.h"
#include <string.h>

const struct service *const services[] = {
    &sts_service,  &iam_service, &s3_service,    &ec2_service, &rbin_service,
    &ebs_service,  &ssm_service, &quota_service, &sso_service, &oidc_service,
    &imds_service, &ecs_service, &pod_service,   NULL,
};

const struct service *service_find(const char *name)
{
    for (size_t i = 0; services[i] != NULL; i++)
        if (strcmp(services[i]->name, name) == 0)
            return services[i];
    return NULL;
}

const struct service *service_unsigned(const char *path)
{
    for (size_t i = 0; services[i] != NULL; i++) {
        const char *below = services[i]->unsigned_path;
        if (below != NULL && strncmp(path, below, strlen(below)) == 0)
            return services[i];
    }
    return NULL;
}

const struct action *service_action(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->action_count; i++)
        if (strcmp(service->actions[i].name, name) == 0)
            return &service->actions[i];
    return NULL;
}
