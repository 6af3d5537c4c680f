/* Block public access for AMIs and for snapshots: a switch for each account and region. */
#include "aws/sim/ec2_access.h"

#include <stdlib.h>
#include <string.h>

#include "aws/sim/ec2.h"
#include "aws/sim/ec2_call.h"
#include "aws/sim/mem.h"

enum state { UNBLOCKED, BLOCK_NEW, BLOCK_ALL, STATES };

static const char *const NAMES[STATES] = {
    [UNBLOCKED] = "unblocked",
    [BLOCK_NEW] = "block-new-sharing",
    [BLOCK_ALL] = "block-all-sharing",
};

/* The switch, and the state it changes to a while after the call. */
struct access {
    enum ec2_type type;
    char *account;
    char *region;
    enum state now;
    enum state next;
    int64_t next_ms;
    struct access *link;
};

static struct access *switches;

/* What is said of images, and what of snapshots. */
static const struct {
    const char *element;
    const char *parameter;
    enum state highest;
} WORDS[] = {
    [EC2_IMAGE] = {"imageBlockPublicAccessState", "ImageBlockPublicAccessState", BLOCK_NEW},
    [EC2_SNAPSHOT] = {"state", "State", BLOCK_ALL},
};

static struct access *find(enum ec2_type type, const char *account, const char *region)
{
    for (struct access *s = switches; s != NULL; s = s->link) {
        if (s->type == type && strcmp(s->account, account) == 0 && strcmp(s->region, region) == 0)
            return s;
    }
    return NULL;
}

static struct access *find_or_add(enum ec2_type type, const char *account, const char *region)
{
    struct access *s = find(type, account, region);
    if (s != NULL)
        return s;
    s = xcalloc(1, sizeof *s);
    s->type = type;
    s->account = xstrdup(account);
    s->region = xstrdup(region);
    s->link = switches;
    switches = s;
    return s;
}

static enum state state_at(enum ec2_type type, const char *account, const char *region,
                           int64_t now_ms)
{
    const struct access *s = find(type, account, region);
    if (s == NULL)
        return UNBLOCKED;
    return now_ms >= s->next_ms ? s->next : s->now;
}

static enum state state_of(const struct request *request, enum ec2_type type)
{
    return state_at(type, request->account->id, request->region->name, ec2_now_ms(request));
}

bool ec2_access_blocked(const struct request *request, enum ec2_type type)
{
    return state_of(request, type) != UNBLOCKED;
}

bool ec2_access_hides(const struct ec2_snapshot *snapshot)
{
    return state_at(EC2_SNAPSHOT, snapshot->head.account, snapshot->head.region,
                    clock_now_ms(snapshot->head.world->clock)) == BLOCK_ALL;
}

static bool state_parse(enum ec2_type type, const char *name, enum state *state)
{
    for (int i = 0; i <= (int)WORDS[type].highest; i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *state = (enum state)i;
            return true;
        }
    }
    return false;
}

bool ec2_access_set(enum ec2_type type, const char *account, const char *region, const char *state)
{
    enum state wanted;
    if (!state_parse(type, state, &wanted))
        return false;
    struct access *s = find_or_add(type, account, region);
    s->now = s->next = wanted;
    s->next_ms = 0;
    return true;
}

void ec2_access_clear(void)
{
    while (switches != NULL) {
        struct access *s = switches;
        switches = s->link;
        free(s->account);
        free(s->region);
        free(s);
    }
}

/* A change takes up to ten minutes to be true everywhere. */
static void change(struct request *request, struct reply *reply, enum ec2_type type,
                   enum state wanted)
{
    struct world *w = request->world;
    struct access *s = find_or_add(type, request->account->id, request->region->name);
    s->now = state_of(request, type);
    s->next = wanted;
    s->next_ms = ec2_now_ms(request) +
                 world_range(w, "public-access", s->region, NAMES[wanted], 0, 5 * 1000, 300 * 1000);
    clock_at(w->clock, s->next_ms, NULL, NULL);
    reply_open(request, reply);
    xml_text(&reply->body, WORDS[type].element, NAMES[wanted]);
    reply_close(request, reply);
}

static void get(struct request *request, struct reply *reply, enum ec2_type type)
{
    static const char *const KNOWN[] = {NULL};
    if (!ec2_accept(request, reply, KNOWN))
        return;
    reply_open(request, reply);
    xml_text(&reply->body, WORDS[type].element, NAMES[state_of(request, type)]);
    xml_text(&reply->body, "managedBy", "account");
    reply_close(request, reply);
}

static void enable(struct request *request, struct reply *reply, enum ec2_type type,
                   const char *const *known)
{
    enum state wanted;
    if (!ec2_accept(request, reply, known))
        return;
    const char *name = params_get(&request->params, WORDS[type].parameter);
    if (name == NULL || !state_parse(type, name, &wanted) || wanted == UNBLOCKED) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value (%s) for parameter %s is invalid.", name == NULL ? "null" : name,
                    WORDS[type].parameter);
        return;
    }
    change(request, reply, type, wanted);
}

static void disable(struct request *request, struct reply *reply, enum ec2_type type)
{
    static const char *const KNOWN[] = {NULL};
    if (ec2_accept(request, reply, KNOWN))
        change(request, reply, type, UNBLOCKED);
}

void ec2_get_image_block_public_access_state(struct request *request, struct reply *reply)
{
    get(request, reply, EC2_IMAGE);
}

void ec2_enable_image_block_public_access(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*ImageBlockPublicAccessState", NULL};
    enable(request, reply, EC2_IMAGE, KNOWN);
}

void ec2_disable_image_block_public_access(struct request *request, struct reply *reply)
{
    disable(request, reply, EC2_IMAGE);
}

void ec2_get_snapshot_block_public_access_state(struct request *request, struct reply *reply)
{
    get(request, reply, EC2_SNAPSHOT);
}

void ec2_enable_snapshot_block_public_access(struct request *request, struct reply *reply)
{
    static const char *const KNOWN[] = {"*State", NULL};
    enable(request, reply, EC2_SNAPSHOT, KNOWN);
}

void ec2_disable_snapshot_block_public_access(struct request *request, struct reply *reply)
{
    disable(request, reply, EC2_SNAPSHOT);
}
