/* Models made by hand. */
#include "tests/tools/fakemodel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/model_build.h"
#include "tests/tools/fakedirect.h"

#define NOW   (10 * 1000 * 1000) /* the program's clock, ms */
#define TODAY 1795400458         /* 2026-11-23 01:00:58 UTC */

static const char *const regions[] = {
    "us-east-1",      "af-south-1",     "ap-east-1",      "ap-east-2",      "ap-northeast-1",
    "ap-northeast-2", "ap-northeast-3", "ap-south-1",     "ap-south-2",     "ap-southeast-1",
    "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
    "ap-southeast-7", "ca-central-1",   "ca-west-1",      "eu-central-1",   "eu-central-2",
    "eu-north-1",     "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",
    "eu-west-3",      "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",
    "sa-east-1",      "us-east-2",      "us-west-1",      "us-west-2",
};

static void make_image(struct plan_image *image, const char *system, enum image_arch arch,
                       const char *file)
{
    *image = (struct plan_image){
        .name = xasprintf("acme/1.2.3-%s", system),
        .label = xstrdup("1.2.3"),
        .system = xstrdup(system),
        .arch = arch,
        .boot_mode = xstrdup("uefi"),
        .description = xstrdup("Acme 1.2.3"),
        .imds = xstrdup("v2.0"),
        .volume_type = xstrdup("gp3"),
        .ena = true,
        .disks = xcalloc(1, sizeof(struct plan_disk)),
        .disk_count = 1,
    };
    image->disks[0] = (struct plan_disk){
        .role = xstrdup("root"),
        .path = xasprintf("/images/%s", file),
        .device = xstrdup("/dev/xvda"),
        .key = xasprintf("tatami/acme-1.2.3/%s/root", system),
        .format = IMAGE_RAW,
        .file_bytes = 4ull << 30,
        .logical_bytes = 4ull << 30,
        .volume_gib = 4,
    };
}

static struct plan *make_plan(void)
{
    struct plan *p = xcalloc(1, sizeof(*p));
    p->release = xstrdup("acme/1.2.3");
    snprintf(p->id, sizeof(p->id), "0123456789abcdef0123456789abcdef");
    p->made_at = TODAY;
    snprintf(p->account, sizeof(p->account), "123456789012");
    p->account_alias = xstrdup("acme");
    p->identity = xstrdup("arn:aws:sts::123456789012:assumed-role/release/ops1");
    p->images = xcalloc(2, sizeof(*p->images));
    p->image_count = 2;
    make_image(&p->images[0], "x86_64-linux", ARCH_X86_64, "disk-x86_64.raw");
    make_image(&p->images[1], "aarch64-linux", ARCH_ARM64, "disk-arm64.raw");
    p->region_count = ARRAY_LEN(regions);
    p->regions = xcalloc(p->region_count, sizeof(*p->regions));
    for (size_t r = 0; r < p->region_count; r++) {
        snprintf(p->regions[r].name, sizeof(p->regions[r].name), "%s", regions[r]);
        p->regions[r].enabled = true;
        p->regions[r].best_effort = strcmp(regions[r], "me-south-1") == 0;
    }
    p->bucket = xstrdup("acme-images");
    p->import_role = xstrdup("vmimport");
    p->is_public = true;
    p->publish_when = PUBLISH_ALL;
    p->deprecate_after_days = 180;
    p->deprecate_at = xstrdup("2027-05-22T01:00:58Z");
    return p;
}

void fake_text(struct safe_text *text, const char *raw)
{
    text_free(text);
    *text = text_safe(raw);
}

struct model_cell *fake_cell(struct model *model, const char *region)
{
    for (size_t r = 0; r < model->plan->region_count; r++)
        if (strcmp(model->plan->regions[r].name, region) == 0)
            return &model->cells[r];
    abort();
}

