/* Raw images that are not a plain file: compressed, or on standard input. */
#include "core/image_packed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/bytes.h"
#include "core/image_format.h"
#include "core/image_probe.h"
#include "core/pipe_in.h"
#include "core/unpack_size.h"

/* Where an input goes on. */
struct place {
    const struct image *image;
    uint64_t at;
};

static bool take_file(void *arg, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                      struct err *err)
{
    struct place *p = arg;
    (void)cancel;
    bool ok = bytes_read(p->image->fd, p->at, out, length, got, err);

    p->at += *got;
    return ok;
}

static bool take_look(void *arg, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                      struct err *err)
{
    struct place *p = arg;
    (void)cancel;
    bool ok = pipe_in_look(p->at, out, length, got, err);

    p->at += *got;
    return ok;
}

static bool take_pipe(void *arg, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                      struct err *err)
{
    (void)arg;
    return pipe_in_take(out, length, got, cancel, err);
}

struct unpack *image_unpack(const struct image *image, enum packed_use use, struct err *err)
{
    struct unpack_input input = {
        .take = !image->is_pipe      ? take_file
                : use == PACKED_LOOK ? take_look
                                     : take_pipe,
        .free = free,
    };

    if (image->is_pipe && use == PACKED_TAKE && !pipe_in_begin(err))
        return NULL;
    struct place *place = xmalloc(sizeof *place);
    *place = (struct place){.image = image};
    input.arg = place;
    return unpack_new(image->packing, image->is_pipe ? "standard input" : image->path, input, err);
}

/* A stream is read in order, which only a raw disk's bytes are. */
static bool holds_raw(const struct image *image, struct err *err)
{
    unsigned char head[PROBE_HEAD_BYTES];
    struct unpack *u = image_unpack(image, PACKED_LOOK, err);
    size_t got = 0;
    bool ok = u != NULL && unpack_take(u, head, sizeof head, &got, NULL, err);

    unpack_free(u);
    if (!ok)
        return false;
    const char *what = image_format_magic(head, got);
    const char *name = image->is_pipe ? "standard input" : image->path;
    if (got == 0) {
        err_set(err, ERR_INPUT, "%s is empty", name);
        return err_advise(err, "make or fetch it again");
    }
    if (what == NULL)
        return true;
    err_set(err, ERR_INPUT, "%s holds %s, and only a raw disk can be read as a stream", name, what);
    return err_advise(err, image->packing == PACKING_NONE ? "hand it over as a file"
                                                          : "unpack it first");
}

static bool open_packed(struct image *image, enum image_packing packing, uint64_t size, bool known,
                        bool whole, struct err *err)
{
    image->format = IMAGE_RAW;
    image->packing = packing;
    image->foreign = "a compressed file";
    if (!whole)
        return probe_damaged(image, "it breaks off, or something else stands behind it", err);
    if (known && !probe_take_size(image, size, err))
        return false;
    return holds_raw(image, err);
}

bool image_open_zstd(struct probe *p, struct err *err)
{
    uint64_t size;
    bool known, whole;

    return unpack_size_zstd(p->image->fd, p->image->file_bytes, &size, &known, &whole, err) &&
           open_packed(p->image, PACKING_ZSTD, size, known, whole, err);
}

bool image_open_xz(struct probe *p, struct err *err)
{
    uint64_t size;
    bool whole;

    return unpack_size_xz(p->image->fd, p->image->file_bytes, &size, &whole, err) &&
           open_packed(p->image, PACKING_XZ, size, true, whole, err);
}

/* Standard input may be packed as a file is; its end is not known then. */
static const struct {
    const char *magic;
    size_t length;
    enum image_packing packing;
} packings[] = {
    {"\x28\xb5\x2f\xfd", 4, PACKING_ZSTD},
    {"\xfd\x37zXZ", 6, PACKING_XZ},
};

bool image_open_pipe(struct image *image, struct err *err)
{
    unsigned char head[UNPACK_SIZE_HEAD_BYTES];
    size_t got = 0;

    image->format = IMAGE_RAW;
    image->foreign = "standard input";
    if (!pipe_in_is_ours(err))
        return false;
    if (isatty(STDIN_FILENO)) {
        err_set(err, ERR_INPUT, "standard input is a terminal, not a disk image");
        return err_advise(err, "send the image through a pipe: zstdcat disk.raw.zst | tatami "
                               "release -");
    }
    if (!pipe_in_look(0, head, sizeof head, &got, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
        if (got >= packings[i].length && memcmp(head, packings[i].magic, packings[i].length) == 0)
            image->packing = packings[i].packing;
    }
    if (!holds_raw(image, err))
        return false;
    if (image->packing == PACKING_ZSTD)
        image->said_bytes = unpack_size_first(head, got);
    if (image->packing != PACKING_NONE || !pipe_in_size(&image->file_bytes))
        return true;
    return probe_take_size(image, image->file_bytes, err);
}
