/* The manifest as data, and as a file. */
#include "core/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define TEMPORARY_NAMES 100

struct manifest *manifest_new(const char *release, const char *account, const char *home)
{
    struct manifest *m = xcalloc(1, sizeof(*m));
    m->release = xstrdup(release);
    m->account = xstrdup_or_null(account);
    m->home = xstrdup_or_null(home);
    return m;
}

static void region_free(struct manifest_region *r)
{
    for (size_t i = 0; i < r->snapshot_count; i++)
        free(r->snapshots[i]);
    free(r->snapshots);
    free(r->region);
    free(r->ami);
    free(r->state);
}

void manifest_free(struct manifest *m)
{
    for (size_t i = 0; m != NULL && i < m->image_count; i++) {
        struct manifest_image *image = &m->images[i];
        for (size_t k = 0; k < image->region_count; k++)
            region_free(&image->regions[k]);
        free(image->regions);
        free(image->name);
        free(image->system);
        free(image->digest);
        for (size_t k = 0; k < image->sum_count; k++)
            free(image->sums[k]);
        free(image->sums);
    }
    if (m == NULL)
        return;
    free(m->images);
    free(m->release);
    free(m->account);
    free(m->home);
    free(m);
}

static struct manifest_image *image_find(const struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->image_count; i++)
        if (strcmp(m->images[i].name, name) == 0)
            return &m->images[i];
    return NULL;
}

struct manifest_image *manifest_image(struct manifest *m, const char *name, const char *system,
                                      const char *digest)
{
    struct manifest_image *image = image_find(m, name);
    if (image == NULL) {
        m->images = xrealloc(m->images, m->image_count + 1, sizeof(*m->images));
        image = &m->images[m->image_count++];
        *image = (struct manifest_image){.name = xstrdup(name)};
    }
    if (image->system == NULL)
        image->system = xstrdup_or_null(system);
    if (image->digest == NULL)
        image->digest = xstrdup_or_null(digest);
    return image;
}

void manifest_add_sum(struct manifest_image *image, const char *sha256)
{
    if (sha256 == NULL)
        return;
    image->sums = xrealloc(image->sums, image->sum_count + 1, sizeof(*image->sums));
    image->sums[image->sum_count++] = xstrdup(sha256);
}

/* The entry of a region, emptied when it was there. */
static struct manifest_region *region_slot(struct manifest_image *image, const char *region)
{
    for (size_t i = 0; i < image->region_count; i++) {
        if (strcmp(image->regions[i].region, region) == 0) {
            region_free(&image->regions[i]);
            return &image->regions[i];
        }
    }
    image->regions = xrealloc(image->regions, image->region_count + 1, sizeof(*image->regions));
    return &image->regions[image->region_count++];
}

struct manifest_region *manifest_add(struct manifest_image *image, const char *region,
                                     const char *ami, const char *state, bool is_public)
{
    if (ami == NULL || *ami == '\0')
        return NULL;
    struct manifest_region made = {.region = xstrdup(region),
                                   .ami = xstrdup(ami),
                                   .state = xstrdup(state != NULL ? state : "unknown"),
                                   .is_public = is_public};
    struct manifest_region *slot = region_slot(image, region);
    *slot = made;
    return slot;
}

void manifest_add_snapshot(struct manifest_region *region, const char *snapshot)
{
    if (snapshot == NULL || *snapshot == '\0')
        return;
    region->snapshots =
        xrealloc(region->snapshots, region->snapshot_count + 1, sizeof(*region->snapshots));
    region->snapshots[region->snapshot_count++] = xstrdup(snapshot);
}

static int by_name(const void *a, const void *b)
{
    const struct manifest_image *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int by_region(const void *a, const void *b, void *home)
{
    const struct manifest_region *x = a, *y = b;
    bool first = home != NULL && strcmp(x->region, home) == 0;
    bool second = home != NULL && strcmp(y->region, home) == 0;
    return first != second ? second - first : strcmp(x->region, y->region);
}

void manifest_sort(struct manifest *m)
{
    if (m->image_count > 0)
        qsort(m->images, m->image_count, sizeof(*m->images), by_name);
    for (size_t i = 0; i < m->image_count; i++)
        if (m->images[i].region_count > 0)
            qsort_r(m->images[i].regions, m->images[i].region_count, sizeof(*m->images[i].regions),
                    by_region, m->home);
}

size_t manifest_count(const struct manifest *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->image_count; i++)
        count += m->images[i].region_count;
    return count;
}

static bool write_all(int fd, const struct buf *text)
{
    for (size_t done = 0; done < text->length;) {
        ssize_t n = write(fd, text->data + done, text->length - done);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            done += (size_t)n;
    }
    return true;
}

/* Opens a file beside path that did not exist; its name is malloc'd. -1 with errno. */
static int open_beside(const char *path, char **name)
{
    for (int i = 0; i < TEMPORARY_NAMES; i++) {
        *name = xasprintf("%s.%d-%d.tmp", path, (int)getpid(), i);
        int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
        free(*name);
        *name = NULL;
    }
    errno = EEXIST;
    return -1;
}

/* A device, a pipe: nothing that could be replaced. */
static bool save_into(const char *path, const struct buf *text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, text);
    if (!ok)
        err_set_errno(err, ERR_IO, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* target is no symbolic link; old is NULL when it does not exist. */
static bool save_beside(const char *target, const struct stat *old, const struct buf *text,
                        struct err *err)
{
    char *name = NULL;
    int fd = open_beside(target, &name);
    bool ok = fd >= 0 && write_all(fd, text) &&
              (old == NULL || fchmod(fd, old->st_mode & 07777) == 0) && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        why = errno;
        ok = false;
    }
    if (ok && rename(name, target) != 0) {
        why = errno;
        ok = false;
    }
    if (!ok && fd >= 0)
        unlink(name);
    free(name);
    errno = why;
    return ok || err_set_errno(err, ERR_IO, "cannot write the manifest to %s", target);
}

bool manifest_save(const char *path, const struct buf *text, struct err *err)
{
    if (strcmp(path, "-") == 0)
        return write_all(STDOUT_FILENO, text) ||
               err_set_errno(err, ERR_IO, "cannot write to standard output");
    struct stat info;
    bool exists = stat(path, &info) == 0;
    if (exists && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return save_into(path, text, err);
    char *real = exists ? realpath(path, NULL) : NULL;
    bool ok = save_beside(real != NULL ? real : path, exists ? &info : NULL, text, err);
    free(real);
    return ok;
}