void fake_count(struct model *model)
{
    struct model_counts *n = &model->counts, one;
    *n = (struct model_counts){0};
    for (size_t i = 0; i < model->plan->image_count; i++) {
        model_count(model, i, &one);
        n->cells += one.cells;
        n->required += one.required;
        n->waiting += one.waiting;
        n->working += one.working;
        n->ready += one.ready;
        n->is_public += one.is_public;
        n->failed += one.failed;
        n->retrying += one.retrying;
        n->left_out += one.left_out;
    }
    n->regions = (int)model->plan->region_count;
}

/* An id that looks like EC2's and is always the same for a place. */
static char *make_id(const char *kind, size_t image, size_t region)
{
    unsigned long long h = 0x9e3779b97f4a7c15ull * (region + 1 + image * 131 + strlen(kind) * 977);
    return xasprintf("%s-0%016llx", kind, h ^ (h >> 29));
}

static void set_ids(struct model_cell *c, bool ami, bool snapshot)
{
    char *id = make_id("ami", c->image, c->region);
    if (ami)
        fake_text(&c->ami, id);
    free(id);
    id = make_id("snap", c->image, c->region);
    if (snapshot)
        fake_text(&c->snapshot, id);
    free(id);
}

static void set_ready(struct model_cell *c, enum cell_state state, enum word word)
{
    set_ids(c, true, true);
    c->state = state;
    c->word = word;
    c->percent = 100;
    c->is_public = word == WORD_PUBL;
    c->started_at = NOW - 700000 - (clock_ms)c->region * 1000;
    c->ended_at = c->started_at + 360000 + (clock_ms)c->region * 17000;
}

static void set_copying(struct model_cell *c, int percent)
{
    set_ids(c, true, true);
    c->state = CELL_PENDING;
    c->word = WORD_COPY;
    c->percent = percent;
    c->started_at = NOW - 540000 - (clock_ms)c->region * 7000;
}

static void set_error(struct model_cell *c, enum word word, enum err_kind kind,
                      const char *operation, const char *region, const char *code, int status,
                      const char *message)
{
    struct err err = {.kind = kind, .http_status = status};
    snprintf(err.operation, sizeof(err.operation), "%s", operation);
    snprintf(err.region, sizeof(err.region), "%s", region);
    snprintf(err.code, sizeof(err.code), "%s", code);
    snprintf(err.message, sizeof(err.message), "%s", message);
    snprintf(err.request_id, sizeof(err.request_id), "8f0c2a4e-6d1b-4c55-9e0f-3a77d1c4b1e2");
    c->word = word;
    c->state = word == WORD_FAIL ? CELL_FAILED : CELL_PENDING;
    c->error = model_error_new(&err, TODAY - 98, TODAY - 7, word == WORD_FAIL ? 1 : 3);
}

static void set_off(struct model *m)
{
    struct model_cell *c = fake_cell(m, "ap-southeast-5");
    text_free(&c->ami);
    text_free(&c->snapshot);
    fake_text(&c->ami, "");
    fake_text(&c->snapshot, "");
    set_error(c, WORD_FAIL, ERR_REGION_OFF, "CopyImage", "ap-southeast-5", "AuthFailure", 401,
              "AWS was not able to validate the provided access credentials");
    c->percent = 0;
    c->started_at = NOW - 500000;
    c->ended_at = NOW - 493000;
}

static void add_event(struct model *m, enum event_level level, enum event_kind kind,
                      const char *region, const char *state, const char *code, const char *text)
{
    struct event e = {.kind = kind, .level = level, .state = state, .progress = -1};
    e.image = text_safe(m->plan->images[0].name);
    e.region = text_safe(region);
    e.code = text_safe(code);
    e.text = text_safe(text);
    event_list_add(m->events, &e);
    /* The list stamps the time of day; goldens need a fixed one. */
    struct event *added = (struct event *)event_list_get(m->events, e.number);
    added->time = TODAY - 60 + (time_t)e.number * 7;
}

