/* The plan as JSON and back, by one table for each of its structs. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/plan_build.h"

enum field_type { FIELD_TEXT, FIELD_CHARS, FIELD_INT, FIELD_INT64, FIELD_BOOL, FIELD_WORD };

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
    size_t size;              /* FIELD_CHARS */
    const char *const *words; /* FIELD_WORD: names of the enum's values, NULL at the end */
};

static const char *const format_words[] = {"RAW",  "VHD", "VHDX", "VMDK",      "QCOW2",
                                           "QCOW", "QED", "VDI",  "PARALLELS", NULL};
static const char *const arch_words[] = {"unknown", "x86_64", "arm64", NULL};
static const char *const when_words[] = {"all", "each", NULL};
static const char *const via_words[] = {"import", "direct", NULL};
static const char *const kind_words[] = {"all", "account", "organization", "unit", NULL};

#define FIELD(structure, member, kind)                                                             \
    {                                                                                              \
#member, kind, offsetof(struct structure, member), 0, NULL                                 \
    }
#define CHARS(structure, member)                                                                   \
    {                                                                                              \
#member, FIELD_CHARS, offsetof(struct structure, member),                                  \
            sizeof(((struct structure *)NULL)->member), NULL                                       \
    }
#define WORD(structure, member, names)                                                             \
    {                                                                                              \
#member, FIELD_WORD, offsetof(struct structure, member), 0, names                          \
    }

static const struct field plan_fields[] = {
    FIELD(plan, release, FIELD_TEXT),
    CHARS(plan, id),
    FIELD(plan, made_at, FIELD_INT64),
    CHARS(plan, account),
    FIELD(plan, account_alias, FIELD_TEXT),
    FIELD(plan, identity, FIELD_TEXT),
    WORD(plan, via, via_words),
    FIELD(plan, bucket, FIELD_TEXT),
    FIELD(plan, import_role, FIELD_TEXT),
    FIELD(plan, is_public, FIELD_BOOL),
    WORD(plan, publish_when, when_words),
    FIELD(plan, public_snapshots, FIELD_BOOL),
    FIELD(plan, protect, FIELD_BOOL),
    FIELD(plan, deprecate_after_days, FIELD_INT),
    FIELD(plan, deprecate_at, FIELD_TEXT),
    FIELD(plan, kms_key, FIELD_TEXT),
    FIELD(plan, stall_minutes, FIELD_INT),
};
static const struct field image_fields[] = {
    FIELD(plan_image, name, FIELD_TEXT),      FIELD(plan_image, label, FIELD_TEXT),
    FIELD(plan_image, system, FIELD_TEXT),    WORD(plan_image, arch, arch_words),
    FIELD(plan_image, boot_mode, FIELD_TEXT), FIELD(plan_image, description, FIELD_TEXT),
    FIELD(plan_image, tpm, FIELD_TEXT),       FIELD(plan_image, imds, FIELD_TEXT),
    FIELD(plan_image, uefi_data, FIELD_TEXT), FIELD(plan_image, ena, FIELD_BOOL),
    FIELD(plan_image, sriov, FIELD_BOOL),     FIELD(plan_image, volume_type, FIELD_TEXT),
    FIELD(plan_image, base, FIELD_TEXT),
};
static const struct field disk_fields[] = {
    FIELD(plan_disk, role, FIELD_TEXT),           FIELD(plan_disk, path, FIELD_TEXT),
    FIELD(plan_disk, device, FIELD_TEXT),         FIELD(plan_disk, key, FIELD_TEXT),
    WORD(plan_disk, format, format_words),        FIELD(plan_disk, file_bytes, FIELD_INT64),
    FIELD(plan_disk, logical_bytes, FIELD_INT64), FIELD(plan_disk, volume_gib, FIELD_INT),
    FIELD(plan_disk, parent, FIELD_TEXT),         FIELD(plan_disk, sha256, FIELD_TEXT),
};
static const struct field region_fields[] = {
    CHARS(plan_region, name),
    FIELD(plan_region, best_effort, FIELD_BOOL),
    FIELD(plan_region, enabled, FIELD_BOOL),
};
static const struct field share_fields[] = {
    WORD(ec2_principal, kind, kind_words),
    FIELD(ec2_principal, id, FIELD_TEXT),
};
static const struct field tag_fields[] = {
    FIELD(tag, key, FIELD_TEXT),
    FIELD(tag, value, FIELD_TEXT),
};

