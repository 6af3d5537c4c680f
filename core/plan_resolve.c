/* Home and regions of a plan, once AWS has said what there is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/plan_build.h"

static const struct plan_region *known(const struct plan_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->region_count; i++) {
        if (strcmp(facts->regions[i].name, name) == 0)
            return &facts->regions[i];
    }
    return NULL;
}

static bool in_list(const struct settings_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0)
            return true;
    }
    return false;
}

static bool unknown_region(const char *option, const char *name, struct err *err)
{
    err_set(err, ERR_USAGE, "%s: there is no region \"%s\"", option, name);
    return err_advise(err, "region names look like us-east-1; tatami whoami lists them");
}

static bool check_list(const struct plan_facts *facts, const char *option,
                       const struct settings_list *list, struct err *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (known(facts, list->items[i]) == NULL)
            return unknown_region(option, list->items[i], err);
    }
    return true;
}

static bool settle_home(const struct settings *s, const struct plan_facts *facts,
                        const struct plan_region **home, struct err *err)
{
    const char *name = plan_has(s->home) ? s->home : facts->bucket_region;

    if (!plan_has(name))
        name = s->region;
    if (!plan_has(name)) {
        err_set(err, ERR_USAGE, "nothing says which region is the home region");
        return err_advise(err, "name --home, or set AWS_REGION");
    }
    *home = known(facts, name);
    if (*home == NULL)
        return unknown_region("home", name, err);
    if (plan_has(facts->bucket_region) && strcmp(facts->bucket_region, name) != 0) {
        err_set(err, ERR_USAGE, "the bucket is in %s, not in the home region %s",
                facts->bucket_region, name);
        return err_advise(err,
                          "VM Import reads buckets of its own region only: leave out --home, "
                          "or name a bucket in %s",
                          name);
    }
    if (!(*home)->enabled) {
        err_set(err, ERR_USAGE, "the home region %s is not enabled for this account", name);
        return err_advise(err, "enable it, or name another --home");
    }
    if (in_list(&s->exclude, name) || in_list(&s->best_effort, name))
        return err_set(err, ERR_USAGE, "the home region %s can be neither excluded nor best-effort",
                       name);
    return true;
}

/* Once each, and not when excluded. */
static void add_region(struct plan *plan, const struct settings *s, const struct plan_region *from)
{
    if (from == NULL)
        abort(); /* check_list() has seen that it is known */
    for (size_t i = 0; i < plan->region_count; i++) {
        if (strcmp(plan->regions[i].name, from->name) == 0)
            return;
    }
    if (in_list(&s->exclude, from->name))
        return;
    plan->regions[plan->region_count] = *from;
    plan->regions[plan->region_count++].best_effort = in_list(&s->best_effort, from->name);
}

static void take_identity(struct plan *plan, const struct plan_facts *facts)
{
    free(plan->account_alias);
    free(plan->identity);
    memset(plan->account, 0, sizeof plan->account);
    if (facts->account != NULL)
        strncpy(plan->account, facts->account, sizeof plan->account - 1);
    plan->account_alias = xstrdup_or_null(facts->account_alias);
    plan->identity = xstrdup_or_null(facts->identity);
}

static void take_parents(struct plan *plan, char *const *parents)
{
    for (size_t i = 0; parents != NULL && i < plan->image_count; i++)
        for (size_t d = 0; d < plan->images[i].disk_count; d++) {
            struct plan_disk *disk = &plan->images[i].disks[d];
            free(disk->parent);
            disk->parent = xstrdup_or_null(*parents++);
        }
}

bool plan_resolve(struct plan *plan, const struct settings *settings,
                  const struct plan_facts *facts, struct err *err)
{
    const struct settings *s = settings;
    const struct plan_region *home = NULL;

    if (!check_list(facts, "--regions", &s->regions, err) ||
        !check_list(facts, "--exclude", &s->exclude, err) ||
        !check_list(facts, "--best-effort", &s->best_effort, err) ||
        !settle_home(s, facts, &home, err))
        return false;
    take_identity(plan, facts);
    take_parents(plan, facts->parents);
    free(plan->regions);
    plan->regions = xcalloc(facts->region_count + 1, sizeof *plan->regions);
    plan->region_count = 0;
    add_region(plan, s, home);
    for (size_t i = 0; i < s->regions.count; i++)
        add_region(plan, s, known(facts, s->regions.items[i]));
    for (size_t i = 0; s->regions.count == 0 && i < facts->region_count; i++) {
        if (facts->regions[i].enabled)
            add_region(plan, s, &facts->regions[i]);
    }
    return true;
}
