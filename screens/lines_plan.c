/* The plan in lines. */
#include "screens/lines_plan.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

static void put(FILE *out, const char *label, struct safe_text text)
{
    fprintf(out, "%-10s %s\n", label, text.utf8);
    text_free(&text);
}

static void put_disk(const struct plan_disk *d, FILE *out)
{
    bool is_stream = strcmp(d->path, IMAGE_STDIN) == 0;
    struct safe_text size =
        d->file_bytes == 0 ? text_safe("as many MiB as come")
                           : text_safe_fmt("%.1f MiB to upload", (double)d->file_bytes / (1 << 20));
    put(out, "",
        text_safe_fmt("%s %s  %s, %s, %d GiB volume  %s", d->role, d->device,
                      image_format_name(d->format), size.utf8, d->volume_gib,
                      is_stream ? "standard input" : d->path));
    text_free(&size);
}

static void put_image(const struct plan_image *image, FILE *out)
{
    put(out, "image",
        text_safe_fmt("%s  %s, %s", image->name, image_arch_name(image->arch), image->boot_mode));
    for (size_t i = 0; i < image->disk_count; i++) {
        const struct plan_disk *d = &image->disks[i];
        if (d->parent != NULL)
            put(out, "", text_safe_fmt("%s starts from %s (%s)", d->role, d->parent, image->base));
        put_disk(d, out);
        if (d->sha256 != NULL)
            put(out, "", text_safe_fmt("%s sha256 %s", d->role, d->sha256));
    }
}

static void put_regions(const struct plan *plan, FILE *out)
{
    fprintf(out, "%-10s %zu, home %s:", "regions", plan->region_count, plan->regions[0].name);
    for (size_t i = 0; i < plan->region_count; i++) {
        const struct plan_region *g = &plan->regions[i];
        fprintf(out, "%s%s%s%s", i % 5 == 0 ? "\n           " : " ", g->name,
                g->best_effort ? " (best effort)" : "", g->enabled ? "" : " (NOT ENABLED)");
    }
    fputc('\n', out);
}

static const char *audience(const struct plan *plan)
{
    if (!plan->is_public)
        return plan->share_count > 0 ? "the accounts and organizations of --share"
                                     : "this account only";
    return plan->publish_when == PUBLISH_ALL
               ? "everybody, in all regions at once when every required region is verified"
               : "everybody, each region as soon as it is verified";
}

static struct safe_text path_of(const struct plan *plan)
{
    if (plan->via == VIA_DIRECT)
        return text_safe("EBS direct, RegisterImage, CopyImage");
    return text_safe_fmt("s3://%s, ImportSnapshot as %s, RegisterImage, CopyImage", plan->bucket,
                         plan->import_role);
}

void lines_plan(const struct plan *plan, FILE *out)
{
    put(out, "release", text_safe(plan->release));
    put(out, "account",
        text_safe_fmt("%s%s%s%s", plan->account, plan->account_alias ? " (" : "",
                      plan->account_alias ? plan->account_alias : "",
                      plan->account_alias ? ")" : ""));
    put(out, "identity", text_safe(plan->identity));
    for (size_t i = 0; i < plan->image_count; i++)
        put_image(&plan->images[i], out);
    put_regions(plan, out);
    put(out, "path", path_of(plan));
    put(out, "seen by", text_safe(audience(plan)));
    fflush(out);
}