/* A struct with a counted array in it: how long one item is and what it holds. */
struct items {
    const char *key;
    size_t items_at, count_at; /* in the outer struct */
    size_t item_size;
    const struct field *fields;
    size_t field_count;
    const struct items *inner; /* one array inside each item, or NULL */
};

static const struct items disk_items = {"disks",
                                        offsetof(struct plan_image, disks),
                                        offsetof(struct plan_image, disk_count),
                                        sizeof(struct plan_disk),
                                        disk_fields,
                                        ARRAY_LEN(disk_fields),
                                        NULL};

#define ITEMS(name, items, count, type, fields, inner)                                             \
    {                                                                                              \
        name, offsetof(struct plan, items), offsetof(struct plan, count), sizeof(struct type),     \
            fields, ARRAY_LEN(fields), inner                                                       \
    }

static const struct items plan_items[] = {
    ITEMS("images", images, image_count, plan_image, image_fields, &disk_items),
    ITEMS("regions", regions, region_count, plan_region, region_fields, NULL),
    ITEMS("share", share, share_count, ec2_principal, share_fields, NULL),
    ITEMS("tags", tags, tag_count, tag, tag_fields, NULL),
};

/* What is nothing is left out: the text has to fit into a snapshot's tags. */
static void write_field(cJSON *to, const struct field *f, const void *base)
{
    const char *at = (const char *)base + f->offset;
    const char *text;

    switch (f->type) {
    case FIELD_TEXT:
        text = *(char *const *)at;
        if (text != NULL)
            cJSON_AddStringToObject(to, f->key, text);
        break;
    case FIELD_CHARS:
        cJSON_AddStringToObject(to, f->key, at);
        break;
    case FIELD_INT:
        if (*(const int *)at != 0)
            cJSON_AddNumberToObject(to, f->key, *(const int *)at);
        break;
    case FIELD_INT64:
        /* Sizes and times are far below 2^53, what a double holds exactly. */
        if (*(const int64_t *)at != 0)
            cJSON_AddNumberToObject(to, f->key, (double)*(const int64_t *)at);
        break;
    case FIELD_BOOL:
        if (*(const bool *)at)
            cJSON_AddTrueToObject(to, f->key);
        break;
    case FIELD_WORD:
        if (*(const unsigned *)at != 0)
            cJSON_AddStringToObject(to, f->key, f->words[*(const unsigned *)at]);
        break;
    }
}

static void write_items(cJSON *to, const struct items *rows, const void *outer)
{
    size_t count = *(const size_t *)((const char *)outer + rows->count_at);
    cJSON *array = cJSON_AddArrayToObject(to, rows->key);
    const char *item;

    memcpy(&item, (const char *)outer + rows->items_at, sizeof item);
    for (size_t i = 0; i < count; i++, item += rows->item_size) {
        cJSON *object = cJSON_CreateObject();
        for (size_t f = 0; f < rows->field_count; f++)
            write_field(object, &rows->fields[f], item);
        if (rows->inner != NULL)
            write_items(object, rows->inner, item);
        cJSON_AddItemToArray(array, object);
    }
}

char *plan_to_json(const struct plan *plan)
{
    cJSON *root = cJSON_CreateObject();

    for (size_t i = 0; i < ARRAY_LEN(plan_fields); i++)
        write_field(root, &plan_fields[i], plan);
    for (size_t i = 0; i < ARRAY_LEN(plan_items); i++)
        write_items(root, &plan_items[i], plan);
    char *text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}

