/* `tatami cleanup --restore`: what is in the Recycle Bin, and having some of it back. */
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/enabled.h"
#include "core/recycle_plan.h"
#include "core/verb_cleanup.h"
#include "core/verbs.h"

/* The bins of the account's regions, or of those that were named; NULL with *err set. */
static struct recycle_bin *read_bins(const struct cleanup_verb *v, struct err *err)
{
    const struct settings *s = v->s;
    const atomic_bool *cancel = interrupt_flag(v->interrupt);
    struct call *c = call_new(v->aws, verb_home(s, v->aws), cancel);
    struct enabled_region *regions = NULL;
    size_t count = 0;
    bool ok = enabled_regions(c, (const char *const *)s->regions.items, s->regions.count, &regions,
                              &count, err);
    call_free(c);
    if (!ok)
        return NULL;
    const char **names = xcalloc(count + 1, sizeof(*names));
    for (size_t i = 0; i < count; i++)
        names[i] = regions[i].name;
    struct recycle_bin *bin = recycle_list(v->aws, names, count, cancel);
    free(names);
    free(regions);
    return bin;
}

static void add_safe(struct buf *out, const char *text)
{
    struct safe_text safe = text_safe(text);
    buf_add_str(out, safe.utf8);
    text_free(&safe);
}

static void add_json_item(struct buf *out, const struct recycle_item *item, const char *state,
                          const char *message)
{
    char now[24], leaves[24];
    clock_format_iso(clock_calendar(), now);
    clock_format_iso(item->leaves_at, leaves);
    buf_add_fmt(out, "{\"time\": \"%s\", \"event\": \"item\", \"region\": ", now);
    buf_add_json(out, item->region);
    buf_add_str(out, ", \"id\": ");
    buf_add_json(out, item->id);
    buf_add_str(out, ", \"name\": ");
    buf_add_json(out, item->image ? item->name : item->description);
    buf_add_fmt(out, ", \"state\": \"%s\", \"until\": \"%s\", \"text\": ", state, leaves);
    buf_add_json(out, message);
    buf_add_str(out, "}\n");
}

static void add_item(const struct cleanup_verb *v, struct buf *out, const struct recycle_item *item,
                     const char *state, const char *message)
{
    if (v->s->json) {
        add_json_item(out, item, state, message);
        return;
    }
    add_safe(out, item->region);
    buf_add_str(out, "  ");
    add_safe(out, item->id);
    buf_add_fmt(out, "  %s  ", state);
    add_safe(out, item->image ? item->name : item->description);
    if (message[0] != '\0') {
        buf_add_str(out, "  ");
        add_safe(out, message);
    }
    buf_add_char(out, '\n');
}

static void end_with(const struct cleanup_verb *v, struct buf *out, int status, const char *words)
{
    char now[24];
    clock_format_iso(clock_calendar(), now);
    if (v->s->json) {
        buf_add_fmt(
            out, "{\"time\": \"%s\", \"event\": \"result\", \"exit_status\": %d, \"text\": ", now,
            status);
        buf_add_json(out, words);
        buf_add_str(out, "}\n");
    } else {
        buf_add_fmt(out, "%s\n", words);
    }
    cleanup_verb_print(v, out);
}

/* Says which bins are not known; the exit status. */
static int tell_unread(const struct recycle_bin *bin)
{
    int status = 0;
    for (size_t i = 0; i < bin->region_count; i++)
        if (!bin->regions[i].read)
            status = verb_complain(&bin->regions[i].err);
    return status == 0 ? 0 : 1;
}

static int list(const struct cleanup_verb *v, const struct recycle_bin *bin)
{
    struct buf text = BUF_INIT;
    int status = tell_unread(bin);
    for (size_t i = 0; i < bin->item_count; i++) {
        char leaves[24], state[48];
        clock_format_iso(bin->items[i].leaves_at, leaves);
        snprintf(state, sizeof(state), "in the bin until %.10s", leaves);
        add_item(v, &text, &bin->items[i], v->s->json ? "in the bin" : state, "");
    }
    char *words =
        xasprintf("%zu in the Recycle Bin; --restore ID... --yes has them back", bin->item_count);
    end_with(v, &text, status, words);
    free(words);
    buf_free(&text);
    return status;
}

/* Every id that was given must be there: nothing is restored by half of a slip. */
static bool all_found(const struct cleanup_verb *v, const struct recycle_bin *bin, struct err *err)
{
    for (size_t i = 0; i < v->s->argument_count; i++) {
        bool found = false;
        for (size_t k = 0; k < bin->item_count && !found; k++)
            found = strcmp(bin->items[k].id, v->s->arguments[i]) == 0;
        if (!found) {
            err_set(err, ERR_NOT_FOUND, "%s is in no Recycle Bin that was read",
                    v->s->arguments[i]);
            return err_advise(err, "`tatami cleanup --restore` lists what is there");
        }
    }
    return true;
}

static bool consent(const struct cleanup_verb *v, size_t count, struct err *err)
{
    if (v->s->read_only)
        return err_set(err, ERR_REFUSED, "tatami runs read-only: nothing is changed");
    if (v->s->yes)
        return true;
    if (verb_can_ask(v->s)) {
        char *phrase = xasprintf("restore %zu", count);
        bool said = verb_ask(phrase, v->interrupt, v->out, err);
        free(phrase);
        return said;
    }
    err_set(err, ERR_REFUSED, "nobody is here to say that %zu shall be restored", count);
    return err_advise(err, "run it again with --yes");
}

static int tell_results(const struct cleanup_verb *v, const struct recycle_item *const *items,
                        size_t count, const struct recycle_result *results)
{
    struct buf text = BUF_INIT;
    size_t back = 0;
    for (size_t i = 0; i < count; i++) {
        back += results[i].ok;
        add_item(v, &text, items[i], results[i].ok ? "restored" : "NOT restored",
                 results[i].err.message);
    }
    int status = back == count ? 0 : atomic_load(interrupt_flag(v->interrupt)) ? 130 : 3;
    char *words = xasprintf("%zu of %zu restored", back, count);
    end_with(v, &text, status, words);
    free(words);
    buf_free(&text);
    return status;
}

static int restore(const struct cleanup_verb *v, const struct recycle_bin *bin)
{
    const struct settings *s = v->s;
    const struct recycle_item **items;
    struct recycle_result *results = xcalloc(bin->item_count + 1, sizeof(*results));
    struct err err = ERR_INIT;
    int status;
    tell_unread(bin);
    size_t count =
        recycle_choose(s->state, bin, (const char *const *)s->arguments, s->argument_count, &items);
    if (!all_found(v, bin, &err) || !consent(v, count, &err)) {
        status = verb_fail(s, &err, v->out);
    } else {
        recycle_restore(v->aws, items, count, interrupt_flag(v->interrupt), results);
        status = tell_results(v, items, count, results);
    }
    free(items);
    free(results);
    return status;
}

int cleanup_verb_restore(const struct cleanup_verb *v)
{
    struct err err = ERR_INIT;
    struct recycle_bin *bin = read_bins(v, &err);
    if (bin == NULL)
        return verb_fail(v->s, &err, v->out);
    int status = v->s->argument_count == 0 ? list(v, bin) : restore(v, bin);
    recycle_bin_free(bin);
    return status;
}
