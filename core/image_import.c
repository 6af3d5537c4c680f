/* What VM Import takes, and the line that makes any other image fit (VM Import/Export User Guide,
 * "Image formats"). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/image.h"

/* As one word of a shell. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_add_str(out, "'\\''");
        else
            buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

/* How each packing comes off; the new file lies beside the old one, which stays. */
static const char *const unpackers[] = {
    [PACKING_ZSTD] = "zstd -d ",
    [PACKING_XZ] = "xz -dk ",
};

/* The line that makes a file fit, for any folder. */
static void add_line(struct buf *out, const struct image *image)
{
    const char *path = image->path;
    char *folder = path[0] == '/' ? NULL : get_current_dir_name();
    char *full = folder == NULL ? xstrdup(path) : xasprintf("%s/%s", folder, path);
    char *made = xasprintf("%s.raw", full);

    if (image->packing != PACKING_NONE) {
        buf_add_str(out, unpackers[image->packing]);
        add_quoted(out, full);
    } else {
        buf_add_str(out, "qemu-img convert -O raw ");
        add_quoted(out, full);
        buf_add_char(out, ' ');
        add_quoted(out, made);
    }
    free(folder);
    free(full);
    free(made);
}

bool image_importable(const struct image *image, struct err *err)
{
    struct buf line = BUF_INIT;

    if (image->foreign == NULL)
        return true;
    if (image->is_pipe) {
        err_set(err, ERR_INPUT, "VM Import takes no stream, only a file");
        return err_advise(err, "write standard input into a file first, or name --via direct");
    }
    err_set(err, ERR_INPUT, "%s is %s, which VM Import does not take; --via direct does",
            image->path, image->foreign);
    add_line(&line, image);
    /* Half a line would be worse than none. */
    if (err != NULL && line.length < sizeof err->advice)
        err_advise(err, "%s", buf_str(&line));
    else if (image->packing != PACKING_NONE)
        err_advise(err, "%sunpacks it", unpackers[image->packing]);
    else
        err_advise(err, "qemu-img convert -O raw makes one that it takes");
    buf_free(&line);
    return false;
}
