/* Ranks: every AMI of an inventory beside the others of its family. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/arena.h"
#include "core/family.h"
#include "core/texts.h"

/* One AMI, with everything that is compared as a number. */
struct member {
    const struct inventory_image *image;
    struct family_rank *rank;
    const char *family, *architecture, *version;
    size_t family_number, version_number, region;
    time_t newest_anywhere, newest_here; /* of its version */
    bool competes;
};

struct families {
    struct inventory *inventory;
    struct arena arena;
    struct family_rank **ranks; /* by region, then image */
    struct member *members;
    size_t member_count;
};

static int by_number(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_name(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = x->family == y->family ? 0 : strcmp(x->family, y->family);
    return order != 0 ? order : strcmp(x->architecture, y->architecture);
}

static int by_version_text(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    return x->version == y->version ? 0 : family_compare_versions(x->version, y->version);
}

/* Family, then version (newest first), then region, then who competes, then creation (newest
 * first). */
static int by_version(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = by_number(x->family_number, y->family_number);
    if (order == 0)
        order = by_number(y->version_number, x->version_number);
    if (order == 0)
        order = by_number(x->region, y->region);
    return order != 0 ? order
                      : (y->image->created_at > x->image->created_at) -
                            (y->image->created_at < x->image->created_at);
}

static int by_date(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = by_number(x->family_number, y->family_number);
    if (order == 0)
        order =
            (y->newest_anywhere > x->newest_anywhere) - (y->newest_anywhere < x->newest_anywhere);
    return order != 0 ? order : by_number(y->version_number, x->version_number);
}

static int by_region_version(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = by_number(x->family_number, y->family_number);
    if (order == 0)
        order = by_number(x->region, y->region);
    return order != 0 ? order : by_number(y->version_number, x->version_number);
}

static int by_region_date(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = by_number(x->family_number, y->family_number);
    if (order == 0)
        order = by_number(x->region, y->region);
    if (order == 0)
        order = (y->newest_here > x->newest_here) - (y->newest_here < x->newest_here);
    return order != 0 ? order : by_number(y->version_number, x->version_number);
}

/* Gives equal numbers to what compares equal, in order. */
static void number(struct families *f, int (*compare)(const void *, const void *), size_t offset)
{
    qsort(f->members, f->member_count, sizeof(*f->members), compare);
    for (size_t i = 0, n = 0; i < f->member_count; i++) {
        n += i > 0 && compare(&f->members[i - 1], &f->members[i]) != 0;
        *(size_t *)((char *)&f->members[i] + offset) = n;
    }
}

/* One of the four ranks: how many other versions stand before this one. */
static void rank(struct families *f, int (*compare)(const void *, const void *), bool in_region,
                 size_t offset)
{
    const struct member *last = NULL; /* the last that competes */
    unsigned n = 0;
    qsort(f->members, f->member_count, sizeof(*f->members), compare);
    for (size_t i = 0; i < f->member_count; i++) {
        struct member *m = &f->members[i];
        unsigned *out = (unsigned *)((char *)m->rank + offset);
        *out = UINT_MAX;
        if (!m->competes)
            continue;
        if (last == NULL || last->family_number != m->family_number ||
            (in_region && last->region != m->region))
            n = 0;
        else
            n += last->version_number != m->version_number;
        *out = n;
        last = m;
    }
}

/* Available AMIs compete; where a family has none, its disabled ones do. Members are sorted by
 * family. */
static void choose_competitors(struct families *f)
{
    for (size_t i = 0, next; i < f->member_count; i = next) {
        enum inventory_ami_state wanted = INVENTORY_AMI_DISABLED;
        for (next = i; next < f->member_count &&
                       f->members[next].family_number == f->members[i].family_number;
             next++)
            if (f->members[next].image->state == INVENTORY_AMI_AVAILABLE)
                wanted = INVENTORY_AMI_AVAILABLE;
        for (size_t k = i; k < next; k++)
            f->members[k].competes = f->members[k].image->state == wanted;
    }
}

/* A version is as young as its youngest AMI that competes: over all regions, and in one. */
static void date_versions(struct families *f)
{
    qsort(f->members, f->member_count, sizeof(*f->members), by_version);
    for (size_t i = 0, next; i < f->member_count; i = next) {
        struct member *first = &f->members[i];
        time_t newest = 0;
        for (next = i; next < f->member_count; next++) {
            struct member *m = &f->members[next];
            if (m->family_number != first->family_number ||
                m->version_number != first->version_number)
                break;
            bool goes_on = next > i && m[-1].region == m->region;
            m->newest_here = goes_on ? m[-1].newest_here : m->competes ? m->image->created_at : 0;
            newest = m->newest_here > newest ? m->newest_here : newest;
        }
        for (size_t k = i; k < next; k++)
            f->members[k].newest_anywhere = newest;
    }
}

/* After the ranks by date: every member of a family hears the name of its newest. */
static void name_newest(struct families *f)
{
    qsort(f->members, f->member_count, sizeof(*f->members), by_date);
    for (size_t i = 0, next; i < f->member_count; i = next) {
        const char *newest = "";
        for (next = i; next < f->member_count &&
                       f->members[next].family_number == f->members[i].family_number;
             next++)
            if (*newest == '\0' && f->members[next].rank->by_date == 0)
                newest = f->members[next].image->name;
        for (size_t k = i; k < next; k++)
            f->members[k].rank->newest = newest;
    }
}

static void add_region(struct families *f, struct texts *words, size_t index)
{
    const struct inventory_region *region = f->inventory->regions[index];
    f->ranks[index] = texts_take(&f->arena, (region->image_count + 1) * sizeof(**f->ranks));
    for (size_t i = 0; i < region->image_count; i++) {
        const struct inventory_image *image = &region->images[i];
        char *family, *version;
        family_split(image->name[0] != '\0' ? image->name : image->id, &family, &version);
        struct member *m = &f->members[f->member_count++];
        *m = (struct member){.image = image,
                             .rank = &f->ranks[index][i],
                             .family = texts_word(&f->arena, words, family),
                             .architecture = image->architecture,
                             .version = texts_word(&f->arena, words, version),
                             .region = index};
        m->rank->family = m->family;
        m->rank->version = m->version;
        m->rank->newest = "";
        free(family);
        free(version);
    }
}

struct families *families_new(struct inventory *inventory)
{
    struct families *f = xcalloc(1, sizeof(*f));
    struct texts words = {0};
    size_t count = 0;
    f->inventory = inventory_ref(inventory);
    for (size_t i = 0; i < inventory->region_count; i++)
        count += inventory->regions[i]->image_count;
    f->members = xcalloc(count + 1, sizeof(*f->members));
    f->ranks = xcalloc(inventory->region_count + 1, sizeof(*f->ranks));
    for (size_t i = 0; i < inventory->region_count; i++)
        add_region(f, &words, i);
    texts_forget(&words);
    number(f, by_version_text, offsetof(struct member, version_number));
    number(f, by_name, offsetof(struct member, family_number));
    choose_competitors(f);
    date_versions(f);
    rank(f, by_version, false, offsetof(struct family_rank, by_version));
    rank(f, by_region_version, true, offsetof(struct family_rank, region_by_version));
    rank(f, by_region_date, true, offsetof(struct family_rank, region_by_date));
    rank(f, by_date, false, offsetof(struct family_rank, by_date));
    name_newest(f);
    free(f->members);
    f->members = NULL;
    return f;
}

void families_free(struct families *f)
{
    if (f == NULL)
        return;
    inventory_unref(f->inventory);
    arena_free(&f->arena);
    free(f->ranks);
    free(f);
}

const struct family_rank *families_rank(const struct families *f,
                                        const struct inventory_region *region,
                                        const struct inventory_image *image)
{
    for (size_t i = 0; i < f->inventory->region_count; i++)
        if (f->inventory->regions[i] == region)
            return &f->ranks[i][image - region->images];
    return NULL;
}

unsigned family_best_rank(const struct family_rank *rank)
{
    unsigned all[] = {rank->by_date, rank->by_version, rank->region_by_date,
                      rank->region_by_version};
    unsigned best = all[0];
    for (size_t i = 1; i < ARRAY_LEN(all); i++)
        best = all[i] < best ? all[i] : best;
    return best;
}
