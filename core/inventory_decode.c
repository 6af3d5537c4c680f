/* What EC2 says of one thing, as a row of the inventory. */
#include "core/inventory_decode.h"

#include <string.h>

#include "base/mem.h"
#include "core/system_name.h"

static const char *text(struct inventory_builder *b, const char *from)
{
    return texts_copy(&b->arena, from);
}

/* For what many rows say alike. */
static const char *word(struct inventory_builder *b, const char *from)
{
    return texts_word(&b->arena, &b->words, from);
}

static time_t moment(const char *iso)
{
    time_t t = iso != NULL && *iso != '\0' ? clock_parse_iso(iso) : 0;
    return t < 0 ? 0 : t;
}

static const struct inventory_tag *copy_tags(struct inventory_builder *b, const struct tag *tags,
                                             size_t count)
{
    struct inventory_tag *copy = count > 0 ? texts_take(&b->arena, count * sizeof(*copy)) : NULL;
    for (size_t i = 0; i < count; i++)
        copy[i] = (struct inventory_tag){word(b, tags[i].key), word(b, tags[i].value)};
    return copy;
}

static const char *tag_or_empty(const struct inventory_tag *tags, size_t count, const char *key)
{
    const char *value = inventory_tag_value(tags, count, key);
    return value != NULL ? value : "";
}

/* A release without tags goes by its AMIs' names. */
static const char *release_by_name(struct inventory_builder *b, const struct inventory_image *i)
{
    struct system_place system = system_in_name(i->name);
    char name[256];
    size_t length = strlen(i->name);
    if (length == 0)
        return i->id;
    if (system.length == 0 || length >= sizeof(name))
        return i->name;
    memcpy(name, i->name, system.at);
    memcpy(name + system.at, i->name + system.at + system.length,
           length + 1 - system.at - system.length);
    return word(b, name);
}

static enum inventory_ami_state image_state(enum ec2_image_state state)
{
    static const enum inventory_ami_state states[] = {
        [EC2_IMAGE_UNKNOWN] = INVENTORY_AMI_OTHER,
        [EC2_IMAGE_PENDING] = INVENTORY_AMI_PENDING,
        [EC2_IMAGE_AVAILABLE] = INVENTORY_AMI_AVAILABLE,
        [EC2_IMAGE_FAILED] = INVENTORY_AMI_FAILED,
        [EC2_IMAGE_GONE] = INVENTORY_AMI_OTHER,
        [EC2_IMAGE_DISABLED] = INVENTORY_AMI_DISABLED,
        [EC2_IMAGE_TRANSIENT] = INVENTORY_AMI_OTHER,
    };
    return states[state];
}

/* While a cooldown runs EC2 says neither "disabled" nor "enabled". */
static enum inventory_protection protection_of(const char *said)
{
    if (said == NULL || *said == '\0' || strcmp(said, "disabled") == 0)
        return INVENTORY_UNPROTECTED;
    if (strcmp(said, "enabled-with-cooldown") == 0)
        return INVENTORY_PROTECTED_COOLDOWN;
    return strncmp(said, "enabled", strlen("enabled")) == 0 ? INVENTORY_PROTECTED
                                                            : INVENTORY_COOLING;
}

static void copy_devices(struct inventory_builder *b, const struct ec2_image *from,
                         struct inventory_image *to)
{
    const char **ids =
        from->device_count > 0 ? texts_take(&b->arena, from->device_count * sizeof(*ids)) : NULL;
    for (size_t i = 0; i < from->device_count; i++) {
        const struct ec2_device *device = &from->devices[i];
        if (device->snapshot_id != NULL && device->snapshot_id[0] != '\0')
            ids[to->snapshot_count++] = text(b, device->snapshot_id);
        to->volume_gib += device->volume_gib > 0 ? (unsigned)device->volume_gib : 0;
        to->encrypted = to->encrypted || device->encrypted;
    }
    to->snapshots = ids;
}

void inventory_decode_image(void *builder, const struct ec2_image *from)
{
    struct inventory_builder *b = builder;
    /* Listed for a while after it was deregistered. */
    if (from->state == EC2_IMAGE_GONE || from->id == NULL || from->id[0] == '\0')
        return;
    struct inventory_image *i = inventory_builder_add(b);
    *i = (struct inventory_image){
        .id = text(b, from->id),
        .name = word(b, from->name),
        .description = word(b, from->description),
        .owner = word(b, from->owner),
        .architecture = word(b, from->architecture),
        .boot_mode = word(b, from->boot_mode),
        .state = image_state(from->state),
        .state_text = word(b, from->state_text),
        .state_reason = word(b, from->state_reason),
        .source_id = word(b, from->source_id),
        .source_region = word(b, from->source_region),
        .created_at = moment(from->creation_date),
        .deprecated_at = moment(from->deprecation_time),
        .last_launched_at = moment(from->last_launched),
        .is_public = from->is_public,
        .protection = protection_of(from->protection),
        .protection_text = word(b, from->protection),
        .tags = copy_tags(b, from->tags, from->tag_count),
        .tag_count = from->tag_count,
    };
    copy_devices(b, from, i);
    i->release = tag_or_empty(i->tags, i->tag_count, "tatami:release");
    i->release_by_tag = i->release[0] != '\0';
    if (!i->release_by_tag)
        i->release = release_by_name(b, i);
    i->release_id = tag_or_empty(i->tags, i->tag_count, "tatami:id");
    i->image = tag_or_empty(i->tags, i->tag_count, "tatami:image");
}

