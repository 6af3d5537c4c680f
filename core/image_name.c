/* What a file's name says about its format. */
#include "core/image_name.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static const struct packed_ending {
    const char *ending, *what;
    enum image_packing packing;
} packed_endings[] = {
    {".zst", "compressed with zstd", PACKING_ZSTD},
    {".zstd", "compressed with zstd", PACKING_ZSTD},
    {".xz", "compressed with xz", PACKING_XZ},
};

static const struct {
    const char *ending;
    enum image_format format;
} endings[] = {
    {".raw", IMAGE_RAW},   {".vhd", IMAGE_VHD},   {".vpc", IMAGE_VHD},
    {".vhdx", IMAGE_VHDX}, {".vmdk", IMAGE_VMDK}, {".qcow2", IMAGE_QCOW2},
    {".vdi", IMAGE_VDI},   {".qed", IMAGE_QED},   {".hdd", IMAGE_PARALLELS},
};

static bool ends_in(const char *name, size_t length, const char *ending)
{
    size_t tail = strlen(ending);
    return length > tail && strncasecmp(name + length - tail, ending, tail) == 0;
}

static const struct packed_ending *find_packed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(packed_endings); i++) {
        if (ends_in(name, strlen(name), packed_endings[i].ending))
            return &packed_endings[i];
    }
    return NULL;
}

static const char *const packing_words[] = {
    [PACKING_ZSTD] = "a file compressed with zstd",
    [PACKING_XZ] = "a file compressed with xz",
};

/* What is cut short at its front looks raw; anything else is what it looks like. */
static bool wrong(const struct image *image, const char *should, struct err *err)
{
    bool packed = image->packing != PACKING_NONE;
    err_set(err, ERR_INPUT, "%s should be %s by its name, but looks like %s", image->path, should,
            packed ? packing_words[image->packing] : image_format_name(image->format));
    return err_advise(err, packed || image->format != IMAGE_RAW
                               ? "give it the name of what it is"
                               : "it may be damaged: fetch or build it again; else give it the "
                                 "name of what it is");
}

bool image_name_fits(const struct image *image, struct err *err)
{
    const char *name = base_of(image->path);
    const struct packed_ending *packed = find_packed(name);
    size_t length = strlen(name) - (packed == NULL ? 0 : strlen(packed->ending));

    if (image->is_pipe)
        return true;
    if (packed != NULL && image->packing != packed->packing)
        return wrong(image, packed->what, err);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (!ends_in(name, length, endings[i].ending) || image->format == endings[i].format)
            continue;
        return wrong(image, image_format_name(endings[i].format), err);
    }
    if (packed == NULL && image->packing != PACKING_NONE && ends_in(name, length, ".raw"))
        return wrong(image, image_format_name(IMAGE_RAW), err);
    return true;
}

char *image_name_label(const char *path)
{
    const char *name = base_of(path);
    const struct packed_ending *packed = find_packed(name);
    size_t length = strlen(name) - (packed == NULL ? 0 : strlen(packed->ending));
    const char *dot = memrchr(name, '.', length);

    /* "debian-13.1": what begins with a digit is a version. */
    if (dot != NULL && dot != name && dot + 1 < name + length && (dot[1] < '0' || dot[1] > '9'))
        length = (size_t)(dot - name);
    return xstrndup(name, length);
}
