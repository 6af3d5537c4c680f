/* What belongs to a release, as the inventory shows it. */
#include "core/cancel.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/plan_build.h"

const char *cancel_kind_name(enum cancel_kind kind, size_t count)
{
    static const char *const names[CANCEL_KINDS][2] = {
        [CANCEL_UPLOAD] = {"upload", "uploads"},
        [CANCEL_IMPORT] = {"import task", "import tasks"},
        [CANCEL_IMAGE] = {"AMI", "AMIs"},
        [CANCEL_SNAPSHOT] = {"snapshot", "snapshots"},
        [CANCEL_OBJECT] = {"staging object", "staging objects"},
    };
    return names[kind][count != 1];
}

static void free_item(struct cancel_item *item)
{
    for (size_t i = 0; i < item->snapshot_count; i++)
        free(item->snapshots[i]);
    char *texts[] = {item->region, item->id,        item->name,    item->bucket,
                     item->key,    item->upload_id, item->snapshot};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    free(item->snapshots);
}

void cancel_list_free(struct cancel_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free_item(&list->items[i]);
    free(list->items);
    *list = (struct cancel_list){0};
}

static struct cancel_item *add(struct cancel_list *list, enum cancel_kind kind, const char *region,
                               char *id)
{
    list->items = xrealloc(list->items, list->count + 1, sizeof(*list->items));
    struct cancel_item *item = &list->items[list->count++];
    *item = (struct cancel_item){
        .kind = kind,
        .region = xstrdup(region),
        .id = id,
        .name = xstrdup(""),
        .bucket = xstrdup(""),
        .key = xstrdup(""),
        .upload_id = xstrdup(""),
        .snapshot = xstrdup(""),
    };
    list->counts[kind]++;
    return item;
}

static void set(char **to, const char *text)
{
    free(*to);
    *to = xstrdup(text);
}

/* ---- one kind after the other ---- */

struct finding {
    const struct inventory_region *region;
    const char *release, *id;
    bool with_public;
    struct cancel_list *list;
};

static bool is_folders(const struct finding *f, const char *key, const char *release_id)
{
    char *release = plan_staging_release(key);
    bool ours = release != NULL && strcmp(release, f->release) == 0 &&
                (release_id[0] == '\0' || strcmp(release_id, f->id) == 0);
    free(release);
    return ours;
}

static void find_uploads(const struct finding *f)
{
    for (size_t i = 0; i < f->region->upload_count; i++) {
        const struct inventory_upload *u = &f->region->uploads[i];
        if (!is_folders(f, u->key, ""))
            continue;
        struct cancel_item *item = add(f->list, CANCEL_UPLOAD, f->region->name,
                                       xasprintf("s3://%s/%s", u->bucket, u->key));
        set(&item->bucket, u->bucket);
        set(&item->key, u->key);
        set(&item->upload_id, u->upload_id);
    }
}

/* A task that ended without a snapshot has nothing to undo; a snapshot that has tags is found by
 * itself. */
static bool has_work(const struct finding *f, const struct inventory_import *t)
{
    if (strcmp(t->release_id, f->id) != 0 || t->state == INVENTORY_IMPORT_ENDED)
        return false;
    const struct inventory_snapshot *s = inventory_find_snapshot(f->region, t->snapshot_id);
    return t->state == INVENTORY_IMPORT_ACTIVE || (s != NULL && s->release_id[0] == '\0');
}

static void find_imports(const struct finding *f)
{
    for (size_t i = 0; i < f->region->import_count; i++) {
        const struct inventory_import *t = &f->region->imports[i];
        if (!has_work(f, t))
            continue;
        struct cancel_item *item =
            add(f->list, CANCEL_IMPORT, f->region->name, xstrdup(t->task_id));
        set(&item->snapshot, t->snapshot_id);
    }
}

static void find_images(const struct finding *f)
{
    for (size_t i = 0; i < f->region->image_count; i++) {
        const struct inventory_image *image = &f->region->images[i];
        if (strcmp(image->release_id, f->id) != 0)
            continue;
        struct cancel_item *item = add(f->list, CANCEL_IMAGE, f->region->name, xstrdup(image->id));
        set(&item->name, image->name);
        item->is_public = image->is_public;
        item->state = image->is_public && !f->with_public ? CANCEL_KEPT : CANCEL_WAITING;
        f->list->is_public += image->is_public;
        item->snapshots = xcalloc(image->snapshot_count + 1, sizeof(*item->snapshots));
        for (size_t s = 0; s < image->snapshot_count; s++)
            item->snapshots[item->snapshot_count++] = xstrdup(image->snapshots[s]);
    }
}

/* Those that no AMI has yet, or no longer; who uses them is not known where AMIs are not. */
static void find_snapshots(const struct finding *f)
{
    if (!inventory_known(f->region, INVENTORY_IMAGES))
        return;
    for (size_t i = 0; i < f->region->snapshot_count; i++) {
        const struct inventory_snapshot *s = &f->region->snapshots[i];
        if (strcmp(s->release_id, f->id) == 0 && s->users == 0)
            add(f->list, CANCEL_SNAPSHOT, f->region->name, xstrdup(s->id));
    }
}

static void find_objects(const struct finding *f)
{
    for (size_t i = 0; i < f->region->object_count; i++) {
        const struct inventory_object *o = &f->region->objects[i];
        if (o->is_plan || !is_folders(f, o->key, o->release_id))
            continue;
        struct cancel_item *item = add(f->list, CANCEL_OBJECT, f->region->name,
                                       xasprintf("s3://%s/%s", o->bucket, o->key));
        set(&item->bucket, o->bucket);
        set(&item->key, o->key);
    }
}

void cancel_find(const struct inventory *inventory, const char *release, const char *id,
                 bool with_public, struct cancel_list *out)
{
    static void (*const finders[CANCEL_KINDS])(const struct finding *f) = {
        [CANCEL_UPLOAD] = find_uploads, [CANCEL_IMPORT] = find_imports,
        [CANCEL_IMAGE] = find_images,   [CANCEL_SNAPSHOT] = find_snapshots,
        [CANCEL_OBJECT] = find_objects,
    };
    *out = (struct cancel_list){0};
    for (size_t r = 0; r < inventory->region_count; r++) {
        struct finding f = {inventory->regions[r], release, id, with_public, out};
        bool whole = true;
        for (size_t kind = 0; kind < CANCEL_KINDS; kind++)
            finders[kind](&f);
        for (size_t kind = 0; kind < INVENTORY_KINDS; kind++)
            whole = whole && (f.region->readings[kind].look == INVENTORY_READ ||
                              f.region->readings[kind].look == INVENTORY_UNASKED);
        out->unread += !whole;
    }
}
