/* Uploads: started, sampled, and read once they have ended. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/engine.h"

static void on_upload_end(void *arg)
{
    struct engine_disk *d = arg;
    atomic_store(&d->upload_ended, true);
    inbox_ring(d->in);
}

void engine_disk_send(struct release *r, struct engine_disk *d)
{
    atomic_store(&d->upload_ended, false);
    d->in = r->in;
    struct upload_request request = {
        .aws = r->options.aws,
        .region = r->plan->regions[0].name,
        .object = {r->plan->bucket, engine_disk_plan(r, d)->key},
        .upload_id = d->upload_id,
        .image = d->local,
        .pace = r->pace,
        .resumed = d->resumed,
        .done = on_upload_end,
        .arg = d,
    };
    d->upload = upload_start(&request);
}

void engine_disk_forget_upload(struct engine_disk *d)
{
    engine_disk_text(&d->upload_id, NULL);
    d->upload_asked = false;
    d->resumed = false;
}

/* The upload has ended: its threads are done, its result is read once. */
static void sent(struct release *r, struct engine_disk *d)
{
    const struct s3_part *parts = NULL;
    char digest[DIGEST_TEXT_SIZE];
    struct err err = ERR_INIT;
    bool ok = upload_result(d->upload, &parts, &d->part_count, digest, &err);
    if (ok) {
        free(d->parts);
        d->parts = xcalloc(d->part_count, sizeof(*d->parts));
        memcpy(d->parts, parts, d->part_count * sizeof(*parts));
        engine_disk_text(&d->digest, digest);
    }
    upload_free(d->upload);
    d->upload = NULL;
    if (ok) {
        d->resumed = true;
        engine_disk_remember(r, d, "digest", d->digest);
        engine_disk(r, d, DISK_EVENT_SENT);
    } else if (err.kind == ERR_NOT_FOUND) {
        engine_disk_forget_upload(d);
        engine_disk(r, d, DISK_EVENT_UPLOAD_GONE);
    } else if (engine_ends_everything(&err) && !engine_await_login(r, &err)) {
        engine_stop_because(r, &err);
    } else if (err.kind != ERR_CANCELLED) {
        d->resumed = true;
        engine_disk_fail(r, d, &err);
    }
}

void engine_uploads(struct release *r)
{
    for (size_t i = 0; i < r->disk_count; i++) {
        struct engine_disk *d = &r->disks[i];
        if (d->direct != NULL)
            engine_direct_sample(r, d);
        if (d->upload == NULL)
            continue;
        uint64_t before = d->progress.bytes_done;
        upload_progress(d->upload, &d->progress);
        if (d->progress.bytes_done != before) {
            d->moved_at = clock_now_ms();
            r->changed = true;
        }
        if (atomic_load(&d->upload_ended))
            sent(r, d);
    }
}
