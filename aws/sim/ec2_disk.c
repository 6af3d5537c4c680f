/* Disk image formats as VM Import reads them: what disk is in the uploaded bytes? */
#include "aws/sim/ec2_disk.h"

#include <strings.h>

#include "aws/sim/ec2_disk_format.h"
#include "aws/sim/mem.h"

/* 64 TiB, the largest volume that there is. */
static const uint64_t LARGEST_BYTES = UINT64_C(1) << 46;

const char EC2_DISK_UNSUPPORTED[] =
    "ClientError: Disk validation failed [Unsupported specified file format]";
const char EC2_DISK_FOOTERS[] = "ClientError: Footers not identical";
const char EC2_DISK_TRUNCATED[] = "ClientError: Uncompressed data has invalid length";

uint64_t ec2_big_endian(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

uint64_t ec2_little_endian(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

bool ec2_disk_bytes(struct content *file, uint64_t offset, void *out, size_t length)
{
    return content_read(file, offset, out, length) == (int64_t)length;
}

bool ec2_disk_holds(const struct content *file, const struct content_extent *extent)
{
    uint64_t size = content_size(file);
    return extent->from_offset <= size && extent->len <= size - extent->from_offset;
}

static bool read_raw(struct content *file, struct ec2_disk *disk, const char **why)
{
    if (content_size(file) == 0) {
        *why = EC2_DISK_UNSUPPORTED;
        return false;
    }
    disk->size_bytes = content_size(file);
    disk->content = content_ref(file);
    return true;
}

static const struct {
    const char *name;
    ec2_disk_reader *read;
} FORMATS[] = {
    {"RAW", read_raw},
    {"VHD", ec2_disk_read_vhd},
    {"VHDX", ec2_disk_read_vhdx},
    {"VMDK", ec2_disk_read_vmdk},
};

bool ec2_disk_format_known(const char *format)
{
    for (size_t i = 0; i < ARRAY_LEN(FORMATS); i++) {
        if (strcasecmp(FORMATS[i].name, format) == 0)
            return true;
    }
    return false;
}

bool ec2_disk_read(struct content *file, const char *format, struct ec2_disk *disk,
                   const char **why)
{
    *disk = (struct ec2_disk){0};
    if (!content_known(file))
        return read_raw(file, disk, why);
    for (size_t i = 0; i < ARRAY_LEN(FORMATS); i++) {
        if (strcasecmp(FORMATS[i].name, format) == 0 && !FORMATS[i].read(file, disk, why))
            return false;
    }
    if (disk->size_bytes != 0 && disk->size_bytes <= LARGEST_BYTES)
        return true;
    content_unref(disk->content);
    *disk = (struct ec2_disk){0};
    *why = EC2_DISK_UNSUPPORTED;
    return false;
}
