/* Every format's way to the disk's bytes, by one door. */
#include "core/source_open.h"

#include "core/source_cached.h"
#include "core/source_nbd.h"
#include "core/source_stream.h"

static bool is_stream(const struct image *image)
{
    return image->is_pipe || image->packing != PACKING_NONE;
}

struct source *source_open(const struct image *image, uint64_t volume_bytes, struct err *err)
{
    if (is_stream(image))
        return source_stream(image, volume_bytes, err);
    return image->plain_bytes > 0 ? source_plain(image, err)
                                  : source_cached(source_nbd(image, err));
}

struct source *source_look(const struct image *image, struct err *err)
{
    return is_stream(image) ? source_stream_look(image, err) : source_open(image, 0, err);
}
