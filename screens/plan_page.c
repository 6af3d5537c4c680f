/* The page of the plan screen. */
#include "screens/plan_page.h"

#include <stdio.h>
#include <string.h>

#include "screens/field.h"
#include "screens/frame.h"
#include "screens/words.h"

/* What the plan comes to. */
struct sums {
    size_t disks, images, regions, copies, off, best_effort;
    uint64_t bytes;
};

static struct sums sum_up(const struct plan *p)
{
    struct sums s = {.images = p->image_count, .regions = p->region_count};
    for (size_t i = 0; i < p->image_count; i++) {
        s.disks += p->images[i].disk_count;
        for (size_t d = 0; d < p->images[i].disk_count; d++)
            s.bytes += p->images[i].disks[d].file_bytes;
    }
    for (size_t r = 0; r < p->region_count; r++) {
        s.off += !p->regions[r].enabled;
        s.best_effort += p->regions[r].best_effort;
    }
    s.copies = s.images * (s.regions > 0 ? s.regions - 1 : 0);
    return s;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static struct view section(const struct view *page, int y, const char *title)
{
    struct view rest = view_cut(page, 0, y, page->cols, page->rows - y);
    return frame_section(&rest, rest.rows, title);
}

static int draw_who(const struct view *page, int top, const struct model *m)
{
    char account[WORDS_MAX];
    struct view v = section(page, top, "Who asks");
    words_account(words_str(&m->account), account);
    int y = field_draw(&v, 0, "Account", ROLE_STRONG, "%s %s%s", account, words_str(&m->alias),
                       m->rehearsal ? "  [REHEARSAL] a simulator answers, nothing leaves this "
                                      "machine"
                                    : "");
    y = field_draw(&v, y, "Identity", ROLE_TEXT, "%s", words_str(&m->identity));
    y = field_draw(&v, y, "Credentials", ROLE_TEXT, "%s", words_str(&m->credentials_source));
    return top + y + 1;
}

static int draw_image(const struct view *v, int y, const struct plan *p,
                      const struct plan_image *image)
{
    char bytes[WORDS_MAX];
    y = field_draw(v, y, image == p->images ? "AMI" : "", ROLE_STRONG, "%s", image->name);
    y = field_draw(v, y, "", ROLE_TEXT, "%s, %s, %s%s%s", image_arch_name(image->arch),
                   image->boot_mode != NULL ? image->boot_mode : "boot mode of the disk",
                   image->volume_type, image->imds != NULL ? ", IMDS " : "",
                   image->imds != NULL ? image->imds : "");
    for (size_t d = 0; d < image->disk_count; d++) {
        const struct plan_disk *disk = &image->disks[d];
        words_bytes(disk->file_bytes, bytes);
        y = field_draw(v, y, "", ROLE_TEXT, "%s  %s, %s → volume of %d GiB at %s  %s", disk->role,
                       image_format_name(disk->format), bytes, disk->volume_gib, disk->device,
                       disk->path);
    }
    return y;
}

static int draw_what(const struct view *page, int top, const struct plan *p)
{
    struct view v = section(page, top, "What is released");
    int y = 0;
    for (size_t i = 0; i < p->image_count; i++)
        y = draw_image(&v, y, p, &p->images[i]);
    return top + y + 1;
}

static int draw_import(const struct view *v, const struct plan *p, struct sums s, const char *bytes)
{
    const char *home = p->regions[0].name;
    int y = field_draw(v, 0, "Upload", ROLE_TEXT, "%s in %zu disk%s → s3://%s (%s)", bytes, s.disks,
                       plural(s.disks), p->bucket != NULL ? p->bucket : "", home);
    return field_draw(v, y, "Import", ROLE_TEXT, "%zu snapshot%s in %s, by the role %s", s.disks,
                      plural(s.disks), home, p->import_role != NULL ? p->import_role : "vmimport");
}

static int draw_direct(const struct view *v, const struct plan *p, struct sums s, const char *bytes)
{
    const char *home = p->regions[0].name;
    int y = field_draw(v, 0, "Upload", ROLE_TEXT,
                       "%s in %zu disk%s → EBS direct (%s); blocks of zeros are not sent", bytes,
                       s.disks, plural(s.disks), home);
    for (size_t i = 0; i < p->image_count; i++)
        for (size_t d = 0; d < p->images[i].disk_count; d++)
            if (p->images[i].disks[d].parent != NULL)
                y = field_draw(v, y, "Base", ROLE_TEXT, "%s %s starts from %s (%s)",
                               p->images[i].name, p->images[i].disks[d].role,
                               p->images[i].disks[d].parent, p->images[i].base);
    return y;
}

static int draw_way(const struct view *page, int top, const struct plan *p, struct sums s)
{
    char bytes[WORDS_MAX];
    const char *home = p->regions[0].name;
    struct view v = section(page, top, "The way");
    words_bytes(s.bytes, bytes);
    int y = p->via == VIA_DIRECT ? draw_direct(&v, p, s, bytes) : draw_import(&v, p, s, bytes);
    y = field_draw(&v, y, "Register", ROLE_TEXT, "%zu AMI%s in %s, verified before the first copy",
                   s.images, plural(s.images), home);
    y = field_draw(&v, y, "Copy", ROLE_TEXT, "%zu AMI%s into %zu other region%s", s.copies,
                   plural(s.copies), s.regions - 1, plural(s.regions - 1));
    return top + y + 1;
}

/* The regions in columns; best effort and off are said behind the name. */
static int draw_names(const struct view *v, int y, const struct plan *p)
{
    const int cols = 19;
    int across = v->cols / cols > 0 ? v->cols / cols : 1, x = 0;
    for (size_t r = 0; r < p->region_count; r++) {
        struct view name = view_cut(v, 1 + x * cols, y, cols - 1, 1);
        const char *mark = r == 0                      ? " home"
                           : !p->regions[r].enabled    ? " OFF"
                           : p->regions[r].best_effort ? " b.e."
                                                       : "";
        int end =
            grid_print(&name, 0, 0, r == 0 ? ROLE_STRONG : ROLE_TEXT, "%s", p->regions[r].name);
        grid_literal(&name, end, 0, p->regions[r].enabled ? ROLE_FAINT : ROLE_BAD, mark);
        x = (x + 1) % across;
        y += x == 0;
    }
    return y + (x != 0);
}

static int draw_where(const struct view *page, int top, const struct plan *p, struct sums s)
{
    char title[96];
    snprintf(title, sizeof(title), "Regions %zu", s.regions);
    struct view v = section(page, top, title);
    int y = draw_names(&v, 0, p);
    if (s.best_effort > 0)
        y = field_draw(&v, y, "Best effort", ROLE_TEXT,
                       "%zu region%s (b.e.): a failure there does not fail the release",
                       s.best_effort, plural(s.best_effort));
    if (s.off > 0)
        y = field_draw(&v, y, "Off", ROLE_BAD,
                       "%zu region%s not enabled for this account, and will fail", s.off,
                       s.off == 1 ? " is" : "s are");
    return top + y + 1;
}

static int draw_share(const struct view *v, int y, const struct plan *p)
{
    for (size_t i = 0; i < p->share_count; i++)
        y = field_draw(v, y, i == 0 ? "Shared with" : "", ROLE_TEXT, "%s", p->share[i].id);
    if (p->deprecate_at != NULL)
        y = field_draw(v, y, "Deprecated", ROLE_TEXT, "%s (%d days)", p->deprecate_at,
                       p->deprecate_after_days);
    if (p->protect)
        y = field_draw(v, y, "Protected", ROLE_TEXT, "against deregistration");
    if (p->public_snapshots)
        y = field_draw(v, y, "Snapshots", ROLE_BAD, "become public too");
    if (p->kms_key != NULL)
        y = field_draw(v, y, "Encrypted", ROLE_TEXT, "with %s", p->kms_key);
    return y;
}

static int draw_seen(const struct view *page, int top, const struct plan *p, struct sums s)
{
    size_t all = s.images * s.regions;
    struct view v = section(page, top, "Who will see it");
    int y = 0;
    if (!p->is_public)
        y = field_draw(&v, y, "Private", ROLE_STRONG, "%zu AMI%s, for this account%s", all,
                       plural(all), p->share_count > 0 ? " and those below" : " only");
    else if (p->publish_when == PUBLISH_ALL)
        y = field_draw(&v, y, "PUBLIC", ROLE_DANGER,
                       "everyone: %zu AMI%s at one moment, once all required regions are verified",
                       all, plural(all));
    else
        y = field_draw(&v, y, "PUBLIC", ROLE_DANGER,
                       "everyone: %zu AMI%s, each as soon as it is verified", all, plural(all));
    y = draw_share(&v, y, p);
    return top + y + 1;
}

int plan_page_draw(const struct view *v, const struct model *m, int gap)
{
    struct sums s = sum_up(m->plan);
    int y = draw_who(v, 0, m) + gap;
    y = draw_what(v, y, m->plan) + gap;
    y = draw_way(v, y, m->plan, s) + gap;
    y = draw_seen(v, y, m->plan, s) + gap;
    return draw_where(v, y, m->plan, s);
}

struct safe_text plan_page_explain(const struct model *m)
{
    char bytes[WORDS_MAX];
    struct sums s = sum_up(m->plan);
    words_bytes(s.bytes, bytes);
    return text_safe_fmt("Enter: upload %s, %zu AMI%s + %zu copies%s", bytes, s.images,
                         plural(s.images), s.copies,
                         m->plan->is_public ? ", then PUBLIC" : ", private");
}
