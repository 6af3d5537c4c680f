/* The formats of the manifest: a table of words and writers. */
#include <string.h>

#include "base/mem.h"
#include "core/manifest_format.h"

static const struct format {
    const char *name;
    void (*write)(const struct manifest *m, struct buf *out);
    bool one_image;
} formats[] = {
    {"table", manifest_write_table, false},
    {"json", manifest_write_json, false},
    {"map", manifest_write_map, true},
    {"nix", manifest_write_nix, false},
    {"terraform", manifest_write_terraform, false},
    {"csv", manifest_write_csv, false},
    {"markdown", manifest_write_markdown, false},
};

const char *manifest_format(size_t index)
{
    return index < ARRAY_LEN(formats) ? formats[index].name : NULL;
}

bool manifest_write(const struct manifest *m, const char *format, struct buf *out, struct err *err)
{
    const char *wanted = format != NULL ? format : formats[0].name;
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (strcmp(formats[i].name, wanted) != 0)
            continue;
        if (formats[i].one_image && m->image_count > 1) {
            err_set(err, ERR_USAGE, "format %s is for one image, and this release has %zu", wanted,
                    m->image_count);
            return err_advise(err, "use --format json, which holds all images");
        }
        formats[i].write(m, out);
        return true;
    }
    return err_set(err, ERR_USAGE, "there is no format %s", wanted);
}