size_t inventory_made_for(const char *description, const char **at)
{
    static const char *const before[] = {"Copied for DestinationAmi ", "Created by CreateImage("};
    const char *p = description;
    if (strncmp(p, before[0], strlen(before[0])) == 0) {
        p += strlen(before[0]);
    } else if (strncmp(p, before[1], strlen(before[1])) == 0) {
        p = strstr(p, ") for ");
        p = p != NULL ? p + strlen(") for ") : "";
    }
    *at = p;
    if (p == description || strncmp(p, "ami-", 4) != 0)
        return 0;
    return 4 + strspn(p + 4, "0123456789abcdef");
}

static enum inventory_snapshot_state snapshot_state(enum ec2_snapshot_state state)
{
    static const enum inventory_snapshot_state states[] = {
        [EC2_SNAPSHOT_UNKNOWN] = INVENTORY_SNAPSHOT_OTHER,
        [EC2_SNAPSHOT_PENDING] = INVENTORY_SNAPSHOT_PENDING,
        [EC2_SNAPSHOT_COMPLETED] = INVENTORY_SNAPSHOT_COMPLETED,
        [EC2_SNAPSHOT_ERROR] = INVENTORY_SNAPSHOT_ERROR,
    };
    return states[state];
}

void inventory_decode_snapshot(void *builder, const struct ec2_snapshot *from)
{
    struct inventory_builder *b = builder;
    if (from->id == NULL || from->id[0] == '\0')
        return;
    struct inventory_snapshot *s = inventory_builder_add(b);
    *s = (struct inventory_snapshot){
        .id = text(b, from->id),
        .description = text(b, from->description),
        .tier = word(b, from->storage_tier),
        .state = snapshot_state(from->state),
        .state_text = word(b, from->state_text),
        .state_message = word(b, from->state_message),
        .progress = from->progress,
        .volume_gib = from->volume_gib > 0 ? (unsigned)from->volume_gib : 0,
        .full_bytes = from->full_size_bytes > 0 ? (uint64_t)from->full_size_bytes : 0,
        .started_at = moment(from->start_time),
        .encrypted = from->encrypted,
        .tags = copy_tags(b, from->tags, from->tag_count),
        .tag_count = from->tag_count,
    };
    s->release = tag_or_empty(s->tags, s->tag_count, "tatami:release");
    s->release_id = tag_or_empty(s->tags, s->tag_count, "tatami:id");
    s->image = tag_or_empty(s->tags, s->tag_count, "tatami:image");
    s->disk = tag_or_empty(s->tags, s->tag_count, "tatami:disk");
    const char *made_for;
    size_t length = inventory_made_for(s->description, &made_for);
    s->made_for = texts_part(&b->arena, made_for, length);
}

static enum inventory_import_state import_state(enum ec2_import_state state)
{
    static const enum inventory_import_state states[] = {
        [EC2_IMPORT_UNKNOWN] = INVENTORY_IMPORT_ENDED,
        [EC2_IMPORT_PENDING] = INVENTORY_IMPORT_ACTIVE,
        [EC2_IMPORT_ACTIVE] = INVENTORY_IMPORT_ACTIVE,
        [EC2_IMPORT_COMPLETED] = INVENTORY_IMPORT_COMPLETED,
        [EC2_IMPORT_ENDED] = INVENTORY_IMPORT_ENDED,
    };
    return states[state];
}

void inventory_decode_import(void *builder, const struct ec2_import *from)
{
    struct inventory_builder *b = builder;
    if (from->task_id == NULL || from->task_id[0] == '\0')
        return;
    struct inventory_import *t = inventory_builder_add(b);
    *t = (struct inventory_import){
        .task_id = text(b, from->task_id),
        .description = text(b, from->description),
        .state = import_state(from->state),
        .state_text = word(b, from->state_text),
        .message = word(b, from->message),
        .snapshot_id = text(b, from->snapshot_id),
        .bucket = text(b, from->bucket),
        .progress = from->progress,
        .tags = copy_tags(b, from->tags, from->tag_count),
        .tag_count = from->tag_count,
    };
    t->release = tag_or_empty(t->tags, t->tag_count, "tatami:release");
    t->release_id = tag_or_empty(t->tags, t->tag_count, "tatami:id");
    t->image = tag_or_empty(t->tags, t->tag_count, "tatami:image");
    t->disk = tag_or_empty(t->tags, t->tag_count, "tatami:disk");
}