static bool read_word(const struct field *f, const char *text, unsigned *out)
{
    for (unsigned i = 0; f->words[i] != NULL; i++) {
        if (strcmp(f->words[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_field(const cJSON *from, const struct field *f, void *base)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(from, f->key);
    void *at = (char *)base + f->offset;
    const char *text = cJSON_GetStringValue(v);

    switch (f->type) {
    case FIELD_TEXT:
        *(char **)at = xstrdup_or_null(text);
        return v == NULL || text != NULL;
    case FIELD_CHARS:
        if (text == NULL || strlen(text) >= f->size)
            return false;
        memcpy(at, text, strlen(text) + 1);
        return true;
    case FIELD_INT:
        *(int *)at = cJSON_IsNumber(v) ? v->valueint : 0;
        return v == NULL || cJSON_IsNumber(v);
    case FIELD_INT64:
        *(int64_t *)at = cJSON_IsNumber(v) && v->valuedouble < 9e15 && v->valuedouble > -9e15
                             ? (int64_t)v->valuedouble
                             : 0;
        return v == NULL || cJSON_IsNumber(v);
    case FIELD_BOOL:
        *(bool *)at = cJSON_IsTrue(v);
        return v == NULL || cJSON_IsBool(v);
    case FIELD_WORD:
        return v == NULL || (text != NULL && read_word(f, text, at));
    }
    return false;
}

/* The count rises with each item, so that the plan can be freed wherever reading stops. */
static bool read_items(const cJSON *from, const struct items *rows, void *outer)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(from, rows->key);
    size_t *count = (size_t *)((char *)outer + rows->count_at);
    const cJSON *object;

    if (!cJSON_IsArray(array))
        return false;
    char *items = xcalloc((size_t)cJSON_GetArraySize(array) + 1, rows->item_size);
    memcpy((char *)outer + rows->items_at, &items, sizeof items);
    cJSON_ArrayForEach(object, array)
    {
        char *item = items + (*count)++ * rows->item_size;
        for (size_t f = 0; f < rows->field_count; f++) {
            if (!read_field(object, &rows->fields[f], item))
                return false;
        }
        if (rows->inner != NULL && !read_items(object, rows->inner, item))
            return false;
    }
    return true;
}

/* It names a file of the state folder, and may come from a bucket that others write. */
static bool is_id(const char *id)
{
    return id[0] != '\0' && id[strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] == '\0';
}

/* What a plan cannot be without: the engine relies on it. */
static bool is_whole(const struct plan *plan)
{
    bool ok = plan->release != NULL && plan->image_count > 0 && is_id(plan->id);

    for (size_t i = 0; ok && i < plan->image_count; i++) {
        const struct plan_image *image = &plan->images[i];
        ok = image->name != NULL && image->system != NULL && image->boot_mode != NULL &&
             image->volume_type != NULL && image->disk_count > 0;
        for (size_t d = 0; ok && d < image->disk_count; d++) {
            const struct plan_disk *disk = &image->disks[d];
            ok = disk->role != NULL && disk->path != NULL && disk->device != NULL &&
                 (disk->key != NULL || plan->via == VIA_DIRECT);
        }
    }
    ok = ok && (plan->bucket != NULL || plan->via == VIA_DIRECT);
    for (size_t i = 0; ok && i < plan->tag_count; i++)
        ok = plan->tags[i].key != NULL && plan->tags[i].value != NULL;
    return ok;
}

struct plan *plan_from_json(const char *json, struct err *err)
{
    struct plan *plan = xcalloc(1, sizeof *plan);
    cJSON *root = cJSON_Parse(json);
    bool ok = cJSON_IsObject(root);

    for (size_t i = 0; ok && i < ARRAY_LEN(plan_fields); i++)
        ok = read_field(root, &plan_fields[i], plan);
    for (size_t i = 0; ok && i < ARRAY_LEN(plan_items); i++)
        ok = read_items(root, &plan_items[i], plan);
    cJSON_Delete(root);
    if (ok && is_whole(plan))
        return plan;
    plan_free(plan);
    err_set(err, ERR_IO, "the plan of a release in the journal cannot be read");
    return NULL;
}
