/* The Recycle Bin: deleted images and snapshots that a retention rule keeps for a while. */
#include "aws/sim/ec2_bin.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2_call.h"
#include "aws/sim/mem.h"
#include "aws/sim/rbin.h"

/* AWS's own tag of what lies there. */
static const char IN_BIN[] = "aws:recycle-bin:resource-in-bin";

/* In order of their sequence. */
static struct {
    struct ec2_resource **items;
    size_t count;
} bin;

static void put(struct ec2_resource *r)
{
    bin.items = xrealloc(bin.items, bin.count + 1, sizeof(struct ec2_resource *));
    size_t at = bin.count++;
    for (; at > 0 && bin.items[at - 1]->sequence > r->sequence; at--)
        bin.items[at] = bin.items[at - 1];
    bin.items[at] = r;
}

static void take(const struct ec2_resource *r)
{
    size_t at = 0;
    while (bin.items[at] != r)
        at++;
    bin.count--;
    memmove(&bin.items[at], &bin.items[at + 1], (bin.count - at) * sizeof(struct ec2_resource *));
}

static void on_exit_time(void *arg)
{
    take(arg);
    ec2_store_free(arg);
}

/* An unfinished snapshot is not worth keeping. */
static bool is_whole(const struct ec2_resource *r)
{
    return r->type != EC2_SNAPSHOT ||
           ((const struct ec2_snapshot *)r)->state == EC2_SNAPSHOT_COMPLETED;
}

bool ec2_bin_keep(struct ec2_resource *r)
{
    enum rbin_type type = r->type == EC2_IMAGE ? RBIN_IMAGE : RBIN_SNAPSHOT;
    int64_t retention_ms = rbin_retention_ms(r->world, type, r->account, r->region, &r->tags);
    if (retention_ms == 0 || !is_whole(r))
        return false;
    ec2_store_take(r);
    r->bin_enter_ms = clock_now_ms(r->world->clock);
    r->bin_exit_ms = r->bin_enter_ms + retention_ms;
    params_add(&r->tags, IN_BIN, "true");
    put(r);
    ec2_at(r, r->bin_exit_ms, on_exit_time);
    return true;
}

bool ec2_bin_delete(struct ec2_resource *r)
{
    if (ec2_bin_keep(r))
        return true;
    ec2_store_remove(r);
    return false;
}

struct ec2_resource *ec2_bin_next(enum ec2_type type, size_t place, uint64_t after)
{
    for (size_t i = 0; i < bin.count; i++) {
        struct ec2_resource *r = bin.items[i];
        if (r->sequence > after && r->type == type && r->place == place)
            return r;
    }
    return NULL;
}

struct ec2_resource *ec2_bin_find(enum ec2_type type, const char *region, const char *id)
{
    for (size_t i = 0; i < bin.count; i++) {
        struct ec2_resource *r = bin.items[i];
        if (r->type == type && strcmp(r->region, region) == 0 && strcmp(r->id, id) == 0)
            return r;
    }
    return NULL;
}

void ec2_bin_restore(struct ec2_resource *r)
{
    take(r);
    params_remove(&r->tags, IN_BIN);
    clock_cancel(r->world->clock, r->event);
    r->event = 0;
    r->bin_enter_ms = r->bin_exit_ms = 0;
    ec2_store_put(r);
}

void ec2_bin_clear(void)
{
    for (size_t i = 0; i < bin.count; i++)
        ec2_store_free(bin.items[i]);
    free(bin.items);
    bin.items = NULL;
    bin.count = 0;
}
