/* Parameters of all accounts and regions, in order of their names. */
#include "aws/sim/ssm_store.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"

static struct ssm_parameter **parameters;
static size_t parameter_count, parameter_room;

/* The index of the first one that does not come before it. */
static size_t place_of(const char *name, const char *region, const char *account)
{
    size_t low = 0, high = parameter_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct ssm_parameter *p = parameters[middle];
        int order = strcmp(p->name, name);
        if (order == 0)
            order = strcmp(p->region, region);
        if (order == 0)
            order = strcmp(p->account, account);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct ssm_parameter *ssm_store_find(const struct account *account, const char *region,
                                     const char *name)
{
    size_t at = place_of(name, region, account->id);
    struct ssm_parameter *p = ssm_store_at(at);
    bool found = p != NULL && strcmp(p->name, name) == 0 && strcmp(p->region, region) == 0 &&
                 strcmp(p->account, account->id) == 0;
    return found ? p : NULL;
}

struct ssm_parameter *ssm_store_add(struct world *w, const struct account *account,
                                    const char *region, const char *name)
{
    if (parameter_count == parameter_room) {
        parameter_room = parameter_room > 0 ? 2 * parameter_room : 64;
        parameters = xrealloc(parameters, parameter_room, sizeof(parameters[0]));
    }
    size_t at = place_of(name, region, account->id);
    memmove(&parameters[at + 1], &parameters[at], (parameter_count - at) * sizeof(parameters[0]));
    parameter_count++;
    struct ssm_parameter *p = parameters[at] = xcalloc(1, sizeof(*p));
    p->world = w;
    p->account = xstrdup(account->id);
    p->region = xstrdup(region);
    p->name = xstrdup(name);
    return p;
}

struct ssm_parameter *ssm_store_at(size_t i)
{
    return i < parameter_count ? parameters[i] : NULL;
}

const struct ssm_version *ssm_newest(const struct ssm_parameter *parameter)
{
    return parameter->count > 0 ? parameter->versions[parameter->count - 1] : NULL;
}

void ssm_store_version(struct ssm_parameter *parameter, struct ssm_version *version)
{
    if (parameter->count == SSM_VERSIONS) {
        ssm_version_free(parameter->versions[0]);
        parameter->count--;
        memmove(parameter->versions, parameter->versions + 1,
                parameter->count * sizeof(parameter->versions[0]));
    }
    parameter->versions[parameter->count++] = version;
}

void ssm_version_free(struct ssm_version *version)
{
    if (version == NULL)
        return;
    free(version->value);
    free(version->type);
    free(version->data_type);
    free(version->tier);
    free(version->description);
    free(version->user_arn);
    params_free(&version->labels);
    free(version);
}

static void parameter_free(struct ssm_parameter *p)
{
    for (size_t i = 0; i < p->count; i++)
        ssm_version_free(p->versions[i]);
    ssm_version_free(p->checking);
    params_free(&p->tags);
    free(p->account);
    free(p->region);
    free(p->name);
    free(p);
}

void ssm_store_remove(struct ssm_parameter *parameter)
{
    size_t at = place_of(parameter->name, parameter->region, parameter->account);
    parameter_count--;
    memmove(&parameters[at], &parameters[at + 1], (parameter_count - at) * sizeof(parameters[0]));
    clock_cancel(parameter->world->clock, parameter->event);
    parameter_free(parameter);
}

char *ssm_arn(const struct ssm_parameter *parameter)
{
    return xasprintf("arn:aws:ssm:%s:%s:parameter%s%s", parameter->region, parameter->account,
                     *parameter->name == '/' ? "" : "/", parameter->name);
}

void ssm_store_clear(void)
{
    for (size_t i = 0; i < parameter_count; i++)
        parameter_free(parameters[i]);
    free(parameters);
    parameters = NULL;
    parameter_count = parameter_room = 0;
}
