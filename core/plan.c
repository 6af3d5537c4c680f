/* The plan: made from paths and settings, and what is derived from it. */
#include "core/plan.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "aws/endpoint.h"
#include "aws/partition.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "core/plan_build.h"

enum { DAY_S = 86400, PUBLIC_DEPRECATION_DAYS = 730, OWN_TAGS = 8 };

#define PRESET_ROLE "vmimport"

static bool make_id(char id[33], struct err *err)
{
    unsigned char bits[16];
    struct buf hex = BUF_INIT;

    if (getrandom(bits, sizeof bits, 0) != (ssize_t)sizeof bits)
        return err_set_errno(err, ERR_IO, "no random numbers");
    buf_add_hex(&hex, bits, sizeof bits);
    memcpy(id, hex.data, 33);
    buf_free(&hex);
    return true;
}

/* S3 User Guide, "Bucket naming rules", as far as a slip of the fingers breaks them. */
static bool bucket_fits(const char *bucket)
{
    size_t length = strlen(bucket);
    return length >= 3 && length <= 63 &&
           strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
}

enum plan_via plan_via_of(const struct settings *s)
{
    if (plan_has(s->via))
        return strcmp(s->via, "direct") == 0 ? VIA_DIRECT : VIA_IMPORT;
    return plan_has(s->bucket) ? VIA_IMPORT : VIA_DIRECT;
}

static bool check_import(const struct settings *s, struct err *err)
{
    if (!plan_has(s->bucket)) {
        err_set(err, ERR_USAGE, "--via import needs a bucket");
        return err_advise(err, "name one in the home region with --bucket, or leave out --via");
    }
    if (!bucket_fits(s->bucket)) {
        err_set(err, ERR_USAGE, "\"%s\" is no bucket's name", s->bucket);
        return err_advise(err, "only the name, without s3:// and without a key");
    }
    return true;
}

/* EBS direct takes a key by its ARN alone (EBS direct API Reference, StartSnapshot). */
static bool check_direct(const struct settings *s, struct err *err)
{
    if (plan_has(s->import_role) && strcmp(s->import_role, PRESET_ROLE) != 0) {
        err_set(err, ERR_USAGE, "--import-role is of VM Import, and this goes by EBS direct");
        return err_advise(err, "leave out --import-role, or name --via import and a --bucket");
    }
    if (plan_has(s->kms_key) && strncmp(s->kms_key, "alias/", 6) == 0) {
        err_set(err, ERR_USAGE, "EBS direct takes no alias of a key: %s", s->kms_key);
        return err_advise(err, "name the key by its id (mrk-...), or name --via import and a "
                               "--bucket");
    }
    return true;
}

static bool check_bases(const struct plan *plan, const struct settings *s, struct err *err)
{
    for (size_t i = 0; i < plan->image_count; i++) {
        if (plan->images[i].base == NULL)
            continue;
        if (plan_via_of(s) == VIA_IMPORT) {
            err_set(err, ERR_USAGE,
                    "VM Import makes every snapshot whole: --base is of EBS direct");
            return err_advise(err, "leave out --base, or name --via direct");
        }
        if (plan_has(s->kms_key)) {
            err_set(err, ERR_USAGE, "what starts from --base keeps its key, or has none");
            return err_advise(err, "leave out --kms-key or --base");
        }
    }
    return true;
}

static bool check_settings(const struct settings *s, struct err *err)
{
    if (plan_via_of(s) == VIA_DIRECT ? !check_direct(s, err) : !check_import(s, err))
        return false;
    if (plan_has(s->kms_key) && (s->is_public || s->public_snapshots)) {
        err_set(err, ERR_USAGE, "what is encrypted with --kms-key cannot be public");
        return err_advise(err, "leave out --kms-key, or share with --share");
    }
    if (s->is_public && s->deprecate_after_days > PUBLIC_DEPRECATION_DAYS)
        return err_set(err, ERR_USAGE, "a public AMI is deprecated after 2 years at the latest");
    return true;
}

