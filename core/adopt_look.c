/* What AWS has of the names that the other program gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/adopt_work.h"
#include "core/fan.h"

struct look {
    struct adopt *adopt;
    struct err *errs;
    bool *ok;
};

static void look_region(struct call *c, size_t index, void *arg)
{
    struct look *l = arg;
    const struct plan *plan = l->adopt->plan;
    const char **names = xcalloc(plan->image_count, sizeof(*names));
    for (size_t i = 0; i < plan->image_count; i++)
        names[i] = plan->images[i].name;
    struct ec2_image_filter filter = {.names = names, .name_count = plan->image_count};
    l->ok[index] = !plan->regions[index].enabled ||
                   ec2_describe_images(c, &filter, &l->adopt->images[index], &l->errs[index]);
    free(names);
}

static bool look_everywhere(struct adopt *a, struct err *err)
{
    size_t count = a->plan->region_count;
    struct look l = {
        .adopt = a, .errs = xcalloc(count, sizeof(*l.errs)), .ok = xcalloc(count, sizeof(*l.ok))};
    const char **regions = xcalloc(count, sizeof(*regions));
    bool ok = true;
    for (size_t i = 0; i < count; i++)
        regions[i] = a->plan->regions[i].name;
    fan_out(a->aws, regions, count, a->cancel, look_region, &l);
    for (size_t i = 0; ok && i < count; i++) {
        if (l.ok[i])
            continue;
        ok = false;
        *err = l.errs[i];
        if (i > 0)
            err_advise(err,
                       "what is in %s is not known, so it could be made twice: see to it that "
                       "it can be read, or --exclude %s",
                       regions[i], regions[i]);
    }
    free(regions);
    free(l.errs);
    free(l.ok);
    return ok;
}

/* upload-ami tags the snapshot only once the import has ended. */
static bool look_named(struct adopt *a, struct err *err)
{
    for (size_t i = 0; i < a->plan->image_count; i++) {
        struct ec2_snapshot_filter filter = {.tag_key = "Name",
                                             .tag_value = a->plan->images[i].name};
        struct ec2_snapshots found = {0};
        if (!ec2_describe_snapshots(a->home, &filter, &found, err))
            return false;
        a->named.items =
            xrealloc(a->named.items, a->named.count + found.count + 1, sizeof(*a->named.items));
        for (size_t k = 0; k < found.count; k++)
            a->named.items[a->named.count++] = found.items[k];
        free(found.items);
    }
    return true;
}

bool adopt_look(struct adopt *a, struct err *err)
{
    a->images = xcalloc(a->plan->region_count, sizeof(*a->images));
    return look_everywhere(a, err) && ec2_describe_imports(a->home, &a->imports, err) &&
           (a->peer != ADOPT_UPLOAD_AMI || look_named(a, err));
}
