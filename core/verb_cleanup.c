/* `tatami cleanup` without a screen: rules to a plan that is printed or written. */
#include "core/verb_cleanup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/cleanup_journal.h"
#include "core/cleanup_print.h"
#include "core/verbs.h"

struct inventory *cleanup_verb_read(const struct cleanup_verb *v, struct err *err)
{
    /* Families reach over all regions: all are read, whichever are meant. */
    struct inventory_options options = {
        .aws = v->aws,
        .home = verb_home(v->s, v->aws),
        .buckets = (const char *const *)v->s->buckets.items,
        .bucket_count = v->s->buckets.count,
        .wake_fd = -1,
    };
    struct inventory_reader *reader = inventory_open(&options);
    struct inventory *inventory = inventory_wait(reader, interrupt_flag(v->interrupt));
    inventory_close(reader);
    if (atomic_load(interrupt_flag(v->interrupt)))
        err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    else if (inventory->err.kind == ERR_NONE)
        return inventory;
    else
        *err = inventory->err;
    inventory_unref(inventory);
    return NULL;
}

void cleanup_verb_print(const struct cleanup_verb *v, const struct buf *text)
{
    fputs(buf_str(text), v->out);
    fflush(v->out);
}

/* ---- the plan ---- */

/* A region that was named is one of the account's. */
static bool check_regions(const struct cleanup_verb *v, const struct inventory *inventory,
                          struct err *err)
{
    for (size_t i = 0; i < v->s->regions.count; i++) {
        const char *region = v->s->regions.items[i];
        if (strpbrk(region, "*?") == NULL && inventory_find_region(inventory, region) == NULL)
            return err_set(err, ERR_REGION_OFF, "the region %s is not enabled for the account",
                           region);
    }
    return true;
}

/* Orders reports on the AMIs that nothing of this account uses. */
static void ask_others(const struct cleanup_verb *v, struct cleanup_plan_options options,
                       struct usage_reader *reader)
{
    options.usage = usage_latest(reader);
    struct cleanup_plan *plan = cleanup_plan_new(&options);
    struct usage_question *questions = xcalloc(plan->item_count + 1, sizeof(*questions));
    size_t count = 0;
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].kind == CLEANUP_IMAGE)
            questions[count++] = (struct usage_question){plan->items[i].region, plan->items[i].id};
    usage_report(reader, questions, count);
    free(questions);
    cleanup_plan_unref(plan);
    usage_unref(options.usage);
    usage_wait(reader, interrupt_flag(v->interrupt));
}

/* Asks who uses what is meant; NULL when a signal came. */
static struct usage *ask_uses(const struct cleanup_verb *v,
                              const struct cleanup_plan_options *options, struct err *err)
{
    struct usage_question *questions;
    size_t count = cleanup_plan_questions(options, &questions);
    struct usage_reader *reader = usage_open(v->aws, -1);
    usage_check(reader, questions, count);
    free(questions);
    usage_wait(reader, interrupt_flag(v->interrupt));
    if (v->s->other_accounts && !atomic_load(interrupt_flag(v->interrupt)))
        ask_others(v, *options, reader);
    struct usage *usage = usage_latest(reader);
    usage_close(reader);
    if (!atomic_load(interrupt_flag(v->interrupt)))
        return usage;
    usage_unref(usage);
    err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    return NULL;
}

/* The Recycle Bin's rules of the regions where something would go. */
static struct recycle *read_bins(const struct cleanup_verb *v, const struct cleanup_plan *plan)
{
    const char **regions = xcalloc(plan->item_count + 1, sizeof(*regions));
    size_t count = 0;
    for (size_t i = 0; i < plan->item_count; i++)
        if (count == 0 || strcmp(regions[count - 1], plan->items[i].region) != 0)
            regions[count++] = plan->items[i].region;
    struct recycle *recycle = recycle_read(v->aws, regions, count, interrupt_flag(v->interrupt));
    free(regions);
    return recycle;
}

