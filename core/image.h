/* What a disk image is, as far as its bytes show: format by magic, size, data extents, partitions.
 */
#ifndef CORE_IMAGE_H
#define CORE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum image_format {
    IMAGE_RAW,
    IMAGE_VHD,
    IMAGE_VHDX,
    IMAGE_VMDK,
    IMAGE_QCOW2,
    IMAGE_QCOW,
    IMAGE_QED,
    IMAGE_VDI,
    IMAGE_PARALLELS,
    IMAGE_FORMATS
};

/* What is around a raw image. */
enum image_packing { PACKING_NONE, PACKING_ZSTD, PACKING_XZ };

enum image_arch { ARCH_UNKNOWN, ARCH_X86_64, ARCH_ARM64 };

/* The path that stands for standard input. */
#define IMAGE_STDIN "-"

/* How a change of a file is noticed. */
struct image_mark {
    uint64_t bytes, inode;
    int64_t mtime_ns;
};

/* Another file beside it that holds a part of the disk: an extent of a VMDK. */
struct image_part {
    char *path;
    struct image_mark mark;
};

/* One disk image file, or standard input. */
struct image {
    char *path; /* "-" for standard input */
    int fd;     /* open for reading */
    enum image_format format;
    enum image_packing packing;
    bool is_pipe;           /* standard input: read once, in order */
    uint64_t file_bytes;    /* what is uploaded to S3; of standard input 0 where nothing says */
    uint64_t logical_bytes; /* the size of the disk that it holds; 0 when size_known is false */
    bool size_known;        /* false: a stream that ends where it ends */
    uint64_t said_bytes;    /* of such a stream: the size that its beginning says, which nobody has
                               checked; 0: it says none */
    uint64_t plain_bytes; /* the disk's bytes stand as they are in the first so many; 0: encoded */
    const char *foreign;  /* what it is that VM Import does not take ("a qcow2 image"), else NULL */
    struct image_mark mark;
    struct image_part *parts;
    size_t part_count;
};

/* The word for people, and the one of ImportSnapshot's DiskContainer.Format ("RAW", "VHD", ...);
 * and back, IMAGE_FORMATS for none. Thread: any. */
const char *image_format_name(enum image_format format);
enum image_format image_format_from_name(const char *name);
/* "x86_64", "arm64" or "" for unknown; and back (also "aarch64", "aarch64-linux", "x86_64-linux").
 * Thread: any. */
const char *image_arch_name(enum image_arch arch);
enum image_arch image_arch_from_name(const char *name);

/* Opens and looks at the magic bytes; "-" is standard input, of which nothing is taken yet
 * (pipe_in_claim() comes first). Every
 * format that tatami can read is taken; the bytes of the disk are read by source_open(). Refused
 * (ERR_INPUT with advice) are a damaged or empty file, one whose bytes are not what its name ends
 * in, one that is encrypted, and one that keeps (part of) its disk in a file that is not beside it,
 * since a hostile image could name any file of this machine. NULL on failure; free with
 * image_close(). Thread: worker. */
struct image *image_open(const char *path, struct err *err);
void image_close(struct image *image);

/* False (ERR_INPUT, with the line that makes it fit as advice) for what VM Import does not take: a
 * qcow2, a VMDK that is not stream-optimized, a compressed file, standard input. Thread: any. */
bool image_importable(const struct image *image, struct err *err);

/* Whether both are of one unchanged file. Thread: any. */
bool image_mark_same(const struct image_mark *a, const struct image_mark *b);

/* ERR_MISMATCH when size, time or inode are no longer those seen by image_open(). Thread: worker.
 */
bool image_unchanged(const struct image *image, struct err *err);

/* What the bytes of a disk say; unknown stays unknown. */
struct image_layout {
    bool looked_into;    /* false: the disk's bytes could not be read */
    bool has_table;      /* a GPT or MBR */
    bool has_esp;        /* an EFI system partition */
    bool has_bios_boot;  /* a BIOS boot partition, or boot code in the MBR */
    enum image_arch efi; /* of the loader \EFI\BOOT\BOOT*.EFI */
};
struct source;
/* Reads the partition table (UEFI specification 2.10, chapter 5) and the loader in the EFI system
 * partition (FAT). The source reads anywhere (source_look()); NULL: all stays unknown. Never fails
 * on a strange disk: it is then unknown. The source's errors only. Thread: worker. */
bool image_layout(struct source *source, struct image_layout *out, struct err *err);

/* The next range at or after `offset` that holds data (SEEK_DATA/SEEK_HOLE); a file system that
 * cannot tell has one range. False at the end of the file. Thread: worker. */
bool image_next_data(const struct image *image, uint64_t offset, uint64_t *start, uint64_t *end);

#endif