static void set_upload(struct model *m)
{
    struct model_disk *d = &m->disks[1];
    d->state = DISK_SENDING;
    d->word = WORD_UPLD;
    d->bytes_done = 2620000000u;
    d->parts_total = 512;
    d->parts_done = 313;
    d->connections = 8;
    d->rate_now = 50541363;
    d->rate_average = 47080000;
    d->rate_peak = 53477376;
    d->left_ms = 35000;
    m->rate_count = 60;
    for (size_t i = 0; i < m->rate_count; i++)
        m->rates[i] = 20000000 + (i * i * 7919 + i * 104729) % 33477376;
}

static void set_running(struct model *m)
{
    size_t n = m->plan->region_count;
    for (size_t r = 0; r < n; r++) {
        struct model_cell *c = &m->cells[r];
        if (r == 0 || r > 15)
            set_ready(c, CELL_READY, WORD_PRIV);
        else if (r < 14)
            set_copying(c, (int)(r * 37 + 20) % 97);
        else
            fake_text(&c->note, "waits for a slot");
    }
    for (size_t r = 0; r < n; r++)
        fake_text(&m->cells[n + r].note, r == 0 ? "waits for its disk" : "waits for home");
    set_off(m);
    set_error(fake_cell(m, "ap-southeast-3"), WORD_RTRY, ERR_THROTTLED, "DescribeSnapshots",
              "ap-southeast-3", "RequestLimitExceeded", 503, "Request limit exceeded.");
    fake_text(&fake_cell(m, "ap-southeast-3")->note, "read again in 0:14");
    fake_cell(m, "ap-southeast-4")->word = WORD_STAL;
    fake_text(&fake_cell(m, "ap-southeast-4")->note, "no news for 9 min");
    set_upload(m);
    add_event(m, EVENT_INFO, EVENT_PHASE, "", "running", "", "started by ops1");
    add_event(m, EVENT_GOOD, EVENT_CELL, "us-east-1", "ready", "", "verified: all 9 fields agree");
    add_event(m, EVENT_INFO, EVENT_CELL, "eu-west-1", "pending", "", "copy asked");
    add_event(m, EVENT_GOOD, EVENT_CELL, "eu-west-1", "ready", "", "verified; waits for the wave");
    add_event(m, EVENT_WARN, EVENT_CELL, "ap-southeast-3", "pending", "RequestLimitExceeded",
              "read again in 14 s; the copy itself goes on");
    add_event(m, EVENT_BAD, EVENT_CELL, "ap-southeast-5", "failed", "AuthFailure",
              "AWS was not able to validate the provided access credentials");
    fake_text(&m->headline, "1 region failed; the other 33 go on. r retries it, x leaves it out.");
}

static void set_import(struct model *m)
{
    struct model_disk *d = &m->disks[0];
    d->state = DISK_IMPORTING;
    d->word = WORD_IMPT;
    d->bytes_done = d->bytes_total;
    d->import_percent = 43;
    fake_text(&d->import_task, "import-snap-0123456789abcdef0");
    fake_text(&d->import_message, "converting");
    m->cells[0].word = WORD_IMPT;
    fake_text(&m->headline, "AWS imports the first disk; the second is uploaded meanwhile.");
    set_upload(m);
    m->disks[1].state = DISK_DONE;
    m->disks[1].word = WORD_DONE;
}