static struct cleanup_plan *make_plan(const struct cleanup_verb *v, struct inventory *inventory,
                                      const struct rules *rules, struct err *err)
{
    struct families *families = families_new(inventory);
    struct cleanup_plan_options options = {
        .inventory = inventory,
        .families = families,
        .rules = rules,
        .step = v->step,
        .step_days = v->s->step_days,
        .price_micros = v->price_micros,
        .now = clock_calendar(),
    };
    struct cleanup_plan *plan = NULL;
    options.usage = ask_uses(v, &options, err);
    if (options.usage != NULL) {
        struct cleanup_plan *first = cleanup_plan_new(&options);
        options.recycle = read_bins(v, first);
        cleanup_plan_unref(first);
        plan = cleanup_plan_new(&options);
    }
    recycle_unref(options.recycle);
    usage_unref(options.usage);
    families_free(families);
    return plan;
}

/* How a plan of that file is carried out. */
static void add_way_on(struct buf *out, const char *words, const char *file,
                       const struct cleanup_plan *plan)
{
    struct safe_text path = text_safe(file);
    buf_add_fmt(out, "%statami cleanup --apply %s --yes %.*s\n", words, path.utf8,
                CLEANUP_HASH_SHORT, plan->hash);
    text_free(&path);
}

static void print_plan(const struct cleanup_verb *v, const struct cleanup_plan *plan, int status)
{
    const char *file = v->s->plan_file;
    struct buf text = BUF_INIT;
    if (v->s->json) {
        cleanup_print_json(plan, &text);
        cleanup_print_result(plan, status, &text);
    } else {
        cleanup_print(plan, &text);
        if (plan->item_count == 0)
            buf_add_str(&text, "Nothing is to be done.\n");
        else if (v->s->rehearse)
            buf_add_str(&text, "Rehearsal: nothing was changed, and this plan fits no other "
                               "world.\n");
        else if (file == NULL)
            buf_add_str(&text, "Nothing was changed; --plan FILE writes this plan.\n");
        else
            add_way_on(&text, "Nothing was changed. To carry it out:\n", file, plan);
    }
    cleanup_verb_print(v, &text);
    buf_free(&text);
}

/* Without a rule that chooses: what there is. */
static int print_inventory(const struct cleanup_verb *v, struct inventory *inventory,
                           const struct rules *rules)
{
    const struct cleanup_view_options options = {
        .inventory = inventory,
        .rules = rules,
        .step = v->step,
        .price_micros = v->price_micros,
        .now = clock_calendar(),
    };
    struct cleanup_view *view = cleanup_view_new(&options);
    struct buf text = BUF_INIT;
    cleanup_print_view(view, v->price_micros, options.now, &text);
    buf_add_str(&text, "Nothing is chosen: name a rule, such as --older-than DAYS\n");
    cleanup_verb_print(v, &text);
    buf_free(&text);
    cleanup_view_free(view);
    return inventory->regions_failed > 0 ? 1 : 0;
}

static bool check_rules(const struct cleanup_verb *v, const struct rules *rules, struct err *err)
{
    const struct settings *s = v->s;
    if (s->argument_count > 0) {
        err_set(err, ERR_USAGE, "\"%s\" is no rule", s->arguments[0]);
        return err_advise(err, "a hash belongs to --apply FILE --yes HASH, ids to --restore");
    }
    if ((s->plan_file != NULL || s->json) && !rules_choose(rules)) {
        err_set(err, ERR_USAGE, "nothing is chosen");
        return err_advise(err, "name a rule, such as --older-than DAYS or --orphans");
    }
    if (s->staging && s->buckets.count == 0) {
        err_set(err, ERR_USAGE, "--staging needs a bucket");
        return err_advise(err, "name it: --bucket NAME, or bucket = NAME in the configuration");
    }
    return true;
}

