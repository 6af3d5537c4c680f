/* What is asked of AWS about one AMI or ten: references, and reports on other accounts. */
#include "core/usage_work.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/ec2_references.h"
#include "aws/ec2_usage.h"
#include "aws/sts.h"
#include "base/buf.h"
#include "base/mem.h"

#define UNLISTED_AT_MOST 8

void usage_put(struct usage_reader *r, const struct usage_entry *row)
{
    usage_table_put(&r->table, usage_entry_new(row));
    r->number++;
}

struct usage_entry usage_known(const struct usage_reader *r, const char *region, const char *image)
{
    const struct usage_entry *e = usage_table_find(&r->table, region, image);
    return e != NULL ? *e : (struct usage_entry){.region = region, .image = image};
}

/* ---- references ---- */

static enum usage_kind kind_of(enum ec2_reference_kind kind)
{
    static const enum usage_kind kinds[] = {
        [EC2_REFERENCE_OTHER] = USAGE_OTHER,
        [EC2_REFERENCE_INSTANCE] = USAGE_INSTANCES,
        [EC2_REFERENCE_LAUNCH_TEMPLATE] = USAGE_TEMPLATES,
        [EC2_REFERENCE_PARAMETER] = USAGE_PARAMETERS,
        [EC2_REFERENCE_IMAGE_RECIPE] = USAGE_RECIPES,
        [EC2_REFERENCE_CONTAINER_RECIPE] = USAGE_RECIPES,
    };
    return kinds[kind];
}

/* Writes what EC2 said of one AMI of the question. */
static void put_references(struct usage_place *p, const char *image,
                           const struct ec2_references *found)
{
    struct usage_reference *list = xcalloc(found->count + 1, sizeof(*list));
    pthread_mutex_lock(&p->reader->mutex);
    struct usage_entry row = usage_known(p->reader, p->region, image);
    row.reference_count = 0;
    memset(row.counts, 0, sizeof(row.counts));
    for (size_t i = 0; i < found->count; i++) {
        const struct ec2_reference *f = &found->items[i];
        if (f->image_id == NULL || strcmp(f->image_id, image) != 0)
            continue;
        list[row.reference_count++] =
            (struct usage_reference){kind_of(f->kind), f->arn != NULL ? f->arn : f->type};
        row.counts[kind_of(f->kind)]++;
    }
    row.references = list;
    row.state = row.reference_count > 0 ? USAGE_USED : USAGE_FREE;
    row.checked_at = clock_calendar();
    row.err = NULL;
    usage_put(p->reader, &row);
    pthread_mutex_unlock(&p->reader->mutex);
    free(list);
}

/* A question that failed leaves its AMI unchecked, whatever was known. */
static void put_failure(struct usage_place *p, const char *image, const struct err *err)
{
    pthread_mutex_lock(&p->reader->mutex);
    struct usage_entry row = usage_known(p->reader, p->region, image);
    row.state = USAGE_UNCHECKED;
    row.checked_at = 0;
    row.err = err;
    usage_put(p->reader, &row);
    pthread_mutex_unlock(&p->reader->mutex);
}

/* Whether the error may be that of one AMI alone: what is denied is denied for all. */
static bool is_ones(const struct err *err)
{
    static const bool ones[ERR_KINDS] = {[ERR_NOT_FOUND] = true, [ERR_INVALID] = true};
    return ones[err->kind];
}

/* One AMI that EC2 does not know fails the question for all: then each is asked by itself. */
void usage_ask(struct usage_place *p, struct call *c, const char *const *images, size_t count)
{
    struct ec2_references found = {0};
    struct err err = ERR_INIT;
    if (ec2_references(c, images, count, &found, &err)) {
        for (size_t i = 0; i < count; i++)
            put_references(p, images[i], &found);
        ec2_references_free(&found);
    } else if (count > 1 && is_ones(&err)) {
        for (size_t i = 0; i < count; i++)
            usage_ask(p, c, &images[i], 1);
    } else {
        for (size_t i = 0; i < count; i++)
            put_failure(p, images[i], &err);
    }
}

/* ---- reports ---- */

