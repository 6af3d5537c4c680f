/* Adopting a half-done release: read, prove, tell, ask, write down. */
#include "core/adopt.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/adopt_work.h"
#include "core/event_write.h"
#include "core/interrupt.h"
#include "core/step.h"
#include "core/verbs.h"

bool adopt_settle(struct settings *s, struct err *err)
{
    struct stat st;
    if (s->adopt == NULL)
        return true;
    enum adopt_peer peer = adopt_peer_of(s->adopt);
    if (peer == ADOPT_CREATE_AMIS && (stat(s->adopt, &st) != 0 || !S_ISDIR(st.st_mode))) {
        err_set(err, ERR_USAGE, "--adopt: %s is no folder", s->adopt);
        return err_advise(err, "name the state folder of create-amis.sh, ~/amis/ec2-images unless "
                               "state_dir said otherwise, or the word upload-ami");
    }
    adopt_peer_settings(peer, s);
    return true;
}

void adopt_note(struct adopt *a, enum event_level level, const char *region, const char *format,
                ...)
{
    char line[sizeof(((struct err *)0)->message) + 160];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    struct event e = {.kind = EVENT_NOTE,
                      .level = level,
                      .region = text_safe(region),
                      .text = text_safe(line),
                      .progress = -1};
    event_list_add(a->events, &e);
}

struct adopt_disk *adopt_disk_at(struct adopt *a, size_t image, size_t disk)
{
    for (size_t i = 0; i < a->disk_count; i++)
        if (a->disks[i].image == image && a->disks[i].disk == disk)
            return &a->disks[i];
    abort();
}

char **adopt_ami_at(struct adopt *a, size_t image, size_t region)
{
    return &a->amis[image * a->plan->region_count + region];
}

static void lay_out(struct adopt *a)
{
    const struct plan *plan = a->plan;
    for (size_t i = 0; i < plan->image_count; i++)
        a->disk_count += plan->images[i].disk_count;
    a->disks = xcalloc(a->disk_count, sizeof(*a->disks));
    a->amis = xcalloc(plan->image_count * plan->region_count, sizeof(*a->amis));
    struct adopt_disk *d = a->disks;
    for (size_t i = 0; i < plan->image_count; i++)
        for (size_t k = 0; k < plan->images[i].disk_count; k++, d++)
            *d = (struct adopt_disk){.image = i, .disk = k};
}

/* As the engine does it for a new release. */
static bool resolve(struct adopt *a, struct err *err)
{
    struct call *c = call_new(a->aws, verb_home(a->settings, a->aws), a->cancel);
    struct step *s = step_new(STEP_RESOLVE, a->plan, STEP_NO_INDEX, STEP_NO_INDEX, STEP_NO_INDEX);
    step_run(s, c);
    const struct step_facts *f = &s->facts;
    struct plan_facts facts = {
        .account = f->account,
        .account_alias = f->alias,
        .identity = f->identity,
        .bucket_region = f->bucket_region[0] != '\0' ? f->bucket_region : NULL,
        .regions = f->regions,
        .region_count = f->region_count,
    };
    bool ok = s->ok && plan_resolve(a->plan, a->settings, &facts, err);
    if (!s->ok)
        *err = s->err;
    step_free(s);
    call_free(c);
    return ok;
}

/* ---- the state folder ---- */

static bool in_plan(const struct plan *plan, const char *region)
{
    for (size_t i = 0; i < plan->region_count; i++)
        if (strcmp(plan->regions[i].name, region) == 0)
            return true;
    return false;
}

/* Tasks and snapshots are of the script's home region only: another home would make it twice. */
static bool check_state(struct adopt *a, struct err *err)
{
    const char *home = a->plan->regions[0].name;
    for (size_t i = 0; i < a->state.odd_count; i++)
        adopt_note(a, EVENT_WARN, "", "%s holds no id: it is not believed", a->state.odd[i]);
    for (size_t i = 0; i < a->state.count; i++) {
        const struct adopt_entry *e = &a->state.entries[i];
        if (e->thing != ADOPT_AMI && strcmp(e->region, home) != 0) {
            err_set(err, ERR_USAGE, "create-amis.sh began in %s, this release's home region is %s",
                    e->region, home);
            return err_advise(err, "name --home %s and a bucket there", e->region);
        }
        if (e->thing == ADOPT_AMI && !in_plan(a->plan, e->region))
            adopt_note(a, EVENT_WARN, "", "left: %s in %s, which is no region of this release",
                       e->id, e->region);
    }
    return true;
}

