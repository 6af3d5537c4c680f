/* Any bytes as a compressed file, a list of sums and a VMDK's description: reading them must end,
 * and what their headers say must be what comes out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/image_vmdk.h"
#include "core/sums.h"
#include "core/unpack.h"
#include "core/unpack_size.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *at;
    size_t left;
};

static bool take(void *arg, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                 struct err *err)
{
    struct input *in = arg;

    (void)cancel;
    (void)err;
    *got = in->left < length ? in->left : length;
    if (*got > 0)
        memcpy(out, in->at, *got);
    in->at += *got;
    in->left -= *got;
    return true;
}

/* How much comes out, 16 MiB at most; -1 when it is damaged. */
static int64_t unpack_all(enum image_packing packing, const uint8_t *data, size_t size)
{
    static unsigned char window[64 << 10];
    struct err err = ERR_INIT;
    struct input input = {data, size};
    struct unpack *u =
        unpack_new(packing, "input", (struct unpack_input){.take = take, .arg = &input}, &err);
    int64_t made = 0;
    size_t got = sizeof window;

    while (u != NULL && got == sizeof window && made < 16 << 20) {
        if (!unpack_take(u, window, sizeof window, &got, NULL, &err)) {
            unpack_free(u);
            return -1;
        }
        made += (int64_t)got;
    }
    unpack_free(u);
    return made;
}

static void sizes(const uint8_t *data, size_t size)
{
    int fd = memfd_create("packed", MFD_CLOEXEC);
    struct err err = ERR_INIT;
    uint64_t zstd = 0, xz = 0;
    bool known = false, whole = false;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return;
    if (!unpack_size_zstd(fd, size, &zstd, &known, &whole, &err))
        __builtin_trap();
    int64_t made = unpack_all(PACKING_ZSTD, data, size);
    if (made >= 0 && made < 16 << 20 && whole && known && (uint64_t)made != zstd)
        __builtin_trap();
    if (!unpack_size_xz(fd, size, &xz, &whole, &err))
        __builtin_trap();
    made = unpack_all(PACKING_XZ, data, size);
    if (made >= 0 && made < 16 << 20 && whole && (uint64_t)made != xz)
        __builtin_trap();
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Exactly as long as the line, so that a byte read behind it is found. */
    char *exact = xmalloc(size > 0 ? size : 1), hex[SUMS_HEX_SIZE];
    const char *name;
    size_t length;
    struct vmdk_extent extent;
    bool is_extent;

    if (size > 0)
        memcpy(exact, data, size);
    if (sums_line(exact, size, hex, &name, &length) &&
        (name < exact || name + length > exact + size))
        __builtin_trap();
    vmdk_text_line(exact, size, &extent, &is_extent);
    free(exact);
    sizes(data, size);
    return 0;
}
