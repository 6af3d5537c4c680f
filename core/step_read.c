/* Steps that only read: who we are, names, polls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_regions.h"
#include "aws/endpoint.h"
#include "aws/iam.h"
#include "aws/sts.h"
#include "base/mem.h"
#include "core/step_run.h"

static bool read_regions(struct step_facts *f, struct call *c, struct err *err)
{
    struct ec2_region *regions = NULL;
    size_t count = 0;
    if (!ec2_regions(c, &regions, &count, err))
        return false;
    f->regions = xcalloc(count + 1, sizeof(*f->regions));
    for (size_t i = 0; i < count; i++) {
        memcpy(f->regions[i].name, regions[i].name, sizeof(f->regions[i].name));
        f->regions[i].enabled = regions[i].opt_in != EC2_NOT_OPTED_IN;
    }
    f->region_count = count;
    free(regions);
    return true;
}

/* HEAD has no body to say it in. */
static bool find_bucket(struct step *s, struct call *c, struct err *err)
{
    const char *bucket = s->plan->bucket;
    if (s3_bucket_region(c, bucket, s->facts.bucket_region, err))
        return true;
    if (err->kind == ERR_NOT_FOUND) {
        snprintf(err->message, sizeof(err->message), "there is no bucket %s", bucket);
        err_advise(err, "name another --bucket, or make it: `aws s3 mb s3://%s`", bucket);
    } else if (err->kind == ERR_DENIED) {
        snprintf(err->message, sizeof(err->message),
                 "the bucket %s is not this account's, or may not be read", bucket);
        err_advise(err, "name another --bucket, or allow s3:ListBucket on it");
    }
    return false;
}

bool step_resolve(struct step *s, struct call *c, struct err *err)
{
    struct step_facts *f = &s->facts;
    struct sts_identity who;
    if (!sts_identity(c, &who, err))
        return false;
    memcpy(f->account, who.account, sizeof(f->account));
    f->identity = xstrdup(who.arn);
    if (s->plan->account[0] != '\0')
        return true; /* a plan of the journal knows the rest */
    /* The alias is for the eyes: without permission to read it there is none. */
    struct err ignored = ERR_INIT;
    if (!iam_account_alias(c, &f->alias, &ignored))
        f->alias = NULL;
    if (!read_regions(f, c, err))
        return false;
    return s->plan->via == VIA_DIRECT ? step_find_bases(s, c, err) : find_bucket(s, c, err);
}

bool step_names(struct step *s, struct call *c, struct err *err)
{
    size_t count = s->plan->image_count;
    const char **names = xcalloc(count, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = s->plan->images[i].name;
    struct ec2_image_filter filter = {.names = names, .name_count = count};
    struct ec2_images found = {0};
    bool ok = ec2_describe_images(c, &filter, &found, err);
    if (ok && found.count > 0) {
        ok = err_set(err, ERR_EXISTS, "the AMI name %s is taken in %s by %s", found.items[0].name,
                     call_region(c), found.items[0].id);
        err_advise(err, "choose another name with --name or --run-id, or deregister that AMI");
    }
    ec2_images_free(&found);
    free(names);
    return ok;
}

bool step_poll(struct step *s, struct call *c, struct err *err)
{
    struct ec2_image_filter images = {.tag_key = "tatami:id", .tag_value = s->plan->id};
    struct ec2_snapshot_filter snapshots = {.tag_key = "tatami:id", .tag_value = s->plan->id};
    return (!s->images || ec2_describe_images(c, &images, &s->image_list, err)) &&
           (!s->snapshots || ec2_describe_snapshots(c, &snapshots, &s->snapshot_list, err)) &&
           (!s->imports || ec2_describe_imports(c, &s->import_list, err));
}

/* Home has snapshots of its own and import tasks; a copy's snapshots are its AMI's. */
bool step_survey(struct step *s, struct call *c, struct err *err)
{
    s->images = true;
    s->snapshots = s->imports = s->region == 0;
    return step_poll(s, c, err);
}

bool step_look(struct step *s, struct call *c, struct err *err)
{
    struct ec2_image_filter filter = {.id = s->id};
    return ec2_describe_images(c, &filter, &s->image_list, err);
}