static bool add_images(struct plan *plan, const struct settings *s, char *const *paths,
                       size_t count, struct err *err)
{
    plan->images = xcalloc(count, sizeof *plan->images);
    for (size_t i = 0; i < count; i++) {
        struct plan_source source;
        bool ok = plan_source_parse(&source, s, paths[i], err) &&
                  plan_image_make(&plan->images[i], &source, s, err);
        plan_source_free(&source);
        if (!ok)
            return false;
        plan->image_count++;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(plan->images[j].name, plan->images[i].name) == 0) {
                err_set(err, ERR_USAGE, "two images would be called %s", plan->images[i].name);
                return err_advise(err, "give one another label: \",label=...\" behind its path");
            }
        }
    }
    return true;
}

/* {prefix}{label}[.{run_id}], malloc'd. */
static char *common_name(const struct settings *s, const struct plan_image *image)
{
    return xasprintf("%s%s%s%s", plan_has(s->prefix) ? s->prefix : "", image->label,
                     plan_has(s->run_id) ? "." : "", plan_has(s->run_id) ? s->run_id : "");
}

static bool settle_release(struct plan *plan, const struct settings *s, struct err *err)
{
    if (plan_has(s->release))
        plan->release = xstrdup(s->release);
    else if (plan->image_count == 1)
        plan->release = xstrdup(plan->images[0].name);
    else
        plan->release = common_name(s, &plan->images[0]);
    for (size_t i = 1; i < plan->image_count && !plan_has(s->release); i++) {
        char *other = common_name(s, &plan->images[i]);
        bool same = strcmp(other, plan->release) == 0;
        free(other);
        if (!same) {
            err_set(err, ERR_USAGE, "the images have different labels, \"%s\" and \"%s\"",
                    plan->images[0].label, plan->images[i].label);
            return err_advise(err, "name the release with --release");
        }
    }
    return plan_check_name(plan->release, 1, "release", err);
}

static void take_policy(struct plan *plan, const struct settings *s)
{
    plan->via = plan_via_of(s);
    if (plan->via == VIA_IMPORT) {
        plan->bucket = xstrdup(s->bucket);
        plan->import_role = xstrdup(plan_has(s->import_role) ? s->import_role : PRESET_ROLE);
    }
    plan->is_public = s->is_public;
    plan->publish_when = strcmp(s->publish_when, "each") == 0 ? PUBLISH_EACH : PUBLISH_ALL;
    plan->public_snapshots = s->public_snapshots;
    plan->protect = s->protect;
    plan->deprecate_after_days = s->deprecate_after_days;
    plan->kms_key = plan_has(s->kms_key) ? xstrdup(s->kms_key) : NULL;
    plan->stall_minutes = s->stall_minutes;
    if (plan->deprecate_after_days > 0) {
        char iso[24];
        clock_format_iso((time_t)(plan->made_at + (int64_t)plan->deprecate_after_days * DAY_S),
                         iso);
        plan->deprecate_at = xstrdup(iso);
    }
}

static void name_keys(struct plan *plan)
{
    for (size_t i = 0; plan->via == VIA_IMPORT && i < plan->image_count; i++) {
        struct plan_image *image = &plan->images[i];
        for (size_t d = 0; d < image->disk_count; d++)
            image->disks[d].key =
                plan_staging_key(plan->release, image->name, image->disks[d].role);
    }
}

struct plan *plan_make(const struct settings *settings, char *const *paths, size_t path_count,
                       struct err *err)
{
    struct plan *plan = xcalloc(1, sizeof *plan);