static void set_all(struct model *m, enum cell_state state, enum word word)
{
    for (size_t i = 0; i < m->cell_count; i++)
        set_ready(&m->cells[i], state, word);
    for (size_t i = 0; i < m->disk_count; i++) {
        m->disks[i].state = DISK_DONE;
        m->disks[i].word = WORD_DONE;
        m->disks[i].bytes_done = m->disks[i].bytes_total;
        fake_text(&m->disks[i].digest,
                  "sha256-512k:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    }
}

static void set_refused(struct model *m)
{
    struct err err = {.kind = ERR_CREDENTIALS, .http_status = 403};
    snprintf(err.operation, sizeof(err.operation), "GetCallerIdentity");
    snprintf(err.code, sizeof(err.code), "InvalidClientTokenId");
    snprintf(err.message, sizeof(err.message),
             "The security token included in the request is invalid.");
    m->error = model_error_new(&err, TODAY, TODAY, 1);
    fake_text(&m->headline, "Refused; nothing was sent. q leaves.");
}

static void set_scene(struct model *m, enum fake_scene scene)
{
    static const enum phase phases[] = {
        [FAKE_PLANNED] = PHASE_PLANNED, [FAKE_RUNNING] = PHASE_RUNNING,
        [FAKE_IMPORT] = PHASE_RUNNING,  [FAKE_HELD] = PHASE_HELD,
        [FAKE_DONE] = PHASE_DONE,       [FAKE_REFUSED] = PHASE_REFUSED,
        [FAKE_DIRECT] = PHASE_RUNNING,  [FAKE_PENDING] = PHASE_RUNNING,
    };
    m->phase = phases[scene];
    switch (scene) {
    case FAKE_PLANNED:
        fake_text(&m->headline, "Type :go to start; q leaves, and nothing was sent.");
        break;
    case FAKE_RUNNING:
        set_running(m);
        break;
    case FAKE_IMPORT:
        set_import(m);
        break;
    case FAKE_DIRECT:
    case FAKE_PENDING:
        set_upload(m);
        fake_direct(m, scene == FAKE_PENDING);
        break;
    case FAKE_HELD:
        set_all(m, CELL_READY, WORD_PRIV);
        set_off(m);
        fake_text(&m->headline, "Held: 1 region failed. r retries it, x leaves it out.");
        break;
    case FAKE_DONE:
        set_all(m, CELL_PUBLIC, WORD_PUBL);
        m->ended_at = NOW;
        fake_text(&m->headline, "Done: 68 AMIs are public in 34 regions.");
        break;
    case FAKE_REFUSED:
        set_refused(m);
        break;
    }
}

static void make_cells(struct model *m)
{
    size_t n = m->plan->region_count;
    m->cell_count = n * m->plan->image_count;
    m->cells = xcalloc(m->cell_count, sizeof(*m->cells));
    for (size_t i = 0; i < m->cell_count; i++) {
        struct model_cell *c = &m->cells[i];
        *c = (struct model_cell){
            .image = i / n,
            .region = i % n,
            .home = i % n == 0,
            .required = !m->plan->regions[i % n].best_effort,
            .ami = text_safe(""),
            .snapshot = text_safe(""),
            .note = text_safe(""),
        };
    }
    m->disk_count = m->plan->image_count;
    m->disks = xcalloc(m->disk_count, sizeof(*m->disks));
    for (size_t i = 0; i < m->disk_count; i++)
        m->disks[i] = (struct model_disk){.image = i,
                                          .state = i == 0 ? DISK_DONE : DISK_WAITING,
                                          .word = i == 0 ? WORD_DONE : WORD_WAIT,
                                          .bytes_total = 4ull << 30,
                                          .left_ms = -1,
                                          .import_percent = -1,
                                          .import_task = text_safe(""),
                                          .import_message = text_safe(""),
                                          .snapshot = text_safe(""),
                                          .digest = text_safe("")};
}

struct model *fake_model(enum fake_scene scene)
{
    struct model *m = model_new();
    bool moves = scene == FAKE_RUNNING || scene == FAKE_IMPORT;
    m->number = 1;
    m->plan = make_plan();
    m->account = text_safe("123456789012");
    m->alias = text_safe("acme");
    m->identity = text_safe(m->plan->identity);
    m->credentials_source = text_safe("profile release");
    m->now = NOW;
    m->started_at = NOW - 1122000;
    m->saved_at = NOW - 2000;
    m->eta_low_ms = moves ? 7 * 60000 : -1;
    m->eta_high_ms = moves ? 11 * 60000 : -1;
    m->connections = 8;
    m->exit_status = scene == FAKE_DONE ? 0 : scene == FAKE_REFUSED ? 1 : 130;
    m->events = event_list_new();
    make_cells(m);
    set_scene(m, scene);
    fake_count(m);
    return m;
}

void fake_model_free(struct model *model)
{
    struct plan *plan = (struct plan *)model->plan;
    struct event_list *events = model->events;
    model_unref(model);
    event_list_free(events);
    plan_free(plan);
}
