/* Inventories made by hand. */
#include "tests/tools/fakeaccount.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/inventory_place.h"

#define HOUR_MS   3600000
#define MINUTE_MS 60000
#define FIRST_MS  (100 * (clock_ms)HOUR_MS)

static const char *const regions[] = {
    "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1", "ap-northeast-2",
    "ap-northeast-3", "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2",
    "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
    "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",   "eu-north-1",
    "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",
    "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",
    "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2",
};
#define REGIONS  ARRAY_LEN(regions)
#define HOME     30
#define ANSWERED 12 /* of LOOK_PART */

/* Where a look is being made. */
struct making {
    enum fake_look look;
    size_t region;
    struct inventory_builder images, snapshots, imports, uploads;
    /* For fake_account_with(). */
    size_t nth, texts;
    const char *hostile;
};

clock_ms fake_look_ms(enum fake_look look)
{
    static const clock_ms after[LOOKS] = {
        [LOOK_LATER] = MINUTE_MS / 2, [LOOK_SICK] = MINUTE_MS / 2, [LOOK_ENDED] = HOUR_MS};
    return FIRST_MS + after[look];
}

time_t fake_look_at(enum fake_look look)
{
    return FAKE_TODAY + (time_t)((fake_look_ms(look) - FIRST_MS) / 1000);
}

/* A text that comes from outside; the nth is replaced. */
static const char *outside(struct making *m, const char *text)
{
    return m->hostile != NULL && m->texts++ == m->nth ? m->hostile : text;
}

