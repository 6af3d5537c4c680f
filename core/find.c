/* Finding the AMIs of a release. */
#include "core/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sts.h"
#include "base/mem.h"
#include "core/enabled.h"
#include "core/fan.h"
#include "core/system_name.h"

/* True when the AMI's name is name-SYSTEM. */
static bool is_derived(const char *ami_name, const char *name)
{
    struct system_place system = system_in_name(ami_name);
    return system.length > 0 && ami_name[system.at + system.length] == '\0' &&
           strlen(name) == system.at && strncmp(ami_name, name, system.at) == 0;
}

/* The filters of EC2 know wildcards, so what they gave is compared here. */
static bool belongs(const struct ec2_image *image, const char *name)
{
    const char *release = ec2_image_tag(image, "tatami:release");
    if (image->id == NULL || image->name == NULL || image->state == EC2_IMAGE_GONE)
        return false;
    if (name == NULL)
        return release != NULL;
    if (release != NULL)
        return strcmp(release, name) == 0 || strcmp(image->name, name) == 0;
    return strcmp(image->name, name) == 0 || is_derived(image->name, name);
}

static bool has_id(const struct ec2_images *images, const char *id)
{
    for (size_t i = 0; i < images->count; i++)
        if (strcmp(images->items[i].id, id) == 0)
            return true;
    return false;
}

/* Moves what belongs from `from`, which is freed. */
static void take(struct ec2_images *to, struct ec2_images *from, const char *name)
{
    to->items = xrealloc(to->items, to->count + from->count + 1, sizeof(*to->items));
    for (size_t i = 0; i < from->count; i++) {
        if (!belongs(&from->items[i], name) || has_id(to, from->items[i].id))
            continue;
        to->items[to->count++] = from->items[i];
        from->items[i] = (struct ec2_image){0};
    }
    ec2_images_free(from);
}

bool find_in_region(struct call *c, const char *name, struct ec2_images *out, struct err *err)
{
    char *pattern = xasprintf("%s*", name != NULL ? name : "");
    const char *const patterns[] = {pattern};
    struct ec2_image_filter filters[] = {
        {.tag_key = "tatami:release", .tag_value = name != NULL ? name : "*"},
        {.names = patterns, .name_count = 1},
    };
    size_t asked = name != NULL ? ARRAY_LEN(filters) : 1;
    bool ok = true;
    *out = (struct ec2_images){0};
    for (size_t i = 0; ok && i < asked; i++) {
        struct ec2_images page = {0};
        ok = ec2_describe_images(c, &filters[i], &page, err);
        take(out, &page, name);
    }
    if (!ok)
        ec2_images_free(out);
    free(pattern);
    return ok;
}

static void ami_free(struct find_ami *a)
{
    for (size_t i = 0; i < a->snapshot_count; i++)
        free(a->snapshots[i]);
    free(a->snapshots);
    char *texts[] = {a->release, a->region, a->image,      a->id,
                     a->system,  a->digest, a->state_text, a->created};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
}

void find_free(struct find_result *result)
{
    for (size_t i = 0; i < result->ami_count; i++)
        ami_free(&result->amis[i]);
    free(result->amis);
    free(result->failures);
    free(result->regions);
    free(result->home);
    *result = (struct find_result){0};
}

static void add_ami(struct find_result *r, const char *region, const struct ec2_image *image)
{
    r->amis = xrealloc(r->amis, r->ami_count + 1, sizeof(*r->amis));
    struct find_ami *a = &r->amis[r->ami_count++];
    *a = (struct find_ami){
        .release = xstrdup_or_null(ec2_image_tag(image, "tatami:release")),
        .region = xstrdup(region),
        .image = xstrdup(image->name),
        .id = xstrdup(image->id),
        .system = xstrdup_or_null(system_of_architecture(image->architecture)),
        .digest = xstrdup_or_null(ec2_image_tag(image, "tatami:digest")),
        .snapshots = xcalloc(image->device_count + 1, sizeof(char *)),
        .state = image->state,
        .state_text = xstrdup(image->state_text != NULL ? image->state_text : "unknown"),
        .created = xstrdup(image->creation_date != NULL ? image->creation_date : ""),
        .is_public = image->is_public,
    };
    for (size_t i = 0; i < image->device_count; i++)
        if (image->devices[i].snapshot_id != NULL)
            a->snapshots[a->snapshot_count++] = xstrdup(image->devices[i].snapshot_id);
}

static struct err *new_failure(struct find_result *r, const char *region)
{
    r->failures = xrealloc(r->failures, r->failure_count + 1, sizeof(*r->failures));
    struct find_failure *f = &r->failures[r->failure_count++];
    *f = (struct find_failure){0};
    snprintf(f->region, sizeof(f->region), "%s", region);
    return &f->err;
}

void find_add_failure(struct find_result *result, const char *region, enum err_kind kind,
                      const char *message)
{
    struct err *err = new_failure(result, region);
    err_set(err, kind, "%s", message);
    snprintf(err->region, sizeof(err->region), "%s", region);
}