/* One run that is not finished: what, when, how on, and how to forget it. */
static void add_unfinished(struct buf *out, const char *path, const struct cleanup_plan *plan)
{
    char made[24];
    struct safe_text rules = text_safe(plan->rules[0] == '\0' ? "chosen by hand" : plan->rules);
    struct safe_text file = text_safe(path);
    clock_format_iso(plan->made_at, made);
    buf_add_fmt(out, "tatami: a cleanup of %s (%s; %zu to be done) is not finished\n", made,
                rules.utf8, plan->item_count);
    add_way_on(out, "  finish it: ", path, plan);
    buf_add_fmt(out, "  or forget it: rm %s*\n", file.utf8);
    text_free(&rules);
    text_free(&file);
}

/* What death left half done in this account is to be finished first. */
static void tell_of_unfinished(const struct cleanup_verb *v, const char *account)
{
    char **paths;
    struct buf text = BUF_INIT;
    size_t count = cleanup_journal_unfinished(v->s->state, &paths);
    for (size_t i = 0; i < count; i++) {
        struct err err;
        struct cleanup_plan *plan = cleanup_plan_load(paths[i], &err);
        if (plan != NULL && strcmp(plan->account, account) == 0)
            add_unfinished(&text, paths[i], plan);
        cleanup_plan_unref(plan);
        free(paths[i]);
    }
    fputs(buf_str(&text), stderr);
    buf_free(&text);
    free(paths);
}

static int plan_and_print(const struct cleanup_verb *v, struct inventory *inventory,
                          const struct rules *rules, struct err *err)
{
    struct cleanup_plan *plan = make_plan(v, inventory, rules, err);
    if (plan == NULL)
        return verb_fail(v->s, err, v->out);
    int status = plan->unread_count > 0 ? 1 : 0;
    if (v->s->plan_file != NULL && !cleanup_plan_save(plan, v->s->plan_file, err))
        status = verb_fail(v->s, err, v->out);
    else
        print_plan(v, plan, status);
    cleanup_plan_unref(plan);
    return status;
}

int cleanup_verb_plan(const struct cleanup_verb *v)
{
    struct rules rules = {0};
    struct inventory *inventory = NULL;
    struct err err = ERR_INIT;
    int status;
    if (!rules_from_settings(v->s, &rules, &err) || !check_rules(v, &rules, &err) ||
        (inventory = cleanup_verb_read(v, &err)) == NULL || !check_regions(v, inventory, &err))
        status = verb_fail(v->s, &err, v->out);
    else if (rules_choose(&rules))
        status = plan_and_print(v, inventory, &rules, &err);
    else
        status = print_inventory(v, inventory, &rules);
    if (inventory != NULL)
        tell_of_unfinished(v, inventory->account);
    inventory_unref(inventory);
    rules_free(&rules);
    return status;
}

/* ---- the verb ---- */

static bool prepare(struct cleanup_verb *v, struct err *err)
{
    const struct settings *s = v->s;
    if (s->step != NULL)
        cleanup_step_from_name(s->step, &v->step);
    if (s->price_gib_month != NULL &&
        !cleanup_parse_price(s->price_gib_month, &v->price_micros, err))
        return false;
    bool applies = s->apply_file != NULL;
    if ((applies && s->restore) || (applies && s->plan_file != NULL) ||
        (s->restore && s->plan_file != NULL))
        return err_set(err, ERR_USAGE, "--plan, --apply and --restore exclude each other");
    if (s->yes && !applies && !s->restore) {
        err_set(err, ERR_USAGE, "--yes has no plan to agree to");
        return err_advise(err, "write one with --plan FILE, then --apply FILE --yes HASH");
    }
    return true;
}

int verb_cleanup(const struct settings *s, struct aws *aws, FILE *out)
{
    struct cleanup_verb v = {.s = s, .aws = aws, .out = out};
    struct err err = ERR_INIT;
    int status;
    if (s->rehearse)
        fputs("Rehearsal: a simulator answers, not AWS.\n", stderr);
    v.interrupt = interrupt_start();
    if (!prepare(&v, &err))
        status = verb_fail(s, &err, out);
    else if (s->apply_file != NULL)
        status = cleanup_verb_apply(&v);
    else
        status = s->restore ? cleanup_verb_restore(&v) : cleanup_verb_plan(&v);
    interrupt_end(v.interrupt);
    return status;
}