static unsigned hash(size_t region, int what)
{
    unsigned h = 2166136261u;
    for (const char *s = regions[region]; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return (h ^ (unsigned)what) * 16777619u;
}

static const char *id_of(struct making *m, struct inventory_builder *b, const char *kind, int what)
{
    unsigned h = hash(m->region, what);
    return texts_format(&b->arena, "%s-0%08x%08x", kind, h, h * 2654435761u);
}

struct copied {
    const char *name, *release, *id, *image;
    bool by_tag, is_public;
    enum inventory_ami_state state;
    int percent; /* of its snapshot */
    int minutes; /* since it was made, at the first look */
    int what;    /* tells its ids from others' */
};

static void add_snapshot(struct making *m, const struct copied *c, const char *ami)
{
    struct inventory_builder *b = &m->snapshots;
    struct inventory_snapshot *s = inventory_builder_add(b);
    *s = (struct inventory_snapshot){
        .id = id_of(m, b, "snap", c->what),
        .description = outside(m, "Copied for DestinationAmi"),
        .tier = "standard",
        .state = c->percent < 100 ? INVENTORY_SNAPSHOT_PENDING : INVENTORY_SNAPSHOT_COMPLETED,
        .state_text = c->percent < 100 ? "pending" : "completed",
        .state_message = "",
        .progress = c->percent,
        .volume_gib = 8,
        .full_bytes = 2ull << 30,
        .started_at = FAKE_TODAY - c->minutes * 60,
        .release = "",
        .release_id = "",
        .image = "",
        .disk = "",
        .made_for = texts_copy(&b->arena, ami),
    };
}

static void add_image(struct making *m, const struct copied *c)
{
    static const char *const states[] = {"available", "pending", "disabled", "failed", "other"};
    struct inventory_builder *b = &m->images;
    struct inventory_image *i = inventory_builder_add(b);
    const char **snapshots = texts_take(&b->arena, sizeof(*snapshots));
    snapshots[0] = id_of(m, b, "snap", c->what);
    *i = (struct inventory_image){
        .id = id_of(m, b, "ami", c->what),
        .name = outside(m, c->name),
        .description = "",
        .owner = "123456789012",
        .architecture = "x86_64",
        .boot_mode = "uefi",
        .state = c->state,
        .state_text = states[c->state],
        .state_reason = c->state == INVENTORY_AMI_FAILED ? outside(m, "Client.InternalError") : "",
        .source_id = m->region != HOME ? "ami-0aaaaaaaaaaaaaaaa" : "",
        .source_region = m->region != HOME ? "us-east-1" : "",
        .release = outside(m, c->release),
        .release_by_tag = c->by_tag,
        .release_id = c->id,
        .image = c->image,
        .created_at = FAKE_TODAY - c->minutes * 60,
        .is_public = c->is_public,
        .protection_text = "",
        .snapshots = snapshots,
        .snapshot_count = 1,
        .volume_gib = 8,
    };
    add_snapshot(m, c, i->id);
}

/* The release of this machine: two images, 19 regions public, some on their way, one failed. */
static void add_acme(struct making *m)
{
    struct copied c = {.name = "acmeos-13-20260921-amd64",
                       .release = "acmeos-13-20260921",
                       .id = "4c1f09aa",
                       .image = "acmeos-13-20260921-amd64",
                       .by_tag = true,
                       .percent = 100,
                       .minutes = 20,
                       .what = 1};
    bool later = m->look != LOOK_FIRST && m->look != LOOK_PART;
    if (m->look == LOOK_EMPTY || (m->region % 17 == 16 && m->look != LOOK_ENDED))
        return;
    c.is_public = m->region % 2 == 0 || (later && m->region == 1) || m->look == LOOK_ENDED;
    if (!c.is_public && m->region % 3 == 0) {
        c.state = INVENTORY_AMI_PENDING;
        c.percent = (int)(hash(m->region, 2) % 60) + (later ? 20 : 0);
        c.minutes = 11;
    } else if (!c.is_public && later && m->region == 5) {
        c.state = INVENTORY_AMI_FAILED;
    }
    add_image(m, &c);
    if (m->look == LOOK_ENDED) {
        c.name = "acmeos-13-20260921-arm64";
        c.what = 3;
        add_image(m, &c);
    }
}

/* Nobody's tags: by its name; 30 of 34 are there. */
static void add_lab(struct making *m)
{
    struct copied c = {.name = "acmelab-15.0-RC2-x86_64-linux",
                       .release = "acmelab-15.0-RC2",
                       .id = "",
                       .image = "",
                       .is_public = true,
                       .percent = 100,
                       .minutes = 25,
                       .what = 4};
    if (m->look == LOOK_EMPTY)
        return;
    if (m->region >= 12 && m->region < 16 && m->look != LOOK_ENDED) {
        c.is_public = false;
        c.state = INVENTORY_AMI_PENDING;
        c.percent = -1;
    }
    add_image(m, &c);
}

struct task {
    size_t region;
    const char *id, *release, *release_id, *message;
    int percent, later; /* at the looks */
    int seen_minutes, moved_minutes;
    enum inventory_import_state state;
};

static const struct task tasks[] = {
    {HOME, "import-snap-0aa41c7d92e6b3f10", "acmeos-13-20260921", "4c1f09aa", "converting", 83, 88,
     7, 0, INVENTORY_IMPORT_ACTIVE},
    {HOME, "import-snap-0c92d0e4118fa7b36", "acmeos-sid-20260921", "77aa0102",
     "downloading/converting", 19, 19, 3, 1, INVENTORY_IMPORT_ACTIVE},
    {22, "import-snap-07be13aa90c4d52ef", "", "", "converting", 42, 64, 5, 0,
     INVENTORY_IMPORT_ACTIVE},
    {17, "import-snap-0e5518d2c7b9a4f03", "", "", "downloading/converting", 19, 19, 172, 158,
     INVENTORY_IMPORT_ACTIVE},
    {HOME, "import-snap-02f9be7710cd8a345", "acmeos-13-20260921", "4c1f09aa", "", -1, -1, 14, 6,
     INVENTORY_IMPORT_COMPLETED},
    {6, "import-snap-0d81f7c2b6a394e50", "", "", "ClientError: Unsupported image format", -1, -1,
     15, 6, INVENTORY_IMPORT_ENDED},
};

static void add_tasks(struct making *m)
{
    for (size_t i = 0; i < ARRAY_LEN(tasks) && m->look != LOOK_EMPTY; i++) {
        const struct task *t = &tasks[i];
        if (t->region != m->region)
            continue;
        struct inventory_import *row = inventory_builder_add(&m->imports);
        bool done = t->state == INVENTORY_IMPORT_COMPLETED;
        *row = (struct inventory_import){
            .task_id = t->id,
            .description = outside(m, "tatami import"),
            .state = t->state,
            .state_text = t->state == INVENTORY_IMPORT_ACTIVE ? "active"
                          : done                              ? "completed"
                                                              : "deleted",
            .message = outside(m, t->message),
            .snapshot_id = done ? "snap-0b2c9d1e7f6a5b483" : "",
            .progress = m->look == LOOK_FIRST || m->look == LOOK_PART ? t->percent : t->later,
            .release = outside(m, t->release),
            .release_id = t->release_id,
            .image = t->release[0] != '\0' ? texts_format(&m->imports.arena, "%s-amd64", t->release)
                                           : "",
            .disk = "root",
            .seen_at_ms = FIRST_MS - t->seen_minutes * MINUTE_MS,
            .moved_at_ms = FIRST_MS - t->moved_minutes * MINUTE_MS,
            .seen_to_start = i % 2 == 0,
        };
    }
}

static void add_uploads(struct making *m)
{
    struct inventory_upload *row;
    if (m->region != HOME || m->look == LOOK_EMPTY)
        return;
    row = inventory_builder_add(&m->uploads);
    *row = (struct inventory_upload){
        .bucket = "acme-images",
        .key = outside(m, "tatami/acmeos-13-20260921/arm64/root.vhd"),
        .upload_id = "2~Vq9uploadid",
        .initiated_at = FAKE_TODAY - 65,
        .bytes = (m->look == LOOK_FIRST ? 313ull : 390ull) * (8 << 20),
        .parts = m->look == LOOK_FIRST ? 313 : 390,
        .moved_at_ms = fake_look_ms(m->look),
    };
}

static void set_readings(struct making *m, struct inventory_place *place)
{
    static const struct {
        size_t region;
        enum err_kind kind;
        const char *code, *message, *id;
    } failures[] = {
        {20, ERR_TIMEOUT, "", "no answer within 30 s", ""},
        {26, ERR_DENIED, "UnauthorizedOperation",
         "You are not authorized to perform this operation.",
         "11111111-2222-3333-4444-555555555555"},
    };
    struct inventory_region *region = &place->region;
    bool unread = m->look == LOOK_PART && m->region >= ANSWERED;
    for (int k = 0; k < INVENTORY_KINDS; k++) {
        region->readings[k].look = unread ? INVENTORY_UNREAD : INVENTORY_READ;
        region->readings[k].read_at_ms = unread ? 0 : fake_look_ms(m->look);
        if (m->region != HOME && k >= INVENTORY_OBJECTS)
            region->readings[k].look = INVENTORY_UNASKED;
    }
    for (size_t i = 0; i < ARRAY_LEN(failures) && m->look == LOOK_SICK; i++) {
        struct inventory_reading *reading = &region->readings[INVENTORY_IMPORTS];
        if (failures[i].region != m->region)
            continue;
        *reading = (struct inventory_reading){
            .look = INVENTORY_FAILED, .read_at_ms = FIRST_MS - 4 * MINUTE_MS, .failures = 3};
        err_set(&reading->err, failures[i].kind, "%s", failures[i].message);
        strcpy(reading->err.code, failures[i].code);
        strcpy(reading->err.request_id, failures[i].id);
    }
    region->throttled = m->look == LOOK_SICK && m->region >= 3 && m->region < 6;
    region->interval_ms = region->throttled ? 80000 : 10000;
    region->next_at_ms = fake_look_ms(m->look) + region->interval_ms;
}

static struct inventory_place *make_place(struct making *m)
{
    struct inventory_place *place = inventory_place_new(regions[m->region], ~0u);
    struct inventory_builder *builders[INVENTORY_KINDS] = {
        [INVENTORY_IMAGES] = &m->images,
        [INVENTORY_SNAPSHOTS] = &m->snapshots,
        [INVENTORY_IMPORTS] = &m->imports,
        [INVENTORY_UPLOADS] = &m->uploads,
    };
    bool read = m->look != LOOK_PART || m->region < ANSWERED;
    for (int k = 0; k < INVENTORY_KINDS; k++)
        if (builders[k] != NULL)
            builders[k]->kind = (enum inventory_kind)k;
    if (read) {
        add_acme(m);
        add_lab(m);
        add_tasks(m);
        add_uploads(m);
    }
    for (int k = 0; k < INVENTORY_KINDS && read; k++)
        if (builders[k] != NULL)
            inventory_place_set(place, inventory_builder_end(builders[k]));
    set_readings(m, place);
    if (read)
        inventory_place_tie(place);
    return place;
}

static struct inventory *make(struct making *m, uint64_t number)
{
    struct inventory_place *places[REGIONS];
    struct inventory_head head = {
        .number = number, .account = "123456789012", .alias = outside(m, "acmeos-prod")};
    size_t count = m->look == LOOK_NONE ? 0 : REGIONS;
    if (m->look == LOOK_NONE) {
        err_set(&head.err, ERR_EXPIRED, "the credentials have expired");
        err_advise(&head.err, "log in again: `aws sso login`");
    }
    for (m->region = 0; m->region < count; m->region++)
        places[m->region] = make_place(m);
    struct inventory *inventory = inventory_new(&head, places, count);
    inventory->now_ms = fake_look_ms(m->look);
    for (size_t i = 0; i < count; i++)
        inventory_place_unref(places[i]);
    return inventory;
}

struct inventory *fake_account(enum fake_look look, uint64_t number)
{
    struct making m = {.look = look};
    return make(&m, number);
}

struct inventory *fake_account_with(size_t nth, const char *text)
{
    struct making m = {.look = LOOK_FIRST, .nth = nth, .hostile = text};
    struct inventory *inventory = make(&m, 1);
    if (nth < m.texts)
        return inventory;
    inventory_unref(inventory);
    return NULL;
}
