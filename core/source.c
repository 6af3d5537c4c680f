/* A disk's bytes: the doors of the table, and the file whose bytes stand as they are. */
#include "core/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/bytes.h"

struct source *source_new(const struct source_ops *ops, const char *name, uint64_t size_bytes,
                          void *self)
{
    struct source *s = xcalloc(1, sizeof *s);

    *s = (struct source){.ops = ops,
                         .name = xstrdup(name),
                         .size_bytes = size_bytes,
                         .size_known = true,
                         .self = self};
    return s;
}

void source_close(struct source *s)
{
    if (s == NULL)
        return;
    s->ops->close(s);
    free(s->name);
    free(s);
}

enum source_found source_next_data(struct source *s, uint64_t offset, uint64_t *start,
                                   uint64_t *end, struct err *err)
{
    return s->ops->next_data(s, offset, start, end, err);
}

bool source_read(struct source *s, uint64_t offset, void *out, size_t length, struct err *err)
{
    uint64_t left = offset < s->size_bytes ? s->size_bytes - offset : 0;
    size_t inside = length < left ? length : (size_t)left;

    memset((unsigned char *)out + inside, 0, length - inside);
    return inside == 0 || s->ops->read(s, offset, out, inside, err);
}

bool source_take(struct source *s, void *out, size_t length, size_t *got, struct err *err)
{
    return s->ops->take(s, out, length, got, err);
}

bool source_unchanged(struct source *s, struct err *err)
{
    return s->ops->unchanged == NULL || s->ops->unchanged(s, err);
}

static enum source_found plain_next_data(struct source *s, uint64_t offset, uint64_t *start,
                                         uint64_t *end, struct err *err)
{
    (void)err;
    if (!image_next_data(s->self, offset, start, end) || *start >= s->size_bytes)
        return SOURCE_END;
    /* Behind the disk's bytes a fixed VHD has its footer. */
    if (*end > s->size_bytes)
        *end = s->size_bytes;
    return SOURCE_DATA;
}

static bool plain_read(struct source *s, uint64_t offset, void *out, size_t length, struct err *err)
{
    const struct image *image = s->self;
    uint64_t left = offset < image->plain_bytes ? image->plain_bytes - offset : 0;
    size_t inside = length < left ? length : (size_t)left, got;

    /* A raw file ends where it ends; the last sector of its disk is whole. */
    memset((unsigned char *)out + inside, 0, length - inside);
    return bytes_read(image->fd, offset, out, inside, &got, err) &&
           (got == inside ||
            err_set(err, ERR_MISMATCH, "%s became shorter while it was read", s->name));
}

static bool plain_unchanged(struct source *s, struct err *err)
{
    return image_unchanged(s->self, err);
}

/* The image is the caller's. */
static void plain_close(struct source *s)
{
    (void)s;
}

struct source *source_plain(const struct image *image, struct err *err)
{
    static const struct source_ops ops = {.order = SOURCE_RANDOM,
                                          .next_data = plain_next_data,
                                          .read = plain_read,
                                          .unchanged = plain_unchanged,
                                          .close = plain_close};

    if (image->plain_bytes == 0) {
        err_set(err, ERR_INPUT, "the bytes of the disk in %s do not stand as they are",
                image->path);
        return NULL;
    }
    return source_new(&ops, image->path, image->logical_bytes, (void *)image);
}
