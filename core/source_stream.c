/* A raw disk that is read once and in order: compressed, or from standard input. */
#include "core/source_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/image_packed.h"
#include "core/pipe_in.h"
#include "core/source_open.h"
#include "core/unpack.h"

enum { SECTOR = 512 };

struct stream {
    const struct image *image;
    struct unpack *bytes;
    uint64_t taken;
    unsigned char last[SECTOR]; /* the last sector of what was taken */
};

/* A fixed VHD shows at its end only: its footer would become a sector of the disk. */
static void keep_last(struct stream *s, const unsigned char *bytes, size_t length)
{
    size_t fresh = length < SECTOR ? length : SECTOR;

    memmove(s->last, s->last + fresh, SECTOR - fresh);
    if (fresh > 0)
        memcpy(s->last + SECTOR - fresh, bytes + length - fresh, fresh);
}

/* What came by standard input cannot be sent again by the same release. */
static bool advise_anew(const struct stream *s, const char *advice, struct err *err)
{
    return err_advise(
        err, s->image->is_pipe ? "%s; then cancel the release and start it anew" : "%s", advice);
}

static bool ends_well(const struct source *source, const struct stream *s, struct err *err)
{
    bool is_vhd = s->taken >= SECTOR && memcmp(s->last, "conectix", 8) == 0;

    if (is_vhd) {
        err_set(err, ERR_INPUT, "%s holds a VHD, and only a raw disk can be read as a stream",
                source->name);
        return err_advise(err, "hand it over as a file that is not compressed");
    }
    if (s->taken % SECTOR != 0) {
        err_set(err, ERR_INPUT, "%s was cut: it ends after %llu bytes, within a sector of a disk",
                source->name, (unsigned long long)s->taken);
        return advise_anew(s, "make or fetch it again", err);
    }
    if (source->size_known && s->taken + SECTOR <= source->size_bytes) {
        err_set(err, ERR_INPUT, "%s is damaged: it breaks off", source->name);
        return err_advise(err, "make or fetch it again");
    }
    return true;
}

static bool too_long(const struct source *source, const struct stream *s, struct err *err)
{
    if (source->size_known) {
        err_set(err, ERR_INPUT, "%s is damaged: it holds more than it says", source->name);
        return err_advise(err, "make or fetch it again");
    }
    err_set(err, ERR_INPUT, "%s holds more than a volume of %llu GiB takes", source->name,
            (unsigned long long)(source->size_bytes >> 30));
    return advise_anew(s, "name a larger --volume-size", err);
}

static bool stream_take(struct source *source, void *out, size_t length, size_t *got,
                        struct err *err)
{
    struct stream *s = source->self;

    if (!unpack_take(s->bytes, out, length, got, source->cancel, err))
        return false;
    s->taken += *got;
    keep_last(s, out, *got);
    if (s->taken > source->size_bytes)
        return too_long(source, s, err);
    return *got == length || ends_well(source, s, err);
}

static bool stream_unchanged(struct source *source, struct err *err)
{
    struct stream *s = source->self;
    return image_unchanged(s->image, err);
}

static void stream_close(struct source *source)
{
    struct stream *s = source->self;

    unpack_free(s->bytes);
    free(s);
}

static const char *name_of(const struct image *image)
{
    return image->is_pipe ? "standard input" : image->path;
}

struct source *source_stream(const struct image *image, uint64_t volume_bytes, struct err *err)
{
    static const struct source_ops ops = {.order = SOURCE_STREAM,
                                          .take = stream_take,
                                          .unchanged = stream_unchanged,
                                          .close = stream_close};
    struct unpack *bytes = image_unpack(image, PACKED_TAKE, err);

    if (bytes == NULL)
        return NULL;
    struct stream *s = xcalloc(1, sizeof *s);
    *s = (struct stream){.image = image, .bytes = bytes};
    uint64_t size = image->size_known ? image->logical_bytes : volume_bytes;
    struct source *source = source_new(&ops, name_of(image), size, s);
    source->size_known = image->size_known;
    return source;
}

/* The first bytes, unpacked as far as they were asked for. */
struct look {
    struct unpack *bytes;
    unsigned char *head;
    size_t length;
    bool ended;
};

static bool look_further(struct look *l, size_t end, struct err *err)
{
    size_t got = 0;

    if (l->ended || l->length >= end)
        return true;
    l->head = xrealloc(l->head, end, 1);
    if (!unpack_take(l->bytes, l->head + l->length, end - l->length, &got, NULL, err))
        return false;
    l->ended = got < end - l->length;
    l->length += got;
    return true;
}

static bool look_read(struct source *source, uint64_t offset, void *out, size_t length,
                      struct err *err)
{
    struct look *l = source->self;

    memset(out, 0, length);
    if (offset >= SOURCE_LOOK_BYTES || length > SOURCE_LOOK_BYTES - offset)
        return true;
    if (!look_further(l, (size_t)offset + length, err))
        return false;
    if (l->length > offset) {
        size_t have = l->length - (size_t)offset;
        memcpy(out, l->head + offset, have < length ? have : length);
    }
    return true;
}

static enum source_found look_next_data(struct source *source, uint64_t offset, uint64_t *start,
                                        uint64_t *end, struct err *err)
{
    (void)err;
    *start = offset;
    *end = source->size_bytes;
    return offset < source->size_bytes ? SOURCE_DATA : SOURCE_END;
}

static void look_close(struct source *source)
{
    struct look *l = source->self;

    unpack_free(l->bytes);
    free(l->head);
    free(l);
}

struct source *source_stream_look(const struct image *image, struct err *err)
{
    static const struct source_ops ops = {.order = SOURCE_RANDOM,
                                          .next_data = look_next_data,
                                          .read = look_read,
                                          .close = look_close};
    struct unpack *bytes = image_unpack(image, PACKED_LOOK, err);

    if (bytes == NULL)
        return NULL;
    struct look *l = xcalloc(1, sizeof *l);
    l->bytes = bytes;
    uint64_t size = image->size_known ? image->logical_bytes : INT64_MAX;
    return source_new(&ops, name_of(image), size, l);
}