static bool read_state(struct adopt *a, struct err *err)
{
    return a->peer != ADOPT_CREATE_AMIS ||
           (adopt_state_read(a->settings->adopt, a->plan, &a->state, err) && check_state(a, err));
}

/* ---- what comes of it ---- */

static bool is_anything(const struct adopt *a)
{
    bool any = false;
    for (size_t i = 0; i < a->disk_count; i++)
        any = any || a->disks[i].digest[0] != '\0';
    return any; /* an AMI is adopted with its snapshots only */
}

static bool judge(struct adopt *a, struct err *err)
{
    for (size_t i = 0; i < a->plan->image_count; i++)
        if (!adopt_judge_image(a, i, err))
            return false;
    if (is_anything(a))
        return true;
    err_set(err, ERR_NOT_FOUND, "%s has left nothing of %s that can be adopted",
            adopt_peer_name(a->peer), a->plan->release);
    return err_advise(err, "without --adopt the release begins anew; --prefix, --run-id and --name "
                           "must be as they were there");
}

static void print_notes(struct adopt *a, FILE *out)
{
    struct buf text = BUF_INIT;
    const struct event *e;
    for (uint64_t i = 1; (e = event_list_get(a->events, i)) != NULL; i++) {
        if (a->settings->json)
            event_write_json(e, &text);
        else
            event_write_text(e, &text);
    }
    fputs(buf_str(&text), out);
    fflush(out);
    buf_free(&text);
}

/* Nobody is asked without a terminal. */
static bool consent(const struct adopt *a, const struct interrupt *interrupt, FILE *out,
                    struct err *err)
{
    const struct settings *s = a->settings;
    if (s->read_only) {
        err_set(err, ERR_REFUSED, "this session only reads: nothing is adopted");
        return err_advise(err, "run it again without --read-only");
    }
    if (s->yes)
        return true;
    if (verb_can_ask(s)) {
        char *phrase = xasprintf("adopt %s", a->plan->release);
        bool said = verb_ask(phrase, interrupt, out, err);
        free(phrase);
        return said;
    }
    err_set(err, ERR_REFUSED, "nobody is here to say that this shall become %s", a->plan->release);
    return err_advise(err, "run it again with --yes");
}

static void end(struct adopt *a)
{
    for (size_t i = 0; i < a->disk_count; i++) {
        free(a->disks[i].task_id);
        free(a->disks[i].snapshot_id);
        free(a->disks[i].etag);
        image_close(a->disks[i].file);
    }
    for (size_t i = 0; a->amis != NULL && i < a->plan->image_count * a->plan->region_count; i++)
        free(a->amis[i]);
    for (size_t i = 0; a->images != NULL && i < a->plan->region_count; i++)
        ec2_images_free(&a->images[i]);
    free(a->disks);
    free(a->amis);
    free(a->images);
    ec2_imports_free(&a->imports);
    ec2_snapshots_free(&a->named);
    adopt_state_free(&a->state);
    call_free(a->home);
    event_list_free(a->events);
}

bool adopt_release(const struct settings *s, struct aws *aws, struct journal *journal,
                   struct plan *plan, FILE *out, struct err *err)
{
    struct interrupt *interrupt = interrupt_start();
    struct adopt a = {.settings = s,
                      .aws = aws,
                      .plan = plan,
                      .peer = adopt_peer_of(s->adopt),
                      .cancel = interrupt_flag(interrupt),
                      .events = event_list_new()};
    adopt_peer_plan(a.peer, plan);
    bool ok = resolve(&a, err);
    if (ok) {
        lay_out(&a);
        a.home = call_new(aws, plan->regions[0].name, a.cancel);
        ok = read_state(&a, err) && adopt_look(&a, err) && judge(&a, err);
        print_notes(&a, out);
    }
    ok = ok && consent(&a, interrupt, out, err) && adopt_write(&a, journal, err);
    end(&a);
    interrupt_end(interrupt);
    return ok;
}