static void put_report(struct usage_place *p, const char *image, enum usage_report state,
                       const struct ec2_usages *found, const struct err *err)
{
    struct usage_reader *r = p->reader;
    size_t count = found == NULL ? 0 : found->count;
    struct usage_account *list = xcalloc(count + 1, sizeof(*list));
    pthread_mutex_lock(&r->mutex);
    struct usage_entry row = usage_known(r, p->region, image);
    row.report = state;
    row.report_err = err;
    row.account_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct ec2_usage *f = &found->items[i];
        if (f->account_id == NULL || strcmp(f->account_id, r->account) == 0 || f->count <= 0)
            continue;
        struct usage_account *a = &list[row.account_count++];
        snprintf(a->account, sizeof(a->account), "%s", f->account_id);
        a->resource = f->resource_type;
        a->count = (uint64_t)f->count;
    }
    row.accounts = list;
    usage_put(r, &row);
    pthread_mutex_unlock(&r->mutex);
    free(list);
}

/* The same AMI and day give the same report. */
static char *token_of(const struct usage_place *p, const char *image)
{
    struct buf text = BUF_INIT, hex = BUF_INIT;
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char now[24];
    clock_format_iso(clock_calendar(), now);
    buf_add_fmt(&text, "usage/%s/%s/%.10s", p->region, image, now);
    SHA256((const unsigned char *)text.data, text.length, digest);
    buf_add_hex(&hex, digest, sizeof(digest));
    buf_free(&text);
    return buf_take(&hex);
}

static bool learn_account(struct usage_place *p, struct call *c, struct err *err)
{
    struct sts_identity identity;
    if (!sts_identity(c, &identity, err))
        return false;
    pthread_mutex_lock(&p->reader->mutex);
    snprintf(p->reader->account, sizeof(p->reader->account), "%s", identity.account);
    pthread_mutex_unlock(&p->reader->mutex);
    return true;
}

bool usage_order(struct usage_place *p, struct call *c, struct usage_job *j)
{
    struct err err = ERR_INIT;
    char *token = token_of(p, j->image);
    bool ok =
        learn_account(p, c, &err) && ec2_create_usage_report(c, j->image, token, &j->report, &err);
    free(token);
    put_report(p, j->image, ok ? USAGE_REPORT_PENDING : USAGE_REPORT_FAILED, NULL, &err);
    j->task = TASK_REPORT;
    return ok;
}

static enum ec2_usage_state report_state(const struct ec2_usage_reports *reports, const char *id,
                                         struct err *err)
{
    for (size_t i = 0; i < reports->count; i++) {
        const struct ec2_usage_report *r = &reports->items[i];
        if (strcmp(r->id, id) != 0)
            continue;
        if (r->state != EC2_USAGE_PENDING && r->state != EC2_USAGE_AVAILABLE)
            err_set(err, ERR_FAILED, "the usage report ended as %s: %s",
                    r->state_text == NULL ? "nothing" : r->state_text,
                    r->state_reason == NULL ? "no reason given" : r->state_reason);
        return r->state;
    }
    return EC2_USAGE_UNKNOWN;
}

/* Reports are resources of the account: none is left. */
bool usage_look(struct usage_place *p, struct call *c, struct usage_job *j)
{
    struct ec2_usage_reports reports = {0};
    struct ec2_usages found = {0};
    struct err err = ERR_INIT, unread;
    enum ec2_usage_state state = EC2_USAGE_ERROR;
    if (ec2_usage_reports(c, j->image, &reports, &err))
        state = report_state(&reports, j->report, &err);
    ec2_usage_reports_free(&reports);
    if (state == EC2_USAGE_UNKNOWN && err.kind == ERR_NONE) {
        /* A new one may not be listed yet; one that somebody deleted never will be. */
        if (++j->unlisted < UNLISTED_AT_MOST)
            return true;
        err_set(&err, ERR_NOT_FOUND, "EC2 does not show the usage report");
    }
    if (state == EC2_USAGE_PENDING)
        return true;
    bool ok = state == EC2_USAGE_AVAILABLE && ec2_usage_entries(c, j->report, &found, &err);
    put_report(p, j->image, ok ? USAGE_REPORT_READY : USAGE_REPORT_FAILED, &found, &err);
    ec2_usages_free(&found);
    ec2_delete_usage_report(c, j->report, &unread);
    return false;
}
