/* EC2's part of --world: what uses images. */
#include <string.h>

#include "aws/sim/ec2_instances.h"
#include "aws/sim/ec2_load.h"
#include "aws/sim/ec2_references.h"
#include "aws/sim/ec2_templates.h"

bool ec2_load_instance_member(struct ec2_resource *r, const cJSON *member)
{
    struct ec2_instance *instance = (struct ec2_instance *)r;
    if (strcmp(member->string, "instanceState") != 0)
        return ec2_load_field(r, EC2_INSTANCE_FIELDS, member);
    for (int i = 0; EC2_INSTANCE_STATES[i] != NULL; i++) {
        if (cJSON_IsString(member) && strcmp(EC2_INSTANCE_STATES[i], member->valuestring) == 0) {
            instance->state = (enum ec2_instance_state)i;
            return true;
        }
    }
    return false;
}

/* A version is {"imageId": "ami-...", "instanceType": "..."}; the last one is the newest. */
bool ec2_load_template_member(struct ec2_resource *r, const cJSON *member)
{
    struct ec2_template *template = (struct ec2_template *)r;
    if (strcmp(member->string, "versions") != 0)
        return ec2_load_field(r, EC2_TEMPLATE_FIELDS, member);
    const cJSON *json;
    cJSON_ArrayForEach(json, member)
    {
        struct ec2_template_version *version = ec2_template_add_version(template);
        const cJSON *image = cJSON_GetObjectItemCaseSensitive(json, "imageId");
        const cJSON *type = cJSON_GetObjectItemCaseSensitive(json, "instanceType");
        version->created_ms = r->created_ms;
        ec2_text_set(&version->image_id, cJSON_GetStringValue(image));
        ec2_text_set(&version->instance_type, cJSON_GetStringValue(type));
    }
    return cJSON_IsArray(member);
}

bool ec2_load_recipe_member(struct ec2_resource *r, const cJSON *member)
{
    return ec2_load_field(r, EC2_RECIPE_FIELDS, member);
}