    plan->made_at = clock_calendar();
    if ((path_count > 0 || err_set(err, ERR_USAGE, "release needs PATH...")) &&
        check_settings(settings, err) && make_id(plan->id, err) &&
        add_images(plan, settings, paths, path_count, err) && check_bases(plan, settings, err) &&
        settle_release(plan, settings, err) && plan_take_share(plan, &settings->share, err) &&
        plan_take_tags(plan, &settings->tags, err)) {
        take_policy(plan, settings);
        name_keys(plan);
        return plan;
    }
    plan_free(plan);
    return NULL;
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->image_count; i++)
        plan_image_free(&plan->images[i]);
    for (size_t i = 0; i < plan->share_count; i++)
        free(plan->share[i].id);
    plan_tags_free(plan->tags, plan->tag_count);
    char *texts[] = {plan->release,     plan->account_alias, plan->identity, plan->bucket,
                     plan->import_role, plan->deprecate_at,  plan->kms_key};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    free(plan->images);
    free(plan->regions);
    free(plan->share);
    free(plan);
}

void plan_token(const struct plan *plan, const char *image, const char *disk, const char *region,
                const char *action, int attempt, char out[65])
{
    unsigned char hash[32];
    struct buf text = BUF_INIT, hex = BUF_INIT;

    buf_add_fmt(&text, "%s/%s/%s/%s/%s/%d", plan->id, image, disk == NULL ? "" : disk, region,
                action, attempt);
    /* Nothing but missing memory makes SHA-256 fail. */
    if (EVP_Digest(text.data, text.length, hash, NULL, EVP_sha256(), NULL) != 1)
        abort();
    buf_add_hex(&hex, hash, sizeof hash);
    memcpy(out, hex.data, 65);
    buf_free(&text);
    buf_free(&hex);
}

static void add_tag(struct tag *tags, size_t *count, const char *key, const char *value)
{
    if (value != NULL)
        tags[(*count)++] = (struct tag){.key = xstrdup(key), .value = xstrdup(value)};
}

static void add_own_tags(const struct plan *plan, const struct plan_image *image, const char *disk,
                         const char *digest, int attempt, struct tag *tags, size_t *count)
{
    char number[16];

    snprintf(number, sizeof number, "%d", attempt);
    add_tag(tags, count, "Name", image->name);
    add_tag(tags, count, "ManagedBy", "tatami");
    add_tag(tags, count, "tatami:release", plan->release);
    add_tag(tags, count, "tatami:id", plan->id);
    add_tag(tags, count, "tatami:image", image->name);
    add_tag(tags, count, "tatami:disk", disk);
    add_tag(tags, count, "tatami:digest", digest);
    add_tag(tags, count, "tatami:attempt", number);
}

void plan_tags(const struct plan *plan, const struct plan_image *image, const char *disk,
               const char *digest, int attempt, struct tag **tags, size_t *count)
{
    *tags = xcalloc(plan->tag_count + OWN_TAGS, sizeof **tags);
    *count = 0;
    add_own_tags(plan, image, disk, digest, attempt, *tags, count);
    for (size_t i = 0; i < plan->tag_count; i++)
        add_tag(*tags, count, plan->tags[i].key, plan->tags[i].value);
}

void plan_object_tags(const struct plan *plan, const struct plan_image *image, const char *disk,
                      const char *digest, int attempt, struct tag **tags, size_t *count)
{
    *tags = xcalloc(OWN_TAGS, sizeof **tags);
    *count = 0;
    add_own_tags(plan, image, disk, digest, attempt, *tags, count);
    for (size_t i = 0; i < *count; i++) {
        for (char *p = (*tags)[i].value; *p != '\0'; p++) {
            if (!isalnum((unsigned char)*p) && strchr(" +-=._:/@", *p) == NULL)
                *p = '_';
        }
    }
}

void plan_tags_free(struct tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(tags[i].key);
        free(tags[i].value);
    }
    free(tags);
}

int plan_snapshot_gib(const struct plan_disk *disk)
{
    const uint64_t gib = UINT64_C(1) << 30;
    if (disk->logical_bytes == 0 || disk->parent != NULL)
        return disk->volume_gib;
    return (int)((disk->logical_bytes + gib - 1) / gib);
}

const char *plan_partition(const char *region)
{
    return partition_of(region)->name;
}

void plan_region_code(const char *region, char out[16])
{
    endpoint_region_code(region, out);
}