/* By region and name, and of one name the one that is meant first. */
static int compare_amis(const void *a, const void *b)
{
    const struct find_ami *x = a, *y = b;
    bool first = x->state == EC2_IMAGE_AVAILABLE, second = y->state == EC2_IMAGE_AVAILABLE;
    int order = strcmp(x->region, y->region);
    if (order == 0)
        order = strcmp(x->image, y->image);
    if (order == 0)
        order = second - first;
    return order != 0 ? order : strcmp(y->created, x->created);
}

static void sort_amis(struct find_result *r)
{
    if (r->ami_count > 0)
        qsort(r->amis, r->ami_count, sizeof(*r->amis), compare_amis);
    for (size_t i = 1; i < r->ami_count; i++)
        r->amis[i].older = strcmp(r->amis[i].region, r->amis[i - 1].region) == 0 &&
                           strcmp(r->amis[i].image, r->amis[i - 1].image) == 0;
}

/* What the threads fill, a slot each. */
struct search {
    const char *name;
    struct ec2_images *images;
    struct err *errs;
    bool *ok;
};

static void search_region(struct call *c, size_t index, void *arg)
{
    struct search *s = arg;
    s->ok[index] = find_in_region(c, s->name, &s->images[index], &s->errs[index]);
}

/* The home region is where copies say that they come from. */
static void learn_home(struct find_result *r, const struct ec2_image *image)
{
    if (r->home == NULL && image->source_region != NULL && image->source_region[0] != '\0')
        r->home = xstrdup(image->source_region);
}

static void collect(struct find_result *r, struct search *s)
{
    for (size_t i = 0; i < r->region_count; i++) {
        if (!s->ok[i])
            *new_failure(r, r->regions[i]) = s->errs[i];
        for (size_t k = 0; s->ok[i] && k < s->images[i].count; k++) {
            add_ami(r, r->regions[i], &s->images[i].items[k]);
            learn_home(r, &s->images[i].items[k]);
        }
        ec2_images_free(&s->images[i]);
    }
    sort_amis(r);
    /* An AMI in one region alone was not copied. */
    bool alone =
        r->ami_count > 0 && strcmp(r->amis[0].region, r->amis[r->ami_count - 1].region) == 0;
    if (r->home == NULL && alone)
        r->home = xstrdup(r->amis[0].region);
}

static void ask_regions(struct aws *aws, struct find_result *r, const char *name,
                        const atomic_bool *cancel)
{
    size_t count = r->region_count;
    struct search s = {.name = name,
                       .images = xcalloc(count + 1, sizeof(*s.images)),
                       .errs = xcalloc(count + 1, sizeof(*s.errs)),
                       .ok = xcalloc(count + 1, sizeof(*s.ok))};
    const char **names = xcalloc(count + 1, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = r->regions[i];
    fan_out(aws, names, count, cancel, search_region, &s);
    collect(r, &s);
    free(names);
    free(s.images);
    free(s.errs);
    free(s.ok);
}

static bool choose_regions(struct call *c, struct find_result *r,
                           const struct settings_list *wanted, struct err *err)
{
    struct enabled_region *chosen = NULL;
    size_t count = 0;
    if (!enabled_regions(c, wanted != NULL ? (const char *const *)wanted->items : NULL,
                         wanted != NULL ? wanted->count : 0, &chosen, &count, err))
        return false;
    r->regions = xcalloc(count + 1, sizeof(*r->regions));
    for (size_t i = 0; i < count; i++) {
        if (chosen[i].enabled)
            memcpy(r->regions[r->region_count++], chosen[i].name, sizeof(chosen[i].name));
        else
            find_add_failure(r, chosen[i].name, ERR_REGION_OFF,
                             "the region is not enabled for the account");
    }
    free(chosen);
    return true;
}

bool find_release(struct aws *aws, const char *home_region, const char *name,
                  const struct settings_list *regions, const atomic_bool *cancel,
                  struct find_result *out, struct err *err)
{
    struct sts_identity who;
    struct call *c = call_new(aws, home_region, cancel);
    *out = (struct find_result){0};
    bool ok = sts_identity(c, &who, err) && choose_regions(c, out, regions, err);
    if (ok) {
        memcpy(out->account, who.account, sizeof(out->account));
        ask_regions(aws, out, name, cancel);
    }
    if (ok && cancel != NULL && atomic_load(cancel))
        ok = err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    if (!ok)
        find_free(out);
    call_free(c);
    return ok;
}

struct manifest *find_manifest(const struct find_result *result, const char *name)
{
    struct manifest *m = manifest_new(name, result->account, result->home);
    for (size_t i = 0; i < result->ami_count; i++) {
        const struct find_ami *a = &result->amis[i];
        if (a->older)
            continue;
        struct manifest_image *image = manifest_image(m, a->image, a->system, a->digest);
        struct manifest_region *region =
            manifest_add(image, a->region, a->id, a->state_text, a->is_public);
        for (size_t k = 0; k < a->snapshot_count; k++)
            manifest_add_snapshot(region, a->snapshots[k]);
    }
    manifest_sort(m);
    return m;
}
