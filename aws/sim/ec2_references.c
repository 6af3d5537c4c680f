/* Who refers to an AMI: a walk over each kind of resource that can. */
#include "aws/sim/ec2_references.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_templates.h"
#include "aws/sim/mem.h"
#include "aws/sim/ssm.h"

const char *const EC2_REFERENCE_NAMES[] = {"ec2:Instance",
                                           "ec2:LaunchTemplate",
                                           "ssm:Parameter",
                                           "imagebuilder:ImageRecipe",
                                           "imagebuilder:ContainerRecipe",
                                           NULL};

const struct ec2_field EC2_RECIPE_FIELDS[] = {
    {"name", NULL, &EC2_TEXT, offsetof(struct ec2_recipe, name), NULL},
    {"version", NULL, &EC2_TEXT, offsetof(struct ec2_recipe, version), NULL},
    {"imageId", NULL, &EC2_TEXT, offsetof(struct ec2_recipe, image_id), NULL},
    {"container", NULL, &EC2_BOOL, offsetof(struct ec2_recipe, container), NULL},
    {0},
};

/* One walk: what is looked for, and whom to tell. */
struct walk {
    const struct ec2_reference_query *query;
    enum ec2_reference_kind kind;
    ec2_reference_fn *fn;
    void *arg;
};

static bool is_it(const struct walk *walk, const char *image_id)
{
    return image_id != NULL && strcmp(image_id, walk->query->image_id) == 0;
}

static bool is_due(const struct walk *walk, int64_t created_ms)
{
    return walk->query->until_ms == 0 || created_ms <= walk->query->until_ms;
}

/* Tells of `arn:aws:SERVICE:REGION:ACCOUNT:PATH`. */
static void tell(const struct walk *walk, const char *service, const char *path, const char *name)
{
    char *arn = xasprintf("arn:aws:%s:%s:%s:%s%s", service, walk->query->region,
                          walk->query->account, path, name);
    walk->fn(walk->arg, walk->kind, arn);
    free(arn);
}

static void visit_instance(const struct walk *walk, const struct ec2_resource *r)
{
    const struct ec2_instance *instance = (const struct ec2_instance *)r;
    const bool *wanted = walk->query->state_wanted;
    if (is_it(walk, instance->image_id) && is_due(walk, r->created_ms) &&
        (wanted == NULL || wanted[instance->state]))
        tell(walk, "ec2", "instance/", r->id);
}

static void visit_template(const struct walk *walk, const struct ec2_resource *r)
{
    const struct ec2_template *template = (const struct ec2_template *)r;
    int depth = walk->query->version_depth;
    for (size_t i = template->version_count; i-- > 0 && depth-- > 0;) {
        const struct ec2_template_version *version = template->versions[i];
        if (is_it(walk, version->image_id) && is_due(walk, version->created_ms)) {
            tell(walk, "ec2", "launch-template/", r->id);
            return;
        }
    }
}

static void visit_recipe(const struct walk *walk, const struct ec2_resource *r)
{
    const struct ec2_recipe *recipe = (const struct ec2_recipe *)r;
    if (recipe->container != (walk->kind == EC2_REFERENCE_CONTAINER_RECIPE) ||
        !is_it(walk, recipe->image_id))
        return;
    char *name = xasprintf("%s/%s", recipe->name, recipe->version);
    tell(walk, "imagebuilder", recipe->container ? "container-recipe/" : "image-recipe/", name);
    free(name);
}

static void visit_parameter(void *arg, const char *name, const char *type, const char *value)
{
    (void)type;
    const struct walk *walk = arg;
    if (is_it(walk, value))
        tell(walk, "ssm", *name == '/' ? "parameter" : "parameter/", name);
}

/* Kinds that are resources of EC2's store. */
static const struct {
    enum ec2_type type;
    void (*visit)(const struct walk *walk, const struct ec2_resource *r);
} STORED[EC2_REFERENCE_KINDS] = {
    [EC2_REFERENCE_INSTANCE] = {EC2_INSTANCE, visit_instance},
    [EC2_REFERENCE_TEMPLATE] = {EC2_TEMPLATE, visit_template},
    [EC2_REFERENCE_IMAGE_RECIPE] = {EC2_RECIPE, visit_recipe},
    [EC2_REFERENCE_CONTAINER_RECIPE] = {EC2_RECIPE, visit_recipe},
};

void ec2_references(const struct ec2_reference_query *query, enum ec2_reference_kind kind,
                    ec2_reference_fn *fn, void *arg)
{
    struct walk walk = {query, kind, fn, arg};
    const struct region *region = region_find(query->region);
    const struct ec2_resource *r;
    if (kind == EC2_REFERENCE_PARAMETER) {
        const struct account *account = world_account(query->world, query->account);
        ssm_each_parameter(account, region, visit_parameter, &walk);
        return;
    }
    EC2_EACH_IN(STORED[kind].type, region_index(region), r)
    {
        if (strcmp(r->account, query->account) == 0)
            STORED[kind].visit(&walk, r);
    }
}
